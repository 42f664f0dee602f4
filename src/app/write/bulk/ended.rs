//! One of many ended: what its outcome means for it, for history and journal, and for the whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::answer::Fetched;
use crate::domain::change::bulk::Later;
use crate::domain::change::outcome::Deleted;
use crate::domain::change::verdict::{RecordVerdict, verdict};
use crate::domain::change::{ChangeOutcome, Draft, JournalLine, Mark, Outcome, RecordOutcome, SaveOutcome, Upshot};
use crate::domain::record::{FieldId, Record};

use crate::app::core::{Context, Effect, IfMatch, Write};
use crate::app::model::history::{HistoryAction, HistoryEntry};
use crate::app::store::Store;
use crate::app::store::changes::Mine;
use crate::app::store::open_writes::UnderWay;
use crate::app::write::Writes;
use crate::app::write::bulk::Task;

impl Writes {
    /// A write of one of many ended.
    pub(in crate::app) fn ended_among_many(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        under_way: &UnderWay,
        outcome: &Outcome,
    ) {
        let id = under_way.id;
        if self.without_if_match(cx, store, under_way, outcome) {
            return;
        }
        // Many are written in no other way.
        let Some(wanted) = under_way.write.wanted() else { return };
        let verdict = verdict(wanted, outcome, &store.targets);
        if let Some(error) = &verdict.refused
            && error.asks_to_sign_in()
        {
            self.not_signed_in(cx, store, id, error);
            return;
        }
        let effects = self.journal_of(cx, under_way, &verdict);
        cx.extend(effects);
        if let Some(after) = verdict.wait()
            && let Some(batch) = self.bulk.as_deref_mut()
            && let Later::At(_) = batch.bulk.later(&id, after, cx.now.mono)
        {
            let then = match after.as_secs() {
                0 => "sending again".to_owned(),
                wait => format!("the server asks to wait {wait} s"),
            };
            batch.hint = format!("Too many requests (429): {then}");
            batch.behind = true;
            cx.note_end(id, Mark::NotSent);
            self.pump(cx, store);
            return;
        }
        cx.note_end(id, Mark::from(&verdict.fate));
        if let Some(lot) = self.bulk.as_deref_mut().and_then(|batch| batch.lots.get_mut(&id)) {
            // What comes of it may add to that: a new id.
            lot.set_note(verdict.notes.join("; "));
            if verdict.fate == RecordOutcome::Done {
                lot.write = None;
            }
        }
        self.finish_one(cx, store, under_way, outcome, &verdict);
        if let Some(batch) = self.bulk.as_deref_mut() {
            batch.bulk.end(&id, verdict.fate, cx.now.mono);
            batch.behind = true;
        }
        self.pump(cx, store);
    }

    /// Where the server cannot compare its own tags, the same once more without: it was not done.
    pub(super) fn without_if_match(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        under_way: &UnderWay,
        outcome: &Outcome,
    ) -> bool {
        let mut write = under_way.write.clone();
        match (outcome, &mut write) {
            (
                Outcome::Changed(ChangeOutcome::Sent { saved: SaveOutcome::CannotCompare, .. }),
                Write::Change { if_match: if_match @ IfMatch::Send, .. },
            ) => {
                *if_match = IfMatch::Omit;
                store.writes.if_match = IfMatch::Omit;
            }
            (Outcome::Deleted(Deleted::CannotCompare), Write::Delete { if_match: if_match @ IfMatch::Send, .. }) => {
                *if_match = IfMatch::Omit;
                let Some(batch) = self.bulk.as_deref_mut() else { return false };
                batch.if_match = IfMatch::Omit;
            }
            _ => return false,
        }
        self.write_among_many(cx, store, under_way.id, write, under_way.of);
        true
    }

    /// What a record's end means for the list and the history.
    pub(in crate::app) fn finish_one(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        under_way: &UnderWay,
        outcome: &Outcome,
        verdict: &RecordVerdict,
    ) {
        let id = under_way.id;
        if matches!(verdict.fate, RecordOutcome::Unknown(_)) {
            store.note_unanswered(id);
            keep_one_unsettled(cx, store, under_way, outcome);
        } else {
            let seen = verdict.now.is_some() || verdict.is_as_wanted() || verdict.upshot == Upshot::Gone;
            store.writes.finish_half(id, seen, cx.now.mono);
        }
        if verdict.upshot == Upshot::Gone {
            store.mark_deleted(cx, &[id]);
        }
        if let Some(now) = &verdict.now
            && let Some(batch) = self.bulk.as_deref_mut()
        {
            batch.fresh.push((**now).clone());
        }
        let report = outcome.report();
        let done = report.upshot.is_done();
        match (&under_way.write, report.now) {
            (Write::Change { draft, .. }, Some(now))
                if done || (report.upshot == Upshot::AlreadySo && under_way.of.is_some()) =>
            {
                self.changed_one(cx, store, under_way, report.sent.unwrap_or(draft), now);
            }
            (Write::Delete { shown, .. }, _) if done || report.upshot == Upshot::AlreadyGone => {
                if under_way.of.is_some() || done {
                    let entry = HistoryEntry::of(cx.now.wall, ((**shown).clone(), None), self.number());
                    store.history.done(under_way.of, HistoryEntry { action: HistoryAction::Delete, ..entry });
                }
                if done {
                    store.note_deleted(id);
                }
                store.forget(cx, id);
            }
            (Write::Create(_), Some(now)) if done => {
                store.loaded.total = store.loaded.total.map(|total| total + 1);
                store.note_written(cx, now.registration.id());
                store.note_fetched(cx, now, Mine::TheRecord);
                let after = (now.registration.clone(), now.tag.clone());
                let entry = HistoryEntry::of(cx.now.wall, after, self.number());
                store.history.done(under_way.of, HistoryEntry { action: HistoryAction::Create, ..entry });
                if let Some(lot) = self.bulk.as_deref_mut().and_then(|batch| batch.lots.get_mut(&id)) {
                    let made = format!("is {} now", now.registration.id());
                    lot.set_note(if lot.note().is_empty() { made } else { format!("{made}; {}", lot.note()) });
                }
            }
            _ => {}
        }
    }

