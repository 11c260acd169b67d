//! The states that the line engine tells apart, and where each is stored.
//!
//! A state is what the days so far leave behind: units worked, weekends worked, shifts of the counted kinds, and either the
//! days off so far or the tail of the last shift with the length of the run. Weekends and counts make a *block*; in a block
//! there is a *plane* for each tail and length of run and for each number of days off, and a plane has a price for each
//! number of units, side by side: whatever a day does, it does to all of them at once.

use super::edge::{After, Before, Edge};
use super::shape::Shape;
use crate::solver::sparse::budget::Budget;
use crate::solver::sparse::model::{Agent, Limits, OFF};

/// The blocks of one day's end.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::solver::sparse) struct Layer {
    /// Where its first block begins.
    pub offset: usize,
    /// Fewest and most units.
    pub units: (usize, usize),
    /// Fewest and most weekends.
    pub weekends: (usize, usize),
}

impl Layer {
    /// States of a plane.
    pub fn width(&self) -> usize {
        self.units.1 - self.units.0 + 1
    }
}

/// A kind whose shifts are counted.
#[derive(Debug, Clone, Copy)]
pub(in crate::solver::sparse) struct Counter {
    /// Which.
    pub kind: usize,
    /// Shifts at most.
    pub most: usize,
    /// What one shift adds to the index of counts.
    pub stride: usize,
}

impl Counter {
    /// The index of counts with one more shift; `None` when that is one too many.
    pub fn after(&self, count: usize) -> Option<usize> {
        (count / self.stride % (self.most + 1) < self.most).then_some(count + self.stride)
    }
}

/// Keeps a line near a budget, so that a long horizon has few states. It leaves lines out: a roster found under it is one, a
/// bound is not.
#[derive(Debug, Clone, Copy)]
pub(in crate::solver::sparse) struct Pace<'a> {
    /// How much should be done by when.
    pub budget: &'a Budget,
    /// Units that the work so far may differ from its share.
    pub units: usize,
    /// Weekends, likewise.
    pub weekends: usize,
}

/// One call's states.
#[derive(Debug)]
pub(in crate::solver::sparse) struct Frame<'a> {
    /// The agent's kinds.
    pub shape: &'a Shape,
    /// What the line must keep.
    pub limits: &'a Limits,
    /// What the days outside leave.
    pub edge: &'a Edge,
    /// First day of the window.
    pub first: usize,
    /// The counted kinds.
    pub counters: Vec<Counter>,
    /// Number of combinations of counts.
    pub counts: usize,
    /// The longest run told apart, less one.
    pub run_cap: usize,
    /// Whether it stands for all longer runs too.
    pub is_run_open: bool,
    /// The most days off told apart, less one: enough of them.
    pub off_cap: usize,
    /// Whether units are told apart.
    pub has_units: bool,
    /// Whether weekends are told apart.
    pub has_weekends: bool,
    /// The layers: one before the first day, one after each.
    pub layers: Vec<Layer>,
    /// States of all layers.
    pub states: usize,
}

impl<'a> Frame<'a> {
    /// The states of a call; `None` where the limits leave none.
    pub fn new(
        agent: &'a Agent,
        days: usize,
        first: usize,
        edge: &'a Edge,
        counted: &[usize],
        pace: Option<Pace<'_>>,
    ) -> Option<Self> {
        let (shape, limits) = (&agent.shape, &agent.limits);
        let length = edge.weekend_steps.len();
        let mut counts = 1;
        let mut counters = Vec::new();
        for kind in counted {
            counters.push(Counter { kind: *kind, most: edge.of_kind[*kind], stride: counts });
            counts *= edge.of_kind[*kind] + 1;
        }
        let is_run_open = limits.max_run >= days + limits.run_before;
        let mut frame = Self {
            shape,
            limits,
            edge,
            first,
            counters,
            counts,
            run_cap: if is_run_open { limits.min_run } else { limits.max_run }.max(1) - 1,
            is_run_open,
            off_cap: limits.min_off.max(1) - 1,
            has_units: edge.min_units > 0 || edge.max_units < most_units(limits, shape, length),
            has_weekends: edge.weekends < edge.open_weekends(),
            layers: Vec::new(),
            states: 0,
        };
        frame.lay_out(length, pace)?;
        Some(frame)
    }

    fn lay_out(&mut self, length: usize, pace: Option<Pace<'_>>) -> Option<()> {
        let mut offset = 0;
        for day in 0..=length {
            let units = self.units_after(day, length, pace);
            let weekends = self.weekends_after(day, pace);
            if units.0 > units.1 || weekends.0 > weekends.1 {
                return None;
            }
            let layer = Layer { offset, units, weekends };
            self.layers.push(layer);
            offset += layer.width() * (weekends.1 - weekends.0 + 1) * self.counts * self.planes();
        }
        self.states = offset;
        Some(())
    }

