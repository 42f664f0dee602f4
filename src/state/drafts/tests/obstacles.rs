//! What stands where a draft was due: other files, links, folders that others may write to.

use super::*;

#[test]
fn what_is_no_draft_is_told_and_put_aside_before_it_is_written_over() {
    let home = home();
    let first = drafts(&home);
    for id in 1..=5 {
        save(&first, id, 60).unwrap();
    }
    let sheet = fs::read_to_string(folder(&home).join("1.json")).unwrap();
    fs::write(folder(&home).join("1.json"), &sheet.as_bytes()[..sheet.len() / 2]).unwrap();
    fs::write(folder(&home).join("2.json"), "{\"version\":9}").unwrap();
    fs::write(folder(&home).join("3.json"), sheet.replace("PROD", "TEST")).unwrap();
    fs::write(folder(&home).join("4.json"), &sheet).unwrap();
    let fifth = fs::read_to_string(folder(&home).join("5.json")).unwrap();
    fs::write(folder(&home).join("5.json"), fifth.replace("\"expire\"", "\"colour\"")).unwrap();
    fs::write(folder(&home).join("06.json"), "not ours").unwrap();
    drop(first);

    let (kept, unreadable) = drafts(&home).load_all();
    assert_eq!(kept, []);
    assert_eq!(unreadable.iter().map(|unread| unread.id.unwrap()).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    let reasons: Vec<_> = unreadable.into_iter().map(|unread| unread.reason).collect();
    assert!(matches!(&reasons[0], UnreadableReason::NotADraft(why) if why.starts_with("EOF")), "{reasons:?}");
    let others = [
        (UnreadableReason::Format { found: 9, known: 1 }, "it has format 9; this version of sipreg reads format 1"),
        (UnreadableReason::OtherProfile("TEST".to_owned()), "it belongs to the profile \"TEST\""),
        (UnreadableReason::OtherRecord(1), "it is for registration 1"),
        (
            UnreadableReason::Content(RestoreError::Field("colour".to_owned())),
            "the draft names a field \"colour\", which this version of sipreg does not know",
        ),
    ];
    for (reason, (expected, words)) in reasons[1..].iter().zip(others) {
        assert_eq!((reason, reason.to_string().as_str()), (&expected, words));
    }

    let second = drafts(&home);
    save(&second, 2, 70).unwrap();
    let aside: Vec<String> = names(&home).into_iter().filter(|name| name.contains(".aside")).collect();
    assert_eq!(aside.len(), 1);
    assert_eq!(fs::read_to_string(folder(&home).join(&aside[0])).unwrap(), "{\"version\":9}");
}

#[test]
fn links_are_not_followed() {
    let home = home();
    let elsewhere = home.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    let victim = elsewhere.join("victim");
    fs::write(&victim, "precious").unwrap();

    save(&drafts(&home), 13, 60).unwrap();
    for name in ["13.json", "13.tmp", "13.lock"] {
        let link = folder(&home).join(name);
        let _ = fs::remove_file(&link);
        symlink(&victim, &link).unwrap();
    }
    let (kept, unreadable) = drafts(&home).load_all();
    assert_eq!(kept, []);
    assert_eq!(obstacle(&unreadable[0]), &FileObstacle::Link);
    assert_eq!(save(&drafts(&home), 13, 61).unwrap_err().fault.obstacle, FileObstacle::Link, "the lock");
    fs::remove_file(folder(&home).join("13.lock")).unwrap();
    assert_eq!(save(&drafts(&home), 13, 61).unwrap_err().fault.obstacle, FileObstacle::Link, "the draft");
    fs::remove_file(folder(&home).join("13.json")).unwrap();
    save(&drafts(&home), 13, 61).unwrap();
    assert_eq!(names(&home), ["13.json"]);
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");

    for path in [folder(&home), state(&home).join("drafts"), state(&home)] {
        fs::remove_dir_all(&path).unwrap();
        symlink(&elsewhere, &path).unwrap();
        let refused = save(&drafts(&home), 13, 62).unwrap_err();
        assert_eq!((&refused.fault.obstacle, &refused.fault.path), (&FileObstacle::Link, &path));
        assert_eq!(drafts(&home).load_all().1.len(), 1);
        let slash = DraftFiles::open(&state(&home).join(""), "PROD", at(0));
        assert_eq!(save(&slash, 13, 62).unwrap_err().fault.obstacle, FileObstacle::Link);
        fs::remove_file(&path).unwrap();
        fs::create_dir_all(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    }
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 1);
}

#[test]
fn a_way_to_the_state_directory_over_links_is_fine() {
    let home = home();
    fs::create_dir(home.path().join("volume")).unwrap();
    symlink(home.path().join("volume"), home.path().join("sub")).unwrap();
    save(&drafts(&home), 13, 60).unwrap();
    assert_eq!(found(&home), [(13, 60)]);
}

#[test]
fn what_others_may_write_to_is_refused_with_the_command_that_mends_it() {
    let home = home();
    save(&drafts(&home), 13, 60).unwrap();
    for path in [state(&home), state(&home).join("drafts"), folder(&home)] {
        for bits in [0o720, 0o702, 0o1777] {
            fs::set_permissions(&path, fs::Permissions::from_mode(bits)).unwrap();
            let reported = save(&drafts(&home), 13, 61).unwrap_err().to_string();
            assert!(reported.ends_with(&format!("chmod go-w {}", path.display())), "{reported}");
            assert!(reported.contains("kept in memory"), "{reported}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    fs::set_permissions(folder(&home).join("13.json"), fs::Permissions::from_mode(0o666)).unwrap();
    let unreadable = drafts(&home).load_all().1;
    assert_eq!(obstacle(&unreadable[0]), &FileObstacle::Exposed(0o666));
}

#[test]
fn what_belongs_to_another_user_is_not_used() {
    let home = home();
    save(&drafts(&home), 13, 60).unwrap();
    // Only root can give a file away.
    if std::os::unix::fs::chown(folder(&home), Some(12_345), None).is_ok() {
        assert_eq!(save(&drafts(&home), 13, 61).unwrap_err().fault.obstacle, FileObstacle::Foreign(12_345));
        let reported = drafts(&home).load_all().1.remove(0).reason.to_string();
        assert!(reported.contains("belongs to another user (12345)"), "{reported}");
    }
}

#[test]
fn what_stands_where_a_directory_or_a_file_was_due_is_told() {
    let home = home();
    fs::create_dir(home.path().join("sub")).unwrap();
    fs::write(state(&home), "").unwrap();
    let reported = save(&drafts(&home), 13, 60).unwrap_err().to_string();
    assert!(reported.contains("sub/sipreg is not a directory; it is kept in memory"), "{reported}");
    fs::remove_file(state(&home)).unwrap();

    fs::create_dir_all(folder(&home).join("13.json")).unwrap();
    let unreadable = drafts(&home).load_all().1;
    let reported = unreadable[0].reason.to_string();
    assert!(reported.contains("13.json is not a plain file"), "{reported}");
    assert_eq!(save(&drafts(&home), 13, 60).unwrap_err().fault.obstacle, FileObstacle::NotAFile);
}
