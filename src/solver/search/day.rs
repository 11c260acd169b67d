//! The best that a day can be while all others stay as they are: a mixed-integer program.
//!
//! What is left of a large team's cost after annealing is chains: one starts an hour later, another takes over that hour, and
//! only the tenth change pays. A program sees all of them at once. Agents who may do the same at the same prices are one group,
//! of whom only their number is asked; agents who fill the same rows with a duty are counted together, so that each row has few entries.
//! The optimum of its relaxation is nearly always whole then, and a day of a thousand agents is solved in seconds.

use std::collections::BTreeSet;

use good_lp::{Expression, Variable, variable};

use super::Found;
use super::exchange::Exchanger;
use super::state::{Guide, State, outside};
use crate::solver::line::Duty;
use crate::solver::program::Program;
use crate::solver::team::Team;

/// Prices that differ by less are the same.
const SAME_PRICE: f64 = 1e-6;

/// A day of a roster, to be decided anew.
pub(in crate::solver) struct Day<'a> {
    team: &'a Team<'a>,
    found: &'a Found,
    day: usize,
    /// Heads that all other days leave in the rows.
    cover: Vec<f64>,
    groups: Vec<Group>,
}

/// Agents who may do the same on the day, at the same prices, and fill the same rows with it.
struct Group {
    agents: Vec<usize>,
    ways: Vec<Way>,
}

/// Something that an agent may do on the day: a duty, or nothing.
#[derive(Clone, Copy)]
struct Way {
    duty: Option<Duty>,
    /// What it costs by itself more than the agent's cheapest way.
    price: f64,
}

/// How many agents have a duty, of those who fill the same rows with it.
struct Count {
    duty: Duty,
    /// One of them.
    agent: usize,
    agents: Expression,
}

impl<'a> Day<'a> {
    /// The day of the roster. Loads stay in the range that they have, and breaks that may be moved have the places that somebody has
    /// given them on the day, or the first.
    pub fn of(team: &'a Team<'a>, found: &'a Found, day: usize) -> Self {
        let state = State::new(team, found.lines.clone());
        let range = state.range();
        let exchanger = Exchanger::new(team, 0);
        let mut opened = Self { team, found, day, cover: state.cover().to_vec(), groups: Vec::new() };
        let duties = opened.duties();
        for agent in 0..team.members.len() {
            if let Some(duty) = found.lines[agent][day] {
                team.fills(agent, duty).for_each(|(row, heads)| opened.cover[row] -= heads);
            }
            let ways = opened.ways(&exchanger, agent, &duties, range);
            opened.sort_in(agent, ways);
        }
        opened
    }

