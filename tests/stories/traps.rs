//! What a new user trips over: each of these was found by someone who used the console for the first time.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use sipreg::app::Access;
use sipreg::app::core::{Effect, Message};
use sipreg::app::overlay::Overlay;
use sipreg::domain::record::{FieldId, Record as _, Secret, Value};
use sipreg::view;
use sipreg::view::theme::Theme;
use unicode_width::UnicodeWidthStr as _;

use super::creating::{assert_said, assert_shows, said, sent};
use crate::sitting::Sitting;

/// A form of record 13 with one more change, in review.
fn reviewing(size: (u16, u16), change: &str) -> Sitting {
    let mut sitting = Sitting::ready(size, 120);
    sitting.carry_out(": 1 3 Enter e");
    sitting.press(":");
    sitting.write(change);
    sitting.carry_out("Enter w");
    sitting
}

#[test]
fn a_review_never_calls_a_change_safe_that_takes_the_registration_down() {
    let changes = ["set node fra-n1", "set pop AMS", "set domain a b", "set contact sip:", "set route-set nonsense"];
    for size in [(80, 24), (120, 40), (200, 60)] {
        for change in changes {
            let mut sitting = reviewing(size, change);
            let screen = sitting.screen();
            let at = |text: &str| screen.find(text).unwrap_or_else(|| panic!("{change}: no {text:?} in\n{screen}"));
            assert!(at("1 PROBLEM") < at("CHANGES") && at("DOWN") < at("CHANGES"), "{change}:\n{screen}");
            assert!(
                at("CHANGES") < at("Unchanged on the server since you opened it (checked just now, ETag"),
                "{screen}"
            );
            assert!(!screen.contains("SAFE") && !screen.contains("))"), "{change}:\n{screen}");
            assert_eq!(screen.matches("DOWN").count(), 1 + usize::from(screen.contains("will be DOWN")), "{screen}");
            // The key is named once all of it was in view.
            sitting.press("PgDn PgDn");
            assert_shows(&sitting, &["save (registration will be DOWN)"]);
        }
    }
    let sitting = reviewing((80, 24), "set expire 600");
    let screen = sitting.screen();
    assert!(screen.contains("y: save") && !screen.contains("will be DOWN") && !screen.contains("PROBLEM"), "{screen}");
}

#[test]
fn nothing_in_a_review_is_chosen() {
    let bar = Theme::default().bar;
    for stage in ["w", "w y"] {
        let mut sitting = reviewing((80, 24), "set expire 600");
        sitting.press("Esc");
        sitting.press(stage);
        let buffer = sitting.buffer();
        let barred = buffer.content.iter().filter(|cell| Some(cell.bg) == bar.bg).count();
        assert_eq!(barred, 0, "{stage}:\n{}", sitting.screen());
    }
}

#[test]
fn a_bounce_cancelled_before_it_began_says_that_nothing_was_sent() {
    {
        let keys = "Ctrl-c l";
        let mut sitting = Sitting::ready((80, 24), 120);
        sitting.server.change(16, FieldId::Enabled, Value::Flag(false));
        sitting.carry_out("R");
        // Changed less than a poll ago: the bounce waits before it sends anything.
        sitting.carry_out(": 1 6 Enter t");
        sitting.pass(Duration::from_secs(60));
        let before = sent(&sitting, "PATCH").len();
        sitting.carry_out("B");
        sitting.carry_out("y");
        sitting.carry_out(keys);
        let screen = sitting.screen();
        assert_eq!(sent(&sitting, "PATCH").len(), before, "{keys}");
        assert!(screen.contains("ancelled. Nothing was sent."), "{keys}:\n{screen}");
        assert!(!screen.contains("!!"), "{keys}:\n{screen}");
    }
}

