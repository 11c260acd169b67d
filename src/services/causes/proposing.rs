//! What the table makes of weak figures.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::note;
use crate::domain::access::{Actor, Scope};
use crate::domain::cause::{Cause, CauseState, Evidence};
use crate::domain::figure::{Figure, Tally};
use crate::domain::ids::{AgentId, CauseId, TeamId};
use crate::domain::organisation::Team;
use crate::services::figures::catalogue;
use crate::services::{ServiceError, editing};
use crate::store::causes;
use crate::store::figure_days::{self, FigureFilter, Grain};
use crate::store::{Db, Store, StoreError, teams};
use crate::team::causes::{diagnose, evidence, figures};

/// The longest stretch that causes are read from.
const MOST_DAYS: i64 = 92;

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

pub(super) async fn looked_at(db: &impl Db, codes: &BTreeSet<&str>) -> Result<Vec<Figure>, ServiceError> {
    Ok(catalogue(db).await?.into_iter().filter(|figure| codes.contains(figure.code())).collect())
}

/// What figures say of every agent of some teams against the others of their team.
pub(super) async fn read(
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
