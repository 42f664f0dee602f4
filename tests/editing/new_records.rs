//! Drafts of records that are not on the server yet: on disk without their passwords, and back at the next start.

use chrono::DateTime;
use sipreg::app::core::{Effect, Message};
use sipreg::domain::change::Draft;
use sipreg::domain::change::draft::{StoredDraft, is_fresh};
use sipreg::domain::record::{FieldId, Record as _, Value};

use crate::desk::Desk;

const SECRET: &str = "tYp3d-by-hand";

/// What was last given to the disk.
fn stored(desk: &Desk) -> StoredDraft {
    let kept = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::KeepDraft(stored) => Some(stored.as_ref().clone()),
        _ => None,
    });
    kept.unwrap()
}

/// A new record was begun, with a password, by a console that is gone.
fn left_behind() -> Draft {
    let mut desk = Desk::new();
    desk.keys("a").to(FieldId::Name).keys("i 'acme-new' Enter");
    desk.to(FieldId::AuthPassword).keys(&format!("i '{SECRET}' Enter"));
    desk.to(FieldId::RetryDelay).keys("i 'soon' Enter");
    desk.assert_silent_about(SECRET);
    let text = serde_json::to_string(&stored(&desk)).unwrap();
    let back: StoredDraft = serde_json::from_str(&text).unwrap();
    back.restore().unwrap()
}

#[test]
fn a_new_record_is_offered_at_the_next_start_and_goes_on() {
    let draft = left_behind();
    assert!(is_fresh(draft.base().id()));
    let mut desk = Desk::new();
    let drafts = vec![(draft, DateTime::UNIX_EPOCH)];
    desk.update(Message::DraftsFound { drafts, unreadable: Vec::new() });
    desk.assert_said(&["1 draft is from an earlier session: new acme-new", "a resumes a new one"]);
    desk.keys("a");
    desk.assert_shows(&["an empty form", "your draft: new acme-new"]);
    desk.keys("Enter");
    desk.assert_shows(&["New registration acme-new"]);
    desk.to(FieldId::RetryDelay).assert_shows(&["soon"]);
    let kept = &desk.app.store.drafts[&desk.form().id];
    assert_eq!(kept.draft.changes().get(&FieldId::Name), Some(&Value::Text("acme-new".into())));
    assert_eq!(kept.draft.lost().collect::<Vec<_>>(), [FieldId::AuthPassword], "it is to be typed again");
}

#[test]
fn another_new_record_beside_it_gets_a_draft_of_its_own() {
    let mut desk = Desk::new();
    let drafts = vec![(left_behind(), DateTime::UNIX_EPOCH)];
    desk.update(Message::DraftsFound { drafts, unreadable: Vec::new() });
    desk.keys("a k Enter").to(FieldId::Name).keys("i 'acme-other' Enter Esc");
    assert_eq!(desk.app.store.new_drafts().len(), 2);
}

#[test]
fn a_switch_of_a_new_record_starts_from_the_servers_default() {
    let mut desk = Desk::new();
    desk.keys("a").to(FieldId::Enabled).keys("Space");
    desk.assert_shows(&["[ ] no"]);
    desk.keys("Space");
    desk.assert_shows(&["[x] yes"]);
    desk.keys("u");
    desk.assert_shows(&["(yes: server default)"]);
}

#[test]
fn a_field_that_is_cleared_again_is_the_servers() {
    let mut desk = Desk::new();
    desk.keys("a").to(FieldId::Expire).keys("i '600' Enter");
    desk.keys("X").to(FieldId::Name).keys("i 'x' Backspace Enter");
    assert!(desk.app.store.drafts[&desk.form().id].draft.is_empty());
    desk.keys("w");
    desk.assert_said(&["no field is set"]);
}

#[test]
fn what_is_only_for_records_on_the_server_says_so() {
    let mut desk = Desk::new();
    desk.keys("a").to(FieldId::Name).keys("i 'x' Enter").command("edit-text");
    desk.assert_said(&["New x does not exist on the server yet"]);
    desk.keys("Esc").command("recreate");
    desk.assert_said(&["New x was never on the server", "w: review and"]);
    assert!(desk.writes().is_empty());
}
