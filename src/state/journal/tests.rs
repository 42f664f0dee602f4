use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use chrono::DateTime;
use tempfile::TempDir;

use crate::domain::change::journal::Author;
use crate::domain::change::{Action, Change, Ending};
use crate::domain::record::{FieldId, Registration, Secret, Value, ValueRef};
use crate::state::journal::*;

fn home() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn journal(home: &TempDir) -> Journal {
    Journal::open(home.path(), "PROD")
}

fn file(home: &TempDir) -> PathBuf {
    home.path().join("journal/PROD.jsonl")
}

fn named(name: &str) -> JournalLine {
    let mut record = Registration::new(13);
    record.set(FieldId::Name, Value::Text(name.to_owned()));
    let changes = vec![Change::new(FieldId::Expire, ValueRef::Null, ValueRef::Number(60))];
    let author = Author { profile: "PROD".into(), user: None, pid: 1 };
    JournalLine::of_changes(DateTime::UNIX_EPOCH, author, Action::Edit, &record, changes, Ending::Applied)
}

fn record(journal: &Journal, name: &str) {
    journal.record(&named(name)).unwrap();
}

fn recent(journal: &Journal, count: usize) -> (Vec<String>, usize) {
    let recent = journal.recent(count).unwrap();
    (recent.lines.into_iter().map(|line| line.name).collect(), recent.damaged.len())
}

fn append(home: &TempDir, bytes: &[u8]) {
    fs::OpenOptions::new().append(true).open(file(home)).unwrap().write_all(bytes).unwrap();
}

#[test]
fn the_last_lines_come_back_last_first() {
    let home = home();
    let journal = journal(&home);
    assert_eq!(journal.recent(9).unwrap(), JournalTail::default());
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0, "looking makes nothing");
    for name in ["a", "b\n\u{1b}[2J\"", "c"] {
        record(&journal, name);
    }
    assert_eq!(recent(&journal, 2), (vec!["c".into(), "b\n\u{1b}[2J\"".into()], 0));
    assert_eq!(recent(&journal, 9).0.len(), 3);
    assert_eq!(recent(&journal, 0).0.len(), 0);
    assert_eq!(journal.recent(1).unwrap().lines, [named("c")]);
}

#[test]
fn the_journal_is_for_its_owner_only_and_stays_in_its_place() {
    let home = home();
    record(&journal(&home), "a");
    record(&Journal::open(home.path(), "../../x"), "a");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!((mode(&home.path().join("journal")), mode(&file(&home))), (0o700, 0o600));
    assert_eq!(fs::read_dir(home.path().join("journal")).unwrap().count(), 2);
}

#[test]
fn a_line_cut_short_costs_only_itself() {
    let home = home();
    let journal = journal(&home);
    record(&journal, "a");
    append(&home, b"{\"time\":\"2026");
    assert_eq!(recent(&journal, 9), (vec!["a".into()], 1));
    record(&journal, "b");
    append(&home, b"\n\n\xff\xfe\n");
    assert_eq!(recent(&journal, 9), (vec!["b".into(), "a".into()], 2));
}

#[test]
fn lines_longer_than_what_is_read_at_once_come_back_whole() {
    let home = home();
    let journal = journal(&home);
    let names: Vec<String> = [1, CHUNK - 200, CHUNK, CHUNK + 1, 5 * CHUNK, 1].map(|size| "x".repeat(size)).to_vec();
    for name in &names {
        record(&journal, name);
    }
    assert_eq!(recent(&journal, 9).0, names.into_iter().rev().collect::<Vec<_>>());
}

#[test]
fn only_the_end_of_a_long_journal_is_read() {
    let home = home();
    let journal = journal(&home);
    record(&journal, "a");
    let file = File::options().write(true).open(file(&home)).unwrap();
    // A hole of a terabyte, which no one could read through.
    if file.write_all_at(b"\n", 1 << 40).is_ok() {
        let unbound = Journal { rotation: Rotation { largest: u64::MAX, oldest: None }, ..journal };
        record(&unbound, "b");
        assert_eq!(recent(&unbound, 1), (vec!["b".into()], 0));
        let reported = unbound.recent(2).unwrap_err().to_string();
        assert!(reported.contains("it has a line of more than 32 MiB"), "{reported}");
    }
}

#[test]
fn a_full_file_makes_room_for_a_new_one_and_both_are_read() {
    let home = home();
    let journal = Journal { rotation: Rotation { largest: 600, oldest: None }, ..journal(&home) };
    let names: Vec<String> = (0..20).map(|number| number.to_string()).collect();
    for name in &names {
        record(&journal, name);
        assert!(fs::metadata(file(&home)).unwrap().len() < 1000);
    }
    let reported = recent(&journal, 99).0;
    assert!(reported.len() >= 4, "{reported:?}");
    let last: Vec<String> = names.into_iter().rev().take(reported.len()).collect();
    assert_eq!(reported, last);
    assert_eq!(fs::read_dir(home.path().join("journal")).unwrap().count(), 2);
}

