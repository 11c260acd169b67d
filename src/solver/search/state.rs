//! A roster under change, with its cost kept up to date.

use super::Found;
use crate::solver::line::resource::Spread;
use crate::solver::line::{Duty, Line};
use crate::solver::team::Team;

/// The loads that nobody pays for, by spread.
///
/// One line alone cannot narrow the distance between the most and the least loaded as long as another agent is as far out:
/// the search would see no reason to move either. With a guide each agent outside has a price of its own.
pub(in crate::solver) type Guide = [(u16, u16); 2];

/// How far a load is outside a range.
pub(super) fn outside(load: u16, (fewest, most): (u16, u16)) -> f64 {
    f64::from(fewest.saturating_sub(load) + load.saturating_sub(most))
}

/// A roster and everything its cost is made of.
#[derive(Debug, Clone)]
pub(in crate::solver) struct State<'a> {
    team: &'a Team<'a>,
    lines: Vec<Line>,
    /// Heads, by row.
    cover: Vec<f64>,
    /// What the rows cost.
    rows_price: f64,
    /// What each agent's line costs by itself.
    own: Vec<f64>,
    /// What they cost together.
    own_price: f64,
    /// The load of each agent, by spread.
    loads: [Vec<u16>; 2],
    /// How many of those who share have each load, by spread.
    sharing: [Vec<u32>; 2],
}

impl<'a> State<'a> {
    /// The roster of the lines.
    pub fn new(team: &'a Team<'a>, lines: Vec<Line>) -> Self {
        let agents = team.members.len();
        let empty = vec![None; team.problem.days];
        let mut state = Self {
            team,
            lines: vec![empty.clone(); agents],
            cover: vec![0.0; team.rows.demand.len()],
            rows_price: (0..team.rows.demand.len()).map(|row| team.rows.price(row, 0.0)).sum(),
            own: Vec::new(),
            own_price: 0.0,
            loads: [vec![0; agents], vec![0; agents]],
            sharing: Spread::ALL.map(|spread| {
                let mut counts = vec![0; team.problem.days + 1];
                counts[0] = team.members.iter().filter(|member| member.shares[spread as usize]).count() as u32;
                counts
            }),
        };
        state.own = (0..agents).map(|agent| team.own_price(agent, &empty)).collect();
        state.own_price = state.own.iter().sum();
        for (agent, line) in lines.into_iter().enumerate() {
            state.set_line(agent, line);
        }
        state
    }

    /// Heads, by row.
    pub fn cover(&self) -> &[f64] {
        &self.cover
    }

    /// The roster as it is.
    pub fn found(&self) -> Found {
        Found { cost: self.cost(), lines: self.lines.clone() }
    }

    /// What the roster costs.
    pub fn cost(&self) -> f64 {
        let spread: f64 = Spread::ALL.iter().map(|spread| self.distance(*spread)).sum();
        self.rows_price + self.own_price + spread * self.team.problem.weights.spread
    }

    /// What the roster costs if, instead of the distance between the most and the least loaded, every load outside the
    /// guide is paid for.
    pub fn guided_cost(&self, guide: Guide) -> f64 {
        let outside = |(sharing, range): (&Vec<u32>, (u16, u16))| {
            let loads = sharing.iter().enumerate();
            loads.map(|(load, agents)| f64::from(*agents) * outside(load as u16, range)).sum::<f64>()
        };
        let spread: f64 = self.sharing.iter().zip(guide).map(outside).sum();
        self.rows_price + self.own_price + spread * self.team.problem.weights.spread
    }

    /// The narrowest range of whole loads around the mean of those who share, by spread.
    pub fn guide(&self) -> Guide {
        Spread::ALL.map(|spread| {
            let sharing = self.sharing[spread as usize].iter().enumerate();
            let (agents, loads) =
                sharing.fold((0, 0), |(agents, loads), (load, count)| (agents + count, loads + load as u32 * count));
            let mean = (loads / agents.max(1)) as u16;
            (mean, mean + 1)
        })
    }

