//! A record as one flat JSON object: the API's names and types, relationships with id and name. One shape for the
//! clipboard of the console and for every command that writes or reads JSON. Nothing in it can steer a terminal:
//! what could is written as an escape, which is the same text to whoever reads JSON.

use std::fmt::Write as _;

use crate::domain::query::Column;
use crate::domain::record::{FieldId, MASK, Record, Relation, Resolved, Targets, ValueRef};
use crate::domain::text::{CombiningMarks, is_hidden};

/// Whether passwords are written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonPasswords {
    /// `********` stands for one that is set.
    Masked,
    /// As they are, where they are known.
    Shown,
}

/// How an object lies on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonLayout {
    /// On one line.
    Line,
    /// A line for each member.
    Block,
}

/// Every column that a flat object has: the id, then each field in table order.
pub fn columns() -> Vec<Column> {
    Column::all().collect()
}

/// The whole record as an object, a line for each member, its password masked.
pub fn block(record: &impl Record, targets: &Targets) -> String {
    let mut out = String::with_capacity(800);
    write(&mut out, record, targets, &columns(), JsonPasswords::Masked, JsonLayout::Block);
    out
}

/// Adds an object with these members. What the server did not send is left out.
pub fn write(
    out: &mut String,
    record: &impl Record,
    targets: &Targets,
    columns: &[Column],
    passwords: JsonPasswords,
    layout: JsonLayout,
) {
    let (begin, between, end) = match layout {
        JsonLayout::Line => ("{", ",", "}"),
        JsonLayout::Block => ("{\n  ", ",\n  ", "\n}"),
    };
    out.push_str(begin);
    let mut first = true;
    for column in columns {
        let value = match column {
            Column::Id | Column::Live => None,
            Column::Field(field) => match record.value(*field) {
                ValueRef::Missing => continue,
                value => Some((*field, value)),
            },
        };
        if !std::mem::take(&mut first) {
            out.push_str(between);
        }
        out.push('"');
        out.push_str(column.name());
        out.push_str(match layout {
            JsonLayout::Line => "\":",
            JsonLayout::Block => "\": ",
        });
        match value {
            Some((field, value)) => write_value(out, field, value, targets, passwords),
            None if *column == Column::Live => {
                let json = targets.live_mark(record.id()).and_then(|mark| mark.json.as_deref());
                escape_hidden(out, json.unwrap_or("null"));
            }
            None => number_text(out, record.id()),
        }
    }
    out.push_str(end);
}

fn write_value(out: &mut String, field: FieldId, value: ValueRef<'_>, targets: &Targets, passwords: JsonPasswords) {
    match value {
        ValueRef::Missing | ValueRef::Null => out.push_str("null"),
        ValueRef::Secret(secret) if passwords == JsonPasswords::Shown || secret.expose().is_empty() => {
            string(out, secret.expose());
        }
        ValueRef::Withheld | ValueRef::Secret(_) => string(out, MASK),
        ValueRef::Text(text) | ValueRef::Cut(text) => string(out, text),
        ValueRef::Odd(json) => odd(out, json),
        ValueRef::Flag(true) => out.push_str("true"),
        ValueRef::Flag(false) => out.push_str("false"),
        ValueRef::Number(number) => {
            // Writing to a string cannot fail, here and below.
            let _ = write!(out, "{number}");
        }
        ValueRef::Texts(texts) => {
            out.push('[');
            for (index, text) in texts.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                string(out, text);
            }
            out.push(']');
        }
        ValueRef::Reference(_) | ValueRef::Linked(_) => match (field.relation(), targets.resolve(value)) {
            (Some(relation), Resolved::Target(id)) => target(out, relation, id, targets),
            (None, _) | (Some(_), Resolved::Nothing | Resolved::Unknown) => out.push_str("null"),
        },
    }
}

fn target(out: &mut String, relation: Relation, id: u64, targets: &Targets) {
    out.push_str("{\"id\":");
    number_text(out, id);
    out.push_str(",\"name\":");
    match targets.name(relation, id) {
        Some(name) => string(out, name),
        None => out.push_str("null"),
    }
    out.push('}');
}

fn number_text(out: &mut String, number: u64) {
    let _ = write!(out, "\"{number}\"");
}

