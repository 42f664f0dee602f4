//! What the journal file has for the history box.

use crate::domain::change::JournalLine;
use crate::domain::state_error::DiskError;

/// What the file says.
#[derive(Debug, Clone, PartialEq)]
pub enum FromFile {
    /// It is being read.
    Reading,
    /// Its lines, the oldest first, and how many could not be read.
    Lines(Vec<JournalLine>, usize),
    /// Why it could not be read.
    Unreadable(DiskError),
}
