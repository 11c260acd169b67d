//! What the rules have in common that ask something of agents together (soft): `group-on-duty`, `apart`, `together`,
//! `mentor-on-duty`. Each is rows: a count of shifts worked, priced for what it is short of or above what is asked. A price
//! that is convex in such a count is all that the engine needs to weigh one agent's line beside the others'.

use good_lp::Expression;

use super::{apart, group_on_duty, mentor_on_duty, together};
use crate::domain::ids::AgentId;
use crate::domain::planning::PlanningInput;
use crate::domain::rules::{AgentGroup, CostWeights, GroupKind};
use crate::solver::model::Model;
use crate::solver::problem::{GroupRow, ShiftSpec};

/// A group as a problem has it.
pub(super) struct Group<'a> {
    /// What is asked of it.
    pub spec: &'a AgentGroup,
    /// Its agents, by index.
    pub agents: Vec<usize>,
    /// Its mentors, by index.
    pub mentors: Vec<usize>,
    /// All shifts.
    pub shifts: &'a [ShiftSpec],
    /// The team's prices.
    pub weights: &'a CostWeights,
}

/// The rows of every group. Agents who are not rostered this week are left out.
pub(in crate::solver) fn rows(input: &PlanningInput, shifts: &[ShiftSpec]) -> Vec<GroupRow> {
    let place = |id: &AgentId| input.agents.iter().position(|agent| agent.id == *id);
    let known = |ids: &[AgentId]| ids.iter().filter_map(place).collect::<Vec<_>>();
    let groups = input.rules.groups.iter().map(|spec| Group {
        spec,
        agents: known(&spec.agent_ids),
        mentors: known(&spec.mentor_ids),
        shifts,
        weights: &input.rules.weights,
    });
    groups
        .flat_map(|group| match group.spec.kind {
            GroupKind::OnDuty => group_on_duty::rows(&group),
            GroupKind::Apart => apart::rows(&group),
            GroupKind::Together => together::rows(&group),
            GroupKind::Mentored => mentor_on_duty::rows(&group),
        })
        .collect()
}

pub(super) fn add(model: &mut Model) {
    let problem = model.problem;
    for row in &problem.group_rows {
        let mut count = Expression::default();
        for (agent, heads) in &row.agents {
            let worked = row.shifts.iter().filter_map(|shift| model.works_shift(*agent, *shift));
            worked.for_each(|works| count.add_mul(*heads, works));
        }
        model.price_distance(count, row.demand, row.gap_price, row.surplus_price);
    }
}
