//! The order of the weeks: the same days, with the free weekends spread as evenly as the walk allows.
//!
//! Where a walk passes one node three times, the two stretches between can change places; where two stretches begin at one
//! node and end at one node, they can as well. Both leave the flow, and so the cover and the price, as they are.

use rand::rngs::SmallRng;
use rand::seq::IteratorRandom;
use rand::{Rng, SeedableRng};

use super::automaton::Duty;
use super::merit::{free_weekends, unevenness};
use super::network::Network;
use super::problem::WEEK_DAYS;

/// Exchanges tried for each week of the rotation.
const TRIES_PER_WEEK: usize = 1000;

/// The walk reordered. It begins on a Monday, as `walk` does.
pub(super) fn spread(network: &Network, walk: Vec<usize>, seed: u64) -> Vec<usize> {
    let mut random = SmallRng::seed_from_u64(seed);
    let weeks = walk.len() / WEEK_DAYS;
    let cost = |walk: &[usize]| {
        let days: Vec<Duty> = network.duties(walk);
        unevenness(&free_weekends(&days), weeks)
    };
    let (mut best, mut walk) = (cost(&walk), walk);
    for _ in 0..TRIES_PER_WEEK * weeks {
        if best <= 0.0 {
            break;
        }
        let Some(other) = exchanged(network, &walk, &mut random) else { continue };
        let cost = cost(&other);
        if cost <= best {
            (best, walk) = (cost, other);
        }
    }
    walk
}

/// A random exchange, if the draw makes one: with a and c at one node, b and d at one node, a < b <= c < d, the stretches
/// from a to b and from c to d change places. Where b is c, all three are one node.
fn exchanged(network: &Network, walk: &[usize], random: &mut SmallRng) -> Option<Vec<usize>> {
    let (a, c) = alike(network, walk, random.random_range(0..walk.len()), random);
    let begins_at = if random.random() { c } else { random.random_range(a..=c) };
    let (b, d) = alike(network, walk, begins_at, random);
    let is_exchange = a < b && b <= c && c < d;
    is_exchange.then(|| [&walk[..a], &walk[c..d], &walk[b..c], &walk[a..b], &walk[d..]].concat())
}

/// A place and another one at the same node, the earlier first.
fn alike(network: &Network, walk: &[usize], place: usize, random: &mut SmallRng) -> (usize, usize) {
    let node = |place: usize| network.arcs[walk[place]].from;
    let places = (place % WEEK_DAYS..walk.len()).step_by(WEEK_DAYS).filter(|&other| node(other) == node(place));
    let other = places.choose(random).unwrap_or(place);
    (place.min(other), place.max(other))
}

#[cfg(test)]
mod tests {
    use super::super::merit::RotationWeights;
    use super::super::network::Cover;
    use super::super::test_case::{days, flat};
    use super::super::tour::times;
    use super::*;

    #[test]
    fn free_weekends_are_spread_without_changing_the_flow() {
        let network = Network::of(&flat(4, 1, (2, 5), (1, 4)), &RotationWeights::NONE, Cover::Enough);
        let bunched = network.trace(&days("00000--00000--000-00-000-00-")).expect("it keeps the rules");
        let even = spread(&network, bunched.clone(), 0);
        assert_eq!(times(&network, &even), times(&network, &bunched));
        let free = free_weekends(&network.duties(&even));
        assert!(free == [0, 2] || free == [1, 3], "{free:?}");
    }

    #[test]
    fn a_reordered_walk_is_still_one_walk() {
        let network = Network::of(&flat(4, 1, (2, 5), (1, 4)), &RotationWeights::NONE, Cover::Enough);
        let walk = network.trace(&days("00000--00000--000-00-000-00-0000---000----")).expect("it keeps the rules");
        let even = spread(&network, walk, 7);
        let next = |place: usize| network.arcs[even[(place + 1) % even.len()]].from;
        assert!((0..even.len()).all(|place| network.arcs[even[place]].to == next(place)));
    }
}
