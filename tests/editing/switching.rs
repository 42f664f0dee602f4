//! `t`: one key, one record, one honest answer.

use std::sync::Arc;

use sipreg::app::Access;
use sipreg::app::core::{IfMatch, Message, Read, Reply, Write};
use sipreg::domain::answer::Conditional;
use sipreg::domain::change::outcome::Switched;
use sipreg::domain::change::{Cause, Checked, Difference, ReadBack, Toggle};
use sipreg::domain::query::Segment;
use sipreg::domain::record::{FieldId, Record as _, Registration, Value};
use sipreg::domain::request_error::RequestErrorKind;

use crate::desk::{Desk, base, error, fetched, record, with};

pub fn off() -> Registration {
    with(base(), FieldId::Enabled, Value::Flag(false))
}

fn switching() -> Desk {
    let mut desk = Desk::new();
    desk.keys("t");
    desk
}

fn row(desk: &Desk) -> String {
    desk.screen().lines().find(|line| line.contains("22 carrierx-ams")).unwrap().to_owned()
}

#[test]
fn the_row_shows_that_it_waits_and_a_bounced_key_does_nothing() {
    let mut desk = switching();
    assert!(row(&desk).contains('~'), "{}", row(&desk));
    desk.keys("t");
    desk.assert_said(&["22 carrierx-ams is already being saved", "second key was ignored"]);
    assert_eq!(desk.writes().len(), 1);
    desk.switched(Switched::Applied { now: fetched(off(), "2"), differences: Vec::new() });
    desk.assert_said(&["Disabled 22 carrierx-ams", "u: undo"]);
    assert!(!row(&desk).contains('~') && row(&desk).contains('-'), "{}", row(&desk));
}

#[test]
fn what_is_so_already_is_said_and_not_sent() {
    let mut desk = switching();
    desk.switched(Switched::AlreadySo { now: fetched(off(), "2"), differences: Vec::new() });
    desk.assert_said(&["already disabled by someone", "nothing was sent"]);
    assert!(desk.app.store.history.entries().is_empty());
}

#[test]
fn each_failure_says_what_is_true_now_and_the_row_goes_back() {
    let lost = || error(RequestErrorKind::Cut, "the connection broke");
    let now = || fetched(base(), "1");
    let cases: Vec<(Switched, &[&str])> = vec![
        (
            Switched::Moved { now: now(), differences: Vec::new() },
            &["not disabled: someone changed it since it was read", "t: retry"],
        ),
        (Switched::Gone, &["not disabled: it was deleted by someone"]),
        (Switched::Refused(error(RequestErrorKind::Forbidden, "forbidden (403)")), &["not disabled: ", "403"]),
        (Switched::NotApplied { now: now(), error: lost() }, &["NOT disabled", "t: retry"]),
        (Switched::Unclear { now: now(), error: lost() }, &["does not show whether it is enabled"]),
        (Switched::Unknown { error: lost(), seen: ReadBack::Nothing(lost()) }, &["UNKNOWN whether it was disabled"]),
    ];
    for (switched, parts) in cases {
        let mut desk = switching();
        let gone = matches!(switched, Switched::Gone);
        desk.switched(switched);
        assert_eq!(desk.app.store.is_deleted(22), gone, "the list knows that it is gone");
        desk.assert_said(&["22 carrierx-ams"]);
        desk.assert_said(parts);
        let sign = match desk.app.store.is_deleted(22) {
            true => '✗',
            false if desk.app.store.writes.is_unsettled(22) => '~',
            false => '●',
        };
        assert!(row(&desk).contains(sign), "{}", row(&desk));
        assert!(desk.app.store.history.entries().is_empty());
    }
}

#[test]
fn an_answer_that_was_lost_but_applied_is_told_so() {
    let mut desk = switching();
    let error = error(RequestErrorKind::TimedOut, "no answer in 10 s");
    desk.switched(Switched::AppliedUnseen { now: fetched(off(), "2"), error });
    desk.assert_said(&["Disabled 22 carrierx-ams", "the answer was lost"]);
    assert!(row(&desk).contains('-'));
}

#[test]
fn a_server_that_cannot_compare_is_asked_again_without_if_match() {
    let mut desk = switching();
    desk.switched(Switched::CannotCompare);
    desk.assert_said(&["If-Match is off for this session"]);
    let sent: Vec<IfMatch> = desk
        .writes()
        .into_iter()
        .filter_map(|(_, write)| match write {
            Write::Switch { if_match, .. } => Some(if_match),
            Write::Save { .. }
            | Write::Change { .. }
            | Write::Create(_)
            | Write::ReadBack { .. }
            | Write::Delete { .. } => None,
        })
        .collect();
    assert_eq!(sent, [IfMatch::Send, IfMatch::Omit]);
}

