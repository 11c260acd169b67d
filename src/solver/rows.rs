//! Rows that agents fill with heads, and what they cost.

use std::ops::Range;

/// Corners are bent over so many heads to either side at most.
const FARTHEST: f64 = 4.0;

/// Rows that a roster fills: one for each queue and interval, then one for each leader piece and
/// group row, then, where breaks at once are limited, one more for each queue and interval. What is missing in a row and
/// what is too much is priced, so the price of a row is convex in its heads.
#[derive(Debug)]
pub(super) struct Rows {
    /// Heads required.
    pub demand: Vec<f64>,
    /// Price of one head missing.
    pub gap: Vec<f64>,
    /// Price of one head too many.
    pub surplus: Vec<f64>,
    /// Over how many heads to either side the corner of a row may be bent: as far as chance would take its demand.
    reach: Vec<f64>,
}

/// How far corners are bent: 0 not at all, 1 as far as they may be.
///
/// A row costs least at its demand, and its price has a corner there: one head more or less costs as much as any further one.
/// A shift fills a dozen rows, each at its corner, so that nearly every change of a roster costs more and a search gets
/// stuck. A bent price begins gently on both sides: what a few rows miss can be moved about until somebody can take it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bend(f64);

impl Bend {
    /// Rows cost what they cost.
    pub const NONE: Self = Self(0.0);
    /// Less is none at all: it would be a fraction of a head.
    const LEAST: f64 = 0.1;

    /// So much of what is allowed.
    pub fn of(share: f64) -> Self {
        if share < Self::LEAST { Self::NONE } else { Self(share.min(1.0)) }
    }
}

impl Rows {
    /// None yet.
    pub fn new() -> Self {
        Self { demand: Vec::new(), gap: Vec::new(), surplus: Vec::new(), reach: Vec::new() }
    }

    pub fn push(&mut self, demand: f64, gap: f64, surplus: f64) {
        self.demand.push(demand);
        self.gap.push(gap);
        self.surplus.push(surplus);
        self.reach.push(demand.max(0.0).sqrt().min(FARTHEST));
    }

    /// What a row costs with those heads.
    pub fn price(&self, row: usize, heads: f64, bend: Bend) -> f64 {
        let (missing, gap, surplus) = (self.demand[row] - heads, self.gap[row], self.surplus[row]);
        if bend == Bend::NONE {
            price_of(missing, gap, surplus)
        } else {
            bent_price_of(missing, gap, surplus, bend.0 * self.reach[row])
        }
    }

    /// Adds heads to neighbouring rows, from the first on, and gives what they cost more then.
    pub fn fill(&self, first: usize, cover: &mut [f64], heads: f64, bend: Bend) -> f64 {
        let rows = first..first + cover.len();
        if bend == Bend::NONE {
            self.fill_by(rows, cover, heads, |missing, gap, surplus, _| price_of(missing, gap, surplus))
        } else {
            self.fill_by(rows, cover, heads, |missing, gap, surplus, reach| bent_price_of(missing, gap, surplus, bend.0 * reach))
        }
    }

    fn fill_by(&self, rows: Range<usize>, cover: &mut [f64], heads: f64, price: impl Fn(f64, f64, f64, f64) -> f64) -> f64 {
        let mut change = 0.0;
        for (cover, (demand, gap, surplus, reach)) in cover.iter_mut().zip(self.each(rows)) {
            let before = price(demand - *cover, gap, surplus, reach);
            *cover += heads;
            change += price(demand - *cover, gap, surplus, reach) - before;
        }
        change
    }

    /// Appends to the sums, row by row, what these rows and all before them cost more with so many heads more.
    pub fn add_up(&self, sums: &mut Vec<f64>, rows: Range<usize>, cover: &[f64], heads: f64, bend: Bend) {
        if bend == Bend::NONE {
            self.add_up_by(sums, rows, cover, heads, |missing, gap, surplus, _| price_of(missing, gap, surplus));
        } else {
            self.add_up_by(sums, rows, cover, heads, |missing, gap, surplus, reach| {
                bent_price_of(missing, gap, surplus, bend.0 * reach)
            });
        }
    }

