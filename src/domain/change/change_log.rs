//! What was noticed to change since the start, record by record: which field, from what to what, when, and whether
//! we did it. Bounded; passwords are never kept, only that they changed. Pure: it is given what was read.

mod diff;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chrono::{DateTime, Utc};

use crate::domain::record::{FieldId, Record, Registration, Value};

pub use diff::{FieldDiff, changes};

/// Lines kept for a record; the oldest goes first.
pub const PER_RECORD: usize = 40;

/// Lines kept in all; the record that was first noticed goes first, with all its lines.
pub const IN_ALL: usize = 10_000;

/// Whose doing a change is.
///
/// The rule: nothing but this names anyone for a change, and it says "someone" only of what no write of ours can have
/// done. The server does not say who wrote, so a difference alone proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// This console's.
    Me,
    /// Someone else's.
    Others,
    /// Someone else's, or that of a write of ours that was never answered.
    Unclear,
}

impl By {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Me => "you",
            Self::Others => "someone",
            Self::Unclear => "unknown who",
        }
    }

    /// A sentence about what was changed: `someone changed expire`.
    pub fn changed(self, what: &str) -> String {
        match self {
            Self::Me => format!("you changed {what}"),
            Self::Others => format!("someone changed {what}"),
            Self::Unclear => format!("{what} changed on the server"),
        }
    }

    /// What follows `deleted`: ` by someone`.
    pub const fn by(self) -> &'static str {
        match self {
            Self::Me => " by you",
            Self::Others => " by someone",
            Self::Unclear => "",
        }
    }
}

/// What happened to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeenChange {
    /// A field has another value.
    Field(FieldDiff),
    /// It was not there before.
    Came,
    /// It is no longer there.
    Deleted,
    /// It is there again.
    Returned,
}

/// One change, as it was noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noticed {
    /// When it was noticed; it may have happened earlier.
    pub at: DateTime<Utc>,
    /// Whose doing it is.
    pub by: By,
    /// What happened.
    pub what: SeenChange,
}

/// All that was noticed, and what of it no one looked at yet.
#[derive(Debug, Clone, Default)]
pub struct ChangeLog {
    records: BTreeMap<u64, Vec<Noticed>>,
    /// Records in the order in which they were first noticed.
    order: VecDeque<u64>,
    lines: usize,
    fresh: BTreeMap<u64, BTreeSet<FieldId>>,
}

impl ChangeLog {
    /// Takes in a change. What others did is marked until someone looks at it.
    pub fn note(&mut self, id: u64, noticed: Noticed) {
        if noticed.by != By::Me {
            let fields = self.fresh.entry(id).or_default();
            if let SeenChange::Field(changed) = &noticed.what {
                fields.insert(changed.field);
            }
        }
        let known = self.records.entry(id).or_insert_with(|| {
            self.order.push_back(id);
            Vec::new()
        });
        known.push(noticed);
        self.lines += 1;
        if known.len() > PER_RECORD {
            known.remove(0);
            self.lines -= 1;
        }
        while self.lines > IN_ALL && self.order.len() > 1 {
            let Some(oldest) = self.order.pop_front() else { break };
            self.lines -= self.records.remove(&oldest).map_or(0, |dropped| dropped.len());
        }
    }

    /// What was noticed of a record, oldest first.
    pub fn of(&self, id: u64) -> &[Noticed] {
        self.records.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Whether a change of this record is not looked at yet.
    pub fn is_fresh(&self, id: u64) -> bool {
        self.fresh.contains_key(&id)
    }

    /// Whether a change of this field is not looked at yet.
    pub fn is_fresh_in(&self, id: u64, field: FieldId) -> bool {
        self.fresh.get(&id).is_some_and(|fields| fields.contains(&field))
    }

    /// How many records have changes that no one looked at.
    pub fn fresh(&self) -> usize {
        self.fresh.len()
    }

    /// Someone looked at a record.
    pub fn mark_seen(&mut self, id: u64) {
        self.fresh.remove(&id);
    }

    /// Someone looked at everything.
    pub fn mark_all_seen(&mut self) {
        self.fresh.clear();
    }

    /// The record as it was before everything that is kept about it, with the time of the first change.
    /// `None` where no field was noticed to change.
    pub fn earlier(&self, now: &impl Record) -> Option<(Registration, DateTime<Utc>)> {
        let mut earlier = Registration::from_record(now);
        let mut since = None;
        for noticed in self.of(now.id()).iter().rev() {
            if let SeenChange::Field(changed) = &noticed.what {
                earlier.set(changed.field, changed.before.clone());
                since = Some(noticed.at);
            }
        }
        since.map(|since| (earlier, since))
    }
}

/// A password that is known to be another one, without either.
pub const fn password_changed() -> FieldDiff {
    FieldDiff { field: FieldId::AuthPassword, before: Value::Withheld, after: Value::Withheld }
}

#[cfg(test)]
mod tests;