/// The cells of the box with this title, its border among them.
fn cells_of_box(buffer: &Buffer, title: &str) -> Option<Vec<(u16, u16)>> {
    let area = buffer.area;
    let symbol = |x: u16, y: u16| buffer[(x, y)].symbol();
    let line = |y: u16| (0..area.width).map(|x| symbol(x, y)).collect::<String>();
    let top = (1..area.height).find(|y| line(*y).contains(title)).unwrap_or_else(|| panic!("no box {title}"));
    let from = |x: u16| (x..area.width).map(|x| symbol(x, top)).collect::<String>();
    let at = (0..area.width).find(|x| from(*x).starts_with(title)).unwrap();
    // Where there is no room for a box it is a page.
    let left = (0..at).rev().find(|x| symbol(*x, top) == "┌")?;
    let right = (at..area.width).find(|x| symbol(*x, top) == "┐").unwrap();
    let bottom = (top..area.height).find(|y| symbol(left, *y) == "└").unwrap();
    Some((top..=bottom).flat_map(|y| (left..=right).map(move |x| (x, y))).collect())
}

#[test]
fn what_a_question_lies_on_does_not_shine_through() {
    let themes = [Theme::default(), Theme::light(), Theme::high_contrast(), Theme::mono()];
    let mut boxes = 0;
    for size in [(80, 24), (120, 40), (160, 48)] {
        for wide in ["", "x"] {
            let mut sitting = Sitting::before(size, 120);
            let ids = sitting.server.control().ids();
            for (index, id) in ids.iter().enumerate() {
                // Wide letters, DOWN, disabled rows: everything that colours or straddles a cell.
                let name = format!("{wide}東京東京東京東京東京東京東京東京東京 {id}");
                sitting.server.change(*id, FieldId::Name, Value::Text(name));
                sitting.server.change(*id, FieldId::Enabled, Value::Flag(index % 3 > 0));
            }
            sitting.app.cx.setup.badge = Some("PROD".into());
            sitting.app.cx.setup.access = Access::Confirm;
            sitting.answer_all();
            for (keys, title) in [("g g j t", "able 2 "), ("D", "Delete")] {
                sitting.press(keys);
                assert!(sitting.app.overlay.current.is_some(), "{keys}: {}", sitting.screen());
                for theme in themes {
                    let buffer = view::picture(&sitting.app, &theme);
                    let Some(cells) = cells_of_box(&buffer, title) else { continue };
                    boxes += 1;
                    for (x, y) in &cells {
                        let cell = &buffer[(*x, *y)];
                        assert!(cell.symbol().width() < 2 || cells.contains(&(x + 1, *y)));
                        let beneath = cell.bg != Color::Reset && cell.bg != Color::Red
                            || cell.modifier.contains(Modifier::REVERSED) && theme.badge.bg.is_some();
                        // The pane of a deletion has a cursor of its own.
                        let beneath = beneath && title == "able 2 ";
                        assert!(!beneath, "{size:?} {keys} ({x}, {y}): {cell:?}\n{}", sitting.screen());
                    }
                    let (left, top) = cells[0];
                    if left == 0 {
                        continue;
                    }
                    for y in top..=cells.last().unwrap().1 {
                        let before = buffer[(left - 1, y)].symbol();
                        assert!(before.width() < 2, "{size:?} {keys}: half of {before} lies under the box");
                    }
                }
                sitting.press("Esc");
            }
        }
    }
    assert!(boxes >= 24, "{boxes}");
}

