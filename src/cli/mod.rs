//! What the commands do. `main` only reads their arguments.

pub mod demo;
pub mod import;
pub mod keys;

use std::fmt::Display;
use std::io::{self, Write};

use anyhow::Context;
use chrono::Utc;

use crate::app::{self, App, Parts};
use crate::config::Settings;
use crate::http::openapi as document;
use crate::services::volumes::ImportRefusal;
use crate::services::{ServiceError, keys as service};
use crate::store::Store;

/// `paiban serve`: answers requests and works on runs until it is stopped.
///
/// # Errors
/// Whatever keeps it from starting.
pub async fn serve(settings: Settings) -> anyhow::Result<()> {
    let app = app::build(settings, Parts { http: true, worker: true }).await?;
    print_first_key(app.store()).await?;
    announce(&app)?;
    Ok(app.run_until_stopped().await?)
}

/// `paiban worker`: works on runs until it is stopped.
///
/// # Errors
/// Whatever keeps it from starting.
pub async fn work(settings: Settings) -> anyhow::Result<()> {
    let app = app::build(settings, Parts { http: false, worker: true }).await?;
    tracing::info!("working on runs");
    Ok(app.run_until_stopped().await?)
}

/// `paiban migrate`: brings the schema up to date.
///
/// # Errors
/// The database's.
pub async fn migrate(settings: Settings) -> anyhow::Result<()> {
    open(&settings).await?;
    Ok(say("the database schema is up to date")?)
}

/// `paiban openapi`: prints the document as committed.
///
/// # Errors
/// Those of [`say`].
pub fn openapi() -> io::Result<()> {
    say(document::pretty(&app::openapi_document()).trim_end())
}

/// Prints a line on standard output. `println!` would panic once the reader has left, as `head` does: then nobody is told,
/// and what was begun goes on.
///
/// # Errors
/// Whatever else keeps it from being written, such as a full disk.
pub fn say(line: impl Display) -> io::Result<()> {
    let mut output = io::stdout().lock();
    match writeln!(output, "{line}").and_then(|()| output.flush()) {
        Err(fault) if fault.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Prints a line on standard error, if it can: there is no other place to say that it cannot.
pub fn tell(line: impl Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Connects to the configured database and brings its schema up to date.
async fn open(settings: &Settings) -> anyhow::Result<Store> {
    let url = &settings.database.url;
    let store = Store::connect(url, settings.database.max_connections)
        .await
        .context("the database cannot be used; check database.url")?;
    store.migrate().await.context("the database schema cannot be brought up to date")?;
    Ok(store)
}

/// Says where the service listens.
fn announce(app: &App) -> io::Result<()> {
    let address = app.address();
    say(format_args!("paiban listens on {address}\n  API docs  {address}/docs/"))
}

/// Prints the first key of an empty database: it cannot be read again.
async fn print_first_key(store: &Store) -> anyhow::Result<()> {
    if let Some(token) = service::first_key(store, Utc::now()).await? {
        say(format_args!("The database is new. Its first key, of role admin; it is shown only now:\n  {token}"))?;
    }
    Ok(())
}

/// A refusal with all its faults, for a terminal.
fn told(error: ServiceError) -> anyhow::Error {
    let lines: Vec<String> = match &error {
        ServiceError::Invalid(faults) => faults.iter().map(|fault| format!("{}: {}", fault.pointer, fault.detail)).collect(),
        ServiceError::Import(ImportRefusal::Rows { faults, .. }) => faults.iter().map(ToString::to_string).collect(),
        ServiceError::RuleViolation(violations) => violations.iter().map(|violation| violation.detail.clone()).collect(),
        _ => Vec::new(),
    };
    if lines.is_empty() { error.into() } else { anyhow::anyhow!("{error}:\n  {}", lines.join("\n  ")) }
}
