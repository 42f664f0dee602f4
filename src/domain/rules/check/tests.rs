//! The rules, each at its edges; the tables of values stand in `values` and
//! `attributes`, records compared with others in `others`.

mod attributes;
mod others;
mod values;

use proptest::prelude::*;

use crate::domain::record::{FieldId, Registration, Relation, Secret, Target, Targets, Value, ValueRef};
use crate::domain::rules::Census;
use crate::domain::rules::check::*;
use crate::domain::rules::rule::subject::OnServer;

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn routes(entries: &[&str]) -> Value {
    Value::Texts(entries.iter().map(|entry| (*entry).to_owned()).collect())
}

fn estate() -> Targets {
    let mut targets = Targets::default();
    let known = [
        (Relation::Pop, 2, "LON", None),
        (Relation::Pop, 3, "AMS", None),
        (Relation::Pop, 4, "7", None),
        (Relation::Node, 12, "lon-n1", Some(2)),
        (Relation::Node, 13, "ams-n1", Some(3)),
        (Relation::Node, 14, "twin", Some(3)),
        (Relation::Node, 15, "twin", Some(3)),
        (Relation::TransportProtocol, 1, "UDP", None),
        (Relation::TransportProtocol, 2, "TCP", None),
        (Relation::TransportProtocol, 3, "TLS", None),
    ];
    for (relation, id, name, pop) in known {
        targets.add(Target { relation, id, name: Some(name.to_owned()), pop, attributes: Vec::new() });
    }
    for relation in Relation::ALL {
        targets.note_complete(relation);
    }
    targets
}

/// A record with which nothing is wrong.
fn sound() -> Registration {
    let mut record = Registration::new(7);
    for (field, value) in [
        (FieldId::Name, text("acme-fra-main")),
        (FieldId::Enabled, Value::Flag(true)),
        (FieldId::Pop, Value::Reference(2)),
        (FieldId::Node, Value::Null),
        (FieldId::TransportProtocol, Value::Reference(1)),
        (FieldId::SipInterfaceName, Value::Null),
        (FieldId::SipSchemaId, Value::Number(1)),
        (FieldId::Domain, text("sip.acme.example")),
        (FieldId::Username, text("+493000;phone=1")),
        (FieldId::DisplayUsername, text("受付")),
        (FieldId::Contact, text("<sip:493000@[2001:db8::1]:5060;transport=tcp>")),
        (FieldId::RouteSet, routes(&["<sip:edge1.acme.example;lr>", "<sip:hop:5061;transport=udp;lr>"])),
        (FieldId::AuthUser, text("acme")),
        (FieldId::AuthPassword, Value::Withheld),
        (FieldId::Expire, Value::Null),
        (FieldId::ForceExpire, Value::Flag(false)),
        (FieldId::RetryDelay, Value::Number(5)),
        (FieldId::MaxAttempts, Value::Null),
    ] {
        record.set(field, value);
    }
    record
}

/// What is wrong with a value by itself.
fn value_alone(field: FieldId, value: ValueRef<'_>) -> Vec<Finding> {
    let targets = Targets::default();
    let mut alone = Registration::new(0);
    alone.set(field, value.to_value());
    record(&alone, &CheckContext::new(&targets, None, OnServer::Loaded))
}

fn worst_of(field: FieldId, value: &Value) -> Option<Severity> {
    value_alone(field, value.as_ref()).into_iter().map(|finding| finding.severity).max()
}

/// What is found in one field of a record that is sound but for these changes.
fn found(changes: &[(FieldId, Value)], field: FieldId) -> Vec<(Severity, String)> {
    let mut record = sound();
    for (changed, value) in changes {
        record.set(*changed, value.clone());
    }
    let targets = estate();
    let mut other = sound();
    other.set(FieldId::SipInterfaceName, text("input"));
    let mut third = Registration::new(25);
    third.set(FieldId::Name, text("taken"));
    let census = Census::of([&record, &other, &third], &targets);
    let context = CheckContext::new(&targets, Some(&census), OnServer::Loaded);
    let findings = crate::domain::rules::check::record(&record, &context);
    assert_eq!(findings.iter().map(|finding| finding.severity).max(), verdict(&record, &context).worst);
    for finding in &findings {
        assert!(changes.is_empty() || finding.field == field, "{finding:?}");
    }
    findings.into_iter().map(|finding| (finding.severity, finding.message)).collect()
}

