//! Records under way: what is sent next, and when it is over. There is never
//! more than one write of a record.

use crate::domain::change::bulk::{Phase, Restart};
use crate::domain::change::{Change, Mark, PlanLine, RecordOutcome};

use crate::domain::record::{FieldId, Record as _, Registration};
use crate::domain::request_error::RequestError;
use crate::domain::state_error::StateError;

use crate::app::core::{Context, Effect, Intent, PlanNote, Tone, Write};
use crate::app::store::Store;
use crate::app::store::open_writes::UnderWay;
use crate::app::write::Writes;
use crate::app::write::bulk::start::plan_of;
use crate::app::write::bulk::{BatchStep, Leg, Planning, TICK, Task};

/// A record's switch as the journal has it.
pub(super) fn switched_off(record: &Registration) -> Change {
    use crate::domain::record::Value;
    Change::new(FieldId::Enabled, record.value(FieldId::Enabled), Value::Flag(false).as_ref())
}

impl Writes {
    pub(super) fn send(&mut self, cx: &mut Context, store: &mut Store, id: u64) {
        let half = store.writes.open_half(id).filter(|_| self.bulk.as_ref().is_some_and(|batch| batch.leg == Leg::On));
        if let (Some(true), Some(batch)) = (half, self.bulk.as_deref_mut()) {
            // To send the second half now could leave it off: the first one may come after it.
            let why = "the result of its first half is unknown; it is being checked".to_owned();
            batch.bulk.end(&id, RecordOutcome::Unknown(why), cx.now.mono);
            cx.note_end(id, Mark::Unknown);
            return;
        }
        // The second half reads the record before it sends anything; what the first one did stays open until that.
        let free = if half.is_some() { !store.writes.is_sending(id) } else { !store.writes.is_writing(id) };
        let Some(batch) = self.bulk.as_deref_mut() else { return };
        let of = batch.task.entry_of(id);
        let lot = batch.lots.get(&id).and_then(|lot| Some((lot.write()?, of)));
        let Some((mut write, of)) = lot.filter(|_| free) else {
            let why = "another change of it was running; it was not changed".to_owned();
            batch.bulk.end(&id, RecordOutcome::Failed(why), cx.now.mono);
            cx.note_end(id, Mark::NotDone);
            return;
        };
        let for_deletions = batch.if_match;
        // We may have written the record ourselves since it was looked at.
        match &mut write {
            Write::Change { draft, if_match } => {
                **draft = store.over_ours(draft);
                *if_match = store.writes.if_match;
            }
            Write::Delete { shown, tag, if_match } => {
                if let Some(since) = store.with_ours(shown) {
                    **shown = since;
                    *tag = None;
                }
                *if_match = for_deletions;
            }
            Write::Save { .. } | Write::Switch { .. } | Write::Create(_) | Write::ReadBack { .. } => {}
        }
        self.write_among_many(cx, store, id, write, of);
    }

    pub(super) fn write_among_many(
        &self,
        cx: &mut Context,
        store: &mut Store,
        id: u64,
        write: Write,
        of: Option<usize>,
    ) {
        let part = self.bulk.as_ref().map(|batch| batch.part());
        let under_way = UnderWay { of, among_many: true, part, ..UnderWay::new(id, write.clone()) };
        let number = store.writes.begin(under_way);
        if self.bulk.as_ref().is_some_and(|batch| batch.planning == Planning::Without) {
            cx.effect(Effect::Write { number, write });
        } else {
            cx.effect(Effect::WriteNoted { number, write, note: PlanLine::Begun(id) });
        }
    }

    /// The screen follows at its own pace, and what is over ends.
    pub(in crate::app) fn follow_batch(&mut self, cx: &mut Context, store: &mut Store) {
        let now = cx.now.mono;
        let Some(batch) = self.bulk.as_deref_mut() else { return };
        let finished = matches!(batch.step, BatchStep::Going) && batch.bulk.phase() == Phase::Finished;
        let due = finished || batch.is_paused() || now.saturating_sub(batch.seen.at) >= TICK;
        if batch.behind && due {
            batch.look(now);
            let len = batch.rows();
            self.take_in_fresh(store);
            if let Some(batch) = self.bulk.as_deref_mut() {
                let height = batch.room(cx).table.max(1);
                batch.pager.clamp(len, height);
            }
        }
        if finished {
            self.leg_finished(cx, store);
        }
    }

    /// All that could be sent was.
    pub(in crate::app) fn leg_finished(&mut self, cx: &mut Context, store: &mut Store) {
        let Some(batch) = self.bulk.as_deref_mut() else { return };
        if batch.task == Task::Bounce && batch.leg == Leg::Off {
            self.off_is_finished(cx, store);
            return;
        }
        batch.step = BatchStep::Finished;
        batch.look(cx.now.mono);
        let off = batch.left_off(store);
        let text = format!("{}{off}", batch.summary());
        let counts = batch.seen.counts;
        let unfinished = batch.unfinished.take();
        let undo = Some(cx.key(crate::keys::Command::Undo));
        let undo = undo.filter(|_| self.bulk.as_ref().is_some_and(|batch| store.history.has_group(batch.number)));
        let undo = undo.map(|keys| format!(". {keys}: undo")).unwrap_or_default();
        // What is not sent was cancelled: as was asked for, unless it leaves records disabled.
        let as_asked = counts.troubled() == 0 && off.is_empty();
        let tone = match (as_asked, counts.not_sent) {
            (true, 0) => Tone::Good,
            (true, _) => Tone::Plain,
            (false, _) => Tone::Bad,
        };
        // What was left disabled on request was said then.
        if !(as_asked && self.bulk.as_ref().is_some_and(|batch| batch.left)) {
            cx.say(tone, format!("{text}{undo}"));
        }
        let known = self.bulk.as_ref().is_none_or(|batch| !store.writes.has_open_parts(batch.number));
        if off.is_empty() && known {
            cx.note(PlanNote::End);
        }
        cx.extend(unfinished.map(Effect::Forget));
    }

