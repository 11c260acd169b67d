//! Rosters for the rules' tests: two agents, two shifts, three queues of which the agents serve two.

use chrono::{Days, Duration, NaiveDate};
use chrono_tz::Tz;

use super::check;
use crate::domain::absence::{Leave, LeaveKind, Wish, WishKind};
use crate::domain::agent::{Agent, Contract, Post, Skill};
use crate::domain::calendar::{Interval, IntervalMinutes, PlanningWeek, instant_at_minute};
use crate::domain::coverage::Coverage;
use crate::domain::demand::{QueueRequirement, RequirementPoint, StaffingRequirement};
use crate::domain::ids::{AgentId, AssignmentId, LeaveId, QueueId, ShiftTemplateId, SiteId, TeamId, WishId};
use crate::domain::labour::{AgentTerms, HoursSystem, HoursTerms, LabourInput, Night, RestDayWork, RestDays, SpecialDates};
use crate::domain::load_memory::LoadMemory;
use crate::domain::planning::{PastShift, PlanningInput};
use crate::domain::quantity::Proficiency;
use crate::domain::roster::Assignment;
use crate::domain::rules::{AgentGroup, GroupKind, RosterRules, RuleId, Violation};
use crate::domain::shift::{Break, ShiftTemplate};
use crate::domain::wish_memory::WishMemory;

#[derive(Clone)]
pub(super) struct Case {
    pub input: PlanningInput,
}

impl Case {
    /// Shift 0 is 09:00-18:00, shift 1 is 17:00-02:00 (late); a contract of 0 to 48 hours; nothing required.
    pub fn new() -> Self {
        let week = PlanningWeek::new("2026-11-23".parse().unwrap(), Tz::Asia__Shanghai).unwrap();
        let grid = week.grid(IntervalMinutes::HALF_HOUR, Duration::hours(4));
        let nobody =
            RequirementPoint { on_seat: 0, required: 0, service_level: None, occupancy: None, is_peak: false, binding: None };
        let queues: Vec<QueueRequirement> =
            (0..3).map(|_| QueueRequirement { queue_id: QueueId::generate(), points: vec![nobody; grid.len()] }).collect();
        let agents = (0..2).map(|number| agent(number, [queues[0].queue_id, queues[1].queue_id])).collect();
        let input = PlanningInput {
            week,
            horizon: week.into(),
            agents,
            shift_templates: vec![template("早", 9 * 60), template("晚", 17 * 60)],
            requirement: StaffingRequirement { grid, queues },
            leave: vec![],
            wishes: vec![],
            wish_memory: WishMemory::default(),
            history: vec![],
            ahead: vec![],
            pinned: vec![],
            least_change_from: None,
            rotation: vec![],
            rules: RosterRules::default(),
            labour: None,
            load_memory: LoadMemory::default(),
        };
        Self { input }
    }

    /// The case with exactly the heads required that the roster gives, so that coverage has nothing to say.
    pub fn fitted_to(&self, roster: &[Assignment]) -> Self {
        let mut case = self.clone();
        let coverage = Coverage::of(&case.input, roster);
        for (queue, covered) in case.input.requirement.queues.iter_mut().zip(&coverage.queues) {
            for (point, given) in queue.points.iter_mut().zip(&covered.points) {
                point.required = given.covered.round() as u32;
            }
        }
        case
    }

    /// The case with labour rules that bind nobody yet: eight hours a day, days of rest of the roster, nights from 22:00.
    pub fn with_labour(mut self) -> Self {
        let terms = |agent: &Agent| AgentTerms {
            agent_id: agent.id,
            hours: HoursTerms {
                system: HoursSystem::Standard,
                normal_daily_minutes: Some(480),
                working_day_minutes: 480,
                cycle: None,
                rest_days: Some(RestDays::Rostered),
                rest_day_work: RestDayWork::Paid,
                pays_holidays: true,
            },
            rates: [1.0, 1.5, 2.0, 2.0, 3.0],
            normal_left: None,
            overtime_left: vec![],
            max_week_minutes: None,
            max_daily_minutes: None,
            max_night_shift_minutes: None,
            free_days: 0,
            time_off_owed_minutes: 0,
            protected: vec![],
        };
        let agents = self.input.agents.iter().map(terms).collect();
        let night = Night { from_minute: 1320, until_minute: 360 };
        self.input.labour = Some(LabourInput { dates: SpecialDates::default(), night, agents });
        self
    }

    pub fn terms(&mut self, agent: usize) -> &mut AgentTerms {
        &mut self.input.labour.as_mut().expect("the case has labour rules").agents[agent]
    }

    /// The case with both agents in the even spread.
    pub fn full_time(mut self) -> Self {
        self.input.agents.iter_mut().for_each(|agent| agent.contract.is_full_time = true);
        self
    }

