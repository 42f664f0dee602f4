//! Names of the records on the server: which one a row means, and which one it may mean that names none.

use std::cell::OnceCell;
use std::collections::HashMap;

use crate::domain::formats::spreadsheet::{self, TextDamage};
use crate::domain::nearest::nearest;
use crate::domain::query::Collection;
use crate::domain::record::{FieldId, Record as _, ValueRef};
use crate::domain::text::plainly;

/// A record whose name is nearly the one that a row gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Similar {
    /// The record.
    pub id: u64,
    pub name: String,
    /// How the name of the row differs, in words.
    pub differs: &'static str,
}

/// How many rows get a suggestion that takes a comparison with every name.
const SUGGESTIONS: usize = 50;

/// The names of all records.
pub(super) struct NameIndex<'r> {
    /// In the order of the records, so that a suggestion is always the same.
    all: Vec<&'r str>,
    exact: HashMap<&'r str, u64>,
    /// By the name without what is easily overlooked.
    plain: OnceCell<HashMap<String, &'r str>>,
    left: std::cell::Cell<usize>,
}

impl<'r> NameIndex<'r> {
    pub(super) fn of(records: &'r Collection) -> Self {
        let named = records.iter().filter_map(|row| match row.get(FieldId::Name) {
            ValueRef::Text(name) => Some((name, row.id())),
            _ => None,
        });
        let named: Vec<_> = named.collect();
        Self {
            all: named.iter().map(|(name, _)| *name).collect(),
            exact: named.into_iter().collect(),
            plain: OnceCell::new(),
            left: std::cell::Cell::new(SUGGESTIONS),
        }
    }

    /// The record with exactly this name.
    pub(super) fn holder(&self, name: &str) -> Option<u64> {
        self.exact.get(name).copied()
    }

    /// Another record whose name differs by case or spaces only, or by what a spreadsheet does to names.
    pub(super) fn similar(&self, name: &str) -> Option<Similar> {
        let trimmed = name.trim();
        if trimmed != name && self.exact.contains_key(trimmed) {
            return self.named(trimmed, "by spaces");
        }
        // The first record of several that differ by case only.
        let plain =
            self.plain.get_or_init(|| self.all.iter().rev().map(|name| (plainly(name).collect(), *name)).collect());
        let found = plain.get(&plainly(name).collect::<String>()).filter(|found| **found != name);
        if let Some(found) = found {
            return self.named(found, "by case or spaces");
        }
        if !spreadsheet::would_change(name) && name.is_ascii() {
            return None;
        }
        let (found, damage) = self.all.iter().find_map(|old| Some((*old, spreadsheet::damage(old, name)?)))?;
        (damage != TextDamage::Error).then(|| self.named(found, damage.words())).flatten()
    }

    /// That, or the record with the nearest name.
    pub(super) fn suggestion(&self, name: &str) -> Option<Similar> {
        self.similar(name).or_else(|| {
            self.left.set(self.left.get().checked_sub(1)?);
            self.named(nearest(name, self.all.iter().copied())?, "by a few letters")
        })
    }

    fn named(&self, name: &str, differs: &'static str) -> Option<Similar> {
        Some(Similar { id: self.holder(name)?, name: name.to_owned(), differs })
    }
}
