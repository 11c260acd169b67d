//! API keys: issued once, stored hashed, told apart by role and reach.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use moka::future::Cache;
use rand::TryRngCore;
use rand::rngs::OsRng;
use sha2::{Digest, Sha256};

use super::ServiceError;
use super::audit::{Subject, entry};
use super::proposal::{Reference, reference_faults};
use crate::domain::access::{Actor, Role, Scope};
use crate::domain::fault::Faults;
use crate::domain::ids::{AgentId, ApiKeyId, TeamId};
use crate::store::api_keys::{self, ApiKey};
use crate::store::audit::{self, AuditEntry};
use crate::store::{Db, Store, StoreError, teams};

/// Keys seen in the last second, so that a busy dashboard does not cost a database read per request. A key revoked by
/// another process is accepted for that second still.
pub type ActorCache = Cache<String, Arc<Actor>>;

/// An empty cache.
pub fn actor_cache() -> ActorCache {
    Cache::builder().max_capacity(10_000).time_to_live(Duration::from_secs(1)).build()
}

/// A fresh secret of 256 random bits, behind a prefix that secret scanners can learn.
pub fn fresh_token(prefix: &str) -> String {
    let mut secret = [0_u8; 32];
    OsRng.try_fill_bytes(&mut secret).expect("the operating system gives random bytes");
    format!("{prefix}_{}", BASE64_URL_SAFE_NO_PAD.encode(secret))
}

/// What is stored of a secret. It is random already, so a plain hash cannot be guessed back.
pub fn token_hash(token: &str) -> String {
    format!("{:x}", Sha256::digest(token))
}

/// A key to issue.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// Display name.
    pub name: String,
    /// What it may be used as.
    pub role: Role,
    /// The team whose subtree it reaches; `None` for the whole organisation.
    pub team_id: Option<TeamId>,
    /// The agent a key of role `agent` belongs to.
    pub agent_id: Option<AgentId>,
    /// From when on it is not accepted.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Who a token stands for; `None` for one that is unknown, expired or revoked.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn authenticate(
    store: &Store,
    cache: &ActorCache,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Option<Arc<Actor>>, ServiceError> {
    let hash = token_hash(token);
    if let Some(actor) = cache.get(&hash).await {
        return Ok(Some(actor));
    }
    let Some(key) = api_keys::find_by_hash(store, &hash).await?.filter(|key| key.is_valid(now)) else {
        return Ok(None);
    };
    // When a key was last used is worth no refusal, such as by a full disk.
    if let Err(error) = api_keys::note_use(store, &key, now).await {
        tracing::warn!(key.id = %key.id, error = &error as &dyn std::error::Error, "the use of a key could not be noted: {error}");
    }
    let actor = Arc::new(actor_of(store, &key).await?);
    cache.insert(hash, Arc::clone(&actor)).await;
    Ok(Some(actor))
}

async fn actor_of(db: &impl Db, key: &ApiKey) -> Result<Actor, StoreError> {
    let scope = match key.team_id {
        None => Scope::Everything,
        Some(team_id) => Scope::Teams(teams::subtree(db, team_id).await?),
    };
    Ok(Actor { key_id: Some(key.id), name: key.name.clone(), role: key.role, scope, agent_id: key.agent_id, request_id: None })
}

/// Issues a key; the token is in the answer and nowhere else.
///
/// # Errors
/// [`ServiceError::Invalid`] with every fault.
pub async fn issue_key(store: &Store, actor: &Actor, new: NewKey, now: DateTime<Utc>) -> Result<(ApiKey, String), ServiceError> {
    let tx = store.begin().await?;
    let mut faults = Faults::default();
    faults.name("/name", &new.name);
    faults.expect(new.expires_at.is_none_or(|end| now < end), "/expires_at", "must be in the future");
    let belongs = (new.role == Role::Agent) == new.agent_id.is_some();
    faults.expect(belongs, "/agent_id", "is needed for the role agent, and for no other");
    let reaches = new.role != Role::Admin || new.team_id.is_none();
    faults.expect(reaches, "/team_id", "must be absent for the role admin, which reaches everything");
    let references =
        [new.team_id.map(|id| Reference::new("/team_id", id)), new.agent_id.map(|id| Reference::new("/agent_id", id))];
    let references: Vec<Reference> = references.into_iter().flatten().collect();
    let faults = [faults.into_list(), reference_faults(&references, &tx, actor).await?].concat();
    if !faults.is_empty() {
        return Err(faults.into());
    }

    let (key, token) = keyed(new, now);
    api_keys::insert(&tx, &key).await?;
    audit::insert(&tx, &line(actor, "issue", &key, now)).await?;
    tx.commit().await?;
    Ok((key, token))
}

/// Revokes a key at once in this process, and within a second in others.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn revoke_key(
    store: &Store,
    cache: &ActorCache,
    actor: &Actor,
    id: ApiKeyId,
    now: DateTime<Utc>,
) -> Result<ApiKey, ServiceError> {
    let tx = store.begin().await?;
    let key = api_keys::revoke(&tx, id, now).await?;
    audit::insert(&tx, &line(actor, "revoke", &key, now)).await?;
    tx.commit().await?;
    cache.invalidate(&key.token_hash).await;
    Ok(key)
}

/// The first key of an empty database, an admin's; `None` when there are keys already.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn first_key(store: &Store, now: DateTime<Utc>) -> Result<Option<String>, ServiceError> {
    let new = NewKey { name: "first admin".into(), role: Role::Admin, team_id: None, agent_id: None, expires_at: None };
    let (key, token) = keyed(new, now);
    let tx = store.begin().await?;
    let is_first = api_keys::insert_first(&tx, &key).await?;
    tx.commit().await?;
    Ok(is_first.then_some(token))
}

fn keyed(new: NewKey, now: DateTime<Utc>) -> (ApiKey, String) {
    let token = fresh_token("paiban");
    let key = ApiKey {
        id: ApiKeyId::generate(),
        name: new.name,
        token_hash: token_hash(&token),
        role: new.role,
        team_id: new.team_id,
        agent_id: new.agent_id,
        created_at: now,
        expires_at: new.expires_at,
        revoked_at: None,
        last_used_at: None,
    };
    (key, token)
}

/// What the audit log keeps of a key: everything but the hash.
fn line(actor: &Actor, action: &str, key: &ApiKey, now: DateTime<Utc>) -> AuditEntry {
    let facts = serde_json::json!({ "name": key.name, "role": key.role, "team_id": key.team_id, "agent_id": key.agent_id,
        "expires_at": key.expires_at, "revoked_at": key.revoked_at });
    entry(actor, action, Subject { what: "api_key", id: key.id.0, team_id: key.team_id }, None, Some(&facts), now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_and_never_the_same() {
        let (one, other) = (fresh_token("paiban"), fresh_token("paiban"));
        assert_ne!(one, other);
        assert_eq!(one.len(), "paiban_".len() + 43);
        assert_eq!(token_hash(&one).len(), 64);
    }
}
