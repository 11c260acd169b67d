//! The made organisation: one site, three shops, five queues, 26 agents in two teams.

use chrono::{Days, NaiveDate, Weekday};
use chrono_tz::Tz;
use uuid::Uuid;

use super::history::{self, Pattern, Surroundings};
use super::people::{AFTERSALE, Hours, LEAVES, PRESALE, Person, WISHES};
use crate::domain::absence::{Leave, Wish};
use crate::domain::agent::{Agent, Contract, Skill};
use crate::domain::calendar::{DAY_MINUTES, Interval, PlanningWeek, instant_at_minute};
use crate::domain::ids::{AgentId, LeaveId, PeakWindowId, QueueId, ShiftTemplateId, ShopId, SiteId, TeamId, WishId};
use crate::domain::organisation::{Platform, Queue, QueueKind, Shop, Site, Team, WeeklyWindow};
use crate::domain::peak::{PeakDays, PeakWindow};
use crate::domain::quantity::{Aht, Concurrency, Occupancy, Proficiency, ServiceGoal, ServiceLevel, Shrinkage};
use crate::domain::rules::RosterRules;
use crate::domain::service::{ServiceSettings, Turns};
use crate::domain::shift::{Break, ShiftTemplate};
use crate::labour::calendars;
use crate::services::founding::Organisation;

/// By this the demo knows its own database again.
pub const SITE: SiteId = SiteId(Uuid::from_u128(0x7061_6962_616e_4001_8000_6465_6d6f_0001));
/// The team that the demo plans for: both teams stand below it.
pub const ROOT_TEAM: TeamId = TeamId(Uuid::from_u128(0x7061_6962_616e_4001_8000_6465_6d6f_0002));
/// Where they work.
pub const ZONE: Tz = Tz::Asia__Shanghai;

const WEEKDAYS: [Weekday; 7] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
const OPENS: u32 = 8 * 60;
const CLOSES: u32 = 24 * 60;

/// A queue of the table.
struct QueueRow {
    name: &'static str,
    kind: QueueKind,
    /// Which of the shops.
    shop: usize,
    aht_secs: f64,
    chats_at_once: u8,
    threshold_secs: u32,
    /// Inquiries in the busiest half hour of an ordinary Wednesday.
    busiest: f64,
}

const QUEUES: [QueueRow; 5] = [
    presale_queue("天猫售前", 0, 100.0, 210.0),
    aftersale_queue("天猫售后", 0, 200.0, 39.0),
    presale_queue("拼多多售前", 1, 90.0, 64.0),
    aftersale_queue("拼多多售后", 1, 180.0, 12.0),
    presale_queue("抖音售前", 2, 90.0, 26.0),
];

const fn presale_queue(name: &'static str, shop: usize, aht_secs: f64, busiest: f64) -> QueueRow {
    QueueRow { name, kind: QueueKind::Presale, shop, aht_secs, chats_at_once: 5, threshold_secs: 60, busiest }
}

const fn aftersale_queue(name: &'static str, shop: usize, aht_secs: f64, busiest: f64) -> QueueRow {
    QueueRow { name, kind: QueueKind::Aftersale, shop, aht_secs, chats_at_once: 4, threshold_secs: 180, busiest }
}

/// A break: offset, minutes, and whether it is paid.
type Rest = (u32, u32, bool);

/// Code, name, start, length and break. Queues that one agent serves alone are covered by straight shifts, eaten through at
/// the desk; the larger ones by shifts with a meal.
const SHIFTS: [(&str, &str, u32, u32, Option<Rest>); 8] = [
    ("早1", "早班", 480, 480, None),
    ("早2", "早班二", 540, 540, Some((180, 60, false))),
    ("早3", "早班三", 600, 540, Some((180, 60, false))),
    ("中", "中班", 750, 540, Some((270, 60, false))),
    ("晚1", "晚班", 960, 480, None),
    ("晚2", "晚班二", 900, 540, Some((180, 60, false))),
    ("夜", "夜班", 1020, 510, Some((120, 30, false))),
    ("短", "短班", 1140, 240, None),
];

