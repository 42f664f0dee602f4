//! `apply`, and what `export` wrote before.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sipreg::demo::ServerOptions;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::record::{FieldId, Record as _, Secret, Value, ValueKind};

use crate::kit::command::{CommandResult, Desk};
use crate::kit::records::text;

#[test]
fn a_file_is_planned_done_and_changes_nothing_the_second_time() {
    let desk = Desk::new();
    let file = desk.file(
        "plan.csv",
        "id,name,expire,pop,domain,username,contact\n\
         22,carrierx-ams,600,LON,ams.carrierx.example,493185,sip:493185@192.0.2.19:5060\n\
         ,betatel-1,77,,reg.betatel.example,493111,sip:493111@192.0.2.1\n\
         ,new-one,,,a.example,100,sip:100@192.0.2.1\n",
    );
    for (id, field, value) in
        [(22, FieldId::Expire, Value::Null), (16, FieldId::Expire, Value::Number(60)), (16, FieldId::Pop, Value::Null)]
    {
        desk.change(id, field, value);
    }
    let reported = desk.sipreg(&["apply", &file]);
    assert_eq!((reported.code, reported.data.lines().count()), (Some(0), 3), "{reported:?}");
    reported
        .says("change 22 carrierx-ams\n  - pop: AMS\n  + pop: LON\n")
        .says("  - expire: (node default)\n  + expire: 600\n");
    reported
        .says("  - expire: 60\n  + expire: 77\n")
        .says("create new-one\n  + name: new-one\n  + domain: a.example\n");
    reported.says("plan: 1 to create, 2 to change, 0 unchanged, ").says("3 done");
    assert_eq!(desk.stored(22, FieldId::Expire), Value::Number(600));
    let writes = desk.writes().len();
    desk.sipreg(&["apply", &file])
        .ends(0, "")
        .says("plan: 0 to create, 0 to change, 3 unchanged")
        .says("Nothing to do");
    assert_eq!(desk.writes().len(), writes);
}

#[test]
fn one_mistake_and_nothing_is_sent() {
    let desk = Desk::new();
    let file = desk.file("wrong.csv", "id,expire,pop\n22,600,LON\n7,soon,LOM\n99999,1,\n");
    let reported = desk.sipreg(&["apply", &file, "--yes"]);
    reported
        .ends(6, "")
        .says("row 3, column expire: ")
        .says("row 3, column pop: ")
        .says("row 4: no registration 99999");
    reported.says("3 mistakes in the file; nothing was sent");
    desk.sipreg(&["apply", &desk.file("wrong.json", "[{\"id\":\"22\",\"expires\":1}]")])
        .ends(6, "")
        .says("row 1, column expires: is not a field of a registration; did you mean expire?");
    assert_eq!(desk.writes().len(), 0);
    desk.sipreg(&["apply", "/nowhere.csv"]).ends(2, "").says("cannot read /nowhere.csv");
}

#[test]
fn a_plan_alone_sends_nothing_and_programs_get_json() {
    let desk = Desk::new();
    desk.change(22, FieldId::Expire, Value::Null);
    let file = desk.file("plan.csv", "id,name,expire\n22,carrierx-ams,600\n16,betatel-1,\n");
    desk.change(16, FieldId::Expire, Value::Null);
    let reported = desk.sipreg(&["apply", &file, "--plan-only"]);
    reported.ends(0, "").says("change 22 carrierx-ams\n").says("plan: 0 to create, 1 to change, 1 unchanged");
    let reported = desk.sipreg(&["apply", &file, "--plan-only", "-o", "json"]);
    let plan: serde_json::Value = serde_json::from_str(&reported.data).unwrap();
    assert_eq!(plan[0]["id"], "22");
    assert_eq!((&plan[0]["plan"], &plan[1]["plan"]), (&"change".into(), &"unchanged".into()));
    assert_eq!((&plan[0]["before"]["expire"], &plan[0]["after"]["expire"]), (&serde_json::Value::Null, &600.into()));
    desk.sipreg(&["apply", &file, "--plan-only", "-o", "csv"]).ends(2, "").says("csv is not supported here");
    desk.sipreg(&["--read-only", "apply", &file, "--plan-only"]).ends(0, "");
    assert_eq!(desk.writes().len(), 0);
}

