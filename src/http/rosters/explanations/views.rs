//! Reasons on the wire.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::views::RuleCostView;
use crate::domain::ids::AgentId;
use crate::domain::roster::RuleCost;
use crate::services::rosters::{
    AgentDay, Alternatives, CostItem, CoverageTotals, DayDuty, Loosened, Relaxation, Relaxations, RosterContext,
};

/// How near the hours missing now are to those of the build to count as the same.
const SAME_HOURS: f64 = 0.01;

/// What would close a roster's gaps.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "missing_hours": 16.0, "is_current": true, "relaxations": [{ "loosened": "late_shifts",
    "rule": "late-shifts", "agents": [{ "agent_id": "01936d7e-0000-7000-8000-000000000000", "agent": "张三" },
        { "agent_id": "01936d7e-0000-7000-8000-000000000001", "agent": "李四" }], "queue_id": null, "queue": null,
    "removed_hours": 3.5, "saved_cost": 70.0,
    "text": "one more late shift for 张三 and 李四 removes 3.5 of 16 missing hours" }] }))]
pub struct RelaxationsView {
    /// Agent-hours that the roster missed when it was built; `null` where nobody looked for relaxations.
    pub missing_hours: Option<f64>,
    /// Whether the roster still misses as much as then; if not, it was edited since, and the figures are of before.
    pub is_current: bool,
    /// Each by itself, the one that saves most first. They do not add up.
    pub relaxations: Vec<RelaxationView>,
}

/// A limit that, loosened by one step, closes gaps.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct RelaxationView {
    /// What is loosened.
    pub loosened: LoosenedView,
    /// The rule it belongs to, in kebab-case; `null` for one more agent.
    pub rule: Option<String>,
    /// For whom, the one first for whom it pays most; empty for one more agent.
    pub agents: Vec<AgentNameView>,
    /// For which queue, in training and for one more agent.
    pub queue_id: Option<Uuid>,
    /// Its display name.
    pub queue: Option<String>,
    /// Missing agent-hours that it removes.
    pub removed_hours: f64,
    /// What it saves, in the unit of the team's cost weights.
    pub saved_cost: f64,
    /// The same in words.
    pub text: String,
}

/// A limit that is loosened by one step.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LoosenedView {
    /// One more late shift a week.
    LateShifts,
    /// One more working day in a row.
    DaysInARow,
    /// One more working day a week, as long as a day off is left.
    WorkingDays,
    /// Weekly hours by one more shift.
    WeeklyHours,
    /// Rest between shifts, to the next lower of 12, 11, 10, 9 and 8 hours.
    MinimumRest,
    /// Training for one more queue.
    Training,
    /// One more agent.
    Headcount,
}

/// An agent by name.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AgentNameView {
    /// Who.
    pub agent_id: Uuid,
    /// Display name.
    pub agent: Option<String>,
}

impl From<Loosened> for LoosenedView {
    fn from(loosened: Loosened) -> Self {
        match loosened {
            Loosened::LateShifts => Self::LateShifts,
            Loosened::DaysInARow => Self::DaysInARow,
            Loosened::WorkingDays => Self::WorkingDays,
            Loosened::WeeklyHours => Self::WeeklyHours,
            Loosened::MinimumRest => Self::MinimumRest,
            Loosened::Training => Self::Training,
            Loosened::Headcount => Self::Headcount,
        }
    }
}

impl RelaxationsView {
    /// Of what was stored with the roster.
    pub fn of(stored: Option<Relaxations>, context: &RosterContext) -> Self {
        let missing_hours = stored.as_ref().map(|stored| stored.missing_hours);
        let now = CoverageTotals::of(context).short_agent_minutes / 60.0;
        let found = stored.map(|stored| stored.found).unwrap_or_default();
        Self {
            missing_hours,
            is_current: missing_hours.is_some_and(|hours| (hours - now).abs() < SAME_HOURS),
            relaxations: found.into_iter().map(|one| RelaxationView::of(one, context)).collect(),
        }
    }
}

