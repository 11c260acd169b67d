//! Alerts: the watch, and what people do about what it finds.

mod observe;
mod rules;

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

pub use rules::{change_rule, remove_rule, rules, rules_of};

use self::rules::RuleBook;
use super::ServiceError;
use super::audit::{Subject, entry};
use crate::domain::access::Actor;
use crate::domain::alert::{Alert, AlertRule, Mark, Observation};
use crate::domain::ids::AlertId;
use crate::store::alerts::{self, StoredAlert};
use crate::store::{Db, Store, StoreError, audit};
use crate::team::alerts::{Act, act, step};

/// How often everything is checked.
const EVERY: TimeDelta = TimeDelta::minutes(15);

/// Reads an alert within reach.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn get(db: &impl Db, actor: &Actor, id: AlertId) -> Result<StoredAlert, ServiceError> {
    let found = alerts::get(db, id).await?.filter(|found| actor.scope.reaches(found.alert.team_id));
    found.ok_or_else(|| ServiceError::NotFound { what: "alert", id: id.to_string() })
}

/// Takes a person's step.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::AlertNotNow`], [`ServiceError::Invalid`].
pub async fn take_step(
    store: &Store,
    actor: &Actor,
    id: AlertId,
    wanted: Act,
    note: String,
    now: DateTime<Utc>,
) -> Result<StoredAlert, ServiceError> {
    if note.chars().count() > 1000 {
        return Err(ServiceError::field("/note", "must be 1000 characters at most"));
    }
    let tx = store.begin().await?;
    let before = get(&tx, actor, id).await?;
    let mark = Mark { by: actor.name.clone(), at: now, note };
    let after = act(before.alert.clone(), wanted, mark)?;
    let stored = alerts::update(&tx, &after, before.version).await?;
    let subject = Subject { what: "alert", id: id.0, team_id: Some(after.team_id) };
    let word = match wanted {
        Act::Acknowledge => "acknowledge",
        Act::Resolve => "resolve",
        Act::Verify => "verify",
    };
    audit::insert(&tx, &entry(actor, word, subject, Some(&before.alert), Some(&after), now)).await?;
    tx.commit().await?;
    Ok(stored)
}

/// Checks everything, unless this quarter of an hour was checked already; returns how many alerts it opened or changed. The
/// check and what came of it are one transaction: a process that dies in between has changed nothing, and the next tick does
/// it again.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn check(store: &Store, now: DateTime<Utc>) -> Result<usize, ServiceError> {
    let slot = now.duration_trunc(EVERY).expect("a quarter of an hour divides the time since 1970");
    if alerts::is_checked(store, slot).await? {
        return Ok(0);
    }
    let book = RuleBook::read(store).await?;
    let rules = book.watched();
    let seen = observe::observe(store, &rules, &book, now).await?;
    let tx = store.begin().await?;
    if !alerts::take_check(&tx, slot, now).await? {
        return Ok(0);
    }
    let mut changed = 0;
    for rule in &rules {
        changed += check_rule(&tx, &book, rule, seen.get(&rule.code).map(Vec::as_slice).unwrap_or_default(), now).await?;
    }
    tx.commit().await?;
    Ok(changed)
}

async fn check_rule(
    tx: &crate::store::Tx,
    book: &RuleBook,
    rule: &AlertRule,
    seen: &[Observation],
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let in_force = |team_id| Some(book.of(rule, team_id).0).filter(|rule| rule.is_enabled);
    let unverified = alerts::unverified(tx).await?.into_iter().filter(|known| known.alert.rule_code == rule.code);
    let mut known: HashMap<String, StoredAlert> = unverified.map(|known| (known.alert.subject.clone(), known)).collect();
    let mut changed = 0;
    for observation in seen {
        let before = known.remove(&observation.subject);
        let Some(rule) = in_force(observation.team_id) else { continue };
        let observation = Observation { owner_id: rule.owner_id.or(observation.owner_id), ..observation.clone() };
        changed += store_step(tx, rule, before, Some(&observation), now).await?;
    }
    let silent: BTreeMap<String, StoredAlert> = known.into_iter().collect();
    for before in silent.into_values() {
        let Some(rule) = in_force(before.alert.team_id) else { continue };
        changed += store_step(tx, rule, Some(before), None, now).await?;
    }
    Ok(changed)
}

