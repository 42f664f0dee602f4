//! How many colours the terminal shows, and what a colour of the program becomes there.
//!
//! It reads no environment: the values are arguments.

use ratatui::style::Color;

/// How many colours a terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None: bold, dim, underline and reverse only.
    Mono,
    /// The 16 named ones, as the user's palette has them.
    Ansi16,
    /// The 256 of xterm.
    Ansi256,
    /// 24 bits.
    TrueColor,
}

impl Depth {
    /// Chooses from what `COLORTERM` and `TERM` say.
    ///
    /// `COLORTERM` is not believed under a `TERM` of GNU screen, which hands it through from outside but shows no
    /// 24-bit colours.
    pub fn detect(truecolor: bool, term: &str) -> Self {
        if term.is_empty() || term == "dumb" || term.starts_with("vt") {
            Self::Mono
        } else if term.contains("direct") || (truecolor && !term.starts_with("screen")) {
            Self::TrueColor
        } else if term.contains("256") {
            Self::Ansi256
        } else {
            Self::Ansi16
        }
    }
}

/// A colour as sent to the terminal: the user's default, an entry of the palette, or 24 bits.
///
/// One word instead of an enum, so that thousands of cells compare quickly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Ink(u32);

/// What an [`Ink`] stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tint {
    /// The terminal's own foreground or background.
    Default,
    /// An entry of the palette of 256; 0 to 15 are the named colours.
    Palette(u8),
    /// Red, green, blue.
    Rgb(u8, u8, u8),
}

impl Ink {
    /// The default of the terminal.
    pub(super) const NONE: Self = Self(0);
    const PALETTE: u32 = 1 << 24;
    const RGB: u32 = 2 << 24;

    /// The nearest that the depth allows.
    pub(super) fn of(color: Color, depth: Depth) -> Self {
        if depth == Depth::Mono {
            return Self::default();
        }
        match color {
            Color::Reset => Self::default(),
            Color::Black => Self::palette(0),
            Color::Red => Self::palette(1),
            Color::Green => Self::palette(2),
            Color::Yellow => Self::palette(3),
            Color::Blue => Self::palette(4),
            Color::Magenta => Self::palette(5),
            Color::Cyan => Self::palette(6),
            Color::Gray => Self::palette(7),
            Color::DarkGray => Self::palette(8),
            Color::LightRed => Self::palette(9),
            Color::LightGreen => Self::palette(10),
            Color::LightYellow => Self::palette(11),
            Color::LightBlue => Self::palette(12),
            Color::LightMagenta => Self::palette(13),
            Color::LightCyan => Self::palette(14),
            Color::White => Self::palette(15),
            Color::Indexed(index) if index < 16 || depth >= Depth::Ansi256 => Self::palette(index),
            Color::Indexed(index) => Self::palette(nearest(palette_rgb(index), 0, 16)),
            Color::Rgb(red, green, blue) => match depth {
                Depth::TrueColor => Self(Self::RGB | u32::from(red) << 16 | u32::from(green) << 8 | u32::from(blue)),
                Depth::Ansi256 => Self::palette(nearest([red, green, blue], 16, 256)),
                Depth::Ansi16 | Depth::Mono => Self::palette(nearest([red, green, blue], 0, 16)),
            },
        }
    }

    fn palette(index: u8) -> Self {
        Self(Self::PALETTE | u32::from(index))
    }

    /// What it stands for.
    pub(super) fn tint(self) -> Tint {
        let [kind, red, green, blue] = self.0.to_be_bytes();
        match kind {
            0 => Tint::Default,
            1 => Tint::Palette(blue),
            _ => Tint::Rgb(red, green, blue),
        }
    }
}

/// xterm's values of the 16 named colours; users change them, so this is only a guess for distances.
const NAMED: [[u8; 3]; 16] = [
    [0, 0, 0],
    [205, 0, 0],
    [0, 205, 0],
    [205, 205, 0],
    [0, 0, 238],
    [205, 0, 205],
    [0, 205, 205],
    [229, 229, 229],
    [127, 127, 127],
    [255, 0, 0],
    [0, 255, 0],
    [255, 255, 0],
    [92, 92, 255],
    [255, 0, 255],
    [0, 255, 255],
    [255, 255, 255],
];

/// The 256-colour palette of xterm: 16 named, a cube of 6 x 6 x 6, 24 greys.
fn palette_rgb(index: u8) -> [u8; 3] {
    match index {
        0..=15 => NAMED.get(usize::from(index)).copied().unwrap_or_default(),
        16..=231 => {
            let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
            let cube = index - 16;
            [level(cube / 36), level(cube / 6 % 6), level(cube % 6)]
        }
        232..=255 => [8 + 10 * (index - 232); 3],
    }
}

/// The entry of the palette between `from` and `to` (not included) with the least squared distance.
fn nearest(wanted: [u8; 3], from: u16, to: u16) -> u8 {
    (from..to)
        .filter_map(|index| u8::try_from(index).ok())
        .min_by_key(|&index| {
            palette_rgb(index)
                .iter()
                .zip(wanted)
                .map(|(&have, want)| u32::from(have.abs_diff(want)).pow(2))
                .sum::<u32>()
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_depth_follows_the_environment() {
        let detect = Depth::detect;
        assert_eq!(detect(false, "xterm-256color"), Depth::Ansi256);
        assert_eq!(detect(true, "xterm-256color"), Depth::TrueColor);
        assert_eq!(detect(true, "screen-256color"), Depth::Ansi256);
        assert_eq!(detect(false, "xterm-direct"), Depth::TrueColor);
        assert_eq!(detect(false, "linux"), Depth::Ansi16);
        assert_eq!(detect(false, "screen"), Depth::Ansi16);
        for plain in ["vt100", "vt220", "dumb", ""] {
            assert_eq!(detect(true, plain), Depth::Mono, "{plain}");
        }
    }

    #[test]
    fn a_colour_becomes_the_nearest_that_the_terminal_has() {
        let orange = Color::Rgb(255, 135, 0);
        assert_eq!(Ink::of(orange, Depth::TrueColor).tint(), Tint::Rgb(255, 135, 0));
        assert_eq!(Ink::of(orange, Depth::Ansi256).tint(), Tint::Palette(208));
        assert_eq!(Ink::of(Color::Rgb(250, 10, 10), Depth::Ansi16).tint(), Tint::Palette(9));
        assert_eq!(Ink::of(Color::Indexed(196), Depth::Ansi16).tint(), Tint::Palette(9));
        assert_eq!(Ink::of(Color::Indexed(3), Depth::Ansi16).tint(), Tint::Palette(3));
        assert_eq!(Ink::of(Color::White, Depth::Mono).tint(), Tint::Default);
        assert_eq!(Ink::of(Color::Rgb(128, 128, 128), Depth::Ansi256).tint(), Tint::Palette(244));
    }
}
