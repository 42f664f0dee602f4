//! What a write says is what the server shows, whatever is answered to it: lines, exit codes, the journal.

use std::time::Duration;

use rustix::process::Signal;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::journal::{pending, unfinished};
use sipreg::domain::change::{Action, Ending};
use sipreg::domain::record::{FieldId, Value};

use crate::kit::command::{CommandResult, Desk};

const NEW: [&str; 5] = ["create", "name=new-one", "domain=a.example", "username=100", "contact=sip:100@192.0.2.1"];

/// A command, the method of its write, and whether the write was carried out.
type Writing = (&'static [&'static str], &'static str, fn(&Desk) -> bool);

/// A command for every kind of write.
fn commands() -> [Writing; 4] {
    [
        (&["set", "22", "expire=600"], "PATCH", |desk| desk.stored(22, FieldId::Expire) == Value::Number(600)),
        (&["disable", "22"], "PATCH", |desk| desk.stored(22, FieldId::Enabled) == Value::Flag(false)),
        (&["delete", "22", "--yes"], "DELETE", |desk| desk.control.registration(22).is_none()),
        (&NEW, "POST", |desk| desk.control.ids().len() == 121),
    ]
}

fn ending(desk: &Desk) -> Ending {
    let journal = desk.whole_journal();
    assert_eq!(journal.iter().map(|line| &line.write).collect::<std::collections::BTreeSet<_>>().len(), 1);
    assert_eq!((journal.len(), journal[0].ending), (2, Ending::Sent), "the intent, and the end");
    journal[1].ending
}

/// Answers that say nothing of the record, and whether no one answered at all.
fn no_answers() -> Vec<(FaultEffect, bool)> {
    vec![
        (FaultEffect::NoApi, false),
        (FaultEffect::Portal, false),
        (FaultEffect::Empty, false),
        (FaultEffect::ProxyPage { status: 403 }, false),
        (FaultEffect::ServerError, false),
        (FaultEffect::Unavailable { retry_after: None }, false),
        (FaultEffect::Redirect { to: "/login".to_owned() }, false),
        (FaultEffect::HtmlPage, true),
        (FaultEffect::ProxyPage { status: 504 }, true),
    ]
}

#[test]
fn whatever_is_answered_the_line_the_exit_code_and_the_journal_say_what_the_server_shows() {
    for (command, method, done) in commands() {
        for (effect, silent) in no_answers() {
            let desk = Desk::new();
            desk.fault(Fault::next(method, "/registrations", effect.clone()));
            let reported = desk.sipreg(command);
            let (code, end) = if silent { (9, Ending::Unknown) } else { (1, Ending::NotApplied) };
            assert_eq!(
                (reported.code, reported.data.as_str()),
                (Some(code), ""),
                "{command:?} {effect:?} {reported:?}"
            );
            assert_eq!(ending(&desk), end, "{command:?} {effect:?}");
            assert!(!done(&desk));

            let desk = Desk::new();
            let after = FaultEffect::After(Box::new(effect.clone()));
            desk.fault(Fault::next(method, "/registrations", after));
            let reported = desk.sipreg(command);
            assert_eq!(reported.code, Some(0), "{command:?} after {effect:?} {reported:?}");
            assert_eq!(ending(&desk), Ending::AppliedUnseen, "{command:?} after {effect:?}");
            assert!(done(&desk));
        }
        assert!(ends(command, method, None, &[]) == (Some(0), Ending::Applied), "{command:?}");
    }
}

/// How a command ends with this in place of the answer, and these in place of what is read back.
fn ends(command: &[&str], method: &str, write: Option<FaultEffect>, back: &[FaultEffect]) -> (Option<i32>, Ending) {
    let desk = Desk::new();
    desk.fault(Fault::next(method, "/registrations", FaultEffect::Hold));
    if let Some(effect) = write {
        desk.fault(Fault::next(method, "/registrations", effect));
    }
    let running = desk.start(command);
    desk.wait_for(method, 1);
    for effect in back {
        desk.fault(Fault::always("GET", "/registrations", effect.clone()));
    }
    desk.control.release();
    let reported = running.end();
    (reported.code, ending(&desk))
}

