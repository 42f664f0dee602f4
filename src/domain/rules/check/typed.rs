//! Listing text to a value and back: for the form, the command line and CSV. Only the shape is decided here (a
//! number is a number); whether the value is allowed is a rule like any other.

use std::fmt::Write;

use crate::domain::record::{FieldId, Relation, Secret, Targets, Texts, Value, ValueKind, ValueRef, flag_of};

use crate::domain::rules::check::presence::must_be;
use crate::domain::rules::rule::Finding;

/// How the entries of a list stand beside each other in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listing {
    /// One a line, as in the form and in an editor.
    Lines,
    /// Separated by spaces, as in a CSV cell and on the command line.
    Words,
}

/// Why a text is no value of its field.
#[derive(Debug, Clone, Copy)]
enum Unread<'t> {
    /// It is of another kind.
    NoValue,
    /// A name or an id that no target of the relation has.
    NoTarget { relation: Relation, typed: &'t str },
    /// A name that several targets have.
    ManyTargets { relation: Relation, typed: &'t str },
}

impl Unread<'_> {
    fn message(self, field: FieldId, targets: &Targets) -> String {
        match self {
            Self::NoValue => must_be(field.field()),
            Self::NoTarget { relation, typed } => no_target(relation, typed, targets),
            Self::ManyTargets { relation, typed } => many_targets(relation, typed, targets),
        }
    }
}

fn no_target(relation: Relation, typed: &str, targets: &Targets) -> String {
    let noun = relation.noun();
    let known: Vec<&str> = targets.of(relation).into_iter().filter_map(|target| target.name.as_deref()).collect();
    if known.is_empty() {
        return format!("no {noun} is known by name yet; give its id instead of {typed:?}");
    }
    if let Some(near) = crate::domain::nearest::nearest(typed, known.iter().copied()) {
        return format!("no {noun} is called {typed:?}; did you mean {near:?}?");
    }
    let shown = known.iter().take(8).copied().collect::<Vec<_>>().join(", ");
    let more = if known.len() > 8 { " .." } else { "" };
    format!("no {noun} is called {typed:?}; there are {shown}{more}")
}

fn many_targets(relation: Relation, typed: &str, targets: &Targets) -> String {
    let ids: Vec<String> = targets
        .of(relation)
        .into_iter()
        .filter(|target| target.name.as_deref().is_some_and(|name| name.to_lowercase() == typed.to_lowercase()))
        .map(|target| format!("#{}", target.id))
        .collect();
    format!("several {}s are called {typed:?}; give the id: {}", relation.noun(), ids.join(", "))
}

/// The value that a text typed into the form means; a list has one entry a line. Empty text is `null` (an
/// empty list for a list); numbers, yes/no and names may have spaces around them, texts keep theirs.
/// A name of a pop, node or transport protocol may also be its id, and `#3` is always an id.
///
/// # Errors
/// A finding that says what would be accepted.
pub fn parse(field: FieldId, text: &str, targets: &Targets) -> Result<Value, Finding> {
    read(field, text, Listing::Lines, targets).map_err(|unread| Finding::error(field, unread.message(field, targets)))
}

/// As [`parse`], for one cell of a CSV file or an argument: a list's entries are separated by spaces.
///
/// # Errors
/// A finding that says what would be accepted.
pub fn parse_cell(field: FieldId, text: &str, targets: &Targets) -> Result<Value, Finding> {
    read(field, text, Listing::Words, targets).map_err(|unread| Finding::error(field, unread.message(field, targets)))
}

/// The text to start editing a value with: [`parse`] makes the same value of it. `None` for values that
/// cannot be typed: not known, of another type, or secret.
pub fn edit_text(field: FieldId, value: ValueRef<'_>, targets: &Targets) -> Option<String> {
    write(field, value, Listing::Lines, targets)
}

/// As [`edit_text`], for [`parse_cell`].
pub fn cell_text(field: FieldId, value: ValueRef<'_>, targets: &Targets) -> Option<String> {
    write(field, value, Listing::Words, targets)
}

fn read<'t>(field: FieldId, text: &'t str, listing: Listing, targets: &Targets) -> Result<Value, Unread<'t>> {
    let trimmed = text.trim();
    match field.field().kind {
        ValueKind::Text | ValueKind::Secret if text.is_empty() => Ok(Value::Null),
        ValueKind::Text => Ok(Value::Text(text.to_owned())),
        ValueKind::Secret => Ok(Value::Secret(Secret::new(text))),
        ValueKind::Texts => Ok(Value::Texts(read_list(text, listing))),
        ValueKind::Reference(relation) => read_target(relation, text, field.field().unset, targets),
        ValueKind::Flag | ValueKind::Number { .. } | ValueKind::Choice(_) if trimmed.is_empty() => Ok(Value::Null),
        ValueKind::Flag => flag_of(trimmed).map(Value::Flag).ok_or(Unread::NoValue),
        ValueKind::Number { .. } if trimmed.eq_ignore_ascii_case(field.field().unset) => Ok(Value::Null),
        ValueKind::Number { .. } => trimmed.parse().map(Value::Number).map_err(|_not_a_number| Unread::NoValue),
        kind @ ValueKind::Choice(_) => kind.chosen(trimmed).map(Value::Number).ok_or(Unread::NoValue),
    }
}

