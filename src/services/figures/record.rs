//! Recording figures through the API, and saying whom a name means.

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::books::{agent_book, place_book};
use super::intake::reason_of;
use crate::domain::access::Actor;
use crate::domain::calendar::local_of;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::figure_day::{Contradiction, Counts, FigureDay, FigureKey, HeldReason, Register};
use crate::domain::ids::{AgentId, HeldFigureId, QueueId, ShopId};
use crate::intake::{AgentBook, PlaceBook, PlaceEntry};
use crate::services::ServiceError;
use crate::services::audit::{Subject, entry};
use crate::store::figure_days::{Correction, merge};
use crate::store::held_figures::{self, HeldFigure};
use crate::store::{Store, audit};

/// A register to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRegister {
    /// Who: id, staff number or name.
    pub agent: String,
    /// The shop; may be left out where a queue is given.
    pub shop_id: Option<ShopId>,
    /// The queue.
    pub queue_id: Option<QueueId>,
    /// Start.
    pub starts_at: DateTime<Utc>,
    /// Length.
    pub minutes: u32,
    /// What was counted.
    pub counts: Counts,
}

/// What became of one of several registers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemOutcome {
    /// It is stored.
    Stored,
    /// It is held back until somebody says who is meant.
    Held {
        /// Why it is nobody's.
        reason: HeldReason,
    },
    /// It is not stored.
    Refused(Vec<FieldFault>),
}

/// What became of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved {
    /// Registers that are stored now.
    pub stored: u64,
    /// Registers left out, because they would count work twice; they stay held back.
    pub left_out: u64,
}

/// Records registers; each is judged for itself, and the outcomes come in their order.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn record_registers(
    store: &Store,
    actor: &Actor,
    items: Vec<NewRegister>,
    now: DateTime<Utc>,
) -> Result<Vec<ItemOutcome>, ServiceError> {
    let (places, agents) = (place_book(store, actor).await?, agent_book(store, actor).await?);
    let mut outcomes = Vec::with_capacity(items.len());
    let mut days: Vec<(usize, FigureDay)> = Vec::new();
    let mut held = Vec::new();
    for (at, item) in items.into_iter().enumerate() {
        let place = match check(&item, &places, now) {
            Ok(place) => place,
            Err(faults) => {
                outcomes.push(ItemOutcome::Refused(faults));
                continue;
            }
        };
        match placed(&item, place, &agents, now) {
            Ok(day) => {
                days.push((at, day));
                outcomes.push(ItemOutcome::Stored);
            }
            Err(nobody) => {
                outcomes.push(ItemOutcome::Held { reason: nobody.reason });
                held.push(*nobody);
            }
        }
    }
    let tx = store.begin().await?;
    let correction = Correction { import_id: None, actor_name: &actor.name, at: now };
    let laid: Vec<FigureDay> = days.iter().map(|(_, day)| day.clone()).collect();
    let counts = merge(&tx, &laid, correction).await?;
    for (key, left_out) in &counts.left_out {
        let span = (left_out.starts_at, left_out.minutes);
        let is_it = |day: &FigureDay| day.key == *key && day.registers.spans.first() == Some(&span);
        for (at, _) in days.iter().filter(|(_, day)| is_it(day)) {
            outcomes[*at] = ItemOutcome::Refused(vec![fault_of(left_out.why)]);
        }
    }
    held_figures::insert(&tx, &held).await?;
    let subject = Subject { what: "figures", id: Uuid::now_v7(), team_id: None };
    let facts = serde_json::json!({ "inserted": counts.inserted, "changed": counts.changed, "unchanged": counts.unchanged, "held": held.len() });
    audit::insert(&tx, &entry(actor, "record", subject, None, Some(&facts), now)).await?;
    tx.commit().await?;
    Ok(outcomes)
}

fn check(item: &NewRegister, places: &PlaceBook, now: DateTime<Utc>) -> Result<PlaceEntry, Vec<FieldFault>> {
    let mut faults = Faults::default();
    let place = places.get(item.shop_id, item.queue_id);
    faults.expect(place.is_some(), "/shop_id", "must name, alone or with queue_id, a shop or queue within reach");
    faults.expect(!item.agent.trim().is_empty(), "/agent", "must be an id, a staff number or a name");
    faults.expect((1..=1500).contains(&item.minutes), "/minutes", "must be between 1 and 1500");
    faults.expect(item.starts_at.timestamp() % 60 == 0, "/starts_at", "must be on a whole minute");
    faults.expect(item.starts_at <= now, "/starts_at", "lies in the future; figures are of what has been");
    faults.expect(item.starts_at > now - Duration::days(3660), "/starts_at", "is more than ten years ago; correct the date");
    faults.expect(!item.counts.0.is_empty(), "/counts", "must have a measure; GET /api/v1/figure-measures lists them");
    for (measure, count) in item.counts.0.iter().filter(|(_, count)| **count < 0) {
        faults.add(format!("/counts/{measure}"), format!("is negative ({count}); counts are 0 or more"));
    }
    for (part, whole) in item.counts.impossible() {
        faults.add(format!("/counts/{part}"), format!("is more than {whole}, of which it is a part; correct one of the two"));
    }
    faults.into_result(place)
}

