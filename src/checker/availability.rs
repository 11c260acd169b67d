//! `availability`: the shift lies within one of the agent's windows; no windows means any time.

use chrono::{Datelike, Days};

use super::facts::Facts;
use crate::domain::agent::Agent;
use crate::domain::calendar::{Interval, instant_at_minute};
use crate::domain::rules::{RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let mut violations = Vec::new();
    for line in &facts.lines {
        for worked in &line.worked {
            if !admits(facts, line.agent, &worked.shift.span) {
                let what = format!("shift {} is outside the availability", worked.template.code);
                violations.push(line.breach(RuleId::Availability, Some(worked.assignment.date), (1.0, 0.0), what));
            }
        }
    }
    violations
}

/// Whether the agent's availability admits the span. A window of the Sunday before may run into the week.
pub(super) fn admits(facts: &Facts, agent: &Agent, span: &Interval) -> bool {
    let week = &facts.input.week;
    let mut dates = std::iter::once(week.monday() - Days::new(1)).chain(week.dates());
    agent.availability.is_empty()
        || dates.any(|date| {
            agent.availability.iter().filter(|window| window.weekday == date.weekday()).any(|window| {
                instant_at_minute(week.zone(), date, window.start_minute) <= span.start
                    && span.end <= instant_at_minute(week.zone(), date, window.end_minute)
            })
        })
}

#[cfg(test)]
mod tests {
    use super::super::test_case::Case;
    use crate::domain::organisation::WeeklyWindow;
    use crate::domain::rules::RuleId;

    #[test]
    fn a_shift_that_runs_past_the_window_is_named() {
        let mut case = Case::new();
        let roster = vec![case.assign(0, 0, 0, 0)];
        let mut window = WeeklyWindow { weekday: chrono::Weekday::Mon, start_minute: 9 * 60, end_minute: 18 * 60 };
        case.input.agents[0].availability = vec![window];
        case.fitted_to(&roster).passes(&roster);
        window.end_minute -= 30;
        case.input.agents[0].availability = vec![window];
        case.fitted_to(&roster).breaks(&roster, RuleId::Availability);
    }
}
