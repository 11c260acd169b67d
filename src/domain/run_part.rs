//! Runs whose teams are planned apart: what the runs of the teams come to together.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::ids::{RunId, TeamId};
use super::run::{Phase, Progress, RunKind, RunProblem, RunState};

/// A team's part of a run: the last run of its chain so far.
#[derive(Debug, Clone, PartialEq)]
pub struct RunPart {
    /// That run.
    pub run_id: RunId,
    /// The team it plans, with all teams below it.
    pub team_id: TeamId,
    /// The team's name.
    pub team_name: String,
    /// What the run does.
    pub kind: RunKind,
    /// How far it is.
    pub state: RunState,
    /// What it made, once it succeeded.
    pub result_ids: Vec<Uuid>,
    /// What it is busy with.
    pub progress: Option<Progress>,
    /// Why it failed.
    pub problem: Option<RunProblem>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// All parts of a run, by the names of their teams.
#[derive(Debug, Clone, PartialEq)]
pub struct RunParts {
    /// The step that every chain is to end with.
    pub last: RunKind,
    /// The parts.
    pub parts: Vec<RunPart>,
}

/// How a run ends that waited for its parts.
#[derive(Debug, Clone, PartialEq)]
pub enum Ending {
    /// Every part succeeded; what they made, part by part.
    Succeeded(Vec<Uuid>),
    /// Some did not; which, and why.
    Failed(RunProblem),
    /// It was asked to stop before every part had succeeded.
    Cancelled,
}

/// The progress of all parts together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JointProgress {
    /// Sums of costs and bounds, where every part has one.
    pub progress: Progress,
    /// How many parts are over.
    pub done: u32,
    /// How many there are.
    pub count: u32,
}

impl RunPart {
    /// Whether it came to the step that it was to end with.
    fn has_succeeded(&self, last: RunKind) -> bool {
        self.state == RunState::Succeeded && self.kind == last
    }

    /// Why it did not come to that step; `None` while it may still, and once it has.
    pub fn failure(&self, last: RunKind) -> Option<RunProblem> {
        let cancelled = || RunProblem::new("run-cancelled", "Run cancelled", "it was cancelled; try it again");
        match self.state {
            RunState::Queued | RunState::Waiting | RunState::Running => None,
            RunState::Succeeded if self.kind == last => None,
            // Its chain met another run, or went no further because all was to stop.
            RunState::Succeeded => Some(self.problem.clone().unwrap_or_else(cancelled)),
            RunState::Cancelled => Some(cancelled()),
            RunState::Failed => Some(self.problem.clone().unwrap_or_else(|| {
                RunProblem::new("internal-error", "Internal error", "it failed without a reason; try it again")
            })),
        }
    }
}

impl RunParts {
    /// How the run ends that waits for them; `None` while one goes on.
    pub fn ending(&self, is_cancel_requested: bool) -> Option<Ending> {
        if self.parts.is_empty() || self.parts.iter().any(|part| !part.state.is_final()) {
            return None;
        }
        if self.parts.iter().all(|part| part.has_succeeded(self.last)) {
            return Some(Ending::Succeeded(self.parts.iter().flat_map(|part| part.result_ids.iter().copied()).collect()));
        }
        Some(if is_cancel_requested { Ending::Cancelled } else { Ending::Failed(self.problem()) })
    }

    /// Names every team without a result, and what was wrong there.
    fn problem(&self) -> RunProblem {
        let failed: Vec<String> = self
            .parts
            .iter()
            .filter_map(|part| part.failure(self.last).map(|problem| format!("{}: {}", part.team_name, problem.detail)))
            .collect();
        let detail = format!(
            "{} of {} teams could not be planned; what the others made is stored, and a retry tries only these again. {}",
            failed.len(),
            self.parts.len(),
            failed.join("; ")
        );
        RunProblem::new("parts-failed", "Teams could not be planned", detail)
    }

