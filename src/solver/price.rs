//! What a roster costs, as the solver sees it; `checker/cost.rs` has its own opinion.

use super::line::{Duty, Line};
use super::problem::{GroupRow, LeaderPiece, RosterProblem, WishSpec};
use super::team::price_of;
use crate::domain::coverage::COVERAGE_TOLERANCE;
use crate::domain::roster::RuleCost;
use crate::domain::rules::RuleId;

impl RosterProblem {
    /// Heads covered, per queue and interval.
    pub(super) fn covered(&self, lines: &[Line]) -> Vec<Vec<f64>> {
        let mut covered = vec![vec![0.0; self.intervals]; self.queues.len()];
        for (spec, line) in self.agents.iter().zip(lines) {
            for duty in line.iter().flatten() {
                let heads = spec.proficiency(duty.queue).unwrap_or(0.0);
                for seat in &self.shifts[duty.shift].seats {
                    covered[duty.queue][seat.interval] += heads * seat.share;
                }
            }
        }
        covered
    }

    /// Total cost of a roster.
    pub(super) fn cost(&self, lines: &[Line]) -> f64 {
        self.cost_by_rule(lines).iter().map(|rule| rule.cost).sum()
    }

    /// Cost of a roster by rule; only rules that cost something, dearest first.
    pub(super) fn cost_by_rule(&self, lines: &[Line]) -> Vec<RuleCost> {
        let [peak, gap, surplus] = self.coverage_costs(lines);
        let pieces = self.leader_pieces.iter().filter(|piece| !self.is_led(lines, piece));
        let leaderless: f64 = pieces.map(|piece| f64::from(piece.minutes) / 60.0).sum();
        let owed = self.agents.iter().zip(lines).map(|(spec, line)| spec.owed_minutes.saturating_sub(self.paid(line)));
        let refused = self.wishes.iter().filter(|wish| self.is_refused(&lines[wish.agent], wish));
        let weights = &self.weights;
        let group = |rule| self.group_cost(lines, rule);
        let mut costs: Vec<RuleCost> = [
            (RuleId::PeakCoverage, peak),
            (RuleId::Coverage, gap),
            (RuleId::Overcover, surplus),
            (RuleId::LeaderOnDuty, leaderless * weights.leader_gap_hour),
            (RuleId::GroupOnDuty, group(RuleId::GroupOnDuty)),
            (RuleId::Apart, group(RuleId::Apart)),
            (RuleId::Together, group(RuleId::Together)),
            (RuleId::MentorOnDuty, group(RuleId::MentorOnDuty)),
            (RuleId::MinimumHours, f64::from(owed.sum::<u32>()) / 60.0 * weights.missing_hour),
            (RuleId::LateSpread, self.spread(lines, RuleId::LateSpread) * weights.spread),
            (RuleId::WeekendSpread, self.spread(lines, RuleId::WeekendSpread) * weights.spread),
            (RuleId::Wish, refused.map(|wish| f64::from(wish.weight)).sum::<f64>() * weights.wish),
        ]
        .into_iter()
        .filter(|(_, cost)| *cost > 0.0)
        .map(|(rule, cost)| RuleCost { rule, cost })
        .collect();
        costs.sort_by(|left, right| right.cost.total_cmp(&left.cost));
        costs
    }

    /// Cost of heads missing in peaks, missing elsewhere, and too many.
    fn coverage_costs(&self, lines: &[Line]) -> [f64; 3] {
        let mut costs = [0.0; 3];
        for (queue, covered) in self.covered(lines).into_iter().enumerate() {
            for (interval, covered) in covered.into_iter().enumerate() {
                let missing = f64::from(self.queues[queue].demand[interval]) - covered;
                if missing > COVERAGE_TOLERANCE {
                    costs[usize::from(!self.queues[queue].is_peak[interval])] += missing * self.queues[queue].gap_price[interval];
                } else if missing < -COVERAGE_TOLERANCE {
                    costs[2] -= missing * self.queues[queue].surplus_price[interval];
                }
            }
        }
        costs
    }

    fn group_cost(&self, lines: &[Line], rule: RuleId) -> f64 {
        let cost = |row: &GroupRow| {
            let count = |(agent, heads): &(usize, f64)| {
                let worked = lines[*agent].iter().flatten().filter(|duty| row.shifts.contains(&duty.shift));
                worked.count() as f64 * heads
            };
            let missing = row.demand - row.agents.iter().map(count).sum::<f64>();
            price_of(missing, row.gap_price, row.surplus_price)
        };
        self.group_rows.iter().filter(|row| row.rule == rule).map(cost).sum()
    }

    fn is_led(&self, lines: &[Line], piece: &LeaderPiece) -> bool {
        let leaders = self.agents.iter().zip(lines).filter(|(spec, _)| spec.is_leader);
        leaders.flat_map(|(_, line)| line.iter().flatten()).any(|duty| piece.shifts.contains(&duty.shift))
    }

    /// Paid minutes of a line.
    pub(super) fn paid(&self, line: &[Option<Duty>]) -> u32 {
        line.iter().flatten().map(|duty| self.shifts[duty.shift].paid).sum()
    }

    /// What it costs to refuse a wish.
    pub(super) fn wish_price(&self, wish: &WishSpec) -> f64 {
        f64::from(wish.weight) * self.weights.wish
    }

    pub(super) fn is_refused(&self, line: &[Option<Duty>], wish: &WishSpec) -> bool {
        line.iter().flatten().any(|duty| wish.shifts.contains(&duty.shift)) != wish.is_wanted
    }

    /// Late shifts, or weekend days, of a line.
    pub(super) fn load(&self, line: &[Option<Duty>], rule: RuleId) -> u32 {
        let counts = |duty: &&Duty| match rule {
            RuleId::LateSpread => self.shifts[duty.shift].is_late,
            _ => self.shifts[duty.shift].is_weekend,
        };
        line.iter().flatten().filter(counts).count() as u32
    }

    fn spread(&self, lines: &[Line], rule: RuleId) -> f64 {
        let sharing = self.agents.iter().zip(lines).filter(|(spec, _)| match rule {
            RuleId::LateSpread => spec.shares_late,
            _ => spec.shares_weekend,
        });
        let loads: Vec<u32> = sharing.map(|(_, line)| self.load(line, rule)).collect();
        let extremes = loads.iter().max().zip(loads.iter().min());
        extremes.map_or(0.0, |(most, least)| f64::from(most - least))
    }
}
