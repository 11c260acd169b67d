//! Designing a rotation for a demand.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::demand::{DemandShiftView, NeededView, RotationDemandCreate, UnreachedView, needed, unreached, usual_secs, written};
use super::words::{BlockView, SuccessionView, TrackView, read_forbidden};
use crate::domain::access::Permission::ReadPlans;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::rotation::{MOST_AGENTS, RotationTrack};
use crate::http::access::Caller;
use crate::http::extract::Json;
use crate::http::problem::ApiError;
use crate::http::state::AppState;
use crate::services::ServiceError;
use crate::services::rotations::{self, DesignAnswer, DesignOutcome, DesignRequest, RotationMerits, RotationWeights};

/// What makes one rotation better than another: prices from 0, not looked at, to 1000.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RotationWeightsView {
    /// A weekend with one day worked, or both.
    pub worked_weekend: f64,
    /// A weekend with one day worked and one off, on top.
    pub split_weekend: f64,
    /// A change to an earlier shift, be it over days off; from the last shift of the day to the first is forward again.
    pub backward_change: f64,
    /// Each day that the days off after a late shift are short of `late_rest_days`.
    pub short_late_rest_day: f64,
    /// Days off that should follow a block that ended after 22:00.
    pub late_rest_days: u32,
    /// How unevenly the free weekends are spread.
    pub uneven_weekends: f64,
}

impl Default for RotationWeightsView {
    fn default() -> Self {
        let usual = RotationWeights::default();
        Self {
            worked_weekend: usual.worked_weekend,
            split_weekend: usual.split_weekend,
            backward_change: usual.backward_change,
            short_late_rest_day: usual.short_late_rest_day,
            late_rest_days: usual.late_rest_days,
            uneven_weekends: usual.uneven_weekends,
        }
    }
}

impl From<RotationWeightsView> for RotationWeights {
    fn from(view: RotationWeightsView) -> Self {
        Self {
            worked_weekend: view.worked_weekend,
            split_weekend: view.split_weekend,
            backward_change: view.backward_change,
            short_late_rest_day: view.short_late_rest_day,
            late_rest_days: view.late_rest_days,
            uneven_weekends: view.uneven_weekends,
        }
    }
}

/// A rotation to design.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "team_id": "01936d7e-0000-7000-8000-000000000000", "agents": 9,
    "shifts": [{ "mark": "早", "shift_template_id": "01936d7e-0000-7000-8000-000000000001", "block": { "fewest": 2, "most": 5 },
        "agents": [3, 3, 3, 3, 3, 3, 3] }, { "mark": "晚", "shift_template_id": "01936d7e-0000-7000-8000-000000000002",
        "block": { "fewest": 2, "most": 5 }, "agents": [3, 3, 3, 3, 3, 3, 3] }],
    "work": { "fewest": 3, "most": 6 }, "off": { "fewest": 2, "most": 4 }, "forbidden": [{ "before": "晚", "after": "早" }] }))]
pub struct RotationDesignCreate {
    /// Whose rotation it will be.
    pub team_id: Uuid,
    /// The shifts, 1-8, each with a `mark` where successions name it.
    pub shifts: Vec<DemandShiftView>,
    /// The staffing requirement of a week from which the agents needed are taken: as few shifts as meet it, queues added up.
    pub requirement_id: Option<Uuid>,
    /// How many walk through it, 1-1000, the demand being met exactly; absent: as few as meet or exceed it.
    pub agents: Option<u32>,
    /// Working days in a row, whatever the shift.
    pub work: BlockView,
    /// Days off in a row.
    pub off: BlockView,
    /// What may not follow.
    #[serde(default)]
    pub forbidden: Vec<SuccessionView>,
    /// What makes one better than another; free weekends before order and rest if absent.
    #[serde(default)]
    pub weights: RotationWeightsView,
    /// Seconds it may take, 1-30; 10 if absent. Saying why there is none may take as long again.
    #[serde(default = "usual_secs")]
    #[schema(minimum = 1, maximum = 30)]
    pub time_limit_secs: u32,
}

impl RotationDesignCreate {
    fn into_request(self) -> Result<DesignRequest, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let agents = self.agents;
        let fits = agents.is_none_or(|agents| (1..=MOST_AGENTS).contains(&agents));
        faults.expect(fits, "/agents", format!("must be 1 to {MOST_AGENTS}"));
        let marks: Vec<&str> = self.shifts.iter().filter_map(|shift| shift.mark.as_deref()).collect();
        let are_told = self.forbidden.is_empty() || marks.len() == self.shifts.len();
        faults.expect(are_told, "/shifts", "give each shift a mark, for `forbidden` to name it");
        let forbidden = if are_told { read_forbidden(&self.forbidden, "/forbidden", &marks, &mut faults) } else { Vec::new() };
        if let Err(wrong) = RotationWeights::from(self.weights).checked() {
            wrong.into_iter().for_each(|fault| faults.add(format!("/weights{}", &fault.pointer[1..]), fault.detail));
        }
        let (work, off, weights) = (self.work.into(), self.off.into(), self.weights.into());
        let Self { team_id, shifts, requirement_id, time_limit_secs, .. } = self;
        let demand = RotationDemandCreate { team_id, shifts, requirement_id, time_limit_secs }.into_demand(&mut faults);
        faults.into_result(Some(DesignRequest { demand, agents, work, off, forbidden, weights }))
    }
}

