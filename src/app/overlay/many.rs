//! What is asked before anything of a bulk change is read: which action, and a password that is to be the same for all.

use crate::domain::record::{FieldId, Secret, Value};
use crate::keys::{Code, Key};

use crate::app::core::Tone;
use crate::app::model::argument_mistake::ArgumentMistake;
use crate::app::overlay::bulk::CHOICES;
use crate::app::overlay::{After, Dialog, DialogLines, Dialogs, KeyHandling, Overlay};
use crate::app::rooms::Rooms;
use crate::app::widget::{LineEditor, Pager, leaves};

/// A password for many records, being typed.
#[derive(Debug, Clone, Default)]
pub struct PasswordForMany {
    /// The line, drawn masked.
    pub line: LineEditor,
}

/// What is to be done to the marked records.
#[derive(Debug, Clone, Default)]
pub struct Many(pub Pager);

impl Dialog for Many {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        KeyHandling::list(None, "edsBDw").writing()
    }

    fn key(&mut self, _: &mut Rooms, _: &mut Dialogs, key: Key) -> After {
        let chosen = match (key.ctrl, key.code) {
            (false, Code::Enter) => CHOICES.get(self.0.cursor),
            (false, Code::Char(c)) => CHOICES.iter().find(|(key, _)| *key == c),
            _ => None,
        };
        let Some((_, command)) = chosen else { return After::Unused };
        After::Run(*command)
    }

    fn list(&mut self, _: &Rooms, _: &Dialogs) -> Option<DialogLines<'_>> {
        Some(DialogLines { pager: &mut self.0, len: CHOICES.len(), height: CHOICES.len() })
    }

    fn typed(&mut self, rooms: &mut Rooms, key: Key) {
        rooms.cx.say(Tone::Plain, format!("Unknown key {key}. Esc: cancel"));
    }
}

impl Dialog for PasswordForMany {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        KeyHandling::text().writing().ending_when_locked()
    }

    fn key(&mut self, rooms: &mut Rooms, _: &mut Dialogs, key: Key) -> After {
        if leaves(key) {
            rooms.cx.say(Tone::Plain, "No password typed. Nothing was changed.");
            return After::Close;
        }
        if key == Key::plain(Code::Enter) {
            let secret = self.line.text();
            let value = if secret.is_empty() { Value::Null } else { Value::Secret(Secret::new(secret)) };
            rooms.set_marked(vec![(FieldId::AuthPassword, value)]);
            return After::Close;
        }
        self.line.typed(key);
        After::Stay
    }

    fn pasted(&mut self, _: &mut Rooms, _: &mut Dialogs, text: &str) -> bool {
        self.line.pasted(text);
        true
    }
}

/// A field of all marked records, from the command line.
pub(in crate::app) fn set_field_of_many(
    rooms: &mut Rooms,
    dialogs: &mut Dialogs,
    argument: &str,
) -> Result<(), ArgumentMistake> {
    let (field, value) = rooms.store.field_value("bulk-set", argument, FieldId::AuthPassword)?;
    let Some(value) = value else {
        dialogs.current = Some(Overlay::Password(Box::default()));
        return Ok(());
    };
    if field == FieldId::Name && rooms.list.targets(&rooms.store).len() > 1 {
        return Err(ArgumentMistake::NameOfMany);
    }
    rooms.set_marked(vec![(field, value)]);
    Ok(())
}
