//! What became of an agent's wishes, and what the next ones weigh for it.
//!
//! Who was refused more often than the team on average counts for more, who less often for less: over a year everybody gets
//! about the same share. The weight is that of past satisfaction in the objective, as C. Gross, J. Brunner and M. Blobner
//! (Health Care Management Science 22, 2019) use it for physicians' duties. The figure is the ratio of refusals seen to
//! refusals expected, drawn towards 1 where little is known (D. Clayton and J. Kaldor, Biometrics 43, 1987): it can be told to
//! the agent in one sentence.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ids::AgentId;

/// Refusals at the team's rate that everybody begins with: one refused wish alone is chance.
const PRIOR_REFUSALS: f64 = 2.0;
/// A wish counts at least for half and at most for double.
const FACTORS: (f64, f64) = (0.5, 2.0);

/// How many wishes of an agent published rosters granted and refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WishRecord {
    /// Honoured.
    pub granted: u32,
    /// Not honoured.
    pub refused: u32,
}

/// The records of a team, by agent. Who has none is new, or wished for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WishMemory(BTreeMap<AgentId, WishRecord>);

impl WishMemory {
    /// Adds a wish to the agent's record.
    pub fn note(&mut self, agent_id: AgentId, is_granted: bool) {
        let record = self.0.entry(agent_id).or_default();
        *(if is_granted { &mut record.granted } else { &mut record.refused }) += 1;
    }

    /// The agent's record.
    pub fn record(&self, agent_id: AgentId) -> WishRecord {
        self.0.get(&agent_id).copied().unwrap_or_default()
    }

    /// The share of the whole team's wishes that was refused, 0-1.
    pub fn refused_share(&self) -> f64 {
        let (refused, all) =
            self.0.values().fold((0, 0), |(refused, all), record| (refused + record.refused, all + record.all()));
        if all > 0 { f64::from(refused) / f64::from(all) } else { 0.0 }
    }

    /// How many of the agent's wishes would have been refused at the team's rate.
    pub fn expected_refusals(&self, agent_id: AgentId) -> f64 {
        f64::from(self.record(agent_id).all()) * self.refused_share()
    }

    /// By what the weight of the agent's wishes is multiplied: 0.5-2, in hundredths; 1 for whom nothing is known.
    pub fn factor(&self, agent_id: AgentId) -> f64 {
        let refused = f64::from(self.record(agent_id).refused) + PRIOR_REFUSALS;
        let factor = refused / (self.expected_refusals(agent_id) + PRIOR_REFUSALS);
        (factor.clamp(FACTORS.0, FACTORS.1) * 100.0).round() / 100.0
    }
}

impl WishRecord {
    fn all(self) -> u32 {
        self.granted + self.refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(records: &[(u32, u32)]) -> (WishMemory, Vec<AgentId>) {
        let mut memory = WishMemory::default();
        let agents: Vec<AgentId> = records.iter().map(|_| AgentId::generate()).collect();
        for (agent, (granted, refused)) in agents.iter().zip(records) {
            (0..*granted).for_each(|_| memory.note(*agent, true));
            (0..*refused).for_each(|_| memory.note(*agent, false));
        }
        (memory, agents)
    }

    /// Six of thirty were refused: of ten wishes two are to be expected.
    #[test]
    fn refusals_are_set_against_those_expected() {
        let (memory, agents) = memory(&[(6, 4), (8, 2), (10, 0)]);
        assert_eq!(memory.refused_share(), 0.2);
        assert_eq!(memory.expected_refusals(agents[0]), 2.0);
        // (4 + 2) / (2 + 2), (2 + 2) / (2 + 2), (0 + 2) / (2 + 2)
        assert_eq!(agents.iter().map(|agent| memory.factor(*agent)).collect::<Vec<_>>(), [1.5, 1.0, 0.5]);
    }

    #[test]
    fn few_wishes_say_little_and_none_nothing() {
        let (memory, agents) = memory(&[(0, 1), (9, 0)]);
        // (1 + 2) / (0.1 + 2), (0 + 2) / (0.9 + 2)
        assert_eq!([memory.factor(agents[0]), memory.factor(agents[1])], [1.43, 0.69]);
        assert_eq!(memory.factor(AgentId::generate()), 1.0);
    }

    #[test]
    fn nobody_counts_for_more_than_double_or_less_than_half() {
        let (memory, agents) = memory(&[(0, 40), (160, 0)]);
        assert_eq!([memory.factor(agents[0]), memory.factor(agents[1])], [2.0, 0.5]);
    }

    #[test]
    fn where_nothing_was_refused_all_count_alike() {
        let (memory, agents) = memory(&[(3, 0), (30, 0)]);
        assert_eq!([memory.factor(agents[0]), memory.factor(agents[1])], [1.0, 1.0]);
    }
}
