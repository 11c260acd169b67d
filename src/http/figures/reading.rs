//! What figures say: comparisons, missing registers, the tail, corrections.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::codes;
use super::definitions::DefinitionView;
use crate::domain::access::Actor;
use crate::domain::access::Permission::{ManageFollowUps, ReadAgentFigures};
use crate::domain::ids::{QueueId, ShopId, TeamId};
use crate::feeds::rows::CompareBy;
use crate::http::access::Caller;
use crate::http::extract::Query;
use crate::http::problem::ApiError;
use crate::http::state::AppState;
use crate::services::figures::{
    ComparisonReport, ComparisonRequest, TailEntry, TailRequest, Unrecorded, compare_figures, find_tail, unrecorded_agents,
};
use crate::services::sites::today;
use crate::store::Store;
use crate::team::figures::{Comparison, TailSize};

/// The routes of this file.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(compare_team_figures).service(list_unrecorded_agents).service(get_figure_tail);
}

/// How the answer is to be understood.
const METHOD: &str = "Values are sums of numerators over sums of denominators. p_value: Welch's t on ratios of sums with the day as the \
    unit drawn; a share is never surer than its chats allow. is_more_than_chance: all tests of this answer together at 5 % (Holm). \
    adjusted: the value with everybody's mix of weekday or weekend and part of the day (direct standardisation); everybody: everybody's \
    value over the same parts.";

/// Which figures, whose and when. Dates are local, and the day `to` is not part of the period.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ComparisonQuery {
    /// What is compared.
    #[serde(default)]
    #[param(inline)]
    pub by: CompareBy,
    /// Only this team and those below it.
    #[param(nullable = false)]
    pub team_id: Option<Uuid>,
    /// Only this shop.
    #[param(nullable = false)]
    pub shop_id: Option<Uuid>,
    /// Only this queue.
    #[param(nullable = false)]
    pub queue_id: Option<Uuid>,
    /// First day of the period; 28 days before `to` if absent.
    #[param(nullable = false, example = "2026-11-01")]
    pub from: Option<NaiveDate>,
    /// The day after its last; today if absent.
    #[param(nullable = false, example = "2026-12-01")]
    pub to: Option<NaiveDate>,
    /// First day of the period it is compared with; absent for as many days before.
    #[param(nullable = false)]
    pub base_from: Option<NaiveDate>,
    /// The day after the last of that; absent for `from`.
    #[param(nullable = false)]
    pub base_to: Option<NaiveDate>,
    /// Codes of figures, by comma; absent for all.
    #[param(nullable = false, example = "order_conversion,average_reply_secs")]
    pub figures: Option<String>,
}

impl ComparisonQuery {
    /// What it asks for, with what it leaves out filled in.
    pub(in crate::http) async fn request(self, store: &Store, actor: &Actor) -> Result<ComparisonRequest, ApiError> {
        let until = up_to(store, actor, self.to).await?;
        Ok(ComparisonRequest {
            by: self.by,
            team_id: self.team_id.map(TeamId),
            shop_id: self.shop_id.map(ShopId),
            queue_id: self.queue_id.map(QueueId),
            from: self.from.unwrap_or(until - Days::new(28)),
            until,
            base_from: self.base_from,
            base_until: self.base_to,
            figures: codes(self.figures.as_deref()),
        })
    }
}

/// One figure of one subject.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "figure": "order_conversion", "value": 0.31, "numerator": 310.0, "denominator": 1000.0, "base": 0.38, "change": -0.07,
    "p_value": 0.0001, "is_more_than_chance": true, "is_better": false, "adjusted": 0.33, "everybody": 0.36, "p_value_against_everybody": 0.02,
    "differs_from_everybody": false }))]
