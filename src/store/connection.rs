//! Connections, transactions, and the schema.

use std::time::Duration;

use migrations::{Migrator, MigratorTrait};
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, Connection as _, PgPool, SqliteConnection, SqlitePool};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseExecutor, DatabaseTransaction, DbBackend,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use super::error::StoreError;

/// How long a writer waits for another one on SQLite before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a caller waits for a connection: on SQLite for those whose holders wait for the writer, on PostgreSQL for a server
/// that is being restarted, and no longer than somebody waits for an answer.
const SQLITE_ACQUIRE: Duration = Duration::from_secs(20);
const POSTGRES_ACQUIRE: Duration = Duration::from_secs(5);

/// The database. Cheap to clone: clones share the connections.
#[derive(Debug, Clone)]
pub struct Store {
    connection: DatabaseConnection,
}

/// A transaction; rolled back when dropped.
#[derive(Debug)]
pub struct Tx {
    transaction: DatabaseTransaction,
}

/// The connections under the store, for a queue that keeps its tables in the same database.
#[derive(Debug, Clone)]
pub enum Pool {
    /// SQLite.
    Sqlite(SqlitePool),
    /// PostgreSQL.
    Postgres(PgPool),
}

/// Where queries run: the [`Store`] itself, each statement on its own, or a [`Tx`].
pub trait Db: sealed::Executor + Send + Sync {}

pub(super) use sealed::Executor;

impl Db for Store {}
impl Db for Tx {}

mod sealed {
    use sea_orm::DatabaseExecutor;

    pub trait Executor {
        fn executor(&self) -> DatabaseExecutor<'_>;
    }
}

impl sealed::Executor for Store {
    fn executor(&self) -> DatabaseExecutor<'_> {
        (&self.connection).into()
    }
}

impl sealed::Executor for Tx {
    fn executor(&self) -> DatabaseExecutor<'_> {
        (&self.transaction).into()
    }
}

impl Store {
    /// Opens `sqlite://path?mode=rwc` or `postgres://user@host/database`, with at most `max_connections` at once. A
    /// PostgreSQL address may name a schema: `?options=-csearch_path%3Dname`.
    ///
    /// SQLite runs with a write-ahead log and `synchronous = NORMAL`: what is committed survives the process being killed;
    /// a power cut may take the last commits with it, but never leaves half of one.
    ///
    /// # Errors
    /// [`StoreError::UnknownDatabase`]; [`StoreError::Database`] when it cannot be reached.
    pub async fn connect(url: &str, max_connections: u32) -> Result<Self, StoreError> {
        let scheme = url.split(':').next().unwrap_or_default();
        // The other common spelling of the scheme, which sea-orm does not know.
        let url = match scheme {
            "sqlite" | "postgres" => url.to_owned(),
            "postgresql" => url.replacen("postgresql:", "postgres:", 1),
            other => return Err(StoreError::UnknownDatabase { scheme: other.to_owned() }),
        };
        let acquire = if scheme == "sqlite" { SQLITE_ACQUIRE } else { POSTGRES_ACQUIRE };
        let mut options = ConnectOptions::new(url);
        options.max_connections(max_connections).min_connections(1).sqlx_logging(false).acquire_timeout(acquire);
        options.map_sqlx_sqlite_opts(|options| {
            options
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Normal)
                .busy_timeout(BUSY_TIMEOUT)
                .foreign_keys(true)
        });
        options.map_sqlx_sqlite_pool_opts(|options| options.after_release(|connection, _| Box::pin(is_free(connection))));
        Ok(Self { connection: Database::connect(options).await? })
    }

    /// Brings the schema up to date. Does nothing when it is; two processes that start together wait for each other.
    ///
    /// # Errors
    /// [`StoreError::Database`], also when the database was made by a newer version.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        tx.lock("migrations").await?;
        Migrator::up(&tx.transaction, None).await?;
        tx.commit().await
    }

    /// Takes the whole schema back, data included.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    #[cfg(test)]
    pub async fn unmigrate(&self) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        tx.lock("migrations").await?;
        Migrator::down(&tx.transaction, None).await?;
        tx.commit().await
    }

    /// Whether the schema is up to date.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn is_migrated(&self) -> Result<bool, StoreError> {
        Ok(Migrator::get_pending_migrations_read_only(&self.connection).await?.is_empty())
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn ping(&self) -> Result<(), StoreError> {
        Ok(self.connection.ping().await?)
    }

    /// Begins a transaction that may write. On SQLite it takes the write lock at once: one that began by reading could not
    /// wait for another writer, but would fail on its first write.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let is_sqlite = self.connection.get_database_backend() == DbBackend::Sqlite;
        let sqlite_transaction_mode = is_sqlite.then_some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode, ..TransactionOptions::default() };
        Ok(Tx { transaction: self.connection.begin_with_options(options).await? })
    }

    /// The connections under the store.
    pub fn pools(&self) -> Pool {
        match self.connection.get_database_backend() {
            DbBackend::Sqlite => Pool::Sqlite(self.connection.get_sqlite_connection_pool().clone()),
            _ => Pool::Postgres(self.connection.get_postgres_connection_pool().clone()),
        }
    }

    /// The schema that the tables are in; `None` on SQLite, which has only one.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn schema(&self) -> Result<Option<String>, StoreError> {
        if self.connection.get_database_backend() != DbBackend::Postgres {
            return Ok(None);
        }
        let statement = Statement::from_string(DbBackend::Postgres, "SELECT current_schema()");
        let row = self.connection.query_one_raw(statement).await?;
        Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
    }

    /// Closes every connection; clones are closed with it.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn close(&self) -> Result<(), StoreError> {
        Ok(self.connection.close_by_ref().await?)
    }
}

