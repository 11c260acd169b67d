//! What was measured of a queue's chats, as proposals.

use std::collections::BTreeSet;

use super::decide::{measured, of_queue};
use super::evidence::Record;
use super::measure::{OnQueues, of, proposal, turns_in_force, usable};
use crate::domain::organisation::Queue;
use crate::domain::planning_proposal::{PaceBasis, PlanningProposal, ProposalEvidence, ProposalKind};
use crate::domain::quantity::{Aht, Concurrency};
use crate::domain::service::Turns;
use crate::domain::workload::Workload;
use crate::services::queues::advised_concurrency;
use crate::staffing::pace::measured_turns;
use crate::team::alerts::WITHIN_THE_DAY;
use crate::team::proficiency::Part;

/// Fewest chats that a handling time is read from.
const FEWEST_CHATS: f64 = 200.0;
/// Fewest registers that chats at once are read from.
const FEWEST_REGISTERS: usize = 30;
/// A handling time nearer than this to the one in force is the same.
const SAME_AHT: f64 = 0.05;
/// Work on a reply nearer than this to the one in force is the same.
const SAME_WORK: f64 = 0.1;
/// The busiest part of the time on seat.
const BUSIEST: f64 = 0.05;

/// The handling time of a queue's chats, and how many an agent holds at once.
///
/// The handling time that planning reckons with is that of a chat held alone, and chats held beside others take longer: it is
/// the turns of a chat times the work and the thinking of one. Chats at once are raised to what agents hold in their busiest
/// registers, and lowered only to what the queue's reply goals allow with the work measured: that agents hold few may be for
/// want of customers.
pub(super) fn of_its_chats(record: &Record, on_queues: &OnQueues, queue: &Queue) -> Vec<PlanningProposal> {
    let registers = of(on_queues, queue).flat_map(|(_, on)| on.parts.iter().zip(&on.minutes));
    let held = busiest(registers.filter(|(_, minutes)| **minutes <= WITHIN_THE_DAY).map(|(part, _)| &part.work));
    let agents: Vec<Vec<Part>> = of(on_queues, queue).map(|(_, on)| usable(on, PaceBasis::ReplyWork)).collect();
    let all = sum(agents.iter().flatten());
    let turns = turns(queue, &agents).filter(|_| all.chats >= FEWEST_CHATS && all.answers >= all.chats);
    let evidence = evidence(record, &agents, (&all, turns, held));
    let handling = turns.map(|turns| handling(queue, &all, turns, &evidence));
    let in_force = queue.max_concurrent_chats.get();
    let wanted = held.map_or(in_force, |held| in_force.max(held.ceil().clamp(1.0, Concurrency::MAX.into()) as u8));
    let allowed = handling.as_ref().and_then(|handling| advised_concurrency(&measured(queue, handling)));
    let chats = allowed.map_or(wanted, |allowed| wanted.min(allowed.get()));
    let chats = (chats != in_force).then(|| {
        let figures = (of_queue(queue, ProposalKind::ChatsAtOnce), f64::from(chats));
        proposal(queue, ProposalKind::ChatsAtOnce, figures, evidence)
    });
    handling.filter(|found| is_another(queue, found)).into_iter().chain(chats).collect()
}

/// The work of a turn, each agent's weighted with the replies: loads differ between agents, and so would the work if all were
/// taken for one.
fn turns(queue: &Queue, agents: &[Vec<Part>]) -> Option<Turns> {
    let (mut reply_secs, mut think_secs, mut answers) = (0.0, 0.0, 0.0);
    for work in agents.iter().map(|parts| sum(parts.iter())) {
        if let Some(turns) = measured_turns(&work, queue.max_concurrent_chats) {
            reply_secs += turns.reply_secs * work.answers;
            think_secs += turns.think_secs * work.answers;
            answers += work.answers;
        }
    }
    let tenths = |secs: f64| (secs / answers * 10.0).round() / 10.0;
    if answers > 0.0 { Turns::new(tenths(reply_secs), tenths(think_secs)).ok() } else { None }
}

fn handling(queue: &Queue, all: &Workload, turns: Turns, evidence: &ProposalEvidence) -> PlanningProposal {
    let turn = turns.reply_secs + turns.think_secs;
    // A turn is never longer than the chat, rounded or not.
    let secs = (all.answers / all.chats * turn).round().max(turn.ceil());
    let secs = Aht::new(secs).map_or(queue.aht_secs.get(), Aht::get);
    let figures = (of_queue(queue, ProposalKind::HandlingTime), secs);
    let evidence = evidence.clone();
    PlanningProposal { turns: Some(turns), ..proposal(queue, ProposalKind::HandlingTime, figures, evidence) }
}

fn is_another(queue: &Queue, found: &PlanningProposal) -> bool {
    let in_force = turns_in_force(queue).reply_secs;
    let differs = |measured: f64, known: f64, least: f64| (measured - known).abs() > least * known;
    let has_work = found.turns.is_some_and(|turns| differs(turns.reply_secs, in_force, SAME_WORK));
    has_work || differs(found.proposed, found.present, SAME_AHT)
}

/// Chats held at once on average in registers: at least so many in the busiest twentieth of the time on seat.
fn busiest<'a>(registers: impl Iterator<Item = &'a Workload>) -> Option<f64> {
    let registers = registers.filter(|work| work.chat_secs > 0.0 && work.online_secs > 0.0);
    let mut held: Vec<(f64, f64)> = registers.map(|work| (work.chats_at_once(), work.online_secs)).collect();
    if held.len() < FEWEST_REGISTERS {
        return None;
    }
    held.sort_by(|one, other| other.0.total_cmp(&one.0));
    let mut left = BUSIEST * held.iter().map(|(_, secs)| secs).sum::<f64>();
    let is_last = |(_, secs): &&(f64, f64)| {
        left -= secs;
        left <= 0.0
    };
    held.iter().find(is_last).map(|(chats, _)| *chats)
}

fn sum<'a>(parts: impl Iterator<Item = &'a Part>) -> Workload {
    parts.fold(Workload::default(), |mut sum, part| {
        sum += part.work;
        sum
    })
}

fn evidence(
    record: &Record,
    agents: &[Vec<Part>],
    (all, turns, held): (&Workload, Option<Turns>, Option<f64>),
) -> ProposalEvidence {
    let days: usize = agents.iter().map(|parts| parts.iter().map(|part| part.date).collect::<BTreeSet<_>>().len()).sum();
    let is_timed = all.has_chats_at_once();
    ProposalEvidence {
        from: record.from,
        until: record.until,
        basis: turns.map(|_| PaceBasis::ReplyWork),
        days: u32::try_from(days).unwrap_or(u32::MAX),
        chats: all.chats,
        replies: all.answers,
        average_reply_secs: is_timed.then(|| all.reply_secs / all.answers),
        reply_work_secs: turns.map(|turns| turns.reply_secs),
        chats_at_once: is_timed.then(|| all.chats_at_once()),
        busiest_chats_at_once: held,
        team: None,
        quality: Vec::new(),
    }
}
