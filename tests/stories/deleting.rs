//! Deleting a registration: nothing goes by a wrong key, and whatever happens it is said what is true now.

use sipreg::app::core::Message;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::{Action, Ending};
use sipreg::domain::record::{FieldId, Record as _, Secret, Value};

use super::creating::{assert_said, assert_shows, journal, named, sent};
use crate::sitting::Sitting;

/// The question about record 16, read.
fn asked() -> Sitting {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.carry_out(": 1 6 Enter D");
    sitting
}

/// The name is typed and sent off into this.
fn sent_into(faults: &[Fault]) -> Sitting {
    let mut sitting = asked();
    for fault in faults {
        sitting.server.fault(fault.clone());
    }
    sitting.write("betatel-1");
    sitting.carry_out("Enter");
    sitting
}

fn is_there(sitting: &Sitting) -> bool {
    sitting.server.control().registration(16).is_some()
}

#[test]
fn no_key_alone_deletes_and_the_name_must_be_exact() {
    let mut sitting = asked();
    assert_shows(&sitting, &["Delete 16 betatel-1", "Type the name betatel-1 and press Enter to delete it"]);
    assert_shows(&sitting, &["WHAT HAPPENS", "u: re-create"]);
    for keys in ["Enter", "D Enter", "y Enter", "Ctrl-u b e t a t e l Enter", "- 1 1 Enter"] {
        sitting.press(keys);
        assert_said(&sitting, &["Type the name betatel-1"]);
    }
    sitting.press("Esc");
    assert_said(&sitting, &["16 betatel-1: nothing was deleted"]);
    sitting.answer_all();
    assert!(is_there(&sitting) && sent(&sitting, "DELETE").is_empty());
}

#[test]
fn a_name_that_is_pasted_counts_as_typed_and_one_that_is_pasted_too_early_does_not() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.press(": 1 6 Enter D");
    sitting.tell(Message::Pasted(Secret::new("betatel-1")));
    sitting.press("Enter");
    assert_said(&sitting, &["16 betatel-1 is still loading"]);
    sitting.answer_all();
    sitting.press("Enter");
    assert_said(&sitting, &["Nothing typed yet"]);
    sitting.tell(Message::Pasted(Secret::new("betatel-1")));
    sitting.carry_out("Enter");
    assert!(!is_there(&sitting), "{}", sitting.screen());
}

#[test]
fn who_leaves_the_question_while_it_is_read_is_asked_nothing_any_more() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.press(": 1 6 Enter D Esc");
    assert_said(&sitting, &["16 betatel-1: nothing was deleted"]);
    sitting.answer_all();
    sitting.write("betatel-1");
    sitting.carry_out("Enter");
    assert!(is_there(&sitting) && sitting.app.overlay.current.is_none(), "{}", sitting.screen());
}

#[test]
fn all_of_the_record_can_be_read_before() {
    let mut sitting = asked();
    assert!(!sitting.screen().contains("ON THE WIRE"));
    sitting.press("PgDn PgDn PgDn PgDn");
    assert_shows(&sitting, &["ON THE WIRE", "betatel-1"]);
}

#[test]
fn a_deleted_record_leaves_the_list_and_undo_makes_it_anew_with_another_id() {
    let mut sitting = asked();
    let before = sitting.server.control().registration(16).unwrap();
    sitting.write("betatel-1");
    sitting.press("Enter");
    let row = sitting.screen().lines().find(|line| line.contains("16 betatel-1")).unwrap().to_owned();
    assert!(row.contains('~'), "{row}");
    sitting.answer_all();
    assert_said(&sitting, &["Deleted 16 betatel-1", "u: re-create (new ID)"]);
    assert!(!is_there(&sitting));
    assert!(sitting.app.store.records.get(16).is_none());
    assert_shows(&sitting, &["All 119"]);
    sitting.press("J");
    assert_shows(&sitting, &["16 betatel-1: deleted"]);
    sitting.press("Esc u");
    assert_shows(&sitting, &["Undo: re-create 16 betatel-1", "It gets a new ID", "It keeps its password"]);
    sitting.carry_out("y");
    let made = named(&sitting, "betatel-1").unwrap();
    assert_said(&sitting, &[&format!("Re-created 16 betatel-1 as {}", made.id()), "It keeps its password"]);
    for field in FieldId::all() {
        assert_eq!(made.get(field), before.get(field), "{}", field.field().label);
    }
    assert_eq!(sitting.app.list.rows.cursor(), Some(made.id()));
    let lines = journal(&sitting);
    let reported: Vec<_> = lines.iter().map(|line| (line.action, line.ending, line.id)).collect();
    assert_eq!(
        reported,
        [(Action::Delete, Ending::Applied, Some(16)), (Action::Undo, Ending::Applied, Some(made.id()))]
    );
    // And away again, through the same question.
    sitting.carry_out("U");
    assert_shows(&sitting, &[&format!("Delete {} betatel-1", made.id())]);
}

