//! Teams that work by a rotation: from which Monday on, and who walks where.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, NaiveDate, Utc};

use crate::domain::absence::Wish;
use crate::domain::access::{Actor, Scope};
use crate::domain::agent::Agent;
use crate::domain::calendar::monday_of;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{RotationAdoptionId, TeamId};
use crate::domain::rotation::{PlacedAgent, RotationAdoption, TeamRotation};
use crate::rotation::{DesignError, DesignOptions, PlacingInput, place_agents};
use crate::services::ServiceError;
use crate::services::editing::{self, Expected, Kept, kept_in};
use crate::services::plan::TeamPlan;
use crate::services::proposal::Proposal;
use crate::store::agents::{self, AgentFilter};
use crate::store::rotation_adoptions::{self, RotationAdoptionFilter};
use crate::store::wishes::{self, WishFilter};
use crate::store::{Db, Page, Store, StoreError, Tx, Versioned, requirements, rotations, teams};

/// Weeks from the start on whose wishes are looked at.
const WISH_WEEKS: u64 = 12;

impl Kept for RotationAdoption {
    const WHAT: &'static str = "rotation adoption";
    kept_in!(rotation_adoptions by RotationAdoptionId);

    async fn team_id(&self, _: &impl Db) -> Result<Option<TeamId>, StoreError> {
        Ok(Some(self.team_id))
    }

    async fn is_within(&self, _: &impl Db, actor: &Actor) -> Result<bool, StoreError> {
        Ok(actor.scope.reaches(self.team_id))
    }

    /// The rotation is one of the team or of a team above it, every place is one of the rotation's, and every agent one of the
    /// team's subtree. From one Monday on a team works by one rotation.
    async fn misfits(&self, before: Option<&Self>, db: &impl Db, _: &Actor) -> Result<Vec<FieldFault>, StoreError> {
        let mut faults = Faults::default();
        let mut above: BTreeSet<TeamId> = teams::ancestry(db, self.team_id).await?.iter().map(|team| team.value.id).collect();
        above.insert(self.team_id);
        let rotation = rotations::get(db, self.rotation_id).await?.map(|row| row.value);
        let rotation = rotation.filter(|rotation| above.contains(&rotation.team_id));
        faults.expect(rotation.is_some(), "/rotation_id", "must be a rotation of the team, or of one above it");
        let filter = RotationAdoptionFilter { scope: &Scope::Everything, team_id: Some(self.team_id), include_archived: false };
        let others = rotation_adoptions::list(db, &filter, Page::ALL).await?.items;
        let is_new = others.iter().all(|other| other.value.id == self.id || other.value.starts_on != self.starts_on);
        let detail =
            "the team works by another rotation from this Monday on; change or archive that adoption, or choose another Monday";
        faults.expect(is_new, "/starts_on", detail);
        let subtree = teams::subtree(db, self.team_id).await?;
        for (index, placed) in self.places.iter().enumerate() {
            if let Some(rotation) = &rotation {
                faults.expect(
                    rotation.has(placed.place),
                    format!("/places/{index}"),
                    "names no week of the rotation; tracks and weeks count from 0",
                );
            }
            // Who left the team since keeps the place until it is given to somebody else.
            let is_known = before.is_some_and(|before| before.place_of(placed.agent_id).is_some());
            let agent = agents::get(db, placed.agent_id).await?;
            let is_own = is_known || agent.is_some_and(|agent| subtree.contains(&agent.value.team_id));
            faults.expect(is_own, format!("/places/{index}/agent_id"), "must be an agent of the team or of one below it");
        }
        Ok(faults.into_list())
    }
}

