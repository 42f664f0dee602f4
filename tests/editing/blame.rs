//! Who is blamed for a change: no one where it was this console, or where what was read is older than what is known.

use sipreg::app::core::{Effect, Message, Outcome, Read, Reply, Ticket};
use sipreg::domain::answer::Conditional;
use sipreg::domain::change::outcome::Switched;
use sipreg::domain::change::{Action, Checked, SaveOutcome};
use sipreg::domain::record::{FieldId, Value};

use crate::desk::{Desk, base, fetched, mine, record, text, with};
use crate::switching::off;

/// The newest read of a record that was asked for.
fn asked(desk: &Desk) -> (Ticket, Read) {
    let found = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::Read { ticket, read: read @ Read::Record { .. } } => Some((*ticket, read.clone())),
        _ => None,
    });
    found.unwrap()
}

fn records_asked(desk: &Desk) -> usize {
    desk.effects.iter().filter(|effect| matches!(effect, Effect::Read { read: Read::Record { .. }, .. })).count()
}

fn nobody_was_blamed(desk: &Desk) {
    for notice in desk.app.cx.notices.all() {
        assert!(!notice.text.contains("someone"), "{}", notice.text);
    }
}

#[test]
fn a_base_that_was_read_before_the_switch_and_comes_after_it_is_asked_for_again() {
    let mut desk = Desk::new();
    desk.keys("t e");
    let (ticket, read) = asked(&desk);
    desk.switched(Switched::Applied { now: fetched(off(), "2"), differences: Vec::new() });
    let before = records_asked(&desk);
    let late = Ok(Reply::Record(Conditional::Changed(fetched(base(), "1"))));
    desk.update(Message::Reply { ticket, read, result: late });
    assert_eq!(records_asked(&desk), before + 1, "it is asked for again");
    let now = Ok(Reply::Record(Conditional::Changed(fetched(off(), "2"))));
    desk.reply(|read| matches!(read, Read::Record { .. }), now);
    assert!(desk.is_editing());
    assert_eq!(desk.draft().base().get(FieldId::Enabled), &Value::Flag(false));
    nobody_was_blamed(&desk);
}

#[test]
fn a_base_that_comes_while_the_switch_is_under_way_waits_for_its_end() {
    let mut desk = Desk::new();
    desk.keys("t c");
    let (ticket, read) = asked(&desk);
    let early = Ok(Reply::Record(Conditional::Changed(fetched(base(), "1"))));
    desk.update(Message::Reply { ticket, read, result: early });
    let before = records_asked(&desk);
    desk.switched(Switched::Applied { now: fetched(off(), "2"), differences: Vec::new() });
    assert_eq!(records_asked(&desk), before + 1, "now it is asked for");
    let now = Ok(Reply::Record(Conditional::Changed(fetched(off(), "2"))));
    desk.reply(|read| matches!(read, Read::Record { .. }), now);
    assert_eq!(desk.form().copied, Some(22));
    assert_eq!(
        desk.app.panes.form_draft(&desk.app.store).unwrap().draft.changes().get(&FieldId::Enabled),
        Some(&Value::Flag(false))
    );
    nobody_was_blamed(&desk);
}

#[test]
fn a_switch_of_ours_while_the_form_is_open_is_not_somebody_elses() {
    let mut desk = Desk::reviewing();
    desk.keys("Tab t");
    desk.switched(Switched::Applied { now: fetched(off(), "2"), differences: Vec::new() });
    assert_eq!(desk.draft().base().get(FieldId::Enabled), &Value::Flag(false));
    desk.keys("Tab n w").moved(off());
    desk.keys("y");
    nobody_was_blamed(&desk);
    assert!(!desk.screen().contains("someone"), "{}", desk.screen());
}

#[test]
fn our_own_save_after_a_conflict_is_ours() {
    let mut desk = Desk::looking();
    desk.moved(with(base(), FieldId::Expire, Value::Number(60)));
    assert!(desk.is_conflict());
    desk.keys("m w").checked(Checked::Same).keys("y");
    desk.saved(SaveOutcome::Applied { now: fetched(mine(), "3"), differences: Vec::new() });
    desk.keys("r");
    let page = desk.app.store.records.get(22).unwrap().get(FieldId::Expire).to_value();
    assert_eq!(page, Value::Number(600));
    desk.keys("Enter");
    let now = Ok(Reply::Record(Conditional::Changed(fetched(mine(), "3"))));
    desk.reply(|read| matches!(read, Read::Record { .. }), now);
    let blamed = |notice: &&sipreg::app::core::Notice| notice.text.contains("changed by someone else");
    assert_eq!(desk.app.cx.notices.all().iter().find(blamed), None);
}

#[test]
fn the_question_of_an_undo_names_the_record_as_it_is_called_now() {
    let mut desk = Desk::new();
    desk.keys("t");
    desk.switched(Switched::Applied { now: fetched(off(), "2"), differences: Vec::new() });
    desk.keys("Enter");
    let renamed = with(off(), FieldId::Name, text("carrierx-new"));
    let now = Ok(Reply::Record(Conditional::Changed(fetched(renamed, "3"))));
    desk.reply(|read| matches!(read, Read::Record { .. }), now);
    desk.keys("q u");
    desk.assert_shows(&["Undo: enable 22 carrierx-new"]);
}

#[test]
fn an_undo_stays_one_though_the_save_of_another_record_ends_first() {
    let mut desk = Desk::sent();
    desk.saved(SaveOutcome::Applied { now: fetched(mine(), "2"), differences: Vec::new() });
    // The undo waits in its review while another record is saved.
    desk.keys("u y").checked(Checked::Same).keys("Esc q Esc j e");
    let other = record(23, "carrierx-lon");
    let read = Ok(Reply::Record(Conditional::Changed(fetched(other.clone(), "9"))));
    desk.reply(|read| matches!(read, Read::Record { id: 23, .. }), read);
    desk.to(FieldId::RetryDelay).keys("i Ctrl-u '30' Enter w").checked(Checked::Same).keys("y");
    let now = with(other, FieldId::RetryDelay, Value::Number(30));
    desk.saved(SaveOutcome::Applied { now: fetched(now, "10"), differences: Vec::new() });
    desk.keys("k e w").checked(Checked::Same).keys("y");
    desk.saved(SaveOutcome::Applied { now: fetched(base(), "3"), differences: Vec::new() });
    assert_eq!(desk.actions(), [Action::Edit, Action::Edit, Action::Undo]);
    assert_eq!(desk.app.store.history.undoable(), Some(1), "the edit of 22 is undone");
}

#[test]
fn a_review_that_stood_too_long_says_that_the_key_is_wanted_once_more() {
    let mut desk = Desk::reviewing();
    desk.later(11).keys("y").checked(Checked::Same);
    desk.assert_said(&["22 carrierx-ams: checked again just now", "nothing sent yet", "y: save"]);
    assert_eq!(desk.writes().len(), 0);
    desk.keys("y");
    assert_eq!(desk.writes().len(), 1);
}

#[test]
fn nothing_is_saved_while_another_write_of_the_record_is_under_way() {
    let mut desk = Desk::reviewing();
    desk.keys("Tab t Tab y");
    desk.assert_said(&["22 carrierx-ams is already being saved"]);
    assert_eq!(desk.writes().len(), 1);
    let number = desk.writes()[0].0;
    let refused =
        Switched::Refused(crate::desk::error(sipreg::domain::request_error::RequestErrorKind::Forbidden, "no"));
    desk.update(Message::Outcome { number, outcome: Outcome::Switched(refused) });
    desk.keys("y");
    assert_eq!(desk.writes().len(), 2);
}
