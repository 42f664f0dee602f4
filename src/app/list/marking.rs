//! Marks: records that the next action is about. They are bound to ids, so no filter, order, refresh or page takes
//! one away, and each key that changes many of them takes its own change back when pressed again.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use crate::domain::count::counted;
use crate::domain::query::{RecordState, Test};
use crate::keys::Command;

use crate::app::core::{Context, Tone};
use crate::app::list::{List, ShownRecords};
use crate::app::model::marks::Count;
use crate::app::store::Store;
use crate::app::store::changes::named;

/// Said where a range has no beginning any more.
pub(in crate::app) const RANGE_LOST: &str =
    "The start of the range is no longer shown. Nothing was done. {escape}: cancel range";

impl List {
    /// Rows of the range being chosen: from where it began to the cursor.
    pub fn range(&self, store: &Store) -> Option<RangeInclusive<usize>> {
        let anchor = self.rows.row_of(store.marks.anchor?, &store.records)?;
        let cursor = self.rows.position();
        Some(anchor.min(cursor)..=anchor.max(cursor))
    }

    /// The records that a command for many is about: those of the range being chosen, else the marked ones.
    pub fn targets(&self, store: &Store) -> Vec<u64> {
        if store.marks.anchor.is_none() {
            return store.marks.ids.iter().copied().collect();
        }
        let rows = self.range(store).into_iter().flatten();
        let ids: BTreeSet<u64> = rows.filter_map(|row| self.rows.id_at(row, &store.records)).collect();
        ids.into_iter().filter(|id| !store.is_deleted(*id)).collect()
    }

    /// Whether a command is about many records.
    pub fn has_targets(&self, store: &Store) -> bool {
        store.marks.anchor.is_some() || !store.marks.ids.is_empty()
    }

    pub(in crate::app) fn begin_or_mark_range(&mut self, cx: &mut Context, store: &mut Store) {
        if store.marks.anchor.is_some() { self.mark_range(cx, store) } else { self.begin_range(cx, store) }
    }

    pub(in crate::app) fn begin_range(&mut self, cx: &mut Context, store: &mut Store) {
        let Some(id) = self.rows.cursor() else { return };
        store.marks.anchor = Some(id);
        let (display_name, mark, range) = (store.display_name(id), cx.key(Command::Mark), cx.key(Command::MarkRange));
        let cancel = cx.key(Command::Escape);
        cx.say(Tone::Plain, format!("Range from {display_name}: move, {range} or {mark} to mark, {cancel} to cancel"));
    }

    pub(in crate::app) fn mark_range(&mut self, cx: &mut Context, store: &mut Store) {
        let range = self.range(store);
        store.marks.anchor = None;
        let Some(range) = range else {
            cx.say(Tone::Bad, cx.explain(RANGE_LOST));
            return;
        };
        let ids: BTreeSet<u64> = range.filter_map(|row| self.rows.id_at(row, &store.records)).collect();
        self.mark_many(cx, store, &ids, Command::ClearMarks);
    }

    pub(in crate::app) fn mark_all(&mut self, cx: &mut Context, store: &mut Store) {
        store.marks.anchor = None;
        let shown: BTreeSet<u64> = self.rows.ids(&store.records).filter(|id| !store.is_deleted(*id)).collect();
        if !shown.is_subset(&store.marks.ids) {
            self.mark_many(cx, store, &shown, Command::MarkAll);
            return;
        }
        let added = std::mem::take(&mut store.marks.added);
        if added.is_empty() {
            let keys = cx.key(Command::ClearMarks);
            cx.say(Tone::Plain, format!("All {} shown are already marked. {keys}: clear all marks", shown.len()));
            return;
        }
        store.marks.ids.retain(|id| !added.contains(id));
        cx.say(Tone::Good, format!("{} unmarked, {} left", counted(added.len(), "mark"), store.marks.ids.len()));
        self.marks_changed(store);
    }

    /// Marks many; `back` is the key that takes it back.
    fn mark_many(&mut self, cx: &mut Context, store: &mut Store, ids: &BTreeSet<u64>, back: Command) {
        let added: BTreeSet<u64> = ids.difference(&store.marks.ids).copied().collect();
        let (more, keys) = (added.len(), cx.key(back));
        store.marks.ids.append(&mut added.clone());
        let all = store.marks.ids.len();
        let what = if back == Command::MarkAll { "unmark these" } else { "clear all marks" };
        let text = match (more, all) {
            (0, _) => format!("Already marked; {all} in total"),
            (_, _) if more == all => format!("{all} marked. {keys}: {what}"),
            (_, _) => format!("{more} more marked, {all} in total. {keys}: {what}"),
        };
        cx.say(Tone::Good, text);
        store.marks.added = added;
        self.marks_changed(store);
    }

