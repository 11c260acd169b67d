//! The 26 people of the demo, and what they ask for.

use chrono::Weekday;

use crate::domain::absence::{LeaveKind, WishKind};
use crate::domain::agent::Post;

/// Which queue, by its place in [`organisation`](super::organisation).
pub type QueueIndex = usize;
/// 天猫 presale, 天猫 aftersale, 拼多多 presale, 拼多多 aftersale, 抖音 presale.
pub const TMALL_PRE: QueueIndex = 0;
pub const TMALL_AFTER: QueueIndex = 1;
pub const PDD_PRE: QueueIndex = 2;
pub const PDD_AFTER: QueueIndex = 3;
pub const DOUYIN_PRE: QueueIndex = 4;

/// How much somebody works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hours {
    /// 40 hours.
    Full,
    /// 16 to 24 hours, evenings and weekends.
    Evenings,
    /// 16 to 24 hours, weekdays until 18:00.
    Daytime,
}

/// One of them.
pub struct Person {
    pub name: &'static str,
    pub post: Post,
    pub hours: Hours,
    /// Days since the first day of work.
    pub days_here: u64,
    /// Queues the agent can serve.
    pub skills: &'static [QueueIndex],
}

const fn person(name: &'static str, post: Post, hours: Hours, days_here: u64, skills: &'static [QueueIndex]) -> Person {
    Person { name, post, hours, days_here, skills }
}

use Hours::{Daytime, Evenings, Full};
use Post::{AftersaleAgent as After, PresaleAgent as Pre, TeamLeader as Leader};

/// The presale team; its first member leads it.
pub const PRESALE: [Person; 14] = [
    person("林晓燕", Leader, Full, 1460, &[TMALL_PRE, PDD_PRE, DOUYIN_PRE]),
    person("陈志强", Leader, Full, 980, &[DOUYIN_PRE, TMALL_PRE, PDD_PRE]),
    person("王雅婷", Pre, Full, 820, &[TMALL_PRE, TMALL_AFTER]),
    person("李俊杰", Pre, Full, 640, &[TMALL_PRE, PDD_PRE]),
    person("张美琪", Pre, Full, 510, &[TMALL_PRE, DOUYIN_PRE]),
    person("刘思雨", Pre, Full, 430, &[PDD_PRE, TMALL_PRE, DOUYIN_PRE]),
    person("黄子轩", Pre, Full, 400, &[PDD_PRE, DOUYIN_PRE]),
    person("周诗涵", Pre, Full, 365, &[DOUYIN_PRE, TMALL_PRE]),
    person("吴佳怡", Pre, Full, 300, &[DOUYIN_PRE, PDD_PRE]),
    person("徐浩然", Pre, Full, 240, &[TMALL_PRE, PDD_PRE, TMALL_AFTER]),
    person("孙梦洁", Pre, Full, 180, &[PDD_PRE, PDD_AFTER]),
    person("朱宇航", Pre, Full, 40, &[TMALL_PRE, DOUYIN_PRE]),
    person("何欣妍", Pre, Evenings, 200, &[DOUYIN_PRE, TMALL_PRE]),
    person("郭明轩", Pre, Evenings, 25, &[PDD_PRE, TMALL_PRE]),
];

/// The aftersale team; its first member leads it.
pub const AFTERSALE: [Person; 12] = [
    person("高文静", Leader, Full, 1300, &[TMALL_AFTER, PDD_AFTER, TMALL_PRE]),
    person("罗建华", Leader, Full, 900, &[PDD_AFTER, TMALL_AFTER]),
    person("郑丽娜", After, Full, 760, &[TMALL_AFTER, PDD_AFTER]),
    person("谢嘉豪", After, Full, 600, &[TMALL_AFTER, TMALL_PRE]),
    person("韩雪梅", After, Full, 520, &[PDD_AFTER, TMALL_AFTER]),
    person("唐子墨", After, Full, 410, &[TMALL_AFTER, PDD_AFTER]),
    person("冯若曦", After, Full, 330, &[PDD_AFTER, PDD_PRE]),
    person("曹俊凯", After, Full, 280, &[TMALL_AFTER, DOUYIN_PRE]),
    person("彭晓彤", After, Full, 220, &[PDD_AFTER, TMALL_AFTER, PDD_PRE]),
    person("曾宇轩", After, Full, 30, &[TMALL_AFTER, PDD_AFTER]),
    person("萧婉清", After, Daytime, 700, &[PDD_AFTER, TMALL_AFTER]),
    person("田佳琪", After, Evenings, 150, &[TMALL_AFTER, PDD_AFTER]),
];

/// Who is away: the name, the weekday (0 is Monday), from which to which minute of it, how many days, and why.
pub const LEAVES: [(&str, u64, u32, u32, u64, LeaveKind); 4] = [
    ("张美琪", 0, 0, 1440, 3, LeaveKind::Annual),
    ("谢嘉豪", 5, 0, 1440, 1, LeaveKind::TimeOffInLieu),
    ("朱宇航", 1, 840, 960, 1, LeaveKind::Training),
    ("曾宇轩", 1, 840, 960, 1, LeaveKind::Training),
];

/// Who would like what: the name, the day, what, the code of the shift it names, and how much, 1-10.
pub const WISHES: [(&str, Weekday, WishKind, Option<&str>, u8); 14] = [
    ("王雅婷", Weekday::Sat, WishKind::DayOff, None, 3),
    ("李俊杰", Weekday::Sun, WishKind::DayOff, None, 2),
    ("刘思雨", Weekday::Wed, WishKind::DayOff, None, 5),
    ("黄子轩", Weekday::Mon, WishKind::AvoidShift, Some("早1"), 2),
    ("周诗涵", Weekday::Fri, WishKind::WantShift, Some("晚1"), 2),
    ("吴佳怡", Weekday::Tue, WishKind::DayOff, None, 4),
    ("徐浩然", Weekday::Thu, WishKind::AvoidShift, Some("夜"), 4),
    ("孙梦洁", Weekday::Sun, WishKind::DayOff, None, 3),
    ("郑丽娜", Weekday::Sat, WishKind::DayOff, None, 5),
    ("韩雪梅", Weekday::Mon, WishKind::WantShift, Some("早2"), 2),
    ("唐子墨", Weekday::Sun, WishKind::DayOff, None, 2),
    ("冯若曦", Weekday::Fri, WishKind::AvoidShift, Some("晚1"), 3),
    ("彭晓彤", Weekday::Wed, WishKind::WantShift, Some("早1"), 1),
    ("田佳琪", Weekday::Sat, WishKind::DayOff, None, 4),
];
