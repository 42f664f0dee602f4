//! Edits that are not saved yet, one a record. They outlive the form, the session and the program.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::domain::draft::Draft;

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
}

/// All of them, by record.
pub type Drafts = BTreeMap<u64, Kept>;
