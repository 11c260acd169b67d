//! Sites.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use super::editable::{self, Editable, Listed, Page, Stamp, Versioned, plain_edits, unneeded, versioned};
use super::entities::{shift_templates, shops, sites, teams};
use super::row::{Reader, json};
use super::{Db, StoreError, scope};
use crate::domain::access::Scope;
use crate::domain::ids::SiteId;
use crate::domain::organisation::Site;

/// Which sites to list.
#[derive(Debug, Clone, Copy)]
pub struct SiteFilter<'a> {
    /// Only sites that a team in here works at.
    pub scope: &'a Scope,
    /// Whether archived ones are wanted too.
    pub include_archived: bool,
}

plain_edits!(sites::Entity, Site, SiteId);

/// Lists sites.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, filter: &SiteFilter<'_>, page: Page) -> Result<Listed<Versioned<Site>>, StoreError> {
    let query = sites::Entity::find().filter(scope::site_within("id", filter.scope));
    editable::page(db, scope::archived_too(query, filter.include_archived), page).await
}

/// Archives a site that nothing unarchived belongs to.
///
/// # Errors
/// [`StoreError::ReferencedBy`], and those of [`update`].
pub async fn archive(db: &impl Db, id: SiteId, expected_version: i32, now: DateTime<Utc>) -> Result<Versioned<Site>, StoreError> {
    let here = Expr::col("site_id").eq(id.0).and(Expr::col("archived_at").is_null());
    let executor = &db.executor();
    unneeded("site", id.0, "teams", teams::Entity::find().filter(here.clone()).count(executor).await?)?;
    unneeded("site", id.0, "shops", shops::Entity::find().filter(here.clone()).count(executor).await?)?;
    unneeded("site", id.0, "shift templates", shift_templates::Entity::find().filter(here).count(executor).await?)?;
    editable::archive::<sites::Entity>(db, id.0, expected_version, now).await
}

impl Editable for sites::Entity {
    type Domain = Site;
    const KIND: &'static str = "site";

    fn id(site: &Site) -> Uuid {
        site.id.0
    }

    fn row(site: &Site, stamp: Stamp) -> sites::Model {
        sites::Model {
            id: site.id.0,
            name: site.name.clone(),
            zone: site.zone.name().to_owned(),
            opening_hours: json(&site.opening_hours),
            version: stamp.version,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
            archived_at: stamp.archived_at,
        }
    }

    fn parse(row: sites::Model) -> Result<Versioned<Site>, StoreError> {
        let reader = Reader::new("sites", row.id);
        let site = Site {
            id: SiteId(row.id),
            name: row.name,
            zone: reader.checked("zone", row.zone.parse())?,
            opening_hours: reader.json("opening_hours", row.opening_hours)?,
        };
        Ok(versioned!(site, row))
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::super::teams;
    use super::super::testing::{self, NOW, on_both};
    use super::*;

    const ALL: SiteFilter<'static> = SiteFilter { scope: &Scope::Everything, include_archived: false };

    on_both! {
        a_site_reads_back_as_it_was_stored_and_changed(store) {
            let mut site = testing::site();
            let stored = insert(&store, &site, NOW).await.unwrap();
            assert_eq!(get(&store, site.id).await.unwrap(), Some(stored.clone()));
            assert_eq!((stored.version, stored.archived_at), (1, None));

            site.name = "杭州".into();
            site.zone = Tz::Europe__Berlin;
            let later = NOW + chrono::Duration::minutes(1);
            let changed = update(&store, &site, 1, later).await.unwrap();
            assert_eq!(changed, Versioned { value: site, version: 2, created_at: NOW, updated_at: later, archived_at: None });
        }

        a_change_of_an_older_version_is_refused(store) {
            let site = testing::site();
            insert(&store, &site, NOW).await.unwrap();
            update(&store, &site, 1, NOW).await.unwrap();
            let fault = update(&store, &site, 1, NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::VersionConflict { expected: 1, found: 2, .. }), "{fault}");
            let fault = update(&store, &testing::site(), 1, NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::NotFound { kind: "site", .. }), "{fault}");
        }

        an_archived_site_leaves_the_list_and_changes_no_more(store) {
            let site = testing::site();
            insert(&store, &site, NOW).await.unwrap();
            let archived = archive(&store, site.id, 1, NOW).await.unwrap();
            assert_eq!((archived.version, archived.archived_at), (2, Some(NOW)));
            assert_eq!(list(&store, &ALL, Page::ALL).await.unwrap().items, []);
            let with_archived = SiteFilter { include_archived: true, ..ALL };
            assert_eq!(list(&store, &with_archived, Page::ALL).await.unwrap().items, [archived]);
            assert!(matches!(update(&store, &site, 2, NOW).await.unwrap_err(), StoreError::Archived { .. }));
        }

        a_site_with_teams_cannot_be_archived(store) {
            let site = testing::site();
            insert(&store, &site, NOW).await.unwrap();
            teams::insert(&store, &testing::team(&site), NOW).await.unwrap();
            let fault = archive(&store, site.id, 1, NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::ReferencedBy { by: "teams", count: 1, .. }), "{fault}");
        }

        pages_follow_each_other_without_overlap(store) {
            let sites: Vec<Site> = (0..5).map(|_| testing::site()).collect();
            for site in &sites {
                insert(&store, site, NOW).await.unwrap();
            }
            let mut seen = Vec::new();
            let mut page = Page { after: None, limit: 2 };
            loop {
                let listed = list(&store, &ALL, page).await.unwrap();
                page.after = listed.items.last().map(|site| site.value.id.0);
                seen.extend(listed.items.into_iter().map(|site| site.value));
                if !listed.has_more {
                    break;
                }
            }
            assert_eq!(seen, sites);
        }

        a_scope_shows_only_the_sites_its_teams_work_at(store) {
            let (near, far) = (testing::site(), testing::site());
            insert(&store, &near, NOW).await.unwrap();
            insert(&store, &far, NOW).await.unwrap();
            let team = testing::team(&near);
            teams::insert(&store, &team, NOW).await.unwrap();
            let scope = Scope::Teams([team.id].into());
            let listed = list(&store, &SiteFilter { scope: &scope, ..ALL }, Page::ALL).await.unwrap();
            assert_eq!(listed.items.into_iter().map(|site| site.value).collect::<Vec<_>>(), [near]);
            let nobody = Scope::Teams([].into());
            assert_eq!(list(&store, &SiteFilter { scope: &nobody, ..ALL }, Page::ALL).await.unwrap().items, []);
        }
    }
}
