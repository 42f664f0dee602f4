//! Each end of each kind of write, and what a command, its exit code and the journal make of it.

use super::*;
use crate::domain::answer::Fetched;
use crate::domain::change::merge::merge;
use crate::domain::change::outcome::{ChangeOutcome, Created, Deleted, ReadBack, SaveOutcome, explain, said};
use crate::domain::record::{Secret, Value};
use crate::domain::request_error::{Effectiveness, ErrorObject};

fn record(id: u64, contact: &str) -> Registration {
    let mut record = Registration::new(id);
    record.set(FieldId::Name, Value::Text("acme".to_owned()));
    record.set(FieldId::Contact, Value::Text(contact.to_owned()));
    record
}

fn fetched(contact: &str) -> Box<Fetched> {
    Box::new(Fetched { registration: record(22, contact), targets: Vec::new(), tag: None, document: "{}".to_owned() })
}

fn error(kind: RequestErrorKind) -> RequestError {
    RequestError {
        request_id: Some("req-7".to_owned()),
        message: "the connection broke".to_owned(),
        effect: Effectiveness::Unknown,
        ..RequestError::of_kind(kind, None)
    }
}

fn lost() -> RequestError {
    error(RequestErrorKind::Cut)
}

fn refused(detail: &str, pointer: &str) -> RequestError {
    let object = ErrorObject {
        detail: detail.to_owned(),
        pointer: (!pointer.is_empty()).then(|| pointer.to_owned()),
        ..ErrorObject::default()
    };
    RequestError { errors: vec![object], ..error(RequestErrorKind::Invalid) }
}

/// What someone wants: the contact, over a record that is there or is to be made.
fn draft(id: u64) -> Draft {
    let mut draft = Draft::new(if id == 0 { Registration::new(0) } else { record(id, "sip:a@h") }, None);
    draft.set(FieldId::Contact, Value::Text("sip:mine@h".to_owned()));
    draft
}

fn difference(field: FieldId, cause: Cause, wanted: Value, answer: Value) -> Difference {
    Difference { field, cause, wanted, answer }
}

/// What is to be held of a verdict: fate, ending, whether the request is named, whether the record is known, and a part
/// of the line.
type ExpectedVerdict<'a> = (&'static str, Ending, bool, bool, &'a str);

const fn fate(verdict: &RecordVerdict) -> &'static str {
    match verdict.fate {
        RecordOutcome::Done => "done",
        RecordOutcome::AlreadySo => "already",
        RecordOutcome::Conflict(_) => "conflict",
        RecordOutcome::Failed(_) => "failed",
        RecordOutcome::Unknown(_) => "unknown",
        RecordOutcome::NotSent => "not sent",
    }
}

fn assert_reported(verdict: &RecordVerdict, (fated, ending, request, known, line): ExpectedVerdict<'_>) {
    let entry = verdict.entry.as_ref().unwrap();
    assert_eq!((fate(verdict), entry.ending), (fated, ending), "{verdict:?}");
    assert_eq!(entry.request.as_deref(), request.then_some("req-7"), "{verdict:?}");
    assert_eq!(verdict.now.is_some(), known, "{verdict:?}");
    assert!(verdict.line.contains(line), "{verdict:?}");
    assert!(!entry.changes.is_empty(), "{verdict:?}");
}

#[test]
fn each_end_of_a_creation_is_told_and_recorded_as_it_was() {
    let targets = Targets::default();
    let cases: Vec<(Created, ExpectedVerdict<'_>)> = vec![
        (
            Created::Applied { now: fetched("sip:mine@h"), differences: Vec::new() },
            ("done", Ending::Applied, false, true, "created: contact sip:mine@h"),
        ),
        (
            Created::AppliedUnseen { now: fetched("sip:mine@h"), error: lost() },
            ("done", Ending::AppliedUnseen, true, true, "created: "),
        ),
        (
            Created::Refused(refused("is invalid", "/data/attributes/contact")),
            ("failed", Ending::Refused, true, false, "not created: contact is invalid"),
        ),
        (
            Created::NotApplied(lost()),
            (
                "failed",
                Ending::NotApplied,
                true,
                false,
                "NOT created: no registration has that name (no clear answer: the connection broke)",
            ),
        ),
        (
            Created::Unclear { now: fetched("sip:theirs@h"), differences: Vec::new(), error: lost() },
            ("unknown", Ending::Unknown, true, false, "has that name with other values"),
        ),
        (
            Created::Unknown { error: lost(), seen: ReadBack::Absent },
            ("unknown", Ending::Unknown, true, false, "no registration has that name so far"),
        ),
        (
            Created::Unknown { error: lost(), seen: ReadBack::Nameless },
            ("unknown", Ending::Unknown, true, false, "it has no name to search for"),
        ),
    ];
    for (ended, reported) in cases {
        assert_reported(&verdict(WantedRecord::Create(&draft(0)), &Outcome::Created(ended), &targets), reported);
    }
    // The journal has the record as it was made, defaults too; of one that was not made what was wanted.
    let made = Created::Applied { now: fetched("sip:stored@h"), differences: Vec::new() };
    let changes = |ended: &Created| {
        verdict(WantedRecord::Create(&draft(0)), &Outcome::Created(ended.clone()), &targets).entry.unwrap().changes
    };
    let reported = |ended: &Created| changes(ended).iter().map(Change::field).collect::<Vec<_>>();
    assert_eq!(reported(&made), [FieldId::Name, FieldId::Contact]);
    assert_eq!(reported(&Created::NotApplied(lost())), [FieldId::Contact]);
    let unseen = Created::AppliedUnseen { now: fetched("sip:mine@h"), error: lost() };
    assert_eq!(reported(&unseen), [FieldId::Name, FieldId::Contact]);
}

