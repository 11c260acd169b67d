//! What a team's rotation gives its agents in a week.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use crate::domain::access::Scope;
use crate::domain::agent::Agent;
use crate::domain::calendar::{Interval, midnight};
use crate::domain::organisation::HolidayKind;
use crate::domain::planning::{PlanningInput, RotationDay};
use crate::domain::rotation::{RotationAdoption, RotationChoice, RotationUse, TeamRotation, UsedRotation};
use crate::services::plan::TeamPlan;
use crate::store::holidays::{self, HolidayFilter};
use crate::store::{Db, Page, StoreError, rotation_adoptions, rotations, teams};

/// The adoption that a build of that week follows, and how: the team's own, or that of the nearest team above that has one.
///
/// # Errors
/// [`StoreError`].
pub(in crate::services) async fn rotation_in_use(
    db: &impl Db,
    plan: &TeamPlan,
    monday: NaiveDate,
    choice: Option<RotationChoice>,
) -> Result<Option<UsedRotation>, StoreError> {
    let mut next = Some(plan.team.id).filter(|_| choice != Some(RotationChoice::Ignore));
    while let Some(id) = next {
        if let Some(adoption) = rotation_adoptions::current(db, id, monday).await? {
            let usage = match choice {
                Some(RotationChoice::Frame) => RotationUse::Frame,
                Some(RotationChoice::Preference) => RotationUse::Preference,
                Some(RotationChoice::Ignore) | None => adoption.usage,
            };
            return Ok(Some(UsedRotation { adoption_id: adoption.id, usage }));
        }
        next = teams::get(db, id).await?.and_then(|team| team.value.parent_id);
    }
    Ok(None)
}

/// What the rotation gives each agent of the input on each day of its week. Nothing is fixed yet: a build does that. The place of
/// an agent goes on week by week whoever is away: leave, days without employment and holidays displace single days only.
///
/// # Errors
/// [`StoreError`].
pub(in crate::services) async fn rotation_days(
    db: &impl Db,
    plan: &TeamPlan,
    used: Option<UsedRotation>,
    input: &PlanningInput,
) -> Result<Vec<RotationDay>, StoreError> {
    let Some(used) = used else { return Ok(Vec::new()) };
    let missing = |kind, id| StoreError::NotFound { kind, id };
    let adoption = rotation_adoptions::get(db, used.adoption_id).await?;
    let adoption = adoption.ok_or_else(|| missing("rotation adoption", used.adoption_id.0))?.value;
    let rotation = rotations::get(db, adoption.rotation_id).await?;
    let rotation = rotation.ok_or_else(|| missing("rotation", adoption.rotation_id.0))?.value;
    let dates: Vec<NaiveDate> = input.week.dates().collect();
    let filter = HolidayFilter {
        scope: &Scope::Everything,
        site_id: Some(plan.site.id),
        from: dates.first().copied(),
        until: dates.last().copied(),
        include_archived: false,
    };
    let mut paused = BTreeSet::new();
    if adoption.is_paused_on_holidays {
        let holidays = holidays::list(db, &filter, Page::ALL).await?.items.into_iter().map(|row| row.value);
        paused.extend(holidays.filter(|day| day.kind != HolidayKind::MakeUpWorkday).map(|day| day.date));
    }
    Ok(given(input, &adoption, &rotation, &paused))
}

fn given(
    input: &PlanningInput,
    adoption: &RotationAdoption,
    rotation: &TeamRotation,
    paused: &BTreeSet<NaiveDate>,
) -> Vec<RotationDay> {
    let Some(weeks) = adoption.weeks_until(input.week.monday()) else { return Vec::new() };
    let of_agent = |agent: &Agent| {
        let place = adoption.place_of(agent.id)?;
        let days = input.week.dates().enumerate().filter_map(move |(weekday, date)| {
            let shift_template_id = rotation.duty(place, weeks, weekday)?;
            Some(RotationDay { agent_id: agent.id, date, shift_template_id, is_fixed: false })
        });
        Some(days.filter(|day| !paused.contains(&day.date) && is_there(input, agent, day)).collect::<Vec<_>>())
    };
    input.agents.iter().filter_map(of_agent).flatten().collect()
}

