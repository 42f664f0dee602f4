//! Off, a poll of the nodes, on: what waits is said, can be broken off, and is not forgotten.

use std::time::Duration;

use sipreg::app::core::{Effect as Asked, Message};
use sipreg::app::model::found_bounce::FoundBounce;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::journal::{Unfinished, unfinished};
use sipreg::domain::change::{Action, Ending, JournalLine, PlanLine, UnfinishedPlan};
use sipreg::domain::record::{FieldId, Record as _, Value};

use super::bulk::{ids, marked, plan};
use super::creating::{assert_said, assert_shows, journal, sent};
use super::locking::{is_signed_out, lock};
use super::many_odds::refuse_notes;
use crate::sitting::Sitting;

const POLL: Duration = Duration::from_secs(300);

fn is_on(sitting: &Sitting, id: u64) -> bool {
    sitting.server.control().registration(id).unwrap().enabled() == Some(true)
}

/// What the next start would find.
fn left(sitting: &Sitting) -> Vec<Unfinished> {
    unfinished(journal(sitting).into_iter().rev())
}

/// Record 16 is switched on here, long ago, and its bounce is confirmed.
fn off() -> Sitting {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.server.change(16, FieldId::Enabled, Value::Flag(true));
    sitting.carry_out("R");
    sitting.carry_out(": 1 6 Enter B");
    assert_shows(&sitting, &["Bounce 1 registration?", "disable, enable after one poll", "y: bounce"]);
    sitting.carry_out("y");
    assert!(!is_on(&sitting, 16));
    sitting
}

#[test]
fn one_record_is_off_for_a_poll_and_on_again_by_itself() {
    let mut sitting = off();
    assert_shows(&sitting, &["Waiting: bounce 1", "1 registration disabled. Enabling in 5:00"]);
    assert_eq!(left(&sitting).len(), 1);
    sitting.pass(Duration::from_secs(35));
    assert_shows(&sitting, &["Enabling in 4:25"]);
    assert!(!is_on(&sitting, 16));
    sitting.pass(POLL.saturating_sub(Duration::from_secs(36)));
    sitting.answer_all();
    assert!(!is_on(&sitting, 16), "not a second before");
    sitting.pass(Duration::from_secs(1));
    sitting.answer_all();
    assert!(is_on(&sitting, 16));
    assert_shows(&sitting, &["Done: ", "1 done"]);
    assert!(left(&sitting).is_empty());
    assert!(journal(&sitting).iter().all(|line| line.action == Action::Bounce));
    assert_eq!(plan(&sitting), None);
}

/// How often the console wakes up within 20 seconds.
fn wakes(sitting: &mut Sitting) -> usize {
    let until = sitting.app.cx.now.mono + Duration::from_secs(20);
    let mut count = 0;
    while let Some(at) = sitting.app.wake_at().filter(|at| *at <= until) {
        sitting.pass(at.saturating_sub(sitting.app.cx.now.mono));
        count += 1;
    }
    count
}

#[test]
fn the_countdown_wakes_nobody_while_it_is_not_shown() {
    let mut sitting = off();
    sitting.press("Esc");
    assert_shows(&sitting, &["bounce: enable at 10:05:00"]);
    assert!(wakes(&mut sitting) < 5);
    sitting.press("b");
    let shown = wakes(&mut sitting);
    assert!((20..=25).contains(&shown), "{shown} in 20 s");
    sitting.press("Esc");
    sitting.pass(POLL);
    sitting.answer_all();
    assert!(is_on(&sitting, 16));
    assert_said(&sitting, &["Bounced 1 registration"]);
}

#[test]
fn a_wait_can_be_cut_short_or_the_record_be_left_off() {
    let mut sitting = off();
    sitting.press("Ctrl-c");
    assert_shows(&sitting, &["o: enable now (nodes may miss it)", "l: leave disabled"]);
    sitting.press("Esc");
    assert_shows(&sitting, &["Enabling in"]);
    sitting.carry_out("Ctrl-c o");
    assert!(is_on(&sitting, 16));
    assert_shows(&sitting, &["1 done"]);

    let mut sitting = off();
    sitting.carry_out("Ctrl-c l");
    assert!(!is_on(&sitting, 16));
    assert_said(&sitting, &["1 registration left disabled as you asked"]);
    assert_shows(&sitting, &["Left disabled: 1 registration"]);
    assert!(left(&sitting).is_empty(), "who leaves it off wants it off");
    sitting.pass(POLL * 2);
    sitting.answer_all();
    assert!(!is_on(&sitting, 16));
}

