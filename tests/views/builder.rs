//! The filter builder.

use sipreg::domain::query::Filter;

use crate::screen::Desk;

#[test]
fn a_relation_is_chosen_from_the_targets_and_the_text_and_count_follow_live() {
    let mut desk = Desk::six();
    desk.keys("f 'pop' Enter");
    assert!(desk.line_with("compared how?").contains("Filter builder"));
    desk.keys("Enter");
    desk.line_with(">  any");
    // What is under the cursor is in force already.
    assert_eq!(desk.shown(), [2, 6]);
    desk.keys("'lon'");
    assert_eq!(desk.shown(), [3, 4, 5]);
    desk.line_with("/ pop=LON");
    desk.line_with("3 of 6");
    desk.keys("Enter");
    assert!(desk.app.overlay.current.is_none());
    assert_eq!((desk.app.list.arranging.text.as_str(), desk.shown()), ("pop=LON", vec![3, 4, 5]));
}

#[test]
fn what_is_built_is_added_to_the_filter_there_is() {
    let mut desk = Desk::six();
    desk.keys("/ 'acme' Enter f 'expire' Enter '>=' Enter '3600'");
    assert_eq!(desk.shown(), [1, 5]);
    desk.keys("Tab");
    desk.line_with("which field?");
    desk.keys("'enabled' Enter Enter Enter");
    assert_eq!(desk.app.list.arranging.text, "acme expire>=3600 enabled:yes");
    assert_eq!(Filter::parse(&desk.app.list.arranging.text).unwrap(), desk.app.list.arranging.filter);
    // It is among the earlier filters, as a typed one is.
    desk.keys("/ Ctrl-u Up");
    assert_eq!(desk.app.list.arranging.text, "acme expire>=3600 enabled:yes");
}

#[test]
fn esc_goes_one_step_back_and_out_of_the_first_restores_filter_and_cursor() {
    let mut desk = Desk::six();
    desk.keys("j j f 'contact' Enter Enter '493005'");
    assert_eq!((desk.shown(), desk.app.list.rows.cursor()), (vec![5], Some(5)));
    desk.keys("Esc");
    desk.line_with("compared how?");
    assert_eq!(desk.shown().len(), 6);
    desk.keys("Esc");
    desk.line_with(">  contact");
    desk.keys("Esc");
    assert!(desk.app.overlay.current.is_none());
    assert_eq!((desk.shown().len(), desk.app.list.rows.cursor()), (6, Some(3)));
    assert_eq!(desk.app.list.arranging.text, "");
}

#[test]
fn the_comparisons_are_those_of_the_kind_of_field() {
    let mut desk = Desk::six();
    desk.keys("f 'expire' Enter");
    for words in ["  is not", "  <=", "  matches regex", "  not set"] {
        desk.line_with(words);
    }
    desk.keys("Esc Ctrl-u 'enabled' Enter");
    assert!(desk.lines().iter().all(|line| !line.contains("<=")), "{}", desk.lines().join("\n"));
    desk.keys("'set' Enter");
    assert_eq!(desk.app.list.arranging.text, "enabled:");
}

#[test]
fn a_value_that_is_none_is_told_and_changes_nothing() {
    let mut desk = Desk::six();
    desk.keys("f 'expire' Enter '<' Enter '60x'");
    assert!(desk.line_with("!!").contains("whole number"));
    assert_eq!(desk.shown().len(), 6);
    desk.keys("Enter");
    assert!(desk.app.overlay.current.is_some());
    desk.keys("Backspace Enter");
    assert_eq!(desk.app.list.arranging.text, "expire<60");
    desk.keys("f 'name' Enter 'match' Enter '('");
    assert!(desk.line_with("!!").contains("regular expression"));
}
