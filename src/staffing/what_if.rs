//! What if: the service that given heads give when volume, handling, chats at once or the heads themselves change.

use super::course::{Phase, PhaseService, course};
use super::error::StaffingError;
use super::service::ServiceModel;
use crate::domain::organisation::Queue;
use crate::domain::quantity::{Aht, Concurrency};

/// What is different. The default changes nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Factor on volumes.
    pub volume: f64,
    /// Factor on handling times, of the turns too.
    pub handling: f64,
    /// Chats held at once.
    pub chats_at_once: Option<Concurrency>,
    /// Heads more, or fewer, in every interval that has some.
    pub heads: i32,
}

impl Default for Change {
    fn default() -> Self {
        Self { volume: 1.0, handling: 1.0, chats_at_once: None, heads: 0 }
    }
}

/// What one interval has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Chats expected.
    pub volume: f64,
    /// Heads on seat.
    pub heads: u32,
}

/// An interval as it is changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Changed {
    /// Chats expected.
    pub volume: f64,
    /// Heads on seat.
    pub heads: u32,
    /// Heads that would meet every goal.
    pub needed: u32,
    /// What the heads give, with what the interval before left.
    pub found: PhaseService,
}

/// Follows a queue through its intervals of `step_secs` as they are changed.
///
/// # Errors
/// [`StaffingError::Queue`] where the queue's settings contradict, as they are or as changed.
pub fn what_if(queue: &Queue, intervals: &[Interval], step_secs: f64, change: &Change) -> Result<Vec<Changed>, StaffingError> {
    let model = ServiceModel::new(&change.of(queue)).map_err(|fault| fault.of_queue(queue.id))?;
    let phases: Vec<Phase> = intervals
        .iter()
        .map(|interval| Phase {
            volume: interval.volume * change.volume,
            agents: if interval.heads == 0 { 0 } else { interval.heads.saturating_add_signed(change.heads) },
            secs: step_secs,
        })
        .collect();
    let found = course(&model, &phases);
    let needed = |phase: &Phase| model.fewest_agents(phase.volume / step_secs, 0).0;
    let changed = phases.iter().zip(found).map(|(phase, found)| Changed {
        volume: phase.volume,
        heads: phase.agents,
        needed: needed(phase),
        found,
    });
    Ok(changed.collect())
}

impl Change {
    /// The queue as it is changed.
    pub fn of(&self, queue: &Queue) -> Queue {
        let mut changed = queue.clone();
        changed.max_concurrent_chats = self.chats_at_once.unwrap_or(queue.max_concurrent_chats);
        // Within the range of its type: a factor on a handling time of a day asks for no more than a day.
        changed.aht_secs = Aht::new((queue.aht_secs.get() * self.handling).clamp(1.0, 86_400.0)).expect("it was clamped");
        let factor = changed.aht_secs.get() / queue.aht_secs.get();
        changed.service.aht_by_chats.iter_mut().for_each(|secs| *secs *= factor);
        if let Some(turns) = &mut changed.service.turns {
            turns.reply_secs *= factor;
            turns.think_secs *= factor;
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::staffing::test_queue::queue;

    /// 100 in half an hour of 180 s need 14 for 0.8 in 20 s; 130 are 13 erlang and need 17.
    #[test]
    fn more_volume_and_fewer_heads_show_in_the_service() {
        let intervals = [Interval { volume: 100.0, heads: 14 }; 6];
        let last = |change: &Change| *what_if(&queue(), &intervals, 1800.0, change).unwrap().last().unwrap();
        let now = last(&Change::default());
        assert_eq!((now.needed, now.heads), (14, 14));
        assert!((now.found.service.unwrap().service_level - 0.888_350).abs() < 2e-3);
        let busier = last(&Change { volume: 1.3, heads: -2, ..Change::default() });
        assert_eq!((busier.needed, busier.heads, busier.volume), (17, 12, 130.0));
        assert!(busier.found.service.unwrap().service_level < 0.1 && busier.found.backlog > 20.0, "{busier:?}");
    }

    #[test]
    fn chats_at_once_and_shorter_chats_free_heads() {
        let intervals = [Interval { volume: 100.0, heads: 14 }];
        let needed = |change: &Change| what_if(&queue(), &intervals, 1800.0, change).unwrap()[0].needed;
        assert!(needed(&Change { chats_at_once: Some(Concurrency::new(4).unwrap()), ..Change::default() }) < 7);
        // 5 erlang need 8.
        assert_eq!(needed(&Change { handling: 0.5, ..Change::default() }), 8);
    }

    #[test]
    fn nobody_is_taken_from_an_interval_without_heads() {
        let closed = [Interval { volume: 0.0, heads: 0 }, Interval { volume: 10.0, heads: 1 }];
        let found = what_if(&queue(), &closed, 1800.0, &Change { heads: -2, ..Change::default() }).unwrap();
        assert_eq!((found[0].heads, found[1].heads), (0, 0));
        let more = what_if(&queue(), &closed, 1800.0, &Change { heads: 2, ..Change::default() }).unwrap();
        assert_eq!((more[0].heads, more[1].heads), (0, 3));
    }
}
