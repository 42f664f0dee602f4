//! What is kept of the looks of the list over the end of the program: columns and saved views.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::domain::query::Order;
use crate::domain::state_error::StateError;

use crate::app::model::columns::Columns;

/// One view.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct View {
    /// Its name in the header.
    pub name: String,
    /// Its filter as it was typed.
    pub filter: String,
    /// The sort order of the view.
    pub order: Order,
    /// Its columns, where it has its own.
    pub columns: Columns,
}

/// Digits of the user's own views.
pub const OWN: std::ops::RangeInclusive<u8> = 4..=9;

/// What is kept, a file a profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SavedLooks {
    /// Columns of the list.
    pub columns: Columns,
    /// The user's own views by their digit, 4 to 9.
    pub views: BTreeMap<u8, View>,
    /// Names of views that this version cannot show. They stay in the file as they are.
    pub foreign: BTreeMap<u8, String>,
}

/// One change of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LooksChange {
    /// None: only what others changed meanwhile is wanted.
    Nothing,
    /// The list has these columns.
    Columns(Columns),
    /// A view is saved.
    Save {
        /// Under which digit.
        digit: u8,
        /// The view.
        view: View,
        /// What it replaces, as far as this console knows.
        expected: Option<View>,
    },
    /// A view has another name.
    Rename {
        /// Digit of the view.
        digit: u8,
        /// The new name.
        name: String,
        /// The view as this console knows it.
        expected: View,
    },
    /// A view is deleted.
    Delete {
        /// Digit of the view.
        digit: u8,
        /// The view as this console knows it; `None` for one that it cannot show.
        expected: Option<View>,
    },
}

/// Why columns and views were not kept, or cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LooksError {
    /// The file cannot be used.
    #[error("{}", .0.reason())]
    File(StateError),
    /// The file is not TOML.
    #[error("{} is not valid ({why}) and was not changed: correct it or move it away", path.display())]
    NotToml {
        /// The file.
        path: PathBuf,
        /// What the parser says.
        why: String,
    },
    /// What is in the file does not let it be changed.
    #[error("{}: {why}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: LooksRefusal,
    },
    /// It cannot be written as TOML.
    #[error("{0}")]
    Unwritable(String),
}

/// What in the file of columns and views stands in the way of a change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LooksRefusal {
    /// Columns of a form that is not known.
    #[error("its columns were written by another version of sipreg")]
    Columns,
    /// Views of a form that is not known.
    #[error("its views were written by another version of sipreg; they are not changed")]
    Views,
    /// Another console saved a view in this place, and no other is free.
    #[error("another console saved {theirs} as view {digit} meanwhile, and 4 to 9 are taken: {ours} was not saved")]
    Taken {
        /// Digit of the view.
        digit: u8,
        /// The name of the other's view.
        theirs: String,
        /// The name of ours.
        ours: String,
    },
    /// More than the file may have, in KiB.
    #[error("would be larger than {0} KiB")]
    TooLarge(u64),
}

/// What became of a change where another console was there first.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LooksConflict {
    /// The view got another digit.
    #[error("another console saved {theirs} as view {digit} meanwhile: {ours} is view {free}")]
    Moved {
        /// The digit that was wanted.
        digit: u8,
        /// The name of the other's view.
        theirs: String,
        /// The name of ours.
        ours: String,
        /// The digit that ours has.
        free: u8,
    },
    /// Nothing was changed: the view is another one now.
    #[error("view {digit} was not {action}: another console changed it meanwhile; it is {name} now")]
    Changed {
        /// Digit of the view.
        digit: u8,
        /// Name of the view now.
        name: String,
        /// What was to be done: `renamed`.
        action: &'static str,
    },
    /// Nothing was changed: the view does not exist any more.
    #[error("another console deleted view {digit} {name} meanwhile")]
    Deleted {
        /// Digit of the view.
        digit: u8,
        /// The name that it had.
        name: String,
    },
}

impl LooksChange {
    /// Whether it changes a view.
    pub const fn is_of_view(&self) -> bool {
        !matches!(self, Self::Nothing | Self::Columns(_))
    }
}

impl View {
    /// Whether it reads the same in the file: hidden columns do not count.
    pub fn reads_like(&self, other: &Self) -> bool {
        self.name == other.name
            && self.filter == other.filter
            && self.order == other.order
            && self.columns.words() == other.columns.words()
    }
}
