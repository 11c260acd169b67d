//! A lower bound: no roster costs less.
//!
//! Each row gets a price for a head, its worth, between minus its surplus price and its gap price. With heads bought and sold
//! at these prices the agents no longer depend on each other, but for the even spread of loads; the cheapest line of each and
//! the cheapest range of loads add up to a bound, whatever the worths are. The worths are then moved towards where heads are
//! missing (the volume algorithm: F. Barahona, R. Anbil, Mathematical Programming 87, 2000).

use std::collections::HashMap;

use super::line::cheapest::Sweep;
use super::line::graph::Graph;
use super::line::resource::Spread;
use super::line::{Duty, Line};
use super::pricing::{AgentPrices, HeadPrices};
use super::search::{Guide, State};
use super::team::Team;

/// How far the worths are moved at first.
const FIRST_STEP: f64 = 0.1;
/// Below this step the worths hardly move any more.
const SETTLED_STEP: f64 = 1e-3;
/// How often the steps are then made wide again: from good worths they find a little more.
const BREATHS: u32 = 3;
/// Rounds without a rise after which the step is shortened, for a bound soon.
pub(super) const HASTY: u32 = 20;
/// What a round counts one round later.
const FORGETTING: f64 = 0.99;

/// Agents who differ in name only: one cheapest line serves them all.
struct Alike {
    agent: usize,
    count: f64,
}

/// The worths of the rows, and what they prove.
pub(super) struct Bound<'a> {
    team: &'a Team<'a>,
    alike: Vec<Alike>,
    /// The worths that prove the bound.
    worth: Vec<f64>,
    /// The bound.
    value: f64,
    /// Heads by row, averaged over the lines of all rounds.
    mean_cover: Vec<f64>,
    /// How far the worths are moved, relative to the distance to the target.
    step: f64,
    /// How often the step may still be made wide again.
    breaths: u32,
    /// Rounds since the bound last rose.
    idle: u32,
    /// So many of them shorten the step.
    patience: u32,
    /// How often each pair of ranges was the cheapest; what is long ago counts less.
    ranges: HashMap<Guide, f64>,
    desk: Desk,
}

/// What one round found.
struct Round {
    ranges: Ranges,
    value: f64,
    cover: Vec<f64>,
}

/// Room for a round.
#[derive(Default)]
struct Desk {
    prices: AgentPrices,
    sweep: Sweep,
    shifts: Vec<Option<usize>>,
}

/// The cheapest line of an agent for one pair of loads.
struct Choice {
    loads: [u16; 2],
    price: f64,
    duties: Vec<Duty>,
}

impl<'a> Bound<'a> {
    /// Begins with what a head is worth in a roster: its gap price where heads are missing, less than nothing where there
    /// are too many. The better the roster and the longer the patience, the higher the bound.
    pub fn new(team: &'a Team<'a>, lines: &[Line], patience: u32) -> Self {
        let state = State::new(team, lines.to_vec());
        let worth = (0..team.rows.demand.len()).map(|row| worth_in(team, &state, row)).collect();
        let mut bound = Self {
            team,
            alike: alike(team),
            worth,
            value: f64::NEG_INFINITY,
            mean_cover: Vec::new(),
            step: FIRST_STEP,
            breaths: BREATHS,
            idle: 0,
            patience,
            ranges: HashMap::new(),
            desk: Desk { shifts: vec![None; team.problem.days], ..Desk::default() },
        };
        let first = bound.round(&bound.worth.clone());
        bound.remember(first.ranges);
        bound.value = first.value;
        bound.mean_cover = first.cover;
        bound
    }

    /// No roster costs less.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// The loads that were the cheapest in most rounds of late: a roster near the bound has them.
    pub fn guide(&self) -> Guide {
        let most = self.ranges.iter().max_by(|left, right| left.1.total_cmp(right.1).then_with(|| left.0.cmp(right.0)));
        *most.expect("there was a round").0
    }

    fn remember(&mut self, ranges: Ranges) {
        self.ranges.values_mut().for_each(|times| *times *= FORGETTING);
        *self.ranges.entry(ranges.0).or_default() += 1.0;
    }

    /// Whether more rounds are unlikely to raise it.
    pub fn has_settled(&self) -> bool {
        self.step < SETTLED_STEP && self.breaths == 0
    }

