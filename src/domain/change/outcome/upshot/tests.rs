use super::*;
use crate::domain::answer::Fetched;
use crate::domain::change::draft::Draft;
use crate::domain::change::merge::merge;
use crate::domain::change::outcome::{
    Aim, ChangeOutcome, Created, Deleted, Outcome, ReadBack, SaveOutcome, Switched, Toggle, Wording,
};
use crate::domain::change::verdict::{WantedRecord, verdict};
use crate::domain::record::{FieldId, Registration, Targets, Value};
use crate::domain::request_error::RequestError;

fn record(expire: Value) -> Registration {
    let mut record = Registration::new(16);
    for (field, value) in [
        (FieldId::Name, Value::Text("betatel-1".to_owned())),
        (FieldId::Enabled, Value::Flag(true)),
        (FieldId::Expire, expire),
    ] {
        record.set(field, value);
    }
    record
}

fn draft() -> Draft {
    let mut draft = Draft::new(record(Value::Null), None);
    draft.set(FieldId::Expire, Value::Number(600));
    draft
}

fn now(expire: Value) -> Box<Fetched> {
    Box::new(Fetched { registration: record(expire), targets: Vec::new(), tag: None, document: String::new() })
}

/// Every outcome that a write can have, as what it shows of the record.
fn outcomes() -> Vec<(Aim, Outcome, Upshot)> {
    let error = || RequestError::unanswered("no answer in 10 s".to_owned());
    let seen = || ReadBack::AsBefore(now(Value::Null));
    let (sent, old) = (|| now(Value::Number(600)), || now(Value::Null));
    let merged = || Box::new(merge(&draft(), &record(Value::Number(60)), None));
    let saved = [
        (SaveOutcome::Applied { now: sent(), differences: Vec::new() }, Upshot::Applied),
        (SaveOutcome::AppliedUnseen { now: sent(), error: error() }, Upshot::AppliedUnseen),
        (SaveOutcome::Moved { now: now(Value::Number(60)), merge: merged() }, Upshot::Moved),
        (SaveOutcome::CannotCompare, Upshot::CannotCompare),
        (SaveOutcome::Gone, Upshot::Gone),
        (SaveOutcome::Refused(error()), Upshot::Refused),
        (SaveOutcome::NotApplied { now: old(), error: error() }, Upshot::NotApplied),
        (SaveOutcome::Unclear { now: now(Value::Number(60)), merge: merged(), error: error() }, Upshot::Unclear),
        (SaveOutcome::Unknown { error: error(), seen: seen() }, Upshot::Unknown),
    ];
    let (of, none) = (|| Box::new(draft()), Vec::new);
    let changed = saved.clone().map(|(saved, upshot)| {
        let changed = match &saved {
            SaveOutcome::Moved { .. } | SaveOutcome::Gone | SaveOutcome::Refused(_) => {
                ChangeOutcome::Unsent { draft: of(), why: saved }
            }
            _ => ChangeOutcome::Sent { draft: of(), theirs: Vec::new(), saved },
        };
        (Aim::Change, Outcome::Changed(changed), upshot)
    });
    let already = ChangeOutcome::AlreadySo { now: Some(sent()), theirs: Vec::new() };
    let switched = [
        (Switched::Applied { now: old(), differences: none() }, Upshot::Applied),
        (Switched::AlreadySo { now: old(), differences: none() }, Upshot::AlreadySo),
        (Switched::Moved { now: old(), differences: none() }, Upshot::Moved),
        (Switched::CannotCompare, Upshot::CannotCompare),
        (Switched::Gone, Upshot::Gone),
        (Switched::Refused(error()), Upshot::Refused),
        (Switched::AppliedUnseen { now: old(), error: error() }, Upshot::AppliedUnseen),
        (Switched::NotApplied { now: old(), error: error() }, Upshot::NotApplied),
        (Switched::Unclear { now: old(), error: error() }, Upshot::Unclear),
        (Switched::Unknown { error: error(), seen: seen() }, Upshot::Unknown),
    ];
    let created = [
        (Created::Applied { now: sent(), differences: none() }, Upshot::Applied),
        (Created::Refused(error()), Upshot::Refused),
        (Created::AppliedUnseen { now: sent(), error: error() }, Upshot::AppliedUnseen),
        (Created::NotApplied(error()), Upshot::NotApplied),
        (Created::Unclear { now: sent(), differences: none(), error: error() }, Upshot::Unclear),
        (Created::Unknown { error: error(), seen: ReadBack::Absent }, Upshot::Unknown),
    ];
    let deleted = [
        (Deleted::Applied, Upshot::Applied),
        (Deleted::AlreadyGone, Upshot::AlreadyGone),
        (Deleted::Moved { now: old(), differences: none() }, Upshot::Moved),
        (Deleted::CannotCompare, Upshot::CannotCompare),
        (Deleted::Refused(error()), Upshot::Refused),
        (Deleted::AppliedUnseen(error()), Upshot::AppliedUnseen),
        (Deleted::NotApplied { now: old(), error: error() }, Upshot::NotApplied),
        (Deleted::Unknown { error: error(), seen: seen() }, Upshot::Unknown),
    ];
    let mut all: Vec<_> = changed.into();
    all.push((Aim::Change, Outcome::Changed(already), Upshot::AlreadySo));
    all.extend(saved.map(|(saved, upshot)| (Aim::Change, Outcome::Saved(saved), upshot)));
    all.extend(switched.map(|(switched, upshot)| (Aim::Switch(Toggle::Off), Outcome::Switched(switched), upshot)));
    all.extend(created.map(|(created, upshot)| (Aim::Create, Outcome::Created(created), upshot)));
    all.extend(deleted.map(|(deleted, upshot)| (Aim::Delete, Outcome::Deleted(deleted), upshot)));
    all
}

