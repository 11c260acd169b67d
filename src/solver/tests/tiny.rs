//! Teams small enough to try every roster.

use crate::domain::absence::{Wish, WishKind};
use crate::domain::agent::Skill;
use crate::domain::ids::{HolidayId, SiteId, WishId};
use crate::domain::labour::{
    AgentTerms, HoursSystem, HoursTerms, LabourInput, Night, NormalLeft, OvertimeLeft, Protected, ProtectionKind, RestDayWork,
    RestDays, SpecialDates,
};
use crate::domain::organisation::{Holiday, HolidayKind, WeeklyWindow};
use crate::domain::planning::PlanningInput;
use crate::domain::shift::Break;
use crate::solver::test_team::chat_team;

/// Three agents, three days, two shifts, two queues: small enough to try every roster.
pub(super) fn tiny(seed: u64) -> PlanningInput {
    let mut input = chat_team(3, 1.0, seed);
    input.shift_templates.retain(|template| [540, 1050].contains(&template.start_minute));
    input.leave.clear();
    input.requirement.queues.truncate(2);
    for (agent, skilled) in input.agents.iter_mut().zip([vec![0], vec![0, 1], vec![1]]) {
        agent.contract.min_weekly_minutes = 960;
        let proficiency = agent.skills[0].proficiency;
        let queue_id = |queue: &usize| input.requirement.queues[*queue].queue_id;
        agent.skills = skilled.iter().map(|queue| Skill { queue_id: queue_id(queue), proficiency }).collect();
        let weekdays = [chrono::Weekday::Mon, chrono::Weekday::Tue, chrono::Weekday::Wed];
        let all_day = |weekday| WeeklyWindow { weekday, start_minute: 0, end_minute: 1620 };
        agent.availability = weekdays.map(all_day).to_vec();
    }
    for queue in &mut input.requirement.queues {
        for (index, point) in queue.points.iter_mut().enumerate() {
            point.required = if index < 48 * 3 + 8 { point.required.min(2) } else { 0 };
        }
    }
    input
}

/// A tiny team that wishes for what the rules forbid: late, early, late; off, early, off; late, off, late.
pub(super) fn wishful() -> PlanningInput {
    let mut input = tiny(1);
    (input.rules.min_rest_minutes, input.rules.weights.wish) = (0, 100.0);
    // One queue leaves brute force few enough rosters to try for each rule.
    input.requirement.queues.truncate(1);
    let queue_id = input.requirement.queues[0].queue_id;
    for agent in &mut input.agents {
        agent.skills = vec![Skill { queue_id, ..agent.skills[0] }];
    }
    (input.history, input.wishes) = (vec![], vec![]);
    for (agent, wished) in input.agents.iter().zip(["LEL", ".E.", "L.L"]) {
        for (date, wished) in input.week.dates().zip(wished.chars()) {
            let kind = if wished == '.' { WishKind::DayOff } else { WishKind::WantShift };
            let named = "EL".find(wished).map(|template| input.shift_templates[template].id);
            let id = WishId::generate();
            input.wishes.push(Wish { id, agent_id: agent.id, date, kind, shift_template_id: named, weight: 10 });
        }
    }
    input
}

/// Two agents, two days and one queue, lunch of one hour at one of three places and, in the early shift, a rest at one of two.
pub(super) fn tiny_with_windows() -> PlanningInput {
    let mut input = wishful();
    input.agents[2].skills.clear();
    input.agents.iter_mut().for_each(|agent| agent.availability.truncate(2));
    input.wishes.retain(|wish| wish.agent_id != input.agents[2].id);
    for template in &mut input.shift_templates {
        let lunch = &mut template.breaks[0];
        (lunch.offset_minutes, lunch.window_minutes, lunch.step_minutes) = (lunch.offset_minutes - 60, 120, 60);
    }
    input.shift_templates[0].breaks.push(Break { window_minutes: 15, ..Break::fixed(480, 15, true) });
    input
}

/// Labour rules of the three: one with a short week and little overtime left, one on calendar days of rest with a holiday on
/// Tuesday, one of a cycle that is nearly used up and kept from nights.
pub(super) fn with_labour(mut input: PlanningInput) -> PlanningInput {
    let week: Vec<chrono::NaiveDate> = input.week.dates().collect();
    let (first, last) = (week[0], week[6]);
    let terms = |agent: &crate::domain::agent::Agent| AgentTerms {
        agent_id: agent.id,
        hours: HoursTerms {
            system: HoursSystem::Standard,
            normal_daily_minutes: Some(420),
            working_day_minutes: 480,
            cycle: None,
            rest_days: Some(RestDays::Rostered),
            rest_day_work: RestDayWork::Paid,
            pays_holidays: true,
        },
        rates: [1.0, 1.5, 2.0, 2.0, 3.0],
        normal_left: Some(NormalLeft { first, last, minutes: 700 }),
        overtime_left: vec![OvertimeLeft { first, last, minutes: 260 }],
        max_week_minutes: None,
        max_daily_minutes: Some(600),
        max_night_shift_minutes: None,
        free_days: 1,
        time_off_owed_minutes: 60,
        protected: vec![],
    };
    let mut agents: Vec<AgentTerms> = input.agents.iter().map(terms).collect();
    agents[1].hours.rest_days = Some(RestDays::Calendar);
    agents[1].normal_left = None;
    agents[1].overtime_left =
        vec![OvertimeLeft { first, last: week[0], minutes: 0 }, OvertimeLeft { first: week[1], last, minutes: 60 }];
    agents[2].hours.system = HoursSystem::Comprehensive;
    agents[2].normal_left = Some(NormalLeft { first, last: week[1], minutes: 500 });
    let (from, until) = (week[2], None);
    agents[2].protected = vec![Protected { kind: ProtectionKind::Minor, from, until, from_nights: true, from_overtime: true }];
    let (id, site_id) = (HolidayId::generate(), SiteId::generate());
    let holiday = Holiday { id, site_id, date: week[1], name: "x".into(), kind: HolidayKind::Statutory };
    let night = Night { from_minute: 1320, until_minute: 360 };
    input.labour = Some(LabourInput { dates: SpecialDates::of([&holiday]), night, agents });
    input
}
