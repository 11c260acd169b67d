//! Databases for tests: a SQLite file of its own, and a PostgreSQL schema of its own where `PAIBAN_TEST_POSTGRES_URL` names
//! a server (`make test` always does).

use std::future::Future;

use chrono::{DateTime, Days, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;
use sea_orm::{ConnectionTrait, Database};
use uuid::Uuid;

use super::api_keys::ApiKey;
use super::assignments::PlacedAssignment;
use super::connection::Store;
use super::editable::Versioned;
use super::rosters::Roster;
use super::runs::NewRun;
use super::{agents, api_keys, queues, rosters, runs, shift_templates, shops, sites, teams};
use crate::domain::access::Role;
use crate::domain::agent::{Agent, Contract, Post, Skill};
use crate::domain::calendar::PlanningWeek;
use crate::domain::ids::{
    AgentId, ApiKeyId, AssignmentId, QueueId, RosterId, RotationAdoptionId, RotationId, RunId, ShiftTemplateId, ShopId, SiteId,
    TeamId,
};
use crate::domain::organisation::{Platform, Queue, QueueKind, Shop, Site, Team, WeeklyWindow};
use crate::domain::quantity::{Aht, Concurrency, Occupancy, Proficiency, ServiceGoal, ServiceLevel, Shrinkage};
use crate::domain::roster::{Assignment, RosterStatus};
use crate::domain::rotation::{
    BlockLength, ForbiddenSuccession, MarkedShift, PlacedAgent, RotationAdoption, RotationPlace, RotationSource, RotationTrack,
    RotationUse, TeamRotation, TeamRotationRules,
};
use crate::domain::rules::RosterRules;
use crate::domain::run::RunKind;
use crate::domain::shift::{Break, ShiftTemplate};

/// Runs the same test body on both databases. It gets a store, or with `at` the address, to open as often as it likes.
macro_rules! on_both {
    (@body (at $url:ident) $body:block) => {
        async fn body($url: String) $body
    };
    (@body ($store:ident) $body:block) => {
        async fn body(url: String) {
            let $store = $crate::store::testing::open(&url).await;
            $body
        }
    };
    ($($name:ident $given:tt $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            $crate::store::testing::on_both!(@body $given $body);

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                $crate::store::testing::on_sqlite(body).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                $crate::store::testing::on_postgres(body).await;
            }
        }
    )+};
}
pub(crate) use on_both;

/// On a SQLite file that goes with the test.
pub async fn on_sqlite<F: Future<Output = ()>>(body: impl FnOnce(String) -> F) {
    let folder = tempfile::tempdir().unwrap();
    body(format!("sqlite://{}?mode=rwc", folder.path().join("paiban.db").display())).await;
}

/// On a PostgreSQL schema that is dropped after the test, unless it fails.
pub async fn on_postgres<F: Future<Output = ()>>(body: impl FnOnce(String) -> F) {
    let server = std::env::var("PAIBAN_TEST_POSTGRES_URL")
        .expect("PAIBAN_TEST_POSTGRES_URL names a PostgreSQL cluster; `make test` starts one and sets it");
    let schema = format!("t_{}", Uuid::new_v4().simple());
    let admin = Database::connect(&server).await.unwrap();
    admin.execute_unprepared(&format!("CREATE SCHEMA {schema}")).await.unwrap();
    let mark = if server.contains('?') { '&' } else { '?' };
    // `public` too: the queue's extension is there.
    body(format!("{server}{mark}options=-csearch_path%3D{schema}%2Cpublic")).await;
    admin.execute_unprepared(&format!("DROP SCHEMA {schema} CASCADE")).await.unwrap();
}

/// A migrated store, with connections of its own as in a process of its own.
pub async fn open(url: &str) -> Store {
    let store = Store::connect(url, 5).await.unwrap();
    store.migrate().await.unwrap();
    store
}

/// 2026-11-22 08:30 UTC, a Sunday.
pub const NOW: DateTime<Utc> = DateTime::from_timestamp(1_795_336_200, 0).unwrap();

