//! Roster problem → model, where this engine can speak for it.

use std::collections::HashMap;

use super::model::{Agent, Duty as Kept, FORBIDDEN, Kind, Limits, Model, OFF, Row};
use crate::solver::line::{Duty, Line};
use crate::solver::problem::{AgentSpec, OvertimeLimits, ProblemParts, RosterProblem, ShiftSpec, Succession, WEEK, WishSpec};
use crate::solver::rules::{OfferPrices, offer_prices};

/// Most days in a row, worked or off, that the line engine tells apart.
const MOST_IN_A_ROW: usize = 64;

/// Parts of a cost that prices are read in: they have to be whole thousandths.
const PARTS: f64 = 1000.0;

/// Why a problem is not this engine's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(in crate::solver) struct NotSparse(&'static str);

/// A problem as this engine sees it.
#[derive(Debug)]
pub(in crate::solver) struct Reading {
    /// The model; its costs are multiples of `unit`.
    pub(super) model: Model,
    /// Cost of one unit of the model.
    unit: f64,
    /// Cost of the intervals that no shift reaches.
    constant: f64,
    /// Per (day, kind), the shift.
    shift_at: Vec<Option<usize>>,
}

impl Reading {
    /// Reads a problem.
    ///
    /// # Errors
    /// [`NotSparse`] names the first thing in it that this engine does not know.
    pub fn of(problem: &ProblemParts) -> Result<Self, NotSparse> {
        refuse_the_unknown(problem)?;
        let kinds = problem.shifts.iter().map(|shift| shift.kind + 1).max().unwrap_or(0);
        let mut shift_at = vec![None; problem.days * kinds];
        for (index, shift) in problem.shifts.iter().enumerate() {
            let before = shift_at[shift.day * kinds + shift.kind].replace(index);
            require(before.is_none(), "a day has two shifts of one kind")?;
        }
        let prices = Prices::of(problem)?;
        let kinds = read_kinds(problem, kinds)?;
        let agents = read_agents(problem, &kinds, &shift_at, &prices)?;
        let (rows, constant) = read_rows(problem, &shift_at, &prices)?;
        let model = Model::new(problem.days, kinds, agents, rows).ok_or(NotSparse("its prices are too far apart"))?;
        Ok(Self { model, unit: prices.unit, constant, shift_at })
    }

    /// A cost of the model in the problem's terms.
    pub fn cost(&self, units: i64) -> f64 {
        units as f64 * self.unit + self.constant
    }

    /// The model's lines as the problem's.
    pub fn lines(&self, lines: &[Vec<Kept>]) -> Vec<Line> {
        let duty = |(day, kept): (usize, &Kept)| {
            let shift = (*kept != OFF).then(|| self.shift_at[self.model.at(day, (*kept).into())]).flatten();
            shift.map(|shift| Duty::new(shift, 0))
        };
        lines.iter().map(|line| line.iter().enumerate().map(duty).collect()).collect()
    }
}

impl RosterProblem {
    /// The problem as the sparse engine's, where that is the better one.
    pub(in crate::solver) fn sparse(&self) -> Option<Reading> {
        (self.days > WEEK || self.has_rules_of_the_sparse_engine()).then(|| Reading::of(self).ok()).flatten()
    }
}

impl ProblemParts {
    /// Whether some agent's limits are what the sparse engine is best at.
    fn has_rules_of_the_sparse_engine(&self) -> bool {
        self.agents
            .iter()
            .map(|agent| &agent.limits)
            .any(|limits| limits.asks_for_rows() || limits.max_weekends.is_some() || !limits.max_of_kind.is_empty())
    }
}

fn require(holds: bool, otherwise: &'static str) -> Result<(), NotSparse> {
    if holds { Ok(()) } else { Err(NotSparse(otherwise)) }
}

