//! `least-change` (soft): what the roster to stay close to gives each agent on each day. [`given_day`](super::given_day) prices it.

use crate::domain::agent::Agent;
use crate::domain::planning::PlanningInput;
use crate::domain::rules::RuleId;
use crate::solver::problem::GivenDay;
use crate::solver::reading::DatedShift;

/// What the agent does on each day in the roster to stay close to. Of a day with a shift that is gone it says nothing.
pub(in crate::solver) fn given_days(input: &PlanningInput, agent: &Agent, dated: &[DatedShift]) -> Vec<GivenDay> {
    let Some(roster) = &input.least_change_from else { return Vec::new() };
    let of_day = |(day, date)| {
        let given = |shift| GivenDay { day, shift, is_fixed: false, rule: RuleId::LeastChange };
        let Some(worked) = roster.iter().find(|assignment| assignment.agent_id == agent.id && assignment.date == date) else {
            return Some(given(None));
        };
        let is_worked = |dated: &DatedShift| dated.shift.date == date && dated.template.id == worked.shift_template_id;
        dated.iter().position(is_worked).map(|shift| given(Some(shift)))
    };
    input.week.dates().enumerate().filter_map(of_day).collect()
}
