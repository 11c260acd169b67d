//! The README keeps its word: the section by hand runs as printed, in both languages, and what it links to is there.

use std::path::Path;
use std::process::Command;

use crate::harness::process::serve;
use crate::harness::{Backend, TestDatabase};

const ENGLISH: &str = include_str!("../../README.md");
const CHINESE: &str = include_str!("../../README.zh-CN.md");

/// The blocks that a reader pastes into bash, in their order. Blocks of another kind are for the reader alone.
fn bash_blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        match &mut open {
            Some(_) if line == "```" => blocks.extend(open.take()),
            Some(block) => *block += &format!("{line}\n"),
            None if line == "```bash" => open = Some(String::new()),
            None => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

/// Local targets of links and pictures.
fn local_targets(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.starts_with("http") && !target.starts_with('#')).collect()
}

#[actix_web::test]
async fn the_section_by_hand_goes_from_an_empty_database_to_a_published_roster() {
    let database = TestDatabase::create(Backend::Sqlite).await;
    let (_process, app) = serve(&database);
    let folder = tempfile::tempdir().unwrap();
    let script = bash_blocks(ENGLISH).concat();
    let mut bash = Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", &script]).current_dir(folder.path());
    bash.env("KEY", app.token()).env("BASE", format!("{}/api/v1", app.address));
    let output = bash.output().expect("bash runs; the script needs curl and jq too");
    let (said, complaints) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "the README's lines fail:\n{said}\n{complaints}");

    let rosters = app.get("/rosters?status=published", 200).await.json();
    assert_eq!(rosters["items"].as_array().unwrap().len(), 1, "{rosters}");
    let id = rosters["items"][0]["id"].as_str().unwrap();
    let history = app.get(&format!("/rosters/{id}/history"), 200).await.json();
    let done: Vec<_> = history["items"].as_array().unwrap().iter().map(|event| event["action"].as_str().unwrap()).collect();
    assert_eq!(done, ["build", "pin", "publish"]);
    assert!(said.contains(r#"{"inserted":1680,"changed":0,"unchanged":0,"skipped":0}"#), "{said}");
    assert!(said.contains(r#"{"inserted":0,"changed":0,"unchanged":1680,"skipped":0}"#), "{said}");
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap_or_else(|fault| panic!("{name}: {fault}"));
    let text = |name: &str| String::from_utf8(read(name)).unwrap();
    assert!(text("roster.svg").starts_with("<svg") && text("roster.svg").contains("王芳"));
    assert!(read("roster.xlsx").starts_with(b"PK"));
    assert!(text("roster.csv").lines().count() > 30);
    assert!(text("shifts.ics").starts_with("BEGIN:VCALENDAR\r\n") && text("shifts.ics").contains("BEGIN:VEVENT"));
    assert!(text("coverage.csv").lines().count() > 7 * 30);
}

#[test]
fn both_languages_run_the_same_lines() {
    let (english, chinese) = (bash_blocks(ENGLISH), bash_blocks(CHINESE));
    assert!(english.len() > 5);
    assert_eq!(english, chinese);
}

#[test]
fn what_the_readme_links_to_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for target in local_targets(ENGLISH).into_iter().chain(local_targets(CHINESE)) {
        assert!(root.join(target).exists(), "there is no {target}");
    }
    assert_eq!(local_targets(ENGLISH).len(), local_targets(CHINESE).len());
}
