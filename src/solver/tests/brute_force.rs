//! Every roster of a tiny team is tried: the engine, the direct model and all that the checker lets pass agree on the cheapest.

use chrono::Datelike;

use super::tiny::{tiny, tiny_with_windows, wishful, with_labour};
use super::{given_shift, quick, rotated, solve_checked};
use crate::checker::check;
use crate::domain::absence::WishKind;
use crate::domain::calendar::Horizon;
use crate::domain::organisation::WeeklyWindow;
use crate::domain::planning::{PastShift, PlanningInput};
use crate::domain::rules::{AgentGroup, GroupKind, RuleId, Severity, ShiftLimit};
use crate::domain::shift::Break;
use crate::solver::*;

/// The cheapest roster by the checker's price among all that the checker lets pass.
fn cheapest_by_hand(input: &PlanningInput) -> f64 {
    let problem = RosterProblem::from_input(input).unwrap();
    let lines_of = |agent: usize| {
        let mut lines: Vec<line::Line> = vec![vec![None; WEEK]];
        let is_there =
            |spec: &ShiftSpec| input.agents[agent].availability.iter().any(|window| window.weekday == spec.date.weekday());
        for (shift, spec) in problem.shifts.iter().enumerate().filter(|(_, spec)| is_there(spec)) {
            for skill in &problem.agents[agent].skills {
                let free: Vec<line::Line> = lines.iter().filter(|line| line[spec.day].is_none()).cloned().collect();
                for placing in placings(spec) {
                    let duty = Duty { placing, ..Duty::new(shift, skill.queue) };
                    lines.extend(free.iter().cloned().map(|mut line| {
                        line[spec.day] = Some(duty);
                        line
                    }));
                }
            }
        }
        lines.sort();
        lines.dedup();
        let keeps = |line: &line::Line| {
            let mut alone = vec![vec![None; WEEK]; 3];
            alone[agent].clone_from(line);
            check(input, &problem.assignments(&alone)).iter().all(|violation| violation.severity == Severity::Soft)
        };
        lines.retain(keeps);
        lines
    };
    let mut cheapest = f64::INFINITY;
    for first in lines_of(0) {
        for second in lines_of(1) {
            for third in lines_of(2) {
                cheapest = cheapest.min(problem.cost(&[first.clone(), second.clone(), third]));
            }
        }
    }
    cheapest
}

/// Every way to put the breaks of a shift, of which it has two at most.
fn placings(shift: &ShiftSpec) -> Vec<Placing> {
    let counts: Vec<usize> = shift.breaks.iter().map(|rest| rest.places.len()).collect();
    let count = |number: usize| counts.get(number).copied().unwrap_or(1);
    let ways = (0..count(0) * count(1)).map(|way| [(way % count(0), count(0)), (way / count(0), count(1))]);
    ways.map(Placing::of).collect()
}

/// What the direct model by itself proves to be the least cost.
fn cheapest_directly(problem: &RosterProblem) -> f64 {
    let lines = vec![vec![None; problem.days]; problem.agents.len()];
    figures_at_end(model::Model::assemble(problem, &lines), problem.cost(&lines)).bound
}

/// What the direct model has come to once it has proven it, begun with a roster of that cost.
fn figures_at_end(model: model::Model, cost: f64) -> highs::Figures {
    highs::Run::start(model.program, cost, 1e-7, Duration::from_secs(60), 1).figures_at_end()
}

/// The least cost, on which all rosters that the checker lets pass, the engine and the direct model agree.
#[track_caller]
fn agreed(input: &PlanningInput) -> f64 {
    let cheapest = cheapest_by_hand(input);
    let score = solve_checked(input, &quick(1)).score;
    assert!((score.cost - cheapest).abs() < 1e-6 && score.gap < 1e-4, "{score:?} against {cheapest}");
    let direct = cheapest_directly(&RosterProblem::from_input(input).unwrap());
    assert!((direct - cheapest).abs() < 1e-3, "the direct model says {direct}, brute force {cheapest}");
    cheapest
}

/// Labour rules bind and cost: all rosters that the checker lets pass, the engine and the direct model agree on the cheapest.
#[test]
fn brute_force_agrees_on_labour_rules() {
    (1..=2).for_each(|seed| {
        agreed(&with_labour(tiny(seed)));
    });
}

#[test]
fn brute_force_agrees_on_three_agents_and_three_days() {
    (1..=2).for_each(|seed| {
        agreed(&tiny(seed));
    });
}

