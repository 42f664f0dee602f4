//! How a write can end badly, and which exit code says so.

use rustix::process::Signal;
use sipreg::demo::Preconditions;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::Ending;
use sipreg::domain::record::{FieldId, Value};

use crate::kit::command::{CommandResult, Desk, Started};
use crate::kit::home::SIPREG;

#[test]
fn a_server_error_that_changed_nothing_is_a_failure() {
    let desk = Desk::new();
    desk.fault(Fault::next("PATCH", "", FaultEffect::ServerError));
    let reported = desk.sipreg(&["set", "22", "expire=600"]);
    reported.ends(1, "").says("22 carrierx-ams: NOT changed: the server shows it as it was before");
    assert_eq!(desk.journal()[0].ending, Ending::NotApplied);
}

#[test]
fn who_cannot_sign_in_changes_nothing() {
    let desk = Desk::new();
    let mut command = desk.command(&["disable", "22"]);
    let reported = CommandResult::of(command.env("SIPREG_PASSWORD", "wrong"));
    reported.ends(4, "");
    assert_eq!(desk.writes().len(), 0);
}

#[test]
fn a_record_that_is_not_there_is_told() {
    let desk = Desk::new();
    for command in [&["disable", "99999"][..], &["delete", "99999", "--yes"], &["bounce", "99999"]] {
        desk.sipreg(command).ends(5, "").says("no registration 99999");
    }
    desk.sipreg(&["set", "99999", "expire=5"]).ends(5, "");
    desk.sipreg(&["clone", "99999", "name=x"]).ends(5, "");
    let reported = desk.sipreg(&["enable", "16", "99999"]);
    reported.ends(8, "16 betatel-1: enabled no -> yes\n").says("no registration 99999");
}

#[test]
fn a_record_that_goes_meanwhile_is_told() {
    let desk = Desk::new();
    desk.fault(Fault::next("GET", "/registrations/22", FaultEffect::Hold));
    let running = desk.start(&["set", "22", "expire=600"]);
    desk.wait_for("GET", 2);
    assert!(desk.control.remove(22));
    desk.control.release();
    running.end().ends(5, "").says("not changed: it was deleted");
}

#[test]
fn what_the_server_refuses_is_told_field_by_field() {
    let desk = Desk::new();
    desk.sipreg(&["set", "22", "name=betatel-1"])
        .ends(6, "")
        .says("22 carrierx-ams: not changed: name has already been taken");
    assert_eq!(desk.journal()[0].ending, Ending::Refused);
}

#[test]
fn a_server_that_is_not_there_is_told() {
    let desk = Desk::new();
    let mut command = desk.command(&["disable", "22"]);
    let Desk { home: _home, server, .. } = desk;
    drop(server.stop());
    CommandResult::of(&mut command).ends(7, "");
}

#[test]
fn a_connection_that_breaks_without_an_answer_proves_nothing() {
    let desk = Desk::new();
    desk.fault(Fault::next("PATCH", "", FaultEffect::CutBefore));
    desk.sipreg(&["set", "22", "expire=600"]).ends(9, "").says("22 carrierx-ams: UNKNOWN whether it was changed");
    assert_eq!(desk.writes().len(), 1, "a write is never sent again by itself");
    assert_eq!(desk.stored(22, FieldId::Expire), Value::Null);
}

#[test]
fn a_connection_that_breaks_after_the_write_arrived_is_read_back() {
    let desk = Desk::new();
    desk.fault(Fault::next("PATCH", "", FaultEffect::CutAfter));
    desk.sipreg(&["set", "22", "expire=600"])
        .ends(0, "22 carrierx-ams: expire (node default) -> 600\n")
        .says("no clear answer");
    assert_eq!(desk.journal()[0].ending, Ending::AppliedUnseen);
}

#[test]
fn a_write_that_nobody_can_tell_the_end_of_is_unknown() {
    let desk = Desk::new();
    desk.fault(Fault::next("PATCH", "", FaultEffect::Hold));
    desk.fault(Fault::next("PATCH", "", FaultEffect::CutAfter));
    let running = desk.start(&["set", "22", "expire=600"]);
    desk.wait_for("PATCH", 1);
    desk.fault(Fault::always("GET", "/registrations/22", FaultEffect::CutBefore));
    desk.control.release();
    running.end().ends(9, "").says("UNKNOWN whether it was changed");
    assert_eq!(desk.journal()[0].ending, Ending::Unknown);
    desk.control.clear_faults();
    desk.sipreg(&["set", "22", "expire=600"]).ends(0, "22 carrierx-ams: unchanged\n");
}

#[test]
fn some_that_fail_are_some_that_failed() {
    let desk = Desk::new();
    desk.fault(Fault::next("PATCH", "/registrations/22", FaultEffect::Unprocessable { pointers: Vec::new() }));
    let reported = desk.sipreg(&["disable", "7", "22"]);
    reported
        .ends(8, "7 acme-fra-main: enabled yes -> no\n")
        .says("sipreg: 22 carrierx-ams: NOT changed")
        .says("1 done, 1 failed");
}

