//! `show`.

use serde_json::json;
use sipreg::domain::record::FIELDS;

use crate::kit::command::Desk;

#[test]
fn a_registration_is_shown_with_every_field_its_nodes_findings_and_request() {
    let desk = Desk::new();
    let text = desk.sipreg(&["show", "22"]).done();
    assert!(text.starts_with("22 carrierx-ams\n"), "{text}");
    for field in &FIELDS {
        assert!(text.contains(&format!("\n  {:<17}", field.label)), "{}", field.label);
    }
    assert!(text.contains("\nLOADED BY\n  no node: lon-n1 is in POP LON, not AMS\n"), "{text}");
    assert!(text.contains("\nPROBLEMS\n  DOWN: pop: lon-n1 is in POP LON, not AMS"), "{text}");
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
    assert!(desk.sipreg(&["show", "acme"]).failed(5).contains("similar: 7 acme-fra-main, "));
    assert_eq!(desk.sipreg(&["show", "-f", "nobody-is-called-this"]).messages, "No registration matches the filter\n");
}
