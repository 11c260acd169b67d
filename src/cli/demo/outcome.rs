//! What came of the plan: the published roster, judged anew, with its coverage and the forecast behind it.

use anyhow::Context;
use serde::Serialize;

use super::actor;
use crate::domain::demand::{Backtest, DemandForecast};
use crate::domain::ids::{QueueId, RosterId};
use crate::domain::rules::Violation;
use crate::services::rosters::{CoverageTotals, GapExplanation, Judgement, RosterContext, explanations, read_roster};
use crate::store::rosters::Roster;
use crate::store::{Store, forecasts, requirements};

/// The roster and everything that is told about it.
pub struct Outcome {
    pub roster: Roster,
    pub context: RosterContext,
    /// Hard rules broken, as the checker sees them now.
    pub violations: Vec<Violation>,
    /// Every queue by name, in the order of the requirement.
    pub coverage: Vec<(String, CoverageTotals)>,
    /// Why intervals are short.
    pub gaps: Vec<GapExplanation>,
    pub accuracy: Accuracy,
}

/// Forecast errors on held-back weeks over all queues, weighted by their inquiries.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Accuracy {
    /// Of the model.
    pub wape: Option<f64>,
    /// Of the mean of the last four same weekdays.
    pub wape_mean4: Option<f64>,
}

/// Reads a roster with what it was built from, and judges it.
pub async fn read(store: &Store, id: RosterId) -> anyhow::Result<Outcome> {
    let (row, context) = read_roster(store, &actor(), id).await?;
    let roster = row.value;
    let requirement_id = roster.requirement_id.context("it was built for no requirement")?;
    let head = requirements::head(store, requirement_id).await?.context("its requirement is gone")?;
    let (_, forecast) = forecasts::get(store, head.forecast_id).await?.context("its forecast is gone")?;
    let violations = Judgement::of(&context).hard();
    let name = |id: QueueId| context.queue_names.get(&id).cloned().unwrap_or_else(|| id.to_string());
    let coverage = CoverageTotals::by_queue(&context).into_iter().map(|(id, totals)| (name(id), totals)).collect();
    let gaps = explanations(&roster);
    Ok(Outcome { roster, context, violations, coverage, gaps, accuracy: accuracy(&forecast) })
}

impl Outcome {
    /// Agent-minutes over all queues.
    pub fn totals(&self) -> CoverageTotals {
        CoverageTotals::of(&self.context)
    }
}

fn accuracy(forecast: &DemandForecast) -> Accuracy {
    let backtests: Vec<&Backtest> = forecast.queues.iter().filter_map(|queue| queue.backtest.as_ref()).collect();
    let inquiries: f64 = backtests.iter().map(|backtest| backtest.inquiries).sum();
    let mean = |figure: fn(&Backtest) -> f64| {
        let sum: f64 = backtests.iter().map(|backtest| figure(backtest) * backtest.inquiries).sum();
        (inquiries > 0.0).then_some(sum / inquiries)
    };
    Accuracy { wape: mean(|backtest| backtest.wape), wape_mean4: mean(|backtest| backtest.wape_mean4) }
}
#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration};

    use super::*;
    use crate::domain::calendar::{Interval, IntervalGrid, IntervalMinutes};
    use crate::domain::demand::QueueForecast;

    fn forecast(backtests: &[Option<(f64, f64, f64)>]) -> DemandForecast {
        let start = DateTime::UNIX_EPOCH;
        let grid = IntervalGrid::covering(Interval { start, end: start + Duration::hours(1) }, IntervalMinutes::HALF_HOUR);
        let backtest = |(wape, wape_mean4, inquiries)| Backtest {
            weeks: 4,
            wape,
            wape_last_week: wape_mean4,
            wape_mean4,
            wape_median6: wape_mean4,
            p10_p90_share: 0.8,
            inquiries,
            models: vec![],
        };
        let queue = |found: &Option<_>| QueueForecast {
            backtest: found.map(backtest),
            ..QueueForecast::bare(QueueId::generate(), vec![])
        };
        DemandForecast { grid, queues: backtests.iter().map(queue).collect(), totals: vec![] }
    }

    /// (0.1 · 300 + 0.3 · 100) / 400 = 0.15, (0.2 · 300 + 0.4 · 100) / 400 = 0.25.
    #[test]
    fn errors_are_weighted_by_inquiries() {
        let found = accuracy(&forecast(&[Some((0.1, 0.2, 300.0)), None, Some((0.3, 0.4, 100.0))]));
        assert!((found.wape.unwrap() - 0.15).abs() < 1e-12 && (found.wape_mean4.unwrap() - 0.25).abs() < 1e-12);
    }

    #[test]
    fn without_a_backtest_nothing_is_claimed() {
        assert_eq!(accuracy(&forecast(&[None])), Accuracy { wape: None, wape_mean4: None });
    }
}
