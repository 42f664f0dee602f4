//! The lock: what it wipes, what it keeps, and what goes on behind it. A secret in memory shows in `Debug` as a mask,
//! so that none is left where there is no mask.

use sipreg::app::core::{Effect, Reply};
use sipreg::domain::answer::Conditional;
use sipreg::domain::change::{Ending, SaveOutcome};
use sipreg::domain::record::{FieldId, Value};

use crate::desk::{Desk, base, disk_is_full, fetched, mine, text, with};

/// How a secret in memory prints itself.
const SECRET: &str = "Secret(********)";

fn holds_a_secret(desk: &Desk) -> bool {
    format!("{:?}", desk.app).contains(SECRET)
}

fn forgets(desk: &Desk) -> usize {
    desk.effects.iter().filter(|effect| matches!(effect, Effect::SignOut)).count()
}

/// Signs in as this user.
fn sign_in(desk: &mut Desk, user: &str) {
    desk.keys(&format!("Tab Ctrl-u '{user}' Tab 'right' Enter"));
    desk.reply(|read| matches!(read, sipreg::app::core::Read::SignIn { .. }), Ok(Reply::SignedIn));
}

#[test]
fn the_lock_shows_the_profile_and_a_sign_in_and_nothing_else() {
    let mut desk = Desk::editing();
    desk.to(FieldId::Contact).keys("i '-typed' Esc");
    desk.command("lock");
    desk.assert_shows(&["[eu-noc write]  LOCKED", "alice", "password", "Ctrl-c: quit"]);
    let screen = desk.screen();
    for hidden in ["carrierx", "493185", "contact", "yeti.example", "22", "synced", "typed"] {
        assert!(!screen.contains(hidden), "{hidden} in\n{screen}");
    }
    assert_eq!(desk.app.wake_at(), None, "nothing wakes it");
}

#[test]
fn the_lock_wipes_what_is_secret_and_keeps_what_was_typed() {
    let mut desk = Desk::editing();
    desk.to(FieldId::Contact).keys("i '-typed' Esc");
    desk.to(FieldId::AuthPassword).keys("i 'tYped-s3cret' Esc");
    assert!(holds_a_secret(&desk));
    desk.command("lock");
    assert!(!holds_a_secret(&desk), "{:?}", desk.app);
    assert_eq!(forgets(&desk), 1);
    assert_eq!(desk.wants(FieldId::Contact), Some(text("sip:493185@192.0.2.19:5060-typed")));
    assert_eq!(desk.draft().lost().collect::<Vec<_>>(), [FieldId::AuthPassword]);
    sign_in(&mut desk, "alice");
    assert!(desk.is_editing(), "back where one was");
    assert_eq!(desk.field(), FieldId::AuthPassword);
    desk.assert_said(&["Signed in as alice", "cleared the password typed for 22 carrierx-ams", "type it again"]);
    desk.keys("w");
    desk.assert_said(&["Not sent", "secrets are not stored"]);
    desk.assert_silent_about("tYped-s3cret");
}

#[test]
fn a_password_being_typed_or_shown_is_gone_too() {
    let mut desk = Desk::editing();
    desk.to(FieldId::AuthPassword).keys("i 'tYped-s3cret' Esc P");
    assert!(desk.screen().contains("tYped-s3cret"), "{}", desk.screen());
    desk.command("lock");
    sign_in(&mut desk, "alice");
    desk.assert_shows(&["********"]);
    desk.assert_silent_about("tYped-s3cret");
    assert!(desk.form().editing.is_none());
}

#[test]
fn a_review_is_looked_at_again_after_the_lock() {
    let mut desk = Desk::reviewing();
    desk.command("lock");
    sign_in(&mut desk, "alice");
    assert!(desk.is_editing());
    assert_eq!(desk.wants(FieldId::Expire), Some(Value::Number(600)));
}

#[test]
fn decisions_about_a_conflict_survive_the_lock() {
    let mut desk = Desk::in_conflict();
    desk.keys("m");
    desk.command("lock");
    assert!(!holds_a_secret(&desk), "{:?}", desk.app);
    sign_in(&mut desk, "alice");
    assert!(desk.is_conflict());
    desk.assert_shows(&["(changed by both)", "mine"]);
}

