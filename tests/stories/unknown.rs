//! A write that got no answer: the server may still do it. Its record stays in progress until it is known what became
//! of the write; then it is said, and no one else is blamed for it.

use std::time::Duration;

use sipreg::app::core::{Effect as Asked, Message};
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::journal::{Author, Pending};
use sipreg::domain::change::{Action, Change, Ending, JournalLine, WriteId};
use sipreg::domain::record::{FieldId, Registration, Value};

use super::creating::{assert_said, assert_shows, fill, journal, said, sent};
use crate::sitting::{BEGINNING, Sitting};

/// Time passes second by second until so many seconds after the beginning; what is asked for is answered.
pub fn until(sitting: &mut Sitting, seconds: i64) {
    let begun = i64::try_from(BEGINNING).unwrap();
    while sitting.app.cx.now.wall.timestamp() < begun + seconds {
        sitting.pass(Duration::from_secs(1));
        sitting.tell(Message::Woke);
        sitting.answer_all();
    }
}

/// `t` on record 13, of which the request never arrives; the answer to the look before it comes.
fn lost() -> Sitting {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.server.fault(Fault::next("PATCH", "/registrations", FaultEffect::CutBefore));
    sitting.carry_out(": 1 3 Enter t");
    sitting
}

/// What the server does late.
fn commit(sitting: &Sitting, enabled: bool) {
    sitting.server.change(13, FieldId::Enabled, Value::Flag(enabled));
}

fn row(sitting: &Sitting) -> String {
    sitting.screen().lines().find(|line| line.contains("13 acme-lon-main")).unwrap().to_owned()
}

fn endings(sitting: &Sitting) -> Vec<Ending> {
    journal(sitting).into_iter().map(|line: &JournalLine| line.ending).collect()
}

/// No one but us did anything.
#[track_caller]
fn assert_nobody_is_blamed(sitting: &Sitting) {
    for notice in sitting.app.cx.notices.all() {
        assert!(!notice.text.contains("someone"), "{}", notice.text);
    }
}

#[test]
fn a_switch_that_the_server_made_late_is_ours() {
    let mut sitting = lost();
    assert_said(&sitting, &["13 acme-lon-main: UNKNOWN whether it was disabled", "checking until known"]);
    assert!(row(&sitting).contains('~'), "{}", row(&sitting));
    until(&mut sitting, 5);
    assert!(row(&sitting).contains('~'), "{}", row(&sitting));
    commit(&sitting, false);
    until(&mut sitting, 14);
    assert!(said(&sitting).contains("UNKNOWN"), "not read before: {}", said(&sitting));
    until(&mut sitting, 15);
    assert_said(&sitting, &["Disabled 13 acme-lon-main", "u: undo", "applied 15 s after the answer was lost"]);
    assert!(!row(&sitting).contains('~'), "{}", row(&sitting));
    assert_eq!(endings(&sitting), [Ending::Unknown, Ending::AppliedUnseen]);
    assert_nobody_is_blamed(&sitting);
    sitting.press("u");
    assert_shows(&sitting, &["Undo: enable 13 acme-lon-main?", "disabled at "]);
    sitting.carry_out("y");
    assert_said(&sitting, &["Enabled 13 acme-lon-main"]);
}

#[test]
fn a_refresh_reads_it_back_and_settles_it() {
    for refresh in ["r", "R"] {
        let mut sitting = lost();
        commit(&sitting, false);
        sitting.carry_out(refresh);
        assert_eq!(endings(&sitting), [Ending::Unknown, Ending::AppliedUnseen], "{refresh}: {}", said(&sitting));
        assert_nobody_is_blamed(&sitting);
        assert!(!row(&sitting).contains('~'), "{}", row(&sitting));
    }
}

#[test]
fn what_was_not_applied_within_a_minute_can_be_sent_again() {
    let mut sitting = lost();
    until(&mut sitting, 59);
    assert!(row(&sitting).contains('~'));
    let reads = sent(&sitting, "GET").len();
    until(&mut sitting, 60);
    assert_eq!(sent(&sitting, "GET").len(), reads + 1);
    assert_said(&sitting, &["13 acme-lon-main", "NOT disabled within 60 s", "t: retry"]);
    assert_eq!(endings(&sitting), [Ending::Unknown, Ending::NotApplied]);
    assert!(!row(&sitting).contains('~'), "{}", row(&sitting));
    until(&mut sitting, 300);
    assert_eq!(sent(&sitting, "GET").len(), reads + 1, "it is settled");
    sitting.carry_out("t");
    assert_said(&sitting, &["Disabled 13 acme-lon-main"]);
    assert_eq!(sent(&sitting, "PATCH").len(), 2);
}

