//! The kinds of contract of a team: agents with the same limits share one graph.

use std::collections::HashMap;

use super::cheapest::{ShiftPrices, Sweep};
use super::graph::Graph;
use super::succession::Successions;
use crate::solver::problem::{AgentSpec, Limits, RosterProblem};
use crate::solver::rules;

/// The graphs of a team.
#[derive(Debug, Default)]
pub(in crate::solver) struct Contracts {
    /// The graph of each kind.
    pub graphs: Vec<Graph>,
    /// The number of each kind; `None` where nobody could keep its limits.
    known: HashMap<Kind, Option<usize>>,
    /// By minutes of rest.
    successions: HashMap<i64, Successions>,
}

/// What makes two contracts one kind.
type Kind = (Limits, [u32; 3], [bool; 2]);

impl Contracts {
    /// The contract of an agent, by what is open to the agent: prices of 0, infinite where pins, leave and the like say no.
    /// A floor of minutes that cannot be reached is given up for this agent alone.
    pub fn assign(&mut self, problem: &RosterProblem, agent: &AgentSpec, open: &ShiftPrices) -> usize {
        let number = self.number(problem, agent).filter(|number| agent.limits.min_minutes == 0 || self.has_line(*number, open));
        number.unwrap_or_else(|| {
            let mut without_floor = agent.clone();
            without_floor.limits.min_minutes = 0;
            self.number(problem, &without_floor).expect("days off break no rule")
        })
    }

    /// Whether what is open to the agent holds a line that keeps every rule but a floor of minutes.
    pub fn is_open(&mut self, problem: &RosterProblem, agent: &AgentSpec, open: &ShiftPrices) -> bool {
        let mut without_floor = agent.clone();
        without_floor.limits.min_minutes = 0;
        self.number(problem, &without_floor).is_some_and(|number| self.has_line(number, open))
    }

    fn number(&mut self, problem: &RosterProblem, agent: &AgentSpec) -> Option<usize> {
        let figures = [agent.run_before, agent.run_after, agent.owed_minutes];
        let kind = (agent.limits.clone(), figures, [agent.shares_late, agent.shares_weekend]);
        *self.known.entry(kind).or_insert_with(|| {
            let rest = agent.limits.min_rest;
            let successions = self.successions.entry(rest).or_insert_with(|| Successions::new(problem, rest));
            let graph = Graph::build(problem, &rules::resources(problem, agent), successions)?;
            self.graphs.push(graph);
            Some(self.graphs.len() - 1)
        })
    }

    fn has_line(&self, number: usize, open: &ShiftPrices) -> bool {
        let (graph, mut sweep) = (&self.graphs[number], Sweep::default());
        sweep.run(graph, open);
        sweep.ends(graph).any(|(_, price, _)| price.is_finite())
    }
}
