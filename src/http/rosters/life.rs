//! Publishing, re-opening and archiving rosters, and who did it.

use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::views::RosterHeadView;
use crate::domain::access::Permission::{EditRosters, PublishRosters, ReadPlans};
use crate::domain::ids::RosterId;
use crate::http::access::Caller;
use crate::http::extract::{IfMatch, PageQuery, PageView, Path, Query, created, versioned};
use crate::http::problem::{ApiError, Problem};
use crate::http::state::AppState;
use crate::services::rosters;
use crate::store::audit::AuditEntry;

/// Publish a draft.
///
/// From now on the team works by it; the roster that was published for the week is archived. The draft is judged once more, by
/// the leave and the rules that hold now: what breaks a hard rule is refused with 409 and `violations`.
#[utoipa::path(tag = "rosters", params(("id" = Uuid, Path, description = "The draft")),
    responses(
        (status = 200, description = "Published", body = RosterHeadView, headers(("ETag" = String, description = "Its version"))),
        (status = 409, description = "`rule-violation`: it breaks hard rules, see `violations`; `roster-not-draft`",
            body = Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("publish-rosters")), ("x-if-match" = json!(true))))]
#[post("/rosters/{id}/publish")]
pub async fn publish_roster(
    caller: Caller,
    state: Data<AppState>,
    id: Path<RosterId>,
    if_match: IfMatch,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(PublishRosters)?;
    let published = rosters::publish_roster(&state.store, actor, id.0, if_match.0, Utc::now()).await?;
    for changed in [Some(id.0), published.replaced].into_iter().flatten() {
        state.published.invalidate(&changed).await;
    }
    Ok(versioned(published.row.version, RosterHeadView::from(&published.row)))
}

/// Re-open a roster as a new draft.
///
/// The roster itself stays as it is until the draft is published. Assignments keep their identity, so that calendars follow them.
#[utoipa::path(tag = "rosters", params(("id" = Uuid, Path, description = "A published or archived roster")),
    responses(
        (status = 201, description = "The new draft", body = RosterHeadView, headers(
            ("Location" = String, description = "The draft"), ("ETag" = String, description = "Its version"))),
        (status = 409, description = "`roster-is-draft`: edit it as it is", body = Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("publish-rosters"))))]
#[post("/rosters/{id}/reopen")]
pub async fn reopen_roster(caller: Caller, state: Data<AppState>, id: Path<RosterId>) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(PublishRosters)?;
    let row = rosters::reopen_roster(&state.store, actor, id.0, Utc::now()).await?;
    Ok(created("rosters", row.value.id, row.version, RosterHeadView::from(&row)))
}

/// Archive a draft or a published roster.
///
/// Archiving a published roster needs `publish-rosters`: nobody works by it any more.
#[utoipa::path(tag = "rosters", params(("id" = Uuid, Path, description = "The roster")),
    responses((status = 200, description = "As it is now", body = RosterHeadView, headers(("ETag" = String, description = "Its version")))),
    extensions(("x-permission" = json!("edit-rosters")), ("x-if-match" = json!(true))))]
#[delete("/rosters/{id}")]
pub async fn archive_roster(
    caller: Caller,
    state: Data<AppState>,
    id: Path<RosterId>,
    if_match: IfMatch,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(EditRosters)?;
    let row = rosters::archive_roster(&state.store, actor, id.0, if_match.0, Utc::now()).await?;
    state.published.invalidate(&id.0).await;
    Ok(versioned(row.version, RosterHeadView::from(&row)))
}

/// What somebody did to a roster.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "at": "2026-11-22T08:30:00Z", "actor": "王主管",
    "actor_key_id": null, "action": "publish", "before": { "status": "draft" }, "after": { "status": "published" }, "request_id": null }))]
pub struct RosterEventView {
    /// Identity.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// Display name of who acted, as it was then.
    pub actor: String,
    /// The key that was used; `null` for the service itself.
    pub actor_key_id: Option<Uuid>,
    /// `build`, `edit`, `pin`, `unpin`, `publish`, `replace` (by another roster of the week), `reopen` or `archive`.
    pub action: String,
    /// What was changed as it was: assignments for an edit, else the standing of the roster.
    pub before: Option<serde_json::Value>,
    /// What was changed as it is after.
    pub after: Option<serde_json::Value>,
    /// The request that did it; the log has it.
    pub request_id: Option<String>,
}

impl From<AuditEntry> for RosterEventView {
    fn from(entry: AuditEntry) -> Self {
        Self {
            id: entry.id.0,
            at: entry.at,
            actor: entry.actor_name,
            actor_key_id: entry.actor_key_id.map(|id| id.0),
            action: entry.action,
            before: entry.before,
            after: entry.after,
            request_id: entry.request_id,
        }
    }
}

/// Who did what to a roster.
#[utoipa::path(tag = "rosters", params(("id" = Uuid, Path, description = "The roster"), PageQuery),
    responses((status = 200, description = "A page of what was done, oldest first", body = PageView<RosterEventView>)),
    extensions(("x-permission" = json!("read-plans"))))]
#[get("/rosters/{id}/history")]
pub async fn get_roster_history(
    caller: Caller,
    state: Data<AppState>,
    id: Path<RosterId>,
    page: Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    let listed = rosters::history(&state.store, caller.may(ReadPlans)?, id.0, page.0.page()?).await?;
    Ok(HttpResponse::Ok().json(PageView::of(listed, |entry| entry.id.0, RosterEventView::from)))
}
