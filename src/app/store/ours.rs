//! What this console did itself, so that no one else is blamed for it: which readings are older than our last write
//! of their record, which values our own writes stored, and which records we made or deleted.
//!
//! The rule: a reading of a record counts only if it was asked for after our last write of it ended, and after the
//! last change of it that was noticed. An earlier one is asked for again, whatever kind it is. That a record is not
//! there is a reading, too.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::answer::{Fetched, Page};
use crate::domain::change::{Cause, Difference, Draft};
use crate::domain::query::Segment;
use crate::domain::record::{Equality, FieldId, Record, Registration, Target, Value, ValueRef, equality};

use crate::app::core::{Context, Effect, Read, Ticket};
use crate::app::store::Store;

/// Values by field.
type StoredValues = Arc<Vec<(FieldId, Value)>>;

/// What our own writes did.
#[derive(Debug, Clone, Default)]
pub(in crate::app) struct Ours {
    /// Records whose write ended, or of which a change was noticed, after the request of this number was sent.
    pub(in crate::app) ended: BTreeMap<u64, u64>,
    /// Values that our writes stored, as far as no one was seen to change them since.
    stored: BTreeMap<u64, StoredValues>,
    /// What was stored last: where many records get the same, they share it.
    last: StoredValues,
    /// Records that we deleted while a reading that may still have them was under way.
    pub(in crate::app) deleted: BTreeSet<u64>,
    /// Records that we deleted in this session.
    pub(super) removed: BTreeSet<u64>,
    /// Records that we created in this session.
    pub(super) made: BTreeSet<u64>,
    /// Readings that are asked for again once the write of their record ended.
    pub(in crate::app) postponed: Vec<(Ticket, Read)>,
}

impl Ours {
    /// Drops the text of every secret that was stored.
    pub(in crate::app) fn withhold_secrets(&mut self) {
        for (_, value) in self.stored.values_mut().chain([&mut self.last]).flat_map(Arc::make_mut) {
            value.withhold();
        }
    }

    /// Someone else changed a field.
    pub(super) fn overwritten(&mut self, id: u64, field: FieldId) {
        if let Some(stored) = self.stored.get_mut(&id) {
            Arc::make_mut(stored).retain(|(known, _)| *known != field);
        }
    }

    /// Forgets what our writes stored where the server shows another value: the list does not know, since it has no
    /// passwords and cuts long values.
    pub(super) fn forget_overwritten(&mut self, now: &Registration) {
        if let Some(stored) = self.stored.get_mut(&now.id()) {
            let is_there =
                |(field, value): &(FieldId, Value)| equality(value.as_ref(), now.value(*field)) != Equality::Different;
            if !stored.iter().all(is_there) {
                Arc::make_mut(stored).retain(is_there);
            }
        }
    }
}

impl Store {
    /// Takes out what a page brought back that was deleted before it was asked for.
    pub(in crate::app) fn hide_deleted(&mut self) {
        for id in &self.changes.ours.deleted {
            self.records.remove(*id);
        }
    }

    /// Takes in what records refer to.
    pub(in crate::app) fn add_targets(&mut self, targets: &[Target]) {
        for target in targets {
            self.targets.add(target.clone());
        }
    }
}

impl Store {
    /// A write ended: what was asked for before shows nothing new of its record.
    pub(in crate::app) fn note_written(&mut self, cx: &mut Context, id: u64) {
        self.changes.ours.ended.insert(id, cx.flown);
        self.records.touch(id);
        if let Some(row) = self.records.get(id) {
            self.targets.unfollow(&row);
        }
    }

    /// We deleted a record.
    pub(in crate::app) fn note_deleted(&mut self, id: u64) {
        self.changes.ours.removed.insert(id);
    }

    /// Whether any write ended, or any change was noticed, since this request was sent.
    pub(in crate::app) fn wrote_since(&self, sent: Option<u64>) -> bool {
        self.changes.ours.ended.values().any(|ended| sent.is_none_or(|sent| sent <= *ended))
    }

    /// Whether any of our writes ended since the oldest reading under way was asked for.
    pub(in crate::app) fn wrote_meanwhile(&self) -> bool {
        !self.changes.ours.ended.is_empty()
    }

    pub(in crate::app) fn ended_since(&self, id: u64, sent: Option<u64>) -> bool {
        let ended = self.changes.ours.ended.get(&id);
        ended.is_some_and(|ended| sent.is_none_or(|sent| sent <= *ended))
    }

    /// The same question about what is there now, where someone still waits for the answer.
    pub(in crate::app) fn ask_again(&mut self, cx: &mut Context, ticket: Ticket, read: Read) {
        if !cx.tickets.is_current(ticket) {
            return;
        }
        let read = match read {
            Read::Record { id, .. } => Read::Record { id, known: None },
            Read::Check(draft) => {
                let Some(open) = self.drafts.get(&draft.id()) else { return };
                Read::Check(Box::new(self.over_ours(&open.draft)))
            }
            read => read,
        };
        cx.effect(Effect::Read { ticket, read });
    }

