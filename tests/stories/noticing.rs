//! What others changed is told in words that are true, counted once, and never taken for mine; what I did is never
//! taken for theirs.

use std::time::Duration;

use sipreg::app::core::{Message, Tone};
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::record::{FieldId, Record as _, Secret, Value};

use super::bulk::marked;
use super::creating::{assert_said, assert_shows, fill, form, named, said, sent};
use super::unknown::until;
use crate::kit::records::text;
use crate::sitting::Sitting;

fn refresh(sitting: &mut Sitting) {
    sitting.carry_out("R");
}

fn change(sitting: &Sitting, id: u64, field: FieldId, value: Value) {
    sitting.server.change(id, field, value);
}

/// What was seen of a record, oldest first, without the times.
fn seen(sitting: &Sitting, id: u64) -> Vec<String> {
    let lines = sitting.app.store.seen_lines(&sitting.app.cx, id, 200);
    let reported =
        lines.iter().skip(1).filter_map(|line| line.text.split_once(' ').map(|(_, reported)| reported.to_owned()));
    let mut reported: Vec<String> = reported.collect();
    reported.reverse();
    reported
}

fn said_once(sitting: &Sitting, part: &str) -> usize {
    sitting.app.cx.notices.all().iter().filter(|notice| notice.text.contains(part)).count()
}

#[test]
fn some_fields_are_told_with_their_values_and_of_more_that_there_are_more() {
    let others = [
        (FieldId::Expire, Value::Number(60)),
        (FieldId::RetryDelay, Value::Number(7)),
        (FieldId::MaxAttempts, Value::Number(9)),
        (FieldId::DisplayUsername, text("theirs")),
    ];
    for (count, more) in [(1, false), (3, false), (4, true)] {
        let mut sitting = Sitting::ready((160, 40), 40);
        for (field, value) in others.iter().take(count) {
            change(&sitting, 13, *field, value.clone());
        }
        refresh(&mut sitting);
        assert!(said(&sitting).starts_with("Someone changed 13 acme-lon-main: "), "{}", said(&sitting));
        assert_eq!(said(&sitting).matches(" -> ").count(), count.min(3), "{}", said(&sitting));
        assert_eq!(said(&sitting).ends_with(", …"), more, "{}", said(&sitting));
        assert_eq!(sitting.app.cx.notices.all().last().unwrap().tone, Tone::Plain);
    }
}

#[test]
fn some_records_are_named_and_of_more_that_there_are_more() {
    for (count, reported) in [
        (2, "Someone changed 2 registrations: 1, 2"),
        (5, "Someone changed 5 registrations: 1, 2, 3, 4, 5"),
        (6, "Someone changed 6 registrations: 1, 2, 3, 4, 5, …"),
    ] {
        let mut sitting = Sitting::ready((160, 40), 40);
        for id in 1..=count {
            change(&sitting, id, FieldId::Expire, Value::Number(61));
        }
        refresh(&mut sitting);
        assert_eq!(said(&sitting), reported);
        refresh(&mut sitting);
        assert_eq!(said_once(&sitting, "Someone changed"), 1, "it is told once");
    }
}

#[test]
fn new_records_are_named_and_counted() {
    let mut sitting = Sitting::ready((160, 40), 40);
    let id = sitting.server.control().copy(13, "brand-new").unwrap();
    refresh(&mut sitting);
    assert_eq!(said(&sitting), format!("{id} brand-new is new"));
    assert_eq!(seen(&sitting, id), ["someone: created"]);
    let more: Vec<u64> =
        (0..6).map(|number| sitting.server.control().copy(13, &format!("more-{number}")).unwrap()).collect();
    change(&sitting, 13, FieldId::Expire, Value::Number(61));
    refresh(&mut sitting);
    let named: Vec<String> = more.iter().take(5).map(u64::to_string).collect();
    assert!(said(&sitting).starts_with("Someone changed 13 acme-lon-main: expire"), "{}", said(&sitting));
    assert!(
        said(&sitting).ends_with(&format!("; 6 registrations are new: {}, …", named.join(", "))),
        "{}",
        said(&sitting)
    );
    assert_eq!(sitting.app.store.present(), 47);
}

#[test]
fn records_that_are_gone_stay_in_sight_are_not_counted_and_go_with_a_word() {
    let mut sitting = Sitting::ready((160, 40), 40);
    for id in [13, 16, 22] {
        assert!(sitting.server.control().remove(id));
    }
    change(&sitting, 7, FieldId::Expire, Value::Number(61));
    refresh(&mut sitting);
    assert!(said(&sitting).starts_with("3 registrations are gone: 13, 16, 22. "), "{}", said(&sitting));
    assert_eq!(sitting.app.store.present(), 37);
    assert_eq!(sitting.app.store.records.len(), 40, "their rows stay");
    assert_eq!(seen(&sitting, 16), ["someone: deleted on the server"]);
    assert_shows(&sitting, &["3 gone"]);
    sitting.press("Esc");
    assert_said(&sitting, &["Removed 3 deleted rows; 4 changes marked as seen; is:changed still finds them"]);
    assert_eq!(sitting.app.store.records.len(), 37);
    assert!(!sitting.app.store.changes.seen.is_fresh(7));
    sitting.press("Esc");
    assert_eq!(said_once(&sitting, "marked as seen"), 1, "there is nothing more to see");
    assert!(sitting.server.control().remove(7));
    refresh(&mut sitting);
    sitting.press("Esc");
    assert_said(&sitting, &["Removed 1 deleted row"]);
}

