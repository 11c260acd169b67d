//! What may follow what, as states: a day is read by going from one state to the next.
//!
//! A state remembers what the rules ask about the days before. States from which the same days may follow at the same price
//! are one (Moore's refinement), so the network over them is as small as it can be. A closed walk through the merged states
//! is a cyclic rotation: its days, read over and over, can be read from any one of the states that were merged, and then
//! every stretch of them keeps the rules.

use std::collections::HashMap;

use super::merit::RotationWeights;
use super::problem::{BlockLength, NO_LIMIT, RotationProblem};

/// What is done on a day: a shift's position, or nothing.
pub type Duty = Option<usize>;

/// Days off from which on it no longer matters what may follow one day off.
const AFTER_DAY_OFF: u32 = 2;

/// A step to the next day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    /// The state reached; its duty is what is done on the next day.
    pub to: usize,
    /// Price of the change, whatever the weekday.
    pub price: f64,
}

/// The states and steps.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Automaton {
    /// What is done on the day of each state.
    pub duties: Vec<Duty>,
    /// From each state.
    pub steps: Vec<Vec<Step>>,
}

/// What the rules ask about the days before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Past {
    /// Days off in a row, after this shift.
    Off { days: u32, after: usize },
    /// Days in a row on this shift, and at work.
    On { shift: usize, days: u32, at_work: u32 },
}

impl Past {
    fn duty(self) -> Duty {
        match self {
            Self::Off { .. } => None,
            Self::On { shift, .. } => Some(shift),
        }
    }
}

impl Automaton {
    /// The states of a problem; steps that differ in price only by `weights`.
    pub fn of(problem: &RotationProblem, weights: &RotationWeights) -> Self {
        let (pasts, steps) = reach(problem, weights);
        let duties: Vec<Duty> = pasts.iter().map(|past| past.duty()).collect();
        Self { duties, steps }.trimmed().merged()
    }

    /// Without the states from which no endless walk leads on.
    fn trimmed(mut self) -> Self {
        let mut is_alive = vec![true; self.duties.len()];
        loop {
            let dead: Vec<usize> = (0..is_alive.len()).filter(|&state| is_alive[state] && self.steps[state].is_empty()).collect();
            if dead.is_empty() {
                return self.quotient(&numbered(&is_alive));
            }
            dead.iter().for_each(|&state| is_alive[state] = false);
            self.steps.iter_mut().for_each(|steps| steps.retain(|step| is_alive[step.to]));
        }
    }

    /// With states of the same duty and the same future as one.
    fn merged(self) -> Self {
        let mut classes: Vec<usize> = number(self.duties.iter());
        loop {
            let finer = number(self.steps.iter().enumerate().map(|(state, steps)| {
                let mut seen: Vec<(Duty, usize, u64)> =
                    steps.iter().map(|step| (self.duties[step.to], classes[step.to], step.price.to_bits())).collect();
                seen.sort_unstable();
                (classes[state], seen)
            }));
            if finer == classes {
                return self.quotient(&classes.into_iter().map(Some).collect::<Vec<_>>());
            }
            classes = finer;
        }
    }

    /// One state for each class; states of class `None` go.
    fn quotient(&self, classes: &[Option<usize>]) -> Self {
        let count = classes.iter().flatten().max().map_or(0, |&last| last + 1);
        let (mut duties, mut steps) = (vec![None; count], vec![Vec::new(); count]);
        for (state, class) in classes.iter().enumerate().rev().filter_map(|(state, class)| class.map(|class| (state, class))) {
            duties[class] = self.duties[state];
            let onwards = self.steps[state].iter().filter_map(|step| classes[step.to].map(|to| Step { to, ..*step }));
            steps[class] = onwards.collect();
        }
        Self { duties, steps }
    }
}

/// Every past that can come up, and what may follow it.
fn reach(problem: &RotationProblem, weights: &RotationWeights) -> (Vec<Past>, Vec<Vec<Step>>) {
    let mut pasts: Vec<Past> = (0..problem.shifts().len()).map(|shift| Past::On { shift, days: 1, at_work: 1 }).collect();
    let mut index: HashMap<Past, usize> = pasts.iter().enumerate().map(|(state, &past)| (past, state)).collect();
    let mut steps: Vec<Vec<Step>> = Vec::new();
    while steps.len() < pasts.len() {
        let onwards = follow(problem, weights, pasts[steps.len()]).into_iter().map(|(past, price)| {
            let to = *index.entry(past).or_insert_with(|| {
                pasts.push(past);
                pasts.len() - 1
            });
            Step { to, price }
        });
        let onwards = onwards.collect();
        steps.push(onwards);
    }
    (pasts, steps)
}

