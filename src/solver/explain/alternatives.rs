//! What an agent could do on a day instead, and what that would cost more.

use chrono::NaiveDate;

use super::ExplainError;
use super::words::figure;
use crate::domain::ids::{AgentId, QueueId, ShiftTemplateId};
use crate::domain::roster::{Assignment, RuleCost};
use crate::solver::line::{Duty, Line};
use crate::solver::problem::RosterProblem;
use crate::solver::search::{Rebuilder, State};
use crate::solver::team::{Member, Team};

/// A shift on a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayDuty {
    /// Which shift.
    pub shift_template_id: ShiftTemplateId,
    /// On which queue.
    pub queue_id: QueueId,
}

/// Another day of the agent's that changes too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayChange {
    /// The local date.
    pub date: NaiveDate,
    /// What the agent does in the roster; `None` for a day off.
    pub before: Option<DayDuty>,
    /// What the agent would do; `None` for a day off.
    pub after: Option<DayDuty>,
}

/// Something else that the agent could do on the day, with the best rest of the week that goes with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// What; `None` for a day off.
    pub instead: Option<DayDuty>,
    /// What the roster would cost more, everybody else left as they are; below 0 where it would cost less.
    pub added_cost: f64,
    /// The same by rule, what it adds most to first.
    pub by_rule: Vec<RuleCost>,
    /// Other days of the agent's that change with it, in order.
    pub changes: Vec<DayChange>,
    /// The same in words.
    pub text: String,
}

/// Why an agent does what the roster says on a day: what anything else would cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternatives {
    /// What the agent does; `None` for a day off.
    pub now: Option<DayDuty>,
    /// Whether a pin asks for it: then there is no alternative.
    pub is_pinned: bool,
    /// Every other shift and queue that the rules leave the agent, and a day off; cheapest first.
    pub found: Vec<Alternative>,
}

/// What else an agent could do on a date. `duty_name` gives a shift on a queue a name for the text.
///
/// # Errors
/// [`ExplainError::LongRoster`]; [`ExplainError::Unknown`] for an agent or a date that the week does not have.
pub fn alternatives(
    problem: &RosterProblem,
    assignments: &[Assignment],
    agent_id: AgentId,
    date: NaiveDate,
    duty_name: &dyn Fn(DayDuty) -> String,
) -> Result<Alternatives, ExplainError> {
    if problem.sparse().is_some() {
        return Err(ExplainError::LongRoster);
    }
    let agent = problem.agents.iter().position(|agent| agent.id == agent_id).ok_or(ExplainError::Unknown("agent"))?;
    let day = problem.shifts.iter().find(|shift| shift.date == date).ok_or(ExplainError::Unknown("date"))?.day;
    let lines = problem.lines(assignments);
    let now = lines[agent][day];
    let is_pinned = problem.pins.iter().any(|pin| pin.agent == agent && problem.shifts[pin.duty.shift].day == day);
    let mut question = Question { problem, team: Team::of(problem), lines: &lines, agent, day };
    let mut found: Vec<Alternative> = Vec::new();
    for choice in question.choices() {
        found.extend(question.answer(choice).map(|line| question.alternative(&line, duty_name)));
    }
    found.sort_by(|left, right| left.added_cost.total_cmp(&right.added_cost));
    Ok(Alternatives { now: now.map(|duty| problem.day_duty(duty)), is_pinned, found })
}

/// One agent's day in a roster.
struct Question<'a> {
    problem: &'a RosterProblem,
    team: Team<'a>,
    lines: &'a [Line],
    agent: usize,
    day: usize,
}

