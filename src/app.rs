//! The state machine: a message in, effects out. It has no clock, no sockets, no threads, no files, and
//! it cannot fail.

pub mod core;
pub mod first_run;
pub mod form;
pub(crate) mod input;
pub mod list;
pub mod lock;
pub mod model;
pub mod overlay;
pub(crate) mod panes;
pub(crate) mod store;
pub(crate) mod sync;
pub mod widget;
pub mod write;

use ratatui::layout::Position;

use crate::domain::record::registration::Record as _;
use core::context::Context;
use core::effect::Effect;
use core::intent::Intent;
use core::message::{Message, System};
use core::notice::Tone;
use form::Stage;
use input::Input;
use input::typing::Press;
use list::{List, Shown};
use lock::Lock;
use model::time::Moment;
use overlay::{Dialogs, Overlay};
use panes::Panes;
use panes::record::Detail;
use store::Store;
use sync::Sync;
use write::Writes;
use write::bulk::keys::BulkBox;

pub use core::setup::{Access, Setup};
pub use panes::Focus;
pub use panes::stack::Side;
pub use store::MEMORY;

/// Rounds of intents that ask for others; far more than any chain of them has.
const LONGEST_CHAIN: usize = 32;

/// The whole state.
#[derive(Debug)]
pub struct App {
    /// What the rooms share and how they reach the outside.
    pub cx: Context,
    /// What is known.
    pub store: Store,
    /// Reading.
    pub sync: Sync,
    /// Changing.
    pub writes: Writes,
    /// The list.
    pub list: List,
    /// What the list opened.
    pub panes: Panes,
    /// The dialog over the panes.
    pub overlay: Dialogs,
    /// The lock.
    pub lock: Lock,
    /// Keys and clicks that wait for the next one.
    pub input: Input,
}

impl App {
    /// The app before anything happened.
    #[must_use]
    pub fn new(setup: Setup, size: (u16, u16), now: Moment) -> Self {
        let mut store = Store::new(setup.if_match, setup.ignored);
        store.history.began = Some(now.wall);
        Self {
            writes: Writes::default(),
            store,
            cx: Context::new(setup, size, now),
            sync: Sync::default(),
            list: List::default(),
            panes: Panes::default(),
            overlay: Dialogs::default(),
            lock: Lock::default(),
            input: Input::default(),
        }
    }