#[test]
fn until_it_is_known_nothing_else_is_sent_about_the_record() {
    let mut sitting = lost();
    sitting.press("t");
    assert_said(&sitting, &["13 acme-lon-main: the last change got no answer", "Nothing else is sent until"]);
    sitting.press("D");
    assert_said(&sitting, &["13 acme-lon-main: the last change got no answer", "Nothing else is sent until"]);
    sitting.carry_out("e");
    fill(&mut sitting, FieldId::Expire, "600");
    sitting.carry_out("w");
    assert_said(&sitting, &["the last change got no answer", "checking again in"]);
    assert_eq!(sent(&sitting, "PATCH").len(), 1);
    assert!(sent(&sitting, "DELETE").is_empty());
    sitting.press("Esc Esc q");
    assert_shows(&sitting, &["13 acme-lon-main: the result of the last change is not known"]);
}

#[test]
fn while_the_server_cannot_be_read_it_stays_unknown() {
    let mut sitting = Sitting::ready((80, 24), 120);
    let control = sitting.server.control();
    control.add_fault(Fault::next("PATCH", "/registrations", FaultEffect::CutBefore));
    sitting.carry_out(": 1 3 Enter t");
    control.add_fault(Fault::always("GET", "/registrations", FaultEffect::Portal));
    until(&mut sitting, 70);
    assert_said(&sitting, &["13 acme-lon-main: the result of the last change is still UNKNOWN"]);
    assert!(row(&sitting).contains('~'), "{}", row(&sitting));
    control.clear_faults();
    commit(&sitting, false);
    until(&mut sitting, 140);
    assert_said(&sitting, &["Disabled 13 acme-lon-main", "after the answer was lost"]);
    assert_nobody_is_blamed(&sitting);
}

/// A save of 13 was sent and lost.
fn with_a_lost_save() -> Sitting {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.server.fault(Fault::next("PATCH", "/registrations", FaultEffect::CutBefore));
    sitting.carry_out(": 1 3 Enter e");
    fill(&mut sitting, FieldId::Expire, "600");
    sitting.carry_out("w");
    sitting.carry_out("y");
    sitting
}

#[test]
fn an_edit_that_was_stored_late_is_ours_and_what_was_typed_since_is_a_draft() {
    let mut sitting = with_a_lost_save();
    assert_said(&sitting, &["UNKNOWN whether it was changed", "your draft is kept"]);
    fill(&mut sitting, FieldId::RetryDelay, "30");
    sitting.server.change(13, FieldId::Expire, Value::Number(600));
    until(&mut sitting, 2);
    assert_said(&sitting, &["Saved 13 acme-lon-main: ", "applied 2 s after the answer was lost"]);
    let draft = &sitting.app.store.drafts[&13].draft;
    assert_eq!(draft.changes().keys().copied().collect::<Vec<_>>(), [FieldId::RetryDelay]);
    assert_eq!(endings(&sitting), [Ending::Unknown, Ending::AppliedUnseen]);
    assert_nobody_is_blamed(&sitting);
}

#[test]
fn an_edit_that_became_something_else_is_a_conflict() {
    let mut sitting = with_a_lost_save();
    sitting.server.change(13, FieldId::Expire, Value::Number(77));
    until(&mut sitting, 2);
    assert!(matches!(super::creating::form(&sitting).stage, sipreg::app::form::FormStage::Conflict(_)));
    assert_eq!(endings(&sitting), [Ending::Unknown, Ending::Conflict]);
}

#[test]
fn a_deletion_that_the_server_made_late_is_ours() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.server.fault(Fault::next("DELETE", "/registrations", FaultEffect::CutBefore));
    sitting.carry_out(": 1 3 Enter D");
    sitting.write("acme-lon-main");
    sitting.carry_out("Enter");
    assert_said(&sitting, &["UNKNOWN whether it was deleted"]);
    assert!(sitting.server.control().remove(13));
    until(&mut sitting, 2);
    assert_said(&sitting, &["Deleted 13 acme-lon-main", "u: re-create", "applied 2 s after"]);
    assert!(sitting.app.store.records.get(13).is_none());
    assert_nobody_is_blamed(&sitting);
}

#[test]
fn the_unknown_records_of_a_bulk_are_read_back_too() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.carry_out(": 1 3 Enter Space : 1 5 Enter Space t d");
    sitting.server.fault(Fault::next("PATCH", "/registrations/13", FaultEffect::CutBefore));
    sitting.carry_out("y");
    sitting.press("Esc");
    assert!(sitting.app.store.writes.is_unsettled(13), "{}", sitting.screen());
    commit(&sitting, false);
    until(&mut sitting, 2);
    assert_said(&sitting, &["Saved 13 acme-lon-main: enabled", "applied 2 s after the answer was lost"]);
    assert_nobody_is_blamed(&sitting);
}

/// All lines written to the journal, those before sending included.
fn lines(sitting: &Sitting) -> Vec<JournalLine> {
    let lines = sitting.asked.iter().filter_map(|asked| match asked {
        Asked::Record(line) => Some(line.as_ref().clone()),
        _ => None,
    });
    lines.collect()
}

