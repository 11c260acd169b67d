//! `peak-coverage`, `coverage`, `overcover`: the heads required are there, and no more.
//!
//! Neighbouring intervals with the same fault are one violation: a supervisor reads stretches, not half hours.

use super::facts::Facts;
use crate::domain::calendar::{Interval, local_of};
use crate::domain::coverage::CoveragePoint;
use crate::domain::ids::QueueId;
use crate::domain::rules::{CostWeights, RuleId, Violation};

/// A rule, and the heads by which one interval breaks it.
type Fault = (RuleId, f64);

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let mut violations = Vec::new();
    let grid = facts.coverage.grid;
    for queue in &facts.coverage.queues {
        let faults: Vec<Option<Fault>> = queue.points.iter().map(fault).collect();
        let mut index = 0;
        for stretch in faults.chunk_by(|left, right| left.map(|(rule, _)| rule) == right.map(|(rule, _)| rule)) {
            if let Some((rule, _)) = stretch[0] {
                let span = Interval { start: grid.interval(index).start, end: grid.interval(index + stretch.len() - 1).end };
                let worst = stretch.iter().flatten().map(|(_, heads)| *heads).fold(0.0, f64::max);
                violations.push(violation(facts, queue.queue_id, rule, span, worst));
            }
            index += stretch.len();
        }
    }
    violations
}

/// What the point breaks: missing heads win over the rest, for a point has either a gap or a surplus.
fn fault(point: &CoveragePoint) -> Option<Fault> {
    if point.gap() > 0.0 {
        return Some((if point.is_peak { RuleId::PeakCoverage } else { RuleId::Coverage }, point.gap()));
    }
    (point.surplus() > 0.0).then(|| (RuleId::Overcover, point.surplus()))
}

fn violation(facts: &Facts, queue_id: QueueId, rule: RuleId, span: Interval, heads: f64) -> Violation {
    let zone = facts.input.week.zone();
    let (from, until) = (local_of(zone, span.start), local_of(zone, span.end));
    let word = if rule == RuleId::Overcover { "too many" } else { "missing" };
    Violation {
        rule,
        severity: rule.severity(),
        agent_id: None,
        queue_id: Some(queue_id),
        date: Some(from.date()),
        figure: heads,
        limit: 0.0,
        detail: format!(
            "queue {queue_id} from {} to {}: up to {heads:.1} agents {word}",
            from.format("%Y-%m-%d %H:%M"),
            until.format("%H:%M")
        ),
    }
}

/// The price of one of the three rules.
pub(super) fn price(facts: &Facts, rule: RuleId, weights: &CostWeights) -> f64 {
    let hour_price = match rule {
        RuleId::PeakCoverage => weights.peak_gap_hour,
        RuleId::Coverage => weights.gap_hour,
        _ => weights.surplus_hour,
    };
    let points = facts.coverage.queues.iter().flat_map(|queue| &queue.points);
    let heads: f64 = points.filter_map(fault).filter(|(broken, _)| *broken == rule).map(|(_, heads)| heads).sum();
    heads * hour_price * f64::from(facts.coverage.grid.step().get()) / 60.0
}

#[cfg(test)]
mod tests {
    use super::super::{price, test_case::Case};
    use crate::domain::rules::RuleId;

    fn with_one_more_head_from_ten_to_eleven(is_peak: bool) -> (Case, Vec<crate::domain::roster::Assignment>) {
        let case = Case::new();
        let roster = vec![case.assign(0, 0, 0, 0)];
        let mut case = case.fitted_to(&roster);
        case.passes(&roster);
        for index in 20..22 {
            case.input.requirement.queues[0].points[index].required += 1;
            case.input.requirement.queues[0].points[index].is_peak = is_peak;
        }
        (case, roster)
    }

    #[test]
    fn a_missing_head_is_one_violation_for_the_stretch() {
        let (case, roster) = with_one_more_head_from_ten_to_eleven(false);
        let violation = case.breaks(&roster, RuleId::Coverage);
        assert_eq!(violation.figure, 1.0);
        assert!(violation.detail.contains("from 2026-11-23 10:00 to 11:00"), "{}", violation.detail);
        assert_eq!(price(&case.input, &roster).total, 20.0);
    }

    #[test]
    fn a_missing_head_in_a_peak_window_is_the_peak_rule_and_dearer() {
        let (case, roster) = with_one_more_head_from_ten_to_eleven(true);
        case.breaks(&roster, RuleId::PeakCoverage);
        assert_eq!(price(&case.input, &roster).total, 60.0);
    }

    #[test]
    fn a_head_too_many_is_named() {
        let case = Case::new();
        let mut roster = vec![case.assign(0, 0, 0, 0)];
        let case = case.fitted_to(&roster);
        roster.push(case.assign(1, 0, 0, 0));
        case.breaks_each(&roster, RuleId::Overcover);
        // Nine hours with one hour of break, at 0.5.
        assert_eq!(price(&case.input, &roster).total, 4.0);
    }
}
