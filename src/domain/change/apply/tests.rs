mod spreadsheets;

use std::collections::HashMap;
use std::sync::Arc;

use proptest::prelude::*;

use crate::domain::change::apply::*;
use crate::domain::formats::csv::Sheet;
use crate::domain::formats::json::{self, JsonLayout, JsonPasswords};
use crate::domain::query::{Collection, Segment};
use crate::domain::record::{MASK, Record, Registration, Relation, Secret, Target, Targets, Value, ValueKind};
use crate::domain::rules::RuleSet;

fn known() -> Targets {
    let mut targets = Targets::default();
    for (relation, id, name) in [
        (Relation::Pop, 3, "LON"),
        (Relation::Pop, 4, "any"),
        (Relation::Node, 31, "twin"),
        (Relation::Node, 32, "twin"),
        (Relation::TransportProtocol, 1, "UDP"),
        (Relation::TransportProtocol, 3, "=TLS, \"x\"\n"),
    ] {
        let name = Some(name.to_owned());
        targets.add(Target { relation, id, name, pop: None, attributes: Vec::new() });
    }
    for relation in Relation::ALL {
        targets.note_complete(relation);
    }
    targets
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn record(id: u64, name: &str) -> Registration {
    let mut record = Registration::new(id);
    for (field, value) in [
        (FieldId::Name, text(name)),
        (FieldId::Enabled, Value::Flag(true)),
        (FieldId::Pop, Value::Null),
        (FieldId::Node, Value::Reference(31)),
        (FieldId::TransportProtocol, Value::Reference(1)),
        (FieldId::SipSchemaId, Value::Number(1)),
        (FieldId::Domain, text("acme.example")),
        (FieldId::Username, text("100")),
        (FieldId::Contact, text("sip:100@192.0.2.1")),
        (FieldId::RouteSet, Value::Texts(Vec::new())),
        (FieldId::ForceExpire, Value::Flag(false)),
        (FieldId::RetryDelay, Value::Number(5)),
        (FieldId::AuthPassword, Value::Secret(Secret::new("hunter2"))),
    ] {
        record.set(field, value);
    }
    record
}

fn collection(records: &[Registration]) -> (Collection, HashMap<u64, Secret>) {
    let mut collection = Collection::default();
    collection.absorb(Arc::new(Segment::of(records)));
    let passwords = records.iter().filter_map(|record| match record.get(FieldId::AuthPassword) {
        Value::Secret(secret) => Some((record.id(), secret.clone())),
        _ => None,
    });
    (collection, passwords.collect())
}

fn read(file: &[u8]) -> Reading {
    if file.starts_with(b"[") || file.starts_with(b"{") { read_json(file) } else { read_csv(file) }
}

fn planned_as(file: &[u8], records: &[Registration], judgement: Damages) -> Result<ApplyPlan, Vec<String>> {
    let reading = read(file);
    let (collection, passwords) = collection(records);
    let password = |id| passwords.get(&id).cloned();
    let planned = plan(&reading.rows, &collection, password, &known(), RuleSet::NONE, judgement);
    let mut mistakes = reading.mistakes;
    match planned {
        Ok(plan) if mistakes.is_empty() => return Ok(plan),
        planned => mistakes.extend(planned.err().unwrap_or_default()),
    }
    mistakes.sort_by_key(|mistake| mistake.row);
    Err(mistakes.iter().map(ToString::to_string).collect())
}

fn planned(file: &str, records: &[Registration]) -> Result<ApplyPlan, Vec<String>> {
    planned_as(file.as_bytes(), records, Damages::Reported)
}

fn mistakes(file: &str) -> Vec<String> {
    planned(file, &[record(16, "betatel-1"), record(17, "betatel-2")]).unwrap_err()
}

fn changes(step: &RowStep) -> Vec<(FieldId, Value)> {
    match step {
        RowStep::Create(draft) | RowStep::Change(draft) => {
            draft.changes().iter().map(|(field, value)| (*field, value.clone())).collect()
        }
        RowStep::Unchanged(_) => Vec::new(),
    }
}

#[test]
fn a_row_is_matched_by_its_id_or_else_by_its_name() {
    let records = [record(16, "betatel-1"), record(17, "betatel-2"), record(18, "betatel-3")];
    let plan = planned("id,name,expire\n16,renamed,60\n,betatel-2,\n99,new-one,\n", &records);
    // The new one lacks what it needs: it is planned in the next test.
    assert_eq!(
        plan.unwrap_err(),
        ["row 4: no registration is called \"new-one\"; to create it the row needs domain, username, contact"]
    );
    let plan = planned("id,name,expire\n16,renamed,60\n,betatel-2,\n", &records).unwrap();
    assert_eq!(plan.absent, 1);
    let RowStep::Change(draft) = &plan.rows[0].step else { panic!("{plan:?}") };
    assert_eq!(draft.id(), 16);
    assert_eq!(changes(&plan.rows[0].step), [(FieldId::Name, text("renamed")), (FieldId::Expire, Value::Number(60))]);
    assert_eq!(plan.rows[1].step, RowStep::Unchanged(17));
}

#[test]
fn a_row_that_matches_nothing_creates_and_empty_cells_are_left_to_the_server() {
    let file = "id,name,domain,username,contact,expire,enabled,route-set,transport-protocol\n\
                99,new-one,a.example,u,sip:u@192.0.2.1,,,,UDP\n";
    let plan = planned(file, &[record(16, "betatel-1")]).unwrap();
    assert!(matches!(plan.rows[0].step, RowStep::Create(_)));
    assert_eq!(plan.rows[0].lost_id, Some(99));
    let fields: Vec<FieldId> = changes(&plan.rows[0].step).into_iter().map(|(field, _)| field).collect();
    assert_eq!(
        fields,
        [FieldId::Name, FieldId::TransportProtocol, FieldId::Domain, FieldId::Username, FieldId::Contact]
    );
}

#[test]
fn an_empty_cell_of_a_record_that_is_there_means_none() {
    let mut old = record(16, "betatel-1");
    old.set(FieldId::Expire, Value::Number(60));
    let plan = planned("id,expire,pop\n16,,LON\n", &[old]).unwrap();
    assert_eq!(changes(&plan.rows[0].step), [(FieldId::Pop, Value::Reference(3)), (FieldId::Expire, Value::Null)]);
}

#[test]
fn a_masked_password_is_left_alone_and_a_plain_one_is_compared() {
    let records = [record(16, "betatel-1")];
    let step = |cell: &str| planned(&format!("id,auth-password\n16,{cell}\n"), &records).unwrap().rows.remove(0).step;
    assert_eq!(step(MASK), RowStep::Unchanged(16));
    assert_eq!(step("hunter2"), RowStep::Unchanged(16));
    assert_eq!(changes(&step("other")), [(FieldId::AuthPassword, Value::Secret(Secret::new("other")))]);
    assert_eq!(changes(&step("")), [(FieldId::AuthPassword, Value::Null)]);
    let reported = mistakes(&format!("name,domain,username,contact,auth-password\nx,d,u,sip:u@d,{MASK}\n"));
    assert_eq!(
        reported,
        ["row 2, column auth-password: is masked in this file; a new registration needs the real password, or none"]
    );
}

#[test]
fn every_mistake_is_told_with_row_and_column() {
    let reported = mistakes("id,enabled,expire,pop\n16,maybe,-1,LOM\n17,yes,60,\n");
    assert_eq!(reported.len(), 3, "{reported:?}");
    assert!(reported[0].starts_with("row 2, column enabled: "), "{reported:?}");
    assert!(reported[1].starts_with("row 2, column pop: ") && reported[1].contains("LON"), "{reported:?}");
    assert!(reported[2].starts_with("row 2, column expire: "), "{reported:?}");
}

#[test]
fn what_cannot_be_a_table_of_registrations_is_refused_with_the_reason() {
    assert_eq!(mistakes(""), ["the file is empty; its first row names the columns"]);
    assert_eq!(
        mistakes("id,expires\n"),
        ["row 1, column expires: is not a field of a registration; did you mean expire?"]
    );
    assert_eq!(mistakes("id,expire,expire\n"), ["row 1, column expire: is there twice"]);
    assert_eq!(mistakes("expire\n60\n"), ["row 1: no column id or name, so no row identifies a registration"]);
    assert_eq!(mistakes("id,name\n16\n"), ["row 2: has 1 cells under 2 columns"]);
    assert_eq!(mistakes("id,name\nx,betatel-1\n"), ["row 2, column id: is not an ID: a whole number, or empty"]);
    assert_eq!(mistakes("id,name,expire\n,,60\n"), ["row 2: has neither ID nor name"]);
    assert_eq!(mistakes("id\n99\n"), ["row 2: no registration 99, and the row has no name to create one"]);
    for (file, kind) in [
        (&b"PK\x03\x04\x14\0"[..], "a workbook of a spreadsheet (.xlsx, .ods, .xls)"),
        (b"\xd0\xcf\x11\xe0\xa1", "a workbook"),
        (b"\xff\xfe\0\0i\0\0\0", "UTF-32"),
        (b"\0\0\xfe\xff\0\0\0i", "UTF-32"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"\xef\xbb\xbf\n<!doctype html>", "HTML"),
    ] {
        for read in [read_csv, read_json] {
            let reported = read(file).mistakes;
            assert!(reported.len() == 1 && reported[0].to_string().contains(kind), "{reported:?}");
        }
    }
    let reported = read_csv(b"id,name\n16,\xff\n").mistakes;
    assert_eq!(reported[0].to_string(), "row 2: is not UTF-8; save the file as UTF-8 (in Excel: CSV UTF-8)");
}

#[test]
fn what_cannot_be_a_list_of_objects_is_refused_with_the_reason() {
    assert!(mistakes("{")[0].starts_with("the file is not JSON: "));
    assert_eq!(mistakes("[1]"), ["row 1: is not an object with the fields of a registration"]);
    assert_eq!(
        mistakes(r#"[{"id":"16","expires":5}]"#),
        ["row 1, column expires: is not a field of a registration; did you mean expire?"]
    );
    assert_eq!(mistakes(r#"{"id":"16","expire":5,"expire":6}"#), ["row 1, column expire: is there twice"]);
    assert_eq!(
        mistakes(r#"{"id":"16","expire":true}"#),
        ["row 1, column expire: has a value of another type; use a whole number"]
    );
    assert_eq!(mistakes(r#"{"id":[]}"#), ["row 1, column id: is not an ID: a text with a number, or null"]);
}

#[test]
fn a_quote_that_nothing_closes_is_a_file_that_was_cut_off() {
    let reported = "has a cell whose quote is not closed, and runs to the end of the file, which may be cut off";
    assert_eq!(mistakes("id,name\n16,\"betatel-1\n17,x\n"), [format!("row 2: {reported}")]);
    assert_eq!(mistakes("id,name\n17,x\n16,\"a \"\"b\"\""), [format!("row 3: {reported}")]);
    assert!(
        planned(
            "id,name\r\n16,\"a, \"\"b\"\"\nc\"\r\n17,5\" tape\r\n18,\"\"\"\"\r\n",
            &[record(16, "x"), record(17, "y"), record(18, "z")]
        )
        .is_ok()
    );
}

#[test]
fn two_rows_cannot_be_about_one_record_nor_give_one_name() {
    assert_eq!(mistakes("id,name\n16,betatel-1\n,betatel-1\n"), ["row 3: is the same registration as row 2"]);
    assert_eq!(mistakes("id,name\n16,x\n17,x\n"), ["row 3, column name: same name as row 2"]);
    assert_eq!(mistakes("id,name\n16,betatel-2\n"), ["row 2, column name: registration 17 already has this name"]);
    assert!(planned("id,name\n16,betatel-2\n17,z\n", &[record(16, "betatel-1"), record(17, "betatel-2")]).is_ok());
}

#[test]
fn a_target_of_another_server_is_meant_by_its_name() {
    let pop = |json: &str| {
        let file = format!(r#"{{"id":"16","pop":{json}}}"#);
        planned(&file, &[record(16, "betatel-1")]).map(|plan| changes(&plan.rows[0].step))
    };
    let lon = vec![(FieldId::Pop, Value::Reference(3))];
    assert_eq!(pop(r#"{"id":"3","name":"LON"}"#), Ok(lon.clone()));
    assert_eq!(pop(r#"{"id":"4","name":"LON"}"#), Ok(lon.clone()));
    assert_eq!(pop(r#"{"id":"3","name":"renamed"}"#), Ok(lon.clone()));
    assert_eq!(pop(r#"{"id":"3"}"#), Ok(lon.clone()));
    assert_eq!(pop(r#"{"name":"LON"}"#), Ok(lon.clone()));
    assert_eq!(pop(r#""LON""#), Ok(lon.clone()));
    assert_eq!(pop("3"), Ok(lon));
    assert_eq!(pop("null"), Ok(Vec::new()));
    assert_eq!(pop("99"), Err(vec!["row 1, column pop: no POP with ID 99".to_owned()]));
    assert!(pop("{}").is_err());
}

#[test]
fn members_that_are_not_there_are_left_alone_and_objects_may_stand_one_behind_the_other() {
    let plan = planned(
        "{\"id\":\"16\",\"expire\":60}\n{\"id\":\"17\"}\n",
        &[record(16, "betatel-1"), record(17, "betatel-2")],
    );
    let plan = plan.unwrap();
    assert_eq!(changes(&plan.rows[0].step), [(FieldId::Expire, Value::Number(60))]);
    assert_eq!(plan.rows[1].step, RowStep::Unchanged(17));
}

#[test]
fn a_row_prints_no_password() {
    let rows = read_csv(b"id,auth-password\n16,hunter2\n").rows;
    assert!(!format!("{rows:?}").contains("hunter2"));
    assert!(has_passwords(&rows));
    assert!(!has_passwords(&read_csv(format!("id,auth-password\n16,{MASK}\n17,\n").as_bytes()).rows));
}

fn odd_text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[=+@'\\-\t\r\n ,\";\\\\a]{0,8}", Just(MASK.to_owned())]
}

/// Whatever a server may have said of a field.
fn any_value(field: FieldId) -> BoxedStrategy<Value> {
    let set: BoxedStrategy<Value> = match field.field().kind {
        ValueKind::Text => odd_text().prop_map(Value::Text).boxed(),
        ValueKind::Secret => odd_text().prop_map(|text| Value::Secret(Secret::new(text))).boxed(),
        ValueKind::Flag => any::<bool>().prop_map(Value::Flag).boxed(),
        ValueKind::Number { .. } => (-9_000_000_000_i64..9_000_000_000).prop_map(Value::Number).boxed(),
        ValueKind::Texts => proptest::collection::vec(odd_text(), 0..4).prop_map(Value::Texts).boxed(),
        ValueKind::Choice(_) => (0_i64..4).prop_map(Value::Number).boxed(),
        ValueKind::Reference(_) => prop_oneof![1_u64..5, 30_u64..34].prop_map(Value::Reference).boxed(),
    };
    let odd = match field.field().kind {
        // Lists keep of a password only whether there is one.
        ValueKind::Secret => Value::Null,
        _ => Value::Odd("{\"a\":[1,\" \"]}".to_owned()),
    };
    prop_oneof![1 => Just(Value::Null), 1 => Just(Value::Missing), 1 => Just(odd), 8 => set].boxed()
}

fn any_records() -> impl Strategy<Value = Vec<Registration>> {
    let values: Vec<BoxedStrategy<Value>> = FieldId::all().map(any_value).collect();
    proptest::collection::btree_map(1_u64..50, values, 1..5).prop_map(|records| {
        let make = |(id, values): (u64, Vec<Value>)| {
            let mut record = Registration::new(id);
            for (field, value) in FieldId::all().zip(values) {
                record.set(field, value);
            }
            record
        };
        records.into_iter().map(make).collect()
    })
}

proptest! {
    #[test]
    fn what_export_wrote_changes_nothing(records in any_records(), shown in any::<bool>(), csv in any::<bool>()) {
        let passwords = if shown { JsonPasswords::Shown } else { JsonPasswords::Masked };
        let targets = known();
        let mut file = String::new();
        if csv {
            let mut sheet = Sheet::new(Column::all().collect(), passwords);
            sheet.header();
            for record in &records {
                sheet.row(record, &targets);
            }
            file = sheet.take();
        } else {
            for record in &records {
                json::write(&mut file, record, &targets, &json::columns(), passwords, JsonLayout::Line);
                file.push('\n');
            }
        }
        let plan = planned(&file, &records);
        let plan = plan.unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{file}"));
        for (planned, record) in plan.rows.iter().zip(&records) {
            prop_assert_eq!(&planned.step, &RowStep::Unchanged(record.id()), "{}", file);
        }
        prop_assert_eq!(plan.absent, 0);
    }

    #[test]
    fn no_file_is_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in any::<String>()) {
        let records = [record(16, "betatel-1")];
        let (collection, _) = collection(&records);
        for bytes in [bytes.as_slice(), text.as_bytes(), format!("id,name,expire\n16,{text},5").as_bytes()] {
            for read in [read_csv(bytes), read_json(bytes)] {
                let _ = plan(&read.rows, &collection, |_| None, &known(), RuleSet::NONE, Damages::Reported);
            }
        }
    }
}
