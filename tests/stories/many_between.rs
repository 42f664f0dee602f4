//! Changes of many between which something else happens: a server that wants to be left alone, a single change of one
//! of them, a first half that is not answered, a record that someone else changed or deleted; and what can be pressed.

use std::time::Duration;

use sipreg::app::core::{Effect as Asked, Tone, Write};
use sipreg::app::write::bulk::{Ahead, BatchStep, Planning};
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::{Action, Ending, Mark};
use sipreg::domain::record::{FieldId, Value};

use super::bouncing::found;
use super::bulk::{ids, marked, plan};
use super::creating::{assert_said, assert_shows, journal, said, sent};
use super::many_odds::{asked, is_on, refuse_notes};
use crate::sitting::Sitting;

fn path(id: u64) -> String {
    format!("/registrations/{id}")
}

/// How the last message is meant, and its text.
fn last(sitting: &Sitting) -> (Tone, &str) {
    sitting.app.cx.notices.all().last().map(|notice| (notice.tone, notice.text.as_str())).unwrap()
}

/// How a message with this in it was meant.
#[track_caller]
fn tone_of(sitting: &Sitting, part: &str) -> Tone {
    let all = sitting.app.cx.notices.all();
    all.iter().find(|notice| notice.text.contains(part)).unwrap_or_else(|| panic!("{part:?} in {all:#?}")).tone
}

/// The keys that are offered.
fn keys(sitting: &Sitting) -> String {
    sitting.app.writes.batch_keys(&sitting.app.cx, &sitting.app.store)
}

fn ahead(sitting: &Sitting, id: u64) -> &Ahead {
    &sitting.app.writes.bulk.as_ref().unwrap().lots.get(&id).unwrap().ahead
}

/// Eight records are confirmed, and one of them that waits is toggled alone.
fn single_toggle_while_many_run(sitting: &mut Sitting, id: u64) {
    sitting.press("8 Enter Esc M :");
    sitting.write(&id.to_string());
    sitting.press("Enter t");
    assert_eq!(sitting.writes.len(), 5, "four of many, and the single one");
}

/// Enters `:bulk-set expire 600`, and has the records read.
fn set_expire(sitting: &mut Sitting) {
    sitting.press(":");
    sitting.write("bulk-set expire 600");
    sitting.carry_out("Enter");
}

#[test]
fn a_record_that_may_be_sent_at_once_waits_for_nothing() {
    let mut sitting = asked((80, 24), 6, "t d");
    sitting.server.fault(Fault::next("PATCH", "", FaultEffect::TooMany { retry_after: Some(0) }));
    sitting.press("6 Enter");
    sitting.answer();
    assert_shows(&sitting, &["Too many requests (429): sending again"]);
    sitting.answer_all();
    assert_shows(&sitting, &["6 done"]);
}

#[test]
fn a_server_that_wants_to_be_left_alone_is_and_says_until_when() {
    let mut sitting = asked((80, 24), 6, "t d");
    let fault = Fault::next("PATCH", "", FaultEffect::TooMany { retry_after: Some(5) });
    sitting.server.fault(fault);
    sitting.press("6 Enter");
    sitting.answer();
    assert_shows(&sitting, &["Too many requests (429): the server asks to wait 5 s"]);
    let left = plan(&sitting).unwrap();
    assert_eq!((left.count(Mark::NotSent), left.count(Mark::Unknown)), (3, 3), "what was refused was not done");
    sitting.answer_all();
    assert_eq!(sent(&sitting, "PATCH").len(), 4, "nothing is begun before that");
    let refused = journal(&sitting).iter().filter(|line| line.ending == Ending::Refused).count();
    assert_eq!((refused, journal(&sitting).len()), (1, 4));
    sitting.pass(Duration::from_millis(4_900));
    sitting.answer_all();
    assert_eq!(sent(&sitting, "PATCH").len(), 4);
    sitting.pass(Duration::from_millis(200));
    sitting.answer_all();
    assert_shows(&sitting, &["6 done"]);
    assert_eq!((sent(&sitting, "PATCH").len(), plan(&sitting)), (7, None));
}

