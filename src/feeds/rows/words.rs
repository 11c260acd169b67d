//! Words in rows, each with its list in the document of the API.
//!
//! Words of the domain are listed there as views of `http`, and rows refer to those lists by name: a client has one type for both.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::Ref;
use utoipa::openapi::schema::RefBuilder;

use crate::team::compliance;

/// What the distance to a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DistanceKind {
    /// Good ones that are still needed.
    GoodNeeded,
    /// Ones that miss and can still be borne.
    MissesLeft,
    /// Bad ones that can still be borne.
    BadLeft,
    /// Bad ones that have to be turned or withdrawn.
    BadToTurn,
}

impl From<compliance::Step> for DistanceKind {
    fn from(step: compliance::Step) -> Self {
        match step {
            compliance::Step::GoodNeeded => Self::GoodNeeded,
            compliance::Step::MissesLeft => Self::MissesLeft,
            compliance::Step::BadLeft => Self::BadLeft,
            compliance::Step::BadToTurn => Self::BadToTurn,
        }
    }
}

/// How a period will end, if it goes on as it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outlook {
    /// The limit will be met.
    OnCourse,
    /// It will be missed, and can still be met.
    InDanger,
    /// It can no longer be met with what is expected to come.
    OutOfReach,
}

impl From<compliance::Outlook> for Outlook {
    fn from(outlook: compliance::Outlook) -> Self {
        match outlook {
            compliance::Outlook::OnCourse => Self::OnCourse,
            compliance::Outlook::InDanger => Self::InDanger,
            compliance::Outlook::OutOfReach => Self::OutOfReach,
        }
    }
}

/// Whose figures a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FigureGrain {
    /// One agent's.
    #[default]
    Agent,
    /// One team's.
    Team,
    /// One shop's.
    Shop,
    /// One queue's.
    Queue,
}

/// What is compared with its own past and with everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CompareBy {
    /// Agents.
    #[default]
    Agent,
    /// Teams.
    Team,
    /// Shops.
    Shop,
    /// Queues.
    Queue,
    /// Hours of the week: 0 is Monday's first.
    WeekdayHour,
}

/// What an agent is employed as.
pub(super) fn post() -> Ref {
    listed("PostView", "What the agent is employed as.")
}

/// How far a roster is.
pub(super) fn roster_status() -> Ref {
    listed("RosterStatusView", "How far the roster is.")
}

/// Where a shop sells.
pub(super) fn platform() -> Ref {
    listed("PlatformView", "Where it sells.")
}

/// What minutes are paid as.
pub(super) fn pay_class() -> Ref {
    listed("PayClassView", "What the minutes are paid as.")
}

fn listed(name: &str, description: &str) -> Ref {
    RefBuilder::new().ref_location_from_schema_name(name).description(Some(description)).build()
}
