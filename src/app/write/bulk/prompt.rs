//! What is asked before anything is read: which of the things for many records, and a password that is to be the
//! same for all.

use crate::domain::record::field::FieldId;
use crate::keys::chord::{Code, Key};

use crate::app::App;
use crate::app::core::notice::Tone;
use crate::app::overlay::Dialogs;
use crate::app::overlay::Overlay;
use crate::app::overlay::dialog::{After, Dialog, Lines, Manner};
use crate::app::widget::line_editor::LineEditor;
use crate::app::widget::movement::leaves;
use crate::app::widget::pager::Pager;
use crate::app::write::bulk::Task;
use crate::app::write::bulk::keys::CHOICES;

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
    fn manner(&self, _: &App) -> Manner {
        Manner::list(None, "edsBDw").writing()
    }

    fn key(&mut self, app: &mut App, key: Key) -> After {
        let chosen = match (key.ctrl, key.code) {
            (false, Code::Enter) => CHOICES.get(self.0.cursor),
            (false, Code::Char(c)) => CHOICES.iter().find(|(key, _)| *key == c),
            _ => None,
        };
        let Some((_, command)) = chosen else { return After::Unused };
        app.run(*command);
        After::Close
    }

    fn list(&mut self, _: &App) -> Option<Lines<'_>> {
        Some(Lines { pager: &mut self.0, len: CHOICES.len(), height: CHOICES.len() })
    }

    fn typed(&mut self, app: &mut App, key: Key) {
        app.cx.say(Tone::Plain, format!("Unknown key {key}. Esc: cancel"));
    }
}

impl Dialog for PasswordForMany {
    fn manner(&self, _: &App) -> Manner {
        Manner::text().writing().ending_when_locked()
    }

    fn key(&mut self, app: &mut App, key: Key) -> After {
        if leaves(key) {
            app.cx.say(Tone::Plain, "No password typed. Nothing was changed.");
            return After::Close;
        }
        if key == Key::plain(Code::Enter) {
            app.set_password(self.line.text());
            return After::Close;
        }
        self.line.typed(key);
        After::Stay
    }

    fn pasted(&mut self, _: &mut App, text: &str) -> bool {
        self.line.pasted(text);
        true
    }
}

impl App {
    /// Deletes the marked records, once their number was typed.
    pub(in crate::app) fn delete_marked(&mut self) {
        let ids = self.list.targets(&self.store);
        self.writes.begin_batch(&mut self.cx, &mut self.store, Task::Delete, ids, None);
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
}

impl Dialogs {
    /// `t` on marked records: which of them are on may differ, so it is said what is meant.
    pub(in crate::app) fn ask_what_for_many(&mut self) {
        self.current = Some(Overlay::Many(Many::default()));
    }
}
