//! The service that a number of agents gives, in every measure that a goal can be set on.

use super::chat::{ChatLayer, Steady};
use super::clock::ReplyClock;
use super::error::StaffingError;
use super::turn::TurnLayer;
use crate::domain::organisation::Queue;
use crate::domain::quantity::{Concurrency, Occupancy, ServiceGoal};
use crate::domain::service::{BindingGoal, ReplyGoals, Turns};

/// Service figures of one queue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Service {
    /// Probability that a chat waits for an agent, 0-1.
    pub wait_probability: f64,
    /// Share of chats taken up within the service goal's threshold, 0-1.
    pub service_level: f64,
    /// Mean seconds of all chats in the queue, until they are taken up or leave.
    pub average_wait_secs: f64,
    /// Share of chats that leave unanswered, 0-1.
    pub abandonment: f64,
    /// Share of chats with a first reply within that goal's threshold, 0-1; those that leave have none.
    pub first_reply: f64,
    /// Share of questions replied to within that goal's threshold, 0-1; of a chat that leaves it is the first.
    pub replies: f64,
    /// Mean seconds from a question to its reply, the time in the queue included.
    pub average_reply_secs: f64,
    /// Chats finished as a share of those that the agents could finish with every slot taken, 0-1.
    pub occupancy: f64,
    /// Chats that an agent holds, on average.
    pub open_chats: f64,
}

/// Seconds that are counted where no goal names any: what the platforms publish.
const FIRST_REPLY_SECS: u32 = 30;
const REPLIES_SECS: u32 = 180;

/// How the chats of a queue run and what is asked of it: what its agents are counted by.
#[derive(Debug, Clone)]
pub struct ServiceModel {
    turns: TurnLayer,
    slots: Concurrency,
    patience_secs: Option<f64>,
    goal: ServiceGoal,
    goals: ReplyGoals,
    max_occupancy: Occupancy,
    first_reply: ReplyClock,
    replies: ReplyClock,
}

impl ServiceModel {
    /// Of a queue.
    ///
    /// # Errors
    /// [`StaffingError::Handling`], and [`StaffingError::Unreachable`] with every goal that no number of agents can meet.
    pub fn new(queue: &Queue) -> Result<Self, StaffingError> {
        let service = &queue.service;
        let turns = service.turns.unwrap_or_else(|| Turns::usual(queue.aht_secs.get()));
        let turns = TurnLayer::new(queue.aht_secs, turns, &service.aht_by_chats)?;
        let (slots, goals) = (usize::from(queue.max_concurrent_chats.get()), service.goals);
        let clock = |goal: Option<ServiceGoal>, usual| {
            ReplyClock::new(&turns, slots, goal.map_or(usual, |goal| goal.threshold_secs).into())
        };
        let model = Self {
            slots: queue.max_concurrent_chats,
            patience_secs: service.patience_secs,
            goal: queue.service_goal,
            goals,
            max_occupancy: queue.max_occupancy,
            first_reply: clock(goals.first_reply, FIRST_REPLY_SECS),
            replies: clock(goals.replies, REPLIES_SECS),
            turns,
        };
        let unreachable = super::advice::unreachable(&model.turns, &model.goals, model.patience_secs);
        if unreachable.is_empty() { Ok(model) } else { Err(StaffingError::Unreachable(unreachable)) }
    }

    /// The turn layer.
    pub fn turns(&self) -> &TurnLayer {
        &self.turns
    }

    /// Chats that an agent holds at most.
    pub fn slots(&self) -> usize {
        usize::from(self.slots.get())
    }

    /// Mean seconds a customer waits for an agent before leaving; `None` for as long as it takes.
    pub fn patience_secs(&self) -> Option<f64> {
        self.patience_secs
    }

    /// The seconds that count for the first answer, the first reply and any reply.
    pub fn limits_secs(&self) -> [f64; 3] {
        [self.goal.threshold_secs.into(), self.first_reply.secs, self.replies.secs]
    }

