//! The headcount plan: how many to hire, train and borrow, and when, for months ahead or a campaign.
//!
//! Heads are fully trained full-time agents. A period is a month or a week, as the caller counts; lead times, training and
//! ramp are in periods. Hiring and training are decided before it is known how much will come; what is borrowed may follow the
//! scenario that occurs. What is missing then has a price, so that there is always a plan.

mod model;

pub use model::plan_headcount;

/// One way that the demand may turn out.
#[derive(Debug, Clone, PartialEq)]
pub struct DemandScenario {
    /// How likely it is; those of all scenarios add up to 1.
    pub probability: f64,
    /// Heads needed, by period.
    pub heads: Vec<f64>,
}

/// Agents who are there now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Staff {
    /// Heads at the start of the first period.
    pub heads: f64,
    /// Share that leaves in a period, 0 or more and below 1; of newcomers too.
    pub leaving: f64,
    /// What a head costs in a period.
    pub cost: f64,
}

/// How newcomers are won.
#[derive(Debug, Clone, PartialEq)]
pub struct Hiring {
    /// Periods from the decision to the first day.
    pub lead_periods: usize,
    /// Periods of training from the first day: paid, without work.
    pub training_periods: usize,
    /// Work done in the periods after, as a share of a fully trained agent's; 1 from then on.
    pub ramp: Vec<f64>,
    /// The most first days in one period.
    pub most: u32,
    /// What a hire costs once, training included.
    pub cost: f64,
}

/// Agents of other teams who can be trained for this one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Training {
    /// How many there are.
    pub most: u32,
    /// Periods of training before they help.
    pub periods: usize,
    /// Work done from then on, as a share of a fully trained agent's.
    pub proficiency: f64,
    /// What training one costs, once.
    pub cost: f64,
    /// What one costs in each period of help: what the other team is missing.
    pub period_cost: f64,
}

/// Temporary or outsourced agents.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Borrowing {
    /// The most in one period.
    pub most: u32,
    /// Periods ahead that they are booked; with none they follow the scenario.
    pub lead_periods: usize,
    /// Work done, as a share of a fully trained agent's.
    pub proficiency: f64,
    /// What one costs in a period.
    pub cost: f64,
}

/// What is planned from.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadcountInput {
    /// Periods planned.
    pub periods: usize,
    /// How the demand may turn out.
    pub scenarios: Vec<DemandScenario>,
    /// Who is there.
    pub staff: Staff,
    /// Who can be hired.
    pub hiring: Hiring,
    /// Who can be trained.
    pub training: Training,
    /// Who can be borrowed, by source.
    pub borrowing: Vec<Borrowing>,
    /// What a missing head costs in a period: sales and reputation lost.
    pub shortage_cost: f64,
}

/// What is done in one period.
#[derive(Debug, Clone, PartialEq)]
pub struct PeriodPlan {
    /// Hires to decide on.
    pub hire: u32,
    /// Agents of other teams whose training begins.
    pub train: u32,
    /// Heads of fully trained work that own staff does, newcomers and trained ones included.
    pub own_heads: f64,
    /// By scenario.
    pub outcomes: Vec<Outcome>,
}

/// What a scenario brings in one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Heads needed.
    pub needed: f64,
    /// Borrowed agents, by source.
    pub borrow: Vec<u32>,
    /// Heads missing.
    pub short: f64,
}

/// A plan and its price.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadcountPlan {
    /// By period.
    pub periods: Vec<PeriodPlan>,
    /// Expected cost of hiring, training, borrowing and of what is still missing; wages of staff now there are left out.
    pub cost: f64,
    /// Expected cost of what would be missing if nothing were done.
    pub cost_of_nothing: f64,
    /// Expected heads missing over all periods, with the plan.
    pub short: f64,
    /// The same if nothing were done.
    pub short_of_nothing: f64,
}

/// No plan came of it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("the headcount plan was not solved: {0}")]
pub struct HeadcountError(pub String);
