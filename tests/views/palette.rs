//! The command line: finding commands, completing arguments, earlier lines, and what cannot be done.

use ratatui::style::Modifier;
use sipreg::app::App;
use sipreg::app::core::Effect;
use sipreg::app::overlay::Overlay;
use sipreg::keys::COMMANDS;

use crate::screen::{Desk, record, six};

fn typed(app: &App) -> Option<String> {
    match &app.overlay.current {
        Some(Overlay::Palette(palette)) => Some(palette.input.text().to_owned()),
        _ => None,
    }
}

/// What is offered for a line.
fn offered(desk: &Desk, line: &str) -> Vec<String> {
    desk.app.offers(line).into_iter().map(|offer| offer.text).collect()
}

#[test]
fn a_few_letters_find_a_command_and_are_shown_in_it() {
    let mut desk = Desk::six();
    desk.keys(": 'cpad'");
    let at = desk.lines().iter().position(|line| line.starts_with("> copy-address")).unwrap();
    let frame = desk.frame();
    let marked: String = (0..30)
        .filter_map(|x| frame.cell((x, u16::try_from(at).unwrap())))
        .filter(|cell| cell.modifier.contains(Modifier::UNDERLINED))
        .map(ratatui::buffer::Cell::symbol)
        .collect();
    assert_eq!(marked, "cpad");
    desk.keys("Enter");
    assert!(desk.said().contains("Copied user@domain of"), "{}", desk.said());
}

#[test]
fn words_of_the_help_find_a_command_too() {
    let mut desk = Desk::six();
    desk.keys(": 'last_line'");
    desk.line_with("> last ");
    desk.keys("Enter");
    assert_eq!(desk.app.list.rows.cursor(), Some(6));
}

#[test]
fn what_cannot_be_done_now_says_why_and_the_line_stays() {
    let mut desk = Desk::six();
    desk.keys(": 'discard'");
    assert!(desk.line_with("> discard").contains("no: 1 acme-edge-10 has no draft"));
    desk.keys("Enter");
    assert_eq!(desk.said(), "1 acme-edge-10 has no draft");
    assert_eq!(typed(&desk.app).as_deref(), Some("discard"));
    desk.keys("Ctrl-u 'apply'");
    assert!(desk.line_with("> apply").contains("no: works only in: Review"));
    desk.keys("Enter");
    assert_eq!(desk.said(), ":apply works only in: Review");
}

#[test]
fn each_command_refuses_with_just_what_was_shown() {
    for way in ["", "Enter", "j j Enter", "g p"] {
        for row in COMMANDS {
            let mut desk = Desk::six();
            if !way.is_empty() {
                desk.keys(way);
            }
            let Some(why) = desk.app.why_not(row.command) else { continue };
            desk.effects.clear();
            desk.keys(&format!(": '{}' Enter", row.name));
            assert_eq!(desk.said(), sipreg::domain::text::sentence(&why), "{} after {way:?}", row.name);
            assert!(desk.effects.is_empty(), "{} did {:?} after {way:?}", row.name, desk.effects);
        }
    }
}

#[test]
fn enter_on_nothing_typed_runs_nothing() {
    let mut desk = Desk::six();
    desk.keys(": Enter");
    assert!(desk.app.overlay.current.is_none() && desk.app.panes.stack.is_empty());
}

#[test]
fn the_list_is_filtered_sorted_and_shown_by_command() {
    let mut desk = Desk::six();
    desk.keys(": 'filter_acme' Enter");
    assert_eq!(desk.shown(), [1, 2, 5]);
    desk.keys(": 'sort_name_desc' Enter");
    assert_eq!(desk.shown(), [5, 1, 2]);
    desk.keys(": 'sort_pop_desc,-id' Enter");
    assert_eq!(desk.shown(), [5, 1, 2]);
    desk.keys("Esc : 'view_disabled' Enter : 'sort_id' Enter");
    assert_eq!(desk.shown(), [3, 6]);
    desk.keys(": 'view_1' Enter");
    assert_eq!(desk.shown().len(), 6);
    desk.keys(": 'columns_id,contact:30' Enter");
    let heading = desk.lines()[2].clone();
    assert!(heading.contains("CONTACT") && !heading.contains("NAME"), "{heading}");
    desk.keys(": 'columns_default' Enter");
    assert!(desk.lines()[2].contains("NAME"));
}

