//! `lint`: what it finds, how it ends, and what it explains.

use serde_json::json;
use sipreg::domain::record::{FieldId, Value};
use sipreg::domain::rules::check::all;

use crate::kit::command::Desk;

#[test]
fn lint_names_record_field_and_what_is_wrong_down_first() {
    let desk = Desk::new();
    let reported = desk.sipreg(&["lint", "22"]);
    assert_eq!(reported.code, Some(6), "a record that no node loads is a failure");
    let line = "DOWN    22 carrierx-ams: pop: lon-n1 is in POP LON, not AMS: no node will load it [pop-mismatch]\n";
    assert!(reported.data.starts_with(line), "{reported:?}");
    assert!(
        reported.messages.starts_with("1 of 1 registration has problems (worst of each): 1 DOWN\n"),
        "{reported:?}"
    );
    assert!(reported.messages.contains("1 DOWN    pop-mismatch\n"), "{reported:?}");

    let all = desk.sipreg(&["lint", "-o", "json"]);
    assert_eq!(all.code, Some(6));
    let all: serde_json::Value = serde_json::from_str(&all.data).unwrap();
    let finding = all.as_array().unwrap().iter().find(|finding| finding["id"] == "22").unwrap();
    assert_eq!(
        (&finding["field"], &finding["severity"], &finding["rule"]),
        (&json!("pop"), &json!("down"), &json!("pop-mismatch"))
    );
    let severities: Vec<&str> =
        all.as_array().unwrap().iter().map(|finding| finding["severity"].as_str().unwrap()).collect();
    let order = ["down", "error", "warning", "info"];
    assert!(severities.is_sorted_by_key(|severity| order.iter().position(|known| known == severity)), "{severities:?}");

    let rows = desk.sipreg(&["lint", "22", "-o", "csv"]).data;
    assert!(rows.starts_with("id,name,field,severity,rule,message\n22,carrierx-ams,pop,down,pop-mismatch,"), "{rows}");
}

#[test]
fn the_filter_of_the_list_finds_the_same_records() {
    let desk = Desk::new();
    let ids = |least| desk.sipreg(&["lint", "-o", "ids", "--severity", least]).data;
    assert_eq!(ids("warning"), desk.sipreg(&["list", "-o", "ids", "-f", "is:lint"]).done());
    assert_eq!(ids("down"), desk.sipreg(&["list", "-o", "ids", "-f", "is:down"]).done());
    assert!(ids("down").lines().count() < ids("info").lines().count());
}

#[test]
fn lint_ends_in_6_where_a_record_is_down_or_could_not_be_saved_and_fail_on_moves_that() {
    let desk = Desk::new();
    let code = |words: &[&str]| desk.sipreg(&[&["lint", "10"], words].concat()).code;
    assert_eq!(code(&[]), Some(0), "nothing is wrong with it");
    desk.change(10, FieldId::RetryDelay, Value::Number(1));
    assert_eq!(code(&[]), Some(0), "a warning is no failure");
    assert_eq!(code(&["--fail-on", "warning"]), Some(6));
    assert_eq!(code(&["--fail-on", "warning", "--rule", "pop-mismatch"]), Some(0), "only what is looked for counts");
    desk.change(10, FieldId::Expire, Value::Number(-1));
    assert_eq!(code(&[]), Some(6));
    assert_eq!(code(&["--fail-on", "down"]), Some(0), "an error is not DOWN");
    desk.change(10, FieldId::Domain, Value::Text("acme.example:99999".into()));
    assert_eq!(code(&["--fail-on", "down"]), Some(6));
    let reported = desk.sipreg(&["lint", "10"]).data;
    let starts: Vec<&str> = reported.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(starts[..3], ["DOWN", "error", "warning"], "{reported}");
}