#[test]
fn a_record_that_someone_changed_since_it_was_shown_is_shown_again() {
    let mut sitting = asked();
    sitting.server.change(16, FieldId::Expire, Value::Number(777));
    sitting.write("betatel-1");
    sitting.carry_out("Enter");
    assert_said(
        &sitting,
        &["16 betatel-1: not deleted: someone changed it since it was read", "changed expire", "777"],
    );
    assert_shows(&sitting, &["Delete 16 betatel-1", "someone changed expire since it was shown: 777"]);
    assert!(is_there(&sitting));
    sitting.carry_out("Enter");
    assert!(is_there(&sitting), "the name is to be typed again");
    sitting.write("betatel-1");
    sitting.carry_out("Enter");
    assert!(!is_there(&sitting));
}

#[test]
fn what_someone_deleted_before_is_gone_and_nothing_is_sent() {
    let mut sitting = asked();
    assert!(sitting.server.control().remove(16));
    sitting.write("betatel-1");
    sitting.carry_out("Enter");
    assert_said(&sitting, &["16 betatel-1: already deleted by someone; nothing was sent"]);
    assert!(sitting.app.store.records.get(16).is_none());
    assert!(sent(&sitting, "DELETE").is_empty());
    // And where it is gone before it was shown.
    let mut sitting = Sitting::ready((80, 24), 120);
    assert!(sitting.server.control().remove(16));
    sitting.carry_out(": 1 6 Enter D");
    assert_said(&sitting, &["16 betatel-1 is already deleted by someone. r: refresh"]);
    assert!(sitting.app.overlay.current.is_none());
    assert!(sitting.app.store.is_deleted(16), "the list knows it, too");
}

#[test]
fn lost_answers_are_read_back() {
    let sitting = sent_into(&[Fault::next("DELETE", "/registrations", FaultEffect::CutAfter)]);
    assert_said(&sitting, &["Deleted 16 betatel-1", "the answer was lost", "u: re-create"]);
    assert_eq!(journal(&sitting)[0].ending, Ending::AppliedUnseen);

    let sitting = sent_into(&[Fault::next("DELETE", "/registrations", FaultEffect::CutBefore)]);
    assert_said(
        &sitting,
        &["16 betatel-1: UNKNOWN whether it was deleted", "may still apply it", "checking until known"],
    );
    assert_eq!(journal(&sitting)[0].ending, Ending::Unknown);

    let sitting = sent_into(&[Fault::next("DELETE", "/registrations", FaultEffect::Portal)]);
    assert_said(&sitting, &["16 betatel-1: NOT deleted so far", "the server shows it as it was before", "D: retry"]);
    assert_eq!(journal(&sitting)[0].ending, Ending::NotApplied);
    assert!(sitting.app.store.records.get(16).is_some() && sitting.app.store.history.entries().is_empty());
}

#[test]
fn a_refusal_says_that_nothing_was_changed() {
    let pointers = vec!["/data".to_owned()];
    let sitting = sent_into(&[Fault::next("DELETE", "/registrations", FaultEffect::Unprocessable { pointers })]);
    assert_said(&sitting, &["16 betatel-1: not deleted: "]);
    assert!(is_there(&sitting));
}

#[test]
fn a_server_that_cannot_compare_is_asked_again_without_a_tag() {
    let sitting = sent_into(&[Fault::next("DELETE", "/registrations", FaultEffect::PreconditionFailed)]);
    assert!(!is_there(&sitting), "{}", sitting.screen());
    let tags: Vec<bool> =
        sent(&sitting, "DELETE").iter().map(|exchange| exchange.header("if-match").is_some()).collect();
    assert_eq!(tags, [true, false]);
}

#[test]
fn a_name_that_cannot_be_typed_as_it_reads_asks_for_the_id() {
    for name in ["invoice\u{202e}gnp.exe", "  edges  ", "東京トランク", ""] {
        let mut sitting = Sitting::ready((80, 24), 120);
        sitting.server.change(16, FieldId::Name, Value::Text(name.to_owned()));
        sitting.carry_out(": 1 6 Enter D");
        assert_shows(&sitting, &["Type the ID 16 and press Enter to delete it"]);
        sitting.write("16");
        sitting.carry_out("Enter");
        assert!(!is_there(&sitting), "{name:?}");
    }
}

#[test]
fn a_deleted_record_loses_its_mark_and_keeps_its_draft() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.carry_out(": 1 6 Enter Space : 1 6 Enter e");
    super::creating::fill(&mut sitting, FieldId::Expire, "600");
    sitting.carry_out("Esc Enter");
    // In the list D would ask for all marked.
    sitting.carry_out("D");
    assert_shows(&sitting, &["Draft         kept"]);
    sitting.write("betatel-1");
    sitting.carry_out("Enter");
    assert_said(&sitting, &["Deleted 16 betatel-1", "your draft is kept"]);
    assert!(sitting.app.store.marked().is_empty());
    assert!(sitting.app.store.drafts.contains_key(&16));
}

