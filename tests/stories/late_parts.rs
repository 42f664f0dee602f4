//! Parts of changes of many whose answers were lost: they are read back, counted with the others and undone with them,
//! and a bounce goes on with what is known then, behind the lock too.

use std::time::Duration;

use sipreg::app::core::{Effect as Asked, Message, PlanNote};
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::journal::unfinished;
use sipreg::domain::change::{Action, Ending, JournalLine};
use sipreg::domain::record::{FieldId, Record as _, Value};

use super::creating::{assert_shows, journal};
use super::locking::{is_signed_out, lock};
use crate::sitting::Sitting;

const POLL: Duration = Duration::from_secs(300);

fn is_on(sitting: &Sitting, id: u64) -> bool {
    sitting.server.control().registration(id).unwrap().enabled() == Some(true)
}

/// What the server does late.
fn commit(sitting: &Sitting, id: u64, enabled: bool) {
    assert!(sitting.server.control().change(id, FieldId::Enabled, Value::Flag(enabled)));
}

fn pass(sitting: &mut Sitting, seconds: u64) {
    for _ in 0..seconds {
        sitting.pass(Duration::from_secs(1));
        sitting.tell(Message::Woke);
        sitting.answer_all();
    }
}

fn lose_the_next(sitting: &Sitting) {
    sitting.server.control().add_fault(Fault::next("PATCH", "/registrations", FaultEffect::CutBefore));
}

/// The bounce of record 16 is asked about.
fn asked(poll: Duration) -> Sitting {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.app.cx.setup.node_poll = poll;
    commit(&sitting, 16, true);
    sitting.carry_out("R");
    sitting.carry_out(": 1 6 Enter B");
    sitting
}

/// Something was said, by a message with all these parts.
#[track_caller]
fn assert_said(sitting: &Sitting, parts: &[&str]) {
    let notices = sitting.app.cx.notices.all();
    let said = notices.iter().any(|notice| parts.iter().all(|part| notice.text.contains(part)));
    assert!(said, "{parts:?} in {notices:#?}");
}

fn confirm(sitting: &mut Sitting) {
    sitting.carry_out("y");
}

fn bounces(sitting: &Sitting) -> Vec<Ending> {
    let lines = journal(sitting).into_iter().filter(|line: &&JournalLine| line.action == Action::Bounce);
    lines.map(|line| line.ending).collect()
}

fn left(sitting: &Sitting) -> usize {
    unfinished(journal(sitting).into_iter().rev()).len()
}

fn plan_ended(sitting: &Sitting) -> bool {
    let is_end = |asked: &Asked| matches!(asked, Asked::Note(note) if matches!(**note, PlanNote::End));
    sitting.asked.iter().any(is_end)
}

#[test]
fn a_first_half_that_the_server_made_late_is_followed_by_the_second() {
    let mut sitting = asked(POLL);
    lose_the_next(&sitting);
    confirm(&mut sitting);
    assert!(sitting.app.store.writes.is_unsettled(16), "{}", sitting.screen());
    assert!(is_on(&sitting, 16));
    commit(&sitting, 16, false);
    pass(&mut sitting, 2);
    assert_said(&sitting, &["16 betatel-1: disabled for its bounce", "applied 2 s after"]);
    assert!(!sitting.app.store.writes.is_unsettled(16));
    assert_eq!(left(&sitting), 1, "a kill now would leave it off");
    sitting.pass(POLL);
    sitting.answer_all();
    assert!(is_on(&sitting, 16));
    assert_eq!(left(&sitting), 0);
    assert!(plan_ended(&sitting));
}

#[test]
fn a_first_half_that_comes_after_the_poll_is_still_followed_by_the_second() {
    let mut sitting = asked(Duration::from_secs(5));
    lose_the_next(&sitting);
    confirm(&mut sitting);
    pass(&mut sitting, 10);
    assert!(is_on(&sitting, 16), "nobody knows yet");
    assert!(sitting.app.store.writes.is_unsettled(16));
    // After the second half was due, and before the next reading.
    commit(&sitting, 16, false);
    pass(&mut sitting, 10);
    assert_said(&sitting, &["16 betatel-1: disabled for its bounce", "applied 15 s after"]);
    assert!(is_on(&sitting, 16), "{:?}", sitting.app.cx.notices.all());
    assert_eq!(left(&sitting), 0);
}

