//! A database for one test.

use sea_orm::{ConnectionTrait, Database};
use tempfile::TempDir;
use uuid::Uuid;

/// Where a test keeps its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A file of its own.
    Sqlite,
    /// A database of its own in the cluster that `PAIBAN_TEST_POSTGRES_URL` names.
    Postgres,
}

/// A fresh, empty database.
pub struct TestDatabase {
    /// Its address.
    pub url: String,
    /// Removed when the test ends. A PostgreSQL database goes with its throw-away cluster.
    _folder: Option<TempDir>,
}

impl TestDatabase {
    pub async fn create(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("sqlite://{}?mode=rwc", folder.path().join("paiban.db").display());
                Self { url, _folder: Some(folder) }
            }
            Backend::Postgres => {
                let cluster = std::env::var("PAIBAN_TEST_POSTGRES_URL")
                    .expect("PAIBAN_TEST_POSTGRES_URL names a PostgreSQL cluster; `make test` starts one and sets it");
                let name = format!("test_{}", Uuid::new_v4().simple());
                let admin = Database::connect(&cluster).await.unwrap();
                admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
                admin.close().await.unwrap();
                let (server, _) = cluster.rsplit_once('/').unwrap();
                Self { url: format!("{server}/{name}"), _folder: None }
            }
        }
    }
}