/// Whether a connection that comes back has left its transaction. A full disk ends a transaction of SQLite by itself; sqlx then
/// fails to roll back, takes itself to be inside still, and would begin the next one as a savepoint that nothing ends.
async fn is_free(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // A transaction that was dropped is rolled back behind whatever was asked before; the answer comes after it.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

impl Tx {
    /// Makes everything written in it last.
    ///
    /// # Errors
    /// [`StoreError::Database`]; nothing was written then.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }

    /// Waits until no other transaction of the same schema holds the lock of that name, and holds it to the end. On SQLite
    /// every transaction is alone already.
    pub(super) async fn lock(&self, name: &str) -> Result<(), StoreError> {
        if self.transaction.get_database_backend() == DbBackend::Postgres {
            let sql = "SELECT pg_advisory_xact_lock(hashtext(current_schema()), hashtext($1))";
            let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [name.into()]);
            self.transaction.query_one_raw(statement).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{on_both, on_sqlite};
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_full_disk_leaves_no_lock_behind() {
        on_sqlite(|url| async move {
            let store = Store::connect(&url, 1).await.unwrap();
            let run = async |db: &DatabaseExecutor<'_>, sql: &str| db.execute_unprepared(sql).await;
            let grow = "INSERT INTO filled VALUES (zeroblob(1000000))";
            run(&store.executor(), "CREATE TABLE filled (bytes BLOB)").await.unwrap();
            // No more pages than there are.
            run(&store.executor(), "PRAGMA max_page_count = 1").await.unwrap();
            let tx = store.begin().await.unwrap();
            let fault = run(&tx.executor(), grow).await.unwrap_err();
            assert!(fault.to_string().contains("full"), "{fault}");
            drop(tx);

            // There is room again.
            let tx = store.begin().await.unwrap();
            run(&tx.executor(), grow).await.unwrap();
            tx.commit().await.unwrap();
            let other = Store::connect(&url, 1).await.unwrap();
            other.begin().await.unwrap().commit().await.unwrap();
        })
        .await;
    }

    on_both! {
        the_schema_goes_up_and_down_and_up_again(store) {
            assert!(store.is_migrated().await.unwrap());
            store.migrate().await.unwrap();
            store.unmigrate().await.unwrap();
            assert!(!store.is_migrated().await.unwrap());
            store.migrate().await.unwrap();
            assert!(store.is_migrated().await.unwrap());
            store.ping().await.unwrap();
        }

        two_that_migrate_at_once_wait_for_each_other(store) {
            store.unmigrate().await.unwrap();
            let migrate = |store: Store| tokio::spawn(async move { store.migrate().await });
            let (first, second) = tokio::join!(migrate(store.clone()), migrate(store.clone()));
            first.unwrap().unwrap();
            second.unwrap().unwrap();
            assert!(store.is_migrated().await.unwrap());
        }
    }

    #[tokio::test]
    async fn an_address_of_no_known_kind_is_refused() {
        let fault = Store::connect("mysql://localhost/x", 1).await.unwrap_err();
        assert_eq!(fault.to_string(), "the database address must begin with sqlite: or postgres:, not \"mysql\"");
    }
}