fn refuse_the_unknown(problem: &ProblemParts) -> Result<(), NotSparse> {
    let (agents, shifts) = (&problem.agents, &problem.shifts);
    let has_late = shifts.iter().any(|shift| shift.is_late);
    require(problem.days > 0 && !shifts.is_empty(), "it has no shifts")?;
    require(problem.queues.len() == 1, "it has not exactly one queue")?;
    require(problem.pins.is_empty(), "it has pins")?;
    require(agents.iter().all(|agent| agent.given.iter().all(|given| !given.is_fixed)), "a rotation fixes days")?;
    require(problem.leader_pieces.is_empty(), "it asks for leaders")?;
    require(problem.group_rows.is_empty(), "it asks something of groups")?;
    require(
        shifts.iter().all(|shift| matches!(&shift.seats[..], [seat] if seat.share == 1.0)),
        "a shift does not fill exactly one interval",
    )?;
    require(shifts.iter().all(|shift| shift.movable().next().is_none()), "a break may be moved")?;
    require(problem.max_break_share.is_none(), "breaks at once are limited")?;
    let is_one_head = |agent: &AgentSpec| agent.skills.iter().all(|skill| skill.proficiency == 1.0);
    require(agents.iter().all(is_one_head), "an agent counts for more or less than one head")?;
    require(agents.iter().all(|agent| agent.owed_minutes == 0), "hours short are priced")?;
    require(
        agents.iter().all(|agent| !agent.shares_late && !agent.shares_weekend),
        "agents share late shifts or weekends evenly",
    )?;
    let is_unruled = |agent: &AgentSpec| agent.premium.is_empty() && agent.limits.overtime == OvertimeLimits::default();
    require(agents.iter().all(is_unruled), "overtime is counted or hours are paid at a premium")?;
    require(agents.iter().all(|agent| agent.run_after == 0), "days after the horizon are planned already")?;
    require(agents.iter().all(|agent| agent.limits.max_days >= WEEK as u32), "days of a week are limited")?;
    require(!has_late || agents.iter().all(|agent| agent.limits.max_late_shifts >= WEEK as u32), "late shifts are limited")?;
    let is_told_apart = |agent: &AgentSpec| {
        let limits = &agent.limits;
        let is_open = limits.max_consecutive_days as usize >= problem.days + agent.run_before as usize;
        let most = if is_open { 0 } else { limits.max_consecutive_days };
        most.max(limits.min_consecutive_days).max(limits.min_consecutive_days_off) as usize <= MOST_IN_A_ROW
    };
    require(agents.iter().all(is_told_apart), "rows of more than 64 days are limited")
}

/// The kinds of shift. What may not follow a kind has to be the same on all days and for all agents.
fn read_kinds(problem: &ProblemParts, count: usize) -> Result<Vec<Kind>, NotSparse> {
    let mut kinds = vec![Kind { minutes: 0, bars: vec![false; count] }; count];
    let mut is_known = vec![false; count];
    for shift in &problem.shifts {
        let kind = &mut kinds[shift.kind];
        require(!is_known[shift.kind] || kind.minutes == shift.paid, "a kind of shift differs in length from day to day")?;
        (kind.minutes, is_known[shift.kind]) = (shift.paid, true);
    }
    for Succession { first, second, .. } in &problem.successions {
        if let Some(bar) = kinds.get_mut(*first).and_then(|kind| kind.bars.get_mut(*second)) {
            *bar = true;
        }
    }
    let rests = problem.agents.iter().map(|agent| agent.limits.min_rest);
    let (least, most) = (rests.clone().min().unwrap_or(0), rests.max().unwrap_or(0));
    let mut rested: HashMap<(usize, usize), bool> = HashMap::new();
    for first in &problem.shifts {
        let from = |day: usize| &problem.shifts[problem.shifts.partition_point(|shift| shift.day < day)..];
        let is_free_after = |later: &ShiftSpec| later.start >= first.end + most;
        require(from(first.day + 2).iter().take(kinds.len()).all(is_free_after), "a rest lasts more than a day")?;
        for later in from(first.day + 1).iter().take_while(|later| later.day == first.day + 1) {
            let rest = later.start - first.end;
            require((rest >= least) == (rest >= most), "agents differ in their rest")?;
            let is_rested = *rested.entry((first.kind, later.kind)).or_insert(rest >= most);
            require(is_rested == (rest >= most), "rest between two kinds of shift differs from day to day")?;
            kinds[first.kind].bars[later.kind] |= !is_rested;
        }
    }
    Ok(kinds)
}

fn read_agents(
    problem: &ProblemParts,
    kinds: &[Kind],
    shift_at: &[Option<usize>],
    prices: &Prices,
) -> Result<Vec<Agent>, NotSparse> {
    let day = |shift: &usize| problem.shifts[*shift].day;
    let is_of_a_day = |wish: &WishSpec| wish.shifts.iter().all(|shift| day(shift) == day(&wish.shifts[0]));
    require(problem.wishes.iter().all(is_of_a_day), "a wish concerns several days")?;
    let offers = offer_prices(problem);
    let read = |(agent, offers): (&AgentSpec, &OfferPrices)| {
        let base = bases(agent, offers, shift_at, prices)?;
        Ok(Agent::new(kinds, limits(problem, agent, kinds.len()), base, prices.units(offers.constant)?.into()))
    };
    problem.agents.iter().zip(&offers).map(read).collect()
}

