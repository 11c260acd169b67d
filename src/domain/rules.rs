//! Roster rules: what a roster must keep, what it is priced for, and how a breach is told.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::calendar::Horizon;
use super::ids::{AgentId, QueueId, ShiftTemplateId};
use super::organisation::WeeklyWindow;

/// Every rule by name. `solver/MODEL.md` formulates each under the same label; `checker/` has its twin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleId {
    /// At most one shift a day.
    OneShiftPerDay,
    /// The assignment is a template of the site on a date of the week, to a known agent and queue.
    KnownShift,
    /// The agent can serve the queue.
    Skill,
    /// The agent is employed on the date.
    Employment,
    /// The shift lies within the agent's availability.
    Availability,
    /// No shift overlaps leave.
    Leave,
    /// Paid minutes stay within what the contract allows.
    WeeklyHours,
    /// Not more days in a row than allowed, those before the week included; nor fewer, worked or off.
    ConsecutiveDays,
    /// The week keeps its rest days.
    WeeklyRest,
    /// Enough time between the end of one shift and the start of the next.
    MinimumRest,
    /// On consecutive days the start of work differs by no more than allowed.
    StableStart,
    /// On consecutive days work does not start earlier than the day before by more than allowed.
    ForwardRotation,
    /// Not more late shifts in the week than allowed.
    LateShifts,
    /// Not more weekends with a shift, of those planned together, than allowed.
    Weekends,
    /// Not more shifts of one template than allowed.
    ShiftsOfKind,
    /// Every break of a shift is at one of the places that its window has.
    BreakWindow,
    /// No shift is longer than labour law allows.
    DailyHours,
    /// Who is protected works no nights and no overtime.
    Protection,
    /// Overtime stays within what the month has left.
    Overtime,
    /// A pinned assignment stays as it is.
    Pin,
    /// Heads required inside a peak window are there.
    PeakCoverage,
    /// Heads required are there.
    Coverage,
    /// Of those on shift on a queue, not too many are on a break at once.
    BreakShare,
    /// A leader is on duty where asked.
    LeaderOnDuty,
    /// Of a group, enough agents work on each day.
    GroupOnDuty,
    /// Of a group, no two work the same shift of a day.
    Apart,
    /// The agents of a group work the shifts of its first.
    Together,
    /// Nobody of a group works a shift without one of its mentors.
    MentorOnDuty,
    /// Paid minutes reach the contract's minimum.
    MinimumHours,
    /// Late shifts are spread evenly over full-time agents.
    LateSpread,
    /// Weekend days worked are spread evenly over full-time agents.
    WeekendSpread,
    /// Hours that are paid at a premium are few.
    Premium,
    /// What an agent works on a day is what the roster to stay close to says.
    LeastChange,
    /// What an agent works on a day is what the team's rotation gives.
    Rotation,
    /// A wish is honoured.
    Wish,
    /// No more heads than required.
    Overcover,
}

/// How binding a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Never broken by the solver; an edit that breaks it is refused.
    Hard,
    /// Priced by the solver; an edit that breaks it is warned of.
    Soft,
}

impl RuleId {
    /// Its label, as on the wire and in MODEL.md.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OneShiftPerDay => "one-shift-per-day",
            Self::KnownShift => "known-shift",
            Self::Skill => "skill",
            Self::Employment => "employment",
            Self::Availability => "availability",
            Self::Leave => "leave",
            Self::WeeklyHours => "weekly-hours",
            Self::ConsecutiveDays => "consecutive-days",
            Self::WeeklyRest => "weekly-rest",
            Self::MinimumRest => "minimum-rest",
            Self::StableStart => "stable-start",
            Self::ForwardRotation => "forward-rotation",
            Self::LateShifts => "late-shifts",
            Self::Weekends => "weekends",
            Self::ShiftsOfKind => "shifts-of-kind",
            Self::BreakWindow => "break-window",
            Self::DailyHours => "daily-hours",
            Self::Protection => "protection",
            Self::Overtime => "overtime",
            Self::Pin => "pin",
            Self::PeakCoverage => "peak-coverage",
            Self::Coverage => "coverage",
            Self::BreakShare => "break-share",
            Self::LeaderOnDuty => "leader-on-duty",
            Self::GroupOnDuty => "group-on-duty",
            Self::Apart => "apart",
            Self::Together => "together",
            Self::MentorOnDuty => "mentor-on-duty",
            Self::MinimumHours => "minimum-hours",
            Self::LateSpread => "late-spread",
            Self::WeekendSpread => "weekend-spread",
            Self::Premium => "premium",
            Self::LeastChange => "least-change",
            Self::Rotation => "rotation",
            Self::Wish => "wish",
            Self::Overcover => "overcover",
        }
    }

    /// How binding the rule is.
    pub fn severity(self) -> Severity {
        match self {
            Self::OneShiftPerDay
            | Self::KnownShift
            | Self::Skill
            | Self::Employment
            | Self::Availability
            | Self::Leave
            | Self::WeeklyHours
            | Self::ConsecutiveDays
            | Self::WeeklyRest
            | Self::MinimumRest
            | Self::StableStart
            | Self::ForwardRotation
            | Self::LateShifts
            | Self::Weekends
            | Self::ShiftsOfKind
            | Self::BreakWindow
            | Self::DailyHours
            | Self::Protection
            | Self::Overtime
            | Self::Pin => Severity::Hard,
            Self::PeakCoverage
            | Self::Coverage
            | Self::BreakShare
            | Self::LeaderOnDuty
            | Self::GroupOnDuty
            | Self::Apart
            | Self::Together
            | Self::MentorOnDuty
            | Self::MinimumHours
            | Self::LateSpread
            | Self::WeekendSpread
            | Self::Premium
            | Self::LeastChange
            | Self::Rotation
            | Self::Wish
            | Self::Overcover => Severity::Soft,
        }
    }
}

