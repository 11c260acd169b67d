//! Follow-ups: what is to be done about a weak figure, by whom, and what came of it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::kept::{Body, StampView, kept_routes};
use super::words::FollowUpStateView;
use crate::domain::access::{Actor, Role};
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::follow_up::{FollowUp, FollowUpState};
use crate::domain::ids::{AgentId, FollowUpId, TeamId};
use crate::services::proposal::Reference;
use crate::store::follow_ups::{self, FollowUpFilter};
use crate::store::{Listed, Page, Store, StoreError, Versioned};

/// A follow-up to open.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "agent_id": "01936d7e-0000-7000-8000-0000000000a1", "team_id": "01936d7e-0000-7000-8000-000000000001",
    "owner_id": null, "figure": "order_conversion", "from": "2026-11-01", "to": "2026-11-22", "cases": ["11-05 20:00 旗舰店"],
    "remedy": "优秀话术学习，每天分析自己的异常聊天", "result": "", "due_on": "2026-11-29", "state": "open" }))]
pub struct FollowUpCreate {
    /// Whose figure.
    pub agent_id: Uuid,
    /// The agent's team.
    pub team_id: Uuid,
    /// Who sees to it.
    pub owner_id: Option<Uuid>,
    /// Code of the figure.
    pub figure: String,
    /// First local date of the figure.
    pub from: NaiveDate,
    /// The day after the last.
    pub to: NaiveDate,
    /// Up to 50 chats or registers to look at.
    #[serde(default)]
    pub cases: Vec<String>,
    /// What is to be done.
    #[serde(default)]
    pub remedy: String,
    /// What came of it; needed once it is done.
    #[serde(default)]
    pub result: String,
    /// By when.
    pub due_on: Option<NaiveDate>,
    /// `open` (the default) or `done`.
    #[serde(default)]
    #[schema(value_type = FollowUpStateView)]
    pub state: FollowUpState,
}

impl Body for FollowUpCreate {
    type Value = FollowUp;

    fn of(value: &FollowUp) -> Self {
        Self {
            agent_id: value.agent_id.0,
            team_id: value.team_id.0,
            owner_id: value.owner_id.map(Into::into),
            figure: value.figure_code.clone(),
            from: value.from,
            to: value.to,
            cases: value.cases.clone(),
            remedy: value.remedy.clone(),
            result: value.result.clone(),
            due_on: value.due_on,
            state: value.state,
        }
    }

    fn references(&self) -> Vec<Reference> {
        let owner = self.owner_id.map(|id| Reference::new("/owner_id", AgentId(id)));
        let fixed = [Reference::new("/team_id", TeamId(self.team_id)), Reference::new("/agent_id", AgentId(self.agent_id))];
        fixed.into_iter().chain(owner).collect()
    }

    fn into_value(self, id: FollowUpId) -> Result<FollowUp, Vec<FieldFault>> {
        let value = FollowUp {
            id,
            agent_id: AgentId(self.agent_id),
            team_id: TeamId(self.team_id),
            owner_id: self.owner_id.map(AgentId),
            figure_code: self.figure,
            from: self.from,
            to: self.to,
            cases: self.cases,
            remedy: self.remedy,
            result: self.result,
            due_on: self.due_on,
            state: self.state,
        };
        let mut faults = Faults::default();
        value.check(&mut faults);
        faults.into_result(Some(value))
    }
}

/// What to change of a follow-up; absent fields stay as they are, `null` clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "result": "转化率回到 38 %", "state": "done" }))]
pub struct FollowUpPatch {
    /// Who sees to it.
    #[serde(default, with = "::serde_with::rust::double_option")]
    pub owner_id: Option<Option<Uuid>>,
    /// All cases anew.
    #[serde(default, with = "::serde_with::rust::double_option")]
    pub cases: Option<Option<Vec<String>>>,
    /// What is to be done.
    #[serde(default, with = "::serde_with::rust::double_option")]
    pub remedy: Option<Option<String>>,
    /// What came of it.
    #[serde(default, with = "::serde_with::rust::double_option")]
    pub result: Option<Option<String>>,
    /// By when.
    #[serde(default, with = "::serde_with::rust::double_option")]
    pub due_on: Option<Option<NaiveDate>>,
    /// `open` or `done`.
    #[schema(value_type = Option<FollowUpStateView>, nullable = false)]
    pub state: Option<FollowUpState>,
}

