//! The way back: the duties of the cheapest line, read off the prices of the states.
//!
//! Prices are whole numbers, so a way into a state is cheapest exactly when the difference is its price.

use super::edge::WeekendStep;
use super::frame::Frame;
use super::offers::Offers;
use super::sweep::is_reached;
use crate::solver::sparse::model::{Duty, OFF};

/// A state after some days, and its price.
#[derive(Debug, Clone, Copy)]
struct State {
    units: usize,
    weekends: usize,
    count: usize,
    row: usize,
    lane: usize,
    price: i32,
}

/// The states of a finished sweep.
pub(in crate::solver::sparse) struct Trace<'a> {
    /// What the states mean.
    pub frame: &'a Frame<'a>,
    /// What the days offer.
    pub offers: &'a Offers,
    /// The price of every state.
    pub states: &'a [i32],
}

impl Trace<'_> {
    /// The cheapest line of the window and its price; `None` where no line keeps the limits.
    pub fn cheapest(&self) -> Option<(i32, Vec<Duty>)> {
        let mut state = self.last()?;
        let price = state.price;
        let mut line = vec![OFF; self.frame.edge.weekend_steps.len()];
        for day in (0..line.len()).rev() {
            (line[day], state) = self.step(day, state).expect("every state but the first was reached from another");
        }
        Some((price, line))
    }

    /// The cheapest state that fits what follows the window.
    fn last(&self) -> Option<State> {
        let frame = self.frame;
        let layer = frame.layers.len() - 1;
        let fewest = if frame.has_units { frame.edge.min_units } else { 0 };
        let mut best: Option<State> = None;
        for units in fewest.max(frame.layers[layer].units.0)..=frame.layers[layer].units.1 {
            for weekends in frame.layers[layer].weekends.0..=frame.layers[layer].weekends.1 {
                for count in 0..frame.counts {
                    for plane in 0..frame.planes() {
                        let row = (plane / (frame.run_cap + 1)).min(frame.shape.tails);
                        let lane = plane - frame.plane(row, 0);
                        let mut state = State { units, weekends, count, row, lane, price: 0 };
                        let Some(price) = self.price(layer, state) else { continue };
                        let is_off = row == frame.shape.tails;
                        let fits = if is_off { frame.off_fits(lane) } else { frame.run_fits(row, lane) };
                        if fits && best.is_none_or(|best| price < best.price) {
                            state.price = price;
                            best = Some(state);
                        }
                    }
                }
            }
        }
        best
    }

    /// The price of a state where it can be reached.
    fn price(&self, layer: usize, state: State) -> Option<i32> {
        let (frame, at) = (self.frame, &self.frame.layers[layer]);
        let block = frame.block(layer, state.weekends, state.count)?;
        let units = state.units.checked_sub(at.units.0).filter(|_| state.units <= at.units.1)?;
        let plane = frame.plane(state.row, state.lane);
        Some(self.states[at.offset + block + plane * at.width() + units]).filter(|price| is_reached(*price))
    }

    /// The duty of a day that led into a state, and the state before it.
    fn step(&self, day: usize, to: State) -> Option<(Duty, State)> {
        if to.row == self.frame.shape.tails { self.rested(day, to) } else { self.worked(day, to) }
    }

    fn find(&self, day: usize, mut candidates: impl Iterator<Item = State>) -> Option<State> {
        candidates.find(|from| self.price(day, *from) == Some(from.price))
    }

    fn rested(&self, day: usize, to: State) -> Option<(Duty, State)> {
        let frame = self.frame;
        let off = (0..=frame.off_cap)
            .filter(|lane| (lane + 1).min(frame.off_cap) == to.lane && (*lane != to.lane || to.lane == frame.off_cap));
        let off = off.map(|lane| State { lane, ..to });
        let ended = (0..frame.shape.tails).flat_map(|row| (0..=frame.run_cap).map(move |lane| State { row, lane, ..to }));
        let ended = ended.filter(|from| to.lane == frame.first_off(day) && frame.may_end(from.lane + 1, day));
        self.find(day, off.chain(ended)).map(|from| (OFF, from))
    }

    fn worked(&self, day: usize, to: State) -> Option<(Duty, State)> {
        let frame = self.frame;
        let (first, next) = match frame.edge.weekend_steps[day] {
            WeekendStep::One if frame.has_weekends => (1, 1),
            WeekendStep::OneIfFirst if frame.has_weekends => (1, 0),
            _ => (0, 0),
        };
        for offer in self.offers.of(day).iter().filter(|offer| offer.slot.tail == to.row) {
            let (Some(units), Some(count)) = (to.units.checked_sub(offer.slot.units), offer.count_before(to.count)) else {
                continue;
            };
            let from = State { units, count, price: to.price - offer.price, ..to };
            let begun = (to.lane == 0 && to.weekends >= first).then(|| State {
                row: frame.shape.tails,
                lane: frame.off_cap,
                weekends: to.weekends - first,
                ..from
            });
            let lanes = (0..=frame.run_cap)
                .filter(|lane| lane + 1 == to.lane || frame.is_run_open && *lane == frame.run_cap && *lane == to.lane);
            let gone_on = lanes
                .filter(|_| to.weekends >= next)
                .flat_map(|lane| frame.tails_before(offer.slot.group, day).iter().map(move |row| (lane, *row)))
                .map(|(lane, row)| State { row, lane, weekends: to.weekends - next, ..from });
            if let Some(from) = self.find(day, begun.into_iter().chain(gone_on)) {
                return Some((offer.kind, from));
            }
        }
        None
    }
}
