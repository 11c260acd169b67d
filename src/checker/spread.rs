//! `late-spread` and `weekend-spread`: late shifts and weekend days are spread evenly over full-time agents, in all weeks that
//! are planned together, and with what agents carry from the weeks before. A statutory holiday counts as a weekend day.
//!
//! Counted are full-time agents who could share: employed and without leave all the time, and with an availability that
//! admits a late shift (for the weekend: a shift on either day). One on holiday would make every roster uneven.

use chrono::{Datelike, NaiveDate, Weekday};

use super::availability::admits;
use super::facts::{Facts, Line};
use crate::domain::rules::{CostWeights, RuleId, Violation};
use crate::domain::shift::ShiftTemplate;

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    [(RuleId::LateSpread, "late shifts"), (RuleId::WeekendSpread, "weekend days")]
        .into_iter()
        .filter_map(|(rule, what)| {
            let (most, least) = extremes(facts, rule)?;
            // One apart cannot be helped when the shifts do not divide by the agents.
            (most > least + 1).then(|| Violation {
                rule,
                severity: rule.severity(),
                agent_id: None,
                queue_id: None,
                date: None,
                figure: (most - least) as f64,
                limit: 1.0,
                detail: format!("the most loaded full-time agent has {most} {what}, the least loaded {least}"),
            })
        })
        .collect()
}

/// The price of one of the two rules.
pub(super) fn price(facts: &Facts, rule: RuleId, weights: &CostWeights) -> f64 {
    extremes(facts, rule).map_or(0.0, |(most, least)| (most - least) as f64 * weights.spread)
}

/// The most and the fewest among those who share.
fn extremes(facts: &Facts, rule: RuleId) -> Option<(usize, usize)> {
    let counts = facts.lines.iter().filter(|line| shares(facts, line, rule)).map(|line| count(facts, line, rule));
    counts.fold(None, |extremes, count| match extremes {
        None => Some((count, count)),
        Some((most, least)) => Some((count.max(most), count.min(least))),
    })
}

