//! Discrete-event simulation of chats and the agents who answer them: the judge of every formula beside it.
//!
//! Chats arrive as a Poisson process whose rate is that of the step, go to the agent on seat who has the skill and holds fewest,
//! or wait for one and leave when their patience ends. A chat is a row of turns: question, reply in the order of the agent's
//! questions, thinking; after each it closes with the same chance, so that its length is what the handling time says. An agent
//! who leaves the seat takes up nothing more and finishes what is open. All times are exponential.

mod engine;
mod estimate;
mod routing;
mod scene;
mod tally;

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

pub use estimate::Estimate;
pub use scene::{Scene, SimulatedAgent, SimulatedQueue};
pub use tally::Cell;

use tally::Tally;

/// Replications of one scene.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulated {
    tallies: Vec<Tally>,
}

/// Service figures of a queue over some steps, by the chats that arrived in them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SimulatedService {
    /// Chats in one replication.
    pub chats: f64,
    /// Share of chats that waited for an agent.
    pub wait_probability: Estimate,
    /// Share taken up in time.
    pub service_level: Estimate,
    /// Mean seconds in the queue of those that were taken up or left.
    pub average_wait_secs: Estimate,
    /// Share that left.
    pub abandonment: Estimate,
    /// Share neither taken up nor gone by the end: nobody was on seat for them any more.
    pub unanswered: f64,
    /// Share with a first reply in time.
    pub first_reply: Estimate,
    /// Share of questions replied to in time; of a chat that was never taken up it is the first.
    pub replies: Option<Estimate>,
    /// Mean seconds from a question to its reply; `None` where none was given.
    pub average_reply_secs: Option<Estimate>,
}

/// Runs a scene `replications` times, on as many threads as asked. The same seed gives the same figures on any number of them.
pub fn simulate(scene: &Scene, replications: usize, seed: u64, threads: usize) -> Simulated {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= replications {
                return done;
            }
            done.push((index, engine::Engine::new(scene, seed_of(seed, index)).run()));
        }
    };
    let mut tallies = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(replications)).map(|_| scope.spawn(work)).collect();
        let mut tallies = work();
        for other in others {
            tallies.extend(other.join().expect("a replication does not panic"));
        }
        tallies
    });
    tallies.sort_unstable_by_key(|(index, _)| *index);
    Simulated { tallies: tallies.into_iter().map(|(_, tally)| tally).collect() }
}

/// Far apart for neighbouring replications: the golden ratio of 64 bits.
fn seed_of(seed: u64, replication: usize) -> u64 {
    seed.wrapping_add((replication as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

impl Simulated {
    /// The service of a queue over steps; `None` where no chat arrived.
    pub fn service(&self, queue: usize, steps: Range<usize>) -> Option<SimulatedService> {
        let cells: Vec<Cell> = self.tallies.iter().map(|tally| tally.over(queue, steps.clone())).collect();
        let of_chats = |over: fn(&Cell) -> f64| estimate::ratio(&cells, over, |cell| cell.chats);
        let (answered, abandonment) = (of_chats(|cell| cell.answered)?, of_chats(|cell| cell.abandoned)?);
        Some(SimulatedService {
            chats: cells.iter().map(|cell| cell.chats).sum::<f64>() / cells.len() as f64,
            wait_probability: of_chats(|cell| cell.waited)?,
            service_level: of_chats(|cell| cell.answered_in_time)?,
            average_wait_secs: of_chats(|cell| cell.wait_secs)?,
            abandonment,
            unanswered: (1.0 - answered.mean - abandonment.mean).max(0.0),
            first_reply: of_chats(|cell| cell.first_in_time)?,
            replies: estimate::ratio(&cells, |cell| cell.replies_in_time, |cell| cell.replies + cell.chats - cell.answered),
            average_reply_secs: estimate::ratio(&cells, |cell| cell.reply_secs, |cell| cell.replies),
        })
    }

    /// Chats over all replications.
    pub fn chats(&self) -> f64 {
        self.tallies.iter().map(Tally::chats).sum()
    }
}

#[cfg(test)]
mod tests;
