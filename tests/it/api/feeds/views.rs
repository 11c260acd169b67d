//! The views that Metabase and Power BI read on PostgreSQL, read as they do: columns from the catalogue, then plain SQL.

use std::collections::BTreeSet;

use paiban::domain::measure::Measure;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};

use super::board::Board;
use crate::harness::{Backend, TestApp};

const README: &str = include_str!("../../../../examples/dashboards/README.md");

const FIGURES: &str = "figure name_zh name_en definition numerator denominator value";

/// What each view promises, in order.
fn promised(view: &str) -> Vec<String> {
    let measures = Measure::ALL.map(Measure::code).join(" ");
    let columns = match view {
        "measures" => {
            format!("date site team_id team agent_id staff_number agent shop_id shop platform queue_id queue {measures}")
        }
        "figures_by_agent" => format!("date site team_id team agent_id staff_number agent {FIGURES}"),
        "figures_by_team" => format!("date site team_id team {FIGURES}"),
        "figures_by_shop" => format!("date site team_id team shop_id shop {FIGURES}"),
        "figures_by_queue" => format!("date site team_id team queue_id queue {FIGURES}"),
        "roster" => "site team_id team week date agent_id staff_number agent post shift_code shift starts_at ends_at breaks \
            paid_minutes queue_id queue is_pinned assignment_id"
            .to_owned(),
        "coverage" => "site team_id team queue_id queue starts_at ends_at required covered gap surplus is_peak".to_owned(),
        "forecast_vs_actual" => "site team_id team queue_id queue starts_at ends_at expected p10 p90 inquiries".to_owned(),
        "compliance" => "shop_id shop platform month rule name_zh name_en figure counted of value target is_met \
            needs_confirmation source"
            .to_owned(),
        other => unreachable!("{other} is no view"),
    };
    columns.split_whitespace().map(str::to_owned).collect()
}

/// The type that a column of that name has, in every view.
fn kind(column: &str) -> &'static str {
    match column {
        "date" | "week" | "month" => "date",
        "starts_at" | "ends_at" => "timestamp with time zone",
        "is_pinned" | "is_peak" | "is_met" | "needs_confirmation" => "boolean",
        "numerator" | "denominator" | "value" | "counted" | "of" | "target" | "required" | "covered" | "gap" | "surplus"
        | "expected" | "p10" | "p90" | "inquiries" => "double precision",
        "paid_minutes" => "bigint",
        id if id.ends_with("_id") => "uuid",
        code if code.parse::<Measure>().is_ok() => "bigint",
        _ => "text",
    }
}

/// One connection, in the zone of the site.
async fn connected(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options).await.unwrap();
    connection.execute_unprepared("SET TIME ZONE 'Asia/Shanghai'").await.unwrap();
    connection
}

