//! Small moves: single days are drawn anew or change hands.

use std::ops::Range;

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use super::state::{Guide, State};
use super::{colleague, leeway};
use crate::solver::line::steps::Steps;
use crate::solver::line::{Duty, Line};
use crate::solver::problem::RosterProblem;
use crate::solver::team::{Member, Offer, Team};

/// Where breaks may be moved: the share of draws that put the breaks of a duty anew and leave the rest.
const BREAKS_ONLY: f64 = 0.3;
/// Share of the moves that begin with who has something to gain, where one is found within so many draws.
const REGRETS: f64 = 0.5;
const TRIES: usize = 8;

/// One agent's new duty on a day.
struct Change {
    agent: usize,
    day: usize,
    duty: Option<Duty>,
    /// Whether the breaks are still to be put: where they cost least.
    is_open: bool,
}

impl Change {
    fn make(&self, team: &Team, state: &mut State) {
        let mut duty = self.duty;
        if self.is_open && state.line(self.agent)[self.day].is_some() {
            state.set_day(self.agent, self.day, None);
        }
        if self.is_open {
            duty = duty.map(|duty| team.with_best_breaks(self.agent, duty, state.head_prices()));
        }
        state.set_day(self.agent, self.day, duty);
    }
}

/// Makes one small move after the other.
pub(super) struct Exchanger<'a> {
    team: &'a Team<'a>,
    rng: SmallRng,
    /// By contract.
    steps: Vec<Steps>,
    /// Where the offers of each day begin, by agent.
    first_offers: Vec<Vec<usize>>,
    /// What is open to each agent.
    open: Open,
    /// By agent and shift, what the shift costs by itself; nothing where none of the agent's has a price.
    prices: Vec<Vec<f64>>,
    /// By agent and day, the least of these prices, and of 0 for a day off.
    least: Vec<Vec<f64>>,
    /// The move in hand.
    changes: Vec<Change>,
    /// What the lines of its agents cost by themselves after it.
    own: Vec<(usize, f64)>,
    line: Line,
}

impl<'a> Exchanger<'a> {
    /// One for the team; the same seed makes the same moves.
    pub fn new(team: &'a Team<'a>, seed: u64) -> Self {
        let problem = team.problem;
        let first_offers = team.members.iter().map(|member| {
            let before = |day| member.offers.partition_point(|offer| problem.shifts[offer.shift].day < day);
            (0..=problem.days).map(before).collect()
        });
        Self {
            team,
            rng: SmallRng::seed_from_u64(seed),
            steps: team.contracts.graphs.iter().map(|graph| Steps::of(graph, &problem.shifts)).collect(),
            first_offers: first_offers.collect(),
            open: Open::of(team),
            prices: team.members.iter().map(|member| prices_of(member, problem.shifts.len())).collect(),
            least: team.members.iter().map(|member| least_of(member, problem)).collect(),
            changes: Vec::new(),
            own: Vec::new(),
            line: vec![None; problem.days],
        }
    }

    /// Tries one move, and keeps it as the heat allows.
    pub fn go(&mut self, state: &mut State, heat: f64, guide: Option<Guide>) {
        self.changes.clear();
        if self.propose(state).is_some() && !self.changes.is_empty() && self.keeps_rules(state) {
            let most = state.cost_by(guide) + leeway(heat, &mut self.rng);
            state.attempt(|state| {
                self.changes.iter().for_each(|change| change.make(self.team, state));
                self.own.iter().for_each(|(agent, price)| state.set_own_price(*agent, *price));
                state.cost_by(guide) <= most
            });
        }
    }