pub struct FigureComparisonView {
    /// Its code; see `definitions`.
    pub figure: String,
    /// The value in the period; of a plain sum, by recorded day. `null` where nothing was counted.
    pub value: Option<f64>,
    /// Sum above the line.
    pub numerator: f64,
    /// Sum below the line; of a plain sum, the recorded days.
    pub denominator: f64,
    /// The value in the period before.
    pub base: Option<f64>,
    /// Value less base.
    pub change: Option<f64>,
    /// The chance of such a change, or a larger one, where there is none; `null` with too few days.
    pub p_value: Option<f64>,
    /// Whether the change is more than chance, all tests of the answer considered.
    pub is_more_than_chance: bool,
    /// Whether the change is for the better; `null` where neither way is.
    pub is_better: Option<bool>,
    /// The value as it would be with everybody's mix of shifts.
    pub adjusted: Option<f64>,
    /// Everybody's value over the same parts of the week.
    pub everybody: Option<f64>,
    /// The chance of such a difference from all others where there is none.
    pub p_value_against_everybody: Option<f64>,
    /// Whether the subject differs from all others by more than chance.
    pub differs_from_everybody: bool,
}

/// One agent, team, shop, queue or hour.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-0000000000a1", "weekday": null, "hour": null, "figures": [] }))]
pub struct SubjectView {
    /// Which; `null` for an hour, and for figures whose queue is not known.
    pub id: Option<Uuid>,
    /// Day of the week, 1 is Monday.
    pub weekday: Option<u32>,
    /// Hour of the day.
    pub hour: Option<u32>,
    /// Its figures, by how surely they moved.
    pub figures: Vec<FigureComparisonView>,
}

/// A comparison.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "definitions": [], "method": "…", "base_from": "2026-10-01", "base_to": "2026-11-01", "subjects": [] }))]
pub struct ComparisonView {
    /// The figures as they are defined.
    pub definitions: Vec<DefinitionView>,
    /// How chance and mix are reckoned with.
    pub method: String,
    /// First day of the period compared with.
    pub base_from: NaiveDate,
    /// The day after its last.
    pub base_to: NaiveDate,
    /// Those compared.
    pub subjects: Vec<SubjectView>,
}

impl From<ComparisonReport> for ComparisonView {
    fn from(report: ComparisonReport) -> Self {
        let figures = &report.definitions;
        let subjects = report.subjects.into_iter().map(|subject| {
            let pairs = figures.iter().zip(subject.figures.iter().zip(&subject.against_everybody));
            let there = pairs.filter(|(_, (one, _))| one.value.is_some() || one.base.is_some());
            let mut views: Vec<FigureComparisonView> =
                there.map(|(figure, (moved, apart))| compared(figure, moved, apart)).collect();
            views.sort_by(|left, right| left.p_value.unwrap_or(2.0).total_cmp(&right.p_value.unwrap_or(2.0)));
            SubjectView {
                id: subject.id,
                weekday: subject.hour_of_week.map(|hour| hour / 24 + 1),
                hour: subject.hour_of_week.map(|hour| hour % 24),
                figures: views,
            }
        });
        let subjects = subjects.collect();
        let definitions = figures.iter().map(DefinitionView::from).collect();
        Self { definitions, method: METHOD.to_owned(), base_from: report.base.0, base_to: report.base.1, subjects }
    }
}

fn compared(figure: &crate::domain::figure::Figure, moved: &Comparison, apart: &Comparison) -> FigureComparisonView {
    FigureComparisonView {
        figure: figure.spec.code.clone(),
        value: moved.value,
        numerator: moved.tally.above,
        denominator: moved.tally.below,
        base: moved.base,
        change: moved.change(),
        p_value: moved.p_value,
        is_more_than_chance: moved.is_more_than_chance,
        is_better: moved.is_better(figure),
        adjusted: moved.adjusted,
        everybody: moved.everybody,
        p_value_against_everybody: apart.p_value,
        differs_from_everybody: apart.is_more_than_chance,
    }
}

