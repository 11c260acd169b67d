//! Rule packs, and the labour rules of a site.

use std::collections::BTreeMap;

use actix_web::web::Data;
use actix_web::{HttpResponse, get, put};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::access::Caller;
use super::extract::{IfMatch, Json, Path, versioned};
use super::problem::ApiError;
use super::state::AppState;
use super::words::{CycleView, HoursSystemView, PostView, RestDaysView};
use crate::domain::access::Permission::{ManageOrganisation, ReadOrganisation};
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::SiteId;
use crate::domain::labour::{LabourRules, LimitCode, PayClass, PostHours, RestDayWork};
use crate::labour::adoption::Loosened;
use crate::labour::packs::{self, Limit, RulePack};
use crate::services::ServiceError;
use crate::services::labour::{SiteRules, read_rules, set_rules};

/// A version of a rule pack.
#[derive(Debug, Serialize, ToSchema)]
pub struct RulePackView {
    /// Its name, as sites adopt it.
    pub code: String,
    /// Which version.
    pub version: String,
    /// Where it holds.
    pub jurisdiction: String,
    /// Display name in Chinese.
    pub name_zh: String,
    /// Display name in English.
    pub name_en: String,
    /// First date in force.
    pub effective_from: NaiveDate,
    /// Last date in force; `null` for the one in force now.
    pub effective_until: Option<NaiveDate>,
    /// What it was written from.
    pub source: String,
    /// How hours are counted.
    pub hours_system: HoursSystemView,
    /// Minutes of each cycle that a comprehensive post may have.
    pub cycle_minutes: BTreeMap<String, u32>,
    /// What an hour of each class is paid, as a multiple of a regular one.
    pub rates: BTreeMap<String, f64>,
    /// Whether somebody should look the rates up.
    pub rates_need_confirmation: bool,
    /// The limits by name.
    pub limits: BTreeMap<String, LimitView>,
}

/// A limit of a pack.
#[derive(Debug, Serialize, ToSchema)]
pub struct LimitView {
    /// In the unit that its name says.
    pub value: u32,
    /// The law or page.
    pub source: String,
    /// Whether it is the law's: loosening it takes an admin.
    pub is_legal: bool,
    /// Whether somebody should look it up: it was not found in an official text.
    pub needs_confirmation: bool,
}

impl From<&Limit> for LimitView {
    fn from(limit: &Limit) -> Self {
        let Limit { value, source, is_legal, needs_confirmation } = limit.clone();
        Self { value, source, is_legal, needs_confirmation }
    }
}

impl From<&RulePack> for RulePackView {
    fn from(pack: &RulePack) -> Self {
        let word = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let class = |class: &PayClass| word(serde_json::json!(class));
        Self {
            code: pack.code.clone(),
            version: pack.version.clone(),
            jurisdiction: pack.jurisdiction.clone(),
            name_zh: pack.names.zh.clone(),
            name_en: pack.names.en.clone(),
            effective_from: pack.effective_from,
            effective_until: pack.effective_until,
            source: pack.source.clone(),
            hours_system: pack.hours_system.into(),
            cycle_minutes: pack.cycle_minutes.iter().map(|(cycle, minutes)| (word(serde_json::json!(cycle)), *minutes)).collect(),
            rates: pack.rates.iter().map(|(paid, rate)| (class(paid), *rate)).collect(),
            rates_need_confirmation: pack.rates_need_confirmation,
            limits: pack.limits.iter().map(|(code, limit)| (code.as_str().to_owned(), limit.into())).collect(),
        }
    }
}

/// The labour rules of a site from a date on, as a whole. What is absent has its usual value, not the one it had before.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "effective_from": "2026-12-01", "pack": "cn-standard", "rest_days": "rostered",
    "time_off_expires_after_days": 90, "posts": [{ "post": "aftersale_agent", "pack": "cn-comprehensive", "cycle": "quarter" }],
    "changes": { "max_monthly_overtime_minutes": 1800 } }))]
pub struct LabourRulesPut {
    /// First date that they hold for, until the next ones do. Rules from the same date are replaced.
    pub effective_from: NaiveDate,
    /// Code of the pack adopted, of those that `GET /labour-packs` lists.
    pub pack: String,
    /// The cycle, for a comprehensive pack.
    pub cycle: Option<CycleView>,
    /// Posts with another pack.
    #[serde(default)]
    pub posts: Vec<PostHoursView>,
    /// Limits that differ from the packs', by name. Stricter ones are free; looser ones than the law's take an admin.
    #[serde(default)]
    pub changes: BTreeMap<String, u32>,
    /// Which days are days of rest; `calendar` if absent.
    #[serde(default = "calendar")]
    pub rest_days: RestDaysView,
    /// Days within which time off for work on a day of rest is to be taken, or it is paid; `null` or absent where it is paid
    /// anyway.
    pub time_off_expires_after_days: Option<u32>,
}

fn calendar() -> RestDaysView {
    RestDaysView::Calendar
}

/// The hours system of a post that differs from the site's.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostHoursView {
    /// The post.
    pub post: PostView,
    /// Code of its pack.
    pub pack: String,
    /// Its cycle, for a comprehensive pack.
    pub cycle: Option<CycleView>,
}

