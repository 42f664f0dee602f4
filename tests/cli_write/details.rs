//! More commands on record: files with damage and twins, values from a pipe, records that others change meanwhile, and
//! ends that need someone who waits or reads no more.

use insta::assert_snapshot;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::record::{FieldId, Record as _, Secret, Value};

use crate::kit::command::{CommandResult, Desk, Started};
use crate::kit::records::text;
use crate::kit::transcript::Before;
use crate::on_record::together;

/// The command with a file of this name and text.
fn applied(desk: &Desk, name: &str, file: &str, more: &[&str]) -> String {
    desk.file(name, file);
    desk.on_record(&[&["apply", name], more].concat())
}

#[test]
fn each_kind_of_file_and_of_row() {
    const NEW: &str = "name,domain,username,contact";
    let files = [
        ("places.csv", "id,name,pop,node,expire\n22,carrierx-ams,LON,,600\n16,betatel-1,,,\n".to_owned()),
        ("none.csv", "id,name\n22,carrierx-ams\n".to_owned()),
        ("one-damaged.csv", "id,username,auth-user\n22,4.9E+10,493185\n16,7,\n".to_owned()),
        ("two-damaged.csv", "id,username\n22,4.9E+10\n16,4.9E+10\n".to_owned()),
        ("new-damaged.csv", format!("{NEW}\nfresh,a.example,4.9E+10,sip:1@192.0.2.1\n")),
        ("lost.csv", format!("id,{NEW}\n999,fresh,a.example,1,sip:1@192.0.2.1\n")),
        (
            "near.csv",
            format!("{NEW}\nCarrierX-ams,d.example,1,sip:1@192.0.2.1\nbetatel-1,d.example,2,sip:2@192.0.2.1\n"),
        ),
        (
            "mixed.csv",
            format!("id,{NEW}\n22,renamed,a.example,9,sip:9@192.0.2.9\n,fresh,a.example,1,sip:1@192.0.2.1\n"),
        ),
        ("swap.csv", "id,name\n7,acme-lon-main\n13,acme-fra-main\n22,carrierx-ams\n16,spare\n".to_owned()),
        ("passed-on.csv", format!("id,{NEW}\n22,spare,,,\n,carrierx-ams,a.example,1,sip:1@192.0.2.1\n")),
        ("shape.csv", "id,colour,expire\n22,red,5\n16,red,5,x\n".to_owned()),
        ("value.csv", "id,expire\n22,600\n16,soon\n7,-1\n".to_owned()),
        ("both.csv", "id,expire,pop\n22,soon,LOM\n16,5,LON,x\n".to_owned()),
        ("semicolons.csv", "id;expire\n22;600\n".to_owned()),
        ("one.json", r#"[{"id":"22","expire":600}]"#.to_owned()),
        ("ONE.JSONL", "{\"id\":\"22\",\"expire\":600}\n{\"id\":\"16\",\"expire\":60}\n".to_owned()),
        ("lines.ndjson", "{\"id\":\"22\",\"expire\":600}\n".to_owned()),
        ("wrong.json", "id,expire\n22,600\n".to_owned()),
        ("wrong.csv", r#"[{"id":"22","expire":600}]"#.to_owned()),
        ("no-ending", "\u{feff} [{\"id\":\"22\",\"expire\":600}]".to_owned()),
        ("other.txt", "\u{feff}id,expire\n22,600\n".to_owned()),
        ("empty.csv", String::new()),
    ];
    for (form, more) in [
        ("done", &["--yes"][..]),
        ("plan", &["--plan-only"]),
        ("plan-json", &["--plan-only", "-o", "jsonl"]),
        ("rehearsed", &["--dry-run"]),
        ("damage", &["--yes", "--allow-damaged", "-o", "jsonl"]),
    ] {
        let on_record = files.iter().map(|(name, file)| applied(&Desk::new(), name, file, more));
        let on_record = on_record.filter(|text| form != "damage" || text.contains("damaged"));
        assert_snapshot!(format!("files-{form}"), together(on_record));
    }
}

#[test]
fn a_plan_shows_two_hundred_rows_and_counts_the_rest() {
    let desk = Desk::with_records(260);
    for (count, rest) in [(200, None), (201, Some(".. and 1 more")), (203, Some(".. and 3 more"))] {
        let file = desk.many_rows(count);
        let reported = desk.sipreg(&["apply", &file, "--plan-only"]);
        assert_eq!(reported.messages.lines().filter(|line| line.starts_with("change ")).count(), 200, "{count}");
        assert_eq!(reported.messages.lines().find(|line| line.starts_with(".. and")), rest);
        reported.says(&format!("plan: 0 to create, {count} to change, 0 unchanged, "));
    }
}

#[test]
fn a_password_from_a_pipe_is_written_by_each_command_that_takes_one() {
    let mut on_record = Vec::new();
    for command in [
        &["create", "name=n", "domain=a.example", "username=1", "contact=sip:1@h", "auth-user=u", "auth-password=-"][..],
        &["clone", "7", "name=spare", "auth-password=-"],
        &["set", "22", "auth-user=u", "auth-password=-"],
    ] {
        for input in ["typ3d-Bussard\n", ""] {
            let desk = Desk::new();
            let before = Before::of(&desk);
            let ended = desk.sipreg_reading(command, input);
            on_record.push(format!("-- {input:?}\n{}", before.record(&desk, command, &ended)));
            let id = if command[0] == "set" { 22 } else { *desk.control.ids().last().unwrap() };
            let is_stored = desk.stored(id, FieldId::AuthPassword) == Value::Secret(Secret::new("typ3d-Bussard"));
            assert_eq!(is_stored, !input.is_empty(), "{ended:?}");
        }
    }
    assert_snapshot!("piped", together(on_record));
}

#[test]
fn a_rehearsal_ends_as_the_run_would_where_others_change_the_record_meanwhile() {
    type Meanwhile = fn(&Desk);
    let changes: [(&str, Meanwhile); 4] = [
        ("deleted", |desk| assert!(desk.control.remove(22))),
        ("the field", |desk| desk.change(22, FieldId::Expire, Value::Number(90))),
        ("as wanted", |desk| desk.change(22, FieldId::Expire, Value::Number(600))),
        ("another field", |desk| desk.change(22, FieldId::Contact, text("sip:theirs@192.0.2.9"))),
    ];
    let mut on_record = Vec::new();
    for (what, meanwhile) in changes {
        for more in [&[][..], &["--dry-run"], &["--dry-run", "-v", "-o", "jsonl"], &["-o", "jsonl"]] {
            let desk = Desk::new();
            desk.fault(Fault::next("GET", "/registrations/22", FaultEffect::Hold));
            let command = [&["set", "22", "expire=600"], more].concat();
            let running = desk.start(&command);
            desk.wait_for_path("GET", "/registrations/22");
            meanwhile(&desk);
            let before = Before::of(&desk);
            desk.control.release();
            on_record.push(format!("-- {what}\n{}", before.record(&desk, &command, &running.end())));
        }
    }
    assert_snapshot!("meanwhile", together(on_record));
}

#[test]
fn a_new_record_whose_end_is_unknown_is_looked_for_by_a_name_that_a_shell_takes() {
    let mut on_record = Vec::new();
    for name in ["plain-1_a.b", "with blank", "quote'", "ünicode", "a$b"] {
        let desk = Desk::new();
        desk.fault(Fault::next("POST", "/registrations", FaultEffect::CutBefore));
        let name = format!("name={name}");
        let command = ["create", &name, "domain=a.example", "username=1", "contact=sip:1@192.0.2.1"];
        let reported = desk.sipreg(&command);
        let advice = reported.messages.lines().find(|line| line.contains("UNKNOWN")).unwrap();
        on_record.push(format!("{name}: {}\n", advice.rsplit("; ").next().unwrap()));
    }
    assert_snapshot!("advice", on_record.concat());
}

#[test]
fn what_was_refused_is_not_read_again_by_who_waits_for_what_is_unknown() {
    for effect in [FaultEffect::Conflict, FaultEffect::unprocessable(), FaultEffect::TooMany { retry_after: None }] {
        for command in [&["set", "22", "expire=600"][..], &["delete", "22", "--yes"]] {
            let method = if command[0] == "set" { "PATCH" } else { "DELETE" };
            let ended = |more: &[&str]| {
                let desk = Desk::new();
                desk.fault(Fault::next(method, "/registrations", effect.clone()));
                let before = Before::of(&desk);
                let reported = desk.sipreg(&[command, more].concat());
                before.record(&desk, command, &reported)
            };
            assert_eq!(ended(&["--wait-unknown", "1"]), ended(&[]), "{effect:?}");
        }
    }
}

#[test]
fn more_than_run_at_a_time_are_done_for_a_reader_that_has_read_enough() {
    for command in [
        &["set", "-f", "id:1,2,3,5,7,10,11,12,13", "expire=4321", "--yes"][..],
        &["set", "-f", "id:1,2,3,5,7,10,11,12,13", "expire=4321", "--yes", "-o", "json"],
    ] {
        let desk = Desk::new();
        let mut running = desk.start(command);
        running.stop_reading();
        running.end().ends(0, "");
        assert_eq!(desk.writes().len(), 9, "{command:?}");
    }
}

#[test]
fn a_bounce_of_more_than_run_at_a_time_enables_all_of_them_where_standard_output_takes_nothing() {
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
        // Only Linux has one.
        return;
    };
    let desk = Desk::new();
    let ids: Vec<u64> =
        desk.control.ids().into_iter().filter(|id| desk.record(*id).enabled() == Some(true)).take(4).collect();
    let words: Vec<String> = ids.iter().map(u64::to_string).collect();
    let mut command = vec!["bounce", "--wait", "1s", "--yes"];
    command.extend(words.iter().map(String::as_str));
    let mut running = Started::of(desk.command(&command).stdout(full));
    running.wait_for_message("disabled for 1s: ");
    let told = running.end();
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(ids.iter().all(|id| desk.record(*id).enabled() == Some(true)), "{told:?}");
    let again = desk.journal().iter().filter(|line| line.changes[0].after() == &Value::Flag(true)).count();
    assert_eq!((again, told.messages.matches("enabled no -> yes").count()), (4, 4), "{told:?}");
}

#[test]
fn a_filter_of_blanks_is_none_for_any_command() {
    for filter in ["", " ", "\t "] {
        for command in [&["disable"][..], &["enable"], &["delete"], &["bounce", "--wait", "0"], &["set", "expire=1"]] {
            let desk = Desk::new();
            let told = desk.sipreg(&[command, &["-f", filter, "--yes"]].concat());
            told.ends(2, "").says("which registrations? Give IDs or names, or --filter");
            assert_eq!(desk.control.exchanges().len(), 0, "{command:?} {filter:?}");
        }
    }
    // A mistake in it comes before everything else, too.
    for command in [&["disable"][..], &["delete", "--yes"], &["bounce"], &["set", "expire=1"]] {
        let desk = Desk::new();
        desk.sipreg(&[command, &["-f", "colour:red"]].concat()).ends(2, "").says("no field \"colour\"");
        assert_eq!(desk.control.exchanges().len(), 0, "{command:?}");
    }
}

#[test]
fn a_first_half_of_a_bounce_that_lands_late_is_read_back_as_often_as_it_says() {
    let desk = Desk::new();
    desk.fault(Fault::next("PATCH", "", FaultEffect::CutBefore));
    let command = ["bounce", "22", "--wait", "4s"];
    let told = desk.sipreg(&command);
    assert_eq!(told.code, Some(9), "{told:?}");
    told.says("disabled for 4s: 22 carrierx-ams (perhaps). Ctrl-c leaves it disabled");
    told.says("22 carrierx-ams may become DISABLED because of an unfinished bounce (the server may still disable it)");
    let reads = desk.control.exchanges().iter().filter(|exchange| exchange.path().ends_with("/22")).count();
    // Before it and after it, and once more while it waits, after two seconds. Then the wait may end first.
    assert!((4..=5).contains(&reads), "{reads} {told:?}");
    let output: CommandResult = desk.sipreg(&["show", "22", "-o", "json"]);
    assert!(output.data.contains("\"enabled\": true"), "{output:?}");
}
