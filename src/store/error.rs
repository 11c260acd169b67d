//! What can go wrong between the service and its database.

use sea_orm::sqlx::{self, sqlite::SqliteError};
use sea_orm::{DbErr, RuntimeErr, SqlErr};
use uuid::Uuid;

use crate::domain::ids::RunId;

/// A fault of the store. Only the opaque sources know which library it came from.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The row was changed since the caller read it.
    #[error("{kind} {id} is at version {found}, not {expected}: read it again and repeat the change")]
    VersionConflict {
        /// What it is, in the singular.
        kind: &'static str,
        /// Which.
        id: Uuid,
        /// The version the caller had read.
        expected: i32,
        /// The version that is stored.
        found: i32,
    },
    /// A change names a row that is not there.
    #[error("there is no {kind} {id}")]
    NotFound {
        /// What was looked for, in the singular.
        kind: &'static str,
        /// Which.
        id: Uuid,
    },
    /// A change names a row that is archived.
    #[error("{kind} {id} is archived and can change no more")]
    Archived {
        /// What it is, in the singular.
        kind: &'static str,
        /// Which.
        id: Uuid,
    },
    /// Another row has the value that must be unique.
    #[error("{field} is taken by another entry of {table}: choose another, or change that one")]
    Conflict {
        /// Where.
        table: &'static str,
        /// The field, or the fields that are unique together, as the wire names them.
        field: &'static str,
    },
    /// A reference names a row that is not there.
    #[error("{field} names nothing that exists: create it first, or correct the id")]
    UnknownReference {
        /// The referring field, as the wire names it; `reference` where the database does not tell.
        field: String,
    },
    /// Something still in use cannot be archived.
    #[error("{kind} {id} is still needed by {count} {by}: change or archive those first")]
    ReferencedBy {
        /// What was to be archived, in the singular.
        kind: &'static str,
        /// Which.
        id: Uuid,
        /// What needs it, in the plural.
        by: &'static str,
        /// How many.
        count: u64,
    },
    /// A team cannot stand below itself.
    #[error("team {id} cannot be placed below itself or below a team of its own subtree: choose another parent_id")]
    TeamLoop {
        /// Which team.
        id: Uuid,
    },
    /// Only a draft may change.
    #[error("roster {id} is {status}, and only a draft can be changed: re-open it as a new draft")]
    RosterNotDraft {
        /// Which roster.
        id: Uuid,
        /// What it is instead.
        status: String,
    },
    /// A run of the same kind for the same team and week is queued or running.
    #[error("run {run_id} of the same kind is active for this team and week: wait for it or cancel it")]
    RunAlreadyActive {
        /// The active one.
        run_id: RunId,
    },
    /// The run moved on: cancelled, finished, or taken over by another worker.
    #[error("run {run_id} is no longer held by attempt {attempt}: its result is dropped")]
    RunLost {
        /// Which run.
        run_id: RunId,
        /// The attempt that wanted to write.
        attempt: u32,
    },
    /// A retry of a run that has not failed and was not cancelled.
    #[error("run {run_id} is {state}: only a failed or cancelled run can be tried again")]
    RunNotRetryable {
        /// Which run.
        run_id: RunId,
        /// Its state.
        state: String,
    },
    /// The address of the database is of no known kind.
    #[error("the database address must begin with sqlite: or postgres:, not {scheme:?}")]
    UnknownDatabase {
        /// What stood before the first colon.
        scheme: String,
    },
    /// A stored row does not read as what it should be.
    #[error("{table} {id} does not read as it should: {reason}")]
    Corrupt {
        /// Where.
        table: &'static str,
        /// Which row.
        id: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The database is not there, or too busy to answer in time.
    #[error("the database does not answer: repeat the request in a moment")]
    Unavailable(#[source] DbErr),
    /// Anything else that the database says.
    #[error("the database failed")]
    Database(#[source] DbErr),
}

/// What must be unique: index name on PostgreSQL, table, columns on SQLite, field in words.
const UNIQUE: &[(&str, &str, &str, &str)] = &[
    ("uq_holidays_site_id_date", "holidays", "holidays.site_id, holidays.date", "date"),
    ("uq_queues_name", "queues", "queues.name", "name"),
    ("uq_agents_staff_number", "agents", "agents.staff_number", "staff_number"),
    ("uq_figures_code", "figures", "figures.code", "code"),
    ("uq_shift_templates_site_id_code", "shift_templates", "shift_templates.site_id, shift_templates.code", "code"),
    ("uq_runs_active_key", "runs", "runs.active_key", "kind, team_id and week_start"),
    ("uq_forecasts_run_id_week_start", "forecasts", "forecasts.run_id, forecasts.week_start", "run_id"),
    ("uq_requirements_run_id_week_start", "requirements", "requirements.run_id, requirements.week_start", "run_id"),
    ("uq_rosters_team_id_week_start_revision", "rosters", "rosters.team_id, rosters.week_start, rosters.revision", "revision"),
    ("uq_rosters_published_key", "rosters", "rosters.published_key", "the published roster of the week"),
    ("uq_rosters_run_id_week_start", "rosters", "rosters.run_id, rosters.week_start", "run_id"),
    ("uq_api_keys_token_hash", "api_keys", "api_keys.token_hash", "token"),
    ("uq_calendar_tokens_token_hash", "calendar_tokens", "calendar_tokens.token_hash", "token"),
];

impl From<DbErr> for StoreError {
    fn from(fault: DbErr) -> Self {
        match fault.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(message)) => match unique_field(&message) {
                Some((table, field)) => Self::Conflict { table, field },
                None => Self::Database(fault),
            },
            Some(SqlErr::ForeignKeyConstraintViolation(message)) => Self::UnknownReference { field: referring_field(&message) },
            _ if is_unavailable(&fault) => Self::Unavailable(fault),
            _ => Self::Database(fault),
        }
    }
}

