//! Any messages in any order: no panic, the cursor on a record that is there, never two writes of one record under
//! way, no draft gone without a key of the user or an answer of the server, no password on the screen that no one
//! asked to see, and behind a lock no record on the screen and no secret in memory.
//!
//! Each byte is one thing that happens; some take the bytes behind them as arguments. Reads and writes that the app
//! asks for wait until a byte has them answered, in any order, by a small server of records in memory.

#[path = "keys/server.rs"]
mod server;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use sipreg::app::core::{Effect, Message, Pointing, Read, System, Ticket, Write};
use sipreg::app::lock::{Locking, SignInAgain};
use sipreg::app::model::drafts::DraftUnkept;
use sipreg::app::model::looks::LooksError;
use sipreg::app::model::time::Moment;
use sipreg::app::{App, SidePane};
use sipreg::domain::answer::ConnectionState;
use sipreg::domain::change::Draft;
use sipreg::domain::query::Segment;
use sipreg::domain::record::{Record as _, Secret};
use sipreg::domain::state_error::{Attempt, FileFault, FileObstacle, StateError};
use sipreg::domain::unreadable_draft::{UnreadableDraft, UnreadableReason};
use sipreg::keys::Key;
use sipreg::view;
use sipreg::view::theme::Theme;

use super::records::PLANTED;
use super::setup::{beginning, bound_keys, setup, work};
use server::Server;

/// A text from outside that would act on the terminal.
const HOSTILE: &str = "\u{1b}]0;title\u{7} from outside";

/// The disk refuses something, with such a text.
fn hostile(attempt: Attempt) -> StateError {
    FileFault::new(HOSTILE, FileObstacle::Other(HOSTILE.to_owned())).during(attempt)
}

/// What stands for a text that is pasted or typed in an editor.
const TEXTS: [&str; 8] = [
    "3600",
    "acme \u{1b}[31mred\u{202e}\nsecond",
    "sip:a@b.example",
    "",
    "domain:acme expire>10 !is:draft ~^a",
    "name = \"new\"\nexpire = 60\n",
    "discard",
    "\u{301}\u{301}東京\u{0}",
];

/// One thing a byte.
pub fn check(data: &[u8]) {
    let mut play = Play::new();
    let mut script = data.iter().copied();
    while let Some(byte) = script.next() {
        play.act(byte, &mut script);
    }
    play.draw();
}

struct Play {
    app: App,
    now: Moment,
    keys: Vec<Key>,
    server: Server,
    reads: Vec<(Ticket, Read)>,
    writes: Vec<(u64, Write)>,
    later: Vec<Message>,
    /// Every record that was ever loaded.
    met: BTreeSet<u64>,
    steps: usize,
}

/// What is true before something happens.
struct Before {
    drafts: BTreeSet<u64>,
}

impl Play {
    fn new() -> Self {
        let now = beginning(Duration::from_secs(1));
        let mut keys = bound_keys();
        keys.extend("dimwxz0:.@,'\"é東 \u{7}".chars().map(Key::char));
        keys.push(Key::plain(sipreg::keys::Code::Backspace));
        let server = Server::new();
        let mut app = App::new(setup(), (80, 24), now);
        app.store.records.absorb(Arc::new(Segment::of(server.records.values())));
        for target in Server::targets() {
            app.store.targets.add(target);
        }
        let (reads, writes, later) = (Vec::new(), Vec::new(), Vec::new());
        let mut play = Self { app, now, keys, server, reads, writes, later, met: BTreeSet::new(), steps: 0 };
        play.tell(Message::Started);
        play
    }

    /// What a byte stands for. Keys are the most of it.
    fn act(&mut self, byte: u8, script: &mut impl Iterator<Item = u8>) {
        let mut more = || usize::from(script.next().unwrap_or_default());
        match byte {
            0..=159 => {
                let key = self.keys[usize::from(byte) % self.keys.len()];
                self.tell(Message::Typed(key));
            }
            160..=195 if !self.reads.is_empty() => {
                let (ticket, read) = self.reads.remove(usize::from(byte - 160) % self.reads.len());
                let result = self.server.read(&read, byte.is_multiple_of(7));
                self.tell(Message::Reply { ticket, read, result });
            }
            196..=209 if !self.writes.is_empty() => {
                let (number, write) = self.writes.remove(usize::from(byte - 196) % self.writes.len());
                let outcome = self.server.write(&write, more());
                self.tell(Message::Outcome { number, outcome });
            }
            210..=217 if !self.later.is_empty() => {
                let message = self.later.remove(usize::from(byte - 210) % self.later.len());
                self.tell(message);
            }
            218..=221 => self.server.meddle(more()),
            222..=225 => self.tell(Message::Pasted(Secret::new(TEXTS[more() % TEXTS.len()]))),
            226..=229 => {
                let (columns, rows) = (more() * 2, more());
                self.tell(Message::Resized(columns as u16, rows as u16));
            }
            230..=235 => {
                let step = Duration::from_millis([1, 300, 1_000, 10_000, 61_000, 700_000][usize::from(byte - 230)]);
                self.now.mono += step;
                // The wall clock jumps back now and then.
                if more().is_multiple_of(8) {
                    self.now.wall -= step * 3;
                } else {
                    self.now.wall += step;
                }
                self.tell(Message::Woke);
            }
            236 | 237 => {
                let link = ConnectionState {
                    user: (byte == 236).then(|| "bob\u{9b}".to_owned()),
                    token_left: Some(Duration::from_secs(more() as u64)),
                    renewable: more().is_multiple_of(2),
                    rtt: Some(Duration::from_millis(more() as u64)),
                    skew: Some(more() as i64 * 100 - 12_000),
                    waits_for: (byte == 237).then(|| "token_command (\u{9b}2J)".into()),
                };
                self.tell(Message::Linked(link));
            }
            238 | 239 => {
                let text = TEXTS[more() % TEXTS.len()];
                let failure = (byte == 238).then(|| "vi ended with 1".to_owned());
                self.tell(Message::TextEdited { text: Some(Secret::new(text)), failure });
            }
            240 => {
                let id = 1 + more() as u64 % 8;
                let why = hostile(Attempt::SaveDraft(id));
                self.tell(Message::DraftKept { id, result: Err(DraftUnkept::Disk(why.into())) });
            }
            241 => self.tell(Message::DraftsFound {
                drafts: self.server.draft(more()).map(|draft| (draft, self.now.wall)).into_iter().collect(),
                unreadable: vec![UnreadableDraft {
                    id: None,
                    path: HOSTILE.into(),
                    reason: UnreadableReason::NotADraft(HOSTILE.to_owned()),
                }],
            }),
            242 => self.tell(Message::System(System::Resumed)),
            243 => self.tell(Message::Report(HOSTILE.to_owned())),
            245 | 246 => {
                let (column, row) = (more() as u16, more() as u16);
                let ways = [Pointing::Click, Pointing::WheelDown, Pointing::WheelUp];
                self.tell(Message::Pointed { how: ways[more() % ways.len()], column, row });
            }
            247 => self.app.lock.rules = Locking::new(Some(Duration::from_secs(60)), SignInAgain::Typing),
            244 => self.tell(Message::NotKept(LooksError::File(hostile(Attempt::WriteFile)))),
            _ => self.draw(),
        }
    }

