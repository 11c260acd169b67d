//! Whole solves, each judged by the checker.

mod brute_force;
mod contract;
mod tiny;

use crate::checker::{check, price};
use crate::domain::ids::AssignmentId;
use crate::domain::planning::{PlanningInput, RotationDay};
use crate::domain::rules::Severity;
use crate::solver::*;

/// Solves and lets the checker judge: no hard rule broken, the same price, the bound below it.
#[track_caller]
pub(super) fn solve_checked(input: &PlanningInput, options: &SolveOptions) -> Solution {
    let problem = RosterProblem::from_input(input).unwrap();
    let solution = solve(&problem, options, &Watch::SILENT).unwrap();
    let violations = check(input, &solution.assignments);
    let hard: Vec<_> = violations.iter().filter(|violation| violation.severity == Severity::Hard).collect();
    assert!(hard.is_empty(), "{hard:?}");
    let price = price(input, &solution.assignments);
    assert!((price.total - solution.score.cost).abs() < 1e-6, "{price:?} against {:?}", solution.score);
    assert!(solution.score.bound <= solution.score.cost);
    solution
}

pub(super) fn quick(threads: usize) -> SolveOptions {
    SolveOptions { time_limit: Duration::from_secs(10), threads, iterations: None, seed: 7, gap: 1e-6 }
}

fn given_shift(input: &PlanningInput, agent: usize, day: usize, template: usize) -> Assignment {
    Assignment {
        id: AssignmentId::generate(),
        agent_id: input.agents[agent].id,
        date: input.week.dates().nth(day).unwrap(),
        shift_template_id: input.shift_templates[template].id,
        queue_id: input.requirement.queues[0].queue_id,
        break_offsets: input.shift_templates[template].first_places(),
        is_pinned: false,
    }
}

fn rotated(input: &PlanningInput, agent: usize, day: usize, template: Option<usize>, is_fixed: bool) -> RotationDay {
    RotationDay {
        agent_id: input.agents[agent].id,
        date: input.week.dates().nth(day).unwrap(),
        shift_template_id: template.map(|template| input.shift_templates[template].id),
        is_fixed,
    }
}
