//! Relaxations, put into the input by hand and solved again.

use std::time::Duration;

use super::*;
use crate::checker::price;
use crate::domain::agent::{Agent, Skill};
use crate::domain::coverage::Coverage;
use crate::domain::ids::{AgentId, QueueId};
use crate::domain::planning::PlanningInput;
use crate::domain::quantity::Proficiency;
use crate::domain::roster::Assignment;
use crate::solver::test_team::chat_team;
use crate::solver::{RosterProblem, SolveOptions, Watch, solve};

/// Half hours of the late shift after its break, 22:30 to 24:00.
const EVENING: std::ops::Range<usize> = 45..48;

/// Two agents of one queue that needs one head in the evening of six days; only the latest shift is there then.
fn evenings() -> PlanningInput {
    let mut input = chat_team(2, 1.0, 3);
    (input.history, input.leave, input.wishes) = (vec![], vec![], vec![]);
    input.rules.leader_windows.clear();
    input.shift_templates.retain(|template| [540, 1050].contains(&template.start_minute));
    input.requirement.queues.truncate(1);
    let queue_id = input.requirement.queues[0].queue_id;
    for agent in &mut input.agents {
        agent.skills = vec![Skill { queue_id, proficiency: Proficiency::new(1.0).unwrap() }];
        agent.contract.is_full_time = false;
        (agent.contract.min_weekly_minutes, agent.contract.max_weekly_minutes) = (0, 2880);
    }
    let points = input.requirement.queues[0].points.iter_mut().enumerate();
    points.for_each(|(index, point)| point.required = u32::from(index < 288 && EVENING.contains(&(index % 48))));
    input
}

fn solved(input: &PlanningInput) -> Vec<Assignment> {
    let lines = Some(3000 * input.agents.len() as u64);
    let options = SolveOptions { time_limit: Duration::from_secs(60), threads: 1, iterations: lines, seed: 7, gap: 1e-6 };
    solve(&RosterProblem::from_input(input).unwrap(), &options, &Watch::SILENT).unwrap().assignments
}

fn missing_hours(input: &PlanningInput, roster: &[Assignment]) -> f64 {
    Coverage::of(input, roster).short_agent_minutes() / 60.0
}

fn patience() -> Patience<'static> {
    Patience { time_limit: Duration::from_millis(700), is_cancelled: &|| false }
}

fn found(input: &PlanningInput, roster: &[Assignment]) -> Relaxations {
    let problem = RosterProblem::from_input(input).unwrap();
    relaxations(&problem, roster, patience(), &|_| "售前".to_owned()).unwrap()
}

fn agent_of(input: &mut PlanningInput, id: AgentId) -> &mut Agent {
    input.agents.iter_mut().find(|agent| agent.id == id).unwrap()
}

fn skill(queue_id: QueueId, proficiency: f64) -> Skill {
    Skill { queue_id, proficiency: Proficiency::new(proficiency).unwrap() }
}

/// The input as a planner would change it: a rule of the team is changed for everybody.
fn granted(input: &PlanningInput, relaxation: &Relaxation) -> PlanningInput {
    let mut input = input.clone();
    match relaxation.loosened {
        Loosened::LateShifts => input.rules.max_late_shifts += 1,
        Loosened::DaysInARow => input.rules.max_consecutive_days += 1,
        Loosened::WorkingDays => input.rules.min_rest_days -= 1,
        Loosened::MinimumRest => input.rules.min_rest_minutes -= 60,
        Loosened::WeeklyHours => {
            for id in &relaxation.agent_ids {
                agent_of(&mut input, *id).contract.max_weekly_minutes += 480;
            }
        }
        Loosened::Training => {
            let agent = agent_of(&mut input, relaxation.agent_ids[0]);
            let weakest = agent.skills.iter().map(|skill| skill.proficiency.get()).fold(1.0, f64::min);
            agent.skills.push(skill(relaxation.queue_id.unwrap(), weakest));
        }
        Loosened::Headcount => {
            let mut agent = input.agents[0].clone();
            agent.id = AgentId::generate();
            agent.skills = vec![skill(relaxation.queue_id.unwrap(), 1.0)];
            input.agents.push(agent);
        }
    }
    input
}

/// What is said to be removed must be removed when the input says so and is solved anew.
fn assert_holds(input: &PlanningInput, roster: &[Assignment], told: &Relaxations) {
    let before = (missing_hours(input, roster), price(input, roster).total);
    assert!((told.missing_hours - before.0).abs() < 1e-6, "{} against {}", told.missing_hours, before.0);
    for relaxation in &told.found {
        let changed = granted(input, relaxation);
        let roster = solved(&changed);
        let (removed, saved) = (before.0 - missing_hours(&changed, &roster), before.1 - price(&changed, &roster).total);
        assert!(relaxation.removed_hours > 0.0 && removed > relaxation.removed_hours * 0.8 - 0.1, "{}", relaxation.text);
        assert!(saved > relaxation.saved_cost * 0.9 - 1.0, "{}", relaxation.text);
    }
}

