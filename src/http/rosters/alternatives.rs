//! Why an agent works, or does not work, on a day.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::views::{AgentNameView, RuleCostView};
use crate::domain::access::Permission::ReadPlans;
use crate::domain::ids::RosterId;
use crate::http::access::Caller;
use crate::http::extract::{Path, Query, versioned};
use crate::http::problem::ApiError;
use crate::http::state::AppState;
use crate::services::rosters::{self, AgentDay, Alternatives, DayDuty, RosterContext};

/// What else an agent could do on a day.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "agent_id": "01936d7e-0000-7000-8000-000000000000", "agent": "王芳", "date": "2026-12-05",
    "now": { "shift_template_id": "01936d7e-0000-7000-8000-000000000003", "shift": "晚班",
        "queue_id": "01936d7e-0000-7000-8000-000000000002", "queue": "售前" },
    "is_pinned": false,
    "alternatives": [{ "instead": null, "added_cost": 42.5, "by_rule": [{ "rule": "coverage", "cost": 45.0 }, { "rule": "wish", "cost": -2.5 }],
        "changes": [], "text": "a day off instead costs 42.5 more: coverage +45, wish -2.5" }] }))]
pub struct AlternativesView {
    /// Who.
    #[serde(flatten)]
    pub agent: AgentNameView,
    /// The local date.
    pub date: NaiveDate,
    /// What the agent does; `null` for a day off.
    pub now: Option<DutyView>,
    /// Whether a pin asks for it: then there is no alternative.
    pub is_pinned: bool,
    /// What else the rules leave the agent, cheapest first.
    pub alternatives: Vec<AlternativeView>,
}

/// Something else that the agent could do on the day.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AlternativeView {
    /// What; `null` for a day off.
    pub instead: Option<DutyView>,
    /// What the roster would cost more; below 0 where it would cost less.
    pub added_cost: f64,
    /// The same by rule, what it adds most to first.
    pub by_rule: Vec<RuleCostView>,
    /// Other days of the agent's that change with it.
    pub changes: Vec<DutyChangeView>,
    /// The same in words.
    pub text: String,
}

/// Another day of the agent's that changes too.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DutyChangeView {
    /// The local date.
    pub date: NaiveDate,
    /// What the agent does in the roster; `null` for a day off.
    pub before: Option<DutyView>,
    /// What the agent would do; `null` for a day off.
    pub after: Option<DutyView>,
}

/// A shift on a queue.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DutyView {
    /// Which shift.
    pub shift_template_id: Uuid,
    /// Its display name.
    pub shift: Option<String>,
    /// On which queue.
    pub queue_id: Uuid,
    /// Its display name.
    pub queue: Option<String>,
}

impl AlternativesView {
    /// Of what was found for an agent's day.
    pub fn of(of: AgentDay, found: &Alternatives, context: &RosterContext) -> Self {
        let duty = |duty: Option<DayDuty>| duty.map(|duty| DutyView::of(duty, context));
        let alternatives = found.found.iter().map(|one| AlternativeView {
            instead: duty(one.instead),
            added_cost: one.added_cost,
            by_rule: one.by_rule.iter().map(Into::into).collect(),
            changes: one
                .changes
                .iter()
                .map(|change| DutyChangeView { date: change.date, before: duty(change.before), after: duty(change.after) })
                .collect(),
            text: one.text.clone(),
        });
        Self {
            agent: AgentNameView::of(of.agent_id, context),
            date: of.date,
            now: duty(found.now),
            is_pinned: found.is_pinned,
            alternatives: alternatives.collect(),
        }
    }
}

impl DutyView {
    fn of(duty: DayDuty, context: &RosterContext) -> Self {
        Self {
            shift_template_id: duty.shift_template_id.0,
            shift: context.input.shift_template(duty.shift_template_id).map(|template| template.name.clone()),
            queue_id: duty.queue_id.0,
            queue: context.queue_names.get(&duty.queue_id).cloned(),
        }
    }
}

/// Whose day to ask about.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AlternativesParams {
    /// Who.
    #[param(required = true, nullable = false)]
    pub agent_id: Option<Uuid>,
    /// The local date.
    #[param(required = true, nullable = false)]
    pub date: Option<NaiveDate>,
}

/// Why an agent works, or does not work, on a day.
///
/// Every other shift and queue that the rules leave the agent on that date, and a day off, with the best rest of the agent's
/// week that goes with it: what each would cost more, cheapest first. Everybody else stays as they are.
#[utoipa::path(tag = "rosters", params(("id" = Uuid, Path, description = "The roster"), AlternativesParams),
    responses((status = 200, description = "What else there is, and its price", body = AlternativesView),
        (status = 409, description = "Pins break hard rules as they are now", body = crate::http::problem::Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "The agent or the date is not in the roster's week",
            body = crate::http::problem::Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("read-plans"))))]
#[get("/rosters/{id}/alternatives")]
pub async fn get_roster_alternatives(
    caller: Caller,
    state: Data<AppState>,
    id: Path<RosterId>,
    query: Query<AlternativesParams>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadPlans)?;
    // Not left to the extractor: who may not read plans is told so first.
    let (Some(agent_id), Some(date)) = (query.0.agent_id, query.0.date) else {
        return Err(ApiError::Malformed("name the agent and the date: ?agent_id=<id>&date=<YYYY-MM-DD>".into()));
    };
    let (row, context) = rosters::read_roster(&state.store, actor, id.0).await?;
    let of = AgentDay { agent_id: agent_id.into(), date };
    let (context, found) = rosters::roster_alternatives(context, of).await?;
    Ok(versioned(row.version, AlternativesView::of(of, &found, &context)))
}