#[test]
fn a_question_longer_than_the_screen_scrolls_and_takes_yes_only_at_its_end() {
    for size in [(80, 24), (80, 8), (60, 5), (30, 4), (20, 3)] {
        let mut sitting = Sitting::ready((80, 24), 120);
        for id in sitting.server.control().ids().into_iter().take(12) {
            sitting.press(":");
            sitting.write(&format!("{id}"));
            sitting.carry_out("Enter e");
            // No number: it is kept as long as the console runs, and quitting would lose it.
            sitting.press("/");
            sitting.write("expire");
            sitting.press("Enter Ctrl-u x Enter Esc");
        }
        sitting.tell(Message::Resized(size.0, size.1));
        sitting.press("q");
        let Some(Overlay::Question(question)) = &sitting.app.overlay.current else { panic!("{}", sitting.screen()) };
        let (lines, part) = (question.wrapped(&sitting.app.cx), question.in_view(&sitting.app.cx));
        assert!(lines.len() >= 13);
        if part.has_more() {
            sitting.press("y");
            assert!(sitting.app.overlay.current.is_some() && !sitting.asked.contains(&Effect::Quit), "{size:?}");
        } else {
            assert!(size.1 >= 20, "{size:?}");
        }
        let mut shown = String::new();
        for _ in 0..lines.len() {
            shown.push_str(&sitting.screen());
            sitting.press("j");
        }
        if size.0 >= 60 {
            for line in &lines {
                assert!(shown.contains(line.text.trim()), "{size:?}: {line:?} was never shown in\n{shown}");
            }
        }
        sitting.press("y");
        assert!(sitting.asked.contains(&Effect::Quit), "{size:?}:\n{}", sitting.screen());
    }
}

#[test]
fn problems_are_grouped_by_rule_with_counts_the_worst_first() {
    for size in [(80, 24), (120, 40)] {
        let mut sitting = Sitting::ready(size, 120);
        sitting.press("L");
        let Some(Overlay::Lint(list)) = &sitting.app.overlay.current else { panic!() };
        let found = list.findings.as_ref().unwrap();
        let order: Vec<_> = found.rules.iter().map(|rule| (rule.severity, rule.count)).collect();
        assert!(order.is_sorted_by(|a, b| a >= b), "{order:?}");
        assert!(found.rules.iter().all(|rule| rule.count >= rule.listed.len() && !rule.listed.is_empty()));
        let screen = sitting.screen();
        assert!(screen.contains(" more"), "{screen}");
        // Unfolding shows all of a rule, and folding hides them again.
        let folded = list.lines().len();
        sitting.press("n Enter");
        let Some(Overlay::Lint(list)) = &sitting.app.overlay.current else { panic!() };
        let unfolded = list.lines().len();
        sitting.press("Enter");
        let Some(Overlay::Lint(list)) = &sitting.app.overlay.current else { panic!() };
        assert_eq!(list.lines().len(), folded);
        assert!(unfolded >= folded);
    }
}

#[test]
fn the_keys_between_rules_go_from_heading_to_heading_and_enter_goes_to_a_registration() {
    use sipreg::app::overlay::lint_list::LintLine;
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.press("L");
    let chosen = |sitting: &Sitting| match &sitting.app.overlay.current {
        Some(Overlay::Lint(list)) => list.chosen().unwrap(),
        other => panic!("{other:?}"),
    };
    assert_eq!(chosen(&sitting), LintLine::Rule(0));
    sitting.press("n");
    assert_eq!(chosen(&sitting), LintLine::Rule(1));
    sitting.press("Tab");
    assert_eq!(chosen(&sitting), LintLine::Rule(2));
    sitting.press("j N");
    assert_eq!(chosen(&sitting), LintLine::Rule(2));
    sitting.press("Shift-Tab Shift-Tab Shift-Tab");
    assert_eq!(chosen(&sitting), LintLine::Rule(0));
    sitting.press("j");
    let Some(Overlay::Lint(list)) = &sitting.app.overlay.current else { panic!() };
    let id = list.finding(list.chosen().unwrap()).unwrap().0;
    sitting.press("Enter");
    assert_eq!((sitting.app.overlay.current.is_none(), sitting.app.list.rows.cursor()), (true, Some(id)));
}

