//! From roster problem to solution.

use std::cell::Cell;
use std::time::Duration;

use super::reading::Reading;
use super::shop::shop;
use super::*;
use crate::domain::rules::RuleId;
use crate::solver::line::{Duty, Line};
use crate::solver::problem::{ProblemParts, RosterProblem, Seat};
use crate::solver::{Solution, SolveError, SolveOptions, Watch, solve};

fn options(lines: u64) -> SolveOptions {
    SolveOptions { time_limit: Duration::from_secs(20), threads: 2, iterations: Some(lines), seed: 3, gap: 0.0 }
}

fn solved(problem: &RosterProblem) -> Solution {
    assert!(problem.sparse().is_some());
    solve(problem, &options(4000), &Watch::SILENT).expect("there is time")
}

/// Every line of an agent that keeps the rules.
fn lines_of(problem: &RosterProblem, agent: usize) -> Vec<Line> {
    let duty = |day: usize, choice: usize| (choice > 0).then(|| Duty::new(day * 2 + choice - 1, 0));
    let line = |code: usize| (0..problem.days).map(|day| duty(day, code / 3usize.pow(day as u32) % 3)).collect();
    (0..3usize.pow(problem.days as u32)).map(line).filter(|line: &Line| problem.keeps_rules(agent, line)).collect()
}

#[test]
fn a_solution_costs_what_the_problem_says_and_keeps_every_rule() {
    for seed in 0..12 {
        let problem = shop(5, 28, seed);
        let solution = solved(&problem);
        let lines = problem.lines(&solution.assignments);
        assert!((problem.cost(&lines) - solution.score.cost).abs() < 1e-6, "seed {seed}");
        assert!(solution.score.bound <= solution.score.cost, "seed {seed}");
        for (agent, line) in lines.iter().enumerate() {
            assert_eq!(problem.breaches(agent, line), [], "seed {seed}, agent {agent}");
        }
    }
}

#[test]
fn the_model_prices_a_roster_as_the_problem_does() {
    for seed in 0..20 {
        let problem = shop(2, 6, seed);
        let reading = Reading::of(&problem).expect("it is sparse");
        let kept = |duty: &Option<Duty>| duty.map_or(model::OFF, |duty| problem.shifts[duty.shift].kind as model::Duty);
        let of = |agent: usize| lines_of(&problem, agent).into_iter().step_by(7).take(20);
        for (first, second) in of(0).zip(of(1)) {
            let mut roster = roster::Roster::empty(&reading.model);
            for (agent, line) in [&first, &second].into_iter().enumerate() {
                let duties: Vec<model::Duty> = line.iter().map(kept).collect();
                assert!(check::keeps_rules(&reading.model, agent, &duties), "seed {seed}");
                roster.set(&reading.model, agent, 0, &duties);
            }
            let cost = problem.cost(&[first, second]);
            assert!((reading.cost(roster.cost) - cost).abs() < 1e-6, "seed {seed}");
        }
    }
}

#[test]
fn brute_force_agrees_on_two_agents_and_six_days() {
    let mut proven = 0;
    for seed in 0..12 {
        let problem = shop(2, 6, 100 + seed);
        let (first, second) = (lines_of(&problem, 0), lines_of(&problem, 1));
        if first.is_empty() || second.is_empty() {
            continue;
        }
        let costs = first.iter().flat_map(|one| second.iter().map(|two| problem.cost(&[one.clone(), two.clone()])));
        let optimum = costs.fold(f64::INFINITY, f64::min);
        let score = solved(&problem).score;
        assert!(
            score.bound <= optimum + 1e-6 && (score.cost - optimum).abs() < 1e-6,
            "seed {seed}: {score:?}, optimum {optimum}"
        );
        proven += usize::from(score.gap < 1e-9);
    }
    assert!(proven > 3, "{proven} optima were proven");
}

#[test]
fn a_floor_out_of_reach_is_given_up_for_that_agent_alone() {
    let mut parts = ProblemParts::from(shop(3, 14, 1));
    parts.agents[1].limits.min_minutes = 6000;
    parts.agents[1].limits.max_consecutive_days = 1;
    let problem = RosterProblem::try_from(parts).unwrap();
    let lines = problem.lines(&solved(&problem).assignments);
    let broken: Vec<usize> = (0..3).filter(|agent| !problem.keeps_rules(*agent, &lines[*agent])).collect();
    assert_eq!(broken, [1]);
    assert_eq!(problem.breaches(1, &lines[1]), [(RuleId::WeeklyHours, None)]);
}

#[test]
fn the_same_seed_and_lines_give_the_same_roster() {
    let problem = shop(4, 21, 9);
    let plain = || -> Vec<_> {
        let assignments = solved(&problem).assignments;
        assignments.iter().map(|one| (one.agent_id, one.date, one.shift_template_id)).collect()
    };
    assert_eq!(plain(), plain());
}

/// The engine for weeks knows the rules of this one: rows of days, weekends and kinds over a fortnight.
#[test]
fn what_this_engine_cannot_read_the_other_rosters_by_the_same_rules() {
    let mut parts = ProblemParts::from(shop(2, 14, 1));
    parts.shifts[0].seats.push(Seat { interval: 1, share: 1.0 });
    parts.agents.iter_mut().for_each(|agent| agent.limits.max_weekends = Some(1));
    let problem = RosterProblem::try_from(parts).unwrap();
    assert!(problem.sparse().is_none());
    let lines = problem.lines(&solve(&problem, &options(4000), &Watch::SILENT).unwrap().assignments);
    let worked = lines.iter().flatten().flatten().count();
    assert!(worked > 4 && (0..2).all(|agent| problem.keeps_rules(agent, &lines[agent])), "{worked} shifts");
}

#[test]
fn high_prices_are_counted_coarsely_and_those_beyond_are_left_to_the_other_engine() {
    let priced = |price: f64| {
        let mut parts = ProblemParts::from(shop(3, 28, 2));
        parts.queues[0].gap_price.fill(price);
        RosterProblem::try_from(parts)
    };
    let problem = priced(90_000.5).unwrap();
    let scale = Reading::of(&problem).unwrap().model.scale;
    assert!((1..model::SCALE).contains(&scale), "{scale}");
    let solution = solved(&problem);
    assert!((problem.cost(&problem.lines(&solution.assignments)) - solution.score.cost).abs() < 1e-6);
    assert!(priced(9e9).unwrap().sparse().is_none());
}

#[test]
fn cancel_and_time_limit_are_heard() {
    let problem = shop(8, 84, 4);
    let looks = Cell::new(0);
    let is_cancelled = || {
        looks.set(looks.get() + 1);
        looks.get() > 20
    };
    let unlimited = SolveOptions { iterations: None, ..options(0) };
    let cancelled = solve(&problem, &unlimited, &Watch { progress: &|_| (), is_cancelled: &is_cancelled });
    assert_eq!(cancelled, Err(SolveError::Cancelled));
    let limit = Duration::from_secs(1);
    let told = Cell::new(0);
    let watch = Watch { progress: &|_| told.set(told.get() + 1), is_cancelled: &|| false };
    let solution = solve(&problem, &SolveOptions { time_limit: limit, ..unlimited }, &watch).unwrap();
    assert!(solution.score.seconds < 2.0 && told.get() > 0, "{:?}", solution.score);
}
