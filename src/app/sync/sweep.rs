//! Reading the list in the console: sends what the sweep asks for, remembers each page's tag so that a refresh reads
//! only what changed, and waits where a page does not come.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::answer::{Conditional, Page, PageFacts, Tag};
use crate::domain::query::{Absorbed, Collection};
use crate::domain::request_error::RequestError;
use crate::domain::sweep::{Completeness, PAGE, Remedy, Sweep, SweepPage, SweepStep};

use crate::app::core::{Context, Effect, Read, Slot, Ticket};
use crate::app::store::Store;

/// Records of the page for the first screen; enough for the tallest terminal in use.
pub const FIRST_PAGE: u32 = 60;

/// What is known of a page since it was last read.
///
/// The rule: a tag is sent only while memory holds all records of the page as that answer brought them. Where one was
/// written, read alone or removed since, a 304 would vouch for what is not there.
#[derive(Debug, Clone)]
struct Known {
    tag: Option<Tag>,
    facts: PageFacts,
    /// The collection as it was then.
    revision: u64,
}

/// A failure that holds the sweep up.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldUp {
    /// What happened.
    pub error: RequestError,
    /// Failures in a row.
    pub attempt: u32,
    /// When it is tried again by itself; `None`: not.
    pub retry_at: Option<Duration>,
}

/// How reading the list ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepEnd {
    /// Ids that are held and were not seen: gone where the whole list was seen, and perhaps there otherwise.
    pub unseen: Vec<u64>,
    /// How many were seen.
    pub seen: usize,
    /// Whether all of it was seen.
    pub verdict: Completeness,
    /// Whether there was no memory for some of its records.
    pub full: bool,
}

/// State of reading the list.
#[derive(Debug, Clone, Default)]
pub struct Loading {
    sweep: Option<(Ticket, Sweep)>,
    /// Whether there is no memory for more records.
    full: bool,
    pages: HashMap<SweepPage, Known>,
    /// Records a page, once the server took no larger ones.
    page_size: Option<u32>,
    /// Whether the last reading to the end saw the whole list, as its pages are known.
    was_whole: bool,
    /// The number of the last request before those of this sweep.
    began: u64,
    /// What holds it up.
    pub held_up: Option<HeldUp>,
}

impl Loading {
    /// Whether a sweep is under way or held up.
    pub const fn is_running(&self) -> bool {
        self.sweep.is_some()
    }

    /// The number of the first request of the last sweep.
    pub(in crate::app) const fn first_request(&self) -> u64 {
        self.began + 1
    }

    /// Whether a page is asked for only to see whether rows moved: it brings nothing that is not known.
    pub(in crate::app) fn is_check(&self, ask: SweepPage) -> bool {
        self.sweep.as_ref().is_some_and(|(_, sweep)| sweep.is_check(ask))
    }

    /// How many records the sweep under way has seen.
    pub fn seen(&self) -> usize {
        self.sweep.as_ref().map_or(0, |(_, sweep)| sweep.seen())
    }

    /// Starts reading from the first screen on.
    pub(in crate::app) fn start(&mut self, cx: &mut Context) {
        self.pages.clear();
        self.was_whole = false;
        self.begin(cx, Some(FIRST_PAGE), &Collection::default());
    }

    /// Reads again, page by page, only what changed.
    pub(in crate::app) fn refresh(&mut self, cx: &mut Context, records: &Collection) {
        // A list that fitted on the first screen is asked for in one piece again.
        let fitted = self.pages.keys().all(|page| page.size == FIRST_PAGE);
        self.begin(cx, fitted.then_some(FIRST_PAGE), records);
    }

    fn begin(&mut self, cx: &mut Context, first: Option<u32>, records: &Collection) {
        self.held_up = None;
        self.full = false;
        self.began = cx.flown;
        self.sweep = Some((cx.tickets.open(Slot::List), Sweep::new(first, self.page_size.unwrap_or(PAGE))));
        let _ = self.step(cx, records);
    }

