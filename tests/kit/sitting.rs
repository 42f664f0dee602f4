//! Someone at the console: presses keys on the real `App`, whose reads go to the real embedded server, one after
//! the other and only when the test says so. Time passes only when the test says so, too.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use ratatui::buffer::Buffer;
use sipreg::api::{Client, Credentials, Labels};
use sipreg::app::core::{Effect, Message, Read, Reply, Ticket, Write};
use sipreg::app::model::time::Moment;
use sipreg::app::{App, Setup};
use sipreg::demo::{ServerClock, ServerOptions};
use sipreg::domain::answer::Conditional;
use sipreg::domain::http_exchange::{Came, HttpExchange};
use sipreg::keys::Key;
use sipreg::live::{LiveOptions, Provider, Source};
use sipreg::runtime::perform::{read as read_from, write as write_to};

use super::server::{Server, settings};
pub use super::setup::BEGINNING;
use super::setup::{beginning, setup, work};
use super::tones::Tones;
use super::{PATIENCE, picture};

/// Where the server seems to be. Its real port differs from run to run.
pub const SERVER: &str = "http://yeti.example";

/// What is at hand to sign in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtHand {
    /// User and password.
    Password,
    /// Nothing.
    Nothing,
}

/// Who sits there.
#[derive(Debug)]
pub struct Sitting {
    /// The console.
    pub app: App,
    /// The server.
    pub server: Server,
    /// What the console asked for besides reads, writes, sorting and drafts.
    pub asked: Vec<Effect>,
    pub waiting: VecDeque<(Ticket, Read)>,
    pub writes: VecDeque<(u64, Write)>,
    client: Client,
    /// Who asks nodes.
    pub provider: Option<Provider>,
    tones: Tones,
    now: Moment,
}

impl Sitting {
    /// Before a console of this size, on a server with so many made-up registrations. Nothing was read yet.
    pub fn before(size: (u16, u16), records: u32) -> Self {
        Self::with(size, records, AtHand::Password, Labels::Include)
    }

    /// The same with a choice of credentials and of how labels are found.
    pub fn with(size: (u16, u16), records: u32, at_hand: AtHand, labels: Labels) -> Self {
        Self::asking(size, records, at_hand, labels, None)
    }

    /// Before a console that asks nodes this often, which poll when the test says so.
    pub fn live(size: (u16, u16), records: u32, every: Duration) -> Self {
        Self::asking(size, records, AtHand::Password, Labels::Include, Some(every))
    }

    fn asking(size: (u16, u16), records: u32, at_hand: AtHand, labels: Labels, every: Option<Duration>) -> Self {
        let nodes = every.map(|_| Duration::from_secs(86_400));
        let options =
            ServerOptions { records, nodes, clock: ServerClock::Fixed(BEGINNING), ..ServerOptions::default() };
        let server = Server::start(options);
        let mut settings = settings(&server);
        if at_hand == AtHand::Nothing {
            settings.credentials = Credentials::None;
        }
        settings.labels = labels;
        let client = Client::new(settings).unwrap();
        let now = beginning(Duration::ZERO);
        let (profile, user) = ("demo".into(), Some("demo".into()));
        let mut app = App::new(Setup { profile, user, server: SERVER.into(), ..setup() }, size, now);
        app.store.live.every = every;
        let provider = every.map(|_| {
            Provider::new(LiveOptions { source: Source::Nodes, timeout: PATIENCE, endpoints: BTreeMap::new() })
        });
        let (asked, waiting, writes) = (Vec::new(), VecDeque::new(), VecDeque::new());
        let tones = Tones::default();
        let mut sitting = Self { app, server, asked, waiting, writes, client, provider, tones, now };
        sitting.tell(Message::Started);
        sitting
    }

    /// Before a console that has read everything.
    pub fn ready(size: (u16, u16), records: u32) -> Self {
        let mut sitting = Self::before(size, records);
        sitting.answer_all();
        sitting
    }

    /// Something happens.
    pub fn tell(&mut self, message: Message) {
        let effects: Vec<_> = self.app.update(self.now, message).collect();
        self.tones.check(&self.app);
        for effect in effects {
            let Some(effect) = work(effect, |message| self.tell(message)) else { continue };
            if matches!(effect, Effect::WriteNoted { .. }) {
                self.asked.push(effect.clone());
            }
            match effect {
                Effect::Read { ticket, read } if read != Read::Login => self.waiting.push_back((ticket, read)),
                Effect::Write { number, write } | Effect::WriteNoted { number, write, .. } => {
                    self.writes.push_back((number, write));
                }
                Effect::Cancel(slot) => self.waiting.retain(|(ticket, _)| ticket.slot != slot),
                Effect::AskLive { ticket, job } if self.provider.is_some() => {
                    let provider = self.provider.clone().unwrap();
                    let round = self.server.block_on(async { provider.ask(&provider.addresses(&job.targets)).await });
                    let news = job.judge(round, self.now);
                    self.tell(Message::Live { ticket, news });
                }
                // No one else signs in, and nothing is kept on disk.
                Effect::Read { .. }
                | Effect::FindDrafts
                | Effect::ClaimDraft(_)
                | Effect::TakeDraft(..)
                | Effect::ReleaseDraft(_)
                | Effect::FindUnfinished
                | Effect::FindPending
                | Effect::KeepDraft(_)
                | Effect::DropDraft(_)
                | Effect::Keep(_) => {}
                other => self.asked.push(other),
            }
        }
    }

