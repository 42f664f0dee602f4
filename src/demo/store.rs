//! The records of the server and what may be done to them. Pure: no HTTP, no time, no task.

pub(super) mod cast;
mod check;
pub(super) mod filter;
mod order;
mod write;
mod write_request;

pub(super) use order::{SortDirection, SortKey};
pub(super) use write::WriteRefusal;
pub(super) use write_request::WriteRequest;

use super::kind::{CollectionKind, FieldPlace, LINKS, place};
use crate::domain::record::{FieldId, Secret, Value};
use filter::FilterCondition;

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum AttributeValue {
    #[default]
    Null,
    Flag(bool),
    Number(i64),
    Text(Box<str>),
    /// Texts, or lists of them.
    List(Box<[Self]>),
}

impl AttributeValue {
    /// The text, where it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Null | Self::Flag(_) | Self::Number(_) | Self::List(_) => None,
        }
    }
}

impl From<&str> for AttributeValue {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

/// One resource. Attributes and relationships stand in the order of [`CollectionKind::attributes`] and [`CollectionKind::links`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct StoredResource {
    pub(crate) id: u64,
    pub(crate) attributes: Box<[AttributeValue]>,
    pub(crate) links: [Option<u64>; LINKS],
}

impl StoredResource {
    /// The value at a position; `Null` beyond the last.
    pub(super) fn attribute(&self, index: usize) -> &AttributeValue {
        self.attributes.get(index).unwrap_or(&AttributeValue::Null)
    }

    /// The value of a registration's field.
    pub(super) fn value(&self, field: FieldId) -> Value {
        let cell = match place(field) {
            FieldPlace::Link(index) => return self.link(index).map_or(Value::Null, Value::Reference),
            FieldPlace::Attribute(index) => self.attribute(index),
        };
        match cell {
            AttributeValue::Null => Value::Null,
            AttributeValue::Flag(flag) => Value::Flag(*flag),
            AttributeValue::Number(number) => Value::Number(*number),
            AttributeValue::Text(text) if field == FieldId::AuthPassword => {
                Value::Secret(Secret::new(text.to_string()))
            }
            AttributeValue::Text(text) => Value::Text(text.to_string()),
            AttributeValue::List(items) => {
                Value::Texts(items.iter().filter_map(AttributeValue::text).map(str::to_owned).collect())
            }
        }
    }

    /// The value of a registration's attribute; `None` where the field is a relationship.
    pub(super) fn cell_mut(&mut self, field: FieldId) -> Option<&mut AttributeValue> {
        match place(field) {
            FieldPlace::Attribute(index) => self.attributes.get_mut(index),
            FieldPlace::Link(_) => None,
        }
    }

    /// The target of a registration's relationship; `None` where the field is an attribute.
    pub(super) fn target_mut(&mut self, field: FieldId) -> Option<&mut Option<u64>> {
        match place(field) {
            FieldPlace::Link(index) => self.links.get_mut(index),
            FieldPlace::Attribute(_) => None,
        }
    }

    /// The target of the relationship at a position.
    pub(super) fn link(&self, index: usize) -> Option<u64> {
        self.links.get(index).copied().flatten()
    }
}

/// The resources of one kind, by id.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    rows: Vec<StoredResource>,
    /// The id of the next record. Failed inserts use one up, as database sequences do.
    next: u64,
}

impl Table {
    fn new(mut rows: Vec<StoredResource>) -> Self {
        rows.sort_by_key(|row| row.id);
        rows.dedup_by_key(|row| row.id);
        let next = rows.last().map_or(1, |row| row.id + 1);
        Self { rows, next }
    }

    fn position(&self, id: u64) -> Result<usize, usize> {
        self.rows.binary_search_by_key(&id, |row| row.id)
    }

    /// Adds a row; returns whether its id was free.
    fn insert(&mut self, row: StoredResource) -> bool {
        let position = self.position(row.id);
        if let Err(at) = position {
            self.rows.insert(at, row);
        }
        position.is_err()
    }

    fn get(&self, id: u64) -> Option<&StoredResource> {
        self.position(id).ok().and_then(|at| self.rows.get(at))
    }
}

/// A part of a collection, and how large the whole is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CollectionPart {
    pub(super) ids: Vec<u64>,
    pub(super) total: usize,
}