    /// How far they are together; `began` is when the run began to wait for them.
    pub fn progress(&self, began: DateTime<Utc>) -> JointProgress {
        let news = |part: &RunPart| part.finished_at.max(part.progress.map(|progress| progress.at));
        let at = self.parts.iter().filter_map(news).fold(began, DateTime::max);
        let sum = |figure: fn(&Progress) -> Option<f64>| -> Option<f64> {
            self.parts.iter().map(|part| part.progress.as_ref().and_then(figure)).sum()
        };
        let progress = Progress {
            phase: Phase::Waiting,
            best_cost: sum(|progress| progress.best_cost),
            bound: sum(|progress| progress.bound),
            seconds: (at - began).as_seconds_f64(),
            at,
        };
        let over = self.parts.iter().filter(|part| part.state.is_final());
        let whole = |count: usize| u32::try_from(count).expect("a team has fewer teams below it than that");
        JointProgress { progress, done: whole(over.count()), count: whole(self.parts.len()) }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn began() -> DateTime<Utc> {
        "2026-11-22T08:30:00Z".parse().unwrap()
    }

    fn part(name: &str, kind: RunKind, state: RunState) -> RunPart {
        RunPart {
            run_id: RunId::generate(),
            team_id: TeamId::generate(),
            team_name: name.into(),
            kind,
            state,
            result_ids: if state == RunState::Succeeded { vec![Uuid::now_v7(), Uuid::now_v7()] } else { vec![] },
            progress: None,
            problem: None,
            finished_at: state.is_final().then(began),
        }
    }

    fn rosters(states: &[RunState]) -> RunParts {
        let parts =
            ["一组", "二组", "三组"].iter().zip(states).map(|(name, state)| part(name, RunKind::Roster, *state)).collect();
        RunParts { last: RunKind::Roster, parts }
    }

    fn busy(cost: Option<f64>, bound: Option<f64>, seconds: i64) -> Option<Progress> {
        let at = began() + TimeDelta::seconds(seconds);
        Some(Progress { phase: Phase::Solving, best_cost: cost, bound, seconds: 1.0, at })
    }

    #[test]
    fn all_results_are_named_team_by_team() {
        let all = rosters(&[RunState::Succeeded; 3]);
        let expected: Vec<Uuid> = all.parts.iter().flat_map(|part| part.result_ids.clone()).collect();
        assert_eq!(expected.len(), 6);
        // Asked too late to stop.
        assert_eq!(
            (all.ending(false), all.ending(true)),
            (Some(Ending::Succeeded(expected.clone())), Some(Ending::Succeeded(expected)))
        );
    }

    #[test]
    fn nothing_ends_while_one_part_goes_on() {
        for open in [RunState::Queued, RunState::Running] {
            assert_eq!(rosters(&[RunState::Succeeded, RunState::Failed, open]).ending(true), None);
        }
    }

    #[test]
    fn a_problem_names_each_failed_team_and_what_was_wrong_there() {
        let mut some = rosters(&[RunState::Failed, RunState::Succeeded, RunState::Cancelled]);
        some.parts[0].problem = Some(RunProblem::new("insufficient-history", "Insufficient history", "import three weeks"));
        let Some(Ending::Failed(problem)) = some.ending(false) else { panic!("{some:?}") };
        assert_eq!(problem.kind, "/problems/parts-failed");
        assert_eq!(
            problem.detail,
            "2 of 3 teams could not be planned; what the others made is stored, and a retry tries only these again. \
             一组: import three weeks; 三组: it was cancelled; try it again"
        );
        assert_eq!(some.ending(true), Some(Ending::Cancelled));
    }

    #[test]
    fn a_chain_that_broke_off_has_not_succeeded() {
        let mut parts = rosters(&[RunState::Succeeded; 2]);
        parts.parts[1].kind = RunKind::Staffing;
        parts.parts[1].problem = Some(RunProblem::step_under_way(RunKind::Roster, RunId::generate()));
        let Some(Ending::Failed(problem)) = parts.ending(false) else { panic!("{parts:?}") };
        assert!(problem.detail.starts_with("1 of 2 teams") && problem.detail.contains("二组: its next step"), "{problem:?}");
    }

    #[test]
    fn costs_and_bounds_are_summed_once_every_part_has_one() {
        let mut parts = rosters(&[RunState::Succeeded, RunState::Running]);
        let told = parts.progress(began());
        assert_eq!((told.done, told.count, told.progress.at, told.progress.best_cost), (1, 2, began(), None));
        parts.parts[0].progress = busy(Some(100.0), Some(90.5), 3);
        parts.parts[1].progress = busy(Some(40.0), None, 7);
        let told = parts.progress(began()).progress;
        assert_eq!((told.best_cost, told.bound, told.seconds, told.phase), (Some(140.0), None, 7.0, Phase::Waiting));
        parts.parts[1].progress = busy(Some(38.0), Some(30.25), 9);
        // The end of a part is news, too.
        parts.parts[0].finished_at = Some(began() + TimeDelta::seconds(12));
        let told = parts.progress(began()).progress;
        assert_eq!((told.best_cost, told.bound, told.seconds), (Some(138.0), Some(120.75), 12.0));
    }

    #[test]
    fn a_chain_ends_where_it_is_asked_to() {
        use RunKind::{Forecast, Roster, Staffing};
        let ends = [
            (Forecast, None),
            (Forecast, Some(Forecast)),
            (Forecast, Some(Staffing)),
            (Forecast, Some(Roster)),
            (Staffing, Some(Roster)),
        ];
        let found: Vec<RunKind> = ends.iter().map(|(from, through)| from.last_of_chain(*through)).collect();
        assert_eq!(found, [Forecast, Forecast, Staffing, Roster, Roster]);
    }
}
