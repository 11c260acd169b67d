//! A roster with everything that a picture of it needs.

use chrono::NaiveDate;

use crate::domain::agent::{Contract, Post};
use crate::domain::calendar::{IntervalGrid, PlanningWeek};
use crate::domain::coverage::CoveragePoint;
use crate::domain::ids::{AgentId, AssignmentId, QueueId, TeamId};
use crate::domain::roster::RosterStatus;
use crate::domain::shift::{Shift, ShiftTemplate};

/// A team's week: who works when, and how far that covers the requirement.
#[derive(Debug, Clone, PartialEq)]
pub struct RosterSheet {
    /// Display name of the site.
    pub site: String,
    /// The team.
    pub team_id: TeamId,
    /// Its display name.
    pub team: String,
    /// The week, and the zone in which times are shown.
    pub week: PlanningWeek,
    /// Whether it is what the team works by.
    pub status: RosterStatus,
    /// Shifts of the legend, in the order they are to be shown, best by start.
    pub templates: Vec<ShiftTemplate>,
    /// Agents in the order they are to be shown, those without a shift included.
    pub agents: Vec<SheetAgent>,
    /// The planning steps of the coverage; may run past the week's end.
    pub grid: IntervalGrid,
    /// Queues in the order they are to be shown.
    pub queues: Vec<SheetQueue>,
}

/// One line of the roster.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetAgent {
    /// Identity.
    pub id: AgentId,
    /// Staff number.
    pub staff_number: String,
    /// Display name.
    pub name: String,
    /// Leaders are marked.
    pub post: Post,
    /// Weekly working time.
    pub contract: Contract,
    /// Shifts of the week, in any order.
    pub assignments: Vec<SheetAssignment>,
    /// Dates of the week on which the agent is away.
    pub leave: Vec<NaiveDate>,
}

/// One shift of one agent.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetAssignment {
    /// Identity.
    pub id: AssignmentId,
    /// Which shift: index into [`RosterSheet::templates`].
    pub template: usize,
    /// On which queue: index into [`RosterSheet::queues`].
    pub queue: usize,
    /// The shift on its date.
    pub shift: Shift,
    /// Whether a new build must keep it.
    pub is_pinned: bool,
}

/// A queue and how far it is covered.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetQueue {
    /// Identity.
    pub id: QueueId,
    /// Display name.
    pub name: String,
    /// One point per step of the grid; empty where nothing was required.
    pub coverage: Vec<CoveragePoint>,
}

impl SheetAgent {
    /// The shift that begins on a date.
    pub fn on(&self, date: NaiveDate) -> Option<&SheetAssignment> {
        self.assignments.iter().find(|assignment| assignment.shift.date == date)
    }

    /// Minutes of the week that count as work.
    pub fn paid_minutes(&self) -> u32 {
        self.assignments.iter().map(|assignment| assignment.shift.paid_minutes).sum()
    }
}

impl SheetQueue {
    /// Agent-hours required, and of those the hours short.
    pub fn hours(&self, grid: &IntervalGrid) -> (f64, f64) {
        let hours = f64::from(grid.step().get()) / 60.0;
        let required: f64 = self.coverage.iter().map(|point| point.required).sum();
        let short: f64 = self.coverage.iter().map(CoveragePoint::gap).sum();
        (required * hours, short * hours)
    }
}

/// Sheets for tests of the renderers.
#[cfg(test)]
pub(crate) mod examples {
    use chrono::Duration;
    use chrono_tz::Tz;
    use uuid::Uuid;

    use super::*;
    use crate::domain::calendar::IntervalMinutes;
    use crate::domain::ids::{ShiftTemplateId, SiteId};
    use crate::domain::shift::Break;

    fn template(code: &str, name: &str, start_minute: u32) -> ShiftTemplate {
        ShiftTemplate {
            id: ShiftTemplateId(Uuid::nil()),
            site_id: SiteId(Uuid::nil()),
            code: code.into(),
            name: name.into(),
            start_minute,
            length_minutes: 540,
            breaks: vec![Break::fixed(240, 60, false)],
        }
    }

    /// 早班, 中班 and 晚班, the last past midnight.
    pub(crate) fn templates() -> Vec<ShiftTemplate> {
        vec![template("早", "早班", 8 * 60), template("中", "中班", 12 * 60), template("晚", "晚班", 17 * 60)]
    }

    /// The same, with a break within two hours in the early shift, put an hour later on Monday.
    pub(crate) fn with_window(mut sheet: RosterSheet) -> RosterSheet {
        sheet.templates[0].breaks[0].window_minutes = 120;
        let (template, zone) = (&sheet.templates[0], sheet.week.zone());
        let shift = &mut sheet.agents[0].assignments[0].shift;
        *shift = template.with_breaks(&[300], shift.date, zone);
        sheet
    }

    /// Two agents: a leader who works three shifts, and one who is away on Tuesday and works on Monday.
    pub(crate) fn two_agents(monday: &str, zone: Tz) -> RosterSheet {
        let week = PlanningWeek::new(monday.parse().unwrap(), zone).unwrap();
        let dates: Vec<NaiveDate> = week.dates().collect();
        let templates = templates();
        let assignment = |number: u128, day: usize, template: usize, queue| SheetAssignment {
            id: AssignmentId(Uuid::from_u128(number)),
            template,
            queue,
            shift: templates[template].on(dates[day], zone),
            is_pinned: number == 2,
        };
        let agent = |number: u128, name: &str, post, assignments, leave| SheetAgent {
            id: AgentId(Uuid::from_u128(number)),
            staff_number: format!("A{number:03}"),
            name: name.into(),
            post,
            contract: Contract { min_weekly_minutes: 2_400, max_weekly_minutes: 2_640, is_full_time: true },
            assignments,
            leave,
        };
        let grid = week.grid(IntervalMinutes::HALF_HOUR, Duration::hours(2));
        let queue = |number: u128, name: &str, covered| SheetQueue {
            id: QueueId(Uuid::from_u128(number)),
            name: name.into(),
            coverage: grid.intervals().map(|_| CoveragePoint { required: 2.0, covered, is_peak: false }).collect(),
        };
        RosterSheet {
            site: "杭州".into(),
            team_id: TeamId(Uuid::from_u128(9)),
            team: "客服一组".into(),
            week,
            status: RosterStatus::Published,
            agents: vec![
                agent(
                    1,
                    "王芳",
                    Post::TeamLeader,
                    vec![assignment(1, 0, 0, 0), assignment(2, 1, 1, 1), assignment(3, 6, 2, 0)],
                    vec![],
                ),
                agent(2, "=Li & Co", Post::PresaleAgent, vec![assignment(4, 0, 2, 1)], vec![dates[1]]),
            ],
            templates,
            grid,
            queues: vec![queue(1, "天猫售前", 2.0), queue(2, "京东售后", 1.5)],
        }
    }
}
