//! Reading the whole list: a small page for the first screen, then pages of 1000, two at a time,
//! reconciled by id and total count, because offset paging skips rows when others delete meanwhile.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::domain::answer::{Conditional, Page, Tag};
use crate::domain::query::collection::{Absorbed, Collection};
use crate::domain::record::registration::Record as _;
use crate::domain::request_error::Trouble;

use crate::app::core::effect::{Effect, Read};
use crate::app::core::ticket::{Slot, Ticket, Tickets};
use crate::app::model::time::Moment;

/// Records of the page for the first screen; enough for the tallest terminal in use.
pub const FIRST_PAGE: u32 = 60;

/// Records of each further page: the most that the server gives.
pub const PAGE: u32 = 1000;

/// Pages under way at a time: the server ships with two workers, more only make each slower.
const AT_ONCE: usize = 2;

/// Sweeps in a row for a list that others keep changing.
const SWEEPS: u8 = 3;

/// What is known of a page since it was last read.
#[derive(Debug, Clone)]
struct Known {
    tag: Tag,
    ids: Vec<u64>,
}

/// A sweep under way.
#[derive(Debug, Clone)]
struct Sweep {
    ticket: Ticket,
    /// Pages to ask for, besides those from `next` on.
    again: BTreeSet<u32>,
    next: u32,
    open: BTreeSet<u32>,
    /// The last page, as far as known: from the total, or from a page that came short.
    last: Option<u32>,
    /// Ids seen so far.
    seen: usize,
    /// How many records the pages of this sweep say there are; different numbers mean that records moved
    /// from page to page meanwhile, even where the sum is right again.
    total: Option<u64>,
    /// Whether they did.
    moved: bool,
    /// Which sweep in a row this is.
    round: u8,
    first_screen: bool,
    /// Whether there is no memory for more records.
    full: bool,
}

/// A failure that holds the sweep up.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldUp {
    /// What happened.
    pub trouble: Trouble,
    /// Failures in a row.
    pub attempt: u32,
    /// When it is tried again by itself; `None`: not.
    pub retry_at: Option<Duration>,
}

/// What an answer meant for the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Nothing new yet.
    Going,
    /// The list is complete; these records are gone, and so many were seen in a list that said another number.
    Complete {
        /// Ids that this sweep did not see.
        gone: Vec<u64>,
        /// How many the server says there are, where that differs from what was read.
        differs: Option<u64>,
        /// Whether the list was still changing when it was read for the last time.
        restless: bool,
        /// Whether there was no memory for some of its records.
        full: bool,
    },
}

/// State of reading the list.
#[derive(Debug, Clone, Default)]
pub struct Loading {
    sweep: Option<Sweep>,
    pages: Vec<Option<Known>>,
    /// `total-count` of the newest page.
    pub total: Option<u64>,
    /// When the list was last complete and checked.
    pub synced: Option<Duration>,
    /// What holds it up.
    pub held_up: Option<HeldUp>,
    /// How often pages were made smaller, because their answers were too large to be read.
    shrunk: u32,
}

impl Loading {
    /// Whether a sweep is under way or held up.
    #[must_use]
    pub const fn is_running(&self) -> bool {
        self.sweep.is_some()
    }

    /// Starts reading from the first screen on.
    pub fn start(&mut self, tickets: &mut Tickets, records: &mut Collection) -> Vec<Effect> {
        self.pages.clear();
        self.begin(tickets, records, 1);
        if let Some(sweep) = &mut self.sweep {
            sweep.first_screen = self.shrunk == 0;
        }
        self.ask()
    }

    /// How many records a page has, the first screen apart.
    const fn page_size(&self) -> u32 {
        PAGE / 10_u32.pow(self.shrunk)
    }

