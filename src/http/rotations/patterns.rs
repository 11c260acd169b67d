//! The named patterns, by themselves and beside each other.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::demand::{NeededView, RotationDemandCreate, UnreachedView, needed, unreached, written};
use super::words::TrackView;
use crate::domain::access::Permission::ReadPlans;
use crate::domain::fault::Faults;
use crate::http::access::Caller;
use crate::http::extract::Json;
use crate::http::problem::ApiError;
use crate::http::state::AppState;
use crate::services::ServiceError;
use crate::services::rotations::{self, DesignError, Pattern, PatternComparison, PatternStaffing, RotationProblem};

/// A named pattern.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "id": "five-two", "chinese": "做五休二", "english": "five days on, two off",
    "about": "The same two days off every week, in a row; each agent keeps one shift.", "cycle": "xxxxx--", "is_apart": false }))]
pub struct PatternView {
    /// Identity.
    pub id: String,
    /// Name in Chinese.
    pub chinese: String,
    /// Name in English.
    pub english: String,
    /// What it is like.
    pub about: String,
    /// A day a character: `-` off, `1` `2` `3` the earliest shift and those after it, `x` the one shift that an agent keeps; `null`
    /// where it is designed for the demand.
    pub cycle: Option<String>,
    /// Whether no two people on it may be off on one day.
    pub is_apart: bool,
}

impl From<&Pattern> for PatternView {
    fn from(pattern: &Pattern) -> Self {
        let Pattern { id, chinese, english, about, cycle, is_apart, .. } = pattern.clone();
        Self { id, chinese, english, about, cycle, is_apart }
    }
}

/// All named patterns.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PatternsView {
    /// In the order of the library.
    pub items: Vec<PatternView>,
}

/// What a pattern takes.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PatternStaffingView {
    /// The pattern.
    #[serde(flatten)]
    pub pattern: PatternView,
    /// Least headcount; `null` where the pattern does not fit the shifts or time ran out, and `detail` says which.
    pub agents: Option<u32>,
    /// Whether fewer are proven to be too few.
    pub is_proven: bool,
    /// Who begins on which week, to be kept under `POST /rotations`.
    pub tracks: Vec<TrackView>,
    /// Why there is no figure; `null` where there is one.
    pub detail: Option<String>,
}

impl PatternStaffingView {
    fn of(pattern: &Pattern, staffed: &Result<Option<PatternStaffing>, DesignError>, problem: &RotationProblem) -> Self {
        let found = staffed.as_ref().ok().and_then(Option::as_ref);
        let detail = match staffed {
            Ok(Some(_)) => None,
            Ok(None) if pattern.is_apart => Some("so few people of whom no two are off on one day cannot do it".to_owned()),
            Ok(None) => Some("it rotates over another number of shifts than these".to_owned()),
            Err(fault) => Some(fault.to_string()),
        };
        Self {
            pattern: pattern.into(),
            agents: found.map(|found| found.agents),
            is_proven: found.is_some_and(|found| found.is_proven),
            tracks: found.map(|found| found.tracks.iter().map(|track| written(problem, track)).collect()).unwrap_or_default(),
            detail,
        }
    }
}

/// The named patterns beside each other.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct RotationStaffingView {
    /// The agents needed.
    pub needed: Vec<NeededView>,
    /// By pattern, in the order of the library.
    pub patterns: Vec<PatternStaffingView>,
    /// What the requirement asks for and no shift reaches.
    pub unreached: Vec<UnreachedView>,
}

impl From<PatternComparison> for RotationStaffingView {
    fn from(found: PatternComparison) -> Self {
        let problem = &found.problem;
        let view = |(pattern, staffed): &(&Pattern, _)| PatternStaffingView::of(pattern, staffed, problem);
        Self {
            needed: needed(problem),
            patterns: found.patterns.iter().map(view).collect(),
            unreached: unreached(&found.unreached),
        }
    }
}

/// List the named patterns of days on and off: 做五休二, 大小周, 四班三运转 and more.
#[utoipa::path(tag = "rotations", responses((status = 200, description = "All of them", body = PatternsView)),
    extensions(("x-permission" = json!("read-plans"))))]
#[get("/rotation-patterns")]
pub async fn list_rotation_patterns(caller: Caller) -> Result<HttpResponse, ApiError> {
    caller.may(ReadPlans)?;
    Ok(HttpResponse::Ok().json(PatternsView { items: rotations::patterns().iter().map(Into::into).collect() }))
}

/// Ask how many agents each named pattern takes for a demand, met or exceeded on every day. Nothing is stored.
#[utoipa::path(tag = "rotations", request_body = RotationDemandCreate,
    responses((status = 200, description = "By pattern", body = RotationStaffingView),
        (status = 404, description = "The team is not there, or outside the key's scope",
            body = crate::http::problem::Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("read-plans"))))]
#[post("/rotation-staffings")]
pub async fn staff_rotation_patterns(
    caller: Caller,
    state: Data<AppState>,
    body: Json<RotationDemandCreate>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadPlans)?;
    let mut faults = Faults::default();
    let demand = body.0.into_demand(&mut faults);
    let demand = faults.into_result(Some(demand)).map_err(ServiceError::from)?;
    let found = rotations::compare_patterns(&state.store, actor, demand).await?;
    Ok(HttpResponse::Ok().json(RotationStaffingView::from(found)))
}
