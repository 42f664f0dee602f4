//! How keys came, where that decides whether they count: at once as those of a paste, as repeats of a held key, or
//! while the form they were meant for is still being read. Only a key that someone pressed for it writes anything.

use std::time::Duration;

use crate::domain::count::counted;
use crate::keys::{Code, Command, Key, KeyMeaning, Scope, ServerUse};

use crate::app::core::{Burst, Context, Tone};
use crate::app::form::{Form, FormStage};
use crate::app::input::Input;
use crate::app::overlay::{Dialogs, dialog};
use crate::app::panes::Focus;
use crate::app::rooms::Rooms;

/// Without input for this long, a burst that was dropped is over.
const SILENCE: Duration = Duration::from_millis(30);

/// A key that writes counts again once it was let go for this long.
const LET_GO: Duration = Duration::from_millis(300);

/// Keys that are kept for a form.
const KEPT: usize = 500;

/// Whether a key is pressed or held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum Press {
    New,
    Repeat,
}

/// Where a burst goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Goes {
    /// The text box that was open when it began; there it is text.
    Box,
    /// Commands.
    Commands,
}

/// What is known of the keys before.
#[derive(Debug, Clone, Default)]
pub struct Typing {
    burst: Option<Goes>,
    /// The burst that goes on once the keys that waited have come.
    aside: Option<Goes>,
    /// When the last key of a burst was dropped.
    dropped: Option<Duration>,
    /// The key is one of the repeats of a held one.
    held: bool,
    /// The last key that wrote at once: on which record, and when.
    wrote: Option<(Command, Option<u64>, Duration)>,
    /// Keys for the form that is being read, and whether they came in a burst.
    waiting: Vec<(Key, bool)>,
    /// Keys that were not kept for it.
    lost: usize,
}

impl Typing {
    /// Forgets all that came before: someone else has the keyboard now.
    pub(in crate::app) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Whether this key belongs to a burst that is being dropped.
    fn drops(&mut self, now: Duration) -> bool {
        match self.dropped {
            Some(last) if self.burst.is_some() || now.saturating_sub(last) < SILENCE => {
                self.dropped = Some(now);
                true
            }
            Some(_) | None => {
                self.dropped = None;
                false
            }
        }
    }
}

/// Whether a command that writes or asks to is not run now, because no one pressed a key for it. Says so.
pub(in crate::app) fn bars(rooms: &mut Rooms, input: &mut Input, command: Command) -> bool {
    let keys = rooms.cx.setup.keymap.keys_of(rooms.panes.scope(), command);
    let keys = keys.unwrap_or_else(|| format!(":{}", command.row().name));
    command.row().writes != ServerUse::Nothing && input.bars_key(&mut rooms.cx, &keys)
}

/// Whether a key in a dialog that writes is not taken now. Says so.
pub(in crate::app) fn bars_in_dialog(rooms: &mut Rooms, dialogs: &mut Dialogs, input: &mut Input, key: Key) -> bool {
    let moves =
        matches!(key.code, Code::Esc | Code::Up | Code::Down | Code::PageUp | Code::PageDown | Code::Home | Code::End);
    // What only runs a command is looked at by itself.
    dialog::manner(rooms, dialogs).is_some_and(|manner| manner.writes)
        && !moves
        && !rooms.cx.stays(key)
        && input.bars_key(&mut rooms.cx, &key.to_string())
}

/// Whether a key that writes at once is held down: it came on the same record a moment ago.
pub(in crate::app) fn repeats(rooms: &mut Rooms, input: &mut Input, command: Command) -> bool {
    // Of many it is asked first.
    if command.row().writes != ServerUse::AtOnce || rooms.many() {
        return false;
    }
    let (subject, now) = (rooms.subject(), rooms.cx.now.mono);
    let again = input
        .typing
        .wrote
        .is_some_and(|(before, on, at)| (before, on) == (command, subject) && now.saturating_sub(at) < LET_GO);
    input.typing.wrote = Some((command, subject, now));
    // Where it is being written, the refusal says so.
    again && subject.is_none_or(|id| !rooms.store.writes.is_writing(id))
}

/// Whether the form on top waits for its record: what is typed is meant for it.
fn form_is_read(rooms: &Rooms, dialogs: &Dialogs) -> bool {
    dialogs.current.is_none()
        && rooms.panes.focus == Focus::Side
        && matches!(rooms.panes.form(), Some(Form { stage: FormStage::Reading, .. }))
}

