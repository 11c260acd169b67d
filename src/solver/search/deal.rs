//! Moves of many agents at once: what they do on some days is dealt among them anew.
//!
//! Cover stays as it is; wishes, hours and loads are at stake. Who would rather not work on a day needs somebody to take the
//! duty, who then needs a third: rings that no trade between two closes, and that are a large part of what an annealing
//! leaves undone. All rings at once are the cheapest assignment of agents to what is dealt, which is found exactly.

use rand::rngs::SmallRng;
use rand::seq::index;
use rand::{Rng, SeedableRng};

use super::assignment::assign;
use super::exchange::Exchanger;
use super::leeway;
use super::state::{Guide, State, outside};
use crate::solver::line::Line;
use crate::solver::team::Team;

/// Agents of a deal at most: the work grows with their square.
const MOST_AGENTS: usize = 256;
/// Fewer agents have nothing to deal that a trade would not.
const FEWEST_AGENTS: usize = 3;
/// For each line rebuilt so many pairs of an agent and what another does are weighed: a third of the time, about.
const PAIRS_PER_LINE: usize = 256;
/// Lines rebuilt from one deal to the next at least: in small teams trades close most rings.
const FEWEST_LINES: usize = 50;
/// How often all agents of a deal serve one queue, where they have most to deal; otherwise any do.
const ONE_QUEUE: f64 = 0.5;
/// How often a single day is dealt; otherwise each day is with even chance, which gains more and costs twice as much.
const SINGLE_DAY: f64 = 0.1;
/// Up to this share of a missing head prices are off by chance, for ties are many.
const TIES: f64 = 1e-3;

/// Deals what agents do among them.
pub(super) struct Dealer<'a> {
    team: &'a Team<'a>,
    rng: SmallRng,
    /// When the next deal is due, in lines rebuilt.
    next: u64,
    /// The days that are dealt.
    days: Vec<usize>,
    /// One after the other, agents who do different things on these days, of all who do the same.
    parts: Vec<usize>,
    /// What each agent of the deal does, as an index of the parts.
    part_of: Vec<usize>,
    /// Prices, by agent and what each other one does.
    prices: Vec<f64>,
    line: Line,
}

impl<'a> Dealer<'a> {
    /// One for the team; the same seed makes the same deals.
    pub fn new(team: &'a Team<'a>, seed: u64) -> Self {
        let (parts, part_of, prices) = (Vec::new(), Vec::new(), Vec::new());
        let (days, line) = (Vec::new(), vec![None; team.problem.days]);
        Self { team, rng: SmallRng::seed_from_u64(seed), next: 0, days, parts, part_of, prices, line }
    }

    /// Deals when it is time to, after so many lines rebuilt, and keeps that as the heat allows.
    pub fn go(&mut self, exchanger: &Exchanger, state: &mut State, (lines, heat): (u64, f64), guide: Option<Guide>) {
        if lines < self.next {
            return;
        }
        let agents = self.draw_agents();
        let size = agents.len();
        self.next = lines + (size * size / PAIRS_PER_LINE).max(FEWEST_LINES) as u64;
        if size < FEWEST_AGENTS {
            return;
        }
        self.draw_days();
        self.sort(state, &agents);
        self.weigh(exchanger, state, &agents, guide.unwrap_or_else(|| state.range()));
        let takes_from: Vec<usize> = assign(size, &self.prices).into_iter().map(|column| agents[column]).collect();
        let most = state.cost_by(guide) + leeway(heat, &mut self.rng);
        let lines = self.dealt(exchanger, state, agents.iter().zip(&takes_from));
        state.attempt(|state| {
            for (agent, line, price) in &lines {
                state.set_days(*agent, line);
                state.set_own_price(*agent, *price);
            }
            state.cost_by(guide) <= most
        });
    }

    /// Those who serve one queue, or any.
    fn draw_agents(&mut self) -> Vec<usize> {
        let all = self.team.members.len();
        let (rng, team) = (&mut self.rng, self.team);
        if rng.random_bool(ONE_QUEUE) {
            let skills = &team.members[rng.random_range(0..all)].skills;
            if skills.is_empty() {
                return Vec::new();
            }
            let colleagues = &team.serving[skills[rng.random_range(0..skills.len())].queue];
            let drawn = index::sample(rng, colleagues.len(), colleagues.len().min(MOST_AGENTS));
            return drawn.into_iter().map(|place| colleagues[place]).collect();
        }
        index::sample(rng, all, all.min(MOST_AGENTS)).into_vec()
    }

    fn draw_days(&mut self) {
        let Self { rng, days, team, .. } = self;
        let all = team.problem.days;
        days.clear();
        if !rng.random_bool(SINGLE_DAY) {
            days.extend((0..all).filter(|_| rng.random_bool(0.5)));
        }
        // To deal whole lines would be to rename the agents.
        if days.is_empty() || days.len() == all {
            days.clear();
            days.push(rng.random_range(0..all));
        }
    }

