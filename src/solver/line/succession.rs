//! Which shifts may not be worked after which: minimum rest, and kinds that may not follow each other.
//!
//! What a line closes off on the days to come is a *mask*. Shifts that close off the same shifts have the same mask, mask 0
//! closes off nothing.

use std::collections::HashMap;

use crate::solver::problem::ProblemParts;

/// How many days ahead a shift can close off another: a shift of a day and a rest of a day end within three.
const REACH: usize = 3;

/// The masks of one set of limits.
#[derive(Debug)]
pub(in crate::solver) struct Successions {
    /// The shifts that each mask forbids, in order.
    forbidden: Vec<Vec<usize>>,
    /// The mask after each shift, by the days since: index 0 for the day after.
    after: Vec<[u16; REACH]>,
    /// The mask that a mask becomes on a later day, by day.
    day_of: Vec<usize>,
    /// The masks that can hold on each day.
    on_day: Vec<Vec<u16>>,
}

impl Successions {
    /// The masks for agents with that rest between shifts.
    pub fn new(problem: &ProblemParts, min_rest: i64) -> Self {
        let mut masks = Self {
            forbidden: vec![Vec::new()],
            after: Vec::new(),
            day_of: problem.shifts.iter().map(|shift| shift.day).collect(),
            on_day: vec![vec![0]; problem.days + 1],
        };
        let mut known: HashMap<Vec<usize>, u16> = HashMap::from([(Vec::new(), 0)]);
        for shift in 0..problem.shifts.len() {
            let closed_off = closed_off_by(problem, shift, min_rest);
            let day = problem.shifts[shift].day;
            let after = std::array::from_fn(|ahead| {
                let from = day + 1 + ahead;
                let closed_off: Vec<usize> =
                    closed_off.iter().copied().filter(|later| problem.shifts[*later].day >= from).collect();
                let mask = *known.entry(closed_off.clone()).or_insert_with(|| {
                    masks.forbidden.push(closed_off);
                    masks.forbidden.len() as u16 - 1
                });
                if let Some(on_day) = masks.on_day.get_mut(from).filter(|on_day| !on_day.contains(&mask)) {
                    on_day.push(mask);
                }
                mask
            });
            masks.after.push(after);
        }
        masks
    }

    /// The mask on a day after a shift, if nothing else is worked in between.
    pub fn after(&self, shift: usize, day: usize) -> u16 {
        self.after[shift].get(day - self.day_of[shift] - 1).copied().unwrap_or(0)
    }

    /// The mask on a later day, after a day off.
    pub fn still(&self, mask: u16, day: usize) -> u16 {
        let ahead: Vec<usize> =
            self.forbidden[mask as usize].iter().copied().filter(|shift| self.day_of[*shift] >= day).collect();
        self.forbidden.iter().position(|known| *known == ahead).expect("what is left of a mask is a mask") as u16
    }

    /// Whether the mask forbids the shift.
    pub fn forbids(&self, mask: u16, shift: usize) -> bool {
        self.forbidden[mask as usize].binary_search(&shift).is_ok()
    }

    /// The masks that can hold on a day.
    pub fn masks_on(&self, day: usize) -> &[u16] {
        &self.on_day[day]
    }

    /// The place of a mask among those of its day.
    pub fn place(&self, mask: u16, day: usize) -> usize {
        self.on_day[day].iter().position(|known| *known == mask).expect("a mask that is reached can hold on its day")
    }
}

fn closed_off_by(problem: &ProblemParts, earlier: usize, min_rest: i64) -> Vec<usize> {
    let first = &problem.shifts[earlier];
    let later = problem.shifts.iter().enumerate().filter(|(_, later)| (first.day + 1..=first.day + REACH).contains(&later.day));
    later
        .filter(|(_, later)| {
            let is_barred = later.day == first.day + 1 && problem.barring(first.kind, later.kind).next().is_some();
            is_barred || later.start - first.end < min_rest
        })
        .map(|(index, _)| index)
        .collect()
}
