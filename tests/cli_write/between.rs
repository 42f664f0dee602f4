//! What comes between the parts of a command: a disk that takes no more lines of a plan, a server that wants to be left
//! alone or cannot compare, and filters that nothing matches.

use std::process::Command;

use rustix::process::{Resource, Rlimit, Signal, prlimit};
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::{Mark, UnfinishedPlan};
use sipreg::domain::record::{FieldId, Value};

use crate::kit::command::{Desk, Started};
use crate::kit::home::SIPREG;

/// The plan that is on the disk now, and its size.
fn plan(desk: &Desk) -> (UnfinishedPlan, u64) {
    let folder = desk.home.path().join("state/sipreg/bulk");
    let plans: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let [path] = plans.as_slice() else { panic!("one plan: {plans:?}") };
    let file = std::fs::read(path).unwrap();
    let size = file.len() as u64;
    (UnfinishedPlan::read("plan".to_owned(), &file).unwrap(), size)
}

/// A command that goes on where a file may not grow, as on a full disk.
fn bounded(desk: &Desk, arguments: &[&str]) -> Started {
    let mut command: Command = desk.program("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh", SIPREG]).args(arguments);
    Started::of(&mut command)
}

/// From now on no file of it grows beyond this.
fn bound(running: &Started, bytes: u64) {
    let limit = Rlimit { current: Some(bytes), maximum: Some(bytes) };
    prlimit(Some(running.process()), Resource::Fsize, limit).unwrap();
}

#[test]
fn a_bounce_whose_plan_cannot_be_kept_any_more_sends_no_further_first_half_and_finishes_those_that_were() {
    let desk = Desk::new();
    desk.control.add_fault(Fault::always("PATCH", "", FaultEffect::Hold).times(4));
    let ids = ["7", "13", "19", "22", "28", "29"];
    let running = bounded(&desk, &[&["bounce"], &ids[..], &["--wait", "0", "--yes"]].concat());
    // Four first halves are on their way; what follows them cannot be noted.
    desk.wait_for("PATCH", 4);
    let (_, size) = plan(&desk);
    bound(&running, size);
    desk.control.release();
    let reported = running.end();
    assert_eq!(reported.code, Some(8), "{reported:?}");
    for id in ids {
        assert_eq!(desk.stored(id.parse().unwrap(), FieldId::Enabled), Value::Flag(true), "{id} stays enabled");
    }
    let unsent = reported.messages.lines().filter(|line| line.contains("not sent: ")).count();
    assert_eq!(unsent, 2, "{reported:?}");
    let lines = |what: &str| reported.data.lines().filter(|line| line.ends_with(what)).count();
    assert_eq!((lines("enabled yes -> no"), lines("enabled no -> yes")), (4, 4), "{reported:?}");
    assert_eq!(desk.writes().len(), 8, "nothing was sent of the other two");
}

#[test]
fn while_a_server_wants_to_be_left_alone_its_plan_says_what_was_not_sent() {
    let desk = Desk::new();
    desk.control.add_fault(Fault::next("PATCH", "", FaultEffect::TooMany { retry_after: Some(50) }));
    let mut running = desk.start(&["disable", "7", "13", "19", "22", "28", "--yes"]);
    running.wait_for_message("too many requests (429): ");
    running.signal(Signal::KILL);
    running.end();
    let writes = desk.writes();
    let refused = writes.iter().find(|write| write.status == Some(429)).unwrap();
    let id: u64 = refused.path().rsplit('/').next().unwrap().parse().unwrap();
    let (left, _) = plan(&desk);
    let mark = left.records.iter().find(|(line, _)| line.id == Some(id)).map(|(_, mark)| *mark);
    assert_eq!(mark, Some(Mark::NotSent), "{left:?}");
}

#[test]
fn what_a_server_cannot_compare_is_sent_once_more_without_its_tag() {
    let desk = Desk::new();
    desk.control.add_fault(Fault::next("PATCH", "", FaultEffect::PreconditionFailed));
    let reported = desk.sipreg(&["set", "-f", "id:7,13,19,22,28,29,30,32,33,35", "expire=777", "--yes"]);
    assert_eq!(reported.code, Some(0), "{reported:?}");
    let writes = desk.writes();
    let refused = writes.iter().find(|write| write.status == Some(412)).unwrap();
    let again = writes.iter().rfind(|write| write.path() == refused.path()).unwrap();
    assert_eq!((writes.len(), again.status, again.header("if-match")), (11, Some(200), None));
}

#[test]
fn a_filter_that_nothing_matches_changes_nothing_and_says_so() {
    let desk = Desk::new();
    let filter = ["-f", "name:no-such-registration", "--yes"];
    for command in [&["bounce"][..], &["delete"], &["disable"], &["enable"]] {
        let reported = desk.sipreg(&[command, &filter].concat());
        reported.ends(0, "").says("No registration matches the filter. Nothing was sent.");
    }
    let reported = desk.sipreg(&["set", "-f", "name:no-such-registration", "expire=1", "--yes"]);
    reported.ends(0, "").says("No registration matches the filter. Nothing was sent.");
    assert!(desk.writes().is_empty());
}

#[test]
fn a_rehearsal_of_a_bounce_names_both_halves_and_sends_none() {
    let desk = Desk::new();
    let reported = desk.sipreg(&["bounce", "22", "--wait", "90s", "--dry-run"]);
    assert_eq!(reported.code, Some(0), "{reported:?}");
    reported.says("then, after 90s, the same with enabled true:");
    assert!(desk.writes().is_empty());
    // Of a record that is off nothing would follow.
    let reported = desk.sipreg(&["bounce", "16", "--dry-run"]);
    assert!(!reported.messages.contains("then, after"), "{reported:?}");
    assert_eq!(reported.code, Some(1), "{reported:?}");
}

#[test]
fn what_cannot_be_undone_ends_in_the_code_of_its_reason() {
    type Meanwhile = fn(&Desk);
    let cases: [(&[&str], Meanwhile, i32, &str); 3] = [
        (
            &["set", "22", "expire=777"],
            |desk| assert!(desk.control.remove(22)),
            5,
            "22 carrierx-ams: not undone: it was deleted",
        ),
        (&["set", "22", "expire=777"], |desk| desk.change(22, FieldId::Expire, Value::Number(5)), 3, "not undone: "),
        (
            &["create", "name=new", "domain=a.example", "username=1", "contact=sip:1@192.0.2.1"],
            |desk| {
                let made = *desk.control.ids().last().unwrap();
                assert!(desk.control.remove(made));
            },
            0,
            "Nothing to do",
        ),
    ];
    for (command, meanwhile, code, said) in cases {
        let desk = Desk::new();
        assert_eq!(desk.sipreg(command).code, Some(0));
        let writes = desk.writes().len();
        meanwhile(&desk);
        desk.sipreg(&["undo", "--yes"]).ends(code, "").says(said);
        assert_eq!(desk.writes().len(), writes, "{command:?}");
    }
    let desk = Desk::new();
    desk.sipreg(&["undo", "--yes"]).ends(0, "").says("Nothing to undo");
}
