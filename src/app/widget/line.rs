//! Lines of a pane as plain data: what they say and what stands behind them, not how they look.

use crate::domain::record::{FieldId, Relation};
use crate::domain::rules::{Finding, Severity};
use crate::domain::text::wrap;

/// What opening a line leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leads {
    /// Nowhere.
    Nowhere,
    /// To the target of this relationship of the record shown.
    Relationship(FieldId),
    /// To a pop, node or transport.
    Target(Relation, u64),
    /// To a registration.
    Registration(u64),
}

/// How a line is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// Heading of a section.
    Heading,
    /// Heading of problems, of which this is the worst.
    Problems(Severity),
    /// A label and its value.
    Value,
    /// A label whose value is not set.
    Unset,
    /// Explains another line.
    Help,
    /// Plain text.
    Text,
    /// As it should be.
    Good,
    /// An old value up to this byte, the new one behind it.
    Change(usize),
    /// Will surprise someone.
    Warning,
    Bad,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextLine {
    /// How it is meant.
    pub meant: Meant,
    /// Left part, of the width of a label; empty for lines without one.
    pub label: &'static str,
    /// The rest; hostile until made visible.
    pub text: String,
    /// What opening it leads to.
    pub leads: Leads,
    /// The field that it shows, if any.
    pub field: Option<FieldId>,
}

impl TextLine {
    /// A line of text.
    pub fn new(meant: Meant, text: impl Into<String>) -> Self {
        Self { meant, label: "", text: text.into(), leads: Leads::Nowhere, field: None }
    }

    /// A text broken to so many cells, a line each.
    pub fn wrapped(meant: Meant, text: &str, width: usize) -> impl Iterator<Item = Self> + use<> {
        wrap(text, width).into_iter().map(move |text| Self::new(meant, text))
    }

    /// A labelled line.
    pub fn labelled(label: &'static str, text: impl Into<String>) -> Self {
        Self { meant: Meant::Value, label, text: text.into(), leads: Leads::Nowhere, field: None }
    }

    /// Whether it goes on with what the line above says.
    pub fn is_rest(&self) -> bool {
        self.label.is_empty() && self.field.is_some()
    }

    /// The same line, leading somewhere.
    #[must_use]
    pub fn leading(self, leads: Leads) -> Self {
        Self { leads, ..self }
    }
}

/// Cells of the sign and the word in front of a problem.
pub const WORD: usize = 10;

/// A problem: its severity in a word, what it is about, and what is wrong.
pub fn finding_lines(finding: &Finding, width: usize) -> Vec<TextLine> {
    let (meant, word) = match finding.severity {
        Severity::Down => (Meant::Bad, "DOWN"),
        Severity::Error => (Meant::Bad, "ERROR"),
        Severity::Warning => (Meant::Warning, "WARNING"),
        Severity::Info => (Meant::Text, "INFO"),
    };
    let text = format!("{}: {}", finding.field.field().label, finding.message);
    let texts = wrap(&text, width.saturating_sub(WORD).max(1)).into_iter().enumerate();
    let line = |(index, text)| {
        let label = if index == 0 { word } else { "" };
        TextLine { meant, label, text, leads: Leads::Nowhere, field: Some(finding.field) }
    };
    texts.map(line).collect()
}

/// A tag short enough for a title: `W/"eb20..3623"`.
pub fn short_tag(tag: &str) -> String {
    let opaque: Vec<char> = tag.trim_start_matches("W/").trim_matches('"').chars().collect();
    if opaque.len() < 12 || !opaque.iter().all(char::is_ascii_graphic) {
        return tag.to_owned();
    }
    let head: String = opaque.iter().take(4).collect();
    let tail: String = opaque.iter().skip(opaque.len() - 4).collect();
    let weak = if tag.starts_with("W/") { "W/" } else { "" };
    format!("{weak}\"{head}..{tail}\"")
}

/// An indented line broken to a width, what follows indented a step more.
pub fn hanging(line: &str, width: usize) -> Vec<TextLine> {
    let text = line.trim_start_matches(' ');
    let indent = (line.len() - text.len()).min(width / 2);
    let parts = wrap(text, width.saturating_sub(indent + 2));
    let indented = |(number, part)| {
        let indent = if number == 0 { indent } else { indent + 2 };
        TextLine::new(Meant::Text, format!("{:indent$}{part}", ""))
    };
    parts.into_iter().enumerate().map(indented).collect()
}
