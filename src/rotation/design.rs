//! Rules → the best rotation that keeps them, or that there is none.

use std::time::{Duration, Instant};

use super::check::check;
use super::flow::{Flow, Order, Part};
use super::highs::{BackendFault, Stop};
use super::merit::{RotationMerits, RotationWeights};
use super::network::{Cover, Network};
use super::problem::{RotationProblem, WEEK_DAYS};
use super::schedule::Rotation;
use super::spacing::spread;
use super::tour::{connect, times, turns};

/// How to design.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DesignOptions {
    /// Wall-clock time for all of it.
    pub time_limit: Duration,
    /// Where chance begins. The same seed gives the same rotation, as long as the time limit does not cut in.
    pub seed: u64,
}

impl Default for DesignOptions {
    /// 10 s.
    fn default() -> Self {
        Self { time_limit: Duration::from_secs(10), seed: 0 }
    }
}

/// A rotation and what is known about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Designed {
    /// The rotation; it keeps all rules.
    pub rotation: Rotation,
    /// What is good and bad about it.
    pub merits: RotationMerits,
    /// Whether it is proven that none is cheaper, the spread of the free weekends aside.
    pub is_proven_best: bool,
}

/// Why a design gave no rotation.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DesignError {
    /// Proven: no rotation keeps all rules. [`explain`](super::explain) says why and what to give up.
    #[error("no rotation keeps all these rules")]
    Infeasible,
    /// The limit passed before a first rotation was found or proven impossible.
    #[error("no rotation within {} s; raise the time limit", .limit.as_secs_f64())]
    NotInTime {
        /// The limit given.
        limit: Duration,
    },
    /// Stopped on request.
    #[error("the design was cancelled")]
    Cancelled,
    /// The backend failed, or returned a rotation that breaks a rule.
    #[error("the solver failed: {0}")]
    Failed(String),
}

impl From<BackendFault> for DesignError {
    fn from(fault: BackendFault) -> Self {
        Self::Failed(fault.to_string())
    }
}

/// Designs the cheapest rotation by `weights`.
///
/// The first rotation is looked for without prices, in a smaller network; then it is the start of the search for the best.
///
/// # Errors
/// [`DesignError::Infeasible`] is a proof. With a rotation in hand neither the limit nor `is_cancelled` is an error: it is
/// returned as it is.
pub fn design(
    problem: &RotationProblem,
    weights: &RotationWeights,
    options: &DesignOptions,
    is_cancelled: &dyn Fn() -> bool,
) -> Result<Designed, DesignError> {
    let clock = Clock { began: Instant::now(), limit: options.time_limit, is_cancelled };
    if (0..WEEK_DAYS).any(|day| problem.at_work(day) > problem.agents()) {
        return Err(DesignError::Infeasible);
    }
    let plain = Network::of(problem, &RotationWeights::NONE, Cover::Exact);
    let search = Search { problem, network: &plain, clock: &clock, seed: options.seed };
    let (mut network, mut found) = (&plain, search.cheapest(None)?);
    let priced;
    if !weights.are_nil() {
        priced = Network::of(problem, weights, Cover::Exact);
        let start = priced.trace(&plain.duties(&found.walk)).expect("both networks know all rotations that keep the rules");
        found = Search { network: &priced, ..search }.cheapest(Some(start))?;
        network = &priced;
    }
    if weights.uneven_weekends > 0.0 {
        found.walk = spread(network, found.walk, options.seed);
    }
    let rotation = Rotation::of(&network.duties(&found.walk));
    let faults = check(problem, &rotation);
    if !faults.is_empty() {
        return Err(DesignError::Failed(faults.join("; ")));
    }
    let merits = RotationMerits::of(problem, weights, &rotation);
    Ok(Designed { rotation, merits, is_proven_best: found.is_proven })
}

/// The time there is, and who may end it.
pub(super) struct Clock<'a> {
    pub began: Instant,
    pub limit: Duration,
    pub is_cancelled: &'a dyn Fn() -> bool,
}