#[test]
fn a_record_of_which_a_single_change_runs_when_its_turn_comes_is_not_changed() {
    let mut sitting = asked((80, 24), 8, "t d");
    let all = ids(&sitting);
    single_toggle_while_many_run(&mut sitting, all[7]);
    for _ in 0..4 {
        sitting.answer();
    }
    let left = plan(&sitting).unwrap();
    assert_eq!(left.count(Mark::NotDone), 1, "{left:?}");
    sitting.answer_all();
    sitting.press("b");
    assert_shows(&sitting, &["7 done", "1 failed", "another change of it was running; it was not changed"]);
    assert_eq!(sent(&sitting, "PATCH").len(), 8, "it was sent once");
    assert!(!is_on(&sitting, all[7]));
}

#[test]
fn a_record_that_we_changed_before_its_turn_is_deleted_all_the_same() {
    let mut sitting = asked((80, 24), 8, "t D");
    let all = ids(&sitting);
    single_toggle_while_many_run(&mut sitting, all[7]);
    let ours = sitting.writes.pop_back().unwrap();
    sitting.writes.push_front(ours);
    sitting.answer_all();
    assert_eq!(last(&sitting), (Tone::Good, "Deleted 8 registrations. u: undo"));
    assert!(all.iter().all(|id| sitting.server.control().registration(*id).is_none()));
}

#[test]
fn a_record_that_we_changed_before_its_turn_is_changed_all_the_same() {
    let mut sitting = marked((80, 24), 8);
    let all = ids(&sitting);
    set_expire(&mut sitting);
    single_toggle_while_many_run(&mut sitting, all[7]);
    let ours = sitting.writes.pop_back().unwrap();
    sitting.writes.push_front(ours);
    sitting.answer_all();
    assert_eq!(last(&sitting), (Tone::Good, "Set expire of 8 registrations. u: undo"));
    assert!(!is_on(&sitting, all[7]));
    sitting.press(": p r o g r e s s Enter");
    assert_shows(&sitting, &["8 done"]);
    assert!(!sitting.screen().contains("eanwhile") && !sitting.screen().contains("omeone"), "{}", sitting.screen());
}

#[test]
fn the_second_half_of_a_bounce_is_not_sent_before_the_first_is_known() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.server.change(16, FieldId::Enabled, Value::Flag(true));
    sitting.carry_out("R");
    sitting.carry_out(": 1 6 Enter B");
    sitting.server.fault(Fault::next("PATCH", &path(16), FaultEffect::CutBefore));
    sitting.carry_out("y");
    let patches = sent(&sitting, "PATCH").len();
    sitting.press("Ctrl-c o");
    assert_eq!(tone_of(&sitting, "Enabling before the poll ends: nodes may have missed the outage"), Tone::Plain);
    sitting.answer_all();
    assert_eq!(sent(&sitting, "PATCH").len(), patches, "it could come before the first");
    assert_shows(&sitting, &["1 UNKNOWN", "16 betatel-1: the result of its first half is unknown"]);
    assert_eq!(last(&sitting).0, Tone::Bad);
    assert_said(&sitting, &["16 betatel-1 may be DISABLED"]);
    assert_eq!(plan(&sitting).unwrap().count(Mark::Unknown), 1, "the next start asks about it");
}

#[test]
fn what_someone_else_changed_since_is_not_undone_and_the_rest_is() {
    let mut sitting = marked((120, 40), 3);
    let all = ids(&sitting);
    set_expire(&mut sitting);
    sitting.carry_out("y");
    assert_shows(&sitting, &["3 done"]);
    let control = sitting.server.control();
    assert!(control.change(all[0], FieldId::Expire, Value::Number(42)));
    assert!(control.change(all[1], FieldId::RetryDelay, Value::Number(77)));
    sitting.carry_out("u");
    let reason = "someone changed expire since: unchanged";
    assert_eq!(ahead(&sitting, all[0]), &Ahead::LeftAlone(reason.into()));
    assert!(matches!(ahead(&sitting, all[1]), Ahead::Sends(_)) && matches!(ahead(&sitting, all[2]), Ahead::Sends(_)));
    sitting.carry_out("y");
    assert_shows(&sitting, &["2 done"]);
    let stored = |id, field| sitting.server.control().registration(id).map(|record| record.get(field).clone());
    assert_eq!(stored(all[0], FieldId::Expire), Some(Value::Number(42)));
    assert_eq!(stored(all[1], FieldId::RetryDelay), Some(Value::Number(77)), "what others changed stays");
    assert_ne!(stored(all[1], FieldId::Expire), Some(Value::Number(600)));
}

