//! Records, and what a server answers about them.

use sipreg::domain::answer::{Fetched, Tag};
use sipreg::domain::record::{FieldId, Registration, Secret, Value};
use sipreg::domain::request_error::{Effectiveness, ErrorObject, RequestError, RequestErrorKind};

/// The password of each record, which must not be seen anywhere.
pub const PLANTED: &str = "pl4nted-s3cret";

/// A text as the value of a field.
pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// A record that no check complains about.
pub fn record(id: u64, name: &str) -> Registration {
    let mut record = Registration::new(id);
    for (field, value) in [
        (FieldId::Name, text(name)),
        (FieldId::Enabled, Value::Flag(true)),
        (FieldId::Pop, Value::Reference(2)),
        (FieldId::Node, Value::Null),
        (FieldId::TransportProtocol, Value::Reference(1)),
        (FieldId::SipInterfaceName, Value::Null),
        (FieldId::SipSchemaId, Value::Number(1)),
        (FieldId::Domain, text("ams.carrierx.example")),
        (FieldId::Username, text("493185")),
        (FieldId::DisplayUsername, Value::Null),
        (FieldId::Contact, text("sip:493185@192.0.2.19:5060")),
        (FieldId::RouteSet, Value::Texts(Vec::new())),
        (FieldId::AuthUser, text("493185")),
        (FieldId::AuthPassword, Value::Secret(Secret::new(PLANTED))),
        (FieldId::Expire, Value::Null),
        (FieldId::ForceExpire, Value::Flag(false)),
        (FieldId::RetryDelay, Value::Number(5)),
        (FieldId::MaxAttempts, Value::Null),
    ] {
        record.set(field, value);
    }
    record
}

/// The record with a value changed.
pub fn with(mut record: Registration, field: FieldId, value: Value) -> Registration {
    record.set(field, value);
    record
}

/// An answer with a record, and a tag to tell it by.
pub fn fetched(registration: Registration, tag: &str) -> Box<Fetched> {
    let tag = Some(Tag::new(format!("W/\"{tag}\"")));
    Box::new(Fetched { registration, targets: Vec::new(), tag, document: "{}".to_owned() })
}

pub fn error(kind: RequestErrorKind, message: &str) -> RequestError {
    let effect = match kind {
        RequestErrorKind::TimedOut | RequestErrorKind::Cut => Effectiveness::Unknown,
        _ => Effectiveness::NotApplied,
    };
    let request_id = Some("req-1".to_owned());
    RequestError {
        kind,
        status: None,
        request_id,
        message: message.to_owned(),
        errors: Vec::new(),
        effect,
        retry_after: None,
    }
}

/// 422 with these complaints.
pub fn invalid(complaints: &[(&str, &str)]) -> RequestError {
    let errors = complaints.iter().map(|(pointer, detail)| ErrorObject {
        detail: (*detail).to_owned(),
        pointer: Some((*pointer).to_owned()),
        ..ErrorObject::default()
    });
    let reported = error(RequestErrorKind::Invalid, "the server refused the values (422)");
    RequestError { status: Some(422), errors: errors.collect(), ..reported }
}
