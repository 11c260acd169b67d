//! How many to hire, train and borrow.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{expect_cost, expect_factor, expect_share};
use crate::domain::access::Permission::ReadPlans;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::ForecastId;
use crate::http::access::Caller;
use crate::http::extract::Json;
use crate::http::problem::ApiError;
use crate::http::state::AppState;
use crate::services::ServiceError;
use crate::services::staffing::{self, Borrowing, HeadcountDemand, HeadcountPlan, HeadcountRequest, Hiring, Staff, Training};

/// More periods, or heads, than anybody plans.
const MOST_PERIODS: usize = 60;
const MOST_HEADS: f64 = 100_000.0;

/// What to plan. A period is a month or a week: all lengths and costs are in periods of that kind.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "periods": [{ "label": "2027-01", "p50_heads": 26, "p90_heads": 29 }, { "label": "2027-02", "p50_heads": 30,
    "p90_heads": 36 }], "staff": { "heads": 26, "leaving_share": 0.03, "cost": 8000 },
    "hiring": { "lead_periods": 1, "training_periods": 1, "ramp": [0.7], "most_per_period": 10, "cost": 3000 },
    "training": { "most": 2, "periods": 1, "proficiency": 0.8, "cost": 1000, "period_cost": 4000 },
    "borrowing": [{ "name": "外包", "most": 10, "lead_periods": 0, "proficiency": 0.8, "cost": 12000 }], "shortage_cost": 30000 }))]
pub struct HeadcountCreate {
    /// The week that factors refer to.
    pub forecast_id: Option<Uuid>,
    /// Hours that a full-time head is paid for in a week; 40 if absent.
    #[serde(default = "forty")]
    pub weekly_hours: f64,
    /// The periods in order, 1-60.
    pub periods: Vec<PeriodCreate>,
    /// How likely the high demand is, the ordinary one being the rest; 0.3 if absent.
    #[serde(default = "usual_probability")]
    pub p90_probability: f64,
    /// Who is there.
    pub staff: StaffCreate,
    /// Who can be hired; nobody if absent.
    #[serde(default)]
    pub hiring: HiringCreate,
    /// Who can be trained; nobody if absent.
    #[serde(default)]
    pub training: TrainingCreate,
    /// Who can be borrowed, by source.
    #[serde(default)]
    pub borrowing: Vec<BorrowingCreate>,
    /// What a missing head costs in a period: sales and reputation lost.
    pub shortage_cost: f64,
}

fn forty() -> f64 {
    40.0
}

fn usual_probability() -> f64 {
    0.3
}

/// The demand of a period: in heads, or as factors on the week of `forecast_id`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodCreate {
    /// What the caller calls it.
    pub label: String,
    /// Fully trained full-time heads needed, as likely more as less.
    pub p50_heads: Option<f64>,
    /// The same, exceeded once in ten times; as `p50_heads` if absent.
    pub p90_heads: Option<f64>,
    /// Factor on the volumes of the forecast week, as likely more as less.
    pub p50_factor: Option<f64>,
    /// The same, exceeded once in ten times; as `p50_factor` if absent.
    pub p90_factor: Option<f64>,
}

/// Agents who are there now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StaffCreate {
    /// Fully trained full-time heads at the start.
    pub heads: f64,
    /// Share that leaves in a period, newcomers too; 0 if absent.
    #[serde(default)]
    pub leaving_share: f64,
    /// What a head costs in a period; hires are paid it from their first day.
    pub cost: f64,
}

/// How newcomers are won.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HiringCreate {
    /// Periods from the decision to the first day.
    pub lead_periods: usize,
    /// Periods of training from the first day.
    pub training_periods: usize,
    /// Work done in the periods after, as shares of a fully trained agent's.
    #[serde(default)]
    pub ramp: Vec<f64>,
    /// The most first days in a period.
    pub most_per_period: u32,
    /// What a hire costs once, training included.
    pub cost: f64,
}

/// Agents of other teams who can be trained for this one.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrainingCreate {
    /// How many there are.
    pub most: u32,
    /// Periods of training.
    pub periods: usize,
    /// Work done from then on, as a share of a fully trained agent's.
    pub proficiency: f64,
    /// What training one costs, once.
    pub cost: f64,
    /// What one costs in each period of help.
    pub period_cost: f64,
}

/// Temporary or outsourced agents.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BorrowingCreate {
    /// What the caller calls the source.
    pub name: String,
    /// The most in a period.
    pub most: u32,
    /// Periods ahead that they are booked; 0 where they can follow the demand as it turns out.
    #[serde(default)]
    pub lead_periods: usize,
    /// Work done, as a share of a fully trained agent's.
    pub proficiency: f64,
    /// What one costs in a period.
    pub cost: f64,
}

