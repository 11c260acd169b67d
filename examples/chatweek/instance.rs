//! The benchmark's files: an instance read into a roster problem, a roster written as the referee wants it.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use paiban::domain::ids::{AgentId, QueueId, ShiftTemplateId};
use paiban::domain::roster::Assignment;
use paiban::domain::rules::{CostWeights, RuleId};
use paiban::solver::{
    AgentSpec, Limits, ProblemError, ProblemParts, QueueSpec, RosterProblem, Seat, ShiftSpec, SkillSpec, WEEK, WishSpec,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const DAY_MINUTES: i64 = 1440;

/// One week of one team.
#[derive(Debug, Deserialize)]
pub struct Instance {
    interval_minutes: i64,
    intervals: usize,
    queues: Vec<Queue>,
    shifts: Vec<Shift>,
    agents: Vec<Agent>,
    fairness_weight: f64,
}

#[derive(Debug, Deserialize)]
struct Queue {
    id: String,
    demand: Vec<u32>,
    under_weight: f64,
    over_weight: f64,
}

#[derive(Debug, Deserialize)]
struct Shift {
    id: String,
    start: i64,
    length: i64,
    breaks: Vec<(i64, i64)>,
    paid: u32,
    night: bool,
}

#[derive(Debug, Deserialize)]
struct Agent {
    id: String,
    skills: Vec<String>,
    min_paid: u32,
    max_paid: u32,
    max_days: u32,
    max_consecutive_days: u32,
    min_rest: i64,
    max_night: u32,
    history_run: u32,
    history_end: Option<i64>,
    unavailable: Vec<(i64, i64)>,
    requests: Vec<Request>,
    full_time: bool,
}

#[derive(Debug, Deserialize)]
struct Request {
    day: usize,
    shift: Option<String>,
    weight: u32,
    want: bool,
}

/// One line of the roster file.
#[derive(Debug, Serialize)]
pub struct Row<'a> {
    agent: &'a str,
    day: usize,
    shift: &'a str,
    queue: &'a str,
}

impl Instance {
    /// The instance as a roster problem.
    pub fn problem(&self) -> Result<RosterProblem, ProblemError> {
        let kinds = self.kinds();
        let shifts: Vec<ShiftSpec> = (0..WEEK)
            .flat_map(|day| kinds.iter().map(move |kind| (day, *kind)))
            .map(|(day, kind)| self.shift(day, kind))
            .collect();
        RosterProblem::try_from(ProblemParts {
            days: WEEK,
            step_minutes: self.interval_minutes as u32,
            intervals: self.intervals,
            agents: self.agents.iter().enumerate().map(|(number, agent)| self.agent(number, agent, &shifts)).collect(),
            queues: self.queues.iter().enumerate().map(|(number, queue)| queue.spec(number)).collect(),
            leader_pieces: Vec::new(),
            group_rows: Vec::new(),
            wishes: self.wishes(&shifts),
            successions: Vec::new(),
            max_break_share: None,
            weights: CostWeights { spread: self.fairness_weight, wish: 1.0, ..CostWeights::default() },
            pins: Vec::new(),
            shifts,
        })
    }

    /// The shifts by start, as a problem wants them.
    fn kinds(&self) -> Vec<usize> {
        let mut kinds: Vec<usize> = (0..self.shifts.len()).collect();
        kinds.sort_by_key(|kind| self.shifts[*kind].start);
        kinds
    }

    fn shift(&self, day: usize, kind: usize) -> ShiftSpec {
        let shift = &self.shifts[kind];
        let start = day as i64 * DAY_MINUTES + shift.start;
        let step = self.interval_minutes;
        let on_break = |interval: i64| {
            shift.breaks.iter().any(|(offset, minutes)| (start + offset..start + offset + minutes).contains(&(interval * step)))
        };
        let end = start + shift.length;
        let held = (start / step..(end + step - 1) / step).filter(|interval| *interval < self.intervals as i64);
        ShiftSpec {
            template_id: ShiftTemplateId(Uuid::from_u128(kind as u128)),
            kind,
            date: NaiveDate::default() + Days::new(day as u64),
            day,
            start,
            end,
            paid: shift.paid,
            is_late: shift.night,
            is_weekend: day >= 5,
            seats: held
                .filter(|interval| !on_break(*interval))
                .map(|interval| Seat { interval: interval as usize, share: 1.0 })
                .collect(),
            breaks: Vec::new(),
        }
    }