impl FollowUpPatch {
    fn apply(self, body: FollowUpCreate) -> FollowUpCreate {
        FollowUpCreate {
            owner_id: self.owner_id.unwrap_or(body.owner_id),
            cases: self.cases.map_or(body.cases, Option::unwrap_or_default),
            remedy: self.remedy.map_or(body.remedy, Option::unwrap_or_default),
            result: self.result.map_or(body.result, Option::unwrap_or_default),
            due_on: self.due_on.unwrap_or(body.due_on),
            state: self.state.unwrap_or(body.state),
            ..body
        }
    }
}

/// A follow-up.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "agent_id": "01936d7e-0000-7000-8000-0000000000a1",
    "team_id": "01936d7e-0000-7000-8000-000000000001", "owner_id": null, "figure": "order_conversion", "from": "2026-11-01",
    "to": "2026-11-22", "cases": ["11-05 20:00 旗舰店"], "remedy": "优秀话术学习", "result": "", "due_on": "2026-11-29", "state": "open",
    "version": 1, "created_at": "2026-11-22T08:00:00Z", "updated_at": "2026-11-22T08:00:00Z", "archived_at": null }))]
pub struct FollowUpView {
    /// Identity.
    pub id: Uuid,
    /// What it says.
    #[serde(flatten)]
    pub follow_up: FollowUpCreate,
    /// Version and times.
    #[serde(flatten)]
    pub stamp: StampView,
}

impl From<Versioned<FollowUp>> for FollowUpView {
    fn from(row: Versioned<FollowUp>) -> Self {
        Self { id: row.value.id.0, follow_up: FollowUpCreate::of(&row.value), stamp: (&row).into() }
    }
}

/// Which follow-ups to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FollowUpQuery {
    /// Only those of this team itself.
    #[param(nullable = false)]
    pub team_id: Option<Uuid>,
    /// Only those of this agent.
    #[param(nullable = false)]
    pub agent_id: Option<Uuid>,
    /// Only `open` or `done` ones.
    #[param(value_type = Option<FollowUpStateView>, nullable = false)]
    pub state: Option<FollowUpState>,
    /// Whether archived ones are wanted too.
    #[serde(default)]
    pub include_archived: bool,
}

impl FollowUpQuery {
    /// An agent has the own ones only; a key of no agent has none.
    async fn rows(self, store: &Store, actor: &Actor, page: Page) -> Result<Listed<Versioned<FollowUp>>, StoreError> {
        let mut agent_id = self.agent_id.map(AgentId);
        if actor.role == Role::Agent {
            if actor.agent_id.is_none() || agent_id.is_some_and(|asked| Some(asked) != actor.agent_id) {
                return Ok(Listed { items: Vec::new(), has_more: false });
            }
            agent_id = actor.agent_id;
        }
        let (team_id, state, include_archived) = (self.team_id.map(TeamId), self.state, self.include_archived);
        let filter = FollowUpFilter { scope: &actor.scope, team_id, agent_id, state, include_archived };
        follow_ups::list(store, &filter, page).await
    }
}

kept_routes! {
    FollowUp by FollowUpId: FollowUpCreate, FollowUpPatch, FollowUpView, FollowUpQuery;
    tag "figures", read ReadAgentFigures, change ManageFollowUps;
    /// Open a follow-up of a weak figure.
    POST "/follow-ups" create_follow_up;
    /// List follow-ups: an agent's key has the own ones only.
    GET list_follow_ups;
    /// Read a follow-up.
    GET "/follow-ups/{id}" get_follow_up;
    /// Change a follow-up; done needs a result.
    PATCH patch_follow_up;
    /// Archive a follow-up.
    DELETE archive_follow_up;
}
