//! API keys and the audit log.

use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::access::Caller;
use super::extract::{Json, PageQuery, PageView, Path, Query};
use super::problem::ApiError;
use super::state::AppState;
use crate::domain::access::Permission::ManageAccess;
use crate::domain::access::Role;
use crate::domain::ids::ApiKeyId;
use crate::services::keys::{self, NewKey};
use crate::store::api_keys::{self, ApiKey};
use crate::store::audit::{self, AuditEntry, AuditFilter};

/// The routes of this file.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(create_api_key).service(list_api_keys).service(revoke_api_key).service(list_audit_entries);
}

/// What a key may be used as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoleView {
    /// Runs the service: everything.
    Admin,
    /// Plans and publishes within the scope.
    Supervisor,
    /// Sees the plan, edits drafts, records leave and wishes within the scope.
    Leader,
    /// Reads published rosters and states own wishes.
    Agent,
    /// Reads figures within the scope; no leave, no wishes, no drafts.
    Dashboard,
}

impl From<RoleView> for Role {
    fn from(role: RoleView) -> Self {
        match role {
            RoleView::Admin => Self::Admin,
            RoleView::Supervisor => Self::Supervisor,
            RoleView::Leader => Self::Leader,
            RoleView::Agent => Self::Agent,
            RoleView::Dashboard => Self::Dashboard,
        }
    }
}

impl From<Role> for RoleView {
    fn from(role: Role) -> Self {
        match role {
            Role::Admin => Self::Admin,
            Role::Supervisor => Self::Supervisor,
            Role::Leader => Self::Leader,
            Role::Agent => Self::Agent,
            Role::Dashboard => Self::Dashboard,
        }
    }
}

/// A key to issue.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Grafana", "role": "dashboard", "team_id": null, "expires_at": "2027-12-31T00:00:00Z" }))]
pub struct ApiKeyCreate {
    /// What it is for.
    pub name: String,
    /// What it may be used as.
    pub role: RoleView,
    /// The team whose subtree it reaches; `null` for the whole organisation.
    pub team_id: Option<Uuid>,
    /// The agent it belongs to; for the role `agent` only.
    pub agent_id: Option<Uuid>,
    /// From when on it is not accepted; `null` for never.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A key, without its secret.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "name": "Grafana", "role": "dashboard", "team_id": null,
    "agent_id": null, "created_at": "2026-11-22T08:00:00Z", "expires_at": "2027-12-31T00:00:00Z", "revoked_at": null,
    "last_used_at": "2026-11-22T09:30:00Z" }))]
pub struct ApiKeyView {
    /// Identity.
    pub id: Uuid,
    /// What it is for.
    pub name: String,
    /// What it may be used as.
    pub role: RoleView,
    /// The team whose subtree it reaches; `null` for the whole organisation.
    pub team_id: Option<Uuid>,
    /// The agent it belongs to.
    pub agent_id: Option<Uuid>,
    /// When it was issued.
    pub created_at: DateTime<Utc>,
    /// From when on it is not accepted.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, to a minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl From<ApiKey> for ApiKeyView {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id.0,
            name: key.name,
            role: key.role.into(),
            team_id: key.team_id.map(|id| id.0),
            agent_id: key.agent_id.map(|id| id.0),
            created_at: key.created_at,
            expires_at: key.expires_at,
            revoked_at: key.revoked_at,
            last_used_at: key.last_used_at,
        }
    }
}

/// A key that was just issued.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct IssuedKeyView {
    /// The key.
    #[serde(flatten)]
    pub key: ApiKeyView,
    /// Its secret: 256 random bits. Shown now and never again.
    pub token: String,
}

/// Issue a key.
#[utoipa::path(tag = "access", request_body = ApiKeyCreate,
    responses((status = 201, description = "Issued; the token is shown only now", body = IssuedKeyView)),
    extensions(("x-permission" = json!("manage-access"))))]
#[post("/api-keys")]
pub async fn create_api_key(caller: Caller, state: Data<AppState>, body: Json<ApiKeyCreate>) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ManageAccess)?;
    let ApiKeyCreate { name, role, team_id, agent_id, expires_at } = body.0;
    let new =
        NewKey { name, role: role.into(), team_id: team_id.map(Into::into), agent_id: agent_id.map(Into::into), expires_at };
    let (key, token) = keys::issue_key(&state.store, actor, new, Utc::now()).await?;
    Ok(HttpResponse::Created().json(IssuedKeyView { key: key.into(), token }))
}

/// List keys, revoked and expired ones included.
#[utoipa::path(tag = "access", params(PageQuery),
    responses((status = 200, description = "A page of keys, without their secrets", body = PageView<ApiKeyView>)),
    extensions(("x-permission" = json!("manage-access"))))]
#[get("/api-keys")]
pub async fn list_api_keys(caller: Caller, state: Data<AppState>, page: Query<PageQuery>) -> Result<HttpResponse, ApiError> {
    caller.may(ManageAccess)?;
    let listed = api_keys::list(&state.store, page.0.page()?).await?;
    Ok(HttpResponse::Ok().json(PageView::of(listed, |key| key.id.0, ApiKeyView::from)))
}

/// Revoke a key: at once in this process, within a second in others.
#[utoipa::path(tag = "access", params(("id" = Uuid, Path, description = "The key")),
    responses((status = 200, description = "As it is now", body = ApiKeyView)),
    extensions(("x-permission" = json!("manage-access"))))]
#[delete("/api-keys/{id}")]
pub async fn revoke_api_key(caller: Caller, state: Data<AppState>, id: Path<ApiKeyId>) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ManageAccess)?;
    let key = keys::revoke_key(&state.store, &state.actors, actor, id.0, Utc::now()).await?;
    Ok(HttpResponse::Ok().json(ApiKeyView::from(key)))
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
    query: Query<AuditQuery>,
    page: Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ManageAccess)?;
    let AuditQuery { subject_id, from, until } = query.0;
    let filter = AuditFilter { scope: &actor.scope, subject_id, from, until };
    let listed = audit::list(&state.store, &filter, page.0.page()?).await?;
    Ok(HttpResponse::Ok().json(PageView::of(listed, |entry| entry.id.0, AuditEntryView::from)))
}
