//! Drafts that outlived the screen they were typed on: what is known of each, and who is writing it. Does not
//! know where they are kept.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::change::draft::Draft;
use crate::domain::formats::rfc3339;

/// A run of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writer {
    /// Process ID.
    pub pid: u32,
    /// When it started, to the millisecond.
    #[serde(with = "rfc3339")]
    pub started: DateTime<Utc>,
}

/// A draft that was kept, as it was last saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedDraft {
    /// The draft. Secrets of its base are withheld; changed ones are among [`Draft::lost`].
    pub draft: Draft,
    /// When it was last changed, to the millisecond.
    pub changed: DateTime<Utc>,
    /// Which run changed it.
    pub writer: Writer,
}

/// Which state of a draft it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// When it was changed.
    pub changed: DateTime<Utc>,
    /// Which run changed it.
    pub writer: Writer,
}

impl SavedDraft {
    /// Which state of the draft it is.
    pub const fn version(&self) -> Version {
        Version { changed: self.changed, writer: self.writer }
    }
}

/// What became of drafts that are not ours: other consoles have them, left them, or threw them away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OtherDrafts {
    /// Drafts that no one has open, of which we did not know.
    pub left: Vec<SavedDraft>,
    /// Records whose draft another console has open.
    pub held: Vec<(u64, HeldBy)>,
    /// Records that have no draft on disk any more, and no one has one open.
    pub without_draft: Vec<u64>,
}

impl OtherDrafts {
    /// Whether there is no news.
    pub const fn is_empty(&self) -> bool {
        self.left.is_empty() && self.held.is_empty() && self.without_draft.is_empty()
    }
}

/// Who writes a draft now, so that no one else may.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HeldBy {
    /// Process id of the console, where it could be read.
    pub pid: Option<u32>,
    /// Since when, where it could be read.
    pub since: Option<DateTime<Utc>>,
}

impl std::fmt::Display for HeldBy {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("another console")?;
        if let Some(pid) = self.pid {
            write!(out, " (process {pid})")?;
        }
        if let Some(since) = self.since {
            write!(out, " since {}", since.format("%Y-%m-%d %H:%M:%S UTC"))?;
        }
        Ok(())
    }
}
