//! Limits that can be loosened by one step, and the problem with one of them loosened.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::words::{figure, listed};
use crate::domain::ids::AgentId;
use crate::domain::rules::RuleId;
use crate::solver::problem::{AgentSpec, ProblemParts, RosterProblem, SkillSpec};

/// A week keeps one day off whatever is loosened: no team may agree to less.
const REST_DAYS_KEPT: usize = 1;
/// Rest is loosened from one of these hours to the next below.
const REST_HOURS: [i64; 5] = [12, 11, 10, 9, 8];
/// How many agents a limit is loosened for at most: an exception, not another rule.
const MOST_AGENTS: usize = 3;
/// What somebody counts for who has served no queue before.
const BEGINNER: f64 = 0.7;

/// A limit that is loosened by one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loosened {
    /// One more late shift a week.
    LateShifts,
    /// One more working day in a row.
    DaysInARow,
    /// One more working day a week, as long as a day off is left. The hours stay.
    WorkingDays,
    /// Weekly hours by one more shift, the longest. The days stay.
    WeeklyHours,
    /// Rest between the shifts of the week, to the next lower of 12, 11, 10, 9 and 8 hours.
    MinimumRest,
    /// Training for one more queue. The agent counts there for what the weakest of the own queues says, and at most for one.
    Training,
    /// One more agent, fully trained for one queue and free all week, on a contract that most of the queue's agents have.
    Headcount,
}

/// What is loosened, and for which queue where it concerns one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Loosening {
    pub what: Loosened,
    /// Index of the queue.
    pub queue: Option<usize>,
}

impl Loosening {
    /// Those without a queue.
    pub const OF_LIMITS: [Loosened; 5] =
        [Loosened::LateShifts, Loosened::DaysInARow, Loosened::WorkingDays, Loosened::WeeklyHours, Loosened::MinimumRest];

    /// For how many agents at most.
    pub fn most_agents(self) -> usize {
        if self.what == Loosened::Training { 1 } else { MOST_AGENTS }
    }

    /// The agents whom it can be granted to.
    pub fn candidates(self, problem: &RosterProblem) -> Vec<usize> {
        let can_be_granted = |agent: &usize| self.granted(problem, &problem.agents[*agent]).is_some();
        (0..problem.agents.len()).filter(can_be_granted).collect()
    }

    /// The problem with the limit loosened for those agents, or with one agent more.
    pub fn apply(self, problem: &RosterProblem, agents: &[usize]) -> RosterProblem {
        let mut parts = ProblemParts::from(problem.clone());
        for agent in agents {
            if let Some(granted) = self.granted(problem, &problem.agents[*agent]) {
                parts.agents[*agent] = granted;
            }
        }
        if let (Loosened::Headcount, Some(queue)) = (self.what, self.queue) {
            parts.agents.extend(newcomer(problem, queue));
        }
        RosterProblem::try_from(parts).expect("what keeps the rules keeps looser ones")
    }

    /// The agent with the limit loosened; `None` where there is nothing to loosen.
    fn granted(self, problem: &ProblemParts, agent: &AgentSpec) -> Option<AgentSpec> {
        let mut granted = agent.clone();
        let limits = &mut granted.limits;
        let days = problem.days as u32;
        match self.what {
            Loosened::LateShifts => {
                limits.max_late_shifts = Some(limits.max_late_shifts + 1).filter(|late| *late <= limits.max_days)?;
            }
            Loosened::DaysInARow => {
                limits.max_consecutive_days =
                    Some(limits.max_consecutive_days + 1).filter(|row| *row <= days + agent.run_before + agent.run_after)?;
            }
            Loosened::WorkingDays => {
                limits.max_days = Some(limits.max_days + 1).filter(|most| *most as usize + REST_DAYS_KEPT <= problem.days)?;
            }
            Loosened::WeeklyHours => limits.max_minutes = limits.max_minutes.checked_add(longest_paid(problem)?)?,
            Loosened::MinimumRest => limits.min_rest = lower_rest(limits.min_rest)?,
            Loosened::Training => granted.skills.push(trained(agent, self.queue?)?),
            Loosened::Headcount => return None,
        }
        Some(granted)
    }

