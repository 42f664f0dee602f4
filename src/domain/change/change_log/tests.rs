use crate::domain::change::change_log::*;
use crate::domain::query::Segment;
use crate::domain::record::Secret;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn named(id: u64, name: &str) -> Registration {
    let mut record = Registration::new(id);
    record.set(FieldId::Name, Value::Text(name.to_owned()));
    record
}

fn field(seconds: i64, by: By, before: &str, after: &str) -> Noticed {
    let changed = FieldDiff {
        field: FieldId::Name,
        before: Value::Text(before.to_owned()),
        after: Value::Text(after.to_owned()),
    };
    Noticed { at: at(seconds), by, what: SeenChange::Field(changed) }
}

#[test]
fn a_change_of_others_is_fresh_until_somebody_looks_and_mine_never_is() {
    let mut seen = ChangeLog::default();
    seen.note(7, field(1, By::Me, "a", "b"));
    assert!(!seen.is_fresh(7));
    seen.note(7, field(2, By::Others, "b", "c"));
    assert!(seen.is_fresh(7) && seen.is_fresh_in(7, FieldId::Name) && !seen.is_fresh_in(7, FieldId::Domain));
    seen.mark_seen(7);
    assert!(!seen.is_fresh(7));
    assert_eq!(seen.of(7).len(), 2, "what was noticed stays");
}

#[test]
fn the_earlier_copy_has_the_values_before_the_first_change() {
    let mut seen = ChangeLog::default();
    seen.note(7, field(1, By::Others, "a", "b"));
    seen.note(7, field(2, By::Me, "b", "c"));
    let (earlier, since) = seen.earlier(&named(7, "c")).unwrap();
    assert_eq!((earlier.name(), since), ("a", at(1)));
    assert_eq!(seen.earlier(&named(8, "c")), None);
}

#[test]
fn one_restless_record_and_a_thousand_changed_ones_stay_within_bounds() {
    let mut seen = ChangeLog::default();
    for second in 0..1_000 {
        seen.note(1, field(second, By::Others, "a", "b"));
    }
    assert_eq!(seen.of(1).len(), PER_RECORD);
    for id in 2..=(IN_ALL as u64 + 100) {
        seen.note(id, field(0, By::Others, "a", "b"));
    }
    assert!(seen.lines <= IN_ALL);
    assert_eq!(seen.lines, seen.records.values().map(Vec::len).sum::<usize>());
    assert!(seen.of(1).is_empty(), "what was noticed first goes first");
    assert!(!seen.of(IN_ALL as u64 + 100).is_empty());
}

#[test]
fn a_password_is_told_to_have_changed_where_that_can_be_known_and_never_kept() {
    let (mut old, mut new) = (named(1, "a"), named(1, "a"));
    old.set(FieldId::AuthPassword, Value::Secret(Secret::new("hunter2")));
    new.set(FieldId::AuthPassword, Value::Secret(Secret::new("hunter3")));
    let reported: Vec<_> = changes(&old, &new).collect();
    assert_eq!(reported, [password_changed()]);
    assert!(!format!("{reported:?}").contains("hunter"));
    // The list knows only that there is one.
    let (packed_old, packed_new) = (Segment::of([&old]), Segment::of([&new]));
    assert_eq!(changes(&packed_old.row(0).unwrap(), &packed_new.row(0).unwrap()).count(), 0);
    assert_eq!(changes(&packed_old.row(0).unwrap(), &new).count(), 0);
    new.set(FieldId::AuthPassword, Value::Null);
    let removed: Vec<_> = changes(&packed_old.row(0).unwrap(), &new).collect();
    assert_eq!(removed.len(), 1);
    assert_eq!((&removed[0].before, &removed[0].after), (&Value::Withheld, &Value::Null));
}

#[test]
fn nothing_and_null_are_no_change_and_long_texts_are_cut() {
    let (old, mut new) = (named(1, "a"), named(1, "a"));
    new.set(FieldId::SipInterfaceName, Value::Text(String::new()));
    let mut nothing = old.clone();
    nothing.set(FieldId::SipInterfaceName, Value::Null);
    assert_eq!(changes(&nothing, &new).count(), 0);
    let long = named(1, &"ü".repeat(100_000));
    let reported: Vec<_> = changes(&old, &long).collect();
    assert!(matches!(&reported[0].after, Value::Text(text) if text.len() < 1_000));
}
