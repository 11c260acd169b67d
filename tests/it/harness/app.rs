//! The running service and its client.

use std::rc::Rc;
use std::time::{Duration, Instant};

use actix_web::rt;
use paiban::app::{self, Parts};
use paiban::services::keys;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use super::database::{Backend, TestDatabase};

/// How long a test waits for a run before it gives up. Far beyond what any takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// The service, and a client that holds an admin's key.
#[derive(Clone)]
pub struct TestApp {
    pub address: String,
    /// For tests that look into the store beside the API.
    pub database_url: String,
    client: reqwest::Client,
    token: Option<String>,
    /// Kept until the last client is gone; a client of a foreign process has none.
    _database: Option<Rc<TestDatabase>>,
}

/// What the service answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|fault| panic!("not JSON ({fault}): {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl TestApp {
    /// Starts the service with its worker on a database of its own.
    pub async fn spawn(backend: Backend) -> Self {
        let database = TestDatabase::create(backend).await;
        let mut settings = paiban::config::load(None).unwrap();
        settings.database.url = database.url.clone();
        settings.database.max_connections = 5;
        settings.server.port = 0;
        settings.server.threads = 1;
        settings.clock.is_enabled = false;
        settings.solver.time_limit_secs = 20;
        settings.solver.gap = 0.05;
        let database_url = settings.database.url.clone();
        let app = app::build(settings, Parts { http: true, worker: true }).await.unwrap();
        let token = keys::first_key(app.store(), chrono::Utc::now()).await.unwrap();
        let address = format!("http://127.0.0.1:{}", app.port());
        rt::spawn(app.run_until_stopped());
        Self { address, database_url, client: reqwest::Client::new(), token, _database: Some(Rc::new(database)) }
    }

    /// A service that a process of its own runs.
    pub fn at(address: &str, token: Option<String>) -> Self {
        Self { address: address.to_owned(), database_url: String::new(), client: reqwest::Client::new(), token, _database: None }
    }

    /// This service, for the holder of the other's key.
    pub fn with_token_of(&self, other: &Self) -> Self {
        Self { token: other.token.clone(), ..self.clone() }
    }

    /// The key that this client holds.
    pub fn token(&self) -> &str {
        self.token.as_deref().expect("this client has a key")
    }

    /// The same service, for the holder of another key.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same service, for somebody without a key.
    pub fn without_token(&self) -> Self {
        Self { token: None, ..self.clone() }
    }

    /// The same service, for the holder of a fresh key of that role; `team_id` limits its reach.
    pub async fn as_role(&self, role: &str, team_id: Option<&Value>) -> Self {
        let body = serde_json::json!({ "name": role, "role": role, "team_id": team_id });
        let key = self.post("/api-keys", body, 201).await.json();
        self.with_token(key["token"].as_str().unwrap())
    }

    /// A request that no shortcut fits; the path is below `/api/v1` unless it names another root with `//`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = match path.strip_prefix("//") {
            Some(rest) => format!("{}/{rest}", self.address),
            None => format!("{}/api/v1{path}", self.address),
        };
        let request = self.client.request(method, url);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request and expects a status.
    #[track_caller]
    pub fn send(&self, request: RequestBuilder, status: u16) -> impl Future<Output = Answer> + use<> {
        let caller = std::panic::Location::caller();
        async move {
            let response = request.send().await.unwrap();
            let (found, headers) = (response.status().as_u16(), response.headers().clone());
            let answer = Answer { status: found, headers, text: response.text().await.unwrap() };
            assert_eq!(found, status, "{caller}: {}", answer.text);
            answer
        }
    }

    #[track_caller]
    pub fn get(&self, path: &str, status: u16) -> impl Future<Output = Answer> + use<> {
        self.send(self.request(Method::GET, path), status)
    }

    #[track_caller]
    pub fn post(&self, path: &str, body: Value, status: u16) -> impl Future<Output = Answer> + use<> {
        self.send(self.request(Method::POST, path).json(&body), status)
    }

    #[track_caller]
    pub fn put(&self, path: &str, body: Value, status: u16) -> impl Future<Output = Answer> + use<> {
        self.send(self.request(Method::PUT, path).header("If-Match", "*").json(&body), status)
    }

    #[track_caller]
    pub fn patch(&self, path: &str, body: Value, status: u16) -> impl Future<Output = Answer> + use<> {
        self.send(self.request(Method::PATCH, path).header("If-Match", "*").json(&body), status)
    }

    #[track_caller]
    pub fn delete(&self, path: &str, status: u16) -> impl Future<Output = Answer> + use<> {
        self.send(self.request(Method::DELETE, path).header("If-Match", "*"), status)
    }

    /// Starts a run and expects 202.
    #[track_caller]
    pub fn start_run(&self, body: Value) -> impl Future<Output = Value> + use<> {
        let key = uuid::Uuid::new_v4().to_string();
        let answer = self.send(self.request(Method::POST, "/runs").header("Idempotency-Key", key).json(&body), 202);
        async move { answer.await.json() }
    }

    /// Waits until the run, and every run that follows from it, is final; returns the last.
    pub async fn wait_for(&self, run: &Value) -> Value {
        let deadline = Instant::now() + PATIENCE;
        let mut id = run["id"].as_str().unwrap().to_owned();
        loop {
            let run = self.get(&format!("/runs/{id}"), 200).await.json();
            let is_final = matches!(run["state"].as_str(), Some("succeeded" | "failed" | "cancelled"));
            match run["next_run_id"].as_str() {
                Some(next) => id = next.to_owned(),
                None if is_final => return run,
                None => rt::time::sleep(Duration::from_millis(25)).await,
            }
            assert!(Instant::now() < deadline, "the run did not end in time: {run}");
        }
    }
}
