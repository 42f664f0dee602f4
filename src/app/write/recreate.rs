//! Re-creates deleted records: from a draft of one, or from what this console knows of one that it
//! deleted. They get another id.

use crate::domain::change::Draft;
use crate::domain::change::draft::carried_over;
use crate::domain::record::{FieldId, Record, Registration, Resolved, ValueRef};

use crate::app::core::{Context, Tone, Write};
use crate::app::model::history::HistoryEntry;
use crate::app::store::Store;
use crate::app::store::open_writes::IS_SENDING;

impl Store {
    pub(in crate::app) fn recreate(&mut self, cx: &mut Context, id: u64) {
        if let Some(why) = self.in_the_way(cx, id, IS_SENDING) {
            cx.say(Tone::Plain, why);
            return;
        }
        let Some(open) = self.drafts.get(&id) else { return };
        // Every value is a change of a record that says nothing yet.
        let (draft, _) = self.carry_over(&open.draft.result(), id);
        self.write(cx, id, Write::Create(Box::new(draft)));
    }

    pub(in crate::app) fn recreate_entry(&mut self, cx: &mut Context, index: usize, entry: &HistoryEntry) {
        if let Some(why) = self.in_the_way(cx, entry.id, IS_SENDING) {
            cx.say(Tone::Plain, why);
            return;
        }
        let (draft, _) = self.carry_over(&entry.after.0.record(), entry.id);
        self.write_of(cx, entry.id, Write::Create(Box::new(draft)), Some(index));
    }

    /// The values of a record for one that is to be made, and what cannot be carried over.
    pub(in crate::app) fn carry_over(&self, from: &impl Record, id: u64) -> (Draft, Vec<FieldId>) {
        carried_over(from, id, |value| match self.targets.resolve(value) {
            Resolved::Target(target) => Some(target),
            Resolved::Nothing | Resolved::Unknown => None,
        })
    }
}

/// What happens to the password of a re-created record.
pub(in crate::app) fn password_of(values: &Registration) -> &'static str {
    let value = values.get(FieldId::AuthPassword).as_ref();
    match value {
        value if value.is_unset() && value != ValueRef::Missing => "It has no password.",
        ValueRef::Secret(_) => "It keeps its password.",
        _ => "Its password is NOT known and must be set again.",
    }
}
