//! One value in full.

use sipreg::app::core::Effect;
use sipreg::domain::record::{FieldId, Value};

use crate::screen::{Desk, six};

/// A console with a long contact and a long route set in the first record, its cursor on one of them.
fn desk_on(column: &str) -> Desk {
    let mut records = six();
    let long = (0..60).map(|number| format!("part{number} ")).collect::<Vec<_>>().concat();
    let first = records.first_mut().unwrap();
    first.set(FieldId::Contact, Value::Text(format!("sip:{long}\u{1b}[2J")));
    let hops = (0..40).map(|hop| format!("<sip:edge{hop}.example;lr>")).collect();
    first.set(FieldId::RouteSet, Value::Texts(hops));
    let mut desk = Desk::over(&records, (80, 24));
    desk.keys("l");
    while desk.app.list.rows.column.map(sipreg::app::model::columns::heading) != Some(column) {
        desk.keys("l");
    }
    desk
}

#[test]
fn a_long_value_is_shown_whole_and_harmless() {
    let mut desk = desk_on("contact");
    assert!(desk.lines()[22].ends_with("K all"), "{}", desk.lines()[22]);
    desk.keys("K");
    desk.line_with("1 acme-edge-10: contact");
    let said = desk.lines().join("\n");
    assert!(said.contains("part0 ") && said.contains("part59") && said.contains("^[[2J"), "{said}");
    desk.keys("K");
    assert!(desk.app.overlay.current.is_none());
}

#[test]
fn a_list_has_a_line_an_entry_and_scrolls() {
    let mut desk = desk_on("route-set");
    desk.keys("K");
    desk.line_with("1 <sip:edge0.example;lr>");
    desk.line_with("1-18 of 40");
    desk.keys("G");
    desk.line_with("40 <sip:edge39.example;lr>");
    desk.keys("k");
    desk.line_with("22-39 of 40");
    desk.keys("y");
    assert!(
        desk.effects.iter().any(|effect| matches!(effect, Effect::Copy(text) if text.ends_with("edge39.example;lr>")))
    );
}

#[test]
fn without_a_cell_it_says_how_to_choose_one() {
    let mut desk = Desk::six();
    desk.keys("K");
    assert!(desk.app.overlay.current.is_none());
    assert!(desk.line_with("Choose a cell first").contains("h and l"));
}
