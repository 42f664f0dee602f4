//! What a node sends for a record: the REGISTER request, line by line, as far as the record decides it. The
//! digest password is never in it, and what the record leaves open stands there as a visible placeholder.

use crate::domain::record::field::FieldId;
use crate::domain::record::registration::Record;
use crate::domain::record::relation::{Relation, Targets};
use crate::domain::record::value::ValueRef;

/// One line of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Header name; of the first line the method.
    pub header: &'static str,
    /// What stands behind it. Holds the server's texts: hostile until sanitised.
    pub value: String,
}

impl Line {
    /// The line as it looks on the wire: the method without a colon, headers with one.
    #[must_use]
    pub fn text(&self) -> String {
        let colon = if self.header == METHOD { "" } else { ":" };
        format!("{}{colon} {}", self.header, self.value)
    }
}

const METHOD: &str = "REGISTER";

/// The lines of the REGISTER request that a node makes from this record. The request URI has no user part
/// (RFC 3261, 10.2).
#[must_use]
pub fn register(record: &impl Record, targets: &Targets) -> Vec<Line> {
    let scheme = scheme(record);
    let domain = text_or_gap(record, FieldId::Domain);
    let mut lines =
        vec![Line { header: METHOD, value: format!("{scheme}:{domain}{} SIP/2.0", transport(record, targets)) }];
    if let Some(value) = route(record) {
        lines.push(Line { header: "Route", value });
    }
    let address = format!("<{scheme}:{}@{domain}>", text_or_gap(record, FieldId::Username));
    let value = match record.value(FieldId::DisplayUsername) {
        ValueRef::Text(name) if !name.is_empty() => format!("\"{name}\" {address}"),
        _ => address,
    };
    lines.push(Line { header: "From/To", value });
    lines.push(Line { header: "Contact", value: text_or_gap(record, FieldId::Contact) });
    lines.push(Line { header: "Expires", value: expires(record) });
    lines.push(Line { header: "Authorization", value: authorization(record) });
    lines
}

fn gap(field: FieldId) -> String {
    format!("<{} not set>", field.field().name)
}

fn unread(field: FieldId) -> String {
    format!("<{} not known yet>", field.field().name)
}

fn text_or_gap(record: &impl Record, field: FieldId) -> String {
    match record.value(field) {
        ValueRef::Text(text) if !text.is_empty() => text.to_owned(),
        ValueRef::Odd(json) | ValueRef::Cut(json) => json.to_owned(),
        ValueRef::Missing => unread(field),
        _ => gap(field),
    }
}

fn scheme(record: &impl Record) -> String {
    let field = FieldId::SipSchemaId;
    match record.value(field) {
        ValueRef::Number(1) => "sip".to_owned(),
        ValueRef::Number(2) => "sips".to_owned(),
        ValueRef::Number(other) => format!("<{} {other}>", field.field().name),
        ValueRef::Missing => unread(field),
        _ => gap(field),
    }
}

fn transport(record: &impl Record, targets: &Targets) -> String {
    let field = FieldId::TransportProtocol;
    match record.value(field) {
        ValueRef::Reference(id) => match targets.name(Relation::TransportProtocol, id) {
            Some(name) if name.eq_ignore_ascii_case("udp") => String::new(),
            Some(name) if !name.is_empty() => format!(";transport={}", name.to_lowercase()),
            Some(_) | None => format!(";transport=<{} {id}>", field.field().name),
        },
        ValueRef::Null => format!(";transport={}", gap(field)),
        _ => format!(";transport={}", unread(field)),
    }
}

fn route(record: &impl Record) -> Option<String> {
    match record.value(FieldId::RouteSet) {
        ValueRef::Texts(texts) if !texts.is_empty() => Some(texts.iter().collect::<Vec<_>>().join(",")),
        ValueRef::Odd(json) | ValueRef::Cut(json) => Some(json.to_owned()),
        ValueRef::Missing => Some(unread(FieldId::RouteSet)),
        _ => None,
    }
}

fn expires(record: &impl Record) -> String {
    match record.value(FieldId::Expire) {
        ValueRef::Number(seconds) => seconds.to_string(),
        ValueRef::Odd(json) | ValueRef::Cut(json) => json.to_owned(),
        ValueRef::Missing => unread(FieldId::Expire),
        _ => "<the node's default, usually 1800>".to_owned(),
    }
}

