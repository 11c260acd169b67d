//! The sweep over the days: the price of the cheapest way into every state.
//!
//! A day moves whole planes, a price for each number of units at a time: the compiler turns that into vector instructions.
//! Nothing is pruned but blocks out of reach. Rows of run lengths side by side instead took two to three times as long: what one
//! day adds to a run then has to cross the lanes.

use super::edge::WeekendStep;
use super::frame::{Frame, Layer};
use super::offers::{Offer, Offers};

/// Above every price, and far enough below the largest number to take prices on top.
const NEVER: i32 = i32::MAX / 2;

/// Whether a state can be reached at this price.
pub(in crate::solver::sparse) fn is_reached(price: i32) -> bool {
    price < NEVER / 2
}

/// Fills `states` with the price of the cheapest way into each.
pub(in crate::solver::sparse) fn sweep(frame: &Frame, offers: &Offers, states: &mut Vec<i32>) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has what the function asks for.
        #[allow(unsafe_code)]
        return unsafe { sweep_wide(frame, offers, states) };
    }
    sweep_days(frame, offers, states);
}

/// The same for processors with vectors twice as wide as those that every x86-64 has, which lack a minimum as well.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn sweep_wide(frame: &Frame, offers: &Offers, states: &mut Vec<i32>) {
    sweep_days(frame, offers, states);
}

#[inline(always)]
fn sweep_days(frame: &Frame, offers: &Offers, states: &mut Vec<i32>) {
    if states.len() < frame.states {
        states.resize(frame.states, NEVER);
    }
    let end_of = |layer: usize| frame.layers.get(layer + 1).map_or(frame.states, |layer| layer.offset);
    states[..end_of(0)].fill(NEVER);
    let (row, lane) = frame.entry();
    // Before the first day there is one number of units, and none worked.
    if frame.layers[0].units.0 == 0
        && let Some(block) = frame.block(0, 0, 0)
    {
        states[block + frame.plane(row, lane)] = 0;
    }
    let mut room = Vec::new();
    for layer in 0..frame.edge.weekend_steps.len() {
        let (past, future) = states[..end_of(layer + 1)].split_at_mut(end_of(layer));
        future.fill(NEVER);
        let past = &past[frame.layers[layer].offset..];
        Day::new(frame, offers.of(layer), layer).pass(past, future, &mut room);
    }
}

/// What one day does to the states.
struct Day<'a> {
    frame: &'a Frame<'a>,
    layer: usize,
    offers: &'a [Offer],
    from: Layer,
    to: Layer,
    /// Weekends that work adds after a day off, and after work.
    weekend: (usize, usize),
}

impl<'a> Day<'a> {
    fn new(frame: &'a Frame<'a>, offers: &'a [Offer], layer: usize) -> Self {
        let weekend = match frame.edge.weekend_steps[layer] {
            WeekendStep::One if frame.has_weekends => (1, 1),
            WeekendStep::OneIfFirst if frame.has_weekends => (1, 0),
            _ => (0, 0),
        };
        Self { frame, layer, offers, from: frame.layers[layer], to: frame.layers[layer + 1], weekend }
    }

    #[inline(always)]
    fn pass(&self, past: &[i32], future: &mut [i32], room: &mut Vec<i32>) {
        let (frame, width) = (self.frame, self.from.width());
        room.resize(width, NEVER);
        let mut blocks = past.chunks_exact(width * frame.planes());
        for weekends in self.from.weekends.0..=self.from.weekends.1 {
            for count in 0..frame.counts {
                let block = blocks.next().expect("the layer holds a block for each of these");
                if is_reached(block.iter().fold(NEVER, |best, price| best.min(*price))) {
                    self.rest(block, weekends, count, future, room);
                    self.begin(block, weekends, count, future);
                    self.go_on(block, weekends, count, future, room);
                }
            }
        }
    }

