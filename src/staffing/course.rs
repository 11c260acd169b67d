//! The course of a queue over a day: an interval inherits the chats that the one before left.
//!
//! The chain of the chat layer is followed through time, with the heads and arrivals of each interval. Where more arrives than
//! is finished, what waits is carried on and answered later; nothing becomes infinite. Its equations are solved by implicit
//! steps, which keep every probability positive, over the few numbers of chats that are likely at the time.

use super::chat::{ChatLayer, Steady};
use super::service::{Service, ServiceModel};

/// Probability below which a number of chats is left out.
const NEGLIGIBLE: f64 = 1e-13;

/// Implicit steps in an interval.
const STEPS: usize = 40;

/// What an interval is like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Phase {
    /// Chats expected.
    pub volume: f64,
    /// Heads on seat.
    pub agents: u32,
    /// Length in seconds.
    pub secs: f64,
}

/// What an interval of a course gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PhaseService {
    /// Its service figures; `None` where no chat is expected.
    pub service: Option<Service>,
    /// Customers waiting at its end, on average: what the next interval inherits.
    pub backlog: f64,
}

/// Follows a queue that is empty at first through its phases.
pub fn course(model: &ServiceModel, phases: &[Phase]) -> Vec<PhaseService> {
    let mut state = State { first: 0, shares: vec![1.0] };
    let mut there = 0;
    let pass = |phase: &Phase| {
        state.dismiss(there, phase.agents, model.slots());
        there = phase.agents;
        state.pass(model, phase)
    };
    phases.iter().map(pass).collect()
}

/// Probability by number of chats, from `first`.
struct State {
    first: usize,
    shares: Vec<f64>,
}

impl State {
    /// Agents go, and finish what they hold: their chats are no longer the others' to answer. What waits stays.
    fn dismiss(&mut self, from: u32, to: u32, slots: usize) {
        if to >= from {
            return;
        }
        let (before, after) = (from as usize * slots, to as usize * slots);
        let stays = |chats: usize| chats.saturating_sub(before) + chats.min(before) * after / before;
        let (first, last) = (stays(self.first), stays(self.first + self.shares.len() - 1));
        let mut shares = vec![0.0; last - first + 1];
        for (index, share) in self.shares.iter().enumerate() {
            shares[stays(self.first + index) - first] += share;
        }
        *self = Self { first, shares };
    }

    fn pass(&mut self, model: &ServiceModel, phase: &Phase) -> PhaseService {
        let (layer, arrivals) = (model.layer(), phase.volume / phase.secs);
        let finishing = Finishing::new(&layer, phase.agents);
        let length = phase.secs / STEPS as f64;
        let mut mean = State { first: self.first, shares: Vec::new() };
        for _ in 0..STEPS {
            self.step(arrivals, &finishing, length);
            mean.add(self, 1.0 / STEPS as f64);
        }
        let service = (phase.volume > 0.0).then(|| {
            let steady = Steady::of(&layer, arrivals, phase.agents, mean.first, &mean.shares);
            model.figures(&steady)
        });
        PhaseService { service, backlog: self.waiting(finishing.full) }
    }

    /// One implicit step: `(1 − h·Qᵀ) p' = p`, a tridiagonal system.
    fn step(&mut self, arrivals: f64, finishing: &Finishing, length: f64) {
        let top = self.first + self.shares.len();
        let reach = |rate: f64| (2.0 * rate * length + 12.0 * (rate * length).sqrt() + 12.0) as usize;
        let low = self.first.saturating_sub(reach(finishing.rate(top)));
        let count = top + reach(arrivals) - low;
        let mut shares = vec![0.0; count];
        shares[self.first - low..][..self.shares.len()].copy_from_slice(&self.shares);
        let up = |index: usize| if index + 1 < count { arrivals * length } else { 0.0 };
        let down = |index: usize| if index > 0 { finishing.rate(low + index) * length } else { 0.0 };
        let mut upper = vec![0.0; count];
        for index in 0..count {
            let (left, before) = if index > 0 { (up(index - 1), index - 1) } else { (0.0, 0) };
            let pivot = 1.0 + up(index) + down(index) - if index > 0 { left * upper[before] } else { 0.0 };
            let right = if index + 1 < count { down(index + 1) } else { 0.0 };
            upper[index] = right / pivot;
            shares[index] = (shares[index] + if index > 0 { left * shares[before] } else { 0.0 }) / pivot;
        }
        for index in (0..count - 1).rev() {
            shares[index] += upper[index] * shares[index + 1];
        }
        self.keep_likely(low, &shares);
    }

    fn keep_likely(&mut self, low: usize, shares: &[f64]) {
        let from = shares.iter().position(|share| *share > NEGLIGIBLE).unwrap_or(0);
        let to = shares.iter().rposition(|share| *share > NEGLIGIBLE).map_or(1, |last| last + 1);
        let sum: f64 = shares[from..to].iter().sum();
        self.first = low + from;
        self.shares = shares[from..to].iter().map(|share| share / sum).collect();
    }

    /// Adds a share of another state.
    fn add(&mut self, other: &State, share: f64) {
        if self.shares.is_empty() {
            self.first = other.first;
        }
        if other.first < self.first {
            let more = vec![0.0; self.first - other.first];
            self.shares.splice(0..0, more);
            self.first = other.first;
        }
        let from = other.first - self.first;
        self.shares.resize(self.shares.len().max(from + other.shares.len()), 0.0);
        self.shares[from..].iter_mut().zip(&other.shares).for_each(|(sum, weight)| *sum += share * weight);
    }

    fn waiting(&self, full: usize) -> f64 {
        self.shares.iter().enumerate().map(|(index, share)| (self.first + index).saturating_sub(full) as f64 * share).sum()
    }
}

