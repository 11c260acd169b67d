//! An agent's kinds of shift, reduced to what the line engine must tell apart.
//!
//! After a shift only its *tail* matters: which of the agent's own kinds may follow. Before a shift only its *group*: which
//! tails it may follow. Kinds of equal length, group and tail differ in price alone and share a *slot*; on each day the
//! cheapest of them stands for all. This takes 32 kinds to a dozen slots.

use crate::solver::sparse::model::{FORBIDDEN, Kind};

/// Kinds that differ in price alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::solver::sparse) struct Slot {
    /// Length in the agent's units.
    pub units: usize,
    /// Which tails it may follow.
    pub group: usize,
    /// What may follow it.
    pub tail: usize,
}

/// An agent's kinds of shift.
#[derive(Debug, Clone, Default)]
pub(in crate::solver::sparse) struct Shape {
    /// Minutes that all the agent's kinds are multiples of.
    pub unit: u32,
    /// The kinds that the agent may ever work.
    pub kinds: Vec<usize>,
    /// The kinds' distinct slots.
    pub slots: Vec<Slot>,
    /// Slot of a kind; meaningless for kinds that the agent never works.
    pub slot_of: Vec<usize>,
    /// Number of tails.
    pub tails: usize,
    /// Per group, the tails it may follow.
    pub groups: Vec<Vec<usize>>,
    /// Length of the longest kind in units.
    pub longest: usize,
}

impl Shape {
    /// The shape of an agent with these prices per (day, kind).
    pub fn new(kinds: &[Kind], base: &[i32]) -> Self {
        let is_worked = |kind: &usize| base.iter().skip(*kind).step_by(kinds.len()).any(|price| *price != FORBIDDEN);
        let own: Vec<usize> = (0..kinds.len()).filter(is_worked).collect();
        let unit = own.iter().fold(0, |unit, kind| gcd(unit, kinds[*kind].minutes)).max(1);
        let mut shape = Self { unit, slot_of: vec![0; kinds.len()], ..Self::default() };
        let mut tails = Vec::new();
        let tail_of: Vec<usize> = own.iter().map(|kind| index_of(&mut tails, bars(kinds, &own, *kind))).collect();
        for (kind, tail) in own.iter().zip(&tail_of) {
            let before = (0..tails.len()).filter(|tail| !tails[*tail][own.iter().position(|own| own == kind).unwrap_or(0)]);
            let group = index_of(&mut shape.groups, before.collect());
            let slot = Slot { units: (kinds[*kind].minutes / unit) as usize, group, tail: *tail };
            shape.slot_of[*kind] = index_of(&mut shape.slots, slot);
        }
        shape.tails = tails.len();
        shape.longest = shape.slots.iter().map(|slot| slot.units).max().unwrap_or(0);
        shape.kinds = own;
        shape
    }

    /// The slot of a kind.
    pub fn slot(&self, kind: usize) -> Slot {
        self.slots[self.slot_of[kind]]
    }

    /// Whether a kind may follow a tail on the next day.
    pub fn may_follow(&self, kind: usize, tail: usize) -> bool {
        self.groups[self.slot(kind).group].contains(&tail)
    }
}

/// Which of the agent's own kinds may not follow a kind.
fn bars(kinds: &[Kind], own: &[usize], kind: usize) -> Vec<bool> {
    own.iter().map(|next| kinds[kind].bars[*next]).collect()
}

fn index_of<T: PartialEq>(list: &mut Vec<T>, item: T) -> usize {
    list.iter().position(|known| *known == item).unwrap_or_else(|| {
        list.push(item);
        list.len() - 1
    })
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_equal_length_and_succession_share_a_slot() {
        let early = |minutes| Kind { minutes, bars: vec![false; 4] };
        let night = Kind { minutes: 600, bars: vec![true, true, false, false] };
        let kinds = [early(480), early(480), night, early(720)];
        let shape = Shape::new(&kinds, &[0; 8]);
        assert_eq!((shape.unit, shape.tails, shape.slots.len()), (120, 2, 3));
        assert_eq!(shape.slot_of, [0, 0, 1, 2]);
        assert!(!shape.may_follow(0, 1) && shape.may_follow(2, 1) && shape.may_follow(0, 0));
    }

    #[test]
    fn a_kind_the_agent_never_works_tells_nothing_apart() {
        let kinds = [
            Kind { minutes: 480, bars: vec![false, false, true] },
            Kind { minutes: 480, bars: vec![false; 3] },
            Kind { minutes: 480, bars: vec![false; 3] },
        ];
        let shape = Shape::new(&kinds, &[0, 0, FORBIDDEN]);
        assert_eq!((shape.tails, shape.slots.len()), (1, 1));
    }
}
