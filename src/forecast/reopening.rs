//! The wave after a closed day: what was not asked yesterday is asked today.

/// Open days after a closed one that are looked at.
pub(super) const REACH: usize = 2;

/// Log factors of the first and the second open day after a closed one.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Reopening([f64; REACH]);

impl Reopening {
    /// Learns from (place after the closed day, log ratio to the level). One "no effect" is weighed against what was seen.
    pub fn learn(seen: impl Iterator<Item = (usize, f64)>) -> Self {
        let mut sums = [(0.0, 0.0); REACH];
        for (place, ratio) in seen {
            sums[place].0 += ratio;
            sums[place].1 += 1.0;
        }
        Self(sums.map(|(sum, count)| sum / (count + 1.0)))
    }

    /// The log factor of a day by its place after the last closed one; 0 for a day that follows none.
    pub fn log_factor(&self, place: Option<usize>) -> f64 {
        place.map_or(0.0, |place| self.0[place])
    }
}

/// The place of a day after the last closed one, 0 for the next open day: `is_closed` answers for the open weekdays
/// before it, the nearest first.
pub(super) fn place_after(is_closed: impl Iterator<Item = bool>) -> Option<usize> {
    is_closed.take(REACH).position(|closed| closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_day_back_learns_from_first_days_only() {
        let reopening = Reopening::learn([(0, 0.3), (0, 0.3), (1, 0.1)].into_iter());
        assert!((reopening.log_factor(Some(0)) - 0.2).abs() < 1e-12);
        assert!((reopening.log_factor(Some(1)) - 0.05).abs() < 1e-12);
        assert_eq!(reopening.log_factor(None), 0.0);
    }

    #[test]
    fn the_nearest_closed_day_counts() {
        assert_eq!(place_after([true, true].into_iter()), Some(0));
        assert_eq!(place_after([false, true].into_iter()), Some(1));
        assert_eq!(place_after([false, false, true].into_iter()), None);
    }
}
