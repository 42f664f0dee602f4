//! What can go wrong with the files of the state folder, in sentences: what was tried, what is wrong, what is still true, what to do.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::domain::change::HeldBy;

/// What was to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// Keep the draft of the record with this id.
    SaveDraft(u64),
    /// Begin to write the draft of the record with this id.
    ClaimDraft(u64),
    /// Throw away the draft of the record with this id.
    RemoveDraft(u64),
    /// Read the drafts.
    LoadDrafts,
    /// Add a line to the journal.
    Record,
    /// Read the journal.
    ReadJournal,
    /// Read another file.
    ReadFile,
    /// Replace another file.
    WriteFile,
    /// Keep a text that is in no draft when the program ends.
    KeepText,
    /// Keep the token of a sign-in.
    KeepToken,
    /// Read it.
    ReadToken,
    /// Remove it.
    RemoveToken,
    /// Keep the names of the last list.
    KeepNames,
    /// Read them.
    ReadNames,
    /// Keep what a change of many records is to do, and how far it came.
    KeepPlan,
    /// Read what is left of such.
    ReadPlans,
    /// Keep what a command changed, to undo it.
    KeepUndo,
    /// Read it.
    ReadUndo,
}

/// What stood in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileObstacle {
    /// No space or no quota left.
    Full,
    /// The file system is mounted read-only.
    ReadOnly,
    /// No permission.
    Denied,
    /// It is not there, or not any more.
    Gone,
    /// A directory was due.
    NotAFolder,
    /// A plain file was due.
    NotAFile,
    /// It is a symbolic link.
    Link,
    /// It belongs to the user with this number.
    Foreign(u32),
    /// Others may write to it: its permission bits.
    Exposed(u32),
    /// Another console writes this draft.
    Held(HeldBy),
    /// The file system cannot lock files.
    NoLocks,
    /// Something else, as the system says it.
    Other(String),
}

/// Something that could not be done with the files of drafts or journal. Its text is meant for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct StateError {
    /// What was tried.
    pub attempt: Attempt,
    /// What stood in the way, and where.
    pub fault: FileFault,
}

impl StateError {
    /// The same without what was tried, for who says that.
    pub fn reason(&self) -> String {
        self.fault.reason()
    }
}

impl fmt::Display for StateError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tried = match self.attempt {
            Attempt::SaveDraft(id) => format!("the draft of {id} was not saved to disk"),
            Attempt::ClaimDraft(id) => format!("the draft of {id} cannot be saved to disk"),
            Attempt::RemoveDraft(id) => format!("the draft of {id} was not removed from disk"),
            Attempt::LoadDrafts => "the drafts on disk cannot be read".to_owned(),
            Attempt::Record => "the change was not written to the journal".to_owned(),
            Attempt::ReadJournal => "the journal cannot be read".to_owned(),
            Attempt::ReadFile => "a file cannot be read".to_owned(),
            Attempt::WriteFile => "a file was not written".to_owned(),
            Attempt::KeepText => "the text from the editor was not saved and is lost".to_owned(),
            Attempt::KeepToken => "the token was not stored".to_owned(),
            Attempt::ReadToken => "the token of the last login cannot be used".to_owned(),
            Attempt::RemoveToken => "the token was not removed".to_owned(),
            Attempt::KeepNames => "the names for completion were not stored".to_owned(),
            Attempt::ReadNames => "the names for completion cannot be read".to_owned(),
            Attempt::KeepPlan => "the progress of the bulk change was not written to disk".to_owned(),
            Attempt::ReadPlans => "an unfinished bulk change cannot be read".to_owned(),
            Attempt::KeepUndo => "the change was not recorded for undo".to_owned(),
            Attempt::ReadUndo => "the record of the last command's changes cannot be read".to_owned(),
        };
        let still_true = match self.attempt {
            Attempt::SaveDraft(_) | Attempt::ClaimDraft(_) => "; it is kept in memory until you quit",
            Attempt::Record => "; changes on the server are not affected",
            _ => "",
        };
        let FileFault { path, obstacle } = &self.fault;
        write!(out, "{tried}: {}{still_true}. {}", sentence(obstacle, path), fix(obstacle, path))
    }
}

