//! A staffing requirement as agents on each shift and weekday.

use std::collections::BTreeMap;

use chrono::{Datelike, Timelike};
use chrono_tz::Tz;
use good_lp::{Expression, Variable, variable, variables};

use super::design::{DesignError, DesignOptions};
use super::highs::{Answer, Programme, Stop};
use super::problem::{MOST_AGENTS, WEEK_DAYS};
use crate::domain::calendar::{DAY_MINUTES, local_of};
use crate::domain::demand::StaffingRequirement;

const WEEK_MINUTES: u32 = WEEK_DAYS as u32 * DAY_MINUTES;

/// When a shift is worked, by the clock on the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShiftHours {
    /// Minutes after midnight, 0-1439.
    pub start_minute: u32,
    /// Minutes; may run past midnight, and from Sunday into Monday.
    pub length_minutes: u32,
}

/// What a requirement asks of each shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShiftDemand {
    /// By shift, agents on each weekday, Monday first.
    pub agents: Vec<[u32; WEEK_DAYS]>,
    /// Weekday (0 is Monday) and minute of the intervals that need somebody and are reached by no shift.
    pub unreached: Vec<(usize, u32)>,
}

/// The fewest agent-days that give each interval the heads required, all queues together. Breaks are not looked at: in a
/// rotation agents of one shift take them in turn.
///
/// # Errors
/// Time, cancelling and faults of the backend; [`DesignError::Infeasible`] if more than [`MOST_AGENTS`] are needed on a shift.
pub fn demand_by_shift(
    requirement: &StaffingRequirement,
    zone: Tz,
    shifts: &[ShiftHours],
    options: &DesignOptions,
    is_cancelled: &dyn Fn() -> bool,
) -> Result<ShiftDemand, DesignError> {
    let step = requirement.step().get();
    let mut variables = variables!();
    let agents: Vec<Variable> =
        (0..shifts.len() * WEEK_DAYS).map(|_| variables.add(variable().integer().min(0).max(MOST_AGENTS))).collect();
    let (mut rows, mut unreached) = (Vec::new(), Vec::new());
    for (minute, heads) in heads_by_minute(requirement, zone) {
        let there = |index: usize| shared(begin(shifts, index), shifts[index / WEEK_DAYS].length_minutes, minute, step);
        let share = |index: usize| f64::from(there(index)) / f64::from(step);
        let reaching: Vec<usize> = (0..agents.len()).filter(|&index| there(index) > 0).collect();
        if reaching.is_empty() {
            unreached.push(((minute / DAY_MINUTES) as usize, minute % DAY_MINUTES));
        } else {
            let sum: Expression = reaching.into_iter().map(|index| share(index) * agents[index]).sum();
            rows.push(sum.geq(f64::from(heads)));
        }
    }
    let objective = agents.iter().copied().sum();
    let stop = Stop { limit: options.time_limit, is_cancelled };
    match (Programme { variables, objective, rows, start: None }).solve(stop, options.seed)? {
        Answer::Values { values, .. } => {
            let week = |values: &[f64]| std::array::from_fn(|day| values[day].round() as u32);
            Ok(ShiftDemand { agents: values.chunks_exact(WEEK_DAYS).map(week).collect(), unreached })
        }
        Answer::None => Err(DesignError::Infeasible),
        Answer::Unknown if is_cancelled() => Err(DesignError::Cancelled),
        Answer::Unknown => Err(DesignError::NotInTime { limit: options.time_limit }),
    }
}

/// Heads required by minute of the week on the wall; the most where the clock change or the hours after the week give two.
fn heads_by_minute(requirement: &StaffingRequirement, zone: Tz) -> BTreeMap<u32, u32> {
    let mut heads = BTreeMap::new();
    for (index, interval) in requirement.grid.intervals().enumerate() {
        let local = local_of(zone, interval.start);
        let minute = local.weekday().num_days_from_monday() * DAY_MINUTES + local.hour() * 60 + local.minute();
        let required: u32 = requirement.queues.iter().map(|queue| queue.points[index].required).sum();
        let known: &mut u32 = heads.entry(minute).or_insert(0);
        *known = required.max(*known);
    }
    heads.retain(|_, required| *required > 0);
    heads
}

