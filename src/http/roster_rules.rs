//! The roster rules of a team on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::windows::{WindowView, clock, minute, windows_from};
use crate::domain::fault::Faults;
use crate::domain::ids::{AgentId, ShiftTemplateId};
use crate::domain::rules::{AgentGroup, CostWeights, GroupKind, RosterRules, ShiftLimit};
use crate::services::proposal::Reference;

/// The roster rules of a team. What is absent has its usual value, not the one it had before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "min_rest_minutes": 660, "max_consecutive_days": 6, "min_rest_days": 1, "max_late_shifts": 3,
    "late_after": "22:00", "leader_windows": [{ "weekday": "mon", "start": "09:00", "end": "22:00" }],
    "weights": { "peak_gap_hour": 60.0, "gap_hour": 20.0, "leader_gap_hour": 15.0, "missing_hour": 10.0, "spread": 6.0,
        "wish": 1.0, "surplus_hour": 0.5 } }))]
pub struct RosterRulesView {
    /// Minutes from the end of one shift to the start of the next, 0-1440; 660 if absent.
    pub min_rest_minutes: u32,
    /// Working days in a row, those before the week included, 1-14; 6 if absent.
    pub max_consecutive_days: u32,
    /// Days without a shift in every week, 0-6; 1 if absent.
    pub min_rest_days: u32,
    /// Late shifts of one agent in a week, 0-7; 4 if absent.
    pub max_late_shifts: u32,
    /// Weekends with a shift on Saturday or Sunday for one agent, of all weeks that are planned together, 0-8; any if absent.
    #[schema(minimum = 0, maximum = 8)]
    pub max_weekends: Option<u32>,
    /// A shift is late if it ends after this, `HH:MM` from 12:00 to 36:00: 26:00 is 02:00 of the next day; 22:00 if absent.
    #[schema(pattern = "^[1-3][0-9]:[0-5][0-9]$")]
    pub late_after: String,
    /// Minutes by which the clock time of the start may differ on consecutive working days, 0-1440; any if absent.
    #[schema(minimum = 0, maximum = 1440)]
    pub max_start_change_minutes: Option<u32>,
    /// Minutes by which a shift may start earlier by the clock than the one of the day before, 0-1440: 0 rotates forward only;
    /// any if absent.
    #[schema(minimum = 0, maximum = 1440)]
    pub max_earlier_start_minutes: Option<u32>,
    /// Working days in a row at least, 1-7 and at most `max_consecutive_days`; 1, any, if absent. A row that touches the first or
    /// the last day of the week may be shorter.
    #[schema(minimum = 1, maximum = 7)]
    pub min_consecutive_days: u32,
    /// Days off in a row at least, 1-7; 1, any, if absent. Days off that touch the first or the last day of the week may be fewer.
    #[schema(minimum = 1, maximum = 7)]
    pub min_consecutive_days_off: u32,
    /// Most shifts of one template for one agent in a week; templates not named have no limit.
    pub shift_limits: Vec<ShiftLimitView>,
    /// Of those on shift on a queue, one may be on a break at any time, and of the others this share, 0-1: with 0.25, one of one
    /// to four, two of five to eight. What is above is priced; any number may if absent.
    #[schema(minimum = 0, maximum = 1)]
    pub max_break_share: Option<f64>,
    /// When a leader is to be on duty; empty for never.
    pub leader_windows: Vec<WindowView>,
    /// Agents of whom the roster asks something together; who is not rostered in a week is left out.
    pub groups: Vec<AgentGroupView>,
    /// Weeks of published rosters by which wishes are weighed, 0-52: who was refused more often than the team on average counts for
    /// up to double, who less often for down to half; 52 if absent, 0 for none.
    #[schema(minimum = 0, maximum = 52)]
    pub wish_memory_weeks: u32,
    /// Weeks of published rosters whose late shifts, weekends and statutory holidays the next ones even out, 0-52; 0 for none. Who
    /// joined or was away in a part of them is counted at the team's rate for it.
    pub load_memory_weeks: u32,
    /// What each breach of a soft rule costs.
    pub weights: CostWeightsView,
}

