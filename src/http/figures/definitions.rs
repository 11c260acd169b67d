//! Figures and the measures that they are read from.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::domain::access::Actor;
use crate::domain::fault::FieldFault;
use crate::domain::figure::{ClockStart, DailyWindow, Direction, Figure, FigureScale, FigureSpec, FigureUnit, OwnFigure};
use crate::domain::ids::FigureId;
use crate::domain::measure::Measure;
use crate::http::kept::{Body, StampView, kept_routes};
use crate::http::words::{ClockStartView, DirectionView, FigureScaleView, FigureUnitView};
use crate::services::figures::catalogue;
use crate::services::proposal::Reference;
use crate::store::{Listed, Page, Store, StoreError, Versioned, figures};
use crate::team::figures::define;

/// A daily stretch, by the clocks of the site.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "start_minute": 480, "end_minute": 1380 }))]
pub struct DailyWindowView {
    /// Minutes after local midnight, 0-1439.
    pub start_minute: u32,
    /// Minutes after the same midnight, at most 1440; quiet hours that end before they start end on the next day.
    pub end_minute: u32,
}

impl From<DailyWindow> for DailyWindowView {
    fn from(DailyWindow { start_minute, end_minute }: DailyWindow) -> Self {
        Self { start_minute, end_minute }
    }
}

impl From<DailyWindowView> for DailyWindow {
    fn from(DailyWindowView { start_minute, end_minute }: DailyWindowView) -> Self {
        Self { start_minute, end_minute }
    }
}

/// A figure to define: a numerator over a denominator, each a sum of measures times numbers. It adds up over agents, shops and
/// days because of that; a product of measures is refused.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "code": "refund_share", "name_zh": "纠纷退款率", "name_en": "Dispute refunds by paid order",
    "numerator": "dispute_refunds", "denominator": "paid_orders", "unit": "order", "direction": "lower", "scale": "share",
    "bands": [0.01, 0.03], "note": "按付款订单计" }))]
pub struct FigureCreate {
    /// Short name, unique: small letters, digits and underscores. That of a shipped figure takes its place.
    pub code: String,
    /// Display name in Chinese.
    pub name_zh: String,
    /// Display name in English.
    pub name_en: String,
    /// Expression over measures: numbers, measures, brackets and `+ - * /`.
    pub numerator: String,
    /// Expression over measures; absent for a plain sum.
    #[serde(default)]
    pub denominator: Option<String>,
    /// What the denominator counts.
    #[schema(value_type = FigureUnitView)]
    pub unit: FigureUnit,
    /// When its clock starts, for speed.
    #[serde(default)]
    #[schema(value_type = Option<ClockStartView>)]
    pub clock_start: Option<ClockStart>,
    /// The daily stretch it looks at; absent for all day.
    #[serde(default)]
    pub window: Option<DailyWindowView>,
    /// Which way is better.
    #[schema(value_type = DirectionView)]
    pub direction: Direction,
    /// How a value is to be read.
    #[schema(value_type = FigureScaleView)]
    pub scale: FigureScale,
    /// Up to 10 edges between bands, ascending; 0-1 for a share.
    #[serde(default)]
    pub bands: Vec<f64>,
    /// What it means, up to 1000 characters.
    #[serde(default)]
    pub note: String,
}

impl From<FigureSpec> for FigureCreate {
    fn from(spec: FigureSpec) -> Self {
        let window = spec.window.map(Into::into);
        let FigureSpec {
            code, name_zh, name_en, numerator, denominator, unit, clock_start, direction, scale, bands, note, ..
        } = spec;
        Self { code, name_zh, name_en, numerator, denominator, unit, clock_start, window, direction, scale, bands, note }
    }
}

impl From<FigureCreate> for FigureSpec {
    fn from(body: FigureCreate) -> Self {
        let window = body.window.map(Into::into);
        let FigureCreate {
            code, name_zh, name_en, numerator, denominator, unit, clock_start, direction, scale, bands, note, ..
        } = body;
        Self { code, name_zh, name_en, numerator, denominator, unit, clock_start, window, direction, scale, bands, note }
    }
}

impl Body for FigureCreate {
    type Value = OwnFigure;

    fn of(value: &OwnFigure) -> Self {
        value.spec.clone().into()
    }

    fn references(&self) -> Vec<Reference> {
        Vec::new()
    }

    fn into_value(self, id: FigureId) -> Result<OwnFigure, Vec<FieldFault>> {
        let figure = define(Some(id), self.into())?;
        Ok(OwnFigure { id, spec: figure.spec })
    }
}

/// What to change of a figure; absent fields stay as they are, `null` clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "bands": [0.02, 0.05] }))]
pub struct FigurePatch {
    /// Display name in Chinese.
    #[schema(nullable = false)]
    pub name_zh: Option<String>,
    /// Display name in English.
    #[schema(nullable = false)]
    pub name_en: Option<String>,
    /// Expression over measures.
    #[schema(nullable = false)]
    pub numerator: Option<String>,
    /// Expression over measures; `null` for a plain sum.
    #[serde(default, with = "::serde_with::rust::double_option")]
    pub denominator: Option<Option<String>>,
    /// Which way is better.
    #[schema(value_type = Option<DirectionView>, nullable = false)]
    pub direction: Option<Direction>,
    /// Edges between bands.
    #[schema(nullable = false)]
    pub bands: Option<Vec<f64>>,
    /// What it means.
    #[schema(nullable = false)]
    pub note: Option<String>,
}