    fn number(&self) -> Option<u64> {
        self.bulk.as_ref().map(|batch| batch.number)
    }

    /// A record was changed, or was so already where an entry of the history is taken back or done again.
    fn changed_one(&mut self, cx: &mut Context, store: &mut Store, under_way: &UnderWay, sent: &Draft, now: &Fetched) {
        let after = (now.registration.clone(), now.tag.clone());
        let fields: Vec<FieldId> = sent.changes().keys().copied().collect();
        store.note_fetched(cx, now, Mine::Fields(&fields));
        store.rebase_draft(cx, under_way.id);
        if let Some(batch) = self.bulk.as_deref_mut().filter(|it| matches!(it.task, Task::Bounce | Task::SwitchOn)) {
            if let Some(lot) = batch.lots.get_mut(&under_way.id) {
                lot.after = Some(Box::new(after));
            }
            return;
        }
        let value = |field: &FieldId| (*field, sent.base().get(*field).clone(), now.registration.get(*field).clone());
        let changes = Arc::new(fields.iter().map(value).collect());
        let action = if fields == [FieldId::Enabled] { HistoryAction::Toggle } else { HistoryAction::Edit };
        // Undoing many reads them all before, so that their tags would only take up memory.
        let entry = HistoryEntry::of(cx.now.wall, (after.0, None), self.number());
        store.history.done(under_way.of, HistoryEntry { action, changes, ..entry });
    }

    pub(in crate::app) fn journal_of(
        &self,
        cx: &Context,
        under_way: &UnderWay,
        verdict: &RecordVerdict,
    ) -> Option<Effect> {
        let (batch, entry) = (self.bulk.as_ref()?, verdict.entry.as_ref()?);
        let subject = match (&under_way.write, &verdict.now) {
            (Write::Create(_), Some(now)) => (**now).clone(),
            (write, _) => write.wanted()?.subject(),
        };
        let line = cx.line_of_changes(batch.task.action(), &subject, entry.changes.clone(), entry.ending);
        let made = !matches!(under_way.write, Write::Create(_)) || verdict.now.is_some();
        let line = JournalLine { id: line.id.filter(|_| made), ..line };
        Some(Effect::Record(Box::new(line.with_request(entry.request.clone()))))
    }

    /// Puts records as they are now into the list, all at once.
    pub(in crate::app) fn take_in_fresh(&mut self, store: &mut Store) {
        let fresh = self.bulk.as_deref_mut().map(|batch| std::mem::take(&mut batch.fresh)).unwrap_or_default();
        if fresh.is_empty() {
            return;
        }
        let packed = store.records.packed();
        if store.loaded.synced.is_some() {
            store.records.put_all(&fresh);
        } else {
            for record in
                fresh.iter().filter(|record| store.records.get(record.id()).is_some()).cloned().collect::<Vec<_>>()
            {
                store.records.put(&record);
            }
        }
        store.history.share(&store.records);
        let mut lots = self.bulk.as_deref_mut().map(|batch| &mut batch.lots);
        for id in fresh.iter().map(Record::id) {
            store.marks.seen_again(id, &store.records);
            if let Some(lot) = lots.as_deref_mut().and_then(|lots| lots.get_mut(&id)) {
                lot.follow(&store.records);
            }
        }
        if store.records.packed() != packed {
            store.history.follow_packed(&store.records);
            store.marks.follow_packed(&store.records);
            for lot in lots.into_iter().flat_map(BTreeMap::values_mut) {
                lot.follow(&store.records);
            }
        }
        store.touch();
    }
}

/// One of many got no clear answer: its record is read again as after a single write.
fn keep_one_unsettled(cx: &Context, store: &mut Store, under_way: &UnderWay, outcome: &Outcome) {
    match (&under_way.write, outcome) {
        (Write::Change { if_match, .. }, Outcome::Changed(ChangeOutcome::Sent { draft, saved, .. })) => {
            let write = Write::Save { draft: draft.clone(), if_match: *if_match };
            let under_way = UnderWay { write, ..under_way.clone() };
            store.writes.keep_unsettled(cx.now.mono, &under_way, &Outcome::Saved(saved.clone()));
        }
        _ => store.writes.keep_unsettled(cx.now.mono, under_way, outcome),
    }
}
