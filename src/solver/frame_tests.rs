//! Days that a rotation fixes: worked whatever they cost, unless a hard rule says no, and then told.

use std::time::Duration;

use chrono::Days;

use super::test_team::{chat_team, chat_weeks};
use super::{RosterProblem, SolveOptions, Watch, set_aside, set_aside_weeks, solve, solve_weeks};
use crate::checker::{check, price};
use crate::domain::planning::{PlanningInput, RotationDay};
use crate::domain::roster::{Assignment, Notice};
use crate::domain::rules::{RuleId, Severity};

fn options() -> SolveOptions {
    SolveOptions { time_limit: Duration::from_secs(60), iterations: Some(200), ..SolveOptions::default() }
}

/// That agent works that template on that day.
fn fixed(input: &PlanningInput, agent: usize, day: u64, template: usize) -> RotationDay {
    RotationDay {
        agent_id: input.agents[agent].id,
        date: input.week.monday() + Days::new(day),
        shift_template_id: Some(input.shift_templates[template].id),
        is_fixed: true,
    }
}

/// A team whom nothing keeps from working but the rules.
fn team() -> PlanningInput {
    let mut input = chat_team(6, 1.0, 7);
    (input.leave, input.history, input.wishes) = (vec![], vec![], vec![]);
    input.agents.iter_mut().for_each(|agent| agent.availability.clear());
    input
}

fn solved(input: &PlanningInput) -> Vec<Assignment> {
    let problem = RosterProblem::from_input(input).expect("what cannot be kept was set aside");
    let solution = solve(&problem, &options(), &Watch::SILENT).expect("there is a roster");
    let hard = check(input, &solution.assignments).into_iter().filter(|violation| violation.severity == Severity::Hard);
    assert_eq!(hard.collect::<Vec<_>>(), []);
    assert!((price(input, &solution.assignments).total - solution.score.cost).abs() < 1e-6);
    solution.assignments
}

/// Whether the roster has the day as the rotation gives it.
fn is_kept(given: &RotationDay, roster: &[Assignment]) -> bool {
    let worked = roster.iter().find(|one| (one.agent_id, one.date) == (given.agent_id, given.date));
    worked.map(|one| one.shift_template_id) == given.shift_template_id
}

#[test]
fn fixed_shifts_are_worked_where_nobody_is_needed_and_where_leaving_costs_nothing() {
    let mut input = team();
    input.rules.weights.rotation = 0.0;
    input.requirement.queues.iter_mut().flat_map(|queue| &mut queue.points).for_each(|point| point.required = 0);
    input.rotation = (0..6).map(|agent| fixed(&input, agent, agent as u64, agent % 3)).collect();
    assert_eq!(set_aside(&mut input), []);
    let roster = solved(&input);
    assert!(input.rotation.iter().all(|given| is_kept(given, &roster)), "{roster:?}");
}

#[test]
fn the_queue_and_the_breaks_of_a_fixed_shift_are_where_they_serve_best() {
    let mut input = team();
    input.rotation = (0..6).map(|agent| fixed(&input, agent, 0, 0)).collect();
    assert_eq!(set_aside(&mut input), []);
    let monday = |roster: &[Assignment]| {
        let queues = roster.iter().filter(|one| one.date == input.week.monday()).map(|one| one.queue_id);
        queues.collect::<std::collections::BTreeSet<_>>().len()
    };
    assert!(monday(&solved(&input)) > 1, "all queues are served");
}

fn told(notices: &[Notice]) -> Vec<RuleId> {
    notices.iter().map(|notice| notice.rule).collect()
}

