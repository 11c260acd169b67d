//! The demo as a user starts it.

use std::process::{Command, Output};

use paiban::domain::ids::SiteId;
use paiban::domain::organisation::Site;
use paiban::store::{Store, sites};
use serde_json::Value;

use crate::harness::process::{Process, paiban};
use crate::harness::{Backend, TestDatabase};

fn demo(database: &TestDatabase, arguments: &[&str]) -> Command {
    paiban(&[&["demo", "--json", "--time-limit-secs", "6"], arguments].concat(), database)
}

/// The one JSON object on standard output.
fn told(output: &Output) -> Value {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|fault| panic!("not one JSON object ({fault}); {errors}"))
}

#[actix_web::test]
async fn a_demo_plans_a_week_and_a_second_start_shows_it_again() {
    let database = TestDatabase::create(Backend::Sqlite).await;
    let first = told(&demo(&database, &["--seed", "7"]).output().unwrap());
    for figure in [
        "/seconds",
        "/roster/cost",
        "/roster/bound",
        "/roster/gap",
        "/coverage/required_agent_minutes",
        "/coverage/short_agent_minutes",
    ] {
        assert!(first.pointer(figure).is_some_and(Value::is_f64), "{figure}: {first}");
    }
    assert_eq!(first["roster"]["violations"], serde_json::json!([]));
    assert!(first["roster"]["bound"].as_f64() <= first["roster"]["cost"].as_f64());
    assert!(first["forecast"]["wape"].as_f64() < first["forecast"]["wape_mean4"].as_f64(), "{first}");
    let [required, short] =
        ["required_agent_minutes", "short_agent_minutes"].map(|name| first["coverage"][name].as_f64().unwrap());
    assert!(short < 0.1 * required, "a team that is far too small: {first}");
    assert_eq!(first["seed"], 7);

    let second = told(&demo(&database, &[]).output().unwrap());
    assert_eq!(second["roster"]["id"], first["roster"]["id"]);
    assert_eq!(second["roster"]["violations"], serde_json::json!([]));
    assert_eq!(second["coverage"], first["coverage"]);
    assert_ne!(second["api"]["key"], first["api"]["key"]);

    let mut served = Process::start(&mut demo(&database, &["--serve"]));
    let third: Value = serde_json::from_str(&served.line()).unwrap();
    let docs = reqwest::get(third["api"]["docs"].as_str().unwrap()).await.unwrap();
    assert_eq!(docs.status(), 200);
    assert!(served.interrupt().success());
}

#[actix_web::test]
async fn a_database_with_other_data_is_refused_with_what_to_do() {
    let database = TestDatabase::create(Backend::Sqlite).await;
    let store = Store::connect(&database.url, 2).await.unwrap();
    store.migrate().await.unwrap();
    let site = Site { id: SiteId::generate(), name: "成都".into(), zone: chrono_tz::Asia::Shanghai, opening_hours: vec![] };
    sites::insert(&store, &site, chrono::Utc::now()).await.unwrap();
    let refused = demo(&database, &[]).output().unwrap();
    let errors = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && refused.stdout.is_empty());
    assert!(errors.contains("成都") && errors.contains("DATABASE_URL"), "{errors}");
}
