//! `leave`: no shift overlaps leave.

use super::facts::{Facts, hours};
use crate::domain::rules::{RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let mut violations = Vec::new();
    for line in &facts.lines {
        for worked in &line.worked {
            let of_agent = facts.input.leave.iter().filter(|leave| leave.agent_id == line.agent.id);
            let shared: i64 = of_agent.map(|leave| leave.span.shared_minutes(&worked.shift.span)).sum();
            if shared > 0 {
                let what = format!("shift {} overlaps leave by {}", worked.template.code, hours(shared as f64));
                violations.push(line.breach(RuleId::Leave, Some(worked.assignment.date), (shared as f64, 0.0), what));
            }
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::test_case::Case;
    use crate::domain::rules::RuleId;

    #[test]
    fn leave_may_end_when_the_shift_begins_and_not_later() {
        let mut case = Case::new();
        let roster = vec![case.assign(0, 0, 0, 0)];
        case.add_leave(0, 0, 0, 9 * 60);
        case.fitted_to(&roster).passes(&roster);
        case.input.leave.clear();
        case.add_leave(0, 0, 0, 9 * 60 + 1);
        let violation = case.fitted_to(&roster).breaks(&roster, RuleId::Leave);
        assert_eq!(violation.figure, 1.0);
    }
}
