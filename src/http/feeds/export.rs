//! A roster as a file: CSV, XLSX, SVG; a rotation as a picture.

use actix_web::http::header::DispositionType;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{LanguageView, language, named, rendered};
use crate::domain::access::Permission::{ReadOrganisation, ReadRosters};
use crate::domain::ids::{RosterId, RotationId};
use crate::feeds::rows::roster_rows;
use crate::feeds::{RosterSheet, csv, svg, xlsx};
use crate::http::access::Caller;
use crate::http::extract::{Path, Query};
use crate::http::problem::ApiError;
use crate::http::state::AppState;
use crate::services::rotations;
use crate::services::sheets::roster_sheet;

pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// How to write CSV.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CsvQuery {
    /// Whether the file begins with a byte order mark, by which Excel takes it for UTF-8; `false` if absent.
    #[serde(default)]
    pub bom: bool,
}

/// In which language.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LanguageQuery {
    /// Language of fixed words; by `Accept-Language` if absent, or else English.
    #[param(nullable = false, inline)]
    pub lang: Option<LanguageView>,
}

/// A roster as CSV: one row per assignment, columns as in `/feeds/roster`. Drafts and archived rosters need `read-plans`.
#[utoipa::path(tag = "feeds", params(("id" = Uuid, Path, description = "The roster"), CsvQuery),
    responses((status = 200, description = "The assignments, agents by staff number", body = String, content_type = "text/csv")),
    extensions(("x-permission" = json!("read-rosters"))))]
#[get("/rosters/{id}/export.csv")]
pub async fn export_roster_csv(
    caller: Caller,
    state: Data<AppState>,
    id: Path<RosterId>,
    query: Query<CsvQuery>,
) -> Result<HttpResponse, ApiError> {
    let sheet = roster_sheet(&state.store, caller.may(ReadRosters)?, id.0).await?;
    let name = file_name(&sheet, "csv");
    let text = rendered(move || csv::csv(&roster_rows(&sheet), query.0.bom)).await?;
    Ok(file("text/csv; charset=utf-8; header=present", DispositionType::Attachment, &name).body(text))
}

/// A roster as a workbook to print: a grid of agents and days, and the coverage behind it. Drafts and archived rosters need
/// `read-plans`; leave is shown to those who may read it.
#[utoipa::path(tag = "feeds", params(("id" = Uuid, Path, description = "The roster"), LanguageQuery),
    responses((status = 200, description = "The workbook", body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")),
    extensions(("x-permission" = json!("read-rosters"))))]
#[get("/rosters/{id}/export.xlsx")]
pub async fn export_roster_xlsx(
    request: HttpRequest,
    caller: Caller,
    state: Data<AppState>,
    id: Path<RosterId>,
    query: Query<LanguageQuery>,
) -> Result<HttpResponse, ApiError> {
    let sheet = roster_sheet(&state.store, caller.may(ReadRosters)?, id.0).await?;
    let (name, language) = (file_name(&sheet, "xlsx"), language(query.0.lang, &request));
    // The one thing a workbook refuses is a text of more than 32767 letters, and names have at most 100.
    let bytes = rendered(move || xlsx::xlsx(&sheet, language).expect("names fit into cells")).await?;
    Ok(file(XLSX, DispositionType::Attachment, &name).insert_header(("Vary", "Accept-Language")).body(bytes))
}

/// A roster as a picture: agents and days, and below it coverage against requirement for each queue. Drafts and archived
/// rosters need `read-plans`; leave is shown to those who may read it.
#[utoipa::path(tag = "feeds", params(("id" = Uuid, Path, description = "The roster"), LanguageQuery),
    responses((status = 200, description = "The picture", body = String, content_type = "image/svg+xml")),
    extensions(("x-permission" = json!("read-rosters"))))]
#[get("/rosters/{id}/export.svg")]
pub async fn export_roster_svg(
    request: HttpRequest,
    caller: Caller,
    state: Data<AppState>,
    id: Path<RosterId>,
    query: Query<LanguageQuery>,
) -> Result<HttpResponse, ApiError> {
    let sheet = roster_sheet(&state.store, caller.may(ReadRosters)?, id.0).await?;
    let (name, language) = (file_name(&sheet, "svg"), language(query.0.lang, &request));
    let drawn = rendered(move || svg::svg(&sheet, language)).await?;
    Ok(picture(&name, drawn))
}

/// A rotation as a picture: its weeks with their shifts, and how many agents begin on each.
#[utoipa::path(tag = "feeds", params(("id" = Uuid, Path, description = "The rotation"), LanguageQuery),
    responses((status = 200, description = "The picture", body = String, content_type = "image/svg+xml")),
    extensions(("x-permission" = json!("read-organisation"))))]
#[get("/rotations/{id}/export.svg")]
pub async fn export_rotation_svg(
    request: HttpRequest,
    caller: Caller,
    state: Data<AppState>,
    id: Path<RotationId>,
    query: Query<LanguageQuery>,
) -> Result<HttpResponse, ApiError> {
    let (rotation, templates) = rotations::with_templates(&state.store, caller.may(ReadOrganisation)?, id.0).await?;
    let (name, language) = (format!("{}.svg", rotation.name), language(query.0.lang, &request));
    let drawn = rendered(move || svg::rotation_svg(&rotation, &templates, language)).await?;
    Ok(picture(&name, drawn))
}

fn picture(name: &str, drawn: String) -> HttpResponse {
    file("image/svg+xml", DispositionType::Inline, name)
        .insert_header(("Vary", "Accept-Language"))
        // A picture that somebody opens by its address runs and fetches nothing, whatever names it shows.
        .insert_header(("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"))
        .body(drawn)
}

/// Team and week.
fn file_name(sheet: &RosterSheet, kind: &str) -> String {
    format!("{} {}.{kind}", sheet.team, sheet.week.monday())
}

pub(super) fn file(content_type: &str, disposition: DispositionType, name: &str) -> actix_web::HttpResponseBuilder {
    let kind = name.rsplit('.').next().unwrap_or_default();
    let mut response = HttpResponse::Ok();
    response
        .content_type(content_type)
        .insert_header(named(disposition, name, &format!("roster.{kind}")))
        .insert_header(("X-Content-Type-Options", "nosniff"));
    response
}
