//! A console over two records, driven by keys and by what a server and a disk would answer.

use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use sipreg::app::core::effect::{Effect, IfMatch, Read, Write};
use sipreg::app::core::message::{Message, Outcome, Reply};
use sipreg::app::core::ticket::Ticket;
use sipreg::app::form::{Form, FormStage};
use sipreg::app::model::drafts::DraftUnkept;
use sipreg::app::model::time::Moment;
use sipreg::app::{Access, App, Setup, SidePane};
use sipreg::domain::answer::{Conditional, Fetched, Tag};
use sipreg::domain::change::draft::Draft;
use sipreg::domain::change::journal::Ending;
use sipreg::domain::change::merge::merge;
use sipreg::domain::change::outcome::{Checked, SaveOutcome, Switched};
use sipreg::domain::query::segment::Segment;
use sipreg::domain::record::field::FieldId;
use sipreg::domain::record::registration::Registration;
use sipreg::domain::record::relation::{Relation, Target};
use sipreg::domain::record::value::{Secret, Value};
use sipreg::domain::request_error::{Effectiveness, ErrorObject, RequestError, RequestErrorKind};
use sipreg::domain::state_error::{Attempt, FileObstacle, StateError};
use sipreg::keys::chord::Key;
use sipreg::keys::keymap::Keymap;
use sipreg::view;
use sipreg::view::theme::{Cursor, Theme};

/// The password of record 22, which must not be seen anywhere.
pub const PLANTED: &str = "pl4nted-s3cret";

/// The disk has no room for the draft of record 22.
pub fn disk_is_full() -> Message {
    let full = StateError { attempt: Attempt::SaveDraft(22), path: "/state".into(), obstacle: FileObstacle::Full };
    Message::DraftKept { id: 22, result: Err(DraftUnkept::Disk(full.into())) }
}

/// A console at work.
pub struct Desk {
    pub app: App,
    pub effects: Vec<Effect>,
    /// Reads that no one answered yet, oldest first.
    open_reads: Vec<(Ticket, Read)>,
    /// Writes that did not end yet, oldest first.
    open_writes: Vec<u64>,
    now: Moment,
}

pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// A record that no check complains about.
pub fn record(id: u64, name: &str) -> Registration {
    let mut record = Registration::new(id);
    for (field, value) in [
        (FieldId::Name, text(name)),
        (FieldId::Enabled, Value::Flag(true)),
        (FieldId::Pop, Value::Reference(2)),
        (FieldId::Node, Value::Null),
        (FieldId::TransportProtocol, Value::Reference(1)),
        (FieldId::SipInterfaceName, Value::Null),
        (FieldId::SipSchemaId, Value::Number(1)),
        (FieldId::Domain, text("ams.carrierx.example")),
        (FieldId::Username, text("493185")),
        (FieldId::DisplayUsername, Value::Null),
        (FieldId::Contact, text("sip:493185@192.0.2.19:5060")),
        (FieldId::RouteSet, Value::Texts(Vec::new())),
        (FieldId::AuthUser, text("493185")),
        (FieldId::AuthPassword, Value::Secret(Secret::new(PLANTED))),
        (FieldId::Expire, Value::Null),
        (FieldId::ForceExpire, Value::Flag(false)),
        (FieldId::RetryDelay, Value::Number(5)),
        (FieldId::MaxAttempts, Value::Null),
    ] {
        record.set(field, value);
    }
    record
}

/// The record of most stories as it was read.
pub fn base() -> Registration {
    record(22, "carrierx-ams")
}

/// The record with a value changed.
pub fn with(mut record: Registration, field: FieldId, value: Value) -> Registration {
    record.set(field, value);
    record
}

/// An answer with a record, and a tag to tell it by.
pub fn fetched(registration: Registration, tag: &str) -> Box<Fetched> {
    let tag = Some(Tag::new(format!("W/\"{tag}\"")));
    Box::new(Fetched { registration, targets: Vec::new(), tag, document: "{}".to_owned() })
}

