//! The walls of the house: which module may name what.

use std::fs;
use std::path::{Path, PathBuf};

/// Folder, and what no line of code in it may name.
const WALLS: &[(&str, &[&str])] = &[
    ("domain", PURE),
    ("domain", &["crate::forecast", "crate::staffing", "crate::labour", "crate::solver", "crate::checker"]),
    ("forecast", PURE),
    ("staffing", PURE),
    ("rotation", PURE),
    ("rotation", &["crate::forecast", "crate::staffing", "crate::solver", "crate::checker"]),
    ("labour", PURE),
    ("labour", &["crate::forecast", "crate::staffing", "crate::rotation", "crate::solver", "crate::checker"]),
    ("solver", PURE),
    ("team", PURE),
    ("team", &["crate::forecast", "crate::staffing", "crate::solver", "crate::checker"]),
    ("checker", PURE),
    ("checker", &["crate::solver", "good_lp", "highs"]),
    ("feeds", &["crate::store", "crate::http", "crate::services", "actix_web", "sea_orm"]),
    ("intake", &["crate::store", "crate::http", "crate::services", "actix_web", "sea_orm"]),
    ("store", &["crate::http", "crate::services", "crate::solver", "crate::jobs", "actix_web"]),
    ("services", &["crate::http", "crate::jobs", "actix_web", "good_lp", "highs::", "sea_orm"]),
    ("http", &["crate::solver", "sea_orm", "good_lp", "highs::"]),
    ("jobs", &["crate::http", "actix_web", "sea_orm"]),
];

const PURE: &[&str] = &[
    "crate::services",
    "crate::store",
    "crate::http",
    "crate::jobs",
    "crate::feeds",
    "crate::intake",
    "tokio",
    "actix_web",
    "sea_orm",
    "utoipa",
    "std::env",
    "Utc::now",
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|fault| panic!("{}: {fault}", folder.display()));
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// Lines of code: comments may name what they like.
fn code(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.split("//").next().unwrap().to_owned()));
    lines.filter(|(_, line)| !line.trim().is_empty()).collect()
}

fn breaches(root: &Path, walls: &[(&str, &[&str])]) -> Vec<String> {
    let mut found = Vec::new();
    for (folder, forbidden) in walls {
        for path in sources(&root.join(folder)) {
            for (number, line) in code(&path) {
                let named = forbidden.iter().filter(|name| line.contains(**name));
                found.extend(named.map(|name| format!("{}:{number} names {name}", path.display())));
            }
        }
    }
    found
}

#[test]
fn no_module_names_what_its_walls_forbid() {
    let found = breaches(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), WALLS);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_breach_is_found() {
    let found = breaches(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &[("store", &["sea_orm"])]);
    assert!(!found.is_empty());
}

#[test]
fn the_solver_backend_is_named_in_one_file_of_each_solving_module() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let paths = ["solver", "rotation"].into_iter().flat_map(|module| sources(&root.join(module)));
    for path in paths.filter(|path| path.extension().is_some_and(|kind| kind == "rs")) {
        let names_it = code(&path).iter().any(|(_, line)| line.contains("highs_sys") || line.contains("good_lp::solvers"));
        assert!(!names_it || path.ends_with("highs.rs"), "{} names the solver backend", path.display());
    }
}