/// The organisation as it prepares for `week`, with history up to the day before `today`.
pub fn organisation(week: PlanningWeek, today: NaiveDate, seed: u64) -> Organisation {
    let site = Site { id: SITE, name: "杭州".into(), zone: ZONE, opening_hours: every_day(OPENS, CLOSES) };
    let until = today.min(week.monday());
    let first = until - Days::new(history::DAYS.unsigned_abs());
    let holidays = calendars::between("CN", SITE, first, week.monday() + Days::new(7));
    let (presale, aftersale) = (TeamId::generate(), TeamId::generate());
    let shops = shops();
    let queues = queues(&shops, presale, aftersale);
    let agents: Vec<Agent> = agents(&PRESALE, presale, "S", &queues, week.monday())
        .into_iter()
        .chain(agents(&AFTERSALE, aftersale, "A", &queues, week.monday()))
        .collect();
    let shift_templates: Vec<ShiftTemplate> = SHIFTS.iter().map(template).collect();
    let peak_windows = peak_windows(week.monday());
    let patterns: Vec<Pattern> = queues
        .iter()
        .zip(&QUEUES)
        .map(|(queue, row)| Pattern { queue_id: queue.id, kind: queue.kind, busiest: row.busiest })
        .collect();
    let around = Surroundings { holidays: &holidays, peaks: &peak_windows, zone: ZONE };
    let volumes = history::volumes(&patterns, around, until, seed);
    let teams = teams(presale, aftersale, &agents);
    let leaves = leaves(&agents, week);
    let wishes = wishes(&agents, &shift_templates, week);
    Organisation { site, holidays, teams, shops, queues, agents, shift_templates, peak_windows, leaves, wishes, volumes }
}

fn every_day(start_minute: u32, end_minute: u32) -> Vec<WeeklyWindow> {
    WEEKDAYS.map(|weekday| WeeklyWindow { weekday, start_minute, end_minute }).to_vec()
}

fn shops() -> Vec<Shop> {
    let shop = |(name, platform): (&str, Platform)| Shop { id: ShopId::generate(), site_id: SITE, name: name.into(), platform };
    [
        ("西溪家居天猫旗舰店", Platform::Tmall),
        ("西溪家居拼多多专营店", Platform::Pinduoduo),
        ("西溪家居抖音小店", Platform::Douyin),
    ]
    .map(shop)
    .to_vec()
}

fn queues(shops: &[Shop], presale: TeamId, aftersale: TeamId) -> Vec<Queue> {
    const RANGE: &str = "the table keeps to the ranges";
    QUEUES
        .iter()
        .map(|row| Queue {
            id: QueueId::generate(),
            shop_id: shops[row.shop].id,
            team_id: if row.kind == QueueKind::Aftersale { aftersale } else { presale },
            name: row.name.into(),
            kind: row.kind,
            max_concurrent_chats: Concurrency::new(row.chats_at_once).expect(RANGE),
            aht_secs: Aht::new(row.aht_secs).expect(RANGE),
            service_goal: ServiceGoal { target: ServiceLevel::new(0.8).expect(RANGE), threshold_secs: row.threshold_secs },
            max_occupancy: Occupancy::new(0.85).expect(RANGE),
            // Meals are breaks of the shifts and leave is recorded; what is left of it is within the occupancy cap. In
            // queues of two or three heads any share on top would round up to one more.
            shrinkage: Shrinkage::new(0.0).expect(RANGE),
            min_agents: 1,
            // Practised agents with quick answers at hand: a quarter of a chat is their own work.
            service: ServiceSettings { turns: Some(Turns { reply_secs: 15.0, think_secs: 45.0 }), ..ServiceSettings::default() },
        })
        .collect()
}

