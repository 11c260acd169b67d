//! A part of a roster: some agents in a window, everything else fixed.

use super::model::{Duty, FORBIDDEN, Model, OFF, Row, Window};
use super::roster::Roster;

/// A part of a roster, and the cover that is left to it.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Whose lines are open.
    pub agents: Vec<usize>,
    /// In which days.
    pub window: Window,
    /// The lines outside the window; inside they are off.
    pub lines: Vec<Vec<Duty>>,
    /// The rows that one of the agents may cover, with the demand that is left.
    pub rows: Vec<Row>,
    /// Per (day, kind) of the window, the index in `rows`.
    pub row_of: Vec<Option<usize>>,
    /// Cost of everything but the rows and the duties that are open.
    pub constant: i64,
}

impl Part {
    /// Opens some agents of a roster in a window.
    pub fn new(model: &Model, roster: &Roster, agents: Vec<usize>, window: Window) -> Self {
        let mut rest = roster.clone();
        for agent in &agents {
            rest.clear(model, *agent, window);
        }
        let mut part = Self { agents, window, lines: Vec::new(), rows: Vec::new(), row_of: Vec::new(), constant: rest.cost };
        for at in model.at(window.first, 0)..model.at(window.end, 0) {
            let is_open = part.agents.iter().any(|agent| model.agents[*agent].base[at] != FORBIDDEN);
            part.row_of.push(is_open.then_some(part.rows.len()));
            if is_open {
                part.constant -= model.rows[at].cost(rest.cover[at]);
                part.rows.push(Row { demand: model.rows[at].demand - rest.cover[at], ..model.rows[at] });
            }
        }
        part.lines = part.agents.iter().map(|agent| std::mem::take(&mut rest.lines[*agent])).collect();
        part
    }

    /// The (day, kind) of each duty, counted from the window's first.
    pub fn places<'a>(&self, model: &'a Model, duties: &'a [Duty]) -> impl Iterator<Item = usize> + 'a {
        let worked = duties.iter().enumerate().filter(|(_, duty)| **duty != OFF);
        worked.map(|(day, duty)| model.at(day, (*duty).into()))
    }

    /// The rows that duties cover.
    pub fn covered<'a>(&'a self, model: &'a Model, duties: &'a [Duty]) -> impl Iterator<Item = usize> + 'a {
        self.places(model, duties).filter_map(|place| self.row_of[place])
    }

    /// What duties cost an agent of the part, apart from cover.
    pub fn cost(&self, model: &Model, agent: usize, duties: &[Duty]) -> i64 {
        let base = &model.agents[self.agents[agent]].base[model.at(self.window.first, 0)..];
        self.places(model, duties).map(|place| i64::from(base[place])).sum()
    }
}
