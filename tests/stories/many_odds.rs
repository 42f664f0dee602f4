//! Changes of many where something comes in between: what is asked, what is said and in which tone, and what is kept.

use std::time::Duration;

use sipreg::app::Access;
use sipreg::app::core::{Effect as Asked, Message, Read, Tone};
use sipreg::app::write::bulk::{Ahead, BatchStep, Planning};
use sipreg::demo::User;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::{Action, Mark};
use sipreg::domain::record::{FieldId, Record as _, Value};
use sipreg::domain::state_error::{Attempt, FileFault, FileObstacle};

use super::bulk::{ids, marked, plan};
use super::creating::{assert_said, assert_shows, journal, said, sent};
use crate::sitting::Sitting;

fn tone(sitting: &Sitting) -> Tone {
    sitting.app.cx.notices.all().last().map(|notice| notice.tone).unwrap()
}

pub fn is_on(sitting: &Sitting, id: u64) -> bool {
    sitting.server.control().registration(id).and_then(|record| record.enabled()) == Some(true)
}

/// Many are asked about.
pub fn asked(size: (u16, u16), count: usize, keys: &str) -> Sitting {
    let mut sitting = marked(size, count);
    sitting.carry_out(keys);
    sitting
}

/// The disk refuses to note what is about to be sent.
pub fn refuse_notes(sitting: &mut Sitting) {
    let why = FileFault::new("/state", FileObstacle::Full).during(Attempt::KeepPlan);
    for (number, _) in std::mem::take(&mut sitting.writes) {
        sitting.tell(Message::Unnoted { number, why: why.clone() });
    }
}

#[test]
fn who_says_no_by_whatever_key_leaves_nothing_behind() {
    for keys in ["n", "Esc", "Ctrl-c"] {
        let mut sitting = asked((80, 24), 3, "t d");
        sitting.press(keys);
        assert_said(&sitting, &["Cancelled. Nothing was sent."]);
        assert!(sitting.app.writes.bulk.is_none() && sitting.app.overlay.current.is_none(), "{keys}");
        sitting.answer_all();
        assert!(sent(&sitting, "PATCH").is_empty());
        sitting.press("b");
        assert!(!sitting.screen().contains("Disable 3"), "{}", sitting.screen());
    }
    // An answer that comes after that opens nothing.
    let mut sitting = marked((80, 24), 3);
    sitting.press("t d");
    let answer = sitting.fetch().unwrap();
    sitting.press("Esc");
    assert_said(&sitting, &["Cancelled. Nothing was sent."]);
    sitting.tell(answer);
    assert!(sitting.app.writes.bulk.is_none() && sitting.app.overlay.current.is_none());
}

#[test]
fn a_look_that_fails_says_that_nothing_was_sent() {
    let mut sitting = marked((80, 24), 3);
    sitting.server.fault(Fault::always("GET", "/registrations", FaultEffect::ServerError));
    sitting.carry_out("t d");
    assert_said(&sitting, &["disable: nothing was sent. Reading the records failed: "]);
    assert_eq!(tone(&sitting), Tone::Bad);
    assert!(sitting.app.writes.bulk.is_none() && sitting.app.overlay.current.is_none());
}

#[test]
fn a_look_without_a_session_goes_on_once_somebody_signed_in() {
    let mut sitting = marked((80, 24), 3);
    let control = sitting.server.control().clone();
    control.set_users(vec![User::new(1, "demo", "other")]);
    control.revoke_tokens();
    sitting.carry_out("t d");
    assert_shows(&sitting, &["Sign in"]);
    assert!(matches!(sitting.app.writes.bulk.as_ref().unwrap().step, BatchStep::Looking(_)));
    sitting.write("other");
    sitting.carry_out("Enter");
    assert_shows(&sitting, &["Disable 3 registrations?", "y: disable"]);
}

