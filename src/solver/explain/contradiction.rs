//! Pins that cannot hold together: for a hard rule that an agent's pins break, the fewest of them that still break it.

use chrono::NaiveDate;

use super::words::{figure, listed};
use crate::domain::ids::AssignmentId;
use crate::domain::rules::RuleId;
use crate::solver::line::contract::Contracts;
use crate::solver::line::{Duty, Line};
use crate::solver::problem::{AgentSpec, PinSpec, RosterProblem};
use crate::solver::team::is_open_to;

/// A hard rule and pins of one agent that break it. Without any one of them, or without the rule, the rest can hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::solver) struct Contradiction {
    /// The rule.
    pub rule: RuleId,
    /// Whose pins.
    pub agent: usize,
    /// The pins, by day.
    pub pins: Vec<Duty>,
    /// The pin that cannot stand beside those before it.
    pub pin: AssignmentId,
}

impl RosterProblem {
    /// The pins that cannot stand beside `kept` and those before them, whatever else is worked. Without pins every hard rule but a
    /// floor of minutes can be kept by staying at home: pins are the only other way to contradict.
    pub(in crate::solver) fn contradictions(&self, kept: &[PinSpec], pins: &[PinSpec]) -> Vec<Contradiction> {
        let mut contracts = Contracts::default();
        let agents = 0..self.agents.len();
        agents.flat_map(|agent| self.contradictions_of(agent, kept, pins, &mut contracts)).collect()
    }

    fn contradictions_of(
        &self,
        agent: usize,
        kept: &[PinSpec],
        pins: &[PinSpec],
        contracts: &mut Contracts,
    ) -> Vec<Contradiction> {
        let mut line: Line = vec![None; self.days];
        for pin in kept.iter().filter(|pin| pin.agent == agent) {
            line[self.shifts[pin.duty.shift].day] = Some(pin.duty);
        }
        let mut of_agent: Vec<&PinSpec> = pins.iter().filter(|pin| pin.agent == agent).collect();
        of_agent.sort_by_key(|pin| self.shifts[pin.duty.shift].day);
        let mut found = Vec::new();
        for pin in of_agent {
            let mut with = line.clone();
            let first = with[self.shifts[pin.duty.shift].day].replace(pin.duty);
            let broken = match first {
                Some(first) => Some((RuleId::OneShiftPerDay, vec![first, pin.duty])),
                None => self.broken(agent, &with, pin.duty, contracts),
            };
            match broken {
                Some((rule, pins)) => found.push(Contradiction { rule, agent, pins, pin: pin.assignment_id }),
                None => line = with,
            }
        }
        found
    }

    /// The rule that the last pin breaks, and the pins it takes.
    fn broken(&self, agent: usize, pins: &Line, last: Duty, contracts: &mut Contracts) -> Option<(RuleId, Vec<Duty>)> {
        if let Some((rule, _)) = self.excesses(agent, pins).first() {
            return Some((*rule, self.core(agent, pins, *rule)));
        }
        // Rows of days that a pin begins or cuts may have no room to be long enough.
        let has_room = !self.agents[agent].limits.asks_for_rows() || is_open_to(self, agent, pins, contracts);
        (!has_room).then(|| (RuleId::ConsecutiveDays, vec![last]))
    }

    /// Of pins that break a rule, some that still do and of which none can be spared. Taking a shift away never breaks a
    /// rule that more work cannot mend, so each pin needs one try.
    fn core(&self, agent: usize, pins: &Line, rule: RuleId) -> Vec<Duty> {
        let mut core = pins.clone();
        for day in (0..self.days).rev() {
            let pin = core[day].take();
            if !self.breaks(agent, &core, rule) {
                core[day] = pin;
            }
        }
        core.into_iter().flatten().collect()
    }

    fn breaks(&self, agent: usize, line: &Line, rule: RuleId) -> bool {
        self.excesses(agent, line).iter().any(|(broken, _)| *broken == rule)
    }
}

