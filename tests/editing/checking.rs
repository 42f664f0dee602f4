//! The look at the server before the review, and the conflict that it may find.

use sipreg::domain::change::Checked;
use sipreg::domain::record::{FieldId, Value};
use sipreg::domain::request_error::RequestErrorKind;

use sipreg::app::core::{Read, Tone};

use crate::desk::{Desk, base, error, fetched, mine, text, theirs, with};

#[test]
fn an_unchanged_record_leads_to_the_review_of_what_is_sent() {
    let mut desk = Desk::looking();
    desk.assert_shows(&["checking with the server"]);
    desk.checked(Checked::Same);
    assert!(desk.is_reviewing());
    desk.assert_shows(&[
        "22 carrierx-ams",
        "eu-noc",
        "Expire",
        "600",
        "Only this field is sent",
        "Unchanged on the server since you opened it",
    ]);
    assert!(desk.writes().is_empty(), "nothing is sent without y");
}

#[test]
fn another_tag_with_the_same_values_is_no_alarm_and_becomes_the_base() {
    let mut desk = Desk::looking();
    desk.checked(Checked::Renewed(fetched(base(), "2")));
    assert!(desk.is_reviewing());
    desk.assert_shows(&["only a name"]);
    assert_eq!(desk.draft().tag().unwrap().as_str(), "W/\"2\"");
}

#[test]
fn a_change_of_another_field_is_joined_and_shown() {
    let mut desk = Desk::looking();
    desk.moved(with(base(), FieldId::Contact, text("sip:theirs@192.0.2.9")));
    assert!(desk.is_reviewing());
    desk.assert_shows(&["Theirs: Contact is now sip:theirs@192.0.2.9", "someone changed other fields"]);
    assert_eq!(desk.wants(FieldId::Contact), None, "theirs is not sent");
    assert_eq!(desk.wants(FieldId::Expire), Some(Value::Number(600)));
}

#[test]
fn what_is_already_so_is_not_sent() {
    let mut desk = Desk::editing();
    desk.to(FieldId::Expire).keys("i '600' Enter").to(FieldId::RetryDelay).keys("i Ctrl-u '30' Enter w");
    desk.moved(mine());
    desk.assert_shows(&["already set, not sent: expire"]);
    assert_eq!((desk.wants(FieldId::Expire), desk.wants(FieldId::RetryDelay)), (None, Some(Value::Number(30))));
}

#[test]
fn when_all_is_already_so_nothing_is_left_of_the_edit() {
    let mut desk = Desk::looking();
    desk.moved(mine());
    desk.assert_said(&["22 carrierx-ams", "already has these values", "nothing was sent"]);
    assert!(!desk.has_draft() && desk.app.panes.stack.is_empty());
}

#[test]
fn a_clash_is_shown_with_base_theirs_and_mine() {
    let desk = Desk::in_conflict();
    assert!(desk.is_conflict());
    desk.assert_said(&["22 carrierx-ams", "someone changed 1 field that you changed too", "Nothing was sent"]);
    desk.assert_shows(&["Conflict", "WHEN OPENED", "THEIRS", "YOURS", "RESULT", "choose: m t e", "Expire"]);
    // The row under the cursor is the open one, whole.
    desk.assert_shows(&["base   (node default)", "theirs 60", "mine   600"]);
}

#[test]
fn choosing_mine_is_checked_again_before_it_is_sent() {
    let mut desk = Desk::in_conflict();
    desk.keys("m");
    desk.assert_said(&["All decided"]);
    desk.keys("w");
    assert_eq!(desk.looks(), 2);
    desk.checked(Checked::Same);
    assert!(desk.is_reviewing());
    assert_eq!(desk.wants(FieldId::Expire), Some(Value::Number(600)));
    assert_eq!(desk.draft().tag().unwrap().as_str(), "W/\"2\"", "the base is what they left");
}

#[test]
fn choosing_theirs_leaves_nothing_to_send() {
    let mut desk = Desk::in_conflict();
    desk.keys("t w");
    desk.assert_said(&["None of your changes is left", "theirs are kept"]);
    assert!(!desk.has_draft() && desk.writes().is_empty());
}

#[test]
fn a_third_value_is_typed() {
    let mut desk = Desk::in_conflict();
    desk.keys("e Ctrl-u '9x'");
    desk.assert_said(&["empty = node default"]);
    desk.keys("Backspace '00' Enter w");
    desk.checked(Checked::Same);
    assert_eq!(desk.wants(FieldId::Expire), Some(Value::Number(900)));
}

#[test]
fn an_open_conflict_is_named_when_the_review_is_wanted() {
    let mut desk = Desk::in_conflict();
    desk.keys("w");
    desk.assert_said(&["Still to decide: expire"]);
    assert!(desk.is_conflict());
}

