//! Reading a whole list page by page: which page to ask for next and of which size, when the list has ended, and
//! whether all of it was seen. Servers give fewer rows than asked for, ignore paging, repeat pages, refuse a size and
//! count wrongly; records move between pages meanwhile. Pure: console and commands send the requests.
//!
//! The rule for what a list of several pages does not show: it is not there only if no row moved while they were read.
//! A count that stays the same does not prove that: where one record is deleted and another created between two pages,
//! the row behind the first page is on neither. See [`fit`].

mod fit;
mod ids;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::domain::answer::{NextPage, PageFacts};
use crate::domain::request_error::{RequestError, RequestErrorKind};
use fit::Fit;
pub use ids::Ids;

/// Records of a page where the server takes that many.
pub const PAGE: u32 = 1_000;

/// Bytes that an answer should not exceed, going by the records of the first page: two are held at a time.
const ANSWER: usize = 8 << 20;

/// Records of a page below which a few long records on the first page do not bring it.
const FEWEST: usize = 50;

/// Pages under way at a time: the server ships with two workers, more only make each slower.
const AT_ONCE: usize = 2;

/// Rounds over a list that does not add up.
const ROUNDS: u8 = 3;

/// Pages without news in a row that end a round although the server says that there is more.
const BARREN: u8 = 2;

/// Pages asked for in all: a list without end would be read for ever.
pub const MOST_PAGES: u32 = 10_000;

/// A page to be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SweepPage {
    /// From 1.
    pub number: u32,
    /// Records a page.
    pub size: u32,
}

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SweepStep {
    /// Ask for these pages; with none, wait for those that are under way.
    Ask(Vec<SweepPage>),
    /// The list was read.
    Done(Completeness),
}

/// Whether the whole list was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completeness {
    /// The server counts as many records as were seen, or says by itself that no more follow.
    Complete,
    /// The server counts another number.
    Differs {
        /// What it counts.
        total: u64,
    },
    /// Records were created and deleted meanwhile: the pages do not fit together.
    Moved,
    /// The server says that more pages follow, but shows nothing new on them.
    Repeats,
    /// There were more than [`MOST_PAGES`] pages.
    TooLong,
    /// Whoever reads has had enough.
    Stopped,
}

impl Completeness {
    /// Whether fewer were seen than there are. A link that leads nowhere new is the server's mistake, and no record
    /// of it.
    pub const fn misses_some(self, seen: usize) -> bool {
        match self {
            Self::Differs { total } => total > seen as u64,
            Self::TooLong => true,
            Self::Complete | Self::Moved | Self::Repeats | Self::Stopped => false,
        }
    }

    /// What is missing, for people; `None` where all of it was seen, or no one wanted more.
    pub fn sentence(self, seen: usize) -> Option<String> {
        match self {
            Self::Complete | Self::Stopped => None,
            Self::Differs { total } => Some(format!("{seen} loaded, but the server reports {total}")),
            Self::Moved => Some("the list changes faster than it can be loaded".to_owned()),
            Self::Repeats => Some(format!("{seen} loaded; the server announces more but repeats earlier ones")),
            Self::TooLong => Some(format!("{seen} loaded; stopped after {MOST_PAGES} pages")),
        }
    }
}

/// What can be done about a page that did not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Pages of this size are asked for from now on; what is under way is no longer wanted.
    Smaller(u32),
    /// There is no such page: the list ended before it.
    Ended,
    /// None: it is asked for again with the next step.
    None,
}

/// One time through the list with pages of one size.
#[derive(Debug, Clone, Default)]
struct Round {
    size: u32,
    /// The next page that no one asked for yet.
    next: u32,
    again: BTreeSet<SweepPage>,
    seen: Ids,
    skipped: usize,
    total: Option<u64>,
    /// Pages that a full first screen makes sure of.
    expected: u32,
    /// Whether pages counted differently.
    moved: bool,
    /// Rows of the fullest page.
    fullest: usize,
    /// The page with the highest number so far: number, rows, what it says of the next.
    last: Option<(u32, usize, NextPage)>,
    /// Pages without news since one that had some.
    barren: u8,
    ended: bool,
    /// Whether a page had other records than before.
    has_news: bool,
    /// Whether its pages fit together.
    fit: Fit,
}

