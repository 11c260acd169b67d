//! Whole solves, each judged by the checker.

use super::test_team::chat_team;
use super::*;
use crate::checker::{check, price};
use crate::domain::planning::PlanningInput;
use crate::domain::rules::Severity;

/// Solves and lets the checker judge: no hard rule broken, the same price, the bound below it.
#[track_caller]
fn solve_checked(input: &PlanningInput, options: &SolveOptions) -> Solution {
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

#[test]
fn a_small_team_is_rostered_without_a_broken_rule() {
    let input = chat_team(6, 1.0, 1);
    let solution = solve_checked(&input, &SolveOptions { time_limit: Duration::from_secs(6), ..SolveOptions::default() });
    assert!(!solution.assignments.is_empty());
}
