//! The simulation against closed forms, and what it does at the ends of shifts.

use super::*;
use crate::domain::quantity::Aht;
use crate::domain::service::Turns;
use crate::staffing::erlang;
use crate::staffing::turn::TurnLayer;

/// Chats of 180 s in a single turn, one at a time, 20 s to answer.
fn queue(volumes: Vec<f64>) -> SimulatedQueue {
    let turns = TurnLayer::new(Aht::new(180.0).unwrap(), Turns::usual(180.0), &[]).unwrap();
    SimulatedQueue { volumes, turns, slots: 1, patience_secs: None, answer_secs: 20.0, first_reply_secs: 30.0, reply_secs: 180.0 }
}

fn agents(count: usize, on_seat: &[(f64, f64)]) -> Vec<SimulatedAgent> {
    vec![SimulatedAgent { queues: vec![0], proficiency: 1.0, on_seat: on_seat.to_vec() }; count]
}

const ALWAYS: (f64, f64) = (0.0, f64::INFINITY);

fn scene(queues: Vec<SimulatedQueue>, agents: Vec<SimulatedAgent>) -> Scene {
    Scene { step_secs: 1800.0, queues, agents }
}

#[track_caller]
fn near(found: Estimate, wanted: f64, slack: f64) {
    assert!((found.mean - wanted).abs() <= 1.5 * found.half_width + slack, "{found:?} is not {wanted}");
}

/// 100 in half an hour of 180 s for 13: Erlang C. Three turns make chats a little less various than exponential ones.
#[test]
fn one_chat_at_a_time_comes_to_erlang_c() {
    let simulated = simulate(&scene(vec![queue(vec![100.0; 60])], agents(13, &[ALWAYS])), 20, 1, 2);
    let found = simulated.service(0, 10..60).unwrap();
    let wanted = erlang::service(10.0, 180.0, 13, 20);
    near(found.wait_probability, wanted.wait_probability, 0.01);
    near(found.service_level, wanted.service_level, 0.01);
    near(found.average_wait_secs, wanted.average_answer_secs, 1.5);
    assert!((found.chats - 5_000.0).abs() < 100.0, "{}", found.chats);
}

#[test]
fn impatience_comes_to_erlang_a() {
    let waiting = SimulatedQueue { patience_secs: Some(120.0), ..queue(vec![100.0; 60]) };
    let simulated = simulate(&scene(vec![waiting], agents(10, &[ALWAYS])), 20, 2, 2);
    let found = simulated.service(0, 10..60).unwrap();
    let wanted = erlang::impatience(10.0, 10, 120.0 / 180.0);
    near(found.abandonment, wanted.abandonment, 0.01);
    near(found.wait_probability, wanted.wait_probability, 0.01);
}

/// One agent who always holds three chats, S = 20 s and Z = 40 s: 52.6 % within 30 s, 99.8 % within 180 s, 36 s on average.
#[test]
fn reply_times_of_a_full_agent_come_to_the_turn_layer() {
    let full = SimulatedQueue { slots: 3, reply_secs: 30.0, ..queue(vec![300.0; 60]) };
    let simulated = simulate(&scene(vec![full], agents(1, &[(1800.0, f64::INFINITY)])), 10, 3, 2);
    let tally = &simulated.tallies[0];
    // The queue before the agent is endless, so first replies take hours: only those after are the agent's.
    let cell = tally.over(0, 0..60);
    let later = (cell.replies - cell.answered, cell.replies_in_time - cell.first_in_time);
    assert!((later.1 / later.0 - 0.526).abs() < 0.02, "{}", later.1 / later.0);
}

#[test]
fn the_same_seed_gives_the_same_figures_on_any_number_of_threads() {
    let scene = scene(vec![queue(vec![50.0; 4])], agents(6, &[ALWAYS]));
    assert_eq!(simulate(&scene, 6, 7, 1), simulate(&scene, 6, 7, 2));
    assert_ne!(simulate(&scene, 6, 7, 1), simulate(&scene, 6, 8, 1));
}

/// Nobody is there in the second half hour: who comes then waits for the third, except who has no patience. What was open is
/// finished; what comes in the fourth is never answered.
#[test]
fn agents_on_a_break_take_up_nothing_and_finish_what_is_open() {
    let on_seat = [(0.0, 1800.0), (3600.0, 5400.0)];
    let simulated = simulate(&scene(vec![queue(vec![20.0; 4])], agents(30, &on_seat)), 10, 4, 1);
    let of = |step: usize| simulated.service(0, step..step + 1).unwrap();
    assert_eq!((of(0).service_level.mean, of(0).replies.map(|replies| replies.mean > 0.9)), (1.0, Some(true)));
    assert!(of(1).service_level.mean < 0.05 && (of(1).average_wait_secs.mean - 900.0).abs() < 150.0, "{:?}", of(1));
    assert_eq!((of(1).unanswered, of(2).service_level.mean > 0.9, of(3).unanswered), (0.0, true, 1.0));
}

/// Two queues, one agent for each and two for both: specialists go first, and nobody is given what he cannot do.
#[test]
fn chats_go_to_agents_with_the_skill_only() {
    let queues = vec![queue(vec![20.0; 20]), queue(vec![20.0; 20])];
    let with = |skills: &[&[usize]]| {
        let of = |queues: &&[usize]| SimulatedAgent { queues: queues.to_vec(), proficiency: 1.0, on_seat: vec![ALWAYS] };
        let simulated = simulate(&scene(queues.clone(), skills.iter().map(of).collect()), 20, 5, 2);
        [0, 1].map(|queue| simulated.service(queue, 4..20).unwrap().service_level.mean)
    };
    let apart = with(&[&[0], &[0], &[0], &[1], &[1], &[1]]);
    let pooled = with(&[&[0], &[0, 1], &[0, 1], &[0, 1], &[0, 1], &[1]]);
    assert!(pooled[0] > apart[0] + 0.03 && pooled[1] > apart[1] + 0.03, "{pooled:?} is not above {apart:?}");
    assert_eq!(with(&[&[0], &[0], &[0]])[1], 0.0, "nobody serves the second");
}

/// The normal's quantile is 1.960; the tables have 2.086 for 20 degrees and 2.365 for 7.
#[test]
fn intervals_are_students() {
    [(1, 12.706), (7, 2.365), (20, 2.086), (1000, 1.962)].iter().for_each(|(degrees, wanted)| {
        let found = estimate::student_975(*degrees);
        assert!((found - wanted).abs() < 2e-3, "{degrees}: {found}");
    });
    // Shares 1/2, 1/4 and 3/4 of as many: the mean is 0.5, its error 0.25/√3.
    let cells = [2.0, 1.0, 3.0].map(|in_time| Cell { chats: 4.0, answered_in_time: in_time, ..Cell::default() });
    let found = estimate::ratio(&cells, |cell| cell.answered_in_time, |cell| cell.chats).unwrap();
    assert!((found.mean - 0.5).abs() < 1e-12 && (found.half_width - 4.302_653 * 0.25 / 3.0_f64.sqrt()).abs() < 1e-6, "{found:?}");
}
