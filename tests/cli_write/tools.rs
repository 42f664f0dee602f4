//! What scripts and people who know kubectl and gh expect: names, objects as results, words of a rehearsal, the log,
//! and a way back.

use serde_json::Value as Json;
use sipreg::demo::ServerOptions;
use sipreg::domain::change::Action;
use sipreg::domain::record::{FieldId, Record as _, Value};

use crate::kit::command::{CommandResult, Desk};
use crate::kit::records::text;

fn objects(reported: &CommandResult) -> Vec<Json> {
    serde_json::from_str(&reported.data).unwrap_or_else(|error| panic!("{error}: {reported:?}"))
}

#[test]
fn a_record_may_be_named_wherever_one_is_meant() {
    let desk = Desk::new();
    desk.change(16, FieldId::Enabled, Value::Flag(true));
    desk.change(16, FieldId::Expire, Value::Null);
    assert!(desk.sipreg(&["show", "carrierx-ams"]).data.starts_with("22 carrierx-ams\n"));
    assert!(desk.sipreg(&["describe", "CARRIERX-AMS"]).data.starts_with("22 carrierx-ams\n"));
    for list in ["list", "ls", "get"] {
        let reported = desk.sipreg(&[list, "carrierx-ams", "16", "-o", "ids"]);
        reported.ends(0, "16\n22\n");
    }
    desk.sipreg(&["disable", "betatel-1"]).ends(0, "16 betatel-1: enabled yes -> no\n");
    desk.sipreg(&["set", "betatel-1", "expire=600"]).ends(0, "16 betatel-1: expire (node default) -> 600\n");
    assert_eq!(desk.sipreg(&["clone", "betatel-1", "name=betatel-1b"]).code, Some(0));
    assert_eq!(desk.sipreg(&["lint", "carrierx-ams"]).code, Some(6));
    let writes = desk.writes().len();
    desk.sipreg(&["disable", "betatel-"])
        .ends(5, "")
        .says("no registration is called \"betatel-\"; similar: 16 betatel-1");
    desk.sipreg(&["delete", "betatle-1", "--yes"]).ends(5, "").says("did you mean 16 betatel-1?");
    desk.sipreg(&["set", "22", "expire"]).ends(2, "");
    assert_eq!(desk.writes().len(), writes);
}

#[test]
fn results_are_objects_in_the_order_of_ids() {
    let desk = Desk::new();
    desk.change(16, FieldId::Expire, Value::Null);
    desk.change(22, FieldId::Expire, Value::Number(600));
    let reported = desk.sipreg(&["set", "22", "16", "7", "expire=600", "-o", "json"]);
    assert_eq!(reported.code, Some(0), "{reported:?}");
    let results = objects(&reported);
    let of = |key: &str| results.iter().map(|result| result[key].clone()).collect::<Vec<_>>();
    assert_eq!(of("id"), ["7", "16", "22"]);
    assert_eq!(of("result"), ["done", "done", "unchanged"]);
    assert_eq!((&results[1]["before"]["expire"], &results[1]["after"]["expire"]), (&Json::Null, &Json::from(600)));
    let request = results[1]["request-id"].as_str().unwrap();
    assert!(desk.journal().iter().any(|line| line.request_id.as_deref() == Some(request)), "{results:?}");
    let reported = desk.sipreg(&["set", "22", "contact=nonsense", "-o", "json"]);
    assert_eq!((reported.code, reported.data.as_str()), (Some(6), "[]\n"));
    let reported =
        desk.sipreg(&["create", "name=n", "domain=d.example", "username=u", "contact=sip:u@192.0.2.1", "-o", "json"]);
    let results = objects(&reported);
    assert_eq!((&results[0]["name"], &results[0]["result"]), (&"n".into(), &"done".into()));
    assert!(results[0]["id"].is_string() && results[0]["before"].is_null(), "{results:?}");
    let reported = desk.sipreg(&["delete", results[0]["id"].as_str().unwrap(), "--yes", "-o", "jsonl"]);
    assert_eq!((reported.data.lines().count(), reported.code), (1, Some(0)), "{reported:?}");
    let reported = desk.sipreg(&["set", "16", "expire=700", "--dry-run", "-o", "json"]);
    assert_eq!(objects(&reported)[0]["result"], "planned");
}

