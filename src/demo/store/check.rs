//! What the server's models refuse, with its messages in its order. A record is checked as a whole: an old
//! row that lacks a contact cannot even be switched off.

use serde_json::Value;

use super::super::errors::{ErrorMember, invalid};
use super::super::kind::{CollectionKind, FieldPlace, place};
use super::{AttributeValue, StoredResource, WriteRequest};
use crate::domain::record::{FieldId, Relation, field};

const BLANK: &str = "can't be blank";
const MUST_EXIST: &str = "must exist";
const TAKEN: &str = "has already been taken";

/// Complaints, grouped by the attribute that was named first.
#[derive(Debug, Default)]
struct Complaints(Vec<(&'static str, Vec<ErrorMember>)>);

impl Complaints {
    fn attribute(&mut self, name: &'static str, message: &str) {
        self.add(name, invalid(format!("/data/attributes/{name}"), name, message));
    }

    fn relationship(&mut self, name: &'static str, message: &str) {
        self.add(name, invalid(format!("/data/relationships/{name}"), name, message));
    }

    fn add(&mut self, name: &'static str, error: ErrorMember) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, errors)) => errors.push(error),
            None => self.0.push((name, vec![error])),
        }
    }

    fn into_errors(self) -> Vec<ErrorMember> {
        self.0.into_iter().flat_map(|(_, errors)| errors).collect()
    }
}

/// What other records have to say about a new one.
pub(super) struct Surroundings<'a> {
    /// All records of the kind.
    pub(super) rows: &'a [StoredResource],
    /// Whether each relationship's target exists.
    pub(super) targets: &'a [bool],
}

/// The complaints about a record; `draft` is what was sent, since numbers are checked as they were written.
pub(super) fn check(
    kind: CollectionKind,
    row: &StoredResource,
    draft: &WriteRequest,
    around: &Surroundings<'_>,
) -> Vec<ErrorMember> {
    let mut complaints = Complaints::default();
    match kind {
        CollectionKind::Registrations => registration(row, draft, around, &mut complaints),
        CollectionKind::Pops | CollectionKind::Nodes | CollectionKind::TransportProtocols => {
            other(kind, row, around, &mut complaints);
        }
    }
    complaints.into_errors()
}

fn cell(row: &StoredResource, field: FieldId) -> &AttributeValue {
    match place(field) {
        FieldPlace::Attribute(index) => row.attribute(index),
        FieldPlace::Link(_) => &AttributeValue::Null,
    }
}

fn is_blank(cell: &AttributeValue) -> bool {
    match cell {
        AttributeValue::Null => true,
        AttributeValue::Text(text) => text.trim().is_empty(),
        AttributeValue::List(items) => items.is_empty(),
        AttributeValue::Flag(flag) => !flag,
        AttributeValue::Number(_) => false,
    }
}

fn is_taken(row: &StoredResource, attribute: usize, around: &Surroundings<'_>) -> bool {
    let value = row.attribute(attribute);
    around.rows.iter().any(|other| other.id != row.id && other.attribute(attribute) == value)
}

fn registration(row: &StoredResource, draft: &WriteRequest, around: &Surroundings<'_>, complaints: &mut Complaints) {
    let transport = Relation::TransportProtocol.field().field().name;
    let has_transport = CollectionKind::Registrations
        .link(transport)
        .and_then(|link| around.targets.get(link))
        .copied()
        .unwrap_or_default();
    if !has_transport {
        complaints.relationship(transport, MUST_EXIST);
    }
    if CollectionKind::Registrations
        .attribute(FieldId::Name.field().name)
        .is_some_and(|name| is_taken(row, name, around))
    {
        complaints.attribute(FieldId::Name.field().name, TAKEN);
    }
    for field in [FieldId::Name, FieldId::Domain, FieldId::Username, FieldId::RetryDelay] {
        if is_blank(cell(row, field)) {
            complaints.attribute(field.field().name, BLANK);
        }
    }
    if !has_transport {
        complaints.relationship(transport, BLANK);
    }
    if is_blank(cell(row, FieldId::SipSchemaId)) {
        complaints.attribute(FieldId::SipSchemaId.field().name, BLANK);
    }
    // The pattern is not anchored: text around the URI, and an empty one, pass.
    if !cell(row, FieldId::Contact).text().is_some_and(|contact| contact.contains("sip:")) {
        complaints.attribute(FieldId::Contact.field().name, "is invalid");
    }
    for field in [FieldId::RetryDelay, FieldId::MaxAttempts] {
        if field == FieldId::MaxAttempts && *cell(row, field) == AttributeValue::Null {
            continue;
        }
        if let Some(message) =
            numericality(cell(row, field), draft.attribute(CollectionKind::Registrations, field), field)
        {
            complaints.attribute(field.field().name, &message);
        }
    }
    if let field::ValueKind::Choice(choices) = FieldId::SipSchemaId.field().kind {
        let listed = |number: i64| choices.iter().any(|(choice, _)| *choice == number);
        if !matches!(cell(row, FieldId::SipSchemaId), AttributeValue::Number(number) if listed(*number)) {
            complaints.attribute(FieldId::SipSchemaId.field().name, "is not included in the list");
        }
    }
}

/// What is wrong with a number: as it was sent, else as it is stored.
fn numericality(stored: &AttributeValue, sent: Option<&Value>, field: FieldId) -> Option<String> {
    let integer = |text: &str| {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| super::super::numbers::lenient(text))
    };
    let number = match (sent, stored) {
        (Some(Value::Number(number)), _) => match number.as_i64() {
            Some(number) => i128::from(number),
            None if number.is_u64() => i128::MAX,
            None => return Some("must be an integer".to_owned()),
        },
        (Some(Value::String(text)), _) => match integer(text) {
            Some(number) => number,
            None if text.trim().parse::<f64>().is_ok() => return Some("must be an integer".to_owned()),
            None => return Some("is not a number".to_owned()),
        },
        (None, AttributeValue::Number(number)) => i128::from(*number),
        _ => return Some("is not a number".to_owned()),
    };
    let field::ValueKind::Number { max, .. } = field.field().kind else { return None };
    if number <= 0 {
        Some("must be greater than 0".to_owned())
    } else if number > i128::from(max) {
        Some(format!("must be less than or equal to {max}"))
    } else {
        None
    }
}

/// Pops and nodes: each attribute is there and unique, and a node stands in a pop.
fn other(kind: CollectionKind, row: &StoredResource, around: &Surroundings<'_>, complaints: &mut Complaints) {
    for (link, exists) in kind.links().iter().zip(around.targets) {
        if !exists {
            complaints.relationship(link.name, MUST_EXIST);
        }
    }
    for (index, name) in kind.attributes().iter().enumerate() {
        if is_blank(row.attribute(index)) {
            complaints.attribute(name, BLANK);
        } else if is_taken(row, index, around) {
            complaints.attribute(name, TAKEN);
        }
    }
}