#[test]
fn a_look_that_is_older_than_a_write_of_ours_is_made_again() {
    let mut sitting = Sitting::ready((80, 24), 120);
    let first = sitting.app.list.rows.cursor().unwrap();
    // Its switch is under way when the records are read, and ends before the answer comes.
    sitting.press("t Space Space Space t d");
    let look = sitting.fetch().unwrap();
    assert!(sitting.answer() && !is_on(&sitting, first));
    sitting.tell(look);
    assert!(sitting.unanswered().iter().any(|read| matches!(read, Read::Many { ids, .. } if ids.contains(&first))));
    sitting.answer_all();
    assert_shows(&sitting, &["2 to change   1 unchanged", "already disabled"]);
    assert!(!sitting.screen().contains("someone"), "{}", sitting.screen());
}

#[test]
fn a_part_of_a_look_that_is_older_than_a_write_of_ours_is_read_again() {
    let mut sitting = Sitting::ready((80, 24), 600);
    let first = sitting.app.list.rows.cursor().unwrap();
    sitting.press("t * t d");
    // The first part comes; then the switch ends; then the rest comes.
    sitting.answer();
    let rest = std::mem::take(&mut sitting.waiting);
    assert!(sitting.answer() && !is_on(&sitting, first));
    sitting.waiting.extend(rest);
    sitting.answer();
    let again = sitting.unanswered();
    assert!(again.iter().any(|read| matches!(read, Read::Many { ids, .. } if *ids == [first])), "{again:?}");
    sitting.answer_all();
    let lot = &sitting.app.writes.bulk.as_ref().unwrap().lots[&first];
    assert_eq!(lot.ahead, Ahead::AlreadySo("already disabled".into()));
    assert_eq!(lot.theirs(), "", "it was us");
}

#[test]
fn more_records_than_one_call_takes_are_read_with_several() {
    let mut sitting = Sitting::ready((80, 24), 1_201);
    sitting.press("* t d");
    let sizes: Vec<usize> = std::iter::from_fn(|| {
        let size = sitting.unanswered().iter().find_map(|read| match read {
            Read::Many { ids, with_passwords } => (!with_passwords).then_some(ids.len()),
            _ => None,
        })?;
        sitting.answer();
        Some(size)
    })
    .collect();
    assert_eq!(sizes, [500, 500, 201]);
    sitting.answer_all();
    let batch = sitting.app.writes.bulk.as_ref().unwrap();
    assert_eq!(batch.lots.len(), 1_201);
    assert!(matches!(batch.step, BatchStep::Asking));
}

#[test]
fn only_rows_that_deserve_a_look_must_be_seen_where_a_number_is_typed() {
    let mut sitting = asked((80, 10), 12, "t d");
    sitting.carry_out("1 2 Enter");
    assert_eq!(sent(&sitting, "PATCH").len(), 12, "nothing deserves a look: {}", sitting.screen());

    let mut sitting = marked((80, 10), 12);
    for id in ids(&sitting) {
        sitting.server.change(id, FieldId::Expire, Value::Number(777));
    }
    sitting.carry_out("t d");
    sitting.press("1 2 Enter");
    let hint = sitting.app.writes.bulk.as_ref().unwrap().hint.clone();
    assert!(hint.contains("of 12 rows to check were shown"), "{hint}");
    assert!(sent(&sitting, "PATCH").is_empty());
    sitting.carry_out("End Enter");
    assert_eq!(sent(&sitting, "PATCH").len(), 12, "{}", sitting.screen());
}

#[test]
fn only_records_under_way_are_shown_as_such() {
    let mut sitting = asked((80, 24), 6, "t d");
    sitting.press("6 Enter Esc");
    sitting.pass(Duration::from_millis(250));
    let all = ids(&sitting);
    let waits = |sitting: &Sitting| {
        let rows: Vec<String> = sitting.screen().lines().skip(3).map(str::to_owned).collect();
        let waits = |id: &u64| rows.iter().any(|row| row.contains(&format!("~ {id:>4} ")));
        all.iter().map(waits).collect::<Vec<_>>()
    };
    assert_eq!(waits(&sitting), [true, true, true, true, false, false], "four at a time: {}", sitting.screen());
    assert!(sitting.app.writes.bulk.as_ref().unwrap().shows_running(all[0]));
    assert!(!sitting.app.writes.bulk.as_ref().unwrap().shows_running(all[5]));
    sitting.answer_all();
    assert!(!waits(&sitting).contains(&true), "{}", sitting.screen());
}

