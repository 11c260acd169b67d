//! One step of the search: an agent's line anew.

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use super::state::{Guide, State, outside};
use crate::solver::line::Line;
use crate::solver::line::cheapest::Sweep;
use crate::solver::line::graph::End;
use crate::solver::line::resource::Spread;
use crate::solver::pricing::AgentPrices;
use crate::solver::team::{Member, Team};

/// How many draws are kept.
const DRAWS: usize = 1 << 14;

/// Rebuilds one agent after the other.
pub(in crate::solver) struct Rebuilder<'a> {
    team: &'a Team<'a>,
    rng: SmallRng,
    /// Draws of the Gumbel distribution, made once. The cheapest of prices that are blurred by them is a draw by price.
    draws: Vec<f64>,
    prices: AgentPrices,
    sweep: Sweep,
    shifts: Vec<Option<usize>>,
    /// A line of days off.
    empty: Line,
}

impl<'a> Rebuilder<'a> {
    /// One for the team; the same seed makes the same steps.
    pub fn new(team: &'a Team<'a>, seed: u64) -> Self {
        let mut rng = SmallRng::seed_from_u64(seed);
        let kept = DRAWS + team.problem.shifts.len() + team.problem.days;
        let draws = (0..kept).map(|_| (-(1.0 - rng.random::<f64>()).ln()).ln()).collect();
        let (prices, sweep) = (AgentPrices::default(), Sweep::default());
        let days = team.problem.days;
        Self { team, rng, draws, prices, sweep, shifts: vec![None; days], empty: vec![None; days] }
    }

    /// Leaves the agent without work.
    pub fn take_out(&self, state: &mut State, agent: usize) {
        state.set_line(agent, &self.empty);
    }

    /// Gives the agent the cheapest line for what the others leave open, at prices blurred by `heat`. Loads
    /// cost what they cost beside the others', or by the guide.
    pub fn rebuild(&mut self, state: &mut State, agent: usize, heat: f64, guide: Option<Guide>) {
        let line = self.answer(state, agent, heat, guide).expect("a contract is only assigned where it leaves a line");
        state.set_line(agent, &line);
    }

    /// The same line, while the agent is left without one; `None` where no line keeps the rules.
    pub fn answer(&mut self, state: &mut State, agent: usize, heat: f64, guide: Option<Guide>) -> Option<Line> {
        self.take_out(state, agent);
        self.prices.set(self.team, agent, state.head_prices());
        if heat > 0.0 {
            self.blur(heat);
        }
        self.cheapest(state, agent, guide)
    }

    /// Where all of the search's chance comes from.
    pub fn rng(&mut self) -> &mut SmallRng {
        &mut self.rng
    }

    fn blur(&mut self, heat: f64) {
        let draws = &self.draws[self.rng.random_range(0..DRAWS)..];
        let shifts = &mut self.prices.shifts;
        let prices = shifts.of_shift.iter_mut().chain(&mut shifts.of_day_off);
        prices.zip(draws).for_each(|(price, draw)| *price += heat * draw);
    }

    fn cheapest(&mut self, state: &State, agent: usize, guide: Option<Guide>) -> Option<Line> {
        let graph = &self.team.contracts.graphs[self.team.members[agent].contract];
        self.sweep.run(graph, &self.prices.shifts);
        let spread = SpreadPrices::new(self.team, state, agent, guide);
        let mut best = (f64::INFINITY, 0);
        for (node, price, end) in self.sweep.ends(graph) {
            let price = price + end.price + spread.of(end);
            if price < best.0 {
                best = (price, node);
            }
        }
        if best.0.is_infinite() {
            return None;
        }
        self.sweep.line_to(graph, best.1, &mut self.shifts);
        Some(self.shifts.iter().map(|shift| shift.map(|shift| self.prices.duty(shift))).collect())
    }
}

/// What an agent's loads cost.
struct SpreadPrices {
    weight: f64,
    shares: [bool; 2],
    beside: [u16; 2],
    by: By,
}

enum By {
    /// The fewest and the most loaded of the others, by spread.
    Others([Option<(u16, u16)>; 2]),
    /// Ranges that nobody pays for.
    Guide(Guide),
}

impl SpreadPrices {
    fn new(team: &Team, state: &State, agent: usize, guide: Option<Guide>) -> Self {
        let Member { shares, beside, .. } = team.members[agent];
        let others = || By::Others(Spread::ALL.map(|spread| state.others(agent, spread)));
        Self { weight: team.problem.weights.spread, shares, beside, by: guide.map_or_else(others, By::Guide) }
    }

    fn of(&self, end: &End) -> f64 {
        let shared = (0..2).filter(|spread| self.shares[*spread]);
        let load = |spread: usize| self.beside[spread] + end.loads[spread];
        let price = |spread: usize| match &self.by {
            By::Others(others) => {
                others[spread].map_or(0.0, |(fewest, most)| f64::from(most.max(load(spread)) - fewest.min(load(spread))))
            }
            By::Guide(guide) => outside(load(spread), guide[spread]),
        };
        self.weight * shared.map(price).sum::<f64>()
    }
}