impl LabourRulesPut {
    fn into_rules(self, site_id: SiteId) -> Result<LabourRules, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let mut changes = BTreeMap::new();
        for (name, value) in self.changes {
            let code = serde_json::from_value::<LimitCode>(serde_json::json!(name));
            let detail = "is no limit; GET /labour-packs lists them with each pack";
            if let Some(code) = faults.take(format!("/changes/{name}"), code.map_err(|_| detail)) {
                changes.insert(code, value);
            }
        }
        let hours =
            |hours: PostHoursView| PostHours { post: hours.post.into(), pack: hours.pack, cycle: hours.cycle.map(Into::into) };
        let rest_day_work = self
            .time_off_expires_after_days
            .map_or(RestDayWork::Paid, |expires_after_days| RestDayWork::TimeOff { expires_after_days });
        faults.into_result(Some(LabourRules {
            site_id,
            effective_from: self.effective_from,
            pack: self.pack,
            cycle: self.cycle.map(Into::into),
            posts: self.posts.into_iter().map(hours).collect(),
            changes,
            rest_days: self.rest_days.into(),
            rest_day_work,
        }))
    }

    fn of(rules: &LabourRules) -> Self {
        let hours =
            |own: &PostHours| PostHoursView { post: own.post.into(), pack: own.pack.clone(), cycle: own.cycle.map(Into::into) };
        Self {
            effective_from: rules.effective_from,
            pack: rules.pack.clone(),
            cycle: rules.cycle.map(Into::into),
            posts: rules.posts.iter().map(hours).collect(),
            changes: rules.changes.iter().map(|(code, value)| (code.as_str().to_owned(), *value)).collect(),
            rest_days: rules.rest_days.into(),
            time_off_expires_after_days: match rules.rest_day_work {
                RestDayWork::Paid => None,
                RestDayWork::TimeOff { expires_after_days } => Some(expires_after_days),
            },
        }
    }
}

/// The labour rules of a site through time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "site_id": "01936d7e-0000-7000-8000-000000000000", "version": 1, "updated_at": "2026-11-22T08:00:00Z",
    "periods": [{ "effective_from": "2026-12-01", "pack": "cn-standard", "cycle": null, "posts": [], "changes": {},
        "rest_days": "rostered", "time_off_expires_after_days": null, "loosened": [] }] }))]
pub struct LabourRulesView {
    /// The site.
    pub site_id: Uuid,
    /// Counts changes, the `ETag`; 0 while the site has adopted no pack.
    pub version: i32,
    /// When they were last changed; `null` while nobody has.
    pub updated_at: Option<DateTime<Utc>>,
    /// By the date from which they hold. Work before the first is regular.
    pub periods: Vec<LabourPeriodView>,
}

/// Rules from a date on.
#[derive(Debug, Serialize, ToSchema)]
pub struct LabourPeriodView {
    /// As they were set.
    #[serde(flatten)]
    pub rules: LabourRulesPut,
    /// Limits of the law that they are looser than.
    pub loosened: Vec<LoosenedView>,
}

/// A limit of the law that a site's rules are looser than.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoosenedView {
    /// Which.
    pub limit: String,
    /// The law's figure.
    pub legal: u32,
    /// The site's.
    pub own: u32,
}

impl LabourRulesView {
    fn of(site_id: SiteId, rules: SiteRules) -> Self {
        let loosened = |one: &Loosened| LoosenedView { limit: one.limit.as_str().to_owned(), legal: one.legal, own: one.own };
        let period = |(rules, told): (&LabourRules, &Vec<Loosened>)| LabourPeriodView {
            rules: LabourRulesPut::of(rules),
            loosened: told.iter().map(loosened).collect(),
        };
        let periods = rules.stored.periods.iter().zip(&rules.loosened).map(period).collect();
        Self { site_id: site_id.0, version: rules.stored.version, updated_at: rules.stored.updated_at, periods }
    }
}

/// List the rule packs that are shipped, each version with its limits, rates and sources.
#[utoipa::path(tag = "labour", responses((status = 200, description = "Versions of one pack from the oldest on", body = Vec<RulePackView>)),
    extensions(("x-permission" = json!(ReadOrganisation))))]
#[get("/labour-packs")]
pub async fn list_labour_packs(caller: Caller) -> Result<HttpResponse, ApiError> {
    caller.may(ReadOrganisation)?;
    Ok(HttpResponse::Ok().json(packs::shipped().iter().map(RulePackView::from).collect::<Vec<_>>()))
}

/// Read the labour rules of a site.
#[utoipa::path(tag = "labour", params(("id" = Uuid, Path, description = "The site")),
    responses((status = 200, description = "As they are", body = LabourRulesView)),
    extensions(("x-permission" = json!(ReadOrganisation))))]
#[get("/sites/{id}/labour-rules")]
pub async fn get_labour_rules(caller: Caller, state: Data<AppState>, id: Path<SiteId>) -> Result<HttpResponse, ApiError> {
    let rules = read_rules(&state.store, caller.may(ReadOrganisation)?, id.0).await?;
    Ok(versioned(rules.stored.version, LabourRulesView::of(id.0, rules)))
}

/// Adopt a rule pack for a site, or change what it makes of one, from a date on. Takes a key that reaches all teams of the
/// site, and an admin's where a limit of the law is loosened; that has a line of its own in the audit log.
#[utoipa::path(tag = "labour", params(("id" = Uuid, Path, description = "The site")), request_body = LabourRulesPut,
    responses((status = 200, description = "As they are now", body = LabourRulesView)),
    extensions(("x-permission" = json!(ManageOrganisation)), ("x-if-match" = json!(true))))]
#[put("/sites/{id}/labour-rules")]
pub async fn put_labour_rules(
    caller: Caller,
    state: Data<AppState>,
    id: Path<SiteId>,
    if_match: IfMatch,
    body: Json<LabourRulesPut>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ManageOrganisation)?;
    let rules = body.0.into_rules(id.0).map_err(ServiceError::from)?;
    let set = set_rules(&state.store, actor, rules, if_match.0, Utc::now()).await?;
    Ok(versioned(set.stored.version, LabourRulesView::of(id.0, set)))
}

/// Registers the routes.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(list_labour_packs).service(get_labour_rules).service(put_labour_rules);
}
