//! Which limits, loosened by one step, would close most of what a roster leaves open.
//!
//! Each limit is first tried on single agents, at the marginal prices of the roster; then the few that save most are
//! solved for by a short search from the roster. The same search without any limit loosened is what they are compared
//! with, so that a roster which was not yet the best is no merit of theirs.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::ExplainError;
use super::loosening::{Loosened, Loosening};
use super::screen::{Candidate, Screen};
use super::words::figure;
use crate::domain::coverage::COVERAGE_TOLERANCE;
use crate::domain::ids::{AgentId, QueueId};
use crate::domain::roster::Assignment;
use crate::domain::rules::RuleId;
use crate::solver::line::Line;
use crate::solver::line::contract::Contracts;
use crate::solver::problem::RosterProblem;
use crate::solver::search::{Found, polish};
use crate::solver::team::Team;

/// How many are solved for.
const SOLVED: usize = 6;
/// How many are told.
const TOLD: usize = 5;
/// For how many of the queues that miss most somebody is trained.
const TRAINED_QUEUES: usize = 3;
/// Agent-hours below which nothing worth telling is removed.
const LEAST_HOURS: f64 = 0.25;
/// Until this share of the time limits are tried on single agents.
const SCREEN_SHARE: f64 = 0.4;

/// A limit that, loosened by one step, closes gaps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Relaxation {
    /// What is loosened.
    pub loosened: Loosened,
    /// The rule it belongs to; `None` for one more agent.
    pub rule: Option<RuleId>,
    /// For whom, the one first for whom it pays most; nobody for one more agent.
    pub agent_ids: Vec<AgentId>,
    /// For which queue, in training and for one more agent.
    pub queue_id: Option<QueueId>,
    /// Missing agent-hours that it removes, above 0.
    pub removed_hours: f64,
    /// What it saves, in the unit of the team's cost weights.
    pub saved_cost: f64,
    /// The same in words.
    pub text: String,
}

/// What would close the gaps of a roster.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Relaxations {
    /// Agent-hours that the roster misses.
    pub missing_hours: f64,
    /// Each by itself, the one that saves most first; at most five. They do not add up.
    pub found: Vec<Relaxation>,
}

/// How long to look, and who may stop it.
#[derive(Clone, Copy)]
pub struct Patience<'a> {
    /// Wall-clock time for all of it; 2 s are enough for thirty agents.
    pub time_limit: Duration,
    /// Whether to stop now; asked many times a second.
    pub is_cancelled: &'a dyn Fn() -> bool,
}

/// Finds the cheapest relaxations of a roster. `queue_name` gives the names for the text.
///
/// # Errors
/// [`ExplainError::LongRoster`], [`ExplainError::Cancelled`].
pub fn relaxations(
    problem: &RosterProblem,
    assignments: &[Assignment],
    patience: Patience,
    queue_name: &dyn Fn(QueueId) -> String,
) -> Result<Relaxations, ExplainError> {
    if problem.sparse().is_some() {
        return Err(ExplainError::LongRoster);
    }
    let lines = problem.lines(assignments);
    let missing_hours = problem.missing_hours(&lines).iter().sum();
    if missing_hours < LEAST_HOURS {
        return Ok(Relaxations { missing_hours, found: Vec::new() });
    }
    let mut study = Study { began: Instant::now(), patience, contracts: Contracts::default() };
    let base = study.searched(problem, lines, study.slice(1.0 / (SOLVED + 1) as f64));
    let mut candidates = study.candidates(problem, &base.lines);
    candidates.sort_by(|left, right| right.saving.total_cmp(&left.saving));
    candidates.truncate(SOLVED);
    let before = Measure::of(problem, &base);
    let mut found: Vec<Relaxation> = Vec::new();
    for (index, candidate) in candidates.iter().enumerate() {
        let slice = study.slice(1.0 / (candidates.len() - index) as f64);
        let loose = study.searched(&candidate.problem, candidate.lines.clone(), slice);
        let gain = before.less(Measure::of(&candidate.problem, &loose));
        found.push(candidate.relaxation(problem, gain, missing_hours, queue_name));
    }
    if (patience.is_cancelled)() {
        return Err(ExplainError::Cancelled);
    }
    found.retain(|relaxation| relaxation.removed_hours >= LEAST_HOURS);
    found.sort_by(|left, right| right.saved_cost.total_cmp(&left.saved_cost));
    found.truncate(TOLD);
    Ok(Relaxations { missing_hours, found })
}

