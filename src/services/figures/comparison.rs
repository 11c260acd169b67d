//! Comparing figures: period against period, and each against everybody.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Datelike, Duration, NaiveDate, Timelike};
use chrono_tz::Tz;
use uuid::Uuid;

use super::chosen;
use crate::domain::access::{Actor, Role, Scope};
use crate::domain::calendar::local_of;
use crate::domain::figure::Figure;
use crate::domain::figure_day::FigureDay;
use crate::domain::ids::{QueueId, ShopId, TeamId};
use crate::services::ServiceError;
use crate::services::feeds::Directory;
use crate::store::figure_days::{self, FigureFilter};
use crate::store::{Db, Store, teams};
use crate::team::figures::{Comparison, Samples, compare, mark};

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareBy {
    /// Agents.
    Agent,
    /// Teams.
    Team,
    /// Shops.
    Shop,
    /// Queues.
    Queue,
    /// Hours of the week: 0 is Monday's first.
    WeekdayHour,
}

/// Which figures, whose, and when. Both periods are of local dates, `[from, until)`.
#[derive(Debug, Clone)]
pub struct ComparisonRequest {
    /// What is compared.
    pub by: CompareBy,
    /// Only this team and those below it.
    pub team_id: Option<TeamId>,
    /// Only this shop.
    pub shop_id: Option<ShopId>,
    /// Only this queue.
    pub queue_id: Option<QueueId>,
    /// The period.
    pub from: NaiveDate,
    /// The day after it.
    pub until: NaiveDate,
    /// The period it is compared with; `None` for as many days before it.
    pub base_from: Option<NaiveDate>,
    /// The day after that.
    pub base_until: Option<NaiveDate>,
    /// Codes of the figures; empty for all.
    pub figures: Vec<String>,
}

/// One agent, team, shop, queue or hour, with its figures in the order of the definitions.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// Which; `None` for an hour, and for days whose queue is not known.
    pub id: Option<Uuid>,
    /// The hour of the week, 0-167.
    pub hour_of_week: Option<u32>,
    /// Period against period.
    pub figures: Vec<Comparison>,
    /// The subject against everybody else asked for, in the period.
    pub against_everybody: Vec<Comparison>,
}

/// A comparison.
#[derive(Debug, Clone)]
pub struct ComparisonReport {
    /// The figures as they are defined.
    pub definitions: Vec<Figure>,
    /// The period it was compared with.
    pub base: (NaiveDate, NaiveDate),
    /// Those compared, by id or hour.
    pub subjects: Vec<Subject>,
}

/// Longest period, days.
const MAX_DAYS: i64 = 400;

/// Compares figures. An agent sees the own only.
///
/// # Errors
/// [`ServiceError::Invalid`] for periods that are none, [`ServiceError::Store`].
pub async fn compare_figures(
    store: &Store,
    actor: &Actor,
    request: &ComparisonRequest,
) -> Result<ComparisonReport, ServiceError> {
    let base = periods(request)?;
    let figures = chosen(store, &request.figures).await?;
    let scope = match request.team_id {
        Some(team_id) => reached(store, actor, team_id).await?,
        None => actor.scope.clone(),
    };
    let zones = Directory::read(store).await?;
    let own = (actor.role == Role::Agent).then_some(actor.agent_id);
    if own == Some(None) {
        return Ok(ComparisonReport { definitions: figures, base, subjects: Vec::new() });
    }
    let filter = |from, until| FigureFilter {
        scope: &scope,
        agent_id: own.flatten(),
        team_ids: None,
        shop_id: request.shop_id,
        queue_id: request.queue_id,
        from,
        until,
    };
    let now = figure_days::list(store, &filter(request.from, request.until)).await?;
    let before = figure_days::list(store, &filter(base.0, base.1)).await?;
    let by = request.by;
    let (from, until) = (request.from, request.until);
    let zone_of = move |team_id: TeamId| zones.place(team_id).map_or(Tz::UTC, |place| place.zone);
    let computing = tokio::task::spawn_blocking(move || {
        let subjects = compared(by, &figures, (from, until, &now), (base.0, base.1, &before), zone_of);
        ComparisonReport { definitions: figures, base, subjects }
    });
    Ok(computing.await.expect("adding up does not panic"))
}

