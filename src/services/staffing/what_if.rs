//! What if more comes, chats go faster, agents hold more of them, or people are missing.

use super::refused;
use super::subject::{Subject, SubjectQueue};
use crate::domain::access::Actor;
use crate::domain::calendar::IntervalGrid;
use crate::domain::ids::{QueueId, RequirementId, RosterId};
use crate::services::ServiceError;
use crate::services::plan::TeamPlan;
use crate::staffing::StaffingError;
use crate::staffing::pool::{Member, Pooled, pool};
use crate::staffing::what_if::{Change, Changed, what_if};
use crate::store::Store;

/// A question.
#[derive(Debug, Clone)]
pub struct WhatIfRequest {
    /// Whose heads: a roster's …
    pub roster_id: Option<RosterId>,
    /// … or a requirement's, as if it were fully staffed.
    pub requirement_id: Option<RequirementId>,
    /// What is different.
    pub change: Change,
    /// Queues that one pool would serve.
    pub pool: Vec<QueueId>,
}

/// A queue, as it is and as it would be.
#[derive(Debug, Clone)]
pub struct WhatIfQueue {
    /// The queue.
    pub queue_id: QueueId,
    /// Its name.
    pub name: String,
    /// As it is, by interval.
    pub before: Vec<Changed>,
    /// As it would be, by interval.
    pub after: Vec<Changed>,
}

/// The answer.
#[derive(Debug, Clone)]
pub struct WhatIfAnswer {
    /// The intervals.
    pub grid: IntervalGrid,
    /// By queue.
    pub queues: Vec<WhatIfQueue>,
    /// Heads on seat of the pool and of its members apart, by interval, as it would be; `None` where none was asked for.
    pub pooled: Option<Pooled>,
}

/// Answers a question. Computes for some tens of milliseconds a queue, on a thread that may.
///
/// # Errors
/// [`ServiceError::NotFound`], and [`ServiceError::Invalid`] for a pool of other queues and for settings that contradict.
pub async fn answer_what_if(store: &Store, actor: &Actor, request: WhatIfRequest) -> Result<WhatIfAnswer, ServiceError> {
    let subject = match (request.roster_id, request.requirement_id) {
        (Some(id), None) => Subject::of_roster(store, actor, id).await?.0,
        (None, Some(id)) => Subject::of_requirement(store, actor, id).await?,
        _ => return Err(ServiceError::field("/roster_id", "give either roster_id or requirement_id, not both")),
    };
    for (index, id) in request.pool.iter().enumerate() {
        if !subject.queues.iter().any(|queue| queue.queue.id == *id) {
            let detail = format!("queue {id} is not in this forecast");
            return Err(ServiceError::field(&format!("/pool/{index}"), detail));
        }
    }
    let task = tokio::task::spawn_blocking(move || {
        let (plan, found) = answer(subject, &request);
        found.map_err(|error| refused(&error, &plan))
    });
    task.await.expect("an answer does not panic")
}

fn answer(subject: Subject, request: &WhatIfRequest) -> (TeamPlan, Result<WhatIfAnswer, StaffingError>) {
    let step_secs = f64::from(subject.grid.step().get()) * 60.0;
    let of_queue = |of: &SubjectQueue| {
        Ok(WhatIfQueue {
            queue_id: of.queue.id,
            name: of.queue.name.clone(),
            before: what_if(&of.queue, &of.intervals, step_secs, &Change::default())?,
            after: what_if(&of.queue, &of.intervals, step_secs, &request.change)?,
        })
    };
    let queues: Result<Vec<_>, StaffingError> = subject.queues.iter().map(of_queue).collect();
    let found = queues
        .and_then(|queues| Ok(WhatIfAnswer { grid: subject.grid, queues, pooled: pooled(&subject.queues, request, step_secs)? }));
    (subject.plan, found)
}

fn pooled(queues: &[SubjectQueue], request: &WhatIfRequest, step_secs: f64) -> Result<Option<Pooled>, StaffingError> {
    if request.pool.is_empty() {
        return Ok(None);
    }
    let asked = |queue: &&SubjectQueue| request.pool.contains(&queue.queue.id);
    let changed = queues.iter().filter(asked).map(|of| {
        let volumes: Vec<f64> = of.intervals.iter().map(|interval| interval.volume * request.change.volume).collect();
        (request.change.of(&of.queue), volumes)
    });
    let changed: Vec<_> = changed.collect();
    let members: Vec<Member<'_>> = changed.iter().map(|(queue, volumes)| Member { queue, volumes }).collect();
    pool(&members, step_secs).map(Some)
}
