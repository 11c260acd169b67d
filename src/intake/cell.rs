//! A cell, whichever file it comes from.

use std::borrow::Cow;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell<'a> {
    /// Nothing.
    Empty,
    /// Text as it stands in the file.
    Text(Cow<'a, str>),
    /// A number.
    Number(f64),
    /// A number that the workbook shows as a date or a time: days since 1899-12-30.
    Serial(f64),
}

impl<'a> Cell<'a> {
    /// Text; nothing where it is blank.
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if text.trim().is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// What a user sees in it, cut short.
    pub(super) fn shown(&self) -> Box<str> {
        const LONGEST: usize = 60;
        match self {
            Self::Empty => "".into(),
            Self::Text(text) => match text.trim().char_indices().nth(LONGEST) {
                Some((cut, _)) => format!("{}…", &text.trim()[..cut]).into(),
                None => text.trim().into(),
            },
            Self::Number(number) | Self::Serial(number) => number.to_string().into(),
        }
    }
}

/// One row of a file.
pub(super) trait Row {
    /// The cell in a column, counted from 0; empty beyond the row's end.
    fn cell(&self, column: usize) -> Cell<'_>;

    /// Number of cells.
    fn len(&self) -> usize;

    /// Whether no cell holds anything.
    fn is_blank(&self) -> bool {
        (0..self.len()).all(|column| self.cell(column) == Cell::Empty)
    }
}

/// Trimmed, with full-width letters, digits and signs as their narrow twins.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let narrow = |letter: char| match letter {
        // The block of full-width forms follows ASCII in the same order.
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(letter) - 0xFEE0).unwrap_or(letter),
        '\u{3000}' | '\u{A0}' => ' ',
        other => other,
    };
    Cow::Owned(text.chars().map(narrow).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_letters_become_narrow_and_others_stay() {
        assert_eq!(plain(" １，２３４．５ "), "1,234.5");
        assert_eq!(plain("时段Ａ"), "时段A");
    }

    #[test]
    fn a_long_value_is_shown_cut_between_letters() {
        let shown = Cell::text("售".repeat(100)).shown();
        assert_eq!(shown.chars().count(), 61);
        assert_eq!(Cell::text(" \t"), Cell::Empty);
    }
}
