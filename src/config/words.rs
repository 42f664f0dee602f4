//! Settings that are a choice among words, with the words as people write them.

use crate::domain::text::Characters;

/// A choice among words.
pub trait SettingWord: Copy + PartialEq + 'static {
    /// Every accepted word and what it means.
    const WORDS: &'static [(&'static str, Self)];

    /// The word for this choice.
    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, choice)| *choice == self).map_or("", |(word, _)| word)
    }

    /// The choice with this word.
    fn named(text: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(word, _)| *word == text).map(|(_, choice)| *choice)
    }
}

/// What a profile lets its user change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessSetting {
    /// Everything, as the product's rules have it.
    Write,
    /// Everything, but each write is asked about first.
    Confirm,
    /// Nothing.
    ReadOnly,
}

impl SettingWord for AccessSetting {
    const WORDS: &'static [(&'static str, Self)] =
        &[("write", Self::Write), ("confirm", Self::Confirm), ("read-only", Self::ReadOnly)];
}

/// How the names of pops, nodes and transport protocols are come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelsSetting {
    /// Together with the list, by `include`.
    Include,
    /// One by one, by each record's links. For servers that refuse `include`.
    Links,
}

impl SettingWord for LabelsSetting {
    const WORDS: &'static [(&'static str, Self)] = &[("include", Self::Include), ("links", Self::Links)];
}

/// Who is asked for the live state of registrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiveSource {
    /// Each node of the switch.
    Nodes,
    /// A Prometheus server.
    Prometheus,
    /// A command that prints it.
    Command,
}

impl SettingWord for LiveSource {
    const WORDS: &'static [(&'static str, Self)] =
        &[("nodes", Self::Nodes), ("prometheus", Self::Prometheus), ("command", Self::Command)];
}

/// Colours of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThemeSetting {
    /// The user's own colours of the terminal.
    Default,
    /// The same for palettes whose cyan and yellow cannot be read on white.
    Light,
    /// No dim text and hardly a colour, on dark and on light screens.
    HighContrast,
    /// None; bold and reverse only.
    Mono,
    /// Colours that people without the sense for green can distinguish.
    Deuteranopia,
}

impl SettingWord for ThemeSetting {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("default", Self::Default),
        ("light", Self::Light),
        ("high-contrast", Self::HighContrast),
        ("mono", Self::Mono),
        ("deuteranopia", Self::Deuteranopia),
        // Its first name.
        ("terminal", Self::Default),
    ];
}

/// Colour of a profile's badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadgeColorSetting {
    /// White on red.
    Red,
    /// Black on yellow.
    Yellow,
    /// Black on green.
    Green,
    /// White on blue.
    Blue,
}

impl SettingWord for BadgeColorSetting {
    const WORDS: &'static [(&'static str, Self)] =
        &[("red", Self::Red), ("yellow", Self::Yellow), ("green", Self::Green), ("blue", Self::Blue)];
}

/// How the row under the cursor is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CursorSetting {
    /// A bar over id and name.
    Bar,
    /// A `>` in front of it: a fifth of the bytes.
    Marker,
}

impl SettingWord for CursorSetting {
    const WORDS: &'static [(&'static str, Self)] = &[("bar", Self::Bar), ("marker", Self::Marker)];
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColorSetting {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl SettingWord for ColorSetting {
    const WORDS: &'static [(&'static str, Self)] =
        &[("auto", Self::Auto), ("always", Self::Always), ("never", Self::Never)];
}

impl SettingWord for Characters {
    const WORDS: &'static [(&'static str, Self)] = &[("true", Self::Ascii), ("false", Self::Unicode)];
}

impl SettingWord for bool {
    const WORDS: &'static [(&'static str, Self)] = &[("true", true), ("false", false)];
}

/// Forms in which commands print data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputFormat {
    /// Columns for people.
    Table,
    /// One JSON document.
    Json,
    /// A JSON object a line.
    Jsonl,
    /// Rows under a header.
    Csv,
    /// Ids, one a line.
    Ids,
}

impl SettingWord for OutputFormat {
    const WORDS: &'static [(&'static str, Self)] =
        &[("table", Self::Table), ("json", Self::Json), ("jsonl", Self::Jsonl), ("csv", Self::Csv), ("ids", Self::Ids)];
}
