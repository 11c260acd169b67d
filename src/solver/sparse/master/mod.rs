//! Column generation: which lines share a part of a roster at least cost, and how little that part can cost at all.
//!
//! The program's duals price the rows; the line engine finds each agent's cheapest line at them; what would lower the cost
//! joins the program. At any whole prices between -over and under, the demand paid by them plus every agent's cheapest line is
//! a lower bound.

mod converge;

use super::line::Engine;
use super::lp::{Lp, Solution};
use super::model::{Duty, FORBIDDEN, Model};
use super::part::Part;
use super::steps::whole_price;
pub(super) use converge::{Aim, End, STATES_PER_ITERATION};

/// A line of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    /// Whose, counted within the part.
    pub agent: usize,
    /// The duties in the part's window.
    pub duties: Vec<Duty>,
}

/// Column generation on a part.
pub(super) struct Master<'a> {
    model: &'a Model,
    part: &'a Part,
    lp: Lp,
    /// The lines of the program.
    pub columns: Vec<Column>,
    /// Per agent of the part, the column that is fixed.
    pub fixed: Vec<Option<usize>>,
    /// The program's last solution.
    pub solution: Solution,
    /// The best bound at the present fixings, in parts of a cost unit.
    bound: i64,
    /// Cost of the last solution.
    total: f64,
    /// Simplex iterations that it took.
    pivots: u64,
    /// The prices that gave the best bound, or good ones to begin with; empty before the first.
    pub center: Vec<i32>,
}

impl<'a> Master<'a> {
    /// A program with these lines, at least one for each agent; `None` when HiGHS fails.
    pub fn new(model: &'a Model, part: &'a Part, columns: Vec<Column>) -> Option<Self> {
        let lp = Lp::new(&part.rows, part.agents.len()).ok()?;
        let mut master = Self {
            model,
            part,
            lp,
            columns: Vec::new(),
            fixed: vec![None; part.agents.len()],
            solution: Solution::default(),
            bound: i64::MIN,
            total: f64::INFINITY,
            pivots: 0,
            center: Vec::new(),
        };
        for column in columns {
            master.add(column)?;
        }
        Some(master)
    }

    fn add(&mut self, column: Column) -> Option<()> {
        let cost = self.part.cost(self.model, column.agent, &column.duties);
        self.lp.add(column.agent, cost as f64, self.part.covered(self.model, &column.duties)).ok()?;
        self.columns.push(column);
        Some(())
    }

    /// Fixes a line for its agent. Bounds from then on hold for what is left open.
    pub fn fix(&mut self, column: usize) {
        let agent = self.columns[column].agent;
        self.fixed[agent] = Some(column);
        let is_closed = |other: &usize| *other != column && self.columns[*other].agent == agent;
        self.lp.fix(column, (0..self.columns.len()).filter(is_closed));
        self.bound = i64::MIN;
    }

    /// Whether its program is slow to solve, so that good prices are worth many rounds of lines.
    pub fn is_large(&self) -> bool {
        self.lp.is_large
    }

    /// Prepares for a dive.
    pub fn prepare_dive(&mut self) {
        self.lp.prepare_dive();
    }

    /// Simplex iterations so far.
    pub fn work(&self) -> u64 {
        self.lp.work
    }

    /// What the program says the part costs, everything outside included.
    pub fn total(&self) -> f64 {
        self.total
    }

    /// The bound in whole units of cost, rounded up; `i64::MIN` before the first round of prices.
    pub fn bound(&self) -> i64 {
        if self.bound == i64::MIN {
            i64::MIN
        } else {
            self.bound.div_euclid(self.model.scale.into()) + i64::from(self.bound.rem_euclid(self.model.scale.into()) > 0)
        }
    }

    /// Every open agent's cheapest line at these prices, and the bound that they give.
    fn cheapest_lines(&self, engine: &mut Engine, prices: &[i32]) -> Option<(i64, Vec<Column>)> {
        let demand = self.part.rows.iter().zip(prices).map(|(row, price)| i64::from(row.demand) * i64::from(*price));
        let mut bound = self.part.constant * i64::from(self.model.scale) + demand.sum::<i64>();
        let mut lines = Vec::new();
        for agent in 0..self.part.agents.len() {
            if let Some(column) = self.fixed[agent] {
                bound += self.priced(agent, &self.columns[column].duties, prices);
                continue;
            }
            let (whose, line) = (self.part.agents[agent], &self.part.lines[agent]);
            let found = engine.cheapest(self.model, whose, line, self.part.window, &self.offers(agent, prices), None)?;
            bound += found.bound;
            lines.push(Column { agent, duties: found.duties });
        }
        Some((bound, lines))
    }

    /// Whole prices between the program's duals and those of the best bound.
    fn prices(&self, weight: f64) -> Vec<i32> {
        let scale = f64::from(self.model.scale);
        let mixed = |(at, price): (usize, &f64)| match self.center.get(at) {
            Some(center) => weight * f64::from(*center) / scale + (1.0 - weight) * price,
            None => *price,
        };
        let mixed = self.solution.prices.iter().enumerate().map(mixed);
        self.part.rows.iter().zip(mixed).map(|(row, price)| whole_price(price, row, scale)).collect()
    }

    /// An agent's price per (day, kind) of the window.
    fn offers(&self, agent: usize, prices: &[i32]) -> Vec<i32> {
        let base = &self.model.agents[self.part.agents[agent]].base[self.model.at(self.part.window.first, 0)..];
        let offer = |(base, row): (&i32, &Option<usize>)| match *base {
            FORBIDDEN => FORBIDDEN,
            base => base * self.model.scale - row.map_or(0, |row| prices[row]),
        };
        base.iter().zip(&self.part.row_of).map(offer).collect()
    }

    /// The price of an agent's duties.
    fn priced(&self, agent: usize, duties: &[Duty], prices: &[i32]) -> i64 {
        let cost = self.part.cost(self.model, agent, duties) * i64::from(self.model.scale);
        cost - self.part.covered(self.model, duties).map(|row| i64::from(prices[row])).sum::<i64>()
    }

    /// By how much a line would pay at the program's own duals.
    fn saving(&self, agent: usize, duties: &[Duty]) -> f64 {
        let cost = self.part.cost(self.model, agent, duties) as f64;
        self.solution.wages[agent] + self.part.covered(self.model, duties).map(|row| self.solution.prices[row]).sum::<f64>()
            - cost
    }

    /// The columns worth keeping when the program is built anew: the fixed agents' left out, the cheapest of the others.
    pub fn cheapest_columns(&self, each: usize) -> Vec<Column> {
        let mut kept = Vec::new();
        if self.solution.wages.is_empty() {
            return kept;
        }
        for agent in (0..self.part.agents.len()).filter(|agent| self.fixed[*agent].is_none()) {
            let own = self.columns.iter().filter(|column| column.agent == agent);
            let mut own: Vec<(f64, &Column)> = own.map(|column| (-self.saving(agent, &column.duties), column)).collect();
            own.sort_by(|a, b| a.0.total_cmp(&b.0));
            kept.extend(own.into_iter().take(each).map(|(_, column)| column.clone()));
        }
        kept
    }
}