async fn texts(connection: &DatabaseConnection, sql: &str) -> Vec<String> {
    let rows = connection.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

async fn view(connection: &DatabaseConnection, name: &str) -> Vec<Value> {
    let lines = texts(connection, &format!("SELECT row_to_json(v)::text FROM paiban_v1_{name} v")).await;
    lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Those columns of rows, in no order; numbers to a millionth.
fn comparable(rows: &[Value], columns: &[String]) -> BTreeSet<String> {
    let cell = |value: &Value| match value.as_f64() {
        Some(number) => json!((number * 1e6).round() / 1e6),
        None => value.clone(),
    };
    let row = |row: &Value| columns.iter().map(|column| format!("{column}={} ", cell(&row[column]))).collect::<String>();
    let all: BTreeSet<String> = rows.iter().map(row).collect();
    assert_eq!(all.len(), rows.len());
    all
}

async fn feed(app: &TestApp, board: &Board, query: &str) -> Vec<Value> {
    let mark = if query.contains('?') { '&' } else { '?' };
    let answer = app.get(&format!("/feeds/{query}{mark}from={}&to={}", board.from, board.to + chrono::Days::new(9)), 200).await;
    answer.json().as_array().unwrap().clone()
}

fn assert_same(view: &[Value], feed: &[Value], columns: &[String]) {
    let (view, feed) = (comparable(view, columns), comparable(feed, columns));
    assert!(!view.is_empty());
    assert_eq!((view.difference(&feed).next(), feed.difference(&view).next()), (None, None));
}

#[actix_web::test]
async fn every_view_has_the_columns_and_types_that_it_promises_and_says_what_they_are() {
    let app = TestApp::spawn(Backend::Postgres).await;
    let connection = connected(&app.database_url).await;
    let names = texts(
        &connection,
        "SELECT table_name::text FROM information_schema.views WHERE table_name LIKE 'paiban\\_v%' ORDER BY 1",
    )
    .await;
    let shown: Vec<&str> = names.iter().map(|name| name.strip_prefix("paiban_v1_").unwrap()).collect();
    let wanted = [
        "compliance",
        "coverage",
        "figure_parts",
        "figures_by_agent",
        "figures_by_queue",
        "figures_by_shop",
        "figures_by_team",
        "forecast_vs_actual",
        "measures",
        "roster",
    ];
    assert_eq!(shown, wanted);
    for name in shown.into_iter().filter(|name| *name != "figure_parts") {
        let columns = format!(
            "SELECT column_name || ' ' || CASE data_type WHEN 'character varying' THEN 'text' ELSE data_type END \
             FROM information_schema.columns WHERE table_name = 'paiban_v1_{name}' ORDER BY ordinal_position"
        );
        let promised: Vec<String> = promised(name).iter().map(|column| format!("{column} {}", kind(column))).collect();
        assert_eq!(texts(&connection, &columns).await, promised, "{name}");
        let silent = format!(
            "SELECT attname::text FROM pg_attribute WHERE attrelid = 'paiban_v1_{name}'::regclass AND attnum > 0 \
             AND col_description(attrelid, attnum) IS NULL"
        );
        assert_eq!(texts(&connection, &silent).await, Vec::<String>::new(), "{name}");
    }
}

#[actix_web::test]
async fn the_views_say_what_the_feeds_say() {
    let app = TestApp::spawn(Backend::Postgres).await;
    let board = Board::open(&app).await;
    let connection = connected(&app.database_url).await;
    for grain in ["agent", "team", "shop", "queue"] {
        let name = format!("figures_by_{grain}");
        let rows = feed(&app, &board, &format!("figures?grain={grain}")).await;
        assert_same(&view(&connection, &name).await, &rows, &promised(&name));
    }
    for name in ["roster", "coverage"] {
        assert_same(&view(&connection, name).await, &feed(&app, &board, name).await, &promised(name));
    }
    let measures = view(&connection, "measures").await;
    let asked: i64 = measures.iter().filter_map(|row| row["inquirers"].as_i64()).sum();
    let rows = feed(&app, &board, "figures?grain=team&figures=order_conversion").await;
    // The register that has inquirers alone is in the measures, and in no figure.
    assert_eq!(asked as f64 - 50.0, rows.iter().map(|row| row["denominator"].as_f64().unwrap()).sum::<f64>());
    let last = board.to.pred_opt().unwrap();
    let standings = app.get(&format!("/feeds/compliance?on={last}"), 200).await.json();
    let months = view(&connection, "compliance").await;
    let month = json!(chrono::Datelike::with_day(&last, 1).unwrap());
    let months: Vec<Value> = months.into_iter().filter(|row| row["month"] == month).collect();
    let standings: Vec<Value> = standings
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["from"] == month && row["of"].as_f64() > Some(0.0))
        .cloned()
        .collect();
    let columns: Vec<String> =
        promised("compliance").into_iter().filter(|column| !["month", "figure"].contains(&column.as_str())).collect();
    assert_same(&months, &standings, &columns);
}

#[actix_web::test]
async fn what_arrived_stands_beside_what_was_expected() {
    let app = TestApp::spawn(Backend::Postgres).await;
    let board = Board::open(&app).await;
    board.desk.demand(12.5, chrono::Utc::now() + chrono::Duration::hours(1)).await;
    let connection = connected(&app.database_url).await;
    let rows = view(&connection, "forecast_vs_actual").await;
    let columns: Vec<String> = promised("forecast_vs_actual").into_iter().filter(|column| column != "inquiries").collect();
    assert_same(&rows, &feed(&app, &board, "forecast").await, &columns);
    let arrived = |clock: &str| {
        let start = json!(format!("{}T{clock}:00+08:00", board.desk.date(0)));
        rows.iter().find(|row| row["starts_at"] == start).unwrap()["inquiries"].clone()
    };
    // Quarters 2 and 3, then 4 and 5; of the first nothing is known.
    assert_eq!((arrived("00:00"), arrived("00:30"), arrived("01:00")), (Value::Null, json!(1.25), json!(2.25)));
    let night = json!(format!("{}T02:00:00+08:00", board.desk.date(1)));
    assert_eq!(rows.iter().find(|row| row["starts_at"] == night).unwrap()["inquiries"], Value::Null);
}

#[actix_web::test]
async fn the_role_of_the_manual_reads_the_views_and_nothing_else() {
    let app = TestApp::spawn(Backend::Postgres).await;
    let connection = connected(&app.database_url).await;
    let (_, block) = README.split_once("```sql\n").unwrap();
    let (statements, _) = block.split_once("```").unwrap();
    // Roles are of the whole cluster, and other tests share it.
    let role = format!("reader_{}", uuid::Uuid::new_v4().simple());
    connection.execute_unprepared(&statements.replace("paiban_reader", &role)).await.unwrap();
    connection.execute_unprepared(&format!("SET ROLE {role}")).await.unwrap();
    let names =
        texts(&connection, "SELECT table_name::text FROM information_schema.views WHERE table_name LIKE 'paiban\\_v1%'").await;
    assert_eq!(names.len(), 10);
    for name in names {
        connection.execute_unprepared(&format!("SELECT * FROM {name}")).await.unwrap();
    }
    for table in ["agents", "figure_days", "leaves"] {
        let refused = connection.execute_unprepared(&format!("SELECT * FROM {table}")).await.unwrap_err();
        assert!(refused.to_string().contains("permission denied"), "{refused}");
    }
    connection.execute_unprepared("RESET ROLE").await.unwrap();
}
