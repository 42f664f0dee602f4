//! From text to what it changes. Collects all mistakes, each with its line; never stops at the first.

use toml::Spanned;
use toml::de::{DeArray, DeInteger, DeTable, DeValue};

use crate::domain::nearest::nearest;
use crate::domain::record::{
    Equality, FIELDS, Field, FieldId, FieldPresence, Record, Targets, Value, ValueKind, ValueRef, equality,
};
use crate::domain::rules::check;
use crate::domain::text::fit;

use crate::domain::formats::toml::{Said, TomlError, said};

/// The fields that the text wants to be different from `base`, in the order of the field table, each with its
/// value; `base` is the record that the text was written from.
///
/// A key that is not there: an optional field that had a value is wanted not to have one; a required field and
/// the password stay as they are. A text without any key wants nothing. Numbers of relationships are ids, texts
/// are read as [`check::parse`] reads them.
///
/// # Errors
/// All mistakes, in reading order.
pub fn read(text: &str, base: &impl Record, targets: &Targets) -> Result<Vec<(FieldId, Value)>, Vec<TomlError>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let reader = Reader { text, targets };
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let mut mistakes: Vec<TomlError> = errors.iter().map(|error| reader.syntax(error)).collect();
        mistakes.sort_by_key(|mistake| mistake.line);
        mistakes.dedup_by_key(|mistake| mistake.line);
        return Err(mistakes);
    }
    let document = document.get_ref();
    if document.is_empty() {
        return Ok(Vec::new());
    }
    let mut mistakes: Vec<TomlError> = Vec::new();
    for key in document.keys() {
        if FieldId::by_name(key.get_ref()).is_none() {
            mistakes.push(TomlError { line: reader.line(key.span().start), message: unknown(key.get_ref()) });
        }
    }
    let mut changes = Vec::new();
    for row in &FIELDS {
        let before = said(base, row.id, targets);
        match document.get(row.name) {
            None => changes.extend(missed(row, before).map(|value| (row.id, value))),
            Some(item) => match reader.value(row, item, before) {
                Ok(value) if is_change(before, &value) => changes.push((row.id, value)),
                Ok(_) => {}
                Err((at, message)) => {
                    mistakes.push(TomlError { line: reader.line(at), message: format!("{}: {message}", row.name) });
                }
            },
        }
    }
    if mistakes.is_empty() {
        return Ok(changes);
    }
    mistakes.sort_by_key(|mistake| mistake.line);
    Err(mistakes)
}

/// What a missing key of a field that said `before` wants.
fn missed(row: &Field, before: Said<'_>) -> Option<Value> {
    match (row.presence, row.kind, before) {
        (FieldPresence::Required, _, _)
        | (FieldPresence::Optional, ValueKind::Secret, _)
        | (FieldPresence::Optional, _, Said::Unset | Said::Unwritten(_)) => None,
        (FieldPresence::Optional, ValueKind::Texts, Said::Value(value)) => {
            (!value.is_unset()).then(|| Value::Texts(Vec::new()))
        }
        (FieldPresence::Optional, _, Said::Value(_)) => Some(Value::Null),
    }
}

fn is_change(before: Said<'_>, value: &Value) -> bool {
    let before = match before {
        Said::Value(before) | Said::Unwritten(before) => before,
        Said::Unset => ValueRef::Null,
    };
    equality(before, value.as_ref()) != Equality::Same
}

fn unknown(key: &str) -> String {
    let shown = fit(key, 40);
    if key == "id" {
        return "the ID cannot be changed; remove the line".to_owned();
    }
    let names = FIELDS.iter().map(|row| row.name);
    let labelled = FIELDS.iter().find(|row| row.label == key).map(|row| row.name);
    match labelled.or_else(|| nearest(key, names)) {
        Some(near) => format!("no field {shown:?}; did you mean {near}?"),
        None => format!("no field {shown:?}; remove it or comment it out with #"),
    }
}

