//! A question that only `y` says yes to, and only once all of it was in view: what does not fit scrolls.

use crate::domain::change::outcome::Turn;
use crate::domain::program::Program;
use crate::domain::text::wrap;
use crate::keys::chord::{Code, Key};
use crate::keys::command::{Command, Scope};
use crate::keys::keymap::Meaning;

use crate::app::App;
use crate::app::core::context::Context;
use crate::app::core::effect::Effect;
use crate::app::core::notice::Tone;
use crate::app::form::seen::InView;
use crate::app::overlay::dialog::{After, Dialog, Manner};
use crate::app::overlay::export::{Export, Present};
use crate::app::overlay::profiles::next_profile;
use crate::app::overlay::{Dialogs, Overlay};
use crate::app::widget::pager::Pager;

/// Cells beyond which a question grows no wider.
const WIDEST: u16 = 76;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Its sentences.
    pub lines: Vec<String>,
    /// What yes does.
    pub yes: Yes,
    /// Over its lines as they are broken.
    pub pager: Pager,
    /// Whether its end was in view.
    seen: bool,
}

/// What yes does.
#[derive(Debug, Clone, PartialEq)]
pub enum Yes {
    /// Ends the program.
    Quit,
    /// Ends the session, and opens another profile.
    OpenProfile(String),
    /// Switches a record.
    Switch(u64, Turn),
    /// Takes an entry of the history back, or does it again.
    Undo(usize),
    /// Makes a deleted record anew from its draft.
    Recreate(u64),
    /// Writes over a file.
    Overwrite(Box<Export>),
    /// Runs a program of the user's own.
    Run(Box<Program>),
    /// Shows the password of the record in the pane, and others from now on.
    ShowPassword,
}

impl Question {
    /// A question of which nothing was seen yet.
    #[must_use]
    pub fn new(lines: Vec<String>, yes: Yes) -> Self {
        Self { lines, yes, pager: Pager::default(), seen: false }
    }

    /// Cells of its lines.
    #[must_use]
    pub fn room(cx: &Context) -> usize {
        let width = cx.size.0;
        usize::from(width.saturating_sub(18).min(WIDEST)).max(usize::from(width.min(40)) / 2).max(1)
    }

    /// Its sentences as they are broken.
    #[must_use]
    pub fn wrapped(&self, cx: &Context) -> Vec<String> {
        self.lines.iter().flat_map(|line| wrap(line, Self::room(cx))).collect()
    }

    /// What is said of the last key, below it.
    #[must_use]
    pub fn said(cx: &Context) -> Vec<String> {
        let notice = cx.notices.current().map(|notice| format!("{} {}", notice.tone.word(), notice.text));
        notice.map(|text| wrap(&text, Self::room(cx))).unwrap_or_default()
    }

    /// Its lines in view at a time.
    #[must_use]
    pub fn height(cx: &Context) -> usize {
        cx.layout().page_height().saturating_sub(Self::said(cx).len()).max(1)
    }

    /// The part of it that is in view.
    #[must_use]
    pub fn in_view(&self, cx: &Context) -> InView {
        InView::of(self.pager.top, Self::height(cx), self.wrapped(cx).len())
    }

    /// Whether its end was in view.
    #[must_use]
    pub const fn is_seen(&self) -> bool {
        self.seen
    }

    /// Scrolls, where it is longer than its place. Returns whether the command is one that scrolls there.
    pub(in crate::app) fn scrolls(&mut self, cx: &Context, command: Command) -> bool {
        let (lines, height) = (self.wrapped(cx).len(), Self::height(cx));
        if !command.is_movement() || lines <= height {
            return false;
        }
        match command {
            Command::Down => self.pager.scroll(1, lines, height),
            Command::Up => self.pager.scroll(-1, lines, height),
            _ => {
                self.pager.follow(command, lines, height);
            }
        }
        true
    }

    /// What its keys do now.
    #[must_use]
    pub fn keys(&self, cx: &Context) -> String {
        if self.seen || !self.in_view(cx).has_more() {
            return "y: yes  n/Esc: no".to_owned();
        }
        format!("{}: read on  n/Esc: no", cx.key(Command::PageDown))
    }
}

/// Only `y` is yes; `n` and Esc are no; anything else is neither, and says so.
impl Dialog for Question {
    fn manner(&self, _: &App) -> Manner {
        let manner = Manner::question("yn").writing().without_wheel();
        if matches!(self.yes, Yes::Run(_)) { manner.ending_when_locked() } else { manner }
    }

    fn key(&mut self, app: &mut App, key: Key) -> After {
        match key {
            Key { code: Code::Char('y'), ctrl: false } if self.seen => app.said_yes(self.yes.clone()),
            Key { code: Code::Char('n') | Code::Esc, ctrl: false } => {}
            other => {
                let meant = app.cx.setup.keymap.meaning(Scope::Global, &[other]);
                if !matches!(meant, Meaning::Command(command) if self.scrolls(&app.cx, command)) {
                    let keys = self.keys(&app.cx);
                    app.cx.say(Tone::Plain, other.idle_but(&keys));
                }
                return After::Stay;
            }
        }
        After::Close
    }
}

impl App {
    fn said_yes(&mut self, yes: Yes) {
        match yes {
            Yes::Quit => self.cx.effect(Effect::Quit),
            Yes::OpenProfile(name) => next_profile(&mut self.cx, name),
            Yes::Switch(id, to) => self.store.switch(&mut self.cx, id, to, None),
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
}

impl Dialogs {
    /// Notes whether the end of a question is in view.
    pub(in crate::app) fn note_seen(&mut self, cx: &Context) {
        if let Some(Overlay::Question(question)) = &mut self.current {
            question.seen |= !question.in_view(cx).has_more();
        }
    }
}
