//! Forecasts: what the models expect, how well they did, and what planners changed.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::access::Caller;
use super::extract::{ListQuery, PageQuery, PageView, Path};
use super::plans::{WeekQuery, dated};
use super::problem::ApiError;
use super::state::AppState;
use crate::domain::access::Permission::ReadFigures;
use crate::domain::adjustment::{Adjustment, adjusted};
use crate::domain::calendar::Interval;
use crate::domain::demand::{
    Backtest, DemandForecast, ForecastModel, ForecastPoint, ModelScore, QueueForecast, TotalForecast, TotalOf,
};
use crate::domain::history::{FaultKind, FaultTreatment, HistoryFault};
use crate::domain::ids::ForecastId;
use crate::services::ServiceError;
use crate::store::adjustments;
use crate::store::forecasts::{self, ForecastHead};

/// The routes of this file.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(list_forecasts).service(get_forecast);
}

/// A stored forecast, without its figures.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "run_id": "01936d7e-0000-7000-8000-000000000001",
    "team_id": "01936d7e-0000-7000-8000-000000000002", "week_start": "2026-11-30", "created_at": "2026-11-26T12:00:00Z" }))]
pub struct ForecastHeadView {
    /// Identity.
    pub id: Uuid,
    /// The run that made it.
    pub run_id: Uuid,
    /// Whose queues.
    pub team_id: Uuid,
    /// The Monday that names the week.
    pub week_start: NaiveDate,
    /// When it was stored.
    pub created_at: DateTime<Utc>,
}

impl From<ForecastHead> for ForecastHeadView {
    fn from(head: ForecastHead) -> Self {
        Self {
            id: head.id.0,
            run_id: head.run_id.0,
            team_id: head.team_id.0,
            week_start: head.week_start,
            created_at: head.created_at,
        }
    }
}

/// A forecast.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ForecastView {
    /// What it is.
    #[serde(flatten)]
    pub head: ForecastHeadView,
    /// The planning step, in minutes.
    pub interval_minutes: u32,
    /// By queue.
    pub queues: Vec<QueueForecastView>,
    /// Of shops and teams: queues added up, without adjustments.
    pub totals: Vec<TotalForecastView>,
    /// The adjustments that change any of it, in the order in which they are made.
    pub adjustment_ids: Vec<Uuid>,
}

/// Expected inquiries of one queue.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct QueueForecastView {
    /// The queue.
    pub queue_id: Uuid,
    /// How well the models forecast held-back weeks; `null` where there was too little history to hold any back.
    pub backtest: Option<BacktestView>,
    /// What is wrong with the history, and what was done about it. `/history-overrules` changes the latter.
    pub faults: Vec<HistoryFaultView>,
    /// The queue whose profile was borrowed; `null` for a queue with history enough of its own.
    pub borrowed_from: Option<Uuid>,
    /// By interval.
    pub points: Vec<ForecastPointView>,
}

/// Expected inquiries of a shop or a team.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TotalForecastView {
    /// What was added up.
    pub of: TotalOfView,
    /// Which shop or team.
    pub id: Uuid,
    /// By interval. Expected figures are sums; quantiles come from what the sum missed in held-back weeks.
    pub points: Vec<ForecastPointView>,
}

/// What forecasts are added up over.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TotalOfView {
    /// The queues of a shop.
    Shop,
    /// The queues of a team and of those below.
    Team,
}

/// Errors on held-back weeks. WAPE = Σ|forecast − actual| / Σ actual.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "weeks": 8, "wape": 0.071, "wape_last_week": 0.098, "wape_mean4": 0.083, "wape_median6": 0.081,
    "p10_p90_share": 0.8, "inquiries": 41250.0, "models": [ { "model": "day_total", "wape": 0.071, "weight": 0.4 } ] }))]
pub struct BacktestView {
    /// Weeks held back, one after the other.
    pub weeks: u32,
    /// Of the forecast: the models weighted by what was known before each week, 0-1 and above.
    pub wape: f64,
    /// Of the same weekday of the week before, as a spreadsheet has it.
    pub wape_last_week: f64,
    /// Of the mean of the last four same weekdays, likewise.
    pub wape_mean4: f64,
    /// Of the median of the last six same weekdays, likewise.
    pub wape_median6: f64,
    /// Share of actuals within P10-P90; 0.8 is right.
    pub p10_p90_share: f64,
    /// Inquiries in the held-back weeks.
    pub inquiries: f64,
    /// The models that competed, the best first.
    pub models: Vec<ModelScoreView>,
}

