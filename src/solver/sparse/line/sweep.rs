//! The sweep over the days: the price of the cheapest way into every state.
//!
//! One row of lanes is handled at a time, which the compiler turns into vector instructions: nothing is pruned, and nothing
//! needs to be.

use super::edge::WeekendStep;
use super::frame::Frame;
use super::offers::{Offer, Offers};

/// Above every price, and far enough below the largest number to take prices on top.
const NEVER: i32 = i32::MAX / 2;

/// Whether a state can be reached at this price.
pub(in crate::solver::sparse) fn is_reached(price: i32) -> bool {
    price < NEVER / 2
}

/// What one day does to the states.
struct Day<'a, const LANES: usize> {
    layer: usize,
    offers: &'a [Offer],
    /// Weekends that work adds after a day off, and after work.
    weekend: (usize, usize),
    /// Per lane, `i32::MIN` where a run may end before this day, else [`NEVER`].
    ends: [i32; LANES],
    /// Per lane, `i32::MIN` where a run may reach it, else [`NEVER`].
    runs: [i32; LANES],
}

/// Fills `states` with the price of the cheapest way into each.
pub(in crate::solver::sparse) fn sweep<const LANES: usize>(frame: &Frame, offers: &Offers, states: &mut Vec<i32>) {
    states.clear();
    states.resize(frame.rows * LANES, NEVER);
    let (rows, _) = states.as_chunks_mut::<LANES>();
    let (row, lane) = frame.entry();
    if let Some(cell) = frame.cell(0, 0, 0, 0) {
        rows[cell + row][lane] = 0;
    }
    let mut reach = vec![[NEVER; LANES]; frame.shape.groups.len()];
    for (layer, step) in frame.edge.weekend_steps.iter().enumerate() {
        let gate = |is_open: bool| if is_open { i32::MIN } else { NEVER };
        let day = Day {
            layer,
            offers: offers.of(layer),
            weekend: match step {
                _ if !frame.has_weekends => (0, 0),
                WeekendStep::None => (0, 0),
                WeekendStep::One => (1, 1),
                WeekendStep::OneIfFirst => (1, 0),
            },
            ends: std::array::from_fn(|lane| gate(lane <= frame.run_cap && frame.may_end(lane + 1, layer))),
            runs: std::array::from_fn(|lane| gate(lane <= frame.run_cap)),
        };
        let (past, future) = rows.split_at_mut(frame.layers[layer + 1].offset);
        day.pass(frame, past, future, &mut reach);
    }
}

impl<const LANES: usize> Day<'_, LANES> {
    fn pass(&self, frame: &Frame, past: &[[i32; LANES]], future: &mut [[i32; LANES]], reach: &mut [[i32; LANES]]) {
        let layer = frame.layers[self.layer];
        let mut cells = past[layer.offset..].chunks_exact(frame.rows_per_cell());
        for units in layer.units.0..=layer.units.1 {
            for weekends in layer.weekends.0..=layer.weekends.1 {
                for count in 0..frame.counts {
                    let cell = cells.next().expect("the layer holds a cell for each of these");
                    if cell.iter().any(|row| is_reached(least(row))) {
                        self.rest(frame, cell, future, [units, weekends, count]);
                        self.work(frame, cell, future, [units, weekends, count], reach);
                    }
                }
            }
        }
    }

    /// The day off: a run ends, or days off go on.
    fn rest(&self, frame: &Frame, cell: &[[i32; LANES]], future: &mut [[i32; LANES]], at: [usize; 3]) {
        let Some(target) = self.row(frame, at, frame.shape.tails) else { return };
        let (off, tails) = cell.split_last().expect("a cell has a row for days off");
        let ended = tails.iter().fold([NEVER; LANES], |best, row| lower(best, *row));
        let first = (0..LANES).fold(NEVER, |best, lane| best.min(ended[lane].max(self.ends[lane])));
        let mut longer = shifted(*off);
        let enough = off[frame.off_cap].min(longer[frame.off_cap]);
        longer[frame.off_cap] = enough;
        let lane = frame.first_off(self.layer);
        longer[lane] = longer[lane].min(first);
        for lane in longer.iter_mut().skip(frame.off_cap + 1) {
            *lane = NEVER;
        }
        future[target] = lower(future[target], longer);
    }

    /// The day worked: a run begins, or goes on.
    fn work(
        &self,
        frame: &Frame,
        cell: &[[i32; LANES]],
        future: &mut [[i32; LANES]],
        at: [usize; 3],
        reach: &mut [[i32; LANES]],
    ) {
        for (group, reach) in reach.iter_mut().enumerate() {
            let before = frame.tails_before(group, self.layer).iter().fold([NEVER; LANES], |best, tail| lower(best, cell[*tail]));
            *reach = shifted(before);
            if frame.is_run_open {
                reach[frame.run_cap] = reach[frame.run_cap].min(before[frame.run_cap]);
            }
            *reach = higher(*reach, self.runs);
        }
        let begin = cell[frame.shape.tails][frame.off_cap];
        for offer in self.offers {
            let Some(count) = offer.count_after(at[2]) else { continue };
            let units = at[0] + offer.slot.units;
            let mut lanes = reach[offer.slot.group];
            if self.weekend.0 == self.weekend.1 {
                lanes[0] = lanes[0].min(begin);
            } else if let Some(target) = self.row(frame, [units, at[1] + self.weekend.0, count], offer.slot.tail) {
                future[target][0] = future[target][0].min(begin.saturating_add(offer.price));
            }
            if let Some(target) = self.row(frame, [units, at[1] + self.weekend.1, count], offer.slot.tail) {
                future[target] = lower(future[target], lanes.map(|lane| lane + offer.price));
            }
        }
    }

    /// A row of the next layer, counted from that layer's first.
    fn row(&self, frame: &Frame, at: [usize; 3], row: usize) -> Option<usize> {
        let cell = frame.cell(self.layer + 1, at[0], at[1], at[2])?;
        Some(cell - frame.layers[self.layer + 1].offset + row)
    }
}

fn least<const LANES: usize>(row: &[i32; LANES]) -> i32 {
    row.iter().fold(NEVER, |best, lane| best.min(*lane))
}

fn lower<const LANES: usize>(a: [i32; LANES], b: [i32; LANES]) -> [i32; LANES] {
    std::array::from_fn(|lane| a[lane].min(b[lane]))
}

fn higher<const LANES: usize>(a: [i32; LANES], b: [i32; LANES]) -> [i32; LANES] {
    std::array::from_fn(|lane| a[lane].max(b[lane]))
}

/// Every lane one further; the last falls out.
fn shifted<const LANES: usize>(row: [i32; LANES]) -> [i32; LANES] {
    std::array::from_fn(|lane| if lane == 0 { NEVER } else { row[lane - 1] })
}
