use proptest::prelude::*;

use crate::domain::change::journal::*;
use crate::domain::record::{Registration, Secret};

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn secret(text: &str) -> Value {
    Value::Secret(Secret::new(text))
}

fn base() -> Registration {
    let mut base = Registration::new(13);
    for (field, value) in [
        (FieldId::Name, text("acme")),
        (FieldId::Enabled, Value::Flag(true)),
        (FieldId::Pop, Value::Reference(2)),
        (FieldId::AuthPassword, secret("hunter2")),
        (FieldId::Expire, Value::Null),
    ] {
        base.set(field, value);
    }
    base
}

fn author() -> Author {
    Author { profile: "PROD".into(), user: Some("alice".into()), pid: 7 }
}

fn line(action: Action, changes: &[(FieldId, Value)], ending: Ending) -> JournalLine {
    let mut draft = Draft::new(base(), None);
    for (field, value) in changes {
        draft.set(*field, value.clone());
    }
    let changes = Change::of_draft(&draft);
    JournalLine::of_changes(DateTime::UNIX_EPOCH, author(), action, draft.base(), changes, ending)
}

fn edit(changes: &[(FieldId, Value)]) -> JournalLine {
    line(Action::Edit, changes, Ending::Applied)
}

#[test]
fn a_line_reads_as_a_person_would_write_it() {
    let line = edit(&[(FieldId::Pop, Value::Reference(3)), (FieldId::Expire, Value::Number(60))])
        .with_request(Some("r-1".into()));
    assert_eq!(
        serde_json::to_string(&line).unwrap(),
        "{\"time\":\"1970-01-01T00:00:00.000Z\",\"profile\":\"PROD\",\"user\":\"alice\",\"action\":\"edit\",\
         \"id\":13,\"name\":\"acme\",\"fields\":[{\"field\":\"pop\",\"before\":2,\"after\":3},\
         {\"field\":\"expire\",\"before\":null,\"after\":60}],\"result\":\"applied\",\"request_id\":\"r-1\",\"pid\":7}"
    );
}

#[test]
fn a_password_is_told_to_have_changed_and_nothing_more() {
    let line = edit(&[(FieldId::AuthPassword, secret("correct horse"))]);
    let json = serde_json::to_string(&line).unwrap();
    assert!(json.contains(r#""before":"********","after":"********""#), "{json}");
    assert!(!json.contains("hunter2") && !json.contains("horse"), "{json}");
    assert!(!format!("{line:?}").contains("hunter2"));
}

#[test]
fn a_created_record_is_told_whole_and_an_unchanged_one_not_at_all() {
    let made = Change::between(&Registration::new(0), &base());
    let fields: Vec<FieldId> = made.iter().map(Change::field).collect();
    assert_eq!(fields, [FieldId::Name, FieldId::Enabled, FieldId::Pop, FieldId::AuthPassword]);
    assert_eq!(Change::between(&base(), &base()), []);
}

#[test]
fn a_line_of_a_version_that_knows_more_is_refused_not_guessed() {
    let json = serde_json::to_string(&edit(&[(FieldId::Expire, Value::Number(60))])).unwrap();
    assert!(serde_json::from_str::<JournalLine>(&json.replace("\"expire\"", "\"colour\"")).is_err());
    assert!(serde_json::from_str::<JournalLine>(&json.replace("\"edit\"", "\"teleport\"")).is_err());
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Missing),
        Just(Value::Null),
        any::<String>().prop_map(Value::Text),
        Just(Value::Withheld),
        "planted-[a-z]{8}".prop_map(|text| Value::Secret(Secret::new(text))),
        any::<bool>().prop_map(Value::Flag),
        any::<i64>().prop_map(Value::Number),
        proptest::collection::vec(any::<String>(), 0..3).prop_map(Value::Texts),
        any::<u64>().prop_map(Value::Reference),
        any::<String>().prop_map(Value::Linked),
        any::<String>().prop_map(Value::Odd),
    ]
}

/// Whether a field can hold a value at all: what has another type arrives as [`Value::Odd`].
fn fits(field: FieldId, value: &Value) -> bool {
    match value {
        Value::Reference(_) | Value::Linked(_) => field.relation().is_some(),
        Value::Number(_) => field.relation().is_none(),
        _ => true,
    }
}

proptest! {
    #[test]
    fn any_line_survives_the_file_in_one_piece_and_without_secrets(
        name in any::<String>(),
        user in proptest::option::of(any::<String>()),
        values in proptest::collection::vec((0..FieldId::all().count(), any_value(), any_value()), 0..6),
    ) {
        let changes = values
            .iter()
            .map(|(index, before, after)| (FieldId::all().nth(*index).unwrap(), before, after))
            .filter(|(field, before, after)| fits(*field, before) && fits(*field, after))
            .map(|(field, before, after)| match field {
                // Whatever it is: nothing of a password may be written.
                FieldId::AuthPassword => Change::new(field, text("planted-text").as_ref(), after.as_ref()),
                _ => Change::new(field, before.as_ref(), after.as_ref()),
            })
            .filter(|change| change.field == FieldId::AuthPassword
                || !(change.before == Value::Withheld || change.after == Value::Withheld))
            .collect();
        let mut record = Registration::new(13);
        record.set(FieldId::Name, Value::Text(name));
        let author = Author { profile: "\u{1b}[2J/..".into(), user, pid: 1 };
        let line =
            JournalLine::of_changes(DateTime::UNIX_EPOCH, author, Action::Edit, &record, changes, Ending::Unknown);
        let json = serde_json::to_string(&line).unwrap();
        prop_assert!(!json.contains("planted"), "{}", json);
        let one_plain_line = !json.contains(['\n', '\r', '\u{1b}']);
        prop_assert!(one_plain_line, "{}", json);
        prop_assert_eq!(serde_json::from_str::<JournalLine>(&json).unwrap(), line);
    }

    #[test]
    fn no_text_is_taken_for_a_line(text in any::<String>()) {
        prop_assert!(serde_json::from_str::<JournalLine>(&text).is_err());
    }
}