    fn add_up_by(
        &self,
        sums: &mut Vec<f64>,
        rows: Range<usize>,
        cover: &[f64],
        heads: f64,
        price: impl Fn(f64, f64, f64, f64) -> f64,
    ) {
        let mut sum = 0.0;
        sums.extend(self.each(rows.clone()).zip(&cover[rows]).map(|((demand, gap, surplus, reach), cover)| {
            let missing = demand - cover;
            sum += price(missing - heads, gap, surplus, reach) - price(missing, gap, surplus, reach);
            sum
        }));
    }

    /// Demand, prices and reach.
    fn each(&self, rows: Range<usize>) -> impl Iterator<Item = (f64, f64, f64, f64)> {
        let prices = self.gap[rows.clone()].iter().zip(&self.surplus[rows.clone()]);
        let all = self.demand[rows.clone()].iter().zip(prices).zip(&self.reach[rows]);
        all.map(|((demand, (gap, surplus)), reach)| (*demand, *gap, *surplus, *reach))
    }

    /// The mean of prices over all heads required.
    pub fn mean(&self, prices: &[f64]) -> f64 {
        let heads: f64 = self.demand.iter().sum();
        let price: f64 = self.demand.iter().zip(prices).map(|(heads, price)| heads * price).sum();
        if heads > 0.0 { price / heads } else { 1.0 }
    }
}

/// What so many heads missing cost; below 0 they are too many.
pub(super) fn price_of(missing: f64, gap: f64, surplus: f64) -> f64 {
    if missing > 0.0 { missing * gap } else { -missing * surplus }
}

/// The same with the corner bent: a parabola that leaves the one slope `reach` heads before it and is on the other as far behind.
fn bent_price_of(missing: f64, gap: f64, surplus: f64, reach: f64) -> f64 {
    // Where nothing is required nothing is bent.
    let reach = reach.max(f64::MIN_POSITIVE);
    let inside = (reach - missing.abs()).max(0.0);
    (missing * gap).max(-missing * surplus) + (gap + surplus) * inside * (inside / (4.0 * reach))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of 0, 1, 9 and 100 heads; the gap costs ten times what the surplus does.
    fn rows() -> Rows {
        let mut rows = Rows::new();
        [0.0, 1.0, 9.0, 100.0].into_iter().for_each(|demand| rows.push(demand, 10.0, 1.0));
        rows
    }

    #[test]
    fn a_bent_price_is_straight_beyond_its_reach_and_convex_within() {
        let rows = rows();
        for (row, reach) in [0.0, 0.5, 1.5, 2.0].into_iter().enumerate() {
            let price = |off: f64, bend| rows.price(row, rows.demand[row] + off, bend);
            let [straight, bent] = [Bend::NONE, Bend::of(0.5)].map(|bend| move |off: f64| price(off, bend));
            for tenths in -50..=50 {
                let off = f64::from(tenths) / 10.0;
                let more = bent(off) - straight(off);
                assert_eq!(more > 1e-9, off.abs() < reach - 1e-9, "row {row}, {off} off: {more} more");
                assert!(more > -1e-9 && bent(off - 0.1) + bent(off + 0.1) > 2.0 * bent(off) - 1e-9);
            }
        }
    }

    #[test]
    fn rows_filled_together_cost_what_they_cost_one_by_one() {
        let rows = rows();
        for bend in [Bend::NONE, Bend::of(1.0)] {
            let before = [0.5, 1.0, 11.0, 97.0];
            let of = |cover: &[f64]| cover.iter().enumerate().map(|(row, heads)| rows.price(row, *heads, bend)).sum::<f64>();
            let mut cover = before;
            let change = rows.fill(0, &mut cover, 0.7, bend);
            assert!((of(&cover) - of(&before) - change).abs() < 1e-9);
            let mut sums = vec![0.0];
            rows.add_up(&mut sums, 1..4, &before, 0.7, bend);
            assert_eq!(sums.len(), 4);
            assert!((sums[3] - (change - rows.price(0, cover[0], bend) + rows.price(0, before[0], bend))).abs() < 1e-9);
        }
    }
}
