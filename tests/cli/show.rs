//! `show` and `lint`.

use serde_json::json;
use sipreg::domain::record::field::{FIELDS, FieldId};
use sipreg::domain::record::value::Value;

use crate::kit::Desk;

#[test]
fn a_registration_is_shown_with_every_field_its_nodes_findings_and_request() {
    let desk = Desk::new();
    let text = desk.sipreg(&["show", "22"]).done();
    assert!(text.starts_with("22 carrierx-ams\n"), "{text}");
    for field in &FIELDS {
        assert!(text.contains(&format!("\n  {:<17}", field.label)), "{}", field.label);
    }
    assert!(text.contains("\nLOADED BY\n  no node: lon-n1 is in pop LON, not AMS\n"), "{text}");
    assert!(text.contains("\nLINT\n  warning: pop: lon-n1 is in pop LON, not AMS"), "{text}");
    assert!(text.contains("\n  REGISTER sip:ams.carrierx.example SIP/2.0\n"), "{text}");
    assert!(text.contains("auth-password    ********  (set)"), "{text}");
    let password = desk.json(&["show", "22", "-o", "json", "--show-secrets"])["auth-password"].clone();
    let password = password.as_str().unwrap();
    assert!(!text.contains(password));
    assert!(desk.sipreg(&["show", "22", "--show-secrets"]).done().contains(password));
}

#[test]
fn one_id_gives_an_object_and_several_give_what_the_list_gives() {
    let desk = Desk::new();
    let list = desk.json(&["list", "-o", "json"]);
    let of_list = |id: &str| list.as_array().unwrap().iter().find(|record| record["id"] == id).unwrap().clone();
    assert_eq!(desk.json(&["show", "22", "-o", "json"]), of_list("22"));
    assert_eq!(desk.json(&["show", "22", "7", "-o", "json"]), json!([of_list("22"), of_list("7")]));
    assert_eq!(desk.json(&["show", "-f", "id:7", "-o", "json"]), json!([of_list("7")]));
    let lines = desk.sipreg(&["show", "22", "22", "-o", "jsonl"]).done();
    assert_eq!(lines.lines().count(), 1);
}

#[test]
fn show_wants_to_know_which() {
    let desk = Desk::new();
    assert!(desk.sipreg(&["show"]).failed(2).contains("which registrations?"));
    assert!(desk.sipreg(&["show", "acme"]).failed(2).contains("acme"));
    assert_eq!(desk.sipreg(&["show", "-f", "nobody-is-called-this"]).messages, "no registration passes the filter\n");
}

#[test]
fn lint_names_record_field_and_what_is_wrong() {
    let desk = Desk::new();
    let told = desk.sipreg(&["lint", "22"]);
    assert_eq!(told.code, Some(0), "warnings are no failure");
    assert!(told.data.starts_with("warning 22 carrierx-ams: pop: lon-n1 is in pop LON, not AMS"), "{told:?}");
    assert_eq!(told.messages, "1 of 1 registrations have findings: 0 with errors, 1 with warnings only\n");
    // The made-up records have errors among them.
    let all = desk.sipreg(&["lint", "-o", "json"]);
    assert_eq!(all.code, Some(6));
    let all: serde_json::Value = serde_json::from_str(&all.data).unwrap();
    let finding = all.as_array().unwrap().iter().find(|finding| finding["id"] == "22").unwrap();
    assert_eq!((&finding["field"], &finding["severity"]), (&json!("pop"), &json!("warning")));
    let ids = desk.sipreg(&["lint", "-o", "ids"]).data;
    assert_eq!(ids, desk.sipreg(&["list", "-o", "ids", "-f", "is:lint"]).done());
    let rows = desk.sipreg(&["lint", "22", "-o", "csv"]).done();
    assert!(rows.starts_with("id,name,field,severity,message\n22,carrierx-ams,pop,warning,"), "{rows}");
}

#[test]
fn lint_ends_in_6_where_a_record_could_not_be_saved_as_it_is() {
    let desk = Desk::new();
    assert!(desk.control().change(22, FieldId::Expire, Value::Number(-1)));
    let told = desk.sipreg(&["lint", "22"]);
    assert_eq!(told.code, Some(6));
    assert!(told.data.contains("error   22 carrierx-ams: expire: "), "{told:?}");
}

#[test]
fn lint_compares_with_records_that_were_not_asked_for() {
    let desk = Desk::new();
    let copy = desk.control().copy(22, "carrierx-ams").unwrap();
    let told = desk.sipreg(&["lint", &copy.to_string()]);
    assert!(told.data.contains("name: "), "{told:?}");
}
