//! Styles by meaning. The default theme has the first six colours of the user's own terminal, bold, dim and reverse, and
//! white where it sets the background itself, so that it reads on dark and on light screens; every sign also reads
//! without colour.

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;

pub use crate::domain::text::Characters;

/// How the row under the cursor is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cursor {
    /// A bar over the id and the name.
    Bar,
    /// A `>` in front, for the worst lines.
    Marker,
}

/// Colour of the badge, so that production looks like no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadgeColor {
    /// White on red.
    Red,
    /// Black on yellow.
    Yellow,
    /// Black on green.
    Green,
    /// White on blue.
    Blue,
}

/// The characters that mean something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signs {
    /// An enabled registration.
    pub enabled: &'static str,
    /// An enabled one whose pop, node or transport is not read yet: no problem is known so far.
    pub unchecked: &'static str,
    /// A disabled one.
    pub disabled: &'static str,
    /// A warning.
    pub warning: &'static str,
    /// DOWN, an error, a failure.
    pub down: &'static str,
    /// Checked, done.
    pub done: &'static str,
    /// A draft, a changed field.
    pub draft: &'static str,
    /// From an old value to a new one.
    pub arrow: &'static str,
    /// Sorted upwards and downwards.
    pub sorted: [&'static str; 2],
    /// The end of a text that was cut.
    pub cut: char,
    /// Full and empty part of a gauge.
    pub gauge: [&'static str; 2],
    /// Enabled, warning, DOWN, disabled in a bar of the overview: by thickness, not by colour alone.
    pub bar: [&'static str; 4],
    /// A number that is zero.
    pub zero: &'static str,
}

const UNICODE: Signs = Signs {
    enabled: "●",
    unchecked: "◐",
    disabled: "○",
    warning: "▲",
    down: "✗",
    done: "✓",
    draft: "✎",
    arrow: "→",
    sorted: ["↑", "↓"],
    cut: '…',
    gauge: ["█", "░"],
    bar: ["━", "╍", "█", "─"],
    zero: "·",
};

const ASCII: Signs = Signs {
    enabled: "+",
    unchecked: "%",
    disabled: "-",
    warning: "!",
    down: "x",
    done: "v",
    draft: "e",
    arrow: "->",
    sorted: ["^", "v"],
    cut: '>',
    gauge: ["#", "."],
    bar: ["=", "~", "#", "-"],
    zero: ".",
};

const ASCII_BORDER: border::Set<'_> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

/// How each kind of thing looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// The badge of the profile.
    pub badge: Style,
    /// What needs attention in the status bar: white on red.
    pub alarm: Style,
    /// A state that is an error: a block, since red letters are darker than what is well.
    pub block: Style,
    /// Titles of panes.
    pub title: Style,
    /// Title of the pane that has the keyboard.
    pub active: Style,
    /// The view that is shown.
    pub chosen: Style,
    /// Border of the pane that has the keyboard.
    pub border_active: Style,
    /// Border of another pane.
    pub border: Style,
    /// Headings of sections.
    pub heading: Style,
    /// Headings of columns.
    pub columns: Style,
    /// Labels of values.
    pub label: Style,
    /// Values that are not set, and help.
    pub faint: Style,
    /// An enabled record; success.
    pub on: Style,
    /// Errors.
    pub bad: Style,
    /// Warnings, changes, what waits for confirmation.
    pub warn: Style,
    /// Success.
    pub good: Style,
    /// A value that a change takes away.
    pub old: Style,
    /// The value that a change brings.
    pub new: Style,
    /// A changed value in the form.
    pub changed: Style,
    /// The bar of the cursor. Foreground and background are set and all marks removed, so that a bar is of one piece.
    pub bar: Style,
    /// The heading under the column cursor.
    pub selected: Style,
    /// Keys in hints and help.
    pub key: Style,
    /// What a filter looks for, where it stands in a cell.
    pub found: Style,
    /// What matters among plain text.
    pub strong: Style,
    /// How the cursor is shown.
    pub cursor: Cursor,
    /// With which characters lines are drawn.
    pub characters: Characters,
}

impl Default for Theme {
    fn default() -> Self {
        Self::standard()
    }
}

const PLAIN: Style = Style::new();
const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);
const DIM: Style = Style::new().add_modifier(Modifier::DIM);
const REVERSED: Style = Style::new().add_modifier(Modifier::REVERSED);

/// One colour on another, without any mark of what is beneath.
const fn on(fg: Color, bg: Color) -> Style {
    let unmarked = Modifier::BOLD.union(Modifier::DIM).union(Modifier::UNDERLINED).union(Modifier::REVERSED);
    Style::new().fg(fg).bg(bg).remove_modifier(unmarked)
}

