//! Teams that work by a rotation.

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::domain::access::Actor;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{AgentId, RotationAdoptionId, RotationId, TeamId};
use crate::domain::rotation::{MOST_AGENTS, PlacedAgent, RotationAdoption, RotationPlace, RotationUse};
use crate::http::extract::Query;
use crate::http::kept::{Body, StampView, kept_routes};
use crate::http::words::RotationUseView;
use crate::services::proposal::Reference;
use crate::services::rotations;
use crate::store::rotation_adoptions::{self, RotationAdoptionFilter};
use crate::store::{Listed, Page, Store, StoreError, Versioned};

/// Where an agent is in the week that the adoption starts with.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "agent_id": "01936d7e-0000-7000-8000-000000000003", "track": 0, "week": 1 }))]
pub struct PlacedAgentView {
    /// Who.
    pub agent_id: Uuid,
    /// On which track of the rotation, from 0.
    pub track: usize,
    /// On which of its weeks, from 0; each week later one further on, whoever was away meanwhile.
    pub week: usize,
}

/// A team to work by a rotation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "team_id": "01936d7e-0000-7000-8000-000000000000", "rotation_id": "01936d7e-0000-7000-8000-000000000001",
    "starts_on": "2026-11-30", "usage": "frame" }))]
pub struct RotationAdoptionCreate {
    /// The team, with the teams below that have no adoption of their own.
    pub team_id: Uuid,
    /// What it works by: a rotation of the team or of one above it.
    pub rotation_id: Uuid,
    /// The Monday it starts on; it holds until a later adoption of the team starts.
    pub starts_on: NaiveDate,
    /// How builds use it unless a run says otherwise; `frame` if absent.
    #[serde(default = "frame")]
    pub usage: RotationUseView,
    /// Whether statutory holidays and weekdays off in exchange are planned by demand alone; `true` if absent.
    #[serde(default = "yes")]
    pub is_paused_on_holidays: bool,
    /// Who walks where; leave it out and let `POST /rotation-adoptions/{id}/placement` find it. Who has no place is planned freely.
    #[serde(default)]
    pub places: Vec<PlacedAgentView>,
}

fn frame() -> RotationUseView {
    RotationUseView::Frame
}

fn yes() -> bool {
    true
}

impl Body for RotationAdoptionCreate {
    type Value = RotationAdoption;

    fn of(adoption: &RotationAdoption) -> Self {
        let place = |placed: &PlacedAgent| PlacedAgentView {
            agent_id: placed.agent_id.0,
            track: placed.place.track,
            week: placed.place.week,
        };
        Self {
            team_id: adoption.team_id.0,
            rotation_id: adoption.rotation_id.0,
            starts_on: adoption.starts_on,
            usage: adoption.usage.into(),
            is_paused_on_holidays: adoption.is_paused_on_holidays,
            places: adoption.places.iter().map(place).collect(),
        }
    }

    fn references(&self) -> Vec<Reference> {
        vec![Reference::new("/team_id", TeamId(self.team_id)), Reference::new("/rotation_id", RotationId(self.rotation_id))]
    }

    fn into_value(self, id: RotationAdoptionId) -> Result<RotationAdoption, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let is_monday = self.starts_on.weekday() == Weekday::Mon;
        faults.expect(is_monday, "/starts_on", format!("must be a Monday, and {} is none", self.starts_on));
        let count = self.places.len();
        faults.expect(count <= MOST_AGENTS as usize, "/places", format!("must be at most {MOST_AGENTS} agents, got {count}"));
        for (index, placed) in self.places.iter().enumerate() {
            let is_new = self.places[..index].iter().all(|other| other.agent_id != placed.agent_id);
            faults.expect(is_new, format!("/places/{index}/agent_id"), "has a place already; name each agent once");
        }
        let place = |view: &PlacedAgentView| PlacedAgent {
            agent_id: AgentId(view.agent_id),
            place: RotationPlace { track: view.track, week: view.week },
        };
        let usage: RotationUse = self.usage.into();
        let places = self.places.iter().map(place).collect();
        let (team_id, rotation_id) = (TeamId(self.team_id), RotationId(self.rotation_id));
        let (starts_on, is_paused_on_holidays) = (self.starts_on, self.is_paused_on_holidays);
        faults.into_result(Some(RotationAdoption { id, team_id, rotation_id, starts_on, usage, is_paused_on_holidays, places }))
    }
}

/// What to change of an adoption; absent fields stay as they are. Its team stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "usage": "preference" }))]
pub struct RotationAdoptionPatch {
    /// What the team works by.
    #[schema(nullable = false)]
    pub rotation_id: Option<Uuid>,
    /// The Monday it starts on.
    #[schema(nullable = false)]
    pub starts_on: Option<NaiveDate>,
    /// How builds use it.
    #[schema(nullable = false)]
    pub usage: Option<RotationUseView>,
    /// Whether holidays are planned by demand alone.
    #[schema(nullable = false)]
    pub is_paused_on_holidays: Option<bool>,
    /// All places anew: who is left out is planned freely.
    #[schema(nullable = false)]
    pub places: Option<Vec<PlacedAgentView>>,
}

