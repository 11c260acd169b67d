//! One closed walk out of a flow.

use super::flow::Part;
use super::network::Network;

/// The walk as a list of arcs, or the parts that do not hang together.
pub(super) fn connect(network: &Network, times: &[u32]) -> Result<Vec<usize>, Vec<Part>> {
    let parts = parts(network, times);
    if parts.len() > 1 { Err(parts) } else { Ok(walk(network, times)) }
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
