//! Platform rules of the users' own: new ones, and what a shipped one says by now.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::kept::{Body, StampView, kept_routes};
use super::words::{CompliancePeriodView, DirectionView, FigureUnitView, PlatformView};
use crate::domain::access::Actor;
use crate::domain::compliance::{ComplianceRule, OwnRule, Target};
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::ComplianceRuleId;
use crate::services::proposal::Reference;
use crate::store::compliance_rules;
use crate::store::{Listed, Page, Store, StoreError, Versioned};
use crate::team::compliance::check;

/// A platform rule to enter. One of a shipped rule's code takes that one's place.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "code": "pinduoduo_3min_reply", "platforms": ["pinduoduo"], "name_zh": "拼多多3分钟人工回复率",
    "name_en": "Pinduoduo 3-minute reply rate", "figure": "within_3min_rate_window", "numerator": null, "denominator": null,
    "unit": "person", "direction": "higher", "target": 0.8, "period": "last30_days", "effective_from": "2026-11-01",
    "effective_to": null, "source": "商家后台 规则中心, 2026-11-20", "note": "" }))]
pub struct OwnComplianceRuleCreate {
    /// Short name: small letters, digits and underscores. Rules of one code follow each other in time.
    pub code: String,
    /// Whose rule.
    pub platforms: Vec<PlatformView>,
    /// Display name in Chinese.
    pub name_zh: String,
    /// Display name in English.
    pub name_en: String,
    /// The shipped figure it is judged by; `null` for one of its own.
    pub figure: Option<String>,
    /// For one of its own, what is counted: a sum of measures.
    pub numerator: Option<String>,
    /// And of what.
    pub denominator: Option<String>,
    /// What is counted.
    pub unit: FigureUnitView,
    /// Which way is better.
    pub direction: DirectionView,
    /// The limit, a share 0-1 with at most four decimals; `null` where the platform names none.
    pub target: Option<f64>,
    /// Over which days.
    pub period: CompliancePeriodView,
    /// The first day it holds; `null` for ever since.
    pub effective_from: Option<NaiveDate>,
    /// The last day it holds; `null` while it does.
    pub effective_to: Option<NaiveDate>,
    /// Where it was read, 1-1000 characters.
    pub source: String,
    /// What else is worth knowing, at most 1000 characters.
    #[serde(default)]
    pub note: String,
}

impl Body for OwnComplianceRuleCreate {
    type Value = OwnRule;

    fn of(OwnRule { rule, .. }: &OwnRule) -> Self {
        let rule = rule.clone();
        let has_own = rule.numerator.is_some();
        Self {
            code: rule.code,
            platforms: rule.platforms.into_iter().map(Into::into).collect(),
            name_zh: rule.name_zh,
            name_en: rule.name_en,
            figure: (!has_own).then_some(rule.figure),
            numerator: rule.numerator,
            denominator: rule.denominator,
            unit: rule.unit.into(),
            direction: rule.direction.into(),
            target: rule.target.map(Target::get),
            period: rule.period.into(),
            effective_from: rule.effective_from,
            effective_to: rule.effective_to,
            source: rule.source,
            note: rule.note,
        }
    }

    fn references(&self) -> Vec<Reference> {
        Vec::new()
    }

    fn into_value(self, id: ComplianceRuleId) -> Result<OwnRule, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let target = self.target.and_then(|target| faults.take("/target", Target::new(target)));
        let is_one = self.figure.is_some() != self.numerator.is_some() && self.numerator.is_some() == self.denominator.is_some();
        faults.expect(is_one, "/figure", "must be a shipped figure, or null beside a numerator and a denominator");
        let rule = ComplianceRule {
            figure: self.figure.unwrap_or_else(|| self.code.clone()),
            code: self.code,
            platforms: self.platforms.into_iter().map(Into::into).collect(),
            name_zh: self.name_zh,
            name_en: self.name_en,
            numerator: self.numerator,
            denominator: self.denominator,
            unit: self.unit.into(),
            clock_start: None,
            limit_secs: None,
            window: None,
            human_only: false,
            cap_secs: None,
            inclusions: Vec::new(),
            exclusions: Vec::new(),
            direction: self.direction.into(),
            target,
            period: self.period.into(),
            effective_from: self.effective_from,
            effective_to: self.effective_to,
            source: self.source,
            note: self.note,
            needs_confirmation: true,
        };
        if is_one {
            check(&rule, &mut faults);
        }
        faults.into_result(Some(OwnRule { id, rule }))
    }
}