    /// An answer was too large: begins anew with pages of a tenth, where there is a smaller one.
    pub fn shrink(&mut self, tickets: &mut Tickets, records: &mut Collection) -> Option<(u32, Vec<Effect>)> {
        if self.page_size() == 1 {
            return None;
        }
        self.shrunk += 1;
        self.pages.clear();
        self.begin(tickets, records, 1);
        let mut effects = vec![Effect::Cancel(Slot::List)];
        effects.extend(self.ask());
        Some((self.page_size(), effects))
    }

    /// Reads again, page by page, only what changed.
    pub fn refresh(&mut self, tickets: &mut Tickets, records: &mut Collection) -> Vec<Effect> {
        if self.pages.is_empty() {
            return self.start(tickets, records);
        }
        self.begin(tickets, records, 1);
        // A list that fitted on the first screen is asked for in one piece again.
        if let (1, 0, Some(sweep)) = (self.pages.len(), self.shrunk, &mut self.sweep) {
            sweep.first_screen = true;
        }
        self.ask()
    }

    fn begin(&mut self, tickets: &mut Tickets, records: &mut Collection, round: u8) {
        records.begin_sweep();
        self.held_up = None;
        self.sweep = Some(Sweep {
            ticket: tickets.open(Slot::List),
            again: BTreeSet::new(),
            next: 1,
            open: BTreeSet::new(),
            last: None,
            seen: 0,
            total: None,
            moved: false,
            round,
            first_screen: false,
            full: false,
        });
    }

    /// Asks for what can be asked for now.
    fn ask(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        let page_size = self.page_size();
        let Some(sweep) = &mut self.sweep else { return effects };
        if sweep.first_screen {
            if sweep.open.insert(0) {
                let known = self.pages.first().and_then(Option::as_ref).map(|page| page.tag.clone());
                let read = Read::Page { number: 1, size: FIRST_PAGE, known };
                effects.push(Effect::Read { ticket: sweep.ticket, read });
            }
            return effects;
        }
        // Until the first page told how many there are, ask for one only.
        let at_once = if sweep.last.is_none() { 1 } else { AT_ONCE };
        while sweep.open.len() < at_once {
            let number = match sweep.again.pop_first() {
                Some(number) => number,
                None if sweep.last.is_some_and(|last| sweep.next > last) => break,
                None => {
                    sweep.next += 1;
                    sweep.next - 1
                }
            };
            sweep.open.insert(number);
            let known = self.pages.get(number as usize).and_then(Option::as_ref).map(|page| page.tag.clone());
            effects.push(Effect::Read { ticket: sweep.ticket, read: Read::Page { number, size: page_size, known } });
        }
        effects
    }

