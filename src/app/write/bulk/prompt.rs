//! What is asked before anything is read: which of the things for many records, and a password that is to be the
//! same for all.

use crate::domain::record::field::FieldId;
use crate::keys::chord::{Code, Key};
use crate::keys::command::Command;

use crate::app::App;
use crate::app::core::notice::Tone;
use crate::app::overlay::Dialogs;
use crate::app::overlay::Overlay;
use crate::app::widget::line_editor::LineEditor;
use crate::app::widget::movement::moving;
use crate::app::widget::pager::Pager;
use crate::app::write::bulk::keys::CHOICES;

/// A password for many records, being typed.
#[derive(Debug, Clone, Default)]
pub struct PasswordForMany {
    /// The line, drawn masked.
    pub line: LineEditor,
}

impl App {
    pub(in crate::app) fn typed_in_many(&mut self, mut pager: Pager, key: Key) {
        let chosen = match (key.ctrl, key.code) {
            (false, Code::Esc) | (true, Code::Char('c')) => return,
            (false, Code::Enter) => CHOICES.get(pager.cursor).map(|(_, command)| *command),
            (false, Code::Char(c)) => CHOICES.iter().find(|(key, _)| *key == c).map(|(_, command)| *command),
            _ => None,
        };
        if let Some(command) = chosen {
            self.run(command, None);
            return;
        }
        let movement = moving(&self.cx.setup.keymap, "edsBDw", key);
        match movement {
            Some(command) => {
                pager.follow(command, CHOICES.len(), CHOICES.len());
            }
            None => self.cx.say(Tone::Plain, format!("Unknown key {key}. Esc: cancel")),
        }
        self.overlay.current = Some(Overlay::Many(pager));
    }

    /// Enables or disables the marked records, deletes them, or asks for the rest of the line.
    pub(in crate::app) fn for_many(&mut self, command: Command) {
        use crate::domain::record::value::Value;
        match command {
            Command::BulkEnable => self.set_marked(vec![(FieldId::Enabled, Value::Flag(true))]),
            Command::BulkDisable => self.set_marked(vec![(FieldId::Enabled, Value::Flag(false))]),
            Command::BulkDelete => {
                let ids = self.list.targets(&self.store);
                self.begin_batch(crate::app::write::bulk::Task::Delete, ids, None);
            }
            _ => self.ask_argument(command),
        }
    }

    /// A field of all marked records, from the command line.
    pub(in crate::app) fn set_field_of_many(&mut self, argument: &str) -> Result<(), String> {
        let (field, value) = self.store.field_value("bulk-set", argument, FieldId::AuthPassword)?;
        let Some(value) = value else {
            self.overlay.current = Some(Overlay::Password(Box::default()));
            return Ok(());
        };
        if field == FieldId::Name && self.list.targets(&self.store).len() > 1 {
            return Err(
                "Names are unique: several registrations cannot get the same one. Nothing was changed.".to_owned()
            );
        }
        self.set_marked(vec![(field, value)]);
        Ok(())
    }

    pub(in crate::app) fn typed_in_password(&mut self, mut asking: Box<PasswordForMany>, key: Key) {
        match (key.ctrl, key.code) {
            (false, Code::Esc) | (true, Code::Char('c')) => {
                self.cx.say(Tone::Plain, "No password typed. Nothing was changed.");
                return;
            }
            (false, Code::Enter) => return self.set_password(asking.line.text()),
            _ => {
                asking.line.typed(key);
            }
        }
        self.overlay.current = Some(Overlay::Password(asking));
    }
}

impl Dialogs {
    /// `t` on marked records: which of them are on may differ, so it is said what is meant.
    pub(in crate::app) fn ask_what_for_many(&mut self) {
        self.current = Some(Overlay::Many(Pager::default()));
    }
}
