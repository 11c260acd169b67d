//! Colours of shifts, the same on paper and on screen.

/// A fill, and an ink of the same hue that reads well on it (contrast 7:1 or better).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Swatch {
    /// RGB.
    pub(super) fill: u32,
    /// RGB.
    pub(super) ink: u32,
}

const fn swatch(fill: u32, ink: u32) -> Swatch {
    Swatch { fill, ink }
}

/// From morning to night: sun, leaf, sky, dusk, and four more.
const SWATCHES: [Swatch; 8] = [
    swatch(0xFD_E8_B4, 0x5F_41_00),
    swatch(0xCD_EB_D2, 0x17_4B_29),
    swatch(0xCB_E4_F9, 0x0C_42_68),
    swatch(0xE1_D5_F5, 0x43_28_78),
    swatch(0xFA_D6_DD, 0x7A_17_33),
    swatch(0xC4_EB_E7, 0x0A_4A_48),
    swatch(0xD6_DB_E8, 0x28_35_50),
    swatch(0xEA_E0_CF, 0x4F_3D_2A),
];

/// The colours of the shift at that place of the legend; they repeat after eight.
pub(super) fn swatch_of(template: usize) -> Swatch {
    SWATCHES[template % SWATCHES.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance, WCAG 2.
    fn luminance(rgb: u32) -> f64 {
        let channel = |shift: u32| {
            let value = f64::from((rgb >> shift) & 0xFF) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
    }

    #[test]
    fn every_ink_reads_well_on_its_fill() {
        for Swatch { fill, ink } in SWATCHES {
            let contrast = (luminance(fill) + 0.05) / (luminance(ink) + 0.05);
            assert!(contrast >= 7.0, "{fill:06X} on {ink:06X}: {contrast:.1}");
        }
    }
}
