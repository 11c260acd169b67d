//! Late shifts and weekend or holiday days of the weeks before, that the next roster evens out.
//!
//! Counts are compared as if everybody had been there all the time: who joined or was away in a part of it is given the team's
//! rate for the rest, so that a newcomer neither pays for the others' past nor gains by it. What an agent carries into a week
//! is how far the count lies above the lowest, and at most [`MOST`]: a week levels no more.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ids::AgentId;

/// The most of a load that is carried into a week.
pub const MOST: u16 = 3;

/// What an agent worked in the weeks remembered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastLoad {
    /// Late shifts.
    pub late: u32,
    /// Days worked on Saturdays, Sundays and statutory holidays.
    pub weekend: u32,
    /// Days employed and not on leave.
    pub days: u32,
}

/// The loads of a team, by agent. Whom nothing is known of carries nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadMemory {
    /// Days that are remembered; 0 for none.
    pub days: u32,
    /// By agent.
    pub agents: BTreeMap<AgentId, PastLoad>,
}

impl LoadMemory {
    /// The late shifts and weekend days that an agent carries into the week.
    pub fn carried(&self, agent_id: AgentId) -> [u16; 2] {
        let figures: [fn(&PastLoad) -> u32; 2] = [|load| load.late, |load| load.weekend];
        figures.map(|figure| {
            let least = self.agents.values().map(|load| self.whole(load, figure)).min_by(f64::total_cmp);
            let own = self.agents.get(&agent_id).map(|load| self.whole(load, figure));
            let above = own.zip(least).map_or(0.0, |(own, least)| own - least);
            (above.round() as u16).min(MOST)
        })
    }

    /// The count as it would be had the agent been there all the time.
    fn whole(&self, load: &PastLoad, figure: fn(&PastLoad) -> u32) -> f64 {
        let (count, days) = self.agents.values().fold((0, 0), |sum, load| (sum.0 + figure(load), sum.1 + load.days));
        let rate = if days > 0 { f64::from(count) / f64::from(days) } else { 0.0 };
        f64::from(figure(load)) + f64::from(self.days.saturating_sub(load.days)) * rate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(loads: &[(u32, u32, u32)]) -> (LoadMemory, Vec<AgentId>) {
        let ids: Vec<AgentId> = loads.iter().map(|_| AgentId::generate()).collect();
        let load = |(late, weekend, days): &(u32, u32, u32)| PastLoad { late: *late, weekend: *weekend, days: *days };
        let agents = ids.iter().copied().zip(loads.iter().map(load)).collect();
        (LoadMemory { days: 84, agents }, ids)
    }

    #[test]
    fn who_worked_more_than_the_least_carries_the_difference_up_to_three() {
        let (memory, ids) = memory(&[(20, 10, 84), (22, 10, 84), (30, 11, 84)]);
        assert_eq!(ids.iter().map(|id| memory.carried(*id)).collect::<Vec<_>>(), [[0, 0], [2, 0], [3, 1]]);
        assert_eq!(memory.carried(AgentId::generate()), [0, 0]);
    }

    /// 24 late shifts in 168 days are one a week: who joined a week ago and had one stands where the others stand.
    #[test]
    fn a_joiner_is_counted_at_the_teams_rate_for_the_time_before() {
        let (memory, ids) = memory(&[(12, 0, 84), (12, 0, 84), (1, 0, 7), (3, 0, 7)]);
        // The rate is 28 in 182 days: 1 + 77 · 28 / 182 = 12.85, 3 + 11.85 = 14.85.
        assert_eq!(ids.iter().map(|id| memory.carried(*id)[0]).collect::<Vec<_>>(), [0, 0, 1, 3]);
    }

    #[test]
    fn without_a_memory_nobody_carries_anything() {
        assert_eq!(LoadMemory::default().carried(AgentId::generate()), [0, 0]);
    }
}
