//! How much more an agent does with several chats at once.

use super::error::StaffingError;
use crate::domain::quantity::{Aht, Concurrency};

/// Chats handled per unit of time with k chats at once, as a multiple of one at a time.
///
/// The default is the trade's rule of thumb (1, 1.7, 2.5, 2.9, 3.5 for one to five chats), to be replaced by measured
/// figures. Beyond its end a table holds its last figure: an agent writes to one customer at a time, so the factor cannot
/// grow past the share of a chat that is the agent's own work, and past five chats no source knows more. More windows then
/// mean slower replies, not fewer agents.
#[derive(Debug, Clone, PartialEq)]
pub struct ConcurrencyFactors(Vec<f64>);

impl ConcurrencyFactors {
    /// The factors for 1, 2, 3 … chats at once.
    ///
    /// # Errors
    /// [`StaffingError::ConcurrencyFactors`] unless the table begins with 1, never falls, and never exceeds the number of
    /// chats; all faults at once.
    pub fn new(factors: Vec<f64>) -> Result<Self, StaffingError> {
        let mut faults = Vec::new();
        if factors.first() != Some(&1.0) {
            faults.push("the factor of 1 chat must be 1, since handling time is that of a chat held alone".to_owned());
        }
        for (index, factor) in factors.iter().enumerate().skip(1) {
            let chats = index + 1;
            if !(factors[index - 1]..=chats as f64).contains(factor) {
                faults.push(format!("the factor of {chats} chats must be from that of {index} to {chats}, got {factor}"));
            }
        }
        if faults.is_empty() { Ok(Self(factors)) } else { Err(StaffingError::ConcurrencyFactors(faults.join("; "))) }
    }

    /// The factor for the chats that an agent holds at once.
    pub fn factor(&self, concurrency: Concurrency) -> f64 {
        let index = usize::from(concurrency.get()).min(self.0.len()) - 1;
        self.0[index]
    }

    /// Seconds of an agent's time that one chat takes with that many at once: what Erlang C counts as handling time.
    pub fn handling_secs(&self, aht: Aht, concurrency: Concurrency) -> f64 {
        aht.get() / self.factor(concurrency)
    }
}

impl Default for ConcurrencyFactors {
    fn default() -> Self {
        Self(vec![1.0, 1.7, 2.5, 2.9, 3.5])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_holds_its_last_figure() {
        let factors = ConcurrencyFactors::default();
        let factor = |chats| factors.factor(Concurrency::new(chats).unwrap());
        assert_eq!([1, 2, 3, 4, 5, 6, 30].map(factor), [1.0, 1.7, 2.5, 2.9, 3.5, 3.5, 3.5]);
        assert_eq!(factors.handling_secs(Aht::new(250.0).unwrap(), Concurrency::new(3).unwrap()), 100.0);
    }

    #[test]
    fn every_fault_of_a_table_is_named() {
        let fault = ConcurrencyFactors::new(vec![0.9, 2.5, 2.0]).unwrap_err().to_string();
        assert!(fault.contains("1 chat must be 1") && fault.contains("got 2.5") && fault.contains("got 2"), "{fault}");
        assert!(ConcurrencyFactors::new(vec![]).is_err());
        assert!(ConcurrencyFactors::new(vec![1.0, f64::NAN]).is_err());
        assert!(ConcurrencyFactors::new(vec![1.0, 1.8, 2.368]).is_ok());
    }
}
