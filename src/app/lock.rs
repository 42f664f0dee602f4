//! The lock: token and passwords are wiped, and nothing but the profile and a sign-in is shown until the same user
//! is back. What was typed stays, but for passwords; what was sent is answered for.

mod going_on;
pub(in crate::app) mod wipe;

use std::time::Duration;

use crate::domain::record::relation::Relation;
use crate::domain::request_error::Trouble;
use crate::keys::chord::{Code, Key};
use crate::keys::command::{Command, Scope};

use crate::app::core::context::Context;
use crate::app::core::effect::{Effect, Read};
use crate::app::core::message::{Message, Reply, System};
use crate::app::core::notice::Tone;
use crate::app::core::ticket::{Slot, Ticket};
use crate::app::form::Stage;
use crate::app::model::drafts::OnDisk;
use crate::app::model::time::Moment;
use crate::app::overlay::SignIn;
use crate::app::panes::Panes;
use crate::app::panes::target::TargetPane;
use crate::app::store::Store;
use crate::app::{App, Focus, Side};

/// The lock of the console.
#[derive(Debug, Default)]
pub struct Lock {
    /// While it is locked: nothing else is shown.
    pub locked: Option<Box<Locked>>,
    /// When it locks, and how it opens.
    pub rules: Locking,
}

/// How to sign in again without typing a password.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Again {
    /// There is no way.
    #[default]
    Typing,
    /// By running or reading what the setting of this name says.
    Setting(&'static str),
}

/// Why it is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The user locked it.
    Asked,
    /// Nobody touched a key for this long.
    Idle(Duration),
}

/// A locked console.
#[derive(Debug, Clone)]
pub struct Locked {
    /// User and password, being typed.
    pub asking: SignIn,
    /// Why it is locked.
    pub why: Why,
    /// Since when.
    pub since: Moment,
    /// What a key had no use for, or what quitting would lose.
    pub told: Option<String>,
    /// Whose console it is, as far as is known.
    user: Option<String>,
    /// Whether token and password are gone. They are needed until the last write has ended.
    pub forgotten: bool,
    /// Whether Ctrl-c was pressed and showed what would be lost.
    quitting: bool,
    /// Drafts whose typed password was wiped.
    pub(super) wiped: Vec<u64>,
}

/// When the console locks by itself, and how it opens again.
#[derive(Debug, Clone, Default)]
pub struct Locking {
    /// After how long without a key; `None`: never.
    pub after: Option<Duration>,
    /// Whether Enter alone may open it.
    pub again: Again,
    /// When a key was last pressed.
    touched: Option<Moment>,
}

impl Locking {
    /// By itself after this long without a key, if at all.
    #[must_use]
    pub const fn new(after: Option<Duration>, again: Again) -> Self {
        Self { after, again, touched: None }
    }
}

/// Whether somebody sits there.
const fn is_touch(message: &Message) -> bool {
    matches!(
        message,
        Message::Typed(_)
            | Message::Held(_)
            | Message::Pasted(_)
            | Message::Pointed { .. }
            | Message::TextEdited { .. }
            | Message::Started
    )
}

impl App {
    /// Locks where nobody touched a key for long enough. Returns whether the message is dealt with, too.
    pub(super) fn lock_when_idle(&mut self, message: &Message) -> bool {
        let Some(after) = self.lock.rules.after else { return false };
        let Some(touched) = self.lock.rules.touched.filter(|_| self.lock.locked.is_none()) else {
            self.lock.rules.touched = Some(self.cx.now);
            return false;
        };
        // A machine that slept knows by its wall clock only.
        let slept = (self.cx.now.wall - touched.wall).to_std().unwrap_or_default();
        if self.cx.now.since(touched.mono).max(slept) < after {
            if is_touch(message) {
                self.lock.rules.touched = Some(self.cx.now);
            }
            return false;
        }
        if let Message::TextEdited { text, failure } = message {
            // Whoever edited it may be gone by now.
            self.text_came_late(text.clone(), failure.is_some());
        }
        self.lock(Why::Idle(after));
        // The key that found it locked was not meant for the password.
        if !is_touch(message) {
            self.while_locked(message.clone());
        }
        true
    }

