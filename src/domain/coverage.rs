//! Coverage: who is there against who is needed, per queue and interval.

use serde::{Deserialize, Serialize};

use super::calendar::IntervalGrid;
use super::demand::{RequirementPoint, StaffingRequirement};
use super::ids::QueueId;
use super::planning::PlanningInput;
use super::quantity::Proficiency;
use super::roster::Assignment;
use super::shift::Shift;

/// Heads below which a gap or a surplus is rounding, not people.
pub const COVERAGE_TOLERANCE: f64 = 1e-6;

/// Coverage of one queue in one interval, in heads.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CoveragePoint {
    /// Heads required.
    pub required: f64,
    /// Heads rostered, breaks taken off: an agent of proficiency p seated s of m minutes is p·s/m heads.
    pub covered: f64,
    /// Whether a peak window holds.
    pub is_peak: bool,
}

impl CoveragePoint {
    /// Heads missing, 0 when there are enough.
    pub fn gap(&self) -> f64 {
        above_tolerance(self.required - self.covered)
    }

    /// Heads beyond what is required, 0 when there are not.
    pub fn surplus(&self) -> f64 {
        above_tolerance(self.covered - self.required)
    }
}

fn above_tolerance(heads: f64) -> f64 {
    if heads > COVERAGE_TOLERANCE { heads } else { 0.0 }
}

/// Coverage of one queue, a point per step of the grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QueueCoverage {
    /// The queue.
    pub queue_id: QueueId,
    /// One point per step.
    pub points: Vec<CoveragePoint>,
}

/// Coverage of a roster, by the queues and steps of its requirement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// The steps.
    pub grid: IntervalGrid,
    /// By queue, in the order of the requirement.
    pub queues: Vec<QueueCoverage>,
}

impl Coverage {
    /// What the assignments cover. Those to unknown agents, shifts or queues, or beyond an agent's skills, cover nothing.
    pub fn of(input: &PlanningInput, assignments: &[Assignment]) -> Self {
        let mut coverage = Self::uncovered(&input.requirement);
        for assignment in assignments {
            let Some(shift) = input.shift_of(assignment) else { continue };
            let agent = input.agent(assignment.agent_id);
            let Some(proficiency) = agent.and_then(|agent| agent.proficiency(assignment.queue_id)) else { continue };
            coverage.add(assignment.queue_id, proficiency, &shift);
        }
        coverage
    }

    /// What is required, with nobody there yet.
    pub fn uncovered(requirement: &StaffingRequirement) -> Self {
        let point = |point: &RequirementPoint| CoveragePoint {
            required: f64::from(point.required),
            covered: 0.0,
            is_peak: point.is_peak,
        };
        let queues = requirement
            .queues
            .iter()
            .map(|queue| QueueCoverage { queue_id: queue.queue_id, points: queue.points.iter().map(point).collect() });
        Self { grid: requirement.grid, queues: queues.collect() }
    }

    /// Adds one agent's shift. On a queue without requirement it covers nothing.
    pub fn add(&mut self, queue_id: QueueId, proficiency: Proficiency, shift: &Shift) {
        let Some(queue) = self.queues.iter_mut().find(|queue| queue.queue_id == queue_id) else { return };
        for index in self.grid.overlapping(shift.span) {
            let interval = self.grid.interval(index);
            let share = shift.seated_minutes(&interval) as f64 / interval.minutes() as f64;
            if let Some(point) = queue.points.get_mut(index) {
                point.covered += proficiency.get() * share;
            }
        }
    }

    /// Agent-minutes required over all queues.
    pub fn required_agent_minutes(&self) -> f64 {
        self.agent_minutes(|point| point.required)
    }

    /// Agent-minutes missing over all queues; a surplus elsewhere does not make up for them.
    pub fn short_agent_minutes(&self) -> f64 {
        self.agent_minutes(CoveragePoint::gap)
    }

    fn agent_minutes(&self, heads: impl Fn(&CoveragePoint) -> f64) -> f64 {
        let total: f64 = self.queues.iter().flat_map(|queue| &queue.points).map(heads).sum();
        total * f64::from(self.grid.step().get())
    }
}
