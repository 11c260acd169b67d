//! `overtime` (hard): overtime stays within what its month has left. What shifts use up of the normal minutes of the week or
//! cycle is counted with it, and what is beyond is priced as part of `premium`.

use chrono::Days;
use good_lp::{Expression, Variable, variable};

use crate::domain::agent::Agent;
use crate::domain::labour::{AgentTerms, HoursSystem, OvertimeLeft, PayClass};
use crate::domain::planning::PlanningInput;
use crate::labour::planned::{PlannedHours, planned};
use crate::solver::line::Duty;
use crate::solver::line::resource::Resource;
use crate::solver::model::Model;
use crate::solver::problem::{AgentSpec, OvertimeCap, OvertimeLimits, Pool, ProblemParts, RosterProblem, ShiftSpec, WEEK};
use crate::solver::reading::DatedShift;

/// What the agent's overtime is limited to. What can never bind is left out.
pub(in crate::solver) fn limits(input: &PlanningInput, agent: &Agent, dated: &[DatedShift]) -> OvertimeLimits {
    let Some((labour, terms)) = input.terms(agent.id) else { return OvertimeLimits::default() };
    let hours: Vec<PlannedHours> =
        dated.iter().map(|dated| planned(terms, &labour.dates, &dated.shift, input.week.zone())).collect();
    let most = |of_shift: &[u32]| most_of(input, dated, of_shift);
    let pool = terms.normal_left.map(|left| {
        let of_shift: Vec<u32> = hours.iter().map(|hours| hours.pooled).collect();
        (most(&of_shift).saturating_sub(left.minutes), Pool { of_shift, normal: left.minutes, rate_permille: beyond_rate(terms) })
    });
    let pool = pool.filter(|(beyond, _)| *beyond > 0);
    let cap = |left: &OvertimeLeft| {
        let is_inside = |dated: &DatedShift| (left.first..=left.last).contains(&dated.shift.date);
        let own =
            |(hours, dated): (&PlannedHours, &DatedShift)| if is_inside(dated) { hours.overtime + hours.rest_day } else { 0 };
        let of_shift: Vec<u32> = hours.iter().zip(dated).map(own).collect();
        let of_shift = if of_shift.iter().any(|minutes| *minutes > 0) { of_shift } else { Vec::new() };
        let beyond = pool.as_ref().filter(|_| ends_pool(input, terms, left)).map(|(beyond, _)| *beyond);
        let counts_pool = beyond.is_some();
        (most(&of_shift) + beyond.unwrap_or(0) > left.minutes).then_some(OvertimeCap {
            of_shift,
            counts_pool,
            most: left.minutes,
        })
    };
    let caps = terms.overtime_left.iter().filter_map(cap).collect();
    OvertimeLimits { pool: pool.map(|(_, pool)| pool), caps }
}

/// Whether the month is the one in which the pool's last day of the week is: there what is beyond counts.
fn ends_pool(input: &PlanningInput, terms: &AgentTerms, month: &OvertimeLeft) -> bool {
    let sunday = input.week.monday() + Days::new(6);
    terms.normal_left.is_some_and(|normal| (month.first..=month.last).contains(&normal.last.min(sunday)))
}

/// What an hour beyond the normal ones is paid, in thousandths: of a comprehensive post as overtime, else as work on a day of
/// rest.
fn beyond_rate(terms: &AgentTerms) -> u32 {
    let class = if terms.hours.system == HoursSystem::Comprehensive { PayClass::Overtime } else { PayClass::RestDay };
    (terms.rates[class as usize] * 1000.0).round() as u32
}

/// The most that the week's working days can add up to, one shift a day.
fn most_of(input: &PlanningInput, dated: &[DatedShift], of_shift: &[u32]) -> u32 {
    let mut by_day = [0; WEEK];
    for (minutes, dated) in of_shift.iter().zip(dated) {
        let day = input.week.day_of(dated.shift.date).expect("shifts are made for the dates of the week");
        by_day[day] = (*minutes).max(by_day[day]);
    }
    by_day.sort_unstable_by(|one, other| other.cmp(one));
    by_day.iter().take(WEEK - (input.rules.min_rest_days as usize).min(WEEK)).sum()
}

