//! A roster under change, with its cost kept up to date.

use std::collections::BTreeSet;

use super::Found;
use crate::solver::line::resource::Spread;
use crate::solver::line::{Duty, Line};
use crate::solver::pricing::HeadPrices;
use crate::solver::rows::Bend;
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

impl Journal {
    fn clear(&mut self) {
        self.rows.clear();
        self.cover.clear();
        self.days.clear();
        self.own.clear();
    }
}

/// A roster and everything its cost is made of.
#[derive(Debug, Clone)]
pub(in crate::solver) struct State<'a> {
    team: &'a Team<'a>,
    lines: Vec<Line>,
    /// Heads, by row.
    cover: Vec<f64>,
    /// How far the corners of the rows' prices are bent.
    bend: Bend,
    /// What the rows cost.
    rows_price: f64,
    /// What each agent's line costs by itself.
    own: Vec<f64>,
    /// What they cost together.
    own_price: f64,
    /// The load of each agent, by spread, those in other weeks included.
    loads: [Vec<u16>; 2],
    /// How many of those who share have each load, by spread.
    sharing: [Vec<u32>; 2],
    journal: Journal,
    changed: Changed,
}

/// The agents whose lines have changed since they were last taken down.
#[derive(Debug, Clone)]
struct Changed {
    agents: Vec<usize>,
    is_in: Vec<bool>,
}

impl Changed {
    fn push(&mut self, agent: usize) {
        if !std::mem::replace(&mut self.is_in[agent], true) {
            self.agents.push(agent);
        }
    }
}

