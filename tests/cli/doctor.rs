//! `doctor`: each check, well and not.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use sipreg::demo::ServerClock;
use sipreg::demo::faults::{Fault, FaultEffect};

use crate::kit::{Desk, Home, Told};

/// The first words of each line: verdict and check.
fn verdicts(told: &Told) -> Vec<(&str, &str)> {
    told.data
        .lines()
        .map(|line| {
            let mut words = line.split_whitespace();
            (words.next().unwrap(), words.next().unwrap())
        })
        .collect()
}

#[track_caller]
fn verdict<'t>(told: &'t Told, check: &str) -> (&'t str, &'t str) {
    let line = told.data.lines().find(|line| line.split_whitespace().nth(1) == Some(check)).unwrap();
    line.split_once(' ').unwrap()
}

#[test]
fn all_is_well() {
    let desk = Desk::new();
    let told = desk.sipreg(&["doctor"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    let checks =
        ["version", "configuration", "state", "dns", "connection", "tls", "sign-in", "clock", "page", "terminal"];
    assert_eq!(verdicts(&told), checks.map(|check| ("ok", check)));
    assert!(told.data.contains("50 of 120 registrations"), "{told:?}");
    let first = told.data.lines().next().unwrap();
    let version = format!("ok    version        sipreg {}; ", sipreg::VERSION);
    assert!(first.starts_with(&version), "{first}");
    assert!(first.contains(std::env::consts::ARCH) && first.ends_with("; TERM is not set, no terminal"), "{first}");
    assert!(told.data.contains("as demo; the token expires in"), "{told:?}");
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
        let told = desk.sipreg(&["doctor"]);
        let (word, found) = verdict(&told, "journal");
        assert!(word == "warn" && found.contains("1 line of ") && found.contains("cannot be read"), "{told:?}");
        assert_eq!(told.code, Some(0));
    }
}

#[test]
fn without_a_configuration_it_says_what_to_set() {
    let told = Home::new().sipreg(&["doctor"]);
    assert_eq!(told.code, Some(2));
    let (word, found) = verdict(&told, "configuration");
    assert!(word == "fail" && found.contains("no server configured; fix: set url"), "{told:?}");
    assert_eq!(verdict(&told, "page").0, "skip");
}

#[test]
fn a_broken_configuration_is_told_and_the_rest_is_checked_as_far_as_it_goes() {
    let home = Home::holding("[profile.a]\nurl = 7\naccess = \"ro\"\n", 0o600);
    let told = home.sipreg(&["doctor"]);
    assert_eq!(told.code, Some(2));
    let (word, found) = verdict(&told, "configuration");
    assert!(word == "fail" && found.contains("config.toml:2:7") && found.contains("(and 1 more"), "{told:?}");
    assert_eq!(verdict(&told, "terminal").0, "ok");
}

#[test]
fn a_refused_password_is_told_and_never_shown() {
    let desk = Desk::new();
    let told = desk.with(&[("SIPREG_PASSWORD", "hunter2")], &["doctor"]);
    assert_eq!(told.code, Some(4));
    let (word, found) = verdict(&told, "sign-in");
    assert!(word == "fail" && found.contains("check user name and password"), "{told:?}");
    assert_eq!((verdict(&told, "tls").0, verdict(&told, "page").0), ("ok", "skip"));
    assert!(!told.everything().contains("hunter2"));
}

#[test]
fn without_credentials_the_clock_is_checked_all_the_same() {
    let desk = Desk::new();
    let told = desk.with(&[("SIPREG_PASSWORD", "")], &["doctor"]);
    assert_eq!(told.code, Some(4));
    assert_eq!((verdict(&told, "sign-in").0, verdict(&told, "clock").0), ("fail", "ok"), "{told:?}");
    assert!(told.data.contains("sipreg login"), "{told:?}");
}

#[test]
fn a_server_that_is_not_there_is_told() {
    let desk = Desk::new();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let told = desk.with(&[("SIPREG_URL", &format!("http://{closed}"))], &["doctor"]);
    assert_eq!(told.code, Some(7));
    assert_eq!((verdict(&told, "connection").0, verdict(&told, "page").0), ("fail", "skip"), "{told:?}");
}

#[test]
fn a_server_without_encryption_where_some_is_due_is_told() {
    let desk = Desk::new();
    let url = desk.running.url.replace("http://", "https://");
    let told = desk.with(&[("SIPREG_URL", &url)], &["doctor"]);
    assert_eq!(told.code, Some(7), "{told:?}");
    assert_eq!((verdict(&told, "connection").0, verdict(&told, "tls").0), ("ok", "fail"), "{told:?}");
}

#[test]
fn clocks_apart_are_a_warning() {
    let desk = Desk::new();
    desk.control().set_clock(ServerClock::Fixed(1_000_000_000));
    let told = desk.sipreg(&["doctor"]);
    let (word, found) = verdict(&told, "clock");
    assert!(word == "warn" && found.contains("ahead of the server's"), "{told:?}");
    assert_eq!(told.code, Some(0));
}

#[test]
fn a_page_that_does_not_come_is_told() {
    let desk = Desk::new();
    desk.fault(Fault::always("GET", "/registrations", FaultEffect::ServerError));
    let told = desk.sipreg(&["doctor"]);
    assert_eq!(told.code, Some(1));
    assert_eq!((verdict(&told, "sign-in").0, verdict(&told, "page").0), ("ok", "fail"), "{told:?}");
}

#[test]
fn a_state_directory_that_others_can_write_to_is_told_with_the_command_that_mends_it() {
    let desk = Desk::new();
    fs::create_dir_all(desk.home.state()).unwrap();
    fs::set_permissions(desk.home.state(), fs::Permissions::from_mode(0o777)).unwrap();
    let told = desk.sipreg(&["doctor"]);
    let (word, found) = verdict(&told, "state");
    assert!(word == "warn" && found.contains("fix: chmod go-w "), "{told:?}");
}
