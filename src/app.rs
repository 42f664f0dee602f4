//! The state machine: a message in, effects out. It has no clock, no sockets, no threads, no files, and
//! it cannot fail.

pub mod core;
pub mod form;
pub mod input;
pub mod list;
pub mod lock;
pub mod model;
pub mod overlay;
pub mod panes;
pub mod sync;
pub mod widget;
pub mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::DateTime;
use ratatui::layout::Position;

use crate::domain::answer::Link;
use crate::domain::query::collection::{Collection, Limits};
use crate::domain::query::segment::RowRef;
use crate::domain::record::draft::is_fresh;
use crate::domain::record::registration::Record;
use crate::domain::record::relation::{Relation, Targets};
use crate::domain::record::value::ValueRef;
use crate::domain::request_error::Trouble;
use crate::domain::rules::check::{Context, Standing};
use crate::keys::chord::Key;
use crate::keys::command::Scope;

use core::effect::{Effect, IfMatch, Read};
use core::message::{Message, System};
use core::notice::{Notices, Tone};
use core::ticket::{Slot, Ticket, Tickets};
use list::arrange::{Arranging, States};
use list::marking::Marks;
use list::preview::{Beside, Resting};
use list::views::Views;
use list::{List, Shown};
use lock::{Lock, Locking};
use model::columns::Columns;
use model::drafts::Drafts;
use model::history::History;
use model::time::Moment;
use overlay::{Overlay, SignIn};
use panes::record::Detail;
use sync::changes::Noticing;
use sync::sweep::Loading;
use sync::watch::Watch;
use widget::layout::Layout;
use widget::line::Line;
use write::bulk::Batch;
use write::bulk::resume::Leftovers;
use write::toggle::UnderWay;

pub use core::setup::{Access, Setup};
pub use panes::stack::Side;

/// Memory for the list: 100,000 records of usual size take 26 MB.
pub const MEMORY: Limits = Limits { value: 1 << 10, total: 256 << 20 };

/// Characters of a name in a message; what is said of the record would not be seen behind a longer one.
const LONGEST_NAME: usize = 60;

/// Links followed at a time for labels.
const LINKS_AT_ONCE: usize = 2;

/// Which pane has the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// The list.
    List,
    /// What it opened.
    Side,
}

/// The whole state.
#[derive(Debug)]
pub struct App {
    /// What stays the same.
    pub setup: Setup,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The moment of the last message.
    pub now: Moment,
    /// Loaded registrations.
    pub records: Collection,
    /// Known pops, nodes and transports.
    pub targets: Targets,
    /// The connection, as last told.
    pub link: Link,
    /// When the token ends.
    pub token_until: Option<Duration>,
    /// How long before that a new one is to be had.
    renew_ahead: Duration,
    /// The list pane.
    pub list: List,
    /// Where its cursor rested last.
    resting: Resting,
    /// Which records it is to show, in which order.
    pub arranging: Arranging,
    /// Columns of the list.
    pub columns: Columns,
    /// The record that the next one is compared with.
    pub to_compare: Option<u64>,
    /// Saved views.
    pub views: Views,
    /// For `is:` in filters: what records are beside their values.
    pub states: States,
    /// What belongs to marks besides the marks themselves.
    pub marks: Marks,
    /// Reading the list.
    pub loading: Loading,
    /// What the list opened, the top last.
    pub side: Vec<Side>,
    /// Which pane has the keyboard.
    pub focus: Focus,
    /// What stands over the panes.
    pub overlay: Option<Overlay>,
    /// The lock, while it is locked: then nothing else is shown.
    pub lock: Option<Box<Lock>>,
    /// When it locks, and how it opens.
    pub locking: Locking,
    /// Keys of a binding begun.
    pub pending: Vec<Key>,
    /// Command lines run this session, the newest last.
    pub asked: Vec<String>,
    /// When and where the mouse was last clicked.
    clicked: Option<(Duration, Position)>,
    /// What the user was told.
    pub notices: Notices,
    /// Edits that are not saved.
    pub drafts: Drafts,
    /// What this session changed.
    pub history: History,
    /// What others changed.
    pub noticing: Noticing,
    /// Looking again and again.
    pub watch: Watch,
    /// Writes under way.
    pub writing: BTreeMap<u64, UnderWay>,
    written: u64,
    /// What is done to many records, until the next such.
    pub batch: Option<Box<Batch>>,
    batches: u64,
    /// What an earlier run left unfinished.
    pub leftovers: Leftovers,
    /// When records were last written by us.
    touched: BTreeMap<u64, Duration>,
    /// Since when the list is being read.
    reading_since: Option<Duration>,
    /// Whether the program was told to end.
    leaving: bool,
    if_match: IfMatch,
    undoing: Option<(u64, usize)>,
    /// New records of which it is not known whether the server made them, by their drafts.
    unsure: BTreeMap<u64, Trouble>,
    /// Deleted in this session: a page that was under way does not bring them back.
    deleted: BTreeSet<u64>,
    tickets: Tickets,
    flights: BTreeMap<u64, (Ticket, Duration)>,
    flown: u64,
    links_under_way: BTreeSet<String>,
    links_failed: BTreeSet<String>,
    /// How many records with values kept in part the user was told of.
    cut_told: usize,
}