#[test]
fn undo_and_again_ask_and_are_checked_like_any_switch() {
    let mut desk = switching();
    desk.switched(Switched::Applied { now: fetched(off(), "2"), differences: Vec::new() });
    desk.keys("u");
    desk.assert_shows(&[
        "Undo: enable 22 carrierx-ams?",
        "Change        disabled at 00:00:00",
        "y: undo  n/Esc: cancel",
    ]);
    desk.keys("u Enter");
    assert_eq!(desk.writes().len(), 1, "neither the key that asked nor Enter is a yes");
    desk.keys("y");
    let (_, Write::Switch { shown, to, .. }) = desk.writes().pop().unwrap() else { panic!() };
    assert_eq!((*shown, to), (off(), Toggle::On));
    desk.switched(Switched::Applied { now: fetched(base(), "3"), differences: Vec::new() });
    desk.keys("u");
    desk.assert_said(&["Nothing to undo"]);
    desk.keys("U");
    desk.assert_shows(&["Redo: 22 carrierx-ams: disabled?", "y: redo"]);
    desk.keys("y").switched(Switched::Applied { now: fetched(off(), "4"), differences: Vec::new() });
    desk.keys("U");
    desk.assert_said(&["Nothing to redo"]);
}

#[test]
fn an_undo_that_someone_did_already_is_done() {
    let mut desk = switching();
    desk.switched(Switched::Applied { now: fetched(off(), "2"), differences: Vec::new() });
    desk.keys("u y").switched(Switched::AlreadySo { now: fetched(base(), "3"), differences: Vec::new() });
    desk.assert_said(&["already enabled by someone"]);
    desk.keys("u");
    desk.assert_said(&["Nothing to undo"]);
}

#[test]
fn a_read_only_profile_changes_nothing_and_says_why() {
    let mut desk = Desk::of(Access::ReadOnly, (80, 24));
    for key in ["t", "e", "a", "c", "D"] {
        desk.keys(key);
        desk.assert_said(&["eu-noc is read-only", "access = \"read-only\""]);
    }
    assert!(desk.effects.is_empty() && desk.app.panes.stack.is_empty());
}

#[test]
fn a_protected_profile_asks_first() {
    let mut desk = Desk::of(Access::Confirm, (80, 24));
    desk.keys("t");
    desk.assert_shows(&[
        "Disable 22 carrierx-ams?",
        "Registration  22 carrierx-ams",
        "Address       493185@ams.carrierx.example",
        "Server        eu-noc  yeti.example",
        "Effect        Disabled: every node of POP AMS",
        "y: disable  n/Esc: cancel",
    ]);
    desk.keys("t");
    assert!(desk.writes().is_empty());
    desk.keys("y");
    assert_eq!(desk.writes().len(), 1);
}

#[test]
fn disabling_one_of_two_that_share_an_address_asks_first_and_says_what_the_other_loses() {
    let mut desk = Desk::new();
    desk.app.store.records.absorb(Arc::new(Segment::of(&[record(23, "carrierx-lon")])));
    // The records are counted with the next message.
    desk.update(Message::Resized(120, 40)).keys("t");
    assert_eq!(desk.writes().len(), 0);
    desk.assert_shows(&["registration 23 registers the same address", "Disable 22 carrierx-ams?", "y: disable"]);
    desk.keys("y");
    assert_eq!(desk.writes().len(), 1);
}

#[test]
fn two_switches_under_way_are_told_apart() {
    use sipreg::app::core::Outcome;
    let mut desk = Desk::new();
    desk.keys("t j t");
    let numbers: Vec<u64> = desk.writes().iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers.len(), 2);
    let applied = |now| Outcome::Switched(Switched::Applied { now, differences: Vec::new() });
    desk.update(Message::Outcome { number: numbers[0], outcome: applied(fetched(off(), "2")) });
    desk.assert_said(&["Disabled 22 carrierx-ams"]);
    let lon = with(record(23, "carrierx-lon"), FieldId::Enabled, Value::Flag(false));
    desk.update(Message::Outcome { number: numbers[1], outcome: applied(fetched(lon, "2")) });
    desk.assert_said(&["Disabled 23 carrierx-lon"]);
    assert_eq!(desk.app.store.history.entries().len(), 2);
}

