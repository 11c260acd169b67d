//! Identifiers: one type per thing, so that an agent is never passed where a queue is meant.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A fresh identifier. Version 7, so that newer rows sort after older ones and cursors follow time.
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )+};
}

ids! {
    /// A place with one time zone and opening hours.
    SiteId,
    /// A node of the team tree.
    TeamId,
    /// A person who answers chats.
    AgentId,
    /// A shop on a platform.
    ShopId,
    /// What a chat waits in: shop × kind.
    QueueId,
    /// A reusable shift: start, length, breaks.
    ShiftTemplateId,
    /// Intervals with their own uplift or minimum cover.
    PeakWindowId,
    /// A user's word on a stretch of history.
    HistoryOverruleId,
    /// A change of a forecast by hand.
    AdjustmentId,
    /// A new queue's loan of another's profile.
    BorrowedProfileId,
    /// A promotion in phases.
    PromotionId,
    /// A stretch of time an agent is away.
    LeaveId,
    /// A stretch of time an agent is protected.
    ProtectionId,
    /// A correction of time worked.
    TimeCorrectionId,
    /// What an agent would like on a date.
    WishId,
    /// A day that is not an ordinary one for a site.
    HolidayId,
    /// One import of inquiry volumes.
    VolumeImportId,
    /// One stored attempt to forecast, size or build.
    RunId,
    /// A stored forecast of one week.
    ForecastId,
    /// A stored staffing requirement of one week.
    RequirementId,
    /// All assignments of one team's planning week.
    RosterId,
    /// One agent on one shift.
    AssignmentId,
    /// A rotation of a team.
    RotationId,
    /// A team works by a rotation from a Monday on.
    RotationAdoptionId,
    /// A figure that users defined.
    FigureId,
    /// A platform's column map for team figures.
    FigureMapId,
    /// One import of team figures.
    FigureImportId,
    /// A row of team figures whose agent is not known.
    HeldFigureId,
    /// Why a figure is weak, until it is so no longer.
    CauseId,
    /// A measured figure for planning, to be accepted or refused.
    PlanningProposalId,
    /// A platform rule that users entered.
    ComplianceRuleId,
    /// Something that went wrong, until it is verified gone.
    AlertId,
    /// What follows from a weak figure.
    FollowUpId,
    /// A key to the API.
    ApiKeyId,
    /// A line of the audit log.
    AuditEntryId,
}
