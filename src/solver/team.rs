//! A roster problem made ready for the engine: convex rows, what each shift puts into them, and what each agent may work.

use super::line::cheapest::ShiftPrices;
use super::line::contract::Contracts;
use super::line::{Duty, Line};
use super::problem::{AgentSpec, RosterProblem, SkillSpec};

/// Rows that a roster fills: one for each queue and interval, then one for each leader piece and group row. What is missing in a row and
/// what is too much is priced, so the price of a row is convex in its heads.
#[derive(Debug)]
pub(super) struct Rows {
    /// Heads required.
    pub demand: Vec<f64>,
    /// Price of one head missing.
    pub gap: Vec<f64>,
    /// Price of one head too many.
    pub surplus: Vec<f64>,
}

impl Rows {
    /// What a row costs with those heads.
    pub fn price(&self, row: usize, heads: f64) -> f64 {
        price_of(self.demand[row] - heads, self.gap[row], self.surplus[row])
    }

    /// The mean of prices over all heads required.
    fn mean(&self, prices: &[f64]) -> f64 {
        let heads: f64 = self.demand.iter().sum();
        let price: f64 = self.demand.iter().zip(prices).map(|(heads, price)| heads * price).sum();
        if heads > 0.0 { price / heads } else { 1.0 }
    }

    fn push(&mut self, demand: f64, gap: f64, surplus: f64) {
        self.demand.push(demand);
        self.gap.push(gap);
        self.surplus.push(surplus);
    }
}

/// What so many heads missing cost; below 0 they are too many.
pub(super) fn price_of(missing: f64, gap: f64, surplus: f64) -> f64 {
    if missing > 0.0 { missing * gap } else { -missing * surplus }
}

/// Where a shift has someone on seat.
#[derive(Debug)]
pub(super) struct Seating {
    /// Stretches of intervals filled whole, first and one past the last.
    pub stretches: Vec<(usize, usize)>,
    /// Intervals filled in part, and the part.
    pub parts: Vec<(usize, f64)>,
}

/// A shift that an agent may work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Offer {
    /// Index of the shift.
    pub shift: usize,
    /// The skills it may be worked with, as a range of the agent's.
    pub skills: (usize, usize),
    /// What it costs the agent's wishes; below 0 where it grants one.
    pub price: f64,
}

/// An agent, ready for the engine.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Member {
    /// Index of the contract.
    pub contract: usize,
    /// The queues the agent serves.
    pub skills: Vec<SkillSpec>,
    /// What the agent may work, by shift.
    pub offers: Vec<Offer>,
    /// By day: 0, or infinite where a pin asks for work.
    pub day_off: Vec<f64>,
    /// The price of all wishes for a shift, refused unless an offer grants them.
    pub constant: f64,
    /// By shift, the rows of leaders and groups that the agent fills, and with how much; empty where there are none.
    pub joint: Vec<Vec<(usize, f64)>>,
    /// Whether the agent counts in each [`Spread`](super::line::resource::Spread).
    pub shares: [bool; 2],
    /// The loads that the agent has in other weeks, by spread; 0 where the agent does not count.
    pub beside: [u16; 2],
}

/// A roster problem made ready for the engine.
#[derive(Debug)]
pub(super) struct Team<'a> {
    /// The problem.
    pub problem: &'a RosterProblem,
    /// What is to be filled.
    pub rows: Rows,
    /// By shift.
    pub seating: Vec<Seating>,
    /// The agents.
    pub members: Vec<Member>,
    /// The agents who serve each queue.
    pub serving: Vec<Vec<usize>>,
    /// The mean price of a missing head over all heads required.
    pub gap_price: f64,
    /// The same of a head too many.
    pub surplus_price: f64,
    /// The kinds of contract.
    pub contracts: Contracts,
}

impl<'a> Team<'a> {
    /// Reads a problem.
    pub fn of(problem: &'a RosterProblem) -> Self {
        Self::with(problem, Contracts::default())
    }