/// A site in Shanghai, open nine to nine on Mondays.
pub fn site() -> Site {
    Site {
        id: SiteId::generate(),
        name: "上海".into(),
        zone: Tz::Asia__Shanghai,
        opening_hours: vec![WeeklyWindow { weekday: Weekday::Mon, start_minute: 540, end_minute: 1260 }],
    }
}

/// A team of the site, at the root.
pub fn team(site: &Site) -> Team {
    Team { id: TeamId::generate(), site_id: site.id, parent_id: None, name: "一组".into(), leader_id: None, rules: None }
}

/// An organisation of one of each.
pub struct Desk {
    pub site: Site,
    pub team: Team,
    pub shop: Shop,
    pub queue: Queue,
    pub agent: Agent,
    pub template: ShiftTemplate,
}

/// Stores a [`Desk`].
pub async fn desk(store: &Store) -> Desk {
    let desk = new_desk();
    sites::insert(store, &desk.site, NOW).await.unwrap();
    teams::insert(store, &desk.team, NOW).await.unwrap();
    shops::insert(store, &desk.shop, NOW).await.unwrap();
    queues::insert(store, &desk.queue, NOW).await.unwrap();
    shift_templates::insert(store, &desk.template, NOW).await.unwrap();
    let tx = store.begin().await.unwrap();
    agents::insert(&tx, &desk.agent, NOW).await.unwrap();
    tx.commit().await.unwrap();
    desk
}

/// A [`Desk`] that is not stored.
pub fn new_desk() -> Desk {
    let site = site();
    let team = team(&site);
    let shop = Shop { id: ShopId::generate(), site_id: site.id, name: "旗舰店".into(), platform: Platform::Tmall };
    let queue = queue(&shop, &team);
    let (agent, template) = (agent(&team, &queue), template(&site));
    Desk { site, team, shop, queue, agent, template }
}

fn queue(shop: &Shop, team: &Team) -> Queue {
    Queue {
        id: QueueId::generate(),
        shop_id: shop.id,
        team_id: team.id,
        name: "售前".into(),
        kind: QueueKind::Presale,
        max_concurrent_chats: Concurrency::new(4).unwrap(),
        aht_secs: Aht::new(300.0).unwrap(),
        service_goal: ServiceGoal { target: ServiceLevel::new(0.8).unwrap(), threshold_secs: 30 },
        max_occupancy: Occupancy::new(0.85).unwrap(),
        shrinkage: Shrinkage::new(0.1).unwrap(),
        min_agents: 1,
        service: Default::default(),
    }
}

fn agent(team: &Team, queue: &Queue) -> Agent {
    Agent {
        id: AgentId::generate(),
        team_id: team.id,
        staff_number: "A001".into(),
        name: "小王".into(),
        post: Post::PresaleAgent,
        contract: Contract { min_weekly_minutes: 2400, max_weekly_minutes: 2880, is_full_time: true },
        skills: vec![Skill { queue_id: queue.id, proficiency: Proficiency::new(1.0).unwrap() }],
        employed_from: monday() - Days::new(100),
        employed_until: None,
        availability: vec![WeeklyWindow { weekday: Weekday::Mon, start_minute: 480, end_minute: 1560 }],
    }
}

fn template(site: &Site) -> ShiftTemplate {
    ShiftTemplate {
        id: ShiftTemplateId::generate(),
        site_id: site.id,
        code: "晚".into(),
        name: "晚班".into(),
        start_minute: 1020,
        length_minutes: 540,
        breaks: vec![Break::fixed(240, 60, false)],
    }
}

/// The Monday after [`NOW`].
pub fn monday() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