    /// Locks: gives up what is being read, and wipes what is secret.
    pub(super) fn lock(&mut self, why: Why) {
        let user = self.cx.link.user.clone().or_else(|| self.cx.setup.user.clone());
        self.cx.effect(Effect::Redraw);
        self.cx.effect(Effect::Cancel(Slot::SignIn));
        let _ = self.cx.tickets.open(Slot::SignIn);
        for slot in Slot::READS {
            let _ = self.cx.tickets.open(slot);
            self.cx.effect(Effect::Cancel(slot));
        }
        self.sync.sweep.cancel();
        self.store.live.asked = None;
        self.cx.flights.clear();
        self.sync.links_under_way.clear();
        self.input.pending.clear();
        self.input.typing.forget();
        self.sync.watch.pause();
        self.writes.lock_batch(&mut self.cx, &mut self.store);
        // What waits for an answer, or shows a record read for it, is begun again; the rest stays for later.
        if self.manner().is_some_and(|manner| manner.ends_when_locked) {
            self.overlay.current = None;
        }
        self.lock.locked = Some(Box::new(Locked {
            asking: SignIn::new(user.as_deref(), None),
            why,
            since: self.cx.now,
            told: None,
            user,
            forgotten: false,
            quitting: false,
            wiped: Vec::new(),
        }));
        self.wipe();
        let effects = self.forget_when_done();
        self.cx.extend(effects);
    }

    /// Everything that happens while it is locked.
    pub(super) fn while_locked(&mut self, message: Message) {
        let from = self.cx.effects.len();
        match message {
            Message::Typed(key) | Message::Held(key) => self.typed_in_lock(key),
            Message::Pasted(text) => {
                if let Some(lock) = self.lock.locked.as_mut().filter(|lock| !lock.asking.waiting) {
                    lock.asking.line().pasted(text.expose());
                }
            }
            Message::Reply { ticket, read, result } => self.reply_to_lock(ticket, read, result),
            // Something else had it locked before.
            Message::TextEdited { text, failure } => self.text_came_late(text, failure.is_some()),
            // Nothing is due but the answers to writes, and what was begun for many records.
            Message::Woke => {
                self.writes.batch_woke(&mut self.cx, &mut self.store);
                if self.lock.locked.as_ref().is_some_and(|lock| !lock.forgotten) {
                    self.store.read_back_due(&mut self.cx);
                }
            }
            Message::Pointed { .. } | Message::Unknown(_) | Message::Burst(_) => {}
            message @ (Message::Started
            | Message::Resized(..)
            | Message::Outcome { .. }
            | Message::Unnoted { .. }
            | Message::DraftKept { .. }
            | Message::DraftsFound { .. }
            | Message::DraftsSeen(_)
            | Message::Leftovers { .. }
            | Message::PendingFound(_)
            | Message::Exported { .. }
            | Message::Told(_)
            | Message::Ran { .. }
            | Message::JournalRead { .. }
            | Message::Arranged { .. }
            | Message::Counted { .. }
            | Message::Linted { .. }
            | Message::Live { .. }
            | Message::Surveyed { .. }
            | Message::NotKept(_)
            | Message::LooksKept { .. }
            | Message::Linked(_)
            | Message::System(System::Terminate | System::HangUp | System::Resumed)) => self.received(message),
        }
        self.store.writes.leaving |= self.cx.effects.contains(&Effect::Quit);
        if self.lock.locked.is_none() {
            return;
        }
        self.writes.lock_batch(&mut self.cx, &mut self.store);
        self.answer();
        let allowed: Vec<Effect> = self.cx.effects.drain(from..).filter(Self::may_while_locked).collect();
        self.cx.extend(allowed);
        self.wipe();
        let effects = self.forget_when_done();
        self.cx.extend(effects);
    }

