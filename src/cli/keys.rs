//! `paiban keys`: issue, list and revoke keys where no key is at hand, on the machine itself.

use chrono::Utc;
use clap::{Args, Subcommand, ValueEnum};
use comfy_table::Table;
use uuid::Uuid;

use super::open;
use crate::config::Settings;
use crate::domain::access::{Actor, Role};
use crate::services::keys::{self as service, NewKey};
use crate::store::{Page, api_keys};

/// Arguments of `paiban keys`.
#[derive(Debug, Args)]
pub struct KeysArguments {
    #[command(subcommand)]
    command: KeysCommand,
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Issue a key; its secret is printed once.
    Issue {
        /// What it is for.
        #[arg(long)]
        name: String,
        /// What it may be used as.
        #[arg(long, value_enum)]
        role: RoleArgument,
        /// The team whose subtree it reaches; absent: the whole organisation.
        #[arg(long)]
        team: Option<Uuid>,
        /// The agent it belongs to, for the role agent.
        #[arg(long)]
        agent: Option<Uuid>,
    },
    /// List all keys.
    List,
    /// Revoke a key.
    Revoke {
        /// Its id.
        id: Uuid,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleArgument {
    Admin,
    Supervisor,
    Leader,
    Agent,
    Dashboard,
}

impl From<RoleArgument> for Role {
    fn from(role: RoleArgument) -> Self {
        match role {
            RoleArgument::Admin => Self::Admin,
            RoleArgument::Supervisor => Self::Supervisor,
            RoleArgument::Leader => Self::Leader,
            RoleArgument::Agent => Self::Agent,
            RoleArgument::Dashboard => Self::Dashboard,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// What the service refuses.
pub async fn keys(settings: Settings, arguments: KeysArguments) -> anyhow::Result<()> {
    let store = open(&settings).await?;
    let (actor, now) = (Actor::service("command line"), Utc::now());
    match arguments.command {
        KeysCommand::Issue { name, role, team, agent } => {
            let new = NewKey {
                name,
                role: role.into(),
                team_id: team.map(Into::into),
                agent_id: agent.map(Into::into),
                expires_at: None,
            };
            let (key, token) = service::issue_key(&store, &actor, new, now).await.map_err(super::told)?;
            super::say(format_args!("{}\n{token}", key.id))?;
        }
        KeysCommand::List => {
            let mut table = Table::new();
            table.set_header(["id", "name", "role", "reaches", "last used", "state"]);
            for key in api_keys::list(&store, Page::ALL).await?.items {
                let reach = key.team_id.map_or("everything".into(), |team| format!("team {team}"));
                let used = key.last_used_at.map_or("never".into(), |at| at.to_rfc3339());
                let state = if key.is_valid(now) { "valid" } else { "revoked or expired" };
                table.add_row([key.id.to_string(), key.name, format!("{:?}", key.role), reach, used, state.into()]);
            }
            super::say(table)?;
        }
        KeysCommand::Revoke { id } => {
            service::revoke_key(&store, &service::actor_cache(), &actor, id.into(), now).await.map_err(super::told)?;
            super::say("revoked")?;
        }
    }
    Ok(())
}
