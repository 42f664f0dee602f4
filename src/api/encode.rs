//! From changes to the body of a write. A body holds what was changed and nothing else; a relationship
//! stands there with its linkage or not at all, since the server takes a relationship without one as
//! "linked to nothing".

use serde_json::{Map, Value as Json, json};
use thiserror::Error;

use crate::api::pretty::MASK;
use crate::domain::record::{FieldId, Value, ValueKind, WIRE_ATTRIBUTES, WIRE_RELATIONSHIPS};

/// What a body is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To change the registration of this id.
    Update(u64),
    /// To create one.
    Create,
}

/// Whether passwords stand in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyPasswords {
    /// As they are: for the wire only.
    Sent,
    /// As asterisks: to show.
    Masked,
}

/// A change that cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}: {why}", field.field().label)]
pub struct Unsendable {
    /// The field.
    pub field: FieldId,
    /// Why.
    pub why: &'static str,
}

/// The document of a write, on one line as it is sent, or indented to be read.
#[derive(Clone, PartialEq)]
pub struct WriteBody(Json);

impl WriteBody {
    /// As it is sent.
    pub fn compact(&self) -> String {
        self.0.to_string()
    }

    /// The same, to be read.
    pub fn indented(&self) -> String {
        format!("{:#}", self.0)
    }
}

/// Makes the body of a write. Of two changes of one field the later counts.
///
/// # Errors
/// A value that says what the server said, not what it should be (missing, withheld, known by its link
/// only, of a wrong type), or that the field cannot hold.
pub fn body(purpose: Purpose, changes: &[(FieldId, Value)], passwords: BodyPasswords) -> Result<WriteBody, Unsendable> {
    let mut attributes = Map::new();
    let mut relationships = Map::new();
    let change = |field: FieldId| changes.iter().rev().find(|(changed, _)| *changed == field).map(|(_, value)| value);
    for field in WIRE_ATTRIBUTES {
        if let Some(value) = change(field) {
            attributes.insert(field.field().name.to_owned(), encoded(field, value, passwords)?);
        }
    }
    for field in WIRE_RELATIONSHIPS {
        if let Some(value) = change(field) {
            let linkage = encoded(field, value, passwords)?;
            relationships.insert(field.field().name.to_owned(), json!({ "data": linkage }));
        }
    }
    let mut data = Map::new();
    data.insert("type".to_owned(), "registrations".into());
    if let Purpose::Update(id) = purpose {
        data.insert("id".to_owned(), id.to_string().into());
    }
    if !attributes.is_empty() {
        data.insert("attributes".to_owned(), attributes.into());
    }
    if !relationships.is_empty() {
        data.insert("relationships".to_owned(), relationships.into());
    }
    Ok(WriteBody(json!({ "data": data })))
}

fn encoded(field: FieldId, value: &Value, passwords: BodyPasswords) -> Result<Json, Unsendable> {
    let refused = |why| Err(Unsendable { field, why });
    let clean = |text: &str| {
        if text.contains('\0') { refused("a text with a NUL character cannot be stored") } else { Ok(Json::from(text)) }
    };
    match (field.field().kind, value) {
        // The server fails on null here; an empty list means the same.
        (ValueKind::Texts, Value::Null) => Ok(json!([])),
        (_, Value::Null) => Ok(Json::Null),
        (ValueKind::Text, Value::Text(text)) => clean(text),
        (ValueKind::Secret, Value::Text(text)) if text.is_empty() => Ok(Json::from("")),
        (ValueKind::Secret, Value::Secret(secret)) => match passwords {
            BodyPasswords::Sent => clean(secret.expose()),
            BodyPasswords::Masked => Ok(Json::from(if secret.expose().is_empty() { "" } else { MASK })),
        },
        (ValueKind::Flag, Value::Flag(flag)) => Ok(Json::from(*flag)),
        (ValueKind::Number { .. } | ValueKind::Choice(_), Value::Number(number)) => Ok(Json::from(*number)),
        (ValueKind::Texts, Value::Texts(texts)) => {
            texts.iter().map(|text| clean(text)).collect::<Result<Vec<_>, _>>().map(Json::from)
        }
        (ValueKind::Reference(relation), Value::Reference(id)) => {
            Ok(json!({ "type": relation.resource_type(), "id": id.to_string() }))
        }
        (_, Value::Missing) => refused("no value to send"),
        (_, Value::Withheld) => refused("the password is not known here"),
        (_, Value::Linked(_)) => refused("what it refers to is not known yet"),
        (_, Value::Odd(_)) => refused("a value of an unexpected type is never sent back"),
        (_, Value::Cut(_)) => refused("only the beginning of the value is known here"),
        (
            _,
            Value::Text(_)
            | Value::Secret(_)
            | Value::Flag(_)
            | Value::Number(_)
            | Value::Texts(_)
            | Value::Reference(_),
        ) => refused("the value has a type that the field does not have"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::Secret;

    fn sent(changes: &[(FieldId, Value)]) -> String {
        body(Purpose::Update(13), changes, BodyPasswords::Sent).unwrap().compact()
    }

    #[test]
    fn only_what_was_changed_is_sent() {
        let changes = [
            (FieldId::Pop, Value::Null),
            (FieldId::Expire, Value::Number(3_600)),
            (FieldId::TransportProtocol, Value::Reference(3)),
            (FieldId::Name, Value::Text("a\"b".into())),
            (FieldId::Enabled, Value::Flag(false)),
            (FieldId::RouteSet, Value::Texts(vec!["<sip:a;lr>".into()])),
            (FieldId::SipInterfaceName, Value::Null),
        ];
        assert_eq!(
            sent(&changes),
            r#"{"data":{"type":"registrations","id":"13","attributes":{"enabled":false,"expire":3600,"name":"a\"b","route-set":["<sip:a;lr>"],"sip-interface-name":null},"relationships":{"transport-protocol":{"data":{"type":"transport-protocols","id":"3"}},"pop":{"data":null}}}}"#
        );
    }

    #[test]
    fn a_cleared_route_set_is_an_empty_list() {
        assert!(sent(&[(FieldId::RouteSet, Value::Null)]).contains(r#""route-set":[]"#));
    }

    #[test]
    fn a_new_record_has_no_id() {
        let made = body(Purpose::Create, &[(FieldId::Name, Value::Text("n".into()))], BodyPasswords::Sent).unwrap();
        assert_eq!(made.compact(), r#"{"data":{"type":"registrations","attributes":{"name":"n"}}}"#);
    }

    #[test]
    fn a_body_to_show_has_no_password() {
        let changes = [(FieldId::AuthPassword, Value::Secret(Secret::new("hunter2")))];
        let shown = body(Purpose::Update(1), &changes, BodyPasswords::Masked).unwrap().indented();
        assert!(shown.contains(r#""auth-password": "********""#), "{shown}");
        assert!(sent(&changes).contains("hunter2"));
    }

    #[test]
    fn what_only_tells_what_the_server_said_is_never_sent() {
        for value in [
            Value::Missing,
            Value::Withheld,
            Value::Linked("http://h/x".into()),
            Value::Odd("{}".into()),
            Value::Text("a\0b".into()),
            Value::Number(1),
        ] {
            let refused = body(Purpose::Update(1), &[(FieldId::Name, value.clone())], BodyPasswords::Sent);
            assert!(refused.is_err(), "{value:?}");
        }
    }

    #[test]
    fn of_two_changes_of_a_field_the_later_counts() {
        let changes = [(FieldId::Enabled, Value::Flag(true)), (FieldId::Enabled, Value::Flag(false))];
        assert!(sent(&changes).contains(r#""enabled":false"#));
    }
}