    /// Presses keys, named as a keymap names them and separated by spaces, and looks up from the keyboard.
    pub fn press(&mut self, keys: &str) {
        self.run(keys);
        // A pane that waits for the end of a run of keys is there before anyone has read anything; no other clock
        // goes on for that.
        if let Some(at) = self.app.rests_at() {
            for mono in [at, self.now.mono] {
                self.app.update(Moment { mono, ..self.now }, Message::Woke);
            }
        }
    }

    /// Presses keys, and has everything answered that they ask for.
    pub fn carry_out(&mut self, keys: &str) {
        self.press(keys);
        self.answer_all();
    }

    /// Presses keys all at once, as a held key does.
    pub fn run(&mut self, keys: &str) {
        for key in Key::parse_sequence(keys).unwrap() {
            self.tell(Message::Typed(key));
        }
    }

    /// Types a text, a key a character.
    pub fn write(&mut self, text: &str) {
        for c in text.chars() {
            self.tell(Message::Typed(Key::char(c)));
        }
    }

    /// Reads that no one has answered yet.
    pub fn unanswered(&self) -> Vec<Read> {
        self.waiting.iter().map(|(_, read)| read.clone()).collect()
    }

    /// Sends the oldest read to the server, or without one the oldest write, and keeps its answer.
    pub fn fetch(&mut self) -> Option<Message> {
        if self.waiting.is_empty() {
            let (number, write) = self.writes.pop_front()?;
            let outcome = self.server.block_on(write_to(&self.client, &write));
            return Some(Message::Outcome { number, outcome });
        }
        let (ticket, read) = self.waiting.pop_front()?;
        let result = self.server.block_on(read_from(&self.client, &read));
        let result = result.map_err(|mut error| {
            error.message = error.message.replace(&self.server.url, SERVER);
            error.request_id = error.request_id.map(|_| "5d9c2f1ab047".to_owned());
            error
        });
        Some(Message::Reply { ticket, read, result: result.map(|reply| self.elsewhere(reply)) })
    }

    /// The same answer as from a server that does not move from port to port.
    fn elsewhere(&self, mut reply: Reply) -> Reply {
        if let Reply::Record(Conditional::Changed(fetched)) = &mut reply {
            fetched.document = fetched.document.replace(&self.server.url, SERVER);
        }
        if let Reply::Exchanges(exchanges) = &mut reply {
            for exchange in exchanges {
                let at = self.now.wall;
                let mut known = (**exchange).clone();
                let origin = self.server.url.trim_end_matches("/api/rest/admin");
                let number = known.request_id.rsplit('-').next().unwrap_or_default().to_owned();
                let id = format!("sipreg-5d9c2f1ab0470000-{number}");
                known.url = known.url.replace(origin, SERVER);
                for (name, value) in &mut known.sent {
                    if name == "x-request-id" {
                        value.clone_from(&id);
                    }
                }
                if let Came::Answer { headers, .. } = &mut known.outcome {
                    for (name, value) in headers {
                        match name.as_str() {
                            "x-request-id" => value.clone_from(&id),
                            "etag" => "W/\"eb20..3623\"".clone_into(value),
                            _ => {}
                        }
                    }
                }
                known.request_id = id;
                *exchange = Arc::new(HttpExchange { at, took: Duration::from_millis(182), ..known });
            }
        }
        reply
    }

    /// Has the oldest read answered, or without one the oldest write. Tells whether there was one.
    pub fn answer(&mut self) -> bool {
        let Some(message) = self.fetch() else { return false };
        let mut link = self.client.link().borrow().clone();
        // To the server no time passes, nor to us.
        link.rtt = link.rtt.map(|_| Duration::from_millis(182));
        link.skew = link.skew.map(|_| 0);
        link.token_left = link.token_left.map(|left| Duration::from_secs_f64(left.as_secs_f64().ceil()));
        self.tell(Message::Linked(link));
        self.tell(message);
        true
    }

    /// Has everything answered, and what is asked for meanwhile.
    pub fn answer_all(&mut self) {
        while self.answer() {}
    }

    /// Time passes; the console is woken whenever it asked to be.
    pub fn pass(&mut self, time: Duration) {
        let until = self.now.mono + time;
        while let Some(at) = self.app.wake_at().filter(|at| *at <= until) {
            self.move_clock(at);
            self.tell(Message::Woke);
        }
        self.move_clock(until);
    }

    fn move_clock(&mut self, mono: Duration) {
        self.now.wall += mono.saturating_sub(self.now.mono);
        self.now.mono = mono;
    }

    /// The screen as text, without blanks at the ends of lines.
    pub fn screen(&self) -> String {
        picture::lines(&self.buffer()).iter().flat_map(|line| [line, "\n"]).collect()
    }

    /// The cells of the screen.
    pub fn buffer(&self) -> Buffer {
        picture::buffer(&self.app)
    }
}