#[test]
fn a_rehearsal_says_in_words_what_would_change() {
    let desk = Desk::new();
    desk.change(16, FieldId::Enabled, Value::Flag(true));
    let reported = desk.sipreg(&["disable", "16", "--dry-run"]);
    assert!(reported.data.starts_with("16 betatel-1: would change enabled yes -> no; ETag W/"), "{reported:?}");
    assert!(!reported.data.contains("PATCH"), "{reported:?}");
    desk.sipreg(&["delete", "16", "--dry-run"]).ends(0, "16 betatel-1: would be deleted\n");
    assert_eq!(desk.writes().len(), 0);
}

#[test]
fn a_quiet_command_says_errors_only() {
    let desk = Desk::new();
    let reported = desk.sipreg(&["set", "16", "22", "expire=777", "--quiet"]);
    assert_eq!((reported.code, reported.data.as_str(), reported.messages.as_str()), (Some(0), "", ""));
    desk.sipreg(&["show", "99999", "-q"]).ends(5, "").says("99999");
    let reported = desk.sipreg(&["set", "16", "expire=778", "-v"]);
    assert!(reported.data.contains("expire 777 -> 778 (request "), "{reported:?}");
}

#[test]
fn the_last_command_is_undone_and_what_others_changed_since_is_left() {
    let desk = Desk::new();
    desk.sipreg(&["undo"]).ends(0, "").says("Nothing to undo");
    let before: Vec<_> = [7, 13, 16].map(|id| desk.record(id)).into();
    assert_eq!(desk.sipreg(&["set", "7", "13", "16", "expire=4321"]).code, Some(0));
    desk.change(13, FieldId::Expire, Value::Number(90));
    let reported = desk.sipreg(&["undo", "--dry-run"]);
    assert!(reported.data.contains("16 betatel-1: would change expire 4321 -> "), "{reported:?}");
    let reported = desk.sipreg(&["undo"]);
    assert_eq!(reported.code, Some(8), "{reported:?}");
    reported.says("not undone: expire changed on the server since");
    assert_eq!((desk.record(7), desk.record(16)), (before[0].clone(), before[2].clone()));
    assert_eq!(desk.stored(13, FieldId::Expire), Value::Number(90));
    assert_eq!(desk.journal().last().map(|line| line.action), Some(Action::Undo));
    assert_eq!(desk.sipreg(&["undo"]).code, Some(0), "the undo is undone");
    assert_eq!(desk.stored(7, FieldId::Expire), Value::Number(4321));
}

#[test]
fn what_was_created_is_deleted_and_what_was_deleted_is_created() {
    let desk = Desk::new();
    let made = desk.sipreg(&["create", "name=n", "domain=d.example", "username=u", "contact=sip:u@192.0.2.1"]);
    let id: u64 = made.data.split(' ').next().unwrap().parse().unwrap();
    desk.sipreg(&["undo"]).ends(2, "").says("needs --yes");
    assert_eq!(desk.sipreg(&["undo", "--yes"]).code, Some(0));
    assert!(desk.control.registration(id).is_none());
    let gone = desk.record(22);
    assert_eq!(desk.sipreg(&["delete", "22", "--yes"]).code, Some(0));
    let reported = desk.sipreg(&["undo"]);
    assert_eq!(reported.code, Some(0), "{reported:?}");
    let back = desk.control.ids().into_iter().map(|id| desk.record(id)).find(|record| record.name() == gone.name());
    let back = back.unwrap();
    for field in FieldId::all().filter(|field| *field != FieldId::AuthPassword) {
        assert_eq!(back.get(field), gone.get(field), "{}", field.field().name);
    }
    // The undo of an undo: the one that came back goes, and comes back once more.
    assert_eq!(desk.sipreg(&["undo", "--yes"]).code, Some(0));
    assert!(desk.control.registration(back.id()).is_none());
    assert_eq!(desk.sipreg(&["undo"]).code, Some(0));
    assert!(desk.control.ids().into_iter().any(|id| desk.record(id).name() == gone.name()));
    let words: Vec<&str> = desk.journal().iter().map(|line| line.action.word()).collect();
    assert_eq!(words, ["create", "undo", "delete", "undo", "undo", "undo"]);
}

