//! The roster problem as the solver sees it: dense indices, minutes from the start of the week, no names and no zones.
//!
//! `RosterProblem` is the seam: whatever solves it takes nothing else, and it can be stored and read back.

use std::collections::BTreeMap;
use std::ops::Deref;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::fault::{ProblemError, ProblemFault};
use super::line::{Duty, Line};
use crate::domain::ids::{AgentId, AssignmentId, QueueId, ShiftTemplateId};
use crate::domain::roster::Assignment;
use crate::domain::rules::{CostWeights, RuleId};

/// Days of a week; day 0 of a problem is a Monday.
pub const WEEK: usize = 7;

/// A roster problem, right by construction: every index points somewhere and the pins keep every hard rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "ProblemParts", into = "ProblemParts")]
pub struct RosterProblem(ProblemParts);

/// What a [`RosterProblem`] consists of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProblemParts {
    /// Days of the horizon.
    pub days: usize,
    /// Length of a planning step in minutes.
    pub step_minutes: u32,
    /// Number of planning steps.
    pub intervals: usize,
    /// Who may be rostered.
    pub agents: Vec<AgentSpec>,
    /// What they are needed on.
    pub queues: Vec<QueueSpec>,
    /// Every template on every date, ordered by day and start.
    pub shifts: Vec<ShiftSpec>,
    /// Stretches that ask for a leader.
    pub leader_pieces: Vec<LeaderPiece>,
    /// What is asked of agents together.
    pub group_rows: Vec<GroupRow>,
    /// What agents wish.
    pub wishes: Vec<WishSpec>,
    /// Kinds of shift of which the second may not follow on the day after the first, whatever the rest between them.
    pub successions: Vec<Succession>,
    /// Of those on shift on a queue, one may be on a break at any time, and of the others this share; `None` for any.
    #[serde(default)]
    pub max_break_share: Option<f64>,
    /// Prices of the soft rules.
    pub weights: CostWeights,
    /// Duties that must stay.
    pub pins: Vec<PinSpec>,
}

/// One agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgentSpec {
    /// Who it is.
    pub id: AgentId,
    /// Display name, for faults.
    pub name: String,
    /// Paid minutes owed in the horizon, leave taken off; what is missing is priced.
    pub owed_minutes: u32,
    /// What the agent's line must keep.
    pub limits: Limits,
    /// Queues the agent can serve, with the heads one agent counts for.
    pub skills: Vec<SkillSpec>,
    /// Per shift, the rule that forbids it whatever else the agent works; `None` where it is allowed.
    pub blocked: Vec<Option<RuleId>>,
    /// Counts as a leader on duty.
    pub is_leader: bool,
    /// Counts in the even spread of late shifts.
    pub shares_late: bool,
    /// Counts in the even spread of weekend days.
    pub shares_weekend: bool,
    /// Days in a row worked up to the Sunday before.
    pub run_before: u32,
    /// Days in a row planned already from the Monday after the horizon on.
    #[serde(default)]
    pub run_after: u32,
    /// Late shifts and weekend days that the agent has in weeks planned together with this one.
    #[serde(default)]
    pub loads_beside: [u16; 2],
    /// What the roster to stay close to and the team's rotation say of days; empty where there is neither.
    pub given: Vec<GivenDay>,
    /// What each shift's hours at a premium cost, by shift; empty where there are none.
    #[serde(default)]
    pub premium: Vec<f64>,
}

/// What an agent is to do on a day, by the roster to stay close to or by the team's rotation. A day of which neither says anything
/// is not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenDay {
    /// Day of the horizon.
    pub day: usize,
    /// The shift worked; `None` for a day off.
    pub shift: Option<usize>,
    /// Whether the shift must be worked.
    #[serde(default)]
    pub is_fixed: bool,
    /// Which of the two: `least-change` or `rotation`.
    #[serde(default = "GivenDay::usual_rule")]
    pub rule: RuleId,
}

impl GivenDay {
    fn usual_rule() -> RuleId {
        RuleId::LeastChange
    }
}

/// A queue an agent can serve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SkillSpec {
    /// Index of the queue.
    pub queue: usize,
    /// Heads the agent counts for, 0.5-1.5.
    pub proficiency: f64,
}

/// One queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QueueSpec {
    /// Which it is.
    pub id: QueueId,
    /// Heads required per interval.
    pub demand: Vec<u32>,
    /// Whether a peak window holds, per interval.
    pub is_peak: Vec<bool>,
    /// Price of one head missing, per interval.
    pub gap_price: Vec<f64>,
    /// Price of one head too many, per interval.
    pub surplus_price: Vec<f64>,
}

