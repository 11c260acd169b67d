//! Shift templates.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::kept::{Body, StampView, kept_routes};
use super::windows::{clock, minute};
use crate::domain::access::Actor;
use crate::domain::calendar::DAY_MINUTES;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{ShiftTemplateId, SiteId};
use crate::domain::shift::{Break, ShiftTemplate, ShiftTemplateError};
use crate::services::proposal::Reference;
use crate::store::shift_templates::{self, ShiftTemplateFilter};
use crate::store::{Listed, Page, Store, StoreError, Versioned};

/// A shift template to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "site_id": "01936d7e-0000-7000-8000-000000000000", "code": "晚", "name": "晚班", "start": "17:00",
    "length_minutes": 540, "breaks": [{ "offset_minutes": 240, "minutes": 60 }] }))]
pub struct ShiftTemplateCreate {
    /// The site it is worked at.
    pub site_id: Uuid,
    /// Short mark for a roster grid, 1-8 characters, unique within the site.
    pub code: String,
    /// Display name.
    pub name: String,
    /// Wall-clock start, `HH:MM`.
    #[schema(pattern = "^[0-2][0-9]:[0-5][0-9]$")]
    pub start: String,
    /// Elapsed length, breaks included, 30-960; may run past midnight.
    #[schema(minimum = 30, maximum = 960)]
    pub length_minutes: u32,
    /// Breaks, in order, with windows that do not overlap; at most six may have a window.
    #[serde(default)]
    pub breaks: Vec<BreakView>,
}

/// A break of the shift: at a fixed place, or within a window in which every agent's is put where coverage suffers least.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "offset_minutes": 180, "minutes": 60, "is_paid": false, "window_minutes": 120, "step_minutes": 30 }))]
pub struct BreakView {
    /// Elapsed minutes from the start of the shift to the earliest start.
    pub offset_minutes: u32,
    /// Length, 5 or more.
    #[schema(minimum = 5)]
    pub minutes: u32,
    /// Whether it counts as work; `false` if absent.
    #[serde(default)]
    pub is_paid: bool,
    /// By how much it may start later; 0, a fixed place, if absent. The windows of a shift's breaks do not overlap, so as much
    /// time as lies between two windows lies between two breaks.
    #[serde(default)]
    pub window_minutes: u32,
    /// It starts at a multiple of so many minutes after the earliest start, 5-120; 15 if absent.
    #[serde(default = "Break::usual_step")]
    #[schema(minimum = 5, maximum = 120)]
    pub step_minutes: u32,
}

const CODE_CHARACTERS: usize = 8;

impl Body for ShiftTemplateCreate {
    type Value = ShiftTemplate;

    fn of(template: &ShiftTemplate) -> Self {
        Self {
            site_id: template.site_id.0,
            code: template.code.clone(),
            name: template.name.clone(),
            start: clock(template.start_minute),
            length_minutes: template.length_minutes,
            breaks: template.breaks.iter().map(|rest| (*rest).into()).collect(),
        }
    }

    fn references(&self) -> Vec<Reference> {
        vec![Reference::new("/site_id", SiteId(self.site_id))]
    }

    fn into_value(self, id: ShiftTemplateId) -> Result<ShiftTemplate, Vec<FieldFault>> {
        let mut faults = Faults::default();
        faults.name("/code", &self.code);
        let is_short = self.code.chars().count() <= CODE_CHARACTERS;
        faults.expect(is_short, "/code", format!("must be at most {CODE_CHARACTERS} characters, to fit a cell of a roster"));
        faults.name("/name", &self.name);
        let start_minute = minute(&self.start).filter(|minute| *minute < DAY_MINUTES);
        let start = format!("must be a time such as 09:00, before 24:00; got `{}`", self.start);
        faults.expect(start_minute.is_some(), "/start", start);
        let template = ShiftTemplate {
            id,
            site_id: SiteId(self.site_id),
            code: self.code,
            name: self.name,
            // A start that cannot be read has its fault already.
            start_minute: start_minute.unwrap_or_default(),
            length_minutes: self.length_minutes,
            breaks: self.breaks.iter().map(|rest| (*rest).into()).collect(),
        };
        for fault in template.faults() {
            faults.add(pointer_of(&fault), fault.to_string());
        }
        faults.into_result(Some(template))
    }
}

