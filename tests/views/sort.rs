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
    desk.keys("'enab' Space 'expi' Space 'expi' Space Esc");
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
    desk.keys("s Down Space Down Down Down Down Space Enter");
    assert!(desk.app.overlay.current.is_none());
    assert_eq!(desk.app.list.arranging.order.keys.len(), 2, "{:?}", desk.app.list.arranging.order);
    desk.keys("s 'id' Enter");
    assert_eq!(desk.app.list.arranging.order.keys.len(), 1);
}

#[test]
fn typed_letters_narrow_the_columns_to_sort_by_and_escape_lists_all_again() {
    let mut desk = Desk::six();
    desk.keys("s 'dom'");
    desk.line_with("domain");
    assert!(!desk.lines().iter().any(|line| line.contains("sip-interface-name")), "{:?}", desk.lines());
    desk.keys("'xyz'");
    desk.line_with("no column has this in its name");
    desk.keys("Enter");
    assert!(desk.app.overlay.current.is_some(), "there is nothing to sort by");
    desk.keys("Esc");
    desk.line_with("sip-interface-name");
    desk.keys("'domain' Enter");
    assert_eq!(desk.app.list.arranging.order.to_string(), "domain");
    assert!(desk.app.overlay.current.is_none());
}

#[test]
fn the_unique_id_decides_last_whenever_it_was_chosen() {
    for keys in ["s 'id' Space 'name' Space 'expire' Space Enter", "s 'name' Space 'expire' Space 'id' Space Enter"] {
        let mut desk = Desk::six();
        desk.keys(keys);
        assert_eq!(desk.app.list.arranging.order.to_string(), "name,expire,id", "{keys}");
    }
}
