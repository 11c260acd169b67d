//! Holidays, shifted rest days and make-up workdays by date.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::organisation::{Holiday, HolidayKind};

/// The days of a site that are not ordinary ones.
#[derive(Debug, Clone, Default)]
pub(super) struct SpecialDays<'a>(BTreeMap<NaiveDate, &'a Holiday>);

/// What a date is.
#[derive(Debug, Clone, Copy)]
pub(super) enum DayKind<'a> {
    /// A weekday like any other.
    Ordinary,
    /// A day off for the country, or one that is observed: what its name did before it will do again.
    Rest(&'a Holiday),
    /// A weekend day that is worked.
    MakeUpWorkday,
}

impl<'a> SpecialDays<'a> {
    /// By date; of two on one date the later in the list counts.
    pub fn new(holidays: &'a [Holiday]) -> Self {
        Self(holidays.iter().map(|holiday| (holiday.date, holiday)).collect())
    }

    /// What the date is.
    pub fn kind_of(&self, date: NaiveDate) -> DayKind<'a> {
        match self.0.get(&date) {
            None => DayKind::Ordinary,
            Some(holiday) => match holiday.kind {
                HolidayKind::Statutory | HolidayKind::ShiftedRest | HolidayKind::Observance => DayKind::Rest(holiday),
                HolidayKind::MakeUpWorkday => DayKind::MakeUpWorkday,
            },
        }
    }

    /// Whether the date is like any other of its weekday.
    pub fn is_ordinary(&self, date: NaiveDate) -> bool {
        matches!(self.kind_of(date), DayKind::Ordinary)
    }

    /// Rest days before `until` in order.
    pub fn rests_before(&self, until: NaiveDate) -> impl Iterator<Item = &'a Holiday> {
        self.0.range(..until).map(|(_, holiday)| *holiday).filter(|holiday| holiday.kind != HolidayKind::MakeUpWorkday)
    }
}

/// What rest days did to volume, as factors on an ordinary day of the same weekday.
#[derive(Debug, Clone, Default)]
pub(super) struct RestEffects(Vec<(String, HolidayKind, f64)>);

impl RestEffects {
    /// Adds one rest day that was seen.
    pub fn learn(&mut self, holiday: &Holiday, factor: f64) {
        self.0.push((holiday.name.clone(), holiday.kind, factor));
    }

    /// The factor of a coming rest day: the mean of earlier days of its name, else of its kind; `None` if neither was seen.
    /// Observed days have nothing in common but the kind: one of a new name is taken for an ordinary day.
    pub fn factor(&self, holiday: &Holiday) -> Option<f64> {
        let mean = |matches: &dyn Fn(&(String, HolidayKind, f64)) -> bool| {
            let factors: Vec<f64> = self.0.iter().filter(|seen| matches(seen)).map(|seen| seen.2).collect();
            (!factors.is_empty()).then(|| factors.iter().sum::<f64>() / factors.len() as f64)
        };
        mean(&|seen| seen.0 == holiday.name).or_else(|| match holiday.kind {
            HolidayKind::Observance => Some(1.0),
            kind => mean(&|seen| seen.1 == kind),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{HolidayId, SiteId};

    fn holiday(name: &str, kind: HolidayKind) -> Holiday {
        let nil = uuid::Uuid::nil();
        Holiday { id: HolidayId(nil), site_id: SiteId(nil), date: "2026-10-01".parse().unwrap(), name: name.to_owned(), kind }
    }

    #[test]
    fn a_rest_day_is_judged_by_its_name_then_by_its_kind() {
        let mut effects = RestEffects::default();
        effects.learn(&holiday("国庆节", HolidayKind::Statutory), 2.0);
        effects.learn(&holiday("国庆节", HolidayKind::Statutory), 3.0);
        effects.learn(&holiday("中秋节", HolidayKind::Statutory), 1.0);
        assert_eq!(effects.factor(&holiday("国庆节", HolidayKind::ShiftedRest)), Some(2.5));
        assert_eq!(effects.factor(&holiday("端午节", HolidayKind::Statutory)), Some(2.0));
        assert_eq!(effects.factor(&holiday("端午节", HolidayKind::ShiftedRest)), None);
        effects.learn(&holiday("三八", HolidayKind::Observance), 1.5);
        assert_eq!(effects.factor(&holiday("三八", HolidayKind::Observance)), Some(1.5));
        assert_eq!(effects.factor(&holiday("五四", HolidayKind::Observance)), Some(1.0));
    }
}
