//! Columns and views that are kept over the end of the program. Other consoles keep theirs in the same file: what is
//! handed on is one change at a time, and what comes back is all that is there then.

use std::collections::BTreeMap;

use crate::domain::query::filter::Filter;
use crate::domain::query::order::Order;

use crate::app::core::context::Context;
use crate::app::core::effect::Effect;
use crate::app::core::notice::Tone;
use crate::app::list::List;
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
pub struct Kept {
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
        over: Option<View>,
    },
    /// A view has another name.
    Rename {
        /// Digit of the view.
        digit: u8,
        /// The new name.
        name: String,
        /// The view as this console knows it.
        over: View,
    },
    /// A view is deleted.
    Delete {
        /// Digit of the view.
        digit: u8,
        /// The view as this console knows it; `None` for one that it cannot show.
        over: Option<View>,
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

impl List {
    /// Takes over what was kept by earlier runs.
    pub fn restore(&mut self, kept: Kept) {
        self.columns = kept.columns;
        self.views.own = kept.views;
        self.views.foreign = kept.foreign;
        self.views.stale = true;
        self.views.own.retain(|digit, view| OWN.contains(digit) && Filter::parse(&view.filter).is_ok());
    }

    /// Has one change kept.
    pub(in crate::app) fn keep(&mut self, cx: &mut Context, change: LooksChange) {
        if change.is_of_view() {
            self.views.outstanding += 1;
        }
        cx.effect(Effect::Keep(Box::new(change)));
    }

    /// A change was kept, or was not; `told` is what became of it where that is not what was wanted.
    pub(in crate::app) fn looks_kept(
        &mut self,
        cx: &mut Context,
        change: LooksChange,
        result: Result<(Box<Kept>, Option<String>), String>,
    ) {
        if change.is_of_view() {
            self.views.outstanding = self.views.outstanding.saturating_sub(1);
        }
        match result {
            Ok((kept, told)) => {
                let others = self.take_views(*kept);
                match (told, others) {
                    (Some(told), _) => cx.say(Tone::Bad, told),
                    (None, Some(others)) => cx.say(Tone::Plain, others),
                    (None, None) => {}
                }
            }
            Err(why) => {
                if let LooksChange::Save { digit, view, .. } = change {
                    self.views.only_here.insert(digit, view);
                }
                cx.say(Tone::Bad, format!("columns and views were not saved: {why}"));
            }
        }
    }

    /// Shows the views that are kept now. Returns what other consoles changed, in a sentence.
    fn take_views(&mut self, kept: Kept) -> Option<String> {
        if self.views.outstanding > 0 {
            // The answers to the changes under way say more.
            return None;
        }
        let mut now = kept.views;
        for (digit, view) in &self.views.only_here {
            if !kept.foreign.contains_key(digit) {
                now.entry(*digit).or_insert_with(|| view.clone());
            }
        }
        let mut changes = Vec::new();
        for digit in OWN {
            let change = match (self.views.own.get(&digit), now.get(&digit)) {
                (None, Some(view)) => format!("saved view {digit} {}", view.name),
                (Some(before), Some(view)) if !before.reads_like(view) => format!("changed view {digit} {}", view.name),
                (Some(before), None) => format!("deleted view {digit} {}", before.name),
                (Some(_), Some(_)) | (None, None) => continue,
            };
            changes.push(change);
        }
        self.views.foreign = kept.foreign;
        if changes.is_empty() {
            return None;
        }
        self.views.own = now;
        self.views.stale = true;
        Some(format!("another console {}", changes.join(", ")))
    }

    /// The first digit that no view has.
    pub(in crate::app) fn free_view(&self) -> Option<u8> {
        let mut free = OWN;
        free.find(|digit| !self.views.own.contains_key(digit) && !self.views.foreign.contains_key(digit))
    }
}