#[test]
fn consoles_that_write_and_rotate_at_once_neither_tear_nor_lose_lines() {
    let home = home();
    std::thread::scope(|scope| {
        for console in 0..4 {
            let home = &home;
            scope.spawn(move || {
                // One rotation, so that nothing that was written may be gone.
                let journal = Journal { rotation: Rotation { largest: 60_000, oldest: None }, ..journal(home) };
                for number in 0..100 {
                    record(&journal, &format!("{console}-{number}"));
                }
            });
        }
    });
    let (mut reported, unreadable) = recent(&journal(&home), 999);
    reported.sort();
    reported.dedup();
    assert_eq!((reported.len(), unreadable), (400, 0));
    assert!(home.path().join("journal/PROD.jsonl.1").exists());
}

/// Name of the variable that makes this test binary a console that writes lines.
const WRITES_IN: &str = "SIPREG_TEST_WRITES_IN";

/// Not a test by itself: one of the consoles of the test below.
#[test]
#[ignore = "started by another test"]
fn a_console_that_writes_lines() {
    let Some(state) = std::env::var_os(WRITES_IN) else { return };
    let journal = Journal::open(Path::new(&state), "PROD");
    for number in 0..100 {
        record(&journal, &format!("{}-{number}-{}", std::process::id(), "x".repeat(5000)));
    }
}

#[test]
fn lines_of_several_processes_stay_whole() {
    let home = home();
    let consoles: Vec<_> = (0..3)
        .map(|_| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "state::journal::tests::a_console_that_writes_lines", "--ignored", "--quiet"])
                .env(WRITES_IN, home.path())
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut console in consoles {
        assert!(console.wait().unwrap().success());
    }
    let (reported, unreadable) = recent(&journal(&home), 999);
    assert_eq!((reported.len(), unreadable), (300, 0));
}

#[test]
fn a_full_disk_is_told_and_the_torn_line_costs_no_other() {
    let home = home();
    let full = Journal { append: Box::new(|file, bytes| write_once(file, &bytes[..20])), ..journal(&home) };
    let reported = full.record(&named("a")).unwrap_err().to_string();
    assert!(reported.contains("no space left for") && reported.contains("are not affected"), "{reported}");
    let none = Journal { append: Box::new(|_, _| Err(rustix::io::Errno::NOSPC.into())), ..journal(&home) };
    assert_eq!(none.record(&named("a")).unwrap_err().fault.obstacle, FileObstacle::Full);
    let fixed = journal(&home);
    record(&fixed, "b");
    assert_eq!(recent(&fixed, 9), (vec!["b".into()], 1));
}

#[test]
fn links_pipes_and_files_open_to_others_are_refused() {
    let home = home();
    let journal = journal(&home);
    record(&journal, "a");
    let refused = || {
        let (written, read) = (journal.record(&named("b")).unwrap_err(), journal.recent(1).unwrap_err());
        assert_eq!(written.fault.obstacle, read.fault.obstacle);
        written.fault.obstacle
    };
    fs::set_permissions(file(&home), fs::Permissions::from_mode(0o620)).unwrap();
    assert_eq!(refused(), FileObstacle::Exposed(0o620));
    fs::remove_file(file(&home)).unwrap();

    let victim = home.path().join("victim");
    fs::write(&victim, "precious").unwrap();
    symlink(&victim, file(&home)).unwrap();
    assert_eq!(refused(), FileObstacle::Link);
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
    fs::remove_file(file(&home)).unwrap();

    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        mknodat(CWD, file(&home), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        assert_eq!(refused(), FileObstacle::NotAFile);
        fs::remove_file(file(&home)).unwrap();
    }
    fs::create_dir(file(&home)).unwrap();
    assert_eq!(journal.record(&named("b")).unwrap_err().fault.obstacle, FileObstacle::NotAFile);
}

#[test]
fn no_password_reaches_the_journal() {
    let home = home();
    let secret = |text: &str| Value::Secret(Secret::new(text));
    let (before, after) = (secret("planted-before"), secret("planted-after"));
    let line = JournalLine {
        changes: vec![
            Change::new(FieldId::AuthPassword, before.as_ref(), after.as_ref()),
            Change::new(FieldId::AuthPassword, ValueRef::Odd("planted"), ValueRef::Text("planted")),
            Change::new(FieldId::Contact, before.as_ref(), ValueRef::Null),
        ],
        ..named("a")
    };
    journal(&home).record(&line).unwrap();
    let text = fs::read_to_string(file(&home)).unwrap();
    assert!(text.contains("********") && !text.contains("planted"), "{text}");
}
