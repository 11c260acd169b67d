//! A small organisation to test against, and what tests ask of answers.

use serde_json::{Value, json};

use crate::harness::{Answer, TestApp};

/// One site with two teams side by side, each with a queue and an agent. `near` has a team below it.
pub struct Seed {
    pub site: Value,
    pub near: Value,
    pub below: Value,
    pub far: Value,
    pub shop: Value,
    pub near_queue: Value,
    pub far_queue: Value,
    pub near_agent: Value,
    pub far_agent: Value,
    pub template: Value,
}

impl Seed {
    pub async fn plant(app: &TestApp) -> Self {
        let site = id(app.post("/sites", json!({ "name": "杭州" }), 201).await);
        let near = id(app.post("/teams", json!({ "site_id": site, "name": "一组" }), 201).await);
        let below = id(app.post("/teams", json!({ "site_id": site, "name": "一组甲", "parent_id": near }), 201).await);
        let far = id(app.post("/teams", json!({ "site_id": site, "name": "二组" }), 201).await);
        let shop = json!({ "site_id": site, "name": "旗舰店", "platform": "tmall" });
        let shop = id(app.post("/shops", shop, 201).await);
        let queue = |team: &Value, name: &str| json!({ "shop_id": shop, "team_id": team, "name": name });
        let near_queue = id(app.post("/queues", queue(&near, "售前"), 201).await);
        let far_queue = id(app.post("/queues", queue(&far, "售后"), 201).await);
        let near_agent = id(app.post("/agents", agent(&near, "A1", &near_queue), 201).await);
        let far_agent = id(app.post("/agents", agent(&far, "B1", &far_queue), 201).await);
        let template = json!({ "site_id": site, "code": "早", "name": "早班", "start": "08:00", "length_minutes": 480 });
        let template = id(app.post("/shift-templates", template, 201).await);
        Self { site, near, below, far, shop, near_queue, far_queue, near_agent, far_agent, template }
    }
}

/// A body for an agent who can serve the queue.
pub fn agent(team: &Value, staff_number: &str, queue: &Value) -> Value {
    json!({ "team_id": team, "staff_number": staff_number, "name": "王芳", "post": "presale_agent",
        "employed_from": "2026-03-01", "skills": [{ "queue_id": queue }] })
}

/// The id of what was made.
pub fn id(answer: Answer) -> Value {
    answer.json()["id"].clone()
}

/// The path of one of a collection.
pub fn one(collection: &str, id: &Value) -> String {
    format!("{collection}/{}", id.as_str().unwrap())
}

/// The pointers of all faults, in order.
pub fn pointers(answer: &Answer) -> Vec<String> {
    let problem = answer.json();
    let faults = problem["errors"].as_array().cloned().unwrap_or_default();
    faults.iter().map(|fault| fault["pointer"].as_str().unwrap().to_owned()).collect()
}

/// The slug of a problem.
pub fn slug(answer: &Answer) -> String {
    answer.json()["type"].as_str().unwrap().trim_start_matches("/problems/").to_owned()
}

/// The ids of a list, in order.
pub async fn ids(app: &TestApp, path: &str) -> Vec<Value> {
    let list = app.get(path, 200).await.json();
    list["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect()
}
