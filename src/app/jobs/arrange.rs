//! Which records the list shows, in which order: a filter and an order, run over a snapshot of the records.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::query::{Collection, Filter, Order, RecordState};
use crate::domain::record::Targets;
use crate::domain::rules::{Severity, lint};

use crate::app::model::lint_basis::LintBasis;

/// Up to so many records are arranged at once: that takes less than the 8 ms after which a key would wait.
pub const AT_ONCE: usize = 4_000;

/// What records can be beside their values, as far as the program keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StateSets {
    /// Marked by the user.
    pub marked: BTreeSet<u64>,
    /// With an unsaved edit.
    pub drafts: BTreeSet<u64>,
    /// Not as they were first loaded.
    pub changed: BTreeSet<u64>,
    /// What the checks compare records with.
    pub rules: LintBasis,
}

impl StateSets {
    pub(in crate::app) fn is(&self, state: RecordState, id: u64, records: &Collection, targets: &Targets) -> bool {
        match state {
            RecordState::Marked => self.marked.contains(&id),
            RecordState::Draft => self.drafts.contains(&id),
            RecordState::Changed => self.changed.contains(&id),
            RecordState::Lint => records.get(id).is_some_and(|row| lint::is_signed(&row, &self.rules.context(targets))),
            RecordState::Down => {
                let worst = records.get(id).and_then(|row| lint::sign(&row, &self.rules.context(targets)).worst);
                worst == Some(Severity::Down)
            }
        }
    }
}

/// One arrangement to be made. Holds all that it needs, so that a worker can take it along.
#[derive(Debug, Clone, PartialEq)]
pub struct ArrangeJob {
    /// The records as they are now; shares their memory.
    pub records: Collection,
    /// Names of pops, nodes and transports.
    pub targets: Targets,
    /// Which records.
    pub filter: Filter,
    /// In which order.
    pub order: Order,
    /// For `is:`.
    pub states: StateSets,
}

impl ArrangeJob {
    /// Ids of the records that pass, in order.
    pub fn run(&self) -> Arc<[u64]> {
        let records = &self.records;
        let mut positions = if self.filter.is_empty() {
            (0..).take(records.len()).collect()
        } else {
            let is = |state: RecordState, id: u64| self.states.is(state, id, records, &self.targets);
            self.filter.prepare(&self.targets).select(records, &is)
        };
        self.order.sort(&mut positions, records, &self.targets);
        positions.into_iter().filter_map(|position| records.id_at(position as usize)).collect()
    }
}
