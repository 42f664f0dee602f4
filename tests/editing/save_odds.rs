//! Saving where something comes in between: what is typed meanwhile, how old a review may be, what the server refused
//! before, and where the cursor is then.

use sipreg::app::core::{Effect, Read, Tone, Write};
use sipreg::app::{Access, Focus};
use sipreg::domain::change::outcome::Switched;
use sipreg::domain::change::{Checked, ReadBack, SaveOutcome};
use sipreg::domain::record::{FieldId, Record as _, Value};
use sipreg::domain::request_error::RequestErrorKind;

use crate::desk::{Desk, base, error, fetched, invalid, mine, record, theirs};

fn applied() -> SaveOutcome {
    SaveOutcome::Applied { now: fetched(mine(), "2"), differences: Vec::new() }
}

fn tone(desk: &Desk) -> Tone {
    desk.app.cx.notices.all().last().unwrap().tone
}

fn drops(desk: &Desk) -> usize {
    desk.effects.iter().filter(|effect| matches!(effect, Effect::DropDraft(22))).count()
}

#[test]
fn a_field_that_is_reverted_while_it_is_saved_is_wanted_back() {
    let mut desk = Desk::sent();
    desk.keys("Esc e").to(FieldId::Expire).keys("u");
    desk.saved(applied());
    assert_eq!(desk.wants(FieldId::Expire), Some(Value::Null), "600 is stored, and not wanted any more");
    assert_eq!(desk.draft().base(), &mine());
    let last = desk.effects.iter().rev().find(|it| matches!(it, Effect::KeepDraft(_) | Effect::DropDraft(_)));
    assert!(matches!(last, Some(Effect::KeepDraft(_))), "on disk, too");
}

#[test]
fn another_value_of_the_field_that_is_saved_stays_a_draft() {
    let mut desk = Desk::sent();
    desk.keys("Esc e").to(FieldId::Expire).keys("i Ctrl-u '700' Enter");
    desk.saved(applied());
    assert_eq!(desk.wants(FieldId::Expire), Some(Value::Number(700)));
    assert_eq!(desk.draft().changes().len(), 1);
    let kept = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::KeepDraft(stored) => Some(format!("{stored:?}")),
        _ => None,
    });
    assert!(kept.is_some_and(|kept| kept.contains("700")), "what is left is on disk");
}

#[test]
fn text_that_is_no_value_yet_outlives_the_save() {
    let mut desk = Desk::sent();
    desk.keys("Esc e").to(FieldId::RetryDelay).keys("i Ctrl-u 'soon' Enter Esc");
    desk.saved(applied());
    assert!(desk.has_draft(), "the text is nowhere else");
    assert_eq!(drops(&desk), 0);
    desk.keys("e");
    desk.assert_shows(&["soon"]);
}

#[test]
fn nothing_is_left_where_nothing_else_was_typed() {
    let mut desk = Desk::sent();
    desk.keys("Tab");
    desk.saved(applied());
    assert!(!desk.has_draft() && desk.app.panes.stack.is_empty());
    assert_eq!((drops(&desk), desk.app.panes.focus), (1, Focus::List));
    assert_eq!(tone(&desk), Tone::Good);
}

#[test]
fn a_review_is_acted_upon_up_to_ten_seconds_and_looked_at_again_after_that() {
    let mut desk = Desk::reviewing();
    desk.later(10).keys("y");
    assert_eq!((desk.writes().len(), desk.looks()), (1, 1));
    let mut desk = Desk::reviewing();
    desk.later(11).keys("y");
    desk.assert_said(&["Checked 11 s ago: checking again before saving"]);
    assert_eq!((desk.writes().len(), desk.looks()), (0, 2));
    // The word is said once, and not at the next look that someone asks for.
    desk.checked(Checked::Same);
    desk.assert_said(&["checked again just now, nothing sent yet. y: save"]);
    desk.keys("Esc w").checked(Checked::Same);
    let again = desk.app.cx.notices.all().iter().filter(|notice| notice.text.contains("again just now")).count();
    assert_eq!(again, 1);
    desk.keys("y");
    let Some((_, Write::Save { draft, .. })) = desk.writes().pop() else { panic!() };
    assert_eq!(draft.changes().get(&FieldId::Expire), Some(&Value::Number(600)));
}

#[test]
fn a_look_that_someone_overtook_is_asked_for_no_second_time_by_itself() {
    let mut desk = Desk::reviewing();
    desk.later(11).keys("y").checked(Checked::Gone);
    desk.assert_said(&["22 carrierx-ams", "deleted by someone", "your draft is kept", ":recreate"]);
    assert!(desk.app.store.is_deleted(22) && desk.is_editing() && desk.has_draft());
    assert_eq!((desk.writes().len(), tone(&desk)), (0, Tone::Bad));
}