    /// Draws a move: `None`, or nothing changed, where the draw stands for none. The shares were measured; moves of a day off
    /// within one line are nearly never kept.
    fn propose(&mut self, state: &State) -> Option<()> {
        let days = self.team.problem.days;
        let (agent, day) = self.draw_place(state);
        let kind = self.rng.random_range(0..16);
        match kind {
            0..6 => return self.draw_anew(state, agent, day),
            6 => return self.move_day_off(state, agent, day),
            _ => (),
        }
        let other = colleague(self.team, agent, &mut self.rng).filter(|other| *other != agent)?;
        match kind {
            7..12 => self.trade(state, agent, other, day..day + 1),
            12..14 => {
                let second = self.rng.random_range(0..days);
                self.trade(state, agent, other, day..day + 1)?;
                if second == day { Some(()) } else { self.trade(state, agent, other, second..second + 1) }
            }
            _ => {
                let until = self.rng.random_range(day + 1..=days);
                self.trade(state, agent, other, day..until)
            }
        }
    }

    /// An agent and a day: in half of all draws one where something else would cost the agent less, if that is soon found. It is
    /// there that something is to be gained.
    fn draw_place(&mut self, state: &State) -> (usize, usize) {
        let (agents, days) = (self.team.members.len(), self.team.problem.days);
        let tries = if self.rng.random_bool(REGRETS) { TRIES } else { 1 };
        let mut place = (0, 0);
        for _ in 0..tries {
            place = (self.rng.random_range(0..agents), self.rng.random_range(0..days));
            if tries > 1 && self.regrets(state, place) {
                break;
            }
        }
        place
    }

    /// Whether another shift, or a day off, would cost the agent less by itself.
    fn regrets(&self, state: &State, (agent, day): (usize, usize)) -> bool {
        let prices = &self.prices[agent];
        !prices.is_empty() && state.line(agent)[day].map_or(0.0, |duty| prices[duty.shift]) > self.least[agent][day]
    }

    fn draw_anew(&mut self, state: &State, agent: usize, day: usize) -> Option<()> {
        let offers = self.offers(agent, day);
        if self.team.moves_breaks && self.rng.random_bool(BREAKS_ONLY) {
            return self.put_breaks_anew(state, agent, day);
        }
        let is_off_allowed = self.team.members[agent].day_off[day] == 0.0;
        let drawn = self.rng.random_range(0..(offers.len() + usize::from(is_off_allowed)).max(1));
        let duty = offers.get(drawn).map(|offer| self.draw_queue(agent, offer));
        if duty != state.line(agent)[day] && (duty.is_some() || is_off_allowed) {
            self.push(agent, day, duty);
        }
        Some(())
    }

    /// The agent keeps the duty of a day, and its breaks are put where they cost least.
    fn put_breaks_anew(&mut self, state: &State, agent: usize, day: usize) -> Option<()> {
        let duty = state.line(agent)[day]?;
        self.push(agent, day, Some(duty));
        self.changes.last().filter(|change| change.is_open).map(|_| ())
    }

    /// Takes the change into the move. The breaks of a duty that was drawn are put where they cost least, unless they are fixed
    /// or a pin has put them.
    fn push(&mut self, agent: usize, day: usize, duty: Option<Duty>) {
        let is_open = duty.is_some_and(|duty| {
            !self.team.seating[duty.shift].breaks.is_empty()
                && self.offer(agent, day, duty.shift).is_some_and(|offer| offer.placing.is_none())
        });
        self.changes.push(Change { agent, day, duty, is_open });
    }

    /// The agent stays at home on a day of work, and works on a day off.
    fn move_day_off(&mut self, state: &State, agent: usize, day: usize) -> Option<()> {
        let other = self.rng.random_range(0..self.team.problem.days);
        let line = state.line(agent);
        if line[day].is_none() || line[other].is_some() || self.team.members[agent].day_off[day] != 0.0 {
            return None;
        }
        self.push(agent, day, None);
        self.draw_anew(state, agent, other)
    }

    /// Two agents swap their duties of some days. Who does not serve the other's queue serves one of their own on that shift.
    fn trade(&mut self, state: &State, agent: usize, other: usize, days: Range<usize>) -> Option<()> {
        for day in days {
            let (duty, others) = (state.line(agent)[day], state.line(other)[day]);
            if duty != others {
                self.take_over(agent, day, others)?;
                self.take_over(other, day, duty)?;
            }
        }
        Some(())
    }