#[test]
fn the_intent_stands_in_the_journal_before_the_write_and_its_result_after_it() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.press(": 1 3 Enter t");
    let intents = lines(&sitting);
    assert_eq!(intents.iter().map(|line| (line.id, line.ending)).collect::<Vec<_>>(), [(Some(13), Ending::Sent)]);
    assert!(sent(&sitting, "PATCH").is_empty());
    sitting.answer_all();
    let all = lines(&sitting);
    assert_eq!(all.iter().map(|line| line.ending).collect::<Vec<_>>(), [Ending::Sent, Ending::Applied]);
    assert!(all[0].write.is_some() && all[0].write == all[1].write);
    assert_eq!((all[0].action, &all[0].changes), (Action::Toggle, &all[1].changes));
    // Also where nothing was sent in the end, the intent does not stay open.
    commit(&sitting, true);
    sitting.carry_out("u y");
    let all = lines(&sitting);
    assert!(sipreg::domain::change::journal::pending(all.iter().rev()).is_empty(), "{all:?}");
}

/// The list is read at a start that found this intent of an earlier run.
fn after(
    age: i64,
    action: Action,
    id: Option<u64>,
    name: &str,
    changes: Vec<Change>,
    late: impl Fn(&Sitting),
) -> Sitting {
    let mut sitting = Sitting::before((120, 24), 120);
    let time = sitting.app.cx.now.wall - chrono::TimeDelta::seconds(age);
    let author = Author { profile: "demo".to_owned(), user: None, pid: 4_000_000 };
    let mut record = Registration::new(id.unwrap_or_default());
    record.set(FieldId::Name, Value::Text(name.to_owned()));
    let line = JournalLine::of_changes(time, author, action, &record, changes, Ending::Sent);
    let line = JournalLine { id, ..line }.of_write(Some(WriteId::new(4_000_000, time, 1)));
    late(&sitting);
    sitting.tell(Message::PendingFound(vec![Pending { line }]));
    sitting.answer_all();
    sitting
}

fn switched(to: bool) -> Vec<Change> {
    vec![Change::new(FieldId::Enabled, Value::Flag(!to).as_ref(), Value::Flag(to).as_ref())]
}

#[test]
fn the_next_start_says_that_a_switch_was_applied_and_can_undo_it() {
    let sitting = after(30, Action::Toggle, Some(13), "acme-lon-main", switched(false), |sitting| {
        commit(sitting, false);
    });
    assert_said(&sitting, &["Disabled 13 acme-lon-main", "u: undo", "(sent at 09:59:30, before sipreg ended)"]);
    let all = lines(&sitting);
    assert_eq!(all.last().map(|line| line.ending), Some(Ending::AppliedUnseen));
    assert!(all.last().unwrap().write.is_some());
    assert_nobody_is_blamed(&sitting);
}

#[test]
fn the_next_start_says_that_a_switch_was_not_applied() {
    let sitting = after(61, Action::Toggle, Some(13), "acme-lon-main", switched(false), |_| ());
    assert_said(&sitting, &["13 acme-lon-main", "NOT disabled (sent at 09:58:59, before sipreg ended)"]);
    assert_eq!(lines(&sitting).last().map(|line| line.ending), Some(Ending::NotApplied));
}

#[test]
fn what_was_sent_just_before_the_start_may_still_come() {
    let mut sitting = after(30, Action::Toggle, Some(13), "acme-lon-main", switched(false), |_| ());
    assert!(row(&sitting).contains('~'), "{}", row(&sitting));
    until(&mut sitting, 31);
    assert_said(&sitting, &["13 acme-lon-main", "NOT disabled"]);
}

#[test]
fn the_next_start_knows_edits_deletions_and_new_records_too() {
    let expire = |to: i64| vec![Change::new(FieldId::Expire, Value::Null.as_ref(), Value::Number(to).as_ref())];
    let sitting = after(61, Action::Edit, Some(13), "acme-lon-main", expire(600), |sitting| {
        sitting.server.change(13, FieldId::Expire, Value::Number(600));
    });
    assert_said(&sitting, &["Saved 13 acme-lon-main: ", "before sipreg ended"]);

    let name = Value::Text("acme-lon-main".to_owned());
    let gone = || vec![Change::new(FieldId::Name, name.as_ref(), Value::Missing.as_ref())];
    let sitting = after(61, Action::Delete, Some(13), "acme-lon-main", gone(), |sitting| {
        assert!(sitting.server.control().remove(13));
    });
    assert_said(&sitting, &["Deleted 13", "before sipreg ended"]);
    let sitting = after(61, Action::Delete, Some(13), "acme-lon-main", gone(), |_| ());
    assert_said(&sitting, &["13 acme-lon-main: NOT deleted", "the server shows it as it was before"]);

    let new = Value::Text("acme-new".to_owned());
    let made = || vec![Change::new(FieldId::Name, Value::Missing.as_ref(), new.as_ref())];
    let sitting = after(61, Action::Create, None, "acme-new", made(), |sitting| {
        assert!(sitting.server.control().copy(13, "acme-new").is_some());
    });
    assert_said(&sitting, &["Created", "acme-new", "before sipreg ended"]);
    let sitting = after(61, Action::Create, None, "acme-new", made(), |_| ());
    assert_said(&sitting, &["acme-new: NOT created"]);
}
