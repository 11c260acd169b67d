//! Why an interval is short: for each gap, what every agent of the team does instead, or which rule keeps the agent away.

use serde::{Deserialize, Serialize};

use crate::domain::calendar::{Interval, local_of};
use crate::domain::coverage::Coverage;
use crate::domain::ids::QueueId;
use crate::domain::planning::PlanningInput;
use crate::domain::roster::Assignment;
use crate::domain::rules::RuleId;
use crate::solver::line::{Duty, Line};
use crate::solver::problem::RosterProblem;

/// What keeps an agent from filling a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapCause {
    /// On shift at the time, on this queue: the gap is what is missing beside them.
    OnThisQueue,
    /// On shift at the time, on another queue or on a break.
    OnShift,
    /// Works another shift of the day.
    WorksThatDay,
    /// A rule forbids every shift that would help.
    Rule(RuleId),
    /// No shift template has anyone on seat at the time.
    NoShift,
    /// Could fill it; a roster without the gap costs more elsewhere, or was not found in time.
    Free,
}

/// How many agents a cause keeps away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapReason {
    /// The cause.
    pub cause: GapCause,
    /// How many agents.
    pub agents: usize,
}

/// A stretch in which a queue is short, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GapExplanation {
    /// The queue.
    pub queue_id: QueueId,
    /// From when to when.
    pub span: Interval,
    /// Whether any of it is in a peak window.
    pub is_peak: bool,
    /// Heads missing at worst.
    pub short: f64,
    /// What keeps the team's agents away, most agents first; every agent is counted once.
    pub reasons: Vec<GapReason>,
    /// The same in words.
    pub text: String,
}

/// Explains every gap of a roster, by queue and time. `queue_name` gives the names for the text.
pub fn explain(
    input: &PlanningInput,
    problem: &RosterProblem,
    assignments: &[Assignment],
    queue_name: &dyn Fn(QueueId) -> String,
) -> Vec<GapExplanation> {
    let coverage = Coverage::of(input, assignments);
    let lines = problem.lines(assignments);
    let mut explanations = Vec::new();
    for (queue, covered) in coverage.queues.iter().enumerate() {
        for stretch in stretches(input, covered) {
            let steps = stretch.clone();
            let gaps = steps.clone().map(|index| covered.points[index].gap());
            let span =
                Interval { start: coverage.grid.interval(stretch.start).start, end: coverage.grid.interval(stretch.end - 1).end };
            let mut explanation = GapExplanation {
                queue_id: covered.queue_id,
                span,
                is_peak: steps.clone().any(|index| covered.points[index].is_peak),
                short: gaps.fold(0.0, f64::max),
                reasons: reasons(problem, &lines, queue, steps),
                text: String::new(),
            };
            explanation.text = explanation.sentence(input, &queue_name(covered.queue_id));
            explanations.push(explanation);
        }
    }
    explanations
}

/// Neighbouring short steps of one local date.
fn stretches(input: &PlanningInput, queue: &crate::domain::coverage::QueueCoverage) -> Vec<std::ops::Range<usize>> {
    let grid = input.requirement.grid;
    let date_of = |index: usize| local_of(input.week.zone(), grid.interval(index).start).date();
    let short: Vec<usize> = (0..queue.points.len()).filter(|index| queue.points[*index].gap() > 0.0).collect();
    short
        .chunk_by(|left, right| right - left == 1 && date_of(*left) == date_of(*right))
        .map(|stretch| stretch[0]..stretch[stretch.len() - 1] + 1)
        .collect()
}

fn reasons(problem: &RosterProblem, lines: &[Line], queue: usize, steps: std::ops::Range<usize>) -> Vec<GapReason> {
    let helping: Vec<usize> = (0..problem.shifts.len())
        .filter(|shift| problem.shifts[*shift].seats.iter().any(|seat| steps.contains(&seat.interval)))
        .collect();
    let mut reasons: Vec<GapReason> = Vec::new();
    for (agent, line) in lines.iter().enumerate() {
        let cause = cause(problem, agent, line, queue, &helping, &steps);
        match reasons.iter_mut().find(|reason| reason.cause == cause) {
            Some(reason) => reason.agents += 1,
            None => reasons.push(GapReason { cause, agents: 1 }),
        }
    }
    reasons.sort_by_key(|reason| (std::cmp::Reverse(reason.agents), reason.cause));
    reasons
}