/// Where, and what.
type Wrong = (usize, String);

struct Reader<'t> {
    text: &'t str,
    targets: &'t Targets,
}

impl Reader<'_> {
    fn line(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
    }

    /// Only the parser's own words: its full message quotes the line, which may hold a password.
    fn syntax(&self, error: &toml::de::Error) -> TomlError {
        let line = self.line(error.span().map_or(0, |span| span.start));
        let written = self.text.lines().nth(line - 1).unwrap_or_default();
        let (key, value) = written.split_once('=').unwrap_or((written, ""));
        let value = value.trim();
        let message = match FieldId::by_name(key.trim()).map(FieldId::field) {
            Some(row) if value.is_empty() || value.starts_with('#') => {
                format!("{}: no value; add one or comment the line out with #", row.name)
            }
            Some(row) if value.starts_with(char::is_alphabetic) && !matches!(row.kind, ValueKind::Flag) => {
                format!("{}: text must be in quotes", row.name)
            }
            Some(row) => format!("{}: {}", row.name, error.message()),
            None => error.message().to_owned(),
        };
        TomlError { line, message }
    }

    fn value(&self, row: &Field, item: &Spanned<DeValue<'_>>, before: Said<'_>) -> Result<Value, Wrong> {
        let at = item.span().start;
        match (item.get_ref(), row.kind) {
            (DeValue::Array(array), ValueKind::Texts) => texts(array),
            (DeValue::Boolean(flag), ValueKind::Flag) => Ok(Value::Flag(*flag)),
            (DeValue::Integer(integer), ValueKind::Number { .. }) => match number(integer) {
                Some(number) => Ok(Value::Number(number)),
                None => self.parse(row, integer.as_str(), at),
            },
            (DeValue::Integer(integer), ValueKind::Choice(_)) => match number(integer) {
                // What the server sent may be none of the choices; leaving it is no mistake.
                Some(number) if before == Said::Value(ValueRef::Number(number)) => Ok(Value::Number(number)),
                Some(number) => self.parse(row, &number.to_string(), at),
                None => self.parse(row, integer.as_str(), at),
            },
            (DeValue::Integer(integer), ValueKind::Reference(relation)) => {
                match u64::from_str_radix(integer.as_str(), integer.radix()) {
                    Ok(id) => Ok(Value::Reference(id)),
                    Err(_) => Err((at, format!("no {} has such an id", relation.noun()))),
                }
            }
            (DeValue::String(text), kind) if kind != ValueKind::Texts => self.parse(row, text, at),
            _ => Err((at, wanted(row))),
        }
    }

    fn parse(&self, row: &Field, text: &str, at: usize) -> Result<Value, Wrong> {
        check::parse(row.id, text, self.targets).map_err(|finding| (at, finding.message))
    }
}

fn number(integer: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

fn texts(array: &DeArray<'_>) -> Result<Value, Wrong> {
    array
        .iter()
        .map(|item| match item.get_ref() {
            DeValue::String(text) => Ok(text.clone().into_owned()),
            _ => Err((item.span().start, "each entry is a text in quotes".to_owned())),
        })
        .collect::<Result<_, _>>()
        .map(Value::Texts)
}

/// What stands behind the key where something of another type did.
fn wanted(row: &Field) -> String {
    match row.kind {
        ValueKind::Text | ValueKind::Secret => "must be text in quotes".to_owned(),
        ValueKind::Flag => "must be true or false".to_owned(),
        ValueKind::Number { min, max, .. } => format!("must be a whole number, {min}..{max}"),
        ValueKind::Texts => "must be a list of texts, such as [\"<sip:host;lr>\"]".to_owned(),
        ValueKind::Choice(_) => format!("must be {}", row.kind.choices_in_words()),
        ValueKind::Reference(relation) => format!("must be the name of a {} in quotes, or its id", relation.noun()),
    }
}
