//! A roster problem made ready for the engine: convex rows, what each shift puts into them, and what each agent may work.

use super::breaks::{Placing, Rest};
use super::line::cheapest::ShiftPrices;
use super::line::contract::Contracts;
use super::line::{Duty, Line};
use super::problem::{AgentSpec, RosterProblem, SkillSpec};
use super::rows::Rows;
use super::rules::{OfferPrices, break_share, offer_prices};

/// Where a shift has someone on seat.
#[derive(Debug)]
pub(super) struct Seating {
    /// Stretches of intervals filled whole, first and one past the last.
    pub stretches: Vec<(usize, usize)>,
    /// Intervals filled in part, and the part.
    pub parts: Vec<(usize, f64)>,
    /// Where breaks at once are limited: what the shift puts into the rows of them, of intervals that it does not fill whole.
    pub crowd: Vec<(usize, f64)>,
    /// What a break takes from all of that, by break that may be moved, by place.
    pub breaks: Vec<Vec<Rest>>,
}

/// The rows of `break-share`. Each counts the agents on a break, less a share of all who are there; what is above the
/// demand is priced.
#[derive(Debug, Clone, Copy)]
pub(super) struct Crowd {
    /// The row of the first queue and interval.
    pub first: usize,
    /// The share.
    pub share: f64,
}

/// A shift that an agent may work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Offer {
    /// Index of the shift.
    pub shift: usize,
    /// The skills it may be worked with, as a range of the agent's.
    pub skills: (usize, usize),
    /// What it costs by itself; below 0 where it grants a wish, or keeps what the agent was given.
    pub price: f64,
    /// Where a pin has put the breaks.
    pub placing: Option<Placing>,
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
    /// What is paid for unless an offer spares it.
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
    /// Where breaks at once are limited.
    pub crowd: Option<Crowd>,
    /// Whether any break may be moved.
    pub moves_breaks: bool,
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
        let crowd = break_share::push_rows(problem, &mut rows);
        let seating: Vec<Seating> = problem.shifts.iter().map(|shift| Seating::of(shift, crowd)).collect();
        let moves_breaks = seating.iter().any(|seating| !seating.breaks.is_empty());
        let prices = offer_prices(problem);
        let agents = joint.into_iter().zip(&prices).enumerate();
        let members = agents.map(|(agent, (joint, prices))| member(problem, agent, joint, prices, &mut contracts)).collect();
        let agents = problem.agents.iter().enumerate();
        let serves = |queue| agents.clone().filter(move |(_, agent)| agent.proficiency(queue).is_some()).map(|(agent, _)| agent);
        let serving = (0..problem.queues.len()).map(|queue| serves(queue).collect()).collect();
        Self { problem, rows, seating, crowd, moves_breaks, members, serving, gap_price, surplus_price, contracts }
    }

    /// The row of a queue and interval.
    pub fn row(&self, queue: usize, interval: usize) -> usize {
        queue * self.problem.intervals + interval
    }

    /// Whether the agent has the skill that the duty takes.
    pub fn serves(&self, agent: usize, duty: Duty) -> bool {
        self.members[agent].skills.iter().any(|skill| skill.queue == duty.queue)
    }

    fn heads(&self, agent: usize, duty: Duty) -> f64 {
        let skill = self.members[agent].skills.iter().find(|skill| skill.queue == duty.queue);
        skill.expect("a duty is on a queue of the agent").proficiency
    }

    /// Whether the duty fills the same rows with as many heads whoever of the two has it; both serve its queue.
    pub fn fills_alike(&self, one: usize, other: usize, duty: Duty) -> bool {
        let joint = |agent: usize| self.members[agent].joint_rows(duty.shift);
        one == other || self.heads(one, duty) == self.heads(other, duty) && joint(one) == joint(other)
    }

    /// The row that counts breaks at once of a queue and interval, and the share; `None` where they have no limit.
    pub fn crowd_row(&self, queue: usize, interval: usize) -> Option<(usize, f64)> {
        self.crowd.map(|crowd| (crowd.first + self.row(queue, interval), crowd.share))
    }

    /// What the duty's breaks change in the rows that [`Team::stretches`] fills: what those that may be moved take, and, where
    /// breaks at once are limited, what is there and what is on a break. Nothing where breaks are fixed and not limited.
    pub fn break_stretches(&self, agent: usize, duty: Duty) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        let (heads, seating, first) = (self.heads(agent, duty), &self.seating[duty.shift], self.row(duty.queue, 0));
        let put = move || {
            let places = duty.placing.places(seating.breaks.iter().map(Vec::len));
            seating.breaks.iter().zip(places).map(|(rests, place)| &rests[place])
        };
        let crowded = self.crowd_row(duty.queue, 0).into_iter().flat_map(move |(first, share)| {
            let whole = seating.stretches.iter().map(move |(from, until)| (first + from, until - from, -share));
            let in_part = seating.crowd.iter().map(move |(interval, heads)| (first + interval, 1, *heads));
            whole.chain(in_part).chain(put().flat_map(move |rest| rest.stretches(first, 1.0)))
        });
        put().flat_map(move |rest| rest.stretches(first, -heads)).chain(crowded)
    }

    /// Whether [`Team::break_stretches`] has anything to say of the shift.
    pub fn has_break_stretches(&self, shift: usize) -> bool {
        self.crowd.is_some() || !self.seating[shift].breaks.is_empty()
    }

    /// The rows that the agent's duty fills wherever its breaks are, as stretches of neighbours: the first, how many, and with
    /// how many heads.
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
        let stretches = self.stretches(agent, duty).chain(self.break_stretches(agent, duty));
        stretches.flat_map(|(first, count, heads)| (first..first + count).map(move |row| (row, heads)))
    }

    /// What the line costs by itself: wishes refused, days changed, hours at a premium and hours missing.
    pub fn own_price(&self, agent: usize, line: &Line) -> f64 {
        let missing = self.problem.agents[agent].owed_minutes.saturating_sub(self.problem.paid(line));
        let own = self.offers_price(agent, line) + self.problem.beyond_price(agent, line);
        own + f64::from(missing) / 60.0 * self.problem.weights.missing_hour
    }

    /// What the line's shifts cost by themselves: wishes refused, days changed and hours at a premium.
    pub fn offers_price(&self, agent: usize, line: &Line) -> f64 {
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
    let mut rows = Rows::new();
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
    fn of(shift: &super::problem::ShiftSpec, crowd: Option<Crowd>) -> Self {
        let share = crowd.map_or(0.0, |crowd| crowd.share);
        let breaks = Rest::all_of(shift, share);
        let mut seating = Self { stretches: Vec::new(), parts: Vec::new(), crowd: Vec::new(), breaks };
        for seat in &shift.seats {
            match seating.stretches.last_mut() {
                _ if seat.share < 1.0 => seating.parts.push((seat.interval, seat.share)),
                Some((_, until)) if *until == seat.interval => *until += 1,
                _ => seating.stretches.push((seat.interval, seat.interval + 1)),
            }
        }
        if crowd.is_some() {
            let is_whole = |interval: usize| seating.stretches.iter().any(|(from, until)| (*from..*until).contains(&interval));
            seating.crowd = shift.crowd(share).filter(|(interval, _)| !is_whole(*interval)).collect();
        }
        seating
    }
}