#[test]
fn the_answers_of_two_switches_may_come_in_the_other_order() {
    use sipreg::app::core::Outcome;
    use sipreg::domain::change::Ending;
    let mut desk = Desk::new();
    desk.keys("t j t");
    let numbers: Vec<u64> = desk.writes().iter().map(|(number, _)| *number).collect();
    let applied = |now| Outcome::Switched(Switched::Applied { now, differences: Vec::new() });
    let lon = with(record(23, "carrierx-lon"), FieldId::Enabled, Value::Flag(false));
    desk.update(Message::Outcome { number: numbers[1], outcome: applied(fetched(lon, "2")) });
    desk.assert_said(&["Disabled 23 carrierx-lon"]);
    assert!(row(&desk).contains('~'), "22 still waits: {}", row(&desk));
    assert!(desk.app.store.records.get(22).unwrap().enabled() == Some(true), "its answer is not there yet");
    let lost = error(RequestErrorKind::Forbidden, "forbidden (403)");
    desk.update(Message::Outcome { number: numbers[0], outcome: Outcome::Switched(Switched::Refused(lost)) });
    desk.assert_said(&["22 carrierx-ams: not disabled", "403"]);
    assert_eq!(desk.app.store.records.get(23).unwrap().enabled(), Some(false), "23 was switched, not 22");
    assert_eq!(desk.app.store.records.get(22).unwrap().enabled(), Some(true));
    let history: Vec<u64> = desk.app.store.history.entries().iter().map(|entry| entry.id).collect();
    assert_eq!(history, [23]);
    let journal: Vec<_> = desk
        .effects
        .iter()
        .filter_map(|effect| match effect {
            sipreg::app::core::Effect::Record(line) => Some((line.id, line.ending)),
            _ => None,
        })
        .collect();
    let ends: Vec<_> = journal.into_iter().filter(|(_, ending)| *ending != Ending::Sent).collect();
    assert_eq!(ends, [(Some(23), Ending::Applied), (Some(22), Ending::Refused)]);
}

#[test]
fn a_switch_ends_while_the_pane_of_another_record_is_open_and_leaves_it_alone() {
    let lon = || record(23, "carrierx-lon");
    let mut desk = Desk::of(Access::Write, (160, 40));
    desk.keys("t j Enter");
    let now = Ok(Reply::Record(Conditional::Changed(fetched(lon(), "1"))));
    desk.reply(|read| matches!(read, Read::Record { id: 23, .. }), now);
    desk.switched(Switched::Applied { now: fetched(off(), "2"), differences: Vec::new() });
    desk.assert_said(&["Disabled 22 carrierx-ams"]);
    assert_eq!(desk.app.subject(), Some(23));
    assert_eq!(desk.app.store.fetched.get(&23).unwrap().registration, lon(), "the pane shows what it showed");
    assert_eq!(desk.app.store.records.get(22).unwrap().enabled(), Some(false));
    assert_eq!(desk.app.store.records.get(23).unwrap().enabled(), Some(true));
    // The key is about the record of the pane now, and that one only.
    desk.let_go().keys("t");
    let (_, Write::Switch { shown, to, .. }) = desk.writes().pop().unwrap() else { panic!() };
    assert_eq!((shown.id(), to), (23, Toggle::Off));
}

#[test]
fn a_switch_of_a_row_beside_the_form_of_another_record_leaves_its_draft_alone() {
    let mut desk = Desk::of(Access::Write, (160, 40));
    desk.edit().to(FieldId::Expire).keys("i '600' Enter w").checked(Checked::Same).keys("Tab j t");
    let (_, Write::Switch { shown, .. }) = desk.writes().pop().unwrap() else { panic!() };
    assert_eq!(shown.id(), 23);
    let lon = with(record(23, "carrierx-lon"), FieldId::Enabled, Value::Flag(false));
    desk.switched(Switched::Applied { now: fetched(lon, "2"), differences: Vec::new() });
    desk.assert_said(&["Disabled 23 carrierx-lon"]);
    assert_eq!((desk.form().id, desk.draft().base(), desk.draft().changes().len()), (22, &base(), 1));
    assert!(desk.is_reviewing() && !desk.app.store.drafts.contains_key(&23));
}