#[test]
fn one_that_is_unknown_among_many_makes_all_of_it_unknown() {
    // Whatever the others do: who asks for the code is to look.
    for beside in [None, Some(FaultEffect::unprocessable())] {
        let desk = Desk::new();
        desk.fault(Fault::next("PATCH", "/registrations/13", FaultEffect::CutBefore));
        let failed = beside.is_some();
        if let Some(effect) = beside {
            desk.fault(Fault::next("PATCH", "/registrations/22", effect));
        }
        let reported = desk.sipreg(&["disable", "7", "13", "22"]);
        assert_eq!(reported.code, Some(9), "{reported:?}");
        reported.says("13 acme-lon-main: UNKNOWN whether it was changed").says("1 UNKNOWN");
        reported.says(if failed { "1 done, 1 failed" } else { "2 done" });
    }
}

#[test]
fn an_answer_about_another_record_is_none_about_this_one() {
    let other = r#"{"data":{"type":"registrations","id":"7","attributes":{"enabled":false,"name":"acme-fra-main"}}}"#;
    let answer = || FaultEffect::Answer {
        status: 200,
        content_type: "application/vnd.api+json".to_owned(),
        body: other.to_owned(),
    };
    let desk = Desk::new();
    desk.fault(Fault::next("PATCH", "", answer()));
    desk.sipreg(&["disable", "22"]).ends(1, "").says("22 carrierx-ams: NOT changed");
    assert_eq!(desk.journal()[0].ending, Ending::NotApplied);
    assert_eq!(desk.stored(7, FieldId::Enabled), Value::Flag(true));
    let desk = Desk::new();
    desk.fault(Fault::next("PATCH", "", FaultEffect::After(Box::new(answer()))));
    desk.sipreg(&["disable", "22"]).ends(0, "22 carrierx-ams: enabled yes -> no\n");
    assert_eq!((desk.journal()[0].id, desk.journal()[0].ending), (Some(22), Ending::AppliedUnseen));
}

#[test]
fn three_failures_in_a_row_stop_it_and_the_rest_is_named() {
    let desk = Desk::new();
    desk.fault(Fault::always("PATCH", "", FaultEffect::ServerError));
    let reported = desk.sipreg(&["disable", "-f", "enabled:yes", "--yes"]);
    assert_eq!((reported.code, reported.data.as_str()), (Some(1), ""), "{reported:?}");
    reported.says("stopped: three failures in a row").says("not sent: ");
    assert!((3..=6).contains(&desk.writes().len()), "{}", desk.writes().len());
}

/// Whether these tests run under `nohup`, say.
fn outlives_its_terminal() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.is_some_and(|mask| u64::from_str_radix(mask.trim(), 16).unwrap() & 1 == 1)
}

#[test]
fn an_interrupt_lets_what_is_under_way_end_and_begins_nothing_more() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        if signal == Signal::HUP && outlives_its_terminal() {
            // So does what it starts: see below.
            continue;
        }
        let desk = Desk::new();
        desk.fault(Fault::always("PATCH", "", FaultEffect::HoldAnswer));
        let mut running = desk.start(&["disable", "-f", "enabled:yes", "--yes"]);
        desk.wait_for("PATCH", 4);
        running.signal(signal);
        running.wait_for_message("Interrupted: waiting for 4");
        desk.control.release();
        let reported = running.end();
        assert_eq!(reported.code, Some(130), "{reported:?}");
        assert_eq!(
            reported.data.lines().filter(|line| line.ends_with(": enabled yes -> no")).count(),
            4,
            "{reported:?}"
        );
        reported.says("not sent: ").says("4 done");
        assert_eq!((desk.writes().len(), desk.journal().len()), (4, 4));
    }
}

#[test]
fn a_command_that_is_to_outlive_its_terminal_does() {
    let desk = Desk::new();
    desk.fault(Fault::always("PATCH", "", FaultEffect::HoldAnswer));
    let mut shell = desk.program("sh");
    let running = Started::of(shell.args(["-c", &format!("trap '' HUP; exec '{SIPREG}' disable 7 13 22")]));
    desk.wait_for("PATCH", 3);
    running.signal(Signal::HUP);
    desk.control.release();
    let reported = running.end();
    assert_eq!(reported.code, Some(0), "{reported:?}");
    reported.says("3 done");
}

#[test]
fn a_full_disk_behind_stdout_leaves_nobody_in_doubt_about_what_was_done() {
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
        // Only Linux has one.
        return;
    };
    let desk = Desk::new();
    desk.fault(Fault::always("PATCH", "", FaultEffect::HoldAnswer));
    let running = Started::of(desk.command(&["disable", "-f", "enabled:yes", "--yes"]).stdout(full));
    desk.wait_for("PATCH", 4);
    // One more may be sent before the first line is due.
    desk.control.clear_faults();
    desk.control.release();
    let reported = running.end();
    assert_eq!(reported.code, Some(1), "{reported:?}");
    let sent = desk.writes().len();
    assert_eq!(
        reported.messages.lines().filter(|line| line.ends_with(": enabled yes -> no")).count(),
        sent,
        "{reported:?}"
    );
    reported.says("not sent: ").says("cannot write to standard output");
    assert_eq!(desk.journal().len(), sent);
}

