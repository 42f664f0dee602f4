//! One change of many records: what would happen is shown first, each record is checked by itself, and whatever
//! happens in the middle is told record by record.

use sipreg::app::Access;
use sipreg::app::core::{Effect as Asked, PlanNote};
use sipreg::app::write::bulk::BatchStep;
use sipreg::demo::User;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::{Action, Ending, Mark, PlanLine, UnfinishedPlan};
use sipreg::domain::record::{FieldId, Record as _, Secret, Value};

use super::creating::{assert_said, assert_shows, journal, sent};
use crate::sitting::Sitting;

/// The first of the list that are on, marked.
pub fn marked(size: (u16, u16), count: usize) -> Sitting {
    let mut sitting = Sitting::ready(size, 120);
    sitting.carry_out("2");
    for _ in 0..count {
        sitting.press("Space");
    }
    assert_eq!(sitting.app.store.marked().len(), count);
    sitting
}

pub fn ids(sitting: &Sitting) -> Vec<u64> {
    sitting.app.store.marked().iter().copied().collect()
}

fn is_on(sitting: &Sitting, id: u64) -> Option<bool> {
    sitting.server.control().registration(id).and_then(|record| record.enabled())
}

fn path(id: u64) -> String {
    format!("/registrations/{id}")
}

/// The lines of the plan on disk.
pub fn plan_lines(sitting: &Sitting) -> Vec<PlanLine> {
    let mut lines: Vec<PlanLine> = Vec::new();
    for asked in &sitting.asked {
        match asked {
            Asked::Note(note) => match &**note {
                PlanNote::Begin(planned) => lines = planned.lines().collect(),
                PlanNote::Add(line) => lines.push(line.clone()),
                PlanNote::End => lines.clear(),
            },
            Asked::WriteNoted { note, .. } => lines.push(note.clone()),
            _ => {}
        }
    }
    lines
}

/// What would be left if it had been killed now.
pub fn plan(sitting: &Sitting) -> Option<UnfinishedPlan> {
    UnfinishedPlan::of("plan".to_owned(), plan_lines(sitting))
}

#[test]
fn a_few_are_shown_confirmed_by_one_key_done_and_taken_back_together() {
    let mut sitting = marked((80, 24), 3);
    let ids = ids(&sitting);
    sitting.press("t");
    assert_shows(&sitting, &["3 registrations marked", "disable marked or range"]);
    sitting.carry_out("d");
    assert_shows(&sitting, &["Disable 3 registrations?", "3 to change", "enabled yes -> no", "y: disable"]);
    assert!(sent(&sitting, "PATCH").is_empty(), "nothing before the word");
    sitting.press("Enter z");
    assert_shows(&sitting, &["Unknown key z. y: yes"]);
    sitting.carry_out("y");
    assert_shows(&sitting, &["Done: disable 3 registrations", "3 done", "3 of 3"]);
    assert!(ids.iter().all(|id| is_on(&sitting, *id) == Some(false)));
    assert_eq!(sent(&sitting, "PATCH").len(), 3);
    assert_eq!(sitting.app.store.marked().len(), 3, "the marks stay");
    let lines = journal(&sitting);
    assert!(lines.iter().all(|line| line.action == Action::Toggle && line.ending == Ending::Applied));
    assert_eq!(lines.len(), 3);
    assert_eq!(plan(&sitting), None, "what is over leaves nothing");
    sitting.carry_out("u");
    assert_shows(&sitting, &["Undo changes of 3 registrations?", "enabled no -> yes"]);
    sitting.carry_out("y");
    assert!(ids.iter().all(|id| is_on(&sitting, *id) == Some(true)));
    sitting.carry_out("Esc U");
    assert_shows(&sitting, &["Redo changes of 3 registrations?"]);
}

#[test]
fn more_than_three_are_confirmed_by_their_number() {
    let mut sitting = marked((80, 24), 5);
    sitting.carry_out("t d");
    assert_shows(&sitting, &["Type 5 and press Enter to disable 5 registrations"]);
    sitting.press("y Enter");
    assert_shows(&sitting, &["That is a different number. Type 5"]);
    sitting.press("Ctrl-u Enter");
    assert_shows(&sitting, &["Nothing typed yet"]);
    assert!(sent(&sitting, "PATCH").is_empty());
    sitting.carry_out("5 Enter");
    assert_shows(&sitting, &["5 done"]);
}

