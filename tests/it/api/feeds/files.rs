//! Rosters as files.

use std::io::Cursor;

use calamine::{DataType, Reader, Xlsx};
use chrono::Utc;
use paiban::domain::absence::{Leave, LeaveKind};
use paiban::domain::calendar::{Interval, midnight};
use paiban::domain::ids::LeaveId;
use paiban::store::{leaves, shift_templates};
use quick_xml::events::Event;
use reqwest::Method;
use serde_json::json;

use super::desk::{Desk, ZONE};
use crate::harness::{TestApp, on_both};

/// Every cell of the printed grid.
async fn cells(app: &TestApp, path: &str) -> Vec<String> {
    let response = app.request(Method::GET, path).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let mut workbook = Xlsx::new(Cursor::new(response.bytes().await.unwrap())).unwrap();
    assert!(workbook.sheet_names().iter().all(|name| workbook.worksheet_formula(name).unwrap().is_empty()));
    let grid = workbook.worksheet_range_at(0).unwrap().unwrap();
    grid.cells().filter_map(|(_, _, cell)| cell.as_string()).collect()
}

fn holds(cells: &[String], text: &str) -> bool {
    cells.iter().any(|cell| cell.contains(text))
}

/// The text of a well-formed document.
fn text_of(xml: &str) -> String {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut text = String::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return text,
            Event::Text(piece) => text += &piece,
            _ => {}
        }
    }
}

on_both! {
    a_roster_is_a_picture_a_workbook_and_a_table(app) {
        let desk = Desk::open(&app).await;
        let requirement = desk.demand(10.0, Utc::now()).await;
        let id = desk.draft(&desk.team, &[desk.placed(&desk.fang, 0), desk.placed(&desk.idle, 2)], Some(requirement)).await;
        let picture = app.get(&format!("/rosters/{id}/export.svg?lang=zh"), 200).await;
        assert_eq!(picture.header("content-type"), "image/svg+xml");
        assert!(picture.header("content-disposition").starts_with("inline; "));
        let text = text_of(&picture.text);
        for word in ["排班表", "草稿", "客服一组", "王芳", "=SUM(A1)", "天猫售前", "17:00–02:00"] {
            assert!(text.contains(word), "{word} is not in {text}");
        }
        let request = app.request(Method::GET, &format!("/rosters/{id}/export.svg")).header("Accept-Language", "fr, en;q=0.5");
        assert!(text_of(&app.send(request, 200).await.text).contains("Draft"));

        let grid = cells(&app, &format!("/rosters/{id}/export.xlsx?lang=zh")).await;
        assert!(holds(&grid, "工号") && holds(&grid, "王芳") && holds(&grid, "晚 17:00–02:00\n天猫售前"), "{grid:?}");

        let table = app.get(&format!("/rosters/{id}/export.csv?bom=true"), 200).await;
        let monday = desk.week.monday().to_string().replace('-', "%2D");
        assert!(table.text.starts_with("\u{FEFF}site,") && table.text.contains(",'=SUM(A1),"));
        assert_eq!(table.header("content-disposition"), format!(
            "attachment; filename=\"roster.csv\"; filename*=UTF-8''%E5%AE%A2%E6%9C%8D%E4%B8%80%E7%BB%84%20{monday}.csv"));
        app.get(&format!("/rosters/{id}/export.svg?lang=fr"), 400).await;
    }

    a_published_shift_is_shown_as_it_was_published(app) {
        let desk = Desk::open(&app).await;
        let (published, draft) = (desk.placed(&desk.fang, 0), desk.placed(&desk.fang, 1));
        let published = desk.draft(&desk.team, &[published], None).await;
        desk.publish(published).await;
        let draft = desk.draft(&desk.team, &[draft], None).await;
        let mut earlier = desk.late.clone();
        earlier.start_minute = 16 * 60;
        shift_templates::update(&desk.store, &earlier, 1, Utc::now()).await.unwrap();
        assert!(holds(&cells(&app, &format!("/rosters/{published}/export.xlsx")).await, "晚 17:00–02:00"));
        assert!(holds(&cells(&app, &format!("/rosters/{draft}/export.xlsx")).await, "晚 16:00–01:00"));
    }

    who_may_not_see_a_draft_or_leave_does_not_see_it_in_files(app) {
        let desk = Desk::open(&app).await;
        let (neighbours, ..) = desk.neighbours().await;
        let tuesday = Interval { start: midnight(ZONE, desk.date(1)), end: midnight(ZONE, desk.date(2)) };
        let leave = Leave { id: LeaveId::generate(), agent_id: desk.fang.id, span: tuesday, kind: LeaveKind::Sick };
        leaves::insert(&desk.store, &leave, Utc::now()).await.unwrap();
        let id = desk.draft(&desk.team, &[desk.placed(&desk.fang, 0)], None).await;
        let path = format!("/rosters/{id}/export.xlsx?lang=zh");
        let away = |cells: &[String]| cells.iter().filter(|cell| *cell == "请假").count();
        let leader = app.as_role("leader", Some(&json!(desk.team.id))).await;
        assert_eq!(away(&cells(&leader, &path).await), 1);

        let dashboard = app.as_role("dashboard", Some(&json!(desk.team.id))).await;
        let stranger = app.as_role("supervisor", Some(&json!(neighbours.id))).await;
        dashboard.get(&path, 404).await;
        stranger.get(&path, 404).await;
        desk.publish(id).await;
        assert_eq!(away(&cells(&dashboard, &path).await), 0);
        assert_eq!(away(&cells(&leader, &path).await), 1);
        stranger.get(&path, 404).await;
    }
}