/// A value of a type that the field does not have, as the server wrote it, on one line.
fn odd(out: &mut String, json: &str) {
    match serde_json::from_str::<serde_json::Value>(json) {
        // Hidden characters stand in texts only, where an escape means the same.
        Ok(value) => escape_hidden(out, &value.to_string()),
        Err(_) => string(out, json),
    }
}

/// Adds a text in quotes.
pub fn string(out: &mut String, text: &str) {
    // A text can always be written.
    escape_hidden(out, &serde_json::to_string(text).unwrap_or_default());
}

/// The same JSON with an escape for every hidden character, which stand in texts only.
pub fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    escape_hidden(&mut out, json);
    out
}

/// Adds JSON with what hides, or steers a terminal, as escapes: the same to whoever reads JSON.
pub fn escape_hidden(out: &mut String, json: &str) {
    if json.bytes().all(|byte| matches!(byte, 0x20..=0x7e)) {
        out.push_str(json);
        return;
    }
    let mut marks = CombiningMarks::default();
    for c in json.chars() {
        if marks.flood_with(c) || is_hidden(c) { escape(out, c) } else { out.push(c) }
    }
}

fn escape(out: &mut String, c: char) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        let _ = write!(out, "\\u{unit:04x}");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value as Json;

    use super::*;
    use crate::domain::record::{Registration, Secret, Target, Value};

    fn known() -> Targets {
        let mut targets = Targets::default();
        targets.add(Target {
            relation: Relation::Pop,
            id: 3,
            name: Some("LON \"1\"".to_owned()),
            pop: None,
            attributes: Vec::new(),
        });
        targets
    }

    fn line(record: &Registration, passwords: JsonPasswords) -> String {
        let mut out = String::new();
        write(&mut out, record, &known(), &columns(), passwords, JsonLayout::Line);
        out
    }

    #[test]
    fn names_and_types_are_those_of_the_api() {
        let mut record = Registration::new(7);
        record.set(FieldId::Name, Value::Text("a".to_owned()));
        record.set(FieldId::Enabled, Value::Flag(true));
        record.set(FieldId::Expire, Value::Null);
        record.set(FieldId::RetryDelay, Value::Number(5));
        record.set(FieldId::RouteSet, Value::Texts(vec!["<sip:a;lr>".to_owned()]));
        record.set(FieldId::Pop, Value::Reference(3));
        record.set(FieldId::Node, Value::Reference(9));
        record.set(FieldId::MaxAttempts, Value::Odd("[1,\n\"\u{202e}\"]".to_owned()));
        record.set(FieldId::AuthPassword, Value::Secret(Secret::new("hunter2")));
        assert_eq!(
            line(&record, JsonPasswords::Masked),
            "{\"id\":\"7\",\"name\":\"a\",\"enabled\":true,\"pop\":{\"id\":\"3\",\"name\":\"LON \\\"1\\\"\"},\
             \"node\":{\"id\":\"9\",\"name\":null},\"route-set\":[\"<sip:a;lr>\"],\"auth-password\":\"********\",\
             \"expire\":null,\"retry-delay\":5,\"max-attempts\":[1,\"\\u202e\"]}"
        );
        assert!(line(&record, JsonPasswords::Shown).contains("\"auth-password\":\"hunter2\""));
        record.set(FieldId::AuthPassword, Value::Withheld);
        assert!(line(&record, JsonPasswords::Shown).contains("\"auth-password\":\"********\""));
    }

    #[test]
    fn a_block_is_the_same_object() {
        let mut record = Registration::new(7);
        record.set(FieldId::Name, Value::Text("a".to_owned()));
        assert_eq!(block(&record, &known()), "{\n  \"id\": \"7\",\n  \"name\": \"a\"\n}");
    }

    proptest! {
        #[test]
        fn every_text_comes_back_and_none_can_steer(text in any::<String>()) {
            let mut record = Registration::new(1);
            record.set(FieldId::Name, Value::Text(text.clone()));
            let line = line(&record, JsonPasswords::Masked);
            prop_assert!(!line.chars().any(|c| c.is_control() || is_hidden(c)));
            let read: Json = serde_json::from_str(&line).unwrap();
            prop_assert_eq!(read["name"].as_str(), Some(text.as_str()));
        }
    }
}
