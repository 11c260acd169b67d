//! Editing drafts.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use chrono::{NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::views::{AssignmentView, RosterHeadView, RuleCostView};
use crate::domain::access::Permission::EditRosters;
use crate::domain::ids::RosterId;
use crate::http::access::Caller;
use crate::http::extract::{IfMatch, Json, Path, versioned};
use crate::http::problem::{ApiError, Problem};
use crate::http::state::AppState;
use crate::http::violations::ViolationView;
use crate::services::ServiceError;
use crate::services::rosters::{self, AssignmentChange, Edit, Edited, NewAssignment};

/// The most edits of one request.
const MOST_EDITS: usize = 1_000;

/// Edits of a draft: all of them are applied, in their order, or none.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "edits": [
    { "op": "unpin", "assignment_id": "01936d7e-0000-7000-8000-000000000000" },
    { "op": "change", "assignment_id": "01936d7e-0000-7000-8000-000000000000", "agent_id": "01936d7e-0000-7000-8000-000000000001" },
    { "op": "assign", "agent_id": "01936d7e-0000-7000-8000-000000000002", "date": "2026-12-01",
      "shift_template_id": "01936d7e-0000-7000-8000-000000000003", "queue_id": "01936d7e-0000-7000-8000-000000000004", "is_pinned": true }
  ], "dry_run": false }))]
pub struct RosterEdits {
    /// What to do, 1 to 1000 edits.
    #[schema(min_items = 1, max_items = 1000)]
    pub edits: Vec<EditView>,
    /// Judge the edits as if they were made, and change nothing; `false` if absent.
    #[serde(default)]
    pub dry_run: bool,
}

/// One edit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
pub enum EditView {
    /// Give an agent another shift.
    Assign {
        /// Who.
        agent_id: Uuid,
        /// The local date the shift begins on.
        date: NaiveDate,
        /// Which shift.
        shift_template_id: Uuid,
        /// On which queue.
        queue_id: Uuid,
        /// Where each break of the shift starts, in elapsed minutes from its start; where coverage suffers least if absent.
        #[schema(nullable = false)]
        break_offsets: Option<Vec<u32>>,
        /// Whether a new build must keep it; `false` if absent.
        #[serde(default)]
        is_pinned: bool,
    },
    /// Change who, when or on what; absent fields stay as they are. The assignment keeps its identity.
    Change {
        /// Which assignment.
        assignment_id: Uuid,
        /// Who.
        #[schema(nullable = false)]
        agent_id: Option<Uuid>,
        /// The local date the shift begins on.
        #[schema(nullable = false)]
        date: Option<NaiveDate>,
        /// Which shift.
        #[schema(nullable = false)]
        shift_template_id: Option<Uuid>,
        /// On which queue.
        #[schema(nullable = false)]
        queue_id: Option<Uuid>,
        /// Where each break of the shift starts, in elapsed minutes from its start. If absent, breaks stay where they are, or, on
        /// another date, shift or queue, go where coverage suffers least.
        #[schema(nullable = false)]
        break_offsets: Option<Vec<u32>>,
    },
    /// Take an assignment out.
    Remove {
        /// Which assignment.
        assignment_id: Uuid,
    },
    /// Pin an assignment: a new build must keep it, and an edit may not change it.
    Pin {
        /// Which assignment.
        assignment_id: Uuid,
    },
    /// Lift a pin; the same request may then change the assignment.
    Unpin {
        /// Which assignment.
        assignment_id: Uuid,
    },
}

impl From<EditView> for Edit {
    fn from(edit: EditView) -> Self {
        match edit {
            EditView::Assign { agent_id, date, shift_template_id, queue_id, break_offsets, is_pinned } => {
                Self::Assign(NewAssignment {
                    agent_id: agent_id.into(),
                    date,
                    shift_template_id: shift_template_id.into(),
                    queue_id: queue_id.into(),
                    break_offsets,
                    is_pinned,
                })
            }
            EditView::Change { assignment_id, agent_id, date, shift_template_id, queue_id, break_offsets } => {
                let change = AssignmentChange {
                    agent_id: agent_id.map(Into::into),
                    date,
                    shift_template_id: shift_template_id.map(Into::into),
                    queue_id: queue_id.map(Into::into),
                    break_offsets,
                };
                Self::Change(assignment_id.into(), change)
            }
            EditView::Remove { assignment_id } => Self::Remove(assignment_id.into()),
            EditView::Pin { assignment_id } => Self::Pin(assignment_id.into()),
            EditView::Unpin { assignment_id } => Self::Unpin(assignment_id.into()),
        }
    }
}

/// What the edits made of the draft.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct EditedView {
    /// The draft; at its old version after a dry run.
    pub roster: RosterHeadView,
    /// Assignments that were added or changed, as they are now.
    pub changed: Vec<AssignmentView>,
    /// Soft rules that the edits break, or break worse.
    pub warnings: Vec<ViolationView>,
    /// Every rule that the draft breaks now; hard ones were broken before, for example by leave recorded since the build.
    pub violations: Vec<ViolationView>,
    /// What the draft cost before.
    pub cost_before: f64,
    /// What it costs now.
    pub cost: f64,
    /// The cost by rule, dearest first; only rules that cost something.
    pub by_rule: Vec<RuleCostView>,
}

impl From<&Edited> for EditedView {
    fn from(edited: &Edited) -> Self {
        let price = &edited.judgement.price;
        Self {
            roster: (&edited.row).into(),
            changed: edited.changed.iter().map(|placed| AssignmentView::of(placed, &edited.context)).collect(),
            warnings: edited.warnings.iter().map(Into::into).collect(),
            violations: edited.judgement.violations.iter().map(Into::into).collect(),
            cost_before: edited.cost_before,
            cost: price.total,
            by_rule: price.by_rule.iter().map(Into::into).collect(),
        }
    }
}

/// Edit a draft.
///
/// The edits are applied in their order, all of them or none. The draft is judged before and after: what breaks a hard rule that
/// was kept before is refused with 409 and `violations`; what breaks a soft rule is done, and told in `warnings`. With `dry_run`
/// the answer is the same, and nothing changes.
#[utoipa::path(tag = "rosters", params(("id" = Uuid, Path, description = "The draft")), request_body = RosterEdits,
    responses(
        (status = 200, description = "What it is now", body = EditedView, headers(("ETag" = String, description = "Its version"))),
        (status = 409, description = "`rule-violation`: hard rules would be broken, see `violations`; `roster-not-draft`",
            body = Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("edit-rosters")), ("x-if-match" = json!(true))))]
#[post("/rosters/{id}/edits")]
pub async fn edit_roster(
    caller: Caller,
    state: Data<AppState>,
    id: Path<RosterId>,
    if_match: IfMatch,
    body: Json<RosterEdits>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(EditRosters)?;
    let RosterEdits { edits, dry_run } = body.0;
    if !(1..=MOST_EDITS).contains(&edits.len()) {
        let detail = format!("must be 1 to {MOST_EDITS} edits, got {}", edits.len());
        return Err(ServiceError::field("/edits", detail).into());
    }
    let edits: Vec<Edit> = edits.into_iter().map(Into::into).collect();
    let edited = rosters::edit_roster(&state.store, actor, id.0, if_match.0, &edits, dry_run, Utc::now()).await?;
    Ok(versioned(edited.row.version, EditedView::from(&edited)))
}