#[test]
fn an_undo_that_someone_else_did_meanwhile_is_done() {
    let mut sitting = asked((80, 24), 2, "t d");
    let all = ids(&sitting);
    sitting.carry_out("y");
    sitting.carry_out("u");
    // After the records were read.
    sitting.server.change(all[0], FieldId::Enabled, Value::Flag(true));
    sitting.carry_out("y");
    assert_shows(&sitting, &["1 done", "1 unchanged"]);
    assert!(all.iter().all(|id| is_on(&sitting, *id)));
    sitting.press("Esc u");
    assert_said(&sitting, &["Nothing to undo"]);
    sitting.carry_out("U");
    assert_shows(&sitting, &["Redo changes of 2 registrations?", "y: redo"]);
}

#[test]
fn a_draft_of_a_record_among_many_is_kept_and_said_so() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.carry_out("e");
    super::creating::fill(&mut sitting, FieldId::Expire, "90");
    sitting.carry_out("Esc Space Space t d");
    let kept = sitting.screen().lines().filter(|line| line.contains("your draft is kept")).count();
    assert_eq!(kept, 1, "{}", sitting.screen());
}

#[test]
fn ctrl_c_stops_many_from_the_list_as_well() {
    let mut sitting = asked((80, 24), 8, "t d");
    sitting.press("8 Enter Esc");
    assert!(sitting.app.overlay.current.is_none());
    sitting.carry_out("Ctrl-c");
    assert_eq!(last(&sitting), (Tone::Plain, "Disable 8 registrations: 4 done, 4 not sent. u: undo"));
    assert_shows(&sitting, &["Done: disable 8", "s: send the rest"]);
}

#[test]
fn where_nothing_is_to_be_sent_a_key_says_so() {
    let mut sitting = marked((80, 24), 2);
    for id in ids(&sitting) {
        sitting.server.change(id, FieldId::Enabled, Value::Flag(false));
    }
    sitting.carry_out("t d");
    assert_eq!(keys(&sitting), "Nothing to send   Esc: close");
    for key in ["y", "z"] {
        sitting.press(key);
        assert_eq!(sitting.app.writes.bulk.as_ref().unwrap().hint, "Nothing to send. Esc: close", "{key}");
    }
    sitting.answer_all();
    assert!(sent(&sitting, "PATCH").is_empty());
}

#[test]
fn the_keys_of_the_results_are_those_that_do_something() {
    let ended = |fault: Option<FaultEffect>, more: &str| {
        let mut sitting = asked((80, 24), 6, "t d");
        let last = *ids(&sitting).last().unwrap();
        if let Some(effect) = fault {
            sitting.server.fault(Fault::always("PATCH", &path(last), effect));
        }
        sitting.press("6 Enter");
        sitting.carry_out(more);
        keys(&sitting)
    };
    assert_eq!(ended(None, ""), "Enter: open   u: undo the done ones   Esc: close");
    let failed = ended(Some(FaultEffect::ServerError), "");
    assert_eq!(failed, "Enter: open   r: retry failed   u: undo the done ones   Esc: close");
    let stopped = ended(None, "Ctrl-c");
    assert_eq!(stopped, "Enter: open   s: send the rest   u: undo the done ones   Esc: close");
}

#[test]
fn a_lost_answer_of_one_of_many_blames_no_one_for_what_shows_up_later() {
    let mut sitting = asked((80, 24), 3, "t d");
    let all = ids(&sitting);
    sitting.server.fault(Fault::always("PATCH", &path(all[1]), FaultEffect::CutBefore));
    sitting.carry_out("y");
    assert_shows(&sitting, &["2 done", "1 UNKNOWN"]);
    sitting.server.change(all[1], FieldId::Expire, Value::Number(777));
    sitting.carry_out("Esc R");
    assert!(sitting.app.cx.notices.all().iter().all(|notice| !notice.text.contains("someone")), "{}", said(&sitting));
}

#[test]
fn a_server_that_cannot_compare_its_tags_gets_no_more_of_them() {
    let mut sitting = asked((80, 24), 8, "t d");
    sitting.server.fault(Fault::next("PATCH", "", FaultEffect::PreconditionFailed));
    sitting.carry_out("8 Enter");
    assert_shows(&sitting, &["8 done"]);
    let tags: Vec<bool> =
        sent(&sitting, "PATCH").iter().map(|exchange| exchange.header("if-match").is_some()).collect();
    assert_eq!(tags.len(), 9);
    assert!(tags.iter().filter(|with| **with).count() <= 4, "only those that were under way: {tags:?}");
    // Nor in the next change of this session.
    sitting.carry_out("u");
    sitting.carry_out("8 Enter");
    let later = sent(&sitting, "PATCH");
    assert!(later.len() > 9 && later[9..].iter().all(|exchange| exchange.header("if-match").is_none()));
}

