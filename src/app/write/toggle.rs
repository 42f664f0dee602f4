//! Switching a record on or off with one key, and taking changes back.

use crate::domain::change::outcome::Turn;
use crate::domain::record::draft::Draft;
use crate::domain::record::field::FieldId;
use crate::domain::record::registration::{Record, Registration};
use crate::domain::record::value::Value;
use crate::domain::text::capitalised;
use crate::keys::command::Command;

use crate::app::core::context::Context;
use crate::app::core::effect::Write;
use crate::app::core::notice::Tone;
use crate::app::form::{Form, Stage};
use crate::app::model::drafts::{Kept, OnDisk};
use crate::app::model::history::{Course, Deed, Standing};
use crate::app::overlay::{Overlay, Question, Yes};
use crate::app::store::Store;
use crate::app::widget::line::{Line, Meant};
use crate::app::{Access, App, Focus, Side};

impl App {
    /// `t`: switches the record that the focused pane is about.
    pub(in crate::app) fn toggle(&mut self) {
        let Some(id) = self.subject() else { return };
        let Some(enabled) = self.store.is_on(id) else { return };
        let to = if enabled { Turn::Off } else { Turn::On };
        let loss = if enabled { self.store.loss_by_disabling(id) } else { None };
        if self.cx.setup.access == Access::Confirm || loss.is_some() {
            let verb = if enabled { "disable" } else { "enable" };
            let title = format!("{} {}?", capitalised(verb), self.store.called(id));
            let loss = loss.map(|loss| Line::new(Meant::Warning, loss));
            let facts = loss.into_iter().chain(self.store.about_switch(&self.cx, id, to)).collect();
            self.overlay.current = Some(Overlay::Question(Question::new(title, verb, facts, Yes::Switch(id, to))));
            return;
        }
        self.store.switch(&mut self.cx, id, to, None);
    }

    /// `u` and `U`: asks before anything is undone or redone.
    pub(in crate::app) fn ask_undo(&mut self, command: Command) {
        let index =
            if command == Command::Undo { self.store.history.undoable() } else { self.store.history.redoable() };
        if let Some(index) = index {
            self.ask_undo_of(index);
        }
    }

    /// Asks about one entry of the history.
    pub(in crate::app) fn ask_undo_of(&mut self, index: usize) {
        let Some(entry) = self.store.history.get(index).cloned() else {
            self.cx.say(Tone::Plain, "Nothing to undo in this session");
            return;
        };
        if let Some((tone, why)) = self.writes.no_undo_of(&self.cx, &self.store, index) {
            self.cx.say(tone, why);
            return;
        }
        if let Some(group) = entry.group {
            self.writes.take_back(&mut self.cx, &mut self.store, group, entry.standing);
            return;
        }
        match entry.course() {
            Course::Change => {}
            Course::Delete => return self.overlay.ask_delete_of(&mut self.cx, entry.id, Some(index)),
            Course::Make => return self.overlay.ask_make_anew(&mut self.cx, index, &entry),
        }
        let (id, what, at) = (entry.id, entry.what(), self.cx.clock(entry.at));
        let name = self.store.name_now(id, &entry.name);
        let (title, verb, change) = match entry.standing {
            Standing::Done => (format!("Undo: {} {id} {name}?", entry.opposite()), "undo", format!("{what} at {at}")),
            Standing::Undone => (format!("Redo: {id} {name}: {what}?"), "redo", format!("first done at {at}")),
        };
        let facts = vec![
            Line::labelled("Registration", format!("{id} {name}")),
            Line::labelled("Change", change),
            self.cx.server_fact(),
        ];
        self.overlay.current = Some(Overlay::Question(Question::new(title, verb, facts, Yes::Undo(index))));
    }