    /// Notes what a write of ours stored in these fields.
    pub(super) fn note_stored(&mut self, now: &Fetched, fields: &[FieldId]) {
        let id = now.registration.id();
        let Ours { stored, last, .. } = &mut self.changes.ours;
        let stored = stored.entry(id).or_default();
        let kept = stored.iter().filter(|(known, _)| !fields.contains(known)).cloned();
        let values = kept.chain(fields.iter().map(|field| (*field, now.registration.get(*field).clone()))).collect();
        if **last != values {
            *last = Arc::new(values);
        }
        *stored = Arc::clone(last);
        self.changes.untell(id, fields);
    }

    /// Whether a value is one that we stored ourselves. A password that a lock wiped cannot be compared: then no one
    /// is blamed.
    pub(in crate::app) fn is_ours(&self, id: u64, field: FieldId, value: ValueRef<'_>) -> bool {
        let stored =
            self.changes.ours.stored.get(&id).and_then(|stored| stored.iter().find(|(known, _)| *known == field));
        stored.is_some_and(|(_, stored)| equality(stored.as_ref(), value) != Equality::Different)
    }

    /// What differs because someone changed it: not what we stored ourselves.
    pub(in crate::app) fn by_others(&self, id: u64, differences: &[Difference]) -> Vec<Difference> {
        let ours = |difference: &Difference| {
            difference.cause == Cause::Foreign && self.is_ours(id, difference.field, difference.answer.as_ref())
        };
        differences.iter().filter(|difference| !ours(difference)).cloned().collect()
    }

    /// A record as it was known once, with what we stored since.
    pub(in crate::app) fn with_ours(&self, known: &Registration) -> Option<Registration> {
        let stored = self.changes.ours.stored.get(&known.id())?;
        let mut with = known.clone();
        for (field, value) in stored.iter() {
            let withheld = matches!(known.value(*field), ValueRef::Withheld | ValueRef::Missing);
            if !withheld && equality(known.value(*field), value.as_ref()) == Equality::Different {
                with.set(*field, value.clone());
            }
        }
        (with != *known).then_some(with)
    }

    /// The same wishes over a base that has what we stored ourselves since it was read.
    pub(in crate::app) fn over_ours(&self, draft: &Draft) -> Draft {
        match self.with_ours(draft.base()) {
            Some(base) if !draft.is_fresh() => draft.clone().with_base(base),
            Some(_) | None => draft.clone(),
        }
    }
}

impl Store {
    /// Whether what the request of this number brings about a record is older than what is known.
    pub(in crate::app) fn is_outdated(&self, id: u64, sent: Option<u64>) -> bool {
        self.writes.is_sending(id) || self.ended_since(id, sent)
    }

    /// What waited for the write of a record is asked for now.
    pub(in crate::app) fn ask_postponed(&mut self, cx: &mut Context) {
        if self.changes.ours.postponed.is_empty() {
            return;
        }
        let postponed = std::mem::take(&mut self.changes.ours.postponed);
        let waits = |read: &Read| self.read_by(read).into_iter().any(|id| self.writes.is_sending(id));
        let (wait, ready): (Vec<_>, Vec<_>) = postponed.into_iter().partition(|(_, read)| waits(read));
        self.changes.ours.postponed = wait;
        for (ticket, read) in ready {
            self.ask_again(cx, ticket, read);
        }
    }

    /// Records that a reading is about one by one.
    pub(in crate::app) fn read_by(&self, read: &Read) -> Vec<u64> {
        match read {
            Read::Record { id, .. } => vec![*id],
            Read::Check(draft) => vec![draft.id()],
            Read::Related { link, .. } => self.records_with(link),
            _ => Vec::new(),
        }
    }

    /// Records of which a relationship is known by this link only.
    fn records_with(&self, link: &str) -> Vec<u64> {
        if self.writes.under_way.is_empty() && !self.wrote_meanwhile() {
            return Vec::new();
        }
        let leads = |row: &dyn Record| FieldId::all().any(|field| row.value(field) == ValueRef::Linked(link));
        self.records.iter().filter(|row| leads(row)).map(|row| row.id()).collect()
    }

    /// The page with what is known better than it: records that we wrote after it was asked for. Its tag is no
    /// longer of use then.
    pub(in crate::app) fn up_to_date(&self, page: &Page, sent: Option<u64>) -> Option<Page> {
        if self.writes.under_way.is_empty() && !self.wrote_meanwhile() {
            return None;
        }
        let mut replaced = false;
        let rows: Vec<_> = page
            .segment
            .iter()
            .map(|row| match self.records.get(row.id()) {
                Some(known) if self.is_outdated(row.id(), sent) => {
                    replaced = true;
                    known
                }
                Some(_) | None => row,
            })
            .collect();
        replaced.then(|| Page { segment: Arc::new(Segment::of(&rows)), tag: None, ..page.clone() })
    }
}
