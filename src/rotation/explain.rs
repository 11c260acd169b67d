//! Why no rotation keeps the rules, and which to give up.

use std::time::Instant;

use super::design::{Clock, DesignError, DesignOptions, Search};
use super::merit::RotationWeights;
use super::network::{Cover, Network};
use super::problem::{LONGEST_BLOCK, RotationProblem, WEEK_DAYS};
use super::rule::{Loosening, RotationRule};
use super::sums::clashes;

/// Rules that are given up together, at most.
const MOST_GIVEN_UP: usize = 3;

/// Why, and what would help.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Sums that clash, in words; empty where the reason is no simple sum.
    pub sums: Vec<String>,
    /// Sets of rules that cannot all be kept with this demand and these agents, found by solving; no rule is in two. None of
    /// a set's rules can be spared, unless time ran out. Empty if more agents are needed on a day than there are.
    pub conflicts: Vec<Vec<RotationRule>>,
    /// The smallest sets of loosenings each of which makes a rotation possible.
    pub remedies: Vec<Vec<Loosening>>,
    /// Whether all of it was looked at in time.
    pub is_complete: bool,
}

impl Explanation {
    /// Why there is no rotation: the sums, then each conflict.
    pub fn sentences(&self, problem: &RotationProblem) -> Vec<String> {
        let told = self.conflicts.iter().map(|rules| conflict_sentence(problem, rules));
        self.sums.iter().cloned().chain(told).collect()
    }
}

/// Where only the blocks of one shift are in conflict, its demand is named.
fn conflict_sentence(problem: &RotationProblem, rules: &[RotationRule]) -> String {
    let list = rules.iter().map(|rule| rule.sentence(problem)).collect::<Vec<_>>().join("; ");
    let shifts: Vec<Option<usize>> = rules.iter().map(|rule| rule.shift()).collect();
    match shifts.first() {
        Some(&Some(shift)) if shifts.iter().all(|other| *other == Some(shift)) => {
            let shift = &problem.shifts()[shift];
            let agents = shift.agents.map(|agents| agents.to_string()).join(" ");
            format!("{agents} agents of {}, Monday to Sunday, cannot be put together with {list}", shift.name)
        }
        _ => format!("this demand cannot be met by {} agents with {list}", problem.agents()),
    }
}

/// Explains a problem that has no rotation.
///
/// # Errors
/// The backend's faults, and being cancelled. Time running out is not one: the explanation then says that it is incomplete.
pub fn explain(
    problem: &RotationProblem,
    options: &DesignOptions,
    is_cancelled: &dyn Fn() -> bool,
) -> Result<Explanation, DesignError> {
    let clock = Clock { began: Instant::now(), limit: options.time_limit, is_cancelled };
    let mut judge = Judge { problem, clock, seed: options.seed, is_complete: true };
    let sums = clashes(problem);
    if (0..WEEK_DAYS).any(|day| problem.at_work(day) > problem.agents()) {
        return Ok(Explanation { sums, conflicts: Vec::new(), remedies: Vec::new(), is_complete: true });
    }
    let conflicts = judge.conflicts()?;
    let remedies = judge.remedies(&conflicts)?;
    Ok(Explanation { sums, conflicts, remedies, is_complete: judge.is_complete })
}

struct Judge<'a> {
    problem: &'a RotationProblem,
    clock: Clock<'a>,
    seed: u64,
    is_complete: bool,
}