impl Round {
    fn of(size: u32) -> Self {
        Self { size, next: 1, fit: Fit::of(size), ..Self::default() }
    }

    fn counts_more(&self) -> bool {
        self.total.is_some_and(|total| total > self.seen.len() as u64)
    }

    /// How many pages the count makes sure of.
    fn planned(&self) -> u32 {
        let rows = self.fullest as u64;
        match self.total {
            Some(total) if rows > 0 => u32::try_from(total.div_ceil(rows)).unwrap_or(u32::MAX),
            Some(_) | None => 0,
        }
    }

    /// Whether one more page is to be asked for, with so many under way.
    fn goes_on(&self, open: usize) -> bool {
        let Some((_, rows, next)) = self.last else { return open == 0 || self.next <= self.expected };
        if self.ended {
            return false;
        }
        if self.next <= self.planned() && self.counts_more() {
            return true;
        }
        open == 0
            && (self.counts_more()
                || match (next, self.total) {
                    (NextPage::Follows, _) => true,
                    (NextPage::Last, _) => false,
                    // A full page is not the last one where the count is wrong already.
                    (NextPage::Unknown, Some(total)) => {
                        total < self.seen.len() as u64 && rows >= self.size as usize && self.barren == 0
                    }
                    (NextPage::Unknown, None) => rows > 0,
                })
    }

    fn take(&mut self, number: u32, facts: &PageFacts) {
        let rows = facts.ids.len() + facts.skipped;
        let news = self.seen.add(&facts.ids);
        self.fit.take(number, facts);
        if let Some(total) = facts.total {
            self.fit.expect(total);
        }
        self.skipped += facts.skipped;
        self.moved |= self.total.is_some() && facts.total.is_some() && self.total != facts.total;
        self.total = facts.total.or(self.total);
        self.fullest = self.fullest.max(rows);
        if self.last.is_none_or(|(highest, ..)| number >= highest) {
            self.last = Some((number, rows, facts.next));
        }
        if news > 0 {
            self.barren = 0;
        } else {
            self.barren = self.barren.saturating_add(1);
            self.ended |= self.barren >= BARREN || (rows == 0 && facts.next != NextPage::Follows);
        }
    }

    fn verdict(&self) -> Completeness {
        let seen = self.seen.len() as u64;
        match self.total {
            Some(total) if total != seen => Completeness::Differs { total },
            _ if self.moved => Completeness::Moved,
            None if self.skipped > 0 => Completeness::Differs { total: seen + self.skipped as u64 },
            None if self.last.is_some_and(|(.., next)| next == NextPage::Follows) => Completeness::Repeats,
            Some(_) | None => Completeness::Complete,
        }
    }

    /// The next row to look for again, where pages have to fit together for the whole list to have been seen.
    fn next_check(&mut self) -> Option<SweepPage> {
        if !self.has_news || self.verdict() != Completeness::Complete || self.goes_on(0) {
            return None;
        }
        self.fit.next_check(&self.seen)
    }

    /// The size of pages that may show what this round did not.
    fn other_size(&self) -> Option<u32> {
        let size = u32::try_from(self.fullest).ok().filter(|size| (1..self.size).contains(size))?;
        // Nothing but an empty page behind a short one said that the list ended.
        let unclear =
            self.total.is_none() && self.last.is_some_and(|(_, rows, next)| rows == 0 && next != NextPage::Last);
        (unclear || self.counts_more()).then_some(size)
    }
}

/// Reading of one list.
#[derive(Debug, Clone)]
pub struct Sweep {
    /// Size of the small page for the first screen, until it came.
    first: Option<u32>,
    /// Size of pages that this server is known to give.
    size: u32,
    open: BTreeSet<SweepPage>,
    round: Round,
    rounds: u8,
    /// What the last round came to: seen, and counted.
    previous: Option<(usize, Option<u64>)>,
    /// Seen in rounds before.
    before: Ids,
    asked: u32,
    at_once: usize,
    stopped: bool,
}

