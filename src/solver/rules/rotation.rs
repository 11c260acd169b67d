//! `rotation` (soft): what the team's rotation gives each agent on each day. [`given_day`](super::given_day) prices it, and keeps
//! the days that a frame fixes.

use crate::domain::agent::Agent;
use crate::domain::planning::PlanningInput;
use crate::domain::rules::RuleId;
use crate::solver::problem::GivenDay;
use crate::solver::reading::DatedShift;

/// What the rotation gives the agent. Of a day with a shift that is gone it says nothing.
pub(in crate::solver) fn given_days(input: &PlanningInput, agent: &Agent, dated: &[DatedShift]) -> Vec<GivenDay> {
    let own = input.rotation.iter().filter(|given| given.agent_id == agent.id);
    let of_day = |given: &crate::domain::planning::RotationDay| {
        let day = input.week.day_of(given.date)?;
        let is_given = |dated: &DatedShift| dated.shift.date == given.date && Some(dated.template.id) == given.shift_template_id;
        let shift = dated.iter().position(is_given);
        let is_known = shift.is_some() || given.shift_template_id.is_none();
        is_known.then_some(GivenDay { day, shift, is_fixed: given.is_fixed && shift.is_some(), rule: RuleId::Rotation })
    };
    own.filter_map(of_day).collect()
}
