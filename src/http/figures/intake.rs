//! Loading figures, and saying whose they are.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, get, post};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::domain::access::Permission::{ImportFigures, ReadPlans};
use crate::domain::figure_day::Counts;
use crate::domain::figure_map::FigureMap;
use crate::domain::ids::{AgentId, FigureMapId, QueueId, ShopId};
use crate::http::access::Caller;
use crate::http::extract::{Json, ListQuery, PageQuery, PageView, Query};
use crate::http::problem::{ApiError, FaultView, RowFaultView};
use crate::http::state::AppState;
use crate::http::upload::spooled;
use crate::http::volumes::OnErrorView;
use crate::http::words::HeldReasonView;
use crate::services::ServiceError;
use crate::services::figures::{
    FigureImportReport, ItemOutcome, MapChoice, NewFigureImport, NewRegister, import_figures, record_registers, resolve_name,
};
use crate::store::figure_imports::{self, FigureImport};
use crate::store::held_figures::{self, HeldFigure};

/// Registers of one request at most.
const MOST_ITEMS: usize = 5_000;

/// The routes of this file.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(create_figure_import)
        .service(list_figure_imports)
        .service(record_figure_registers)
        .service(list_held_figures)
        .service(resolve_held_figures);
}

/// How a file of figures is read.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FigureImportQuery {
    /// `refuse` (the default) loads nothing if any row is bad; `skip` loads the others. Both name every bad row.
    #[serde(default)]
    #[param(inline)]
    pub on_error: OnErrorView,
    /// What the file is called, for the record.
    #[param(nullable = false)]
    pub file_name: Option<String>,
    /// A saved column map.
    #[param(nullable = false)]
    pub map_id: Option<Uuid>,
    /// A column map that comes with the program, by name.
    #[param(nullable = false, example = "拼多多 客服数据")]
    pub shipped_map: Option<String>,
    /// The shop of every row, for files that name none.
    #[param(nullable = false)]
    pub shop_id: Option<Uuid>,
    /// The queue of every row, for files that name none.
    #[param(nullable = false)]
    pub queue_id: Option<Uuid>,
    /// The date of every row, for files that name none.
    #[param(nullable = false)]
    pub date: Option<NaiveDate>,
}

/// One import of figures. Counts are of registers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "at": "2026-11-22T08:30:00Z", "file_name": "客服数据.xlsx",
    "file_sha256": "e3b0c44298fc1c14", "imported_by": "王主管", "inserted": 240, "changed": 2, "unchanged": 0, "held": 3, "skipped": 0,
    "faults": 0, "unread": ["询单转化率"], "rows": [] }))]
pub struct FigureImportView {
    /// Identity.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// What the file was called.
    pub file_name: String,
    /// SHA-256 of the file, in hexadecimal digits.
    pub file_sha256: String,
    /// Display name of who imported it.
    pub imported_by: String,
    /// Not there before.
    pub inserted: u64,
    /// There with another count; what was there is kept.
    pub changed: u64,
    /// There just so.
    pub unchanged: u64,
    /// Held back, because their agent is unknown or could be several.
    pub held: u64,
    /// Rows left out.
    pub skipped: u64,
    /// Faults found.
    pub faults: u64,
    /// Headers that nothing was read from; empty in a list of imports.
    pub unread: Vec<String>,
    /// Every bad cell; empty in a list of imports.
    pub rows: Vec<RowFaultView>,
}

impl From<FigureImport> for FigureImportView {
    fn from(import: FigureImport) -> Self {
        Self {
            id: import.id.0,
            at: import.at,
            file_name: import.file_name,
            file_sha256: import.file_sha256,
            imported_by: import.actor_name,
            inserted: import.inserted,
            changed: import.changed,
            unchanged: import.unchanged,
            held: import.held,
            skipped: import.skipped,
            faults: import.faults,
            unread: Vec::new(),
            rows: Vec::new(),
        }
    }
}

impl From<FigureImportReport> for FigureImportView {
    fn from(report: FigureImportReport) -> Self {
        let rows = report.faults.iter().map(Into::into).collect();
        Self { unread: report.unread, rows, ..report.import.into() }
    }
}

/// Load team figures from a CSV or XLSX file.
///
/// The body is the file itself. All of it is loaded, or nothing: a bad file answers 422 with every bad cell in `rows`. Rows of
/// agents that nobody knows, or that share a name, are held back and listed under `/held-figures`. The same file twice changes
/// nothing; later figures replace earlier ones, which are kept. Without a map, headers that are a measure's code or Chinese
/// name are read.
#[utoipa::path(tag = "figures", params(FigureImportQuery),
    request_body(content((Vec<u8> = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (Vec<u8> = "application/octet-stream")),
        description = "The file"),
    responses((status = 200, description = "What was loaded", body = FigureImportView)),
    extensions(("x-permission" = json!("import-figures"))))]
