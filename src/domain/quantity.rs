//! Quantities with a unit and a range, right by construction.

use serde::{Deserialize, Serialize};

/// A figure outside the range its type allows.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{name} must be {range}, got {value}")]
pub struct QuantityError {
    /// What the figure is, as the wire names it.
    pub name: &'static str,
    /// The range in words.
    pub range: &'static str,
    /// What was given.
    pub value: f64,
}

macro_rules! quantities {
    ($($(#[$doc:meta])* $name:ident, $wire:literal, $range:literal, |$v:ident| $ok:expr);+ $(;)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(try_from = "f64", into = "f64")]
        pub struct $name(f64);

        impl $name {
            /// Checks the range; not-a-number is never inside it.
            ///
            /// # Errors
            /// [`QuantityError`] names the quantity, its range and the figure given.
            pub fn new(value: f64) -> Result<Self, QuantityError> {
                let $v = value;
                if $ok { Ok(Self(value)) } else { Err(QuantityError { name: $wire, range: $range, value }) }
            }

            /// The bare figure, in the unit of the type.
            pub fn get(self) -> f64 {
                self.0
            }
        }

        impl TryFrom<f64> for $name {
            type Error = QuantityError;
            fn try_from(value: f64) -> Result<Self, QuantityError> {
                Self::new(value)
            }
        }

        impl From<$name> for f64 {
            fn from(value: $name) -> f64 {
                value.0
            }
        }
    )+};
}

quantities! {
    /// Inquiries arriving in one interval; a forecast may be fractional.
    Volume, "volume", "a finite number of 0 or more", |v| v.is_finite() && v >= 0.0;
    /// Average handling time of one chat held alone, in seconds.
    Aht, "aht_secs", "between 1 and 86400", |v| (1.0..=86_400.0).contains(&v);
    /// Share of chats answered within the threshold, 0-1.
    ServiceLevel, "service_goal.target", "above 0 and below 1", |v| v > 0.0 && v < 1.0;
    /// Busy share of on-seat time, 0-1.
    Occupancy, "max_occupancy", "above 0 and at most 1", |v| v > 0.0 && v <= 1.0;
    /// Share of paid time that is not on seat, breaks of the roster excluded, 0-1.
    Shrinkage, "shrinkage", "0 or more and below 0.95", |v| (0.0..0.95).contains(&v);
    /// How much of a fully trained agent's work this agent does on a queue.
    Proficiency, "proficiency", "between 0.5 and 1.5", |v| (0.5..=1.5).contains(&v);
    /// Factor on expected volume inside a peak window.
    Uplift, "uplift", "between 0.1 and 20", |v| (0.1..=20.0).contains(&v);
}

/// A service goal: the share `target` of chats is answered within `threshold_secs`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ServiceGoal {
    /// Share to be answered in time.
    pub target: ServiceLevel,
    /// Seconds a customer may wait for the first answer.
    pub threshold_secs: u32,
}

/// Chats one agent may hold at once, 1-30.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Concurrency(u8);

impl Concurrency {
    /// The most chats at once that the model accepts.
    pub const MAX: u8 = 30;

    /// Checks the range 1-30.
    ///
    /// # Errors
    /// [`QuantityError`] when the figure is outside it.
    pub fn new(chats: u8) -> Result<Self, QuantityError> {
        if (1..=Self::MAX).contains(&chats) {
            Ok(Self(chats))
        } else {
            Err(QuantityError { name: "max_concurrent_chats", range: "between 1 and 30", value: f64::from(chats) })
        }
    }

    /// Chats at once.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Concurrency {
    type Error = QuantityError;
    fn try_from(chats: u8) -> Result<Self, QuantityError> {
        Self::new(chats)
    }
}

impl From<Concurrency> for u8 {
    fn from(chats: Concurrency) -> u8 {
        chats.0
    }
}

/// Agents, counted in heads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Headcount(pub u32);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_outside_its_range_names_itself() {
        let fault = Proficiency::new(1.6).unwrap_err();
        assert_eq!(fault.to_string(), "proficiency must be between 0.5 and 1.5, got 1.6");
        assert!(Volume::new(f64::NAN).is_err());
        assert!(Shrinkage::new(0.0).is_ok());
        assert!(ServiceLevel::new(1.0).is_err());
    }

    #[test]
    fn concurrency_is_one_to_thirty() {
        assert!(Concurrency::new(0).is_err());
        assert_eq!(Concurrency::new(30).unwrap().get(), 30);
        assert!(Concurrency::new(31).is_err());
    }

    #[test]
    fn a_quantity_read_from_json_is_checked_too() {
        assert!(serde_json::from_str::<Aht>("0").is_err());
        assert_eq!(serde_json::from_str::<Aht>("180").unwrap().get(), 180.0);
    }
}
