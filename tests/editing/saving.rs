//! What became of a save, in every way in which it can end.

use sipreg::app::Access;
use sipreg::app::core::{Effect, IfMatch, Tone, Write};
use sipreg::domain::change::merge::merge;
use sipreg::domain::change::{Cause, Checked, Difference, Ending, ReadBack, SaveOutcome};
use sipreg::domain::record::{FieldId, Record as _, Value, ValueRef};
use sipreg::domain::request_error::RequestErrorKind;

use crate::desk::{Desk, base, error, fetched, invalid, mine, text, theirs, with};

fn difference(field: FieldId, wanted: Value, answer: Value, cause: Cause) -> Difference {
    Difference { field, wanted, answer, cause }
}

#[test]
fn only_the_change_is_sent_and_the_list_shows_what_the_server_answered() {
    let mut desk = Desk::sent();
    let Some((_, Write::Save { draft, if_match })) = desk.writes().pop() else { panic!() };
    assert_eq!((draft.changes().len(), if_match), (1, IfMatch::Send));
    desk.assert_shows(&["sent, waiting for the answer"]);
    desk.saved(SaveOutcome::Applied { now: fetched(mine(), "2"), differences: Vec::new() });
    desk.assert_said(&["Saved 22 carrierx-ams: expire", "u: undo"]);
    assert!(!desk.has_draft() && desk.app.panes.stack.is_empty());
    assert_eq!(desk.recorded(), [Ending::Applied]);
    assert_eq!(desk.app.store.records.get(22).unwrap().value(FieldId::Expire), ValueRef::Number(600));
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::DropDraft(22))), "its file goes, too");
    assert_eq!(desk.app.store.history.entries().len(), 1);
}

#[test]
fn what_someone_else_changed_meanwhile_is_told() {
    let mut desk = Desk::sent();
    let theirs = text("sip:theirs@192.0.2.9");
    let foreign = difference(FieldId::Contact, base().get(FieldId::Contact).clone(), theirs.clone(), Cause::Foreign);
    desk.saved(SaveOutcome::Applied {
        now: fetched(with(mine(), FieldId::Contact, theirs), "2"),
        differences: vec![foreign],
    });
    desk.assert_said(&["Saved", "meanwhile someone changed contact to sip:theirs@192.0.2.9"]);
    let row = desk.app.store.records.get(22).unwrap();
    assert_eq!(row.value(FieldId::Contact).to_value(), text("sip:theirs@192.0.2.9"));
    assert_eq!(row.value(FieldId::Expire), ValueRef::Number(600));
}

#[test]
fn a_value_that_the_server_changed_is_told_with_both() {
    let mut desk = Desk::sent();
    let altered = difference(FieldId::Expire, Value::Number(600), Value::Number(60), Cause::Altered);
    desk.saved(SaveOutcome::Applied { now: fetched(theirs(), "2"), differences: vec![altered] });
    desk.assert_said(&["Saved", "the server stored expire 60 s instead", "of your 600"]);
    let shown = desk.app.store.records.get(22).unwrap().value(FieldId::Expire).to_value();
    assert_eq!(shown, Value::Number(60), "the list shows what is stored, not what was sent");
    assert_eq!(desk.app.cx.notices.all().last().unwrap().tone, Tone::Bad);
}

#[test]
fn someone_faster_leads_into_the_conflict() {
    let mut desk = Desk::sent();
    let now = fetched(theirs(), "2");
    let merge = Box::new(merge(desk.draft(), &now.registration, now.tag.clone()));
    desk.saved(SaveOutcome::Moved { now, merge });
    assert!(desk.is_conflict());
    assert_eq!(desk.recorded(), [Ending::Conflict]);
    let reported =
        desk.app.cx.notices.all().iter().any(|notice| notice.text.contains("someone changed it since it was read"));
    assert!(reported);
}

#[test]
fn a_server_that_cannot_compare_gets_no_if_match_any_more_in_this_session() {
    let mut desk = Desk::sent();
    desk.saved(SaveOutcome::CannotCompare);
    desk.assert_said(&["cannot compare", "If-Match is off for this session", "Checking again"]);
    desk.checked(Checked::Same).keys("y");
    let (_, Write::Save { if_match, .. }) = desk.writes().pop().unwrap() else { panic!() };
    assert_eq!(if_match, IfMatch::Omit);
}

