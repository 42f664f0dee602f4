//! How checking and saving an edit ended, in the words of the domain: shared by the engine that talks to the
//! server and by the console and commands that tell it.

use super::answer::Fetched;
use super::merge::{Difference, Merge};
use super::trouble::Trouble;

/// What the look at the server before a save found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// 304: the record is as in the base.
    Same,
    /// Another tag, the same values: a pop was renamed, say. The edit goes on with this as its base.
    Renewed(Box<Fetched>),
    /// Somebody changed the record since. The merge says field by field what that means.
    Moved {
        /// The record now.
        now: Box<Fetched>,
        /// Base, theirs and mine.
        merge: Box<Merge>,
    },
    /// Somebody deleted the record.
    Gone,
}

/// How a save ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// The server stored it; what differs between its answer and what was wanted is told.
    Applied {
        /// The record as the server says it is now.
        now: Box<Fetched>,
        /// Foreign changes, and values that the server changed.
        differences: Vec<Difference>,
    },
    /// 412: somebody was faster. Nothing was changed.
    Moved {
        /// The record now.
        now: Box<Fetched>,
        /// Base, theirs and mine.
        merge: Box<Merge>,
    },
    /// 412 although the record is as in the base: this server cannot compare the tags that it hands out
    /// (RFC 9110, 13.1.1: `If-Match` compares strongly, and a weak tag never matches). Nothing was changed.
    CannotCompare,
    /// The record is gone. Nothing was changed.
    Gone,
    /// The server refused. Nothing was changed.
    Refused(Trouble),
    /// No answer came after sending, but reading back showed that it was stored.
    AppliedUnseen {
        /// The record now.
        now: Box<Fetched>,
        /// What happened to the answer.
        trouble: Trouble,
    },
    /// No answer came after sending, and reading back showed that it was not stored.
    NotApplied {
        /// The record now.
        now: Box<Fetched>,
        /// What happened to the answer.
        trouble: Trouble,
    },
    /// No answer came after sending, and the record now is neither as before nor as wanted.
    Unclear {
        /// The record now.
        now: Box<Fetched>,
        /// Base, theirs and mine.
        merge: Box<Merge>,
        /// What happened to the answer.
        trouble: Trouble,
    },
    /// No answer came after sending, and reading back failed too: whether it was stored is not known.
    Unknown {
        /// What happened to the answer.
        trouble: Trouble,
        /// What happened to the reading back.
        after: Trouble,
    },
}