/// Names are unique at every moment, on the way back, too.
#[test]
fn renames_that_wait_for_each_other_are_undone_in_one_run() {
    let desk = Desk::new();
    let names = |desk: &Desk| [7, 13, 16].map(|id| desk.stored(id, FieldId::Name));
    let before = names(&desk);
    for rows in [
        // A circle of three, a swap and a chain to a new name.
        "7,acme-lon-main\n13,betatel-1\n16,acme-fra-main\n",
        "7,acme-lon-main\n13,acme-fra-main\n",
        "7,other\n13,acme-fra-main\n16,acme-lon-main\n",
    ] {
        let file = desk.file("names.csv", format!("id,name\n{rows}"));
        assert_eq!(desk.sipreg(&["apply", &file, "--yes"]).code, Some(0));
        let wanted = names(&desk);
        assert_ne!(wanted, before);
        for state in [&before, &wanted, &before] {
            let reported = desk.sipreg(&["undo", "--yes"]);
            assert_eq!(reported.code, Some(0), "{rows} {reported:?}");
            assert_eq!(&names(&desk), state, "{rows}");
        }
    }
}

#[test]
fn an_applied_file_is_undone_as_one() {
    let desk = Desk::new();
    let before: Vec<_> = desk.control.ids().iter().map(|id| desk.record(*id)).collect();
    let file = desk.many_rows(6);
    assert_eq!(desk.sipreg(&["apply", &file, "--yes"]).code, Some(0));
    let reported = desk.sipreg(&["undo", "--yes"]);
    assert_eq!((reported.code, reported.data.lines().count()), (Some(0), 6), "{reported:?}");
    assert_eq!(desk.control.ids().iter().map(|id| desk.record(*id)).collect::<Vec<_>>(), before);
}

#[test]
fn the_log_tells_who_changed_what_and_sums_up_a_shift() {
    let desk = Desk::new();
    desk.change(16, FieldId::Enabled, Value::Flag(true));
    desk.sipreg(&["log"]).ends(0, "").says("No changes found in ");
    desk.sipreg(&["disable", "16"]);
    desk.sipreg(&["set", "22", "expire=600", "display-username=*x*"]);
    let reported = desk.sipreg(&["log"]);
    let lines: Vec<&str> = reported.data.lines().collect();
    assert_eq!(lines.len(), 2, "{reported:?}");
    assert!(lines[0].contains("edit    22 carrierx-ams: "), "{reported:?}");
    assert!(lines[1].contains("toggle  16 betatel-1: enabled yes -> no; done"), "{reported:?}");
    assert_eq!(desk.sipreg(&["log", "16", "--since", "8h"]).data.lines().count(), 1);
    assert_eq!(desk.sipreg(&["log", "betatel-1"]).data.lines().count(), 1);
    assert_eq!(desk.sipreg(&["log", "--limit", "1"]).data.lines().count(), 1);
    let lines = objects(&desk.sipreg(&["log", "-o", "json"]));
    assert_eq!((&lines[1]["id"], &lines[1]["result"]), (&16.into(), &"applied".into()));
    assert!(lines[1]["request_id"].is_string(), "{lines:?}");
    let reported = desk.sipreg(&["log", "--handover"]);
    assert!(
        reported.data.starts_with("# Changes on ") && reported.data.contains("2 changes of 2 registrations."),
        "{reported:?}"
    );
    assert!(reported.data.contains("- **16 betatel-1**\n  - ") && reported.data.contains("\\*x\\*"), "{reported:?}");
    desk.sipreg(&["log", "--since", "soon"]).ends(2, "").says("write a time such as");
}

#[test]
fn many_that_were_not_sent_are_counted_and_kept_in_a_file() {
    use sipreg::demo::faults::{Fault, FaultEffect};
    let desk = Desk::of(ServerOptions { records: 60, ..ServerOptions::default() });
    let file = desk.many_rows(40);
    desk.fault(Fault::always("PATCH", "", FaultEffect::ServerError));
    let reported = desk.sipreg(&["apply", &file, "--yes"]);
    let line = reported.messages.lines().find(|line| line.starts_with("not sent: ")).unwrap();
    assert!(
        line.contains(" registrations: ") && line.ends_with(" more") && line.matches(", ").count() == 9,
        "{reported:?}"
    );
    let path = reported.messages.lines().find_map(|line| line.strip_prefix("all that was not sent: ")).unwrap();
    let count: usize = line.split(' ').nth(2).unwrap().parse().unwrap();
    assert_eq!(std::fs::read_to_string(path).unwrap().lines().count(), count);
}