    /// Takes in what happened. Returns what is to be done outside, in order.
    pub fn update(&mut self, now: Moment, message: Message) -> std::vec::Drain<'_, Effect> {
        self.advance(now, message);
        self.note_screen();
        self.note_seen();
        self.note_seen_ahead();
        self.store.note_intents(&mut self.cx);
        self.ring();
        self.cx.take_effects()
    }

    fn advance(&mut self, now: Moment, message: Message) {
        self.cx.now = now;
        if self.lock_when_idle(&message) {
            return;
        }
        if self.lock.locked.is_some() {
            self.while_locked(message);
            return;
        }
        let brings_records = matches!(message, Message::Reply { .. });
        self.received(message);
        self.answer();
        self.store.take_up_second_drafts(&mut self.cx);
        self.answer();
        self.panes.follow_opened(&mut self.cx, &self.store);
        if brings_records {
            self.list.measure_columns(&self.store);
        }
        if self.lock.locked.is_some() {
            return;
        }
        self.replay();
        self.answer();
        self.follow_reading();
        self.offer_leftovers();
        self.store.writes.leaving |= self.cx.effects.contains(&Effect::Quit);
        self.release_held();
        self.answer();
        self.sync.follow_watch(&mut self.cx);
        self.sync.forget_written(&mut self.cx, &mut self.store);
        self.list.follow_changes(&mut self.cx, &mut self.store);
        self.count_views();
        self.list.count_marks(&mut self.store);
        self.sync.follow_links(&mut self.cx, &self.store, &self.list);
        self.list.follow_cursor(&mut self.cx, &mut self.store);
        self.store.ask_live(&mut self.cx);
        self.cx.note_flights();
    }

    fn received(&mut self, message: Message) {
        match message {
            Message::Started => {
                self.cx.effect(Effect::FindDrafts);
                self.cx.effect(Effect::FindLeftovers);
                self.cx.effect(Effect::FindPending);
                self.sync.sweep.start(&mut self.cx);
            }
            Message::Typed(key) => self.key(key, Press::New),
            Message::Held(key) => self.key(key, Press::Repeat),
            Message::Unknown(what) => {
                self.cx.say(Tone::Plain, format!("Unknown key {what}. Nothing was done."));
            }
            Message::Burst(burst) => {
                self.burst(burst);
            }
            Message::Pasted(text) => self.pasted(text.expose()),
            Message::Pointed { how, column, row } => self.pointed(how, Position { x: column, y: row }),
            Message::Resized(columns, rows) => {
                self.cx.size = (columns, rows);
                self.store.touch();
            }
            Message::Reply { ticket, read, result } => self.reply(ticket, read, result),
            Message::Outcome { number, outcome } => {
                self.writes.outcome(&mut self.cx, &mut self.store, number, outcome);
            }
            Message::Unnoted { number, why } => self.writes.unnoted(&mut self.cx, &mut self.store, number, &why),
            Message::DraftKept { id, result } => {
                self.store.draft_kept(&mut self.cx, id, result);
            }
            Message::DraftsFound { drafts, unreadable } => {
                self.store.drafts_found(&mut self.cx, drafts, unreadable);
            }
            Message::DraftsSeen(seen) => self.panes.drafts_seen(&mut self.cx, &mut self.store, *seen),
            Message::Leftovers { plans, bounces, unreadable } => {
                for text in unreadable {
                    self.cx.say(Tone::Bad, text);
                }
                self.writes.leftovers_found(&mut self.cx, plans, bounces);
            }
            Message::PendingFound(found) => self.panes.pending_found(&mut self.cx, &mut self.store, found),
            Message::Exported { export, result } => {
                self.overlay.exported(&mut self.cx, export, result);
            }
            Message::Told(text) => {
                self.cx.say(Tone::Bad, text);
            }
            Message::TextEdited { text, failure } => {
                self.input.typing.forget();
                self.text_edited(text, failure);
            }
            Message::Ran { ticket, result } => {
                self.input.typing.forget();
                let locked = self.lock.locked.is_some();
                self.overlay.program_ended(&mut self.cx, ticket, result, locked);
            }
            Message::JournalRead { ticket, file } => {
                self.overlay.journal_read(&self.cx, &self.store, ticket, *file);
            }
            Message::Arranged { ticket, ids } => {
                if self.cx.tickets.is_current(ticket) {
                    self.list.arranged(&mut self.cx, &mut self.store, Shown::Ids(ids));
                }
            }
            Message::Counted { counted } => {
                self.store.rules.census = Some(std::sync::Arc::clone(&counted.census));
                self.list.counted(*counted);
            }
            Message::Surveyed { ticket, places } => {
                if self.cx.tickets.is_current(ticket) {
                    self.overlay.surveyed(places);
                }
            }
            Message::Linted { ticket, findings } => {
                if self.cx.tickets.is_current(ticket) {
                    self.overlay.linted(&self.cx, findings);
                }
            }
            Message::Live { ticket, news } => self.live_came(ticket, news),
            Message::NotKept(why) => {
                self.cx.say(Tone::Bad, format!("Columns and views were not saved: {why}"));
            }
            Message::LooksKept { change, result } => self.list.looks_kept(&mut self.cx, *change, result),
            Message::Linked(link) => {
                self.sync.linked(&mut self.cx, link);
            }
            Message::Woke => self.woke(),
            Message::System(System::Terminate | System::HangUp) => self.cx.effect(Effect::Quit),
            Message::System(System::Resumed) => {
                self.input.typing.forget();
                self.cx.effect(Effect::Redraw);
            }
        }
    }

    /// Does what rooms want of each other, and lets cursors follow what changed.
    pub(in crate::app) fn answer(&mut self) {
        for _ in 0..LONGEST_CHAIN {
            let intents = std::mem::take(&mut self.cx.intents);
            if intents.is_empty() && !self.store.touched {
                return;
            }
            for intent in intents {
                self.answer_one(intent);
            }
            if std::mem::take(&mut self.store.touched) {
                self.settle();
            }
        }
    }

    fn answer_one(&mut self, intent: Intent) {
        match intent {
            Intent::SignIn(trouble) => self.overlay.ask_sign_in(&mut self.cx, trouble),
            Intent::ShowBulk => self.overlay.current = Some(Overlay::Batch(BulkBox)),
            Intent::OfferBulk => {
                self.overlay.current.get_or_insert(Overlay::Batch(BulkBox));
            }
            Intent::HideBulk => {
                if matches!(self.overlay.current, Some(Overlay::Batch(_))) {
                    self.overlay.current = None;
                }
            }
            Intent::RecordRead(id) => self.panes.record_read(id),
            Intent::CloseRecord(id) => self.panes.close_record(id),
            Intent::Applied { id, action, fields } => self.live_touched(id, action, fields),
            Intent::Saved { id, sent, now } => self.panes.finish(&mut self.cx, &mut self.store, id, &sent, &now),
            Intent::Made { old, sent, now, said: (tone, text) } => {
                if let Some(sent) = sent {
                    self.panes.finish_new(&mut self.cx, &mut self.store, old, &sent, &now);
                }
                let follows = self.panes.focus == Focus::List;
                let shown = self.list.show_made(&self.cx, &self.store, now.registration.id(), follows);
                self.cx.say(tone, format!("{text}{}", if shown { "" } else { " (hidden by the filter)" }));
            }
            Intent::NotSaved { id, sent, complaint, of_history } => {
                self.panes.not_saved(&mut self.cx, &mut self.store, id, &sent, complaint.as_ref(), of_history);
            }
            Intent::Conflict(id, merge, upshot) => {
                self.panes.moved_under(&mut self.cx, &mut self.store, id, merge, Some(upshot));
            }
            Intent::CheckDraft(id) => {
                self.panes.stage(id, Stage::Editing);
                self.panes.check(&mut self.cx, &mut self.store, id);
            }
            Intent::DeleteAgain { id, now, moved, of } => self.overlay.ask_delete_again(id, now, moved, of),
        }
    }

    /// Rings the bell where something ended that was waited for.
    fn ring(&mut self) {
        let over = self.writes.bulk.as_ref().filter(|batch| batch.is_over()).map(|batch| batch.number());
        let stale = self.store.loaded.synced.filter(|_| self.sync.sweep.held_up.is_some());
        if self.sync.bell.rings(self.cx.now.mono, over, stale) {
            self.cx.effect(Effect::Bell);
        }
    }

    /// Where another screen stands now, what was said on the one before goes.
    fn note_screen(&mut self) {
        let side = self.panes.stack.last().map(std::mem::discriminant);
        let overlay = self.overlay.current.as_ref().map(std::mem::discriminant);
        let screen = input::Screen { scope: self.panes.scope(), depth: self.panes.stack.len(), side, overlay };
        let other = self.input.screen.replace(screen).is_some_and(|before| before != screen);
        self.cx.notices.settle(self.cx.now, other);
        if other && screen.is_the_list() {
            self.input.tips.turn();
        }
    }

    /// The loaded record that the focused pane is about.
    #[must_use]
    pub fn subject(&self) -> Option<u64> {
        match (self.panes.focus, self.panes.stack.last()) {
            (Focus::Side, Some(Side::Detail(Detail { id, .. }) | Side::Document { id, .. })) => Some(*id),
            (Focus::Side, Some(Side::Form(form))) => Some(form.id),
            (Focus::Side, Some(Side::Target(_))) => None,
            (Focus::Side, None) | (Focus::List, _) => self.list.rows.cursor(),
        }
    }

    /// Shows the user an error from outside.
    pub fn tell(&mut self, now: Moment, text: impl Into<String>) {
        self.cx.now = now;
        self.cx.say(Tone::Bad, text);
    }

    /// The records or the screen changed: cursors stay on what they are on.
    fn settle(&mut self) {
        let layout = self.cx.layout();
        self.list.arranging.stale = true;
        self.list.views.stale = true;
        self.store.marks.stale = true;
        self.list.rows.settle(&self.store.records, layout.list_height());
        let shown = |id: &u64| self.panes.stack.iter().any(|side| matches!(side, Side::Detail(pane) if pane.id == *id));
        self.store.fetched.retain(|id, _| shown(id));
        self.panes.clamp_panes(&self.cx, &self.store);
    }
}
