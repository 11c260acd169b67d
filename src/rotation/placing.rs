//! Who walks where: agents are put on the places of a rotation by what suits them.
//!
//! An assignment problem: x(a,p) ∈ {0,1}, Σ_p x(a,p) = 1, Σ_a x(a,p) ≤ agents wanted at p, least Σ cost·x. Its linear programme
//! has whole vertices, so HiGHS, which is here anyway, solves it as fast as a method of its own would at the size of teams; and
//! the placing made greedily, with which it starts, stands where the time is short.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};
use chrono_tz::Tz;
use good_lp::{Constraint, Expression, Variable, variable, variables};

use super::design::{DesignError, DesignOptions};
use super::highs::{Answer, Programme, Stop};
use super::problem::WEEK_DAYS;
use crate::domain::absence::Wish;
use crate::domain::agent::Agent;
use crate::domain::calendar::{instant_at_minute, local_of};
use crate::domain::demand::StaffingRequirement;
use crate::domain::ids::ShiftTemplateId;
use crate::domain::rotation::{PlacedAgent, RotationPlace, TeamRotation};
use crate::domain::shift::ShiftTemplate;

/// Weeks of a track that are looked at: wishes reach no further.
const WEEKS: usize = 12;

/// What one day a week costs that the agent's availability forbids.
const FORBIDDEN_DAY: f64 = 100.0;
/// What one hour a week costs that the contract does not allow, or that is missing to its minimum.
const HOUR_OFF_CONTRACT: f64 = 5.0;
/// What one day a week costs on a shift of whose demand the agent can serve nothing.
const UNSKILLED_DAY: f64 = 20.0;
/// What it costs to share a place that has its agents already.
const CROWDED: f64 = 1000.0;

/// All that decides who walks where.
pub struct PlacingInput<'a> {
    /// The rotation.
    pub rotation: &'a TeamRotation,
    /// Its shifts.
    pub templates: &'a [ShiftTemplate],
    /// The Monday from which on they are looked at.
    pub from: NaiveDate,
    /// Weeks from the rotation's start to that Monday: places are told for the start.
    pub weeks: usize,
    /// Where.
    pub zone: Tz,
    /// Who is to be placed.
    pub agents: &'a [Agent],
    /// Who stays.
    pub kept: &'a [PlacedAgent],
    /// What they wish from then on.
    pub wishes: &'a [Wish],
    /// What is needed when, where that is known: by it skills count.
    pub requirement: Option<&'a StaffingRequirement>,
}

/// Puts every agent on a place. If there are more agents than places, those that are left share places with others.
///
/// # Errors
/// Faults of the backend, and being cancelled. Without places nobody is placed.
pub fn place_agents(
    input: &PlacingInput,
    options: &DesignOptions,
    is_cancelled: &dyn Fn() -> bool,
) -> Result<Vec<PlacedAgent>, DesignError> {
    let mut room: BTreeMap<RotationPlace, u32> = BTreeMap::new();
    input.rotation.places().into_iter().for_each(|place| *room.entry(place).or_default() += 1);
    for kept in input.kept {
        room.entry(kept.place).and_modify(|left| *left = left.saturating_sub(1));
    }
    if room.is_empty() || input.agents.is_empty() {
        return Ok(Vec::new());
    }
    let served = served_shares(input);
    // Places with room, and each again as often as it takes for those who find none.
    let open: Vec<(RotationPlace, u32, f64)> = room.iter().map(|(place, left)| (*place, *left, 0.0)).collect();
    let free: u32 = open.iter().map(|(_, left, _)| left).sum();
    let over = (input.agents.len() as u32).saturating_sub(free).div_ceil(open.len() as u32);
    let crowded = (1..=over).flat_map(|layer| open.iter().map(move |(place, _, _)| (*place, 1, CROWDED * f64::from(layer))));
    let places: Vec<_> = open.iter().copied().chain(crowded).filter(|(_, left, _)| *left > 0).collect();
    let cost = |agent: &Agent| places.iter().map(|(place, _, more)| more + cost(input, &served, agent, *place)).collect();
    let costs: Vec<Vec<f64>> = input.agents.iter().map(cost).collect();
    let room: Vec<u32> = places.iter().map(|(_, left, _)| *left).collect();
    let chosen = assign(&costs, &room, options, is_cancelled)?;
    let placed = input.agents.iter().zip(chosen);
    Ok(placed.map(|(agent, place)| PlacedAgent { agent_id: agent.id, place: places[place].0 }).collect())
}

