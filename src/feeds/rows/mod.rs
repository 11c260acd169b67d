//! Flat rows, as dashboards like them: the same columns in JSON and CSV, whether there are rows or none.
//!
//! Their schema is derived here although it is for the document of the API: it is a third format of the same columns, and
//! views of their own in `http` would be a second list of them.

mod of_compliance;
mod of_demand;
mod of_figures;
mod of_labour;
mod of_sheet;
mod words;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::agent::Post;
use crate::domain::calendar::local_of;
use crate::domain::ids::{AgentId, AssignmentId, QueueId, ShopId, TeamId};
use crate::domain::organisation::Platform;
use crate::domain::roster::RosterStatus;

pub use of_compliance::compliance_row;
pub use of_demand::{Place, forecast_rows, latest_forecasts, volume_row};
pub use of_figures::{ComparisonHead, ComparisonRow, comparison_row, figure_rows};
pub use of_labour::{LedgerRow, Payee, PayrollRow, ledger_rows, payroll_row};
pub use of_sheet::{coverage_rows, hours_rows, merged_coverage, roster_rows};
pub use words::{CompareBy, DistanceKind, FigureGrain, Outlook};

/// A row whose columns are known without one at hand.
pub trait FlatRow: Serialize {
    /// The names of its fields, in order.
    const COLUMNS: &'static [&'static str];
}

macro_rules! flat_rows {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)+ })+) => {$(
        #[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
        $(#[$doc])*
        pub struct $name {
            $($(#[$field_doc])* pub $field: $kind,)+
        }

        impl FlatRow for $name {
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),+];
        }
    )+};
}
use flat_rows;

