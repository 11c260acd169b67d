//! Days of a site that are not ordinary ones.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, QueryFilter};
use uuid::Uuid;

use super::editable::{self, Editable, Listed, Page, Stamp, Versioned, plain_archive, plain_edits, versioned};
use super::entities::holidays;
use super::row::{Reader, word};
use super::{Db, StoreError, scope};
use crate::domain::access::Scope;
use crate::domain::ids::{HolidayId, SiteId};
use crate::domain::organisation::Holiday;

/// Which holidays to list.
#[derive(Debug, Clone, Copy)]
pub struct HolidayFilter<'a> {
    /// Only those of sites that a team in here works at.
    pub scope: &'a Scope,
    /// Only those of this site.
    pub site_id: Option<SiteId>,
    /// Only those on this date or later.
    pub from: Option<NaiveDate>,
    /// Only those on this date or earlier.
    pub until: Option<NaiveDate>,
    /// Whether archived ones are wanted too.
    pub include_archived: bool,
}

plain_edits!(holidays::Entity, Holiday, HolidayId);
plain_archive!(holidays::Entity, Holiday, HolidayId);

/// Lists holidays.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, filter: &HolidayFilter<'_>, page: Page) -> Result<Listed<Versioned<Holiday>>, StoreError> {
    let mut query = holidays::Entity::find().filter(scope::site_within("site_id", filter.scope));
    if let Some(site_id) = filter.site_id {
        query = query.filter(Expr::col("site_id").eq(site_id.0));
    }
    if let Some(from) = filter.from {
        query = query.filter(Expr::col("date").gte(from));
    }
    if let Some(until) = filter.until {
        query = query.filter(Expr::col("date").lte(until));
    }
    editable::page(db, scope::archived_too(query, filter.include_archived), page).await
}

/// Takes an archived holiday back into use: a date of a site has one entry, archived or not. Its version grows by one.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn revive(db: &impl Db, row: &Versioned<Holiday>) -> Result<(), StoreError> {
    let archived = Expr::col("id").eq(row.value.id.0).and(Expr::col("version").eq(row.version));
    let query = holidays::Entity::update_many()
        .col_expr("archived_at", Expr::value(Option::<DateTime<Utc>>::None))
        .col_expr("version", Expr::value(row.version.wrapping_add(1)))
        .filter(archived.and(Expr::col("archived_at").is_not_null()));
    query.exec(&db.executor()).await?;
    Ok(())
}

impl Editable for holidays::Entity {
    type Domain = Holiday;
    const KIND: &'static str = "holiday";

    fn id(holiday: &Holiday) -> Uuid {
        holiday.id.0
    }

    fn row(holiday: &Holiday, stamp: Stamp) -> holidays::Model {
        holidays::Model {
            id: holiday.id.0,
            site_id: holiday.site_id.0,
            date: holiday.date,
            name: holiday.name.clone(),
            kind: word(&holiday.kind),
            version: stamp.version,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
            archived_at: stamp.archived_at,
        }
    }

    fn parse(row: holidays::Model) -> Result<Versioned<Holiday>, StoreError> {
        let reader = Reader::new("holidays", row.id);
        let holiday = Holiday {
            id: HolidayId(row.id),
            site_id: SiteId(row.site_id),
            date: row.date,
            name: row.name,
            kind: reader.word("kind", row.kind)?,
        };
        Ok(versioned!(holiday, row))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sites;
    use super::super::testing::{self, NOW, on_both};
    use super::*;
    use crate::domain::organisation::HolidayKind;

    on_both! {
        a_site_has_one_entry_a_date_and_lists_them_by_date(store) {
            let site = testing::site();
            sites::insert(&store, &site, NOW).await.unwrap();
            let date: NaiveDate = "2026-10-01".parse().unwrap();
            let holiday =
                Holiday { id: HolidayId::generate(), site_id: site.id, date, name: "国庆节".into(), kind: HolidayKind::Statutory };
            insert(&store, &holiday, NOW).await.unwrap();
            let twin = Holiday { id: HolidayId::generate(), ..holiday.clone() };
            let fault = insert(&store, &twin, NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::Conflict { table: "holidays", field: "date" }), "{fault}");

            let on = |from, until| HolidayFilter {
                scope: &Scope::Everything,
                site_id: Some(site.id),
                from: Some(from),
                until: Some(until),
                include_archived: false,
            };
            let listed = list(&store, &on(date, date), Page::ALL).await.unwrap();
            assert_eq!(listed.items[0].value, holiday);
            let tomorrow = date.succ_opt().unwrap();
            assert_eq!(list(&store, &on(tomorrow, tomorrow), Page::ALL).await.unwrap().items, []);
        }
    }
}
