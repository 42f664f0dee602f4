mod obstacles;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use proptest::prelude::*;
use rustix::io::Errno;
use tempfile::TempDir;

use crate::domain::answer::Tag;
use crate::domain::change::draft::RestoreError;
use crate::domain::change::{Draft, HeldBy};
use crate::domain::record::{FieldId, Registration, Secret, Value};
use crate::state::atomic_write::DiskStep;
use crate::state::drafts::*;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

fn home() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn state(home: &TempDir) -> PathBuf {
    home.path().join("sub/sipreg")
}

fn drafts(home: &TempDir) -> DraftFiles {
    DraftFiles::open(&state(home), "PROD", at(0))
}

fn folder(home: &TempDir) -> PathBuf {
    state(home).join("drafts/PROD")
}

fn draft(id: u64, expire: i64) -> Draft {
    let mut base = Registration::new(id);
    base.set(FieldId::Name, Value::Text("acme".into()));
    base.set(FieldId::Expire, Value::Number(1));
    base.set(FieldId::AuthPassword, Value::Secret(Secret::new("planted-base")));
    let mut draft = Draft::new(base, Some(Tag::new("W/\"eb20\"")));
    draft.set(FieldId::Expire, Value::Number(expire));
    draft
}

fn save(drafts: &DraftFiles, id: u64, expire: i64) -> Result<(), StateError> {
    drafts.save(&draft(id, expire).to_stored(), at(expire))
}

/// What each draft wants `expire` to be, as another console would find it.
fn found(home: &TempDir) -> Vec<(u64, i64)> {
    let (kept, unreadable) = drafts(home).load_all();
    assert_eq!(unreadable, []);
    kept.iter().map(|kept| (kept.draft.id(), kept.draft.number(FieldId::Expire).unwrap())).collect()
}

fn obstacle(unread: &UnreadableDraft) -> &FileObstacle {
    match &unread.reason {
        UnreadableReason::File(fault) => &fault.obstacle,
        reason => panic!("{reason}"),
    }
}

fn names(home: &TempDir) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder(home)).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
}

fn everything_in(path: &Path, into: &mut Vec<u8>) {
    for entry in fs::read_dir(path).unwrap() {
        let entry = entry.unwrap().path();
        into.extend(entry.as_os_str().as_encoded_bytes());
        if entry.is_dir() {
            everything_in(&entry, into);
        } else {
            into.extend(fs::read(&entry).unwrap());
        }
    }
}

#[test]
fn nothing_is_made_before_there_is_something_to_keep() {
    let home = home();
    let drafts = drafts(&home);
    assert_eq!(drafts.load_all(), (Vec::new(), Vec::new()));
    drafts.remove(13, at(0)).unwrap();
    drafts.release(13);
    assert!(!home.path().join("sub").exists());
}

#[test]
fn a_draft_is_found_by_the_next_run() {
    let home = home();
    save(&drafts(&home), 13, 60).unwrap();
    let (kept, _) = drafts(&home).load_all();
    let kept = &kept[0];
    assert_eq!(kept.draft.tag(), Some(&Tag::new("W/\"eb20\"")));
    assert_eq!((kept.draft.name(), kept.draft.base().number(FieldId::Expire)), ("acme", Some(1)));
    assert_eq!((kept.changed, kept.writer), (at(60), Writer { pid: std::process::id(), started: at(0) }));
}

#[test]
fn the_draft_changed_last_is_offered_first() {
    let home = home();
    let drafts = drafts(&home);
    for (id, expire) in [(3, 20), (1, 30), (2, 20), (3, 10)] {
        save(&drafts, id, expire).unwrap();
    }
    assert_eq!(found(&home), [(1, 30), (2, 20), (3, 10)]);
}

#[test]
fn a_removed_draft_leaves_no_file() {
    let home = home();
    let drafts = drafts(&home);
    save(&drafts, 13, 60).unwrap();
    drafts.remove(13, at(1)).unwrap();
    drafts.remove(13, at(1)).unwrap();
    assert_eq!(names(&home), [""; 0]);
}

#[test]
fn files_are_for_their_owner_only() {
    let home = home();
    let drafts = drafts(&home);
    save(&drafts, 13, 60).unwrap();
    assert_eq!(names(&home), ["13.json", "13.lock"]);
    for folder in [home.path().join("sub"), state(&home), state(&home).join("drafts"), folder(&home)] {
        assert_eq!(mode(&folder), 0o700, "{}", folder.display());
    }
    for file in names(&home) {
        assert_eq!(mode(&folder(&home).join(file)), 0o600);
    }
}