#[test]
fn a_first_half_that_never_comes_leaves_it_enabled_and_ends_the_bounce() {
    let mut sitting = asked(Duration::from_secs(5));
    lose_the_next(&sitting);
    confirm(&mut sitting);
    pass(&mut sitting, 62);
    assert_said(&sitting, &["16 betatel-1: NOT disabled within 60 s"]);
    assert!(is_on(&sitting, 16));
    assert_eq!(left(&sitting), 0);
    assert!(!sitting.app.store.writes.is_unsettled(16));
    assert!(plan_ended(&sitting));
}

#[test]
fn a_second_half_that_the_server_made_late_completes_the_bounce() {
    let mut sitting = asked(POLL);
    confirm(&mut sitting);
    lose_the_next(&sitting);
    sitting.pass(POLL);
    sitting.answer_all();
    assert_said(&sitting, &["16 betatel-1 may be DISABLED"]);
    assert!(!plan_ended(&sitting), "its plan is kept");
    assert_eq!(left(&sitting), 1);
    commit(&sitting, 16, true);
    pass(&mut sitting, 2);
    assert_said(&sitting, &["16 betatel-1: enabled again, its bounce is complete", "applied 2 s after"]);
    assert_eq!(bounces(&sitting).last(), Some(&Ending::AppliedUnseen));
    assert_eq!(left(&sitting), 0);
    assert!(plan_ended(&sitting));
    let counts = sitting.app.writes.bulk.as_ref().unwrap().bulk.counts();
    assert_eq!((counts.done, counts.unknown), (1, 0));
}

#[test]
fn a_second_half_that_never_comes_is_said_and_offered_again() {
    let mut sitting = asked(POLL);
    confirm(&mut sitting);
    lose_the_next(&sitting);
    sitting.pass(POLL);
    sitting.answer_all();
    sitting.press("Esc");
    pass(&mut sitting, 61);
    assert_said(&sitting, &["16 betatel-1 is DISABLED: it was NOT enabled again within 60 s"]);
    assert!(!plan_ended(&sitting));
    assert_shows(&sitting, &["16 betatel-1 is disabled because of an unfinished bounce"]);
    assert_eq!(left(&sitting), 1, "the next start offers it, too");
}

#[test]
fn a_first_half_stays_open_where_the_second_one_could_not_even_look() {
    let mut sitting = asked(Duration::from_secs(5));
    lose_the_next(&sitting);
    confirm(&mut sitting);
    let control = sitting.server.control();
    control.add_fault(Fault::always("GET", "/registrations/16", FaultEffect::ProxyPage { status: 403 }));
    commit(&sitting, 16, false);
    pass(&mut sitting, 65);
    assert_said(&sitting, &["16 betatel-1: the result of the last change is still UNKNOWN"]);
    assert!(sitting.app.store.writes.is_unsettled(16), "what the first half did was seen by nobody");
    sitting.server.control().clear_faults();
    pass(&mut sitting, 61);
    assert!(!sitting.app.store.writes.is_unsettled(16));
    assert_eq!(sitting.app.store.records.get(16).unwrap().enabled(), Some(false), "the list shows what the server has");
    assert_eq!(left(&sitting), 1, "it is offered to be enabled");
}

#[test]
fn a_record_of_a_bulk_that_was_stored_late_is_undone_with_the_others() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.carry_out(": 1 3 Enter Space : 1 5 Enter Space t d");
    sitting.server.control().add_fault(Fault::next("PATCH", "/registrations/13", FaultEffect::CutBefore));
    confirm(&mut sitting);
    sitting.press("Esc");
    assert!(!plan_ended(&sitting), "one of them is not known");
    commit(&sitting, 13, false);
    pass(&mut sitting, 2);
    let entries = sitting.app.store.history.entries();
    let groups: Vec<_> = entries.iter().map(|entry| (entry.id, entry.group)).collect();
    assert_eq!(groups.len(), 2);
    assert!(groups[0].1.is_some() && groups[0].1 == groups[1].1, "{groups:?}");
    assert!(journal(&sitting).iter().all(|line| line.action == Action::Toggle));
    assert!(plan_ended(&sitting));
    sitting.carry_out("u");
    assert_shows(&sitting, &["2 registrations?"]);
    confirm(&mut sitting);
    assert!(is_on(&sitting, 13) && is_on(&sitting, 15));
}

