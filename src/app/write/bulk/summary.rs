//! How a change of many records ended, in a sentence, and which records a bounce left off.

use crate::domain::change::RecordOutcome;
use crate::domain::change::bulk::{Item, ItemState};
use crate::domain::record::Record as _;
use crate::domain::text::capitalised;

use crate::app::model::part::BulkPart;
use crate::app::store::Store;
use crate::app::write::bulk::{Batch, Leg, Lot, Task, registrations};

impl Batch {
    /// How it ended, in a sentence.
    pub fn summary(&self) -> String {
        let counts = self.seen.counts;
        if self.is_cancelled() {
            return format!("{} cancelled. Nothing was sent.", capitalised(self.task.noun()));
        }
        let left = self.left_disabled();
        let reported = [
            (counts.done, "done"),
            (counts.already_so, "unchanged"),
            (counts.conflicts, "changed meanwhile"),
            (counts.failed, "failed"),
            (counts.unknown, "UNKNOWN"),
            (left, "left disabled as you asked"),
            (counts.not_sent - left, "not sent"),
        ];
        let reported = reported.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
        let many = registrations(counts.total());
        if counts.done == counts.total() {
            return format!("{} {many}", self.task.past());
        }
        format!("{} {many}: {}", capitalised(&self.task.verb()), reported.collect::<Vec<_>>().join(", "))
    }

    /// Whether nothing more is sent for it.
    pub(in crate::app) const fn is_finished(&self) -> bool {
        matches!(self.step, super::BatchStep::Finished)
    }

    /// What a write that is sent now is a part of.
    pub(super) fn part(&self) -> BulkPart {
        let bounces = matches!(self.task, Task::Bounce | Task::SwitchOn);
        BulkPart { number: self.number, action: self.task.action(), half: bounces.then_some(self.leg) }
    }

    /// How many are disabled and stay so because someone asked for it.
    pub fn left_disabled(&self) -> usize {
        if self.left { self.seen.counts.not_sent.saturating_sub(self.not_off.len()) } else { 0 }
    }

    /// Whether it was cancelled before anything was sent.
    pub fn is_cancelled(&self) -> bool {
        let counts = self.seen.counts;
        // Records that are off already are those of the second half.
        let none_off = self.not_off.is_empty() && self.lots.values().all(|lot| lot.after.is_none());
        let sent_nothing = self.finished.is_empty() && none_off;
        sent_nothing && counts.not_sent > 0 && counts.not_sent == counts.total()
    }

    /// Which records the second half of a bounce did not enable, in a sentence; empty where there are none.
    pub(super) fn left_off(&self, store: &Store) -> String {
        if !matches!(self.task, Task::Bounce | Task::SwitchOn) || self.leg != Leg::On || self.is_cancelled() {
            return String::new();
        }
        let is_there = |id: u64| store.records.get(id).is_some() && !store.is_deleted(id);
        // By the answer to its first half, or by a read since.
        let is_shown = |id: u64| store.records.get(id).and_then(|row| row.enabled()) == Some(false);
        let is_seen = |id: u64| !self.not_off.contains_key(&id) || is_shown(id);
        let off = self.bulk.items().iter().filter(|item| is_there(item.key)).filter_map(|item| {
            let is = match &item.state {
                // As someone asked, unless it is not known whether it is.
                ItemState::Ended(RecordOutcome::NotSent) if self.left => match self.not_off.get(&item.key) {
                    Some(false) if !is_shown(item.key) => "may be DISABLED",
                    _ => return None,
                },
                ItemState::Ended(RecordOutcome::Failed(_) | RecordOutcome::NotSent) if is_seen(item.key) => {
                    "is DISABLED"
                }
                ItemState::Ended(
                    RecordOutcome::Failed(_)
                    | RecordOutcome::NotSent
                    | RecordOutcome::Unknown(_)
                    | RecordOutcome::Conflict(_),
                ) => "may be DISABLED",
                ItemState::Ended(RecordOutcome::Done | RecordOutcome::AlreadySo)
                | ItemState::Waiting
                | ItemState::Running => return None,
            };
            let name = self.lots.get(&item.key).map_or("", Lot::name);
            Some(format!("; {} {name} {is}", item.key))
        });
        off.collect()
    }

    /// How many a bounce has disabled, and of how many that is not known.
    pub fn disabled(&self) -> String {
        let unknown = self.not_off.values().filter(|is_known| !**is_known).count();
        let off = registrations(self.bulk.items().len().saturating_sub(self.not_off.len()));
        if unknown == 0 { format!("{off} disabled") } else { format!("{off} disabled, {unknown} UNKNOWN") }
    }

    /// Takes the records that the first half of a bounce left alone, or failed on, out of the second. Answers with
    /// those that are off, or may be.
    pub(super) fn set_aside(&mut self) -> Vec<u64> {
        let (done, rest): (Vec<Item<u64>>, Vec<Item<u64>>) =
            self.bulk.items().iter().cloned().partition(|item| {
                matches!(item.state, ItemState::Ended(RecordOutcome::Done | RecordOutcome::Unknown(_)))
            });
        self.finished.extend(rest);
        done.into_iter().map(|item| item.key).collect()
    }
}
