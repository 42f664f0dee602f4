//! What became of a record that was to be made, or to go.

use crate::domain::change::journal::{Change, Ending};
use crate::domain::change::outcome::{Created, Deleted};
use crate::domain::change::verdict::{
    Entry, Verdict, Why, differing, not_applied, refusal, said, unknown, value, values,
};
use crate::domain::record::draft::Draft;
use crate::domain::record::registration::{Record as _, Registration};
use crate::domain::record::relation::Targets;
use crate::domain::request_error::Trouble;

/// What became of a record that was to be made.
#[must_use]
pub fn created(draft: &Draft, created: &Created, targets: &Targets) -> Verdict {
    let made = || format!("created: {}", values(draft, targets));
    let entry = |ending, now: Option<&Registration>, trouble: Option<&Trouble>| {
        let changes = match now {
            Some(now) => Change::between(&Registration::new(now.id()), now),
            None => Change::of_draft(draft),
        };
        Some(Entry { changes, ending, request: trouble.and_then(|trouble| trouble.request_id.clone()) })
    };
    let standing = |now: &Registration| Some(Box::new(now.clone()));
    match created {
        Created::Applied { now, differences } => Verdict {
            notes: differences.iter().map(|difference| differing(difference, targets)).collect(),
            entry: entry(Ending::Applied, Some(&now.registration), None),
            now: standing(&now.registration),
            ..Verdict::done(made())
        },
        Created::AppliedUnseen { now, trouble } => Verdict {
            notes: vec![format!("no clear answer ({}), but it exists now", trouble.message)],
            entry: entry(Ending::AppliedUnseen, Some(&now.registration), Some(trouble)),
            now: standing(&now.registration),
            ..Verdict::done(made())
        },
        Created::Refused(trouble) => Verdict {
            entry: entry(Ending::Refused, None, Some(trouble)),
            ..Verdict::failed(
                Why::Refused(Box::new(trouble.clone())),
                format!("not created: {}", refusal(trouble, draft)),
            )
        },
        Created::NotApplied(trouble) => {
            Verdict { entry: entry(Ending::NotApplied, None, Some(trouble)), ..not_applied("created", trouble) }
        }
        Created::Unclear { now, trouble, .. } => Verdict {
            entry: entry(Ending::Unknown, None, Some(trouble)),
            ..Verdict::unknown(format!(
                "UNKNOWN whether it was created: there is record {} of this name with other values, most likely \
                 another one (no clear answer: {})",
                now.registration.id(),
                trouble.message
            ))
        },
        Created::Unknown { trouble, seen } => {
            Verdict { entry: entry(Ending::Unknown, None, Some(trouble)), ..unknown("created", trouble, seen) }
        }
    }
}

/// What became of a record that was to go.
#[must_use]
pub fn deleted(shown: &Registration, deleted: &Deleted, targets: &Targets) -> Verdict {
    let nothing = Registration::new(shown.id());
    let entry = |ending, trouble: Option<&Trouble>| {
        let request = trouble.and_then(|trouble| trouble.request_id.clone());
        Some(Entry { changes: Change::between(shown, &nothing), ending, request })
    };
    match deleted {
        Deleted::Applied => Verdict { entry: entry(Ending::Applied, None), ..Verdict::done("deleted".to_owned()) },
        Deleted::AppliedUnseen(trouble) => Verdict {
            notes: vec![format!("no clear answer ({}), but it is gone", trouble.message)],
            entry: entry(Ending::AppliedUnseen, Some(trouble)),
            ..Verdict::done("deleted".to_owned())
        },
        Deleted::AlreadyGone => {
            Verdict { entry: entry(Ending::Gone, None), ..Verdict::already("already deleted".to_owned()) }
        }
        Deleted::Moved { now, differences } => {
            let told: Vec<String> = differences
                .iter()
                .map(|difference| {
                    let (field, was) = (difference.field, difference.wanted.as_ref());
                    let is = difference.answer.as_ref();
                    format!("{} {} -> {}", field.field().name, value(field, was, targets), value(field, is, targets))
                })
                .collect();
            Verdict {
                now: Some(Box::new(now.registration.clone())),
                entry: entry(Ending::Conflict, None),
                ..Verdict::conflict(format!(
                    "not deleted: it changed on the server since it was read ({}); check it, then run the command again",
                    told.join(", ")
                ))
            }
        }
        Deleted::CannotCompare => Verdict {
            entry: entry(Ending::Refused, None),
            ..Verdict::failed(
                Why::Failed,
                "not deleted: the server cannot compare its own ETags; set if_match = false in the profile",
            )
        },
        Deleted::Refused(trouble) => Verdict {
            entry: entry(Ending::Refused, Some(trouble)),
            ..Verdict::failed(Why::Refused(Box::new(trouble.clone())), format!("not deleted: {}", said(trouble)))
        },
        Deleted::NotApplied { trouble, .. } => {
            Verdict { entry: entry(Ending::NotApplied, Some(trouble)), ..not_applied("deleted", trouble) }
        }
        Deleted::Unknown { trouble, seen } => {
            Verdict { entry: entry(Ending::Unknown, Some(trouble)), ..unknown("deleted", trouble, seen) }
        }
    }
}
