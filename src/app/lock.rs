//! The lock: token and passwords are wiped, and nothing but the profile and a sign-in is shown until the same user
//! is back. What was typed stays, but for passwords; what was sent is answered for.

mod going_on;
pub(in crate::app) mod wipe;

use std::time::Duration;

use crate::domain::record::Relation;
use crate::domain::request_error::RequestError;
use crate::keys::{Code, Command, Key, Scope};

use crate::app::core::{Context, Effect, Message, Read, Reply, Slot, Ticket, Tone};
use crate::app::form::FormStage;
use crate::app::input::Input;
use crate::app::model::drafts::OnDisk;
use crate::app::model::time::Moment;
use crate::app::overlay::dialog::{self, TypingMode};
use crate::app::overlay::{Dialogs, SignIn};
use crate::app::panes::stack::SidePane;

use crate::app::panes::Panes;
use crate::app::rooms::Rooms;
use crate::app::store::Store;

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
pub enum SignInAgain {
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
    /// No one touched a key for this long.
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
    pub reported: Option<String>,
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
    pub again: SignInAgain,
    /// When a key was last pressed.
    pub(super) touched: Option<Moment>,
}

impl Locking {
    /// By itself after this long without a key, if at all.
    pub const fn new(after: Option<Duration>, again: SignInAgain) -> Self {
        Self { after, again, touched: None }
    }
}

