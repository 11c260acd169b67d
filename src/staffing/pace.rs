//! The work on a reply, read from what was counted: replies, how long they took, and how many chats were held.
//!
//! A reply takes longer the more chats wait for the same agent, so reply times alone say as much of the load as of the agent.
//! Of an agent's chats `i` wait for a reply and `j` are read by their customers. Exponential work and thinking, replies in the
//! order of the questions and at most `K` chats at once make that a network of product form (Gordon and Newell 1967; Baskett,
//! Chandy, Muntz and Palacios 1975): `P(i, j) ∝ ρ^i·a^j/j!` for `i + j ≤ K`. With K chats always held it is the finite-source
//! queue of [`turn`](super::turn), and without a limit `R = S/(1 − XS)`.
//!
//! By Little's law `E[i] = X·R` and `E[i + j]` is the chats held at once, both measured; ρ and a follow from them, and the work
//! on a reply from the busy share of the time on seat: `S = P(i > 0)/X`. The customers' thinking is what a turn takes beyond
//! its reply. Of a limit that agents went beyond the next one that holds is taken.

use super::turn::throughput;
use crate::domain::quantity::Concurrency;
use crate::domain::service::Turns;
use crate::domain::workload::Workload;

/// How far below its limit the mean of the chats held must be.
const BELOW_LIMIT: f64 = 0.1;
/// Steps after which a search that has not ended is given up.
const MOST_STEPS: usize = 100;

/// The work of a turn; `None` where the sums do not fit each other, or anything was not counted.
pub fn measured_turns(work: &Workload, limit: Concurrency) -> Option<Turns> {
    if !work.has_chats_at_once() {
        return None;
    }
    let (reply, turn, held) = (work.reply_secs / work.answers, work.chat_secs / work.answers, work.chats_at_once());
    let limit = f64::from(limit.get()).max((held + BELOW_LIMIT).ceil());
    if turn <= reply || limit > f64::from(Concurrency::MAX) {
        return None;
    }
    let waiting = held * reply / turn;
    let busy = busy_share(waiting, held - waiting, limit as usize)?;
    Turns::new(busy * turn / held, turn - reply).ok()
}

/// The work on a reply where only reply times are known: those of an agent who always holds that many chats. Of all loads
/// that one makes the least of a difference in reply times.
pub fn work_at_limit(work: &Workload, limit: Concurrency, think_secs: f64) -> Option<f64> {
    if !work.has_replies() {
        return None;
    }
    let wanted = f64::from(limit.get()) / (work.reply_secs / work.answers + think_secs);
    let (mut low, mut high) = (0.0_f64, 1.0 / wanted);
    for _ in 0..MOST_STEPS {
        let middle = 0.5 * (low + high);
        if throughput(middle, think_secs, limit.get()) > wanted { low = middle } else { high = middle }
    }
    Some(high).filter(|secs| Turns::RANGE.contains(secs))
}

/// `P(i > 0)` of the network whose mean numbers are those given: the moments of an exponential family have one solution, which
/// Newton's method on its convex dual finds.
fn busy_share(waiting: f64, thinking: f64, limit: usize) -> Option<f64> {
    let ratio = waiting / (1.0 + waiting);
    let (mut rho_ln, mut a_ln) = (ratio.ln(), thinking.max(f64::MIN_POSITIVE).ln());
    let mut state = Moments::of(rho_ln, a_ln, limit);
    for _ in 0..MOST_STEPS {
        let (miss_i, miss_j) = (waiting - state.i, thinking - state.j);
        if miss_i.abs() < 1e-9 * (1.0 + waiting) && miss_j.abs() < 1e-9 * (1.0 + thinking) {
            return Some(state.busy);
        }
        let det = state.ii * state.jj - state.ij * state.ij;
        let (step_i, step_j) = ((state.jj * miss_i - state.ij * miss_j) / det, (state.ii * miss_j - state.ij * miss_i) / det);
        // A shorter step wherever the whole one would not come closer.
        let dual = |moments: &Moments, rho_ln: f64, a_ln: f64| moments.total_ln - rho_ln * waiting - a_ln * thinking;
        let before = dual(&state, rho_ln, a_ln);
        let shorter = (0..40).map(|halvings| 0.5_f64.powi(halvings)).find_map(|share| {
            let (rho_ln, a_ln) = (rho_ln + share * step_i, a_ln + share * step_j);
            let next = Moments::of(rho_ln, a_ln, limit);
            (dual(&next, rho_ln, a_ln) <= before + 1e-12).then_some((rho_ln, a_ln, next))
        });
        (rho_ln, a_ln, state) = shorter?;
    }
    None
}

/// Means, variances and more of `P(i, j) ∝ ρ^i·a^j/j!` for `i + j ≤ K`.
struct Moments {
    i: f64,
    j: f64,
    ii: f64,
    ij: f64,
    jj: f64,
    busy: f64,
    total_ln: f64,
}

