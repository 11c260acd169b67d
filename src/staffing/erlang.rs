//! Erlang B and C: Poisson arrivals, exponential handling times, nobody leaves.
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

/// The fewest agents that answer the share `target` within the threshold; 0 for no load. `load` is finite, `target`
/// below 1.
pub fn fewest_agents(load: f64, handling_secs: f64, target: f64, threshold_secs: u32) -> u32 {
    if load <= 0.0 {
        return 0;
    }
    let mut blocked = 1.0;
    let mut agents = 0;
    loop {
        agents += 1;
        blocked = next_blocking(load, agents, blocked);
        let spare = f64::from(agents) - load;
        let served = level(waiting_from(load, agents, blocked), spare, handling_secs, threshold_secs);
        if spare > 0.0 && served >= target {
            return agents;
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
        assert_eq!(fewest_agents(load, 180.0, 0.8, 20), 14);
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
        let fewest = [10.0, 100.0, 10_000.0].map(|load| fewest_agents(load, 180.0, 0.8, 20));
        assert_eq!(fewest, [14, 107, 10_013]);
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

    #[test]
    fn no_load_needs_nobody_and_a_trace_needs_one() {
        assert_eq!(fewest_agents(0.0, 180.0, 0.8, 20), 0);
        assert_eq!(fewest_agents(1e-9, 180.0, 0.8, 20), 1);
    }
}
