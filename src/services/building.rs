//! Staffing requirements → draft rosters.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::NaiveDate;

use super::execution::{Job, RunFailure};
use super::given_roster::{given_roster, identified};
use super::inputs::planning_input;
use super::rosters::built;
use super::rotations::{rotation_days, rotation_in_use};
use crate::checker;
use crate::domain::calendar::PlanningWeek;
use crate::domain::demand::StaffingRequirement;
use crate::domain::ids::{QueueId, RequirementId, RosterId};
use crate::domain::planning::PlanningInput;
use crate::domain::roster::{Assignment, Notice, RosterStatus};
use crate::domain::rotation::{RotationUse, UsedRotation};
use crate::domain::rules::Severity;
use crate::domain::run::Phase;
use crate::solver::{
    ExplainError, GapExplanation, Patience, ProblemError, Relaxations, RosterProblem, Solution, SolveError, SolveOptions, Watch,
    WeeksError, explain, notices, of_all_weeks, relaxations, set_aside_weeks, solve_weeks,
};
use crate::store::assignments::{self, PlacedAssignment};
use crate::store::rosters::{self, Roster};
use crate::store::{Tx, audit, requirements};

/// Relaxations are looked for during this share of the time that the build had, and no longer than [`RELAX_AT_MOST`].
const RELAX_SHARE: f64 = 0.2;
const RELAX_AT_MOST: Duration = Duration::from_secs(2);

/// A week to build, and what it is built for.
struct Order {
    requirement_id: RequirementId,
    input: PlanningInput,
    /// The roster that it stays close to.
    given: Option<RosterId>,
    /// The rotation that it follows.
    rotation: Option<UsedRotation>,
    notices: Vec<Notice>,
}

/// Why a roster is short, and what would help.
struct Reasons {
    gaps: Vec<GapExplanation>,
    /// `None` where nobody can look for them.
    relaxations: Option<Relaxations>,
    /// What no roster could give.
    notices: Vec<Notice>,
}

/// Builds a draft for each of the run's weeks, all weeks together: for the requirement that the run names, or the latest of
/// the week.
pub(super) async fn build_rosters(job: Job<'_>, defaults: SolveOptions) -> Result<(), RunFailure> {
    let given = given_of(&job).await?;
    let (sources, mut weeks) = inputs(&job, &given).await?;
    let told = set_aside_weeks(&mut weeks);
    weeks.iter().try_for_each(|week| refuse_empty(&job, week))?;
    let solutions = solved(&job, &mut weeks, defaults)?;
    job.observer.phase(Phase::Checking);
    weeks.iter().zip(&solutions).try_for_each(|(week, solution)| refuse_violations(week, &solution.assignments))?;
    job.check_cancelled()?;
    let (cost, bound) = of_all_weeks(solutions.iter().map(|solution| &solution.score));
    job.observer.tell(Phase::Storing, Some(cost), Some(bound));
    let orders = sources.into_iter().zip(weeks).zip(told);
    let orders = orders.map(|(((requirement_id, rotation), input), notices)| {
        let given = given.get(&input.week.monday()).copied();
        Order { requirement_id, input, given, rotation, notices }
    });
    let drafts = orders.zip(solutions).map(|(order, solution)| draft(&job, order, solution, defaults));
    let drafts = drafts.collect::<Result<Vec<_>, RunFailure>>()?;
    store_drafts(&job, drafts).await
}

/// What every week is built from, with its requirement and the rotation that it follows.
async fn inputs(
    job: &Job<'_>,
    given: &BTreeMap<NaiveDate, RosterId>,
) -> Result<(Vec<(RequirementId, Option<UsedRotation>)>, Vec<PlanningInput>), RunFailure> {
    let pinned = pins_of(job).await?;
    let (mut sources, mut inputs) = (Vec::new(), Vec::new());
    for week in job.horizon.weeks() {
        let (id, requirement) = requirement_of(job, week).await?;
        let pinned: Vec<Assignment> = pinned.iter().filter(|pin| week.day_of(pin.date).is_some()).cloned().collect();
        let rules = job.plan.rules.clone();
        let weeks = (week, job.horizon);
        let mut input = planning_input(job.store, &job.plan, weeks, rules, requirement, &pinned, pinned.clone()).await?;
        input.settle_pins();
        input.least_change_from = given_roster(job.store, given.get(&week.monday()).copied()).await?;
        let used = rotation_in_use(job.store, &job.plan, week.monday(), job.params.rotation).await?;
        input.rotation = rotation_days(job.store, &job.plan, used, &input).await?;
        let is_frame = used.is_some_and(|used| used.usage == RotationUse::Frame);
        input.rotation.iter_mut().for_each(|day| day.is_fixed = is_frame && day.shift_template_id.is_some());
        inputs.push(input);
        sources.push((id, used));
    }
    Ok((sources, inputs))
}

/// A week's roster, with the reasons for what it leaves open.
fn draft(
    job: &Job<'_>,
    order: Order,
    solution: Solution,
    defaults: SolveOptions,
) -> Result<(Order, Solution, Reasons), RunFailure> {
    let problem = RosterProblem::from_input(&order.input).map_err(infeasible)?;
    let mut told = order.notices.clone();
    told.extend(notices(&order.input, &problem, &|id| queue_name(job, id)));
    let reasons = Reasons {
        gaps: explain(&order.input, &problem, &solution.assignments, &|id| queue_name(job, id)),
        relaxations: relaxed(job, &problem, &solution, defaults)?,
        notices: told,
    };
    Ok((order, solution, reasons))
}