#[test]
fn what_is_read_back_counts_only_as_the_record_itself() {
    for (command, method, _) in commands() {
        for back in [
            FaultEffect::NoApi,
            FaultEffect::Portal,
            FaultEffect::Empty,
            FaultEffect::ServerError,
            FaultEffect::CutBefore,
        ] {
            for write in [FaultEffect::After(Box::new(FaultEffect::Portal)), FaultEffect::CutAfter, FaultEffect::NoApi]
            {
                let ended = ends(command, method, Some(write.clone()), std::slice::from_ref(&back));
                assert_eq!(ended, (Some(9), Ending::Unknown), "{command:?} {write:?} {back:?}");
            }
        }
    }
}

#[test]
fn a_change_that_the_server_answers_and_does_not_store_is_not_done() {
    for effect in [FaultEffect::Ignored, FaultEffect::NoContent] {
        let desk = Desk::new();
        desk.fault(Fault::always("PATCH", "", effect.clone()));
        desk.sipreg(&["disable", "7", "22"]).ends(1, "").says("22 carrierx-ams: NOT changed").says("2 failed");
        assert!(desk.journal().iter().all(|line| line.ending == Ending::NotApplied), "{effect:?}");
    }
}

#[test]
fn a_success_without_a_document_is_one_where_the_record_shows_it() {
    let desk = Desk::new();
    desk.fault(Fault::next("PATCH", "", FaultEffect::After(Box::new(FaultEffect::NoContent))));
    let reported = desk.sipreg(&["disable", "22"]);
    reported.ends(0, "22 carrierx-ams: enabled yes -> no\n");
    assert_eq!((reported.messages.as_str(), desk.journal()[0].ending), ("", Ending::Applied));
}

#[test]
fn a_value_that_the_server_stores_differently_is_told_as_it_is() {
    let desk = Desk::new();
    let body = desk.sipreg(&["show", "22", "-o", "json"]).data;
    assert!(body.contains("carrierx-ams"), "{body}");
    let document = r#"{"data":{"type":"registrations","id":"22","attributes":{"expire":60}}}"#;
    let (content_type, body) = ("application/vnd.api+json".to_owned(), document.to_owned());
    desk.fault(Fault::next("PATCH", "", FaultEffect::Answer { status: 200, content_type, body }));
    desk.sipreg(&["set", "22", "expire=600"])
        .ends(1, "22 carrierx-ams: expire (node default) -> 60\n")
        .says("the server changed expire: 600 was sent, 60 is stored");
    assert_eq!(desk.journal()[0].changes[0].after(), &Value::Number(60));
}

fn hasty(desk: &Desk, arguments: &[&str]) -> CommandResult {
    desk.command(arguments).env("SIPREG_TIMEOUT", "1s").output().unwrap().into()
}

#[test]
fn a_write_that_lands_after_the_time_out_is_unknown_and_found_by_waiting() {
    for (command, method, done) in commands() {
        let desk = Desk::new();
        desk.fault(Fault::next(method, "/registrations", FaultEffect::LateCommit(Duration::from_millis(2_500))));
        let reported = hasty(&desk, command);
        assert_eq!((reported.code, reported.data.as_str()), (Some(9), ""), "{reported:?}");
        reported.says("the server may still").says("check it with: sipreg ");
        assert_eq!(ending(&desk), Ending::Unknown);

        let desk = Desk::new();
        desk.fault(Fault::next(method, "/registrations", FaultEffect::LateCommit(Duration::from_millis(2_500))));
        let reported = hasty(&desk, &[command, &["--wait-unknown", "30s"]].concat());
        assert_eq!(reported.code, Some(0), "{reported:?}");
        assert_eq!(ending(&desk), Ending::AppliedUnseen);
        assert!(done(&desk));
        assert_eq!(desk.writes().len(), 1, "never sent again by itself");
    }
}

