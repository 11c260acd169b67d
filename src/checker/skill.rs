//! `skill`: the agent can serve the queue.

use super::facts::Facts;
use crate::domain::rules::{RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let mut violations = Vec::new();
    for line in &facts.lines {
        for worked in &line.worked {
            let queue_id = worked.assignment.queue_id;
            if facts.input.covers(queue_id) && line.agent.proficiency(queue_id).is_none() {
                let what = format!("lacks the skill for queue {queue_id}");
                violations.push(line.breach(RuleId::Skill, Some(worked.assignment.date), (0.0, 1.0), what));
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
    fn a_queue_the_agent_cannot_serve_is_named() {
        let case = Case::new();
        let mut roster = vec![case.assign(0, 0, 0, 0)];
        case.fitted_to(&roster).passes(&roster);
        roster[0].queue_id = case.queue(2);
        case.fitted_to(&roster).breaks(&roster, RuleId::Skill);
    }
}