impl Sweep {
    /// Begins with a small page for a first screen, if there is to be one; then pages of a size.
    pub fn new(first: Option<u32>, size: u32) -> Self {
        let size = size.max(1);
        Self {
            first: first.filter(|first| *first < size),
            size,
            open: BTreeSet::new(),
            round: Round::of(size),
            rounds: 1,
            previous: None,
            before: Ids::default(),
            asked: 0,
            at_once: AT_ONCE,
            stopped: false,
        }
    }

    /// Asks for one page at a time.
    #[must_use]
    pub const fn one_at_a_time(mut self) -> Self {
        self.at_once = 1;
        self
    }

    /// Size of pages that this server is known to give.
    pub const fn page_size(&self) -> u32 {
        self.size
    }

    /// How many records this round has seen.
    pub const fn seen(&self) -> usize {
        self.round.seen.len()
    }

    /// Whether this round has seen a record.
    pub fn saw(&self, id: u64) -> bool {
        self.round.seen.contains(id)
    }

    /// The page to take in first, for who hands records out in order.
    pub fn first_open(&self) -> Option<SweepPage> {
        self.open.iter().find(|ask| self.is_check(**ask)).or_else(|| self.open.first()).copied()
    }

    /// No one wants more: what is under way still counts.
    pub const fn stop(&mut self) {
        self.stopped = true;
    }

    /// What to do now.
    pub fn step(&mut self) -> SweepStep {
        let mut asks = Vec::new();
        if let Some(size) = self.first {
            let ask = SweepPage { number: 1, size };
            if !self.stopped && self.open.insert(ask) {
                asks.push(ask);
            }
        } else {
            while !self.stopped && self.open.len() < self.at_once {
                // Beside a page, so that it keeps none from coming.
                let is_free = !self.open.is_empty() || self.at_once == 1;
                let anchor = if is_free { self.round.fit.ask_anchor() } else { None };
                let ask = match anchor.or_else(|| self.round.again.pop_first()) {
                    Some(ask) => ask,
                    None if self.asked < MOST_PAGES && self.round.goes_on(self.open.len()) => {
                        let number = self.round.next;
                        self.round.next += 1;
                        self.asked += 1;
                        self.round.fit.asks(number);
                        SweepPage { number, size: self.round.size }
                    }
                    None => break,
                };
                self.open.insert(ask);
                asks.push(ask);
            }
        }
        if !self.stopped && (self.open.is_empty() || self.round.fit.is_checking()) {
            while self.open.len() < self.at_once && asks.len() < self.at_once {
                let Some(ask) = self.round.next_check() else { break };
                self.open.insert(ask);
                asks.push(ask);
            }
        }
        if !asks.is_empty() || !self.open.is_empty() {
            return SweepStep::Ask(asks);
        }
        if self.stopped {
            return SweepStep::Done(Completeness::Stopped);
        }
        if self.asked >= MOST_PAGES && self.round.goes_on(0) {
            return SweepStep::Done(Completeness::TooLong);
        }
        let verdict = self.round.verdict();
        if self.another_round(verdict) { self.step() } else { SweepStep::Done(verdict) }
    }

    /// Goes through the list once more where that may find more than this round did.
    fn another_round(&mut self, verdict: Completeness) -> bool {
        let came = (self.round.seen.len(), self.round.total);
        let more = self.previous.is_none_or(|(seen, _)| came.0 > seen);
        if more {
            self.size = self.round.size;
        }
        let other = self.round.other_size();
        let again = match verdict {
            Completeness::Complete | Completeness::Repeats => self.previous.is_none() && other.is_some(),
            Completeness::Moved => true,
            // The same twice: the server's count is wrong, and stays so.
            Completeness::Differs { .. } => self.previous != Some(came) || self.round.moved,
            Completeness::TooLong | Completeness::Stopped => false,
        };
        if !again || self.rounds == ROUNDS {
            return false;
        }
        self.rounds += 1;
        self.previous = Some(came);
        self.begin(other.filter(|_| more).unwrap_or(self.size));
        true
    }

    /// Begins at the first page again.
    fn begin(&mut self, size: u32) {
        let round = std::mem::replace(&mut self.round, Round::of(size));
        self.before.join(round.seen);
        self.open.clear();
    }

    /// Whether a page is asked for only to see whether a row moved: its record was taken in before.
    pub fn is_check(&self, ask: SweepPage) -> bool {
        (self.round.fit.is_checking() || self.round.fit.is_anchor(ask)) && self.open.contains(&ask)
    }

