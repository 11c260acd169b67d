//! Platform compliance: the rules in force, and where each shop stands.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, Utc};
use uuid::Uuid;

use super::ServiceError;
use super::audit::{Subject, entry};
use super::editing::{Kept, kept_in};
use crate::domain::access::{Actor, Scope};
use crate::domain::calendar::local_of;
use crate::domain::compliance::{ComplianceRule, Confirmation, OwnRule, RuleInForce};
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::figure::{Figure, Tally};
use crate::domain::ids::{ComplianceRuleId, ShopId, TeamId};
use crate::domain::organisation::Shop;
use crate::store::figure_days::{self, FigureFilter, Grain};
use crate::store::queues::{self, QueueFilter};
use crate::store::shops::{self, ShopFilter};
use crate::store::sites::{self, SiteFilter};
use crate::store::{Db, Page, Store, StoreError, Tx, Versioned, audit, compliance_confirmations, compliance_rules};
use crate::team::compliance::{DayCount, Standing, figure_of, period_of, shipped, stand};

/// The longest period that is judged, and the days that its rest is forecast from.
const LOOK_BACK: Days = Days::new(31);

/// Where a shop stands against one rule of its platform.
#[derive(Debug, Clone, PartialEq)]
pub struct ShopStanding {
    /// The shop.
    pub shop: Shop,
    /// The team that answers for it: that of its first queue by name.
    pub team_id: TeamId,
    /// The rule.
    pub rule: RuleInForce,
    /// The local date it is seen from.
    pub on: NaiveDate,
    /// Where it stands.
    pub standing: Standing,
}

impl Kept for OwnRule {
    const WHAT: &'static str = "platform rule";
    kept_in!(compliance_rules by ComplianceRuleId);

    async fn team_id(&self, _: &impl Db) -> Result<Option<TeamId>, StoreError> {
        Ok(None)
    }

    async fn is_within(&self, _: &impl Db, _: &Actor) -> Result<bool, StoreError> {
        Ok(true)
    }

    async fn is_changeable(&self, _: &impl Db, actor: &Actor) -> Result<bool, StoreError> {
        Ok(actor.scope == Scope::Everything)
    }

    /// One rule of a code holds at a time.
    async fn misfits(&self, _: Option<&Self>, db: &impl Db, _: &Actor) -> Result<Vec<FieldFault>, StoreError> {
        let mut faults = Faults::default();
        let known = compliance_rules::list(db, false, Page::ALL).await?.items;
        let rival = known.iter().find(|row| self.rivals(&row.value));
        let detail = "holds on days of another rule of the same code; end that one before this one begins";
        faults.expect(rival.is_none(), "/effective_from", detail);
        Ok(faults.into_list())
    }
}

/// Every platform rule, with what users made of it.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn rules(db: &impl Db) -> Result<Vec<RuleInForce>, StoreError> {
    let mut confirmed = compliance_confirmations::latest(db).await?;
    let mut own = compliance_rules::list(db, false, Page::ALL).await?.items;
    own.retain(|row| figure_of(&row.value.rule).is_some());
    let replaced: BTreeSet<String> = own.iter().map(|row| row.value.rule.code.clone()).collect();
    let kept = shipped().iter().filter(|rule| !replaced.contains(&rule.code));
    let mut rules: Vec<RuleInForce> = kept.map(|rule| RuleInForce::of(rule.clone(), confirmed.remove(&rule.code))).collect();
    // The newest first: a confirmation is of the rule as it is, not of one that it took the place of.
    own.sort_by_key(|row| std::cmp::Reverse(row.value.rule.effective_from));
    rules.extend(own.into_iter().map(|row| {
        let code = &row.value.rule.code;
        let is_meant = confirmed.get(code).is_some_and(|confirmation| confirmation.at >= row.updated_at);
        let confirmation = if is_meant { confirmed.remove(code) } else { None };
        RuleInForce::of(row.value.rule, confirmation)
    }));
    Ok(rules)
}

/// Stores that a user checked a rule against the platform's own text, and what it says.
///
/// # Errors
/// [`ServiceError::NotFound`] for an unknown code, [`ServiceError::Invalid`] with every fault.
pub async fn confirm(store: &Store, actor: &Actor, confirmation: Confirmation) -> Result<RuleInForce, ServiceError> {
    let tx = store.begin().await?;
    let not_found = || ServiceError::NotFound { what: "platform rule", id: confirmation.code.clone() };
    let before = rules(&tx).await?.into_iter().find(|known| known.rule.code == confirmation.code).ok_or_else(not_found)?;
    if actor.scope != Scope::Everything {
        return Err(ServiceError::BeyondReach { what: "platform rule" });
    }
    let faults = faults_of(&before.rule, &confirmation).into_list();
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let id = Uuid::now_v7();
    let stored = compliance_confirmations::insert(&tx, id, &confirmation).await?;
    let subject = Subject { what: "platform rule", id, team_id: None };
    let line = entry(actor, "confirm", subject, before.confirmation.as_ref(), Some(&stored), confirmation.at);
    audit::insert(&tx, &line).await?;
    tx.commit().await?;
    Ok(RuleInForce::of(before.rule, Some(stored)))
}

