//! The models that compete for a queue, one a file. Each turns ordinary days with their effects divided out into what a coming
//! week is expected to bring.

mod day_total;
mod mstl;
mod profile_level;
mod regression;
pub(super) mod same_weekdays;

use super::effects::{Effects, Expected};
use super::ordinary_days::OrdinaryDay;
use crate::domain::demand::ForecastModel;

/// Every model that competes, in the order in which results name them.
pub(super) const ALL: [ForecastModel; 7] = [
    ForecastModel::LastWeek,
    ForecastModel::MeanOfFour,
    ForecastModel::MedianOfSix,
    ForecastModel::ProfileLevel,
    ForecastModel::DayTotal,
    ForecastModel::MstlEts,
    ForecastModel::Regression,
];

/// What a model expects of the week that follows what `effects` learnt from; `None` where it needs more history.
pub(super) fn expect(model: ForecastModel, effects: &Effects<'_>) -> Option<Expected> {
    match model {
        ForecastModel::LastWeek => Some(same_weekdays::mean_of(effects, 1).into()),
        ForecastModel::MeanOfFour => Some(same_weekdays::mean_of(effects, 4).into()),
        ForecastModel::MedianOfSix => Some(same_weekdays::median_of(effects, 6).into()),
        ForecastModel::ProfileLevel => Some(profile_level::expect(effects).into()),
        ForecastModel::DayTotal => day_total::expect(effects).map(Into::into),
        ForecastModel::MstlEts => mstl::expect(effects).map(Into::into),
        ForecastModel::Regression => regression::expect(effects),
    }
}

/// The slot of a past day with the effects of its date divided out; `None` inside events and where nobody looked.
fn cleaned(effects: &Effects<'_>, day: &OrdinaryDay<'_>, slot: usize) -> Option<f64> {
    day.volumes[slot].filter(|_| !day.is_event(slot)).map(|volume| volume * (-effects.log_effect(day)).exp())
}