    /// Sends what may be sent now.
    pub(in crate::app) fn pump(&mut self, cx: &mut Context, store: &mut Store) {
        loop {
            // A program that ends begins nothing more.
            let Some(batch) = self.bulk.as_deref_mut().filter(|_| !store.writes.leaving) else { return };
            if !matches!(batch.step, BatchStep::Going) {
                return;
            }
            let begun = batch.bulk.begin(cx.now.mono);
            batch.behind |= !begun.is_empty();
            if begun.is_empty() {
                break;
            }
            for id in begun {
                self.send(cx, store, id);
            }
        }
        self.follow_batch(cx, store);
    }

    /// Another turn for what failed, or for what was not sent.
    pub(in crate::app) fn batch_again(&mut self, cx: &mut Context, store: &mut Store, which: Restart) {
        let Some(batch) = self.bulk.as_deref_mut() else { return };
        if batch.bulk.again(which) == 0 {
            batch.hint = match which {
                Restart::Failed => "Nothing failed that could be retried".to_owned(),
                Restart::NotSent => "Everything was sent already".to_owned(),
            };
            return;
        }
        batch.step = BatchStep::Going;
        batch.left = false;
        batch.planning = Planning::Kept;
        batch.look(cx.now.mono);
        let Some(batch) = self.bulk.take() else { return };
        let plan = plan_of(cx, &batch);
        self.bulk = Some(batch);
        cx.note(PlanNote::Begin(plan));
        self.pump(cx, store);
    }

    /// Someone signed in: what waited for that goes on.
    pub(in crate::app) fn batch_signed_in(&mut self, cx: &mut Context, store: &mut Store) {
        let Some(batch) = self.bulk.as_deref_mut() else { return };
        if matches!(batch.step, BatchStep::Looking(_)) {
            cx.ask(Intent::OfferBulk);
            self.look_on(cx);
            return;
        }
        if batch.is_paused() && batch.pause.take().is_some() {
            batch.bulk.go_on();
            cx.ask(Intent::OfferBulk);
            self.pump(cx, store);
        }
    }

    /// Begins nothing more.
    pub(in crate::app) fn cancel_batch(&mut self, cx: &mut Context, store: &mut Store) {
        let Some(batch) = self.bulk.as_deref_mut() else { return };
        batch.bulk.cancel(cx.now.mono);
        batch.pause = None;
        batch.look(cx.now.mono);
        self.follow_batch(cx, store);
    }

    /// What was refused for want of a sign-in was not done: it waits, and so does all the rest.
    pub(in crate::app) fn not_signed_in(&mut self, cx: &mut Context, store: &mut Store, id: u64, error: &RequestError) {
        if let Some(batch) = self.bulk.as_deref_mut() {
            batch.bulk.pause();
            batch.bulk.put_back(&id, cx.now.mono);
            batch.pause = Some(error.message.clone());
            batch.behind = true;
        }
        cx.ask(Intent::SignIn(error.clone()));
        cx.note_end(id, Mark::NotSent);
        self.follow_batch(cx, store);
    }

    /// The answer to that: without a plan, or with one after another try.
    pub(in crate::app) fn plan_again(&mut self, cx: &mut Context, store: &mut Store, planning: Planning) {
        let Some(mut batch) = self.bulk.take() else { return };
        batch.planning = planning;
        batch.bulk.go_on();
        // What there is of a plan would say less than was done.
        let note = match planning {
            Planning::Kept | Planning::Refused => PlanNote::Begin(plan_of(cx, &batch)),
            Planning::Without => PlanNote::End,
        };
        self.bulk = Some(batch);
        cx.note(note);
        self.pump(cx, store);
    }

    /// The disk refused to keep how far it is: nothing was sent, and it is asked before anything is. Only what finishes
    /// a bounce goes on: to leave a record off would be worse.
    pub(in crate::app) fn unnoted(&mut self, cx: &mut Context, store: &mut Store, number: u64, why: &StateError) {
        let Some(under_way) = store.writes.under_way.remove(&number) else { return };
        let Some(batch) = self.bulk.as_deref_mut() else { return };
        batch.bulk.put_back(&under_way.id, cx.now.mono);
        batch.behind = true;
        let asks = batch.leg == Leg::Off && batch.planning == Planning::Kept;
        if batch.leg == Leg::On {
            batch.planning = Planning::Without;
        } else if asks {
            batch.planning = Planning::Refused;
            batch.bulk.pause();
        }
        if asks {
            cx.say(Tone::Bad, why.to_string());
            cx.ask(Intent::ShowBulk);
            self.follow_batch(cx, store);
        } else {
            self.pump(cx, store);
        }
        store.ask_postponed(cx);
    }
}
