//! What the rules look at: every agent with the shifts worked, and the coverage they give.

use std::collections::BTreeSet;

use chrono::{NaiveDate, Timelike};

use crate::domain::agent::Agent;
use crate::domain::calendar::{Interval, local_of, midnight};
use crate::domain::coverage::Coverage;
use crate::domain::ids::{AgentId, ShiftTemplateId};
use crate::domain::planning::PlanningInput;
use crate::domain::roster::Assignment;
use crate::domain::rules::{AgentGroup, GroupKind, RuleId, Violation};
use crate::domain::shift::{Shift, ShiftTemplate};

/// Leave of this many minutes on one date takes the whole working day.
const WORKING_DAY_MINUTES: f64 = 480.0;
/// A contract's week is five working days; each one away takes a fifth of the minimum.
const WORKING_DAYS: f64 = 5.0;

/// An assignment whose agent, template and date are known.
pub(super) struct Worked<'a> {
    pub assignment: &'a Assignment,
    pub template: &'a ShiftTemplate,
    pub shift: Shift,
}

/// One agent and all that the agent works, in order of start.
pub(super) struct Line<'a> {
    pub agent: &'a Agent,
    pub worked: Vec<Worked<'a>>,
}

/// A roster laid out for the rules.
pub(super) struct Facts<'a> {
    pub input: &'a PlanningInput,
    pub assignments: &'a [Assignment],
    pub lines: Vec<Line<'a>>,
    pub coverage: Coverage,
}

impl<'a> Facts<'a> {
    pub fn gather(input: &'a PlanningInput, assignments: &'a [Assignment]) -> Self {
        let lines = input
            .agents
            .iter()
            .map(|agent| {
                let mut worked: Vec<Worked> = assignments
                    .iter()
                    .filter(|assignment| assignment.agent_id == agent.id && input.week.day_of(assignment.date).is_some())
                    .filter_map(|assignment| {
                        let template = input.shift_template(assignment.shift_template_id)?;
                        let shift = template.with_breaks(&assignment.break_offsets, assignment.date, input.week.zone());
                        Some(Worked { assignment, template, shift })
                    })
                    .collect();
                worked.sort_by_key(|worked| worked.shift.span.start);
                Line { agent, worked }
            })
            .collect();
        Self { input, assignments, lines, coverage: Coverage::of(input, assignments) }
    }

    /// The dates the agent worked before the week.
    pub fn past_dates(&self, agent: &Agent) -> impl Iterator<Item = NaiveDate> {
        let monday = self.input.week.monday();
        let past = self.input.history.iter().filter(move |past| past.agent_id == agent.id && past.date < monday);
        past.map(|past| past.date)
    }

    /// The dates after the week that the agent is planned to work already.
    pub fn coming_dates(&self, agent: &Agent) -> impl Iterator<Item = NaiveDate> {
        self.input.ahead.iter().filter(move |coming| coming.agent_id == agent.id).map(|coming| coming.date)
    }

    /// Whether the agent is employed and without leave in all weeks that are planned together.
    pub fn is_there_throughout(&self, agent: &Agent) -> bool {
        let all = self.input.horizon.span();
        let mut leave = self.input.leave.iter().filter(|leave| leave.agent_id == agent.id);
        self.input.horizon.dates().all(|date| agent.is_employed_on(date)) && !leave.any(|leave| leave.span.overlaps(&all))
    }

    /// Days of the week the agent is away, leave of eight hours or more and dates without employment counting whole.
    pub fn days_away(&self, agent: &Agent) -> f64 {
        let leave: Vec<Interval> =
            self.input.leave.iter().filter(|leave| leave.agent_id == agent.id).map(|leave| leave.span).collect();
        let zone = self.input.week.zone();
        let away = |date: NaiveDate| {
            if !agent.is_employed_on(date) {
                return 1.0;
            }
            let day = Interval { start: midnight(zone, date), end: midnight(zone, date + chrono::Days::new(1)) };
            let minutes: i64 = leave.iter().map(|span| span.shared_minutes(&day)).sum();
            (minutes as f64 / WORKING_DAY_MINUTES).min(1.0)
        };
        self.input.week.dates().map(away).sum()
    }

