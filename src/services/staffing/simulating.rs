//! What a roster would give, by simulation.

use std::ops::Range;

use chrono::{DateTime, Utc};

use super::refused;
use super::subject::Subject;
use crate::domain::access::Actor;
use crate::domain::calendar::{Interval, IntervalGrid};
use crate::domain::ids::{QueueId, RosterId};
use crate::domain::shift::Shift;
use crate::services::ServiceError;
use crate::services::rosters::RosterContext;
use crate::staffing::simulation::{Scene, Simulated, SimulatedAgent, SimulatedQueue, SimulatedService, simulate};
use crate::staffing::{ServiceModel, StaffingError};
use crate::store::Store;

/// Chats over all replications that one request may ask for: some seconds of work.
const MOST_CHATS: f64 = 2_000_000.0;

/// Threads of one simulation: it shares the machine with everything else.
const THREADS: usize = 2;

/// How to simulate.
#[derive(Debug, Clone, Copy)]
pub struct SimulationRequest {
    /// Weeks simulated, each with other chance.
    pub replications: usize,
    /// The same seed gives the same figures.
    pub seed: u64,
    /// Factor on the forecast.
    pub volume: f64,
    /// Whether agents answer every queue that they have the skill for, and not only the one they are rostered on.
    pub shares_skills: bool,
}

/// A queue of a simulated roster.
#[derive(Debug, Clone)]
pub struct SimulatedRoster {
    /// The queue.
    pub queue_id: QueueId,
    /// Its name.
    pub name: String,
    /// Over the week; `None` where nothing comes.
    pub week: Option<SimulatedService>,
    /// By interval of the grid; `None` where nothing came.
    pub intervals: Vec<Option<SimulatedService>>,
}

/// A simulated roster.
#[derive(Debug, Clone)]
pub struct RosterSimulation {
    /// The intervals.
    pub grid: IntervalGrid,
    /// Chats over all replications.
    pub chats: f64,
    /// By queue.
    pub queues: Vec<SimulatedRoster>,
}

/// Simulates a roster against the forecast it was built for. Agents are on seat as rostered; nobody falls ill.
///
/// # Errors
/// [`ServiceError::NotFound`], and [`ServiceError::Invalid`] for more chats than one request may ask for.
pub async fn simulate_roster(
    store: &Store,
    actor: &Actor,
    id: RosterId,
    request: SimulationRequest,
) -> Result<RosterSimulation, ServiceError> {
    let (subject, context) = Subject::of_roster(store, actor, id).await?;
    let volume: f64 = subject.queues.iter().flat_map(|queue| &queue.intervals).map(|interval| interval.volume).sum();
    let chats = volume * request.volume * request.replications as f64;
    if chats > MOST_CHATS {
        let most = (MOST_CHATS / (volume * request.volume)).floor();
        let detail =
            format!("{chats:.0} chats are more than the {MOST_CHATS:.0} of one request; ask for at most {most:.0} replications");
        return Err(ServiceError::field("/replications", detail));
    }
    let task = tokio::task::spawn_blocking(move || {
        let scene = scene(&subject, &context, &request).map_err(|error| refused(&error, &subject.plan))?;
        let simulated = simulate(&scene, request.replications, request.seed, THREADS);
        Ok(read(&subject, &simulated))
    });
    task.await.expect("a simulation does not panic")
}

fn scene(subject: &Subject, context: &RosterContext, request: &SimulationRequest) -> Result<Scene, StaffingError> {
    let step_secs = f64::from(subject.grid.step().get()) * 60.0;
    let mut queues = Vec::with_capacity(subject.queues.len());
    for of in &subject.queues {
        let model = ServiceModel::new(&of.queue)?;
        let [answer_secs, first_reply_secs, reply_secs] = model.limits_secs();
        queues.push(SimulatedQueue {
            volumes: of.intervals.iter().map(|interval| interval.volume * request.volume).collect(),
            slots: model.slots(),
            patience_secs: model.patience_secs(),
            turns: model.turns().clone(),
            answer_secs,
            first_reply_secs,
            reply_secs,
        });
    }
    let index_of = |id: QueueId| subject.queues.iter().position(|queue| queue.queue.id == id);
    let start = subject.grid.interval(0).start;
    let agents = context.placed.iter().filter_map(|placed| {
        let agent = context.agents.get(&placed.assignment.agent_id)?;
        let on = placed.assignment.queue_id;
        let others = agent.skills.iter().map(|skill| skill.queue_id).filter(|id| request.shares_skills && *id != on);
        let queues: Vec<usize> = std::iter::once(on).chain(others).filter_map(index_of).collect();
        let proficiency = agent.proficiency(on)?.get();
        (!queues.is_empty()).then(|| SimulatedAgent { queues, proficiency, on_seat: on_seat(&placed.shift, start) })
    });
    Ok(Scene { step_secs, queues, agents: agents.collect() })
}

/// The shift without its breaks, in seconds from the start of the grid.
fn on_seat(shift: &Shift, start: DateTime<Utc>) -> Vec<(f64, f64)> {
    let secs = |at: DateTime<Utc>| (at - start).num_seconds() as f64;
    let mut from = shift.span.start;
    let mut seated = Vec::with_capacity(shift.breaks.len() + 1);
    for Interval { start, end } in &shift.breaks {
        seated.push((secs(from), secs(*start)));
        from = *end;
    }
    seated.push((secs(from), secs(shift.span.end)));
    // A break at either end leaves nothing on that side.
    seated.retain(|(from, to)| *to > from.max(0.0));
    seated.iter().map(|(from, to)| (from.max(0.0), *to)).collect()
}

fn read(subject: &Subject, simulated: &Simulated) -> RosterSimulation {
    let of = |queue: usize, steps: Range<usize>| simulated.service(queue, steps);
    let queues = subject.queues.iter().enumerate().map(|(index, queue)| SimulatedRoster {
        queue_id: queue.queue.id,
        name: queue.queue.name.clone(),
        week: of(index, 0..queue.intervals.len()),
        intervals: (0..queue.intervals.len()).map(|step| of(index, step..step + 1)).collect(),
    });
    RosterSimulation { grid: subject.grid, chats: simulated.chats(), queues: queues.collect() }
}
