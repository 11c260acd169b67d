//! Sites with what belongs to a whole one: shops, shift templates and holidays; and who may change it.

use chrono::{DateTime, NaiveDate, Utc};

use super::editing::{Kept, kept_in};
use crate::domain::access::{Actor, Scope};
use crate::domain::calendar::local_of;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{HolidayId, ShiftTemplateId, ShopId, SiteId, TeamId};
use crate::domain::organisation::{Holiday, Shop, Site, Team};
use crate::domain::shift::ShiftTemplate;
use crate::store::queues::{self, QueueFilter};
use crate::store::sites::{self, SiteFilter};
use crate::store::teams::{self, TeamFilter};
use crate::store::{Db, Page, StoreError, Tx, Versioned, volumes};

/// What belongs to a whole site, whose id the last field holds.
macro_rules! kept_by_site {
    ($($what:literal: $value:ty, $table:ident by $id:ty, $site_id:ident, $misfits:ident;)+) => {$(
        impl Kept for $value {
            const WHAT: &'static str = $what;
            kept_in!($table by $id);

            async fn team_id(&self, _: &impl Db) -> Result<Option<TeamId>, StoreError> {
                Ok(None)
            }

            async fn is_within(&self, db: &impl Db, actor: &Actor) -> Result<bool, StoreError> {
                reaches_site(db, &actor.scope, self.$site_id).await
            }

            async fn is_changeable(&self, db: &impl Db, actor: &Actor) -> Result<bool, StoreError> {
                reaches_whole_site(db, &actor.scope, self.$site_id).await
            }

            async fn misfits(&self, before: Option<&Self>, db: &impl Db, _: &Actor) -> Result<Vec<FieldFault>, StoreError> {
                $misfits(self, before, db).await
            }
        }
    )+};
}

kept_by_site! {
    "site": Site, sites by SiteId, id, zone_moved;
    "shop": Shop, shops by ShopId, site_id, none;
    "shift template": ShiftTemplate, shift_templates by ShiftTemplateId, site_id, none;
    "holiday": Holiday, holidays by HolidayId, site_id, none;
}

async fn none<T>(_: &T, _: Option<&T>, _: &impl Db) -> Result<Vec<FieldFault>, StoreError> {
    Ok(Vec::new())
}

/// History is kept as instants and learnt by the wall clock: in another zone its peaks would stand at other hours.
async fn zone_moved(site: &Site, before: Option<&Site>, db: &impl Db) -> Result<Vec<FieldFault>, StoreError> {
    let Some(before) = before.filter(|before| before.zone != site.zone) else { return Ok(Vec::new()) };
    let filter = TeamFilter { scope: &Scope::Everything, site_id: Some(site.id), parent_id: None, include_archived: true };
    let teams = teams::list(db, &filter, Page::ALL).await?.items;
    let scope = Scope::Teams(teams.into_iter().map(|team| team.value.id).collect());
    let filter = QueueFilter { scope: &scope, team_id: None, shop_id: None, include_archived: true };
    let queues: Vec<_> = queues::list(db, &filter, Page::ALL).await?.items.into_iter().map(|queue| queue.value.id).collect();
    let mut faults = Faults::default();
    let detail = format!(
        "cannot change any more: there is inquiry history by the wall clock of {}; make a new site for the other zone, and import \
         the history there",
        before.zone
    );
    faults.expect(volumes::extents(db, &queues).await?.is_empty(), "/zone", detail);
    Ok(faults.into_list())
}

/// The date at the sites where teams of the scope work, the latest where they differ; by UTC where there is none.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn today(db: &impl Db, scope: &Scope, now: DateTime<Utc>) -> Result<NaiveDate, StoreError> {
    let filter = SiteFilter { scope, include_archived: false };
    let sites = sites::list(db, &filter, Page::ALL).await?.items;
    let latest = sites.into_iter().map(|site| local_of(site.value.zone, now).date()).max();
    Ok(latest.unwrap_or_else(|| now.date_naive()))
}

/// The site where a team works.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn site_of(db: &impl Db, team: &Team) -> Result<Site, StoreError> {
    let missing = || StoreError::NotFound { kind: "site", id: team.site_id.0 };
    Ok(sites::get(db, team.site_id).await?.ok_or_else(missing)?.value)
}

/// Whether the scope reaches a team of the site: then what belongs to the site may be read.
async fn reaches_site(db: &impl Db, scope: &Scope, site_id: SiteId) -> Result<bool, StoreError> {
    if *scope == Scope::Everything {
        return Ok(true);
    }
    let filter = TeamFilter { scope, site_id: Some(site_id), parent_id: None, include_archived: true };
    let first = Page { after: None, limit: 1 };
    Ok(!teams::list(db, &filter, first).await?.items.is_empty())
}

/// Whether the scope reaches every team of the site: then what belongs to the site may be changed. A site without teams is
/// left to those who reach everything.
async fn reaches_whole_site(db: &impl Db, scope: &Scope, site_id: SiteId) -> Result<bool, StoreError> {
    if *scope == Scope::Everything {
        return Ok(true);
    }
    let filter = TeamFilter { scope: &Scope::Everything, site_id: Some(site_id), parent_id: None, include_archived: false };
    let teams = teams::list(db, &filter, Page::ALL).await?.items;
    Ok(!teams.is_empty() && teams.iter().all(|team| scope.reaches(team.value.id)))
}
