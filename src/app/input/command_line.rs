//! A command typed as a line: an id, a command by name, or what vi users type.

use crate::keys::argument::{ArgumentNeed, IN_VI};
use crate::keys::{Command, Scope};

use crate::app::core::{CommandRefusal, Tone};
use crate::app::input::{Input, commands};
use crate::app::overlay::Dialogs;
use crate::app::panes::Focus;
use crate::app::rooms::Rooms;

/// What `:w` and `:q` and their kin do to a user of vi: write, leave, leave without the change. Returns whether it
/// was one of them.
fn run_as_in_vi(rooms: &mut Rooms, dialogs: &mut Dialogs, input: &mut Input, name: &str) -> bool {
    if !IN_VI.contains(&name) {
        return false;
    }
    let in_form = rooms.panes.focus == Focus::Side && rooms.panes.form().is_some();
    let command = match name {
        // The form closes by itself once it is saved.
        "w" | "wq" | "x" if in_form && rooms.panes.scope() == Scope::Review => {
            let keys = rooms.cx.key_in(Scope::Review, Command::Apply);
            rooms.cx.say(Tone::Plain, format!("Nothing was sent yet. {keys}: save what the review shows"));
            return true;
        }
        "w" | "wq" | "x" if in_form => Command::Save,
        "w" => {
            rooms.cx.say(Tone::Plain, "Nothing to save here: each change is saved from its own form");
            return true;
        }
        "q!" if in_form => Command::Discard,
        "q" => Command::Back,
        _ => Command::Quit,
    };
    commands::run(rooms, dialogs, input, command);
    true
}

/// Runs a command line.
///
/// # Errors
/// Why it cannot be run.
pub(in crate::app) fn run(
    rooms: &mut Rooms,
    dialogs: &mut Dialogs,
    input: &mut Input,
    line: &str,
) -> Result<(), CommandRefusal> {
    if line.parse::<u64>().is_ok() {
        return commands::run_with(rooms, dialogs, Command::GoToId, line)
            .map_err(|why| CommandRefusal::Bad(why.to_string()));
    }
    let (name, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let argument = argument.trim();
    if argument.is_empty() && run_as_in_vi(rooms, dialogs, input, name) {
        return Ok(());
    }
    let Some(command) = rooms.cx.setup.keymap.by_name(name) else {
        return Err(CommandRefusal::Bad(format!("no command matches \"{line}\"")));
    };
    if let Some(refusal) = commands::refusal(rooms, dialogs, command) {
        return Err(refusal);
    }
    if !argument.is_empty() {
        return commands::run_with(rooms, dialogs, command, argument)
            .map_err(|why| CommandRefusal::Bad(why.to_string()));
    }
    match command.row().argument {
        Some(argument) if argument.need == ArgumentNeed::Must => {
            Err(CommandRefusal::Bad(format!(":{name} needs {}, for example: {}", argument.words, argument.example)))
        }
        _ => {
            commands::run(rooms, dialogs, input, command);
            Ok(())
        }
    }
}
