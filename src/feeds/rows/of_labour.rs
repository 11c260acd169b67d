//! Rows of the hours ledger and of what is to be paid.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::{FlatRow, flat_rows, words};
use crate::domain::agent::{Agent, Post};
use crate::domain::ids::{AgentId, TeamId};
use crate::domain::labour::{ClassMinutes, PayClass};

flat_rows! {
    /// The minutes of one class that an agent worked on one local date.
    #[schema(example = json!({ "site": "杭州", "team_id": "01936d7e-0000-7000-8000-000000000001", "team": "客服一组",
        "date": "2026-10-01", "agent_id": "01936d7e-0000-7000-8000-0000000000a1", "staff_number": "A001", "agent": "王芳",
        "post": "team_leader", "class": "statutory_holiday", "minutes": 240 }))]
    LedgerRow {
        /// Display name of the site.
        site: String,
        /// The team.
        #[schema(value_type = Uuid)]
        team_id: TeamId,
        /// Its display name.
        team: String,
        /// The local date.
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
        /// What the minutes are paid as.
        #[schema(schema_with = words::pay_class)]
        class: PayClass,
        /// How many; below 0 for time off that lapsed: the same minutes stand as rest_day.
        minutes: i64,
    }
    /// What an agent is to be paid for a period, in minutes by class.
    #[schema(example = json!({ "site": "杭州", "team_id": "01936d7e-0000-7000-8000-000000000001", "team": "客服一组",
        "agent_id": "01936d7e-0000-7000-8000-0000000000a1", "staff_number": "A001", "agent": "王芳", "post": "team_leader",
        "from": "2026-10-01", "until": "2026-10-31", "regular_minutes": 8640, "overtime_minutes": 60, "rest_day_minutes": 480,
        "time_off_minutes": 0, "statutory_holiday_minutes": 480, "total_minutes": 9660, "time_off_owed_minutes": 0 }))]
    PayrollRow {
        /// Display name of the site.
        site: String,
        /// The team.
        #[schema(value_type = Uuid)]
        team_id: TeamId,
        /// Its display name.
        team: String,
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
        /// First date of the period.
        from: NaiveDate,
        /// Last date of the period.
        until: NaiveDate,
        /// Within normal hours.
        regular_minutes: i64,
        /// 延长工作时间; of a comprehensive post what exceeds the cycle.
        overtime_minutes: i64,
        /// 休息日, to be paid; time off that lapsed in the period included.
        rest_day_minutes: i64,
        /// 休息日, owed as time off; less what lapsed in the period.
        time_off_minutes: i64,
        /// 法定节假日.
        statutory_holiday_minutes: i64,
        /// All of them: what was worked in the period.
        total_minutes: i64,
        /// Time off that is owed at the end of the period.
        time_off_owed_minutes: u32,
    }
}

/// Whose rows they are.
#[derive(Debug, Clone, Copy)]
pub struct Payee<'a> {
    /// Display name of the site.
    pub site: &'a str,
    /// The team.
    pub team_id: TeamId,
    /// Its display name.
    pub team: &'a str,
    /// The agent.
    pub agent: &'a Agent,
}

/// One row for each class that has minutes on the date.
pub fn ledger_rows(payee: Payee<'_>, date: NaiveDate, minutes: &ClassMinutes) -> Vec<LedgerRow> {
    let row = |class: PayClass| LedgerRow {
        site: payee.site.to_owned(),
        team_id: payee.team_id,
        team: payee.team.to_owned(),
        date,
        agent_id: payee.agent.id,
        staff_number: payee.agent.staff_number.clone(),
        agent: payee.agent.name.clone(),
        post: payee.agent.post,
        class,
        minutes: minutes.of(class),
    };
    PayClass::ALL.into_iter().filter(|class| minutes.of(*class) != 0).map(row).collect()
}

/// The row of a period from `from` to `until`, both included.
pub fn payroll_row(
    payee: Payee<'_>,
    (from, until): (NaiveDate, NaiveDate),
    minutes: &ClassMinutes,
    time_off_owed_minutes: u32,
) -> PayrollRow {
    PayrollRow {
        site: payee.site.to_owned(),
        team_id: payee.team_id,
        team: payee.team.to_owned(),
        agent_id: payee.agent.id,
        staff_number: payee.agent.staff_number.clone(),
        agent: payee.agent.name.clone(),
        post: payee.agent.post,
        from,
        until,
        regular_minutes: minutes.of(PayClass::Regular),
        overtime_minutes: minutes.of(PayClass::Overtime),
        rest_day_minutes: minutes.of(PayClass::RestDay),
        time_off_minutes: minutes.of(PayClass::TimeOff),
        statutory_holiday_minutes: minutes.of(PayClass::StatutoryHoliday),
        total_minutes: minutes.total(),
        time_off_owed_minutes,
    }
}
