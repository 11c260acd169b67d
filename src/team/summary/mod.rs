//! The summary of a team's day or week, for the supervisor and the group chat.

mod busy;
mod people;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{AgentId, QueueId, TeamId};

pub use busy::{Arrival, busiest, by_hour, quietest};
pub use people::{HardQueue, TailAgent, hard_queues, tail};

/// The stretch that is summed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SummaryPeriod {
    /// One local date.
    Day,
    /// Monday to Sunday.
    Week,
}

impl SummaryPeriod {
    /// First and last date of the period that holds `date`.
    pub fn around(self, date: NaiveDate) -> (NaiveDate, NaiveDate) {
        match self {
            Self::Day => (date, date),
            Self::Week => {
                let monday = crate::domain::calendar::monday_of(date);
                (monday, monday + chrono::Days::new(6))
            }
        }
    }
}

/// An agent's or queue's name and identity, and a rate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Named<Id> {
    /// Identity.
    pub id: Id,
    /// Display name.
    pub name: String,
    /// What is told of it.
    pub value: f64,
    /// Of how many.
    pub of: f64,
}

/// A team's day or week. What was not recorded is absent, not nought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The team, those below it included.
    pub team_id: TeamId,
    /// Its display name.
    pub team: String,
    /// Day or week.
    pub period: SummaryPeriod,
    /// First local date.
    pub from: NaiveDate,
    /// Last local date.
    pub until: NaiveDate,
    /// Chats received.
    pub received: Option<f64>,
    /// The share of those before an order, of those whose kind is known.
    pub presale_share: Option<f64>,
    /// The share after one.
    pub aftersale_share: Option<f64>,
    /// People who ordered, of those who asked before an order.
    pub conversion: Option<f64>,
    /// Waiting time by answered turn, seconds.
    pub average_reply_secs: Option<f64>,
    /// Answered by a human within 3 minutes.
    pub within_3min_rate: Option<f64>,
    /// Satisfied, of those who said so or not.
    pub satisfaction_rate: Option<f64>,
    /// Chats by hour of the local day, 24 of them; empty where nothing was recorded within the day.
    pub by_hour: Vec<f64>,
    /// The busiest hours, the busiest first.
    pub busy_hours: Vec<u32>,
    /// The quietest hours of those in which anything came, the quietest first.
    pub quiet_hours: Vec<u32>,
    /// Who was behind the team in conversion by more than chance, the furthest behind first.
    pub tail: Vec<Named<AgentId>>,
    /// Queues whose chats took long, seconds by chat: where the hard questions are.
    pub hard_queues: Vec<Named<QueueId>>,
    /// Required head-hours that the published roster covered, 0-1.
    pub coverage_kept: Option<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_goes_from_monday_to_sunday() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(SummaryPeriod::Week.around(date("2026-11-22")), (date("2026-11-16"), date("2026-11-22")));
        assert_eq!(SummaryPeriod::Day.around(date("2026-11-22")), (date("2026-11-22"), date("2026-11-22")));
    }
}
