//! The state machine: a message in, effects out. It has no clock, no sockets, no threads, no files, and
//! it cannot fail.

pub mod core;
pub mod first_run;
pub mod form;
pub mod input;
pub mod list;
pub mod lock;
pub mod model;
pub mod overlay;
pub mod panes;
pub mod store;
pub mod sync;
pub mod widget;
pub mod write;

use std::time::Duration;

use chrono::{DateTime, Offset as _};
use ratatui::layout::Position;

use crate::domain::query::segment::RowRef;
use crate::domain::record::draft::is_fresh;
use crate::domain::record::registration::Record;
use crate::domain::record::relation::Relation;
use crate::domain::record::value::ValueRef;
use crate::domain::request_error::{Trouble, TroubleKind};
use crate::domain::rules::check;
use crate::keys::command::Scope;

use core::context::Context;
use core::effect::{Effect, Read};
use core::intent::Intent;
use core::message::{Message, System};
use core::notice::Tone;
use core::ticket::{Slot, Ticket};
use input::Input;
use input::typing::Press;
use list::preview::Beside;
use list::{List, Shown};
use lock::Lock;
use model::time::Moment;
use overlay::{Dialogs, Overlay, SignIn};
use panes::Panes;
use panes::record::Detail;
use store::Store;
use sync::Sync;
use widget::layout::Opened;
use widget::line::Line;
use write::Writes;

pub use core::setup::{Access, Setup};
pub use panes::Focus;
pub use panes::stack::Side;
pub use store::MEMORY;

/// Characters of a name in a message; what is said of the record would not be seen behind a longer one.
const LONGEST_NAME: usize = 60;

