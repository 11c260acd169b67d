//! Made-up teams for the solver's tests: an online shop's chat desk with evening peaks.

use chrono::{Datelike, Days, Duration, Weekday};
use chrono_tz::Tz;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::Uuid;

use crate::domain::absence::{Leave, LeaveKind, Wish, WishKind};
use crate::domain::agent::{Agent, Contract, Post, Skill};
use crate::domain::calendar::{Horizon, Interval, IntervalMinutes, PlanningWeek, instant_at_minute};
use crate::domain::demand::{QueueRequirement, RequirementPoint, StaffingRequirement};
use crate::domain::ids::{QueueId, ShiftTemplateId, SiteId, TeamId};
use crate::domain::load_memory::LoadMemory;
use crate::domain::organisation::WeeklyWindow;
use crate::domain::planning::{PastShift, PlanningInput};
use crate::domain::quantity::Proficiency;
use crate::domain::rules::RosterRules;
use crate::domain::shift::{Break, ShiftTemplate};
use crate::domain::wish_memory::WishMemory;

const QUEUES: usize = 5;
/// Start, length and break of each template: 09:00 to past midnight.
const SHIFTS: [(u32, u32, u32); 8] = [
    (540, 540, 180),
    (600, 540, 210),
    (660, 540, 240),
    (780, 540, 240),
    (840, 540, 240),
    (900, 540, 240),
    (990, 510, 210),
    (1050, 540, 240),
];

/// A week of a team of that many agents; `load` 1 needs about the hours that the contracts give.
pub(super) fn chat_team(agents: usize, load: f64, seed: u64) -> PlanningInput {
    let mut rng = StdRng::seed_from_u64(seed);
    let week = PlanningWeek::new("2026-11-23".parse().unwrap(), Tz::Asia__Shanghai).unwrap();
    let queue_ids: Vec<QueueId> = (0..QUEUES).map(|_| Uuid::from_u128(rng.random()).into()).collect();
    let agents: Vec<Agent> = (0..agents).map(|number| agent(number, &queue_ids, &mut rng)).collect();
    let shift_templates: Vec<ShiftTemplate> = SHIFTS.iter().map(|shift| template(*shift, &mut rng)).collect();
    let requirement = requirement(&week, &queue_ids, agents.len() as f64 * load, &mut rng);
    let mut input = PlanningInput {
        week,
        horizon: week.into(),
        agents,
        shift_templates,
        requirement,
        leave: vec![],
        wishes: vec![],
        wish_memory: WishMemory::default(),
        history: vec![],
        ahead: vec![],
        pinned: vec![],
        least_change_from: None,
        rotation: vec![],
        rules: RosterRules { leader_windows: evenings(), ..RosterRules::default() },
        labour: None,
        load_memory: LoadMemory::default(),
    };
    add_absence(&mut input, &mut rng);
    add_history(&mut input, &mut rng);
    input
}

/// Lunch within two hours and a quarter of an hour's rest in the last hours, neither by whole planning steps.
pub(super) fn with_windows(mut input: PlanningInput) -> PlanningInput {
    for template in &mut input.shift_templates {
        let lunch = &mut template.breaks[0];
        (lunch.offset_minutes, lunch.window_minutes, lunch.step_minutes) = (lunch.offset_minutes - 60, 120, 30);
        let (offset_minutes, window_minutes) = (template.length_minutes - 150, 90);
        template.breaks.push(Break { window_minutes, ..Break::fixed(offset_minutes, 15, true) });
    }
    input
}

/// So many weeks of such a team, planned together: the same people, other demand, and every week a few of them away.
pub(super) fn chat_weeks(agents: usize, load: f64, seed: u64, weeks: u32) -> Vec<PlanningInput> {
    let first = chat_team(agents, load, seed);
    let horizon = Horizon::new(first.week, weeks).unwrap();
    let queue_ids: Vec<QueueId> = first.requirement.queues.iter().map(|queue| queue.queue_id).collect();
    let of_week = |(number, week): (u64, PlanningWeek)| {
        let mut rng = StdRng::seed_from_u64(seed + 1000 * number);
        let requirement = requirement(&week, &queue_ids, agents as f64 * load, &mut rng);
        let mut input = PlanningInput { week, horizon, requirement, leave: vec![], wishes: vec![], ..first.clone() };
        add_absence(&mut input, &mut rng);
        input
    };
    let mut inputs: Vec<PlanningInput> = (0..).zip(horizon.weeks()).map(of_week).collect();
    // Everybody's leave is known to every week.
    let leave: Vec<Leave> = inputs.iter().flat_map(|input| input.leave.clone()).collect();
    inputs.iter_mut().for_each(|input| input.leave.clone_from(&leave));
    inputs
}

fn evenings() -> Vec<WeeklyWindow> {
    let mut weekday = Weekday::Mon;
    std::iter::repeat_with(|| {
        let window = WeeklyWindow { weekday, start_minute: 18 * 60, end_minute: 22 * 60 };
        weekday = weekday.succ();
        window
    })
    .take(7)
    .collect()
}

