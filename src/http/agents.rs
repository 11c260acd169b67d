//! Agents.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::kept::{Body, StampView, kept_routes};
use super::windows::{WindowView, windows_from};
use super::words::PostView;
use crate::domain::access::Actor;
use crate::domain::agent::{Agent, Contract, Skill};
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{AgentId, QueueId, TeamId};
use crate::domain::quantity::Proficiency;
use crate::services::proposal::Reference;
use crate::store::agents::{self, AgentFilter};
use crate::store::{Listed, Page, Store, StoreError, Versioned};

/// An agent to enter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "team_id": "01936d7e-0000-7000-8000-000000000000", "staff_number": "KF007", "name": "王芳",
    "post": "presale_agent", "employed_from": "2026-03-01",
    "skills": [{ "queue_id": "01936d7e-0000-7000-8000-000000000000", "proficiency": 1.0 }] }))]
pub struct AgentCreate {
    /// The team the agent belongs to.
    pub team_id: Uuid,
    /// Staff number, unique: imports find an agent by it.
    pub staff_number: String,
    /// Display name.
    pub name: String,
    /// What the agent is employed as.
    pub post: PostView,
    /// Weekly working time; full time at 40 to 44 hours if absent.
    #[serde(default)]
    pub contract: ContractView,
    /// Queues the agent can serve.
    #[serde(default)]
    pub skills: Vec<SkillView>,
    /// First day of employment.
    pub employed_from: NaiveDate,
    /// Last day of employment, if known.
    pub employed_until: Option<NaiveDate>,
    /// When the agent can work; empty for any time. A shift must lie within one window.
    #[serde(default)]
    pub availability: Vec<WindowView>,
}

/// How much an agent works in a week, in paid minutes: shift length less unpaid breaks.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "min_weekly_minutes": 2400, "max_weekly_minutes": 2640, "is_full_time": true }))]
pub struct ContractView {
    /// Minutes that the agent is owed; 2400 if absent.
    pub min_weekly_minutes: u32,
    /// Minutes that are never exceeded, at most 10080; 2640 if absent.
    pub max_weekly_minutes: u32,
    /// Whether the agent counts in the even spread of late and weekend shifts; `true` if absent.
    pub is_full_time: bool,
}

impl Default for ContractView {
    /// The 40 hours that are usual, and the 44 that the labour law allows on average.
    fn default() -> Self {
        Self { min_weekly_minutes: 40 * 60, max_weekly_minutes: 44 * 60, is_full_time: true }
    }
}

/// A queue that an agent can serve.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "queue_id": "01936d7e-0000-7000-8000-000000000000", "proficiency": 0.8 }))]
pub struct SkillView {
    /// The queue.
    pub queue_id: Uuid,
    /// How much of a fully trained agent's work, 0.5-1.5; 1 if absent.
    #[serde(default = "fully_trained")]
    #[schema(minimum = 0.5, maximum = 1.5)]
    pub proficiency: f64,
}

fn fully_trained() -> f64 {
    1.0
}

const WEEK_MINUTES: u32 = 7 * 24 * 60;

impl Body for AgentCreate {
    type Value = Agent;

    fn of(agent: &Agent) -> Self {
        let Contract { min_weekly_minutes, max_weekly_minutes, is_full_time } = agent.contract;
        let skill = |skill: &Skill| SkillView { queue_id: skill.queue_id.0, proficiency: skill.proficiency.get() };
        Self {
            team_id: agent.team_id.0,
            staff_number: agent.staff_number.clone(),
            name: agent.name.clone(),
            post: agent.post.into(),
            contract: ContractView { min_weekly_minutes, max_weekly_minutes, is_full_time },
            skills: agent.skills.iter().map(skill).collect(),
            employed_from: agent.employed_from,
            employed_until: agent.employed_until,
            availability: agent.availability.iter().map(Into::into).collect(),
        }
    }

    fn references(&self) -> Vec<Reference> {
        let skills = self.skills.iter().enumerate();
        let skills = skills.map(|(index, skill)| Reference::new(format!("/skills/{index}/queue_id"), QueueId(skill.queue_id)));
        std::iter::once(Reference::new("/team_id", TeamId(self.team_id))).chain(skills).collect()
    }

