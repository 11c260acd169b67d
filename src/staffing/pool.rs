//! Queues served by one pool of agents who have the skill for all of them.
//!
//! A pool is sized as one queue: volumes add up, times are those of the chats mixed, and of each kind of goal the strictest
//! member's holds for all. What the members would need apart, less what the pool needs, is the gain from pooling.

use super::error::StaffingError;
use super::service::ServiceModel;
use crate::domain::organisation::Queue;
use crate::domain::quantity::{Aht, Occupancy, ServiceGoal};
use crate::domain::service::{ReplyGoals, ServiceSettings, Turns};

/// A queue of a pool.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// The queue.
    pub queue: &'a Queue,
    /// Chats expected by interval.
    pub volumes: &'a [f64],
}

/// Heads on seat by interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pooled {
    /// By the pool.
    pub together: Vec<u32>,
    /// By its members, each for itself.
    pub apart: Vec<u32>,
}

/// Sizes members together and apart.
///
/// # Errors
/// [`StaffingError::Queue`] for a member whose settings contradict, [`StaffingError::Handling`] and
/// [`StaffingError::Unreachable`] where only those of all members together do.
pub fn pool(members: &[Member<'_>], step_secs: f64) -> Result<Pooled, StaffingError> {
    let len = members.iter().map(|member| member.volumes.len()).max().unwrap_or(0);
    let volume = |member: &Member<'_>, step: usize| member.volumes.get(step).copied().unwrap_or(0.0);
    let mut apart = vec![0; len];
    for member in members {
        let model = ServiceModel::new(member.queue).map_err(|fault| fault.of_queue(member.queue.id))?;
        for (step, heads) in apart.iter_mut().enumerate() {
            *heads += heads_of(&model, member.queue.min_agents, volume(member, step) / step_secs);
        }
    }
    let Some(mixed) = mixed(members) else { return Ok(Pooled { together: apart.clone(), apart }) };
    let model = ServiceModel::new(&mixed)?;
    let all = |step: usize| members.iter().map(|member| volume(member, step)).sum::<f64>();
    let together = (0..len).map(|step| heads_of(&model, mixed.min_agents, all(step) / step_secs)).collect();
    Ok(Pooled { together, apart })
}

/// Minimum cover holds where chats come: when a site is closed none is expected.
fn heads_of(model: &ServiceModel, min_agents: u32, arrivals_per_sec: f64) -> u32 {
    if arrivals_per_sec > 0.0 { model.fewest_agents(arrivals_per_sec, min_agents).0 } else { 0 }
}

/// The pool as one queue; `None` for a pool that nothing arrives for.
fn mixed(members: &[Member<'_>]) -> Option<Queue> {
    let weights: Vec<f64> = members.iter().map(|member| member.volumes.iter().sum()).collect();
    let all: f64 = weights.iter().sum();
    if all <= 0.0 {
        return None;
    }
    let mean = |of: &dyn Fn(&Queue) -> f64| -> f64 {
        members.iter().zip(&weights).map(|(member, weight)| of(member.queue) * weight / all).sum()
    };
    let aht = mean(&|queue| queue.aht_secs.get());
    let turns_of = |queue: &Queue| queue.service.turns.unwrap_or_else(|| Turns::usual(queue.aht_secs.get()));
    let count = mean(&|queue| queue.aht_secs.get() / (turns_of(queue).reply_secs + turns_of(queue).think_secs));
    let work = |of: &dyn Fn(Turns) -> f64| {
        mean(&|queue| {
            let turns = turns_of(queue);
            queue.aht_secs.get() / (turns.reply_secs + turns.think_secs) * of(turns)
        }) / count
    };
    let turns = Turns { reply_secs: work(&|turns| turns.reply_secs), think_secs: work(&|turns| turns.think_secs) };
    let queues = || members.iter().map(|member| member.queue);
    let first = queues().next()?;
    Some(Queue {
        max_concurrent_chats: queues().map(|queue| queue.max_concurrent_chats).min_by_key(|chats| chats.get())?,
        aht_secs: Aht::new(aht).expect("a mean lies within the range of what it is of"),
        service_goal: strictest(queues().map(|queue| queue.service_goal))?,
        max_occupancy: least(queues().map(|queue| queue.max_occupancy.get())).and_then(|most| Occupancy::new(most).ok())?,
        min_agents: queues().map(|queue| queue.min_agents).max()?,
        service: ServiceSettings {
            goals: ReplyGoals {
                first_reply: strictest(queues().filter_map(|queue| queue.service.goals.first_reply)),
                replies: strictest(queues().filter_map(|queue| queue.service.goals.replies)),
                average_reply_secs: least(queues().filter_map(|queue| queue.service.goals.average_reply_secs)),
                max_abandonment: least(queues().filter_map(|queue| queue.service.goals.max_abandonment)),
            },
            patience_secs: least(queues().filter_map(|queue| queue.service.patience_secs)),
            turns: Some(turns),
            // Each was measured on its own chats; there is no table of the mixture.
            aht_by_chats: Vec::new(),
            absences: first.service.absences,
        },
        ..first.clone()
    })
}

fn strictest(goals: impl Iterator<Item = ServiceGoal>) -> Option<ServiceGoal> {
    goals.reduce(|one, other| ServiceGoal {
        target: if one.target >= other.target { one.target } else { other.target },
        threshold_secs: one.threshold_secs.min(other.threshold_secs),
    })
}

fn least(figures: impl Iterator<Item = f64>) -> Option<f64> {
    figures.reduce(f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::staffing::test_queue::queue;

    /// Two queues of 5 erlang need 8 agents each for 0.8 in 20 s, one of 10 erlang needs 14 (Erlang C).
    #[test]
    fn two_small_queues_cost_more_heads_than_one_of_both() {
        let queue = queue();
        let volumes = [50.0, 0.0];
        let member = Member { queue: &queue, volumes: &volumes };
        let found = pool(&[member, member], 1800.0).unwrap();
        assert_eq!(found, Pooled { together: vec![14, 0], apart: vec![16, 0] });
    }

    /// 100 chats of 120 s and 50 of 300 s are 150 of 180 s: 15 erlang.
    #[test]
    fn a_pool_mixes_handling_times_by_volume_and_keeps_the_strictest_goal() {
        let short = Queue { aht_secs: Aht::new(120.0).unwrap(), ..queue() };
        let long = Queue {
            aht_secs: Aht::new(300.0).unwrap(),
            service_goal: ServiceGoal { target: crate::domain::quantity::ServiceLevel::new(0.95).unwrap(), threshold_secs: 60 },
            ..queue()
        };
        let members = [Member { queue: &short, volumes: &[100.0] }, Member { queue: &long, volumes: &[50.0] }];
        let mixed = mixed(&members).unwrap();
        assert!((mixed.aht_secs.get() - 180.0).abs() < 1e-9);
        assert_eq!((mixed.service_goal.target.get(), mixed.service_goal.threshold_secs), (0.95, 20));
        assert!(pool(&members, 1800.0).unwrap().together[0] > 15);
    }
}
