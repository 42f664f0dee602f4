//! Creating, changing and deleting records, all or nothing.

use super::super::errors::{ErrorMember, restricted};
use super::super::kind::{CollectionKind, LINKS};
use super::cast::{ColumnType, cast};
use super::check::{Surroundings, check};
use super::{AttributeValue, Collections, StoredResource, WriteRequest};
use crate::domain::record::{FieldId, Relation, WIRE_ATTRIBUTES};

/// Why nothing was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WriteRefusal {
    /// There is no such record.
    Missing,
    /// The models complain.
    Invalid(Vec<ErrorMember>),
    /// The database complains, which the server reports as an internal error.
    Broken,
}

/// When the database finds out that it cannot store a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unstorable {
    /// Before the insert runs: no id is used up.
    Early,
    /// While it runs: the id is gone.
    Late,
}

/// A new record before anything is said about it.
fn blank_row(kind: CollectionKind, id: u64, protocols: &[StoredResource]) -> StoredResource {
    let mut row = StoredResource {
        id,
        attributes: vec![AttributeValue::Null; kind.attributes().len()].into(),
        links: [None; LINKS],
    };
    if kind == CollectionKind::Registrations {
        for (cell, field) in row.attributes.iter_mut().zip(WIRE_ATTRIBUTES) {
            *cell = match field {
                FieldId::Enabled => AttributeValue::Flag(true),
                FieldId::ForceExpire => AttributeValue::Flag(false),
                FieldId::RetryDelay => AttributeValue::Number(5),
                FieldId::SipSchemaId => AttributeValue::Number(1),
                FieldId::RouteSet => AttributeValue::List(Box::default()),
                _ => AttributeValue::Null,
            };
        }
        let transport = kind.link(Relation::TransportProtocol.field().field().name);
        if let Some(link) = transport.and_then(|index| row.links.get_mut(index)) {
            *link = protocols.first().map(|protocol| protocol.id);
        }
    }
    row
}

impl Collections {
    /// Adds a record and returns its ID.
    pub(crate) fn create(&mut self, kind: CollectionKind, draft: &WriteRequest) -> Result<u64, WriteRefusal> {
        let id = draft.id.unwrap_or_else(|| self.table(kind).next);
        let (row, unstorable) =
            self.prepare(kind, blank_row(kind, id, self.all(CollectionKind::TransportProtocols)), draft)?;
        if unstorable == Some(Unstorable::Early) {
            return Err(WriteRefusal::Broken);
        }
        let table = self.table_mut(kind);
        if draft.id.is_none() {
            table.next += 1;
        }
        if unstorable.is_none() && table.insert(row) { Ok(id) } else { Err(WriteRefusal::Broken) }
    }

    /// Changes a record.
    pub(crate) fn update(&mut self, kind: CollectionKind, id: u64, draft: &WriteRequest) -> Result<(), WriteRefusal> {
        let row = self.get(kind, id).cloned().ok_or(WriteRefusal::Missing)?;
        match self.prepare(kind, row, draft)? {
            (row, None) => {
                self.change(kind, id, |stored| *stored = row);
                Ok(())
            }
            (_, Some(_)) => Err(WriteRefusal::Broken),
        }
    }

    /// Deletes a record.
    pub(crate) fn delete(&mut self, kind: CollectionKind, id: u64) -> Result<(), WriteRefusal> {
        self.get(kind, id).ok_or(WriteRefusal::Missing)?;
        let refers = |from: CollectionKind, to: CollectionKind| {
            let link = from.links().iter().position(|link| link.target == to);
            link.is_some_and(|link| self.all(from).iter().any(|row| row.link(link) == Some(id)))
        };
        let restrict = |from: CollectionKind| {
            let message = format!("Cannot delete record because dependent {} exist", from.resource_type());
            Err(WriteRefusal::Invalid(vec![restricted(&message)]))
        };
        match kind {
            CollectionKind::Pops if refers(CollectionKind::Nodes, kind) => return restrict(CollectionKind::Nodes),
            CollectionKind::Pops if refers(CollectionKind::Registrations, kind) => return Err(WriteRefusal::Broken),
            CollectionKind::Nodes if refers(CollectionKind::Registrations, kind) => {
                return restrict(CollectionKind::Registrations);
            }
            _ => {}
        }
        self.remove(kind, id);
        Ok(())
    }

    /// The record as it would be, checked; with what the database will have against it.
    fn prepare(
        &self,
        kind: CollectionKind,
        mut row: StoredResource,
        draft: &WriteRequest,
    ) -> Result<(StoredResource, Option<Unstorable>), WriteRefusal> {
        let mut unstorable = None;
        for (index, value) in &draft.attributes {
            let cell = cast(ColumnType::of(kind, *index), value).unwrap_or_else(|_uncastable| {
                unstorable = Some(Unstorable::Early);
                AttributeValue::Null
            });
            if let Some(known) = row.attributes.get_mut(*index) {
                *known = cell;
            }
        }
        // Uniqueness of the name is asked of the database before anything else is checked.
        let name = kind.attribute("name").map_or(&AttributeValue::Null, |index| row.attribute(index));
        if has_nul(name) {
            return Err(WriteRefusal::Broken);
        }
        for (index, target) in &draft.links {
            if let Some(known) = row.links.get_mut(*index) {
                *known = target.map(|id| u64::try_from(id).unwrap_or(u64::MAX));
            }
        }
        let exists = |(index, link): (usize, &super::super::kind::ToOne)| {
            row.link(index).is_some_and(|id| self.get(link.target, id).is_some())
        };
        let targets: Vec<bool> = kind.links().iter().enumerate().map(exists).collect();
        let complaints = check(kind, &row, draft, &Surroundings { rows: self.all(kind), targets: &targets });
        if !complaints.is_empty() {
            return Err(WriteRefusal::Invalid(complaints));
        }
        if row.attributes.iter().any(|cell| has_nul(cell) || is_out_of_range(cell)) {
            unstorable = Some(Unstorable::Early);
        }
        let dangling = targets.iter().enumerate().any(|(index, exists)| !exists && row.link(index).is_some());
        if unstorable.is_none() && (dangling || lacks_a_value(kind, &row)) {
            unstorable = Some(Unstorable::Late);
        }
        Ok((row, unstorable))
    }
}

fn has_nul(cell: &AttributeValue) -> bool {
    match cell {
        AttributeValue::Text(text) => text.contains('\0'),
        AttributeValue::List(items) => items.iter().any(has_nul),
        AttributeValue::Null | AttributeValue::Flag(_) | AttributeValue::Number(_) => false,
    }
}

/// Number columns have 32 bits.
fn is_out_of_range(cell: &AttributeValue) -> bool {
    matches!(cell, AttributeValue::Number(number) if i32::try_from(*number).is_err())
}

/// Flags and lists must not be `NULL`, but no model says so.
fn lacks_a_value(kind: CollectionKind, row: &StoredResource) -> bool {
    let must = |index: usize| matches!(ColumnType::of(kind, index), ColumnType::Flag | ColumnType::Texts);
    row.attributes.iter().enumerate().any(|(index, cell)| must(index) && *cell == AttributeValue::Null)
}