/// Chats that end in a second, finished or left, by their number.
struct Finishing {
    full: usize,
    by_open: Vec<f64>,
    leaving: f64,
}

impl Finishing {
    fn new(layer: &ChatLayer<'_>, agents: u32) -> Self {
        let full = agents as usize * usize::from(layer.slots.get());
        let by_open = if agents == 0 { vec![0.0] } else { (0..=full).map(|open| layer.finished(open as u64, agents)).collect() };
        Self { full, by_open, leaving: layer.patience_secs.map_or(0.0, |patience| 1.0 / patience) }
    }

    fn rate(&self, chats: usize) -> f64 {
        let waiting = chats.saturating_sub(self.full);
        self.by_open[chats.min(self.full)] + waiting as f64 * self.leaving
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::organisation::Queue;
    use crate::domain::quantity::Concurrency;
    use crate::domain::service::ServiceSettings;
    use crate::staffing::simulation::{Scene, SimulatedAgent, SimulatedQueue, simulate};
    use crate::staffing::test_queue::queue;

    fn model(chats: u8, patience_secs: Option<f64>) -> ServiceModel {
        let service = ServiceSettings { patience_secs, ..ServiceSettings::default() };
        ServiceModel::new(&Queue { max_concurrent_chats: Concurrency::new(chats).unwrap(), service, ..queue() }).unwrap()
    }

    fn phase(volume: f64, agents: u32) -> Phase {
        Phase { volume, agents, secs: 1800.0 }
    }

    #[test]
    fn a_steady_day_comes_to_what_holds_in_the_long_run() {
        for (chats, patience) in [(1, None), (3, None), (3, Some(90.0))] {
            let model = model(chats, patience);
            let agents = if chats == 1 { 12 } else { 6 };
            let found = course(&model, &[phase(100.0, agents); 8])[7].service.unwrap();
            let wanted = model.service(100.0 / 1800.0, agents).unwrap();
            assert!((found.service_level - wanted.service_level).abs() < 1e-3, "{found:?} is not {wanted:?}");
            assert!((found.replies - wanted.replies).abs() < 1e-3, "{found:?} is not {wanted:?}");
            assert!((found.average_reply_secs / wanted.average_reply_secs - 1.0).abs() < 2e-3, "{found:?} is not {wanted:?}");
        }
    }

    /// 100 in half an hour, of 180 s, for nobody: 100 wait at its end. Then 20 agents finish 200 in the next, which brings 100.
    #[test]
    fn what_cannot_be_served_is_carried_into_the_next_interval() {
        let found = course(&model(1, None), &[phase(100.0, 0), phase(100.0, 20), phase(100.0, 20)]);
        assert!((found[0].backlog - 100.0).abs() < 0.01, "{}", found[0].backlog);
        assert_eq!(found[0].service.unwrap().service_level, 0.0);
        let next = found[1].service.unwrap();
        assert!(next.service_level < 0.5 && found[1].backlog < 15.0, "{next:?}, then {}", found[1].backlog);
        assert!(found[2].service.unwrap().service_level > 0.9);
    }

    /// 14 agents for 10 erlang hold ten chats and let 0.4 wait when they go: P(wait) 0.174 × 10 / (14 − 10).
    #[test]
    fn agents_who_go_finish_what_they_hold() {
        let day = [[phase(100.0, 14); 4].as_slice(), &[phase(0.0, 0)]].concat();
        let found = course(&model(1, None), &day);
        assert!((found[4].backlog - 0.435).abs() < 0.005, "{}", found[4].backlog);
        let fewer = course(&model(1, None), &[phase(100.0, 14), phase(0.0, 7)]);
        assert!(fewer[1].backlog < 1e-6, "{}", fewer[1].backlog);
    }

    #[test]
    fn an_overload_stays_finite() {
        let found = course(&model(3, None), &[phase(5_000.0, 2); 4]);
        let last = found[3].service.unwrap();
        assert!((found[3].backlog - 19_810.0).abs() < 30.0, "{}", found[3].backlog);
        assert!(last.average_wait_secs.is_finite() && last.average_reply_secs.is_finite() && last.service_level < 1e-6);
    }

    /// A peak that the heads cannot hold, and the hours after it, against 200 simulated days.
    #[test]
    fn the_course_of_a_peak_agrees_with_its_simulation() {
        let (volumes, agents) = ([60.0, 130.0, 60.0, 60.0], 5);
        let model = model(3, Some(120.0));
        let found = course(&model, &volumes.map(|volume| phase(volume, agents)));
        let [answer_secs, first_reply_secs, reply_secs] = model.limits_secs();
        let scene = Scene {
            step_secs: 1800.0,
            queues: vec![SimulatedQueue {
                volumes: volumes.to_vec(),
                turns: model.turns().clone(),
                slots: 3,
                patience_secs: Some(120.0),
                answer_secs,
                first_reply_secs,
                reply_secs,
            }],
            agents: vec![
                SimulatedAgent { queues: vec![0], proficiency: 1.0, on_seat: vec![(0.0, f64::INFINITY)] };
                agents as usize
            ],
        };
        let simulated = simulate(&scene, 200, 1, 2);
        for (step, found) in found.iter().enumerate() {
            let (found, judge) = (found.service.unwrap(), simulated.service(0, step..step + 1).unwrap());
            let near = |found: f64, judge: crate::staffing::simulation::Estimate| {
                assert!((found - judge.mean).abs() < judge.half_width + 0.02, "step {step}: {found} is not {judge:?}");
            };
            near(found.service_level, judge.service_level);
            near(found.abandonment, judge.abandonment);
            near(found.first_reply, judge.first_reply);
            near(found.replies, judge.replies.unwrap());
        }
    }
}
