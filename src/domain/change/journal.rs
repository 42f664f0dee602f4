//! One line of the journal: who changed what of which record, from what to what, and how it ended. Holds no
//! secret, so a password is known to have changed, but not be brought back. Knows of no file.

mod bounce;
mod describe;
mod line;
mod pending;

pub use bounce::{Unfinished, unfinished};
pub use describe::ended;
pub use pending::{Pending, WriteId, pending};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::change::draft::Draft;
use crate::domain::record::{Equality, FieldId, Record, Value, ValueKind, ValueRef, equality};

/// What someone did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Saved an edit.
    Edit,
    /// Switched it on or off.
    Toggle,
    /// Undid what an earlier line says.
    Undo,
    /// Redid what was undone.
    Redo,
    /// Made a new record.
    Create,
    /// Deleted it.
    Delete,
    /// Switched it off and on again.
    Bounce,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// The server stored it.
    Applied,
    /// No answer came, but reading back showed that it was stored.
    AppliedUnseen,
    /// The server refused it; nothing was changed.
    Refused,
    /// Changed by someone else in the meantime; nothing was changed.
    Conflict,
    /// The record is gone; nothing was changed.
    Gone,
    /// Something answered, and the server showed that it was not stored.
    NotApplied,
    /// Whether it was stored, or will be, is not known.
    Unknown,
    /// It is about to be sent: a line with the same [`WriteId`] and another ending follows. Where none does, the
    /// program ended in between: see [`pending`](mod@pending).
    Sent,
}

impl Ending {
    /// Whether the server has it.
    pub const fn is_applied(self) -> bool {
        match self {
            Self::Applied | Self::AppliedUnseen => true,
            Self::Refused | Self::Conflict | Self::Gone | Self::NotApplied | Self::Unknown | Self::Sent => false,
        }
    }
}

/// One field of a line. Of a secret only whether it is set is known: its values are [`Value::Withheld`] or
/// [`Value::Null`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    field: FieldId,
    before: Value,
    after: Value,
}

impl Change {
    /// A field's value before and after, secrets withheld.
    pub fn new(field: FieldId, before: ValueRef<'_>, after: ValueRef<'_>) -> Self {
        Self { field, before: without_secret(field, before), after: without_secret(field, after) }
    }

    /// The field.
    pub const fn field(&self) -> FieldId {
        self.field
    }

    /// What it said before.
    pub const fn before(&self) -> &Value {
        &self.before
    }

    /// What it was to say.
    pub const fn after(&self) -> &Value {
        &self.after
    }

    /// What a draft changes.
    pub fn of_draft(draft: &Draft) -> Vec<Self> {
        let changed = |field: FieldId| Self::new(field, draft.base().value(field), draft.value(field));
        draft.changes().keys().map(|field| changed(*field)).collect()
    }

    /// What differs between two readings of a record, as far as both say something. For a record that was
    /// made, `before` is one that says nothing; for one that was deleted, `after` is.
    pub fn between(before: &impl Record, after: &impl Record) -> Vec<Self> {
        FieldId::all()
            .filter(|field| {
                let (before, after) = (before.value(*field), after.value(*field));
                match equality(before, after) {
                    Equality::Same => false,
                    Equality::Different => true,
                    Equality::Unknown => {
                        (before == ValueRef::Missing && !after.is_unset())
                            || (after == ValueRef::Missing && !before.is_unset())
                    }
                }
            })
            .map(|field| Self::new(field, before.value(field), after.value(field)))
            .collect()
    }
}

/// Who writes lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The profile.
    pub profile: String,
    /// The user signed in; `None` where only a token is known.
    pub user: Option<String>,
    /// Process id of the program.
    pub pid: u32,
}

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "line::StoredLine", try_from = "line::StoredLine")]
pub struct JournalLine {
    /// When it ended, to the millisecond.
    pub time: DateTime<Utc>,
    /// Who did it, from where.
    pub author: Author,
    /// What was done.
    pub action: Action,
    /// The record; `None` where a record was to be made and was not.
    pub id: Option<u64>,
    /// Its name before. The server's, hence hostile until sanitised.
    pub name: String,
    /// Fields with before and after, in the order of the table.
    pub changes: Vec<Change>,
    /// How it ended.
    pub ending: Ending,
    /// Our `X-Request-Id` of the write.
    pub request_id: Option<String>,
    /// What the line before sending and the line after it have in common; `None` in journals of older versions.
    pub write: Option<WriteId>,
    /// How an earlier change took effect on the nodes: such a line changes nothing by itself. Names are the server's,
    /// hence hostile until sanitised.
    pub live: Option<String>,
}

/// What a line does to its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JournaledKind {
    /// The record was created.
    Made,
    /// The record was deleted.
    Ended,
    /// Fields of the record were changed.
    Changed,
}

impl JournalLine {
    /// A line about a record, without a request id.
    pub fn of_changes(
        time: DateTime<Utc>,
        author: Author,
        action: Action,
        before: &impl Record,
        changes: Vec<Change>,
        ending: Ending,
    ) -> Self {
        let (id, name) = (Some(before.id()), before.name().to_owned());
        Self { time, author, action, id, name, changes, ending, request_id: None, write: None, live: None }
    }

    /// Whether it only says how an earlier change took effect on the nodes.
    pub fn is_effect(&self) -> bool {
        self.live.is_some() && self.changes.is_empty()
    }

    /// The same line about how a change took effect on the nodes.
    #[must_use]
    pub fn with_live(self, live: &str) -> Self {
        Self { live: Some(live.to_owned()), ..self }
    }

    /// The same line about this write.
    #[must_use]
    pub fn of_write(self, write: Option<WriteId>) -> Self {
        Self { write, ..self }
    }

    /// The same line with the id of the request.
    #[must_use]
    pub fn with_request(self, request_id: Option<String>) -> Self {
        Self { request_id, ..self }
    }

    /// What it does to its record: undoing and redoing may make one or delete one.
    pub fn course(&self) -> JournaledKind {
        match self.action {
            Action::Create => JournaledKind::Made,
            Action::Delete => JournaledKind::Ended,
            Action::Edit | Action::Toggle | Action::Bounce => JournaledKind::Changed,
            Action::Undo | Action::Redo => {
                // Every record has a name.
                let name = self.changes.iter().find(|change| change.field == FieldId::Name);
                match name.map(|name| (&name.before, &name.after)) {
                    Some((Value::Missing, _)) => JournaledKind::Made,
                    Some((_, Value::Missing)) => JournaledKind::Ended,
                    Some(_) | None => JournaledKind::Changed,
                }
            }
        }
    }
}

const fn is_secret(field: FieldId) -> bool {
    matches!(field.field().kind, ValueKind::Secret)
}

/// Decided by the field and by the value: a server may send a password as something else than a text, and a
/// secret is one wherever it stands.
fn without_secret(field: FieldId, value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Missing => Value::Missing,
        value if is_secret(field) && value.is_unset() => Value::Null,
        ValueRef::Secret(_) => Value::Withheld,
        _ if is_secret(field) => Value::Withheld,
        value => value.to_value(),
    }
}

#[cfg(test)]
mod tests;