    fn take_over(&mut self, agent: usize, day: usize, duty: Option<Duty>) -> Option<()> {
        let member = &self.team.members[agent];
        let Some(duty) = duty else {
            self.push(agent, day, None);
            return (member.day_off[day] == 0.0).then_some(());
        };
        if !self.open.is_open(agent, duty.shift) {
            return None;
        }
        if self.open.serves(agent, duty) {
            self.changes.push(Change { agent, day, duty: Some(duty), is_open: false });
            return Some(());
        }
        let offer = self.offer(agent, day, duty.shift)?;
        if serves(member, offer, duty) {
            self.changes.push(Change { agent, day, duty: Some(duty), is_open: false });
        } else {
            let drawn = self.draw_queue(agent, offer);
            self.push(agent, day, Some(drawn));
        }
        Some(())
    }

    fn offers(&self, agent: usize, day: usize) -> &'a [Offer] {
        let first = &self.first_offers[agent];
        &self.team.members[agent].offers[first[day]..first[day + 1]]
    }

    fn draw_queue(&mut self, agent: usize, offer: &Offer) -> Duty {
        let skill = self.rng.random_range(offer.skills.0..offer.skills.1);
        let queue = self.team.members[agent].skills[skill].queue;
        Duty { shift: offer.shift, queue, placing: offer.placing.unwrap_or_default() }
    }

    /// Whether the lines after the move keep the rules; if so, `own` has their prices.
    fn keeps_rules(&mut self, state: &State) -> bool {
        self.own.clear();
        for place in 0..self.changes.len() {
            let agent = self.changes[place].agent;
            if self.own.iter().all(|(known, _)| *known != agent) {
                let Some(price) = self.own_price(state, agent) else { return false };
                self.own.push((agent, price));
            }
        }
        true
    }

    fn own_price(&mut self, state: &State, agent: usize) -> Option<f64> {
        self.line.clone_from(state.line(agent));
        for change in self.changes.iter().filter(|change| change.agent == agent) {
            self.line[change.day] = change.duty;
        }
        self.price_of(agent, &self.line).map(|(price, _)| price)
    }

    /// What a line of the agent's duties costs by itself, and its loads; `None` where it breaks a rule.
    pub fn price_of(&self, agent: usize, line: &Line) -> Option<(f64, [u16; 2])> {
        let member = &self.team.members[agent];
        let end = self.steps[member.contract].end(&self.team.contracts.graphs[member.contract], line)?;
        let prices = &self.prices[agent];
        let shifts = line.iter().flatten().filter(|_| !prices.is_empty()).map(|duty| prices[duty.shift]);
        Some((member.constant + shifts.sum::<f64>() + end.price, end.loads))
    }

    /// Whether the agent may do as another does on a day: work that duty, or stay at home.
    pub fn may_do(&self, agent: usize, day: usize, duty: Option<Duty>) -> bool {
        let member = &self.team.members[agent];
        duty.map_or(member.day_off[day] == 0.0, |duty| {
            self.open.is_open(agent, duty.shift)
                && (self.open.serves(agent, duty)
                    || self.offer(agent, day, duty.shift).is_some_and(|offer| serves(member, offer, duty)))
        })
    }

    fn offer(&self, agent: usize, day: usize, shift: usize) -> Option<&'a Offer> {
        let offers = self.offers(agent, day);
        Some(&offers[offers.binary_search_by_key(&shift, |offer| offer.shift).ok()?])
    }
}

/// What is open to each agent, for a quick look: most moves that are drawn are none.
struct Open {
    /// Words of shifts, and of queues, by agent.
    words: (usize, usize),
    /// Shifts that the agent may work, by agent, 64 to a word.
    shifts: Vec<u64>,
    /// Queues that the agent serves, in the same way; none where pins leave the agent less than all on some shifts.
    queues: Vec<u64>,
}

