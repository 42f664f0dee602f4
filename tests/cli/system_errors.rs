//! What the system refuses is said in plain English: by each command that meets it, for connections, names and files.

use std::fs;

use crate::kit::command::{CommandResult, Desk};
use crate::kit::home::Home;

/// Signs in to a server that is not there.
const USER: &[(&str, &str)] = &[("SIPREG_USERNAME", "alice"), ("SIPREG_PASSWORD", "hunter2")];

#[test]
fn each_refusal_of_the_system_is_said_in_plain_words() {
    let home = Home::new();
    fs::create_dir(home.path().join("folder")).unwrap();
    let closed = "http://127.0.0.1:1";
    for (arguments, meant) in [
        (&["--url", closed, "list"][..], "no connection to http://127.0.0.1:1: connection refused"),
        (&["--url", closed, "show", "13"], "connection refused"),
        (&["--url", closed, "disable", "13", "--yes"], "connection refused"),
        (&["--url", closed, "doctor"], "127.0.0.1 port 1: connection refused"),
        (&["--url", closed, "apply", "missing.csv"], "cannot read missing.csv: no such file or directory"),
        (&["--url", closed, "apply", "folder"], "cannot read folder: it is a directory"),
        (
            &["--url", closed, "--log", "/proc/x/log", "list"],
            "cannot write the log /proc/x/log: no such file or directory",
        ),
        (&["--url", closed, "--log", "folder", "list"], "cannot write the log folder: it is a directory"),
        (&["--url", closed, "--ca-file", "missing.pem", "list"], "no file missing.pem"),
        (&["--config", "folder", "--url", closed, "list"], "it is a directory"),
    ] {
        let reported = home.with(USER, arguments);
        assert!(reported.everything().contains(meant) && reported.code != Some(0), "{arguments:?}: {reported:?}");
    }
    let unresolved = home.with(USER, &["--url", "https://no-such-host.invalid", "list"]).messages;
    let known = ["no such host", "the name server timed out", "the name server failed", "the host has no address"];
    assert!(known.iter().any(|words| unresolved.contains(&format!("cannot be resolved ({words})"))), "{unresolved}");
}

#[test]
fn a_full_disk_behind_standard_output_is_named() {
    let desk = Desk::new();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let reported = CommandResult::of(desk.command(&["list"]).stdout(full));
    assert!(reported.messages.contains("cannot write to standard output: no space left on the disk"), "{reported:?}");
}
