//! `paiban import`: load a file on the machine itself, without a key.

use std::fs::File;
use std::path::PathBuf;

use anyhow::Context;
use chrono::Utc;
use clap::{Args, Subcommand};

use super::open;
use crate::config::Settings;
use crate::domain::access::{Actor, Scope};
use crate::domain::ids::QueueId;
use crate::intake::ColumnMap;
use crate::services::volumes::{NewImport, OnError, import_volumes};
use crate::store::queues;

/// Arguments of `paiban import`.
#[derive(Debug, Args)]
pub struct ImportArguments {
    #[command(subcommand)]
    what: ImportWhat,
}

#[derive(Debug, Subcommand)]
enum ImportWhat {
    /// Load inquiry volumes from a CSV or XLSX file.
    Volumes(VolumesArguments),
}

/// Which file, and which of its columns is what; columns that are not named are found by well-known headers.
#[derive(Debug, Args)]
struct VolumesArguments {
    /// The file.
    file: PathBuf,
    /// The queue of every row, by name or id, for files without a queue column.
    #[arg(long)]
    queue: Option<String>,
    /// Header of the column with date and time.
    #[arg(long)]
    start: Option<String>,
    /// Header of the column with the date alone.
    #[arg(long)]
    date: Option<String>,
    /// Header of the column with the time of day alone.
    #[arg(long)]
    time: Option<String>,
    /// Header of the column with the queue's name or id.
    #[arg(long)]
    queue_column: Option<String>,
    /// Header of the column with the number of inquiries.
    #[arg(long)]
    volume: Option<String>,
    /// Header of the column with the average handling time, in seconds or `HH:MM:SS`.
    #[arg(long)]
    aht: Option<String>,
    /// Length of every recorded interval, in minutes; inferred if absent.
    #[arg(long)]
    interval_minutes: Option<u32>,
    /// IANA zone of local times; the site's if absent.
    #[arg(long)]
    zone: Option<chrono_tz::Tz>,
    /// XLSX only: the sheet to read.
    #[arg(long)]
    sheet: Option<String>,
    /// Load the other rows of a file that has bad ones.
    #[arg(long)]
    skip_bad_rows: bool,
}

/// Runs the command.
///
/// # Errors
/// Whatever keeps the file from being loaded, with every bad cell.
pub async fn import(settings: Settings, arguments: ImportArguments) -> anyhow::Result<()> {
    let ImportWhat::Volumes(arguments) = arguments.what;
    let store = open(&settings).await?;
    let queue_id = match &arguments.queue {
        None => None,
        Some(named) => Some(queue_named(&store, named).await?),
    };
    let file = File::open(&arguments.file).with_context(|| format!("{} cannot be read", arguments.file.display()))?;
    let new = NewImport {
        file,
        file_name: arguments.file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        queue_id,
        on_error: if arguments.skip_bad_rows { OnError::Skip } else { OnError::Refuse },
        columns: arguments.columns(),
    };
    let report = import_volumes(&store, &Actor::service("command line"), new, Utc::now()).await.map_err(super::told)?;
    for fault in &report.faults {
        super::tell(fault);
    }
    let counts = report.import.counts;
    Ok(super::say(format_args!(
        "{} new, {} changed, {} unchanged, {} rows skipped",
        counts.inserted, counts.changed, counts.unchanged, report.import.skipped
    ))?)
}

async fn queue_named(store: &crate::store::Store, named: &str) -> anyhow::Result<QueueId> {
    let by_name = queues::by_name(store, &Scope::Everything).await?;
    let by_id = named.parse::<uuid::Uuid>().ok().map(QueueId);
    let known = by_name.keys().cloned().collect::<Vec<_>>().join(", ");
    by_name.get(named).copied().or(by_id).with_context(|| format!("there is no queue {named}; there are: {known}"))
}

impl VolumesArguments {
    fn columns(self) -> ColumnMap {
        ColumnMap {
            start: self.start,
            date: self.date,
            time: self.time,
            queue: self.queue_column,
            volume: self.volume,
            aht: self.aht,
            interval_minutes: self.interval_minutes,
            zone: self.zone,
            sheet: self.sheet,
            ..ColumnMap::default()
        }
    }
}