    /// A page came.
    pub fn page(
        &mut self,
        now: Moment,
        (number, size): (u32, u32),
        answer: &Conditional<Page>,
        tickets: &mut Tickets,
        records: &mut Collection,
    ) -> (Vec<Effect>, Progress) {
        let page_size = self.page_size() as usize;
        let Some(sweep) = &mut self.sweep else { return (Vec::new(), Progress::Going) };
        self.held_up = None;
        let before = records.swept();
        let first_screen = size == FIRST_PAGE;
        sweep.open.remove(if first_screen { &0 } else { &number });
        let index = if first_screen { 0 } else { number as usize };
        let came = match answer {
            Conditional::Unchanged => match self.pages.get(index).and_then(Option::as_ref) {
                Some(known) => {
                    records.touch(&known.ids);
                    sweep.seen += known.ids.len();
                    known.ids.len()
                }
                None => 0,
            },
            Conditional::Changed(page) => {
                let absorbed = records.absorb(std::sync::Arc::clone(&page.segment));
                sweep.full |= absorbed == Absorbed::Known;
                self.total = page.total.or(self.total);
                sweep.moved |= sweep.total.is_some() && page.total.is_some() && sweep.total != page.total;
                sweep.total = page.total.or(sweep.total);
                sweep.seen += page.segment.len();
                if self.pages.len() <= index {
                    self.pages.resize(index + 1, None);
                }
                if let Some(slot) = self.pages.get_mut(index) {
                    let ids = page.segment.iter().map(|row| row.id()).collect();
                    *slot = page.tag.clone().map(|tag| Known { tag, ids });
                }
                page.segment.len() + page.skipped.len()
            }
        };
        let size = size as usize;
        let swept = records.swept();
        // A count below what was seen already is wrong: then the list goes on until a page comes short.
        let total =
            self.total.map(|total| usize::try_from(total).unwrap_or(usize::MAX)).filter(|total| *total >= swept);
        if first_screen {
            sweep.first_screen = false;
            sweep.last = Self::last_page(total, page_size);
            if came < size || total == Some(came) {
                // Everything is on the first screen already.
                sweep.last = Some(0);
            } else {
                // The pages that follow bring these records again.
                sweep.seen = 0;
                sweep.total = None;
            }
        } else if came < size || (swept == before && matches!(answer, Conditional::Changed(_))) {
            // A short page is the last one, whatever the total says; so is one that only repeats others, which a
            // server without paging would do forever.
            sweep.last = Some(sweep.last.map_or(number, |last| last.min(number)));
        } else {
            sweep.last = Self::last_page(total, page_size).map(|last| last.max(number));
        }
        if sweep.full {
            // What follows would not be taken in.
            sweep.last = Some(0);
            sweep.again.clear();
        }
        let done = sweep.open.is_empty() && sweep.again.is_empty() && sweep.last.is_some_and(|last| sweep.next > last);
        if !done {
            return (self.ask(), Progress::Going);
        }
        self.finish(now, tickets, records)
    }

    fn last_page(total: Option<usize>, page_size: usize) -> Option<u32> {
        total.map(|total| u32::try_from(total.div_ceil(page_size)).unwrap_or(u32::MAX))
    }

    fn finish(&mut self, now: Moment, tickets: &mut Tickets, records: &mut Collection) -> (Vec<Effect>, Progress) {
        let Some(sweep) = self.sweep.take() else { return (Vec::new(), Progress::Going) };
        let swept = records.swept();
        let differs = self.total.filter(|total| usize::try_from(*total).ok() != Some(swept));
        // Rows moved between pages while we read again, now mostly answered by 304.
        if (differs.is_some() || sweep.moved) && !sweep.full && sweep.round < SWEEPS && self.pages.len() > 1 {
            self.begin(tickets, records, sweep.round + 1);
            return (self.ask(), Progress::Going);
        }
        let gone = records.unswept();
        self.synced = Some(now.mono);
        (Vec::new(), Progress::Complete { gone, differs, restless: sweep.moved, full: sweep.full })
    }

    /// A page did not come. Returns whether the sweep goes on by itself later.
    pub fn failed(&mut self, now: Moment, number: u32, size: u32, trouble: Trouble) -> bool {
        let Some(sweep) = &mut self.sweep else { return false };
        if size == FIRST_PAGE {
            sweep.open.remove(&0);
        } else {
            sweep.open.remove(&number);
            sweep.again.insert(number);
        }
        let attempt = self.held_up.as_ref().map_or(0, |held| held.attempt) + 1;
        // Spread by the clock's own odd nanoseconds: many consoles should not come back at once.
        let jitter = f64::from(now.mono.subsec_nanos() % 1_000) / 1_000.0;
        let retry_at = trouble.retry_in(attempt, jitter).map(|wait| now.mono + wait);
        let goes_on = retry_at.is_some();
        self.held_up = Some(HeldUp { trouble, attempt, retry_at });
        goes_on
    }

    /// Tries again what failed, because it is time or because the user says so.
    pub fn retry(&mut self) -> Vec<Effect> {
        if let Some(held) = &mut self.held_up {
            held.retry_at = None;
        }
        self.ask()
    }

    /// Stops reading; what is loaded stays. Returns how many records the sweep had seen.
    pub fn cancel(&mut self) -> Option<usize> {
        self.held_up = None;
        self.sweep.take().map(|sweep| sweep.seen)
    }
}
