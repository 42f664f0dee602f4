//! A kept draft that cannot be resumed, and why.

use std::path::PathBuf;

use crate::domain::change::draft::RestoreError;
use crate::domain::state_error::{FileFault, StateError};

/// A kept draft that cannot be resumed. The file is left as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a draft cannot be resumed: {}: {reason}", path.display())]
pub struct UnreadableDraft {
    /// The record, where its id is known.
    pub id: Option<u64>,
    /// The file, or the directory that could not be looked into.
    pub path: PathBuf,
    /// Why.
    pub reason: UnreadableReason,
}

/// Why a kept draft cannot be resumed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableReason {
    /// The directory of the drafts cannot be read.
    #[error(transparent)]
    Folder(StateError),
    /// The file cannot be read.
    #[error("{}", .0.reason())]
    File(FileFault),
    /// The file has something else: what the parser says.
    #[error("not a draft: {0}")]
    NotADraft(String),
    /// The file was written by another version of sipreg.
    #[error("it has format {found}; this version of sipreg reads format {known}")]
    Format {
        /// Format of the file.
        found: u32,
        /// The format that is read.
        known: u32,
    },
    /// The draft belongs to the profile of this name.
    #[error("it belongs to the profile {0:?}")]
    OtherProfile(String),
    /// The draft is of the record with this id.
    #[error("it is for registration {0}")]
    OtherRecord(u64),
    /// The draft itself has what this version does not know.
    #[error(transparent)]
    Content(#[from] RestoreError),
}
