//! The check of the server before a write: one conditional read of the record's canonical address.

use crate::api::{Client, Error};
use crate::domain::answer::{Conditional, Fetched, Tag};
use crate::domain::change::merge::merge;
use crate::domain::change::{Checked, Draft};
use crate::domain::record::{FieldId, Record, Value};
use crate::domain::request_error::RequestErrorKind;

/// A record as the server has it now.
pub(super) enum RecordNow {
    /// 304: it is as it was read with the tag.
    Unchanged,
    Read(Box<Fetched>),
    Gone,
}

/// Reads a record; `known` is the tag of what we have of it.
pub(super) async fn read_now(client: &Client, id: u64, known: Option<&Tag>) -> Result<RecordNow, Error> {
    match client.registration(id, known).await {
        Ok(Conditional::Unchanged) => Ok(RecordNow::Unchanged),
        Ok(Conditional::Changed(fetched)) => Ok(RecordNow::Read(Box::new(fetched))),
        Err(error) if error.kind() == RequestErrorKind::NoSuchRecord => Ok(RecordNow::Gone),
        Err(error) => Err(error),
    }
}

/// Keeps a password that was typed out of what answers say before it is sent: an earlier attempt may have shown it to
/// the server, which may quote it.
pub(super) fn hide_typed(client: &Client, draft: &Draft) {
    if let Some(Value::Secret(secret)) = draft.changes().get(&FieldId::AuthPassword) {
        client.hide(secret);
    }
}

/// Checks whether the record is still as in the draft's base, and lays the draft beside it where it is not.
/// Nothing is written.
///
/// # Errors
/// The record could not be read. That it is gone is no error.
pub async fn check(client: &Client, draft: &Draft) -> Result<Checked, Error> {
    hide_typed(client, draft);
    Ok(match read_now(client, draft.id(), draft.tag()).await? {
        RecordNow::Unchanged => Checked::Same,
        RecordNow::Gone => Checked::Gone,
        RecordNow::Read(now) => {
            let merge = merge(draft, &now.registration, now.tag.clone());
            if merge.is_unmoved() { Checked::Renewed(now) } else { Checked::Moved { now, merge: Box::new(merge) } }
        }
    })
}
