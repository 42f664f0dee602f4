//! What stays the same while the app runs.

use std::time::Duration;

use chrono_tz::Tz;

use crate::domain::rules::RuleSet;
use crate::keys::Keymap;

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
    /// The word in the status bar.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Confirm => "confirm",
            Self::ReadOnly => "read-only",
        }
    }
}

/// What stays the same while the app runs.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Badge and name of the profile.
    pub profile: String,
    /// Whether password and token go there unencrypted.
    pub plaintext: bool,
    /// The badge alone.
    pub badge: Option<String>,
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
    /// Rules whose findings are not shown.
    pub ignored: RuleSet,
    /// How often nodes look for changes.
    pub node_poll: Duration,
    /// Process id, for the journal.
    pub pid: u32,
}

impl Setup {
    /// Name of the profile, without its badge.
    pub fn name(&self) -> &str {
        let badge = self.badge.as_deref().unwrap_or_default();
        self.profile.strip_prefix(badge).map_or(self.profile.as_str(), str::trim_start)
    }

    /// The server as people call it: its name and port.
    pub fn host(&self) -> &str {
        let rest = self.server.split_once("://").map_or(self.server.as_str(), |(_, rest)| rest);
        rest.split(['/', '?', '#']).next().unwrap_or(rest)
    }
}
