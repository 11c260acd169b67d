//! The graph of a contract as a table of steps, for asking quickly whether a given line keeps the rules.

use super::Line;
use super::graph::{End, Graph};
use crate::solver::problem::ShiftSpec;

/// Leads nowhere.
const NOWHERE: u32 = u32::MAX;

/// Where each choice of a day leads.
#[derive(Debug)]
pub(in crate::solver) struct Steps {
    /// Choices of a day: the day off, then the day's classes of shifts.
    width: usize,
    /// The next node, by node and choice.
    next: Vec<u32>,
    /// Which choice each shift is.
    choice_of: Vec<u16>,
    /// The first node after the last day.
    first_end: usize,
}

impl Steps {
    /// The table of a graph over those shifts.
    pub fn of(graph: &Graph, shifts: &[ShiftSpec]) -> Self {
        let pricing = &graph.pricing;
        let classes = || pricing.class_of.iter().zip(shifts);
        let mut first_class = vec![u16::MAX; graph.days()];
        classes().for_each(|(class, shift)| first_class[shift.day] = first_class[shift.day].min(*class));
        let choice_of: Vec<u16> = classes().map(|(class, shift)| 1 + class - first_class[shift.day]).collect();
        let width = 1 + usize::from(choice_of.iter().copied().max().unwrap_or(0));
        let mut next = vec![NOWHERE; graph.nodes() * width];
        for (day, first_class) in first_class.into_iter().enumerate() {
            for node in graph.layer(day + 1) {
                for arc in graph.arcs_into(node) {
                    let choices = &mut next[arc.from as usize * width..][..width];
                    if arc.slot == pricing.day_off[day] {
                        choices[0] = node as u32;
                    }
                    for class in pricing.classes_of(arc.slot.into()) {
                        choices[1 + usize::from(class - first_class)] = node as u32;
                    }
                }
            }
        }
        Self { width, next, choice_of, first_end: graph.layer(graph.days()).start }
    }

    /// The end that a line reaches; `None` where it breaks a rule.
    pub fn end<'a>(&self, graph: &'a Graph, line: &Line) -> Option<&'a End> {
        let mut node = 0;
        for duty in line {
            let choice = duty.map_or(0, |duty| usize::from(self.choice_of[duty.shift]));
            node = self.next[node * self.width + choice] as usize;
            if node == NOWHERE as usize {
                return None;
            }
        }
        Some(&graph.ends[node - self.first_end])
    }
}