#[test]
fn a_review_tells_how_it_was_checked() {
    let mut desk = Desk::reviewing();
    desk.assert_shows(&["Unchanged on the server since you opened it (checked just now", "ETag"]);
    desk = Desk::looking();
    desk.checked(Checked::Renewed(fetched(base(), "9")));
    desk.assert_shows(&["checked just now; only a name", "it refers to changed"]);
    assert_eq!(desk.draft().tag(), fetched(base(), "9").tag.as_ref(), "it stands on what the server has now");
    let read = |effect: &&Effect| matches!(effect, Effect::Read { read: Read::Preview(_), .. });
    assert_eq!(desk.effects.iter().filter(read).count(), 1, "what is sent is shown");
}

#[test]
fn a_mistake_puts_the_cursor_to_its_field_and_asks_the_server_nothing() {
    let mut desk = Desk::editing();
    desk.to(FieldId::Name).keys("i Ctrl-u Enter").to(FieldId::Expire).keys("i '600' Enter w");
    desk.assert_said(&["Not sent; name"]);
    assert_eq!((desk.looks(), tone(&desk), desk.field()), (0, Tone::Bad, FieldId::Name));
}

#[test]
fn what_the_server_refused_before_may_be_asked_again_and_its_complaint_goes_with_a_new_one() {
    let mut desk = Desk::sent();
    desk.saved(SaveOutcome::Refused(invalid(&[
        ("/data/attributes/expire", "expire - must be odd"),
        ("/data/attributes/expire", "expire - must be small"),
        ("/data/attributes/colour", "colour is too loud"),
    ])));
    assert_eq!(desk.field(), FieldId::Expire);
    let reported: Vec<String> = desk.form().refused.get(&FieldId::Expire).cloned().unwrap();
    assert!(reported.len() == 2 && reported[0].contains("odd") && reported[1].contains("small"), "{reported:?}");
    assert_eq!(desk.form().on_top.len(), 1);
    desk.keys("w");
    assert_eq!(desk.looks(), 2, "the same once more is the user's choice");
    assert!(desk.form().on_top.is_empty(), "that was about what was sent before");
    desk.checked(Checked::Same).keys("y");
    desk.saved(SaveOutcome::Refused(invalid(&[("/data/attributes/domain", "domain - is unknown")])));
    assert_eq!(desk.form().refused.keys().collect::<Vec<_>>(), [&FieldId::Domain]);
    assert_eq!(desk.field(), FieldId::Domain);
}

#[test]
fn a_save_of_a_record_whose_last_change_may_still_land_waits() {
    let lost = || error(RequestErrorKind::Cut, "the connection broke");
    let pending = || sipreg::domain::request_error::RequestError {
        effect: sipreg::domain::request_error::Effectiveness::Pending,
        ..lost()
    };
    let mut desk = Desk::reviewing();
    desk.keys("Tab t");
    desk.switched(Switched::Unknown { error: pending(), seen: ReadBack::AsBefore(fetched(base(), "1")) });
    desk.keys("Tab y");
    desk.assert_said(&["22 carrierx-ams: the last change got no answer and may still be applied"]);
    assert_eq!((desk.writes().len(), tone(&desk)), (1, Tone::Bad));
    desk.keys("Esc w");
    desk.assert_said(&["22 carrierx-ams: the last change got no answer and may still be applied"]);
    assert_eq!(desk.looks(), 1, "nothing is asked either");
}

#[test]
fn a_name_that_another_record_has_got_meanwhile_blocks_a_new_one() {
    let mut desk = Desk::new();
    desk.keys("a i 'acme-new' Enter");
    desk.app.store.records.put(&record(23, "acme-new"));
    desk.keys("w");
    desk.assert_said(&["Not sent; name: ", "23"]);
    assert_eq!((desk.writes().len(), desk.field()), (0, FieldId::Name));
    // As soon as it has another name it is free again.
    desk.app.store.records.put(&record(23, "carrierx-lon"));
    desk.keys("w");
    assert!(!desk.said().contains("23"), "{}", desk.said());
}

#[test]
fn a_conflict_is_told_once_and_the_list_shows_theirs() {
    let mut desk = Desk::of(Access::Write, (160, 40));
    desk.edit().to(FieldId::Expire).keys("i '600' Enter w").moved(theirs());
    assert!(desk.is_conflict());
    assert_eq!(desk.app.store.records.get(22).unwrap().number(FieldId::Expire), Some(60));
    let reported = desk.app.cx.notices.all().iter().filter(|notice| notice.text.contains("someone")).count();
    assert_eq!(reported, 1, "{:?}", desk.app.cx.notices.all());
    assert!(desk.app.store.changes.seen.is_fresh_in(22, FieldId::Expire));
}
