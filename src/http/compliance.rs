//! Platform rules, and where each shop stands against them.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::access::Caller;
use super::extract::{Json, Path, QueryPair};
use super::feeds::{FormatQuery, flat_answer};
use super::figures::DailyWindowView;
use super::problem::{ApiError, Problem};
use super::state::AppState;
use super::words::{ClockStartView, CompliancePeriodView, DirectionView, FigureUnitView, PlatformView};
use crate::domain::access::Permission::{ManageOrganisation, ReadFigures};
use crate::domain::compliance::{Confirmation, RuleInForce, Target};
use crate::domain::ids::ShopId;
use crate::feeds::rows::{ComplianceRow, compliance_row};
use crate::services::ServiceError;
use crate::services::compliance::{self, ShopStanding};

/// The routes of this file.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(list_compliance_rules).service(confirm_compliance_rule).service(list_compliance_rows);
}

/// A user's word on a rule.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConfirmationView {
    /// The limit; `null` where the platform names none.
    pub target: Option<f64>,
    /// Where it was read.
    pub source: String,
    /// What else is worth knowing.
    pub note: String,
    /// Who said so.
    pub author: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A platform rule, with the limit and source of its latest confirmation where there is one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "code": "kuaishou_attitude_share", "platforms": ["kuaishou"], "name_zh": "快手服务态度差中差评率",
    "name_en": "Kuaishou attitude share of neutral and bad reviews", "figure": "attitude_share", "numerator": null, "denominator": null, "unit": "review",
    "clock_start": null, "limit_secs": null, "window": null, "human_only": false, "cap_secs": null,
    "inclusions": ["robot_served", "invited_reviews"], "exclusions": [], "direction": "lower", "target": 0.06,
    "period": "calendar_month", "effective_from": null, "effective_to": null, "source": "https://example.com/rule",
    "note": "", "needs_confirmation": true, "confirmation": null }))]
pub struct ComplianceRuleView {
    /// Short name, unique.
    pub code: String,
    /// Whose rule.
    pub platforms: Vec<PlatformView>,
    /// Display name in Chinese.
    pub name_zh: String,
    /// Display name in English.
    pub name_en: String,
    /// The figure whose sums it is judged by; its own code where it counts by itself.
    pub figure: String,
    /// What it counts, where no figure does: an expression over measures.
    pub numerator: Option<String>,
    /// And of what.
    pub denominator: Option<String>,
    /// What is counted.
    pub unit: FigureUnitView,
    /// When the clock starts, for speed.
    pub clock_start: Option<ClockStartView>,
    /// In how many seconds.
    pub limit_secs: Option<u32>,
    /// The part of the day that is judged; `null` for all day.
    pub window: Option<DailyWindowView>,
    /// Whether answers of a robot do not count.
    pub human_only: bool,
    /// The most one wait counts for, seconds.
    pub cap_secs: Option<u32>,
    /// What the platform counts that one might not expect.
    pub inclusions: Vec<String>,
    /// What it leaves out.
    pub exclusions: Vec<String>,
    /// Which way is better.
    pub direction: DirectionView,
    /// The limit, a share 0-1; `null` where no public source names one.
    pub target: Option<f64>,
    /// Over which days.
    pub period: CompliancePeriodView,
    /// The first day it holds, where known.
    pub effective_from: Option<NaiveDate>,
    /// The last day it holds; `null` while it does.
    pub effective_to: Option<NaiveDate>,
    /// Where it was read.
    pub source: String,
    /// What else is worth knowing.
    pub note: String,
    /// Whether nobody has checked it against the platform's own text yet.
    pub needs_confirmation: bool,
    /// The latest confirmation; `null` before the first.
    pub confirmation: Option<ConfirmationView>,
}

impl From<RuleInForce> for ComplianceRuleView {
    fn from(known: RuleInForce) -> Self {
        let confirmation = known.confirmation.map(|Confirmation { target, source, note, author, at, .. }| ConfirmationView {
            target: target.map(Target::get),
            source,
            note,
            author,
            at,
        });
        let rule = known.rule;
        Self {
            code: rule.code,
            platforms: rule.platforms.into_iter().map(Into::into).collect(),
            name_zh: rule.name_zh,
            name_en: rule.name_en,
            figure: rule.figure,
            numerator: rule.numerator,
            denominator: rule.denominator,
            unit: rule.unit.into(),
            clock_start: rule.clock_start.map(Into::into),
            limit_secs: rule.limit_secs,
            window: rule.window.map(Into::into),
            human_only: rule.human_only,
            cap_secs: rule.cap_secs,
            inclusions: rule.inclusions,
            exclusions: rule.exclusions,
            direction: rule.direction.into(),
            target: rule.target.map(Target::get),
            period: rule.period.into(),
            effective_from: rule.effective_from,
            effective_to: rule.effective_to,
            source: rule.source,
            note: rule.note,
            needs_confirmation: rule.needs_confirmation,
            confirmation,
        }
    }
}

