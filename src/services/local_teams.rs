//! Every team with what its clocks show: for work that is due at a local time.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Timelike, Utc};
use chrono_tz::Tz;

use crate::domain::access::Scope;
use crate::domain::calendar::local_of;
use crate::domain::ids::SiteId;
use crate::domain::organisation::Team;
use crate::store::sites::{self, SiteFilter};
use crate::store::teams::{self, TeamFilter};
use crate::store::{Db, Page, StoreError};

/// A team, its zone and its time.
#[derive(Debug, Clone)]
pub(super) struct LocalTeam {
    pub team: Team,
    pub zone: Tz,
    /// The wall clock of its site.
    pub at: NaiveDateTime,
}

impl LocalTeam {
    pub(super) fn date(&self) -> NaiveDate {
        self.at.date()
    }

    /// Minutes since its midnight, by the wall clock.
    pub(super) fn minute(&self) -> u32 {
        self.at.num_seconds_from_midnight() / 60
    }
}

/// All teams that are not archived, at `now`.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn local_teams(db: &impl Db, now: DateTime<Utc>) -> Result<Vec<LocalTeam>, StoreError> {
    let zones = zones(db).await?;
    let filter = TeamFilter { scope: &Scope::Everything, site_id: None, parent_id: None, include_archived: false };
    let teams = teams::list(db, &filter, Page::ALL).await?.items.into_iter().map(|row| row.value);
    let local = |team: Team| {
        let zone = *zones.get(&team.site_id)?;
        Some(LocalTeam { team, zone, at: local_of(zone, now) })
    };
    Ok(teams.filter_map(local).collect())
}

async fn zones(db: &impl Db) -> Result<HashMap<SiteId, Tz>, StoreError> {
    let filter = SiteFilter { scope: &Scope::Everything, include_archived: true };
    Ok(sites::list(db, &filter, Page::ALL).await?.items.into_iter().map(|row| (row.value.id, row.value.zone)).collect())
}

/// The teams for which each thing is due: what was done before is then read once for all of them.
pub(super) fn by_due<K: Ord, D: IntoIterator<Item = K>>(
    teams: &[LocalTeam],
    due: impl Fn(&LocalTeam) -> D,
) -> BTreeMap<K, Vec<&LocalTeam>> {
    let mut by_due: BTreeMap<K, Vec<&LocalTeam>> = BTreeMap::new();
    for team in teams {
        for thing in due(team) {
            by_due.entry(thing).or_default().push(team);
        }
    }
    by_due
}