    fn into_value(self, id: AgentId) -> Result<Agent, Vec<FieldFault>> {
        let mut faults = Faults::default();
        faults.name("/staff_number", &self.staff_number);
        faults.name("/name", &self.name);
        let contract = self.contract.into_contract(&mut faults);
        let skills = skills_from(&self.skills, &mut faults);
        let ends_after = self.employed_until.is_none_or(|last| self.employed_from <= last);
        faults.expect(ends_after, "/employed_until", format!("must not be before employed_from, {}", self.employed_from));
        let availability = windows_from("/availability", &self.availability, &mut faults);
        faults.into_result(Some(Agent {
            id,
            team_id: TeamId(self.team_id),
            staff_number: self.staff_number,
            name: self.name,
            post: self.post.into(),
            contract,
            skills,
            employed_from: self.employed_from,
            employed_until: self.employed_until,
            availability,
        }))
    }
}

impl ContractView {
    fn into_contract(self, faults: &mut Faults) -> Contract {
        let Self { min_weekly_minutes, max_weekly_minutes, is_full_time } = self;
        let is_week = (1..=WEEK_MINUTES).contains(&max_weekly_minutes);
        let week = format!("must be between 1 and {WEEK_MINUTES}, got {max_weekly_minutes}");
        faults.expect(is_week, "/contract/max_weekly_minutes", week);
        let is_owed = min_weekly_minutes <= max_weekly_minutes;
        let owed = format!("must be at most max_weekly_minutes, {max_weekly_minutes}; got {min_weekly_minutes}");
        faults.expect(is_owed, "/contract/min_weekly_minutes", owed);
        Contract { min_weekly_minutes, max_weekly_minutes, is_full_time }
    }
}

/// Skills in the order of their queues, as the store keeps them; those with a fault are left out.
fn skills_from(views: &[SkillView], faults: &mut Faults) -> Vec<Skill> {
    let mut skills: Vec<Skill> = Vec::new();
    for (index, view) in views.iter().enumerate() {
        let queue_id = QueueId(view.queue_id);
        let is_new = skills.iter().all(|skill| skill.queue_id != queue_id);
        faults.expect(is_new, format!("/skills/{index}/queue_id"), "names a queue that is listed above; list each once");
        let proficiency = faults.take(format!("/skills/{index}/proficiency"), Proficiency::new(view.proficiency));
        skills.extend(proficiency.map(|proficiency| Skill { queue_id, proficiency }));
    }
    skills.sort_by_key(|skill| skill.queue_id);
    skills
}

/// What to change of an agent; absent fields stay as they are, `null` clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "post": "team_leader", "employed_until": null }))]
pub struct AgentPatch {
    /// The team the agent belongs to.
    #[schema(nullable = false)]
    pub team_id: Option<Uuid>,
    /// Staff number, unique.
    #[schema(nullable = false)]
    pub staff_number: Option<String>,
    /// Display name.
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// What the agent is employed as.
    #[schema(nullable = false)]
    pub post: Option<PostView>,
    /// Weekly working time, as a whole.
    #[schema(nullable = false)]
    pub contract: Option<ContractView>,
    /// All queues the agent can serve.
    #[schema(nullable = false)]
    pub skills: Option<Vec<SkillView>>,
    /// First day of employment.
    #[schema(nullable = false)]
    pub employed_from: Option<NaiveDate>,
    /// Last day of employment.
    #[serde(default, with = "::serde_with::rust::double_option")]
    pub employed_until: Option<Option<NaiveDate>>,
    /// When the agent can work; empty for any time.
    #[schema(nullable = false)]
    pub availability: Option<Vec<WindowView>>,
}

impl AgentPatch {
    fn apply(self, agent: AgentCreate) -> AgentCreate {
        AgentCreate {
            team_id: self.team_id.unwrap_or(agent.team_id),
            staff_number: self.staff_number.unwrap_or(agent.staff_number),
            name: self.name.unwrap_or(agent.name),
            post: self.post.unwrap_or(agent.post),
            contract: self.contract.unwrap_or(agent.contract),
            skills: self.skills.unwrap_or(agent.skills),
            employed_from: self.employed_from.unwrap_or(agent.employed_from),
            employed_until: self.employed_until.unwrap_or(agent.employed_until),
            availability: self.availability.unwrap_or(agent.availability),
        }
    }
}