/// Shifts of other weeks, by day after Monday and template.
type Planned = &'static [(u64, usize)];

/// What is planned for other weeks, rule by rule: all agree on the least cost, and it rises.
#[test]
fn brute_force_agrees_beside_other_weeks() {
    let mut input = wishful();
    // From Friday to Sunday instead of Monday to Wednesday.
    let weekdays = [chrono::Weekday::Fri, chrono::Weekday::Sat, chrono::Weekday::Sun];
    let all_day = |weekday| WeeklyWindow { weekday, start_minute: 0, end_minute: 1620 };
    input.agents.iter_mut().for_each(|agent| agent.availability = weekdays.map(all_day).to_vec());
    input.wishes.iter_mut().for_each(|wish| wish.date = wish.date + chrono::Days::new(4));
    input.horizon = Horizon::new(input.week, 2).unwrap();
    // The agent who wishes late, early, late; by day after Monday and template.
    let coming = |input: &PlanningInput, day: u64, template: usize| {
        let date = input.week.monday() + chrono::Days::new(day);
        let span = input.shift_templates[template].on(date, input.week.zone()).span;
        PastShift { agent_id: input.agents[0].id, date, span }
    };
    let rules: [(&str, Planned, TurnOn); 5] = [
        ("consecutive-days", &[(7, 1)], |input| input.rules.max_consecutive_days = 3),
        ("minimum-rest", &[(7, 0)], |input| input.rules.min_rest_minutes = 480),
        ("forward-rotation", &[(7, 0)], |input| input.rules.max_earlier_start_minutes = Some(0)),
        ("weekends", &[(12, 0)], |input| input.rules.max_weekends = Some(1)),
        ("late-spread", &[(8, 1), (10, 1)], |input| {
            input.agents.iter_mut().for_each(|agent| agent.contract.is_full_time = true);
            input.rules.weights.spread = 300.0;
        }),
    ];
    for (rule, planned, turn_on) in rules {
        let mut input = input.clone();
        turn_on(&mut input);
        let alone = agreed(&input);
        input.ahead = planned.iter().map(|(day, template)| coming(&input, *day, *template)).collect();
        let beside = agreed(&input);
        assert!(beside > alone, "{rule}: {beside} beside other weeks, {alone} alone");
    }
}

fn group(input: &mut PlanningInput, kind: GroupKind, agents: &[usize], mentors: &[usize]) {
    let ids = |agents: &[usize]| agents.iter().map(|agent| input.agents[*agent].id).collect();
    let (agent_ids, mentor_ids) = (ids(agents), ids(mentors));
    input.rules.groups = vec![AgentGroup { name: "甲".into(), kind, agent_ids, min_agents: 2, mentor_ids }];
}

/// States a rule.
type TurnOn = fn(&mut PlanningInput);

/// Each rule that a team may ask for, on and off: all agree on the least cost, and it rises.
#[test]
fn brute_force_agrees_on_each_rule_that_a_team_asks_for() {
    let rules: [(&str, TurnOn); 13] = [
        ("stable-start", |input| input.rules.max_start_change_minutes = Some(60)),
        ("forward-rotation", |input| input.rules.max_earlier_start_minutes = Some(0)),
        ("consecutive-days, worked", |input| input.rules.min_consecutive_days = 2),
        ("consecutive-days, off", |input| input.rules.min_consecutive_days_off = 2),
        ("group-on-duty", |input| group(input, GroupKind::OnDuty, &[0, 2], &[])),
        ("apart", |input| group(input, GroupKind::Apart, &[0, 1, 2], &[])),
        ("together", |input| group(input, GroupKind::Together, &[0, 1, 2], &[])),
        ("break-share", |input| input.rules.max_break_share = Some(0.0)),
        ("mentor-on-duty", |input| group(input, GroupKind::Mentored, &[0, 2], &[1])),
        ("shifts-of-kind", |input| {
            let shift_template_id = input.shift_templates[1].id;
            input.rules.shift_limits = vec![ShiftLimit { shift_template_id, max_shifts: 1 }];
        }),
        // As given: nobody on Monday, the first late on Tuesday instead of early; all else is changed for.
        ("least-change", |input| input.least_change_from = Some(vec![given_shift(input, 0, 1, 1)])),
        // The same by a rotation, as a preference and as a frame.
        ("rotation", |input| input.rotation = vec![rotated(input, 0, 1, Some(1), false), rotated(input, 1, 0, None, false)]),
        ("rotation, fixed", |input| {
            input.rotation = vec![rotated(input, 0, 1, Some(1), true)];
            input.rules.weights.rotation = 10_000.0;
        }),
    ];
    let input = wishful();
    let off = agreed(&input);
    for (rule, turn_on) in rules {
        let mut input = input.clone();
        turn_on(&mut input);
        let dearer = agreed(&input) - off;
        assert!(dearer > 0.0, "{rule} binds nobody");
    }
}