    fn tell(&mut self, message: Message) {
        let before = Before { drafts: self.drafts() };
        let by_hand = matches!(message, Message::Typed(_) | Message::Pasted(_) | Message::TextEdited { .. });
        let by_server = matches!(message, Message::Outcome { .. } | Message::Reply { read: Read::Check(_), .. });
        // Someone else behind the lock leaves the forms, and with them copies that no one touched.
        let by_server = by_server || matches!(message, Message::Reply { read: Read::SignIn { .. }, .. });
        let reported = std::mem::discriminant(&message);
        let effects: Vec<_> = self.app.update(self.now, message).collect();
        for effect in effects {
            let Some(effect) = work(effect, |message| self.later.push(message)) else { continue };
            match effect {
                Effect::Read { ticket, read } => self.reads.push((ticket, read)),
                Effect::Cancel(slot) => self.reads.retain(|(ticket, _)| ticket.slot != slot),
                Effect::Write { number, write } | Effect::WriteNoted { number, write, .. } => {
                    self.writes.push((number, write));
                }
                Effect::Copy(text) => assert!(!text.contains(PLANTED), "the password on the clipboard: {text}"),
                _ => {}
            }
        }
        self.steps += 1;
        // A lock wipes a password: a copy in which nothing else was typed is one as it was made then, and still there.
        let is_there = |id: &u64| self.app.store.drafts.get(id).is_some_and(|kept| !kept.is_empty());
        let gone: Vec<u64> = before.drafts.iter().copied().filter(|id| !is_there(id)).collect();
        assert!(gone.is_empty() || by_hand || by_server, "drafts of {gone:?} are gone after {reported:?}");
        self.met.extend(self.app.store.records.iter().map(|row| row.id()));
        self.look();
        if self.steps.is_multiple_of(64) {
            self.draw();
        }
    }

    /// Records with a draft that holds something that someone typed; a copy as it was made is none.
    fn drafts(&self) -> BTreeSet<u64> {
        let is_copy = |id: u64, draft: &Draft| {
            self.app.panes.stack.iter().any(
                |side| matches!(side, SidePane::Form(form) if form.id == id && form.untouched.as_deref() == Some(draft)),
            )
        };
        let held = self.app.store.drafts.iter().filter(|(id, kept)| !kept.is_empty() && !is_copy(**id, &kept.draft));
        held.map(|(id, _)| *id).collect()
    }

    fn look(&self) {
        if let Some(id) = self.app.list.rows.cursor() {
            assert!(self.app.store.records.get(id).is_some(), "the cursor is on {id}, which is not there");
        }
        let mut written = BTreeSet::new();
        for under_way in self.app.store.writes.under_way.values() {
            assert!(written.insert(under_way.id), "{} is written twice at a time", under_way.id);
        }
        for id in &self.app.store.marks.ids {
            assert!(self.met.contains(id), "{id} is marked, and was never there");
        }
    }

    fn draw(&self) {
        let buffer = view::picture(&self.app, &Theme::default());
        let shown: String = buffer.content().iter().map(ratatui::buffer::Cell::symbol).collect();
        assert!(!shown.contains(char::is_control), "{shown:?}");
        if self.app.lock.locked.is_some() {
            let named = self.server.records.values().any(|record| {
                let name = record.name();
                name.len() > 3 && shown.contains(name)
            });
            assert!(!named, "a record behind the lock:\n{shown}");
            // What is sent holds what it needs until it is answered for.
            let writes = &self.app.store.writes;
            let bulk = self.app.writes.bulk.is_some();
            let idle = writes.under_way.is_empty() && !bulk && writes.read_back_until().is_none();
            assert!(
                !idle || !format!("{:?}", self.app).contains("Secret(*"),
                "a secret behind the lock: {:?}",
                self.app
            );
        }
        let asked = self.app.panes.stack.iter().any(|side| match side {
            SidePane::Detail(pane) => pane.revealed_until.is_some(),
            SidePane::Form(form) => form.revealed_until.is_some(),
            _ => false,
        });
        assert!(asked || !shown.contains(PLANTED), "the password is on the screen:\n{shown}");
    }
}
