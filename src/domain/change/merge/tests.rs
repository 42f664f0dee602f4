use proptest::prelude::*;

use crate::domain::change::merge::*;
use crate::domain::record::{Secret, ValueKind};

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn record(values: &[(FieldId, Value)]) -> Registration {
    let mut record = Registration::new(13);
    for field in FieldId::all() {
        record.set(field, Value::Null);
    }
    for (field, value) in values {
        record.set(*field, value.clone());
    }
    record
}

fn draft(base: &Registration, changes: &[(FieldId, Value)]) -> Draft {
    let mut draft = Draft::new(base.clone(), Some(Tag::new("\"base\"")));
    for (field, value) in changes {
        draft.set(*field, value.clone());
    }
    draft
}

fn fate_of(merge: &Merge, field: FieldId) -> FieldMerge {
    merge.rows()[field.index()].fate
}

/// The outcome for the name, given what each side has there.
fn fate_with(base: Value, theirs: Value, mine: Value) -> FieldMerge {
    let edit = draft(&record(&[(FieldId::Name, base)]), &[(FieldId::Name, mine)]);
    fate_of(&merge(&edit, &record(&[(FieldId::Name, theirs)]), None), FieldId::Name)
}

#[test]
fn each_field_has_its_fate() {
    let (a, b, c) = (text("a"), text("b"), text("c"));
    assert_eq!(fate_with(a.clone(), a.clone(), a.clone()), FieldMerge::Untouched);
    assert_eq!(fate_with(a.clone(), b.clone(), a.clone()), FieldMerge::Theirs);
    assert_eq!(fate_with(a.clone(), a.clone(), b.clone()), FieldMerge::Mine);
    assert_eq!(fate_with(a.clone(), b.clone(), b.clone()), FieldMerge::Same);
    assert_eq!(fate_with(a.clone(), b, c), FieldMerge::Conflict);
    assert_eq!(fate_with(a, text(""), Value::Null), FieldMerge::Same);
    assert_eq!(fate_with(Value::Null, text(""), Value::Null), FieldMerge::Untouched);
}

#[test]
fn different_fields_never_clash() {
    let base = record(&[(FieldId::Name, text("n")), (FieldId::Expire, Value::Number(60))]);
    let theirs = record(&[(FieldId::Name, text("theirs")), (FieldId::Expire, Value::Number(60))]);
    let edit = draft(&base, &[(FieldId::Expire, Value::Number(3600))]);
    let rebased = merge(&edit, &theirs, Some(Tag::new("\"now\""))).resolved().unwrap();
    assert_eq!(rebased.tag(), Some(&Tag::new("\"now\"")));
    assert_eq!(rebased.changes().keys().collect::<Vec<_>>(), [&FieldId::Expire]);
    assert_eq!(rebased.name(), "theirs");
}

#[test]
fn a_conflict_waits_for_a_decision() {
    let base = record(&[(FieldId::Expire, Value::Number(60))]);
    let theirs = record(&[(FieldId::Expire, Value::Number(120))]);
    let edit = draft(&base, &[(FieldId::Expire, Value::Number(3600))]);
    let mut merged = merge(&edit, &theirs, None);
    assert_eq!(merged.resolved(), Err(vec![FieldId::Expire]));

    merged.resolve(FieldId::Expire, Decision::Theirs);
    assert!(merged.resolved().unwrap().is_empty());
    merged.resolve(FieldId::Expire, Decision::Typed(Value::Number(900)));
    assert_eq!(merged.resolved().unwrap().number(FieldId::Expire), Some(900));
    merged.resolve(FieldId::Expire, Decision::Typed(Value::Number(120)));
    assert!(merged.resolved().unwrap().is_empty(), "typing their value sends nothing");
    merged.resolve_all(MergeSide::Mine);
    assert_eq!(merged.resolved().unwrap().number(FieldId::Expire), Some(3600));
    merged.reopen(FieldId::Expire);
    assert_eq!(merged.open(), [FieldId::Expire]);
}

#[test]
fn a_choice_cannot_touch_a_field_without_conflict() {
    let base = record(&[(FieldId::Name, text("n"))]);
    let mut merged = merge(&draft(&base, &[]), &record(&[(FieldId::Name, text("theirs"))]), None);
    merged.resolve(FieldId::Name, Decision::Mine);
    merged.resolve_all(MergeSide::Mine);
    assert_eq!(merged.resolved().unwrap().name(), "theirs");
}

