//! What a roster costs by rule, agent and date.

use std::collections::BTreeMap;

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::views::{AgentNameView, RuleCostView};
use crate::domain::access::Permission::ReadPlans;
use crate::domain::ids::RosterId;
use crate::domain::roster::RuleCost;
use crate::http::access::Caller;
use crate::http::extract::{Path, versioned};
use crate::http::problem::ApiError;
use crate::http::state::AppState;
use crate::services::rosters::{self, CostItem, RosterContext};

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

/// What a roster costs by rule, agent and date.
///
/// Judges it by leave, wishes, skills and rules as they are now, which may be others than when it was built.
#[utoipa::path(tag = "rosters", params(("id" = Uuid, Path, description = "The roster")),
    responses((status = 200, description = "What it costs, and for what", body = CostsView)),
    extensions(("x-permission" = json!("read-plans"))))]
#[get("/rosters/{id}/costs")]
pub async fn get_roster_costs(caller: Caller, state: Data<AppState>, id: Path<RosterId>) -> Result<HttpResponse, ApiError> {
    let (row, context) = rosters::read_roster(&state.store, caller.may(ReadPlans)?, id.0).await?;
    let items = rosters::roster_costs(&context)?;
    Ok(versioned(row.version, CostsView::of(&items, &context)))
}