#[test]
fn profiles_do_not_see_each_others_drafts_and_stay_in_their_place() {
    let home = home();
    for (expire, profile) in ["../../..", "..", "/etc", "", "a/b", "PROD"].into_iter().enumerate() {
        let drafts = DraftFiles::open(&state(&home), profile, at(0));
        save(&drafts, 13, 10 + i64::try_from(expire).unwrap()).unwrap();
        assert_eq!(drafts.load_all().0.len(), 1);
    }
    assert_eq!(fs::read_dir(state(&home).join("drafts")).unwrap().count(), 6);
    assert_eq!(fs::read_dir(state(&home)).unwrap().count(), 1);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
}

#[test]
fn no_password_reaches_the_disk() {
    let home = home();
    let mut draft = draft(13, 60);
    draft.set(FieldId::AuthPassword, Value::Secret(Secret::new("planted-change")));
    let drafts = drafts(&home);
    drafts.save(&draft.to_stored(), at(1)).unwrap();
    let mut all = Vec::new();
    everything_in(home.path(), &mut all);
    assert!(memchr::memmem::find(&all, b"planted").is_none());
    let kept = drafts.load_all().0.remove(0);
    assert_eq!(kept.draft.lost().collect::<Vec<_>>(), [FieldId::AuthPassword]);
}

#[test]
fn the_second_console_is_told_until_the_first_lets_go() {
    let home = home();
    let (first, second) = (drafts(&home), drafts(&home));
    assert_eq!(first.claim(13, at(5)).unwrap(), None);
    save(&first, 13, 60).unwrap();

    let refused = second.claim(13, at(6)).unwrap_err();
    let holder = HeldBy { pid: Some(std::process::id()), since: Some(at(5)) };
    assert!(matches!(refused.fault.obstacle, FileObstacle::Held(by) if by == holder), "{refused}");
    assert!(refused.to_string().contains("another console (process "), "{refused}");
    assert!(matches!(save(&second, 13, 99).unwrap_err().fault.obstacle, FileObstacle::Held(_)));
    assert!(matches!(second.remove(13, at(6)).unwrap_err().fault.obstacle, FileObstacle::Held(_)));
    assert_eq!(second.load_all().0.len(), 1, "it may look");
    save(&second, 14, 20).unwrap();
    assert_eq!(found(&home), [(13, 60), (14, 20)]);

    first.release(13);
    let now = second.claim(13, at(7)).unwrap().unwrap();
    assert_eq!(now.draft.number(FieldId::Expire), Some(60), "what the first left");
    save(&second, 13, 99).unwrap();
    assert!(first.claim(13, at(8)).is_err());
    drop(second);
    assert!(first.claim(13, at(9)).unwrap().is_some());
}

#[test]
fn a_directory_that_vanished_is_made_again_and_the_draft_with_it() {
    let home = home();
    let first = drafts(&home);
    save(&first, 13, 60).unwrap();
    fs::remove_dir_all(home.path().join("sub")).unwrap();
    save(&first, 13, 61).unwrap();
    assert_eq!(found(&home), [(13, 61)]);
    assert!(drafts(&home).claim(13, at(1)).is_err(), "still ours");
    fs::remove_dir_all(home.path().join("sub")).unwrap();
    let second = drafts(&home);
    save(&second, 13, 70).unwrap();
    assert!(matches!(save(&first, 13, 62).unwrap_err().fault.obstacle, FileObstacle::Held(_)), "taken over meanwhile");
}

#[test]
fn a_disk_that_refuses_is_told_and_the_draft_before_stays() {
    for (error, words) in [
        (Errno::NOSPC, "no space left for "),
        (Errno::DQUOT, "no space left for "),
        (Errno::ROFS, "is on a read-only file system"),
        (Errno::ACCESS, "no permission for "),
        (Errno::IO, "13.json: "),
    ] {
        for failing in 0..3 {
            let home = home();
            save(&drafts(&home), 13, 60).unwrap();
            let mut broken = drafts(&home);
            broken.carry_out =
                Box::new(
                    move |step| {
                        if number(&step) == failing { Err(error.into()) } else { atomic_write::carry_out(step) }
                    },
                );
            let reported = save(&broken, 13, 61).unwrap_err().to_string();
            assert!(
                reported.starts_with("the draft of 13 was not saved to disk: ") && reported.contains(words),
                "{reported}"
            );
            assert_eq!(found(&home), [(13, 60)]);
            drop(broken);
            assert_eq!(names(&home), ["13.json"], "nothing is left behind");
        }
    }
}