/// Compare figures: a period with the one before, and each with everybody; which figure moved, by how much, and whether that is
/// more than chance. An agent sees the own only.
#[utoipa::path(tag = "figures", params(ComparisonQuery),
    responses((status = 200, description = "The comparison", body = ComparisonView)),
    extensions(("x-permission" = json!("read-agent-figures"))))]
#[get("/figure-comparisons")]
pub async fn compare_team_figures(
    caller: Caller,
    state: Data<AppState>,
    query: Query<ComparisonQuery>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadAgentFigures)?;
    let request = query.0.request(&state.store, actor).await?;
    let report = compare_figures(&state.store, actor, &request).await?;
    Ok(HttpResponse::Ok().json(ComparisonView::from(report)))
}

/// The day after the last: as asked for, or today.
async fn up_to(store: &Store, actor: &Actor, to: Option<NaiveDate>) -> Result<NaiveDate, ApiError> {
    Ok(match to {
        Some(to) => to,
        None => today(store, &actor.scope, Utc::now()).await?,
    })
}

/// Whose registers.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UnrecordedQuery {
    /// Only this team and those below it.
    #[param(nullable = false)]
    pub team_id: Option<Uuid>,
    /// At this time; now if absent.
    #[param(nullable = false)]
    pub at: Option<DateTime<Utc>>,
}

/// Somebody on shift without a register for two hours.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "agent_id": "01936d7e-0000-7000-8000-0000000000a1", "team_id": "01936d7e-0000-7000-8000-000000000001",
    "shift_starts_at": "2026-11-23T00:00:00Z", "recorded_until": null, "minutes": 135 }))]
pub struct UnrecordedView {
    /// Who.
    pub agent_id: Uuid,
    /// The team whose roster has the shift.
    pub team_id: Uuid,
    /// Start of the shift.
    pub shift_starts_at: DateTime<Utc>,
    /// End of the last register of the shift; `null` without any.
    pub recorded_until: Option<DateTime<Utc>>,
    /// Minutes since then, or since the shift began.
    pub minutes: i64,
}

impl From<Unrecorded> for UnrecordedView {
    fn from(one: Unrecorded) -> Self {
        Self {
            agent_id: one.agent_id.0,
            team_id: one.team_id.0,
            shift_starts_at: one.shift_starts_at,
            recorded_until: one.recorded_until,
            minutes: one.minutes,
        }
    }
}

/// Who is on a published shift and has had no register for two hours, the longest first.
#[utoipa::path(tag = "figures", params(UnrecordedQuery),
    responses((status = 200, description = "Agents without a register", body = Vec<UnrecordedView>)),
    extensions(("x-permission" = json!("read-agent-figures"))))]
#[get("/unrecorded-agents")]
pub async fn list_unrecorded_agents(
    caller: Caller,
    state: Data<AppState>,
    query: Query<UnrecordedQuery>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadAgentFigures)?;
    let at = query.0.at.unwrap_or_else(Utc::now);
    let unrecorded = unrecorded_agents(&state.store, actor, query.0.team_id.map(TeamId), at).await?;
    Ok(HttpResponse::Ok().json(unrecorded.into_iter().map(UnrecordedView::from).collect::<Vec<_>>()))
}

/// Which tail.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TailQuery {
    /// Only this team and those below it.
    #[param(nullable = false)]
    pub team_id: Option<Uuid>,
    /// Code of a share; `order_conversion` if absent.
    #[param(nullable = false)]
    pub figure: Option<String>,
    /// First local date; the day before `to` if absent.
    #[param(nullable = false, example = "2026-11-22")]
    pub from: Option<NaiveDate>,
    /// The day after the last; today if absent.
    #[param(nullable = false, example = "2026-11-23")]
    pub to: Option<NaiveDate>,
    /// The worst so many; the worst quartile if absent.
    #[param(minimum = 1, maximum = 1000, nullable = false)]
    pub count: Option<usize>,
    /// Fewest of what the figure counts: with less nobody is judged; 20 if absent.
    #[param(nullable = false)]
    pub fewest: Option<u32>,
}

