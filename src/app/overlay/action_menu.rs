//! The action menu: what can be done to the thing under the cursor, with its key, and why not where it cannot.

use crate::domain::record::Resolved;
use crate::keys::{Code, Command, Key, KeyMeaning, action, sequence};

use crate::app::core::{Context, Tone};
use crate::app::overlay::{After, Dialog, Dialogs, KeyHandling};

use crate::app::panes::stack::SidePane;
use crate::app::rooms::Rooms;
use crate::app::widget::{Leads, Pager};

/// The menu's cursor, and the keys of an action begun.
#[derive(Debug, Clone, Default)]
pub struct Actions {
    /// Over [`actions`].
    pub pager: Pager,
    /// Keys pressed so far.
    pub keys: Vec<Key>,
}

/// One line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuLine {
    /// What it runs.
    pub command: Command,
    /// Its key, or how it is called in the palette.
    pub keys: String,
    /// What it does to this thing.
    pub help: String,
}

/// What can be done to the thing under the cursor.
pub fn actions(rooms: &Rooms) -> Vec<MenuLine> {
    let scope = rooms.panes.scope();
    let line = |command: Command| {
        let keys = rooms.cx.setup.keymap.keys_of(scope, command);
        let keys = keys.unwrap_or_else(|| format!(":{}", command.row().name));
        MenuLine { command, keys, help: does(rooms, command) }
    };
    action::of(scope).chain(rooms.cx.setup.keymap.custom_in(scope)).map(line).collect()
}

/// What a command does to the thing under the cursor.
fn does(rooms: &Rooms, command: Command) -> String {
    match command {
        Command::Toggle => match rooms.subject().and_then(|id| rooms.store.is_on(id)) {
            Some(true) => rooms.cx.explain("disable; {undo} undoes it"),
            Some(false) => rooms.cx.explain("enable; {undo} undoes it"),
            None => rooms.cx.explain(command.row().help),
        },
        Command::Open => match leads(rooms) {
            Some(thing) => format!("open {thing}"),
            None => rooms.cx.explain(command.row().help),
        },
        other => rooms.cx.explain(other.row().help),
    }
}

/// What the line under the cursor leads to.
fn leads(rooms: &Rooms) -> Option<String> {
    let (relation, id) = match rooms.leads()? {
        Leads::Nowhere => return None,
        Leads::Registration(id) => return Some(rooms.store.display_name(id)),
        Leads::Target(relation, id) => (relation, id),
        Leads::Relationship(field) => {
            let value = rooms.store.value_of(rooms.subject()?, field);
            match rooms.store.targets.resolve(value.as_ref()) {
                Resolved::Target(id) => (field.relation()?, id),
                Resolved::Nothing | Resolved::Unknown => return None,
            }
        }
    };
    Some(format!("{} {}", relation.noun(), rooms.store.targets.label(relation, id)))
}

/// The thing under the cursor, by name.
pub fn thing(rooms: &Rooms) -> String {
    match rooms.panes.focused() {
        Some(SidePane::Target(pane)) => {
            let label = pane.id.map(|id| rooms.store.targets.label(pane.relation, id).into_owned());
            format!("{} {}", pane.relation.noun(), label.unwrap_or_default())
        }
        Some(SidePane::Form(form)) if form.pager.cursor < crate::domain::record::FIELDS.len() => {
            let display_name = rooms.store.display_name(form.id);
            match rooms.panes.scope() {
                crate::keys::Scope::Form => format!("{} of {display_name}", form.field().label),
                _ => display_name,
            }
        }
        _ => rooms.subject().map_or_else(|| "nothing".to_owned(), |id| rooms.store.display_name(id)),
    }
}

impl Dialog for Actions {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        // It looks keys up itself, in the screen below.
        KeyHandling::question("")
    }

    fn key(&mut self, rooms: &mut Rooms, _: &mut Dialogs, key: Key) -> After {
        let lines = actions(rooms);
        let begun = !self.keys.is_empty();
        match (key.ctrl, key.code) {
            (false, Code::Esc) | (true, Code::Char('c')) if begun => {
                self.keys.clear();
                return After::Stay;
            }
            (false, Code::Esc) | (true, Code::Char('c')) => return After::Close,
            (false, Code::Enter) if !begun => {
                let chosen = lines.get(self.pager.cursor).map(|line| line.command);
                return chosen.map_or(After::Close, After::Run);
            }
            _ => {}
        }
        self.keys.push(key);
        let keys = sequence(&self.keys);
        let meaning = rooms.cx.setup.keymap.meaning(rooms.panes.scope(), &self.keys);
        if meaning != KeyMeaning::Prefix {
            self.keys.clear();
        }
        match meaning {
            KeyMeaning::Prefix => {}
            KeyMeaning::Command(Command::Actions | Command::Back) => return After::Close,
            KeyMeaning::Command(command) if lines.iter().any(|line| line.command == command) => {
                return After::Run(command);
            }
            KeyMeaning::Command(command) if command.is_movement() => {
                self.pager.follow(command, lines.len(), rooms.cx.action_rows());
            }
            KeyMeaning::Command(_) | KeyMeaning::Nothing => {
                rooms.cx.say(Tone::Plain, format!("Unknown key {keys}. Esc: close"));
            }
        }
        After::Stay
    }
}

impl Context {
    /// Lines of the menu in view.
    pub fn action_rows(&self) -> usize {
        let layout = self.layout();
        usize::from(layout.message.y.saturating_sub(layout.status.height + 1)).max(1)
    }
}
