//! One annealing, by one thread.

use std::time::{Duration, Instant};

use rand::Rng;
use rand::rngs::StdRng;

use super::Found;
use super::rebuild::Rebuilder;
use super::state::{Guide, State};
use crate::solver::line::Line;
use crate::solver::team::Team;

/// Moves between two looks at the clock.
const MOVES_PER_LOOK: usize = 16;
/// How many agents a move rebuilds at most. Two who trade days are the smallest move that matters; four cost more than they
/// bring.
const MOST_AGENTS: usize = 3;
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

/// At first a change for the worse may cost this share of a missing head: early lines can all be undone.
const HOT: f64 = 0.5;
/// At the end it may cost this share of a head too many: only surplus and wishes are undecided.
const COLD: f64 = 0.5;
/// Where a head too many costs next to nothing, or as much as one missing: bounds on the last heat, by a missing head.
const COLD_RANGE: (f64, f64) = (0.02, 0.05);

impl Plan {
    fn heat(team: &Team, share: f64) -> f64 {
        let hot = HOT * team.gap_price;
        let cold = (COLD * team.surplus_price).clamp(COLD_RANGE.0 * team.gap_price, COLD_RANGE.1 * team.gap_price);
        hot * (cold / hot).powf(share.min(1.0))
    }
}

/// Anneals from a roster; gives the best one seen. `look` is told of it many times a second, and says whether to stop.
pub(in crate::solver) fn anneal(team: &Team, from: &Found, plan: Plan, look: &mut dyn FnMut(&Found) -> bool) -> Found {
    let mut annealing = Annealing {
        team,
        plan,
        rebuilder: Rebuilder::new(team, plan.seed),
        state: State::new(team, from.lines.clone()),
        best: from.clone(),
        lines: 0,
    };
    while !team.members.is_empty() && plan.clock.share(annealing.lines) < 1.0 && !look(&annealing.best) {
        let heat = Plan::heat(team, plan.clock.share(annealing.lines));
        for _ in 0..MOVES_PER_LOOK {
            annealing.go(heat);
        }
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
        if !keep(&mut best, &state) {
            return best;
        }
    }
}

struct Annealing<'a> {
    team: &'a Team<'a>,
    plan: Plan,
    rebuilder: Rebuilder<'a>,
    state: State<'a>,
    best: Found,
    /// Lines rebuilt so far.
    lines: u64,
}

impl Annealing<'_> {
    /// Takes some agents out, rebuilds them one after the other, and keeps that unless it costs too much for the heat.
    fn go(&mut self, heat: f64) {
        let agents = self.draw_agents();
        let before = self.cost();
        let empty = vec![None; self.team.problem.days];
        let lines: Vec<Line> = agents.iter().map(|agent| self.state.set_line(*agent, empty.clone())).collect();
        for agent in agents.iter().rev() {
            self.rebuilder.rebuild(&mut self.state, *agent, BLUR * heat, self.plan.guide);
        }
        self.lines += agents.len() as u64;
        let most = -heat * (1.0 - self.rebuilder.rng().random::<f64>()).ln();
        if self.cost() - before > most {
            for (agent, line) in agents.into_iter().zip(lines) {
                self.state.set_line(agent, line);
            }
        } else {
            keep(&mut self.best, &self.state);
        }
    }

    fn cost(&self) -> f64 {
        self.plan.guide.map_or_else(|| self.state.cost(), |guide| self.state.guided_cost(guide))
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

fn colleague(team: &Team, agent: usize, rng: &mut StdRng) -> Option<usize> {
    let skills = &team.members[agent].skills;
    let skill = skills.get(rng.random_range(0..skills.len().max(1)))?;
    let colleagues = &team.serving[skill.queue];
    Some(colleagues[rng.random_range(0..colleagues.len())])
}

/// Takes the roster if it is better; tells whether it was.
fn keep(best: &mut Found, state: &State) -> bool {
    let is_better = state.cost() < best.cost - 1e-6;
    if is_better {
        *best = state.found();
    }
    is_better
}