fn agents(people: &[Person], team_id: TeamId, prefix: &str, queues: &[Queue], monday: NaiveDate) -> Vec<Agent> {
    let agent = |(index, person): (usize, &Person)| Agent {
        id: AgentId::generate(),
        team_id,
        staff_number: format!("{prefix}{:03}", index + 1),
        name: person.name.into(),
        post: person.post,
        contract: contract(person.hours),
        skills: person.skills.iter().map(|queue| skill(queues[*queue].id)).collect(),
        employed_from: monday - Days::new(person.days_here),
        employed_until: None,
        availability: availability(person.hours),
    };
    people.iter().enumerate().map(agent).collect()
}

/// Everybody is fully trained: where proficiencies differ, the direct model leaves a gap of some percent.
fn skill(queue_id: QueueId) -> Skill {
    Skill { queue_id, proficiency: Proficiency::new(1.0).expect("within the range") }
}

fn contract(hours: Hours) -> Contract {
    match hours {
        Hours::Full => Contract { min_weekly_minutes: 40 * 60, max_weekly_minutes: 40 * 60, is_full_time: true },
        _ => Contract { min_weekly_minutes: 16 * 60, max_weekly_minutes: 24 * 60, is_full_time: false },
    }
}

fn availability(hours: Hours) -> Vec<WeeklyWindow> {
    let window = |weekday: Weekday, start_minute, end_minute| WeeklyWindow { weekday, start_minute, end_minute };
    let (working_days, weekend) = WEEKDAYS.split_at(5);
    match hours {
        Hours::Full => Vec::new(),
        Hours::Daytime => working_days.iter().map(|day| window(*day, OPENS, 18 * 60)).collect(),
        Hours::Evenings => {
            let evenings = working_days.iter().map(|day| window(*day, 18 * 60, CLOSES));
            evenings.chain(weekend.iter().map(|day| window(*day, OPENS, CLOSES))).collect()
        }
    }
}

fn template(&(code, name, start_minute, length_minutes, rest): &(&str, &str, u32, u32, Option<Rest>)) -> ShiftTemplate {
    let breaks = rest.map(|(offset_minutes, minutes, is_paid)| Break::fixed(offset_minutes, minutes, is_paid));
    ShiftTemplate {
        id: ShiftTemplateId::generate(),
        site_id: SITE,
        code: code.into(),
        name: name.into(),
        start_minute,
        length_minutes,
        breaks: breaks.into_iter().collect(),
    }
}

/// The evening peak of every day, and a promotion on the week's Thursday that came twice before: the forecast learns by its
/// name what it does.
fn peak_windows(monday: NaiveDate) -> Vec<PeakWindow> {
    let window = |name: &str, days: PeakDays, start_minute: u32, end_minute: u32, min_agents: u32| PeakWindow {
        id: PeakWindowId::generate(),
        team_id: ROOT_TEAM,
        queue_id: None,
        name: name.into(),
        days,
        start_minute,
        end_minute,
        uplift: None,
        min_agents,
    };
    let evening = window("晚高峰", PeakDays::Weekly { weekdays: WEEKDAYS.to_vec() }, 19 * 60 + 30, 22 * 60 + 30, 1);
    let thursday = monday + Days::new(3);
    let promotions = [49, 21, 0].map(|days_before| {
        let date = thursday - Days::new(days_before);
        window("品牌日大促", PeakDays::Dated { from: date, until: date }, 20 * 60, DAY_MINUTES + 60, 1)
    });
    std::iter::once(evening).chain(promotions).collect()
}

fn teams(presale: TeamId, aftersale: TeamId, agents: &[Agent]) -> Vec<Team> {
    let leader = |team_id| agents.iter().find(|agent| agent.team_id == team_id).map(|agent| agent.id);
    let team =
        |id, parent_id, name: &str, leader_id, rules| Team { id, site_id: SITE, parent_id, name: name.into(), leader_id, rules };
    // Five days on, two off, as 40 hours go: 做五休二.
    let rules = RosterRules { leader_windows: every_day(18 * 60, 22 * 60), min_rest_days: 2, ..RosterRules::default() };
    vec![
        team(ROOT_TEAM, None, "客服部", leader(presale), Some(rules)),
        team(presale, Some(ROOT_TEAM), "售前组", leader(presale), None),
        team(aftersale, Some(ROOT_TEAM), "售后组", leader(aftersale), None),
    ]
}