#[test]
fn a_protected_profile_asks_once_before_a_password_is_shown() {
    let secret = "hunter2hunter2";
    for access in [Access::Confirm, Access::ReadOnly, Access::Write] {
        let mut sitting = Sitting::before((120, 40), 120);
        for id in [13, 16] {
            sitting.server.change(id, FieldId::AuthPassword, Value::Secret(Secret::new(secret)));
        }
        sitting.app.cx.setup.access = access;
        sitting.answer_all();
        sitting.carry_out(": 1 3 Enter Enter");
        assert!(sitting.screen().contains("P: show password"), "{}", sitting.screen());
        sitting.press("P");
        if access == Access::Write {
            assert_shows(&sitting, &[secret]);
            continue;
        }
        assert!(!sitting.screen().contains(secret));
        assert_shows(&sitting, &["Show the password?", "Registration  13 acme-lon-main"]);
        sitting.press("n");
        assert!(!sitting.screen().contains(secret));
        sitting.press("P y");
        assert_shows(&sitting, &[secret]);
        // Not again in this session, and not in the form either.
        sitting.carry_out("Esc : 1 6 Enter Enter");
        sitting.press("P");
        assert_shows(&sitting, &[secret]);
    }
    let mut sitting = Sitting::before((120, 40), 120);
    sitting.app.cx.setup.access = Access::Confirm;
    sitting.answer_all();
    sitting.carry_out(": 1 3 Enter e");
    sitting.press("P");
    assert_shows(&sitting, &["Show the password?", "Registration  13 acme-lon-main"]);
}

#[test]
fn keys_that_a_read_only_profile_refuses_are_advertised_nowhere() {
    for size in [(80, 24), (120, 40), (200, 60)] {
        let mut sitting = Sitting::before(size, 120);
        sitting.app.cx.setup.access = Access::ReadOnly;
        sitting.app.input.tips.shown = true;
        sitting.answer_all();
        let refused = ["e: edit", "enable/disable", "u: undo", "c: clone", "a: create", "delete", "bounce", "B: "];
        let mut looked = Vec::new();
        for keys in ["g g", "Enter", "Esc v j j", "Esc *", "M"] {
            sitting.carry_out(keys);
            let screen = sitting.screen();
            looked.push(screen.lines().last().unwrap().to_owned());
            looked.push(screen.lines().rev().nth(1).unwrap().to_owned());
        }
        // Every tip in turn.
        for _ in 0..12 {
            sitting.press("? Esc");
            looked.push(sitting.screen().lines().rev().nth(1).unwrap().to_owned());
        }
        for line in looked {
            for word in refused {
                assert!(!line.contains(word), "{size:?}: {word:?} in {line:?}");
            }
        }
        for keys in ["J", "Esc H", "Esc L", "Esc O"] {
            sitting.press(keys);
            let screen = sitting.screen();
            assert!(!refused.iter().any(|word| screen.contains(word)), "{size:?} {keys}:\n{screen}");
        }
        sitting.press("Esc ?");
        sitting.write("enable or disable");
        assert_shows(&sitting, &["no key matches"]);
    }
}

#[test]
fn hints_say_what_keys_do_to_the_marked_ones() {
    let mut sitting = Sitting::ready((200, 50), 120);
    sitting.press("g g Space Space Space");
    assert_shows(&sitting, &["t: enable/disable 3", "D: delete 3", "B: bounce 3", "M: clear marks"]);
    sitting.press("M v j");
    assert_shows(&sitting, &["t: enable/disable 2", "D: delete 2", "Space: mark 2", "Esc: cancel range"]);
}

