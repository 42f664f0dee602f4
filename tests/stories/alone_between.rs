//! Single changes between which something else happens, and what their questions say.

use std::time::Duration;

use sipreg::app::Access;
use sipreg::app::core::Tone;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::{Action, Ending};
use sipreg::domain::record::{FieldId, Record as _, Value};

use super::creating::{assert_said, assert_shows, fill, journal, sent};
use super::many_odds::is_on;
use crate::sitting::Sitting;

const POLL: Duration = Duration::from_secs(300);

fn last(sitting: &Sitting) -> (Tone, &str) {
    sitting.app.cx.notices.all().last().map(|notice| (notice.tone, notice.text.as_str())).unwrap()
}

/// The cursor is on record 16, which is enabled and bounced; the list is shown.
fn bounced() -> Sitting {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.server.change(16, FieldId::Enabled, Value::Flag(true));
    sitting.carry_out("R");
    sitting.carry_out(": 1 6 Enter B");
    sitting.carry_out("y");
    assert!(!is_on(&sitting, 16));
    sitting.press("Esc");
    sitting
}

#[test]
fn the_answer_to_a_question_writes_nothing_while_another_change_runs() {
    let mut sitting = bounced();
    sitting.app.cx.setup.access = Access::Confirm;
    sitting.press("t");
    assert_shows(&sitting, &["Enable 16 betatel-1?", "y: enable"]);
    // The bounce sends its second half under the question.
    sitting.pass(POLL);
    assert_eq!(sitting.writes.len(), 1);
    sitting.press("y");
    assert_eq!(last(&sitting), (Tone::Plain, "16 betatel-1 is already being saved; the second key was ignored"));
    assert_eq!(sitting.writes.len(), 1);
    sitting.answer_all();
    assert!(is_on(&sitting, 16));

    let mut sitting = bounced();
    sitting.carry_out("D");
    sitting.write("betatel-1");
    sitting.pass(POLL);
    sitting.press("Enter");
    assert_eq!(last(&sitting), (Tone::Plain, "16 betatel-1 is already being saved; wait for the answer"));
    assert!(sitting.app.overlay.current.is_none(), "{}", sitting.screen());
    sitting.answer_all();
    assert!(sent(&sitting, "DELETE").is_empty() && is_on(&sitting, 16));
}

#[test]
fn a_name_of_any_letters_is_typed_into_its_question_and_none_before_it_is_there() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.server.change(16, FieldId::Name, Value::Text("q?:h/!y".to_owned()));
    sitting.press(": 1 6 Enter D");
    // What is typed before the record is there is not taken for its name.
    sitting.write("q?:h/!y");
    assert!(sitting.app.overlay.current.is_some(), "{}", sitting.screen());
    sitting.answer_all();
    sitting.press("Enter");
    assert_said(&sitting, &["Nothing typed yet. Type the name q?:h/!y and press Enter"]);
    sitting.write("q?:h/!y");
    sitting.carry_out("Enter");
    assert!(sitting.server.control().registration(16).is_none());
}

#[test]
fn a_deletion_says_what_it_takes_from_others() {
    let mut sitting = Sitting::ready((80, 24), 120);
    let control = sitting.server.control();
    let twin = control.copy(16, "twin").unwrap();
    for id in [16, twin] {
        assert!(control.change(id, FieldId::Enabled, Value::Flag(true)));
    }
    sitting.carry_out("R");
    sitting.carry_out(": 1 6 Enter D");
    assert_shows(&sitting, &["Warning: ", "WHAT HAPPENS"]);
    let screen = sitting.screen();
    assert!(screen.find("Warning: ") < screen.find("WHAT HAPPENS"), "{screen}");
    // Without the other one it takes nothing.
    assert!(control.remove(twin));
    sitting.carry_out("Esc R");
    sitting.carry_out(": 1 6 Enter D");
    assert!(!sitting.screen().contains("Warning: "), "{}", sitting.screen());
}

#[test]
fn a_created_record_that_someone_deletes_before_its_undo_can_be_created_again() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.carry_out(": 1 6 Enter c");
    sitting.carry_out("w G y");
    let made = super::creating::named(&sitting, "betatel-1 copy").unwrap();
    sitting.carry_out("Esc u");
    assert_shows(&sitting, &["Type the name betatel-1 copy"]);
    // After the record was read for the question.
    assert!(sitting.server.control().remove(made.id()));
    sitting.write("betatel-1 copy");
    sitting.carry_out("Enter");
    assert_said(&sitting, &["nothing was sent"]);
    assert_eq!((sitting.app.store.history.undoable(), sitting.app.store.history.redoable()), (None, Some(0)));
    sitting.press("U");
    assert_shows(&sitting, &["Redo: re-create", "betatel-1 copy"]);
    sitting.carry_out("y");
    assert!(super::creating::named(&sitting, "betatel-1 copy").is_some());
    let last = journal(&sitting).last().map(|line| (line.action, line.ending)).unwrap();
    assert_eq!(last, (Action::Redo, Ending::Applied));
}

#[test]
fn a_part_of_many_that_is_known_late_is_called_what_it_was() {
    for (keys, what) in
        [("t d", "disabled"), (": b u l k - s e t Space e x p i r e Space 6 0 0 Enter", "changed expire")]
    {
        let mut sitting = super::many_odds::asked((120, 40), 2, keys);
        let id = super::bulk::ids(&sitting)[0];
        let fault = Fault::next("PATCH", &format!("/registrations/{id}"), FaultEffect::CutBefore);
        sitting.server.fault(fault);
        sitting.carry_out("y");
        assert!(sitting.app.store.writes.is_unsettled(id), "{}", sitting.screen());
        let control = sitting.server.control();
        assert!(match what {
            "disabled" => control.change(id, FieldId::Enabled, Value::Flag(false)),
            _ => control.change(id, FieldId::Expire, Value::Number(600)),
        });
        sitting.pass(Duration::from_secs(3));
        sitting.answer_all();
        let entries = sitting.app.store.history.entries();
        assert!(entries.len() == 2 && entries.iter().all(|entry| entry.what() == what), "{entries:?}");
    }
}

#[test]
fn a_late_end_of_a_single_save_leaves_no_complaint_in_its_form() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.carry_out("e");
    let id = sitting.app.list.rows.cursor().unwrap();
    fill(&mut sitting, FieldId::Expire, "90");
    sitting.carry_out("w");
    sitting.server.fault(Fault::next("PATCH", &format!("/registrations/{id}"), FaultEffect::CutBefore));
    sitting.carry_out("y");
    for _ in 0..70 {
        sitting.pass(Duration::from_secs(1));
        sitting.answer_all();
    }
    assert_said(&sitting, &["NOT changed within 60 s", "save again"]);
    sitting.carry_out("e");
    assert!(!sitting.screen().contains("connection"), "what was lost is no mistake of a field: {}", sitting.screen());
}