#[test]
fn a_record_is_edited_as_text() {
    let desk = Desk::new();
    let editor = desk.file("editor.sh", "#!/bin/sh\nsed -i 's/^#* *expire = .*/expire = 4321/' \"$1\"\n");
    let command = desk.at_terminal_with(&["edit", "carrierx-ams"], &[("EDITOR", &format!("sh {editor}"))]);
    command.wait_for_text("22 carrierx-ams: expire (node default) -> 4321");
    assert_eq!(desk.stored(22, FieldId::Expire), Value::Number(4321));
    assert_eq!(desk.stored(22, FieldId::Name), text("carrierx-ams"));
    desk.sipreg(&["edit", "22"]).ends(2, "").says("edit needs a terminal");
}

#[test]
fn a_log_holds_no_secret_is_its_owners_alone_and_never_leads_elsewhere() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    let log = desk.file("run.log", "");
    let reported = desk.sipreg_reading(&["--log", &log, "set", "16", "auth-password=-"], "typ3d-Bussard-pw\n");
    assert_eq!(reported.code, Some(0), "{reported:?}");
    let text = std::fs::read_to_string(&log).unwrap();
    assert!(text.contains("PATCH"), "{text}");
    for secret in ["Bussard", desk.server.password.expose(), "eyJ"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert_eq!(std::fs::metadata(&log).unwrap().permissions().mode() & 0o777, 0o600);
    // A full disk is told before anything is done.
    desk.sipreg(&["--log", "/dev/full", "set", "16", "expire=1"]).ends(2, "").says("cannot write the log /dev/full: ");
    desk.sipreg(&["--log", "nowhere/x", "list"]).ends(2, "").says("Name another file with --log");
    let with = |level: &str| CommandResult::of(desk.command(&["list", "-o", "ids"]).env("SIPREG_LOG", level));
    with("hyper=trace").ends(2, "").says("only parts of sipreg are logged");
    with("loud").ends(2, "").says("write debug, info, warn or error");
    let elsewhere = desk.file("elsewhere", "");
    std::os::unix::fs::symlink(&elsewhere, desk.home.path().join("sipreg.log")).unwrap();
    with("debug").ends(2, "").says("cannot write the log sipreg.log");
    assert_eq!(std::fs::read_to_string(elsewhere).unwrap(), "");
}

#[test]
fn a_text_that_is_not_saved_is_kept_without_its_password() {
    let desk = Desk::new();
    let unsaved = desk.home.path().join("state/sipreg/unsaved");
    let mut kept = 0;
    let wrong: [(&[u8], &str, u32, &str); 6] = [
        (b"expire = 4321", "exit 3", 1, "ended with exit code 3"),
        (b"expire = 4321\nfoo = 1", "", 6, "no field \"foo\""),
        (b"expire = 4321\nretry-delay = [", "", 6, "nothing was sent"),
        (b"expire = 4321\nretry-delay = 0", "", 6, "must be 1..32767"),
        (b"expire = 4321\n# \xff", "", 1, "is not UTF-8"),
        // Nothing that could be lost.
        (b" ", "exit 3", 1, "ended with exit code 3"),
    ];
    for (typed, then, code, why) in wrong {
        let text = [typed, b"\nauth-password = \"hunter2\"\n"].concat();
        let text = desk.file("typed", if typed == b" " { typed } else { &text });
        let editor = desk.file("editor.sh", format!("#!/bin/sh\ncat {text} > \"$1\"\n{then}\n"));
        let mut command = desk.at_terminal_with(&["edit", "22"], &[("EDITOR", &format!("sh {editor}"))]);
        if code == 6 {
            command.wait_for_text("Edit again? Type y: ");
            command.send("n\n");
        }
        assert_eq!(command.wait_exit().exit_code(), code, "{why}");
        let told = command.contents();
        assert!(told.contains(why) && !told.contains("hunter2"), "{told}");
        assert_eq!(told.contains("not saved"), kept > 0, "what lies there is named: {told}");
        let is_kept = typed != b" ";
        kept += usize::from(is_kept);
        assert_eq!(told.contains("Your text is kept in"), is_kept, "{told}");
        let files = std::fs::read_dir(&unsaved).unwrap();
        let files: Vec<String> = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
        assert_eq!(files.len(), kept);
        assert!(files.iter().all(|text| text.contains("expire = 4321") && !text.contains("hunter2")), "{files:?}");
    }
    assert!(desk.writes().is_empty());
    assert_eq!(desk.stored(22, FieldId::Expire), Value::Null);
}