fn write(field: FieldId, value: ValueRef<'_>, listing: Listing, targets: &Targets) -> Option<String> {
    match (field.field().kind, targets.followed(value)) {
        (_, ValueRef::Missing) => None,
        (ValueKind::Secret, value) => value.is_unset().then(String::new),
        (_, ValueRef::Null) => Some(String::new()),
        (_, ValueRef::Text(text)) => Some(text.to_owned()),
        (_, ValueRef::Flag(flag)) => Some(if flag { "yes" } else { "no" }.to_owned()),
        (kind, ValueRef::Number(number)) => {
            Some(kind.meaning(number).map_or_else(|| number.to_string(), str::to_owned))
        }
        (_, ValueRef::Texts(texts)) => Some(write_list(texts, listing)),
        (ValueKind::Reference(relation), ValueRef::Reference(id)) => Some(target_text(relation, id, targets)),
        (_, ValueRef::Reference(id)) => Some(id.to_string()),
        (_, ValueRef::Withheld | ValueRef::Secret(_) | ValueRef::Linked(_) | ValueRef::Odd(_) | ValueRef::Cut(_)) => {
            None
        }
    }
}

/// The name of a target, or `#id` where the name is unknown or would be read as something else.
fn target_text(relation: Relation, id: u64, targets: &Targets) -> String {
    match targets.name(relation, id) {
        Some(name) if read_target(relation, name, "", targets).is_ok_and(|read| read == Value::Reference(id)) => {
            name.to_owned()
        }
        Some(_) | None => format!("#{id}"),
    }
}

fn read_target<'t>(relation: Relation, text: &'t str, unset: &str, targets: &Targets) -> Result<Value, Unread<'t>> {
    let typed = text.trim();
    if typed.is_empty() {
        return Ok(Value::Null);
    }
    let known = targets.of(relation);
    let called = |same: &dyn Fn(&str) -> bool| {
        let mut ids = known.iter().filter(|target| target.name.as_deref().is_some_and(same)).map(|target| target.id);
        (ids.next(), ids.next())
    };
    let lowered = typed.to_lowercase();
    let ways: [&dyn Fn(&str) -> bool; 3] =
        [&|name| name == text, &|name| name == typed, &|name| name.to_lowercase() == lowered];
    for way in ways {
        match called(way) {
            (Some(id), None) => return Ok(Value::Reference(id)),
            (Some(_), Some(_)) => return Err(Unread::ManyTargets { relation, typed }),
            (None, _) => {}
        }
    }
    if typed.eq_ignore_ascii_case(unset) && unset == "any" {
        return Ok(Value::Null);
    }
    match typed.strip_prefix('#').unwrap_or(typed).parse() {
        Ok(id) => Ok(Value::Reference(id)),
        Err(_) => Err(Unread::NoTarget { relation, typed }),
    }
}

fn read_list(text: &str, listing: Listing) -> Vec<String> {
    match listing {
        Listing::Lines => text.split('\n').map(str::trim).filter(|line| !line.is_empty()).map(unescaped).collect(),
        Listing::Words => words(text).map(unescaped).collect(),
    }
}

/// The entries of a list in one line: separated by spaces, but for those in and behind a quoted display name:
/// `"Edge 1" <sip:edge1.example;lr>` is one.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let named = quoted(rest).map_or(0, |end| {
            let behind = rest.get(end..).unwrap_or_default();
            let address = behind.trim_start();
            let is_name = address.starts_with('<') || (address.len() == behind.len() && !behind.is_empty());
            if is_name { rest.len() - address.len() } else { 0 }
        });
        let end = rest.get(named..).and_then(|rest| rest.find(char::is_whitespace)).map_or(rest.len(), |at| named + at);
        let (word, behind) = rest.split_at_checked(end)?;
        rest = behind;
        (!word.is_empty()).then_some(word)
    })
}

/// Where a quoted string ends with which a text begins.
fn quoted(text: &str) -> Option<usize> {
    let mut chars = text.strip_prefix('"')?.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some(at + 2),
            '\\' => drop(chars.next()),
            _ => {}
        }
    }
    None
}

fn write_list(texts: Texts<'_>, listing: Listing) -> String {
    let entries: Vec<String> = texts.iter().map(|entry| escaped(entry, listing)).collect();
    entries.join(match listing {
        Listing::Lines => "\n",
        Listing::Words => " ",
    })
}

/// Writes what would not survive as an entry of its own behind a backslash: a backslash, a line feed, a space
/// at an edge (any space among words), and nothing at all as `\e`.
fn escaped(entry: &str, listing: Listing) -> String {
    if entry.is_empty() {
        return "\\e".to_owned();
    }
    let inner = entry.trim();
    let lead = entry.len() - entry.trim_start().len();
    let inside = lead..lead + inner.len();
    let mut out = String::with_capacity(entry.len());
    for (at, c) in entry.char_indices() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_whitespace() && (listing == Listing::Words || !inside.contains(&at)) => {
                if c == ' ' {
                    out.push_str("\\s");
                } else {
                    // Writing to a string cannot fail.
                    let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
                }
            }
            c => out.push(c),
        }
    }
    if listing == Listing::Words && out.starts_with('"') && quoted(&out).is_none_or(|end| end == out.len()) {
        // It would take the next entry for its address.
        out.replace_range(..1, "\\u{22}");
    }
    out
}

/// The inverse of [`escaped`]; a backslash before anything else is a backslash.
fn unescaped(entry: &str) -> String {
    let mut out = String::with_capacity(entry.len());
    let mut rest = entry;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let code_point = after
            .strip_prefix("u{")
            .and_then(|code| code.split_once('}'))
            .and_then(|(code, behind)| Some((u32::from_str_radix(code, 16).ok().and_then(char::from_u32)?, behind)));
        if let Some((c, behind)) = code_point {
            out.push(c);
            rest = behind;
            continue;
        }
        let mut chars = after.chars();
        let (meant, used) = match chars.next() {
            Some('\\') => ("\\", 1),
            Some('n') => ("\n", 1),
            Some('s') => (" ", 1),
            Some('e') => ("", 1),
            _ => ("\\", 0),
        };
        out.push_str(meant);
        rest = after.get(used..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}
