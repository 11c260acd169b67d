//! Figures of many replications, with their confidence intervals.

use super::tally::Cell;

/// A figure and how far it may be from the true one: in 95 of 100 simulations the truth is within `mean ± half_width`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The figure.
    pub mean: f64,
    /// Half the width of the 95 % confidence interval; infinite for a single replication.
    pub half_width: f64,
}

/// A share or a mean over replications: the ratio of two sums, with the delta method's error.
pub(super) fn ratio(cells: &[Cell], over: impl Fn(&Cell) -> f64, under: impl Fn(&Cell) -> f64) -> Option<Estimate> {
    let whole: f64 = cells.iter().map(&under).sum();
    if whole <= 0.0 {
        return None;
    }
    let mean = cells.iter().map(&over).sum::<f64>() / whole;
    let count = cells.len() as f64;
    let squares: f64 = cells.iter().map(|cell| (over(cell) - mean * under(cell)).powi(2)).sum();
    let half_width = if cells.len() < 2 {
        f64::INFINITY
    } else {
        let error = (squares / (count - 1.0) / count).sqrt() / (whole / count);
        error * student_975(cells.len() - 1)
    };
    Some(Estimate { mean, half_width })
}

/// The 0.975 quantile of Student's t: Fisher's expansion around the normal's, after the exact values of few degrees.
pub(super) fn student_975(degrees: usize) -> f64 {
    const FEW: [f64; 6] = [12.706_205, 4.302_653, 3.182_446, 2.776_445, 2.570_582, 2.446_912];
    if let Some(exact) = degrees.checked_sub(1).and_then(|index| FEW.get(index)) {
        return *exact;
    }
    const NORMAL: f64 = 1.959_963_985;
    let (z, n) = (NORMAL, degrees as f64);
    let (z3, z5, z7) = (z.powi(3), z.powi(5), z.powi(7));
    let first = (z3 + z) / 4.0;
    let second = (5.0 * z5 + 16.0 * z3 + 3.0 * z) / 96.0;
    let third = (3.0 * z7 + 19.0 * z5 + 17.0 * z3 - 15.0 * z) / 384.0;
    z + first / n + second / n.powi(2) + third / n.powi(3)
}
