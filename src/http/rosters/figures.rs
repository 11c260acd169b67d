//! What a roster breaks, costs and covers, and how it differs from another.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::views::{AssignmentView, RosterHeadView, RuleCostView};
use crate::domain::access::Permission::{ReadFigures, ReadPlans};
use crate::domain::ids::{AgentId, RosterId};
use crate::http::access::Caller;
use crate::http::extract::{Path, Query, versioned};
use crate::http::problem::ApiError;
use crate::http::state::AppState;
use crate::http::violations::ViolationView;
use crate::services::rosters::{self, Comparison, CoverageTotals, Judgement};

/// What a roster breaks and costs.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ViolationsView {
    /// Every rule it breaks, hard ones first.
    pub violations: Vec<ViolationView>,
    /// What it costs.
    pub cost: f64,
    /// The cost by rule, dearest first; only rules that cost something.
    pub by_rule: Vec<RuleCostView>,
}

/// Check a roster.
///
/// Judges it by leave, wishes, skills and rules as they are now, which may be others than when it was built.
#[utoipa::path(tag = "rosters", params(("id" = Uuid, Path, description = "The roster")),
    responses((status = 200, description = "What it breaks and costs now", body = ViolationsView)),
    extensions(("x-permission" = json!("read-plans"))))]
#[get("/rosters/{id}/violations")]
pub async fn check_roster(caller: Caller, state: Data<AppState>, id: Path<RosterId>) -> Result<HttpResponse, ApiError> {
    let (row, context) = rosters::read_roster(&state.store, caller.may(ReadPlans)?, id.0).await?;
    let judgement = Judgement::of(&context);
    let view = ViolationsView {
        violations: judgement.violations.iter().map(Into::into).collect(),
        cost: judgement.price.total,
        by_rule: judgement.price.by_rule.iter().map(Into::into).collect(),
    };
    Ok(versioned(row.version, view))
}

/// How far a requirement is covered.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct CoverageTotalsView {
    /// Agent-minutes required.
    pub required_agent_minutes: f64,
    /// Agent-minutes missing; a surplus elsewhere does not make up for them.
    pub short_agent_minutes: f64,
}

impl From<CoverageTotals> for CoverageTotalsView {
    fn from(totals: CoverageTotals) -> Self {
        let CoverageTotals { required_agent_minutes, short_agent_minutes } = totals;
        Self { required_agent_minutes, short_agent_minutes }
    }
}

/// How far a queue's requirement is covered.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct QueueCoverageView {
    /// The queue.
    pub queue_id: Uuid,
    /// Its display name.
    pub queue: Option<String>,
    /// The figures.
    #[serde(flatten)]
    pub totals: CoverageTotalsView,
}

/// How far a roster covers its requirement.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct RosterCoverageView {
    /// Over all queues.
    #[serde(flatten)]
    pub totals: CoverageTotalsView,
    /// By queue.
    pub queues: Vec<QueueCoverageView>,
}

/// How far a roster covers its requirement.
///
/// Totals only; the feeds have the figures of every interval.
#[utoipa::path(tag = "rosters", params(("id" = Uuid, Path, description = "The roster")),
    responses((status = 200, description = "Agent-minutes required and missing", body = RosterCoverageView)),
    extensions(("x-permission" = json!("read-figures"))))]
#[get("/rosters/{id}/coverage")]
pub async fn get_roster_coverage(caller: Caller, state: Data<AppState>, id: Path<RosterId>) -> Result<HttpResponse, ApiError> {
    let (row, context) = rosters::read_roster(&state.store, caller.may(ReadFigures)?, id.0).await?;
    let queues = CoverageTotals::by_queue(&context).into_iter().map(|(id, totals)| QueueCoverageView {
        queue_id: id.0,
        queue: context.queue_names.get(&id).cloned(),
        totals: totals.into(),
    });
    let view = RosterCoverageView { totals: CoverageTotals::of(&context).into(), queues: queues.collect() };
    Ok(versioned(row.version, view))
}

/// What to compare a roster with.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CompareParams {
    /// Another roster of the same team and week.
    #[param(required = true, nullable = false)]
    pub with: Option<Uuid>,
}

