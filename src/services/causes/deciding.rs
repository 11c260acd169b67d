//! What a leader makes of a cause, and what is done about it.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::{get, note, today_of};
use crate::domain::access::Actor;
use crate::domain::alert::Mark;
use crate::domain::cause::{Cause, CauseAction, CauseClass, CauseState};
use crate::domain::fault::Faults;
use crate::domain::ids::{AgentId, CauseId};
use crate::services::ServiceError;
use crate::services::agents::team_of;
use crate::store::causes::{self, StoredCause};
use crate::store::{Db, Store, StoreError, teams};
use crate::team::causes::{ActionTemplate, actions};

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
