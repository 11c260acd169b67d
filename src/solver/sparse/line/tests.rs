use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::*;
use crate::solver::sparse::budget::Budget;
use crate::solver::sparse::model::{Limits, SCALE};
use crate::solver::sparse::toy;

fn random_prices(rng: &mut StdRng, base: &[i32]) -> Vec<i32> {
    let mut drawn = |base: &i32| if *base == FORBIDDEN { FORBIDDEN } else { base * SCALE + rng.random_range(-9000..9000) };
    base.iter().map(&mut drawn).collect()
}

#[test]
fn whole_lines_agree_with_enumeration() {
    let mut found = 0;
    for seed in 0..400 {
        let rng = &mut StdRng::seed_from_u64(seed);
        let (days, kinds) = (rng.random_range(1..10), rng.random_range(1..3));
        let mut model = toy::model(rng, 1, days, kinds);
        if seed % 5 == 0 {
            model.agents[0].limits.run_before = rng.random_range(1..=model.agents[0].limits.max_run);
        }
        let prices = random_prices(rng, &model.agents[0].base);
        let line = vec![OFF; days];
        let best = toy::lines(&model, 0, &line, 0, days).iter().map(|line| price_of(&prices, kinds, line)).min();
        let ours = Engine::default().cheapest(&model, 0, &line, model.horizon(), &prices, None);
        assert_eq!(ours.as_ref().map(|found| found.price), best, "seed {seed}");
        if let Some(ours) = ours {
            assert_eq!(price_of(&prices, kinds, &ours.duties), ours.price, "seed {seed}");
            assert!(crate::solver::sparse::check::keeps_rules(&model, 0, &ours.duties), "seed {seed}");
            found += 1;
        }
    }
    assert!(found > 200, "{found} problems had a line");
}

#[test]
fn windows_agree_with_enumeration() {
    for seed in 0..400 {
        let rng = &mut StdRng::seed_from_u64(1000 + seed);
        let (days, kinds) = (rng.random_range(7..15), 2);
        let model = toy::model(rng, 1, days, kinds);
        let random = random_prices(rng, &model.agents[0].base);
        let Some(whole) = Engine::default().cheapest(&model, 0, &vec![OFF; days], model.horizon(), &random, None) else {
            continue;
        };
        let first = rng.random_range(0..days - 2);
        let window = Window { first, end: rng.random_range(first + 1..=days.min(first + 8)) };
        let prices = random_prices(rng, &model.agents[0].base[first * kinds..window.end * kinds]);
        let lines = toy::lines(&model, 0, &whole.duties, first, window.end);
        let best = lines.iter().map(|line| price_of(&prices, kinds, &line[first..window.end])).min();
        let ours = Engine::default().cheapest(&model, 0, &whole.duties, window, &prices, None);
        assert_eq!(ours.map(|found| found.price), best, "seed {seed}");
    }
}

#[test]
fn a_paced_line_keeps_the_rules() {
    let rng = &mut StdRng::seed_from_u64(3);
    let mut model = toy::model(rng, 1, 70, 2);
    model.agents[0].limits = Limits {
        min_minutes: 10_000,
        max_minutes: 11_000,
        max_weekends: 6,
        max_run: 5,
        min_run: 2,
        min_off: 2,
        max_of_kind: vec![20; 2],
        run_before: 0,
    };
    let prices = random_prices(rng, &model.agents[0].base);
    let pace = Some(Pace { budget: &Budget::of(&model), units: 20, weekends: 2 });
    let ours = Engine::default().cheapest(&model, 0, &[OFF; 70], model.horizon(), &prices, pace).expect("an even line exists");
    assert!(crate::solver::sparse::check::keeps_rules(&model, 0, &ours.duties));
}

#[test]
fn more_limits_than_can_be_counted_still_give_a_line_and_a_bound_below_it() {
    let rng = &mut StdRng::seed_from_u64(4);
    let mut model = toy::model(rng, 1, 28, 6);
    model.agents[0].limits.max_of_kind = vec![3; 6];
    let prices: Vec<i32> = model.agents[0].base.iter().map(|base| if *base == FORBIDDEN { FORBIDDEN } else { -1000 }).collect();
    model.agents[0].limits.min_minutes = 0;
    let ours = Engine::default().cheapest(&model, 0, &[OFF; 28], model.horizon(), &prices, None).expect("days off are a line");
    assert!(ours.bound <= ours.price);
    assert!(crate::solver::sparse::check::keeps_rules(&model, 0, &ours.duties));
}

#[test]
fn a_line_found_by_tolls_keeps_the_limits_and_its_bound_stands_below_the_optimum() {
    let (mut tolled, mut missed) = (0, 0);
    for seed in 0..600 {
        let rng = &mut StdRng::seed_from_u64(5000 + seed);
        let days = rng.random_range(4..9);
        let model = toy::model(rng, 1, days, 2);
        let prices: Vec<i32> = random_prices(rng, &model.agents[0].base)
            .iter()
            .map(|price| if *price == FORBIDDEN { FORBIDDEN } else { price - 6000 })
            .collect();
        let line = vec![OFF; days];
        let Some(edge) = Edge::new(&model.kinds, &model.agents[0], &line, model.horizon()) else { continue };
        let Some(frame) = Frame::new(&model.agents[0], days, 0, &edge, &[], None) else { continue };
        let mut engine = Engine::default();
        let Some((free, duties)) = engine.solve(&frame, &prices, 2) else { continue };
        let optimum = toy::lines(&model, 0, &line, 0, days).iter().map(|line| price_of(&prices, 2, line)).min();
        if exceeded(&edge, &duties).is_none() {
            continue;
        }
        let Some(ours) = engine.tolled(&frame, 0, &prices, free.into()) else {
            missed += usize::from(optimum.is_some());
            continue;
        };
        let optimum = optimum.expect("a line was found, so there is one");
        assert!(ours.bound <= optimum && optimum <= ours.price, "seed {seed}: {ours:?}, optimum {optimum}");
        assert_eq!(price_of(&prices, 2, &ours.duties), ours.price, "seed {seed}");
        assert!(crate::solver::sparse::check::keeps_rules(&model, 0, &ours.duties), "seed {seed}");
        tolled += 1;
    }
    assert!(tolled > 50 && missed * 10 < tolled, "{tolled} found, {missed} missed");
}
