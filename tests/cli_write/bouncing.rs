//! `bounce`, and what is left of it and of other changes of several records.

use std::os::unix::fs::DirBuilderExt as _;

use rustix::process::Signal;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::journal::unfinished;
use sipreg::domain::change::{Action, Mark, UnfinishedPlan};
use sipreg::domain::record::{FieldId, Record as _, Value};

use crate::kit::command::{CommandResult, Desk};

#[test]
fn a_record_goes_off_and_on_again() {
    let desk = Desk::new();
    let reported = desk.sipreg(&["bounce", "22", "--wait", "0"]);
    reported.ends(0, "22 carrierx-ams: enabled yes -> no\n22 carrierx-ams: enabled no -> yes\n");
    reported.says("warning: nodes poll every 5m; disabled for only 0s");
    let journal = desk.journal();
    assert_eq!(journal.len(), 2);
    assert!(journal.iter().all(|line| line.action == Action::Bounce));
    assert_eq!(unfinished(journal.iter().rev()), []);
}

#[test]
fn the_wait_is_the_node_poll_of_the_profile() {
    let desk = Desk::new();
    desk.configure("node_poll = \"1s\"");
    let reported = desk.sipreg(&["bounce", "22"]);
    assert_eq!((reported.code, reported.data.lines().count()), (Some(0), 2), "{reported:?}");
    reported.says("disabled for 1s: 22 carrierx-ams");
    assert!(!reported.messages.contains("warning: nodes poll"), "{reported:?}");
}

#[test]
fn an_interrupt_while_it_is_off_says_so_and_the_journal_knows() {
    let desk = Desk::new();
    let mut running = desk.start(&["bounce", "22", "7"]);
    running.wait_for_message("disabled for 5m: ");
    running.interrupt();
    let reported = running.end();
    assert_eq!(reported.code, Some(130), "{reported:?}");
    reported.says("22 carrierx-ams is DISABLED because of an unfinished bounce");
    reported.says("to enable again: sipreg enable ");
    assert_eq!(desk.stored(22, FieldId::Enabled), Value::Flag(false));
    let journal = desk.journal();
    let mut open: Vec<u64> = unfinished(journal.iter().rev()).iter().map(|bounce| bounce.id).collect();
    open.sort_unstable();
    assert_eq!(open, [7, 22]);
    desk.sipreg(&["enable", "22", "7"]);
    assert_eq!(unfinished(desk.journal().iter().rev()), []);
}

/// A disk that takes no plan: a file stands where plans are kept.
fn without_room(desk: &Desk) {
    let state = desk.home.path().join("state/sipreg");
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&state).unwrap();
    std::fs::write(state.join("bulk"), "").unwrap();
}

#[test]
fn what_no_plan_can_be_kept_of_is_refused_before_anything_is_sent_unless_no_plan_is_wanted() {
    let desk = Desk::new();
    without_room(&desk);
    for command in [&["disable", "22", "7", "--yes"][..], &["bounce", "22", "--wait", "0"]] {
        let reported = desk.sipreg(command);
        reported.ends(1, "").says("nothing was sent: cannot write the recovery plan: ").says("--no-plan");
        assert_eq!(desk.stored(22, FieldId::Enabled), Value::Flag(true));
    }
    assert!(desk.journal().is_empty());
    desk.sipreg(&["disable", "7"]).ends(0, "7 acme-fra-main: enabled yes -> no\n");
    let reported = desk.sipreg(&["bounce", "22", "--wait", "0", "--no-plan"]);
    reported.ends(0, "22 carrierx-ams: enabled yes -> no\n22 carrierx-ams: enabled no -> yes\n");
    assert_eq!(desk.sipreg(&["list", "--no-plan"]).code, Some(2), "it is heeded by writes alone");
}

#[test]
fn a_command_that_is_killed_leaves_a_plan_that_says_how_far_it_came() {
    let desk = Desk::new();
    desk.fault(Fault::always("PATCH", "/registrations/7", FaultEffect::HoldAnswer));
    let running = desk.start(&["disable", "22", "7", "--yes"]);
    desk.wait_for("PATCH", 2);
    running.signal(Signal::KILL);
    running.end();
    let plans: Vec<_> = std::fs::read_dir(desk.home.path().join("state/sipreg/bulk")).unwrap().collect();
    let [Ok(plan)] = plans.as_slice() else { panic!("one plan: {plans:?}") };
    let left = UnfinishedPlan::read("plan".to_owned(), &std::fs::read(plan.path()).unwrap()).unwrap();
    assert_eq!((left.records.len(), left.damage()), (2, None));
    let mark = left.records.iter().find(|(line, _)| line.id == Some(7)).map(|(_, mark)| *mark);
    assert_eq!(mark, Some(Mark::Unknown), "it was sent, and nobody saw how it ended");
}

