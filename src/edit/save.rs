//! Saving a draft: one PATCH of the changes, and what is true after it, whatever came back.

use crate::api::{Client, Error, Precondition};
use crate::domain::answer::{Fetched, Tag};
use crate::domain::change::merge::{self, LateResult, compare, merge};
use crate::domain::change::{Draft, ReadBack, SaveOutcome};
use crate::domain::record::{FieldId, Record, Value};
use crate::domain::request_error::{Effectiveness, RequestError, RequestErrorKind};

use super::check::{RecordNow, read_now};

/// Saves what the draft changes and nothing else. [`check`](mod@super::check) comes before: this does not look
/// first. With [`Precondition::Send`] the tag of the draft's base goes along as `If-Match`, unless the client's
/// settings forbid it; after [`SaveOutcome::CannotCompare`] the same draft is saved with [`Precondition::Omit`].
///
/// A draft without changes sends no write; the record is read and compared.
pub async fn save(client: &Client, draft: &Draft, precondition: Precondition) -> SaveOutcome {
    if draft.changes().is_empty() {
        return match read_now(client, draft.id(), None).await {
            Ok(RecordNow::Read(now)) => applied(draft, now),
            Ok(RecordNow::Gone) => SaveOutcome::Gone,
            // Nothing was compared, so that a 304 cannot come.
            Ok(RecordNow::Unchanged) => SaveOutcome::CannotCompare,
            Err(error) => SaveOutcome::Refused(error.error()),
        };
    }
    match attempt(client, draft, precondition).await {
        Attempt::Ended(saved) => saved,
        // Certainly not done, and certainly unmoved: only the tag was outdated.
        Attempt::Retagged(now) => {
            let draft = merge::rebased(draft, &now.registration, now.tag);
            match attempt(client, &draft, precondition).await {
                Attempt::Ended(saved) => saved,
                Attempt::Retagged(_) => SaveOutcome::CannotCompare,
            }
        }
    }
}

enum Attempt {
    Ended(SaveOutcome),
    /// 412, the values are those of the base, the tag is another.
    Retagged(Box<Fetched>),
}

async fn attempt(client: &Client, draft: &Draft, precondition: Precondition) -> Attempt {
    let expected = expected(client, draft.tag(), precondition);
    let changes: Vec<(FieldId, Value)> = draft.changes().iter().map(|(field, value)| (*field, value.clone())).collect();
    let error = match client.update(draft.id(), &changes, expected).await {
        Ok(now) if merge::read_back(draft, &now.registration) == LateResult::NotApplied => {
            // Perhaps an old copy that something in between kept.
            let message = format!("PATCH registration {}: the answer shows the old values", draft.id());
            return Attempt::Ended(read_back(client, draft, RequestError::unanswered(message)).await);
        }
        Ok(now) => return Attempt::Ended(applied(draft, Box::new(now))),
        Err(error) => error,
    };
    match (error.effect(), error.kind()) {
        (Effectiveness::Unknown | Effectiveness::Pending, _) => {
            Attempt::Ended(read_back(client, draft, error.error()).await)
        }
        (Effectiveness::NotApplied, RequestErrorKind::NoSuchRecord) => Attempt::Ended(SaveOutcome::Gone),
        (Effectiveness::NotApplied, RequestErrorKind::Precondition) => outdated(client, draft, expected, &error).await,
        (Effectiveness::NotApplied, _) => Attempt::Ended(SaveOutcome::Refused(error.error())),
    }
}

/// The tag that goes along, if any does.
pub(super) fn expected<'t>(client: &Client, tag: Option<&'t Tag>, precondition: Precondition) -> Option<&'t Tag> {
    match (client.precondition(), precondition) {
        (Precondition::Send, Precondition::Send) => tag,
        (Precondition::Omit, _) | (_, Precondition::Omit) => None,
    }
}

fn applied(draft: &Draft, now: Box<Fetched>) -> SaveOutcome {
    let differences = compare(draft, &now.registration);
    SaveOutcome::Applied { now, differences }
}

/// What a 412 means, by the record as it is now.
async fn outdated(client: &Client, draft: &Draft, expected: Option<&Tag>, error: &Error) -> Attempt {
    Attempt::Ended(match read_now(client, draft.id(), expected).await {
        Ok(RecordNow::Unchanged) => SaveOutcome::CannotCompare,
        Ok(RecordNow::Gone) => SaveOutcome::Gone,
        Ok(RecordNow::Read(now)) => {
            let merge = merge(draft, &now.registration, now.tag.clone());
            if !merge.is_unmoved() {
                SaveOutcome::Moved { now, merge: Box::new(merge) }
            } else if expected.is_none() {
                // Nothing was asked to be compared: leaving the tag out would change nothing.
                SaveOutcome::Refused(error.error())
            } else if now.tag.as_ref() == expected || now.tag.is_none() {
                SaveOutcome::CannotCompare
            } else {
                return Attempt::Retagged(now);
            }
        }
        // Not done, whatever the reason was.
        Err(_) => SaveOutcome::Refused(error.error()),
    })
}

/// Finds out what became of a save that got no clear answer; `error` is what came instead. Call it again
/// after [`SaveOutcome::Unknown`] (see [`Recheck`](crate::domain::change::recheck::Recheck)), as often as one likes, with
/// the same draft and trouble.
pub async fn read_back(client: &Client, draft: &Draft, error: RequestError) -> SaveOutcome {
    let now = match back(client, draft.id()).await {
        Ok(now) => now,
        Err(None) => return SaveOutcome::Gone,
        Err(Some(after)) => return SaveOutcome::Unknown { error, seen: ReadBack::Nothing(after) },
    };
    match merge::read_back(draft, &now.registration) {
        // A success without a document is allowed by JSON:API, and the record is as wanted.
        LateResult::Applied if error.status == Some(204) => applied(draft, now),
        LateResult::Applied => SaveOutcome::AppliedUnseen { now, error },
        LateResult::NotApplied if error.effect == Effectiveness::Pending => {
            SaveOutcome::Unknown { error, seen: ReadBack::AsBefore(now) }
        }
        LateResult::NotApplied => SaveOutcome::NotApplied { now, error },
        LateResult::Unknown => {
            let merge = Box::new(merge(draft, &now.registration, now.tag.clone()));
            SaveOutcome::Unclear { now, merge, error }
        }
    }
}

/// The record as the server shows it; what came instead, or nothing where it is gone.
pub(super) async fn back(client: &Client, id: u64) -> Result<Box<Fetched>, Option<RequestError>> {
    match read_now(client, id, None).await {
        Ok(RecordNow::Read(now)) => Ok(now),
        Ok(RecordNow::Gone) => Err(None),
        // Nothing was compared: the client refuses such an answer itself.
        Ok(RecordNow::Unchanged) => {
            Err(Some(RequestError::unanswered(format!("GET registration {id}: nothing was read"))))
        }
        Err(error) => Err(Some(error.error())),
    }
}