#[test]
fn a_password_is_told_without_its_text_whatever_became_of_it() {
    let mut sitting = Sitting::ready((160, 40), 40);
    let secret = |text: &str| Value::Secret(Secret::new(text));
    change(&sitting, 13, FieldId::AuthPassword, Value::Null);
    refresh(&mut sitting);
    let removed = said(&sitting).to_owned();
    change(&sitting, 13, FieldId::AuthPassword, secret("th3irs-1"));
    refresh(&mut sitting);
    let set = said(&sitting).to_owned();
    assert_eq!(removed, "Someone changed 13 acme-lon-main: auth-password removed");
    assert_eq!(set, "Someone changed 13 acme-lon-main: auth-password set");
    // The list cannot tell one from another; who reads the record can.
    sitting.carry_out(": 1 3 Enter Enter");
    change(&sitting, 13, FieldId::AuthPassword, secret("th3irs-2"));
    sitting.pass(Duration::from_secs(1));
    sitting.carry_out("r");
    assert_eq!(seen(&sitting, 13).last().map(String::as_str), Some("someone: auth-password changed"));
    assert!(!format!("{:?}", sitting.app.cx.notices.all()).contains("th3irs"));
}

#[test]
fn what_i_change_while_the_list_is_read_is_no_news_of_others() {
    // Someone disables it, which the first page shows; before the list is read to its end I enable it again.
    let mut sitting = Sitting::ready((120, 30), 1_201);
    sitting.press(": 1 3 Enter");
    change(&sitting, 13, FieldId::Enabled, Value::Flag(false));
    sitting.press("R");
    sitting.answer();
    assert_eq!(sitting.app.store.records.get(13).unwrap().enabled(), Some(false), "{}", sitting.screen());
    let rest = std::mem::take(&mut sitting.waiting);
    sitting.press("t");
    while !sitting.writes.is_empty() {
        sitting.answer();
    }
    sitting.waiting.extend(rest);
    sitting.answer_all();
    assert_eq!(sitting.server.control().registration(13).unwrap().enabled(), Some(true));
    assert_eq!(said_once(&sitting, "Someone changed 13"), 0, "{:?}", sitting.app.cx.notices.all());
    assert_eq!(seen(&sitting, 13), ["someone: enabled yes -> no", "you: enabled no -> yes"]);
}

#[test]
fn a_conflict_that_was_shown_is_not_told_again() {
    let mut sitting = Sitting::ready((120, 40), 40);
    sitting.carry_out(": 1 3 Enter e");
    fill(&mut sitting, FieldId::Expire, "600");
    change(&sitting, 13, FieldId::Expire, Value::Number(61));
    sitting.carry_out("w");
    assert_shows(&sitting, &["61"]);
    sitting.press("Esc Esc Esc");
    refresh(&mut sitting);
    assert_eq!(said_once(&sitting, "changed 13 acme-lon-main: expire"), 0, "{:?}", sitting.app.cx.notices.all());
    assert_eq!(seen(&sitting, 13).len(), 1);
}

#[test]
fn a_write_without_an_answer_makes_nobody_certain_until_it_is_settled() {
    let mut sitting = Sitting::ready((160, 40), 40);
    sitting.server.fault(Fault::next("PATCH", "/registrations", FaultEffect::CutBefore));
    sitting.carry_out(": 1 3 Enter t");
    assert!(sitting.app.store.writes.is_unsettled(13));
    // What it did not ask for may be anyone's.
    change(&sitting, 13, FieldId::Expire, Value::Number(61));
    refresh(&mut sitting);
    assert_eq!(seen(&sitting, 13).last().unwrap(), "unknown who: expire 3600 s -> 61 s");
    assert_said(&sitting, &["13 acme-lon-main changed: expire", "(possibly by your own unanswered change)"]);
    change(&sitting, 13, FieldId::RetryDelay, Value::Number(8));
    change(&sitting, 16, FieldId::RetryDelay, Value::Number(8));
    refresh(&mut sitting);
    assert_said(&sitting, &["2 registrations changed: 13, 16"]);
    // It lands, and is settled: from here on others are others.
    change(&sitting, 13, FieldId::Enabled, Value::Flag(false));
    until(&mut sitting, 30);
    assert!(!sitting.app.store.writes.is_unsettled(13), "{:?}", sitting.app.cx.notices.all());
    assert_eq!(seen(&sitting, 13).last().unwrap(), "you: enabled yes -> no");
    change(&sitting, 13, FieldId::Expire, Value::Number(62));
    refresh(&mut sitting);
    assert_eq!(seen(&sitting, 13).last().unwrap(), "someone: expire 61 s -> 62 s");
    assert_said(&sitting, &["Someone changed 13 acme-lon-main: expire 61 s -> 62 s"]);
}

