//! What stands over the panes for a moment: help, palette, messages, the question who you are.

use crate::domain::outcome::Turn;
use crate::domain::trouble::Trouble;
use crate::domain::value::Secret;
use crate::keys::command::{COMMANDS, Command, CommandRow, Scope};
use crate::keys::keymap::Keymap;

use super::building::Building;
use super::copying::Comparison;
use super::filtering::Filtering;
use super::line_editor::LineEditor;
use super::pager::Pager;
use super::sorting::SortPicker;
use super::views::ViewsBox;
use super::whole::Whole;

/// One of them; there is never more than one.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// The keys of a screen.
    Help(Help),
    /// Commands by name.
    Palette(Palette),
    /// What was said this session.
    Messages(Pager),
    /// Something to answer with `y` or `n`.
    Question(Question),
    /// What this session changed.
    Journal(Pager),
    /// User and password.
    SignIn(Box<SignIn>),
    /// A filter being typed.
    Filter(Box<Filtering>),
    /// Columns, with a cursor over all of them.
    Columns(Pager),
    /// Two records side by side.
    Comparison(Box<Comparison>),
    /// Saved views.
    Views(Box<ViewsBox>),
    /// What to sort by.
    Sort(SortPicker),
    /// A filter being built step by step.
    Building(Box<Building>),
    /// The value of a cell in full.
    Whole(Box<Whole>),
}

/// A question that only `y` says yes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub lines: Vec<String>,
    /// What yes does.
    pub yes: Yes,
}

/// What yes does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Yes {
    /// Ends the program.
    Quit,
    /// Switches a record.
    Switch(u64, Turn),
    /// Takes an entry of the history back, or does it again.
    Undo(usize),
    /// Makes a deleted record anew from its draft.
    Recreate(u64),
}

/// Help of one screen.
#[derive(Debug, Clone)]
pub struct Help {
    /// Whose keys.
    pub scope: Scope,
    /// What was typed to filter.
    pub filter: LineEditor,
    /// Over the lines left.
    pub pager: Pager,
}

/// A line of help: keys, command, what it does.
pub type HelpLine = (String, &'static CommandRow);

impl Help {
    /// Help of a screen, unfiltered.
    #[must_use]
    pub fn new(scope: Scope) -> Self {
        Self { scope, filter: LineEditor::default(), pager: Pager::default() }
    }

    /// Lines that match what was typed, each command once with all its keys.
    #[must_use]
    pub fn lines(&self, keymap: &Keymap) -> Vec<HelpLine> {
        let wanted = self.filter.text().to_lowercase();
        let mut lines: Vec<HelpLine> = Vec::new();
        for binding in keymap.bindings_in(self.scope) {
            let keys = crate::keys::chord::sequence(&binding.keys);
            match lines.iter_mut().find(|(_, row)| row.command == binding.command) {
                Some((known, _)) => {
                    known.push_str(", ");
                    known.push_str(&keys);
                }
                None => lines.push((keys, binding.command.row())),
            }
        }
        lines.retain(|(keys, row)| {
            wanted.is_empty()
                || row.help.to_lowercase().contains(&wanted)
                || row.name.contains(&wanted)
                || keys.to_lowercase().contains(&wanted)
        });
        lines
    }
}

/// Commands by name.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    /// What was typed.
    pub input: LineEditor,
    /// Over the matches.
    pub pager: Pager,
}

/// What a line in the palette asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// A command, with its argument.
    Command(Command, Option<String>),
    /// Not understood, with a sentence that says so.
    Unclear(String),
}

impl Palette {
    /// Commands of this screen whose name or help has what was typed, names that begin with it first.
    #[must_use]
    pub fn matches(&self, scope: Scope) -> Vec<&'static CommandRow> {
        let wanted = self.input.text().split_whitespace().next().unwrap_or_default().to_lowercase();
        let mut found: Vec<(u8, &CommandRow)> = COMMANDS
            .iter()
            .filter(|row| row.works_in(scope))
            .filter_map(|row| {
                let rank = if row.name.starts_with(&wanted) {
                    0
                } else if row.name.contains(&wanted) {
                    1
                } else if row.help.contains(&wanted) {
                    2
                } else {
                    return None;
                };
                Some((rank, row))
            })
            .collect();
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, row)| row).collect()
    }

    /// What Enter asks for.
    #[must_use]
    pub fn asked(&self, scope: Scope) -> Asked {
        let text = self.input.text().trim();
        if text.parse::<u64>().is_ok() {
            return Asked::Command(Command::GoToId, Some(text.to_owned()));
        }
        let mut words = text.splitn(2, ' ');
        let name = words.next().unwrap_or_default();
        let argument = words.next().map(|rest| rest.trim().to_owned()).filter(|rest| !rest.is_empty());
        let exact = COMMANDS.iter().find(|row| row.name == name);
        let chosen = exact.or_else(|| self.matches(scope).get(self.pager.cursor).copied());
        match chosen {
            None => Asked::Unclear(format!("no command matches \"{text}\"")),
            Some(row) if !row.works_in(scope) => {
                let screens: Vec<_> = row.scopes.iter().map(|scope| scope.title()).collect();
                Asked::Unclear(format!("{} works in: {}", row.name, screens.join("; ")))
            }
            Some(row) if row.argument.is_some() && argument.is_none() => {
                Asked::Unclear(format!("{} needs {}", row.name, row.argument.unwrap_or_default()))
            }
            Some(row) => Asked::Command(row.command, argument),
        }
    }
}

/// User and password, being typed.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// User name.
    pub user: LineEditor,
    /// Password; drawn masked.
    pub password: LineEditor,
    /// Whether the password is being typed, else the user name.
    pub at_password: bool,
    /// Whether an answer is awaited.
    pub waiting: bool,
    /// Why it is asked, or why the last try failed.
    pub trouble: Option<Trouble>,
}

impl SignIn {
    /// Asks, with the user name as far as it is known.
    #[must_use]
    pub fn new(user: Option<&str>, trouble: Option<Trouble>) -> Self {
        Self {
            user: LineEditor::with(user.unwrap_or_default()),
            password: LineEditor::default(),
            at_password: user.is_some_and(|user| !user.is_empty()),
            waiting: false,
            trouble,
        }
    }

    /// The line being typed.
    pub fn line(&mut self) -> &mut LineEditor {
        if self.at_password { &mut self.password } else { &mut self.user }
    }

    /// Takes the password out of the line.
    pub fn take_password(&mut self) -> Secret {
        let secret = Secret::new(self.password.text());
        self.password = LineEditor::default();
        secret
    }
}