#[test]
fn waiting_for_what_is_unknown_ends_with_its_time_or_with_ctrl_c() {
    let desk = Desk::new();
    desk.fault(Fault::next("PATCH", "", FaultEffect::CutBefore));
    desk.sipreg(&["disable", "22", "--wait-unknown", "1"]).ends(9, "").says("UNKNOWN whether it was changed");
    desk.fault(Fault::next("PATCH", "", FaultEffect::CutBefore));
    let before = desk.control.exchanges().iter().filter(|exchange| exchange.method == "GET").count();
    let mut running = desk.start(&["disable", "22", "--wait-unknown", "10m"]);
    // The list, the look, the reading back: from here on it waits.
    desk.wait_for("GET", before + 3);
    running.interrupt();
    running.wait_for_message("Interrupted");
    let reported = running.end();
    assert_eq!(reported.code, Some(130), "{reported:?}");
    reported.says("22 carrierx-ams: UNKNOWN whether it was changed");
    desk.sipreg(&["list", "--wait-unknown", "5"]).ends(2, "").says("--wait-unknown");
}

#[test]
fn a_write_in_flight_when_the_program_is_killed_is_in_the_journal() {
    for (command, method, _) in commands() {
        let desk = Desk::new();
        desk.fault(Fault::next(method, "/registrations", FaultEffect::HoldAnswer));
        let running = desk.start(command);
        desk.wait_for(method, 1);
        running.signal(Signal::KILL);
        running.end();
        let lines = desk.whole_journal();
        let found = pending(lines.iter().rev());
        assert_eq!(found.len(), 1, "{command:?}");
        let line = &found[0].line;
        let expected = if method == "POST" { (None, "new-one") } else { (Some(22), "carrierx-ams") };
        assert_eq!((line.id, line.name.as_str(), line.ending), (expected.0, expected.1, Ending::Sent));
        desk.control.release();
    }
}

#[test]
fn a_look_that_cannot_be_made_sends_nothing_and_is_told_as_that() {
    let desk = Desk::new();
    desk.fault(Fault::next("GET", "/registrations/22", FaultEffect::NoApi));
    desk.sipreg(&["disable", "22"]).ends(1, "").says("not an answer of the API (404)");
    desk.fault(Fault::next("GET", "/registrations/22", FaultEffect::Hold));
    let reported = hasty(&desk, &["disable", "22"]);
    reported.ends(7, "");
    assert_eq!(desk.writes().len(), 0);
    assert!(desk.whole_journal().iter().all(|line| line.ending != Ending::Sent));
}

#[test]
fn a_second_half_of_a_bounce_that_fails_by_whatever_answer_names_what_is_off() {
    for (effect, code) in [
        (FaultEffect::NoApi, 8),
        (FaultEffect::Portal, 8),
        (FaultEffect::Empty, 8),
        (FaultEffect::Ignored, 8),
        (FaultEffect::ServerError, 8),
        (FaultEffect::TooMany { retry_after: None }, 8),
        (FaultEffect::unprocessable(), 8),
        (FaultEffect::CutBefore, 9),
        (FaultEffect::HtmlPage, 9),
    ] {
        let desk = Desk::new();
        let mut running = desk.start(&["bounce", "22", "--wait", "1s"]);
        running.wait_for_message("Ctrl-c leaves it disabled");
        desk.fault(Fault::always("PATCH", "", effect.clone()));
        let reported = running.end();
        assert_eq!(reported.code, Some(code), "{effect:?} {reported:?}");
        reported.says("22 carrierx-ams is DISABLED because of an unfinished bounce").says("sipreg enable 22");
        assert_eq!(
            reported.messages.contains("(the server may still enable it)"),
            code == 9,
            "{effect:?} {reported:?}"
        );
        assert_eq!(unfinished(desk.whole_journal().iter().rev()).len(), 1, "{effect:?}");
    }
}

