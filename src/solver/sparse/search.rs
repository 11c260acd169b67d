//! Annealed search: one to three agents are taken out of a window and put back, one after the other, by the cheapest line
//! at exact marginal prices.

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::index;

use super::board::Board;
use super::line::Engine;
use super::model::{Duty, Model, WEEK, Window};
use super::roster::Roster;

/// Weeks of the windows it rebuilds.
const WEEKS: usize = 4;

/// Rebuilds between two looks at whether to stop, and at what others have rebuilt.
const LOOK: usize = 8;

/// How long and how hot a search is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    /// Rebuilds in all.
    pub moves: usize,
    /// First and last temperature, in grains.
    pub heat: (f64, f64),
    /// What prices may be off by at random, in grains: it breaks ties, and leads out of the nearest dips.
    pub noise: f64,
}

/// A search with its room.
pub(super) struct Search<'a> {
    model: &'a Model,
    engine: &'a mut Engine,
    rng: &'a mut StdRng,
    prices: Vec<i32>,
    /// Whose lines it rebuilds.
    agents: Vec<usize>,
}

impl<'a> Search<'a> {
    /// A search by this engine and these random numbers.
    pub fn new(model: &'a Model, engine: &'a mut Engine, rng: &'a mut StdRng) -> Self {
        Self { model, engine, rng, prices: Vec::new(), agents: (0..model.agents.len()).collect() }
    }

    /// The same for one of several threads that anneal one roster together: each rebuilds the lines of its own agents.
    pub fn among(self, index: usize, threads: usize) -> Self {
        let agents = self.agents.into_iter().filter(|agent| agent % threads == index).collect();
        Self { agents, ..self }
    }

    /// Anneals from a roster until the plan ends or the board says stop; offers each best roster to the board and returns
    /// the last of them.
    pub fn anneal(&mut self, from: &Roster, plan: Plan, board: &Board) -> Roster {
        let (mut roster, mut best) = (from.clone(), from.clone());
        let cooling = (plan.heat.1 / plan.heat.0).powf(1.0 / plan.moves.max(1) as f64);
        let mut heat = plan.heat.0;
        for step in 0..plan.moves {
            if step % LOOK == 0 {
                if board.is_done() || self.agents.is_empty() {
                    break;
                }
                if self.agents.len() < self.model.agents.len() {
                    board.exchange(self.model, &mut roster, |agent| self.agents.binary_search(&agent).is_ok());
                }
            }
            let limit = roster.cost + (-heat * self.model.grain * (1.0 - self.rng.random::<f64>()).ln()) as i64;
            self.rebuild(&mut roster, limit, plan.noise);
            if roster.cost < best.cost {
                best.clone_from(&roster);
                board.offer(&best);
            }
            heat *= cooling;
        }
        best
    }

    /// Rebuilds a few agents in a window; everything stays if that would cost more than `limit`.
    fn rebuild(&mut self, roster: &mut Roster, limit: i64, noise: f64) {
        let model = self.model;
        let window = self.window();
        let size = self.rng.random_range(1..=3.min(self.agents.len()));
        let agents = index::sample(self.rng, self.agents.len(), size).iter().map(|index| self.agents[index]).collect::<Vec<_>>();
        let old: Vec<Vec<Duty>> = agents.iter().map(|agent| roster.clear(model, *agent, window)).collect();
        let most = (noise * model.grain * f64::from(model.scale)) as i32 + 1;
        let is_whole = agents.iter().all(|agent| {
            roster.marginals(model, *agent, window, &mut self.prices, || self.rng.random_range(0..most));
            let found = self.engine.cheapest(model, *agent, &roster.lines[*agent], window, &self.prices, None);
            found.map(|found| roster.set(model, *agent, window.first, &found.duties)).is_some()
        });
        if !is_whole || roster.cost > limit {
            for (agent, duties) in agents.iter().zip(&old) {
                roster.set(model, *agent, window.first, duties);
            }
        }
    }

    /// One to four whole weeks.
    fn window(&mut self) -> Window {
        let weeks = self.model.weeks();
        let length = self.rng.random_range(1..=WEEKS.min(weeks));
        let first = self.rng.random_range(0..=weeks - length);
        Window { first: first * WEEK, end: ((first + length) * WEEK).min(self.model.days) }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::solver::sparse::check::keeps_rules;
    use crate::solver::sparse::construct::construct;
    use crate::solver::sparse::toy;

    #[test]
    fn a_search_keeps_the_rules_and_never_makes_it_worse() {
        for seed in 0..40 {
            let rng = &mut StdRng::seed_from_u64(seed);
            let model = toy::model(rng, 3, 20, 2);
            let mut engine = Engine::default();
            let Ok(first) = construct(&model, &mut engine, rng, &|| false) else { continue };
            let board = Board::new(first.clone(), 0.0, &|| false, &|_, _| {});
            let plan = Plan { moves: 200, heat: (3.0, 0.5), noise: 0.5 };
            let best = Search::new(&model, &mut engine, rng).anneal(&first, plan, &board);
            assert!(best.cost <= first.cost && best.cost == board.cost());
            assert!((0..3).all(|agent| keeps_rules(&model, agent, &best.lines[agent])), "seed {seed}");
        }
    }

    #[test]
    fn a_search_among_others_leaves_their_lines_alone() {
        let rng = &mut StdRng::seed_from_u64(2);
        let model = toy::model(rng, 4, 14, 2);
        let mut engine = Engine::default();
        let first = construct(&model, &mut engine, rng, &|| false).unwrap_or_else(|_| Roster::empty(&model));
        let board = Board::new(first.clone(), 0.0, &|| false, &|_, _| {});
        let plan = Plan { moves: 200, heat: (3.0, 0.5), noise: 0.5 };
        let best = Search::new(&model, &mut engine, rng).among(1, 2).anneal(&first, plan, &board);
        assert!(best.cost < first.cost);
        assert_eq!((&best.lines[0], &best.lines[2]), (&first.lines[0], &first.lines[2]));
    }
}
