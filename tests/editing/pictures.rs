//! What the screens of an edit look like at the two sizes that matter most.

use sipreg::app::Access;
use sipreg::app::core::{Read, Reply};
use sipreg::domain::change::{Checked, SaveOutcome};
use sipreg::domain::record::FieldId;

use crate::desk::{Desk, PLANTED, disk_is_full, fetched, invalid, mine, text, theirs, with};

/// Draws a story at both sizes and compares with what is on record.
fn on_record(name: &str, story: impl Fn(&mut Desk)) {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let mut desk = Desk::of(Access::Write, (columns, rows));
        desk.edit();
        story(&mut desk);
        let screen = desk.screen();
        assert!(!screen.contains(PLANTED), "{screen}");
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("{name}_{columns}x{rows}"), screen);
        });
    }
}

fn changed(desk: &mut Desk) {
    desk.to(FieldId::Expire).keys("i '600' Enter");
}

#[test]
fn form() {
    on_record("form", changed);
}

#[test]
fn form_with_errors() {
    on_record("form-errors", |desk| {
        changed(desk);
        desk.keys("w").checked(Checked::Same).keys("y");
        desk.saved(SaveOutcome::Refused(invalid(&[
            ("/data/attributes/domain", "domain - is not allowed"),
            ("/data/attributes/expire", "expire - must be less than 500"),
        ])));
    });
}

#[test]
fn picker() {
    on_record("picker", |desk| {
        desk.to(FieldId::Node).keys("Space");
    });
}

#[test]
fn route_set() {
    on_record("route-set", |desk| {
        desk.to(FieldId::RouteSet).keys("i '<sip:edge1.example;lr>' Enter '<sip:edge2.example;lr>'");
    });
}

#[test]
fn review() {
    on_record("review", |desk| {
        changed(desk);
        desk.keys("w").moved(with(crate::desk::base(), FieldId::Contact, text("sip:theirs@192.0.2.9")));
    });
}

#[test]
fn review_body() {
    on_record("review-body", |desk| {
        changed(desk);
        desk.keys("w").checked(Checked::Same);
        let body = "{\n  \"data\": {\n    \"id\": \"22\",\n    \"attributes\": { \"expire\": 600 }\n  }\n}".to_owned();
        desk.reply(|read| matches!(read, Read::Preview(_)), Ok(Reply::Preview { body, curl: "curl".to_owned() }));
        desk.keys("b");
    });
}

#[test]
fn conflict() {
    on_record("conflict", |desk| {
        desk.to(FieldId::Contact).keys("i Ctrl-u 'sip:mine@198.51.100.77:5080;transport=tls' Enter");
        changed(desk);
        desk.keys("w").moved(with(theirs(), FieldId::Contact, text("sip:theirs@192.0.2.9")));
    });
}

#[test]
fn journal() {
    on_record("journal", |desk| {
        changed(desk);
        desk.keys("w").checked(Checked::Same).keys("y");
        desk.saved(SaveOutcome::Applied { now: fetched(mine(), "2"), differences: Vec::new() });
        desk.keys("J");
    });
}

#[test]
fn question() {
    on_record("question", |desk| {
        changed(desk);
        desk.update(disk_is_full());
        desk.keys("Esc q");
    });
}