fn faults_of(rule: &ComplianceRule, confirmation: &Confirmation) -> Faults {
    use crate::domain::figure::FigureScale;
    let mut faults = Faults::default();
    let is_share = figure_of(rule).is_some_and(|figure| figure.spec.scale == FigureScale::Share);
    faults.expect(is_share || confirmation.target.is_none(), "/target", "must be null: only rules on shares have a limit");
    let length = confirmation.source.trim().chars().count();
    faults.expect((1..=1000).contains(&length), "/source", "must say in 1 to 1000 characters where the rule was read");
    faults.expect(confirmation.note.chars().count() <= 1000, "/note", "must be 1000 characters at most");
    faults
}

/// Where the shops stand that a team within reach answers chats of, by shop and rule; seen from `on`, or from today by the
/// clocks of each shop's site. A shop stands where all its chats put it, whichever team took them.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn standings(
    db: &impl Db,
    scope: &Scope,
    shop_id: Option<ShopId>,
    on: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<Vec<ShopStanding>, StoreError> {
    let answering = answering_teams(db, scope).await?;
    let filter = ShopFilter { scope: &Scope::Everything, site_id: None, include_archived: false };
    let shops = shops::list(db, &filter, Page::ALL).await?.items.into_iter().map(|row| row.value);
    let wanted: Vec<Shop> =
        shops.filter(|shop| answering.contains_key(&shop.id) && shop_id.is_none_or(|id| id == shop.id)).collect();
    let filter = SiteFilter { scope: &Scope::Everything, include_archived: true };
    let sites = sites::list(db, &filter, Page::ALL).await?.items.into_iter().map(|row| (row.value.id, row.value.zone));
    let zones: BTreeMap<_, _> = sites.collect();
    let today = |shop: &Shop| on.unwrap_or_else(|| local_of(zones[&shop.site_id], now).date());
    let (Some(first), Some(last)) = (wanted.iter().map(today).min(), wanted.iter().map(today).max()) else {
        return Ok(Vec::new());
    };
    let rules = rules(db).await?;
    let counts = counts(db, &rules, shop_id, (first - LOOK_BACK, last + Days::new(1))).await?;
    let mut found = Vec::new();
    for shop in wanted {
        let on = today(&shop);
        for (place, rule) in rules.iter().enumerate() {
            if !rule.rule.platforms.contains(&shop.platform) || !rule.rule.holds_on(on) {
                continue;
            }
            let (from, _) = period_of(&rule.rule, on);
            let first = from.min(on - Days::new(28));
            let of_shop = counts.get(&shop.id).map(Vec::as_slice).unwrap_or_default();
            let days = of_shop.iter().filter(|(date, _)| (first..=on).contains(date));
            let days: Vec<DayCount> = days.map(|(date, tallies)| DayCount { date: *date, tally: tallies[place] }).collect();
            let standing = stand(&rule.rule, on, &days);
            found.push(ShopStanding { team_id: answering[&shop.id], rule: rule.clone(), on, standing, shop: shop.clone() });
        }
    }
    Ok(found)
}

/// The team of the first queue by name of every shop that has a queue within reach.
async fn answering_teams(db: &impl Db, scope: &Scope) -> Result<BTreeMap<ShopId, TeamId>, StoreError> {
    let filter = QueueFilter { scope: &Scope::Everything, team_id: None, shop_id: None, include_archived: false };
    let mut queues: Vec<_> = queues::list(db, &filter, Page::ALL).await?.items.into_iter().map(|row| row.value).collect();
    queues.sort_by(|one, other| one.name.cmp(&other.name));
    let reached: BTreeSet<ShopId> =
        queues.iter().filter(|queue| scope.reaches(queue.team_id)).map(|queue| queue.shop_id).collect();
    let mut teams = BTreeMap::new();
    for queue in queues.iter().filter(|queue| reached.contains(&queue.shop_id)) {
        teams.entry(queue.shop_id).or_insert(queue.team_id);
    }
    Ok(teams)
}

/// What was counted by shop and date, for the figure of every rule.
async fn counts(
    db: &impl Db,
    rules: &[RuleInForce],
    shop_id: Option<ShopId>,
    (from, until): (NaiveDate, NaiveDate),
) -> Result<BTreeMap<ShopId, Vec<(NaiveDate, Vec<Tally>)>>, StoreError> {
    let figures: Vec<Figure> = rules.iter().filter_map(|rule| figure_of(&rule.rule)).collect();
    let scope = Scope::Everything;
    let filter = FigureFilter { scope: &scope, agent_id: None, team_ids: None, shop_id, queue_id: None, from, until };
    let mut counts: BTreeMap<ShopId, Vec<_>> = BTreeMap::new();
    for (key, tallies) in figure_days::sums(db, &filter, &[Grain::Shop, Grain::Date], &figures).await? {
        if let (Some(shop_id), Some(date)) = (key.shop_id, key.date) {
            counts.entry(shop_id).or_default().push((date, tallies));
        }
    }
    Ok(counts)
}
