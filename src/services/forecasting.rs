//! Inquiry history → forecast.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use chrono::{Days, Duration, Utc};

use super::execution::{Job, RunFailure};
use super::plan::ServedQueue;
use crate::domain::access::Scope;
use crate::domain::calendar::PlanningWeek;
use crate::domain::demand::{BorrowedProfile, DemandForecast, PlanFigure, TotalOf, VolumeRecord};
use crate::domain::history::HistoryOverrule;
use crate::domain::ids::{ForecastId, QueueId};
use crate::domain::organisation::Holiday;
use crate::domain::run::Phase;
use crate::forecast::{Borrowed, ForecastError, ForecastInput, Group, QueueHistory, forecast_week as forecast};
use crate::store::borrowed_profiles::{self, BorrowedProfileFilter};
use crate::store::forecasts::{self, ForecastHead};
use crate::store::history_overrules::{self, HistoryOverruleFilter};
use crate::store::holidays::{self, HolidayFilter};
use crate::store::{Page, plan_figures, volumes};

/// How far back history is read: two years show a holiday twice.
const LOOKBACK: Duration = Duration::weeks(104);

/// Forecasts the run's weeks for every queue of its team.
pub(super) async fn forecast_weeks(job: Job<'_>) -> Result<(), RunFailure> {
    if job.plan.queues.is_empty() {
        let detail = format!("team {} serves no queue; give it one (queues.team_id), then try again", job.plan.team.name);
        return Err(RunFailure::problem("validation-failed", "Validation failed", detail));
    }
    let start = job.horizon.span().start;
    let told = Told::load(&job).await?;
    let mut queue_ids: Vec<_> = job.plan.queues.iter().map(|served| served.queue.id).collect();
    queue_ids.extend(told.borrowed.values().map(|profile| profile.from));
    let records = volumes::history(job.store, &queue_ids, start - LOOKBACK, start).await?;
    let holidays = holidays_of(&job).await?;
    job.observer.phase(Phase::Forecasting);
    let histories: Vec<_> = job.plan.queues.iter().map(|served| told.history(served, &records)).collect();
    let forecast_one = |week| Ok((week, forecast_week(&job, week, &histories, &holidays)?));
    let made = job.horizon.weeks().map(forecast_one).collect::<Result<Vec<_>, RunFailure>>()?;

    job.check_cancelled()?;
    job.observer.phase(Phase::Storing);
    let tx = job.store.begin().await?;
    let mut ids = Vec::new();
    for (week, result) in &made {
        let head = ForecastHead {
            id: ForecastId::generate(),
            run_id: job.run.id,
            team_id: job.run.team_id,
            week_start: week.monday(),
            created_at: Utc::now(),
        };
        forecasts::insert(&tx, &head, result).await?;
        ids.push(head.id.0);
    }
    job.conclude(&tx, &ids).await?;
    tx.commit().await?;
    Ok(())
}

/// Forecasts one week. Of what is known nothing is later than the first week's Monday.
fn forecast_week(
    job: &Job<'_>,
    week: PlanningWeek,
    histories: &[QueueHistory<'_>],
    holidays: &[Holiday],
) -> Result<DemandForecast, RunFailure> {
    let groups = groups(job);
    let input = ForecastInput {
        week,
        step: job.params.interval_minutes,
        tail: job.plan.tail(),
        holidays,
        queues: histories,
        groups: &groups,
    };
    let go_on = |_| if job.observer.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    forecast(&input, &go_on).map_err(|error| failure(&error, &job.plan.queues))
}

/// What planners told the forecast, by queue.
struct Told {
    overrules: BTreeMap<QueueId, Vec<HistoryOverrule>>,
    borrowed: BTreeMap<QueueId, BorrowedProfile>,
    figures: BTreeMap<QueueId, Vec<PlanFigure>>,
}

impl Told {
    async fn load(job: &Job<'_>) -> Result<Self, RunFailure> {
        let scope = Scope::Teams(job.plan.teams.clone());
        let filter = HistoryOverruleFilter { scope: &scope, queue_id: None, include_archived: false };
        let mut overrules: BTreeMap<QueueId, Vec<HistoryOverrule>> = BTreeMap::new();
        for row in history_overrules::list(job.store, &filter, Page::ALL).await?.items {
            overrules.entry(row.value.queue_id).or_default().push(row.value);
        }
        let filter = BorrowedProfileFilter { scope: &scope, queue_id: None, include_archived: false };
        let loans = borrowed_profiles::list(job.store, &filter, Page::ALL).await?.items;
        let borrowed = loans.into_iter().map(|row| (row.value.queue_id, row.value)).collect();
        let queue_ids: Vec<_> = job.plan.queues.iter().map(|served| served.queue.id).collect();
        let first = job.horizon.first().monday() - Days::new(LOOKBACK.num_days().unsigned_abs());
        let figures = plan_figures::of_queues(job.store, &queue_ids, first).await?;
        Ok(Self { overrules, borrowed, figures })
    }

    fn history<'a>(&'a self, served: &'a ServedQueue, records: &'a [VolumeRecord]) -> QueueHistory<'a> {
        let id = served.queue.id;
        let borrowed = self.borrowed.get(&id);
        QueueHistory {
            queue_id: id,
            records: of_queue(records, id),
            peaks: &served.peaks,
            promotions: &served.promotions,
            figures: self.figures.get(&id).map_or(&[], Vec::as_slice),
            overrules: self.overrules.get(&id).map_or(&[], Vec::as_slice),
            borrowed: borrowed.map(|profile| Borrowed { profile: *profile, records: of_queue(records, profile.from) }),
        }
    }
}

/// The shops and the teams of the queues, the run's own team with all below it.
fn groups(job: &Job<'_>) -> Vec<Group> {
    let mut groups: BTreeMap<TotalOf, Vec<QueueId>> = BTreeMap::new();
    for served in &job.plan.queues {
        let teams = [job.plan.team.id, served.queue.team_id];
        let of: BTreeSet<_> = teams.map(TotalOf::Team).into_iter().chain([TotalOf::Shop(served.queue.shop_id)]).collect();
        of.into_iter().for_each(|of| groups.entry(of).or_default().push(served.queue.id));
    }
    groups.into_iter().map(|(of, queues)| Group { of, queues }).collect()
}

/// The records of one queue: they come sorted by queue.
fn of_queue(records: &[VolumeRecord], id: QueueId) -> &[VolumeRecord] {
    let from = records.partition_point(|record| record.queue_id < id);
    let len = records[from..].partition_point(|record| record.queue_id == id);
    &records[from..from + len]
}

async fn holidays_of(job: &Job<'_>) -> Result<Vec<Holiday>, RunFailure> {
    let filter = HolidayFilter {
        scope: &Scope::Everything,
        site_id: Some(job.plan.site.id),
        from: None,
        until: None,
        include_archived: false,
    };
    let listed = holidays::list(job.store, &filter, Page::ALL).await?;
    Ok(listed.items.into_iter().map(|row| row.value).collect())
}

/// What a forecast cannot do, with the queues by name: the pure module knows ids only.
fn failure(error: &ForecastError, queues: &[ServedQueue]) -> RunFailure {
    let detail = queues
        .iter()
        .fold(error.to_string(), |text, served| text.replace(&served.queue.id.to_string(), &format!("“{}”", served.queue.name)));
    match error {
        ForecastError::Stopped => RunFailure::Cancelled,
        ForecastError::InsufficientHistory { .. } => RunFailure::problem("insufficient-history", "Insufficient history", detail),
        ForecastError::UnusableRecords { .. } => RunFailure::problem("validation-failed", "Validation failed", detail),
    }
}
