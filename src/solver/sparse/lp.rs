//! The linear program over lines: the only file here that names HiGHS.
//!
//! In a small program lines come and are fixed while the basis stays. HiGHS cannot be interrupted inside its simplex method, so
//! that is given a few iterations at a time: whoever waits is heard in between, and the outcome does not depend on the clock.

use highs::{Col, ColProblem, HighsModelStatus, Model, Row as LpRow, Sense, SolvedModel};

use super::model::Row;
use crate::solver::highs::solve_unless;

/// Rows and agents that the simplex method is quick with. Beyond, an interior point method solves the program anew in every
/// round: on 624 in 0.1 to 1 s, where lines that came, or were fixed, took the simplex method 2000 to 4000 iterations from the
/// last basis, 1.2 to 2 s. Its prices are in the middle of the best, not in a corner, and lead to better lines besides.
pub(super) const QUICK: usize = 350;

/// Simplex iterations in the time of one of its steps.
const PIVOTS_PER_STEP: u64 = 100;

/// Iterations between two looks at whether to stop.
const ITERATIONS: i32 = 500;

/// The dual simplex: for a basis that new bounds made infeasible. Dives that stay with it when lines come end better too: 4050,
/// 4051 and 4053 on one instance, where those that went back to the primal each time ended between 4153 and 4262.
const DUAL: i32 = 1;

/// The primal simplex: for a basis that stays feasible when lines come.
const PRIMAL: i32 = 4;

/// HiGHS refused a program. The columns are sound by construction, so there is nothing that a caller could mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("HiGHS refused a linear program")]
pub(super) struct Refused;

/// A solution.
#[derive(Debug, Clone, Default)]
pub(super) struct Solution {
    /// Per row, what one more head of demand would cost.
    pub prices: Vec<f64>,
    /// Per agent, what a line may cost at these prices and no more.
    pub wages: Vec<f64>,
    /// Per line, its share.
    pub shares: Vec<f64>,
}

/// Chooses shares of lines such that every agent has one line in all.
pub(super) struct Lp {
    /// `None` only while it is being solved, and after a fault.
    model: Option<Model>,
    rows: Vec<LpRow>,
    agents: Vec<LpRow>,
    lines: Vec<Col>,
    /// Which simplex keeps the basis feasible.
    strategy: i32,
    /// Whether it is solved anew each time.
    pub is_large: bool,
    /// Simplex iterations since the beginning, or what took the time of one: a measure of work that is the same on every machine.
    pub work: u64,
}

impl Lp {
    /// A program with these rows, so many agents, and no lines yet.
    pub fn new(rows: &[Row], agents: usize) -> Result<Self, Refused> {
        let mut problem = ColProblem::default();
        let row_handles: Vec<LpRow> =
            rows.iter().map(|row| problem.add_row(f64::from(row.demand)..=f64::from(row.demand))).collect();
        let is_large = rows.len() + agents > QUICK;
        let agents = (0..agents).map(|_| problem.add_row(1.0..=1.0)).collect();
        let mut model = problem.try_optimise(Sense::Minimise).map_err(|_| Refused)?;
        model.make_quiet();
        for (option, value) in [("presolve", "off"), ("parallel", "off")] {
            model.try_set_option(option, value).map_err(|_| Refused)?;
        }
        model.try_set_option("threads", 1).map_err(|_| Refused)?;
        for (row, handle) in rows.iter().zip(&row_handles) {
            for (cost, sign) in [(row.over, -1.0), (row.under, 1.0)] {
                model.try_add_column(f64::from(cost), 0.0.., [(*handle, sign)]).map_err(|_| Refused)?;
            }
        }
        Ok(Self { model: Some(model), rows: row_handles, agents, lines: Vec::new(), strategy: PRIMAL, is_large, work: 0 })
    }

    /// Adds a line of an agent that covers these rows.
    pub fn add(&mut self, agent: usize, cost: f64, covered: impl Iterator<Item = usize>) -> Result<(), Refused> {
        let Some(model) = &mut self.model else { return Err(Refused) };
        let factors = covered.map(|row| (self.rows[row], 1.0)).chain([(self.agents[agent], 1.0)]);
        self.lines.push(model.try_add_column(cost, 0.0.., factors).map_err(|_| Refused)?);
        Ok(())
    }

    /// Prepares for lines being fixed.
    pub fn prepare_dive(&mut self) {
        self.strategy = DUAL;
    }

    /// Makes a line its agent's only one; the agent's others are closed, so that no pivot looks at them any more.
    pub fn fix(&mut self, line: usize, others: impl Iterator<Item = usize>) {
        if let Some(model) = &mut self.model {
            others.for_each(|other| model.change_column_bounds(self.lines[other], 0.0..=0.0));
            model.change_column_bounds(self.lines[line], 1.0..=1.0);
        }
        self.prepare_dive();
    }

