//! The patterns of the library beside each other: the fewest agents of each that meet a demand.

use std::time::Instant;

use good_lp::{Constraint, Expression, Variable, variable, variables};

use super::automaton::Duty;
use super::design::{Clock, DesignError, DesignOptions};
use super::headcount::least_headcount;
use super::highs::{Answer, Programme, Stop};
use super::library::Pattern;
use super::problem::{MOST_AGENTS, RotationProblem, WEEK_DAYS};
use super::track::tracks;
use crate::domain::rotation::RotationTrack;

/// Agents who walk through a cycle from one day of it on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phase {
    /// What is done on each day of the cycle.
    pub cycle: Vec<Duty>,
    /// The day of the cycle that is worked on the first Monday, from 0.
    pub day: usize,
    /// How many agents.
    pub agents: u32,
}

/// What a pattern takes.
#[derive(Debug, Clone, PartialEq)]
pub struct PatternStaffing {
    /// Agents in all; every shift then has the agents needed, or more, on every day.
    pub agents: u32,
    /// What they walk through, and how many begin on which week.
    pub tracks: Vec<RotationTrack>,
    /// Whether fewer agents are proven to be too few.
    pub is_proven: bool,
}

/// The fewest agents on `pattern` who meet the demand of `problem`; of its rules only the shifts and the demand count.
/// `None` if the pattern rotates over another number of shifts, or if people of whom no two are off on one day cannot do it.
///
/// # Errors
/// Time, cancelling and faults of the backend; [`DesignError::Infeasible`] if [`MOST_AGENTS`] are too few.
pub fn staff_pattern(
    pattern: &Pattern,
    problem: &RotationProblem,
    options: &DesignOptions,
    is_cancelled: &dyn Fn() -> bool,
) -> Result<Option<PatternStaffing>, DesignError> {
    if let Some(designed) = pattern.problem(problem) {
        let least = least_headcount(&designed, options, is_cancelled)?;
        let agents = least.problem.agents();
        let weeks = least.rotation.weeks;
        let tracks = vec![RotationTrack { agents: vec![1; weeks.len()], weeks }];
        return Ok(Some(PatternStaffing { agents, tracks, is_proven: least.is_proven }));
    }
    let phases: Vec<Phase> = pattern.cycles(problem).into_iter().flat_map(begun_on_each_day).collect();
    if phases.is_empty() {
        return Ok(None);
    }
    let clock = Clock { began: Instant::now(), limit: options.time_limit, is_cancelled };
    let (values, is_proven) = match programme(problem, &phases, pattern.is_apart)
        .solve(Stop { limit: options.time_limit, is_cancelled }, options.seed)?
    {
        Answer::Values { values, is_proven } => (values, is_proven),
        Answer::None if pattern.is_apart => return Ok(None),
        Answer::None => return Err(DesignError::Infeasible),
        Answer::Unknown => return Err(clock.overdue()),
    };
    let counted = phases.into_iter().zip(values).map(|(phase, agents)| Phase { agents: agents.round() as u32, ..phase });
    let phases: Vec<Phase> = counted.filter(|phase| phase.agents > 0).collect();
    let agents = phases.iter().map(|phase| phase.agents).sum();
    Ok(Some(PatternStaffing { agents, tracks: tracks(&phases), is_proven }))
}

fn begun_on_each_day(cycle: Vec<Duty>) -> Vec<Phase> {
    (0..cycle.len()).map(|day| Phase { cycle: cycle.clone(), day, agents: 0 }).collect()
}

/// As few agents as meet the demand on every day until cycle and week begin together again.
fn programme(problem: &RotationProblem, phases: &[Phase], is_apart: bool) -> Programme {
    let mut variables = variables!();
    let agents: Vec<Variable> = phases.iter().map(|_| variables.add(variable().integer().min(0).max(MOST_AGENTS))).collect();
    let days = phases.iter().map(|phase| around(phase.cycle.len())).max().unwrap_or(0);
    let mut sums = vec![Expression::default(); days * problem.shifts().len()];
    let mut off = vec![Expression::default(); days];
    for (phase, &agents) in phases.iter().zip(&agents) {
        for day in 0..days {
            match phase.cycle[(phase.day + day) % phase.cycle.len()] {
                Some(shift) => sums[shift * days + day] += agents,
                None => off[day] += agents,
            }
        }
    }
    let needed = |row: usize| f64::from(problem.shifts()[row / days].agents[row % days % WEEK_DAYS]);
    let mut rows: Vec<Constraint> = sums.into_iter().enumerate().map(|(row, sum)| sum.geq(needed(row))).collect();
    if is_apart {
        rows.extend(off.into_iter().map(|agents| agents.leq(1)));
    }
    let objective = agents.iter().copied().sum();
    Programme { variables, objective, rows, start: None }
}

/// Days until a cycle of this length begins on a Monday again: 7 is a prime.
fn around(length: usize) -> usize {
    if length.is_multiple_of(WEEK_DAYS) { length } else { length * WEEK_DAYS }
}

#[cfg(test)]
mod tests {
    use super::super::library::library;
    use super::super::test_case::{PATIENT, flat, problem, rules, shift};
    use super::*;

    fn staffed(id: &str, problem: &RotationProblem) -> Option<PatternStaffing> {
        let pattern = library().iter().find(|pattern| pattern.id == id).expect("it is shipped");
        staff_pattern(pattern, problem, &PATIENT, &|| false).expect("it is solved")
    }

    #[test]
    fn five_on_every_day_take_seven_agents_with_two_days_off() {
        let staffing = staffed("five-two", &flat(1, 5, (1, 5), (1, 2))).expect("one shift");
        assert_eq!((staffing.agents, staffing.is_proven), (7, true));
        assert_eq!(staffing.tracks.iter().flat_map(|track| &track.agents).sum::<u32>(), 7);
    }

    #[test]
    fn four_crews_cover_three_shifts_around_the_clock() {
        let shifts = [6, 14, 22].map(|hour| shift(&format!("h{hour}"), hour, (1, 5), [3; 7])).to_vec();
        let staffing = staffed("four-crews", &problem(rules(1, shifts, (1, 6), (1, 6)))).expect("three shifts");
        assert_eq!(staffing.agents, 12);
    }

    #[test]
    fn a_pattern_over_three_shifts_is_none_for_one() {
        assert_eq!(staffed("three-weeks", &flat(1, 5, (1, 5), (1, 2))), None);
    }

    #[test]
    fn people_who_are_never_off_together_are_three_at_most() {
        let agents = |needed| staffed("key-people-apart", &flat(1, needed, (1, 5), (1, 2))).map(|staffing| staffing.agents);
        assert_eq!([agents(1), agents(2), agents(3)], [Some(2), Some(3), None]);
    }

    #[test]
    fn a_designed_pattern_takes_its_least_headcount() {
        // Of one shift four days of six can be worked at most: 21 days a week take 4.5 agents.
        assert_eq!(staffed("forward-blocks", &flat(1, 3, (1, 5), (1, 2))).map(|staffing| staffing.agents), Some(5));
    }
}