pub fn error(kind: RequestErrorKind, message: &str) -> RequestError {
    let effect = match kind {
        RequestErrorKind::TimedOut | RequestErrorKind::Cut => Effectiveness::Unknown,
        _ => Effectiveness::NotApplied,
    };
    let request_id = Some("req-1".to_owned());
    RequestError {
        kind,
        status: None,
        request_id,
        message: message.to_owned(),
        errors: Vec::new(),
        effect,
        retry_after: None,
    }
}

/// 422 with these complaints.
pub fn invalid(complaints: &[(&str, &str)]) -> RequestError {
    let errors = complaints.iter().map(|(pointer, detail)| ErrorObject {
        detail: (*detail).to_owned(),
        pointer: Some((*pointer).to_owned()),
        ..ErrorObject::default()
    });
    let reported = error(RequestErrorKind::Invalid, "the server refused the values (422)");
    RequestError { status: Some(422), errors: errors.collect(), ..reported }
}

impl Desk {
    pub fn new() -> Self {
        Self::of(Access::Write, (80, 24))
    }

    pub fn of(access: Access, size: (u16, u16)) -> Self {
        let setup = Setup {
            profile: "eu-noc".into(),
            plaintext: false,
            badge: None,
            server: "https://yeti.example".into(),
            access,
            user: Some("alice".into()),
            timezone: chrono_tz::UTC,
            keymap: Keymap::default(),
            if_match: IfMatch::Send,
            ignored: sipreg::domain::rules::rule::RuleSet::NONE,
            node_poll: std::time::Duration::from_secs(300),
            pid: 1,
        };
        let now = Moment { mono: Duration::from_secs(5), wall: DateTime::UNIX_EPOCH };
        let mut app = App::new(setup, size, now);
        app.store.records.absorb(Arc::new(Segment::of(&[
            base(),
            with(record(23, "carrierx-lon"), FieldId::Contact, text("sip:493186@192.0.2.19:5060")),
        ])));
        for (relation, id, name, pop) in [
            (Relation::Pop, 2, "AMS", None),
            (Relation::Pop, 4, "LON", None),
            (Relation::Node, 7, "lon-n1", Some(4)),
            (Relation::Node, 8, "ams-n1", Some(2)),
            (Relation::TransportProtocol, 1, "UDP", None),
            (Relation::TransportProtocol, 3, "TLS", None),
        ] {
            app.store.targets.add(Target { relation, id, name: Some(name.into()), pop, attributes: Vec::new() });
        }
        let rooms = &mut app.rooms;
        rooms.list.rows.clamp_cursor(&rooms.store.records, 18);
        Self { app, effects: Vec::new(), open_reads: Vec::new(), open_writes: Vec::new(), now }
    }

    /// The form of record 22 is open on its base.
    pub fn editing() -> Self {
        let mut desk = Self::new();
        desk.edit();
        desk
    }

    pub fn edit(&mut self) -> &mut Self {
        self.keys("e");
        self.reply(
            |read| matches!(read, Read::Record { .. }),
            Ok(Reply::Record(Conditional::Changed(fetched(base(), "1")))),
        )
    }

    /// The form with other seconds for `expire`, and the look at the server under way.
    pub fn looking() -> Self {
        let mut desk = Self::editing();
        desk.to(FieldId::Expire).keys("i '600' Enter w");
        desk
    }

    /// The review of that, with no one in the way.
    pub fn reviewing() -> Self {
        let mut desk = Self::looking();
        desk.checked(Checked::Same);
        desk
    }

    /// That was sent.
    pub fn sent() -> Self {
        let mut desk = Self::reviewing();
        desk.keys("y");
        desk
    }

    /// Someone else has other seconds, and another contact, on the server.
    pub fn in_conflict() -> Self {
        let mut desk = Self::looking();
        desk.moved(with(theirs(), FieldId::Contact, text("sip:theirs@192.0.2.9")));
        desk
    }

