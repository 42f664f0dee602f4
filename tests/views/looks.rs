//! Columns and saved views.

use sipreg::app::core::effect::Effect;
use sipreg::app::list::views::{Kept, View};
use sipreg::domain::query::filter::Filter;

use crate::screen::{Desk, six};

#[test]
fn the_header_counts_the_views_and_digits_show_them() {
    let mut desk = Desk::six();
    desk.keys("3");
    assert_eq!(desk.shown(), [3, 6]);
    let title = desk.lines()[1].clone();
    assert!(title.contains(" 1 all 6  2 on 4  3 off 2 "), "{title}");
    desk.keys("1");
    assert_eq!(desk.shown().len(), 6);
    desk.keys("7");
    assert!(desk.line_with("--").contains("no view 7"));
}

#[test]
fn a_view_is_saved_shown_renamed_kept_and_deleted() {
    let mut desk = Desk::six();
    desk.keys("/ 'acme' Enter > S F s 'our_acme' Enter");
    assert!(desk.line_with("OK").contains("saved as view 4 our acme"));
    let kept = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::Keep(kept) => Some((**kept).clone()),
        _ => None,
    });
    let kept = kept.unwrap();
    assert_eq!(kept.views[&4].filter, "acme");
    assert!(Filter::parse(&kept.views[&4].filter).is_ok());

    let mut later = Desk::over(&six(), (120, 40));
    later.app.list.restore(kept);
    later.keys("4");
    assert_eq!(later.shown(), [5, 1, 2]);
    later.keys("F e Ctrl-u 'acme' Enter");
    assert_eq!(later.app.list.views.own[&4].name, "acme");
    later.keys("F D Esc 4");
    assert!(later.app.list.views.own.is_empty());
    later.keys("F k k k k k k k k k D");
    assert!(later.line_with("is built in").contains("4 to 9"));
}

#[test]
fn saving_while_a_built_in_view_is_shown_takes_the_first_free_place() {
    let mut desk = Desk::over(&six(), (120, 40));
    desk.keys("F s 'night' Enter");
    assert_eq!(desk.app.list.views.own[&4].name, "night");
    for digit in 5..=9 {
        desk.app.list.views.own.insert(digit, desk.app.list.views.own[&4].clone());
    }
    desk.keys("1 F s");
    assert!(desk.line_with("is built in").contains("are taken"));
    assert_eq!(desk.app.list.views.own.len(), 6);
}

#[test]
fn columns_are_hidden_moved_and_kept() {
    let mut desk = Desk::six();
    desk.keys("C j Space Esc");
    assert!(!desk.lines()[2].contains("NAME"), "{}", desk.lines()[2]);
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Keep(_))));
    desk.keys("C G K K K K K K K K K K K K K K K K K K K K K K K Space Esc");
    desk.keys("C R Esc");
    assert!(desk.lines()[2].contains("NAME"));
    let choices = desk.app.list.columns.choices();
    let contact =
        choices.iter().position(|choice| sipreg::app::model::columns::heading(choice.shows) == "contact").unwrap();
    desk.keys("C").keys(&vec!["j"; contact].join(" ")).keys(&vec!["K"; contact - 1].join(" ")).keys("Esc");
    let heading = desk.lines()[2].clone();
    assert!(heading.find("CONTACT") < heading.find("NAME") && heading.contains("CONTACT"), "{heading}");
}

#[test]
fn the_view_that_is_shown_is_named_also_where_there_is_no_room_for_all() {
    let mut desk = Desk::six();
    let names = [(4, "lines of acme", "acme"), (5, "of the night shift", "id<4"), (6, "delta", "delta")];
    let views = names
        .map(|(digit, name, filter)| (digit, View { name: name.into(), filter: filter.into(), ..View::default() }));
    desk.app.list.restore(Kept { views: views.into(), ..Kept::default() });
    desk.keys("6 j");
    let title = desk.lines()[1].clone();
    assert!(title.contains("1 all 6") && title.contains("6 delta 1") && !title.contains("night"), "{title}");
    desk.keys("1");
    assert!(!desk.lines()[1].contains("delta"));
}
