//! The hours ledger as flat rows, and what is to be paid as files.

use actix_web::http::header::DispositionType;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use chrono::{Days, NaiveDate};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::export::{XLSX, file};
use super::flat::FeedQuery;
use super::{LanguageView, language, rendered};
use crate::domain::access::Permission::ReadFigures;
use crate::domain::fault::Faults;
use crate::domain::ids::TeamId;
use crate::feeds::rows::{LedgerRow, PayrollRow};
use crate::feeds::{csv, xlsx};
use crate::http::access::Caller;
use crate::http::extract::Query;
use crate::http::problem::{ApiError, Problem};
use crate::http::state::AppState;
use crate::services::ServiceError;
use crate::services::{feeds, labour};

/// The longest period: a leap year.
const MOST_DAYS: u64 = 366;

/// For which period, and whom.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PayrollQuery {
    /// First local date.
    #[param(example = "2026-11-01")]
    pub from: NaiveDate,
    /// Last local date, at most 366 days in all.
    #[param(example = "2026-11-30")]
    pub until: NaiveDate,
    /// Only this team and those below it.
    #[param(nullable = false)]
    pub team_id: Option<Uuid>,
    /// CSV only: whether the file begins with a byte order mark, by which Excel takes it for UTF-8; `false` if absent.
    #[serde(default)]
    pub bom: bool,
    /// XLSX only: language of fixed words; by `Accept-Language` if absent, or else English.
    #[param(nullable = false, inline)]
    pub lang: Option<LanguageView>,
}

impl PayrollQuery {
    fn period(&self) -> Result<(NaiveDate, NaiveDate), ServiceError> {
        let mut faults = Faults::default();
        let fits = self.from <= self.until && self.until - Days::new(MOST_DAYS - 1) <= self.from;
        faults.expect(fits, "/until", format!("must not be before from, nor more than {MOST_DAYS} days of it"));
        Ok(faults.into_result(Some((self.from, self.until)))?)
    }

    async fn rows(&self, caller: &Caller, state: &AppState) -> Result<Vec<PayrollRow>, ApiError> {
        let (actor, period) = (caller.may(ReadFigures)?, self.period()?);
        Ok(labour::list_payroll(&state.store, actor, self.team_id.map(TeamId), period).await?)
    }

    fn file_name(&self, kind: &str) -> String {
        format!("payroll {} {}.{kind}", self.from, self.until)
    }
}

/// The hours ledger: one row for each agent, local date and pay class that has minutes, of the dates that begin in the span; the
/// four weeks past if none is given. `queue_id` does not narrow it: a shift is paid whatever its queue.
#[utoipa::path(tag = "feeds", params(FeedQuery), responses(
    (status = 200, description = "The minutes, by agent and date", content((Vec<LedgerRow> = "application/json"), (String = "text/csv"))),
    (status = 422, description = "The span is no span, or too long", body = Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("read-figures"))))]
#[get("/feeds/ledger")]
pub async fn list_ledger_rows(caller: Caller, state: Data<AppState>, query: Query<FeedQuery>) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadFigures)?;
    let rows = labour::list_ledger(&state.store, actor, &query.0.filter(feeds::past)?).await?;
    query.0.answer("ledger", rows).await
}

/// What each agent is to be paid for a period, in minutes by class, as CSV. The sums are those of `/feeds/ledger`, to the minute.
#[utoipa::path(tag = "feeds", params(PayrollQuery), responses(
    (status = 200, description = "A row per agent, by staff number", body = String, content_type = "text/csv"),
    (status = 422, description = "The period is none, or too long", body = Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("read-figures"))))]
#[get("/payroll/export.csv")]
pub async fn export_payroll_csv(
    caller: Caller,
    state: Data<AppState>,
    query: Query<PayrollQuery>,
) -> Result<HttpResponse, ApiError> {
    let rows = query.0.rows(&caller, &state).await?;
    let (name, bom) = (query.0.file_name("csv"), query.0.bom);
    let text = rendered(move || csv::csv(&rows, bom)).await?;
    Ok(file("text/csv; charset=utf-8; header=present", DispositionType::Attachment, &name).body(text))
}

/// The same as a workbook.
#[utoipa::path(tag = "feeds", params(PayrollQuery), responses(
    (status = 200, description = "The workbook", body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (status = 422, description = "The period is none, or too long", body = Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("read-figures"))))]
#[get("/payroll/export.xlsx")]
pub async fn export_payroll_xlsx(
    request: HttpRequest,
    caller: Caller,
    state: Data<AppState>,
    query: Query<PayrollQuery>,
) -> Result<HttpResponse, ApiError> {
    let rows = query.0.rows(&caller, &state).await?;
    let (name, language) = (query.0.file_name("xlsx"), language(query.0.lang, &request));
    let period = (query.0.from, query.0.until);
    // The one thing a workbook refuses is a text of more than 32767 letters, and names have at most 100.
    let bytes = rendered(move || xlsx::payroll(&rows, period, language).expect("names fit into cells")).await?;
    Ok(file(XLSX, DispositionType::Attachment, &name).insert_header(("Vary", "Accept-Language")).body(bytes))
}