/// A draft for the week after [`NOW`].
pub fn roster(desk: &Desk) -> Roster {
    Roster {
        id: RosterId::generate(),
        team_id: desk.team.id,
        week: PlanningWeek::new(monday(), desk.site.zone).unwrap(),
        horizon: PlanningWeek::new(monday(), desk.site.zone).unwrap().into(),
        status: RosterStatus::Draft,
        revision: 1,
        replaces_id: None,
        requirement_id: None,
        run_id: None,
        least_change_from: None,
        rotation: None,
        rules: RosterRules::default(),
        relaxations: None,
        score: None,
        gaps: serde_json::json!([]),
        notices: vec![],
        published_at: None,
        publish_sequence: 0,
    }
}

/// The agent of the desk on its shift on Monday.
pub fn placed(desk: &Desk) -> PlacedAssignment {
    let assignment = Assignment {
        id: AssignmentId::generate(),
        agent_id: desk.agent.id,
        date: monday(),
        shift_template_id: desk.template.id,
        queue_id: desk.queue.id,
        break_offsets: desk.template.first_places(),
        is_pinned: false,
    };
    PlacedAssignment { assignment, shift: desk.template.on(monday(), desk.site.zone), sequence: 0 }
}

/// A rotation of two weeks on the desk's shift, by hand.
pub fn rotation(desk: &Desk) -> TeamRotation {
    let block = Some(BlockLength::new(2, 5));
    let week = |works: [bool; 7]| works.map(|works| works.then_some(0));
    let weeks = vec![week([true, true, true, true, true, false, false]), week([false, false, true, true, true, true, true])];
    TeamRotation {
        id: RotationId::generate(),
        team_id: desk.team.id,
        name: "晚班两周轮换".into(),
        source: RotationSource::Drawn,
        pattern_id: Some("two-weeks".into()),
        shifts: vec![MarkedShift { mark: "晚".into(), shift_template_id: desk.template.id, block }],
        tracks: vec![RotationTrack { weeks, agents: vec![1, 1] }],
        rules: Some(TeamRotationRules {
            work: BlockLength::new(2, 6),
            off: BlockLength::new(1, 4),
            forbidden: vec![ForbiddenSuccession { before: 0, after: 0, with_day_off: true }],
        }),
    }
}

/// The desk's team works by the rotation from the Monday after [`NOW`] on.
pub fn adoption(desk: &Desk, rotation: &TeamRotation) -> RotationAdoption {
    RotationAdoption {
        id: RotationAdoptionId::generate(),
        team_id: desk.team.id,
        rotation_id: rotation.id,
        starts_on: monday(),
        usage: RotationUse::Frame,
        is_paused_on_holidays: true,
        places: vec![PlacedAgent { agent_id: desk.agent.id, place: RotationPlace { track: 0, week: 1 } }],
    }
}

/// Stores and publishes a roster with the one assignment.
pub async fn publish(store: &Store, desk: &Desk) -> Versioned<Roster> {
    let tx = store.begin().await.unwrap();
    let draft = rosters::insert(&tx, &roster(desk), &[placed(desk)], NOW).await.unwrap();
    let published = rosters::publish(&tx, draft.value.id, draft.version, NOW).await.unwrap();
    tx.commit().await.unwrap();
    published
}

/// Stores a queued run for the desk's team.
pub async fn run(store: &Store, desk: &Desk, kind: RunKind) -> RunId {
    let run = NewRun {
        id: RunId::generate(),
        kind,
        team_id: desk.team.id,
        week_start: monday(),
        weeks: 1,
        params: serde_json::json!({}),
        parent_run_id: None,
        part_of_run_id: None,
        created_by: "主管".into(),
    };
    let tx = store.begin().await.unwrap();
    runs::enqueue(&tx, &run, NOW).await.unwrap();
    tx.commit().await.unwrap();
    run.id
}

/// Stores an admin's key.
pub async fn api_key(store: &Store) -> ApiKeyId {
    let key = ApiKey {
        id: ApiKeyId::generate(),
        name: "admin".into(),
        token_hash: "a1".into(),
        role: Role::Admin,
        team_id: None,
        agent_id: None,
        created_at: NOW,
        expires_at: None,
        revoked_at: None,
        last_used_at: None,
    };
    api_keys::insert(store, &key).await.unwrap();
    key.id
}