fn fault_of(why: Contradiction) -> FieldFault {
    match why {
        Contradiction::CountedTwice { other_starts_at, other_minutes, measure } => FieldFault {
            pointer: "#/starts_at".into(),
            detail: format!(
                "counts {measure} over the time of the register of {other_minutes} minutes at {}; send registers of one length, or \
                 without it",
                other_starts_at.to_rfc3339()
            ),
        },
        Contradiction::Impossible { part, whole } => FieldFault {
            pointer: format!("#/counts/{part}"),
            detail: format!(
                "would be more than {whole}, of which it is a part, together with what is stored of that time; send both in one register"
            ),
        },
    }
}

fn placed(item: &NewRegister, place: PlaceEntry, agents: &AgentBook, now: DateTime<Utc>) -> Result<FigureDay, Box<HeldFigure>> {
    let register = Register { starts_at: item.starts_at, minutes: item.minutes, counts: item.counts.clone() };
    match agents.find(place.place.shop_id, &item.agent) {
        Ok(agent) => {
            let date = local_of(place.zone, item.starts_at).date();
            let key = FigureKey { agent_id: agent.id, date, place: place.place };
            Ok(FigureDay { key, team_id: agent.team_id, registers: [register].into_iter().collect() })
        }
        Err(nobody) => {
            let (reason, candidates) = reason_of(nobody);
            Err(Box::new(HeldFigure {
                id: HeldFigureId::generate(),
                at: now,
                import_id: None,
                row: None,
                agent_name: item.agent.clone(),
                reason,
                candidates,
                place: place.place,
                register,
            }))
        }
    }
}

/// Says who a name in a shop's files is: what was held back under it is stored, and the name is known from then on.
///
/// # Errors
/// [`ServiceError::NotFound`] where nothing is held back under the name; [`ServiceError::Invalid`] for an agent out of reach.
pub async fn resolve_name(
    store: &Store,
    actor: &Actor,
    shop_id: ShopId,
    name: &str,
    agent_id: AgentId,
    now: DateTime<Utc>,
) -> Result<Resolved, ServiceError> {
    let (places, agents) = (place_book(store, actor).await?, agent_book(store, actor).await?);
    let unknown_agent = || ServiceError::field("/agent_id", "must be an agent within reach");
    let team_id = agents.get(agent_id).ok_or_else(unknown_agent)?.team_id;
    let not_found = || ServiceError::NotFound { what: "held name", id: name.to_owned() };
    let zone = places.get(Some(shop_id), None).ok_or_else(not_found)?.zone;
    let tx = store.begin().await?;
    let held = held_figures::of_name(&tx, &actor.scope, shop_id, name).await?;
    if held.is_empty() {
        return Err(not_found());
    }
    let days: Vec<FigureDay> = held
        .iter()
        .map(|held| {
            let date = local_of(zone, held.register.starts_at).date();
            let key = FigureKey { agent_id, date, place: held.place };
            FigureDay { key, team_id, registers: [held.register.clone()].into_iter().collect() }
        })
        .collect();
    let counts = merge(&tx, &days, Correction { import_id: None, actor_name: &actor.name, at: now }).await?;
    held_figures::release(&tx, &held).await?;
    let left: Vec<HeldFigure> = held
        .into_iter()
        .filter(|held| counts.left_out.iter().any(|(_, left_out)| left_out.starts_at == held.register.starts_at))
        .collect();
    held_figures::insert(&tx, &left).await?;
    held_figures::remember(&tx, shop_id, name, agent_id).await?;
    let subject = Subject { what: "agent_alias", id: agent_id.0, team_id: Some(team_id) };
    let facts = serde_json::json!({ "shop_id": shop_id, "name": name, "agent_id": agent_id });
    audit::insert(&tx, &entry(actor, "resolve", subject, None, Some(&facts), now)).await?;
    tx.commit().await?;
    Ok(Resolved { stored: counts.inserted + counts.changed + counts.unchanged, left_out: left.len() as u64 })
}
