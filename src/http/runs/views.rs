//! Runs on the wire.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::domain::calendar::IntervalMinutes;
use crate::domain::fault::Faults;
use crate::domain::ids::{RunId, TeamId};
use crate::domain::run::{Phase, Progress, RunKind, RunParams, RunProblem};
use crate::domain::run_part::{JointProgress, RunPart, RunParts};
use crate::http::words::{PhaseView, RotationChoiceView, RunKindView, RunStateView};
use crate::services::ServiceError;
use crate::services::runs::RunRequest;
use crate::store::runs::Run;

/// A run to start. Ids that are absent stand for the latest of the week.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "kind": "forecast", "team_id": "01936d7e-0000-7000-8000-000000000000", "week_start": "2026-11-30",
    "interval_minutes": 30, "through": "roster" }))]
pub struct RunCreate {
    /// What to do.
    pub kind: RunKindView,
    /// For which team, with all teams below it.
    pub team_id: Uuid,
    /// The Monday that names the first week, in the site's zone.
    pub week_start: NaiveDate,
    /// How many weeks are planned together, 1-8; 1 if absent. Each gets a forecast, a requirement and a draft of its own; rest,
    /// days in a row, weekends and an even share of late shifts are kept over all of them. No id of a forecast or a
    /// requirement goes with several weeks.
    #[schema(nullable = false, minimum = 1, maximum = 8)]
    pub weeks: Option<u32>,
    /// Plan each team directly below the team apart: a run of its own for each that has queues or agents, with the same week, step,
    /// limits and chain, for any worker to take; this run waits for them. An agent then serves the queues of the own part only. The
    /// team itself has no queues or agents, and no id of a forecast, requirement or roster goes with it.
    #[serde(default)]
    pub teams_apart: bool,
    /// The planning step of a forecast: 15, 30 or 60 minutes; 30 if absent.
    #[schema(nullable = false, minimum = 15, maximum = 60)]
    pub interval_minutes: Option<u32>,
    /// Go on through the chain forecast → staffing → roster until this step; absent: this run only.
    #[schema(nullable = false)]
    pub through: Option<RunKindView>,
    /// The forecast to size.
    #[schema(nullable = false)]
    pub forecast_id: Option<Uuid>,
    /// The requirement to build for.
    #[schema(nullable = false)]
    pub requirement_id: Option<Uuid>,
    /// A roster of one of the weeks whose pinned assignments are kept, and with several weeks those of the rosters that were
    /// planned together with it.
    #[schema(nullable = false)]
    pub keep_pins_of: Option<Uuid>,
    /// A roster of one of the weeks that the new one changes as little as possible, and with several weeks those that were planned
    /// together with it: at `weights.change` for each day of an agent that is off instead of at work, at work instead of off, or on
    /// another shift; another queue is free. Agents and shifts that are gone are left out.
    #[schema(nullable = false)]
    pub least_change_from: Option<Uuid>,
    /// How the rotation is used that the team works by in the week: `frame` (its shifts are worked and only what they leave open is
    /// planned), `preference` (`weights.rotation` for each day of an agent that is another), or `ignore`; as it was adopted if absent.
    #[schema(nullable = false)]
    pub rotation: Option<RotationChoiceView>,
    /// Seconds a build may take for all weeks together, 1-3600; a limit that passes with a roster in hand is a success with a stated gap.
    #[schema(nullable = false, minimum = 1, maximum = 3600)]
    pub time_limit_secs: Option<u32>,
    /// A build stops once (cost − bound) / cost is at most this; 0 or more and below 1.
    #[schema(nullable = false, minimum = 0, exclusive_maximum = 1)]
    pub gap: Option<f64>,
}

impl TryFrom<RunCreate> for RunRequest {
    type Error = ServiceError;

