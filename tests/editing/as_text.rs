//! `E`: the record as TOML in the user's own editor, back into the same draft and review.

use std::time::Duration;

use sipreg::app::core::{Effect, Message, Read, Reply};
use sipreg::app::lock::{Locking, SignInAgain};
use sipreg::domain::change::Draft;
use sipreg::domain::record::{FieldId, Secret, Value};

use crate::desk::{Desk, PLANTED, disk_is_full};

/// The text that the editor is given.
fn given(desk: &Desk) -> String {
    match desk.effects.last() {
        Some(Effect::EditText(text)) => text.expose().to_owned(),
        other => panic!("{other:?}"),
    }
}

fn came_back(desk: &mut Desk, text: &str) {
    desk.update(Message::TextEdited { text: Some(Secret::new(text)), failure: None });
}

#[test]
fn what_was_changed_in_the_text_is_a_draft_and_goes_to_the_review() {
    let mut desk = Desk::editing();
    desk.command("edit-text");
    let text = given(&desk);
    assert!(text.contains("# expire =") || text.contains("expire ="), "{text}");
    let looks = desk.looks();
    came_back(&mut desk, &text.replace("retry-delay = 5", "retry-delay = 47"));
    assert_eq!(desk.wants(FieldId::RetryDelay), Some(Value::Number(47)));
    assert_eq!(desk.looks(), looks + 1, "the server is looked at before the review");
}

#[test]
fn the_password_is_in_the_text_only_when_asked_for() {
    let mut desk = Desk::editing();
    desk.command("edit-text");
    assert!(!given(&desk).contains(PLANTED));
    let text = given(&desk);
    came_back(&mut desk, &text);
    desk.assert_said(&["the text was not changed"]);
    desk.command("edit-text-with-password");
    assert!(given(&desk).contains(PLANTED));
    // It does not print itself all the same.
    assert!(!format!("{:?}", desk.effects).contains(PLANTED));
}

#[test]
fn a_mistake_goes_back_into_the_editor_with_its_line() {
    let mut desk = Desk::editing();
    desk.command("edit-text");
    let text = given(&desk).replace("retry-delay = 5", "retry-dealy = 5");
    came_back(&mut desk, &text);
    let again = given(&desk);
    assert!(again.starts_with("#! "), "{again}");
    assert!(again.contains("retry-delay") && again.contains("retry-dealy = 5"), "nothing typed is lost: {again}");
    assert!(desk.draft().is_empty());
}

#[test]
fn an_editor_that_failed_changes_nothing_and_what_was_typed_begins_the_next() {
    let mut desk = Desk::editing();
    desk.command("edit-text");
    let typed = Some(Secret::new("retry-delay = 99"));
    desk.update(Message::TextEdited { text: typed, failure: Some("the editor ended with 1".to_owned()) });
    desk.assert_said(&["the text was not used", "the editor ended with 1"]);
    assert!(desk.draft().is_empty());
    desk.command("edit-text");
    assert_eq!(given(&desk), "retry-delay = 99");
    came_back(&mut desk, "\n");
    desk.assert_said(&["the text was empty"]);
}

/// The editor ended with an error; this stood in its file.
fn failed(desk: &mut Desk, text: &str) {
    let failure = Some("the editor was ended by signal 9".to_owned());
    desk.update(Message::TextEdited { text: Some(Secret::new(text)), failure });
}

/// Locked at once, and opened again.
fn lock_and_open(desk: &mut Desk) {
    desk.keys("Tab Ctrl-u 'alice' Tab 'right' Enter");
    desk.reply(|read| matches!(read, Read::SignIn { .. }), Ok(Reply::SignedIn));
}

#[test]
fn e_resumes_what_a_failed_editor_left_in_the_form_and_behind_it() {
    let mut desk = Desk::editing();
    desk.keys("E");
    failed(&mut desk, "retry-delay = 99");
    desk.assert_said(&["the text was not used", "E: resume the text"]);
    desk.keys("E");
    assert_eq!(given(&desk), "retry-delay = 99");
    failed(&mut desk, "retry-delay = 98");
    desk.keys("Esc");
    desk.assert_said(&["Draft saved: 22 carrierx-ams (the text from the editor)", "E: resume"]);
    assert!(desk.app.store.has_draft(22), "the list shows that there is something");
    desk.keys("e");
    desk.assert_said(&["E: resume the text from the editor"]);
    desk.keys("E");
    assert_eq!(given(&desk), "retry-delay = 98");
    came_back(&mut desk, "retry-delay = 97");
    assert_eq!(desk.wants(FieldId::RetryDelay), Some(Value::Number(97)));
}

/// What lies on the disk of the record's draft.
fn on_disk(desk: &Desk) -> Option<Draft> {
    desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::KeepDraft(stored) => Some(Some((**stored).clone().restore().unwrap())),
        Effect::DropDraft(22) => Some(None),
        _ => None,
    })?
}

