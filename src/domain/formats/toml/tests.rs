use proptest::prelude::*;

use crate::domain::change::Draft;
use crate::domain::formats::toml::*;
use crate::domain::record::{Registration, Secret, Target, Value};

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn estate() -> Targets {
    let mut targets = Targets::default();
    for (relation, id, name) in [
        (Relation::Pop, 2, "LON"),
        (Relation::Pop, 3, "any"),
        (Relation::Pop, 4, "2"),
        (Relation::Pop, 5, "x\nenabled = false\u{202e}"),
        (Relation::Pop, 6, ""),
        (Relation::Node, 12, "lon-n1"),
        (Relation::Node, 14, "twin"),
        (Relation::Node, 15, "twin"),
        (Relation::TransportProtocol, 1, "UDP"),
        (Relation::TransportProtocol, 3, "TLS"),
    ] {
        targets.add(Target { relation, id, name: Some(name.to_owned()), pop: None, attributes: Vec::new() });
    }
    targets.note_complete(Relation::Pop);
    targets.follow("/leads/to/2".into(), Some(2));
    targets.follow("/leads/nowhere".into(), None);
    targets
}

fn acme() -> Registration {
    let mut record = Registration::new(13);
    for (field, value) in [
        (FieldId::Name, text("acme-lon-main")),
        (FieldId::Enabled, Value::Flag(true)),
        (FieldId::Pop, Value::Reference(2)),
        (FieldId::Node, Value::Null),
        (FieldId::TransportProtocol, Value::Reference(1)),
        (FieldId::SipSchemaId, Value::Number(1)),
        (FieldId::Domain, text("sip.acme.example")),
        (FieldId::Username, text("493000")),
        (FieldId::DisplayUsername, text("")),
        (FieldId::Contact, text("sip:493000@[2001:db8::1]:5060")),
        (FieldId::RouteSet, Value::Texts(vec!["<sip:a;lr>".into(), "<sip:b;lr>".into()])),
        (FieldId::AuthUser, text("acme")),
        (FieldId::AuthPassword, Value::Secret(Secret::new("hunter2"))),
        (FieldId::Expire, Value::Null),
        (FieldId::ForceExpire, Value::Flag(false)),
        (FieldId::RetryDelay, Value::Number(5)),
        (FieldId::MaxAttempts, Value::Number(10)),
    ] {
        record.set(field, value);
    }
    record
}

fn written() -> String {
    write(&acme(), &estate(), TomlPassword::Left)
}

/// What acme's text with this line in place of another wants.
fn replaced(old: &str, new: &str) -> Result<Vec<(FieldId, Value)>, Vec<TomlError>> {
    let text = written();
    assert_eq!(text.matches(old).count(), 1, "{old:?} in {text}");
    read(&text.replace(old, new), &acme(), &estate())
}

fn mistake(old: &str, new: &str) -> String {
    let mistakes = replaced(old, new).unwrap_err();
    let line = written().split(old).next().unwrap().matches('\n').count() + 1;
    assert_eq!(mistakes.iter().map(|mistake| mistake.line).collect::<Vec<_>>(), [line]);
    mistakes[0].message.clone()
}

#[test]
fn each_field_is_a_key_with_its_meaning_and_what_it_takes() {
    let text = written();
    for expected in [
        "# Registration 13: acme-lon-main\n",
        "\n# == WHERE ===",
        "\n# Only nodes of this point of presence register. Empty: any.\n",
        "\n# The name of a POP in quotes, or its id. Not set: any.\n",
        "\npop = \"LON\"  # id 2\n",
        "\n# node =  # not set: any\n",
        "\n# Known: lon-n1 (12), twin (14), twin (15), maybe more.\n",
        "\nsip-schema-id = 1  # sip\n",
        "\n# display-username =  # not set: not set\n",
        "\nroute-set = [\n    \"<sip:a;lr>\",\n    \"<sip:b;lr>\",\n]\n",
        "\n# 0..2147483647 s. Not set: node default.\n# expire =  # not set: node default\n",
        "\nretry-delay = 5  # s\n",
        "\n# sip-interface-name =  # not sent by the server\n",
    ] {
        assert!(text.contains(expected), "{expected:?} is not in\n{text}");
    }
    let places: Vec<_> = FieldId::all().map(|field| text.find(&format!("{} =", field.field().name))).collect();
    assert!(places.is_sorted() && places[0].is_some());
}