    /// Whether an effect shows nothing and asks the server for nothing new.
    fn may_while_locked(effect: &Effect) -> bool {
        match effect {
            Effect::Read { read, .. } => matches!(read, Read::SignIn { .. } | Read::SignInAgain),
            // The next step of something that was begun.
            Effect::Write { .. }
            | Effect::WriteNoted { .. }
            | Effect::Note(_)
            | Effect::FindLeftovers
            | Effect::FindPending
            | Effect::Forget(_)
            | Effect::KeepDraft(_)
            | Effect::DropDraft(_)
            | Effect::FindDrafts
            | Effect::ClaimDraft(_)
            | Effect::TakeDraft(..)
            | Effect::ReleaseDraft(_)
            | Effect::Record(_)
            | Effect::Keep(_)
            | Effect::Arrange { .. }
            | Effect::Count { .. }
            | Effect::Lint { .. }
            | Effect::Overview { .. }
            | Effect::Cancel(_)
            | Effect::SignOut
            | Effect::Redraw
            | Effect::Bell
            | Effect::Suspend
            | Effect::NextProfile(_)
            | Effect::Quit => true,
            Effect::Copy(_)
            | Effect::EditText(_)
            | Effect::Run { .. }
            | Effect::ReadJournal { .. }
            | Effect::Export(_)
            | Effect::AskLive { .. }
            | Effect::UseToken(_) => false,
        }
    }

    fn typed_in_lock(&mut self, key: Key) {
        if self.works_everywhere(key) {
            return;
        }
        if key == Key::ctrl('c') {
            self.quit_locked();
            return;
        }
        let again = self.lock.rules.again.clone();
        let ticket = self.cx.tickets.same(Slot::SignIn);
        let Some(lock) = self.lock.locked.as_mut().filter(|lock| !lock.asking.waiting) else { return };
        lock.told = None;
        lock.quitting = false;
        let asking = &mut lock.asking;
        match key {
            Key { code: Code::Esc, ctrl: false } => {
                lock.told = Some("Locked. Sign in to resume. Ctrl-c: quit".to_owned());
            }
            Key { code: Code::Tab | Code::BackTab | Code::Up | Code::Down, ctrl: false } => {
                asking.at_password = !asking.at_password;
            }
            Key { code: Code::Enter, ctrl: false } => {
                let typed = !asking.password.text().is_empty();
                let user = asking.user.text().trim().to_owned();
                if let (false, true, Some(owner)) = (lock.forgotten, typed, &lock.user)
                    && *owner != user
                {
                    let text =
                        format!("Changes of {owner} are still running: sign in as {owner}, or wait until they end");
                    lock.told = Some(text);
                    return;
                }
                let read = match (again, typed) {
                    (Again::Setting(_), false) => Some(Read::SignInAgain),
                    _ if user.is_empty() || !asking.at_password => {
                        asking.at_password = !user.is_empty();
                        None
                    }
                    _ => Some(Read::SignIn { user, password: asking.take_password() }),
                };
                if let Some(read) = read {
                    asking.waiting = true;
                    asking.trouble = None;
                    self.cx.effect(Effect::Read { ticket, read });
                }
            }
            other => {
                asking.line().typed(other);
            }
        }
    }

    /// Ends the program; where that would lose something, only the second time.
    fn quit_locked(&mut self) {
        let lost = self.store.drafts.values().filter(|kept| !kept.is_empty() && matches!(kept.disk, OnDisk::Failed(_)));
        let (lost, under_way, many) = (lost.count(), self.store.writes.under_way.len(), self.writes.batch_goes());
        let Some(lock) = self.lock.locked.as_mut() else { return };
        if lock.quitting || (lost == 0 && under_way == 0 && !many) {
            self.cx.effect(Effect::Quit);
            return;
        }
        let mut losses = Vec::new();
        if many {
            losses.push("a bulk change is running and would stop halfway".to_owned());
        }
        if under_way > 0 {
            losses.push(format!("{} running; the result would be unknown", counted(under_way, "write")));
        }
        if lost > 0 {
            losses.push(format!("{} only in memory would be lost", counted(lost, "draft")));
        }
        lock.told = Some(format!("{}. Ctrl-c again: quit anyway", losses.join("; ")));
        lock.quitting = true;
    }

