//! What the inputs ask for and no roster can give: taken out where it would leave the team without any roster, and told, so
//! that the rest of the team still gets one.

use std::collections::{BTreeMap, BTreeSet};

use super::breaks::Placing;
use super::fault::ProblemFault;
use super::line::Duty;
use super::line::cheapest::Sweep;
use super::problem::{AgentSpec, PinSpec, QueueSpec, RosterProblem, ShiftSpec};
use super::reading::Reading;
use super::team::{Team, open_prices};
use crate::domain::calendar::local_of;
use crate::domain::ids::{AssignmentId, QueueId};
use crate::domain::planning::PlanningInput;
use crate::domain::roster::Notice;
use crate::domain::rules::RuleId;

/// Takes out of the input what no roster can keep, and says why: templates that are no shifts, pins of what the week does
/// not have, and pins that contradict the hard rules or earlier pins of the same agent. A day that a rotation fixes is left to be
/// planned freely, at the price of leaving the rotation, where its shift contradicts the hard rules, the pins or earlier such days.
pub fn set_aside(input: &mut PlanningInput) -> Vec<Notice> {
    let mut notices = Vec::new();
    input.shift_templates.retain(|template| {
        let faults: Vec<String> = template.faults().iter().map(ToString::to_string).collect();
        if !faults.is_empty() {
            let what = format!("shift template {} is left out: {}; correct it", template.code, faults.join("; "));
            notices.push(Notice { rule: RuleId::KnownShift, agent_id: None, queue_id: None, date: None, detail: what });
        }
        faults.is_empty()
    });
    let fixed: Vec<usize> = (0..input.rotation.len()).filter(|index| input.rotation[*index].is_fixed).collect();
    fixed.iter().for_each(|index| input.rotation[*index].is_fixed = false);
    let Reading { parts, pins, unknown } = Reading::of(input);
    let Ok(problem) = RosterProblem::try_from(parts) else { return notices };
    let contradictions = problem.contradictions(&[], &pins);
    let contradicting = contradictions.iter().map(|found| (found.pin, ProblemFault::of_pins(&problem, found)));
    let set_aside: Vec<(AssignmentId, ProblemFault)> = unknown.into_iter().chain(contradicting).collect();
    let ids: BTreeSet<AssignmentId> = set_aside.iter().map(|(id, _)| *id).collect();
    input.pinned.retain(|pin| !ids.contains(&pin.id));
    notices.extend(set_aside.into_iter().map(|(_, fault)| Notice {
        rule: fault.rule.unwrap_or(RuleId::Pin),
        agent_id: fault.agent_id,
        queue_id: None,
        date: fault.date,
        detail: format!("the pin is set aside: {}", fault.detail),
    }));
    let kept: Vec<PinSpec> = pins.into_iter().filter(|pin| !ids.contains(&pin.assignment_id)).collect();
    notices.extend(fix(input, &problem, &kept, &fixed));
    notices
}

/// Fixes the days of the rotation that can be worked beside the pins, and tells of the others. A day with a pin has its shift.
fn fix(input: &mut PlanningInput, problem: &RosterProblem, kept: &[PinSpec], fixed: &[usize]) -> Vec<Notice> {
    let spec = |index: &usize| {
        let given = &input.rotation[*index];
        let agent = problem.agents.iter().position(|agent| agent.id == given.agent_id)?;
        let is_given = |shift: &ShiftSpec| shift.date == given.date && Some(shift.template_id) == given.shift_template_id;
        let shift = problem.shifts.iter().position(is_given)?;
        let is_free = |pin: &PinSpec| (pin.agent, problem.shifts[pin.duty.shift].day) != (agent, problem.shifts[shift].day);
        let queue = problem.agents[agent].skills.first().filter(|_| kept.iter().all(is_free))?.queue;
        let duty = Duty { shift, queue, placing: Placing::default() };
        Some((*index, PinSpec { assignment_id: AssignmentId::generate(), agent, duty }))
    };
    let wanted: Vec<(usize, PinSpec)> = fixed.iter().filter_map(spec).collect();
    let specs: Vec<PinSpec> = wanted.iter().map(|(_, spec)| *spec).collect();
    let contradictions = problem.contradictions(kept, &specs);
    for (index, spec) in wanted {
        input.rotation[index].is_fixed = contradictions.iter().all(|found| found.pin != spec.assignment_id);
    }
    let told = contradictions.iter().map(|found| Notice {
        rule: found.rule,
        agent_id: Some(problem.agents[found.agent].id),
        queue_id: None,
        date: found.dates(problem).last().copied(),
        detail: found.sentence_of_rotation(problem),
    });
    told.collect()
}

