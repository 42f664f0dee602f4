//! Editing a record as text in the user's own editor: out as TOML, back into the same draft and review.

use crate::domain::draft::Draft;
use crate::domain::field::FieldId;
use crate::domain::toml_text::{self, Passwords};

use super::App;
use super::effect::Effect;
use super::form::Stage;
use super::notice::Tone;

impl App {
    /// `E`: opens the record as text, once its base is there.
    pub(super) fn edit_text(&mut self, passwords: Passwords) -> Vec<Effect> {
        let mut effects = if self.form().is_some() { Vec::new() } else { self.edit() };
        if let Some(form) = self.form_mut() {
            form.as_text = Some(passwords);
        }
        effects.extend(self.text_due());
        effects
    }

    /// The text of a form that was asked for and whose base is there.
    pub(super) fn text_due(&mut self) -> Vec<Effect> {
        let (Some(form), Some(kept)) = (self.form(), self.form_draft()) else { return Vec::new() };
        let Some(passwords) = form.as_text.filter(|_| matches!(form.stage, Stage::Editing)) else { return Vec::new() };
        vec![Effect::EditText(toml_text::write(&kept.draft, &self.targets, passwords))]
    }

    /// The user's editor ended. What cannot be read goes back into the editor, mistakes on top.
    pub(super) fn text_edited(&mut self, result: Result<String, String>) -> Vec<Effect> {
        let Some(id) = self.form().map(|form| form.id) else { return Vec::new() };
        let called = self.called(id);
        let text = match result {
            Ok(text) => text,
            Err(why) => {
                self.done_with_text();
                self.say(Tone::Bad, format!("{called}: nothing was taken over: {why}"));
                return Vec::new();
            }
        };
        if text.trim().is_empty() {
            self.done_with_text();
            self.say(Tone::Plain, format!("{called}: the text was empty, so nothing was taken over"));
            return Vec::new();
        }
        let Some(kept) = self.drafts.get_mut(&id) else { return Vec::new() };
        match toml_text::read(&text, kept.draft.base(), &self.targets) {
            Err(mistakes) => vec![Effect::EditText(toml_text::with_mistakes(&text, &mistakes))],
            Ok(changes) => {
                let mut draft = Draft::new(kept.draft.base().clone(), kept.draft.tag().cloned());
                // A password that is not in the text is not changed by it.
                if let Some(password) = kept.draft.changes().get(&FieldId::AuthPassword) {
                    draft.set(FieldId::AuthPassword, password.clone());
                }
                for (field, value) in changes {
                    draft.set(field, value);
                }
                let unchanged = draft.is_empty();
                kept.draft = draft;
                self.done_with_text();
                let mut effects = self.keep(id);
                if unchanged {
                    self.say(Tone::Plain, format!("{called}: nothing was changed in the text"));
                } else {
                    effects.extend(self.begin_save());
                }
                effects
            }
        }
    }

    fn done_with_text(&mut self) {
        if let Some(form) = self.form_mut() {
            form.as_text = None;
            form.unread.clear();
        }
    }
}
