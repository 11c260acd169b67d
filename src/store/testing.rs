//! Databases for tests: a SQLite file of its own, and a PostgreSQL schema of its own where `PAIBAN_TEST_POSTGRES_URL` names
//! a server (`make test` always does).

use std::future::Future;

use chrono::{DateTime, Utc, Weekday};
use chrono_tz::Tz;
use sea_orm::{ConnectionTrait, Database};
use uuid::Uuid;

use super::connection::Store;
use crate::domain::ids::{SiteId, TeamId};
use crate::domain::organisation::{Site, Team, WeeklyWindow};

/// Runs the same test body on both databases.
macro_rules! on_both {
    ($($name:ident($store:ident) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn body($store: $crate::store::Store) $body

            #[tokio::test]
            async fn on_sqlite() {
                $crate::store::testing::on_sqlite(body).await;
            }

            #[tokio::test]
            async fn on_postgres() {
                $crate::store::testing::on_postgres(body).await;
            }
        }
    )+};
}
pub(crate) use on_both;

/// On a SQLite file that goes with the test.
pub async fn on_sqlite<F: Future<Output = ()>>(body: impl FnOnce(Store) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("paiban.db").display());
    let store = Store::connect(&url, 4).await.unwrap();
    store.migrate().await.unwrap();
    body(store).await;
}

/// On a PostgreSQL schema that is dropped after the test, unless it fails.
pub async fn on_postgres<F: Future<Output = ()>>(body: impl FnOnce(Store) -> F) {
    let Ok(server) = std::env::var("PAIBAN_TEST_POSTGRES_URL") else {
        eprintln!("not run on PostgreSQL: PAIBAN_TEST_POSTGRES_URL is not set; `make test` sets it");
        return;
    };
    let schema = format!("t_{}", Uuid::new_v4().simple());
    let admin = Database::connect(&server).await.unwrap();
    admin.execute_unprepared(&format!("CREATE SCHEMA {schema}")).await.unwrap();
    let mark = if server.contains('?') { '&' } else { '?' };
    let store = Store::connect(&format!("{server}{mark}options=-csearch_path%3D{schema}"), 4).await.unwrap();
    store.migrate().await.unwrap();
    body(store.clone()).await;
    store.close().await.unwrap();
    admin.execute_unprepared(&format!("DROP SCHEMA {schema} CASCADE")).await.unwrap();
}

/// 2026-11-22 08:30 UTC, a Sunday.
pub const NOW: DateTime<Utc> = DateTime::from_timestamp(1_795_336_200, 0).unwrap();

/// A site in Shanghai, open nine to nine on Mondays.
pub fn site() -> Site {
    Site {
        id: SiteId::generate(),
        name: "上海".into(),
        zone: Tz::Asia__Shanghai,
        opening_hours: vec![WeeklyWindow { weekday: Weekday::Mon, start_minute: 540, end_minute: 1260 }],
    }
}

/// A team of the site, at the root.
pub fn team(site: &Site) -> Team {
    Team { id: TeamId::generate(), site_id: site.id, parent_id: None, name: "一组".into(), leader_id: None, rules: None }
}
