//! Error figures.

/// Sums over forecast and actual pairs. WAPE = Σ|forecast − actual| / Σ actual.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Accuracy {
    error: f64,
    actual: f64,
}

impl Accuracy {
    /// Adds one interval.
    pub fn add(&mut self, forecast: f64, actual: f64) {
        self.error += (forecast - actual).abs();
        self.actual += actual;
    }

    /// The weighted absolute percentage error as a ratio; `None` where nothing arrived.
    pub fn wape(&self) -> Option<f64> {
        (self.actual > 0.0).then(|| self.error / self.actual)
    }

    /// Inquiries that arrived.
    pub fn inquiries(&self) -> f64 {
        self.actual
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wape_weighs_by_what_arrived() {
        let mut accuracy = Accuracy::default();
        assert_eq!(accuracy.wape(), None);
        accuracy.add(90.0, 100.0);
        accuracy.add(5.0, 0.0);
        assert_eq!(accuracy.wape(), Some(0.15));
    }
}