    /// The optimum over the lines so far; `None` when stopped, or when HiGHS fails.
    pub fn solve(&mut self, is_stopped: &dyn Fn() -> bool) -> Option<Solution> {
        loop {
            let solved = self.go_on(is_stopped)?;
            let (pivots, steps) = (solved.simplex_iteration_count().max(0), solved.ipm_iteration_count().max(0));
            self.work += pivots as u64 + steps as u64 * PIVOTS_PER_STEP;
            let solution = (solved.status() == HighsModelStatus::Optimal).then(|| self.read(&solved));
            let is_under_way = !self.is_large && solved.status() == HighsModelStatus::ReachedIterationLimit;
            self.model = Some(solved.into());
            if solution.is_some() || is_stopped() {
                return solution;
            }
            // What the interior point method gives up on is left to the simplex method.
            if !self.is_large && !is_under_way {
                return None;
            }
            self.is_large &= is_under_way;
        }
    }

    /// Some iterations of the simplex method, or all steps of an interior point method.
    fn go_on(&mut self, is_stopped: &dyn Fn() -> bool) -> Option<SolvedModel> {
        let mut model = self.model.take()?;
        if self.is_large {
            model.try_set_option("solver", "ipm").ok()?;
            model.try_set_option("run_crossover", "choose").ok()?;
            return solve_unless(model, is_stopped);
        }
        model.try_set_option("solver", "simplex").ok()?;
        model.try_set_option("simplex_iteration_limit", ITERATIONS).ok()?;
        model.try_set_option("simplex_strategy", self.strategy).ok()?;
        model.try_solve().ok()
    }

    fn read(&self, solved: &highs::SolvedModel) -> Solution {
        let solution = solved.get_solution();
        let (prices, wages) = solution.dual_rows().split_at(self.rows.len());
        Solution { prices: prices.to_vec(), wages: wages.to_vec(), shares: solution.columns()[2 * self.rows.len()..].to_vec() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program() -> Lp {
        let rows = [Row { demand: 1, under: 10, over: 1 }, Row { demand: 1, under: 4, over: 1 }];
        let mut lp = Lp::new(&rows, 1).expect("HiGHS takes it");
        lp.add(0, 0.0, [0].into_iter()).expect("HiGHS takes it");
        lp.add(0, 3.0, [0, 1].into_iter()).expect("HiGHS takes it");
        lp
    }

    #[test]
    fn the_cheaper_line_is_chosen_and_priced() {
        let solution = program().solve(&|| false).expect("it has an optimum");
        assert!((solution.shares[1] - 1.0).abs() < 1e-6);
        assert!((solution.prices.iter().sum::<f64>() + solution.wages[0] - 3.0).abs() < 1e-6);
    }

    #[test]
    fn a_fixed_line_stays() {
        let mut lp = program();
        lp.solve(&|| false).expect("it has an optimum");
        lp.fix(0, [1].into_iter());
        let shares = lp.solve(&|| false).expect("it has an optimum").shares;
        assert!((shares[0] - 1.0).abs() < 1e-6 && shares[1].abs() < 1e-6);
    }

    /// More rows than a small program has, three agents, and forty lines for each.
    fn large() -> Lp {
        let rows = vec![Row { demand: 1, under: 10, over: 1 }; QUICK];
        let mut lp = Lp::new(&rows, 3).expect("HiGHS takes it");
        for line in 0..120_usize {
            let covered = (0..QUICK).filter(|row| (row * 7 + line * line) % 11 < 2 + line % 3);
            lp.add(line % 3, (line * 37 % 29) as f64, covered).expect("HiGHS takes it");
        }
        lp
    }

    #[test]
    fn a_large_program_is_solved_by_steps_to_the_optimum_of_the_simplex_method() {
        let value = |is_large| {
            let mut lp = large();
            assert!(std::mem::replace(&mut lp.is_large, is_large));
            let solution = lp.solve(&|| false).expect("it has an optimum");
            assert_eq!(lp.work.is_multiple_of(PIVOTS_PER_STEP), is_large, "{} iterations", lp.work);
            solution.prices.iter().chain(&solution.wages).sum::<f64>()
        };
        assert!((value(true) - value(false)).abs() < 1e-3, "{} {}", value(true), value(false));
    }

    #[test]
    fn a_large_program_is_stopped_at_a_step() {
        assert!(large().solve(&|| true).is_none());
    }

    #[test]
    fn what_the_steps_give_up_on_is_left_to_the_simplex_method() {
        let mut lp = large();
        let asked = std::cell::Cell::new(0);
        // Stopped once, in the middle, and never again.
        let is_stopped = || asked.replace(asked.get() + 1) == 1;
        assert!(lp.solve(&is_stopped).is_some() && !lp.is_large);
    }
}