    fn reply_to_lock(&mut self, ticket: Ticket, read: Read, result: Result<Reply, Trouble>) {
        if !self.cx.tickets.is_current(ticket) {
            return;
        }
        match (read, result) {
            (Read::SignIn { user, .. }, Ok(_)) => self.unlock(Some(user)),
            (Read::SignInAgain, Ok(_)) => self.unlock(None),
            (Read::SignIn { .. } | Read::SignInAgain, Err(trouble)) => {
                if let Some(lock) = &mut self.lock.locked {
                    lock.asking.waiting = false;
                    lock.asking.trouble = Some(trouble);
                }
            }
            _ => {}
        }
    }

    /// Somebody is back. `user` is who, where that was typed.
    fn unlock(&mut self, user: Option<String>) {
        let Some(lock) = self.lock.locked.take() else { return };
        self.lock.rules.touched = Some(self.cx.now);
        let stranger = matches!((&user, &lock.user), (Some(now), Some(before)) if now != before);
        let user = user.or(lock.user);
        let who = user.as_deref().map_or_else(String::new, |user| format!(" as {user}"));
        self.cx.setup.user = user;
        self.cx.effect(Effect::Redraw);
        if stranger {
            // Somebody else begins at the beginning; drafts belong to the profile.
            for side in std::mem::take(&mut self.panes.stack) {
                if let Side::Form(form) = side {
                    self.store.leave_form(&mut self.cx, &form);
                }
            }
            self.overlay.current = None;
            self.panes.focus = Focus::List;
            self.sync.sweep.start(&mut self.cx);
        } else {
            self.sync.sweep.refresh(&mut self.cx, &self.store.records);
        }
        self.cx.catalogue();
        self.panes.read_top(&mut self.cx, &self.store);
        self.sync.watch.resume(self.cx.now.mono);
        let texts = self.store.in_text().map(|id| self.store.called(id)).collect::<Vec<_>>().join(", ");
        match lock.wiped.as_slice() {
            [] if !texts.is_empty() => {
                let key = self.cx.key_in(Scope::Form, Command::EditText);
                let text = format!("Signed in{who}. The text from the editor of {texts} is kept. {key}: resume it");
                self.cx.say(Tone::Plain, text);
            }
            [] => self.cx.say(Tone::Good, format!("Signed in{who}")),
            wiped => {
                let called: Vec<String> = wiped.iter().map(|id| self.store.called(*id)).collect();
                let text = format!(
                    "Signed in{who}. The lock cleared the password typed for {}: type it again in the form, or \
                     revert it",
                    called.join(", ")
                );
                self.cx.say(Tone::Bad, text);
            }
        }
    }
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun} is") } else { format!("{count} {noun}s are") }
}

impl Lock {
    /// When it locks by itself.
    pub(super) fn locks_at(&self) -> Option<Duration> {
        Some(self.rules.touched.filter(|_| self.locked.is_none())?.mono + self.rules.after?)
    }
}

impl Panes {
    /// Reads what the pane on top shows, where it is not here.
    pub(super) fn read_top(&mut self, cx: &mut Context, store: &Store) {
        match self.stack.last() {
            Some(Side::Detail(pane)) if !store.fetched.contains_key(&pane.id) => store.read_detail(cx, pane.id),
            Some(Side::Target(TargetPane { relation, id: Some(id), read: false, .. })) => {
                cx.read_target(*relation, *id);
            }
            Some(Side::Form(form)) if matches!(form.stage, Stage::Reading) => {
                let id = form.copied.unwrap_or(form.id);
                let ticket = cx.tickets.open(Slot::Base);
                cx.effect(Effect::Read { ticket, read: Read::Record { id, known: None } });
            }
            Some(Side::Detail(_) | Side::Target(_) | Side::Document { .. } | Side::Form(_)) | None => {}
        }
    }
}

impl Context {
    /// All pops, nodes and transports, for labels.
    fn catalogue(&mut self) {
        let ticket = self.tickets.open(Slot::Catalogue);
        self.extend(
            [Relation::Node, Relation::Pop, Relation::TransportProtocol]
                .map(|relation| Effect::Read { ticket, read: Read::Targets(relation, None) }),
        );
    }
}