async fn requirement_of(job: &Job<'_>, week: PlanningWeek) -> Result<(RequirementId, StaffingRequirement), RunFailure> {
    let id = match job.params.requirement_id {
        Some(id) => Some(id),
        None => requirements::latest(job.store, job.run.team_id, week.monday()).await?.map(|head| head.id),
    };
    let found = match id {
        Some(id) => requirements::get(job.store, id).await?,
        None => None,
    };
    let missing = format!(
        "there is no staffing requirement of this team and the week of {}; start a run of kind staffing first, or a forecast run \
         with `through: roster`",
        week.monday()
    );
    found
        .filter(|(head, _)| (head.team_id, head.week_start) == (job.run.team_id, week.monday()))
        .map(|(head, requirement)| (head.id, requirement))
        .ok_or_else(|| RunFailure::problem("not-found", "Not found", missing))
}

async fn pins_of(job: &Job<'_>) -> Result<Vec<Assignment>, RunFailure> {
    let mut pins = Vec::new();
    for roster in planned_together(job, job.params.keep_pins_of).await? {
        let placed = assignments::list(job.store, roster).await?;
        pins.extend(placed.into_iter().map(|placed| placed.assignment).filter(|assignment| assignment.is_pinned));
    }
    Ok(pins)
}

/// The roster that each week stays close to, by its Monday.
async fn given_of(job: &Job<'_>) -> Result<BTreeMap<NaiveDate, RosterId>, RunFailure> {
    let mut given = BTreeMap::new();
    for id in planned_together(job, job.params.least_change_from).await? {
        if let Some(row) = rosters::get(job.store, id).await? {
            given.insert(row.value.week.monday(), id);
        }
    }
    Ok(given)
}

/// A roster that a run names and, where the run is of several weeks, those that were planned together with it.
async fn planned_together(job: &Job<'_>, named: Option<RosterId>) -> Result<Vec<RosterId>, RunFailure> {
    let Some(id) = named else { return Ok(Vec::new()) };
    let run_id = rosters::get(job.store, id).await?.and_then(|row| row.value.run_id).filter(|_| !job.horizon.is_one_week());
    Ok(match run_id {
        Some(run_id) => rosters::of_run(job.store, run_id).await?,
        None => vec![id],
    })
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

fn solved(job: &Job<'_>, weeks: &mut [PlanningInput], defaults: SolveOptions) -> Result<Vec<Solution>, RunFailure> {
    job.observer.phase(Phase::Constructing);
    let options = SolveOptions { time_limit: time_limit(job, defaults), gap: job.params.gap.unwrap_or(defaults.gap), ..defaults };
    let watch = Watch {
        progress: &|progress| job.observer.tell(progress.phase, progress.best_cost, progress.bound),
        is_cancelled: &|| job.observer.is_cancelled(),
    };
    solve_weeks(weeks, &options, &watch).map_err(|error| match error {
        WeeksError::Problem(error) => infeasible(error),
        WeeksError::Solve(SolveError::Cancelled) => RunFailure::Cancelled,
        WeeksError::Solve(error) => RunFailure::problem("no-roster-in-time", "No roster in time", error.to_string()),
    })
}

fn time_limit(job: &Job<'_>, defaults: SolveOptions) -> Duration {
    // Unless it is said, each week has the time of one.
    let usual = defaults.time_limit * job.horizon.count();
    job.params.time_limit_secs.map_or(usual, |secs| Duration::from_secs(secs.into()))
}

/// What would close the gaps.
fn relaxed(
    job: &Job<'_>,
    problem: &RosterProblem,
    solution: &Solution,
    defaults: SolveOptions,
) -> Result<Option<Relaxations>, RunFailure> {
    let time_limit = time_limit(job, defaults).mul_f64(RELAX_SHARE).min(RELAX_AT_MOST) / job.horizon.count();
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

/// Stores all drafts with the end of the run.
async fn store_drafts(job: &Job<'_>, drafts: Vec<(Order, Solution, Reasons)>) -> Result<(), RunFailure> {
    let tx = job.store.begin().await?;
    let mut ids = Vec::new();
    for (order, solution, reasons) in drafts {
        ids.push(store_draft(job, &tx, order, solution, reasons).await?.0);
    }
    job.conclude(&tx, &ids).await?;
    tx.commit().await?;
    Ok(())
}

async fn store_draft(job: &Job<'_>, tx: &Tx, order: Order, solution: Solution, reasons: Reasons) -> Result<RosterId, RunFailure> {
    let Order { requirement_id, input, given, rotation, .. } = order;
    let roster = Roster {
        id: RosterId::generate(),
        team_id: job.run.team_id,
        week: input.week,
        horizon: job.horizon,
        status: RosterStatus::Draft,
        revision: rosters::next_revision(tx, job.run.team_id, input.week.monday()).await?,
        replaces_id: None,
        requirement_id: Some(requirement_id),
        run_id: Some(job.run.id),
        least_change_from: given,
        rotation,
        rules: input.rules.clone(),
        relaxations: reasons.relaxations.map(|found| serde_json::to_value(found).expect("relaxations are plain data")),
        score: Some(solution.score),
        gaps: serde_json::to_value(reasons.gaps).expect("explanations are plain data"),
        notices: reasons.notices,
        published_at: None,
        publish_sequence: 0,
    };
    let placed: Vec<_> =
        identified(&input, solution.assignments).into_iter().map(|assignment| placed(&input, assignment)).collect();
    let now = chrono::Utc::now();
    rosters::insert(tx, &roster, &placed, now).await?;
    audit::insert(tx, &built(&job.run.created_by, &roster, now)).await?;
    Ok(roster.id)
}

fn placed(input: &PlanningInput, assignment: Assignment) -> PlacedAssignment {
    let shift = input.shift_of(&assignment).expect("the checker knows every shift of the roster");
    PlacedAssignment { assignment, shift, sequence: 0 }
}