/// What the platform's own text says of a rule.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "target": 0.06, "source": "商家后台 规则中心, 2026-11-20", "note": "" }))]
pub struct ComplianceConfirmation {
    /// The limit, a share 0-1 with at most four decimals; `null` where the platform names none.
    pub target: Option<f64>,
    /// Where it was read, 1-1000 characters.
    pub source: String,
    /// What else is worth knowing, at most 1000 characters.
    #[serde(default)]
    pub note: String,
}

/// Where which shops stand, and seen from when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ComplianceQuery {
    /// Only this shop.
    #[param(nullable = false)]
    pub shop_id: Option<Uuid>,
    /// The local date to see it from: that date's month, with what was counted by its end; today if absent.
    #[param(nullable = false)]
    pub on: Option<NaiveDate>,
}

/// List the platform rules with their sources, limits and confirmations.
#[utoipa::path(tag = "compliance", responses((status = 200, description = "All rules", body = Vec<ComplianceRuleView>)),
    extensions(("x-permission" = json!("read-figures"))))]
#[get("/compliance-rules")]
pub async fn list_compliance_rules(caller: Caller, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    caller.may(ReadFigures)?;
    let rules = compliance::rules(&state.store).await.map_err(ServiceError::from)?;
    Ok(HttpResponse::Ok().json(rules.into_iter().map(ComplianceRuleView::from).collect::<Vec<_>>()))
}

/// Confirm a platform rule: say what the platform's own text says now. Needs a key that reaches the whole organisation; kept
/// with author and time, and the latest counts.
#[utoipa::path(tag = "compliance", params(("code" = String, Path, description = "The rule")), request_body = ComplianceConfirmation,
    responses((status = 200, description = "The rule as it counts now", body = ComplianceRuleView)),
    extensions(("x-permission" = json!("manage-organisation"))))]
#[post("/compliance-rules/{code}/confirm")]
pub async fn confirm_compliance_rule(
    caller: Caller,
    state: Data<AppState>,
    code: Path<String>,
    body: Json<ComplianceConfirmation>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ManageOrganisation)?;
    let ComplianceConfirmation { target, source, note } = body.0;
    let target = target.map(Target::new).transpose();
    let target = target.map_err(|fault| ServiceError::field("/target", fault.to_string()))?;
    let confirmation = Confirmation { code: code.0, target, source, note, author: actor.name.clone(), at: Utc::now() };
    let rule = compliance::confirm(&state.store, actor, confirmation).await?;
    Ok(HttpResponse::Ok().json(ComplianceRuleView::from(rule)))
}

/// Where each shop stands against its platform's rules: what was counted so far, the distance to the limit in whole reviews,
/// chats or people, and how the month will end if it goes on as it did. The rest of the month is forecast from what each
/// weekday brought over the 28 days before, at the rate of the month so far (with fewer than 30 counted, of those 28 days).
#[utoipa::path(tag = "feeds", params(ComplianceQuery, FormatQuery), responses(
    (status = 200, description = "By shop and rule", content((Vec<ComplianceRow> = "application/json"), (String = "text/csv"))),
    (status = 422, description = "The date is too far from any calendar", body = Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("read-figures"))))]
#[get("/feeds/compliance")]
pub async fn list_compliance_rows(
    caller: Caller,
    state: Data<AppState>,
    query: QueryPair<ComplianceQuery, FormatQuery>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadFigures)?;
    let QueryPair(ComplianceQuery { shop_id, on }, format) = query;
    if on.is_some_and(|on| !(1970..=9000).contains(&chrono::Datelike::year(&on))) {
        return Err(ServiceError::field("/on", "must be a date from 1970 to 9000").into());
    }
    let shop_id = shop_id.map(ShopId);
    let standings =
        compliance::standings(&state.store, &actor.scope, shop_id, on, Utc::now()).await.map_err(ServiceError::from)?;
    flat_answer("compliance", standings.iter().map(row).collect::<Vec<ComplianceRow>>(), format).await
}

fn row(found: &ShopStanding) -> ComplianceRow {
    compliance_row(&found.shop, found.team_id, &found.rule.rule, found.on, &found.standing)
}