    /// The agents and the queue before them.
    pub fn layer(&self) -> ChatLayer<'_> {
        ChatLayer { turns: &self.turns, slots: self.slots, patience_secs: self.patience_secs }
    }

    /// Work in agents who hold all the chats they may: arrivals per second over what one of them finishes in one.
    pub fn load(&self, arrivals_per_sec: f64) -> f64 {
        arrivals_per_sec * self.turns.aht_secs() / self.turns.factor(self.slots())
    }

    /// What the agents give in the long run; `None` where the queue would only grow.
    pub fn service(&self, arrivals_per_sec: f64, agents: u32) -> Option<Service> {
        let steady = self.layer().steady(arrivals_per_sec, agents)?;
        Some(self.figures(&steady))
    }

    pub(super) fn figures(&self, steady: &Steady) -> Service {
        let heads = f64::from(steady.agents);
        Service {
            wait_probability: steady.wait_probability(),
            service_level: steady.answered_within(self.goal.threshold_secs.into()),
            average_wait_secs: steady.average_wait_secs(),
            abandonment: steady.abandonment(),
            first_reply: self.first_reply.first_reply(steady, &self.turns),
            replies: self.replies.replies(steady, &self.turns),
            average_reply_secs: self.average_reply_secs(steady),
            occupancy: if heads > 0.0 { steady.work(&self.turns) / (heads * self.turns.factor(self.slots())) } else { 0.0 },
            open_chats: steady.open_chats(),
        }
    }

    /// By Little's law: open chats over the questions asked in a second, less the thinking; and a share of the queue.
    fn average_reply_secs(&self, steady: &Steady) -> f64 {
        let questions = steady.work(&self.turns) / self.turns.aht_secs() * self.turns.turns();
        if questions <= 0.0 {
            return self.turns.mean_reply_secs(1);
        }
        let open = steady.open_chats() * f64::from(steady.agents);
        let waited = steady.queue.answered_wait_secs() / (1.0 - steady.abandonment());
        open / questions - self.turns.think_secs() + waited / self.turns.turns()
    }

    /// The goal that is missed by most of what it allows to be missed; `None` where all are met.
    pub fn missed(&self, arrivals_per_sec: f64, agents: u32) -> Option<BindingGoal> {
        if self.load(arrivals_per_sec) > f64::from(agents) * self.max_occupancy.get() * (1.0 + 1e-9) {
            let Some(steady) = self.layer().steady(arrivals_per_sec, agents) else { return Some(BindingGoal::MaxOccupancy) };
            return Some(self.worst(&steady).unwrap_or(BindingGoal::MaxOccupancy));
        }
        match self.layer().steady(arrivals_per_sec, agents) {
            Some(steady) => self.worst(&steady),
            None => Some(BindingGoal::ServiceGoal),
        }
    }

    /// Share taken up in time and occupancy: the two figures that are kept of every interval.
    pub(super) fn level_and_occupancy(&self, arrivals_per_sec: f64, agents: u32) -> Option<(f64, f64)> {
        let steady = self.layer().steady(arrivals_per_sec, agents)?;
        let occupancy = self.load(arrivals_per_sec) * (1.0 - steady.abandonment()) / f64::from(agents);
        Some((steady.answered_within(self.goal.threshold_secs.into()), occupancy))
    }

    fn worst(&self, steady: &Steady) -> Option<BindingGoal> {
        let mut worst: Option<(f64, BindingGoal)> = None;
        let mut see = |ratio: f64, goal| {
            if ratio > 1.0 && worst.is_none_or(|(most, _)| ratio > most) {
                worst = Some((ratio, goal));
            }
        };
        let late = |found: f64, goal: ServiceGoal| (1.0 - found) / (1.0 - goal.target.get());
        see(late(steady.answered_within(self.goal.threshold_secs.into()), self.goal), BindingGoal::ServiceGoal);
        if let Some(goal) = self.goals.first_reply {
            see(late(self.first_reply.first_reply(steady, &self.turns), goal), BindingGoal::FirstReply);
        }
        if let Some(goal) = self.goals.replies {
            see(late(self.replies.replies(steady, &self.turns), goal), BindingGoal::Replies);
        }
        if let Some(secs) = self.goals.average_reply_secs {
            see(self.average_reply_secs(steady) / secs, BindingGoal::AverageReply);
        }
        if let Some(most) = self.goals.max_abandonment {
            see(steady.abandonment() / most, BindingGoal::Abandonment);
        }
        worst.map(|(_, goal)| goal)
    }

    /// The fewest agents that meet every goal and the occupancy cap, at least `least`, and the goal that one fewer misses;
    /// `None` where `least` itself decides.
    pub fn fewest_agents(&self, arrivals_per_sec: f64, least: u32) -> (u32, Option<BindingGoal>) {
        self.search(arrivals_per_sec, least, |agents| self.missed(arrivals_per_sec, agents))
    }

    /// The search behind it, with another judge of what a number of agents misses.
    pub(super) fn search(
        &self,
        arrivals_per_sec: f64,
        least: u32,
        mut judge: impl FnMut(u32) -> Option<BindingGoal>,
    ) -> (u32, Option<BindingGoal>) {
        if arrivals_per_sec <= 0.0 {
            return (least, None);
        }
        let mut missed = |agents| if agents == 0 { Some(BindingGoal::ServiceGoal) } else { judge(agents) };
        // Square-root staffing is where the answer mostly is.
        let load = self.load(arrivals_per_sec);
        let mut agents = least.max((load / self.max_occupancy.get()).max(load + 0.4 * load.sqrt()).ceil() as u32);
        let mut stride = 1;
        let mut binding = missed(agents);
        // Doubling strides upwards to an answer, halves between; or single steps down from one: the guess is close.
        let mut misses = None;
        while let Some(goal) = binding {
            misses = Some((agents, goal));
            agents += stride;
            stride *= 2;
            binding = missed(agents);
        }
        loop {
            match misses {
                Some((low, goal)) if low + 1 == agents => return (agents, Some(goal)),
                Some((low, _)) => {
                    let middle = low + (agents - low) / 2;
                    match missed(middle) {
                        Some(goal) => misses = Some((middle, goal)),
                        None => agents = middle,
                    }
                }
                None if agents <= least => return (agents, None),
                None => match missed(agents - 1) {
                    Some(goal) => return (agents, Some(goal)),
                    None => agents -= 1,
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::quantity::ServiceLevel;
    use crate::domain::service::ServiceSettings;
    use crate::staffing::test_queue::queue;

    fn goal(target: f64, threshold_secs: u32) -> Option<ServiceGoal> {
        Some(ServiceGoal { target: ServiceLevel::new(target).unwrap(), threshold_secs })
    }

    /// Up to four chats at once of 300 s, five turns of 20 s and 40 s; patience of two minutes.
    fn model(goals: ReplyGoals) -> Result<ServiceModel, StaffingError> {
        let service = ServiceSettings {
            goals,
            patience_secs: Some(120.0),
            turns: Some(Turns { reply_secs: 20.0, think_secs: 40.0 }),
            ..ServiceSettings::default()
        };
        let aht_secs = crate::domain::quantity::Aht::new(300.0).unwrap();
        let max_occupancy = Occupancy::new(1.0).unwrap();
        ServiceModel::new(&Queue {
            aht_secs,
            max_occupancy,
            service_goal: goal(0.95, 20).unwrap(),
            max_concurrent_chats: Concurrency::new(4).unwrap(),
            service,
            ..queue()
        })
    }

    #[test]
    fn each_goal_binds_where_it_asks_most_and_one_head_fewer_misses_it() {
        let cases = [
            (ReplyGoals::default(), BindingGoal::ServiceGoal),
            (ReplyGoals { first_reply: goal(0.6, 30), ..ReplyGoals::default() }, BindingGoal::FirstReply),
            (ReplyGoals { replies: goal(0.7, 30), ..ReplyGoals::default() }, BindingGoal::Replies),
            (ReplyGoals { average_reply_secs: Some(30.0), ..ReplyGoals::default() }, BindingGoal::AverageReply),
            (ReplyGoals { max_abandonment: Some(0.001), ..ReplyGoals::default() }, BindingGoal::Abandonment),
        ];
        let mut needed = Vec::new();
        for (goals, binding) in cases {
            let model = model(goals).unwrap();
            let (agents, named) = model.fewest_agents(0.1, 0);
            assert_eq!(named, Some(binding));
            assert_eq!(model.missed(0.1, agents), None);
            assert_eq!(model.missed(0.1, agents - 1), Some(binding));
            needed.push(agents);
        }
        assert!(needed[1..].iter().all(|agents| *agents > needed[0]), "{needed:?}");
    }

    /// At k = 1 an agent replies within 30 s to 77.7 % and takes 20 s (domain notes).
    #[test]
    fn goals_that_a_single_chat_would_miss_are_all_named() {
        let goals = ReplyGoals { replies: goal(0.8, 30), average_reply_secs: Some(15.0), ..ReplyGoals::default() };
        let Err(StaffingError::Unreachable(faults)) = model(goals) else { panic!("they were taken") };
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].contains("77.7 %") && faults[1].contains("work on one is 20 s"), "{faults:?}");
        let queue = Queue {
            service: ServiceSettings { goals: ReplyGoals { max_abandonment: Some(0.1), ..goals }, ..Default::default() },
            ..queue()
        };
        assert!(ServiceModel::new(&queue).unwrap_err().to_string().contains("patience_secs"));
    }

    /// The table of the domain notes: within 30 s 66.5 % at two chats and 52.6 % at three; within 180 s 98.4 % at five.
    #[test]
    fn the_most_chats_advised_are_the_last_that_meet_every_reply_goal() {
        let advised = |goals| {
            let model = model(goals).unwrap();
            super::super::advice::highest_concurrency(model.turns(), &goals).map(Concurrency::get)
        };
        assert_eq!(advised(ReplyGoals { replies: goal(0.66, 30), ..ReplyGoals::default() }), Some(2));
        assert_eq!(advised(ReplyGoals { replies: goal(0.98, 180), ..ReplyGoals::default() }), Some(5));
        assert_eq!(advised(ReplyGoals { average_reply_secs: Some(50.0), ..ReplyGoals::default() }), Some(4));
        assert_eq!(advised(ReplyGoals::default()), None);
    }

    #[test]
    fn the_fewest_agents_agree_with_a_count_from_one_upwards() {
        for (chats, patience) in [(1, None), (3, None), (5, Some(60.0))] {
            let service = ServiceSettings { patience_secs: patience, ..ServiceSettings::default() };
            let queue = Queue { max_concurrent_chats: Concurrency::new(chats).unwrap(), service, ..queue() };
            let model = ServiceModel::new(&queue).unwrap();
            for volume in [0.01, 1.0, 7.0, 40.0, 333.0, 2500.0] {
                let arrivals = volume / 1800.0;
                let counted = (1..).find(|agents| model.missed(arrivals, *agents).is_none()).unwrap();
                assert_eq!(model.fewest_agents(arrivals, 0).0, counted, "{volume} with {chats} at once");
                assert_eq!(model.fewest_agents(arrivals, counted + 3), (counted + 3, None));
            }
        }
    }

    #[test]
    fn ten_thousand_erlang_are_sized() {
        let model = ServiceModel::new(&Queue { max_occupancy: Occupancy::new(1.0).unwrap(), ..queue() }).unwrap();
        assert_eq!(model.fewest_agents(10_000.0 / 180.0, 0).0, 10_013);
    }
}
