//! What callers may rely on: sameness, limits, cancelling, named contradictions, and a roster that the checker confirms for any team.

use std::cell::Cell;
use std::time::Instant;

use proptest::prelude::*;

use super::tiny::{tiny, wishful, with_labour};
use super::{given_shift, quick, rotated, solve_checked};
use crate::checker::changed_days;
use crate::domain::absence::{Leave, LeaveKind, Wish, WishKind};
use crate::domain::calendar::{Interval, instant_at_minute};
use crate::domain::ids::{LeaveId, WishId};
use crate::domain::labour::{LabourInput, NormalLeft, SpecialDates};
use crate::domain::planning::PlanningInput;
use crate::domain::quantity::Proficiency;
use crate::domain::rules::RuleId;
use crate::domain::wish_memory::WishMemory;
use crate::solver::test_team::chat_team;
use crate::solver::*;

/// A team under a rule pack keeps it and the checker finds nothing; without one it costs less.
#[test]
fn a_team_keeps_its_labour_rules() {
    let mut input = chat_team(12, 1.1, 4);
    let free = solve_checked(&input, &quick(1)).score.cost;
    let (first, last) = (input.week.monday(), input.week.monday() + chrono::Days::new(6));
    let one = with_labour(tiny(1)).labour.unwrap();
    let terms = |(number, agent): (usize, &crate::domain::agent::Agent)| {
        let mut terms = one.agents[0].clone();
        (terms.agent_id, terms.hours.normal_daily_minutes, terms.free_days) = (agent.id, Some(480), 0);
        terms.normal_left = Some(NormalLeft { first, last, minutes: 2400 });
        terms.overtime_left[0].minutes = 60 * number as u32;
        terms
    };
    let agents = input.agents.iter().enumerate().map(terms).collect();
    input.labour = Some(LabourInput { agents, dates: SpecialDates::default(), ..one });
    let ruled = solve_checked(&input, &quick(1)).score.cost;
    assert!(ruled > free - 1e-6, "{ruled} against {free}");
}

/// One agent is needed on Monday, two wish for the day off, and whichever of them was refused before gets it.
#[test]
fn of_two_wishes_the_one_of_whom_more_was_refused_is_granted() {
    let mut input = wishful();
    (input.rules.leader_windows, input.rules.weights.wish) = (vec![], 1.0);
    input.wishes.clear();
    let points = &mut input.requirement.queues[0].points;
    points.iter_mut().enumerate().for_each(|(index, point)| point.required = u32::from((18..36).contains(&index)));
    for agent in &mut input.agents {
        (agent.contract.min_weekly_minutes, agent.contract.is_full_time) = (0, false);
        agent.skills[0].proficiency = Proficiency::new(1.0).unwrap();
        let (id, date) = (WishId::generate(), input.week.monday());
        input.wishes.push(Wish { id, agent_id: agent.id, date, kind: WishKind::DayOff, shift_template_id: None, weight: 5 });
    }
    // The third stays at home whatever it costs.
    input.wishes[2].weight = 10;
    for (refused, granted) in [(0, 1), (1, 0)] {
        input.wish_memory = WishMemory::default();
        (0..4).for_each(|_| input.wish_memory.note(input.agents[refused].id, false));
        (0..4).for_each(|_| input.wish_memory.note(input.agents[granted].id, true));
        // Four of eight were refused: (4 + 2) / (2 + 2) for one, (0 + 2) / (2 + 2) for the other.
        let solution = solve_checked(&input, &quick(1));
        let wish = solution.score.by_rule.iter().find(|cost| cost.rule == RuleId::Wish).unwrap();
        assert_eq!((wish.cost, solution.assignments[0].agent_id), (2.5, input.agents[granted].id));
    }
}

