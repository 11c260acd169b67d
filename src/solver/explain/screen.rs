//! For whom a loosened limit pays most, by the line engine at the roster's marginal prices.

use std::mem;

use super::loosening::Loosening;
use crate::solver::line::Line;
use crate::solver::line::contract::Contracts;
use crate::solver::problem::RosterProblem;
use crate::solver::search::{Rebuilder, State};
use crate::solver::team::Team;

/// Another agent must save this share of what the first one saves.
const WORTH_ANOTHER: f64 = 0.25;
/// What saves less is noise.
const LEAST: f64 = 1e-6;

/// A limit loosened for the agents for whom that pays most.
pub(super) struct Candidate {
    pub loosening: Loosening,
    /// For whom; the first saves most. Nobody where one more agent comes.
    pub agents: Vec<usize>,
    /// The problem with the limit loosened for them.
    pub problem: RosterProblem,
    /// The roster with their new lines.
    pub lines: Vec<Line>,
    /// What the new lines save.
    pub saving: f64,
}

/// Loosens one limit after the other. What is learned about contracts is kept: most stay as they are.
pub(super) struct Screen<'a> {
    pub problem: &'a RosterProblem,
    /// The roster that is to be improved.
    pub lines: &'a [Line],
    pub contracts: Contracts,
    /// Whether to stop.
    pub is_over: &'a dyn Fn() -> bool,
}

impl Screen<'_> {
    /// Tries the limit; `None` where it saves nothing by itself.
    pub fn candidate(&mut self, loosening: Loosening) -> Option<Candidate> {
        let granted_to = loosening.candidates(self.problem);
        let loose = loosening.apply(self.problem, &granted_to);
        let newcomers: Vec<usize> = (self.problem.agents.len()..loose.agents.len()).collect();
        let tried = [granted_to, newcomers.clone()].concat();
        let mut lines = self.lines.to_vec();
        lines.resize(loose.agents.len(), vec![None; loose.days]);
        let team = Team::with(&loose, mem::take(&mut self.contracts));
        let (mut agents, saving) = choose(&team, &mut lines, tried, loosening.most_agents(), self.is_over);
        self.contracts = team.contracts;
        agents.retain(|agent| !newcomers.contains(agent));
        let problem = loosening.apply(self.problem, &agents);
        (saving > LEAST).then_some(Candidate { loosening, agents, problem, lines, saving })
    }
}

/// Gives new lines to the few agents who save most by them, one after the other; what they save together.
fn choose(team: &Team, lines: &mut [Line], mut tried: Vec<usize>, most: usize, is_over: &dyn Fn() -> bool) -> (Vec<usize>, f64) {
    let mut rebuilder = Rebuilder::new(team, 0);
    let mut state = State::new(team, lines.to_vec());
    let (mut chosen, mut savings): (Vec<usize>, Vec<f64>) = (Vec::new(), Vec::new());
    while chosen.len() < most {
        let cost = state.cost();
        let mut best: Option<(f64, usize, Line)> = None;
        for agent in tried.iter().copied() {
            if is_over() {
                break;
            }
            rebuilder.rebuild(&mut state, agent, 0.0, None);
            let saving = cost - state.cost();
            let line = state.line(agent).clone();
            state.set_line(agent, &lines[agent]);
            if best.as_ref().is_none_or(|(known, ..)| saving > *known) {
                best = Some((saving, agent, line));
            }
        }
        let least = savings.first().map_or(LEAST, |first| first * WORTH_ANOTHER);
        let Some((saving, agent, line)) = best.filter(|(saving, ..)| *saving > least) else { break };
        state.set_line(agent, &line);
        lines[agent] = line;
        tried.retain(|other| *other != agent);
        chosen.push(agent);
        savings.push(saving);
    }
    (chosen, savings.iter().sum())
}
