//! `apart` (soft): every agent of a group beyond the first on one shift of a day is priced.

use super::group_row::Group;
use crate::domain::rules::RuleId;
use crate::solver::problem::GroupRow;

pub(super) fn rows(group: &Group) -> Vec<GroupRow> {
    let row = |shift| GroupRow {
        rule: RuleId::Apart,
        shifts: vec![shift],
        agents: group.agents.iter().map(|agent| (*agent, 1.0)).collect(),
        demand: 1.0,
        gap_price: 0.0,
        surplus_price: group.weights.company,
    };
    (0..group.shifts.len()).map(row).collect()
}
