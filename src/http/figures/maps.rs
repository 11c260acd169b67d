//! Column maps: which column of a platform's export is which measure.

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::domain::access::Actor;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::figure_map::{FigureMap, MeasureColumn, NamedMap, ReadAs};
use crate::domain::ids::FigureMapId;
use crate::domain::measure::Measure;
use crate::domain::organisation::Platform;
use crate::http::kept::{Body, StampView, kept_routes};
use crate::http::words::PlatformView;
use crate::intake::shipped_maps;
use crate::services::proposal::Reference;
use crate::store::{Listed, Page, Store, StoreError, Versioned, figure_maps};

/// What is counted: a code of `GET /figure-measures`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, example = "inquirers")]
pub struct MeasureCode(Measure);

/// How a cell becomes a count: as it stands, or by another measure of the row. Rates and
/// averages are multiplied out: their numerators are stored.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReadAsView {
    /// As it stands, whole.
    #[default]
    Count,
    /// Seconds, stored in milliseconds.
    Seconds,
    /// Minutes, stored in milliseconds.
    Minutes,
    /// Whole units of money, stored in cents.
    Money,
    /// A share of another measure, `95.5%` or `0.955`.
    ShareOf(MeasureCode),
    /// What is missing to another measure: 3分钟未回复人数.
    RestOf(MeasureCode),
    /// An average in seconds over another measure.
    SecondsEach(MeasureCode),
    /// An average in minutes over another measure.
    MinutesEach(MeasureCode),
}

impl From<ReadAs> for ReadAsView {
    fn from(read_as: ReadAs) -> Self {
        match read_as {
            ReadAs::Count => Self::Count,
            ReadAs::Seconds => Self::Seconds,
            ReadAs::Minutes => Self::Minutes,
            ReadAs::Money => Self::Money,
            ReadAs::ShareOf(base) => Self::ShareOf(MeasureCode(base)),
            ReadAs::RestOf(base) => Self::RestOf(MeasureCode(base)),
            ReadAs::SecondsEach(base) => Self::SecondsEach(MeasureCode(base)),
            ReadAs::MinutesEach(base) => Self::MinutesEach(MeasureCode(base)),
        }
    }
}

impl From<ReadAsView> for ReadAs {
    fn from(view: ReadAsView) -> Self {
        match view {
            ReadAsView::Count => Self::Count,
            ReadAsView::Seconds => Self::Seconds,
            ReadAsView::Minutes => Self::Minutes,
            ReadAsView::Money => Self::Money,
            ReadAsView::ShareOf(base) => Self::ShareOf(base.0),
            ReadAsView::RestOf(base) => Self::RestOf(base.0),
            ReadAsView::SecondsEach(base) => Self::SecondsEach(base.0),
            ReadAsView::MinutesEach(base) => Self::MinutesEach(base.0),
        }
    }
}

/// One column that is read; the same header may feed several measures.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "header": "30秒应答率(全天)", "measure": "within_30s", "read_as": { "share_of": "within_30s_of" } }))]
pub struct MeasureColumnView {
    /// Its header.
    pub header: String,
    /// What it counts.
    pub measure: MeasureCode,
    /// How its cells are read; `count` if absent.
    #[serde(default)]
    pub read_as: ReadAsView,
}

/// Which column is what. Columns that are not named are looked for under well-known headers, Chinese and English.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({ "agent": "客服昵称", "date": "日期", "measures": [
    { "header": "咨询人数", "measure": "asked_people" }, { "header": "客服销售额", "measure": "paid_cents", "read_as": "money" } ] }))]
pub struct FigureMapColumnsView {
    /// Who: name or staff number.
    pub agent: Option<String>,
    /// The shop, by name or id.
    pub shop: Option<String>,
    /// The queue, by name or id.
    pub queue: Option<String>,
    /// Date and time at which a register starts.
    pub start: Option<String>,
    /// Its date.
    pub date: Option<String>,
    /// Its time of day.
    pub time: Option<String>,
    /// Length of every register, 1-1440 minutes; else 120 with a time of day, and the whole day without.
    pub register_minutes: Option<u32>,
    /// IANA zone of local times; else that of the shop's site.
    #[schema(value_type = Option<String>)]
    pub zone: Option<Tz>,
    /// XLSX only: the sheet to read; else the first.
    pub sheet: Option<String>,
    /// The columns that are read; without any, headers that are a measure's code or Chinese name are.
    pub measures: Vec<MeasureColumnView>,
}

impl From<FigureMap> for FigureMapColumnsView {
    fn from(map: FigureMap) -> Self {
        let FigureMap { agent, shop, queue, start, date, time, register_minutes, zone, sheet, measures } = map;
        let view = |MeasureColumn { header, measure, read_as }| MeasureColumnView {
            header,
            measure: MeasureCode(measure),
            read_as: read_as.into(),
        };
        let measures = measures.into_iter().map(view).collect();
        Self { agent, shop, queue, start, date, time, register_minutes, zone, sheet, measures }
    }
}

impl From<FigureMapColumnsView> for FigureMap {
    fn from(view: FigureMapColumnsView) -> Self {
        let FigureMapColumnsView { agent, shop, queue, start, date, time, register_minutes, zone, sheet, measures } = view;
        let column = |MeasureColumnView { header, measure, read_as }| MeasureColumn {
            header,
            measure: measure.0,
            read_as: read_as.into(),
        };
        let measures = measures.into_iter().map(column).collect();
        Self { agent, shop, queue, start, date, time, register_minutes, zone, sheet, measures }
    }
}