/// The first thing that holds of: on shift, unskilled, forbidden by a rule, busy that day, free.
fn cause(
    problem: &RosterProblem,
    agent: usize,
    line: &Line,
    queue: usize,
    helping: &[usize],
    steps: &std::ops::Range<usize>,
) -> GapCause {
    let step = i64::from(problem.step_minutes);
    let (from, until) = (steps.start as i64 * step, steps.end as i64 * step);
    let mut on_shift = line.iter().flatten().filter(|duty| {
        let shift = &problem.shifts[duty.shift];
        shift.start < until && from < shift.end
    });
    if let Some(duty) = on_shift.next() {
        return if duty.queue == queue { GapCause::OnThisQueue } else { GapCause::OnShift };
    }
    if problem.agents[agent].proficiency(queue).is_none() {
        return GapCause::Rule(RuleId::Skill);
    }
    let causes = helping.iter().map(|shift| stops(problem, agent, line, Duty::new(*shift, queue)));
    causes.min_by_key(|cause| weight(*cause)).unwrap_or(GapCause::NoShift)
}

/// What stops the agent from taking on the duty.
fn stops(problem: &RosterProblem, agent: usize, line: &Line, duty: Duty) -> GapCause {
    if let Some(rule) = problem.agents[agent].blocked[duty.shift] {
        return GapCause::Rule(rule);
    }
    let day = problem.shifts[duty.shift].day;
    if line[day].is_some() {
        return GapCause::WorksThatDay;
    }
    let mut with = line.clone();
    with[day] = Some(duty);
    // A rule that the line breaks as it is stops nothing: a floor of minutes out of reach.
    let known = problem.breaches(agent, line);
    let stopped = problem.breaches(agent, &with).into_iter().find(|breach| !known.contains(breach));
    stopped.map_or(GapCause::Free, |(rule, _)| GapCause::Rule(rule))
}

/// Of several shifts that would help, the one that comes nearest to being possible tells the cause.
fn weight(cause: GapCause) -> u8 {
    match cause {
        GapCause::Free => 0,
        GapCause::WorksThatDay => 1,
        GapCause::Rule(RuleId::MinimumRest | RuleId::StableStart | RuleId::ForwardRotation | RuleId::LateShifts) => 2,
        GapCause::Rule(
            RuleId::WeeklyHours | RuleId::Overtime | RuleId::ConsecutiveDays | RuleId::WeeklyRest | RuleId::Weekends,
        ) => 3,
        _ => 4,
    }
}

impl GapExplanation {
    /// For example: `Mon 20:00-22:00 售前 short 2 agents: 9 on shift elsewhere, 4 lack the skill, 2 on leave`.
    fn sentence(&self, input: &PlanningInput, queue: &str) -> String {
        let zone = input.week.zone();
        let (from, until) = (local_of(zone, self.span.start), local_of(zone, self.span.end));
        let short = (self.short * 10.0).round() / 10.0;
        let agents = if short == 1.0 { "agent" } else { "agents" };
        let reasons: Vec<String> =
            self.reasons.iter().map(|reason| format!("{} {}", reason.agents, reason.cause.words())).collect();
        let why = if reasons.is_empty() { "the team has no agents".to_owned() } else { reasons.join(", ") };
        format!("{}-{} {queue} short {short} {agents}: {why}", from.format("%a %H:%M"), until.format("%H:%M"))
    }
}

