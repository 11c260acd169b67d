//! Every way through the horizon that one kind of contract allows, as a graph.
//!
//! A node is a day and the counts of all rules; an arc is a day off or a *target*, a group of shifts that change the counts
//! alike. Which shift of the group it is matters to the price only, and to which groups the shifts worked before close off
//! (its *mask*). The graph is built once and shared by all agents with the same limits; then the cheapest line for any
//! prices is one sweep over its arcs.

use std::collections::HashMap;

use super::resource::Resource;
use super::succession::Successions;
use crate::solver::problem::ProblemParts;

/// A way from a node of the day before.
#[derive(Debug, Clone, Copy)]
pub(in crate::solver) struct Arc {
    /// The node it comes from.
    pub from: u32,
    /// Where its price stands: that of the day off, or of a mask and a target of its day.
    pub slot: u16,
}

/// A node after the last day.
#[derive(Debug, Clone, Copy)]
pub(in crate::solver) struct End {
    /// What the line costs for its counts.
    pub price: f64,
    /// Its load by [`Spread`](super::resource::Spread).
    pub loads: [u16; 2],
}

/// How the price of every arc comes from the prices of the shifts.
///
/// Shifts of one target that the same masks leave open are a *class*: only its cheapest shift matters. A *slot* is a mask
/// with a target, and costs what the cheapest class costs that the mask leaves open.
#[derive(Debug)]
pub(in crate::solver) struct Pricing {
    /// The class of each shift.
    pub class_of: Vec<u16>,
    /// How many classes there are.
    pub classes: usize,
    /// The slot of each day off, and one past the last slot: slots are numbered by day, the day off first.
    pub day_off: Vec<u16>,
    /// Where the classes of each slot begin among the members.
    first_member: Vec<u32>,
    /// Classes, by slot.
    members: Vec<u16>,
}

impl Pricing {
    /// The classes that a slot is served from.
    pub fn classes_of(&self, slot: usize) -> &[u16] {
        &self.members[self.first_member[slot] as usize..self.first_member[slot + 1] as usize]
    }

    /// How many slots there are.
    pub fn slots(&self) -> usize {
        self.first_member.len() - 1
    }
}

/// The ways through the horizon. Nodes are numbered by day; node 0 stands before the first day.
#[derive(Debug)]
pub(in crate::solver) struct Graph {
    /// The first node after each number of days, and one past the last node.
    pub layers: Vec<u32>,
    /// The first arc into each node, and one past the last arc.
    pub first_arc: Vec<u32>,
    /// Arcs, by the node they lead to.
    pub arcs: Vec<Arc>,
    /// The nodes after the last day.
    pub ends: Vec<End>,
    /// Where the prices of the arcs come from.
    pub pricing: Pricing,
}

/// The counts of all rules, the mask last.
type Counts = Box<[u16]>;

/// A node under construction: its counts, and the ways out of it as (slot, next node).
struct Node {
    counts: Counts,
    out: Vec<(u16, usize)>,
}

impl Graph {
    /// The graph of the rules; `None` when no line keeps them all.
    pub fn build(problem: &ProblemParts, resources: &[Box<dyn Resource>], successions: &Successions) -> Option<Self> {
        let targets = targets(problem, resources, successions);
        let day_off = day_off_slots(&targets, successions);
        let builder = Builder { problem, resources, successions, targets, day_off };
        let mut layers = vec![vec![builder.start()]];
        for day in 0..problem.days {
            let next = builder.advance(day, layers.last_mut().expect("there is a first layer"));
            layers.push(next);
        }
        builder.finish(layers)
    }

    /// Days of the horizon.
    pub fn days(&self) -> usize {
        self.layers.len() - 2
    }

    /// How many nodes there are.
    pub fn nodes(&self) -> usize {
        self.first_arc.len() - 1
    }

    /// The nodes after that many days.
    pub fn layer(&self, days: usize) -> std::ops::Range<usize> {
        self.layers[days] as usize..self.layers[days + 1] as usize
    }

    /// The arcs into a node.
    pub fn arcs_into(&self, node: usize) -> &[Arc] {
        &self.arcs[self.first_arc[node] as usize..self.first_arc[node + 1] as usize]
    }
}

/// A group of shifts of one day that change every count alike.
struct Target {
    /// What they do, by resource.
    effects: Vec<u16>,
    /// What they close off on the days after: the number of their succession class.
    mask: u16,
    /// The shifts.
    shifts: Vec<usize>,
}