#[test]
fn what_a_spreadsheet_damaged_is_shown_and_not_sent_unless_that_is_wanted() {
    let desk = Desk::new();
    desk.change(22, FieldId::Username, text("49302235077"));
    desk.change(22, FieldId::AuthUser, text("0049301234"));
    let file = desk.file("back.csv", "id,username,auth-user\r\n22,4.9E+10,49301234\r\n");
    let reported = desk.sipreg(&["apply", &file, "--yes"]);
    reported
        .ends(6, "")
        .says("! DAMAGED row 2, column username: 49302235077 -> 4.9E+10: a number that a spreadsheet shortened")
        .says("! DAMAGED row 2, column auth-user: 0049301234 -> 49301234: ")
        .says(", 1 DAMAGED, ")
        .says("Nothing was sent")
        .says("--allow-damaged");
    assert_eq!(desk.sipreg(&["apply", &file, "--plan-only"]).code, Some(6));
    assert_eq!(desk.writes().len(), 0);
    assert_eq!(desk.sipreg(&["apply", &file, "--yes", "--allow-damaged"]).code, Some(0));
    assert_eq!(desk.stored(22, FieldId::Username), text("4.9E+10"));
}

#[test]
fn a_create_beside_a_name_that_differs_by_case_always_asks() {
    let desk = Desk::new();
    let row = "name,domain,username,contact\nCarrierX-ams,d.example,1,sip:1@192.0.2.1\n";
    let file = desk.file("near.csv", row);
    desk.sipreg(&["apply", &file])
        .ends(2, "")
        .says("warning: row 2, column name: differs from 22 carrierx-ams by case or spaces only")
        .says("needs --yes");
    assert_eq!(desk.writes().len(), 0);
    assert_eq!(desk.sipreg(&["apply", &file, "--yes"]).code, Some(0));
    let row = "name,expire\ncarrierx-ams ,5\n";
    desk.sipreg(&["apply", &desk.file("space.csv", row)])
        .ends(6, "")
        .says("no registration is called \"carrierx-ams \"; did you mean carrierx-ams (22)?");
}

#[test]
fn names_are_swapped_and_passed_on_in_one_run() {
    let desk = Desk::new();
    let name = |id: u64| desk.record(id).name().to_owned();
    let (one, two, three) = (name(7), name(13), name(22));
    let file = desk.file("swap.csv", format!("id;name\n7;{two}\n13;{one}\n22;spare\n16;{three}\n"));
    let reported = desk.sipreg(&["apply", &file, "--yes"]);
    assert_eq!(reported.code, Some(0), "{reported:?}");
    reported.says("through the temporary name ").says("note: ").says("read as semicolon-separated");
    assert_eq!([name(7), name(13), name(22), name(16)], [two, one, "spare".to_owned(), three]);
    assert_eq!(desk.writes().len(), 5);
}

#[test]
fn what_waits_for_each_other_is_named_where_standard_output_takes_nothing() {
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
        // Only Linux has one.
        return;
    };
    let desk = Desk::new();
    let (one, two) = (desk.record(7).name().to_owned(), desk.record(13).name().to_owned());
    // Alone, and behind one that waits for nothing.
    for free in ["", "22,spare\n"] {
        let before = desk.writes().len();
        let file = desk.file("swap.csv", format!("id,name\n7,{two}\n13,{one}\n{free}"));
        let mut command = desk.command(&["apply", &file, "--yes"]);
        let told = CommandResult::of(command.stdout(full.try_clone().unwrap()));
        assert_eq!((told.code, desk.writes().len() - before), (Some(1), 1), "{told:?}");
        told.says("not sent: ").says("cannot write to standard output").says("run it again to finish");
    }
}

#[test]
fn mistakes_of_shape_and_value_are_told_together() {
    let desk = Desk::new();
    let file = desk.file("both.csv", "id,colour,expire\n22,red,soon\n16,red,5,x\n");
    desk.sipreg(&["apply", &file])
        .ends(6, "")
        .says("row 1, column colour: ")
        .says("row 2, column expire: ")
        .says("row 3: has 4 cells under 3 columns")
        .says("3 mistakes in the file; nothing was sent");
}