impl GapCause {
    /// What the agents do or lack, to stand after their number.
    fn words(self) -> &'static str {
        match self {
            Self::OnThisQueue => "already on this queue",
            Self::OnShift => "already on shift elsewhere",
            Self::WorksThatDay => "on another shift of the day",
            Self::NoShift => "without any shift at that time",
            Self::Free => "could, at a higher cost elsewhere",
            Self::Rule(RuleId::Skill) => "lack the skill",
            Self::Rule(RuleId::Leave) => "on leave",
            Self::Rule(RuleId::Availability) => "not available",
            Self::Rule(RuleId::Employment) => "not employed then",
            Self::Rule(RuleId::WeeklyHours) => "at their weekly hours",
            Self::Rule(RuleId::ConsecutiveDays) => "held back by the limits on days in a row",
            Self::Rule(RuleId::WeeklyRest) => "need their rest day",
            Self::Rule(RuleId::MinimumRest) => "would break minimum rest",
            Self::Rule(RuleId::StableStart) => "would start at another time of day than the day beside it allows",
            Self::Rule(RuleId::ForwardRotation) => "would rotate backwards",
            Self::Rule(RuleId::ShiftsOfKind) => "at their limit of that shift",
            Self::Rule(RuleId::Overtime) => "at their overtime of the month",
            Self::Rule(RuleId::DailyHours) => "may not work so long a shift",
            Self::Rule(RuleId::Protection) => "protected from nights and overtime",
            Self::Rule(RuleId::LateShifts) => "at their limit of late shifts",
            Self::Rule(RuleId::Weekends) => "at their limit of weekends",
            Self::Rule(_) => "held back by a rule",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::AssignmentId;
    use crate::solver::test_team::chat_team;

    /// One gap of one head on queue 0, Tuesday 10:00-11:00, in a team that is otherwise not needed.
    fn one_gap() -> PlanningInput {
        let mut input = chat_team(5, 1.0, 3);
        input.history.clear();
        input.leave.clear();
        input.requirement.queues.iter_mut().flat_map(|queue| &mut queue.points).for_each(|point| point.required = 0);
        for index in 48 + 20..48 + 22 {
            input.requirement.queues[0].points[index].required = 1;
        }
        input
    }

    fn reasons_of(input: &PlanningInput, roster: &[Assignment]) -> Vec<(GapCause, usize)> {
        let problem = RosterProblem::from_input(input).unwrap();
        let explanations = explain(input, &problem, roster, &|_| "售前".to_owned());
        assert_eq!(explanations.len(), 1);
        explanations[0].reasons.iter().map(|reason| (reason.cause, reason.agents)).collect()
    }

    fn assign(input: &PlanningInput, agent: usize, day: usize, template: usize, queue: usize) -> Assignment {
        Assignment {
            id: AssignmentId::generate(),
            agent_id: input.agents[agent].id,
            date: input.week.dates().nth(day).unwrap(),
            shift_template_id: input.shift_templates[template].id,
            queue_id: input.requirement.queues[queue].queue_id,
            break_offsets: input.shift_templates[template].first_places(),
            is_pinned: false,
        }
    }

    fn skilled(input: &PlanningInput) -> Vec<usize> {
        let queue = input.requirement.queues[0].queue_id;
        (0..input.agents.len()).filter(|agent| input.agents[*agent].proficiency(queue).is_some()).collect()
    }

    #[test]
    fn every_agent_is_counted_once_and_the_rule_is_named() {
        let mut input = one_gap();
        let able = skilled(&input);
        let unable = input.agents.len() - able.len();
        assert_eq!(
            reasons_of(&input, &[]).into_iter().filter(|(cause, _)| *cause == GapCause::Free).collect::<Vec<_>>(),
            [(GapCause::Free, able.len())]
        );
        // One comes off the latest shift of Monday, one is employed from Wednesday on.
        input.agents[able[1]].employed_from = input.week.dates().nth(2).unwrap();
        let roster = [assign(&input, able[0], 0, 7, 0)];
        let reasons = reasons_of(&input, &roster);
        assert!(reasons.contains(&(GapCause::Rule(RuleId::MinimumRest), 1)), "{reasons:?}");
        assert!(reasons.contains(&(GapCause::Rule(RuleId::Employment), 1)), "{reasons:?}");
        assert!(reasons.contains(&(GapCause::Rule(RuleId::Skill), unable)), "{reasons:?}");
        assert_eq!(reasons.iter().map(|(_, agents)| agents).sum::<usize>(), input.agents.len());
    }

    #[test]
    fn the_text_names_day_time_queue_and_counts() {
        let input = one_gap();
        let able = skilled(&input);
        let elsewhere = (0..5).find(|queue| {
            let id = input.requirement.queues[*queue].queue_id;
            *queue != 0 && input.agents[able[0]].proficiency(id).is_some()
        });
        let roster = [assign(&input, able[0], 1, 0, elsewhere.unwrap())];
        let problem = RosterProblem::from_input(&input).unwrap();
        let text = &explain(&input, &problem, &roster, &|_| "售前".to_owned())[0].text;
        assert!(text.starts_with("Tue 10:00-11:00 售前 short 1 agent: "), "{text}");
        assert!(text.contains("1 already on shift elsewhere"), "{text}");
    }
}
