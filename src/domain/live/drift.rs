//! Drift: what a node has loaded and what the API has differ. The node has not polled since a change, or it lost its
//! database. A value that the node did not send, or that is not known of the API, is no drift.

use std::borrow::Cow;

use super::loaded::{self, LOADED, LOADED_COUNT, LoadedField};
use crate::domain::record::{FieldId, NodeEffect, Record, Targets, ValueKind};

/// A value that differs. Texts are the node's and the API's: hostile until sanitised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// Which field.
    pub field: FieldId,
    /// What the node has loaded, as people write it.
    pub node: String,
    /// What the API has.
    pub api: String,
}

impl Drift {
    /// Such as `expire 600, not 300`.
    pub fn sentence(&self) -> String {
        format!("{} {}, not {}", self.field.field().name, self.node, self.api)
    }
}

/// What the API has of one registration, ready to be compared with several nodes.
#[derive(Debug)]
pub struct Expected {
    values: [Option<String>; LOADED_COUNT],
    packed: String,
}

impl Expected {
    /// Of a record.
    pub fn of(record: &impl Record, targets: &Targets) -> Self {
        let values = LOADED.map(|field| loaded::of_record(field, record, targets).map(Cow::into_owned));
        let lent: [Option<Cow<'_, str>>; LOADED_COUNT] =
            std::array::from_fn(|at| values.get(at).and_then(Option::as_deref).map(Cow::Borrowed));
        let packed = loaded::pack(&lent);
        Self { values, packed }
    }

    /// Whether a node has loaded anything else.
    pub fn differs(&self, node: &str) -> bool {
        node != self.packed && self.pairs(node).next().is_some()
    }

    /// Each value that a node has loaded and that differs.
    pub fn drifts(&self, node: &str, targets: &Targets) -> Vec<Drift> {
        self.pairs(node)
            .map(|(field, node, api)| Drift {
                field: field.field,
                node: shown(field, node, targets),
                api: shown(field, api, targets),
            })
            .collect()
    }

    fn pairs<'a>(&'a self, node: &'a str) -> impl Iterator<Item = (LoadedField, &'a str, &'a str)> {
        LOADED.into_iter().zip(loaded::unpack(node)).zip(&self.values).filter_map(|((field, node), api)| {
            let (node, api) = (node?, api.as_deref()?);
            (!same(field, node, api)).then_some((field, node, api))
        })
    }
}

/// Whether a node's value means what the API's does. A node that reports no port may have one, and one that reports the
/// usual port may have been given none; it adds the brackets that a bare IPv6 address lacks.
fn same(field: LoadedField, node: &str, api: &str) -> bool {
    if node == api {
        return true;
    }
    if field.field != FieldId::Domain {
        return false;
    }
    let ((node, node_port), (api, api_port)) = (host_and_port(node), host_and_port(api));
    node.eq_ignore_ascii_case(api)
        && match (node_port, api_port) {
            (Some(node), Some(api)) => node == api,
            (Some(node), None) => matches!(node, 5060 | 5061),
            (None, _) => true,
        }
}

/// A host without brackets, and its port.
fn host_and_port(text: &str) -> (&str, Option<u16>) {
    let bare = |host: &'_ str| host.parse::<std::net::Ipv6Addr>().is_ok();
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !bare(text) => match port.parse() {
            Ok(port) => (host, Some(port)),
            Err(_) => (text, None),
        },
        Some(_) | None => (text, None),
    };
    let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    (inner.unwrap_or(host), port)
}

/// Of changed fields those that nodes load and do not show, so that no one can see whether they have the new value:
/// always the password, and whatever a provider leaves out. `shown` is what they have loaded.
pub fn unseen(changed: &[FieldId], shown: &[&str]) -> Vec<FieldId> {
    let is_shown = |field: FieldId| {
        let at = LOADED.iter().position(|loaded| loaded.field == field);
        at.is_some_and(|at| shown.iter().all(|packed| loaded::unpack(packed).nth(at).flatten().is_some()))
    };
    let loaded = |field: &FieldId| field.field().effect == NodeEffect::Reregisters;
    changed.iter().copied().filter(|field| loaded(field) && !is_shown(*field)).collect()
}