#[test]
fn tips_turn_with_every_visit_to_another_screen_and_only_where_they_are_wanted() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.press("g g");
    assert!(!sitting.screen().contains("Tip  "));
    sitting.app.input.tips.shown = true;
    // On this row there is no problem to tell of.
    sitting.press(": 1 3 Enter");
    sitting.pass(Duration::from_secs(1));
    let tip = |sitting: &Sitting| {
        let screen = sitting.screen();
        screen.lines().find(|line| line.contains("Tip  ")).map(str::to_owned)
    };
    let mut tips = std::collections::BTreeSet::new();
    for _ in 0..12 {
        sitting.press("? Esc");
        tips.extend(tip(&sitting));
    }
    assert!(tips.len() >= 8, "{tips:?}");
    let before = tip(&sitting);
    sitting.pass(Duration::from_secs(600));
    assert_eq!(tip(&sitting), before, "nothing moves by itself");
}

#[test]
fn a_profile_that_watches_looks_by_itself_and_says_nothing_at_the_start() {
    let mut sitting = Sitting::before((80, 24), 120);
    sitting.app.sync.watch_from_the_start(Duration::from_secs(30));
    sitting.answer_all();
    assert!(sitting.app.cx.notices.all().is_empty(), "{:?}", sitting.app.cx.notices.all());
    assert_shows(&sitting, &["watch 30s"]);
    sitting.server.change(13, FieldId::Expire, Value::Number(77));
    sitting.pass(Duration::from_secs(31));
    sitting.answer_all();
    assert_eq!(sitting.app.store.records.get(13).unwrap().number(FieldId::Expire), Some(77));
    sitting.press("W");
    assert_said(&sitting, &["Watch off"]);
}

#[test]
fn times_from_before_the_clocks_were_changed_carry_their_offset() {
    let mut sitting = Sitting::before((120, 40), 120);
    sitting.app.cx.setup.timezone = chrono_tz::Europe::Berlin;
    let cx = &mut sitting.app.cx;
    let at = |text: &str| chrono::DateTime::parse_from_rfc3339(text).unwrap().to_utc();
    // 25 October 2026: at 03:00 summer time the clock goes back to 02:00.
    cx.now.wall = at("2026-10-25T01:30:00Z");
    assert_eq!(cx.clock(at("2026-10-25T00:30:00Z")), "02:30:00 +02:00");
    assert_eq!(cx.clock(at("2026-10-25T01:30:00Z")), "02:30:00");
    // 29 March 2026: at 02:00 it goes forward.
    cx.now.wall = at("2026-03-29T00:59:00Z");
    assert_eq!(cx.clock(at("2026-03-29T00:30:00Z")), "01:30:00");
    assert_eq!(cx.clock(at("2026-03-29T01:04:00Z")), "03:04:00 +02:00", "one that is still to come, too");
}

#[test]
fn messages_begin_with_a_capital_and_names_stay_as_they_are() {
    let mut sitting = Sitting::ready((80, 24), 120);
    let cases = [
        ("Nothing to undo", "Nothing to undo"),
        ("saved 13 x", "Saved 13 x"),
        ("expire: too small", "expire: too small"),
        ("auth-user is empty", "auth-user is empty"),
        ("13 x: saved", "13 x: saved"),
        ("out.csv was not written", "out.csv was not written"),
        ("y: yes", "y: yes"),
        ("", ""),
    ];
    for (said, shown) in cases {
        sitting.app.cx.say(sipreg::app::core::Tone::Plain, said);
        assert_eq!(sitting.app.cx.notices.all().last().unwrap().text, shown);
    }
    sitting.press("u");
    assert_said(&sitting, &["Nothing to undo"]);
}

#[test]
fn a_view_is_deleted_by_the_same_key_pressed_twice_and_by_nothing_less() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.press("/");
    sitting.write("acme");
    sitting.press("Enter :");
    sitting.write("views");
    sitting.press("Enter s");
    sitting.write("mine");
    sitting.press("Enter");
    let there = |sitting: &Sitting| sitting.app.list.views.own.contains_key(&4);
    assert!(there(&sitting), "{}", sitting.screen());
    sitting.press(":");
    sitting.write("views");
    // Anything in between keeps it: another key, a movement there and back.
    for keys in ["Enter D", "j k D", "x D", "e Esc D"] {
        sitting.press(keys);
        assert!(there(&sitting), "{keys}");
        assert_shows(&sitting, &["Delete view 4 mine? D again: delete, any other key: keep"]);
    }
    sitting.press("D");
    assert!(!there(&sitting));
    assert_said(&sitting, &["View 4 mine deleted; it was: acme"]);
}

