//! The cheapest way to give each of some rows a column of its own.

/// No row, or no column.
const NONE: usize = usize::MAX;

/// For each row its column, so that the prices (`size` to a row) add up to least. Prices may be infinite; there has to be a way
/// without those. Shortest augmenting paths over prices less what columns are worth (R. Jonker, A. Volgenant, Computing 38, 1987).
pub(super) fn assign(size: usize, prices: &[f64]) -> Vec<usize> {
    let mut assignment = Assignment { size, prices, worth: vec![0.0; size], row_of: vec![NONE; size] };
    let mut column_of = vec![NONE; size];
    let of_row = |row: usize| &prices[row * size..][..size];
    for (row, column) in column_of.iter_mut().enumerate() {
        let least = of_row(row).iter().enumerate().min_by(|one, other| one.1.total_cmp(other.1));
        let least = least.expect("a row has columns").0;
        if assignment.row_of[least] == NONE {
            (assignment.row_of[least], *column) = (row, least);
        }
    }
    for row in 0..size {
        if column_of[row] == NONE {
            assignment.augment(row, &mut column_of);
        }
    }
    column_of
}

struct Assignment<'a> {
    size: usize,
    prices: &'a [f64],
    /// What each column is worth: 0 while it is free.
    worth: Vec<f64>,
    row_of: Vec<usize>,
}

impl Assignment<'_> {
    fn price(&self, row: usize, column: usize) -> f64 {
        self.prices[row * self.size + column] - self.worth[column]
    }

    /// Gives a row a column by the cheapest way of moving others on.
    fn augment(&mut self, first: usize, column_of: &mut [usize]) {
        let (mut reach, mut by) = (vec![f64::INFINITY; self.size], vec![NONE; self.size]);
        let mut open: Vec<usize> = (0..self.size).collect();
        let mut done = Vec::new();
        let (mut row, mut at) = (first, 0.0);
        let mut least = (0..self.size).map(|column| self.price(row, column)).fold(f64::INFINITY, f64::min);
        let end = loop {
            let mut next = (f64::INFINITY, NONE);
            for (place, column) in open.iter().enumerate() {
                let way = at + self.price(row, *column) - least;
                if way < reach[*column] {
                    (reach[*column], by[*column]) = (way, row);
                }
                if reach[*column] < next.0 {
                    next = (reach[*column], place);
                }
            }
            assert!(next.1 != NONE, "every row can have a column at a price");
            let column = open.swap_remove(next.1);
            at = next.0;
            done.push(column);
            if self.row_of[column] == NONE {
                break column;
            }
            row = self.row_of[column];
            least = self.price(row, column);
        };
        done.iter().for_each(|column| self.worth[*column] += reach[*column] - at);
        let mut column = end;
        while column != NONE {
            let row = by[column];
            self.row_of[column] = row;
            column = std::mem::replace(&mut column_of[row], column);
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::SmallRng;
    use rand::{Rng, SeedableRng};

    use super::*;

    /// The least total over all ways, by trying them.
    fn least(size: usize, prices: &[f64], row: usize, taken: &mut Vec<usize>) -> f64 {
        let mut best = if row == size { 0.0 } else { f64::INFINITY };
        for column in 0..size {
            if row < size && !taken.contains(&column) {
                taken.push(column);
                best = best.min(prices[row * size + column] + least(size, prices, row + 1, taken));
                taken.pop();
            }
        }
        best
    }

    #[test]
    fn it_is_the_cheapest_of_all_ways() {
        let mut rng = SmallRng::seed_from_u64(1);
        for _ in 0..300 {
            let size = rng.random_range(1..=6);
            let draw = |at: usize| match rng.random_range(0..10) {
                0..3 if !at.is_multiple_of(size + 1) => f64::INFINITY,
                price => f64::from(price) - 4.0,
            };
            let prices: Vec<f64> = (0..size * size).map(draw).collect();
            let columns = assign(size, &prices);
            let mut sorted = columns.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, (0..size).collect::<Vec<_>>());
            let total: f64 = columns.iter().enumerate().map(|(row, column)| prices[row * size + column]).sum();
            assert!((total - least(size, &prices, 0, &mut Vec::new())).abs() < 1e-9, "{size} {prices:?} {columns:?}");
        }
    }
}
