//! A team with a roster to show, put straight into the database: what the feeds show needs no solver.

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use paiban::domain::agent::{Agent, Contract, Post, Skill};
use paiban::domain::calendar::{IntervalMinutes, PlanningWeek};
use paiban::domain::demand::{
    DemandForecast, ForecastPoint, QueueForecast, QueueRequirement, RequirementPoint, StaffingRequirement,
};
use paiban::domain::ids::{
    AgentId, AssignmentId, ForecastId, QueueId, RequirementId, RosterId, RunId, ShiftTemplateId, ShopId, SiteId, TeamId,
};
use paiban::domain::organisation::{Platform, Queue, QueueKind, Shop, Site, Team};
use paiban::domain::quantity::{Aht, Concurrency, Occupancy, Proficiency, ServiceGoal, ServiceLevel, Shrinkage};
use paiban::domain::roster::{Assignment, RosterStatus};
use paiban::domain::rules::RosterRules;
use paiban::domain::run::RunKind;
use paiban::domain::shift::{Break, ShiftTemplate};
use paiban::store::assignments::PlacedAssignment;
use paiban::store::forecasts::{self, ForecastHead};
use paiban::store::requirements::{self, RequirementHead};
use paiban::store::rosters::{self, Roster};
use paiban::store::runs::{self, NewRun};
use paiban::store::{Store, agents, queues, shift_templates, shops, sites, teams};
use serde_json::json;

use crate::harness::TestApp;

pub const ZONE: Tz = Tz::Asia__Shanghai;

pub struct Desk {
    pub store: Store,
    pub site: Site,
    pub team: Team,
    pub shop: Shop,
    pub queue: Queue,
    /// Works, and leads.
    pub fang: Agent,
    /// Has a name like a formula, and no shift unless a test gives one.
    pub idle: Agent,
    /// 17:00-02:00, an hour's break at 21:00.
    pub late: ShiftTemplate,
    pub week: PlanningWeek,
}

impl Desk {
    pub async fn open(app: &TestApp) -> Self {
        let store = Store::connect(&app.database_url, 2).await.unwrap();
        let now = Utc::now();
        let site = Site { id: SiteId::generate(), name: "杭州".into(), zone: ZONE, opening_hours: Vec::new() };
        let team = team(&site, "客服一组");
        let shop = Shop { id: ShopId::generate(), site_id: site.id, name: "旗舰店".into(), platform: Platform::Tmall };
        let queue = queue(&shop, &team, "天猫售前");
        let (fang, idle) = (agent(&team, &queue, "A001", "王芳"), agent(&team, &queue, "A002", "=SUM(A1)"));
        let late = ShiftTemplate {
            id: ShiftTemplateId::generate(),
            site_id: site.id,
            code: "晚".into(),
            name: "晚班".into(),
            start_minute: 17 * 60,
            length_minutes: 540,
            breaks: vec![Break::fixed(240, 60, false)],
        };
        sites::insert(&store, &site, now).await.unwrap();
        teams::insert(&store, &team, now).await.unwrap();
        shops::insert(&store, &shop, now).await.unwrap();
        queues::insert(&store, &queue, now).await.unwrap();
        shift_templates::insert(&store, &late, now).await.unwrap();
        let week = PlanningWeek::next_after(now, ZONE);
        let desk = Self { store, site, team, shop, queue, fang, idle, late, week };
        for agent in [&desk.fang, &desk.idle] {
            desk.hire(agent).await;
        }
        desk
    }