/// Breaks within their windows, alone and with a limit on breaks at once: all agree on the least cost, which falls with the
/// windows and rises with the limit.
#[test]
fn brute_force_agrees_on_where_breaks_are_put() {
    let open = tiny_with_windows();
    let mut fixed = open.clone();
    let breaks = |input: &mut PlanningInput, change: fn(&mut Break)| {
        input.shift_templates.iter_mut().flat_map(|template| &mut template.breaks).for_each(change);
    };
    breaks(&mut fixed, |rest| rest.window_minutes = 0);
    let (with, without) = (agreed(&open), agreed(&fixed));
    assert!(with < without, "windows are worth nothing: {with} against {without}");
    // Nobody is needed, and both wish for the same shift: only the limit keeps breaks apart. Of two one may be on a break, and
    // a half of the other: at lunch half an agent too many for an hour. Their rests of a quarter of an hour fit into half an hour.
    let mut crowded = open.clone();
    crowded.requirement.queues[0].points.iter_mut().for_each(|point| point.required = 0);
    let (date, early) = (crowded.week.monday(), crowded.shift_templates[0].id);
    crowded.agents.iter_mut().for_each(|agent| agent.availability.truncate(1));
    crowded.wishes.retain(|wish| wish.date == date);
    for (wish, agent) in crowded.wishes.iter_mut().zip(&crowded.agents) {
        (wish.agent_id, wish.kind, wish.shift_template_id) = (agent.id, WishKind::WantShift, Some(early));
    }
    crowded.rules.max_break_share = Some(0.5);
    let apart = agreed(&crowded);
    breaks(&mut crowded, |rest| rest.window_minutes = 0);
    let together = agreed(&crowded);
    assert!((together - apart - 20.0 * 0.5).abs() < 1e-3, "{apart} against {together}");
}

#[test]
fn a_pin_keeps_its_breaks_and_one_outside_its_window_is_named() {
    let mut input = tiny_with_windows();
    let problem = RosterProblem::from_input(&input).unwrap();
    for placing in placings(&problem.shifts[2]) {
        let mut lines = vec![vec![None; WEEK]; 3];
        lines[0][1] = Some(Duty { placing, ..Duty::new(2, 0) });
        input.pinned = problem.assignments(&lines);
        for solution in [solve_checked(&input, &quick(1)).assignments, directly(&input)] {
            let kept = solution.iter().find(|assignment| assignment.is_pinned);
            let kept = kept.map(|one| (one.id, &one.break_offsets));
            assert_eq!(kept, input.pinned.first().map(|pin| (pin.id, &pin.break_offsets)));
        }
    }
    input.pinned[0].break_offsets[0] += 1;
    let faults = RosterProblem::from_input(&input).unwrap_err().faults;
    assert_eq!((faults[0].rule, faults[0].agent_id), (Some(RuleId::BreakWindow), Some(input.agents[0].id)));
}

/// The roster of the direct model, which costs what the model says.
fn directly(input: &PlanningInput) -> Vec<Assignment> {
    let problem = RosterProblem::from_input(input).unwrap();
    let lines = engine_lines(&problem);
    let model = model::Model::assemble(&problem, &lines);
    let columns = model.duty_columns();
    let figures = figures_at_end(model, f64::INFINITY);
    let found = figures.values.map_or(lines, |values| columns.lines(&problem, &values));
    assert!((problem.cost(&found) - figures.bound).abs() < 1e-3, "{} against {}", problem.cost(&found), figures.bound);
    let assignments = problem.assignments(&found);
    assert!(check(input, &assignments).iter().all(|violation| violation.severity == Severity::Soft));
    assignments
}

/// A first roster that keeps the pins.
fn engine_lines(problem: &RosterProblem) -> Vec<line::Line> {
    search::construct(&team::Team::of(problem), 1).lines
}
