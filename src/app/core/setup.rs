//! What stays the same while the app runs.

use std::time::Duration;

use chrono_tz::Tz;

use crate::keys::keymap::Keymap;

use crate::app::core::effect::IfMatch;

/// Whether and how records may be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Freely.
    Write,
    /// After a question each time.
    Confirm,
    /// Not at all.
    ReadOnly,
}

impl Access {
    /// The word in the status line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Write => "rw",
            Self::Confirm => "confirm",
            Self::ReadOnly => "ro",
        }
    }
}

/// What stays the same while the app runs.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Name of the profile.
    pub profile: String,
    /// Whether password and token go there unencrypted.
    pub plaintext: bool,
    /// Where the server is, for messages.
    pub server: String,
    /// Whether records may be changed.
    pub access: Access,
    /// User name, as far as configured.
    pub user: Option<String>,
    /// Zone of times on the screen.
    pub timezone: Tz,
    /// Keys in force.
    pub keymap: Keymap,
    /// Whether writes carry `If-Match`.
    pub if_match: IfMatch,
    /// How often nodes look for changes.
    pub node_poll: Duration,
    /// Process id, for the journal.
    pub pid: u32,
}
