//! A change that is looked at and saved in one go, for records that nobody reviews one by one: commands, files and
//! many at once. What somebody else changed elsewhere in the record stays; the same field is a conflict.

use crate::api::{Client, Precondition};
use crate::domain::draft::Draft;
use crate::domain::merge::Fate;
use crate::domain::outcome::{Changed, Checked, Saved};

use super::check::{check, rebased};
use super::save::save;

/// Checks a draft against the server and saves what is left of it to change, if anything is.
///
/// As [`save`], it ends with [`Saved::CannotCompare`] where the server cannot compare tags; it is done again with
/// [`Precondition::Omit`] then.
pub async fn change(client: &Client, draft: &Draft, precondition: Precondition) -> Changed {
    let (draft, theirs, now) = match check(client, draft).await {
        Ok(Checked::Same) => (draft.clone(), Vec::new(), None),
        Ok(Checked::Renewed(now)) => (rebased(draft, &now), Vec::new(), Some(now)),
        Ok(Checked::Gone) => return Changed::unsent(draft, Saved::Gone),
        Err(error) => return Changed::unsent(draft, Saved::Refused(error.trouble())),
        Ok(Checked::Moved { now, merge }) => match merge.resolved() {
            Ok(left) => (left, merge.fields(Fate::Theirs).collect(), Some(now)),
            Err(_open) => return Changed::unsent(draft, Saved::Moved { now, merge }),
        },
    };
    if draft.changes().is_empty() {
        return Changed::AlreadySo { now, theirs };
    }
    let saved = save(client, &draft, precondition).await;
    Changed::Sent { draft: Box::new(draft), theirs, saved }
}
