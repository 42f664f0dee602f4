//! Copying and comparing.

use std::sync::Arc;

use sipreg::app::core::Effect;
use sipreg::domain::query::{Collection, Segment};
use sipreg::domain::record::{FieldId, Secret, Value};
use sipreg::domain::text::{is_hidden, is_joining};

use crate::screen::{Desk, six};

fn copied(desk: &Desk) -> String {
    let copied = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.to_string()),
        _ => None,
    });
    copied.unwrap()
}

#[test]
fn the_prefix_waits_with_a_menu_and_each_choice_copies_what_it_says() {
    let mut desk = Desk::six();
    desk.keys("y");
    assert!(desk.line_with("i copy the ID").contains("o copy the contact"));
    desk.line_with("y …");
    desk.keys("i");
    assert_eq!(copied(&desk), "1");
    desk.keys("y n");
    assert_eq!(copied(&desk), "acme-edge-10");
    desk.keys("y u");
    assert_eq!(copied(&desk), "493001@sip.acme.example");
    desk.keys("l l l l y c");
    assert_eq!(copied(&desk), "FRA");
    desk.keys("y t");
    assert!(copied(&desk).starts_with("eu-noc: registration 1 acme-edge-10 (493001@sip.acme.example) enabled; "));
    desk.keys("y l");
    assert!(copied(&desk).contains("/registrations/1?") && copied(&desk).contains("$TOKEN"));
    assert!(desk.line_with("OK").contains("Copied curl command without token of 1 acme-edge-10"));
}

#[test]
fn what_a_clipboard_would_cut_off_is_refused_with_its_size() {
    let mut records = six();
    records[0].set(FieldId::Contact, Value::Text("x".repeat(75_000)));
    let mut desk = Desk::over(&records, (120, 24));
    // As if it were kept as a whole: the list itself keeps less than a clipboard takes.
    desk.app.store.records = Collection::default();
    desk.app.store.records.absorb(Arc::new(Segment::of(&records)));
    desk.keys("y o");
    assert!(desk.line_with("!!").contains("contact has 75000 bytes and the terminal's clipboard takes 74994"));
    assert!(desk.effects.iter().all(|effect| !matches!(effect, Effect::Copy(_))));
}

#[test]
fn json_has_every_field_and_no_password() {
    let mut records = six();
    records[0].set(FieldId::AuthPassword, Value::Secret(Secret::new("hunter2")));
    let mut desk = Desk::over(&records, (80, 24));
    desk.keys("y j");
    let json: serde_json::Value = serde_json::from_str(&copied(&desk)).unwrap();
    assert!(!copied(&desk).contains("hunter2"));
    assert_eq!(json["pop"]["name"], "FRA");
    assert_eq!(json["expire"], 3600);
    assert_eq!(json["id"], "1");
}

#[test]
fn a_value_that_breaks_lines_or_hides_something_is_copied_on_one_line_and_shown() {
    let hostile = "a\nreboot #\r\u{85}\u{2028}\u{202e}\u{1b}[2J\t";
    let mut records = six();
    for field in [FieldId::Name, FieldId::Username, FieldId::Domain, FieldId::Contact] {
        records[0].set(field, Value::Text(hostile.to_owned()));
    }
    records[0].set(FieldId::RouteSet, Value::Texts(vec![hostile.to_owned(), hostile.to_owned()]));
    let mut desk = Desk::over(&records, (200, 24));
    let is_safe = |text: &str| !text.chars().any(|c| c.is_control() || (is_hidden(c) && !is_joining(c)));
    for keys in ["y n", "y u", "y o", "y t", "y l", "l l y c", "y i"] {
        let before = desk.effects.len();
        desk.keys(keys);
        assert!(desk.effects.len() > before, "{keys} copies nothing");
        assert!(is_safe(&copied(&desk)), "{keys}: {:?}", copied(&desk));
    }
    desk.keys("y n");
    assert_eq!(copied(&desk), "a␊reboot #␍···␛[2J␉");
    desk.keys("y j");
    let json = copied(&desk);
    assert!(json.lines().all(is_safe), "{json:?}");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap()["name"], hostile);
}

#[test]
fn two_records_are_compared_with_differences_first() {
    let mut desk = Desk::six();
    desk.keys("=");
    assert!(desk.line_with("Compare 1 acme-edge-10").contains('='));
    desk.keys("j =");
    let lines = desk.lines();
    let at = |text: &str| lines.iter().position(|line| line.contains(text)).unwrap();
    assert!(at("DIFFERENT") < at("3600 s") && at("3600 s") < at("(node default)"));
    assert!(at("(node default)") < at("EQUAL"));
    desk.keys("Esc");
    assert!(desk.app.overlay.current.is_none());
}

#[test]
fn a_hidden_column_has_no_cursor_that_copies_from_it() {
    let mut desk = Desk::six();
    desk.keys("l l l C Space Esc");
    assert!(!desk.lines().iter().any(|line| line.contains("user@domain:")), "{:?}", desk.lines());
    desk.keys("l l : 'columns_id_contact' Enter");
    assert_eq!(desk.app.list.rows.column, None);
}
