//! Styles by meaning. Colours are those of the user's own terminal; every sign also reads without them.

use ratatui::style::{Color, Modifier, Style};

pub use crate::domain::text::Characters;

/// How each kind of thing looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// The status line.
    pub status: Style,
    /// What needs attention in the status line.
    pub alarm: Style,
    /// Titles of panes.
    pub title: Style,
    /// Title of the pane that has the keyboard.
    pub active: Style,
    /// Headings of columns and sections.
    pub heading: Style,
    /// Labels of values.
    pub label: Style,
    /// Values that are not set, and help.
    pub faint: Style,
    /// An enabled record.
    pub on: Style,
    /// A disabled record.
    pub off: Style,
    /// Warnings and errors.
    pub bad: Style,
    /// What went well.
    pub good: Style,
    /// The line under the cursor where no marker column shows it.
    pub selected: Style,
    /// Keys in hints and help.
    pub key: Style,
    /// What a filter looks for, where it stands in a cell.
    pub found: Style,
    /// With which characters lines are drawn.
    pub characters: Characters,
}

impl Default for Theme {
    fn default() -> Self {
        Self::terminal()
    }
}

impl Theme {
    /// Bold, dim, reverse and underline alone: what every theme begins with.
    #[must_use]
    pub fn mono() -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let dim = plain.add_modifier(Modifier::DIM);
        Self {
            status: plain.add_modifier(Modifier::REVERSED),
            alarm: plain.add_modifier(Modifier::REVERSED | Modifier::BOLD),
            title: plain,
            active: bold,
            heading: bold,
            label: plain,
            faint: dim,
            on: plain,
            off: plain,
            bad: bold,
            good: plain,
            selected: plain.add_modifier(Modifier::REVERSED),
            key: bold,
            found: bold.add_modifier(Modifier::UNDERLINED),
            characters: Characters::Unicode,
        }
    }

    /// Colours out of the sixteen that the user chose for the terminal.
    #[must_use]
    pub fn terminal() -> Self {
        let mono = Self::mono();
        Self {
            on: mono.on.fg(Color::Green),
            off: mono.off.fg(Color::Yellow),
            bad: mono.bad.fg(Color::Red),
            good: mono.good.fg(Color::Green),
            ..mono
        }
    }

    /// Nothing dim, and bright colours far apart.
    #[must_use]
    pub fn high_contrast() -> Self {
        let mono = Self::mono();
        let bold = Style::new().add_modifier(Modifier::BOLD);
        Self {
            faint: Style::new(),
            on: bold.fg(Color::LightGreen),
            off: bold.fg(Color::LightYellow),
            bad: bold.fg(Color::LightRed).add_modifier(Modifier::UNDERLINED),
            good: bold.fg(Color::LightGreen),
            key: bold.fg(Color::LightCyan),
            ..mono
        }
    }

    /// Blue against yellow in place of green against red.
    #[must_use]
    pub fn deuteranopia() -> Self {
        let mono = Self::mono();
        Self {
            on: mono.on.fg(Color::Blue),
            off: mono.off.fg(Color::Yellow),
            bad: mono.bad.fg(Color::Yellow),
            good: mono.good.fg(Color::Blue),
            ..mono
        }
    }

    /// The same theme, drawn with other characters.
    #[must_use]
    pub const fn drawn_with(self, characters: Characters) -> Self {
        Self { characters, ..self }
    }
}
