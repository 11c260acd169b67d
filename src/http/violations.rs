//! Violations of roster rules on the wire.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::rules::{Severity, Violation};

/// A roster rule that is broken.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "rule": "minimum-rest", "severity": "hard", "agent_id": "01936d7e-0000-7000-8000-000000000000",
    "queue_id": null, "date": "2026-11-24", "figure": 480.0, "limit": 660.0,
    "detail": "王芳 rests 480 minutes before the shift on 2026-11-24; 660 are needed" }))]
pub struct ViolationView {
    /// Which rule, in kebab-case; `src/solver/MODEL.md` explains each.
    pub rule: String,
    /// `hard`: refused; `soft`: priced and warned of.
    pub severity: ViolationSeverityView,
    /// Whose, where it concerns one agent.
    pub agent_id: Option<Uuid>,
    /// On which queue, where it concerns one queue.
    pub queue_id: Option<Uuid>,
    /// When, where it concerns one date.
    pub date: Option<NaiveDate>,
    /// What was found, in the rule's unit.
    pub figure: f64,
    /// What is allowed, in the same unit.
    pub limit: f64,
    /// What is wrong, in words.
    pub detail: String,
}

/// How binding a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ViolationSeverityView {
    /// Never broken by the solver; an edit that breaks it is refused.
    Hard,
    /// Priced by the solver; an edit that breaks it is warned of.
    Soft,
}

impl From<&Violation> for ViolationView {
    fn from(violation: &Violation) -> Self {
        Self {
            rule: violation.rule.as_str().to_owned(),
            severity: match violation.severity {
                Severity::Hard => ViolationSeverityView::Hard,
                Severity::Soft => ViolationSeverityView::Soft,
            },
            agent_id: violation.agent_id.map(|id| id.0),
            queue_id: violation.queue_id.map(|id| id.0),
            date: violation.date,
            figure: violation.figure,
            limit: violation.limit,
            detail: violation.detail.clone(),
        }
    }
}
