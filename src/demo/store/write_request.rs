//! What a request asks to be written.

use serde_json::Value;

use super::super::kind::{CollectionKind, FieldPlace, place};
use crate::domain::record::FieldId;

/// What a client wants to be written. Positions are those of [`CollectionKind::attributes`] and [`CollectionKind::links`].
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct WriteRequest {
    /// The id that the client chose for a new record.
    pub(crate) id: Option<u64>,
    pub(crate) attributes: Vec<(usize, Value)>,
    pub(crate) links: Vec<(usize, Option<i128>)>,
}

impl WriteRequest {
    /// The value sent for a registration's attribute.
    pub(super) fn attribute(&self, kind: CollectionKind, field: FieldId) -> Option<&Value> {
        let FieldPlace::Attribute(wanted) = place(field) else { return None };
        let sent =
            self.attributes.iter().rev().find(|(index, _)| *index == wanted && kind == CollectionKind::Registrations);
        sent.map(|(_, value)| value)
    }
}