#[test]
fn what_the_server_does_not_tell_counts_as_unchanged() {
    let base = record(&[(FieldId::Pop, Value::Reference(2)), (FieldId::Node, Value::Reference(12))]);
    let theirs = record(&[(FieldId::Pop, Value::Missing), (FieldId::Node, Value::Linked("/node".into()))]);
    let edit = draft(&base, &[(FieldId::Node, Value::Reference(13))]);
    let merged = merge(&edit, &theirs, None);
    assert!(merged.is_unmoved());
    assert_eq!(fate_of(&merged, FieldId::Node), FieldMerge::Mine);
    let rebased = merged.resolved().unwrap();
    assert_eq!(rebased.base().reference(FieldId::Pop), Some(2));
    assert_eq!(rebased.reference(FieldId::Node), Some(13));
}

#[test]
fn a_change_over_something_never_seen_is_a_conflict_once_it_is_seen() {
    let unseen = record(&[(FieldId::AuthPassword, Value::Withheld)]);
    let theirs = record(&[(FieldId::AuthPassword, Value::Secret(Secret::new("theirs")))]);
    let untouched = merge(&draft(&unseen, &[]), &theirs, None);
    assert!(untouched.is_unmoved());
    let edit = draft(&unseen, &[(FieldId::AuthPassword, Value::Secret(Secret::new("mine")))]);
    assert_eq!(fate_of(&merge(&edit, &theirs, None), FieldId::AuthPassword), FieldMerge::Conflict);
    let same = draft(&unseen, &[(FieldId::AuthPassword, Value::Secret(Secret::new("theirs")))]);
    assert_eq!(fate_of(&merge(&same, &theirs, None), FieldId::AuthPassword), FieldMerge::Same);
}

#[test]
fn a_secret_that_was_not_stored_is_still_asked_for_after_a_merge() {
    let edit = draft(&record(&[]), &[(FieldId::AuthPassword, Value::Secret(Secret::new("mine")))]);
    let restored = edit.to_stored().restore().unwrap();
    let rebased = merge(&restored, &record(&[(FieldId::Name, text("n"))]), None).resolved().unwrap();
    assert_eq!(rebased.lost().collect::<Vec<_>>(), [FieldId::AuthPassword]);
}

#[test]
fn the_answer_tells_foreign_changes_from_altered_values() {
    let base = record(&[(FieldId::Name, text("n")), (FieldId::Contact, text("sip:a@b"))]);
    let edit = draft(&base, &[(FieldId::Name, text("new")), (FieldId::Expire, Value::Number(60))]);
    let mut answer = edit.result();
    assert_eq!(compare(&edit, &answer), []);
    answer.set(FieldId::Contact, text("sip:c@d"));
    answer.set(FieldId::Expire, Value::Number(0));
    answer.set(FieldId::DisplayUsername, text(""));
    answer.set(FieldId::Pop, Value::Missing);
    let causes: Vec<_> = compare(&edit, &answer).into_iter().map(|found| (found.field, found.cause)).collect();
    assert_eq!(causes, [(FieldId::Contact, Cause::Foreign), (FieldId::Expire, Cause::Altered)]);
}

#[test]
fn a_write_without_an_answer_is_read_back() {
    let base = record(&[(FieldId::Name, text("n"))]);
    let edit = draft(&base, &[(FieldId::Name, text("new")), (FieldId::Expire, Value::Number(60))]);
    assert_eq!(read_back(&edit, &edit.result()), LateResult::Applied);
    assert_eq!(read_back(&edit, &base), LateResult::NotApplied);
    let mut other = edit.result();
    other.set(FieldId::Contact, text("sip:c@d"));
    assert_eq!(read_back(&edit, &other), LateResult::Applied, "another field decides nothing");
    other.set(FieldId::Name, text("third"));
    assert_eq!(read_back(&edit, &other), LateResult::Unknown);
    assert_eq!(read_back(&edit, &Registration::new(13)), LateResult::Unknown);
}

/// A value of a field's kind out of very few, so that edits meet.
fn fitting(field: FieldId) -> BoxedStrategy<Value> {
    let reported = match field.field().kind {
        ValueKind::Text => prop_oneof![Just(Value::Null), "[ab]?".prop_map(Value::Text)].boxed(),
        ValueKind::Secret => {
            prop_oneof![Just(Value::Null), "[ab]".prop_map(|text| Value::Secret(Secret::new(text)))].boxed()
        }
        ValueKind::Flag => any::<bool>().prop_map(Value::Flag).boxed(),
        ValueKind::Number { .. } => prop_oneof![Just(Value::Null), (1_i64..3).prop_map(Value::Number)].boxed(),
        ValueKind::Choice(_) => (1_i64..3).prop_map(Value::Number).boxed(),
        ValueKind::Texts => proptest::collection::vec("[ab]", 0..3).prop_map(Value::Texts).boxed(),
        ValueKind::Reference(_) => prop_oneof![Just(Value::Null), (1_u64..3).prop_map(Value::Reference)].boxed(),
    };
    reported.boxed()
}

