//! How much of a long horizon's work should be done by when.
//!
//! Hours and weekends are limited over the whole horizon, so what is spent where nothing is missing is gone when it is. No
//! search over a few weeks moves it a year ahead: on 52 weeks with their peak at the end, rosters begun at an even pace
//! stayed at 72,000 where the shape of demand leads below 50,000.

use super::model::{Model, WEEK};

/// How far a level is sought: a supply beyond that finds no demand that could use it.
const HIGHEST: f64 = 1e6;

/// Halvings of the level's range, from any number to one that is as good as exact.
const HALVINGS: usize = 50;

/// The shares of an average agent, by the days gone.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::solver::sparse) struct Budget {
    /// Per number of days gone, the share of the work that should be done, 0-1.
    pub work: Vec<f64>,
    /// The same for weekends with work.
    pub weekends: Vec<f64>,
}

impl Budget {
    /// The budget that follows demand as far as agents can.
    pub fn of(model: &Model) -> Self {
        let (mut minutes, mut heads, mut weekend_heads) = (vec![0.0; model.weeks()], 0.0, vec![0.0; model.weeks()]);
        for (at, row) in model.rows.iter().enumerate() {
            let (day, kind) = (at / model.kinds.len(), at % model.kinds.len());
            let demand = f64::from(row.demand.max(0));
            minutes[day / WEEK] += demand * f64::from(model.kinds[kind].minutes);
            heads += demand;
            weekend_heads[day / WEEK] += if day % WEEK > 4 { demand } else { 0.0 };
        }
        let mean = minutes.iter().sum::<f64>() / f64::max(heads, 1.0);
        let (mut most, mut supply, mut weekends) = (0.0, 0.0, 0.0);
        for limits in model.agents.iter().map(|agent| &agent.limits) {
            let (run, off) = (limits.max_run.min(model.days) as f64, limits.min_off as f64);
            let of_week = WEEK as f64 * run / (run + off) * mean;
            let longest = of_week * model.days as f64 / WEEK as f64;
            most += of_week;
            supply += (f64::from(limits.min_minutes) + f64::from(limits.max_minutes).min(longest)) / 2.0;
            weekends += limits.max_weekends.min(model.weeks()) as f64;
        }
        // Who works on a weekend works on both its days.
        let both = 2.0 * model.agents.len() as f64;
        Self {
            work: by_day(model.days, &levelled(&minutes, most, supply)),
            weekends: by_day(model.days, &levelled(&weekend_heads, both, 2.0 * weekends)),
        }
    }
}

/// What each week gets of a supply: as much of it as of the demand, but no more than `most`.
fn levelled(demand: &[f64], most: f64, supply: f64) -> Vec<f64> {
    let given = |level: f64| demand.iter().map(move |demand| (demand * level).min(most));
    let (mut low, mut high) = (0.0, 1.0);
    while given(high).sum::<f64>() < supply && high < HIGHEST {
        (low, high) = (high, high * 2.0);
    }
    for _ in 0..HALVINGS {
        let level = (low + high) / 2.0;
        if given(level).sum::<f64>() < supply { low = level } else { high = level }
    }
    given(high).collect()
}

/// Per number of days gone, the share of what the weeks get, spread evenly over the days of each.
fn by_day(days: usize, weeks: &[f64]) -> Vec<f64> {
    let total: f64 = weeks.iter().sum();
    let mut gone = 0.0;
    let mut shares = vec![0.0];
    for day in 0..days {
        let of_week = WEEK.min(days - day / WEEK * WEEK) as f64;
        gone += weeks[day / WEEK] / of_week;
        shares.push(if total > 0.0 { (gone / total).min(1.0) } else { (day + 1) as f64 / days as f64 });
    }
    shares
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;
    use crate::solver::sparse::toy;

    #[test]
    fn a_supply_follows_demand_until_a_week_is_full() {
        // In proportion it would be 0.6, 1.2 and 5.2.
        assert!(
            levelled(&[1.0, 2.0, 9.0], 4.0, 7.0).iter().zip([1.0, 2.0, 4.0]).all(|(week, share)| (week - share).abs() < 1e-6)
        );
        assert!(levelled(&[1.0, 1.0], 4.0, 6.0).iter().all(|week| (week - 3.0).abs() < 1e-6));
    }

    #[test]
    fn what_is_due_rises_with_demand_and_evenly_without() {
        assert_eq!(by_day(9, &[7.0, 3.0])[7..], [0.7, 0.85, 1.0]);
        assert_eq!(by_day(4, &[0.0]), [0.0, 0.25, 0.5, 0.75, 1.0]);
    }

    #[test]
    fn a_peak_takes_work_and_weekends_from_the_weeks_before() {
        let mut model = toy::model(&mut StdRng::seed_from_u64(1), 2, 10 * WEEK, 2);
        model.rows.iter_mut().enumerate().for_each(|(at, row)| row.demand = if at < 9 * WEEK * 2 { 1 } else { 3 });
        model.agents.iter_mut().for_each(|agent| {
            let limits = &mut agent.limits;
            (limits.max_run, limits.min_off, limits.max_weekends) = (5, 2, 3);
            (limits.min_minutes, limits.max_minutes) = (0, 10 * 240);
        });
        let budget = Budget::of(&model);
        // The last week's demand is a quarter of the whole: 3 of 9 + 3.
        assert!((budget.work[9 * WEEK] - 0.75).abs() < 1e-6, "{}", budget.work[9 * WEEK]);
        assert!((budget.weekends[9 * WEEK] - 0.75).abs() < 1e-6, "{}", budget.weekends[9 * WEEK]);
    }
}
