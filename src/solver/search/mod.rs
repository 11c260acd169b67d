//! Rosters by annealing over whole work lines.
//!
//! A large move takes one to three agents out of the roster, and gives each in turn the cheapest line for what the rest
//! leaves open, at prices blurred a little by chance: it weighs all days of its agents at once. Small moves change single
//! days or hand them from one agent to another: a hundred of them cost as much as a large one, and they reach what needs
//! many agents to give a little. A move for the worse is kept as long as the heat allows; every move keeps every hard rule.
//!
//! What is left then is decided day by day, everybody at once.

mod anneal;
mod assignment;
mod day;
mod deal;
mod exchange;
mod polish;
mod rebuild;
mod state;

pub(super) use anneal::{Clock, LINE, Plan, anneal, construct, settle};
pub(super) use day::Day;
pub(super) use polish::polish;
pub(super) use rebuild::Rebuilder;
pub(super) use state::{Guide, State};

use rand::Rng;
use rand::rngs::SmallRng;

use super::line::Line;
use super::team::Team;

/// A roster found, and what it costs.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub cost: f64,
    pub lines: Vec<Line>,
}

/// Someone who shares a queue with the agent, perhaps the same agent; `None` where the agent serves none.
fn colleague(team: &Team, agent: usize, rng: &mut SmallRng) -> Option<usize> {
    let skills = &team.members[agent].skills;
    let skill = skills.get(rng.random_range(0..skills.len().max(1)))?;
    let colleagues = &team.serving[skill.queue];
    Some(colleagues[rng.random_range(0..colleagues.len())])
}

/// How much worse a move may be and still be kept (Metropolis).
fn leeway(heat: f64, rng: &mut SmallRng) -> f64 {
    -heat * (1.0 - rng.random::<f64>()).ln()
}