impl RotationAdoptionPatch {
    fn apply(self, body: RotationAdoptionCreate) -> RotationAdoptionCreate {
        RotationAdoptionCreate {
            team_id: body.team_id,
            rotation_id: self.rotation_id.unwrap_or(body.rotation_id),
            starts_on: self.starts_on.unwrap_or(body.starts_on),
            usage: self.usage.unwrap_or(body.usage),
            is_paused_on_holidays: self.is_paused_on_holidays.unwrap_or(body.is_paused_on_holidays),
            places: self.places.unwrap_or(body.places),
        }
    }
}

/// A team that works by a rotation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "team_id": "01936d7e-0000-7000-8000-000000000000",
    "rotation_id": "01936d7e-0000-7000-8000-000000000001", "starts_on": "2026-11-30", "usage": "frame", "is_paused_on_holidays": true,
    "places": [{ "agent_id": "01936d7e-0000-7000-8000-000000000003", "track": 0, "week": 1 }], "version": 1,
    "created_at": "2026-11-22T08:00:00Z", "updated_at": "2026-11-22T08:00:00Z", "archived_at": null }))]
pub struct RotationAdoptionView {
    /// Identity.
    pub id: Uuid,
    /// The team.
    pub team_id: Uuid,
    /// What it works by.
    pub rotation_id: Uuid,
    /// The Monday it starts on.
    pub starts_on: NaiveDate,
    /// How builds use it unless a run says otherwise.
    pub usage: RotationUseView,
    /// Whether holidays are planned by demand alone.
    pub is_paused_on_holidays: bool,
    /// Who walks where.
    pub places: Vec<PlacedAgentView>,
    /// Version and times.
    #[serde(flatten)]
    pub stamp: StampView,
}

impl From<Versioned<RotationAdoption>> for RotationAdoptionView {
    fn from(row: Versioned<RotationAdoption>) -> Self {
        let RotationAdoptionCreate { team_id, rotation_id, starts_on, usage, is_paused_on_holidays, places } =
            RotationAdoptionCreate::of(&row.value);
        let (id, stamp) = (row.value.id.0, (&row).into());
        Self { id, team_id, rotation_id, starts_on, usage, is_paused_on_holidays, places, stamp }
    }
}

/// Which adoptions to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RotationAdoptionQuery {
    /// Only those of this team itself.
    #[param(nullable = false)]
    pub team_id: Option<Uuid>,
    /// Whether archived ones are wanted too.
    #[serde(default)]
    pub include_archived: bool,
}

impl RotationAdoptionQuery {
    async fn rows(self, store: &Store, actor: &Actor, page: Page) -> Result<Listed<Versioned<RotationAdoption>>, StoreError> {
        let team_id = self.team_id.map(TeamId);
        let filter = RotationAdoptionFilter { scope: &actor.scope, team_id, include_archived: self.include_archived };
        rotation_adoptions::list(store, &filter, page).await
    }
}

/// Whom to place.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PlacementQuery {
    /// Whether everybody is placed again; if absent or `false`, only who has no place, and who left gives the place up.
    #[serde(default)]
    pub anew: bool,
}

kept_routes! {
    RotationAdoption by RotationAdoptionId: RotationAdoptionCreate, RotationAdoptionPatch, RotationAdoptionView, RotationAdoptionQuery;
    tag "rotations", read ReadPlans, change ManageOrganisation;
    /// Let a team work by a rotation from a Monday on. Its rosters follow from then.
    POST "/rotation-adoptions" create_rotation_adoption;
    /// List which teams within reach work by which rotation.
    GET list_rotation_adoptions;
    /// Read how a team works by a rotation, and who walks where.
    GET "/rotation-adoptions/{id}" get_rotation_adoption;
    /// Change how a team works by a rotation, or who walks where.
    PATCH patch_rotation_adoption;
    /// Archive an adoption: rosters to come follow the one before it, if there is one.
    DELETE archive_rotation_adoption;
}

/// Find who walks where: by wishes, availability, contracted hours, and skills against the week's requirement if there is one.
#[utoipa::path(tag = "rotations", params(("id" = Uuid, Path, description = "The adoption"), PlacementQuery),
    responses((status = 200, description = "As it is now", body = RotationAdoptionView)),
    extensions(("x-permission" = json!(crate::domain::access::Permission::ManageOrganisation)), ("x-if-match" = json!(true))))]
#[post("/rotation-adoptions/{id}/placement")]
pub async fn place_rotation_agents(
    caller: Caller,
    state: Data<AppState>,
    id: Path<RotationAdoptionId>,
    query: Query<PlacementQuery>,
    if_match: IfMatch,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(crate::domain::access::Permission::ManageOrganisation)?;
    let row = rotations::place_team(&state.store, actor, id.0, query.0.anew, if_match.0, chrono::Utc::now()).await?;
    Ok(versioned(row.version, RotationAdoptionView::from(row)))
}
