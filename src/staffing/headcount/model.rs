//! The plan as a mixed-integer programme.
//!
//! Whole numbers decided ahead: hires `h_t` and trained `c_t`. By scenario s: borrowed `b_jts`, the same in all where they are
//! booked ahead, and missing heads `m_ts ≥ 0`. In each period and scenario
//! `staff_t + Σ_τ h_τ·work(t−τ) + Σ_τ c_τ·work(t−τ) + Σ_j p_j·b_jts + m_ts ≥ needed_ts`, at the least expected cost. Staff and
//! newcomers shrink by the share that leaves; that is an expectation, and no whole number.

use good_lp::{Expression, ProblemVariables, Solution, SolverModel, Variable, constraint, variable};

use super::{Borrowing, HeadcountError, HeadcountInput, HeadcountPlan, Outcome, PeriodPlan};

/// More than enough for a few hundred whole numbers; what is found by then is within a thousandth.
const SECONDS: f64 = 10.0;
const GAP: f32 = 1e-3;

struct Variables {
    hire: Vec<Variable>,
    train: Vec<Variable>,
    /// By period and scenario, by source.
    borrow: Vec<Vec<Vec<Variable>>>,
    /// By period and scenario.
    short: Vec<Vec<Variable>>,
}

/// Plans at the least expected cost.
///
/// # Errors
/// [`HeadcountError`] when the solver fails; a plan itself always exists.
pub fn plan_headcount(input: &HeadcountInput) -> Result<HeadcountPlan, HeadcountError> {
    let mut problem = ProblemVariables::new();
    let variables = Variables::new(input, &mut problem);
    let cost = cost(input, &variables);
    let mut model = problem.minimise(cost.clone()).using(good_lp::highs).set_threads(1).set_time_limit(SECONDS);
    model.set_verbose(false);
    let mut model = model.set_mip_rel_gap(GAP).map_err(|fault| HeadcountError(fault.to_string()))?;
    model.add_constraint(constraint!(variables.train.iter().sum::<Expression>() <= f64::from(input.training.most)));
    for period in 0..input.periods {
        for (scenario, demand) in input.scenarios.iter().enumerate() {
            let own = own_heads(input, &variables, period);
            let borrowed: Expression =
                input.borrowing.iter().zip(&variables.borrow[period][scenario]).map(|(of, heads)| of.proficiency * *heads).sum();
            model.add_constraint(constraint!(own + borrowed + variables.short[period][scenario] >= demand.heads[period]));
        }
    }
    let solution = model.solve().map_err(|fault| HeadcountError(fault.to_string()))?;
    Ok(read(input, &variables, &solution, solution.eval(&cost)))
}

impl Variables {
    fn new(input: &HeadcountInput, problem: &mut ProblemVariables) -> Self {
        let mut whole = |most: u32| problem.add(variable().integer().min(0.0).max(f64::from(most)));
        let periods = || 0..input.periods;
        // Whoever would come after the last period helps nobody.
        let in_time = |period: usize, delay: usize, most: u32| if period + delay < input.periods { most } else { 0 };
        let hire = periods().map(|period| whole(in_time(period, input.hiring.lead_periods, input.hiring.most))).collect();
        let train = periods().map(|period| whole(in_time(period, input.training.periods, input.training.most))).collect();
        let borrow = periods().map(|period| borrowed(input, period, &mut whole)).collect();
        let short = periods().map(|_| input.scenarios.iter().map(|_| problem.add(variable().min(0.0))).collect()).collect();
        Self { hire, train, borrow, short }
    }
}

/// A variable for each scenario and source; one for all scenarios where it is booked ahead.
fn borrowed(input: &HeadcountInput, period: usize, whole: &mut impl FnMut(u32) -> Variable) -> Vec<Vec<Variable>> {
    let most = |source: &Borrowing| if period < source.lead_periods { 0 } else { source.most };
    let ahead: Vec<Option<Variable>> =
        input.borrowing.iter().map(|source| (source.lead_periods > 0).then(|| whole(most(source)))).collect();
    let of_scenario = |_| {
        let sources = input.borrowing.iter().zip(&ahead);
        sources.map(|(source, ahead)| ahead.unwrap_or_else(|| whole(most(source)))).collect()
    };
    input.scenarios.iter().map(of_scenario).collect()
}