/// A loaded value as people write it.
fn shown(loaded: LoadedField, value: &str, targets: &Targets) -> String {
    let field = loaded.field.field();
    match field.kind {
        _ if value.is_empty() => format!("({})", field.unset),
        ValueKind::Reference(relation) => {
            value.parse().map_or_else(|_| value.to_owned(), |id| targets.label(relation, id).into_owned())
        }
        ValueKind::Choice(_) => {
            let word = value.parse().ok().and_then(|number| field.kind.meaning(number));
            word.unwrap_or(value).to_owned()
        }
        ValueKind::Flag => if value == "1" { "yes" } else { "no" }.to_owned(),
        ValueKind::Text | ValueKind::Secret | ValueKind::Number { .. } | ValueKind::Texts => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::{Registration, Value};

    fn record() -> Registration {
        let mut record = Registration::new(7);
        record.set(FieldId::Domain, Value::Text("sip.acme.example:5070".into()));
        record.set(FieldId::Username, Value::Text("493000".into()));
        record.set(FieldId::DisplayUsername, Value::Null);
        record.set(FieldId::Expire, Value::Number(300));
        record.set(FieldId::ForceExpire, Value::Flag(false));
        record.set(FieldId::MaxAttempts, Value::Null);
        record.set(FieldId::RouteSet, Value::Texts(vec!["<sip:a;lr>".into(), "<sip:b;lr>".into()]));
        record.set(FieldId::TransportProtocol, Value::Reference(1));
        record
    }

    fn node(change: &[(FieldId, Option<&str>)]) -> String {
        let mut values: [Option<Cow<'_, str>>; LOADED_COUNT] = std::array::from_fn(|_| None);
        for (slot, loaded) in values.iter_mut().zip(LOADED) {
            *slot = match loaded.field {
                FieldId::Domain => Some("sip.acme.example".into()),
                FieldId::Username => Some("493000".into()),
                FieldId::DisplayUsername | FieldId::MaxAttempts => Some("".into()),
                FieldId::Expire => Some("300".into()),
                FieldId::ForceExpire => Some("0".into()),
                FieldId::RouteSet => Some("<sip:a;lr>,<sip:b;lr>".into()),
                FieldId::TransportProtocol => Some("1".into()),
                _ => None,
            };
            if let Some((_, value)) = change.iter().find(|(field, _)| *field == loaded.field) {
                *slot = value.map(|value| value.to_owned().into());
            }
        }
        loaded::pack(&values)
    }

    #[test]
    fn the_same_values_in_the_nodes_spelling_are_no_drift() {
        let expected = Expected::of(&record(), &Targets::default());
        assert_eq!(expected.drifts(&node(&[]), &Targets::default()), []);
        assert!(!expected.differs(&node(&[])));
    }

    #[test]
    fn a_host_is_the_same_in_whatever_form_a_node_tells_it() {
        let domain = LOADED.into_iter().find(|loaded| loaded.field == FieldId::Domain).unwrap();
        for (node, api, expected) in [
            ("a.example", "a.example:5070", true),
            ("a.example:5070", "a.example:5070", true),
            ("a.example:5080", "a.example:5070", false),
            ("a.example:5060", "a.example", true),
            ("a.example:5070", "a.example", false),
            ("A.Example", "a.example", true),
            ("b.example", "a.example", false),
            ("[2001:db8::1]", "2001:db8::1", true),
            ("[2001:db8::1]:5070", "[2001:db8::1]:5070", true),
            ("[2001:db8::1]:5060", "2001:db8::1", true),
            ("2001:db8::1", "2001:db8::2", false),
            ("", "a.example", false),
        ] {
            assert_eq!(same(domain, node, api), expected, "{node} {api}");
        }
    }

    #[test]
    fn a_changed_value_that_no_node_shows_is_unseen() {
        let whole = node(&[(FieldId::AuthUser, Some("x"))]);
        let less = node(&[(FieldId::Expire, None)]);
        let changed = [FieldId::Name, FieldId::Enabled, FieldId::AuthPassword, FieldId::Expire];
        assert_eq!(unseen(&changed, &[&whole]), [FieldId::AuthPassword]);
        assert_eq!(unseen(&changed, &[&whole, &less]), [FieldId::AuthPassword, FieldId::Expire]);
    }

    #[test]
    fn a_value_that_was_not_said_is_no_drift() {
        let expected = Expected::of(&record(), &Targets::default());
        assert!(!expected.differs(&node(&[(FieldId::Expire, None), (FieldId::RouteSet, None)])));
        assert!(!expected.differs(""));
    }

    #[test]
    fn each_value_that_differs_is_named_with_both_sides() {
        let expected = Expected::of(&record(), &Targets::default());
        let changed = node(&[
            (FieldId::Expire, Some("600")),
            (FieldId::ForceExpire, Some("1")),
            (FieldId::Domain, Some("other.example")),
            (FieldId::MaxAttempts, Some("3")),
        ]);
        let reported: Vec<String> =
            expected.drifts(&changed, &Targets::default()).iter().map(Drift::sentence).collect();
        assert_eq!(
            reported,
            [
                "domain other.example, not sip.acme.example:5070",
                "expire 600, not 300",
                "force-expire yes, not no",
                "max-attempts 3, not (no limit)"
            ]
        );
    }
}
