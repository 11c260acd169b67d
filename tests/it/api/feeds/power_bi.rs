//! The Power BI query of the manual: its address is asked, and every cell is read as the type that the query gives its column.

use chrono::{DateTime, NaiveDate};

use super::board::Board;
use crate::harness::on_both;

const README: &str = include_str!("../../../../examples/dashboards/README.md");

/// The blocks of the query language.
fn blocks() -> Vec<&'static str> {
    README.split("```powerquery\n").skip(1).map(|rest| rest.split_once("```").unwrap().0).collect()
}

/// What stands between two marks.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split_once(before).and_then(|(_, rest)| rest.split_once(after)).unwrap_or_else(|| panic!("no {before}…{after}")).0
}

/// The address of a query: its path, and its parameters with the ends of the span filled in.
fn address(block: &str, board: &Board) -> String {
    let (path, query) = (between(block, "RelativePath = \"", "\""), between(block, "Query = [", "],\n"));
    let parameters = query.split(",\n").flat_map(|line| line.split(", ")).filter_map(|pair| pair.trim().split_once(" = "));
    let value = |value: &str| match value {
        "Moment(RangeStart)" => format!("{}T00:00:00", board.from),
        "Moment(RangeEnd)" => format!("{}T00:00:00", board.to),
        given => given.trim_matches('"').to_owned(),
    };
    let parameters: Vec<String> = parameters.map(|(name, given)| format!("{name}={}", value(given))).collect();
    format!("{}?{}", path.strip_prefix("api/v1").unwrap(), parameters.join("&"))
}

fn reads(cell: &str, kind: &str) -> bool {
    match kind {
        "type text" => true,
        // An empty cell is null in every other type.
        _ if cell.is_empty() => true,
        "type date" => cell.parse::<NaiveDate>().is_ok(),
        "type datetimezone" => DateTime::parse_from_rfc3339(cell).is_ok(),
        "type number" => cell.parse::<f64>().is_ok(),
        "type logical" => ["true", "false"].contains(&cell),
        other => panic!("no test reads {other}"),
    }
}

on_both! {
    every_column_of_the_queries_reads_as_the_type_it_is_given(app) {
        let board = Board::open(&app).await;
        let reader = app.as_role("dashboard", Some(&serde_json::json!(board.desk.team.id))).await;
        let blocks = blocks();
        assert_eq!(blocks.len(), 2);
        for block in blocks {
            let address = address(block, &board);
            let answer = reader.get(&address, 200).await;
            assert!(answer.header("content-type").starts_with("text/csv; charset=utf-8"));
            let mut table = csv::Reader::from_reader(answer.text.as_bytes());
            let header: Vec<String> = table.headers().unwrap().iter().map(str::to_owned).collect();
            let records: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
            assert!(!records.is_empty(), "{address}");
            let types = between(block, "TransformColumnTypes(Rows, {", "}, \"en-US\")");
            let typed: Vec<(&str, &str)> =
                types.split('{').skip(1).map(|pair| pair.split_once('}').unwrap().0.split_once(", ").unwrap()).collect();
            assert_eq!(typed.iter().map(|(name, _)| name.trim_matches('"')).collect::<Vec<_>>(), header);
            for (place, (name, kind)) in typed.into_iter().enumerate() {
                let misfit = records.iter().map(|record| &record[place]).find(|cell| !reads(cell, kind));
                assert_eq!(misfit, None, "{name} {kind}");
            }
            // Incremental refresh asks for spans without rows too, and expects the same columns.
            let empty = address.replace(&board.from.to_string(), "2001-01-01").replace(&board.to.to_string(), "2001-01-02");
            assert_eq!(reader.get(&empty, 200).await.text.trim_end(), header.join(","));
        }
    }
}