fn targets(problem: &ProblemParts, resources: &[Box<dyn Resource>], successions: &Successions) -> Vec<Vec<Target>> {
    let mut targets: Vec<Vec<Target>> = (0..problem.days).map(|_| Vec::new()).collect();
    for (index, shift) in problem.shifts.iter().enumerate() {
        let effects: Vec<u16> = resources.iter().map(|resource| resource.effect(shift)).collect();
        let mask = successions.after(index, shift.day + 1);
        let of_day = &mut targets[shift.day];
        match of_day.iter_mut().find(|target| target.effects == effects && target.mask == mask) {
            Some(target) => target.shifts.push(index),
            None => of_day.push(Target { effects, mask, shifts: vec![index] }),
        }
    }
    targets
}

/// The slots of a day are the day off, then every mask with every target.
fn day_off_slots(targets: &[Vec<Target>], successions: &Successions) -> Vec<u16> {
    let mut slots = vec![0];
    for (day, targets) in targets.iter().enumerate() {
        let next = slots[day] as usize + 1 + successions.masks_on(day).len() * targets.len();
        slots.push(u16::try_from(next).expect("a horizon has fewer than 65,536 slots"));
    }
    slots
}

struct Builder<'a> {
    problem: &'a ProblemParts,
    resources: &'a [Box<dyn Resource>],
    successions: &'a Successions,
    /// By day.
    targets: Vec<Vec<Target>>,
    /// By day.
    day_off: Vec<u16>,
}

impl Builder<'_> {
    fn start(&self) -> Node {
        let counts = self.resources.iter().map(|resource| resource.canonical(resource.start(), 0)).chain([0]).collect();
        Node { counts, out: Vec::new() }
    }

    /// Goes on from every node of a day; gives the nodes of the day after.
    fn advance(&self, day: usize, layer: &mut [Node]) -> Vec<Node> {
        let mut next: Vec<Node> = Vec::new();
        let mut known: HashMap<Counts, usize> = HashMap::new();
        let mut reach = |counts: Counts| {
            *known.entry(counts.clone()).or_insert_with(|| {
                next.push(Node { counts, out: Vec::new() });
                next.len() - 1
            })
        };
        for node in layer {
            if let Some(counts) = self.rest(&node.counts, day) {
                node.out.push((self.day_off[day], reach(counts)));
            }
            let mask = *node.counts.last().expect("counts end with the mask");
            for (target, group) in self.targets[day].iter().enumerate() {
                let is_open = group.shifts.iter().any(|shift| !self.successions.forbids(mask, *shift));
                if let Some(counts) = is_open.then(|| self.work(&node.counts, group, day)).flatten() {
                    node.out.push((self.slot(day, mask, target), reach(counts)));
                }
            }
        }
        next
    }

    fn slot(&self, day: usize, mask: u16, target: usize) -> u16 {
        self.day_off[day] + 1 + (self.successions.place(mask, day) * self.targets[day].len() + target) as u16
    }

    fn rest(&self, counts: &[u16], day: usize) -> Option<Counts> {
        let (mask, counts) = counts.split_last().expect("counts end with the mask");
        let mut after = Vec::with_capacity(counts.len() + 1);
        for (resource, count) in self.resources.iter().zip(counts) {
            after.push(resource.canonical(resource.rest(*count, day)?, day + 1));
        }
        after.push(self.successions.still(*mask, day + 1));
        Some(after.into())
    }

    fn work(&self, counts: &[u16], target: &Target, day: usize) -> Option<Counts> {
        let mut after = Vec::with_capacity(counts.len());
        for ((resource, count), effect) in self.resources.iter().zip(counts).zip(&target.effects) {
            after.push(resource.canonical(resource.work(*count, *effect, day)?, day + 1));
        }
        after.push(target.mask);
        Some(after.into())
    }

    fn end(&self, node: &Node) -> Option<End> {
        let mut end = End { price: 0.0, loads: [0; 2] };
        for (resource, count) in self.resources.iter().zip(&node.counts) {
            end.price += resource.close(*count)?;
            if let Some(spread) = resource.load() {
                end.loads[spread as usize] = *count;
            }
        }
        Some(end)
    }

    /// Drops the nodes from which no end is reached, and turns the arcs round.
    fn finish(&self, mut layers: Vec<Vec<Node>>) -> Option<Graph> {
        let last = layers.pop().expect("there is a last layer");
        let closed: Vec<Option<End>> = last.iter().map(|node| self.end(node)).collect();
        let mut lives: Vec<Vec<bool>> = vec![closed.iter().map(Option::is_some).collect()];
        for layer in layers.iter().rev() {
            let after = lives.last().expect("the last layer was put in");
            lives.push(layer.iter().map(|node| node.out.iter().any(|(_, to)| after[*to])).collect());
        }
        lives.reverse();
        if !lives[0][0] {
            return None;
        }
        let mut graph = Graph {
            layers: vec![0, 1],
            first_arc: vec![0, 0],
            arcs: Vec::new(),
            ends: closed.into_iter().flatten().collect(),
            pricing: self.pricing(),
        };
        // The number of each node of the layer before; the first node is number 0.
        let mut numbers = vec![0u32];
        for (layer, lives) in layers.iter().zip(&lives[1..]) {
            numbers = graph.push_layer(layer, &numbers, lives);
        }
        Some(graph)
    }

    fn pricing(&self) -> Pricing {
        let mut class_of = vec![0; self.problem.shifts.len()];
        let mut classes = 0;
        let mut members_of: Vec<Vec<u16>> = vec![Vec::new(); self.day_off[self.problem.days].into()];
        for (day, targets) in self.targets.iter().enumerate() {
            let masks = self.successions.masks_on(day);
            for (target, group) in targets.iter().enumerate() {
                let mut known: HashMap<Vec<bool>, u16> = HashMap::new();
                for shift in &group.shifts {
                    let open: Vec<bool> = masks.iter().map(|mask| !self.successions.forbids(*mask, *shift)).collect();
                    class_of[*shift] = *known.entry(open.clone()).or_insert_with(|| {
                        for mask in masks.iter().zip(&open).filter(|(_, is_open)| **is_open).map(|(mask, _)| *mask) {
                            members_of[self.slot(day, mask, target) as usize].push(classes);
                        }
                        classes += 1;
                        classes - 1
                    });
                }
            }
        }
        let mut first_member = vec![0];
        for members in &members_of {
            first_member.push(first_member[first_member.len() - 1] + members.len() as u32);
        }
        let day_off = self.day_off.clone();
        Pricing { class_of, classes: classes.into(), day_off, first_member, members: members_of.concat() }
    }
}

