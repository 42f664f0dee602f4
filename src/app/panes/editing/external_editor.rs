//! Editing a record as text in the user's own editor: out as TOML, back into the same draft and review.

use crate::domain::formats::toml::{self};
use crate::domain::record::Secret;
use crate::keys::{Command, Scope};

use crate::app::core::{Context, Effect, Intent, Tone};
use crate::app::form::FormStage;
use crate::app::model::drafts::{EditedText, OnDisk};
use crate::app::panes::Panes;
use crate::app::store::Store;

impl Panes {
    /// The user's editor ended. What cannot be read goes back into the editor, mistakes on top.
    pub(in crate::app) fn text_edited(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        text: Option<Secret>,
        failure: Option<String>,
    ) {
        let Some(id) = self.form().map(|form| form.id) else { return };
        let display_name = store.display_name(id);
        if let Some(why) = failure {
            let key = cx.key_in(Scope::Form, Command::EditText);
            // Before the reason, which quotes the command and may be cut.
            let resumes = if text.is_some() { format!(" ({key}: resume the text)") } else { String::new() };
            self.keep_text(cx, store, text);
            cx.say(Tone::Bad, format!("{display_name}: the text was not used{resumes}: {why}"));
            return;
        }
        let text = text.filter(|text| !text.expose().trim().is_empty());
        let (Some(text), Some(open)) = (text, store.drafts.get_mut(&id)) else {
            self.done_with_text(cx, store);
            cx.say(Tone::Plain, format!("{display_name}: the text was empty, so it was not used"));
            return;
        };
        match toml::read(text.expose(), &open.draft, &store.targets) {
            Err(mistakes) => {
                cx.effect(Effect::EditText(Secret::new(toml::with_mistakes(text.expose(), &mistakes))));
            }
            Ok(changes) => {
                let unchanged = changes.is_empty();
                for (field, value) in changes {
                    open.draft.set(field, value);
                }
                self.done_with_text(cx, store);
                if unchanged {
                    cx.say(Tone::Plain, format!("{display_name}: the text was not changed"));
                } else {
                    cx.ask(Intent::Run(Command::Save));
                }
            }
        }
    }

    /// The user's editor ended when the console should have been locked: what can be read goes into the draft, the
    /// rest stays as text. Nothing is opened, and nothing is sent.
    pub(in crate::app) fn text_came_late(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        text: Option<Secret>,
        failed: bool,
    ) {
        let Some(id) = self.form().map(|form| form.id) else { return };
        let text = text.filter(|text| !text.expose().trim().is_empty());
        let (Some(text), Some(open)) = (text, store.drafts.get_mut(&id)) else {
            return self.done_with_text(cx, store);
        };
        match toml::read(text.expose(), &open.draft, &store.targets) {
            Ok(changes) if !failed => {
                for (field, value) in changes {
                    open.draft.set(field, value);
                }
                self.done_with_text(cx, store);
            }
            Ok(_) | Err(_) => self.keep_text(cx, store, Some(text)),
        }
    }

    /// What was typed in an editor that failed stays in the form, and on disk.
    fn keep_text(&mut self, cx: &mut Context, store: &mut Store, text: Option<Secret>) {
        let Some(form) = self.form_mut() else { return };
        form.as_text = None;
        let id = form.id;
        if let Some(open) = store.drafts.get_mut(&id) {
            open.text = text.map(EditedText::Whole);
            store.keep(cx, id);
        }
    }

    /// The text of a form that was asked for and whose base is there.
    pub(in crate::app) fn text_due(&mut self, cx: &mut Context, store: &mut Store) {
        let (Some(form), Some(open)) = (self.form(), self.form_draft(store)) else { return };
        let Some(passwords) = form.as_text.filter(|_| matches!(form.stage, FormStage::Editing)) else { return };
        // What an editor that failed left goes on.
        let text = match &open.text {
            Some(text) => text.text(),
            None => Secret::new(toml::write(&open.draft, &store.targets, passwords)),
        };
        cx.effect(Effect::EditText(text));
    }

    fn done_with_text(&mut self, cx: &mut Context, store: &mut Store) {
        let Some(form) = self.form_mut() else { return };
        form.as_text = None;
        let id = form.id;
        if let Some(open) = store.drafts.get_mut(&id) {
            open.unread.clear();
            open.text = None;
        }
        store.keep(cx, id);
    }
}

impl Store {
    /// Records with a text from the editor that is in no field of their draft yet.
    pub(in crate::app) fn in_text(&self) -> impl Iterator<Item = u64> {
        self.drafts.iter().filter(|(_, open)| open.text.is_some()).map(|(id, _)| *id)
    }

    /// Texts from the editor that are not on disk with their draft.
    pub fn texts_in_memory(&self) -> impl Iterator<Item = Secret> {
        let unkept = self.drafts.values().filter(|open| open.disk != OnDisk::Kept);
        unkept.filter_map(|open| Some(open.text.as_ref()?.text()))
    }
}