    pub async fn hire(&self, agent: &Agent) {
        let tx = self.store.begin().await.unwrap();
        agents::insert(&tx, agent, Utc::now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A team of the site with a queue and an agent of its own.
    pub async fn neighbours(&self) -> (Team, Queue, Agent) {
        let team = team(&self.site, "客服二组");
        let queue = queue(&self.shop, &team, "京东售后");
        let agent = agent(&team, &queue, "B001", "赵敏");
        teams::insert(&self.store, &team, Utc::now()).await.unwrap();
        queues::insert(&self.store, &queue, Utc::now()).await.unwrap();
        self.hire(&agent).await;
        (team, queue, agent)
    }

    pub fn date(&self, day: u64) -> NaiveDate {
        self.week.monday() + Days::new(day)
    }

    /// A late shift on the day of the week, 0-6.
    pub fn placed(&self, agent: &Agent, day: u64) -> PlacedAssignment {
        let assignment = Assignment {
            id: AssignmentId::generate(),
            agent_id: agent.id,
            date: self.date(day),
            shift_template_id: self.late.id,
            queue_id: agent.skills[0].queue_id,
            break_offsets: self.late.first_places(),
            is_pinned: false,
        };
        PlacedAssignment { assignment, shift: self.late.on(self.date(day), ZONE), sequence: 0 }
    }

    pub async fn draft(&self, team: &Team, placed: &[PlacedAssignment], requirement_id: Option<RequirementId>) -> RosterId {
        let tx = self.store.begin().await.unwrap();
        let roster = Roster {
            id: RosterId::generate(),
            team_id: team.id,
            week: self.week,
            horizon: self.week.into(),
            status: RosterStatus::Draft,
            revision: rosters::next_revision(&tx, team.id, self.week.monday()).await.unwrap(),
            replaces_id: None,
            requirement_id,
            run_id: None,
            least_change_from: None,
            rotation: None,
            rules: RosterRules::default(),
            relaxations: None,
            score: None,
            gaps: json!([]),
            notices: vec![],
            published_at: None,
            publish_sequence: 0,
        };
        rosters::insert(&tx, &roster, placed, Utc::now()).await.unwrap();
        tx.commit().await.unwrap();
        roster.id
    }

    pub async fn publish(&self, id: RosterId) {
        let tx = self.store.begin().await.unwrap();
        rosters::publish(&tx, id, 1, Utc::now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A forecast of that many inquiries in every half-hour, and a requirement of two heads.
    pub async fn demand(&self, expected: f64, at: DateTime<Utc>) -> RequirementId {
        let grid = self.week.grid(IntervalMinutes::HALF_HOUR, Duration::hours(2));
        let (team_id, week_start, queue_id) = (self.team.id, self.week.monday(), self.queue.id);
        let (forecast_run, staffing_run) = (self.run(RunKind::Forecast).await, self.run(RunKind::Staffing).await);
        let forecast = ForecastHead { id: ForecastId::generate(), run_id: forecast_run, team_id, week_start, created_at: at };
        let point = ForecastPoint { p10: expected / 2.0, p90: expected * 2.0, ..ForecastPoint::certain(expected) };
        let queues = vec![QueueForecast::bare(queue_id, vec![point; grid.len()])];
        let requirement = RequirementHead {
            id: RequirementId::generate(),
            run_id: staffing_run,
            forecast_id: forecast.id,
            team_id,
            week_start,
            created_at: at,
        };
        let point =
            RequirementPoint { on_seat: 2, required: 2, service_level: None, occupancy: None, is_peak: false, binding: None };
        let needed = vec![QueueRequirement { queue_id, points: vec![point; grid.len()] }];
        let tx = self.store.begin().await.unwrap();
        forecasts::insert(&tx, &forecast, &DemandForecast { grid, queues, totals: vec![] }).await.unwrap();
        requirements::insert(&tx, &requirement, &StaffingRequirement { grid, queues: needed }).await.unwrap();
        tx.commit().await.unwrap();
        requirement.id
    }

    /// A run for results to name. Cancelled at once, so that no worker takes it.
    async fn run(&self, kind: RunKind) -> RunId {
        let run = NewRun {
            id: RunId::generate(),
            kind,
            team_id: self.team.id,
            week_start: self.week.monday(),
            weeks: 1,
            params: json!({}),
            parent_run_id: None,
            part_of_run_id: None,
            created_by: "王芳".into(),
        };
        let tx = self.store.begin().await.unwrap();
        runs::enqueue(&tx, &run, Utc::now()).await.unwrap();
        runs::request_cancel(&tx, run.id, Utc::now()).await.unwrap();
        tx.commit().await.unwrap();
        run.id
    }
}

fn team(site: &Site, name: &str) -> Team {
    Team { id: TeamId::generate(), site_id: site.id, parent_id: None, name: name.into(), leader_id: None, rules: None }
}

fn queue(shop: &Shop, team: &Team, name: &str) -> Queue {
    Queue {
        id: QueueId::generate(),
        shop_id: shop.id,
        team_id: team.id,
        name: name.into(),
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

/// Covers half a head more than one.
fn agent(team: &Team, queue: &Queue, staff_number: &str, name: &str) -> Agent {
    Agent {
        id: AgentId::generate(),
        team_id: team.id,
        staff_number: staff_number.into(),
        name: name.into(),
        post: Post::PresaleAgent,
        contract: Contract { min_weekly_minutes: 2_400, max_weekly_minutes: 2_640, is_full_time: true },
        skills: vec![Skill { queue_id: queue.id, proficiency: Proficiency::new(1.5).unwrap() }],
        employed_from: "2020-01-01".parse().unwrap(),
        employed_until: None,
        availability: Vec::new(),
    }
}