#[test]
fn what_differs_from_what_was_marked_is_told_before_anything_is_sent() {
    let mut sitting = marked((120, 40), 4);
    let ids = ids(&sitting);
    let control = sitting.server.control().clone();
    assert!(control.change(ids[0], FieldId::Enabled, Value::Flag(false)));
    assert!(control.change(ids[1], FieldId::Expire, Value::Number(777)));
    assert!(control.remove(ids[2]));
    // A refresh in between does not make it forgotten.
    sitting.carry_out("r");
    sitting.carry_out("t d");
    assert_shows(&sitting, &["2 to change   1 unchanged   1 gone   2 changed since marked"]);
    assert_shows(&sitting, &["deleted by someone", "already disabled", "someone changed expire", "-> 777"]);
    sitting.carry_out("y");
    assert_eq!(sent(&sitting, "PATCH").len(), 2);
    assert_shows(&sitting, &["2 done"]);
}

#[test]
fn a_conflict_stops_its_record_and_not_the_others() {
    let mut sitting = marked((120, 40), 3);
    let ids = ids(&sitting);
    sitting.press(":");
    sitting.write("bulk-set expire 600");
    sitting.carry_out("Enter");
    assert_shows(&sitting, &["Set expire of 3 registrations?", "-> 600"]);
    sitting.server.change(ids[1], FieldId::Expire, Value::Number(42));
    sitting.carry_out("y");
    assert_shows(&sitting, &["2 done", "1 changed meanwhile", "it changed on the server since it was read"]);
    let expire = |id| sitting.server.control().registration(id).and_then(|record| record.number(FieldId::Expire));
    assert_eq!(ids.iter().map(|id| expire(*id)).collect::<Vec<_>>(), [Some(600), Some(42), Some(600)]);
}

#[test]
fn a_value_that_the_form_would_not_take_is_not_taken_for_many_either() {
    let mut sitting = marked((80, 24), 2);
    for (line, why) in [
        ("bulk-set expire soon", "Nothing was changed. expire"),
        ("bulk-set name same", "Names are unique"),
        ("bulk-set auth-password hunter2", "leave the value out"),
        ("bulk-set nonsense 1", "nonsense"),
    ] {
        sitting.press(":");
        sitting.write(line);
        sitting.press("Enter");
        assert_said(&sitting, &[why]);
        sitting.press("Esc");
    }
    assert!(sitting.unanswered().is_empty());
    sitting.press(":");
    sitting.write("bulk-set domain \"\"");
    sitting.carry_out("Enter");
    assert!(sent(&sitting, "PATCH").is_empty());
}

#[test]
fn a_password_for_many_is_typed_masked_and_told_nowhere() {
    let mut sitting = marked((80, 24), 2);
    let ids = ids(&sitting);
    sitting.press(":");
    sitting.write("bulk-set auth-password");
    sitting.press("Enter");
    assert_shows(&sitting, &["Password for 2 registrations"]);
    sitting.write("hunter2");
    assert!(!sitting.screen().contains("hunter2"));
    sitting.carry_out("Enter");
    sitting.carry_out("y");
    for id in ids {
        let record = sitting.server.control().registration(id).unwrap();
        assert_eq!(record.get(FieldId::AuthPassword).as_ref().to_value(), Value::Secret(Secret::new("hunter2")));
    }
    assert!(!sitting.screen().contains("hunter2"));
    assert!(!format!("{:?}{:?}", sitting.asked, sitting.app).contains("hunter2"));
}

#[test]
fn deletion_asks_for_the_number_even_of_one_and_comes_back_whole() {
    let mut sitting = marked((80, 24), 2);
    let ids = ids(&sitting);
    let before: Vec<_> = ids.iter().map(|id| sitting.server.control().registration(*id).unwrap()).collect();
    sitting.carry_out("t D");
    assert_shows(&sitting, &["Delete 2 registrations?", "Type 2 and press Enter"]);
    sitting.carry_out("2 Enter");
    assert_shows(&sitting, &["2 done"]);
    assert!(ids.iter().all(|id| sitting.server.control().registration(*id).is_none()));
    assert!(ids.iter().all(|id| sitting.app.store.records.get(*id).is_none()));
    sitting.carry_out("u");
    assert_shows(&sitting, &["Undo changes of 2 registrations?", "re-create with a new ID", "keeps its pas"]);
    sitting.carry_out("y");
    for record in before {
        let made = super::creating::named(&sitting, record.name()).unwrap();
        assert_eq!(made.get(FieldId::AuthPassword), record.get(FieldId::AuthPassword));
    }
}

