//! Someone at a console: what was pressed, which requests are open, and which answers are on their way.

use std::time::Duration;

use sipreg::app::core::{Effect, Message, Outcome, Read, Reply, Ticket, Write};
use sipreg::app::model::time::Moment;
use sipreg::app::{App, Focus, Setup};
use sipreg::domain::answer::ConnectionState;
use sipreg::domain::record::{Equality, FieldId, Record as _, Resolved, Secret, ValueRef, equality};
use sipreg::domain::request_error::RequestError;
use sipreg::keys::Key;

use super::server::Server;
use super::server::faults::Fate;
use super::setup::{beginning, bound_keys, keys, setup, work};

/// Sequences that a person presses in one go; a character in quotes stands for itself.
const SEQUENCES: [&str; 44] = [
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
    // The question wants an answer from the server before it takes a name.
    ": 3 Enter D",
    "a c m e - 3 Enter",
    "D",
    "a c m e - 4 Enter",
];

/// A request that was carried out, and whose answer is on its way.
enum Coming {
    Reply { ticket: Ticket, read: Read, result: Result<Reply, RequestError> },
    Outcome { number: u64, outcome: Outcome },
    Other(Message),
}

/// A console and what it waits for.
pub struct Seat {
    pub app: App,
    pub now: Moment,
    keys: Vec<Key>,
    pub reads: Vec<(Ticket, Read)>,
    pub writes: Vec<(u64, Write)>,
    coming: Vec<Coming>,
    /// Fields that the server was asked to change.
    pub asked: Vec<(u64, FieldId)>,
    /// Whether its user has quit: from then on there is no console.
    pub has_quit: bool,
    /// What was pressed and delivered, for whoever has to find out what went wrong.
    pub course: Vec<String>,
}

impl Seat {
    /// Before a console of this user that has begun to read.
    pub fn new(user: &str) -> Self {
        let now = beginning(Duration::from_secs(1));
        let setup = Setup { user: Some(user.into()), node_poll: Duration::from_secs(30), ..setup() };
        let mut seat = Self {
            app: App::new(setup, (100, 30), now),
            now,
            keys: bound_keys(),
            reads: Vec::new(),
            writes: Vec::new(),
            coming: Vec::new(),
            asked: Vec::new(),
            has_quit: false,
            course: Vec::new(),
        };
        seat.tell(Message::Started);
        seat
    }

    /// One thing, unless it is nothing: then it is to be looked at the screen.
    pub fn act(&mut self, byte: u8, server: &mut Server, script: &mut impl Iterator<Item = u8>) -> bool {
        let mut more = || usize::from(script.next().unwrap_or_default());
        match byte {
            0..=99 => self.press(SEQUENCES[usize::from(byte) % SEQUENCES.len()]),
            100..=119 => {
                let key = self.keys[more() % self.keys.len()];
                self.type_key(key);
            }
            120..=159 if !self.reads.is_empty() => {
                let at = more() % self.reads.len();
                self.carry_out_read(server, at, more() as u8);
            }
            160..=185 if !self.writes.is_empty() => {
                let at = more() % self.writes.len();
                self.carry_out_write(server, at, Fate::of(more() as u8));
            }
            228..=235 => {
                self.course.push("(late writes land)".to_owned());
                server.land(None);
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
                let link = ConnectionState {
                    user: Some("alice".to_owned()),
                    token_left: Some(Duration::from_secs(more() as u64)),
                    renewable: true,
                    rtt: Some(Duration::from_millis(200)),
                    skew: Some(0),
                    waits_for: None,
                };
                self.tell(Message::Linked(link));
            }
            _ => return false,
        }
        true
    }

    pub fn press(&mut self, sequence: &str) {
        for key in keys(sequence) {
            self.type_key(key);
        }
    }

    /// A key that would do nothing but end the course is left out.
    fn type_key(&mut self, key: Key) {
        let at_list = self.app.panes.focus == Focus::List && self.app.overlay.current.is_none();
        if at_list && key == Key::parse("q").expect("a key") {
            return;
        }
        self.course.push(format!("{key}"));
        self.tell(Message::Typed(key));
    }

    pub fn pass(&mut self, step: Duration) {
        self.course.push(format!("({step:?})"));
        self.now.mono += step;
        self.now.wall += step;
        self.tell(Message::Woke);
    }

