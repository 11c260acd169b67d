//! `mentor-on-duty` (soft): every shift that one of a group works and none of its mentors is priced.

use super::group_row::Group;
use crate::domain::rules::RuleId;
use crate::solver::problem::GroupRow;

pub(super) fn rows(group: &Group) -> Vec<GroupRow> {
    let row = |agent: usize, shift| GroupRow {
        rule: RuleId::MentorOnDuty,
        shifts: vec![shift],
        agents: group.mentors.iter().map(|mentor| (*mentor, 1.0)).chain([(agent, -1.0)]).collect(),
        demand: 0.0,
        gap_price: group.weights.company,
        surplus_price: 0.0,
    };
    group.agents.iter().flat_map(|agent| (0..group.shifts.len()).map(|shift| row(*agent, shift))).collect()
}
