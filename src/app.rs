//! The state machine: a message in, effects out. It has no clock, no sockets, no threads, no files, and
//! it cannot fail.

pub mod core;
pub(in crate::app) mod dispatch;
pub mod first_run;
pub mod form;
pub(crate) mod input;
pub mod jobs;
pub mod list;
pub mod lock;
pub mod model;
pub mod overlay;
pub(crate) mod panes;
pub mod rooms;
pub(crate) mod store;
pub(crate) mod sync;
pub mod widget;
pub mod write;

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use crate::keys::{Command, Key};
use core::{Effect, Message, Tone};
use dispatch::{replies, timers};
use input::typing::Press;
use input::{Input, commands, keyboard};
use lock::{Lock, Why, wipe};
use model::time::Moment;
use overlay::palette::complete::{self, PaletteOffer};
use overlay::{Dialogs, Overlay, progress, unfinished};
use rooms::Rooms;

pub use core::{Access, Setup};
pub use panes::Focus;
pub use panes::stack::SidePane;

/// Rounds of intents that ask for others; far more than any chain of them has.
const LONGEST_CHAIN: usize = 32;

/// The whole state.
#[derive(Debug)]
pub struct App {
    /// What lies below the dialogs.
    pub rooms: Rooms,
    /// The dialog over the panes.
    pub overlay: Dialogs,
    /// The lock.
    pub lock: Lock,
    /// Keys and clicks that wait for the next one.
    pub input: Input,
}

/// Views read rooms as they read dialogs: from the app.
impl Deref for App {
    type Target = Rooms;

    fn deref(&self) -> &Rooms {
        &self.rooms
    }
}

impl DerefMut for App {
    fn deref_mut(&mut self) -> &mut Rooms {
        &mut self.rooms
    }
}

impl App {
    /// The app before anything happened.
    pub fn new(setup: Setup, size: (u16, u16), now: Moment) -> Self {
        Self {
            rooms: Rooms::new(setup, size, now),
            overlay: Dialogs::default(),
            lock: Lock::default(),
            input: Input::default(),
        }
    }

