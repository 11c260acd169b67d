//! Planning input → roster problem: from names, dates and zones to indices and minutes.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, Duration, Utc};

use super::fault::{ProblemError, ProblemFault};
use super::line::Duty;
use super::problem::{
    AgentSpec, BreakPlace, BreakSpec, LeaderPiece, Limits, PinSpec, ProblemParts, QueueSpec, RosterProblem, Seat, ShiftSpec,
    SkillSpec, WEEK, WishSpec,
};
use super::rules::{
    availability, daily_hours, employment, group_row, leader_on_duty, least_change, leave, minimum_hours, minimum_rest, overtime,
    premium, protection, rotation, spread, succession, weekends, weekly_hours,
};
use crate::domain::absence::WishKind;
use crate::domain::agent::Agent;
use crate::domain::calendar::Interval;
use crate::domain::demand::QueueRequirement;
use crate::domain::ids::{AssignmentId, QueueId};
use crate::domain::planning::PlanningInput;
use crate::domain::rules::RuleId;
use crate::domain::shift::{Break, Shift, ShiftTemplate};

/// A template on one date, in both vocabularies.
pub(super) struct DatedShift<'a> {
    /// The template.
    pub template: &'a ShiftTemplate,
    /// Its index.
    pub kind: usize,
    /// On its date.
    pub shift: Shift,
}

/// A team's week as a problem without its pins, and the pins by themselves.
pub(super) struct Reading {
    /// All but the pins.
    pub parts: ProblemParts,
    /// The pins that name what the week has.
    pub pins: Vec<PinSpec>,
    /// Those that do not.
    pub unknown: Vec<(AssignmentId, ProblemFault)>,
}

impl RosterProblem {
    /// Reads a team's week.
    ///
    /// # Errors
    /// [`ProblemError`] lists every contradiction among the pins and the hard rules, with the agent and the date.
    /// [`set_aside`](super::set_aside) leaves none.
    pub fn from_input(input: &PlanningInput) -> Result<Self, ProblemError> {
        let Reading { parts, pins, unknown } = Reading::of(input);
        let problem = Self::try_from(ProblemParts { pins, ..parts });
        if unknown.is_empty() {
            return problem;
        }
        let unknown = unknown.into_iter().map(|(_, fault)| fault);
        Err(ProblemError { faults: unknown.chain(problem.err().into_iter().flat_map(|error| error.faults)).collect() })
    }
}

impl Reading {
    pub fn of(input: &PlanningInput) -> Self {
        let dated = dated_shifts(input);
        let begins = input.week.span().start;
        let queues: Vec<QueueSpec> = input.requirement.queues.iter().map(|queue| queue_spec(input, queue)).collect();
        let shifts: Vec<ShiftSpec> = dated.iter().map(|dated| shift_spec(input, dated, begins)).collect();
        let agents = input.agents.iter().map(|agent| agent_spec(input, agent, &dated, &queues)).collect();
        let (pins, unknown) = pins(input, &dated, &shifts, &queues);
        let parts = ProblemParts {
            days: WEEK,
            step_minutes: input.requirement.step().get(),
            intervals: input.requirement.grid.len(),
            agents,
            leader_pieces: leader_pieces(input, &dated),
            group_rows: group_row::rows(input, &shifts),
            wishes: wishes(input, &dated),
            queues,
            shifts,
            successions: succession::pairs(&input.rules, &templates(input)),
            max_break_share: input.rules.max_break_share,
            weights: input.rules.weights.clone(),
            pins: Vec::new(),
        };
        Self { parts, pins, unknown }
    }
}

/// Every template on every date, ordered by day and start.
fn dated_shifts(input: &PlanningInput) -> Vec<DatedShift<'_>> {
    let templates = templates(input);
    let zone = input.week.zone();
    let on = |date| {
        let kinds = templates.iter().enumerate();
        kinds.map(move |(kind, template)| DatedShift { template, kind, shift: template.on(date, zone) })
    };
    input.week.dates().flat_map(on).collect()
}

/// The templates in the order of their kinds.
fn templates(input: &PlanningInput) -> Vec<&ShiftTemplate> {
    let mut templates: Vec<&ShiftTemplate> = input.shift_templates.iter().collect();
    templates.sort_by_key(|template| template.start_minute);
    templates
}