#[test]
fn after_a_full_disk_the_rest_goes_on_with_a_plan_or_without_as_was_said() {
    for (key, planning, noted) in [("y", Planning::Without, 4), ("r", Planning::Kept, 10)] {
        let mut sitting = asked((80, 24), 6, "t d");
        sitting.press("6 Enter");
        refuse_notes(&mut sitting);
        assert_eq!(last(&sitting).0, Tone::Bad);
        assert_eq!(sitting.app.writes.bulk.as_ref().unwrap().planning, Planning::Refused);
        sitting.press(key);
        assert_eq!(sitting.app.writes.bulk.as_ref().unwrap().planning, planning, "{key}");
        sitting.answer_all();
        assert_shows(&sitting, &["6 done"]);
        let notes = sitting.asked.iter().filter(|asked| matches!(asked, Asked::WriteNoted { .. })).count();
        assert_eq!((notes, sent(&sitting, "PATCH").len()), (noted, 6), "{key}");
    }
    // What finishes a bounce asks nothing, and gives the plan up.
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.server.change(16, FieldId::Enabled, Value::Flag(true));
    sitting.carry_out("R");
    sitting.carry_out(": 1 6 Enter B");
    sitting.carry_out("y");
    sitting.press("Ctrl-c o");
    refuse_notes(&mut sitting);
    assert_eq!(sitting.app.writes.bulk.as_ref().unwrap().planning, Planning::Without);
    sitting.answer_all();
    assert!(is_on(&sitting, 16));
    assert_eq!(last(&sitting), (Tone::Good, "Bounced 1 registration"));
}

#[test]
fn an_unfinished_bounce_of_a_record_that_is_gone_is_over() {
    let mut sitting = Sitting::ready((80, 24), 120);
    found(&mut sitting, 1_000);
    assert!(sitting.server.control().remove(16));
    sitting.carry_out("y");
    assert_eq!(ahead(&sitting, 16), &Ahead::Gone);
    let lines: Vec<_> = journal(&sitting).iter().map(|line| (line.id, line.action, line.ending)).collect();
    assert_eq!(lines, [(Some(16), Action::Bounce, Ending::Gone)]);
    assert!(sitting.app.writes.unfinished.off.is_empty());
}

#[test]
fn what_is_sent_stands_before_what_is_unchanged_in_the_preview() {
    let mut sitting = Sitting::ready((80, 24), 120);
    let all: Vec<u64> = sitting.server.control().ids().into_iter().take(4).collect();
    for (id, enabled) in all.iter().zip([false, true, false, true]) {
        sitting.server.change(*id, FieldId::Enabled, Value::Flag(enabled));
    }
    sitting.carry_out("R");
    sitting.carry_out("Space Space Space Space t d");
    let batch = sitting.app.writes.bulk.as_ref().unwrap();
    assert!(matches!(batch.step, BatchStep::Asking));
    let order: Vec<u64> = (0..batch.rows()).filter_map(|row| batch.id_on(row)).collect();
    let (unchanged, sends): (Vec<u64>, Vec<u64>) =
        order.iter().copied().partition(|id| matches!(ahead(&sitting, *id), Ahead::AlreadySo(_)));
    assert_eq!((unchanged.len(), sends.len()), (2, 2), "{}", sitting.screen());
    assert_eq!(order[..2], sends[..], "{}", sitting.screen());
}

#[test]
fn a_deletion_undone_is_a_creation_with_the_values_of_then() {
    let mut sitting = asked((80, 24), 1, "t D");
    let id = ids(&sitting)[0];
    let before = sitting.server.control().registration(id).unwrap();
    sitting.carry_out("1 Enter");
    assert_eq!(last(&sitting), (Tone::Good, "Deleted 1 registration. u: undo"));
    sitting.carry_out("u");
    sitting.press("y");
    let Some((_, Write::Create(draft))) = sitting.writes.front() else { panic!("{:?}", sitting.writes) };
    for field in [FieldId::Domain, FieldId::Expire, FieldId::Contact] {
        assert_eq!(draft.result().get(field), before.get(field), "{field:?}");
    }
}
