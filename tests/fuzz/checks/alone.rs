//! One console alone with a server: whatever is pressed, and in whatever order and however late answers come, nobody
//! else is blamed for a change, and in the end the list is what the server has.
//!
//! Each byte is one thing that happens. A request is carried out at one moment and its answer delivered at a later
//! one, each when a byte says so: so answers overtake each other. Another byte says whether it is answered at all,
//! whether a write is done, and when. The first byte says how labels come.

#[path = "alone/server.rs"]
mod server;

use std::time::Duration;

use chrono::DateTime;
use sipreg::app::core::effect::{Effect, IfMatch, Read, Write};
use sipreg::app::core::message::{Message, Outcome, Reply};
use sipreg::app::core::ticket::Ticket;
use sipreg::app::model::time::Moment;
use sipreg::app::{Access, App, Setup};
use sipreg::domain::answer::Link;
use sipreg::domain::record::equality::{Likeness, likeness};
use sipreg::domain::record::field::FieldId;
use sipreg::domain::record::registration::Record as _;
use sipreg::domain::record::relation::Resolved;
use sipreg::domain::record::value::{Secret, ValueRef};
use sipreg::domain::request_error::Trouble;
use sipreg::keys::chord::Key;
use sipreg::keys::command::bindings;
use sipreg::keys::keymap::Keymap;
use sipreg::view;
use sipreg::view::theme::Theme;

use server::Server;
use server::faults::Fate;

/// Sequences that a person presses in one go; a character in quotes stands for itself.
const SEQUENCES: [&str; 40] = [
    "t",
    "t",
    "t",
    "j",
    "k",
    "Enter",
    "Esc",
    "q",
    "e",
    "e",
    "c",
    "E",
    "u",
    "u y",
    "U y",
    "y",
    "w",
    "w",
    "Ctrl-s",
    "r",
    "R",
    "W",
    "Space",
    "*",
    "B",
    "B y",
    "x d y",
    "x e y",
    "x d 6 Enter",
    "Tab",
    ": s e t Space e x p i r e = 6 0 Enter",
    ": s e t Space e x p i r e = 9 0 Enter",
    ": s e t Space r e t r y - d e l a y = 7 Enter",
    "j i x Enter",
    "X",
    "m",
    "M",
    "D a c m e - 3 Enter",
    "D a c m e - 5 Enter",
    "G Space",
];

/// A word that blames somebody.
const BLAME: [&str; 2] = ["someone", "somebody"];

/// A request that was carried out, and whose answer is on its way.
enum Coming {
    Reply { ticket: Ticket, read: Read, result: Result<Reply, Trouble> },
    Outcome { number: u64, outcome: Outcome },
    Other(Message),
}

struct Play {
    app: App,
    now: Moment,
    keys: Vec<Key>,
    server: Server,
    reads: Vec<(Ticket, Read)>,
    writes: Vec<(u64, Write)>,
    coming: Vec<Coming>,
    told: usize,
    drawn: usize,
    /// What was pressed and delivered, for whoever has to find out what went wrong.
    course: Vec<String>,
}

/// One thing a byte.
pub fn check(data: &[u8]) {
    let mut script = data.iter().copied();
    let mut play = Play::new(script.next().unwrap_or_default() % 3 == 0);
    while let Some(byte) = script.next() {
        play.act(byte, &mut script);
    }
    play.settle();
    play.compare("once everything was answered");
    play.press("R");
    play.settle();
    play.compare("after a reload");
}

