//! A refused write in words for people: which field each complaint is about, which field blocks a save although
//! no one touched it, and what an unexplained server error is probably about.

use crate::domain::change::draft::Draft;
use crate::domain::record::{FieldId, Record, Value, ValueKind, ValueRef};
use crate::domain::request_error::{ErrorObject, RequestError, RequestErrorKind};

/// What a refusal means for a draft. Sentences may quote the server: hostile until sanitised.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Explanation {
    /// Complaints by field, in the server's order; a field may have several.
    pub fields: Vec<(FieldId, String)>,
    /// What is about no field, and what is known beyond the server's words.
    pub general: Vec<String>,
    /// Fields that the draft does not touch and that the server complains about: rows from before its rules, which
    /// must be set too, or fields that do not go with what was changed. Which of both, only the server knows.
    pub blocking: Vec<FieldId>,
}

/// The server's complaints by field, in its order, and those that are about no known field.
pub fn field_errors(error: &RequestError) -> (Vec<(FieldId, String)>, Vec<String>) {
    let (mut fields, mut general) = (Vec::new(), Vec::new());
    for error in &error.errors {
        match error.pointer.as_deref().and_then(field_at) {
            Some(field) => fields.push((field, complaint(field, error))),
            None => general.push(sentence(error)),
        }
    }
    (fields, general)
}

/// The field that a `source.pointer` leads to, or into.
fn field_at(pointer: &str) -> Option<FieldId> {
    let members = pointer.strip_prefix("/data/")?;
    let (kind, rest) = members.split_once('/')?;
    let name = rest.split('/').next()?;
    let field = FieldId::by_name(name)?;
    let expected = if field.relation().is_some() { "relationships" } else { "attributes" };
    (kind == expected).then_some(field)
}

/// The complaint without the field's name, which stands beside it.
fn complaint(field: FieldId, error: &ErrorObject) -> String {
    let text = sentence(error);
    let bare = text.strip_prefix(field.field().name).and_then(|rest| rest.strip_prefix(" - "));
    bare.map_or_else(|| text.clone(), str::to_owned)
}

fn sentence(error: &ErrorObject) -> String {
    let texts = [&error.detail, &error.title, &error.code];
    let text = texts.into_iter().find(|text| !text.is_empty());
    text.map_or_else(|| "refused without a word".to_owned(), Clone::clone)
}

/// A trouble with what the server said about it.
pub fn said(error: &RequestError) -> String {
    let mut text = error.message.clone();
    for error in &error.errors {
        if !error.detail.is_empty() && !text.contains(&error.detail) {
            text.push_str("; ");
            text.push_str(&error.detail);
        }
    }
    text
}

/// What a refusal means for the draft that was sent.
pub fn explain(error: &RequestError, draft: &Draft) -> Explanation {
    let (fields, mut general) = field_errors(error);
    let mut blocking: Vec<FieldId> = Vec::new();
    if error.kind == RequestErrorKind::Invalid && draft.base().id() != 0 && !draft.is_fresh() {
        for (field, _) in &fields {
            if !draft.is_changed(*field) && !blocking.contains(field) {
                blocking.push(*field);
            }
        }
    }
    for field in &blocking {
        let (label, state) = (field.field().label, state(draft.value(*field)));
        general.push(format!(
            "{label} {state}, which you did not touch: it may have been so before, or the change made it so; if so \
             before, set {label} in the same edit"
        ));
    }
    if error.status == Some(500) {
        general.extend(suspicions(draft));
    }
    Explanation { fields, general, blocking }
}

const fn state(value: ValueRef<'_>) -> &'static str {
    match value {
        ValueRef::Null | ValueRef::Missing => "is not set",
        _ => "is not accepted by the server",
    }
}

/// What this server is known to fail on, as far as the draft has it: values that it does not check before its
/// database does.
fn suspicions(draft: &Draft) -> Vec<String> {
    let mut known: Vec<String> = draft
        .changes()
        .iter()
        .filter_map(|(field, value)| {
            let label = field.field().label;
            Some(match (field.field().kind, value) {
                (ValueKind::Reference(relation), Value::Reference(id)) => {
                    format!("{label}: the server fails like this where there is no {} {id} (deleted?)", relation.noun())
                }
                (ValueKind::Flag | ValueKind::Texts, Value::Null) => format!("{label}: the server fails on null here"),
                (ValueKind::Number { .. }, Value::Number(number)) if i32::try_from(*number).is_err() => {
                    format!("{label}: the server fails on numbers over {}", i32::MAX)
                }
                (_, value) if value.as_ref().find(|c| c == '\0').is_some() => {
                    format!("{label}: the server fails on a NUL character")
                }
                (_, Value::Text(_)) if *field == FieldId::Name => {
                    format!("{label}: the server fails like this when two records are given one name at once")
                }
                _ => return None,
            })
        })
        .collect();
    if known.is_empty() {
        known.push("nothing in this edit is known to make the server fail; its log has the request id".to_owned());
    }
    known
}