    /// Paid minutes the agent is owed this week: the contract's minimum, a fifth less for each day away, and what labour law takes off.
    pub fn owed_minutes(&self, agent: &Agent) -> f64 {
        let share = (1.0 - self.days_away(agent) / WORKING_DAYS).max(0.0);
        let owed = (f64::from(agent.contract.min_weekly_minutes) * share).floor();
        self.input.terms(agent.id).map_or(owed, |(_, terms)| terms.owed(owed))
    }
}

impl Facts<'_> {
    /// The lines of those agents who are rostered, in the order of the ids.
    pub fn lines_of(&self, ids: &[AgentId]) -> Vec<&Line<'_>> {
        ids.iter().filter_map(|id| self.lines.iter().find(|line| line.agent.id == *id)).collect()
    }

    /// The groups of whom that is asked.
    pub fn groups(&self, kind: GroupKind) -> impl Iterator<Item = &AgentGroup> {
        self.input.rules.groups.iter().filter(move |group| group.kind == kind)
    }
}

impl Line<'_> {
    /// The shifts worked: each a date and a template.
    pub fn shifts(&self) -> BTreeSet<(NaiveDate, ShiftTemplateId)> {
        self.worked.iter().map(|worked| (worked.assignment.date, worked.template.id)).collect()
    }

    /// Paid minutes of the week.
    pub fn paid_minutes(&self) -> f64 {
        self.worked.iter().map(|worked| f64::from(worked.shift.paid_minutes)).sum()
    }

    /// The distinct dates worked, in order.
    pub fn dates(&self) -> Vec<NaiveDate> {
        let mut dates: Vec<NaiveDate> = self.worked.iter().map(|worked| worked.assignment.date).collect();
        dates.sort();
        dates.dedup();
        dates
    }

    /// The dates worked from the Sunday before the week to the Monday after it with the clock time of the start, in minutes:
    /// each with the next where that is the day after.
    pub fn starts_on_consecutive_days(&self, facts: &Facts) -> Vec<[(NaiveDate, u32); 2]> {
        let (zone, monday) = (facts.input.week.zone(), facts.input.week.monday());
        let minute = |start| local_of(zone, start).num_seconds_from_midnight() / 60;
        let past = facts.input.history.iter().filter(|past| past.agent_id == self.agent.id && past.date < monday);
        let coming = facts.input.ahead.iter().filter(|coming| coming.agent_id == self.agent.id);
        let outside = past.chain(coming);
        let mut starts: Vec<(NaiveDate, u32)> = outside.map(|shift| (shift.date, minute(shift.span.start))).collect();
        starts.extend(self.worked.iter().map(|worked| (worked.assignment.date, worked.template.start_minute)));
        let next_monday = monday + chrono::Days::new(7);
        let followed = |first: &(NaiveDate, u32)| {
            let is_ours = |next: &&(NaiveDate, u32)| next.0 >= monday && first.0 < next_monday;
            let next = starts.iter().filter(|next| next.0 == first.0 + chrono::Days::new(1)).filter(is_ours);
            next.map(|next| [*first, *next]).collect::<Vec<_>>()
        };
        starts.iter().flat_map(followed).collect()
    }

    /// A breach by this agent.
    pub fn breach(&self, rule: RuleId, date: Option<NaiveDate>, (figure, limit): (f64, f64), what: String) -> Violation {
        let when = date.map(|date| format!(" on {date}")).unwrap_or_default();
        Violation {
            rule,
            severity: rule.severity(),
            agent_id: Some(self.agent.id),
            queue_id: None,
            date,
            figure,
            limit,
            detail: format!("{}{when}: {what}", self.agent.name),
        }
    }
}

/// Minutes as hours and minutes, for example `7 h 30 min`.
pub(super) fn hours(minutes: f64) -> String {
    let whole = minutes.round() as i64;
    match (whole / 60, whole % 60) {
        (hours, 0) => format!("{hours} h"),
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}