/// How a design ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DesignStatusView {
    /// With a rotation.
    Designed,
    /// With the proof that there is none.
    Impossible,
    /// Without either in the time given.
    Undecided,
}

/// What is good and bad about a rotation.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
pub struct RotationMeritsView {
    /// Sum of all prices.
    pub cost: f64,
    /// Weekends of the rotation with both days off.
    pub free_weekends: usize,
    /// Weekends with one day off.
    pub split_weekends: usize,
    /// Weeks from one free weekend to the next, at most; `null` without free weekends.
    pub longest_wait_weeks: Option<usize>,
    /// Changes to an earlier shift.
    pub backward_changes: usize,
    /// Days off missing after late shifts.
    pub missing_late_rest_days: u32,
    /// How unevenly the free weekends are spread; 0 is perfectly even.
    pub unevenness: f64,
}

impl From<RotationMerits> for RotationMeritsView {
    fn from(merits: RotationMerits) -> Self {
        Self {
            cost: merits.cost,
            free_weekends: merits.free_weekends,
            split_weekends: merits.split_weekends,
            longest_wait_weeks: merits.longest_wait_weeks,
            backward_changes: merits.backward_changes,
            missing_late_rest_days: merits.missing_late_rest_days,
            unevenness: merits.unevenness,
        }
    }
}

/// A design.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct RotationDesignView {
    /// How it ended.
    pub status: DesignStatusView,
    /// How many walk through it; `null` without a rotation where as few as can were asked for.
    pub agents: Option<u32>,
    /// Whether fewer agents are proven to be too few; `null` where their number was given, or without a rotation.
    pub is_least: Option<bool>,
    /// The agents that each shift is to have; where as few agents as can were asked for, those that it has.
    pub needed: Vec<NeededView>,
    /// The rotation, to be kept under `POST /rotations`; empty without one.
    pub tracks: Vec<TrackView>,
    /// What is good and bad about it; `null` without one.
    pub merits: Option<RotationMeritsView>,
    /// Whether it is proven that none is better, the spread of the free weekends aside.
    pub is_proven_best: bool,
    /// Why there is none, in words; empty where there is one.
    pub reasons: Vec<String>,
    /// The smallest sets of rules to loosen each of which makes a rotation possible.
    pub remedies: Vec<Vec<String>>,
    /// Whether all reasons and remedies were looked at in time.
    pub is_explained: bool,
    /// What the requirement asks for and no shift reaches.
    pub unreached: Vec<UnreachedView>,
}

impl RotationDesignView {
    fn of(answer: &DesignAnswer, wanted: Option<u32>) -> Self {
        let problem = &answer.problem;
        let mut view = Self {
            status: DesignStatusView::Undecided,
            agents: wanted,
            is_least: None,
            needed: needed(problem),
            tracks: Vec::new(),
            merits: None,
            is_proven_best: false,
            reasons: Vec::new(),
            remedies: Vec::new(),
            is_explained: false,
            unreached: unreached(&answer.unreached),
        };
        match &answer.outcome {
            DesignOutcome::Undecided => {}
            DesignOutcome::Designed { designed, is_least } => {
                let weeks = designed.rotation.weeks.clone();
                let track = RotationTrack { agents: vec![1; weeks.len()], weeks };
                view.status = DesignStatusView::Designed;
                (view.agents, view.is_least) = (Some(problem.agents()), *is_least);
                (view.tracks, view.merits) = (vec![written(problem, &track)], Some(designed.merits.into()));
                view.is_proven_best = designed.is_proven_best;
            }
            DesignOutcome::Impossible(None) => {
                view.status = DesignStatusView::Impossible;
                view.reasons =
                    vec![format!("these rules contradict each other, however many agents there are up to {MOST_AGENTS}")];
            }
            DesignOutcome::Impossible(Some(why)) => {
                view.status = DesignStatusView::Impossible;
                view.reasons = why.sentences(problem);
                let remedies = why.remedies.iter().map(|remedy| remedy.iter().map(|one| one.sentence(problem)).collect());
                (view.remedies, view.is_explained) = (remedies.collect(), why.is_complete);
            }
        }
        view
    }
}

/// Design the best rotation for a demand, or learn why there is none and which rules to loosen.
///
/// Nothing is stored. The request takes as long as it is given; hanging up stops the search.
#[utoipa::path(tag = "rotations", request_body = RotationDesignCreate,
    responses((status = 200, description = "The rotation, or why there is none", body = RotationDesignView),
        (status = 404, description = "The team is not there, or outside the key's scope",
            body = crate::http::problem::Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("read-plans"))))]
#[post("/rotation-designs")]
pub async fn design_rotation(
    caller: Caller,
    state: Data<AppState>,
    body: Json<RotationDesignCreate>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadPlans)?;
    let wanted = body.0.agents;
    let request = body.0.into_request().map_err(ServiceError::from)?;
    let answer = rotations::design_rotation(&state.store, actor, request).await?;
    Ok(HttpResponse::Ok().json(RotationDesignView::of(&answer, wanted)))
}
