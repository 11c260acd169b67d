//! One closed walk out of a flow.

use std::collections::HashSet;

use super::automaton::Duty;
use super::flow::Part;
use super::network::{Network, Node};
use super::problem::WEEK_DAYS;

/// The walk as a list of arcs, or the parts that do not hang together. Where two do not, one may cross to the other and back.
pub(super) fn connect(network: &Network, times: &[u32]) -> Result<Vec<usize>, Vec<Part>> {
    let parts = parts(network, times);
    let inside = |part: &Part| -> Vec<u32> {
        network.arcs.iter().zip(times).map(|(arc, &time)| if part[arc.to] { time } else { 0 }).collect()
    };
    if parts.len() <= 1 {
        return Ok(walk(network, times));
    }
    let mut rows: Vec<Vec<Duty>> = parts.iter().map(|part| network.duties(&walk(network, &inside(part)))).collect();
    let mut joined = rows.pop().unwrap_or_default();
    while let Some((index, longer)) =
        rows.iter().enumerate().find_map(|(index, row)| Some((index, crossed(network, &joined, row)?)))
    {
        joined = longer;
        rows.swap_remove(index);
    }
    match network.trace(&joined) {
        Some(walk) if rows.is_empty() => Ok(walk),
        _ => Err(parts),
    }
}

/// A part moved on by each number of weekdays. Where the demand is alike on all of them, what falls apart one way would fall
/// apart the other ways next.
pub(super) fn turns(network: &Network, part: &Part) -> Vec<Part> {
    let held: HashSet<(usize, usize)> = nodes_of(network, part).map(|node| (node.day, node.state)).collect();
    let moved = |by: usize| network.nodes.iter().map(|node| held.contains(&((node.day + by) % WEEK_DAYS, node.state))).collect();
    let mut turns: Vec<Part> = (0..WEEK_DAYS).map(moved).collect();
    turns.dedup();
    turns.retain(|part| nodes_of(network, part).next().is_some());
    turns
}

fn nodes_of<'a>(network: &'a Network, part: &'a Part) -> impl Iterator<Item = &'a Node> {
    network.nodes.iter().zip(part).filter(|(_, is_in)| **is_in).map(|(node, _)| node)
}

/// Two cyclic rows of days as one: from some day on the one goes on as the other, all around it, and back. Every day's duties
/// stay as they were.
fn crossed(network: &Network, one: &[Duty], other: &[Duty]) -> Option<Vec<Duty>> {
    let places = |days: &[Duty], weekday: usize| (weekday..days.len()).step_by(WEEK_DAYS);
    let turned = |days: &[Duty], by: usize| [&days[by..], &days[..by]].concat();
    let pairs = (0..WEEK_DAYS).flat_map(|weekday| {
        places(one, weekday).flat_map(move |first| places(other, weekday).map(move |second| (first, second)))
    });
    let mut rows = pairs.map(|(first, second)| {
        let mut row = [turned(one, first), turned(other, second)].concat();
        row.rotate_right(first % WEEK_DAYS);
        row
    });
    rows.find(|row| network.trace(row).is_some())
}

/// Closed walks cannot be joined across parts. A balanced flow's parts by any direction are its parts by direction.
fn parts(network: &Network, times: &[u32]) -> Vec<Part> {
    let mut leaders: Vec<usize> = (0..network.nodes.len()).collect();
    fn leader(leaders: &mut [usize], mut node: usize) -> usize {
        while leaders[node] != node {
            leaders[node] = leaders[leaders[node]];
            node = leaders[node];
        }
        node
    }
    let mut is_used = vec![false; network.nodes.len()];
    for (arc, _) in network.arcs.iter().zip(times).filter(|(_, time)| **time > 0) {
        let (from, to) = (leader(&mut leaders, arc.from), leader(&mut leaders, arc.to));
        leaders[from] = to;
        is_used[arc.to] = true;
    }
    let of: Vec<usize> = (0..leaders.len()).map(|node| leader(&mut leaders, node)).collect();
    let mut heads: Vec<usize> = (0..of.len()).filter(|&node| is_used[node]).map(|node| of[node]).collect();
    heads.sort_unstable();
    heads.dedup();
    heads.into_iter().map(|head| of.iter().map(|&other| other == head).collect::<Part>()).collect()
}

