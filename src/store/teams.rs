//! Teams: a tree, kept free of loops.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::editable::{self, Editable, Listed, Page, Stamp, Versioned, unneeded, versioned};
use super::entities::{agents, peak_windows, promotions, queues, teams};
use super::row::{Reader, json};
use super::{Db, StoreError, published, scope};
use crate::domain::access::Scope;
use crate::domain::ids::{AgentId, SiteId, TeamId};
use crate::domain::organisation::Team;

/// Which teams to list.
#[derive(Debug, Clone, Copy)]
pub struct TeamFilter<'a> {
    /// Only teams in here.
    pub scope: &'a Scope,
    /// Only teams of this site.
    pub site_id: Option<SiteId>,
    /// Only teams directly below this one.
    pub parent_id: Option<TeamId>,
    /// Whether archived ones are wanted too.
    pub include_archived: bool,
}

/// Stores a new team.
///
/// # Errors
/// [`StoreError::UnknownReference`].
pub async fn insert(db: &impl Db, team: &Team, now: DateTime<Utc>) -> Result<Versioned<Team>, StoreError> {
    check_leader(db, team).await?;
    editable::insert::<teams::Entity>(db, team, now).await
}

/// Reads a team, archived or not.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn get(db: &impl Db, id: TeamId) -> Result<Option<Versioned<Team>>, StoreError> {
    editable::get::<teams::Entity>(db, id.0).await
}

/// Lists teams.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, filter: &TeamFilter<'_>, page: Page) -> Result<Listed<Versioned<Team>>, StoreError> {
    let mut query = teams::Entity::find().filter(scope::team_within("id", filter.scope));
    if let Some(site_id) = filter.site_id {
        query = query.filter(Expr::col("site_id").eq(site_id.0));
    }
    if let Some(parent_id) = filter.parent_id {
        query = query.filter(Expr::col("parent_id").eq(parent_id.0));
    }
    editable::page(db, scope::archived_too(query, filter.include_archived), page).await
}

/// Replaces a team.
///
/// # Errors
/// [`StoreError::TeamLoop`], [`StoreError::UnknownReference`], [`StoreError::VersionConflict`], [`StoreError::NotFound`],
/// [`StoreError::Archived`].
pub async fn update(db: &impl Db, team: &Team, expected_version: i32, now: DateTime<Utc>) -> Result<Versioned<Team>, StoreError> {
    if let Some(parent_id) = team.parent_id
        && subtree(db, team.id).await?.contains(&parent_id)
    {
        return Err(StoreError::TeamLoop { id: team.id.0 });
    }
    check_leader(db, team).await?;
    editable::update::<teams::Entity>(db, team, expected_version, now).await
}

/// Archives a team that nothing unarchived belongs to and that no published roster of today or later is for.
///
/// # Errors
/// [`StoreError::ReferencedBy`], and those of [`update`].
pub async fn archive(db: &impl Db, id: TeamId, expected_version: i32, now: DateTime<Utc>) -> Result<Versioned<Team>, StoreError> {
    let unarchived = Expr::col("archived_at").is_null();
    let of_team = Expr::col("team_id").eq(id.0).and(unarchived.clone());
    let below = Expr::col("parent_id").eq(id.0).and(unarchived);
    let executor = &db.executor();
    unneeded("team", id.0, "teams", teams::Entity::find().filter(below).count(executor).await?)?;
    unneeded("team", id.0, "agents", agents::Entity::find().filter(of_team.clone()).count(executor).await?)?;
    unneeded("team", id.0, "queues", queues::Entity::find().filter(of_team.clone()).count(executor).await?)?;
    unneeded("team", id.0, "peak windows", peak_windows::Entity::find().filter(of_team.clone()).count(executor).await?)?;
    unneeded("team", id.0, "promotions", promotions::Entity::find().filter(of_team).count(executor).await?)?;
    unneeded("team", id.0, published::ROSTERS, published::rosters_of(db, id, published::today(now)).await?)?;
    editable::archive::<teams::Entity>(db, id.0, expected_version, now).await
}

/// The team and all below it, archived ones included; just the id itself when there is no such team.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn subtree(db: &impl Db, id: TeamId) -> Result<BTreeSet<TeamId>, StoreError> {
    // An organisation has few teams: all links in one query, then walk.
    let links: Vec<(Uuid, Option<Uuid>)> = teams::Entity::find()
        .select_only()
        .columns([teams::Column::Id, teams::Column::ParentId])
        .into_tuple()
        .all(&db.executor())
        .await?;
    let mut found = BTreeSet::from([id]);
    let mut open = vec![id.0];
    while let Some(parent) = open.pop() {
        for (child, _) in links.iter().filter(|(_, above)| *above == Some(parent)) {
            if found.insert(TeamId(*child)) {
                open.push(*child);
            }
        }
    }
    Ok(found)
}

