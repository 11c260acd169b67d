//! A dive: the lines that the program likes best are fixed, the rest is priced again, until every line is fixed.
//!
//! Pricing again after every fixing, down to the last agents, is what makes a dive good: the lines of the first program
//! seldom fit together.

use rand::Rng;
use rand::rngs::StdRng;

use super::board::Board;
use super::line::Engine;
use super::master::{Aim, Column, End, Master, STATES_PER_ITERATION};
use super::model::Model;
use super::part::Part;
use super::roster::Roster;

/// Share above which a line is as good as chosen.
const CHOSEN: f64 = 0.99;

/// Share from which several lines are fixed at once.
const LIKELY: f64 = 0.2;

/// Rounds without progress before the first fixing, and between two. The last rounds of a first program that is slow to solve
/// bring little: half of them a thousandth, on twelve weeks.
const PATIENCE: usize = 150;
const PATIENCE_IF_LARGE: usize = 2;
const STEP_PATIENCE: usize = 12;

/// Rounds of seeking prices before the first program of a part, of one that is slow to solve, and there after each fixing as
/// well. More after a fixing ended dives sooner, and 100 dearer.
const WARM_ROUNDS: usize = 25;
const WARM_ROUNDS_IF_LARGE: usize = 100;
const STEP_WARM_ROUNDS: usize = 10;

/// Lines kept per agent from a dive on the whole roster, and in a program that is slow to solve.
const POOL: usize = 25;
const POOL_IF_LARGE: usize = 60;

/// The share of agents still open at which a smaller program takes over. One that is solved anew each time has nothing to lose.
const SMALLER: f64 = 0.5;
const SMALLER_IF_LARGE: f64 = 0.75;

/// How carefully a dive goes down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Care {
    /// Distance of program and bound that will do on the way, as a share of what is to be gained.
    accuracy: f64,
    /// One in so many open agents is fixed in one step at most, apart from those chosen.
    at_once: usize,
}

impl Care {
    /// Of most dives.
    pub const USUAL: Self = Self { accuracy: 0.02, at_once: 10 };

    /// Of those that may take twice as long.
    pub const GREAT: Self = Self { accuracy: 0.005, at_once: 20 };
}

/// What dives leave to later ones.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    /// Good prices per (day, kind).
    pub prices: Vec<i32>,
    /// Lines of the whole horizon worth beginning with, from dives on the whole roster.
    pub pool: Vec<Column>,
}

/// How a dive went.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    /// The roster, where one was reached.
    pub roster: Option<Roster>,
    /// No completion of what lies outside the part costs less; `i64::MIN` where nothing is known.
    pub bound: i64,
    /// Work done, in simplex iterations; so many states swept count as one.
    pub work: u64,
}

/// Everything a dive needs besides its part.
pub(super) struct Diver<'a> {
    /// The problem.
    pub model: &'a Model,
    /// The line engine.
    pub engine: Engine,
    /// Breaks ties among lines.
    pub rng: StdRng,
    /// What earlier dives left.
    pub memory: Memory,
    /// Where to hear whether to stop.
    pub board: &'a Board<'a>,
    /// How it goes down.
    pub care: Care,
}

impl Diver<'_> {
    /// Dives on a part of a roster for a cost below `cutoff`, beginning with the part's lines and those of `pool`.
    pub fn dive(&mut self, roster: &Roster, part: &Part, pool: Vec<Column>, cutoff: i64) -> Outcome {
        let mut outcome = Outcome { roster: None, bound: i64::MIN, work: 0 };
        let swept = self.engine.work;
        let held = |(agent, whose): (usize, &usize)| {
            let duties = roster.lines[*whose][part.window.first..part.window.end].to_vec();
            Column { agent, duties }
        };
        let mut columns: Vec<Column> = pool.into_iter().chain(part.agents.iter().enumerate().map(held)).collect();
        let (mut roster, mut part) = (roster.clone(), part.clone());
        let (mut is_first, mut enough) = (true, f64::NEG_INFINITY);
        while let Some(mut master) = Master::new(self.model, &part, columns) {
            if !is_first {
                master.prepare_dive();
            }
            let descent = self.descend(&mut master, &part, cutoff, enough);
            outcome.work += master.work();
            if is_first {
                outcome.bound = descent.1;
            }
            let open: Vec<usize> = (0..part.agents.len()).filter(|agent| master.fixed[*agent].is_none()).collect();
            if !descent.0 {
                break;
            }
            roster = assembled(self.model, roster, &part, &master);
            if open.is_empty() {
                outcome.roster = Some(roster);
                break;
            }
            (is_first, enough) = (false, master.total() + 1e-6);
            columns = master.cheapest_columns(if master.is_large() { POOL_IF_LARGE } else { POOL });
            for column in &mut columns {
                column.agent = open.iter().position(|agent| *agent == column.agent).expect("only open agents' lines are kept");
            }
            part = Part::new(self.model, &roster, open.iter().map(|agent| part.agents[*agent]).collect(), part.window);
        }
        outcome.work += (self.engine.work - swept) / STATES_PER_ITERATION;
        outcome
    }

    /// Fixes lines until none is open, or so few that a smaller program pays; `false` when stopped or without hope. Also
    /// gives the bound of the part as it came.
    fn descend(&mut self, master: &mut Master, part: &Part, cutoff: i64, enough: f64) -> (bool, i64) {
        let whole = part.agents.len() == self.model.agents.len() && part.window == self.model.horizon();
        let is_first = enough == f64::NEG_INFINITY;
        let patience = if is_first && master.is_large() { PATIENCE_IF_LARGE } else { PATIENCE };
        let mut aim = Aim { cutoff, accuracy: if whole { 0.0 } else { self.care.accuracy }, enough, patience };
        let first = self.model.at(part.window.first, 0);
        let places = || part.row_of.iter().enumerate().filter(|(_, row)| row.is_some()).map(|(place, _)| first + place);
        if !self.memory.prices.is_empty() {
            master.center = places().map(|at| self.memory.prices[at]).collect();
        }
        let mut end = End::Converged;
        let rounds = if master.is_large() { WARM_ROUNDS_IF_LARGE } else { WARM_ROUNDS };
        if is_first && master.warm(&mut self.engine, cutoff, rounds, self.board).is_none() {
            end = End::Hopeless;
        }
        if end == End::Converged {
            end = master.converge(&mut self.engine, aim, self.board);
        }
        let bound = master.bound();
        self.memory.prices.resize(self.model.rows.len(), 0);
        for (at, price) in places().zip(&master.center) {
            self.memory.prices[at] = *price;
        }
        if whole && end != End::Stopped {
            self.memory.pool = master.cheapest_columns(POOL);
        }
        while end == End::Converged {
            let is_done = !fix_some(master, &mut self.rng, self.care.at_once);
            let open = master.fixed.iter().filter(|fixed| fixed.is_none()).count();
            let smaller = if master.is_large() { SMALLER_IF_LARGE } else { SMALLER };
            if is_done || (open as f64) < part.agents.len() as f64 * smaller {
                return (true, bound);
            }
            aim = Aim { accuracy: self.care.accuracy, enough: master.total() + 1e-6, patience: STEP_PATIENCE, ..aim };
            if master.is_large() {
                // Whatever ends this early is heard again by what follows.
                _ = master.warm(&mut self.engine, master.total() as i64, STEP_WARM_ROUNDS, self.board);
            }
            end = master.converge(&mut self.engine, aim, self.board);
        }
        (false, bound)
    }
}