fn authorization(record: &impl Record) -> String {
    let user = record.text(FieldId::AuthUser).filter(|user| !user.is_empty());
    let password = record.value(FieldId::AuthPassword);
    match user {
        Some(user) => format!("Digest username=\"{user}\", realm=<from the challenge>"),
        None if password.is_unset() && !matches!(password, ValueRef::Missing) => {
            "<none: neither auth-user nor auth-password is set>".to_owned()
        }
        None => format!("Digest username={}, realm=<from the challenge>", text_or_gap(record, FieldId::AuthUser)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::record::registration::Registration;
    use crate::domain::record::relation::Target;
    use crate::domain::record::value::{Secret, Value};

    fn transports() -> Targets {
        let mut targets = Targets::default();
        for (id, name) in [(1, "UDP"), (2, "TCP"), (3, "TLS"), (5, "WS")] {
            targets.learn(Target {
                relation: Relation::TransportProtocol,
                id,
                name: Some(name.to_owned()),
                pop: None,
                attributes: Vec::new(),
            });
        }
        targets
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    fn full() -> Registration {
        let mut record = Registration::new(13);
        record.set(FieldId::Domain, text("lon.acme.example"));
        record.set(FieldId::Username, text("493074"));
        record.set(FieldId::DisplayUsername, text("Acme"));
        record.set(FieldId::Contact, text("sip:493074@192.0.2.7:5060"));
        record.set(FieldId::SipSchemaId, Value::Number(1));
        record.set(FieldId::TransportProtocol, Value::Reference(3));
        record.set(FieldId::RouteSet, Value::Texts(vec!["<sip:a;lr>".into(), "<sip:b;lr>".into()]));
        record.set(FieldId::Expire, Value::Number(3600));
        record.set(FieldId::AuthUser, text("acme-auth"));
        record.set(FieldId::AuthPassword, Value::Secret(Secret::new("hunter2")));
        record
    }

    fn lines(record: &Registration) -> Vec<String> {
        register(record, &transports()).iter().map(Line::text).collect()
    }

    #[test]
    fn a_complete_record_reads_like_the_request() {
        assert_eq!(
            lines(&full()),
            [
                "REGISTER sip:lon.acme.example;transport=tls SIP/2.0",
                "Route: <sip:a;lr>,<sip:b;lr>",
                "From/To: \"Acme\" <sip:493074@lon.acme.example>",
                "Contact: sip:493074@192.0.2.7:5060",
                "Expires: 3600",
                "Authorization: Digest username=\"acme-auth\", realm=<from the challenge>",
            ]
        );
    }

    #[test]
    fn udp_is_not_named_and_sips_changes_every_uri() {
        let mut record = full();
        record.set(FieldId::TransportProtocol, Value::Reference(1));
        record.set(FieldId::SipSchemaId, Value::Number(2));
        record.set(FieldId::RouteSet, Value::Texts(Vec::new()));
        let lines = lines(&record);
        assert_eq!(lines[0], "REGISTER sips:lon.acme.example SIP/2.0");
        assert_eq!(lines[1], "From/To: \"Acme\" <sips:493074@lon.acme.example>");
    }

    #[test]
    fn what_is_missing_is_visible() {
        let mut record = Registration::new(1);
        for field in FieldId::all() {
            record.set(field, Value::Null);
        }
        record.set(FieldId::TransportProtocol, Value::Reference(9));
        assert_eq!(
            lines(&record),
            [
                "REGISTER <sip-schema-id not set>:<domain not set>;transport=<transport-protocol 9> SIP/2.0",
                "From/To: <<sip-schema-id not set>:<username not set>@<domain not set>>",
                "Contact: <contact not set>",
                "Expires: <the node's default, usually 1800>",
                "Authorization: <none: neither auth-user nor auth-password is set>",
            ]
        );
        record.set(FieldId::AuthPassword, Value::Withheld);
        assert!(lines(&record)[4].contains("username=<auth-user not set>"));
        assert!(lines(&Registration::new(1))[0].contains("<domain not known yet>"));
    }

    proptest! {
        #[test]
        fn the_password_is_in_no_line(password in "[a-z]{12,20}", user in proptest::option::of("[A-Z]{3}")) {
            let mut record = full();
            record.set(FieldId::AuthPassword, Value::Secret(Secret::new(password.clone())));
            record.set(FieldId::AuthUser, user.map_or(Value::Null, Value::Text));
            for line in lines(&record) {
                prop_assert!(!line.contains(&password));
            }
        }
    }
}
