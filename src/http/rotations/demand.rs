//! What rotations are designed and compared for.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::words::{BlockView, TrackView};
use crate::domain::fault::Faults;
use crate::domain::ids::{RequirementId, ShiftTemplateId, TeamId};
use crate::domain::rotation::{BlockLength, LONGEST_BLOCK, RotationTrack};
use crate::services::rotations::{Demand, DemandShift, RotationProblem};

/// Seconds a request may take.
const LONGEST: u32 = 30;

/// A shift to be given out, and how many are needed on it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "mark": "早", "shift_template_id": "01936d7e-0000-7000-8000-000000000001",
    "block": { "fewest": 2, "most": 5 }, "agents": [5, 5, 5, 5, 5, 4, 4] }))]
pub struct DemandShiftView {
    /// How the weeks write it; the template's code if absent.
    pub mark: Option<String>,
    /// A shift template of the team's site.
    pub shift_template_id: Uuid,
    /// Days in a row on it; any number if absent. Patterns of the library have their own.
    pub block: Option<BlockView>,
    /// Agents needed on each weekday, Monday first; taken from `requirement_id` if absent.
    pub agents: Option<[u32; 7]>,
}

/// A demand that named patterns are compared for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "team_id": "01936d7e-0000-7000-8000-000000000000",
    "shifts": [{ "shift_template_id": "01936d7e-0000-7000-8000-000000000001", "agents": [5, 5, 5, 5, 5, 4, 4] }] }))]
pub struct RotationDemandCreate {
    /// Whose rotation it will be.
    pub team_id: Uuid,
    /// The shifts, 1-8.
    pub shifts: Vec<DemandShiftView>,
    /// The staffing requirement of a week from which the agents needed are taken: as few shifts as meet it, queues added up.
    pub requirement_id: Option<Uuid>,
    /// Seconds it may take, 1-30; 10 if absent.
    #[serde(default = "usual_secs")]
    #[schema(minimum = 1, maximum = 30)]
    pub time_limit_secs: u32,
}

pub(super) fn usual_secs() -> u32 {
    10
}

impl RotationDemandCreate {
    pub(super) fn into_demand(self, faults: &mut Faults) -> Demand {
        let fits = (1..=LONGEST).contains(&self.time_limit_secs);
        faults.expect(fits, "/time_limit_secs", format!("must be 1 to {LONGEST}, got {}", self.time_limit_secs));
        let any = BlockLength::new(1, LONGEST_BLOCK);
        let shift = |shift: DemandShiftView| DemandShift {
            mark: shift.mark,
            shift_template_id: ShiftTemplateId(shift.shift_template_id),
            block: shift.block.map_or(any, Into::into),
            agents: shift.agents,
        };
        Demand {
            team_id: TeamId(self.team_id),
            shifts: self.shifts.into_iter().map(shift).collect(),
            requirement_id: self.requirement_id.map(RequirementId),
            time_limit: Duration::from_secs(self.time_limit_secs.into()),
        }
    }
}

/// The agents needed on a shift.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct NeededView {
    /// Mark of the shift.
    pub mark: String,
    /// Agents on each weekday, Monday first.
    pub agents: [u32; 7],
}

/// A moment of the week that the requirement asks for and no shift reaches.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
pub struct UnreachedView {
    /// Weekday, 0 for Monday.
    pub weekday: usize,
    /// Minutes after midnight.
    pub minute: u32,
}

pub(super) fn unreached(minutes: &[(usize, u32)]) -> Vec<UnreachedView> {
    minutes.iter().map(|&(weekday, minute)| UnreachedView { weekday, minute }).collect()
}

pub(super) fn needed(problem: &RotationProblem) -> Vec<NeededView> {
    problem.shifts().iter().map(|shift| NeededView { mark: shift.name.clone(), agents: shift.agents }).collect()
}

pub(super) fn written(problem: &RotationProblem, track: &RotationTrack) -> TrackView {
    let marks: Vec<&str> = problem.shifts().iter().map(|shift| shift.name.as_str()).collect();
    TrackView::write(track, &marks)
}