/// Fixes the lines chosen and some of those likely, at least one; `false` when none was open.
fn fix_some(master: &mut Master, rng: &mut StdRng, at_once: usize) -> bool {
    let is_open = |column: &Column| master.fixed[column.agent].is_none();
    let mut open: Vec<(f64, f64, usize)> = Vec::new();
    for (index, _) in master.columns.iter().enumerate().filter(|pair| is_open(pair.1)) {
        let share = master.solution.shares.get(index).copied().unwrap_or(0.0);
        if share > 1e-6 {
            open.push((share + rng.random_range(0.0..0.15), share, index));
        }
    }
    open.sort_by(|a, b| b.0.total_cmp(&a.0));
    let agents = master.fixed.iter().filter(|fixed| fixed.is_none()).count();
    let mut likely = 0;
    for (_, share, index) in open {
        if master.fixed[master.columns[index].agent].is_some() {
            continue;
        }
        if share > CHOSEN {
            master.fix(index);
        } else if likely == 0 || share > LIKELY && likely <= agents / at_once {
            master.fix(index);
            likely += 1;
        }
    }
    agents > 0
}

/// The roster with the lines that are fixed.
fn assembled(model: &Model, mut roster: Roster, part: &Part, master: &Master) -> Roster {
    for (agent, column) in part.agents.iter().zip(&master.fixed) {
        if let Some(column) = column {
            roster.set(model, *agent, part.window.first, &master.columns[*column].duties);
        }
    }
    roster
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::solver::sparse::check::keeps_rules;
    use crate::solver::sparse::construct::construct;
    use crate::solver::sparse::lp::QUICK;
    use crate::solver::sparse::model::OFF;
    use crate::solver::sparse::toy;

    #[test]
    fn with_care_fewer_lines_are_fixed_at_once() {
        let model = toy::model(&mut StdRng::seed_from_u64(3), 40, 7, 2);
        let part = Part::new(&model, &Roster::empty(&model), (0..40).collect(), model.horizon());
        let column = |agent: usize, duty| Column { agent, duties: vec![duty; 7] };
        let columns: Vec<Column> = (0..40).flat_map(|agent| [column(agent, OFF), column(agent, 0)]).collect();
        let fixed = |care: Care| {
            let mut master = Master::new(&model, &part, columns.clone()).expect("HiGHS takes it");
            master.solution.shares = vec![0.5; 80];
            assert!(fix_some(&mut master, &mut StdRng::seed_from_u64(3), care.at_once));
            master.fixed.iter().flatten().count()
        };
        assert_eq!([Care::USUAL, Care::GREAT].map(fixed), [5, 3]);
    }

    #[test]
    fn a_dive_on_a_large_program_keeps_every_rule_and_its_bound() {
        let mut ended = 0;
        for seed in 0..8 {
            let model = toy::model(&mut StdRng::seed_from_u64(seed), 5, 14, 26);
            assert!(model.rows.len() > QUICK);
            let (mut engine, mut rng) = (Engine::default(), StdRng::seed_from_u64(seed));
            let Ok(first) = construct(&model, &mut engine, &mut rng, &|| false) else { continue };
            let board = Board::new(first.clone(), 0.0, &|| false, &|_, _| {});
            let part = Part::new(&model, &first, (0..5).collect(), model.horizon());
            let mut diver = Diver { model: &model, engine, rng, memory: Memory::default(), board: &board, care: Care::USUAL };
            let outcome = diver.dive(&first, &part, Vec::new(), first.cost);
            assert!(outcome.bound <= first.cost, "seed {seed}");
            let Some(found) = outcome.roster else { continue };
            assert!(outcome.bound <= found.cost && found.cost < first.cost, "seed {seed}");
            assert!((0..5).all(|agent| keeps_rules(&model, agent, &found.lines[agent])), "seed {seed}");
            ended += 1;
        }
        assert!(ended > 2, "{ended} dives came to their end");
    }
}
