//! What figures said before they were corrected.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::domain::access::Permission::ReadAgentFigures;
use crate::domain::access::Scope;
use crate::domain::figure_day::{Counts, Register};
use crate::domain::ids::AgentId;
use crate::http::access::Caller;
use crate::http::extract::{Path, Query};
use crate::http::problem::ApiError;
use crate::http::state::AppState;
use crate::services::ServiceError;
use crate::services::sites::today;
use crate::store::{agents, figure_days};

/// The routes of this file.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(list_figure_corrections);
}

/// Which day.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CorrectionQuery {
    /// The local date; today if absent.
    #[param(nullable = false, example = "2026-11-22")]
    pub date: Option<NaiveDate>,
}

/// What was recorded of one agent at one place in a stretch of time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "starts_at": "2026-11-22T00:00:00Z", "minutes": 120, "counts": { "inquirers": 40 } }))]
pub struct RegisterView {
    /// Start.
    pub starts_at: DateTime<Utc>,
    /// Length.
    pub minutes: u32,
    /// What was counted, by measure.
    #[schema(value_type = BTreeMap<String, i64>)]
    pub counts: Counts,
}

impl From<Register> for RegisterView {
    fn from(Register { starts_at, minutes, counts }: Register) -> Self {
        Self { starts_at, minutes, counts }
    }
}

/// What a day said before it was corrected.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "at": "2026-11-23T02:00:00Z", "import_id": null, "by": "王主管", "place_id": "01936d7e-0000-7000-8000-000000000001",
    "before": [ { "starts_at": "2026-11-22T00:00:00Z", "minutes": 120, "counts": { "inquirers": 40 } } ] }))]
pub struct CorrectionView {
    /// When it was corrected.
    pub at: DateTime<Utc>,
    /// By which import.
    pub import_id: Option<Uuid>,
    /// By whom.
    pub by: String,
    /// The queue, or the shop where the queue is not known.
    pub place_id: Uuid,
    /// The registers as they were.
    pub before: Vec<RegisterView>,
}

/// What an agent's figures of a day said before they were corrected, the latest correction first.
#[utoipa::path(tag = "figures", params(("id" = Uuid, Path, description = "The agent"), CorrectionQuery),
    responses((status = 200, description = "The corrections", body = Vec<CorrectionView>)),
    extensions(("x-permission" = json!("read-agent-figures"))))]
#[get("/agents/{id}/figure-corrections")]
pub async fn list_figure_corrections(
    caller: Caller,
    state: Data<AppState>,
    id: Path<AgentId>,
    query: Query<CorrectionQuery>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadAgentFigures)?;
    let agent = agents::get(&state.store, id.0).await?.filter(|agent| actor.sees_figures_of(id.0, agent.value.team_id));
    let agent = agent.ok_or_else(|| ServiceError::NotFound { what: "agent", id: id.0.to_string() })?;
    let date = match query.0.date {
        Some(date) => date,
        None => today(&state.store, &Scope::Teams([agent.value.team_id].into()), Utc::now()).await?,
    };
    let corrections = figure_days::corrections(&state.store, id.0, date).await?;
    let view = |one: figure_days::CorrectedDay| CorrectionView {
        at: one.at,
        import_id: one.import_id.map(Into::into),
        by: one.actor_name,
        place_id: one.place_id,
        before: one.before.registers().map(Into::into).collect(),
    };
    Ok(HttpResponse::Ok().json(corrections.into_iter().map(view).collect::<Vec<_>>()))
}