#[test]
fn the_password_is_in_the_text_only_if_asked_for() {
    assert!(!written().contains("hunter2"));
    let mut odd = acme();
    odd.set(FieldId::AuthPassword, Value::Odd("\"hunter2\"".into()));
    for passwords in [TomlPassword::Left, TomlPassword::Included] {
        assert!(!write(&odd, &estate(), passwords).contains("hunter2"));
    }
    let asked = write(&acme(), &estate(), TomlPassword::Included);
    assert!(asked.contains("\nauth-password = \"hunter2\"\n"));
    let without = asked.replace("auth-password = \"hunter2\"\n", "");
    assert_eq!(read(&without, &acme(), &estate()), Ok(Vec::new()));
}

#[test]
fn a_password_is_changed_by_a_key_and_removed_by_an_empty_one() {
    let wanted = |new: &str| replaced("# auth-password =  # set, not in this text", new).unwrap();
    let secret = Value::Secret(Secret::new("new"));
    assert_eq!(wanted("auth-password = \"new\""), [(FieldId::AuthPassword, secret)]);
    assert_eq!(wanted("auth-password = \"\""), [(FieldId::AuthPassword, Value::Null)]);
    let reported = mistake("# auth-password =  # set, not in this text", "auth-password = 12345678");
    assert_eq!(reported, "auth-password: must be text in quotes");
}

#[test]
fn an_optional_key_taken_out_means_not_set_and_a_required_one_stays() {
    assert_eq!(replaced("pop = \"LON\"", "# pop"), Ok(vec![(FieldId::Pop, Value::Null)]));
    assert_eq!(replaced("max-attempts = 10", "# "), Ok(vec![(FieldId::MaxAttempts, Value::Null)]));
    assert_eq!(replaced("\nretry-delay = 5", "\n# "), Ok(Vec::new()));
    let routes = "route-set = [\n    \"<sip:a;lr>\",\n    \"<sip:b;lr>\",\n]";
    assert_eq!(replaced(routes, ""), Ok(vec![(FieldId::RouteSet, Value::Texts(Vec::new()))]));
}

#[test]
fn an_emptied_file_wants_nothing() {
    for text in ["", " \n\n", "# all\n# gone\n", "\u{feff}"] {
        assert_eq!(read(text, &acme(), &estate()), Ok(Vec::new()));
    }
}

#[test]
fn a_target_is_given_by_name_or_id() {
    let wanted = |pop: &str| replaced("pop = \"LON\"", &format!("pop = {pop}")).unwrap();
    assert_eq!(wanted("4"), [(FieldId::Pop, Value::Reference(4))]);
    assert_eq!(wanted("\"2\""), [(FieldId::Pop, Value::Reference(4))]);
    assert_eq!(wanted("2"), []);
    assert_eq!(wanted("\"#9\""), [(FieldId::Pop, Value::Reference(9))]);
    assert_eq!(wanted("\"lon\""), []);
    let node = |node: &str| replaced("# node =  #", &format!("node = {node} #"));
    assert_eq!(node("\"lon-n1\""), Ok(vec![(FieldId::Node, Value::Reference(12))]));
    assert_eq!(node("\"any\""), Ok(Vec::new()));
}

