//! What the rosters of a team must keep.

use serde::{Deserialize, Serialize};

use super::{AgentGroup, CostWeights};
use crate::domain::calendar::Horizon;
use crate::domain::ids::ShiftTemplateId;
use crate::domain::organisation::WeeklyWindow;

/// The roster rules of a team.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RosterRules {
    /// Minutes from the end of one shift to the start of the next.
    pub min_rest_minutes: u32,
    /// Working days in a row, those before the week included.
    pub max_consecutive_days: u32,
    /// Days without a shift in every week.
    pub min_rest_days: u32,
    /// Late shifts of one agent in a week.
    pub max_late_shifts: u32,
    /// Weekends with a shift on Saturday or Sunday for one agent, of all weeks that are planned together; `None` for any.
    pub max_weekends: Option<u32>,
    /// A shift is late if it ends after this wall-clock minute; above 1440 after midnight.
    pub late_after_minute: u32,
    /// Minutes by which the clock time of the start may differ on consecutive working days; `None` for any.
    pub max_start_change_minutes: Option<u32>,
    /// Minutes by which a shift may start earlier by the clock than the one of the day before; `None` for any.
    pub max_earlier_start_minutes: Option<u32>,
    /// Working days in a row at least; 1 for no limit. A row that touches the first or the last day of the week may be shorter.
    pub min_consecutive_days: u32,
    /// Days off in a row at least; 1 for no limit. Days off that touch the first or the last day of the week may be fewer.
    pub min_consecutive_days_off: u32,
    /// Most shifts of one template for one agent in a week; templates not named have no limit.
    pub shift_limits: Vec<ShiftLimit>,
    /// Of those on shift on a queue, one may be on a break at any time, and of the others this share, 0-1; `None` for any.
    pub max_break_share: Option<f64>,
    /// When a leader is to be on duty; empty for never.
    pub leader_windows: Vec<WeeklyWindow>,
    /// Agents of whom the roster asks something together.
    pub groups: Vec<AgentGroup>,
    /// Weeks of published rosters whose refused wishes make an agent's next ones weigh more; 0 for none.
    /// [`WishMemory`](crate::domain::wish_memory::WishMemory) says by how much.
    pub wish_memory_weeks: u32,
    /// Weeks of published rosters whose late shifts, weekends and holidays the next ones even out; 0 for none.
    /// [`LoadMemory`](crate::domain::load_memory::LoadMemory) says how.
    pub load_memory_weeks: u32,
    /// What each breach of a soft rule costs.
    pub weights: CostWeights,
}

/// How often one agent may work one shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftLimit {
    /// Which shift.
    pub shift_template_id: ShiftTemplateId,
    /// How often in a week, 0-7.
    pub max_shifts: u32,
}

impl Default for RosterRules {
    /// 11 h rest, 6 days in a row, one rest day a week, at most 4 late shifts, late after 22:00; all else is open.
    fn default() -> Self {
        Self {
            min_rest_minutes: 11 * 60,
            max_consecutive_days: 6,
            min_rest_days: 1,
            max_late_shifts: 4,
            max_weekends: None,
            late_after_minute: 22 * 60,
            max_start_change_minutes: None,
            max_earlier_start_minutes: None,
            min_consecutive_days: 1,
            min_consecutive_days_off: 1,
            shift_limits: Vec::new(),
            max_break_share: None,
            leader_windows: Vec::new(),
            groups: Vec::new(),
            wish_memory_weeks: 52,
            load_memory_weeks: 12,
            weights: CostWeights::default(),
        }
    }
}

impl RosterRules {
    /// Every fault, as a JSON pointer below the rules and what is wrong there.
    pub fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let mut range = |field: &str, value: u32, low: u32, high: u32| {
            if !(low..=high).contains(&value) {
                let name = field.rsplit('/').next().unwrap_or(field);
                faults.push((format!("/{field}"), format!("{name} must be between {low} and {high}, got {value}")));
            }
        };
        range("min_rest_minutes", self.min_rest_minutes, 0, 24 * 60);
        range("max_consecutive_days", self.max_consecutive_days, 1, 14);
        range("min_rest_days", self.min_rest_days, 0, 6);
        range("max_late_shifts", self.max_late_shifts, 0, 7);
        range("late_after_minute", self.late_after_minute, 12 * 60, 36 * 60);
        range("min_consecutive_days", self.min_consecutive_days, 1, 7);
        range("min_consecutive_days_off", self.min_consecutive_days_off, 1, 7);
        range("wish_memory_weeks", self.wish_memory_weeks, 0, 52);
        range("load_memory_weeks", self.load_memory_weeks, 0, 52);
        for (index, limit) in self.shift_limits.iter().enumerate() {
            range(&format!("shift_limits/{index}/max_shifts"), limit.max_shifts, 0, 7);
        }
        let mut optional = |field: &str, value: Option<u32>, low: u32, high: u32| {
            value.into_iter().for_each(|value| range(field, value, low, high));
        };
        optional("max_weekends", self.max_weekends, 0, Horizon::MOST_WEEKS);
        optional("max_start_change_minutes", self.max_start_change_minutes, 0, 24 * 60);
        optional("max_earlier_start_minutes", self.max_earlier_start_minutes, 0, 24 * 60);
        if let Some(share) = self.max_break_share.filter(|share| !(0.0..=1.0).contains(share)) {
            faults.push(("/max_break_share".to_owned(), format!("max_break_share must be between 0 and 1, got {share}")));
        }
        faults.extend(self.contradictions());
        for (index, group) in self.groups.iter().enumerate() {
            let of_group = group.faults().into_iter();
            faults.extend(of_group.map(|(place, detail)| (format!("/groups/{index}/{place}"), detail)));
        }
        faults.extend(self.weights.faults());
        faults
    }

    /// Figures that fit by themselves and not together.
    fn contradictions(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        if self.min_consecutive_days > self.max_consecutive_days {
            let detail = format!("must be at most max_consecutive_days, {}", self.max_consecutive_days);
            faults.push(("/min_consecutive_days".to_owned(), detail));
        }
        for (index, limit) in self.shift_limits.iter().enumerate() {
            if self.shift_limits[..index].iter().any(|earlier| earlier.shift_template_id == limit.shift_template_id) {
                let detail = "has a limit already; keep one of the two".to_owned();
                faults.push((format!("/shift_limits/{index}/shift_template_id"), detail));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_without_fault() {
        assert_eq!(RosterRules::default().faults(), []);
    }

    #[test]
    fn rows_of_days_that_cannot_be_and_limits_told_twice_are_refused() {
        let limit = ShiftLimit { shift_template_id: ShiftTemplateId::generate(), max_shifts: 8 };
        let rules = RosterRules { min_consecutive_days: 7, shift_limits: vec![limit, limit], ..RosterRules::default() };
        let places: Vec<String> = rules.faults().into_iter().map(|(place, _)| place).collect();
        let expected = [
            "/shift_limits/0/max_shifts",
            "/shift_limits/1/max_shifts",
            "/min_consecutive_days",
            "/shift_limits/1/shift_template_id",
        ];
        assert_eq!(places, expected);
    }

    #[test]
    fn a_change_has_any_price_but_a_negative_one_and_a_memory_a_year_at_most() {
        let priced = |change| CostWeights { change, ..CostWeights::default() }.faults();
        assert_eq!((priced(0.0), priced(500.0)), (vec![], vec![]));
        assert_eq!(priced(-1.0)[0].0, "/weights/change");
        let rules = RosterRules { wish_memory_weeks: 53, ..RosterRules::default() };
        assert_eq!(rules.faults()[0].0, "/wish_memory_weeks");
    }
}