impl From<BreakView> for Break {
    fn from(view: BreakView) -> Self {
        let BreakView { offset_minutes, minutes, is_paid, window_minutes, step_minutes } = view;
        Self { offset_minutes, minutes, is_paid, window_minutes, step_minutes }
    }
}

impl From<Break> for BreakView {
    fn from(rest: Break) -> Self {
        let Break { offset_minutes, minutes, is_paid, window_minutes, step_minutes } = rest;
        Self { offset_minutes, minutes, is_paid, window_minutes, step_minutes }
    }
}

fn pointer_of(fault: &ShiftTemplateError) -> String {
    match fault {
        ShiftTemplateError::Start(_) => "/start".into(),
        ShiftTemplateError::Length(_) => "/length_minutes".into(),
        ShiftTemplateError::Break { index } => format!("/breaks/{index}"),
        ShiftTemplateError::Step { index, .. } => format!("/breaks/{index}/step_minutes"),
        ShiftTemplateError::Movable(_) => "/breaks".into(),
    }
}

/// What to change of a shift template; absent fields stay as they are. Published rosters keep the times they were published
/// with. A template keeps its site.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "start": "16:30" }))]
pub struct ShiftTemplatePatch {
    /// Short mark for a roster grid.
    #[schema(nullable = false)]
    pub code: Option<String>,
    /// Display name.
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// Wall-clock start, `HH:MM`.
    #[schema(nullable = false)]
    pub start: Option<String>,
    /// Elapsed length, breaks included, 30-960.
    #[schema(nullable = false)]
    pub length_minutes: Option<u32>,
    /// All breaks, in order, with windows that do not overlap.
    #[schema(nullable = false)]
    pub breaks: Option<Vec<BreakView>>,
}

impl ShiftTemplatePatch {
    fn apply(self, template: ShiftTemplateCreate) -> ShiftTemplateCreate {
        ShiftTemplateCreate {
            code: self.code.unwrap_or(template.code),
            name: self.name.unwrap_or(template.name),
            start: self.start.unwrap_or(template.start),
            length_minutes: self.length_minutes.unwrap_or(template.length_minutes),
            breaks: self.breaks.unwrap_or(template.breaks),
            ..template
        }
    }
}

/// A shift template.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "site_id": "01936d7e-0000-7000-8000-000000000000", "code": "晚",
    "name": "晚班", "start": "17:00", "end": "26:00", "length_minutes": 540, "paid_minutes": 480,
    "breaks": [{ "offset_minutes": 240, "minutes": 60, "is_paid": false, "window_minutes": 0, "step_minutes": 15 }],
    "version": 1, "created_at": "2026-11-22T08:00:00Z", "updated_at": "2026-11-22T08:00:00Z", "archived_at": null }))]
pub struct ShiftTemplateView {
    /// Identity.
    pub id: Uuid,
    /// The site it is worked at.
    pub site_id: Uuid,
    /// Short mark for a roster grid.
    pub code: String,
    /// Display name.
    pub name: String,
    /// Wall-clock start, `HH:MM`.
    pub start: String,
    /// Wall-clock end on an ordinary day, `HH:MM`; hours count on past 24: `26:00` is 02:00 of the next day.
    pub end: String,
    /// Elapsed length, breaks included.
    pub length_minutes: u32,
    /// Minutes that count as work.
    pub paid_minutes: u32,
    /// Breaks, in order.
    pub breaks: Vec<BreakView>,
    /// Version and times.
    #[serde(flatten)]
    pub stamp: StampView,
}

