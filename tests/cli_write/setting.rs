//! `set`, `enable`, `disable`.

use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::{Action, Ending};
use sipreg::domain::record::{FieldId, Secret, Value};

use crate::kit::command::Desk;
use crate::kit::records::text;

#[test]
fn a_field_is_set_with_one_patch_of_it_and_one_line_says_so() {
    let desk = Desk::new();
    desk.sipreg(&["set", "22", "expire=600"]).ends(0, "22 carrierx-ams: expire (node default) -> 600\n");
    let writes = desk.writes();
    assert_eq!(writes.len(), 1);
    assert_eq!(writes[0].body, r#"{"data":{"type":"registrations","id":"22","attributes":{"expire":600}}}"#);
    assert!(writes[0].header("if-match").is_some());
    assert_eq!(desk.stored(22, FieldId::Expire), Value::Number(600));
}

#[test]
fn several_fields_by_name_label_or_null_are_one_patch() {
    let desk = Desk::new();
    desk.change(22, FieldId::Expire, Value::Number(60));
    let reported = desk.sipreg(&[
        "set",
        "22",
        "pop=lon",
        "Transport=TLS",
        "--null",
        "expire",
        "route-set=<sip:a;lr>",
        "route-set=<sip:b;lr>",
    ]);
    reported.ends(
        0,
        "22 carrierx-ams: pop AMS -> LON, transport-protocol UDP -> TLS, route-set (none) -> <sip:a;lr> <sip:b;lr>, \
         expire 60 -> (node default)\n",
    );
    assert_eq!(desk.writes().len(), 1);
    assert_eq!(
        desk.stored(22, FieldId::RouteSet),
        Value::Texts(vec!["<sip:a;lr>".to_owned(), "<sip:b;lr>".to_owned()])
    );
    desk.sipreg(&["set", "22", "--null", "pop", "--null", "route-set"])
        .ends(0, "22 carrierx-ams: pop LON -> any, route-set <sip:a;lr> <sip:b;lr> -> (none)\n");
}

#[test]
fn what_is_so_already_is_not_sent() {
    let desk = Desk::new();
    desk.change(22, FieldId::Expire, Value::Number(600));
    desk.sipreg(&["set", "22", "expire=600"]).ends(0, "22 carrierx-ams: unchanged\n");
    desk.sipreg(&["disable", "16"]).ends(0, "16 betatel-1: already disabled\n");
    assert_eq!(desk.writes().len(), 0);
    assert_eq!(desk.journal().len(), 0);
}

#[test]
fn a_record_is_switched_and_the_journal_knows() {
    let desk = Desk::new();
    desk.sipreg(&["enable", "16"]).ends(0, "16 betatel-1: enabled no -> yes\n");
    desk.sipreg(&["disable", "16"]).ends(0, "16 betatel-1: enabled yes -> no\n");
    let journal = desk.journal();
    assert_eq!(journal.len(), 2);
    let line = &journal[1];
    assert_eq!(
        (line.id, line.name.as_str(), line.action, line.ending),
        (Some(16), "betatel-1", Action::Toggle, Ending::Applied)
    );
    assert_eq!(line.author.user.as_deref(), Some("demo"));
    assert_eq!(line.changes[0].after(), &Value::Flag(false));
}

#[test]
fn many_are_switched_by_a_filter_once_somebody_says_yes() {
    let desk = Desk::new();
    desk.sipreg(&["disable", "-f", "domain:acme"]).ends(2, "").says("needs --yes");
    assert_eq!(desk.writes().len(), 0);
    let reported = desk.sipreg(&["disable", "-f", "domain:acme enabled:yes", "--yes"]);
    assert_eq!(reported.code, Some(0), "{reported:?}");
    let count = reported.data.lines().count();
    assert!(count > 3, "{reported:?}");
    assert!(reported.data.lines().all(|line| line.ends_with(": enabled yes -> no")), "{reported:?}");
    reported.says(&format!("{count} done"));
    assert_eq!(desk.writes().len(), count);
    desk.sipreg(&["disable", "-f", "domain:acme enabled:yes", "--yes"]).ends(0, "").says("No registration matches");
}

#[test]
fn a_password_from_a_pipe_is_set_and_written_nowhere() {
    let desk = Desk::new();
    let reported = desk.sipreg_reading(&["set", "22", "auth-user=22", "auth-password=-"], "s3cret=x\nrest\n");
    assert_eq!(reported.code, Some(0), "{reported:?}");
    assert!(reported.data.contains("auth-password"), "{reported:?}");
    assert_eq!(desk.stored(22, FieldId::AuthPassword), Value::Secret(Secret::new("s3cret=x")));
    let again = desk.sipreg(&["set", "22", "auth-password=s3cret=x", "--dry-run", "-v"]);
    let other = desk.sipreg(&["set", "22", "auth-password=s3cret=y", "--dry-run", "-v"]);
    for reported in [&reported, &again, &other] {
        assert!(!reported.data.contains("s3cret") && !reported.messages.contains("s3cret"), "{reported:?}");
    }
    again.ends(0, "22 carrierx-ams: already auth-password\n");
    assert!(other.data.contains("********"), "{other:?}");
    desk.sipreg_reading(&["set", "22", "auth-password=-"], "").ends(2, "").says("No auth-password given");
    let journal = std::fs::read_dir(desk.home.path().join("state/sipreg/journal")).unwrap();
    for file in journal {
        assert!(!std::fs::read_to_string(file.unwrap().path()).unwrap().contains("s3cret"));
    }
}

#[test]
fn a_rehearsal_shows_the_request_without_the_token_and_sends_no_write() {
    let desk = Desk::new();
    let reported = desk.sipreg(&["set", "22", "pop=LON", "--dry-run", "-v"]);
    let url = &desk.server.url;
    assert_eq!(reported.code, Some(0), "{reported:?}");
    assert!(reported.data.starts_with("22 carrierx-ams: would change pop AMS -> LON; ETag W/"), "{reported:?}");
    assert!(reported.data.contains(&format!("\nPATCH {url}/api/rest/admin/registrations/22?include=")), "{reported:?}");
    assert!(reported.data.contains("\nIf-Match: W/\""), "{reported:?}");
    assert!(reported.data.contains("\"pop\": {"), "{reported:?}");
    assert!(!reported.data.contains("Authorization") && !reported.data.contains("eyJ"), "{reported:?}");
    assert_eq!(desk.writes().len(), 0);
}

#[test]
fn an_etag_that_is_no_longer_true_stops_the_change() {
    let desk = Desk::new();
    let rehearsed = desk.sipreg(&["set", "22", "expire=600", "--dry-run", "-v"]).data;
    let tag = rehearsed.lines().find_map(|line| line.strip_prefix("If-Match: ")).unwrap().to_owned();
    desk.change(22, FieldId::Contact, text("sip:theirs@192.0.2.9"));
    desk.sipreg(&["set", "22", "expire=600", "--if-etag", &tag]).ends(3, "").says("it changed on the server since");
    desk.sipreg(&["disable", "22", "--if-etag", &tag]).ends(3, "");
    assert_eq!(desk.writes().len(), 0);
    let rehearsed = desk.sipreg(&["set", "22", "expire=600", "--dry-run", "-v"]).data;
    let tag = rehearsed.lines().find_map(|line| line.strip_prefix("If-Match: ")).unwrap().to_owned();
    let bare = tag.trim_start_matches("W/").trim_matches('"');
    desk.sipreg(&["set", "22", "expire=600", "--if-etag", bare, "--dry-run", "-v"]);
    desk.sipreg(&["set", "22", "expire=600", "--if-etag", &tag])
        .ends(0, "22 carrierx-ams: expire (node default) -> 600\n");
    desk.sipreg(&["disable", "16", "22", "--if-etag", &tag]).ends(2, "").says("needs exactly one ID");
}

#[test]
fn somebody_who_is_faster_is_not_overwritten() {
    let desk = Desk::new();
    desk.fault(Fault::next("GET", "/registrations/22", FaultEffect::Hold));
    let running = desk.start(&["set", "22", "expire=600"]);
    desk.wait_for("GET", 2);
    desk.change(22, FieldId::Expire, Value::Number(90));
    desk.control.release();
    let reported = running.end();
    reported.ends(3, "").says("expire (node default) -> 90").says("not changed: it changed on the server");
    assert_eq!(desk.writes().len(), 0);
    assert_eq!(desk.stored(22, FieldId::Expire), Value::Number(90));
}

#[test]
fn what_others_change_elsewhere_meanwhile_is_left_and_told() {
    let desk = Desk::new();
    desk.fault(Fault::next("GET", "/registrations/22", FaultEffect::Hold));
    let running = desk.start(&["set", "22", "expire=600"]);
    desk.wait_for("GET", 2);
    desk.change(22, FieldId::Contact, text("sip:theirs@192.0.2.9"));
    desk.control.release();
    running.end().ends(0, "22 carrierx-ams: expire (node default) -> 600\n").says("contact changed on the server");
    assert_eq!(desk.stored(22, FieldId::Contact), text("sip:theirs@192.0.2.9"));
}

#[test]
fn a_conflict_stops_one_record_and_not_the_others() {
    let desk = Desk::new();
    desk.fault(Fault::next("GET", "/registrations/22", FaultEffect::Hold));
    let running = desk.start(&["set", "22", "7", "expire=700"]);
    desk.wait_for("PATCH", 1);
    // Under load the other record may be done before this one is asked for.
    desk.wait_for_path("GET", "/registrations/22");
    desk.change(22, FieldId::Expire, Value::Number(90));
    desk.control.release();
    let reported = running.end();
    assert_eq!(reported.code, Some(8), "{reported:?}");
    assert!(reported.data.starts_with("7 acme-fra-main: expire "), "{reported:?}");
    reported.says("sipreg: 22 carrierx-ams: not changed").says("1 done, 1 changed meanwhile");
}

#[test]
fn a_mistake_is_answered_before_anything_is_sent() {
    let desk = Desk::new();
    desk.sipreg(&["set", "22", "expires=5"]).ends(2, "").says("did you mean expire?");
    desk.sipreg(&["set", "22"]).ends(2, "").says("nothing to set");
    desk.sipreg(&["set", "expire=5"]).ends(2, "").says("which registrations?");
    desk.sipreg(&["set", "-f", "colour:red", "expire=5"]).ends(2, "").says("colour");
    desk.sipreg(&["set", "-f", "", "expire=5"]).ends(2, "").says("which registrations?");
    assert_eq!(desk.control.exchanges().len(), 0, "the server was not even asked");
    desk.sipreg(&["set", "22", "pop=LOM"]).ends(6, "").says("did you mean \"LON\"?");
    desk.sipreg(&["set", "22", "expire=-1"]).ends(6, "").says("expire: must be 0..2147483647");
    desk.sipreg(&["set", "22", "pop=999"]).ends(6, "").says("no POP with ID 999");
    assert_eq!(desk.writes().len(), 0);
}

#[test]
fn a_change_that_makes_a_record_doubtful_is_done_and_told() {
    let desk = Desk::new();
    desk.sipreg(&["set", "22", "expire=5"])
        .ends(0, "22 carrierx-ams: expire (node default) -> 5\n")
        .says("warning: 22 carrierx-ams: expire: ");
}

#[test]
fn a_read_only_profile_writes_nothing() {
    let desk = Desk::new();
    desk.configure("access = \"read-only\"");
    for arguments in [
        &["disable", "22"][..],
        &["set", "22", "expire=5"],
        &["bounce", "22"],
        &["delete", "22", "--yes"],
        &["create", "name=x"],
        &["clone", "22", "name=x"],
    ] {
        desk.sipreg(arguments).ends(2, "").says("eu-noc is read-only");
    }
    let file = desk.file("a.csv", "id,expire\n22,5\n");
    desk.sipreg(&["apply", &file, "--yes"]).ends(2, "").says("eu-noc is read-only");
    assert_eq!(desk.control.exchanges().len(), 0);
    assert_eq!(desk.sipreg(&["disable", "22", "--dry-run", "-v"]).code, Some(0));
    assert_eq!(desk.writes().len(), 0);
}

#[test]
fn a_profile_that_asks_for_confirmation_needs_a_yes() {
    let desk = Desk::new();
    desk.configure("access = \"confirm\"\nbadge = \"PROD\"");
    desk.sipreg(&["enable", "16"]).ends(2, "").says("enable 16 betatel-1 on PROD eu-noc: needs --yes");
    assert_eq!(desk.writes().len(), 0);
    desk.sipreg(&["enable", "16", "--yes"]).ends(0, "16 betatel-1: enabled no -> yes\n");
}

#[test]
fn hostile_names_cannot_steer_the_terminal() {
    let desk = Desk::new();
    desk.change(22, FieldId::Name, text("evil\x1b[2J\u{202e}\nname"));
    let reported = desk.sipreg(&["set", "22", "expire=600"]);
    assert_eq!(reported.code, Some(0));
    assert_eq!(reported.data, "22 evil^[[2J<202e>^Jname: expire (node default) -> 600\n", "as the console shows it");
}

#[test]
fn a_place_that_cannot_be_checked_is_not_written_and_nothing_else_is_held_up() {
    let desk = Desk::new();
    desk.fault(Fault::always("GET", "/pops", FaultEffect::ProxyPage { status: 403 }));
    desk.sipreg(&["set", "22", "pop=LON"])
        .ends(4, "")
        .says("sipreg: nothing was sent: the POPs could not be loaded to check pop: GET pops: not allowed");
    desk.sipreg(&["clone", "22", "name=x", "pop=LON"])
        .ends(4, "")
        .says("nothing was sent: the POPs could not be loaded");
    let file = desk.file("pops.csv", "id,pop\n22,LON\n");
    desk.sipreg(&["apply", &file]).ends(4, "").says("nothing was sent: the POPs could not be loaded");
    assert_eq!(desk.writes().len(), 0);
    let reported = desk.sipreg(&["set", "22", "pop="]);
    reported
        .ends(0, "22 carrierx-ams: pop AMS -> any\n")
        .says("note: the POPs could not be loaded (GET pops: not allowed");
    let file = desk.file("timers.csv", "id,expire\n22,600\n");
    desk.sipreg(&["apply", &file]).ends(0, "22 carrierx-ams: expire (node default) -> 600\n");
}

#[test]
fn what_cannot_be_judged_without_the_pops_is_told() {
    let desk = Desk::new();
    desk.fault(Fault::always("GET", "/nodes", FaultEffect::ProxyPage { status: 403 }));
    for command in [&["lint", "22"][..], &["show", "22"], &["list", "-f", "is:lint"], &["export", "-f", "id:22"]] {
        let reported = desk.sipreg(command);
        assert_eq!(reported.messages.matches("note: the nodes could not be loaded").count(), 1, "{reported:?}");
    }
}

#[test]
fn a_record_is_called_by_the_name_that_it_has() {
    let desk = Desk::new();
    desk.sipreg(&["set", "22", "name="]).ends(6, "").says("sipreg: 22 carrierx-ams: not sent: name: required");
}

#[test]
fn a_name_cannot_begin_a_message_of_its_own() {
    let desk = Desk::new();
    desk.change(22, FieldId::Name, text("x\nsipreg: 7 acme-fra-main: deleted"));
    for command in [&["set", "22", "expire=-1"][..], &["delete", "22"], &["bounce", "22", "--wait", "0"]] {
        let reported = desk.sipreg(command);
        assert!(reported.messages.contains("22 x^Jsipreg: 7"), "{reported:?}");
        assert!(!reported.messages.lines().any(|line| line.starts_with("sipreg: 7")), "{reported:?}");
    }
}

#[test]
fn a_masked_password_is_not_taken_for_a_new_one() {
    let desk = Desk::new();
    desk.sipreg(&["set", "22", "auth-password=********"])
        .ends(6, "")
        .says("22 carrierx-ams: not sent: auth-password: ******** stands for a hidden value");
    desk.sipreg_reading(&["set", "22", "auth-password=-"], "********\n").ends(6, "");
    desk.sipreg(&["clone", "22", "name=x", "auth-password=********"]).ends(6, "");
    assert_eq!(desk.writes().len(), 0);
}