/// The cheapest place of each agent, no more agents at each than there is room. There is room for all.
fn assign(
    costs: &[Vec<f64>],
    room: &[u32],
    options: &DesignOptions,
    is_cancelled: &dyn Fn() -> bool,
) -> Result<Vec<usize>, DesignError> {
    let count = room.len();
    let greedy = greedy(costs, room);
    let mut variables = variables!();
    let takes: Vec<Variable> = (0..costs.len() * count).map(|_| variables.add(variable().binary())).collect();
    let all_of = |agent: usize| takes[agent * count..][..count].iter().copied().sum::<Expression>();
    let mut rows: Vec<Constraint> = (0..costs.len()).map(|agent| all_of(agent).eq(1)).collect();
    let at = |place: usize| takes.iter().skip(place).step_by(count).copied().sum::<Expression>();
    rows.extend(room.iter().enumerate().map(|(place, room)| at(place).leq(f64::from(*room))));
    let objective = takes.iter().zip(costs.iter().flatten()).map(|(take, cost)| *cost * *take).sum();
    let mut start = vec![0.0; takes.len()];
    greedy.iter().enumerate().for_each(|(agent, place)| start[agent * count + place] = 1.0);
    let stop = Stop { limit: options.time_limit, is_cancelled };
    match (Programme { variables, objective, rows, start: Some(start) }).solve(stop, options.seed)? {
        Answer::Values { values, .. } => {
            let taken = |agent: &[f64]| agent.iter().position(|value| *value > 0.5);
            Ok(values.chunks_exact(count).map(|agent| taken(agent).expect("every agent has one place")).collect())
        }
        Answer::None | Answer::Unknown if is_cancelled() => Err(DesignError::Cancelled),
        Answer::None | Answer::Unknown => Ok(greedy),
    }
}

/// Each agent in turn where it is cheapest of what is left.
fn greedy(costs: &[Vec<f64>], room: &[u32]) -> Vec<usize> {
    let mut left = room.to_vec();
    let choose = |costs: &Vec<f64>| {
        let open = (0..left.len()).filter(|place| left[*place] > 0);
        let place = open.min_by(|one, other| costs[*one].total_cmp(&costs[*other])).expect("there is room for all");
        left[place] -= 1;
        place
    };
    costs.iter().map(choose).collect()
}

/// For each shift and weekday, the heads that each queue asks for in its hours, as shares of all.
type Shares = BTreeMap<(ShiftTemplateId, usize), Vec<(crate::domain::ids::QueueId, f64)>>;

fn served_shares(input: &PlacingInput) -> Shares {
    let Some(requirement) = input.requirement else { return Shares::new() };
    let mut shares = Shares::new();
    for template in input.templates {
        let mut by_day = vec![BTreeMap::new(); WEEK_DAYS];
        for (index, interval) in requirement.grid.intervals().enumerate() {
            let date = local_of(input.zone, interval.start).date();
            for date in [date - Days::new(1), date] {
                if !template.on(date, input.zone).span.overlaps(&interval) {
                    continue;
                }
                let day = date.weekday().num_days_from_monday() as usize;
                for queue in &requirement.queues {
                    let heads = queue.points.get(index).map_or(0, |point| point.required);
                    *by_day[day].entry(queue.queue_id).or_insert(0.0) += f64::from(heads);
                }
            }
        }
        for (day, queues) in by_day.into_iter().enumerate() {
            let all: f64 = queues.values().sum();
            let share = |(queue, heads): (_, f64)| (queue, heads / all);
            shares.insert((template.id, day), queues.into_iter().filter(|_| all > 0.0).map(share).collect());
        }
    }
    shares
}

/// What it costs the agent to walk from that place on: days not available, demand not served and hours off the contract by week,
/// and the wishes it refuses.
fn cost(input: &PlacingInput, shares: &Shares, agent: &Agent, place: RotationPlace) -> f64 {
    let weeks = input.rotation.tracks[place.track].weeks.len().min(WEEKS);
    let (mut of_days, mut of_wishes) = (0.0, 0.0);
    for week in 0..weeks {
        let mut paid = 0;
        for day in 0..WEEK_DAYS {
            let date = input.from + Days::new((week * WEEK_DAYS + day) as u64);
            let duty = input.rotation.duty(place, input.weeks + week, day).flatten();
            let worked: Vec<ShiftTemplateId> = duty.into_iter().collect();
            let wishes = input.wishes.iter().filter(|wish| wish.agent_id == agent.id && wish.date == date);
            of_wishes += wishes.filter(|wish| !wish.is_granted_by(&worked)).map(|wish| f64::from(wish.weight)).sum::<f64>();
            let Some(template) = duty.and_then(|id| input.templates.iter().find(|template| template.id == id)) else { continue };
            paid += template.paid_minutes();
            if !is_available(agent, template, date, input.zone) {
                of_days += FORBIDDEN_DAY;
            }
            let asked = shares.get(&(template.id, day)).into_iter().flatten();
            let unserved = asked.filter(|(queue, _)| agent.proficiency(*queue).is_none()).map(|(_, share)| share);
            of_days += UNSKILLED_DAY * unserved.sum::<f64>();
        }
        let (least, most) = (agent.contract.min_weekly_minutes, agent.contract.max_weekly_minutes);
        let off = paid.saturating_sub(most) + least.saturating_sub(paid);
        of_days += HOUR_OFF_CONTRACT * f64::from(off) / 60.0;
    }
    of_days / weeks.max(1) as f64 + of_wishes
}

