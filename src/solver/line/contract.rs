//! The kinds of contract of a team: agents with the same limits share one graph.

use std::collections::HashMap;

use super::graph::Graph;
use super::succession::Successions;
use crate::solver::problem::{AgentSpec, Limits, RosterProblem};
use crate::solver::rules;

/// The graphs of a team.
#[derive(Debug)]
pub(in crate::solver) struct Contracts {
    /// The graph of each kind.
    pub graphs: Vec<Graph>,
    /// The kind of each agent.
    pub of_agent: Vec<usize>,
}

/// What makes two contracts one kind.
type Kind = (Limits, u32, u32, [bool; 2]);

impl Contracts {
    /// The contracts of a problem's agents.
    pub fn of(problem: &RosterProblem) -> Self {
        let mut contracts = Self { graphs: Vec::new(), of_agent: Vec::new() };
        let mut known: HashMap<Kind, usize> = HashMap::new();
        let mut successions: HashMap<i64, Successions> = HashMap::new();
        for agent in &problem.agents {
            let kind = (agent.limits.clone(), agent.run_before, agent.owed_minutes, [agent.shares_late, agent.shares_weekend]);
            let number = *known.entry(kind).or_insert_with(|| {
                let rest = agent.limits.min_rest;
                let successions = successions.entry(rest).or_insert_with(|| Successions::new(problem, rest));
                contracts.graphs.push(graph(problem, agent, successions));
                contracts.graphs.len() - 1
            });
            contracts.of_agent.push(number);
        }
        contracts
    }
}

fn graph(problem: &RosterProblem, agent: &AgentSpec, successions: &Successions) -> Graph {
    let graph = Graph::build(problem, &rules::resources(problem, agent), successions);
    graph.unwrap_or_else(|| {
        // Nobody can work as many minutes as the floor asks for: without the floor, staying at home is a line.
        let mut agent = agent.clone();
        agent.limits.min_minutes = 0;
        Graph::build(problem, &rules::resources(problem, &agent), successions).expect("days off break no rule")
    })
}
