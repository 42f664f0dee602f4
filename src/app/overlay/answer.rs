//! The answer to a question, and what yes does.

use crate::keys::{Code, Key, KeyMeaning, Scope};

use crate::app::core::{Effect, Tone};
use crate::app::jobs::export::Present;
use crate::app::overlay::profiles::next_profile;
use crate::app::overlay::question::{Question, Yes};
use crate::app::overlay::{After, Dialog, Dialogs, KeyHandling, reveal, undo};
use crate::app::rooms::Rooms;

/// Only `y` is yes; `n` and Esc are no; anything else is neither, and says so.
impl Dialog for Question {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        let manner = KeyHandling::question("yn").writing().without_wheel();
        if matches!(self.yes, Yes::Run(_)) { manner.ending_when_locked() } else { manner }
    }

    fn key(&mut self, rooms: &mut Rooms, dialogs: &mut Dialogs, key: Key) -> After {
        match key {
            Key { code: Code::Char('y'), ctrl: false } if self.seen => said_yes(rooms, dialogs, self.yes.clone()),
            Key { code: Code::Char('n') | Code::Esc, ctrl: false } => {}
            other => {
                let meant = rooms.cx.setup.keymap.meaning(Scope::Global, &[other]);
                if !matches!(meant, KeyMeaning::Command(command) if self.scrolls(&rooms.cx, command)) {
                    let keys = self.keys(&rooms.cx);
                    rooms.cx.say(Tone::Plain, other.idle_but(&keys));
                }
                return After::Stay;
            }
        }
        After::Close
    }
}

fn said_yes(rooms: &mut Rooms, dialogs: &mut Dialogs, yes: Yes) {
    match yes {
        Yes::Quit => rooms.cx.effect(Effect::Quit),
        Yes::OpenProfile(name) => next_profile(&mut rooms.cx, name),
        Yes::Switch(id, to) => rooms.store.switch(&mut rooms.cx, id, to, None),
        Yes::Undo(index) => undo::undo(rooms, index),
        Yes::Recreate(id) => rooms.store.recreate(&mut rooms.cx, id),
        Yes::Run(program) => dialogs.start_program(&mut rooms.cx, program),
        Yes::Overwrite(mut export) => {
            export.present = Present::Replaced;
            rooms.cx.effect(Effect::Export(export));
        }
        Yes::ShowPassword => {
            rooms.panes.may_show_passwords = true;
            reveal::reveal_password(rooms, dialogs);
        }
    }
}
