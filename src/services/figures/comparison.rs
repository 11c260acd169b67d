//! Comparing figures: period against period, and each against everybody.

use std::collections::{BTreeSet, HashMap};

use chrono::{Datelike, Duration, NaiveDate, Timelike};
use chrono_tz::Tz;
use rayon::prelude::*;
use uuid::Uuid;

use super::chosen;
use crate::domain::access::{Actor, Role, Scope};
use crate::domain::calendar::local_of;
use crate::domain::figure::Figure;
use crate::domain::figure_table::{FigureTable, TableDay};
use crate::domain::ids::{QueueId, ShopId, TeamId};
use crate::domain::measure::Measure;
use crate::feeds::rows::CompareBy;
use crate::services::ServiceError;
use crate::services::feeds::Directory;
use crate::store::figure_columns::{self, StoredDays};
use crate::store::figure_days::FigureFilter;
use crate::store::{Db, Store, StoreError, teams};
use crate::team::figures::{Comparison, PlacedTable, Sample, compare, mark, samples};

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
/// Hours of a week.
const HOURS: usize = 168;

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
    let (period, before) = (filter(request.from, request.until), filter(base.0, base.1));
    let (now, before) = tokio::try_join!(figure_columns::list(store, &period), figure_columns::list(store, &before))?;
    let (by, period) = (request.by, (request.from, request.until));
    let zone_of = move |team_id: TeamId| zones.place(team_id).map_or(Tz::UTC, |place| place.zone);
    let computing = tokio::task::spawn_blocking(move || {
        let subjects = compared(by, &figures, (period, &now), (base, &before), zone_of)?;
        Ok(ComparisonReport { definitions: figures, base, subjects })
    });
    computing.await.expect("adding up does not panic")
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

/// Dates `[from, until)`, and the days of them.
type Period<'a> = ((NaiveDate, NaiveDate), &'a StoredDays);

fn compared(
    by: CompareBy,
    figures: &[Figure],
    now: Period<'_>,
    before: Period<'_>,
    zone_of: impl Fn(TeamId) -> Tz + Sync,
) -> Result<Vec<Subject>, StoreError> {
    let mut is_wanted = [false; Measure::COUNT];
    figures.iter().flat_map(Figure::measures).for_each(|measure| is_wanted[measure.index()] = true);
    let (of_now, of_before) = (now.1.read(&is_wanted)?, before.1.read(&is_wanted)?);
    let is_hours = by == CompareBy::WeekdayHour;
    let days = of_now.iter().chain(&of_before).flat_map(|table| &table.days);
    let ids: BTreeSet<Option<Uuid>> = days.map(|day| subject_id(by, day)).collect();
    let places: HashMap<Option<Uuid>, usize> = ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    let placed = |tables: Vec<FigureTable>| -> Vec<PlacedTable> {
        tables.into_par_iter().map(|table| placed(by, table, &places, &zone_of)).collect()
    };
    let (of_now, of_before) = (placed(of_now), placed(of_before));
    let count = if is_hours { HOURS } else { ids.len() };
    // A figure is added up apart from the others, in one order whatever the number of threads: sums of fractions keep it.
    let by_figure = figures.par_iter().map(|figure| {
        let (samples_now, samples_before) =
            (samples(figure, count, now.0, &of_now), samples(figure, count, before.0, &of_before));
        against_both(figure, &samples_now, &samples_before)
    });
    let by_figure: Vec<Vec<(Comparison, Comparison)>> = by_figure.collect();
    let ids = ids.into_iter().chain(std::iter::repeat(None));
    let mut subjects: Vec<Subject> = (0..count)
        .zip(ids)
        .map(|(at, id)| {
            let (figures, against_everybody) = by_figure.iter().map(|subjects| subjects[at]).unzip();
            let hour_of_week = is_hours.then(|| u32::try_from(at).expect("a week has 168 hours"));
            Subject { id: id.filter(|_| !is_hours), hour_of_week, figures, against_everybody }
        })
        .collect();
    mark_all(&mut subjects, |subject| &mut subject.figures);
    mark_all(&mut subjects, |subject| &mut subject.against_everybody);
    let is_there = |figure: &Comparison| figure.value.is_some() || figure.base.is_some();
    subjects.retain(|subject| subject.figures.iter().any(is_there));
    Ok(subjects)
}

fn subject_id(by: CompareBy, day: &TableDay) -> Option<Uuid> {
    match by {
        CompareBy::Agent => Some(day.key.agent_id.0),
        CompareBy::Team => Some(day.team_id.0),
        CompareBy::Shop => Some(day.key.place.shop_id.0),
        CompareBy::Queue => day.key.place.queue_id.map(|queue| queue.0),
        CompareBy::WeekdayHour => None,
    }
}

fn placed(
    by: CompareBy,
    table: FigureTable,
    places: &HashMap<Option<Uuid>, usize>,
    zone_of: impl Fn(TeamId) -> Tz,
) -> PlacedTable {
    let zones: HashMap<TeamId, Tz> = table.days.iter().map(|day| (day.team_id, Tz::UTC)).collect();
    let zones: HashMap<TeamId, Tz> = zones.into_keys().map(|team_id| (team_id, zone_of(team_id))).collect();
    let subjects: Vec<Option<usize>> = table.days.iter().map(|day| places.get(&subject_id(by, day)).copied()).collect();
    let local =
        |table: &FigureTable, day: usize, register: usize| local_of(zones[&table.days[day].team_id], table.spans[register].0);
    let subject = |table: &FigureTable, day: usize, register: usize| match by {
        // A register of a whole day belongs to no hour.
        CompareBy::WeekdayHour if table.spans[register].1 > 720 => None,
        CompareBy::WeekdayHour => {
            let at = local(table, day, register);
            Some((at.weekday().num_days_from_monday() * 24 + at.hour()) as usize)
        }
        _ => subjects[day],
    };
    PlacedTable::new(table, subject, local)
}

/// Each subject's period against the one before, and against all others.
fn against_both(figure: &Figure, now: &[Sample], before: &[Sample]) -> Vec<(Comparison, Comparison)> {
    let everybody = Sample::everybody(now);
    let pairs = now.iter().zip(before).map(|(now, before)| {
        (compare(figure, now, before, &everybody), compare(figure, now, &everybody.without(now), &everybody))
    });
    pairs.collect()
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