impl Theme {
    /// Bold, dim, reverse and underline alone: what every theme begins with.
    pub fn mono() -> Self {
        let block = REVERSED.add_modifier(Modifier::BOLD);
        Self {
            badge: block,
            alarm: block,
            block: REVERSED.remove_modifier(Modifier::DIM),
            title: BOLD,
            active: BOLD,
            chosen: block,
            border_active: PLAIN,
            border: DIM,
            heading: BOLD,
            columns: BOLD.add_modifier(Modifier::UNDERLINED),
            label: DIM,
            faint: DIM,
            on: PLAIN,
            bad: BOLD,
            warn: BOLD,
            good: PLAIN,
            old: PLAIN,
            new: BOLD,
            changed: BOLD,
            bar: REVERSED.remove_modifier(Modifier::BOLD.union(Modifier::DIM).union(Modifier::UNDERLINED)),
            selected: REVERSED,
            key: BOLD,
            found: BOLD.add_modifier(Modifier::UNDERLINED),
            strong: BOLD,
            cursor: Cursor::Bar,
            characters: Characters::Unicode,
        }
    }

    /// With this colour for what can be pressed and for headings, this one for warnings.
    fn coloured(accent: Color, warning: Color) -> Self {
        let mono = Self::mono();
        let accented = BOLD.fg(accent);
        Self {
            badge: on(Color::White, Color::Red).add_modifier(Modifier::BOLD),
            alarm: on(Color::White, Color::Red).add_modifier(Modifier::BOLD),
            block: on(Color::White, Color::Red),
            title: accented,
            active: accented,
            chosen: accented.add_modifier(Modifier::REVERSED),
            border_active: PLAIN.fg(accent),
            heading: accented,
            columns: accented.add_modifier(Modifier::UNDERLINED),
            on: PLAIN.fg(Color::Green),
            bad: BOLD.fg(Color::Red),
            warn: PLAIN.fg(warning),
            good: PLAIN.fg(Color::Green),
            old: PLAIN.fg(Color::Red),
            new: BOLD.fg(Color::Green),
            changed: BOLD.fg(warning),
            bar: on(Color::White, Color::Blue),
            key: accented,
            ..mono
        }
    }

    /// The colours that the user chose for the terminal.
    pub fn standard() -> Self {
        Self::coloured(Color::Cyan, Color::Yellow)
    }

    /// For palettes whose cyan and yellow cannot be read on white.
    pub fn light() -> Self {
        Self::coloured(Color::Blue, Color::Magenta)
    }

    /// Nothing dim, and no colour but white on red: as readable on white as on black.
    pub fn high_contrast() -> Self {
        Self {
            badge: on(Color::White, Color::Red).add_modifier(Modifier::BOLD),
            alarm: on(Color::White, Color::Red).add_modifier(Modifier::BOLD),
            block: on(Color::White, Color::Red).add_modifier(Modifier::BOLD),
            border: PLAIN,
            border_active: BOLD,
            label: PLAIN,
            faint: PLAIN,
            bad: BOLD.add_modifier(Modifier::UNDERLINED),
            bar: REVERSED.add_modifier(Modifier::BOLD),
            ..Self::mono()
        }
    }

    /// Blue against yellow in place of green against red.
    pub fn deuteranopia() -> Self {
        Self { on: PLAIN.fg(Color::Blue), good: PLAIN.fg(Color::Blue), ..Self::standard() }
    }

    /// The same theme, drawn with other characters.
    #[must_use]
    pub const fn drawn_with(self, characters: Characters) -> Self {
        Self { characters, ..self }
    }

    /// The same theme with another cursor.
    #[must_use]
    pub const fn pointing_with(self, cursor: Cursor) -> Self {
        Self { cursor, ..self }
    }

    /// The same theme with a badge of this colour, as far as it has colours.
    #[must_use]
    pub fn with_badge(self, color: BadgeColor) -> Self {
        if self.badge.bg.is_none() {
            return self;
        }
        let badge = match color {
            BadgeColor::Red => on(Color::White, Color::Red),
            BadgeColor::Yellow => on(Color::Black, Color::Yellow),
            BadgeColor::Green => on(Color::Black, Color::Green),
            BadgeColor::Blue => on(Color::White, Color::Blue),
        };
        Self { badge: badge.add_modifier(Modifier::BOLD), ..self }
    }

    /// The characters that mean something.
    pub const fn signs(&self) -> &'static Signs {
        match self.characters {
            Characters::Unicode => &UNICODE,
            Characters::Ascii => &ASCII,
        }
    }

    /// The border of a pane that has the keyboard, or has not.
    pub const fn border_of(&self, focused: bool) -> Style {
        if focused { self.border_active } else { self.border }
    }

    /// What borders are made of.
    pub const fn border_set(&self) -> border::Set<'static> {
        match self.characters {
            Characters::Unicode => border::PLAIN,
            Characters::Ascii => ASCII_BORDER,
        }
    }
}
