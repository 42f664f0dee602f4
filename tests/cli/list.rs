//! `list` and `export`: every form, and what comes through them.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use sipreg::domain::record::{FIELDS, FieldId, Secret, Value, ValueKind};

use crate::kit::command::Desk;
use crate::kit::home::Home;

/// The API's names, with the id.
fn names() -> BTreeSet<String> {
    std::iter::once("id").chain(FIELDS.iter().map(|field| field.name)).map(str::to_owned).collect()
}

#[test]
fn json_is_one_array_of_flat_objects_with_the_names_and_types_of_the_api() {
    let desk = Desk::new();
    let list = desk.json(&["list", "-o", "json"]);
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), 120);
    for record in list {
        let record = record.as_object().unwrap();
        assert_eq!(record.keys().cloned().collect::<BTreeSet<_>>(), names());
        assert!(record["id"].as_str().unwrap().parse::<u64>().is_ok());
        for field in &FIELDS {
            let value = &record[field.name];
            let fits = match field.kind {
                ValueKind::Text => value.is_string() || value.is_null(),
                ValueKind::Secret => value.as_str() == Some("********") || value.is_null(),
                ValueKind::Flag => value.is_boolean(),
                ValueKind::Number { .. } | ValueKind::Choice(_) => value.is_i64() || value.is_null(),
                ValueKind::Texts => value.is_array(),
                ValueKind::Reference(_) => value.is_null() || (value["id"].is_string() && value["name"].is_string()),
            };
            assert!(fits, "{}: {value}", field.name);
        }
    }
    let carrier = list.iter().find(|record| record["id"] == "22").unwrap();
    assert_eq!(carrier["pop"], serde_json::json!({"id": "2", "name": "AMS"}));
    assert_eq!(carrier["expire"], Json::Null);
    assert_eq!(carrier["route-set"], serde_json::json!([]));
}

#[test]
fn jsonl_has_the_same_objects_a_line_each() {
    let desk = Desk::new();
    let lines = desk.sipreg(&["list", "-o", "jsonl"]).done();
    let objects: Vec<Json> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(Json::from(objects), desk.json(&["list", "-o", "json"]));
}

#[test]
fn csv_has_the_same_names_as_header_and_targets_by_name() {
    let desk = Desk::new();
    let text = desk.sipreg(&["list", "-o", "csv"]).done();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    assert_eq!(header.iter().map(str::to_owned).collect::<BTreeSet<_>>(), names());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 120);
    let at = |name: &str| header.iter().position(|known| known == name).unwrap();
    let row = rows.iter().find(|row| &row[0] == "22").unwrap();
    assert_eq!((&row[at("pop")], &row[at("node")], &row[at("transport-protocol")]), ("AMS", "lon-n1", "UDP"));
    assert_eq!((&row[at("enabled")], &row[at("expire")], &row[at("auth-password")]), ("true", "", "********"));
}

#[test]
fn export_is_the_list_with_all_fields() {
    let desk = Desk::new();
    assert_eq!(desk.sipreg(&["export"]).done(), desk.sipreg(&["list", "-o", "csv"]).done());
    assert_eq!(desk.json(&["export", "-o", "json"]), desk.json(&["list", "-o", "json"]));
    assert!(desk.sipreg(&["export", "-o", "table"]).failed(2).contains("csv, json, jsonl"));
}

#[test]
fn the_form_may_be_set_for_all_commands_that_have_it() {
    let desk = Desk::new();
    let csv = [("SIPREG_OUTPUT", "csv")];
    assert_eq!(desk.with(&csv, &["list"]).done(), desk.sipreg(&["list", "-o", "csv"]).done());
    assert_eq!(desk.with(&csv, &["list", "-o", "ids"]).done(), desk.sipreg(&["list", "-o", "ids"]).done());
    // whoami has no csv, and an export is no table.
    assert!(desk.with(&csv, &["whoami"]).done().starts_with("user "));
    assert!(desk.with(&[("SIPREG_OUTPUT", "table")], &["export"]).done().starts_with("id,name,"));
    assert!(desk.with(&[("SIPREG_OUTPUT", "tabel")], &["list"]).failed(2).contains("did you mean \"table\""));
}

#[test]
fn a_spreadsheet_finds_no_formula() {
    let desk = Desk::with_records(3);
    let id = desk.control.ids()[0];
    desk.change(id, FieldId::Name, Value::Text("=1+1".to_owned()));
    let text = desk.sipreg(&["list", "-o", "csv", "--columns", "id,name", "-f", &format!("id:{id}")]).done();
    assert_eq!(text, format!("id,name\n{id},'=1+1\n"));
}

#[test]
fn passwords_are_written_out_only_on_request() {
    let desk = Desk::new();
    desk.change(22, FieldId::AuthPassword, Value::Secret(Secret::new("hunter2")));
    for form in ["table", "json", "jsonl", "csv"] {
        let reported = desk.sipreg(&["list", "-o", form, "--columns", "id,auth-password"]);
        assert!(!reported.everything().contains("hunter2"), "{form}");
    }
    for form in ["json", "jsonl", "csv"] {
        let reported = desk.sipreg(&["list", "-o", form, "--columns", "id,auth-password", "--show-secrets"]).done();
        assert!(reported.contains("hunter2"), "{form}: {reported}");
        let filtered = desk.sipreg(&["list", "-o", form, "-f", "id:22", "--show-secrets"]).done();
        assert!(filtered.contains("hunter2"), "{form}: {filtered}");
        let sorted = desk.sipreg(&["list", "-o", form, "--sort", "-name", "--show-secrets"]).done();
        assert!(sorted.contains("hunter2"), "{form}: {sorted}");
    }
    assert!(desk.sipreg(&["list", "--show-secrets"]).failed(2).contains("a table shows no passwords"));
}

