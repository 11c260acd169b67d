//! The Grafana dashboard, read as its Infinity data source reads it: every query of the file against the service.

use chrono::{DateTime, Days, NaiveDate, NaiveTime};
use reqwest::Method;
use serde_json::{Value, json};

use super::board::Board;
use crate::harness::{TestApp, on_both};

const DASHBOARD: &str = include_str!("../../../../examples/dashboards/grafana.json");

/// Every query in the file, of panels and of variables, with what it belongs to.
fn queries(dashboard: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for variable in dashboard["templating"]["list"].as_array().unwrap() {
        if variable["type"] == "query" {
            assert_eq!(variable["query"]["queryType"], "infinity");
            found.push((format!("variable {}", variable["name"]), variable["query"]["infinityQuery"].clone()));
        }
    }
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().unwrap() {
            assert_eq!(target["datasource"]["type"], "yesoreyeram-infinity-datasource");
            found.push((format!("{} {}", panel["title"], target["refId"]), target.clone()));
        }
    }
    found
}

/// Puts the values of variables into every text, as Grafana does.
fn filled(query: &Value, values: &[(&str, String)]) -> Value {
    let text = values.iter().fold(query.to_string(), |text, (name, value)| text.replace(&format!("${{{name}}}"), value));
    serde_json::from_str(&text).unwrap()
}

/// The rows that the root selector leaves: all, or those of one member.
fn rows(answer: Value, root: &str) -> Vec<Value> {
    let rows = if root.is_empty() { answer } else { answer[root].clone() };
    rows.as_array().unwrap_or_else(|| panic!("no list at “{root}”: {rows}")).clone()
}

/// Whether a cell is of the type that the column declares; what is absent fits any.
fn fits(cell: &Value, column: &Value) -> bool {
    if cell.is_null() {
        return true;
    }
    match (column["type"].as_str().unwrap(), column["timestampFormat"].as_str()) {
        ("string", None) => cell.is_string(),
        ("number", None) => cell.is_number(),
        ("boolean", None) => cell.is_boolean(),
        // Go's way to write a date, and RFC 3339.
        ("timestamp", Some("2006-01-02")) => cell.as_str().unwrap().parse::<NaiveDate>().is_ok(),
        ("timestamp", Some("2006-01-02T15:04:05Z07:00")) => DateTime::parse_from_rfc3339(cell.as_str().unwrap()).is_ok(),
        (kind, format) => panic!("no column is a {kind} in the form {format:?}"),
    }
}

async fn asked(dashboard: &TestApp, query: &Value) -> Value {
    let options = &query["url_options"];
    assert_eq!(
        (&query["type"], &query["source"], &query["parser"], &options["method"]),
        (&json!("json"), &json!("url"), &json!("backend"), &json!("GET"))
    );
    let path = query["url"].as_str().unwrap().strip_prefix(&format!("{}/api/v1", dashboard.address)).unwrap();
    let pair = |pair: &Value| (pair["key"].as_str().unwrap().to_owned(), pair["value"].as_str().unwrap().to_owned());
    let parameters: Vec<(String, String)> = options["params"].as_array().unwrap().iter().map(pair).collect();
    dashboard.send(dashboard.request(Method::GET, path).query(&parameters), 200).await.json()
}

on_both! {
    every_query_of_the_dashboard_finds_its_columns_with_their_types(app) {
        let board = Board::open(&app).await;
        let reader = app.as_role("dashboard", Some(&json!(board.desk.team.id))).await;
        let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
        let instant = |date: NaiveDate| format!("{}.000Z", date.and_time(NaiveTime::MIN).format("%Y-%m-%dT%H:%M:%S"));
        let last = board.to - Days::new(1);
        let values = [
            ("url", app.address.clone()),
            ("team", board.desk.team.id.to_string()),
            ("figure", "order_conversion".to_owned()),
            ("figure:text", "下单转化率".to_owned()),
            ("__from:date:iso", instant(board.from - Days::new(1))),
            ("__to:date:iso", instant(board.to)),
            ("__from:date:YYYY-MM-DD", (last - Days::new(14)).to_string()),
            ("__to:date:YYYY-MM-DD", last.to_string()),
            ("datasource", "paiban".to_owned()),
        ];
        let queries = queries(&dashboard);
        assert_eq!(queries.len(), 2 + 6 + 1 + 1 + 2 + 1 + 1);
        for (of, query) in queries {
            let query = filled(&query, &values);
            assert!(!query.to_string().contains("${"), "{of}: {query}");
            let rows = rows(asked(&reader, &query).await, query["root_selector"].as_str().unwrap());
            assert!(!rows.is_empty(), "{of} shows nothing");
            for column in query["columns"].as_array().unwrap() {
                let selector = column["selector"].as_str().unwrap();
                let cells: Vec<&Value> = rows.iter().map(|row| row.get(selector).unwrap_or_else(|| panic!("{of}: no {selector}: {row}"))).collect();
                let misfit = cells.iter().find(|cell| !fits(cell, column));
                assert_eq!(misfit, None, "{of}: {column}");
                assert!(cells.iter().any(|cell| !cell.is_null()), "{of}: {selector} is always empty");
            }
        }
    }

    what_a_dashboard_compares_has_names_and_is_what_the_comparison_says(app) {
        let board = Board::open(&app).await;
        let span = format!("from={}&to={}&figures=order_conversion,chats_received", board.from + Days::new(14), board.from + Days::new(28));
        for (by, name) in [("agent", "王芳"), ("team", "客服一组"), ("shop", "旗舰店"), ("queue", "天猫售前"), ("weekday_hour", "Mon 10:00")] {
            let rows = app.get(&format!("/feeds/comparison?by={by}&{span}"), 200).await.json();
            let nested = app.get(&format!("/figure-comparisons?by={by}&{span}"), 200).await.json();
            let row = rows.as_array().unwrap().iter().find(|row| row["name"] == name && row["figure"] == "order_conversion").unwrap();
            let of = |one: &&Value| match by {
                "weekday_hour" => (&one["weekday"], &one["hour"]) == (&row["weekday"], &row["hour"]),
                _ => one["id"] == row["id"],
            };
            let subject = nested["subjects"].as_array().unwrap().iter().find(of).unwrap();
            let figures = subject["figures"].as_array().unwrap();
            for (key, value) in figures.iter().find(|one| one["figure"] == "order_conversion").unwrap().as_object().unwrap() {
                assert_eq!(&row[key], value, "{by} {key}");
            }
            assert_eq!((&row["by"], &row["base_to"], &row["definition"]), (&json!(by), &nested["base_to"], &json!("(ordered_people) / (inquirers)")));
            let count: usize = nested["subjects"].as_array().unwrap().iter().map(|one| one["figures"].as_array().unwrap().len()).sum();
            assert_eq!(rows.as_array().unwrap().len(), count);
        }
        let csv = app.get(&format!("/feeds/comparison?format=csv&{span}"), 200).await;
        assert!(csv.text.starts_with("from,to,base_from,base_to,by,id,name,staff_number,"), "{}", csv.text);
        let log = app.get("/audit-entries?limit=200", 200).await.json();
        assert!(log["items"].as_array().unwrap().iter().any(|line| line["action"] == "export" && line["after"]["rows"] == 4), "{log}");
        let elsewhere = app.as_role("dashboard", Some(&json!(board.desk.neighbours().await.0.id))).await;
        assert_eq!(elsewhere.get(&format!("/feeds/comparison?{span}"), 200).await.json(), json!([]));
    }
}
