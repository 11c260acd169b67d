//! Many special days of a site at once: as JSON, from an iCalendar file, or from a calendar that is shipped.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use chrono::{NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::access::Caller;
use super::extract::{Json, Path};
use super::problem::ApiError;
use super::state::AppState;
use super::words::HolidayKindView;
use crate::domain::access::Permission::{ManageOrganisation, ReadOrganisation};
use crate::domain::fault::Faults;
use crate::domain::ids::SiteId;
use crate::domain::organisation::{Holiday, HolidayKind};
use crate::intake::ics;
use crate::labour::calendars;
use crate::services::ServiceError;
use crate::services::labour::{ImportedDay, NewDay, import_calendar, import_days};

/// Where the days come from: exactly one of `days`, `ics` and `calendar`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "days": [{ "date": "2027-01-01", "name": "元旦", "kind": "statutory" }] }))]
pub struct HolidayImport {
    /// The days.
    #[schema(nullable = false)]
    pub days: Option<Vec<NewDayView>>,
    /// An iCalendar file.
    #[schema(nullable = false)]
    pub ics: Option<IcsImport>,
    /// A calendar that is shipped.
    #[schema(nullable = false)]
    pub calendar: Option<CalendarName>,
}

/// A day to be entered, or to take the place of the one on its date.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDayView {
    /// The local date.
    pub date: NaiveDate,
    /// Display name. Give the days of one feast the same: the forecast learns its effect by name.
    pub name: String,
    /// What makes it unlike others.
    pub kind: HolidayKindView,
}

/// An iCalendar file of whole days.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IcsImport {
    /// The text of the file.
    pub text: String,
    /// What its days are. Those that their name marks as worked (班) are make-up working days whatever is said here.
    pub kind: HolidayKindView,
}

/// A calendar that is shipped.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarName {
    /// Where it holds, for example `CN`.
    pub jurisdiction: String,
    /// Which year.
    pub year: i32,
}

/// What became of a day.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportedDayView {
    /// It was entered.
    Created,
    /// It took the place of another on its date.
    Changed,
    /// It was there already.
    Unchanged,
}

/// What became of an import.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "created": 1, "changed": 0, "unchanged": 0, "days": [{ "id": "01936d7e-0000-7000-8000-000000000000",
    "date": "2027-01-01", "name": "元旦", "kind": "statutory", "result": "created" }] }))]
pub struct HolidayImportView {
    /// How many were entered.
    pub created: usize,
    /// How many took the place of another.
    pub changed: usize,
    /// How many were there already.
    pub unchanged: usize,
    /// Day by day, in the order given.
    pub days: Vec<ImportedHolidayView>,
}

/// A day of an import.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedHolidayView {
    /// Identity of the holiday.
    pub id: Uuid,
    /// The local date.
    pub date: NaiveDate,
    /// Display name.
    pub name: String,
    /// What makes it unlike others.
    pub kind: HolidayKindView,
    /// What became of it.
    pub result: ImportedDayView,
}

impl HolidayImportView {
    fn of(done: Vec<(Holiday, ImportedDay)>) -> Self {
        let count = |what| done.iter().filter(|(_, became)| *became == what).count();
        let (created, changed, unchanged) =
            (count(ImportedDay::Created), count(ImportedDay::Changed), count(ImportedDay::Unchanged));
        let view = |(day, became): (Holiday, ImportedDay)| ImportedHolidayView {
            id: day.id.0,
            date: day.date,
            name: day.name,
            kind: day.kind.into(),
            result: match became {
                ImportedDay::Created => ImportedDayView::Created,
                ImportedDay::Changed => ImportedDayView::Changed,
                ImportedDay::Unchanged => ImportedDayView::Unchanged,
            },
        };
        Self { created, changed, unchanged, days: done.into_iter().map(view).collect() }
    }
}

impl IcsImport {
    fn days(&self) -> Result<Vec<NewDay>, ServiceError> {
        let mut faults = Faults::default();
        let found = ics::days(&self.text).unwrap_or_else(|told| {
            told.into_iter().for_each(|fault| faults.add("/ics/text", fault));
            Vec::new()
        });
        let kind = |is_worked| if is_worked { HolidayKind::MakeUpWorkday } else { self.kind.into() };
        let day = |day: ics::IcsDay| NewDay { date: day.date, name: day.name, kind: kind(day.is_worked) };
        Ok(faults.into_result(Some(found.into_iter().map(day).collect()))?)
    }
}

/// Import many special days of a site, all or none: the next year's as it is announced, or another country's. A day on a date
/// that has one takes its place; importing the same days again changes nothing. Takes a key that reaches all teams of the site.
#[utoipa::path(tag = "labour", params(("id" = Uuid, Path, description = "The site")), request_body = HolidayImport,
    responses((status = 200, description = "What became of each day", body = HolidayImportView)),
    extensions(("x-permission" = json!(ManageOrganisation))))]
#[post("/sites/{id}/holiday-imports")]
pub async fn import_holidays(
    caller: Caller,
    state: Data<AppState>,
    id: Path<SiteId>,
    body: Json<HolidayImport>,
) -> Result<HttpResponse, ApiError> {
    let (actor, now) = (caller.may(ManageOrganisation)?, Utc::now());
    let done = match body.0 {
        HolidayImport { days: Some(days), ics: None, calendar: None } => {
            let day = |day: NewDayView| NewDay { date: day.date, name: day.name, kind: day.kind.into() };
            import_days(&state.store, actor, id.0, days.into_iter().map(day).collect(), now).await?
        }
        HolidayImport { days: None, ics: Some(file), calendar: None } => {
            import_days(&state.store, actor, id.0, file.days()?, now).await?
        }
        HolidayImport { days: None, ics: None, calendar: Some(name) } => {
            import_calendar(&state.store, actor, id.0, (&name.jurisdiction, name.year), now).await?
        }
        _ => return Err(ServiceError::field("", "must have exactly one of days, ics and calendar").into()),
    };
    Ok(HttpResponse::Ok().json(HolidayImportView::of(done)))
}

/// A calendar that is shipped.
#[derive(Debug, Serialize, ToSchema)]
pub struct HolidayCalendarView {
    /// Its name, as imports take it.
    #[serde(flatten)]
    pub name: CalendarName,
    /// The announcement it was written from.
    pub source: String,
    /// How many special days it has.
    pub days: usize,
}

/// List the holiday calendars that are shipped.
#[utoipa::path(tag = "labour", responses((status = 200, description = "By jurisdiction and year", body = Vec<HolidayCalendarView>)),
    extensions(("x-permission" = json!(ReadOrganisation))))]
#[get("/holiday-calendars")]
pub async fn list_holiday_calendars(caller: Caller) -> Result<HttpResponse, ApiError> {
    caller.may(ReadOrganisation)?;
    let view = |calendar: &calendars::HolidayCalendar| HolidayCalendarView {
        name: CalendarName { jurisdiction: calendar.jurisdiction.clone(), year: calendar.year },
        source: calendar.source.clone(),
        days: calendar.days.iter().map(|days| days.dates.len()).sum(),
    };
    Ok(HttpResponse::Ok().json(calendars::shipped().iter().map(view).collect::<Vec<_>>()))
}

/// Registers the routes.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(list_holiday_calendars).service(import_holidays);
}
