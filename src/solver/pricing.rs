//! From prices of heads to prices of shifts, for one agent.
//!
//! Two kinds of prices are asked for. *Marginal*: what the roster's rows cost more with the agent on the shift, exactly.
//! *Dual*: what a head is worth in each row, as the bound sets it. Whole intervals are added up once per queue, so that a
//! shift costs two look-ups a stretch.

use super::breaks::{Rest, cheapest_places};
use super::line::Duty;
use super::line::cheapest::ShiftPrices;
use super::rows::Bend;
use super::team::{Offer, Seating, Team};

/// Prices of heads in the rows.
#[derive(Debug, Clone, Copy)]
pub(super) enum HeadPrices<'a> {
    /// By the heads that each row has now, with corners bent so far.
    Marginal(&'a [f64], Bend),
    /// By what one head is worth in each row.
    Dual(&'a [f64]),
}

impl HeadPrices<'_> {
    /// What so many heads more cost in a row; below 0 where they are worth something.
    fn of(self, team: &Team, row: usize, heads: f64) -> f64 {
        match self {
            Self::Marginal(..) => self.between(team, row, 0.0, heads),
            Self::Dual(worth) => -worth[row] * heads,
        }
    }

    /// What it costs more in a row when an agent who gives it `before` heads gives it `after`.
    fn between(self, team: &Team, row: usize, before: f64, after: f64) -> f64 {
        match self {
            Self::Marginal(cover, bend) => {
                team.rows.price(row, cover[row] + after, bend) - team.rows.price(row, cover[row] + before, bend)
            }
            Self::Dual(worth) => -worth[row] * (after - before),
        }
    }
}

/// Prices of an agent's shifts, and the queue and places of breaks that each is cheapest with. Kept from one agent to the next for its room.
#[derive(Debug, Default)]
pub(super) struct AgentPrices {
    /// What the line engine takes.
    pub shifts: ShiftPrices,
    duty_of: Vec<Duty>,
    /// By skill: what all whole intervals before each cost together.
    sums: Vec<Vec<f64>>,
    /// The same of resting instead of being on seat, where breaks may be moved.
    rests: Vec<Vec<f64>>,
}

impl AgentPrices {
    /// Prices every shift of the agent.
    pub fn set(&mut self, team: &Team, agent: usize, heads: HeadPrices) {
        let member = &team.members[agent];
        self.add_up(team, agent, heads);
        self.shifts.of_shift.clear();
        self.shifts.of_shift.resize(team.problem.shifts.len(), f64::INFINITY);
        self.duty_of.resize(team.problem.shifts.len(), Duty::new(0, 0));
        self.shifts.of_day_off.clone_from(&member.day_off);
        for offer in &member.offers {
            let (price, duty) = self.cheapest_duty(team, agent, offer, heads);
            let joint: f64 = member.joint_rows(offer.shift).iter().map(|(row, count)| heads.of(team, *row, *count)).sum();
            self.shifts.of_shift[offer.shift] = offer.price + price + joint;
            self.duty_of[offer.shift] = duty;
        }
    }

    /// The duty that a shift stands for.
    pub fn duty(&self, shift: usize) -> Duty {
        self.duty_of[shift]
    }

    fn add_up(&mut self, team: &Team, agent: usize, heads: HeadPrices) {
        let skills = &team.members[agent].skills;
        if self.sums.len() < skills.len() {
            self.sums.resize(skills.len(), Vec::new());
            self.rests.resize(skills.len(), Vec::new());
        }
        for ((skill, sums), rests) in skills.iter().zip(&mut self.sums).zip(&mut self.rests) {
            let rows = team.row(skill.queue, 0)..team.row(skill.queue + 1, 0);
            sums.clear();
            sums.push(0.0);
            match heads {
                HeadPrices::Marginal(cover, bend) => team.rows.add_up(sums, rows, cover, skill.proficiency, bend),
                HeadPrices::Dual(worth) => add_dual(sums, &worth[rows], skill.proficiency),
            }
            if team.moves_breaks {
                rests.clear();
                rests.extend(sums.iter().map(|sum| -sum));
            }
            if team.crowd.is_some() {
                add_crowd(sums, rests, team, skill.queue, heads);
            }
        }
    }

