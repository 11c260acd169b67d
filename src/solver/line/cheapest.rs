//! The cheapest work line of one agent for given prices: one sweep over the graph of the agent's contract.

use super::graph::{Arc, End, Graph};

/// The price of each shift for one agent, and where a day off is no choice.
#[derive(Debug, Clone, Default)]
pub(in crate::solver) struct ShiftPrices {
    /// By shift; infinite where the agent may not work it.
    pub of_shift: Vec<f64>,
    /// By day; infinite where a pin asks for work.
    pub of_day_off: Vec<f64>,
}

/// Room for a sweep, kept from one to the next.
#[derive(Debug, Default)]
pub(in crate::solver) struct Sweep {
    /// The cheapest shift of each class.
    cheapest_of: Vec<u32>,
    /// The price of each class.
    classes: Vec<f64>,
    /// The price of each slot.
    slots: Vec<f64>,
    /// The price of the cheapest way to each node.
    reached: Vec<f64>,
}

impl Sweep {
    /// Prices every node. [`Sweep::ends`] and [`Sweep::line_to`] read the result.
    pub fn run(&mut self, graph: &Graph, prices: &ShiftPrices) {
        self.price_slots(graph, prices);
        self.reached.clear();
        self.reached.push(0.0);
        let slots = self.slots.as_slice();
        for node in 1..graph.nodes() {
            let reached = self.reached.as_slice();
            let mut least = f64::INFINITY;
            for arc in graph.arcs_into(node) {
                let price = reached[arc.from as usize] + slots[arc.slot as usize];
                least = lesser(least, price);
            }
            self.reached.push(least);
        }
    }

    /// The nodes after the last day, and the price of the cheapest way to each without the end's own price.
    pub fn ends<'a>(&'a self, graph: &'a Graph) -> impl Iterator<Item = (usize, f64, &'a End)> + 'a {
        graph.layer(graph.days()).zip(&graph.ends).map(|(node, end)| (node, self.reached[node], end))
    }

    /// The shifts on the cheapest way to a node after the last day, by day.
    pub fn line_to(&self, graph: &Graph, end: usize, line: &mut [Option<usize>]) {
        let mut node = end;
        for (day, worked) in line.iter_mut().enumerate().rev() {
            // The same sum as in the sweep, so one arc gives exactly the node's price.
            let price = |arc: &Arc| self.reached[arc.from as usize] + self.slots[arc.slot as usize];
            let arc = graph.arcs_into(node).iter().find(|arc| price(arc) == self.reached[node]);
            let arc = arc.expect("a price that was reached has an arc");
            let is_off = arc.slot == graph.pricing.day_off[day];
            *worked = (!is_off).then(|| self.shift_in(graph, arc.slot as usize));
            node = arc.from as usize;
        }
    }

    fn shift_in(&self, graph: &Graph, slot: usize) -> usize {
        let classes = graph.pricing.classes_of(slot).iter().map(|class| *class as usize);
        let class = classes.into_iter().find(|class| self.classes[*class] == self.slots[slot]);
        self.cheapest_of[class.expect("the price of a slot is that of one of its classes")] as usize
    }

    fn price_slots(&mut self, graph: &Graph, prices: &ShiftPrices) {
        let pricing = &graph.pricing;
        self.classes.clear();
        self.classes.resize(pricing.classes, f64::INFINITY);
        self.cheapest_of.resize(pricing.classes, 0);
        for (shift, (price, class)) in prices.of_shift.iter().zip(&pricing.class_of).enumerate() {
            let class = *class as usize;
            if *price < self.classes[class] {
                self.classes[class] = *price;
                self.cheapest_of[class] = shift as u32;
            }
        }
        self.slots.clear();
        let cheapest =
            |slot| pricing.classes_of(slot).iter().map(|class| self.classes[*class as usize]).fold(f64::INFINITY, lesser);
        self.slots.extend((0..pricing.slots()).map(cheapest));
        for (day_off, price) in pricing.day_off.iter().zip(&prices.of_day_off) {
            self.slots[*day_off as usize] = *price;
        }
    }
}

/// One instruction, where `f64::min` would take care of a NaN that cannot be.
fn lesser(left: f64, right: f64) -> f64 {
    if right < left { right } else { left }
}
