//! Drafts of other consoles: those that were left are taken up, those that someone has open are not touched, and two
//! drafts of one record never write over each other.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::domain::change::draft::is_fresh;
use crate::domain::change::{Draft, HeldBy, OtherDrafts, Version, stored_draft};
use crate::domain::record::{FieldId, Record as _};
use crate::domain::rules::check;
use crate::keys::{Command, Scope};

use crate::app::core::{Context, Effect, Slot, Tone};
use crate::app::form::FormStage;
use crate::app::model::drafts::{DraftUnkept, EditedText, OnDisk, OpenDraft};
use crate::app::panes::Panes;
use crate::app::store::Store;

impl OpenDraft {
    /// The record, as messages call it.
    fn display_name(&self) -> String {
        let (id, name) = (self.draft.base().id(), if self.draft.is_fresh() { self.draft.name() } else { &self.name });
        if is_fresh(id) { format!("new {name}") } else { format!("{id} {name}") }
    }
}

impl Store {
    /// A draft as it was found on disk. What is a value by now, since a pop of that name is known, say, is one.
    pub(in crate::app) fn kept_of(&self, mut draft: Draft, based: DateTime<Utc>) -> OpenDraft {
        let (typed, text) = (draft.take_typed(), draft.take_text().map(EditedText::WithoutPassword));
        let unread: BTreeMap<_, _> = typed
            .into_iter()
            .filter_map(|(field, text)| match check::parse(field, &text, &self.targets) {
                Ok(value) => {
                    draft.set(field, value);
                    None
                }
                Err(finding) => Some((field, (text, finding))),
            })
            .collect();
        let name = draft.base().name().to_owned();
        OpenDraft { unread, text, untouched: true, ..OpenDraft::new(draft, name, based, OnDisk::Kept) }
    }

    /// This version of a draft is in memory here; without one it is not on disk yet.
    fn note_taken(&mut self, cx: &mut Context, id: u64, version: Option<Version>) {
        let Some(version) = version else { return self.keep(cx, id) };
        self.changes.others.taken.insert(id, version);
        cx.effect(Effect::TakeDraft(id, version));
    }

    /// A second draft takes the place of the first once that is saved or discarded.
    pub(in crate::app) fn take_up_second_drafts(&mut self, cx: &mut Context) {
        let free = |id: &u64| !self.drafts.contains_key(id);
        let ids: Vec<u64> = self.changes.others.second.keys().copied().filter(free).collect();
        for id in ids {
            let Some((open, version)) = self.changes.others.second.remove(&id) else { continue };
            let (display_name, many) = (open.display_name(), open.content());
            self.drafts.insert(id, open);
            self.note_taken(cx, id, version);
            cx.say(Tone::Plain, format!("{display_name}: its other draft of {many} is still there"));
        }
    }
}

impl Panes {
    /// There is no draft of a record on disk any more, and no one has one open.
    pub(in crate::app) fn draft_removed(&mut self, cx: &mut Context, store: &mut Store, id: u64) {
        store.changes.others.held.remove(&id);
        store.changes.others.second.remove(&id);
        let in_form = self.form_of(id).is_some();
        let display_name = store.display_name(id);
        let Some(open) = store.drafts.get(&id).filter(|open| !open.is_empty()) else { return };
        if open.untouched && !in_form {
            store.drafts.remove(&id);
            cx.say(Tone::Plain, format!("{display_name}: another console saved or discarded its draft"));
        } else if matches!(open.disk, OnDisk::Failed(_)) {
            store.keep(cx, id);
        }
    }

    /// Another console has the draft of a record open.
    pub(in crate::app) fn draft_held(&mut self, cx: &mut Context, store: &mut Store, id: u64, by: HeldBy) {
        store.changes.others.held.insert(id, by);
        store.changes.others.second.remove(&id);
        let in_form = self.form_of(id).is_some();
        let display_name = store.display_name(id);
        if let Some(open) = store.drafts.get_mut(&id) {
            if open.untouched && !in_form {
                store.drafts.remove(&id);
            } else if !open.is_empty() {
                open.disk = OnDisk::Failed(DraftUnkept::Held(by));
            }
        }
        if in_form {
            let text = format!(
                "{display_name}: {by} has a draft of it open: what you change here is in memory only until that one is saved, \
                 discarded or ended"
            );
            cx.say(Tone::Bad, text);
        }
    }

