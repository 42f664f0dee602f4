//! Lists that are long, cut short, or change while they are read.

use std::collections::BTreeSet;

use sipreg::demo::faults::{Fault, FaultEffect};

use crate::kit::command::{Desk, Started};

/// A list of which the first page is let through, and later ones wait until they are released.
fn begun(records: u32, form: &str) -> (Desk, Started) {
    let desk = Desk::with_records(records);
    desk.fault(Fault::always("GET", "/registrations", FaultEffect::Hold));
    let running = desk.start(&["list", "-o", form]);
    // The sign-in and the first page; CSV wants to know all pops, nodes and transports too.
    desk.wait_until_arrived(if form == "csv" { 5 } else { 2 });
    desk.control.release();
    (desk, running)
}

/// Lets everything through from now on.
fn let_through(desk: &Desk) {
    desk.control.clear_faults();
    desk.control.release();
}

#[test]
fn the_first_line_comes_while_later_pages_are_on_their_way() {
    for form in ["jsonl", "csv", "json", "ids"] {
        let (desk, mut running) = begun(2_500, form);
        assert!(!running.line().is_empty());
        let_through(&desk);
        assert!(running.end().done().lines().count() >= 2_499, "{form}");
    }
}

#[test]
fn a_reader_that_has_read_enough_is_success() {
    let (desk, mut running) = begun(2_500, "jsonl");
    assert!(running.line().starts_with("{\"id\":"));
    running.stop_reading();
    let_through(&desk);
    let ended = running.end();
    assert_eq!((ended.code, ended.messages.as_str()), (Some(0), ""));
}

#[test]
fn ctrl_c_ends_a_list_that_waits_for_the_server() {
    let (_desk, mut running) = begun(2_500, "csv");
    assert!(running.line().starts_with("id,"));
    running.interrupt();
    assert_eq!(running.end().code, Some(130));
}

#[test]
fn ctrl_c_ends_a_list_that_waits_for_whoever_reads_it() {
    let desk = Desk::with_records(5_000);
    // No one empties the pipe, which takes far less than the list.
    let mut running = desk.start(&["list", "-o", "jsonl"]);
    assert!(running.line().starts_with("{\"id\":"));
    running.interrupt();
    assert_eq!(running.wait(), Some(130));
}

#[test]
fn a_list_that_changes_under_way_has_each_record_once() {
    let (desk, mut running) = begun(2_500, "ids");
    let before = desk.control.ids();
    let mut seen = vec![running.line().parse::<u64>().unwrap()];
    // Every record behind them moves up, the first of the second page onto the first, which is read already.
    for id in before.iter().take(3) {
        assert!(desk.control.remove(*id));
    }
    let_through(&desk);
    let rest = running.end().done();
    seen.extend(rest.lines().map(|id| id.parse::<u64>().unwrap()));
    let once: BTreeSet<u64> = seen.iter().copied().collect();
    assert_eq!(once.len(), seen.len(), "none comes twice");
    assert_eq!(once, before.into_iter().collect::<BTreeSet<u64>>(), "and none is missing");
}

#[test]
fn a_busy_server_is_asked_again() {
    let desk = Desk::with_records(5);
    desk.fault(Fault::next("GET", "/registrations", FaultEffect::Unavailable { retry_after: Some(0) }));
    assert_eq!(desk.sipreg(&["list", "-o", "ids"]).done().lines().count(), 5);
}

#[test]
fn a_failure_half_way_is_told_and_leaves_no_whole_document() {
    let (desk, mut running) = begun(4_500, "json");
    assert_eq!(running.line(), "[");
    desk.control.clear_faults();
    desk.fault(Fault::always("GET", "/registrations", FaultEffect::ServerError));
    // What was held before gets its answer, and what comes later does not.
    desk.control.release();
    let ended = running.end();
    assert!(!ended.data.trim_end().ends_with(']'), "no reader takes it for the whole");
    assert_eq!(ended.code, Some(1));
    ended.says("500");
}
