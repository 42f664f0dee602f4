//! A bounce that an earlier run did not finish, as it was found.

use crate::domain::change::journal::Unfinished;

/// A bounce that is unfinished, and whether the process that began it may still be at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundBounce {
    /// The bounce.
    pub bounce: Unfinished,
    /// Whether a process of its number is there.
    pub alive: bool,
}
