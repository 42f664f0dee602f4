//! A file system that is really full: what could not be kept is said, and nothing that was asked for is left out.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use sipreg::domain::record::Record as _;
use tempfile::TempDir;

use crate::kit::console::Console;
use crate::kit::home::SIPREG;
use crate::kit::server::Server;

/// A file system of 64 KiB, unmounted when dropped.
struct Small(TempDir);

impl Small {
    /// `None`, with a word, where it may not be mounted.
    fn mount() -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "sipreg"]).arg(directory.path()).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(directory));
        }
        println!("SKIPPED: no file system can be mounted here (it takes root on Linux)");
        None
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Takes up all that is left.
    fn fill(&self) {
        let mut file = File::create(self.path().join("filler")).unwrap();
        while file.write_all(&[0; 512]).is_ok() {}
    }

    fn empty(&self) {
        std::fs::remove_file(self.path().join("filler")).unwrap();
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).output();
    }
}

/// A console that keeps its files there.
fn open(server: &Server, small: &Small) -> Console {
    let link = |home: &Path| std::os::unix::fs::symlink(small.path(), home.join("state")).unwrap();
    let console = Console::prepared(link, server.launch().size(120, 30));
    console.wait_until_read();
    console
}

fn is_on(server: &Server, id: u64) -> bool {
    server.control.registration(id).unwrap().enabled() == Some(true)
}

#[test]
fn a_draft_and_views_that_a_full_disk_refuses_are_said_and_kept_once_there_is_room() {
    let Some(small) = Small::mount() else { return };
    let server = Server::new();
    small.fill();
    let mut console = open(&server, &small);
    console.edit(13);
    console.send("Gkki\x1547\r");
    console.wait_for_text("no space left");
    console.wait_for_text("DRAFT IN MEMORY ONLY");
    console.send("\x1b");
    console.wait_for_text("is only in memory, quitting loses it");
    console.send("Fsnight\r");
    console.wait_for_text("Columns and views were not saved");
    console.send("q");
    console.wait_for_text("Quit anyway?");
    console.send("n");
    console.wait_for("the list", |screen| !screen.contents().contains("Quit anyway?"));
    small.empty();
    console.send("e");
    console.wait_for_text("Edit 13 ");
    console.send("Gkki\x1548\r");
    console.wait_for_text("DRAFT saved");
}

#[test]
fn a_journal_that_a_full_disk_refuses_is_said_and_the_change_is_true_all_the_same() {
    let Some(small) = Small::mount() else { return };
    let server = Server::new();
    small.fill();
    let mut console = open(&server, &small);
    let before = is_on(&server, 13);
    console.go_to(13);
    console.send("t");
    server.wait_for_requests("the switch", 1, |exchange| exchange.method == "PATCH" && exchange.status.is_some());
    assert_ne!(is_on(&server, 13), before);
    console.send("!");
    console.wait_for_text("The change was not written to the journal: no space left");
}

#[test]
fn a_bulk_whose_plan_a_full_disk_refuses_asks_before_anything_is_sent() {
    let Some(small) = Small::mount() else { return };
    let server = Server::new();
    small.fill();
    let mut console = open(&server, &small);
    console.send("gg     ");
    console.wait_for_text("5 marked");
    console.send("td");
    console.wait_for_text("5 registrations?");
    console.send("5\r");
    console.wait_for_text("Cannot write the plan to disk");
    let sent = server.control.exchanges().iter().filter(|exchange| exchange.method == "PATCH").count();
    assert_eq!(sent, 0);
}

/// A log that is nearly a page of a file system on which there is no other: the next lines do not fit.
fn nearly_full_log(small: &Small) -> String {
    let log = small.path().join("sipreg.log");
    std::fs::write(&log, "x".repeat(3_800)).unwrap();
    small.fill();
    log.display().to_string()
}

#[test]
fn a_log_for_which_there_is_no_room_is_said_once_and_the_work_goes_on() {
    let Some(small) = Small::mount() else { return };
    let server = Server::new();
    let log = nearly_full_log(&small);
    let mut console = Console::launch(server.launch().args(["--log", &log]).size(120, 30));
    console.wait_until_read();
    console.send("!");
    console.wait_for_text("is not complete: no space left on the disk");
    console.send("q:13\r");
    console.wait_for_cursor_on(13);
    let before = is_on(&server, 13);
    console.send("t");
    server.wait_for_requests("the switch", 1, |exchange| exchange.method == "PATCH" && exchange.status.is_some());
    assert_ne!(is_on(&server, 13), before);
    console.send("RRR!");
    console.wait_for_text("is not complete");
    assert_eq!(console.contents().matches("is not complete").count(), 1, "{}", console.contents());
    let Some(another) = Small::mount() else { return };
    let (log, home) = (nearly_full_log(&another), tempfile::tempdir().unwrap());
    let reported = Command::new(SIPREG)
        .args(["--log", &log, "list", "-o", "ids", "--url", &server.url])
        .env("SIPREG_USERNAME", &server.username)
        .env("SIPREG_PASSWORD", server.password.expose())
        .env("HOME", home.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&reported.stderr);
    assert_eq!((reported.status.code(), said.matches("is not complete").count()), (Some(0), 1), "{said}");
    assert!(reported.stdout.starts_with(b"1\n2\n"));
}