/// The team and those above it, from the team upwards: where its rules come from.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn ancestry(db: &impl Db, id: TeamId) -> Result<Vec<Versioned<Team>>, StoreError> {
    let mut line = Vec::new();
    let mut next = Some(id);
    while let Some(id) = next {
        let Some(team) = get(db, id).await? else { break };
        next = team.value.parent_id;
        line.push(team);
    }
    Ok(line)
}

/// Stands in for the foreign key that the column cannot have.
async fn check_leader(db: &impl Db, team: &Team) -> Result<(), StoreError> {
    let Some(leader_id) = team.leader_id else { return Ok(()) };
    match agents::Entity::find_by_id(leader_id.0).count(&db.executor()).await? {
        0 => Err(StoreError::UnknownReference { field: "leader_id".into() }),
        _ => Ok(()),
    }
}

impl Editable for teams::Entity {
    type Domain = Team;
    const KIND: &'static str = "team";

    fn id(team: &Team) -> Uuid {
        team.id.0
    }

    fn row(team: &Team, stamp: Stamp) -> teams::Model {
        teams::Model {
            id: team.id.0,
            site_id: team.site_id.0,
            parent_id: team.parent_id.map(|parent| parent.0),
            name: team.name.clone(),
            leader_id: team.leader_id.map(|leader| leader.0),
            rules: team.rules.as_ref().map(json),
            version: stamp.version,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
            archived_at: stamp.archived_at,
        }
    }

    fn parse(row: teams::Model) -> Result<Versioned<Team>, StoreError> {
        let reader = Reader::new("teams", row.id);
        let team = Team {
            id: TeamId(row.id),
            site_id: SiteId(row.site_id),
            parent_id: row.parent_id.map(TeamId),
            name: row.name,
            leader_id: row.leader_id.map(AgentId),
            rules: reader.optional_json("rules", row.rules)?,
        };
        Ok(versioned!(team, row))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sites;
    use super::super::testing::{self, NOW, on_both};
    use super::*;
    use crate::domain::rules::RosterRules;

    on_both! {
        a_subtree_is_the_team_and_all_below_it(store) {
            let site = testing::site();
            sites::insert(&store, &site, NOW).await.unwrap();
            let root = testing::team(&site);
            let child = Team { parent_id: Some(root.id), ..testing::team(&site) };
            let grandchild = Team { parent_id: Some(child.id), rules: Some(RosterRules::default()), ..testing::team(&site) };
            let other = testing::team(&site);
            for team in [&root, &child, &grandchild, &other] {
                insert(&store, team, NOW).await.unwrap();
            }
            assert_eq!(subtree(&store, root.id).await.unwrap(), [root.id, child.id, grandchild.id].into());
            assert_eq!(subtree(&store, grandchild.id).await.unwrap(), [grandchild.id].into());
            let line: Vec<Team> = ancestry(&store, grandchild.id).await.unwrap().into_iter().map(|team| team.value).collect();
            assert_eq!(line, [grandchild.clone(), child.clone(), root.clone()]);

            let looped = Team { parent_id: Some(grandchild.id), ..root.clone() };
            assert!(matches!(update(&store, &looped, 1, NOW).await.unwrap_err(), StoreError::TeamLoop { .. }));
            let fault = archive(&store, child.id, 1, NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::ReferencedBy { by: "teams", .. }), "{fault}");
        }

        a_team_of_an_unknown_site_parent_or_leader_is_refused(store) {
            let site = testing::site();
            let unknown_site = insert(&store, &testing::team(&site), NOW).await.unwrap_err();
            assert!(matches!(unknown_site, StoreError::UnknownReference { .. }), "{unknown_site}");
            sites::insert(&store, &site, NOW).await.unwrap();
            let team = Team { parent_id: Some(TeamId::generate()), ..testing::team(&site) };
            assert!(matches!(insert(&store, &team, NOW).await.unwrap_err(), StoreError::UnknownReference { .. }));
            let team = Team { leader_id: Some(AgentId::generate()), ..testing::team(&site) };
            let fault = insert(&store, &team, NOW).await.unwrap_err();
            assert_eq!(fault.to_string(), "leader_id names nothing that exists: create it first, or correct the id");
        }
    }
}