/// What stays in the input and stays unmet in every roster: queues that nobody can serve or that ask for more than all who
/// serve them, agents without any shift, and minimum hours that an agent cannot reach.
pub fn notices(input: &PlanningInput, problem: &RosterProblem, queue_name: &dyn Fn(QueueId) -> String) -> Vec<Notice> {
    let mut notices: Vec<Notice> =
        problem.queues.iter().enumerate().filter_map(|(queue, _)| of_queue(input, problem, queue, queue_name)).collect();
    let team = Team::of(problem);
    let mut sweep = Sweep::default();
    for (agent, spec) in problem.agents.iter().enumerate() {
        let most = most_minutes(&team, agent, &mut sweep);
        let unmet = no_shift(problem, spec).or_else(|| {
            let what = format!(
                "is owed {} of paid work this week and can do at most {}{}; lower the contract's minimum or change what forbids it",
                hours(spec.owed_minutes),
                hours(most),
                reasons(problem, spec)
            );
            (most < spec.owed_minutes).then_some((RuleId::MinimumHours, what))
        });
        notices.extend(unmet.map(|(rule, what)| Notice {
            rule,
            agent_id: Some(spec.id),
            queue_id: None,
            date: None,
            detail: format!("{} {what}", spec.name),
        }));
    }
    notices
}

fn of_queue(input: &PlanningInput, problem: &RosterProblem, queue: usize, name: &dyn Fn(QueueId) -> String) -> Option<Notice> {
    let QueueSpec { id, demand, .. } = &problem.queues[queue];
    let at = (0..demand.len()).rev().max_by_key(|at| demand[*at]).filter(|at| demand[*at] > 0)?;
    let serving: Vec<f64> = problem.agents.iter().filter_map(|agent| agent.proficiency(queue)).collect();
    let heads: f64 = serving.iter().sum();
    let when = local_of(input.week.zone(), input.requirement.grid.interval(at).start);
    let (rule, what) = if serving.is_empty() {
        (RuleId::Skill, "and no agent of the team has the skill; give it to some, or take the queue to another team".to_owned())
    } else if f64::from(demand[at]) > heads {
        let count = serving.len();
        let what =
            format!("more than the {count} agents with the skill give together, {heads:.1}; check volumes and service goal");
        (RuleId::Coverage, what)
    } else {
        return None;
    };
    let detail = format!("queue {} asks for {} agents on {}: {what}", name(*id), demand[at], when.format("%Y-%m-%d at %H:%M"));
    Some(Notice { rule, agent_id: None, queue_id: Some(*id), date: Some(when.date()), detail })
}

/// Why the agent has no shift at all, if so: the rule that closes most.
fn no_shift(problem: &RosterProblem, spec: &AgentSpec) -> Option<(RuleId, String)> {
    if problem.shifts.is_empty() {
        return None;
    }
    if spec.skills.is_empty() {
        return Some((RuleId::Skill, "has no skill for any queue of this week; add one".to_owned()));
    }
    let is_idle = spec.blocked.iter().all(Option::is_some);
    let rule = by_rule(problem, spec).first().map(|(rule, _)| *rule).filter(|_| is_idle)?;
    Some((rule, format!("has no shift to work this week{}", reasons(problem, spec))))
}

/// The most paid minutes of any line that the agent can work: the cheapest line where a minute earns one.
fn most_minutes(team: &Team, agent: usize, sweep: &mut Sweep) -> u32 {
    let member = &team.members[agent];
    let graph = &team.contracts.graphs[member.contract];
    let prices = open_prices(team.problem, &member.offers, &member.day_off, |shift| -f64::from(team.problem.shifts[shift].paid));
    sweep.run(graph, &prices);
    sweep.ends(graph).map(|(_, price, _)| -price).fold(0.0, f64::max) as u32
}

