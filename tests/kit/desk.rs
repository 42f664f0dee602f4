//! The console over records that are at hand, driven by keys and by what a server and a disk would answer. No server,
//! no clock.

use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use sipreg::app::core::{Effect, Message, Outcome, Read, Reply, Ticket, Write};
use sipreg::app::form::{Form, FormStage};
use sipreg::app::model::time::Moment;
use sipreg::app::{App, Setup, SidePane};
use sipreg::domain::change::merge::merge;
use sipreg::domain::change::outcome::Switched;
use sipreg::domain::change::{Action, Checked, Draft, Ending, SaveOutcome};
use sipreg::domain::query::Segment;
use sipreg::domain::record::{FieldId, Registration, Relation, Target, Value};
use sipreg::domain::request_error::RequestError;
use sipreg::keys::Key;

use super::picture;
use super::records::fetched;
use super::setup;
use super::tones::Tones;

/// A pop, node or transport protocol: kind, id, name, and the pop of a node.
pub type Known = (Relation, u64, &'static str, Option<u64>);

/// A console at work.
pub struct Desk {
    pub app: App,
    /// What it asked for so far.
    pub effects: Vec<Effect>,
    /// Reads that no one answered yet, oldest first.
    open_reads: Vec<(Ticket, Read)>,
    /// Writes that did not end yet, oldest first.
    open_writes: Vec<u64>,
    tones: Tones,
    now: Moment,
}

/// When each of these consoles begins.
pub fn now() -> Moment {
    Moment { mono: Duration::from_secs(5), wall: DateTime::UNIX_EPOCH }
}

impl Desk {
    /// A console that has read these.
    pub fn before(setup: Setup, size: (u16, u16), records: &[Registration], targets: &[Known]) -> Self {
        let mut app = App::new(setup, size, now());
        app.store.records.absorb(Arc::new(Segment::of(records)));
        for (relation, id, name, pop) in targets.iter().copied() {
            app.store.targets.add(Target { relation, id, name: Some(name.into()), pop, attributes: Vec::new() });
        }
        app.update(now(), Message::Resized(size.0, size.1));
        Self {
            app,
            effects: Vec::new(),
            open_reads: Vec::new(),
            open_writes: Vec::new(),
            tones: Tones::default(),
            now: now(),
        }
    }

    pub fn update(&mut self, message: Message) -> &mut Self {
        self.answered(&message);
        let effects: Vec<_> = self.app.update(self.now, message).collect();
        self.tones.check(&self.app);
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

    /// Types keys by their names, as in [`setup::keys`].
    pub fn keys(&mut self, names: &str) -> &mut Self {
        for key in setup::keys(names) {
            self.update(Message::Typed(key));
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

    /// What was done and how it ended, as the journal has it, oldest first.
    fn journal(&self) -> impl Iterator<Item = (Action, Ending)> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Record(line) if line.ending != Ending::Sent => Some((line.action, line.ending)),
            _ => None,
        })
    }

    /// How the journal's lines ended, oldest first.
    pub fn recorded(&self) -> Vec<Ending> {
        self.journal().map(|(_, ending)| ending).collect()
    }

    /// What they tell of.
    pub fn actions(&self) -> Vec<Action> {
        self.journal().map(|(action, _)| action).collect()
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
        picture::lines(&picture::buffer(&self.app)).join("\n")
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