#[test]
fn behind_the_lock_an_unknown_write_is_read_back_on_time_and_then_the_token_goes() {
    let mut sitting = Sitting::ready((80, 24), 120);
    lose_the_next(&sitting);
    sitting.carry_out(": 1 3 Enter t");
    assert!(sitting.app.store.writes.is_unsettled(13));
    lock(&mut sitting);
    assert_shows(&sitting, &["1 change has no known result yet: checked until", "token is kept"]);
    assert!(!is_signed_out(&sitting));
    let wakes = sitting.app.wake_at().unwrap();
    assert_eq!(wakes.saturating_sub(sitting.app.cx.now.mono).as_secs(), 2);
    pass(&mut sitting, 2);
    assert!(!is_signed_out(&sitting), "as before so far");
    commit(&sitting, 13, false);
    pass(&mut sitting, 3);
    assert!(!sitting.app.store.writes.is_unsettled(13));
    assert_eq!(journal(&sitting).last().map(|line| line.ending), Some(Ending::AppliedUnseen));
    assert!(is_signed_out(&sitting));
    assert_shows(&sitting, &["Token and passwords are cleared"]);
    assert_eq!(sitting.app.wake_at(), None);
}

#[test]
fn behind_the_lock_a_server_that_cannot_be_read_does_not_hold_the_token_for_ever() {
    let mut sitting = Sitting::ready((80, 24), 120);
    lose_the_next(&sitting);
    sitting.carry_out(": 1 3 Enter t");
    sitting.server.control().add_fault(Fault::always("GET", "/registrations", FaultEffect::ProxyPage { status: 502 }));
    lock(&mut sitting);
    pass(&mut sitting, 70);
    assert!(is_signed_out(&sitting));
    assert!(sitting.app.store.writes.is_unsettled(13), "it stays unknown");
    assert_eq!(sitting.app.wake_at(), None);
}

#[test]
fn the_right_password_opens_the_lock_while_a_bounce_waits_and_a_wrong_one_does_not_harm_it() {
    let mut sitting = asked(POLL);
    confirm(&mut sitting);
    lock(&mut sitting);
    assert_shows(&sitting, &["Bounce: 1 registration disabled, enabled again at"]);
    sitting.write("wrong");
    sitting.carry_out("Enter");
    assert_shows(&sitting, &["LOCKED", "refused"]);
    sitting.write("demo");
    sitting.carry_out("Enter");
    assert!(sitting.app.lock.locked.is_none(), "{}", sitting.screen());
    assert!(!is_on(&sitting, 16), "the bounce goes on");
    sitting.pass(POLL);
    sitting.answer_all();
    assert!(is_on(&sitting, 16));
    assert!(!is_signed_out(&sitting));
}

#[test]
fn nobody_else_takes_over_what_goes_on_behind_the_lock() {
    let mut sitting = asked(POLL);
    confirm(&mut sitting);
    lock(&mut sitting);
    sitting.press("Tab Ctrl-u");
    sitting.write("mallory");
    sitting.press("Tab");
    sitting.write("demo");
    sitting.press("Enter");
    assert_eq!(sitting.unanswered(), []);
    assert_shows(&sitting, &["Changes of demo are still running: sign in as demo"]);
}

#[test]
fn a_first_half_of_a_record_that_is_gone_when_it_is_read_back_ends_its_bounce() {
    let mut sitting = asked(POLL);
    lose_the_next(&sitting);
    confirm(&mut sitting);
    assert!(sitting.server.control().remove(16));
    pass(&mut sitting, 3);
    assert!(sitting.app.store.is_deleted(16) && !sitting.app.store.writes.is_unsettled(16), "{}", sitting.screen());
    assert_eq!(bounces(&sitting), [Ending::Unknown, Ending::Gone]);
    assert_eq!(left(&sitting), 0);
    sitting.pass(POLL);
    sitting.answer_all();
    assert_said(&sitting, &["Bounce 1 registration: 1 failed"]);
}
