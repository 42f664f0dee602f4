//! The switch's nodes: they poll the records every few seconds, register what they load with a registrar that exists in
//! the data only, and report the results over TCP. They answer the two questions that read registrations.
//!
//! - `registrar`: what becomes of a REGISTER, from the record alone.
//! - `listing`: a registration as a node writes it.
//!
//! `node_listener` has their connections.

pub(super) mod listing;
mod registrar;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::CollectionKind;
use super::store::{Collections, StoredResource};
use crate::domain::record::{FieldId, Value};
use registrar::RegistrarCourse;

/// In place of a method: a fault that hits nodes. Its path is `/NAME`, or none for all of them.
pub(super) const NODE: &str = "NODE";

/// What goes wrong with a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeFault {
    /// No one listens.
    Refuse,
    /// No answer, ever.
    Hang,
    /// An answer of another protocol.
    Garbage,
    /// Half of the answer, then the connection ends.
    Half,
    /// An answer of ten gigabytes is announced.
    Huge,
    /// The answer to another question.
    WrongId,
    /// `true` and `false` where numbers are due, as older nodes write.
    Booleans,
    /// Nothing but ids and states, as older nodes write.
    MissingMembers,
    /// Each registration twice.
    DuplicateIds,
    /// Every second registration without its id.
    NoIds,
    /// An error in place of a result.
    Refusal,
}

impl NodeFault {
    /// Every fault with the word that asks for it.
    pub const WORDS: [(&'static str, Self); 11] = [
        ("refuse", Self::Refuse),
        ("hang", Self::Hang),
        ("garbage", Self::Garbage),
        ("half", Self::Half),
        ("huge", Self::Huge),
        ("wrong-id", Self::WrongId),
        ("booleans", Self::Booleans),
        ("missing-members", Self::MissingMembers),
        ("duplicate-ids", Self::DuplicateIds),
        ("no-ids", Self::NoIds),
        ("refusal", Self::Refusal),
    ];

    /// The fault with this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, fault)| *fault)
    }
}

/// A registration that a node has loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Loaded {
    row: StoredResource,
    /// Second of Unix time.
    since: u64,
    fate: RegistrarCourse,
}

/// One node.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) pop: Option<u64>,
    pub(super) address: SocketAddr,
    pub(super) loaded: BTreeMap<u64, Loaded>,
}

/// A node as tests see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodePlace {
    /// Its id in the API.
    pub id: u64,
    /// Name of the node.
    pub name: String,
    /// Where it listens.
    pub address: SocketAddr,
}

/// What they know, and what was asked of them.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) nodes: Vec<Node>,
    pub(super) requests: Vec<(String, String)>,
    pub(super) connections: usize,
}

/// All nodes.
#[derive(Debug, Default)]
pub(super) struct DemoNodes(Mutex<State>);

impl DemoNodes {
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every node reads the records, as at a poll. `now` is a second of Unix time.
    pub(super) fn poll(&self, store: &Collections, now: u64) {
        for node in &mut self.lock().nodes {
            node.poll(store.all(CollectionKind::Registrations), now);
        }
    }

    pub(super) fn places(&self) -> Vec<NodePlace> {
        let state = self.lock();
        let nodes = state.nodes.iter();
        nodes.map(|node| NodePlace { id: node.id, name: node.name.clone(), address: node.address }).collect()
    }

    /// Questions that came: the node's name and the method.
    pub(super) fn requests(&self) -> Vec<(String, String)> {
        self.lock().requests.clone()
    }

    /// How many connections were made.
    pub(super) fn connections(&self) -> usize {
        self.lock().connections
    }

    /// Lets a node forget everything it loaded, as if its database were gone.
    pub(super) fn lose(&self, node: u64) {
        for known in self.lock().nodes.iter_mut().filter(|known| known.id == node) {
            known.loaded.clear();
        }
    }
}

impl Node {
    fn poll(&mut self, rows: &[StoredResource], now: u64) {
        let due: BTreeMap<u64, &StoredResource> =
            rows.iter().filter(|row| self.loads(row)).map(|row| (row.id, row)).collect();
        self.loaded.retain(|id, _| due.contains_key(id));
        for (id, row) in due {
            // A field that is not loaded touches nothing.
            if !self.loaded.get(&id).is_some_and(|loaded| same(&loaded.row, row)) {
                self.loaded.insert(id, Loaded { row: row.clone(), since: now, fate: RegistrarCourse::of(row) });
            }
        }
    }

    fn loads(&self, row: &StoredResource) -> bool {
        let is = |field, own: Option<u64>| match row.value(field) {
            Value::Reference(id) => own == Some(id),
            _ => true,
        };
        row.value(FieldId::Enabled) == Value::Flag(true)
            && is(FieldId::Pop, self.pop)
            && is(FieldId::Node, Some(self.id))
    }
}

/// Whether two records are the same to a node.
fn same(left: &StoredResource, right: &StoredResource) -> bool {
    let name = CollectionKind::Registrations.attribute("name");
    let mut attributes = left.attributes.iter().zip(&right.attributes).enumerate();
    left.links == right.links && attributes.all(|(at, (left, right))| Some(at) == name || left == right)
}

/// How often nodes poll where nothing else is said.
pub const POLL: Duration = Duration::from_secs(4);