    /// All duties of the day that anybody may have.
    fn duties(&self) -> Vec<Duty> {
        let Self { team, day, .. } = self;
        let of_day = |duty: &Duty| team.problem.shifts[duty.shift].day == *day;
        let offered = team.members.iter().flat_map(|member| {
            let duties = member.offers.iter().flat_map(|offer| {
                let skills = member.skills[offer.skills.0..offer.skills.1].iter();
                skills.map(|skill| Duty { placing: offer.placing.unwrap_or_default(), ..Duty::new(offer.shift, skill.queue) })
            });
            duties.filter(of_day)
        });
        let given = self.found.lines.iter().filter_map(|line| line[*day]);
        offered.chain(given).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// What the agent may do, duties first in their order.
    fn ways(&self, exchanger: &Exchanger, agent: usize, duties: &[Duty], range: Guide) -> Vec<Way> {
        let member = &self.team.members[agent];
        let mut line = self.found.lines[agent].clone();
        let now = line[self.day];
        let mut price_of = |duty: Option<Duty>| {
            let is_open = duty == now || exchanger.may_do(agent, self.day, duty);
            line[self.day] = duty;
            let (price, loads) = exchanger.price_of(agent, &line).filter(|_| is_open)?;
            let fits = |spread: usize| outside(member.beside[spread] + loads[spread], range[spread]) == 0.0;
            (0..2).all(|spread| !member.shares[spread] || fits(spread)).then_some(price)
        };
        let open = duties.iter().copied().map(Some).chain([None]);
        let mut ways: Vec<Way> = open.filter_map(|duty| Some(Way { duty, price: price_of(duty)? })).collect();
        let least = ways.iter().map(|way| way.price).fold(f64::INFINITY, f64::min);
        ways.iter_mut().for_each(|way| way.price -= least);
        ways
    }

    fn sort_in(&mut self, agent: usize, ways: Vec<Way>) {
        let alike = self.groups.iter_mut().find(|group| group.is_open_to(self.team, agent, &ways));
        match alike {
            Some(group) => group.agents.push(agent),
            None => self.groups.push(Group { agents: vec![agent], ways }),
        }
    }

    /// How many of each group do what: first a variable for each of their ways, one group after the other.
    pub fn program(&self) -> Program {
        let mut program = Program::default();
        let mut counts = Vec::new();
        for group in &self.groups {
            self.add_group(&mut program, &mut counts, group);
        }
        self.add_rows(&mut program, counts);
        let start = program.start_of_sum(&program.objective);
        program.constant = self.found.cost - start;
        program
    }

    fn add_group(&self, program: &mut Program, counts: &mut Vec<Count>, group: &Group) {
        let mut all = Expression::default();
        let most = group.agents.len() as f64;
        for way in &group.ways {
            let doing = group.agents.iter().filter(|agent| self.found.lines[**agent][self.day] == way.duty).count();
            let agents = program.add(variable().integer().min(0.0).max(most), way.price, doing as f64);
            all += agents;
            if let Some(duty) = way.duty {
                self.count(counts, group.agents[0], duty, agents);
            }
        }
        program.require(all.eq(most));
    }

    fn count(&self, counts: &mut Vec<Count>, agent: usize, duty: Duty, agents: Variable) {
        let known = counts.iter_mut().find(|count| count.duty == duty && self.team.fills_alike(count.agent, agent, duty));
        match known {
            Some(count) => count.agents += agents,
            None => counts.push(Count { duty, agent, agents: agents.into() }),
        }
    }

    /// Rows that any of the day's duties fills, and what they cost.
    fn add_rows(&self, program: &mut Program, counts: Vec<Count>) {
        let rows = &self.team.rows;
        let mut heads_in = vec![None::<Expression>; self.cover.len()];
        for Count { duty, agent, agents } in counts {
            let count = program.add(variable().integer().min(0.0), 0.0, program.start_of_sum(&agents));
            program.require((agents - count).eq(0.0));
            for (row, heads) in self.team.fills(agent, duty) {
                heads_in[row].get_or_insert_default().add_mul(heads, count);
            }
        }
        for (row, heads) in heads_in.into_iter().enumerate() {
            if let Some(heads) = heads {
                program.price_distance(heads, rows.demand[row] - self.cover[row], rows.gap[row], rows.surplus[row]);
            }
        }
    }

    /// The roster that a solution of the program stands for: whoever can keeps what the day was.
    pub fn found(&self, values: &[f64]) -> Found {
        let mut lines = self.found.lines.clone();
        let mut values = values.iter();
        for Group { agents, ways } in &self.groups {
            let mut left: Vec<i64> = values.by_ref().take(ways.len()).map(|value| value.round() as i64).collect();
            let is_moved = |agent: &&usize| {
                let own = ways.iter().position(|way| way.duty == self.found.lines[**agent][self.day]);
                let own = &mut left[own.expect("what an agent does is one of the ways")];
                *own -= 1;
                *own < 0
            };
            let moved: Vec<usize> = agents.iter().filter(is_moved).copied().collect();
            let open = ways.iter().zip(left).flat_map(|(way, left)| std::iter::repeat_n(way.duty, left.max(0) as usize));
            moved.into_iter().zip(open).for_each(|(agent, duty)| lines[agent][self.day] = duty);
        }
        Found { cost: self.team.problem.cost(&lines), lines }
    }
}

impl Group {
    fn is_open_to(&self, team: &Team, agent: usize, ways: &[Way]) -> bool {
        self.ways.len() == ways.len()
            && self.ways.iter().zip(ways).all(|(own, other)| {
                own.duty == other.duty
                    && (own.price - other.price).abs() < SAME_PRICE
                    && own.duty.is_none_or(|duty| team.fills_alike(self.agents[0], agent, duty))
            })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::planning::PlanningInput;
    use crate::domain::quantity::Proficiency;
    use crate::solver::highs::Run;
    use crate::solver::line::Line;
    use crate::solver::problem::RosterProblem;
    use crate::solver::search::construct;
    use crate::solver::test_team::{chat_team, with_windows};

    const DAY: usize = 4;
    /// Loads that cost nothing.
    const ALL: Guide = [(0, u16::MAX); 2];

    fn crowded(input: PlanningInput) -> PlanningInput {
        let mut input = with_windows(input);
        input.rules.max_break_share = Some(0.1);
        input
    }

    /// As constructed, but nobody works on the day.
    fn without_the_day(team: &Team) -> Found {
        let mut lines = construct(team, 1).lines;
        lines.iter_mut().for_each(|line| line[DAY] = None);
        Found { cost: team.problem.cost(&lines), lines }
    }

    /// The day decided anew, which costs what the program says.
    fn decided(team: &Team, found: &Found) -> Found {
        let day = Day::of(team, found, DAY);
        let figures = Run::start(day.program(), found.cost, 0.0, Duration::from_secs(60), 1).figures_at_end();
        let decided = figures.values.map_or_else(|| found.clone(), |values| day.found(&values));
        let spread = |found: &Found| {
            let state = State::new(team, found.lines.clone());
            state.cost() - state.cost_by(Some(ALL))
        };
        assert!(spread(&decided) <= spread(found));
        let claimed = figures.best_cost + spread(&decided) - spread(found);
        assert!((decided.cost - claimed).abs() < 1e-4, "{} instead of {claimed}", decided.cost);
        decided
    }

    /// The least that rows and lines cost, over all that the agents may do on the day.
    fn least(team: &Team, found: &Found) -> f64 {
        let range = State::new(team, found.lines.clone()).range();
        let duties = Day::of(team, found, DAY).duties();
        let may_be = |agent: usize, line: &Line| {
            let is_open = line[DAY].is_none_or(|duty| {
                team.serves(agent, duty) && team.members[agent].offers.iter().any(|offer| offer.shift == duty.shift)
            });
            is_open && team.problem.breaches(agent, line).is_empty()
        };
        let mut rosters = vec![Vec::<Line>::new()];
        for (agent, line) in found.lines.iter().enumerate() {
            let on_day = |duty| {
                let mut line = line.clone();
                line[DAY] = duty;
                line
            };
            let lines = duties.iter().copied().map(Some).chain([None]).map(on_day).filter(|line| may_be(agent, line));
            let lines: Vec<Line> = lines.collect();
            let with = |roster: Vec<Line>| lines.iter().map(move |line| [roster.as_slice(), std::slice::from_ref(line)].concat());
            rosters = rosters.into_iter().flat_map(with).collect();
        }
        let states = rosters.into_iter().map(|lines| State::new(team, lines));
        let within = |state: &State| state.cost_by(Some(range)) == state.cost_by(Some(ALL));
        states.filter(within).map(|state| state.cost_by(Some(range))).fold(f64::INFINITY, f64::min)
    }

    /// Wishes, leave, leaders, several queues and proficiencies; breaks in windows and a limit on breaks at once too.
    #[test]
    fn a_day_is_decided_as_cheaply_as_all_ways_allow() {
        for input in [chat_team(3, 1.2, 2), chat_team(3, 0.7, 3), crowded(chat_team(3, 1.2, 4))] {
            let problem = RosterProblem::from_input(&input).unwrap();
            let team = Team::of(&problem);
            let found = without_the_day(&team);
            let decided = decided(&team, &found);
            let cost = State::new(&team, decided.lines).cost_by(Some(ALL));
            let least = least(&team, &found);
            assert!(decided.cost < found.cost - 1.0 && (cost - least).abs() < 1e-4, "{cost} instead of {least}");
        }
    }

    /// Half of the team are each other's doubles but for every other one's proficiency: who of them does what is dealt out only
    /// after it is decided how many do.
    #[test]
    fn agents_alike_are_counted_together_and_keep_every_rule() {
        let mut input = chat_team(16, 1.0, 5);
        let (double, others) = input.agents.split_first_mut().unwrap();
        for (number, agent) in others[..7].iter_mut().enumerate() {
            (agent.skills, agent.contract) = (double.skills.clone(), double.contract);
            if number % 2 == 0 {
                agent.skills.iter_mut().for_each(|skill| skill.proficiency = Proficiency::new(0.5).unwrap());
            }
        }
        for input in [crowded(input.clone()), input] {
            let problem = RosterProblem::from_input(&input).unwrap();
            let team = Team::of(&problem);
            let constructed = construct(&team, 1);
            for found in [without_the_day(&team), constructed] {
                let largest = Day::of(&team, &found, DAY).groups.iter().map(|group| group.agents.len()).max();
                assert!(largest > Some(2), "{largest:?}");
                let decided = decided(&team, &found);
                assert!(decided.cost <= found.cost + 1e-6);
                assert!((0..16).all(|agent| problem.breaches(agent, &decided.lines[agent]).is_empty()));
                let is_same = |day: &usize| (0..16).all(|agent| decided.lines[agent][*day] == found.lines[agent][*day]);
                assert!((0..problem.days).filter(|day| *day != DAY).all(|day| is_same(&day)));
            }
        }
    }

    #[test]
    fn a_day_without_anybody_is_the_dearest() {
        let problem = RosterProblem::from_input(&chat_team(16, 1.0, 5)).unwrap();
        let team = Team::of(&problem);
        assert_eq!(State::new(&team, without_the_day(&team).lines).dearest_days()[0], DAY);
    }
}
