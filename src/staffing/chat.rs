//! The chat layer: `n` agents with `K` slots each, and a queue before them.
//!
//! A birth-death process on the chats `x` that are open or wait. Chats go to the agent who holds fewest, so that with
//! `q = ⌊x/n⌋` and `r = x mod n` there are r agents with q + 1 chats and n − r with q. They finish
//! `[r·f(q+1) + (n−r)·f(q)] / AHT` chats a second, at most `n·f(K)/AHT` once every slot is taken; f is the turn layer's factor.
//! Whoever waits leaves after a patience of mean `1/θ`. With one slot this is Erlang C, with patience Erlang A.
//!
//! The probabilities are built outwards from the likeliest state, so that nothing overflows at any load, and only states
//! that matter are visited: some times √x of them.

use super::queue::Queue;
use super::turn::TurnLayer;
use crate::domain::quantity::Concurrency;

/// Probability, relative to the likeliest state's, below which states are left out.
const NEGLIGIBLE: f64 = 1e-17;

const LEVELS: usize = Concurrency::MAX as usize + 1;

/// Agents with slots, and what arrives for them.
#[derive(Debug, Clone, Copy)]
pub struct ChatLayer<'a> {
    /// One agent of them.
    pub turns: &'a TurnLayer,
    /// Slots of an agent.
    pub slots: Concurrency,
    /// Mean seconds that a customer waits for the first answer before leaving; `None` for as long as it takes.
    pub patience_secs: Option<f64>,
}

/// What holds in the long run.
#[derive(Debug, Clone)]
pub struct Steady {
    pub(super) arrivals_per_sec: f64,
    pub(super) agents: u32,
    pub(super) slots: usize,
    /// Agents by the chats they hold, on average.
    pub(super) agents_at: [f64; LEVELS],
    /// Those who wait.
    pub(super) queue: Queue,
}

impl ChatLayer<'_> {
    /// Chats that `agents` with every slot taken finish in a second.
    pub fn capacity(&self, agents: u32) -> f64 {
        f64::from(agents) * self.turns.factor(self.slots()) / self.turns.aht_secs()
    }

    /// What holds in the long run; `None` where more arrives than is finished and nobody leaves, so that the queue only grows.
    pub fn steady(&self, arrivals_per_sec: f64, agents: u32) -> Option<Steady> {
        let leaving = self.patience_secs.map_or(0.0, |patience| 1.0 / patience);
        let capacity = self.capacity(agents);
        if leaving == 0.0 && arrivals_per_sec >= capacity {
            return None;
        }
        let mut steady = Steady {
            arrivals_per_sec,
            agents,
            slots: self.slots(),
            agents_at: [0.0; LEVELS],
            queue: Queue::new(arrivals_per_sec, capacity, leaving),
        };
        let full = u64::from(agents) * self.slots() as u64;
        let likeliest = self.likeliest(arrivals_per_sec, agents);
        let sum = if likeliest < full {
            let mut sum = steady.count_down(self, likeliest, 1.0);
            let (above, at_full) = steady.count_up(self, likeliest, full);
            sum += above;
            sum + steady.queue.build(at_full)
        } else {
            // The likeliest queue is not empty: what it weighs at its start, relative to itself, comes first.
            let at_full = steady.queue.build_from_peak();
            let below = at_full * capacity / arrivals_per_sec;
            let below = if below > 0.0 && full > 0 { steady.count_down(self, full - 1, below) } else { 0.0 };
            below + steady.queue.total()
        };
        steady.scale(1.0 / sum);
        Some(steady)
    }

    fn slots(&self) -> usize {
        usize::from(self.slots.get())
    }

    /// Chats finished in a second with `open` of them at `agents`, at most one for each slot.
    pub(super) fn finished(&self, open: u64, agents: u32) -> f64 {
        let agents = u64::from(agents);
        let (level, more) = ((open / agents) as usize, (open % agents) as f64);
        let (one, next) = (self.turns.factor(level), if more > 0.0 { self.turns.factor(level + 1) } else { 0.0 });
        (more * next + (agents as f64 - more) * one) / self.turns.aht_secs()
    }

    /// The open chats at which as many arrive as are finished; every slot where more arrive.
    fn likeliest(&self, arrivals_per_sec: f64, agents: u32) -> u64 {
        let load = arrivals_per_sec * self.turns.aht_secs();
        let heads = f64::from(agents);
        let Some(level) = (1..=self.slots()).find(|level| heads * self.turns.factor(*level) > load) else {
            return u64::from(agents) * self.slots() as u64;
        };
        let (below, above) = (self.turns.factor(level - 1), self.turns.factor(level));
        let more = ((load - heads * below) / (above - below)).max(0.0) as u64;
        (level as u64 - 1) * u64::from(agents) + more.min(u64::from(agents) - 1)
    }
}

