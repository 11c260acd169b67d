//! What a roster costs, as the solver sees it; `checker/cost.rs` has its own opinion.

use super::line::{Duty, Line};
use super::problem::{GivenDay, LeaderPiece, RosterProblem, WishSpec};
use crate::domain::roster::RuleCost;
use crate::domain::rules::RuleId;

impl RosterProblem {
    /// Heads covered, per queue and interval.
    pub(super) fn covered(&self, lines: &[Line]) -> Vec<Vec<f64>> {
        let mut covered = vec![vec![0.0; self.intervals]; self.queues.len()];
        for (spec, line) in self.agents.iter().zip(lines) {
            for duty in line.iter().flatten() {
                let heads = spec.proficiency(duty.queue).unwrap_or(0.0);
                let shift = &self.shifts[duty.shift];
                for seat in &shift.seats {
                    covered[duty.queue][seat.interval] += heads * seat.share;
                }
                for seat in shift.taken(duty.placing) {
                    covered[duty.queue][seat.interval] -= heads * seat.share;
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
        RuleCost::summed(self.charges(lines).into_iter().map(|charge| (charge.rule, charge.cost)))
    }

    pub(super) fn is_led(&self, lines: &[Line], piece: &LeaderPiece) -> bool {
        let leaders = self.agents.iter().zip(lines).filter(|(spec, _)| spec.is_leader);
        leaders.flat_map(|(_, line)| line.iter().flatten()).any(|duty| piece.shifts.contains(&duty.shift))
    }

    /// Paid minutes of a line.
    pub(super) fn paid(&self, line: &[Option<Duty>]) -> u32 {
        line.iter().flatten().map(|duty| self.shifts[duty.shift].paid).sum()
    }

    /// What it costs to refuse a wish.
    pub(super) fn wish_price(&self, wish: &WishSpec) -> f64 {
        wish.weight * self.weights.wish
    }

    pub(super) fn is_refused(&self, line: &[Option<Duty>], wish: &WishSpec) -> bool {
        line.iter().flatten().any(|duty| wish.shifts.contains(&duty.shift)) != wish.is_wanted
    }

    /// Whether the line does on that day what is given.
    pub(super) fn is_kept(&self, line: &[Option<Duty>], given: &GivenDay) -> bool {
        line[given.day].map(|duty| duty.shift) == given.shift
    }

    /// Late shifts, or weekend days, of an agent with that line, those in other weeks planned together included.
    pub(super) fn load(&self, agent: usize, line: &[Option<Duty>], rule: RuleId) -> u32 {
        let [late, weekend] = self.agents[agent].loads_beside;
        let beside = if rule == RuleId::LateSpread { late } else { weekend };
        let counts = |duty: &&Duty| match rule {
            RuleId::LateSpread => self.shifts[duty.shift].is_late,
            _ => self.shifts[duty.shift].is_weekend,
        };
        u32::from(beside) + line.iter().flatten().filter(counts).count() as u32
    }
}
