//! What the rules have in common that allow so many of something in a week or in the horizon.

use crate::solver::line::resource::Resource;
use crate::solver::problem::{ProblemParts, ShiftSpec};

/// Shifts of a sort worked in the period so far.
pub(super) struct Count<F> {
    most: u16,
    /// Days after which the count begins anew.
    period: usize,
    days: usize,
    is_counted: F,
}

impl<F: Fn(&ShiftSpec) -> bool + 'static> Count<F> {
    /// `None` where the limit binds nobody.
    pub fn resource(problem: &ProblemParts, period: usize, most: u32, is_counted: F) -> Option<Box<dyn Resource>> {
        let is_bound = (most as usize) < period && problem.shifts.iter().any(&is_counted);
        is_bound.then(|| Box::new(Self { most: most as u16, period, days: problem.days, is_counted }) as Box<dyn Resource>)
    }
}

impl<F: Fn(&ShiftSpec) -> bool> Resource for Count<F> {
    fn effect(&self, shift: &ShiftSpec) -> u16 {
        (self.is_counted)(shift).into()
    }

    fn work(&self, worked: u16, effect: u16, _: usize) -> Option<u16> {
        let worked = worked + effect;
        (worked <= self.most).then_some(worked)
    }

    fn rest(&self, worked: u16, _: usize) -> Option<u16> {
        Some(worked)
    }

    fn canonical(&self, worked: u16, day: usize) -> u16 {
        let gone = day % self.period;
        let left = (self.period - gone).min(self.days - day);
        let binds = gone > 0 && usize::from(worked) + left > usize::from(self.most);
        if binds { worked } else { 0 }
    }
}
