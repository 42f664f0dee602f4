//! A bounce: off, at least a poll of the nodes, on. Nodes look once a poll, so two changes within one would be none
//! to them; so a record that was changed just now waits before it is switched off, too.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::domain::change::bulk::Bulk;
use crate::domain::change::journal::Unfinished;
use crate::domain::change::{Action, Change, Draft, Ending, Mark};
use crate::domain::record::{FieldId, Registration, Value};
use crate::keys::Command;

use crate::app::core::{Context, Intent, Tone, Write};
use crate::app::store::Store;
use crate::app::write::Writes;
use crate::app::write::bulk::run::switched_off;
use crate::app::write::bulk::{Ahead, Batch, BatchStep, BounceWait, Leg, Lot, Task};

impl Writes {
    /// Finds out what must not be sent yet.
    pub(super) fn hold_back(&self, cx: &Context, store: &Store, batch: &mut Batch) {
        let sends = |batch: &Batch, id: &u64| batch.lots.get(id).is_some_and(Lot::sends);
        let poll = cx.setup.node_poll;
        let times: Vec<(Duration, u64)> = match batch.task {
            // Where nodes show the change already, they have polled since.
            Task::Bounce => {
                let touched = store.writes.touched.iter().filter(|(id, _)| !store.live.is_shown(**id));
                touched.map(|(id, at)| (*at + poll, *id)).collect()
            }
            Task::SwitchOn => {
                let unfinished = self.unfinished.off.iter();
                let passed = |since: chrono::DateTime<chrono::Utc>| (cx.now.wall - since).to_std().unwrap_or_default();
                let until = |since| cx.now.mono + poll.saturating_sub(passed(since));
                unfinished.map(|bounce| (until(bounce.since), bounce.id)).collect()
            }
            Task::Set(_) | Task::Delete | Task::TakeBack(..) | Task::Finish(..) => Vec::new(),
        };
        let last = times.into_iter().filter(|(at, id)| *at > cx.now.mono && sends(batch, id)).max();
        batch.not_before = last.map(|(at, id)| {
            let why = if batch.task == Task::Bounce { "was changed" } else { "was disabled" };
            (at, format!("{} {why} less than one poll ago", store.display_name(id)))
        });
    }

    /// Records in the journal the bounces of an earlier run that someone else finished.
    pub(super) fn already_finished(&mut self, cx: &mut Context, batch: &Batch) {
        let off = std::mem::take(&mut self.unfinished.off);
        for bounce in off {
            let ending = match batch.lots.get(&bounce.id).map(|lot| &lot.ahead) {
                Some(Ahead::AlreadySo(_)) => Ending::AppliedUnseen,
                Some(Ahead::Gone) => Ending::Gone,
                Some(Ahead::Sends(_) | Ahead::LeftAlone(_)) | None => {
                    self.unfinished.off.push(bounce);
                    continue;
                }
            };
            is_on_again(cx, &of_bounce(&bounce), ending);
        }
    }

    /// Everything that was to be switched off is, or is not.
    pub(super) fn off_is_finished(&mut self, cx: &mut Context, store: &mut Store) {
        let poll = cx.setup.node_poll;
        let now = cx.now;
        let if_match = store.writes.if_match;
        let Some(batch) = self.bulk.as_deref_mut() else { return };
        let cancelled = batch.bulk.counts().not_sent > 0;
        let off = batch.set_aside();
        for id in &off {
            let Some(lot) = batch.lots.get_mut(id) else { continue };
            // What got no answer may be off, too: it is read before anything is sent.
            if lot.after.is_none() {
                batch.not_off.insert(*id, false);
            }
            let perhaps = match lot.write() {
                Some(Write::Change { draft, .. }) => Some(Box::new((draft.result(), None))),
                _ => None,
            };
            lot.write = lot.after.clone().or(perhaps).map(|after| {
                let (record, tag) = *after;
                let mut draft = Draft::new(record, tag);
                draft.set(FieldId::Enabled, Value::Flag(true));
                Write::Change { draft: Box::new(draft), if_match }.into()
            });
        }
        batch.leg = Leg::On;
        batch.bulk = Bulk::new(off.iter().copied());
        if off.is_empty() {
            // With nothing off there is nothing to wait for.
            self.follow_batch(cx, store);
            return;
        }
        // Counted from the last one that was disabled.
        batch.step = BatchStep::Waiting(BounceWait {
            until: now.mono + poll,
            at: now.wall + poll,
            then: Leg::On,
            choosing: cancelled,
        });
        batch.look(now.mono);
        let at = cx.clock(now.wall + poll);
        let text = format!("{}. Enabling at {at}, after every node has polled", batch.disabled());
        cx.say(if batch.not_off.is_empty() { Tone::Plain } else { Tone::Bad }, text);
        if cancelled {
            cx.ask(Intent::ShowBulk);
        }
    }