#[test]
fn each_end_of_a_deletion_is_told_and_recorded_as_it_was() {
    let targets = Targets::default();
    let text = |text: &str| Value::Text(text.to_owned());
    let moved = difference(FieldId::Contact, Cause::Foreign, text("sip:a@h"), text("sip:theirs@h"));
    let seen = ReadBack::AsBefore(fetched("sip:a@h"));
    let cases: Vec<(Deleted, ExpectedVerdict<'_>)> = vec![
        (Deleted::Applied, ("done", Ending::Applied, false, false, "deleted")),
        (Deleted::AppliedUnseen(lost()), ("done", Ending::AppliedUnseen, true, false, "deleted")),
        (Deleted::AlreadyGone, ("already", Ending::Gone, false, false, "already deleted")),
        (
            Deleted::Moved { now: fetched("sip:theirs@h"), differences: vec![moved] },
            ("conflict", Ending::Conflict, false, true, "(contact sip:a@h -> sip:theirs@h)"),
        ),
        (Deleted::CannotCompare, ("failed", Ending::Refused, false, false, "if_match = false")),
        (
            Deleted::Refused(refused("has calls", "")),
            ("failed", Ending::Refused, true, false, "not deleted: the connection broke; has calls"),
        ),
        (
            Deleted::NotApplied { now: fetched("sip:a@h"), error: lost() },
            (
                "failed",
                Ending::NotApplied,
                true,
                true,
                "NOT deleted: the server shows it as it was before (no clear answer: the connection broke)",
            ),
        ),
        (Deleted::Unknown { error: lost(), seen }, ("unknown", Ending::Unknown, true, false, "it is unchanged so far")),
    ];
    for (ended, reported) in cases {
        assert_reported(
            &verdict(WantedRecord::Delete(&record(22, "sip:a@h")), &Outcome::Deleted(ended), &targets),
            reported,
        );
    }
}

#[test]
fn each_end_of_a_save_is_told_and_recorded_as_it_was() {
    let targets = Targets::default();
    let theirs = || fetched("sip:theirs@h");
    let merged = || Box::new(merge(&draft(22), &record(22, "sip:theirs@h"), None));
    let cases: Vec<(SaveOutcome, ExpectedVerdict<'_>)> = vec![
        (
            SaveOutcome::Applied { now: fetched("sip:mine@h"), differences: Vec::new() },
            ("done", Ending::Applied, false, true, "contact sip:a@h -> sip:mine@h"),
        ),
        (
            SaveOutcome::AppliedUnseen { now: fetched("sip:mine@h"), error: lost() },
            ("done", Ending::AppliedUnseen, true, true, "contact sip:a@h -> sip:mine@h"),
        ),
        (
            SaveOutcome::Moved { now: theirs(), merge: merged() },
            ("conflict", Ending::Conflict, false, true, "contact sip:a@h -> sip:theirs@h"),
        ),
        (SaveOutcome::CannotCompare, ("failed", Ending::Refused, false, false, "if_match = false")),
        (SaveOutcome::Gone, ("failed", Ending::Gone, false, false, "not changed: it was deleted")),
        (SaveOutcome::Refused(lost()), ("failed", Ending::Refused, true, false, "not changed: the connection broke")),
        (
            SaveOutcome::NotApplied { now: fetched("sip:a@h"), error: lost() },
            (
                "failed",
                Ending::NotApplied,
                true,
                true,
                "NOT changed: the server shows it as it was before (no clear answer: the connection broke)",
            ),
        ),
        (
            SaveOutcome::Unclear { now: theirs(), merge: merged(), error: lost() },
            ("unknown", Ending::Unknown, true, true, "neither the old nor the new values"),
        ),
        (
            SaveOutcome::Unknown { error: lost(), seen: ReadBack::Nothing(error(RequestErrorKind::TimedOut)) },
            ("unknown", Ending::Unknown, true, false, "reading back failed"),
        ),
    ];
    for (ended, reported) in cases {
        let sent = ChangeOutcome::Sent { draft: Box::new(draft(22)), theirs: Vec::new(), saved: ended };
        assert_reported(&verdict(WantedRecord::Change(&draft(22)), &Outcome::Changed(sent), &targets), reported);
    }
    let so = ChangeOutcome::AlreadySo { now: Some(theirs()), theirs: vec![FieldId::Domain] };
    let verdict = verdict(WantedRecord::Change(&draft(22)), &Outcome::Changed(so), &targets);
    assert_eq!((fate(&verdict), verdict.line.as_str()), ("already", "already contact sip:mine@h"));
    assert_eq!(verdict.notes, ["domain changed on the server since it was read; left so"]);
    assert!(verdict.entry.is_none() && verdict.now.is_some());
}

