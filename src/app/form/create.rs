//! New records: the form for one, the review without a base, and what is true after a POST. A POST is not
//! repeated by itself: where its outcome is open, the record is looked for by its name first.

use crate::domain::answer::Fetched;
use crate::domain::change::journal::{Action, Change, Ending, JournalLine};
use crate::domain::change::outcome::Created;
use crate::domain::change::verdict::said;
use crate::domain::record::draft::{Draft, fresh_id, is_fresh};
use crate::domain::record::field::FieldId;
use crate::domain::record::registration::{Record, Registration};
use crate::domain::request_error::{Trouble, TroubleKind};
use crate::keys::chord::{Code, Key};
use crate::keys::command::Command;

use crate::app::core::context::Context;
use crate::app::core::effect::{Effect, Read};
use crate::app::core::notice::Tone;
use crate::app::core::ticket::Slot;
use crate::app::form::{Form, Review, Stage};
use crate::app::model::drafts::{Kept, OnDisk};
use crate::app::model::history::{Deed, Entry, Standing};
use crate::app::overlay::Overlay;
use crate::app::overlay::dialog::{After, Dialog, Lines, Manner};
use crate::app::panes::Panes;
use crate::app::store::Store;
use crate::app::store::changes::Mine;
use crate::app::store::open_writes::UnderWay;
use crate::app::widget::pager::Pager;
use crate::app::write::recreate::password_of;
use crate::app::{App, Focus, Side};

/// The choice between an empty form and kept drafts.
#[derive(Debug, Clone)]
pub struct NewDrafts(pub Pager);

impl Dialog for NewDrafts {
    fn manner(&self, _: &App) -> Manner {
        Manner::list(None, "")
    }

    fn key(&mut self, app: &mut App, key: Key) -> After {
        if key != Key::plain(Code::Enter) {
            return After::Unused;
        }
        match self.0.cursor.checked_sub(1).and_then(|at| app.store.new_drafts().get(at).copied()) {
            Some(id) => app.panes.open_form(&mut app.cx, &mut app.store, id, Vec::new()),
            None => app.panes.open_new(&app.cx, &mut app.store, None),
        }
        After::Close
    }

    fn list(&mut self, app: &App) -> Option<Lines<'_>> {
        let len = app.store.new_drafts().len() + 1;
        Some(Lines { pager: &mut self.0, len, height: app.cx.overlay_height() })
    }
}

impl App {
    /// `a`: the form of a new record. Where drafts of new ones are kept, one is chosen first.
    pub(in crate::app) fn create(&mut self) {
        if self.store.new_drafts().is_empty() {
            self.panes.open_new(&self.cx, &mut self.store, None);
            return;
        }
        self.overlay.current = Some(Overlay::NewDrafts(NewDrafts(Pager { cursor: 1, top: 0 })));
    }

    /// A POST ended.
    pub(in crate::app) fn created(&mut self, under_way: &UnderWay, draft: &Draft, created: Created) {
        let (id, name) = (under_way.id, draft.name().to_owned());
        let kept = if self.store.drafts.contains_key(&id) { "your draft is kept" } else { "nothing was changed" };
        let (ending, text, request) = match created {
            Created::Applied { now, differences } => {
                let told = self.store.told(now.registration.id(), &differences);
                self.made(under_way, draft, &now, &told, None);
                return;
            }
            Created::AppliedUnseen { now, trouble } => {
                let told = under_way.how_known(&self.cx, &trouble);
                self.made(under_way, draft, &now, &told, Some(&trouble));
                return;
            }
            Created::Refused(trouble) => {
                let request = trouble.request_id.clone();
                (
                    Ending::Refused,
                    self.panes.not_made(&mut self.cx, &mut self.store, under_way, draft, &trouble),
                    request,
                )
            }
            Created::NotApplied(trouble) => {
                let _ = self.panes.complain(&self.cx, &self.store, id, &trouble, draft);
                let text = format!(
                    "{name} was NOT created {}, no registration has that name; {kept} (no clear answer: {})",
                    under_way.so_far(&self.cx),
                    trouble.message
                );
                (Ending::NotApplied, text, trouble.request_id)
            }
            Created::Unclear { now, trouble, .. } => {
                self.store.learn(&mut self.cx, &now);
                self.panes.stage(id, Stage::Editing);
                self.panes.look_for_namesake(&mut self.store, id);
                let text = format!(
                    "{name} was most likely NOT created: {} has that name with other values, so it is another one; \
                     {kept} (no clear answer: {})",
                    now.registration.id(),
                    trouble.message
                );
                (under_way.unclear(), text, trouble.request_id)
            }
            Created::Unknown { trouble, seen } => {
                self.panes.stage(id, Stage::Editing);
                let text = format!(
                    "UNKNOWN whether {name} was created: {}; {kept}, searching by name until known (no clear answer: \
                     {})",
                    seen.words(),
                    trouble.message
                );
                (Ending::Unknown, text, trouble.request_id)
            }
        };
        self.cx.say(Tone::Bad, text);
        self.cx.effect(self.store.journal_of_made(&self.cx, under_way, draft, None, ending, request));
    }

