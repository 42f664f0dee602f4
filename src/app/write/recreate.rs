//! Records that were deleted are made anew: from a draft of one, or from what this console knows of one that it
//! deleted. They get another id.

use crate::domain::record::draft::{Draft, carried_over};
use crate::domain::record::field::FieldId;
use crate::domain::record::registration::{Record, Registration};
use crate::domain::record::relation::Resolved;
use crate::domain::record::value::ValueRef;

use crate::app::App;
use crate::app::core::effect::Write;
use crate::app::core::notice::Tone;
use crate::app::model::history::{Entry, Standing};
use crate::app::overlay::{Overlay, Question, Yes};

impl App {
    /// `:recreate`: a record that somebody deleted is made anew from the draft.
    pub(in crate::app) fn ask_recreate(&mut self) {
        let Some(id) = self.subject().filter(|id| self.store.drafts.contains_key(id)) else { return };
        let lines = vec![
            format!("Make {} anew from your draft, on {}?", self.called(id), self.cx.setup.profile),
            "It gets a new id; nodes see it as another registration.".to_owned(),
        ];
        self.overlay.current = Some(Overlay::Question(Question { lines, yes: Yes::Recreate(id) }));
    }

    pub(in crate::app) fn recreate(&mut self, id: u64) {
        if self.is_writing(id) {
            self.say(Tone::Plain, format!("{} is being written already; wait for the answer", self.called(id)));
            return;
        }
        let Some(kept) = self.store.drafts.get(&id) else { return };
        // Every value is a change of a record that says nothing yet.
        let (draft, _) = self.carry_over(&kept.draft.result(), id);
        self.write(id, Write::Create(Box::new(draft)));
    }

    /// The values of a record for one that is to be made, and what cannot be carried over.
    pub(in crate::app) fn carry_over(&self, from: &impl Record, id: u64) -> (Draft, Vec<FieldId>) {
        carried_over(from, id, |value| match self.store.targets.resolve(value) {
            Resolved::Target(target) => Some(target),
            Resolved::Nothing | Resolved::Unknown => None,
        })
    }

    /// Asks before a record that was deleted is made anew.
    pub(in crate::app) fn ask_make_anew(&mut self, index: usize, entry: &Entry) {
        let (id, name, what, at) = (entry.id, &entry.name, entry.what(), self.clock(entry.at));
        let (first, done) = match entry.standing {
            Standing::Done => ("Undo: make", format!("you {what} it {at}")),
            Standing::Undone => ("Do again: make", format!("first {what} {at}")),
        };
        let lines = vec![
            format!("{first} {id} {name} anew on {} ({done})?", self.cx.setup.profile),
            "It gets a new id; nodes see it as another registration.".to_owned(),
            password_of(&entry.after.0).to_owned(),
        ];
        self.overlay.current = Some(Overlay::Question(Question { lines, yes: Yes::Undo(index) }));
    }

    pub(in crate::app) fn make_anew(&mut self, index: usize, entry: &Entry) {
        if self.is_writing(entry.id) {
            self.say(Tone::Plain, format!("{} {} is being written already; wait for the answer", entry.id, entry.name));
            return;
        }
        let (draft, _) = self.carry_over(&entry.after.0, entry.id);
        self.write_of(entry.id, Write::Create(Box::new(draft)), Some(index));
    }
}

/// What becomes of the password of a record that is made anew.
pub(in crate::app) fn password_of(values: &Registration) -> &'static str {
    let value = values.get(FieldId::AuthPassword).as_ref();
    match value {
        value if value.is_unset() && value != ValueRef::Missing => "It has no password.",
        ValueRef::Secret(_) => "Its password is known and goes along.",
        _ => "Its password is NOT known: it is to be set again.",
    }
}
