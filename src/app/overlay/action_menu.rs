//! The action menu: what can be done to the thing under the cursor, with its key, and why not where it cannot.

use crate::domain::record::relation::Resolved;
use crate::keys::action;
use crate::keys::chord::{Code, Key, sequence};
use crate::keys::command::Command;
use crate::keys::keymap::Meaning;

use crate::app::core::context::Context;
use crate::app::core::notice::Tone;
use crate::app::overlay::Dialogs;
use crate::app::overlay::Overlay;
use crate::app::overlay::dialog::{After, Dialog, Manner};
use crate::app::widget::line::Leads;
use crate::app::widget::pager::Pager;
use crate::app::{App, Focus, Side};

/// The menu's cursor, and the keys of an action begun.
#[derive(Debug, Clone, Default)]
pub struct Actions {
    /// Over [`App::actions`].
    pub pager: Pager,
    /// Keys pressed so far.
    pub keys: Vec<Key>,
}

/// One line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// What it runs.
    pub command: Command,
    /// Its key, or how it is called in the palette.
    pub keys: String,
    /// What it does to this thing.
    pub help: String,
    /// Why it cannot be used now.
    pub why_not: Option<String>,
}

impl App {
    /// What can be done to the thing under the cursor.
    #[must_use]
    pub fn actions(&self) -> Vec<Action> {
        let scope = self.panes.scope();
        let line = |command: Command| {
            let keys = self.cx.setup.keymap.keys_of(scope, command);
            let keys = keys.unwrap_or_else(|| format!(":{}", command.row().name));
            Action { command, keys, help: self.does(command), why_not: self.why_not(command) }
        };
        action::of(scope).chain(self.cx.setup.keymap.custom_in(scope)).map(line).collect()
    }

    /// What a command does to the thing under the cursor.
    fn does(&self, command: Command) -> String {
        match command {
            Command::Toggle => match self.subject().and_then(|id| self.store.is_on(id)) {
                Some(true) => self.cx.explain("disable; {undo} undoes it"),
                Some(false) => self.cx.explain("enable; {undo} undoes it"),
                None => self.cx.explain(command.row().help),
            },
            Command::Open => match self.leads() {
                Some(thing) => format!("open {thing}"),
                None => self.cx.explain(command.row().help),
            },
            other => self.cx.explain(other.row().help),
        }
    }

    /// What the line under the cursor leads to.
    fn leads(&self) -> Option<String> {
        let (Focus::Side, Some(side)) = (self.panes.focus, self.panes.stack.last()) else {
            return self.subject().map(|id| self.store.called(id));
        };
        let line = self.store.lines(&self.cx, side).into_iter().nth(side.pager().cursor)?;
        let (relation, id) = match line.leads {
            Leads::Nowhere => return None,
            Leads::Registration(id) => return Some(self.store.called(id)),
            Leads::Target(relation, id) => (relation, id),
            Leads::Relationship(field) => {
                let value = self.store.value_of(self.subject()?, field);
                match self.store.targets.resolve(value.as_ref()) {
                    Resolved::Target(id) => (field.relation()?, id),
                    Resolved::Nothing | Resolved::Unknown => return None,
                }
            }
        };
        Some(format!("{} {}", relation.noun(), self.store.targets.label(relation, id)))
    }

    /// The thing under the cursor, by name.
    #[must_use]
    pub fn thing(&self) -> String {
        match (self.panes.focus, self.panes.stack.last()) {
            (Focus::Side, Some(Side::Target(pane))) => {
                let label = pane.id.map(|id| self.store.targets.label(pane.relation, id).into_owned());
                format!("{} {}", pane.relation.noun(), label.unwrap_or_default())
            }
            (Focus::Side, Some(Side::Form(form))) if form.pager.cursor < crate::domain::record::field::FIELDS.len() => {
                let called = self.store.called(form.id);
                match self.panes.scope() {
                    crate::keys::command::Scope::Form => format!("{} of {called}", form.field().label),
                    _ => called,
                }
            }
            _ => self.subject().map_or_else(|| "nothing".to_owned(), |id| self.store.called(id)),
        }
    }
}

impl Actions {
    /// Runs an action and closes the menu; where it cannot be run, says why and leaves the menu open.
    fn act(app: &mut App, command: Command) -> After {
        if let Some((tone, why)) = app.refusal(command) {
            app.cx.say(tone, why);
            return After::Stay;
        }
        app.run(command);
        After::Close
    }
}

impl Dialog for Actions {
    fn manner(&self, _: &App) -> Manner {
        // It looks keys up itself, in the screen below.
        Manner::question("")
    }

    fn key(&mut self, app: &mut App, key: Key) -> After {
        let lines = app.actions();
        let begun = !self.keys.is_empty();
        match (key.ctrl, key.code) {
            (false, Code::Esc) | (true, Code::Char('c')) if begun => {
                self.keys.clear();
                return After::Stay;
            }
            (false, Code::Esc) | (true, Code::Char('c')) => return After::Close,
            (false, Code::Enter) if !begun => {
                let chosen = lines.get(self.pager.cursor).map(|line| line.command);
                return chosen.map_or(After::Close, |command| Self::act(app, command));
            }
            _ => {}
        }
        self.keys.push(key);
        let keys = sequence(&self.keys);
        let meaning = app.cx.setup.keymap.meaning(app.panes.scope(), &self.keys);
        if meaning != Meaning::Prefix {
            self.keys.clear();
        }
        match meaning {
            Meaning::Prefix => {}
            Meaning::Command(Command::Actions | Command::Back) => return After::Close,
            Meaning::Command(command) if lines.iter().any(|line| line.command == command) => {
                return Self::act(app, command);
            }
            Meaning::Command(command) if command.is_movement() => {
                self.pager.follow(command, lines.len(), app.cx.action_rows());
            }
            Meaning::Command(_) | Meaning::Nothing => {
                app.cx.say(Tone::Plain, format!("Unknown key {keys}. Esc: close"));
            }
        }
        After::Stay
    }
}

impl Dialogs {
    pub(in crate::app) fn open_actions(&mut self) {
        self.current = Some(Overlay::Actions(Actions::default()));
    }
}

impl Context {
    /// Lines of the menu in view.
    #[must_use]
    pub fn action_rows(&self) -> usize {
        let layout = self.layout();
        usize::from(layout.message.y.saturating_sub(layout.status.height + 1)).max(1)
    }
}