#[test]
fn an_argument_that_is_wrong_is_told_and_changes_nothing() {
    for (line, why) in [
        ("filter expire>x", "Invalid filter"),
        ("sort moon", "No field \"moon\""),
        ("sort name sideways", "Unknown direction \"sideways\"; use asc or desc"),
        ("view o", "No view \"o\". Views: 1 all, 2 enabled, 3 disabled"),
        ("view 7", "No view 7"),
        ("columns id moon", "columns unchanged"),
        ("columns name:wide", "the width is a number of cells"),
        ("goto nobody", "No loaded registration is called nobody"),
        ("goto", "goto needs ID, for example: goto 25"),
        ("undo 5", "Nothing to undo"),
        ("down 5", "down takes no argument"),
        ("set id 5", "The server assigns IDs"),
        ("set expire", "set expire needs a value"),
        ("set expire soon", "1 acme-edge-10: not changed. expire"),
        ("set pop MOON", "1 acme-edge-10: not changed. pop"),
        ("zzzz", "No command matches \"zzzz\""),
    ] {
        let mut desk = Desk::six();
        desk.keys(&format!(": '{}' Enter", line.replace(' ', "_")));
        assert!(desk.said().contains(why), "{line}: {}", desk.said());
        assert_eq!(typed(&desk.app).as_deref(), Some(line));
        assert_eq!(desk.shown(), [1, 2, 3, 4, 5, 6]);
        assert!(
            desk.app.store.drafts.is_empty() && desk.app.panes.stack.is_empty() && desk.effects.is_empty(),
            "{line}"
        );
    }
}

#[test]
fn tab_completes_commands_fields_and_values() {
    let mut desk = Desk::six();
    desk.keys(": 'se' Tab");
    assert_eq!(typed(&desk.app).as_deref(), Some("set "));
    desk.keys("'po' Tab 'lo' Tab");
    assert_eq!(typed(&desk.app).as_deref(), Some("set pop LON"));
    desk.keys("Ctrl-u 'goto_be' Tab");
    assert_eq!(typed(&desk.app).as_deref(), Some("goto 3"));
    desk.keys("Ctrl-u 'filter_acme_!pop:f' Tab");
    assert_eq!(typed(&desk.app).as_deref(), Some("filter acme !pop:FRA"));
    desk.keys("Enter");
    assert_eq!(desk.shown(), [2, 5]);
    desk.keys(": 'sort_pop_de' Tab '_' Ctrl-w ',_nam' Tab");
    assert_eq!(typed(&desk.app).as_deref(), Some("sort pop , name"));
}

#[test]
fn what_can_be_chosen_is_offered_with_what_it_is_now() {
    let desk = Desk::six();
    assert_eq!(offered(&desk, "set enabled "), ["yes", "no"]);
    assert_eq!(offered(&desk, "set pop "), ["FRA", "LON", "any"]);
    assert_eq!(offered(&desk, "set sip-schema-id "), ["sip", "sips"]);
    assert_eq!(offered(&desk, "set expire "), ["3600", "\"\""]);
    assert!(offered(&desk, "set auth-password ").is_empty());
    let now = desk.app.offers("set pop ").into_iter().find(|offer| offer.text == "FRA").unwrap();
    assert_eq!(now.note, "POP 3  unchanged");
    assert_eq!(offered(&desk, "filter is:"), ["marked", "draft", "changed", "lint", "down"]);
    assert_eq!(offered(&desk, "view "), ["all", "enabled", "disabled"]);
    assert_eq!(offered(&desk, "view di"), ["disabled"]);
    assert!(offered(&desk, "columns name user@").contains(&"user@domain".to_owned()));
}

#[test]
fn an_offer_is_chosen_with_down_and_enter() {
    let mut desk = Desk::six();
    desk.keys(": 'goto_acme' Down Down Enter");
    assert_eq!(desk.app.list.rows.cursor(), Some(2));
    desk.keys(": 'set_pop_' Down");
    desk.line_with("> FRA");
    // Up from the first offer is the line again.
    desk.keys("Up");
    assert!(desk.lines().iter().all(|line| !line.starts_with("> FRA")));
}

#[test]
fn earlier_lines_come_back_and_what_was_typed_is_not_lost() {
    let mut desk = Desk::six();
    desk.keys(": 'filter_acme' Enter : '5' Enter : 'view_1' Enter : 'nonsense' Enter Esc");
    desk.keys(": Up");
    assert_eq!(typed(&desk.app).as_deref(), Some("view 1"));
    desk.keys("Up Up Up");
    assert_eq!(typed(&desk.app).as_deref(), Some("filter acme"));
    desk.keys("Down Down Down");
    assert_eq!(typed(&desk.app).as_deref(), Some(""));
    desk.keys("'gote' Ctrl-p Ctrl-p");
    assert_eq!(typed(&desk.app).as_deref(), Some("5"));
    desk.keys("Ctrl-n Ctrl-n");
    assert_eq!(typed(&desk.app).as_deref(), Some("gote"));
    desk.keys("Ctrl-p Enter");
    assert!(desk.app.overlay.current.is_none());
    // A line run again is there once.
    assert_eq!(desk.app.overlay.asked, ["filter acme", "5", "view 1"]);
}

