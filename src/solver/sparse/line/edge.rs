//! What a fixed line outside a window leaves to the days inside.

use crate::solver::sparse::model::{Agent, Duty, Kind, OFF, WEEK, Window};

/// What the days before the window leave behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::solver::sparse) enum Before {
    /// Days off, counted up to the fewest in a row.
    Off(usize),
    /// A run of working days that ended with this kind; [`OFF`] where the kind lies before the horizon.
    Work(Duty, usize),
}

/// What the days after the window ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::solver::sparse) enum After {
    /// The horizon ends with the window.
    End,
    /// Days off; whether they reach the horizon's end.
    Off(usize, bool),
    /// A run of working days that begins with this kind; whether it reaches the horizon's end.
    Work(Duty, usize, bool),
}

/// What work inside a day adds to the weekends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::solver::sparse) enum WeekendStep {
    /// Nothing: a weekday, or the other day of its weekend is worked outside the window.
    None,
    /// One weekend.
    One,
    /// One weekend, unless the day before was worked too.
    OneIfFirst,
}

/// What is left to the days of a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::solver::sparse) struct Edge {
    /// The state on entering.
    pub before: Before,
    /// What has to fit on leaving.
    pub after: After,
    /// Units still to work at least.
    pub min_units: usize,
    /// Units still to work at most.
    pub max_units: usize,
    /// Weekends still to work at most.
    pub weekends: usize,
    /// Per day of the window, what work adds to the weekends.
    pub weekend_steps: Vec<WeekendStep>,
    /// Per kind, shifts still to work at most.
    pub of_kind: Vec<usize>,
}

impl Edge {
    /// What `line` outside the window leaves inside; `None` where it exceeds a limit by itself.
    pub fn new(kinds: &[Kind], agent: &Agent, line: &[Duty], window: Window) -> Option<Self> {
        let (limits, unit) = (&agent.limits, agent.shape.unit);
        let (mut minutes, mut of_kind) = (0, limits.max_of_kind.clone());
        let outside = || (0..window.first).chain(window.end..line.len());
        for duty in outside().map(|day| line[day]).filter(|duty| *duty != OFF) {
            minutes += kinds[usize::from(duty)].minutes;
            let left = &mut of_kind[usize::from(duty)];
            *left = left.checked_sub(1)?;
        }
        let is_out = |day: usize| day < line.len() && !(window.first..window.end).contains(&day);
        let is_worked_out = |day: usize| is_out(day) && line[day] != OFF;
        let worked = (5..line.len()).step_by(WEEK).filter(|day| is_worked_out(*day) || is_worked_out(day + 1)).count();
        let weekend_steps = (window.first..window.end)
            .map(|day| match day % WEEK {
                5 if is_worked_out(day + 1) => WeekendStep::None,
                5 => WeekendStep::One,
                6 if day == 0 || is_out(day - 1) => {
                    if is_worked_out(day.wrapping_sub(1)) {
                        WeekendStep::None
                    } else {
                        WeekendStep::One
                    }
                }
                6 => WeekendStep::OneIfFirst,
                _ => WeekendStep::None,
            })
            .collect();
        Some(Self {
            before: before(agent, line, window.first),
            after: after(line, window.end),
            min_units: limits.min_minutes.saturating_sub(minutes).div_ceil(unit) as usize,
            max_units: (limits.max_minutes.checked_sub(minutes)? / unit) as usize,
            weekends: limits.max_weekends.checked_sub(worked)?,
            weekend_steps,
            of_kind,
        })
    }

    /// Weekends that the window touches and that still count.
    pub fn open_weekends(&self) -> usize {
        let mut open = 0;
        for (day, step) in self.weekend_steps.iter().enumerate() {
            let is_counted = day > 0 && self.weekend_steps[day - 1] == WeekendStep::One;
            open += usize::from(*step == WeekendStep::One || *step == WeekendStep::OneIfFirst && !is_counted);
        }
        open
    }
}

fn before(agent: &Agent, line: &[Duty], first: usize) -> Before {
    let limits = &agent.limits;
    let run = line[..first].iter().rev().take_while(|duty| **duty != OFF).count();
    if run == first && limits.run_before > 0 {
        let last = if first == 0 { OFF } else { line[first - 1] };
        return Before::Work(last, run + limits.run_before);
    }
    if run > 0 {
        return Before::Work(line[first - 1], run);
    }
    let off = line[..first].iter().rev().take_while(|duty| **duty == OFF).count();
    // Days off that touch the first day count as enough.
    Before::Off(if off == first { limits.min_off } else { off.min(limits.min_off) })
}

fn after(line: &[Duty], end: usize) -> After {
    let rest = &line[end..];
    let Some(next) = rest.first() else { return After::End };
    let length = rest.iter().take_while(|duty| (**duty == OFF) == (*next == OFF)).count();
    let is_last = length == rest.len();
    if *next == OFF { After::Off(length, is_last) } else { After::Work(*next, length, is_last) }
}
