//! Which alert rule holds for which team: the team's own, or that of the nearest team above that has one, or the
//! organisation's.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::domain::access::{Actor, Scope};
use crate::domain::alert::AlertRule;
use crate::domain::fault::Faults;
use crate::domain::ids::TeamId;
use crate::domain::organisation::Team;
use crate::services::agents::team_of;
use crate::services::audit::{Subject, entry};
use crate::services::{ServiceError, editing};
use crate::store::teams::{self, TeamFilter};
use crate::store::{Db, Page, Store, StoreError, Tx, alerts, audit, team_alert_rules};
use crate::team::alerts::shipped;

/// Every rule, with whose it is.
pub(super) struct RuleBook {
    organisation: Vec<AlertRule>,
    own: BTreeMap<(TeamId, String), AlertRule>,
    above: BTreeMap<TeamId, TeamId>,
}

impl RuleBook {
    pub(super) async fn read(db: &impl Db) -> Result<Self, StoreError> {
        let filter = TeamFilter { scope: &Scope::Everything, site_id: None, parent_id: None, include_archived: true };
        let teams = teams::list(db, &filter, Page::ALL).await?.items.into_iter().map(|row| row.value);
        let above = teams.filter_map(|team| Some((team.id, team.parent_id?))).collect();
        Ok(Self { organisation: rules(db).await?, own: team_alert_rules::all(db).await?, above })
    }

    /// The organisation's rules that somebody has watched.
    pub(super) fn watched(&self) -> Vec<AlertRule> {
        let is_watched =
            |rule: &&AlertRule| rule.is_enabled || self.own.values().any(|own| own.code == rule.code && own.is_enabled);
        self.organisation.iter().filter(is_watched).cloned().collect()
    }

    /// The rule as it holds for a team, and the team that says so.
    pub(super) fn of<'a>(&'a self, rule: &'a AlertRule, team_id: TeamId) -> (&'a AlertRule, Option<TeamId>) {
        let mut line = std::iter::successors(Some(team_id), |team| self.above.get(team).copied());
        let nearest = line.find_map(|team| Some((self.own.get(&(team, rule.code.clone()))?, Some(team))));
        nearest.unwrap_or((rule, None))
    }
}

/// Every alert rule, with what users made of it for the whole organisation.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn rules(db: &impl Db) -> Result<Vec<AlertRule>, StoreError> {
    let mut changed = alerts::changed_rules(db).await?;
    Ok(shipped().iter().map(|rule| changed.remove(&rule.code).unwrap_or_else(|| rule.clone())).collect())
}

/// Every alert rule as it holds for a team within reach, and the team that says so.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn rules_of(db: &impl Db, actor: &Actor, team_id: TeamId) -> Result<Vec<(AlertRule, Option<TeamId>)>, ServiceError> {
    editing::get::<Team>(db, actor, team_id).await?;
    let book = RuleBook::read(db).await?;
    let held = book.organisation.iter().map(|rule| book.of(rule, team_id));
    Ok(held.map(|(rule, set_by)| (rule.clone(), set_by)).collect())
}

/// Changes edges, quiet hours, weight and owner of a rule: of a team and those below it, or of the whole organisation.
///
/// # Errors
/// [`ServiceError::NotFound`] for an unknown code or a team out of reach, [`ServiceError::Invalid`] with every fault,
/// [`ServiceError::BeyondReach`].
pub async fn change_rule(
    store: &Store,
    actor: &Actor,
    (team_id, code): (Option<TeamId>, &str),
    change: impl FnOnce(&AlertRule) -> AlertRule,
    now: DateTime<Utc>,
) -> Result<AlertRule, ServiceError> {
    let tx = store.begin().await?;
    let before = found(&tx, actor, team_id, code).await?;
    if team_id.is_none() && actor.scope != Scope::Everything {
        return Err(ServiceError::BeyondReach { what: "alert rule" });
    }
    let after = change(&before);
    let mut faults = Faults::default();
    after.check(&mut faults);
    if let Some(owner_id) = after.owner_id {
        let is_within = team_of(&tx, owner_id).await?.is_some_and(|team| actor.scope.reaches(team));
        faults.expect(is_within, "/owner_id", "must be an agent within reach; leave it out for the leader of each team");
    }
    let faults = faults.into_list();
    if !faults.is_empty() {
        return Err(faults.into());
    }
    match team_id {
        Some(team_id) => team_alert_rules::put(&tx, team_id, &after, &actor.name, now).await?,
        None => alerts::put_rule(&tx, &after, &actor.name, now).await?,
    }
    note(&tx, actor, ("change", team_id), &before, &after, now).await?;
    tx.commit().await?;
    Ok(after)
}

/// Gives up a team's own rule: that of the team above holds again, or the organisation's.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn remove_rule(
    store: &Store,
    actor: &Actor,
    team_id: TeamId,
    code: &str,
    now: DateTime<Utc>,
) -> Result<(AlertRule, Option<TeamId>), ServiceError> {
    let tx = store.begin().await?;
    let before = found(&tx, actor, Some(team_id), code).await?;
    team_alert_rules::remove(&tx, team_id, code).await?;
    let held = rules_of(&tx, actor, team_id).await?.into_iter().find(|(rule, _)| rule.code == code);
    let (after, set_by) = held.expect("the rule was found before, and the organisation's is never removed");
    note(&tx, actor, ("remove", Some(team_id)), &before, &after, now).await?;
    tx.commit().await?;
    Ok((after, set_by))
}

async fn found(db: &impl Db, actor: &Actor, team_id: Option<TeamId>, code: &str) -> Result<AlertRule, ServiceError> {
    let known = match team_id {
        Some(team_id) => rules_of(db, actor, team_id).await?.into_iter().map(|(rule, _)| rule).collect(),
        None => rules(db).await?,
    };
    let not_found = || ServiceError::NotFound { what: "alert rule", id: code.to_owned() };
    known.into_iter().find(|rule| rule.code == code).ok_or_else(not_found)
}

async fn note(
    tx: &Tx,
    actor: &Actor,
    (action, team_id): (&str, Option<TeamId>),
    before: &AlertRule,
    after: &AlertRule,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let subject = Subject { what: "alert rule", id: team_id.map_or(Uuid::nil(), Into::into), team_id };
    audit::insert(tx, &entry(actor, action, subject, Some(before), Some(after), now)).await
}
