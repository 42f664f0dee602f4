//! What became of a write, as commands tell it: the words are the domain's, the exit codes are here.

pub use crate::domain::change::verdict::{
    Verdict, Why, called, changed, changes, created, deleted, sides, some_of, values,
};

use crate::cli::exit::Exit;

/// The exit code of one record, if it were all.
#[must_use]
pub fn exit_of(why: &Why) -> Exit {
    match why {
        Why::Done => Exit::Done,
        Why::Conflict => Exit::Changed,
        Why::NoSuchRecord => Exit::NoSuchRecord,
        // It was refused, so it was reached.
        Why::Refused(trouble) if trouble.status == Some(429) => Exit::Failed,
        Why::Refused(trouble) => Exit::of_trouble(trouble),
        Why::Unknown => Exit::Unknown,
        Why::Impossible => Exit::Bug,
        // Something answered: 7 is for what never left.
        Why::NotApplied(_) | Why::Altered | Why::Failed => Exit::Failed,
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