/// What each shift costs the agent by itself.
fn bases(agent: &AgentSpec, offers: &OfferPrices, shift_at: &[Option<usize>], prices: &Prices) -> Result<Vec<i32>, NotSparse> {
    let is_open = |shift: &usize| !agent.skills.is_empty() && agent.blocked[*shift].is_none();
    let base = |shift: &Option<usize>| match shift.filter(is_open).map(|shift| offers.of_shift[shift]) {
        Some(price) if price < 0.0 => Ok(-prices.units(-price)?),
        Some(price) => prices.units(price),
        None => Ok(FORBIDDEN),
    };
    shift_at.iter().map(base).collect()
}

fn limits(problem: &ProblemParts, agent: &AgentSpec, kinds: usize) -> Limits {
    let limits = &agent.limits;
    let most = |kind: usize| limits.max_of_kind.get(&kind).map_or(problem.days, |most| *most as usize);
    Limits {
        max_run: limits.max_consecutive_days as usize,
        min_run: limits.min_consecutive_days as usize,
        min_off: limits.min_consecutive_days_off as usize,
        min_minutes: limits.min_minutes,
        max_minutes: limits.max_minutes,
        max_weekends: limits.max_weekends.map_or(problem.days, |most| most as usize),
        max_of_kind: (0..kinds).map(most).collect(),
        run_before: agent.run_before as usize,
    }
}

/// The rows, and the cost of the intervals that no shift reaches.
fn read_rows(problem: &ProblemParts, shift_at: &[Option<usize>], prices: &Prices) -> Result<(Vec<Row>, f64), NotSparse> {
    let queue = &problem.queues[0];
    let mut is_reached = vec![false; problem.intervals];
    let mut rows = Vec::with_capacity(shift_at.len());
    for shift in shift_at {
        let Some(shift) = shift else {
            rows.push(Row::default());
            continue;
        };
        let interval = problem.shifts[*shift].seats[0].interval;
        let was_reached = std::mem::replace(&mut is_reached[interval], true);
        require(!was_reached, "two shifts fill one interval")?;
        let demand = i32::try_from(queue.demand[interval]).map_err(|_| NotSparse("its demand is too high"))?;
        let (under, over) = (prices.units(queue.gap_price[interval])?, prices.units(queue.surplus_price[interval])?);
        rows.push(Row { demand, under, over });
    }
    let unreached = (0..problem.intervals).filter(|interval| !is_reached[*interval]);
    let constant = unreached.map(|interval| f64::from(queue.demand[interval]) * queue.gap_price[interval]).sum();
    Ok((rows, constant))
}

/// What prices are counted in.
struct Prices {
    /// The greatest cost that all prices are multiples of: whole costs let bounds be rounded up.
    unit: f64,
}

impl Prices {
    fn of(problem: &ProblemParts) -> Result<Self, NotSparse> {
        let queue = &problem.queues[0];
        let wishes = problem.wishes.iter().map(|wish| wish.weight * problem.weights.wish);
        let given = problem.agents.iter().flat_map(|agent| &agent.given).map(|given| problem.weights.of_given_day(given.rule));
        let mut unit = 0;
        for price in queue.gap_price.iter().chain(&queue.surplus_price).copied().chain(wishes).chain(given) {
            unit = gcd(unit, whole(price * PARTS)?);
        }
        Ok(Self { unit: unit.max(1) as f64 / PARTS })
    }

    fn units(&self, price: f64) -> Result<i32, NotSparse> {
        i32::try_from(whole(price / self.unit)?).map_err(|_| NotSparse("its prices are too far apart"))
    }
}

/// A price that is whole but for rounding.
fn whole(price: f64) -> Result<i64, NotSparse> {
    let nearest = price.round();
    require(price >= 0.0 && nearest < 1e15, "a price is negative or too high")?;
    require((price - nearest).abs() < 1e-6 * price.max(1.0), "a price is not a whole number of thousandths")?;
    Ok(nearest as i64)
}

fn gcd(left: i64, right: i64) -> i64 {
    if right == 0 { left } else { gcd(right, left % right) }
}