#[test]
fn a_console_that_comes_back_to_a_mended_disk_saves_again() {
    let home = home();
    let full = Arc::new(AtomicBool::new(true));
    let mut drafts = drafts(&home);
    drafts.carry_out = Box::new({
        let full = Arc::clone(&full);
        move |step| {
            if full.load(Ordering::Relaxed) { Err(Errno::NOSPC.into()) } else { atomic_write::carry_out(step) }
        }
    });
    assert_eq!(save(&drafts, 13, 60).unwrap_err().fault.obstacle, FileObstacle::Full);
    full.store(false, Ordering::Relaxed);
    save(&drafts, 13, 60).unwrap();
    assert_eq!(found(&home), [(13, 60)]);
}

const fn number(step: &DiskStep<'_>) -> usize {
    match step {
        DiskStep::Write(..) => 0,
        DiskStep::Sync(_) => 1,
        DiskStep::Rename(..) => 2,
        DiskStep::SyncFolder(_) => 3,
    }
}

/// Names of the variables that make this test binary a console to be killed.
const KILLED_IN: &str = "SIPREG_TEST_KILLED_IN";
const KILLED_BEFORE: &str = "SIPREG_TEST_KILLED_BEFORE";

/// Not a test by itself: the console that the test below kills.
#[test]
#[ignore = "started by another test"]
fn a_console_to_be_killed() {
    let (Some(state), Ok(before)) = (std::env::var_os(KILLED_IN), std::env::var(KILLED_BEFORE)) else { return };
    let before: usize = before.parse().unwrap();
    let mut drafts = DraftFiles::open(Path::new(&state), "PROD", at(0));
    drafts.carry_out = Box::new(move |mut step| {
        if number(&step) == before {
            if let DiskStep::Write(file, bytes) = &mut step {
                atomic_write::carry_out(DiskStep::Write(file, &bytes[..bytes.len() / 2])).unwrap();
            }
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL).unwrap();
        }
        atomic_write::carry_out(step)
    });
    save(&drafts, 13, 61).unwrap();
}

#[test]
fn a_console_killed_in_the_middle_of_saving_leaves_the_old_or_the_new_draft_and_no_lock() {
    for before in 0..4 {
        let home = home();
        save(&drafts(&home), 13, 60).unwrap();
        let console = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "state::drafts::tests::a_console_to_be_killed", "--ignored"])
            .env(KILLED_IN, state(&home))
            .env(KILLED_BEFORE, before.to_string())
            .output()
            .unwrap();
        assert!(!console.status.success(), "it was killed");
        assert_eq!(found(&home), [(13, if before == 3 { 61 } else { 60 })], "killed before step {before}");
        assert!(names(&home).contains(&"13.lock".to_owned()), "it had no time to let go");
        let next = drafts(&home);
        next.claim(13, at(2)).unwrap().unwrap();
        save(&next, 13, 62).unwrap();
        drop(next);
        assert_eq!(found(&home), [(13, 62)]);
        assert_eq!(names(&home), ["13.json"]);
    }
}

#[test]
fn consoles_that_fight_for_one_draft_take_turns() {
    let home = home();
    let inside = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let drafts = drafts(&home);
                for round in 0..200 {
                    if drafts.claim(13, at(round)).is_ok() {
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two hold it");
                        inside.fetch_sub(1, Ordering::SeqCst);
                        drafts.release(13);
                    }
                }
            });
        }
    });
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<String>().prop_map(Value::Text),
        "planted-[a-z]{4}".prop_map(|text| Value::Secret(Secret::new(text))),
        any::<bool>().prop_map(Value::Flag),
        any::<i64>().prop_map(Value::Number),
        proptest::collection::vec(any::<String>(), 0..3).prop_map(Value::Texts),
        any::<u64>().prop_map(Value::Reference),
        any::<String>().prop_map(Value::Odd),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_draft_comes_back_as_it_was_but_for_passwords(
        id in any::<u64>(),
        tag in any::<String>(),
        profile in any::<String>(),
        bases in proptest::collection::vec((0..FieldId::all().count(), any_value()), 0..8),
        edits in proptest::collection::vec((0..FieldId::all().count(), any_value()), 0..8),
    ) {
        let home = home();
        let mut base = Registration::new(id);
        let field = |index: &usize| FieldId::all().nth(*index).unwrap();
        for (index, value) in &bases {
            base.set(field(index), value.clone());
        }
        let mut draft = Draft::new(base, Some(Tag::new(tag)));
        for (index, value) in &edits {
            draft.set(field(index), value.clone());
        }
        let stored = draft.to_stored();
        let drafts = DraftFiles::open(home.path(), &profile, at(0));
        drafts.save(&stored, at(1)).unwrap();
        let mut all = Vec::new();
        everything_in(home.path(), &mut all);
        prop_assert!(memchr::memmem::find(&all, b"planted").is_none());
        let (kept, unreadable) = drafts.load_all();
        prop_assert_eq!(unreadable, []);
        prop_assert_eq!(&kept[0].draft, &stored.restore().unwrap());
    }
}
