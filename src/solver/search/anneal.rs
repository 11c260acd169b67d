//! One annealing, by one thread.

use std::time::{Duration, Instant};

use rand::Rng;

use super::deal::Dealer;
use super::exchange::Exchanger;
use super::rebuild::Rebuilder;
use super::state::{Guide, State};
use super::{Found, colleague, leeway};
use crate::solver::rows::Bend;
use crate::solver::team::Team;

/// Moves between two looks at the clock.
const MOVES_PER_LOOK: usize = 16;
/// How many agents a move rebuilds at most. Two who trade days are the smallest move that matters; four cost more than they
/// bring.
const MOST_AGENTS: usize = 3;
/// Small moves for each large one: about the same time for both, which did better than either alone.
const SMALL_MOVES: usize = 60;
/// How far prices are blurred, as a share of the heat: without, a move would find the same lines again.
const BLUR: f64 = 0.2;

/// When an annealing ends.
#[derive(Debug, Clone, Copy)]
pub(in crate::solver) enum Clock {
    /// After so long from an instant on.
    Time(Instant, Duration),
    /// After so many rebuilt lines: the same ones every time.
    Lines(u64),
}

impl Clock {
    /// The share of the way gone after so many lines, 1 at the end.
    fn share(self, lines: u64) -> f64 {
        match self {
            Self::Time(began, length) => began.elapsed().as_secs_f64() / length.as_secs_f64().max(1e-9),
            Self::Lines(limit) => lines as f64 / limit.max(1) as f64,
        }
    }
}

/// How an annealing goes.
#[derive(Debug, Clone, Copy)]
pub(in crate::solver) struct Plan {
    /// When it ends.
    pub clock: Clock,
    /// Where its chance begins.
    pub seed: u64,
    /// Loads to aim for; `None` to price the spread as it is.
    pub guide: Option<Guide>,
}

/// At first a change for the worse may cost up to this many times a missing head: early moves can all be undone.
const HOTTEST: f64 = 1.5;
/// The same where there is little time for each agent: there is no way back then.
const COOLEST: f64 = 0.1;
/// How much time for each agent is little. From there on the first heat grows with the cube of the time. That is steep, but
/// 50 ms for each of 400 agents wanted no more than the coolest, and 80 to 150 ms for each of 26 the hottest.
const LITTLE: Duration = Duration::from_millis(50);
/// About how long a line takes to be rebuilt, the small moves before it included.
pub(in crate::solver) const LINE: Duration = Duration::from_micros(40);
/// At the end it may cost this share of a head too many: only surplus and wishes are undecided.
const COLD: f64 = 0.125;
/// Where a head too many costs next to nothing, or as much as one missing: bounds on the last heat, by a missing head.
const COLD_RANGE: (f64, f64) = (0.005, 0.0125);

/// The share of the way after which prices are no longer bent.
const BENT: f64 = 0.7;

/// The heat from the beginning to the end.
struct Heat {
    hot: f64,
    cold: f64,
}

impl Heat {
    fn of(team: &Team, clock: Clock) -> Self {
        let length = match clock {
            Clock::Time(_, length) => length.as_secs_f64(),
            Clock::Lines(lines) => LINE.as_secs_f64() * lines as f64,
        };
        let time = length / team.members.len().max(1) as f64 / LITTLE.as_secs_f64();
        Self {
            hot: team.gap_price * (COOLEST * time.powi(3)).clamp(COOLEST, HOTTEST),
            cold: (COLD * team.surplus_price).clamp(COLD_RANGE.0 * team.gap_price, COLD_RANGE.1 * team.gap_price),
        }
    }

    /// The heat when that share of the way is gone.
    fn at(&self, share: f64) -> f64 {
        self.hot * (self.cold / self.hot).powf(share.min(1.0))
    }
}

/// Anneals from a roster; gives the best one seen. `look` is told of it many times a second, and says whether to stop.
pub(in crate::solver) fn anneal(team: &Team, from: &Found, plan: Plan, look: &mut dyn FnMut(&Found) -> bool) -> Found {
    let mut annealing = Annealing {
        team,
        plan,
        rebuilder: Rebuilder::new(team, plan.seed),
        state: State::new(team, from.lines.clone()),
        exchanger: Exchanger::new(team, plan.seed),
        dealer: Dealer::new(team, plan.seed),
        best: from.clone(),
        lines: 0,
    };
    let heat = Heat::of(team, plan.clock);
    while !team.members.is_empty() && plan.clock.share(annealing.lines) < 1.0 && !look(&annealing.best) {
        let share = plan.clock.share(annealing.lines);
        annealing.go_on(heat.at(share), Bend::of(1.0 - share / BENT));
    }
    annealing.best
}