    fn cheapest_duty(&self, team: &Team, agent: usize, offer: &Offer, heads: HeadPrices) -> (f64, Duty) {
        let seating = &team.seating[offer.shift];
        let (first, until) = offer.skills;
        let mut cheapest = (f64::INFINITY, Duty::new(offer.shift, 0));
        for (place, skill) in (first..until).zip(&team.members[agent].skills[first..until]) {
            let (sums, serving) =
                (&self.sums[place], Serving { team, queue: skill.queue, heads: skill.proficiency, prices: heads });
            let whole: f64 = seating.stretches.iter().map(|(from, until)| sums[*until] - sums[*from]).sum();
            let mut price = whole + serving.in_part(seating);
            let mut placing = offer.placing.unwrap_or_default();
            if !seating.breaks.is_empty() {
                let rests = &self.rests[place];
                let put = cheapest_places(&seating.breaks, offer.placing, |rest| {
                    rests[rest.whole.1] - rests[rest.whole.0] + serving.resting_in_part(rest)
                });
                price += put.0;
                placing = put.1;
            }
            if price < cheapest.0 {
                cheapest = (price, Duty { shift: offer.shift, queue: skill.queue, placing });
            }
        }
        cheapest
    }
}

/// An agent of some proficiency on a queue, and what heads cost there.
#[derive(Clone, Copy)]
struct Serving<'a> {
    team: &'a Team<'a>,
    queue: usize,
    heads: f64,
    prices: HeadPrices<'a>,
}

impl Serving<'_> {
    /// The price of the intervals that a shift does not fill whole, its movable breaks on seat.
    fn in_part(self, seating: &Seating) -> f64 {
        let cover = seating
            .parts
            .iter()
            .map(|(interval, part)| self.prices.of(self.team, self.team.row(self.queue, *interval), self.heads * part));
        let crowd = seating.crowd.iter().filter_map(|(interval, heads)| {
            let (row, _) = self.team.crowd_row(self.queue, *interval)?;
            Some(self.prices.of(self.team, row, *heads))
        });
        cover.sum::<f64>() + crowd.sum::<f64>()
    }

    /// What a break adds in the intervals that it or its shift does not fill whole.
    fn resting_in_part(self, rest: &Rest) -> f64 {
        rest.parts.iter().map(|part| self.resting(part.interval, part.seated, part.taken, part.crowd)).sum()
    }

    /// What a break adds, interval by interval.
    fn resting_in(self, rest: &Rest) -> f64 {
        let share = self.team.crowd.map_or(0.0, |crowd| crowd.share);
        let whole = (rest.whole.0..rest.whole.1).map(|interval| self.resting(interval, 1.0, 1.0, -share));
        whole.sum::<f64>() + self.resting_in_part(rest)
    }

    fn resting(self, interval: usize, seated: f64, taken: f64, crowd: f64) -> f64 {
        let Self { team, queue, heads, prices } = self;
        let cover = prices.between(team, team.row(queue, interval), heads * seated, heads * (seated - taken));
        let crowded = team.crowd_row(queue, interval).map(|(row, _)| prices.between(team, row, crowd, crowd + taken));
        cover + crowded.unwrap_or(0.0)
    }
}

impl Team<'_> {
    /// The duty with its breaks where they cost least in rows that it does not fill yet.
    pub(super) fn with_best_breaks(&self, agent: usize, duty: Duty, prices: HeadPrices) -> Duty {
        let skill = self.members[agent].skills.iter().find(|skill| skill.queue == duty.queue);
        let heads = skill.expect("a duty is on a queue of the agent").proficiency;
        let serving = Serving { team: self, queue: duty.queue, heads, prices };
        let put = cheapest_places(&self.seating[duty.shift].breaks, None, |rest| serving.resting_in(rest));
        Duty { placing: put.1, ..duty }
    }
}