#[test]
fn refused_fields_are_all_marked_and_the_cursor_is_on_the_first() {
    let mut desk = Desk::sent();
    desk.saved(SaveOutcome::Refused(invalid(&[
        ("/data/attributes/domain", "domain - is not allowed"),
        ("/data/attributes/expire", "expire - must be less than 500"),
    ])));
    assert!(desk.is_editing());
    assert_eq!(desk.field(), FieldId::Domain);
    desk.assert_shows(&["Domain", "✗ refused by the server: is not allowed", "2 errors"]);
    desk.assert_said(&["22 carrierx-ams: not changed: ", "your draft is kept"]);
    desk.to(FieldId::Expire).assert_shows(&["must be less than 500"]);
    assert_eq!(desk.wants(FieldId::Expire), Some(Value::Number(600)));
    // Another value is another try.
    desk.keys("i Ctrl-u '400' Enter");
    assert!(!desk.screen().contains("must be less than 500"));
    desk.keys("w");
    assert_eq!(desk.looks(), 2);
}

#[test]
fn an_old_record_that_a_field_untouched_blocks_is_explained() {
    let mut desk = Desk::sent();
    desk.saved(SaveOutcome::Refused(invalid(&[("/data/attributes/username", "username - can't be blank")])));
    assert_eq!(desk.field(), FieldId::Username);
    desk.assert_said(&["username", "which you did not touch"]);
    assert!(desk.has_draft());
}

#[test]
fn a_refusal_about_no_field_stands_on_top() {
    let mut desk = Desk::sent();
    desk.saved(SaveOutcome::Refused(invalid(&[("/data/attributes/colour", "colour is too loud")])));
    desk.assert_shows(&["Refused  colour is too loud"]);
    desk.keys("w");
    desk.checked(Checked::Same).keys("Esc");
    assert!(!desk.form().on_top.iter().any(|text| text.contains("loud")), "it was about what was sent before");
}

#[test]
fn without_credentials_the_console_asks_and_keeps_the_draft() {
    let mut desk = Desk::sent();
    desk.saved(SaveOutcome::Refused(error(RequestErrorKind::SignInNeeded, "the token ended")));
    desk.assert_shows(&["Sign in"]);
    desk.keys("Esc");
    assert!(desk.is_editing());
    assert_eq!(desk.wants(FieldId::Expire), Some(Value::Number(600)));
}

#[test]
fn a_lost_answer_is_told_as_applied_not_applied_unclear_or_unknown() {
    let lost = || error(RequestErrorKind::TimedOut, "no answer in 10 s");
    let mut desk = Desk::sent();
    desk.saved(SaveOutcome::AppliedUnseen { now: fetched(mine(), "2"), error: lost() });
    desk.assert_said(&["Saved 22 carrierx-ams: expire", "the answer was lost"]);
    assert!(!desk.has_draft());

    let mut desk = Desk::sent();
    desk.saved(SaveOutcome::NotApplied { now: fetched(base(), "1"), error: lost() });
    desk.assert_said(&["NOT changed", "your draft is kept", "w: save again"]);
    assert!(desk.is_editing() && desk.writes().len() == 1, "never sent twice by itself");

    let mut desk = Desk::sent();
    let now = fetched(theirs(), "2");
    let merge = Box::new(merge(desk.draft(), &now.registration, now.tag.clone()));
    desk.saved(SaveOutcome::Unclear { now, merge, error: lost() });
    assert!(desk.is_conflict());

    let mut desk = Desk::sent();
    desk.saved(SaveOutcome::Unknown {
        error: lost(),
        seen: ReadBack::Nothing(error(RequestErrorKind::Unreachable, "connection refused")),
    });
    desk.assert_said(&["UNKNOWN", "connection refused", "checking until known"]);
    assert!(desk.is_editing() && desk.has_draft());
    assert_eq!(desk.recorded(), [Ending::Unknown]);
}

#[test]
fn a_record_deleted_at_that_moment_keeps_the_draft() {
    let mut desk = Desk::sent();
    desk.saved(SaveOutcome::Gone);
    desk.assert_said(&["deleted by someone", "your draft is kept", ":recreate"]);
    assert!(desk.is_editing() && desk.has_draft() && desk.app.store.is_deleted(22));
}

#[test]
fn what_is_typed_while_the_answer_is_awaited_is_a_draft_again() {
    let mut desk = Desk::sent();
    desk.keys("Esc e").to(FieldId::RetryDelay).keys("i Ctrl-u '30' Enter");
    desk.saved(SaveOutcome::Applied { now: fetched(mine(), "2"), differences: Vec::new() });
    desk.assert_said(&["Saved 22 carrierx-ams: expire"]);
    assert_eq!((desk.wants(FieldId::Expire), desk.wants(FieldId::RetryDelay)), (None, Some(Value::Number(30))));
    assert_eq!(desk.draft().base(), &mine());
}