impl Contradiction {
    /// The dates of the pins, in order.
    pub fn dates(&self, problem: &RosterProblem) -> Vec<NaiveDate> {
        self.pins.iter().map(|pin| problem.shifts[pin.shift].date).collect()
    }

    /// For example: `王芳: the pins on 2026-11-23, 2026-11-24 and 2026-11-25 make 3 days in a row, 2 are the most; unpin one of
    /// them, or change what forbids it`.
    pub fn sentence(&self, problem: &RosterProblem) -> String {
        let agent = &problem.agents[self.agent];
        let mut dates: Vec<String> = self.dates(problem).iter().map(ToString::to_string).collect();
        dates.dedup();
        let (pins, remedy) = match self.pins.len() {
            1 => ("the pin", "unpin it"),
            _ => ("the pins", "unpin one of them"),
        };
        let on = listed(&dates);
        format!("{}: {pins} on {on} {}; {remedy}, or change what forbids it", agent.name, self.breach(problem, agent))
    }

    /// The same of shifts that a rotation fixes.
    pub fn sentence_of_rotation(&self, problem: &RosterProblem) -> String {
        let agent = &problem.agents[self.agent];
        let dates: Vec<String> = self.dates(problem).iter().map(ToString::to_string).collect();
        let shifts = if self.pins.len() == 1 { "the rotation's shift" } else { "the rotation's shifts" };
        let breach = self.breach(problem, agent);
        format!("{}: {shifts} on {} {breach}; the last of these days is planned freely", agent.name, listed(&dates))
    }

    /// What the pins do, and what the rule allows.
    fn breach(&self, problem: &RosterProblem, agent: &AgentSpec) -> String {
        let (limits, shifts) = (&agent.limits, self.pins.len());
        let [make, start, fall] = if shifts == 1 { ["makes", "starts", "falls"] } else { ["make", "start", "fall"] };
        match self.rule {
            RuleId::OneShiftPerDay => format!("{make} two shifts on one day, one is the most"),
            RuleId::Skill => "is on a queue the agent has no skill for".to_owned(),
            RuleId::Employment => "is outside the employment".to_owned(),
            RuleId::Availability => "is outside the availability".to_owned(),
            RuleId::Leave => "overlaps leave".to_owned(),
            RuleId::MinimumRest => self.rest(problem, agent),
            RuleId::StableStart => format!("{start} at times too far apart for days in a row"),
            RuleId::ForwardRotation => format!("{start} earlier by the clock from one day to the next than allowed"),
            RuleId::Weekends => format!("{fall} on more weekends than allowed"),
            RuleId::ShiftsOfKind => format!("{make} more shifts of one template than allowed"),
            RuleId::ConsecutiveDays
                if shifts + self.beside(problem).iter().sum::<usize>() <= limits.max_consecutive_days as usize =>
            {
                "leaves no room for as many days in a row, worked or off, as asked for".to_owned()
            }
            RuleId::ConsecutiveDays => {
                let [before, after] = self.beside(problem);
                let with = if before > 0 { format!(" with {before} worked up to the week before") } else { String::new() };
                let and = if after > 0 { format!(" with {after} planned from the Monday after on") } else { String::new() };
                format!(
                    "{make} {} days in a row{with}{and}, {} are the most",
                    shifts + before + after,
                    limits.max_consecutive_days
                )
            }
            RuleId::WeeklyRest => format!("{make} {shifts} working days in a week, {} are the most", limits.max_days),
            RuleId::LateShifts => format!("{make} {shifts} late shifts in a week, {} are the most", limits.max_late_shifts),
            RuleId::WeeklyHours => {
                let paid: u32 = self.pins.iter().map(|pin| problem.shifts[pin.shift].paid).sum();
                format!("{make} {} paid hours, {} are the most", hours(paid.into()), hours(limits.max_minutes.into()))
            }
            rule => format!("cannot hold beside the rule {}", rule.as_str()),
        }
    }

