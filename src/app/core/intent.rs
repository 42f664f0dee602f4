//! What one room wants of another, as plain data. Rooms never call each other upwards: they ask, and `dispatch` answers.

use crate::domain::request_error::Trouble;

/// What a room wants of another one.
#[derive(Debug, Clone, PartialEq)]
pub enum Intent {
    /// Asks who the user is, for this reason.
    SignIn(Trouble),
    /// Opens the pane of what is done to many records.
    ShowBulk,
    /// Opens it where no dialog is open.
    OfferBulk,
    /// Closes it.
    HideBulk,
    /// A record was read alone: what went wrong with that before is over.
    RecordRead(u64),
    /// A record is known to be away, by our own deletion: nothing shows it any more.
    CloseRecord(u64),
}
