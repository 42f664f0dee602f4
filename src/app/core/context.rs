//! What every room of the console is handed: the setup, the moment, messages to the user, and the requests under way.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::domain::answer::Link;
use crate::domain::text::sentence;

use crate::app::core::effect::{Effect, Read};
use crate::app::core::intent::Intent;
use crate::app::core::notice::{Notices, Tone};
use crate::app::core::setup::Setup;
use crate::app::core::ticket::{Slot, Ticket, Tickets};
use crate::app::model::time::Moment;
use crate::app::widget::layout::{Layout, Opened, Place};

/// What rooms share and how they reach the outside.
#[derive(Debug)]
pub struct Context {
    /// What stays the same while the app runs.
    pub setup: Setup,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Where the user wants the detail; `None`: as the width has it.
    pub turned: Option<Place>,
    /// What the list opened.
    pub(in crate::app) opened: Opened,
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
    /// What is to be done outside, in order.
    pub(in crate::app) effects: Vec<Effect>,
    /// What rooms want of each other, in order.
    pub(in crate::app) intents: Vec<Intent>,
    /// The connection, as last reported.
    pub link: Link,
}

impl Context {
    /// A context before anything happened.
    #[must_use]
    pub fn new(setup: Setup, size: (u16, u16), now: Moment) -> Self {
        Self {
            setup,
            size,
            turned: None,
            opened: Opened::Nothing,
            now,
            notices: Notices::default(),
            tickets: Tickets::default(),
            flights: BTreeMap::new(),
            flown: 0,
            effects: Vec::new(),
            intents: Vec::new(),
            link: Link::default(),
        }
    }

    /// Shows a message to the user, as a sentence: with a capital, where it does not begin with a name.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.notices.say(self.now, tone, sentence(&text.into()));
    }

    /// Asks the outside to do something.
    pub(in crate::app) fn ask(&mut self, intent: Intent) {
        self.intents.push(intent);
    }

    /// Wants something done outside.
    pub(in crate::app) fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Asks the outside to do several things, in order.
    pub(in crate::app) fn extend(&mut self, effects: impl IntoIterator<Item = Effect>) {
        self.effects.extend(effects);
    }

    /// Starts a read in place of the one that was under way for the same purpose.
    pub(in crate::app) fn read(&mut self, slot: Slot, read: Read) {
        let ticket = self.tickets.open(slot);
        self.effect(Effect::Cancel(slot));
        self.effect(Effect::Read { ticket, read });
    }

    /// Takes what is to be done outside.
    pub fn take_effects(&mut self) -> std::vec::Drain<'_, Effect> {
        self.effects.drain(..)
    }

    /// Where panes are at this size of the terminal.
    #[must_use]
    pub fn layout(&self) -> Layout {
        Layout::of(self.size, self.turned, self.opened)
    }
}