#[test]
fn how_it_ended_is_said_in_a_tone_that_fits() {
    let done = |faults: &[Fault], keys: &str| {
        let mut sitting = asked((80, 24), 3, "t d");
        for fault in faults {
            sitting.server.fault(fault.clone());
        }
        sitting.carry_out(keys);
        (said(&sitting).to_owned(), tone(&sitting))
    };
    assert_eq!(done(&[], "y"), ("Disabled 3 registrations. u: undo".to_owned(), Tone::Good));
    let refused = Fault::next("PATCH", "", FaultEffect::unprocessable());
    assert_eq!(done(&[refused], "y"), ("Disable 3 registrations: 2 done, 1 failed. u: undo".to_owned(), Tone::Bad));
    let all = Fault::always("PATCH", "", FaultEffect::Conflict);
    let (text, tone_of_all) = done(&[all], "y");
    assert!(!text.contains("undo") && text.contains("failed"), "{text}");
    assert_ne!(tone_of_all, Tone::Good);

    // What was stopped on purpose is not told as a failure, nor as done.
    let mut sitting = asked((80, 24), 8, "t d");
    sitting.press("8 Enter");
    sitting.carry_out("Ctrl-c");
    assert_eq!(said(&sitting), "Disable 8 registrations: 4 done, 4 not sent. u: undo");
    assert_eq!(tone(&sitting), Tone::Plain);
}

#[test]
fn a_pause_ends_with_the_answer_that_is_given() {
    let paused = || {
        let mut sitting = asked((80, 24), 8, "t d");
        sitting.server.fault(Fault::always("PATCH", "", FaultEffect::ServerError));
        sitting.carry_out("8 Enter");
        assert_shows(&sitting, &["Continue?"]);
        sitting.server.control().clear_faults();
        sitting
    };
    for keys in ["n", "Ctrl-c"] {
        let mut sitting = paused();
        let before = sent(&sitting, "PATCH").len();
        sitting.carry_out(keys);
        assert_eq!(sent(&sitting, "PATCH").len(), before, "{keys}: nothing more");
        assert!(matches!(sitting.app.writes.bulk.as_ref().unwrap().step, BatchStep::Finished), "{}", sitting.screen());
        assert_shows(&sitting, &["not sent", "s: send the rest"]);
    }
    let mut sitting = paused();
    sitting.press("Esc");
    assert_said(&sitting, &["The bulk is paused"]);
    sitting.press("b q");
    assert_shows(&sitting, &["Continue?"]);
}

#[test]
fn results_offer_what_can_still_be_done_and_say_where_nothing_can() {
    let mut sitting = asked((80, 24), 3, "t d");
    sitting.carry_out("y");
    assert!(!sitting.screen().contains("r: retry") && !sitting.screen().contains("s: send"), "{}", sitting.screen());
    sitting.press("r");
    assert_shows(&sitting, &["Nothing failed that could be retried"]);
    sitting.press("s");
    assert_shows(&sitting, &["Everything was sent already"]);
    sitting.press("z");
    assert_shows(&sitting, &["Unknown key z"]);
    assert_eq!(sent(&sitting, "PATCH").len(), 3);
    sitting.press("Ctrl-c");
    assert!(sitting.app.overlay.current.is_none());
}