#[test]
fn what_is_off_already_stays_off() {
    let desk = Desk::new();
    let reported = desk.sipreg(&["bounce", "16", "22", "--wait", "0"]);
    assert_eq!((reported.code, reported.data.lines().count()), (Some(8), 2), "{reported:?}");
    reported.says("16 betatel-1: not bounced: already disabled. Enable it: sipreg enable 16");
    assert_eq!(desk.stored(16, FieldId::Enabled), Value::Flag(false));
    assert_eq!(desk.stored(22, FieldId::Enabled), Value::Flag(true));
    desk.sipreg(&["bounce", "16", "--wait", "0"]).ends(1, "");
}

#[test]
fn what_could_not_be_switched_on_again_is_named() {
    let desk = Desk::new();
    let mut running = desk.start(&["bounce", "22", "--wait", "2s"]);
    running.wait_for_message("Ctrl-c leaves it disabled");
    desk.fault(Fault::always("PATCH", "", FaultEffect::ServerError));
    let reported = running.end();
    assert_eq!(reported.code, Some(8), "{reported:?}");
    reported.says("22 carrierx-ams is DISABLED because of an unfinished bounce").says("sipreg enable 22");
    assert_eq!(unfinished(desk.journal().iter().rev()).len(), 1);
}

#[test]
fn many_are_bounced_together_with_one_wait() {
    let desk = Desk::new();
    desk.sipreg(&["bounce", "-f", "domain:acme enabled:yes", "--wait", "0"]).ends(2, "").says("needs --yes");
    let reported = desk.sipreg(&["bounce", "-f", "domain:acme enabled:yes", "--wait", "0", "--yes"]);
    assert_eq!(reported.code, Some(0), "{reported:?}");
    let (off, on): (Vec<&str>, Vec<&str>) = reported.data.lines().partition(|line| line.ends_with("yes -> no"));
    assert!(off.len() > 3 && off.len() == on.len(), "{reported:?}");
    assert_eq!(reported.messages.matches("disabled for ").count(), 2, "one warning and one wait: {reported:?}");
}

#[test]
fn a_lost_answer_to_the_first_half_does_not_leave_the_record_off() {
    let desk = Desk::new();
    desk.fault(Fault::next("PATCH", "", FaultEffect::CutAfter));
    let reported = desk.sipreg(&["bounce", "22", "--wait", "0"]);
    assert_eq!(desk.stored(22, FieldId::Enabled), Value::Flag(true), "{reported:?}");
    reported.ends(0, "22 carrierx-ams: enabled yes -> no\n22 carrierx-ams: enabled no -> yes\n");
}

/// Where the record of a bounce is when it ends, as the messages say it: off, and perhaps off.
fn named(told: &CommandResult, called: &str) -> (bool, bool) {
    let of = |words: &str| format!("sipreg: {called} {words} DISABLED because of an unfinished bounce");
    let says = |words: &str| told.messages.contains(&of(words));
    let is_open = told.messages.contains(&format!("{} (the server may still", of("is")));
    (says("is") && !is_open, is_open || says("may be") || says("may become"))
}

/// The rule for every end of a bounce: a record that is off is named as off or as unknown, one that is on never as off;
/// what is not known to be on is an exit code that says so, or Ctrl-c.
#[track_caller]
fn is_honest(desk: &Desk, told: &CommandResult, id: u64) {
    let called = format!("{id} {}", desk.record(id).name());
    let (off, perhaps) = named(told, &called);
    let is_on = enabled(desk, id);
    assert!(if is_on { !off } else { off != perhaps }, "on: {is_on}, {told:?}");
    let codes: &[i32] = match (off, perhaps) {
        (false, false) => &[0, 1, 3, 5, 6, 130],
        (true, _) => &[8, 9, 130],
        (false, true) => &[9, 130],
    };
    assert!(codes.contains(&told.code.unwrap()), "{told:?}");
    assert_eq!(told.messages.contains("to enable again: sipreg enable "), off || perhaps, "{told:?}");
}