    fn agent(&self, number: usize, agent: &Agent, shifts: &[ShiftSpec]) -> AgentSpec {
        let blocked = |shift: &ShiftSpec| {
            let is_away = agent.unavailable.iter().any(|(from, until)| shift.start < *until && *from < shift.end);
            let is_tired = agent.history_end.is_some_and(|ended| shift.start - ended < agent.min_rest);
            let rules = [(is_away, RuleId::Availability), (is_tired, RuleId::MinimumRest)];
            rules.into_iter().find_map(|(is_broken, rule)| is_broken.then_some(rule))
        };
        let queue = |skill: &String| self.queues.iter().position(|queue| queue.id == *skill);
        AgentSpec {
            id: AgentId(Uuid::from_u128(number as u128)),
            name: agent.id.clone(),
            owed_minutes: 0,
            limits: Limits {
                min_rest: agent.min_rest,
                max_consecutive_days: agent.max_consecutive_days,
                min_consecutive_days: 1,
                min_consecutive_days_off: 1,
                max_days: agent.max_days.min(6),
                max_late_shifts: agent.max_night,
                min_minutes: agent.min_paid,
                max_minutes: agent.max_paid,
                max_weekends: None,
                max_of_kind: BTreeMap::new(),
                overtime: Default::default(),
            },
            skills: agent.skills.iter().filter_map(queue).map(|queue| SkillSpec { queue, proficiency: 1.0 }).collect(),
            blocked: shifts.iter().map(blocked).collect(),
            is_leader: false,
            shares_late: agent.full_time,
            shares_weekend: false,
            run_before: agent.history_run,
            given: Vec::new(),
            run_after: 0,
            loads_beside: [0; 2],
            premium: Vec::new(),
        }
    }

    fn wishes(&self, shifts: &[ShiftSpec]) -> Vec<WishSpec> {
        let kind_of = |name: &String| self.shifts.iter().position(|shift| shift.id == *name);
        let mut wishes = Vec::new();
        for (number, agent) in self.agents.iter().enumerate() {
            for request in &agent.requests {
                let kind = request.shift.as_ref().and_then(kind_of);
                let concerns =
                    |shift: &ShiftSpec| shift.day == request.day && (request.shift.is_none() || kind == Some(shift.kind));
                let shifts = (0..shifts.len()).filter(|shift| concerns(&shifts[*shift])).collect();
                wishes.push(WishSpec { agent: number, shifts, is_wanted: request.want, weight: request.weight.into() });
            }
        }
        wishes
    }

    /// The roster in the referee's words.
    pub fn rows<'a>(&'a self, assignments: &'a [Assignment]) -> impl Iterator<Item = Row<'a>> + 'a {
        assignments.iter().map(|assignment| Row {
            agent: &self.agents[assignment.agent_id.0.as_u128() as usize].id,
            day: (assignment.date - NaiveDate::default()).num_days() as usize,
            shift: &self.shifts[assignment.shift_template_id.0.as_u128() as usize].id,
            queue: &self.queues[assignment.queue_id.0.as_u128() as usize].id,
        })
    }
}

impl Queue {
    fn spec(&self, number: usize) -> QueueSpec {
        let intervals = self.demand.len();
        QueueSpec {
            id: QueueId(Uuid::from_u128(number as u128)),
            demand: self.demand.clone(),
            is_peak: vec![false; intervals],
            gap_price: vec![self.under_weight; intervals],
            surplus_price: vec![self.over_weight; intervals],
        }
    }
}
