//! What a roster asks of several agents together.

use serde::{Deserialize, Serialize};

use crate::domain::ids::AgentId;

/// What is asked of a group of agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupKind {
    /// At least `min_agents` of them work on every day: never two off at once, of a pair.
    OnDuty,
    /// No two of them work the same shift of a day.
    Apart,
    /// All of them work the shifts that the first of them works, and no others.
    Together,
    /// None of them works a shift that no mentor works.
    Mentored,
}

/// Agents of whom the roster asks something together. Who is not rostered in a week is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentGroup {
    /// Display name.
    pub name: String,
    /// What is asked.
    pub kind: GroupKind,
    /// Of whom.
    pub agent_ids: Vec<AgentId>,
    /// How many work on every day, at least 1; counts for [`GroupKind::OnDuty`].
    pub min_agents: u32,
    /// Who may accompany them; counts for [`GroupKind::Mentored`].
    pub mentor_ids: Vec<AgentId>,
}

impl AgentGroup {
    /// Every fault, as a place in the group and what is wrong there.
    pub(super) fn faults(&self) -> Vec<(&'static str, String)> {
        let (count, least) = (self.agent_ids.len(), if self.kind == GroupKind::Mentored { 1 } else { 2 });
        let is_known_twice = |ids: &[AgentId]| (1..ids.len()).any(|index| ids[..index].contains(&ids[index]));
        let mentors = self.kind == GroupKind::Mentored;
        [
            (count < least, "agent_ids", format!("must name {least} agents or more, got {count}")),
            (is_known_twice(&self.agent_ids), "agent_ids", "must name each agent once".to_owned()),
            (
                self.kind == GroupKind::OnDuty && !(1..=count as u32).contains(&self.min_agents),
                "min_agents",
                format!("must be between 1 and the number of agents, {count}; got {}", self.min_agents),
            ),
            (mentors && self.mentor_ids.is_empty(), "mentor_ids", "must name one mentor or more".to_owned()),
            (
                mentors && self.agent_ids.iter().any(|id| self.mentor_ids.contains(id)),
                "mentor_ids",
                "must name nobody who is in agent_ids".to_owned(),
            ),
        ]
        .into_iter()
        .filter_map(|(is_wrong, place, detail)| is_wrong.then_some((place, detail)))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::RosterRules;
    use super::*;

    #[test]
    fn every_fault_of_a_group_has_its_place() {
        let agent = AgentId::generate();
        let group = |kind, agents: &[AgentId], mentors: &[AgentId]| AgentGroup {
            name: "甲".into(),
            kind,
            agent_ids: agents.to_vec(),
            min_agents: 0,
            mentor_ids: mentors.to_vec(),
        };
        let groups = vec![
            group(GroupKind::OnDuty, &[agent, agent], &[]),
            group(GroupKind::Apart, &[agent], &[]),
            group(GroupKind::Mentored, &[agent], &[]),
            group(GroupKind::Mentored, &[agent], &[agent]),
            group(GroupKind::Together, &[agent, AgentId::generate()], &[]),
        ];
        let rules = RosterRules { groups, ..RosterRules::default() };
        let places: Vec<String> = rules.faults().into_iter().map(|(place, _)| place).collect();
        let expected = ["0/agent_ids", "0/min_agents", "1/agent_ids", "2/mentor_ids", "3/mentor_ids"];
        assert_eq!(places, expected.map(|place| format!("/groups/{place}")));
    }
}