/// For example `: leave on 3 days, availability on 1 day`.
fn reasons(problem: &RosterProblem, spec: &AgentSpec) -> String {
    let days = |(rule, days): &(RuleId, usize)| format!("{} on {days} day{}", rule.as_str(), if *days == 1 { "" } else { "s" });
    let told: Vec<String> = by_rule(problem, spec).iter().map(days).collect();
    if told.is_empty() { String::new() } else { format!(": {}", told.join(", ")) }
}

/// On how many days without any open shift each rule is the first to close one, most first.
fn by_rule(problem: &RosterProblem, spec: &AgentSpec) -> Vec<(RuleId, usize)> {
    let mut closed: BTreeMap<usize, Option<RuleId>> = BTreeMap::new();
    for (shift, blocked) in problem.shifts.iter().zip(&spec.blocked) {
        closed.entry(shift.day).and_modify(|rule| *rule = rule.and(*blocked).and(*rule)).or_insert(*blocked);
    }
    let mut by_rule: BTreeMap<RuleId, usize> = BTreeMap::new();
    closed.into_values().flatten().for_each(|rule| *by_rule.entry(rule).or_default() += 1);
    let mut by_rule: Vec<(RuleId, usize)> = by_rule.into_iter().collect();
    by_rule.sort_by_key(|(_, days)| std::cmp::Reverse(*days));
    by_rule
}

fn hours(minutes: u32) -> String {
    format!("{:.1} h", f64::from(minutes) / 60.0)
}

#[cfg(test)]
mod tests {
    use super::super::test_team::chat_team;
    use super::super::tests::{quick, solve_checked};
    use super::*;
    use crate::domain::absence::{Leave, LeaveKind};
    use crate::domain::calendar::{Interval, instant_at_minute};
    use crate::domain::ids::LeaveId;
    use crate::domain::roster::Assignment;

    /// Sets aside what must be, solves the rest under the checker's eyes, and gives all notices and the roster.
    fn told(input: &mut PlanningInput) -> (Vec<Notice>, Vec<Assignment>) {
        let mut told = set_aside(input);
        let roster = solve_checked(input, &quick(2)).assignments;
        let problem = RosterProblem::from_input(input).unwrap();
        told.extend(notices(input, &problem, &|_| "售前".to_owned()));
        (told, roster)
    }

    fn team() -> PlanningInput {
        let mut input = chat_team(5, 1.0, 3);
        (input.leave, input.history) = (vec![], vec![]);
        // Each queue asks for one agent at most: nothing is out of reach.
        input.requirement.queues.iter_mut().flat_map(|queue| &mut queue.points).for_each(|point| {
            point.required = point.required.min(1);
        });
        input.agents.iter_mut().flat_map(|agent| &mut agent.skills).for_each(|skill| {
            skill.proficiency = crate::domain::quantity::Proficiency::new(1.0).unwrap();
        });
        input
    }

    fn rules(notices: &[Notice]) -> Vec<RuleId> {
        notices.iter().map(|notice| notice.rule).collect()
    }

    fn works(roster: &[Assignment], input: &PlanningInput, agent: usize) -> usize {
        roster.iter().filter(|one| one.agent_id == input.agents[agent].id).count()
    }

    fn away(input: &mut PlanningInput, agent: usize, days: std::ops::Range<usize>) {
        let date = |day: usize| input.week.monday() + chrono::Days::new(day as u64);
        let at = |day: usize| instant_at_minute(input.week.zone(), date(day), 0);
        let span = Interval { start: at(days.start), end: at(days.end) };
        let agent_id = input.agents[agent].id;
        input.leave.push(Leave { id: LeaveId::generate(), agent_id, span, kind: LeaveKind::Annual });
    }

    #[test]
    fn a_team_whose_inputs_agree_is_told_nothing() {
        let (told, roster) = told(&mut team());
        assert_eq!(told, []);
        assert!(!roster.is_empty());
    }

