//! What a test sees of the server and does to it while it runs: faults, the requests that came, a second
//! writer, time.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::faults::Fault;
use super::kind::CollectionKind;
use super::node::NodePlace;
use super::options::{ServerClock, User};
use super::request_log::Exchange;
use super::store::{AttributeValue, StoredResource};
use super::world::ServerWorld;
use crate::domain::record::{FieldId, Registration, Relation, Secret, Value};

/// A handle on a running server.
#[derive(Clone)]
pub struct Control(pub(super) Arc<ServerWorld>);

impl fmt::Debug for Control {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Control")
    }
}

impl Control {
    /// Adds a fault behind those that are there.
    pub fn add_fault(&self, fault: Fault) {
        self.0.lock().faults.push(fault);
        self.0.faults_changed();
    }

    /// Takes all faults away.
    pub fn clear_faults(&self) {
        self.0.lock().faults.clear();
        self.0.faults_changed();
    }

    /// Lets the requests go that [`FaultEffect::Hold`](super::faults::FaultEffect::Hold) holds now.
    pub fn release(&self) {
        self.0.release();
    }

    /// Lets every later answer wait this long.
    pub fn set_latency(&self, latency: Duration) {
        self.0.lock().latency = latency;
    }

    /// Sets the server's time.
    pub fn set_clock(&self, clock: ServerClock) {
        self.0.lock().clock = clock;
    }

    /// How long tokens issued from now on are good, to the second; `None` is for ever.
    pub fn set_token_lifetime(&self, lifetime: Option<Duration>) {
        self.0.lock().site.token_lifetime = lifetime.map(|lifetime| lifetime.as_secs());
    }

    /// Makes every token that was issued so far worthless.
    pub fn revoke_tokens(&self) {
        let mut inner = self.0.lock();
        let key = format!("{}+", inner.site.signing_key.expose());
        inner.site.signing_key = Secret::new(key);
    }

    /// Replaces those who may sign in.
    pub fn set_users(&self, users: Vec<User>) {
        self.0.lock().site.users = users;
    }

    /// Has all nodes read the records now, as at a poll.
    pub fn poll_nodes(&self) {
        self.0.poll_nodes();
    }

    /// The nodes, and where each listens.
    pub fn nodes(&self) -> Vec<NodePlace> {
        self.0.switch.places()
    }

    /// Lets a node forget what it loaded, until its next poll.
    pub fn lose_registrations(&self, node: u64) {
        self.0.switch.lose(node);
    }

    /// The questions that nodes were asked: name of the node, and method.
    pub fn node_requests(&self) -> Vec<(String, String)> {
        self.0.switch.requests()
    }

    /// How many connections were made to nodes.
    pub fn node_connections(&self) -> usize {
        self.0.switch.connections()
    }

    /// The requests that came, oldest first: the last 2,000.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.0.lock().exchanges.iter().cloned().collect()
    }

    /// Forgets the requests that came; their numbers go on.
    pub fn clear_exchanges(&self) {
        self.0.lock().exchanges.clear();
    }

    /// How many requests came so far.
    pub fn arrivals(&self) -> u64 {
        self.0.arrivals()
    }

    /// Waits until this many requests came, answered or not.
    pub async fn arrived(&self, count: u64) {
        self.0.arrived(count).await;
    }

    /// Waits until this many requests were applied late, by
    /// [`FaultEffect::SlowCommit`](super::faults::FaultEffect::SlowCommit) or
    /// [`FaultEffect::LateCommit`](super::faults::FaultEffect::LateCommit).
    pub async fn committed(&self, count: u64) {
        self.0.committed(count).await;
    }

    /// The ids of all registrations, ascending.
    pub fn ids(&self) -> Vec<u64> {
        self.0.lock().store.all(CollectionKind::Registrations).iter().map(|row| row.id).collect()
    }

    /// A registration as the database has it.
    pub fn registration(&self, id: u64) -> Option<Registration> {
        let inner = self.0.lock();
        let row = inner.store.get(CollectionKind::Registrations, id)?;
        let mut registration = Registration::new(id);
        for field in FieldId::all() {
            registration.set(field, row.value(field));
        }
        Some(registration)
    }

    /// Changes one field of a registration behind every client's back, past every check. Returns whether there is
    /// such a registration. A [`Value`] that no database column holds becomes `null`.
    #[must_use = "there may be no such record"]
    pub fn change(&self, id: u64, field: FieldId, value: Value) -> bool {
        let mut inner = self.0.lock();
        inner.store.change(CollectionKind::Registrations, id, |row| set(row, field, value))
    }

    /// Adds a copy of a registration under a new name, and returns its ID.
    #[must_use = "there may be no such record"]
    pub fn copy(&self, id: u64, name: &str) -> Option<u64> {
        let mut inner = self.0.lock();
        let mut row = inner.store.get(CollectionKind::Registrations, id)?.clone();
        set(&mut row, FieldId::Name, Value::Text(name.to_owned()));
        Some(inner.store.add(CollectionKind::Registrations, row))
    }

    /// Deletes a registration behind every client's back.
    #[must_use = "there may be no such record"]
    pub fn remove(&self, id: u64) -> bool {
        self.0.lock().store.remove(CollectionKind::Registrations, id)
    }

    /// Takes a pop, a node or a transport protocol away behind every client's back.
    #[must_use = "there may be no such target"]
    pub fn remove_target(&self, relation: Relation, id: u64) -> bool {
        self.0.lock().store.remove(CollectionKind::of(relation), id)
    }

    /// Renames a pop, a node or a transport protocol behind every client's back.
    #[must_use = "there may be no such record"]
    pub fn rename(&self, relation: Relation, id: u64, name: &str) -> bool {
        let kind = CollectionKind::of(relation);
        self.0.lock().store.change(kind, id, |row| {
            if let Some(cell) = kind.attribute("name").and_then(|index| row.attributes.get_mut(index)) {
                *cell = AttributeValue::from(name);
            }
        })
    }
}

fn set(row: &mut StoredResource, field: FieldId, value: Value) {
    if let Some(target) = row.target_mut(field) {
        *target = if let Value::Reference(id) = value { Some(id) } else { None };
    } else if let Some(cell) = row.cell_mut(field) {
        *cell = match value {
            Value::Text(text) => AttributeValue::Text(text.into()),
            Value::Secret(secret) => AttributeValue::from(secret.expose()),
            Value::Flag(flag) => AttributeValue::Flag(flag),
            Value::Number(number) => AttributeValue::Number(number),
            Value::Texts(texts) => {
                AttributeValue::List(texts.iter().map(|text| AttributeValue::from(text.as_str())).collect())
            }
            _ => AttributeValue::Null,
        };
    }
}
