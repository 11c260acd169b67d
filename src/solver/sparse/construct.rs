//! A first roster: one whole line after the other at the marginal prices of those before.

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::budget::Budget;
use super::line::Engine;
use super::line::frame::Pace;
use super::model::{Model, WEEK};
use super::roster::Roster;

/// Days beyond which lines are first sought near the pace of demand.
const PACED_DAYS: usize = 8 * WEEK;

/// Why there is no first roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unbuilt {
    /// No line keeps this agent's limits.
    NoLine(usize),
    /// It was told to stop.
    Stopped,
}

/// Builds a roster in which every agent keeps the limits.
pub(super) fn construct(
    model: &Model,
    engine: &mut Engine,
    rng: &mut StdRng,
    is_stopped: &dyn Fn() -> bool,
) -> Result<Roster, Unbuilt> {
    let mut roster = Roster::empty(model);
    let mut order: Vec<usize> = (0..model.agents.len()).collect();
    order.shuffle(rng);
    let mut prices = Vec::new();
    let budget = Budget::of(model);
    let noise = (model.grain * 4.0 * f64::from(model.scale)) as i32 + 1;
    for agent in order {
        if is_stopped() {
            return Err(Unbuilt::Stopped);
        }
        // Ties are many while nothing is covered; without the noise every line would lean to the first days.
        roster.marginals(model, agent, model.horizon(), &mut prices, || rng.random_range(0..noise));
        let mut pace = (model.days > PACED_DAYS).then(|| first_pace(model, agent, &budget));
        let found = loop {
            let found = engine.cheapest(model, agent, &roster.lines[agent], model.horizon(), &prices, pace);
            if found.is_some() || pace.is_none() {
                break found.ok_or(Unbuilt::NoLine(agent))?;
            }
            pace = pace.map(wider).filter(|pace| pace.weekends < model.weeks());
        };
        roster.set(model, agent, 0, &found.duties);
    }
    Ok(roster)
}

/// Room for half a week of work more or less than the share.
fn first_pace<'a>(model: &Model, agent: usize, budget: &'a Budget) -> Pace<'a> {
    Pace { budget, units: 4 * model.agents[agent].shape.longest, weekends: 2 }
}

fn wider(pace: Pace<'_>) -> Pace<'_> {
    Pace { units: pace.units * 2, weekends: pace.weekends * 2, ..pace }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::solver::sparse::check::keeps_rules;
    use crate::solver::sparse::model::OFF;
    use crate::solver::sparse::toy;

    #[test]
    fn every_agent_of_a_first_roster_keeps_the_rules_or_has_no_line() {
        let mut built = 0;
        for seed in 0..60 {
            let rng = &mut StdRng::seed_from_u64(seed);
            let model = toy::model(rng, 2, 8, 2);
            match construct(&model, &mut Engine::default(), rng, &|| false) {
                Ok(roster) => {
                    built += 1;
                    assert!((0..2).all(|agent| keeps_rules(&model, agent, &roster.lines[agent])), "seed {seed}");
                }
                Err(Unbuilt::Stopped) => unreachable!("nobody says stop"),
                Err(Unbuilt::NoLine(agent)) => assert!(toy::lines(&model, agent, &[OFF; 8], 0, 8).is_empty(), "seed {seed}"),
            }
        }
        assert!(built > 10, "{built} rosters were built");
    }
}