#[test]
fn a_record_that_i_made_is_neither_new_nor_gone_to_a_list_that_was_asked_for_before() {
    let mut sitting = Sitting::ready((120, 40), 120);
    sitting.press("R");
    let late = sitting.fetch().unwrap();
    sitting.press("a");
    for (field, value) in [
        (FieldId::Name, "acme-new"),
        (FieldId::Domain, "new.acme.example"),
        (FieldId::Username, "493999"),
        (FieldId::Contact, "sip:493999@192.0.2.9"),
    ] {
        fill(&mut sitting, field, value);
    }
    sitting.press("w");
    while sitting
        .app
        .panes
        .form()
        .is_none_or(|_| !matches!(form(&sitting).stage, sipreg::app::form::FormStage::Review(_)))
    {
        assert!(sitting.answer(), "{}", sitting.screen());
    }
    sitting.carry_out("G y");
    let made = named(&sitting, "acme-new").unwrap().id();
    assert_eq!(seen(&sitting, made), ["you: created"]);
    sitting.tell(late);
    sitting.answer_all();
    assert!(
        sitting.app.store.records.get(made).is_some() && !sitting.app.store.is_deleted(made),
        "{}",
        sitting.screen()
    );
    refresh(&mut sitting);
    assert_eq!((seen(&sitting, made), said_once(&sitting, "is new")), (vec!["you: created".to_owned()], 0));
    assert_eq!((sitting.app.store.present(), said_once(&sitting, "deleted")), (121, 0));
    // Someone else deletes it, and that is theirs.
    assert!(sitting.server.control().remove(made));
    refresh(&mut sitting);
    assert_said(&sitting, &[&format!("{made} acme-new was deleted by someone")]);
}

#[test]
fn a_leftover_of_an_earlier_run_waits_for_the_end_of_what_runs() {
    let mut sitting = marked((80, 24), 6);
    sitting.carry_out("t d");
    sitting.press("6 Enter Esc");
    assert!(sitting.app.overlay.current.is_none());
    super::bouncing::found(&mut sitting, 1_000);
    assert!(sitting.app.overlay.current.is_none(), "{}", sitting.screen());
    sitting.press("q");
    assert_shows(&sitting, &["disable 6 registrations is running"]);
    sitting.carry_out("n");
    assert_eq!(sent(&sitting, "PATCH").len(), 6);
    sitting.pass(Duration::from_secs(1));
    sitting.tell(Message::Woke);
    assert_shows(&sitting, &["16 betatel-1 is disabled because of an unfinished bounce"]);
}

#[test]
fn a_field_that_changes_twice_before_it_is_told_is_told_once_as_it_is_now() {
    let mut sitting = Sitting::ready((120, 30), 1_201);
    sitting.press(": 1 3 Enter");
    change(&sitting, 13, FieldId::Expire, Value::Number(61));
    change(&sitting, 13, FieldId::RetryDelay, Value::Number(8));
    sitting.press("R");
    sitting.answer();
    let rest = std::mem::take(&mut sitting.waiting);
    change(&sitting, 13, FieldId::Expire, Value::Number(62));
    sitting.carry_out("Enter");
    sitting.waiting.extend(rest);
    sitting.answer_all();
    let reported: Vec<&str> = sitting
        .app
        .cx
        .notices
        .all()
        .iter()
        .filter_map(|notice| notice.text.strip_prefix("Someone changed 13 acme-lon-main: "))
        .collect();
    assert_eq!(reported, ["retry-delay 5 s -> 8 s, expire 61 s -> 62 s"]);
    assert_eq!(seen(&sitting, 13).len(), 3, "both steps are in the record's own list");
}

#[test]
fn a_record_that_appears_after_its_creation_was_given_up_is_nobodys_for_certain() {
    let mut sitting = Sitting::ready((120, 40), 40);
    sitting.server.fault(Fault::next("POST", "/registrations", FaultEffect::CutBefore));
    sitting.press("a");
    for (field, value) in [
        (FieldId::Name, "acme-late"),
        (FieldId::Domain, "new.acme.example"),
        (FieldId::Username, "493999"),
        (FieldId::Contact, "sip:493999@192.0.2.9"),
    ] {
        fill(&mut sitting, field, value);
    }
    sitting.carry_out("w");
    sitting.carry_out("G y");
    until(&mut sitting, 70);
    assert_eq!(sitting.app.store.writes.unsettled().count(), 0, "{:?}", sitting.app.cx.notices.all());
    let late = sitting.server.control().copy(13, "acme-late").unwrap();
    let other = sitting.server.control().copy(13, "acme-other").unwrap();
    refresh(&mut sitting);
    assert_eq!(seen(&sitting, late), ["unknown who: created"]);
    assert_eq!(seen(&sitting, other), ["someone: created"]);
}
