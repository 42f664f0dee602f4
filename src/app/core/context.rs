//! What every room of the console is handed: the setup, the moment, messages to the user, and the requests under way.

use crate::domain::request_error::RequestError;
use chrono::{DateTime, Offset as _};
use std::collections::BTreeMap;
use std::time::Duration;

use crate::domain::answer::ConnectionState;
use crate::domain::change::journal::Author;
use crate::domain::change::{Action, Change, Ending, JournalLine, Mark, PlanLine};
use crate::domain::record::{Record, Relation};
use crate::domain::text::sentence;
use crate::keys::{Command, Scope};

use crate::app::core::effect::{Effect, PlanNote, Read};
use crate::app::core::intent::Intent;
use crate::app::core::notice::{CommandRefusal, Notices, Tone};
use crate::app::core::setup::Setup;
use crate::app::core::ticket::{Slot, Ticket, Tickets};
use crate::app::model::time::Moment;
use crate::app::widget::{DetailPlace, Layout, Opened};

/// What rooms share and how they reach the outside.
#[derive(Debug)]
pub struct Context {
    /// What stays the same while the app runs.
    pub setup: Setup,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Where the user wants the detail; `None`: as the width has it.
    pub turned: Option<DetailPlace>,
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
    pub link: ConnectionState,
}

impl Context {
    /// A context before anything happened.
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
            link: ConnectionState::default(),
        }
    }

    /// Shows a message to the user, as a sentence: with a capital, where it does not begin with a name.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.notices.say(self.now, tone, sentence(&text.into()));
    }

    /// Says why a command is not carried out.
    pub(in crate::app) fn refuse(&mut self, refusal: CommandRefusal) {
        let (tone, text) = refusal.notice();
        self.say(tone, text);
    }

    /// Asks the outside to do something.
    pub(in crate::app) fn ask(&mut self, intent: Intent) {
        self.intents.push(intent);
    }

    /// Asks who the user is where that is what a request failed for.
    pub(in crate::app) fn ask_sign_in_after(&mut self, error: &RequestError) {
        if error.asks_to_sign_in() {
            self.ask(Intent::SignIn(error.clone()));
        }
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
        self.effect(Effect::Cancel(slot));
        self.read_beside(slot, read);
    }

    /// Starts a read, and leaves to itself what was under way for the same purpose: its reply is dropped.
    pub(in crate::app) fn read_beside(&mut self, slot: Slot, read: Read) {
        let ticket = self.tickets.open(slot);
        self.effect(Effect::Read { ticket, read });
    }

    /// Who writes lines of the journal.
    pub(in crate::app) fn author(&self) -> Author {
        Author {
            profile: self.setup.profile.clone(),
            user: self.link.user.clone().or_else(|| self.setup.user.clone()),
            pid: self.setup.pid,
        }
    }

    /// A line of the journal of what happened to a record just now.
    pub(in crate::app) fn line_of_changes(
        &self,
        action: Action,
        before: &impl Record,
        changes: Vec<Change>,
        ending: Ending,
    ) -> JournalLine {
        JournalLine::of_changes(self.now.wall, self.author(), action, before, changes, ending)
    }

    /// Appends a line to the journal.
    pub(in crate::app) fn record(&mut self, line: JournalLine) {
        self.effect(Effect::Record(Box::new(line)));
    }

    /// Notes on disk what is done to many records, and how far it is.
    pub(in crate::app) fn note(&mut self, note: PlanNote) {
        self.effect(Effect::Note(Box::new(note)));
    }

    /// Notes on disk how a record of many ended.
    pub(in crate::app) fn note_end(&mut self, id: u64, mark: Mark) {
        self.note(PlanNote::Add(PlanLine::Ended(id, mark)));
    }

    /// The keys of a command, as messages name them.
    pub fn key(&self, command: Command) -> String {
        self.setup.keymap.key(command)
    }

    /// The same for a screen, which may have keys of its own.
    pub fn key_in(&self, scope: Scope, command: Command) -> String {
        self.setup.keymap.keys_of(scope, command).unwrap_or_else(|| self.key(command))
    }

    /// A text of ours with `{name}` for the keys of a command.
    pub fn explain(&self, text: &str) -> String {
        self.setup.keymap.explain(text)
    }

    /// Takes what is to be done outside.
    pub fn take_effects(&mut self) -> std::vec::Drain<'_, Effect> {
        self.effects.drain(..)
    }

    /// Where panes are at this size of the terminal.
    pub fn layout(&self) -> Layout {
        Layout::of(self.size, self.turned, self.opened)
    }

    /// No one waits any more for what is under way for these purposes; what comes all the same is dropped.
    pub(in crate::app) fn give_up(&mut self, slots: &[Slot]) {
        for slot in slots {
            let _ = self.tickets.open(*slot);
        }
        self.extend(slots.iter().map(|slot| Effect::Cancel(*slot)));
    }

    pub(in crate::app) fn read_target(&mut self, relation: Relation, id: u64) {
        self.read(Slot::Target, Read::Target { relation, id });
    }

    /// A time of day as the screen shows it: with its offset where the clocks were changed between then and now, since
    /// an hour comes twice or not at all.
    pub fn clock(&self, at: DateTime<chrono::Utc>) -> String {
        let (then, now) = (at.with_timezone(&self.setup.timezone), self.now.wall.with_timezone(&self.setup.timezone));
        let same = then.offset().fix() == now.offset().fix();
        then.format(if same { "%H:%M:%S" } else { "%H:%M:%S %:z" }).to_string()
    }

    /// How many requests are under way, and for how long the oldest.
    pub fn in_flight(&self) -> Option<(usize, Duration)> {
        let oldest = self.flights.values().map(|(_, since)| *since).min()?;
        Some((self.flights.len(), self.now.since(oldest)))
    }

    /// A reply came. Answers with the number of its request; of several with this ticket, that of the oldest.
    pub(in crate::app) fn finish_request(&mut self, ticket: Ticket) -> Option<u64> {
        let number = self.flights.iter().find(|(_, (flying, _))| *flying == ticket).map(|(number, _)| *number)?;
        self.flights.remove(&number);
        Some(number)
    }

    /// Notes which requests are under way from now on. Where no one is asked, as for a login at hand, no one is slow.
    pub(in crate::app) fn note_flights(&mut self) {
        let Self { effects, flights, flown, now, .. } = self;
        for effect in effects.iter() {
            if let Effect::Cancel(slot) = effect {
                flights.retain(|_, (flying, _)| flying.slot != *slot);
            }
            if let Effect::Read { ticket, read } = effect
                && *read != Read::Login
            {
                *flown += 1;
                flights.insert(*flown, (*ticket, now.mono));
            }
        }
    }
}
