//! What the journal file says for the history box: the last lines of all runs, or those about one registration.

use crate::app::model::journal_file::FromFile;
use crate::domain::change::journal::ended;
use crate::state::journal::Journal;

/// Lines shown at most.
const SHOWN: usize = 500;

/// Lines looked through for those of one registration.
const SOUGHT: usize = 50_000;

/// Reads them, the oldest first.
pub(super) fn read(journal: &Journal, of: Option<u64>) -> FromFile {
    match journal.recent(if of.is_some() { SOUGHT } else { SHOWN }) {
        Ok(recent) => {
            let mut lines = ended(recent.lines);
            lines.retain(|line| of.is_none() || line.id == of);
            lines.truncate(SHOWN);
            lines.reverse();
            FromFile::Lines(lines, recent.damaged.len())
        }
        Err(error) => FromFile::Unreadable(error.into()),
    }
}
