//! Accepting and refusing proposals.

use chrono::{DateTime, Utc};

use super::{is_within, note};
use crate::domain::access::Actor;
use crate::domain::agent::Agent;
use crate::domain::alert::Mark;
use crate::domain::fault::Faults;
use crate::domain::ids::PlanningProposalId;
use crate::domain::organisation::Queue;
use crate::domain::planning_proposal::{PlanningProposal, ProposalKind, ProposalState};
use crate::domain::quantity::{Aht, Concurrency, Proficiency};
use crate::services::ServiceError;
use crate::services::editing::{self, Expected};
use crate::services::proposal::Proposal;
use crate::services::queues::contradiction;
use crate::store::planning_proposals::{self, StoredProposal};
use crate::store::{Db, Store, StoreError, Tx, agents, queues};

/// What a planner makes of proposals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// They are in force from now on.
    Accept,
    /// They are not wanted.
    Refuse,
}

/// The most proposals decided on at once.
const MOST: usize = 500;

/// Decides on proposals: all of them, in one transaction, or none. What is accepted is written into the agent or the queue at
/// the version that was read, with a line each in the audit log.
///
/// # Errors
/// [`ServiceError::Invalid`] with every fault: an unknown proposal, one that is decided, or whose figure is another by now;
/// a version conflict with whoever changes the same agent, queue or proposal at the moment.
pub async fn decide(
    store: &Store,
    actor: &Actor,
    ids: &[PlanningProposalId],
    (verdict, words): (Verdict, String),
    now: DateTime<Utc>,
) -> Result<Vec<PlanningProposal>, ServiceError> {
    let mut faults = Faults::default();
    faults.expect((1..=MOST).contains(&ids.len()), "/ids", format!("must be 1 to {MOST} proposals, got {}", ids.len()));
    faults.expect(words.chars().count() <= 1000, "/note", "must be 1000 characters at most");
    let is_told = verdict == Verdict::Accept || !words.trim().is_empty();
    faults.expect(is_told, "/note", "must say why the proposals are refused");
    let tx = store.begin().await?;
    let mut found: Vec<StoredProposal> = Vec::new();
    for (place, id) in ids.iter().enumerate().take(MOST) {
        let pointer = format!("/ids/{place}");
        let Some(known) = planning_proposals::get(&tx, *id).await?.filter(|known| is_within(actor, &known.proposal)) else {
            faults.add(pointer, format!("there is no planning proposal {id} within your reach"));
            continue;
        };
        faults.expect(!ids[..place].contains(id), &pointer, "is listed above; list each once");
        if known.proposal.state != ProposalState::Open {
            faults.add(pointer, format!("is {:?} already; only an open one is decided on", known.proposal.state));
        } else if verdict == Verdict::Accept && present(&tx, &known.proposal).await? != Some(known.proposal.present) {
            faults.add(pointer, "its figure was changed since it was made; have the team's proposals made anew");
        }
        found.push(known);
    }
    let faults = faults.into_list();
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let mut decided = Vec::new();
    for StoredProposal { proposal, version } in found {
        let state = match verdict {
            Verdict::Accept => ProposalState::Accepted,
            Verdict::Refuse => ProposalState::Refused,
        };
        if verdict == Verdict::Accept {
            apply(&tx, actor, &proposal, now).await?;
        }
        let mark = Some(Mark { by: actor.name.clone(), at: now, note: words.clone() });
        let after = PlanningProposal { state, decided: mark, ..proposal.clone() };
        planning_proposals::update(&tx, &after, version).await?;
        let word = if verdict == Verdict::Accept { "accept" } else { "refuse" };
        note(&tx, actor, word, Some(&proposal), &after, now).await?;
        decided.push(after);
    }
    tx.commit().await?;
    Ok(decided)
}

/// The figure that is in force; `None` where there is none any more.
pub(super) async fn present(db: &impl Db, proposal: &PlanningProposal) -> Result<Option<f64>, StoreError> {
    if let Some(agent_id) = proposal.agent_id {
        let agent = agents::get(db, agent_id).await?.filter(|agent| agent.archived_at.is_none());
        return Ok(agent.and_then(|agent| agent.value.proficiency(proposal.queue_id)).map(Proficiency::get));
    }
    let queue = queues::get(db, proposal.queue_id).await?.filter(|queue| queue.archived_at.is_none());
    Ok(queue.map(|queue| of_queue(&queue.value, proposal.kind)))
}

/// A figure of a queue.
pub(super) fn of_queue(queue: &Queue, kind: ProposalKind) -> f64 {
    match kind {
        ProposalKind::ChatsAtOnce => queue.max_concurrent_chats.get().into(),
        ProposalKind::HandlingTime | ProposalKind::Proficiency => queue.aht_secs.get(),
    }
}

/// Writes the figure where planning reads it.
async fn apply(tx: &Tx, actor: &Actor, proposal: &PlanningProposal, now: DateTime<Utc>) -> Result<(), ServiceError> {
    match proposal.agent_id {
        Some(agent_id) => {
            let change = |agent: &Agent| Proposal::from(skilled(agent, proposal));
            editing::patch_in(tx, actor, agent_id, Expected::Any, change, now).await?;
        }
        None => {
            let change = |queue: &Queue| Proposal::from(measured(queue, proposal));
            let row = editing::patch_in(tx, actor, proposal.queue_id, Expected::Any, change, now).await?;
            if let Some(fault) = contradiction(&row.value) {
                return Err(ServiceError::field("/ids", format!("queue {} could not be served so: {fault}", row.value.name)));
            }
        }
    }
    Ok(())
}

fn skilled(agent: &Agent, proposal: &PlanningProposal) -> Agent {
    let proficiency = Proficiency::new(proposal.proposed).expect("a proposal is within the range of a proficiency");
    let mut agent = agent.clone();
    let skills = agent.skills.iter_mut().filter(|skill| skill.queue_id == proposal.queue_id);
    skills.for_each(|skill| skill.proficiency = proficiency);
    agent
}

/// A table of handling times measured by chats at once keeps its shape: it is scaled to the new time of one chat.
pub(super) fn measured(queue: &Queue, proposal: &PlanningProposal) -> Queue {
    let mut queue = queue.clone();
    match proposal.kind {
        ProposalKind::ChatsAtOnce => {
            queue.max_concurrent_chats =
                Concurrency::new(proposal.proposed as u8).expect("a proposal is within the range of chats at once");
        }
        ProposalKind::HandlingTime | ProposalKind::Proficiency => {
            let scale = proposal.proposed / queue.aht_secs.get();
            queue.aht_secs = Aht::new(proposal.proposed).expect("a proposal is within the range of a handling time");
            queue.service.aht_by_chats.iter_mut().for_each(|secs| *secs *= scale);
            queue.service.turns = proposal.turns.or(queue.service.turns);
        }
    }
    queue
}