#[test]
fn a_record_that_was_changed_just_now_waits_before_it_goes_off() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.carry_out(": 1 6 Enter t");
    let on = is_on(&sitting, 16);
    if !on {
        sitting.pass(Duration::from_millis(400));
        sitting.carry_out("t");
    }
    assert!(is_on(&sitting, 16));
    sitting.pass(Duration::from_secs(60));
    sitting.server.control().clear_exchanges();
    sitting.carry_out("B");
    assert_shows(&sitting, &["Starts in 4:00: 16 betatel-1 was changed less than one poll", "ago"]);
    sitting.carry_out("y");
    assert_shows(&sitting, &["Nothing sent yet. Disabling in 4:00"]);
    assert!(sent(&sitting, "PATCH").is_empty());
    sitting.pass(Duration::from_secs(240));
    sitting.answer_all();
    assert!(!is_on(&sitting, 16));
    sitting.pass(POLL);
    sitting.answer_all();
    assert!(is_on(&sitting, 16));
}

#[test]
fn many_are_bounced_and_those_that_are_off_or_fail_are_left_alone() {
    let mut sitting = marked((80, 24), 4);
    let ids = ids(&sitting);
    sitting.server.change(ids[0], FieldId::Enabled, Value::Flag(false));
    sitting.carry_out("B");
    assert_shows(&sitting, &["Bounce 3 registrations?", "skipped: already disabled"]);
    let path = format!("/registrations/{}", ids[1]);
    sitting.server.fault(Fault::next("PATCH", &path, FaultEffect::unprocessable()));
    sitting.carry_out("y");
    assert_shows(&sitting, &["2 registrations disabled"]);
    assert_eq!(ids.iter().map(|id| is_on(&sitting, *id)).collect::<Vec<_>>(), [false, true, false, false]);
    sitting.pass(POLL);
    sitting.answer_all();
    assert_eq!(ids.iter().map(|id| is_on(&sitting, *id)).collect::<Vec<_>>(), [false, true, true, true]);
    assert_shows(&sitting, &["2 done", "1 failed"]);
}

#[test]
fn quitting_while_it_waits_says_what_stays_off() {
    let mut sitting = off();
    sitting.press("Esc q");
    assert_shows(&sitting, &["disabled until", "10:05:00", "stay disabled", "Quit anyway?"]);
}

pub fn found(sitting: &mut Sitting, seconds: i64) {
    let since =
        chrono::DateTime::from_timestamp(i64::try_from(crate::sitting::BEGINNING).unwrap() - seconds, 0).unwrap();
    let bounce = Unfinished { id: 16, name: "betatel-1".into(), since, pid: 99, ending: Ending::Applied };
    sitting.tell(Message::UnfinishedFound {
        plans: Vec::new(),
        bounces: vec![FoundBounce { bounce, alive: false }],
        unreadable: Vec::new(),
    });
}

#[test]
fn an_unfinished_bounce_is_offered_at_the_next_start_and_finished() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.server.change(16, FieldId::Enabled, Value::Flag(false));
    found(&mut sitting, 1_000);
    assert_shows(
        &sitting,
        &["16 betatel-1 is disabled because of an unfinished bounce", "y: check and finish", "L: leave disabled"],
    );
    sitting.carry_out("y");
    assert_shows(&sitting, &["Re-enable 1 registration?", "enabled no -> yes"]);
    sitting.carry_out("y");
    assert!(is_on(&sitting, 16));
    assert_eq!(journal(&sitting).last().unwrap().action, Action::Bounce);
}

