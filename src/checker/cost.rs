//! The price of a roster by soft rule, worked out independently of the solver that made it.

use super::facts::Facts;
use super::{
    apart, break_share, coverage, group_on_duty, leader_on_duty, least_change, mentor_on_duty, minimum_hours, premium, rotation,
    spread, together, wish,
};
use crate::domain::planning::PlanningInput;
use crate::domain::roster::{Assignment, RuleCost};
use crate::domain::rules::RuleId;

/// What a roster costs.
#[derive(Debug, Clone, PartialEq)]
pub struct RosterPrice {
    /// Of all rules, in the unit of the team's cost weights.
    pub total: f64,
    /// By rule; only those that cost something, dearest first.
    pub by_rule: Vec<RuleCost>,
}

/// Prices a roster by the team's cost weights.
pub fn price(input: &PlanningInput, assignments: &[Assignment]) -> RosterPrice {
    let facts = Facts::gather(input, assignments);
    let weights = &input.rules.weights;
    let mut by_rule: Vec<RuleCost> = [
        (RuleId::PeakCoverage, coverage::price(&facts, RuleId::PeakCoverage, weights)),
        (RuleId::Coverage, coverage::price(&facts, RuleId::Coverage, weights)),
        (RuleId::BreakShare, break_share::price(&facts, weights)),
        (RuleId::LeaderOnDuty, leader_on_duty::price(&facts, weights)),
        (RuleId::GroupOnDuty, group_on_duty::price(&facts, weights)),
        (RuleId::Apart, apart::price(&facts, weights)),
        (RuleId::Together, together::price(&facts, weights)),
        (RuleId::MentorOnDuty, mentor_on_duty::price(&facts, weights)),
        (RuleId::MinimumHours, minimum_hours::price(&facts, weights)),
        (RuleId::LateSpread, spread::price(&facts, RuleId::LateSpread, weights)),
        (RuleId::WeekendSpread, spread::price(&facts, RuleId::WeekendSpread, weights)),
        (RuleId::Premium, premium::price(&facts, weights)),
        (RuleId::LeastChange, least_change::price(&facts, weights)),
        (RuleId::Rotation, rotation::price(&facts, weights)),
        (RuleId::Wish, wish::price(&facts, weights)),
        (RuleId::Overcover, coverage::price(&facts, RuleId::Overcover, weights)),
    ]
    .into_iter()
    .filter(|(_, cost)| *cost > 0.0)
    .map(|(rule, cost)| RuleCost { rule, cost })
    .collect();
    by_rule.sort_by(|left, right| right.cost.total_cmp(&left.cost));
    RosterPrice { total: by_rule.iter().map(|rule| rule.cost).sum(), by_rule }
}

#[cfg(test)]
mod tests {
    use super::super::test_case::Case;
    use super::*;

    #[test]
    fn rules_are_listed_dearest_first_and_add_up() {
        let mut case = Case::new();
        case.input.agents[0].contract.min_weekly_minutes = 480;
        case.input.agents[1].contract.min_weekly_minutes = 60;
        let roster = vec![case.assign(0, 0, 0, 0)];
        let mut case = case.fitted_to(&roster);
        case.input.requirement.queues[0].points[20].required += 9;
        let price = price(&case.input, &roster);
        let rules: Vec<RuleId> = price.by_rule.iter().map(|rule| rule.rule).collect();
        assert_eq!(rules, [RuleId::Coverage, RuleId::MinimumHours]);
        assert_eq!(price.total, 90.0 + 10.0);
    }
}
