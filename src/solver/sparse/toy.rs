//! Small random problems for the tests.

use rand::Rng;
use rand::rngs::StdRng;

use super::check::keeps_rules;
use super::model::{Agent, Duty, FORBIDDEN, Kind, Limits, Model, OFF, Row};

/// A problem of so many agents, days and kinds with every rule on or off by chance.
pub(super) fn model(rng: &mut StdRng, agents: usize, days: usize, kinds: usize) -> Model {
    let kinds: Vec<Kind> = (0..kinds)
        .map(|_| Kind { minutes: rng.random_range(2..5) * 120, bars: (0..kinds).map(|_| rng.random_bool(0.3)).collect() })
        .collect();
    let rows = (0..days * kinds.len())
        .map(|_| Row { demand: rng.random_range(0..3), under: rng.random_range(1..30), over: rng.random_range(0..5) })
        .collect();
    let agents = (0..agents).map(|_| agent(rng, days, &kinds)).collect();
    Model::new(days, kinds, agents, rows).expect("the prices are low")
}

fn agent(rng: &mut StdRng, days: usize, kinds: &[Kind]) -> Agent {
    let min_run = rng.random_range(1..4);
    let min_minutes = if rng.random_bool(0.5) { 0 } else { rng.random_range(0..days as u32 / 2 + 1) * 300 };
    let limits = Limits {
        max_run: if rng.random_bool(0.2) { days } else { min_run + rng.random_range(0..3) },
        min_run,
        min_off: rng.random_range(1..4),
        min_minutes,
        max_minutes: if rng.random_bool(0.3) { u32::MAX } else { min_minutes + rng.random_range(1..10) * 120 },
        max_weekends: rng.random_range(0..3),
        max_of_kind: kinds.iter().map(|_| if rng.random_bool(0.5) { days } else { rng.random_range(0..4) }).collect(),
        run_before: 0,
    };
    let mut price = |_| if rng.random_bool(0.1) { FORBIDDEN } else { rng.random_range(-9..10) };
    let base = (0..days * kinds.len()).map(&mut price).collect();
    Agent::new(kinds, limits, base, 5)
}

/// Every line of an agent that keeps the rules and equals `line` outside the days `first..end`.
pub(super) fn lines(model: &Model, agent: usize, line: &[Duty], first: usize, end: usize) -> Vec<Vec<Duty>> {
    let choices = model.kinds.len() + 1;
    let mut found = Vec::new();
    for code in 0..choices.pow((end - first) as u32) {
        let mut line = line.to_vec();
        let mut rest = code;
        for duty in &mut line[first..end] {
            *duty = if rest % choices == 0 { OFF } else { (rest % choices - 1) as Duty };
            rest /= choices;
        }
        if keeps_rules(model, agent, &line) {
            found.push(line);
        }
    }
    found
}