/// Whether a window of the agent holds the whole shift; those of the day before may run past midnight.
fn is_available(agent: &Agent, template: &ShiftTemplate, date: NaiveDate, zone: Tz) -> bool {
    let span = template.on(date, zone).span;
    let at = |date, minute| instant_at_minute(zone, date, minute);
    let held = |date: NaiveDate| {
        let mut that_day = agent.availability.iter().filter(|window| window.weekday == date.weekday());
        that_day.any(|window| at(date, window.start_minute) <= span.start && span.end <= at(date, window.end_minute))
    };
    agent.availability.is_empty() || held(date) || held(date - Days::new(1))
}

#[cfg(test)]
mod tests {
    use chrono::Weekday;

    use super::super::test_case::PATIENT;
    use super::*;
    use crate::domain::absence::WishKind;
    use crate::domain::agent::{Contract, Post, Skill};
    use crate::domain::calendar::{IntervalMinutes, PlanningWeek};
    use crate::domain::demand::{QueueRequirement, RequirementPoint};
    use crate::domain::ids::{AgentId, QueueId, RotationId, SiteId, TeamId, WishId};
    use crate::domain::organisation::WeeklyWindow;
    use crate::domain::quantity::Proficiency;
    use crate::domain::rotation::{MarkedShift, RotationSource, RotationTrack, read_week};

    const ZONE: Tz = chrono_tz::Asia::Shanghai;

    struct Team {
        rotation: TeamRotation,
        templates: Vec<ShiftTemplate>,
        agents: Vec<Agent>,
        wishes: Vec<Wish>,
        kept: Vec<PlacedAgent>,
        requirement: Option<StaffingRequirement>,
    }

    fn monday() -> NaiveDate {
        "2026-11-23".parse().unwrap()
    }

    /// A week of early shifts and a week of late ones for two agents who can do anything.
    fn team() -> Team {
        let template = |hour: u32| ShiftTemplate {
            id: ShiftTemplateId::generate(),
            site_id: SiteId(uuid::Uuid::nil()),
            code: hour.to_string(),
            name: hour.to_string(),
            start_minute: hour * 60,
            length_minutes: 480,
            breaks: vec![],
        };
        let templates = vec![template(8), template(16)];
        let shift = |(mark, template): (&str, &ShiftTemplate)| MarkedShift {
            mark: mark.into(),
            shift_template_id: template.id,
            block: None,
        };
        let shifts = ["早", "晚"].into_iter().zip(&templates).map(shift).collect();
        let weeks = ["早 早 早 早 早 - -", "- - 晚 晚 晚 晚 晚"].map(|week| read_week(week, &["早", "晚"]).unwrap());
        let rotation = TeamRotation {
            id: RotationId::generate(),
            team_id: TeamId::generate(),
            name: "两周".into(),
            source: RotationSource::Drawn,
            pattern_id: None,
            shifts,
            tracks: vec![RotationTrack { weeks: weeks.to_vec(), agents: vec![1, 1] }],
            rules: None,
        };
        let agents = vec![agent(2400), agent(2400)];
        Team { rotation, templates, agents, wishes: vec![], kept: vec![], requirement: None }
    }

    fn agent(max_weekly_minutes: u32) -> Agent {
        Agent {
            id: AgentId::generate(),
            team_id: TeamId(uuid::Uuid::nil()),
            staff_number: "1".into(),
            name: "王芳".into(),
            post: Post::PresaleAgent,
            contract: Contract { min_weekly_minutes: 0, max_weekly_minutes, is_full_time: true },
            skills: vec![],
            employed_from: monday(),
            employed_until: None,
            availability: vec![],
        }
    }

    impl Team {
        fn input(&self) -> PlacingInput<'_> {
            PlacingInput {
                rotation: &self.rotation,
                templates: &self.templates,
                from: monday(),
                weeks: 0,
                zone: ZONE,
                agents: &self.agents,
                kept: &self.kept,
                wishes: &self.wishes,
                requirement: self.requirement.as_ref(),
            }
        }