    /// The rule that is loosened.
    pub fn rule(self) -> Option<RuleId> {
        match self.what {
            Loosened::LateShifts => Some(RuleId::LateShifts),
            Loosened::DaysInARow => Some(RuleId::ConsecutiveDays),
            Loosened::WorkingDays => Some(RuleId::WeeklyRest),
            Loosened::WeeklyHours => Some(RuleId::WeeklyHours),
            Loosened::MinimumRest => Some(RuleId::MinimumRest),
            Loosened::Training => Some(RuleId::Skill),
            Loosened::Headcount => None,
        }
    }

    /// What is loosened, in words, for those agents. All agents are of one problem, the first stands for their figures.
    pub fn words(self, problem: &RosterProblem, agents: &[usize], queue: &str) -> String {
        let first = agents.first().map(|agent| &problem.agents[*agent]);
        let names: Vec<&str> = agents.iter().map(|agent| problem.agents[*agent].name.as_str()).collect();
        let names = listed(&names);
        match self.what {
            Loosened::LateShifts => format!("one more late shift for {names}"),
            Loosened::DaysInARow => format!("one more working day in a row for {names}"),
            Loosened::WorkingDays => format!("one more working day for {names}"),
            Loosened::WeeklyHours => {
                format!("{} more hours in the week for {names}", hours(longest_paid(problem).unwrap_or(0)))
            }
            Loosened::MinimumRest => {
                let rest = first.and_then(|agent| lower_rest(agent.limits.min_rest)).unwrap_or(0);
                format!("{} hours of rest between shifts for {names}", hours(rest as u32))
            }
            Loosened::Training => format!("training {names} for {queue}"),
            Loosened::Headcount => format!("one more agent for {queue}"),
        }
    }
}

fn longest_paid(problem: &ProblemParts) -> Option<u32> {
    problem.shifts.iter().map(|shift| shift.paid).max()
}

fn lower_rest(minutes: i64) -> Option<i64> {
    REST_HOURS.iter().map(|hours| hours * 60).find(|rest| *rest < minutes)
}

fn trained(agent: &AgentSpec, queue: usize) -> Option<SkillSpec> {
    let own = agent.skills.iter().map(|skill| skill.proficiency).reduce(f64::min);
    let proficiency = own.unwrap_or(BEGINNER).min(1.0);
    agent.proficiency(queue).is_none().then_some(SkillSpec { queue, proficiency })
}

/// Somebody on the contract that most agents of the queue have, or most of the team where the queue has none.
fn newcomer(problem: &RosterProblem, queue: usize) -> Option<AgentSpec> {
    let serving: Vec<&AgentSpec> = problem.agents.iter().filter(|agent| agent.proficiency(queue).is_some()).collect();
    let models = if serving.is_empty() { problem.agents.iter().collect() } else { serving };
    let like = |agent: &AgentSpec| models.iter().filter(|other| other.limits == agent.limits).count();
    // Among those with that contract, the one with the fewest days away is owed the most and shares what is shared.
    let model = models.iter().max_by_key(|agent| (like(agent), agent.owed_minutes, agent.shares_late, agent.shares_weekend))?;
    Some(AgentSpec {
        id: AgentId(Uuid::nil()),
        name: String::new(),
        skills: vec![SkillSpec { queue, proficiency: 1.0 }],
        blocked: vec![None; problem.shifts.len()],
        is_leader: false,
        run_before: 0,
        given: Vec::new(),
        run_after: 0,
        ..(*model).clone()
    })
}

fn hours(minutes: u32) -> String {
    figure(f64::from(minutes) / 60.0)
}