#[test]
fn one_more_late_shift_for_two_agents_removes_what_two_evenings_miss() {
    let mut input = evenings();
    input.rules.max_late_shifts = 2;
    let roster = solved(&input);
    let told = found(&input, &roster);
    assert_eq!(told.missing_hours, 3.0, "two of six evenings, an hour and a half each");
    let late = told.found.iter().find(|relaxation| relaxation.loosened == Loosened::LateShifts).unwrap();
    // Each evening the agent is there for six and a half hours more than needed.
    let saved = 3.0 * 20.0 - 2.0 * 6.5 * 0.5;
    assert_eq!((late.removed_hours, late.saved_cost, late.agent_ids.len()), (3.0, saved, 2));
    assert!(late.text.starts_with("one more late shift for 客服"), "{}", late.text);
    assert!(late.text.ends_with("removes 3 of 3 missing hours"), "{}", late.text);
    assert_holds(&input, &roster, &told);
}

#[test]
fn each_limit_that_binds_is_found_and_no_other() {
    type Tighten = fn(&mut PlanningInput);
    let limits: [(Loosened, Tighten); 4] = [
        (Loosened::DaysInARow, |input| input.rules.max_consecutive_days = 1),
        (Loosened::WorkingDays, |input| input.rules.min_rest_days = 5),
        (Loosened::WeeklyHours, |input| input.agents[0].contract.max_weekly_minutes = 960),
        (Loosened::Training, |input| input.agents[0].skills.clear()),
    ];
    for (expected, tighten) in limits {
        let mut input = evenings();
        input.agents.truncate(1);
        input.rules.max_late_shifts = 7;
        tighten(&mut input);
        let roster = solved(&input);
        let told = found(&input, &roster);
        let named: Vec<Loosened> = told.found.iter().map(|relaxation| relaxation.loosened).collect();
        let mut named_limits = named.clone();
        named_limits.retain(|loosened| *loosened != Loosened::Headcount);
        assert_eq!(named_limits, [expected], "{told:?}");
        assert!(named.contains(&Loosened::Headcount), "{told:?}");
        if expected != Loosened::Training {
            assert_holds(&input, &roster, &told);
        }
    }
}

#[test]
fn a_short_rest_is_found_where_only_rest_keeps_the_morning_open() {
    let mut input = evenings();
    input.agents.truncate(1);
    input.shift_templates[1].length_minutes = 7 * 60;
    input.rules.min_rest_minutes = 11 * 60;
    let points = input.requirement.queues[0].points.iter_mut().enumerate();
    points.for_each(|(index, point)| point.required = u32::from([46, 48 + 20].contains(&index)));
    // 17:30 to 00:30, then 09:00: eight and a half hours.
    let one_step = found(&input, &solved(&input));
    assert!(one_step.found.iter().all(|relaxation| relaxation.loosened != Loosened::MinimumRest), "{one_step:?}");
    input.rules.min_rest_minutes = 9 * 60;
    let roster = solved(&input);
    let told = found(&input, &roster);
    let rest = told.found.iter().find(|relaxation| relaxation.loosened == Loosened::MinimumRest).unwrap();
    assert!(rest.text.starts_with("8 hours of rest between shifts for 客服0 removes"), "{}", rest.text);
    assert_holds(&input, &roster, &told);
}

#[test]
fn what_is_found_for_a_team_holds_when_it_is_solved_again() {
    let mut input = chat_team(6, 0.7, 5);
    input.rules.max_late_shifts = 2;
    let roster = solved(&input);
    let told = found(&input, &roster);
    assert!(told.found.len() >= 2, "{told:?}");
    assert!(told.found.is_sorted_by(|one, next| one.saved_cost >= next.saved_cost));
    assert_holds(&input, &roster, &told);
}

#[test]
fn nothing_missing_needs_nothing_and_a_cancel_is_heard() {
    let mut input = evenings();
    let roster = solved(&input);
    assert_eq!(found(&input, &roster), Relaxations::default());
    input.rules.max_late_shifts = 1;
    let problem = RosterProblem::from_input(&input).unwrap();
    let cancelled = Patience { is_cancelled: &|| true, ..patience() };
    assert_eq!(relaxations(&problem, &solved(&input), cancelled, &|_| String::new()), Err(ExplainError::Cancelled));
}
