//! Why a roster is as it is: what it pays for, what else an agent could do, and what would close its gaps.

use chrono::NaiveDate;

use super::RosterContext;
use super::judging::Judgement;
use crate::domain::ids::AgentId;
use crate::domain::planning::PlanningInput;
use crate::services::ServiceError;
use crate::solver::{
    Alternatives, CostItem, DayDuty, ExplainError, ProblemError, Relaxations, RosterProblem, alternatives, costs,
};
use crate::store::rosters::Roster;

/// One agent on one local date.
#[derive(Debug, Clone, Copy)]
pub struct AgentDay {
    /// Who.
    pub agent_id: AgentId,
    /// When.
    pub date: NaiveDate,
}

/// What would close the gaps of a roster, as found when it was built; `None` where nobody looked for it.
pub fn relaxations_of(roster: &Roster) -> Option<Relaxations> {
    serde_json::from_value(roster.relaxations.clone()?).ok()
}

/// What a roster pays for, dearest first, by leave, wishes, skills and rules as they are now.
///
/// # Errors
/// [`ServiceError::RuleViolation`] where the week cannot be planned at all.
pub fn roster_costs(context: &RosterContext) -> Result<Vec<CostItem>, ServiceError> {
    // A pin is no matter of cost, and one that leave recorded since contradicts is not to hide the rest.
    let input = PlanningInput { pinned: Vec::new(), ..context.input.clone() };
    let problem = RosterProblem::from_input(&input).map_err(|error| refused(context, &error))?;
    Ok(costs(&input, &problem, &context.assignments))
}

/// What else an agent could do on a day, and what that would cost more. Computes for some tens of milliseconds, on a thread
/// that may.
///
/// # Errors
/// [`ServiceError::Invalid`] for an agent or a date that is not in the roster's week; [`ServiceError::RuleViolation`] where
/// pins contradict what was recorded since.
pub async fn roster_alternatives(context: RosterContext, of: AgentDay) -> Result<(RosterContext, Alternatives), ServiceError> {
    let problem = RosterProblem::from_input(&context.input).map_err(|error| refused(&context, &error))?;
    let task = tokio::task::spawn_blocking(move || {
        let name = |duty: DayDuty| duty_name(&context, duty);
        let found = alternatives(&problem, &context.assignments, of.agent_id, of.date, &name);
        found.map(|found| (context, found)).map_err(|error| unanswered(error, of))
    });
    task.await.expect("an answer does not panic")
}

fn duty_name(context: &RosterContext, duty: DayDuty) -> String {
    let template = context.input.shift_template(duty.shift_template_id);
    let shift = template.map_or_else(|| duty.shift_template_id.to_string(), |template| template.name.clone());
    let queue = context.queue_names.get(&duty.queue_id).cloned().unwrap_or_else(|| duty.queue_id.to_string());
    format!("{shift} on {queue}")
}

/// Pins contradict: the checker names the rules with what it found.
fn refused(context: &RosterContext, _: &ProblemError) -> ServiceError {
    ServiceError::RuleViolation(Judgement::of(context).hard())
}

fn unanswered(error: ExplainError, of: AgentDay) -> ServiceError {
    match error {
        ExplainError::Unknown("date") => ServiceError::field("/date", format!("{} is not in the roster's week", of.date)),
        ExplainError::Unknown(_) => {
            ServiceError::field("/agent_id", format!("agent {} is not in the roster's week", of.agent_id))
        }
        ExplainError::LongRoster | ExplainError::Cancelled => ServiceError::field("", error.to_string()),
    }
}
