//! Edits that are not saved yet, one a record. They outlive the form, the session and the program.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::domain::change::{Draft, HeldBy, Version};
use crate::domain::count::counted;
use crate::domain::formats::toml;
use crate::domain::record::{FieldId, Secret};
use crate::domain::rules::Finding;
use crate::domain::state_error::DiskError;

/// Why a draft is in memory only.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftUnkept {
    /// The disk does not take it.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// Another console has it open.
    #[error("{0} has a draft of it open")]
    Held(HeldBy),
    /// Another console left one of which this console does not know.
    #[error(
        "another console (process {pid}) saved a draft of this registration at {}, which is not overwritten; yours is \
         only in memory. Save it, or restart sipreg to resume the other",
        at.format("%H:%M:%S UTC")
    )]
    Unknown {
        /// The process of that console.
        pid: u32,
        /// When it was saved.
        at: DateTime<Utc>,
    },
    /// Another console left one while something was typed here.
    #[error("another console left a draft of {changes} ({at}), which is not overwritten")]
    Left {
        /// What it changes.
        changes: String,
        /// When it was saved, by the clock of this console.
        at: String,
    },
}

impl DraftUnkept {
    /// Why, for who says that the draft is in memory only.
    pub fn reason(&self) -> String {
        match self {
            Self::Disk(DiskError::File(error)) => error.reason(),
            Self::Disk(DiskError::NoFolder) | Self::Held(_) | Self::Unknown { .. } | Self::Left { .. } => {
                self.to_string()
            }
        }
    }
}

/// Where else a draft is than in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnDisk {
    /// Being written.
    Pending,
    /// Written, but for secrets.
    Kept,
    /// Could not be written; in memory only.
    Failed(DraftUnkept),
}

/// A draft with what is to be shown of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDraft {
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
    /// Text of an editor that failed. Without lines that may hold a password it is on disk with the draft.
    pub text: Option<EditedText>,
    /// Whether it is as it was found on disk: nothing was typed here since.
    pub untouched: bool,
}

impl OpenDraft {
    /// A draft that nothing was typed into yet.
    pub const fn new(draft: Draft, name: String, based: DateTime<Utc>, disk: OnDisk) -> Self {
        Self { draft, name, based, disk, unread: BTreeMap::new(), undoes: None, text: None, untouched: false }
    }

    /// Whether there is nothing in it that someone typed.
    pub fn is_empty(&self) -> bool {
        self.draft.is_empty() && self.unread.is_empty() && self.text.is_none()
    }

    /// Fields that someone wants to be different, those among them whose text is no value yet.
    pub fn touched(&self) -> impl Iterator<Item = FieldId> {
        let changed = self.draft.changes().keys().copied().chain(self.draft.lost());
        changed.chain(self.unread.keys().copied())
    }

    /// How many they are.
    pub fn fields(&self) -> usize {
        self.touched().collect::<BTreeSet<FieldId>>().len()
    }

    /// `2 changes`, `the text from the editor`, or both: what someone typed.
    pub fn content(&self) -> String {
        let count = self.fields();
        let changes = counted(count, "change");
        match (&self.text, count) {
            (None, _) => changes,
            (Some(_), 0) => "the text from the editor".to_owned(),
            (Some(_), _) => format!("{changes} and the text from the editor"),
        }
    }
}

/// What an editor that failed left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditedText {
    /// As it was typed; it may hold a password.
    Whole(Secret),
    /// Without lines that may hold one.
    WithoutPassword(String),
}

impl EditedText {
    /// The text.
    pub fn text(&self) -> Secret {
        match self {
            Self::Whole(text) => text.clone(),
            Self::WithoutPassword(text) => Secret::new(text),
        }
    }

    /// What may lie on a disk of it: the text without lines that may hold a password.
    pub fn without_password(&self) -> String {
        match self {
            Self::Whole(text) => toml::without_password(text.expose()),
            Self::WithoutPassword(text) => text.clone(),
        }
    }

    /// The same without lines that may hold a password.
    #[must_use]
    pub fn wiped(self) -> Self {
        Self::WithoutPassword(self.without_password())
    }
}

/// All of them, by record.
pub type DraftsById = BTreeMap<u64, OpenDraft>;

/// What is known of drafts of other consoles.
#[derive(Debug, Clone, Default)]
pub struct Others {
    /// Records whose draft another console has open.
    pub held: BTreeMap<u64, HeldBy>,
    /// Second drafts of records that have one here: the draft that is on disk with its version, or one of ours that
    /// gave way to that.
    pub second: BTreeMap<u64, (OpenDraft, Option<Version>)>,
    /// The version of each that is in memory here: a check of the disk from before that comes late, and is no news.
    pub taken: BTreeMap<u64, Version>,
}
