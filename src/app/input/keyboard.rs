//! What a key or a paste means, depending on what has the keyboard.

use crate::keys::chord::{Code, Key};
use crate::keys::command::{Command, Scope};
use crate::keys::keymap::Meaning;

use crate::app::core::context::Context;
use crate::app::core::effect::{Effect, Read};
use crate::app::core::notice::Tone;
use crate::app::core::ticket::Slot;
use crate::app::overlay::Dialogs;
use crate::app::overlay::export::Present;
use crate::app::overlay::profiles::next_profile;
use crate::app::overlay::{Overlay, Yes};
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
                self.run(command, None);
            }
            Meaning::Prefix => {}
            Meaning::Nothing if self.input.pending.len() == 1 && self.key_in_fields(key) => {
                self.input.pending.clear();
            }
            Meaning::Nothing => {
                let pressed = std::mem::take(&mut self.input.pending);
                let keys = crate::keys::chord::sequence(&pressed);
                let help = self.cx.setup.keymap.keys_of(scope, Command::Help).unwrap_or_default();
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

    fn typed_over(&mut self, overlay: Overlay, key: Key) {
        match overlay {
            Overlay::Help(help) => self.typed_in_help(help, key),
            Overlay::Palette(palette) => self.typed_in_palette(palette, key),
            Overlay::Actions(menu) => self.typed_in_actions(menu, key),
            Overlay::Messages(mut pager) => {
                if leaves(key) {
                    return;
                }
                let meaning = self.cx.setup.keymap.meaning(Scope::Global, &[key]);
                if let Meaning::Command(command) = meaning {
                    let height = self.cx.overlay_height();
                    pager.follow(command, self.cx.notices.all().len(), height);
                }
                self.overlay.current = Some(Overlay::Messages(pager));
            }
            Overlay::Profiles(open) => self.overlay.typed_in_profiles(&mut self.cx, open, key),
            Overlay::SignIn(asking) => self.overlay.typed_in_sign_in(&mut self.cx, asking, key),
            Overlay::Filter(filtering) => self.typed_in_filter(filtering, key),
            Overlay::Columns(pager) => self.typed_in_columns(pager, key),
            Overlay::Comparison(mut comparison) => {
                if leaves(key) {
                    return;
                }
                let meaning = self.cx.setup.keymap.meaning(Scope::Global, &[key]);
                if let Meaning::Command(command) = meaning {
                    let height = self.cx.overlay_height();
                    comparison.pager.follow(command, comparison.lines.len(), height);
                }
                self.overlay.current = Some(Overlay::Comparison(comparison));
            }
            Overlay::Batch => self.typed_in_batch(key),
            Overlay::Many(pager) => self.typed_in_many(pager, key),
            Overlay::Password(asking) => self.typed_in_password(asking, key),
            Overlay::Offer(pager) => self.typed_in_offer(pager, key),
            Overlay::Progress(progress) => self.typed_in_progress(progress, key),
            Overlay::Views(views) => self.typed_in_views(views, key),
            Overlay::Sort(picker) => self.typed_in_sort(picker, key),
            Overlay::Exchanges(inspector) => self.overlay.typed_in_inspector(&mut self.cx, inspector, key),
            Overlay::Lint(list) => self.typed_in_lint(list, key),
            Overlay::Overview(overview) => self.typed_in_overview(overview, key),
            Overlay::NewDrafts(pager) => self.typed_in_new_drafts(pager, key),
            Overlay::Deletion(asking) => self.typed_in_deletion(asking, key),
            Overlay::Building(building) => self.typed_in_builder(building, key),
            Overlay::Whole(whole) => self.typed_in_whole(whole, key),
            Overlay::Output(output) => self.overlay.typed_in_output(&mut self.cx, output, key),
            Overlay::Question(question) => self.answered(question, key),
            Overlay::Journal(history) => {
                if let Some(index) = self.overlay.typed_in_history(&mut self.cx, &self.store, history, key) {
                    self.ask_undo_of(index);
                }
            }
        }
    }

    /// Only `y` is yes; `n` and Esc are no; anything else is neither, and says so.
    pub(in crate::app) fn answered(&mut self, mut question: crate::app::overlay::Question, key: Key) {
        match key {
            Key { code: Code::Char('y'), ctrl: false } if question.is_seen() => self.said_yes(question.yes),
            Key { code: Code::Char('n') | Code::Esc, ctrl: false } => {}
            other => {
                match self.cx.setup.keymap.meaning(Scope::Global, &[other]) {
                    Meaning::Command(command) if question.scrolls(&self.cx, command) => {}
                    Meaning::Command(_) | Meaning::Prefix | Meaning::Nothing => {
                        let keys = question.keys(&self.cx);
                        self.cx.say(Tone::Plain, other.idle_but(&keys));
                    }
                }
                self.overlay.current = Some(Overlay::Question(question));
            }
        }
    }

    fn said_yes(&mut self, yes: Yes) {
        match yes {
            Yes::Quit => self.cx.effect(Effect::Quit),
            Yes::OpenProfile(name) => next_profile(&mut self.cx, name),
            Yes::Switch(id, to) => self.switch(id, to, None),
            Yes::Undo(index) => self.undo(index),
            Yes::Recreate(id) => self.store.recreate(&mut self.cx, id),
            Yes::Run(program) => self.overlay.start_program(&mut self.cx, program),
            Yes::Overwrite(mut export) => {
                export.present = Present::Replaced;
                self.cx.effect(Effect::Export(export));
            }
            Yes::ShowPassword => {
                self.panes.may_show_passwords = true;
                self.reveal_password();
            }
        }
    }

    pub(in crate::app) fn pasted(&mut self, text: &str) {
        if self.overlay.current.is_none() && self.panes.focus == Focus::Side && self.panes.form().is_some() {
            self.panes.pasted_in_form(&mut self.cx, &mut self.store, text);
            self.field_sought();
            return;
        }
        match &mut self.overlay.current {
            Some(Overlay::Help(help)) => help.filter.pasted(text),
            Some(Overlay::Palette(_)) => self.pasted_in_palette(text),
            Some(Overlay::SignIn(asking)) => asking.line().pasted(text),
            Some(Overlay::Password(asking)) => asking.line.pasted(text),
            Some(Overlay::Deletion(asking)) if asking.shown.is_some() => asking.typed.pasted(text),
            Some(Overlay::Filter(filtering)) => {
                filtering.line.pasted(text);
                self.filter_typed();
            }
            Some(Overlay::Sort(picker)) => {
                picker.line.pasted(text);
                picker.pager = crate::app::widget::pager::Pager::default();
            }
            Some(Overlay::Building(building)) => {
                building.line.pasted(text);
                self.show_built();
            }
            Some(Overlay::Views(views)) => {
                if let Some((_, line)) = &mut views.naming {
                    line.pasted(text);
                }
            }
            Some(
                Overlay::Messages(_)
                | Overlay::Actions(_)
                | Overlay::Columns(_)
                | Overlay::Comparison(_)
                | Overlay::Exchanges(_)
                | Overlay::Lint(_)
                | Overlay::Overview(_)
                | Overlay::Profiles(_)
                | Overlay::Whole(_)
                | Overlay::Output(_)
                | Overlay::Question(_)
                | Overlay::NewDrafts(_)
                | Overlay::Deletion(_)
                | Overlay::Batch
                | Overlay::Many(_)
                | Overlay::Offer(_)
                | Overlay::Progress(_)
                | Overlay::Journal(_),
            ) => {
                self.cx.say(Tone::Plain, "No text field here; the paste was ignored");
            }
            None => self.cx.say(Tone::Plain, "No text field here; the paste was ignored"),
        }
    }
}

