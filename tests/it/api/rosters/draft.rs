//! A draft as a build would have left it.

use chrono::{Duration, NaiveDate, Utc};
use paiban::domain::calendar::{IntervalMinutes, PlanningWeek};
use paiban::domain::demand::{DemandForecast, QueueRequirement, RequirementPoint, StaffingRequirement};
use paiban::domain::ids::{AssignmentId, ForecastId, RequirementId, RosterId, RunId, TeamId};
use paiban::domain::roster::{Assignment, RosterStatus};
use paiban::domain::rules::RosterRules;
use paiban::domain::run::RunKind;
use paiban::store::assignments::PlacedAssignment;
use paiban::store::forecasts::{self, ForecastHead};
use paiban::store::requirements::{self, RequirementHead};
use paiban::store::rosters::{self, Roster};
use paiban::store::runs::{self, NewRun};
use paiban::store::{Store, Tx, shift_templates};
use reqwest::{Method, RequestBuilder};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::api::seed::{Seed, agent, id};
use crate::harness::TestApp;

/// The near team's draft of the week that begins on 2026-11-30. One agent is needed from 08:00 to 16:00 every day; two work
/// on Monday, one of them on Tuesday.
pub struct Draft {
    pub seed: Seed,
    /// Works on Monday and Tuesday.
    pub first: Value,
    /// Works on Monday.
    pub second: Value,
    /// 08:00 to 16:00, no break.
    pub early: Value,
    /// 17:00 to 02:00, an hour of unpaid break.
    pub late: Value,
    pub id: Value,
    pub path: String,
}

pub fn day(number: i64) -> NaiveDate {
    "2026-11-30".parse::<NaiveDate>().unwrap() + Duration::days(number)
}

fn typed<T: DeserializeOwned>(id: &Value) -> T {
    serde_json::from_value(id.clone()).unwrap()
}

impl Draft {
    pub async fn store(app: &TestApp) -> Self {
        let seed = Seed::plant(app).await;
        let second = id(app.post("/agents", agent(&seed.near, "A2", &seed.near_queue), 201).await);
        let late = json!({ "site_id": seed.site, "code": "晚", "name": "晚班", "start": "17:00", "length_minutes": 540,
            "breaks": [{ "offset_minutes": 240, "minutes": 60 }] });
        let late = id(app.post("/shift-templates", late, 201).await);
        let (first, early) = (seed.near_agent.clone(), seed.template.clone());
        let mut draft = Self { seed, first, second, early, late, id: Value::Null, path: String::new() };
        draft.id = draft.insert(app, &[(&draft.first, 0), (&draft.second, 0), (&draft.first, 1)]).await;
        draft.path = format!("/rosters/{}", draft.id.as_str().unwrap());
        draft
    }

    /// Stores another draft of the week, of early shifts: agent and day.
    pub async fn insert(&self, app: &TestApp, shifts: &[(&Value, i64)]) -> Value {
        self.insert_for(app, day(0), shifts).await
    }