impl FigurePatch {
    fn apply(self, body: FigureCreate) -> FigureCreate {
        FigureCreate {
            name_zh: self.name_zh.unwrap_or(body.name_zh),
            name_en: self.name_en.unwrap_or(body.name_en),
            numerator: self.numerator.unwrap_or(body.numerator),
            denominator: self.denominator.unwrap_or(body.denominator),
            direction: self.direction.unwrap_or(body.direction),
            bands: self.bands.unwrap_or(body.bands),
            note: self.note.unwrap_or(body.note),
            ..body
        }
    }
}

/// A figure of the users' own.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "code": "refund_share", "name_zh": "纠纷退款率",
    "name_en": "Dispute refunds by paid order", "numerator": "dispute_refunds", "denominator": "paid_orders", "unit": "order",
    "clock_start": null, "window": null, "direction": "lower", "scale": "share", "bands": [0.01, 0.03], "note": "按付款订单计",
    "version": 1, "created_at": "2026-11-22T08:00:00Z", "updated_at": "2026-11-22T08:00:00Z", "archived_at": null }))]
pub struct FigureView {
    /// Identity.
    pub id: Uuid,
    /// What it is.
    #[serde(flatten)]
    pub definition: FigureCreate,
    /// Version and times.
    #[serde(flatten)]
    pub stamp: StampView,
}

impl From<Versioned<OwnFigure>> for FigureView {
    fn from(row: Versioned<OwnFigure>) -> Self {
        Self { id: row.value.id.0, definition: FigureCreate::of(&row.value), stamp: (&row).into() }
    }
}

/// Which figures to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FigureQuery {
    /// Whether archived ones are wanted too.
    #[serde(default)]
    pub include_archived: bool,
}

impl FigureQuery {
    async fn rows(self, store: &Store, _: &Actor, page: Page) -> Result<Listed<Versioned<OwnFigure>>, StoreError> {
        figures::list(store, self.include_archived, page).await
    }
}

kept_routes! {
    OwnFigure by FigureId: FigureCreate, FigurePatch, FigureView, FigureQuery;
    tag "figures", read ReadOrganisation, change ManageFigures;
    /// Define a figure.
    POST "/figures" create_figure;
    /// List the figures that users have defined.
    GET list_figures;
    /// Read a figure that users have defined.
    GET "/figures/{id}" get_figure;
    /// Change a figure.
    PATCH patch_figure;
    /// Archive a figure: where it stood in for a shipped one, that one holds again.
    DELETE archive_figure;
}

/// A figure as it is used, shipped or own.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({ "is_shipped": true, "code": "order_conversion", "name_zh": "下单转化率", "name_en": "Order conversion",
    "numerator": "ordered_people", "denominator": "inquirers", "unit": "person", "clock_start": null, "window": null,
    "direction": "higher", "scale": "share", "bands": [0.35, 0.4, 0.45], "note": "" }))]
pub struct DefinitionView {
    /// Whether it comes with the program.
    pub is_shipped: bool,
    /// What it is.
    #[serde(flatten)]
    pub definition: FigureCreate,
}

impl From<&Figure> for DefinitionView {
    fn from(figure: &Figure) -> Self {
        Self { is_shipped: figure.id.is_none(), definition: figure.spec.clone().into() }
    }
}

/// Something that is counted.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({ "code": "ordered_people", "name_zh": "下单人数", "part_of": "inquirers" }))]
pub struct MeasureView {
    /// Its name in files, formulas and answers.
    pub code: String,
    /// Its name in Chinese; headers of files are known by it too.
    pub name_zh: String,
    /// What it is a part of: more of it than of that is refused.
    pub part_of: Option<String>,
}

/// Every figure that is in use: the shipped ones and the users' own.
#[utoipa::path(tag = "figures", responses((status = 200, description = "The figures", body = Vec<DefinitionView>)),
    extensions(("x-permission" = json!("read-organisation"))))]
#[get("/figure-definitions")]
pub async fn list_figure_definitions(caller: Caller, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    caller.may(crate::domain::access::Permission::ReadOrganisation)?;
    let figures = catalogue(&state.store).await?;
    Ok(HttpResponse::Ok().json(figures.iter().map(DefinitionView::from).collect::<Vec<_>>()))
}

/// Everything that is counted: what figures are made of. Time is in milliseconds, money in cents.
#[utoipa::path(tag = "figures", responses((status = 200, description = "The measures", body = Vec<MeasureView>)),
    extensions(("x-permission" = json!("read-organisation"))))]
#[get("/figure-measures")]
pub async fn list_figure_measures(caller: Caller) -> Result<HttpResponse, ApiError> {
    caller.may(crate::domain::access::Permission::ReadOrganisation)?;
    let view = |measure: Measure| MeasureView {
        code: measure.code().to_owned(),
        name_zh: measure.chinese().to_owned(),
        part_of: measure.whole().map(|whole| whole.code().to_owned()),
    };
    Ok(HttpResponse::Ok().json(Measure::ALL.map(view).to_vec()))
}

/// The routes of this file.
pub fn all_routes(api: &mut ServiceConfig<'_>) {
    routes(api);
    api.service(list_figure_definitions).service(list_figure_measures);
}