#[test]
fn a_first_half_of_a_bounce_that_fails_leaves_nothing_to_enable() {
    let (unseen, refused) = ("NOT changed", "not changed");
    for (effect, code, told_as) in
        [(FaultEffect::Ignored, 1, unseen), (FaultEffect::NoApi, 1, unseen), (FaultEffect::unprocessable(), 6, refused)]
    {
        let desk = Desk::new();
        desk.fault(Fault::always("PATCH", "", effect.clone()));
        let reported = desk.sipreg(&["bounce", "22", "--wait", "0"]);
        reported.ends(code, "").says(&format!("22 carrierx-ams: {told_as}"));
        assert!(!reported.messages.contains("enable again") && !reported.messages.contains("OFF"), "{reported:?}");
        assert_eq!(unfinished(desk.whole_journal().iter().rev()), [], "{effect:?}");
        assert_eq!(desk.writes().len(), 1, "{effect:?}");
    }
}

#[test]
fn a_first_half_of_a_bounce_that_lands_late_is_finished() {
    let desk = Desk::new();
    desk.fault(Fault::next("PATCH", "", FaultEffect::LateCommit(Duration::from_millis(2_500))));
    let reported = hasty(&desk, &["bounce", "22", "--wait", "6s"]);
    reported.ends(0, "22 carrierx-ams: enabled yes -> no\n22 carrierx-ams: enabled no -> yes\n");
    assert_eq!(desk.stored(22, FieldId::Enabled), Value::Flag(true));
    assert_eq!(unfinished(desk.whole_journal().iter().rev()), []);
    let ends: Vec<_> = desk.journal().iter().map(|line| line.ending).collect();
    assert_eq!(ends, [Ending::Unknown, Ending::AppliedUnseen, Ending::Applied]);
    let desk = Desk::new();
    desk.fault(Fault::next("PATCH", "", FaultEffect::CutBefore));
    desk.sipreg(&["bounce", "22", "--wait", "0"]).ends(9, "").says("UNKNOWN whether it was changed");
    assert_eq!(unfinished(desk.whole_journal().iter().rev()).len(), 1, "offered at the next start");
}

#[test]
fn a_lost_answer_to_the_first_half_of_a_bounce_does_not_stop_it() {
    let desk = Desk::new();
    desk.fault(Fault::next("PATCH", "", FaultEffect::CutAfter));
    let reported = desk.sipreg(&["bounce", "22", "--wait", "0"]);
    reported.ends(0, "22 carrierx-ams: enabled yes -> no\n22 carrierx-ams: enabled no -> yes\n");
    let ends: Vec<_> = desk.journal().iter().map(|line| (line.action, line.ending)).collect();
    assert_eq!(ends, [(Action::Bounce, Ending::AppliedUnseen), (Action::Bounce, Ending::Applied)]);
    assert_eq!(unfinished(desk.whole_journal().iter().rev()), []);
}

#[test]
fn what_somebody_disabled_just_before_a_bounce_is_theirs() {
    let desk = Desk::new();
    desk.fault(Fault::next("GET", "/registrations/22", FaultEffect::Hold));
    let running = desk.start(&["bounce", "22", "--wait", "0"]);
    desk.wait_for("GET", 3);
    desk.change(22, FieldId::Enabled, Value::Flag(false));
    desk.control.release();
    let reported = running.end();
    reported.ends(3, "").says("not bounced: it was disabled just before; sipreg enable 22 enables it");
    assert_eq!(desk.stored(22, FieldId::Enabled), Value::Flag(false));
    assert_eq!(desk.writes().len(), 0);
}

