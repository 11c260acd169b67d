//! `pin`: a pinned assignment stays as it is.

use super::facts::Facts;
use crate::domain::rules::{RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let mut violations = Vec::new();
    for pin in &facts.input.pinned {
        let kept = facts.assignments.iter().any(|assignment| {
            (assignment.agent_id, assignment.date, assignment.shift_template_id, assignment.queue_id)
                == (pin.agent_id, pin.date, pin.shift_template_id, pin.queue_id)
                && assignment.break_offsets == pin.break_offsets
        });
        if !kept {
            let name = facts.input.agent(pin.agent_id).map_or("unknown agent", |agent| agent.name.as_str());
            violations.push(Violation {
                rule: RuleId::Pin,
                severity: RuleId::Pin.severity(),
                agent_id: Some(pin.agent_id),
                queue_id: Some(pin.queue_id),
                date: Some(pin.date),
                figure: 0.0,
                limit: 1.0,
                detail: format!("{name} on {}: the pinned assignment was changed or removed", pin.date),
            });
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::test_case::Case;
    use crate::domain::rules::RuleId;

    #[test]
    fn a_pin_that_was_moved_to_another_queue_is_named() {
        let mut case = Case::new();
        let mut roster = vec![case.assign(0, 0, 0, 0)];
        case.input.pinned = roster.clone();
        case.fitted_to(&roster).passes(&roster);
        roster[0].queue_id = case.queue(1);
        case.fitted_to(&roster).breaks(&roster, RuleId::Pin);
    }
}