/// Counts a day more, as far as a rule or a price may still ask: without a most, no further than to what asks last.
fn counted(block: BlockLength, days: u32, asked: u32) -> u32 {
    if block.most == NO_LIMIT { (days + 1).min(block.fewest.max(asked)) } else { days + 1 }
}

fn follow(problem: &RotationProblem, weights: &RotationWeights, past: Past) -> Vec<(Past, f64)> {
    let rules = problem.rules();
    let mut onwards = Vec::new();
    match past {
        Past::Off { days, after } => {
            if days < rules.off.most {
                let days = counted(rules.off, days, weights.late_rest_days.max(AFTER_DAY_OFF));
                onwards.push((Past::Off { days, after }, 0.0));
            }
            if days >= rules.off.fewest {
                let next = (0..rules.shifts.len()).filter(|&shift| days > 1 || !problem.forbids_after_day_off(after, shift));
                let begin = |shift| (Past::On { shift, days: 1, at_work: 1 }, weights.change(problem, after, shift, days));
                onwards.extend(next.map(begin));
            }
        }
        Past::On { shift, days, at_work } => {
            let (block, has_room) = (rules.shifts[shift].block, at_work < rules.work.most);
            let one_more = counted(rules.work, at_work, 1);
            if days < block.most && has_room && !problem.forbids_next(shift, shift) {
                onwards.push((Past::On { shift, days: counted(block, days, 1), at_work: one_more }, 0.0));
            }
            if days >= block.fewest && has_room {
                let next = (0..rules.shifts.len()).filter(|&other| other != shift && !problem.forbids_next(shift, other));
                let change = |other| {
                    let past = Past::On { shift: other, days: 1, at_work: one_more };
                    (past, weights.change(problem, shift, other, 0))
                };
                onwards.extend(next.map(change));
            }
            if days >= block.fewest && at_work >= rules.work.fewest {
                onwards.push((Past::Off { days: 1, after: shift }, 0.0));
            }
        }
    }
    onwards
}

/// A number for each distinct key, in order of appearance.
fn number<K: Eq + std::hash::Hash>(keys: impl Iterator<Item = K>) -> Vec<usize> {
    let mut known = HashMap::new();
    let numbers = keys.map(|key| {
        let next = known.len();
        *known.entry(key).or_insert(next)
    });
    numbers.collect()
}

fn numbered(kept: &[bool]) -> Vec<Option<usize>> {
    let mut next = 0;
    let number = |&keep: &bool| {
        keep.then(|| {
            next += 1;
            next - 1
        })
    };
    kept.iter().map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::super::problem::ForbiddenSuccession;
    use super::super::test_case::{flat, problem, rules, shift};
    use super::*;

    #[test]
    fn one_day_on_one_day_off_is_two_states() {
        let automaton = Automaton::of(&flat(2, 1, (1, 1), (1, 1)), &RotationWeights::NONE);
        assert_eq!(automaton.duties, [Some(0), None]);
        assert_eq!(automaton.steps, [vec![Step { to: 1, price: 0.0 }], vec![Step { to: 0, price: 0.0 }]]);
    }

    #[test]
    fn five_days_on_and_two_or_three_off_are_eight_states() {
        let automaton = Automaton::of(&flat(2, 1, (5, 5), (2, 3)), &RotationWeights::NONE);
        assert_eq!(automaton.duties.len(), 8);
    }

    #[test]
    fn the_shift_before_days_off_is_forgotten_unless_a_rule_or_a_price_asks() {
        let shifts = || vec![shift("D", 6, (2, 2), [1; 7]), shift("N", 22, (2, 2), [1; 7])];
        let free = rules(4, shifts(), (2, 2), (2, 2));
        let count = |rules, weights| Automaton::of(&problem(rules), weights).duties.len();
        assert_eq!(count(free.clone(), &RotationWeights::NONE), 6);
        assert_eq!(count(free.clone(), &RotationWeights { backward_change: 1.0, ..RotationWeights::NONE }), 8);
        let mut bound = rules(4, shifts(), (2, 2), (1, 2));
        bound.forbidden.push(ForbiddenSuccession { before: 1, after: 0, with_day_off: true });
        assert_eq!(count(bound, &RotationWeights::NONE), 7);
    }

    #[test]
    fn a_state_from_which_nothing_may_follow_is_left_out() {
        let mut rules = rules(4, vec![shift("D", 6, (2, 2), [1; 7]), shift("N", 22, (1, 1), [1; 7])], (2, 2), (1, 1));
        rules.forbidden.push(ForbiddenSuccession { before: 0, after: 1, with_day_off: false });
        let automaton = Automaton::of(&problem(rules), &RotationWeights::NONE);
        assert!(!automaton.duties.contains(&Some(1)), "one N is no block of two, and two N are none of one");
    }
}
