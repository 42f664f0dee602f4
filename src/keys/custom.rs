//! Commands of the user's own, from the configuration: each runs a program. They stand beside the table of commands and
//! have a row as every other.

use crate::domain::program::{Call, Display};

use super::chord::Key;
use super::scope::Scope;

/// What a command is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommandScope {
    /// The registration under the cursor.
    Record,
    /// The marked ones, or else the one under the cursor.
    Marked,
    Nothing,
}

/// Whether the program gets the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Password {
    /// As a variable; it is asked first.
    Given,
    /// Not at all.
    Withheld,
}

/// Whether it is asked before the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asks {
    /// Each time.
    First,
    /// Never.
    Not,
}

/// One command.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CustomCommand {
    /// Its name on the command line of the console.
    pub name: String,
    /// How its user calls it.
    pub title: String,
    /// Its keys, if it has some.
    pub keys: Vec<Vec<Key>>,
    /// What it runs.
    pub call: Call,
    /// What it is about.
    pub about: CommandScope,
    /// What shows what the program prints.
    pub display: Display,
    /// Whether it is asked first.
    pub asks: Asks,
    /// Whether the program gets the password.
    pub password: Password,
}

impl CustomCommand {
    /// Where it works.
    pub const fn scopes(&self) -> &'static [Scope] {
        match self.about {
            CommandScope::Record | CommandScope::Marked => &[Scope::List, Scope::Detail, Scope::Document],
            CommandScope::Nothing => &[Scope::Global],
        }
    }

    /// Whether it is asked first.
    pub fn is_asked(&self) -> bool {
        self.asks == Asks::First || self.password == Password::Given
    }
}
