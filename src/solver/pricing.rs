//! From prices of heads to prices of shifts, for one agent.
//!
//! Two kinds of prices are asked for. *Marginal*: what the roster's rows cost more with the agent on the shift, exactly.
//! *Dual*: what a head is worth in each row, as the bound sets it. Whole intervals are added up once per queue, so that a
//! shift costs two look-ups a stretch.

use super::line::Duty;
use super::line::cheapest::ShiftPrices;
use super::team::{Offer, Rows, Team, price_of};

/// Prices of heads in the rows.
#[derive(Debug, Clone, Copy)]
pub(super) enum HeadPrices<'a> {
    /// By the heads that each row has now.
    Marginal(&'a [f64]),
    /// By what one head is worth in each row.
    Dual(&'a [f64]),
}

impl HeadPrices<'_> {
    /// What so many heads more cost in a row; below 0 where they are worth something.
    fn of(self, team: &Team, row: usize, heads: f64) -> f64 {
        match self {
            Self::Marginal(cover) => team.rows.price(row, cover[row] + heads) - team.rows.price(row, cover[row]),
            Self::Dual(worth) => -worth[row] * heads,
        }
    }
}

/// Prices of an agent's shifts, and the queue that each is cheapest on. Kept from one agent to the next for its room.
#[derive(Debug, Default)]
pub(super) struct AgentPrices {
    /// What the line engine takes.
    pub shifts: ShiftPrices,
    queue_of: Vec<usize>,
    /// By skill: what all whole intervals before each cost together.
    sums: Vec<Vec<f64>>,
}

impl AgentPrices {
    /// Prices every shift of the agent.
    pub fn set(&mut self, team: &Team, agent: usize, heads: HeadPrices) {
        let member = &team.members[agent];
        self.add_up(team, agent, heads);
        self.shifts.of_shift.clear();
        self.shifts.of_shift.resize(team.problem.shifts.len(), f64::INFINITY);
        self.queue_of.resize(team.problem.shifts.len(), 0);
        self.shifts.of_day_off.clone_from(&member.day_off);
        for offer in &member.offers {
            let (price, queue) = self.cheapest_queue(team, agent, offer, heads);
            let joint: f64 = member.joint_rows(offer.shift).iter().map(|(row, count)| heads.of(team, *row, *count)).sum();
            self.shifts.of_shift[offer.shift] = offer.price + price + joint;
            self.queue_of[offer.shift] = queue;
        }
    }

    /// The duty that a shift stands for.
    pub fn duty(&self, shift: usize) -> Duty {
        Duty { shift, queue: self.queue_of[shift] }
    }

    fn add_up(&mut self, team: &Team, agent: usize, heads: HeadPrices) {
        let skills = &team.members[agent].skills;
        if self.sums.len() < skills.len() {
            self.sums.resize(skills.len(), Vec::new());
        }
        for (skill, sums) in skills.iter().zip(&mut self.sums) {
            let rows = team.row(skill.queue, 0)..team.row(skill.queue + 1, 0);
            sums.clear();
            sums.push(0.0);
            match heads {
                HeadPrices::Marginal(cover) => add_marginal(sums, team, rows, cover, skill.proficiency),
                HeadPrices::Dual(worth) => add_dual(sums, &worth[rows], skill.proficiency),
            }
        }
    }

    fn cheapest_queue(&self, team: &Team, agent: usize, offer: &Offer, heads: HeadPrices) -> (f64, usize) {
        let seating = &team.seating[offer.shift];
        let skills = &team.members[agent].skills[offer.skills.0..offer.skills.1];
        let mut cheapest = (f64::INFINITY, 0);
        for (skill, sums) in skills.iter().zip(&self.sums[offer.skills.0..]) {
            let whole: f64 = seating.stretches.iter().map(|(from, until)| sums[*until] - sums[*from]).sum();
            let in_part =
                |(interval, part): &(usize, f64)| heads.of(team, team.row(skill.queue, *interval), skill.proficiency * part);
            let price = whole + seating.parts.iter().map(in_part).sum::<f64>();
            if price < cheapest.0 {
                cheapest = (price, skill.queue);
            }
        }
        cheapest
    }
}

fn add_marginal(sums: &mut Vec<f64>, team: &Team, rows: std::ops::Range<usize>, cover: &[f64], heads: f64) {
    let Rows { demand, gap, surplus } = &team.rows;
    let priced = demand[rows.clone()].iter().zip(&gap[rows.clone()]).zip(&surplus[rows.clone()]).zip(&cover[rows]);
    let mut sum = 0.0;
    sums.extend(priced.map(|(((demand, gap), surplus), cover)| {
        let missing = demand - cover;
        sum += price_of(missing - heads, *gap, *surplus) - price_of(missing, *gap, *surplus);
        sum
    }));
}

fn add_dual(sums: &mut Vec<f64>, worth: &[f64], heads: f64) {
    let mut sum = 0.0;
    sums.extend(worth.iter().map(|worth| {
        sum -= worth * heads;
        sum
    }));
}