#[test]
fn the_age_of_the_list_stands_out_after_two_minutes() {
    for theme in [Theme::default(), Theme::light()] {
        let mut sitting = Sitting::ready((80, 24), 120);
        let coloured = |sitting: &Sitting| {
            let buffer = view::picture(&sitting.app, &theme);
            (0..80).any(|x| Some(buffer[(x, 0)].fg) == theme.warn.fg)
        };
        sitting.pass(Duration::from_secs(119));
        assert!(!coloured(&sitting));
        sitting.pass(Duration::from_secs(2));
        assert!(coloured(&sitting), "{}", sitting.screen());
        sitting.carry_out("r");
        assert!(!coloured(&sitting));
    }
}

#[test]
fn a_form_tells_of_errors_and_down_at_any_size() {
    for (change, reported) in [("set node fra-n1", "DOWN"), ("set domain a b", "DOWN"), ("set expire 5", "")] {
        for size in [(80, 24), (120, 40), (59, 10), (40, 6), (30, 4)] {
            let mut sitting = Sitting::ready((80, 24), 120);
            sitting.carry_out(": 1 3 Enter e");
            sitting.press(":");
            sitting.write(change);
            sitting.press("Enter");
            sitting.tell(Message::Resized(size.0, size.1));
            let screen = sitting.screen();
            assert_eq!(screen.contains("✗ DOWN"), reported == "DOWN", "{change} at {size:?}:\n{screen}");
            assert!(screen.contains("1 change"), "{change} at {size:?}:\n{screen}");
        }
    }
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.carry_out(": 1 3 Enter e");
    sitting.press("/");
    sitting.write("domain");
    sitting.press("Enter Ctrl-u Enter");
    sitting.tell(Message::Resized(40, 6));
    assert_shows(&sitting, &["✗ 1 error", "1 change"]);
}

#[test]
fn a_record_that_is_down_is_not_called_well_after_it_was_enabled() {
    let mut sitting = Sitting::ready((120, 40), 120);
    sitting.carry_out(": 2 2 Enter t");
    assert_said(&sitting, &["Disabled 22 carrierx-ams. u: undo"]);
    let down = "It is DOWN: pop: lon-n1 is in POP LON, not AMS: no node will load it. ";
    for (key, on) in [("u", true), ("U", false), ("t", true)] {
        sitting.pass(Duration::from_secs(1));
        sitting.carry_out(key);
        if matches!(sitting.app.overlay.current, Some(Overlay::Question(_))) {
            sitting.carry_out("y");
        }
        let record = sitting.server.control().registration(22).unwrap();
        assert_eq!(record.enabled(), Some(on), "{key}: {}", sitting.screen());
        let said = said(&sitting);
        assert_eq!(said.contains(down), on, "{key}: {said}");
    }
}

#[test]
fn a_message_of_two_rows_leaves_nothing_of_the_pane_beside_it() {
    for width in 84..=120 {
        let mut sitting = Sitting::ready((width, 40), 120);
        sitting.carry_out(": 2 2 Enter t");
        sitting.pass(Duration::from_secs(1));
        sitting.carry_out("t");
        let text = said(&sitting).to_owned();
        let screen = sitting.screen();
        let row = screen.lines().find(|line| line.contains("-- Enabled 22")).unwrap_or_else(|| panic!("{screen}"));
        let shown = row.trim_start_matches(['│', ' ', '-']).trim_end_matches('│').trim_end();
        let is_last = row.starts_with('└');
        assert!(is_last || text.starts_with(shown), "at {width}:\n{screen}");
    }
}