impl Graph {
    /// Adds the nodes after `layer` that live; gives their numbers by place.
    fn push_layer(&mut self, layer: &[Node], numbers: &[u32], lives: &[bool]) -> Vec<u32> {
        const DEAD: u32 = u32::MAX;
        let mut into: Vec<Vec<Arc>> = vec![Vec::new(); lives.len()];
        for (node, from) in layer.iter().zip(numbers).filter(|(_, number)| **number != DEAD) {
            for (slot, to) in node.out.iter().filter(|(_, to)| lives[*to]) {
                into[*to].push(Arc { from: *from, slot: *slot });
            }
        }
        let mut after = vec![DEAD; lives.len()];
        for (place, arcs) in into.into_iter().enumerate().filter(|(place, _)| lives[*place]) {
            after[place] = self.first_arc.len() as u32 - 1;
            self.arcs.extend(arcs);
            self.first_arc.push(self.arcs.len() as u32);
        }
        self.layers.push(self.first_arc.len() as u32 - 1);
        after
    }
}

#[cfg(test)]
mod tests {
    use super::super::cheapest::{ShiftPrices, Sweep};
    use crate::solver::problem::RosterProblem;
    use crate::solver::team::Team;
    use crate::solver::test_team::chat_team;
    use crate::solver::{Duty, WEEK};

    /// Every line of an agent that breaks no rule, found by trying all.
    fn all_lines(problem: &RosterProblem, agent: usize) -> Vec<Vec<Option<usize>>> {
        let mut lines: Vec<Vec<Option<usize>>> = vec![vec![]];
        for day in 0..WEEK {
            let on_day = (0..problem.shifts.len()).filter(|shift| problem.shifts[*shift].day == day).map(Some);
            let choices: Vec<Option<usize>> = on_day.chain([None]).collect();
            lines = lines.iter().flat_map(|line| choices.iter().map(|choice| [line.as_slice(), &[*choice]].concat())).collect();
        }
        let queue = problem.agents[agent].skills[0].queue;
        let duties =
            |line: &[Option<usize>]| line.iter().map(|shift| shift.map(|shift| Duty::new(shift, queue))).collect::<Vec<_>>();
        lines.retain(|line| problem.breaches(agent, &duties(line)).is_empty());
        lines
    }