#[test]
fn a_table_in_a_pipe_is_whole_and_has_a_heading() {
    let desk = Desk::new();
    let table = desk.sipreg(&["list"]).done();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 121);
    let words: Vec<&str> = lines[0].split_whitespace().collect();
    assert_eq!(words, ["ID", "ON", "NAME", "USER@DOMAIN", "POP", "NODE", "TR", "EXPIRE", "CONTACT"]);
    assert!(table.contains("oresundtel-fra-main") && !table.contains('~'));
}

#[test]
fn columns_and_order_are_chosen_by_name() {
    let desk = Desk::new();
    let table = desk.sipreg(&["list", "--columns", "expire,Name", "--sort", "-expire,name"]).done();
    let numbers: Vec<Option<i64>> =
        table.lines().skip(1).map(|line| line.trim_start().split(' ').next().unwrap().parse().ok()).collect();
    let known: Vec<i64> = numbers.iter().copied().flatten().collect();
    assert!(!known.is_empty() && known.is_sorted_by(|left, right| left >= right), "{known:?}");
    assert!(numbers[known.len()..].iter().all(Option::is_none), "what is not set stands last");
    let ids = desk.sipreg(&["list", "-o", "ids", "--sort", "-id"]).done();
    let ids: Vec<u64> = ids.lines().map(|id| id.parse().unwrap()).collect();
    assert!(ids.is_sorted_by(|left, right| left > right));
}

#[test]
fn the_filter_is_that_of_the_console() {
    let desk = Desk::new();
    let ids = |filter: &str| desk.sipreg(&["list", "-o", "ids", "-f", filter]).done();
    assert_eq!(ids("carrierx-ams id:22"), "22\n");
    assert_eq!(ids("id:22,7"), "7\n22\n");
    assert_eq!(ids("node:lon-n1 pop:ams domain:ams.carrierx"), "22\n");
    let lint = ids("is:lint");
    assert!(lint.lines().any(|id| id == "22") && !lint.lines().any(|id| id == "10"), "{lint}");
    // The option may stand in front of the command.
    assert_eq!(desk.sipreg(&["-f", "id:7", "-o", "ids", "list"]).done(), "7\n");
    let none = desk.sipreg(&["list", "-f", "nobody-is-called-this"]);
    assert_eq!(none.messages, "No registration matches the filter\n");
    assert_eq!(desk.json(&["list", "-f", "nobody-is-called-this", "-o", "json"]), serde_json::json!([]));
}

#[test]
fn mistakes_are_answered_with_what_was_meant_before_anything_is_asked_of_a_server() {
    let home = Home::new();
    for (arguments, meant) in [
        (&["list", "--columns", "expires"][..], "did you mean expire?"),
        (&["list", "--sort", "nmae"], "did you mean name?"),
        (&["list", "--sort", "nam"], "did you mean name?"),
        (&["list", "--limit", "-1"], "write a number of rows, 0 or more"),
        (&["list", "--limit", "1e3"], "write a number of rows, 0 or more"),
        (&["log", "--since", "-1h"], "write a time such as 30m, 8h, 7d"),
        (&["list", "-f", "domian:x"], "did you mean domain?"),
        (&["list", "-f", "enabled:maybe"], "yes"),
        (&["list", "-o", "jsn"], "json"),
        (&["list", "-f", "is:marked"], "works only in the console"),
        (&["list", "--columns", "address", "-o", "csv"], "username,domain"),
        (&["lits"], "list"),
        (&["export", "-o", "ids"], "csv, json, jsonl"),
        (&["doctor", "-f", "x"], "does not take --filter"),
        (&["list", "--dry-run"], "does not take --dry-run"),
    ] {
        let reported = home.sipreg(arguments).failed(2);
        assert!(reported.contains(meant), "{arguments:?}: {reported}");
    }
    let reported = home.sipreg(&["list", "-f", "acme domian:x"]).failed(2);
    assert!(reported.ends_with("\n  acme domian:x\n       ^^^^^^\n"), "{reported}");
}

#[test]
fn names_of_a_hostile_server_steer_no_terminal() {
    let desk = Desk::new();
    let id = desk.control.ids()[0];
    let hostile = "\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}abc\r\n";
    desk.change(id, FieldId::Name, Value::Text(hostile.to_owned()));
    for arguments in [&["list"][..], &["list", "-o", "json"], &["list", "-o", "jsonl"], &["lint"], &["show", "1"]] {
        let reported = desk.sipreg(arguments);
        let steers = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!reported.everything().contains(steers), "{arguments:?}");
    }
    let list = desk.json(&["list", "-o", "json"]);
    assert_eq!(list[0]["name"], hostile);
}

#[test]
fn where_labels_come_by_links_they_come_all_the_same() {
    let desk = Desk::with_records(12);
    let included = desk.json(&["list", "-o", "json"]);
    let config = format!(
        "[profile.a]\nurl = \"{}\"\nusername = \"demo\"\npassword = \"demo\"\nlabels = \"links\"\n",
        desk.server.url
    );
    let home = Home::configured(&config);
    let linked: Json = serde_json::from_str(&home.sipreg(&["list", "-o", "json"]).done()).unwrap();
    assert_eq!(linked, included);
    let filtered = home.sipreg(&["list", "-o", "ids", "-f", "transport:udp"]).done();
    assert_eq!(filtered, desk.sipreg(&["list", "-o", "ids", "-f", "transport:udp"]).done());
}
