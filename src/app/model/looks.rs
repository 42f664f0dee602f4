//! What is kept of the looks of the list over the end of the program: columns and saved views.

use std::collections::BTreeMap;

use crate::domain::query::order::Order;

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

impl LooksChange {
    /// Whether it changes a view.
    #[must_use]
    pub const fn is_of_view(&self) -> bool {
        match self {
            Self::Nothing | Self::Columns(_) => false,
            Self::Save { .. } | Self::Rename { .. } | Self::Delete { .. } => true,
        }
    }
}

impl View {
    /// Whether it reads the same in the file: hidden columns do not count.
    #[must_use]
    pub fn reads_like(&self, other: &Self) -> bool {
        self.name == other.name
            && self.filter == other.filter
            && self.order == other.order
            && self.columns.words() == other.columns.words()
    }
}