    /// Reads a problem that has the shifts, successions and weights of the one that the contracts were made for: what is
    /// known of these contracts need not be found out again.
    pub fn with(problem: &'a RosterProblem, mut contracts: Contracts) -> Self {
        let mut rows = rows(problem);
        let (gap_price, surplus_price) = (rows.mean(&rows.gap), rows.mean(&rows.surplus));
        let joint = push_joint_rows(problem, &mut rows);
        let seating = problem.shifts.iter().map(Seating::of).collect();
        let members = joint.into_iter().enumerate().map(|(agent, joint)| member(problem, agent, joint, &mut contracts)).collect();
        let agents = problem.agents.iter().enumerate();
        let serves = |queue| agents.clone().filter(move |(_, agent)| agent.proficiency(queue).is_some()).map(|(agent, _)| agent);
        let serving = (0..problem.queues.len()).map(|queue| serves(queue).collect()).collect();
        Self { problem, rows, seating, members, serving, gap_price, surplus_price, contracts }
    }

    /// The row of a queue and interval.
    pub fn row(&self, queue: usize, interval: usize) -> usize {
        queue * self.problem.intervals + interval
    }

    fn heads(&self, agent: usize, duty: Duty) -> f64 {
        let skill = self.members[agent].skills.iter().find(|skill| skill.queue == duty.queue);
        skill.expect("a duty is on a queue of the agent").proficiency
    }

    /// The rows that the agent's duty fills, as stretches of neighbours: the first, how many, and with how many heads.
    pub fn stretches(&self, agent: usize, duty: Duty) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        let (member, heads) = (&self.members[agent], self.heads(agent, duty));
        let (seating, first) = (&self.seating[duty.shift], self.row(duty.queue, 0));
        let whole = seating.stretches.iter().map(move |(from, until)| (first + from, until - from, heads));
        let in_part = seating.parts.iter().map(move |(interval, part)| (first + interval, 1, heads * part));
        let joint = member.joint_rows(duty.shift).iter().map(|(row, heads)| (*row, 1, *heads));
        whole.chain(in_part).chain(joint)
    }

    /// The rows that the agent's duty fills, and with how many heads.
    pub fn fills(&self, agent: usize, duty: Duty) -> impl Iterator<Item = (usize, f64)> + '_ {
        let stretches = self.stretches(agent, duty);
        stretches.flat_map(|(first, count, heads)| (first..first + count).map(move |row| (row, heads)))
    }

    /// What the line costs by itself: wishes refused and hours missing.
    pub fn own_price(&self, agent: usize, line: &Line) -> f64 {
        let missing = self.problem.agents[agent].owed_minutes.saturating_sub(self.problem.paid(line));
        self.wish_price(agent, line) + f64::from(missing) / 60.0 * self.problem.weights.missing_hour
    }

    /// The price of the agent's wishes that the line refuses.
    pub fn wish_price(&self, agent: usize, line: &Line) -> f64 {
        let member = &self.members[agent];
        let offers = line.iter().flatten().filter_map(|duty| {
            let place = member.offers.binary_search_by_key(&duty.shift, |offer| offer.shift).ok()?;
            Some(member.offers[place].price)
        });
        member.constant + offers.sum::<f64>()
    }
}

impl Member {
    /// The rows of leaders and groups that a shift of the agent fills.
    pub fn joint_rows(&self, shift: usize) -> &[(usize, f64)] {
        self.joint.get(shift).map_or(&[], Vec::as_slice)
    }
}

fn rows(problem: &RosterProblem) -> Rows {
    let mut rows = Rows { demand: Vec::new(), gap: Vec::new(), surplus: Vec::new() };
    for queue in &problem.queues {
        for interval in 0..problem.intervals {
            rows.push(queue.demand[interval].into(), queue.gap_price[interval], queue.surplus_price[interval]);
        }
    }
    rows
}

/// Adds the rows of leaders and groups; gives, by agent and shift, which of them are filled and with how much.
fn push_joint_rows(problem: &RosterProblem, rows: &mut Rows) -> Vec<Vec<Vec<(usize, f64)>>> {
    let mut joint = vec![Vec::new(); problem.agents.len()];
    let mut fill = |agent: usize, shifts: &[usize], row: usize, heads: f64| {
        let of_agent: &mut Vec<Vec<(usize, f64)>> = &mut joint[agent];
        of_agent.resize(problem.shifts.len(), Vec::new());
        shifts.iter().for_each(|shift| of_agent[*shift].push((row, heads)));
    };
    let leaders = || (0..problem.agents.len()).filter(|agent| problem.agents[*agent].is_leader);
    for piece in &problem.leader_pieces {
        leaders().for_each(|agent| fill(agent, &piece.shifts, rows.demand.len(), 1.0));
        rows.push(1.0, f64::from(piece.minutes) / 60.0 * problem.weights.leader_gap_hour, 0.0);
    }
    for group in &problem.group_rows {
        group.agents.iter().for_each(|(agent, heads)| fill(*agent, &group.shifts, rows.demand.len(), *heads));
        rows.push(group.demand, group.gap_price, group.surplus_price);
    }
    joint
}

