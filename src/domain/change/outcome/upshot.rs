//! How a write can end, whatever it wrote: one row for each end says what is true then, what the journal and programs
//! call it, and its sentence. Console and commands read these rows, and no other place words what an outcome means.

use crate::domain::change::bulk::RecordOutcome;
use crate::domain::change::journal::Ending;

/// How a write ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Upshot {
    /// The server stored it.
    Applied,
    /// It was stored, but the server shows other values than were sent.
    Altered,
    /// No clear answer came, but reading back showed that it was done.
    AppliedUnseen,
    /// It was as wanted before anything was sent.
    AlreadySo,
    /// It was to be deleted, and was gone before anything was sent.
    AlreadyGone,
    /// Someone else changed the record since it was read.
    Moved,
    /// 412 although the record is as it was read.
    CannotCompare,
    /// The record is gone.
    Gone,
    /// Looking failed, or the server refused.
    Refused,
    /// Something answered, or no one did until the limit, and the server shows that it was not done.
    NotApplied,
    /// No clear answer came, and the record does not show whether it was done.
    Unclear,
    /// Whether it was done, or will be, is not known.
    Unknown,
    /// Nothing was sent: it could not be noted on the disk before.
    Unnoted,
}

/// What an end means.
#[derive(Debug)]
pub struct UpshotRow {
    /// The end.
    pub upshot: Upshot,
    /// What is true then: done, was so already, not done, or not known. Of what was done the history has an entry, which
    /// can be undone.
    pub fate: fn(String) -> RecordOutcome,
    /// What the journal says; `None`: nothing.
    pub ending: Option<Ending>,
    /// The result as programs get it.
    pub word: &'static str,
    /// The sentence, without id and name; words in braces are those of [`Wording`](super::Wording).
    pub text: &'static str,
}

/// Every end, in the order of [`Upshot`].
#[rustfmt::skip]
pub const ROWS: [UpshotRow; 13] = {
    use Upshot::{
        AlreadyGone, AlreadySo, Altered, Applied, AppliedUnseen, CannotCompare, Gone, Moved, NotApplied, Refused, Unclear, Unknown, Unnoted,
    };
    const DONE: fn(String) -> RecordOutcome = |_| RecordOutcome::Done;
    const ALREADY: fn(String) -> RecordOutcome = |_| RecordOutcome::AlreadySo;
    const fn row(upshot: Upshot, fate: fn(String) -> RecordOutcome, ending: Option<Ending>, word: &'static str, text: &'static str) -> UpshotRow {
        UpshotRow { upshot, fate, ending, word, text }
    }
    [
        row(Applied,       DONE,           Some(Ending::Applied),       "done",      "{done}"),
        row(Altered,       RecordOutcome::Failed,   Some(Ending::Applied),       "altered",   "{done}"),
        row(AppliedUnseen, DONE,           Some(Ending::AppliedUnseen), "done",      "no clear answer ({why}), but a check shows that it was {done}"),
        row(AlreadySo,     ALREADY,        None,                        "unchanged", "already {done}{by}{then}"),
        row(AlreadyGone,   ALREADY,        Some(Ending::Gone),          "unchanged", "already {done}{by}{then}"),
        row(Moved,         RecordOutcome::Conflict, Some(Ending::Conflict),      "conflict",  "not {done}: {changed} since it was read{then}"),
        row(CannotCompare, RecordOutcome::Failed,   Some(Ending::Refused),       "failed",    "not {done}: the server cannot compare its own ETags; set if_match = false in the profile{then}"),
        row(Gone,          RecordOutcome::Failed,   Some(Ending::Gone),          "gone",      "not {done}: it was deleted{by}{then}"),
        row(Refused,       RecordOutcome::Failed,   Some(Ending::Refused),       "refused",   "not {done}: {why}{then}"),
        row(NotApplied,    RecordOutcome::Failed,   Some(Ending::NotApplied),    "failed",    "NOT {done}{late}: {seen} (no clear answer: {why}){then}"),
        row(Unclear,       RecordOutcome::Unknown,  Some(Ending::Unknown),       "unknown",   "UNKNOWN whether it was {done}: {seen} (no clear answer: {why}){then}"),
        row(Unknown,       RecordOutcome::Unknown,  Some(Ending::Unknown),       "unknown",   "UNKNOWN whether it was {done}: {seen} (no clear answer: {why}){then}"),
        row(Unnoted,       RecordOutcome::Failed,   None,                        "failed",    "not sent: {why}"),
    ]
};

impl Upshot {
    /// What it means.
    #[expect(clippy::indexing_slicing, reason = "one row for each, in order: a test sees to it")]
    pub const fn row(self) -> &'static UpshotRow {
        const TABLE: &[UpshotRow] = &ROWS;
        &TABLE[self as usize]
    }

    /// Whether the server has it because of us.
    pub const fn is_done(self) -> bool {
        matches!(self, Self::Applied | Self::Altered | Self::AppliedUnseen)
    }

    /// Whether the record is as it was wanted, whoever did it.
    pub fn is_as_wanted(self) -> bool {
        matches!((self.row().fate)(String::new()), RecordOutcome::Done | RecordOutcome::AlreadySo)
    }
}

#[cfg(test)]
mod tests;
