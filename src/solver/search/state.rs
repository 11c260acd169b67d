//! A roster under change, with its cost kept up to date.

use super::Change;
use crate::domain::coverage::COVERAGE_TOLERANCE;
use crate::domain::rules::RuleId;
use crate::solver::line::{Duty, Line};
use crate::solver::problem::RosterProblem;

/// A roster and everything its cost is made of.
pub(super) struct State<'a> {
    problem: &'a RosterProblem,
    lines: Vec<Line>,
    cost: f64,
    /// Heads, by queue and interval.
    covered: Vec<Vec<f64>>,
    /// Leaders on duty, by piece.
    leaders: Vec<u32>,
    /// The leader pieces of each shift.
    pieces_of: Vec<Vec<usize>>,
    /// The wishes of each agent.
    wishes_of: Vec<Vec<usize>>,
    /// Late shifts and weekend days of each agent.
    loads: [Vec<u32>; 2],
}

const SPREADS: [RuleId; 2] = [RuleId::LateSpread, RuleId::WeekendSpread];

impl<'a> State<'a> {
    pub fn new(problem: &'a RosterProblem, lines: &[Line]) -> Self {
        let mut pieces_of = vec![Vec::new(); problem.shifts.len()];
        for (piece, spec) in problem.leader_pieces.iter().enumerate() {
            spec.shifts.iter().for_each(|shift| pieces_of[*shift].push(piece));
        }
        let mut wishes_of = vec![Vec::new(); problem.agents.len()];
        for (wish, spec) in problem.wishes.iter().enumerate() {
            wishes_of[spec.agent].push(wish);
        }
        let mut leaders = vec![0; problem.leader_pieces.len()];
        for (spec, line) in problem.agents.iter().zip(lines) {
            for duty in line.iter().flatten().filter(|_| spec.is_leader) {
                pieces_of[duty.shift].iter().for_each(|piece: &usize| leaders[*piece] += 1);
            }
        }
        let loads = SPREADS.map(|rule| lines.iter().map(|line| problem.load(line, rule)).collect());
        let (covered, cost) = (problem.covered(lines), problem.cost(lines));
        Self { problem, lines: lines.to_vec(), cost, covered, leaders, pieces_of, wishes_of, loads }
    }

    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    pub fn cost(&self) -> f64 {
        self.cost
    }

    /// Makes the changes unless they cost more than `most`.
    pub fn try_changes(&mut self, changes: &[Change], most: f64) -> bool {
        let before = self.cost;
        let mut undo = [None; 2];
        for (place, (agent, line)) in undo.iter_mut().zip(changes) {
            *place = Some((*agent, self.lines[*agent]));
            self.cost += self.change(*agent, line);
        }
        if self.cost - before <= most {
            return true;
        }
        for (agent, line) in undo.iter().rev().flatten() {
            self.change(*agent, line);
        }
        self.cost = before;
        false
    }

    /// Gives the agent the line; what it costs more.
    fn change(&mut self, agent: usize, line: &Line) -> f64 {
        let before = self.lines[agent];
        let mut difference = -self.agent_cost(agent) - self.spread_cost();
        for (old, new) in before.iter().zip(line).filter(|(old, new)| old != new) {
            if let Some(duty) = old {
                difference += self.seat(agent, *duty, -1.0);
            }
            if let Some(duty) = new {
                difference += self.seat(agent, *duty, 1.0);
            }
        }
        self.lines[agent] = *line;
        for (loads, rule) in self.loads.iter_mut().zip(SPREADS) {
            loads[agent] = self.problem.load(line, rule);
        }
        difference + self.agent_cost(agent) + self.spread_cost()
    }

    /// Adds (`sign` 1) or takes away (-1) an agent's duty; what that costs more.
    fn seat(&mut self, agent: usize, duty: Duty, sign: f64) -> f64 {
        let problem = self.problem;
        let spec = &problem.agents[agent];
        let heads = sign * spec.proficiency(duty.queue).unwrap_or(0.0);
        let queue = &problem.queues[duty.queue];
        let mut difference = 0.0;
        for seat in &problem.shifts[duty.shift].seats {
            let (gap_price, surplus_price) = problem.coverage_prices(duty.queue, seat.interval);
            let covered = &mut self.covered[duty.queue][seat.interval];
            let required = f64::from(queue.demand[seat.interval]);
            let price = |missing: f64| match missing {
                missing if missing > COVERAGE_TOLERANCE => missing * gap_price,
                missing if missing < -COVERAGE_TOLERANCE => -missing * surplus_price,
                _ => 0.0,
            };
            difference -= price(required - *covered);
            *covered += heads * seat.share;
            difference += price(required - *covered);
        }
        if spec.is_leader {
            difference += self.lead(duty, sign);
        }
        difference
    }

    fn lead(&mut self, duty: Duty, sign: f64) -> f64 {
        let mut difference = 0.0;
        for piece in &self.pieces_of[duty.shift] {
            let price = f64::from(self.problem.leader_pieces[*piece].minutes) / 60.0 * self.problem.weights.leader_gap_hour;
            let leaders = &mut self.leaders[*piece];
            if sign > 0.0 {
                difference -= if *leaders == 0 { price } else { 0.0 };
                *leaders += 1;
            } else {
                *leaders -= 1;
                difference += if *leaders == 0 { price } else { 0.0 };
            }
        }
        difference
    }

    /// Hours missing and wishes refused.
    fn agent_cost(&self, agent: usize) -> f64 {
        let (problem, line) = (self.problem, &self.lines[agent]);
        let missing = problem.agents[agent].owed_minutes.saturating_sub(problem.paid(line));
        let wishes = self.wishes_of[agent].iter().map(|wish| &problem.wishes[*wish]);
        let refused: u32 = wishes.filter(|wish| problem.is_refused(line, wish)).map(|wish| wish.weight).sum();
        f64::from(missing) / 60.0 * problem.weights.missing_hour + f64::from(refused) * problem.weights.wish
    }

    fn spread_cost(&self) -> f64 {
        let agents = &self.problem.agents;
        let late = agents.iter().zip(&self.loads[0]).filter(|(spec, _)| spec.shares_late).map(|(_, load)| *load);
        let weekend = agents.iter().zip(&self.loads[1]).filter(|(spec, _)| spec.shares_weekend).map(|(_, load)| *load);
        (distance(late) + distance(weekend)) * self.problem.weights.spread
    }
}

fn distance(loads: impl Iterator<Item = u32>) -> f64 {
    let (fewest, most) = loads.fold((u32::MAX, 0), |(fewest, most), load| (fewest.min(load), most.max(load)));
    f64::from(most.saturating_sub(fewest))
}
