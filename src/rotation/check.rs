//! The second opinion on a rotation: looks at the days alone and shares nothing with the design.

use super::automaton::Duty;
use super::problem::{BlockLength, DAY_NAMES, NO_LIMIT, RotationProblem, WEEK_DAYS};
use super::schedule::Rotation;

/// What a rotation breaks, in words; nothing if it keeps all rules.
pub fn check(problem: &RotationProblem, rotation: &Rotation) -> Vec<String> {
    if rotation.weeks.len() != problem.agents() as usize {
        return vec![format!(
            "the rotation has {} weeks for {} agents; it needs one for each",
            rotation.weeks.len(),
            problem.agents()
        )];
    }
    let days: Vec<Duty> = rotation.days().collect();
    let unknown = |duty: &Duty| duty.is_some_and(|shift| shift >= problem.shifts().len());
    if let Some(place) = days.iter().position(unknown) {
        return vec![format!("{}: a shift that does not exist", when(place))];
    }
    [cover(problem, rotation), lengths(problem, &days), successions(problem, &days)].concat()
}

fn when(place: usize) -> String {
    format!("week {} {}", place / WEEK_DAYS + 1, DAY_NAMES[place % WEEK_DAYS])
}

fn cover(problem: &RotationProblem, rotation: &Rotation) -> Vec<String> {
    let mut broken = Vec::new();
    for (index, shift) in problem.shifts().iter().enumerate() {
        for (day, &needed) in shift.agents.iter().enumerate() {
            let there = rotation.weeks.iter().filter(|week| week[day] == Some(index)).count();
            if there != needed as usize {
                broken.push(format!("{} {}: {there} agents, {needed} needed", DAY_NAMES[day], shift.name));
            }
        }
    }
    broken
}

fn lengths(problem: &RotationProblem, days: &[Duty]) -> Vec<String> {
    let rules = problem.rules();
    let mut broken = Vec::new();
    let mut judge = |what: &str, block: BlockLength, stretches: Vec<(usize, u32)>| {
        for (place, length) in stretches.into_iter().filter(|(_, length)| !block.range().contains(length)) {
            let length = if length == NO_LIMIT { "endless".to_owned() } else { length.to_string() };
            broken.push(format!("{}: {length} {what} in a row, {} to {} allowed", when(place), block.fewest, block.most));
        }
    };
    judge("working days", rules.work, stretches(days, Option::is_some));
    judge("days off", rules.off, stretches(days, Option::is_none));
    for (index, shift) in rules.shifts.iter().enumerate() {
        judge(&format!("days of {}", shift.name), shift.block, stretches(days, |duty| *duty == Some(index)));
    }
    broken
}

/// Where the cyclic stretches of such days begin, and how long they are: one that never ends is longer than any limit.
fn stretches(days: &[Duty], is_in: impl Fn(&Duty) -> bool) -> Vec<(usize, u32)> {
    let at = |place: usize| is_in(&days[place % days.len()]);
    if (0..days.len()).all(at) {
        return vec![(0, NO_LIMIT)];
    }
    let starts = (0..days.len()).filter(|&place| at(place) && !at(place + days.len() - 1));
    let length = |start: usize| (start..).take_while(|&place| at(place)).count() as u32;
    starts.map(|start| (start, length(start))).collect()
}

fn successions(problem: &RotationProblem, days: &[Duty]) -> Vec<String> {
    let mut broken = Vec::new();
    let at = |place: usize| days[place % days.len()];
    for place in 0..days.len() {
        for pair in &problem.rules().forbidden {
            let (gap, word) = if pair.with_day_off { (2, "one day off and then") } else { (1, "then") };
            let is_off = !pair.with_day_off || at(place + 1).is_none();
            if at(place) == Some(pair.before) && is_off && at(place + gap) == Some(pair.after) {
                let name = |shift: usize| &problem.shifts()[shift].name;
                broken.push(format!("{}: {} {word} {} is forbidden", when(place), name(pair.before), name(pair.after)));
            }
        }
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::super::problem::ForbiddenSuccession;
    use super::super::test_case::{problem, rotation, rules, shift};
    use super::*;

    /// Two weeks: five D, two off, five N, two off.
    fn sound() -> RotationProblem {
        let shifts = vec![shift("D", 6, (2, 5), [1, 1, 1, 1, 1, 0, 0]), shift("N", 22, (5, 5), [1, 1, 1, 1, 1, 0, 0])];
        let mut rules = rules(2, shifts, (5, 5), (2, 2));
        rules.forbidden.push(ForbiddenSuccession { before: 1, after: 0, with_day_off: false });
        rules.forbidden.push(ForbiddenSuccession { before: 1, after: 0, with_day_off: true });
        problem(rules)
    }

    #[test]
    fn a_rotation_that_keeps_all_rules_passes() {
        assert_eq!(check(&sound(), &rotation(&["00000--", "11111--"])), Vec::<String>::new());
    }

    #[test]
    fn what_is_broken_is_told_with_figures() {
        let broken = check(&sound(), &rotation(&["0000-1-", "11110--"]));
        assert!(broken.contains(&"Fri N: 0 agents, 1 needed".to_owned()), "{broken:?}");
        assert!(broken.contains(&"Sat N: 1 agents, 0 needed".to_owned()), "{broken:?}");
        assert!(broken.contains(&"week 1 Mon: 4 working days in a row, 5 to 5 allowed".to_owned()), "{broken:?}");
        assert!(broken.contains(&"week 1 Fri: 1 days off in a row, 2 to 2 allowed".to_owned()), "{broken:?}");
        assert!(broken.contains(&"week 2 Mon: 4 days of N in a row, 5 to 5 allowed".to_owned()), "{broken:?}");
        assert!(broken.contains(&"week 2 Thu: N then D is forbidden".to_owned()), "{broken:?}");
    }

    #[test]
    fn a_day_off_between_is_looked_at_around_the_end() {
        let broken = check(&sound(), &rotation(&["00000-1", "11111--"]));
        assert!(!broken.iter().any(|fault| fault.contains("one day off")), "{broken:?}");
        let broken = check(&sound(), &rotation(&["00000--", "-11111-"]));
        assert!(broken.contains(&"week 2 Sat: N one day off and then D is forbidden".to_owned()), "{broken:?}");
    }

    #[test]
    fn work_that_goes_around_without_a_day_off_is_endless() {
        let seven = problem(rules(1, vec![shift("D", 9, (1, 7), [1; WEEK_DAYS])], (1, 7), (1, 1)));
        let told = check(&seven, &rotation(&["0000000"]));
        assert_eq!(told[0], "week 1 Mon: endless working days in a row, 1 to 7 allowed");
    }

    #[test]
    fn one_week_too_few_is_told() {
        let told = check(&sound(), &rotation(&["00000--"]));
        assert_eq!(told, ["the rotation has 1 weeks for 2 agents; it needs one for each"]);
    }
}