    /// Gives the agent another line; gives back the one before.
    pub fn set_line(&mut self, agent: usize, line: Line) -> Line {
        let before = std::mem::replace(&mut self.lines[agent], line);
        for (day, old) in before.iter().copied().enumerate() {
            let new = self.lines[agent][day];
            if old != new {
                old.into_iter().for_each(|duty| self.fill(agent, duty, -1.0));
                new.into_iter().for_each(|duty| self.fill(agent, duty, 1.0));
            }
        }
        let own = self.team.own_price(agent, &self.lines[agent]);
        self.own_price += own - std::mem::replace(&mut self.own[agent], own);
        before
    }

    fn fill(&mut self, agent: usize, duty: Duty, sign: f64) {
        let team = self.team;
        for (row, heads) in team.fills(agent, duty) {
            let cover = self.cover[row];
            self.cover[row] = cover + sign * heads;
            self.rows_price += team.rows.price(row, self.cover[row]) - team.rows.price(row, cover);
        }
        let shift = &team.problem.shifts[duty.shift];
        for (spread, counts) in Spread::ALL.into_iter().zip([shift.is_late, shift.is_weekend]) {
            if counts {
                self.count(agent, spread, sign > 0.0);
            }
        }
    }

    fn count(&mut self, agent: usize, spread: Spread, is_more: bool) {
        let load = &mut self.loads[spread as usize][agent];
        let before = usize::from(*load);
        *load = if is_more { *load + 1 } else { *load - 1 };
        if self.team.members[agent].shares[spread as usize] {
            let after = usize::from(*load);
            self.sharing[spread as usize][before] -= 1;
            self.sharing[spread as usize][after] += 1;
        }
    }

    /// The fewest and the most loaded of those who share, the agent left out; `None` when nobody else shares.
    pub fn others(&self, agent: usize, spread: Spread) -> Option<(u16, u16)> {
        let own = self.team.members[agent].shares[spread as usize].then(|| usize::from(self.loads[spread as usize][agent]));
        let has_load = |(load, agents): &(usize, &u32)| **agents > u32::from(own == Some(*load));
        let mut loads = self.sharing[spread as usize].iter().enumerate().filter(has_load).map(|(load, _)| load as u16);
        let fewest = loads.next()?;
        Some((fewest, loads.next_back().unwrap_or(fewest)))
    }

    fn distance(&self, spread: Spread) -> f64 {
        let sharing = &self.sharing[spread as usize];
        let fewest = sharing.iter().position(|agents| *agents > 0);
        let most = sharing.iter().rposition(|agents| *agents > 0);
        fewest.zip(most).map_or(0.0, |(fewest, most)| (most - fewest) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::problem::RosterProblem;
    use crate::solver::search::{Clock, Plan, anneal, construct};
    use crate::solver::test_team::chat_team;

    #[test]
    fn the_cost_kept_up_to_date_is_the_cost_of_the_lines() {
        let problem = RosterProblem::from_input(&chat_team(9, 1.2, 5)).unwrap();
        let team = Team::of(&problem);
        let plan = |seed| Plan { clock: Clock::Lines(300), seed, guide: None };
        let start = construct(&team, 1);
        let [first, second] = [1, 2].map(|seed| anneal(&team, &start, plan(seed), &mut |_| false));
        let mut state = State::new(&team, first.lines);
        for (agent, line) in second.lines.into_iter().enumerate() {
            state.set_line(agent, line);
            assert!((state.cost() - problem.cost(&state.lines)).abs() < 1e-6);
        }
    }

    #[test]
    fn a_guide_that_holds_every_load_costs_nothing_and_each_outsider_pays() {
        let problem = RosterProblem::from_input(&chat_team(9, 1.0, 6)).unwrap();
        let team = Team::of(&problem);
        let state = State::new(&team, vec![vec![None; problem.days]; 9]);
        assert!((state.guided_cost([(0, 7); 2]) - state.cost()).abs() < 1e-9);
        let sharing = team.members.iter().filter(|member| member.shares[Spread::Late as usize]).count() as f64;
        let dearer = state.guided_cost([(1, 7), (0, 7)]) - state.cost();
        assert!(sharing > 0.0 && (dearer - sharing * problem.weights.spread).abs() < 1e-9);
    }
}
