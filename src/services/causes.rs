//! Causes of weak figures: proposed by the table, decided by a leader, closed by the figure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::agents::team_of;
use super::audit::{Subject, entry};
use super::figures::catalogue;
use super::sites::today;
use super::{ServiceError, editing};
use crate::domain::access::{Actor, Role, Scope};
use crate::domain::alert::Mark;
use crate::domain::cause::{Cause, CauseAction, CauseCheck, CauseClass, CauseState, Evidence};
use crate::domain::fault::Faults;
use crate::domain::figure::{Figure, Tally};
use crate::domain::ids::{AgentId, CauseId, TeamId};
use crate::domain::organisation::Team;
use crate::store::causes::{self, CauseFilter, StoredCause};
use crate::store::figure_days::{self, FigureFilter, Grain};
use crate::store::{Db, Listed, Page, Store, StoreError, Tx, audit, teams};
use crate::team::causes::{ActionTemplate, actions, diagnose, evidence, figures};

/// The longest stretch that causes are read from.
const MOST_DAYS: i64 = 92;
/// A figure that is still weak is read again so many days later.
const AGAIN: Days = Days::new(7);

/// An action that a leader chose.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Which.
    pub code: String,
    /// Who does it; `None` for whom the table names.
    pub owner_id: Option<AgentId>,
    /// Until when; `None` for as many days as the table says.
    pub due_on: Option<NaiveDate>,
}

/// What a leader decided.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The class that counts.
    pub class: CauseClass,
    /// What is done; `None` for all that the table proposes for the class.
    pub actions: Option<Vec<Choice>>,
    /// When the figure is read again.
    pub check_on: NaiveDate,
    /// Why.
    pub note: String,
}

/// Reads the causes of weak figures of a team and those below it, from one local date to another, both included. A figure of
/// an agent that has an open cause keeps it. Gives the new ones.
///
/// # Errors
/// [`ServiceError::NotFound`] for a team out of reach, [`ServiceError::Invalid`] for dates that do not fit.
pub async fn propose(
    store: &Store,
    actor: &Actor,
    team_id: TeamId,
    (from, until): (NaiveDate, NaiveDate),
    now: DateTime<Utc>,
) -> Result<Vec<Cause>, ServiceError> {
    editing::get::<Team>(store, actor, team_id).await?;
    if until < from || (until - from).num_days() >= MOST_DAYS {
        let detail = format!("must not be before from, {from}, and at most {MOST_DAYS} days are read at once");
        return Err(ServiceError::field("/until", detail));
    }
    let looked_at = looked_at(store, &figures()).await?;
    let members = teams::subtree(store, team_id).await?;
    let mut new = Vec::new();
    for (agent_id, (team_id, evidence)) in read(store, &members, None, &looked_at, (from, until)).await? {
        for (rule, evidence) in diagnose(&evidence) {
            new.push(Cause {
                id: CauseId::generate(),
                agent_id,
                team_id,
                figure: rule.figure.clone(),
                from,
                until,
                proposed_class: rule.class,
                class: rule.class,
                reason_zh: rule.reason_zh.clone(),
                reason_en: rule.reason_en.clone(),
                evidence,
                state: CauseState::Proposed,
                decided: None,
                actions: Vec::new(),
                check_on: None,
                checks: Vec::new(),
            });
        }
    }
    let tx = store.begin().await?;
    let mut stored = Vec::new();
    for cause in new {
        if causes::insert(&tx, &cause).await? {
            note(&tx, actor, "propose", None, &cause, now).await?;
            stored.push(cause);
        }
    }
    tx.commit().await?;
    Ok(stored)
}

async fn looked_at(db: &impl Db, codes: &BTreeSet<&str>) -> Result<Vec<Figure>, ServiceError> {
    Ok(catalogue(db).await?.into_iter().filter(|figure| codes.contains(figure.code())).collect())
}

/// What figures say of every agent of some teams against the others of their team.
async fn read(
    db: &impl Db,
    members: &BTreeSet<TeamId>,
    only: Option<AgentId>,
    figures: &[Figure],
    (from, until): (NaiveDate, NaiveDate),
) -> Result<BTreeMap<AgentId, (TeamId, Vec<Evidence>)>, StoreError> {
    let (scope, until) = (Scope::Everything, until + Days::new(1));
    let team_ids = Some(members);
    let filter = FigureFilter { scope: &scope, agent_id: None, team_ids, shop_id: None, queue_id: None, from, until };
    let sums = figure_days::sums(db, &filter, &[Grain::Team, Grain::Agent], figures).await?;
    let mut totals: BTreeMap<TeamId, Vec<Tally>> = BTreeMap::new();
    let keyed: Vec<_> = sums.iter().filter_map(|(key, tallies)| Some((key.team_id?, key.agent_id?, tallies))).collect();
    for (team_id, _, tallies) in &keyed {
        let total = totals.entry(*team_id).or_insert_with(|| vec![Tally::default(); figures.len()]);
        total.iter_mut().zip(tallies.iter()).for_each(|(sum, tally)| *sum += *tally);
    }
    let mut found = BTreeMap::new();
    for (team_id, agent_id, tallies) in keyed.into_iter().filter(|(_, agent, _)| only.is_none_or(|only| only == *agent)) {
        let against = figures.iter().zip(tallies.iter().zip(&totals[&team_id]));
        let said = against.filter_map(|(figure, (own, total))| {
            let others = Tally { above: total.above - own.above, below: total.below - own.below };
            evidence(figure, *own, others)
        });
        found.insert(agent_id, (team_id, said.collect()));
    }
    Ok(found)
}