/// What an attempt has changed, with the values from before.
#[derive(Debug, Clone, Default)]
struct Journal {
    is_open: bool,
    /// Rows filled anew, as first row and how many.
    rows: Vec<(usize, usize)>,
    /// The heads of those rows, one stretch after the other.
    cover: Vec<f64>,
    /// (agent, day, duty).
    days: Vec<(usize, usize, Option<Duty>)>,
    /// (agent, own price).
    own: Vec<(usize, f64)>,
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
            bend: Bend::NONE,
            rows_price: (0..team.rows.demand.len()).map(|row| team.rows.price(row, 0.0, Bend::NONE)).sum(),
            own: Vec::new(),
            own_price: 0.0,
            loads: Spread::ALL.map(|spread| team.members.iter().map(|member| member.beside[spread as usize]).collect()),
            sharing: Spread::ALL.map(|spread| unloaded(team, spread as usize)),
            journal: Journal::default(),
            changed: Changed { agents: Vec::new(), is_in: vec![false; agents] },
        };
        state.own = (0..agents).map(|agent| team.own_price(agent, &empty)).collect();
        state.own_price = state.own.iter().sum();
        lines.iter().enumerate().for_each(|(agent, line)| state.set_line(agent, line));
        state
    }

    /// Heads, by row.
    pub fn cover(&self) -> &[f64] {
        &self.cover
    }

    /// What one more head costs in the rows.
    pub fn head_prices(&self) -> HeadPrices<'_> {
        HeadPrices::Marginal(&self.cover, self.bend)
    }

    /// Bends the corners of the rows' prices; what the roster costs is what it costs by these from now on.
    pub fn bend(&mut self, bend: Bend) {
        if bend != self.bend {
            self.bend = bend;
            self.rows_price = self.cover.iter().enumerate().map(|(row, heads)| self.team.rows.price(row, *heads, bend)).sum();
        }
    }

    /// What the rows cost.
    #[cfg(test)]
    pub fn rows_price(&self) -> f64 {
        self.rows_price
    }

    /// The roster as it is.
    pub fn found(&self) -> Found {
        Found { cost: self.cost(), lines: self.lines.clone() }
    }

    /// Takes the roster down in `found`, which was taken from it before or was what it began with: only lines that have changed
    /// since are copied, for a good roster has hundreds, and a cold search finds better ones thousands of times a second.
    pub fn take_down(&mut self, found: &mut Found) {
        found.cost = self.cost();
        for agent in self.changed.agents.drain(..) {
            self.changed.is_in[agent] = false;
            found.lines[agent].clone_from(&self.lines[agent]);
        }
    }

    /// What the roster costs.
    pub fn cost(&self) -> f64 {
        let spread: f64 = self.range().map(|(fewest, most)| f64::from(most - fewest)).iter().sum();
        self.rows_price + self.own_price + spread * self.team.problem.weights.spread
    }

    /// The same; with a guide, what the roster costs if every load outside it is paid for, instead of the distance between
    /// the most and the least loaded.
    pub fn cost_by(&self, guide: Option<Guide>) -> f64 {
        let Some(guide) = guide else { return self.cost() };
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

    /// The fewest and the most loaded of those who share, by spread.
    pub fn range(&self) -> Guide {
        Spread::ALL.map(|spread| {
            let sharing = &self.sharing[spread as usize];
            let fewest = sharing.iter().position(|agents| *agents > 0).unwrap_or(0);
            let most = sharing.iter().rposition(|agents| *agents > 0).unwrap_or(fewest);
            (fewest as u16, most as u16)
        })
    }

    /// The days, first those whose intervals cost most.
    pub fn dearest_days(&self) -> Vec<usize> {
        let problem = self.team.problem;
        let price = |day: usize| {
            let shifts = problem.shifts.iter().filter(|shift| shift.day == day);
            let intervals: BTreeSet<usize> = shifts.flat_map(|shift| &shift.seats).map(|seat| seat.interval).collect();
            let rows =
                (0..problem.queues.len()).flat_map(|queue| intervals.iter().map(move |interval| self.team.row(queue, *interval)));
            rows.map(|row| self.team.rows.price(row, self.cover[row], self.bend)).sum::<f64>()
        };
        let mut days: Vec<(usize, f64)> = (0..problem.days).map(|day| (day, price(day))).collect();
        days.sort_by(|one, other| other.1.total_cmp(&one.1));
        days.into_iter().map(|(day, _)| day).collect()
    }

    /// The line of an agent.
    pub fn line(&self, agent: usize) -> &Line {
        &self.lines[agent]
    }

    /// Changes the roster by `change`, and takes that back unless it says to keep it.
    pub fn attempt(&mut self, change: impl FnOnce(&mut Self) -> bool) -> bool {
        let (rows_price, own_price) = (self.rows_price, self.own_price);
        self.journal.is_open = true;
        let is_kept = change(self);
        self.journal.is_open = false;
        if is_kept {
            self.journal.days.iter().for_each(|(agent, ..)| self.changed.push(*agent));
        } else {
            self.take_back();
            (self.rows_price, self.own_price) = (rows_price, own_price);
        }
        self.journal.clear();
        is_kept
    }

    fn take_back(&mut self) {
        let journal = std::mem::take(&mut self.journal);
        let mut end = journal.cover.len();
        for (first, count) in journal.rows.iter().rev() {
            self.cover[*first..first + count].copy_from_slice(&journal.cover[end - count..end]);
            end -= count;
        }
        for (agent, day, duty) in journal.days.iter().rev() {
            let now = std::mem::replace(&mut self.lines[*agent][*day], *duty);
            now.iter().for_each(|now| self.count(*agent, *now, false));
            duty.iter().for_each(|duty| self.count(*agent, *duty, true));
        }
        journal.own.iter().rev().for_each(|(agent, own)| self.own[*agent] = *own);
        // Kept for its room.
        self.journal = journal;
    }

    /// Gives the agent another line.
    pub fn set_line(&mut self, agent: usize, line: &Line) {
        self.set_days(agent, line);
        self.set_own_price(agent, self.team.own_price(agent, line));
    }

    /// Gives the agent the duties of another line; its price by itself is left to [`State::set_own_price`].
    pub fn set_days(&mut self, agent: usize, line: &Line) {
        for (day, duty) in line.iter().enumerate() {
            if self.lines[agent][day] != *duty {
                self.set_day(agent, day, *duty);
            }
        }
    }

    /// Gives the agent another duty on a day; the price of the agent's line by itself is left to
    /// [`State::set_own_price`].
    pub fn set_day(&mut self, agent: usize, day: usize, duty: Option<Duty>) {
        let before = std::mem::replace(&mut self.lines[agent][day], duty);
        if self.journal.is_open {
            self.journal.days.push((agent, day, before));
        } else {
            self.changed.push(agent);
        }
        for (duty, sign) in before.map(|before| (before, -1.0)).into_iter().chain(duty.map(|duty| (duty, 1.0))) {
            self.fill(agent, duty, sign);
            self.count(agent, duty, sign > 0.0);
        }
    }

    /// What the agent's line costs by itself from now on.
    pub fn set_own_price(&mut self, agent: usize, price: f64) {
        let before = std::mem::replace(&mut self.own[agent], price);
        self.own_price += price - before;
        if self.journal.is_open {
            self.journal.own.push((agent, before));
        }
    }

    fn fill(&mut self, agent: usize, duty: Duty, sign: f64) {
        let team = self.team;
        for (first, count, heads) in team.stretches(agent, duty) {
            self.fill_rows(first, count, sign * heads);
        }
        if team.has_break_stretches(duty.shift) {
            for (first, count, heads) in team.break_stretches(agent, duty) {
                self.fill_rows(first, count, sign * heads);
            }
        }
    }

    /// This is where the search spends its time: neighbouring rows are filled in one go.
    fn fill_rows(&mut self, first: usize, count: usize, heads: f64) {
        let cover = &mut self.cover[first..first + count];
        if self.journal.is_open {
            self.journal.rows.push((first, count));
            self.journal.cover.extend_from_slice(cover);
        }
        self.rows_price += self.team.rows.fill(first, cover, heads, self.bend);
    }

    fn count(&mut self, agent: usize, duty: Duty, is_more: bool) {
        let shift = &self.team.problem.shifts[duty.shift];
        for (spread, counts) in Spread::ALL.into_iter().zip([shift.is_late, shift.is_weekend]) {
            if counts {
                self.load(agent, spread, is_more);
            }
        }
    }

    fn load(&mut self, agent: usize, spread: Spread, is_more: bool) {
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
}

/// How many of those who share have each load while nobody works.
fn unloaded(team: &Team, spread: usize) -> Vec<u32> {
    let sharing = || team.members.iter().filter(|member| member.shares[spread]).map(|member| usize::from(member.beside[spread]));
    let mut counts = vec![0; sharing().max().unwrap_or(0) + team.problem.days + 1];
    sharing().for_each(|beside| counts[beside] += 1);
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::problem::RosterProblem;
    use crate::solver::search::{Clock, Plan, anneal, construct};
    use crate::solver::test_team::{chat_team, with_windows};

    #[test]
    fn the_cost_kept_up_to_date_is_the_cost_of_the_lines() {
        let mut crowded = with_windows(chat_team(9, 1.2, 5));
        crowded.rules.max_break_share = Some(0.1);
        for input in [chat_team(9, 1.2, 5), with_windows(chat_team(9, 1.2, 5)), crowded] {
            is_kept_up_to_date(&RosterProblem::from_input(&input).unwrap());
        }
    }

    fn is_kept_up_to_date(problem: &RosterProblem) {
        let team = Team::of(problem);
        let plan = |seed| Plan { clock: Clock::Lines(300), seed, guide: None };
        let start = construct(&team, 1);
        let [first, second] = [1, 2].map(|seed| anneal(&team, &start, plan(seed), &mut |_| false));
        let mut state = State::new(&team, first.lines);
        for (agent, line) in second.lines.iter().enumerate() {
            let before = state.clone();
            assert!(!state.attempt(|state| {
                state.set_line(agent, line);
                false
            }));
            assert_eq!((&state.lines, &state.cover, &state.sharing), (&before.lines, &before.cover, &before.sharing));
            assert!((state.cost() - before.cost()).abs() < 1e-9);
            state.set_line(agent, line);
            assert!((state.cost() - problem.cost(&state.lines)).abs() < 1e-6);
        }
    }

    #[test]
    fn bent_prices_are_kept_up_to_date_and_straight_ones_come_back() {
        let mut input = chat_team(9, 1.2, 5);
        input.rules.max_break_share = Some(0.1);
        let problem = RosterProblem::from_input(&input).unwrap();
        let team = Team::of(&problem);
        let mut state = State::new(&team, construct(&team, 1).lines);
        let straight = state.cost();
        state.bend(Bend::of(0.5));
        assert!(state.cost() > straight + 1.0, "nothing was bent");
        for agent in 0..9 {
            state.set_line(agent, &vec![None; problem.days]);
            let mut anew = State::new(&team, state.lines.clone());
            anew.bend(Bend::of(0.5));
            assert!((state.cost() - anew.cost()).abs() < 1e-6);
        }
        state.bend(Bend::NONE);
        assert!((state.cost() - problem.cost(&state.lines)).abs() < 1e-6);
    }

    /// Copying only what has changed gives what copying everything gives, whether changes were tried, kept or made outright.
    #[test]
    fn a_roster_taken_down_is_the_roster_as_it_is() {
        let problem = RosterProblem::from_input(&chat_team(9, 1.2, 5)).unwrap();
        let team = Team::of(&problem);
        let start = construct(&team, 1);
        let mut state = State::new(&team, start.lines.clone());
        let (mut taken, empty) = (start, vec![None; problem.days]);
        for agent in 0..9 {
            let is_kept = agent % 3 == 0;
            let change = |state: &mut State| {
                state.set_line(agent, &empty);
                is_kept
            };
            assert_eq!(if agent % 3 == 1 { change(&mut state) } else { state.attempt(change) }, is_kept);
            state.take_down(&mut taken);
            let found = state.found();
            assert_eq!((&taken.lines, taken.cost), (&found.lines, found.cost));
        }
    }

    #[test]
    fn a_guide_that_holds_every_load_costs_nothing_and_each_outsider_pays() {
        let problem = RosterProblem::from_input(&chat_team(9, 1.0, 6)).unwrap();
        let team = Team::of(&problem);
        let state = State::new(&team, vec![vec![None; problem.days]; 9]);
        assert!((state.cost_by(Some([(0, 7); 2])) - state.cost()).abs() < 1e-9);
        let sharing = team.members.iter().filter(|member| member.shares[Spread::Late as usize]).count() as f64;
        let dearer = state.cost_by(Some([(1, 7), (0, 7)])) - state.cost();
        assert!(sharing > 0.0 && (dearer - sharing * problem.weights.spread).abs() < 1e-9);
    }
}
