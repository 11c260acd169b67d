//! `one-shift-per-day` (hard): the shifts of a day add up to the agent's working day, 0 or 1; the queues of a shift add
//! up to the shift.

use good_lp::Expression;

use crate::solver::model::Model;

pub(super) fn add(model: &mut Model) {
    for agent in 0..model.problem.agents.len() {
        for shift in 0..model.problem.shifts.len() {
            let Some(works) = model.works_shift(agent, shift) else { continue };
            let served: Expression = model.duties_on(agent, shift).map(|duty| duty.variable).sum();
            // With a single queue the duty is the shift itself.
            if model.duties_on(agent, shift).count() > 1 {
                model.require((served - works).eq(0.0));
            }
        }
        for day in 0..model.problem.days {
            let Some(works) = model.works_day(agent, day) else { continue };
            let shifts: Expression = model.shifts_on(day).filter_map(|shift| model.works_shift(agent, shift)).sum();
            model.require((shifts - works).eq(0.0));
        }
    }
}
