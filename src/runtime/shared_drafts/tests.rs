use std::path::Path;

use super::*;
use crate::domain::change::Draft;
use crate::domain::record::{FieldId, Registration, Value};

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

/// A console; the number distinguishes it from others.
fn console(state: &Path, number: i64) -> SharedDrafts {
    SharedDrafts::new(DraftFiles::open(state, "eu", at(number)))
}

fn draft(expire: i64) -> StoredDraft {
    let mut draft = Draft::new(Registration::new(7), None);
    draft.set(FieldId::Expire, Value::Number(expire));
    draft.to_stored()
}

fn left(seen: &OtherDrafts) -> Vec<Option<i64>> {
    seen.left.iter().map(|kept| kept.draft.number(FieldId::Expire)).collect()
}

#[test]
fn a_draft_shows_in_the_other_console_once_its_own_has_ended() {
    let state = tempfile::tempdir().unwrap();
    let mut other = console(state.path(), 2);
    assert!(other.changes().is_empty());
    let mut first = console(state.path(), 1);
    first.keep(&draft(60), at(10)).unwrap();
    let seen = other.changes();
    assert_eq!((seen.held.len(), seen.left.len()), (1, 0));
    assert_eq!(seen.held[0].1.pid, Some(std::process::id()));
    assert!(other.changes().is_empty(), "told once");
    assert!(other.keep(&draft(90), at(11)).unwrap_err().to_string().contains("another console"));
    // Nothing but its end lets go of the draft.
    drop(first);
    let seen = other.changes();
    assert_eq!(left(&seen), [Some(60)]);
    assert!(other.changes().is_empty());
    // Until it is taken up it is not overwritten.
    assert!(matches!(other.keep(&draft(90), at(12)), Err(DraftUnkept::Unknown { .. })));
    other.taken(7, seen.left[0].version());
    other.keep(&draft(90), at(13)).unwrap();
    assert_eq!(left(&console(state.path(), 3).changes()), [] as [Option<i64>; 0], "it is open again");
}

#[test]
fn the_form_finds_at_once_what_a_console_left_or_has_open() {
    let state = tempfile::tempdir().unwrap();
    let mut other = console(state.path(), 2);
    assert!(other.claim(7, at(9)).is_empty());
    assert!(!state.path().join("drafts").exists(), "looking makes nothing");
    let mut first = console(state.path(), 1);
    first.keep(&draft(60), at(10)).unwrap();
    assert_eq!(other.claim(7, at(11)).held.len(), 1);
    drop(first);
    let seen = other.claim(7, at(12));
    assert_eq!(left(&seen), [Some(60)]);
    // It is claimed: no one else gets it.
    let mut third = console(state.path(), 3);
    assert_eq!(third.claim(7, at(13)).held.len(), 1);
    other.release(7);
    assert_eq!(left(&third.claim(7, at(14))), [Some(60)]);
}

#[test]
fn discarding_removes_neither_what_is_open_elsewhere_nor_what_is_not_known() {
    let state = tempfile::tempdir().unwrap();
    let mut earlier = console(state.path(), 1);
    earlier.keep(&draft(60), at(10)).unwrap();
    drop(earlier);
    // Both find it at their start; the first one opens its form.
    let (mut first, mut second) = (console(state.path(), 2), console(state.path(), 3));
    for console in [&mut first, &mut second] {
        assert!(matches!(console.find(), Message::DraftsFound { drafts, .. } if drafts.len() == 1));
    }
    assert!(first.claim(7, at(11)).is_empty(), "it is known");
    let why = second.remove(7, at(12)).unwrap_err().to_string();
    assert!(why.contains("not removed from disk: another console"), "{why}");
    drop(first);
    assert_eq!(left(&second.changes()), [Some(60)], "it is still there");
    second.remove(7, at(13)).unwrap();
    assert_eq!(left(&console(state.path(), 4).changes()), [Some(60)], "what is not taken up is not removed");
}

#[test]
fn what_another_console_did_with_a_known_draft_is_told() {
    let state = tempfile::tempdir().unwrap();
    let mut earlier = console(state.path(), 1);
    earlier.keep(&draft(60), at(10)).unwrap();
    drop(earlier);
    let (mut first, mut second) = (console(state.path(), 2), console(state.path(), 3));
    let _ = (first.find(), second.find());
    assert!(second.changes().is_empty());
    first.keep(&draft(61), at(11)).unwrap();
    assert_eq!(second.changes().held.len(), 1);
    first.release(7);
    assert_eq!(left(&second.changes()), [Some(61)], "as it was changed there");
    first.keep(&draft(62), at(12)).unwrap();
    let _ = second.changes();
    first.remove(7, at(13)).unwrap();
    assert_eq!(second.changes().without_draft, [7]);
    assert!(second.changes().is_empty());
}
