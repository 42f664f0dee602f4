//! A record as commented TOML, for the user's own editor: out, and back as what was changed. Knows no files and
//! no editor, and does not judge values: the checks of a draft do.

mod read;
mod write;

use std::fmt::{self, Write as _};

use toml_writer::{ToTomlValue as _, TomlStringBuilder};

pub use read::read;
pub use write::write;

use crate::domain::record::{FieldId, Record, Relation, Resolved, Targets, ValueKind, ValueRef};
use crate::domain::text::is_hidden;

/// Whether the password goes into the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TomlPassword {
    /// The password is left out.
    Left,
    /// The user asked for it.
    Included,
}

/// One thing in the text that cannot be read. Never quotes a password; may quote the server or the text, hostile
/// until sanitised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TomlError {
    /// Where it stands, from 1.
    pub line: usize,
    /// What is wrong and what would be accepted.
    pub message: String,
}

impl fmt::Display for TomlError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}: {}", self.line, self.message)
    }
}

/// What a line that [`with_mistakes`] put in begins with.
const MARK: &str = "#! ";

/// The text with its mistakes as comments on top, to be corrected in the editor; what an earlier call put there
/// is gone. The lines are numbered as they are in the result.
pub fn with_mistakes(text: &str, mistakes: &[TomlError]) -> String {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut removed = 0;
    while rest.starts_with(MARK) {
        rest = rest.split_once('\n').map_or("", |(_, below)| below);
        removed += 1;
    }
    let added = mistakes.len() + 1;
    let mut out = format!("{MARK}This text is not valid. Correct it, or empty the file to cancel.\n");
    for mistake in mistakes {
        let line = mistake.line.saturating_sub(removed) + added;
        let message = crate::domain::text::fit(&mistake.message, 400);
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{MARK}line {line}: {message}");
    }
    out.push_str(rest);
    out
}

/// The text without lines that may hold the password, which may be a text of several lines.
pub fn without_password(text: &str) -> String {
    let mut quotes = None;
    let mut kept = String::new();
    for line in text.split_inclusive('\n') {
        if let Some(closing) = quotes {
            quotes = Some(closing).filter(|closing| !line.contains(*closing));
        } else if line.contains("auth-password") {
            quotes = ["\"\"\"", "'''"].into_iter().find(|quotes| line.matches(quotes).count() % 2 == 1);
        } else {
            kept.push_str(line);
        }
    }
    kept
}

/// Whether there may be a password in what an editor keeps of a text, whose lines end in a newline or a zero.
pub fn may_hold_password(bytes: &[u8]) -> bool {
    let mut lines = bytes.split(|byte| matches!(byte, b'\n' | 0));
    lines.any(|line| {
        let line = String::from_utf8_lossy(line);
        line.contains("auth-password") && !line.trim_start().starts_with('#')
    })
}

/// The text as a basic string: what prints nothing, or would reorder what an editor shows, is escaped like a quote is.
pub fn quoted(text: &str) -> String {
    let mut out = String::new();
    for c in TomlStringBuilder::new(text).as_basic().to_toml_value().chars() {
        let number = u32::from(c);
        // Writing to a string cannot fail.
        let _ = match c {
            c if !is_hidden(c) => out.write_char(c),
            _ if number > 0xffff => write!(out, "\\U{number:08x}"),
            _ => write!(out, "\\u{number:04x}"),
        };
    }
    out
}

/// What a record says in a field, as far as a text can say it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Said<'a> {
    /// A value that can be written.
    Value(ValueRef<'a>),
    /// Nothing.
    Unset,
    /// Something that cannot be written: not sent, withheld, or of a type that the field does not have.
    Unwritten(ValueRef<'a>),
}

/// What the record says. Writing and reading agree on it: only a key that was written can be missed.
fn said<'a>(record: &'a impl Record, field: FieldId, targets: &Targets) -> Said<'a> {
    let value = record.value(field);
    match (field.field().kind, value) {
        (ValueKind::Reference(_), ValueRef::Linked(_)) => match targets.resolve(value) {
            Resolved::Target(id) => Said::Value(ValueRef::Reference(id)),
            Resolved::Nothing => Said::Unset,
            Resolved::Unknown => Said::Unwritten(value),
        },
        (_, ValueRef::Missing) => Said::Unwritten(value),
        (ValueKind::Texts, ValueRef::Texts(_)) => Said::Value(value),
        (_, value) if value.is_unset() => Said::Unset,
        (ValueKind::Text, ValueRef::Text(_))
        | (ValueKind::Secret, ValueRef::Secret(_))
        | (ValueKind::Flag, ValueRef::Flag(_))
        | (ValueKind::Number { .. } | ValueKind::Choice(_), ValueRef::Number(_))
        | (ValueKind::Reference(_), ValueRef::Reference(_)) => Said::Value(value),
        (_, value) => Said::Unwritten(value),
    }
}

/// The id of a target behind its name, for comments.
fn with_id(relation: Relation, id: u64, targets: &Targets) -> String {
    match targets.name(relation, id) {
        Some(name) => format!("{} ({id})", crate::domain::text::fit(name, 40)),
        None => format!("({id})"),
    }
}

#[cfg(test)]
mod tests;