    /// Clears the marks, or brings back those that were cleared last.
    pub(in crate::app) fn clear_marks(&mut self, cx: &mut Context, store: &mut Store) {
        store.marks.anchor = None;
        store.marks.added.clear();
        let keys = cx.key(Command::ClearMarks);
        if store.marks.ids.is_empty() {
            store.marks.ids = std::mem::take(&mut store.marks.cleared);
            let count = counted(store.marks.ids.len(), "mark");
            cx.say(Tone::Good, format!("{count} restored. {keys}: clear them"));
        } else {
            store.marks.cleared = std::mem::take(&mut store.marks.ids);
            let (count, them) = (store.marks.cleared.len(), if store.marks.cleared.len() == 1 { "it" } else { "them" });
            cx.say(Tone::Good, format!("{} cleared. {keys}: restore {them}", counted(count, "mark")));
        }
        self.marks_changed(store);
    }

    /// What shows only marked records follows.
    pub(in crate::app) fn marks_changed(&mut self, store: &mut Store) {
        store.marks.stale = true;
        let mut held = std::mem::take(&mut store.marks.held);
        let as_marked = |id: &u64| Some((*id, held.remove(id).or_else(|| store.records.hold(*id))?));
        // Made of all of them at once it takes half the memory of one that grows.
        store.marks.held = store.marks.ids.iter().filter_map(as_marked).collect();
        let asks = |filter: &crate::domain::query::Filter| {
            filter.terms.iter().any(|term| matches!(term.test, Test::Is(RecordState::Marked)))
        };
        self.arranging.stale |= asks(&self.arranging.filter);
        self.views.stale |= self.views.own.values().any(|view| view.filter.contains("is:"));
    }

    /// Counts where the marked records are, if anything about that changed.
    pub(in crate::app) fn count_marks(&self, store: &mut Store) {
        if !std::mem::take(&mut store.marks.stale) {
            return;
        }
        let marked = &store.marks.ids;
        let there = |id: &u64| store.records.get(*id).is_some() && !store.is_deleted(*id);
        let loaded = marked.iter().filter(|id| there(id)).count();
        let shown = match self.rows.shown() {
            ShownRecords::All => loaded,
            ShownRecords::Ids(_) if marked.is_empty() => 0,
            ShownRecords::Ids(ids) => ids.iter().filter(|id| marked.contains(id) && there(id)).count(),
        };
        // While the list is still being read, what is not here yet is not gone.
        let missing = marked.len() - loaded;
        let deleted = if store.loaded.synced.is_some() { missing } else { 0 };
        store.marks.count = Count { marked: marked.len(), hidden: loaded - shown, deleted };
    }
}

impl Store {
    /// Ids of all marked records, those that are gone among them.
    pub const fn marked(&self) -> &BTreeSet<u64> {
        &self.marks.ids
    }

    /// Reports that a refresh found marked records deleted; their marks stay.
    pub(in crate::app) fn marked_deleted(&mut self, cx: &mut Context, deleted: &[u64]) {
        let ids: Vec<u64> = deleted.iter().copied().filter(|id| self.marks.ids.contains(id)).collect();
        if ids.is_empty() {
            return;
        }
        let some = named(ids.iter().copied(), ids.len());
        let (verb, keys) = (if ids.len() == 1 { "is" } else { "are" }, cx.key(Command::ClearMarks));
        let text = format!("{} marked {verb} gone: {some}. {keys}: clear the marks", ids.len());
        cx.say(Tone::Bad, text);
    }

    /// The two marked records, where there are just two and both are loaded.
    pub(in crate::app) fn marked_two(&self) -> Option<(u64, u64)> {
        let mut ids = self.marks.ids.iter().copied();
        match (ids.next(), ids.next(), ids.next()) {
            (Some(one), Some(two), None) if [one, two].iter().all(|id| self.records.get(*id).is_some()) => {
                Some((one, two))
            }
            _ => None,
        }
    }

    /// The range is done with. Returns whether one was being chosen.
    pub(in crate::app) fn end_range(&mut self) -> bool {
        self.marks.anchor.take().is_some()
    }

    /// One step back out of a range. Returns whether one was being chosen.
    pub(in crate::app) fn leave_range(&mut self, cx: &mut Context) -> bool {
        let left = self.end_range();
        if left {
            cx.say(Tone::Plain, "Range cancelled. Nothing was marked.");
        }
        left
    }
}
