//! Student's t and the upper bound of a share.

use distrs::StudentsT;

/// The chance that |t| is at least this with so many degrees of freedom; a broken degree counts as none, which accuses less.
pub fn two_sided(t: f64, freedom: f64) -> f64 {
    2.0 * StudentsT::cdf(-t.abs(), freedom.floor().max(1.0))
}

/// The upper end of Wilson's one-sided 95 % interval: the share is hardly larger.
pub fn wilson_upper(above: f64, below: f64) -> f64 {
    const Z: f64 = 1.644_853_626_951_472;
    if below <= 0.0 {
        return 1.0;
    }
    let share = above / below;
    let spread = Z * (share * (1.0 - share) / below + Z * Z / (4.0 * below * below)).max(0.0).sqrt();
    ((share + Z * Z / (2.0 * below) + spread) / (1.0 + Z * Z / below)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_student_agree() {
        // Two-sided 5 % and 1 % points of the printed tables.
        for (t, freedom, chance) in [
            (12.706_204_736, 1.0, 0.05),
            (4.302_652_73, 2.0, 0.05),
            (2.228_138_852, 10.9, 0.05),
            (3.169_272_673, 10.0, 0.01),
            (2.042_272_456, 30.0, 0.05),
            (1.959_963_985, 1e7, 0.05),
        ] {
            assert!((two_sided(t, freedom) - chance).abs() < 1e-5, "{t} {freedom} {}", two_sided(t, freedom));
            assert_eq!(two_sided(-t, freedom), two_sided(t, freedom));
        }
        assert_eq!(two_sided(0.0, 5.0), 1.0);
    }

    #[test]
    fn the_upper_bound_of_a_share_narrows_with_its_chats() {
        // z = 1.6449 for 1 of 10: (0.1 + 0.13528 + 0.20652) / 1.27055.
        assert!((wilson_upper(1.0, 10.0) - 0.3477).abs() < 1e-4, "{}", wilson_upper(1.0, 10.0));
        assert!(wilson_upper(100.0, 1000.0) < 0.12);
        assert_eq!(wilson_upper(0.0, 0.0), 1.0);
    }
}
