//! How something is begun for many records: which they are, how they are now, and the word that it may go on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::answer::Page;
use crate::domain::change::bulk::{Bulk, ItemState};
use crate::domain::change::plan::NewPlan;
use crate::domain::change::{Action, Change};
use crate::domain::query::HeldRecord;
use crate::domain::record::{FieldId, Record as _, Registration, Value};
use crate::domain::request_error::RequestError;

use crate::app::core::{Context, Intent, PlanNote, Read, Reply, Slot, Tone, Write};
use crate::app::model::history::EntryState;
use crate::app::store::Store;
use crate::app::write::Writes;
use crate::app::write::bulk::foreseen::Foreseen;
use crate::app::write::bulk::looked::Looked;
use crate::app::write::bulk::lot::Packed;
use crate::app::write::bulk::{Batch, BatchStep, BounceWait, Leg, Looking, Planning, ShownProgress, Task};

/// Records that are looked for with one call.
const CHUNK: usize = 500;

impl Writes {
    /// Why nothing can be begun for many records now.
    pub(in crate::app) fn batch_in_the_way(&self) -> Option<String> {
        let batch =
            self.bulk.as_ref().filter(|batch| batch.is_going() || matches!(batch.step, BatchStep::Looking(_)))?;
        Some(format!("A {} is running. :progress shows it.", batch.task.noun()))
    }

    /// Asks for the next records to look at.
    pub(in crate::app) fn look_on(&mut self, cx: &mut Context) {
        let Some(Batch { step: BatchStep::Looking(looking), .. }) = self.bulk.as_deref_mut() else { return };
        let more = looking.left.len().min(CHUNK);
        let ids: Vec<u64> = looking.left.iter().take(more).copied().collect();
        cx.read_beside(Slot::Batch, Read::Many { ids, with_passwords: looking.with_passwords });
    }

    pub(in crate::app) fn all_looked_at(&mut self, cx: &mut Context, store: &mut Store) {
        let Some(mut batch) = self.bulk.take() else { return };
        let BatchStep::Looking(looking) = std::mem::replace(&mut batch.step, BatchStep::Asking) else {
            self.bulk = Some(batch);
            return;
        };
        // A write of ours may have ended since an earlier part was read.
        let overtaken =
            |id: &u64| looking.found.iter().rev().find_map(|looked| looked.overtaken(store, *id)).unwrap_or_default();
        let again: Vec<u64> =
            if store.wrote_meanwhile() { looking.ids.iter().copied().filter(overtaken).collect() } else { Vec::new() };
        if !again.is_empty() {
            batch.step = BatchStep::Looking(Looking { left: again, ..looking });
            self.bulk = Some(batch);
            self.look_on(cx);
            return;
        }
        let (held, news): (Vec<Vec<HeldRecord>>, Vec<Option<Page>>) =
            looking.found.into_iter().map(|looked| looked.up_to_date(store)).unzip();
        let held = held.into_iter().flatten();
        let came: BTreeMap<u64, HeldRecord> = held.filter_map(|held| Some((held.row()?.id(), held))).collect();
        let (mut passwords, mut last) = (looking.passwords, Packed::default());
        let lots = looking.ids.iter().map(|id| {
            let held = came.get(id);
            let mut now = held.and_then(HeldRecord::row).map(|row| Registration::from_record(&row));
            if let (Some(record), Some(secret)) = (&mut now, passwords.remove(id)) {
                record.set(FieldId::AuthPassword, Value::Secret(secret));
            }
            (*id, store.ahead(&batch.task, *id, now).packed(held, &mut last))
        });
        // Made of all of them at once it takes half the memory of one that grows.
        batch.lots = lots.collect();
        store.judge_lots(&mut batch.lots);
        batch.foreseen = Foreseen::of(&batch.lots);
        self.hold_back(cx, store, &mut batch);
        // The list shows what is true now; what was marked is compared with before.
        for page in news.into_iter().flatten() {
            let first = cx.flown + 1;
            store.note_page(cx, &page, Some(first));
            store.records.absorb(page.segment);
        }
        for lot in batch.lots.values_mut() {
            lot.follow(&store.records);
        }
        store.touch();
        if batch.task == Task::SwitchOn {
            self.already_finished(cx, &batch);
        }
        self.bulk = Some(batch);
        cx.ask(Intent::OfferBulk);
    }

    /// Begins with a look at the records as they are now.
    pub(in crate::app) fn begin_batch(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        task: Task,
        ids: Vec<u64>,
        unfinished: Option<String>,
    ) {
        if let Some(why) = self.batch_in_the_way() {
            cx.say(Tone::Plain, why);
            return;
        }
        let _ = store.end_range();
        self.bulks += 1;
        let with_passwords = store.deletes(&task);
        let looking = Looking { left: ids.clone(), ids, with_passwords, ..Looking::default() };
        self.bulk = Some(Box::new(Batch {
            task,
            step: BatchStep::Looking(looking),
            lots: std::collections::BTreeMap::new(),
            foreseen: Foreseen::default(),
            bulk: Bulk::new([]),
            seen: ShownProgress::default(),
            pager: crate::app::widget::Pager::default(),
            typed: crate::app::widget::LineEditor::default(),
            planning: Planning::Kept,
            pause: None,
            hint: String::new(),
            seen_ahead: false,
            number: self.bulks,
            leg: Leg::Off,
            not_before: None,
            finished: Vec::new(),
            not_off: BTreeMap::new(),
            fresh: Vec::new(),
            if_match: store.writes.if_match,
            unfinished,
            left: false,
            behind: false,
        }));
        cx.ask(Intent::ShowBulk);
        self.look_on(cx);
    }