    pub fn update(&mut self, message: Message) -> &mut Self {
        self.answered(&message);
        let effects: Vec<_> = self.app.update(self.now, message).collect();
        for effect in &effects {
            match effect {
                Effect::Read { ticket, read } => self.open_reads.push((*ticket, read.clone())),
                Effect::Write { number, .. } => self.open_writes.push(*number),
                _ => {}
            }
        }
        self.effects.extend(effects);
        self
    }

    /// Each request is answered once: an answer without an open request is a mistake of the test, or a request that
    /// the console should have sent and did not.
    fn answered(&mut self, message: &Message) {
        match message {
            Message::Reply { ticket, read, .. } => {
                let open = self.open_reads.iter().position(|(one, asked)| (one, asked) == (ticket, read));
                self.open_reads.remove(open.unwrap_or_else(|| panic!("{read:?} is not open")));
            }
            Message::Outcome { number, .. } => {
                let open = self.open_writes.iter().position(|one| one == number);
                self.open_writes.remove(open.unwrap_or_else(|| panic!("write {number} is not open")));
            }
            _ => {}
        }
    }

    /// Time passes.
    pub fn later(&mut self, seconds: u64) -> &mut Self {
        self.now.mono += Duration::from_secs(seconds);
        self.update(Message::Woke)
    }

    /// The keyboard is left alone for long enough that the next key is no repeat of the last one.
    pub fn let_go(&mut self) -> &mut Self {
        self.now.mono += Duration::from_millis(400);
        self
    }

    /// Time passes, and the program does not notice: something else has the terminal.
    pub fn waits(&mut self, seconds: u64) -> &mut Self {
        self.now.mono += Duration::from_secs(seconds);
        self
    }

