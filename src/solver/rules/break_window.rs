//! `break-window` (hard): every break is at a place that its window has. Kept by construction: a duty's placing names one of
//! them for each break. Which are chosen is counted, not decided agent by agent: breaks of a shift do not depend on each
//! other, and agents of one proficiency can trade theirs.

use good_lp::{Expression, Variable, variable};

use super::coverage::Counts;
use crate::solver::model::Model;

/// For each break of the counted agents' shift that may be moved, how many of them take it at each place.
pub(super) fn add(model: &mut Model, count: &Counts) -> Vec<Vec<Variable>> {
    let problem = model.problem;
    let shift = &problem.shifts[count.shift];
    let most = count.serving.len() as f64;
    let mut all = Vec::new();
    for (number, rest) in shift.movable() {
        let mut at_places = Vec::new();
        for place in 0..rest.places.len() {
            let is_there =
                |agent: &usize, placing| shift.places(placing).nth(number) == Some(place) && count.serving.contains(agent);
            let pins = problem.pins.iter().filter(|pin| (pin.duty.shift, pin.duty.queue) == (count.shift, count.queue));
            let pinned = pins.filter(|pin| is_there(&pin.agent, pin.duty.placing)).count() as f64;
            let starts = count.serving.iter().filter(|agent| {
                let duty =
                    model.start_duty(**agent, shift.day).filter(|duty| (duty.shift, duty.queue) == (count.shift, count.queue));
                duty.is_some_and(|duty| is_there(agent, duty.placing))
            });
            let starts = starts.count() as f64;
            at_places.push(model.add(variable().min(pinned).max(most).integer(), 0.0, starts));
        }
        let sum: Expression = at_places.iter().sum();
        model.require((sum - count.agents).eq(0.0));
        all.push(at_places);
    }
    all
}
