//! The filter box.

use std::sync::Arc;

use ratatui::style::Modifier;
use sipreg::app::core::Message;
use sipreg::app::jobs::arrange::AT_ONCE;
use sipreg::domain::query::Segment;

use crate::screen::{Desk, now, record, six};

#[test]
fn each_key_filters_and_the_title_counts() {
    let mut desk = Desk::six();
    desk.keys("/ 'ac'");
    assert_eq!(desk.shown(), [1, 2, 5]);
    desk.keys("'me_pop:any'");
    assert_eq!(desk.shown(), [2]);
    desk.keys("Enter");
    assert!(desk.lines()[1].contains("/acme pop:any 1 of 6"), "{}", desk.lines()[1]);
}

#[test]
fn a_mistake_is_told_and_the_last_good_filter_stays() {
    let mut desk = Desk::six();
    desk.keys("/ 'expire>6' '00'");
    assert_eq!(desk.shown(), [1, 5]);
    desk.keys("'x'");
    assert_eq!(desk.shown(), [1, 5]);
    assert!(desk.line_with("!!").contains("whole number"), "{}", desk.line_with("!!"));
    // Enter does not leave a filter behind that cannot be read.
    desk.keys("Enter");
    assert!(desk.lines()[21].starts_with("/ expire>600x"));
    desk.keys("Backspace Enter");
    assert!(desk.app.overlay.current.is_none());
}

#[test]
fn esc_restores_filter_and_cursor_and_an_emptied_line_clears() {
    let mut desk = Desk::six();
    desk.keys("/ 'acme' Enter j j");
    assert_eq!(desk.app.list.rows.cursor(), Some(5));
    desk.keys("/ Ctrl-u 'delta'");
    assert_eq!((desk.shown(), desk.app.list.rows.cursor()), (vec![6], Some(6)));
    desk.keys("Esc");
    assert_eq!((desk.shown(), desk.app.list.rows.cursor()), (vec![1, 2, 5], Some(5)));
    desk.keys("/ Ctrl-u Enter");
    assert_eq!((desk.shown().len(), desk.app.list.rows.cursor()), (6, Some(5)));
}

#[test]
fn earlier_filters_come_back_with_the_arrows() {
    let mut desk = Desk::six();
    desk.keys("/ 'acme' Enter / Ctrl-u 'delta' Enter / Ctrl-u 'x' Up");
    assert_eq!(desk.shown(), [6]);
    desk.keys("Up Up");
    assert_eq!(desk.shown(), [1, 2, 5]);
    desk.keys("Down Down");
    assert_eq!(desk.app.list.arranging.text, "x");
}

#[test]
fn what_is_typed_stays_where_there_is_no_later_filter() {
    let mut desk = Desk::six();
    desk.keys("/ 'acme' Down");
    assert_eq!((desk.shown(), desk.app.list.arranging.text.as_str()), (vec![1, 2, 5], "acme"));
}

#[test]
fn the_filter_survives_a_refresh_and_takes_in_what_changed() {
    let mut desk = Desk::six();
    desk.keys("/ 'enabled:no' Enter");
    assert_eq!(desk.shown(), [3, 6]);
    let mut changed = six();
    changed[3] = record(4, "carrierx-ams", "ams.carrierx.example", Some(4), false, None);
    desk.app.store.records.absorb(Arc::new(Segment::of(&changed[3..4])));
    // Any message that settles the screen does.
    desk.app.update(now(), Message::Resized(80, 25));
    assert_eq!(desk.shown(), [3, 4, 6]);
    assert_eq!(desk.app.list.rows.cursor(), Some(3));
}

#[test]
fn what_is_looked_for_stands_out_without_colour() {
    let mut desk = Desk::six();
    desk.keys("/ 'domain:beta' Enter");
    let frame = desk.frame();
    let marked: String = (0..80)
        .filter_map(|x| frame.cell((x, 3)))
        .filter(|cell| cell.modifier.contains(Modifier::UNDERLINED))
        .map(ratatui::buffer::Cell::symbol)
        .collect();
    assert_eq!(marked, "beta");
}

#[test]
fn rows_with_the_value_of_a_cell() {
    let mut desk = Desk::six();
    desk.keys("@");
    assert!(desk.line_with("Choose a cell first").contains("h and l"));
    // id, name, user@domain, pop
    desk.keys("G k l l l l @");
    assert_eq!(desk.app.list.arranging.text, "pop=LON");
    assert_eq!((desk.shown(), desk.app.list.rows.cursor()), (vec![3, 4, 5], Some(5)));
    desk.keys("g d");
    assert_eq!(desk.shown(), [5]);
}

#[test]
fn next_match_goes_on_after_the_filter_is_cleared() {
    let mut desk = Desk::six();
    desk.keys("/ 'acme' Enter / Ctrl-u Enter n");
    assert_eq!(desk.app.list.rows.cursor(), Some(2));
    desk.keys("n n");
    assert_eq!(desk.app.list.rows.cursor(), Some(1));
    desk.keys("N");
    assert_eq!(desk.app.list.rows.cursor(), Some(5));
}