#[test]
fn values_that_the_server_refuses_at_the_undo_become_a_draft_in_the_form() {
    let mut sitting = sent_into(&[]);
    sitting.server.fault(Fault::next("POST", "/registrations", FaultEffect::unprocessable()));
    sitting.carry_out("u y");
    assert_said(&sitting, &["betatel-1: not created", "your draft is kept"]);
    assert_eq!(super::creating::form(&sitting).field().id, FieldId::Name);
    sitting.carry_out("w G y");
    assert!(named(&sitting, "betatel-1").is_some());
}

#[test]
fn a_412_because_somebody_changed_the_record_is_no_server_that_cannot_compare() {
    // The look finds nothing; while the deletion is under way someone else is faster.
    let mut sitting = asked();
    sitting.write("betatel-1");
    sitting.press("Enter");
    let control = sitting.server.control().clone();
    control.add_fault(Fault::next("DELETE", "/registrations", FaultEffect::Hold));
    control.add_fault(Fault::next("DELETE", "/registrations", FaultEffect::PreconditionFailed));
    let arrivals = control.arrivals();
    let other = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        // The look, then the deletion.
        runtime.block_on(control.arrived(arrivals + 2));
        assert!(control.change(16, FieldId::Expire, Value::Number(777)));
        control.release();
    });
    sitting.answer_all();
    other.join().unwrap();
    assert!(is_there(&sitting));
    assert_said(&sitting, &["16 betatel-1: not deleted: someone changed it since it was read", "777"]);
    assert_shows(&sitting, &["Delete 16 betatel-1", "someone changed expire since it was shown: 777"]);
    assert_eq!(sent(&sitting, "DELETE").len(), 1, "not sent again without its tag");
    assert_eq!(journal(&sitting)[0].ending, Ending::Conflict);
}

#[test]
fn the_question_shows_everything_but_the_password() {
    let mut sitting = Sitting::ready((100, 30), 120);
    let planted = Value::Secret(Secret::new("pl4nted-s3cret"));
    sitting.server.change(16, FieldId::AuthPassword, planted);
    sitting.carry_out(": 1 6 Enter D");
    assert_shows(&sitting, &["Undo", "same password"]);
    for _ in 0..6 {
        assert!(!sitting.screen().contains("pl4nted"), "{}", sitting.screen());
        sitting.press("PgDn");
    }
}

#[test]
fn nothing_is_deleted_while_the_last_change_may_still_land() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.server.fault(Fault::next("PATCH", "/registrations", FaultEffect::CutBefore));
    sitting.carry_out(": 1 6 Enter t");
    assert!(sitting.app.store.writes.is_unsettled(16), "{}", sitting.screen());
    sitting.press("D");
    assert_said(
        &sitting,
        &["16 betatel-1: the last change got no answer and may still be applied. Nothing else is sent"],
    );
    assert!(sitting.app.overlay.current.is_none());
    sitting.answer_all();
    assert!(is_there(&sitting) && sent(&sitting, "DELETE").is_empty());
}

#[test]
fn a_question_that_cannot_be_read_is_closed_and_says_so_or_asks_to_sign_in() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.server.fault(Fault::next("GET", "/registrations/16", FaultEffect::ServerError));
    sitting.carry_out(": 1 6 Enter D");
    assert_said(&sitting, &["16 betatel-1: not deleted, it could not be loaded first: "]);
    assert!(sitting.app.overlay.current.is_none());
    let control = sitting.server.control().clone();
    control.set_users(vec![sipreg::demo::User::new(1, "demo", "other")]);
    control.revoke_tokens();
    sitting.carry_out("D");
    assert_shows(&sitting, &["Sign in"]);
    assert!(is_there(&sitting));
}

#[test]
fn the_question_says_what_nodes_do_and_the_list_learns_what_was_read_for_it() {
    let mut sitting = Sitting::ready((100, 40), 120);
    sitting.server.change(16, FieldId::Expire, Value::Number(777));
    sitting.carry_out(": 1 6 Enter D");
    assert_shows(&sitting, &["WHAT HAPPENS", "Effect", "Undo"]);
    assert_eq!(sitting.app.store.records.get(16).unwrap().number(FieldId::Expire), Some(777));
}

#[test]
fn the_longest_name_that_is_typed_has_forty_letters() {
    for (length, kind) in [(40, "name"), (41, "ID")] {
        let mut sitting = Sitting::ready((100, 40), 120);
        let name = "n".repeat(length);
        sitting.server.change(16, FieldId::Name, Value::Text(name.clone()));
        sitting.carry_out(": 1 6 Enter D");
        let word = if length == 40 { name } else { "16".to_owned() };
        let Some(sipreg::app::overlay::Overlay::Deletion(asking)) = &sitting.app.overlay.current else { panic!() };
        assert_eq!(asking.word(), (word, kind));
    }
}

#[test]
fn what_is_being_undone_is_not_undone_twice() {
    let mut sitting = sent_into(&[]);
    sitting.press("u y");
    sitting.press("u y");
    assert_said(&sitting, &["16 is already being saved"]);
    sitting.answer_all();
    assert_eq!(sent(&sitting, "POST").len(), 1);
    assert!(named(&sitting, "betatel-1").is_some());
}