/// Three heads are needed on Monday and two agents are there: the more they count for, the less is missing, also above 1.
#[test]
fn agents_who_do_more_than_the_team_cover_more_than_a_head() {
    let mut input = wishful();
    (input.rules.leader_windows, input.rules.weights.wish) = (vec![], 0.0);
    input.wishes.clear();
    input.agents.truncate(2);
    let points = &mut input.requirement.queues[0].points;
    points.iter_mut().enumerate().for_each(|(index, point)| point.required = if (18..36).contains(&index) { 3 } else { 0 });
    let missing = [1.0, 1.25, 1.5].map(|proficiency| {
        for agent in &mut input.agents {
            (agent.contract.min_weekly_minutes, agent.contract.is_full_time) = (0, false);
            agent.skills[0].proficiency = Proficiency::new(proficiency).unwrap();
        }
        let score = solve_checked(&input, &quick(1)).score;
        score.by_rule.iter().filter(|cost| cost.rule == RuleId::Coverage).map(|cost| cost.cost).sum::<f64>()
    });
    assert!(missing[0] > missing[1] && missing[1] > missing[2], "{missing:?}");
}

/// Two leaves come in after the roster was built: with a price per change fewer days change than without, and none that pays.
#[test]
fn a_roster_built_anew_after_leave_changes_as_little_as_pays() {
    let mut input = chat_team(12, 1.0, 3);
    let options = SolveOptions { time_limit: Duration::from_secs(60), iterations: Some(2000), ..quick(1) };
    let given = solve_checked(&input, &options).assignments;
    let away: Vec<_> = [1, 4].map(|agent| given.iter().find(|one| one.agent_id == input.agents[agent].id).unwrap()).into();
    for one in &away {
        let at = |minute| instant_at_minute(input.week.zone(), one.date, minute);
        let span = Interval { start: at(0), end: at(1440) };
        input.leave.push(Leave { id: LeaveId::generate(), agent_id: one.agent_id, span, kind: LeaveKind::Sick });
    }
    let changed = |input: &PlanningInput, roster: &[Assignment]| {
        let input = PlanningInput { least_change_from: Some(given.clone()), ..input.clone() };
        changed_days(&input, roster).unwrap()
    };
    let freely = changed(&input, &solve_checked(&input, &options).assignments);
    input.least_change_from = Some(given.clone());
    let at_a_price = changed(&input, &solve_checked(&input, &options).assignments);
    input.rules.weights.change = 10_000.0;
    let hardly = changed(&input, &solve_checked(&input, &options).assignments);
    assert!(hardly == 2 && (2..freely / 2).contains(&at_a_price), "{freely}, {at_a_price}, {hardly}");
}

#[test]
fn the_same_seed_threads_and_iterations_give_the_same_roster() {
    let input = chat_team(12, 1.0, 4);
    let plain = |options: &SolveOptions| -> Vec<_> {
        let assignments = solve_checked(&input, options).assignments.into_iter();
        assignments.map(|one| (one.agent_id, one.date, one.shift_template_id, one.queue_id)).collect()
    };
    for threads in [1, 2] {
        let options = SolveOptions { time_limit: Duration::from_secs(60), iterations: Some(1500), ..quick(threads) };
        assert_eq!(plain(&options), plain(&options), "{threads} threads");
        assert_ne!(plain(&options), plain(&SolveOptions { seed: 8, ..options }), "{threads} threads, another seed");
    }
}

#[test]
fn a_pinned_assignment_keeps_its_identity() {
    let mut input = tiny(5);
    let problem = RosterProblem::from_input(&input).unwrap();
    let mut lines = vec![vec![None; WEEK]; 3];
    lines[0][1] = Some(Duty::new(3, 0));
    input.pinned = problem.assignments(&lines);
    let solution = solve_checked(&input, &quick(2));
    let kept: Vec<_> = solution.assignments.iter().filter(|assignment| assignment.is_pinned).collect();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].id, input.pinned[0].id);
}

