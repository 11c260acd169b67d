//! The audit log.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::access::Caller;
use super::extract::{ListQuery, PageQuery, PageView};
use super::problem::ApiError;
use super::state::AppState;
use crate::domain::access::Permission::ManageAccess;
use crate::store::audit::{self, AuditEntry, AuditFilter};

/// The routes of this file.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(list_audit_entries);
}

/// Which lines of the audit log to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Only lines about this.
    #[param(nullable = false)]
    pub subject_id: Option<Uuid>,
    /// Only lines at this time or later.
    #[param(nullable = false)]
    pub from: Option<DateTime<Utc>>,
    /// Only lines before this time.
    #[param(nullable = false)]
    pub until: Option<DateTime<Utc>>,
}

/// A line of the audit log.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "at": "2026-11-26T12:30:00Z", "actor": "王芳",
    "actor_key_id": null, "action": "publish", "subject_type": "roster", "subject_id": "01936d7e-0000-7000-8000-000000000001",
    "team_id": "01936d7e-0000-7000-8000-000000000002", "before": null, "after": null, "request_id": null }))]
pub struct AuditEntryView {
    /// Identity.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// Who, by the name of the key.
    pub actor: String,
    /// The key that was used; `null` for the service itself.
    pub actor_key_id: Option<Uuid>,
    /// What was done.
    pub action: String,
    /// To what kind of thing.
    pub subject_type: String,
    /// To which.
    pub subject_id: Uuid,
    /// The team it belongs to, where it belongs to one.
    pub team_id: Option<Uuid>,
    /// What it was before.
    pub before: Option<serde_json::Value>,
    /// What it is after.
    pub after: Option<serde_json::Value>,
    /// The request that did it.
    pub request_id: Option<String>,
}

impl From<AuditEntry> for AuditEntryView {
    fn from(entry: AuditEntry) -> Self {
        Self {
            id: entry.id.0,
            at: entry.at,
            actor: entry.actor_name,
            actor_key_id: entry.actor_key_id.map(|id| id.0),
            action: entry.action,
            subject_type: entry.subject_type,
            subject_id: entry.subject_id,
            team_id: entry.team_id.map(|id| id.0),
            before: entry.before,
            after: entry.after,
            request_id: entry.request_id,
        }
    }
}

/// List the audit log: who changed what.
#[utoipa::path(tag = "access", params(AuditQuery, PageQuery),
    responses((status = 200, description = "A page of lines, oldest first", body = PageView<AuditEntryView>)),
    extensions(("x-permission" = json!("manage-access"))))]
#[get("/audit-entries")]
pub async fn list_audit_entries(
    caller: Caller,
    state: Data<AppState>,
    query: ListQuery<AuditQuery>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ManageAccess)?;
    let AuditQuery { subject_id, from, until } = query.filter;
    let filter = AuditFilter { scope: &actor.scope, subject_id, from, until };
    let listed = audit::list(&state.store, &filter, query.page).await?;
    Ok(HttpResponse::Ok().json(PageView::of(listed, |entry| entry.id.0, AuditEntryView::from)))
}
