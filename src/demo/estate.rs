//! Records to start with: made up, or read from a file.

use serde_json::{Map, Value};
use thiserror::Error;

use super::kind::{CollectionKind, LINKS};
use super::store::cast::{ColumnType, cast};
use super::store::{AttributeValue, Collections, StoredResource};

/// Registrations, pops, nodes and transport protocols.
#[derive(Debug, Clone, Default)]
pub struct Estate {
    pub(super) rows: [Vec<StoredResource>; CollectionKind::ALL.len()],
}

/// Why a text is no estate.
#[derive(Debug, Error)]
pub enum EstateError {
    /// It is no JSON.
    #[error("the records are not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A record is not as it should be.
    #[error("{collection}: record {position} {problem}")]
    Record {
        /// In which collection.
        collection: &'static str,
        /// The how manieth, from 1.
        position: usize,
        /// What is wrong with it.
        problem: &'static str,
    },
}

impl Estate {
    /// Reads one object with a list for each collection (`registrations`, `pops`, `nodes`,
    /// `transport-protocols`). A record has `id`, `attributes`, and the ids of its relationships by name.
    ///
    /// # Errors
    ///
    /// Where the text is no JSON, or a record lacks its id or has a value of a wrong type.
    pub fn from_json(text: &str) -> Result<Self, EstateError> {
        let document: Map<String, Value> = serde_json::from_str(text)?;
        let mut estate = Self::default();
        for (kind, rows) in CollectionKind::ALL.into_iter().zip(&mut estate.rows) {
            let records = document.get(kind.resource_type()).and_then(Value::as_array);
            for (index, record) in records.into_iter().flatten().enumerate() {
                let problem =
                    |problem| EstateError::Record { collection: kind.resource_type(), position: index + 1, problem };
                rows.push(row(kind, record).map_err(problem)?);
            }
        }
        Ok(estate)
    }

    /// The same without registrations.
    #[must_use]
    pub fn without_registrations(mut self) -> Self {
        if let Some(rows) = self.rows.get_mut(CollectionKind::Registrations.index()) {
            rows.clear();
        }
        self
    }

    pub(super) fn into_store(self) -> Collections {
        let [registrations, pops, nodes, protocols] = self.rows;
        Collections::new(registrations, pops, nodes, protocols)
    }
}

fn row(kind: CollectionKind, record: &Value) -> Result<StoredResource, &'static str> {
    let id = id(record.get("id")).ok_or("has no id")?;
    let attributes = kind.attributes().iter().enumerate().map(|(index, name)| {
        let value = record.get("attributes").and_then(|attributes| attributes.get(name)).unwrap_or(&Value::Null);
        cast(ColumnType::of(kind, index), value).map_err(|_uncastable| "has an attribute of a wrong type")
    });
    let attributes = attributes.collect::<Result<Vec<AttributeValue>, _>>()?;
    let mut links = [None; LINKS];
    for (slot, link) in links.iter_mut().zip(kind.links()) {
        *slot = self::id(record.get(link.name));
    }
    Ok(StoredResource { id, attributes: attributes.into(), links })
}

fn id(value: Option<&Value>) -> Option<u64> {
    match value? {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64(),
    }
}
