//! What one room wants of another, as plain data. Rooms never call each other upwards: they ask, and `dispatch` answers.

use crate::domain::answer::Fetched;
use crate::domain::change::{Action, Difference, Draft, Merge, Upshot};
use crate::domain::record::FieldId;
use crate::domain::request_error::RequestError;

use crate::app::core::notice::Tone;
use crate::keys::Command;

/// What a room wants of another one.
#[derive(Debug, Clone, PartialEq)]
pub enum Intent {
    /// Runs a command, where it can be used.
    Run(Command),
    /// Locks the console.
    Lock,
    /// Asks who the user is, for this reason.
    SignIn(RequestError),
    /// Opens the pane of what is done to many records.
    ShowBulk,
    /// Opens it where no dialog is open.
    OfferBulk,
    /// Closes it.
    HideBulk,
    /// A record was read alone: its earlier error is over.
    RecordRead(u64),
    /// A record is known to be away, by our own deletion: nothing shows it any more.
    CloseRecord(u64),
    /// A write was applied: its nodes are asked until they show it.
    Applied {
        /// Of which record.
        id: u64,
        /// What the journal calls it.
        action: Action,
        /// What was changed.
        fields: Vec<FieldId>,
    },
    /// A draft did its work: the server has what was sent, and the record is like this now.
    Saved {
        /// Of which record.
        id: u64,
        /// What was sent.
        sent: Box<Draft>,
        /// The record now.
        now: Box<Fetched>,
    },
    /// A new record is there.
    Made {
        /// What it was called before.
        old: u64,
        /// What was sent, where a form asked for it.
        sent: Option<Box<Draft>>,
        /// The record.
        now: Box<Fetched>,
        /// What to say.
        said: (Tone, String),
    },
    /// What was sent from a form was not done, as far as known: it goes on with the draft.
    NotSaved {
        /// Of which record.
        id: u64,
        /// What was sent.
        sent: Box<Draft>,
        /// What the server complained about, for its fields.
        complaint: Option<RequestError>,
        /// Whether it was to be re-created by an undo, so that no form is open.
        of_history: bool,
    },
    /// Someone else changed a record that a form is about, or may have: how the save of it ended.
    Conflict(u64, Box<Merge>, Upshot),
    /// A draft is compared with the server once more.
    CheckDraft(u64),
    /// A record was not deleted because it changed: it is asked again, where nothing else is.
    DeleteAgain {
        /// Which.
        id: u64,
        /// The record now.
        now: Option<Box<Fetched>>,
        /// What changed since it was shown.
        moved: Vec<Difference>,
        /// The entry of the history that it takes back, or does again.
        of: Option<usize>,
    },
}
