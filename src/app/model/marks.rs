//! Marked records as data: which they are, what the last key that marked many added, and how many are in sight.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::query::{Collection, HeldRecord};
use crate::domain::record::Registration;

/// Marked records, and what marking is about to do.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    /// Marked records.
    pub ids: BTreeSet<u64>,
    /// Where the range being chosen begins.
    pub anchor: Option<u64>,
    /// What the last key that marked many added.
    pub(in crate::app) added: BTreeSet<u64>,
    /// What was cleared last.
    pub(in crate::app) cleared: BTreeSet<u64>,
    /// How many marks there are, as last counted.
    pub count: Count,
    /// Marked records as they were when they were marked, or last changed by us.
    pub(in crate::app) held: BTreeMap<u64, HeldRecord>,
    /// Whether marks or records changed since they were counted.
    pub(in crate::app) stale: bool,
}

/// Where marked records are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// All marks.
    pub marked: usize,
    /// Loaded, but not shown by the filter.
    pub hidden: usize,
    /// Not on the server any more.
    pub deleted: usize,
}

impl Marks {
    /// A record as it was when it was marked.
    pub(in crate::app) fn as_marked(&self, id: u64) -> Option<Registration> {
        self.held.get(&id)?.row().map(|row| Registration::from_record(&row))
    }

    /// A marked record was changed or read by us: what is known of it now counts.
    pub(in crate::app) fn seen_again(&mut self, id: u64, records: &Collection) {
        if let (Some(known), Some(held)) = (self.held.get_mut(&id), records.hold(id)) {
            *known = held;
        }
    }

    /// The list has packed its records again: marks follow, so that no record is in memory twice.
    pub(in crate::app) fn follow_packed(&mut self, list: &Collection) {
        for held in self.held.values_mut() {
            if let Some(shared) = held.shared_with(list) {
                *held = shared;
            }
        }
    }
}

impl Count {
    /// As the status line says it: `12 marked (3 hidden by filter, 1 gone)`.
    pub fn text(self) -> String {
        let mut notes = Vec::new();
        if self.hidden > 0 {
            notes.push(format!("{} hidden by filter", self.hidden));
        }
        if self.deleted > 0 {
            notes.push(format!("{} gone", self.deleted));
        }
        let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join(", ")) };
        format!("{} marked{notes}", self.marked)
    }
}