#[post("/figure-imports")]
pub async fn create_figure_import(
    caller: Caller,
    request: HttpRequest,
    state: Data<AppState>,
    query: Query<FigureImportQuery>,
    body: Payload,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ImportFigures)?;
    let query = query.0;
    let map = match (query.map_id, query.shipped_map) {
        (Some(_), Some(_)) => return Err(ServiceError::field("/map_id", "give either map_id or shipped_map").into()),
        (Some(id), None) => MapChoice::Saved(FigureMapId(id)),
        (None, Some(name)) => MapChoice::Shipped(name),
        (None, None) => MapChoice::Given(FigureMap::default()),
    };
    let new = NewFigureImport {
        file_name: query.file_name.unwrap_or_else(|| "unnamed".into()),
        map,
        shop_id: query.shop_id.map(ShopId),
        queue_id: query.queue_id.map(QueueId),
        date: query.date,
        on_error: query.on_error.into(),
        file: spooled(&request, body, state.settings.limits.import_bytes).await?,
    };
    let report = import_figures(&state.store, actor, new, Utc::now()).await?;
    Ok(HttpResponse::Ok().json(FigureImportView::from(report)))
}

/// List imports of figures.
#[utoipa::path(tag = "figures", params(PageQuery),
    responses((status = 200, description = "A page of imports, oldest first", body = PageView<FigureImportView>)),
    extensions(("x-permission" = json!("read-plans"))))]
#[get("/figure-imports")]
pub async fn list_figure_imports(
    caller: Caller,
    state: Data<AppState>,
    page: Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.may(ReadPlans)?;
    let listed = figure_imports::list(&state.store, page.0.page()?).await?;
    Ok(HttpResponse::Ok().json(PageView::of(listed, |import| import.id.0, FigureImportView::from)))
}

/// A register: what was counted of one agent at one place in a stretch of time.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "agent": "KF01", "shop_id": "01936d7e-0000-7000-8000-000000000000", "starts_at": "2026-11-22T08:00:00+08:00",
    "minutes": 120, "counts": { "inquirers": 40, "ordered_people": 12 } }))]
pub struct RegisterCreate {
    /// Who: id, staff number or name.
    pub agent: String,
    /// The shop; may be left out where a queue is given.
    pub shop_id: Option<Uuid>,
    /// The queue; absent where the source counts the shop as one.
    pub queue_id: Option<Uuid>,
    /// Start, on a whole minute.
    pub starts_at: DateTime<Utc>,
    /// Length, 1-1500.
    #[schema(minimum = 1, maximum = 1500)]
    pub minutes: u32,
    /// What was counted, by measure. One that is left out was not recorded, which is not nought.
    #[schema(value_type = BTreeMap<String, i64>)]
    pub counts: Counts,
}

/// Registers to record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "registers": [ { "agent": "KF01", "shop_id": "01936d7e-0000-7000-8000-000000000000",
    "starts_at": "2026-11-22T08:00:00+08:00", "minutes": 120, "counts": { "inquirers": 40, "ordered_people": 12 } } ] }))]
pub struct RegistersCreate {
    /// Up to 5000.
    pub registers: Vec<RegisterCreate>,
}

/// Whether a register is stored, held back until somebody says who is meant, or refused.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the type says what each is")]
pub enum OutcomeKindView {
    Stored,
    Held,
    Refused,
}

/// What became of one register.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "outcome": "held", "reason": "ambiguous", "errors": [] }))]
pub struct RegisterOutcomeView {
    /// Whether it is stored.
    pub outcome: OutcomeKindView,
    /// Why it is held back.
    pub reason: Option<HeldReasonView>,
    /// Why it is refused.
    pub errors: Vec<FaultView>,
}

impl From<ItemOutcome> for RegisterOutcomeView {
    fn from(outcome: ItemOutcome) -> Self {
        match outcome {
            ItemOutcome::Stored => Self { outcome: OutcomeKindView::Stored, reason: None, errors: Vec::new() },
            ItemOutcome::Held { reason } => {
                Self { outcome: OutcomeKindView::Held, reason: Some(reason.into()), errors: Vec::new() }
            }
            ItemOutcome::Refused(faults) => {
                let errors = faults.into_iter().map(Into::into).collect();
                Self { outcome: OutcomeKindView::Refused, reason: None, errors }
            }
        }
    }
}

/// Record registers. Each is judged for itself: the answer has one outcome for each, in their order.
#[utoipa::path(tag = "figures", request_body = RegistersCreate,
    responses((status = 200, description = "One outcome for each", body = Vec<RegisterOutcomeView>)),
    extensions(("x-permission" = json!("import-figures"))))]
