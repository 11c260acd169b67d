//! Who took a step, when, and what was said.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::alert::Mark;

/// Who took a step, and when.
#[derive(Debug, Serialize, ToSchema)]
pub struct MarkView {
    /// Display name; `clock` for the watch.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What was said.
    pub note: String,
}

impl From<Mark> for MarkView {
    fn from(Mark { by, at, note }: Mark) -> Self {
        Self { by, at, note }
    }
}