    /// One round: moves the worths; `target` is the cost of a known roster.
    pub fn improve(&mut self, target: f64) {
        let rows = &self.team.rows;
        let missing: Vec<f64> = (0..self.worth.len()).map(|row| self.open_gap(row)).collect();
        let norm: f64 = missing.iter().map(|missing| missing * missing).sum();
        let length = self.step * (target - self.value).max(1e-6 * target.abs()) / norm.max(1e-9);
        let moved = self.worth.iter().zip(&missing).enumerate();
        let worth: Vec<f64> =
            moved.map(|(row, (worth, missing))| (worth + length * missing).clamp(-rows.surplus[row], rows.gap[row])).collect();
        let round = self.round(&worth);
        self.remember(round.ranges);
        self.blend(&round.cover);
        if round.value > self.value {
            let agrees: f64 = missing
                .iter()
                .zip(&rows.demand)
                .zip(&round.cover)
                .map(|((missing, demand), cover)| missing * (demand - cover))
                .sum();
            self.value = round.value;
            self.worth = worth;
            self.idle = 0;
            if agrees > 0.0 {
                self.step = (self.step * 1.1).min(2.0);
            }
        } else {
            self.idle += 1;
            if self.idle.is_multiple_of(self.patience) {
                self.step *= 0.8;
            }
            if self.step < SETTLED_STEP && self.breaths > 0 {
                self.breaths -= 1;
                self.step = FIRST_STEP;
            }
        }
    }

    /// Heads missing on average; 0 where the worth cannot follow, since what is missing, or too much, is paid for.
    fn open_gap(&self, row: usize) -> f64 {
        let rows = &self.team.rows;
        let missing = rows.demand[row] - self.mean_cover[row];
        let is_stopped = if missing > 0.0 { self.worth[row] >= rows.gap[row] } else { self.worth[row] <= -rows.surplus[row] };
        if is_stopped { 0.0 } else { missing }
    }

    /// Takes the lines of a round into the average, in the share that leaves least missing.
    fn blend(&mut self, cover: &[f64]) {
        let (mut dot, mut norm) = (0.0, 0.0);
        for ((mean, new), demand) in self.mean_cover.iter().zip(cover).zip(&self.team.rows.demand) {
            dot += (mean - demand) * (mean - new);
            norm += (mean - new) * (mean - new);
        }
        let share = if norm > 0.0 { (dot / norm).clamp(0.01, 0.1) } else { 0.1 };
        self.mean_cover.iter_mut().zip(cover).for_each(|(mean, new)| *mean += share * (new - *mean));
    }

    fn round(&mut self, worth: &[f64]) -> Round {
        let team = self.team;
        let mut cover = vec![0.0; worth.len()];
        let mut value: f64 = worth.iter().zip(&team.rows.demand).map(|(worth, demand)| worth * demand).sum();
        let choices: Vec<Vec<Choice>> = self.alike.iter().map(|alike| self.desk.choices(team, alike.agent, worth)).collect();
        let (ranges, spread_price) = cheapest_ranges(team, &self.alike, &choices);
        value += spread_price;
        for (alike, choices) in self.alike.iter().zip(&choices) {
            let fits = |choice: &&Choice| ranges.admit(team, alike.agent, choice.loads);
            let cheapest = choices.iter().filter(fits).min_by(|left, right| left.price.total_cmp(&right.price));
            let cheapest = cheapest.expect("every agent has a line in the ranges");
            value += alike.count * cheapest.price;
            for duty in &cheapest.duties {
                team.fills(alike.agent, *duty).for_each(|(row, heads)| cover[row] += alike.count * heads);
            }
        }
        Round { ranges, value, cover }
    }
}

/// The loads that those who share may have, by spread.
#[derive(Clone, Copy)]
struct Ranges(Guide);

impl Ranges {
    fn admit(&self, team: &Team, agent: usize, loads: [u16; 2]) -> bool {
        let shares = team.members[agent].shares;
        (0..2).all(|spread| !shares[spread] || (self.0[spread].0..=self.0[spread].1).contains(&loads[spread]))
    }
}