/// Gives every agent of the team who has none a place in the adoption's rotation, by wishes, availability, contract and skills. Who
/// left gives the place up. With `is_anew` all are placed again.
///
/// # Errors
/// [`ServiceError::NotFound`], a version conflict, what the store refuses.
pub async fn place_team(
    store: &Store,
    actor: &Actor,
    id: RotationAdoptionId,
    is_anew: bool,
    expected: Expected,
    now: DateTime<Utc>,
) -> Result<Versioned<RotationAdoption>, ServiceError> {
    let adoption = editing::get::<RotationAdoption>(store, actor, id).await?.value;
    let basis = Basis::load(store, &adoption, now).await?;
    let task = tokio::task::spawn_blocking(move || basis.places(&adoption, is_anew));
    let places = task.await.expect("a placing does not panic").map_err(|fault| ServiceError::field("", fault.to_string()))?;
    let change = |current: &RotationAdoption| Proposal::from(RotationAdoption { places, ..current.clone() });
    editing::patch(store, actor, id, expected, change, now).await
}

/// What decides who walks where.
struct Basis {
    plan: TeamPlan,
    rotation: TeamRotation,
    agents: Vec<Agent>,
    wishes: Vec<Wish>,
    requirement: Option<crate::domain::demand::StaffingRequirement>,
    from: NaiveDate,
}

impl Basis {
    async fn load(db: &impl Db, adoption: &RotationAdoption, now: DateTime<Utc>) -> Result<Self, ServiceError> {
        let missing = |kind, id| StoreError::NotFound { kind, id };
        let plan = TeamPlan::load(db, adoption.team_id).await?.ok_or_else(|| missing("team", adoption.team_id.0))?;
        let rotation = rotations::get(db, adoption.rotation_id).await?;
        let rotation = rotation.ok_or_else(|| missing("rotation", adoption.rotation_id.0))?.value;
        let today = crate::domain::calendar::local_of(plan.site.zone, now).date();
        let from = monday_of(today).max(adoption.starts_on);
        let scope = Scope::Teams(plan.teams.clone());
        let filter = AgentFilter { scope: &scope, team_id: None, staff_number: None, include_archived: false };
        let mut agents: Vec<Agent> = agents::list(db, &filter, Page::ALL).await?.items.into_iter().map(|row| row.value).collect();
        // Who comes later has a place from the first day on.
        agents.retain(|agent| agent.employed_until.is_none_or(|last| last >= from));
        agents.sort_by(|one, other| one.staff_number.cmp(&other.staff_number));
        let until = from + Days::new(7 * WISH_WEEKS);
        let filter = WishFilter {
            scope: &scope,
            team_id: None,
            agent_id: None,
            from: Some(from),
            until: Some(until),
            include_archived: false,
        };
        let wishes = wishes::list(db, &filter, Page::ALL).await?.items.into_iter().map(|row| row.value).collect();
        let requirement = match requirements::latest(db, adoption.team_id, from).await? {
            Some(head) => requirements::get(db, head.id).await?.map(|(_, requirement)| requirement),
            None => None,
        };
        Ok(Self { plan, rotation, agents, wishes, requirement, from })
    }

    /// All places: those kept, then those given.
    fn places(&self, adoption: &RotationAdoption, is_anew: bool) -> Result<Vec<PlacedAgent>, DesignError> {
        let is_there = |placed: &&PlacedAgent| self.agents.iter().any(|agent| agent.id == placed.agent_id);
        let is_sound = |placed: &&PlacedAgent| self.rotation.has(placed.place);
        let stay = adoption.places.iter().filter(|_| !is_anew).filter(is_there).filter(is_sound);
        let kept: Vec<PlacedAgent> = stay.copied().collect();
        let is_new = |agent: &&Agent| kept.iter().all(|placed| placed.agent_id != agent.id);
        let agents: Vec<Agent> = self.agents.iter().filter(is_new).cloned().collect();
        let weeks = adoption.weeks_until(self.from).expect("never before the start");
        let input = PlacingInput {
            rotation: &self.rotation,
            templates: &self.plan.shift_templates,
            from: self.from,
            weeks,
            zone: self.plan.site.zone,
            agents: &agents,
            kept: &kept,
            wishes: &self.wishes,
            requirement: self.requirement.as_ref(),
        };
        let placed = place_agents(&input, &DesignOptions::default(), &|| false)?;
        Ok(kept.into_iter().chain(placed).collect())
    }
}