    /// The prices of a plane.
    #[inline(always)]
    fn plane<'b>(&self, block: &'b [i32], row: usize, lane: usize) -> &'b [i32] {
        let width = self.from.width();
        &block[self.frame.plane(row, lane) * width..][..width]
    }

    /// The day off: a run ends, or days off go on.
    #[inline(always)]
    fn rest(&self, block: &[i32], weekends: usize, count: usize, future: &mut [i32], room: &mut [i32]) {
        let frame = self.frame;
        let off = frame.shape.tails;
        let Some(target) = frame.block(self.layer + 1, weekends, count) else { return };
        room.fill(NEVER);
        for lane in (0..=frame.run_cap).filter(|lane| frame.may_end(lane + 1, self.layer)) {
            (0..off).for_each(|tail| lower(room, self.plane(block, tail, lane)));
        }
        self.relax(future, (target, off, frame.first_off(self.layer)), room, 0, 0);
        for lane in 0..=frame.off_cap {
            let days = (lane + 1).min(frame.off_cap);
            self.relax(future, (target, off, days), self.plane(block, off, lane), 0, 0);
        }
    }

    /// The first day of a run.
    #[inline(always)]
    fn begin(&self, block: &[i32], weekends: usize, count: usize, future: &mut [i32]) {
        let frame = self.frame;
        let rested = self.plane(block, frame.shape.tails, frame.off_cap);
        for offer in self.offers {
            if let Some(target) = self.target(offer, weekends + self.weekend.0, count) {
                self.relax(future, (target, offer.slot.tail, 0), rested, offer.slot.units, offer.price);
            }
        }
    }

    /// Another day of a run.
    #[inline(always)]
    fn go_on(&self, block: &[i32], weekends: usize, count: usize, future: &mut [i32], room: &mut [i32]) {
        let frame = self.frame;
        for group in 0..frame.shape.groups.len() {
            let tails = frame.tails_before(group, self.layer);
            for lane in 0..=frame.run_cap {
                let to = if frame.is_run_open { (lane + 1).min(frame.run_cap) } else { lane + 1 };
                let Some((first, rest)) = tails.split_first().filter(|_| to <= frame.run_cap) else { continue };
                let mut before = self.plane(block, *first, lane);
                if !rest.is_empty() {
                    room.copy_from_slice(before);
                    rest.iter().for_each(|tail| lower(room, self.plane(block, *tail, lane)));
                    before = room;
                }
                for offer in self.offers.iter().filter(|offer| offer.slot.group == group) {
                    if let Some(target) = self.target(offer, weekends + self.weekend.1, count) {
                        self.relax(future, (target, offer.slot.tail, to), before, offer.slot.units, offer.price);
                    }
                }
            }
        }
    }

    /// The block that a shift leads to.
    #[inline(always)]
    fn target(&self, offer: &Offer, weekends: usize, count: usize) -> Option<usize> {
        let count = offer.counter.map_or(Some(count), |counter| counter.after(count))?;
        self.frame.block(self.layer + 1, weekends, count)
    }

    /// Offers a plane of the next layer the prices of one of this, so many units further and at this price more.
    #[inline(always)]
    fn relax(&self, future: &mut [i32], (block, row, lane): (usize, usize, usize), prices: &[i32], units: usize, price: i32) {
        let width = self.to.width();
        let target = &mut future[block + self.frame.plane(row, lane) * width..][..width];
        let first = (self.from.units.0 + units).max(self.to.units.0);
        let end = (self.from.units.1 + units).min(self.to.units.1) + 1;
        if first < end {
            let prices = &prices[first - units - self.from.units.0..end - units - self.from.units.0];
            for (best, before) in target[first - self.to.units.0..end - self.to.units.0].iter_mut().zip(prices) {
                *best = (*best).min(before + price);
            }
        }
    }
}

#[inline(always)]
fn lower(best: &mut [i32], prices: &[i32]) {
    for (best, price) in best.iter_mut().zip(prices) {
        *best = (*best).min(*price);
    }
}
