//! `pin` (hard): a pinned duty is worked.

use good_lp::Expression;

use crate::solver::model::Model;

pub(super) fn add(model: &mut Model) {
    for pin in &model.problem.pins {
        let duty = model.duties_on(pin.agent, pin.duty.shift).find(|duty| duty.duty.queue == pin.duty.queue);
        let duty = duty.expect("a problem is only made when its pins keep every rule");
        let pinned = Expression::from(duty.variable);
        model.require(pinned.eq(1.0));
    }
}
