//! The order of the days: the same agents on the same shifts, with the free weekends spread as evenly as can be found.
//!
//! Two stretches of the walk that begin on one weekday and end on one weekday change places; with nothing between them, two
//! stretches of whole weeks do. Where they begin and end at the same nodes that leaves the flow as it is; where not, the network
//! says whether the rules are kept, and at what price. Prices never rise.

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use super::automaton::Duty;
use super::merit::{free_weekends, unevenness};
use super::network::Network;
use super::problem::WEEK_DAYS;

/// Exchanges tried for each week of the rotation.
const TRIES_PER_WEEK: usize = 1000;

/// Prices are sums of the user's figures: nearer than this they are equal.
const TOLERANCE: f64 = 1e-9;

/// A walk as evenly spread as was found, at the price of `walk` or less. It begins on a Monday, as `walk` does.
pub(super) fn spread(network: &Network, walk: Vec<usize>, seed: u64) -> Vec<usize> {
    let mut random = SmallRng::seed_from_u64(seed);
    let weeks = walk.len() / WEEK_DAYS;
    let cost = |days: &[Duty]| unevenness(&free_weekends(days), weeks);
    let mut days = network.duties(&walk);
    let (mut best, mut price, mut walk) = (cost(&days), network.price(&walk), walk);
    for _ in 0..TRIES_PER_WEEK * weeks {
        if best <= 0.0 {
            break;
        }
        let Some([a, b, c, d]) = draw(network, &walk, &mut random) else { continue };
        let other = [&days[..a], &days[c..d], &days[b..c], &days[a..b], &days[d..]].concat();
        let found = cost(&other);
        if found > best || other == days {
            continue;
        }
        let Some(traced) = network.trace(&other) else { continue };
        let asked = network.price(&traced);
        if asked <= price + TOLERANCE {
            (best, price, walk, days) = (found, asked, traced, other);
        }
    }
    walk
}

/// Places a < b <= c < d, if the draw makes such: a and c are of one weekday, b and d are. Half of the draws take places of
/// one node, which always fit.
fn draw(network: &Network, walk: &[usize], random: &mut SmallRng) -> Option<[usize; 4]> {
    let (a, c) = alike(network, walk, random.random_range(0..walk.len()), random);
    let begins_at = if random.random() { c } else { random.random_range(a..=c) };
    let (b, d) = alike(network, walk, begins_at, random);
    (a < b && b <= c && c < d).then_some([a, b, c, d])
}

/// A place and another one of its weekday, or at its node, the earlier first.
fn alike(network: &Network, walk: &[usize], place: usize, random: &mut SmallRng) -> (usize, usize) {
    let node = |place: usize| network.arcs[walk[place]].from;
    let is_loose: bool = random.random();
    let fits = |other: &usize| is_loose || node(*other) == node(place);
    let places: Vec<usize> = (place % WEEK_DAYS..walk.len()).step_by(WEEK_DAYS).filter(fits).collect();
    let other = places[random.random_range(0..places.len())];
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
    fn the_price_does_not_rise() {
        let weights = RotationWeights { worked_weekend: 1.0, split_weekend: 3.0, ..RotationWeights::NONE };
        let network = Network::of(&flat(4, 1, (2, 5), (1, 4)), &weights, Cover::Enough);
        let bunched = network.trace(&days("00000--00000--00000--000-00-000-00-00-000-")).expect("it keeps the rules");
        let even = spread(&network, bunched.clone(), 3);
        assert!(network.price(&even) <= network.price(&bunched), "{:?}", network.duties(&even));
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
