//! An edit is taken back through the review, with the same look at the server.

use sipreg::app::Access;
use sipreg::domain::change::{Action, Checked, SaveOutcome};
use sipreg::domain::record::{FieldId, Value};

use crate::desk::{Desk, base, fetched, invalid, mine, with};

fn saved() -> Desk {
    let mut desk = Desk::sent();
    desk.saved(SaveOutcome::Applied { now: fetched(mine(), "2"), differences: Vec::new() });
    desk
}

#[test]
fn a_saved_edit_is_put_back_through_the_review() {
    let mut desk = saved();
    desk.keys("u");
    desk.assert_shows(&["Undo: restore expire of 22 carrierx-ams", "Change        changed expire at "]);
    desk.keys("y").checked(Checked::Same);
    assert!(desk.is_reviewing());
    assert_eq!(desk.wants(FieldId::Expire), Some(Value::Null));
    desk.keys("y").saved(SaveOutcome::Applied { now: fetched(base(), "3"), differences: Vec::new() });
    desk.keys("u");
    desk.assert_said(&["Nothing to undo"]);
    desk.keys("U y").checked(Checked::Same).keys("y");
    desk.saved(SaveOutcome::Applied { now: fetched(mine(), "4"), differences: Vec::new() });
    assert_eq!(desk.actions(), [Action::Edit, Action::Undo, Action::Redo]);
}

#[test]
fn what_someone_changed_since_in_the_same_field_is_a_conflict() {
    let mut desk = saved();
    desk.keys("u y").moved(with(mine(), FieldId::Expire, Value::Number(7200)));
    assert!(desk.is_conflict());
    desk.assert_shows(&["base   600", "theirs 7200", "mine   (node default)"]);
}

#[test]
fn an_undo_that_is_given_up_stays_to_be_undone() {
    let mut desk = saved();
    desk.keys("u y").checked(Checked::Same).keys("Esc").command("discard");
    desk.edit().to(FieldId::RetryDelay).keys("i Ctrl-u '30' Enter w").checked(Checked::Same).keys("y");
    let now = with(mine(), FieldId::RetryDelay, Value::Number(30));
    desk.saved(SaveOutcome::Applied { now: fetched(now, "3"), differences: Vec::new() });
    assert_eq!(desk.app.store.history.entries().len(), 2, "another edit is another line");
    assert_eq!(desk.app.store.history.undoable(), Some(1));
}

#[test]
fn a_draft_in_the_way_is_named() {
    let mut desk = saved();
    desk.edit().to(FieldId::RetryDelay).keys("i Ctrl-u '30' Enter Esc u y");
    desk.assert_said(&["22 carrierx-ams has a draft"]);
}

#[test]
fn the_journal_lists_and_takes_back() {
    let mut desk = saved();
    desk.keys("J");
    desk.assert_shows(&["22 carrierx-ams", "expire (node default) -> 600 s"]);
    desk.keys("u");
    desk.assert_shows(&["Undo: restore expire"]);
}

#[test]
fn a_question_covers_its_rows_and_says_which_keys_are_no_answer() {
    let mut desk = Desk::of(Access::Confirm, (200, 30));
    desk.keys("t");
    let screen = desk.screen();
    assert!(screen.contains("y: disable  n/Esc: cancel ┘"), "{screen}");
    desk.keys("d");
    desk.assert_shows(&["Disable 22 carrierx-ams?", "Unknown key d. y: disable"]);
}

#[test]
fn an_undo_that_the_server_refuses_stays_in_the_form_of_its_record() {
    let mut desk = saved();
    desk.keys("u y").checked(Checked::Same).keys("y");
    desk.saved(SaveOutcome::Refused(invalid(&[("/data/attributes/expire", "is too small")])));
    assert!(desk.is_editing() && desk.has_draft());
    assert_eq!((desk.form().id, desk.app.store.new_drafts().len()), (22, 0), "no other registration is begun");
    desk.assert_shows(&["is too small"]);
    desk.assert_said(&["not changed", "your draft is kept"]);
}

#[test]
fn the_history_calls_a_record_that_was_renamed_by_the_name_it_had() {
    let mut desk = Desk::editing();
    desk.to(FieldId::Name).keys("i Ctrl-u 'carrierx-new' Enter w").checked(Checked::Same).keys("y");
    let renamed = with(base(), FieldId::Name, crate::desk::text("carrierx-new"));
    desk.saved(SaveOutcome::Applied { now: fetched(renamed, "2"), differences: Vec::new() });
    let [entry] = desk.app.store.history.entries() else { panic!() };
    assert_eq!(entry.name(), "carrierx-ams");
    desk.keys("J");
    desk.assert_shows(&["22 carrierx-ams", "carrierx-new"]);
}