fn queue_spec(input: &PlanningInput, queue: &QueueRequirement) -> QueueSpec {
    // A requirement shorter than its grid asks for nobody in the rest.
    let points = (0..input.requirement.grid.len()).map(|index| queue.points.get(index));
    let is_peak: Vec<bool> = points.clone().map(|point| point.is_some_and(|point| point.is_peak)).collect();
    let (weights, hours) = (&input.rules.weights, f64::from(input.requirement.step().get()) / 60.0);
    QueueSpec {
        id: queue.queue_id,
        demand: points.map(|point| point.map_or(0, |point| point.required)).collect(),
        gap_price: is_peak
            .iter()
            .map(|is_peak| if *is_peak { weights.peak_gap_hour * hours } else { weights.gap_hour * hours })
            .collect(),
        surplus_price: vec![weights.surplus_hour * hours; is_peak.len()],
        is_peak,
    }
}

fn shift_spec(input: &PlanningInput, dated: &DatedShift, begins: DateTime<Utc>) -> ShiftSpec {
    let (grid, shift) = (input.requirement.grid, &dated.shift);
    let breaks: Vec<BreakSpec> = dated.template.breaks.iter().map(|rest| break_spec(input, shift, rest)).collect();
    let mut fixed = shift.clone();
    fixed.breaks = shift.breaks.iter().zip(&breaks).filter(|(_, spec)| spec.places.len() == 1).map(|(rest, _)| *rest).collect();
    let seats = grid.overlapping(shift.span).map(|index| {
        let interval = grid.interval(index);
        Seat { interval: index, share: fixed.seated_minutes(&interval) as f64 / interval.minutes() as f64 }
    });
    ShiftSpec {
        template_id: dated.template.id,
        kind: dated.kind,
        date: shift.date,
        day: input.week.day_of(shift.date).expect("shifts are made for the dates of the week"),
        start: (shift.span.start - begins).num_minutes(),
        end: (shift.span.end - begins).num_minutes(),
        paid: shift.paid_minutes,
        is_late: input.is_late(dated.template),
        is_weekend: input.is_spread_as_weekend(shift.date),
        seats: seats.filter(|seat| seat.share > 0.0).collect(),
        breaks,
    }
}

fn break_spec(input: &PlanningInput, shift: &Shift, rest: &Break) -> BreakSpec {
    let grid = input.requirement.grid;
    let place = |offset: u32| {
        let at = |offset: u32| shift.span.start + Duration::minutes(i64::from(offset));
        let span = Interval { start: at(offset), end: at(offset + rest.minutes) };
        let taken = grid.overlapping(span).map(|index| {
            let interval = grid.interval(index);
            Seat { interval: index, share: span.shared_minutes(&interval) as f64 / interval.minutes() as f64 }
        });
        BreakPlace { offset, taken: taken.collect() }
    };
    BreakSpec { places: rest.places().map(place).collect() }
}

fn agent_spec(input: &PlanningInput, agent: &Agent, dated: &[DatedShift], queues: &[QueueSpec]) -> AgentSpec {
    let index_of = |id: QueueId| queues.iter().position(|queue| queue.id == id);
    let skills: Vec<SkillSpec> = agent
        .skills
        .iter()
        .filter_map(|skill| Some(SkillSpec { queue: index_of(skill.queue_id)?, proficiency: skill.proficiency.get() }))
        .collect();
    let rules = &input.rules;
    let blocked = dated.iter().map(|dated| blocked_by(input, agent, dated)).collect();
    let shares = |rule| !skills.is_empty() && spread::is_shared_by(input, agent, dated, rule);
    AgentSpec {
        id: agent.id,
        name: agent.name.clone(),
        owed_minutes: minimum_hours::owed_minutes(input, agent),
        limits: Limits {
            min_rest: i64::from(rules.min_rest_minutes),
            max_consecutive_days: rules.max_consecutive_days,
            min_consecutive_days: rules.min_consecutive_days,
            min_consecutive_days_off: rules.min_consecutive_days_off,
            max_days: (WEEK as u32).saturating_sub(rules.min_rest_days),
            max_late_shifts: rules.max_late_shifts,
            min_minutes: 0,
            max_minutes: weekly_hours::most_minutes(input, agent),
            max_weekends: None,
            max_of_kind: max_of_kind(input),
            overtime: overtime::limits(input, agent, dated),
        },
        blocked,
        is_leader: agent.post.leads(),
        shares_late: shares(RuleId::LateSpread),
        shares_weekend: shares(RuleId::WeekendSpread),
        run_before: run_before(input, agent),
        given: [least_change::given_days(input, agent, dated), rotation::given_days(input, agent, dated)].concat(),
        run_after: run_after(input, agent),
        loads_beside: spread::loads_beside(input, agent),
        premium: premium::prices(input, agent, dated),
        skills,
    }
}

/// The limits on single templates, by kind. A template that is gone has no kind.
fn max_of_kind(input: &PlanningInput) -> BTreeMap<usize, u32> {
    let templates = templates(input);
    let kind_of = |id| templates.iter().position(|template| template.id == id);
    input.rules.shift_limits.iter().filter_map(|limit| Some((kind_of(limit.shift_template_id)?, limit.max_shifts))).collect()
}