    /// Fewest and most units after some days from which the window's limits can still be kept.
    fn units_after(&self, day: usize, length: usize, pace: Option<Pace<'_>>) -> (usize, usize) {
        if !self.has_units {
            return (0, 0);
        }
        let most = |days| most_units(self.limits, self.shape, days);
        let (min, max) = (self.edge.min_units, self.edge.max_units);
        let (low, high) = (min.saturating_sub(most(length - day)), max.min(most(day)));
        let Some(pace) = pace else { return (low, high) };
        let due = ((min + max.min(most(length))) as f64 / 2.0 * pace.budget.work[day]) as usize;
        (low.max(due.saturating_sub(pace.units)), high.min(due + pace.units))
    }

    fn weekends_after(&self, day: usize, pace: Option<Pace<'_>>) -> (usize, usize) {
        if !self.has_weekends {
            return (0, 0);
        }
        let most = self.edge.weekends.min(day.div_ceil(7) + 1);
        let Some(pace) = pace else { return (0, most) };
        let due = (self.edge.weekends as f64 * pace.budget.weekends[day]) as usize;
        (due.saturating_sub(pace.weekends), most.min(due + pace.weekends))
    }

    /// Planes of a block.
    pub fn planes(&self) -> usize {
        self.plane(self.shape.tails, self.off_cap) + 1
    }

    /// Plane of a tail and a run of so many days, or of so many days off in the row after the last tail's; both less one.
    pub fn plane(&self, row: usize, lane: usize) -> usize {
        row * (self.run_cap + 1) + lane
    }

    /// First state of a block, counted from its layer's first; `None` outside the layer.
    pub fn block(&self, layer: usize, weekends: usize, count: usize) -> Option<usize> {
        let layer = &self.layers[layer];
        let index = weekends.checked_sub(layer.weekends.0).filter(|_| weekends <= layer.weekends.1)? * self.counts + count;
        Some(index * self.planes() * layer.width())
    }

    /// Whether a run of so many days may end before a day of the window.
    pub fn may_end(&self, run: usize, day: usize) -> bool {
        run >= self.limits.min_run || run == self.first + day + self.limits.run_before
    }

    /// Where the window is entered: row and lane.
    pub fn entry(&self) -> (usize, usize) {
        match self.edge.before {
            Before::Off(days) => (self.shape.tails, days.clamp(1, self.off_cap + 1) - 1),
            Before::Work(..) if self.shape.tails == 0 => (self.shape.tails, self.off_cap),
            Before::Work(kind, run) => {
                (if kind == OFF { 0 } else { self.shape.slot(kind.into()).tail }, (run - 1).min(self.run_cap))
            }
        }
    }

    /// The tails that a group may follow on a day of the window.
    pub fn tails_before(&self, group: usize, day: usize) -> &[usize] {
        // Nothing is known of a shift before the horizon: it stands in the first tail's row, and anything may follow.
        let is_unknown = day == 0 && matches!(self.edge.before, Before::Work(OFF, _));
        if is_unknown { &[0] } else { &self.shape.groups[group] }
    }

    /// Lane of the first day off after a run, on a day of the window.
    pub fn first_off(&self, day: usize) -> usize {
        // Days off that touch the first day count as enough.
        if self.first + day == 0 { self.off_cap } else { 0 }
    }

    /// Whether days off of this lane may meet what follows the window.
    pub fn off_fits(&self, lane: usize) -> bool {
        match self.edge.after {
            After::End => true,
            After::Off(days, is_last) => is_last || lane == self.off_cap || lane + 1 + days >= self.limits.min_off,
            After::Work(_, run, is_last) => lane == self.off_cap && (is_last || run >= self.limits.min_run),
        }
    }

    /// Whether a run of this tail and lane may meet what follows the window.
    pub fn run_fits(&self, tail: usize, lane: usize) -> bool {
        let (run, length) = (lane + 1, self.edge.weekend_steps.len());
        match self.edge.after {
            After::End => true,
            After::Off(days, is_last) => self.may_end(run, length) && (is_last || days >= self.limits.min_off),
            After::Work(kind, more, is_last) => {
                self.shape.may_follow(kind.into(), tail)
                    && (self.is_run_open || run + more <= self.limits.max_run)
                    && (is_last || run + more >= self.limits.min_run || self.may_end(run, length))
            }
        }
    }
}

/// An upper bound on the units of so many days: runs as long as may be with breaks as short as may be, all of the longest kind.
fn most_units(limits: &Limits, shape: &Shape, days: usize) -> usize {
    let cycle = limits.max_run.saturating_add(limits.min_off.max(1));
    (days / cycle * limits.max_run + (days % cycle).min(limits.max_run)) * shape.longest
}
