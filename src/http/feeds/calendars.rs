//! Calendars of agents: issuing, revoking, reading.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, ETAG, EntityTag, Header, IfNoneMatch, VARY};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use chrono::Utc;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::export::LanguageQuery;
use super::language;
use crate::config::Settings;
use crate::domain::access::Permission::ReadRosters;
use crate::domain::ids::AgentId;
use crate::http::access::Caller;
use crate::http::extract::{Path, Query};
use crate::http::problem::ApiError;
use crate::http::state::AppState;
use crate::services::{calendars, keys};

/// An address that a phone can subscribe to.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "url": "https://paiban.example/api/v1/calendars/cal_6kV0dFvK2nWkq1m3xP9sT5hYcR8bJ7uLzA4eG0oQiDw.ics",
    "webcal_url": "webcal://paiban.example/api/v1/calendars/cal_6kV0dFvK2nWkq1m3xP9sT5hYcR8bJ7uLzA4eG0oQiDw.ics" }))]
pub struct CalendarView {
    /// The address. It is shown here once and stored nowhere: whoever has it reads the agent's shifts. Append `?lang=zh` for
    /// Chinese words.
    pub url: String,
    /// The same, as phones open it in their calendar.
    pub webcal_url: String,
}

impl CalendarView {
    fn of(base: &str, token: &str) -> Self {
        let rest = format!("/api/v1/calendars/{token}.ics");
        let place = base.split_once("://").map_or(base, |(_, place)| place);
        Self { url: format!("{base}{rest}"), webcal_url: format!("webcal://{place}{rest}") }
    }
}

/// Issue an address for an agent's calendar, beside those issued before. It needs `manage-calendars`; the key of an agent may
/// issue the agent's own.
#[utoipa::path(tag = "feeds", params(("id" = Uuid, Path, description = "The agent")),
    responses((status = 201, description = "The address, shown once", body = CalendarView)),
    extensions(("x-permission" = json!("manage-calendars"))))]
#[post("/agents/{id}/calendar")]
pub async fn issue_calendar(
    request: HttpRequest,
    caller: Caller,
    state: Data<AppState>,
    id: Path<AgentId>,
) -> Result<HttpResponse, ApiError> {
    // What an agent's own key carries; the service asks for more where it is another's calendar.
    let actor = caller.may(ReadRosters)?;
    let token = calendars::issue_calendar(&state.store, actor, id.0, Utc::now()).await?;
    let view = CalendarView::of(&base_url(&state.settings, &request), &token);
    Ok(HttpResponse::Created().insert_header((CACHE_CONTROL, "no-store")).json(view))
}

/// Revoke every address of an agent's calendar. It needs `manage-calendars`; the key of an agent may revoke the agent's own.
#[utoipa::path(tag = "feeds", params(("id" = Uuid, Path, description = "The agent")),
    responses((status = 204, description = "None is left, whether there were any or not")),
    extensions(("x-permission" = json!("manage-calendars"))))]
#[delete("/agents/{id}/calendar")]
pub async fn revoke_calendars(caller: Caller, state: Data<AppState>, id: Path<AgentId>) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadRosters)?;
    calendars::revoke_calendars(&state.store, actor, id.0, Utc::now()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// An agent's published shifts of the past four weeks and all to come, as iCalendar. No key is needed: the address is the
/// secret.
#[utoipa::path(tag = "feeds", security(()),
    params(("token" = String, Path, description = "The token of the address, with its prefix `cal_`"), LanguageQuery),
    responses((status = 200, description = "The calendar", body = String, content_type = "text/calendar"),
        (status = 304, description = "It is as the `ETag` in `If-None-Match` says")))]
#[get("/calendars/{token}.ics")]
pub async fn get_calendar(
    request: HttpRequest,
    state: Data<AppState>,
    token: Path<String>,
    query: Query<LanguageQuery>,
) -> Result<HttpResponse, ApiError> {
    let text = calendars::calendar(&state.store, &token.0, language(query.0.lang, &request), Utc::now()).await?;
    // Weak, as the bytes on the wire may be compressed or not.
    let tag = EntityTag::new_weak(keys::token_hash(&text));
    let is_known = match IfNoneMatch::parse(&request) {
        Ok(IfNoneMatch::Items(known)) => known.iter().any(|known| known.weak_eq(&tag)),
        Ok(IfNoneMatch::Any) | Err(_) => false,
    };
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((ETAG, tag.to_string()))
        .insert_header((CACHE_CONTROL, "private, max-age=300"))
        .insert_header((VARY, "Accept-Language"));
    if is_known {
        return Ok(response.finish());
    }
    response.insert_header((CONTENT_DISPOSITION, "inline; filename=\"shifts.ics\""));
    Ok(response.content_type("text/calendar; charset=utf-8").body(text))
}

/// Where users reach the service: as set, or as the caller did.
fn base_url(settings: &Settings, request: &HttpRequest) -> String {
    let public = settings.server.public_url.trim_end_matches('/');
    if !public.is_empty() {
        return public.to_owned();
    }
    let seen = request.connection_info();
    format!("{}://{}", seen.scheme(), seen.host())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_gets_an_address_that_opens_its_calendar() {
        let view = CalendarView::of("https://shifts.example/paiban", "cal_x");
        assert_eq!(view.url, "https://shifts.example/paiban/api/v1/calendars/cal_x.ics");
        assert_eq!(view.webcal_url, "webcal://shifts.example/paiban/api/v1/calendars/cal_x.ics");
    }
}
