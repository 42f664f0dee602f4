//! Request bodies: JSON:API documents to drafts, with the server's complaints in the server's order.

use serde_json::{Map, Value};

use super::errors::{self, ErrorMember};
use super::kind::CollectionKind;
use super::numbers::strict;
use super::store::WriteRequest;

/// Why a body is no draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum UnreadableBody {
    /// The server says what it does not like.
    Refused(ErrorMember),
    /// The server did not expect such a value at all: an internal error.
    Crashed,
}

impl From<ErrorMember> for UnreadableBody {
    fn from(error: ErrorMember) -> Self {
        Self::Refused(error)
    }
}

/// The members of a body. An empty body has none; anything but an object is refused, with the parser's words.
pub(super) fn members(body: &str) -> Result<Map<String, Value>, ErrorMember> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_str(body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(errors::bad_request("Request must be a hash")),
        Err(error) => Err(errors::bad_request(complaint(body, &error))),
    }
}

/// What the server's JSON parser says, which begins with a line number of its own source.
fn complaint(body: &str, error: &serde_json::Error) -> String {
    let what = error.to_string();
    if what.contains("surrogate") || what.contains("hex escape") {
        return format!("521: incomplete surrogate pair at '{}'", from_string_around(body, error));
    }
    format!("859: unexpected token at '{body}'")
}

/// The text from the start of the string literal in which the parser stopped.
fn from_string_around<'a>(body: &'a str, error: &serde_json::Error) -> &'a str {
    let line_start: usize = body.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let stopped = line_start + error.column();
    let mut start = 0;
    let mut inside = false;
    let mut escaped = false;
    for (at, character) in body.char_indices().take_while(|(at, _)| *at < stopped) {
        match character {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '"' => {
                inside = !inside;
                start = at + 1;
            }
            _ => {}
        }
    }
    body.get(start..).unwrap_or(body)
}

/// The `data` of a document that must have it.
fn data(members: &Map<String, Value>) -> Result<&Value, ErrorMember> {
    let blank = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    };
    members.get("data").filter(|value| !blank(value)).ok_or_else(|| errors::param_missing("data"))
}

/// A new resource.
pub(super) fn creation(kind: CollectionKind, members: &Map<String, Value>) -> Result<WriteRequest, UnreadableBody> {
    let Value::Object(data) = data(members)? else { return Err(errors::data_not_a_hash().into()) };
    check_type(kind, data)?;
    draft(kind, data, kind.takes_client_ids())
}

/// A change of the resource whose id the path has.
pub(super) fn change(
    kind: CollectionKind,
    id: &str,
    members: &Map<String, Value>,
) -> Result<WriteRequest, UnreadableBody> {
    let Value::Object(data) = data(members)? else { return Err(errors::data_not_a_hash().into()) };
    let key = match data.get("id") {
        None | Some(Value::Null) => return Err(errors::key_missing().into()),
        Some(Value::String(key)) => key.clone(),
        Some(other) => other.to_string(),
    };
    if key != id {
        return Err(errors::key_not_in_url(&key).into());
    }
    check_type(kind, data)?;
    Ok(WriteRequest { id: None, ..draft(kind, data, true)? })
}

/// A change of one relationship through its own URL.
pub(super) fn link_change(
    kind: CollectionKind,
    link: usize,
    members: &Map<String, Value>,
) -> Result<WriteRequest, UnreadableBody> {
    let linkage = members.get("data").ok_or_else(|| errors::param_missing("data"))?;
    Ok(WriteRequest { links: vec![(link, target(kind, link, linkage)?)], ..WriteRequest::default() })
}

fn check_type(kind: CollectionKind, data: &Map<String, Value>) -> Result<(), ErrorMember> {
    match data.get("type") {
        None | Some(Value::Null) => Err(errors::param_missing("type")),
        Some(Value::String(name)) if dasherized(name) == kind.resource_type() => Ok(()),
        Some(Value::String(name)) => Err(errors::invalid_resource(name)),
        Some(other) => Err(errors::invalid_resource(&other.to_string())),
    }
}

fn dasherized(name: &str) -> String {
    name.replace('_', "-")
}

fn draft(kind: CollectionKind, data: &Map<String, Value>, id_allowed: bool) -> Result<WriteRequest, UnreadableBody> {
    let empty = Map::new();
    let mut attributes = &empty;
    let mut relationships = &empty;
    // Names are checked before values, in the order in which the members stand.
    for (member, value) in data {
        match member.as_str() {
            "type" => {}
            "id" if id_allowed => {}
            "attributes" => attributes = checked_names(kind, value)?,
            "relationships" => relationships = checked_names(kind, value)?,
            other => return Err(errors::param_not_allowed(other).into()),
        }
    }
    let mut draft = WriteRequest::default();
    if let Some(id) = data.get("id") {
        let text = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        draft.id = u64::try_from(super::numbers::lenient(&text)).ok();
    }
    for (name, value) in relationships {
        let Some(link) = kind.link(name) else { continue };
        let linkage = match value {
            Value::Null => &Value::Null,
            // Without `data`, as in what a GET returns, the relationship is emptied.
            Value::Object(relationship) => relationship.get("data").unwrap_or(&Value::Null),
            _ => return Err(UnreadableBody::Crashed),
        };
        draft.links.push((link, target(kind, link, linkage)?));
    }
    for (name, value) in attributes {
        let index = kind.attribute(name).ok_or(UnreadableBody::Crashed)?;
        draft.attributes.push((index, value.clone()));
    }
    Ok(draft)
}

fn checked_names(kind: CollectionKind, value: &Value) -> Result<&Map<String, Value>, UnreadableBody> {
    let Value::Object(members) = value else { return Err(UnreadableBody::Crashed) };
    for name in members.keys() {
        if kind.attribute(name).is_none() && kind.link(name).is_none() {
            return Err(errors::param_not_allowed(name).into());
        }
    }
    Ok(members)
}

/// The id that a linkage names.
fn target(kind: CollectionKind, link: usize, linkage: &Value) -> Result<Option<i128>, ErrorMember> {
    let linkage = match linkage {
        Value::Null => return Ok(None),
        Value::Object(linkage) if linkage.len() == 2 => linkage,
        _ => return Err(errors::invalid_links_object()),
    };
    let (Some(resource_type), Some(id)) = (linkage.get("type"), linkage.get("id")) else {
        return Err(errors::invalid_links_object());
    };
    let expected = kind.links().get(link).map(|link| link.target.resource_type());
    let resource_type = resource_type.as_str().map_or_else(|| resource_type.to_string(), dasherized);
    if Some(resource_type.as_str()) != expected {
        return Err(errors::type_mismatch(&resource_type.replace('-', "_")));
    }
    let text = match id {
        Value::Null => return Ok(None),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    strict(&text).map(Some).ok_or_else(|| errors::invalid_id(&text))
}