#[test]
fn contradicting_pins_are_all_named() {
    let mut input = tiny(6);
    let problem = RosterProblem::from_input(&input).unwrap();
    let mut lines = vec![vec![None; WEEK]; 3];
    // Late on Monday and early on Tuesday; a queue without the skill; a day outside the availability.
    lines[0][0] = Some(Duty::new(1, 0));
    lines[0][1] = Some(Duty::new(2, 0));
    lines[2][2] = Some(Duty::new(4, 0));
    lines[1][5] = Some(Duty::new(10, 0));
    input.pinned = problem.assignments(&lines);
    let faults = RosterProblem::from_input(&input).unwrap_err().faults;
    let named: Vec<_> = faults.iter().map(|fault| (fault.rule.unwrap(), fault.agent_id.unwrap())).collect();
    let id = |agent: usize| input.agents[agent].id;
    assert_eq!(named, [(RuleId::MinimumRest, id(0)), (RuleId::Availability, id(1)), (RuleId::Skill, id(2))]);
}

#[test]
fn cancel_stops_within_two_seconds() {
    let problem = RosterProblem::from_input(&chat_team(26, 1.0, 1)).unwrap();
    let cancelled_at = Cell::new(None);
    let cancel = |progress: SolveProgress| {
        if progress.phase == Phase::Solving && cancelled_at.get().is_none() {
            cancelled_at.set(Some(Instant::now()));
        }
    };
    let watch = Watch { progress: &cancel, is_cancelled: &|| cancelled_at.get().is_some() };
    let options = SolveOptions { time_limit: Duration::from_secs(5), ..quick(2) };
    assert_eq!(solve(&problem, &options, &watch), Err(SolveError::Cancelled));
    assert!(cancelled_at.get().unwrap().elapsed() < Duration::from_secs(2));
}

#[test]
fn a_time_limit_with_a_roster_is_a_success_and_without_one_an_error() {
    let input = chat_team(12, 1.0, 2);
    let limited = |limit| SolveOptions { time_limit: limit, ..quick(2) };
    let solution = solve_checked(&input, &limited(Duration::from_secs(2)));
    assert!(solution.score.seconds < 4.0 && !solution.assignments.is_empty());
    let problem = RosterProblem::from_input(&input).unwrap();
    let limit = Duration::ZERO;
    assert_eq!(solve(&problem, &limited(limit), &Watch::SILENT), Err(SolveError::NoRosterInTime { limit }));
}

/// On one thread and on two: were the gap not heard, the test would not end.
#[test]
fn a_solve_ends_at_the_gap() {
    let input = chat_team(12, 1.1, 6);
    for threads in [1, 2] {
        let options = SolveOptions { time_limit: Duration::from_secs(3600), gap: 0.3, ..quick(threads) };
        assert!(solve_checked(&input, &options).score.gap <= 0.3);
    }
}

#[test]
fn a_floor_of_minutes_out_of_reach_is_given_up_for_that_agent_alone() {
    let mut parts = ProblemParts::from(RosterProblem::from_input(&tiny(9)).unwrap());
    // Nobody is needed: only a floor brings anybody to work. Two days of nine hours are within reach, five are not.
    parts.queues.iter_mut().for_each(|queue| queue.demand.fill(0));
    parts.agents[0].limits.min_minutes = 2400;
    parts.agents[1].limits.min_minutes = 900;
    for agent in &mut parts.agents {
        (agent.owed_minutes, agent.shares_late, agent.shares_weekend) = (0, false, false);
    }
    (parts.wishes, parts.leader_pieces) = (vec![], vec![]);
    let problem = RosterProblem::try_from(parts).unwrap();
    for threads in [1, 2] {
        let solution = solve(&problem, &quick(threads), &Watch::SILENT).unwrap();
        let paid: Vec<u32> = problem.lines(&solution.assignments).iter().map(|line| problem.paid(line)).collect();
        assert!(paid[0] == 0 && paid[1] >= 900 && paid[2] == 0, "{paid:?}");
        assert!(solution.score.bound > 0.0 && solution.score.bound <= solution.score.cost, "{:?}", solution.score);
    }
}

