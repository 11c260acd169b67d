//! Imports registers of many agents and compares a month of one team, and prints one JSON line: rows, seconds, milliseconds.
//!
//! `cargo run --release --example team_figures -- --database 'sqlite://figures.db?mode=rwc' --agents 5000 --days 90`, or
//! `--database postgres://…`. On a database that it has filled it only compares.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Instant;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use clap::Parser;
use paiban::domain::access::{Actor, Scope};
use paiban::domain::agent::{Agent, Contract, Post};
use paiban::domain::figure_map::FigureMap;
use paiban::domain::ids::{AgentId, ShopId, SiteId, TeamId};
use paiban::domain::organisation::{Platform, Shop, Site, Team};
use paiban::feeds::rows::CompareBy;
use paiban::services::figures::{ComparisonRequest, MapChoice, NewFigureImport, compare_figures, import_figures};
use paiban::services::volumes::OnError;
use paiban::store::teams::TeamFilter;
use paiban::store::{Page, Store, agents, shops, sites, teams};

/// Agents of a team.
const TEAM: u32 = 200;
/// Days of one file.
const FILE_DAYS: u64 = 5;
const HEADERS: &str = "staff_number,start,shop,asked_people,answered_people,sessions,customer_messages,agent_messages,turns,\
    answered_turns,reply_millis,slow_responses,within_30s,within_30s_of,within_3min,within_3min_of,inquirers,ordered_people,\
    paid_people,paid_cents,good_reviews,neutral_reviews,bad_reviews,attitude_reviews\n";

