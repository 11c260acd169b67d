//! Whether the clock opens follow-ups for those whose figure is surely behind, and for whom.

use serde::{Deserialize, Serialize};

use super::fault::Faults;

/// How a team's tail is watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TailWatch {
    /// Whether the clock opens follow-ups.
    pub is_enabled: bool,
    /// Code of the figure: a share of which more, or less, is better.
    pub figure: String,
    /// Over how many days up to yesterday, 1-92.
    pub days: u32,
    /// The most follow-ups opened on one day, 1-50.
    pub most: u32,
    /// Fewest of what the figure counts: with less nobody is judged.
    pub fewest: u32,
    /// Within how many days a follow-up is due, 1-92.
    pub due_days: u32,
}

/// On: nobody is named whom chance explains, and a follow-up is a piece of paper for the leader. Conversion, over a week, with a
/// hundred who asked.
impl Default for TailWatch {
    fn default() -> Self {
        Self { is_enabled: true, figure: "order_conversion".to_owned(), days: 7, most: 3, fewest: 100, due_days: 7 }
    }
}

impl TailWatch {
    /// Adds what is wrong with it.
    pub fn check(&self, faults: &mut Faults) {
        for (field, value, most) in [("/days", self.days, 92), ("/most", self.most, 50), ("/due_days", self.due_days, 92)] {
            faults.expect((1..=most).contains(&value), field, format!("must be between 1 and {most}, got {value}"));
        }
        let fewest = self.fewest;
        faults.expect((1..=1_000_000).contains(&fewest), "/fewest", format!("must be between 1 and 1000000, got {fewest}"));
    }
}