    /// The record is there: the list, the history, the journal and the cursor learn of it.
    fn made(&mut self, under_way: &UnderWay, draft: &Draft, now: &Fetched, told: &str, unseen: Option<&Trouble>) {
        let (old, id, name) = (under_way.id, now.registration.id(), now.registration.name().to_owned());
        if self.store.records.get(id).is_none() {
            self.store.loaded.total = self.store.loaded.total.map(|total| total + 1);
        }
        self.store.note_written(&mut self.cx, id);
        self.store.learn_as(&mut self.cx, now, Mine::TheRecord);
        let keys = |command| self.cx.key(command);
        let (undo, redo) = (keys(Command::Undo), keys(Command::Redo));
        let values = &now.registration;
        let text = match under_way.of.and_then(|index| self.store.history.get(index)) {
            Some(entry) => {
                let again = if entry.standing == Standing::Done { redo } else { undo };
                let password = password_of(&entry.after.0);
                format!("Re-created {} {} as {id}. {password}{told}. {again}: delete it", entry.id, entry.name)
            }
            None => format!("Created {id} {name}{told}. {undo}: undo"),
        };
        match under_way.of {
            Some(index) => self.store.history.turn(index, values, now.tag.clone()),
            None => self.store.history.note(Entry {
                at: self.cx.now.wall,
                id,
                name,
                deed: Deed::Create,
                changes: Vec::new(),
                after: (values.clone(), now.tag.clone()),
                standing: Standing::Done,
                group: under_way.part.map(|part| part.number),
            }),
        }
        let ending = if unseen.is_some() { Ending::AppliedUnseen } else { Ending::Applied };
        let request = unseen.and_then(|trouble| trouble.request_id.clone());
        self.cx.effect(self.store.journal_of_made(&self.cx, under_way, draft, Some(values), ending, request));
        if under_way.of.is_none() {
            self.panes.finish_new(&mut self.cx, &mut self.store, old, draft, now);
        }
        let shown = self.put_cursor_on(id);
        let hidden = if shown { "" } else { " (hidden by the filter)" };
        self.cx.say(Tone::Good, format!("{text}{hidden}"));
    }

    /// Puts the list's cursor on a record that has just come. Tells whether the filter lets it pass.
    fn put_cursor_on(&mut self, id: u64) -> bool {
        // Not here yet while the list is read for the first time.
        let Some(row) = self.store.records.get(id) else { return true };
        let states = self.store.current_states();
        let is = |state, id| self.store.is(&states, state, id);
        let passes = self.list.arranging.matcher.as_ref().is_none_or(|matcher| matcher.matches(&row, &is));
        // While somebody works in another pane, the list stays where it is.
        if !passes || self.panes.focus != Focus::List {
            return passes;
        }
        let height = self.cx.layout().list_height();
        if !self.list.rows.go_to(id, &self.store.records, height) {
            // It has no row before the next arrangement.
            self.list.arranging.anchor = Some(id);
            self.list.arranging.once = true;
        }
        true
    }
}

impl Store {
    /// A line of the journal about a record that was made, or was to be.
    pub(in crate::app) fn journal_of_made(
        &self,
        cx: &Context,
        under_way: &UnderWay,
        draft: &Draft,
        made: Option<&Registration>,
        ending: Ending,
        request: Option<String>,
    ) -> Effect {
        let action = match under_way.of.and_then(|index| self.history.get(index)).map(|entry| entry.standing) {
            None => Action::Create,
            // The entry was turned already where the record was made.
            Some(Standing::Undone) if made.is_some() => Action::Undo,
            Some(Standing::Done) if made.is_none() => Action::Undo,
            Some(Standing::Undone | Standing::Done) => Action::Redo,
        };
        let changes = Change::of_draft(draft);
        let author = cx.author();
        let line = match made {
            Some(values) => JournalLine::of_changes(cx.now.wall, author, action, values, changes, ending),
            // It has no id of the server's.
            None => {
                JournalLine { id: None, ..JournalLine::of_changes(cx.now.wall, author, action, draft, changes, ending) }
            }
        };
        Effect::Record(Box::new(line.with_request(request)))
    }

    /// Drafts of new records, the newest first.
    #[must_use]
    pub fn new_drafts(&self) -> Vec<u64> {
        self.drafts.keys().rev().copied().filter(|id| is_fresh(*id)).collect()
    }
}