    /// Finds out who does the same on the days of the deal, and fills the same rows with it.
    fn sort(&mut self, state: &State, agents: &[usize]) {
        self.parts.clear();
        self.part_of.clear();
        for agent in agents {
            let does_the_same = |other: &usize| {
                let same = |day: &usize| state.line(*agent)[*day] == state.line(*other)[*day];
                self.days.iter().all(same) && self.fills_alike(state, *other, *agent)
            };
            let known = self.parts.iter().position(does_the_same);
            self.part_of.push(known.unwrap_or(self.parts.len()));
            if known.is_none() {
                self.parts.push(*agent);
            }
        }
    }

    /// Whether what `who` does fills the same rows when the agent does it instead.
    fn fills_alike(&self, state: &State, who: usize, agent: usize) -> bool {
        let mut duties = self.days.iter().filter_map(|day| state.line(who)[*day]);
        duties.all(|duty| self.team.fills_alike(who, agent, duty))
    }

    /// Prices what each agent would have with what each other one does; infinite where that breaks a rule.
    fn weigh(&mut self, exchanger: &Exchanger, state: &State, agents: &[usize], range: Guide) {
        self.prices.clear();
        let mut of_parts = Vec::new();
        let ties = TIES * self.team.gap_price;
        for (agent, own) in agents.iter().zip(&self.part_of) {
            self.line.clone_from(state.line(*agent));
            of_parts.clear();
            for (part, who) in self.parts.iter().enumerate() {
                let duties = self.days.iter().map(|day| (*day, state.line(*who)[*day]));
                let is_open = duties.clone().all(|(day, duty)| exchanger.may_do(*agent, day, duty));
                if part == *own || is_open && self.fills_alike(state, *who, *agent) {
                    duties.for_each(|(day, duty)| self.line[day] = duty);
                    of_parts.push(self.price(exchanger, *agent, range));
                } else {
                    of_parts.push(f64::INFINITY);
                }
            }
            let rng = &mut self.rng;
            self.prices.extend(self.part_of.iter().map(|part| of_parts[*part] + rng.random_range(0.0..=ties)));
        }
    }

    fn price(&self, exchanger: &Exchanger, agent: usize, range: Guide) -> f64 {
        let member = &self.team.members[agent];
        exchanger.price_of(agent, &self.line).map_or(f64::INFINITY, |(price, loads)| {
            let shared = (0..2).filter(|spread| member.shares[*spread]);
            let spread: f64 = shared.map(|spread| outside(member.beside[spread] + loads[spread], range[spread])).sum();
            price + spread * self.team.problem.weights.spread
        })
    }

    /// The lines that a deal changes and their prices, given each agent and whose days that one takes.
    fn dealt<'b>(
        &self,
        exchanger: &Exchanger,
        state: &State,
        pairs: impl Iterator<Item = (&'b usize, &'b usize)>,
    ) -> Vec<(usize, Line, f64)> {
        let line = |(agent, other): (&usize, &usize)| {
            let mut line = state.line(*agent).clone();
            self.days.iter().for_each(|day| line[*day] = state.line(*other)[*day]);
            (line != *state.line(*agent)).then_some((*agent, line))
        };
        let priced = |(agent, line): (usize, Line)| {
            let (price, _) = exchanger.price_of(agent, &line).expect("only lines that keep the rules are dealt");
            (agent, line, price)
        };
        pairs.filter_map(line).map(priced).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::planning::PlanningInput;
    use crate::solver::problem::RosterProblem;
    use crate::solver::search::{Found, construct, settle};
    use crate::solver::test_team::{chat_team, with_windows};

    fn dealt(input: &PlanningInput, deals: usize) -> (Found, Found) {
        let problem = RosterProblem::from_input(input).unwrap();
        let team = Team::of(&problem);
        let start = settle(&team, &construct(&team, 1), 1, &mut |_| false);
        let mut state = State::new(&team, start.lines.clone());
        let (exchanger, mut dealer) = (Exchanger::new(&team, 2), Dealer::new(&team, 3));
        let heads = state.cover().to_vec();
        for deal in 0..deals {
            let cost = state.cost();
            dealer.go(&exchanger, &mut state, (deal as u64 * 1000, 0.0), None);
            assert!(state.cost() <= cost + 1e-9);
            assert!(state.cover().iter().zip(&heads).all(|(now, before)| (now - before).abs() < 1e-9));
            let found = state.found();
            assert!((found.cost - problem.cost(&found.lines)).abs() < 1e-6);
            assert!((0..found.lines.len()).all(|agent| problem.breaches(agent, &found.lines[agent]).is_empty()));
        }
        (start, state.found())
    }

    /// Wishes, leave, leaders and several queues, breaks in windows too.
    #[test]
    fn deals_keep_cover_and_every_rule_and_never_cost_more() {
        let (start, end) = dealt(&chat_team(20, 1.1, 8), 200);
        assert!(start.lines != end.lines && end.cost < start.cost, "{} {}", start.cost, end.cost);
        let (start, end) = dealt(&with_windows(chat_team(20, 1.1, 8)), 200);
        assert_ne!(start.lines, end.lines);
    }
}