#[test]
fn a_bounce_whose_poll_is_not_over_waits_for_the_rest_of_it() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.server.change(16, FieldId::Enabled, Value::Flag(false));
    found(&mut sitting, 100);
    sitting.carry_out("y");
    assert_shows(&sitting, &["Starts in 3:20: 16 betatel-1 was disabled less than one poll", "ago"]);
    sitting.carry_out("y");
    assert!(!is_on(&sitting, 16));
    sitting.pass(Duration::from_secs(200));
    sitting.answer_all();
    assert!(is_on(&sitting, 16));
}

#[test]
fn a_bounce_that_somebody_else_finished_is_not_offered_again() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.server.change(16, FieldId::Enabled, Value::Flag(true));
    found(&mut sitting, 1_000);
    sitting.carry_out("y");
    assert_shows(&sitting, &["already enabled", "Nothing to send"]);
    assert!(sent(&sitting, "PATCH").is_empty());
    let line = journal(&sitting).last().copied().unwrap().clone();
    assert_eq!((line.action, line.ending), (Action::Bounce, Ending::AppliedUnseen));
}

/// A plan of three records, of which the first was done and the second was about to be sent.
fn plan_left() -> (Sitting, Vec<u64>) {
    let mut sitting = marked((80, 24), 3);
    let ids = ids(&sitting);
    sitting.carry_out("t d");
    sitting.press("y");
    let lines: Vec<PlanLine> = sitting
        .asked
        .iter()
        .flat_map(|asked| match asked {
            Asked::Note(note) => match &**note {
                sipreg::app::core::PlanNote::Begin(planned) => planned.lines().collect(),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        })
        .collect();
    let [first, second, _] = *ids.as_slice() else { panic!("three are marked: {ids:?}") };
    let mut lines = lines;
    lines.extend([PlanLine::Begun(first), PlanLine::Ended(first, sipreg::domain::change::plan::Mark::Done)]);
    lines.push(PlanLine::Begun(second));
    let unfinished = UnfinishedPlan::of("plan".into(), lines).unwrap();
    let mut next = Sitting::ready((80, 24), 120);
    next.server.change(first, FieldId::Enabled, Value::Flag(false));
    next.carry_out("R");
    next.tell(Message::UnfinishedFound { plans: vec![unfinished], bounces: Vec::new(), unreadable: Vec::new() });
    (next, ids)
}

#[test]
fn a_bulk_that_was_killed_is_told_record_by_record_and_finished() {
    let (mut sitting, ids) = plan_left();
    assert_shows(
        &sitting,
        &["did not finish", "1 done, 1 not sent, 0 failed, 1 UNKNOWN", "UNKNOWN: it may have been sent"],
    );
    assert_shows(&sitting, &["f: check and finish", "u: undo the done ones", "X: forget"]);
    sitting.carry_out("f");
    assert_shows(&sitting, &["Finish changes of 2 registrations?"]);
    sitting.carry_out("y");
    assert!(ids.iter().all(|id| !is_on(&sitting, *id)));
    let forgotten = |asked: &Asked| matches!(asked, Asked::Forget(name) if name == "plan");
    assert!(sitting.asked.iter().any(forgotten));
}

#[test]
fn a_bulk_that_was_killed_is_undone_where_it_was_done() {
    let (mut sitting, ids) = plan_left();
    sitting.carry_out("u");
    assert_shows(&sitting, &["Undo changes of 1 registration?", "already enabled"]);
    sitting.carry_out("y");
    assert!(ids.iter().all(|id| is_on(&sitting, *id)));
    let last: &JournalLine = journal(&sitting).last().copied().unwrap();
    assert_eq!(last.action, Action::Undo);
}

#[test]
fn a_bounce_whose_plan_cannot_be_kept_asks_before_it_disables_and_enables_without_a_question() {
    let mut sitting = Sitting::ready((80, 24), 120);
    let id = 16;
    sitting.server.change(id, FieldId::Enabled, Value::Flag(true));
    sitting.carry_out("R");
    sitting.carry_out(": 1 6 Enter B");
    sitting.press("y");
    refuse_notes(&mut sitting);
    assert_shows(
        &sitting,
        &["Cannot write the plan to disk, so nothing more is sent. Continue without it?", "r: retry"],
    );
    sitting.answer_all();
    assert!(is_on(&sitting, id), "nothing was sent");
    // There is room again.
    sitting.carry_out("r");
    assert!(!is_on(&sitting, id));
    sitting.press("Ctrl-c o");
    refuse_notes(&mut sitting);
    sitting.answer_all();
    assert!(is_on(&sitting, id), "to leave it off would be worse");
    assert!(!sitting.screen().contains("Cannot write the plan"), "{}", sitting.screen());
}

#[test]
fn what_is_left_for_later_is_not_forgotten() {
    let (mut sitting, _) = plan_left();
    sitting.press("Esc");
    assert!(!sitting.screen().contains("Unfinished"));
    assert!(!sitting.asked.iter().any(|asked| matches!(asked, Asked::Forget(_))));
}

#[test]
fn a_bounce_under_way_ends_behind_a_lock_and_only_then_the_token_goes() {
    let mut sitting = off();
    lock(&mut sitting);
    assert_shows(&sitting, &["Bounce: 1 registration disabled, enabled again at", "token is kept"]);
    assert!(!is_signed_out(&sitting));
    assert!(wakes(&mut sitting) <= 1, "nobody sees a countdown");
    sitting.pass(POLL);
    sitting.answer_all();
    assert!(is_on(&sitting, 16), "it does not stay off");
    assert!(is_signed_out(&sitting));
    assert!(left(&sitting).is_empty());
    assert!(!sitting.screen().contains("registration"), "{}", sitting.screen());
}

#[test]
fn what_was_only_asked_about_ends_with_the_lock() {
    let mut sitting = marked((80, 24), 4);
    sitting.carry_out("B");
    assert_shows(&sitting, &["Bounce 4 registrations?"]);
    sitting.press("Esc");
    sitting.carry_out("B");
    // From under the question, as the idle lock does it.
    sitting.app.lock.rules = sipreg::app::lock::Locking::new(Some(POLL), sipreg::app::lock::SignInAgain::Typing);
    sitting.tell(Message::Woke);
    sitting.pass(POLL);
    assert_shows(&sitting, &["LOCKED"]);
    assert!(is_signed_out(&sitting));
    sitting.write("demo");
    sitting.carry_out("Enter");
    assert!(sitting.app.writes.bulk.is_none());
    assert!(ids(&sitting).iter().all(|id| is_on(&sitting, *id)));
    sitting.press("!");
    assert_shows(&sitting, &["cancelled by the lock; nothing was sent"]);
}

#[test]
fn a_record_that_the_second_half_did_not_enable_is_named_and_its_plan_is_kept() {
    let mut sitting = off();
    sitting.server.fault(Fault::always("PATCH", "/registrations", FaultEffect::ProxyPage { status: 404 }));
    sitting.pass(POLL);
    sitting.answer_all();
    assert!(!is_on(&sitting, 16));
    let reported = sitting.app.cx.notices.all().iter().any(|notice| notice.text.contains("16 betatel-1 is DISABLED"));
    assert!(reported, "{:?}", sitting.app.cx.notices.all());
    let ended =
        |asked: &Asked| matches!(asked, Asked::Note(note) if matches!(**note, sipreg::app::core::PlanNote::End));
    assert!(!sitting.asked.iter().any(ended));
    assert_eq!(left(&sitting).len(), 1, "offered at the next start");
}

#[test]
fn a_first_half_that_failed_is_not_titled_as_enabling() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.server.fault(Fault::always("PATCH", "/registrations", FaultEffect::ProxyPage { status: 403 }));
    sitting.carry_out(": 1 3 Enter B");
    sitting.carry_out("y");
    let said: Vec<&str> = sitting.app.cx.notices.all().iter().map(|notice| notice.text.as_str()).collect();
    assert!(said.iter().any(|text| text.starts_with("Bounce 1 registration: 1 failed")), "{said:?}");
    assert!(!said.iter().any(|text| text.contains("re-enable")), "{said:?}");
}