/// A template on one date.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShiftSpec {
    /// Which template.
    pub template_id: ShiftTemplateId,
    /// The template's index: shifts of one kind differ in their day only.
    pub kind: usize,
    /// On which local date.
    pub date: NaiveDate,
    /// Day of the horizon, 0 for the first Monday.
    pub day: usize,
    /// Start, in elapsed minutes from the start of the week.
    pub start: i64,
    /// End, likewise.
    pub end: i64,
    /// Paid minutes.
    pub paid: u32,
    /// Counts as a late shift.
    pub is_late: bool,
    /// On a Saturday or Sunday.
    pub is_weekend: bool,
    /// Intervals with someone on seat, and the share of each, above 0 and at most 1. Breaks with a single place are taken
    /// off, those that may be moved are not.
    pub seats: Vec<Seat>,
    /// The breaks, in order.
    #[serde(default)]
    pub breaks: Vec<BreakSpec>,
}

/// A break of a shift.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BreakSpec {
    /// Where it may be put, one place or more. Breaks of a shift never meet, whatever their places.
    pub places: Vec<BreakPlace>,
}

/// A place of a break.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BreakPlace {
    /// Where it starts, in minutes from the start of the shift.
    pub offset: u32,
    /// The parts of intervals that it takes.
    pub taken: Vec<Seat>,
}

/// The part of an interval that a shift is on seat.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Seat {
    /// Index of the interval.
    pub interval: usize,
    /// Seated minutes over the interval's.
    pub share: f64,
}

/// Minutes that ask for a leader, all held by the same shifts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeaderPiece {
    /// How many minutes.
    pub minutes: u32,
    /// The shifts that hold them.
    pub shifts: Vec<usize>,
}

/// A count of shifts worked by some agents, priced for what it is short of or above what is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupRow {
    /// The rule that asks.
    pub rule: RuleId,
    /// The shifts that count.
    pub shifts: Vec<usize>,
    /// Whose, and by how much each: 1, or -1 where a shift is to be made up for by another's.
    pub agents: Vec<(usize, f64)>,
    /// What the count should be.
    pub demand: f64,
    /// Price of each that it is short, 0 or more.
    pub gap_price: f64,
    /// Price of each that it is above, 0 or more.
    pub surplus_price: f64,
}

/// A wish: working (or not working) any of some shifts has a price.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WishSpec {
    /// Whose.
    pub agent: usize,
    /// The shifts it is about, all on one day.
    pub shifts: Vec<usize>,
    /// `true` wishes one of them, `false` wishes none.
    pub is_wanted: bool,
    /// 1 to 10, times what the agent's past makes of it.
    pub weight: f64,
}

/// Two kinds of shift of which the second may not follow on the day after the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Succession {
    /// The kind worked first.
    pub first: usize,
    /// The kind that may not follow.
    pub second: usize,
    /// The rule that says so.
    pub rule: RuleId,
}

/// What one agent's line must keep.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Limits {
    /// Minutes between shifts.
    pub min_rest: i64,
    /// Days in a row, those before and after the horizon included.
    pub max_consecutive_days: u32,
    /// Days in a row at least, 1 for no limit. A run that touches the first or the last day may be shorter.
    pub min_consecutive_days: u32,
    /// Days off in a row at least, 1 for no limit. Days off that touch the first or the last day may be fewer.
    pub min_consecutive_days_off: u32,
    /// Days with a shift in a week.
    pub max_days: u32,
    /// Late shifts in a week.
    pub max_late_shifts: u32,
    /// Paid minutes in the horizon never fallen short of.
    pub min_minutes: u32,
    /// Paid minutes in the horizon never exceeded.
    pub max_minutes: u32,
    /// Weekends with a shift on Saturday or Sunday, in the horizon; `None` for no limit.
    pub max_weekends: Option<u32>,
    /// Shifts of a kind in the horizon, by kind; kinds not named have no limit.
    pub max_of_kind: BTreeMap<usize, u32>,
    /// What labour law counts over days.
    #[serde(default)]
    pub overtime: OvertimeLimits,
}

/// What labour law counts over an agent's days, in minutes. What can never bind is not in it: agents whom nothing binds are alike.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OvertimeLimits {
    /// Normal minutes that shifts use up; what is beyond is overtime.
    pub pool: Option<Pool>,
    /// The overtime that is left, by month.
    pub caps: Vec<OvertimeCap>,
}