/// Written by `tests/spreadsheet/make.sh` with `LibreOffice`, out of the same file with and without apostrophes.
#[test]
fn files_that_a_real_spreadsheet_saved_change_nothing_or_are_told_to_be_damaged() {
    let fixture = |name: &str| {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spreadsheet");
        std::fs::read(folder.join(name)).unwrap()
    };
    let desk = Desk::of(ServerOptions { records: 0, ..ServerOptions::default() });
    let made = desk.file("original.csv", fixture("guarded.csv"));
    assert_eq!(desk.sipreg(&["apply", &made, "--yes"]).code, Some(0));
    let ids = desk.control.ids();
    let before: Vec<_> = ids.iter().map(|id| desk.record(*id)).collect();
    let writes = desk.writes().len();
    for name in ["german.csv", "english.csv", "german-semicolon.csv", "english-utf16.csv"] {
        let file = desk.file(name, fixture(name));
        let reported = desk.sipreg(&["apply", &file, "--yes"]);
        reported.ends(0, "").says("Nothing to do");
    }
    for name in ["german-plain.csv", "english-plain.csv"] {
        let file = desk.file(name, fixture(name));
        let reported = desk.sipreg(&["apply", &file, "--yes"]);
        reported.ends(6, "").says("DAMAGED").says("Nothing was sent");
        let reported = desk.sipreg(&["apply", &file, "--plan-only", "-o", "json"]);
        let rows: Vec<serde_json::Value> = serde_json::from_str(&reported.data).unwrap();
        for row in rows {
            let damaged = row["damaged"].as_array().unwrap();
            let fields: Vec<&str> = damaged.iter().filter_map(|damaged| damaged["field"].as_str()).collect();
            for field in row["after"].as_object().unwrap().keys() {
                assert!(fields.contains(&field.as_str()), "{name}: {field} is changed without a word: {row}");
            }
        }
    }
    assert_eq!(desk.writes().len(), writes);
    assert_eq!(ids.iter().map(|id| desk.record(*id)).collect::<Vec<_>>(), before);
}

#[test]
fn a_file_on_standard_input_may_be_csv_or_json() {
    let desk = Desk::new();
    desk.sipreg_reading(&["apply", "-"], "id,expire\n22,600\n")
        .ends(0, "22 carrierx-ams: expire (node default) -> 600\n");
    desk.sipreg_reading(&["apply", "-"], "[{\"id\":\"22\",\"expire\":700}]")
        .ends(0, "22 carrierx-ams: expire 600 -> 700\n");
    desk.sipreg_reading(&["apply", "-"], "{\"name\":\"carrierx-ams\",\"expire\":null}\n")
        .ends(0, "22 carrierx-ams: expire 700 -> (node default)\n");
}

#[test]
fn many_rows_need_a_yes_and_a_rehearsal_sends_none() {
    let desk = Desk::new();
    let file = desk.many_rows(6);
    desk.sipreg(&["apply", &file]).ends(2, "").says("write 6 registrations").says("needs --yes");
    let reported = desk.sipreg(&["apply", &file, "--dry-run", "-v"]);
    assert_eq!((reported.code, reported.data.matches("PATCH ").count()), (Some(0), 6), "{reported:?}");
    assert_eq!(desk.writes().len(), 0);
    assert_eq!(desk.sipreg(&["apply", &file, "--yes"]).code, Some(0));
    assert_eq!(desk.writes().len(), 6);
}

#[test]
fn after_three_failures_it_stops_and_a_second_run_does_the_rest() {
    let desk = Desk::new();
    let file = desk.many_rows(12);
    desk.fault(Fault::always("PATCH", "", FaultEffect::ServerError));
    let reported = desk.sipreg(&["apply", &file, "--yes"]);
    assert!(matches!(reported.code, Some(1 | 8)), "{reported:?}");
    reported.says("stopped: three failures in a row").says("not sent: ").says("run it again to finish");
    desk.control.clear_faults();
    let reported = desk.sipreg(&["apply", &file, "--yes"]);
    assert_eq!(reported.code, Some(0), "{reported:?}");
    for id in desk.control.ids().iter().take(12) {
        assert_eq!(desk.stored(*id, FieldId::Expire), Value::Number(4321));
    }
}

#[test]
fn a_masked_password_stays_and_a_plain_one_is_written_once() {
    let desk = Desk::new();
    desk.change(22, FieldId::AuthUser, text("22"));
    desk.change(22, FieldId::AuthPassword, Value::Secret(Secret::new("old-one")));
    let masked = desk.file("masked.csv", "id,auth-password\n22,********\n");
    desk.sipreg(&["apply", &masked]).ends(0, "").says("Nothing to do");
    let plain = desk.file("plain.csv", "id,auth-password\n22,hunter2\n");
    let reported = desk.sipreg(&["apply", &plain]);
    reported.ends(0, "22 carrierx-ams: auth-password changed\n");
    assert!(!reported.messages.contains("hunter2") && !reported.messages.contains("old-one"), "{reported:?}");
    assert_eq!(desk.stored(22, FieldId::AuthPassword), Value::Secret(Secret::new("hunter2")));
    desk.sipreg(&["apply", &plain]).ends(0, "").says("Nothing to do");
    assert_eq!(desk.writes().len(), 1);
}

