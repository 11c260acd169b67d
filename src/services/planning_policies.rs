//! When the clock plans for a team.

use chrono::{DateTime, Utc};

use super::ServiceError;
use super::audit::{Subject, entry};
use super::editing::{self, Expected};
use crate::domain::access::Actor;
use crate::domain::calendar::IntervalMinutes;
use crate::domain::ids::TeamId;
use crate::domain::organisation::Team;
use crate::store::team_policies::{self, TeamPolicy};
use crate::store::{Db, Store, StoreError, Versioned, audit};

/// The policy of a team as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentPolicy {
    /// The policy.
    pub policy: TeamPolicy,
    /// Counts its changes; 0 while nobody has set it.
    pub version: i32,
    /// When it was last set; `None` while nobody has.
    pub updated_at: Option<DateTime<Utc>>,
}

impl From<Versioned<TeamPolicy>> for CurrentPolicy {
    fn from(row: Versioned<TeamPolicy>) -> Self {
        Self { policy: row.value, version: row.version, updated_at: Some(row.updated_at) }
    }
}

/// What holds until somebody sets a policy: the clock does nothing for the team.
pub fn unset(team_id: TeamId) -> TeamPolicy {
    TeamPolicy {
        team_id,
        is_enabled: false,
        build_days_ahead: 3,
        build_at_minute: 3 * 60,
        forecast_at_minute: 2 * 60,
        interval_minutes: IntervalMinutes::HALF_HOUR,
    }
}

/// Reads the policy of a team.
///
/// # Errors
/// [`ServiceError::NotFound`] for an unknown team.
pub async fn get_policy(db: &impl Db, actor: &Actor, team_id: TeamId) -> Result<CurrentPolicy, ServiceError> {
    editing::get::<Team>(db, actor, team_id).await?;
    let stored = team_policies::get(db, team_id).await?;
    Ok(stored.map_or_else(|| CurrentPolicy { policy: unset(team_id), version: 0, updated_at: None }, CurrentPolicy::from))
}

/// Sets the policy of a team.
///
/// # Errors
/// [`ServiceError::NotFound`] for an unknown team, [`StoreError::Archived`] for an archived one, a version conflict.
pub async fn put_policy(
    store: &Store,
    actor: &Actor,
    policy: TeamPolicy,
    expected: Expected,
    now: DateTime<Utc>,
) -> Result<CurrentPolicy, ServiceError> {
    let tx = store.begin().await?;
    let team_id = policy.team_id;
    if editing::get::<Team>(&tx, actor, team_id).await?.archived_at.is_some() {
        return Err(StoreError::Archived { kind: "team", id: team_id.0 }.into());
    }
    let before = get_policy(&tx, actor, team_id).await?;
    let row = team_policies::put(&tx, &policy, expected.or(before.version), now).await?;
    let subject = Subject { what: "planning_policy", id: team_id.0, team_id: Some(team_id) };
    let was = before.updated_at.map(|_| facts(&before.policy));
    audit::insert(&tx, &entry(actor, "change", subject, was.as_ref(), Some(&facts(&row.value)), now)).await?;
    tx.commit().await?;
    Ok(row.into())
}

/// What the audit log keeps of a policy.
fn facts(policy: &TeamPolicy) -> serde_json::Value {
    serde_json::json!({
        "is_enabled": policy.is_enabled,
        "build_days_ahead": policy.build_days_ahead,
        "build_at_minute": policy.build_at_minute,
        "forecast_at_minute": policy.forecast_at_minute,
        "interval_minutes": policy.interval_minutes,
    })
}