/// Whether someone sits there.
pub(super) const fn is_touch(message: &Message) -> bool {
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

/// Locks: gives up what is being read, and wipes what is secret.
pub(super) fn lock(rooms: &mut Rooms, dialogs: &mut Dialogs, input: &mut Input, lock: &mut Lock, why: Why) {
    let user = rooms.cx.link.user.clone().or_else(|| rooms.cx.setup.user.clone());
    rooms.cx.effect(Effect::Redraw);
    rooms.cx.give_up(&[Slot::SignIn]);
    rooms.cx.give_up(&Slot::READS);
    rooms.sync.sweep.cancel();
    rooms.store.live.asked = None;
    rooms.cx.flights.clear();
    rooms.sync.links_under_way.clear();
    input.pending.clear();
    input.typing.forget();
    rooms.sync.watch.pause();
    rooms.writes.lock_batch(&mut rooms.cx, &mut rooms.store);
    // What waits for an answer, or shows a record read for it, is begun again; the rest stays for later.
    if dialog::manner(rooms, dialogs).is_some_and(|manner| manner.ends_when_locked) {
        dialogs.current = None;
    }
    lock.locked = Some(Box::new(Locked {
        asking: SignIn::new(user.as_deref(), None),
        why,
        since: rooms.cx.now,
        reported: None,
        user,
        forgotten: false,
        quitting: false,
        wiped: Vec::new(),
    }));
    wipe::wipe(rooms, dialogs, lock);
    let effects = wipe::forget_when_done(rooms, lock);
    rooms.cx.extend(effects);
}

/// Whether an effect shows nothing and asks the server for nothing new.
pub(super) fn may_while_locked(effect: &Effect) -> bool {
    match effect {
        Effect::Read { read, .. } => matches!(read, Read::SignIn { .. } | Read::SignInAgain),
        // The next step of something that was begun.
        Effect::Write { .. }
        | Effect::WriteNoted { .. }
        | Effect::Note(_)
        | Effect::FindUnfinished
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

pub(super) fn typed_in_lock(rooms: &mut Rooms, lock: &mut Lock, key: Key) {
    if dialog::works_everywhere(&mut rooms.cx, key, TypingMode::Text) {
        return;
    }
    if key == Key::ctrl('c') {
        quit_locked(rooms, lock);
        return;
    }
    let again = lock.rules.again.clone();
    let ticket = rooms.cx.tickets.same(Slot::SignIn);
    let Some(lock) = lock.locked.as_mut().filter(|lock| !lock.asking.waiting) else { return };
    lock.reported = None;
    lock.quitting = false;
    let asking = &mut lock.asking;
    match key {
        Key { code: Code::Esc, ctrl: false } => {
            lock.reported = Some("Locked. Sign in to resume. Ctrl-c: quit".to_owned());
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
                let text = format!("Changes of {owner} are still running: sign in as {owner}, or wait until they end");
                lock.reported = Some(text);
                return;
            }
            let read = match (again, typed) {
                (SignInAgain::Setting(_), false) => Some(Read::SignInAgain),
                _ if user.is_empty() || !asking.at_password => {
                    asking.at_password = !user.is_empty();
                    None
                }
                _ => Some(Read::SignIn { user, password: asking.take_password() }),
            };
            if let Some(read) = read {
                asking.waiting = true;
                asking.error = None;
                rooms.cx.effect(Effect::Read { ticket, read });
            }
        }
        other => {
            asking.line().typed(other);
        }
    }
}

/// Ends the program; where that would lose something, only the second time.
fn quit_locked(rooms: &mut Rooms, lock: &mut Lock) {
    let lost = rooms.store.drafts.values().filter(|open| !open.is_empty() && matches!(open.disk, OnDisk::Failed(_)));
    let (lost, under_way, many) = (lost.count(), rooms.store.writes.under_way.len(), rooms.writes.batch_goes());
    let Some(lock) = lock.locked.as_mut() else { return };
    if lock.quitting || (lost == 0 && under_way == 0 && !many) {
        rooms.cx.effect(Effect::Quit);
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
    lock.reported = Some(format!("{}. Ctrl-c again: quit anyway", losses.join("; ")));
    lock.quitting = true;
}

pub(super) fn reply_to_lock(
    rooms: &mut Rooms,
    dialogs: &mut Dialogs,
    lock: &mut Lock,
    ticket: Ticket,
    read: Read,
    result: Result<Reply, RequestError>,
) {
    if !rooms.cx.tickets.is_current(ticket) {
        return;
    }
    match (read, result) {
        (Read::SignIn { user, .. }, Ok(_)) => unlock(rooms, dialogs, lock, Some(user)),
        (Read::SignInAgain, Ok(_)) => unlock(rooms, dialogs, lock, None),
        (Read::SignIn { .. } | Read::SignInAgain, Err(error)) => {
            if let Some(lock) = &mut lock.locked {
                lock.asking.waiting = false;
                lock.asking.error = Some(error);
            }
        }
        _ => {}
    }
}

/// Someone is back. `user` is who, where that was typed.
fn unlock(rooms: &mut Rooms, dialogs: &mut Dialogs, lock: &mut Lock, user: Option<String>) {
    let Some(locked) = lock.locked.take() else { return };
    lock.rules.touched = Some(rooms.cx.now);
    let stranger = matches!((&user, &locked.user), (Some(now), Some(before)) if now != before);
    let user = user.or(locked.user);
    let who = user.as_deref().map_or_else(String::new, |user| format!(" as {user}"));
    rooms.cx.setup.user = user;
    rooms.cx.effect(Effect::Redraw);
    if stranger {
        // Someone else begins at the beginning; drafts belong to the profile.
        rooms.leave_panes();
        dialogs.current = None;
        rooms.sync.sweep.start(&mut rooms.cx);
    } else {
        rooms.sync.sweep.refresh(&mut rooms.cx, &rooms.store.records);
    }
    rooms.cx.catalogue();
    rooms.panes.read_top(&mut rooms.cx, &rooms.store);
    rooms.sync.watch.resume(rooms.cx.now.mono);
    let texts = rooms.store.in_text().map(|id| rooms.store.display_name(id)).collect::<Vec<_>>().join(", ");
    match locked.wiped.as_slice() {
        [] if !texts.is_empty() => {
            let key = rooms.cx.key_in(Scope::Form, Command::EditText);
            let text = format!("Signed in{who}. The text from the editor of {texts} is kept. {key}: resume it");
            rooms.cx.say(Tone::Plain, text);
        }
        [] => rooms.cx.say(Tone::Good, format!("Signed in{who}")),
        wiped => {
            let display_name: Vec<String> = wiped.iter().map(|id| rooms.store.display_name(*id)).collect();
            let text = format!(
                "Signed in{who}. The lock cleared the password typed for {}: type it again in the form, or \
                 revert it",
                display_name.join(", ")
            );
            rooms.cx.say(Tone::Bad, text);
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
            Some(side @ SidePane::Detail(pane)) if !store.fetched.contains_key(&pane.id) => store.read_shown(cx, side),
            Some(side @ SidePane::Target(pane)) if !pane.read => store.read_shown(cx, side),
            Some(SidePane::Form(form)) if matches!(form.stage, FormStage::Reading) => {
                let id = form.copied.unwrap_or(form.id);
                cx.read_beside(Slot::Base, Read::Record { id, known: None });
            }
            Some(SidePane::Detail(_) | SidePane::Target(_) | SidePane::Document { .. } | SidePane::Form(_)) | None => {}
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
