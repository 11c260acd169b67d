//! Loading inquiry volumes.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, get, post};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::access::Caller;
use super::extract::{PageQuery, PageView, Query};
use super::problem::{ApiError, RowFaultView};
use super::state::AppState;
use super::upload::spooled;
use crate::domain::access::Permission::{ImportVolumes, ReadPlans};
use crate::domain::fault::Faults;
use crate::intake::{ColumnMap, Delimiter, TextEncoding};
use crate::services::ServiceError;
use crate::services::volumes::{ImportReport, NewImport, OnError, import_volumes};
use crate::store::volume_imports::{self, VolumeImport};

/// The routes of this file.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(create_volume_import).service(list_volume_imports);
}

/// Which column of the file is what, and what to do with bad rows. Every column that is not named is looked for under
/// well-known headers, Chinese and English.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// `refuse` (the default) loads nothing if any row is bad; `skip` loads the others. Both name every bad row.
    #[serde(default)]
    #[param(inline)]
    pub on_error: OnErrorView,
    /// What the file is called, for the record.
    #[param(nullable = false)]
    pub file_name: Option<String>,
    /// The queue of every row, for files without a queue column.
    #[param(nullable = false)]
    pub queue_id: Option<Uuid>,
    /// Header of the column with date and time.
    #[param(nullable = false, example = "时间")]
    pub start: Option<String>,
    /// Header of the column with the date alone, together with `time`.
    #[param(nullable = false)]
    pub date: Option<String>,
    /// Header of the column with the time of day alone.
    #[param(nullable = false)]
    pub time: Option<String>,
    /// Header of the column with the queue's name or id.
    #[param(nullable = false, example = "队列")]
    pub queue: Option<String>,
    /// Header of the column with the number of inquiries.
    #[param(nullable = false, example = "咨询量")]
    pub volume: Option<String>,
    /// Header of the column with the length of the recorded interval.
    #[param(nullable = false)]
    pub minutes: Option<String>,
    /// Header of the column with the average handling time, in seconds or `HH:MM:SS`.
    #[param(nullable = false, example = "平均处理时长")]
    pub aht: Option<String>,
    /// Length of every recorded interval, 1-1440; inferred from the rows if absent.
    #[param(nullable = false, minimum = 1, maximum = 1440)]
    pub interval_minutes: Option<u32>,
    /// IANA zone of local times; the site's if absent. An offset in a value wins.
    #[param(nullable = false, example = "Asia/Shanghai")]
    pub zone: Option<String>,
    /// CSV only; found out if absent.
    #[param(nullable = false, inline)]
    pub delimiter: Option<DelimiterView>,
    /// CSV only; found out if absent.
    #[param(nullable = false, inline)]
    pub encoding: Option<EncodingView>,
    /// XLSX only: the sheet to read; the first if absent.
    #[param(nullable = false)]
    pub sheet: Option<String>,
}

/// What to do with a file that has bad rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnErrorView {
    /// Load nothing.
    #[default]
    Refuse,
    /// Load the other rows.
    Skip,
}

impl From<OnErrorView> for OnError {
    fn from(view: OnErrorView) -> Self {
        match view {
            OnErrorView::Refuse => Self::Refuse,
            OnErrorView::Skip => Self::Skip,
        }
    }
}

/// What stands between the cells of a CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DelimiterView {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
}

/// How a CSV is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EncodingView {
    /// With or without byte-order mark.
    Utf8,
    /// Reads GBK and GB2312 as well.
    Gb18030,
}