#[test]
fn an_enabling_is_undone_by_disabling_and_what_was_missing_in_the_row_is_looked_up() {
    let mut desk = Desk::new();
    desk.app.store.records.put(&off());
    desk.keys("t");
    let (_, Write::Switch { shown, to, .. }) = desk.writes().pop().unwrap() else { panic!() };
    assert_eq!((shown.enabled(), to), (Some(false), Toggle::On));
    desk.switched(Switched::Applied { now: fetched(base(), "2"), differences: Vec::new() });
    desk.assert_said(&["Enabled 22 carrierx-ams", "u: undo"]);
    desk.keys("u");
    desk.assert_shows(&["Undo: disable 22 carrierx-ams?", "Change        enabled at 00:00:00"]);
    desk.keys("y");
    let (_, Write::Switch { shown, tag, to, .. }) = desk.writes().pop().unwrap() else { panic!() };
    assert_eq!((*shown, to), (base(), Toggle::Off), "from the record as the switch left it");
    assert_eq!(tag, fetched(base(), "2").tag, "with its tag");
    desk.switched(Switched::Applied { now: fetched(off(), "3"), differences: Vec::new() });
    desk.assert_said(&["Disabled 22 carrierx-ams", "U: redo"]);
    assert_eq!(desk.app.store.records.get(22).unwrap().enabled(), Some(false));
    desk.keys("U");
    desk.assert_shows(&["Redo: 22 carrierx-ams: enabled?"]);
}

#[test]
fn what_others_changed_beside_a_switch_is_counted_as_theirs() {
    let mut desk = switching();
    let theirs = with(off(), FieldId::Expire, Value::Number(60));
    let foreign =
        Difference { field: FieldId::Expire, wanted: Value::Null, answer: Value::Number(60), cause: Cause::Foreign };
    desk.switched(Switched::Applied { now: fetched(theirs, "2"), differences: vec![foreign] });
    desk.assert_said(&["Disabled 22 carrierx-ams", "meanwhile someone changed expire to 60"]);
    let lines = desk.app.store.seen_lines(&desk.app.cx, 22, 100);
    let seen: Vec<String> = lines.iter().map(|line| line.text.clone()).collect();
    assert!(seen.iter().any(|line| line.ends_with("you: enabled yes -> no")), "{seen:?}");
    assert!(seen.iter().any(|line| line.contains("someone: expire (node default) -> 60")), "{seen:?}");
    assert!(desk.app.store.changes.seen.is_fresh_in(22, FieldId::Expire), "it is marked");
    assert!(!desk.app.store.changes.seen.is_fresh_in(22, FieldId::Enabled), "what I did needs no look");
    let [entry] = desk.app.store.history.entries() else { panic!() };
    assert_eq!(entry.changes.len(), 1, "an undo would take back what I did, not theirs");
}

#[test]
fn enabling_says_so() {
    let mut desk = switching();
    desk.switched(Switched::Applied { now: fetched(off(), "2"), differences: Vec::new() });
    desk.let_go().keys("t");
    assert!(matches!(desk.writes().last().unwrap().1, Write::Switch { to: Toggle::On, .. }));
    desk.switched(Switched::Moved { now: fetched(off(), "3"), differences: Vec::new() });
    desk.assert_said(&["not enabled"]);
    desk.let_go().keys("t");
    desk.switched(Switched::AlreadySo { now: fetched(base(), "4"), differences: Vec::new() });
    desk.assert_said(&["already enabled by someone"]);
}

#[test]
fn each_end_of_a_switch_is_in_the_journal_as_it_was() {
    use sipreg::domain::change::Ending;
    let lost = || error(RequestErrorKind::Cut, "the connection broke");
    let now = || fetched(base(), "1");
    let cases = vec![
        (Switched::Applied { now: fetched(off(), "2"), differences: Vec::new() }, Ending::Applied),
        (Switched::AppliedUnseen { now: fetched(off(), "2"), error: lost() }, Ending::AppliedUnseen),
        (Switched::Moved { now: now(), differences: Vec::new() }, Ending::Conflict),
        (Switched::Gone, Ending::Gone),
        (Switched::Refused(error(RequestErrorKind::Forbidden, "forbidden (403)")), Ending::Refused),
        (Switched::NotApplied { now: now(), error: lost() }, Ending::NotApplied),
        (Switched::Unclear { now: now(), error: lost() }, Ending::Unknown),
        (Switched::Unknown { error: lost(), seen: ReadBack::Nothing(lost()) }, Ending::Unknown),
    ];
    for (switched, ending) in cases {
        let mut desk = switching();
        desk.switched(switched);
        assert_eq!(desk.recorded(), [ending]);
    }
}
