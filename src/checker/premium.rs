//! `premium`: hours that are paid at a premium are priced at their class.

use super::facts::Facts;
use super::overtime::{beyond, planned_of};
use crate::domain::labour::{HoursSystem, PayClass};
use crate::domain::rules::CostWeights;

/// The price of the hours at a premium.
pub(super) fn price(facts: &Facts, weights: &CostWeights) -> f64 {
    let mut paid = 0.0;
    for line in &facts.lines {
        let Some((labour, terms)) = facts.input.terms(line.agent.id) else { continue };
        let rate = |class: PayClass| terms.rates[class as usize];
        let worked = planned_of(facts, line, labour, terms);
        for (_, hours) in &worked {
            paid += f64::from(hours.overtime) * rate(PayClass::Overtime);
            paid += f64::from(hours.rest_day) * rate(PayClass::RestDay);
            paid += f64::from(hours.holiday) * rate(PayClass::StatutoryHoliday);
        }
        let is_comprehensive = terms.hours.system == HoursSystem::Comprehensive;
        paid += beyond(terms, &worked) * rate(if is_comprehensive { PayClass::Overtime } else { PayClass::RestDay });
    }
    paid / 60.0 * weights.premium_hour
}

#[cfg(test)]
mod tests {
    use super::super::{price, test_case::Case};
    use crate::domain::labour::RestDays;
    use crate::domain::rules::RuleId;

    #[test]
    fn a_day_of_rest_costs_its_class_and_a_working_day_nothing() {
        let mut case = Case::new().with_labour();
        case.terms(0).hours.rest_days = Some(RestDays::Calendar);
        let total = |roster: &[_]| price(&case.fitted_to(roster).input, roster);
        assert_eq!(total(&[case.assign(0, 4, 0, 0)]).total, 0.0);
        let sunday = total(&[case.assign(0, 6, 0, 0)]);
        assert_eq!((sunday.total, sunday.by_rule[0].rule), (8.0 * 2.0 * 4.0, RuleId::Premium));
        // 17:00-02:00 on Friday: two hours are on Saturday.
        assert_eq!(total(&[case.assign(0, 4, 1, 0)]).total, 2.0 * 2.0 * 4.0);
    }
}
