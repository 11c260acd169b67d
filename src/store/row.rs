//! Between the columns of a row and the types of the domain.

use std::fmt::Display;

use sea_orm::JsonValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::StoreError;

/// Reads the columns of one row, and names the row when one does not parse.
pub struct Reader {
    table: &'static str,
    id: String,
}

impl Reader {
    /// For the row `id` of `table`.
    pub fn new(table: &'static str, id: impl Display) -> Self {
        Self { table, id: id.to_string() }
    }

    /// A plain enum, stored as the word that the wire uses for it.
    pub fn word<T: DeserializeOwned>(&self, column: &str, value: String) -> Result<T, StoreError> {
        self.json(column, JsonValue::String(value))
    }

    /// A list or structure.
    pub fn json<T: DeserializeOwned>(&self, column: &str, value: JsonValue) -> Result<T, StoreError> {
        serde_json::from_value(value).map_err(|fault| self.corrupt(column, fault))
    }

    /// A list or structure that may be absent.
    pub fn optional_json<T: DeserializeOwned>(&self, column: &str, value: Option<JsonValue>) -> Result<Option<T>, StoreError> {
        value.map(|value| self.json(column, value)).transpose()
    }

    /// A whole number of a narrower type.
    pub fn whole<T: TryFrom<i64, Error: Display>>(&self, column: &str, value: i64) -> Result<T, StoreError> {
        T::try_from(value).map_err(|fault| self.corrupt(column, fault))
    }

    /// Anything with a range or grammar of its own.
    pub fn checked<T, E: Display>(&self, column: &str, value: Result<T, E>) -> Result<T, StoreError> {
        value.map_err(|fault| self.corrupt(column, fault))
    }

    fn corrupt(&self, column: &str, fault: impl Display) -> StoreError {
        StoreError::Corrupt { table: self.table, id: self.id.clone(), reason: format!("{column}: {fault}") }
    }
}

/// The word that the wire uses for a plain enum.
pub fn word(value: &impl Serialize) -> String {
    match json(value) {
        JsonValue::String(word) => word,
        other => unreachable!("a plain enum is a string in JSON, not {other}"),
    }
}

/// A list or structure as JSON.
pub fn json(value: &impl Serialize) -> JsonValue {
    serde_json::to_value(value).expect("domain types have text keys and finite figures")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::organisation::Platform;

    #[test]
    fn a_column_that_does_not_parse_names_its_row() {
        let reader = Reader::new("shops", 7);
        assert_eq!(reader.word::<Platform>("platform", word(&Platform::Jd)).unwrap(), Platform::Jd);
        let fault = reader.word::<Platform>("platform", "ebay".into()).unwrap_err().to_string();
        assert!(fault.starts_with("shops 7 does not read as it should: platform: unknown variant `ebay`"), "{fault}");
        assert!(reader.whole::<u32>("min_agents", -1).is_err());
    }
}
