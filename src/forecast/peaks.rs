//! Peak windows by wall clock: where one holds, and what it did to volume.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use crate::domain::calendar::DAY_MINUTES;
use crate::domain::peak::{PeakDays, PeakWindow};

/// The share 0-1 of the slot from `minute` to `minute + step` of `date` in which the window holds.
pub(super) fn share(window: &PeakWindow, date: NaiveDate, minute: u32, step: u32) -> f64 {
    let overlap = |from: u32| window.end_minute.min(from + step).saturating_sub(window.start_minute.max(from));
    let mut minutes = 0;
    if window.days.hold_on(date) {
        minutes += overlap(minute);
    }
    if window.end_minute > DAY_MINUTES && window.days.hold_on(date - Days::new(1)) {
        minutes += overlap(minute + DAY_MINUTES);
    }
    f64::from(minutes) / f64::from(step)
}

/// Whether the window is a single event, not a weekly habit. Only events are kept out of ordinary profiles.
pub(super) fn is_event(window: &PeakWindow) -> bool {
    matches!(window.days, PeakDays::Dated { .. })
}

/// Whether any of the window can fall on `date`.
pub(super) fn touches(window: &PeakWindow, date: NaiveDate) -> bool {
    window.days.hold_on(date) || (window.end_minute > DAY_MINUTES && window.days.hold_on(date - Days::new(1)))
}

/// Inquiries seen inside earlier windows, against what the same intervals would ordinarily have brought, by name.
#[derive(Debug, Clone, Default)]
pub(super) struct PeakEffects(BTreeMap<String, (f64, f64)>);

impl PeakEffects {
    /// Adds what one interval of a window brought.
    pub fn learn(&mut self, window: &PeakWindow, actual: f64, ordinary: f64) {
        let sums = self.0.entry(window.name.clone()).or_default();
        sums.0 += actual;
        sums.1 += ordinary;
    }

    /// The factor of a window: as given; for an event without a given one as earlier windows of its name had it; else 1,
    /// since what recurs weekly is in the profile already and what was never seen is unknown.
    pub fn factor(&self, window: &PeakWindow) -> f64 {
        if let Some(uplift) = window.uplift {
            return uplift.get();
        }
        match self.0.get(&window.name) {
            Some((actual, ordinary)) if is_event(window) && *ordinary > 0.0 => actual / ordinary,
            _ => 1.0,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::ids::{PeakWindowId, TeamId};
    use crate::domain::quantity::Uplift;

    pub fn window(name: &str, from: &str, until: &str, minutes: std::ops::Range<u32>, uplift: Option<f64>) -> PeakWindow {
        let nil = uuid::Uuid::nil();
        PeakWindow {
            id: PeakWindowId(nil),
            team_id: TeamId(nil),
            queue_id: None,
            name: name.to_owned(),
            days: PeakDays::Dated { from: from.parse().unwrap(), until: until.parse().unwrap() },
            start_minute: minutes.start,
            end_minute: minutes.end,
            uplift: uplift.map(|factor| Uplift::new(factor).unwrap()),
            min_agents: 0,
        }
    }

    #[test]
    fn a_window_past_midnight_holds_on_the_day_after() {
        let eve = window("双11", "2026-11-10", "2026-11-10", 1200..1560, None);
        let date = |text: &str| text.parse().unwrap();
        assert_eq!(share(&eve, date("2026-11-10"), 1200, 30), 1.0);
        assert_eq!(share(&eve, date("2026-11-11"), 90, 60), 0.5);
        assert_eq!(share(&eve, date("2026-11-11"), 1200, 30), 0.0);
        assert!(touches(&eve, date("2026-11-11")) && !touches(&eve, date("2026-11-12")));
    }

    #[test]
    fn a_given_uplift_counts_before_a_learnt_one() {
        let mut effects = PeakEffects::default();
        effects.learn(&window("618", "2026-06-18", "2026-06-18", 0..1440, None), 300.0, 100.0);
        assert_eq!(effects.factor(&window("618", "2027-06-18", "2027-06-18", 0..1440, Some(2.0))), 2.0);
        assert_eq!(effects.factor(&window("618", "2027-06-18", "2027-06-18", 0..1440, None)), 3.0);
        assert_eq!(effects.factor(&window("双11", "2026-11-11", "2026-11-11", 0..1440, None)), 1.0);
    }
}