/// Whether it says nothing about the statement: no connection to be had, one that broke off, a server that goes down, or a writer of
/// SQLite that waited for another for too long.
fn is_unavailable(fault: &DbErr) -> bool {
    /// Classes of PostgreSQL: connection exception, too little of something, the operator intervenes.
    const CLASSES: [&str; 3] = ["08", "53", "57P"];
    let fault = match fault {
        DbErr::ConnectionAcquire(_) => return true,
        DbErr::Conn(RuntimeErr::SqlxError(fault))
        | DbErr::Exec(RuntimeErr::SqlxError(fault))
        | DbErr::Query(RuntimeErr::SqlxError(fault)) => fault,
        _ => return false,
    };
    match fault.as_ref() {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(fault) => match fault.try_downcast_ref::<SqliteError>() {
            Some(_) => fault.message().contains("database is locked"),
            None => fault.code().is_some_and(|code| CLASSES.iter().any(|class| code.starts_with(class))),
        },
        _ => false,
    }
}

/// Which unique field a message of either database speaks of; a primary key is the row's id.
fn unique_field(message: &str) -> Option<(&'static str, &'static str)> {
    let named =
        |index: &str, columns: &str| message.contains(&format!("\"{index}\"")) || message.ends_with(&format!(": {columns}"));
    UNIQUE.iter().find(|(index, _, columns, _)| named(index, columns)).map(|(_, table, _, field)| (*table, *field))
}

/// PostgreSQL names the constraint, which is called after table and column; SQLite does not.
fn referring_field(message: &str) -> String {
    let constraint = message.rsplit("\"fk_").next().filter(|_| message.contains("\"fk_")).and_then(|rest| rest.split('"').next());
    let field = constraint.and_then(|name| FIELDS.iter().find(|field| name.ends_with(*field)));
    field.map_or_else(|| "reference".to_owned(), |field| (*field).to_owned())
}

/// Every referring column, longer ones before those they end with.
const FIELDS: &[&str] = &[
    "shift_template_id",
    "parent_run_id",
    "actor_key_id",
    "requirement_id",
    "forecast_id",
    "replaces_id",
    "parent_id",
    "roster_id",
    "agent_id",
    "queue_id",
    "site_id",
    "team_id",
    "shop_id",
    "run_id",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_name_the_same_unique_field() {
        let sqlite = "UNIQUE constraint failed: shift_templates.site_id, shift_templates.code";
        let postgres = "duplicate key value violates unique constraint \"uq_shift_templates_site_id_code\"";
        assert_eq!(unique_field(sqlite), Some(("shift_templates", "code")));
        assert_eq!(unique_field(postgres), Some(("shift_templates", "code")));
        assert_eq!(unique_field("UNIQUE constraint failed: sites.id"), None);
    }

    #[test]
    fn a_broken_reference_is_named_where_the_database_tells() {
        let postgres = "insert or update on table \"queues\" violates foreign key constraint \"fk_queues_shop_id\"";
        assert_eq!(referring_field(postgres), "shop_id");
        assert_eq!(referring_field("FOREIGN KEY constraint failed"), "reference");
    }
}