/// Normal minutes of the week or cycle.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pool {
    /// What each shift uses up, by shift.
    pub of_shift: Vec<u32>,
    /// What there is.
    pub normal: u32,
    /// What an hour beyond costs, in thousandths of the price of an hour at a premium.
    pub rate_permille: u32,
}

/// The overtime of a month that is left.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OvertimeCap {
    /// What each shift adds by itself, by shift; empty for nothing.
    pub of_shift: Vec<u32>,
    /// Whether what is beyond the pool counts too.
    pub counts_pool: bool,
    /// The most.
    pub most: u32,
}

impl Limits {
    /// Whether days in a row, worked or off, may be too few.
    pub fn asks_for_rows(&self) -> bool {
        self.min_consecutive_days > 1 || self.min_consecutive_days_off > 1
    }
}

/// A duty that must stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinSpec {
    /// The assignment it keeps.
    pub assignment_id: AssignmentId,
    /// Whose.
    pub agent: usize,
    /// Which.
    pub duty: Duty,
}

impl Deref for RosterProblem {
    type Target = ProblemParts;
    fn deref(&self) -> &ProblemParts {
        &self.0
    }
}

impl From<RosterProblem> for ProblemParts {
    fn from(problem: RosterProblem) -> Self {
        problem.0
    }
}

impl TryFrom<ProblemParts> for RosterProblem {
    type Error = ProblemError;

    /// Checks every index and the pins.
    fn try_from(parts: ProblemParts) -> Result<Self, ProblemError> {
        let faults = parts.index_faults();
        if !faults.is_empty() {
            return Err(ProblemError { faults });
        }
        let problem = Self(parts);
        let contradictions = problem.contradictions(&[], &problem.pins);
        let faults: Vec<_> = contradictions.iter().map(|found| ProblemFault::of_pins(&problem, found)).collect();
        if faults.is_empty() { Ok(problem) } else { Err(ProblemError { faults }) }
    }
}

impl ProblemParts {
    fn index_faults(&self) -> Vec<ProblemFault> {
        let (intervals, shifts, queues) = (self.intervals, self.shifts.len(), self.queues.len());
        let mut faults = Vec::new();
        let mut require = |holds: bool, what: &str| {
            if !holds {
                faults.push(ProblemFault::of_problem(what));
            }
        };
        require(self.step_minutes > 0, "step_minutes must be above 0");
        require(
            self.queues.iter().all(|queue| {
                [queue.demand.len(), queue.is_peak.len(), queue.gap_price.len(), queue.surplus_price.len()] == [intervals; 4]
            }),
            "every queue must have one figure per interval",
        );
        require(
            self.shifts.iter().all(|shift| {
                shift.day < self.days && shift.start < shift.end && shift.seats.iter().all(|seat| seat.interval < intervals)
            }),
            "every shift must be on a day of the horizon, end after it starts and seat within the grid",
        );
        let places = || self.shifts.iter().flat_map(|shift| &shift.breaks).map(|rest| &rest.places);
        require(
            places().all(|places| !places.is_empty())
                && places().flatten().flat_map(|place| &place.taken).all(|seat| seat.interval < intervals),
            "every break must have a place, and each place lie within the grid",
        );
        require(
            self.shifts.iter().all(|shift| {
                let mut counts = shift.breaks.iter().map(|rest| u32::try_from(rest.places.len()).ok());
                counts.try_fold(1u32, |ways, count| ways.checked_mul(count?)).is_some()
            }),
            "the breaks of a shift must have fewer than 2^32 ways to be put",
        );
        require(self.max_break_share.is_none_or(|share| (0.0..=1.0).contains(&share)), "max_break_share must be between 0 and 1");
        require(self.shifts.is_sorted_by_key(|shift| (shift.day, shift.start)), "shifts must be ordered by day and start");
        require(
            self.agents
                .iter()
                .all(|agent| agent.blocked.len() == shifts && agent.skills.iter().all(|skill| skill.queue < queues)),
            "every agent must say for each shift whether it is allowed, and be skilled on known queues only",
        );
        let is_by_shift = |list: &Vec<u32>| list.is_empty() || list.len() == shifts;
        let is_counted = |agent: &AgentSpec| {
            let OvertimeLimits { pool, caps } = &agent.limits.overtime;
            pool.iter().all(|pool| pool.of_shift.len() == shifts)
                && caps.iter().all(|cap| is_by_shift(&cap.of_shift) && (pool.is_some() || !cap.counts_pool))
                && (agent.premium.is_empty() || agent.premium.len() == shifts)
        };
        require(
            self.agents.iter().all(is_counted),
            "every agent must say of each shift or of none what it adds to overtime and costs, and count a pool only where there is one",
        );
        require(
            self.leader_pieces.iter().flat_map(|piece| &piece.shifts).all(|shift| *shift < shifts),
            "leader pieces must name known shifts",
        );
        require(
            self.group_rows.iter().all(|row| {
                row.agents.iter().all(|(agent, _)| *agent < self.agents.len())
                    && row.shifts.iter().all(|shift| *shift < shifts)
                    && row.gap_price >= 0.0
                    && row.surplus_price >= 0.0
            }),
            "rows of groups must name known agents and shifts, at prices of 0 or more",
        );
        require(
            self.wishes.iter().all(|wish| wish.agent < self.agents.len() && wish.shifts.iter().all(|shift| *shift < shifts)),
            "wishes must name known agents and shifts",
        );
        let is_of_day =
            |given: &GivenDay| given.shift.is_none_or(|shift| self.shifts.get(shift).is_some_and(|shift| shift.day == given.day));
        require(
            self.agents.iter().flat_map(|agent| &agent.given).all(|given| given.day < self.days && is_of_day(given)),
            "given days must be of the horizon, and name shifts of their own",
        );
        require(
            self.pins.iter().all(|pin| pin.agent < self.agents.len() && pin.duty.shift < shifts && pin.duty.queue < queues),
            "pins must name known agents, shifts and queues",
        );
        faults
    }
}

