//! `minimum-rest` (hard): no shift begins before the rest after another has passed.
//!
//! Row by row over pairs this is weak. Instead, for each start u of a later day: every shift that rests beyond u excludes
//! every shift of the later day that starts at or before u, all with one another, so at most one of them all is worked.

use chrono::{DateTime, Utc};
use good_lp::Expression;

use crate::domain::agent::Agent;
use crate::domain::planning::PlanningInput;
use crate::domain::shift::Shift;
use crate::solver::model::Model;

/// Whether the shift begins too soon after the last one before the week, or ends too late for the first one after it.
pub(in crate::solver) fn outside_forbids(input: &PlanningInput, agent: &Agent, shift: &Shift) -> bool {
    let is_short = |from: DateTime<Utc>, to: DateTime<Utc>| (to - from).num_minutes() < i64::from(input.rules.min_rest_minutes);
    let past = input.history.iter().filter(|past| past.agent_id == agent.id).map(|past| past.span.end);
    let coming = input.ahead.iter().filter(|coming| coming.agent_id == agent.id).map(|coming| coming.span.start);
    past.max().is_some_and(|ended| is_short(ended, shift.span.start))
        || coming.min().is_some_and(|starts| is_short(shift.span.end, starts))
}

pub(super) fn add(model: &mut Model) {
    for agent in 0..model.problem.agents.len() {
        for later in 1..model.problem.days {
            // A shift of 16 hours and a rest of 24 reach two days ahead, not three.
            for earlier in later.saturating_sub(2)..later {
                add_cliques(model, agent, earlier, later);
            }
        }
    }
}

fn add_cliques(model: &mut Model, agent: usize, earlier: usize, later: usize) {
    let problem = model.problem;
    let mut starts: Vec<i64> = model.shifts_on(later).map(|shift| problem.shifts[shift].start).collect();
    starts.dedup();
    let mut rows = Vec::new();
    let mut resting_before = usize::MAX;
    // From the last start backwards, a clique is only new when more shifts rest beyond the start.
    for start in starts.into_iter().rev() {
        let tired =
            model.shifts_on(earlier).filter(|shift| problem.shifts[*shift].end + problem.agents[agent].limits.min_rest > start);
        let tired: Vec<_> = tired.filter_map(|shift| model.works_shift(agent, shift)).collect();
        let early = model.shifts_on(later).filter(|shift| problem.shifts[*shift].start <= start);
        let early: Vec<_> = early.filter_map(|shift| model.works_shift(agent, shift)).collect();
        if tired.is_empty() || early.is_empty() || tired.len() == resting_before {
            continue;
        }
        resting_before = tired.len();
        rows.push(tired.into_iter().chain(early).sum::<Expression>().leq(1.0));
    }
    rows.into_iter().for_each(|row| model.require(row));
}