    /// The sweep against all lines, with each rule wide open and tight: prices are drawn so that no two lines tie.
    #[test]
    fn the_cheapest_line_is_the_cheapest_of_all_lines() {
        for (case, (rest, in_a_row, late, hours)) in
            [(660, 6, 4, 2880), (900, 6, 7, 2880), (0, 2, 7, 2880), (0, 7, 1, 2880), (660, 6, 7, 1000)].into_iter().enumerate()
        {
            let mut input = chat_team(1, 1.0, 3 + case as u64);
            input.shift_templates.retain(|template| [540, 780, 1050].contains(&template.start_minute));
            (input.leave, input.wishes) = (vec![], vec![]);
            let rules = &mut input.rules;
            (rules.min_rest_minutes, rules.max_consecutive_days, rules.max_late_shifts) = (rest, in_a_row, late);
            input.agents[0].contract.max_weekly_minutes = hours;
            input.agents[0].contract.min_weekly_minutes = 0;
            let problem = RosterProblem::from_input(&input).unwrap();
            let of_shift = (0..problem.shifts.len()).map(|shift| match problem.agents[0].blocked[shift] {
                Some(_) => f64::INFINITY,
                None => ((shift * 7919 + case * 31) % 101) as f64 - 60.0 + shift as f64 * 1e-3,
            });
            let prices = ShiftPrices { of_shift: of_shift.collect(), of_day_off: vec![0.0; WEEK] };
            assert_cheapest(&problem, &prices, &format!("case {case}"));
        }
    }

    #[track_caller]
    fn assert_cheapest(problem: &RosterProblem, prices: &ShiftPrices, case: &str) {
        let team = Team::of(problem);
        let (graph, mut sweep) = (&team.contracts.graphs[0], Sweep::default());
        sweep.run(graph, prices);
        let (end, price, _) = sweep.ends(graph).min_by(|left, right| left.1.total_cmp(&right.1)).unwrap();
        let mut line = vec![None; WEEK];
        sweep.line_to(graph, end, &mut line);
        let price_of = |line: &[Option<usize>]| line.iter().flatten().map(|shift| prices.of_shift[*shift]).sum::<f64>();
        let all = all_lines(problem, 0);
        let cheapest = all.iter().min_by(|left, right| price_of(left).total_cmp(&price_of(right))).unwrap();
        assert!((price - price_of(cheapest)).abs() < 1e-9, "{case}: {price} against {}", price_of(cheapest));
        assert_eq!(line, *cheapest, "{case}");
    }

    /// The same for the limits that ask for rows of days or count weekends and single kinds: with every day open and with two
    /// days that nobody may work.
    #[test]
    fn the_cheapest_line_keeps_rows_of_days_weekends_and_kinds() {
        let mut input = chat_team(1, 1.0, 5);
        input.shift_templates.retain(|template| [540, 1050].contains(&template.start_minute));
        (input.leave, input.wishes, input.history) = (vec![], vec![], vec![]);
        for case in 0..8 {
            let mut parts = crate::solver::ProblemParts::from(RosterProblem::from_input(&input).unwrap());
            let agent = &mut parts.agents[0];
            agent.owed_minutes = 0;
            let limits = &mut agent.limits;
            (limits.max_minutes, limits.max_days) = (u32::MAX, 7);
            match case % 4 {
                0 => limits.min_consecutive_days = 3,
                1 => limits.min_consecutive_days_off = 2,
                2 => (limits.min_consecutive_days, limits.min_consecutive_days_off, limits.max_weekends) = (2, 3, Some(0)),
                _ => limits.max_of_kind = [(0, 1), (1, 2)].into(),
            }
            for shift in parts.shifts.iter().enumerate().filter(|(_, shift)| case > 3 && [1, 4].contains(&shift.day)) {
                agent.blocked[shift.0] = Some(crate::domain::rules::RuleId::Leave);
            }
            let problem = RosterProblem::try_from(parts).unwrap();
            for draw in 0..20 {
                let of_shift = (0..problem.shifts.len()).map(|shift| match problem.agents[0].blocked[shift] {
                    Some(_) => f64::INFINITY,
                    None => ((shift * 7919 + draw * 977 + case * 31) % 101) as f64 - 50.0 + shift as f64 * 1e-3,
                });
                let prices = ShiftPrices { of_shift: of_shift.collect(), of_day_off: vec![0.0; WEEK] };
                assert_cheapest(&problem, &prices, &format!("case {case}, draw {draw}"));
            }
        }
    }

    #[test]
    fn agents_with_the_same_limits_share_one_graph() {
        let mut input = chat_team(12, 1.0, 1);
        (input.history, input.leave) = (vec![], vec![]);
        let problem = RosterProblem::from_input(&input).unwrap();
        assert_eq!(Team::of(&problem).contracts.graphs.len(), 2, "full-time and part-time");
    }
}
