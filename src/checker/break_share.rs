//! `break-share`: of those on shift on a queue, not too many are on a break at once. One may be at any time, and of the others
//! the team's share. Who is away for a part of an interval counts by that part.

use super::facts::Facts;
use crate::domain::calendar::{Interval, local_of};
use crate::domain::coverage::COVERAGE_TOLERANCE;
use crate::domain::ids::QueueId;
use crate::domain::rules::{CostWeights, RuleId, Violation};

/// Agents on a queue in one interval.
#[derive(Clone, Copy, Default)]
struct Crowd {
    on_shift: f64,
    on_break: f64,
}

impl Crowd {
    /// How many may be on a break.
    fn limit(self, share: f64) -> f64 {
        1.0 + share * (self.on_shift - 1.0)
    }

    /// How many are on a break and should not be.
    fn excess(self, share: f64) -> f64 {
        let excess = self.on_break - self.limit(share);
        if excess > COVERAGE_TOLERANCE { excess } else { 0.0 }
    }
}

/// By queue of the requirement, by interval; empty where the team has no limit.
fn crowds(facts: &Facts) -> Vec<(QueueId, Vec<Crowd>)> {
    if facts.input.rules.max_break_share.is_none() {
        return Vec::new();
    }
    let grid = facts.input.requirement.grid;
    let of_queue = |id: QueueId| {
        let mut crowds = vec![Crowd::default(); grid.len()];
        let worked = facts.lines.iter().flat_map(|line| &line.worked).filter(|worked| worked.assignment.queue_id == id);
        for shift in worked.map(|worked| &worked.shift) {
            for index in grid.overlapping(shift.span) {
                let interval = grid.interval(index);
                let part = |minutes: i64| minutes as f64 / interval.minutes() as f64;
                crowds[index].on_shift += part(shift.span.shared_minutes(&interval));
                crowds[index].on_break += shift.breaks.iter().map(|rest| part(rest.shared_minutes(&interval))).sum::<f64>();
            }
        }
        (id, crowds)
    };
    facts.input.requirement.queues.iter().map(|queue| of_queue(queue.queue_id)).collect()
}

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let share = facts.input.rules.max_break_share.unwrap_or(1.0);
    let mut violations = Vec::new();
    for (queue_id, crowds) in crowds(facts) {
        let mut first = 0;
        for stretch in crowds.chunk_by(|left, right| (left.excess(share) > 0.0) == (right.excess(share) > 0.0)) {
            let worst = stretch.iter().max_by(|left, right| left.excess(share).total_cmp(&right.excess(share)));
            if let Some(worst) = worst.filter(|worst| worst.excess(share) > 0.0) {
                let grid = facts.input.requirement.grid;
                let span = Interval { start: grid.interval(first).start, end: grid.interval(first + stretch.len() - 1).end };
                violations.push(violation(facts, queue_id, span, *worst, share));
            }
            first += stretch.len();
        }
    }
    violations
}

fn violation(facts: &Facts, queue_id: QueueId, span: Interval, worst: Crowd, share: f64) -> Violation {
    let zone = facts.input.week.zone();
    let (from, until) = (local_of(zone, span.start), local_of(zone, span.end));
    let Crowd { on_shift, on_break } = worst;
    Violation {
        rule: RuleId::BreakShare,
        severity: RuleId::BreakShare.severity(),
        agent_id: None,
        queue_id: Some(queue_id),
        date: Some(from.date()),
        figure: on_break,
        limit: worst.limit(share),
        detail: format!(
            "queue {queue_id} from {} to {}: {on_break:.1} of {on_shift:.1} agents on a break at once, {:.1} may be",
            from.format("%Y-%m-%d %H:%M"),
            until.format("%H:%M"),
            worst.limit(share),
        ),
    }
}

/// The price of the agents too many on a break.
pub(super) fn price(facts: &Facts, weights: &CostWeights) -> f64 {
    let share = facts.input.rules.max_break_share.unwrap_or(1.0);
    let excess: f64 = crowds(facts).iter().flat_map(|(_, crowds)| crowds).map(|crowd| crowd.excess(share)).sum();
    excess * weights.crowded_break_hour * f64::from(facts.input.requirement.grid.step().get()) / 60.0
}

#[cfg(test)]
mod tests {
    use super::super::{price, test_case::Case};
    use crate::domain::rules::RuleId;

    /// Two agents on one shift and queue, on a break of an hour together: of two one may be, and a half of the other.
    #[test]
    fn two_of_two_on_a_break_at_once_are_one_stretch_and_priced_by_the_hour() {
        let mut case = Case::new();
        case.input.rules.max_break_share = Some(0.5);
        case.input.shift_templates[0].breaks[0].window_minutes = 60;
        let mut roster = vec![case.assign(0, 0, 0, 0), case.assign(1, 0, 0, 0)];
        let violation = case.fitted_to(&roster).breaks(&roster, RuleId::BreakShare);
        assert_eq!((violation.figure, violation.limit), (2.0, 1.5));
        assert!(violation.detail.contains("from 2026-11-23 13:00 to 14:00: 2.0 of 2.0 agents"), "{}", violation.detail);
        assert_eq!(price(&case.fitted_to(&roster).input, &roster).total, 0.5 * 20.0);
        // One after the other.
        roster[1].break_offsets = vec![300];
        case.fitted_to(&roster).passes(&roster);
        // One above the other: for half an hour both are away.
        roster[1].break_offsets = vec![270];
        case.fitted_to(&roster).breaks(&roster, RuleId::BreakShare);
        assert_eq!(price(&case.fitted_to(&roster).input, &roster).total, 0.25 * 20.0);
        // On another queue.
        roster[1] = case.assign(1, 0, 0, 1);
        case.fitted_to(&roster).passes(&roster);
    }
}
