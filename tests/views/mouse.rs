//! The mouse, where it is switched on.

use std::time::Duration;

use sipreg::app::Focus;
use sipreg::app::core::{Message, Pointing};
use sipreg::app::model::time::Moment;

use crate::screen::{Desk, now, record, six};

fn point(desk: &mut Desk, how: Pointing, column: u16, row: u16, millis: u64) {
    let at = Moment { mono: now().mono + Duration::from_millis(millis), ..now() };
    let effects: Vec<_> = desk.app.update(at, Message::Pointed { how, column, row }).collect();
    desk.effects.extend(effects);
}

fn click(desk: &mut Desk, column: u16, row: u16, millis: u64) {
    point(desk, Pointing::Click, column, row, millis);
}

/// The row of the screen below all headings.
const FIRST: u16 = 3;

#[test]
fn a_click_puts_the_cursor_on_a_row_and_a_second_opens_it() {
    let mut desk = Desk::six();
    click(&mut desk, 20, FIRST + 3, 0);
    assert_eq!((desk.app.list.rows.cursor(), desk.app.panes.stack.len()), (Some(4), 0));
    click(&mut desk, 20, FIRST + 3, 300);
    assert_eq!((desk.app.subject(), desk.app.panes.stack.len()), (Some(4), 1));
}

#[test]
fn two_slow_clicks_or_two_rows_open_nothing() {
    let mut desk = Desk::six();
    click(&mut desk, 20, FIRST + 3, 0);
    click(&mut desk, 20, FIRST + 3, 500);
    click(&mut desk, 20, FIRST + 4, 600);
    assert_eq!((desk.app.list.rows.cursor(), desk.app.panes.stack.len()), (Some(5), 0));
    // Below the last record there is nothing to click on.
    click(&mut desk, 20, FIRST + 9, 700);
    assert_eq!(desk.app.list.rows.cursor(), Some(5));
}

#[test]
fn a_heading_sorts_by_its_column_and_again_the_other_way_round() {
    let mut desk = Desk::six();
    let heading = desk.lines()[2].clone();
    let x = u16::try_from(heading.find("NAME").unwrap()).unwrap() + 2;
    click(&mut desk, x, 2, 0);
    assert_eq!(desk.shown(), [2, 1, 5, 3, 4, 6]);
    click(&mut desk, x, 2, 100);
    assert_eq!(desk.shown(), [6, 4, 3, 5, 1, 2]);
    assert!(desk.lines()[1].contains("↓name"));
    let x = u16::try_from(heading.find("ID").unwrap()).unwrap();
    click(&mut desk, x, 2, 200);
    click(&mut desk, x, 2, 300);
    assert_eq!(desk.shown(), [6, 5, 4, 3, 2, 1]);
    // Between two headings there is none.
    click(&mut desk, 0, 2, 400);
    assert_eq!(desk.shown(), [6, 5, 4, 3, 2, 1]);
}

#[test]
fn each_heading_is_found_where_it_is_drawn_at_any_width_and_choice_of_columns() {
    for width in [60, 80, 120, 200] {
        let mut desk = Desk::over(&six(), (width, 40));
        desk.keys("C j j Space G Space K K K Esc l l l");
        let heading = desk.lines()[2].clone();
        let placed = desk.app.list.placed_columns(&desk.app.cx, &desk.app.store);
        assert!(placed.len() > 2);
        for place in placed {
            let title = place.column.looks.title;
            let x = u16::try_from(heading.find(title).unwrap()).unwrap();
            click(&mut desk, x, 2, 0);
            let reported = desk.lines()[1].clone();
            let by = sipreg::app::list::sort::reported(&desk.app.list.arranging.order);
            let name = sipreg::app::model::columns::heading(place.column.shows);
            assert!(by.contains(name.split('@').next().unwrap()) || name == "user@domain", "{title}: {by}\n{reported}");
        }
    }
}

#[test]
fn the_wheel_scrolls_and_the_cursor_stays_on_its_record_while_it_is_in_view() {
    let many: Vec<_> = (1..=100).map(|id| record(id, &format!("n{id}"), "d.example", None, true, None)).collect();
    let mut desk = Desk::over(&many, (80, 24));
    desk.keys("j j j j j");
    point(&mut desk, Pointing::WheelDown, 20, FIRST + 5, 0);
    assert_eq!((desk.app.list.rows.top(), desk.app.list.rows.cursor()), (3, Some(6)));
    point(&mut desk, Pointing::WheelDown, 20, FIRST + 5, 0);
    assert_eq!((desk.app.list.rows.top(), desk.app.list.rows.cursor()), (6, Some(7)));
    point(&mut desk, Pointing::WheelUp, 20, FIRST + 5, 0);
    assert_eq!((desk.app.list.rows.top(), desk.app.list.rows.cursor()), (3, Some(7)));
}

#[test]
fn beside_a_wide_list_a_click_gives_the_other_pane_the_keyboard_and_back() {
    let mut desk = Desk::over(&six(), (120, 40));
    desk.keys("Enter");
    click(&mut desk, 20, FIRST, 0);
    assert_eq!(desk.app.panes.focus, Focus::List);
    let inside = desk.app.cx.layout().inside;
    click(&mut desk, inside.x + 3, inside.y + 3, 1_000);
    assert_eq!(desk.app.panes.focus, Focus::Side);
    assert_eq!(desk.app.panes.stack.last().unwrap().pager().cursor, 3);
}

#[test]
fn no_click_answers_a_question_or_takes_the_keyboard_from_a_box() {
    let mut desk = Desk::six();
    desk.keys("/ 'acme'");
    click(&mut desk, 20, FIRST + 1, 0);
    point(&mut desk, Pointing::WheelDown, 20, FIRST + 1, 0);
    assert_eq!(desk.app.list.arranging.text, "acme");
    desk.line_with("/ acme");
    desk.keys("Enter s");
    let before = desk.lines();
    click(&mut desk, 20, FIRST + 6, 0);
    assert_eq!(desk.lines(), before);
    point(&mut desk, Pointing::WheelDown, 20, FIRST + 6, 0);
    assert_ne!(desk.lines(), before);
}