/// A rule that a roster breaks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Violation {
    /// Which rule.
    pub rule: RuleId,
    /// Hard or soft.
    pub severity: Severity,
    /// Whose, where it concerns one agent.
    pub agent_id: Option<AgentId>,
    /// On which queue, where it concerns one queue.
    pub queue_id: Option<QueueId>,
    /// When, where it concerns one date.
    pub date: Option<NaiveDate>,
    /// What was found, in the rule's unit (minutes, days, shifts).
    pub figure: f64,
    /// What is allowed, in the same unit.
    pub limit: f64,
    /// What is wrong, in words: names the agent and the date.
    pub detail: String,
}

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
    /// [`WishMemory`](super::wish_memory::WishMemory) says by how much.
    pub wish_memory_weeks: u32,
    /// Weeks of published rosters whose late shifts, weekends and holidays the next ones even out; 0 for none.
    /// [`LoadMemory`](super::load_memory::LoadMemory) says how.
    pub load_memory_weeks: u32,
    /// What each breach of a soft rule costs.
    pub weights: CostWeights,
}

/// What is asked of a group of agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupKind {
    /// At least `min_agents` of them work on every day: never two off at once, of a pair.
    OnDuty,
    /// No two of them work the same shift of a day.
    Apart,
    /// All of them work the shifts that the first of them works, and no others.
    Together,
    /// None of them works a shift that no mentor works.
    Mentored,
}

/// Agents of whom the roster asks something together. Who is not rostered in a week is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentGroup {
    /// Display name.
    pub name: String,
    /// What is asked.
    pub kind: GroupKind,
    /// Of whom.
    pub agent_ids: Vec<AgentId>,
    /// How many work on every day, at least 1; counts for [`GroupKind::OnDuty`].
    pub min_agents: u32,
    /// Who may accompany them; counts for [`GroupKind::Mentored`].
    pub mentor_ids: Vec<AgentId>,
}

impl AgentGroup {
    /// Every fault, as a place in the group and what is wrong there.
    fn faults(&self) -> Vec<(&'static str, String)> {
        let (count, least) = (self.agent_ids.len(), if self.kind == GroupKind::Mentored { 1 } else { 2 });
        let is_known_twice = |ids: &[AgentId]| (1..ids.len()).any(|index| ids[..index].contains(&ids[index]));
        let mentors = self.kind == GroupKind::Mentored;
        [
            (count < least, "agent_ids", format!("must name {least} agents or more, got {count}")),
            (is_known_twice(&self.agent_ids), "agent_ids", "must name each agent once".to_owned()),
            (
                self.kind == GroupKind::OnDuty && !(1..=count as u32).contains(&self.min_agents),
                "min_agents",
                format!("must be between 1 and the number of agents, {count}; got {}", self.min_agents),
            ),
            (mentors && self.mentor_ids.is_empty(), "mentor_ids", "must name one mentor or more".to_owned()),
            (
                mentors && self.agent_ids.iter().any(|id| self.mentor_ids.contains(id)),
                "mentor_ids",
                "must name nobody who is in agent_ids".to_owned(),
            ),
        ]
        .into_iter()
        .filter_map(|(is_wrong, place, detail)| is_wrong.then_some((place, detail)))
        .collect()
    }
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

/// Prices of the soft rules, named tiers from the most to the least important.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CostWeights {
    /// One agent missing for one hour inside a peak window.
    pub peak_gap_hour: f64,
    /// One agent missing for one hour.
    pub gap_hour: f64,
    /// No leader on duty for one hour where asked.
    pub leader_gap_hour: f64,
    /// One paid hour below an agent's minimum.
    pub missing_hour: f64,
    /// One late shift, or one weekend day, by which the most loaded full-time agent exceeds the least loaded one.
    pub spread: f64,
    /// A wish of weight 1 refused.
    pub wish: f64,
    /// One agent too many for one hour.
    pub surplus_hour: f64,
    /// One agent of a group missing on a day. Not a tier: a team sets it as it likes.
    pub group_gap_day: f64,
    /// One shift in company that is to be avoided, or without the company that is asked for. Not a tier either.
    pub company: f64,
    /// One agent too many on a break for one hour. Not a tier either.
    pub crowded_break_hour: f64,
    /// One agent's day that is another than in the roster to stay close to. Not a tier either.
    pub change: f64,
    /// One hour that is paid at a premium, times its rate: 1.5 for overtime, 2 on a day of rest, 3 on a statutory holiday. Below
    /// a third of `gap_hour` such an hour is worked rather than left open. Not a tier either.
    pub premium_hour: f64,
    /// One agent's day that is another than in the team's rotation. Not a tier either.
    pub rotation: f64,
}

