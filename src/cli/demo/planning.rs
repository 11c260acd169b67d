//! From history to the published roster, by the same runs that a supervisor would start.

use std::time::Duration;

use anyhow::{Context, bail};
use chrono::{NaiveDate, Utc};

use super::actor;
use super::organisation::{ROOT_TEAM, ZONE};
use crate::domain::access::Scope;
use crate::domain::calendar::{IntervalMinutes, PlanningWeek, local_of};
use crate::domain::ids::{RosterId, RunId};
use crate::domain::roster::RosterStatus;
use crate::domain::run::{Phase, Progress, RunKind, RunParams, RunProblem, RunState};
use crate::services::ServiceError;
use crate::services::editing::Expected;
use crate::services::founding::hand_over_to_clock;
use crate::services::rosters::publish_roster;
use crate::services::runs::{RunRequest, request_run};
use crate::store::rosters::{self, RosterFilter};
use crate::store::runs::{self, Run};
use crate::store::team_policies::{self, TeamPolicy};
use crate::store::{Page, Store, StoreError, WeekFilter};

/// How often a run is looked at, and how often its figures are told while it solves.
const LOOK: Duration = Duration::from_millis(100);
const TELL_SECONDS: f64 = 3.0;

/// How long and how well to solve.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub time_limit_secs: u32,
    pub gap: f64,
}

/// The published roster of the week, or of the latest week that has one; planned now if there is none.
pub async fn planned_roster(store: &Store, asked: Option<NaiveDate>, limits: Limits) -> anyhow::Result<RosterId> {
    if let Some(id) = published(store, asked).await? {
        return Ok(id);
    }
    let now = Utc::now();
    let week_start = asked.unwrap_or_else(|| PlanningWeek::next_after(now, ZONE).monday());
    let run = plan_week(store, week_start, limits).await?;
    let id = RosterId(run.result_id.context("a run that succeeded has a result")?);
    publish_roster(store, &actor(), id, Expected::Any, Utc::now()).await.map_err(super::super::told)?;
    if team_policies::get(store, ROOT_TEAM).await?.is_none() {
        let today = local_of(ZONE, now).date();
        hand_over_to_clock(store, &actor(), &policy(), (week_start, run.id), today, Utc::now()).await?;
    }
    Ok(id)
}

async fn published(store: &Store, week_start: Option<NaiveDate>) -> Result<Option<RosterId>, StoreError> {
    let of = WeekFilter { scope: &Scope::Everything, team_id: Some(ROOT_TEAM), week_start };
    let filter = RosterFilter { of, status: Some(RosterStatus::Published) };
    let listed = rosters::list(store, &filter, Page::ALL).await?;
    let latest = listed.items.into_iter().map(|row| row.value).max_by_key(|roster| roster.week.monday());
    Ok(latest.map(|roster| roster.id))
}

/// Forecast, requirement and roster of the week; gives the run that built it.
async fn plan_week(store: &Store, week_start: NaiveDate, limits: Limits) -> anyhow::Result<Run> {
    let params = RunParams {
        through: Some(RunKind::Roster),
        time_limit_secs: Some(limits.time_limit_secs),
        gap: Some(limits.gap),
        ..RunParams::default()
    };
    let request = RunRequest { kind: RunKind::Forecast, team_id: ROOT_TEAM, week_start, params };
    let mut id = match request_run(store, &actor(), request, None, Utc::now()).await {
        Ok(run) => run.id,
        // A demo that was stopped in the middle left it behind: the worker takes it up again.
        Err(ServiceError::Store(StoreError::RunAlreadyActive { run_id })) => run_id,
        Err(error) => return Err(super::super::told(error)),
    };
    loop {
        let run = finished(store, id).await?;
        match runs::next_of(store, &[id]).await?.get(&id) {
            Some(next) => id = *next,
            None if run.kind == RunKind::Roster => return Ok(run),
            None => bail!("another run of the same week is under way: wait for it, then start the demo again"),
        }
    }
}

/// Waits until a run has succeeded, and tells how it gets on.
async fn finished(store: &Store, id: RunId) -> anyhow::Result<Run> {
    let mut told = None;
    loop {
        let run = runs::get(store, id).await?.context("runs are never deleted")?;
        tell(run.progress, &mut told);
        match run.state {
            RunState::Succeeded => return Ok(run),
            RunState::Cancelled => bail!("the run was cancelled; start the demo again"),
            RunState::Failed => {
                let problem: Option<RunProblem> = run.problem.and_then(|problem| serde_json::from_value(problem).ok());
                bail!("{}", problem.map_or("the run failed".into(), |problem| problem.detail));
            }
            RunState::Queued | RunState::Waiting | RunState::Running => tokio::time::sleep(LOOK).await,
        }
    }
}

fn tell(now: Option<Progress>, told: &mut Option<Progress>) {
    let Some(now) = now else { return };
    let is_new = told.is_none_or(|told| told.phase != now.phase || now.seconds >= told.seconds + TELL_SECONDS);
    if is_new {
        super::super::tell(line(&now));
        *told = Some(now);
    }
}

fn line(progress: &Progress) -> String {
    let doing = match progress.phase {
        Phase::Waiting => "waiting for the teams",
        Phase::Loading => "reading",
        Phase::Forecasting => "forecasting",
        Phase::Sizing => "sizing",
        Phase::Constructing => "looking for a first roster",
        Phase::Solving => "improving the roster and its bound",
        Phase::Checking => "checking",
        Phase::Storing => "storing",
    };
    let figure = |name: &str, figure: Option<f64>| figure.map_or(String::new(), |figure| format!(", {name} {figure:.1}"));
    format!("{:5.1} s  {doing}{}{}", progress.seconds, figure("cost", progress.best_cost), figure("bound", progress.bound))
}

/// Thursday night builds the next week, and every night refreshes its forecast.
fn policy() -> TeamPolicy {
    TeamPolicy {
        team_id: ROOT_TEAM,
        is_enabled: true,
        build_days_ahead: 4,
        build_at_minute: 2 * 60,
        forecast_at_minute: 3 * 60,
        interval_minutes: IntervalMinutes::HALF_HOUR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(phase: Phase, seconds: f64) -> Progress {
        Progress { phase, best_cost: Some(120.04), bound: None, seconds, at: Utc::now() }
    }

    #[test]
    fn a_line_says_what_is_known() {
        assert_eq!(line(&progress(Phase::Solving, 3.26)), "  3.3 s  improving the roster and its bound, cost 120.0");
    }

    #[test]
    fn a_phase_is_told_at_once_and_its_figures_every_few_seconds() {
        let mut told = None;
        tell(Some(progress(Phase::Solving, 1.0)), &mut told);
        tell(Some(progress(Phase::Solving, 2.0)), &mut told);
        assert_eq!(told.unwrap().seconds, 1.0);
        tell(Some(progress(Phase::Checking, 2.1)), &mut told);
        assert_eq!(told.unwrap().seconds, 2.1);
    }
}
