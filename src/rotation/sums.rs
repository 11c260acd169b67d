//! Proofs in words: rules that clash by simple sums.
//!
//! A block that is cut by the end of the rotation goes on at its beginning, so whole blocks are counted, and a week's days of
//! all agents are the rotation's days.

use std::ops::RangeInclusive;

use super::problem::{BlockLength, DAY_NAMES, RotationProblem, WEEK_DAYS};

/// Each clash found, with the figures in conflict. None is no proof of the contrary.
pub fn clashes(problem: &RotationProblem) -> Vec<String> {
    let by_day = weekdays(problem);
    if !by_day.is_empty() {
        return by_day;
    }
    let mut clashes = work_and_rest(problem);
    clashes.extend(problem.shifts().iter().filter_map(|shift| {
        let what = format!("days of {}", shift.name);
        blocks(&what, &shift.agents, shift.block).err()
    }));
    clashes
}

fn weekdays(problem: &RotationProblem) -> Vec<String> {
    let over = (0..WEEK_DAYS).filter(|&day| problem.at_work(day) > problem.agents());
    let sentence = |day: usize| {
        let shifts = problem.shifts().iter().map(|shift| format!("{} {}", shift.agents[day], shift.name));
        let parts: Vec<String> = shifts.collect();
        format!(
            "{} needs {} agents ({}); there are {}",
            DAY_NAMES[day],
            problem.at_work(day),
            parts.join(" + "),
            problem.agents()
        )
    };
    over.map(sentence).collect()
}

/// Every block of work is followed by one block of days off: both must be of one number.
fn work_and_rest(problem: &RotationProblem) -> Vec<String> {
    let at_work: [u32; WEEK_DAYS] = std::array::from_fn(|day| problem.at_work(day));
    let at_rest = at_work.map(|agents| problem.agents() - agents);
    let (work, off) = (problem.rules().work, problem.rules().off);
    match (blocks("working days", &at_work, work), blocks("days off", &at_rest, off)) {
        (Ok(works), Ok(rests)) if works.end() < rests.start() || rests.end() < works.start() => vec![format!(
            "{} working days a week in blocks of {} make {}; the {} days off between them in blocks of {} make {}: no number is both",
            sum(&at_work),
            span(&(work.fewest..=work.most)),
            plural(&works),
            sum(&at_rest),
            span(&(off.fewest..=off.most)),
            plural(&rests),
        )],
        (works, rests) => [works.err(), rests.err()].into_iter().flatten().collect(),
    }
}

/// How many blocks such days can be, by their sum and by how often their number rises; or why there is no such number.
fn blocks(what: &str, agents: &[u32; WEEK_DAYS], block: BlockLength) -> Result<RangeInclusive<u32>, String> {
    let days = sum(agents);
    let (fewest, most) = (days.div_ceil(block.most), days / block.fewest);
    if fewest > most {
        return Err(format!(
            "{days} {what} a week cannot be cut into blocks of {}: in {} at most {} fit, in {} at least {}",
            span(&(block.fewest..=block.most)),
            plural(&(most..=most)),
            most * block.most,
            plural(&(fewest..=fewest)),
            fewest * block.fewest,
        ));
    }
    let rises: Vec<(usize, u32)> = rises(agents);
    let begun: u32 = rises.iter().map(|(_, rise)| rise).sum();
    if begun > most {
        let list: Vec<String> = rises.iter().map(|(day, rise)| format!("{rise} on {}", DAY_NAMES[*day])).collect();
        return Err(format!(
            "{begun} blocks of {what} begin each week at least ({}); of {} days or more each that is {}, but there are {days}",
            list.join(", "),
            block.fewest,
            begun * block.fewest,
        ));
    }
    Ok(fewest.max(begun)..=most)
}

/// Weekdays with more agents than the day before, and how many more: so many blocks begin there at least.
fn rises(agents: &[u32; WEEK_DAYS]) -> Vec<(usize, u32)> {
    let before = |day: usize| agents[(day + WEEK_DAYS - 1) % WEEK_DAYS];
    (0..WEEK_DAYS).map(|day| (day, agents[day].saturating_sub(before(day)))).filter(|(_, rise)| *rise > 0).collect()
}

fn sum(agents: &[u32; WEEK_DAYS]) -> u32 {
    agents.iter().sum()
}

fn span(range: &RangeInclusive<u32>) -> String {
    if range.start() == range.end() { range.start().to_string() } else { format!("{} to {}", range.start(), range.end()) }
}

fn plural(blocks: &RangeInclusive<u32>) -> String {
    format!("{} block{}", span(blocks), if *blocks.end() == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::super::test_case::{flat, problem, rules, shift};
    use super::*;

    #[test]
    fn more_agents_needed_on_a_day_than_there_are() {
        let shifts = vec![shift("早", 6, (1, 5), [3, 2, 2, 2, 2, 2, 2]), shift("晚", 16, (1, 5), [2; 7])];
        assert_eq!(clashes(&problem(rules(4, shifts, (1, 6), (1, 6)))), ["Mon needs 5 agents (3 早 + 2 晚); there are 4"]);
    }

    #[test]
    fn a_sum_of_days_that_no_blocks_make() {
        let week = [1, 1, 1, 1, 1, 1, 1];
        let told = clashes(&problem(rules(3, vec![shift("D", 6, (1, 5), [2; 7]), shift("N", 22, (4, 5), week)], (1, 7), (1, 9))));
        assert_eq!(
            told[1],
            "7 days of N a week cannot be cut into blocks of 4 to 5: in 1 block at most 5 fit, in 2 blocks at least 8"
        );
    }

    #[test]
    fn blocks_of_work_and_of_days_off_must_be_as_many() {
        // 21 working days in blocks of 3 make 7; 7 days off in blocks of 2 or 3 make 3.
        let told = clashes(&flat(4, 3, (3, 3), (2, 3)));
        let sentence = "21 working days a week in blocks of 3 make 7 blocks; the 7 days off between them in blocks of 2 to 3 make 3 blocks: no number is both";
        assert_eq!(told, [sentence]);
    }

    #[test]
    fn each_rise_begins_a_block() {
        let shifts = vec![shift("D", 6, (3, 5), [2, 0, 2, 0, 0, 0, 0])];
        let told = clashes(&problem(rules(4, shifts, (1, 5), (1, 9))));
        let sentence = "4 blocks of days of D begin each week at least (2 on Mon, 2 on Wed); of 3 days or more each that is 12, but there are 4";
        assert!(told.contains(&sentence.to_owned()), "{told:?}");
    }

    #[test]
    fn what_can_be_done_has_no_clash() {
        assert_eq!(clashes(&flat(7, 5, (5, 5), (2, 2))), Vec::<String>::new());
    }
}
