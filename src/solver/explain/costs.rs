//! What a roster costs, item by item.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::calendar::local_of;
use crate::domain::ids::{AgentId, QueueId};
use crate::domain::planning::PlanningInput;
use crate::domain::roster::Assignment;
use crate::domain::rules::RuleId;
use crate::solver::charge::Payer;
use crate::solver::problem::RosterProblem;

/// What one rule costs for one agent or queue on one date.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CostItem {
    /// Which rule.
    pub rule: RuleId,
    /// For whom; `None` for what is no single agent's: heads and leaders missing, heads too many, what is asked of groups.
    pub agent_id: Option<AgentId>,
    /// For which queue, where it concerns one.
    pub queue_id: Option<QueueId>,
    /// On which local date, by the clock; `None` for what is the whole week's: hours, and loads that are uneven.
    pub date: Option<NaiveDate>,
    /// Above 0, in the unit of the team's cost weights.
    pub cost: f64,
}

/// What a roster costs, dearest first; the items add up to its cost. What uneven loads cost is borne in equal parts by those
/// with the most.
pub fn costs(input: &PlanningInput, problem: &RosterProblem, assignments: &[Assignment]) -> Vec<CostItem> {
    let (zone, grid) = (input.week.zone(), input.requirement.grid);
    let date_of = |day: usize| input.week.dates().nth(day);
    let mut sums: BTreeMap<_, f64> = BTreeMap::new();
    for charge in problem.charges(&problem.lines(assignments)) {
        let key = match charge.of {
            Payer::Heads { queue, interval } => {
                let date = local_of(zone, grid.interval(interval).start).date();
                (charge.rule, None, Some(problem.queues[queue].id), Some(date))
            }
            Payer::Together { day } => (charge.rule, None, None, day.and_then(date_of)),
            Payer::Agent { agent, day } => (charge.rule, Some(problem.agents[agent].id), None, day.and_then(date_of)),
        };
        *sums.entry(key).or_default() += charge.cost;
    }
    let item = |((rule, agent_id, queue_id, date), cost)| CostItem { rule, agent_id, queue_id, date, cost };
    let mut items: Vec<CostItem> = sums.into_iter().map(item).collect();
    items.sort_by(|left, right| right.cost.total_cmp(&left.cost));
    items
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::checker::price;
    use crate::domain::roster::RuleCost;
    use crate::solver::test_team::chat_team;
    use crate::solver::{SolveOptions, Watch, solve};

    #[test]
    fn the_items_add_up_to_what_the_checker_says_rule_by_rule() {
        for seed in 1..4 {
            let input = chat_team(7, 1.1, seed);
            let problem = RosterProblem::from_input(&input).unwrap();
            let options = SolveOptions { time_limit: Duration::from_secs(20), iterations: Some(300), ..SolveOptions::default() };
            let roster = solve(&problem, &options, &Watch::SILENT).unwrap().assignments;
            let items = costs(&input, &problem, &roster);
            let by_rule = RuleCost::summed(items.iter().map(|item| (item.rule, item.cost)));
            let judged = price(&input, &roster);
            assert_eq!(by_rule.len(), judged.by_rule.len(), "seed {seed}");
            for (own, other) in by_rule.iter().zip(&judged.by_rule) {
                assert!(own.rule == other.rule && (own.cost - other.cost).abs() < 1e-6, "{own:?} against {other:?}");
            }
        }
    }

    #[test]
    fn each_item_is_borne_where_it_arises() {
        let mut input = chat_team(4, 1.0, 2);
        (input.leave, input.history, input.rules.leader_windows) = (vec![], vec![], vec![]);
        input.wishes.truncate(1);
        input.wishes[0].kind = crate::domain::absence::WishKind::WantShift;
        let problem = RosterProblem::from_input(&input).unwrap();
        let items = costs(&input, &problem, &[]);
        let of = |rule: RuleId| items.iter().filter(|item| item.rule == rule).copied().collect::<Vec<_>>();
        let [wish] = of(RuleId::Wish)[..] else { panic!("{items:?}") };
        assert_eq!((wish.agent_id, wish.date), (Some(input.wishes[0].agent_id), Some(input.wishes[0].date)));
        assert_eq!(of(RuleId::MinimumHours).len(), 4);
        let sunday = input.week.dates().last().unwrap();
        let night = of(RuleId::Coverage).into_iter().find(|item| item.date == Some(sunday + chrono::Days::new(1)));
        let queue = night.and_then(|item| item.queue_id);
        assert!(queue.is_some(), "the hours past Sunday's midnight are Monday's by the clock");
    }
}
