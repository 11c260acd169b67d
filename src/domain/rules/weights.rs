//! What a breach of a soft rule costs.

use serde::{Deserialize, Serialize};

use super::RuleId;

/// Prices of the soft rules, named tiers from the most to the least important.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CostWeights {
    /// One agent missing for one hour inside a peak window.
    pub peak_gap_hour: f64,
    /// One agent missing for one hour.
    pub gap_hour: f64,
    /// No leader on duty for one hour where asked.
    pub leader_gap_hour: f64,
    /// One paid hour below an agent's minimum.
    pub missing_hour: f64,
    /// One late shift, or one weekend day, by which the most loaded full-time agent exceeds the least loaded one.
    pub spread: f64,
    /// A wish of weight 1 refused.
    pub wish: f64,
    /// One agent too many for one hour.
    pub surplus_hour: f64,
    /// One agent of a group missing on a day. Not a tier: a team sets it as it likes.
    pub group_gap_day: f64,
    /// One shift in company that is to be avoided, or without the company that is asked for. Not a tier either.
    pub company: f64,
    /// One agent too many on a break for one hour. Not a tier either.
    pub crowded_break_hour: f64,
    /// One agent's day that is another than in the roster to stay close to. Not a tier either.
    pub change: f64,
    /// One hour that is paid at a premium, times its rate: 1.5 for overtime, 2 on a day of rest, 3 on a statutory holiday. Below
    /// a third of `gap_hour` such an hour is worked rather than left open. Not a tier either.
    pub premium_hour: f64,
    /// One agent's day that is another than in the team's rotation. Not a tier either.
    pub rotation: f64,
}

impl Default for CostWeights {
    fn default() -> Self {
        Self {
            peak_gap_hour: 60.0,
            gap_hour: 20.0,
            leader_gap_hour: 15.0,
            missing_hour: 10.0,
            spread: 6.0,
            wish: 1.0,
            surplus_hour: 0.5,
            group_gap_day: 30.0,
            company: 10.0,
            crowded_break_hour: 20.0,
            // Half an hour of one agent missing: below that nobody's day is changed.
            change: 10.0,
            premium_hour: 4.0,
            // A whole shift of one agent missing: below that the rotation stands.
            rotation: 160.0,
        }
    }
}

impl CostWeights {
    /// What an agent's day costs that is another than the rule gives.
    pub fn of_given_day(&self, rule: RuleId) -> f64 {
        if rule == RuleId::Rotation { self.rotation } else { self.change }
    }

    /// Every fault: a negative price, or a tier that does not outweigh the next.
    pub fn faults(&self) -> Vec<(String, String)> {
        let tiers = [
            ("peak_gap_hour", self.peak_gap_hour),
            ("gap_hour", self.gap_hour),
            ("leader_gap_hour", self.leader_gap_hour),
            ("missing_hour", self.missing_hour),
            ("spread", self.spread),
            ("wish", self.wish),
            ("surplus_hour", self.surplus_hour),
        ];
        let others = [
            ("group_gap_day", self.group_gap_day),
            ("company", self.company),
            ("crowded_break_hour", self.crowded_break_hour),
            ("change", self.change),
            ("premium_hour", self.premium_hour),
            ("rotation", self.rotation),
        ];
        let mut faults = Vec::new();
        for (name, price) in tiers.into_iter().chain(others) {
            if !(0.0..=10_000.0).contains(&price) {
                faults.push((format!("/weights/{name}"), format!("{name} must be between 0 and 10000, got {price}")));
            }
        }
        for [(upper, high), (lower, low)] in tiers.array_windows() {
            if low >= high {
                let detail = format!("{lower} ({low}) must be below {upper} ({high}): the tiers go from most to least important");
                faults.push((format!("/weights/{lower}"), detail));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_that_overlap_are_refused() {
        let weights = CostWeights { wish: 7.0, ..CostWeights::default() };
        let faults = weights.faults();
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].0, "/weights/wish");
    }
}
