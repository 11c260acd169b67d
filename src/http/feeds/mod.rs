//! What dashboards, spreadsheets, chat messages and phones read.

mod calendars;
mod export;
mod figures;
mod flat;
mod payroll;

use actix_web::HttpRequest;
use actix_web::http::header::{
    AcceptLanguage, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue, Header,
};
use actix_web::web;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::problem::ApiError;
use crate::feeds::Language;

pub use flat::{FormatQuery, flat_answer};

/// The routes of this folder.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(export::export_roster_csv)
        .service(export::export_roster_xlsx)
        .service(export::export_roster_svg)
        .service(export::export_rotation_svg)
        .service(flat::list_roster_rows)
        .service(flat::list_coverage_rows)
        .service(flat::list_hours_rows)
        .service(flat::list_forecast_rows)
        .service(flat::list_volume_rows)
        .service(payroll::list_ledger_rows)
        .service(payroll::export_payroll_csv)
        .service(payroll::export_payroll_xlsx)
        .service(figures::list_figure_rows)
        .service(figures::list_comparison_rows)
        .service(calendars::issue_calendar)
        .service(calendars::revoke_calendars)
        .service(calendars::get_calendar);
}

/// A language of fixed words; names stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LanguageView {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// The language asked for, or the caller's most wanted of those there are, or English.
pub fn language(asked: Option<LanguageView>, request: &HttpRequest) -> Language {
    let wanted = || {
        let ranked = AcceptLanguage::parse(request).map(|header| header.ranked()).unwrap_or_default();
        ranked.iter().filter_map(|preference| preference.item()).find_map(|tag| match tag.primary_language() {
            "zh" => Some(LanguageView::Zh),
            "en" => Some(LanguageView::En),
            _ => None,
        })
    };
    match asked.or_else(wanted) {
        Some(LanguageView::Zh) => Language::Zh,
        Some(LanguageView::En) | None => Language::En,
    }
}

/// The name of a file, for those who know `filename*` and, in plain letters, for those who do not.
fn named(disposition: DispositionType, name: &str, plain: &str) -> ContentDisposition {
    let name: String =
        name.chars().map(|letter| if letter.is_control() || r#"/\:*?"<>|"#.contains(letter) { '_' } else { letter }).collect();
    let extended = ExtendedValue { charset: Charset::Ext("UTF-8".into()), language_tag: None, value: name.into_bytes() };
    let parameters = vec![DispositionParam::Filename(plain.into()), DispositionParam::FilenameExt(extended)];
    ContentDisposition { disposition, parameters }
}

/// Runs a rendering that may take its time off the threads that answer requests.
async fn rendered<T: Send + 'static>(render: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
    web::block(render).await.map_err(|_| ApiError::Unavailable("the service is stopping; try again in a moment"))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_language_is_the_asked_one_or_the_most_wanted_or_english() {
        let with = |header: &'static str| TestRequest::default().insert_header(("Accept-Language", header)).to_http_request();
        assert_eq!(language(None, &with("de, zh-CN;q=0.9, en;q=0.8")), Language::Zh);
        assert_eq!(language(None, &with("zh;q=0.5, en-GB;q=0.8")), Language::En);
        assert_eq!(language(Some(LanguageView::En), &with("zh")), Language::En);
        assert_eq!(language(None, &with("de")), Language::En);
        assert_eq!(language(None, &TestRequest::default().to_http_request()), Language::En);
    }

    #[test]
    fn a_file_name_keeps_its_letters_and_no_path() {
        let header = named(DispositionType::Attachment, "一组/2026.xlsx", "roster.xlsx").to_string();
        assert_eq!(header, "attachment; filename=\"roster.xlsx\"; filename*=UTF-8''%E4%B8%80%E7%BB%84_2026.xlsx");
    }
}