pub(super) fn add(model: &mut Model) {
    for agent in 0..model.problem.agents.len() {
        let beyond = add_pool(model, agent);
        for cap in &model.problem.agents[agent].limits.overtime.caps {
            let mut hours = hours_of(model, agent, &cap.of_shift);
            if let Some(beyond) = beyond.filter(|_| cap.counts_pool) {
                hours += beyond;
            }
            model.require(hours.leq(f64::from(cap.most) / 60.0));
        }
    }
}

/// Hours beyond the normal ones.
fn add_pool(model: &mut Model, agent: usize) -> Option<Variable> {
    let pool = model.problem.agents[agent].limits.overtime.pool.as_ref()?;
    let normal = f64::from(pool.normal) / 60.0;
    let hours = hours_of(model, agent, &pool.of_shift);
    let starts = (model.start_of_sum(&hours) - normal).max(0.0);
    let price = pool.price_per_hour(model.problem);
    let beyond = model.add(variable().min(0.0), price, starts);
    model.require((hours - beyond).leq(normal));
    Some(beyond)
}

/// Hours of the agent's shifts, of which each has so many minutes.
fn hours_of(model: &Model, agent: usize, of_shift: &[u32]) -> Expression {
    let counted = of_shift.iter().enumerate().filter(|(_, minutes)| **minutes > 0);
    let worked = counted.filter_map(|(shift, minutes)| Some((model.works_shift(agent, shift)?, f64::from(*minutes) / 60.0)));
    let mut hours = Expression::default();
    worked.for_each(|(works, share)| {
        hours.add_mul(share, works);
    });
    hours
}

impl Pool {
    /// What an hour beyond costs.
    fn price_per_hour(&self, problem: &ProblemParts) -> f64 {
        f64::from(self.rate_permille) / 1000.0 * problem.weights.premium_hour
    }

    fn beyond(&self, line: &[Option<Duty>]) -> u32 {
        let used: u32 = line.iter().flatten().map(|duty| self.of_shift[duty.shift]).sum();
        used.saturating_sub(self.normal)
    }
}

impl RosterProblem {
    /// What the line's minutes beyond the normal ones cost.
    pub(in crate::solver) fn beyond_price(&self, agent: usize, line: &[Option<Duty>]) -> f64 {
        let pool = self.agents[agent].limits.overtime.pool.as_ref();
        pool.map_or(0.0, |pool| f64::from(pool.beyond(line)) / 60.0 * pool.price_per_hour(self))
    }
}

impl OvertimeLimits {
    /// Whether the line has more overtime than is left.
    pub(in crate::solver) fn is_exceeded(&self, line: &[Option<Duty>]) -> bool {
        let beyond = self.pool.as_ref().map_or(0, |pool| pool.beyond(line));
        let own = |cap: &OvertimeCap| -> u32 { line.iter().flatten().filter_map(|duty| cap.of_shift.get(duty.shift)).sum() };
        self.caps.iter().any(|cap| own(cap) + if cap.counts_pool { beyond } else { 0 } > cap.most)
    }
}

/// What the line engine counts: one count for each month, the pool beside the one it counts for.
pub(super) fn resources(problem: &ProblemParts, agent: &AgentSpec) -> Vec<Box<dyn Resource>> {
    let OvertimeLimits { pool, caps } = &agent.limits.overtime;
    let with_pool = caps.iter().find(|cap| cap.counts_pool);
    let first = pool.as_ref().map(|pool| Minutes::new(problem, Some(pool), with_pool));
    let others = caps.iter().filter(|cap| !cap.counts_pool).map(|cap| Minutes::new(problem, None, Some(cap)));
    first.into_iter().chain(others).map(|count| Box::new(count) as Box<dyn Resource>).collect()
}

