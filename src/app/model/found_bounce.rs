//! A bounce that an earlier run did not finish, as it was found, and what cannot be read of such.

use std::path::PathBuf;

use crate::domain::change::journal::Unfinished;
use crate::domain::count::counted;
use crate::domain::state_error::StateError;

/// A bounce that is unfinished, and whether the process that began it may still be at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundBounce {
    /// The bounce.
    pub bounce: Unfinished,
    /// Whether a process of its number is there.
    pub alive: bool,
}

/// Unfinished work that cannot be offered, since a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreadWork {
    /// A plan of a change of many records.
    #[error(transparent)]
    Plan(#[from] StateError),
    /// The journal.
    #[error("{0}; unfinished bounces recorded in it are not offered")]
    Journal(StateError),
    /// Lines of the journal: how many, and where it is.
    #[error(
        "{} of the journal cannot be read (damaged, or written by a newer sipreg); unfinished bounces recorded there are \
         not offered: {} (said once; sipreg doctor says it again)",
        counted(*.0, "line"),
        .1.display()
    )]
    Lines(usize, PathBuf),
}
