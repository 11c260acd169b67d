//! What the rules have in common that allow so many of something a week.

use crate::solver::line::resource::Resource;
use crate::solver::problem::{ProblemParts, ShiftSpec, WEEK};

/// Shifts of a sort worked in the week so far.
pub(super) struct WeeklyCount {
    most: u16,
    days: usize,
    is_counted: fn(&ShiftSpec) -> bool,
}

impl WeeklyCount {
    /// `None` where the limit binds nobody.
    pub fn resource(problem: &ProblemParts, most: u32, is_counted: fn(&ShiftSpec) -> bool) -> Option<Box<dyn Resource>> {
        let is_bound = (most as usize) < WEEK && problem.shifts.iter().any(is_counted);
        is_bound.then(|| Box::new(Self { most: most as u16, days: problem.days, is_counted }) as Box<dyn Resource>)
    }
}

impl Resource for WeeklyCount {
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
        let since_monday = day % WEEK;
        let left = (WEEK - since_monday).min(self.days - day);
        let binds = since_monday > 0 && usize::from(worked) + left > usize::from(self.most);
        if binds { worked } else { 0 }
    }
}