/// Minutes of the pool used so far, times `width`, and overtime of single shifts beside them, each in its unit.
struct Minutes {
    /// What a shift adds, by day and kind.
    effects: Vec<u16>,
    kinds: usize,
    pool_unit: u32,
    normal: u32,
    price_per_hour: f64,
    own_unit: u32,
    /// Counts of overtime that are allowed.
    width: u16,
    most: Option<u32>,
    /// The most of the pool that the days from each on can use.
    ahead: Vec<u32>,
}

impl Minutes {
    fn new(problem: &ProblemParts, pool: Option<&Pool>, cap: Option<&OvertimeCap>) -> Self {
        let pooled = |shift: usize| pool.map_or(0, |pool| pool.of_shift[shift]);
        let own = |shift: usize| cap.and_then(|cap| cap.of_shift.get(shift).copied()).unwrap_or(0);
        let all = || 0..problem.shifts.len();
        let mut ahead = vec![0; problem.days + 1];
        for day in (0..problem.days).rev() {
            let longest = all().filter(|shift| problem.shifts[*shift].day == day).map(pooled).max().unwrap_or(0);
            ahead[day] = ahead[day + 1] + longest;
        }
        let pool_unit = all().map(pooled).fold(0, gcd).max(1);
        let mut own_unit = all().map(own).fold(0, gcd).max(1);
        let has_own = all().any(|shift| own(shift) > 0);
        let width = |unit: u32| if has_own { cap.map_or(0, |cap| cap.most) / unit + 1 } else { 1 };
        // A coarser unit counts each shift's overtime up: then fewer fit, and never too many.
        while (ahead[0] / pool_unit + 1) * width(own_unit) > u32::from(u16::MAX) {
            own_unit *= 2;
        }
        let width = width(own_unit) as u16;
        let kinds = problem.shifts.iter().map(|shift| shift.kind + 1).max().unwrap_or(0);
        let mut effects = vec![0; problem.days * kinds];
        for (shift, spec) in problem.shifts.iter().enumerate() {
            let own = own(shift).div_ceil(own_unit).min(u32::from(width)) as u16;
            // An effect whose overtime alone is too much has no number of its own: it takes the greatest.
            let effect = (pooled(shift) / pool_unit) as u16 * width + own;
            effects[spec.day * kinds + spec.kind] = if own >= width { u16::MAX } else { effect };
        }
        let (normal, price_per_hour) = pool.map_or((0, 0.0), |pool| (pool.normal, pool.price_per_hour(problem)));
        Self { effects, kinds, pool_unit, normal, price_per_hour, own_unit, width, most: cap.map(|cap| cap.most), ahead }
    }

    fn beyond(&self, count: u16) -> u32 {
        (u32::from(count / self.width) * self.pool_unit).saturating_sub(self.normal)
    }
}

impl Resource for Minutes {
    fn effect(&self, shift: &ShiftSpec) -> u16 {
        self.effects[shift.day * self.kinds + shift.kind]
    }

    fn work(&self, count: u16, effect: u16, _: usize) -> Option<u16> {
        let own = count % self.width + effect % self.width;
        if effect == u16::MAX || own >= self.width {
            return None;
        }
        let count = (count / self.width + effect / self.width) * self.width + own;
        let overtime = u32::from(own) * self.own_unit + self.beyond(count);
        self.most.is_none_or(|most| overtime <= most).then_some(count)
    }

    fn rest(&self, count: u16, _: usize) -> Option<u16> {
        Some(count)
    }

    fn canonical(&self, count: u16, day: usize) -> u16 {
        let used = u32::from(count / self.width) * self.pool_unit;
        // A pool that cannot be used up any more is as good as an untouched one.
        if used + self.ahead[day] <= self.normal { count % self.width } else { count }
    }

    fn close(&self, count: u16) -> Option<f64> {
        Some(f64::from(self.beyond(count)) / 60.0 * self.price_per_hour)
    }
}

fn gcd(left: u32, right: u32) -> u32 {
    if right == 0 { left } else { gcd(right, left % right) }
}
