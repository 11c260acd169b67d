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
use super::tour::{connect, times};

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
                Flow::None => return Err(DesignError::Infeasible),
                Flow::Unknown => return kept(None),
                Flow::Found { times, is_proven } => match connect(self.network, &times) {
                    Ok(walk) if is_proven => return Ok(Found { walk, is_proven }),
                    Ok(walk) => return kept(Some(walk)),
                    Err(_) if (self.clock.is_cancelled)() || self.clock.left() < ROUND => return kept(None),
                    // Each part is one cut; the last follows from the others.
                    Err(apart) => parts.extend(apart.into_iter().skip(1)),
                },
            }
        }
    }
}

/// A round that has less time than this finds nothing.
const ROUND: Duration = Duration::from_millis(20);
