//! What the last command changed, for `sipreg undo`: `STATE/undo/SERVER.jsonl`, beside the journal and in its form.
//! It is begun before the first write of a command and gets a line after each, so that it is true also where
//! the command is killed.

use std::path::{Path, PathBuf};

use crate::domain::change::JournalLine;
use crate::domain::state_error::{Attempt, FileFault, StateError};
use crate::state::profile_file::SingleFile;

/// The directory of all servers' files.
const UNDO: &str = "undo";

/// No file of ours is larger, in bytes.
const LARGEST: u64 = 512 << 20;

/// The file of one server. All calls may block.
#[derive(Debug)]
pub struct UndoFile(SingleFile);

impl UndoFile {
    /// That of a server, below the state directory. Touches nothing.
    pub fn open(state: &Path, origin: &str) -> Self {
        Self(SingleFile::of_profile(state, UNDO, origin, "jsonl", LARGEST))
    }

    pub fn path(&self) -> PathBuf {
        self.0.path()
    }

    /// Forgets what an earlier command changed.
    ///
    /// # Errors
    /// The disk does not let us.
    pub fn begin(&self) -> Result<(), StateError> {
        self.0.write(b"").map_err(|fault| fault.during(Attempt::KeepUndo))
    }

    /// Adds what was changed.
    ///
    /// # Errors
    /// The disk does not let us.
    pub fn add(&self, line: &JournalLine) -> Result<(), StateError> {
        let encoded = serde_json::to_vec(line).map_err(|error| FileFault::at(self.path(), error));
        let added = encoded.and_then(|line| self.0.append(&[&line[..], b"\n"].concat()));
        added.map_err(|fault| fault.during(Attempt::KeepUndo))
    }

    /// What the last command changed, in its order. Of two commands that ran at the same time, the later one.
    ///
    /// # Errors
    /// The disk does not let us. That there is none is no error.
    pub fn load(&self) -> Result<Vec<JournalLine>, StateError> {
        let bytes = self.0.bytes().map_err(|fault| fault.during(Attempt::ReadUndo))?.unwrap_or_default();
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let mut lines: Vec<JournalLine> = lines.filter_map(|line| serde_json::from_slice(line).ok()).collect();
        if let Some(last) = lines.last().map(|line| line.author.pid) {
            lines.retain(|line| line.author.pid == last);
        }
        Ok(lines)
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::domain::change::journal::Author;
    use crate::domain::change::{Action, Change, Ending};
    use crate::domain::record::{FieldId, Registration, Value};

    fn line(id: u64, pid: u32) -> JournalLine {
        let author = Author { profile: "eu".to_owned(), user: None, pid };
        let change = Change::new(FieldId::Enabled, Value::Flag(true).as_ref(), Value::Flag(false).as_ref());
        let (time, record) = (DateTime::UNIX_EPOCH, Registration::new(id));
        JournalLine::of_changes(time, author, Action::Toggle, &record, vec![change], Ending::Applied)
    }

    #[test]
    fn only_what_the_last_command_changed_is_there() {
        let state = tempfile::tempdir().unwrap();
        let file = UndoFile::open(state.path(), "https://yeti.example");
        assert_eq!(file.load(), Ok(Vec::new()));
        file.begin().unwrap();
        file.add(&line(1, 7)).unwrap();
        file.begin().unwrap();
        file.add(&line(2, 8)).unwrap();
        file.add(&line(3, 9)).unwrap();
        file.add(&line(4, 9)).unwrap();
        assert_eq!(file.load().unwrap().iter().map(|line| line.id).collect::<Vec<_>>(), [Some(3), Some(4)]);
        assert_eq!(UndoFile::open(state.path(), "https://other.example").load(), Ok(Vec::new()));
    }
}