#[test]
fn three_failures_in_a_row_pause_and_ask() {
    let mut sitting = marked((80, 24), 8);
    sitting.carry_out("t d");
    sitting.server.fault(Fault::always("PATCH", "", FaultEffect::ServerError));
    sitting.carry_out("8 Enter");
    assert_shows(
        &sitting,
        &["PAUSED: disable 8", "Nothing more is sent: three failures in a row. Continue?", "y: continue"],
    );
    let left = plan(&sitting).unwrap();
    assert!(left.count(Mark::NotSent) >= 2, "{left:?}");
    sitting.server.control().clear_faults();
    sitting.carry_out("y");
    assert_shows(&sitting, &["Done: ", "failed", "r: retry failed"]);
    sitting.carry_out("r");
    assert_shows(&sitting, &["8 done"]);
    assert!(!sitting.screen().contains("r: retry"));
}

#[test]
fn stopping_lets_what_is_under_way_end_and_the_rest_can_be_sent_later() {
    let mut sitting = marked((80, 24), 8);
    sitting.carry_out("t d");
    sitting.press("8 Enter");
    sitting.answer();
    sitting.carry_out("Ctrl-c");
    assert_shows(&sitting, &["Done: ", "5 done", "3 not sent", "s: send the rest"]);
    assert_eq!(sent(&sitting, "PATCH").len(), 5);
    sitting.carry_out("s");
    assert_shows(&sitting, &["8 done"]);
}

#[test]
fn an_end_of_the_session_in_the_middle_asks_and_goes_on_where_it_was() {
    let mut sitting = marked((80, 24), 6);
    sitting.carry_out("t d");
    sitting.press("6 Enter");
    sitting.answer();
    let control = sitting.server.control().clone();
    control.set_users(vec![User::new(1, "demo", "other")]);
    control.revoke_tokens();
    sitting.answer_all();
    assert_shows(&sitting, &["Sign in"]);
    let done = sent(&sitting, "PATCH").iter().filter(|exchange| exchange.status == Some(200)).count();
    assert_eq!(done, 1);
    let left = plan(&sitting).unwrap();
    assert_eq!((left.count(Mark::Done), left.count(Mark::NotSent)), (1, 5), "a refused token changed nothing");
    sitting.write("other");
    sitting.carry_out("Enter");
    assert_shows(&sitting, &["Done: ", "6 done"]);
}

#[test]
fn an_answer_that_is_lost_is_looked_after_and_one_that_stays_lost_is_unknown() {
    let mut sitting = marked((120, 40), 3);
    let ids = ids(&sitting);
    sitting.carry_out("t d");
    let control = sitting.server.control().clone();
    control.add_fault(Fault::next("PATCH", &path(ids[0]), FaultEffect::CutAfter));
    control.add_fault(Fault::always("PATCH", &path(ids[1]), FaultEffect::CutBefore));
    sitting.carry_out("y");
    assert_shows(&sitting, &["2 done", "1 UNKNOWN", "UNKNOWN whether it was changed"]);
    sitting.press("j");
    assert_shows(&sitting, &["a check shows that it was changed"]);
    assert_eq!(is_on(&sitting, ids[0]), Some(false));
    assert_eq!(is_on(&sitting, ids[1]), Some(true));
}

#[test]
fn a_server_that_cannot_compare_its_tags_is_asked_once_more_without() {
    let mut sitting = marked((80, 24), 3);
    sitting.carry_out("t d");
    sitting.server.fault(Fault::next("PATCH", "", FaultEffect::PreconditionFailed));
    sitting.carry_out("y");
    assert_shows(&sitting, &["3 done"]);
    assert_eq!(sent(&sitting, "PATCH").len(), 4);
}