    pub fn queue(&self, index: usize) -> QueueId {
        self.input.requirement.queues[index].queue_id
    }

    pub fn date(&self, day: u64) -> NaiveDate {
        self.input.week.monday() + Days::new(day)
    }

    pub fn assign(&self, agent: usize, day: u64, shift: usize, queue: usize) -> Assignment {
        Assignment {
            id: AssignmentId::generate(),
            agent_id: self.input.agents[agent].id,
            date: self.date(day),
            shift_template_id: self.input.shift_templates[shift].id,
            queue_id: self.queue(queue),
            break_offsets: self.input.shift_templates[shift].first_places(),
            is_pinned: false,
        }
    }

    fn span(&self, date: NaiveDate, from: u32, until: u32) -> Interval {
        let at = |minute| instant_at_minute(self.input.week.zone(), date, minute);
        Interval { start: at(from), end: at(until) }
    }

    pub fn add_leave(&mut self, agent: usize, day: u64, from: u32, until: u32) {
        let span = self.span(self.date(day), from, until);
        let agent_id = self.input.agents[agent].id;
        self.input.leave.push(Leave { id: LeaveId::generate(), agent_id, span, kind: LeaveKind::Annual });
    }

    pub fn add_wish(&mut self, agent: usize, day: u64, kind: WishKind, shift: Option<ShiftTemplateId>, weight: u8) {
        let (agent_id, date) = (self.input.agents[agent].id, self.date(day));
        self.input.wishes.push(Wish { id: WishId::generate(), agent_id, date, kind, shift_template_id: shift, weight });
    }

    /// A group of which one at least is to be on duty, where that is what is asked.
    pub fn add_group(&mut self, kind: GroupKind, agents: &[usize], mentors: &[usize]) {
        let ids = |agents: &[usize]| agents.iter().map(|agent| self.input.agents[*agent].id).collect();
        let (agent_ids, mentor_ids) = (ids(agents), ids(mentors));
        self.input.rules.groups.push(AgentGroup { name: "甲".into(), kind, agent_ids, min_agents: 1, mentor_ids });
    }

    /// A shift 09:00-18:00 so many days before Monday.
    pub fn add_history(&mut self, agent: usize, days_before: u64) {
        let date = self.input.week.monday() - Days::new(days_before);
        let span = self.span(date, 9 * 60, 18 * 60);
        self.input.history.push(PastShift { agent_id: self.input.agents[agent].id, date, span });
    }

    /// A shift that is planned already for a day after the week, counted from Monday.
    pub fn add_coming(&mut self, agent: usize, day: u64, shift: usize) {
        let date = self.date(day);
        let span = self.input.shift_templates[shift].on(date, self.input.week.zone()).span;
        self.input.ahead.push(PastShift { agent_id: self.input.agents[agent].id, date, span });
    }

    #[track_caller]
    pub fn passes(&self, roster: &[Assignment]) {
        assert_eq!(check(&self.input, roster), []);
    }

    /// Exactly one violation, of that rule.
    #[track_caller]
    pub fn breaks(&self, roster: &[Assignment], rule: RuleId) -> Violation {
        let mut violations = check(&self.input, roster);
        assert_eq!(violations.iter().map(|violation| violation.rule).collect::<Vec<_>>(), [rule], "{violations:?}");
        violations.remove(0)
    }

    /// One violation or more, all of that rule.
    #[track_caller]
    pub fn breaks_each(&self, roster: &[Assignment], rule: RuleId) {
        let violations = check(&self.input, roster);
        assert!(!violations.is_empty() && violations.iter().all(|violation| violation.rule == rule), "{violations:?}");
    }
}

fn agent(number: usize, queues: [QueueId; 2]) -> Agent {
    Agent {
        id: AgentId::generate(),
        team_id: TeamId::generate(),
        staff_number: format!("A{number}"),
        name: format!("客服{number}"),
        post: Post::PresaleAgent,
        contract: Contract { min_weekly_minutes: 0, max_weekly_minutes: 48 * 60, is_full_time: false },
        skills: queues.into_iter().map(|queue_id| Skill { queue_id, proficiency: Proficiency::new(1.0).unwrap() }).collect(),
        employed_from: "2026-01-01".parse().unwrap(),
        employed_until: None,
        availability: vec![],
    }
}

/// Nine hours, an unpaid break of one in the middle.
fn template(code: &str, start_minute: u32) -> ShiftTemplate {
    ShiftTemplate {
        id: ShiftTemplateId::generate(),
        site_id: SiteId::generate(),
        code: code.into(),
        name: code.into(),
        start_minute,
        length_minutes: 9 * 60,
        breaks: vec![Break::fixed(240, 60, false)],
    }
}
