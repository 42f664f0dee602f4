//! New records: the form for one, the review without a base, and what is true after a POST. A POST is not
//! repeated by itself: where its outcome is open, the record is looked for by its name first.

use crate::domain::answer::Fetched;
use crate::domain::change::Draft;
use crate::domain::change::draft::{fresh_id, is_fresh};
use crate::domain::record::{FieldId, Record, Registration};

use crate::app::core::{Context, Effect, Read, Slot};
use crate::app::form::{Form, FormStage, Review};
use crate::app::model::drafts::{OnDisk, OpenDraft};
use crate::app::panes::Panes;
use crate::app::panes::editing::save::typed_since;
use crate::app::panes::stack::SidePane;
use crate::app::store::Store;

impl Store {
    /// Drafts of new records, the newest first.
    pub fn new_drafts(&self) -> Vec<u64> {
        self.drafts.keys().rev().copied().filter(|id| is_fresh(*id)).collect()
    }
}

impl Panes {
    /// An id for a new draft that no other draft has.
    pub(in crate::app) fn next_new(&self, cx: &Context, store: &Store) -> u64 {
        let ids = (1..=u16::MAX).map(|number| fresh_id(cx.setup.pid, number));
        let used =
            |id: &u64| store.drafts.contains_key(id) || self.stack.iter().any(|side| Self::is_form_of(side, *id));
        ids.into_iter().find(|id| !used(id)).unwrap_or_else(|| fresh_id(cx.setup.pid, 0))
    }

    /// Notes in the form which loaded record has the name that the draft wants.
    pub(in crate::app) fn look_for_namesake(&mut self, store: &mut Store, id: u64) {
        let name =
            store.drafts.get(&id).filter(|open| open.draft.is_fresh()).and_then(|open| open.draft.text(FieldId::Name));
        let found = name.and_then(|name| {
            let other = store.records.iter().find(|record| record.name() == name)?;
            Some((name.to_owned(), other.id()))
        });
        if let Some(form) = self.form_of(id) {
            form.namesake = found;
        }
    }

    /// The draft of a new record did its work; what was typed while the answer was awaited is a draft of the record.
    pub(in crate::app) fn finish_new(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        old: u64,
        sent: &Draft,
        now: &Fetched,
    ) {
        let open = store.drafts.get(&old).filter(|open| open.draft.is_fresh());
        let rest = open.map(|open| typed_since(&open.draft, sent, now)).filter(|rest| !rest.is_empty());
        let was_on_top = self.form().is_some_and(|form| form.id == old);
        self.close_form(store, old);
        if was_on_top && !self.stack.iter().any(|side| matches!(side, SidePane::Form(_))) {
            // What it was opened from is of another record than the one that is there now.
            self.close_all();
        }
        cx.effect(Effect::DropDraft(old));
        if let Some(rest) = rest {
            let (id, name) = (now.registration.id(), now.registration.name().to_owned());
            store.drafts.insert(id, OpenDraft::new(rest, name, cx.now.wall, OnDisk::Pending));
            store.keep(cx, id);
        }
    }

    /// Opens a form of a new record: empty, or with what someone wanted already.
    pub(in crate::app) fn open_new(&mut self, cx: &Context, store: &mut Store, draft: Option<Draft>) {
        let id = draft.as_ref().map_or_else(|| self.next_new(cx, store), Record::id);
        let draft = draft.unwrap_or_else(|| Draft::new(Registration::new(id), None));
        store.drafts.insert(id, OpenDraft::new(draft, String::new(), cx.now.wall, OnDisk::Kept));
        let mut form = Form::new(id);
        form.stage = FormStage::Editing;
        self.push_form(form);
        store.touch();
    }

    /// `w` in the form of a new record: there is nothing on the server to compare with.
    pub(in crate::app) fn review_new(&mut self, cx: &mut Context, store: &Store, id: u64) {
        let Some(open) = store.drafts.get(&id) else { return };
        let draft = Box::new(open.draft.clone());
        let age = store.loaded.synced.map_or_else(
            || "not fully loaded".to_owned(),
            |at| format!("{} old", crate::app::model::time::coarse(cx.now.since(at))),
        );
        let check = format!("No registration in the list ({age}) has this name. Names are unique on the server.");
        let warnings = Review::warnings_of(&draft, &store.lint_context());
        self.stage(id, FormStage::Review(Review { check, checked: cx.now.mono, warnings, ..Review::default() }));
        cx.read_beside(Slot::Preview, Read::Preview(draft));
    }
}