#[test]
fn another_turn_has_a_plan_of_what_is_left_and_its_end_takes_it_away() {
    let mut sitting = asked((80, 24), 4, "t d");
    let all = ids(&sitting);
    let path = format!("/registrations/{}", all[1]);
    sitting.server.fault(Fault::next("PATCH", &path, FaultEffect::unprocessable()));
    sitting.carry_out("4 Enter");
    assert_eq!(plan(&sitting), None, "over, and known");
    sitting.press("r");
    let left = plan(&sitting).unwrap();
    assert_eq!(left.records.iter().map(|(line, _)| line.id).collect::<Vec<_>>(), [Some(all[1])]);
    assert_eq!(left.count(Mark::Unknown), 1, "it is about to be sent");
    sitting.answer_all();
    assert_eq!(plan(&sitting), None);
    assert_said(&sitting, &["Disabled 4 registrations"]);
}

#[test]
fn a_plan_that_cannot_be_kept_is_asked_about_for_every_change_but_what_ends_a_bounce() {
    let mut sitting = asked((80, 24), 3, "t d");
    sitting.press("y Esc");
    refuse_notes(&mut sitting);
    assert_shows(&sitting, &["Cannot write the plan to disk, so nothing more is sent. Continue without it?"]);
    assert_shows(&sitting, &["y: continue without", "r: retry"]);
    assert_said(&sitting, &["The progress of the bulk change was not written to disk: no space left for /state"]);
    assert_eq!(sitting.app.writes.bulk.as_ref().unwrap().planning, Planning::Refused);
    sitting.answer_all();
    assert!(sent(&sitting, "PATCH").is_empty());
    sitting.carry_out("y");
    assert_shows(&sitting, &["3 done"]);
    let noted = sitting.asked.iter().filter(|asked| matches!(asked, Asked::WriteNoted { .. })).count();
    assert_eq!(noted, 3, "no more notes once it was given up");
    assert_eq!(plan(&sitting), None, "what there is of a plan would say less than was done");

    // An unfinished bounce is ended without a question.
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.server.change(16, FieldId::Enabled, Value::Flag(false));
    super::bouncing::found(&mut sitting, 1_000);
    sitting.carry_out("y");
    sitting.press("y");
    refuse_notes(&mut sitting);
    sitting.answer_all();
    assert!(is_on(&sitting, 16), "{}", sitting.screen());
}

#[test]
fn a_profile_that_became_read_only_meanwhile_sends_nothing() {
    let mut sitting = asked((80, 24), 3, "t d");
    sitting.app.cx.setup.access = Access::ReadOnly;
    sitting.carry_out("y");
    assert!(sent(&sitting, "PATCH").is_empty());
    assert!(said(&sitting).contains("read-only"), "{}", said(&sitting));
    assert_eq!(tone(&sitting), Tone::Bad);
}

#[test]
fn records_deleted_with_many_are_ours_and_nobody_is_blamed() {
    let mut sitting = asked((80, 24), 3, "t D");
    let all = ids(&sitting);
    sitting.carry_out("3 Enter");
    assert_eq!(said(&sitting), "Deleted 3 registrations. u: undo");
    assert_shows(&sitting, &["3 done"]);
    sitting.carry_out("Esc R");
    for notice in sitting.app.cx.notices.all() {
        assert!(!notice.text.contains("someone"), "{}", notice.text);
    }
    assert_eq!(sitting.app.store.loaded.total, Some(117));
    assert!(sitting.app.store.marked().is_empty(), "what is gone is not marked");
    // The undo makes them with new ids, and the redo is a deletion of those.
    sitting.carry_out("u");
    sitting.carry_out("y");
    assert_shows(&sitting, &["3 done", "done; is 133 now", "done; is 135 now"]);
    assert_eq!(sitting.app.store.loaded.total, Some(120));
    assert!(all.iter().all(|id| sitting.app.store.records.get(*id).is_none()));
    let made: Vec<_> =
        journal(&sitting).iter().filter(|line| line.action == Action::Undo).map(|line| line.id).collect();
    assert_eq!(made.len(), 3);
    assert!(made.iter().all(|id| id.is_some_and(|id| sitting.app.store.records.get(id).is_some())), "{made:?}");
    sitting.carry_out("R");
    for notice in sitting.app.cx.notices.all() {
        assert!(!notice.text.contains("someone") && !notice.text.contains("new:"), "{}", notice.text);
    }
}
