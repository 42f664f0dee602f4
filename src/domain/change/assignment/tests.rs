use proptest::prelude::*;

use crate::domain::change::assignment::*;
use crate::domain::record::{Relation, Target, ValueRef};
use crate::domain::rules::check::cell_text;

fn known() -> Targets {
    let mut targets = Targets::default();
    for (relation, id, name) in [
        (Relation::Pop, 3, "LON"),
        (Relation::Pop, 4, "FRA"),
        (Relation::Node, 31, "lon-n1"),
        (Relation::TransportProtocol, 3, "TLS"),
    ] {
        let name = Some(name.to_owned());
        targets.add(Target { relation, id, name, pop: None, attributes: Vec::new() });
    }
    for relation in Relation::ALL {
        targets.note_complete(relation);
    }
    targets
}

fn owned(arguments: &[&str]) -> Vec<String> {
    arguments.iter().map(|argument| (*argument).to_owned()).collect()
}

fn parsed(assignments: &[&str], nulls: &[&str]) -> Result<Assignments, Vec<String>> {
    Assignments::parse(&owned(assignments), &owned(nulls))
        .map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect())
}

fn values(assignments: &[&str]) -> Result<Vec<(FieldId, Value)>, Vec<String>> {
    parsed(assignments, &[])?
        .values(&known())
        .map_err(|findings| findings.into_iter().map(|finding| finding.message).collect())
}

#[test]
fn each_kind_of_field_takes_its_values() {
    let values = values(&[
        "enabled=no",
        "pop=lon",
        "node=31",
        "transport=TLS",
        "expire=600",
        "contact=sip:a@b;x=y",
        "sip-schema-id=sips",
        "auth_password= x ",
        "DOMAIN=",
    ]);
    let text = |text: &str| Value::Text(text.to_owned());
    assert_eq!(
        values.unwrap(),
        [
            (FieldId::Enabled, Value::Flag(false)),
            (FieldId::Pop, Value::Reference(3)),
            (FieldId::Node, Value::Reference(31)),
            (FieldId::TransportProtocol, Value::Reference(3)),
            (FieldId::SipSchemaId, Value::Number(2)),
            (FieldId::Domain, Value::Null),
            (FieldId::Contact, text("sip:a@b;x=y")),
            (FieldId::AuthPassword, Value::Secret(Secret::new(" x "))),
            (FieldId::Expire, Value::Number(600)),
        ]
    );
}

#[test]
fn a_route_set_is_given_at_once_or_piece_by_piece() {
    let routes = Value::Texts(owned(&["<sip:a;lr>", "<sip:b;lr>"]));
    assert_eq!(values(&["route-set=<sip:a;lr> <sip:b;lr>"]).unwrap(), [(FieldId::RouteSet, routes.clone())]);
    assert_eq!(values(&["route-set=<sip:a;lr>", "route-set=<sip:b;lr>"]).unwrap(), [(FieldId::RouteSet, routes)]);
    let none = parsed(&[], &["route-set"]).unwrap().values(&known()).unwrap();
    assert_eq!(none, [(FieldId::RouteSet, Value::Texts(Vec::new()))]);
}

#[test]
fn null_is_asked_for_by_name() {
    let nulls = parsed(&["name=x"], &["expire", "POP"]).unwrap();
    assert!(nulls.refer_to().is_empty());
    let values = nulls.values(&Targets::default()).unwrap();
    assert_eq!(values[1..], [(FieldId::Pop, Value::Null), (FieldId::Expire, Value::Null)]);
}

#[test]
fn a_wrong_name_is_answered_with_the_nearest_right_one() {
    let reported = |argument| parsed(&[argument], &[]).unwrap_err().remove(0);
    assert_eq!(reported("expires=5"), "no field \"expires\"; did you mean expire?");
    assert_eq!(reported("dom=x"), "no field \"dom\"; did you mean domain?");
    assert_eq!(reported("colour=x"), "no field \"colour\"");
    assert_eq!(reported("id=5"), "id: the server assigns IDs; they cannot be changed");
    assert_eq!(reported("=x"), "no field \"\"");
    assert_eq!(reported("expire"), "expire: value missing: use expire=VALUE, or --null expire to clear it");
    assert_eq!(parsed(&[], &["expires"]).unwrap_err(), ["no field \"expires\"; did you mean expire?"]);
}

#[test]
fn a_wrong_value_is_answered_with_what_would_be_right() {
    let reported = |argument| values(&[argument]).unwrap_err().remove(0);
    assert!(reported("pop=LOM").contains("LON"), "{}", reported("pop=LOM"));
    assert_eq!(reported("pop=99"), "no POP with ID 99");
    assert!(reported("expire=soon").contains("2147483647"), "{}", reported("expire=soon"));
    assert!(reported("enabled=maybe").contains("yes"), "{}", reported("enabled=maybe"));
}

#[test]
fn a_field_is_given_once() {
    assert_eq!(parsed(&["name=a", "name=b"], &[]).unwrap_err(), ["name is given twice; give it once"]);
    assert_eq!(parsed(&["expire=5"], &["expire"]).unwrap_err(), ["expire is given twice; give it once"]);
}

#[test]
fn every_mistake_is_told_at_once() {
    assert_eq!(parsed(&["x1=a", "name=b", "y1=c"], &["z1"]).unwrap_err().len(), 3);
}

#[test]
fn a_password_is_repeated_nowhere() {
    let reported = parsed(&["auth-password", "hunter2"], &[]).unwrap_err().join(" ");
    assert!(!reported.contains("hunter2"), "{reported}");
    let given = parsed(&["auth-password=hunter2"], &[]).unwrap();
    assert!(!format!("{given:?}").contains("hunter2"));
}

#[test]
fn a_dash_asks_for_the_password() {
    let mut given = parsed(&["auth-password=-"], &[]).unwrap();
    assert_eq!(given.asked().collect::<Vec<_>>(), [FieldId::AuthPassword]);
    assert_eq!(given.values(&known()).unwrap(), []);
    given.answer(FieldId::AuthPassword, Secret::new("hunter2"));
    assert_eq!(given.asked().count(), 0);
    let secret = Value::Secret(Secret::new("hunter2"));
    assert_eq!(given.values(&known()).unwrap(), [(FieldId::AuthPassword, secret)]);
}

proptest! {
    #[test]
    fn no_argument_is_too_strange(arguments in proptest::collection::vec(any::<String>(), 0..6)) {
        if let Ok(given) = Assignments::parse(&arguments, &arguments) {
            let _ = given.values(&known());
        }
    }

    #[test]
    fn any_text_arrives_as_it_was_typed(text in "[^\0]{1,40}") {
        let given = Assignments::parse(&[format!("contact={text}")], &[]).unwrap();
        let values = given.values(&known()).unwrap();
        prop_assert_eq!(&values, &[(FieldId::Contact, Value::Text(text.clone()))]);
        prop_assert_eq!(cell_text(FieldId::Contact, ValueRef::Text(&text), &known()), Some(text));
    }
}