/// The rule that forbids the agent the shift, whatever else the agent works.
fn blocked_by(input: &PlanningInput, agent: &Agent, dated: &DatedShift) -> Option<RuleId> {
    let shift = &dated.shift;
    let blocked = [
        (employment::forbids(agent, shift), RuleId::Employment),
        (leave::forbids(input, agent, shift), RuleId::Leave),
        (availability::forbids(input, agent, shift), RuleId::Availability),
        (minimum_rest::outside_forbids(input, agent, shift), RuleId::MinimumRest),
        (weekends::others_forbid(input, agent, shift), RuleId::Weekends),
        (daily_hours::forbids(input, agent, shift), RuleId::DailyHours),
        (protection::forbids(input, agent, shift), RuleId::Protection),
    ]
    .into_iter()
    .find_map(|(forbids, rule)| forbids.then_some(rule));
    blocked.or_else(|| succession::outside_bars(input, agent, shift, dated.template.start_minute))
}

/// Days in a row with a shift up to the Sunday before.
fn run_before(input: &PlanningInput, agent: &Agent) -> u32 {
    let monday = input.week.monday();
    let worked = |date| input.history.iter().any(|past| past.agent_id == agent.id && past.date == date);
    (1..=14u32).take_while(|back| worked(monday - Days::new(u64::from(*back)))).count() as u32
}

/// Days in a row with a shift from the Monday after on.
fn run_after(input: &PlanningInput, agent: &Agent) -> u32 {
    let sunday = input.week.monday() + Days::new(WEEK as u64 - 1);
    let works = |date| input.ahead.iter().any(|coming| coming.agent_id == agent.id && coming.date == date);
    (1..=14u32).take_while(|ahead| works(sunday + Days::new(u64::from(*ahead)))).count() as u32
}

/// The asked-for stretches cut by planning steps, those with the same shifts as one.
fn leader_pieces(input: &PlanningInput, dated: &[DatedShift]) -> Vec<LeaderPiece> {
    let mut by_shifts: BTreeMap<Vec<usize>, u32> = BTreeMap::new();
    for piece in leader_on_duty::pieces(input) {
        let holds = |shift: &Shift| shift.span.start <= piece.start && piece.end <= shift.span.end;
        let shifts = (0..dated.len()).filter(|index| holds(&dated[*index].shift)).collect();
        *by_shifts.entry(shifts).or_default() += u32::try_from(Interval::minutes(&piece)).unwrap_or(0);
    }
    by_shifts.into_iter().map(|(shifts, minutes)| LeaderPiece { minutes, shifts }).collect()
}

fn wishes(input: &PlanningInput, dated: &[DatedShift]) -> Vec<WishSpec> {
    let of_week = input.wishes.iter().filter(|wish| input.week.day_of(wish.date).is_some());
    of_week
        .filter_map(|wish| {
            let agent = input.agents.iter().position(|agent| agent.id == wish.agent_id)?;
            let named = wish.shift_template_id.filter(|_| wish.kind != WishKind::DayOff);
            let concerns =
                |dated: &DatedShift| dated.shift.date == wish.date && named.is_none_or(|named| dated.template.id == named);
            let shifts = (0..dated.len()).filter(|index| concerns(&dated[*index])).collect();
            let is_wanted = wish.kind == WishKind::WantShift;
            Some(WishSpec { agent, shifts, is_wanted, weight: input.wish_weight(wish) })
        })
        .collect()
}

fn pins(
    input: &PlanningInput,
    dated: &[DatedShift],
    shifts: &[ShiftSpec],
    queues: &[QueueSpec],
) -> (Vec<PinSpec>, Vec<(AssignmentId, ProblemFault)>) {
    let (mut pins, mut unknown) = (Vec::new(), Vec::new());
    for pin in &input.pinned {
        let agent = input.agents.iter().position(|agent| agent.id == pin.agent_id);
        let shift = dated.iter().position(|dated| dated.template.id == pin.shift_template_id && dated.shift.date == pin.date);
        let queue = queues.iter().position(|queue| queue.id == pin.queue_id);
        match (agent, shift, queue) {
            (Some(agent), Some(shift), Some(queue)) => match shifts[shift].placing_at(&pin.break_offsets) {
                Some(placing) => pins.push(PinSpec { assignment_id: pin.id, agent, duty: Duty { shift, queue, placing } }),
                None => unknown.push((pin.id, ProblemFault::misplaced_breaks(input, pin))),
            },
            _ => unknown.push((pin.id, ProblemFault::unknown_pin(input, pin))),
        }
    }
    (pins, unknown)
}
