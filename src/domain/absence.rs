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

impl Wish {
    /// Whether it is honoured by the shifts that the agent works on its date.
    pub fn is_granted_by(&self, worked: &[ShiftTemplateId]) -> bool {
        let works_named = self.shift_template_id.is_some_and(|named| worked.contains(&named));
        match self.kind {
            WishKind::DayOff => worked.is_empty(),
            WishKind::AvoidShift => !works_named,
            WishKind::WantShift => works_named,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_wish_is_granted_by_its_own_shifts() {
        let [named, other] = [ShiftTemplateId::generate(), ShiftTemplateId::generate()];
        let granted = |kind: WishKind, worked: &[ShiftTemplateId]| {
            let shift_template_id = (kind != WishKind::DayOff).then_some(named);
            let (id, agent_id, date) = (WishId::generate(), AgentId::generate(), NaiveDate::default());
            Wish { id, agent_id, date, kind, shift_template_id, weight: 5 }.is_granted_by(worked)
        };
        let each = |kind| [granted(kind, &[]), granted(kind, &[named]), granted(kind, &[other])];
        assert_eq!(each(WishKind::DayOff), [true, false, false]);
        assert_eq!(each(WishKind::AvoidShift), [true, false, true]);
        assert_eq!(each(WishKind::WantShift), [false, true, false]);
    }
}