/// What kind of difference it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKindView {
    /// The agent did not work on the date.
    Added,
    /// The agent does not work on the date any more.
    Removed,
    /// Another shift or queue.
    Changed,
}

/// What an agent works on a date in the two rosters.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DayChangeView {
    /// What kind of difference it is.
    pub kind: ChangeKindView,
    /// Who.
    pub agent_id: Uuid,
    /// Display name of the agent.
    pub agent: Option<String>,
    /// The local date the shift begins on.
    pub date: NaiveDate,
    /// In `before`.
    pub before: Option<AssignmentView>,
    /// In `after`.
    pub after: Option<AssignmentView>,
}

/// Paid time of an agent's week in the two rosters.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AgentHoursChangeView {
    /// Who.
    pub agent_id: Uuid,
    /// Display name of the agent.
    pub agent: Option<String>,
    /// Paid minutes in `before`.
    pub before_minutes: u32,
    /// Paid minutes in `after`.
    pub after_minutes: u32,
    /// `after_minutes` − `before_minutes`.
    pub delta_minutes: i64,
}

/// Two rosters of one team and week, side by side. `before` is the one given as `with`, `after` the one asked for.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct RosterComparisonView {
    /// The roster it is compared with.
    pub before: RosterHeadView,
    /// The roster that was asked for.
    pub after: RosterHeadView,
    /// Every agent and date with other work, by date. A pin is no difference.
    pub changes: Vec<DayChangeView>,
    /// Paid time of everybody who is in one of the two.
    pub hours: Vec<AgentHoursChangeView>,
    /// How far `before` covers its requirement.
    pub coverage_before: CoverageTotalsView,
    /// How far `after` covers its requirement.
    pub coverage_after: CoverageTotalsView,
}

impl From<&Comparison> for RosterComparisonView {
    fn from(comparison: &Comparison) -> Self {
        let ((old_row, old), (new_row, new)) = (&comparison.before, &comparison.after);
        let name = |id: AgentId| new.agents.get(&id).or_else(|| old.agents.get(&id)).map(|agent| agent.name.clone());
        let changes = comparison.changes.iter().map(|change| DayChangeView {
            kind: match (&change.before, &change.after) {
                (None, _) => ChangeKindView::Added,
                (_, None) => ChangeKindView::Removed,
                _ => ChangeKindView::Changed,
            },
            agent_id: change.agent_id.0,
            agent: name(change.agent_id),
            date: change.date,
            before: change.before.as_ref().map(|placed| AssignmentView::of(placed, old)),
            after: change.after.as_ref().map(|placed| AssignmentView::of(placed, new)),
        });
        let hours = comparison.hours.iter().map(|hours| AgentHoursChangeView {
            agent_id: hours.agent_id.0,
            agent: name(hours.agent_id),
            before_minutes: hours.before_minutes,
            after_minutes: hours.after_minutes,
            delta_minutes: i64::from(hours.after_minutes) - i64::from(hours.before_minutes),
        });
        let (coverage_before, coverage_after) = comparison.coverage;
        Self {
            before: old_row.into(),
            after: new_row.into(),
            changes: changes.collect(),
            hours: hours.collect(),
            coverage_before: coverage_before.into(),
            coverage_after: coverage_after.into(),
        }
    }
}

/// Compare a roster with another of the same team and week.
#[utoipa::path(tag = "rosters", params(("id" = Uuid, Path, description = "The roster, `after`"), CompareParams),
    responses((status = 200, description = "What differs", body = RosterComparisonView),
        (status = 422, description = "The other is not there, or of another team or week", body = crate::http::problem::Problem,
            content_type = "application/problem+json")),
    extensions(("x-permission" = json!("read-plans"))))]
#[get("/rosters/{id}/compare")]
pub async fn compare_rosters(
    caller: Caller,
    state: Data<AppState>,
    id: Path<RosterId>,
    query: Query<CompareParams>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadPlans)?;
    // Not left to the extractor: who may not read plans is told so first.
    let with = query.0.with.ok_or_else(|| ApiError::Malformed("name the roster to compare with: ?with=<id>".into()))?;
    let comparison = rosters::compare_rosters(&state.store, actor, id.0, with.into()).await?;
    Ok(HttpResponse::Ok().json(RosterComparisonView::from(&comparison)))
}