    /// Asks for what can be asked for now. Returns how reading ended, if it did.
    fn step(&mut self, cx: &mut Context, records: &Collection) -> Option<Completeness> {
        let (ticket, sweep) = self.sweep.as_mut()?;
        match sweep.step() {
            SweepStep::Done(verdict) => Some(verdict),
            SweepStep::Ask(asks) => {
                for ask in asks {
                    let known_before = self.pages.get(&ask).filter(|_| !sweep.is_check(ask));
                    let vouches = |page: &&Known| records.is_as_at(page.revision, &page.facts.ids);
                    let known = known_before.filter(vouches).and_then(|page| page.tag.clone());
                    let read = Read::Page { number: ask.number, size: ask.size, known };
                    cx.effect(Effect::Read { ticket: *ticket, read });
                }
                None
            }
        }
    }

    /// A page came.
    pub(in crate::app) fn page(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        ask: SweepPage,
        answer: &Conditional<Page>,
    ) -> Option<SweepEnd> {
        let (_, sweep) = self.sweep.as_mut()?;
        self.held_up = None;
        let is_check = sweep.is_check(ask);
        let before = self.pages.get(&ask).filter(|_| !is_check).map(|known| known.facts.clone());
        let facts = match answer {
            Conditional::Changed(page) if is_check => page.facts(),
            Conditional::Unchanged => before.clone().unwrap_or_default(),
            Conditional::Changed(page) => {
                self.full |= store.records.absorb(Arc::clone(&page.segment)) == Absorbed::Known;
                let (facts, revision) = (page.facts(), store.records.revision());
                self.pages.insert(ask, Known { tag: page.tag.clone(), facts: facts.clone(), revision });
                facts
            }
        };
        store.loaded.total = facts.total.or(store.loaded.total);
        if self.was_whole && before.is_some_and(|before| (before.ids, before.total) == (facts.ids.clone(), facts.total))
        {
            sweep.page_as_before(ask, &facts);
        } else {
            sweep.page(ask, &facts);
        }
        if self.full {
            // What follows would not be taken in.
            sweep.stop();
        }
        self.advance(cx, store)
    }

    /// Asks for what comes next, or ends.
    fn advance(&mut self, cx: &mut Context, store: &mut Store) -> Option<SweepEnd> {
        let verdict = self.step(cx, &store.records)?;
        let (_, sweep) = self.sweep.take()?;
        self.page_size = Some(sweep.page_size());
        let unseen = store.records.ids().filter(|id| !sweep.saw(*id)).collect();
        store.loaded.synced = Some(cx.now.mono);
        self.was_whole = verdict == Completeness::Complete;
        Some(SweepEnd { unseen, seen: sweep.seen(), verdict, full: self.full })
    }

    /// A page did not come. Returns what can be done about it, and how reading ended, if it did.
    pub(in crate::app) fn failed(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        ask: SweepPage,
        error: RequestError,
    ) -> (Remedy, Option<SweepEnd>) {
        let Some((ticket, sweep)) = &mut self.sweep else { return (Remedy::None, None) };
        let remedy = sweep.failed(ask, &error);
        match remedy {
            Remedy::Smaller(size) => {
                self.page_size = Some(size);
                self.pages.clear();
                *ticket = cx.tickets.open(Slot::List);
                cx.effect(Effect::Cancel(Slot::List));
                let _ = self.step(cx, &store.records);
                (remedy, None)
            }
            Remedy::Ended => (remedy, self.advance(cx, store)),
            Remedy::None => {
                let attempt = self.held_up.as_ref().map_or(0, |held| held.attempt) + 1;
                // Spread by the clock's own odd nanoseconds: many consoles should not come back at once.
                let jitter = f64::from(cx.now.mono.subsec_nanos() % 1_000) / 1_000.0;
                let retry_at = error.retry_in(attempt, jitter).map(|wait| cx.now.mono + wait);
                self.held_up = Some(HeldUp { error, attempt, retry_at });
                (remedy, None)
            }
        }
    }

    /// Tries again what failed, because it is time or because the user says so.
    pub(in crate::app) fn retry(&mut self, cx: &mut Context, records: &Collection) {
        if let Some(held) = &mut self.held_up {
            held.retry_at = None;
        }
        let _ = self.step(cx, records);
    }

    /// Stops reading; what is loaded stays. Returns how many records the sweep had seen.
    pub fn cancel(&mut self) -> Option<usize> {
        self.held_up = None;
        self.was_whole = false;
        self.sweep.take().map(|(_, sweep)| sweep.seen())
    }
}
