//! Who may do what: roles and the permissions they carry.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::ids::{AgentId, ApiKeyId, TeamId};

/// What a key is allowed to be used as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the service: everything.
    Admin,
    /// 客服主管: plans and publishes within the scope.
    Supervisor,
    /// 组长: sees the plan, edits drafts, records leave and wishes within the scope.
    Leader,
    /// 客服: reads published rosters and states wishes within the scope.
    Agent,
    /// A dashboard: reads figures within the scope, no leave and no wishes.
    Dashboard,
}

/// What a route needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Permission {
    /// Read sites, teams, agents, shops, queues, templates, peak windows, holidays.
    ReadOrganisation,
    /// Change them.
    ManageOrganisation,
    /// Read leave and wishes.
    ReadAbsence,
    /// State a wish.
    StateWishes,
    /// Record leave.
    ManageLeave,
    /// Read published rosters.
    ReadRosters,
    /// Read drafts and archived rosters, runs, and the history of a roster.
    ReadPlans,
    /// Edit, pin and check drafts.
    EditRosters,
    /// Publish, re-open and archive rosters.
    PublishRosters,
    /// Start, cancel and retry runs.
    ManageRuns,
    /// Load inquiry volumes.
    ImportVolumes,
    /// Read volumes, forecasts, requirements, coverage and hours.
    ReadFigures,
    /// Read what is counted of agents' work; an agent reads the own.
    ReadAgentFigures,
    /// Load what is counted, and say whom unknown names mean.
    ImportFigures,
    /// Define figures and column maps.
    ManageFigures,
    /// Open, change and close follow-ups.
    ManageFollowUps,
    /// Read causes, actions and measured proficiency of people: an agent reads the own.
    ReadCauses,
    /// See to alerts, and decide on causes and actions.
    TendTeam,
    /// Issue and revoke calendar addresses.
    ManageCalendars,
    /// Issue and revoke keys, read the audit log.
    ManageAccess,
}

impl Role {
    /// Whether the role carries the permission.
    pub fn allows(self, permission: Permission) -> bool {
        use Permission::{
            EditRosters, ImportFigures, ManageAccess, ManageCalendars, ManageFollowUps, ManageLeave, ReadAbsence,
            ReadAgentFigures, ReadCauses, ReadFigures, ReadOrganisation, ReadPlans, ReadRosters, StateWishes, TendTeam,
        };
        match self {
            Self::Admin => true,
            Self::Supervisor => permission != ManageAccess,
            Self::Leader => matches!(
                permission,
                ReadOrganisation
                    | ReadAbsence
                    | StateWishes
                    | ManageLeave
                    | ReadRosters
                    | ReadPlans
                    | EditRosters
                    | ReadFigures
                    | ReadAgentFigures
                    | ReadCauses
                    | ImportFigures
                    | ManageFollowUps
                    | TendTeam
                    | ManageCalendars
            ),
            Self::Agent => matches!(permission, ReadOrganisation | ReadRosters | StateWishes | ReadAgentFigures | ReadCauses),
            Self::Dashboard => matches!(permission, ReadOrganisation | ReadRosters | ReadFigures | ReadAgentFigures),
        }
    }
}

/// Which teams a key reaches: a team and all below it, or the whole organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// The whole organisation.
    Everything,
    /// These teams, already widened to their subtrees.
    Teams(BTreeSet<TeamId>),
}

impl Scope {
    /// Whether the scope reaches the team.
    pub fn reaches(&self, team_id: TeamId) -> bool {
        match self {
            Self::Everything => true,
            Self::Teams(teams) => teams.contains(&team_id),
        }
    }
}

/// Who acts: a key, what it may do, and where. Services take it for the audit log and for scoping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The key; `None` for the service itself (clock, demo, command line).
    pub key_id: Option<ApiKeyId>,
    /// Display name for the audit log.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Where.
    pub scope: Scope,
    /// The agent a key of role `agent` belongs to.
    pub agent_id: Option<AgentId>,
    /// The request that acts, for the audit log.
    pub request_id: Option<String>,
}

impl Actor {
    /// Whether figures of an agent of that team are for the actor: an agent sees the own only.
    pub fn sees_figures_of(&self, agent_id: AgentId, team_id: TeamId) -> bool {
        match self.role {
            Role::Agent => self.agent_id == Some(agent_id),
            _ => self.scope.reaches(team_id),
        }
    }

    /// The service itself, for example its clock.
    pub fn service(name: &str) -> Self {
        Self {
            key_id: None,
            name: name.to_owned(),
            role: Role::Admin,
            scope: Scope::Everything,
            agent_id: None,
            request_id: None,
        }
    }
}