/// How one model did on the held-back weeks, and how much it says in the forecast.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "model": "day_total", "wape": 0.071, "weight": 0.4 }))]
pub struct ModelScoreView {
    /// Which.
    pub model: ForecastModelView,
    /// Its error on the held-back weeks.
    pub wape: f64,
    /// Its share in the forecast, 0-1.
    pub weight: f64,
}

/// The ways to forecast that compete.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ForecastModelView {
    /// The same weekday of the last week.
    LastWeek,
    /// The mean of the last four same weekdays.
    MeanOfFour,
    /// The median of the last six same weekdays.
    MedianOfSix,
    /// Weekday profile × smoothed weekly level.
    ProfileLevel,
    /// Day total by exponential smoothing × intraday profile.
    DayTotal,
    /// Day total by MSTL and automatic exponential smoothing × intraday profile.
    MstlEts,
    /// Ridge regression of day totals on the calendar × intraday profile.
    Regression,
}

impl From<ForecastModel> for ForecastModelView {
    fn from(model: ForecastModel) -> Self {
        match model {
            ForecastModel::LastWeek => Self::LastWeek,
            ForecastModel::MeanOfFour => Self::MeanOfFour,
            ForecastModel::MedianOfSix => Self::MedianOfSix,
            ForecastModel::ProfileLevel => Self::ProfileLevel,
            ForecastModel::DayTotal => Self::DayTotal,
            ForecastModel::MstlEts => Self::MstlEts,
            ForecastModel::Regression => Self::Regression,
        }
    }
}

impl From<&Backtest> for BacktestView {
    fn from(backtest: &Backtest) -> Self {
        let Backtest { weeks, wape, wape_last_week, wape_mean4, wape_median6, p10_p90_share, inquiries, models } = backtest;
        let score = |score: &ModelScore| ModelScoreView { model: score.model.into(), wape: score.wape, weight: score.weight };
        Self {
            weeks: *weeks,
            wape: *wape,
            wape_last_week: *wape_last_week,
            wape_mean4: *wape_mean4,
            wape_median6: *wape_median6,
            p10_p90_share: *p10_p90_share,
            inquiries: *inquiries,
            models: models.iter().map(score).collect(),
        }
    }
}

/// A stretch of history that is not what it should be.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "kind": "outage", "starts_at": "2026-11-12T06:00:00Z", "ends_at": "2026-11-12T08:30:00Z", "found": 1.0,
    "usual": 148.0, "treatment": "left_out" }))]
pub struct HistoryFaultView {
    /// What it suffers from.
    pub kind: FaultKindView,
    /// First moment.
    pub starts_at: DateTime<Utc>,
    /// First moment after.
    pub ends_at: DateTime<Utc>,
    /// Inquiries that its rows say.
    pub found: f64,
    /// Inquiries that the weeks around it would suggest.
    pub usual: f64,
    /// What the forecast did about it.
    pub treatment: FaultTreatmentView,
}

/// What a stretch of history suffers from.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaultKindView {
    /// No rows where the weeks around it have them.
    Gap,
    /// Rows that say next to nothing where the weeks around them are busy.
    Outage,
    /// Rows that overlap, so that inquiries were counted twice.
    Duplicate,
    /// Far more than the weeks around it, once.
    Surge,
}

/// What the forecast did about a fault.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaultTreatmentView {
    /// The stretch was left out of what the forecast learns from.
    LeftOut,
    /// Overlapping rows count at the rate that they have on average.
    Averaged,
    /// It was kept as it is, because an overrule says that it is right.
    Kept,
}

impl From<&HistoryFault> for HistoryFaultView {
    fn from(fault: &HistoryFault) -> Self {
        Self {
            kind: match fault.kind {
                FaultKind::Gap => FaultKindView::Gap,
                FaultKind::Outage => FaultKindView::Outage,
                FaultKind::Duplicate => FaultKindView::Duplicate,
                FaultKind::Surge => FaultKindView::Surge,
            },
            starts_at: fault.span.start,
            ends_at: fault.span.end,
            found: fault.found,
            usual: fault.usual,
            treatment: match fault.treatment {
                FaultTreatment::LeftOut => FaultTreatmentView::LeftOut,
                FaultTreatment::Averaged => FaultTreatmentView::Averaged,
                FaultTreatment::Kept => FaultTreatmentView::Kept,
            },
        }
    }
}

/// Expected inquiries of one interval.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "starts_at": "2026-11-30T01:00:00Z", "expected": 42.5, "adjusted": 51.0, "p05": 30.4, "p10": 33.0,
    "p50": 42.0, "p90": 52.1, "p95": 55.3, "aht_secs": 236.0 }))]