    /// The form of a record shows its draft as it is now.
    pub(in crate::app) fn show_draft(&mut self, cx: &mut Context, store: &mut Store, id: u64) {
        let Some(open) = store.drafts.get(&id) else { return };
        let first = open.touched().map(FieldId::place).min();
        let Some(form) = self.form_of(id) else { return };
        if matches!(form.stage, FormStage::Reading) {
            cx.give_up(&[Slot::Base]);
        }
        form.stage = FormStage::Editing;
        form.editing = None;
        form.refused.clear();
        form.on_top.clear();
        if self.form().is_some_and(|form| form.id == id) {
            self.form_cursor(cx, store, first.unwrap_or_default());
            self.text_due(cx, store);
        }
    }

    /// Another console left a draft. It is taken up unless something was typed for the record here.
    pub(in crate::app) fn draft_left(&mut self, cx: &mut Context, store: &mut Store, left: stored_draft::SavedDraft) {
        let (id, version) = (left.draft.id(), left.version());
        if store.changes.others.taken.get(&id) == Some(&version) {
            return;
        }
        store.changes.others.held.remove(&id);
        let own = store.drafts.get(&id);
        let typed_here = own.is_some_and(|own| !own.is_empty() && !own.untouched);
        let (in_form, busy) = self.form_of(id).map_or((false, false), |form| {
            let rests = matches!(form.stage, FormStage::Reading | FormStage::Editing);
            (true, !rests || form.editing.is_some() || !form.intended.is_empty())
        });
        let at = cx.clock(left.changed);
        let taken = store.kept_of(left.draft, left.changed);
        let (display_name, many) = (taken.display_name(), taken.content());
        if typed_here || busy {
            let key = cx.key_in(Scope::Form, Command::TakeDraft);
            let why = DraftUnkept::Left { changes: many, at };
            cx.say(
                Tone::Bad,
                format!("{display_name}: {why}; yours is only in memory. {key} in the form: use that one"),
            );
            if let Some(own) = store.drafts.get_mut(&id) {
                own.disk = OnDisk::Failed(why);
            }
            store.changes.others.second.insert(id, (taken, Some(version)));
            return;
        }
        store.drafts.insert(id, taken);
        store.note_taken(cx, id, Some(version));
        if in_form {
            self.show_draft(cx, store, id);
            cx.say(
                Tone::Plain,
                format!("{display_name}: resumed the draft of {many} that another console left ({at})"),
            );
            return;
        }
        let command = if is_fresh(id) { Command::Create } else { Command::Edit };
        let key = cx.key(command);
        let text =
            format!("{display_name}: another console left a draft of {many} ({at}). {key}: resume, :discard: delete");
        cx.say(Tone::Plain, text);
    }

    /// The disk reports what became of drafts of other consoles.
    pub(in crate::app) fn drafts_seen(&mut self, cx: &mut Context, store: &mut Store, seen: OtherDrafts) {
        for (id, by) in seen.held {
            self.draft_held(cx, store, id, by);
        }
        for id in seen.without_draft {
            self.draft_removed(cx, store, id);
        }
        for kept in seen.left {
            self.draft_left(cx, store, kept);
        }
    }

    /// `T`: the other draft of the record in place of the one in the form, which stays in memory as the other one.
    pub(in crate::app) fn take_draft(&mut self, cx: &mut Context, store: &mut Store) {
        let Some(id) = self.form().map(|form| form.id) else { return };
        let Some((open, version)) = store.changes.others.second.remove(&id) else { return };
        let content = open.content();
        if let Some(mine) = store.drafts.insert(id, open) {
            let mine = OpenDraft { untouched: false, ..mine };
            if !mine.is_empty() {
                store.changes.others.second.insert(id, (mine, None));
            }
        }
        self.show_draft(cx, store, id);
        store.note_taken(cx, id, version);
        let display_name = store.display_name(id);
        let key = cx.key_in(Scope::Form, Command::TakeDraft);
        let back = if store.changes.others.second.contains_key(&id) {
            format!("; {key}: the other one")
        } else {
            String::new()
        };
        cx.say(Tone::Plain, format!("{display_name}: resumed the draft of {content}{back}"));
    }
}