/// What is asked of a group of agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupKindView {
    /// At least `min_agents` of them work on every day: never two off at once, of a pair.
    OnDuty,
    /// No two of them work the same shift of a day.
    Apart,
    /// All of them work the shifts that the first of them works, and no others.
    Together,
    /// None of them works a shift that no mentor works.
    Mentored,
}

/// Agents of whom the roster asks something together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "退款专员", "kind": "on_duty", "min_agents": 1,
    "agent_ids": ["01936d7e-0000-7000-8000-000000000000", "01936d7e-0000-7000-8000-000000000001"] }))]
pub struct AgentGroupView {
    /// Display name.
    pub name: String,
    /// What is asked.
    pub kind: GroupKindView,
    /// Of whom: two or more, one or more if mentored.
    pub agent_ids: Vec<Uuid>,
    /// For `on_duty`: how many work on every day; 1 if absent.
    #[serde(default = "one")]
    #[schema(minimum = 1)]
    pub min_agents: u32,
    /// For `mentored`: who may accompany them.
    #[serde(default)]
    pub mentor_ids: Vec<Uuid>,
}

fn one() -> u32 {
    1
}

/// How often one agent may work one shift.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "shift_template_id": "01936d7e-0000-7000-8000-000000000000", "max_shifts": 2 }))]
pub struct ShiftLimitView {
    /// Which shift.
    pub shift_template_id: Uuid,
    /// How often in a week.
    #[schema(minimum = 0, maximum = 7)]
    pub max_shifts: u32,
}

/// What each breach of a soft rule costs: each price must be above the next one, but for the last three.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "peak_gap_hour": 60.0, "gap_hour": 20.0, "leader_gap_hour": 15.0, "missing_hour": 10.0,
    "spread": 6.0, "wish": 1.0, "surplus_hour": 0.5, "group_gap_day": 30.0, "company": 10.0,
    "crowded_break_hour": 20.0, "change": 10.0, "premium_hour": 4.0, "rotation": 160.0 }))]
pub struct CostWeightsView {
    /// One agent missing for one hour inside a peak window.
    pub peak_gap_hour: f64,
    /// One agent missing for one hour.
    pub gap_hour: f64,
    /// No leader on duty for one hour where asked.
    pub leader_gap_hour: f64,
    /// One paid hour below an agent's minimum.
    pub missing_hour: f64,
    /// One late shift or weekend day by which the most loaded agent exceeds the least loaded one.
    pub spread: f64,
    /// A wish of weight 1 refused.
    pub wish: f64,
    /// One agent too many for one hour.
    pub surplus_hour: f64,
    /// One agent of an `on_duty` group missing on a day; stands beside the others and need not be in their order.
    pub group_gap_day: f64,
    /// One shift in company that is to be avoided, or without the company asked for; stands beside the others as well.
    pub company: f64,
    /// One agent too many on a break for one hour; stands beside the others as well.
    pub crowded_break_hour: f64,
    /// One agent's day that is another than in the roster to stay close to (`least_change_from` of a run); stands beside the
    /// others as well.
    pub change: f64,
    /// One hour that labour law pays at a premium, times its rate (1.5 for overtime, 2 on a day of rest, 3 on a statutory holiday);
    /// stands beside the tiers. Below a third of `gap_hour` such an hour is worked rather than left open. Nothing where the site has
    /// adopted no rule pack.
    pub premium_hour: f64,
    /// One agent's day that is another than in the team's rotation; stands beside the tiers. Eight hours of a missing agent, 160, unless
    /// set: below that the rotation stands.
    pub rotation: f64,
}

impl Default for RosterRulesView {
    fn default() -> Self {
        (&RosterRules::default()).into()
    }
}

impl Default for CostWeightsView {
    fn default() -> Self {
        (&CostWeights::default()).into()
    }
}

impl From<&RosterRules> for RosterRulesView {
    fn from(rules: &RosterRules) -> Self {
        Self {
            min_rest_minutes: rules.min_rest_minutes,
            max_consecutive_days: rules.max_consecutive_days,
            min_rest_days: rules.min_rest_days,
            max_late_shifts: rules.max_late_shifts,
            max_weekends: rules.max_weekends,
            late_after: clock(rules.late_after_minute),
            max_start_change_minutes: rules.max_start_change_minutes,
            max_earlier_start_minutes: rules.max_earlier_start_minutes,
            min_consecutive_days: rules.min_consecutive_days,
            min_consecutive_days_off: rules.min_consecutive_days_off,
            shift_limits: rules.shift_limits.iter().map(Into::into).collect(),
            max_break_share: rules.max_break_share,
            leader_windows: rules.leader_windows.iter().map(Into::into).collect(),
            groups: rules.groups.iter().map(Into::into).collect(),
            wish_memory_weeks: rules.wish_memory_weeks,
            load_memory_weeks: rules.load_memory_weeks,
            weights: (&rules.weights).into(),
        }
    }
}