impl Moments {
    fn of(rho_ln: f64, a_ln: f64, limit: usize) -> Self {
        let mut factorial_ln = 0.0;
        let mut weights = Vec::with_capacity((limit + 1) * (limit + 2) / 2);
        for j in 0..=limit {
            factorial_ln += (j.max(1) as f64).ln();
            for i in 0..=limit - j {
                weights.push((i as f64, j as f64, i as f64 * rho_ln + j as f64 * a_ln - factorial_ln));
            }
        }
        let largest = weights.iter().map(|(_, _, weight)| *weight).fold(f64::NEG_INFINITY, f64::max);
        weights.iter_mut().for_each(|(_, _, weight)| *weight = (*weight - largest).exp());
        let sum = |of: &dyn Fn(f64, f64) -> f64| weights.iter().map(|(i, j, weight)| of(*i, *j) * weight).sum::<f64>();
        let total = sum(&|_, _| 1.0);
        let (i, j) = (sum(&|i, _| i) / total, sum(&|_, j| j) / total);
        Self {
            i,
            j,
            ii: sum(&|i, _| i * i) / total - i * i,
            ij: sum(&|i, j| i * j) / total - i * j,
            jj: sum(&|_, j| j * j) / total - j * j,
            busy: sum(&|i, _| if i > 0.0 { 1.0 } else { 0.0 }) / total,
            total_ln: total.ln() + largest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::simulation::{Scene, SimulatedAgent, SimulatedQueue, simulate};
    use super::super::turn::TurnLayer;
    use super::*;
    use crate::domain::quantity::Aht;

    fn limit(chats: u8) -> Concurrency {
        Concurrency::new(chats).unwrap()
    }

    #[track_caller]
    fn near(found: f64, wanted: f64, within: f64) {
        assert!((found - wanted).abs() <= within * wanted, "{found} is not {wanted}");
    }

    /// An hour on seat with turns of so many seconds.
    fn hour(held: f64, reply_secs: f64, think_secs: f64) -> Workload {
        let (chat_secs, turn) = (held * 3600.0, reply_secs + think_secs);
        let answers = chat_secs / turn;
        Workload {
            chats: answers / 5.0,
            answers,
            reply_secs: answers * reply_secs,
            chat_secs,
            held_secs: chat_secs,
            online_secs: 3600.0,
        }
    }

    /// Far below the limit the agent is an M/M/1 station: with S = 20 s and a turn a minute, R = 20 / (1 − 1/3) = 30 s.
    #[test]
    fn without_a_limit_in_reach_the_work_is_that_of_the_open_queue() {
        let turns = measured_turns(&hour(70.0 / 60.0, 30.0, 40.0), limit(30)).unwrap();
        near(turns.reply_secs, 20.0, 1e-6);
        near(turns.think_secs, 40.0, 1e-9);
    }

    /// The table of the domain notes for S = 20 s and Z = 40 s: four chats always held reply in 48.4 s. 3.9 of 4 is nearly that.
    #[test]
    fn at_the_limit_it_is_the_finite_source_queue() {
        let reply = TurnLayer::new(Aht::new(300.0).unwrap(), Turns { reply_secs: 20.0, think_secs: 40.0 }, &[])
            .unwrap()
            .mean_reply_secs(4);
        near(reply, 48.4, 1e-3);
        near(work_at_limit(&hour(4.0, reply, 40.0), limit(4), 40.0).unwrap(), 20.0, 1e-9);
        near(measured_turns(&hour(3.9, reply, 40.0), limit(4)).unwrap().reply_secs, 20.0, 0.02);
    }

    #[test]
    fn sums_that_do_not_fit_say_nothing() {
        assert_eq!(measured_turns(&hour(3.0, 30.0, -10.0), limit(4)), None, "replies longer than the chats");
        assert_eq!(measured_turns(&hour(31.0, 30.0, 40.0), limit(4)), None, "more chats than anybody holds");
        assert_eq!(measured_turns(&Workload { online_secs: 0.0, ..hour(2.0, 30.0, 40.0) }, limit(4)), None);
        assert_eq!(work_at_limit(&Workload::default(), limit(4), 40.0), None);
        // Whoever goes beyond the limit on paper is taken by what was held.
        assert!(measured_turns(&hour(5.5, 60.0, 40.0), limit(4)).is_some());
    }

    /// One simulated agent of S = 20 s and Z = 40 s from quiet to busy, and one who works half as fast again.
    #[test]
    fn the_work_of_simulated_agents_is_found_again_at_any_load() {
        let turns = TurnLayer::new(Aht::new(300.0).unwrap(), Turns { reply_secs: 20.0, think_secs: 40.0 }, &[]).unwrap();
        for (proficiency, chats_an_hour, slots) in
            [(1.0, 10.0, 5), (1.0, 25.0, 5), (1.5, 25.0, 5), (1.0, 25.0, 30), (0.8, 20.0, 8)]
        {
            let (hours, turns) = (400, turns.clone());
            let queue = SimulatedQueue {
                volumes: vec![chats_an_hour; hours],
                turns,
                slots,
                patience_secs: None,
                answer_secs: 30.0,
                first_reply_secs: 30.0,
                reply_secs: 180.0,
            };
            let agents = vec![SimulatedAgent { queues: vec![0], proficiency, on_seat: vec![(0.0, f64::INFINITY)] }];
            let served =
                simulate(&Scene { step_secs: 3600.0, queues: vec![queue], agents }, 4, 7, 1).service(0, 0..hours).unwrap();
            // The first reply of a chat is timed from its arrival: what it waited in the queue is no time of the agent.
            let answers = served.chats * 5.0;
            let waited = served.chats * served.average_wait_secs.mean;
            let reply_secs = served.average_reply_secs.unwrap().mean * answers - waited;
            let chat_secs = reply_secs + answers * 40.0;
            let online_secs = hours as f64 * 3600.0;
            let work = Workload { chats: served.chats, answers, reply_secs, chat_secs, held_secs: chat_secs, online_secs };
            let found = measured_turns(&work, limit(slots as u8)).unwrap().reply_secs;
            near(found, 20.0 / proficiency, 0.06);
        }
    }
}
