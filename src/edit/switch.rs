//! Switching a record on or off: it is looked at first, and only `enabled` is sent, and only where it is not as
//! wanted already.

use crate::api::{Client, Precondition};
use crate::domain::answer::{Fetched, Tag};
use crate::domain::change::merge::{Difference, compare};
use crate::domain::change::outcome::{Saved, Switched, Turn};
use crate::domain::record::draft::Draft;
use crate::domain::record::field::FieldId;
use crate::domain::record::registration::{Record, Registration};
use crate::domain::record::value::Value;

use super::check::{Look, look};
use super::save::save;

/// Puts a record into a state. `shown` is the record as the user saw it, with its tag where it came from its
/// canonical address; differences are found against it, and what it does not tell (as rows of a list do not
/// tell passwords) is none.
///
/// After [`Switched::CannotCompare`] it is done again with [`Precondition::Omit`].
pub async fn switch(
    client: &Client,
    shown: &Registration,
    tag: Option<&Tag>,
    to: Turn,
    precondition: Precondition,
) -> Switched {
    let id = shown.id();
    let wanted = Value::Flag(to.enabled());
    // Where it was shown in the wanted state, an "unchanged" would not tell the record that is to be told.
    let known = tag.filter(|_| shown.enabled() == Some(to.reversed().enabled()));
    let (base, tag) = match look(client, id, known).await {
        Ok(Look::Same) => (shown.clone(), tag.cloned()),
        Ok(Look::Gone) => return Switched::Gone,
        Err(error) => return Switched::Refused(error.trouble()),
        Ok(Look::Now(now)) if *now.registration.get(FieldId::Enabled) == wanted => {
            let differences = differences(shown, &wanted, &now);
            return Switched::AlreadySo { now, differences };
        }
        Ok(Look::Now(now)) => (now.registration, now.tag),
    };
    let mut draft = Draft::new(base, tag);
    draft.set(FieldId::Enabled, wanted.clone());
    match save(client, &draft, precondition).await {
        Saved::Applied { now, .. } => {
            let differences = differences(shown, &wanted, &now);
            Switched::Applied { now, differences }
        }
        Saved::Moved { now, .. } if *now.registration.get(FieldId::Enabled) == wanted => {
            let differences = differences(shown, &wanted, &now);
            Switched::AlreadySo { now, differences }
        }
        Saved::Moved { now, .. } => {
            let differences = differences(shown, shown.get(FieldId::Enabled), &now);
            Switched::Moved { now, differences }
        }
        Saved::CannotCompare => Switched::CannotCompare,
        Saved::Gone => Switched::Gone,
        Saved::Refused(trouble) => Switched::Refused(trouble),
        Saved::AppliedUnseen { now, trouble } => Switched::AppliedUnseen { now, trouble },
        Saved::NotApplied { now, trouble } => Switched::NotApplied { now, trouble },
        Saved::Unclear { now, trouble, .. } => Switched::Unclear { now, trouble },
        Saved::Unknown { trouble, after } => Switched::Unknown { trouble, after },
    }
}

/// Where the record differs from what was shown, with `enabled` as given.
fn differences(shown: &Registration, enabled: &Value, now: &Fetched) -> Vec<Difference> {
    let mut expected = Draft::new(shown.clone(), None);
    expected.set(FieldId::Enabled, enabled.clone());
    compare(&expected, &now.registration)
}
