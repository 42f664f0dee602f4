//! What is wrong with the argument of a command. Nothing has changed then.

use crate::domain::query::{FilterError, UnknownColumn};

/// Why an argument cannot be used, as a sentence for the message line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArgumentMistake {
    /// The command of this name has none.
    #[error(":{0} takes no argument")]
    NotTaken(&'static str),
    /// No record has this name.
    #[error("No loaded registration is called {0}. Tab completes names; a number is an ID")]
    NoRecord(String),
    /// Several records have this name: it, and the first two of them.
    #[error("Several registrations are called {0}: {1}, {2} ..; give an ID")]
    SeveralRecords(String, u64, u64),
    /// There is no record to change.
    #[error("No registration selected to edit")]
    NoSubject,
    /// No column, and so no field, has this name.
    #[error(transparent)]
    Column(#[from] UnknownColumn),
    /// The same among columns to show.
    #[error("{0}; columns unchanged")]
    ShownColumn(UnknownColumn),
    /// A width that is none: the word, and the column.
    #[error("{0}: the width is a number of cells, such as {1}:24")]
    Width(String, &'static str),
    /// IDs are no field.
    #[error("The server assigns IDs; they cannot be set")]
    Id,
    /// The live state is no field.
    #[error("The state comes from the nodes; it cannot be set")]
    Live,
    /// A value is due: the command, and the field.
    #[error("{0} {1} needs a value; \"\" clears the field")]
    NoValue(String, &'static str),
    /// A field does not take the value: of which record, where it is of one; the field; why.
    #[error("{}. {}: {}", unchanged(.0.as_deref()), .1, .2)]
    Value(Option<String>, &'static str, String),
    /// The password of this record would be seen.
    #[error("{0}: type the password in the form, where it is hidden. Nothing was changed.")]
    Password(String),
    /// The same for many: the command, and the field.
    #[error("{0} {1}: leave the value out; you are asked for it, hidden")]
    PasswordOfMany(String, &'static str),
    /// One name for many records.
    #[error("Names are unique: several registrations cannot get the same one. Nothing was changed.")]
    NameOfMany,
    /// No direction to sort in.
    #[error("Unknown direction \"{0}\"; use asc or desc")]
    Direction(String),
    /// No filter: the text, and what is wrong with it.
    #[error("Invalid filter \"{0}\": {1}")]
    Filter(String, FilterError),
    /// No view of this name; the views there are.
    #[error("No view \"{0}\". Views: {1}")]
    NoView(String, String),
    /// A view that is not there, or cannot be shown; why.
    #[error("{0}")]
    View(String),
    /// No period to watch at.
    #[error("Invalid period \"{0}\": use 30s, 2m, 1h or off. Nothing was changed.")]
    Period(String),
    /// A file whose form its name does not say.
    #[error("export: the file name must end in .csv, .json or .jsonl")]
    FileName,
    /// The profile of this name is the one that is open.
    #[error("Profile {0} is open already")]
    ProfileOpen(String),
}

fn unchanged(record: Option<&str>) -> String {
    record.map_or_else(|| "Nothing was changed".to_owned(), |record| format!("{record}: not changed"))
}
