//! Least headcount: how many agents a demand takes under the rules, met or exceeded.

use std::time::Instant;

use super::check::check;
use super::design::{Clock, DesignError, DesignOptions, Search};
use super::merit::RotationWeights;
use super::network::{Cover, Network};
use super::problem::{MOST_AGENTS, RotationProblem};
use super::schedule::Rotation;

/// The least headcount and a rotation that makes do with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Headcount {
    /// The problem with these agents, and with the agents that the rotation has on each shift as its demand.
    pub problem: RotationProblem,
    /// The rotation; it keeps all rules of `problem`.
    pub rotation: Rotation,
    /// Whether fewer agents are proven to be too few.
    pub is_proven: bool,
}

/// Finds the fewest agents of whom one rotation has at least the agents needed on every shift, and keeps the rules. The
/// number of agents in `problem` is not looked at.
///
/// # Errors
/// [`DesignError::Infeasible`]: the rules contradict each other, or ask for more than [`MOST_AGENTS`].
pub fn least_headcount(
    problem: &RotationProblem,
    options: &DesignOptions,
    is_cancelled: &dyn Fn() -> bool,
) -> Result<Headcount, DesignError> {
    let clock = Clock { began: Instant::now(), limit: options.time_limit, is_cancelled };
    let mut rules = problem.rules().clone();
    rules.agents = MOST_AGENTS;
    let open = RotationProblem::with(rules.clone());
    let network = Network::of(&open, &RotationWeights::NONE, Cover::Enough);
    let found = Search { problem: &open, network: &network, clock: &clock, seed: options.seed }.cheapest(None)?;
    let rotation = Rotation::of(&network.duties(&found.walk));
    rules.agents = rotation.weeks.len() as u32;
    for (index, shift) in rules.shifts.iter_mut().enumerate() {
        let there = |day: usize| rotation.weeks.iter().filter(|week| week[day] == Some(index)).count() as u32;
        shift.agents = std::array::from_fn(there);
    }
    let problem = RotationProblem::with(rules);
    let faults = check(&problem, &rotation);
    if !faults.is_empty() {
        return Err(DesignError::Failed(faults.join("; ")));
    }
    Ok(Headcount { problem, rotation, is_proven: found.is_proven })
}

#[cfg(test)]
mod tests {
    use super::super::test_case::{PATIENT, flat};
    use super::*;

    fn least(problem: &RotationProblem) -> Headcount {
        least_headcount(problem, &PATIENT, &|| false).expect("the rules can be kept")
    }

    #[test]
    fn six_days_of_eight_take_eight_agents_however_few_are_needed() {
        let headcount = least(&flat(1, 3, (6, 6), (2, 2)));
        assert!(headcount.is_proven);
        assert_eq!(headcount.problem.agents(), 8, "seven times eight days are the first whole weeks");
    }

    #[test]
    fn more_than_is_asked_for_is_allowed() {
        // Blocks of 4 or 5 days and 2 off: only seven times six days come to whole weeks in which the days off move on.
        let headcount = least(&flat(1, 1, (4, 5), (2, 2)));
        assert_eq!((headcount.problem.agents(), headcount.problem.shifts()[0].agents), (6, [4; 7]));
    }

    #[test]
    fn rules_that_contradict_each_other_have_none() {
        let mut rules = flat(1, 1, (2, 3), (1, 2)).rules().clone();
        rules.shifts[0].block.most = 1;
        let never = RotationProblem::with(rules);
        assert_eq!(least_headcount(&never, &PATIENT, &|| false), Err(DesignError::Infeasible));
    }
}
