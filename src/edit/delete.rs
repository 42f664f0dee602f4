//! Deleting a record: only as it was shown, and read back where no answer came.

use crate::api::{Client, Precondition};
use crate::domain::answer::{Fetched, Tag};
use crate::domain::change::merge::compare;
use crate::domain::change::outcome::Deleted;
use crate::domain::change::{Difference, Draft, ReadBack};
use crate::domain::record::{Record, Registration};
use crate::domain::request_error::{Effectiveness, RequestError, RequestErrorKind};

use super::check::{RecordNow, read_now};
use super::save::{back, expected};

/// Deletes a record that is still as it was shown. What `shown` does not contain (as rows of a list do not contain
/// passwords) is not compared; its tag comes from its canonical address.
///
/// After [`Deleted::CannotCompare`] it is done again with [`Precondition::Omit`].
pub async fn delete(client: &Client, shown: &Registration, tag: Option<&Tag>, precondition: Precondition) -> Deleted {
    let id = shown.id();
    let tag = match read_now(client, id, tag).await {
        Ok(RecordNow::Unchanged) => tag.cloned(),
        Ok(RecordNow::Gone) => return Deleted::AlreadyGone,
        Err(error) => return Deleted::Refused(error.error()),
        Ok(RecordNow::Read(now)) => match unlike(shown, &now) {
            differences if differences.is_empty() => now.tag,
            differences => return Deleted::Moved { now, differences },
        },
    };
    let expected = expected(client, tag.as_ref(), precondition);
    let Err(error) = client.delete(id, expected).await else { return Deleted::Applied };
    match (error.effect(), error.kind()) {
        (Effectiveness::Unknown | Effectiveness::Pending, _) => read_back_deletion(client, id, error.error()).await,
        (Effectiveness::NotApplied, RequestErrorKind::NoSuchRecord) => Deleted::AlreadyGone,
        (Effectiveness::NotApplied, RequestErrorKind::Precondition) => {
            outdated(client, shown, expected, error.error()).await
        }
        (Effectiveness::NotApplied, _) => Deleted::Refused(error.error()),
    }
}

fn unlike(shown: &Registration, now: &Fetched) -> Vec<Difference> {
    compare(&Draft::new(shown.clone(), None), &now.registration)
}

/// What a 412 means, by the record as it is now.
async fn outdated(client: &Client, shown: &Registration, expected: Option<&Tag>, error: RequestError) -> Deleted {
    match read_now(client, shown.id(), expected).await {
        Ok(RecordNow::Unchanged) => Deleted::CannotCompare,
        Ok(RecordNow::Gone) => Deleted::AlreadyGone,
        Ok(RecordNow::Read(now)) => match unlike(shown, &now) {
            differences if !differences.is_empty() => Deleted::Moved { now, differences },
            _ if expected.is_some() => Deleted::CannotCompare,
            // Nothing was asked to be compared: leaving the tag out would change nothing.
            _ => Deleted::Refused(error),
        },
        // Not done, whatever the reason was.
        Err(_) => Deleted::Refused(error),
    }
}

/// Finds out what became of a deletion that got no clear answer; `error` is what came instead. Call it again
/// after [`Deleted::Unknown`], as often as one likes.
pub async fn read_back_deletion(client: &Client, id: u64, error: RequestError) -> Deleted {
    match back(client, id).await {
        Err(None) => Deleted::AppliedUnseen(error),
        Ok(now) if error.effect == Effectiveness::Pending => Deleted::Unknown { error, seen: ReadBack::AsBefore(now) },
        Ok(now) => Deleted::NotApplied { now, error },
        Err(Some(after)) => Deleted::Unknown { error, seen: ReadBack::Nothing(after) },
    }
}
