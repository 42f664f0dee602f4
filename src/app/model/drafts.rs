//! Edits that are not saved yet, one a record. They outlive the form, the session and the program.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::domain::record::draft::Draft;
use crate::domain::record::field::FieldId;
use crate::domain::rules::check::Finding;

/// Where else a draft is than in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnDisk {
    /// Being written.
    Pending,
    /// Written, but for secrets.
    Kept,
    /// Could not be written; in memory only.
    Failed(String),
}

/// A draft with what is to be told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The edit.
    pub draft: Draft,
    /// The record's name, for messages while it is not loaded.
    pub name: String,
    /// When the base was read.
    pub based: DateTime<Utc>,
    /// Where else it is.
    pub disk: OnDisk,
    /// Text that is no value of its field yet, while no form shows it.
    pub unread: BTreeMap<FieldId, (String, Finding)>,
    /// The entry of the history that saving it undoes, or does again.
    pub undoes: Option<usize>,
}

impl Kept {
    /// A draft that nothing was typed into yet.
    #[must_use]
    pub const fn new(draft: Draft, name: String, based: DateTime<Utc>, disk: OnDisk) -> Self {
        Self { draft, name, based, disk, unread: BTreeMap::new(), undoes: None }
    }

    /// Whether there is nothing in it that somebody typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.draft.is_empty() && self.unread.is_empty()
    }
}

/// All of them, by record.
pub type Drafts = BTreeMap<u64, Kept>;
