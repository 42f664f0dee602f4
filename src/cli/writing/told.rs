//! What became of a write, as commands tell it: the words are the domain's, the exit codes are here.

pub use crate::domain::change::verdict::{
    Verdict, Why, already, called, changed, changes, created, deleted, some_of, values,
};

use crate::cli::exit::Exit;
use crate::domain::request_error::TroubleKind;

/// The exit code of one record, if it were all.
#[must_use]
pub fn exit_of(why: &Why) -> Exit {
    match why {
        Why::Done => Exit::Done,
        Why::Conflict => Exit::Changed,
        Why::NoSuchRecord => Exit::NoSuchRecord,
        Why::Refused(trouble) => Exit::of_trouble(trouble),
        Why::NotApplied(trouble) => match trouble.kind {
            TroubleKind::Cut | TroubleKind::TimedOut | TroubleKind::Busy | TroubleKind::Unreachable => {
                Exit::Unreachable
            }
            _ => match trouble.status {
                Some(502 | 504) => Exit::Unreachable,
                Some(_) | None => Exit::Failed,
            },
        },
        Why::Unknown => Exit::Unknown,
        Why::Impossible => Exit::Bug,
        Why::Failed => Exit::Failed,
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
