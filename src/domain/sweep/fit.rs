//! Whether the pages of one round fit together. Records come in the order of their ids and new ones come last, so a row
//! only ever moves forwards, when one before it is deleted. The last row of a page that is still at its place after the
//! next page came shows that none moved from that page onto this one, unseen between the two.

use crate::domain::answer::PageFacts;
use crate::domain::sweep::SweepPage;

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
    /// Rows that are to be looked for, once there are all pages.
    checks: Option<Vec<SweepPage>>,
}

impl Fit {
    pub fn of(size: u32) -> Self {
        Self { size, ..Self::default() }
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
    pub fn next_check(&mut self, seen: usize) -> Option<SweepPage> {
        if self.checks.is_none() {
            self.ends.sort_unstable();
            let last = self.short.or_else(|| self.ends.last().map(|(number, _)| *number)).unwrap_or_default();
            let whole = self.rows == seen && self.ends.iter().zip(1..).all(|((number, _), wanted)| *number == wanted);
            let before = self.ends.iter().filter(|(number, _)| whole && *number < last);
            let row = |(number, _): &(u32, u64)| number.checked_mul(self.size);
            self.checks = Some(before.filter_map(row).rev().map(|number| SweepPage { number, size: 1 }).collect());
        }
        self.checks.as_mut()?.pop()
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
    }
}
