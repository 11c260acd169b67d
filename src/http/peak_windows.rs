//! Peak windows.

use chrono::{NaiveDate, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::kept::{Body, StampView, kept_routes};
use super::queues::MAX_MIN_AGENTS;
use super::windows::{clock, span_from};
use super::words::WeekdayView;
use crate::domain::access::Actor;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{PeakWindowId, QueueId, TeamId};
use crate::domain::peak::{PeakDays, PeakWindow};
use crate::domain::quantity::Uplift;
use crate::services::proposal::Reference;
use crate::store::peak_windows::{self, PeakWindowFilter};
use crate::store::{Listed, Page, Store, StoreError, Versioned};

/// A peak window to make: 大促, the evening peak, a livestream.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "team_id": "01936d7e-0000-7000-8000-000000000000", "name": "双11",
    "days": { "type": "dated", "from": "2026-11-10", "until": "2026-11-11" }, "start": "20:00", "end": "26:00", "uplift": 2.5,
    "min_agents": 4 }))]
pub struct PeakWindowCreate {
    /// The team whose queues it concerns, those of the teams below included.
    pub team_id: Uuid,
    /// The one queue it concerns; absent for all.
    pub queue_id: Option<Uuid>,
    /// Display name. Give windows of one kind of event the same: the forecast learns their effect by name.
    pub name: String,
    /// On which dates.
    pub days: PeakDaysView,
    /// Wall-clock start, `HH:MM`.
    #[schema(pattern = "^[0-2][0-9]:[0-5][0-9]$")]
    pub start: String,
    /// Wall-clock end, `HH:MM`; hours count on past 24 where it ends on the next day: `26:00` is 02:00.
    #[schema(pattern = "^[0-4][0-9]:[0-5][0-9]$")]
    pub end: String,
    /// Factor on expected volume, 0.1-20; absent lets history speak.
    #[schema(minimum = 0.1, maximum = 20)]
    pub uplift: Option<f64>,
    /// Agents on seat at least, per queue; 0 for none.
    #[serde(default)]
    pub min_agents: u32,
}

/// On which dates a peak window holds.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[schema(example = json!({ "type": "weekly", "weekdays": ["fri", "sat"] }))]
pub enum PeakDaysView {
    /// Every week on these days.
    Weekly {
        /// The days.
        weekdays: Vec<WeekdayView>,
    },
    /// From the first date to the last, both included.
    Dated {
        /// First date.
        from: NaiveDate,
        /// Last date.
        until: NaiveDate,
    },
}

impl From<&PeakDays> for PeakDaysView {
    fn from(days: &PeakDays) -> Self {
        match days {
            PeakDays::Weekly { weekdays } => Self::Weekly { weekdays: weekdays.iter().map(|day| (*day).into()).collect() },
            PeakDays::Dated { from, until } => Self::Dated { from: *from, until: *until },
        }
    }
}

impl PeakDaysView {
    fn into_days(self, faults: &mut Faults) -> PeakDays {
        match self {
            Self::Weekly { weekdays } => {
                let mut weekdays: Vec<Weekday> = weekdays.into_iter().map(Into::into).collect();
                weekdays.sort_by_key(Weekday::num_days_from_monday);
                weekdays.dedup();
                faults.expect(!weekdays.is_empty(), "/days/weekdays", "must name one day at least, for example mon");
                PeakDays::Weekly { weekdays }
            }
            Self::Dated { from, until } => {
                faults.expect(from <= until, "/days/until", format!("must not be before from, {from}"));
                PeakDays::Dated { from, until }
            }
        }
    }
}

impl Body for PeakWindowCreate {
    type Value = PeakWindow;

    fn of(window: &PeakWindow) -> Self {
        Self {
            team_id: window.team_id.0,
            queue_id: window.queue_id.map(Into::into),
            name: window.name.clone(),
            days: (&window.days).into(),
            start: clock(window.start_minute),
            end: clock(window.end_minute),
            uplift: window.uplift.map(Uplift::get),
            min_agents: window.min_agents,
        }
    }

    fn references(&self) -> Vec<Reference> {
        let queue = self.queue_id.map(|id| Reference::new("/queue_id", QueueId(id)));
        std::iter::once(Reference::new("/team_id", TeamId(self.team_id))).chain(queue).collect()
    }

    fn into_value(self, id: PeakWindowId) -> Result<PeakWindow, Vec<FieldFault>> {
        let mut faults = Faults::default();
        faults.name("/name", &self.name);
        let days = self.days.into_days(&mut faults);
        let span = span_from("", &self.start, &self.end, &mut faults);
        let uplift = self.uplift.and_then(|uplift| faults.take("/uplift", Uplift::new(uplift)));
        let min_agents = self.min_agents;
        faults.expect(min_agents <= MAX_MIN_AGENTS, "/min_agents", format!("must be at most {MAX_MIN_AGENTS}, got {min_agents}"));
        let (team_id, queue_id) = (TeamId(self.team_id), self.queue_id.map(QueueId));
        faults.into_result(span.map(|(start_minute, end_minute)| PeakWindow {
            id,
            team_id,
            queue_id,
            name: self.name,
            days,
            start_minute,
            end_minute,
            uplift,
            min_agents,
        }))
    }
}

