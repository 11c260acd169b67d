//! What was measured, as proposals.

use std::collections::BTreeMap;

use super::evidence::{OnQueue, Record};
use super::handling::of_its_chats;
use crate::domain::ids::{AgentId, PlanningProposalId, QueueId, TeamId};
use crate::domain::organisation::Queue;
use crate::domain::planning_proposal::{
    PaceAgainstTeam, PaceBasis, PlanningProposal, ProposalEvidence, ProposalKind, ProposalState,
};
use crate::domain::quantity::Proficiency;
use crate::domain::service::Turns;
use crate::domain::workload::Workload;
use crate::staffing::pace::{measured_turns, work_at_limit};
use crate::team::proficiency::{FEWEST_AGENTS, Pace, Part, paces, proposed, quality, shrink};

pub(super) type OnQueues = BTreeMap<(QueueId, AgentId), OnQueue>;

/// Every figure of the team's agents and queues that was measured to be another than the one in force.
pub(super) fn measure(record: &Record, team_id: TeamId) -> Vec<PlanningProposal> {
    let on_queues = record.on_queues();
    let mut found = Vec::new();
    for queue in record.queues.values() {
        found.extend(proficiencies(record, &on_queues, queue, team_id));
        if queue.team_id == team_id {
            found.extend(of_its_chats(record, &on_queues, queue));
        }
    }
    found
}

/// What every agent did on one queue.
pub(super) fn of<'a>(on_queues: &'a OnQueues, queue: &Queue) -> impl Iterator<Item = (AgentId, &'a OnQueue)> + Clone {
    let nobody = |id| (queue.id, AgentId(uuid::Uuid::from_u128(id)));
    on_queues.range(nobody(0)..=nobody(u128::MAX)).map(|((_, agent_id), on)| (*agent_id, on))
}

/// The proficiency of the team's agents on a queue.
fn proficiencies(record: &Record, on_queues: &OnQueues, queue: &Queue, team_id: TeamId) -> Vec<PlanningProposal> {
    let is_member = |(agent_id, on): &(AgentId, &OnQueue)| {
        on.team_ids.contains(&team_id) && record.agents.get(agent_id).is_some_and(|agent| agent.team_id == team_id)
    };
    let members: Vec<(AgentId, &OnQueue)> = of(on_queues, queue).filter(is_member).collect();
    let Some(basis) = basis(members.iter().flat_map(|(_, on)| &on.parts)) else { return Vec::new() };
    let parts: Vec<Vec<Part>> = members.iter().map(|(_, on)| usable(on, basis)).collect();
    let paces = paces(&parts, |work| work_secs(work, queue, basis));
    let measured: Vec<(f64, f64)> = paces.iter().flatten().map(|pace| (pace.speed_ln, pace.variance)).collect();
    let Some(team) = shrink::Team::of(&measured).filter(|_| measured.len() >= FEWEST_AGENTS) else { return Vec::new() };
    let everybody = sum_of_quality(record, &members);
    let judged = members.iter().zip(&paces).filter_map(|((agent_id, on), pace)| {
        let (agent, pace) = (&record.agents[agent_id], pace.as_ref()?);
        let present = agent.proficiency(queue.id)?;
        let quality = quality::against_others(&record.quality, &on.quality, &everybody);
        let gate = quality::gate(&quality);
        let shrunk_speed = team.shrunk(pace.speed_ln, pace.variance).exp();
        let against = PaceAgainstTeam {
            agents: u32::try_from(measured.len()).unwrap_or(u32::MAX),
            reply_work_secs: pace.team_work_secs,
            speed: pace.speed_ln.exp(),
            weight: team.weight(pace.variance),
            shrunk_speed,
            quality: gate,
        };
        let evidence = ProposalEvidence { team: Some(against), quality, ..evidence_of(record, pace, basis) };
        let proposed = proposed(shrunk_speed, gate);
        is_another(present, proposed).then(|| PlanningProposal {
            agent_id: Some(*agent_id),
            team_id,
            ..proposal(queue, ProposalKind::Proficiency, (present.get(), proposed.get()), evidence)
        })
    });
    judged.collect()
}

/// A proficiency within half a step of the one proposed is the same.
fn is_another(present: Proficiency, proposed: Proficiency) -> bool {
    (present.get() - proposed.get()).abs() > 0.025 + 1e-9
}

fn basis<'a>(parts: impl Iterator<Item = &'a Part> + Clone) -> Option<PaceBasis> {
    let answers = |is_wanted: fn(&Workload) -> bool| -> f64 {
        parts.clone().filter(|part| is_wanted(&part.work)).map(|part| part.work.answers).sum()
    };
    let (timed, whole) = (answers(Workload::has_replies), answers(Workload::has_chats_at_once));
    match (timed > 0.0, 2.0 * whole >= timed) {
        (false, _) => None,
        (true, true) => Some(PaceBasis::ReplyWork),
        (true, false) => Some(PaceBasis::ReplyTimes),
    }
}

/// The registers that the work on a reply is read from.
pub(super) fn usable(on: &OnQueue, basis: PaceBasis) -> Vec<Part> {
    let is_usable = |part: &&Part| match basis {
        PaceBasis::ReplyWork => part.work.has_chats_at_once(),
        PaceBasis::ReplyTimes => part.work.has_replies(),
    };
    on.parts.iter().filter(is_usable).copied().collect()
}

/// The work of a turn that planning reckons with.
pub(super) fn turns_in_force(queue: &Queue) -> Turns {
    queue.service.turns.unwrap_or_else(|| Turns::usual(queue.aht_secs.get()))
}

fn work_secs(work: &Workload, queue: &Queue, basis: PaceBasis) -> Option<f64> {
    match basis {
        PaceBasis::ReplyWork => measured_turns(work, queue.max_concurrent_chats).map(|turns| turns.reply_secs),
        PaceBasis::ReplyTimes => work_at_limit(work, queue.max_concurrent_chats, turns_in_force(queue).think_secs),
    }
}

fn sum_of_quality(record: &Record, members: &[(AgentId, &OnQueue)]) -> Vec<quality::Strata> {
    let mut sums = vec![quality::Strata::default(); record.quality.len()];
    for (_, on) in members {
        for (sum, own) in sums.iter_mut().flatten().zip(on.quality.iter().flatten()) {
            *sum += *own;
        }
    }
    sums
}

fn evidence_of(record: &Record, pace: &Pace, basis: PaceBasis) -> ProposalEvidence {
    let work = &pace.work;
    ProposalEvidence {
        from: record.from,
        until: record.until,
        basis: Some(basis),
        days: u32::try_from(pace.days).unwrap_or(u32::MAX),
        chats: work.chats,
        replies: work.answers,
        average_reply_secs: Some(work.reply_secs / work.answers),
        reply_work_secs: Some(pace.work_secs),
        chats_at_once: (basis == PaceBasis::ReplyWork).then(|| work.chats_at_once()),
        busiest_chats_at_once: None,
        team: None,
        quality: Vec::new(),
    }
}

/// A proposal for a figure of a queue.
pub(super) fn proposal(
    queue: &Queue,
    kind: ProposalKind,
    (present, proposed): (f64, f64),
    evidence: ProposalEvidence,
) -> PlanningProposal {
    PlanningProposal {
        id: PlanningProposalId::generate(),
        team_id: queue.team_id,
        kind,
        agent_id: None,
        queue_id: queue.id,
        present,
        proposed,
        turns: None,
        evidence,
        state: ProposalState::Open,
        decided: None,
    }
}