    /// Types keys by their names, separated by spaces; `'text'` is typed letter by letter.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for word in keys.split(' ') {
            match word.strip_prefix('\'').and_then(|word| word.strip_suffix('\'')) {
                Some(text) => text.chars().for_each(|c| {
                    self.update(Message::Typed(Key::char(c)));
                }),
                None => {
                    self.update(Message::Typed(Key::parse(word).unwrap()));
                }
            }
        }
        self
    }

    /// Types a text, blanks and all.
    pub fn write(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.update(Message::Typed(Key::char(c)));
        }
        self
    }

    /// Runs a command by its name.
    pub fn command(&mut self, name: &str) -> &mut Self {
        self.keys(&format!(": '{name}' Enter"))
    }

    /// Moves the form's cursor to a field.
    pub fn to(&mut self, field: FieldId) -> &mut Self {
        while self.form().pager.cursor != field.place() {
            self.keys(if self.form().pager.cursor < field.place() { "j" } else { "k" });
        }
        self
    }

    /// Answers the newest read of a kind.
    pub fn reply(&mut self, is_it: impl Fn(&Read) -> bool, result: Result<Reply, RequestError>) -> &mut Self {
        let asked = self.open_reads.iter().rev().find(|(_, read)| is_it(read)).cloned();
        let (ticket, read) = asked.unwrap_or_else(|| panic!("no such read is open; asked so far: {:?}", self.effects));
        self.update(Message::Reply { ticket, read, result })
    }

    /// Ends the look at the server.
    pub fn checked(&mut self, checked: Checked) -> &mut Self {
        self.reply(|read| matches!(read, Read::Check(_)), Ok(Reply::Checked(checked)))
    }

    /// The look at the server finds the record changed to this.
    pub fn moved(&mut self, now: Registration) -> &mut Self {
        let now = fetched(now, "2");
        let merge = Box::new(merge(self.draft(), &now.registration, now.tag.clone()));
        self.checked(Checked::Moved { now, merge })
    }

    /// How many looks at the server were asked for.
    pub fn looks(&self) -> usize {
        self.effects.iter().filter(|effect| matches!(effect, Effect::Read { read: Read::Check(_), .. })).count()
    }

    /// All writes asked for, oldest first.
    pub fn writes(&self) -> Vec<(u64, Write)> {
        self.effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Write { number, write } => Some((*number, write.clone())),
                _ => None,
            })
            .collect()
    }

    fn outcome(&mut self, outcome: Outcome) -> &mut Self {
        let number =
            self.open_writes.last().copied().unwrap_or_else(|| panic!("no change is open: {:?}", self.effects));
        self.update(Message::Outcome { number, outcome })
    }

    pub fn saved(&mut self, saved: SaveOutcome) -> &mut Self {
        self.outcome(Outcome::Saved(saved))
    }

    pub fn switched(&mut self, switched: Switched) -> &mut Self {
        self.outcome(Outcome::Switched(switched))
    }

    /// How the journal's lines ended, oldest first.
    pub fn recorded(&self) -> Vec<Ending> {
        self.effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Record(line) if line.ending != Ending::Sent => Some(line.ending),
                _ => None,
            })
            .collect()
    }

    pub fn draft(&self) -> &Draft {
        &self.app.store.drafts.get(&22).unwrap().draft
    }

    pub fn has_draft(&self) -> bool {
        self.app.store.drafts.contains_key(&22)
    }

    /// What the draft of record 22 wants a field to be.
    pub fn wants(&self, field: FieldId) -> Option<Value> {
        self.draft().changes().get(&field).cloned()
    }

    pub fn form(&self) -> &Form {
        match self.app.panes.stack.last() {
            Some(SidePane::Form(form)) => form,
            other => panic!("{other:?} is no form"),
        }
    }

    pub fn is_reviewing(&self) -> bool {
        matches!(self.form().stage, FormStage::Review(_))
    }

    pub fn is_editing(&self) -> bool {
        matches!(self.form().stage, FormStage::Editing)
    }

    pub fn is_conflict(&self) -> bool {
        matches!(self.form().stage, FormStage::Conflict(_))
    }

    /// The field under the form's cursor.
    pub fn field(&self) -> FieldId {
        self.form().field().id
    }

    /// What was said last.
    pub fn said(&self) -> &str {
        self.app.cx.notices.all().last().map_or("", |notice| notice.text.as_str())
    }

    #[track_caller]
    pub fn assert_said(&self, parts: &[&str]) {
        for part in parts {
            assert!(self.said().contains(part), "{part:?} in {:?}", self.said());
        }
    }

    /// The screen as text.
    pub fn screen(&self) -> String {
        let buffer = view::picture(&self.app, &Theme::default().pointing_with(Cursor::Marker));
        let area = buffer.area;
        let line = |y| {
            let cells = (0..area.width).filter_map(|x| buffer.cell((x, y)));
            cells.map(ratatui::buffer::Cell::symbol).collect::<String>().trim_end().to_owned()
        };
        (0..area.height).map(line).collect::<Vec<_>>().join("\n")
    }

    #[track_caller]
    pub fn assert_shows(&self, parts: &[&str]) {
        let screen = self.screen();
        for part in parts {
            assert!(screen.contains(part), "{part:?} in\n{screen}");
        }
    }

    /// Nothing that was shown, said, journaled or given to the disk has a secret in it.
    #[track_caller]
    pub fn assert_silent_about(&self, secret: &str) {
        assert!(!self.screen().contains(secret), "{}", self.screen());
        assert!(self.app.cx.notices.all().iter().all(|notice| !notice.text.contains(secret)));
        for effect in &self.effects {
            assert!(!format!("{effect:?}").contains(secret), "{effect:?}");
            if let Effect::KeepDraft(stored) = effect {
                assert!(!serde_json::to_string(stored).unwrap().contains(secret));
            }
        }
    }
}

/// The record after someone changed its `expire`.
pub fn theirs() -> Registration {
    with(base(), FieldId::Expire, Value::Number(60))
}

/// The record as the story wants it.
pub fn mine() -> Registration {
    with(base(), FieldId::Expire, Value::Number(600))
}