impl Play {
    fn new(links: bool) -> Self {
        let setup = Setup {
            profile: "eu".into(),
            plaintext: false,
            badge: None,
            server: "https://yeti.example".into(),
            access: Access::Write,
            user: Some("alice".into()),
            timezone: chrono_tz::UTC,
            keymap: Keymap::default(),
            if_match: IfMatch::Send,
            pid: 1,
            ignored: sipreg::domain::rules::rule::RuleSet::NONE,
            node_poll: Duration::from_secs(30),
        };
        let wall = DateTime::from_timestamp(1_714_557_600, 0).expect("a time");
        let now = Moment { mono: Duration::from_secs(1), wall };
        let mut keys: Vec<Key> =
            bindings().filter_map(|(_, keys, _)| Key::parse_sequence(keys).ok()).flatten().collect();
        keys.sort_unstable();
        keys.dedup();
        let mut play = Self {
            app: App::new(setup, (100, 30), now),
            now,
            keys,
            server: Server::new(links),
            reads: Vec::new(),
            writes: Vec::new(),
            coming: Vec::new(),
            told: 0,
            drawn: 0,
            course: Vec::new(),
        };
        play.tell(Message::Started);
        play.answer_all();
        play
    }

    fn act(&mut self, byte: u8, script: &mut impl Iterator<Item = u8>) {
        let mut more = || usize::from(script.next().unwrap_or_default());
        match byte {
            0..=99 => self.press(SEQUENCES[usize::from(byte) % SEQUENCES.len()]),
            100..=119 => {
                let key = self.keys[more() % self.keys.len()];
                self.course.push(format!("{key}"));
                self.tell(Message::Typed(key));
            }
            120..=159 if !self.reads.is_empty() => {
                let at = more() % self.reads.len();
                self.carry_out_read(at, more() as u8);
            }
            160..=185 if !self.writes.is_empty() => {
                let at = more() % self.writes.len();
                self.carry_out_write(at, Fate::of(more() as u8));
            }
            228..=235 => {
                self.course.push("(late writes land)".to_owned());
                self.server.land(None);
            }
            120..=235 if !self.coming.is_empty() => {
                let at = more() % self.coming.len();
                self.deliver(at);
            }
            236..=247 => {
                let step = Duration::from_millis([1, 300, 1_000, 6_000, 31_000, 61_000][usize::from(byte - 236) % 6]);
                self.pass(step);
            }
            248..=251 => {
                let link = Link {
                    user: Some("alice".to_owned()),
                    token_left: Some(Duration::from_secs(more() as u64)),
                    renewable: true,
                    rtt: Some(Duration::from_millis(200)),
                    skew: Some(0),
                    waits_for: None,
                };
                self.tell(Message::Linked(link));
            }
            _ => self.draw(),
        }
    }

    fn press(&mut self, sequence: &str) {
        for key in sequence.split(' ') {
            self.course.push(key.to_owned());
            self.tell(Message::Typed(Key::parse(key).expect("a key")));
        }
        self.glance();
    }

    fn pass(&mut self, step: Duration) {
        self.course.push(format!("({step:?})"));
        self.now.mono += step;
        self.now.wall += step;
        self.tell(Message::Woke);
    }

    fn carry_out_read(&mut self, at: usize, byte: u8) {
        let (ticket, read) = self.reads.remove(at);
        let result = self.server.read_or_fail(&read, byte);
        let failed = if result.is_err() { " fails" } else { "" };
        self.course.push(format!("[read {:?}{failed}]", ticket.slot));
        self.coming.push(Coming::Reply { ticket, read, result });
    }

    fn carry_out_write(&mut self, at: usize, fate: Fate) {
        let (number, write) = self.writes.remove(at);
        let outcome = self.server.write_or_fail(&write, fate);
        let (what, id) = match &write {
            Write::Save { draft, .. } => ("save", draft.id()),
            Write::Change { draft, .. } => ("change", draft.id()),
            Write::Create(draft) => ("create", draft.id()),
            Write::ReadBack { .. } => ("read back", 0),
            Write::Switch { shown, .. } => ("switch", shown.id()),
            Write::Delete { shown, .. } => ("delete", shown.id()),
        };
        self.course.push(format!("[write {number}: {what} {id} {fate:?}]"));
        self.coming.push(Coming::Outcome { number, outcome });
    }

    fn deliver(&mut self, at: usize) {
        match self.coming.remove(at) {
            Coming::Reply { ticket, read, result } => {
                self.course.push(format!("<{:?}>", ticket.slot));
                self.tell(Message::Reply { ticket, read, result });
            }
            Coming::Outcome { number, outcome } => {
                self.course.push(format!("<write {number}>"));
                self.tell(Message::Outcome { number, outcome });
            }
            Coming::Other(message) => self.tell(message),
        }
        self.glance();
    }