    /// Takes an entry back, or does it again, with the same check as any change.
    pub(in crate::app) fn undo(&mut self, index: usize) {
        let Some(entry) = self.store.history.get(index).cloned() else { return };
        match entry.course() {
            Course::Change => {}
            Course::Delete => return self.overlay.ask_delete_of(&mut self.cx, entry.id, Some(index)),
            Course::Make => return self.store.make_anew(&mut self.cx, index, &entry),
        }
        let wanted = |before: &Value, after: &Value| match entry.standing {
            Standing::Done => before.clone(),
            Standing::Undone => after.clone(),
        };
        if let (Deed::Toggle, [(_, before, after)]) = (entry.deed, entry.changes.as_slice()) {
            let to = if wanted(before, after) == Value::Flag(true) { Turn::On } else { Turn::Off };
            self.store.switch(&mut self.cx, entry.id, to, Some(index));
            return;
        }
        // An edit goes back through the review, from the record as the server left it then: whatever others
        // changed since shows up as theirs, or as a conflict.
        if self.store.drafts.get(&entry.id).is_some_and(|kept| !kept.is_empty()) {
            self.cx.say(Tone::Bad, format!("{} has a draft; save or :discard it first", self.store.called(entry.id)));
            return;
        }
        let mut draft = self.store.over_ours(&Draft::new(entry.after.0.record(), entry.after.1.clone()));
        for (field, before, after) in &entry.changes {
            draft.set(*field, wanted(before, after));
        }
        self.panes.stack.retain(|side| !matches!(side, Side::Form(form) if form.id == entry.id));
        let name = self.store.name_now(entry.id, &entry.name);
        let kept = Kept { undoes: Some(index), ..Kept::new(draft, name, self.cx.now.wall, OnDisk::Pending) };
        self.store.drafts.insert(entry.id, kept);
        let mut form = Form::new(entry.id);
        form.stage = Stage::Editing;
        self.panes.stack.push(Side::Form(Box::new(form)));
        self.panes.focus = Focus::Side;
        self.store.keep(&mut self.cx, entry.id);
        self.panes.begin_save(&mut self.cx, &mut self.store);
    }
}

impl Store {
    /// What switching a record is about: its address, what its nodes do then, and what will be DOWN.
    fn about_switch(&self, cx: &Context, id: u64, to: Turn) -> Vec<Line> {
        let Some((record, _)) = self.shown(id) else { return Vec::new() };
        let mut facts = self.facts_of(cx, &record);
        let mut draft = Draft::new(record, None);
        draft.set(FieldId::Enabled, Value::Flag(to == Turn::On));
        facts.extend(draft.effect(&self.targets).into_iter().map(|text| Line::labelled("Effect", text)));
        facts
    }

    /// Whether a record is on, as it is shown.
    pub(in crate::app) fn is_on(&self, id: u64) -> Option<bool> {
        self.shown(id).and_then(|(record, _)| record.enabled())
    }

    /// The record as it is shown, with its tag where it came from its canonical address.
    fn shown(&self, id: u64) -> Option<(Registration, Option<crate::domain::answer::Tag>)> {
        match (self.fetched.get(&id), self.records.get(id)) {
            (Some(fetched), _) => Some((fetched.registration.clone(), fetched.tag.clone())),
            (None, Some(row)) => Some((Registration::from_record(&row), None)),
            (None, None) => None,
        }
    }

    /// What a record is called now, which may not be what it was called when it was changed.
    pub(in crate::app) fn name_now(&self, id: u64, then: &str) -> String {
        self.records.get(id).map_or_else(|| then.to_owned(), |now| now.name().to_owned())
    }

    /// What disabling a record takes from others that share its address, in a sentence.
    pub(in crate::app) fn loss_by_disabling(&self, id: u64) -> Option<String> {
        let (record, _) = self.shown(id)?;
        self.loss_by_end_of(&record)
    }

    /// Sends a switch, checked against what is shown.
    pub(in crate::app) fn switch(&mut self, cx: &mut Context, id: u64, to: Turn, of: Option<usize>) {
        let sending = "is already being saved; the second key was ignored";
        if let Some(why) = self.in_the_way(cx, id, sending) {
            cx.say(Tone::Plain, why);
            return;
        }
        let shown = match of.and_then(|index| self.history.get(index)) {
            Some(entry) => {
                let (after, tag) = (entry.after.0.record(), entry.after.1.clone());
                Some(self.with_ours(&after).map_or((after, tag), |since| (since, None)))
            }
            None => self.shown(id),
        };
        let Some((shown, tag)) = shown else { return };
        let write = Write::Switch { shown: Box::new(shown), tag, to, if_match: self.writes.if_match };
        self.write_of(cx, id, write, of);
    }
}
