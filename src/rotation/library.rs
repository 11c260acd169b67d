//! Named patterns, shipped as data: how many agents each takes for a demand.
//!
//! A pattern is a cycle of days that agents walk through from different days on (their phases), or block lengths for which a
//! rotation is designed.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::automaton::Duty;
use super::problem::{BlockLength, ForbiddenSuccession, RotationProblem};

/// The shipped patterns.
static SHIPPED: LazyLock<Vec<Pattern>> =
    LazyLock::new(|| serde_json::from_str(include_str!("patterns.json")).expect("the shipped patterns are well formed"));

/// The shipped patterns.
pub fn library() -> &'static [Pattern] {
    &SHIPPED
}

/// A named pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// Identity, for example `four-crews`.
    pub id: String,
    /// Name in Chinese.
    pub chinese: String,
    /// Name in English.
    pub english: String,
    /// What it is like.
    pub about: String,
    /// A day a character: `-` off, `1` `2` `3` the earliest shift and those after it, `x` the one shift that the agent keeps.
    pub cycle: Option<String>,
    /// Block lengths to design with.
    pub blocks: Option<PatternBlocks>,
    /// Whether no two people on it may be off on one day.
    #[serde(default)]
    pub is_apart: bool,
}

/// Block lengths of a designed pattern. It never goes back to an earlier shift on the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatternBlocks {
    /// Working days in a row.
    pub work: BlockLength,
    /// Days off in a row.
    pub off: BlockLength,
    /// Days in a row on one shift.
    pub shift: BlockLength,
}

impl Pattern {
    /// The cycles that agents can walk through where these are the shifts: one, or one for each shift that can be kept. None
    /// if the pattern has no cycle, or rotates over another number of shifts.
    pub(super) fn cycles(&self, problem: &RotationProblem) -> Vec<Vec<Duty>> {
        let Some(cycle) = &self.cycle else { return Vec::new() };
        let mut order: Vec<usize> = (0..problem.shifts().len()).collect();
        order.sort_by_key(|&shift| problem.shifts()[shift].start_minute);
        let rotated = cycle.chars().filter_map(|day| day.to_digit(10)).max();
        let day = |day: char, kept: usize| match day {
            '-' => None,
            'x' => Some(kept),
            number => number.to_digit(10).map(|number| order[number as usize - 1]),
        };
        let walk = |kept: usize| cycle.chars().map(|character| day(character, kept)).collect();
        match rotated {
            Some(count) if count as usize != order.len() => Vec::new(),
            Some(_) => vec![walk(0)],
            None => order.iter().map(|&kept| walk(kept)).collect(),
        }
    }

    /// The rules of a designed pattern for the shifts and the demand of a problem.
    pub(super) fn problem(&self, problem: &RotationProblem) -> Option<RotationProblem> {
        let blocks = self.blocks?;
        let mut rules = problem.rules().clone();
        (rules.work, rules.off) = (blocks.work, blocks.off);
        rules.shifts.iter_mut().for_each(|shift| shift.block = blocks.shift);
        let starts: Vec<u32> = rules.shifts.iter().map(|shift| shift.start_minute).collect();
        let pairs = (0..starts.len()).flat_map(|before| (0..starts.len()).map(move |after| (before, after)));
        let backward = pairs.filter(|&(before, after)| starts[after] < starts[before]);
        rules.forbidden = backward.map(|(before, after)| ForbiddenSuccession { before, after, with_day_off: false }).collect();
        Some(RotationProblem::with(rules))
    }

    /// Days of the cycle from which on people can walk through it so that no two of them are ever off together: `people` of
    /// them, if there are so many.
    pub fn phases_apart(&self, people: usize) -> Option<Vec<usize>> {
        let cycle: Vec<char> = self.cycle.as_ref()?.chars().collect();
        let is_off = |phase: usize, day: usize| cycle[(phase + day) % cycle.len()] == '-';
        let clash = |one: usize, other: usize| (0..cycle.len()).any(|day| is_off(one, day) && is_off(other, day));
        choose(cycle.len(), people, &clash, &mut Vec::new())
    }
}

/// Phases after the last one chosen that clash with none, depth first.
fn choose(count: usize, people: usize, clash: &dyn Fn(usize, usize) -> bool, chosen: &mut Vec<usize>) -> Option<Vec<usize>> {
    if chosen.len() == people {
        return Some(chosen.clone());
    }
    for phase in chosen.last().map_or(0, |last| last + 1)..count {
        if chosen.iter().all(|&other| !clash(other, phase)) {
            chosen.push(phase);
            let found = choose(count, people, clash, chosen);
            if found.is_some() {
                return found;
            }
            chosen.pop();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::test_case::{around_the_clock, flat};
    use super::*;

    fn named(id: &str) -> &'static Pattern {
        library().iter().find(|pattern| pattern.id == id).expect("it is shipped")
    }

    #[test]
    fn every_shipped_pattern_has_its_own_id_and_one_form() {
        for (index, pattern) in library().iter().enumerate() {
            assert!(library()[..index].iter().all(|other| other.id != pattern.id), "{}", pattern.id);
            assert!(pattern.cycle.is_some() != pattern.blocks.is_some(), "{}", pattern.id);
            let known = pattern.cycle.iter().flat_map(|cycle| cycle.chars()).all(|day| "-x123".contains(day));
            assert!(known, "{}", pattern.id);
        }
    }

    #[test]
    fn days_off_by_rota_move_on_by_a_weekday_each_week() {
        let cycle: Vec<char> = named("days-off-by-rota").cycle.as_ref().expect("a cycle").chars().collect();
        for (week, days) in cycle.chunks(7).enumerate() {
            let off: Vec<usize> = (0..7).filter(|&day| days[day] == '-').collect();
            assert_eq!(off, [week, week + 1]);
        }
        assert_eq!(cycle.len(), 42);
    }

    #[test]
    fn a_rotating_pattern_goes_through_the_shifts_by_their_start() {
        let cycles = named("four-crews").cycles(&around_the_clock());
        assert_eq!(cycles, [vec![Some(0), Some(0), Some(1), Some(1), Some(2), Some(2), None, None]]);
        assert!(named("four-crews").cycles(&flat(4, 1, (1, 5), (1, 2))).is_empty(), "one shift is not three");
    }

    #[test]
    fn three_people_with_two_days_off_fit_a_week_and_four_do_not() {
        assert_eq!(named("key-people-apart").phases_apart(3), Some(vec![0, 2, 4]));
        assert_eq!(named("key-people-apart").phases_apart(4), None);
        assert_eq!(named("six-one").phases_apart(7).map(|phases| phases.len()), Some(7));
    }
}