#[test]
fn next_match_goes_to_what_is_down_where_no_filter_was_cleared() {
    let mut records = six();
    // No host can be called like this: the record cannot work.
    records[2] = record(3, "betatel-1", "a b", Some(4), true, None);
    records[4] = record(5, "acme-lon", "c d", Some(4), true, None);
    let mut desk = Desk::over(&records, (80, 24));
    for (keys, at) in [("n", 3), ("n", 5), ("n", 3), ("N", 5)] {
        desk.keys(keys);
        assert_eq!(desk.app.list.rows.cursor(), Some(at), "{keys}");
    }
    // Every row that a filter shows matches it: n looks for what is down among them.
    desk.keys("/ 'acme' Enter g g n");
    assert_eq!(desk.app.list.rows.cursor(), Some(5));
    desk.keys("/ Ctrl-u 'delta' Enter n");
    let said = desk.app.cx.notices.current().unwrap().text.clone();
    assert_eq!((said.as_str(), desk.app.list.rows.cursor()), ("No registration shown is DOWN", Some(6)));
}

#[test]
fn the_prompt_shows_the_syntax_and_tab_completes() {
    let mut desk = Desk::six();
    desk.keys("/");
    let below = desk.line_with("6 of 6");
    for part in ["field:text", "expire>3600", "!not", "~regex", "is:down"] {
        assert!(below.contains(part), "{below}");
    }
    desk.keys("'dom'");
    desk.line_with("0 of 6  Tab: domain:");
    desk.keys("Tab 'acme'");
    assert_eq!((desk.app.list.arranging.text.as_str(), desk.shown()), ("domain:acme", vec![1, 2, 5]));
    desk.keys("'_pop:L' Tab");
    assert_eq!((desk.app.list.arranging.text.as_str(), desk.shown()), ("domain:acme pop:LON", vec![5]));
    // Pressed again it goes on to the next way, and round.
    desk.keys("Ctrl-u 'is:' Tab");
    let first = desk.app.list.arranging.text.clone();
    desk.keys("Tab");
    assert_ne!(desk.app.list.arranging.text, first);
    desk.keys("Shift-Tab");
    assert_eq!(desk.app.list.arranging.text, first);
    // Where nothing begins like this, nothing changes.
    desk.keys("Ctrl-u 'acme' Tab Enter");
    assert_eq!(desk.app.list.arranging.text, "acme");
}

#[test]
fn an_accent_is_found_however_it_was_typed() {
    let mut records = six();
    records[0] = record(1, "m\u{fc}nchen-1", "sip.acme.example", Some(3), true, None);
    records[1] = record(2, "ko\u{308}ln-1", "sip.acme.example", Some(3), true, None);
    for (typed, id) in [("m\u{fc}n", 1), ("mu\u{308}n", 1), ("k\u{f6}l", 2), ("ko\u{308}l", 2), ("name:K\u{d6}LN", 2)] {
        let mut desk = Desk::over(&records, (80, 24));
        desk.keys(&format!("/ '{typed}' Enter"));
        assert_eq!(desk.shown(), [id], "{typed}");
    }
}

#[test]
fn many_records_are_filtered_away_from_the_keys_and_late_answers_are_dropped() {
    let many: Vec<_> =
        (1..=AT_ONCE as u64 + 1).map(|id| record(id, &format!("name-{id}"), "d.example", None, true, None)).collect();
    let mut desk = Desk::over(&many, (80, 24));
    desk.keys("/ 'name-7'");
    assert_eq!(desk.shown().len(), many.len());
    assert!(desk.lines()[21].starts_with("/ name-7"));
    assert!(desk.arrange_elsewhere());
    assert!(desk.shown().contains(&7) && !desk.shown().contains(&8));
    // A key typed while a worker is busy makes its answer stale.
    desk.keys("'77'");
    let early: Vec<_> = desk.effects.drain(..1).collect();
    let sipreg::app::core::Effect::Arrange { ticket, job } = &early[0] else { panic!("{early:?}") };
    desk.app.update(now(), Message::Arranged { ticket: *ticket, ids: job.run() });
    assert!(desk.shown().contains(&7));
    assert!(desk.arrange_elsewhere());
    assert_eq!(desk.shown(), [777]);
    desk.keys("Esc");
    assert_eq!(desk.app.list.rows.cursor(), Some(1));
}

#[test]
fn a_filter_that_nothing_passes_says_how_to_go_on() {
    let mut desk = Desk::six();
    desk.keys("/ 'zebra' Enter j Enter");
    assert!(desk.line_with("No registration matches").contains("clear it"));
    desk.keys("/ Ctrl-u Enter");
    assert_eq!(desk.shown().len(), 6);
}

#[test]
fn a_small_terminal_says_that_a_filter_hides_records() {
    let mut desk = Desk::over(&six(), (40, 10));
    desk.keys("/ 'acme' Enter");
    assert_eq!(desk.lines().last().map(String::as_str), Some("3 of 6 /acme. q: quit"));
}

#[test]
fn a_view_narrows_what_a_filter_shows_and_escape_brings_everything_back() {
    let mut desk = Desk::six();
    desk.keys("/ 'acme' Enter");
    let typed = desk.app.list.arranging.text.clone();
    desk.keys("3");
    assert_eq!(desk.app.list.arranging.text, "acme enabled:no");
    desk.keys("2");
    assert_eq!(desk.app.list.arranging.text, "acme enabled:yes");
    assert_eq!(desk.app.list.active_view(), Some(2));
    desk.keys("1");
    assert_eq!(desk.app.list.arranging.text, typed);
    desk.keys("2 Esc");
    assert_eq!(desk.app.list.arranging.text, "");
    let notice = desk.app.cx.notices.current().unwrap().text.clone();
    assert!(notice.contains("Filter cleared: acme enabled:yes") && notice.contains("bring it back"), "{notice}");
    desk.keys("/ Up");
    assert_eq!(desk.app.list.arranging.text, "acme enabled:yes");
}
