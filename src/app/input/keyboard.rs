//! What a key or a paste means, depending on what has the keyboard.

use crate::keys::{Code, Command, Key, KeyMeaning, Scope};

use crate::app::core::{Context, Tone};
use crate::app::input::{Input, command_line, commands, moving, typing};
use crate::app::overlay::dialog::{self, TypingMode};
use crate::app::overlay::{After, Dialogs, Overlay};
use crate::app::panes::Focus;
use crate::app::rooms::Rooms;
use crate::app::widget::leaves;

/// The largest number in front of a movement.
const MOST: usize = 1_000_000;

pub(in crate::app) fn typed(rooms: &mut Rooms, dialogs: &mut Dialogs, input: &mut Input, key: Key) {
    rooms.cx.notices.key_pressed(rooms.cx.now);
    let takes = if dialog::takes_text(rooms, dialogs) { TypingMode::Text } else { TypingMode::Commands };
    if dialog::works_everywhere(&mut rooms.cx, key, takes) {
        return;
    }
    let key = dialog::key_for_dialog(rooms, dialogs, key);
    if dialogs.current.is_some() && typing::bars_in_dialog(rooms, dialogs, input, key) {
        return;
    }
    if let Some(overlay) = dialogs.current.take() {
        typed_in(rooms, dialogs, input, overlay, key);
        return;
    }
    if rooms.panes.makes_value() {
        rooms.panes.typed_in_form(&mut rooms.cx, &mut rooms.store, key);
        return;
    }
    let scope = rooms.panes.scope();
    let meaning = rooms.cx.setup.keymap.meaning(Scope::Global, &[key]);
    let ends = matches!(meaning, KeyMeaning::Command(Command::Escape | Command::Interrupt));
    if !input.pending.is_empty() && ends {
        input.pending.clear();
        return;
    }
    if counts(rooms, input, key) {
        return;
    }
    input.pending.push(key);
    match rooms.cx.setup.keymap.meaning(scope, &input.pending) {
        KeyMeaning::Command(command) => {
            // A held key repeats itself, never several in turn.
            let may_be_held = input.pending.len() == 1;
            input.pending.clear();
            if may_be_held && typing::repeats(rooms, input, command) {
                return;
            }
            if let Some(count) = input.count.take()
                && moving::moved_by(rooms, command, count)
            {
                return;
            }
            commands::run(rooms, dialogs, input, command);
        }
        KeyMeaning::Prefix => {}
        KeyMeaning::Nothing
            if input.pending.len() == 1 && rooms.panes.key_in_fields(&mut rooms.cx, &mut rooms.store, key) =>
        {
            input.pending.clear();
        }
        KeyMeaning::Nothing => {
            let pressed = std::mem::take(&mut input.pending);
            let keys = crate::keys::sequence(&pressed);
            let help = rooms.cx.key_in(scope, Command::Help);
            let text = match pressed.split_last() {
                Some((_, prefix)) if !prefix.is_empty() => {
                    let next = rooms.cx.setup.keymap.continuations(scope, prefix);
                    let next: Vec<String> = next.into_iter().map(|(keys, _)| keys).collect();
                    let prefix = crate::keys::sequence(prefix);
                    format!("Unknown key {keys}; after {prefix}: {}", next.join(" "))
                }
                _ => format!("{}. {help}: help", key.idle()),
            };
            rooms.cx.say(Tone::Plain, text);
        }
    }
}

/// A key in a dialog, and what becomes of the dialog.
fn typed_in(rooms: &mut Rooms, dialogs: &mut Dialogs, input: &mut Input, mut overlay: Overlay, key: Key) {
    let refusal = match dialog::typed_in(rooms, dialogs, &mut overlay, key) {
        After::Stay | After::Unused => None,
        After::Close => return,
        After::Open(other) => {
            dialogs.current = Some(other);
            return;
        }
        After::Run(command) => match commands::refusal(rooms, dialogs, command) {
            None => return commands::run(rooms, dialogs, input, command),
            refusal => refusal,
        },
        After::RunLine(line) => match command_line::run(rooms, dialogs, input, &line) {
            Ok(()) => return dialogs.remember(line),
            Err(refusal) => Some(refusal),
        },
    };
    if let Some(refusal) = refusal {
        rooms.cx.refuse(refusal);
    }
    dialogs.current.get_or_insert(overlay);
}

/// A digit in front of a movement: anywhere but where digits have a meaning of their own. While a range is being
/// chosen in the list, views are not.
fn counts(rooms: &mut Rooms, input: &mut Input, key: Key) -> bool {
    let scope = rooms.panes.scope();
    let digit = match key {
        Key { code: Code::Char(c), ctrl: false } => c.to_digit(10),
        _ => None,
    };
    let (Some(digit), true) = (digit, input.pending.is_empty()) else {
        if leaves(key) {
            return input.count.take().is_some();
        }
        return false;
    };
    let in_range = scope == Scope::List && rooms.store.marks.anchor.is_some();
    let free = in_range || rooms.cx.setup.keymap.meaning(scope, &[key]) == KeyMeaning::Nothing;
    // In a form a digit begins a number.
    if !free || scope == Scope::Form || (digit == 0 && input.count.is_none()) {
        return false;
    }
    let count = input.count.unwrap_or_default() * 10 + digit as usize;
    input.count = Some(count.min(MOST));
    true
}

pub(in crate::app) fn pasted(rooms: &mut Rooms, dialogs: &mut Dialogs, text: &str) {
    if dialogs.current.is_none() && rooms.panes.focus == Focus::Side && rooms.panes.form().is_some() {
        rooms.panes.pasted_in_form(&mut rooms.cx, &mut rooms.store, text);
        rooms.panes.field_sought(&rooms.cx, &rooms.store);
        return;
    }
    match dialogs.current.take() {
        Some(overlay) => dialog::pasted_in(rooms, dialogs, overlay, text),
        None => rooms.cx.say(Tone::Plain, "No text field here; the paste was ignored"),
    }
}

impl Context {
    /// Lines in view of a list that fills the screen where there are no borders.
    pub fn page_height(&self) -> usize {
        let borders = if self.layout().dressed { 0 } else { 2 };
        self.overlay_height() + borders
    }

    /// Lines of an overlay's list in view.
    pub fn overlay_height(&self) -> usize {
        usize::from(self.size.1.saturating_sub(6)).max(1)
    }
}