#[test]
fn lint_compares_with_records_that_were_not_asked_for() {
    let desk = Desk::new();
    let copy = desk.control.copy(10, "acme-fra-backup").unwrap();
    let reported = desk.sipreg(&["lint", &copy.to_string()]).data;
    assert!(reported.contains("name: registration 10 has the same name"), "{reported}");
    assert!(
        reported.contains("contact: registers the same address from the same node as registration 10"),
        "{reported}"
    );
    let found = desk.sipreg(&["lint", "--rule", "shared-address", "-o", "ids"]).data;
    assert_eq!(found, format!("10\n{copy}\n"), "it is told on both");
}

#[test]
fn a_rule_is_explained_without_a_server() {
    let desk = Desk::new();
    let reported = desk.sipreg(&["lint", "--explain", "transport-overridden"]).done();
    assert!(reported.starts_with("transport-overridden\n  warning: "), "{reported}");
    assert!(
        reported.contains("<sip:host;transport=tls;lr>") && reported.contains("Source: node; RFC 3263, 4.1"),
        "{reported}"
    );
    let listed = desk.sipreg(&["lint", "--explain", "all"]).done();
    for rule in all() {
        assert!(listed.contains(rule.id), "{rule:?}");
    }
    let objects = desk.json(&["lint", "--explain", "all", "-o", "json"]);
    assert_eq!(objects.as_array().unwrap().len(), all().count());
    let plain = desk.sipreg(&["lint", "--explain", "transport-overridden", "--color", "always"]).done();
    assert!(plain.starts_with("\u{1b}[1mtransport-overridden"), "{plain:?}");
    assert!(desk.sipreg(&["lint", "--explain", "all", "--color", "purple"]).failed(2).contains("purple"));
    let refused = desk.sipreg(&["lint", "--explain", "pop-mismatsh"]).failed(2);
    assert!(refused.contains("did you mean pop-mismatch?"), "{refused}");
    assert!(desk.sipreg(&["lint", "--rule", "nothing"]).failed(2).contains("no rule"));
}

#[test]
fn what_the_profile_ignores_is_left_out_counted_and_marked() {
    let desk = Desk::new();
    desk.change(10, FieldId::RetryDelay, Value::Number(1));
    let configure = |line: &str| desk.home.configure(&format!("[profile.eu]\n{line}\n"));
    configure("ignore = [\"retry-delay-short\"]");
    let reported = desk.sipreg(&["lint", "10", "--rule", "retry-delay-short"]);
    assert_eq!(reported.data, "ignored 10 acme-fra-backup: retry-delay-short\n");
    assert!(reported.messages.contains("problems of 1 registration are ignored by the profile"), "{reported:?}");
    let shown = desk.sipreg(&["show", "10"]).done();
    assert!(
        shown.contains("\nPROBLEMS\n") && shown.contains("  ignored by the profile: retry-delay-short\n"),
        "{shown}"
    );
    assert!(!shown.contains("below 5 s"), "{shown}");
    desk.sipreg(&["disable", "-f", "is:lint name:acme-fra-backup", "--dry-run"]).says("No registration matches");
    let reported = desk.sipreg(&["lint", "10", "--no-ignore"]);
    assert!(reported.data.contains("[retry-delay-short]"), "{reported:?}");
    assert!(desk.sipreg(&["config", "show"]).done().contains("retry-delay-short"));

    configure("");
    let reported = desk.sipreg(&["disable", "-f", "is:lint name:acme-fra-backup", "--dry-run"]);
    assert!(reported.everything().contains("10 acme-fra-backup"), "{reported:?}");
    configure("ignore = [\"retry-delay-shot\"]");
    assert!(desk.sipreg(&["lint", "10"]).failed(2).contains("retry-delay-short"), "what was probably meant");
    assert!(desk.sipreg(&["lint", "--explain", "all"]).done().contains("retry-delay-short"), "this is the way out");
    configure("ignore = [\"required\"]");
    assert!(desk.sipreg(&["lint", "10"]).failed(2).contains("errors cannot be ignored"));
}