fn sentence(changes: &[(FieldId, Value)], field: FieldId) -> String {
    found(changes, field).into_iter().map(|(_, message)| message).collect::<Vec<_>>().join(" | ")
}

const E: Option<Severity> = Some(Severity::Error);
const W: Option<Severity> = Some(Severity::Warning);
const I: Option<Severity> = Some(Severity::Info);
const D: Option<Severity> = Some(Severity::Down);

#[test]
fn nothing_is_found_in_a_sound_record() {
    assert_eq!(found(&[], FieldId::Name), []);
}

#[test]
fn each_rule_of_a_single_value_holds_at_its_edges() {
    use FieldId::{
        AuthPassword, Contact, DisplayUsername, Domain, Enabled, Expire, ForceExpire, MaxAttempts, Name, RetryDelay,
        RouteSet, SipInterfaceName, SipSchemaId, TransportProtocol, Username,
    };
    let number = Value::Number;
    let cases = [
        (Name, text("  "), E),
        (Name, Value::Null, E),
        (Name, text(" a"), W),
        (Name, text("a b"), None),
        (Name, text("a\0b"), E),
        (Name, text("a\u{1b}[2J"), W),
        (Enabled, Value::Null, E),
        (Enabled, Value::Odd("\"yes\"".into()), E),
        (TransportProtocol, Value::Null, E),
        (TransportProtocol, Value::Linked("/x".into()), None),
        (SipSchemaId, number(1), None),
        (SipSchemaId, number(2), None),
        (SipSchemaId, number(3), E),
        (SipSchemaId, Value::Null, E),
        (SipInterfaceName, text(""), None),
        (SipInterfaceName, text("in put"), W),
        (Domain, text(""), E),
        (Domain, text("sip:acme.example"), D),
        (Domain, text("SIPS:acme.example"), D),
        (Domain, text("u@acme.example"), D),
        (Domain, text("acme.example "), D),
        (Domain, text("sipgate.example"), None),
        (Username, text("\u{a0}"), E),
        (Username, text("a b"), W),
        (Username, text("a@b"), W),
        (Username, text("<a>"), W),
        (Username, text("a%2Fb"), None),
        (Username, text("a%2"), W),
        (Username, text("ü"), W),
        (DisplayUsername, text("a\u{7}"), W),
        (DisplayUsername, Value::Null, None),
        (AuthPassword, Value::Secret(Secret::new(" x")), W),
        (AuthPassword, Value::Secret(Secret::new("x y")), None),
        (Contact, Value::Null, E),
        (Contact, text("sips:u@h"), E),
        (Contact, text("SIP:u@h"), E),
        (Contact, text("foo sip:u@d bar"), W),
        (Contact, text("<sip:u@d>"), None),
        (Contact, text("sip:h"), W),
        (Contact, text("sip:@h"), W),
        (Contact, text("sip:u@h"), None),
        (RouteSet, Value::Null, E),
        (RouteSet, routes(&[]), None),
        (RouteSet, routes(&["tel:1"]), D),
        (RouteSet, routes(&[""]), D),
        (RouteSet, routes(&["<sip:a;lr"]), D),
        (RouteSet, routes(&["<sip:a;lr>,<sip:b;lr>"]), W),
        (RouteSet, routes(&["<sip:a>"]), W),
        (RouteSet, routes(&["<SIPS:a;LR=on>"]), W),
        (RouteSet, routes(&["sip:;lr"]), D),
        (Expire, number(-1), E),
        (Expire, number(0), I),
        (Expire, number(59), W),
        (Expire, number(60), None),
        (Expire, number(86_400), None),
        (Expire, number(86_401), W),
        (Expire, number(2_147_483_647), W),
        (Expire, number(2_147_483_648), E),
        (Expire, Value::Null, None),
        (Expire, Value::Odd("\"abc\"".into()), E),
        (ForceExpire, Value::Null, E),
        (RetryDelay, Value::Null, E),
        (RetryDelay, number(0), E),
        (RetryDelay, number(4), W),
        (RetryDelay, number(5), None),
        (RetryDelay, number(600), None),
        (RetryDelay, number(601), W),
        (RetryDelay, number(32_767), W),
        (RetryDelay, number(32_768), E),
        (MaxAttempts, Value::Null, None),
        (MaxAttempts, number(0), E),
        (MaxAttempts, number(1), None),
        (MaxAttempts, number(32_768), E),
    ];
    for (field, value, expected) in cases {
        assert_eq!(worst_of(field, &value), expected, "{field:?} {value:?}");
    }
}

