//! The rotations of a team, as documents: what was designed, taken from the library or drawn by hand.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::words::{BlockView, SuccessionView, TrackView, marks, read_forbidden, write_forbidden};
use crate::domain::access::Actor;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{RotationId, ShiftTemplateId, TeamId};
use crate::domain::rotation::{MarkedShift, RotationSource, TeamRotation, TeamRotationRules};
use crate::http::kept::{Body, StampView, kept_routes};
use crate::http::words::RotationSourceView;
use crate::services::proposal::Reference;
use crate::store::rotations::{self, RotationFilter};
use crate::store::{Listed, Page, Store, StoreError, Versioned};

/// A shift of a rotation.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "mark": "早", "shift_template_id": "01936d7e-0000-7000-8000-000000000000", "block": { "fewest": 2, "most": 5 } }))]
pub struct RotationShiftView {
    /// How the weeks write it; no blanks, and not `-`.
    pub mark: String,
    /// A shift template of the team's site.
    pub shift_template_id: Uuid,
    /// Days in a row on it, looked at where there are `rules`; `null` for any.
    pub block: Option<BlockView>,
}

/// What the weeks are to keep.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "work": { "fewest": 3, "most": 6 }, "off": { "fewest": 2, "most": 4 },
    "forbidden": [{ "before": "晚", "after": "早" }] }))]
pub struct RotationRulesView {
    /// Working days in a row, whatever the shift.
    pub work: BlockView,
    /// Days off in a row.
    pub off: BlockView,
    /// What may not follow.
    #[serde(default)]
    pub forbidden: Vec<SuccessionView>,
}

/// A rotation to keep.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "team_id": "01936d7e-0000-7000-8000-000000000000", "name": "早晚两周轮换", "source": "drawn",
    "shifts": [{ "mark": "早", "shift_template_id": "01936d7e-0000-7000-8000-000000000001" },
        { "mark": "晚", "shift_template_id": "01936d7e-0000-7000-8000-000000000002" }],
    "tracks": [{ "weeks": ["早 早 早 早 早 - -", "- - 晚 晚 晚 晚 晚"] }],
    "rules": { "work": { "fewest": 2, "most": 6 }, "off": { "fewest": 2, "most": 4 }, "forbidden": [] } }))]
pub struct RotationCreate {
    /// Whose it is, with the teams below.
    pub team_id: Uuid,
    /// Display name.
    pub name: String,
    /// Where it came from; `drawn` if absent.
    #[serde(default = "drawn")]
    pub source: RotationSourceView,
    /// The named pattern, where it is one of the library.
    pub pattern_id: Option<String>,
    /// Its shifts, 1-8.
    pub shifts: Vec<RotationShiftView>,
    /// One track, or several side by side; 1-1000 weeks in all.
    pub tracks: Vec<TrackView>,
    /// What it is to keep; `null` for nothing.
    pub rules: Option<RotationRulesView>,
}

fn drawn() -> RotationSourceView {
    RotationSourceView::Drawn
}

impl Body for RotationCreate {
    type Value = TeamRotation;

    fn of(rotation: &TeamRotation) -> Self {
        let marks = marks(rotation);
        let shift = |shift: &MarkedShift| RotationShiftView {
            mark: shift.mark.clone(),
            shift_template_id: shift.shift_template_id.0,
            block: shift.block.map(Into::into),
        };
        Self {
            team_id: rotation.team_id.0,
            name: rotation.name.clone(),
            source: rotation.source.into(),
            pattern_id: rotation.pattern_id.clone(),
            shifts: rotation.shifts.iter().map(shift).collect(),
            tracks: rotation.tracks.iter().map(|track| TrackView::write(track, &marks)).collect(),
            rules: rotation.rules.as_ref().map(|rules| RotationRulesView {
                work: rules.work.into(),
                off: rules.off.into(),
                forbidden: write_forbidden(&rules.forbidden, &marks),
            }),
        }
    }

    fn references(&self) -> Vec<Reference> {
        let shift = |(place, shift): (usize, &RotationShiftView)| {
            Reference::new(format!("/shifts/{place}/shift_template_id"), ShiftTemplateId(shift.shift_template_id))
        };
        let shifts = self.shifts.iter().enumerate().map(shift);
        std::iter::once(Reference::new("/team_id", TeamId(self.team_id))).chain(shifts).collect()
    }

    fn into_value(self, id: RotationId) -> Result<TeamRotation, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let shift = |shift: RotationShiftView| MarkedShift {
            mark: shift.mark,
            shift_template_id: ShiftTemplateId(shift.shift_template_id),
            block: shift.block.map(Into::into),
        };
        let shifts: Vec<MarkedShift> = self.shifts.into_iter().map(shift).collect();
        let marks: Vec<&str> = shifts.iter().map(|shift| shift.mark.as_str()).collect();
        let tracks = self.tracks.into_iter().enumerate();
        let tracks = tracks.map(|(place, track)| track.read(&format!("/tracks/{place}"), &marks, &mut faults)).collect();
        let rules = self.rules.map(|rules| TeamRotationRules {
            work: rules.work.into(),
            off: rules.off.into(),
            forbidden: read_forbidden(&rules.forbidden, "/rules/forbidden", &marks, &mut faults),
        });
        let source: RotationSource = self.source.into();
        let (team_id, name, pattern_id) = (TeamId(self.team_id), self.name, self.pattern_id);
        let value = TeamRotation { id, team_id, name, source, pattern_id, shifts, tracks, rules };
        value.check(&mut faults);
        faults.into_result(Some(value))
    }
}

