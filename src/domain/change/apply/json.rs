//! Records of a JSON file: an array of flat objects, one object, or one behind the other. And the value that a
//! member means: the inverse of what writes flat objects.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;

use crate::domain::change::apply::encoding::{decoded, other_kind};
use crate::domain::change::apply::{FileError, FileRow, Notes, Reading, Said, column, respelled};
use crate::domain::formats::csv::CsvCell;
use crate::domain::query::Column;
use crate::domain::record::{FieldId, MASK, Relation, Secret, Targets, Value, ValueKind};
use crate::domain::rules::Finding;
use crate::domain::rules::check::parse_cell;

/// An object with all its members, doubled ones as well.
struct Members(Vec<(String, Json)>);

/// What stands at the top of a file.
enum Top {
    Many(Vec<Option<Members>>),
    One(Members),
    Other,
}

/// Reads a JSON file: where it is no JSON, and every object with unknown members, is a mistake with its place.
pub fn read(bytes: &[u8]) -> Reading {
    if let Some(kind) = other_kind(bytes) {
        return Reading::refused(FileError::new(None, None, kind));
    }
    let (bytes, encoding) = decoded(bytes);
    let mut objects = Vec::new();
    for top in serde_json::Deserializer::from_slice(&bytes).into_iter::<Top>() {
        match top {
            Ok(Top::Many(many)) => objects.extend(many),
            Ok(Top::One(one)) => objects.push(Some(one)),
            Ok(Top::Other) => objects.push(None),
            Err(error) => {
                return Reading::refused(FileError::new(None, None, format!("the file is not JSON: {error}")));
            }
        }
    }
    let mut read = Reading { notes: encoding.note().into_iter().collect(), ..Reading::default() };
    let mut notes = Notes::default();
    for (number, members) in (1..).zip(objects) {
        let Some(members) = members else {
            let message = "is not an object with the fields of a registration";
            read.mistakes.push(FileError::new(Some(number), None, message));
            continue;
        };
        read.rows.extend(row(number, members, &mut notes, &mut read.mistakes));
    }
    read.notes.extend(notes.into_lines());
    read
}

/// The row; none where it does not say which record it is about.
fn row(number: usize, Members(members): Members, notes: &mut Notes, mistakes: &mut Vec<FileError>) -> Option<FileRow> {
    let mut row = FileRow { number, id: None, fields: Vec::new() };
    let (mut seen, mut is_stated) = (Vec::new(), true);
    for (name, value) in members {
        let column = match column(&name, Some(number), notes) {
            Ok(column) if seen.contains(&column) => {
                mistakes.push(FileError::new(Some(number), Some(&name), "is there twice"));
                continue;
            }
            Ok(column) => column,
            Err(mistake) => {
                mistakes.push(mistake);
                continue;
            }
        };
        seen.push(column);
        match column {
            Column::Id if value.is_null() => {}
            Column::Id => {
                row.id = id_of(&value);
                if row.id.is_none() {
                    let message = "is not an ID: a text with a number, or null";
                    mistakes.push(FileError::new(Some(number), Some("id"), message));
                    is_stated = false;
                }
            }
            Column::Field(field) => {
                let respelled = value.as_str().and_then(|text| respelled(field, text, notes));
                row.fields.push((field, Said::Json(respelled.map_or(value, Json::String))));
            }
            // What nodes said when the file was written.
            Column::Live => {}
        }
    }
    is_stated.then_some(row)
}

fn id_of(value: &Json) -> Option<u64> {
    match value {
        Json::String(text) => text.parse().ok(),
        Json::Number(number) => number.as_u64(),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
    }
}

