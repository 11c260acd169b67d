//! Days of a site that are not ordinary ones.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::kept::{Body, StampView, kept_routes};
use super::words::HolidayKindView;
use crate::domain::access::Actor;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{HolidayId, SiteId};
use crate::domain::organisation::Holiday;
use crate::services::proposal::Reference;
use crate::store::holidays::{self, HolidayFilter};
use crate::store::{Listed, Page, Store, StoreError, Versioned};

/// A holiday, or a make-up working day, to enter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "site_id": "01936d7e-0000-7000-8000-000000000000", "date": "2026-10-01", "name": "国庆节",
    "kind": "statutory" }))]
pub struct HolidayCreate {
    /// The site it is kept for.
    pub site_id: Uuid,
    /// The local date; one entry a date and site.
    pub date: NaiveDate,
    /// Display name. Give the days of one feast the same: the forecast learns its effect by name.
    pub name: String,
    /// What makes it unlike others.
    pub kind: HolidayKindView,
}

impl Body for HolidayCreate {
    type Value = Holiday;

    fn of(holiday: &Holiday) -> Self {
        Self { site_id: holiday.site_id.0, date: holiday.date, name: holiday.name.clone(), kind: holiday.kind.into() }
    }

    fn references(&self) -> Vec<Reference> {
        vec![Reference::new("/site_id", SiteId(self.site_id))]
    }

    fn into_value(self, id: HolidayId) -> Result<Holiday, Vec<FieldFault>> {
        let mut faults = Faults::default();
        faults.name("/name", &self.name);
        let (site_id, kind) = (SiteId(self.site_id), self.kind.into());
        faults.into_result(Some(Holiday { id, site_id, date: self.date, name: self.name, kind }))
    }
}

/// What to change of a holiday; absent fields stay as they are. A holiday keeps its site.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "kind": "shifted_rest" }))]
pub struct HolidayPatch {
    /// The local date.
    #[schema(nullable = false)]
    pub date: Option<NaiveDate>,
    /// Display name.
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// What makes it unlike others.
    #[schema(nullable = false)]
    pub kind: Option<HolidayKindView>,
}

impl HolidayPatch {
    fn apply(self, holiday: HolidayCreate) -> HolidayCreate {
        HolidayCreate {
            date: self.date.unwrap_or(holiday.date),
            name: self.name.unwrap_or(holiday.name),
            kind: self.kind.unwrap_or(holiday.kind),
            ..holiday
        }
    }
}

/// A holiday, or a make-up working day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "site_id": "01936d7e-0000-7000-8000-000000000000",
    "date": "2026-10-01", "name": "国庆节", "kind": "statutory",
    "version": 1, "created_at": "2026-11-22T08:00:00Z", "updated_at": "2026-11-22T08:00:00Z", "archived_at": null }))]
pub struct HolidayView {
    /// Identity.
    pub id: Uuid,
    /// The site it is kept for.
    pub site_id: Uuid,
    /// The local date.
    pub date: NaiveDate,
    /// Display name.
    pub name: String,
    /// What makes it unlike others.
    pub kind: HolidayKindView,
    /// Version and times.
    #[serde(flatten)]
    pub stamp: StampView,
}

impl From<Versioned<Holiday>> for HolidayView {
    fn from(row: Versioned<Holiday>) -> Self {
        let HolidayCreate { site_id, date, name, kind } = HolidayCreate::of(&row.value);
        Self { id: row.value.id.0, site_id, date, name, kind, stamp: (&row).into() }
    }
}

/// Which holidays to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HolidayQuery {
    /// Only those of this site.
    #[param(nullable = false)]
    pub site_id: Option<Uuid>,
    /// Only those on this date or later.
    #[param(nullable = false)]
    pub from: Option<NaiveDate>,
    /// Only those on this date or earlier.
    #[param(nullable = false)]
    pub until: Option<NaiveDate>,
    /// Whether archived ones are wanted too.
    #[serde(default)]
    pub include_archived: bool,
}

impl HolidayQuery {
    async fn rows(self, store: &Store, actor: &Actor, page: Page) -> Result<Listed<Versioned<Holiday>>, StoreError> {
        let Self { site_id, from, until, include_archived } = self;
        let filter = HolidayFilter { scope: &actor.scope, site_id: site_id.map(SiteId), from, until, include_archived };
        holidays::list(store, &filter, page).await
    }
}

kept_routes! {
    Holiday by HolidayId: HolidayCreate, HolidayPatch, HolidayView, HolidayQuery;
    tag "organisation", read ReadOrganisation, change ManageOrganisation;
    /// Enter a holiday or a make-up working day. Takes a key that reaches all teams of its site.
    POST "/holidays" create_holiday;
    /// List holidays and make-up working days.
    GET list_holidays;
    /// Read a holiday.
    GET "/holidays/{id}" get_holiday;
    /// Change a holiday. Takes a key that reaches all teams of its site.
    PATCH patch_holiday;
    /// Archive a holiday: its date is an ordinary one again.
    DELETE archive_holiday;
}
