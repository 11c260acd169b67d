//! Faults in what a user gave, collected so that all are told at once.

use serde::{Deserialize, Serialize};

/// One thing that is wrong with an input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFault {
    /// JSON pointer to the field, for example `#/breaks/0/minutes`.
    pub pointer: String,
    /// What is wrong and what would be right.
    pub detail: String,
}

/// A list of faults in the making.
#[derive(Debug, Default)]
pub struct Faults(Vec<FieldFault>);

impl Faults {
    /// Adds a fault; `pointer` is relative to the body, for example `/name`.
    pub fn add(&mut self, pointer: impl std::fmt::Display, detail: impl Into<String>) {
        self.0.push(FieldFault { pointer: format!("#{pointer}"), detail: detail.into() });
    }

    /// Adds a fault unless `holds`.
    pub fn expect(&mut self, holds: bool, pointer: impl std::fmt::Display, detail: impl Into<String>) {
        if !holds {
            self.add(pointer, detail);
        }
    }

    /// Keeps the value of a check that passed, and the fault of one that did not.
    pub fn take<T, E: std::fmt::Display>(&mut self, pointer: impl std::fmt::Display, checked: Result<T, E>) -> Option<T> {
        checked.map_err(|fault| self.add(pointer, fault.to_string())).ok()
    }

    /// A name of 1-100 characters without surrounding space.
    pub fn name(&mut self, pointer: impl std::fmt::Display, name: &str) {
        let fits = !name.is_empty() && name.chars().count() <= 100 && name.trim() == name && !name.chars().any(char::is_control);
        self.expect(fits, pointer, "must be 1 to 100 characters, without space at either end and without control characters");
    }

    /// How many were found.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// What was wrong, in the order it was found.
    pub fn into_list(self) -> Vec<FieldFault> {
        self.0
    }

    /// The value, if nothing was wrong.
    ///
    /// # Errors
    /// All faults collected. `value` is `None` only if one of them was added for it.
    pub fn into_result<T>(self, value: Option<T>) -> Result<T, Vec<FieldFault>> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faults_are_kept_in_order() {
        let mut faults = Faults::default();
        faults.name("/name", " x");
        let figure = faults.take("/uplift", crate::domain::quantity::Uplift::new(0.0));
        let told = faults.into_result(figure).unwrap_err();
        assert_eq!(told.iter().map(|fault| fault.pointer.as_str()).collect::<Vec<_>>(), ["#/name", "#/uplift"]);
    }

    #[test]
    fn a_chinese_name_is_a_name() {
        let mut faults = Faults::default();
        faults.name("/name", "售前一组");
        assert_eq!(faults.into_result(Some(1)), Ok(1));
    }
}
