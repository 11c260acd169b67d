//! What a roster breaks, what it costs, and how far it covers its requirement, as things stand now.

use super::RosterContext;
use crate::checker;
use crate::checker::RosterPrice;
use crate::domain::coverage::{Coverage, CoveragePoint, QueueCoverage};
use crate::domain::ids::QueueId;
use crate::domain::roster::RosterScore;
use crate::domain::rules::{Severity, Violation};
use crate::solver::{GapExplanation, RosterProblem, explain, set_aside};
use crate::store::rosters::Roster;

/// The checker's opinion of a roster.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Every rule it breaks, hard ones first.
    pub violations: Vec<Violation>,
    /// What it costs.
    pub price: RosterPrice,
}

impl Judgement {
    /// Of the roster as it is.
    pub fn of(context: &RosterContext) -> Self {
        Self {
            violations: checker::check(&context.input, &context.assignments),
            price: checker::price(&context.input, &context.assignments),
        }
    }

    /// The hard rules it breaks.
    pub fn hard(&self) -> Vec<Violation> {
        self.violations.iter().filter(|violation| violation.severity == Severity::Hard).cloned().collect()
    }

    /// What is broken here that was not before, or is broken worse.
    pub fn added_since(&self, before: &Self) -> Vec<Violation> {
        let mut old: Vec<&Violation> = before.violations.iter().filter(|old| !self.violations.contains(old)).collect();
        let new = self.violations.iter().filter(|new| !before.violations.contains(new));
        new.filter(|new| match old.iter().position(|old| is_as_bad(old, new)) {
            Some(index) => {
                old.swap_remove(index);
                false
            }
            None => true,
        })
        .cloned()
        .collect()
    }

    /// The score of a roster that was scored before it was changed.
    ///
    /// The bound of the build holds for every roster of its week. A cost below it says that leave, wishes or rules are others
    /// than they were then; what is sure after that is only that no roster costs less than nothing.
    pub fn score(&self, before: Option<&RosterScore>) -> RosterScore {
        let cost = self.price.total;
        let bound = before.map(|score| score.bound).filter(|bound| *bound <= cost).unwrap_or(0.0);
        let gap = if cost > 0.0 { (cost - bound) / cost } else { 0.0 };
        let seconds = before.map_or(0.0, |score| score.seconds);
        RosterScore { cost, bound, gap, by_rule: self.price.by_rule.clone(), seconds }
    }
}

/// Why intervals are short, as stored with the roster.
pub fn explanations(roster: &Roster) -> Vec<GapExplanation> {
    serde_json::from_value(roster.gaps.clone()).unwrap_or_default()
}

/// Why intervals are short, as it would be stored. A pin that leave recorded since contradicts does not count: the violations
/// say what is wrong with it.
pub(super) fn explained(context: &RosterContext) -> serde_json::Value {
    let name = |id: QueueId| context.queue_names.get(&id).cloned().unwrap_or_else(|| id.to_string());
    let mut input = context.input.clone();
    set_aside(&mut input);
    let problem = RosterProblem::from_input(&input);
    let gaps = problem.map(|problem| explain(&input, &problem, &context.assignments, &name)).unwrap_or_default();
    serde_json::to_value(gaps).expect("explanations are plain data")
}

/// Whether the same rule was broken before in the same place, by as much or more.
fn is_as_bad(before: &Violation, now: &Violation) -> bool {
    let place = |violation: &Violation| (violation.rule, violation.agent_id, violation.queue_id, violation.date);
    let excess = |violation: &Violation| (violation.figure - violation.limit).abs();
    place(before) == place(now) && excess(before) >= excess(now)
}

/// Agent-minutes of one or of all queues.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoverageTotals {
    /// Required.
    pub required_agent_minutes: f64,
    /// Missing; a surplus elsewhere does not make up for them.
    pub short_agent_minutes: f64,
}

impl CoverageTotals {
    /// Over all queues of the roster.
    pub fn of(context: &RosterContext) -> Self {
        let coverage = Coverage::of(&context.input, &context.assignments);
        Self { required_agent_minutes: coverage.required_agent_minutes(), short_agent_minutes: coverage.short_agent_minutes() }
    }

    /// Of each queue, in the order of the requirement.
    pub fn by_queue(context: &RosterContext) -> Vec<(QueueId, Self)> {
        let coverage = Coverage::of(&context.input, &context.assignments);
        let step = f64::from(coverage.grid.step().get());
        let minutes =
            |queue: &QueueCoverage, heads: fn(&CoveragePoint) -> f64| queue.points.iter().map(heads).sum::<f64>() * step;
        let totals = |queue: &QueueCoverage| Self {
            required_agent_minutes: minutes(queue, |point| point.required),
            short_agent_minutes: minutes(queue, CoveragePoint::gap),
        };
        coverage.queues.iter().map(|queue| (queue.queue_id, totals(queue))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::AgentId;
    use crate::domain::roster::RuleCost;
    use crate::domain::rules::RuleId;

    fn violation(rule: RuleId, agent_id: Option<AgentId>, queue_id: Option<QueueId>, figure: f64) -> Violation {
        let detail = format!("{figure}");
        let date = "2026-11-23".parse().ok();
        Violation { rule, severity: rule.severity(), agent_id, queue_id, date, figure, limit: 10.0, detail }
    }

    fn judgement(violations: Vec<Violation>, cost: f64) -> Judgement {
        let by_rule = vec![RuleCost { rule: RuleId::Coverage, cost }];
        Judgement { violations, price: RosterPrice { total: cost, by_rule } }
    }

    #[test]
    fn only_what_is_new_or_worse_counts_as_added() {
        let agent = Some(AgentId::generate());
        let rest = |figure| violation(RuleId::MinimumRest, agent, None, figure);
        let others = violation(RuleId::MinimumRest, Some(AgentId::generate()), None, 4.0);
        let before = judgement(vec![rest(4.0)], 0.0);
        let added = |violations: Vec<Violation>| judgement(violations, 0.0).added_since(&before);
        assert_eq!(added(vec![rest(4.0)]), []);
        assert_eq!(added(vec![rest(6.0)]), [], "two hours better is no new breach");
        assert_eq!(added(vec![rest(2.0)]), [rest(2.0)]);
        assert_eq!(added(vec![rest(4.0), rest(4.5)]), [rest(4.5)]);
        assert_eq!(added(vec![others.clone()]), [others]);
    }

    #[test]
    fn a_gap_that_moves_to_another_queue_is_told() {
        let gap = |queue, figure| violation(RuleId::Coverage, None, Some(queue), figure);
        let (one, other) = (QueueId::generate(), QueueId::generate());
        let before = judgement(vec![gap(one, 12.0)], 0.0);
        assert_eq!(judgement(vec![gap(one, 11.0), gap(other, 11.0)], 0.0).added_since(&before), [gap(other, 11.0)]);
    }

    #[test]
    fn the_bound_of_the_build_holds_until_the_cost_falls_below_it() {
        let built = RosterScore { cost: 10.0, bound: 9.0, gap: 0.1, by_rule: vec![], seconds: 3.0 };
        let dearer = judgement(vec![], 12.0).score(Some(&built));
        assert_eq!((dearer.cost, dearer.bound, dearer.gap, dearer.seconds), (12.0, 9.0, 0.25, 3.0));
        let cheaper = judgement(vec![], 8.0).score(Some(&built));
        assert_eq!((cheaper.bound, cheaper.gap), (0.0, 1.0));
        let free = judgement(vec![], 0.0).score(None);
        assert_eq!((free.cost, free.bound, free.gap), (0.0, 0.0, 0.0));
    }
}