fn any_record() -> impl Strategy<Value = Registration> {
    let values: Vec<BoxedStrategy<Value>> = FieldId::all().map(fitting).collect();
    values.prop_map(|values| {
        let mut record = Registration::new(13);
        for (field, value) in FieldId::all().zip(values) {
            record.set(field, value);
        }
        record
    })
}

/// Some fields of a record changed.
fn any_edit() -> impl Strategy<Value = Vec<(FieldId, Value)>> {
    let choices: Vec<_> = FieldId::all().map(|field| proptest::option::of(fitting(field))).collect();
    choices.prop_map(|values| FieldId::all().zip(values).filter_map(|(field, value)| Some((field, value?))).collect())
}

/// What a server may leave out of an answer.
fn hidden() -> impl Strategy<Value = Vec<bool>> {
    proptest::collection::vec(proptest::bool::weighted(0.2), FieldId::all().count())
}

const fn swapped(fate: FieldMerge) -> FieldMerge {
    match fate {
        FieldMerge::Theirs => FieldMerge::Mine,
        FieldMerge::Mine => FieldMerge::Theirs,
        FieldMerge::Untouched | FieldMerge::Same | FieldMerge::Conflict => fate,
    }
}

fn same(left: &Value, right: &Value) -> bool {
    equality(left.as_ref(), right.as_ref()) == Equality::Same
}

