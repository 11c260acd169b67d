//! Events by wall clock: peak windows and the phases of promotions. Where one holds, and what it did to volume.

use std::collections::BTreeMap;

use chrono::{Days, Duration, NaiveDate, NaiveDateTime, NaiveTime};

use crate::domain::calendar::DAY_MINUTES;
use crate::domain::peak::{PeakDays, PeakWindow};
use crate::domain::promotion::{PhaseKind, Promotion, PromotionPhase};

/// Occurrences that a promotion's given uplift weighs as much as.
const GIVEN_WEIGHS: f64 = 1.0;

/// A stretch of the wall clock with its own effect on volume.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Event {
    /// A peak window.
    Window(PeakWindow),
    /// A phase of a promotion of a kind.
    Phase(String, PromotionPhase),
}

/// What events have in common that learn from each other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Window(String),
    Phase(String, PhaseKind),
}

impl Event {
    /// The phases of a promotion.
    pub fn of_promotion(promotion: &Promotion) -> impl Iterator<Item = Self> {
        promotion.phases.iter().map(|phase| Self::Phase(promotion.kind.clone(), *phase))
    }

    /// The share 0-1 of the slot from `minute` to `minute + step` of `date` in which the event holds.
    pub fn share(&self, date: NaiveDate, minute: u32, step: u32) -> f64 {
        match self {
            Self::Window(window) => {
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
            Self::Phase(_, phase) => {
                let at = |minute: u32| date.and_time(NaiveTime::MIN) + Duration::minutes(i64::from(minute));
                let shared = phase.ends_at.min(at(minute + step)) - phase.starts_at.max(at(minute));
                shared.num_minutes().max(0) as f64 / f64::from(step)
            }
        }
    }

    /// Whether it is a single event, not a weekly habit. Only events are kept out of ordinary profiles.
    pub fn is_dated(&self) -> bool {
        !matches!(self, Self::Window(PeakWindow { days: PeakDays::Weekly { .. }, .. }))
    }

    /// Whether any of it can fall on `date`.
    pub fn touches(&self, date: NaiveDate) -> bool {
        match self {
            Self::Window(window) => {
                window.days.hold_on(date) || (window.end_minute > DAY_MINUTES && window.days.hold_on(date - Days::new(1)))
            }
            Self::Phase(_, phase) => {
                let midnight = |date: NaiveDate| -> NaiveDateTime { date.and_time(NaiveTime::MIN) };
                phase.starts_at < midnight(date + Days::new(1)) && midnight(date) < phase.ends_at
            }
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Window(window) => Kind::Window(window.name.clone()),
            Self::Phase(kind, phase) => Kind::Phase(kind.clone(), phase.kind),
        }
    }
}

/// Sums over earlier events of a kind: inquiries seen, what the same intervals would ordinarily have brought, and how many
/// events there were.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    actual: f64,
    ordinary: f64,
    events: f64,
}

/// What earlier events did, by kind.
#[derive(Debug, Clone, Default)]
pub(super) struct EventEffects(BTreeMap<Kind, Seen>);

impl EventEffects {
    /// Adds what one event brought; one of which nothing was seen is passed over.
    pub fn learn(&mut self, event: &Event, actual: f64, ordinary: f64) {
        if ordinary > 0.0 {
            let seen = self.0.entry(event.kind()).or_default();
            seen.actual += actual;
            seen.ordinary += ordinary;
            seen.events += 1.0;
        }
    }

    /// The factor of an event. A peak window's given uplift counts; a promotion's is blended with what earlier occurrences
    /// brought, by how many there were. Without a given one history speaks; 1 for what was never seen, and for a weekly
    /// window, since what recurs weekly is in the profile already.
    pub fn factor(&self, event: &Event) -> f64 {
        let seen = self.0.get(&event.kind()).copied().unwrap_or_default();
        let learnt = (seen.ordinary > 0.0 && event.is_dated()).then(|| seen.actual / seen.ordinary);
        match event {
            Event::Window(window) => window.uplift.map(|uplift| uplift.get()).or(learnt).unwrap_or(1.0),
            Event::Phase(_, phase) => match (phase.uplift.map(|uplift| uplift.get()), learnt) {
                (Some(given), Some(learnt)) if learnt > 0.0 => {
                    let share = seen.events / (seen.events + GIVEN_WEIGHS);
                    learnt.powf(share) * given.powf(1.0 - share)
                }
                (Some(given), _) => given,
                (None, learnt) => learnt.unwrap_or(1.0),
            },
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

    fn spike(kind: &str, starts_at: &str, ends_at: &str, uplift: Option<f64>) -> Event {
        let at = |text: &str| format!("{text}:00").parse().unwrap();
        let uplift = uplift.map(|factor| Uplift::new(factor).unwrap());
        let phase = PromotionPhase { kind: PhaseKind::Spike, starts_at: at(starts_at), ends_at: at(ends_at), uplift };
        Event::Phase(kind.to_owned(), phase)
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_window_past_midnight_holds_on_the_day_after() {
        let eve = Event::Window(window("双11", "2026-11-10", "2026-11-10", 1200..1560, None));
        assert_eq!(eve.share(date("2026-11-10"), 1200, 30), 1.0);
        assert_eq!(eve.share(date("2026-11-11"), 90, 60), 0.5);
        assert_eq!(eve.share(date("2026-11-11"), 1200, 30), 0.0);
        assert!(eve.touches(date("2026-11-11")) && !eve.touches(date("2026-11-12")));
    }

    #[test]
    fn a_phase_holds_from_its_first_moment_to_its_last() {
        let opening = spike("双11", "2026-10-31T20:00", "2026-11-02T00:15", None);
        assert_eq!(opening.share(date("2026-10-31"), 1140, 60), 0.0);
        assert_eq!(opening.share(date("2026-11-01"), 600, 30), 1.0);
        assert_eq!(opening.share(date("2026-11-02"), 0, 30), 0.5);
        assert!(opening.touches(date("2026-11-02")) && !opening.touches(date("2026-10-30")));
    }

    #[test]
    fn a_windows_given_uplift_counts_before_a_learnt_one() {
        let mut effects = EventEffects::default();
        let event = |name: &str, day: &str, uplift| Event::Window(window(name, day, day, 0..1440, uplift));
        effects.learn(&event("618", "2026-06-18", None), 300.0, 100.0);
        assert_eq!(effects.factor(&event("618", "2027-06-18", Some(2.0))), 2.0);
        assert_eq!(effects.factor(&event("618", "2027-06-18", None)), 3.0);
        assert_eq!(effects.factor(&event("双11", "2026-11-11", None)), 1.0);
    }

    #[test]
    fn a_promotions_given_uplift_fades_with_every_earlier_occurrence() {
        let mut effects = EventEffects::default();
        let this_year = spike("618", "2027-06-18T00:00", "2027-06-19T00:00", Some(2.0));
        assert_eq!(effects.factor(&this_year), 2.0);
        effects.learn(&spike("618", "2025-06-18T00:00", "2025-06-19T00:00", None), 800.0, 100.0);
        assert!((effects.factor(&this_year) - 4.0).abs() < 1e-12, "one seen and one given: the geometric mean of 2 and 8");
        effects.learn(&spike("618", "2026-06-18T00:00", "2026-06-19T00:00", None), 800.0, 100.0);
        assert!((effects.factor(&this_year) - 2_f64.powf(7.0 / 3.0)).abs() < 1e-12, "two seen of 8, one given of 2");
    }
}
