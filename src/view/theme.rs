//! Styles by meaning. Colours are those of the user's own terminal; every sign also reads without them.

use ratatui::style::{Color, Modifier, Style};

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
}

impl Default for Theme {
    fn default() -> Self {
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
            on: plain.fg(Color::Green),
            off: plain.fg(Color::Yellow),
            bad: bold.fg(Color::Red),
            good: plain.fg(Color::Green),
            selected: plain.add_modifier(Modifier::REVERSED),
            key: bold,
            found: bold.add_modifier(Modifier::UNDERLINED),
        }
    }
}
