//! What became of a write, as commands report it: the words are the domain's, the exit codes are here.

pub use crate::domain::change::verdict::{RecordVerdict, changes, display_name, sides, some_of, values, verdict};

use crate::cli::exit::Exit;
use crate::domain::change::outcome::Upshot;

/// The exit code of one record, if it were all.
#[must_use]
pub fn exit_of(verdict: &RecordVerdict) -> Exit {
    match (verdict.upshot, &verdict.refused) {
        (Upshot::Applied | Upshot::AppliedUnseen | Upshot::AlreadySo | Upshot::AlreadyGone, _) => Exit::Done,
        (Upshot::Moved, _) => Exit::Changed,
        (Upshot::Gone, _) => Exit::NoSuchRecord,
        (Upshot::Unclear | Upshot::Unknown, _) => Exit::Unknown,
        // With 429 it was refused, so it was reached.
        (Upshot::Refused, Some(error)) if error.status != Some(429) => Exit::of_error(error),
        // Something answered: 7 is for what never left.
        (Upshot::Refused | Upshot::NotApplied | Upshot::Altered | Upshot::CannotCompare | Upshot::Unnoted, _) => {
            Exit::Failed
        }
    }
}

/// The exit code of many, from those of each.
#[must_use]
pub fn exit_of_all(exits: &[Exit]) -> Exit {
    match exits {
        [] => Exit::Done,
        [first, rest @ ..] if rest.iter().all(|exit| exit == first) => *first,
        many if many.contains(&Exit::Unknown) => Exit::Unknown,
        _ => Exit::Partial,
    }
}
