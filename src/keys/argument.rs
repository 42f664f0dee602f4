//! What may stand behind a command's name on the command line: what it is called there, what completes it, and
//! whether it has to be there. Knows nothing of records; what there is to choose from is the app's to find.

use super::command::Command;

/// What an argument is, and so what completes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// A loaded record, by id or name.
    Record,
    /// A filter.
    Filter,
    /// Columns to sort by.
    Order,
    /// A saved view, by digit or name.
    View,
    /// Columns of the list.
    Columns,
    /// A field and a value for it.
    FieldValue,
    /// A profile.
    Profile,
    /// One of these words, or another that the command understands.
    Words(&'static [&'static str]),
}

/// Whether a command makes sense without its argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It does not.
    Must,
    /// It then does something of its own, such as opening a box to choose in.
    May,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argument {
    /// Whose.
    pub command: Command,
    /// What it is called in the palette.
    pub words: &'static str,
    /// What it is.
    pub takes: Takes,
    /// Whether it has to be there.
    pub need: Need,
    /// A line to copy.
    pub example: &'static str,
}

/// Every command that takes an argument. What the command makes of it stands in its arm of `App::run`.
#[rustfmt::skip]
pub const ARGUMENTS: &[Argument] = &[
    Argument { command: Command::GoToId, words: "ID", takes: Takes::Record, need: Need::Must, example: "goto 25" },
    Argument { command: Command::Filter, words: "[TEXT]", takes: Takes::Filter, need: Need::May, example: "filter pop:fra enabled:no" },
    Argument { command: Command::Sort, words: "[COLUMN]", takes: Takes::Order, need: Need::May, example: "sort pop, expire desc" },
    Argument { command: Command::ShowView, words: "VIEW", takes: Takes::View, need: Need::Must, example: "view off" },
    Argument { command: Command::Columns, words: "[COLUMNS]", takes: Takes::Columns, need: Need::May, example: "columns id name:24 pop contact" },
    Argument { command: Command::Watch, words: "[PERIOD]", takes: Takes::Words(&["15s", "30s", "1m", "5m", "off"]), need: Need::May, example: "watch 2m" },
    Argument { command: Command::Profiles, words: "[NAME]", takes: Takes::Profile, need: Need::May, example: "profile lab" },
    Argument { command: Command::SetField, words: "FIELD VALUE", takes: Takes::FieldValue, need: Need::Must, example: "set expire 600" },
    Argument { command: Command::BulkSet, words: "FIELD VALUE", takes: Takes::FieldValue, need: Need::Must, example: "bulk-set node lon-n1" },
    Argument { command: Command::Export, words: "FILE", takes: Takes::Words(&[]), need: Need::Must, example: "export marked.csv" },
];

/// Other names by which commands are called on the command line. The configuration knows only those of the
/// table of commands.
pub const OTHER_NAMES: &[(&str, Command)] = &[("id", Command::GoToId)];

/// Command lines of vi that mean the same here.
pub const IN_VI: &[&str] = &["w", "wq", "x", "q", "q!", "qa", "qa!"];

impl Command {
    /// Its argument, if it takes one.
    #[must_use]
    pub fn argument(self) -> Option<&'static Argument> {
        ARGUMENTS.iter().find(|argument| argument.command == self)
    }

    /// The command that is called so on the command line.
    #[must_use]
    pub fn called(name: &str) -> Option<Self> {
        let other = OTHER_NAMES.iter().find(|(known, _)| *known == name).map(|(_, command)| *command);
        other.or_else(|| super::command::COMMANDS.iter().find(|row| row.name == name).map(|row| row.command))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::command::COMMANDS;

    #[test]
    fn each_example_calls_its_command_and_no_other_name_hides_one() {
        for argument in ARGUMENTS {
            let name = argument.example.split(' ').next().unwrap();
            assert_eq!(Command::called(name), Some(argument.command), "{}", argument.example);
            assert_eq!(ARGUMENTS.iter().filter(|other| other.command == argument.command).count(), 1);
        }
        for (name, _) in OTHER_NAMES {
            assert!(COMMANDS.iter().all(|row| row.name != *name), "{name}");
        }
    }
}
