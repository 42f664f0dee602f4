//! Records that share an address: told by every command before anything is sent.

use sipreg::demo::ServerOptions;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::record::{FieldId, Value};

use crate::kit::command::Desk;
use crate::kit::records::text;

/// A desk with a record that has the address, contact and place of 10.
fn twins() -> (Desk, String) {
    let desk = Desk::new();
    let twin = desk.control.copy(10, "twin").unwrap();
    desk.change(twin, FieldId::Name, text("twin"));
    (desk, twin.to_string())
}

const SHARED: &str = "registers the same address from the same node as registration 10";

fn loses(other: &str) -> String {
    format!("registration {other} registers the same address from the same node and loses its binding")
}

#[test]
fn whoever_disables_deletes_bounces_or_moves_one_of_two_is_told_who_loses_a_binding() {
    let (desk, twin) = twins();
    let loss = loses("10");
    for command in [
        vec!["disable", &twin, "--dry-run"],
        vec!["bounce", &twin, "--dry-run"],
        vec!["delete", &twin, "--dry-run"],
        vec!["set", &twin, "username=other", "--dry-run"],
        vec!["set", &twin, "enabled=no", "--dry-run"],
    ] {
        let reported = desk.sipreg(&command);
        reported.says(&loss);
        assert_eq!(
            (reported.code, reported.messages.matches("loses its binding").count()),
            (Some(0), 1),
            "{reported:?}"
        );
        // The same by a filter, for which the whole list is read anyway.
        let by_filter =
            command.iter().flat_map(|part| if *part == twin { vec!["-f", "name:twin"] } else { vec![*part] });
        let by_filter: Vec<&str> = by_filter.collect();
        let reported = desk.sipreg(&by_filter);
        assert_eq!(
            (reported.code, reported.messages.matches(&loss).count()),
            (Some(0), 1),
            "{by_filter:?}: {reported:?}"
        );
    }
    for command in ["disable", "bounce", "delete"] {
        let reported = desk.sipreg(&[command, &twin, "10", "--dry-run"]);
        assert_eq!(reported.code, Some(0), "{command}: {reported:?}");
        assert!(!reported.messages.contains("loses"), "both go, so that nobody loses anything: {reported:?}");
    }
    let reported = desk.sipreg(&["set", &twin, "expire=600", "--dry-run"]);
    assert_eq!(reported.messages, "", "nothing that others could notice");
    assert_eq!(desk.writes().len(), 0);
}

#[test]
fn a_record_that_comes_to_an_address_in_use_is_told_before_it_is_saved() {
    let (desk, twin) = twins();
    desk.change(twin.parse().unwrap(), FieldId::Enabled, Value::Flag(false));
    desk.sipreg(&["enable", &twin, "--dry-run"]).says(SHARED);
    desk.sipreg(&["clone", "10", "name=third", "--dry-run"]).says(SHARED);
    let reported = desk.sipreg(&["clone", "10", "name=third", "enabled=no", "--dry-run"]);
    assert!(!reported.messages.contains("same address"), "a disabled one takes nothing: {reported:?}");
    let ten = desk.record(10);
    let of = |field: FieldId| match ten.get(field) {
        Value::Text(text) => format!("{}={text}", field.field().name),
        other => panic!("{other:?}"),
    };
    let (domain, username, contact) = (of(FieldId::Domain), of(FieldId::Username), of(FieldId::Contact));
    let create = ["create", "name=new", &domain, &username, &contact, "--dry-run"];
    desk.sipreg(&create).says(SHARED);
    desk.sipreg(&["set", "7", &domain, &username, &contact, "--null", "pop", "--null", "node", "--dry-run"])
        .says(SHARED);
    assert_eq!(desk.writes().len(), 0);
}