#[test]
fn a_write_under_way_ends_behind_the_lock_and_is_journaled_and_only_then_the_token_goes() {
    let mut desk = Desk::sent();
    desk.command("quit");
    desk.keys("n");
    desk.command("lock");
    assert_eq!(forgets(&desk), 0, "the write still needs it");
    desk.assert_shows(&["1 change is running", "token is kept"]);
    // No one else takes over what goes on.
    desk.keys("Tab Ctrl-u 'bob' Tab 'right' Enter");
    desk.assert_shows(&["Changes of alice are still running: sign in as alice"]);
    desk.saved(SaveOutcome::Applied { now: fetched(mine(), "2"), differences: Vec::new() });
    assert_eq!(desk.recorded(), [Ending::Applied]);
    assert_eq!(forgets(&desk), 1);
    assert!(!holds_a_secret(&desk), "the answer brought the password again: {:?}", desk.app);
    assert!(!desk.screen().contains("carrierx"));
    sign_in(&mut desk, "alice");
    assert!(desk.app.cx.notices.all().iter().any(|notice| notice.text.contains("Saved 22 carrierx-ams")));
}

#[test]
fn the_right_password_opens_the_lock_while_a_write_is_under_way() {
    let mut desk = Desk::sent();
    desk.command("quit");
    desk.keys("n");
    desk.command("lock");
    sign_in(&mut desk, "alice");
    assert!(desk.app.lock.locked.is_none());
    assert_eq!(forgets(&desk), 0);
    desk.saved(SaveOutcome::Applied { now: fetched(mine(), "2"), differences: Vec::new() });
    desk.assert_said(&["Saved 22 carrierx-ams"]);
}

#[test]
fn what_comes_late_for_a_read_before_the_lock_is_dropped() {
    let mut desk = Desk::new();
    desk.keys("Enter");
    desk.command("lock");
    desk.reply(
        |read| matches!(read, sipreg::app::core::Read::Record { .. }),
        Ok(Reply::Record(Conditional::Changed(fetched(base(), "1")))),
    );
    assert!(!holds_a_secret(&desk));
    sign_in(&mut desk, "alice");
    // It is read again for the pane that waits for it.
    let asked = |effect: &&Effect| {
        matches!(effect, Effect::Read { read: sipreg::app::core::Read::Record { id: 22, known: None }, .. })
    };
    assert_eq!(desk.effects.iter().filter(asked).count(), 2);
}

#[test]
fn a_password_that_was_changed_can_be_told_but_not_taken_back_after_the_lock() {
    let mut desk = Desk::editing();
    desk.to(FieldId::AuthPassword).keys("i 'tYped-s3cret' Enter w");
    desk.checked(sipreg::domain::change::outcome::Checked::Same);
    desk.keys("y");
    let now = with(base(), FieldId::AuthPassword, Value::Secret(sipreg::domain::record::Secret::new("tYped-s3cret")));
    desk.saved(SaveOutcome::Applied { now: fetched(now, "2"), differences: Vec::new() });
    assert!(holds_a_secret(&desk));
    desk.command("lock");
    assert!(!holds_a_secret(&desk), "{:?}", desk.app);
    sign_in(&mut desk, "alice");
    assert!(desk.app.store.history.get(0).is_some_and(|entry| !entry.is_reversible()));
}

#[test]
fn somebody_else_begins_at_the_list_and_drafts_stay() {
    let mut desk = Desk::editing();
    desk.to(FieldId::Expire).keys("i '600' Esc");
    desk.command("lock");
    sign_in(&mut desk, "bob");
    assert!(desk.app.panes.stack.is_empty());
    assert!(desk.has_draft());
    desk.assert_said(&["Signed in as bob"]);
}

#[test]
fn keys_do_nothing_behind_the_lock() {
    let mut desk = Desk::new();
    desk.command("lock");
    let before = desk.effects.len();
    desk.keys("Tab Ctrl-u t q E Esc : Down Ctrl-d");
    assert_eq!(desk.effects.len(), before, "{:?}", desk.effects.get(before..));
    desk.keys("Ctrl-c");
    assert!(matches!(desk.effects.last(), Some(Effect::Quit)));
}

#[test]
fn quitting_behind_the_lock_says_what_would_be_lost_without_naming_it() {
    let mut desk = Desk::editing();
    desk.to(FieldId::Expire).keys("i '600' Esc");
    desk.update(disk_is_full());
    desk.command("lock");
    desk.keys("Ctrl-c");
    desk.assert_shows(&["1 draft is only in memory", "Ctrl-c again: quit"]);
    assert!(!desk.screen().contains("carrierx"));
    assert!(!matches!(desk.effects.last(), Some(Effect::Quit)));
    desk.keys("Ctrl-c");
    assert!(matches!(desk.effects.last(), Some(Effect::Quit)));
}