#[test]
fn while_a_write_is_under_way_nothing_is_sent_discarded_or_quit_unasked() {
    let mut desk = Desk::sent();
    desk.keys("Ctrl-c");
    desk.assert_said(&["22 carrierx-ams is being saved"]);
    desk.keys("Esc").command("discard");
    desk.assert_said(&["the draft is kept until the answer arrives"]);
    desk.keys("Esc e w");
    desk.assert_said(&["already being saved"]);
    desk.keys("Esc q");
    desk.assert_shows(&["is being saved", "Quit anyway?"]);
    desk.keys("n");
    assert_eq!(desk.writes().len(), 1);
}

#[test]
fn each_end_of_a_save_is_in_the_journal_as_it_was_and_keeps_or_ends_the_draft() {
    let lost = || error(RequestErrorKind::Cut, "the connection broke");
    let merged = |desk: &Desk| {
        let now = fetched(with(base(), FieldId::Expire, Value::Number(60)), "2");
        Box::new(sipreg::domain::change::merge::merge(desk.draft(), &now.registration, now.tag.clone()))
    };
    let stored = || fetched(with(base(), FieldId::Expire, Value::Number(600)), "2");
    let merge = merged(&Desk::sent());
    let cases = vec![
        (SaveOutcome::Applied { now: stored(), differences: Vec::new() }, Ending::Applied, false),
        (SaveOutcome::AppliedUnseen { now: stored(), error: lost() }, Ending::AppliedUnseen, false),
        (SaveOutcome::Moved { now: fetched(crate::desk::theirs(), "2"), merge: merge.clone() }, Ending::Conflict, true),
        (SaveOutcome::Gone, Ending::Gone, true),
        (SaveOutcome::Refused(error(RequestErrorKind::Forbidden, "forbidden (403)")), Ending::Refused, true),
        (SaveOutcome::NotApplied { now: fetched(base(), "1"), error: lost() }, Ending::NotApplied, true),
        (
            SaveOutcome::Unclear { now: fetched(crate::desk::theirs(), "2"), merge, error: lost() },
            Ending::Unknown,
            true,
        ),
        (
            SaveOutcome::Unknown { error: lost(), seen: sipreg::domain::change::outcome::ReadBack::Nothing(lost()) },
            Ending::Unknown,
            true,
        ),
    ];
    for (saved, ending, keeps) in cases {
        let mut desk = Desk::sent();
        let about = format!("{saved:?}");
        desk.saved(saved);
        assert_eq!(desk.recorded(), [ending], "{about}");
        assert_eq!(desk.has_draft(), keeps, "{about}");
        if keeps {
            assert_eq!(desk.wants(FieldId::Expire), Some(Value::Number(600)), "{about}");
        }
    }
}

#[test]
fn a_review_is_sent_only_after_its_end_was_in_view_at_any_size() {
    let writes = |desk: &Desk| desk.effects.iter().filter(|effect| matches!(effect, Effect::Write { .. })).count();
    for size in [(120, 40), (100, 26), (80, 24), (80, 12), (80, 10), (80, 5), (60, 16), (40, 8), (30, 4)] {
        let mut desk = Desk::of(Access::Write, size);
        desk.edit().to(FieldId::Expire).keys("'600' Enter").to(FieldId::RetryDelay).keys("'2' Enter");
        desk.keys("w").checked(Checked::Same);
        let lines = desk.app.panes.review_in_view(&desk.app.cx, &desk.app.store).unwrap();
        for turn in 0..60 {
            let part = desk.app.panes.review_in_view(&desk.app.cx, &desk.app.store).unwrap();
            if !part.has_more() {
                break;
            }
            assert!(turn < 59, "{size:?}: never at the end");
            desk.keys("y");
            assert_eq!(writes(&desk), 0, "{size:?}: sent with {part:?} in view");
            desk.assert_said(&["Not sent.", "read on"]);
            let part = desk.app.panes.review_in_view(&desk.app.cx, &desk.app.store).unwrap();
            let position = format!("{}/{} ↓", part.last, part.lines);
            assert!(desk.screen().contains(&position), "{size:?}: {position} in {}", desk.screen());
            desk.keys("j");
        }
        // What was read once counts after scrolling back, and on another screen.
        desk.keys("g g y");
        assert_eq!(writes(&desk), 1, "{size:?} of {lines:?}\n{}", desk.screen());
    }
}
