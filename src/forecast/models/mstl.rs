//! Day totals by MSTL with an automatic exponential smoothing of its trend (augurs), × intraday profile.

use augurs::Forecast;
use augurs::ets::AutoETS;
use augurs::mstl::MSTLModel;
use augurs::prelude::*;

use super::super::effects::{Effects, OrdinaryWeek};
use super::day_total::{levels, shape};

/// Weeks that the decomposition needs.
const WEEKS_NEEDED: usize = 6;

/// What the coming week brings; `None` where the series is too short or the library gives up.
pub fn expect(effects: &Effects<'_>) -> Option<OrdinaryWeek> {
    let levels = levels(effects);
    let is_open = effects.profile.is_open();
    let period = is_open.iter().filter(|open| **open).count();
    let (first, newest) = (effects.days.first()?.date, effects.days.last()?.date);
    // One value per day of an open weekday; a day that says nothing takes what the days before it said.
    let mut series: Vec<f64> = Vec::new();
    let mut known = levels.iter().peekable();
    for (day, date) in first.iter_days().take_while(|date| *date <= newest).enumerate() {
        let found = known.next_if(|level| level.day == day as i64).map(|level| level.log);
        if is_open[super::super::ordinary_days::index(chrono::Datelike::weekday(&date))] {
            series.push(found.or(series.last().copied()).unwrap_or(0.0));
        }
    }
    if period < 2 || series.len() < WEEKS_NEEDED * period {
        return None;
    }
    let open_days = |from: chrono::NaiveDate, until: chrono::NaiveDate| {
        from.iter_days()
            .take_while(|date| *date < until)
            .filter(|date| is_open[super::super::ordinary_days::index(chrono::Datelike::weekday(date))])
            .count()
    };
    let ahead = open_days(newest + chrono::Days::new(1), effects.until());
    let found = predict(&series, period, ahead + period)?;
    let mut week = shape(effects, &levels);
    let open = week.iter_mut().zip(is_open).filter_map(|(slots, is_open)| is_open.then_some(slots));
    for (place, slots) in (ahead..).zip(open) {
        let factor = found.get(place)?.exp();
        slots.iter_mut().for_each(|volume| *volume *= factor);
    }
    Some(week)
}

fn predict(series: &[f64], period: usize, horizon: usize) -> Option<Vec<f64>> {
    let trend = AutoETS::non_seasonal().into_trend_model();
    let fitted = MSTLModel::new(vec![period], trend).fit(series).ok()?;
    let mut forecast = Forecast::with_capacity(horizon);
    fitted.predict_inplace(horizon, None, &mut forecast).ok()?;
    forecast.point.iter().all(|value| value.is_finite() && value.abs() < 3.0).then_some(forecast.point)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_that_repeats_is_foretold_as_it_was_and_a_short_one_not_at_all() {
        let series: Vec<f64> = (0..84).map(|day| [0.1, 0.0, 0.0, 0.0, 0.0, -0.1, 0.0][day % 7]).collect();
        let found = predict(&series, 7, 7).unwrap();
        assert!((found[0] - 0.1).abs() < 0.02 && (found[5] + 0.1).abs() < 0.02 && found[2].abs() < 0.02, "{found:?}");
        assert_eq!(predict(&series[..5], 7, 7), None);
    }
}