    /// Stores a draft of any week, of early shifts: agent and day, counted from the first week's Monday.
    pub async fn insert_for(&self, app: &TestApp, monday: NaiveDate, shifts: &[(&Value, i64)]) -> Value {
        let store = Store::connect(&app.database_url, 1).await.unwrap();
        let week = PlanningWeek::new(monday, chrono_tz::Tz::Asia__Shanghai).unwrap();
        let team_id: TeamId = typed(&self.seed.near);
        let template = shift_templates::get(&store, typed(&self.early)).await.unwrap().unwrap().value;
        let place = |(agent, number): &(&Value, i64)| PlacedAssignment {
            assignment: Assignment {
                id: AssignmentId::generate(),
                agent_id: typed(agent),
                date: day(*number),
                shift_template_id: template.id,
                queue_id: typed(&self.seed.near_queue),
                break_offsets: template.first_places(),
                is_pinned: false,
            },
            shift: template.on(day(*number), week.zone()),
            sequence: 0,
        };
        let tx = store.begin().await.unwrap();
        let requirement_id = self.insert_requirement(&tx, team_id, &week).await;
        let roster = Roster {
            id: RosterId::generate(),
            team_id,
            week,
            horizon: week.into(),
            status: RosterStatus::Draft,
            revision: rosters::next_revision(&tx, team_id, monday).await.unwrap(),
            replaces_id: None,
            requirement_id: Some(requirement_id),
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
        let placed: Vec<_> = shifts.iter().map(place).collect();
        rosters::insert(&tx, &roster, &placed, Utc::now()).await.unwrap();
        tx.commit().await.unwrap();
        json!(roster.id)
    }

    async fn insert_requirement(&self, tx: &Tx, team_id: TeamId, week: &PlanningWeek) -> RequirementId {
        let (week_start, created_at) = (week.monday(), Utc::now());
        let grid = week.grid(IntervalMinutes::HALF_HOUR, Duration::hours(2));
        let point = |step: usize| {
            let heads = u32::from((16..32).contains(&(step % 48)));
            RequirementPoint {
                on_seat: heads,
                required: heads,
                service_level: None,
                occupancy: None,
                is_peak: false,
                binding: None,
            }
        };
        let points = (0..grid.len()).map(point).collect();
        let queues = vec![QueueRequirement { queue_id: typed(&self.seed.near_queue), points }];
        let run_id = over_run(tx, team_id, RunKind::Forecast).await;
        let forecast = ForecastHead { id: ForecastId::generate(), run_id, team_id, week_start, created_at };
        forecasts::insert(tx, &forecast, &DemandForecast { grid, queues: vec![], totals: vec![] }).await.unwrap();
        let run_id = over_run(tx, team_id, RunKind::Staffing).await;
        let (id, forecast_id) = (RequirementId::generate(), forecast.id);
        let head = RequirementHead { id, run_id, forecast_id, team_id, week_start, created_at };
        requirements::insert(tx, &head, &StaffingRequirement { grid, queues }).await.unwrap();
        id
    }

    /// The roster as it is read.
    pub async fn read(&self, app: &TestApp) -> Value {
        app.get(&self.path, 200).await.json()
    }

    /// The ids of the assignments: the first agent's Monday, the second's Monday, the first's Tuesday.
    pub async fn assignments(&self, app: &TestApp) -> [Value; 3] {
        let roster = self.read(app).await;
        let of = |agent: &Value, number: i64| {
            let all = roster["assignments"].as_array().unwrap();
            let is_it = |one: &&Value| one["agent_id"] == *agent && one["date"] == day(number).to_string();
            all.iter().find(is_it).unwrap()["id"].clone()
        };
        [of(&self.first, 0), of(&self.second, 0), of(&self.first, 1)]
    }

    /// A request to edit whatever version is there.
    pub fn edit(&self, app: &TestApp, edits: Value) -> RequestBuilder {
        edit(app, &self.path, "*", json!({ "edits": edits }))
    }

    /// An edit that gives an agent an early shift.
    pub fn assign(&self, agent: &Value, number: i64) -> Value {
        json!({ "op": "assign", "agent_id": agent, "date": day(number), "shift_template_id": self.early,
            "queue_id": self.seed.near_queue })
    }

    /// Publishes the draft.
    pub async fn publish(&self, app: &TestApp) -> Value {
        publish(app, &self.path, "*", 200).await
    }
}

/// A run that was stopped before any worker saw it: what is stored for a week names the run that made it.
async fn over_run(tx: &Tx, team_id: TeamId, kind: RunKind) -> RunId {
    let id = RunId::generate();
    let run = NewRun {
        id,
        kind,
        team_id,
        week_start: day(0),
        weeks: 1,
        params: json!({}),
        parent_run_id: None,
        part_of_run_id: None,
        created_by: "主管".into(),
    };
    runs::enqueue(tx, &run, Utc::now()).await.unwrap();
    runs::request_cancel(tx, id, Utc::now()).await.unwrap();
    id
}

/// A request to edit a roster that is at a version.
pub fn edit(app: &TestApp, path: &str, tag: &str, body: Value) -> RequestBuilder {
    app.request(Method::POST, &format!("{path}/edits")).header("If-Match", tag).json(&body)
}

/// Publishes a roster that is at a version.
#[track_caller]
pub fn publish(app: &TestApp, path: &str, tag: &str, status: u16) -> impl Future<Output = Value> + use<> {
    let answer = app.send(app.request(Method::POST, &format!("{path}/publish")).header("If-Match", tag), status);
    async move { answer.await.json() }
}

/// The rules that a list of violations names, each once.
pub fn rules(violations: &Value) -> Vec<String> {
    let mut rules: Vec<String> =
        violations.as_array().unwrap().iter().map(|one| one["rule"].as_str().unwrap().to_owned()).collect();
    rules.dedup();
    rules
}
