//! A line as JSON: flat, with fields under the API's names and values as the API writes them, for people with
//! `jq`. What is no plain value is an object with one member that says what it is.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};

use crate::domain::formats::rfc3339;
use crate::domain::record::{FieldId, MASK, Value, ValueKind};

use crate::domain::change::journal::{Action, Author, Change, Ending, JournalLine, WriteId, is_secret};

#[derive(Serialize, Deserialize)]
pub(super) struct StoredLine {
    #[serde(with = "rfc3339")]
    time: DateTime<Utc>,
    profile: String,
    user: Option<String>,
    action: Action,
    id: Option<u64>,
    name: String,
    fields: Vec<LineField>,
    result: Ending,
    request_id: Option<String>,
    pid: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    write: Option<WriteId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    live: Option<String>,
}

/// An absent member says that the value is not known; `null` is a value.
#[derive(Serialize, Deserialize)]
struct LineField {
    field: String,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "reported")]
    before: Option<LineValue>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "reported")]
    after: Option<LineValue>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum LineValue {
    Null,
    Flag(bool),
    Number(i64),
    /// An id too large for the variant before.
    Id(u64),
    Text(String),
    Texts(Vec<String>),
    Object(LineObject),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum LineObject {
    /// A relationship of which only the link was known.
    Related(String),
    /// JSON of a type that the field does not have.
    Odd(String),
}

/// Only called for a member that is there, so that `null` is not taken for an absent one.
fn reported<'de, D: Deserializer<'de>>(from: D) -> Result<Option<LineValue>, D::Error> {
    LineValue::deserialize(from).map(Some)
}

impl From<JournalLine> for StoredLine {
    fn from(line: JournalLine) -> Self {
        let field = |change: Change| LineField {
            field: change.field.field().name.to_owned(),
            before: written(change.before),
            after: written(change.after),
        };
        Self {
            time: line.time,
            profile: line.author.profile,
            user: line.author.user,
            action: line.action,
            id: line.id,
            name: line.name,
            fields: line.changes.into_iter().map(field).collect(),
            result: line.ending,
            request_id: line.request_id,
            pid: line.author.pid,
            write: line.write,
            live: line.live,
        }
    }
}

/// A line about a field that is not in the table.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not a field that this version of sipreg knows")]
pub(super) struct UnknownField(String);

impl TryFrom<StoredLine> for JournalLine {
    type Error = UnknownField;

    fn try_from(line: StoredLine) -> Result<Self, UnknownField> {
        let change = |row: LineField| {
            let Some(field) = FieldId::by_name(&row.field) else {
                return Err(UnknownField(row.field));
            };
            // Through the constructor, so that a secret in an altered file is not taken up either.
            let (before, after) = (read(field, row.before), read(field, row.after));
            Ok(Change::new(field, before.as_ref(), after.as_ref()))
        };
        Ok(Self {
            time: line.time,
            author: Author { profile: line.profile, user: line.user, pid: line.pid },
            action: line.action,
            id: line.id,
            name: line.name,
            changes: line.fields.into_iter().map(change).collect::<Result<_, _>>()?,
            ending: line.result,
            request_id: line.request_id,
            write: line.write,
            live: line.live,
        })
    }
}

fn written(value: Value) -> Option<LineValue> {
    Some(match value {
        Value::Missing | Value::Cut(_) => return None,
        Value::Null => LineValue::Null,
        Value::Text(text) => LineValue::Text(text),
        Value::Withheld | Value::Secret(_) => LineValue::Text(MASK.to_owned()),
        Value::Flag(flag) => LineValue::Flag(flag),
        Value::Number(number) => LineValue::Number(number),
        Value::Texts(texts) => LineValue::Texts(texts),
        Value::Reference(id) => i64::try_from(id).map_or(LineValue::Id(id), LineValue::Number),
        Value::Linked(link) => LineValue::Object(LineObject::Related(link)),
        Value::Odd(json) => LineValue::Object(LineObject::Odd(json)),
    })
}

fn read(field: FieldId, value: Option<LineValue>) -> Value {
    match value {
        None => Value::Missing,
        Some(LineValue::Null) => Value::Null,
        Some(LineValue::Text(_)) if is_secret(field) => Value::Withheld,
        Some(LineValue::Text(text)) => Value::Text(text),
        Some(LineValue::Flag(flag)) => Value::Flag(flag),
        Some(LineValue::Texts(texts)) => Value::Texts(texts),
        Some(LineValue::Id(id)) => Value::Reference(id),
        Some(LineValue::Number(number)) => match (field.field().kind, u64::try_from(number)) {
            (ValueKind::Reference(_), Ok(id)) => Value::Reference(id),
            _ => Value::Number(number),
        },
        Some(LineValue::Object(LineObject::Related(link))) => Value::Linked(link),
        Some(LineValue::Object(LineObject::Odd(json))) => Value::Odd(json),
    }
}
