//! The queue before agents whose slots are all taken.
//!
//! They finish `c` chats a second together; whoever waits leaves at the rate `θ`. Behind q others, a customer waits for q + 1
//! slots: with patience the wait `V` is a sum of exponential stages of rates c + qθ … c, so that `e^{−θV}` is
//! Beta(c/θ, q + 1), and whoever is still there when it ends is answered: `P(answered within t) = E[e^{−θV}; V ≤ t]`. Without,
//! the queue is geometric and the wait exponential.

/// Weight, relative to the likeliest length's, below which lengths are left out.
const NEGLIGIBLE: f64 = 1e-17;

/// The logarithm of what is just a number still.
const SMALL_LN: f64 = -600.0;

/// Lengths of the queue with their weights.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    arrivals_per_sec: f64,
    capacity: f64,
    leaving: f64,
    total: f64,
    /// Weight by length; of a geometric queue only the first.
    weights: Vec<f64>,
    /// The length that the first weight is of.
    first: usize,
    is_geometric: bool,
}

impl Queue {
    /// Nobody waits yet. Where `leaving` is 0, less arrives than `capacity`.
    pub(super) fn new(arrivals_per_sec: f64, capacity: f64, leaving: f64) -> Self {
        Self { arrivals_per_sec, capacity, leaving, total: 0.0, weights: Vec::new(), first: 0, is_geometric: leaving == 0.0 }
    }

    /// A queue that need not be in balance, with its weight by length from `first`.
    pub(super) fn of(arrivals_per_sec: f64, capacity: f64, leaving: f64, first: usize, weights: Vec<f64>) -> Self {
        let total = weights.iter().sum();
        Self { arrivals_per_sec, capacity, leaving, total, weights, first, is_geometric: false }
    }

    /// Fills it from the weight of its first state, all slots taken and nobody waiting. The total.
    pub(super) fn build(&mut self, at_full: f64) -> f64 {
        if self.is_geometric {
            self.total = at_full / (1.0 - self.arrivals_per_sec / self.capacity);
            self.weights = vec![at_full];
        } else if at_full > 0.0 {
            self.extend(at_full);
        }
        self.total
    }

    /// Fills it where more arrives than is finished, from the likeliest length at weight 1; the weight of its first state.
    pub(super) fn build_from_peak(&mut self) -> f64 {
        let peak = ((self.arrivals_per_sec - self.capacity) / self.leaving).max(0.0) as usize;
        let mut below = Vec::new();
        let mut weight = 1.0;
        for len in (1..=peak).rev() {
            weight *= self.departures(len) / self.arrivals_per_sec;
            if weight < NEGLIGIBLE {
                self.first = len;
                break;
            }
            below.push(weight);
        }
        below.reverse();
        let at_full = if self.first > 0 { 0.0 } else { *below.first().unwrap_or(&1.0) };
        self.total = below.iter().sum();
        self.weights = below;
        self.extend_at(1.0, peak);
        at_full
    }

    fn extend(&mut self, at_full: f64) {
        self.extend_at(at_full, 0);
    }

    /// Adds the length `len` of weight `weight`, and those above.
    fn extend_at(&mut self, weight: f64, len: usize) {
        let (mut weight, mut len) = (weight, len);
        let mut largest = weight;
        while weight >= NEGLIGIBLE * largest {
            self.weights.push(weight);
            self.total += weight;
            len += 1;
            weight *= self.arrivals_per_sec / self.departures(len);
            largest = largest.max(weight);
        }
    }

    fn departures(&self, len: usize) -> f64 {
        self.capacity + len as f64 * self.leaving
    }

    pub(super) fn scale(&mut self, factor: f64) {
        self.total *= factor;
        self.weights.iter_mut().for_each(|weight| *weight *= factor);
    }

    /// Probability of any length, none waiting included.
    pub(super) fn total(&self) -> f64 {
        self.total
    }

    /// Customers waiting, on average.
    pub(super) fn mean_len(&self) -> f64 {
        if self.is_geometric {
            let busy = self.arrivals_per_sec / self.capacity;
            return self.total * busy / (1.0 - busy);
        }
        self.lengths().map(|(len, weight)| len as f64 * weight).sum()
    }

    /// Share of all arrivals that leave: behind q others, one of the q + 1 stages ends for the customer itself.
    pub(super) fn abandonment(&self) -> f64 {
        if self.leaving == 0.0 {
            return 0.0;
        }
        let stages = self.capacity / self.leaving;
        self.lengths().map(|(len, weight)| weight * (len as f64 + 1.0) / (stages + len as f64 + 1.0)).sum()
    }