/// The causes within reach: an agent's key reaches its own agent's only.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn list(
    db: &impl Db,
    actor: &Actor,
    (team_id, agent_id, state): (Option<TeamId>, Option<AgentId>, Option<CauseState>),
    page: Page,
) -> Result<Listed<StoredCause>, ServiceError> {
    let own = (actor.role == Role::Agent).then_some(actor.agent_id);
    let wanted = match own {
        Some(own) if own.is_none() || agent_id.is_some_and(|agent| Some(agent) != own) => {
            return Ok(Listed { items: Vec::new(), has_more: false });
        }
        Some(own) => own,
        None => agent_id,
    };
    Ok(causes::list(db, &CauseFilter { scope: &actor.scope, team_id, agent_id: wanted, state }, page).await?)
}

/// Reads a cause within reach.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn get(db: &impl Db, actor: &Actor, id: CauseId) -> Result<StoredCause, ServiceError> {
    let is_within = |found: &StoredCause| {
        let is_own = actor.role != Role::Agent || actor.agent_id == Some(found.cause.agent_id);
        is_own && actor.scope.reaches(found.cause.team_id)
    };
    let found = causes::get(db, id).await?.filter(is_within);
    found.ok_or_else(|| ServiceError::NotFound { what: "cause", id: id.to_string() })
}

/// Confirms or changes the class of a cause, and sets what is done about it.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Invalid`] with every fault.
pub async fn decide(
    store: &Store,
    actor: &Actor,
    id: CauseId,
    decision: Decision,
    now: DateTime<Utc>,
) -> Result<StoredCause, ServiceError> {
    let tx = store.begin().await?;
    let before = get(&tx, actor, id).await?;
    let today = today_of(&tx, &before.cause, now).await?;
    let mut faults = Faults::default();
    faults.expect(before.cause.state != CauseState::Closed, "/class", "the cause is closed: its figure is weak no longer");
    let far = today + Days::new(366);
    let fits = today < decision.check_on && decision.check_on <= far;
    faults.expect(fits, "/check_on", format!("must be after today, {today}, and by {far}"));
    faults.expect(decision.note.chars().count() <= 1000, "/note", "must be 1000 characters at most");
    let set = actions_of(&tx, actor, &decision, &before.cause, today, &mut faults).await?;
    let faults = faults.into_list();
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let after = Cause {
        class: decision.class,
        state: CauseState::Confirmed,
        decided: Some(Mark { by: actor.name.clone(), at: now, note: decision.note }),
        actions: set,
        check_on: Some(decision.check_on),
        ..before.cause.clone()
    };
    let stored = causes::update(&tx, &after, before.version).await?;
    note(&tx, actor, "decide", Some(&before.cause), &after, now).await?;
    tx.commit().await?;
    Ok(stored)
}

/// What is done about a cause: all that the table proposes for its class, or what the leader chose.
async fn actions_of(
    db: &impl Db,
    actor: &Actor,
    decision: &Decision,
    cause: &Cause,
    today: NaiveDate,
    faults: &mut Faults,
) -> Result<Vec<CauseAction>, StoreError> {
    let leader_id = teams::get(db, cause.team_id).await?.and_then(|team| team.value.leader_id);
    let proposed = actions().iter().filter(|action| action.class == decision.class);
    let proposed = || proposed.map(|action| Choice { code: action.code.clone(), owner_id: None, due_on: None }).collect();
    let chosen: Vec<Choice> = decision.actions.clone().unwrap_or_else(proposed);
    faults.expect(!chosen.is_empty(), "/actions", "must be one action at least, or absent for all that are proposed");
    let mut set = Vec::new();
    for (place, choice) in chosen.iter().enumerate() {
        let at = |field: &str| format!("/actions/{place}/{field}");
        let Some(template) = actions().iter().find(|action| action.code == choice.code) else {
            let known: Vec<&str> = actions().iter().map(|action| action.code.as_str()).collect();
            faults.add(at("code"), format!("is not known; known are {}", known.join(", ")));
            continue;
        };
        let is_first = chosen[..place].iter().all(|earlier| earlier.code != choice.code);
        faults.expect(is_first, at("code"), "is there twice; once is enough");
        if let Some(owner_id) = choice.owner_id {
            let is_within = team_of(db, owner_id).await?.is_some_and(|team| actor.scope.reaches(team));
            faults.expect(is_within, at("owner_id"), "must be an agent within reach; leave it out for whom the table names");
        }
        set.push(action(template, choice, cause, leader_id, today));
    }
    Ok(set)
}

