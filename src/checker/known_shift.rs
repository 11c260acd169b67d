//! `known-shift`: the assignment is a template of the site on a date of the week, to a known agent and queue.

use super::facts::Facts;
use crate::domain::rules::{RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let input = facts.input;
    let mut violations = Vec::new();
    for assignment in facts.assignments {
        let agent = input.agent(assignment.agent_id);
        let mut unknown = Vec::new();
        if agent.is_none() {
            unknown.push(format!("agent {} is not on the team", assignment.agent_id));
        }
        if input.shift_template(assignment.shift_template_id).is_none() {
            unknown.push(format!("shift template {} does not exist at the site", assignment.shift_template_id));
        }
        if !input.covers(assignment.queue_id) {
            unknown.push(format!("queue {} has no requirement this week", assignment.queue_id));
        }
        if input.week.day_of(assignment.date).is_none() {
            unknown.push(format!("{} is not in the week of {}", assignment.date, input.week.monday()));
        }
        if unknown.is_empty() {
            continue;
        }
        let name = agent.map_or("unknown agent", |agent| agent.name.as_str());
        violations.push(Violation {
            rule: RuleId::KnownShift,
            severity: RuleId::KnownShift.severity(),
            agent_id: Some(assignment.agent_id),
            queue_id: Some(assignment.queue_id),
            date: Some(assignment.date),
            figure: unknown.len() as f64,
            limit: 0.0,
            detail: format!("{name} on {}: {}", assignment.date, unknown.join("; ")),
        });
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::test_case::Case;
    use crate::domain::ids::ShiftTemplateId;
    use crate::domain::rules::RuleId;

    #[test]
    fn a_template_of_another_site_is_unknown() {
        let case = Case::new();
        let mut roster = vec![case.assign(0, 0, 0, 0)];
        case.fitted_to(&roster).passes(&roster);
        roster.push(case.assign(1, 0, 0, 0));
        roster[1].shift_template_id = ShiftTemplateId::generate();
        case.fitted_to(&roster).breaks(&roster, RuleId::KnownShift);
    }

    #[test]
    fn a_date_outside_the_week_is_unknown() {
        let case = Case::new();
        let mut roster = vec![case.assign(0, 0, 0, 0)];
        roster[0].date = roster[0].date + chrono::Days::new(7);
        case.breaks(&roster, RuleId::KnownShift);
    }
}
