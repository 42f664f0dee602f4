//! `doctor`: each check, well and not.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use sipreg::demo::ServerClock;
use sipreg::demo::faults::{Fault, FaultEffect};

use crate::kit::command::{CommandResult, Desk};
use crate::kit::home::Home;

/// The first words of each line: verdict and check.
fn verdicts(reported: &CommandResult) -> Vec<(&str, &str)> {
    reported
        .data
        .lines()
        .map(|line| {
            let mut words = line.split_whitespace();
            (words.next().unwrap(), words.next().unwrap())
        })
        .collect()
}

#[track_caller]
fn verdict<'t>(reported: &'t CommandResult, check: &str) -> (&'t str, &'t str) {
    let line = reported.data.lines().find(|line| line.split_whitespace().nth(1) == Some(check)).unwrap();
    line.split_once(' ').unwrap()
}

#[test]
fn all_is_well() {
    let desk = Desk::new();
    let reported = desk.sipreg(&["doctor"]);
    assert_eq!(reported.code, Some(0), "{reported:?}");
    let checks =
        ["version", "configuration", "state", "dns", "connection", "tls", "sign-in", "clock", "page", "terminal"];
    assert_eq!(verdicts(&reported), checks.map(|check| ("ok", check)));
    assert!(reported.data.contains("50 of 120 registrations"), "{reported:?}");
    let first = reported.data.lines().next().unwrap();
    let version = format!("ok    version        sipreg {}; ", sipreg::VERSION);
    assert!(first.starts_with(&version), "{first}");
    assert!(first.contains(std::env::consts::ARCH) && first.ends_with("; TERM is not set, no terminal"), "{first}");
    assert!(reported.data.contains("as demo; the token expires in"), "{reported:?}");
}

#[test]
fn damaged_lines_of_the_journal_are_named_each_time() {
    let desk = Desk::new();
    assert_eq!(desk.sipreg(&["disable", "13"]).code, Some(0));
    assert!(!desk.sipreg(&["doctor"]).data.contains("journal"));
    let journal = fs::read_dir(desk.home.state().join("journal")).unwrap().flatten().next().unwrap().path();
    let mut lines = fs::read(&journal).unwrap();
    lines.extend(b"{\"torn\n");
    fs::write(&journal, lines).unwrap();
    for _ in 0..2 {
        let reported = desk.sipreg(&["doctor"]);
        let (word, found) = verdict(&reported, "journal");
        assert!(word == "warn" && found.contains("1 line of ") && found.contains("cannot be read"), "{reported:?}");
        assert_eq!(reported.code, Some(0));
    }
}

#[test]
fn without_a_configuration_it_says_what_to_set() {
    let reported = Home::new().sipreg(&["doctor"]);
    assert_eq!(reported.code, Some(2));
    let (word, found) = verdict(&reported, "configuration");
    assert!(word == "fail" && found.contains("no server configured; fix: set url"), "{reported:?}");
    assert_eq!(verdict(&reported, "page").0, "skip");
}

#[test]
fn a_broken_configuration_is_told_and_the_rest_is_checked_as_far_as_it_goes() {
    let home = Home::configured("[profile.a]\nurl = 7\naccess = \"ro\"\n");
    let reported = home.sipreg(&["doctor"]);
    assert_eq!(reported.code, Some(2));
    let (word, found) = verdict(&reported, "configuration");
    assert!(word == "fail" && found.contains("config.toml:2:7") && found.contains("(and 1 more"), "{reported:?}");
    assert_eq!(verdict(&reported, "terminal").0, "ok");
}

#[test]
fn a_refused_password_is_told_and_never_shown() {
    let desk = Desk::new();
    let reported = desk.with(&[("SIPREG_PASSWORD", "hunter2")], &["doctor"]);
    assert_eq!(reported.code, Some(4));
    let (word, found) = verdict(&reported, "sign-in");
    assert!(word == "fail" && found.contains("check user name and password"), "{reported:?}");
    assert_eq!((verdict(&reported, "tls").0, verdict(&reported, "page").0), ("ok", "skip"));
    assert!(!reported.everything().contains("hunter2"));
}

#[test]
fn without_credentials_the_clock_is_checked_all_the_same() {
    let desk = Desk::new();
    let reported = desk.with(&[("SIPREG_PASSWORD", "")], &["doctor"]);
    assert_eq!(reported.code, Some(4));
    assert_eq!((verdict(&reported, "sign-in").0, verdict(&reported, "clock").0), ("fail", "ok"), "{reported:?}");
    assert!(reported.data.contains("sipreg login"), "{reported:?}");
}

#[test]
fn a_server_that_is_not_there_is_told() {
    let desk = Desk::new();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let reported = desk.with(&[("SIPREG_URL", &format!("http://{closed}"))], &["doctor"]);
    assert_eq!(reported.code, Some(7));
    assert_eq!((verdict(&reported, "connection").0, verdict(&reported, "page").0), ("fail", "skip"), "{reported:?}");
}

#[test]
fn a_server_without_encryption_where_some_is_due_is_told() {
    let desk = Desk::new();
    let url = desk.server.url.replace("http://", "https://");
    let reported = desk.with(&[("SIPREG_URL", &url)], &["doctor"]);
    assert_eq!(reported.code, Some(7), "{reported:?}");
    assert_eq!((verdict(&reported, "connection").0, verdict(&reported, "tls").0), ("ok", "fail"), "{reported:?}");
}

#[test]
fn clocks_apart_are_a_warning() {
    let desk = Desk::new();
    desk.control.set_clock(ServerClock::Fixed(1_000_000_000));
    let reported = desk.sipreg(&["doctor"]);
    let (word, found) = verdict(&reported, "clock");
    assert!(word == "warn" && found.contains("ahead of the server's"), "{reported:?}");
    assert_eq!(reported.code, Some(0));
}

#[test]
fn a_page_that_does_not_come_is_told() {
    let desk = Desk::new();
    desk.fault(Fault::always("GET", "/registrations", FaultEffect::ServerError));
    let reported = desk.sipreg(&["doctor"]);
    assert_eq!(reported.code, Some(1));
    assert_eq!((verdict(&reported, "sign-in").0, verdict(&reported, "page").0), ("ok", "fail"), "{reported:?}");
}

#[test]
fn a_state_directory_that_others_can_write_to_is_told_with_the_command_that_mends_it() {
    let desk = Desk::new();
    fs::create_dir_all(desk.home.state()).unwrap();
    fs::set_permissions(desk.home.state(), fs::Permissions::from_mode(0o777)).unwrap();
    let reported = desk.sipreg(&["doctor"]);
    let (word, found) = verdict(&reported, "state");
    assert!(word == "warn" && found.contains("fix: chmod go-w "), "{reported:?}");
}
