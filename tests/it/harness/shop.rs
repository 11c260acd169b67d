//! A small organisation with history, made over the API: one queue, six agents, two shifts, six weeks.

use chrono::{Datelike, Days, NaiveDate};
use reqwest::Method;
use serde_json::{Value, json};

use super::TestApp;

/// What was made.
pub struct Shop {
    pub team: Value,
}

/// The first line of the history.
pub const HEADER: &str = "时间,队列,咨询量\n";

/// On their first queue the first six agents are fully trained; each six after them have one of the others.
const PROFICIENCIES: [f64; 4] = [1.0, 0.9, 1.1, 0.7];

/// The week that is planned.
pub const WEEK: &str = "2026-11-30";

impl Shop {
    /// Makes it with six agents.
    pub async fn open(app: &TestApp) -> Self {
        Self::open_with(app, 6, &["旗舰店售前"]).await
    }

    /// Makes it with two agents and the history of six: a week with gaps.
    pub async fn open_short(app: &TestApp) -> Self {
        let shop = Self::open_with(app, 2, &["旗舰店售前"]).await;
        Self::load_history(app).await;
        shop
    }

    /// Makes a team of two dozen that is barely enough for three queues, with the history to show it: a week that keeps a
    /// solver busy for minutes.
    pub async fn open_busy(app: &TestApp) -> Self {
        let queues = ["旗舰店售前", "旗舰店售后", "专营店售前"];
        let shop = Self::open_with(app, 24, &queues).await;
        let history: String = queues.iter().map(|queue| Self::history_of(queue, 3)).collect();
        app.send(import(app, "/volume-imports", format!("{HEADER}{history}")), 200).await;
        shop
    }

    async fn open_with(app: &TestApp, agents_wanted: usize, queue_names: &[&str]) -> Self {
        let hours: Vec<Value> = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
            .map(|weekday| json!({ "weekday": weekday, "start": "09:00", "end": "21:00" }))
            .into();
        let site = app.post("/sites", json!({ "name": "杭州", "opening_hours": hours }), 201).await.json();
        let team = app.post("/teams", json!({ "site_id": site["id"], "name": "客服一组" }), 201).await.json();
        let shop = json!({ "site_id": site["id"], "name": "旗舰店", "platform": "tmall" });
        let shop = app.post("/shops", shop, 201).await.json();
        let mut queues = Vec::new();
        for name in queue_names {
            let queue =
                json!({ "shop_id": shop["id"], "team_id": team["id"], "name": name, "aht_secs": 300, "max_concurrent_chats": 3 });
            queues.push(app.post("/queues", queue, 201).await.json());
        }
        for (code, start) in [("早", "09:00"), ("晚", "12:00")] {
            let template = json!({ "site_id": site["id"], "code": code, "name": format!("{code}班"), "start": start,
                "length_minutes": 540, "breaks": [{ "offset_minutes": 240, "minutes": 60 }] });
            app.post("/shift-templates", template, 201).await;
        }
        let names = ["王芳", "李娜", "张伟", "刘洋", "陈静", "赵磊"];
        for (number, name) in names.iter().cycle().take(agents_wanted).enumerate() {
            let skills: Vec<Value> = queues
                .iter()
                .enumerate()
                .map(|(place, queue)| json!({ "queue_id": queue["id"], "proficiency": PROFICIENCIES[(number / names.len() + place * 3) % 4] }))
                .collect();
            let agent = json!({ "team_id": team["id"], "staff_number": format!("KF{number:03}"), "name": name, "post": "presale_agent",
                "employed_from": "2026-01-01", "skills": skills });
            app.post("/agents", agent, 201).await;
        }
        Self { team }
    }

    /// Six weeks of half-hourly history before [`WEEK`], as a shop would export it.
    pub fn history() -> String {
        format!("{HEADER}{}", Self::history_of("旗舰店售前", 1))
    }

    /// The rows of one queue, with so many times the inquiries.
    pub fn history_of(queue: &str, times: i64) -> String {
        let mut csv = String::new();
        let monday: NaiveDate = WEEK.parse().unwrap();
        for back in 1..=42 {
            let date = monday - Days::new(back);
            for half_hour in 18..42 {
                let evening = if half_hour >= 36 { 14 } else { 8 };
                let volume = evening + i64::from(date.weekday().num_days_from_monday() >= 5) * 4 + i64::from(half_hour % 3);
                let (hour, minute) = (half_hour / 2, half_hour % 2 * 30);
                csv.push_str(&format!("{date} {hour:02}:{minute:02},{queue},{}\n", volume * times));
            }
        }
        csv
    }

    /// Loads the history.
    pub async fn load_history(app: &TestApp) -> Value {
        app.send(import(app, "/volume-imports", Self::history()), 200).await.json()
    }

    /// Plans the week from forecast to draft; returns the last run.
    pub async fn plan(&self, app: &TestApp) -> Value {
        let run = app.start_run(self.request()).await;
        app.wait_for(&run).await
    }

    /// A request to plan the week.
    pub fn request(&self) -> Value {
        json!({ "kind": "forecast", "team_id": self.team["id"], "week_start": WEEK, "through": "roster" })
    }
}

/// An import of that file.
pub fn import(app: &TestApp, path: &str, file: impl Into<reqwest::Body>) -> reqwest::RequestBuilder {
    app.request(Method::POST, path).header("Content-Type", "text/csv").body(file)
}