/// What to change of a rotation; absent fields stay as they are, `null` clears. A team that works by it works by the changed one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "早晚两周轮换（新）" }))]
pub struct RotationPatch {
    /// Whose it is.
    #[schema(nullable = false)]
    pub team_id: Option<Uuid>,
    /// Display name.
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// Where it came from.
    #[schema(nullable = false)]
    pub source: Option<RotationSourceView>,
    /// The named pattern.
    #[serde(default, with = "::serde_with::rust::double_option")]
    pub pattern_id: Option<Option<String>>,
    /// All shifts anew.
    #[schema(nullable = false)]
    pub shifts: Option<Vec<RotationShiftView>>,
    /// All tracks anew.
    #[schema(nullable = false)]
    pub tracks: Option<Vec<TrackView>>,
    /// What it is to keep; `null` for nothing.
    #[serde(default, with = "::serde_with::rust::double_option")]
    pub rules: Option<Option<RotationRulesView>>,
}

impl RotationPatch {
    fn apply(self, body: RotationCreate) -> RotationCreate {
        RotationCreate {
            team_id: self.team_id.unwrap_or(body.team_id),
            name: self.name.unwrap_or(body.name),
            source: self.source.unwrap_or(body.source),
            pattern_id: self.pattern_id.unwrap_or(body.pattern_id),
            shifts: self.shifts.unwrap_or(body.shifts),
            tracks: self.tracks.unwrap_or(body.tracks),
            rules: self.rules.unwrap_or(body.rules),
        }
    }
}

/// A rotation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "team_id": "01936d7e-0000-7000-8000-000000000000",
    "name": "早晚两周轮换", "source": "drawn", "pattern_id": null,
    "shifts": [{ "mark": "早", "shift_template_id": "01936d7e-0000-7000-8000-000000000001", "block": null }],
    "tracks": [{ "weeks": ["早 早 早 早 早 - -"], "agents": [1] }], "rules": null, "version": 1,
    "created_at": "2026-11-22T08:00:00Z", "updated_at": "2026-11-22T08:00:00Z", "archived_at": null }))]
pub struct RotationView {
    /// Identity.
    pub id: Uuid,
    /// Whose it is, with the teams below.
    pub team_id: Uuid,
    /// Display name.
    pub name: String,
    /// Where it came from.
    pub source: RotationSourceView,
    /// The named pattern, where it is one of the library.
    pub pattern_id: Option<String>,
    /// Its shifts.
    pub shifts: Vec<RotationShiftView>,
    /// Its tracks.
    pub tracks: Vec<TrackView>,
    /// What it keeps; `null` for nothing.
    pub rules: Option<RotationRulesView>,
    /// Version and times.
    #[serde(flatten)]
    pub stamp: StampView,
}

impl From<Versioned<TeamRotation>> for RotationView {
    fn from(row: Versioned<TeamRotation>) -> Self {
        let RotationCreate { team_id, name, source, pattern_id, shifts, tracks, rules } = RotationCreate::of(&row.value);
        Self { id: row.value.id.0, team_id, name, source, pattern_id, shifts, tracks, rules, stamp: (&row).into() }
    }
}

/// Which rotations to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RotationQuery {
    /// Only those of this team itself.
    #[param(nullable = false)]
    pub team_id: Option<Uuid>,
    /// Whether archived ones are wanted too.
    #[serde(default)]
    pub include_archived: bool,
}

impl RotationQuery {
    async fn rows(self, store: &Store, actor: &Actor, page: Page) -> Result<Listed<Versioned<TeamRotation>>, StoreError> {
        let team_id = self.team_id.map(TeamId);
        let filter = RotationFilter { scope: &actor.scope, team_id, include_archived: self.include_archived };
        rotations::list(store, &filter, page).await
    }
}

kept_routes! {
    TeamRotation by RotationId: RotationCreate, RotationPatch, RotationView, RotationQuery;
    tag "rotations", read ReadOrganisation, change ManageOrganisation;
    /// Keep a rotation: one designed, of the library, or drawn by hand. Its weeks must keep its `rules`, where it has some.
    POST "/rotations" create_rotation;
    /// List rotations: those of teams within reach.
    GET list_rotations;
    /// Read a rotation.
    GET "/rotations/{id}" get_rotation;
    /// Change a rotation.
    PATCH patch_rotation;
    /// Archive a rotation that no team works by.
    DELETE archive_rotation;
}