#[derive(Parser)]
struct Arguments {
    /// An empty database, or one that was filled with as many days.
    #[arg(long)]
    database: String,
    /// How many agents, in teams of 200.
    #[arg(long, default_value_t = 5_000)]
    agents: u32,
    /// How many days, eight registers each.
    #[arg(long, default_value_t = 90)]
    days: u64,
    /// How often the comparison is asked for.
    #[arg(long, default_value_t = 40)]
    repeats: usize,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let store = Store::connect(&arguments.database, 5).await?;
    store.migrate().await?;
    let now: DateTime<Utc> = "2026-11-22T00:00:00Z".parse()?;
    let actor = Actor::service("measurement");
    let first: NaiveDate = "2026-08-01".parse()?;
    let filter = TeamFilter { scope: &Scope::Everything, site_id: None, parent_id: None, include_archived: false };
    let mut team_ids: Vec<TeamId> =
        teams::list(&store, &filter, Page::ALL).await?.items.into_iter().map(|team| team.value.id).collect();
    let (mut seconds, mut inserted) = (0.0, 0);
    if team_ids.is_empty() {
        team_ids = organisation(&store, arguments.agents, now).await?;
        (seconds, inserted) = import(&store, &actor, &arguments, first, now).await?;
    }
    let mut millis = Vec::new();
    for repeat in 0..arguments.repeats {
        let begun = Instant::now();
        compare_figures(&store, &actor, &request(team_ids[repeat % team_ids.len()], first + Days::new(arguments.days))).await?;
        millis.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    millis.sort_by(f64::total_cmp);
    let at = |share: f64| millis[((millis.len() as f64 * share).ceil() as usize).saturating_sub(1)];
    let line = serde_json::json!({ "registers": inserted, "import_seconds": seconds, "comparison_p50_ms": at(0.5),
        "comparison_p95_ms": at(0.95), "repeats": millis.len() });
    println!("{line}");
    Ok(())
}

/// Seconds in which the days were imported, and how many registers they had.
async fn import(
    store: &Store,
    actor: &Actor,
    arguments: &Arguments,
    first: NaiveDate,
    now: DateTime<Utc>,
) -> anyhow::Result<(f64, u64)> {
    let (mut seconds, mut inserted) = (0.0, 0);
    for from in (0..arguments.days).step_by(FILE_DAYS as usize) {
        let mut file = tempfile::tempfile()?;
        write_rows(&mut file, arguments.agents, first + Days::new(from), FILE_DAYS.min(arguments.days - from))?;
        let new = NewFigureImport {
            file,
            file_name: format!("{from}.csv"),
            map: MapChoice::Given(FigureMap::default()),
            shop_id: None,
            queue_id: None,
            date: None,
            on_error: OnError::Refuse,
        };
        let begun = Instant::now();
        inserted += import_figures(store, actor, new, now).await?.import.inserted;
        seconds += begun.elapsed().as_secs_f64();
    }
    Ok((seconds, inserted))
}

fn request(team_id: TeamId, until: NaiveDate) -> ComparisonRequest {
    ComparisonRequest {
        by: CompareBy::Agent,
        team_id: Some(team_id),
        shop_id: None,
        queue_id: None,
        from: until - Days::new(30),
        until,
        base_from: None,
        base_until: None,
        figures: Vec::new(),
    }
}

async fn organisation(store: &Store, count: u32, now: DateTime<Utc>) -> anyhow::Result<Vec<TeamId>> {
    let site = Site { id: SiteId::generate(), name: "杭州".into(), zone: Tz::Asia__Shanghai, opening_hours: Vec::new() };
    let tx = store.begin().await?;
    sites::insert(&tx, &site, now).await?;
    let shop = Shop { id: ShopId::generate(), site_id: site.id, name: "旗舰店".into(), platform: Platform::Pinduoduo };
    shops::insert(&tx, &shop, now).await?;
    let mut team_ids = Vec::new();
    for number in 0..count {
        if number % TEAM == 0 {
            let team = Team {
                id: TeamId::generate(),
                site_id: site.id,
                parent_id: None,
                name: format!("{}组", number / TEAM),
                leader_id: None,
                rules: None,
            };
            teams::insert(&tx, &team, now).await?;
            team_ids.push(team.id);
        }
        let agent = Agent {
            id: AgentId::generate(),
            team_id: team_ids[team_ids.len() - 1],
            staff_number: format!("KF{number:05}"),
            name: format!("客服{number}"),
            post: Post::PresaleAgent,
            contract: Contract { min_weekly_minutes: 2400, max_weekly_minutes: 2880, is_full_time: true },
            skills: Vec::new(),
            employed_from: "2025-01-01".parse()?,
            employed_until: None,
            availability: Vec::new(),
        };
        agents::insert(&tx, &agent, now).await?;
    }
    tx.commit().await?;
    Ok(team_ids)
}

/// Eight registers a day for everybody, of figures that differ by agent, day and hour.
fn write_rows(file: &mut std::fs::File, agents: u32, from: NaiveDate, days: u64) -> anyhow::Result<()> {
    let mut text = String::from(HEADERS);
    for date in from.iter_days().take(days as usize) {
        for agent in 0..agents {
            for register in 0..8 {
                let asked = 12 + (agent * 7 + register * 3 + u32::try_from(date.to_epoch_days())? * 5) % 23;
                let (slow, ordered, bad) = (asked / 9, asked * (3 + agent % 5) / 16, asked / 11);
                let (turns, within) = (asked * 4, asked * 4 - slow);
                let millis = turns * (9_000 + agent * 17 % 8_000);
                let hour = 8 + 2 * (register % 8);
                let date = if hour < 24 { date } else { date + Days::new(1) };
                writeln!(
                    text,
                    "KF{agent:05},{date} {:02}:00,旗舰店,{asked},{},{asked},{},{},{turns},{turns},{millis},{slow},{within},{turns},{within},{turns},{asked},{ordered},{},{},{},{},{bad},{}",
                    hour % 24,
                    asked - 1,
                    asked * 5,
                    asked * 6,
                    ordered * 4 / 5,
                    ordered * 12_345,
                    asked / 3,
                    asked / 9,
                    bad / 2
                )?;
            }
        }
        file.write_all(text.as_bytes())?;
        text.clear();
    }
    Ok(())
}
