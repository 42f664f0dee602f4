//! What a registration can be tied to: pops, nodes and transport protocols, and the labels under which
//! people know them.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::domain::record::live_marks::{LiveMark, LiveMarks};
use crate::domain::record::registration::Record;
use crate::domain::record::value::ValueRef;

pub use crate::domain::record::resource::Relation;

/// A pop, node or transport protocol as far as sipreg knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What it is.
    pub relation: Relation,
    /// ID of the target.
    pub id: u64,
    /// Its `name` attribute; `None` where the server sent none.
    pub name: Option<String>,
    /// Of a node: the pop it stands in, where the server sent it.
    pub pop: Option<u64>,
    /// Its attributes other than the name, as the server wrote them (a node's `rpc-endpoint`).
    pub attributes: Vec<(String, String)>,
}

/// Where a relationship leads, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolved {
    /// It is `null`.
    Nothing,
    /// To the target with this id.
    Target(u64),
    /// Its link was not followed yet.
    Unknown,
}

/// Every target seen so far, by kind and id, and where followed links led.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Targets {
    known: HashMap<(Relation, u64), Target>,
    followed: HashMap<String, Option<u64>>,
    /// Links that are to be followed again: where they led once is shown until then.
    aged: HashSet<String>,
    complete: BTreeSet<Relation>,
    /// What nodes say about each registration; `None`: they are not asked.
    live: Option<Arc<LiveMarks>>,
}

impl Targets {
    /// Takes in what the server said; the newest word counts, but a node's known pop is not forgotten
    /// because a later document left it out. Returns whether anything changed.
    pub fn add(&mut self, mut target: Target) -> bool {
        let key = (target.relation, target.id);
        if let Some(old) = self.known.get(&key) {
            if target.pop.is_none() {
                target.pop = old.pop;
            }
            if *old == target {
                return false;
            }
        }
        self.known.insert(key, target);
        true
    }

    /// Notes what nodes say about each registration.
    pub fn set_live(&mut self, live: Option<Arc<LiveMarks>>) {
        self.live = live;
    }

    /// Takes out what nodes say about each registration, to change it.
    pub const fn take_live(&mut self) -> Option<Arc<LiveMarks>> {
        self.live.take()
    }

    /// What nodes say about each registration, where they are asked.
    pub const fn live(&self) -> Option<&Arc<LiveMarks>> {
        self.live.as_ref()
    }

    /// What nodes say about one registration.
    pub fn live_mark(&self, id: u64) -> Option<&LiveMark> {
        self.live.as_ref()?.get(id)
    }

    /// What is known of one target.
    pub fn get(&self, relation: Relation, id: u64) -> Option<&Target> {
        self.known.get(&(relation, id))
    }

    /// Its name, if the server sent one.
    pub fn name(&self, relation: Relation, id: u64) -> Option<&str> {
        self.get(relation, id)?.name.as_deref()
    }

    /// Remembers where a `related` link led.
    pub fn follow(&mut self, link: String, target: Option<u64>) {
        self.aged.remove(&link);
        self.followed.insert(link, target);
    }

    /// Links may lead elsewhere by now: no tag of a record shows it.
    pub fn age_links(&mut self) {
        self.aged.extend(self.followed.keys().cloned());
    }

    /// Forgets where the links of a record led, as after a write of it.
    pub fn unfollow(&mut self, record: &impl Record) {
        for relation in Relation::ALL {
            if let ValueRef::Linked(link) = record.value(relation.field()) {
                self.followed.remove(link);
            }
        }
    }

    /// Whether a link was followed, and lately.
    pub fn is_followed(&self, link: &str) -> bool {
        self.followed.contains_key(link) && !self.aged.contains(link)
    }

    /// Whether it is not known where a link of a record leads.
    pub fn is_unread(&self, record: &impl Record) -> bool {
        Relation::ALL.into_iter().any(|relation| {
            let value = record.value(relation.field());
            matches!(value, ValueRef::Linked(_)) && self.resolve(value) == Resolved::Unknown
        })
    }

    /// A link as what it leads to, where it was followed; any other value as it is.
    pub fn followed<'v>(&self, value: ValueRef<'v>) -> ValueRef<'v> {
        match (value, self.resolve(value)) {
            (ValueRef::Linked(_), Resolved::Target(id)) => ValueRef::Reference(id),
            (ValueRef::Linked(_), Resolved::Nothing) => ValueRef::Null,
            (value, _) => value,
        }
    }

    /// Where a relationship leads.
    pub fn resolve(&self, value: ValueRef<'_>) -> Resolved {
        match value {
            ValueRef::Reference(id) => Resolved::Target(id),
            ValueRef::Null => Resolved::Nothing,
            ValueRef::Linked(link) => match self.followed.get(link) {
                Some(Some(id)) => Resolved::Target(*id),
                Some(None) => Resolved::Nothing,
                None => Resolved::Unknown,
            },
            _ => Resolved::Unknown,
        }
    }

    /// Known targets of one kind, by id.
    pub fn of(&self, relation: Relation) -> Vec<&Target> {
        let mut found: Vec<_> = self.known.values().filter(|target| target.relation == relation).collect();
        found.sort_by_key(|target| target.id);
        found
    }

    /// What people call one target: its name, or `pop 3` where no name is known.
    pub fn label(&self, relation: Relation, id: u64) -> Cow<'_, str> {
        match self.name(relation, id) {
            Some(name) if !name.is_empty() => Cow::Borrowed(name),
            Some(_) | None => Cow::Owned(format!("{} {id}", relation.noun())),
        }
    }

    /// Takes in all targets of a kind: what is known of others is forgotten, since the server has them no longer.
    pub fn replace(&mut self, relation: Relation, all: Vec<Target>) {
        let there: BTreeSet<u64> = all.iter().map(|target| target.id).collect();
        self.known.retain(|(kind, id), _| *kind != relation || there.contains(id));
        for target in all {
            self.add(target);
        }
        self.note_complete(relation);
    }

    /// Notes that every target of this kind has been read. Until then those known are only the ones that
    /// records happen to refer to, and nothing may be said about "all" of them.
    pub fn note_complete(&mut self, relation: Relation) {
        self.complete.insert(relation);
    }

    /// Whether every target of this kind is known.
    pub fn is_complete(&self, relation: Relation) -> bool {
        self.complete.contains(&relation)
    }

    /// Whether a node is known that stands in this pop.
    pub fn has_node_in(&self, pop: u64) -> bool {
        self.known.values().any(|target| target.relation == Relation::Node && target.pop == Some(pop))
    }

    /// How many targets of one kind are known.
    pub fn count(&self, relation: Relation) -> usize {
        self.known.values().filter(|target| target.relation == relation).count()
    }
}
