//! The service as a test meets it: built by `app::build`, on a free port, on a database of its own.

mod app;
mod database;
pub mod process;
pub mod shop;

pub use app::{Answer, TestApp};
pub use database::{Backend, TestDatabase};

/// Runs a test body on SQLite and on PostgreSQL: `on_both! { sentence_name(app) { … } }`.
macro_rules! on_both {
    ($($(#[$meta:meta])* $name:ident($app:ident) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn body($app: $crate::harness::TestApp) $body

            $(#[$meta])*
            #[actix_web::test]
            async fn on_sqlite() {
                body($crate::harness::TestApp::spawn($crate::harness::Backend::Sqlite).await).await;
            }

            $(#[$meta])*
            #[actix_web::test]
            async fn on_postgres() {
                body($crate::harness::TestApp::spawn($crate::harness::Backend::Postgres).await).await;
            }
        }
    )+};
}
pub(crate) use on_both;
