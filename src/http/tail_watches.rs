//! Whether the clock opens follow-ups for those whose figure is surely behind.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, put};
use chrono::Utc;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::access::Caller;
use super::extract::{Json, Path};
use super::problem::ApiError;
use super::state::AppState;
use crate::domain::access::Permission::{ManageFollowUps, ReadCauses};
use crate::domain::ids::TeamId;
use crate::domain::tail_watch::TailWatch;
use crate::services::tail_watches::{self, WatchInForce};

/// The routes of this file.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(get_tail_watch).service(put_tail_watch);
}

/// How a team's tail is watched, as a whole. What is absent has its usual value.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "is_enabled": true, "figure": "order_conversion", "days": 7, "most": 3, "fewest": 100, "due_days": 7 }))]
pub struct TailWatchPut {
    /// Whether the clock opens follow-ups; `true` if absent.
    pub is_enabled: bool,
    /// Code of the figure: a share of which more, or less, is better; `order_conversion` if absent.
    pub figure: String,
    /// Over how many days up to yesterday; 7 if absent.
    #[schema(minimum = 1, maximum = 92)]
    pub days: u32,
    /// The most follow-ups opened on one day; 3 if absent.
    #[schema(minimum = 1, maximum = 50)]
    pub most: u32,
    /// Fewest of what the figure counts: with less nobody is judged; 100 if absent.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub fewest: u32,
    /// Within how many days a follow-up is due; 7 if absent.
    #[schema(minimum = 1, maximum = 92)]
    pub due_days: u32,
}

impl Default for TailWatchPut {
    fn default() -> Self {
        TailWatch::default().into()
    }
}

impl From<TailWatch> for TailWatchPut {
    fn from(TailWatch { is_enabled, figure, days, most, fewest, due_days }: TailWatch) -> Self {
        Self { is_enabled, figure, days, most, fewest, due_days }
    }
}

/// How a team's tail is watched.
#[derive(Debug, Serialize, ToSchema)]
pub struct TailWatchView {
    /// How.
    #[serde(flatten)]
    pub watch: TailWatchPut,
    /// The team itself or the nearest above that says so; `null` where the default holds.
    pub set_by_team_id: Option<Uuid>,
}

impl From<WatchInForce> for TailWatchView {
    fn from(found: WatchInForce) -> Self {
        Self { watch: found.watch.into(), set_by_team_id: found.set_by.map(Into::into) }
    }
}

/// Read how the tail of a team is watched: once a day those whose figure is surely behind get a follow-up, owned by the team's
/// leader, with the registers to look at.
#[utoipa::path(tag = "figures", params(("id" = Uuid, Path, description = "The team")),
    responses((status = 200, description = "How it is watched", body = TailWatchView)),
    extensions(("x-permission" = json!("read-causes"))))]
#[get("/teams/{id}/tail-watch")]
pub async fn get_tail_watch(caller: Caller, state: Data<AppState>, id: Path<TeamId>) -> Result<HttpResponse, ApiError> {
    let found = tail_watches::get(&state.store, caller.may(ReadCauses)?, id.0).await?;
    Ok(HttpResponse::Ok().json(TailWatchView::from(found)))
}

/// Say how the tail of a team, and of those below it that say nothing themselves, is watched.
#[utoipa::path(tag = "figures", params(("id" = Uuid, Path, description = "The team")), request_body = TailWatchPut,
    responses((status = 200, description = "How it is watched now", body = TailWatchView)),
    extensions(("x-permission" = json!("manage-follow-ups"))))]
#[put("/teams/{id}/tail-watch")]
pub async fn put_tail_watch(
    caller: Caller,
    state: Data<AppState>,
    id: Path<TeamId>,
    body: Json<TailWatchPut>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ManageFollowUps)?;
    let TailWatchPut { is_enabled, figure, days, most, fewest, due_days } = body.0;
    let watch = TailWatch { is_enabled, figure, days, most, fewest, due_days };
    let found = tail_watches::put(&state.store, actor, id.0, watch, Utc::now()).await?;
    Ok(HttpResponse::Ok().json(TailWatchView::from(found)))
}
