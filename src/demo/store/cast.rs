//! What the database makes of a value of another type. It refuses little and changes much without a word:
//! `"abc"` becomes the number 0, `"no"` becomes yes.

use serde_json::Value;

use super::super::kind::Kind;
use super::super::numbers::lenient;
use super::Cell;
use crate::domain::record::field::{self, WIRE_ATTRIBUTES};

/// The type of a database column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Text,
    Flag,
    Number,
    Texts,
}

impl Column {
    /// The column behind an attribute.
    pub(crate) fn of(kind: Kind, attribute: usize) -> Self {
        if kind != Kind::Registrations {
            return Self::Text;
        }
        match WIRE_ATTRIBUTES.get(attribute).map(|field| field.field().kind) {
            Some(field::Kind::Flag) => Self::Flag,
            Some(field::Kind::Number { .. } | field::Kind::Choice(_)) => Self::Number,
            Some(field::Kind::Texts) => Self::Texts,
            Some(field::Kind::Text | field::Kind::Secret | field::Kind::Reference(_)) | None => Self::Text,
        }
    }
}

/// The value cannot be brought into the column's type; the server answers with an internal error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Uncastable;

/// The value as the column takes it.
pub(crate) fn cast(column: Column, value: &Value) -> Result<Cell, Uncastable> {
    match column {
        Column::Text => Ok(text(value).map_or(Cell::Null, |text| Cell::Text(text.into()))),
        Column::Flag => Ok(flag(value)),
        Column::Number => Ok(number(value)),
        Column::Texts => texts(value),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(true) => Some("t".to_owned()),
        Value::Bool(false) => Some("f".to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Array(_) | Value::Object(_) => Some(inspect(value)),
    }
}

/// Lists and objects in a text column are stored as the server's language prints them.
fn inspect(value: &Value) -> String {
    match value {
        Value::Null => "nil".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) => format!("[{}]", items.iter().map(inspect).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("{name:?}=>{}", inspect(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
    }
}

fn flag(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Null,
        Value::Bool(flag) => Cell::Flag(*flag),
        Value::Number(number) => Cell::Flag(number.as_i64() != Some(0)),
        Value::String(text) if text.is_empty() => Cell::Null,
        Value::String(text) => {
            Cell::Flag(!matches!(text.as_str(), "0" | "f" | "F" | "false" | "FALSE" | "off" | "OFF"))
        }
        Value::Array(_) | Value::Object(_) => Cell::Flag(true),
    }
}

fn number(value: &Value) -> Cell {
    match value {
        Value::Null | Value::Array(_) | Value::Object(_) => Cell::Null,
        Value::Bool(flag) => Cell::Number(i64::from(*flag)),
        Value::Number(number) => Cell::Number(truncated(number)),
        Value::String(text) if text.trim().is_empty() => Cell::Null,
        Value::String(text) => Cell::Number(saturated(lenient(text))),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "cutting off the fraction is what the database does")]
fn truncated(number: &serde_json::Number) -> i64 {
    number.as_i64().unwrap_or_else(|| number.as_f64().unwrap_or(f64::MAX) as i64)
}

/// Beyond 64 bits it is out of every column's range anyway.
fn saturated(number: i128) -> i64 {
    i64::try_from(number).unwrap_or(if number < 0 { i64::MIN } else { i64::MAX })
}

/// A list of texts. One text is split where lines end, which is what the web form sends.
fn texts(value: &Value) -> Result<Cell, Uncastable> {
    match value {
        Value::Null => Ok(Cell::Null),
        Value::String(text) => {
            let lines = text.split("\r\n").map(str::trim).filter(|line| !line.is_empty());
            Ok(Cell::List(lines.map(Cell::from).collect()))
        }
        Value::Array(items) => {
            let nested = items.iter().filter(|item| item.is_array()).count();
            // The framework drops nulls from every list of a request.
            let items = items.iter().filter(|item| !item.is_null());
            if nested == 0 {
                return Ok(Cell::List(items.filter_map(text).map(|text| Cell::Text(text.into())).collect()));
            }
            // Rows of unequal length are no array of the database.
            let rows = items.map(texts).collect::<Result<Vec<_>, _>>()?;
            let lengths: Vec<Option<usize>> = rows.iter().map(length).collect();
            if nested == rows.len() && lengths.windows(2).all(|pair| pair.first() == pair.last()) {
                Ok(Cell::List(rows.into()))
            } else {
                Err(Uncastable)
            }
        }
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => Err(Uncastable),
    }
}

fn length(cell: &Cell) -> Option<usize> {
    match cell {
        Cell::List(items) => Some(items.len()),
        Cell::Null | Cell::Flag(_) | Cell::Number(_) | Cell::Text(_) => None,
    }
}
