//! `shifts-of-kind`: not more shifts of one template in the week than allowed.

use super::facts::Facts;
use crate::domain::rules::{RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let mut violations = Vec::new();
    for line in &facts.lines {
        for limit in &facts.input.rules.shift_limits {
            let mut of_template = line.worked.iter().filter(|worked| worked.template.id == limit.shift_template_id);
            let (count, most) = (of_template.clone().count(), limit.max_shifts as usize);
            if let Some(worked) = of_template.next_back().filter(|_| count > most) {
                let what = format!("{count} shifts {} in the week, at most {most} are allowed", worked.template.code);
                violations.push(line.breach(RuleId::ShiftsOfKind, None, (count as f64, most as f64), what));
            }
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::test_case::Case;
    use crate::domain::rules::{RuleId, ShiftLimit};

    #[test]
    fn one_shift_of_a_template_too_many_is_named() {
        let mut case = Case::new();
        let roster = vec![case.assign(0, 0, 0, 0), case.assign(0, 1, 0, 0), case.assign(0, 2, 1, 0), case.assign(1, 0, 0, 0)];
        let mut limit = ShiftLimit { shift_template_id: case.input.shift_templates[0].id, max_shifts: 2 };
        case.input.rules.shift_limits = vec![limit];
        case.fitted_to(&roster).passes(&roster);
        limit.max_shifts = 1;
        case.input.rules.shift_limits = vec![limit];
        let violation = case.fitted_to(&roster).breaks(&roster, RuleId::ShiftsOfKind);
        assert_eq!((violation.figure, violation.limit), (2.0, 1.0));
    }
}