impl From<&AgentGroup> for AgentGroupView {
    fn from(group: &AgentGroup) -> Self {
        let ids = |ids: &[AgentId]| ids.iter().map(|id| id.0).collect();
        Self {
            name: group.name.clone(),
            kind: match group.kind {
                GroupKind::OnDuty => GroupKindView::OnDuty,
                GroupKind::Apart => GroupKindView::Apart,
                GroupKind::Together => GroupKindView::Together,
                GroupKind::Mentored => GroupKindView::Mentored,
            },
            agent_ids: ids(&group.agent_ids),
            min_agents: group.min_agents,
            mentor_ids: ids(&group.mentor_ids),
        }
    }
}

impl From<AgentGroupView> for AgentGroup {
    fn from(view: AgentGroupView) -> Self {
        let ids = |ids: Vec<Uuid>| ids.into_iter().map(AgentId).collect();
        Self {
            name: view.name,
            kind: match view.kind {
                GroupKindView::OnDuty => GroupKind::OnDuty,
                GroupKindView::Apart => GroupKind::Apart,
                GroupKindView::Together => GroupKind::Together,
                GroupKindView::Mentored => GroupKind::Mentored,
            },
            agent_ids: ids(view.agent_ids),
            min_agents: view.min_agents,
            mentor_ids: ids(view.mentor_ids),
        }
    }
}

impl From<&ShiftLimit> for ShiftLimitView {
    fn from(limit: &ShiftLimit) -> Self {
        Self { shift_template_id: limit.shift_template_id.0, max_shifts: limit.max_shifts }
    }
}

impl From<ShiftLimitView> for ShiftLimit {
    fn from(view: ShiftLimitView) -> Self {
        Self { shift_template_id: ShiftTemplateId(view.shift_template_id), max_shifts: view.max_shifts }
    }
}

impl From<&CostWeights> for CostWeightsView {
    fn from(weights: &CostWeights) -> Self {
        let &CostWeights {
            peak_gap_hour,
            gap_hour,
            leader_gap_hour,
            missing_hour,
            spread,
            wish,
            surplus_hour,
            group_gap_day,
            company,
            crowded_break_hour,
            change,
            premium_hour,
            rotation,
        } = weights;
        Self {
            peak_gap_hour,
            gap_hour,
            leader_gap_hour,
            missing_hour,
            spread,
            wish,
            surplus_hour,
            group_gap_day,
            company,
            crowded_break_hour,
            change,
            premium_hour,
            rotation,
        }
    }
}

impl From<CostWeightsView> for CostWeights {
    fn from(view: CostWeightsView) -> Self {
        let CostWeightsView {
            peak_gap_hour,
            gap_hour,
            leader_gap_hour,
            missing_hour,
            spread,
            wish,
            surplus_hour,
            group_gap_day,
            company,
            crowded_break_hour,
            change,
            premium_hour,
            rotation,
        } = view;
        Self {
            peak_gap_hour,
            gap_hour,
            leader_gap_hour,
            missing_hour,
            spread,
            wish,
            surplus_hour,
            group_gap_day,
            company,
            crowded_break_hour,
            change,
            premium_hour,
            rotation,
        }
    }
}

impl RosterRulesView {
    /// What the rules name, each with its place below `pointer`.
    pub fn references(&self, pointer: &str) -> Vec<Reference> {
        let shifts = self.shift_limits.iter().enumerate().map(|(index, limit)| {
            let place = format!("{pointer}/shift_limits/{index}/shift_template_id");
            Reference::new(place, ShiftTemplateId(limit.shift_template_id))
        });
        let agents = self.groups.iter().enumerate().flat_map(|(index, group)| {
            let all = [("agent_ids", &group.agent_ids), ("mentor_ids", &group.mentor_ids)];
            let named = all.into_iter().flat_map(|(list, ids)| ids.iter().enumerate().map(move |(at, id)| (list, at, *id)));
            named.map(move |(list, at, id)| Reference::new(format!("{pointer}/groups/{index}/{list}/{at}"), AgentId(id)))
        });
        shifts.chain(agents).collect()
    }