    /// Leaves what was not begun.
    pub(in crate::app) fn end_without_a_word(&mut self, cx: &mut Context) {
        self.bulk = None;
        let _ = cx.tickets.open(Slot::Batch);
        cx.ask(Intent::HideBulk);
    }

    /// Records came as they are now, or did not.
    pub(in crate::app) fn many_came(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        sent: Option<u64>,
        ids: &[u64],
        result: Result<Reply, RequestError>,
    ) {
        let Some(Batch { step: BatchStep::Looking(looking), task, .. }) = self.bulk.as_deref_mut() else {
            return;
        };
        let verb = task.verb();
        match result {
            Ok(Reply::Many(page, passwords)) => {
                let seen: BTreeSet<u64> = ids.iter().copied().collect();
                looking.left.retain(|id| !seen.contains(id));
                looking.done += ids.len();
                store.add_targets(&page.targets);
                looking.found.push(Looked::of(sent, page, &store.records));
                looking.passwords.extend(passwords);
                let finished = looking.left.is_empty();

                if finished {
                    self.all_looked_at(cx, store);
                } else {
                    self.look_on(cx);
                }
            }
            Ok(_) => {}
            Err(error) if error.asks_to_sign_in() => {
                // The look goes on once someone signed in.
                cx.ask(Intent::SignIn(error));
            }
            Err(error) => {
                self.end_without_a_word(cx);
                let text = format!("{verb}: nothing was sent. Reading the records failed: {}", error.message);
                cx.say(Tone::Bad, text);
            }
        }
    }

    /// `u` and `U` on what was done to many at once: all of it, with one question.
    pub(in crate::app) fn take_back(&mut self, cx: &mut Context, store: &mut Store, group: u64, standing: EntryState) {
        let entries = store.history.of_group(group, standing);
        let ids: Vec<u64> = entries.keys().copied().collect();
        let action = if standing == EntryState::Done { Action::Undo } else { Action::Redo };
        self.begin_batch(cx, store, Task::TakeBack(entries, action), ids, None);
    }

    /// The word was given.
    pub(in crate::app) fn start_batch(&mut self, cx: &mut Context, store: &mut Store) {
        if let Some(why) = cx.why_read_only() {
            cx.say(Tone::Bad, why);
            return;
        }
        let now = cx.now;
        let Some(mut batch) = self.bulk.take() else { return };
        batch.pager = crate::app::widget::Pager::default();
        if !matches!(batch.task, Task::TakeBack(..)) {
            store.history.expect(batch.foreseen.to_send);
        }
        let sent = batch.lots.iter().filter(|(_, lot)| lot.sends());
        batch.bulk = Bulk::new(sent.map(|(id, _)| *id));
        let waits = batch.held_back(now).map(|(left, _)| left);
        batch.leg = if batch.task == Task::SwitchOn { Leg::On } else { Leg::Off };
        batch.step = match waits {
            Some(left) => {
                let at = now.wall + left;
                BatchStep::Waiting(BounceWait { until: now.mono + left, at, then: batch.leg, choosing: false })
            }
            None => BatchStep::Going,
        };
        batch.look(now.mono);
        let plan = plan_of(cx, &batch);
        self.bulk = Some(batch);
        cx.note(PlanNote::Begin(plan));
        self.pump(cx, store);
    }
}

/// What is to be done, record by record, for the disk.
pub(super) fn plan_of(cx: &Context, batch: &Batch) -> NewPlan {
    let of = |state: ItemState| batch.bulk.items().iter().filter(move |item| item.state == state);
    let mut last: Arc<Vec<Change>> = Arc::default();
    let planned = of(ItemState::Waiting).chain(of(ItemState::Running)).filter_map(|item| {
        let lot = batch.lots.get(&item.key)?;
        let changes = match &lot.write()? {
            Write::Change { draft, .. } | Write::Create(draft) => Change::of_draft(draft),
            Write::Delete { shown, .. } => Change::between(&**shown, &Registration::new(shown.id())),
            Write::Save { .. } | Write::Switch { .. } | Write::ReadBack { .. } => return None,
        };
        // Most of many get the same.
        if *last != changes {
            last = Arc::new(changes);
        }
        Some((item.key, lot.name().to_owned(), Arc::clone(&last)))
    });
    NewPlan {
        time: cx.now.wall,
        author: cx.author(),
        action: batch.task.action(),
        records: planned.collect(),
        begun: of(ItemState::Running).map(|item| item.key).collect(),
    }
}