#[test]
fn a_deletion_at_a_server_that_cannot_compare_its_tags_is_sent_once_more_without_and_the_rest_too() {
    let mut sitting = marked((80, 24), 8);
    let ids = ids(&sitting);
    sitting.carry_out("t D");
    sitting.server.fault(Fault::next("DELETE", "", FaultEffect::PreconditionFailed));
    sitting.carry_out("8 Enter");
    assert_shows(&sitting, &["8 done"]);
    assert!(ids.iter().all(|id| sitting.server.control().registration(*id).is_none()));
    assert!(ids.iter().all(|id| sitting.app.store.records.get(*id).is_none()), "the list knows");
    let tags: Vec<bool> =
        sent(&sitting, "DELETE").iter().map(|exchange| exchange.header("if-match").is_some()).collect();
    assert_eq!(tags.len(), 9);
    assert!(tags[0] && !tags[8], "{tags:?}");
    assert!(tags.iter().filter(|with| **with).count() <= 4, "only those that were under way: {tags:?}");
    assert!(journal(&sitting).iter().all(|line| (line.action, line.ending) == (Action::Delete, Ending::Applied)));
}

#[test]
fn a_deletion_of_many_leaves_what_someone_changed_after_the_look_alone() {
    let mut sitting = marked((120, 40), 3);
    let ids = ids(&sitting);
    sitting.carry_out("t D");
    sitting.server.change(ids[1], FieldId::Expire, Value::Number(777));
    sitting.carry_out("3 Enter");
    assert_shows(&sitting, &["2 done", "1 changed meanwhile"]);
    let there: Vec<bool> = ids.iter().map(|id| sitting.server.control().registration(*id).is_some()).collect();
    assert_eq!(there, [false, true, false]);
    let endings: std::collections::BTreeMap<_, _> =
        journal(&sitting).iter().map(|line| (line.id.unwrap(), line.ending)).collect();
    assert_eq!(endings.get(&ids[1]), Some(&Ending::Conflict));
    assert!(sitting.app.store.records.get(ids[1]).is_some());
}

#[test]
fn it_goes_on_while_something_else_is_shown_and_quitting_asks() {
    let mut sitting = marked((80, 24), 6);
    sitting.carry_out("t d");
    sitting.press("6 Enter Esc");
    assert_said(&sitting, &["The bulk continues. :progress shows it."]);
    assert_shows(&sitting, &["bulk 0/6"]);
    sitting.press("q");
    assert_shows(&sitting, &["disable 6 registrations is running, 6 not done yet", "to finish or undo it"]);
    sitting.press("n t");
    assert_said(&sitting, &["A bulk is running"]);
    sitting.press("b");
    assert_shows(&sitting, &["Running: disable 6", "4 running", "2 waiting"]);
    sitting.carry_out("Esc");
    assert_said(&sitting, &["Disabled 6 registrations. u: undo"]);
}

#[test]
fn a_program_that_ends_begins_nothing_more_and_leaves_what_was_not_done() {
    let mut sitting = marked((80, 24), 8);
    sitting.carry_out("t d");
    sitting.press("8 Enter");
    sitting.tell(sipreg::app::core::Message::System(sipreg::app::core::System::HangUp));
    sitting.answer_all();
    assert_eq!(sent(&sitting, "PATCH").len(), 4);
    let left = plan(&sitting).unwrap();
    assert_eq!((left.count(Mark::Done), left.count(Mark::NotSent), left.count(Mark::Unknown)), (4, 4, 0));
}

#[test]
fn results_lead_to_their_records() {
    let mut sitting = marked((80, 24), 2);
    sitting.carry_out("t d");
    sitting.carry_out("y");
    sitting.carry_out("j Enter");
    assert_eq!(sitting.app.subject(), ids(&sitting).get(1).copied());
    sitting.press("Esc b");
    assert_shows(&sitting, &["Done: disable 2"]);
}

#[test]
fn a_record_that_is_being_written_is_left_alone() {
    let mut sitting = marked((80, 24), 2);
    sitting.press("k M");
    sitting.press("t M");
    // Its switch is on its way.
    sitting.press("t d");
    while sitting.unanswered().iter().any(|read| matches!(read, sipreg::app::core::Read::Many { .. })) {
        sitting.answer();
    }
    assert_shows(&sitting, &["1 to change", "skipped: another change of it is running"]);
}

