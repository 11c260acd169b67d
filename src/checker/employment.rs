//! `employment`: the agent is employed on the date.

use super::facts::Facts;
use crate::domain::rules::{RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let mut violations = Vec::new();
    for line in &facts.lines {
        for worked in &line.worked {
            let date = worked.assignment.date;
            if !line.agent.is_employed_on(date) {
                let until = line.agent.employed_until.map(|last| format!(" until {last}")).unwrap_or_default();
                let what = format!("is employed from {}{until} only", line.agent.employed_from);
                violations.push(line.breach(RuleId::Employment, Some(date), (1.0, 0.0), what));
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
    fn a_shift_after_the_last_day_is_named() {
        let mut case = Case::new();
        let roster = vec![case.assign(0, 3, 0, 0)];
        case.input.agents[0].employed_until = Some(case.date(3));
        case.fitted_to(&roster).passes(&roster);
        case.input.agents[0].employed_until = Some(case.date(2));
        case.fitted_to(&roster).breaks(&roster, RuleId::Employment);
    }
}
