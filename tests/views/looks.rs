//! Columns and saved views.

use sipreg::app::core::{Effect, Message};
use sipreg::app::model::looks::View;
use sipreg::app::model::looks::{LooksChange, LooksConflict, LooksError, SavedLooks};
use sipreg::domain::query::Filter;
use sipreg::domain::state_error::{Attempt, FileFault, FileObstacle};

use crate::screen::{Desk, now, six};

#[test]
fn the_header_counts_the_views_and_digits_show_them() {
    let mut desk = Desk::six();
    desk.keys("3");
    assert_eq!(desk.shown(), [3, 6]);
    let title = desk.lines()[1].clone();
    assert!(title.contains(" 1 All 6  2 Enabled 4  3 Disabled 2 "), "{title}");
    desk.keys("1");
    assert_eq!(desk.shown().len(), 6);
    desk.keys("7");
    assert!(desk.line_with("--").contains("No view 7"));
}

#[test]
fn a_view_is_saved_shown_renamed_kept_and_deleted() {
    let mut desk = Desk::six();
    desk.keys("/ 'acme' Enter > S F s 'our_acme' Enter");
    assert!(desk.line_with("OK").contains("Saved view 4 our acme"));
    let kept = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::Keep(change) => match &**change {
            LooksChange::Save { digit, view, expected: None } => Some((*digit, view.clone())),
            _ => None,
        },
        _ => None,
    });
    let (digit, view) = kept.unwrap();
    assert_eq!((digit, view.filter.as_str()), (4, "acme"));
    assert!(Filter::parse(&view.filter).is_ok());

    let mut later = Desk::over(&six(), (120, 40));
    later.app.list.restore(SavedLooks { views: [(digit, view)].into(), ..SavedLooks::default() });
    later.keys("4");
    assert_eq!(later.shown(), [5, 1, 2]);
    later.keys("F e Ctrl-u 'acme' Enter");
    assert_eq!(later.app.list.views.own[&4].name, "acme");
    // One D asks, and any other key keeps it.
    later.keys("F D j k");
    assert!(later.app.list.views.own.contains_key(&4));
    later.keys("D D Esc 4");
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
        let fourth = desk.app.list.views.own[&4].clone();
        desk.app.list.views.own.insert(digit, fourth);
    }
    desk.keys("1 F s");
    assert!(desk.line_with("is built in").contains("are in use"));
    assert_eq!(desk.app.list.views.own.len(), 6);
}

/// The disk says what is kept now.
fn kept(desk: &mut Desk, views: &[(u8, &str)], change: LooksChange, conflict: Option<LooksConflict>) {
    let view = |(digit, name): &(u8, &str)| {
        (*digit, View { name: (*name).to_owned(), filter: (*name).to_owned(), ..View::default() })
    };
    let kept = SavedLooks { views: views.iter().map(view).collect(), ..SavedLooks::default() };
    let result = Ok((Box::new(kept), conflict));
    drop(desk.app.update(now(), Message::LooksKept { change: Box::new(change), result }));
}

#[test]
fn views_that_another_console_saved_appear() {
    let mut desk = Desk::six();
    desk.keys("F");
    let asked = |effect: &Effect| matches!(effect, Effect::Keep(change) if **change == LooksChange::Nothing);
    assert!(desk.effects.iter().any(asked), "the box asks what there is");
    kept(&mut desk, &[(4, "acme"), (6, "beta")], LooksChange::Nothing, None);
    assert!(desk.line_with("6 beta").contains("sort"));
    desk.keys("Esc");
    let said = |desk: &Desk, text: &str| desk.app.cx.notices.all().iter().any(|notice| notice.text.contains(text));
    assert!(said(&desk, "Another console saved view 4 acme, saved view 6 beta"));
    kept(&mut desk, &[(6, "beta")], LooksChange::Nothing, None);
    assert!(said(&desk, "Another console deleted view 4 acme"));
    assert_eq!(desk.app.list.views.own.keys().copied().collect::<Vec<_>>(), [6]);
}

#[test]
fn views_on_their_way_to_the_disk_are_not_dropped_by_an_earlier_answer() {
    let mut desk = Desk::six();
    desk.keys("F s 'one' Enter F s 'two' Enter");
    let save = |digit: u8, name: &str| {
        let view = View { name: name.to_owned(), ..View::default() };
        LooksChange::Save { digit, view, expected: None }
    };
    kept(&mut desk, &[(4, "one")], save(4, "one"), None);
    assert_eq!(desk.app.list.views.own.len(), 2);
    let moved = LooksConflict::Moved { digit: 4, theirs: "theirs".to_owned(), ours: "one".to_owned(), free: 6 };
    kept(&mut desk, &[(4, "theirs"), (5, "two"), (6, "one")], save(5, "two"), Some(moved));
    assert!(desk.line_with("!!").contains("Another console saved theirs as view 4 meanwhile: one is view 6"));
    assert_eq!(desk.app.list.views.own.len(), 3);
}

#[test]
fn a_view_that_could_not_be_kept_stays_as_long_as_the_console() {
    let mut desk = Desk::six();
    desk.keys("F s 'one' Enter");
    let view = desk.app.list.views.own[&4].clone();
    let change = Box::new(LooksChange::Save { digit: 4, view, expected: None });
    let full = FileFault::new("/state", FileObstacle::Full).during(Attempt::WriteFile);
    let full = LooksError::File(full);
    drop(desk.app.update(now(), Message::LooksKept { change, result: Err(full) }));
    assert!(desk.line_with("!!").contains("were not saved: no space left"));
    kept(&mut desk, &[], LooksChange::Nothing, None);
    assert_eq!(desk.app.list.views.own[&4].name, "one");
}

#[test]
fn a_view_of_another_version_keeps_its_place() {
    let mut desk = Desk::six();
    let foreign = [(4, "tides".to_owned())].into();
    desk.app.list.restore(SavedLooks { foreign, ..SavedLooks::default() });
    desk.keys("F s 'mine' Enter");
    assert_eq!(desk.app.list.views.own.keys().copied().collect::<Vec<_>>(), [5]);
    desk.keys("F g g j j j");
    assert!(desk.line_with("tides").contains("another version"));
    desk.keys("s");
    assert!(desk.line_with("4 tides:").contains("stays in the file"));
    desk.keys("D D");
    let deleted = |effect: &Effect| matches!(effect, Effect::Keep(change) if **change == LooksChange::Delete { digit: 4, expected: None });
    assert!(desk.effects.iter().any(deleted));
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
    let names = [(4, "lines of acme and of betatel", "acme"), (5, "of the night shift", "id<4"), (6, "delta", "delta")];
    let views = names
        .map(|(digit, name, filter)| (digit, View { name: name.into(), filter: filter.into(), ..View::default() }));
    desk.app.list.restore(SavedLooks { views: views.into(), ..SavedLooks::default() });
    desk.keys("6 j");
    let title = desk.lines()[1].clone();
    assert!(title.contains("1 All 6") && title.contains("6 delta 1") && !title.contains("night"), "{title}");
    desk.keys("1");
    assert!(!desk.lines()[1].contains("6 delta"));
}
