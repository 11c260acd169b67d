//! The turn layer: one agent who holds several chats.
//!
//! A chat is a row of turns: the customer writes, the agent replies (the reply work, a mean of `S` seconds), the customer
//! reads and thinks (a mean of `Z` seconds). An agent with k chats is then a queue with finite sources, M/M/1//k: k chats
//! that think, or wait for a reply, or are being replied to. Both times are taken as exponential, and replies are given in
//! the order of the questions. With `a = S/Z` and `w_i = k!/(k−i)!·a^i` for i chats at the agent:
//!
//! - turns per second `X(k) = (1 − w_0/Σw) / S`
//! - mean reply time `R(k) = k/X(k) − Z`, from the question to the end of the reply
//! - the factor `f(k) = X(k)/X(1)`: what k chats at once yield, as a multiple of one
//! - `P(R ≤ t)`: whoever asks finds i of the k − 1 others before it, with their probabilities (arrival theorem), and waits
//!   for i + 1 replies.
//!
//! Where the handling time was measured by concurrency, the reply work of each k is the one that gives the time measured:
//! whoever switches between chats writes slower.

use super::error::StaffingError;
use crate::domain::quantity::{Aht, Concurrency};
use crate::domain::service::Turns;

/// One agent with 1 to [`Concurrency::MAX`] chats of one queue.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnLayer {
    aht_secs: f64,
    think_secs: f64,
    /// By chats held, from 1.
    levels: Vec<Level>,
}

#[derive(Debug, Clone, PartialEq)]
struct Level {
    reply_work_secs: f64,
    factor: f64,
    mean_reply_secs: f64,
    /// How many others are before a question, from 0.
    before: Vec<f64>,
}

impl TurnLayer {
    /// From the work of a turn. `aht_by_chats` holds handling times measured with 1, 2, 3 … chats at once, in seconds; beyond
    /// its end the agent yields no more than at its end. It may be empty.
    ///
    /// # Errors
    /// [`StaffingError::Handling`] with all faults: a turn longer than the chat, or a table that no agent can work by.
    pub fn new(aht: Aht, turns: Turns, aht_by_chats: &[f64]) -> Result<Self, StaffingError> {
        let faults = faults(aht, turns, aht_by_chats);
        if !faults.is_empty() {
            return Err(StaffingError::Handling(faults));
        }
        let levels = (1..=Concurrency::MAX).map(|chats| {
            let work = reply_work(turns, aht_by_chats, chats);
            Level::of(work, turns, chats)
        });
        Ok(Self { aht_secs: aht.get(), think_secs: turns.think_secs, levels: levels.collect() })
    }

    /// Turns of a chat, on average.
    pub fn turns(&self) -> f64 {
        self.aht_secs / (self.levels[0].reply_work_secs + self.think_secs)
    }

    /// Handling time of a chat held alone, in seconds.
    pub fn aht_secs(&self) -> f64 {
        self.aht_secs
    }

    /// Mean seconds from a reply to the customer's next question.
    pub fn think_secs(&self) -> f64 {
        self.think_secs
    }

    /// Mean seconds of work on a reply with that many chats at once, from 1.
    pub fn reply_work_secs(&self, chats: usize) -> f64 {
        self.level(chats).reply_work_secs
    }

    /// What that many chats at once yield, as a multiple of one; 0 for none.
    pub fn factor(&self, chats: usize) -> f64 {
        if chats == 0 { 0.0 } else { self.level(chats).factor }
    }

    /// Mean seconds from a question to the end of its reply with that many chats at once, from 1.
    pub fn mean_reply_secs(&self, chats: usize) -> f64 {
        self.level(chats).mean_reply_secs
    }

    /// Probability that a question is replied to within `secs` with that many chats at once, from 1.
    pub fn replied_within(&self, chats: usize, secs: f64) -> f64 {
        let level = self.level(chats);
        let replies = secs.max(0.0) / level.reply_work_secs;
        // P(more than i + 1 replies take longer) is a Poisson sum; it grows with i, as the chance of i falls.
        let (mut term, mut late) = ((-replies).exp(), 0.0);
        let mut within = 1.0;
        for (index, share) in level.before.iter().enumerate() {
            late += term;
            within -= share * late;
            term *= replies / (index as f64 + 1.0);
        }
        within.clamp(0.0, 1.0)
    }

    fn level(&self, chats: usize) -> &Level {
        &self.levels[chats.clamp(1, self.levels.len()) - 1]
    }
}

impl Level {
    fn of(reply_work_secs: f64, turns: Turns, chats: u8) -> Self {
        let throughput = throughput(reply_work_secs, turns.think_secs, chats);
        Self {
            reply_work_secs,
            factor: throughput * (turns.reply_secs + turns.think_secs),
            mean_reply_secs: f64::from(chats) / throughput - turns.think_secs,
            before: at_agent(reply_work_secs / turns.think_secs, chats - 1),
        }
    }
}

/// How many of `chats` are at the agent, from none: a probability each.
fn at_agent(ratio: f64, chats: u8) -> Vec<f64> {
    let mut weights = vec![1.0];
    for thinking in (1..=chats).rev() {
        weights.push(weights.last().expect("there is a first") * f64::from(thinking) * ratio);
    }
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum).collect()
}

/// Turns per second.
pub(super) fn throughput(reply_secs: f64, think_secs: f64, chats: u8) -> f64 {
    // Not 1 − p(0): near saturation that loses digits, and far below it gains none.
    at_agent(reply_secs / think_secs, chats).iter().skip(1).sum::<f64>() / reply_secs
}