    /// Whether a wait is over, and what comes then.
    pub(in crate::app) fn batch_woke(&mut self, cx: &mut Context, store: &mut Store) {
        let now = cx.now.mono;
        let open = self.bulk.as_ref().is_some_and(|batch| store.writes.awaits_halves(batch.number));
        if let Some(batch) = self.bulk.as_deref_mut().filter(|_| !open)
            && let BatchStep::Waiting(wait) = batch.step
            && wait.until <= now
            && !wait.choosing
        {
            batch.step = BatchStep::Going;
        }
        self.pump(cx, store);
        self.follow_batch(cx, store);
    }

    /// What was waited for is there before its time.
    pub(in crate::app) fn bounce_goes_on(&mut self, cx: &mut Context, store: &mut Store) {
        if let Some(batch) = self.bulk.as_deref_mut() {
            batch.step = BatchStep::Going;
            self.pump(cx, store);
        }
    }

    /// A bounce that waits for nodes goes on once all of them have dropped its records.
    pub(in crate::app) fn bounce_seen_off(&mut self, cx: &mut Context, store: &mut Store) {
        let Some(batch) = self.bulk.as_deref() else { return };
        let (Task::Bounce, BatchStep::Waiting(wait)) = (&batch.task, &batch.step) else { return };
        if wait.choosing || wait.then != Leg::On {
            return;
        }
        let off = crate::domain::live::summary::Overall::Off.word();
        // A node that cannot be asked may still have it.
        let gone = |id: u64| store.targets.live_mark(id).is_some_and(|mark| mark.word == off && mark.settled);
        if batch.bulk.items().iter().all(|item| gone(item.key)) {
            let many = crate::app::write::bulk::registrations(batch.bulk.items().len());
            cx.say(Tone::Plain, format!("{many} gone from all nodes: enabling again"));
            self.bounce_goes_on(cx, store);
        }
    }

    /// A wait is broken off, and what is off stays off because someone says so.
    pub(in crate::app) fn leave_off(&mut self, cx: &mut Context, store: &mut Store) {
        let Some(batch) = self.bulk.as_deref_mut() else { return };
        let BatchStep::Waiting(wait) = batch.step else { return };
        let ids: Vec<u64> = batch.bulk.items().iter().map(|item| item.key).collect();
        let was: Vec<Registration> =
            ids.iter().filter_map(|id| batch.lots.get(id)?.after.as_ref().map(|after| after.0.clone())).collect();
        batch.bulk.cancel(cx.now.mono);
        batch.step = BatchStep::Going;
        if wait.then == Leg::On {
            batch.task = Task::SwitchOn;
            batch.left = true;
        } else {
            batch.leg = Leg::On;
        }
        // What its first half came to is not known of some: the plan says so already.
        let open: BTreeSet<u64> = batch.not_off.iter().filter(|(_, known)| !**known).map(|(id, _)| *id).collect();
        for id in ids.into_iter().filter(|id| !open.contains(id)) {
            cx.note_end(id, Mark::NotSent);
        }
        if wait.then == Leg::On && !was.is_empty() {
            for record in &was {
                meant_off(cx, record);
            }
            let many = crate::app::write::bulk::registrations(was.len());
            let enable = cx.key(Command::Toggle);
            cx.say(Tone::Plain, format!("{many} left disabled as you asked. {enable}: enable"));
        }
        self.follow_batch(cx, store);
    }

    /// A wait is broken off: now instead of later.
    pub(in crate::app) fn wait_no_more(&mut self, cx: &mut Context, store: &mut Store) {
        let Some(batch) = self.bulk.as_deref_mut() else { return };
        if !matches!(batch.step, BatchStep::Waiting(_)) {
            return;
        }
        batch.step = BatchStep::Going;
        let text = "enabling before the poll ends: nodes may have missed the outage";
        cx.say(Tone::Plain, text);
        self.pump(cx, store);
    }
}

/// The record of a bounce, as far as the journal knows it.
pub(in crate::app) fn of_bounce(bounce: &Unfinished) -> Registration {
    let mut record = Registration::new(bounce.id);
    record.set(FieldId::Name, Value::Text(bounce.name.clone()));
    record
}

/// Records in the journal how the second half of this record's bounce ended after all.
pub(in crate::app) fn is_on_again(cx: &mut Context, record: &Registration, ending: Ending) {
    let (off, on) = (Value::Flag(false), Value::Flag(true));
    let changes = vec![Change::new(FieldId::Enabled, off.as_ref(), on.as_ref())];
    cx.record(cx.line_of_changes(Action::Bounce, record, changes, ending));
}

/// Records in the journal that this record is off because someone wants it off.
pub(in crate::app) fn meant_off(cx: &mut Context, record: &Registration) {
    let mut before = record.clone();
    before.set(FieldId::Enabled, Value::Flag(true));
    cx.record(cx.line_of_changes(Action::Toggle, record, vec![switched_off(&before)], Ending::Applied));
}