fn keep_key(rooms: &mut Rooms, input: &mut Input, key: Key) {
    rooms.cx.notices.key_pressed(rooms.cx.now);
    let to_editor = rooms.panes.form().is_some_and(|form| form.as_text.is_some());
    if to_editor || input.typing.waiting.len() >= KEPT {
        input.typing.lost += 1;
        return;
    }
    if input.typing.waiting.is_empty() {
        let display_name =
            rooms.panes.form().map(|form| form.copied.unwrap_or(form.id)).map(|id| rooms.store.display_name(id));
        let display_name = display_name.unwrap_or_default();
        let cancel = rooms.cx.key(Command::Escape);
        rooms.cx.say(Tone::Plain, format!("{display_name} is still loading; your keys wait for it. {cancel}: cancel"));
    }
    let in_burst = input.typing.burst.is_some();
    input.typing.waiting.push((key, in_burst));
}

impl Input {
    pub(in crate::app) fn burst(&mut self, rooms: &Rooms, dialogs: &Dialogs, burst: Burst) {
        match burst {
            Burst::Begins => {
                // What was dropped before is over, unless this is the rest of it.
                self.typing.dropped =
                    self.typing.dropped.filter(|last| rooms.cx.now.mono.saturating_sub(*last) < SILENCE);
                let into = if dialog::takes_text(rooms, dialogs) { Goes::Box } else { Goes::Commands };
                self.typing.burst = Some(into);
            }
            Burst::Ends => self.typing.burst = None,
        }
    }

    /// A key came: whether it is one to be handled now. What waits for a form is kept, what belongs to a paste that was
    /// dropped goes.
    pub(in crate::app) fn takes(&mut self, rooms: &mut Rooms, dialogs: &Dialogs, key: Key, press: Press) -> bool {
        if self.typing.drops(rooms.cx.now.mono) {
            return false;
        }
        if form_is_read(rooms, dialogs) && !rooms.cx.stays(key) {
            keep_key(rooms, self, key);
            return false;
        }
        self.typing.held = press == Press::Repeat;
        true
    }

    /// The key was handled. What follows it in a burst is text only while something takes text.
    pub(in crate::app) fn took(&mut self, rooms: &Rooms, dialogs: &Dialogs) {
        self.typing.held = false;
        if self.typing.burst == Some(Goes::Box) && !dialog::takes_text(rooms, dialogs) {
            self.typing.burst = Some(Goes::Commands);
        }
    }

    /// The keys that waited for a form, once it is open; where it is not, they are dropped with a word. The burst that is
    /// going on is set aside: they are no part of it.
    pub(in crate::app) fn waited(&mut self, rooms: &mut Rooms, dialogs: &Dialogs) -> Vec<(Key, bool)> {
        let nothing = self.typing.waiting.is_empty() && self.typing.lost == 0;
        if nothing || form_is_read(rooms, dialogs) {
            return Vec::new();
        }
        let mut waiting = std::mem::take(&mut self.typing.waiting);
        let mut lost = std::mem::take(&mut self.typing.lost);
        let opened = dialogs.current.is_none()
            && rooms.panes.focus == Focus::Side
            && rooms
                .panes
                .form()
                .is_some_and(|form| matches!(form.stage, FormStage::Editing) && form.as_text.is_none());
        if !opened {
            lost += waiting.len();
            waiting.clear();
        }
        if lost > 0 {
            let keys = counted(lost, "key");
            let text = format!("{keys} typed while the registration was loading: dropped, nothing was done");
            rooms.cx.say(Tone::Plain, text);
        }
        if !waiting.is_empty() {
            self.typing.aside = self.typing.burst.take();
        }
        waiting
    }

    /// A key that waited comes now, in a burst as it did then.
    pub(in crate::app) fn resumes(&mut self, rooms: &Rooms, dialogs: &Dialogs, in_burst: bool) {
        if in_burst && self.typing.burst.is_none() {
            self.typing.burst = Some(if dialog::takes_text(rooms, dialogs) { Goes::Box } else { Goes::Commands });
        }
    }

    /// All keys that waited have come: the burst set aside goes on.
    pub(in crate::app) const fn resumed(&mut self) {
        self.typing.burst = self.typing.aside.take();
    }

    pub(in crate::app) fn bars_key(&mut self, cx: &mut Context, keys: &str) -> bool {
        if self.typing.held {
            cx.say(Tone::Plain, format!("{keys} is held down: repeats are ignored"));
            return true;
        }
        if self.typing.burst != Some(Goes::Commands) {
            return false;
        }
        self.typing.dropped = Some(cx.now.mono);
        let text = format!("{keys} was not run: the keys came all at once, as from a paste, and were dropped");
        cx.say(Tone::Bad, text);
        true
    }
}

impl Context {
    /// Keys that leave, cancel, draw again and stop are never kept for later.
    pub(in crate::app) fn stays(&self, key: Key) -> bool {
        let stays = [Command::Escape, Command::Interrupt, Command::Redraw, Command::Suspend];
        let typed = matches!(key, Key { code: Code::Char(_), ctrl: false });
        let meaning = self.setup.keymap.meaning(Scope::Global, &[key]);
        !typed && matches!(meaning, KeyMeaning::Command(command) if stays.contains(&command))
    }
}