impl Open {
    fn of(team: &Team) -> Self {
        let words = (team.problem.shifts.len().div_ceil(64), team.problem.queues.len().div_ceil(64));
        let agents = team.members.len();
        let mut open = Self { words, shifts: vec![0; agents * words.0], queues: vec![0; agents * words.1] };
        for (agent, member) in team.members.iter().enumerate() {
            for offer in &member.offers {
                open.shifts[agent * words.0 + offer.shift / 64] |= 1 << (offer.shift % 64);
            }
            let is_pinned = |offer: &Offer| offer.skills != (0, member.skills.len()) || offer.placing.is_some();
            if !member.offers.iter().any(is_pinned) {
                member.skills.iter().for_each(|skill| open.queues[agent * words.1 + skill.queue / 64] |= 1 << (skill.queue % 64));
            }
        }
        open
    }

    fn is_open(&self, agent: usize, shift: usize) -> bool {
        self.shifts[agent * self.words.0 + shift / 64] >> (shift % 64) & 1 == 1
    }

    /// Whether the agent may take over a duty on an open shift as it is; `false` where that takes a closer look.
    fn serves(&self, agent: usize, duty: Duty) -> bool {
        self.queues[agent * self.words.1 + duty.queue / 64] >> (duty.queue % 64) & 1 == 1
    }
}

/// Whether what is offered can be that duty, its queue and breaks as they are.
fn serves(member: &Member, offer: &Offer, duty: Duty) -> bool {
    let serves = member.skills[offer.skills.0..offer.skills.1].iter().any(|skill| skill.queue == duty.queue);
    serves && offer.placing.is_none_or(|placing| placing == duty.placing)
}

fn prices_of(member: &Member, shifts: usize) -> Vec<f64> {
    if member.offers.iter().all(|offer| offer.price == 0.0) {
        return Vec::new();
    }
    let mut prices = vec![0.0; shifts];
    member.offers.iter().for_each(|offer| prices[offer.shift] = offer.price);
    prices
}

fn least_of(member: &Member, problem: &RosterProblem) -> Vec<f64> {
    let mut least = vec![0.0; problem.days];
    for offer in &member.offers {
        let of_day: &mut f64 = &mut least[problem.shifts[offer.shift].day];
        *of_day = of_day.min(offer.price);
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::AssignmentId;
    use crate::domain::planning::PlanningInput;
    use crate::solver::problem::{PinSpec, ProblemParts};
    use crate::solver::search::construct;
    use crate::solver::test_team::{chat_team, with_windows};

    /// Pins, leave, wishes, several queues: whatever is drawn, the line keeps its rules and its price is what it costs.
    #[test]
    fn every_move_keeps_every_rule_and_the_cost() {
        moves_keep_rules_and_cost(&chat_team(9, 1.1, 8));
        let mut crowded = with_windows(chat_team(9, 1.1, 8));
        crowded.rules.max_break_share = Some(0.1);
        moves_keep_rules_and_cost(&crowded);
    }

    fn moves_keep_rules_and_cost(input: &PlanningInput) {
        let mut parts = ProblemParts::from(RosterProblem::from_input(input).unwrap());
        let start = construct(&Team::of(&RosterProblem::try_from(parts.clone()).unwrap()), 1);
        let pinned = start.lines[0].iter().flatten().next().copied().expect("the first agent works");
        parts.pins.push(PinSpec { assignment_id: AssignmentId::generate(), agent: 0, duty: pinned });
        let problem = RosterProblem::try_from(parts).unwrap();
        let team = Team::of(&problem);
        let mut state = State::new(&team, construct(&team, 1).lines);
        let mut exchanger = Exchanger::new(&team, 2);
        let mut lines: Vec<Line> = Vec::new();
        for _ in 0..2000 {
            exchanger.go(&mut state, 1e4, None);
            let found = state.found();
            assert!((found.cost - problem.cost(&found.lines)).abs() < 1e-6);
            assert!((0..9).all(|agent| problem.breaches(agent, &found.lines[agent]).is_empty()));
            assert_eq!(found.lines[0][problem.shifts[pinned.shift].day], Some(pinned));
            lines.extend(found.lines);
        }
        lines.sort_unstable();
        lines.dedup();
        assert!(lines.len() > 200, "{} lines were tried", lines.len());
    }
}
