//! Questions to the staffing model: what if, what a roster would give, and how many to hire.

mod headcount;
mod simulating;
mod subject;
mod what_if;

pub use headcount::{HeadcountDemand, HeadcountRequest, plan_heads};
pub use simulating::{RosterSimulation, SimulatedRoster, SimulationRequest, simulate_roster};
pub use what_if::{WhatIfAnswer, WhatIfQueue, WhatIfRequest, answer_what_if};

pub use crate::staffing::Service;
pub use crate::staffing::headcount::{Borrowing, HeadcountPlan, Hiring, Outcome, PeriodPlan, Staff, Training};
pub use crate::staffing::simulation::{Estimate, SimulatedService};
pub use crate::staffing::what_if::{Change, Changed};

use crate::services::ServiceError;
use crate::services::plan::TeamPlan;
use crate::staffing::StaffingError;

/// What the model refuses, with the queues by name.
fn refused(error: &StaffingError, plan: &TeamPlan) -> ServiceError {
    let named = plan
        .queues
        .iter()
        .fold(error.to_string(), |text, served| text.replace(&served.queue.id.to_string(), &format!("“{}”", served.queue.name)));
    ServiceError::field("", named)
}
