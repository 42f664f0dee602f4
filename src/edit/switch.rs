//! Switching a record on or off: it is looked at first, and only `enabled` is sent, and only where it is not as
//! wanted already.

use crate::api::{Client, Precondition};
use crate::domain::answer::{Fetched, Tag};
use crate::domain::change::merge::compare;
use crate::domain::change::outcome::Switched;
use crate::domain::change::{Difference, Draft, SaveOutcome, Toggle};
use crate::domain::record::{FieldId, Record, Registration, Value};
use crate::domain::request_error::RequestError;

use super::check::{RecordNow, read_now};
use super::save::{read_back, save};

/// Puts a record into a state. `shown` is the record as the user saw it, with its tag where it came from its
/// canonical address; differences are found against it, and what it does not contain (as rows of a list do not
/// contain passwords) is none.
///
/// After [`Switched::CannotCompare`] it is done again with [`Precondition::Omit`].
pub async fn switch(
    client: &Client,
    shown: &Registration,
    tag: Option<&Tag>,
    to: Toggle,
    precondition: Precondition,
) -> Switched {
    let id = shown.id();
    let wanted = Value::Flag(to.enabled());
    // Where it was shown in the wanted state, an "unchanged" would not contain the record that is to be returned.
    let known = tag.filter(|_| shown.enabled() == Some(to.reversed().enabled()));
    let (base, tag) = match read_now(client, id, known).await {
        Ok(RecordNow::Unchanged) => (shown.clone(), tag.cloned()),
        Ok(RecordNow::Gone) => return Switched::Gone,
        Err(error) => return Switched::Refused(error.error()),
        Ok(RecordNow::Read(now)) if *now.registration.get(FieldId::Enabled) == wanted => {
            let differences = differences(shown, &wanted, &now);
            return Switched::AlreadySo { now, differences };
        }
        Ok(RecordNow::Read(now)) => (now.registration, now.tag),
    };
    let mut draft = Draft::new(base, tag);
    draft.set(FieldId::Enabled, wanted);
    switched(shown, to, save(client, &draft, precondition).await)
}

/// Finds out what became of a switch that got no clear answer; `error` is what came instead. Call it again
/// after [`Switched::Unknown`], as often as one likes.
pub async fn read_back_switch(client: &Client, shown: &Registration, to: Toggle, error: RequestError) -> Switched {
    let mut base = shown.clone();
    base.set(FieldId::Enabled, Value::Flag(to.reversed().enabled()));
    let mut draft = Draft::new(base, None);
    draft.set(FieldId::Enabled, Value::Flag(to.enabled()));
    switched(shown, to, read_back(client, &draft, error).await)
}

/// What a save of `enabled` alone means for a switch.
fn switched(shown: &Registration, to: Toggle, saved: SaveOutcome) -> Switched {
    let wanted = Value::Flag(to.enabled());
    match saved {
        SaveOutcome::Applied { now, .. } if *now.registration.get(FieldId::Enabled) != wanted => {
            let error =
                RequestError::unanswered(format!("PATCH registration {}: answered without `enabled`", shown.id()));
            Switched::Unclear { now, error }
        }
        SaveOutcome::Applied { now, .. } => {
            let differences = differences(shown, &wanted, &now);
            Switched::Applied { now, differences }
        }
        SaveOutcome::Moved { now, .. } if *now.registration.get(FieldId::Enabled) == wanted => {
            let differences = differences(shown, &wanted, &now);
            Switched::AlreadySo { now, differences }
        }
        SaveOutcome::Moved { now, .. } => {
            let differences = differences(shown, shown.get(FieldId::Enabled), &now);
            Switched::Moved { now, differences }
        }
        SaveOutcome::CannotCompare => Switched::CannotCompare,
        SaveOutcome::Gone => Switched::Gone,
        SaveOutcome::Refused(error) => Switched::Refused(error),
        SaveOutcome::AppliedUnseen { now, error } => Switched::AppliedUnseen { now, error },
        SaveOutcome::NotApplied { now, error } => Switched::NotApplied { now, error },
        SaveOutcome::Unclear { now, error, .. } => Switched::Unclear { now, error },
        SaveOutcome::Unknown { error, seen } => Switched::Unknown { error, seen },
    }
}

/// Where the record differs from what was shown, with `enabled` as given.
fn differences(shown: &Registration, enabled: &Value, now: &Fetched) -> Vec<Difference> {
    let mut expected = Draft::new(shown.clone(), None);
    expected.set(FieldId::Enabled, enabled.clone());
    compare(&expected, &now.registration)
}