fn member(
    problem: &RosterProblem,
    agent: usize,
    joint: Vec<Vec<(usize, f64)>>,
    prices: &OfferPrices,
    contracts: &mut Contracts,
) -> Member {
    let spec = &problem.agents[agent];
    let pins: Vec<Duty> = problem.pins.iter().filter(|pin| pin.agent == agent).map(|pin| pin.duty).collect();
    let (mut offers, day_off) = offers(problem, spec, &pins);
    offers.iter_mut().for_each(|offer| offer.price = prices.of_shift[offer.shift]);
    let open = open_prices(problem, &offers, &day_off, |_| 0.0);
    Member {
        contract: contracts.assign(problem, spec, &open),
        skills: spec.skills.clone(),
        offers,
        day_off,
        constant: prices.constant,
        joint,
        shares: [spec.shares_late, spec.shares_weekend],
        beside: [(spec.shares_late, 0), (spec.shares_weekend, 1)]
            .map(|(shares, at)| if shares { spec.loads_beside[at] } else { 0 }),
    }
}

/// What the agent may work beside the pins and on fixed days, without a price yet, and what a day off costs.
fn offers(problem: &RosterProblem, spec: &AgentSpec, pins: &[Duty]) -> (Vec<Offer>, Vec<f64>) {
    let mut day_off = vec![0.0; problem.days];
    let mut offers = Vec::new();
    for pin in pins {
        day_off[problem.shifts[pin.shift].day] = f64::INFINITY;
    }
    let fixed = spec.given.iter().filter(|given| given.is_fixed);
    fixed.for_each(|given| day_off[given.day] = f64::INFINITY);
    for (shift, worked) in problem.shifts.iter().enumerate() {
        let (mut skills, mut placing) = ((0, spec.skills.len()), None);
        if let Some(pin) = pins.iter().find(|pin| problem.shifts[pin.shift].day == worked.day) {
            let place = spec.skills.iter().position(|skill| skill.queue == pin.queue).unwrap_or(0);
            skills = if pin.shift == shift { (place, place + 1) } else { (0, 0) };
            placing = Some(pin.placing);
        } else if spec.given.iter().any(|given| given.is_fixed && given.day == worked.day && given.shift != Some(shift)) {
            continue;
        }
        if spec.blocked[shift].is_none() && skills.0 < skills.1 {
            offers.push(Offer { shift, skills, price: 0.0, placing });
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
