//! Whether the pages of one round fit together. Records come in the order of their ids and new ones come last, so a row
//! only ever moves forwards, when one before it is deleted. The last row of a page that is still at its place after the
//! next page came shows that none moved from that page onto this one, unseen between the two.
//!
//! To look for each of these rows would take as many requests as the pages. So the last row of all is looked for twice,
//! early and once all pages came: where it is at its place both times nothing before it was deleted in between, and only
//! pages that were asked for before the first look are looked at by themselves.

use std::collections::BTreeSet;

use crate::domain::answer::PageFacts;
use crate::domain::sweep::{Ids, SweepPage};

/// Pages above which the last row of all is looked at in place of the last row of each.
const MANY: u64 = 4;

/// Where the pages of a round ended, and which of these rows are looked for again.
#[derive(Debug, Clone, Default)]
pub(super) struct Fit {
    /// Records a page.
    size: u32,
    /// Rows of all pages.
    rows: usize,
    /// The last record of each page that was full, by the page's number.
    ends: Vec<(u32, u64)>,
    /// Whether there was a page that was not full, with its number.
    short: Option<u32>,
    /// The last row of all, as it was early on.
    anchor: Anchor,
    /// Pages that were asked for before that was known.
    early: BTreeSet<u32>,
    /// Rows that are to be looked for, once there are all pages.
    checks: Option<Vec<SweepPage>>,
    /// Those that are looked for as well where the last row of all moved.
    rest: Vec<SweepPage>,
}

/// What is known of the last row of all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Anchor {
    /// How many rows there are is not known yet, or they are few.
    #[default]
    Unknown,
    /// The row to ask for.
    Wanted(u32),
    /// The row that was asked for.
    Asked(u32),
    /// The row and the ID of its record.
    Seen(u32, u64),
    /// The server does not show it.
    Useless,
}

impl Fit {
    pub fn of(size: u32) -> Self {
        Self { size, ..Self::default() }
    }

    /// The list has so many rows, as far as is known.
    pub fn expect(&mut self, total: u64) {
        if self.anchor == Anchor::Unknown
            && self.size > 1
            && total > MANY * u64::from(self.size)
            && let Ok(row) = u32::try_from(total)
        {
            self.anchor = Anchor::Wanted(row);
        }
    }

    /// The last row of all, where it is to be asked for now.
    pub fn ask_anchor(&mut self) -> Option<SweepPage> {
        let Anchor::Wanted(number) = self.anchor else { return None };
        self.anchor = Anchor::Asked(number);
        Some(SweepPage { number, size: 1 })
    }

    /// A page is asked for.
    pub fn asks(&mut self, number: u32) {
        if !matches!(self.anchor, Anchor::Seen(..)) {
            self.early.insert(number);
        }
    }

    /// Whether this row is asked for as the last of all, for the first time.
    pub fn is_anchor(&self, ask: SweepPage) -> bool {
        ask.size == 1 && self.anchor == Anchor::Asked(ask.number)
    }

    /// The last row of all came; none where it did not.
    pub fn anchored(&mut self, facts: Option<&PageFacts>) {
        self.anchor = match (self.anchor, facts.map(|facts| facts.ids.as_slice())) {
            (Anchor::Asked(row), Some([id])) => Anchor::Seen(row, *id),
            _ => Anchor::Useless,
        };
    }

    /// A page came.
    pub fn take(&mut self, number: u32, facts: &PageFacts) {
        self.rows += facts.ids.len();
        match facts.ids.last() {
            Some(last) if facts.ids.len() == self.size as usize => self.ends.push((number, *last)),
            _ => self.short = Some(self.short.unwrap_or(number).min(number)),
        }
    }

    /// Whether rows are looked for again.
    pub const fn is_checking(&self) -> bool {
        self.checks.is_some()
    }

    /// The next row to look for, of a round with so many records. Servers that cut pages short or repeat them have no
    /// row at the place that a page's number leads to: nothing can be checked there.
    pub fn next_check(&mut self, seen: &Ids) -> Option<SweepPage> {
        if self.checks.is_none() {
            self.ends.sort_unstable();
            let last = self.short.or_else(|| self.ends.last().map(|(number, _)| *number)).unwrap_or_default();
            let whole =
                self.rows == seen.len() && self.ends.iter().zip(1..).all(|((number, _), wanted)| *number == wanted);
            let before = self.ends.iter().filter(|(number, _)| whole && *number < last).rev();
            let is_anchored = matches!(self.anchor, Anchor::Seen(_, id) if seen.contains(id));
            let (rest, early): (Vec<_>, Vec<_>) =
                before.partition(|(number, _)| is_anchored && !self.early.contains(number));
            let row = |(number, _): &(u32, u64)| Some(SweepPage { number: number.checked_mul(self.size)?, size: 1 });
            let mut checks: Vec<SweepPage> = early.into_iter().filter_map(row).collect();
            self.rest = rest.into_iter().filter_map(row).collect();
            match self.anchor {
                Anchor::Seen(number, _) if is_anchored => checks.push(SweepPage { number, size: 1 }),
                _ => {}
            }
            self.checks = Some(checks);
        }
        self.checks.as_mut()?.pop()
    }

    /// A row came that was looked for. Where it is not the last of all as it was, all others are looked for.
    pub fn checked(&mut self, row: u32, facts: &PageFacts) {
        match self.anchor {
            Anchor::Seen(known, id) if known == row => {
                let rest = std::mem::take(&mut self.rest);
                if facts.ids != [id] {
                    self.checks.get_or_insert_default().extend(rest);
                }
            }
            _ => {}
        }
    }

    /// Whether this row is another record's now, or behind the last one. Of another server than one that shows a single
    /// row where one is asked for, the answer shows nothing.
    pub fn moved(&self, row: u32, facts: &PageFacts) -> bool {
        let end = self.ends.iter().find(|(number, _)| number.checked_mul(self.size) == Some(row));
        match (end, facts.ids.as_slice()) {
            (Some((_, last)), [id]) => id != last,
            (Some(_), []) => facts.total.is_none_or(|total| total < row.into()),
            _ => false,
        }
    }

    /// A row could not be read: it is looked for once more.
    pub fn again(&mut self, check: SweepPage) {
        self.checks.get_or_insert_default().push(check);
    }

    /// The server shows no single rows: nothing more is looked for.
    pub fn give_up(&mut self) {
        self.checks = Some(Vec::new());
        self.rest.clear();
    }
}
