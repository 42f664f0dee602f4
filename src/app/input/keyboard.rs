//! What a key or a paste means, depending on what has the keyboard.

use crate::keys::chord::{Code, Key};
use crate::keys::command::{Command, Scope};
use crate::keys::keymap::Meaning;

use crate::app::core::context::Context;
use crate::app::core::notice::Tone;
use crate::app::widget::movement::leaves;
use crate::app::{App, Focus};

/// The largest number in front of a movement.
const MOST: usize = 1_000_000;

impl App {
    pub(in crate::app) fn typed(&mut self, key: Key) {
        self.cx.notices.key_pressed(self.cx.now);
        if self.works_everywhere(key) {
            return;
        }
        let key = self.key_for_dialog(key);
        if self.overlay.current.is_some() && self.bars_in_dialog(key) {
            return;
        }
        if let Some(overlay) = self.overlay.current.take() {
            self.typed_over(overlay, key);
            return;
        }
        if self.panes.focus == Focus::Side && self.panes.form().is_some_and(|form| form.editing.is_some()) {
            self.typed_in_form(key);
            return;
        }
        let scope = self.panes.scope();
        let meaning = self.cx.setup.keymap.meaning(Scope::Global, &[key]);
        let ends = matches!(meaning, Meaning::Command(Command::Escape | Command::Interrupt));
        if !self.input.pending.is_empty() && ends {
            self.input.pending.clear();
            return;
        }
        if self.counts(key) {
            return;
        }
        self.input.pending.push(key);
        match self.cx.setup.keymap.meaning(scope, &self.input.pending) {
            Meaning::Command(command) => {
                // A held key repeats itself, never several in turn.
                let may_be_held = self.input.pending.len() == 1;
                self.input.pending.clear();
                if may_be_held && self.repeats(command) {
                    return;
                }
                if let Some(count) = self.input.count.take()
                    && self.moved_by(command, count)
                {
                    return;
                }
                self.run(command);
            }
            Meaning::Prefix => {}
            Meaning::Nothing
                if self.input.pending.len() == 1 && self.panes.key_in_fields(&mut self.cx, &mut self.store, key) =>
            {
                self.input.pending.clear();
            }
            Meaning::Nothing => {
                let pressed = std::mem::take(&mut self.input.pending);
                let keys = crate::keys::chord::sequence(&pressed);
                let help = self.cx.key_in(scope, Command::Help);
                let text = match pressed.split_last() {
                    Some((_, prefix)) if !prefix.is_empty() => {
                        let next = self.cx.setup.keymap.continuations(scope, prefix);
                        let next: Vec<String> = next.into_iter().map(|(keys, _)| keys).collect();
                        let prefix = crate::keys::chord::sequence(prefix);
                        format!("Unknown key {keys}; after {prefix}: {}", next.join(" "))
                    }
                    _ => format!("{}. {help}: help", key.idle()),
                };
                self.cx.say(Tone::Plain, text);
            }
        }
    }

    /// A digit in front of a movement: anywhere but where digits have a meaning of their own. While a range is being
    /// chosen in the list, views are not.
    fn counts(&mut self, key: Key) -> bool {
        let scope = self.panes.scope();
        let digit = match key {
            Key { code: Code::Char(c), ctrl: false } => c.to_digit(10),
            _ => None,
        };
        let (Some(digit), true) = (digit, self.input.pending.is_empty()) else {
            if leaves(key) {
                return self.input.count.take().is_some();
            }
            return false;
        };
        let in_range = scope == Scope::List && self.store.marks.anchor().is_some();
        let free = in_range || self.cx.setup.keymap.meaning(scope, &[key]) == Meaning::Nothing;
        // In a form a digit begins a number.
        if !free || scope == Scope::Form || (digit == 0 && self.input.count.is_none()) {
            return false;
        }
        let count = self.input.count.unwrap_or_default() * 10 + digit as usize;
        self.input.count = Some(count.min(MOST));
        true
    }

    pub(in crate::app) fn pasted(&mut self, text: &str) {
        if self.overlay.current.is_none() && self.panes.focus == Focus::Side && self.panes.form().is_some() {
            self.panes.pasted_in_form(&mut self.cx, &mut self.store, text);
            self.panes.field_sought(&self.cx, &self.store);
            return;
        }
        match self.overlay.current.take() {
            Some(overlay) => self.pasted_over(overlay, text),
            None => self.cx.say(Tone::Plain, "No text field here; the paste was ignored"),
        }
    }
}

impl Context {
    /// Lines of an overlay's list in view.
    #[must_use]
    pub fn overlay_height(&self) -> usize {
        usize::from(self.size.1.saturating_sub(6)).max(1)
    }
}
