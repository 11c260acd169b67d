//! Shrinking what was measured of few towards the team's mean: empirical Bayes with a normal prior.
//!
//! `y_i ~ N(θ_i, v_i)` was measured of agent i, and `θ_i ~ N(μ, τ²)` is how agents differ. μ and τ² are the team's own, by the
//! method of moments of DerSimonian and Laird (Controlled Clinical Trials 7, 1986): with `w = 1/v`, ȳ the mean weighted by w and
//! `Q = Σw(y − ȳ)²`, `τ² = max(0, (Q − (n − 1)) / (Σw − Σw²/Σw))`, and μ is the mean weighted by `1/(v + τ²)`. The posterior mean
//! is `μ + B·(y − μ)` with the weight `B = τ²/(τ² + v)` (Efron and Morris, JASA 70, 1975): a new agent has the team's mean, one
//! of many replies the own value, and where agents differ by chance alone all have the mean.

/// How the agents of a team differ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Team {
    /// The mean μ.
    pub mean: f64,
    /// The variance τ² between agents.
    pub variance: f64,
}

impl Team {
    /// From a value and its variance of each agent; `None` without any.
    pub fn of(measured: &[(f64, f64)]) -> Option<Self> {
        if measured.is_empty() {
            return None;
        }
        let weighted = |extra: f64| {
            let weight: f64 = measured.iter().map(|(_, variance)| 1.0 / (variance + extra)).sum();
            (weight, measured.iter().map(|(value, variance)| value / (variance + extra)).sum::<f64>() / weight)
        };
        let (weight, mean) = weighted(0.0);
        let heterogeneity: f64 = measured.iter().map(|(value, variance)| (value - mean).powi(2) / variance).sum();
        let squares: f64 = measured.iter().map(|(_, variance)| variance.powi(-2)).sum();
        let excess = heterogeneity - (measured.len() as f64 - 1.0);
        let variance = if excess > 0.0 { excess / (weight - squares / weight) } else { 0.0 };
        Some(Self { mean: weighted(variance).1, variance })
    }

    /// How much of a value of that variance counts, 0-1.
    pub fn weight(&self, variance: f64) -> f64 {
        self.variance / (self.variance + variance)
    }

    /// What is left of a value.
    pub fn shrunk(&self, value: f64, variance: f64) -> f64 {
        self.mean + self.weight(variance) * (value - self.mean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The 13 trials of BCG vaccine of Colditz et al. (JAMA 271, 1994), log risk ratios: τ² is 0.3088 and the mean −0.7141, as
    /// published for the estimator of DerSimonian and Laird with the R package metafor.
    #[test]
    fn the_teams_mean_and_variance_are_those_of_dersimonian_and_laird() {
        let trials: [[f64; 4]; 13] = [
            [4.0, 119.0, 11.0, 128.0],
            [6.0, 300.0, 29.0, 274.0],
            [3.0, 228.0, 11.0, 209.0],
            [62.0, 13536.0, 248.0, 12619.0],
            [33.0, 5036.0, 47.0, 5761.0],
            [180.0, 1361.0, 372.0, 1079.0],
            [8.0, 2537.0, 10.0, 619.0],
            [505.0, 87886.0, 499.0, 87892.0],
            [29.0, 7470.0, 45.0, 7232.0],
            [17.0, 1699.0, 65.0, 1600.0],
            [186.0, 50448.0, 141.0, 27197.0],
            [5.0, 2493.0, 3.0, 2338.0],
            [27.0, 16886.0, 29.0, 17825.0],
        ];
        let measured =
            trials.map(|[a, b, c, d]| ((a / (a + b) / (c / (c + d))).ln(), 1.0 / a - 1.0 / (a + b) + 1.0 / c - 1.0 / (c + d)));
        let team = Team::of(&measured).unwrap();
        assert!((team.variance - 0.3088).abs() < 5e-5, "{team:?}");
        assert!((team.mean + 0.7141).abs() < 5e-5, "{team:?}");
    }

    #[test]
    fn the_fewer_the_replies_the_nearer_to_the_team() {
        let team = Team { mean: 0.1, variance: 0.04 };
        assert_eq!(team.weight(0.04), 0.5);
        assert!((team.shrunk(0.5, 0.04) - 0.3).abs() < 1e-12);
        assert!(team.shrunk(0.5, 4.0) < 0.105 && team.shrunk(0.5, 4e-4) > 0.495);
        // Differences that chance explains are none.
        let alike = Team::of(&[(0.1, 0.04), (0.0, 0.04), (-0.1, 0.04)]).unwrap();
        assert_eq!((alike.variance, alike.shrunk(0.1, 0.04)), (0.0, alike.mean));
        assert_eq!(Team::of(&[]), None);
    }
}