#[test]
fn a_second_interrupt_does_not_wait_and_says_what_is_unknown() {
    let desk = Desk::new();
    desk.fault(Fault::always("PATCH", "", FaultEffect::HoldAnswer));
    let mut running = desk.start(&["disable", "22"]);
    desk.wait_for("PATCH", 1);
    running.interrupt();
    running.wait_for_message("waiting for 1");
    running.interrupt();
    let reported = running.end();
    assert_eq!(reported.code, Some(130), "{reported:?}");
    reported.says("22 carrierx-ams: result UNKNOWN");
}

#[test]
fn a_program_gets_an_object_for_each_record_also_after_an_interrupt() {
    let desk = Desk::new();
    desk.fault(Fault::always("PATCH", "", FaultEffect::HoldAnswer));
    let mut running = desk.start(&["disable", "7", "13", "19", "22", "28", "-o", "json", "--yes"]);
    desk.wait_for("PATCH", 4);
    running.interrupt();
    running.wait_for_message("waiting for 4");
    running.interrupt();
    let told = running.end();
    assert_eq!(told.code, Some(130), "{told:?}");
    let results: serde_json::Value = serde_json::from_str(&told.data).unwrap();
    let results: Vec<&str> = results.as_array().unwrap().iter().map(|one| one["result"].as_str().unwrap()).collect();
    assert_eq!(results, ["unknown", "unknown", "unknown", "unknown", "not-sent"], "{told:?}");
    assert_eq!(told.data.matches("\"after\": null").count(), 5, "nobody saw what is there now: {told:?}");
}

#[test]
fn an_unknown_result_shows_in_the_exit_code_whoever_reads_the_output() {
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
        // Only Linux has one.
        return;
    };
    for form in [&["-o", "json"][..], &["-o", "jsonl"], &[]] {
        for reads in [false, true] {
            let desk = Desk::new();
            desk.fault(Fault::next("PATCH", "/registrations/22", FaultEffect::CutBefore));
            let mut command = desk.command(&[&["disable", "22", "7"], form].concat());
            if !reads {
                command.stdout(full.try_clone().unwrap());
            }
            let mut running = Started::of(&mut command);
            // No one reads, or the disk behind it is full.
            running.stop_reading();
            let told = running.end();
            assert_eq!(told.code, Some(9), "{form:?} {reads} {told:?}");
            told.says("22 carrierx-ams: UNKNOWN whether it was changed");
        }
    }
}

#[test]
fn a_server_that_cannot_compare_its_tags_is_written_to_without_them() {
    let desk = Desk::of(sipreg::demo::ServerOptions { preconditions: Preconditions::Strong, ..Default::default() });
    let reported = desk.sipreg(&["disable", "7", "22"]);
    assert_eq!((reported.code, reported.data.lines().count()), (Some(0), 2), "{reported:?}");
    desk.sipreg(&["delete", "22", "--yes"]).ends(0, "22 carrierx-ams: deleted\n");
}

#[test]
fn a_token_that_ends_in_the_middle_is_renewed() {
    let desk = Desk::new();
    desk.fault(Fault::next("PATCH", "", FaultEffect::Unauthorized));
    let reported = desk.sipreg(&["disable", "7", "22"]);
    assert_eq!((reported.code, reported.data.lines().count()), (Some(0), 2), "{reported:?}");
}

#[test]
fn a_reader_that_has_read_enough_does_not_stop_the_work() {
    let desk = Desk::new();
    let mut running = desk.start(&["disable", "7", "22", "13"]);
    running.stop_reading();
    running.end().ends(0, "");
    for id in [7, 13, 22] {
        assert_eq!(desk.stored(id, FieldId::Enabled), Value::Flag(false));
    }
}

#[test]
fn a_dry_run_ends_as_the_run_would_where_a_registration_is_missing() {
    let desk = Desk::new();
    for command in [&["disable"] as &[&str], &["set", "expire=600"], &["delete", "--yes"], &["bounce", "--yes"]] {
        let [name, rest @ ..] = command else { continue };
        let some = [&[*name, "22", "999"], rest, &["--dry-run"]].concat();
        let reported = desk.sipreg(&some);
        assert_eq!(reported.code, Some(8), "{some:?}: {reported:?}");
        reported.says("no registration 999");
        let none = [&[*name, "999"], rest, &["--dry-run"]].concat();
        let reported = desk.sipreg(&none);
        assert_eq!(reported.code, Some(5), "{none:?}: {reported:?}");
        assert!(!reported.messages.contains("the same with"), "nothing would follow: {reported:?}");
    }
}
