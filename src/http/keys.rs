//! API keys.

use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::access::Caller;
use super::extract::{Json, PageQuery, PageView, Path, Query};
use super::problem::ApiError;
use super::state::AppState;
use super::words::RoleView;
use crate::domain::access::Permission::ManageAccess;
use crate::domain::ids::ApiKeyId;
use crate::services::keys::{self, NewKey};
use crate::store::api_keys::{self, ApiKey};

/// The routes of this file.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(create_api_key).service(list_api_keys).service(revoke_api_key);
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
