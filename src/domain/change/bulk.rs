//! One change over many records: which of them is sent next, how each ended, when to stop, how far it is. The
//! console and the commands send; this decides. Knows of no server, and asks no clock.

mod pace;
mod wait;

pub use pace::Pace;
pub use wait::Later;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How many records are written at once, unless someone says otherwise.
pub const AT_ONCE: usize = 4;

/// Failures in a row after which nothing new is begun until someone says so.
pub const IN_A_ROW: usize = 3;

/// How a record ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordOutcome {
    /// The change was applied.
    Done,
    /// It was as wanted before anything was sent.
    AlreadySo,
    /// Someone else changed it since it was read: it was left alone. Says nothing about the others.
    Conflict(String),
    /// It was not changed.
    Failed(String),
    /// Whether it was changed is not known.
    Unknown(String),
    /// It was not begun.
    NotSent,
}

/// Where a record stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemState {
    /// Not begun yet.
    Waiting,
    /// Under way.
    Running,
    /// Over.
    Ended(RecordOutcome),
}

/// One record of a bulk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item<K> {
    /// Which.
    pub key: K,
    /// Where it stands.
    pub state: ItemState,
}

/// What the whole is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Records are under way, or may be begun.
    Going,
    /// Too many failures in a row, or [`Bulk::pause`]: nothing is begun until [`Bulk::go_on`] or
    /// [`Bulk::cancel`].
    Paused,
    /// Cancelled; the last ones are under way.
    Stopping,
    /// Nothing is under way, and nothing will be begun.
    Finished,
}

/// What can be begun once more, each time by someone's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restart {
    /// What failed. Conflicts are none: someone must look at those.
    Failed,
    /// What was not begun.
    NotSent,
}

/// How many records stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BulkCounts {
    /// Not begun yet.
    pub waiting: usize,
    /// Under way.
    pub running: usize,
    /// Changed.
    pub done: usize,
    /// As wanted before.
    pub already_so: usize,
    /// Left alone because someone changed them.
    pub conflicts: usize,
    /// Not changed.
    pub failed: usize,
    /// Perhaps changed.
    pub unknown: usize,
    /// Never begun.
    pub not_sent: usize,
}

impl BulkCounts {
    /// How many of these stand where.
    pub fn of<K>(items: &[Item<K>]) -> Self {
        let mut counts = Self::default();
        for item in items {
            let count = match &item.state {
                ItemState::Waiting => &mut counts.waiting,
                ItemState::Running => &mut counts.running,
                ItemState::Ended(RecordOutcome::Done) => &mut counts.done,
                ItemState::Ended(RecordOutcome::AlreadySo) => &mut counts.already_so,
                ItemState::Ended(RecordOutcome::Conflict(_)) => &mut counts.conflicts,
                ItemState::Ended(RecordOutcome::Failed(_)) => &mut counts.failed,
                ItemState::Ended(RecordOutcome::Unknown(_)) => &mut counts.unknown,
                ItemState::Ended(RecordOutcome::NotSent) => &mut counts.not_sent,
            };
            *count += 1;
        }
        counts
    }

    /// All records.
    pub const fn total(&self) -> usize {
        self.waiting + self.running + self.ended() + self.not_sent
    }

    /// Records whose turn came and is over.
    pub const fn ended(&self) -> usize {
        self.done + self.already_so + self.troubled()
    }

    /// Records that are over and not as wanted, as far as is known.
    pub const fn troubled(&self) -> usize {
        self.conflicts + self.failed + self.unknown
    }
}

/// One change over many records. `K` says which record: its id, or a row of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bulk<K = u64> {
    items: Vec<Item<K>>,
    places: BTreeMap<K, usize>,
    /// Items before this one are not waiting.
    next: usize,
    at_once: usize,
    running: usize,
    in_a_row: usize,
    phase: Phase,
    pace: Pace,
    wait: wait::RetryWait<K>,
}

impl<K: Ord + Clone> Bulk<K> {
    /// Every record once, in this order, all of them waiting.
    pub fn new(keys: impl IntoIterator<Item = K>) -> Self {
        let mut items: Vec<Item<K>> = Vec::new();
        let mut seen = BTreeSet::new();
        let fresh = keys.into_iter().filter(|key| seen.insert(key.clone()));
        items.extend(fresh.map(|key| Item { key, state: ItemState::Waiting }));
        items.shrink_to_fit();
        // Made of all of them at once it takes half the memory of one that grows.
        let places = items.iter().enumerate().map(|(place, item)| (item.key.clone(), place)).collect();
        let phase = if items.is_empty() { Phase::Finished } else { Phase::Going };
        Self {
            items,
            places,
            next: 0,
            at_once: AT_ONCE,
            running: 0,
            in_a_row: 0,
            phase,
            pace: Pace::default(),
            wait: wait::RetryWait::default(),
        }
    }

    /// The same with another number of records at once, at least one.
    #[must_use]
    pub fn at_once(self, at_once: usize) -> Self {
        Self { at_once: at_once.max(1), ..self }
    }

    /// All records, in the order in which they are begun.
    pub fn items(&self) -> &[Item<K>] {
        &self.items
    }

    /// What the whole is doing.
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// How fast it goes.
    pub const fn pace(&self) -> &Pace {
        &self.pace
    }

    /// How many records stand where.
    pub fn counts(&self) -> BulkCounts {
        BulkCounts::of(&self.items)
    }