impl Question<'_> {
    /// What the agent may do on the day and does not; `None` for a day off, which no line has where a pin asks for work.
    fn choices(&self) -> Vec<Option<Duty>> {
        let member = &self.team.members[self.agent];
        let of_day = member.offers.iter().filter(|offer| self.problem.shifts[offer.shift].day == self.day);
        let duties = of_day.flat_map(|offer| {
            let skills = &member.skills[offer.skills.0..offer.skills.1];
            skills.iter().map(|skill| Some(Duty::new(offer.shift, skill.queue)))
        });
        duties.chain([None]).filter(|choice| !self.is_now(*choice)).collect()
    }

    fn is_now(&self, choice: Option<Duty>) -> bool {
        match (choice, self.lines[self.agent][self.day]) {
            (Some(choice), Some(now)) => choice.is_same_work(now),
            (choice, now) => choice.is_none() && now.is_none(),
        }
    }

    /// The agent's cheapest line with that choice; `None` where the rest of the week forbids it.
    fn answer(&mut self, choice: Option<Duty>) -> Option<Line> {
        let narrowed = self.narrowed(choice);
        let open = std::mem::replace(&mut self.team.members[self.agent], narrowed);
        let mut others = self.priced_lines();
        others[self.agent] = vec![None; self.problem.days];
        let mut state = State::new(&self.team, others);
        let line = Rebuilder::new(&self.team, 0).answer(&mut state, self.agent, 0.0, None);
        drop(state);
        self.team.members[self.agent] = open;
        line
    }

    /// The agent with no other choice on the day.
    fn narrowed(&self, choice: Option<Duty>) -> Member {
        let mut member = self.team.members[self.agent].clone();
        let shifts = &self.problem.shifts;
        member.offers.retain(|offer| shifts[offer.shift].day != self.day || choice.is_some_and(|duty| duty.shift == offer.shift));
        if let Some(duty) = choice {
            let place =
                member.skills.iter().position(|skill| skill.queue == duty.queue).expect("a choice is on a queue of the agent");
            let of_day = member.offers.iter_mut().filter(|offer| offer.shift == duty.shift);
            of_day.for_each(|offer| offer.skills = (place, place + 1));
            member.day_off[self.day] = f64::INFINITY;
        }
        member
    }

    /// The lines without what has no price: a duty on a queue that the agent has lost the skill for since covers nothing.
    fn priced_lines(&self) -> Vec<Line> {
        let mut lines = self.lines.to_vec();
        for (spec, line) in self.problem.agents.iter().zip(&mut lines) {
            line.iter_mut().for_each(|day| *day = day.filter(|duty| spec.proficiency(duty.queue).is_some()));
        }
        lines
    }

    fn alternative(&self, line: &Line, duty_name: &dyn Fn(DayDuty) -> String) -> Alternative {
        let mut lines = self.lines.to_vec();
        let before = std::mem::replace(&mut lines[self.agent], line.clone());
        let signed = |lines: &[Line], sign: f64| -> Vec<_> {
            self.problem.charges(lines).into_iter().map(|charge| (charge.rule, sign * charge.cost)).collect()
        };
        let by_rule = RuleCost::summed([signed(&lines, 1.0), signed(self.lines, -1.0)].into_iter().flatten());
        let changes = (0..self.problem.days).filter(|day| *day != self.day && before[*day] != line[*day]);
        let of = |duty: Option<Duty>| duty.map(|duty| self.problem.day_duty(duty));
        let changes =
            changes.map(|day| DayChange { date: self.problem.date_of(day), before: of(before[day]), after: of(line[day]) });
        let instead = of(line[self.day]);
        let added_cost = by_rule.iter().map(|rule| rule.cost).sum();
        let text = sentence(&instead.map_or_else(|| "a day off".to_owned(), duty_name), added_cost, &by_rule);
        Alternative { instead, added_cost, by_rule, changes: changes.collect(), text }
    }
}

/// For example: `a day off instead costs 42.5 more: coverage +40, wish +2.5`.
fn sentence(instead: &str, added: f64, by_rule: &[RuleCost]) -> String {
    let parts: Vec<String> = by_rule
        .iter()
        .map(|rule| format!("{} {}{}", rule.rule.as_str(), if rule.cost > 0.0 { "+" } else { "" }, figure(rule.cost)))
        .collect();
    let word = if added < 0.0 { "less" } else { "more" };
    let why = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
    format!("{instead} instead costs {} {word}{why}", figure(added.abs()))
}

impl RosterProblem {
    fn day_duty(&self, duty: Duty) -> DayDuty {
        DayDuty { shift_template_id: self.shifts[duty.shift].template_id, queue_id: self.queues[duty.queue].id }
    }