#[test]
fn what_a_failed_editor_left_is_on_disk_without_its_password_and_the_next_run_resumes_it() {
    for changed in [false, true] {
        let mut desk = Desk::editing();
        if changed {
            desk.to(FieldId::Expire).keys("i '600' Enter");
        }
        desk.command("edit-text-with-password");
        failed(&mut desk, "auth-password = \"tYped-s3cret\"\nretry-delay = 99\n");
        desk.assert_silent_about("tYped-s3cret");
        // As after a kill: another run finds it.
        let drafts = vec![(on_disk(&desk).expect("a draft"), chrono::DateTime::UNIX_EPOCH)];
        let mut again = Desk::new();
        again.update(Message::DraftsFound { drafts, unreadable: Vec::new() });
        assert!(again.app.store.has_draft(22), "the list shows that there is something");
        // Another change of the draft does not take it away.
        again.keys("e").to(FieldId::MaxAttempts).keys("i '7' Enter E");
        assert_eq!(given(&again), "retry-delay = 99\n");
        assert_eq!(on_disk(&again).unwrap().take_text().as_deref(), Some("retry-delay = 99\n"));
        // Once it is read, or empty, it is no longer there.
        came_back(&mut again, if changed { "retry-delay = 47\nexpire = 600" } else { "" });
        let kept = on_disk(&again).expect("a draft");
        assert_eq!(kept.is_changed(FieldId::RetryDelay), changed);
        assert_eq!(kept.is_changed(FieldId::Expire), changed);
        assert_eq!(kept.clone().take_text(), None);
        if !changed {
            again.to(FieldId::MaxAttempts).keys("u");
            assert_eq!(on_disk(&again), None);
        }
    }
}

#[test]
fn a_text_that_the_disk_did_not_take_is_in_memory_only_and_said_to_be() {
    let mut desk = Desk::editing();
    desk.keys("E");
    failed(&mut desk, "retry-delay = 99");
    desk.update(disk_is_full());
    desk.keys("Esc");
    desk.assert_said(&["draft (the text from the editor) is only in memory", "no space left for /state", "E: resume"]);
    assert_eq!(desk.app.store.texts_in_memory().count(), 1);
    desk.update(Message::DraftKept { id: 22, result: Ok(()) });
    assert_eq!(desk.app.store.texts_in_memory().count(), 0);
}

#[test]
fn a_lock_keeps_the_text_of_a_failed_editor_without_its_password() {
    for leaves in [false, true] {
        let mut desk = Desk::editing();
        desk.command("edit-text-with-password");
        failed(&mut desk, "auth-password = \"tYped-s3cret\"\nretry-delay = 99\n");
        if leaves {
            desk.keys("Esc");
        }
        desk.command("lock");
        lock_and_open(&mut desk);
        desk.assert_said(&["The text from the editor of 22 carrierx-ams is kept. E: resume it"]);
        desk.keys("E");
        assert_eq!(given(&desk), "retry-delay = 99\n");
    }
}

#[test]
fn an_editor_that_ends_after_the_console_should_have_locked_locks_it_and_its_text_stays() {
    let locking = || Locking::new(Some(Duration::from_secs(60)), SignInAgain::Typing);
    for (secs, locks) in [(59, false), (60, true), (6_000, true)] {
        let mut desk = Desk::editing();
        desk.app.lock.rules = locking();
        desk.keys("E");
        let text = given(&desk).replace("retry-delay = 5", "retry-delay = 47");
        desk.waits(secs);
        let looks = desk.looks();
        came_back(&mut desk, &text);
        assert_eq!(desk.app.lock.locked.is_some(), locks, "after {secs} s");
        assert_eq!(desk.looks(), if locks { looks } else { looks + 1 });
        assert_eq!(desk.wants(FieldId::RetryDelay), Some(Value::Number(47)));
        if locks {
            lock_and_open(&mut desk);
            assert!(desk.is_editing());
        }
    }
    // One that cannot be read, and one whose editor failed; the window may have another size meanwhile.
    for (broken, resized) in [(true, false), (false, false), (true, true), (false, true)] {
        let mut desk = Desk::editing();
        desk.app.lock.rules = locking();
        desk.keys("E");
        desk.waits(60);
        let given_before = desk.effects.len();
        if resized {
            // Comes before the text, and locks.
            desk.update(Message::Resized(100, 30));
            assert!(desk.app.lock.locked.is_some());
        }
        if broken {
            came_back(&mut desk, "retry-dealy = 5\nauth-password = \"x\"\n");
        } else {
            failed(&mut desk, "retry-dealy = 5\n");
        }
        assert!(desk.app.lock.locked.is_some());
        let opened = desk.effects[given_before..].iter().any(|effect| matches!(effect, Effect::EditText(_)));
        assert!(!opened, "no editor over the lock");
        lock_and_open(&mut desk);
        desk.keys("E");
        assert_eq!(given(&desk), "retry-dealy = 5\n");
    }
}
