//! `group-on-duty` (soft): on each day, every agent that a group is short of what it asks for is priced.

use super::group_row::Group;
use crate::domain::rules::RuleId;
use crate::solver::problem::{GroupRow, ShiftSpec};

pub(super) fn rows(group: &Group) -> Vec<GroupRow> {
    let days = group.shifts.chunk_by(|shift, next| shift.day == next.day);
    let mut first = 0;
    let row = |day: &[ShiftSpec]| {
        first += day.len();
        GroupRow {
            rule: RuleId::GroupOnDuty,
            shifts: (first - day.len()..first).collect(),
            agents: group.agents.iter().map(|agent| (*agent, 1.0)).collect(),
            demand: f64::from(group.spec.min_agents.min(group.agents.len() as u32)),
            gap_price: group.weights.group_gap_day,
            surplus_price: 0.0,
        }
    };
    days.map(row).collect()
}