/// A column map to save.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "千牛 客服绩效", "platform": "taobao", "columns": { "agent": "旺旺", "date": "日期", "measures": [
    { "header": "询单人数", "measure": "inquirers" }, { "header": "下单人数", "measure": "ordered_people" } ] } }))]
pub struct FigureMapCreate {
    /// Display name.
    pub name: String,
    /// Whose exports it reads.
    #[schema(value_type = PlatformView)]
    pub platform: Platform,
    /// The map.
    pub columns: FigureMapColumnsView,
}

impl Body for FigureMapCreate {
    type Value = NamedMap;

    fn of(value: &NamedMap) -> Self {
        Self { name: value.name.clone(), platform: value.platform, columns: value.columns.clone().into() }
    }

    fn references(&self) -> Vec<Reference> {
        Vec::new()
    }

    fn into_value(self, id: FigureMapId) -> Result<NamedMap, Vec<FieldFault>> {
        let mut faults = Faults::default();
        faults.name("/name", &self.name);
        let columns: FigureMap = self.columns.into();
        columns.check(&mut faults);
        faults.into_result(Some(NamedMap { id, name: self.name, platform: self.platform, columns }))
    }
}

/// What to change of a map; absent fields stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "千牛 客服绩效（新版）" }))]
pub struct FigureMapPatch {
    /// Display name.
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// The whole map anew.
    #[schema(nullable = false)]
    pub columns: Option<FigureMapColumnsView>,
}

impl FigureMapPatch {
    fn apply(self, body: FigureMapCreate) -> FigureMapCreate {
        FigureMapCreate {
            name: self.name.unwrap_or(body.name),
            platform: body.platform,
            columns: self.columns.unwrap_or(body.columns),
        }
    }
}

/// A column map.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "name": "千牛 客服绩效", "platform": "taobao", "columns": {
    "agent": "旺旺", "shop": null, "queue": null, "start": null, "date": "日期", "time": null, "register_minutes": null, "zone": null,
    "sheet": null, "measures": [ { "header": "询单人数", "measure": "inquirers", "read_as": "count" } ] }, "version": 1,
    "created_at": "2026-11-22T08:00:00Z", "updated_at": "2026-11-22T08:00:00Z", "archived_at": null }))]
pub struct FigureMapView {
    /// Identity.
    pub id: Uuid,
    /// Display name.
    pub name: String,
    /// Whose exports it reads.
    #[schema(value_type = PlatformView)]
    pub platform: Platform,
    /// The map.
    pub columns: FigureMapColumnsView,
    /// Version and times.
    #[serde(flatten)]
    pub stamp: StampView,
}

impl From<Versioned<NamedMap>> for FigureMapView {
    fn from(row: Versioned<NamedMap>) -> Self {
        let FigureMapCreate { name, platform, columns } = FigureMapCreate::of(&row.value);
        Self { id: row.value.id.0, name, platform, columns, stamp: (&row).into() }
    }
}

/// Which maps to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FigureMapQuery {
    /// Whether archived ones are wanted too.
    #[serde(default)]
    pub include_archived: bool,
}

impl FigureMapQuery {
    async fn rows(self, store: &Store, _: &Actor, page: Page) -> Result<Listed<Versioned<NamedMap>>, StoreError> {
        figure_maps::list(store, self.include_archived, page).await
    }
}

kept_routes! {
    NamedMap by FigureMapId: FigureMapCreate, FigureMapPatch, FigureMapView, FigureMapQuery;
    tag "figures", read ReadOrganisation, change ManageFigures;
    /// Save a column map.
    POST "/figure-maps" create_figure_map;
    /// List saved column maps.
    GET list_figure_maps;
    /// Read a saved column map.
    GET "/figure-maps/{id}" get_figure_map;
    /// Change a column map.
    PATCH patch_figure_map;
    /// Archive a column map.
    DELETE archive_figure_map;
}

/// A column map that comes with the program.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "name": "拼多多 客服数据", "platform": "pinduoduo", "columns": { "measures": [] } }))]
pub struct ShippedMapView {
    /// Its name: imports name it by this.
    pub name: String,
    /// Whose exports it reads.
    #[schema(value_type = PlatformView)]
    pub platform: Platform,
    /// The map.
    pub columns: FigureMapColumnsView,
}

/// List the column maps that come with the program.
#[utoipa::path(tag = "figures", responses((status = 200, description = "The maps", body = Vec<ShippedMapView>)),
    extensions(("x-permission" = json!("read-organisation"))))]
#[get("/shipped-figure-maps")]
pub async fn list_shipped_figure_maps(caller: Caller) -> Result<HttpResponse, ApiError> {
    caller.may(crate::domain::access::Permission::ReadOrganisation)?;
    let view = |map: &crate::intake::ShippedMap| ShippedMapView {
        name: map.name.clone(),
        platform: map.platform,
        columns: map.columns.clone().into(),
    };
    Ok(HttpResponse::Ok().json(shipped_maps().iter().map(view).collect::<Vec<_>>()))
}

/// The routes of this file.
pub fn all_routes(api: &mut ServiceConfig<'_>) {
    routes(api);
    api.service(list_shipped_figure_maps);
}
