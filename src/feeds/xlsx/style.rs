//! Formats of cells.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use crate::feeds::palette::Swatch;

const LINE: u32 = 0xB8_BE_C9;

/// Base of every cell of a table.
pub(super) fn cell() -> Format {
    Format::new()
        .set_font_name("Arial")
        .set_font_size(9)
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap()
        .set_border(FormatBorder::Thin)
        .set_border_color(Color::RGB(LINE))
}

pub(super) fn title() -> Format {
    Format::new().set_font_name("Arial").set_font_size(16).set_bold()
}

pub(super) fn subtitle() -> Format {
    Format::new().set_font_name("Arial").set_font_size(10).set_font_color(Color::RGB(0x4A_52_60))
}

pub(super) fn header() -> Format {
    cell().set_bold().set_background_color(Color::RGB(0x2B_3A_55)).set_font_color(Color::White)
}

pub(super) fn name() -> Format {
    cell().set_align(FormatAlign::Left).set_indent(1).set_bold()
}

pub(super) fn shift(swatch: Swatch) -> Format {
    cell().set_background_color(Color::RGB(swatch.fill)).set_font_color(Color::RGB(swatch.ink))
}

pub(super) fn leave() -> Format {
    cell().set_background_color(Color::RGB(0xEC_EE_F2)).set_font_color(Color::RGB(0x5B_64_73)).set_italic()
}

pub(super) fn figure() -> Format {
    cell().set_num_format("0.0")
}

pub(super) fn total() -> Format {
    cell().set_bold().set_background_color(Color::RGB(0xF3_F5_F8))
}

pub(super) fn moment() -> Format {
    cell().set_num_format("yyyy-mm-dd hh:mm")
}

pub(super) fn shortage() -> Format {
    figure().set_background_color(Color::RGB(0xFB_D5_D5)).set_font_color(Color::RGB(0x8E_10_10)).set_bold()
}