impl Panes {
    /// An id for a new draft that no other draft has.
    pub(in crate::app) fn next_new(&self, cx: &Context, store: &Store) -> u64 {
        let ids = (1..=u16::MAX).map(|number| fresh_id(cx.setup.pid, number));
        let used = |id: &u64| {
            store.drafts.contains_key(id)
                || self.stack.iter().any(|side| matches!(side, Side::Form(form) if form.id == *id))
        };
        ids.into_iter().find(|id| !used(id)).unwrap_or_else(|| fresh_id(cx.setup.pid, 0))
    }

    /// Notes in the form which loaded record has the name that the draft wants.
    pub(in crate::app) fn look_for_namesake(&mut self, store: &mut Store, id: u64) {
        let name =
            store.drafts.get(&id).filter(|kept| kept.draft.is_fresh()).and_then(|kept| kept.draft.text(FieldId::Name));
        let found = name.and_then(|name| {
            let other = store.records.iter().find(|record| record.name() == name)?;
            Some((name.to_owned(), other.id()))
        });
        if let Some(form) = self.form_of(id) {
            form.namesake = found;
        }
    }

    /// The draft of a new record did its work; what was typed while the answer was awaited is a draft of the record.
    fn finish_new(&mut self, cx: &mut Context, store: &mut Store, old: u64, sent: &Draft, now: &Fetched) {
        let mut rest = Draft::new(now.registration.clone(), now.tag.clone());
        if let Some(kept) = store.drafts.get(&old).filter(|kept| kept.draft.is_fresh()) {
            for (field, value) in kept.draft.changes() {
                if sent.changes().get(field) != Some(value) {
                    rest.set(*field, value.clone());
                }
            }
        }
        let was_on_top = self.form().is_some_and(|form| form.id == old);
        self.close_form(store, old);
        if was_on_top && !self.stack.iter().any(|side| matches!(side, Side::Form(_))) {
            // What it was opened from is of another record than the one that is there now.
            self.stack.clear();
            self.focus = Focus::List;
        }
        cx.effect(Effect::DropDraft(old));
        if !rest.is_empty() {
            let (id, name) = (now.registration.id(), now.registration.name().to_owned());
            store.drafts.insert(id, Kept::new(rest, name, cx.now.wall, OnDisk::Pending));
            store.keep(cx, id);
        }
    }

    /// Opens a form of a new record: empty, or with what somebody wanted already.
    pub(in crate::app) fn open_new(&mut self, cx: &Context, store: &mut Store, draft: Option<Draft>) {
        let id = draft.as_ref().map_or_else(|| self.next_new(cx, store), Record::id);
        let draft = draft.unwrap_or_else(|| Draft::new(Registration::new(id), None));
        store.drafts.insert(id, Kept::new(draft, String::new(), cx.now.wall, OnDisk::Kept));
        let mut form = Form::new(id);
        form.stage = Stage::Editing;
        self.stack.push(Side::Form(Box::new(form)));
        self.focus = Focus::Side;
        store.touch();
    }

    /// `w` in the form of a new record: there is nothing on the server to compare with.
    pub(in crate::app) fn review_new(&mut self, cx: &mut Context, store: &Store, id: u64) {
        let Some(kept) = store.drafts.get(&id) else { return };
        let draft = Box::new(kept.draft.clone());
        let age = store.loaded.synced.map_or_else(
            || "not fully loaded".to_owned(),
            |at| format!("{} old", crate::app::model::time::coarse(cx.now.since(at))),
        );
        let check = format!("No registration in the list ({age}) has this name. Names are unique on the server.");
        let warnings = Review::warnings_of(&draft, &store.lint_context());
        self.stage(id, Stage::Review(Review { check, checked: cx.now.mono, warnings, ..Review::default() }));
        let effect = Effect::Read { ticket: cx.tickets.open(Slot::Preview), read: Read::Preview(draft) };
        cx.effect(effect);
    }

    /// The server refused a new record; what is true now, in a sentence.
    pub(in crate::app) fn not_made(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        under_way: &UnderWay,
        draft: &Draft,
        trouble: &Trouble,
    ) -> String {
        let (mut id, name) = (under_way.id, draft.name().to_owned());
        if under_way.of.is_some() && trouble.kind == TroubleKind::Invalid {
            // The values must be fixed, and only a form can do that.
            id = self.next_new(cx, store);
            let (values, _) = store.carry_over(draft, id);
            let () = self.open_new(cx, store, Some(values));
        }
        let in_form = store.drafts.contains_key(&id);
        let mut text =
            format!("{name} was not created: {}", if in_form { trouble.message.clone() } else { said(trouble) });
        for general in self.complain(cx, store, id, trouble, draft) {
            text.push_str("; ");
            text.push_str(&general);
        }
        text.push_str(if in_form { "; your draft is kept" } else { "; nothing was changed" });
        cx.ask_sign_in_after(trouble);
        text
    }
}