    /// Draws now and then: that is most of the work.
    fn glance(&mut self) {
        self.drawn += 1;
        if self.drawn.is_multiple_of(5) {
            self.draw();
        }
    }

    fn tell(&mut self, message: Message) {
        for effect in self.app.update(self.now, message) {
            match effect {
                Effect::Read { ticket, read } => self.reads.push((ticket, read)),
                Effect::Cancel(slot) => self.reads.retain(|(ticket, _)| ticket.slot != slot),
                Effect::Write { number, write } | Effect::WriteNoted { number, write, .. } => {
                    self.writes.push((number, write));
                }
                Effect::Arrange { ticket, job } => {
                    self.coming.push(Coming::Other(Message::Arranged { ticket, ids: job.run() }));
                }
                Effect::Count { job, .. } => {
                    self.coming.push(Coming::Other(Message::Counted { counted: Box::new(job.run()) }));
                }
                Effect::Lint { ticket, job } => {
                    self.coming.push(Coming::Other(Message::Linted { ticket, findings: job.run() }));
                }
                Effect::EditText(text) => {
                    let text = text.expose().replace("retry-delay = 5", "retry-delay = 8");
                    let message = Message::TextEdited { text: Some(Secret::new(text)), failure: None };
                    self.coming.push(Coming::Other(message));
                }
                _ => {}
            }
        }
        self.listen();
    }

    /// Nothing that was said blames anybody.
    fn listen(&mut self) {
        let all = self.app.cx.notices.all();
        for notice in all.iter().skip(self.told) {
            for word in BLAME {
                assert!(!notice.text.contains(word), "{:?}\nafter {}", notice.text, self.course.join(" "));
            }
        }
        self.told = all.len();
    }

    fn draw(&self) {
        let buffer = view::picture(&self.app, &Theme::default());
        let shown: String = buffer.content().iter().map(ratatui::buffer::Cell::symbol).collect();
        // The help tells what the console would say of others.
        let helps = ["help", "actions"].iter().any(|word| shown.contains(word));
        for word in BLAME {
            assert!(helps || !shown.contains(word), "on the screen after {}:\n{shown}", self.course.join(" "));
        }
    }

    fn answer_all(&mut self) {
        for _ in 0..500 {
            if !self.reads.is_empty() {
                self.carry_out_read(0, 0);
            } else if !self.writes.is_empty() {
                self.carry_out_write(0, Fate::Answered);
            }
            if self.coming.is_empty() {
                return;
            }
            self.deliver(0);
        }
    }

    /// Everything is answered, dialogs are closed, and time passes for what waits.
    fn settle(&mut self) {
        self.server.land(None);
        for _ in 0..6 {
            self.answer_all();
            for _ in 0..4 {
                self.press("Esc");
            }
            self.pass(Duration::from_secs(61));
        }
        self.answer_all();
    }

    fn compare(&self, when: &str) {
        let course = self.course.join(" ");
        let shown: Vec<u64> = self.app.store.records.iter().map(|row| row.id()).collect();
        let there: Vec<u64> = self.server.records.keys().copied().collect();
        assert_eq!(shown, there, "{when}, after {course}");
        for (id, record) in &self.server.records {
            let Some(row) = self.app.store.records.get(*id) else { continue };
            for field in FieldId::all() {
                let (shown, is) = (row.value(field), record.value(field));
                let followed = match self.app.store.targets.resolve(shown) {
                    Resolved::Target(id) => ValueRef::Reference(id),
                    Resolved::Nothing => ValueRef::Null,
                    Resolved::Unknown => shown,
                };
                let shown = if matches!(shown, ValueRef::Linked(_)) { followed } else { shown };
                let differs = likeness(shown, is) == Likeness::Different;
                assert!(!differs, "{id} {field:?}: {shown:?}, but it is {is:?} {when}, after {course}");
            }
        }
    }
}