fn enabled(desk: &Desk, id: u64) -> bool {
    desk.stored(id, FieldId::Enabled) == Value::Flag(true)
}

#[test]
fn every_end_of_a_bounce_names_what_is_not_known_to_be_enabled() {
    let after = |effect| FaultEffect::After(Box::new(effect));
    let effects = [
        FaultEffect::CutBefore,
        FaultEffect::CutAfter,
        FaultEffect::ServerError,
        FaultEffect::NoApi,
        FaultEffect::HtmlPage,
        FaultEffect::NoContent,
        FaultEffect::Ignored,
        FaultEffect::PreconditionFailed,
        FaultEffect::TooMany { retry_after: None },
        after(FaultEffect::NoApi),
        after(FaultEffect::NoContent),
        after(FaultEffect::ServerError),
        after(FaultEffect::HtmlPage),
    ];
    // The halves that can follow a first one that was done are most of them.
    let second = effects.iter().map(|second| (FaultEffect::CutAfter, second.clone()));
    let first = effects.iter().map(|first| (first.clone(), FaultEffect::CutAfter));
    for (first, second) in first.chain(second) {
        let desk = Desk::new();
        desk.fault(Fault::next("PATCH", "", first.clone()));
        desk.fault(Fault::next("PATCH", "", second.clone()));
        let told = desk.sipreg(&["bounce", "22", "--wait", "0"]);
        is_honest(&desk, &told, 22);
        if !enabled(&desk, 22) {
            assert_ne!(unfinished(desk.journal().iter().rev()), [], "the console offers it: {first:?}, {second:?}");
        }
    }
}

#[test]
fn an_interrupt_names_what_is_off_and_what_may_be() {
    for signal in [Signal::INT, Signal::TERM] {
        for lost in [FaultEffect::CutBefore, FaultEffect::CutAfter] {
            let desk = Desk::new();
            desk.fault(Fault::always("PATCH", "/registrations/22", FaultEffect::Hold));
            desk.fault(Fault::next("PATCH", "/registrations/22", lost));
            let mut running = desk.start(&["bounce", "22", "7"]);
            desk.wait_for_path("PATCH", "/22");
            // Reading back shows nothing, so that the first half of this one is unknown.
            desk.fault(Fault::always("GET", "/registrations/22", FaultEffect::CutBefore));
            desk.control.release();
            running.wait_for_message("disabled for 5m: ");
            running.signal(signal);
            let told = running.end();
            assert_eq!(told.code, Some(130), "{told:?}");
            is_honest(&desk, &told, 7);
            is_honest(&desk, &told, 22);
            told.says("22 carrierx-ams may be DISABLED").says("(result unknown); check it with: sipreg show 22");
            told.says("to enable again: sipreg enable 7 22");
        }
    }
}

#[test]
fn an_interrupt_while_the_first_half_is_read_back_forgets_nothing() {
    let desk = Desk::new();
    desk.fault(Fault::next("PATCH", "", FaultEffect::CutBefore));
    let mut running = desk.start(&["bounce", "22", "--wait", "1s"]);
    running.wait_for_message("disabled for 1s: 22 carrierx-ams (perhaps)");
    desk.fault(Fault::always("GET", "/registrations/22", FaultEffect::Hold));
    let seen = desk.control.exchanges().len();
    desk.wait_until_more(seen);
    running.interrupt();
    let told = running.end();
    assert_eq!(told.code, Some(130), "{told:?}");
    is_honest(&desk, &told, 22);
    told.says("22 carrierx-ams may become DISABLED because of an unfinished bounce (the server may still disable it)");
}

#[test]
fn a_second_interrupt_names_a_half_that_nobody_waited_for() {
    for half in ["first", "second"] {
        let desk = Desk::new();
        let hold = || desk.fault(Fault::next("PATCH", "", FaultEffect::HoldAnswer));
        if half == "first" {
            hold();
        }
        let mut running = desk.start(&["bounce", "22", "--wait", "1s"]);
        if half == "second" {
            running.wait_for_message("disabled for 1s: 22 carrierx-ams");
            hold();
        }
        desk.wait_for("PATCH", if half == "first" { 1 } else { 2 });
        running.interrupt();
        running.wait_for_message("waiting for 1");
        running.interrupt();
        let told = running.end();
        assert_eq!(told.code, Some(130), "{told:?}");
        is_honest(&desk, &told, 22);
        told.says("22 carrierx-ams may be DISABLED");
    }
}