#[test]
fn what_differs_from_what_was_sent_says_whose_doing_it_is_and_no_password() {
    let targets = Targets::default();
    let text = |text: &str| Value::Text(text.to_owned());
    let secret = |text: &str| Value::Secret(Secret::new(text));
    let password = |cause| difference(FieldId::AuthPassword, cause, secret("hunter2"), secret("0ther"));
    let domain = |cause| difference(FieldId::Domain, cause, text("a.example"), text("b.example"));
    for (difference, reported) in [
        (domain(Cause::Foreign), "meanwhile domain changed on the server: it is b.example now"),
        (domain(Cause::Altered), "the server changed domain: a.example was sent, b.example is stored"),
        (password(Cause::Foreign), "meanwhile auth-password changed on the server"),
        (password(Cause::Altered), "the server stored another auth-password than was sent"),
    ] {
        assert_eq!(differing(&difference, &targets), reported);
    }
    let mut base = record(22, "sip:a@h");
    for (before, after, reported) in [
        (Value::Null, secret("hunter2"), "auth-password set"),
        (secret("hunter2"), Value::Null, "auth-password removed"),
        (secret("hunter2"), secret("0ther"), "auth-password changed"),
    ] {
        base.set(FieldId::AuthPassword, before);
        let mut draft = Draft::new(base.clone(), None);
        draft.set(FieldId::AuthPassword, after.clone());
        assert_eq!(changes(&draft, &targets), reported);
        assert_eq!(already(draft.wishes(), &targets), "already auth-password");
    }
}

#[test]
fn what_the_server_says_of_a_refusal_is_told_once() {
    let mut both = refused("has calls", "");
    both.errors.extend(refused("the connection broke", "").errors);
    both.errors.extend(refused("", "").errors);
    assert_eq!(said(&both), "the connection broke; has calls");
}

#[test]
fn a_complaint_about_a_field_that_a_new_record_lacks_blames_no_older_value() {
    let complaint = refused("can't be blank", "/data/attributes/domain");
    assert_eq!(explain(&complaint, &draft(22)).blocking, [FieldId::Domain]);
    assert_eq!(explain(&complaint, &draft(0)).blocking, []);
    let other = RequestError { kind: RequestErrorKind::Forbidden, ..complaint };
    assert_eq!(explain(&other, &draft(22)).blocking, []);
}

#[test]
fn a_nul_character_is_named_as_what_the_server_fails_on_in_every_kind_of_text() {
    let failed = RequestError { status: Some(500), ..error(RequestErrorKind::ServerError) };
    let values = |nul: &str| {
        [
            (FieldId::Contact, Value::Text(format!("sip:b@h{nul}"))),
            (FieldId::AuthPassword, Value::Secret(Secret::new(format!("x{nul}")))),
            (FieldId::RouteSet, Value::Texts(vec!["<sip:a>".to_owned(), format!("<sip:b>{nul}")])),
        ]
    };
    for (nul, named) in [("\0", true), ("", false)] {
        for (field, value) in values(nul) {
            let mut draft = draft(22);
            draft.revert(FieldId::Contact);
            draft.set(field, value);
            let reported = explain(&failed, &draft).general.join("; ");
            assert_eq!(reported.contains("fails on a NUL character"), named, "{reported}");
            assert_eq!(reported.contains("nothing in this edit"), !named, "{reported}");
        }
    }
}