#[test]
fn a_fixed_shift_that_a_rule_forbids_is_told_and_the_day_is_planned_freely() {
    let mut input = team();
    input.rules.min_rest_minutes = 660;
    input.rules.max_consecutive_days = 3;
    let latest = input.shift_templates.len() - 1;
    // Late and early the next morning; then five days in a row of three.
    input.rotation = vec![fixed(&input, 0, 1, latest), fixed(&input, 0, 2, 0)];
    let row: Vec<RotationDay> = (0..5).map(|day| fixed(&input, 1, day, 0)).collect();
    input.rotation.extend(row);
    let notices = set_aside(&mut input);
    assert_eq!(told(&notices), [RuleId::MinimumRest, RuleId::ConsecutiveDays]);
    let name = &input.agents[0].name;
    assert!(
        notices[0].detail.starts_with(&format!("{name}: the rotation's shifts on 2026-11-24 and 2026-11-25 ")),
        "{notices:?}"
    );
    assert!(notices[0].detail.ends_with("; the last of these days is planned freely"), "{notices:?}");
    let free: Vec<bool> = input.rotation.iter().map(|given| !given.is_fixed).collect();
    assert_eq!(free, [false, true, false, false, false, true, false]);
    let roster = solved(&input);
    assert!(input.rotation.iter().filter(|given| given.is_fixed).all(|given| is_kept(given, &roster)));
}

#[test]
fn a_pin_stands_above_the_rotation_of_its_day() {
    let mut input = team();
    input.rotation = vec![fixed(&input, 0, 0, 0)];
    let queue_id = input.agents[0].skills[0].queue_id;
    input.pinned = vec![Assignment {
        id: crate::domain::ids::AssignmentId::generate(),
        agent_id: input.agents[0].id,
        date: input.week.monday(),
        shift_template_id: input.shift_templates[1].id,
        queue_id,
        break_offsets: input.shift_templates[1].first_places(),
        is_pinned: true,
    }];
    assert_eq!(set_aside(&mut input), []);
    assert!(!input.rotation[0].is_fixed);
    assert!(solved(&input).contains(&input.pinned[0]));
}

#[test]
fn fixed_shifts_of_several_weeks_are_kept_across_their_borders() {
    let mut weeks = chat_weeks(6, 1.3, 2, 3);
    for week in &mut weeks {
        (week.leave, week.history, week.wishes) = (vec![], vec![], vec![]);
        week.rules.max_consecutive_days = 4;
        week.agents.iter_mut().for_each(|agent| agent.availability.clear());
        // Sunday and Monday are worked by the first agent: between them there are four days in a row at most.
        week.rotation = [0, 1, 5, 6].map(|day| fixed(week, 0, day, 0)).to_vec();
    }
    assert!(set_aside_weeks(&mut weeks).iter().all(Vec::is_empty));
    let solutions = solve_weeks(&mut weeks, &options(), &Watch::SILENT).expect("there are rosters");
    for (week, solution) in weeks.iter().zip(&solutions) {
        assert!(week.rotation.iter().all(|given| given.is_fixed && is_kept(given, &solution.assignments)));
        let hard = check(week, &solution.assignments).into_iter().filter(|violation| violation.severity == Severity::Hard);
        assert_eq!(hard.collect::<Vec<_>>(), []);
    }
}

#[test]
fn a_fixed_shift_that_the_week_before_leaves_no_room_for_is_told_in_its_week() {
    let mut weeks = chat_weeks(6, 1.3, 2, 2);
    for week in &mut weeks {
        (week.leave, week.history, week.wishes) = (vec![], vec![], vec![]);
        week.rules.max_consecutive_days = 4;
        week.agents.iter_mut().for_each(|agent| agent.availability.clear());
        week.rotation = [0, 4, 5, 6].map(|day| fixed(week, 0, day, 0)).to_vec();
    }
    let second = fixed(&weeks[1], 0, 1, 0);
    weeks[1].rotation.insert(1, second);
    let notices = set_aside_weeks(&mut weeks);
    assert_eq!([told(&notices[0]), told(&notices[1])], [vec![], vec![RuleId::ConsecutiveDays]]);
    assert!(solve_weeks(&mut weeks, &options(), &Watch::SILENT).is_ok());
}
