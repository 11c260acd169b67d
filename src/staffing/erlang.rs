//! Erlang B, C and A: Poisson arrivals, exponential handling times; in A, customers who wait leave after a patience.
//!
//! The closed forms that the chat layer comes down to with one chat at a time.
//!
//! The load is in erlang: arrivals per second × seconds of handling. The recursion for B works with probabilities only,
//! so that nothing overflows at any load.

/// Service that a number of agents gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Service {
    /// Probability that an arrival waits, 0-1 (Erlang C).
    pub wait_probability: f64,
    /// Share answered within the threshold, 0-1.
    pub service_level: f64,
    /// Average speed of answer in seconds; infinite where the load is not less than the agents.
    pub average_answer_secs: f64,
    /// Busy share of the agents' time, 0-1.
    pub occupancy: f64,
}

/// Erlang B: the probability that all of `agents` are busy when waiting is not possible.
pub fn blocking(load: f64, agents: u32) -> f64 {
    (1..=agents).fold(1.0, |blocked, agent| next_blocking(load, agent, blocked))
}

/// Erlang C: the probability that an arrival waits; 1 where the load is not less than the agents.
pub fn waiting(load: f64, agents: u32) -> f64 {
    waiting_from(load, agents, blocking(load, agents))
}

/// The service that `agents` give to `load` erlang of chats that last `handling_secs`.
pub fn service(load: f64, handling_secs: f64, agents: u32, threshold_secs: u32) -> Service {
    let wait_probability = waiting(load, agents);
    let spare = f64::from(agents) - load;
    Service {
        wait_probability,
        service_level: level(wait_probability, spare, handling_secs, threshold_secs),
        average_answer_secs: if spare > 0.0 { wait_probability * handling_secs / spare } else { f64::INFINITY },
        occupancy: if spare > 0.0 { load / f64::from(agents) } else { 1.0 },
    }
}

/// Erlang A: what becomes of arrivals that wait with a patience.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Impatience {
    /// Probability that an arrival waits, 0-1.
    pub wait_probability: f64,
    /// Share of arrivals that leave, 0-1.
    pub abandonment: f64,
}

/// Erlang A: `load` erlang for `agents`, with a mean patience of `patience` handling times.
pub fn impatience(load: f64, agents: u32, patience: f64) -> Impatience {
    // Weights relative to that of all agents busy and nobody waiting; those below it add up to 1/B − 1.
    let mut below = 1.0 / blocking(load, agents) - 1.0;
    let (mut weight, mut waiting, mut queue, mut len) = (1.0, 1.0, 0.0, 0.0);
    loop {
        len += 1.0;
        weight *= load / (f64::from(agents) + len / patience);
        waiting += weight;
        queue += len * weight;
        if weight > 1e200 {
            [&mut below, &mut weight, &mut waiting, &mut queue].into_iter().for_each(|sum| *sum *= 1e-200);
        }
        if weight < 1e-17 * waiting {
            let all = below + waiting;
            return Impatience { wait_probability: waiting / all, abandonment: queue / all / patience / load };
        }
    }
}

fn next_blocking(load: f64, agent: u32, blocked: f64) -> f64 {
    load * blocked / (f64::from(agent) + load * blocked)
}

fn waiting_from(load: f64, agents: u32, blocked: f64) -> f64 {
    let occupancy = load / f64::from(agents);
    if agents == 0 || occupancy >= 1.0 { 1.0 } else { blocked / (1.0 - occupancy * (1.0 - blocked)) }
}

fn level(wait_probability: f64, spare: f64, handling_secs: f64, threshold_secs: u32) -> f64 {
    if spare > 0.0 { 1.0 - wait_probability * (-spare * f64::from(threshold_secs) / handling_secs).exp() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn near(found: f64, wanted: f64, within: f64) {
        assert!((found - wanted).abs() <= within, "{found} is not {wanted}");
    }

    /// 100 contacts in 30 minutes of 180 s each: the example of pyworkforce's README, 14 agents.
    #[test]
    fn a_hundred_calls_in_half_an_hour_need_fourteen_agents() {
        let load = 100.0 * 180.0 / 1800.0;
        let found = service(load, 180.0, 14, 20);
        near(found.wait_probability, 0.174_132, 5e-7);
        near(found.service_level, 0.888_350, 5e-7);
        near(found.occupancy, 0.714_286, 5e-7);
        near(found.average_answer_secs, 7.836, 5e-4);
        near(service(load, 180.0, 13, 20).service_level, 0.795_595, 5e-7);
    }

    /// Erlang B tables: 1 erlang on 2 lines 0.2, 10 erlang on 10 lines 0.2146, 100 on 100 lines 0.0757.
    #[test]
    fn blocking_agrees_with_the_tables() {
        near(blocking(1.0, 2), 0.2, 1e-12);
        near(blocking(10.0, 10), 0.214_582, 1e-6);
        near(blocking(100.0, 100), 0.075_700, 1e-6);
        near(blocking(5.0, 0), 1.0, 0.0);
    }

    /// Figures from Poisson sums in 60-digit decimals, which share nothing with the recursion.
    #[test]
    fn waiting_agrees_with_exact_sums_up_to_ten_thousand_erlang() {
        near(waiting(3.0, 5), 0.236_151_603, 1e-9);
        near(waiting(50.0, 55), 0.384_547_318, 1e-9);
        near(waiting(200.0, 210), 0.375_614_824, 1e-9);
        near(waiting(10_000.0, 10_050), 0.505_689_091, 1e-9);
    }

    /// One agent is the queue M/M/1: an arrival waits with the probability that the agent is busy.
    #[test]
    fn one_agent_is_a_single_server_queue() {
        let found = service(0.6, 100.0, 1, 50);
        near(found.wait_probability, 0.6, 1e-12);
        near(found.average_answer_secs, 0.6 * 100.0 / 0.4, 1e-9);
        near(found.service_level, 1.0 - 0.6 * (-0.4_f64 * 0.5).exp(), 1e-12);
    }

    #[test]
    fn as_many_agents_as_erlangs_answer_nobody_in_the_long_run() {
        let found = service(10.0, 180.0, 10, 20);
        assert_eq!((found.wait_probability, found.service_level, found.occupancy), (1.0, 0.0, 1.0));
        assert!(found.average_answer_secs.is_infinite());
    }

    /// 100 in 30 minutes of 180 s with a patience of 120 s: the birth-death chain solved by hand (domain notes, section 4).
    #[test]
    fn customers_who_leave_are_counted() {
        let found = [10, 12].map(|agents| impatience(10.0, agents, 120.0 / 180.0));
        near(found[0].abandonment, 0.137_464, 1e-6);
        near(found[0].wait_probability, 0.496_853, 1e-6);
        near(found[1].abandonment, 0.061_597, 1e-6);
        near(found[1].wait_probability, 0.279_807, 1e-6);
    }

    /// In overload the share that leaves is what cannot be served: 10,000 erlang on 5,000 agents.
    #[test]
    fn large_loads_stay_finite() {
        let found = impatience(10_000.0, 5_000, 1.0);
        near(found.abandonment, 0.5, 1e-9);
        near(found.wait_probability, 1.0, 1e-9);
        let patient = impatience(10_000.0, 10_050, 1e7);
        near(patient.wait_probability, waiting(10_000.0, 10_050), 1e-4);
    }
}
