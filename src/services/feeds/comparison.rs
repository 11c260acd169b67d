//! Rows of comparisons of team figures.

use chrono::NaiveDate;

use super::figures::Names;
use crate::domain::access::Actor;
use crate::domain::ids::{AgentId, QueueId, ShopId, TeamId};
use crate::feeds::rows::{CompareBy, ComparisonHead, ComparisonRow, comparison_row};
use crate::services::ServiceError;
use crate::services::figures::{ComparedSubject, ComparisonRequest, compare_figures};
use crate::store::Store;

/// Compares figures, a row for each subject and figure that something was counted of in either period. An agent has the own
/// rows only.
///
/// # Errors
/// Those of [`compare_figures`].
pub async fn comparison_rows(
    store: &Store,
    actor: &Actor,
    request: &ComparisonRequest,
) -> Result<Vec<ComparisonRow>, ServiceError> {
    let report = compare_figures(store, actor, request).await?;
    let names = Names::read(store).await?;
    let mut rows = Vec::new();
    for subject in &report.subjects {
        let head = head(request, report.base, subject, &names);
        let pairs = report.definitions.iter().zip(subject.figures.iter().zip(&subject.against_everybody));
        let there = pairs.filter(|(_, (moved, _))| moved.value.is_some() || moved.base.is_some());
        rows.extend(there.map(|(figure, (moved, apart))| comparison_row(&head, figure, moved, apart)));
    }
    Ok(rows)
}

fn head(request: &ComparisonRequest, base: (NaiveDate, NaiveDate), subject: &ComparedSubject, names: &Names) -> ComparisonHead {
    let agent = subject.id.filter(|_| request.by == CompareBy::Agent).and_then(|id| names.agent(AgentId(id)));
    let name = match (request.by, subject.id) {
        (CompareBy::Agent, _) => agent.map(|(_, name)| name.clone()),
        (CompareBy::Team, id) => id.and_then(|id| names.team(TeamId(id))),
        (CompareBy::Shop, id) => id.and_then(|id| names.shop(ShopId(id))),
        (CompareBy::Queue, id) => id.map(|id| names.queue(QueueId(id))),
        (CompareBy::WeekdayHour, _) => None,
    };
    ComparisonHead {
        period: (request.from, request.until),
        base,
        by: request.by,
        id: subject.id,
        name,
        staff_number: agent.map(|(number, _)| number.clone()),
        hour_of_week: subject.hour_of_week,
    }
}