impl RosterProblem {
    /// The lines as assignments; pinned ones keep their identity.
    pub fn assignments(&self, lines: &[Line]) -> Vec<Assignment> {
        let mut assignments = Vec::new();
        for (agent, line) in lines.iter().enumerate() {
            for duty in line.iter().flatten() {
                let pin = self.pins.iter().find(|pin| pin.agent == agent && pin.duty == *duty);
                let shift = &self.shifts[duty.shift];
                assignments.push(Assignment {
                    id: pin.map_or_else(AssignmentId::generate, |pin| pin.assignment_id),
                    agent_id: self.agents[agent].id,
                    date: shift.date,
                    shift_template_id: shift.template_id,
                    queue_id: self.queues[duty.queue].id,
                    break_offsets: shift.break_offsets(duty.placing),
                    is_pinned: pin.is_some(),
                });
            }
        }
        assignments
    }

    /// The agent and the duty of an assignment; `None` where the problem does not know one of them.
    pub(super) fn duty_of(&self, assignment: &Assignment) -> Option<(usize, Duty)> {
        let of_date = |shift: &ShiftSpec| shift.template_id == assignment.shift_template_id && shift.date == assignment.date;
        let agent = self.agents.iter().position(|agent| agent.id == assignment.agent_id)?;
        let shift = self.shifts.iter().position(of_date)?;
        let queue = self.queues.iter().position(|queue| queue.id == assignment.queue_id)?;
        let placing = self.shifts[shift].placing_at(&assignment.break_offsets).unwrap_or_default();
        Some((agent, Duty { shift, queue, placing }))
    }

    /// The assignments as lines; those the problem does not know are left out, and breaks that are nowhere a break may be
    /// are taken for being at their first places.
    pub fn lines(&self, assignments: &[Assignment]) -> Vec<Line> {
        let mut lines = vec![vec![None; self.days]; self.agents.len()];
        for (agent, duty) in assignments.iter().filter_map(|assignment| self.duty_of(assignment)) {
            lines[agent][self.shifts[duty.shift].day] = Some(duty);
        }
        lines
    }
}

impl ProblemParts {
    /// The rules by which the second kind may not follow on the day after the first.
    pub fn barring(&self, first: usize, second: usize) -> impl Iterator<Item = RuleId> + '_ {
        self.successions.iter().filter(move |barred| (barred.first, barred.second) == (first, second)).map(|barred| barred.rule)
    }
}

impl AgentSpec {
    /// Heads the agent counts for on a queue; `None` without the skill.
    pub fn proficiency(&self, queue: usize) -> Option<f64> {
        self.skills.iter().find(|skill| skill.queue == queue).map(|skill| skill.proficiency)
    }
}