#[test]
fn rows_of_one_file_are_compared_with_each_other() {
    let desk = Desk::new();
    let rows =
        "name,domain,username,contact\na-1,a.example,100,sip:100@192.0.2.1\na-2,a.example,100,sip:100@192.0.2.1\n";
    let reported = desk.sipreg(&["apply", &desk.file("rows.csv", rows), "--dry-run"]);
    reported.says("warning: row 2, column contact: registers the same address from the same node as row 3: ");
    reported.says("warning: row 3, column contact: registers the same address from the same node as row 2: ");
    let ids: Vec<String> = (0..2).map(|at| desk.control.ids()[at].to_string()).collect();
    let rows = format!(
        "id,enabled,pop,node,domain,username,contact\n{},yes,,,a.example,100,sip:100@h\n{},yes,,,a.example,100,sip:100@h\n",
        ids[0], ids[1]
    );
    let reported = desk.sipreg(&["apply", &desk.file("moved.csv", rows), "--dry-run"]);
    reported
        .says(&format!("the same node as registration {}: ", ids[0]))
        .says(&format!("the same node as registration {}: ", ids[1]));
}

#[test]
fn show_compares_as_lint_does() {
    let (desk, twin) = twins();
    let reported = desk.sipreg(&["show", &twin]);
    assert!(reported.data.contains(SHARED), "{reported:?}");
    let requests = desk.control.exchanges().len();
    desk.sipreg(&["show", &twin, "-o", "json"]);
    let path = |exchange: &sipreg::demo::Exchange| exchange.path().to_owned();
    let asked: Vec<String> =
        desk.control.exchanges()[requests..].iter().map(path).filter(|path| !path.ends_with("auth")).collect();
    assert_eq!(asked.len(), 1, "data need no comparison: {asked:?}");
}

#[test]
fn a_list_that_cannot_be_read_or_is_too_long_keeps_nobody_from_writing() {
    let desk = Desk::new();
    desk.fault(Fault::always("GET", "/registrations", FaultEffect::ServerError));
    let reported = desk.sipreg(&["create", "name=a", "domain=a.example", "username=1", "contact=sip:1@h", "--dry-run"]);
    reported.says("note: not compared with the other registrations (").says("sipreg lint does that");
    assert_eq!(reported.code, Some(0));
    let many = Desk::of(ServerOptions { records: 5_100, ..ServerOptions::default() });
    let reported = many.sipreg(&["disable", "7", "--dry-run"]);
    reported.says("note: not compared with the other registrations (there are too many to read for this)");
    assert_eq!(reported.code, Some(0));
    let links = format!("[profile.links]\nurl = \"{}\"\nlabels = \"links\"\n", desk.server.url);
    let file = desk.file("links.toml", links);
    desk.control.clear_faults();
    let reported = desk.sipreg(&["--config", &file, "--profile", "links", "disable", "7", "--dry-run"]);
    reported.says("note: not compared with the other registrations (the links of each to its POP and node would have");
    assert_eq!(reported.code, Some(0));
}

#[test]
fn what_is_down_is_told_of_a_disabled_record_before_it_is_enabled() {
    let desk = Desk::new();
    let down = "pop: lon-n1 is in POP LON, not AMS: no node will load it";
    desk.change(22, FieldId::Enabled, Value::Flag(false));
    let file = desk.file("on.csv", "id,enabled\n22,yes\n");
    for command in [
        vec!["enable", "22"],
        vec!["set", "22", "enabled=yes"],
        vec!["set", "22", "enabled=yes", "name=other"],
        vec!["apply", file.as_str()],
    ] {
        let told = desk.sipreg(&[&command[..], &["--dry-run"]].concat());
        assert_eq!((told.code, told.messages.matches("DOWN: ").count()), (Some(0), 1), "{told:?}");
    }
    desk.sipreg(&["enable", "22"]).ends(0, "22 carrierx-ams: enabled no -> yes\n").says(down);
    assert_eq!(desk.sipreg(&["set", "22", "expire=700", "--dry-run"]).messages, "", "it was so before");
    let told = desk.sipreg(&["disable", "22"]);
    assert!(!told.messages.contains("DOWN"), "{told:?}");
}
