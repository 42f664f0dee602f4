//! What a node sends for a record: the REGISTER request, line by line, as far as the record decides it, where it
//! goes, and which nodes send it. The digest password is never in it, and what the record leaves open stands there as
//! a visible placeholder.

use crate::domain::record::{FieldId, Record, Relation, Targets, ValueRef};
use crate::domain::rules::next_hop::{self, Route, Routing, Transport, wanted};
use crate::domain::rules::placement::{self, Barrier, Placement};
use crate::domain::rules::sip::contact::Contact;
use crate::domain::rules::sip::host;

/// One line of the request, or about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewLine {
    /// Header name; of the first line the method. In small letters: no part of the request, but about it.
    pub header: &'static str,
    /// What stands behind it. Holds the server's texts: hostile until sanitised.
    pub value: String,
}

impl PreviewLine {
    /// The line as it looks on the wire: the method without a colon, headers with one.
    pub fn text(&self) -> String {
        let colon = if self.header == METHOD { "" } else { ":" };
        format!("{}{colon} {}", self.header, self.value)
    }
}

const METHOD: &str = "REGISTER";

/// The lines of the REGISTER request that a node makes from this record, then where it goes and who sends it. The
/// request URI has no user part (RFC 3261, 10.2).
pub fn register(record: &impl Record, targets: &Targets) -> Vec<PreviewLine> {
    let scheme = scheme(record);
    let domain = domain(record);
    let own = format!("{scheme}:{domain}{}", transport(record, targets));
    let (request, route) = routed(record, own);
    let mut lines = vec![PreviewLine { header: METHOD, value: format!("{request} SIP/2.0") }];
    lines.extend(route.map(|value| PreviewLine { header: "Route", value }));
    let address = format!("<{scheme}:{}@{domain}>", text_or_gap(record, FieldId::Username));
    let value = match record.value(FieldId::DisplayUsername) {
        ValueRef::Text(name) if !name.is_empty() => format!("\"{}\" {address}", escaped(name)),
        _ => address,
    };
    lines.push(PreviewLine { header: "From/To", value });
    lines.push(PreviewLine { header: "Contact", value: contact(record) });
    lines.push(PreviewLine { header: "Expires", value: expires(record) });
    lines.push(PreviewLine { header: "Authorization", value: authorization(record) });
    lines.push(PreviewLine { header: "next hop", value: hop(record, targets) });
    lines.extend(senders(record, targets));
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

/// Quotes and backslashes of a quoted text, as nodes escape them since May 2026 (RFC 3261, 25.1).
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
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

/// The domain with the brackets that the node adds to an IPv6 address.
fn domain(record: &impl Record) -> String {
    let text = text_or_gap(record, FieldId::Domain);
    if host::domain(&text).is_ok_and(|known| known.bare) { format!("[{text}]") } else { text }
}

/// Named only where it is not UDP and the scheme is sip.
fn transport(record: &impl Record, targets: &Targets) -> String {
    let field = FieldId::TransportProtocol;
    if record.number(FieldId::SipSchemaId) == Some(2) {
        return String::new();
    }
    match (wanted(record, targets), record.value(field)) {
        (Some(Transport::Udp), _) => String::new(),
        (Some(known), _) => format!(";transport={}", known.parameter()),
        (None, ValueRef::Reference(id)) => format!(";transport=<{} {id}>", field.field().name),
        (None, ValueRef::Null) => format!(";transport={}", gap(field)),
        (None, _) => format!(";transport={}", unread(field)),
    }
}

/// Request URI and Route header. A first route without `lr` takes the place of the request URI, which then goes to
/// the end of the set (RFC 3261, 12.2.1.1).
fn routed(record: &impl Record, own: String) -> (String, Option<String>) {
    let value = record.value(FieldId::RouteSet);
    let entries = || match value {
        ValueRef::Texts(texts) => texts.iter().collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    match Routing::of(value) {
        Routing::Direct => (own, None),
        Routing::Dropped(entry) => {
            (own, Some(format!("<none: entry {entry} is not a SIP URI, so the node drops the whole set>")))
        }
        Routing::Via(first) if first.is_loose() => (own, Some(entries().join(","))),
        Routing::Via(first) => {
            let entries = entries();
            let pieces = entries.iter().flat_map(|entry| next_hop::pieces(entry));
            let rest = pieces.skip(1).map(|piece| piece.trim().to_owned()).chain([format!("<{own}>")]);
            (strict(&first), Some(rest.collect::<Vec<_>>().join(",")))
        }
        Routing::Unknown => match value {
            ValueRef::Odd(json) | ValueRef::Cut(json) => (own, Some(json.to_owned())),
            _ => (own, Some(unread(FieldId::RouteSet))),
        },
    }
}

fn strict(first: &Route<'_>) -> String {
    first.address.uri.to_owned()
}

fn contact(record: &impl Record) -> String {
    match record.value(FieldId::Contact) {
        ValueRef::Text(text) if !text.trim().is_empty() => Contact::parse(text).map_or_else(
            |_unreadable| format!("<none: the node cannot read {text:?} and sends no REGISTER>"),
            |contact| contact.sent(),
        ),
        _ => text_or_gap(record, FieldId::Contact),
    }
}

/// Whether a node reads no contact out of a text that is set.
fn is_unreadable(text: &str) -> bool {
    !text.trim().is_empty() && Contact::parse(text).is_err()
}

/// A node reads empty as 0, and 0 as its default.
fn expires(record: &impl Record) -> String {
    match record.value(FieldId::Expire) {
        ValueRef::Number(0) | ValueRef::Null => {
            "1800 (the node's default, unless it is configured otherwise)".to_owned()
        }
        ValueRef::Number(seconds) => seconds.to_string(),
        ValueRef::Odd(json) | ValueRef::Cut(json) => json.to_owned(),
        ValueRef::Missing => unread(FieldId::Expire),
        _ => gap(FieldId::Expire),
    }
}

fn authorization(record: &impl Record) -> String {
    let user = record.text(FieldId::AuthUser).filter(|user| !user.is_empty());
    let password = record.value(FieldId::AuthPassword);
    match user {
        Some(user) => format!("Digest username=\"{}\", realm=<from the challenge>", escaped(user)),
        None if password.is_unset() && !matches!(password, ValueRef::Missing) => {
            "<none: neither auth-user nor auth-password is set>".to_owned()
        }
        None => format!("Digest username={}, realm=<from the challenge>", text_or_gap(record, FieldId::AuthUser)),
    }
}

fn hop(record: &impl Record, targets: &Targets) -> String {
    match next_hop::of(record, targets) {
        Some(hop) if hop.by_route => format!("{} (first route)", hop.sentence()),
        Some(hop) => format!("{}, or the node's own outbound proxy", hop.sentence()),
        None if matches!(Routing::of(record.value(FieldId::RouteSet)), Routing::Unknown) => unread(FieldId::RouteSet),
        None if record.text(FieldId::Domain).is_none_or(|domain| domain.trim().is_empty()) => {
            text_or_gap(record, FieldId::Domain)
        }
        None => format!("<{} not known>", FieldId::TransportProtocol.field().name),
    }
}

/// Which nodes send it; of those that it names and that do not, why not.
fn senders(record: &impl Record, targets: &Targets) -> Vec<PreviewLine> {
    let placement = placement::loaded_by(record, targets);
    let loads = placement.sentence(targets);
    let is_loaded = !matches!(placement, Placement::Off | Placement::Nowhere(_));
    let value = if is_loaded && record.text(FieldId::Contact).is_some_and(is_unreadable) {
        format!("no node: the contact cannot be read (loaded by {loads})")
    } else {
        loads
    };
    let mut lines = vec![PreviewLine { header: "sent by", value }];
    if let Placement::Nowhere(Barrier::OtherPop { node, stands_in, wanted }) = placement {
        let label = |relation, id| targets.label(relation, id).into_owned();
        let (named, chosen) = (label(Relation::Node, node), label(Relation::Pop, wanted));
        let nothing = |value| PreviewLine { header: "not sent by", value };
        lines.push(nothing(format!(
            "{named}: it stands in {}, and the record is for {chosen}",
            label(Relation::Pop, stands_in)
        )));
        let others: Vec<u64> =
            targets.of(Relation::Node).iter().filter(|each| each.pop == Some(wanted)).map(|each| each.id).collect();
        if !others.is_empty() {
            lines.push(nothing(format!(
                "{}: in {chosen}, but the record names {named}",
                placement::names(&others, targets)
            )));
        }
    }
    lines
}

#[cfg(test)]
mod tests;