impl App {
    /// The app before anything happened.
    #[must_use]
    pub fn new(setup: Setup, size: (u16, u16), now: Moment) -> Self {
        let if_match = setup.if_match;
        Self {
            setup,
            size,
            now,
            records: Collection::within(MEMORY),
            targets: Targets::default(),
            link: Link::default(),
            token_until: None,
            renew_ahead: sync::timers::RENEW_AHEAD,
            list: List::default(),
            resting: Resting::default(),
            arranging: Arranging::default(),
            columns: Columns::default(),
            to_compare: None,
            views: Views::default(),
            states: States::default(),
            marks: Marks::default(),
            loading: Loading::default(),
            side: Vec::new(),
            focus: Focus::List,
            overlay: None,
            lock: None,
            locking: Locking::default(),
            pending: Vec::new(),
            asked: Vec::new(),
            clicked: None,
            notices: Notices::default(),
            drafts: Drafts::new(),
            history: History::default(),
            noticing: Noticing::default(),
            watch: Watch::default(),
            writing: BTreeMap::new(),
            written: 0,
            batch: None,
            batches: 0,
            leftovers: Leftovers::default(),
            touched: BTreeMap::new(),
            reading_since: None,
            leaving: false,
            if_match,
            undoing: None,
            unsure: BTreeMap::new(),
            deleted: BTreeSet::new(),
            tickets: Tickets::default(),
            flights: BTreeMap::new(),
            flown: 0,
            links_under_way: BTreeSet::new(),
            links_failed: BTreeSet::new(),
            cut_told: 0,
        }
    }

    /// Takes in what happened; answers with what is to be done.
    pub fn update(&mut self, now: Moment, message: Message) -> Vec<Effect> {
        self.now = now;
        if let Some(effects) = self.lock_when_idle(&message) {
            return effects;
        }
        if self.lock.is_some() {
            return self.while_locked(message);
        }
        let mut effects = self.received(message);
        if self.lock.is_some() {
            return effects;
        }
        self.follow_reading();
        self.offer_leftovers();
        self.leaving |= effects.contains(&Effect::Quit);
        effects.extend(self.release_held());
        self.follow_watch();
        self.forget_written();
        effects.extend(self.follow_changes());
        effects.extend(self.count_views());
        self.count_marks();
        effects.extend(self.follow_links());
        self.follow_cursor();
        self.note_flights(&effects);
        effects
    }

    fn received(&mut self, message: Message) -> Vec<Effect> {
        match message {
            Message::Started => {
                let mut effects = vec![Effect::FindDrafts, Effect::FindLeftovers];
                effects.extend(self.loading.start(&mut self.tickets, &mut self.records));
                effects
            }
            Message::Typed(key) => self.typed(key),
            Message::Pasted(text) => self.pasted(text.expose()),
            Message::Pointed { how, column, row } => self.pointed(how, Position { x: column, y: row }),
            Message::Resized(columns, rows) => {
                self.size = (columns, rows);
                self.settle();
                Vec::new()
            }
            Message::Reply { ticket, read, result } => self.reply(ticket, read, result),
            Message::Outcome { number, outcome } => self.outcome(number, outcome),
            Message::DraftKept { id, result } => {
                self.draft_kept(id, result);
                Vec::new()
            }
            Message::DraftsFound { drafts, unreadable } => {
                self.drafts_found(drafts, unreadable);
                Vec::new()
            }
            Message::Leftovers { plans, bounces } => {
                self.leftovers_found(plans, bounces);
                Vec::new()
            }
            Message::Exported { export, result } => {
                self.exported(export, result);
                Vec::new()
            }
            Message::Told(text) => {
                self.say(Tone::Bad, text);
                Vec::new()
            }
            Message::TextEdited { text, failure } => self.text_edited(text, failure),
            Message::Arranged { ticket, ids } => {
                if self.tickets.is_current(ticket) {
                    self.arranged(Shown::Ids(ids));
                }
                Vec::new()
            }
            Message::Counted { counts } => {
                self.counted(counts);
                Vec::new()
            }
            Message::Linted { ticket, findings } => {
                if self.tickets.is_current(ticket) {
                    self.linted(findings);
                }
                Vec::new()
            }
            Message::NotKept(why) => {
                self.say(Tone::Bad, format!("columns and views are not kept: {why}"));
                Vec::new()
            }
            Message::Linked(link) => {
                self.linked(link);
                Vec::new()
            }
            Message::Woke => self.woke(),
            Message::System(System::Terminate | System::HangUp) => vec![Effect::Quit],
            Message::System(System::Resumed) => vec![Effect::Redraw],
        }
    }

