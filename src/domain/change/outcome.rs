//! How checking and saving an edit ended, in the words of the domain: shared by the engine that talks to the
//! server and by the console and commands that report it.

mod refusal;
mod report;
mod sentence;
mod upshot;

pub use refusal::{explain, field_errors, said};
pub use report::{Outcome, OutcomeReport};
pub use sentence::{Aim, Wording};
pub use upshot::Upshot;

use crate::domain::answer::Fetched;
use crate::domain::change::draft::Draft;
use crate::domain::change::merge::{Difference, Merge};
use crate::domain::record::FieldId;
use crate::domain::request_error::RequestError;

/// What the check before a save found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// 304: the record is as in the base.
    Same,
    /// Another tag, the same values: a pop was renamed, say. The edit goes on with this as its base.
    Renewed(Box<Fetched>),
    /// Someone changed the record since. The merge says field by field what that means.
    Moved {
        /// The record now.
        now: Box<Fetched>,
        /// Base, theirs and mine.
        merge: Box<Merge>,
    },
    /// Someone deleted the record.
    Gone,
}

/// What the server showed of a record after a write of which the outcome is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadBack {
    /// The record as it was before. It proves nothing: no one answered, so that the server may be at it still. To be
    /// read again (see [`Recheck`](super::recheck::Recheck)).
    AsBefore(Box<Fetched>),
    /// No record of the name that was to be created. As little a proof.
    Absent,
    /// No answer about the record: this came instead.
    Nothing(RequestError),
    /// It cannot be looked for: what was to be created had no name.
    Nameless,
}

impl ReadBack {
    /// What it means, in words that follow "UNKNOWN whether it was changed: ".
    pub fn words(&self) -> String {
        match self {
            Self::AsBefore(_) => "it is unchanged so far, and the server may still apply it".to_owned(),
            Self::Absent => "no registration has that name so far, and the server may still create it".to_owned(),
            Self::Nothing(after) => format!("reading back failed ({})", after.message),
            Self::Nameless => "it has no name to search for".to_owned(),
        }
    }
}

/// How a save ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveOutcome {
    /// The server shows the record with the changes, or with what it made of them: differences of
    /// [`Cause::Altered`](super::merge::Cause) are values that it did not store as they were sent.
    Applied {
        /// The record as the server says it is now.
        now: Box<Fetched>,
        /// Foreign changes, and values that the server changed.
        differences: Vec<Difference>,
    },
    /// 412: changed by someone else in the meantime. Nothing was changed.
    Moved {
        /// The record now.
        now: Box<Fetched>,
        /// Base, theirs and mine.
        merge: Box<Merge>,
    },
    /// 412 although the record is as in the base: this server cannot compare the tags that it hands out
    /// (RFC 9110, 13.1.1: `If-Match` compares strongly, and a weak tag never matches). Nothing was changed.
    CannotCompare,
    /// The record is gone, and with it whatever could have been changed.
    Gone,
    /// The server refused. Nothing was changed.
    Refused(RequestError),
    /// No answer came after sending, but reading back showed that it was stored.
    AppliedUnseen {
        /// The record now.
        now: Box<Fetched>,
        /// What happened to the answer.
        error: RequestError,
    },
    /// Something answered, and the server shows the record as it was: it was not stored.
    NotApplied {
        /// The record now.
        now: Box<Fetched>,
        /// What was answered.
        error: RequestError,
    },
    /// No clear answer came, and the record now is neither as before nor as wanted.
    Unclear {
        /// The record now.
        now: Box<Fetched>,
        /// Base, theirs and mine.
        merge: Box<Merge>,
        /// What happened to the answer.
        error: RequestError,
    },
    /// Whether it was stored, or will be, is not known.
    Unknown {
        /// What happened to the answer.
        error: RequestError,
        /// What the server showed then.
        seen: ReadBack,
    },
}

/// How a change that was looked at and saved in one go ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeOutcome {
    /// It was as wanted before anything was sent.
    AlreadySo {
        /// The record now; `None` where it is as in the base.
        now: Option<Box<Fetched>>,
        /// What someone changed since it was read.
        theirs: Vec<FieldId>,
    },
    /// Nothing was sent, for this reason: [`SaveOutcome::Moved`], [`SaveOutcome::Gone`] or [`SaveOutcome::Refused`].
    Unsent {
        /// What was to be sent.
        draft: Box<Draft>,
        /// Why it was not.
        why: SaveOutcome,
    },
    /// The request was sent.
    Sent {
        /// What was sent, over the record as it was read just before.
        draft: Box<Draft>,
        /// What someone changed since it was read first, and was left so.
        theirs: Vec<FieldId>,
        /// How that ended.
        saved: SaveOutcome,
    },
}