/// An agent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "team_id": "01936d7e-0000-7000-8000-000000000000",
    "staff_number": "KF007", "name": "王芳", "post": "presale_agent",
    "contract": { "min_weekly_minutes": 2400, "max_weekly_minutes": 2640, "is_full_time": true },
    "skills": [{ "queue_id": "01936d7e-0000-7000-8000-000000000000", "proficiency": 1.0 }],
    "employed_from": "2026-03-01", "employed_until": null, "availability": [],
    "version": 1, "created_at": "2026-11-22T08:00:00Z", "updated_at": "2026-11-22T08:00:00Z", "archived_at": null }))]
pub struct AgentView {
    /// Identity.
    pub id: Uuid,
    /// The team the agent belongs to.
    pub team_id: Uuid,
    /// Staff number, unique.
    pub staff_number: String,
    /// Display name.
    pub name: String,
    /// What the agent is employed as.
    pub post: PostView,
    /// Weekly working time.
    pub contract: ContractView,
    /// Queues the agent can serve.
    pub skills: Vec<SkillView>,
    /// First day of employment.
    pub employed_from: NaiveDate,
    /// Last day of employment, if known.
    pub employed_until: Option<NaiveDate>,
    /// When the agent can work; empty for any time.
    pub availability: Vec<WindowView>,
    /// Version and times.
    #[serde(flatten)]
    pub stamp: StampView,
}

impl From<Versioned<Agent>> for AgentView {
    fn from(row: Versioned<Agent>) -> Self {
        let body = AgentCreate::of(&row.value);
        Self {
            id: row.value.id.0,
            team_id: body.team_id,
            staff_number: body.staff_number,
            name: body.name,
            post: body.post,
            contract: body.contract,
            skills: body.skills,
            employed_from: body.employed_from,
            employed_until: body.employed_until,
            availability: body.availability,
            stamp: (&row).into(),
        }
    }
}

/// Which agents to list.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AgentQuery {
    /// Only those of this team itself.
    #[param(nullable = false)]
    pub team_id: Option<Uuid>,
    /// Only the one of this staff number.
    #[param(nullable = false)]
    pub staff_number: Option<String>,
    /// Whether archived ones are wanted too.
    #[serde(default)]
    pub include_archived: bool,
}

impl AgentQuery {
    async fn rows(self, store: &Store, actor: &Actor, page: Page) -> Result<Listed<Versioned<Agent>>, StoreError> {
        let (team_id, staff_number) = (self.team_id.map(TeamId), self.staff_number.as_deref());
        let filter = AgentFilter { scope: &actor.scope, team_id, staff_number, include_archived: self.include_archived };
        agents::list(store, &filter, page).await
    }
}

kept_routes! {
    Agent by AgentId: AgentCreate, AgentPatch, AgentView, AgentQuery;
    tag "organisation", read ReadOrganisation, change ManageOrganisation;
    /// Enter an agent.
    POST "/agents" create_agent;
    /// List agents: those of teams within reach.
    GET list_agents;
    /// Read an agent.
    GET "/agents/{id}" get_agent;
    /// Change an agent. A key that is limited to a team moves agents within its reach only.
    PATCH patch_agent;
    /// Archive an agent. Refused while the agent leads a team or has a shift in a published roster of today or later.
    DELETE archive_agent;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_an_agent_is_told_at_once() {
        let body: AgentCreate =
            serde_json::from_value(serde_json::json!({ "team_id": Uuid::nil(), "staff_number": "", "name": "王芳 ",
            "post": "presale_agent", "employed_from": "2026-03-01", "employed_until": "2026-02-28",
            "contract": { "min_weekly_minutes": 3000 },
            "skills": [{ "queue_id": Uuid::nil() }, { "queue_id": Uuid::nil(), "proficiency": 2 }],
            "availability": [{ "weekday": "mon", "start": "25:00", "end": "26:00" }] }))
            .unwrap();
        let faults = body.into_value(AgentId::generate()).unwrap_err();
        let pointers: Vec<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        let expected = [
            "#/staff_number",
            "#/name",
            "#/contract/min_weekly_minutes",
            "#/skills/1/queue_id",
            "#/skills/1/proficiency",
            "#/employed_until",
            "#/availability/0/start",
        ];
        assert_eq!(pointers, expected);
    }

    #[test]
    fn null_clears_the_last_day_and_absence_keeps_it() {
        let patch = |text: &str| serde_json::from_str::<AgentPatch>(text).unwrap().employed_until;
        assert_eq!(patch("{}"), None);
        assert_eq!(patch(r#"{ "employed_until": null }"#), Some(None));
    }
}
