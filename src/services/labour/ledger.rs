//! The ledgers of agents: everything that one depends on, read once for all of them.

use std::collections::{BTreeMap, HashMap};

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;

use crate::domain::absence::{Leave, LeaveKind};
use crate::domain::access::Scope;
use crate::domain::agent::Agent;
use crate::domain::calendar::{Interval, midnight};
use crate::domain::ids::{AgentId, SiteId};
use crate::domain::labour::{LabourRules, SpecialDates, TimeCorrection};
use crate::domain::organisation::{Site, Team};
use crate::domain::shift::Shift;
use crate::labour::account::{Account, Record};
use crate::labour::adoption;
use crate::labour::ledger::LedgerTerms;
use crate::store::agents::{self, AgentFilter};
use crate::store::assignments::{self, DraftWeek};
use crate::store::holidays::{self, HolidayFilter};
use crate::store::leaves::{self, LeaveFilter};
use crate::store::sites::{self, SiteFilter};
use crate::store::teams::{self, TeamFilter};
use crate::store::time_corrections::{self, TimeCorrectionFilter};
use crate::store::{Db, Page, StoreError, labour_rules};

/// Whose ledgers, and of when.
#[derive(Debug, Clone, Copy)]
pub struct LedgerFilter<'a> {
    /// Only those of agents of teams in here.
    pub scope: &'a Scope,
    /// Only this agent's.
    pub agent_id: Option<AgentId>,
    /// First date that has to be exact.
    pub from: NaiveDate,
    /// Last date.
    pub until: NaiveDate,
    /// A draft that is taken for what its team will work in its week.
    pub draft: Option<DraftWeek>,
}

/// An agent with the ledger.
#[derive(Debug, Clone)]
pub struct AgentAccount {
    /// Who, archived or not.
    pub agent: Agent,
    /// The agent's team.
    pub team: Team,
    /// Its site.
    pub site: Site,
    /// The ledger up to the filter's last date.
    pub account: Account,
}

/// Ledgers, and what they were made by.
#[derive(Debug, Clone)]
pub struct Accounts {
    /// By staff number. Whoever was employed in no part of the time is left out.
    pub agents: Vec<AgentAccount>,
    /// The rules of each site through time.
    pub rules: BTreeMap<SiteId, Vec<LabourRules>>,
    /// The special dates of each site.
    pub dates: BTreeMap<SiteId, SpecialDates>,
}

/// What all ledgers share.
struct Shared {
    teams: HashMap<crate::domain::ids::TeamId, Team>,
    sites: BTreeMap<SiteId, Site>,
    rules: BTreeMap<SiteId, Vec<LabourRules>>,
    dates: BTreeMap<SiteId, SpecialDates>,
}

/// What is known of each agent's work.
#[derive(Default)]
struct Records {
    shifts: HashMap<AgentId, Vec<Shift>>,
    corrections: HashMap<AgentId, Vec<TimeCorrection>>,
    leave: HashMap<AgentId, Vec<Leave>>,
}

impl Shared {
    async fn read(db: &impl Db) -> Result<Self, StoreError> {
        let everything = &Scope::Everything;
        let filter = SiteFilter { scope: everything, include_archived: true };
        let sites = sites::list(db, &filter, Page::ALL).await?.items.into_iter().map(|row| (row.value.id, row.value));
        let filter = TeamFilter { scope: everything, site_id: None, parent_id: None, include_archived: true };
        let teams = teams::list(db, &filter, Page::ALL).await?.items.into_iter().map(|row| (row.value.id, row.value));
        let (sites, teams): (BTreeMap<SiteId, Site>, _) = (sites.collect(), teams.collect());
        let (mut rules, mut dates) = (BTreeMap::new(), BTreeMap::new());
        for site_id in sites.keys() {
            rules.insert(*site_id, labour_rules::of_site(db, *site_id).await?.periods);
            dates.insert(*site_id, special_dates(db, *site_id).await?);
        }
        Ok(Self { teams, sites, rules, dates })
    }

    fn place_of(&self, agent: &Agent) -> Option<(&Team, &Site)> {
        let team = self.teams.get(&agent.team_id)?;
        Some((team, self.sites.get(&team.site_id)?))
    }

    fn terms(&self, agent: &Agent, site: &Site) -> Option<LedgerTerms<'_>> {
        Some(LedgerTerms {
            since: adoption::timeline(self.rules.get(&site.id)?, agent.post),
            dates: self.dates.get(&site.id)?,
            employed_from: agent.employed_from,
            employed_until: agent.employed_until,
        })
    }
}