    fn carry_out_read(&mut self, server: &Server, at: usize, byte: u8) {
        let (ticket, read) = self.reads.remove(at);
        let result = server.read_or_fail(&read, byte);
        let failed = if result.is_err() { " fails" } else { "" };
        self.course.push(format!("[read {:?}{failed}]", ticket.slot));
        self.coming.push(Coming::Reply { ticket, read, result });
    }

    fn carry_out_write(&mut self, server: &mut Server, at: usize, fate: Fate) {
        let (number, write) = self.writes.remove(at);
        match &write {
            Write::Save { draft, .. } | Write::Change { draft, .. } => {
                self.asked.extend(draft.changes().keys().map(|field| (draft.id(), *field)));
            }
            Write::Switch { shown, .. } => self.asked.push((shown.id(), FieldId::Enabled)),
            Write::Create(_) | Write::Delete { .. } | Write::ReadBack { .. } => {}
        }
        let outcome = server.write_or_fail(&write, fate);
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
    }

    /// How many things can happen next: a request is carried out, or an answer comes. A write may lose its answer.
    pub fn moves(&self, loses: bool) -> usize {
        self.reads.len() + self.writes.len() * (1 + usize::from(loses)) + self.coming.len()
    }

    /// One of them.
    pub fn step(&mut self, server: &mut Server, at: usize, loses: bool) {
        let writes = self.writes.len() * (1 + usize::from(loses));
        match at.checked_sub(self.reads.len()) {
            None => self.carry_out_read(server, at, 0),
            Some(at) if at < self.writes.len() => self.carry_out_write(server, at, Fate::Answered),
            Some(at) if at < writes => self.carry_out_write(server, at - self.writes.len(), Fate::Dark),
            Some(at) => self.deliver(at - writes),
        }
    }

    pub fn tell(&mut self, message: Message) {
        if self.has_quit {
            return;
        }
        for effect in self.app.update(self.now, message) {
            let Some(effect) = work(effect, |message| self.coming.push(Coming::Other(message))) else { continue };
            match effect {
                Effect::Read { ticket, read } => self.reads.push((ticket, read)),
                Effect::Cancel(slot) => self.reads.retain(|(ticket, _)| ticket.slot != slot),
                Effect::Write { number, write } | Effect::WriteNoted { number, write, .. } => {
                    self.writes.push((number, write));
                }
                Effect::EditText(text) => {
                    let text = text.expose().replace("retry-delay = 5", "retry-delay = 8");
                    let message = Message::TextEdited { text: Some(Secret::new(text)), failure: None };
                    self.coming.push(Coming::Other(message));
                }
                Effect::Quit => self.has_quit = true,
                _ => {}
            }
        }
    }

    pub fn answer_all(&mut self, server: &mut Server) {
        for _ in 0..500 {
            if !self.reads.is_empty() {
                self.carry_out_read(server, 0, 0);
            } else if !self.writes.is_empty() {
                self.carry_out_write(server, 0, Fate::Answered);
            }
            if self.coming.is_empty() {
                return;
            }
            self.deliver(0);
        }
    }

    /// Everything is answered, dialogs are closed, and time passes for what waits.
    pub fn settle(&mut self, server: &mut Server) {
        server.land(None);
        for _ in 0..6 {
            self.answer_all(server);
            for _ in 0..4 {
                self.press("Esc");
            }
            self.pass(Duration::from_secs(61));
        }
        self.answer_all(server);
    }

    /// The list is what the server has.
    pub fn compare(&self, server: &Server, when: &str) {
        if self.has_quit {
            return;
        }
        let course = self.course.join(" ");
        let shown: Vec<u64> = self.app.store.records.iter().map(|row| row.id()).collect();
        let there: Vec<u64> = server.records.keys().copied().collect();
        assert_eq!(shown, there, "{when}, after {course}");
        for (id, record) in &server.records {
            let Some(row) = self.app.store.records.get(*id) else { continue };
            for field in FieldId::all() {
                let (shown, is) = (row.value(field), record.value(field));
                let followed = match self.app.store.targets.resolve(shown) {
                    Resolved::Target(id) => ValueRef::Reference(id),
                    Resolved::Nothing => ValueRef::Null,
                    Resolved::Unknown => shown,
                };
                let shown = if matches!(shown, ValueRef::Linked(_)) { followed } else { shown };
                let differs = equality(shown, is) == Equality::Different;
                assert!(!differs, "{id} {field:?}: {shown:?}, but it is {is:?} {when}, after {course}");
            }
        }
    }
}