fn sentence(obstacle: &FileObstacle, path: &Path) -> String {
    let path = path.display();
    match obstacle {
        FileObstacle::Full => format!("no space left for {path}"),
        FileObstacle::ReadOnly => format!("{path} is on a read-only file system"),
        FileObstacle::Denied => format!("no permission for {path}"),
        FileObstacle::Gone => format!("{path} no longer exists"),
        FileObstacle::NotAFolder => format!("{path} is not a directory"),
        FileObstacle::NotAFile => format!("{path} is not a plain file"),
        FileObstacle::Link => format!("{path} is a symbolic link, which sipreg does not follow"),
        FileObstacle::Foreign(owner) => format!("{path} belongs to another user ({owner})"),
        FileObstacle::Exposed(mode) => format!("others may write to {path} (mode {mode:03o})"),
        FileObstacle::Held(by) => format!("{by} is using it"),
        FileObstacle::NoLocks => format!("the file system of {path} cannot lock files"),
        FileObstacle::Other(reason) => format!("{path}: {reason}"),
    }
}

/// What to do about it.
fn fix(obstacle: &FileObstacle, path: &Path) -> String {
    let shown = quoted(path);
    match obstacle {
        FileObstacle::Full => "Free some space; the next change retries".to_owned(),
        FileObstacle::ReadOnly | FileObstacle::NoLocks => "Point XDG_STATE_HOME to another directory".to_owned(),
        FileObstacle::Denied => format!("Check its permissions: ls -ld {shown}"),
        FileObstacle::Gone | FileObstacle::Other(_) => "The next change retries".to_owned(),
        FileObstacle::NotAFolder | FileObstacle::NotAFile | FileObstacle::Link => {
            let mut away = path.as_os_str().to_owned();
            away.push(".away");
            format!("Move it away: mv {shown} {}", quoted(Path::new(&away)))
        }
        FileObstacle::Foreign(_) => "Use chown, or point XDG_STATE_HOME to another directory".to_owned(),
        FileObstacle::Exposed(_) => format!("Fix: chmod go-w {shown}"),
        FileObstacle::Held(_) => "Use that console, or close it first".to_owned(),
    }
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    if text.chars().all(|c| c.is_alphanumeric() || "/._-+%@".contains(c)) {
        return text;
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// What stood in the way, and where; what was tried is not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFault {
    /// The file or directory.
    pub path: PathBuf,
    /// What stood in the way.
    pub obstacle: FileObstacle,
}

/// Why something is not on disk, or was not read from there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiskError {
    /// There is no place for it.
    #[error("no state directory (see HOME and XDG_STATE_HOME): drafts are only in memory")]
    NoFolder,
    /// A file cannot be used.
    #[error(transparent)]
    File(#[from] StateError),
}

impl FileFault {
    /// What stands in the way at a path.
    pub fn new(path: impl Into<PathBuf>, obstacle: FileObstacle) -> Self {
        Self { path: path.into(), obstacle }
    }

    /// The same, and what was tried.
    pub fn during(self, attempt: Attempt) -> StateError {
        StateError { attempt, fault: self }
    }

    /// Why a file cannot be used, without what was tried.
    pub fn reason(&self) -> String {
        format!("{}. {}", sentence(&self.obstacle, &self.path), fix(&self.obstacle, &self.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_mends_can_be_pasted() {
        let reported = FileFault::new("/a b/it's", FileObstacle::Exposed(0o777)).during(Attempt::Record).to_string();
        assert!(reported.ends_with(r"Fix: chmod go-w '/a b/it'\''s'"), "{reported}");
        let reported = FileFault::new("/a/b", FileObstacle::Link).reason();
        assert_eq!(reported, "/a/b is a symbolic link, which sipreg does not follow. Move it away: mv /a/b /a/b.away");
    }

    #[test]
    fn each_sentence_says_what_was_tried_what_is_true_and_what_to_do() {
        let by = HeldBy { pid: Some(7), since: None };
        let reported = |attempt, obstacle| FileFault::new("/s", obstacle).during(attempt).to_string();
        assert_eq!(
            reported(Attempt::SaveDraft(13), FileObstacle::Full),
            "the draft of 13 was not saved to disk: no space left for /s; it is kept in memory until you quit. Free \
             some space; the next change retries"
        );
        assert_eq!(
            reported(Attempt::RemoveDraft(13), FileObstacle::Held(by)),
            "the draft of 13 was not removed from disk: another console (process 7) is using it. Use that console, \
             or close it first"
        );
        assert_eq!(
            reported(Attempt::LoadDrafts, FileObstacle::Foreign(0)),
            "the drafts on disk cannot be read: /s belongs to another user (0). Use chown, or point XDG_STATE_HOME \
             to another directory"
        );
    }
}