    /// The rules, with a fault below `pointer` for each that does not fit.
    pub fn into_rules(self, pointer: &str, faults: &mut Faults) -> RosterRules {
        let late_after_minute = minute(&self.late_after).filter(|minute| (12 * 60..=36 * 60).contains(minute));
        let late_pointer = format!("{pointer}/late_after");
        faults.expect(
            late_after_minute.is_some(),
            late_pointer,
            format!("must be a time between 12:00 and 36:00, such as 22:00 or 26:00; got `{}`", self.late_after),
        );
        let defaults = RosterRules::default();
        let rules = RosterRules {
            min_rest_minutes: self.min_rest_minutes,
            max_consecutive_days: self.max_consecutive_days,
            min_rest_days: self.min_rest_days,
            max_late_shifts: self.max_late_shifts,
            max_weekends: self.max_weekends,
            late_after_minute: late_after_minute.unwrap_or(defaults.late_after_minute),
            max_start_change_minutes: self.max_start_change_minutes,
            max_earlier_start_minutes: self.max_earlier_start_minutes,
            min_consecutive_days: self.min_consecutive_days,
            min_consecutive_days_off: self.min_consecutive_days_off,
            shift_limits: self.shift_limits.iter().copied().map(Into::into).collect(),
            max_break_share: self.max_break_share,
            leader_windows: windows_from(&format!("{pointer}/leader_windows"), &self.leader_windows, faults),
            groups: self.groups.into_iter().map(Into::into).collect(),
            wish_memory_weeks: self.wish_memory_weeks,
            load_memory_weeks: self.load_memory_weeks,
            weights: self.weights.into(),
        };
        for (place, detail) in rules.faults() {
            faults.add(format!("{pointer}{place}"), detail);
        }
        rules
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_survive_the_way_over_the_wire() {
        let rules = RosterRules {
            max_late_shifts: 2,
            max_weekends: Some(2),
            late_after_minute: 26 * 60,
            max_start_change_minutes: Some(120),
            max_earlier_start_minutes: Some(0),
            min_consecutive_days: 2,
            min_consecutive_days_off: 3,
            max_break_share: Some(0.25),
            wish_memory_weeks: 26,
            load_memory_weeks: 8,
            weights: CostWeights { change: 7.5, ..CostWeights::default() },
            shift_limits: vec![ShiftLimit { shift_template_id: ShiftTemplateId::generate(), max_shifts: 2 }],
            groups: vec![AgentGroup {
                name: "师徒".into(),
                kind: GroupKind::Mentored,
                agent_ids: vec![AgentId::generate()],
                min_agents: 1,
                mentor_ids: vec![AgentId::generate(), AgentId::generate()],
            }],
            ..RosterRules::default()
        };
        let mut faults = Faults::default();
        assert_eq!(RosterRulesView::from(&rules).into_rules("/rules", &mut faults), rules);
        assert_eq!(faults.into_list(), []);
    }

    #[test]
    fn every_fault_of_the_rules_has_its_place() {
        let view: RosterRulesView = serde_json::from_value(serde_json::json!({ "min_rest_days": 7, "late_after": "9:00",
            "max_weekends": 9, "max_break_share": 1.5, "max_start_change_minutes": 1441, "max_earlier_start_minutes": 1500,
            "leader_windows": [{ "weekday": "mon", "start": "20:00", "end": "02:00" }], "weights": { "wish": 7.0 } }))
        .unwrap();
        let mut faults = Faults::default();
        view.into_rules("/rules", &mut faults);
        let pointers: Vec<String> = faults.into_list().into_iter().map(|fault| fault.pointer).collect();
        let expected = [
            "late_after",
            "leader_windows/0/end",
            "min_rest_days",
            "max_weekends",
            "max_start_change_minutes",
            "max_earlier_start_minutes",
            "max_break_share",
            "weights/wish",
        ];
        assert_eq!(pointers, expected.map(|place| format!("#/rules/{place}")));
    }
}