impl From<Versioned<ShiftTemplate>> for ShiftTemplateView {
    fn from(row: Versioned<ShiftTemplate>) -> Self {
        let ShiftTemplateCreate { site_id, code, name, start, length_minutes, breaks } = ShiftTemplateCreate::of(&row.value);
        let (end, paid_minutes) = (clock(row.value.end_minute()), row.value.paid_minutes());
        Self { id: row.value.id.0, site_id, code, name, start, end, length_minutes, paid_minutes, breaks, stamp: (&row).into() }
    }
}

/// Which shift templates to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ShiftTemplateQuery {
    /// Only those of this site.
    #[param(nullable = false)]
    pub site_id: Option<Uuid>,
    /// Whether archived ones are wanted too.
    #[serde(default)]
    pub include_archived: bool,
}

impl ShiftTemplateQuery {
    async fn rows(self, store: &Store, actor: &Actor, page: Page) -> Result<Listed<Versioned<ShiftTemplate>>, StoreError> {
        let site_id = self.site_id.map(SiteId);
        let filter = ShiftTemplateFilter { scope: &actor.scope, site_id, include_archived: self.include_archived };
        shift_templates::list(store, &filter, page).await
    }
}

kept_routes! {
    ShiftTemplate by ShiftTemplateId: ShiftTemplateCreate, ShiftTemplatePatch, ShiftTemplateView, ShiftTemplateQuery;
    tag "organisation", read ReadOrganisation, change ManageOrganisation;
    /// Make a shift template. Takes a key that reaches all teams of its site.
    POST "/shift-templates" create_shift_template;
    /// List shift templates: those of sites that a team within reach works at.
    GET list_shift_templates;
    /// Read a shift template.
    GET "/shift-templates/{id}" get_shift_template;
    /// Change a shift template. Takes a key that reaches all teams of its site.
    PATCH patch_shift_template;
    /// Archive a shift template. Refused while a wish or a published roster of today or later names it.
    DELETE archive_shift_template;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn late(more: serde_json::Value) -> ShiftTemplateCreate {
        let mut body = serde_json::json!({ "site_id": Uuid::nil(), "code": "晚", "name": "晚班", "start": "17:00",
            "length_minutes": 540, "breaks": [{ "offset_minutes": 240, "minutes": 60 }] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(body).unwrap()
    }

    #[test]
    fn the_wall_clock_becomes_minutes_and_back() {
        let template = late(serde_json::json!({})).into_value(ShiftTemplateId::generate()).unwrap();
        assert_eq!((template.start_minute, template.end_minute(), template.paid_minutes()), (1020, 1560, 480));
        assert_eq!(ShiftTemplateCreate::of(&template).start, "17:00");
    }

    #[test]
    fn windows_of_breaks_survive_the_way_over_the_wire() {
        let breaks = serde_json::json!([{ "offset_minutes": 180, "minutes": 60, "window_minutes": 120, "step_minutes": 30 },
            { "offset_minutes": 400, "minutes": 15, "is_paid": true }]);
        let template = late(serde_json::json!({ "breaks": breaks })).into_value(ShiftTemplateId::generate()).unwrap();
        let lunch = Break { window_minutes: 120, step_minutes: 30, ..Break::fixed(180, 60, false) };
        assert_eq!(template.breaks, [lunch, Break::fixed(400, 15, true)]);
        let again = ShiftTemplateCreate::of(&template).into_value(template.id).unwrap();
        assert_eq!(again, template);
    }

    #[test]
    fn every_fault_of_a_template_has_its_place() {
        let wrong = serde_json::json!({ "code": "a long code", "name": "", "start": "24:00", "length_minutes": 20,
            "breaks": [{ "offset_minutes": 0, "minutes": 4, "step_minutes": 0 }] });
        let faults = late(wrong).into_value(ShiftTemplateId::generate()).unwrap_err();
        let pointers: Vec<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["#/code", "#/name", "#/start", "#/length_minutes", "#/breaks/0", "#/breaks/0/step_minutes"]);
    }
}