fn leaves(agents: &[Agent], week: PlanningWeek) -> Vec<Leave> {
    LEAVES
        .iter()
        .map(|&(name, day, start_minute, end_minute, days, kind)| {
            let first = week.monday() + Days::new(day);
            let last = first + Days::new(days - 1);
            let span = Interval {
                start: instant_at_minute(week.zone(), first, start_minute),
                end: instant_at_minute(week.zone(), last, end_minute),
            };
            Leave { id: LeaveId::generate(), agent_id: named(agents, name), span, kind }
        })
        .collect()
}

fn wishes(agents: &[Agent], templates: &[ShiftTemplate], week: PlanningWeek) -> Vec<Wish> {
    let template = |code: &str| templates.iter().find(|template| template.code == code).map(|template| template.id);
    WISHES
        .iter()
        .map(|&(name, weekday, kind, code, weight)| Wish {
            id: WishId::generate(),
            agent_id: named(agents, name),
            date: week.monday() + Days::new(weekday.num_days_from_monday().into()),
            kind,
            shift_template_id: code.and_then(template),
            weight,
        })
        .collect()
}

fn named(agents: &[Agent], name: &str) -> AgentId {
    agents.iter().find(|agent| agent.name == name).expect("leave and wishes are of the people in the table").id
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made() -> Organisation {
        let week = PlanningWeek::new("2026-11-23".parse().unwrap(), ZONE).unwrap();
        organisation(week, "2026-11-20".parse().unwrap(), 1)
    }

    #[test]
    fn it_is_as_large_as_the_readme_says() {
        let made = made();
        assert_eq!((made.shops.len(), made.queues.len(), made.agents.len(), made.teams.len()), (3, 5, 26, 3));
        assert!(made.teams.iter().all(|team| team.leader_id.is_some()));
        assert_eq!(made.volumes.len(), 5 * 84 * 48);
        assert!(made.shift_templates.iter().all(|template| template.faults().is_empty()));
        assert!(made.shift_templates.iter().any(|template| template.end_minute() > DAY_MINUTES));
    }

    #[test]
    fn history_ends_the_day_before_today() {
        let last = made().volumes.iter().map(|record| record.starts_at).max().unwrap();
        assert_eq!(last, instant_at_minute(ZONE, "2026-11-19".parse().unwrap(), 23 * 60 + 30));
    }

    #[test]
    fn a_leader_is_of_the_team_that_is_led_or_of_one_below() {
        let made = made();
        for team in &made.teams {
            let leader = made.agents.iter().find(|agent| Some(agent.id) == team.leader_id).unwrap();
            assert!(leader.post.leads() && (leader.team_id == team.id || team.parent_id.is_none()));
        }
    }

    #[test]
    fn every_wish_for_a_shift_names_one() {
        let named = made().wishes.iter().filter(|wish| wish.shift_template_id.is_some()).count();
        assert_eq!(named, WISHES.iter().filter(|wish| wish.3.is_some()).count());
    }

    #[test]
    fn the_promotion_came_twice_within_the_history() {
        let made = made();
        let first = made.volumes.iter().map(|record| record.starts_at).min().unwrap();
        let week = PlanningWeek::new("2026-11-23".parse().unwrap(), ZONE).unwrap();
        let dates: Vec<NaiveDate> = made
            .peak_windows
            .iter()
            .filter_map(|window| if let PeakDays::Dated { from, .. } = window.days { Some(from) } else { None })
            .collect();
        assert_eq!(dates.len(), 3);
        assert!(dates.iter().all(|date| instant_at_minute(ZONE, *date, 0) > first));
        assert_eq!(dates.iter().filter(|date| week.day_of(**date).is_some()).count(), 1);
    }
}
