//! Staffing requirement → draft roster.

use std::time::Duration;

use super::execution::{Job, RunFailure};
use super::given_roster::{given_roster, identified};
use super::inputs::planning_input;
use super::rosters::built;
use crate::checker;
use crate::domain::demand::StaffingRequirement;
use crate::domain::ids::{QueueId, RequirementId, RosterId};
use crate::domain::planning::PlanningInput;
use crate::domain::roster::{Assignment, Notice, RosterStatus};
use crate::domain::rules::Severity;
use crate::domain::run::Phase;
use crate::solver::{
    ExplainError, GapExplanation, Patience, ProblemError, Relaxations, RosterProblem, Solution, SolveError, SolveOptions, Watch,
    explain, notices, relaxations, set_aside, solve,
};
use crate::store::assignments::{self, PlacedAssignment};
use crate::store::rosters::{self, Roster};
use crate::store::{audit, requirements};

/// Relaxations are looked for during this share of the time that the build had, and no longer than [`RELAX_AT_MOST`].
const RELAX_SHARE: f64 = 0.2;
const RELAX_AT_MOST: Duration = Duration::from_secs(2);

/// Why a roster is short, and what would help.
struct Reasons {
    gaps: Vec<GapExplanation>,
    /// `None` where nobody can look for them.
    relaxations: Option<Relaxations>,
    /// What no roster could give.
    notices: Vec<Notice>,
}

/// Builds a draft for the requirement that the run names, or the latest of its week.
pub(super) async fn build_roster(job: Job<'_>, defaults: SolveOptions) -> Result<(), RunFailure> {
    let (requirement_id, requirement) = requirement_of(&job).await?;
    let pinned = pins_of(&job).await?;
    let rules = job.plan.rules.clone();
    let mut input = planning_input(job.store, &job.plan, job.week, rules, requirement, &pinned, pinned.clone()).await?;
    input.settle_pins();
    input.least_change_from = given_roster(job.store, job.params.least_change_from).await?;
    let mut told = set_aside(&mut input);
    refuse_empty(&job, &input)?;
    let problem = RosterProblem::from_input(&input).map_err(infeasible)?;
    let solution = solved(&job, &problem, defaults)?;
    job.observer.phase(Phase::Checking);
    refuse_violations(&input, &solution.assignments)?;
    job.check_cancelled()?;
    job.observer.tell(Phase::Storing, Some(solution.score.cost), Some(solution.score.bound));
    told.extend(notices(&input, &problem, &|id| queue_name(&job, id)));
    let reasons = Reasons {
        gaps: explain(&input, &problem, &solution.assignments, &|id| queue_name(&job, id)),
        relaxations: relaxed(&job, &problem, &solution, defaults)?,
        notices: told,
    };
    let solution = Solution { assignments: identified(&input, solution.assignments), ..solution };
    store_draft(&job, requirement_id, &input, solution, reasons).await
}

async fn requirement_of(job: &Job<'_>) -> Result<(RequirementId, StaffingRequirement), RunFailure> {
    let id = match job.params.requirement_id {
        Some(id) => Some(id),
        None => requirements::latest(job.store, job.run.team_id, job.run.week_start).await?.map(|head| head.id),
    };
    let found = match id {
        Some(id) => requirements::get(job.store, id).await?,
        None => None,
    };
    let missing = "there is no staffing requirement of this team and week; start a run of kind staffing first, or a forecast \
        run with `through: roster`";
    found
        .filter(|(head, _)| (head.team_id, head.week_start) == (job.run.team_id, job.run.week_start))
        .map(|(head, requirement)| (head.id, requirement))
        .ok_or_else(|| RunFailure::problem("not-found", "Not found", missing))
}

async fn pins_of(job: &Job<'_>) -> Result<Vec<Assignment>, RunFailure> {
    let Some(id) = job.params.keep_pins_of else { return Ok(Vec::new()) };
    let placed = assignments::list(job.store, id).await?;
    Ok(placed.into_iter().map(|placed| placed.assignment).filter(|assignment| assignment.is_pinned).collect())
}

fn refuse_empty(job: &Job<'_>, input: &PlanningInput) -> Result<(), RunFailure> {
    let missing = match (input.agents.is_empty(), input.shift_templates.is_empty()) {
        (false, false) => return Ok(()),
        (true, false) => format!("team {} has no agent employed in this week; add agents", job.plan.team.name),
        (false, true) => format!("site {} has no shift template; add some", job.plan.site.name),
        (true, true) => format!("team {} has no agent and its site no shift template; add both", job.plan.team.name),
    };
    Err(RunFailure::problem("validation-failed", "Validation failed", missing))
}

