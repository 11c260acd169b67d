//! The rounds of column generation: solve the program, price the lines, until nothing is left to gain.
//!
//! Rosters are degenerate: most rows are covered exactly, and the program's duals jump. Lines are priced half way between them
//! and the prices of the best bound so far. A box around those prices in the program instead, which changes its costs in every
//! round, took ten times the pivots and did not converge on six weeks or more.

use super::Master;
use crate::solver::sparse::board::Board;
use crate::solver::sparse::line::Engine;
use crate::solver::sparse::steps::Steps;

/// Share of the best bound's prices in those that lines are sought at.
const SMOOTHING: f64 = 0.5;

/// What of that is taken for more lines in the same round.
const MIXTURES: [f64; 3] = [2.0 / 3.0, 1.0 / 3.0, 0.0];

/// Share below which it is dropped.
const LEAST_SMOOTHING: f64 = 0.2;

/// Cost by which a line must be too dear for its wage not to matter, in grains.
const TOLERANCE: f64 = 1e-4;

/// How much of its distance to the bound the program has to close within the aim's patience.
const PROGRESS: f64 = 0.03;

/// States swept in the time of a simplex iteration.
pub(in crate::solver::sparse) const STATES_PER_ITERATION: u64 = 200_000;

/// Last rounds of seeking prices whose lines join the program.
const WARM_LINES: usize = 12;

/// What column generation is to reach.
#[derive(Debug, Clone, Copy)]
pub(in crate::solver::sparse) struct Aim {
    /// Give up when the bound reaches it: nothing below is left.
    pub cutoff: i64,
    /// Distance of program and bound that will do, as a share of what is to be gained below the cutoff.
    pub accuracy: f64,
    /// Cost of the program that will do.
    pub enough: f64,
    /// Rounds without progress after which the program will have to do as it is.
    pub patience: usize,
}

/// How a round of column generation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::solver::sparse) enum End {
    /// No line lowers the cost any more, or too little to matter.
    Converged,
    /// Nothing below the cutoff is left, or nothing was found in time.
    Hopeless,
    /// The board said stop, or the program failed.
    Stopped,
}

impl Master<'_> {
    /// Generates lines until none helps, the aim is met or out of reach, or the rounds no longer pay.
    pub fn converge(&mut self, engine: &mut Engine, aim: Aim, board: &Board) -> End {
        let (mut mark, mut idle) = (f64::INFINITY, 0);
        loop {
            if self.solve(board).is_none() {
                return End::Stopped;
            }
            if self.total() <= aim.enough {
                return End::Converged;
            }
            let distance = (self.total() - self.bound() as f64).min(self.total().abs());
            idle = if self.total() < mark - PROGRESS * distance { 0 } else { idle + 1 };
            if idle == 0 {
                mark = self.total();
            }
            if idle > aim.patience {
                return if self.total() < aim.cutoff as f64 { End::Converged } else { End::Hopeless };
            }
            match self.round(engine, aim, board) {
                Some(end) => return end,
                None => continue,
            }
        }
    }

    /// Solves the program.
    fn solve(&mut self, board: &Board) -> Option<()> {
        let before = self.lp.work;
        self.solution = self.lp.solve(&|| board.is_done())?;
        self.pivots = self.lp.work - before;
        let mut cover = vec![0.0; self.part.rows.len()];
        self.total = self.part.constant as f64;
        for (column, share) in self.columns.iter().zip(&self.solution.shares).filter(|(_, share)| **share > 1e-9) {
            self.total += share * self.part.cost(self.model, column.agent, &column.duties) as f64;
            self.part.covered(self.model, &column.duties).for_each(|row| cover[row] += share);
        }
        for (row, cover) in self.part.rows.iter().zip(cover) {
            let missing = f64::from(row.demand) - cover;
            self.total += if missing > 0.0 { missing * f64::from(row.under) } else { -missing * f64::from(row.over) };
        }
        Some(())
    }

    /// One round of pricing, at prices between the best and the program's own; where those miss every line, nearer to its own.
    /// Where lines are quick and the program is slow, at other mixtures too: the first program of 120 agents and 504 rows took
    /// 13 s instead of 20.
    fn round(&mut self, engine: &mut Engine, aim: Aim, board: &Board) -> Option<End> {
        let mut weight = if self.center.is_empty() { 0.0 } else { SMOOTHING };
        loop {
            let (known, before) = (self.columns.len(), engine.work);
            let Some(mut added) = self.price(engine, self.prices(weight), known, board) else { return Some(End::Stopped) };
            for share in MIXTURES {
                if added > 0 && weight > 0.0 && (engine.work - before) / STATES_PER_ITERATION < self.pivots {
                    let Some(more) = self.price(engine, self.prices(weight * share), known, board) else {
                        return Some(End::Stopped);
                    };
                    added += more;
                }
            }
            if self.bound() >= aim.cutoff {
                return Some(End::Hopeless);
            }
            if self.is_tight(aim) || added == 0 && weight == 0.0 {
                return Some(End::Converged);
            }
            if added > 0 {
                return None;
            }
            weight = if weight > LEAST_SMOOTHING { weight / 2.0 } else { 0.0 };
        }
    }

    /// Seeks good prices without the program, by steps along the demand that the cheapest lines leave: far cheaper than its
    /// first rounds, whose duals say little. The lines of the last rounds join the program.
    pub fn warm(&mut self, engine: &mut Engine, target: i64, rounds: usize, board: &Board) -> Option<()> {
        let start = if self.center.is_empty() { vec![0; self.part.rows.len()] } else { self.center.clone() };
        let mut steps = Steps::new(&start, self.model.scale);
        for round in 0..rounds {
            if board.is_done() || self.bound() >= target {
                return None;
            }
            let prices = steps.prices(&self.part.rows);
            let (bound, lines) = self.cheapest_lines(engine, &prices)?;
            let mut left: Vec<f64> = self.part.rows.iter().map(|row| f64::from(row.demand)).collect();
            for line in lines.iter().flat_map(|column| self.part.covered(self.model, &column.duties)) {
                left[line] -= 1.0;
            }
            let is_better = bound > self.bound;
            if is_better {
                self.bound = bound;
                self.center.clone_from(&prices);
            }
            steps.advance(is_better, &prices, &left, (target as f64 - bound as f64 / f64::from(self.model.scale)).max(1.0));
            if round + WARM_LINES >= rounds {
                for column in lines {
                    self.add(column)?;
                }
            }
        }
        Some(())
    }

    /// Prices every line: raises the bound, and adds the lines that the program lacked when it was solved with the first
    /// `known` of its columns. Gives their number; `None` when stopped.
    fn price(&mut self, engine: &mut Engine, prices: Vec<i32>, known: usize, board: &Board) -> Option<usize> {
        if board.is_done() {
            return None;
        }
        let (bound, lines) = self.cheapest_lines(engine, &prices)?;
        let mut added = 0;
        for column in lines {
            let is_new = !self.columns[known..].contains(&column);
            if is_new && self.saving(column.agent, &column.duties) > TOLERANCE * self.model.grain {
                self.add(column)?;
                added += 1;
            }
        }
        if bound > self.bound {
            self.bound = bound;
            self.center = prices;
        }
        Some(added)
    }

    /// Whether the bound, rounded up, has reached the program's cost.
    fn is_tight(&self, aim: Aim) -> bool {
        let bound = self.bound();
        bound != i64::MIN && bound as f64 >= self.total() - 1e-3 - aim.accuracy * (aim.cutoff as f64 - bound as f64)
    }
}