/// What a member of a flat object says. A text is read as the same text in a cell would be, where the field does
/// not hold texts.
///
/// # Errors
/// A finding that says what would be accepted.
pub(super) fn value_of(field: FieldId, value: &Json, targets: &Targets) -> Result<CsvCell, Finding> {
    let said = |value| Ok(CsvCell::Value(value));
    match (field.field().kind, value) {
        (ValueKind::Texts, Json::Null) => said(Value::Texts(Vec::new())),
        (_, Json::Null) => said(Value::Null),
        (ValueKind::Secret, Json::String(text)) if text == MASK => Ok(CsvCell::Withheld),
        (ValueKind::Secret, Json::String(text)) => said(Value::Secret(Secret::new(text))),
        (ValueKind::Text, Json::String(text)) => said(Value::Text(text.clone())),
        (ValueKind::Flag, Json::Bool(flag)) => said(Value::Flag(*flag)),
        (ValueKind::Number { .. } | ValueKind::Choice(_), Json::Number(number)) if number.is_i64() => {
            said(Value::Number(number.as_i64().unwrap_or_default()))
        }
        (ValueKind::Reference(_), Json::Number(number)) if number.is_u64() => {
            said(Value::Reference(number.as_u64().unwrap_or_default()))
        }
        (ValueKind::Reference(relation), Json::Object(_)) => {
            target(field, relation, value, targets).map(CsvCell::Value)
        }
        (_, Json::String(text)) => parse_cell(field, text, targets).map(CsvCell::Value),
        (ValueKind::Texts, Json::Array(entries)) => {
            let texts: Option<Vec<String>> = entries.iter().map(|entry| entry.as_str().map(str::to_owned)).collect();
            texts.map(|texts| CsvCell::Value(Value::Texts(texts))).ok_or_else(|| other_type(field))
        }
        (_, Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_)) => Err(other_type(field)),
    }
}

/// Where id and name of a target agree, that one. A file from another server, or from before a name was given to
/// another, has ids and names that do not: then the name says what was meant, and the id only where nothing has
/// that name.
fn target(field: FieldId, relation: Relation, value: &Json, targets: &Targets) -> Result<Value, Finding> {
    let id = value.get("id").and_then(id_of);
    let name = value.get("name").and_then(Json::as_str);
    let named: Vec<u64> = match name {
        Some(name) => {
            let known = targets.of(relation).into_iter();
            known.filter(|target| target.name.as_deref() == Some(name)).map(|target| target.id).collect()
        }
        None => Vec::new(),
    };
    match (id, named.as_slice(), name) {
        (Some(id), named, _) if named.is_empty() || named.contains(&id) => Ok(Value::Reference(id)),
        (_, [only], _) => Ok(Value::Reference(*only)),
        (_, _, Some(name)) => parse_cell(field, name, targets),
        (_, _, None) => Err(other_type(field)),
    }
}

fn other_type(field: FieldId) -> Finding {
    let accepted = match field.field().kind {
        ValueKind::Text | ValueKind::Secret => "a text, or null",
        ValueKind::Flag => "true or false",
        ValueKind::Number { .. } | ValueKind::Choice(_) => "a whole number",
        ValueKind::Texts => "an array of texts",
        ValueKind::Reference(_) => "an object with id and name, a name, an id, or null",
    };
    Finding::error(field, format!("has a value of another type; use {accepted}"))
}

/// An element of an array: `None` where it is no object.
struct Element(Option<Members>);

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Top::deserialize(from).map(|top| match top {
            Top::One(members) => Self(Some(members)),
            Top::Many(_) | Top::Other => Self(None),
        })
    }
}

impl<'de> Deserialize<'de> for Top {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Seen;
        impl<'de> Visitor<'de> for Seen {
            type Value = Top;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("JSON")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Top, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Top::One(Members(members)))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Top, A::Error> {
                let mut elements = Vec::new();
                while let Some(Element(element)) = list.next_element()? {
                    elements.push(element);
                }
                Ok(Top::Many(elements))
            }
            fn visit_unit<E>(self) -> Result<Top, E> {
                Ok(Top::Other)
            }
            fn visit_bool<E>(self, _: bool) -> Result<Top, E> {
                Ok(Top::Other)
            }
            fn visit_i64<E>(self, _: i64) -> Result<Top, E> {
                Ok(Top::Other)
            }
            fn visit_u64<E>(self, _: u64) -> Result<Top, E> {
                Ok(Top::Other)
            }
            fn visit_f64<E>(self, _: f64) -> Result<Top, E> {
                Ok(Top::Other)
            }
            fn visit_str<E>(self, _: &str) -> Result<Top, E> {
                Ok(Top::Other)
            }
        }
        from.deserialize_any(Seen)
    }
}
