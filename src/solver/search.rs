//! A first good roster: simulated annealing over single duties, with exact price differences.
//!
//! It never leaves the hard rules, so whatever it holds when it is stopped is a roster. The next core replaces it.

mod state;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::line::{Duty, Line};
use super::problem::{DAYS, RosterProblem};
use state::State;

/// How often it looks at the clock.
const MOVES_PER_LOOK: usize = 256;

/// A roster found, and what it costs.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub cost: f64,
    pub lines: Vec<Line>,
}

/// The roster of the pins alone: always allowed, rarely good.
pub(super) fn pinned(problem: &RosterProblem) -> Found {
    let mut lines = vec![[None; DAYS]; problem.agents.len()];
    for pin in &problem.pins {
        lines[pin.agent][problem.shifts[pin.duty.shift].day] = Some(pin.duty);
    }
    Found { cost: problem.cost(&lines), lines }
}

/// How hot and how long an annealing is. Moves are counted by the duties that agents could have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Heat {
    /// From scratch, quickly: a roster to begin with.
    Brief,
    /// From scratch, slowly: early choices may all be undone.
    Full,
    /// From a good roster: only its parts are undone.
    Mild,
}

impl Heat {
    fn moves_per_duty(self) -> usize {
        match self {
            Self::Brief => 200,
            Self::Full | Self::Mild => 1200,
        }
    }

    /// The first temperature, in prices of a missing hour.
    fn hours(self) -> f64 {
        match self {
            Self::Brief | Self::Full => 2.0,
            Self::Mild => 0.2,
        }
    }
}

/// Anneals from a roster until cooled or stopped; gives the best roster seen.
pub(super) fn anneal(problem: &RosterProblem, from: &Found, heat: Heat, seed: u64, is_stopped: &dyn Fn() -> bool) -> Found {
    let choices = Choices::of(problem);
    let moves = choices.count() * heat.moves_per_duty();
    let mut rng = StdRng::seed_from_u64(seed);
    let mut state = State::new(problem, &from.lines);
    let mut best = from.clone();
    let hot = problem.weights.gap_hour * heat.hours();
    let cold = (problem.weights.surplus_hour * 0.2).max(problem.weights.gap_hour * 1e-3);
    let cooling = (cold / hot.max(cold)).powf(MOVES_PER_LOOK as f64 / moves.max(1) as f64);
    let mut temperature = hot.max(cold);
    let mut tried = 0;
    while tried < moves && !is_stopped() {
        for _ in 0..MOVES_PER_LOOK {
            let Some(changes) = choices.propose(problem, state.lines(), &mut rng) else { continue };
            // Drawn before the move is priced: the most that it may cost.
            let most = -temperature * (1.0 - rng.random::<f64>()).ln();
            if state.try_changes(&changes, most) && state.cost() < best.cost - 1e-9 {
                best = Found { cost: state.cost(), lines: state.lines().to_vec() };
            }
        }
        tried += MOVES_PER_LOOK;
        temperature *= cooling;
    }
    best.cost = problem.cost(&best.lines);
    best
}

/// A new line for an agent.
pub(super) type Change = (usize, Line);

/// What may be changed at all.
struct Choices {
    /// By agent and day: the duties allowed on their own; empty where a pin stands.
    duties: Vec<[Vec<Duty>; DAYS]>,
    /// Agents and days with a choice.
    cells: Vec<(usize, usize)>,
}

impl Choices {
    fn of(problem: &RosterProblem) -> Self {
        let mut duties = Vec::new();
        for (agent, spec) in problem.agents.iter().enumerate() {
            let mut days: [Vec<Duty>; DAYS] = Default::default();
            for (shift, worked) in problem.shifts.iter().enumerate() {
                let is_pinned =
                    |pin: &super::problem::PinSpec| pin.agent == agent && problem.shifts[pin.duty.shift].day == worked.day;
                if spec.blocked[shift].is_none() && !problem.pins.iter().any(is_pinned) {
                    days[worked.day].extend(spec.skills.iter().map(|skill| Duty { shift, queue: skill.queue }));
                }
            }
            duties.push(days);
        }
        let cells = (0..duties.len()).flat_map(|agent| (0..DAYS).map(move |day| (agent, day)));
        let cells = cells.filter(|(agent, day)| !duties[*agent][*day].is_empty()).collect();
        Self { duties, cells }
    }

    fn count(&self) -> usize {
        self.cells.iter().map(|(agent, day)| self.duties[*agent][*day].len()).sum()
    }

    fn pick(&self, agent: usize, day: usize, rng: &mut StdRng) -> Option<Duty> {
        let duties = &self.duties[agent][day];
        (!duties.is_empty()).then(|| duties[rng.random_range(0..duties.len())])
    }

    /// A random move within the hard rules; `None` where the one drawn is not.
    fn propose(&self, problem: &RosterProblem, lines: &[Line], rng: &mut StdRng) -> Option<Vec<Change>> {
        let (agent, day) = *self.cells.get(rng.random_range(0..self.cells.len().max(1)))?;
        let changes = match rng.random_range(0..100) {
            0..50 => self.replace(lines, agent, day, rng),
            50..65 => self.move_day(lines, agent, day, rng)?,
            _ => self.swap(lines, agent, day, rng)?,
        };
        changes.iter().all(|(agent, line)| problem.keeps_rules(*agent, line)).then_some(changes)
    }

    /// Another duty on the day, or a day off.
    fn replace(&self, lines: &[Line], agent: usize, day: usize, rng: &mut StdRng) -> Vec<Change> {
        let mut line = lines[agent];
        let goes_home = line[day].is_some() && rng.random_range(0..6) == 0;
        line[day] = if goes_home { None } else { self.pick(agent, day, rng) };
        vec![(agent, line)]
    }

    /// The day off and the working day change places.
    fn move_day(&self, lines: &[Line], agent: usize, day: usize, rng: &mut StdRng) -> Option<Vec<Change>> {
        let mut line = lines[agent];
        let other = rng.random_range(0..DAYS);
        if other == day || line[other].is_some() || line[day].is_none() {
            return None;
        }
        line[day] = None;
        line[other] = Some(self.pick(agent, other, rng)?);
        Some(vec![(agent, line)])
    }

    /// Two agents change places on a day.
    fn swap(&self, lines: &[Line], agent: usize, day: usize, rng: &mut StdRng) -> Option<Vec<Change>> {
        let other = rng.random_range(0..lines.len());
        let (mut line, mut other_line) = (lines[agent], lines[other]);
        if line[day] == other_line[day] || self.duties[other][day].is_empty() {
            return None;
        }
        std::mem::swap(&mut line[day], &mut other_line[day]);
        Some(vec![(agent, line), (other, other_line)])
    }
}
