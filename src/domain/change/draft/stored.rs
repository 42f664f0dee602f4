//! A draft in the shape in which it may lie on a disk: everything but secrets. Of a secret only whether there
//! is one is kept, and whether it was to be changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::answer::Tag;
use crate::domain::record::{FieldId, Record, Registration, Value, ValueKind, ValueRef};

use crate::domain::change::draft::Draft;

/// The shape of today. One that is not known is not guessed at.
const VERSION: u32 = 1;

/// A value of [`StoredDraft`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum StoredValue {
    Null,
    Text(String),
    /// A secret: set or changed, value not stored.
    Secret,
    Flag(bool),
    Number(i64),
    Texts(Vec<String>),
    Reference(u64),
    Linked(String),
    Odd(String),
}

/// A draft without its secrets; serialisable, fields under the API's names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredDraft {
    version: u32,
    id: u64,
    tag: Option<String>,
    base: BTreeMap<String, StoredValue>,
    changes: BTreeMap<String, StoredValue>,
    /// Texts that are no values of their fields yet.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    typed: BTreeMap<String, String>,
    /// Text from the user's editor that is in no field yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

/// Why a stored draft cannot be taken up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// Written by another version of the program.
    #[error("the draft is of format {0}; this version of sipreg reads format {VERSION}")]
    Version(u32),
    /// Names a field that is not in the table.
    #[error("the draft names a field {0:?}, which this version of sipreg does not know")]
    Field(String),
}

impl StoredDraft {
    /// The record that was edited.
    pub const fn id(&self) -> u64 {
        self.id
    }

    /// The draft again. Its base has secrets withheld; changed secrets are among [`Draft::lost`].
    ///
    /// # Errors
    /// When it was written by a version that knew other fields or another shape.
    pub fn restore(self) -> Result<Draft, RestoreError> {
        if self.version != VERSION {
            return Err(RestoreError::Version(self.version));
        }
        let mut base = Registration::new(self.id);
        for (name, value) in self.base {
            base.set(known(&name)?, restored(value));
        }
        let mut draft = Draft::new(base, self.tag.map(Tag::new));
        for (name, value) in self.changes {
            let field = known(&name)?;
            match value {
                StoredValue::Secret => {
                    draft.lost.insert(field);
                }
                other => draft.set(field, restored(other)),
            }
        }
        for (name, text) in self.typed {
            draft.typed.insert(known(&name)?, text);
        }
        Ok(draft.with_text(self.text))
    }
}

impl Draft {
    /// What may lie on a disk of this draft.
    pub fn to_stored(&self) -> StoredDraft {
        let name = |field: FieldId| field.field().name.to_owned();
        let base = FieldId::all().filter_map(|field| Some((name(field), stored(field, self.base.value(field))?)));
        let mut changes: BTreeMap<String, StoredValue> = self
            .changes
            .iter()
            .filter_map(|(field, value)| Some((name(*field), stored(*field, value.as_ref())?)))
            .collect();
        changes.extend(self.lost().map(|field| (name(field), StoredValue::Secret)));
        StoredDraft {
            version: VERSION,
            id: self.base.id(),
            tag: self.tag.as_ref().map(|tag| tag.as_str().to_owned()),
            base: base.collect(),
            changes,
            // A secret is never text that is no value yet; should one be here, it stays off the disk.
            typed: self
                .typed
                .iter()
                .filter(|(field, _)| !matches!(field.field().kind, ValueKind::Secret))
                .map(|(field, text)| (name(*field), text.clone()))
                .collect(),
            text: self.text.clone(),
        }
    }
}

fn known(name: &str) -> Result<FieldId, RestoreError> {
    FieldId::by_name(name).ok_or_else(|| RestoreError::Field(name.to_owned()))
}

fn stored(field: FieldId, value: ValueRef<'_>) -> Option<StoredValue> {
    // Decided by the field, not by the value: a server may send a password as something else than a text.
    if matches!(field.field().kind, ValueKind::Secret) && !value.is_unset() {
        return Some(StoredValue::Secret);
    }
    match value {
        ValueRef::Missing | ValueRef::Cut(_) => None,
        ValueRef::Null => Some(StoredValue::Null),
        ValueRef::Text(text) => Some(StoredValue::Text(text.to_owned())),
        ValueRef::Withheld | ValueRef::Secret(_) => Some(StoredValue::Secret),
        ValueRef::Flag(flag) => Some(StoredValue::Flag(flag)),
        ValueRef::Number(number) => Some(StoredValue::Number(number)),
        ValueRef::Texts(texts) => Some(StoredValue::Texts(texts.iter().map(str::to_owned).collect())),
        ValueRef::Reference(id) => Some(StoredValue::Reference(id)),
        ValueRef::Linked(link) => Some(StoredValue::Linked(link.to_owned())),
        ValueRef::Odd(json) => Some(StoredValue::Odd(json.to_owned())),
    }
}

fn restored(value: StoredValue) -> Value {
    match value {
        StoredValue::Null => Value::Null,
        StoredValue::Text(text) => Value::Text(text),
        StoredValue::Secret => Value::Withheld,
        StoredValue::Flag(flag) => Value::Flag(flag),
        StoredValue::Number(number) => Value::Number(number),
        StoredValue::Texts(texts) => Value::Texts(texts),
        StoredValue::Reference(id) => Value::Reference(id),
        StoredValue::Linked(link) => Value::Linked(link),
        StoredValue::Odd(json) => Value::Odd(json),
    }
}