fn agent(number: usize, queues: &[QueueId], rng: &mut StdRng) -> Agent {
    let first = number % queues.len();
    let mut served = vec![queues[first], queues[(first + 1) % queues.len()]];
    if rng.random_bool(0.5) {
        served.push(queues[(first + 3) % queues.len()]);
    }
    let is_full_time = number % 6 != 5;
    let (min_weekly_minutes, max_weekly_minutes) = if is_full_time { (2400, 2880) } else { (960, 1440) };
    let grades = [0.8, 1.0, 1.0, 1.0, 1.2];
    let proficiency = Proficiency::new(if number % 9 == 8 { 0.7 } else { grades[rng.random_range(0..5)] }).unwrap();
    Agent {
        id: Uuid::from_u128(rng.random()).into(),
        team_id: TeamId(Uuid::nil()),
        staff_number: format!("A{number:03}"),
        name: format!("客服{number}"),
        post: if number.is_multiple_of(10) { Post::TeamLeader } else { Post::PresaleAgent },
        contract: Contract { min_weekly_minutes, max_weekly_minutes, is_full_time },
        skills: served.into_iter().map(|queue_id| Skill { queue_id, proficiency }).collect(),
        employed_from: "2026-01-01".parse().unwrap(),
        employed_until: None,
        availability: vec![],
    }
}

fn template((start_minute, length_minutes, offset_minutes): (u32, u32, u32), rng: &mut StdRng) -> ShiftTemplate {
    ShiftTemplate {
        id: ShiftTemplateId(Uuid::from_u128(rng.random())),
        site_id: SiteId(Uuid::nil()),
        code: format!("S{start_minute}"),
        name: format!("from {start_minute}"),
        start_minute,
        length_minutes,
        breaks: vec![Break::fixed(offset_minutes, 60, false)],
    }
}

/// A morning hump, an afternoon dip and an evening peak, from 09:00 to 02:00, busier at weekends.
fn requirement(week: &PlanningWeek, queues: &[QueueId], agents: f64, rng: &mut StdRng) -> StaffingRequirement {
    let grid = week.grid(IntervalMinutes::HALF_HOUR, Duration::hours(3));
    let shares = [0.28, 0.24, 0.2, 0.16, 0.12];
    let queues = queues.iter().zip(shares).map(|(queue_id, share)| {
        let points = (0..grid.len()).map(|index| {
            // A service day runs from six in the morning to the next.
            let minute = (index * 30 + 1440 - 360) % 1440 + 360;
            let day = (index * 30).saturating_sub(360) / 1440;
            let hour = minute as f64 / 60.0;
            let hump = |at: f64, width: f64| (-((hour - at) / width).powi(2)).exp();
            let is_open = (540..1560).contains(&minute) && index * 30 >= 360;
            let shape = 0.18 + 0.5 * hump(11.0, 2.0) + 0.35 * hump(15.5, 2.0) + 0.85 * hump(20.5, 2.0);
            let weekend = if day >= 5 { 1.2 } else { 1.0 };
            let heads = agents * share * shape * weekend * 0.66 * rng.random_range(0.9..1.1);
            let required = if is_open { heads.round().max(1.0) as u32 } else { 0 };
            RequirementPoint {
                on_seat: required,
                required,
                service_level: None,
                occupancy: None,
                is_peak: (1170..1320).contains(&minute),
                binding: None,
            }
        });
        QueueRequirement { queue_id: *queue_id, points: points.collect() }
    });
    StaffingRequirement { grid, queues: queues.collect() }
}

fn add_absence(input: &mut PlanningInput, rng: &mut StdRng) {
    for agent in &input.agents {
        let date = input.week.monday() + Days::new(rng.random_range(0..7));
        let at = |minute| instant_at_minute(input.week.zone(), date, minute);
        if rng.random_bool(0.15) {
            let span = Interval { start: at(0), end: at(1440) };
            let id = Uuid::from_u128(rng.random()).into();
            input.leave.push(Leave { id, agent_id: agent.id, span, kind: LeaveKind::Annual });
        }
        for _ in 0..2 {
            let date = input.week.monday() + Days::new(rng.random_range(0..7));
            let kind = [WishKind::DayOff, WishKind::AvoidShift, WishKind::WantShift][rng.random_range(0..3)];
            let template = &input.shift_templates[rng.random_range(0..SHIFTS.len())];
            let shift_template_id = (kind != WishKind::DayOff).then_some(template.id);
            let (id, weight) = (Uuid::from_u128(rng.random()).into(), rng.random_range(1..=5));
            input.wishes.push(Wish { id, agent_id: agent.id, date, kind, shift_template_id, weight });
        }
    }
}

/// Four of the seven days before, the last one late for some.
fn add_history(input: &mut PlanningInput, rng: &mut StdRng) {
    for agent in &input.agents {
        for back in 1..=7 {
            let date = input.week.monday() - Days::new(back);
            let template = &input.shift_templates[rng.random_range(0..SHIFTS.len())];
            if date.weekday() != Weekday::Wed && rng.random_bool(0.65) {
                let span = template.on(date, input.week.zone()).span;
                input.history.push(PastShift { agent_id: agent.id, date, span });
            }
        }
    }
}