/// What to change of a peak window; absent fields stay as they are, `null` clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "uplift": null, "min_agents": 6 }))]
pub struct PeakWindowPatch {
    /// The team whose queues it concerns.
    #[schema(nullable = false)]
    pub team_id: Option<Uuid>,
    /// The one queue it concerns; `null` for all.
    #[serde(default, with = "::serde_with::rust::double_option")]
    pub queue_id: Option<Option<Uuid>>,
    /// Display name.
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// On which dates.
    #[schema(nullable = false)]
    pub days: Option<PeakDaysView>,
    /// Wall-clock start, `HH:MM`.
    #[schema(nullable = false)]
    pub start: Option<String>,
    /// Wall-clock end, `HH:MM`.
    #[schema(nullable = false)]
    pub end: Option<String>,
    /// Factor on expected volume; `null` lets history speak.
    #[serde(default, with = "::serde_with::rust::double_option")]
    pub uplift: Option<Option<f64>>,
    /// Agents on seat at least, per queue.
    #[schema(nullable = false)]
    pub min_agents: Option<u32>,
}

impl PeakWindowPatch {
    fn apply(self, window: PeakWindowCreate) -> PeakWindowCreate {
        PeakWindowCreate {
            team_id: self.team_id.unwrap_or(window.team_id),
            queue_id: self.queue_id.unwrap_or(window.queue_id),
            name: self.name.unwrap_or(window.name),
            days: self.days.unwrap_or(window.days),
            start: self.start.unwrap_or(window.start),
            end: self.end.unwrap_or(window.end),
            uplift: self.uplift.unwrap_or(window.uplift),
            min_agents: self.min_agents.unwrap_or(window.min_agents),
        }
    }
}

/// A peak window.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "team_id": "01936d7e-0000-7000-8000-000000000000", "queue_id": null,
    "name": "双11", "days": { "type": "dated", "from": "2026-11-10", "until": "2026-11-11" }, "start": "20:00", "end": "26:00",
    "uplift": 2.5, "min_agents": 4, "version": 1, "created_at": "2026-11-22T08:00:00Z", "updated_at": "2026-11-22T08:00:00Z", "archived_at": null }))]
pub struct PeakWindowView {
    /// Identity.
    pub id: Uuid,
    /// The team whose queues it concerns, those of the teams below included.
    pub team_id: Uuid,
    /// The one queue it concerns; `null` for all.
    pub queue_id: Option<Uuid>,
    /// Display name.
    pub name: String,
    /// On which dates.
    pub days: PeakDaysView,
    /// Wall-clock start, `HH:MM`.
    pub start: String,
    /// Wall-clock end, `HH:MM`; hours count on past 24.
    pub end: String,
    /// Factor on expected volume; `null` where history speaks.
    pub uplift: Option<f64>,
    /// Agents on seat at least, per queue.
    pub min_agents: u32,
    /// Version and times.
    #[serde(flatten)]
    pub stamp: StampView,
}

impl From<Versioned<PeakWindow>> for PeakWindowView {
    fn from(row: Versioned<PeakWindow>) -> Self {
        let PeakWindowCreate { team_id, queue_id, name, days, start, end, uplift, min_agents } = PeakWindowCreate::of(&row.value);
        Self { id: row.value.id.0, team_id, queue_id, name, days, start, end, uplift, min_agents, stamp: (&row).into() }
    }
}

/// Which peak windows to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PeakWindowQuery {
    /// Only those of this team itself.
    #[param(nullable = false)]
    pub team_id: Option<Uuid>,
    /// Whether archived ones are wanted too.
    #[serde(default)]
    pub include_archived: bool,
}

impl PeakWindowQuery {
    async fn rows(self, store: &Store, actor: &Actor, page: Page) -> Result<Listed<Versioned<PeakWindow>>, StoreError> {
        let team_id = self.team_id.map(TeamId);
        let filter = PeakWindowFilter { scope: &actor.scope, team_id, include_archived: self.include_archived };
        peak_windows::list(store, &filter, page).await
    }
}

kept_routes! {
    PeakWindow by PeakWindowId: PeakWindowCreate, PeakWindowPatch, PeakWindowView, PeakWindowQuery;
    tag "organisation", read ReadOrganisation, change ManageOrganisation;
    /// Make a peak window.
    POST "/peak-windows" create_peak_window;
    /// List peak windows: those of teams within reach.
    GET list_peak_windows;
    /// Read a peak window.
    GET "/peak-windows/{id}" get_peak_window;
    /// Change a peak window.
    PATCH patch_peak_window;
    /// Archive a peak window: forecasts and rosters to come take no notice of it.
    DELETE archive_peak_window;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_a_window_is_told_at_once() {
        let body: PeakWindowCreate = serde_json::from_value(serde_json::json!({ "team_id": Uuid::nil(), "name": "",
            "days": { "type": "dated", "from": "2026-11-12", "until": "2026-11-11" }, "start": "9", "end": "49:00", "uplift": 0,
            "min_agents": 1001 }))
        .unwrap();
        let faults = body.into_value(PeakWindowId::generate()).unwrap_err();
        let pointers: Vec<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["#/name", "#/days/until", "#/start", "#/end", "#/uplift", "#/min_agents"]);
    }
}