/// What a roster misses and costs.
#[derive(Debug, Clone, Copy)]
struct Measure {
    missing_hours: f64,
    cost: f64,
}

impl Measure {
    fn of(problem: &RosterProblem, found: &Found) -> Self {
        Self { missing_hours: problem.missing_hours(&found.lines).iter().sum(), cost: problem.cost(&found.lines) }
    }

    fn less(self, other: Self) -> Self {
        Self { missing_hours: self.missing_hours - other.missing_hours, cost: self.cost - other.cost }
    }
}

/// The time that is left, and what is known of the contracts.
struct Study<'a> {
    began: Instant,
    patience: Patience<'a>,
    contracts: Contracts,
}

impl Study<'_> {
    /// A share of the time left.
    fn slice(&self, share: f64) -> Duration {
        self.patience.time_limit.saturating_sub(self.began.elapsed()).mul_f64(share)
    }

    /// A short search from a roster; the roster itself where nothing better is found.
    fn searched(&mut self, problem: &RosterProblem, lines: Vec<Line>, length: Duration) -> Found {
        let began = Instant::now();
        let team = Team::with(problem, std::mem::take(&mut self.contracts));
        let from = Found { cost: problem.cost(&lines), lines };
        let found = polish(&team, &from, 0, length.saturating_sub(began.elapsed()), &mut || (self.patience.is_cancelled)());
        self.contracts = team.contracts;
        found
    }

    /// Every limit that saves something by itself, loosened for whom it saves most.
    fn candidates(&mut self, problem: &RosterProblem, lines: &[Line]) -> Vec<Candidate> {
        let (began, patience) = (self.began, self.patience);
        let is_over = || began.elapsed() >= patience.time_limit.mul_f64(SCREEN_SHARE) || (patience.is_cancelled)();
        let of_limits = Loosening::OF_LIMITS.map(|what| Loosening { what, queue: None });
        let needy = problem.needy_queues(lines);
        let of_queue = |what: Loosened| move |queue: &usize| Loosening { what, queue: Some(*queue) };
        let training = needy.iter().take(TRAINED_QUEUES).map(of_queue(Loosened::Training));
        let headcount = needy.first().map(of_queue(Loosened::Headcount));
        let contracts = std::mem::take(&mut self.contracts);
        let mut screen = Screen { problem, lines, contracts, is_over: &is_over };
        let found = of_limits.into_iter().chain(training).chain(headcount).filter_map(|one| screen.candidate(one)).collect();
        self.contracts = screen.contracts;
        found
    }
}

impl Candidate {
    fn relaxation(
        &self,
        problem: &RosterProblem,
        gain: Measure,
        missing_hours: f64,
        queue_name: &dyn Fn(QueueId) -> String,
    ) -> Relaxation {
        let queue_id = self.loosening.queue.map(|queue| problem.queues[queue].id);
        let words = self.loosening.words(problem, &self.agents, &queue_id.map(queue_name).unwrap_or_default());
        let (removed, missing) = (figure(gain.missing_hours), figure(missing_hours));
        Relaxation {
            loosened: self.loosening.what,
            rule: self.loosening.rule(),
            agent_ids: self.agents.iter().map(|agent| problem.agents[*agent].id).collect(),
            queue_id,
            removed_hours: gain.missing_hours,
            saved_cost: gain.cost,
            text: format!("{words} removes {removed} of {missing} missing hours"),
        }
    }
}

impl RosterProblem {
    /// Agent-hours missing, by queue.
    fn missing_hours(&self, lines: &[Line]) -> Vec<f64> {
        let hours = f64::from(self.step_minutes) / 60.0;
        let covered = self.covered(lines);
        let of_queue = |queue: usize| -> f64 {
            let gaps =
                covered[queue].iter().zip(&self.queues[queue].demand).map(|(covered, demand)| f64::from(*demand) - covered);
            gaps.filter(|gap| *gap > COVERAGE_TOLERANCE).sum::<f64>() * hours
        };
        (0..self.queues.len()).map(of_queue).collect()
    }

    /// The queues that miss hours, the one that misses most first.
    fn needy_queues(&self, lines: &[Line]) -> Vec<usize> {
        let missing = self.missing_hours(lines);
        let mut needy: Vec<usize> = (0..missing.len()).filter(|queue| missing[*queue] >= LEAST_HOURS).collect();
        needy.sort_by(|left, right| missing[*right].total_cmp(&missing[*left]));
        needy
    }
}