#[test]
fn what_the_server_did_not_tell_is_not_judged() {
    for field in FieldId::all() {
        assert_eq!(value_alone(field, ValueRef::Missing), []);
    }
}

#[test]
fn a_new_record_needs_the_texts_for_which_there_is_no_default() {
    let targets = Targets::default();
    let context = CheckContext::new(&targets, None, OnServer::New);
    let wanted: Vec<FieldId> = crate::domain::rules::check::record(&Registration::new(0), &context)
        .into_iter()
        .map(|finding| finding.field)
        .collect();
    assert_eq!(wanted, [FieldId::Name, FieldId::Domain, FieldId::Username, FieldId::Contact]);
}

#[test]
fn numbers_are_explained_with_their_range() {
    let message = |field, value: Value| value_alone(field, value.as_ref()).remove(0).message;
    assert_eq!(
        message(FieldId::Expire, Value::Number(-1)),
        "must be 0..2147483647, or empty = node default (usually 1800)"
    );
    assert_eq!(message(FieldId::MaxAttempts, Value::Number(0)), "must be 1..32767, or empty = no limit");
    assert_eq!(message(FieldId::RetryDelay, Value::Null), "cannot be empty; must be 1..32767");
    assert_eq!(message(FieldId::SipSchemaId, Value::Number(3)), "must be 1 (sip) or 2 (sips)");
    assert_eq!(message(FieldId::Username, text("a@b")), "contains '@', which a SIP URI must write as %40");
}

#[test]
fn a_node_outside_the_pop_is_told_by_name() {
    let changes = [(FieldId::Pop, Value::Reference(3)), (FieldId::Node, Value::Reference(12))];
    assert_eq!(sentence(&changes, FieldId::Pop), "lon-n1 is in POP LON, not AMS: no node will load it");
}

#[test]
fn a_record_for_every_node_is_warned_about_with_their_number() {
    let changes = [(FieldId::Pop, Value::Null)];
    assert_eq!(
        sentence(&changes, FieldId::Node),
        "neither POP nor node is set: 4 nodes will register the same address"
    );
}

#[test]
fn fields_that_do_not_fit_together_are_told() {
    assert!(sentence(&[(FieldId::SipSchemaId, Value::Number(2))], FieldId::SipSchemaId).contains("TLS"));
    let direct = [(FieldId::SipSchemaId, Value::Number(2)), (FieldId::RouteSet, routes(&[]))];
    assert_eq!(sentence(&direct, FieldId::SipSchemaId), "");
    assert!(sentence(&[(FieldId::AuthPassword, text(""))], FieldId::AuthUser).contains("without an auth-password"));
    assert!(sentence(&[(FieldId::AuthUser, Value::Null)], FieldId::AuthUser).contains("not copied"));
    assert_eq!(sentence(&[(FieldId::ForceExpire, Value::Flag(true))], FieldId::ForceExpire), "");
    assert_eq!(
        sentence(&[(FieldId::Pop, Value::Reference(99))], FieldId::Pop),
        "POP 99 has no node: no node will load it | no POP with ID 99 was found on the server; it must exist"
    );
}