impl RelaxationView {
    fn of(relaxation: Relaxation, context: &RosterContext) -> Self {
        Self {
            loosened: relaxation.loosened.into(),
            rule: relaxation.rule.map(|rule| rule.as_str().to_owned()),
            agents: relaxation.agent_ids.iter().map(|id| AgentNameView::of(*id, context)).collect(),
            queue_id: relaxation.queue_id.map(|id| id.0),
            queue: relaxation.queue_id.and_then(|id| context.queue_names.get(&id).cloned()),
            removed_hours: relaxation.removed_hours,
            saved_cost: relaxation.saved_cost,
            text: relaxation.text,
        }
    }
}

impl AgentNameView {
    fn of(id: AgentId, context: &RosterContext) -> Self {
        Self { agent_id: id.0, agent: context.agents.get(&id).map(|agent| agent.name.clone()) }
    }
}

/// What a roster costs, and for what.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "cost": 43.0, "by_rule": [{ "rule": "coverage", "cost": 40.0 }, { "rule": "wish", "cost": 3.0 }],
    "agents": [{ "agent_id": "01936d7e-0000-7000-8000-000000000000", "agent": "王芳", "cost": 3.0,
        "by_rule": [{ "rule": "wish", "cost": 3.0 }] }],
    "dates": [{ "date": "2026-12-05", "cost": 43.0, "by_rule": [{ "rule": "coverage", "cost": 40.0 }, { "rule": "wish", "cost": 3.0 }] }],
    "items": [{ "rule": "coverage", "agent_id": null, "queue_id": "01936d7e-0000-7000-8000-000000000002", "date": "2026-12-05", "cost": 40.0 },
        { "rule": "wish", "agent_id": "01936d7e-0000-7000-8000-000000000000", "queue_id": null, "date": "2026-12-05", "cost": 3.0 }] }))]
pub struct CostsView {
    /// What it costs, in the unit of the team's cost weights.
    pub cost: f64,
    /// By rule, dearest first.
    pub by_rule: Vec<RuleCostView>,
    /// By agent, dearest first: refused wishes, hours short, uneven loads. What is missing on a queue is no agent's.
    pub agents: Vec<AgentCostView>,
    /// By local date. What is the whole week's is on none: hours short and uneven loads.
    pub dates: Vec<DateCostView>,
    /// Everything it is made of, dearest first; the items add up to `cost`.
    pub items: Vec<CostItemView>,
}

/// What a roster costs for one agent.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AgentCostView {
    /// Who.
    #[serde(flatten)]
    pub agent: AgentNameView,
    /// All rules together.
    pub cost: f64,
    /// By rule, dearest first.
    pub by_rule: Vec<RuleCostView>,
}

/// What a roster costs on one date.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DateCostView {
    /// The local date, by the clock.
    pub date: NaiveDate,
    /// All rules together.
    pub cost: f64,
    /// By rule, dearest first.
    pub by_rule: Vec<RuleCostView>,
}

/// What one rule costs for one agent or queue on one date.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct CostItemView {
    /// Which rule, in kebab-case.
    pub rule: String,
    /// For whom, where it concerns one agent.
    pub agent_id: Option<Uuid>,
    /// For which queue, where it concerns one.
    pub queue_id: Option<Uuid>,
    /// On which local date, where it concerns one.
    pub date: Option<NaiveDate>,
    /// In the unit of the team's cost weights.
    pub cost: f64,
}

impl CostsView {
    /// Of the items of a roster.
    pub fn of(items: &[CostItem], context: &RosterContext) -> Self {
        let all: Vec<&CostItem> = items.iter().collect();
        let (cost, by_rule) = summed(&all);
        let agents = grouped(items, |item| item.agent_id).into_iter().map(|(id, items)| {
            let (cost, by_rule) = summed(&items);
            AgentCostView { agent: AgentNameView::of(id, context), cost, by_rule }
        });
        let mut agents: Vec<AgentCostView> = agents.collect();
        agents.sort_by(|left, right| right.cost.total_cmp(&left.cost));
        let dates = grouped(items, |item| item.date).into_iter().map(|(date, items)| {
            let (cost, by_rule) = summed(&items);
            DateCostView { date, cost, by_rule }
        });
        Self { cost, by_rule, agents, dates: dates.collect(), items: items.iter().map(Into::into).collect() }
    }
}

impl From<&CostItem> for CostItemView {
    fn from(item: &CostItem) -> Self {
        Self {
            rule: item.rule.as_str().to_owned(),
            agent_id: item.agent_id.map(|id| id.0),
            queue_id: item.queue_id.map(|id| id.0),
            date: item.date,
            cost: item.cost,
        }
    }
}

