//! The fixed words of pictures and sheets, in both languages.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::agent::Post;
use crate::domain::roster::RosterStatus;

/// The language of fixed words; data stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

/// The fixed words.
pub(super) struct Words {
    pub(super) roster: &'static str,
    pub(super) staff_number: &'static str,
    pub(super) agent: &'static str,
    pub(super) post: &'static str,
    pub(super) hours: &'static str,
    pub(super) shifts: &'static str,
    pub(super) shift: &'static str,
    pub(super) breaks: &'static str,
    pub(super) leave: &'static str,
    pub(super) leader: &'static str,
    pub(super) pinned: &'static str,
    pub(super) queue: &'static str,
    pub(super) coverage: &'static str,
    pub(super) start: &'static str,
    pub(super) end: &'static str,
    pub(super) required: &'static str,
    pub(super) covered: &'static str,
    pub(super) surplus: &'static str,
    pub(super) gap: &'static str,
    /// With `{}` for the percentage.
    pub(super) share_of_required: &'static str,
    pub(super) short_of: &'static str,
    pub(super) on_duty: &'static str,
    pub(super) rotation: &'static str,
    /// With `{}` for the number.
    pub(super) week: &'static str,
    /// How many agents begin on a week.
    pub(super) begin: &'static str,
    weekdays: [&'static str; 7],
    statuses: [&'static str; 3],
    posts: [&'static str; 5],
}

const ENGLISH: Words = Words {
    roster: "Roster",
    staff_number: "No.",
    agent: "Agent",
    post: "Post",
    hours: "Hours",
    shifts: "Shifts",
    shift: "Shift",
    breaks: "Breaks",
    leave: "leave",
    leader: "leader",
    pinned: "pinned",
    queue: "Queue",
    coverage: "Coverage",
    start: "Start",
    end: "End",
    required: "Required",
    covered: "Covered",
    surplus: "Surplus",
    gap: "Gap",
    share_of_required: "{}% of required hours",
    short_of: "short",
    on_duty: "On duty",
    rotation: "Rotation",
    week: "Week {}",
    begin: "Begin here",
    weekdays: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    statuses: ["Draft", "Published", "Archived"],
    posts: ["Supervisor", "Team leader", "Presale", "Aftersale", "Technical"],
};

const CHINESE: Words = Words {
    roster: "排班表",
    staff_number: "工号",
    agent: "客服",
    post: "岗位",
    hours: "工时",
    shifts: "班次数",
    shift: "班次",
    breaks: "休息",
    leave: "请假",
    leader: "组长",
    pinned: "锁定",
    queue: "队列",
    coverage: "人力覆盖",
    start: "开始",
    end: "结束",
    required: "需求",
    covered: "在岗",
    surplus: "富余",
    gap: "缺口",
    share_of_required: "满足需求工时 {}%",
    short_of: "缺口",
    on_duty: "上班人数",
    rotation: "轮班",
    week: "第 {} 周",
    begin: "起始人数",
    weekdays: ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
    statuses: ["草稿", "已发布", "已归档"],
    posts: ["客服主管", "组长", "售前客服", "售后客服", "技术支持"],
};

impl Language {
    /// Its words.
    pub(super) fn words(self) -> &'static Words {
        match self {
            Self::En => &ENGLISH,
            Self::Zh => &CHINESE,
        }
    }
}

impl Words {
    /// Monday first.
    pub(super) fn weekdays(&self) -> [&'static str; 7] {
        self.weekdays
    }

    /// `Mon 11-23`
    pub(super) fn day(&self, date: NaiveDate) -> String {
        format!("{} {}", self.weekdays[date.weekday().num_days_from_monday() as usize], date.format("%m-%d"))
    }

    pub(super) fn status(&self, status: RosterStatus) -> &'static str {
        match status {
            RosterStatus::Draft => self.statuses[0],
            RosterStatus::Published => self.statuses[1],
            RosterStatus::Archived => self.statuses[2],
        }
    }

    pub(super) fn post(&self, post: Post) -> &'static str {
        match post {
            Post::Supervisor => self.posts[0],
            Post::TeamLeader => self.posts[1],
            Post::PresaleAgent => self.posts[2],
            Post::AftersaleAgent => self.posts[3],
            Post::TechnicalSupport => self.posts[4],
        }
    }
}
