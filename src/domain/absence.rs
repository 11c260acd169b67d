//! Leave and wishes.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::calendar::Interval;
use super::ids::{AgentId, LeaveId, ShiftTemplateId, WishId};

/// Why an agent is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaveKind {
    /// 年假
    Annual,
    /// 病假
    Sick,
    /// 事假
    Personal,
    /// 培训
    Training,
    /// 调休
    TimeOffInLieu,
    /// Any other.
    Other,
}

/// A stretch of time an agent is away. No shift may overlap it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Leave {
    /// Identity.
    pub id: LeaveId,
    /// Who is away.
    pub agent_id: AgentId,
    /// When.
    pub span: Interval,
    /// Why.
    pub kind: LeaveKind,
}

/// What an agent would like on a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WishKind {
    /// A day off.
    DayOff,
    /// Would rather not work the named shift.
    AvoidShift,
    /// Would like to work the named shift.
    WantShift,
}

/// A wish: honoured where possible, priced where not, never a reason to fail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Wish {
    /// Identity.
    pub id: WishId,
    /// Who wishes.
    pub agent_id: AgentId,
    /// For which local date.
    pub date: NaiveDate,
    /// What.
    pub kind: WishKind,
    /// The shift it names; `None` for a day off.
    pub shift_template_id: Option<ShiftTemplateId>,
    /// 1 (mild) to 10 (strong).
    pub weight: u8,
}
