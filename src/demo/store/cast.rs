//! What the database makes of a value of another type. It refuses little and changes much without a word:
//! `"abc"` becomes the number 0, `"no"` becomes yes.

use serde_json::Value;

use super::super::kind::CollectionKind;
use super::super::numbers::lenient;
use super::AttributeValue;
use crate::domain::record::{WIRE_ATTRIBUTES, field};

/// The type of a database column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColumnType {
    Text,
    Flag,
    Number,
    Texts,
}

impl ColumnType {
    /// The column behind an attribute.
    pub(crate) fn of(kind: CollectionKind, attribute: usize) -> Self {
        if kind != CollectionKind::Registrations {
            return Self::Text;
        }
        match WIRE_ATTRIBUTES.get(attribute).map(|field| field.field().kind) {
            Some(field::ValueKind::Flag) => Self::Flag,
            Some(field::ValueKind::Number { .. } | field::ValueKind::Choice(_)) => Self::Number,
            Some(field::ValueKind::Texts) => Self::Texts,
            Some(field::ValueKind::Text | field::ValueKind::Secret | field::ValueKind::Reference(_)) | None => {
                Self::Text
            }
        }
    }
}

/// The value cannot be brought into the column's type; the server answers with an internal error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Uncastable;

/// The value as the column takes it.
pub(crate) fn cast(column: ColumnType, value: &Value) -> Result<AttributeValue, Uncastable> {
    match column {
        ColumnType::Text => Ok(text(value).map_or(AttributeValue::Null, |text| AttributeValue::Text(text.into()))),
        ColumnType::Flag => Ok(flag(value)),
        ColumnType::Number => Ok(number(value)),
        ColumnType::Texts => texts(value),
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

fn flag(value: &Value) -> AttributeValue {
    match value {
        Value::Null => AttributeValue::Null,
        Value::Bool(flag) => AttributeValue::Flag(*flag),
        Value::Number(number) => AttributeValue::Flag(number.as_i64() != Some(0)),
        Value::String(text) if text.is_empty() => AttributeValue::Null,
        Value::String(text) => {
            AttributeValue::Flag(!matches!(text.as_str(), "0" | "f" | "F" | "false" | "FALSE" | "off" | "OFF"))
        }
        Value::Array(_) | Value::Object(_) => AttributeValue::Flag(true),
    }
}

fn number(value: &Value) -> AttributeValue {
    match value {
        Value::Null | Value::Array(_) | Value::Object(_) => AttributeValue::Null,
        Value::Bool(flag) => AttributeValue::Number(i64::from(*flag)),
        Value::Number(number) => AttributeValue::Number(truncated(number)),
        Value::String(text) if text.trim().is_empty() => AttributeValue::Null,
        Value::String(text) => AttributeValue::Number(saturated(lenient(text))),
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
fn texts(value: &Value) -> Result<AttributeValue, Uncastable> {
    match value {
        Value::Null => Ok(AttributeValue::Null),
        Value::String(text) => {
            let lines = text.split("\r\n").map(str::trim).filter(|line| !line.is_empty());
            Ok(AttributeValue::List(lines.map(AttributeValue::from).collect()))
        }
        Value::Array(items) => {
            let nested = items.iter().filter(|item| item.is_array()).count();
            // The framework drops nulls from every list of a request.
            let items = items.iter().filter(|item| !item.is_null());
            if nested == 0 {
                return Ok(AttributeValue::List(
                    items.filter_map(text).map(|text| AttributeValue::Text(text.into())).collect(),
                ));
            }
            // Rows of unequal length are no array of the database.
            let rows = items.map(texts).collect::<Result<Vec<_>, _>>()?;
            let lengths: Vec<Option<usize>> = rows.iter().map(length).collect();
            if nested == rows.len() && lengths.windows(2).all(|pair| pair.first() == pair.last()) {
                Ok(AttributeValue::List(rows.into()))
            } else {
                Err(Uncastable)
            }
        }
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => Err(Uncastable),
    }
}

fn length(cell: &AttributeValue) -> Option<usize> {
    match cell {
        AttributeValue::List(items) => Some(items.len()),
        AttributeValue::Null | AttributeValue::Flag(_) | AttributeValue::Number(_) | AttributeValue::Text(_) => None,
    }
}
