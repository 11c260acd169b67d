//! Forecasts held against what arrived.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::access::Caller;
use super::extract::Query;
use super::problem::ApiError;
use super::state::AppState;
use crate::domain::access::Permission::ReadFigures;
use crate::domain::accuracy::ForecastAccuracy;
use crate::domain::ids::TeamId;
use crate::services::forecast_accuracy;

/// The routes of this file.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(list_forecast_accuracy);
}

/// Whose forecasts to judge, and when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AccuracyQuery {
    /// The team whose queues are judged.
    pub team_id: Uuid,
    /// The first local date.
    pub from: NaiveDate,
    /// The last local date; of the current day what is recorded by now. At most 92 days.
    pub until: NaiveDate,
}

/// What forecasts made at least so many days ahead missed in a queue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "queue_id": "01936d7e-0000-7000-8000-000000000000", "horizon_days": 7, "intervals": 336,
    "actual": 5120.0, "expected": 5044.2, "wape": 0.081, "wape_adjusted": 0.078, "p10_p90_share": 0.79 }))]
pub struct ForecastAccuracyView {
    /// The queue.
    pub queue_id: Uuid,
    /// Days from the forecast to the interval, at least: 1, 7 or 28.
    pub horizon_days: u32,
    /// Intervals that had both a forecast of that age and a recorded volume.
    pub intervals: u32,
    /// Inquiries that arrived in those.
    pub actual: f64,
    /// Inquiries that the models expected in those.
    pub expected: f64,
    /// Σ|expected − actual| / Σ actual; `null` where nothing arrived.
    pub wape: Option<f64>,
    /// The same with adjustments made.
    pub wape_adjusted: Option<f64>,
    /// Share of intervals within P10-P90; `null` without intervals.
    pub p10_p90_share: Option<f64>,
}

impl From<ForecastAccuracy> for ForecastAccuracyView {
    fn from(accuracy: ForecastAccuracy) -> Self {
        let ForecastAccuracy { queue_id, horizon_days, intervals, actual, expected, wape, wape_adjusted, p10_p90_share } =
            accuracy;
        Self { queue_id: queue_id.0, horizon_days, intervals, actual, expected, wape, wape_adjusted, p10_p90_share }
    }
}

/// Hold forecasts against what arrived: by queue, for forecasts made at least 1, 7 and 28 days ahead.
#[utoipa::path(tag = "planning", params(AccuracyQuery),
    responses((status = 200, description = "By queue and horizon; what no forecast was made for is left out",
        body = Vec<ForecastAccuracyView>)),
    extensions(("x-permission" = json!("read-figures"))))]
#[get("/forecast-accuracy")]
pub async fn list_forecast_accuracy(
    caller: Caller,
    state: Data<AppState>,
    query: Query<AccuracyQuery>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadFigures)?;
    let AccuracyQuery { team_id, from, until } = query.0;
    let figures = forecast_accuracy::judge(&state.store, actor, TeamId(team_id), (from, until)).await?;
    Ok(HttpResponse::Ok().json(figures.into_iter().map(ForecastAccuracyView::from).collect::<Vec<_>>()))
}
