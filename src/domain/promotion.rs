//! Promotions (大促): campaigns that run in phases, each with its own effect on volume.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::fault::Faults;
use super::ids::{PromotionId, QueueId, TeamId};
use super::quantity::Uplift;

/// The part a phase plays in a promotion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhaseKind {
    /// Deposits and questions before the sale: 预售.
    PreSale,
    /// The first hours of the sale: 开门红.
    Opening,
    /// The day itself: 爆发.
    Spike,
    /// Between the others.
    Steady,
    /// Deliveries, returns and refunds afterwards: 退货潮.
    ReturnWave,
}

/// A stretch of a promotion, `[starts_at, ends_at)` on the wall clock of the site.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PromotionPhase {
    /// The part it plays.
    pub kind: PhaseKind,
    /// First moment.
    pub starts_at: NaiveDateTime,
    /// First moment after.
    pub ends_at: NaiveDateTime,
    /// Factor on expected volume that the planner reckons with; blended with what earlier occurrences of the same kind
    /// and phase brought, the more of them the less it counts. `None` lets history speak alone.
    pub uplift: Option<Uplift>,
}

impl PromotionPhase {
    /// Whether the two share a moment.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.starts_at < other.ends_at && other.starts_at < self.ends_at
    }
}

/// A promotion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Promotion {
    /// Identity.
    pub id: PromotionId,
    /// The team whose queues it concerns, those of its subtree included.
    pub team_id: TeamId,
    /// The one queue it concerns; `None` for all of the team's.
    pub queue_id: Option<QueueId>,
    /// Display name, for example 双11 2026.
    pub name: String,
    /// What occurs again: 双11, 618, 直播. Effects are learnt by it.
    pub kind: String,
    /// In order, without overlap.
    pub phases: Vec<PromotionPhase>,
}

/// The most phases of one promotion.
const MAX_PHASES: usize = 50;

impl Promotion {
    /// Whether the promotion concerns a queue of its team's subtree.
    pub fn concerns(&self, queue_id: QueueId) -> bool {
        self.queue_id.is_none_or(|only| only == queue_id)
    }

    /// Whether another promotion would lift the same queues for the same reason.
    pub fn rivals(&self, other: &Self) -> bool {
        let same_queues = self.queue_id.is_none() || other.queue_id.is_none() || self.queue_id == other.queue_id;
        self.id != other.id && self.kind == other.kind && self.team_id == other.team_id && same_queues
    }

    /// Adds what is wrong with the names and phases.
    pub fn check(&self, faults: &mut Faults) {
        faults.name("/name", &self.name);
        faults.name("/kind", &self.kind);
        let count = self.phases.len();
        faults.expect((1..=MAX_PHASES).contains(&count), "/phases", format!("must be 1 to {MAX_PHASES} phases, got {count}"));
        for (place, phase) in self.phases.iter().enumerate() {
            let hours = (phase.ends_at - phase.starts_at).num_hours();
            let fits = phase.starts_at < phase.ends_at && hours <= 92 * 24;
            faults.expect(fits, format!("/phases/{place}/ends_at"), "must be after starts_at, by 92 days at most");
            if let Some(earlier) = self.phases[..place].iter().position(|earlier| phase.overlaps(earlier)) {
                let detail = format!("overlaps phase {earlier} of the same promotion; let one end where the other starts");
                faults.add(format!("/phases/{place}/starts_at"), detail);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phase(kind: PhaseKind, starts_at: &str, ends_at: &str) -> PromotionPhase {
        let at = |text: &str| format!("{text}:00").parse().unwrap();
        PromotionPhase { kind, starts_at: at(starts_at), ends_at: at(ends_at), uplift: None }
    }

    fn faults_of(phases: Vec<PromotionPhase>) -> Vec<String> {
        let nil = uuid::Uuid::nil();
        let (id, team_id) = (PromotionId(nil), TeamId(nil));
        let promotion = Promotion { id, team_id, queue_id: None, name: "双11 2026".into(), kind: "双11".into(), phases };
        let mut faults = Faults::default();
        promotion.check(&mut faults);
        faults.into_list().into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn phases_may_touch_and_must_not_overlap_or_end_before_they_start() {
        let opening = phase(PhaseKind::Opening, "2026-10-31T20:00", "2026-11-01T02:00");
        let spike = phase(PhaseKind::Spike, "2026-11-01T02:00", "2026-11-02T00:00");
        assert_eq!(faults_of(vec![opening, spike]), [""; 0]);
        let early = phase(PhaseKind::Spike, "2026-11-01T01:30", "2026-11-02T00:00");
        let backwards = phase(PhaseKind::ReturnWave, "2026-11-09T00:00", "2026-11-08T00:00");
        assert_eq!(faults_of(vec![opening, early, backwards]), ["#/phases/1/starts_at", "#/phases/2/ends_at"]);
        assert_eq!(faults_of(Vec::new()), ["#/phases"]);
    }
}