/// What to change of a platform rule; absent fields stay as they are, `null` clears. It asks to be confirmed again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "effective_to": "2026-12-31" }))]
pub struct OwnComplianceRulePatch {
    /// Display name in Chinese.
    #[schema(nullable = false)]
    pub name_zh: Option<String>,
    /// Display name in English.
    #[schema(nullable = false)]
    pub name_en: Option<String>,
    /// Whose rule.
    #[schema(nullable = false)]
    pub platforms: Option<Vec<PlatformView>>,
    /// The limit.
    #[serde(default, with = "::serde_with::rust::double_option")]
    pub target: Option<Option<f64>>,
    /// The first day it holds.
    #[serde(default, with = "::serde_with::rust::double_option")]
    pub effective_from: Option<Option<NaiveDate>>,
    /// The last day it holds.
    #[serde(default, with = "::serde_with::rust::double_option")]
    pub effective_to: Option<Option<NaiveDate>>,
    /// Where it was read.
    #[schema(nullable = false)]
    pub source: Option<String>,
    /// What else is worth knowing.
    #[schema(nullable = false)]
    pub note: Option<String>,
}

impl OwnComplianceRulePatch {
    fn apply(self, body: OwnComplianceRuleCreate) -> OwnComplianceRuleCreate {
        OwnComplianceRuleCreate {
            name_zh: self.name_zh.unwrap_or(body.name_zh),
            name_en: self.name_en.unwrap_or(body.name_en),
            platforms: self.platforms.unwrap_or(body.platforms),
            target: self.target.unwrap_or(body.target),
            effective_from: self.effective_from.unwrap_or(body.effective_from),
            effective_to: self.effective_to.unwrap_or(body.effective_to),
            source: self.source.unwrap_or(body.source),
            note: self.note.unwrap_or(body.note),
            ..body
        }
    }
}

/// A platform rule of the users' own.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnComplianceRuleView {
    /// Identity.
    pub id: Uuid,
    /// What it says.
    #[serde(flatten)]
    pub rule: OwnComplianceRuleCreate,
    /// Version and times.
    #[serde(flatten)]
    pub stamp: StampView,
}

impl From<Versioned<OwnRule>> for OwnComplianceRuleView {
    fn from(row: Versioned<OwnRule>) -> Self {
        Self { id: row.value.id.0, rule: OwnComplianceRuleCreate::of(&row.value), stamp: (&row).into() }
    }
}

/// Which rules to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OwnComplianceRuleQuery {
    /// Whether archived ones are wanted too.
    #[serde(default)]
    pub include_archived: bool,
}

impl OwnComplianceRuleQuery {
    async fn rows(self, store: &Store, _: &Actor, page: Page) -> Result<Listed<Versioned<OwnRule>>, StoreError> {
        compliance_rules::list(store, self.include_archived, page).await
    }
}

kept_routes! {
    OwnRule by ComplianceRuleId: OwnComplianceRuleCreate, OwnComplianceRulePatch, OwnComplianceRuleView, OwnComplianceRuleQuery;
    tag "compliance", read ReadFigures, change ManageOrganisation;
    /// Enter a platform rule. One of a shipped rule's code takes its place; it asks to be confirmed. Needs a key that reaches the
    /// whole organisation.
    POST "/own-compliance-rules" create_own_compliance_rule;
    /// List the platform rules that users entered. `/compliance-rules` has all that are in use.
    GET list_own_compliance_rules;
    /// Read a platform rule that users entered.
    GET "/own-compliance-rules/{id}" get_own_compliance_rule;
    /// Change a platform rule that users entered. To say that a platform has changed its rule, end this one and enter another.
    PATCH patch_own_compliance_rule;
    /// Archive a platform rule that users entered: the shipped one of its code holds again.
    DELETE archive_own_compliance_rule;
}