#[test]
fn names_and_interfaces_are_compared_with_the_other_records() {
    assert!(sentence(&[(FieldId::Name, text("taken"))], FieldId::Name).contains("registration 25"));
    assert!(sentence(&[(FieldId::SipInterfaceName, text("inptu"))], FieldId::SipInterfaceName).contains("no other"));

    let mut first = sound();
    first.set(FieldId::SipInterfaceName, text("input"));
    let mut second = Registration::from_record(&first);
    second.set(FieldId::Name, text("other"));
    let census = Census::of([&first, &second], &estate());
    assert_eq!(census.namesake("acme-fra-main", 7), None);
    assert_eq!(census.namesake("acme-fra-main", 8), Some(7));
    assert_eq!(census.namesake("ACME-fra-main", 8), None);
    assert_eq!(census.interface_mate("input", 8), Some(7));
}

#[test]
fn typed_words_become_values() {
    let targets = estate();
    let read = |field, text: &str| parse(field, text, &targets).map_err(|finding| finding.message);
    assert_eq!(read(FieldId::Expire, " 3600 "), Ok(Value::Number(3600)));
    assert_eq!(read(FieldId::Expire, ""), Ok(Value::Null));
    assert_eq!(read(FieldId::Expire, "node default"), Ok(Value::Null));
    assert_eq!(
        read(FieldId::Expire, "1h"),
        Err("must be 0..2147483647, or empty = node default (usually 1800)".into())
    );
    assert_eq!(read(FieldId::RetryDelay, "99999999999999999999"), Err("must be 1..32767".into()));
    for yes in ["yes", "TRUE", " on", "1"] {
        assert_eq!(read(FieldId::Enabled, yes), Ok(Value::Flag(true)));
    }
    for no in ["no", "False", "off ", "0"] {
        assert_eq!(read(FieldId::Enabled, no), Ok(Value::Flag(false)));
    }
    assert_eq!(read(FieldId::Enabled, "maybe"), Err("must be yes or no".into()));
    assert_eq!(read(FieldId::SipSchemaId, "SIPS"), Ok(Value::Number(2)));
    assert_eq!(read(FieldId::SipSchemaId, "2"), Ok(Value::Number(2)));
    assert_eq!(read(FieldId::SipSchemaId, "3"), Err("must be 1 (sip) or 2 (sips)".into()));
    assert_eq!(read(FieldId::Name, " a "), Ok(text(" a ")));
    assert_eq!(read(FieldId::DisplayUsername, ""), Ok(Value::Null));
    assert_eq!(read(FieldId::RouteSet, " <sip:a;lr> \r\n\n sip:b "), Ok(routes(&["<sip:a;lr>", "sip:b"])));
    assert_eq!(parse_cell(FieldId::RouteSet, "<sip:a;lr>  sip:b", &targets), Ok(routes(&["<sip:a;lr>", "sip:b"])));
}

#[test]
fn targets_are_found_by_name_then_by_id() {
    let targets = estate();
    let read = |field, text: &str| parse(field, text, &targets).map_err(|finding| finding.message);
    assert_eq!(read(FieldId::Pop, "lon"), Ok(Value::Reference(2)));
    assert_eq!(read(FieldId::Pop, "3"), Ok(Value::Reference(3)));
    assert_eq!(read(FieldId::Pop, "7"), Ok(Value::Reference(4)), "a pop that is called 7");
    assert_eq!(read(FieldId::Pop, "#7"), Ok(Value::Reference(7)));
    assert_eq!(read(FieldId::Pop, "any"), Ok(Value::Null));
    assert_eq!(read(FieldId::Pop, "LOM"), Err("no POP is called \"LOM\"; did you mean \"LON\"?".into()));
    assert_eq!(read(FieldId::Node, "twin"), Err("several nodes are called \"twin\"; give the id: #14, #15".into()));
    assert_eq!(edit_text(FieldId::Node, ValueRef::Reference(14), &targets), Some("#14".into()));
    assert_eq!(edit_text(FieldId::Pop, ValueRef::Reference(4), &targets), Some("7".into()));
    assert!(parse(FieldId::Pop, "LON", &Targets::default()).unwrap_err().message.contains("give its id"));
}

