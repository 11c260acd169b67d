//! Gaps of published rosters, by date.

use std::collections::BTreeMap;

use chrono::NaiveDate;

/// Heads missing for a stretch of one date.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// The local date.
    pub date: NaiveDate,
    /// Local time of its start, for people.
    pub time: String,
    /// The queue, by name.
    pub queue: String,
    /// Heads missing.
    pub heads: f64,
    /// How long, in hours.
    pub hours: f64,
}

/// Head-hours missing by date, and the gap of most heads on it; dates without any gap are there too, with nought.
pub fn gaps_by_date(gaps: impl IntoIterator<Item = Gap>) -> BTreeMap<NaiveDate, (f64, Gap)> {
    let mut dates: BTreeMap<NaiveDate, (f64, Gap)> = BTreeMap::new();
    for gap in gaps {
        let missing = gap.heads * gap.hours;
        match dates.get_mut(&gap.date) {
            Some((sum, worst)) => {
                *sum += missing;
                if gap.heads > worst.heads {
                    *worst = gap;
                }
            }
            None => {
                dates.insert(gap.date, (missing, gap));
            }
        }
    }
    dates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn head_hours_add_up_by_date_and_the_worst_stretch_is_named() {
        let gap = |date: &str, time: &str, heads| Gap {
            date: date.parse().unwrap(),
            time: time.into(),
            queue: "售前".into(),
            heads,
            hours: 0.5,
        };
        let days = [gap("2026-11-23", "09:00", 1.0), gap("2026-11-23", "20:00", 2.5), gap("2026-11-24", "09:00", 0.0)];
        let found = gaps_by_date(days.clone());
        let (hours, worst) = &found[&days[0].date];
        assert_eq!((*hours, worst.time.as_str()), (1.75, "20:00"));
        assert_eq!(found[&days[2].date].0, 0.0);
    }
}