impl Clock<'_> {
    fn left(&self) -> Duration {
        self.limit.saturating_sub(self.began.elapsed())
    }

    pub fn overdue(&self) -> DesignError {
        if (self.is_cancelled)() { DesignError::Cancelled } else { DesignError::NotInTime { limit: self.limit } }
    }
}

/// One closed walk through a network.
pub(super) struct Found {
    pub walk: Vec<usize>,
    /// Whether none is cheaper.
    pub is_proven: bool,
}

/// Solves for flows until one of them is one walk.
#[derive(Clone, Copy)]
pub(super) struct Search<'a> {
    pub problem: &'a RotationProblem,
    pub network: &'a Network,
    pub clock: &'a Clock<'a>,
    pub seed: u64,
}

impl Search<'_> {
    /// The cheapest closed walk; with a start, nothing worse than it.
    pub fn cheapest(&self, start: Option<Vec<usize>>) -> Result<Found, DesignError> {
        let mut parts: Vec<Part> = Vec::new();
        let start_times = start.as_ref().map(|walk| times(self.network, walk));
        let kept = |found: Option<Vec<usize>>| match (found, &start) {
            (Some(walk), _) => Ok(Found { walk, is_proven: false }),
            (None, Some(start)) => Ok(Found { walk: start.clone(), is_proven: false }),
            (None, None) => Err(self.clock.overdue()),
        };
        loop {
            // With something in hand half of the time is kept: the best flow may fall apart, and then there is another round.
            let limit = if start.is_some() { self.clock.left() / 2 } else { self.clock.left() };
            let order = Order { problem: self.problem, network: self.network, parts: &parts, start: start_times.as_deref() };
            match order.solve(Stop { limit, is_cancelled: self.clock.is_cancelled }, self.seed)? {
                Flow::None if start.is_none() => return Err(DesignError::Infeasible),
                Flow::None | Flow::Unknown => return kept(None),
                Flow::Found { times, is_proven } => match connect(self.network, &times) {
                    Ok(walk) if is_proven => return Ok(Found { walk, is_proven }),
                    Ok(walk) => return kept(Some(walk)),
                    Err(_) if (self.clock.is_cancelled)() || self.clock.left() < ROUND => return kept(None),
                    Err(apart) => {
                        let turns = apart.iter().flat_map(|part| turns(self.network, part));
                        parts.extend(turns);
                    }
                },
            }
        }
    }
}

