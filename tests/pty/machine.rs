//! A machine that is short of something: a state directory that cannot be used, a configuration that is none, memory;
//! and two consoles at once.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::Path;

use sipreg::domain::record::FieldId;

use crate::kit::console::Console;
use crate::kit::home::SIPREG;
use crate::kit::launch::Launch;
use crate::kit::pty::{Mark, contains};
use crate::kit::raw::{Raw, json};
use crate::kit::runtime;
use crate::kit::server::Server;

/// Opens the form of 13 and types another retry delay.
fn type_a_change(console: &mut Console, value: &str) {
    console.edit(13);
    console.type_over(FieldId::RetryDelay, value);
}

fn folder(home: &Path, mode: u32) -> std::path::PathBuf {
    let folder = home.join("state/sipreg");
    fs::create_dir_all(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
    folder
}

/// What is told, and how the home is made so.
type Prepared = (&'static str, fn(&Path));

#[test]
fn a_state_directory_that_cannot_be_trusted_is_told_at_the_first_change_with_what_mends_it() {
    let server = Server::new();
    let is_root = rustix::process::geteuid().is_root();
    let mut cases: Vec<Prepared> = vec![
        ("others may write to", |home| drop(folder(home, 0o777))),
        ("symbolic link", |home| {
            fs::create_dir_all(home.join("state")).unwrap();
            symlink("/tmp", home.join("state/sipreg")).unwrap();
        }),
        ("not a directory", |home| {
            fs::create_dir_all(home.join("state")).unwrap();
            fs::write(home.join("state/sipreg"), "").unwrap();
        }),
    ];
    if is_root {
        // Only the superuser can give a directory away, and nothing is closed to the superuser.
        cases.push(("Running as root with the home of user 12345", |home| {
            chown(folder(home, 0o700), Some(12_345), None).unwrap();
        }));
    } else {
        cases.push(("no permission for", |home| drop(folder(home, 0o500))));
    }
    for (reported, prepare) in cases {
        let mut console = Console::prepared(prepare, server.launch().size(160, 30));
        console.wait_until_read();
        type_a_change(&mut console, "47");
        console.send("\r!");
        console.wait_for_text(reported);
        console.wait_for("what becomes of the draft", |screen| {
            let text = screen.contents();
            ["the draft of 13 cannot be saved to disk", "drafts are only in memory"]
                .iter()
                .any(|kept| text.contains(kept))
        });
        console.assert_idle();
    }
}

#[test]
fn columns_that_are_widened_in_a_burst_are_kept() {
    let (_server, mut console) = Server::open_one();
    for _ in 0..8 {
        console.send("C+++---+++");
        console.wait_for_text("Columns");
        // Beside the next burst it would be Alt-C.
        console.send("\x1b");
        console.wait_for("the list", |screen| screen.contents().contains("1 All "));
    }
    let kept = |home: &Path| {
        let files = fs::read_dir(home.join("state/sipreg/looks"));
        files.is_ok_and(|files| files.count() == 1)
    };
    console.wait_for_disk("one file of columns", kept);
    console.send("!");
    console.wait_for_text("Messages");
    let shown = console.screen().contents();
    assert!(!shown.contains("not kept"), "{shown}");
}

#[test]
fn a_state_directory_that_vanishes_is_made_again_with_the_next_key() {
    let (_server, mut console) = Server::open_one();
    type_a_change(&mut console, "4");
    console.wait_for_text("DRAFT saved");
    // The console may be writing there.
    while fs::remove_dir_all(console.home().join("state")).is_err() {}
    console.send("8");
    console.wait_for_text("48");
    console.send("\r");
    let drafts = console.home().join("state/sipreg/drafts");
    let kept =
        || fs::read_dir(&drafts).into_iter().flatten().flatten().any(|entry| entry.path().join("13.json").exists());
    for _ in 0..100 {
        if kept() {
            return;
        }
        console.quiet_for(std::time::Duration::from_millis(50));
    }
    panic!("no draft in {}", drafts.display());
}

#[test]
fn two_consoles_on_one_draft_are_told_of_each_other() {
    let server = Server::new();
    let mut first = server.open();
    type_a_change(&mut first, "47");
    first.wait_for_text("DRAFT saved");
    let mut second = first.beside(server.launch().size(160, 30));
    second.wait_until_read();
    type_a_change(&mut second, "58");
    second.wait_for_text("IN MEMORY ONLY");
    second.send("\r!");
    second.wait_for_text("another console (process ");
    second.send("q");
    // The first one has not lost its own.
    first.send("\r");
    first.wait_for_text("47 s");
    first.wait_for_text("DRAFT saved");
}

#[test]
fn a_configuration_that_is_none_is_told_and_the_terminal_is_left_alone() {
    for (reported, make) in [
        ("it is a directory", (|path| fs::create_dir_all(path).unwrap()) as fn(&Path)),
        ("it is larger than 1 MiB", |path| fs::write(path, vec![b'#'; 10 << 20]).unwrap()),
        ("it is not UTF-8", |path| fs::write(path, b"# \xff").unwrap()),
        ("config.toml:2", |path| fs::write(path, "[profile.a]\nurl = \n").unwrap()),
        ("no such device", |path| {
            drop(std::os::unix::net::UnixListener::bind(path).unwrap());
        }),
    ] {
        let prepare = |home: &Path| {
            let directory = home.join("config/sipreg");
            fs::create_dir_all(&directory).unwrap();
            make(&directory.join("config.toml"));
        };
        let console = Console::prepared(prepare, Launch::new(SIPREG).args(["--url", "http://127.0.0.1:1"]));
        console.wait_for_text(reported);
        assert_eq!(console.wait_exit().exit_code(), 2, "{reported}");
        assert!(!contains(&console.bytes_since(Mark::START), b"\x1b[?1049h"), "{reported}");
    }
}

#[test]
fn names_of_a_hundred_kilobytes_cost_little_memory_and_are_told() {
    const RECORDS: u64 = 1_500;
    let runtime = runtime();
    let long = "x".repeat(100_000);
    let server = runtime.block_on(Raw::signing_in(move |seen| {
        let number = |name: &str| -> u64 {
            let query = seen.target.replace("%5B", "[").replace("%5D", "]");
            let value = query.split(['?', '&']).find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            value.and_then(|value| value.parse().ok()).unwrap_or(1)
        };
        let (page, size) = (number("page[number]"), number("page[size]"));
        let ids = (page - 1) * size + 1..=(page * size).min(RECORDS);
        let is_list = seen.path().ends_with("/registrations");
        let entries: Vec<String> = if is_list {
            let entry = |id| {
                format!(
                    r#"{{"id":"{id}","type":"registrations","attributes":{{"name":"{id}-{long}","enabled":true}}}}"#
                )
            };
            ids.map(entry).collect()
        } else {
            Vec::new()
        };
        let total = if is_list { RECORDS } else { 0 };
        json(200, &format!(r#"{{"data":[{}],"meta":{{"total-count":{total}}}}}"#, entries.join(",")))
    }));
    let launch = Launch::new(SIPREG).args(["--url", &server.url(), "--username", "alice"]).size(160, 30);
    let mut console = Console::launch(launch.env("SIPREG_PASSWORD", "pw-of-alice"));
    console.wait_for_text("1/1500");
    console.wait_until_read();
    console.send("!");
    console.wait_for_text("1500 registrations have values over 1 KiB");
    // 150 MB of names came; two answers of 10 MB are read at a time.
    assert!(console.peak_memory() < 140 << 20, "{} MiB", console.peak_memory() >> 20);
    console.send("q");
    console.assert_idle();
}