impl Steady {
    /// Counts `from`, of weight `weight`, and the states below it.
    fn count_down(&mut self, layer: &ChatLayer<'_>, from: u64, weight: f64) -> f64 {
        let (mut open, mut weight, mut sum) = (from, weight, 0.0);
        loop {
            self.count(open, weight);
            sum += weight;
            if open == 0 || weight < NEGLIGIBLE * sum {
                return sum;
            }
            weight *= layer.finished(open, self.agents) / self.arrivals_per_sec;
            open -= 1;
        }
    }

    /// Counts the states above `from`, of weight 1, below `full`; the weight of all of them, and that of `full` itself.
    fn count_up(&mut self, layer: &ChatLayer<'_>, from: u64, full: u64) -> (f64, f64) {
        let (mut weight, mut sum) = (1.0, 0.0);
        for open in from + 1..full {
            weight *= self.arrivals_per_sec / layer.finished(open, self.agents);
            if weight < NEGLIGIBLE {
                return (sum, 0.0);
            }
            self.count(open, weight);
            sum += weight;
        }
        (sum, weight * self.arrivals_per_sec / layer.finished(full, self.agents))
    }

    fn count(&mut self, open: u64, weight: f64) {
        let agents = u64::from(self.agents);
        let (level, more) = ((open / agents) as usize, (open % agents) as f64);
        self.agents_at[level] += weight * (agents as f64 - more);
        self.agents_at[level + 1] += weight * more;
    }

    /// What holds for a while, from the probability of each number of chats, those that wait included.
    pub(super) fn of(layer: &ChatLayer<'_>, arrivals_per_sec: f64, agents: u32, first: usize, shares: &[f64]) -> Self {
        let full = agents as usize * layer.slots();
        let waiting = shares.get(full.saturating_sub(first)..).unwrap_or_default();
        let leaving = layer.patience_secs.map_or(0.0, |patience| 1.0 / patience);
        let mut steady = Self {
            arrivals_per_sec,
            agents,
            slots: layer.slots(),
            agents_at: [0.0; LEVELS],
            queue: Queue::of(arrivals_per_sec, layer.capacity(agents), leaving, first.saturating_sub(full), waiting.to_vec()),
        };
        let open = shares.iter().enumerate().map(|(index, share)| (first + index, *share));
        open.take_while(|(chats, _)| *chats < full).for_each(|(chats, share)| steady.count(chats as u64, share));
        steady.scale(1.0);
        steady
    }

    fn scale(&mut self, factor: f64) {
        self.agents_at.iter_mut().for_each(|weight| *weight *= factor);
        self.queue.scale(factor);
        self.agents_at[self.slots] += self.queue.total() * f64::from(self.agents);
    }

    /// Probability that whoever arrives has to wait: every slot is taken.
    pub fn wait_probability(&self) -> f64 {
        self.queue.total()
    }

    /// Share of arrivals that leave unanswered.
    pub fn abandonment(&self) -> f64 {
        self.queue.abandonment()
    }

    /// Share of arrivals taken up within `secs`.
    pub fn answered_within(&self, secs: f64) -> f64 {
        (1.0 - self.queue.total() + self.queue.answered_within(secs)).clamp(0.0, 1.0)
    }

    /// Mean seconds of all arrivals in the queue, until they are taken up or leave.
    pub fn average_wait_secs(&self) -> f64 {
        self.queue.mean_len() / self.arrivals_per_sec
    }

    /// Chats that an agent holds, on average.
    pub fn open_chats(&self) -> f64 {
        if self.agents == 0 {
            return 0.0;
        }
        let open: f64 = self.agents_at.iter().enumerate().map(|(chats, agents)| chats as f64 * agents).sum();
        open / f64::from(self.agents)
    }