    /// Days worked before the horizon that the pins go on from, and after it that go on from the pins.
    fn beside(&self, problem: &RosterProblem) -> [usize; 2] {
        let is_on = |pin: Option<&Duty>, day: usize| pin.is_some_and(|pin| problem.shifts[pin.shift].day == day);
        let agent = &problem.agents[self.agent];
        let before = if is_on(self.pins.first(), 0) { agent.run_before as usize } else { 0 };
        let after = if is_on(self.pins.last(), problem.days - 1) { agent.run_after as usize } else { 0 };
        [before, after]
    }

    fn rest(&self, problem: &RosterProblem, agent: &AgentSpec) -> String {
        let least = agent.limits.min_rest;
        let [first, second] = self.pins[..] else {
            return format!("comes less than {} hours after the shift before the week, or before the one after it", hours(least));
        };
        let rest = problem.shifts[second.shift].start - problem.shifts[first.shift].end;
        if rest >= least {
            return "are shifts that may not follow each other".to_owned();
        }
        format!("leave {} hours of rest, {} are the least", hours(rest.max(0)), hours(least))
    }
}

fn hours(minutes: i64) -> String {
    figure(minutes as f64 / 60.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::absence::{Leave, LeaveKind};
    use crate::domain::calendar::{Interval, instant_at_minute};
    use crate::domain::ids::LeaveId;
    use crate::domain::planning::PlanningInput;
    use crate::solver::problem::ProblemParts;
    use crate::solver::test_team::chat_team;
    use crate::solver::{ProblemError, WEEK};

    /// Pins by day and template on the first queue of the agent; templates by start: 09:00, 10:00 … 17:30.
    fn pinned(input: &PlanningInput, pins: &[(usize, usize, usize)]) -> PlanningInput {
        let problem = RosterProblem::from_input(input).unwrap();
        let mut pinned = input.clone();
        for (agent, day, kind) in pins {
            let queue = problem.agents[*agent].skills[0].queue;
            let mut lines = vec![vec![None; WEEK]; problem.agents.len()];
            lines[*agent][*day] = Some(Duty::new(day * input.shift_templates.len() + kind, queue));
            pinned.pinned.extend(problem.assignments(&lines));
        }
        pinned
    }

    fn plain_team() -> PlanningInput {
        let mut input = chat_team(3, 1.0, 1);
        (input.history, input.leave) = (vec![], vec![]);
        input
    }

    fn told(input: &PlanningInput) -> Vec<String> {
        let ProblemError { faults } = RosterProblem::from_input(input).unwrap_err();
        faults.into_iter().map(|fault| fault.detail).collect()
    }

    #[test]
    fn the_fewest_pins_are_named_with_dates_and_figures_for_every_agent() {
        let mut input = plain_team();
        input.rules.max_consecutive_days = 3;
        let monday = input.week.monday();
        let zone = input.week.zone();
        let span = Interval { start: instant_at_minute(zone, monday, 0), end: instant_at_minute(zone, monday, 1440) };
        let (id, agent_id) = (LeaveId::generate(), input.agents[2].id);
        input.leave = vec![Leave { id, agent_id, span, kind: LeaveKind::Annual }];
        let pins = [(0, 0, 0), (0, 1, 0), (0, 2, 0), (0, 3, 0), (0, 5, 0), (1, 2, 7), (1, 3, 0), (2, 0, 0), (2, 1, 0)];
        assert_eq!(
            told(&pinned(&input, &pins)),
            [
                "客服0: the pins on 2026-11-23, 2026-11-24, 2026-11-25 and 2026-11-26 make 4 days in a row, 3 are the most; \
                 unpin one of them, or change what forbids it",
                "客服1: the pins on 2026-11-25 and 2026-11-26 leave 6.5 hours of rest, 11 are the least; unpin one of them, or \
                 change what forbids it",
                "客服2: the pin on 2026-11-23 overlaps leave; unpin it, or change what forbids it",
            ]
        );
    }

    #[test]
    fn two_breaches_of_one_rule_are_two_faults_and_unknown_pins_hide_none() {
        let mut input = pinned(&plain_team(), &[(0, 0, 7), (0, 1, 0), (0, 3, 7), (0, 4, 0), (1, 0, 0), (1, 0, 1)]);
        input.pinned.push(input.pinned[0].clone());
        input.pinned.last_mut().unwrap().date = input.week.monday() - chrono::Days::new(1);
        let told = told(&input);
        assert_eq!(told.iter().filter(|detail| detail.contains("leave 6.5 hours of rest")).count(), 2, "{told:?}");
        assert!(told.iter().any(|detail| detail.contains("make two shifts on one day")), "{told:?}");
        assert!(told.iter().any(|detail| detail.contains("the week does not have")), "{told:?}");
    }

    #[test]
    fn days_worked_before_the_week_are_told() {
        let mut input = chat_team(1, 1.0, 1);
        (input.leave, input.rules.max_consecutive_days) = (vec![], 3);
        input.history.clear();
        let free = pinned(&input, &[(0, 0, 7), (0, 1, 7)]);
        let span = |back: i64| {
            let shift = input.shift_templates[0].on(input.week.monday() - chrono::Duration::days(back), input.week.zone());
            crate::domain::planning::PastShift { agent_id: input.agents[0].id, date: shift.date, span: shift.span }
        };
        let worked = |history| PlanningInput { history, ..free.clone() };
        assert_eq!(
            told(&worked(vec![span(1), span(2)])),
            [
                "客服0: the pins on 2026-11-23 and 2026-11-24 make 4 days in a row with 2 worked up to the week before, 3 are the most; \
              unpin one of them, or change what forbids it"
            ]
        );
        let one =
            "客服0: the pin on 2026-11-23 makes 4 days in a row with 3 worked up to the week before, 3 are the most; unpin it";
        let told = told(&worked(vec![span(1), span(2), span(3)]));
        assert!(told[0].starts_with(one), "{told:?}");
    }

    /// Made-up pins by the hundred: each set named still breaks its rule, and without any one of its pins does not.
    #[test]
    fn no_pin_of_a_set_can_be_spared() {
        let mut sets = 0;
        for seed in 0..40u64 {
            let mut input = chat_team(4, 1.0, seed);
            input.rules.max_late_shifts = 2;
            input.rules.max_consecutive_days = 2 + (seed % 4) as u32;
            input.agents[0].contract.max_weekly_minutes = 1200;
            let parts = ProblemParts::from(RosterProblem::from_input(&input).unwrap());
            let chosen = (0..parts.shifts.len()).filter(|shift| (shift * 31 + seed as usize * 17) % 11 < 2);
            let duty = |agent: usize, shift| Duty::new(shift, parts.agents[agent].skills[0].queue);
            let pin = |(agent, shift)| PinSpec {
                assignment_id: crate::domain::ids::AssignmentId::generate(),
                agent,
                duty: duty(agent, shift),
            };
            let all: Vec<PinSpec> = chosen.flat_map(|shift| (0..4).map(move |agent| (agent, shift))).map(pin).collect();
            let broken = |pins: Vec<Duty>, agent: usize, rule: RuleId| {
                let pins = all.iter().filter(|pin| pin.agent == agent && pins.contains(&pin.duty)).copied().collect();
                let parts = ProblemParts { pins, ..parts.clone() };
                let faults = RosterProblem::try_from(parts).err().map(|error| error.faults).unwrap_or_default();
                faults.iter().any(|fault| fault.rule == Some(rule))
            };
            let problem = RosterProblem::try_from(ProblemParts { pins: vec![], ..parts.clone() }).unwrap();
            for Contradiction { rule, agent, pins, .. } in problem.contradictions(&[], &all) {
                sets += 1;
                assert!(broken(pins.clone(), agent, rule), "{rule:?} {pins:?}");
                for spared in &pins {
                    let rest = pins.iter().filter(|pin| *pin != spared).copied().collect();
                    assert!(!broken(rest, agent, rule), "{rule:?} {pins:?} without {spared:?}");
                }
            }
        }
        assert!(sets > 100, "{sets}");
    }
}