fn action(
    template: &ActionTemplate,
    choice: &Choice,
    cause: &Cause,
    leader_id: Option<AgentId>,
    today: NaiveDate,
) -> CauseAction {
    let usual = if template.by_leader { leader_id.unwrap_or(cause.agent_id) } else { cause.agent_id };
    CauseAction {
        code: template.code.clone(),
        name_zh: template.name_zh.clone(),
        name_en: template.name_en.clone(),
        owner_id: choice.owner_id.unwrap_or(usual),
        due_on: choice.due_on.unwrap_or(today + Days::new(template.due_days.into())),
        done: None,
    }
}

/// Today by the clocks of the site of the cause's team.
async fn today_of(db: &impl Db, cause: &Cause, now: DateTime<Utc>) -> Result<NaiveDate, StoreError> {
    today(db, &Scope::Teams([cause.team_id].into()), now).await
}

/// Notes that an action was done. The cause stays as it is: the figure closes it.
///
/// # Errors
/// [`ServiceError::NotFound`] for the cause or the action.
pub async fn finish(
    store: &Store,
    actor: &Actor,
    id: CauseId,
    code: &str,
    words: String,
    now: DateTime<Utc>,
) -> Result<StoredCause, ServiceError> {
    if words.chars().count() > 1000 {
        return Err(ServiceError::field("/note", "must be 1000 characters at most"));
    }
    let tx = store.begin().await?;
    let before = get(&tx, actor, id).await?;
    let mut after = before.cause.clone();
    let not_found = || ServiceError::field("/code", "is no action of this cause; read the cause to see which it has");
    let action = after.actions.iter_mut().find(|action| action.code == code).ok_or_else(not_found)?;
    action.done = Some(Mark { by: actor.name.clone(), at: now, note: words });
    let stored = causes::update(&tx, &after, before.version).await?;
    note(&tx, actor, "finish action", Some(&before.cause), &after, now).await?;
    tx.commit().await?;
    Ok(stored)
}

/// Reads the figure again: of the days since the decision, as many as the cause was read from at most. Weak no longer, the
/// cause is closed; otherwise it is read again a week later.
///
/// # Errors
/// [`ServiceError::NotFound`], a version conflict.
pub async fn check(store: &Store, actor: &Actor, id: CauseId, now: DateTime<Utc>) -> Result<StoredCause, ServiceError> {
    let tx = store.begin().await?;
    let before = get(&tx, actor, id).await?;
    let Some(decided) = before.cause.decided.as_ref().filter(|_| before.cause.state == CauseState::Confirmed) else {
        return Err(ServiceError::field("/state", "only a cause that a leader has decided on is read again"));
    };
    let today = today_of(&tx, &before.cause, now).await?;
    let length = before.cause.until - before.cause.from;
    let since = (today - length).max(today_of(&tx, &before.cause, decided.at).await?);
    let looked_at = looked_at(&tx, &BTreeSet::from([before.cause.figure.as_str()])).await?;
    let members = BTreeSet::from([before.cause.team_id]);
    let read = read(&tx, &members, Some(before.cause.agent_id), &looked_at, (since, today)).await?;
    let found = read.into_values().find_map(|(_, evidence)| evidence.into_iter().next());
    let mut after = before.cause.clone();
    let is_over = found.as_ref().is_some_and(|found| !found.is_weak);
    (after.state, after.check_on) =
        if is_over { (CauseState::Closed, None) } else { (CauseState::Confirmed, Some(today + AGAIN)) };
    after.checks.push(CauseCheck { on: today, found });
    let stored = causes::update(&tx, &after, before.version).await?;
    note(&tx, actor, "check", Some(&before.cause), &after, now).await?;
    tx.commit().await?;
    Ok(stored)
}

/// Reads the figure again of every cause whose check date has come at its site; returns how many. Each check moves its own
/// date on, so that none is made twice.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn check_due(store: &Store, now: DateTime<Utc>) -> Result<usize, ServiceError> {
    let clock = Actor::service("clock");
    let mut count = 0;
    // It may be tomorrow at a site already.
    for due in causes::due(store, now.date_naive() + Days::new(1)).await? {
        let today = today_of(store, &due.cause, now).await?;
        if due.cause.check_on.is_some_and(|on| on <= today) {
            match check(store, &clock, due.cause.id, now).await {
                Ok(_) => count += 1,
                // Somebody was quicker.
                Err(ServiceError::Store(StoreError::VersionConflict { .. }) | ServiceError::Invalid(_)) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(count)
}

async fn note(
    tx: &Tx,
    actor: &Actor,
    action: &str,
    before: Option<&Cause>,
    after: &Cause,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let subject = Subject { what: "cause", id: after.id.0, team_id: Some(after.team_id) };
    audit::insert(tx, &entry(actor, action, subject, before, Some(after), now)).await
}
