//! Loading inquiry volumes.

use serde_json::json;

use crate::harness::on_both;
use crate::harness::shop::{Shop, import};

on_both! {
    the_same_file_twice_changes_nothing(app) {
        Shop::open(&app).await;
        let first = Shop::load_history(&app).await;
        assert_eq!((&first["inserted"], &first["changed"], &first["unchanged"]), (&json!(1008), &json!(0), &json!(0)));
        let again = Shop::load_history(&app).await;
        assert_eq!((&again["inserted"], &again["changed"], &again["unchanged"]), (&json!(0), &json!(0), &json!(1008)));
        let corrected = Shop::history().replacen(",8\n", ",9\n", 1);
        let corrected = app.send(import(&app, "/volume-imports", corrected), 200).await.json();
        assert_eq!((&corrected["changed"], &corrected["unchanged"]), (&json!(1), &json!(1007)));
    }

    a_bad_file_loads_nothing_and_names_every_bad_cell(app) {
        Shop::open(&app).await;
        let file = "时间;队列;咨询量\n2026-11-22 08:30;旗舰店售前;5\n2026-11-22 09:00;旗舰店售钱;6\nyesterday;旗舰店售前;-1\n";
        let problem = app.send(import(&app, "/volume-imports?interval_minutes=30", file), 422).await.json();
        assert_eq!(problem["type"], "/problems/validation-failed");
        let cells: Vec<_> = problem["rows"].as_array().unwrap().iter().map(|cell| (cell["row"].clone(), cell["column"].clone())).collect();
        assert_eq!(cells, [(json!(3), json!("队列")), (json!(4), json!("时间")), (json!(4), json!("咨询量"))]);
        let nothing = app.get("/volume-imports", 200).await.json();
        assert_eq!(nothing["items"], json!([]));

        let loaded = app.send(import(&app, "/volume-imports?on_error=skip&interval_minutes=30", file), 200).await.json();
        assert_eq!((&loaded["inserted"], &loaded["skipped"]), (&json!(1), &json!(2)));
        assert_eq!(loaded["rows"].as_array().unwrap().len(), 3);
    }

    gb18030_with_chinese_headers_is_read(app) {
        Shop::open(&app).await;
        let (file, _, _) = encoding_rs::GB18030.encode("日期,时间,队列,咨询量\n2026/11/22,8:30,旗舰店售前,5\n2026/11/22,9:00,旗舰店售前,7\n");
        let loaded = app.send(import(&app, "/volume-imports", file.into_owned()), 200).await.json();
        assert_eq!(loaded["inserted"], 2);
    }

    a_file_that_is_none_says_so(app) {
        Shop::open(&app).await;
        let problem = app.send(import(&app, "/volume-imports", "%PDF-1.7"), 422).await.json();
        assert_eq!(problem["type"], "/problems/unreadable-file");
        assert!(problem["detail"].as_str().unwrap().contains("PDF"));
        let problem = app.send(import(&app, "/volume-imports?zone=Mars", "x"), 422).await.json();
        assert_eq!(problem["errors"][0]["pointer"], "#/zone");
    }
}
