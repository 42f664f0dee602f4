//! `apply`, and what `export` wrote before.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sipreg::demo::Options;
use sipreg::demo::faults::{Effect, Fault};
use sipreg::domain::record::field::{FieldId, Kind};
use sipreg::domain::record::registration::Record as _;
use sipreg::domain::record::value::{Secret, Value};

use crate::desk::{Desk, text};

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
    let told = desk.sipreg(&["apply", &file]);
    assert_eq!((told.code, told.data.lines().count()), (Some(0), 3), "{told:?}");
    told.says("change  22 carrierx-ams: pop AMS -> LON, ").says("expire (node default) -> 600");
    told.says("expire 60 -> 77").says("create  new-one: ");
    told.says("plan: 1 to create, 2 to change, 0 unchanged, ").says("3 done");
    assert_eq!(desk.stored(22, FieldId::Expire), Value::Number(600));
    let writes = desk.writes().len();
    desk.sipreg(&["apply", &file])
        .ends(0, "")
        .says("plan: 0 to create, 0 to change, 3 unchanged")
        .says("nothing to do");
    assert_eq!(desk.writes().len(), writes);
}

#[test]
fn one_mistake_and_nothing_is_sent() {
    let desk = Desk::new();
    let file = desk.file("wrong.csv", "id,expire,pop\n22,600,LON\n7,soon,LOM\n99999,1,\n");
    let told = desk.sipreg(&["apply", &file, "--yes"]);
    told.ends(6, "").says("row 3, column expire: ").says("row 3, column pop: ").says("row 4: there is no record 99999");
    told.says("3 mistakes in the file; nothing was sent");
    desk.sipreg(&["apply", &desk.file("wrong.json", "[{\"id\":\"22\",\"expires\":1}]")])
        .ends(6, "")
        .says("row 1, column expires: is no field of a registration; did you mean expire?");
    assert_eq!(desk.writes().len(), 0);
    desk.sipreg(&["apply", "/nowhere.csv"]).ends(2, "").says("cannot read /nowhere.csv");
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
    let told = desk.sipreg(&["apply", &file, "--dry-run"]);
    assert_eq!((told.code, told.data.matches("PATCH ").count()), (Some(0), 6), "{told:?}");
    assert_eq!(desk.writes().len(), 0);
    assert_eq!(desk.sipreg(&["apply", &file, "--yes"]).code, Some(0));
    assert_eq!(desk.writes().len(), 6);
}

#[test]
fn after_three_failures_it_stops_and_a_second_run_does_the_rest() {
    let desk = Desk::new();
    let file = desk.many_rows(12);
    desk.control.add_fault(Fault::always("PATCH", "", Effect::ServerError).times(4));
    let told = desk.sipreg(&["apply", &file, "--yes"]);
    assert!(matches!(told.code, Some(1 | 8)), "{told:?}");
    told.says("stopped: three failures in a row").says("not sent: ").says("run it again to do the rest");
    desk.control.clear_faults();
    let told = desk.sipreg(&["apply", &file, "--yes"]);
    assert_eq!(told.code, Some(0), "{told:?}");
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
    desk.sipreg(&["apply", &masked]).ends(0, "").says("nothing to do");
    let plain = desk.file("plain.csv", "id,auth-password\n22,hunter2\n");
    let told = desk.sipreg(&["apply", &plain]);
    told.ends(0, "22 carrierx-ams: auth-password changed\n");
    assert!(!told.messages.contains("hunter2") && !told.messages.contains("old-one"), "{told:?}");
    assert_eq!(desk.stored(22, FieldId::AuthPassword), Value::Secret(Secret::new("hunter2")));
    desk.sipreg(&["apply", &plain]).ends(0, "").says("nothing to do");
    assert_eq!(desk.writes().len(), 1);
}

fn odd_text() -> impl Strategy<Value = String> {
    let strange = "[=+@'\\-\t\r\n ,\";\\\\#a]{1,8}";
    prop_oneof!["[^\0]{1,12}", strange, Just("********".to_owned())]
}

/// Whatever the server's database may hold.
fn any_value(field: FieldId) -> BoxedStrategy<Value> {
    let set: BoxedStrategy<Value> = match field.field().kind {
        Kind::Text => odd_text().prop_map(Value::Text).boxed(),
        Kind::Secret => odd_text().prop_map(|text| Value::Secret(Secret::new(text))).boxed(),
        Kind::Flag => any::<bool>().prop_map(Value::Flag).boxed(),
        Kind::Number { .. } => (-5_i64..40_000).prop_map(Value::Number).boxed(),
        Kind::Texts => proptest::collection::vec(odd_text(), 0..4).prop_map(Value::Texts).boxed(),
        Kind::Choice(_) => (1_i64..3).prop_map(Value::Number).boxed(),
        Kind::Reference(_) => (1_u64..4).prop_map(Value::Reference).boxed(),
    };
    let nullable = !matches!(field.field().kind, Kind::Flag | Kind::Texts);
    if nullable { prop_oneof![1 => Just(Value::Null), 6 => set].boxed() } else { set }
}

#[test]
fn what_export_wrote_apply_finds_equal_whatever_it_is() {
    let desk = Desk::with(Options { records: 8, ..Options::default() });
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
            let told = desk.sipreg(&["apply", &file]);
            prop_assert_eq!(told.code, Some(0), "{:?}\n{}", told, exported.data);
            prop_assert!(told.messages.contains(&format!(" {} unchanged, 0 not in the file", ids.len())), "{:?}", told);
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
    let told = desk.sipreg(&["apply", &file, "--yes"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    let after: Vec<_> = ids.iter().map(|id| desk.record(*id)).collect();
    assert_eq!(after, before);
}