fn count(facts: &Facts, line: &Line, rule: RuleId) -> usize {
    let outside = facts.input.beside(line.agent.id);
    let [late_before, weekend_before] = facts.input.load_memory.carried(line.agent.id).map(usize::from);
    match rule {
        RuleId::LateSpread => {
            let late = line.worked.iter().filter(|worked| facts.input.is_late(worked.template));
            late_before + late.count() + outside.filter(|shift| facts.input.was_late(shift)).count()
        }
        _ => {
            let dates = line.dates().into_iter().chain(outside.map(|shift| shift.date));
            weekend_before + dates.filter(|date| facts.input.is_spread_as_weekend(*date)).count()
        }
    }
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

fn shares(facts: &Facts, line: &Line, rule: RuleId) -> bool {
    let (input, agent) = (facts.input, line.agent);
    let admitted = |date: NaiveDate, template: &ShiftTemplate| admits(facts, agent, &template.on(date, input.week.zone()).span);
    let can_serve = agent.skills.iter().any(|skill| input.covers(skill.queue_id));
    if !agent.contract.is_full_time || !facts.is_there_throughout(agent) || !can_serve {
        return false;
    }
    match rule {
        RuleId::LateSpread => {
            let mut late = input.shift_templates.iter().filter(|template| input.is_late(template));
            late.any(|template| input.week.dates().any(|date| admitted(date, template)))
        }
        _ => {
            let mut weekend = input.week.dates().filter(|date| is_weekend(*date));
            weekend.all(|date| input.shift_templates.iter().any(|template| admitted(date, template)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{price, test_case::Case};
    use crate::domain::calendar::Horizon;
    use crate::domain::ids::{HolidayId, SiteId};
    use crate::domain::labour::SpecialDates;
    use crate::domain::load_memory::{LoadMemory, PastLoad};
    use crate::domain::organisation::{Holiday, HolidayKind};
    use crate::domain::rules::RuleId;

    #[test]
    fn two_late_shifts_against_none_are_uneven() {
        let case = Case::new().full_time();
        let passing = vec![case.assign(0, 0, 1, 0), case.assign(1, 1, 1, 0)];
        case.fitted_to(&passing).passes(&passing);
        assert_eq!(price(&case.fitted_to(&passing).input, &passing).total, 0.0);
        let mutated = vec![case.assign(0, 0, 1, 0), case.assign(0, 1, 1, 0)];
        let case = case.fitted_to(&mutated);
        case.breaks(&mutated, RuleId::LateSpread);
        assert_eq!(price(&case.input, &mutated).total, 12.0);
    }

    #[test]
    fn the_other_weeks_planned_together_count_and_those_before_do_not() {
        let mut case = Case::new().full_time();
        let roster = vec![case.assign(0, 0, 1, 0), case.assign(0, 2, 1, 0)];
        case.fitted_to(&roster).breaks(&roster, RuleId::LateSpread);
        case.input.horizon = Horizon::new(case.input.week, 2).unwrap();
        case.add_coming(1, 8, 1);
        case.fitted_to(&roster).passes(&roster);
        assert_eq!(price(&case.fitted_to(&roster).input, &roster).total, 6.0);
        case.input.horizon = case.input.week.into();
        case.fitted_to(&roster).breaks(&roster, RuleId::LateSpread);
        // Away in the second week: nobody else is left to compare with.
        case.input.horizon = Horizon::new(case.input.week, 2).unwrap();
        case.add_leave(1, 9, 9 * 60, 17 * 60);
        assert_eq!(price(&case.fitted_to(&roster).input, &roster).total, 0.0);
    }

    #[test]
    fn what_an_agent_carries_and_a_statutory_holiday_count() {
        let mut case = Case::new().full_time().with_labour();
        let ids: Vec<_> = case.input.agents.iter().map(|agent| agent.id).collect();
        let load = |late, weekend| PastLoad { late, weekend, days: 84 };
        case.input.load_memory = LoadMemory { days: 84, agents: [(ids[0], load(10, 4)), (ids[1], load(12, 4))].into() };
        let even = vec![case.assign(0, 0, 1, 0), case.assign(0, 1, 1, 0)];
        case.fitted_to(&even).passes(&even);
        assert_eq!(price(&case.fitted_to(&even).input, &even).total, 0.0);
        assert_eq!(price(&case.fitted_to(&[]).input, &[]).total, 12.0);
        let day = |date| Holiday {
            id: HolidayId::generate(),
            site_id: SiteId::generate(),
            date,
            name: "x".into(),
            kind: HolidayKind::Statutory,
        };
        let holidays = [day(case.date(2)), day(case.date(3))];
        case.input.labour.as_mut().unwrap().dates = SpecialDates::of(&holidays);
        case.input.load_memory = LoadMemory::default();
        case.input.rules.weights.premium_hour = 0.0;
        let uneven = vec![case.assign(0, 2, 0, 0), case.assign(0, 3, 0, 0)];
        case.fitted_to(&uneven).breaks(&uneven, RuleId::WeekendSpread);
    }

    #[test]
    fn a_whole_weekend_against_none_is_uneven() {
        let case = Case::new().full_time();
        let passing = vec![case.assign(0, 5, 0, 0), case.assign(1, 6, 0, 0)];
        case.fitted_to(&passing).passes(&passing);
        let mutated = vec![case.assign(0, 5, 0, 0), case.assign(0, 6, 0, 0)];
        case.fitted_to(&mutated).breaks(&mutated, RuleId::WeekendSpread);
    }

    #[test]
    fn an_agent_with_leave_does_not_make_the_roster_uneven() {
        let mut case = Case::new().full_time();
        let roster = vec![case.assign(0, 0, 1, 0), case.assign(0, 1, 1, 0)];
        case.add_leave(1, 3, 0, 1440);
        let case = case.fitted_to(&roster);
        case.passes(&roster);
        assert_eq!(price(&case.input, &roster).total, 0.0);
    }
}
