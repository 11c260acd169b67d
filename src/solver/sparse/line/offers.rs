//! What a day offers: for each slot the cheapest of its kinds.

use super::frame::{Counter, Frame};
use super::shape::Slot;
use crate::solver::sparse::model::{Duty, FORBIDDEN};

/// A shift that a day offers.
#[derive(Debug, Clone, Copy)]
pub(in crate::solver::sparse) struct Offer {
    /// Its price.
    pub price: i32,
    /// Its kind.
    pub kind: Duty,
    /// What it means for the states.
    pub slot: Slot,
    /// Whether it is counted, and how.
    pub counter: Option<Counter>,
}

impl Offer {
    /// The index of counts with one fewer of this; `None` when there is none.
    pub fn count_before(&self, count: usize) -> Option<usize> {
        let Some(counter) = self.counter else { return Some(count) };
        (!(count / counter.stride).is_multiple_of(counter.most + 1)).then(|| count - counter.stride)
    }
}

/// The offers of every day, one after the other.
#[derive(Debug, Default)]
pub(in crate::solver::sparse) struct Offers {
    offers: Vec<Offer>,
    ends: Vec<usize>,
    /// Per slot, the offer that stands for it so far on this day, plus one.
    of_slot: Vec<usize>,
}

impl Offers {
    /// Fills in the offers at these prices per (day, kind).
    pub fn fill(&mut self, frame: &Frame, prices: &[i32], kinds: usize) {
        self.offers.clear();
        self.ends.clear();
        for day in prices.chunks(kinds) {
            self.of_slot.clear();
            self.of_slot.resize(frame.shape.slots.len(), 0);
            for kind in &frame.shape.kinds {
                if day[*kind] != FORBIDDEN && frame.edge.of_kind[*kind] > 0 {
                    self.add(frame, *kind, day[*kind]);
                }
            }
            self.ends.push(self.offers.len());
        }
    }

    fn add(&mut self, frame: &Frame, kind: usize, price: i32) {
        let counter = frame.counters.iter().find(|counter| counter.kind == kind).copied();
        let mut slot = frame.shape.slot(kind);
        if !frame.has_units {
            slot.units = 0;
        }
        let offer = Offer { price, kind: kind as Duty, slot, counter };
        let stands = &mut self.of_slot[frame.shape.slot_of[kind]];
        if counter.is_some() || *stands == 0 {
            self.offers.push(offer);
            if counter.is_none() {
                *stands = self.offers.len();
            }
        } else if price < self.offers[*stands - 1].price {
            self.offers[*stands - 1] = offer;
        }
    }

    /// What a day of the window offers.
    pub fn of(&self, day: usize) -> &[Offer] {
        &self.offers[if day == 0 { 0 } else { self.ends[day - 1] }..self.ends[day]]
    }
}
