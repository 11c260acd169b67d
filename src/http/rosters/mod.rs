//! Rosters.

mod alternatives;
mod costs;
mod edits;
mod figures;
mod life;
mod published;
mod relaxations;
mod views;

use actix_web::http::header::{ContentType, ETAG, EntityTag, Header, IF_NONE_MATCH, IfNoneMatch};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, get};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub use self::published::{PublishedBodies, PublishedBody, published_bodies};
use self::views::{RosterHeadView, RosterView};
use super::access::Caller;
use super::extract::{ListQuery, PageQuery, PageView, Path};
use super::problem::ApiError;
use super::state::AppState;
use super::words::RosterStatusView;
use crate::domain::access::Permission::ReadRosters;
use crate::domain::ids::{RosterId, TeamId};
use crate::services::rosters::{self, RosterQuery};

/// The routes of this folder.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(list_rosters)
        .service(get_roster)
        .service(edits::edit_roster)
        .service(life::publish_roster)
        .service(life::reopen_roster)
        .service(life::archive_roster)
        .service(life::get_roster_history)
        .service(figures::check_roster)
        .service(figures::compare_rosters)
        .service(figures::get_roster_coverage)
        .service(relaxations::get_roster_relaxations)
        .service(costs::get_roster_costs)
        .service(alternatives::get_roster_alternatives);
}

/// Which rosters to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RosterParams {
    /// Only those of this team.
    #[param(nullable = false)]
    pub team_id: Option<Uuid>,
    /// Only those of the week that this Monday names.
    #[param(nullable = false)]
    pub week_start: Option<NaiveDate>,
    /// Only those of this status. Without the permission to read plans only published rosters are listed.
    #[param(nullable = false, inline)]
    pub status: Option<RosterStatusView>,
}

/// List rosters, without their assignments.
#[utoipa::path(tag = "rosters", params(RosterParams, PageQuery),
    responses((status = 200, description = "A page of rosters", body = PageView<RosterHeadView>)),
    extensions(("x-permission" = json!("read-rosters"))))]
#[get("/rosters")]
pub async fn list_rosters(
    caller: Caller,
    state: Data<AppState>,
    query: ListQuery<RosterParams>,
) -> Result<HttpResponse, ApiError> {
    let RosterParams { team_id, week_start, status } = query.filter;
    let wanted = RosterQuery { team_id: team_id.map(TeamId), week_start, status: status.map(Into::into) };
    let listed = rosters::list_rosters(&state.store, caller.may(ReadRosters)?, &wanted, query.page).await?;
    Ok(HttpResponse::Ok().json(PageView::of(listed, |row| row.value.id.0, |row| RosterHeadView::from(&row))))
}

/// Read a roster with all its assignments.
///
/// A published roster is read with `read-rosters`; drafts and archived rosters need `read-plans`, and are not there without it.
/// Send the `ETag` as `If-None-Match` to get 304 while nothing has changed.
#[utoipa::path(tag = "rosters",
    params(("id" = Uuid, Path, description = "The roster")),
    responses((status = 200, description = "The roster", body = RosterView),
        (status = 304, description = "It is what you have")),
    extensions(("x-permission" = json!("read-rosters"))))]
#[get("/rosters/{id}")]
pub async fn get_roster(
    caller: Caller,
    state: Data<AppState>,
    id: Path<RosterId>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadRosters)?;
    if let Some(kept) = published::read(&state, id.0).await.filter(|kept| actor.scope.reaches(kept.team_id)) {
        return Ok(answer(&request, kept.version, kept.body));
    }
    let (row, context) = rosters::read_roster(&state.store, actor, id.0).await?;
    Ok(answer(&request, row.version, RosterView::of(&row, &context).into_body()))
}

/// The body, or 304 to those who have it.
fn answer(request: &HttpRequest, version: i32, body: Bytes) -> HttpResponse {
    let tag = EntityTag::new_strong(version.to_string());
    if is_held(request, &tag) {
        return HttpResponse::NotModified().insert_header((ETAG, tag)).finish();
    }
    HttpResponse::Ok().insert_header((ETAG, tag)).content_type(ContentType::json()).body(body)
}

fn is_held(request: &HttpRequest, tag: &EntityTag) -> bool {
    request.headers().contains_key(IF_NONE_MATCH)
        && match IfNoneMatch::parse(request) {
            Ok(IfNoneMatch::Any) => true,
            Ok(IfNoneMatch::Items(held)) => held.iter().any(|held| held.weak_eq(tag)),
            Err(_) => false,
        }
}
