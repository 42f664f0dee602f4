//! How many registrations each POP and each node has, and how they are.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::query::Collection;
use crate::domain::record::{Record, Relation, Resolved, Targets};
use crate::domain::rules::{CheckContext, OnServer, Placement, Severity, lint, placement};

/// What is to be counted. Holds all that it needs, so that a worker can take it along.
#[derive(Debug, Clone, PartialEq)]
pub struct OverviewJob {
    /// The records; shares their memory.
    pub records: Collection,
    /// Names of pops and nodes, and which node is in which pop.
    pub targets: Targets,
    /// Records that are not on the server any more.
    pub deleted: BTreeSet<u64>,
}

/// How many registrations are how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StateCounts {
    /// Enabled, and nothing is wrong.
    pub fine: usize,
    /// Enabled, with a warning.
    pub warnings: usize,
    /// Enabled, and no node loads it, or it has an error.
    pub down: usize,
    /// Disabled.
    pub disabled: usize,
}

impl StateCounts {
    /// All of them.
    pub const fn total(self) -> usize {
        self.fine + self.warnings + self.down + self.disabled
    }

    fn add(&mut self, other: Self) {
        self.fine += other.fine;
        self.warnings += other.warnings;
        self.down += other.down;
        self.disabled += other.disabled;
    }
}

/// Words of states with how many there are of each, by urgency.
pub type StateWords = BTreeMap<u8, (&'static str, usize)>;

/// Which registrations a row of the overview is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverviewScope {
    /// All of a POP; `None`: those without one.
    Pop(Option<u64>),
    /// Those of a POP on a node; `None`: on any.
    Node(Option<u64>, Option<u64>),
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverviewRow {
    /// Which registrations.
    pub about: OverviewScope,
    /// Name of the POP or the node; `any` for none.
    pub name: String,
    /// How they are.
    pub counts: StateCounts,
    /// How many are in which state on their nodes, by urgency, the worst first; none where no one asks.
    pub live: StateWords,
    /// One of them: the filter is made from its values.
    pub(in crate::app) example: u64,
}

impl OverviewJob {
    /// Counts all of them: POPs by name, below each its nodes.
    pub fn run(&self) -> Vec<OverviewRow> {
        let context = CheckContext::new(&self.targets, None, OnServer::Loaded);
        let mut found: BTreeMap<(Named, Named), (StateCounts, StateWords, u64)> = BTreeMap::new();
        for record in self.records.iter().filter(|row| !self.deleted.contains(&row.id())) {
            let key = (self.named(&record, Relation::Pop), self.named(&record, Relation::Node));
            let new = || (StateCounts::default(), StateWords::new(), record.id());
            let (counts, states, _) = found.entry(key).or_insert_with(new);
            if let Some(mark) = self.targets.live_mark(record.id()) {
                states.entry(mark.rank).or_insert((mark.word, 0)).1 += 1;
            }
            *match (record.enabled(), lint::sign(&record, &context).worst) {
                (Some(false), _) => &mut counts.disabled,
                _ if matches!(placement::loaded_by(&record, &self.targets), Placement::Nowhere(_)) => &mut counts.down,
                (_, None | Some(Severity::Info)) => &mut counts.fine,
                (_, Some(worst)) if worst > Severity::Warning => &mut counts.down,
                (_, Some(_)) => &mut counts.warnings,
            } += 1;
        }
        let mut places: Vec<OverviewRow> = Vec::new();
        let mut of_pop = None;
        for ((pop, node), (counts, live, example)) in found {
            let known =
                of_pop.filter(|at: &usize| places.get(*at).is_some_and(|p| p.about == OverviewScope::Pop(pop.id)));
            let at = known.unwrap_or(places.len());
            if known.is_none() {
                let name = pop.name.clone();
                let about = OverviewScope::Pop(pop.id);
                places.push(OverviewRow {
                    about,
                    name,
                    counts: StateCounts::default(),
                    live: StateWords::new(),
                    example,
                });
                of_pop = Some(at);
            }
            if let Some(place) = places.get_mut(at) {
                place.counts.add(counts);
                for (rank, (word, count)) in &live {
                    place.live.entry(*rank).or_insert((*word, 0)).1 += count;
                }
            }
            places.push(OverviewRow {
                about: OverviewScope::Node(pop.id, node.id),
                name: node.name,
                counts,
                live,
                example,
            });
        }
        places
    }

    fn named(&self, record: &impl Record, relation: Relation) -> Named {
        let id = match self.targets.resolve(record.value(relation.field())) {
            Resolved::Target(id) => Some(id),
            _ => None,
        };
        let name = id.map_or_else(|| "any".to_owned(), |id| self.targets.label(relation, id).into_owned());
        Named { last: id.is_none(), name, id }
    }
}

/// A target in the order of the overview: by name, none at the end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    last: bool,
    name: String,
    id: Option<u64>,
}