/// A round that has less time than this finds nothing.
const ROUND: Duration = Duration::from_millis(20);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::problem::{BlockLength, ForbiddenSuccession, RotationRules};
    use super::super::test_case::{PATIENT, around_the_clock, flat, problem, rules, shift};
    use super::*;

    fn designed(problem: &RotationProblem, weights: &RotationWeights) -> Result<Designed, DesignError> {
        design(problem, weights, &PATIENT, &|| false)
    }

    /// The least cost of all rotations there are, each written out and checked.
    fn brute_force(problem: &RotationProblem, weights: &RotationWeights) -> Option<f64> {
        let (duties, days) = (problem.shifts().len() + 1, problem.agents() as usize * WEEK_DAYS);
        let digit = |number: usize, day: usize| number / duties.pow(day as u32) % duties;
        let rotations = (0..duties.pow(days as u32)).map(|number| {
            let row: Vec<Option<usize>> = (0..days).map(|day| digit(number, day).checked_sub(1)).collect();
            Rotation::of(&row)
        });
        let kept = rotations.filter(|rotation| check(problem, rotation).is_empty());
        kept.map(|rotation| RotationMerits::of(problem, weights, &rotation).cost).min_by(f64::total_cmp)
    }

    #[test]
    fn the_public_instance_has_a_rotation_that_keeps_all_rules() {
        let found = designed(&around_the_clock(), &RotationWeights::NONE).expect("it is known to have one");
        assert_eq!(check(&around_the_clock(), &found.rotation), Vec::<String>::new());
    }

    #[test]
    fn two_days_off_that_must_move_on_need_blocks_of_work_that_let_them() {
        // Two are off on every weekday, so each of the seven blocks of days off begins on another one. With five days on it
        // cannot move, with four to six it moves by one at most and never comes back; by two it can: 0 2 4 6 5 3 1.
        assert_eq!(designed(&flat(7, 5, (5, 5), (2, 2)), &RotationWeights::NONE), Err(DesignError::Infeasible));
        assert_eq!(designed(&flat(7, 5, (4, 6), (2, 2)), &RotationWeights::NONE), Err(DesignError::Infeasible));
        assert!(designed(&flat(7, 5, (3, 7), (2, 2)), &RotationWeights::NONE).is_ok());
    }

    #[test]
    fn the_best_has_all_weekends_free_that_the_demand_leaves() {
        let shifts = vec![shift("D", 9, (1, 6), [3, 3, 3, 3, 3, 1, 1])];
        let found = designed(&problem(rules(4, shifts, (2, 6), (1, 4))), &RotationWeights::default()).expect("it has one");
        assert_eq!((found.merits.free_weekends, found.merits.split_weekends, found.is_proven_best), (3, 0, true));
    }

    #[test]
    fn the_same_seed_gives_the_same_rotation() {
        let run = || designed(&around_the_clock(), &RotationWeights::default()).map(|found| found.rotation);
        assert_eq!(run(), run());
    }

    #[test]
    fn a_cancelled_design_ends_at_once() {
        let ended = design(&around_the_clock(), &RotationWeights::NONE, &PATIENT, &|| true);
        assert_eq!(ended, Err(DesignError::Cancelled));
    }

    #[test]
    fn without_time_there_is_no_rotation() {
        let options = DesignOptions { time_limit: Duration::ZERO, seed: 0 };
        let ended = design(&around_the_clock(), &RotationWeights::NONE, &options, &|| false);
        assert_eq!(ended, Err(DesignError::NotInTime { limit: Duration::ZERO }));
    }

    /// Block lengths of up to four days.
    fn block() -> impl Strategy<Value = (u32, u32)> {
        (1u32..=3, 0u32..=2).prop_map(|(fewest, more)| (fewest, fewest + more))
    }

    /// A rotation of one week over two shifts, or of two weeks over one. The demand is that of a random row of days, so that
    /// about half of the problems have a rotation.
    fn tiny() -> impl Strategy<Value = RotationRules> {
        let shifts = prop_oneof![Just((1u32, 2usize)), Just((2u32, 1usize))];
        shifts.prop_flat_map(|(agents, count)| {
            let days = prop::collection::vec(prop::option::weighted(0.7, 0..count), agents as usize * WEEK_DAYS);
            let blocks = prop::collection::vec(block(), count + 2);
            let forbidden = prop::collection::vec((0..count, 0..count, any::<bool>()), 0..=2);
            (days, blocks, forbidden).prop_map(move |(days, blocks, forbidden)| {
                let needed =
                    |shift: usize, day: usize| days.chunks(WEEK_DAYS).filter(|week| week[day] == Some(shift)).count() as u32;
                let shift = |index: usize| {
                    shift(&index.to_string(), 6 + 14 * index as u32, blocks[index], std::array::from_fn(|day| needed(index, day)))
                };
                let mut rules = rules(agents, (0..count).map(shift).collect(), blocks[count], blocks[count + 1]);
                rules.work = BlockLength::new(blocks[count].0, blocks[count].1 + 2);
                let pair = |(before, after, with_day_off)| ForbiddenSuccession { before, after, with_day_off };
                rules.forbidden = forbidden.into_iter().map(pair).collect();
                rules
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn brute_force_agrees_on_whether_and_how_well(rules in tiny()) {
            let problem = problem(rules);
            let weights = RotationWeights { uneven_weekends: 0.0, ..RotationWeights::default() };
            match (designed(&problem, &weights), brute_force(&problem, &weights)) {
                (Ok(found), Some(least)) => {
                    prop_assert!(found.is_proven_best);
                    prop_assert!((found.merits.cost - least).abs() < 1e-6, "{} instead of {least}", found.merits.cost);
                }
                (Err(DesignError::Infeasible), None) => {}
                (designed, least) => prop_assert!(false, "{designed:?}, brute force {least:?}"),
            }
        }
    }
}
