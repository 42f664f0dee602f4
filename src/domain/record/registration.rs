//! One registration, as the server sent it: convenient to show and to edit. The loaded list keeps its
//! records packed in a [`Segment`](crate::domain::query::Segment) instead; both lend their values through [`Record`].

use crate::domain::record::field::{FIELD_COUNT, FieldId};
use crate::domain::record::value::{Value, ValueRef};

/// Anything that holds the values of one registration.
pub trait Record {
    /// Its id, which is also its id on the nodes.
    fn id(&self) -> u64;

    /// What it says in one field.
    fn value(&self, field: FieldId) -> ValueRef<'_>;

    /// Its text in a field, where it is a text and known whole.
    fn text(&self, field: FieldId) -> Option<&str> {
        match self.value(field) {
            ValueRef::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Its name, or the beginning of one that a list keeps in part; empty where the server sent none.
    fn name(&self) -> &str {
        match self.value(FieldId::Name) {
            ValueRef::Text(text) | ValueRef::Cut(text) => text,
            _ => "",
        }
    }

    /// Whether nodes load it, where the server sent it.
    fn enabled(&self) -> Option<bool> {
        match self.value(FieldId::Enabled) {
            ValueRef::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    /// Its number in a field, where it is a number.
    fn number(&self, field: FieldId) -> Option<i64> {
        match self.value(field) {
            ValueRef::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The id that a relationship refers to; `None` where it is `null` or not known.
    fn reference(&self, field: FieldId) -> Option<u64> {
        match self.value(field) {
            ValueRef::Reference(id) => Some(id),
            _ => None,
        }
    }
}

impl<R: Record> Record for &R {
    fn id(&self) -> u64 {
        R::id(self)
    }

    fn value(&self, field: FieldId) -> ValueRef<'_> {
        R::value(self, field)
    }
}

/// One registration with all its values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Registration {
    id: u64,
    values: [Value; FIELD_COUNT],
    /// Attributes and relationships that sipreg does not know, with their JSON: shown, never sent.
    pub unknown: Vec<(String, String)>,
}

impl Registration {
    /// A record that says nothing yet.
    pub fn new(id: u64) -> Self {
        Self { id, ..Self::default() }
    }

    /// Copies the values of another holder.
    pub fn from_record(record: &impl Record) -> Self {
        let mut copy = Self::new(record.id());
        for field in FieldId::all() {
            copy.set(field, record.value(field).to_value());
        }
        copy
    }

    /// Replaces the value of one field.
    #[expect(clippy::indexing_slicing, reason = "a field's index is below FIELD_COUNT by construction")]
    pub fn set(&mut self, field: FieldId, value: Value) {
        self.values[field.index()] = value;
    }

    /// Drops the text of every secret; that they are set stays known.
    pub fn withhold_secrets(&mut self) {
        for value in &mut self.values {
            value.withhold();
        }
    }

    /// The owned value of one field.
    #[expect(clippy::indexing_slicing, reason = "a field's index is below FIELD_COUNT by construction")]
    pub fn get(&self, field: FieldId) -> &Value {
        &self.values[field.index()]
    }
}

impl Record for Registration {
    fn id(&self) -> u64 {
        self.id
    }

    fn value(&self, field: FieldId) -> ValueRef<'_> {
        self.get(field).as_ref()
    }
}