#[test]
fn hostile_names_are_shown_harmless_and_ids_are_put_in_their_place() {
    use sipreg::domain::record::{Relation, Target};
    let mut records = six();
    records.push(record(7, "evil\u{1b}[2J\u{202e}", "x.example", Some(9), true, None));
    let mut desk = Desk::over(&records, (80, 24));
    desk.app.store.targets.add(Target {
        relation: Relation::Pop,
        id: 9,
        name: Some("\u{1b}]0;owned\u{7}".to_owned()),
        pop: None,
        attributes: Vec::new(),
    });
    for line in ["goto evil", "set pop ", "filter pop:"] {
        for offer in desk.app.offers(line) {
            let all = format!("{}{}{}", offer.text, offer.note, offer.line);
            assert!(!all.chars().any(|c| c.is_control() || c == '\u{202e}'), "{all:?}");
        }
    }
    let line = |line: &str, text: &str| {
        desk.app.offers(line).into_iter().find(|offer| offer.text.contains(text)).map(|offer| offer.line)
    };
    assert_eq!(line("set pop ", "owned").as_deref(), Some("set pop #9"));
    assert_eq!(line("goto evil", "7").as_deref(), Some("goto 7"));
}

#[test]
fn ids_are_completed_by_their_digits_and_never_more_than_a_screenful_or_two() {
    let records: Vec<_> =
        (1..=30_000).map(|id| record(id, &format!("trunk-{id}"), "d.example", None, true, None)).collect();
    let desk = Desk::over(&records, (80, 24));
    let found = offered(&desk, "12");
    let wanted: Vec<String> =
        std::iter::once(12).chain(120..130).chain(1200..1239).map(|id: u64| id.to_string()).collect();
    assert_eq!(found, wanted);
    assert_eq!(offered(&desk, "goto trunk").len(), 50);
    assert_eq!(offered(&desk, "goto 29999"), ["29999"]);
    assert!(offered(&desk, "goto 0").is_empty());
    assert!(offered(&desk, "goto 99999999999999999999999").is_empty());
    assert_eq!(desk.app.offers("goto").len(), desk.app.offers("goto").len().min(COMMANDS.len()));
}

#[test]
fn a_record_that_the_filter_hides_is_shown_alone_and_the_way_out_is_told() {
    let mut desk = Desk::six();
    desk.keys(": 'filter_acme' Enter : '6' Enter");
    let text = desk.said();
    assert_eq!(text, "6 delta shown alone, the filter hides it. Esc: back, 1: show all (acme)");
    desk.line_with("Registration 6 delta");
}

#[test]
fn an_id_that_is_not_in_the_list_is_no_unknown_command() {
    let mut desk = Desk::six();
    desk.keys(": '25'");
    let lines = desk.lines().join("\n");
    assert!(lines.contains("Enter: fetch it from the server"), "{lines}");
    assert!(!lines.contains("no command matches"), "{lines}");
}

#[test]
fn whole_words_come_before_scattered_letters() {
    let desk = Desk::six();
    for (typed, first) in [("lint", "lint"), ("mark", "mark"), ("undo", "undo"), ("go", "goto ID")] {
        assert_eq!(offered(&desk, typed).first().map(String::as_str), Some(first), "{typed}");
    }
    let password = offered(&desk, "password");
    let at = |name: &str| password.iter().position(|text| text == name).unwrap();
    assert!(at("reveal-password") < at("lock"), "{password:?}");
}

#[test]
fn what_vi_users_type_does_what_they_expect_and_loses_nothing() {
    let mut desk = Desk::six();
    desk.keys(": 'w' Enter");
    assert!(desk.said().contains("Nothing to save here"), "{}", desk.said());
    for line in ["q", "q!", "wq", "x", "qa!"] {
        let mut desk = Desk::six();
        desk.keys(&format!(": '{line}'"));
        assert!(!desk.lines().join("\n").contains("no command matches"), "{line}");
        let mut desk = Desk::six();
        desk.keys(&format!(": '{line}' Enter"));
        assert!(desk.effects.contains(&Effect::Quit), "{line}");
    }
}