#[test]
fn an_interrupt_in_the_second_half_names_what_was_not_sent() {
    let desk = Desk::new();
    let whom: Vec<u64> = desk.control.ids().into_iter().filter(|id| enabled(&desk, *id)).take(6).collect();
    let names: Vec<String> = whom.iter().map(u64::to_string).collect();
    let filter = format!("id:{}", names.join(","));
    let mut running = desk.start(&["bounce", "-f", &filter, "--wait", "1s", "--yes"]);
    running.wait_for_message("disabled for 1s: ");
    desk.fault(Fault::always("PATCH", "", FaultEffect::HoldAnswer));
    assert!(whom.iter().all(|id| !enabled(&desk, *id)));
    desk.wait_for("PATCH", whom.len() + 4);
    running.interrupt();
    running.wait_for_message("waiting for 4");
    desk.control.release();
    let told = running.end();
    assert_eq!(told.code, Some(130), "{told:?}");
    let (on, off): (Vec<u64>, Vec<u64>) = whom.into_iter().partition(|id| enabled(&desk, *id));
    assert_eq!((on.len(), off.len()), (4, 2), "{told:?}");
    for id in off {
        is_honest(&desk, &told, id);
    }
    for id in on {
        assert_eq!(named(&told, &format!("{id} {}", desk.record(id).name())), (false, false), "{told:?}");
    }
}

#[test]
fn what_was_deleted_meanwhile_is_not_called_disabled() {
    let desk = Desk::new();
    let mut running = desk.start(&["bounce", "22", "7", "--wait", "1s"]);
    running.wait_for_message("disabled for 1s: ");
    assert!(desk.control.remove(22));
    let told = running.end();
    assert_eq!((told.code, named(&told, "22 carrierx-ams")), (Some(8), (false, false)), "{told:?}");
    told.says("22 carrierx-ams: not changed: it was deleted");
    assert!(enabled(&desk, 7), "{told:?}");
    assert_eq!(named(&told, "7 acme-fra-main"), (false, false), "{told:?}");
    assert!(!told.messages.contains("to enable again"), "{told:?}");
}

#[test]
fn a_bounce_ends_enabled_also_where_standard_output_takes_nothing() {
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
        // Only Linux has one.
        return;
    };
    let desk = Desk::new();
    let told = CommandResult::of(desk.command(&["bounce", "22", "7", "--wait", "0"]).stdout(full));
    assert_eq!(told.code, Some(1), "{told:?}");
    told.says("cannot write to standard output");
    assert!(enabled(&desk, 22) && enabled(&desk, 7), "{told:?}");
    assert_eq!(unfinished(desk.journal().iter().rev()), []);
}

#[test]
fn a_source_of_live_state_that_cannot_be_used_stops_it_before_anything_is_sent() {
    let desk = Desk::new();
    desk.configure("[profile.eu-noc.live]\nsource = \"prometheus\"");
    let told = desk.sipreg(&["bounce", "22"]);
    assert_eq!((told.code, desk.writes().len()), (Some(2), 0), "{told:?}");
}

#[test]
fn a_first_half_that_is_seen_late_is_a_line_of_data_once_and_followed_by_the_second() {
    let desk = Desk::new();
    desk.fault(Fault::next("PATCH", "/registrations/22", FaultEffect::Hold));
    desk.fault(Fault::next("PATCH", "/registrations/22", FaultEffect::CutAfter));
    let mut running = desk.start(&["bounce", "22", "--wait", "2s"]);
    desk.wait_for_path("PATCH", "/22");
    desk.fault(Fault::always("GET", "/registrations/22", FaultEffect::CutBefore));
    desk.control.release();
    running.wait_for_message("disabled for 2s: 22 carrierx-ams (perhaps)");
    desk.control.clear_faults();
    let reported = running.end();
    reported.ends(0, "22 carrierx-ams: enabled yes -> no\n22 carrierx-ams: enabled no -> yes\n");
    assert!(!reported.messages.contains("enabled yes -> no"), "{reported:?}");
}
