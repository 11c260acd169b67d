//! `together` (soft): every shift that one of a group works and its first agent does not, or the other way round, is priced.

use super::group_row::Group;
use crate::domain::rules::RuleId;
use crate::solver::problem::GroupRow;

pub(super) fn rows(group: &Group) -> Vec<GroupRow> {
    let Some((first, others)) = group.agents.split_first() else { return Vec::new() };
    let row = |other: usize, shift| GroupRow {
        rule: RuleId::Together,
        shifts: vec![shift],
        agents: vec![(*first, 1.0), (other, -1.0)],
        demand: 0.0,
        gap_price: group.weights.company,
        surplus_price: group.weights.company,
    };
    others.iter().flat_map(|other| (0..group.shifts.len()).map(|shift| row(*other, shift))).collect()
}