fn periods(request: &ComparisonRequest) -> Result<(NaiveDate, NaiveDate), ServiceError> {
    let days = (request.until - request.from).num_days();
    if !(1..=MAX_DAYS).contains(&days) {
        return Err(ServiceError::field("/to", format!("must be after from, by {MAX_DAYS} days at most")));
    }
    let until = request.base_until.unwrap_or(request.from);
    let from = request.base_from.unwrap_or_else(|| until - Duration::days(days));
    if !(1..=MAX_DAYS).contains(&(until - from).num_days()) {
        return Err(ServiceError::field("/base_to", format!("must be after base_from, by {MAX_DAYS} days at most")));
    }
    Ok((from, until))
}

/// A team and those below it, as far as the actor reaches.
pub(super) async fn reached(db: &impl Db, actor: &Actor, team_id: TeamId) -> Result<Scope, ServiceError> {
    if !actor.scope.reaches(team_id) || teams::get(db, team_id).await?.is_none() {
        return Err(ServiceError::NotFound { what: "team", id: team_id.to_string() });
    }
    let below: BTreeSet<TeamId> = teams::subtree(db, team_id).await?;
    Ok(Scope::Teams(below.into_iter().filter(|team| actor.scope.reaches(*team)).collect()))
}

type Period<'a> = (NaiveDate, NaiveDate, &'a [FigureDay]);

fn compared(
    by: CompareBy,
    figures: &[Figure],
    now: Period<'_>,
    before: Period<'_>,
    zone_of: impl Fn(TeamId) -> Tz,
) -> Vec<Subject> {
    let subject_of = |day: &FigureDay| match by {
        CompareBy::Agent => Some(day.key.agent_id.0),
        CompareBy::Team => Some(day.team_id.0),
        CompareBy::Shop => Some(day.key.place.shop_id.0),
        CompareBy::Queue => day.key.place.queue_id.map(|queue| queue.0),
        CompareBy::WeekdayHour => None,
    };
    let is_hours = by == CompareBy::WeekdayHour;
    let ids: BTreeSet<Option<Uuid>> = now.2.iter().chain(before.2).map(subject_of).collect();
    let places: HashMap<Option<Uuid>, usize> = ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    let count = if is_hours { 168 } else { ids.len() };
    let samples = |(from, until, days): Period<'_>| {
        let mut samples = Samples::new(count, figures.len(), from, until);
        let mut zones: BTreeMap<TeamId, Tz> = BTreeMap::new();
        for day in days {
            let zone = *zones.entry(day.team_id).or_insert_with(|| zone_of(day.team_id));
            let local = |register: usize| local_of(zone, day.registers.spans[register].0);
            let subject = |register: usize| match is_hours {
                // A register of a whole day belongs to no hour.
                true if day.registers.spans[register].1 > 720 => None,
                true => {
                    let at = local(register);
                    Some((at.weekday().num_days_from_monday() * 24 + at.hour()) as usize)
                }
                false => places.get(&subject_of(day)).copied(),
            };
            samples.add(figures, day, subject, local);
        }
        samples
    };
    let (now, before) = (samples(now), samples(before));
    let mut subjects: Vec<Subject> =
        (0..count).map(|_| Subject { id: None, hour_of_week: None, figures: vec![], against_everybody: vec![] }).collect();
    for (place, figure) in figures.iter().enumerate() {
        let everybody = now.everybody(place);
        for (at, subject) in subjects.iter_mut().enumerate() {
            let sample = now.sample(at, place);
            subject.figures.push(compare(figure, sample, before.sample(at, place), &everybody));
            subject.against_everybody.push(compare(figure, sample, &everybody.without(sample), &everybody));
        }
    }
    mark_all(&mut subjects, |subject| &mut subject.figures);
    mark_all(&mut subjects, |subject| &mut subject.against_everybody);
    let mut ids = ids.into_iter();
    for (at, subject) in subjects.iter_mut().enumerate() {
        subject.id = if is_hours { None } else { ids.next().flatten() };
        subject.hour_of_week = is_hours.then(|| u32::try_from(at).expect("a week has 168 hours"));
    }
    let is_there = |figure: &Comparison| figure.value.is_some() || figure.base.is_some();
    subjects.retain(|subject| subject.figures.iter().any(is_there));
    subjects
}

fn mark_all(subjects: &mut [Subject], of: impl Fn(&mut Subject) -> &mut Vec<Comparison>) {
    let mut all: Vec<Comparison> = subjects.iter_mut().flat_map(|subject| of(subject).clone()).collect();
    mark(&mut all);
    let mut all = all.into_iter();
    for subject in subjects {
        let figures = of(subject);
        let count = figures.len();
        *figures = all.by_ref().take(count).collect();
    }
}