fn solved(job: &Job<'_>, problem: &RosterProblem, defaults: SolveOptions) -> Result<Solution, RunFailure> {
    job.observer.phase(Phase::Constructing);
    let options = SolveOptions { time_limit: time_limit(job, defaults), gap: job.params.gap.unwrap_or(defaults.gap), ..defaults };
    let watch = Watch {
        progress: &|progress| job.observer.tell(progress.phase, progress.best_cost, progress.bound),
        is_cancelled: &|| job.observer.is_cancelled(),
    };
    solve(problem, &options, &watch).map_err(|error| match error {
        SolveError::Cancelled => RunFailure::Cancelled,
        SolveError::NoRosterInTime { .. } => RunFailure::problem("no-roster-in-time", "No roster in time", error.to_string()),
    })
}

fn time_limit(job: &Job<'_>, defaults: SolveOptions) -> Duration {
    job.params.time_limit_secs.map_or(defaults.time_limit, |secs| Duration::from_secs(secs.into()))
}

/// What would close the gaps.
fn relaxed(
    job: &Job<'_>,
    problem: &RosterProblem,
    solution: &Solution,
    defaults: SolveOptions,
) -> Result<Option<Relaxations>, RunFailure> {
    let time_limit = time_limit(job, defaults).mul_f64(RELAX_SHARE).min(RELAX_AT_MOST);
    let patience = Patience { time_limit, is_cancelled: &|| job.observer.is_cancelled() };
    match relaxations(problem, &solution.assignments, patience, &|id| queue_name(job, id)) {
        Ok(found) => Ok(Some(found)),
        Err(ExplainError::Cancelled) => Err(RunFailure::Cancelled),
        Err(ExplainError::LongRoster | ExplainError::Unknown(_)) => Ok(None),
    }
}

/// The solver must never break a hard rule; if it does, nobody shall work by it.
fn refuse_violations(input: &PlanningInput, assignments: &[Assignment]) -> Result<(), RunFailure> {
    let hard: Vec<_> =
        checker::check(input, assignments).into_iter().filter(|violation| violation.severity == Severity::Hard).collect();
    if hard.is_empty() {
        return Ok(());
    }
    let details: Vec<_> = hard.iter().map(|violation| violation.detail.as_str()).collect();
    let detail = format!("the roster found breaks hard rules and was dropped: {}", details.join("; "));
    Err(RunFailure::problem("solver-failed", "Solver failed", detail))
}

fn infeasible(error: ProblemError) -> RunFailure {
    RunFailure::problem("roster-infeasible", "No roster is possible", error.to_string())
}

fn queue_name(job: &Job<'_>, id: QueueId) -> String {
    let served = job.plan.queues.iter().find(|served| served.queue.id == id);
    served.map_or_else(|| id.to_string(), |served| served.queue.name.clone())
}

async fn store_draft(
    job: &Job<'_>,
    requirement_id: RequirementId,
    input: &PlanningInput,
    solution: Solution,
    reasons: Reasons,
) -> Result<(), RunFailure> {
    let tx = job.store.begin().await?;
    let roster = Roster {
        id: RosterId::generate(),
        team_id: job.run.team_id,
        week: job.week,
        status: RosterStatus::Draft,
        revision: rosters::next_revision(&tx, job.run.team_id, job.run.week_start).await?,
        replaces_id: None,
        requirement_id: Some(requirement_id),
        run_id: Some(job.run.id),
        least_change_from: job.params.least_change_from,
        rules: input.rules.clone(),
        relaxations: reasons.relaxations.map(|found| serde_json::to_value(found).expect("relaxations are plain data")),
        score: Some(solution.score),
        gaps: serde_json::to_value(reasons.gaps).expect("explanations are plain data"),
        notices: reasons.notices,
        published_at: None,
        publish_sequence: 0,
    };
    let placed: Vec<_> = solution.assignments.into_iter().map(|assignment| placed(input, assignment)).collect();
    let now = chrono::Utc::now();
    rosters::insert(&tx, &roster, &placed, now).await?;
    audit::insert(&tx, &built(&job.run.created_by, &roster, now)).await?;
    job.conclude(&tx, roster.id.0).await?;
    tx.commit().await?;
    Ok(())
}

fn placed(input: &PlanningInput, assignment: Assignment) -> PlacedAssignment {
    let shift = input.shift_of(&assignment).expect("the checker knows every shift of the roster");
    PlacedAssignment { assignment, shift, sequence: 0 }
}
