//! The whole solve: a first roster, then search and dives side by side, sharing the best roster.

use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::board::{Board, Progress};
use super::construct::{Unbuilt, construct};
use super::dive::{Care, Diver, Memory};
use super::line::Engine;
use super::model::Model;
use super::roster::Roster;
use super::worker::{Role, Worker};

/// How long a solve goes on and what it may use.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    /// Threads, at least one.
    pub threads: usize,
    /// One thread, the same seed and the same number of lines give the same roster.
    pub seed: u64,
    /// Lines to rebuild by each thread, about; `u64::MAX` for no limit.
    pub lines: u64,
    /// Ends when (cost − bound) / cost is at most this, 0-1.
    pub gap: f64,
    /// How long it may go on.
    pub limit: Duration,
}

/// A roster and how good it is.
#[derive(Debug, Clone)]
pub(super) struct Solved {
    /// The best roster found.
    pub roster: Roster,
    /// No roster costs less; `i64::MIN` where nothing is known.
    pub bound: i64,
}

/// Solves until the effort is spent, the roster is proven best, or `is_stopped` says so.
pub(super) fn solve(
    model: &Model,
    effort: Effort,
    is_stopped: &(dyn Fn() -> bool + Sync),
    progress: &Progress,
) -> Result<Solved, Unbuilt> {
    let mut rng = StdRng::seed_from_u64(effort.seed);
    let first = construct(model, &mut Engine::default(), &mut rng, is_stopped)?;
    let board = Board::new(first, effort.gap, is_stopped, progress);
    let work = |index: usize, role: Role| {
        let rng = StdRng::seed_from_u64(effort.seed.wrapping_add(index as u64 * 7919));
        let diver = Diver { model, engine: Engine::default(), rng, memory: Memory::default(), board: &board, care: Care::USUAL };
        Worker::new(diver, role, (index, effort.threads), effort.limit).run(effort.lines);
    };
    if effort.threads < 2 {
        work(0, Role::Both);
    } else {
        std::thread::scope(|scope| {
            for index in 0..effort.threads {
                let role = if index == 0 { Role::Dives } else { Role::Search };
                scope.spawn(move || work(index, role));
            }
        });
    }
    Ok(Solved { bound: board.bound(), roster: board.best() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::sparse::check::keeps_rules;
    use crate::solver::sparse::model::OFF;
    use crate::solver::sparse::toy;

    fn effort(lines: u64) -> Effort {
        Effort { threads: 1, seed: 5, lines, gap: 0.0, limit: Duration::MAX }
    }

    #[test]
    fn cost_and_bound_stand_on_either_side_of_the_optimum() {
        let mut proven = 0;
        for seed in 0..25 {
            let model = toy::model(&mut StdRng::seed_from_u64(seed), 2, 6, 2);
            let Ok(solved) = solve(&model, effort(3000), &|| false, &|_, _| {}) else { continue };
            let lines: Vec<_> = (0..2).map(|agent| toy::lines(&model, agent, &[OFF; 6], 0, 6)).collect();
            let cost = |pair: [&Vec<u16>; 2]| {
                let mut roster = Roster::empty(&model);
                (0..2).for_each(|agent| roster.set(&model, agent, 0, pair[agent]));
                roster.cost
            };
            let optimum = lines[0].iter().flat_map(|a| lines[1].iter().map(move |b| [a, b])).map(cost).min();
            let optimum = optimum.expect("a roster was found, so there is one");
            assert!(solved.bound <= optimum && optimum <= solved.roster.cost, "seed {seed}");
            assert!((0..2).all(|agent| keeps_rules(&model, agent, &solved.roster.lines[agent])), "seed {seed}");
            proven += usize::from(solved.bound == solved.roster.cost);
        }
        assert!(proven > 5, "{proven} optima were proven");
    }

    #[test]
    fn the_same_seed_and_iterations_give_the_same_roster() {
        let model = toy::model(&mut StdRng::seed_from_u64(8), 3, 14, 2);
        let first = solve(&model, effort(3000), &|| false, &|_, _| {}).map(|solved| solved.roster);
        assert_eq!(first, solve(&model, effort(3000), &|| false, &|_, _| {}).map(|solved| solved.roster));
    }
}