/// What to look for in a collection.
#[derive(Debug, Default)]
pub(super) struct Search {
    /// All of them must hold.
    pub(super) filters: Vec<FilterCondition>,
    /// None means by id.
    pub(super) sort: Vec<SortKey>,
    /// How many to pass over.
    pub(super) offset: usize,
    /// How many to give at most.
    pub(super) limit: usize,
}

/// The order of a whole collection, kept because a client asks for one page after the other.
#[derive(Debug)]
struct Sorted {
    kind: CollectionKind,
    keys: Vec<SortKey>,
    ids: Vec<u64>,
}

/// Every collection.
#[derive(Debug, Default)]
pub(super) struct Collections {
    tables: [Table; CollectionKind::ALL.len()],
    sorted: Option<Sorted>,
}

impl Collections {
    /// A store with these records; later ones with an id that is taken are dropped.
    pub(super) fn new(
        registrations: Vec<StoredResource>,
        pops: Vec<StoredResource>,
        nodes: Vec<StoredResource>,
        protocols: Vec<StoredResource>,
    ) -> Self {
        Self { tables: [registrations, pops, nodes, protocols].map(Table::new), sorted: None }
    }

    #[expect(clippy::indexing_slicing, reason = "there is a table for each kind")]
    fn table(&self, kind: CollectionKind) -> &Table {
        &self.tables[kind.index()]
    }

    /// The table, to be changed: what was known of its order is forgotten.
    #[expect(clippy::indexing_slicing, reason = "there is a table for each kind")]
    fn table_mut(&mut self, kind: CollectionKind) -> &mut Table {
        self.sorted = None;
        &mut self.tables[kind.index()]
    }

    /// One resource.
    pub(super) fn get(&self, kind: CollectionKind, id: u64) -> Option<&StoredResource> {
        self.table(kind).get(id)
    }

    /// All of one kind, by id.
    pub(super) fn all(&self, kind: CollectionKind) -> &[StoredResource] {
        &self.table(kind).rows
    }

    /// Lets a second writer change a record, past every check.
    pub(super) fn change(&mut self, kind: CollectionKind, id: u64, change: impl FnOnce(&mut StoredResource)) -> bool {
        let table = self.table_mut(kind);
        let row = table.position(id).ok().and_then(|at| table.rows.get_mut(at));
        let found = row.is_some();
        if let Some(row) = row {
            change(row);
            row.id = id;
        }
        found
    }

    /// Lets a second writer add a record, past every check; the id is the next of the sequence.
    pub(super) fn add(&mut self, kind: CollectionKind, mut row: StoredResource) -> u64 {
        let table = self.table_mut(kind);
        let id = table.next;
        table.next += 1;
        row.id = id;
        table.insert(row);
        id
    }

    /// Takes a record away, past every check.
    pub(super) fn remove(&mut self, kind: CollectionKind, id: u64) -> bool {
        let table = self.table_mut(kind);
        match table.position(id) {
            Ok(at) => {
                table.rows.remove(at);
                true
            }
            Err(_) => false,
        }
    }

    /// A page of a collection.
    pub(super) fn find(&mut self, kind: CollectionKind, search: &Search) -> CollectionPart {
        let end = search.offset.saturating_add(search.limit);
        if !search.filters.is_empty() {
            let mut rows = filter::apply(kind, &self.table(kind).rows, &search.filters);
            order::sort_rows(&mut rows, &search.sort);
            return CollectionPart {
                ids: part(&rows, search.offset, end).iter().map(|row| row.id).collect(),
                total: rows.len(),
            };
        }
        if !search.sort.is_empty() && !self.is_sorted(kind, &search.sort) {
            let ids = order::sort(&self.table(kind).rows, &search.sort);
            self.sorted = Some(Sorted { kind, keys: search.sort.clone(), ids });
        }
        let rows = &self.table(kind).rows;
        let ids = match &self.sorted {
            Some(sorted) if !search.sort.is_empty() => part(&sorted.ids, search.offset, end).to_vec(),
            _ => part(rows, search.offset, end).iter().map(|row| row.id).collect(),
        };
        CollectionPart { ids, total: rows.len() }
    }

    fn is_sorted(&self, kind: CollectionKind, keys: &[SortKey]) -> bool {
        self.sorted.as_ref().is_some_and(|known| known.kind == kind && known.keys == keys)
    }
}

fn part<T>(all: &[T], from: usize, to: usize) -> &[T] {
    all.get(from.min(all.len())..to.min(all.len())).unwrap_or_default()
}

#[cfg(test)]
mod tests;