    /// How long the rest takes at the pace so far; `None` while that is not known. `now` is on the same
    /// clock as in the other calls.
    pub fn time_left(&self, now: Duration) -> Option<Duration> {
        let BulkCounts { waiting, running, .. } = self.counts();
        let left = match self.phase {
            Phase::Going | Phase::Paused => waiting + running,
            Phase::Stopping | Phase::Finished => running,
        };
        self.pace.time_for(left, now)
    }

    /// The records to begin now. Each is under way from here on: it must be sent, and its result be given to
    /// [`Bulk::end`]. Call it at the start, and after every other call.
    pub fn begin(&mut self, now: Duration) -> Vec<K> {
        let mut begun = Vec::new();
        if self.phase != Phase::Going || self.wait.until > now {
            return begun;
        }
        while self.running < self.at_once {
            let Some(item) = self.items.get_mut(self.next) else { break };
            self.next += 1;
            if item.state == ItemState::Waiting {
                item.state = ItemState::Running;
                self.running += 1;
                begun.push(item.key.clone());
            }
        }
        if !begun.is_empty() {
            self.pace.run(now);
        }
        begun
    }

    /// A record that was under way is over. What is not under way is not touched: an answer that comes twice, or
    /// late, changes nothing.
    pub fn end(&mut self, key: &K, fate: RecordOutcome, now: Duration) {
        let Some(item) = self.places.get(key).and_then(|place| self.items.get_mut(*place)) else { return };
        if item.state != ItemState::Running {
            return;
        }
        self.running -= 1;
        self.in_a_row = match &fate {
            RecordOutcome::Failed(_) | RecordOutcome::Unknown(_) => self.in_a_row + 1,
            RecordOutcome::Done | RecordOutcome::AlreadySo | RecordOutcome::Conflict(_) | RecordOutcome::NotSent => 0,
        };
        item.state = ItemState::Ended(fate);
        self.pace.ended();
        if self.phase == Phase::Going && self.in_a_row >= IN_A_ROW {
            self.phase = Phase::Paused;
        }
        self.finish(now);
    }

    /// It is known now what became of a record of which that was not known.
    pub fn resolve(&mut self, key: &K, fate: RecordOutcome) {
        let Some(item) = self.places.get(key).and_then(|place| self.items.get_mut(*place)) else { return };
        if matches!(item.state, ItemState::Ended(RecordOutcome::Unknown(_))) {
            item.state = ItemState::Ended(fate);
        }
    }

    /// A record that was under way was not sent after all, for a reason that is none of its own: it waits for its
    /// turn again.
    pub fn put_back(&mut self, key: &K, now: Duration) {
        let Some(place) = self.places.get(key).copied() else { return };
        let Some(item) = self.items.get_mut(place).filter(|item| item.state == ItemState::Running) else { return };
        self.running -= 1;
        if self.phase == Phase::Stopping {
            item.state = ItemState::Ended(RecordOutcome::NotSent);
        } else {
            item.state = ItemState::Waiting;
            self.next = self.next.min(place);
        }
        self.finish(now);
    }

    /// Begins nothing more until someone says so.
    pub fn pause(&mut self) {
        if self.phase == Phase::Going {
            self.phase = Phase::Paused;
        }
    }

    /// Goes on after a pause.
    pub fn go_on(&mut self) {
        if self.phase == Phase::Paused {
            self.phase = Phase::Going;
            self.in_a_row = 0;
        }
    }

    /// Begins nothing more. What is under way goes on to its end: it may have been sent already.
    pub fn cancel(&mut self, now: Duration) {
        for item in &mut self.items {
            if item.state == ItemState::Waiting {
                item.state = ItemState::Ended(RecordOutcome::NotSent);
            }
        }
        self.next = self.items.len();
        if self.phase != Phase::Finished {
            self.phase = Phase::Stopping;
        }
        self.finish(now);
    }

    /// Lets records wait for another turn, and says how many there are. Only when nothing is under way and
    /// nothing waits: a record has one turn at a time.
    pub fn again(&mut self, which: Restart) -> usize {
        if self.phase != Phase::Finished {
            return 0;
        }
        let mut count = 0;
        for item in &mut self.items {
            let chosen = match (&item.state, which) {
                (ItemState::Ended(RecordOutcome::Failed(_)), Restart::Failed)
                | (ItemState::Ended(RecordOutcome::NotSent), Restart::NotSent) => true,
                (ItemState::Waiting | ItemState::Running | ItemState::Ended(_), Restart::Failed | Restart::NotSent) => {
                    false
                }
            };
            if chosen {
                item.state = ItemState::Waiting;
                count += 1;
            }
        }
        if count > 0 {
            self.next = 0;
            self.in_a_row = 0;
            self.phase = Phase::Going;
            self.pace = Pace::default();
        }
        count
    }

    /// Whether that was the last one, and whether the clock runs.
    fn finish(&mut self, now: Duration) {
        if self.running > 0 {
            return;
        }
        self.pace.rest(now);
        let waiting = self.items.iter().skip(self.next).any(|item| item.state == ItemState::Waiting);
        self.phase = match self.phase {
            Phase::Going | Phase::Paused if waiting => self.phase,
            Phase::Going | Phase::Paused | Phase::Stopping | Phase::Finished => Phase::Finished,
        };
    }
}

#[cfg(test)]
mod tests;
