//! Sites.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::kept::{Body, StampView, kept_routes};
use super::windows::{WindowView, windows_from};
use crate::domain::access::Actor;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::SiteId;
use crate::domain::organisation::Site;
use crate::services::proposal::Reference;
use crate::store::sites::{self, SiteFilter};
use crate::store::{Listed, Page, Store, StoreError, Versioned};

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

impl Body for SiteCreate {
    type Value = Site;

    fn of(site: &Site) -> Self {
        Self {
            name: site.name.clone(),
            zone: site.zone.name().to_owned(),
            opening_hours: site.opening_hours.iter().map(Into::into).collect(),
        }
    }

    fn references(&self) -> Vec<Reference> {
        Vec::new()
    }

    fn into_value(self, id: SiteId) -> Result<Site, Vec<FieldFault>> {
        let mut faults = Faults::default();
        faults.name("/name", &self.name);
        let zone = self.zone.parse::<chrono_tz::Tz>().ok();
        faults.expect(zone.is_some(), "/zone", format!("`{}` is not an IANA time zone such as Asia/Shanghai", self.zone));
        let opening_hours = windows_from("/opening_hours", &self.opening_hours, &mut faults);
        faults.into_result(zone.map(|zone| Site { id, name: self.name, zone, opening_hours }))
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
    fn apply(self, site: SiteCreate) -> SiteCreate {
        SiteCreate {
            name: self.name.unwrap_or(site.name),
            zone: self.zone.unwrap_or(site.zone),
            opening_hours: self.opening_hours.unwrap_or(site.opening_hours),
        }
    }
}

/// A site.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "name": "杭州", "zone": "Asia/Shanghai",
    "opening_hours": [{ "weekday": "mon", "start": "09:00", "end": "24:00" }],
    "version": 1, "created_at": "2026-11-22T08:00:00Z", "updated_at": "2026-11-22T08:00:00Z", "archived_at": null }))]
pub struct SiteView {
    /// Identity.
    pub id: Uuid,
    /// Display name.
    pub name: String,
    /// IANA time zone.
    pub zone: String,
    /// When chats are answered; empty for always.
    pub opening_hours: Vec<WindowView>,
    /// Version and times.
    #[serde(flatten)]
    pub stamp: StampView,
}

impl From<Versioned<Site>> for SiteView {
    fn from(row: Versioned<Site>) -> Self {
        let SiteCreate { name, zone, opening_hours } = SiteCreate::of(&row.value);
        Self { id: row.value.id.0, name, zone, opening_hours, stamp: (&row).into() }
    }
}

/// Which sites to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SiteQuery {
    /// Whether archived ones are wanted too.
    #[serde(default)]
    pub include_archived: bool,
}

impl SiteQuery {
    async fn rows(self, store: &Store, actor: &Actor, page: Page) -> Result<Listed<Versioned<Site>>, StoreError> {
        sites::list(store, &SiteFilter { scope: &actor.scope, include_archived: self.include_archived }, page).await
    }
}

kept_routes! {
    Site by SiteId: SiteCreate, SitePatch, SiteView, SiteQuery;
    tag "organisation", read ReadOrganisation, change ManageOrganisation;
    /// Make a site. Takes a key that reaches the whole organisation.
    POST "/sites" create_site;
    /// List sites: those that a team within reach works at.
    GET list_sites;
    /// Read a site.
    GET "/sites/{id}" get_site;
    /// Change a site. Takes a key that reaches all of its teams.
    PATCH patch_site;
    /// Archive a site. Refused while it has teams, shops or shift templates that are not archived.
    DELETE archive_site;
}