#[test]
fn kinds_that_may_not_follow_each_other_do_not() {
    let with = |barred: &[(usize, usize)]| {
        let pair = |(first, second): &(usize, usize)| Succession { first: *first, second: *second, rule: RuleId::StableStart };
        let successions = barred.iter().map(pair).collect();
        let parts = ProblemParts::from(RosterProblem::from_input(&tiny(1)).unwrap());
        let problem = RosterProblem::try_from(ProblemParts { successions, ..parts }).unwrap();
        let solution = solve(&problem, &quick(2), &Watch::SILENT).unwrap();
        let lines = problem.lines(&solution.assignments);
        assert!((0..3).all(|agent| problem.breaches(agent, &lines[agent]).is_empty()));
        solution.score.cost
    };
    let (free, barred) = (with(&[]), with(&[(0, 0), (0, 1), (1, 1)]));
    assert!(barred > free, "nobody may work two days in a row now: {barred} against {free}");
}

#[test]
fn a_problem_survives_storage_and_a_broken_one_does_not() {
    let problem = RosterProblem::from_input(&tiny(7)).unwrap();
    let mut stored = serde_json::to_value(&problem).unwrap();
    assert_eq!(serde_json::from_value::<RosterProblem>(stored.clone()).unwrap(), problem);
    stored["agents"][0]["skills"][0]["queue"] = 99.into();
    assert!(serde_json::from_value::<RosterProblem>(stored).is_err());
}

#[test]
fn a_team_without_agents_or_demand_is_no_error() {
    let mut input = tiny(8);
    input.requirement.queues.clear();
    assert!(solve_checked(&input, &quick(1)).assignments.is_empty());
    let mut input = tiny(8);
    input.agents.clear();
    assert_eq!(solve_checked(&input, &quick(1)).score.gap, 0.0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// `solve_checked` holds the properties: hard rules kept, price confirmed, bound below the cost.
    #[test]
    fn any_small_team_gets_a_roster_that_the_checker_confirms(
        seed in 0u64..1000,
        agents in 1usize..5,
        load in 0.3f64..2.5,
        templates in 1usize..4,
        rest in 0u32..900,
        days_in_a_row in 1u32..7,
        late in 0u32..3,
        window in 0u32..5,
        step in 1u32..4,
        share in proptest::option::of(0.0f64..1.0),
        given in prop::option::of(0usize..12),
        refused in 0u32..9,
        rotation in 0usize..12,
    ) {
        let mut input = chat_team(agents, load, seed);
        let mut kept = 0;
        input.shift_templates.retain(|template| { kept += 1; (template.start_minute / 30 + kept) % 2 == 0 || kept > 5 });
        input.shift_templates.truncate(templates);
        input.rules.min_rest_minutes = rest;
        input.rules.max_consecutive_days = days_in_a_row;
        input.rules.max_late_shifts = late;
        input.rules.max_break_share = share;
        for template in &mut input.shift_templates {
            let lunch = &mut template.breaks[0];
            (lunch.window_minutes, lunch.step_minutes) = (window * 20, step * 15);
        }
        input.least_change_from = given.map(|shifts| {
            let of_day = |number| given_shift(&input, number % agents, number / agents % WEEK, number % input.shift_templates.len());
            (0..shifts).map(of_day).collect()
        });
        let of_day = |number: usize| {
            let template = (!number.is_multiple_of(4)).then_some(number % input.shift_templates.len());
            rotated(&input, number % agents, number / agents % WEEK, template, number.is_multiple_of(2))
        };
        input.rotation = (0..rotation.min(agents * WEEK)).map(of_day).collect();
        set_aside(&mut input);
        (0..9).for_each(|number| input.wish_memory.note(input.agents[0].id, number >= refused));
        solve_checked(&input, &SolveOptions { time_limit: Duration::from_secs(2), ..quick(1) });
    }
}