/// The state that a switch is put into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Toggle {
    /// Nodes load the record.
    On,
    /// Nodes ignore the record.
    Off,
}

impl Toggle {
    /// The value of `enabled` for it.
    pub const fn enabled(self) -> bool {
        match self {
            Self::On => true,
            Self::Off => false,
        }
    }

    /// The other one.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::On => Self::Off,
            Self::Off => Self::On,
        }
    }
}

/// How switching a record on or off ended. Differences are between what was shown, with the switch as wanted,
/// and what the server says: they were found, not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Switched {
    /// The server stored it.
    Applied {
        /// The record as the server says it is now.
        now: Box<Fetched>,
        /// What else is not as it was shown.
        differences: Vec<Difference>,
    },
    /// It was as wanted before anything was sent.
    AlreadySo {
        /// The record now.
        now: Box<Fetched>,
        /// What else is not as it was shown.
        differences: Vec<Difference>,
    },
    /// 412: someone changed the record between the look at it and the write. Nothing was changed.
    Moved {
        /// The record now.
        now: Box<Fetched>,
        /// What is not as it was shown.
        differences: Vec<Difference>,
    },
    /// As [`SaveOutcome::CannotCompare`]. Nothing was changed.
    CannotCompare,
    /// The record is gone.
    Gone,
    /// Looking failed, or the server refused. Nothing was changed.
    Refused(RequestError),
    /// No answer came after sending, but reading back showed that it was stored.
    AppliedUnseen {
        /// The record now.
        now: Box<Fetched>,
        /// What happened to the answer.
        error: RequestError,
    },
    /// Something answered, and the server shows it as it was: it was not stored.
    NotApplied {
        /// The record now.
        now: Box<Fetched>,
        /// What was answered.
        error: RequestError,
    },
    /// No clear answer came, and the record now does not show whether it is enabled.
    Unclear {
        /// The record now.
        now: Box<Fetched>,
        /// What happened to the answer.
        error: RequestError,
    },
    /// Whether it was stored, or will be, is not known.
    Unknown {
        /// What happened to the answer.
        error: RequestError,
        /// What the server showed then.
        seen: ReadBack,
    },
}

/// How creating a record ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Created {
    /// Created. Values that the server changed are listed, its defaults are not.
    Applied {
        /// The new record.
        now: Box<Fetched>,
        /// Values that are not as they were sent.
        differences: Vec<Difference>,
    },
    /// The server refused. Nothing was created.
    Refused(RequestError),
    /// No clear answer came, but there is a record of that name with the values that were sent.
    AppliedUnseen {
        /// The record.
        now: Box<Fetched>,
        /// What happened to the answer.
        error: RequestError,
    },
    /// Something answered, and there is no record of that name.
    NotApplied(RequestError),
    /// No clear answer came, and there is a record of that name with other values: someone else's, most
    /// likely, and then nothing was created, since names are unique.
    Unclear {
        /// The record.
        now: Box<Fetched>,
        /// Values that are not as they were sent.
        differences: Vec<Difference>,
        /// What happened to the answer.
        error: RequestError,
    },
    /// Whether it was created, or will be, is not known.
    Unknown {
        /// What happened to the answer.
        error: RequestError,
        /// What the server showed then.
        seen: ReadBack,
    },
}

/// How deleting a record ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deleted {
    /// The server deleted it.
    Applied,
    /// It was gone before anything was sent, or when the request came.
    AlreadyGone,
    /// It is not as it was shown. Nothing was deleted.
    Moved {
        /// The record now.
        now: Box<Fetched>,
        /// What is not as it was shown.
        differences: Vec<Difference>,
    },
    /// 412 although the record is as it was shown: this server cannot compare the tag with what it would
    /// delete. Nothing was deleted. Says nothing about saving: a server may compare there and not here.
    CannotCompare,
    /// Looking failed, or the server refused. Nothing was deleted.
    Refused(RequestError),
    /// No clear answer came, but the API says that the record is gone.
    AppliedUnseen(RequestError),
    /// Something answered, and the server still shows the record.
    NotApplied {
        /// The record now.
        now: Box<Fetched>,
        /// What was answered.
        error: RequestError,
    },
    /// Whether it was deleted, or will be, is not known.
    Unknown {
        /// What happened to the answer.
        error: RequestError,
        /// What the server showed then.
        seen: ReadBack,
    },
}
