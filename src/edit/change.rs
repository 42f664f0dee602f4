//! A change that is looked at and saved in one go, for records that no one reviews one by one: commands, files and
//! many at once. What someone changed elsewhere in the record stays; the same field is a conflict.

use crate::api::{Client, Precondition};
use crate::domain::answer::Fetched;
use crate::domain::change::merge::merge;
use crate::domain::change::{ChangeOutcome, Draft, FieldMerge, SaveOutcome};
use crate::domain::record::{FieldId, Record, Registration, Value, ValueRef};

use super::check::{RecordNow, hide_typed, read_now};
use super::save::save;

/// What a change comes to, once the record was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ready {
    /// This is left to send, over the record as it is now.
    ToSend {
        /// What to send.
        draft: Box<Draft>,
        /// What someone changed since it was read, and is left so.
        theirs: Vec<FieldId>,
    },
    /// Nothing is to be sent.
    Ended(ChangeOutcome),
}

/// Looks at the record and lays the change over it as it is now. Sends no write.
///
/// A secret that the draft's base withholds, as rows of a list do, counts as being what it is now: no one could
/// have seen it change.
pub async fn ready(client: &Client, draft: &Draft) -> Ready {
    let unsent = |why| Ready::Ended(ChangeOutcome::Unsent { draft: Box::new(draft.clone()), why });
    hide_typed(client, draft);
    let (left, theirs, now) = match read_now(client, draft.id(), draft.tag()).await {
        Ok(RecordNow::Unchanged) => (draft.clone(), Vec::new(), None),
        Ok(RecordNow::Gone) => return unsent(SaveOutcome::Gone),
        Err(error) => return unsent(SaveOutcome::Refused(error.error())),
        Ok(RecordNow::Read(now)) => {
            let merge = merge(&completed(draft, &now), &now.registration, now.tag.clone());
            match merge.resolved() {
                Ok(left) => (left, merge.fields(FieldMerge::Theirs).collect(), Some(now)),
                Err(_open) => return unsent(SaveOutcome::Moved { now, merge: Box::new(merge) }),
            }
        }
    };
    if left.changes().is_empty() {
        return Ready::Ended(ChangeOutcome::AlreadySo { now, theirs });
    }
    Ready::ToSend { draft: Box::new(left), theirs }
}

/// Looks at the record and saves what is left of a change, if anything is.
///
/// As [`save`], it ends with [`SaveOutcome::CannotCompare`] where the server cannot compare tags; it is done again with
/// [`Precondition::Omit`] then.
pub async fn change(client: &Client, draft: &Draft, precondition: Precondition) -> ChangeOutcome {
    match ready(client, draft).await {
        Ready::Ended(changed) => changed,
        Ready::ToSend { draft, theirs } => {
            let saved = save(client, &draft, precondition).await;
            ChangeOutcome::Sent { draft, theirs, saved }
        }
    }
}

fn completed(draft: &Draft, now: &Fetched) -> Draft {
    let withheld: Vec<FieldId> =
        FieldId::all().filter(|field| draft.base().value(*field) == ValueRef::Withheld).collect();
    if withheld.is_empty() {
        return draft.clone();
    }
    let mut base: Registration = draft.base().clone();
    for field in withheld {
        base.set(field, now.registration.get(field).clone());
    }
    let mut complete = Draft::new(base, draft.tag().cloned());
    for (field, value) in draft.changes() {
        complete.set(*field, Value::clone(value));
    }
    complete
}
