//! The cheapest line of one agent for given prices: the one engine that everything else calls.

pub(in crate::solver::sparse) mod edge;
pub(in crate::solver::sparse) mod frame;
mod offers;
pub(in crate::solver::sparse) mod shape;
mod sweep;
mod trace;

use std::cmp::Ordering;
use std::collections::HashMap;

use edge::Edge;
use frame::{Frame, Pace};
use offers::Offers;
use trace::Trace;

use super::model::{Duty, FORBIDDEN, Model, OFF, Window};

/// States beyond which limits on kinds are kept by prices instead of by counting. Counting takes up to 10 ms then; lines that
/// are not the cheapest let column generation end far from the optimum (3905 instead of 3824 on six weeks).
const MOST_STATES: usize = 10_000_000;

/// States beyond which they are not even counted where prices find no line.
const MOST_STATES_EVER: usize = 2 * MOST_STATES;

/// Solves that the prices of limits on kinds are sought with.
const ROUNDS: usize = 2;

/// A cheapest line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::solver::sparse) struct Found {
    /// Its price.
    pub price: i64,
    /// No line that keeps the limits has a lower price; below `price` only where limits on kinds were kept by prices.
    pub bound: i64,
    /// Its duties in the window.
    pub duties: Vec<Duty>,
}

/// The engine, with room that is used again from call to call.
#[derive(Debug, Default)]
pub(in crate::solver::sparse) struct Engine {
    states: Vec<i32>,
    offers: Offers,
    /// Per agent and kind, the price that last kept the limit on the kind.
    tolls: HashMap<usize, Vec<i32>>,
    /// States swept since the beginning: a measure of work that is the same on every machine.
    pub work: u64,
    /// Lines asked for since the beginning.
    pub lines: u64,
}

impl Engine {
    /// The cheapest duties of an agent in a window at these prices per (day, kind), the rest of `line` being fixed.
    ///
    /// Limits on kinds are counted only where the line found without counting breaks them.
    pub fn cheapest(
        &mut self,
        model: &Model,
        agent: usize,
        line: &[Duty],
        window: Window,
        prices: &[i32],
        pace: Option<Pace<'_>>,
    ) -> Option<Found> {
        self.lines += 1;
        let edge = Edge::new(&model.kinds, &model.agents[agent], line, window)?;
        let mut counted = Vec::new();
        loop {
            let frame = Frame::new(&model.agents[agent], model.days, window.first, &edge, &counted, pace)?;
            let (price, duties) = self.solve(&frame, prices, model.kinds.len())?;
            let bound = price.into();
            let Some(kind) = exceeded(&edge, &duties) else { return Some(Found { price: bound, bound, duties }) };
            let states = frame.states * (edge.of_kind[kind] + 1);
            if states > MOST_STATES {
                let found = self.tolled(&frame, agent, prices, bound);
                if found.is_some() || states > MOST_STATES_EVER {
                    return found;
                }
            }
            counted.push(kind);
        }
    }

    fn solve(&mut self, frame: &Frame, prices: &[i32], kinds: usize) -> Option<(i32, Vec<Duty>)> {
        self.offers.fill(frame, prices, kinds);
        self.work += frame.states as u64;
        sweep::sweep(frame, &self.offers, &mut self.states);
        Trace { frame, offers: &self.offers, states: &self.states }.cheapest()
    }

    /// A line that keeps the limits on kinds, found by a toll on each shift of the kinds exceeded: good, not always cheapest.
    /// Any tolls give a bound: the cheapest line with them, less the tolls of as many shifts as are allowed.
    fn tolled(&mut self, frame: &Frame, agent: usize, prices: &[i32], mut bound: i64) -> Option<Found> {
        let (kinds, most) = (frame.edge.of_kind.len(), &frame.edge.of_kind);
        let mut tolls = self.tolls.remove(&agent).unwrap_or_else(|| vec![0; kinds]);
        let highest = prices.iter().filter(|price| **price != FORBIDDEN).map(|price| price.abs()).max().unwrap_or(0) + 1;
        let mut step = highest / 4;
        let mut best: Option<Found> = None;
        for round in 0.. {
            // In the end the kinds that still exceed their limit are given up: a line is owed, a good one is not.
            let with = |(at, price): (usize, &i32)| match tolls[at % kinds] {
                _ if *price == FORBIDDEN => FORBIDDEN,
                toll if toll > highest * 2 => FORBIDDEN,
                toll => price + toll,
            };
            let raised: Vec<i32> = prices.iter().enumerate().map(with).collect();
            let (price, duties) = self.solve(frame, &raised, kinds)?;
            if tolls.iter().all(|toll| *toll <= highest * 2) {
                let allowed: i64 = tolls.iter().zip(most).map(|(toll, most)| i64::from(*toll) * *most as i64).sum();
                bound = bound.max(i64::from(price) - allowed);
            }
            let counts: Vec<usize> = (0..kinds).map(|kind| count(&duties, kind)).collect();
            if counts.iter().zip(most).all(|(count, most)| count <= most) {
                let price = price_of(prices, kinds, &duties);
                if best.as_ref().is_none_or(|best| price < best.price) {
                    best = Some(Found { price, bound, duties });
                }
            }
            if round >= ROUNDS && best.is_some() {
                break;
            }
            for ((toll, count), most) in tolls.iter_mut().zip(counts).zip(most) {
                *toll = match count.cmp(most) {
                    Ordering::Greater if round >= ROUNDS + 3 => highest * 3,
                    Ordering::Greater => *toll + step,
                    Ordering::Equal => *toll,
                    Ordering::Less if round < ROUNDS => (*toll - step).max(0),
                    Ordering::Less => *toll,
                };
            }
            step = if round < ROUNDS { step / 2 } else { highest };
        }
        tolls.iter_mut().for_each(|toll| *toll = (*toll).min(highest));
        self.tolls.insert(agent, tolls);
        best.map(|best| Found { bound: bound.min(best.price), ..best })
    }
}

fn price_of(prices: &[i32], kinds: usize, duties: &[Duty]) -> i64 {
    let worked = duties.iter().enumerate().filter(|(_, duty)| **duty != OFF);
    worked.map(|(day, duty)| i64::from(prices[day * kinds + usize::from(*duty)])).sum()
}

/// The kind that exceeds its limit by most.
fn exceeded(edge: &Edge, duties: &[Duty]) -> Option<usize> {
    (0..edge.of_kind.len())
        .map(|kind| (count(duties, kind).saturating_sub(edge.of_kind[kind]), kind))
        .filter(|(excess, _)| *excess > 0)
        .max()
        .map(|(_, kind)| kind)
}

fn count(duties: &[Duty], kind: usize) -> usize {
    duties.iter().filter(|duty| usize::from(**duty) == kind).count()
}

#[cfg(test)]
mod tests;
