//! What a command keeps on the disk beside its writes: journal, undo file, plan. Where it cannot, it says so once, and
//! what was done is done.

use std::fs;
use std::os::unix::fs::DirBuilderExt as _;

use insta::assert_snapshot;
use regex::Regex;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::record::{FieldId, Value};

use crate::kit::command::{CommandResult, Desk};
use crate::kit::transcript::Before;
use crate::on_record::{EACH, desk, together};

/// A file stands where this folder of the state should be.
fn without(desk: &Desk, folder: &str) {
    let state = desk.home.state();
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&state).unwrap();
    // It may not be there yet.
    drop(fs::remove_dir_all(state.join(folder)));
    fs::write(state.join(folder), "").unwrap();
}

#[test]
fn a_command_that_cannot_keep_something_says_so_once_and_is_done() {
    let state = Regex::new(r"/[^ ]*/state/sipreg").unwrap();
    // Two are created at a time.
    let created = Regex::new(r"(?m)^\d+ n-").unwrap();
    for folder in ["journal", "undo", "bulk", "unsent"] {
        let mut on_record = Vec::new();
        let several = ("several", &["set", "7", "13", "22", "expire=4321"][..]);
        let new = ("new", &["apply", "new.csv"][..]);
        for (_, command) in EACH.into_iter().chain([several, new]) {
            let desk = desk();
            desk.file(
                "new.csv",
                "name,domain,username,contact\nn-1,a.example,1,sip:1@192.0.2.1\nn-2,b.example,2,sip:2@192.0.2.2\n",
            );
            without(&desk, folder);
            let before = desk.control.ids().len();
            let ended = desk.sipreg(command);
            assert!(desk.home.state().join(folder).is_file(), "nothing takes its place");
            let changed = if desk.control.ids().len() == before { "" } else { " (another number of records)" };
            let writes = desk.writes().len();
            let words = command.join(" ");
            on_record.push(format!(
                "$ sipreg {words}\n{}{}exit: {}, {writes} writes{changed}\n",
                ended.data,
                ended.messages,
                ended.code.unwrap()
            ));
        }
        let text = together(on_record);
        let text = created.replace_all(&state.replace_all(&text, "STATE"), "ID n-").into_owned();
        assert_snapshot!(format!("without-{folder}"), text);
    }
}

#[test]
fn a_list_of_what_was_not_sent_that_cannot_be_kept_is_warned_of() {
    let desk = Desk::new();
    without(&desk, "unsent");
    desk.fault(Fault::always("PATCH", "", FaultEffect::HoldAnswer));
    let file = desk.many_rows(15);
    let mut running = desk.start(&["apply", &file, "--yes"]);
    desk.wait_for("PATCH", 4);
    running.interrupt();
    running.wait_for_message("waiting for 4");
    desk.control.release();
    let reported = running.end();
    assert_eq!(reported.code, Some(130), "{reported:?}");
    reported.says("not sent: 11 registrations: ").says(" and 1 more\nwarning: ");
    assert!(!reported.messages.contains("all that was not sent: "), "{reported:?}");
}

#[test]
fn a_machine_without_a_home_keeps_nothing_and_does_everything() {
    let mut on_record = Vec::new();
    let several = ("several", &["set", "7", "13", "22", "expire=4321"][..]);
    for (_, command) in EACH.into_iter().chain([several]) {
        let desk = desk();
        let before = Before::of(&desk);
        let mut program = desk.command(command);
        for variable in ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"] {
            program.env_remove(variable);
        }
        let ended = CommandResult::of(&mut program);
        on_record.push(before.record(&desk, command, &ended));
        assert!(!desk.home.state().exists());
    }
    assert_snapshot!("homeless", together(on_record));
}

#[test]
fn the_second_half_of_a_bounce_is_sent_also_where_its_plan_cannot_be_kept() {
    for more in [&[][..], &["-o", "jsonl"]] {
        let desk = Desk::new();
        let mut running = desk.start(&[&["bounce", "22", "--wait", "1s"], more].concat());
        running.wait_for_message("disabled for 1s: 22 carrierx-ams. Ctrl-c leaves it disabled");
        without(&desk, "bulk");
        let reported = running.end();
        assert_eq!(reported.code, Some(0), "{reported:?}");
        assert_eq!(desk.stored(22, FieldId::Enabled), Value::Flag(true));
        assert_eq!(reported.messages.matches("warning: ").count(), 2, "{reported:?}");
        reported.says("warning: nodes poll every 5m");
        reported.says("warning: the progress of the bulk change was not written to disk: ");
    }
}

#[test]
fn what_undo_is_about_is_the_last_command_that_wrote_and_never_a_bounce() {
    let desk = desk();
    let steps: [&[&str]; 10] = [
        &["set", "22", "expire=600"],
        &["set", "22", "expire=600"],
        &["disable", "22", "--dry-run"],
        &["bounce", "22", "--wait", "0"],
        &["set", "22", "expire=-1"],
        &["set", "22", "name=betatel-1"],
        &["disable", "22"],
        &["undo", "--dry-run"],
        &["undo"],
        &["undo"],
    ];
    let on_record: Vec<String> = steps.iter().map(|step| desk.on_record(step)).collect();
    assert_snapshot!("undo", together(on_record));
}

#[test]
fn the_journal_names_the_user_who_signed_in_or_the_one_of_the_settings() {
    let desk = Desk::new();
    desk.sipreg(&["set", "22", "expire=600"]).done();
    let token = desk.block_on(crate::kit::server::token(&desk.server));
    let by_token = |user: &str, expire: &str| {
        let mut command = desk.command(&["set", "22", expire]);
        command.env_remove("SIPREG_PASSWORD").env("SIPREG_TOKEN", &token);
        if user.is_empty() {
            command.env_remove("SIPREG_USERNAME");
        } else {
            command.env("SIPREG_USERNAME", user);
        }
        CommandResult::of(&mut command).done();
    };
    by_token("", "expire=601");
    by_token("alice", "expire=602");
    let users: Vec<_> = desk.whole_journal().iter().map(|line| line.author.user.clone()).collect();
    let user = |name: &str| Some(name.to_owned());
    assert_eq!(users, [user("demo"), user("demo"), None, None, user("alice"), user("alice")]);
    let host = desk.server.url.strip_prefix("http://").unwrap();
    assert!(desk.whole_journal().iter().all(|line| line.author.profile == host), "{:?}", desk.whole_journal()[0]);
}

#[test]
fn an_undo_ends_as_any_other_command_where_standard_output_takes_nothing() {
    let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else {
        // Only Linux has one.
        return;
    };
    // A swap alone, and behind a change that waits for nothing.
    for (free, says) in [("", "not sent: "), ("22,spare\n", "not sent: 13 acme-fra-main, 7 acme-lon-main")] {
        let desk = Desk::new();
        let file = desk.file("swap.csv", format!("id,name\n7,acme-lon-main\n13,acme-fra-main\n{free}"));
        desk.sipreg(&["apply", &file, "--yes"]).done();
        let before = desk.writes().len();
        let told = CommandResult::of(desk.command(&["undo", "--yes"]).stdout(full.try_clone().unwrap()));
        assert_eq!((told.code, desk.writes().len() - before), (Some(1), 1), "{told:?}");
        told.says(says).says("cannot write to standard output: no space left on the disk");
    }
}