    #[test]
    fn pins_that_contradict_are_set_aside_and_the_others_kept() {
        let mut input = team();
        let problem = RosterProblem::from_input(&input).unwrap();
        let queue = problem.agents[0].skills[0].queue;
        let pin = |shift: usize| {
            let mut lines = vec![vec![None; problem.days]; problem.agents.len()];
            lines[0][problem.shifts[shift].day] = Some(super::super::Duty::new(shift, queue));
            problem.assignments(&lines).remove(0)
        };
        // Monday's last shift, Tuesday's first, another one on Monday, one by somebody unknown.
        let mut stranger = pin(17);
        stranger.agent_id = crate::domain::ids::AgentId::generate();
        input.pinned = vec![pin(7), pin(8), pin(6), stranger];
        let kept = input.pinned[0].id;
        let (told, roster) = told(&mut input);
        assert_eq!(rules(&told), [RuleId::KnownShift, RuleId::OneShiftPerDay, RuleId::MinimumRest]);
        assert_eq!(input.pinned.iter().map(|pin| pin.id).collect::<Vec<_>>(), [kept]);
        assert!(roster.iter().any(|one| one.id == kept && one.is_pinned));
        assert!(told[2].detail.contains("客服0: the pins on 2026-11-23 and 2026-11-24 leave"), "{}", told[2].detail);
    }

    #[test]
    fn a_template_that_is_no_shift_is_left_out() {
        let mut input = team();
        (input.shift_templates[0].length_minutes, input.shift_templates[0].breaks) = (0, vec![]);
        assert!(RosterProblem::from_input(&input).is_err());
        let (told, roster) = told(&mut input);
        assert_eq!(rules(&told), [RuleId::KnownShift]);
        assert!(told[0].detail.contains("S540") && told[0].detail.contains("length_minutes"), "{}", told[0].detail);
        assert!(!roster.is_empty());
    }

    #[test]
    fn a_queue_that_nobody_serves_is_named_and_the_others_are_served() {
        let mut input = team();
        let orphan = input.requirement.queues[0].queue_id;
        input.agents.iter_mut().for_each(|agent| agent.skills.retain(|skill| skill.queue_id != orphan));
        let (told, roster) = told(&mut input);
        assert_eq!(rules(&told), [RuleId::Skill]);
        assert_eq!((told[0].queue_id, told[0].agent_id), (Some(orphan), None));
        assert!(!roster.is_empty());
    }

    #[test]
    fn ten_thousand_heads_are_named_and_everybody_works_what_the_rules_allow() {
        let mut input = team();
        input.requirement.queues[1].points[40].required = 10_000;
        let (told, roster) = told(&mut input);
        assert_eq!((rules(&told), told[0].queue_id), (vec![RuleId::Coverage], Some(input.requirement.queues[1].queue_id)));
        assert!(told[0].detail.contains("asks for 10000 agents on 2026-11-23 at 20:00"), "{}", told[0].detail);
        assert!((0..5).all(|agent| works(&roster, &input, agent) > 0));
    }

    #[test]
    fn hours_above_what_leave_allows_are_named_with_what_is_possible() {
        let mut input = team();
        // Three days off leave four: 32 hours. What is owed is less by three fifths, still above the day a week that is left.
        away(&mut input, 0, 0..3);
        input.rules.min_rest_days = 6;
        input.agents[1].contract.min_weekly_minutes = 0;
        let (told, _) = told(&mut input);
        let of_first: Vec<&Notice> = told.iter().filter(|one| one.agent_id == Some(input.agents[0].id)).collect();
        assert_eq!(of_first[0].rule, RuleId::MinimumHours);
        assert!(
            of_first[0].detail.contains("owed 16.0 h") && of_first[0].detail.contains("at most 8.0 h: leave on 3 days"),
            "{told:?}"
        );
        assert!(told.iter().all(|one| one.agent_id != Some(input.agents[1].id)), "who is owed nothing misses nothing");
    }

    #[test]
    fn an_agent_without_any_shift_is_named_and_the_others_work() {
        let mut input = team();
        away(&mut input, 0, 0..8);
        input.agents[2].skills.clear();
        let (told, roster) = told(&mut input);
        assert_eq!(rules(&told), [RuleId::Leave, RuleId::Skill]);
        assert_eq!([told[0].agent_id, told[1].agent_id], [Some(input.agents[0].id), Some(input.agents[2].id)]);
        assert!(told[0].detail.contains("leave on 7 days"), "{}", told[0].detail);
        assert!(works(&roster, &input, 0) + works(&roster, &input, 2) == 0 && works(&roster, &input, 1) > 0);
    }
}