/// Share of a hire's cohort that is still there, and works, `age` periods after the decision.
fn hire_work(input: &HeadcountInput, age: usize) -> f64 {
    let hiring = &input.hiring;
    let Some(worked) = age.checked_sub(hiring.lead_periods + hiring.training_periods) else { return 0.0 };
    hire_share(input, age) * hiring.ramp.get(worked).copied().unwrap_or(1.0)
}

/// Share of a hire's cohort that is paid `age` periods after the decision.
fn hire_share(input: &HeadcountInput, age: usize) -> f64 {
    age.checked_sub(input.hiring.lead_periods).map_or(0.0, |there| remaining(input, there))
}

fn remaining(input: &HeadcountInput, periods: usize) -> f64 {
    (1.0 - input.staff.leaving).powi(i32::try_from(periods).expect("a plan spans months, not millennia"))
}

fn is_trained(input: &HeadcountInput, age: usize) -> bool {
    age >= input.training.periods
}

fn own_heads(input: &HeadcountInput, variables: &Variables, period: usize) -> Expression {
    let mut heads = Expression::from(input.staff.heads * remaining(input, period));
    for decided in 0..=period {
        let age = period - decided;
        heads += hire_work(input, age) * variables.hire[decided];
        if is_trained(input, age) {
            heads += input.training.proficiency * variables.train[decided];
        }
    }
    heads
}

fn cost(input: &HeadcountInput, variables: &Variables) -> Expression {
    let mut cost = Expression::default();
    for decided in 0..input.periods {
        let ages = 0..input.periods - decided;
        let wages: f64 = ages.clone().map(|age| hire_share(input, age)).sum::<f64>() * input.staff.cost;
        cost += (input.hiring.cost + wages) * variables.hire[decided];
        let helping = ages.filter(|age| is_trained(input, *age)).count() as f64;
        cost += (input.training.cost + helping * input.training.period_cost) * variables.train[decided];
    }
    for period in 0..input.periods {
        for (scenario, demand) in input.scenarios.iter().enumerate() {
            for (source, heads) in input.borrowing.iter().zip(&variables.borrow[period][scenario]) {
                cost += demand.probability * source.cost * *heads;
            }
            cost += demand.probability * input.shortage_cost * variables.short[period][scenario];
        }
    }
    cost
}