/// Links followed at a time for labels.
const LINKS_AT_ONCE: usize = 2;

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
        self.note_intents();
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
        self.take_up_second_drafts();
        self.answer();
        self.follow_opened();
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
        self.count_marks();
        self.follow_links();
        self.list.follow_cursor(&mut self.cx, &mut self.store);
        self.ask_live();
        self.note_flights();
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
            Message::Outcome { number, outcome } => self.outcome(number, outcome),
            Message::Unnoted { number, why } => self.unnoted(number, &why),
            Message::DraftKept { id, result } => {
                self.store.draft_kept(&mut self.cx, id, result);
            }
            Message::DraftsFound { drafts, unreadable } => {
                self.store.drafts_found(&mut self.cx, drafts, unreadable);
            }
            Message::DraftsSeen(seen) => self.drafts_seen(*seen),
            Message::Leftovers { plans, bounces, unreadable } => {
                for text in unreadable {
                    self.cx.say(Tone::Bad, text);
                }
                self.writes.leftovers_found(&mut self.cx, plans, bounces);
            }
            Message::PendingFound(found) => self.pending_found(found),
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
                    self.surveyed(places);
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
            Intent::SignIn(trouble) => self.ask_sign_in(trouble),
            Intent::RecordRead(id) => self.panes.record_read(id),
            Intent::CloseRecord(id) => self.panes.close_record(id),
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

    /// Notes which requests are under way from now on.
    fn note_flights(&mut self) {
        let Context { effects, flights, flown, now, .. } = &mut self.cx;
        for effect in effects.iter() {
            match effect {
                Effect::Read { ticket, read } if *read != Read::Login => {
                    *flown += 1;
                    flights.insert(*flown, (*ticket, now.mono));
                }
                Effect::Cancel(slot) => flights.retain(|_, (flying, _)| flying.slot != *slot),
                // Where nobody is asked, nobody is slow.
                Effect::Read { .. }
                | Effect::Arrange { .. }
                | Effect::Count { .. }
                | Effect::Lint { .. }
                | Effect::AskLive { .. }
                | Effect::Overview { .. }
                | Effect::Keep(_)
                | Effect::Redraw
                | Effect::Bell
                | Effect::Suspend
                | Effect::NextProfile(_)
                | Effect::Quit
                | Effect::Write { .. }
                | Effect::WriteNoted { .. }
                | Effect::Note(_)
                | Effect::FindLeftovers
                | Effect::FindPending
                | Effect::Forget(_)
                | Effect::Export(_)
                | Effect::KeepDraft(_)
                | Effect::DropDraft(_)
                | Effect::FindDrafts
                | Effect::ClaimDraft(_)
                | Effect::TakeDraft(..)
                | Effect::ReleaseDraft(_)
                | Effect::Record(_)
                | Effect::Copy(_)
                | Effect::EditText(_)
                | Effect::Run { .. }
                | Effect::ReadJournal { .. }
                | Effect::UseToken(_)
                | Effect::SignOut => {}
            }
        }
    }

    /// Notes what the list opened: it changes where panes are, and how many lines of them are in view.
    fn follow_opened(&mut self) {
        let opened = match self.panes.stack.last() {
            None => Opened::Nothing,
            Some(Side::Form(form)) if form.is_reviewed() => Opened::Review,
            Some(Side::Form(_)) => Opened::Form,
            Some(Side::Detail(_) | Side::Document { .. } | Side::Target(_)) => Opened::Pane,
        };
        if std::mem::replace(&mut self.cx.opened, opened) != opened {
            self.clamp_panes();
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

    /// The lines of a side pane.
    #[must_use]
    pub fn lines(&self, side: &Side) -> Vec<Line> {
        let width = self.cx.layout().side_width();
        match side {
            Side::Detail(pane) => self.store.detail_lines(&self.cx, pane, width),
            Side::Document { text, .. } => text.iter().flat_map(|line| widget::line::hanging(line, width)).collect(),
            Side::Target(pane) => {
                let mut lines = self.store.live_counts(pane.relation, pane.id);
                lines.extend(pane.lines(&self.store.records, &self.store.targets, width));
                lines
            }
            Side::Form(form) => {
                let kept = self.store.drafts.get(&form.id);
                form::lines::lines(form, kept, &self.store.targets, width)
            }
        }
    }

    /// A reply came. Answers with the number of its request; of several with this ticket, that of the oldest.
    fn landed(&mut self, ticket: Ticket) -> Option<u64> {
        let number = self.cx.flights.iter().find(|(_, (flying, _))| *flying == ticket).map(|(number, _)| *number)?;
        self.cx.flights.remove(&number);
        Some(number)
    }

    /// Tells the user something that went wrong outside.
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
        self.clamp_panes();
    }

    /// Asks who the user is. Where nothing is at hand to sign in with, that is no error.
    fn ask_sign_in(&mut self, trouble: Trouble) {
        let trouble = Some(trouble).filter(|known| known.kind != TroubleKind::SignInNeeded || self.cx.link.renewable);
        if let Some(Overlay::SignIn(asking)) = &mut self.overlay.current {
            asking.waiting = false;
            asking.trouble = trouble;
            return;
        }
        let user = self.cx.setup.user.clone().or_else(|| self.cx.link.user.clone());
        self.overlay.current = Some(Overlay::SignIn(Box::new(SignIn::new(user.as_deref(), trouble))));
        self.cx.read(Slot::Login, Read::Login);
    }

    /// Cursors of panes stay on lines that are there.
    fn clamp_panes(&mut self) {
        for index in 0..self.panes.stack.len() {
            if let Some(Side::Target(pane)) = self.panes.stack.get_mut(index) {
                pane.count(&self.store.records, &self.store.targets);
            }
            let (len, height) =
                self.panes.stack.get(index).map_or((0, 0), |side| (self.lines(side).len(), self.side_rows(side)));
            if let Some(side) = self.panes.stack.get_mut(index) {
                side.pager_mut().clamp(len, height);
            }
        }
    }

    /// Links lead elsewhere where a relationship was changed, and no tag of a page tells: they are followed again with
    /// each refresh.
    fn age_links(&mut self) {
        self.store.targets.age_links();
        self.sync.links_failed.clear();
    }

    /// Follows links of relationships in view that are not known yet, a few at a time.
    fn follow_links(&mut self) {
        if self.sync.links_under_way.len() >= LINKS_AT_ONCE {
            return;
        }
        let height = self.cx.layout().list_height();
        let mut wanted: Vec<(Relation, String)> = Vec::new();
        for row in self.list.rows.in_view(&self.store.records, height) {
            if self.store.writes.is_sending(crate::domain::record::registration::Record::id(&row)) {
                // What it leads to may be what the write changes.
                continue;
            }
            for relation in Relation::ALL {
                if let ValueRef::Linked(link) = row.get(relation.field())
                    && !self.store.targets.is_followed(link)
                    && !self.sync.links_failed.contains(link)
                    && !self.sync.links_under_way.contains(link)
                {
                    wanted.push((relation, link.to_owned()));
                }
            }
            if wanted.len() > LINKS_AT_ONCE * 2 {
                break;
            }
        }
        for (relation, link) in wanted {
            if self.sync.links_under_way.len() >= LINKS_AT_ONCE {
                break;
            }
            if !self.sync.links_under_way.insert(link.clone()) {
                continue;
            }
            let effect =
                Effect::Read { ticket: self.cx.tickets.same(Slot::Labels), read: Read::Related { relation, link } };
            self.cx.effect(effect);
        }
    }
}