    fn try_from(body: RunCreate) -> Result<Self, ServiceError> {
        let mut faults = Faults::default();
        let step = match body.interval_minutes {
            Some(minutes) => faults.take("/interval_minutes", IntervalMinutes::new(minutes)),
            None => Some(IntervalMinutes::HALF_HOUR),
        };
        let params = step.map(|interval_minutes| RunParams {
            interval_minutes,
            weeks: body.weeks.unwrap_or(1),
            teams_apart: body.teams_apart,
            through: body.through.map(Into::into),
            forecast_id: body.forecast_id.map(Into::into),
            requirement_id: body.requirement_id.map(Into::into),
            keep_pins_of: body.keep_pins_of.map(Into::into),
            least_change_from: body.least_change_from.map(Into::into),
            rotation: body.rotation.map(Into::into),
            time_limit_secs: body.time_limit_secs,
            gap: body.gap,
        });
        let params = faults.into_result(params)?;
        Ok(Self { kind: body.kind.into(), team_id: TeamId(body.team_id), week_start: body.week_start, params })
    }
}

/// A run.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "kind": "roster", "state": "running",
    "team_id": "01936d7e-0000-7000-8000-000000000001", "week_start": "2026-11-30", "weeks": 1, "result_id": null, "result_ids": [], "next_run_id": null, "part_of_run_id": null, "parts": [],
    "attempt": 1, "is_cancel_requested": false,
    "progress": { "phase": "solving", "best_cost": 312.5, "bound": 308.1, "seconds": 4.2, "at": "2026-11-26T12:00:04Z",
        "parts_done": null, "parts_count": null },
    "problem": null, "created_by": "王芳", "queued_at": "2026-11-26T12:00:00Z", "started_at": "2026-11-26T12:00:00Z",
    "finished_at": null }))]
pub struct RunView {
    /// Identity.
    pub id: Uuid,
    /// What it does.
    pub kind: RunKindView,
    /// How far it is.
    pub state: RunStateView,
    /// For which team.
    pub team_id: Uuid,
    /// The Monday that names the first week.
    pub week_start: NaiveDate,
    /// How many weeks it plans together.
    pub weeks: u32,
    /// The forecast, requirement or roster it made for the first week, once it succeeded.
    pub result_id: Option<Uuid>,
    /// The same for each of its weeks, in order; empty until it succeeded. Of a run with parts, what the last step of each made,
    /// by the names of the teams.
    pub result_ids: Vec<Uuid>,
    /// The run that followed from it, where it was asked to go on.
    pub next_run_id: Option<Uuid>,
    /// The run that waits for it as one of its parts.
    pub part_of_run_id: Option<Uuid>,
    /// The runs that it waits for, where its teams are planned apart: one of each team, by name.
    pub parts: Vec<RunPartView>,
    /// How often a worker has taken it.
    pub attempt: u32,
    /// Whether it is to stop.
    pub is_cancel_requested: bool,
    /// What it is busy with.
    pub progress: Option<ProgressView>,
    /// Why it failed; of one that succeeded, why its chain ended there before the step it was asked to go on to.
    pub problem: Option<RunProblemView>,
    /// Who asked for it.
    pub created_by: String,
    /// When it was asked for, or tried again.
    pub queued_at: DateTime<Utc>,
    /// When a worker took it.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// A team's part of a run whose teams are planned apart: the last run of its chain so far.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "run_id": "01936d7e-0000-7000-8000-000000000002", "team_id": "01936d7e-0000-7000-8000-000000000003",
    "team_name": "客服一组", "kind": "roster", "state": "succeeded", "result_ids": ["01936d7e-0000-7000-8000-000000000004"],
    "best_cost": 312.5, "bound": 308.1, "problem": null }))]
pub struct RunPartView {
    /// That run.
    pub run_id: Uuid,
    /// The team it plans, with all teams below it.
    pub team_id: Uuid,
    /// The team's name.
    pub team_name: String,
    /// What the run does.
    pub kind: RunKindView,
    /// How far it is.
    pub state: RunStateView,
    /// What it made for each of its weeks, in order; empty until it succeeded.
    pub result_ids: Vec<Uuid>,
    /// Cost of its best roster so far.
    pub best_cost: Option<f64>,
    /// No roster of the team costs less than this.
    pub bound: Option<f64>,
    /// Why it did not come to the end of its chain.
    pub problem: Option<RunProblemView>,
}