async fn store_step(
    tx: &crate::store::Tx,
    rule: &AlertRule,
    before: Option<StoredAlert>,
    seen: Option<&Observation>,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let Some(after) = step(rule, before.as_ref().map(|known| &known.alert), seen, now) else { return Ok(0) };
    let Some(before) = before else { return Ok(usize::from(alerts::insert(tx, &after).await?)) };
    match alerts::update(tx, &after, before.version).await {
        Ok(_) => {
            note_turn(&before.alert, &after);
            Ok(1)
        }
        // Somebody was quicker: the next check sees what they made of it.
        Err(StoreError::VersionConflict { .. }) => Ok(0),
        Err(error) => Err(error),
    }
}

fn note_turn(before: &Alert, after: &Alert) {
    if before.state != after.state {
        tracing::info!(alert.id = %after.id, alert.rule = after.rule_code, "alert {} is {:?} now", after.id, after.state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::alert::{AlertKind, AlertState};
    use crate::domain::calendar::local_of;
    use crate::domain::figure::{FigureSpec, OwnFigure};
    use crate::domain::figure_day::{FigureDay, FigureKey, Place, Register};
    use crate::domain::ids::FigureId;
    use crate::domain::measure::Measure;
    use crate::store::figure_days::{self, Correction};
    use crate::store::figures;
    use crate::store::testing::{self, Desk, on_both, open};
    use crate::team::figures::shipped as shipped_figures;

    /// Sunday 14:00 in Shanghai.
    fn afternoon() -> DateTime<Utc> {
        "2026-11-22T06:00:00Z".parse().unwrap()
    }

    /// A day of replies in time, of so many people.
    async fn record(store: &Store, desk: &Desk, in_time: i64, of: i64) {
        let counts = [(Measure::Within3min, in_time), (Measure::Within3minOf, of)].into_iter().collect();
        let starts_at = "2026-11-22T00:00:00Z".parse().unwrap();
        store_register(store, desk, Register { starts_at, minutes: 600, counts }).await;
    }

    async fn store_register(store: &Store, desk: &Desk, register: Register) {
        let place = Place { shop_id: desk.shop.id, queue_id: Some(desk.queue.id) };
        let date = local_of(desk.site.zone, register.starts_at).date();
        let key = FigureKey { agent_id: desk.agent.id, date, place };
        let day = FigureDay { key, team_id: desk.team.id, registers: [register].into_iter().collect() };
        let tx = store.begin().await.unwrap();
        let correction = Correction { import_id: None, actor_name: "张", at: afternoon() };
        figure_days::merge(&tx, &[day], correction).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn open_of(store: &Store, rule: &str) -> Vec<Alert> {
        let unverified = alerts::unverified(store).await.unwrap().into_iter().map(|known| known.alert);
        unverified.filter(|alert| alert.rule_code == rule).collect()
    }

    async fn slow_replies(store: &Store) -> Vec<Alert> {
        open_of(store, "slow_3min_reply").await
    }

    on_both! {
        a_weak_figure_opens_one_alert_however_often_it_is_checked_and_by_whom(at url) {
            let (store, other) = (open(&url).await, open(&url).await);
            let desk = testing::desk(&store).await;
            record(&store, &desk, 150, 200).await;
            let (one, two) = tokio::join!(check(&store, afternoon()), check(&other, afternoon()));
            assert_eq!(one.unwrap() + two.unwrap(), 1);
            let opened = slow_replies(&store).await;
            let facts: Vec<_> = opened.iter().map(|alert| (alert.kind, alert.team_id, alert.value, alert.occurrences)).collect();
            assert_eq!(facts, [(AlertKind::Figure, desk.team.id, 0.75, 1)]);
            assert!(opened[0].cause_en.contains("150 of 200"), "{}", opened[0].cause_en);
            // The same quarter of an hour again, and then the next.
            assert_eq!(check(&store, afternoon() + TimeDelta::minutes(14)).await.unwrap(), 0);
            assert_eq!(check(&store, afternoon() + TimeDelta::minutes(15)).await.unwrap(), 1);
            assert_eq!(slow_replies(&store).await[0].occurrences, 2);
        }

        clear_checks_end_it_and_it_is_not_opened_by_a_few_chats(store) {
            let desk = testing::desk(&store).await;
            record(&store, &desk, 10, 99).await;
            check(&store, afternoon()).await.unwrap();
            assert_eq!(slow_replies(&store).await, []);
            record(&store, &desk, 10, 100).await;
            check(&store, afternoon() + EVERY).await.unwrap();
            assert_eq!(slow_replies(&store).await.len(), 1);
            record(&store, &desk, 99, 100).await;
            for turn in 2..6 {
                check(&store, afternoon() + EVERY * turn).await.unwrap();
            }
            assert_eq!(slow_replies(&store).await[0].state, AlertState::Resolved);
            for turn in 6..10 {
                check(&store, afternoon() + EVERY * turn).await.unwrap();
            }
            assert_eq!(slow_replies(&store).await, []);
        }

        an_own_figure_of_a_shipped_code_is_the_one_that_is_watched(store) {
            let desk = testing::desk(&store).await;
            record(&store, &desk, 10, 100).await;
            let replies = shipped_figures().iter().find(|figure| figure.code() == "within_3min_rate").unwrap();
            let spec = FigureSpec { numerator: "within_3min_of".into(), ..replies.spec.clone() };
            let tx = store.begin().await.unwrap();
            figures::insert(&tx, &OwnFigure { id: FigureId::generate(), spec }, afternoon()).await.unwrap();
            tx.commit().await.unwrap();
            check(&store, afternoon()).await.unwrap();
            assert_eq!(slow_replies(&store).await, [], "everybody of everybody");
        }

        whoever_is_on_shift_and_not_recorded_for_two_hours_and_a_half_is_missed_where_teams_record_within_the_day(store) {
            let desk = testing::desk(&store).await;
            testing::publish(&store, &desk).await;
            let at = |text: &str| format!("2026-11-23T{text}:00Z").parse::<DateTime<Utc>>().unwrap();
            let missed = async |now: &str| {
                check(&store, at(now)).await.unwrap();
                let unverified = open_of(&store, "missing_registers").await;
                unverified.iter().filter(|alert| alert.state == AlertState::Open).count()
            };
            let register = |starts_at, minutes| Register { starts_at, minutes, counts: [(Measure::Sessions, 9)].into_iter().collect() };
            // A shift from 09:00 to 18:00 UTC. Whole days tell nothing of a team's habit.
            store_register(&store, &desk, register(at("00:00") - TimeDelta::days(1), 600)).await;
            assert_eq!(missed("12:00").await, 0);
            store_register(&store, &desk, register(at("12:00") - TimeDelta::days(1), 120)).await;
            let before = missed("11:15").await;
            assert_eq!((before, missed("11:30").await), (0, 1));
            let opened = open_of(&store, "missing_registers").await.remove(0);
            assert_eq!((opened.team_id, opened.value), (desk.team.id, 1.0));
            assert!(opened.cause_zh.contains("小王") && opened.cause_en.contains("小王"), "{}", opened.cause_zh);
            store_register(&store, &desk, register(at("09:00"), 120)).await;
            assert_eq!(missed("12:15").await, 0, "recorded until 11:00");
        }
    }
}
