//! `bounce`, and what is left of it and of other changes of several records.

use std::os::unix::fs::DirBuilderExt as _;

use rustix::process::Signal;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::journal::{Action, unfinished};
use sipreg::domain::change::plan::{Mark, UnfinishedPlan};
use sipreg::domain::record::field::FieldId;
use sipreg::domain::record::value::Value;

use crate::desk::{Desk, configure};

#[test]
fn a_record_goes_off_and_on_again() {
    let desk = Desk::new();
    let told = desk.sipreg(&["bounce", "22", "--wait", "0"]);
    told.ends(0, "22 carrierx-ams: enabled yes -> no\n22 carrierx-ams: enabled no -> yes\n");
    told.says("warning: nodes poll every 5m; disabled for only 0s");
    let journal = desk.journal();
    assert_eq!(journal.len(), 2);
    assert!(journal.iter().all(|line| line.action == Action::Bounce));
    assert_eq!(unfinished(journal.iter().rev()), []);
}

#[test]
fn the_wait_is_the_node_poll_of_the_profile() {
    let desk = Desk::new();
    configure(&desk, "node_poll = \"1s\"");
    let told = desk.sipreg(&["bounce", "22"]);
    assert_eq!((told.code, told.data.lines().count()), (Some(0), 2), "{told:?}");
    told.says("disabled for 1s: 22 carrierx-ams");
    assert!(!told.messages.contains("warning: nodes poll"), "{told:?}");
}

#[test]
fn an_interrupt_while_it_is_off_says_so_and_the_journal_knows() {
    let desk = Desk::new();
    let mut running = desk.start(&["bounce", "22", "7"]);
    running.wait_for_message("disabled for 5m: ");
    running.interrupt();
    let told = running.end();
    assert_eq!(told.code, Some(130), "{told:?}");
    told.says("22 carrierx-ams is DISABLED because of an unfinished bounce");
    told.says("to enable again: sipreg enable ");
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
        let told = desk.sipreg(command);
        told.ends(1, "").says("nothing was sent: cannot write the recovery plan: ").says("--no-plan");
        assert_eq!(desk.stored(22, FieldId::Enabled), Value::Flag(true));
    }
    assert!(desk.journal().is_empty());
    desk.sipreg(&["disable", "7"]).ends(0, "7 acme-fra-main: enabled yes -> no\n");
    let told = desk.sipreg(&["bounce", "22", "--wait", "0", "--no-plan"]);
    told.ends(0, "22 carrierx-ams: enabled yes -> no\n22 carrierx-ams: enabled no -> yes\n");
    assert_eq!(desk.sipreg(&["list", "--no-plan"]).code, Some(2), "it is heeded by writes alone");
}

#[test]
fn a_command_that_is_killed_leaves_a_plan_that_says_how_far_it_came() {
    let desk = Desk::new();
    desk.control.add_fault(Fault::always("PATCH", "/registrations/7", FaultEffect::HoldAnswer));
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
    let told = desk.sipreg(&["bounce", "16", "22", "--wait", "0"]);
    assert_eq!((told.code, told.data.lines().count()), (Some(8), 2), "{told:?}");
    told.says("16 betatel-1: not bounced: already disabled. Enable it: sipreg enable 16");
    assert_eq!(desk.stored(16, FieldId::Enabled), Value::Flag(false));
    assert_eq!(desk.stored(22, FieldId::Enabled), Value::Flag(true));
    desk.sipreg(&["bounce", "16", "--wait", "0"]).ends(1, "");
}

#[test]
fn what_could_not_be_switched_on_again_is_named() {
    let desk = Desk::new();
    let mut running = desk.start(&["bounce", "22", "--wait", "2s"]);
    running.wait_for_message("Ctrl-c leaves it disabled");
    desk.control.add_fault(Fault::always("PATCH", "", FaultEffect::ServerError));
    let told = running.end();
    assert_eq!(told.code, Some(8), "{told:?}");
    told.says("22 carrierx-ams is DISABLED because of an unfinished bounce").says("sipreg enable 22");
    assert_eq!(unfinished(desk.journal().iter().rev()).len(), 1);
}

#[test]
fn many_are_bounced_together_with_one_wait() {
    let desk = Desk::new();
    desk.sipreg(&["bounce", "-f", "domain:acme enabled:yes", "--wait", "0"]).ends(2, "").says("needs --yes");
    let told = desk.sipreg(&["bounce", "-f", "domain:acme enabled:yes", "--wait", "0", "--yes"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    let (off, on): (Vec<&str>, Vec<&str>) = told.data.lines().partition(|line| line.ends_with("yes -> no"));
    assert!(off.len() > 3 && off.len() == on.len(), "{told:?}");
    assert_eq!(told.messages.matches("disabled for ").count(), 2, "one warning and one wait: {told:?}");
}

#[test]
fn a_lost_answer_to_the_first_half_does_not_leave_the_record_off() {
    let desk = Desk::new();
    desk.control.add_fault(Fault::next("PATCH", "", FaultEffect::CutAfter));
    let told = desk.sipreg(&["bounce", "22", "--wait", "0"]);
    assert_eq!(desk.stored(22, FieldId::Enabled), Value::Flag(true), "{told:?}");
    told.ends(0, "22 carrierx-ams: enabled yes -> no\n22 carrierx-ams: enabled no -> yes\n");
}
