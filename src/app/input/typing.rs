//! How keys came, where that decides whether they count: at once as those of a paste, as repeats of a held key, or
//! while the form they were meant for is still being read. Only a key that somebody pressed for it writes anything.

use std::time::Duration;

use crate::domain::count::counted;
use crate::keys::chord::{Code, Key};
use crate::keys::command::{Command, Scope, Writes};
use crate::keys::keymap::Meaning;

use crate::app::core::context::Context;
use crate::app::core::message::Burst;
use crate::app::core::notice::Tone;
use crate::app::form::{Form, Stage};
use crate::app::input::Input;
use crate::app::{App, Focus};

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
    /// Forgets all that came before: somebody else has the keyboard now.
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

impl App {
    pub(in crate::app) fn burst(&mut self, burst: Burst) {
        match burst {
            Burst::Begins => {
                // What was dropped before is over, unless this is the rest of it.
                self.input.typing.dropped =
                    self.input.typing.dropped.filter(|last| self.cx.now.mono.saturating_sub(*last) < SILENCE);
                let into = if self.takes_text() { Goes::Box } else { Goes::Commands };
                self.input.typing.burst = Some(into);
            }
            Burst::Ends => self.input.typing.burst = None,
        }
    }

    /// Handles one key.
    pub(in crate::app) fn key(&mut self, key: Key, press: Press) {
        if self.input.typing.drops(self.cx.now.mono) {
            return;
        }
        if self.form_is_read() && !self.cx.stays(key) {
            self.keep_key(key);
            return;
        }
        self.input.typing.held = press == Press::Repeat;
        self.typed(key);
        self.input.typing.held = false;
        if self.input.typing.burst == Some(Goes::Box) && !self.takes_text() {
            self.input.typing.burst = Some(Goes::Commands);
        }
    }

    /// Whether a command that writes or asks to is not run now, because nobody pressed a key for it. Says so.
    pub(in crate::app) fn bars(&mut self, command: Command) -> bool {
        let keys = self.cx.setup.keymap.keys_of(self.panes.scope(), command);
        let keys = keys.unwrap_or_else(|| format!(":{}", command.row().name));
        command.row().writes != Writes::Nothing && self.input.bars_key(&mut self.cx, &keys)
    }

    /// Whether a key in a dialog that writes is not taken now. Says so.
    pub(in crate::app) fn bars_in_dialog(&mut self, key: Key) -> bool {
        let moves = matches!(
            key.code,
            Code::Esc | Code::Up | Code::Down | Code::PageUp | Code::PageDown | Code::Home | Code::End
        );
        self.dialog_writes() && !moves && !self.cx.stays(key) && self.input.bars_key(&mut self.cx, &key.to_string())
    }

    /// Whether a key that writes at once is held down: it came on the same record a moment ago.
    pub(in crate::app) fn repeats(&mut self, command: Command) -> bool {
        // Of many it is asked first.
        if command.row().writes != Writes::AtOnce || self.many() {
            return false;
        }
        let (subject, now) = (self.subject(), self.cx.now.mono);
        let again = self
            .input
            .typing
            .wrote
            .is_some_and(|(before, on, at)| (before, on) == (command, subject) && now.saturating_sub(at) < LET_GO);
        self.input.typing.wrote = Some((command, subject, now));
        // Where it is being written, the refusal says so.
        again && subject.is_none_or(|id| !self.store.writes.is_writing(id))
    }

    /// Whether the form on top waits for its record: what is typed is meant for it.
    fn form_is_read(&self) -> bool {
        self.lock.locked.is_none()
            && self.overlay.current.is_none()
            && self.panes.focus == Focus::Side
            && matches!(self.panes.form(), Some(Form { stage: Stage::Reading, .. }))
    }

    fn keep_key(&mut self, key: Key) {
        self.cx.notices.key_pressed(self.cx.now);
        let to_editor = self.panes.form().is_some_and(|form| form.as_text.is_some());
        if to_editor || self.input.typing.waiting.len() >= KEPT {
            self.input.typing.lost += 1;
            return;
        }
        if self.input.typing.waiting.is_empty() {
            let called = self.panes.form().map(|form| form.copied.unwrap_or(form.id)).map(|id| self.store.called(id));
            let called = called.unwrap_or_default();
            let cancel = self.cx.key(Command::Escape);
            self.cx.say(Tone::Plain, format!("{called} is still loading; your keys wait for it. {cancel}: cancel"));
        }
        let in_burst = self.input.typing.burst.is_some();
        self.input.typing.waiting.push((key, in_burst));
    }

    /// Types into the form what waited for it, once it is open; where it is not, drops that with a word.
    pub(in crate::app) fn replay(&mut self) {
        let nothing = self.input.typing.waiting.is_empty() && self.input.typing.lost == 0;
        if nothing || self.form_is_read() {
            return;
        }
        let mut waiting = std::mem::take(&mut self.input.typing.waiting);
        let mut lost = std::mem::take(&mut self.input.typing.lost);
        let opened = self.lock.locked.is_none()
            && self.overlay.current.is_none()
            && self.panes.focus == Focus::Side
            && self.panes.form().is_some_and(|form| matches!(form.stage, Stage::Editing) && form.as_text.is_none());
        if !opened {
            lost += waiting.len();
            waiting.clear();
        }
        if lost > 0 {
            let keys = counted(lost, "key");
            let text = format!("{keys} typed while the registration was loading: dropped, nothing was done");
            self.cx.say(Tone::Plain, text);
        }

        let before = self.input.typing.burst.take();
        for (key, in_burst) in waiting {
            if in_burst && self.input.typing.burst.is_none() {
                self.input.typing.burst = Some(if self.takes_text() { Goes::Box } else { Goes::Commands });
            }
            self.key(key, Press::New);
        }
        self.input.typing.burst = before;
    }
}

impl Input {
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
        !typed && matches!(meaning, Meaning::Command(command) if stays.contains(&command))
    }
}