    /// Work done, as a multiple of what one agent with one chat does.
    pub(super) fn work(&self, turns: &TurnLayer) -> f64 {
        self.agents_at.iter().enumerate().map(|(chats, agents)| agents * turns.factor(chats)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::quantity::Aht;
    use crate::domain::service::Turns;
    use crate::staffing::erlang;

    fn turns(aht_secs: f64, aht_by_chats: &[f64]) -> TurnLayer {
        TurnLayer::new(Aht::new(aht_secs).unwrap(), Turns::usual(aht_secs), aht_by_chats).unwrap()
    }

    fn layer(turns: &TurnLayer, slots: u8, patience_secs: Option<f64>) -> ChatLayer<'_> {
        ChatLayer { turns, slots: Concurrency::new(slots).unwrap(), patience_secs }
    }

    #[track_caller]
    fn near(found: f64, wanted: f64, within: f64) {
        assert!((found - wanted).abs() <= within, "{found} is not {wanted}");
    }

    #[test]
    fn with_one_chat_at_a_time_it_is_erlang_c_up_to_ten_thousand_erlang() {
        let turns = turns(180.0, &[]);
        for (load, agents) in [(0.6, 1), (10.0, 14), (10.0, 13), (200.0, 210), (10_000.0, 10_050), (10_000.0, 30_000)] {
            let steady = layer(&turns, 1, None).steady(load / 180.0, agents).unwrap();
            let wanted = erlang::service(load, 180.0, agents, 20);
            near(steady.wait_probability(), wanted.wait_probability, 1e-9);
            near(steady.answered_within(20.0), wanted.service_level, 1e-9);
            near(steady.average_wait_secs(), wanted.average_answer_secs, 1e-6);
            near(steady.open_chats(), wanted.occupancy, 1e-9);
        }
        assert!(layer(&turns, 1, None).steady(10.0 / 180.0, 10).is_none(), "the queue only grows");
    }

    #[test]
    fn with_patience_it_is_erlang_a_in_overload_too() {
        let turns = turns(180.0, &[]);
        for (load, agents, patience) in
            [(10.0, 10, 120.0), (10.0, 12, 120.0), (10.0, 3, 60.0), (10_000.0, 9_000, 180.0), (10.0, 1, 90.0)]
        {
            let steady = layer(&turns, 1, Some(patience)).steady(load / 180.0, agents).unwrap();
            let wanted = erlang::impatience(load, agents, patience / 180.0);
            near(steady.wait_probability(), wanted.wait_probability, 1e-9);
            near(steady.abandonment(), wanted.abandonment, 1e-9);
            near(steady.average_wait_secs(), wanted.abandonment * patience, 1e-6 * patience);
        }
    }

    /// 360 chats an hour of 300 s, three at once with factors 1, 1.7 and 2.5: the vector of the domain notes.
    #[test]
    fn three_chats_at_once_agree_with_the_chain_solved_by_hand() {
        let turns = turns(300.0, &[300.0, 600.0 / 1.7, 360.0]);
        let at = |agents| layer(&turns, 3, None).steady(0.1, agents).unwrap();
        let levels = [(13, 0.5992), (14, 0.8565), (15, 0.9548), (16, 0.9876)];
        levels.iter().for_each(|(agents, level)| near(at(*agents).answered_within(30.0), *level, 5e-5));
        near(at(14).wait_probability(), 0.2366, 5e-5);
        near(at(14).average_wait_secs(), 14.20, 5e-3);
        // Open chats and those that wait, by agent.
        near(at(14).open_chats() + at(14).queue.mean_len() / 14.0, 2.653, 5e-4);
    }

    /// With a patience of a year nobody leaves; and the share answered in time follows from the waits alone.
    #[test]
    fn endless_patience_is_no_patience() {
        let turns = turns(300.0, &[]);
        let (patient, endless) = (layer(&turns, 4, None), layer(&turns, 4, Some(3e9)));
        let (patient, endless) = (patient.steady(0.1, 12).unwrap(), endless.steady(0.1, 12).unwrap());
        near(endless.wait_probability(), patient.wait_probability(), 1e-6);
        for secs in [5.0, 30.0, 180.0] {
            near(endless.answered_within(secs), patient.answered_within(secs), 1e-6);
        }
        near(endless.queue.answered_wait_secs(), patient.queue.answered_wait_secs(), 1e-3);
    }

    #[test]
    fn nobody_on_seat_answers_nobody() {
        let turns = turns(300.0, &[]);
        let steady = layer(&turns, 3, Some(60.0)).steady(0.1, 0).unwrap();
        near(steady.abandonment(), 1.0, 1e-12);
        assert_eq!((steady.answered_within(1e4), steady.open_chats()), (0.0, 0.0));
        assert!(layer(&turns, 3, None).steady(0.1, 0).is_none());
    }
}
