//! Sites.

use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, patch, post};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::access::Caller;
use super::extract::{IfMatch, Json, PageQuery, PageView, Path, Query, created, versioned};
use super::problem::ApiError;
use super::state::AppState;
use super::windows::{WindowView, windows_from};
use crate::domain::access::Permission::{ManageOrganisation, ReadOrganisation};
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::SiteId;
use crate::domain::organisation::Site;
use crate::services::{ServiceError, editing};
use crate::store::sites::SiteFilter;
use crate::store::{self, Versioned};

/// The routes of this file.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(create_site).service(list_sites).service(get_site).service(patch_site).service(archive_site);
}

/// A site to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "杭州", "zone": "Asia/Shanghai",
    "opening_hours": [{ "weekday": "mon", "start": "09:00", "end": "24:00" }] }))]
pub struct SiteCreate {
    /// Display name.
    pub name: String,
    /// IANA time zone; `Asia/Shanghai` if absent.
    #[serde(default = "default_zone")]
    pub zone: String,
    /// When chats are answered; empty for always.
    #[serde(default)]
    pub opening_hours: Vec<WindowView>,
}

fn default_zone() -> String {
    "Asia/Shanghai".into()
}

impl TryFrom<SiteCreate> for Site {
    type Error = Vec<FieldFault>;

    fn try_from(body: SiteCreate) -> Result<Self, Self::Error> {
        let mut faults = Faults::default();
        faults.name("/name", &body.name);
        let zone = body.zone.parse::<chrono_tz::Tz>().ok();
        faults.expect(zone.is_some(), "/zone", format!("`{}` is not an IANA time zone such as Asia/Shanghai", body.zone));
        let opening_hours = windows_from("/opening_hours", &body.opening_hours, &mut faults);
        faults.into_result(zone.map(|zone| Self { id: SiteId::generate(), name: body.name, zone, opening_hours }))
    }
}

/// What to change of a site; absent fields stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "杭州一部" }))]
pub struct SitePatch {
    /// Display name.
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// IANA time zone.
    #[schema(nullable = false)]
    pub zone: Option<String>,
    /// When chats are answered.
    #[schema(nullable = false)]
    pub opening_hours: Option<Vec<WindowView>>,
}

impl SitePatch {
    fn apply(self, site: Site) -> Result<Site, Vec<FieldFault>> {
        let patched = SiteCreate {
            name: self.name.unwrap_or(site.name),
            zone: self.zone.unwrap_or_else(|| site.zone.name().to_owned()),
            opening_hours: self.opening_hours.unwrap_or_else(|| site.opening_hours.iter().map(Into::into).collect()),
        };
        Ok(Site { id: site.id, ..patched.try_into()? })
    }
}

/// A site.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "name": "杭州", "zone": "Asia/Shanghai",
    "opening_hours": [{ "weekday": "mon", "start": "09:00", "end": "24:00" }], "version": 1,
    "created_at": "2026-11-22T08:00:00Z", "updated_at": "2026-11-22T08:00:00Z", "archived_at": null }))]
pub struct SiteView {
    /// Identity.
    pub id: Uuid,
    /// Display name.
    pub name: String,
    /// IANA time zone.
    pub zone: String,
    /// When chats are answered; empty for always.
    pub opening_hours: Vec<WindowView>,
    /// Counts changes; the `ETag`.
    pub version: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was archived.
    pub archived_at: Option<DateTime<Utc>>,
}

impl From<Versioned<Site>> for SiteView {
    fn from(row: Versioned<Site>) -> Self {
        Self {
            id: row.value.id.0,
            name: row.value.name,
            zone: row.value.zone.name().to_owned(),
            opening_hours: row.value.opening_hours.iter().map(Into::into).collect(),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            archived_at: row.archived_at,
        }
    }
}

/// Make a site.
#[utoipa::path(tag = "organisation", request_body = SiteCreate,
    responses((status = 201, description = "Made", body = SiteView)),
    extensions(("x-permission" = json!("manage-organisation"))))]
#[post("/sites")]
pub async fn create_site(caller: Caller, state: Data<AppState>, body: Json<SiteCreate>) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ManageOrganisation)?;
    let site = Site::try_from(body.0).map_err(ServiceError::from)?;
    let row = editing::create(&state.store, actor, site, Utc::now()).await?;
    Ok(created("sites", row.value.id, row.version, SiteView::from(row)))
}

/// List sites.
#[utoipa::path(tag = "organisation", params(PageQuery),
    responses((status = 200, description = "A page of sites", body = PageView<SiteView>)),
    extensions(("x-permission" = json!("read-organisation"))))]
#[get("/sites")]
pub async fn list_sites(caller: Caller, state: Data<AppState>, page: Query<PageQuery>) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadOrganisation)?;
    let filter = SiteFilter { scope: &actor.scope, include_archived: false };
    let listed = store::sites::list(&state.store, &filter, page.0.page()?).await?;
    Ok(HttpResponse::Ok().json(PageView::of(listed, |row| row.value.id.0, SiteView::from)))
}

/// Read a site.
#[utoipa::path(tag = "organisation", params(("id" = Uuid, Path, description = "The site")),
    responses((status = 200, description = "The site", body = SiteView)),
    extensions(("x-permission" = json!("read-organisation"))))]
#[get("/sites/{id}")]
pub async fn get_site(caller: Caller, state: Data<AppState>, id: Path<SiteId>) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadOrganisation)?;
    let row = editing::get::<Site>(&state.store, actor, id.0).await?;
    Ok(versioned(row.version, SiteView::from(row)))
}

/// Change a site.
#[utoipa::path(tag = "organisation", params(("id" = Uuid, Path, description = "The site")), request_body = SitePatch,
    responses((status = 200, description = "As it is now", body = SiteView)),
    extensions(("x-permission" = json!("manage-organisation")), ("x-if-match" = json!(true))))]
#[patch("/sites/{id}")]
pub async fn patch_site(
    caller: Caller,
    state: Data<AppState>,
    id: Path<SiteId>,
    if_match: IfMatch,
    body: Json<SitePatch>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ManageOrganisation)?;
    let row = editing::patch(&state.store, actor, id.0, if_match.0, |site| body.0.apply(site), Utc::now()).await?;
    Ok(versioned(row.version, SiteView::from(row)))
}

/// Archive a site. Refused while it has teams, shops or shift templates that are not archived.
#[utoipa::path(tag = "organisation", params(("id" = Uuid, Path, description = "The site")),
    responses((status = 200, description = "As it is now", body = SiteView)),
    extensions(("x-permission" = json!("manage-organisation")), ("x-if-match" = json!(true))))]
#[delete("/sites/{id}")]
pub async fn archive_site(
    caller: Caller,
    state: Data<AppState>,
    id: Path<SiteId>,
    if_match: IfMatch,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ManageOrganisation)?;
    let row = editing::archive::<Site>(&state.store, actor, id.0, if_match.0, Utc::now()).await?;
    Ok(versioned(row.version, SiteView::from(row)))
}