impl Seating {
    fn of(shift: &super::problem::ShiftSpec) -> Self {
        let mut seating = Self { stretches: Vec::new(), parts: Vec::new() };
        for seat in &shift.seats {
            match seating.stretches.last_mut() {
                _ if seat.share < 1.0 => seating.parts.push((seat.interval, seat.share)),
                Some((_, until)) if *until == seat.interval => *until += 1,
                _ => seating.stretches.push((seat.interval, seat.interval + 1)),
            }
        }
        seating
    }
}

fn member(problem: &RosterProblem, agent: usize, joint: Vec<Vec<(usize, f64)>>, contracts: &mut Contracts) -> Member {
    let spec = &problem.agents[agent];
    let wishes: Vec<_> = problem.wishes.iter().filter(|wish| wish.agent == agent).collect();
    let pins: Vec<Duty> = problem.pins.iter().filter(|pin| pin.agent == agent).map(|pin| pin.duty).collect();
    let (mut offers, day_off) = offers(problem, spec, &pins);
    for offer in &mut offers {
        let concerned = wishes.iter().filter(|wish| wish.shifts.contains(&offer.shift));
        offer.price =
            concerned.map(|wish| if wish.is_wanted { -problem.wish_price(wish) } else { problem.wish_price(wish) }).sum();
    }
    let open = open_prices(problem, &offers, &day_off, |_| 0.0);
    Member {
        contract: contracts.assign(problem, spec, &open),
        skills: spec.skills.clone(),
        offers,
        day_off,
        constant: wishes.iter().filter(|wish| wish.is_wanted).map(|wish| problem.wish_price(wish)).sum(),
        joint,
        shares: [spec.shares_late, spec.shares_weekend],
        beside: [(spec.shares_late, 0), (spec.shares_weekend, 1)]
            .map(|(shares, at)| if shares { spec.loads_beside[at] } else { 0 }),
    }
}

/// What the agent may work beside the pins, without a price yet, and what a day off costs.
fn offers(problem: &RosterProblem, spec: &AgentSpec, pins: &[Duty]) -> (Vec<Offer>, Vec<f64>) {
    let mut day_off = vec![0.0; problem.days];
    let mut offers = Vec::new();
    for pin in pins {
        day_off[problem.shifts[pin.shift].day] = f64::INFINITY;
    }
    for (shift, worked) in problem.shifts.iter().enumerate() {
        let mut skills = (0, spec.skills.len());
        if let Some(pin) = pins.iter().find(|pin| problem.shifts[pin.shift].day == worked.day) {
            let place = spec.skills.iter().position(|skill| skill.queue == pin.queue).unwrap_or(0);
            skills = if pin.shift == shift { (place, place + 1) } else { (0, 0) };
        }
        if spec.blocked[shift].is_none() && skills.0 < skills.1 {
            offers.push(Offer { shift, skills, price: 0.0 });
        }
    }
    (offers, day_off)
}

/// Whether the agent has a line that holds all duties of `pins` and keeps every hard rule.
pub(super) fn is_open_to(problem: &RosterProblem, agent: usize, pins: &Line, contracts: &mut Contracts) -> bool {
    let spec = &problem.agents[agent];
    let pins: Vec<Duty> = pins.iter().flatten().copied().collect();
    let (offers, day_off) = offers(problem, spec, &pins);
    contracts.is_open(problem, spec, &open_prices(problem, &offers, &day_off, |_| 0.0))
}

/// The price of each shift on offer, all others closed.
pub(super) fn open_prices(
    problem: &RosterProblem,
    offers: &[Offer],
    day_off: &[f64],
    price: impl Fn(usize) -> f64,
) -> ShiftPrices {
    let mut open = ShiftPrices { of_shift: vec![f64::INFINITY; problem.shifts.len()], of_day_off: day_off.to_vec() };
    offers.iter().for_each(|offer| open.of_shift[offer.shift] = price(offer.shift));
    open
}
