//! An agent's month in the hours ledger.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::{NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::access::Caller;
use super::extract::{Path, Query};
use super::problem::ApiError;
use super::state::AppState;
use crate::domain::access::Permission::ReadRosters;
use crate::domain::ids::{AgentId, RosterId};
use crate::domain::labour::{ClassMinutes, PayClass};
use crate::labour::time_off::Lot;
use crate::services::ServiceError;
use crate::services::labour::{MonthStanding, Until, month_standing};

/// Which month, and what counts as done.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AgentHoursQuery {
    /// The month, `YYYY-MM`; that of `as_of`, or of today, if absent.
    #[param(nullable = false, example = "2026-11")]
    pub month: Option<String>,
    /// Last date of work done; today by the clocks of the agent's site if absent.
    #[param(nullable = false)]
    pub as_of: Option<NaiveDate>,
    /// A draft that is taken for what its team will work in its week; needs `read-plans`.
    #[param(nullable = false)]
    pub draft_roster_id: Option<Uuid>,
}

/// Minutes by class.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct ClassMinutesView {
    /// Within normal hours.
    pub regular_minutes: i64,
    /// 延长工作时间; of a comprehensive post what exceeds the cycle.
    pub overtime_minutes: i64,
    /// 休息日, to be paid.
    pub rest_day_minutes: i64,
    /// 休息日, owed as time off.
    pub time_off_minutes: i64,
    /// 法定节假日.
    pub statutory_holiday_minutes: i64,
    /// All of them.
    pub total_minutes: i64,
}

impl From<ClassMinutes> for ClassMinutesView {
    fn from(minutes: ClassMinutes) -> Self {
        Self {
            regular_minutes: minutes.of(PayClass::Regular),
            overtime_minutes: minutes.of(PayClass::Overtime),
            rest_day_minutes: minutes.of(PayClass::RestDay),
            time_off_minutes: minutes.of(PayClass::TimeOff),
            statutory_holiday_minutes: minutes.of(PayClass::StatutoryHoliday),
            total_minutes: minutes.total(),
        }
    }
}

/// A date of the ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerDayView {
    /// The local date.
    pub date: NaiveDate,
    /// Minutes by class; where time off lapsed, its minutes are below 0 under `time_off_minutes` and above under
    /// `rest_day_minutes`.
    #[serde(flatten)]
    pub minutes: ClassMinutesView,
}

/// Time off that is owed for a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimeOffLotView {
    /// When it was worked.
    pub worked_on: NaiveDate,
    /// What is still owed of it.
    pub minutes: u32,
    /// Last date on which it may be taken.
    pub expires_on: NaiveDate,
}

impl From<&Lot> for TimeOffLotView {
    fn from(lot: &Lot) -> Self {
        Self { worked_on: lot.worked_on, minutes: lot.left, expires_on: lot.expires_on }
    }
}

/// An agent's month.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgentHoursView {
    /// Who.
    pub agent_id: Uuid,
    /// The month, `YYYY-MM`.
    pub month: String,
    /// Last date of work done.
    pub as_of: NaiveDate,
    /// The rule pack of the agent's post and its version; `null` where the site has adopted none: then all is regular.
    pub pack: Option<String>,
    /// Done in the month.
    pub month_to_date: ClassMinutesView,
    /// Done in the year.
    pub year_to_date: ClassMinutesView,
    /// Done and planned in the month.
    pub month_forecast: ClassMinutesView,
    /// Overtime of the month by what is done and planned, as the law counts it.
    pub overtime_minutes: i64,
    /// The most that the month may have; `null` for no limit.
    pub max_overtime_minutes: Option<u32>,
    /// What is left of that, below 0 where it is exceeded.
    pub overtime_left_minutes: Option<i64>,
    /// Time off owed at the end of the month by what is done and planned.
    pub time_off_owed_minutes: u32,
    /// Minutes taken as time off that were not owed.
    pub time_off_overdrawn_minutes: u32,
    /// What is owed, the oldest first.
    pub time_off: Vec<TimeOffLotView>,
    /// The month day by day.
    pub days: Vec<LedgerDayView>,
}

impl From<MonthStanding> for AgentHoursView {
    fn from(found: MonthStanding) -> Self {
        let (first, last) = found.month;
        let account = &found.who.account;
        let in_month = account.days.iter().filter(|day| (first..=last).contains(&day.date));
        Self {
            agent_id: found.who.agent.id.0,
            month: first.format("%Y-%m").to_string(),
            as_of: found.as_of,
            pack: found.rules.map(|rules| format!("{} {}", rules.pack.code, rules.pack.version)),
            month_to_date: found.month_to_date.into(),
            year_to_date: found.year_to_date.into(),
            month_forecast: found.month_forecast.into(),
            overtime_minutes: found.overtime_minutes,
            max_overtime_minutes: found.max_overtime_minutes,
            overtime_left_minutes: found.max_overtime_minutes.map(|most| i64::from(most) - found.overtime_minutes),
            time_off_owed_minutes: account.time_off.owed(),
            time_off_overdrawn_minutes: account.time_off.overdrawn,
            time_off: account.time_off.lots.iter().map(TimeOffLotView::from).collect(),
            days: in_month.map(|day| LedgerDayView { date: day.date, minutes: day.minutes.into() }).collect(),
        }
    }
}

/// Read an agent's month: every minute worked and planned by pay class, overtime left, and time off owed. A key of the role
/// agent reads its own.
#[utoipa::path(tag = "labour", params(("id" = Uuid, Path, description = "The agent"), AgentHoursQuery),
    responses((status = 200, description = "The month", body = AgentHoursView)),
    extensions(("x-permission" = json!(ReadRosters))))]
#[get("/agents/{id}/hours")]
pub async fn get_agent_hours(
    caller: Caller,
    state: Data<AppState>,
    id: Path<AgentId>,
    query: Query<AgentHoursQuery>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadRosters)?;
    let AgentHoursQuery { month, as_of, draft_roster_id } = query.0;
    let first = |month: String| {
        let refused = |_| ServiceError::field("/month", format!("must be a month such as 2026-11, got `{month}`"));
        format!("{month}-01").parse::<NaiveDate>().map_err(refused)
    };
    let until = Until { month: month.map(first).transpose()?, as_of, draft: draft_roster_id.map(RosterId) };
    let found = month_standing(&state.store, actor, id.0, until, Utc::now()).await?;
    Ok(HttpResponse::Ok().json(AgentHoursView::from(found)))
}

/// Registers the routes.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(get_agent_hours);
}