/// Minute of the week at which a shift begins; `index` counts the days of the first shift, then those of the next.
fn begin(shifts: &[ShiftHours], index: usize) -> u32 {
    (index % WEEK_DAYS) as u32 * DAY_MINUTES + shifts[index / WEEK_DAYS].start_minute
}

/// Minutes of `[minute, minute + step)` within a shift, which may go on into the next week.
fn shared(begin: u32, length: u32, minute: u32, step: u32) -> u32 {
    let within = |minute: u32| (begin + length).min(minute + step).saturating_sub(begin.max(minute));
    within(minute) + within(minute + WEEK_MINUTES)
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::super::test_case::PATIENT;
    use super::*;
    use crate::domain::calendar::{IntervalMinutes, PlanningWeek};
    use crate::domain::demand::{QueueRequirement, RequirementPoint};
    use crate::domain::ids::QueueId;

    const ZONE: Tz = chrono_tz::Asia::Shanghai;

    /// Two queues that each need `heads` of the weekday and hour.
    fn requirement(heads: impl Fn(usize, u32) -> u32) -> StaffingRequirement {
        let week = PlanningWeek::new("2026-11-23".parse().unwrap(), ZONE).unwrap();
        let grid = week.grid(IntervalMinutes::HALF_HOUR, Duration::zero());
        let point = |index: usize| {
            let required = heads(index / 48, index as u32 % 48 / 2);
            RequirementPoint { on_seat: required, required, service_level: None, occupancy: None, is_peak: false, binding: None }
        };
        let queue = || QueueRequirement { queue_id: QueueId::generate(), points: (0..grid.len()).map(point).collect() };
        StaffingRequirement { grid, queues: vec![queue(), queue()] }
    }

    fn demand(requirement: &StaffingRequirement, hours: &[(u32, u32)]) -> ShiftDemand {
        let shift = |&(start, length): &(u32, u32)| ShiftHours { start_minute: start * 60, length_minutes: length * 60 };
        let shifts: Vec<ShiftHours> = hours.iter().map(shift).collect();
        demand_by_shift(requirement, ZONE, &shifts, &PATIENT, &|| false).expect("it is solved")
    }

    #[test]
    fn queues_are_added_and_the_peak_is_covered_by_both_shifts() {
        // Two heads all day, four more from 12 to 14 on Saturday: the shifts of 9-15 and 11-17 share those hours.
        let heads =
            |day, hour| if (9..17).contains(&hour) { if day == 5 && (12..14).contains(&hour) { 3 } else { 1 } } else { 0 };
        let demand = demand(&requirement(heads), &[(9, 6), (11, 6)]);
        assert!(demand.unreached.is_empty());
        assert_eq!(demand.agents[0][0] + demand.agents[1][0], 4);
        assert_eq!(demand.agents[0][5] + demand.agents[1][5], 6);
        assert!(demand.agents.iter().flatten().all(|&agents| agents >= 2));
    }

    #[test]
    fn a_night_shift_reaches_the_next_morning_and_from_sunday_into_monday() {
        let demand = demand(&requirement(|day, hour| u32::from(day == 0 && hour < 6)), &[(22, 8)]);
        assert_eq!(demand.agents, [[0, 0, 0, 0, 0, 0, 2]]);
    }

    #[test]
    fn hours_that_no_shift_reaches_are_told() {
        let demand = demand(&requirement(|day, hour| u32::from(day == 2 && hour == 8)), &[(9, 8)]);
        assert_eq!(demand.unreached, [(2, 480), (2, 510)]);
        assert_eq!(demand.agents, [[0; 7]]);
    }
}