fn odd_text() -> impl Strategy<Value = String> {
    let strange = "[=+@'\\-\t\r\n ,\";\\\\#a]{1,8}";
    prop_oneof!["[^\0]{1,12}", strange, Just("********".to_owned())]
}

/// Whatever the server's database may hold.
fn any_value(field: FieldId) -> BoxedStrategy<Value> {
    let set: BoxedStrategy<Value> = match field.field().kind {
        ValueKind::Text => odd_text().prop_map(Value::Text).boxed(),
        ValueKind::Secret => odd_text().prop_map(|text| Value::Secret(Secret::new(text))).boxed(),
        ValueKind::Flag => any::<bool>().prop_map(Value::Flag).boxed(),
        ValueKind::Number { .. } => (-5_i64..40_000).prop_map(Value::Number).boxed(),
        ValueKind::Texts => proptest::collection::vec(odd_text(), 0..4).prop_map(Value::Texts).boxed(),
        ValueKind::Choice(_) => (1_i64..3).prop_map(Value::Number).boxed(),
        ValueKind::Reference(_) => (1_u64..4).prop_map(Value::Reference).boxed(),
    };
    let nullable = !matches!(field.field().kind, ValueKind::Flag | ValueKind::Texts);
    if nullable { prop_oneof![1 => Just(Value::Null), 6 => set].boxed() } else { set }
}

#[test]
fn what_export_wrote_apply_finds_equal_whatever_it_is() {
    let desk = Desk::of(ServerOptions { records: 8, ..ServerOptions::default() });
    let ids = desk.control.ids();
    let values: Vec<BoxedStrategy<Value>> = FieldId::all().map(any_value).collect();
    let records = proptest::collection::vec(values, ids.len());
    let mut runner = TestRunner::new(Config { cases: 12, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&(records, any::<bool>()), |(records, shown)| {
        for (id, values) in ids.iter().zip(&records) {
            for (field, value) in FieldId::all().zip(values) {
                desk.change(*id, field, value.clone());
            }
            // Names are unique.
            let name = format!("{}{id}", desk.record(*id).name());
            desk.change(*id, FieldId::Name, Value::Text(name));
        }
        for form in ["csv", "json", "jsonl"] {
            let mut arguments = vec!["export", "-o", form];
            if shown {
                arguments.push("--show-secrets");
            }
            let exported = desk.sipreg(&arguments);
            prop_assert_eq!(exported.code, Some(0), "{:?}", exported);
            let file = desk.file(&format!("all.{form}"), &exported.data);
            let reported = desk.sipreg(&["apply", &file]);
            prop_assert_eq!(reported.code, Some(0), "{:?}\n{}", reported, exported.data);
            prop_assert!(
                reported.messages.contains(&format!(" {} unchanged, 0 not in the file", ids.len())),
                "{:?}",
                reported
            );
        }
        prop_assert_eq!(desk.writes().len(), 0);
        Ok(())
    });
    assert!(outcome.is_ok(), "{outcome:?}");
}

#[test]
fn what_was_exported_can_be_brought_back_after_it_was_changed() {
    let desk = Desk::new();
    let before: Vec<_> = desk.control.ids().iter().map(|id| desk.record(*id)).collect();
    let exported = desk.sipreg(&["export", "-o", "csv", "--show-secrets"]).data;
    let file = desk.file("all.csv", exported);
    let ids = desk.control.ids();
    for id in ids.iter().take(9) {
        desk.change(*id, FieldId::Expire, Value::Number(4_321));
        desk.change(*id, FieldId::RouteSet, Value::Texts(vec!["<sip:x;lr>".to_owned()]));
        desk.change(*id, FieldId::AuthPassword, Value::Secret(Secret::new("another")));
    }
    let reported = desk.sipreg(&["apply", &file, "--yes"]);
    assert_eq!(reported.code, Some(0), "{reported:?}");
    let after: Vec<_> = ids.iter().map(|id| desk.record(*id)).collect();
    assert_eq!(after, before);
}