/// The items of each key; those without one are left out.
fn grouped<K: Ord>(items: &[CostItem], key: impl Fn(&CostItem) -> Option<K>) -> BTreeMap<K, Vec<&CostItem>> {
    let mut groups: BTreeMap<K, Vec<&CostItem>> = BTreeMap::new();
    for item in items {
        if let Some(key) = key(item) {
            groups.entry(key).or_default().push(item);
        }
    }
    groups
}

fn summed(items: &[&CostItem]) -> (f64, Vec<RuleCostView>) {
    let by_rule = RuleCost::summed(items.iter().map(|item| (item.rule, item.cost)));
    (items.iter().map(|item| item.cost).sum(), by_rule.iter().map(Into::into).collect())
}

/// What else an agent could do on a day.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "agent_id": "01936d7e-0000-7000-8000-000000000000", "agent": "王芳", "date": "2026-12-05",
    "now": { "shift_template_id": "01936d7e-0000-7000-8000-000000000003", "shift": "晚班",
        "queue_id": "01936d7e-0000-7000-8000-000000000002", "queue": "售前" },
    "is_pinned": false,
    "alternatives": [{ "instead": null, "added_cost": 42.5, "by_rule": [{ "rule": "coverage", "cost": 45.0 }, { "rule": "wish", "cost": -2.5 }],
        "changes": [], "text": "a day off instead costs 42.5 more: coverage +45, wish -2.5" }] }))]
pub struct AlternativesView {
    /// Who.
    #[serde(flatten)]
    pub agent: AgentNameView,
    /// The local date.
    pub date: NaiveDate,
    /// What the agent does; `null` for a day off.
    pub now: Option<DutyView>,
    /// Whether a pin asks for it: then there is no alternative.
    pub is_pinned: bool,
    /// What else the rules leave the agent, cheapest first.
    pub alternatives: Vec<AlternativeView>,
}

/// Something else that the agent could do on the day.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AlternativeView {
    /// What; `null` for a day off.
    pub instead: Option<DutyView>,
    /// What the roster would cost more; below 0 where it would cost less.
    pub added_cost: f64,
    /// The same by rule, what it adds most to first.
    pub by_rule: Vec<RuleCostView>,
    /// Other days of the agent's that change with it.
    pub changes: Vec<DutyChangeView>,
    /// The same in words.
    pub text: String,
}

/// Another day of the agent's that changes too.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DutyChangeView {
    /// The local date.
    pub date: NaiveDate,
    /// What the agent does in the roster; `null` for a day off.
    pub before: Option<DutyView>,
    /// What the agent would do; `null` for a day off.
    pub after: Option<DutyView>,
}

/// A shift on a queue.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DutyView {
    /// Which shift.
    pub shift_template_id: Uuid,
    /// Its display name.
    pub shift: Option<String>,
    /// On which queue.
    pub queue_id: Uuid,
    /// Its display name.
    pub queue: Option<String>,
}

impl AlternativesView {
    /// Of what was found for an agent's day.
    pub fn of(of: AgentDay, found: &Alternatives, context: &RosterContext) -> Self {
        let duty = |duty: Option<DayDuty>| duty.map(|duty| DutyView::of(duty, context));
        let alternatives = found.found.iter().map(|one| AlternativeView {
            instead: duty(one.instead),
            added_cost: one.added_cost,
            by_rule: one.by_rule.iter().map(Into::into).collect(),
            changes: one
                .changes
                .iter()
                .map(|change| DutyChangeView { date: change.date, before: duty(change.before), after: duty(change.after) })
                .collect(),
            text: one.text.clone(),
        });
        Self {
            agent: AgentNameView::of(of.agent_id, context),
            date: of.date,
            now: duty(found.now),
            is_pinned: found.is_pinned,
            alternatives: alternatives.collect(),
        }
    }
}

impl DutyView {
    fn of(duty: DayDuty, context: &RosterContext) -> Self {
        Self {
            shift_template_id: duty.shift_template_id.0,
            shift: context.input.shift_template(duty.shift_template_id).map(|template| template.name.clone()),
            queue_id: duty.queue_id.0,
            queue: context.queue_names.get(&duty.queue_id).cloned(),
        }
    }
}