    fn date_of(&self, day: usize) -> NaiveDate {
        self.shifts.iter().find(|shift| shift.day == day).expect("a day that changes has shifts").date
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checker::{check, price};
    use crate::domain::planning::PlanningInput;
    use crate::domain::rules::Severity;
    use crate::solver::WEEK;
    use crate::solver::test_team::chat_team;

    /// Two templates, three working days and two queues: all lines of an agent can be tried.
    fn tiny(seed: u64) -> PlanningInput {
        let mut input = chat_team(3, 0.8, seed);
        input.shift_templates.retain(|template| [540, 1050].contains(&template.start_minute));
        input.requirement.queues.truncate(2);
        // Each goes on through the day after: three days.
        let weekdays = [chrono::Weekday::Mon, chrono::Weekday::Tue];
        for agent in &mut input.agents {
            let proficiency = agent.skills[0].proficiency;
            let skill = |queue: &crate::domain::demand::QueueRequirement| crate::domain::agent::Skill {
                queue_id: queue.queue_id,
                proficiency,
            };
            agent.skills = input.requirement.queues.iter().map(skill).collect();
            let window = |weekday| crate::domain::organisation::WeeklyWindow { weekday, start_minute: 0, end_minute: 2880 };
            agent.availability = weekdays.map(window).to_vec();
        }
        input
    }

    /// Everything the first agent could do on the first three days.
    fn all_lines(problem: &RosterProblem) -> Vec<Line> {
        let mut lines: Vec<Line> = vec![vec![None; WEEK]];
        for day in 0..3 {
            let shifts = (0..problem.shifts.len()).filter(|shift| problem.shifts[*shift].day == day);
            let duties: Vec<Duty> = shifts.flat_map(|shift| (0..2).map(move |queue| Duty::new(shift, queue))).collect();
            let with = |line: &Line, duty: Option<Duty>| {
                let mut with = line.clone();
                with[day] = duty;
                with
            };
            lines = lines
                .iter()
                .flat_map(|line| duties.iter().copied().map(Some).chain([None]).map(|duty| with(line, duty)).collect::<Vec<_>>())
                .collect();
        }
        lines
    }

    #[test]
    fn every_alternative_is_the_cheapest_of_all_lines_by_the_checkers_price() {
        for seed in 1..4 {
            let input = tiny(seed);
            let problem = RosterProblem::from_input(&input).unwrap();
            let team = Team::of(&problem);
            let start = crate::solver::search::construct(&team, seed).lines;
            let roster = problem.assignments(&start);
            let cost = price(&input, &roster).total;
            for day in 0..3 {
                let date = problem.date_of(day);
                let told = alternatives(&problem, &roster, input.agents[0].id, date, &|_| "早班".into()).unwrap();
                let mut cheapest: Vec<(Option<Duty>, f64)> = Vec::new();
                for line in all_lines(&problem) {
                    let mut lines = start.clone();
                    lines[0].clone_from(&line);
                    let changed = problem.assignments(&lines);
                    let is_allowed = check(&input, &changed).iter().all(|violation| violation.severity == Severity::Soft);
                    if is_allowed && line[day] != start[0][day] {
                        let added = price(&input, &changed).total - cost;
                        match cheapest.iter_mut().find(|(duty, _)| *duty == line[day]) {
                            Some((_, known)) => *known = known.min(added),
                            None => cheapest.push((line[day], added)),
                        }
                    }
                }
                assert_eq!(told.found.len(), cheapest.len(), "seed {seed}, day {day}: {told:?}");
                for (duty, added) in cheapest {
                    let instead = duty.map(|duty| problem.day_duty(duty));
                    let one = told.found.iter().find(|one| one.instead == instead).unwrap();
                    assert!((one.added_cost - added).abs() < 1e-6, "seed {seed}, day {day}: {one:?} against {added}");
                }
            }
        }
    }

    #[test]
    fn a_pin_leaves_no_alternative_and_who_is_not_there_is_named() {
        let mut input = tiny(1);
        let problem = RosterProblem::from_input(&input).unwrap();
        let mut lines = vec![vec![None; WEEK]; 3];
        lines[0][1] = Some(Duty::new(2, 0));
        input.pinned = problem.assignments(&lines);
        let problem = RosterProblem::from_input(&input).unwrap();
        let ask = |agent, date| alternatives(&problem, &input.pinned, agent, date, &|_| String::new());
        let pinned = ask(input.agents[0].id, problem.date_of(1)).unwrap();
        assert!(pinned.is_pinned && pinned.found.is_empty() && pinned.now.is_some(), "{pinned:?}");
        assert!(!ask(input.agents[0].id, problem.date_of(0)).unwrap().found.is_empty());
        assert_eq!(ask(AgentId::generate(), problem.date_of(0)), Err(ExplainError::Unknown("agent")));
        assert_eq!(ask(input.agents[0].id, "2030-01-01".parse().unwrap()), Err(ExplainError::Unknown("date")));
    }

    #[test]
    fn the_price_is_told_by_rule() {
        let by_rule = RuleCost::summed(
            [(crate::domain::rules::RuleId::Coverage, 40.0), (crate::domain::rules::RuleId::Wish, -2.54)].into_iter(),
        );
        assert_eq!(sentence("a day off", 37.46, &by_rule), "a day off instead costs 37.5 more: coverage +40, wish -2.5");
        assert_eq!(sentence("早班", -0.0, &[]), "早班 instead costs 0 more");
    }
}