impl RunPartView {
    /// Of a part whose chain is to end with `last`.
    fn of(part: RunPart, last: RunKind) -> Self {
        Self {
            run_id: part.run_id.0,
            team_id: part.team_id.0,
            problem: part.failure(last).map(Into::into),
            team_name: part.team_name,
            kind: part.kind.into(),
            state: part.state.into(),
            result_ids: part.result_ids,
            best_cost: part.progress.and_then(|progress| progress.best_cost),
            bound: part.progress.and_then(|progress| progress.bound),
        }
    }
}

/// What a run is busy with.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProgressView {
    /// What it is busy with; `waiting` for its parts.
    #[schema(value_type = PhaseView)]
    pub phase: Phase,
    /// Cost of the best roster so far; of a run with parts the sum of theirs, once each has one.
    pub best_cost: Option<f64>,
    /// No roster costs less than this; of a run with parts the sum of theirs, once each has one.
    pub bound: Option<f64>,
    /// Seconds since the attempt began.
    pub seconds: f64,
    /// When this was true.
    pub at: DateTime<Utc>,
    /// How many of its parts are over; null for a run without parts.
    pub parts_done: Option<u32>,
    /// How many parts it has; null for a run without parts.
    pub parts_count: Option<u32>,
}

impl From<Progress> for ProgressView {
    fn from(progress: Progress) -> Self {
        let Progress { phase, best_cost, bound, seconds, at } = progress;
        Self { phase, best_cost, bound, seconds, at, parts_done: None, parts_count: None }
    }
}

impl From<JointProgress> for ProgressView {
    fn from(joint: JointProgress) -> Self {
        Self { parts_done: Some(joint.done), parts_count: Some(joint.count), ..joint.progress.into() }
    }
}

/// Why a run failed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "type": "/problems/insufficient-history", "title": "Insufficient history",
    "detail": "a forecast needs 3 weeks of history; queue … has 1 (2026-11-16 to 2026-11-22); import earlier volumes of these queues" }))]
pub struct RunProblemView {
    /// Which problem: `/problems/<slug>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in words.
    pub title: String,
    /// What is wrong and what to do.
    pub detail: String,
}

impl From<RunProblem> for RunProblemView {
    fn from(problem: RunProblem) -> Self {
        let RunProblem { kind, title, detail } = problem;
        Self { kind, title, detail }
    }
}

impl RunView {
    /// Of a run, the one that followed from it, and its parts.
    pub fn of(run: Run, next: Option<RunId>, parts: Option<RunParts>) -> Self {
        let joint = parts.as_ref().map(|parts| parts.progress(run.started_at.unwrap_or(run.queued_at)).into());
        Self {
            id: run.id.0,
            kind: run.kind.into(),
            state: run.state.into(),
            team_id: run.team_id.0,
            week_start: run.week_start,
            weeks: run.weeks,
            result_id: run.result_id,
            result_ids: run.result_ids,
            next_run_id: next.map(|id| id.0),
            part_of_run_id: run.part_of_run_id.map(|id| id.0),
            parts: parts.map_or(Vec::new(), |RunParts { last, parts }| {
                parts.into_iter().map(|part| RunPartView::of(part, last)).collect()
            }),
            attempt: run.attempt,
            is_cancel_requested: run.is_cancel_requested,
            progress: joint.or(run.progress.map(Into::into)),
            // A chain that broke off and was taken up again has no problem any more.
            problem: run.problem.filter(|_| next.is_none()).and_then(|problem| serde_json::from_value(problem).ok()),
            created_by: run.created_by,
            queued_at: run.queued_at,
            started_at: run.started_at,
            finished_at: run.finished_at,
        }
    }
}

/// Which runs to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RunQuery {
    /// Only those of this team.
    #[param(nullable = false)]
    pub team_id: Option<Uuid>,
    /// Only those whose first week this Monday names.
    #[param(nullable = false)]
    pub week_start: Option<NaiveDate>,
    /// Only those that do this.
    #[param(nullable = false, inline)]
    pub kind: Option<RunKindView>,
    /// Only those in this state.
    #[param(nullable = false, inline)]
    pub state: Option<RunStateView>,
    /// Only those that are parts of this run.
    #[param(nullable = false)]
    pub part_of_run_id: Option<Uuid>,
}
