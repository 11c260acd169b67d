//! Sites, teams, shops and queues: where the work comes from and who answers for it.

use chrono::{NaiveDate, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::ids::{AgentId, HolidayId, QueueId, ShopId, SiteId, TeamId};
use super::quantity::{Aht, Concurrency, Occupancy, ServiceGoal, Shrinkage};
use super::rules::RosterRules;
use super::service::ServiceSettings;

/// A stretch of one weekday on the wall clock, `[start_minute, end_minute)` counted from its midnight. An end above 1440
/// runs into the next day: 08:00-02:00 is 480-1560.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeeklyWindow {
    /// The day it begins on.
    pub weekday: Weekday,
    /// Minutes after midnight, 0-1439.
    pub start_minute: u32,
    /// Minutes after the same midnight, at most 2880.
    pub end_minute: u32,
}

/// A place with one time zone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// Identity.
    pub id: SiteId,
    /// Display name.
    pub name: String,
    /// IANA zone, for example `Asia/Shanghai`.
    pub zone: Tz,
    /// When chats are answered; empty means always.
    pub opening_hours: Vec<WeeklyWindow>,
}

/// A node of the team tree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Team {
    /// Identity.
    pub id: TeamId,
    /// The site whose zone and opening hours it works by.
    pub site_id: SiteId,
    /// The team above; `None` at the root.
    pub parent_id: Option<TeamId>,
    /// Display name.
    pub name: String,
    /// Who leads it.
    pub leader_id: Option<AgentId>,
    /// The roster rules it works by; `None` takes its parent's, or the defaults at the root.
    pub rules: Option<RosterRules>,
}

/// Where a shop sells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// 淘宝
    Taobao,
    /// 天猫
    Tmall,
    /// 京东
    Jd,
    /// 拼多多
    Pinduoduo,
    /// 抖音
    Douyin,
    /// 快手
    Kuaishou,
    /// Any other, or an own shop.
    Other,
}

/// A shop on a platform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shop {
    /// Identity.
    pub id: ShopId,
    /// The site that serves it.
    pub site_id: SiteId,
    /// Display name.
    pub name: String,
    /// Where it sells.
    pub platform: Platform,
}

/// What the chats of a queue are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueKind {
    /// Before an order: 售前.
    Presale,
    /// After an order: 售后.
    Aftersale,
    /// Technical support: 技术支持.
    Technical,
    /// Everything in one.
    General,
}

/// What a chat waits in: shop × kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Queue {
    /// Identity.
    pub id: QueueId,
    /// The shop whose customers write.
    pub shop_id: ShopId,
    /// The team whose roster covers it.
    pub team_id: TeamId,
    /// Display name, unique: imports find a queue by it.
    pub name: String,
    /// What its chats are about.
    pub kind: QueueKind,
    /// Chats one agent holds at once.
    pub max_concurrent_chats: Concurrency,
    /// Handling time of a chat held alone.
    pub aht_secs: Aht,
    /// How fast chats are to be answered.
    pub service_goal: ServiceGoal,
    /// The most of on-seat time that may be busy.
    pub max_occupancy: Occupancy,
    /// Paid time away from the seat, breaks of the roster excluded.
    pub shrinkage: Shrinkage,
    /// Heads on seat at any time the site is open, 0 for none.
    pub min_agents: u32,
    /// How its chats run, and what is asked beyond the service goal.
    pub service: ServiceSettings,
}

/// What makes a day unlike others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolidayKind {
    /// A statutory holiday: 法定节假日.
    Statutory,
    /// A weekday off in exchange for a make-up working day: 调休.
    ShiftedRest,
    /// A weekend day that is worked: 补班.
    MakeUpWorkday,
    /// A day that is observed and worked as any other, for example 三八 or the shop's anniversary.
    Observance,
}

/// A day of a site that is not an ordinary one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Holiday {
    /// Identity.
    pub id: HolidayId,
    /// The site it is kept for.
    pub site_id: SiteId,
    /// The local date.
    pub date: NaiveDate,
    /// Display name. Days of one feast share it: the forecast learns its effect by name.
    pub name: String,
    /// What makes it unlike others.
    pub kind: HolidayKind,
}
