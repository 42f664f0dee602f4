//! What every room of the console is handed: the setup, the moment, messages to the user, and the requests under way.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::app::core::notice::{Notices, Tone};
use crate::app::core::setup::Setup;
use crate::app::core::ticket::{Ticket, Tickets};
use crate::app::model::time::Moment;
use crate::app::widget::layout::Layout;

/// What rooms share and how they reach the outside.
#[derive(Debug)]
pub struct Context {
    /// What stays the same while the app runs.
    pub setup: Setup,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The moment of the last message.
    pub now: Moment,
    /// Messages to the user.
    pub notices: Notices,
    /// Which reads are still waited for.
    pub(in crate::app) tickets: Tickets,
    /// Reads under way, by number, with the time they were sent.
    pub(in crate::app) flights: BTreeMap<u64, (Ticket, Duration)>,
    /// Number of the last read that was sent.
    pub(in crate::app) flown: u64,
}

impl Context {
    /// A context before anything happened.
    #[must_use]
    pub fn new(setup: Setup, size: (u16, u16), now: Moment) -> Self {
        Self {
            setup,
            size,
            now,
            notices: Notices::default(),
            tickets: Tickets::default(),
            flights: BTreeMap::new(),
            flown: 0,
        }
    }

    /// Shows a message to the user.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.notices.say(self.now, tone, text);
    }

    /// Where panes are at this size of the terminal.
    #[must_use]
    pub fn layout(&self) -> Layout {
        Layout::of(self.size)
    }
}
