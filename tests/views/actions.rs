//! The action menu, the box of a prefix, and help: what can be pressed, and what each says.

use sipreg::app::core::{Effect, Message};
use sipreg::domain::clipping::Clipping;
use sipreg::keys::{Command, Key, Scope};

use crate::screen::{Desk, now, six};

#[test]
fn the_menu_names_the_thing_shows_keys_and_says_why_not() {
    let mut desk = Desk::six();
    desk.keys("j j x");
    desk.line_with("Actions on 3 betatel-1");
    assert!(desk.line_with("  t ").contains("enable;"));
    assert!(desk.line_with("  u ").contains("no: nothing to undo in this session"));
    assert!(desk.line_with(":discard").contains("no: 3 betatel-1 has no draft"));
    desk.keys("x");
    assert!(desk.app.overlay.current.is_none());
    desk.keys("x Esc");
    assert!(desk.app.overlay.current.is_none());
}

#[test]
fn an_action_runs_by_its_key_by_a_key_sequence_and_by_enter() {
    let mut desk = Desk::six();
    desk.keys("x t");
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Write { .. })));
    assert!(desk.app.overlay.current.is_none());
    desk.keys("x y");
    desk.line_with("Actions on 1 acme-edge-10   y …");
    desk.keys("n");
    assert!(desk.effects.contains(&Effect::Copy(Clipping::line("acme-edge-10"))));
    desk.keys("x j j k Enter");
    assert!(desk.app.panes.form().is_some(), "{:?}", desk.lines());
}

#[test]
fn a_disabled_action_says_why_and_the_menu_stays() {
    let mut desk = Desk::six();
    desk.keys("x U");
    assert_eq!(desk.said(), "Nothing to redo in this session");
    desk.line_with("Actions on 1");
    desk.keys("t x t");
    assert_eq!(desk.said(), "1 acme-edge-10 is already being saved; the second key was ignored");
    assert_eq!(desk.effects.iter().filter(|effect| matches!(effect, Effect::Write { .. })).count(), 1);
    desk.keys("Z");
    assert_eq!(desk.said(), "Unknown key Z. Esc: close");
    desk.keys("y Esc");
    desk.line_with("Actions on 1");
    desk.keys("Esc");
    assert!(desk.app.overlay.current.is_none());
}

#[test]
fn the_line_of_a_relationship_and_a_target_have_their_own_actions() {
    let mut desk = Desk::six();
    desk.keys("Enter j j j j j j x");
    assert!(desk.line_with("> Enter").contains("open POP FRA"), "{:#?}", desk.lines());
    desk.keys("Enter x");
    desk.line_with("Actions on POP FRA");
    assert!(desk.line_with("g p").contains("no: a POP has no POP"));
}

#[test]
fn a_prefix_shows_its_box_until_a_key_or_esc() {
    let mut desk = Desk::six();
    let before = desk.lines();
    desk.keys("y");
    desk.line_with(" y …");
    assert!(desk.line_with("i copy the ID").contains("o copy the contact"));
    desk.keys("Esc");
    assert_eq!(desk.lines(), before);
    desk.keys("g Z");
    assert_eq!(desk.said(), "Unknown key g Z; after g: p n t h d g");
    desk.keys("y Ctrl-c");
    assert!(desk.app.input.pending.is_empty());
    // What cannot be used now stands there too; the key says why.
    desk.keys("j g n");
    assert_eq!(desk.said(), "2 acme-edge-2: node is any");
}

#[test]
fn on_a_tiny_screen_the_keys_of_a_prefix_stand_on_the_last_line() {
    let mut desk = Desk::over(&six(), (40, 10));
    desk.keys("g");
    assert_eq!(desk.lines()[9], "g … p n t h d g");
}

#[test]
fn help_shows_the_users_own_keys_and_commands_without_one() {
    let mut desk = Desk::six();
    desk.app.cx.setup.keymap.rebind(Scope::List, Command::Toggle, &[vec![Key::char('T')]]);
    desk.keys("? 'enable_or'");
    assert!(desk.line_with("enable or disable").trim_start_matches([' ', '>']).starts_with("T "));
    desk.keys("Ctrl-u 'discard_draft'");
    assert!(desk.line_with("discard the draft").contains(":discard"));
    desk.keys("Enter");
    assert_eq!(desk.said(), "1 acme-edge-10 has no draft");
}

#[test]
fn help_explains_the_filter_language_and_tries_it() {
    let mut desk = Desk::six();
    // The key that filters elsewhere does no harm here.
    desk.keys("? / 'field_equals'");
    desk.line_with("domain=sip.acme.example");
    desk.keys("Enter");
    assert_eq!(desk.shown(), [1, 2]);
    desk.keys("Esc");
    assert_eq!(desk.shown().len(), 6);
}

#[test]
fn a_command_that_needs_an_argument_asks_for_it() {
    let mut desk = Desk::six();
    desk.keys("? 'go_to_an' Enter '4' Enter");
    assert_eq!(desk.app.list.rows.cursor(), Some(4));
}

#[test]
fn a_message_is_shown_to_its_end_on_the_page_of_messages_while_it_still_stands() {
    let mut desk = Desk::six();
    let text = format!("A text {} is in /home/noc/.local/state/sipreg/unsaved/1.toml", "that was not saved ".repeat(6));
    drop(desk.app.update(now(), Message::Report(text)));
    desk.keys("!");
    desk.line_with("unsaved/1.toml");
    assert!(desk.app.cx.notices.current().is_some());
}
