//! The problem in dense form: what each agent may work, what a line costs, what cover costs.
//!
//! Costs are whole numbers. Inside the engines they are multiplied by the model's scale, so that the prices of a linear
//! program, rounded to one part of it, leave the arithmetic of lines and bounds exact.

use super::line::shape::Shape;

/// Parts of a cost unit that the engines count in where prices are small enough.
pub(super) const SCALE: i32 = 1000;

/// What the prices of a whole line may add up to, times the scale. The line engine adds in 32 bits; unreachable states stand
/// at half of their range, and tolls raise prices up to five times.
const MOST_PRICE: i64 = (1 << 29) / 5;

/// Price of what may not be.
pub(super) const FORBIDDEN: i32 = i32::MAX;

/// What an agent does on a day: a kind of shift, or [`OFF`].
pub(super) type Duty = u16;

/// A day off.
pub(super) const OFF: Duty = Duty::MAX;

/// Days of a week; day 0 is a Monday.
pub(super) const WEEK: usize = 7;

/// A kind of shift: shifts of one kind differ in their day only.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    /// Paid minutes.
    pub minutes: u32,
    /// Per kind, whether it may not follow on the next day.
    pub bars: Vec<bool>,
}

/// What an agent's line must keep.
#[derive(Debug, Clone)]
pub(super) struct Limits {
    /// Days worked in a row at most, those before the horizon included.
    pub max_run: usize,
    /// Days worked in a row at least, 1 for no limit; a run that touches the first or the last day may be shorter.
    pub min_run: usize,
    /// Days off in a row at least, 1 for no limit; those that touch the first or the last day may be fewer.
    pub min_off: usize,
    /// Paid minutes at least.
    pub min_minutes: u32,
    /// Paid minutes at most.
    pub max_minutes: u32,
    /// Weekends with work on Saturday or Sunday at most.
    pub max_weekends: usize,
    /// Per kind, shifts at most.
    pub max_of_kind: Vec<usize>,
    /// Days in a row worked up to the day before the horizon.
    pub run_before: usize,
}

/// One agent.
#[derive(Debug, Clone)]
pub(super) struct Agent {
    /// What the line must keep.
    pub limits: Limits,
    /// Cost per (day, kind), apart from cover; [`FORBIDDEN`] where it may not be.
    pub base: Vec<i32>,
    /// Cost whatever the agent works.
    pub constant: i64,
    /// The agent's kinds, grouped for the line engine.
    pub shape: Shape,
}

impl Agent {
    /// Prepares an agent of a team whose kinds of shift are these.
    pub fn new(kinds: &[Kind], limits: Limits, mut base: Vec<i32>, constant: i64) -> Self {
        for day in base.chunks_mut(kinds.len().max(1)) {
            for (price, most) in day.iter_mut().zip(&limits.max_of_kind) {
                if *most == 0 {
                    *price = FORBIDDEN;
                }
            }
        }
        let shape = Shape::new(kinds, &base);
        Self { limits, base, constant, shape }
    }
}

/// What cover of one (day, kind) costs: convex in the heads, with its kink at the demand.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Row {
    /// Heads wanted.
    pub demand: i32,
    /// Cost of each head missing.
    pub under: i32,
    /// Cost of each head too many.
    pub over: i32,
}

impl Row {
    /// Cost of a cover.
    pub fn cost(&self, cover: i32) -> i64 {
        i64::from(self.under) * i64::from((self.demand - cover).max(0))
            + i64::from(self.over) * i64::from((cover - self.demand).max(0))
    }

    /// Change of cost when one head comes to a cover.
    pub fn marginal(&self, cover: i32) -> i32 {
        if cover < self.demand { -self.under } else { self.over }
    }
}

/// A roster problem whose cover is counted per (day, kind).
#[derive(Debug, Clone)]
pub(super) struct Model {
    /// Days of the horizon.
    pub days: usize,
    /// Kinds of shift.
    pub kinds: Vec<Kind>,
    /// Who may be rostered.
    pub agents: Vec<Agent>,
    /// What cover costs per (day, kind), day by day.
    pub rows: Vec<Row>,
    /// Parts of a cost unit that the engines count in.
    pub scale: i32,
    /// A hundredth of what a missing head costs in the mean, in cost units: what is tried at random, and what is too
    /// little to matter, is measured by it.
    pub grain: f64,
}

impl Model {
    /// A problem; `None` where its prices are too high for whole numbers of 32 bits.
    pub fn new(days: usize, kinds: Vec<Kind>, agents: Vec<Agent>, rows: Vec<Row>) -> Option<Self> {
        let own = agents.iter().flat_map(|agent| &agent.base).filter(|price| **price != FORBIDDEN);
        let highest = |prices: &mut dyn Iterator<Item = i32>| prices.map(|price| i64::from(price.abs())).max().unwrap_or(0);
        let highest_own = highest(&mut own.copied());
        let highest_row = highest(&mut rows.iter().flat_map(|row| [row.under, row.over]));
        let whole_line = (highest_own + highest_row) * days as i64;
        let scale = (MOST_PRICE / whole_line.max(1)).min(SCALE.into()) as i32;
        let priced: Vec<f64> = rows.iter().filter(|row| row.under > 0).map(|row| row.under.into()).collect();
        let grain = if priced.is_empty() { 1.0 } else { priced.iter().sum::<f64>() / priced.len() as f64 / 100.0 };
        (scale > 0).then_some(Self { days, kinds, agents, rows, scale, grain })
    }

    /// Index of a (day, kind).
    pub fn at(&self, day: usize, kind: usize) -> usize {
        day * self.kinds.len() + kind
    }

    /// The whole horizon.
    pub fn horizon(&self) -> Window {
        Window { first: 0, end: self.days }
    }

    /// Weeks of the horizon, the last one perhaps short.
    pub fn weeks(&self) -> usize {
        self.days.div_ceil(WEEK)
    }
}

/// Days `first..end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// First day inside.
    pub first: usize,
    /// First day after.
    pub end: usize,
}