impl Judge<'_> {
    /// Whether a rotation is possible with these loosenings; `None` if that is not known in time.
    fn is_possible(&mut self, loosenings: &[Loosening]) -> Result<Option<bool>, DesignError> {
        let mut rules = self.problem.rules().clone();
        loosenings.iter().for_each(|loosening| loosening.apply(&mut rules));
        let problem = RotationProblem::with(rules);
        let network = Network::of(&problem, &RotationWeights::NONE, Cover::Exact);
        let search = Search { problem: &problem, network: &network, clock: &self.clock, seed: self.seed };
        match search.cheapest(None) {
            Ok(_) => Ok(Some(true)),
            Err(DesignError::Infeasible) => Ok(Some(false)),
            Err(DesignError::NotInTime { .. }) => {
                self.is_complete = false;
                Ok(None)
            }
            Err(fault) => Err(fault),
        }
    }

    /// Finds one conflict after the other, without the rules of those before.
    fn conflicts(&mut self) -> Result<Vec<Vec<RotationRule>>, DesignError> {
        let mut conflicts: Vec<Vec<RotationRule>> = Vec::new();
        loop {
            let known = |rule: &RotationRule| conflicts.iter().any(|conflict| conflict.contains(rule));
            let (old, new): (Vec<_>, Vec<_>) = RotationRule::all(self.problem).into_iter().partition(known);
            let given_up: Vec<Loosening> = old.into_iter().map(Loosening::give_up).collect();
            if new.is_empty() || self.is_possible(&given_up)? != Some(false) {
                return Ok(conflicts);
            }
            conflicts.push(self.conflict(new, given_up)?);
        }
    }

    /// Gives rules up for good as long as no rotation becomes possible: what is left clashes.
    fn conflict(&mut self, mut kept: Vec<RotationRule>, mut given_up: Vec<Loosening>) -> Result<Vec<RotationRule>, DesignError> {
        for rule in kept.clone() {
            given_up.push(Loosening::give_up(rule));
            if self.is_possible(&given_up)? == Some(false) {
                kept.retain(|other| *other != rule);
            } else {
                given_up.pop();
            }
        }
        Ok(kept)
    }

    /// Of one rule, else of two, else of three: every remedy must touch each of the conflicts.
    fn remedies(&mut self, conflicts: &[Vec<RotationRule>]) -> Result<Vec<Vec<Loosening>>, DesignError> {
        let all = RotationRule::all(self.problem);
        for size in 1..=MOST_GIVEN_UP {
            let mut found = Vec::new();
            for set in sets(all.len(), size) {
                let rules: Vec<RotationRule> = set.into_iter().map(|index| all[index]).collect();
                let touches = conflicts.iter().all(|conflict| rules.iter().any(|rule| conflict.contains(rule)));
                let given_up: Vec<Loosening> = rules.into_iter().map(Loosening::give_up).collect();
                if touches && self.is_possible(&given_up)? == Some(true) {
                    found.push(self.tightened(given_up)?);
                }
            }
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    /// Each rule loosened no further than it takes, one after the other.
    fn tightened(&mut self, mut loosenings: Vec<Loosening>) -> Result<Vec<Loosening>, DesignError> {
        for index in 0..loosenings.len() {
            let rule = loosenings[index].rule;
            let Some(figure) = rule.figure(self.problem.rules()) else { continue };
            let steps: Vec<u32> =
                if rule.is_floor() { (1..figure).rev().collect() } else { (figure + 1..=LONGEST_BLOCK).collect() };
            for to in steps {
                loosenings[index].to = Some(to);
                if self.is_possible(&loosenings)? == Some(true) {
                    break;
                }
                loosenings[index].to = None;
            }
        }
        Ok(loosenings)
    }
}

/// All sets of so many of the first `count` numbers.
fn sets(count: usize, size: usize) -> Vec<Vec<usize>> {
    if size == 0 {
        return vec![Vec::new()];
    }
    let with_last = |last: usize| {
        sets(last, size - 1).into_iter().map(move |mut set| {
            set.push(last);
            set
        })
    };
    (0..count).flat_map(with_last).collect()
}

#[cfg(test)]
mod tests {
    use super::super::test_case::{PATIENT, flat, problem, rules, shift};
    use super::*;

    fn explained(problem: &RotationProblem) -> Explanation {
        explain(problem, &PATIENT, &|| false).expect("it is explained")
    }

    /// Six who begin on Monday end by Thursday; whoever follows them works into the weekend, which only three do.
    fn weekend_too_thin() -> RotationProblem {
        problem(rules(20, vec![shift("N", 22, (3, 4), [9, 9, 9, 9, 9, 3, 3])], (1, 9), (1, 9)))
    }

    #[test]
    fn a_conflict_of_one_shift_names_its_demand() {
        let explanation = explained(&weekend_too_thin());
        let sentence = "9 9 9 9 9 3 3 agents of N, Monday to Sunday, cannot be put together with at least 3 days of N in a row; \
                        at most 4 days of N in a row";
        assert_eq!(explanation.sentences(&weekend_too_thin()), [sentence]);
        assert!(explanation.is_complete);
    }

    #[test]
    fn the_remedies_are_the_least_loosenings() {
        let problem = weekend_too_thin();
        let remedies: Vec<Vec<String>> = explained(&problem)
            .remedies
            .iter()
            .map(|set| set.iter().map(|loosening| loosening.sentence(&problem)).collect())
            .collect();
        let expected = [["allow blocks of 2 days of N; 3 is the fewest now"], ["allow blocks of 5 days of N; 4 is the most now"]];
        assert_eq!(remedies, expected);
    }

    #[test]
    fn where_the_agents_are_too_few_no_rule_helps() {
        let explanation = explained(&flat(2, 3, (1, 5), (1, 2)));
        assert_eq!(explanation.sums.len(), 7);
        assert!(explanation.conflicts.is_empty() && explanation.remedies.is_empty());
    }

    #[test]
    fn two_conflicts_are_told_apart() {
        // Nobody does D on Sunday, so on Monday one of two begins and ends; N is as above.
        let shifts = vec![shift("D", 6, (2, 9), [2, 1, 1, 1, 0, 0, 0]), shift("N", 22, (3, 4), [9, 9, 9, 9, 9, 3, 3])];
        let conflicts = explained(&problem(rules(20, shifts, (1, 9), (1, 9)))).conflicts;
        let expected = [vec![RotationRule::FewestOfShift(1), RotationRule::MostOfShift(1)], vec![RotationRule::FewestOfShift(0)]];
        assert!(conflicts.len() == 2 && expected.iter().all(|set| conflicts.contains(set)), "{conflicts:?}");
    }

    #[test]
    fn sets_are_all_of_their_size() {
        assert_eq!(sets(4, 2).len(), 6);
        assert_eq!(sets(3, 3), [[0, 1, 2]]);
    }
}