/// Reply work that gives the handling time measured with that many chats: reply times grow with it, so halving finds it.
fn reply_work(turns: Turns, aht_by_chats: &[f64], chats: u8) -> f64 {
    let Some(alone) = aht_by_chats.first() else { return turns.reply_secs };
    let known = usize::from(chats).min(aht_by_chats.len());
    let factor = known as f64 * alone / aht_by_chats[known - 1];
    let wanted = factor / (turns.reply_secs + turns.think_secs);
    let (mut low, mut high) = (0.0_f64, 1.0 / wanted);
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if throughput(middle, turns.think_secs, chats) > wanted { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

fn faults(aht: Aht, turns: Turns, aht_by_chats: &[f64]) -> Vec<String> {
    let mut faults = Vec::new();
    let turn = turns.reply_secs + turns.think_secs;
    if turn > aht.get() * (1.0 + 1e-9) {
        let text = "a reply and the thinking after it take {turn} s, longer than the whole chat of {aht} s; correct one of them";
        faults.push(text.replace("{turn}", &turn.to_string()).replace("{aht}", &aht.get().to_string()));
    }
    if let Some(alone) = aht_by_chats.first()
        && (alone - aht.get()).abs() > 0.005 * aht.get()
    {
        faults.push(format!(
            "the time measured with 1 chat is {alone} s, but the handling time is {} s; they are the same",
            aht.get()
        ));
    }
    for (index, pair) in aht_by_chats.windows(2).enumerate() {
        let (chats, before, now) = (index + 2, pair[0], pair[1]);
        let most = before * chats as f64 / (chats as f64 - 1.0);
        if !(now >= before && now <= most * (1.0 + 1e-9)) {
            faults.push(format!(
                "the time measured with {chats} chats must be from {before} s, that of one chat less, to {most:.1} s, where another \
                 chat yields nothing more; got {now} s"
            ));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(reply_secs: f64, think_secs: f64, aht_by_chats: &[f64]) -> Result<TurnLayer, StaffingError> {
        TurnLayer::new(Aht::new(300.0).unwrap(), Turns { reply_secs, think_secs }, aht_by_chats)
    }

    #[track_caller]
    fn near(found: f64, wanted: f64, within: f64) {
        assert!((found - wanted).abs() <= within, "{found} is not {wanted}");
    }

    /// The table of the domain notes for S = 20 s and Z = 40 s.
    #[test]
    fn factors_and_reply_times_agree_with_the_finite_source_table() {
        let layer = layer(20.0, 40.0, &[]).unwrap();
        let rows = [
            (1, 1.000, 20.0, 0.777, 0.9999),
            (2, 1.800, 26.7, 0.665, 0.9995),
            (3, 2.368, 36.0, 0.526, 0.9982),
            (4, 2.714, 48.4, 0.374, 0.9943),
            (5, 2.890, 63.8, 0.234, 0.9841),
            (6, 2.964, 81.5, 0.128, 0.9619),
            (8, 2.997, 120.1, 0.026, 0.8567),
        ];
        for (chats, factor, reply, half_minute, three_minutes) in rows {
            near(layer.factor(chats), factor, 0.0005);
            near(layer.mean_reply_secs(chats), reply, 0.06);
            near(layer.replied_within(chats, 30.0), half_minute, 0.0006);
            near(layer.replied_within(chats, 180.0), three_minutes, 0.00006);
        }
        assert_eq!(layer.turns(), 5.0);
    }

    /// Measured 300, 353 and 360 s: three chats in 360 s are 2.5 chats in 300 s.
    #[test]
    fn a_measured_table_gives_the_factors_measured_and_holds_its_last() {
        let table = [300.0, 600.0 / 1.7, 360.0];
        let layer = layer(20.0, 40.0, &table).unwrap();
        [1.0, 1.7, 2.5, 2.5, 2.5].iter().enumerate().for_each(|(index, factor)| near(layer.factor(index + 1), *factor, 1e-9));
        // The five turns of a chat take 360 s with three at once: 72 s each, of which the customer thinks 40.
        near(layer.mean_reply_secs(3), 32.0, 1e-6);
        near(layer.reply_work_secs(1), 20.0, 1e-9);
        assert!(layer.reply_work_secs(2) > 20.0, "the second chat was measured slower than the turns make it");
    }

    #[test]
    fn every_fault_of_the_handling_times_is_named() {
        let Err(StaffingError::Handling(faults)) = layer(200.0, 200.0, &[250.0, 240.0, 900.0]) else { panic!("it was taken") };
        assert_eq!(faults.len(), 4, "{faults:?}");
        assert!(
            faults[0].contains("400 s")
                && faults[1].contains("250 s")
                && faults[2].contains("2 chats")
                && faults[3].contains("360")
        );
    }

    #[test]
    fn many_chats_and_long_replies_stay_probabilities() {
        let layer = TurnLayer::new(Aht::new(80_000.0).unwrap(), Turns { reply_secs: 36_000.0, think_secs: 0.5 }, &[]).unwrap();
        for chats in 1..=30 {
            let within = [0.0, 1.0, 1e5, 1e7].map(|secs| layer.replied_within(chats, secs));
            assert!(within.is_sorted() && within.iter().all(|share| (0.0..=1.0).contains(share)), "{chats}: {within:?}");
        }
        near(layer.factor(30), 36_000.5 / 36_000.0, 1e-9);
    }
}
