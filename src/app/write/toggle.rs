//! Switching a record on or off with one key, and taking changes back.

use crate::domain::answer::Fetched;
use crate::domain::change::journal::{Action, Change, Ending, JournalLine};
use crate::domain::change::merge::Difference;
use crate::domain::change::outcome::{Switched, Turn, words};
use crate::domain::change::verdict::said;
use crate::domain::record::draft::Draft;
use crate::domain::record::field::FieldId;
use crate::domain::record::registration::{Record, Registration};
use crate::domain::record::value::Value;
use crate::domain::request_error::Trouble;
use crate::domain::text::capitalised;
use crate::keys::command::Command;

use crate::app::core::context::Context;
use crate::app::core::effect::{Effect, IfMatch, Write};
use crate::app::core::notice::Tone;
use crate::app::form::{Form, Stage};
use crate::app::model::drafts::{Kept, OnDisk};
use crate::app::model::history::{Course, Deed, Entry, Standing};
use crate::app::overlay::{Overlay, Question, Yes};
use crate::app::store::Store;
use crate::app::store::changes::Mine;
use crate::app::store::open_writes::UnderWay;
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
            Standing::Done => {
                (format!("Undo: {} {id} {name}?", entry.opposite()), "undo", format!("you {what} it {at}"))
            }
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
        let mut draft = self.store.over_ours(&Draft::new(entry.after.0.clone(), entry.after.1.clone()));
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

    /// An entry of the history was undone or done again; or was so before anything was sent, which comes to the
    /// same.
    pub(in crate::app) fn turn_over(&mut self, index: usize, now: &Fetched) {
        let standing = match self.history.get(index).map(|entry| entry.standing) {
            Some(Standing::Undone) => Standing::Done,
            Some(Standing::Done) | None => Standing::Undone,
        };
        self.history.mark(index, standing, now);
    }

    /// What a record is called now, which may not be what it was called when it was changed.
    pub(in crate::app) fn name_now(&self, id: u64, then: &str) -> String {
        self.records.get(id).map_or_else(|| then.to_owned(), |now| now.name().to_owned())
    }

    /// It was as wanted before anything was sent.
    pub(in crate::app) fn already_switched(
        &mut self,
        cx: &mut Context,
        under_way: &UnderWay,
        to: Turn,
        now: &Fetched,
        differences: &[Difference],
    ) {
        let id = under_way.id;
        let word = if to.enabled() { "enabled" } else { "disabled" };
        let ours = self.is_ours(id, FieldId::Enabled, now.registration.value(FieldId::Enabled));
        let was_so = self.records.get(id).and_then(|known| known.enabled()) == Some(to.enabled());
        let by = if ours || was_so { "" } else { self.others(id).by() };
        self.learn(cx, now);
        let told = self.told(id, differences);
        if let Some(index) = under_way.of {
            self.turn_over(index, now);
        }
        let text = format!("{}: already {word}{by}; nothing was sent{told}", self.called(id));
        cx.say(Tone::Plain, text);
    }

    /// The line of the journal about a switch that is about to be sent.
    pub(in crate::app) fn line_of_switch(
        &self,
        cx: &Context,
        under_way: &UnderWay,
        shown: &Registration,
        to: Turn,
    ) -> JournalLine {
        let id = under_way.id;
        let mut before = shown.clone();
        if let (Value::Missing, Some(row)) = (before.get(FieldId::Name), self.records.get(id)) {
            // Known in part only: enough for the journal, where it was not for comparing.
            before.set(FieldId::Name, row.get(FieldId::Name).to_value());
        }
        let changes =
            vec![Change::new(FieldId::Enabled, before.value(FieldId::Enabled), Value::Flag(to.enabled()).as_ref())];
        let action = match under_way.of {
            None => Action::Toggle,
            Some(index) if self.history.get(index).is_some_and(|entry| entry.standing == Standing::Undone) => {
                Action::Redo
            }
            Some(_) => Action::Undo,
        };
        JournalLine::of_changes(cx.now.wall, cx.author(), action, &before, changes, Ending::Sent)
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
                let (after, tag) = entry.after.clone();
                Some(self.with_ours(&after).map_or((after, tag), |since| (since, None)))
            }
            None => self.shown(id),
        };
        let Some((shown, tag)) = shown else { return };
        let write = Write::Switch { shown: Box::new(shown), tag, to, if_match: self.writes.if_match };
        self.write_of(cx, id, write, of);
    }

    pub(in crate::app) fn switch_stored(
        &mut self,
        cx: &mut Context,
        under_way: &UnderWay,
        to: Turn,
        now: &Fetched,
        differences: &[Difference],
        unseen: Option<&Trouble>,
    ) {
        let id = under_way.id;
        self.learn_as(cx, now, Mine::Fields(&[FieldId::Enabled]));
        self.rebase_draft(cx, id);
        let called = self.called(id);
        let word = if to.enabled() { "enabled" } else { "disabled" };
        let told = self.told(id, differences);
        let lost = unseen.map(|trouble| under_way.how_known(cx, trouble)).unwrap_or_default();
        let hint = under_way.of.is_none().then_some((Command::Undo, "undo"));
        let tone = if told.is_empty() { Tone::Good } else { Tone::Bad };
        cx.say_why(tone, &format!("{word} {called}{told}"), &lost, hint);
        if let Some(index) = under_way.of {
            self.turn_over(index, now);
        } else {
            self.history.note(Entry {
                at: cx.now.wall,
                id,
                name: now.registration.name().to_owned(),
                deed: Deed::Toggle,
                changes: vec![(FieldId::Enabled, Value::Flag(!to.enabled()), Value::Flag(to.enabled()))],
                after: (now.registration.clone(), now.tag.clone()),
                standing: Standing::Done,
                group: None,
            });
        }
    }

    /// A switch ended.
    pub(in crate::app) fn switched(
        &mut self,
        cx: &mut Context,
        under_way: &UnderWay,
        shown: &Registration,
        to: Turn,
        switched: Switched,
    ) {
        let id = under_way.id;
        let called = self.called(id);
        // The history turns below: what it was for is read before.
        let line = self.line_of_switch(cx, under_way, shown, to);
        let word = if to.enabled() { "enabled" } else { "disabled" };
        let verb = if to.enabled() { "enable" } else { "disable" };
        let retry = cx.key(Command::Toggle);
        let (ending, request) = match switched {
            Switched::Applied { now, differences } => {
                self.switch_stored(cx, under_way, to, &now, &differences, None);
                (Ending::Applied, None)
            }
            Switched::AppliedUnseen { now, trouble } => {
                self.switch_stored(cx, under_way, to, &now, &[], Some(&trouble));
                (Ending::AppliedUnseen, trouble.request_id)
            }
            Switched::AlreadySo { now, differences } => {
                self.already_switched(cx, under_way, to, &now, &differences);
                return;
            }
            Switched::CannotCompare => {
                self.writes.if_match = IfMatch::Omit;
                let text = "This server cannot compare its own ETags. If-Match is off for this session; sending again";
                cx.say(Tone::Plain, text);
                self.switch(cx, id, to, under_way.of);
                return;
            }
            Switched::Moved { now, differences } => {
                self.learn(cx, &now);
                let told = self.told(id, &differences);
                let changed = self.others(id).changed("it");
                let text = format!("{called}: not {word}: {changed} in the meantime (412){told}. {retry}: retry");
                cx.say(Tone::Bad, text);
                (Ending::Conflict, None)
            }
            Switched::Gone => {
                self.went(cx, &[id]);
                let by = self.deleted_by(id);
                let refresh = cx.key(Command::Refresh);
                cx.say(Tone::Bad, format!("{called} was deleted{by}, nothing to {verb}. {refresh}: refresh"));
                (Ending::Gone, None)
            }
            Switched::Refused(trouble) => {
                cx.say(Tone::Bad, format!("{called}: not {word}, nothing was changed: {}", said(&trouble)));
                cx.ask_sign_in_after(&trouble);
                (Ending::Refused, trouble.request_id)
            }
            Switched::NotApplied { now, trouble } => {
                self.learn(cx, &now);
                let then = format!("{retry}: retry");
                let text = words::not_applied(word, &under_way.so_far(cx), &then, &trouble);
                cx.say(Tone::Bad, format!("{called}: {text}"));
                (Ending::NotApplied, trouble.request_id)
            }
            Switched::Unclear { now, trouble } => {
                self.learn(cx, &now);
                let why = words::no_clear_answer(&trouble);
                cx.say(Tone::Bad, format!("{called}: the server does not show whether it is enabled {why}"));
                (under_way.unclear(), trouble.request_id)
            }
            Switched::Unknown { trouble, seen } => {
                self.note_unanswered(id);
                let text = words::unknown(word, &seen, "; checking until known", &trouble);
                cx.say(Tone::Bad, format!("{called}: {text}"));
                (Ending::Unknown, trouble.request_id)
            }
        };
        let line = JournalLine { ending, ..line }.with_request(request);
        cx.effect(Effect::Record(Box::new(line)));
    }
}