#[test]
fn mistakes_say_where_and_what_would_be_accepted() {
    assert_eq!(mistake("retry-delay = 5", "retry_delay = 5"), "no field \"retry_delay\"; did you mean retry-delay?");
    assert_eq!(
        mistake("transport-protocol = \"UDP\"", "transport = \"UDP\""),
        "no field \"transport\"; did you mean transport-protocol?"
    );
    assert_eq!(mistake("retry-delay = 5", "colour = 5"), "no field \"colour\"; remove it or comment it out with #");
    assert_eq!(mistake("retry-delay = 5", "id = 5"), "the ID cannot be changed; remove the line");
    assert_eq!(mistake("retry-delay = 5", "retry-delay = 5.5"), "retry-delay: must be a whole number, 1..32767");
    assert_eq!(mistake("retry-delay = 5", "retry-delay = \"soon\""), "retry-delay: must be 1..32767");
    assert_eq!(
        mistake("retry-delay = 5", "retry-delay ="),
        "retry-delay: no value; add one or comment the line out with #"
    );
    assert_eq!(mistake("sip-schema-id = 1", "sip-schema-id = 3"), "sip-schema-id: must be 1 (sip) or 2 (sips)");
    assert_eq!(mistake("enabled = true", "enabled = 1"), "enabled: must be true or false");
    assert_eq!(mistake("username = \"493000\"\n", "username = 493000\n"), "username: must be text in quotes");
    assert_eq!(mistake("pop = \"LON\"", "pop = LON"), "pop: text must be in quotes");
    assert_eq!(mistake("pop = \"LON\"", "pop = \"LOM\""), "pop: no POP is called \"LOM\"; did you mean \"LON\"?");
    assert_eq!(mistake("pop = \"LON\"", "pop = -1"), "pop: no POP has such an id");
    assert_eq!(mistake("    \"<sip:a;lr>\",", "    7,"), "route-set: each entry is a text in quotes");
    let all = written().replace("pop = \"LON\"", "pop = []").replace("enabled = true", "enabled = 0");
    assert_eq!(read(&all, &acme(), &estate()).unwrap_err().len(), 2);
}

#[test]
fn words_stand_for_choices_and_numbers_may_be_grouped() {
    let wanted = replaced("sip-schema-id = 1", "sip-schema-id = \"sips\"");
    assert_eq!(wanted, Ok(vec![(FieldId::SipSchemaId, Value::Number(2))]));
    let wanted = replaced("# expire =", "expire = 3_600");
    assert_eq!(wanted, Ok(vec![(FieldId::Expire, Value::Number(3600))]));
    let wanted = replaced("# expire =", "expire = 0x10");
    assert_eq!(wanted, Ok(vec![(FieldId::Expire, Value::Number(16))]));
}

#[test]
fn a_value_that_the_server_should_not_have_is_no_mistake_of_the_user() {
    let mut record = acme();
    record.set(FieldId::SipSchemaId, Value::Number(7));
    record.set(FieldId::Expire, Value::Odd("{\"a\":\n1}".into()));
    let text = write(&record, &estate(), TomlPassword::Left);
    assert_eq!(read(&text, &record, &estate()), Ok(Vec::new()));
    assert!(text.contains("\n# expire =  # holds a value of another type: {\"a\":^J1}\n"), "{text}");
}

#[test]
fn mistakes_are_shown_on_top_with_the_lines_of_that_text() {
    let wrong = written().replace("pop = \"LON\"", "pop = []").replace("enabled = true", "enabled = 0");
    let shown = with_mistakes(&wrong, &read(&wrong, &acme(), &estate()).unwrap_err());
    for mistake in read(&shown, &acme(), &estate()).unwrap_err() {
        assert!(shown.contains(&format!("#! {mistake}\n")), "{shown}");
    }
    let again = with_mistakes(&shown, &read(&shown, &acme(), &estate()).unwrap_err());
    assert_eq!(again, shown);
    let fixed = shown.replace("pop = []", "pop = 4").replace("enabled = 0", "enabled = true");
    assert_eq!(read(&fixed, &acme(), &estate()), Ok(vec![(FieldId::Pop, Value::Reference(4))]));
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{0,12}", "\\PC{0,8}", any::<String>(), "[\"'\\\\\n\r\t#=\u{0}\u{1b}\u{7f}\u{85}\u{202e}]{0,8}"]
}

/// Any value that a person may want in this field.
fn value_of(field: FieldId) -> BoxedStrategy<Value> {
    let null = Just(Value::Null);
    match field.field().kind {
        ValueKind::Text => prop_oneof![null, any_text().prop_map(Value::Text)].boxed(),
        ValueKind::Secret => prop_oneof![null, any_text().prop_map(|text| Value::Secret(Secret::new(text)))].boxed(),
        ValueKind::Flag => any::<bool>().prop_map(Value::Flag).boxed(),
        ValueKind::Number { .. } => prop_oneof![null, any::<i64>().prop_map(Value::Number)].boxed(),
        ValueKind::Choice(_) => (1_i64..=2).prop_map(Value::Number).boxed(),
        ValueKind::Texts => proptest::collection::vec(any_text(), 0..4).prop_map(Value::Texts).boxed(),
        ValueKind::Reference(_) => {
            prop_oneof![null, (0_u64..20).prop_map(Value::Reference), any::<u64>().prop_map(Value::Reference)].boxed()
        }
    }
}