    /// Share of all arrivals that wait, and are answered within `secs`.
    pub(super) fn answered_within(&self, secs: f64) -> f64 {
        if secs <= 0.0 {
            return 0.0;
        }
        if self.is_geometric {
            let spare = self.capacity - self.arrivals_per_sec;
            return -self.total * (-spare * secs).exp_m1();
        }
        let mut behind = Behind::new(self.capacity, self.leaving, secs);
        let chances = self.lengths().map(|(len, weight)| (weight, behind.answered(len)));
        // A long backlog ends beyond anybody's reach.
        chances.take_while(|(_, chance)| *chance > 1e-14).map(|(weight, chance)| weight * chance).sum()
    }

    /// Mean seconds waited of those who wait and are answered, times their share of all arrivals.
    pub(super) fn answered_wait_secs(&self) -> f64 {
        if self.is_geometric {
            return self.total / (self.capacity - self.arrivals_per_sec);
        }
        if self.capacity == 0.0 {
            return 0.0;
        }
        if self.leaving == 0.0 {
            return self.lengths().map(|(len, weight)| weight * (len as f64 + 1.0)).sum::<f64>() / self.capacity;
        }
        let (stages, mut passed, mut secs) = (self.capacity / self.leaving, 0, 0.0);
        let mut sum = 0.0;
        for (len, weight) in self.lengths() {
            while passed <= len {
                secs += 1.0 / (self.leaving * (stages + passed as f64 + 1.0));
                passed += 1;
            }
            sum += weight * secs * stages / (stages + len as f64 + 1.0);
        }
        sum
    }

    fn lengths(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.weights.iter().enumerate().map(|(index, weight)| (self.first + index, *weight))
    }
}

/// Probability of being answered in time behind a number of others, for growing numbers.
pub(super) struct Behind {
    /// c/θ; `None` where nobody leaves: the slots are then a Poisson process.
    stages: Option<f64>,
    /// 1 − e^{−θt}, or c·t where nobody leaves.
    reach: f64,
    /// The next term of the sum; 0 while it is too small for a number.
    term: f64,
    /// Its logarithm, kept until then.
    term_ln: f64,
    late: f64,
    next: usize,
}

impl Behind {
    pub(super) fn new(capacity: f64, leaving: f64, secs: f64) -> Self {
        if leaving > 0.0 {
            let stages = capacity / leaving;
            let reach = -(-leaving * secs).exp_m1();
            Self::from(Some(stages), reach, -(stages + 1.0) * leaving * secs)
        } else {
            let reach = capacity * secs;
            Self::from(None, reach, -reach)
        }
    }

    fn from(stages: Option<f64>, reach: f64, term_ln: f64) -> Self {
        Self { stages, reach, term: if term_ln > SMALL_LN { term_ln.exp() } else { 0.0 }, term_ln, late: 0.0, next: 0 }
    }

    /// Behind `len` others; never asked for fewer than before.
    pub(super) fn answered(&mut self, len: usize) -> f64 {
        while self.next <= len {
            self.late += self.term;
            self.next += 1;
            let growth = (self.reach * self.stages.map_or(1.0, |stages| self.next as f64 + stages)) / self.next as f64;
            if self.term > 0.0 {
                self.term *= growth;
            } else {
                self.term_ln += growth.ln();
                self.term = if self.term_ln > SMALL_LN { self.term_ln.exp() } else { 0.0 };
            }
        }
        let in_time = (1.0 - self.late).max(0.0);
        self.stages.map_or(in_time, |stages| in_time * stages / (stages + len as f64 + 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// c = 0.1 and θ = 0.05 a second. Behind nobody the slot comes at c: answered with 0.1/0.15, after 1/0.15 s on average of those.
    /// Behind one it comes after stages of 0.15 and 0.1: answered with 0.1/0.2, after 1/0.2 + 1/0.15 s.
    #[test]
    fn waits_behind_nobody_and_behind_one_are_those_worked_by_hand() {
        let behind = |len| Queue::of(1.0, 0.1, 0.05, len, vec![1.0]);
        let near = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-12, "{found} is not {wanted}");
        near(behind(0).answered_wait_secs(), 0.1 / 0.15 / 0.15);
        near(behind(1).answered_wait_secs(), 0.5 * (1.0 / 0.2 + 1.0 / 0.15));
        near(behind(0).abandonment(), 1.0 / 3.0);
        near(behind(0).answered_within(10.0), 0.1 / 0.15 * (1.0 - (-1.5_f64).exp()));
        near(behind(1).answered_within(1e9), 0.5);
    }
}
