//! Creating, changing and deleting records, all or nothing.

use serde_json::Value;

use super::super::errors::{ErrorObject, restricted};
use super::super::kind::{Kind, LINKS, Place, place};
use super::cast::{Column, cast};
use super::check::{Surroundings, check};
use super::{Cell, Row, Store};
use crate::domain::record::field::{FieldId, WIRE_ATTRIBUTES};
use crate::domain::record::relation::Relation;

/// What a client wants to be written. Positions are those of [`Kind::attributes`] and [`Kind::links`].
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Draft {
    /// The id that the client chose for a new record.
    pub(crate) id: Option<u64>,
    pub(crate) attributes: Vec<(usize, Value)>,
    pub(crate) links: Vec<(usize, Option<i128>)>,
}

impl Draft {
    /// The value sent for a registration's attribute.
    pub(super) fn attribute(&self, kind: Kind, field: FieldId) -> Option<&Value> {
        let Place::Attribute(wanted) = place(field) else { return None };
        let sent = self.attributes.iter().rev().find(|(index, _)| *index == wanted && kind == Kind::Registrations);
        sent.map(|(_, value)| value)
    }
}

/// Why nothing was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There is no such record.
    Missing,
    /// The models complain.
    Invalid(Vec<ErrorObject>),
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
fn blank_row(kind: Kind, id: u64, protocols: &[Row]) -> Row {
    let mut row = Row { id, attributes: vec![Cell::Null; kind.attributes().len()].into(), links: [None; LINKS] };
    if kind == Kind::Registrations {
        for (cell, field) in row.attributes.iter_mut().zip(WIRE_ATTRIBUTES) {
            *cell = match field {
                FieldId::Enabled => Cell::Flag(true),
                FieldId::ForceExpire => Cell::Flag(false),
                FieldId::RetryDelay => Cell::Number(5),
                FieldId::SipSchemaId => Cell::Number(1),
                FieldId::RouteSet => Cell::List(Box::default()),
                _ => Cell::Null,
            };
        }
        let transport = kind.link(Relation::TransportProtocol.field().field().name);
        if let Some(link) = transport.and_then(|index| row.links.get_mut(index)) {
            *link = protocols.first().map(|protocol| protocol.id);
        }
    }
    row
}

impl Store {
    /// Adds a record and returns its ID.
    pub(crate) fn create(&mut self, kind: Kind, draft: &Draft) -> Result<u64, Refusal> {
        let id = draft.id.unwrap_or_else(|| self.table(kind).next);
        let (row, unstorable) = self.prepare(kind, blank_row(kind, id, self.all(Kind::TransportProtocols)), draft)?;
        if unstorable == Some(Unstorable::Early) {
            return Err(Refusal::Broken);
        }
        let table = self.table_mut(kind);
        if draft.id.is_none() {
            table.next += 1;
        }
        if unstorable.is_none() && table.insert(row) { Ok(id) } else { Err(Refusal::Broken) }
    }

    /// Changes a record.
    pub(crate) fn update(&mut self, kind: Kind, id: u64, draft: &Draft) -> Result<(), Refusal> {
        let row = self.get(kind, id).cloned().ok_or(Refusal::Missing)?;
        match self.prepare(kind, row, draft)? {
            (row, None) => {
                self.change(kind, id, |stored| *stored = row);
                Ok(())
            }
            (_, Some(_)) => Err(Refusal::Broken),
        }
    }

    /// Deletes a record.
    pub(crate) fn delete(&mut self, kind: Kind, id: u64) -> Result<(), Refusal> {
        self.get(kind, id).ok_or(Refusal::Missing)?;
        let refers = |from: Kind, to: Kind| {
            let link = from.links().iter().position(|link| link.target == to);
            link.is_some_and(|link| self.all(from).iter().any(|row| row.link(link) == Some(id)))
        };
        let restrict = |from: Kind| {
            let message = format!("Cannot delete record because dependent {} exist", from.resource_type());
            Err(Refusal::Invalid(vec![restricted(&message)]))
        };
        match kind {
            Kind::Pops if refers(Kind::Nodes, kind) => return restrict(Kind::Nodes),
            Kind::Pops if refers(Kind::Registrations, kind) => return Err(Refusal::Broken),
            Kind::Nodes if refers(Kind::Registrations, kind) => return restrict(Kind::Registrations),
            Kind::Registrations | Kind::Pops | Kind::Nodes | Kind::TransportProtocols => {}
        }
        self.remove(kind, id);
        Ok(())
    }

    /// The record as it would be, checked; with what the database will have against it.
    fn prepare(&self, kind: Kind, mut row: Row, draft: &Draft) -> Result<(Row, Option<Unstorable>), Refusal> {
        let mut unstorable = None;
        for (index, value) in &draft.attributes {
            let cell = cast(Column::of(kind, *index), value).unwrap_or_else(|_uncastable| {
                unstorable = Some(Unstorable::Early);
                Cell::Null
            });
            if let Some(known) = row.attributes.get_mut(*index) {
                *known = cell;
            }
        }
        // Uniqueness of the name is asked of the database before anything else is checked.
        let name = kind.attribute("name").map_or(&Cell::Null, |index| row.attribute(index));
        if has_nul(name) {
            return Err(Refusal::Broken);
        }
        for (index, target) in &draft.links {
            if let Some(known) = row.links.get_mut(*index) {
                *known = target.map(|id| u64::try_from(id).unwrap_or(u64::MAX));
            }
        }
        let exists = |(index, link): (usize, &super::super::kind::Link)| {
            row.link(index).is_some_and(|id| self.get(link.target, id).is_some())
        };
        let targets: Vec<bool> = kind.links().iter().enumerate().map(exists).collect();
        let complaints = check(kind, &row, draft, &Surroundings { rows: self.all(kind), targets: &targets });
        if !complaints.is_empty() {
            return Err(Refusal::Invalid(complaints));
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

fn has_nul(cell: &Cell) -> bool {
    match cell {
        Cell::Text(text) => text.contains('\0'),
        Cell::List(items) => items.iter().any(has_nul),
        Cell::Null | Cell::Flag(_) | Cell::Number(_) => false,
    }
}

/// Number columns have 32 bits.
fn is_out_of_range(cell: &Cell) -> bool {
    matches!(cell, Cell::Number(number) if i32::try_from(*number).is_err())
}

/// Flags and lists must not be `NULL`, but no model says so.
fn lacks_a_value(kind: Kind, row: &Row) -> bool {
    let must = |index: usize| matches!(Column::of(kind, index), Column::Flag | Column::Texts);
    row.attributes.iter().enumerate().any(|(index, cell)| must(index) && *cell == Cell::Null)
}
