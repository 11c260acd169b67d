//! What a use case answers when it cannot do what was asked.

use super::run_parts::BusyTeam;
use crate::domain::access::Permission;
use crate::domain::fault::FieldFault;
use crate::domain::ids::RosterId;
use crate::domain::rules::Violation;
use crate::store::StoreError;

/// Every way a use case fails. `http/problem.rs` gives each a status.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// Not there, or outside the caller's scope: the two are not told apart.
    #[error("there is no {what} {id} within your reach")]
    NotFound {
        /// The kind of thing, in words.
        what: &'static str,
        /// The id that was asked for.
        id: String,
    },
    /// The caller's role does not carry the permission.
    #[error("this needs the permission {permission:?}, which your key's role does not carry")]
    Forbidden {
        /// What was needed.
        permission: Permission,
    },
    /// It belongs to a whole site, of which the caller's key reaches a part only.
    #[error(
        "a {what} belongs to a whole site, and your key reaches only some of its teams; ask somebody whose key reaches all of them"
    )]
    BeyondReach {
        /// The kind of thing, in words.
        what: &'static str,
    },
    /// The input breaks rules.
    #[error("{} field(s) of the request are not acceptable", .0.len())]
    Invalid(Vec<FieldFault>),
    /// A volume file could not be loaded as asked.
    #[error(transparent)]
    Import(#[from] super::volumes::ImportRefusal),
    /// An edit or a roster to be published breaks hard rules.
    #[error("the roster would break {} hard rule(s)", .0.len())]
    RuleViolation(Vec<Violation>),
    /// A draft need not be opened again.
    #[error("roster {0} is a draft already: edit it as it is")]
    RosterIsDraft(RosterId),
    /// An alert is not at the point where this step follows.
    #[error(transparent)]
    AlertNotNow(#[from] crate::team::alerts::NotNow),
    /// Some of the teams that are to be planned apart have a run of that kind already.
    #[error("{}", in_the_way(.0))]
    TeamsBusy(Vec<BusyTeam>),
    /// The same Idempotency-Key came with another request.
    #[error("this Idempotency-Key was used for another request; use a fresh one")]
    IdempotencyKeyReused,
    /// The database refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ServiceError {
    /// A fault in one field.
    pub fn field(pointer: &str, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldFault { pointer: format!("#{pointer}"), detail: detail.into() }])
    }
}

impl From<Vec<FieldFault>> for ServiceError {
    fn from(faults: Vec<FieldFault>) -> Self {
        Self::Invalid(faults)
    }
}

fn in_the_way(busy: &[BusyTeam]) -> String {
    let named: Vec<String> = busy.iter().map(|busy| format!("{} (run {})", busy.team_name, busy.run_id)).collect();
    format!(
        "a run of the same kind is active for one of the weeks in {} of the teams: wait for it or cancel it: {}",
        busy.len(),
        named.join(", ")
    )
}