impl PeriodCreate {
    fn demand(&self, index: usize, faults: &mut Faults) -> HeadcountDemand {
        let pointer = format!("/periods/{index}");
        faults.name(format!("{pointer}/label"), &self.label);
        match (self.p50_heads, self.p50_factor) {
            (Some(p50), None) => {
                let p90 = self.p90_heads.unwrap_or(p50);
                let are_heads = (0.0..=MOST_HEADS).contains(&p50) && (p50..=MOST_HEADS).contains(&p90);
                faults.expect(are_heads, format!("{pointer}/p50_heads"), "must be 0 to 100000, and p90_heads not below it");
                faults.expect(self.p90_factor.is_none(), format!("{pointer}/p90_factor"), "give heads or factors, not both");
                HeadcountDemand::Heads { p50, p90 }
            }
            (None, Some(p50)) => {
                let p90 = self.p90_factor.unwrap_or(p50);
                expect_factor(faults, format!("{pointer}/p50_factor"), p50);
                expect_factor(faults, format!("{pointer}/p90_factor"), p90);
                faults.expect(p90 >= p50, format!("{pointer}/p90_factor"), "must not be below p50_factor");
                faults.expect(self.p90_heads.is_none(), format!("{pointer}/p90_heads"), "give heads or factors, not both");
                HeadcountDemand::Factor { p50, p90 }
            }
            _ => {
                faults.add(pointer, "needs either p50_heads or p50_factor");
                HeadcountDemand::Heads { p50: 0.0, p90: 0.0 }
            }
        }
    }
}

impl HeadcountCreate {
    fn into_request(self) -> Result<HeadcountRequest, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let count = self.periods.len();
        faults.expect(
            (1..=MOST_PERIODS).contains(&count),
            "/periods",
            format!("must be 1 to {MOST_PERIODS} periods, got {count}"),
        );
        let are_hours = (1.0..=84.0).contains(&self.weekly_hours);
        faults.expect(are_hours, "/weekly_hours", format!("must be between 1 and 84, got {}", self.weekly_hours));
        expect_share(&mut faults, "/p90_probability", self.p90_probability);
        let demand = self.periods.iter().enumerate().map(|(index, period)| period.demand(index, &mut faults)).collect();
        let are_heads = (0.0..=MOST_HEADS).contains(&self.staff.heads);
        faults.expect(are_heads, "/staff/heads", format!("must be 0 to {MOST_HEADS}, got {}", self.staff.heads));
        expect_share(&mut faults, "/staff/leaving_share", self.staff.leaving_share);
        let HiringCreate { lead_periods, training_periods, ramp, most_per_period, cost } = self.hiring;
        for (name, periods) in [("hiring/lead_periods", lead_periods), ("hiring/training_periods", training_periods)] {
            faults.expect(periods <= MOST_PERIODS, format!("/{name}"), format!("must be at most {MOST_PERIODS}, got {periods}"));
        }
        for (index, share) in ramp.iter().enumerate() {
            let detail = format!("must be 0 to 1, got {share}");
            faults.expect((0.0..=1.0).contains(share), format!("/hiring/ramp/{index}"), detail);
        }
        expect_proficiency(&mut faults, "/training/proficiency", self.training.proficiency);
        let periods = self.training.periods;
        faults.expect(periods <= MOST_PERIODS, "/training/periods", format!("must be at most {MOST_PERIODS}, got {periods}"));
        let borrowing = self.borrowing.iter().enumerate().map(|(index, source)| source.of(index, &mut faults)).collect();
        let training = &self.training;
        let costs = [("staff/cost", self.staff.cost), ("hiring/cost", cost), ("training/cost", training.cost)];
        let costs =
            costs.into_iter().chain([("training/period_cost", training.period_cost), ("shortage_cost", self.shortage_cost)]);
        costs.for_each(|(name, cost)| expect_cost(&mut faults, format!("/{name}"), cost));
        faults.into_result(Some(HeadcountRequest {
            forecast_id: self.forecast_id.map(ForecastId),
            weekly_hours: self.weekly_hours,
            demand,
            p90_probability: self.p90_probability,
            staff: Staff { heads: self.staff.heads, leaving: self.staff.leaving_share, cost: self.staff.cost },
            hiring: Hiring { lead_periods, training_periods, ramp, most: most_per_period, cost },
            training: Training {
                most: training.most,
                periods,
                proficiency: training.proficiency,
                cost: training.cost,
                period_cost: training.period_cost,
            },
            borrowing,
            shortage_cost: self.shortage_cost,
        }))
    }
}