#[test]
fn the_rows_stand_in_the_order_of_the_ends() {
    for (at, row) in ROWS.iter().enumerate() {
        assert_eq!(row.upshot as usize, at, "{:?}", row.upshot);
        assert_eq!(row.upshot.row().text, row.text);
    }
}

#[test]
fn what_is_true_the_journal_and_the_sentence_of_an_end_never_contradict_each_other() {
    for row in &ROWS {
        let fate = (row.fate)("why".to_owned());
        let applied = row.ending.is_some_and(Ending::is_applied);
        assert_eq!(
            applied,
            row.upshot.is_done(),
            "{:?}: the journal has as done what the history can undo",
            row.upshot
        );
        assert_eq!(
            matches!(fate, RecordOutcome::Unknown(_)),
            row.text.starts_with("UNKNOWN") && row.ending == Some(Ending::Unknown) && row.word == "unknown",
            "{:?}",
            row.upshot
        );
        let not = row.text.starts_with("not ") || row.text.starts_with("NOT ");
        assert_eq!(
            not,
            matches!(fate, RecordOutcome::Conflict(_) | RecordOutcome::Failed(_)) && !applied,
            "{:?}",
            row.upshot
        );
    }
}

#[test]
fn every_outcome_of_every_write_is_told_in_the_words_of_its_row() {
    let wording = Wording { changed: "someone changed it", by: " by someone", then: "; THEN", ..Wording::default() };
    for (aim, outcome, upshot) in outcomes() {
        let report = outcome.report();
        assert_eq!(report.upshot, upshot, "{outcome:?}");
        let sentence = report.sentence(aim, wording);
        assert!(sentence.contains(aim.done()), "{sentence}");
        assert!(!sentence.contains(['{', '}']), "{sentence}");
        assert_eq!(sentence.contains("; THEN"), upshot.row().text.contains("{then}"), "{sentence}");
        if upshot.row().text.contains("{why}") {
            assert!(sentence.contains("no answer in 10 s"), "{sentence}");
        }
    }
}

#[test]
fn commands_and_changes_of_many_draw_fate_journal_and_line_from_the_same_row() {
    for (aim, outcome, upshot) in outcomes() {
        let (asked, shown) = (draft(), record(Value::Null));
        let wanted = match aim {
            Aim::Change => WantedRecord::Change(&asked),
            Aim::Create => WantedRecord::Create(&asked),
            Aim::Delete => WantedRecord::Delete(&shown),
            // Commands enable and disable by changing a field.
            Aim::Switch(_) => continue,
        };
        let verdict = verdict(wanted, &outcome, &Targets::default());
        assert_eq!(verdict.fate, (upshot.row().fate)(verdict.line.clone()), "{outcome:?}");
        assert_eq!(verdict.entry.as_ref().map(|entry| entry.ending), upshot.row().ending, "{outcome:?}");
        assert_eq!(verdict.is_as_wanted(), upshot.is_as_wanted(), "{outcome:?}");
        if !verdict.is_data() {
            let words = ["not ", "NOT ", "UNKNOWN whether it was "];
            assert!(words.iter().any(|word| verdict.line.starts_with(&format!("{word}{}", aim.done()))), "{verdict:?}");
        }
    }
}

#[test]
fn words_of_a_server_are_no_braces_of_ours() {
    let outcome = Outcome::Saved(SaveOutcome::Refused(RequestError::unanswered("name {then} is taken".to_owned())));
    let sentence = outcome.report().sentence(Aim::Change, Wording { then: "; kept", ..Wording::default() });
    assert_eq!(sentence, "not changed: name {then} is taken; kept");
}