    /// Notes which requests are under way from now on.
    fn note_flights(&mut self, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::Read { ticket, .. } => {
                    self.flown += 1;
                    self.flights.insert(self.flown, (*ticket, self.now.mono));
                }
                Effect::Cancel(slot) => self.flights.retain(|_, (flying, _)| flying.slot != *slot),
                Effect::Arrange { .. }
                | Effect::Count { .. }
                | Effect::Lint { .. }
                | Effect::Keep(_)
                | Effect::Redraw
                | Effect::Suspend
                | Effect::Quit
                | Effect::Write { .. }
                | Effect::WriteNoted { .. }
                | Effect::Note(_)
                | Effect::FindLeftovers
                | Effect::Forget(_)
                | Effect::Export(_)
                | Effect::KeepDraft(_)
                | Effect::DropDraft(_)
                | Effect::FindDrafts
                | Effect::Record(_)
                | Effect::Copy(_)
                | Effect::EditText(_)
                | Effect::SignOut => {}
            }
        }
    }

    /// Where panes stand now.
    #[must_use]
    pub fn layout(&self) -> Layout {
        Layout::of(self.size)
    }

    /// Whose keys are in force.
    #[must_use]
    pub fn scope(&self) -> Scope {
        match (self.focus, self.side.last()) {
            (Focus::Side, Some(side)) => side.scope(),
            (Focus::Side, None) | (Focus::List, _) => Scope::List,
        }
    }

    /// The loaded record that the focused pane is about.
    #[must_use]
    pub fn subject(&self) -> Option<u64> {
        match (self.focus, self.side.last()) {
            (Focus::Side, Some(Side::Detail(Detail { id, .. }) | Side::Document { id, .. })) => Some(*id),
            (Focus::Side, Some(Side::Form(form))) => Some(form.id),
            (Focus::Side, Some(Side::Target(_))) => None,
            (Focus::Side, None) | (Focus::List, _) => self.list.cursor(),
        }
    }

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

    /// A time of day as the screen shows it.
    #[must_use]
    pub fn clock(&self, at: DateTime<chrono::Utc>) -> String {
        at.with_timezone(&self.setup.timezone).format("%H:%M:%S").to_string()
    }

    /// The record under the cursor, as the list knows it.
    #[must_use]
    pub fn under_cursor(&self) -> Option<RowRef<'_>> {
        self.records.get(self.list.cursor()?)
    }

    /// What a record is compared with for its `!` sign. Names are not compared here: that takes a count over
    /// all records.
    #[must_use]
    pub fn lint_context(&self) -> Context<'_> {
        Context::new(&self.targets, None, Standing::Loaded)
    }

    /// The lines of a side pane.
    #[must_use]
    pub fn lines(&self, side: &Side) -> Vec<Line> {
        let width = self.layout().side_width();
        match side {
            Side::Detail(pane) => self.detail_lines(pane, width),
            Side::Document { text, .. } => text.iter().flat_map(|line| widget::line::hanging(line, width)).collect(),
            Side::Target(pane) => pane.lines(&self.records, &self.targets, width),
            Side::Form(form) => {
                let revealed = form.revealed_until.is_some_and(|until| self.now.mono < until);
                let kept = self.drafts.get(&form.id);
                form::lines::lines(form, kept, &self.targets, revealed, width.saturating_sub(2))
            }
        }
    }

    fn detail_lines(&self, pane: &Detail, width: usize) -> Vec<Line> {
        let revealed = pane.revealed_until.is_some_and(|until| self.now.mono < until);
        let mut lines = match (&pane.fetched, self.records.get(pane.id)) {
            (Some(fetched), _) => {
                let unknown = &fetched.registration.unknown;
                panes::record::lines(&fetched.registration, unknown, &self.targets, revealed, width)
            }
            (None, Some(row)) => panes::record::lines(&row, &[], &self.targets, false, width),
            (None, None) => return Vec::new(),
        };
        lines.extend(self.seen_lines(pane.id, width));
        lines
    }

    /// The lines of the pane beside the list while nothing is opened.
    #[must_use]
    pub fn preview_lines(&self) -> Vec<Line> {
        let Beside::Record(record) = self.beside() else { return Vec::new() };
        let width = self.layout().side_width();
        let mut lines = panes::record::lines(&record, &[], &self.targets, false, width);
        lines.extend(self.seen_lines(crate::domain::record::registration::Record::id(&record), width));
        lines
    }

    /// How many requests are under way, and for how long the oldest.
    #[must_use]
    pub fn in_flight(&self) -> Option<(usize, Duration)> {
        let oldest = self.flights.values().map(|(_, since)| *since).min()?;
        Some((self.flights.len(), self.now.since(oldest)))
    }

    /// A reply came. Answers with the number of its request; of several with this ticket, that of the oldest.
    fn landed(&mut self, ticket: Ticket) -> Option<u64> {
        let number = self.flights.iter().find(|(_, (flying, _))| *flying == ticket).map(|(number, _)| *number)?;
        self.flights.remove(&number);
        Some(number)
    }

    /// Tells the user something that went wrong outside.
    pub fn tell(&mut self, now: Moment, text: impl Into<String>) {
        self.now = now;
        self.say(Tone::Bad, text);
    }

    fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.notices.say(self.now, tone, text);
    }

    fn read(ticket: Ticket, read: Read) -> Effect {
        Effect::Read { ticket, read }
    }

    /// The records or the screen changed: cursors stay on what they are on.
    fn settle(&mut self) {
        let layout = self.layout();
        self.arranging.stale = true;
        self.views.stale = true;
        self.marks.stale = true;
        self.list.settle(&self.records, layout.list_height());
        for index in 0..self.side.len() {
            if let Some(Side::Target(pane)) = self.side.get_mut(index) {
                pane.count(&self.records, &self.targets);
            }
            let len = self.side.get(index).map_or(0, |side| self.lines(side).len());
            if let Some(side) = self.side.get_mut(index) {
                let height = if matches!(side, Side::Form(_)) { layout.form_height() } else { layout.side_height() };
                side.pager_mut().clamp(len, height);
            }
        }
    }

    /// Follows links of relationships in view that are not known yet, a few at a time.
    fn follow_links(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.links_under_way.len() >= LINKS_AT_ONCE {
            return effects;
        }
        let height = self.layout().list_height();
        let mut wanted: Vec<(Relation, String)> = Vec::new();
        for row in self.list.in_view(&self.records, height) {
            for relation in Relation::ALL {
                if let ValueRef::Linked(link) = row.get(relation.field())
                    && self.targets.resolve(ValueRef::Linked(link))
                        == crate::domain::record::relation::Resolved::Unknown
                    && !self.links_failed.contains(link)
                    && !self.links_under_way.contains(link)
                {
                    wanted.push((relation, link.to_owned()));
                }
            }
            if wanted.len() > LINKS_AT_ONCE * 2 {
                break;
            }
        }
        for (relation, link) in wanted {
            if self.links_under_way.len() >= LINKS_AT_ONCE {
                break;
            }
            if !self.links_under_way.insert(link.clone()) {
                continue;
            }
            effects.push(Self::read(self.tickets.same(Slot::Labels), Read::Related { relation, link }));
        }
        effects
    }

    /// Asks who the user is.
    fn ask_sign_in(&mut self, trouble: Trouble) {
        if let Some(Overlay::SignIn(asking)) = &mut self.overlay {
            asking.waiting = false;
            asking.trouble = Some(trouble);
            return;
        }
        let user = self.setup.user.clone().or_else(|| self.link.user.clone());
        self.overlay = Some(Overlay::SignIn(Box::new(SignIn::new(user.as_deref(), Some(trouble)))));
    }
}