impl BorrowingCreate {
    fn of(&self, index: usize, faults: &mut Faults) -> Borrowing {
        let pointer = format!("/borrowing/{index}");
        faults.name(format!("{pointer}/name"), &self.name);
        expect_proficiency(faults, format!("{pointer}/proficiency"), self.proficiency);
        expect_cost(faults, format!("{pointer}/cost"), self.cost);
        Borrowing { most: self.most, lead_periods: self.lead_periods, proficiency: self.proficiency, cost: self.cost }
    }
}

fn expect_proficiency(faults: &mut Faults, pointer: impl std::fmt::Display, proficiency: f64) {
    faults.expect((0.0..=1.5).contains(&proficiency), pointer, format!("must be between 0 and 1.5, got {proficiency}"));
}

/// A plan and its price.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct HeadcountView {
    /// By period.
    pub periods: Vec<HeadcountPeriodView>,
    /// Expected cost of hiring, training and borrowing and of what is still missing; wages of staff now there are left out.
    pub cost: f64,
    /// Expected cost of what would be missing if nothing were done.
    pub cost_of_nothing: f64,
    /// Expected heads × periods missing with the plan.
    pub short: f64,
    /// The same if nothing were done.
    pub short_of_nothing: f64,
}

/// What to do in a period, and what comes of it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct HeadcountPeriodView {
    /// As given.
    pub label: String,
    /// Hires to decide on.
    pub hire: u32,
    /// The period of their first full work after training, by label; `null` for no hires, or beyond the plan.
    pub productive_from: Option<String>,
    /// Agents of other teams whose training begins.
    pub train: u32,
    /// Heads of fully trained work that own staff does, newcomers and trained ones included.
    pub own_heads: f64,
    /// At ordinary demand.
    pub p50: HeadcountOutcomeView,
    /// At high demand.
    pub p90: HeadcountOutcomeView,
}

/// What a demand brings.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct HeadcountOutcomeView {
    /// Heads needed.
    pub needed: f64,
    /// Borrowed agents, by source.
    pub borrow: Vec<BorrowedView>,
    /// Heads missing.
    pub short: f64,
}

/// Borrowed agents.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct BorrowedView {
    /// The source, as given.
    pub name: String,
    /// How many.
    pub agents: u32,
}

/// What the answer repeats of the request.
struct Words {
    labels: Vec<String>,
    sources: Vec<String>,
    /// Periods from a hire to its first work.
    delay: usize,
}

impl HeadcountView {
    fn of(plan: &HeadcountPlan, words: &Words) -> Self {
        let outcome = |outcome: &staffing::Outcome| HeadcountOutcomeView {
            needed: outcome.needed,
            borrow: words
                .sources
                .iter()
                .zip(&outcome.borrow)
                .map(|(name, agents)| BorrowedView { name: name.clone(), agents: *agents })
                .collect(),
            short: outcome.short,
        };
        let periods = plan.periods.iter().enumerate().map(|(index, period)| HeadcountPeriodView {
            label: words.labels[index].clone(),
            hire: period.hire,
            productive_from: words.labels.get(index + words.delay).filter(|_| period.hire > 0).cloned(),
            train: period.train,
            own_heads: period.own_heads,
            p50: outcome(&period.outcomes[0]),
            p90: outcome(&period.outcomes[1]),
        });
        let HeadcountPlan { cost, cost_of_nothing, short, short_of_nothing, .. } = *plan;
        Self { periods: periods.collect(), cost, cost_of_nothing, short, short_of_nothing }
    }
}

/// Plan how many to hire, train and borrow over months, or weeks before a campaign, at the least expected cost.
///
/// Hires and training are decided before the demand is known, what is borrowed without booking follows it. Nothing is stored.
#[utoipa::path(tag = "planning", request_body = HeadcountCreate,
    responses((status = 200, description = "The plan, and what it costs not to follow it", body = HeadcountView),
        (status = 404, description = "The forecast is not there, or outside the key's scope",
            body = crate::http::problem::Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("read-plans"))))]
#[post("/headcount-plans")]
pub async fn plan_heads(caller: Caller, state: Data<AppState>, body: Json<HeadcountCreate>) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadPlans)?;
    let words = Words {
        labels: body.0.periods.iter().map(|period| period.label.clone()).collect(),
        sources: body.0.borrowing.iter().map(|source| source.name.clone()).collect(),
        delay: body.0.hiring.lead_periods + body.0.hiring.training_periods + body.0.hiring.ramp.len(),
    };
    let request = body.0.into_request().map_err(ServiceError::from)?;
    let plan = staffing::plan_heads(&state.store, actor, request).await?;
    Ok(HttpResponse::Ok().json(HeadcountView::of(&plan, &words)))
}
