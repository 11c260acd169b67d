//! Peak windows.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, QueryFilter};
use uuid::Uuid;

use super::editable::{self, Editable, Listed, Page, Stamp, Versioned, plain_archive, plain_edits, versioned};
use super::entities::peak_windows;
use super::row::{Reader, json};
use super::{Db, StoreError, scope};
use crate::domain::access::Scope;
use crate::domain::ids::{PeakWindowId, QueueId, TeamId};
use crate::domain::peak::PeakWindow;
use crate::domain::quantity::Uplift;

/// Which peak windows to list.
#[derive(Debug, Clone, Copy)]
pub struct PeakWindowFilter<'a> {
    /// Only those of teams in here.
    pub scope: &'a Scope,
    /// Only those of this team itself.
    pub team_id: Option<TeamId>,
    /// Whether archived ones are wanted too.
    pub include_archived: bool,
}

plain_edits!(peak_windows::Entity, PeakWindow, PeakWindowId);
plain_archive!(peak_windows::Entity, PeakWindow, PeakWindowId);

/// Lists peak windows.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, filter: &PeakWindowFilter<'_>, page: Page) -> Result<Listed<Versioned<PeakWindow>>, StoreError> {
    let mut query = peak_windows::Entity::find().filter(scope::team_within("team_id", filter.scope));
    if let Some(team_id) = filter.team_id {
        query = query.filter(Expr::col("team_id").eq(team_id.0));
    }
    editable::page(db, scope::archived_too(query, filter.include_archived), page).await
}

impl Editable for peak_windows::Entity {
    type Domain = PeakWindow;
    const KIND: &'static str = "peak window";

    fn id(window: &PeakWindow) -> Uuid {
        window.id.0
    }

    fn row(window: &PeakWindow, stamp: Stamp) -> peak_windows::Model {
        peak_windows::Model {
            id: window.id.0,
            team_id: window.team_id.0,
            queue_id: window.queue_id.map(|queue| queue.0),
            name: window.name.clone(),
            days: json(&window.days),
            start_minute: window.start_minute.into(),
            end_minute: window.end_minute.into(),
            uplift: window.uplift.map(Uplift::get),
            min_agents: window.min_agents.into(),
            version: stamp.version,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
            archived_at: stamp.archived_at,
        }
    }

    fn parse(row: peak_windows::Model) -> Result<Versioned<PeakWindow>, StoreError> {
        let reader = Reader::new("peak_windows", row.id);
        let window = PeakWindow {
            id: PeakWindowId(row.id),
            team_id: TeamId(row.team_id),
            queue_id: row.queue_id.map(QueueId),
            name: row.name,
            days: reader.json("days", row.days)?,
            start_minute: reader.whole("start_minute", row.start_minute)?,
            end_minute: reader.whole("end_minute", row.end_minute)?,
            uplift: row.uplift.map(|uplift| reader.checked("uplift", Uplift::new(uplift))).transpose()?,
            min_agents: reader.whole("min_agents", row.min_agents)?,
        };
        Ok(versioned!(window, row))
    }
}

#[cfg(test)]
mod tests {
    use chrono::Weekday;

    use super::super::testing::{self, NOW, on_both};
    use super::super::{queues, teams};
    use super::*;
    use crate::domain::peak::PeakDays;

    on_both! {
        a_peak_window_reads_back_and_holds_its_queue_and_team(store) {
            let desk = testing::desk(&store).await;
            let window = PeakWindow {
                id: PeakWindowId::generate(),
                team_id: desk.team.id,
                queue_id: Some(desk.queue.id),
                name: "双十二".into(),
                days: PeakDays::Weekly { weekdays: vec![Weekday::Fri, Weekday::Sat] },
                start_minute: 1200,
                end_minute: 1500,
                uplift: Some(Uplift::new(2.5).unwrap()),
                min_agents: 3,
            };
            insert(&store, &window, NOW).await.unwrap();
            let scope = Scope::Teams([desk.team.id].into());
            let filter = PeakWindowFilter { scope: &scope, team_id: Some(desk.team.id), include_archived: false };
            assert_eq!(list(&store, &filter, Page::ALL).await.unwrap().items[0].value, window);
            let fault = queues::archive(&store, desk.queue.id, 1, NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::ReferencedBy { by: "peak windows", .. }), "{fault}");
            assert!(matches!(teams::archive(&store, desk.team.id, 1, NOW).await, Err(StoreError::ReferencedBy { .. })));
            archive(&store, window.id, 1, NOW).await.unwrap();
            queues::archive(&store, desk.queue.id, 1, NOW).await.unwrap();
        }
    }
}