flat_rows! {
    /// One assignment.
    #[schema(example = json!({ "site": "杭州", "team_id": "01936d7e-0000-7000-8000-000000000001", "team": "客服一组",
        "week": "2026-11-23", "status": "published", "date": "2026-11-23", "agent_id": "01936d7e-0000-7000-8000-0000000000a1",
        "staff_number": "A001", "agent": "王芳", "post": "team_leader", "shift_code": "早", "shift": "早班",
        "starts_at": "2026-11-23T08:00:00+08:00", "ends_at": "2026-11-23T17:00:00+08:00", "breaks": "12:00-13:00",
        "paid_minutes": 480, "queue_id": "01936d7e-0000-7000-8000-0000000000c1", "queue": "天猫售前", "is_pinned": false,
        "assignment_id": "01936d7e-0000-7000-8000-0000000000d1" }))]
    RosterRow {
        /// Display name of the site.
        site: String,
        /// The team.
        #[schema(value_type = Uuid)]
        team_id: TeamId,
        /// Its display name.
        team: String,
        /// Monday of the week.
        week: NaiveDate,
        /// How far the roster is.
        #[schema(schema_with = words::roster_status)]
        status: RosterStatus,
        /// The local date the shift begins on.
        date: NaiveDate,
        /// Who.
        #[schema(value_type = Uuid)]
        agent_id: AgentId,
        /// Staff number.
        staff_number: String,
        /// Display name of the agent.
        agent: String,
        /// What the agent is employed as.
        #[schema(schema_with = words::post)]
        post: Post,
        /// Short mark of the shift.
        shift_code: String,
        /// Display name of the shift.
        shift: String,
        /// Start, with the site's offset.
        starts_at: DateTime<FixedOffset>,
        /// End, with the site's offset.
        ends_at: DateTime<FixedOffset>,
        /// Local times of the breaks: `12:00-13:00 18:00-18:15`.
        breaks: String,
        /// Minutes that count as work.
        paid_minutes: u32,
        /// On which queue.
        #[schema(value_type = Uuid)]
        queue_id: QueueId,
        /// Display name of the queue.
        queue: String,
        /// Whether a new build must keep it.
        is_pinned: bool,
        /// Identity of the assignment.
        #[schema(value_type = Uuid)]
        assignment_id: AssignmentId,
    }
    /// One queue in one interval.
    #[schema(example = json!({ "site": "杭州", "team_id": "01936d7e-0000-7000-8000-000000000001", "team": "客服一组",
        "queue_id": "01936d7e-0000-7000-8000-0000000000c1", "queue": "天猫售前", "starts_at": "2026-11-23T09:00:00+08:00", "ends_at": "2026-11-23T09:30:00+08:00",
        "required": 4.0, "covered": 3.5, "gap": 0.5, "surplus": 0.0, "is_peak": true }))]
    CoverageRow {
        /// Display name of the site.
        site: String,
        /// The team.
        #[schema(value_type = Uuid)]
        team_id: TeamId,
        /// Its display name.
        team: String,
        /// The queue.
        #[schema(value_type = Uuid)]
        queue_id: QueueId,
        /// Its display name.
        queue: String,
        /// Start of the interval, with the site's offset.
        starts_at: DateTime<FixedOffset>,
        /// End of the interval, with the site's offset.
        ends_at: DateTime<FixedOffset>,
        /// Heads required.
        required: f64,
        /// Heads rostered, net of breaks, weighted by proficiency.
        covered: f64,
        /// Heads missing.
        gap: f64,
        /// Heads beyond what is required.
        surplus: f64,
        /// Whether a peak window holds.
        is_peak: bool,
    }
    /// Expected inquiries of one queue in one interval.
    #[schema(example = json!({ "site": "杭州", "team_id": "01936d7e-0000-7000-8000-000000000001", "team": "客服一组",
        "queue_id": "01936d7e-0000-7000-8000-0000000000c1", "queue": "天猫售前", "starts_at": "2026-11-23T09:00:00+08:00", "ends_at": "2026-11-23T09:30:00+08:00",
        "expected": 42.5, "p10": 31.0, "p90": 55.0 }))]
    ForecastRow {
        /// Display name of the site.
        site: String,
        /// The team.
        #[schema(value_type = Uuid)]
        team_id: TeamId,
        /// Its display name.
        team: String,
        /// The queue.
        #[schema(value_type = Uuid)]
        queue_id: QueueId,
        /// Its display name.
        queue: String,
        /// Start of the interval, with the site's offset.
        starts_at: DateTime<FixedOffset>,
        /// End of the interval, with the site's offset.
        ends_at: DateTime<FixedOffset>,
        /// The mean.
        expected: f64,
        /// One time in ten it is less.
        p10: f64,
        /// One time in ten it is more.
        p90: f64,
    }
    /// One agent's week.
    #[schema(example = json!({ "site": "杭州", "team_id": "01936d7e-0000-7000-8000-000000000001", "team": "客服一组",
        "week": "2026-11-23", "agent_id": "01936d7e-0000-7000-8000-0000000000a1", "staff_number": "A001", "agent": "王芳", "post": "team_leader",
        "shifts": 5, "weekend_shifts": 1, "paid_minutes": 2400, "min_weekly_minutes": 2400, "max_weekly_minutes": 2640 }))]
    HoursRow {
        /// Display name of the site.
        site: String,
        /// The team.
        #[schema(value_type = Uuid)]
        team_id: TeamId,
        /// Its display name.
        team: String,
        /// Monday of the week.
        week: NaiveDate,
        /// Who.
        #[schema(value_type = Uuid)]
        agent_id: AgentId,
        /// Staff number.
        staff_number: String,
        /// Display name of the agent.
        agent: String,
        /// What the agent is employed as.
        #[schema(schema_with = words::post)]
        post: Post,
        /// Shifts in the week.
        shifts: u32,
        /// Shifts that begin on Saturday or Sunday.
        weekend_shifts: u32,
        /// Minutes that count as work.
        paid_minutes: u32,
        /// The least the contract promises.
        min_weekly_minutes: u32,
        /// The most it allows.
        max_weekly_minutes: u32,
    }
    /// One figure of an agent, team, shop or queue on one date.
    #[schema(example = json!({ "site": "杭州", "team_id": "01936d7e-0000-7000-8000-000000000001", "team": "客服一组",
        "date": "2026-11-23", "grain": "agent", "agent_id": "01936d7e-0000-7000-8000-0000000000a1", "staff_number": "A001",
        "agent": "王芳", "shop_id": null, "shop": null, "queue_id": null, "queue": null, "figure": "order_conversion",
        "name_zh": "下单转化率", "name_en": "Order conversion", "definition": "(ordered_people) / (inquirers)",
        "numerator": 12.0, "denominator": 40.0, "value": 0.3 }))]
    FigureRow {
        /// Display name of the site.
        site: String,
        /// The team, as it was then.
        #[schema(value_type = Uuid)]
        team_id: TeamId,
        /// Its display name.
        team: String,
        /// The local date.
        date: NaiveDate,
        /// Whose it is.
        grain: FigureGrain,
        /// Who, at agent grain.
        #[schema(value_type = Option<Uuid>)]
        agent_id: Option<AgentId>,
        /// Staff number.
        staff_number: Option<String>,
        /// Display name of the agent.
        agent: Option<String>,
        /// The shop, at shop grain.
        #[schema(value_type = Option<Uuid>)]
        shop_id: Option<ShopId>,
        /// Its display name.
        shop: Option<String>,
        /// The queue, at queue grain; `null` where the source counts the shop as one.
        #[schema(value_type = Option<Uuid>)]
        queue_id: Option<QueueId>,
        /// Its display name.
        queue: Option<String>,
        /// Code of the figure.
        figure: String,
        /// Its name in Chinese.
        name_zh: String,
        /// Its name in English.
        name_en: String,
        /// What it is: an expression over measures.
        definition: String,
        /// Sum above the line: add these up, never the values.
        numerator: f64,
        /// Sum below the line; `null` for a plain sum.
        denominator: Option<f64>,
        /// The value of this row alone.
        value: f64,
    }
    /// Where one shop stands against one rule of its platform.
    #[schema(example = json!({ "shop_id": "01936d7e-0000-7000-8000-0000000000e1", "shop": "旗舰店", "platform": "kuaishou",
        "team_id": "01936d7e-0000-7000-8000-000000000001", "rule": "kuaishou_good_review_rate", "name_zh": "快手好评率",
        "name_en": "Kuaishou good-review rate", "on": "2026-11-20", "from": "2026-11-01", "until": "2026-11-30", "counted": 157.0,
        "of": 202.0, "value": 0.777, "target": 0.8, "is_met": false, "distance_kind": "good_needed", "distance": 23,
        "distance_zh": "还需 23 条好评", "distance_en": "23 more good reviews", "expected_rest": 101.0, "projected_value": 0.777,
        "needed_rate_of_rest": 0.846, "outlook": "in_danger", "needs_confirmation": true, "source": "https://example.com/rule" }))]
    ComplianceRow {
        /// The shop.
        #[schema(value_type = Uuid)]
        shop_id: ShopId,
        /// Its display name.
        shop: String,
        /// Where it sells.
        #[schema(schema_with = words::platform)]
        platform: Platform,
        /// The team that answers for it: that of its first queue by name.
        #[schema(value_type = Uuid)]
        team_id: TeamId,
        /// Short name of the rule.
        rule: String,
        /// Its display name in Chinese.
        name_zh: String,
        /// Its display name in English.
        name_en: String,
        /// The local date it is seen from.
        on: NaiveDate,
        /// First date of the period.
        from: NaiveDate,
        /// Its last date.
        until: NaiveDate,
        /// Counted so far: the numerator.
        counted: f64,
        /// Of so many: the denominator.
        of: f64,
        /// The value so far; `null` where nothing was counted.
        value: Option<f64>,
        /// The limit; `null` where none is known.
        target: Option<f64>,
        /// Whether it is met so far.
        is_met: Option<bool>,
        /// What the distance counts.
        distance_kind: Option<DistanceKind>,
        /// How many.
        distance: Option<i64>,
        /// The distance in words, in Chinese.
        distance_zh: Option<String>,
        /// The distance in words, in English.
        distance_en: Option<String>,
        /// What the rest of the month is expected to add to `of`.
        expected_rest: Option<f64>,
        /// The value at the month's end, if it goes on as it did.
        projected_value: Option<f64>,
        /// The share that the rest needs at least, or may have at most.
        needed_rate_of_rest: Option<f64>,
        /// How the month will end, if it goes on as it did.
        outlook: Option<Outlook>,
        /// Whether nobody has checked the rule against the platform's own text yet.
        needs_confirmation: bool,
        /// Where the rule was read.
        source: String,
    }
    /// Inquiries that arrived at one queue in one recorded interval.
    #[schema(example = json!({ "site": "杭州", "team_id": "01936d7e-0000-7000-8000-000000000001", "team": "客服一组",
        "queue_id": "01936d7e-0000-7000-8000-0000000000c1", "queue": "天猫售前", "starts_at": "2026-11-23T09:00:00+08:00", "ends_at": "2026-11-23T09:30:00+08:00",
        "inquiries": 38.0 }))]
    VolumeRow {
        /// Display name of the site.
        site: String,
        /// The team.
        #[schema(value_type = Uuid)]
        team_id: TeamId,
        /// Its display name.
        team: String,
        /// The queue.
        #[schema(value_type = Uuid)]
        queue_id: QueueId,
        /// Its display name.
        queue: String,
        /// Start of the recorded interval, with the site's offset.
        starts_at: DateTime<FixedOffset>,
        /// End of the recorded interval, with the site's offset.
        ends_at: DateTime<FixedOffset>,
        /// How many arrived.
        inquiries: f64,
    }
}

