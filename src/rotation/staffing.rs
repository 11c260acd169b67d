//! The patterns of the library beside each other: the fewest agents of each that meet a demand.

use std::time::Instant;

use good_lp::{Expression, Variable, variable, variables};

use super::automaton::Duty;
use super::design::{Clock, DesignError, DesignOptions};
use super::headcount::least_headcount;
use super::highs::{Answer, Programme, Stop};
use super::library::Pattern;
use super::problem::{MOST_AGENTS, RotationProblem, WEEK_DAYS};

/// Agents who walk through a cycle from one day of it on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
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
    /// Who begins where; empty for a designed pattern, whose agents begin on a week each.
    pub phases: Vec<Phase>,
    /// Whether fewer agents are proven to be too few.
    pub is_proven: bool,
}

/// The fewest agents on `pattern` who meet the demand of `problem`; of its rules only the shifts and the demand count.
/// `None` if the pattern rotates over another number of shifts.
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
        return Ok(Some(PatternStaffing { agents, phases: Vec::new(), is_proven: least.is_proven }));
    }
    let phases: Vec<Phase> = pattern.cycles(problem).into_iter().flat_map(begun_on_each_day).collect();
    if phases.is_empty() {
        return Ok(None);
    }
    let clock = Clock { began: Instant::now(), limit: options.time_limit, is_cancelled };
    let (values, is_proven) =
        match programme(problem, &phases).solve(Stop { limit: options.time_limit, is_cancelled }, options.seed)? {
            Answer::Values { values, is_proven } => (values, is_proven),
            Answer::None => return Err(DesignError::Infeasible),
            Answer::Unknown => return Err(clock.overdue()),
        };
    let counted = phases.into_iter().zip(values).map(|(phase, agents)| Phase { agents: agents.round() as u32, ..phase });
    let phases: Vec<Phase> = counted.filter(|phase| phase.agents > 0).collect();
    Ok(Some(PatternStaffing { agents: phases.iter().map(|phase| phase.agents).sum(), phases, is_proven }))
}

fn begun_on_each_day(cycle: Vec<Duty>) -> Vec<Phase> {
    (0..cycle.len()).map(|day| Phase { cycle: cycle.clone(), day, agents: 0 }).collect()
}

/// As few agents as meet the demand on every day until cycle and week begin together again.
fn programme(problem: &RotationProblem, phases: &[Phase]) -> Programme {
    let mut variables = variables!();
    let agents: Vec<Variable> = phases.iter().map(|_| variables.add(variable().integer().min(0).max(MOST_AGENTS))).collect();
    let days = phases.iter().map(|phase| around(phase.cycle.len())).max().unwrap_or(0);
    let mut sums = vec![Expression::default(); days * problem.shifts().len()];
    for (phase, &agents) in phases.iter().zip(&agents) {
        for day in 0..days {
            if let Some(shift) = phase.cycle[(phase.day + day) % phase.cycle.len()] {
                sums[shift * days + day] += agents;
            }
        }
    }
    let needed = |row: usize| f64::from(problem.shifts()[row / days].agents[row % days % WEEK_DAYS]);
    let rows = sums.into_iter().enumerate().map(|(row, sum)| sum.geq(needed(row))).collect();
    let objective = agents.iter().copied().sum();
    Programme { variables, objective, rows, start: None }
}

/// Days until a cycle of this length begins on a Monday again: 7 is a prime.
fn around(length: usize) -> usize {
    if length.is_multiple_of(WEEK_DAYS) { length } else { length * WEEK_DAYS }
}