/// Hierholzer's walk over every arc as often as the flow says, beginning on a Monday.
fn walk(network: &Network, times: &[u32]) -> Vec<usize> {
    let mut left = times.to_vec();
    let mut onwards = vec![Vec::new(); network.nodes.len()];
    for (index, arc) in network.arcs.iter().enumerate().filter(|(index, _)| times[*index] > 0) {
        onwards[arc.from].push(index);
    }
    let start = network.arcs.iter().zip(times).find(|(arc, time)| **time > 0 && network.nodes[arc.from].day == 0);
    let Some((start, _)) = start else { return Vec::new() };
    let mut path: Vec<(usize, Option<usize>)> = vec![(start.from, None)];
    let mut tour = Vec::new();
    while let Some(&(node, arrived_by)) = path.last() {
        while onwards[node].last().is_some_and(|&arc| left[arc] == 0) {
            onwards[node].pop();
        }
        match onwards[node].last() {
            Some(&arc) => {
                left[arc] -= 1;
                path.push((network.arcs[arc].to, Some(arc)));
            }
            None => {
                path.pop();
                tour.extend(arrived_by);
            }
        }
    }
    tour.reverse();
    tour
}

/// How often a walk goes each arc.
pub(super) fn times(network: &Network, walk: &[usize]) -> Vec<u32> {
    let mut times = vec![0; network.arcs.len()];
    walk.iter().for_each(|&arc| times[arc] += 1);
    times
}

#[cfg(test)]
mod tests {
    use super::super::merit::RotationWeights;
    use super::super::network::Cover;
    use super::super::test_case::{days, flat};
    use super::*;

    fn network() -> Network {
        Network::of(&flat(2, 1, (3, 5), (2, 4)), &RotationWeights::NONE, Cover::Enough)
    }

    /// The flow of two closed walks.
    fn both(network: &Network, one: &str, other: &str) -> Vec<u32> {
        let walks = [one, other].map(|marks| times(network, &network.trace(&days(marks)).expect("it keeps the rules")));
        walks[0].iter().zip(&walks[1]).map(|(one, other)| one + other).collect()
    }

    #[test]
    fn walks_that_share_a_node_are_one() {
        let network = network();
        let flow = both(&network, "00000--", "0000---");
        let walk = connect(&network, &flow).expect("both begin their work on Monday");
        assert_eq!(times(&network, &walk), flow);
    }

    #[test]
    fn walks_that_share_none_may_cross() {
        let network = network();
        // Off from Friday, and from Thursday: no day finds both after as many days off, but either may go on as the other.
        let flow = both(&network, "0000---", "-000---");
        let walk = connect(&network, &flow).expect("they cross on their days off");
        assert_eq!(walk.len(), 14);
    }

    #[test]
    fn a_part_is_turned_through_the_week() {
        let network = Network::of(&flat(2, 1, (5, 5), (2, 2)), &RotationWeights::NONE, Cover::Enough);
        let parts = connect(&network, &both(&network, "00000--", "--00000")).expect_err("five and two keep their weekdays");
        let turns = turns(&network, &parts[0]);
        assert_eq!(turns.len(), 7);
        assert!(turns.contains(&parts[1]) && turns.iter().all(|part| part.iter().filter(|&&is_in| is_in).count() == 7));
    }

    #[test]
    fn walks_that_cannot_cross_stay_apart() {
        let network = Network::of(&flat(2, 1, (5, 5), (2, 2)), &RotationWeights::NONE, Cover::Enough);
        let parts = connect(&network, &both(&network, "00000--", "--00000")).expect_err("five and two keep their weekdays");
        assert_eq!(parts.len(), 2);
    }
}