/// The instant with the offset that the zone has then.
pub fn at(zone: Tz, instant: DateTime<Utc>) -> DateTime<FixedOffset> {
    instant.with_timezone(&zone).fixed_offset()
}

/// Local start and end, `09:00-18:00`.
pub(in crate::feeds) fn times(zone: Tz, start: DateTime<Utc>, end: DateTime<Utc>, dash: &str) -> String {
    format!("{}{dash}{}", local_of(zone, start).format("%H:%M"), local_of(zone, end).format("%H:%M"))
}

#[cfg(test)]
mod tests {
    use super::super::sheet::examples::two_agents;
    use super::*;

    fn assert_columns<R: FlatRow>(row: &R) {
        let text = serde_json::to_string(row).unwrap();
        let mut from = 0;
        for column in R::COLUMNS {
            from += text[from..].find(&format!("\"{column}\":")).unwrap();
        }
        let value = serde_json::to_value(row).unwrap();
        assert_eq!(value.as_object().unwrap().len(), R::COLUMNS.len());
    }

    #[test]
    fn the_columns_are_the_fields_in_json_and_in_order() {
        let sheet = two_agents("2026-11-23", Tz::Asia__Shanghai);
        assert_columns(&roster_rows(&sheet)[0]);
        assert_columns(&coverage_rows(&sheet)[0]);
        assert_columns(&hours_rows(&sheet)[0]);
    }
}