impl Dialogs {
    fn typed_in_sign_in(&mut self, cx: &mut Context, mut asking: Box<crate::app::overlay::SignIn>, key: Key) {
        if key == Key::ctrl('c') {
            cx.effect(Effect::Quit);
            return;
        }

        match key {
            Key { code: Code::Esc, ctrl: false } if asking.waiting => {
                cx.say(Tone::Plain, "Sign-in cancelled. r: sign in again");
                cx.give_up(&[Slot::SignIn, Slot::Login]);
                return;
            }
            Key { code: Code::Esc, ctrl: false } => {
                cx.give_up(&[Slot::Login]);
                cx.say(Tone::Plain, "Not signed in. r: sign in");
                return;
            }
            // What is typed meanwhile is there for the next try; it is sent only by a key that comes after the answer.
            Key { code: Code::Enter, ctrl: false } if asking.waiting => {
                cx.say(Tone::Plain, "Waiting for the server; what you typed is kept. Esc: cancel");
            }
            Key { code: Code::Tab | Code::BackTab | Code::Up | Code::Down, ctrl: false } => {
                asking.at_password = !asking.at_password;
            }
            Key { code: Code::Enter, ctrl: false } if !asking.at_password => asking.at_password = true,
            Key { code: Code::Enter, ctrl: false } => {
                if asking.user.text().trim().is_empty() {
                    asking.at_password = false;
                } else {
                    let user = asking.user.text().trim().to_owned();
                    let password = asking.take_password();
                    asking.waiting = true;
                    asking.trouble = None;
                    let effect =
                        Effect::Read { ticket: cx.tickets.open(Slot::SignIn), read: Read::SignIn { user, password } };
                    cx.effect(effect);
                }
            }
            other => {
                asking.line().typed(other);
            }
        }
        self.current = Some(Overlay::SignIn(asking));
    }
}

impl Context {
    /// Lines of an overlay's list in view.
    #[must_use]
    pub fn overlay_height(&self) -> usize {
        usize::from(self.size.1.saturating_sub(6)).max(1)
    }
}