    /// Takes in what happened. Returns what is to be done outside, in order.
    pub fn update(&mut self, now: Moment, message: Message) -> std::vec::Drain<'_, Effect> {
        self.advance(now, message);
        self.note_screen();
        let Rooms { cx, store, writes, panes, .. } = &mut self.rooms;
        self.overlay.note_seen(cx, store);
        match &self.overlay.current {
            None => panes.note_seen(cx, store),
            Some(Overlay::Batch(_)) => writes.note_seen_ahead(cx),
            Some(_) => {}
        }
        self.rooms.store.note_intents(&mut self.rooms.cx);
        self.ring();
        self.rooms.cx.take_effects()
    }

    fn advance(&mut self, now: Moment, message: Message) {
        self.rooms.cx.now = now;
        if self.lock_when_idle(&message) {
            return;
        }
        if self.lock.locked.is_some() {
            self.while_locked(message);
            return;
        }
        let brings_records = matches!(message, Message::Reply { .. });
        match message {
            Message::Typed(key) => self.key(key, Press::New),
            Message::Held(key) => self.key(key, Press::Repeat),
            message => dispatch::message(&mut self.rooms, &mut self.overlay, &mut self.input, message, false),
        }
        self.answer();
        self.rooms.store.take_up_second_drafts(&mut self.rooms.cx);
        self.answer();
        self.rooms.panes.follow_opened(&mut self.rooms.cx, &self.rooms.store);
        if brings_records {
            self.rooms.list.measure_columns(&self.rooms.store);
        }
        if self.lock.locked.is_some() {
            return;
        }
        self.replay();
        self.answer();
        progress::follow_reading(&mut self.rooms, &mut self.overlay);
        unfinished::offer_unfinished(&mut self.rooms, &mut self.overlay, !self.input.pending.is_empty());
        self.rooms.store.writes.leaving |= self.rooms.cx.effects.contains(&Effect::Quit);
        replies::release_held(&mut self.rooms, &mut self.overlay);
        self.answer();
        let Rooms { cx, store, sync, list, writes, .. } = &mut self.rooms;
        sync.follow_watch(cx);
        sync.forget_written(cx, store);
        list.follow_changes(cx, store);
        list.count_views(cx, store, sync.sweep.is_running(), writes.is_sending_many());
        list.count_marks(store);
        sync.follow_links(cx, store, list);
        list.follow_cursor(cx, store);
        store.ask_live(cx);
        cx.note_flights();
    }

    /// Does what rooms want of each other, and lets cursors follow what changed.
    pub(in crate::app) fn answer(&mut self) {
        for _ in 0..LONGEST_CHAIN {
            let intents = std::mem::take(&mut self.rooms.cx.intents);
            if intents.is_empty() && !self.rooms.store.touched {
                return;
            }
            for intent in intents {
                let Self { rooms, overlay, input, lock } = self;
                dispatch::intent(rooms, overlay, input, lock, intent);
            }
            if std::mem::take(&mut self.rooms.store.touched) {
                self.rooms.clamp_cursors();
            }
        }
    }

    /// Locks where no one touched a key for long enough. Returns whether the message is dealt with, too.
    fn lock_when_idle(&mut self, message: &Message) -> bool {
        let Some(after) = self.lock.rules.after else { return false };
        let Some(touched) = self.lock.rules.touched.filter(|_| self.lock.locked.is_none()) else {
            self.lock.rules.touched = Some(self.rooms.cx.now);
            return false;
        };
        // A machine that slept knows by its wall clock only.
        let slept = (self.rooms.cx.now.wall - touched.wall).to_std().unwrap_or_default();
        if self.rooms.cx.now.since(touched.mono).max(slept) < after {
            if lock::is_touch(message) {
                self.lock.rules.touched = Some(self.rooms.cx.now);
            }
            return false;
        }
        if let Message::TextEdited { text, failure } = message {
            // Whoever edited it may be gone by now.
            self.input.typing.forget();
            let Rooms { cx, store, panes, .. } = &mut self.rooms;
            panes.text_came_late(cx, store, text.clone(), failure.is_some());
        }
        lock::lock(&mut self.rooms, &mut self.overlay, &mut self.input, &mut self.lock, Why::Idle(after));
        // The key that found it locked was not meant for the password.
        if !lock::is_touch(message) {
            self.while_locked(message.clone());
        }
        true
    }

    /// Everything that happens while it is locked.
    fn while_locked(&mut self, message: Message) {
        let from = self.rooms.cx.effects.len();
        match message {
            Message::Typed(key) | Message::Held(key) => lock::typed_in_lock(&mut self.rooms, &mut self.lock, key),
            Message::Pasted(text) => {
                if let Some(lock) = self.lock.locked.as_mut().filter(|lock| !lock.asking.waiting) {
                    lock.asking.line().pasted(text.expose());
                }
            }
            Message::Reply { ticket, read, result } => {
                lock::reply_to_lock(&mut self.rooms, &mut self.overlay, &mut self.lock, ticket, read, result);
            }
            // Something else had it locked before.
            Message::TextEdited { text, failure } => {
                self.input.typing.forget();
                let Rooms { cx, store, panes, .. } = &mut self.rooms;
                panes.text_came_late(cx, store, text, failure.is_some());
            }
            // Nothing is due but the answers to writes, and what was begun for many records.
            Message::Woke => {
                self.rooms.writes.batch_woke(&mut self.rooms.cx, &mut self.rooms.store);
                if self.lock.locked.as_ref().is_some_and(|lock| !lock.forgotten) {
                    self.rooms.store.read_back_due(&mut self.rooms.cx);
                }
            }
            Message::Pointed { .. } | Message::Unknown(_) | Message::Burst(_) => {}
            message => {
                dispatch::message(&mut self.rooms, &mut self.overlay, &mut self.input, message, true);
            }
        }
        self.rooms.store.writes.leaving |= self.rooms.cx.effects.contains(&Effect::Quit);
        if self.lock.locked.is_none() {
            return;
        }
        self.rooms.writes.lock_batch(&mut self.rooms.cx, &mut self.rooms.store);
        self.answer();
        let allowed: Vec<Effect> = self.rooms.cx.effects.drain(from..).filter(lock::may_while_locked).collect();
        self.rooms.cx.extend(allowed);
        wipe::wipe(&mut self.rooms, &mut self.overlay, &mut self.lock);
        let effects = wipe::forget_when_done(&mut self.rooms, &mut self.lock);
        self.rooms.cx.extend(effects);
    }

    /// One key: it may have to wait, and what it asks for is done before the next one.
    fn key(&mut self, key: Key, press: Press) {
        if !self.input.takes(&mut self.rooms, &self.overlay, key, press) {
            return;
        }
        keyboard::typed(&mut self.rooms, &mut self.overlay, &mut self.input, key);
        self.answer();
        self.input.took(&self.rooms, &self.overlay);
    }

    /// Types into the form what waited for it.
    fn replay(&mut self) {
        let waiting = self.input.waited(&mut self.rooms, &self.overlay);
        if waiting.is_empty() {
            return;
        }
        for (key, in_burst) in waiting {
            self.input.resumes(&self.rooms, &self.overlay, in_burst);
            self.key(key, Press::New);
        }
        self.input.resumed();
    }

    /// Why a command cannot be used on this screen, or just now. `None`: it can.
    pub fn why_not(&self, command: Command) -> Option<String> {
        commands::refusal(&self.rooms, &self.overlay, command).map(|refusal| refusal.notice().1)
    }

    /// Whether the profile refuses a command altogether.
    pub fn is_refused_by_profile(&self, command: Command) -> bool {
        commands::is_refused_by_profile(&self.rooms, &self.overlay, command)
    }

    /// What a command line may become.
    pub fn offers(&self, line: &str) -> Vec<PaletteOffer> {
        complete::offers(&self.rooms, &self.overlay, line)
    }

    /// When the app next needs to be woken, if at all. An idle app asks for no more than once a minute.
    pub fn wake_at(&self) -> Option<Duration> {
        timers::wake_at(&self.rooms, &self.overlay, &self.lock)
    }

    /// Rings the bell where something ended that was waited for.
    fn ring(&mut self) {
        let finished = self.rooms.writes.bulk.as_ref().filter(|batch| batch.is_finished()).map(|batch| batch.number);
        let stale = self.rooms.store.loaded.synced.filter(|_| self.rooms.sync.sweep.held_up.is_some());
        if self.rooms.sync.bell.rings(self.rooms.cx.now.mono, finished, stale) {
            self.rooms.cx.effect(Effect::Bell);
        }
    }

    /// Where another screen stands now, what was said on the one before goes.
    fn note_screen(&mut self) {
        let side = self.rooms.panes.stack.last().map(std::mem::discriminant);
        let overlay = self.overlay.current.as_ref().map(std::mem::discriminant);
        let screen =
            input::KeyFocus { scope: self.rooms.panes.scope(), depth: self.rooms.panes.stack.len(), side, overlay };
        let other = self.input.screen.replace(screen).is_some_and(|before| before != screen);
        self.rooms.cx.notices.expire(self.rooms.cx.now, other);
        if other && screen.is_the_list() {
            self.input.tips.turn();
        }
    }

    /// Shows the user an error from outside.
    pub fn report(&mut self, now: Moment, text: impl Into<String>) {
        self.rooms.cx.now = now;
        self.rooms.cx.say(Tone::Bad, text);
    }
}
