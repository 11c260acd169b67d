//! The states of the automaton on each weekday, and the steps between them: a network around the week.
//!
//! A rotation of n weeks is one closed walk that goes n times around. Whole flows on the arcs that meet the demand and go
//! around n times fall apart into closed walks; where all of them hang together, they are one (Euler).

use super::automaton::{Automaton, Duty};
use super::merit::{RotationWeights, SUNDAY};
use super::problem::{RotationProblem, WEEK_DAYS};

/// A step from one day to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Arc {
    /// Node on the earlier day.
    pub from: usize,
    /// Node on the next day.
    pub to: usize,
    /// Price of going this way once.
    pub price: f64,
}

/// A state on a weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Node {
    /// 0-6, Monday first.
    pub day: usize,
    /// What is done on that day.
    pub duty: Duty,
    /// The automaton's state: nodes of one state differ by the weekday only.
    pub state: usize,
}

/// How the demand is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cover {
    /// By exactly the agents asked for, out of exactly the agents there.
    Exact,
    /// By as many or more, out of any number.
    Enough,
}

/// Nodes and arcs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Network {
    pub cover: Cover,
    pub nodes: Vec<Node>,
    pub arcs: Vec<Arc>,
}

impl Network {
    /// The network of a problem. Under exact cover, what nobody does on a weekday has no nodes there.
    pub fn of(problem: &RotationProblem, weights: &RotationWeights, cover: Cover) -> Self {
        let automaton = Automaton::of(problem, weights);
        let states = automaton.duties.len();
        let is_done = |node: &Node| match node.duty {
            _ if cover == Cover::Enough => true,
            Some(shift) => problem.shifts()[shift].agents[node.day] > 0,
            None => problem.at_work(node.day) < problem.agents(),
        };
        let duties = &automaton.duties;
        let on = |day: usize| duties.iter().enumerate().map(move |(state, &duty)| Node { day, duty, state });
        let nodes: Vec<Node> = (0..WEEK_DAYS).flat_map(on).collect();
        let mut arcs = Vec::new();
        for (from, node) in nodes.iter().enumerate().filter(|(_, node)| is_done(node)) {
            let tomorrow = (node.day + 1) % WEEK_DAYS * states;
            for step in automaton.steps[from % states].iter().filter(|step| is_done(&nodes[tomorrow + step.to])) {
                let to = tomorrow + step.to;
                arcs.push(Arc { from, to, price: step.price + weekend_price(weights, *node, nodes[to]) });
            }
        }
        Self { cover, nodes, arcs }.trimmed()
    }

    /// Without the nodes that no closed walk goes through, as far as neighbours show it.
    fn trimmed(mut self) -> Self {
        loop {
            let (mut is_left, mut is_reached) = (vec![false; self.nodes.len()], vec![false; self.nodes.len()]);
            for arc in &self.arcs {
                is_left[arc.from] = true;
                is_reached[arc.to] = true;
            }
            let before = self.arcs.len();
            self.arcs.retain(|arc| is_reached[arc.from] && is_left[arc.to]);
            if self.arcs.len() == before {
                return self.without_unused(&is_left);
            }
        }
    }

    fn without_unused(mut self, is_used: &[bool]) -> Self {
        let mut numbers = vec![0; is_used.len()];
        let mut nodes = Vec::new();
        for (old, node) in self.nodes.iter().enumerate().filter(|(old, _)| is_used[*old]) {
            numbers[old] = nodes.len();
            nodes.push(*node);
        }
        for arc in &mut self.arcs {
            (arc.from, arc.to) = (numbers[arc.from], numbers[arc.to]);
        }
        Self { nodes, ..self }
    }

    /// What is done along a walk of arcs.
    pub fn duties(&self, walk: &[usize]) -> Vec<Duty> {
        walk.iter().map(|&arc| self.nodes[self.arcs[arc].from].duty).collect()
    }

    /// Price of a walk.
    pub fn price(&self, walk: &[usize]) -> f64 {
        walk.iter().map(|&arc| self.arcs[arc].price).sum()
    }

    /// The closed walk along which these days are done, if there is one. The first day is a Monday.
    ///
    /// What is done on a day leaves one arc to take, but where to begin must be tried: from a wrong node the days cannot be
    /// gone, or lead to the right one within some rounds.
    pub fn trace(&self, days: &[Duty]) -> Option<Vec<usize>> {
        let mut onwards = vec![Vec::new(); self.nodes.len()];
        for (index, arc) in self.arcs.iter().enumerate() {
            onwards[arc.from].push(index);
        }
        let round = |start: usize| {
            let mut node = start;
            let next = days.iter().skip(1).chain(days.first());
            let walk = next.map(|&duty| {
                let arc = onwards[node].iter().copied().find(|&arc| self.nodes[self.arcs[arc].to].duty == duty)?;
                node = self.arcs[arc].to;
                Some(arc)
            });
            walk.collect::<Option<Vec<usize>>>().map(|walk| (walk, node))
        };
        let is_start = |node: &Node| node.day == 0 && node.duty == days[0];
        let starts = (0..self.nodes.len()).filter(|&node| is_start(&self.nodes[node]));
        for mut start in starts {
            for _ in 0..self.nodes.len() {
                match round(start) {
                    Some((walk, end)) if end == start => return Some(walk),
                    Some((_, end)) => start = end,
                    None => break,
                }
            }
        }
        None
    }
}

fn weekend_price(weights: &RotationWeights, from: Node, to: Node) -> f64 {
    match to.day {
        SUNDAY => weights.weekend(from.duty.is_some(), to.duty.is_some()),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_case::{days, flat, problem, rules, shift};
    use super::*;

    #[test]
    fn days_that_keep_the_rules_are_traced_and_others_are_not() {
        let network = Network::of(&flat(2, 1, (3, 5), (2, 4)), &RotationWeights::NONE, Cover::Enough);
        let sound = days("00000----000--");
        let walk = network.trace(&sound).expect("it keeps the rules");
        assert_eq!(network.duties(&walk), sound);
        assert!(network.trace(&days("00000----00---")).is_none(), "two days of work are too few");
    }

    #[test]
    fn a_day_that_nobody_works_has_no_node_of_work() {
        let shifts = vec![shift("D", 6, (1, 5), [1, 1, 1, 1, 1, 0, 0])];
        let network = Network::of(&problem(rules(2, shifts, (1, 5), (1, 9))), &RotationWeights::NONE, Cover::Exact);
        assert!(network.nodes.iter().all(|node| node.day < 5 || node.duty.is_none()));
    }

    #[test]
    fn a_weekend_is_priced_on_its_sunday() {
        let weights = RotationWeights { worked_weekend: 10.0, split_weekend: 4.0, ..RotationWeights::NONE };
        let network = Network::of(&flat(2, 1, (1, 7), (1, 7)), &weights, Cover::Enough);
        let price = |marks: &str| {
            let walk = network.trace(&days(marks)).expect("it keeps the rules");
            network.price(&walk)
        };
        assert_eq!([price("00000--"), price("-0000-0"), price("--00000")], [0.0, 14.0, 10.0]);
    }
}