proptest! {
    #[test]
    fn nothing_is_lost_and_nothing_untouched_changes(base in any_record(), mine in any_edit(), theirs in any_edit()) {
        let edit = draft(&base, &mine);
        let their_record = draft(&base, &theirs).result();
        let merged = merge(&edit, &their_record, None);
        for row in merged.rows() {
            let i_changed = edit.is_changed(row.field);
            let they_changed = !same(base.get(row.field), their_record.get(row.field));
            match (i_changed, they_changed) {
                (false, false) => prop_assert!(same(row.result().unwrap(), base.get(row.field))),
                (false, true) => prop_assert_eq!(row.result(), Some(their_record.get(row.field))),
                (true, false) => prop_assert_eq!(row.result(), edit.changes().get(&row.field)),
                (true, true) if same(&row.mine, &row.theirs) => prop_assert_eq!(row.fate, FieldMerge::Same),
                (true, true) => prop_assert_eq!((row.fate, row.result()), (FieldMerge::Conflict, None)),
            }
        }
    }

    #[test]
    fn only_what_is_still_different_is_sent(base in any_record(), mine in any_edit(), theirs in any_edit()) {
        let edit = draft(&base, &mine);
        let their_record = draft(&base, &theirs).result();
        let mut merged = merge(&edit, &their_record, None);
        merged.resolve_all(MergeSide::Mine);
        let forced = merged.resolved().unwrap();
        for (field, value) in forced.changes() {
            prop_assert_eq!(edit.changes().get(field), Some(value));
            prop_assert!(!same(value, their_record.get(*field)));
        }
        for (field, value) in edit.changes() {
            prop_assert!(same(&forced.value(*field).to_value(), value));
        }
        merged.resolve_all(MergeSide::Theirs);
        let yielded = merged.resolved().unwrap();
        for field in merged.fields(FieldMerge::Conflict) {
            prop_assert_eq!(yielded.value(field), their_record.value(field));
        }
    }

    #[test]
    fn merging_again_changes_nothing(
        base in any_record(), mine in any_edit(), theirs in any_edit(), hidden in hidden(),
    ) {
        let mut their_record = draft(&base, &theirs).result();
        for (field, hide) in FieldId::all().zip(hidden) {
            if hide {
                their_record.set(field, Value::Missing);
            }
        }
        let mut merged = merge(&draft(&base, &mine), &their_record, Some(Tag::new("\"now\"")));
        merged.resolve_all(MergeSide::Mine);
        let once = merged.resolved().unwrap();
        let again = merge(&once, &their_record, Some(Tag::new("\"now\"")));
        prop_assert!(again.is_unmoved());
        prop_assert_eq!(again.resolved().unwrap(), once);
    }

    #[test]
    fn swapping_the_sides_swaps_only_the_labels(base in any_record(), one in any_edit(), other in any_edit()) {
        let (left, right) = (draft(&base, &one), draft(&base, &other));
        let forth = merge(&left, &right.result(), None);
        let back = merge(&right, &left.result(), None);
        for (there, here) in forth.rows().iter().zip(back.rows()) {
            prop_assert_eq!(there.fate, swapped(here.fate));
            prop_assert!(same(&there.mine, &here.theirs) && same(&there.theirs, &here.mine));
            match (there.result(), here.result()) {
                (Some(there), Some(here)) => prop_assert!(same(there, here)),
                (there, here) => prop_assert_eq!(there, here),
            }
        }
    }

    #[test]
    fn the_answer_to_an_edit_of_ones_own_shows_no_difference(base in any_record(), mine in any_edit()) {
        let edit = draft(&base, &mine);
        prop_assert_eq!(compare(&edit, &edit.result()), []);
        if !edit.changes().is_empty() {
            prop_assert_eq!(read_back(&edit, &edit.result()), LateResult::Applied);
            prop_assert_eq!(read_back(&edit, &base), LateResult::NotApplied);
        }
    }

    #[test]
    fn the_merged_record_is_what_the_rows_say(base in any_record(), mine in any_edit(), theirs in any_edit()) {
        let mut merged = merge(&draft(&base, &mine), &draft(&base, &theirs).result(), None);
        merged.resolve_all(MergeSide::Mine);
        let result = merged.resolved().unwrap().result();
        for row in merged.rows() {
            prop_assert!(same(result.get(row.field), row.result().unwrap()));
        }
    }

    #[test]
    fn what_the_server_hides_is_never_sent_and_never_a_conflict(
        base in any_record(), mine in any_edit(), theirs in any_edit(), hidden in hidden(),
    ) {
        let edit = draft(&base, &mine);
        let mut their_record = draft(&base, &theirs).result();
        let hidden: Vec<FieldId> = FieldId::all().zip(hidden).filter_map(|(field, hide)| hide.then_some(field)).collect();
        for field in &hidden {
            their_record.set(*field, Value::Missing);
        }
        let merged = merge(&edit, &their_record, None);
        for field in hidden {
            let fate = merged.rows()[field.index()].fate;
            prop_assert_eq!(fate, if edit.is_changed(field) { FieldMerge::Mine } else { FieldMerge::Untouched });
        }
    }

    #[test]
    fn an_answer_shows_every_difference_and_whose_it_is(
        base in any_record(), mine in any_edit(), later in any_edit(),
    ) {
        let edit = draft(&base, &mine);
        let answer = draft(&edit.result(), &later).result();
        let found = compare(&edit, &answer);
        for field in FieldId::all() {
            let reported = found.iter().find(|found| found.field == field);
            prop_assert_eq!(reported.is_none(), same(edit.result().get(field), answer.get(field)));
            if let Some(reported) = reported {
                prop_assert_eq!(reported.cause == Cause::Altered, edit.is_changed(field));
            }
        }
    }

    #[test]
    fn others_who_change_other_fields_do_not_hide_what_became_of_a_write(
        base in any_record(), mine in any_edit(), others in any_edit(),
    ) {
        let edit = draft(&base, &mine);
        let others: Vec<_> = others.into_iter().filter(|(field, _)| !edit.is_changed(*field)).collect();
        if !edit.changes().is_empty() {
            prop_assert_eq!(read_back(&edit, &draft(&edit.result(), &others).result()), LateResult::Applied);
            prop_assert_eq!(read_back(&edit, &draft(&base, &others).result()), LateResult::NotApplied);
        }
    }

    #[test]
    fn a_write_is_told_as_done_or_not_done_only_where_every_field_agrees(
        base in any_record(), mine in any_edit(), now in any_record(),
    ) {
        let edit = draft(&base, &mine);
        let all = |of: &dyn Fn(FieldId) -> Value| {
            !edit.changes().is_empty() && edit.changes().keys().all(|field| same(&of(*field), now.get(*field)))
        };
        let landed = read_back(&edit, &now);
        prop_assert_eq!(landed == LateResult::Applied, all(&|field| edit.value(field).to_value()));
        prop_assert_eq!(landed == LateResult::NotApplied, all(&|field| base.get(field).clone()));
    }
}
