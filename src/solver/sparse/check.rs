//! The rules of a line, written once more and as plainly as may be: what the tests hold the engines against, and what a line
//! has to keep that two threads have changed.

use super::model::{Duty, FORBIDDEN, Model, OFF, WEEK};

/// Whether the line keeps every rule of its agent.
pub(super) fn keeps_rules(model: &Model, agent: usize, line: &[Duty]) -> bool {
    let agent = &model.agents[agent];
    let limits = &agent.limits;
    let shifts: Vec<(usize, usize)> =
        line.iter().enumerate().filter(|(_, duty)| **duty != OFF).map(|(day, duty)| (day, usize::from(*duty))).collect();
    let minutes: u32 = shifts.iter().map(|(_, kind)| model.kinds[*kind].minutes).sum();
    let weekends =
        (0..line.len().div_ceil(WEEK)).filter(|week| shifts.iter().any(|(day, _)| day / WEEK == *week && day % WEEK > 4));
    let bars = |pair: &[(usize, usize)]| pair[0].0 + 1 == pair[1].0 && model.kinds[pair[0].1].bars[pair[1].1];
    shifts.iter().all(|(day, kind)| agent.base[model.at(*day, *kind)] != FORBIDDEN)
        && !shifts.windows(2).any(bars)
        && (limits.min_minutes..=limits.max_minutes).contains(&minutes)
        && weekends.count() <= limits.max_weekends
        && limits
            .max_of_kind
            .iter()
            .enumerate()
            .all(|(kind, most)| shifts.iter().filter(|shift| shift.1 == kind).count() <= *most)
        && blocks(line).all(|(first, end)| block_fits(model, agent, line, first, end))
}

fn blocks(line: &[Duty]) -> impl Iterator<Item = (usize, usize)> {
    let is_edge = |day: &usize| *day == 0 || *day == line.len() || (line[*day] == OFF) != (line[day - 1] == OFF);
    let edges: Vec<usize> = (0..=line.len()).filter(is_edge).collect();
    (1..edges.len()).map(move |edge| (edges[edge - 1], edges[edge]))
}

fn block_fits(model: &Model, agent: &super::model::Agent, line: &[Duty], first: usize, end: usize) -> bool {
    let (limits, is_inner) = (&agent.limits, first > 0 && end < model.days);
    if line[first] == OFF {
        // A run before the horizon is an inner one too, but its end is not in question: nothing was asked of it.
        return !is_inner || end - first >= limits.min_off;
    }
    let before = if first == 0 { limits.run_before } else { 0 };
    end - first + before <= limits.max_run && (!is_inner || end - first >= limits.min_run)
}