impl Default for CostWeights {
    fn default() -> Self {
        Self {
            peak_gap_hour: 60.0,
            gap_hour: 20.0,
            leader_gap_hour: 15.0,
            missing_hour: 10.0,
            spread: 6.0,
            wish: 1.0,
            surplus_hour: 0.5,
            group_gap_day: 30.0,
            company: 10.0,
            crowded_break_hour: 20.0,
            // Half an hour of one agent missing: below that nobody's day is changed.
            change: 10.0,
            premium_hour: 4.0,
            // A whole shift of one agent missing: below that the rotation stands.
            rotation: 160.0,
        }
    }
}

impl CostWeights {
    /// What an agent's day costs that is another than the rule gives.
    pub fn of_given_day(&self, rule: RuleId) -> f64 {
        if rule == RuleId::Rotation { self.rotation } else { self.change }
    }

    /// Every fault: a negative price, or a tier that does not outweigh the next.
    pub fn faults(&self) -> Vec<(String, String)> {
        let tiers = [
            ("peak_gap_hour", self.peak_gap_hour),
            ("gap_hour", self.gap_hour),
            ("leader_gap_hour", self.leader_gap_hour),
            ("missing_hour", self.missing_hour),
            ("spread", self.spread),
            ("wish", self.wish),
            ("surplus_hour", self.surplus_hour),
        ];
        let others = [
            ("group_gap_day", self.group_gap_day),
            ("company", self.company),
            ("crowded_break_hour", self.crowded_break_hour),
            ("change", self.change),
            ("premium_hour", self.premium_hour),
            ("rotation", self.rotation),
        ];
        let mut faults = Vec::new();
        for (name, price) in tiers.into_iter().chain(others) {
            if !(0.0..=10_000.0).contains(&price) {
                faults.push((format!("/weights/{name}"), format!("{name} must be between 0 and 10000, got {price}")));
            }
        }
        for [(upper, high), (lower, low)] in tiers.array_windows() {
            if low >= high {
                let detail = format!("{lower} ({low}) must be below {upper} ({high}): the tiers go from most to least important");
                faults.push((format!("/weights/{lower}"), detail));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_what_the_wire_carries() {
        assert_eq!(serde_json::to_value(RuleId::OneShiftPerDay).unwrap(), RuleId::OneShiftPerDay.as_str());
        assert_eq!(serde_json::to_value(RuleId::Overcover).unwrap(), RuleId::Overcover.as_str());
    }

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
    fn every_fault_of_a_group_has_its_place() {
        let agent = AgentId::generate();
        let group = |kind, agents: &[AgentId], mentors: &[AgentId]| AgentGroup {
            name: "甲".into(),
            kind,
            agent_ids: agents.to_vec(),
            min_agents: 0,
            mentor_ids: mentors.to_vec(),
        };
        let groups = vec![
            group(GroupKind::OnDuty, &[agent, agent], &[]),
            group(GroupKind::Apart, &[agent], &[]),
            group(GroupKind::Mentored, &[agent], &[]),
            group(GroupKind::Mentored, &[agent], &[agent]),
            group(GroupKind::Together, &[agent, AgentId::generate()], &[]),
        ];
        let rules = RosterRules { groups, ..RosterRules::default() };
        let places: Vec<String> = rules.faults().into_iter().map(|(place, _)| place).collect();
        let expected = ["0/agent_ids", "0/min_agents", "1/agent_ids", "2/mentor_ids", "3/mentor_ids"];
        assert_eq!(places, expected.map(|place| format!("/groups/{place}")));
    }

    #[test]
    fn tiers_that_overlap_are_refused() {
        let weights = CostWeights { wish: 7.0, ..CostWeights::default() };
        let faults = weights.faults();
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].0, "/weights/wish");
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
