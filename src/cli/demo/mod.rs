//! `paiban demo`: a made organisation, planned by the real service from inquiry history to published roster.

mod history;
mod organisation;
mod outcome;
mod people;
mod planning;
mod report;
mod tables;

use std::time::Instant;

use anyhow::{Context, bail};
use chrono::{Duration, NaiveDate, Utc};
use clap::Args;

use crate::app::{self, Parts};
use crate::config::Settings;
use crate::domain::access::{Actor, Role};
use crate::domain::calendar::{PlanningWeek, local_of};
use crate::services::founding::{found, sites_there};
use crate::services::keys::{NewKey, issue_key};
use crate::store::Store;
use organisation::{SITE, ZONE, organisation};
use planning::Limits;
use report::Report;

/// Arguments of `paiban demo`.
#[derive(Debug, Args)]
pub struct DemoArguments {
    /// Go on to answer requests, until stopped.
    #[arg(long)]
    serve: bool,
    /// Print one JSON object instead of tables.
    #[arg(long)]
    json: bool,
    /// Where chance begins, for a new demo; the same seed makes the same history [default: 1].
    #[arg(long)]
    seed: Option<u64>,
    /// The Monday of the week to plan; absent: the week planned before, or the next one.
    #[arg(long)]
    week: Option<NaiveDate>,
    /// Seconds the roster build may take.
    #[arg(long, default_value_t = 18)]
    time_limit_secs: u32,
    /// The build stops once (cost - bound) / cost is at most this.
    #[arg(long, default_value_t = 0.01)]
    gap: f64,
}

/// How long a printed key is accepted.
const KEY_LIFE: Duration = Duration::days(30);

/// Runs the command.
///
/// # Errors
/// A database with other data, and whatever keeps the week from being planned.
pub async fn demo(mut settings: Settings, arguments: DemoArguments) -> anyhow::Result<()> {
    let began = Instant::now();
    // The clock is for a service that stays.
    settings.clock.is_enabled &= arguments.serve;
    let store = super::open(&settings).await?;
    let seed = prepare(&store, &arguments).await?;
    store.close().await?;

    let app = app::build(settings, Parts { http: arguments.serve, worker: true }).await?;
    let (store, address) = (app.store().clone(), app.address());
    let mut running = actix_web::rt::spawn(app.run_until_stopped());
    let planned = tokio::select! {
        planned = plan(&store, &arguments) => planned?,
        ended = &mut running => return Ok(ended??),
    };
    let report = Report { seconds: began.elapsed().as_secs_f64(), seed, address: arguments.serve.then_some(address), ..planned };
    if arguments.json {
        super::say(report.json())?
    } else {
        super::say(report.text())?
    }
    if arguments.serve {
        return Ok(running.await??);
    }
    running.abort();
    Ok(store.close().await?)
}

/// Fills an empty database; gives the seed if it did. One that holds the demo stays as it is.
async fn prepare(store: &Store, arguments: &DemoArguments) -> anyhow::Result<Option<u64>> {
    let sites = sites_there(store).await?;
    if sites.iter().any(|site| site.id == SITE) {
        if arguments.seed.is_some() {
            bail!("--seed makes a new organisation, and this database has one: leave --seed away, or name an empty database");
        }
        super::tell("the database holds the demo: using it");
        return Ok(None);
    }
    if let Some(site) = sites.first() {
        bail!(
            "the database holds other data (site {}): point DATABASE_URL at an empty one, for example \
             DATABASE_URL='sqlite://paiban-demo.db?mode=rwc'",
            site.name
        );
    }
    let (now, seed) = (Utc::now(), arguments.seed.unwrap_or(1));
    let week = match arguments.week {
        Some(monday) => PlanningWeek::new(monday, ZONE)?,
        None => PlanningWeek::next_after(now, ZONE),
    };
    let made = organisation(week, local_of(ZONE, now).date(), seed);
    found(store, &actor(), &made, now).await?;
    let (agents, queues, records) = (made.agents.len(), made.queues.len(), made.volumes.len());
    super::tell(format_args!("made {agents} agents, {queues} queues and {records} records of inquiries"));
    Ok(Some(seed))
}

async fn plan(store: &Store, arguments: &DemoArguments) -> anyhow::Result<Report> {
    let limits = Limits { time_limit_secs: arguments.time_limit_secs, gap: arguments.gap };
    let id = planning::planned_roster(store, arguments.week, limits).await?;
    let outcome = outcome::read(store, id).await.context("the roster cannot be read")?;
    let now = Utc::now();
    let key = NewKey { name: "demo".into(), role: Role::Admin, team_id: None, agent_id: None, expires_at: Some(now + KEY_LIFE) };
    let (_, key) = issue_key(store, &actor(), key, now).await?;
    Ok(Report { seconds: 0.0, seed: None, address: None, key, outcome })
}

/// Who acts.
fn actor() -> Actor {
    Actor::service("demo")
}