/// A first roster: gives every agent in turn the cheapest line for what those before leave open.
pub(in crate::solver) fn construct(team: &Team, seed: u64) -> Found {
    let mut rebuilder = Rebuilder::new(team, seed);
    let mut state = State::new(team, vec![vec![None; team.problem.days]; team.members.len()]);
    (0..team.members.len()).for_each(|agent| rebuilder.rebuild(&mut state, agent, 0.0, None));
    state.found()
}

/// Gives every agent in turn the cheapest line for what the others leave open, until that gains nothing. Quick, and as good
/// as a roster gets one line at a time.
pub(in crate::solver) fn settle(team: &Team, from: &Found, seed: u64, look: &mut dyn FnMut(&Found) -> bool) -> Found {
    let mut rebuilder = Rebuilder::new(team, seed);
    let mut state = State::new(team, from.lines.clone());
    let mut best = from.clone();
    loop {
        for agent in 0..team.members.len() {
            if agent % MOVES_PER_LOOK == 0 && look(&best) {
                return best;
            }
            rebuilder.rebuild(&mut state, agent, 0.0, None);
        }
        if !keep(&mut best, &mut state) {
            return best;
        }
    }
}

struct Annealing<'a> {
    team: &'a Team<'a>,
    plan: Plan,
    rebuilder: Rebuilder<'a>,
    exchanger: Exchanger<'a>,
    dealer: Dealer<'a>,
    state: State<'a>,
    best: Found,
    /// Lines rebuilt so far.
    lines: u64,
}

impl Annealing<'_> {
    /// As many moves as there are between two looks, with prices bent so far: what they lead to is looked at once they are straight.
    fn go_on(&mut self, heat: f64, bend: Bend) {
        self.state.bend(bend);
        for _ in 0..MOVES_PER_LOOK {
            self.go(heat);
            if bend == Bend::NONE {
                keep(&mut self.best, &mut self.state);
            }
        }
        self.state.bend(Bend::NONE);
        keep(&mut self.best, &mut self.state);
    }

    /// Some small moves and a large one; a deal from time to time.
    fn go(&mut self, heat: f64) {
        for _ in 0..SMALL_MOVES {
            self.exchanger.go(&mut self.state, heat, self.plan.guide);
        }
        self.rebuild(heat);
        self.dealer.go(&self.exchanger, &mut self.state, (self.lines, heat), self.plan.guide);
    }

    /// Takes some agents out, rebuilds them one after the other, and keeps that unless it costs too much for the heat.
    fn rebuild(&mut self, heat: f64) {
        let agents = self.draw_agents();
        let Self { rebuilder, state, plan: Plan { guide, .. }, .. } = self;
        let most = state.cost_by(*guide) + leeway(heat, rebuilder.rng());
        state.attempt(|state| {
            agents.iter().for_each(|agent| rebuilder.take_out(state, *agent));
            agents.iter().rev().for_each(|agent| rebuilder.rebuild(state, *agent, BLUR * heat, *guide));
            state.cost_by(*guide) <= most
        });
        self.lines += agents.len() as u64;
    }

    /// One agent, and up to two more from one of its queues: those who share no queue have nothing to trade.
    fn draw_agents(&mut self) -> Vec<usize> {
        let team = self.team;
        let rng = self.rebuilder.rng();
        let first = rng.random_range(0..team.members.len());
        let mut agents = vec![first];
        for _ in 1..rng.random_range(1..=MOST_AGENTS) {
            let Some(agent) = colleague(team, first, rng) else { break };
            if !agents.contains(&agent) {
                agents.push(agent);
            }
        }
        agents
    }
}

/// Takes the roster if it is better; tells whether it was.
fn keep(best: &mut Found, state: &mut State) -> bool {
    let is_better = state.cost() < best.cost - 1e-6;
    if is_better {
        state.take_down(best);
    }
    is_better
}
