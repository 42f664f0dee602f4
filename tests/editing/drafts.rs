//! Drafts: nothing typed is lost, and what is not safe is said.

use sipreg::app::core::{Effect, Message};
use sipreg::domain::change::stored_draft::{self, Writer};
use sipreg::domain::change::{Draft, OtherDrafts};
use sipreg::domain::record::{FieldId, Secret, Value};
use sipreg::domain::unreadable_draft::{UnreadableDraft, UnreadableReason};

use crate::desk::{Desk, PLANTED, base, disk_is_full};

fn kept_from_before() -> Desk {
    let mut draft = Draft::new(base(), None);
    draft.set(FieldId::Expire, Value::Number(600));
    let mut desk = Desk::new();
    let drafts = vec![(draft, chrono::DateTime::UNIX_EPOCH)];
    let reason = UnreadableReason::NotADraft("it is torn".to_owned());
    let torn = UnreadableDraft { id: Some(7), path: "7.json".into(), reason };
    desk.update(Message::DraftsFound { drafts, unreadable: vec![torn] });
    desk
}

#[test]
fn a_draft_of_an_earlier_run_is_offered_marked_and_goes_on() {
    let mut desk = kept_from_before();
    desk.assert_said(&["1 draft is from an earlier session: 22 carrierx-ams", "e on a registration", ":discard"]);
    assert!(desk.app.cx.notices.all().iter().any(|notice| notice.text.contains("torn")));
    let row = desk.screen().lines().find(|line| line.contains("22 carrierx-ams")).unwrap().to_owned();
    assert!(row.split("22").next().unwrap().contains('✎'), "{row}");
    desk.keys("e");
    assert!(desk.is_editing());
    desk.assert_shows(&["✎ Expire", "600", "1 change"]);
}

#[test]
fn esc_leaves_and_keeps_and_only_discard_drops() {
    let mut desk = Desk::editing();
    desk.to(FieldId::Expire).keys("i '600' Esc");
    assert!(desk.is_editing(), "Esc stops typing first");
    desk.keys("Esc");
    desk.assert_said(&["Draft saved: 22", "e: resume"]);
    assert!(desk.has_draft() && desk.app.panes.stack.is_empty());
    desk.command("discard");
    desk.assert_said(&["draft discarded"]);
    assert!(!desk.has_draft());
    assert!(matches!(desk.effects.last(), Some(Effect::DropDraft(22))), "{:?}", desk.effects.last());
}

#[test]
fn every_key_goes_to_the_disk_and_a_revert_takes_it_away() {
    let mut desk = Desk::editing();
    desk.to(FieldId::Expire).keys("i '600'");
    let kept = desk.effects.iter().filter(|effect| matches!(effect, Effect::KeepDraft(_))).count();
    assert_eq!(kept, 3);
    desk.keys("Enter u");
    assert!(matches!(desk.effects.last(), Some(Effect::DropDraft(22))));
}

#[test]
fn an_edit_that_changed_nothing_leaves_nothing() {
    let mut desk = Desk::editing();
    desk.keys("Esc");
    assert!(!desk.has_draft());
    desk.keys("q");
    assert!(matches!(desk.effects.last(), Some(Effect::Quit)));
}

#[test]
fn a_failing_disk_is_said_once_and_quit_asks() {
    let mut desk = Desk::editing();
    desk.to(FieldId::Expire).keys("i '60'");
    desk.update(disk_is_full());
    desk.assert_said(&["22 carrierx-ams", "no space left"]);
    desk.keys("'0'").update(disk_is_full());
    let said = desk.app.cx.notices.all().iter().filter(|notice| notice.text.contains("no space left")).count();
    assert_eq!(said, 1);
    desk.assert_shows(&["DRAFT IN MEMORY ONLY"]);
    desk.keys("Enter Esc q");
    desk.assert_shows(&["its draft is only in memory", "no space left", "Quit anyway?", "y: quit  n/Esc: cancel"]);
    desk.keys("Esc");
    assert!(!desk.effects.contains(&Effect::Quit));
}

#[test]
fn a_safe_draft_does_not_hold_up_quitting() {
    let mut desk = Desk::editing();
    desk.to(FieldId::Expire).keys("i '600' Enter").update(Message::DraftKept { id: 22, result: Ok(()) });
    desk.assert_shows(&["DRAFT saved"]);
    desk.keys("Esc q");
    assert!(desk.effects.contains(&Effect::Quit));
}