#[post("/figure-registers")]
pub async fn record_figure_registers(
    caller: Caller,
    state: Data<AppState>,
    body: Json<RegistersCreate>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ImportFigures)?;
    let count = body.0.registers.len();
    if !(1..=MOST_ITEMS).contains(&count) {
        return Err(ServiceError::field("/registers", format!("must be 1 to {MOST_ITEMS} registers, got {count}")).into());
    }
    let items = body.0.registers.into_iter().map(|item| NewRegister {
        agent: item.agent,
        shop_id: item.shop_id.map(ShopId),
        queue_id: item.queue_id.map(QueueId),
        starts_at: item.starts_at,
        minutes: item.minutes,
        counts: item.counts,
    });
    let outcomes = record_registers(&state.store, actor, items.collect(), Utc::now()).await?;
    Ok(HttpResponse::Ok().json(outcomes.into_iter().map(RegisterOutcomeView::from).collect::<Vec<_>>()))
}

/// A register whose agent is not known.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "at": "2026-11-22T08:30:00Z", "import_id": null, "row": 7,
    "agent": "旗舰店:小芳", "reason": "unknown", "candidates": [], "shop_id": "01936d7e-0000-7000-8000-000000000001", "queue_id": null,
    "starts_at": "2026-11-22T00:00:00Z", "minutes": 120, "counts": { "inquirers": 40 } }))]
pub struct HeldFigureView {
    /// Identity.
    pub id: Uuid,
    /// When it came.
    pub at: DateTime<Utc>,
    /// With which import.
    pub import_id: Option<Uuid>,
    /// The row of the file.
    pub row: Option<u32>,
    /// Whom it names.
    pub agent: String,
    /// Why it is held back.
    pub reason: HeldReasonView,
    /// Who could be meant.
    pub candidates: Vec<Uuid>,
    /// The shop.
    pub shop_id: Uuid,
    /// The queue.
    pub queue_id: Option<Uuid>,
    /// Start.
    pub starts_at: DateTime<Utc>,
    /// Length.
    pub minutes: u32,
    /// What was counted.
    #[schema(value_type = BTreeMap<String, i64>)]
    pub counts: Counts,
}

impl From<HeldFigure> for HeldFigureView {
    fn from(held: HeldFigure) -> Self {
        Self {
            id: held.id.0,
            at: held.at,
            import_id: held.import_id.map(Into::into),
            row: held.row,
            agent: held.agent_name,
            reason: held.reason.into(),
            candidates: held.candidates.into_iter().map(Into::into).collect(),
            shop_id: held.place.shop_id.0,
            queue_id: held.place.queue_id.map(Into::into),
            starts_at: held.register.starts_at,
            minutes: held.register.minutes,
            counts: held.register.counts,
        }
    }
}

/// Which held registers to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HeldQuery {
    /// Only those of this shop.
    #[param(nullable = false)]
    pub shop_id: Option<Uuid>,
}

/// List registers that are held back because nobody knows whose they are: those of places within reach.
#[utoipa::path(tag = "figures", params(HeldQuery, PageQuery),
    responses((status = 200, description = "A page of registers, oldest first", body = PageView<HeldFigureView>)),
    extensions(("x-permission" = json!("import-figures"))))]
#[get("/held-figures")]
pub async fn list_held_figures(
    caller: Caller,
    state: Data<AppState>,
    query: ListQuery<HeldQuery>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ImportFigures)?;
    let listed = held_figures::list(&state.store, &actor.scope, query.filter.shop_id.map(ShopId), query.page).await?;
    Ok(HttpResponse::Ok().json(PageView::of(listed, |held| held.id.0, HeldFigureView::from)))
}

/// Who a name in a shop's files is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "shop_id": "01936d7e-0000-7000-8000-000000000001", "agent": "旗舰店:小芳",
    "agent_id": "01936d7e-0000-7000-8000-0000000000a1" }))]
pub struct NameResolution {
    /// The shop whose files have the name.
    pub shop_id: Uuid,
    /// The name as it is held back.
    pub agent: String,
    /// Who it is.
    pub agent_id: Uuid,
}

/// What became of a name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "stored": 12, "left_out": 0 }))]
pub struct ResolvedView {
    /// Registers that are stored now.
    pub stored: u64,
    /// Registers that would count work twice; they stay held back.
    pub left_out: u64,
}

/// Say who a name in a shop's files is: what was held back under it is stored, and later files know the name.
#[utoipa::path(tag = "figures", request_body = NameResolution,
    responses((status = 200, description = "What became of it", body = ResolvedView)),
    extensions(("x-permission" = json!("import-figures"))))]
#[post("/held-figures/resolve")]
pub async fn resolve_held_figures(
    caller: Caller,
    state: Data<AppState>,
    body: Json<NameResolution>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ImportFigures)?;
    let NameResolution { shop_id, agent, agent_id } = body.0;
    let resolved = resolve_name(&state.store, actor, ShopId(shop_id), &agent, AgentId(agent_id), Utc::now()).await?;
    Ok(HttpResponse::Ok().json(ResolvedView { stored: resolved.stored, left_out: resolved.left_out }))
}