impl ImportQuery {
    fn columns(self) -> Result<ColumnMap, ServiceError> {
        let mut faults = Faults::default();
        let zone = self.zone.map(|zone| zone.parse().map_err(|_| format!("`{zone}` is not an IANA time zone"))).transpose();
        let zone = faults.take("/zone", zone);
        let columns = ColumnMap {
            start: self.start,
            date: self.date,
            time: self.time,
            queue: self.queue,
            volume: self.volume,
            minutes: self.minutes,
            aht: self.aht,
            interval_minutes: self.interval_minutes,
            zone: zone.flatten(),
            delimiter: self.delimiter.map(|delimiter| match delimiter {
                DelimiterView::Comma => Delimiter::Comma,
                DelimiterView::Semicolon => Delimiter::Semicolon,
                DelimiterView::Tab => Delimiter::Tab,
            }),
            encoding: self.encoding.map(|encoding| match encoding {
                EncodingView::Utf8 => TextEncoding::Utf8,
                EncodingView::Gb18030 => TextEncoding::Gb18030,
            }),
            sheet: self.sheet,
        };
        for (field, detail) in columns.faults() {
            faults.add(format!("/{field}"), detail);
        }
        Ok(faults.into_result(Some(columns))?)
    }
}

/// An import.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "at": "2026-11-22T08:00:00Z", "file_name": "十月.csv",
    "file_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "imported_by": "王芳", "inserted": 8064,
    "changed": 0, "unchanged": 0, "skipped": 0, "faults": 0, "rows": [] }))]
pub struct VolumeImportView {
    /// Identity.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// What the file was called.
    pub file_name: String,
    /// SHA-256 of the file.
    pub file_sha256: String,
    /// Who imported it.
    pub imported_by: String,
    /// Intervals that were new.
    pub inserted: u64,
    /// Intervals that had another figure before.
    pub changed: u64,
    /// Intervals that were there just so.
    pub unchanged: u64,
    /// Rows left out.
    pub skipped: u64,
    /// Cells that could not be loaded.
    pub faults: u64,
    /// Each of those cells; only in the answer to the import itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<RowFaultView>,
}

impl From<VolumeImport> for VolumeImportView {
    fn from(import: VolumeImport) -> Self {
        Self {
            id: import.id.0,
            at: import.at,
            file_name: import.file_name,
            file_sha256: import.file_sha256,
            imported_by: import.actor_name,
            inserted: import.counts.inserted,
            changed: import.counts.changed,
            unchanged: import.counts.unchanged,
            skipped: import.skipped,
            faults: import.faults,
            rows: Vec::new(),
        }
    }
}

impl From<ImportReport> for VolumeImportView {
    fn from(report: ImportReport) -> Self {
        Self { rows: report.faults.iter().map(Into::into).collect(), ..report.import.into() }
    }
}

/// Load inquiry volumes from a CSV or XLSX file.
///
/// The body is the file itself, up to 64 MiB. All of it is loaded, or nothing: a bad file answers 422 with every bad cell in
/// `rows`. The same file twice changes nothing; a later file with other figures replaces them.
#[utoipa::path(tag = "volumes", params(ImportQuery),
    request_body(content((Vec<u8> = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (Vec<u8> = "application/octet-stream")),
        description = "The file"),
    responses((status = 200, description = "What was loaded", body = VolumeImportView)),
    extensions(("x-permission" = json!("import-volumes"))))]
#[post("/volume-imports")]
pub async fn create_volume_import(
    caller: Caller,
    request: HttpRequest,
    state: Data<AppState>,
    query: Query<ImportQuery>,
    body: Payload,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ImportVolumes)?;
    let mut query = query.0;
    let new = NewImport {
        file_name: query.file_name.take().unwrap_or_else(|| "unnamed".into()),
        queue_id: query.queue_id.map(Into::into),
        on_error: query.on_error.into(),
        columns: query.columns()?,
        file: spooled(&request, body, state.settings.limits.import_bytes).await?,
    };
    let report = import_volumes(&state.store, actor, new, Utc::now()).await?;
    Ok(HttpResponse::Ok().json(VolumeImportView::from(report)))
}

/// List imports.
#[utoipa::path(tag = "volumes", params(PageQuery),
    responses((status = 200, description = "A page of imports, oldest first", body = PageView<VolumeImportView>)),
    extensions(("x-permission" = json!("read-plans"))))]
#[get("/volume-imports")]
pub async fn list_volume_imports(
    caller: Caller,
    state: Data<AppState>,
    page: Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.may(ReadPlans)?;
    let listed = volume_imports::list(&state.store, page.0.page()?).await?;
    Ok(HttpResponse::Ok().json(PageView::of(listed, |import| import.id.0, VolumeImportView::from)))
}