#[test]
fn nothing_is_done_to_many_where_nothing_may_be_done() {
    let mut sitting = marked((80, 24), 2);
    sitting.app.cx.setup.access = Access::ReadOnly;
    for keys in ["t", "B"] {
        sitting.press(keys);
        assert_said(&sitting, &["read-only"]);
    }
    assert!(sitting.unanswered().is_empty());
}

#[test]
fn a_token_that_ends_in_the_middle_is_renewed_and_nothing_is_sent_twice() {
    let mut sitting = marked((80, 24), 6);
    sitting.carry_out("t d");
    sitting.press("6 Enter");
    sitting.answer();
    sitting.server.control().revoke_tokens();
    sitting.answer_all();
    assert_shows(&sitting, &["Done: ", "6 done"]);
    let stored = sent(&sitting, "PATCH").iter().filter(|exchange| exchange.status == Some(200)).count();
    assert_eq!(stored, 6);
}

#[test]
fn a_record_that_is_gone_when_its_turn_comes_is_told_and_the_rest_is_done() {
    let mut sitting = marked((80, 24), 3);
    let ids = ids(&sitting);
    sitting.carry_out("t d");
    assert!(ids.first().is_some_and(|id| sitting.server.control().remove(*id)));
    sitting.carry_out("y");
    assert_shows(&sitting, &["2 done", "1 failed", "not changed: it was deleted"]);
    assert!(ids.first().is_some_and(|id| sitting.app.store.is_deleted(*id)), "the list knows it, too");
}

#[test]
fn the_screen_follows_four_times_a_second_and_not_each_answer() {
    let mut sitting = marked((80, 24), 8);
    sitting.carry_out("t d");
    sitting.press("8 Enter");
    let before = sitting.screen();
    for _ in 0..4 {
        sitting.answer();
    }
    assert_eq!(sitting.screen(), before, "no time passed");
    sitting.pass(std::time::Duration::from_millis(250));
    assert_shows(&sitting, &["4 done", "4 running"]);
}

#[test]
fn warnings_and_what_one_key_sends_are_seen_before_anything_is_sent_at_any_size() {
    for size in [(80, 24), (80, 10), (80, 8), (80, 5), (60, 4), (80, 3)] {
        let mut sitting = Sitting::ready(size, 40);
        sitting.carry_out("Space Space Space t d");
        for _ in 0..6 {
            sitting.press("y");
            let batch = sitting.app.writes.bulk.as_ref().expect("many records are asked about");
            let room = batch.room(&sitting.app.cx);
            let sent = sitting.app.writes.bulk.as_ref().is_some_and(|batch| !matches!(batch.step, BatchStep::Asking));
            if sent {
                assert!(room.table > 0, "{size:?}");
                break;
            }
            let screen = sitting.screen();
            assert!(room.table == 0 || screen.contains("Not sent"), "{size:?}: {screen}");
            assert!(room.table == 0 || screen.contains('↓'), "{size:?}: {screen}");
            sitting.press("PgDn");
        }
        let batch = sitting.app.writes.bulk.as_ref().expect("many records are asked about");
        let begun = !matches!(batch.step, BatchStep::Asking);
        assert_eq!(begun, batch.room(&sitting.app.cx).table > 0, "{size:?}: {}", sitting.screen());
    }
}

#[test]
fn what_stays_down_when_it_is_enabled_has_its_sign_and_its_reason_in_the_preview() {
    let mut sitting = Sitting::ready((120, 40), 120);
    for id in [22, 16] {
        sitting.server.change(id, FieldId::Enabled, Value::Flag(false));
    }
    sitting.carry_out("r");
    sitting.carry_out(": 2 2 Enter Space : 1 6 Enter Space");
    sitting.carry_out("t e");
    assert_shows(&sitting, &["Enable 2 registrations?", "1 cannot REGISTER (DOWN)"]);
    let screen = sitting.screen();
    let row = |name: &str| screen.lines().find(|line| line.contains(name) && line.contains("->")).unwrap().to_owned();
    assert!(row("carrierx-ams").contains('!') && row("carrierx-ams").contains("DOWN: pop: lon-n1"), "{screen}");
    assert!(!row("betatel-1").contains("DOWN"), "{screen}");
}
