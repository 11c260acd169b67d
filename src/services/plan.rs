//! A team's part of the organisation, as planning needs it.

use std::collections::BTreeSet;

use chrono::{Duration, NaiveDate};

use super::sites::site_of;
use crate::domain::access::Scope;
use crate::domain::calendar::{CalendarError, DAY_MINUTES, Horizon, PlanningWeek};
use crate::domain::ids::TeamId;
use crate::domain::organisation::{Queue, Site, Team};
use crate::domain::peak::PeakWindow;
use crate::domain::promotion::Promotion;
use crate::domain::rules::RosterRules;
use crate::domain::shift::ShiftTemplate;
use crate::store::peak_windows::{self, PeakWindowFilter};
use crate::store::promotions::{self, PromotionFilter};
use crate::store::queues::{self, QueueFilter};
use crate::store::shift_templates::{self, ShiftTemplateFilter};
use crate::store::{Db, Page, StoreError, teams};

/// The team with all below it, and what it serves.
pub struct TeamPlan {
    /// The team.
    pub team: Team,
    /// Where it works.
    pub site: Site,
    /// The team and all below it.
    pub teams: BTreeSet<TeamId>,
    /// Queues that the teams serve, by name.
    pub queues: Vec<ServedQueue>,
    /// Shifts that may be worked at the site, by start.
    pub shift_templates: Vec<ShiftTemplate>,
    /// The rules it works by: its own, or those of the nearest team above that has some.
    pub rules: RosterRules,
}

/// A queue with the peak windows that concern it.
pub struct ServedQueue {
    /// The queue.
    pub queue: Queue,
    /// Windows of its team and of those above, for all of their queues or for this one.
    pub peaks: Vec<PeakWindow>,
    /// Promotions of the same teams, for all of their queues or for this one.
    pub promotions: Vec<Promotion>,
}

impl TeamPlan {
    /// Reads it; `None` for an unknown team.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn load(db: &impl Db, team_id: TeamId) -> Result<Option<Self>, StoreError> {
        let Some(team) = teams::get(db, team_id).await? else { return Ok(None) };
        let team = team.value;
        let site = site_of(db, &team).await?;
        let below = teams::subtree(db, team_id).await?;
        let queues = served_queues(db, &below).await?;
        let shift_templates = shift_templates_of(db, &site).await?;
        let rules = rules_of(db, team_id).await?;
        Ok(Some(Self { team, site, teams: below, queues, shift_templates, rules }))
    }

    /// The week that `monday` begins, in the site's zone.
    ///
    /// # Errors
    /// [`CalendarError::NotMonday`].
    pub fn week(&self, monday: NaiveDate) -> Result<PlanningWeek, CalendarError> {
        PlanningWeek::new(monday, self.site.zone)
    }

    /// So many weeks from that Monday on.
    ///
    /// # Errors
    /// [`CalendarError::NotMonday`], [`CalendarError::Weeks`].
    pub fn horizon(&self, monday: NaiveDate, weeks: u32) -> Result<Horizon, CalendarError> {
        Horizon::new(self.week(monday)?, weeks)
    }

    /// How far Sunday's last shift runs into Monday.
    pub fn tail(&self) -> Duration {
        let latest = self.shift_templates.iter().map(ShiftTemplate::end_minute).max().unwrap_or(0);
        Duration::minutes(i64::from(latest.saturating_sub(DAY_MINUTES)))
    }
}

async fn served_queues(db: &impl Db, below: &BTreeSet<TeamId>) -> Result<Vec<ServedQueue>, StoreError> {
    let scope = Scope::Teams(below.clone());
    let filter = QueueFilter { scope: &scope, team_id: None, shop_id: None, include_archived: false };
    let listed = queues::list(db, &filter, Page::ALL).await?;
    let everywhere = PeakWindowFilter { scope: &Scope::Everything, team_id: None, include_archived: false };
    let windows: Vec<PeakWindow> =
        peak_windows::list(db, &everywhere, Page::ALL).await?.items.into_iter().map(|row| row.value).collect();
    let everywhere = PromotionFilter { scope: &Scope::Everything, team_id: None, include_archived: false };
    let promotions: Vec<Promotion> =
        promotions::list(db, &everywhere, Page::ALL).await?.items.into_iter().map(|row| row.value).collect();
    let mut served = Vec::with_capacity(listed.items.len());
    for row in listed.items {
        let queue = row.value;
        let above: BTreeSet<TeamId> =
            teams::ancestry(db, queue.team_id).await?.into_iter().map(|team| team.value.id).chain([queue.team_id]).collect();
        let concerns = |window: &&PeakWindow| above.contains(&window.team_id) && window.concerns(queue.id);
        let promoted = |promotion: &&Promotion| above.contains(&promotion.team_id) && promotion.concerns(queue.id);
        served.push(ServedQueue {
            peaks: windows.iter().filter(concerns).cloned().collect(),
            promotions: promotions.iter().filter(promoted).cloned().collect(),
            queue,
        });
    }
    served.sort_by(|one, other| one.queue.name.cmp(&other.queue.name));
    Ok(served)
}

async fn shift_templates_of(db: &impl Db, site: &Site) -> Result<Vec<ShiftTemplate>, StoreError> {
    let filter = ShiftTemplateFilter { scope: &Scope::Everything, site_id: Some(site.id), include_archived: false };
    let listed = shift_templates::list(db, &filter, Page::ALL).await?;
    let mut templates: Vec<_> = listed.items.into_iter().map(|row| row.value).collect();
    templates.sort_by_key(|template| (template.start_minute, template.length_minutes, template.code.clone()));
    Ok(templates)
}

async fn rules_of(db: &impl Db, team_id: TeamId) -> Result<RosterRules, StoreError> {
    let mut next = Some(team_id);
    while let Some(id) = next {
        let Some(team) = teams::get(db, id).await? else { break };
        if let Some(rules) = team.value.rules {
            return Ok(rules);
        }
        next = team.value.parent_id;
    }
    Ok(RosterRules::default())
}