#[test]
fn all_mine_and_all_theirs_decide_every_row_and_n_goes_round() {
    let clash = || {
        let mut desk = Desk::editing();
        desk.to(FieldId::Expire).keys("i '600' Enter").to(FieldId::RetryDelay).keys("i Ctrl-u '30' Enter w");
        desk.moved(with(theirs(), FieldId::RetryDelay, Value::Number(90)));
        desk
    };
    let mut desk = clash();
    let first = desk.form().pager.cursor;
    desk.keys("n");
    assert_ne!(desk.form().pager.cursor, first);
    desk.keys("N");
    assert_eq!(desk.form().pager.cursor, first);
    desk.keys("M w").checked(Checked::Same);
    assert_eq!(desk.draft().changes().len(), 2);
    let mut desk = clash();
    desk.keys("T w");
    assert!(!desk.has_draft());
}

#[test]
fn esc_in_a_conflict_goes_back_to_the_form_with_the_draft() {
    let mut desk = Desk::in_conflict();
    desk.keys("Esc");
    assert!(desk.is_editing());
    assert_eq!(desk.wants(FieldId::Expire), Some(Value::Number(600)));
}

#[test]
fn a_password_in_conflict_is_typed_unseen_and_typing_nothing_removes_nothing() {
    use sipreg::domain::record::Secret;
    let mut desk = Desk::editing();
    desk.to(FieldId::AuthPassword).keys("i 'my-n3w-one' Enter w");
    desk.moved(with(base(), FieldId::AuthPassword, Value::Secret(Secret::new("th3ir-one"))));
    assert!(desk.is_conflict());
    desk.keys("e Enter w");
    desk.assert_said(&["Still to decide: auth-password"]);
    desk.keys("e 'th1rd-one'");
    for secret in ["th1rd-one", "my-n3w-one", "th3ir-one"] {
        desk.assert_silent_about(secret);
    }
    desk.keys("Enter w").checked(Checked::Same);
    assert_eq!(desk.wants(FieldId::AuthPassword), Some(Value::Secret(Secret::new("th1rd-one"))));
}

#[test]
fn a_deleted_record_keeps_its_draft_and_can_be_made_anew() {
    let mut desk = Desk::looking();
    desk.checked(Checked::Gone);
    desk.assert_said(&["deleted by someone", "your draft is kept", ":recreate"]);
    assert!(desk.is_editing());
    desk.command("recreate");
    desk.assert_shows(&["Re-create 22 carrierx-ams", "new ID"]);
    desk.keys("y");
    let Some((_, sipreg::app::core::Write::Create(draft))) = desk.writes().pop() else { panic!() };
    assert_eq!(draft.changes().get(&FieldId::Expire), Some(&Value::Number(600)));
    assert_eq!(draft.changes().get(&FieldId::Name), Some(&text("carrierx-ams")));
    // A second one while the first is under way would make two.
    desk.command("recreate").keys("y");
    assert_eq!(desk.writes().len(), 1);
}

#[test]
fn a_look_that_fails_sends_nothing_and_keeps_the_draft() {
    let mut desk = Desk::looking();
    desk.reply(|read| matches!(read, Read::Check(_)), Err(error(RequestErrorKind::TimedOut, "no answer in 10 s")));
    desk.assert_said(&["not sent", "no answer in 10 s", "w: retry"]);
    assert!(desk.is_editing() && desk.has_draft() && desk.writes().is_empty());
}

#[test]
fn esc_and_ctrl_c_stop_the_look_and_its_late_answer_changes_nothing() {
    for key in ["Esc", "Ctrl-c"] {
        let mut desk = Desk::looking();
        desk.keys(key);
        assert!(desk.is_editing());
        assert_eq!(desk.app.cx.in_flight(), None);
        desk.checked(Checked::Same);
        assert!(desk.is_editing());
    }
}

#[test]
fn a_review_left_standing_looks_again_before_it_sends() {
    let mut desk = Desk::reviewing();
    desk.later(60).keys("y");
    assert!(desk.writes().is_empty());
    desk.checked(Checked::Same).keys("y");
    assert_eq!(desk.writes().len(), 1);
}

#[test]
fn a_record_that_is_still_there_is_not_made_a_second_time() {
    let mut desk = Desk::editing();
    desk.to(FieldId::Expire).keys("i '600' Enter Esc").command("recreate");
    desk.assert_said(&["22 carrierx-ams was not deleted", "save the draft"]);
    assert!(!desk.screen().contains("Re-create"));
    assert!(desk.writes().is_empty());
}

#[test]
fn a_check_that_fails_for_want_of_a_token_asks_to_sign_in_and_sends_nothing() {
    for (kind, asks) in [(RequestErrorKind::SignInNeeded, true), (RequestErrorKind::TimedOut, false)] {
        let mut desk = Desk::looking();
        desk.reply(|read| matches!(read, Read::Check(_)), Err(error(kind, "the token ended")));
        desk.assert_said(&["22 carrierx-ams: not sent", "the token ended", "w: retry"]);
        let notices = desk.app.cx.notices.all();
        assert_eq!(notices.iter().next_back().unwrap().tone, Tone::Bad);
        assert_eq!(desk.screen().contains("Sign in"), asks, "{}", desk.screen());
        desk.keys("Esc");
        assert!(desk.writes().is_empty() && desk.has_draft());
    }
}