pub struct ForecastPointView {
    /// Start of the interval.
    pub starts_at: DateTime<Utc>,
    /// The mean that the models expect.
    pub expected: f64,
    /// The same with adjustments made: what staffing takes.
    pub adjusted: f64,
    /// One time in twenty it is less than this.
    pub p05: f64,
    /// One time in ten it is less.
    pub p10: f64,
    /// As often less as more.
    pub p50: f64,
    /// One time in ten it is more.
    pub p90: f64,
    /// One time in twenty it is more.
    pub p95: f64,
    /// Expected handling time, in seconds; `null` where history does not record it.
    pub aht_secs: Option<f64>,
}

fn point_view(starts_at: DateTime<Utc>, point: &ForecastPoint, adjusted: f64) -> ForecastPointView {
    let ForecastPoint { expected, p05, p10, p50, p90, p95, aht_secs } = *point;
    ForecastPointView { starts_at, expected, adjusted, p05, p10, p50, p90, p95, aht_secs }
}

impl ForecastView {
    fn of(head: ForecastHead, forecast: &DemandForecast, adjustments: &[Adjustment]) -> Self {
        let by_hand = adjusted(forecast, adjustments);
        let queue = |(queue, changed): (&QueueForecast, &QueueForecast)| QueueForecastView {
            queue_id: queue.queue_id.0,
            backtest: queue.backtest.as_ref().map(Into::into),
            faults: queue.faults.iter().map(Into::into).collect(),
            borrowed_from: queue.borrowed_from.map(Into::into),
            points: dated(&forecast.grid, &queue.points)
                .zip(&changed.points)
                .map(|((starts_at, point), changed)| point_view(starts_at, point, changed.expected))
                .collect(),
        };
        let total = |total: &TotalForecast| {
            let (of, id) = match total.of {
                TotalOf::Shop(shop) => (TotalOfView::Shop, shop.0),
                TotalOf::Team(team) => (TotalOfView::Team, team.0),
            };
            let points = dated(&forecast.grid, &total.points).map(|(at, point)| point_view(at, point, point.expected)).collect();
            TotalForecastView { of, id, points }
        };
        let last = forecast.grid.len().saturating_sub(1);
        let span = Interval { start: forecast.grid.interval(0).start, end: forecast.grid.interval(last).end };
        let counts = |adjustment: &&Adjustment| adjustment.span.overlaps(&span);
        Self {
            head: head.into(),
            interval_minutes: forecast.grid.step().get(),
            queues: forecast.queues.iter().zip(&by_hand.queues).map(queue).collect(),
            totals: forecast.totals.iter().map(total).collect(),
            adjustment_ids: adjustments.iter().filter(counts).map(|adjustment| adjustment.id.0).collect(),
        }
    }
}

/// List forecasts.
#[utoipa::path(tag = "planning", params(WeekQuery, PageQuery),
    responses((status = 200, description = "A page of forecasts, without their figures", body = PageView<ForecastHeadView>)),
    extensions(("x-permission" = json!("read-figures"))))]
#[get("/forecasts")]
pub async fn list_forecasts(
    caller: Caller,
    state: Data<AppState>,
    query: ListQuery<WeekQuery>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadFigures)?;
    let listed = forecasts::list(&state.store, &query.filter.within(&actor.scope), query.page).await?;
    Ok(HttpResponse::Ok().json(PageView::of(listed, |head| head.id.0, ForecastHeadView::from)))
}

/// Read a forecast: expected inquiries and quantiles by queue and interval, the models that competed, faults of the history,
/// totals, and what planners changed.
#[utoipa::path(tag = "planning", params(("id" = Uuid, Path, description = "The forecast")),
    responses((status = 200, description = "The forecast", body = ForecastView)),
    extensions(("x-permission" = json!("read-figures"))))]
#[get("/forecasts/{id}")]
pub async fn get_forecast(caller: Caller, state: Data<AppState>, id: Path<ForecastId>) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadFigures)?;
    let found = forecasts::get(&state.store, id.0).await?.filter(|(head, _)| actor.scope.reaches(head.team_id));
    let (head, forecast) = found.ok_or_else(|| ServiceError::NotFound { what: "forecast", id: id.0.to_string() })?;
    let queue_ids: Vec<_> = forecast.queues.iter().map(|queue| queue.queue_id).collect();
    let adjustments = adjustments::of_queues(&state.store, &queue_ids).await?;
    Ok(HttpResponse::Ok().json(ForecastView::of(head, &forecast, &adjustments)))
}
