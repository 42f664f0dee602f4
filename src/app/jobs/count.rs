//! How many records each saved view has, and which addresses are used twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::query::{Collection, Filter, RecordState};
use crate::domain::record::{Record as _, Targets};
use crate::domain::rules::Census;

use crate::app::jobs::arrange::StateSets;

/// Counting how many records each view has, and what the records have in common. Holds all that it needs.
#[derive(Debug, Clone, PartialEq)]
pub struct CountJob {
    pub(in crate::app) records: Collection,
    pub(in crate::app) targets: Targets,
    pub(in crate::app) states: Arc<StateSets>,
    pub(in crate::app) filters: Vec<(u8, Filter)>,
    pub(in crate::app) deleted: BTreeSet<u64>,
}

/// What was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Records by the view's digit.
    pub counts: BTreeMap<u8, usize>,
    /// For the checks: what the records have in common.
    pub census: Arc<Census>,
}

impl CountJob {
    /// Counts.
    pub fn run(&self) -> Counted {
        let there = self.records.iter().filter(|row| !self.deleted.contains(&row.id()));
        let census = Arc::new(Census::of(there, &self.targets));
        let mut states = Arc::clone(&self.states);
        if self.filters.iter().any(|(_, filter)| filter.asks_states()) {
            Arc::make_mut(&mut states).rules.census = Some(Arc::clone(&census));
        }
        let is = |state: RecordState, id: u64| states.is(state, id, &self.records, &self.targets);
        let count = |filter: &Filter| {
            if filter.is_empty() {
                return self.records.len();
            }
            filter.prepare(&self.targets).select(&self.records, &is).len()
        };
        let counts = self.filters.iter().map(|(digit, filter)| (*digit, count(filter))).collect();
        Counted { counts, census }
    }
}