fn read(input: &HeadcountInput, variables: &Variables, solution: &impl Solution, cost: f64) -> HeadcountPlan {
    let whole = |variable: Variable| solution.value(variable).round() as u32;
    let outcome = |period: usize, scenario: usize| Outcome {
        needed: input.scenarios[scenario].heads[period],
        borrow: variables.borrow[period][scenario].iter().map(|heads| whole(*heads)).collect(),
        short: solution.value(variables.short[period][scenario]).max(0.0),
    };
    let periods = (0..input.periods).map(|period| PeriodPlan {
        hire: whole(variables.hire[period]),
        train: whole(variables.train[period]),
        own_heads: solution.eval(own_heads(input, variables, period)),
        outcomes: (0..input.scenarios.len()).map(|scenario| outcome(period, scenario)).collect(),
    });
    let periods: Vec<PeriodPlan> = periods.collect();
    let expected = |missing: &dyn Fn(usize, usize) -> f64| -> f64 {
        let all = (0..input.periods).flat_map(|period| (0..input.scenarios.len()).map(move |scenario| (period, scenario)));
        all.map(|(period, scenario)| input.scenarios[scenario].probability * missing(period, scenario)).sum()
    };
    let nothing = |period: usize, scenario: usize| {
        (input.scenarios[scenario].heads[period] - input.staff.heads * remaining(input, period)).max(0.0)
    };
    let short_of_nothing = expected(&nothing);
    HeadcountPlan {
        cost,
        cost_of_nothing: short_of_nothing * input.shortage_cost,
        short: expected(&|period, scenario| periods[period].outcomes[scenario].short),
        short_of_nothing,
        periods,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DemandScenario, Hiring, Staff, Training};
    use super::*;

    /// Nobody leaves, hires cost 1,000 once and 5,000 a period, borrowed ones 9,000, missing ones 20,000.
    fn input(staff: f64, heads: &[f64]) -> HeadcountInput {
        HeadcountInput {
            periods: heads.len(),
            scenarios: vec![DemandScenario { probability: 1.0, heads: heads.to_vec() }],
            staff: Staff { heads: staff, leaving: 0.0, cost: 5_000.0 },
            hiring: Hiring { lead_periods: 1, training_periods: 1, ramp: vec![0.5], most: 1_000, cost: 1_000.0 },
            training: Training { most: 0, periods: 1, proficiency: 0.8, cost: 500.0, period_cost: 3_000.0 },
            borrowing: vec![Borrowing { most: 1_000, lead_periods: 0, proficiency: 1.0, cost: 9_000.0 }],
            shortage_cost: 20_000.0,
        }
    }

    fn hires(plan: &HeadcountPlan) -> Vec<u32> {
        plan.periods.iter().map(|period| period.hire).collect()
    }

    fn borrowed(plan: &HeadcountPlan) -> Vec<u32> {
        plan.periods.iter().map(|period| period.outcomes[0].borrow[0]).collect()
    }

    /// A shop of two that needs a third from the fifth month on: decided in the second, there and in training in the third, half of
    /// the work in the fourth, all of it from the fifth. Eight months of borrowing would cost 72,000, ten months' wages 50,000.
    #[test]
    fn a_shop_of_two_hires_its_third_in_time() {
        let heads = [vec![2.0; 4], vec![3.0; 8]].concat();
        let plan = plan_headcount(&input(2.0, &heads)).unwrap();
        assert_eq!(hires(&plan), [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(borrowed(&plan), [0; 12]);
        assert!((plan.cost - (1_000.0 + 10.0 * 5_000.0)).abs() < 1.0, "{}", plan.cost);
        assert!((plan.cost_of_nothing - 8.0 * 20_000.0).abs() < 1e-6 && plan.short == 0.0);
    }

    /// A campaign of one month is borrowed for, not hired for.
    #[test]
    fn a_short_campaign_is_borrowed_for() {
        let plan = plan_headcount(&input(5.0, &[5.0, 5.0, 9.0, 5.0])).unwrap();
        assert_eq!((hires(&plan), borrowed(&plan)), (vec![0; 4], vec![0, 0, 4, 0]));
        assert!((plan.cost - 36_000.0).abs() < 1e-6);
    }

    /// Of 3,000 two in a hundred leave each month: 60 in the first.
    #[test]
    fn a_firm_of_three_thousand_replaces_its_leavers() {
        let mut input = input(3_000.0, &[3_000.0; 12]);
        input.staff.leaving = 0.02;
        let plan = plan_headcount(&input).unwrap();
        let first = plan.periods[0].hire;
        assert!((100..400).contains(&first), "{first}: leavers of three months, and the ramp");
        assert!(plan.cost < plan.cost_of_nothing / 2.0);
        assert!((plan.periods[1].own_heads - 2_940.0).abs() < 1e-6);
    }

    /// Training two of another team, at 0.8 each, is cheaper than borrowing: 500 + 2 × 3,000 against 2 × 0.8 × 9,000.
    #[test]
    fn others_are_trained_where_that_is_cheaper() {
        let mut input = input(5.0, &[5.0, 6.6, 6.6]);
        input.training.most = 2;
        let plan = plan_headcount(&input).unwrap();
        assert_eq!((plan.periods[0].train, borrowed(&plan)), (2, vec![0, 0, 0]));
        assert!((plan.cost - 2.0 * 6_500.0).abs() < 1e-6, "{}", plan.cost);
    }

    /// What is booked ahead is the same in both scenarios; what is not follows them.
    #[test]
    fn bookings_ahead_do_not_know_the_scenario() {
        let mut input = input(5.0, &[5.0, 5.0]);
        input.scenarios = vec![
            DemandScenario { probability: 0.5, heads: vec![5.0, 7.0] },
            DemandScenario { probability: 0.5, heads: vec![5.0, 9.0] },
        ];
        let by_scenario = |input: &HeadcountInput| {
            let plan = plan_headcount(input).unwrap();
            plan.periods[1].outcomes.iter().map(|outcome| outcome.borrow[0]).collect::<Vec<_>>()
        };
        assert_eq!(by_scenario(&input), [2, 4]);
        input.borrowing[0].lead_periods = 1;
        // The last two cost 9,000 each and save 0.5 × 20,000.
        assert_eq!(by_scenario(&input), [4, 4]);
        input.shortage_cost = 17_000.0;
        assert_eq!(by_scenario(&input), [2, 2]);
    }
}
