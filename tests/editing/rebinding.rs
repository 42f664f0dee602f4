//! A key bound anew is the one that messages, hints and help name, and the one that works in dialogs.

use sipreg::app::core::{Message, Read};
use sipreg::domain::request_error::RequestErrorKind;
use sipreg::keys::{COMMANDS, Code, Command, Key, Scope, bindings};

use crate::desk::{Desk, error};

/// Gives every command that has keys others, none of which is a default: `Z` and two letters more.
fn rebind(desk: &mut Desk) {
    let keymap = &mut desk.app.cx.setup.keymap;
    for (index, row) in COMMANDS.iter().enumerate() {
        let letter = |at: usize| char::from(b'a' + u8::try_from(at % 26).unwrap());
        let keys = [Key::char('Z'), Key::char(letter(index / 26)), Key::char(letter(index))];
        for scope in Scope::ALL {
            if bindings().any(|(known, _, command)| (known, command) == (scope, row.command)) {
                keymap.rebind(scope, row.command, &[keys.to_vec()]);
            }
        }
    }
}

fn press(desk: &mut Desk, command: Command) {
    let keys = desk.app.cx.key_in(desk.app.panes.scope(), command);
    assert!(keys.starts_with('Z'), "{} has {keys}", command.row().name);
    for key in Key::parse_sequence(&keys).unwrap() {
        desk.update(Message::Typed(key));
    }
}

/// `verb` behind the key that asks for a command.
fn asks(desk: &Desk, command: Command, verb: &str) -> String {
    format!("{}: {verb}", desk.app.cx.key(command))
}

#[test]
fn messages_name_the_keys_in_force() {
    let mut desk = Desk::in_conflict();
    rebind(&mut desk);
    press(&mut desk, Command::Save);
    let choices = [(Command::Mine, "mine"), (Command::Theirs, "theirs"), (Command::TypeChoice, "type")];
    for (command, verb) in choices {
        desk.assert_said(&["Still to decide", &asks(&desk, command, verb)]);
    }
    press(&mut desk, Command::Mine);
    desk.assert_said(&["All decided", &asks(&desk, Command::Save, "check again")]);

    let mut desk = Desk::looking();
    rebind(&mut desk);
    desk.reply(|read| matches!(read, Read::Check(_)), Err(error(RequestErrorKind::Unreachable, "connection refused")));
    desk.assert_said(&["not sent", &asks(&desk, Command::Save, "retry")]);

    let mut desk = Desk::new();
    rebind(&mut desk);
    press(&mut desk, Command::Toggle);
    assert!(!desk.writes().is_empty());
    let help = |command: Command| desk.app.cx.explain(command.row().help);
    assert!(help(Command::Toggle).ends_with(&format!("{} undoes it", desk.app.cx.key(Command::Undo))));
    for row in COMMANDS {
        assert!(!desk.app.cx.explain(row.help).contains(['{', '}']), "{}", row.name);
    }
}

#[test]
fn no_message_of_a_pane_spells_a_key() {
    let mut desk = Desk::editing();
    rebind(&mut desk);
    let hints = desk.screen().lines().last().unwrap_or_default().to_owned();
    for part in hints.split("  ").filter_map(|part| part.trim().split_once(": ")) {
        assert!(part.0.starts_with('Z'), "{part:?} in {hints}");
    }
}

#[test]
fn a_dialog_opens_moves_and_closes_with_keys_bound_anew() {
    let key = 'Y';
    for command in [Command::Messages, Command::Journal, Command::Lint] {
        let mut desk = Desk::new();
        desk.app.cx.setup.keymap.rebind(Scope::Global, command, &[vec![Key::char(key)]]);
        desk.app.cx.setup.keymap.rebind(Scope::Global, Command::Down, &[vec![Key::char('n')]]);
        desk.app.cx.setup.keymap.rebind(Scope::Global, Command::Escape, &[vec![Key::ctrl('g')]]);
        for leaves in [Key::char(key), Key::ctrl('g'), Key::plain(Code::Esc), Key::char('q')] {
            desk.update(Message::Typed(Key::char(key)));
            assert!(desk.app.overlay.current.is_some(), "{}", command.row().name);
            desk.update(Message::Typed(leaves));
            assert!(desk.app.overlay.current.is_none(), "{leaves} in {}", command.row().name);
        }
    }
}