/// The days of a site that are not ordinary ones.
pub(super) async fn special_dates(db: &impl Db, site_id: SiteId) -> Result<SpecialDates, StoreError> {
    let scope = &Scope::Everything;
    let filter = HolidayFilter { scope, site_id: Some(site_id), from: None, until: None, include_archived: false };
    let listed = holidays::list(db, &filter, Page::ALL).await?;
    Ok(SpecialDates::of(listed.items.iter().map(|row| &row.value)))
}

/// Reads ledgers.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn accounts(db: &impl Db, filter: &LedgerFilter<'_>) -> Result<Accounts, StoreError> {
    let shared = Shared::read(db).await?;
    let mut agents = agents_of(db, filter).await?;
    agents.sort_by(|one, other| one.staff_number.cmp(&other.staff_number));
    let placed = agents.iter().filter_map(|agent| Some((agent, shared.place_of(agent)?)));
    let with_terms: Vec<_> = placed.filter_map(|(agent, place)| Some((agent, place, shared.terms(agent, place.1)?))).collect();
    let reach = with_terms.iter().map(|(_, _, terms)| terms.account_reach(filter.from)).min().unwrap_or(filter.from);
    let ids: Vec<AgentId> = agents.iter().map(|agent| agent.id).collect();
    let records = Records::read(db, filter, &ids, reach).await?;
    let account = |(agent, (team, site), terms): &(&Agent, (&Team, &Site), LedgerTerms<'_>)| AgentAccount {
        agent: (*agent).clone(),
        team: (*team).clone(),
        site: (*site).clone(),
        account: Account::of(terms, site.zone, records.of(agent.id), filter.until),
    };
    let agents = with_terms.iter().map(account).collect();
    Ok(Accounts { agents, rules: shared.rules, dates: shared.dates })
}

async fn agents_of(db: &impl Db, filter: &LedgerFilter<'_>) -> Result<Vec<Agent>, StoreError> {
    let within =
        |agent: &Agent| agent.employed_from <= filter.until && agent.employed_until.is_none_or(|until| filter.from <= until);
    if let Some(id) = filter.agent_id {
        let found = agents::get(db, id).await?.map(|row| row.value);
        return Ok(found.into_iter().filter(|agent| filter.scope.reaches(agent.team_id)).collect());
    }
    let listed = AgentFilter { scope: filter.scope, team_id: None, staff_number: None, include_archived: true };
    let listed = agents::list(db, &listed, Page::ALL).await?.items;
    Ok(listed.into_iter().map(|row| row.value).filter(within).collect())
}

impl Records {
    async fn read(db: &impl Db, filter: &LedgerFilter<'_>, ids: &[AgentId], reach: NaiveDate) -> Result<Self, StoreError> {
        // Work of a date may belong to a shift of the day before, and a zone's date begins before or after UTC's.
        let (first, last) = (reach - Days::new(2), filter.until + Days::new(1));
        let shifts = assignments::worked_shifts(db, ids, (first, last), filter.draft.as_ref()).await?;
        let span = Interval { start: midnight(Tz::UTC, first), end: midnight(Tz::UTC, last + Days::new(1)) };
        let (scope, agent_id, overlapping) = (filter.scope, filter.agent_id, Some(span));
        let corrections = TimeCorrectionFilter { scope, agent_id, overlapping };
        let corrections = time_corrections::list(db, &corrections, Page::ALL).await?.items;
        let leave = LeaveFilter { scope, team_id: None, agent_id, overlapping, include_archived: false };
        let leave = leaves::list(db, &leave, Page::ALL).await?.items.into_iter().map(|row| row.value);
        let mut records = Self { shifts, ..Self::default() };
        for correction in corrections {
            records.corrections.entry(correction.agent_id).or_default().push(correction);
        }
        for leave in leave.filter(|leave| leave.kind == LeaveKind::TimeOffInLieu) {
            records.leave.entry(leave.agent_id).or_default().push(leave);
        }
        Ok(records)
    }

    fn of(&self, id: AgentId) -> Record<'_> {
        Record {
            shifts: self.shifts.get(&id).map_or(&[], Vec::as_slice),
            corrections: self.corrections.get(&id).map_or(&[], Vec::as_slice),
            leave: self.leave.get(&id).map_or(&[], Vec::as_slice),
        }
    }
}
