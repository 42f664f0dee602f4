//! What a screen has no room for is not agreed to: what will be sent, and what nodes do about it, scrolls at any size,
//! and nothing is sent before it was in view.

use std::time::Duration;

use chrono::DateTime;
use sipreg::app::core::{Message, Tone};
use sipreg::app::model::time::Moment;

use super::creating::{assert_said, assert_shows, sent};
use crate::sitting::Sitting;

/// Screens of every kind, down to those with one row for everything.
const SIZES: [(u16, u16); 7] = [(80, 24), (100, 26), (120, 40), (60, 15), (80, 6), (80, 5), (40, 5)];

/// The screen as one text, whatever its lines.
fn words(sitting: &Sitting) -> String {
    sitting.screen().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn many_are_sent_only_once_all_of_them_were_in_view() {
    for size in SIZES {
        let mut sitting = Sitting::ready(size, 120);
        sitting.carry_out("g g Space Space Space t d");
        let fits = sitting.screen().contains("enabled yes -> no") && !sitting.screen().contains('↓');
        assert_eq!(sitting.screen().contains("y: disable"), fits, "{size:?}\n{}", sitting.screen());
        let words = sitting.screen().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("at the next poll: 3 un-REGIST"), "{size:?}\n{words}");
        if !fits {
            assert_shows(&sitting, &["read on"]);
            sitting.carry_out("y");
            assert!(sent(&sitting, "PATCH").is_empty(), "{size:?}\n{}", sitting.screen());
            sitting.press("PgDn PgDn PgDn PgDn");
            assert_shows(&sitting, &["y: disable"]);
        }
        sitting.carry_out("y");
        assert_eq!(sent(&sitting, "PATCH").len(), 3, "{size:?}");
    }
}

#[test]
fn what_takes_a_registration_down_stands_first_among_many() {
    // 10 is in another POP than the node; the others are in its POP, or in any.
    let mut sitting = Sitting::ready((80, 9), 120);
    for id in ["8", "12", "13", "16", "10"] {
        sitting.press(":");
        sitting.write(id);
        sitting.press("Enter Space");
    }
    sitting.press(":");
    sitting.write("bulk-set node lon-n1");
    sitting.carry_out("Enter");
    let screen = sitting.screen();
    let first = screen.lines().find(|line| line.contains(" -> lon-n1")).unwrap();
    assert!(first.contains("10 acme-fra-backup") && first.contains('!'), "{screen}");
    sitting.tell(Message::Resized(120, 40));
    assert_shows(&sitting, &["DOWN: ", "Effect  at the next poll: "]);
}

#[test]
fn a_registration_is_deleted_only_once_what_happens_was_in_view() {
    for size in SIZES {
        let mut sitting = Sitting::ready((80, 24), 120);
        sitting.tell(Message::Resized(size.0, size.1));
        sitting.carry_out(": 1 6 Enter D");
        sitting.write("betatel-1");
        let unseen = sitting.screen().contains("read on");
        sitting.carry_out("Enter");
        assert_eq!(sent(&sitting, "DELETE").is_empty(), unseen, "{size:?}\n{}", sitting.screen());
        if unseen {
            assert_said(&sitting, &["Not sent", "read on"]);
            let mut seen = String::new();
            for _ in 0..60 {
                seen.push_str(&words(&sitting));
                sitting.press("Down");
            }
            assert!(["Effect", "Undo", "quit."].iter().all(|part| seen.contains(part)), "{size:?}: {seen}");
            sitting.carry_out("Enter");
            assert_eq!(sent(&sitting, "DELETE").len(), 1, "{size:?}\n{}", sitting.screen());
        }
    }
}

#[test]
fn a_form_shows_what_saving_does_before_its_help() {
    for size in [(80, 24), (100, 26), (120, 40), (60, 16), (60, 15)] {
        let mut sitting = Sitting::ready(size, 120);
        sitting.carry_out(": 5 Enter e");
        sitting.press(":");
        sitting.write("set name x");
        sitting.press("Enter Down Up");
        let screen = words(&sitting);
        let down = "Saving DOWN after saving: pop: ams-n1 is in POP AMS, not FRA: no node will load it.";
        assert!(screen.contains(down), "{size:?}\n{}", sitting.screen());
    }
}

#[test]
fn a_small_screen_says_what_the_keys_of_a_form_do() {
    for (keys, reported) in [("", "w: review"), ("w", "y: save")] {
        let mut sitting = Sitting::ready((80, 24), 120);
        sitting.carry_out(": 1 3 Enter e");
        sitting.press(":");
        sitting.write("set name x");
        sitting.press("Enter");
        sitting.carry_out(keys);
        sitting.tell(Message::Resized(59, 14));
        sitting.press("PgDn");
        assert_shows(&sitting, &[reported]);
        assert!(!sitting.screen().contains("enlarge"), "{}", sitting.screen());
    }
}

#[test]
fn an_error_ends_with_what_to_do_however_long_its_reason_is() {
    let reason = "the server answered 500 with a page for browsers, which says that something went wrong in a part of \
                  it that nobody has heard of, and asks to try later";
    for size in [(80, 24), (100, 26), (120, 40)] {
        let mut sitting = Sitting::ready(size, 120);
        let now = Moment { mono: Duration::from_secs(9_000), wall: DateTime::UNIX_EPOCH };
        sitting.app.cx.notices.say(now, Tone::Bad, format!("Not saved: 13 acme-lon-main: {reason}. w: review again"));
        let screen = words(&sitting);
        assert!(screen.contains("w: review again") && !screen.contains("! all"), "{size:?}\n{}", sitting.screen());
    }
}

#[test]
fn what_is_wrong_takes_a_second_line_where_the_list_leaves_one() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.press("3 /");
    sitting.write("oresund");
    sitting.press("Enter");
    sitting.pass(Duration::from_secs(1));
    assert!(!sitting.screen().contains("enabled: takes"), "what is typed narrows a view\n{}", sitting.screen());
    let screen = words(&sitting);
    assert!(screen.contains("node: neither POP nor node is set: 14 nodes will register the same address"), "{screen}");
}

#[test]
fn a_cut_message_keeps_what_to_do_and_names_the_key_that_shows_it_whole() {
    let mut sitting = Sitting::ready((80, 24), 120);
    // On the last row in view it may not cover the cursor.
    sitting.press("G");
    let now = Moment { mono: Duration::from_secs(9_000), wall: DateTime::UNIX_EPOCH };
    let text = format!("132 carrierx-ams-backup: NOT disabled so far: {}. t: retry", "no clear answer; ".repeat(9));
    sitting.app.cx.notices.say(now, Tone::Bad, text);
    assert_shows(&sitting, &["… t: retry  ! all"]);
}

#[test]
fn keys_for_a_registration_are_hinted_only_where_one_is_shown() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.press("/");
    sitting.write("nobody-has-this-name");
    sitting.press("Enter");
    let hints = sitting.screen().lines().last().unwrap().to_owned();
    assert!(!["Enter: open", "e: edit", "t: ", "Space: "].iter().any(|hint| hints.contains(hint)), "{hints}");
    assert!(hints.contains("/: filter") && hints.contains("q: quit"), "{hints}");
}