/// Whether the agent is employed on the day, and no leave overlaps its shift; of a day off, the day.
fn is_there(input: &PlanningInput, agent: &Agent, day: &RotationDay) -> bool {
    let zone = input.week.zone();
    let whole = || Interval { start: midnight(zone, day.date), end: midnight(zone, day.date + Days::new(1)) };
    let template = day.shift_template_id.and_then(|id| input.shift_template(id));
    let span = template.map_or_else(whole, |template| template.on(day.date, zone).span);
    let mut leave = input.leave.iter().filter(|leave| leave.agent_id == agent.id);
    agent.is_employed_on(day.date) && !leave.any(|leave| leave.span.overlaps(&span))
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;
    use crate::domain::absence::{Leave, LeaveKind};
    use crate::domain::agent::{Contract, Post};
    use crate::domain::calendar::{Horizon, IntervalMinutes, PlanningWeek, instant_at_minute};
    use crate::domain::demand::StaffingRequirement;
    use crate::domain::ids::{AgentId, LeaveId, RotationAdoptionId, RotationId, ShiftTemplateId, SiteId, TeamId};
    use crate::domain::rotation::{MarkedShift, PlacedAgent, RotationPlace, RotationSource, RotationTrack, read_week};
    use crate::domain::rules::RosterRules;
    use crate::domain::shift::ShiftTemplate;
    use crate::domain::wish_memory::WishMemory;

    /// Five nights, 22:00 to 06:00, in the first week and days off in the second.
    fn nights() -> (TeamRotation, ShiftTemplate) {
        let template = ShiftTemplate {
            id: ShiftTemplateId::generate(),
            site_id: SiteId::generate(),
            code: "夜".into(),
            name: "夜班".into(),
            start_minute: 22 * 60,
            length_minutes: 480,
            breaks: vec![],
        };
        let weeks = ["夜 夜 夜 夜 夜 - -", "- - - - - - -"].map(|week| read_week(week, &["夜"]).unwrap());
        let rotation = TeamRotation {
            id: RotationId::generate(),
            team_id: TeamId::generate(),
            name: "夜班两周".into(),
            source: RotationSource::Drawn,
            pattern_id: None,
            shifts: vec![MarkedShift { mark: "夜".into(), shift_template_id: template.id, block: None }],
            tracks: vec![RotationTrack { weeks: weeks.to_vec(), agents: vec![1, 1] }],
            rules: None,
        };
        (rotation, template)
    }

    /// The week that begins so many weeks after the adoption, with its one agent, who began on the first week.
    fn week(after: i64, template: &ShiftTemplate) -> PlanningInput {
        let monday = monday() + chrono::Duration::weeks(after);
        let week = PlanningWeek::new(monday, Tz::Asia__Shanghai).unwrap();
        let agent = Agent {
            id: AgentId(uuid::Uuid::nil()),
            team_id: TeamId(uuid::Uuid::nil()),
            staff_number: "1".into(),
            name: "王芳".into(),
            post: Post::PresaleAgent,
            contract: Contract { min_weekly_minutes: 0, max_weekly_minutes: 2400, is_full_time: true },
            skills: vec![],
            employed_from: monday - Days::new(100),
            employed_until: None,
            availability: vec![],
        };
        PlanningInput {
            week,
            horizon: Horizon::new(week, 1).unwrap(),
            agents: vec![agent],
            shift_templates: vec![template.clone()],
            requirement: StaffingRequirement {
                grid: week.grid(IntervalMinutes::HALF_HOUR, chrono::Duration::zero()),
                queues: vec![],
            },
            leave: vec![],
            wishes: vec![],
            wish_memory: WishMemory::default(),
            labour: None,
            load_memory: Default::default(),
            history: vec![],
            ahead: vec![],
            pinned: vec![],
            least_change_from: None,
            rotation: vec![],
            rules: RosterRules::default(),
        }
    }

    fn monday() -> NaiveDate {
        "2026-11-30".parse().unwrap()
    }

    fn adoption(rotation: &TeamRotation) -> RotationAdoption {
        RotationAdoption {
            id: RotationAdoptionId::generate(),
            team_id: rotation.team_id,
            rotation_id: rotation.id,
            starts_on: monday(),
            usage: RotationUse::Frame,
            is_paused_on_holidays: true,
            places: vec![PlacedAgent { agent_id: AgentId(uuid::Uuid::nil()), place: RotationPlace { track: 0, week: 0 } }],
        }
    }

    /// A mark for each day of the week: `w` work, `-` a day off, a blank where nothing is said.
    fn marks(input: &PlanningInput, paused: &[u64]) -> String {
        let (mut rotation, _) = nights();
        rotation.shifts[0].shift_template_id = input.shift_templates[0].id;
        let paused = paused.iter().map(|day| input.week.monday() + Days::new(*day)).collect();
        let days = given(input, &adoption(&rotation), &rotation, &paused);
        let mark = |date| match days.iter().find(|day| day.date == date) {
            Some(day) if day.shift_template_id.is_some() => 'w',
            Some(_) => '-',
            None => ' ',
        };
        input.week.dates().map(mark).collect()
    }

    #[test]
    fn leave_displaces_the_shifts_that_it_overlaps_and_the_next_weeks_go_on_as_they_would() {
        let (_, template) = nights();
        let mut input = week(0, &template);
        assert_eq!(marks(&input, &[]), "wwwww--");
        // From Tuesday noon to Thursday 02:00: the nights of Tuesday and Wednesday. Saturday until the afternoon: Friday's night too, and a day off.
        let at = |day: u64, minute| instant_at_minute(input.week.zone(), monday() + Days::new(day), minute);
        let leave = |from, until| Leave {
            id: LeaveId::generate(),
            agent_id: input.agents[0].id,
            span: Interval { start: from, end: until },
            kind: LeaveKind::Sick,
        };
        input.leave = vec![leave(at(1, 720), at(3, 120)), leave(at(5, 0), at(5, 900))];
        assert_eq!(marks(&input, &[]), "w  w  -");
        assert_eq!([marks(&week(1, &template), &[]), marks(&week(2, &template), &[])], ["-------", "wwwww--"]);
        assert_eq!(marks(&week(-1, &template), &[]), "       ", "not adopted yet");
    }

    #[test]
    fn holidays_and_days_without_employment_say_nothing() {
        let (_, template) = nights();
        let mut input = week(0, &template);
        assert_eq!(marks(&input, &[2, 6]), "ww ww- ");
        input.agents[0].employed_until = Some(monday() + Days::new(3));
        assert_eq!(marks(&input, &[]), "wwww   ");
        input.agents[0].id = AgentId::generate();
        assert_eq!(marks(&input, &[]), "       ", "without a place");
    }
}
