//! Peak windows: 大促, the evening peak, a livestream.

use chrono::{NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::calendar::{Interval, PlanningWeek, instant_at_minute};
use super::ids::{PeakWindowId, QueueId, TeamId};
use super::quantity::Uplift;

/// On which dates a peak window holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PeakDays {
    /// Every week on these days.
    Weekly {
        /// The days.
        weekdays: Vec<Weekday>,
    },
    /// From the first date to the last, both included.
    Dated {
        /// First date.
        from: NaiveDate,
        /// Last date.
        until: NaiveDate,
    },
}

impl PeakDays {
    /// Whether the window holds on `date`.
    pub fn hold_on(&self, date: NaiveDate) -> bool {
        use chrono::Datelike;
        match self {
            Self::Weekly { weekdays } => weekdays.contains(&date.weekday()),
            Self::Dated { from, until } => *from <= date && date <= *until,
        }
    }
}

/// Intervals with their own uplift or minimum cover.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PeakWindow {
    /// Identity.
    pub id: PeakWindowId,
    /// The team whose queues it concerns, those of its subtree included.
    pub team_id: TeamId,
    /// The one queue it concerns; `None` for all of the team's.
    pub queue_id: Option<QueueId>,
    /// Display name. Windows of one kind of event share it: the forecast learns their effect by name.
    pub name: String,
    /// On which dates.
    pub days: PeakDays,
    /// Wall-clock start, minutes after midnight.
    pub start_minute: u32,
    /// Wall-clock end, minutes after the same midnight; above 1440 after the next.
    pub end_minute: u32,
    /// Factor on expected volume; `None` lets history speak.
    pub uplift: Option<Uplift>,
    /// Heads on seat at least, per queue; 0 for none.
    pub min_agents: u32,
}

impl PeakWindow {
    /// The stretches of `week` in which the window holds. One that began on the Sunday before is not among them.
    pub fn spans_in(&self, week: &PlanningWeek) -> Vec<Interval> {
        week.dates()
            .filter(|date| self.days.hold_on(*date))
            .map(|date| Interval {
                start: instant_at_minute(week.zone(), date, self.start_minute),
                end: instant_at_minute(week.zone(), date, self.end_minute),
            })
            .collect()
    }

    /// Whether the window concerns a queue of its team's subtree.
    pub fn concerns(&self, queue_id: QueueId) -> bool {
        self.queue_id.is_none_or(|only| only == queue_id)
    }
}