impl Panes {
    /// A record was read alone: what went wrong with that before is over.
    fn record_read(&mut self, id: u64) {
        for side in &mut self.stack {
            if let Side::Detail(pane) = side
                && pane.id == id
            {
                pane.trouble = None;
            }
        }
    }

    /// Closes what shows a record that was deleted. Forms stay: they have what was typed.
    fn close_record(&mut self, id: u64) {
        self.stack.retain(|side| match side {
            Side::Detail(pane) => pane.id != id,
            Side::Document { id: shown, .. } => *shown != id,
            Side::Target(_) | Side::Form(_) => true,
        });
        if self.stack.is_empty() {
            self.focus = Focus::List;
        }
    }

    /// Whose keys are in force.
    #[must_use]
    pub fn scope(&self) -> Scope {
        match (self.focus, self.stack.last()) {
            (Focus::Side, Some(side)) => side.scope(),
            (Focus::Side, None) | (Focus::List, _) => Scope::List,
        }
    }
}

impl Store {
    /// A record and its name, as messages call it.
    #[must_use]
    pub fn called(&self, id: u64) -> String {
        if is_fresh(id) {
            let name = self.drafts.get(&id).map(|kept| kept.draft.name()).filter(|name| !name.is_empty());
            return name.map_or_else(|| "the new registration".to_owned(), |name| format!("new {name}"));
        }
        let loaded = self.records.get(id).map(|row| row.name().to_owned());
        let name = loaded.or_else(|| self.drafts.get(&id).map(|kept| kept.name.clone()));
        match name {
            Some(name) if name.chars().nth(LONGEST_NAME).is_some() => {
                format!("{id} {}~", name.chars().take(LONGEST_NAME).collect::<String>())
            }
            Some(name) if !name.is_empty() => format!("{id} {name}"),
            Some(_) | None => format!("{id}"),
        }
    }

    /// What a record is compared with for its sign and its findings.
    #[must_use]
    pub fn lint_context(&self) -> check::Context<'_> {
        self.rules.context(&self.targets)
    }

    fn detail_lines(&self, cx: &Context, pane: &Detail, width: usize) -> Vec<Line> {
        let revealed = pane.revealed_until.is_some_and(|until| cx.now.mono < until);
        let live = match (self.fetched.get(&pane.id), self.records.get(pane.id)) {
            (Some(fetched), _) => self.live_lines(&fetched.registration, width),
            (None, Some(row)) => self.live_lines(&row, width),
            (None, None) => Vec::new(),
        };
        let mut lines = match (self.fetched.get(&pane.id), self.records.get(pane.id)) {
            (Some(fetched), _) => {
                let unknown = &fetched.registration.unknown;
                panes::record::lines(&fetched.registration, unknown, &self.lint_context(), revealed, width)
            }
            (None, Some(row)) => panes::record::lines(&row, &[], &self.lint_context(), false, width),
            (None, None) => return Vec::new(),
        };
        lines.splice(0..0, live);
        lines.extend(self.seen_lines(cx, pane.id, width));
        lines
    }
}

impl Context {
    /// A time of day as the screen shows it: with its offset where the clocks were changed between then and now, since
    /// an hour comes twice or not at all.
    #[must_use]
    pub fn clock(&self, at: DateTime<chrono::Utc>) -> String {
        let (then, now) = (at.with_timezone(&self.setup.timezone), self.now.wall.with_timezone(&self.setup.timezone));
        let same = then.offset().fix() == now.offset().fix();
        then.format(if same { "%H:%M:%S" } else { "%H:%M:%S %:z" }).to_string()
    }

    /// How many requests are under way, and for how long the oldest.
    #[must_use]
    pub fn in_flight(&self) -> Option<(usize, Duration)> {
        let oldest = self.flights.values().map(|(_, since)| *since).min()?;
        Some((self.flights.len(), self.now.since(oldest)))
    }
}

impl List {
    /// The record under the cursor, as the list knows it.
    #[must_use]
    pub fn under_cursor<'a>(&self, store: &'a Store) -> Option<RowRef<'a>> {
        store.records.get(self.rows.cursor()?)
    }

    /// The lines of the pane beside the list while nothing is opened.
    #[must_use]
    pub fn preview_lines(&self, cx: &Context, store: &Store) -> Vec<Line> {
        let Beside::Record(record) = self.beside(cx, store) else { return Vec::new() };
        let width = cx.layout().side_width();
        let mut lines = store.live_lines(&record, width);
        lines.extend(panes::record::lines(&record, &[], &store.lint_context(), false, width));
        lines.extend(store.seen_lines(cx, crate::domain::record::registration::Record::id(&record), width));
        lines
    }
}