#[test]
fn a_secret_has_no_text_to_edit_and_none_in_its_findings() {
    let targets = estate();
    let secret = Value::Secret(Secret::new(" hunter2\0"));
    assert_eq!(edit_text(FieldId::AuthPassword, secret.as_ref(), &targets), None);
    assert_eq!(edit_text(FieldId::AuthPassword, Value::Text("hunter2".into()).as_ref(), &targets), None);
    for value in [secret, Value::Odd("\"hunter2\"".into())] {
        for finding in value_alone(FieldId::AuthPassword, value.as_ref()) {
            assert!(!finding.message.contains("hunter2"));
        }
    }
}

#[test]
fn a_display_name_is_one_with_the_address_behind_it() {
    let read = |text: &str| match parse_cell(FieldId::RouteSet, text, &estate()) {
        Ok(Value::Texts(entries)) => entries,
        other => panic!("{other:?}"),
    };
    for (text, entries) in [
        ("\"Edge\" <sip:a;lr>", &["\"Edge\" <sip:a;lr>"][..]),
        ("\"Edge 1\"  <sip:a;lr> <sip:b;lr>", &["\"Edge 1\"  <sip:a;lr>", "<sip:b;lr>"]),
        ("<sip:b;lr> \"A \\\" B\"<sip:a;lr>", &["<sip:b;lr>", "\"A \\\" B\"<sip:a;lr>"]),
        ("\"Edge 1 <sip:a;lr>", &["\"Edge", "1", "<sip:a;lr>"]),
        ("\"a\" \"b\"", &["\"a\"", "\"b\""]),
        ("\"", &["\""]),
    ] {
        assert_eq!(read(text), entries, "{text}");
    }
}

/// A value as the field's kind has it.
fn fitting(field: FieldId) -> BoxedStrategy<Value> {
    use crate::domain::record::ValueKind;
    match field.field().kind {
        ValueKind::Text => prop_oneof![Just(Value::Null), ".+".prop_map(Value::Text)].boxed(),
        ValueKind::Secret => Just(Value::Null).boxed(),
        ValueKind::Flag => prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::Flag)].boxed(),
        ValueKind::Number { .. } => prop_oneof![Just(Value::Null), any::<i64>().prop_map(Value::Number)].boxed(),
        ValueKind::Choice(_) => prop_oneof![Just(Value::Null), (1_i64..=2).prop_map(Value::Number)].boxed(),
        ValueKind::Texts => {
            let entry =
                prop_oneof![".*", "(\\PC|[ \\\\\n\r\t\u{a0}ensu{}])*", "<sip:[a-z]{1,5};lr>", "\"[ \"<a\\\\]{0,6}"];
            proptest::collection::vec(entry, 0..4).prop_map(Value::Texts).boxed()
        }
        ValueKind::Reference(_) => prop_oneof![Just(Value::Null), (0_u64..20).prop_map(Value::Reference)].boxed(),
    }
}

proptest! {
    #[test]
    fn what_is_edited_without_a_change_stays_the_same(
        (field, value) in (0..FieldId::all().count()).prop_flat_map(|index| {
            let field = FieldId::all().nth(index).unwrap();
            (Just(field), fitting(field))
        }),
    ) {
        let targets = estate();
        let lines = edit_text(field, value.as_ref(), &targets).unwrap();
        prop_assert_eq!(parse(field, &lines, &targets), Ok(value.clone()));
        let words = cell_text(field, value.as_ref(), &targets).unwrap();
        prop_assert!(field != FieldId::RouteSet || !words.contains('\n'));
        prop_assert_eq!(parse_cell(field, &words, &targets), Ok(value));
    }

    #[test]
    fn no_text_makes_parsing_or_checking_panic(text in ".*", index in 0..FieldId::all().count()) {
        let field = FieldId::all().nth(index).unwrap();
        for parsed in [parse(field, &text, &estate()), parse_cell(field, &text, &estate())] {
            match parsed {
                Ok(value) => prop_assert!(value_alone(field, value.as_ref()).len() < 5_000),
                Err(finding) => prop_assert_eq!(finding.severity, Severity::Error),
            }
        }
    }
}