/// A register that fell behind: the chats to look at.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "starts_at": "2026-11-22T12:00:00Z", "minutes": 120, "shop_id": "01936d7e-0000-7000-8000-000000000001",
    "queue_id": null, "numerator": 1.0, "denominator": 22.0, "missing": 7.8 }))]
pub struct TailCaseView {
    /// Start.
    pub starts_at: DateTime<Utc>,
    /// Length.
    pub minutes: u32,
    /// The shop.
    pub shop_id: Uuid,
    /// The queue.
    pub queue_id: Option<Uuid>,
    /// Sum above the line.
    pub numerator: f64,
    /// Sum below the line.
    pub denominator: f64,
    /// By how many it fell short of all others' share.
    pub missing: f64,
}

/// One in the tail.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "agent_id": "01936d7e-0000-7000-8000-0000000000a1", "value": 0.12, "numerator": 12.0, "denominator": 100.0,
    "others": 0.4, "cases": [] }))]
pub struct TailEntryView {
    /// Who.
    pub agent_id: Uuid,
    /// The share.
    pub value: f64,
    /// Sum above the line.
    pub numerator: f64,
    /// Sum below the line.
    pub denominator: f64,
    /// All others' share.
    pub others: f64,
    /// The registers that fell furthest behind.
    pub cases: Vec<TailCaseView>,
}

impl From<TailEntry> for TailEntryView {
    fn from(entry: TailEntry) -> Self {
        let case = |case: &crate::services::figures::TailCase| TailCaseView {
            starts_at: case.starts_at,
            minutes: case.minutes,
            shop_id: case.place.shop_id.0,
            queue_id: case.place.queue_id.map(Into::into),
            numerator: case.tally.above,
            denominator: case.tally.below,
            missing: case.missing,
        };
        Self {
            agent_id: entry.agent_id.0,
            value: entry.tally.above / entry.tally.below,
            numerator: entry.tally.above,
            denominator: entry.tally.below,
            others: entry.others.above / entry.others.below,
            cases: entry.cases.iter().map(case).collect(),
        }
    }
}

/// A tail.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "definition": { "is_shipped": true, "code": "order_conversion", "name_zh": "下单转化率",
    "name_en": "Order conversion", "numerator": "ordered_people", "denominator": "inquirers", "unit": "person", "clock_start": null,
    "window": null, "direction": "higher", "scale": "share", "bands": [0.35, 0.4, 0.45], "note": "" }, "agents": 40, "entries": [] }))]
pub struct TailView {
    /// The figure as it is defined.
    pub definition: DefinitionView,
    /// Agents with any of it.
    pub agents: usize,
    /// The tail, the worst first.
    pub entries: Vec<TailEntryView>,
}

/// Whose share of a figure is surely behind all others': even at the kind end of its 95 % bound. Noise accuses nobody.
#[utoipa::path(tag = "figures", params(TailQuery), responses((status = 200, description = "The tail", body = TailView)),
    extensions(("x-permission" = json!("manage-follow-ups"))))]
#[get("/figure-tails")]
pub async fn get_figure_tail(caller: Caller, state: Data<AppState>, query: Query<TailQuery>) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ManageFollowUps)?;
    let query = query.0;
    let until = up_to(&state.store, actor, query.to).await?;
    let request = TailRequest {
        team_id: query.team_id.map(TeamId),
        figure: query.figure.unwrap_or_else(|| "order_conversion".into()),
        from: query.from.unwrap_or(until - Days::new(1)),
        until,
        size: query.count.map_or(TailSize::Quartile, TailSize::Count),
        fewest: query.fewest.unwrap_or(20),
    };
    let report = find_tail(&state.store, actor, &request).await?;
    let entries = report.entries.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(TailView { definition: (&report.definition).into(), agents: report.agents, entries }))
}