/// Adds to the sums of whole intervals what being there, and what resting instead of being on seat, costs in the rows that
/// count breaks at once.
fn add_crowd(sums: &mut [f64], rests: &mut [f64], team: &Team, queue: usize, heads: HeadPrices) {
    let (mut there, mut resting) = (0.0, 0.0);
    for interval in 0..team.problem.intervals {
        let Some((row, share)) = team.crowd_row(queue, interval) else { return };
        there += heads.of(team, row, -share);
        sums[interval + 1] += there;
        if let Some(rest) = rests.get_mut(interval + 1) {
            resting += heads.between(team, row, -share, 1.0 - share);
            *rest += resting;
        }
    }
}

fn add_dual(sums: &mut Vec<f64>, worth: &[f64], heads: f64) {
    let mut sum = 0.0;
    sums.extend(worth.iter().map(|worth| {
        sum -= worth * heads;
        sum
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::breaks::Placing;
    use crate::solver::problem::RosterProblem;
    use crate::solver::search::{State, construct};
    use crate::solver::test_team::{chat_team, with_windows};

    /// Shifts from a quarter past, breaks of three quarters of an hour, a limit on breaks at once: the price of each of an
    /// agent's shifts is the least that the rows cost more with it, of all queues and places.
    #[test]
    fn a_marginal_price_is_what_the_rows_cost_more_at_the_best_places() {
        [Bend::NONE, Bend::of(0.6)].into_iter().for_each(is_what_the_rows_cost_more);
    }

    fn is_what_the_rows_cost_more(bend: Bend) {
        let mut input = with_windows(chat_team(6, 1.0, 3));
        input.rules.max_break_share = Some(0.2);
        for template in &mut input.shift_templates {
            (template.start_minute, template.breaks[0].minutes) = (template.start_minute + 15, 45);
        }
        let problem = RosterProblem::from_input(&input).unwrap();
        let team = Team::of(&problem);
        let mut lines = construct(&team, 1).lines;
        lines[1] = vec![None; problem.days];
        let mut state = State::new(&team, lines.clone());
        state.bend(bend);
        let mut prices = AgentPrices::default();
        prices.set(&team, 1, state.head_prices());
        let member = &team.members[1];
        assert!(member.skills.len() > 1 && !member.offers.is_empty());
        let cost_with = |duty: Duty| {
            let mut state = State::new(&team, lines.clone());
            state.bend(bend);
            state.set_day(1, problem.shifts[duty.shift].day, Some(duty));
            // Hours owed and the spread are not the rows' price.
            state.rows_price()
        };
        for offer in &member.offers {
            let placings = (0..35).map(|way| Placing::of([(way % 5, 5), (way / 5, 7)]));
            let ways = placings.flat_map(|placing| member.skills.iter().map(move |skill| (skill.queue, placing)));
            let costs = ways.map(|(queue, placing)| cost_with(Duty { shift: offer.shift, queue, placing }) - state.rows_price());
            let least = costs.fold(f64::INFINITY, f64::min) + offer.price;
            let (price, duty) = (prices.shifts.of_shift[offer.shift], prices.duty(offer.shift));
            assert!((price - least).abs() < 1e-9, "{price} against {least}");
            assert!(
                (cost_with(duty) - state.rows_price() + offer.price - least).abs() < 1e-9,
                "{duty:?} does not cost its price"
            );
            let best = team.with_best_breaks(1, Duty::new(offer.shift, duty.queue), state.head_prices());
            assert!((cost_with(best) - cost_with(duty)).abs() < 1e-9);
        }
    }
}