        fn places(&self) -> Vec<RotationPlace> {
            let placed = place_agents(&self.input(), &PATIENT, &|| false).expect("it is solved");
            assert!(placed.iter().zip(&self.agents).all(|(placed, agent)| placed.agent_id == agent.id));
            placed.iter().map(|placed| placed.place).collect()
        }
    }

    /// The week that each agent begins on.
    fn weeks(team: &Team) -> Vec<usize> {
        team.places().iter().map(|place| place.week).collect()
    }

    fn wish(agent: &Agent, day: u64) -> Wish {
        let (id, agent_id, date) = (WishId::generate(), agent.id, monday() + Days::new(day));
        Wish { id, agent_id, date, kind: WishKind::DayOff, shift_template_id: None, weight: 5 }
    }

    #[test]
    fn a_wished_day_off_decides_where_an_agent_begins() {
        let mut team = team();
        team.wishes = vec![wish(&team.agents[0], 6)];
        assert_eq!(weeks(&team), [0, 1]);
        // The late week of who begins early comes second: its Sunday is worked.
        team.wishes = vec![wish(&team.agents[0], 13)];
        assert_eq!(weeks(&team), [1, 0]);
    }

    #[test]
    fn hours_that_an_agent_is_not_there_weigh_more_than_wishes() {
        let mut team = team();
        // Two tracks of a week each: who begins early stays early.
        let track = |week| RotationTrack { weeks: vec![week], agents: vec![1] };
        team.rotation.tracks = team.rotation.tracks[0].weeks.iter().copied().map(track).collect();
        let place = |team: &Team| team.places().iter().map(|place| place.track).collect::<Vec<_>>();
        team.wishes = vec![wish(&team.agents[1], 0)];
        assert_eq!(place(&team), [0, 1]);
        let weekdays = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
        let morning = |weekday| WeeklyWindow { weekday, start_minute: 480, end_minute: 960 };
        team.agents[1].availability = weekdays.map(morning).to_vec();
        assert_eq!(place(&team), [1, 0]);
        team.agents[1].availability.clear();
        // Only the second agent can answer what comes in the evening; only the first what comes in the morning.
        let queues = [QueueId::generate(), QueueId::generate()];
        team.requirement = Some(requirement(queues));
        let skill = |queue_id| vec![Skill { queue_id, proficiency: Proficiency::new(1.0).unwrap() }];
        team.wishes = vec![wish(&team.agents[0], 0)];
        (team.agents[0].skills, team.agents[1].skills) = (skill(queues[0]), skill(queues[1]));
        assert_eq!(place(&team), [0, 1]);
    }

    /// One head on the first queue until 16:00 and one on the other after.
    fn requirement(queues: [QueueId; 2]) -> StaffingRequirement {
        let grid = PlanningWeek::new(monday(), ZONE).unwrap().grid(IntervalMinutes::HALF_HOUR, chrono::Duration::zero());
        let point = |required| RequirementPoint {
            on_seat: required,
            required,
            service_level: None,
            occupancy: None,
            is_peak: false,
            binding: None,
        };
        let of = |(number, queue_id): (usize, QueueId)| {
            let points = (0..grid.len()).map(|index| point(u32::from((index % 48 >= 32) == (number == 1)))).collect();
            QueueRequirement { queue_id, points }
        };
        StaffingRequirement { grid, queues: queues.into_iter().enumerate().map(of).collect() }
    }

    #[test]
    fn who_stays_keeps_the_place_and_who_finds_none_shares_one() {
        let mut team = team();
        team.kept = vec![PlacedAgent { agent_id: AgentId::generate(), place: RotationPlace { track: 0, week: 0 } }];
        team.agents.truncate(1);
        assert_eq!(weeks(&team), [1]);
        team.agents = (0..3).map(|_| agent(2400)).collect();
        let mut begun = weeks(&team);
        begun.sort_unstable();
        assert_eq!(begun.iter().filter(|week| **week == 1).count(), 2, "one has the place, the others share both: {begun:?}");
    }

    #[test]
    fn less_work_goes_to_who_may_work_less() {
        let mut team = team();
        team.rotation.tracks[0].weeks[1][2..5].fill(None);
        let track = |week| RotationTrack { weeks: vec![week], agents: vec![1] };
        team.rotation.tracks = team.rotation.tracks[0].weeks.iter().copied().map(track).collect();
        team.agents[0].contract.max_weekly_minutes = 960;
        let input = team.input();
        let place = |track| RotationPlace { track, week: 0 };
        let costs = |agent: &Agent| [0, 1].map(|track| cost(&input, &Shares::new(), agent, place(track)));
        // Five shifts of eight hours are 24 above 16, two are none.
        assert_eq!([costs(&team.agents[0]), costs(&team.agents[1])], [[120.0, 0.0], [0.0, 0.0]]);
    }
}
