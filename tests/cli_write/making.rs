//! `create`, `clone`, `delete`.

use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::{Action, Ending};
use sipreg::domain::record::{FieldId, Record as _, Value};

use crate::kit::command::Desk;
use crate::kit::records::text;

const NEW: [&str; 5] = ["create", "name=new-one", "domain=a.example", "username=100", "contact=sip:100@192.0.2.1"];

fn newest(desk: &Desk) -> u64 {
    *desk.control.ids().last().unwrap()
}

#[test]
fn a_record_is_created_with_what_was_named() {
    let desk = Desk::new();
    let reported = desk.sipreg(&[&NEW[..], &["pop=LON", "enabled=no"]].concat());
    let id = newest(&desk);
    reported.ends(
        0,
        &format!(
            "{id} new-one: created: enabled no, pop LON, domain a.example, username 100, contact sip:100@192.0.2.1\n"
        ),
    );
    assert_eq!(desk.stored(id, FieldId::Enabled), Value::Flag(false));
    assert_eq!(desk.stored(id, FieldId::RetryDelay), Value::Number(5), "the server's default");
    let line = &desk.journal()[0];
    assert_eq!((line.id, line.action, line.ending), (Some(id), Action::Create, Ending::Applied));
}

#[test]
fn a_record_without_what_it_needs_is_not_sent() {
    let desk = Desk::new();
    desk.sipreg(&["create", "name=x", "domain=y"]).ends(6, "").says("x: not sent: username: ").says("contact: ");
    desk.sipreg(&["create"]).ends(2, "");
    assert_eq!(desk.writes().len(), 0);
}

#[test]
fn a_name_that_is_taken_is_told() {
    let desk = Desk::new();
    let reported = desk.sipreg(&["create", "name=betatel-1", NEW[2], NEW[3], NEW[4]]);
    reported.ends(6, "").says("betatel-1: not created: name has already been taken");
    assert_eq!(desk.journal()[0].id, None);
}

#[test]
fn a_creation_without_an_answer_is_looked_for_by_name() {
    let desk = Desk::new();
    desk.fault(Fault::next("POST", "/registrations", FaultEffect::CutAfter));
    let reported = desk.sipreg(&NEW);
    assert_eq!(reported.code, Some(0), "{reported:?}");
    reported.says("no clear answer").says("but a check shows that it was created");
    assert_eq!(desk.writes().len(), 1);
    assert_eq!(desk.record(newest(&desk)).name(), "new-one");
    let desk = Desk::new();
    desk.fault(Fault::next("POST", "/registrations", FaultEffect::CutBefore));
    desk.sipreg(&NEW).ends(9, "").says("new-one: UNKNOWN whether it was created");
    assert_eq!(desk.writes().len(), 1);
}

#[test]
fn a_rehearsal_of_a_creation_shows_the_body() {
    let desk = Desk::new();
    let reported = desk.sipreg(&[&NEW[..], &["--dry-run", "-v"]].concat());
    assert_eq!(reported.code, Some(0), "{reported:?}");
    assert!(reported.data.contains("\nPOST ") && reported.data.contains("\"name\": \"new-one\""), "{reported:?}");
    assert_eq!(desk.writes().len(), 0);
}

#[test]
fn a_clone_has_everything_but_id_and_name() {
    let desk = Desk::new();
    let reported = desk.sipreg(&["clone", "7", "name=acme-2", "enabled=no", "--null", "node"]);
    assert_eq!(reported.code, Some(0), "{reported:?}");
    reported.says("the password of 7 acme-fra-main is copied too");
    let id = newest(&desk);
    let (old, new) = (desk.record(7), desk.record(id));
    for field in FieldId::all() {
        let expected = match field {
            FieldId::Name => &text("acme-2"),
            FieldId::Enabled => &Value::Flag(false),
            FieldId::Node => &Value::Null,
            _ => old.get(field),
        };
        assert_eq!(new.get(field), expected, "{field:?}");
    }
    assert!(reported.data.starts_with(&format!("{id} acme-2: created: ")), "{reported:?}");
}

#[test]
fn a_clone_needs_a_name_of_its_own() {
    let desk = Desk::new();
    desk.sipreg(&["clone", "7", "pop=LON"]).ends(2, "").says("add name=NEW-NAME");
    desk.sipreg(&["clone", "7", "name=betatel-1"]).ends(6, "").says("name has already been taken");
}

#[test]
fn a_record_is_deleted_after_a_yes_only() {
    let desk = Desk::new();
    desk.sipreg(&["delete", "22"]).ends(2, "").says("delete 22 carrierx-ams on ").says("needs --yes");
    assert!(desk.control.registration(22).is_some());
    desk.sipreg(&["delete", "22", "--dry-run", "-v"]);
    assert_eq!(desk.writes().len(), 0);
    desk.sipreg(&["delete", "22", "--yes"]).ends(0, "22 carrierx-ams: deleted\n");
    assert!(desk.control.registration(22).is_none());
    let line = &desk.journal()[0];
    assert_eq!((line.id, line.action, line.ending), (Some(22), Action::Delete, Ending::Applied));
    desk.sipreg(&["delete", "22", "--yes"]).ends(5, "");
}

#[test]
fn a_record_that_somebody_changes_meanwhile_is_not_deleted() {
    let desk = Desk::new();
    desk.fault(Fault::next("GET", "/registrations/22", FaultEffect::Hold));
    let running = desk.start(&["delete", "22", "--yes"]);
    desk.wait_for("GET", 3);
    desk.change(22, FieldId::Expire, Value::Number(90));
    desk.control.release();
    running.end().ends(3, "").says("not deleted: it changed on the server").says("expire (node default) -> 90");
    assert!(desk.control.registration(22).is_some());
}

#[test]
fn a_deletion_without_an_answer_is_looked_after() {
    let desk = Desk::new();
    desk.fault(Fault::next("DELETE", "", FaultEffect::CutAfter));
    desk.sipreg(&["delete", "22", "--yes"])
        .ends(0, "22 carrierx-ams: deleted\n")
        .says("but a check shows that it was deleted");
}

#[test]
fn a_new_name_that_a_reader_takes_for_another_one_is_always_asked_about() {
    let desk = Desk::new();
    let create = |name: &str, more: &[&'static str]| {
        let name = format!("name={name}");
        desk.sipreg(
            &[&["create", &name, "domain=a.example", "username=100", "contact=sip:100@192.0.2.1"], more].concat(),
        )
    };
    for name in ["Acme-Fra-Main", "acme-fra-main ", "acme -fra-main", "acme-fra-main\u{200b}"] {
        let reported = create(name, &[]);
        reported
            .ends(2, "")
            .says("has a name that differs by case, spaces or hidden characters only")
            .says("needs --yes");
    }
    desk.sipreg(&["clone", "8", "name=ACME-fra-main"]).ends(2, "").says("has a name that differs").says("needs --yes");
    assert_eq!(desk.writes().len(), 0);
    assert_eq!(create("Acme-Fra-Main", &["--yes"]).code, Some(0));
    // A rename is warned of as well.
    desk.sipreg(&["set", "8", "name=acme-fra-MAIN"]).says("has a name that differs by case");
}