/// The ranges that cost least, lines and distance together.
fn cheapest_ranges(team: &Team, alike: &[Alike], choices: &[Vec<Choice>]) -> (Ranges, f64) {
    let loads_of = |spread: Spread| {
        let sharing = alike.iter().zip(choices).filter(move |(alike, _)| team.members[alike.agent].shares[spread as usize]);
        let loads = || sharing.clone().flat_map(|(_, choices)| choices).map(move |choice| choice.loads[spread as usize]);
        (loads().min().unwrap_or(0), loads().max().unwrap_or(0))
    };
    let reach = Spread::ALL.map(loads_of);
    let ranges =
        |(least, most): (u16, u16)| (least..=most).flat_map(move |fewest| (fewest..=most).map(move |most| (fewest, most)));
    // Whatever the ranges, the lines cost no less.
    let free: f64 = alike.iter().zip(choices).map(|(alike, choices)| alike.count * cheapest_of(choices, |_| true)).sum();
    let mut best = (Ranges(reach), f64::INFINITY, 0.0);
    for late in ranges(reach[0]) {
        for weekend in ranges(reach[1]) {
            let ranges = Ranges([late, weekend]);
            let distance = f64::from(late.1 - late.0 + weekend.1 - weekend.0) * team.problem.weights.spread;
            if free + distance >= best.1 {
                continue;
            }
            let mut price = distance;
            for (alike, choices) in alike.iter().zip(choices) {
                price += alike.count * cheapest_of(choices, |choice| ranges.admit(team, alike.agent, choice.loads));
            }
            if price < best.1 {
                best = (ranges, price, distance);
            }
        }
    }
    (best.0, best.2)
}

fn cheapest_of(choices: &[Choice], fits: impl Fn(&Choice) -> bool) -> f64 {
    choices.iter().filter(|choice| fits(choice)).map(|choice| choice.price).fold(f64::INFINITY, f64::min)
}

impl Desk {
    /// The cheapest line for each pair of loads that matters to the agent, those in other weeks included.
    fn choices(&mut self, team: &Team, agent: usize, worth: &[f64]) -> Vec<Choice> {
        let member = &team.members[agent];
        let graph: &Graph = &team.contracts.graphs[member.contract];
        self.prices.set(team, agent, HeadPrices::Dual(worth));
        self.sweep.run(graph, &self.prices.shifts);
        let mut cheapest: Vec<([u16; 2], f64, usize)> = Vec::new();
        for (node, price, end) in self.sweep.ends(graph) {
            let price = price + end.price + member.constant;
            let loads = [member.beside[0] + end.loads[0], member.beside[1] + end.loads[1]];
            match cheapest.iter_mut().find(|known| known.0 == loads) {
                Some(known) if known.1 <= price => (),
                Some(known) => *known = (loads, price, node),
                None => cheapest.push((loads, price, node)),
            }
        }
        let reached = cheapest.into_iter().filter(|(_, price, _)| price.is_finite());
        reached
            .map(|(loads, price, node)| {
                self.sweep.line_to(graph, node, &mut self.shifts);
                let duties = self.shifts.iter().flatten().map(|shift| self.prices.duty(*shift)).collect();
                Choice { loads, price, duties }
            })
            .collect()
    }
}

fn worth_in(team: &Team, state: &State, row: usize) -> f64 {
    let rows = &team.rows;
    let missing = rows.demand[row] - state.cover()[row];
    if missing > 0.5 {
        rows.gap[row]
    } else if missing < -0.5 {
        -rows.surplus[row]
    } else {
        0.25 * (rows.gap[row] - rows.surplus[row])
    }
}

fn alike(team: &Team) -> Vec<Alike> {
    let mut alike: Vec<Alike> = Vec::new();
    for agent in 0..team.members.len() {
        match alike.iter_mut().find(|known| team.members[known.agent] == team.members[agent]) {
            Some(known) => known.count += 1.0,
            None => alike.push(Alike { agent, count: 1.0 }),
        }
    }
    alike
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::problem::RosterProblem;
    use crate::solver::search::{Clock, Plan, anneal, construct};
    use crate::solver::test_team::chat_team;

    #[test]
    fn the_bound_rises_and_stays_below_a_good_roster() {
        let problem = RosterProblem::from_input(&chat_team(8, 1.0, 4)).unwrap();
        let team = Team::of(&problem);
        let plan = Plan { clock: Clock::Lines(4000), seed: 1, guide: None };
        let found = anneal(&team, &construct(&team, 1), plan, &mut |_| false);
        let mut bound = Bound::new(&team, &found.lines, HASTY);
        let first = bound.value();
        for _ in 0..400 {
            bound.improve(found.cost);
        }
        assert!(bound.value() > first && bound.value() <= found.cost + 1e-6, "{first} {} {}", bound.value(), found.cost);
        assert!(bound.value() > 0.85 * found.cost, "{} is far below {}", bound.value(), found.cost);
    }
}
