//! A roster with its cover and its cost, kept up to date change by change.

use super::model::{Duty, FORBIDDEN, Model, OFF, Window};

/// A roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Roster {
    /// Per agent, the duty of each day.
    pub lines: Vec<Vec<Duty>>,
    /// Heads per (day, kind).
    pub cover: Vec<i32>,
    /// What it costs.
    pub cost: i64,
}

impl Roster {
    /// The roster in which nobody works. It need not keep anyone's limits.
    pub fn empty(model: &Model) -> Self {
        Self {
            lines: vec![vec![OFF; model.days]; model.agents.len()],
            cover: vec![0; model.rows.len()],
            cost: model.rows.iter().map(|row| row.cost(0)).sum::<i64>()
                + model.agents.iter().map(|agent| agent.constant).sum::<i64>(),
        }
    }

    /// Gives an agent these duties from a day on.
    pub fn set(&mut self, model: &Model, agent: usize, first: usize, duties: &[Duty]) {
        for (day, duty) in (first..).zip(duties) {
            let old = std::mem::replace(&mut self.lines[agent][day], *duty);
            if old != *duty {
                self.change(model, agent, day, old, -1);
                self.change(model, agent, day, *duty, 1);
            }
        }
    }

    /// Takes an agent's duties in a window away and gives them back to the caller.
    pub fn clear(&mut self, model: &Model, agent: usize, window: Window) -> Vec<Duty> {
        let duties = self.lines[agent][window.first..window.end].to_vec();
        self.set(model, agent, window.first, &vec![OFF; duties.len()]);
        duties
    }

    fn change(&mut self, model: &Model, agent: usize, day: usize, duty: Duty, heads: i32) {
        if duty == OFF {
            return;
        }
        let at = model.at(day, duty.into());
        let before = model.rows[at].cost(self.cover[at]);
        self.cover[at] += heads;
        self.cost += model.rows[at].cost(self.cover[at]) - before + i64::from(heads) * i64::from(model.agents[agent].base[at]);
    }

    /// What one more head costs per (day, kind) of a window, for an agent who has no duties there: exact, times the scale,
    /// plus what `noise` draws.
    pub fn marginals(&self, model: &Model, agent: usize, window: Window, prices: &mut Vec<i32>, mut noise: impl FnMut() -> i32) {
        let rows = model.at(window.first, 0)..model.at(window.end, 0);
        prices.clear();
        prices.extend(rows.map(|at| match model.agents[agent].base[at] {
            FORBIDDEN => FORBIDDEN,
            base => (base + model.rows[at].marginal(self.cover[at])) * model.scale + noise(),
        }));
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{Rng, SeedableRng};

    use super::*;
    use crate::solver::sparse::toy;

    /// The cost from the definition.
    fn cost(model: &Model, lines: &[Vec<Duty>]) -> i64 {
        let has = |line: &Vec<Duty>, at: usize| usize::from(line[at / model.kinds.len()]) == at % model.kinds.len();
        let cover = model.rows.iter().enumerate();
        let cover = cover.map(|(at, row)| row.cost(lines.iter().filter(|line| has(line, at)).count() as i32));
        let own = model.agents.iter().zip(lines).map(|(agent, line)| {
            let duties = line.iter().enumerate().filter(|(_, duty)| **duty != OFF);
            agent.constant + duties.map(|(day, duty)| i64::from(agent.base[model.at(day, (*duty).into())])).sum::<i64>()
        });
        cover.sum::<i64>() + own.sum::<i64>()
    }

    #[test]
    fn the_cost_stays_true_through_changes_and_marginals_foretell_it() {
        let rng = &mut StdRng::seed_from_u64(7);
        let model = toy::model(rng, 4, 14, 2);
        let mut roster = Roster::empty(&model);
        let mut prices = Vec::new();
        for _ in 0..500 {
            let (agent, day) = (rng.random_range(0..4), rng.random_range(0..14));
            let window = Window { first: day, end: day + 1 };
            roster.clear(&model, agent, window);
            roster.marginals(&model, agent, window, &mut prices, || 0);
            let duty = rng.random_range(0..2);
            let (before, price) = (roster.cost, prices[duty]);
            if price != FORBIDDEN {
                roster.set(&model, agent, day, &[duty as Duty]);
                assert_eq!((roster.cost - before) * i64::from(model.scale), i64::from(price));
            }
        }
        assert_eq!(roster.cost, cost(&model, &roster.lines));
    }
}
