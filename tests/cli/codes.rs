//! The exit codes of commands that read, each with what led to it.

use std::time::Duration;

use sipreg::demo::faults::{Fault, FaultEffect};

use crate::kit::command::Desk;
use crate::kit::home::Home;

/// Commands that begin by reading from the server.
const READING: [&[&str]; 6] =
    [&["list"], &["list", "-o", "jsonl"], &["export"], &["show", "22"], &["lint"], &["whoami"]];

#[test]
fn a_refused_password_is_4() {
    let desk = Desk::new();
    for arguments in READING {
        let reported = desk.with(&[("SIPREG_PASSWORD", "wrong")], arguments).failed(4);
        assert!(reported.contains("Incorrect login or password") && !reported.contains("wrong"), "{reported}");
    }
}

#[test]
fn nothing_to_sign_in_with_is_4_and_says_how() {
    let desk = Desk::new();
    for arguments in READING {
        let reported = desk.with(&[("SIPREG_PASSWORD", "")], arguments).failed(4);
        assert!(reported.contains("SIPREG_PASSWORD") && reported.contains("sipreg login"), "{reported}");
    }
}

#[test]
fn a_token_that_the_server_does_not_take_is_4() {
    let desk = Desk::new();
    let reported = desk.with(&[("SIPREG_TOKEN", "e30.e30.x")], &["list"]).failed(4);
    assert!(!reported.contains("e30"), "{reported}");
    assert!(reported.contains("the server refuses the configured token"), "{reported}");
}

#[test]
fn a_missing_record_is_5() {
    let desk = Desk::new();
    assert!(desk.sipreg(&["show", "99999"]).failed(5).contains("registration 99999"));
    let reported = desk.sipreg(&["show", "22", "99999", "-o", "ids"]);
    assert_eq!((reported.code, reported.data.as_str()), (Some(5), "22\n"));
    assert!(reported.messages.contains("99999"), "{reported:?}");
}

#[test]
fn a_server_that_is_not_there_is_7() {
    let desk = Desk::new();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for arguments in READING {
        let reported = desk.with(&[("SIPREG_URL", &format!("http://{closed}"))], arguments).failed(7);
        assert!(reported.contains(&closed.to_string()), "{reported}");
    }
}

#[test]
fn no_answer_in_time_is_7() {
    let desk = Desk::new();
    desk.fault(Fault::always("GET", "/registrations", FaultEffect::Hold));
    for arguments in READING {
        let reported = desk.sipreg(&[&["--timeout", "100ms"], arguments].concat()).failed(7);
        assert!(reported.contains("within 0.1 s"), "{reported}");
    }
}

#[test]
fn a_server_that_stays_busy_is_7() {
    let desk = Desk::new();
    // Longer than a command waits.
    desk.fault(Fault::always("GET", "/registrations", FaultEffect::Unavailable { retry_after: Some(3_600) }));
    assert!(desk.sipreg(&["list"]).failed(7).contains("503"));
}

#[test]
fn another_failure_of_the_server_is_1() {
    let desk = Desk::new();
    desk.fault(Fault::always("GET", "/registrations", FaultEffect::ServerError));
    let reported = desk.sipreg(&["list"]).failed(1);
    assert!(reported.contains("500") && reported.contains("request sipreg-"), "{reported}");
}

#[test]
fn an_address_without_the_api_is_2() {
    let desk = Desk::new();
    let url = format!("{}/elsewhere/api/rest/admin", desk.server.url);
    assert!(desk.with(&[("SIPREG_URL", &url)], &["list"]).failed(2).contains("url"));
    assert!(Home::new().sipreg(&["list"]).failed(2).contains("no server configured"));
}

#[test]
fn an_answer_that_is_cut_is_read_again() {
    let desk = Desk::new();
    desk.fault(Fault::next("GET", "/registrations", FaultEffect::CutBody));
    desk.fault(Fault::next("GET", "/registrations", FaultEffect::Delay(Duration::ZERO)));
    assert_eq!(desk.sipreg(&["list", "-o", "ids"]).done().lines().count(), 120);
}

#[test]
fn a_password_in_plaintext_is_warned_of_on_stderr() {
    let home = Home::new();
    let at = |url: &str| {
        let given = ["--url", url, "--username", "a", "--timeout", "100ms", "list"];
        home.with(&[("SIPREG_PASSWORD", "hunter2")], &given)
    };
    let reported = at("http://192.0.2.1:9");
    assert!(reported.messages.starts_with("warning: http://192.0.2.1:9 is not encrypted"), "{reported:?}");
    assert_eq!(reported.data, "");
    for safe in ["http://127.0.0.1:9", "http://[::1]:9", "https://192.0.2.1:9"] {
        assert!(!at(safe).messages.contains("not encrypted"), "{safe}");
    }
}