#[test]
fn text_that_is_no_value_is_kept_when_the_form_is_left() {
    let mut desk = Desk::editing();
    desk.to(FieldId::Expire).keys("i 'soon' Enter Esc");
    desk.assert_said(&["Draft saved: 22"]);
    desk.keys("e");
    desk.assert_shows(&["Expire", "soon", "✗"]);
}

#[test]
fn going_to_another_record_keeps_the_draft_too() {
    let mut desk = Desk::editing();
    desk.to(FieldId::Expire).keys("i 'soon' Enter").command("23");
    assert_eq!(desk.app.list.rows.cursor(), Some(23));
    desk.command("22").keys("e").assert_shows(&["soon"]);
}

#[test]
fn a_password_typed_is_never_on_disk_and_quit_says_so() {
    let mut desk = Desk::editing();
    desk.to(FieldId::AuthPassword).keys("i 'n3w-s3cret'");
    desk.assert_silent_about("n3w-s3cret");
    desk.keys("Enter");
    desk.assert_silent_about("n3w-s3cret");
    desk.assert_silent_about(PLANTED);
    desk.keys("Esc q");
    desk.assert_shows(&["kept, except"]);
}

#[test]
fn a_password_lost_with_an_earlier_run_must_be_typed_again_or_reverted() {
    let mut draft = Draft::new(base(), None);
    draft.set(FieldId::AuthPassword, Value::Secret(Secret::new("g0ne")));
    let draft = draft.to_stored().restore().unwrap();
    let mut desk = Desk::new();
    desk.update(Message::DraftsFound { drafts: vec![(draft, chrono::DateTime::UNIX_EPOCH)], unreadable: Vec::new() });
    desk.keys("e w");
    assert_eq!(desk.field(), FieldId::AuthPassword);
    desk.assert_said(&["Not sent", "type it again"]);
    desk.keys("u w");
    desk.assert_said(&["no changes"]);
}

#[test]
fn text_that_is_no_value_yet_is_on_disk_too_and_comes_back() {
    let mut desk = Desk::editing();
    desk.to(FieldId::Expire).keys("i '36oo'");
    let stored = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::KeepDraft(stored) => Some((**stored).clone()),
        _ => None,
    });
    // As after a kill: another run finds it.
    let draft = stored.unwrap().restore().unwrap();
    let mut again = Desk::new();
    again.update(Message::DraftsFound { drafts: vec![(draft, chrono::DateTime::UNIX_EPOCH)], unreadable: Vec::new() });
    again.keys("e");
    again.assert_shows(&["36oo", "✗"]);
    // Reverted, it is gone from the disk as well.
    again.to(FieldId::Expire).keys("u");
    assert!(matches!(again.effects.last(), Some(Effect::DropDraft(22))), "{:?}", again.effects.last());
}

/// What another console left of the record, as a look at the disk tells it.
fn left(expire: u32) -> Message {
    let mut draft = Draft::new(base(), None);
    draft.set(FieldId::Expire, Value::Number(expire.into()));
    let began = chrono::DateTime::UNIX_EPOCH;
    let writer = Writer { pid: 4242, started: began };
    let kept = stored_draft::SavedDraft { draft, changed: began, writer };
    Message::DraftsSeen(Box::new(OtherDrafts { left: vec![kept], ..OtherDrafts::default() }))
}

#[test]
fn a_look_at_the_disk_that_is_told_late_is_no_news_of_a_draft_in_memory() {
    for taken_by_key in [false, true] {
        let mut desk = Desk::editing();
        if taken_by_key {
            desk.to(FieldId::RetryDelay).keys("i '58' Enter");
        }
        desk.update(left(47));
        if taken_by_key {
            desk.assert_said(&["is not overwritten", "T in the form"]);
            desk.keys("T");
            desk.assert_said(&["T: the other one"]);
        } else {
            desk.assert_said(&["resumed the draft of 1 change that another console left"]);
        }
        desk.to(FieldId::RetryDelay).keys("i '59' Enter");
        let said = desk.app.cx.notices.all().len();
        desk.update(left(47));
        assert_eq!(desk.app.cx.notices.all().len(), said, "told again: {:?}", desk.app.cx.notices.all().last());
        desk.assert_shows(&["47", "59"]);
    }
}

#[test]
fn a_field_counts_once_although_its_text_was_a_value_for_a_while() {
    let mut desk = Desk::editing();
    desk.to(FieldId::Expire).keys("i Ctrl-u '12x' Enter");
    desk.assert_shows(&["1 error", "1 change"]);
    desk.keys("Esc");
    desk.assert_said(&["Draft saved: 22", "(1 change)"]);
}
