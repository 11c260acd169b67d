//! Whole flows around the week: the mixed-integer programme of MODEL.md.

use good_lp::{Constraint, Expression, ProblemVariables, Variable, VariableDefinition, constraint, variable, variables};

use super::highs::{Answer, BackendFault, Programme, Stop};
use super::network::{Cover, Network};
use super::problem::{MOST_AGENTS, RotationProblem, WEEK_DAYS};

/// A part of the nodes that once held closed walks apart from all others: by node, whether it belongs to it.
pub(super) type Part = Vec<bool>;

/// What came of a solve.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Flow {
    /// Times that each arc is gone, and whether no flow is cheaper.
    Found { times: Vec<u32>, is_proven: bool },
    /// There is none.
    None,
    /// Not known in time.
    Unknown,
}

/// What flow is looked for.
pub(super) struct Order<'a> {
    pub problem: &'a RotationProblem,
    pub network: &'a Network,
    /// The parts that may not be left apart.
    pub parts: &'a [Part],
    /// A flow known to be one.
    pub start: Option<&'a [u32]>,
}

impl Order<'_> {
    /// Finds the cheapest flow that meets the demand and leaves no part apart. Where the demand is only a floor, the cheapest
    /// is the one of fewest agents.
    pub fn solve(&self, stop: Stop, seed: u64) -> Result<Flow, BackendFault> {
        if self.network.arcs.is_empty() {
            return Ok(Flow::None);
        }
        let mut variables = variables!();
        let times = self.times(&mut variables);
        let mut rows = Vec::new();
        self.balance(&times, &mut rows);
        self.cover(&times, &mut rows);
        for part in self.parts {
            let used = [true, false].map(|inside| variables.add(self.used(part, inside)));
            self.join(&times, part, used, &mut rows);
        }
        let objective = match self.network.cover {
            Cover::Exact => self.network.arcs.iter().zip(&times).map(|(arc, &time)| arc.price * time).sum(),
            Cover::Enough => self.on_monday(&times, |_| true),
        };
        Ok(match (Programme { variables, objective, rows, start: self.values() }).solve(stop, seed)? {
            Answer::Values { values, is_proven } => {
                let times = values[..times.len()].iter().map(|value| value.round() as u32).collect();
                Flow::Found { times, is_proven }
            }
            Answer::None => Flow::None,
            Answer::Unknown => Flow::Unknown,
        })
    }

    /// A variable for each arc: times it is gone, at most as often as its ends may be passed.
    fn times(&self, variables: &mut ProblemVariables) -> Vec<Variable> {
        let most = |node: usize| match self.network.cover {
            Cover::Exact => self.needed(self.network.nodes[node].day, self.network.nodes[node].duty),
            Cover::Enough => MOST_AGENTS,
        };
        let time = |from, to| variable().integer().min(0).max(most(from).min(most(to)));
        self.network.arcs.iter().map(|arc| variables.add(time(arc.from, arc.to))).collect()
    }

    fn needed(&self, day: usize, duty: Option<usize>) -> u32 {
        duty.map_or_else(|| self.problem.agents() - self.problem.at_work(day), |shift| self.problem.shifts()[shift].agents[day])
    }

    /// As many come to a node as leave it.
    fn balance(&self, times: &[Variable], rows: &mut Vec<Constraint>) {
        let mut nodes = vec![Expression::default(); self.network.nodes.len()];
        for (arc, &time) in self.network.arcs.iter().zip(times) {
            nodes[arc.to] += time;
            nodes[arc.from] -= time;
        }
        rows.extend(nodes.into_iter().map(|node| node.eq(0)));
    }

    /// Every shift has its agents on every weekday; exactly, or at least.
    fn cover(&self, times: &[Variable], rows: &mut Vec<Constraint>) {
        let duties = self.problem.shifts().len() + 1;
        let mut sums = vec![Expression::default(); WEEK_DAYS * duties];
        for (arc, &time) in self.network.arcs.iter().zip(times) {
            let node = self.network.nodes[arc.to];
            sums[node.day * duties + node.duty.unwrap_or(duties - 1)] += time;
        }
        for (index, sum) in sums.into_iter().enumerate() {
            let (day, duty) = (index / duties, Some(index % duties).filter(|&duty| duty + 1 < duties));
            match (self.network.cover, duty) {
                (Cover::Exact, _) => rows.push(sum.eq(self.needed(day, duty))),
                (Cover::Enough, Some(_)) => rows.push(sum.geq(f64::from(self.needed(day, duty)))),
                (Cover::Enough, None) => {}
            }
        }
    }

    /// Whether one side of a part is used; it must be where the other side has no node for some demand.
    fn used(&self, part: &Part, inside: bool) -> VariableDefinition {
        let duties = self.problem.shifts().len();
        let is_served = |day: usize, shift: usize| {
            let mut nodes = self.network.nodes.iter().zip(part);
            nodes.any(|(node, &is_in)| is_in != inside && node.day == day && node.duty == Some(shift))
        };
        let mut demand = (0..WEEK_DAYS).flat_map(|day| (0..duties).map(move |shift| (day, shift)));
        let is_needed = demand.any(|(day, shift)| self.needed(day, Some(shift)) > 0 && !is_served(day, shift));
        variable().integer().min(u32::from(is_needed)).max(1)
    }

    /// A part and the rest are not both used without a way between them: every closed walk passes through a Monday.
    fn join(&self, times: &[Variable], part: &Part, used: [Variable; 2], rows: &mut Vec<Constraint>) {
        let most = f64::from(match self.network.cover {
            Cover::Exact => self.problem.agents(),
            Cover::Enough => MOST_AGENTS,
        });
        let arcs = self.network.arcs.iter().zip(times);
        let ways: Expression = arcs.filter(|(arc, _)| part[arc.from] && !part[arc.to]).map(|(_, &time)| time).sum();
        rows.push(constraint!(self.on_monday(times, |node| part[node]) <= most * used[0]));
        rows.push(constraint!(self.on_monday(times, |node| !part[node]) <= most * used[1]));
        rows.push(constraint!(ways >= used[0] + used[1] - 1));
    }

    fn on_monday(&self, times: &[Variable], counts: impl Fn(usize) -> bool) -> Expression {
        let arcs = self.network.arcs.iter().zip(times);
        arcs.filter(|(arc, _)| self.network.nodes[arc.to].day == 0 && counts(arc.to)).map(|(_, &time)| time).sum()
    }

    /// The start, as values of all variables.
    fn values(&self) -> Option<Vec<f64>> {
        let start = self.start?;
        let is_used = |part: &Part, is_inside: bool| {
            let mut passed = self.network.arcs.iter().zip(start).filter(|(_, time)| **time > 0);
            f64::from(u8::from(passed.any(|(arc, _)| part[arc.to] == is_inside)))
        };
        let used = self.parts.iter().flat_map(|part| [is_used(part, true), is_used(part, false)]);
        Some(start.iter().map(|&time| f64::from(time)).chain(used).collect())
    }
}