#[test]
fn a_server_that_asks_to_wait_is_left_alone_for_that_long() {
    let desk = Desk::new();
    desk.fault(Fault::always("PATCH", "", FaultEffect::TooMany { retry_after: Some(1) }).times(2));
    let reported = desk.sipreg(&["disable", "-f", "enabled:yes domain:acme", "--yes"]);
    assert_eq!(reported.code, Some(0), "{reported:?}");
    reported.says("waits 1 s as the server asks");
    let (refused, done): (Vec<_>, Vec<_>) = desk.writes().into_iter().partition(|write| write.status == Some(429));
    assert_eq!((refused.len(), reported.data.lines().count()), (2, done.len()));
    let after = desk.writes().iter().skip_while(|write| write.status != Some(429)).count() - refused.len();
    assert!(done.len() > 4 && after >= done.len() - 3, "no more than were under way: {:#?}", desk.writes());

    let desk = Desk::new();
    desk.fault(Fault::always("PATCH", "", FaultEffect::TooMany { retry_after: Some(3_600) }));
    let reported = desk.sipreg(&["disable", "-f", "enabled:yes", "--yes"]);
    assert_eq!((reported.code, reported.data.as_str()), (Some(1), ""), "{reported:?}");
    reported.says("stopped: too many requests").says("not sent: ");
    assert!(desk.writes().len() <= 4, "nothing is begun after it");
}

#[test]
fn a_record_that_may_be_sent_at_once_does_not_wait_for_0_s() {
    let desk = Desk::new();
    desk.fault(Fault::next("PATCH", "/registrations/7", FaultEffect::TooMany { retry_after: Some(0) }));
    let reported = desk.sipreg(&["disable", "7", "22"]);
    assert_eq!(reported.code, Some(0), "{reported:?}");
    reported.says(" is sent again\n");
    assert!(!reported.everything().contains("0 s"), "{reported:?}");
}

#[test]
fn who_waits_for_a_busy_server_can_be_interrupted_and_nothing_more_is_sent() {
    let desk = Desk::new();
    desk.fault(Fault::always("PATCH", "", FaultEffect::TooMany { retry_after: Some(30) }));
    let mut running = desk.start(&["disable", "7", "22"]);
    running.wait_for_message("waits 30 s as the server asks");
    running.interrupt();
    let reported = running.end();
    assert_eq!((reported.code, reported.data.as_str()), (Some(130), ""), "{reported:?}");
    reported.says("not sent: ").says("2 not sent");
    assert!(desk.writes().len() <= 2 && desk.writes().iter().all(|write| write.status == Some(429)));
}

#[test]
fn the_request_that_is_told_is_the_one_that_made_the_write() {
    for (command, method, done) in commands() {
        let desk = Desk::new();
        let reported = desk.sipreg(&[command, &["--verbose"]].concat());
        assert!(done(&desk), "{reported:?}");
        let line = reported.data.lines().next().unwrap();
        let id = line.split_once("(request ").and_then(|(_, rest)| rest.strip_suffix(')')).unwrap();
        let writes = desk.writes();
        let made = writes.iter().find(|write| write.method == method).unwrap();
        assert_eq!(made.header("x-request-id"), Some(id), "{line}");
        // Without the option it is not told.
        let desk = Desk::new();
        assert!(!desk.sipreg(command).data.contains("(request"));
    }
}

#[test]
fn a_record_between_two_pages_that_others_moved_is_in_every_list() {
    for arguments in [&["list", "-o", "ids"][..], &["export", "--filter", "id>1000"]] {
        let desk = Desk::with_records(1_200);
        let hidden = desk.control.ids()[1_000];
        desk.fault(Fault::next("GET", "/registrations", FaultEffect::Hold));
        let command = desk.start(arguments);
        desk.wait_for_path("GET", "/registrations");
        // The first page is there, the second one is still to come.
        desk.fault(Fault::next("GET", "/registrations", FaultEffect::Hold));
        desk.control.release();
        desk.wait_for_paths("GET", "/registrations", 2);
        assert!(desk.control.remove(desk.control.ids()[4]));
        desk.control.copy(7, "made-meanwhile").unwrap();
        desk.control.release();
        let reported = command.end();
        assert_eq!(reported.code, Some(0), "{reported:?}");
        let shown = |line: &str| line.split(',').next() == Some(&hidden.to_string());
        assert!(reported.data.lines().any(shown), "{arguments:?} leaves out {hidden}");
    }
}
