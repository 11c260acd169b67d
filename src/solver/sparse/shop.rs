//! Made-up problems for the tests: a shop with an early and a late shift a day.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::Uuid;

use crate::domain::rules::{CostWeights, RuleId};
use crate::solver::problem::{
    AgentSpec, GivenDay, Limits, ProblemParts, QueueSpec, RosterProblem, Seat, ShiftSpec, SkillSpec, WEEK, WishSpec,
};

/// Early and late: start and length in minutes.
const KINDS: [(i64, i64); 2] = [(480, 720), (900, 600)];

/// So many agents over so many days, with every rule that the sparse engine keeps.
pub(in crate::solver) fn shop(agents: usize, days: usize, seed: u64) -> RosterProblem {
    let rng = &mut StdRng::seed_from_u64(seed);
    let shifts: Vec<ShiftSpec> = (0..days).flat_map(|day| [shift(day, 0), shift(day, 1)]).collect();
    let queue = QueueSpec {
        id: Uuid::from_u128(1).into(),
        demand: shifts.iter().map(|_| rng.random_range(0..=agents as u32 / 2 + 1)).collect(),
        is_peak: vec![false; shifts.len()],
        gap_price: vec![12.5; shifts.len()],
        surplus_price: vec![0.5; shifts.len()],
    };
    let wish = |agent: usize, rng: &mut StdRng| {
        let day = rng.random_range(0..days);
        let of_day = vec![2 * day, 2 * day + 1];
        let shifts = if rng.random_bool(0.5) { of_day } else { vec![of_day[rng.random_range(0..2)]] };
        WishSpec { agent, shifts, is_wanted: rng.random_bool(0.5), weight: f64::from(rng.random_range(1..4)) }
    };
    let parts = ProblemParts {
        days,
        step_minutes: 720,
        intervals: shifts.len(),
        wishes: (0..agents * 2).map(|wished| wish(wished / 2, rng)).collect(),
        agents: (0..agents).map(|number| agent(number, shifts.len(), rng)).collect(),
        queues: vec![queue],
        shifts,
        group_rows: vec![],
        leader_pieces: Vec::new(),
        successions: Vec::new(),
        max_break_share: None,
        weights: CostWeights { wish: 1.5, ..CostWeights::default() },
        pins: Vec::new(),
    };
    RosterProblem::try_from(parts).expect("the problem is sound")
}

fn shift(day: usize, kind: usize) -> ShiftSpec {
    let start = day as i64 * 1440 + KINDS[kind].0;
    ShiftSpec {
        template_id: Uuid::from_u128(kind as u128).into(),
        kind,
        date: NaiveDate::default() + Days::new(day as u64),
        day,
        start,
        end: start + KINDS[kind].1,
        paid: KINDS[kind].1 as u32,
        is_late: kind == 1,
        is_weekend: day % WEEK > 4,
        seats: vec![Seat { interval: day * 2 + kind, share: 1.0 }],
        breaks: Vec::new(),
    }
}

/// Nothing of most days; of the others a day off, or one of the day's two shifts.
fn given(day: usize, rng: &mut StdRng) -> Option<GivenDay> {
    let choices = [None, Some(2 * day), Some(2 * day + 1)];
    rng.random_bool(0.2).then(|| GivenDay {
        day,
        shift: choices[rng.random_range(0..3)],
        is_fixed: false,
        rule: RuleId::LeastChange,
    })
}

fn agent(number: usize, shifts: usize, rng: &mut StdRng) -> AgentSpec {
    let blocked = |_| rng.random_bool(0.1).then_some(RuleId::Availability);
    AgentSpec {
        id: Uuid::from_u128(number as u128).into(),
        name: format!("agent {number}"),
        owed_minutes: 0,
        blocked: (0..shifts).map(blocked).collect(),
        limits: Limits {
            // Early does not follow on late.
            min_rest: 600,
            max_consecutive_days: rng.random_range(3..6),
            min_consecutive_days: rng.random_range(1..3),
            min_consecutive_days_off: rng.random_range(1..3),
            max_days: 7,
            max_late_shifts: 7,
            min_minutes: if rng.random_bool(0.5) { 1200 } else { 0 },
            max_minutes: 6000,
            max_weekends: rng.random_bool(0.5).then_some(1),
            max_of_kind: BTreeMap::from([(1, rng.random_range(0..5))]),
            overtime: Default::default(),
        },
        skills: vec![SkillSpec { queue: 0, proficiency: 1.0 }],
        is_leader: false,
        shares_late: false,
        shares_weekend: false,
        run_before: rng.random_range(0..3),
        given: (0..shifts / 2).filter_map(|day| given(day, rng)).collect(),
        run_after: 0,
        loads_beside: [0; 2],
        premium: Vec::new(),
    }
}