/// Any value that a server may send in this field.
fn reported(field: FieldId) -> BoxedStrategy<Value> {
    prop_oneof![
        6 => value_of(field),
        1 => Just(Value::Missing),
        1 => Just(Value::Null),
        1 => Just(Value::Withheld),
        1 => any_text().prop_map(Value::Odd),
        1 => any_text().prop_map(Value::Text),
        1 => any::<i64>().prop_map(Value::Number),
        1 => prop_oneof!["/leads/to/2", "/leads/nowhere", "/x"].prop_map(Value::Linked),
    ]
    .boxed()
}

fn any_record() -> impl Strategy<Value = Registration> {
    FieldId::all().map(reported).collect::<Vec<_>>().prop_map(|values| {
        let mut record = Registration::new(13);
        for (field, value) in FieldId::all().zip(values) {
            record.set(field, value);
        }
        record
    })
}

fn any_change() -> impl Strategy<Value = (FieldId, Value)> {
    (0..FieldId::all().count()).prop_flat_map(|index| {
        let field = FieldId::all().nth(index).unwrap();
        (Just(field), value_of(field))
    })
}

proptest! {
    #[test]
    fn a_text_left_alone_changes_nothing(record in any_record(), asked in any::<bool>()) {
        let passwords = if asked { TomlPassword::Included } else { TomlPassword::Left };
        let text = write(&record, &estate(), passwords);
        prop_assert_eq!(read(&text, &record, &estate()), Ok(Vec::new()));
    }

    #[test]
    fn a_changed_value_is_exactly_that_change(mut record in any_record(), change in any_change()) {
        let (field, value) = change;
        // So that a required field can be seen to change, and that the text is never without a key.
        record.set(FieldId::Enabled, Value::Flag(true));
        let mut draft = Draft::new(record.clone(), None);
        draft.set(field, value);
        if let Said::Value(before) = said(&record, field, &estate()) {
            // A link and the target that it leads to are the same to whoever reads.
            if draft.value(field) == before {
                draft.revert(field);
            }
        }
        let mut text = write(&draft, &estate(), TomlPassword::Included);
        let unset = matches!(said(&draft, field, &estate()), Said::Unset);
        if draft.is_changed(field) && unset {
            // Taking out a required key, the password's or one that was not sent keeps the value.
            text = format!("{text}{} = \"\"\n", field.field().name);
        }
        let expected: Vec<(FieldId, Value)> = draft
            .changes()
            .iter()
            .filter(|_| !(unset && matches!(said(&record, field, &estate()), Said::Unset)))
            .map(|(field, value)| (*field, value.clone()))
            .collect();
        prop_assert_eq!(read(&text, &record, &estate()), Ok(expected));
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in any::<String>()) {
        let _ = read(&text, &acme(), &estate()).map_err(|mistakes| with_mistakes(&text, &mistakes));
    }

    #[test]
    fn a_mangled_text_is_read_without_a_panic(
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), 0_usize..12, "[\\[\\]{}\"'=.,#\n\\\\a-z0-9-]{0,6}"), 1..8),
    ) {
        let mut chars: Vec<char> = written().chars().collect();
        for (at, gone, put) in cuts {
            let at = at.index(chars.len());
            let end = (at + gone).min(chars.len());
            chars.splice(at..end, put.chars());
        }
        let text: String = chars.into_iter().collect();
        if let Err(mistakes) = read(&text, &acme(), &estate()) {
            prop_assert!(mistakes.iter().all(|mistake| mistake.line >= 1 && mistake.line <= text.lines().count() + 1));
            let _ = with_mistakes(&text, &mistakes);
        }
    }
}

#[test]
fn a_password_over_several_lines_is_not_kept_either() {
    assert_eq!(without_password("a = 1\nauth-password = \"\"\"\nhunter2\n\"\"\"\nb = 2\n"), "a = 1\nb = 2\n");
}