    /// A page came with the records that it had when the whole list was read before. Where all pages are like that,
    /// nothing is missing, and no row has to be looked for.
    pub fn page_as_before(&mut self, ask: SweepPage, facts: &PageFacts) {
        let had_news = self.round.has_news;
        self.page(ask, facts);
        self.round.has_news = had_news;
    }

    /// A page came. Returns those of its ids that no page showed before.
    pub fn page(&mut self, ask: SweepPage, facts: &PageFacts) -> Vec<u64> {
        if !self.open.remove(&ask) {
            return Vec::new();
        }
        if self.round.fit.is_anchor(ask) {
            self.round.fit.anchored(Some(facts));
            return Vec::new();
        }
        self.round.has_news = true;
        if self.round.fit.is_checking() {
            self.round.fit.checked(ask.number, facts);
            let unseen = facts.ids.iter().any(|id| !self.round.seen.contains(*id));
            self.round.moved |= unseen || self.round.fit.moved(ask.number, facts);
            return Vec::new();
        }
        let is_new = |id: &u64| !self.round.seen.contains(*id) && !self.before.contains(*id);
        let new = facts.ids.iter().copied().filter(is_new).collect();
        self.round.take(ask.number, facts);
        if self.first == Some(ask.size) {
            self.first = None;
            let rows = facts.ids.len();
            let is_all = match (facts.total, facts.next) {
                (Some(total), next) => total == rows as u64 && next != NextPage::Follows,
                (None, NextPage::Last) => facts.skipped == 0,
                (None, NextPage::Follows | NextPage::Unknown) => false,
            };
            if is_all {
                // There is nothing that a larger page could add.
                self.round.ended = true;
            } else {
                self.size = self.size.min(affordable(facts));
                self.begin(self.size);
                if let Some(total) = facts.total.filter(|_| rows == ask.size as usize) {
                    self.round.fit.expect(total);
                    self.round.expected = u32::try_from(total.div_ceil(self.size.into())).unwrap_or(u32::MAX);
                }
            }
        }
        new
    }

    /// A page did not come.
    pub fn failed(&mut self, ask: SweepPage, error: &RequestError) -> Remedy {
        if !self.open.remove(&ask) {
            return Remedy::None;
        }
        if self.round.fit.is_anchor(ask) {
            self.round.fit.anchored(None);
            return Remedy::Ended;
        }
        if self.round.fit.is_checking() {
            if error.kind == RequestErrorKind::TooLarge || matches!(error.status, Some(400 | 404)) {
                self.round.fit.give_up();
                return Remedy::Ended;
            }
            self.round.fit.again(ask);
            return Remedy::None;
        }
        let taken_before = self.round.last.is_some();
        let too_many = error.kind == RequestErrorKind::TooLarge || (!taken_before && refuses_size(error));
        if too_many && ask.size > 1 {
            self.first = None;
            self.size = ask.size / 2;
            self.begin(self.size);
            return Remedy::Smaller(self.size);
        }
        // Without a count and without links the end is found by asking for what is behind it.
        if taken_before && self.round.total.is_none() && matches!(error.status, Some(400 | 404)) {
            self.round.ended = true;
            self.round.last = Some((ask.number, 0, NextPage::Unknown));
            return Remedy::Ended;
        }
        if self.first != Some(ask.size) {
            self.round.again.insert(ask);
        }
        Remedy::None
    }
}

/// How many records an answer may have, going by those of this page.
fn affordable(facts: &PageFacts) -> u32 {
    let record = facts.bytes / facts.ids.len().max(1);
    u32::try_from((ANSWER / record.max(1)).max(FEWEST)).unwrap_or(u32::MAX)
}

/// Whether a server refused a page for its size.
fn refuses_size(error: &RequestError) -> bool {
    let about_size = |text: &str| {
        let text = text.to_lowercase();
        text.contains("size") || text.contains("limit") || text.contains("page")
    };
    error.status == Some(400)
        && error.errors.iter().any(|error| {
            about_size(&error.detail) || about_size(&error.title) || error.pointer.as_deref().is_some_and(about_size)
        })
}
