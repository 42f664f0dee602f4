//! Sorting, and the column cursor.

use crate::screen::Desk;

#[test]
fn by_name_with_numbers_as_numbers_and_the_cursor_on_its_record() {
    let mut desk = Desk::six();
    desk.keys(">");
    assert_eq!(desk.shown(), [2, 1, 5, 3, 4, 6]);
    assert_eq!(desk.app.list.rows.cursor(), Some(1));
    desk.keys("S");
    assert_eq!(desk.shown(), [6, 4, 3, 5, 1, 2]);
    assert!(desk.lines()[1].contains("↓name  5/6"));
    desk.keys("<");
    assert_eq!(desk.shown(), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn the_picker_sorts_by_several_and_not_set_stands_last() {
    let mut desk = Desk::six();
    desk.keys("s");
    desk.line_with("Space: add, reverse, remove");
    let row = |desk: &Desk, name: &str| {
        let column = sipreg::domain::query::column::Column::parse(name).unwrap();
        let at = sipreg::app::list::sort::SortPicker::columns().iter().position(|known| *known == column).unwrap();
        let from = match &desk.app.overlay.current {
            Some(sipreg::app::overlay::Overlay::Sort(picker)) => picker.pager.cursor,
            other => panic!("{other:?}"),
        };
        let (key, count) = if at >= from { ("j", at - from) } else { ("k", from - at) };
        vec![key; count].join(" ")
    };
    let keys = row(&desk, "enabled");
    desk.keys(&keys).keys("Space");
    let keys = row(&desk, "expire");
    desk.keys(&keys).keys("Space Space Esc");
    assert_eq!(desk.shown(), [3, 6, 5, 1, 4, 2]);
    assert!(desk.lines()[1].contains("↑enabled ↓expire"));
}

#[test]
fn the_column_cursor_brings_hidden_columns_into_view_and_shows_the_value_whole() {
    let mut desk = Desk::six();
    assert!(!desk.lines()[2].contains("CONTACT"));
    desk.keys("l l l l l l l l l l l l l l l l l l l l");
    let last = desk.app.list.visited_columns(&desk.app.store).last().copied();
    assert_eq!(desk.app.list.rows.column, last);
    while !desk.lines()[2].contains("CONTACT") {
        assert_ne!(desk.app.list.rows.column, desk.app.list.visited_columns(&desk.app.store).first().copied());
        desk.keys("h");
    }
    assert!(desk.lines()[22].contains("contact: sip:493001@gw.example:5060"), "{}", desk.lines()[22]);
}

#[test]
fn enter_keeps_the_columns_that_space_chose() {
    let mut desk = Desk::six();
    desk.keys("s j Space j j j j Space Enter");
    assert!(desk.app.overlay.current.is_none());
    assert_eq!(desk.app.list.arranging.order.keys.len(), 2, "{:?}", desk.app.list.arranging.order);
    desk.keys("s g g Enter");
    assert_eq!(desk.app.list.arranging.order.keys.len(), 1);
}
