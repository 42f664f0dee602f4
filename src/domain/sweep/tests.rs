//! The machine against servers that count wrongly, repeat, hide, refuse and grow.

mod moving;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::domain::request_error::ErrorObject;

/// What a server does with the rows of a page beyond those that it gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Short {
    /// Nothing: it gives as many as were asked for.
    Never,
    /// It reads pages as if fewer had been asked for.
    Paged(usize),
    /// It counts by what was asked for and leaves out the rest.
    CutOff(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Links {
    Right,
    Always,
    No,
}

#[derive(Debug, Clone)]
struct Server {
    records: u64,
    short: Short,
    ignores_paging: bool,
    largest: u32,
    too_large: usize,
    /// Each page comes so often.
    repeats: u32,
    /// Sent instead of the right count.
    count: Option<u64>,
    links: Links,
    refuses_beyond: bool,
    first: Option<u32>,
}

fn error(kind: RequestErrorKind, status: u16, detail: &str) -> RequestError {
    RequestError {
        errors: vec![ErrorObject { detail: detail.into(), ..ErrorObject::default() }],
        ..RequestError::of_kind(kind, Some(status))
    }
}

impl Server {
    fn answer(&self, ask: SweepPage) -> Result<PageFacts, RequestError> {
        if ask.size > self.largest {
            let detail = format!("size exceeds maximum page size of {}.", self.largest);
            return Err(error(RequestErrorKind::Refused, 400, &detail));
        }
        let asked = ask.size as usize;
        let number = (ask.number - 1) / self.repeats;
        let (step, given) = match self.short {
            Short::Never => (asked, asked),
            Short::Paged(rows) => (asked.min(rows), asked.min(rows)),
            Short::CutOff(rows) => (asked, asked.min(rows)),
        };
        let start = number as usize * step;
        let all = 1..=self.records;
        let ids: Vec<u64> = if self.ignores_paging { all.collect() } else { all.skip(start).take(given).collect() };
        if ids.len() > self.too_large {
            return Err(error(RequestErrorKind::TooLarge, 200, ""));
        }
        if ids.is_empty() && self.refuses_beyond && ask.number > 1 {
            return Err(error(RequestErrorKind::NoSuchApi, 404, "no such page"));
        }
        let is_last = self.ignores_paging || (start + step) as u64 >= self.records;
        let next = match self.links {
            Links::No => NextPage::Unknown,
            Links::Right if is_last => NextPage::Last,
            Links::Right | Links::Always => NextPage::Follows,
        };
        Ok(PageFacts { ids, skipped: 0, total: self.count, next, bytes: 0 })
    }
}

struct Read {
    seen: BTreeSet<u64>,
    handed_out: Vec<u64>,
    requests: usize,
    verdict: Option<Completeness>,
    /// What the last round showed.
    last: u64,
    sizes: Vec<u32>,
}

/// Reads the list, answering what is under way in an order of its own.
fn read(server: &Server, mut order: impl FnMut(usize) -> usize) -> Read {
    let mut sweep = Sweep::new(server.first, PAGE);
    let mut open: Vec<SweepPage> = Vec::new();
    let mut read =
        Read { seen: BTreeSet::new(), handed_out: Vec::new(), requests: 0, verdict: None, last: 0, sizes: Vec::new() };
    loop {
        match sweep.step() {
            SweepStep::Done(verdict) => {
                (read.verdict, read.last) = (Some(verdict), sweep.seen() as u64);
                return read;
            }
            SweepStep::Ask(asks) => open.extend(asks),
        }
        assert!((1..=AT_ONCE).contains(&open.len()), "{open:?}");
        let ask = open.remove(order(open.len()) % open.len());
        read.requests += 1;
        read.sizes.push(ask.size);
        if read.requests > 3 * MOST_PAGES as usize {
            return read;
        }
        match server.answer(ask) {
            Ok(facts) => {
                // What only a check shows is read in another round, or the list is not called complete.
                if !sweep.is_check(ask) {
                    read.seen.extend(&facts.ids);
                }
                read.handed_out.extend(sweep.page(ask, &facts));
            }
            Err(error) => match sweep.failed(ask, &error) {
                Remedy::Smaller(_) => open.clear(),
                Remedy::Ended => {}
                Remedy::None => return read,
            },
        }
    }
}

fn in_order(_: usize) -> usize {
    0
}

fn good(records: u64) -> Server {
    Server {
        records,
        short: Short::Never,
        ignores_paging: false,
        largest: PAGE,
        too_large: usize::MAX,
        repeats: 1,
        count: Some(records),
        links: Links::Right,
        refuses_beyond: false,
        first: Some(60),
    }
}

fn any_server() -> impl Strategy<Value = Server> {
    let short = prop_oneof![
        3 => Just(Short::Never),
        2 => (1_usize..400).prop_map(Short::Paged),
        2 => (1_usize..400).prop_map(Short::CutOff),
    ];
    let count = prop_oneof![Just(None), Just(Some(0_i64)), (-900_i64..900).prop_map(Some), Just(Some(i64::MAX))];
    let links = prop_oneof![Just(Links::Right), Just(Links::Always), Just(Links::No)];
    (
        (0_u64..3_000, short, prop::bool::weighted(0.15), prop_oneof![Just(PAGE), 1_u32..1_000]),
        (prop_oneof![3 => Just(usize::MAX), 1 => 1_usize..2_000], 1_u32..4, count, links, any::<bool>()),
        prop_oneof![Just(None), Just(Some(60))],
    )
        .prop_map(
            |((records, short, ignores_paging, largest), (too_large, repeats, off, links, beyond), first)| {
                let count = off.map(|off| if off == i64::MAX { u64::MAX } else { records.saturating_add_signed(off) });
                Server {
                    records,
                    short,
                    ignores_paging,
                    largest,
                    too_large,
                    repeats,
                    count,
                    links,
                    refuses_beyond: beyond,
                    first,
                }
            },
        )
}

/// What others do between two requests: the place of a record that they delete, and whether they create one.
type Meanwhile = (Option<usize>, bool);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_server_is_read_to_an_end_and_nothing_that_it_shows_is_lost(
        server in any_server(),
        order in proptest::collection::vec(0_usize..2, 1..40),
    ) {
        let mut turns = order.iter().cycle();
        let read = read(&server, |_| turns.next().copied().unwrap_or_default());
        prop_assert!(read.requests <= 2 * MOST_PAGES as usize, "{} requests", read.requests);
        // Each record of each page is handed out, and once.
        let handed_out: BTreeSet<u64> = read.handed_out.iter().copied().collect();
        prop_assert_eq!(handed_out.len(), read.handed_out.len());
        prop_assert_eq!(&handed_out, &read.seen);
        // A count that happens to be what a round showed cannot be distinguished from a right one: what an earlier round
        // showed besides may have been deleted.
        let lies = server.count.is_some_and(|count| count != server.records && count == read.last);
        // Nor, without a count, one that shows the same again and again from one that has no more; nor one that says
        // that there is no more from one where that is true.
        let lies = lies
            || (server.count.is_none()
                && match server.links {
                    Links::Right => matches!(server.short, Short::CutOff(_)),
                    Links::Always | Links::No => {
                        server.repeats > 2 || (server.ignores_paging && server.short != Short::Never)
                    }
                });
        if read.verdict == Some(Completeness::Complete) && !lies {
            prop_assert_eq!(read.seen.len() as u64, server.records);
        }
        if read.verdict.is_some_and(|verdict| verdict.sentence(0).is_none()) && server.count.is_some() {
            prop_assert_eq!(server.count, Some(read.last));
        }
    }

    #[test]
    fn whatever_pages_hold_reading_ends(
        pages in proptest::collection::vec((proptest::collection::vec(0_u64..40, 0..9), 0_u8..3, 0_usize..3), 1..30),
        totals in proptest::collection::vec(proptest::option::of(0_u64..60), 1..5),
        beyond in any::<bool>(),
    ) {
        let mut sweep = Sweep::new(Some(3), 8);
        let (mut asked, mut shown, mut handed_out) = (0_usize, BTreeSet::new(), BTreeSet::new());
        let mut open: Vec<SweepPage> = Vec::new();
        while let SweepStep::Ask(asks) = sweep.step() {
            open.extend(asks);
            let ask = open.pop().expect("something is under way");
            asked += 1;
            prop_assert!(asked <= 2_000, "it never ends");
            let (ids, next, skipped) = &pages[ask.number as usize % pages.len()];
            let ids = if beyond && ask.number as usize > pages.len() { Vec::new() } else { ids.clone() };
            // What only a check shows is read in another round, or the list is not called complete.
            if !sweep.is_check(ask) {
                shown.extend(ids.iter().copied());
            }
            let next = [NextPage::Follows, NextPage::Last, NextPage::Unknown][*next as usize];
            let facts = PageFacts { ids, skipped: *skipped, total: totals[asked % totals.len()], next, bytes: 0 };
            handed_out.extend(sweep.page(ask, &facts));
        }
        prop_assert_eq!(shown, handed_out);
    }
}

#[test]
fn a_list_that_grows_for_ever_is_read_to_a_bound() {
    let mut sweep = Sweep::new(None, 1);
    let mut asked = 0;
    let verdict = loop {
        match sweep.step() {
            SweepStep::Done(verdict) => break verdict,
            SweepStep::Ask(asks) => {
                for ask in asks {
                    asked += 1;
                    let ids = vec![u64::from(ask.number)];
                    sweep.page(ask, &PageFacts { ids, next: NextPage::Follows, ..PageFacts::default() });
                }
            }
        }
    };
    assert_eq!((asked, verdict), (MOST_PAGES, Completeness::TooLong));
    assert!(verdict.sentence(9).unwrap().contains("9 loaded"));
}

#[test]
fn each_kind_of_server_costs_no_more_than_it_must() {
    let costs: BTreeMap<&str, (Server, usize, Completeness)> = BTreeMap::from([
        ("all on the first screen", (good(48), 1, Completeness::Complete)),
        ("exactly one page", (good(1_000), 2, Completeness::Complete)),
        ("three pages", (good(2_500), 6, Completeness::Complete)),
        // The first screen, the pages, the last row twice, and the one or two pages that were asked for before that.
        ("a hundred pages", (good(100_000), 105, Completeness::Complete)),
        ("25 a page", (Server { short: Short::Paged(25), ..good(48) }, 3, Completeness::Complete)),
        ("25 of each page", (Server { short: Short::CutOff(25), ..good(48) }, 6, Completeness::Complete)),
        (
            "ignores paging, tells nothing",
            (Server { ignores_paging: true, count: None, links: Links::No, ..good(48) }, 4, Completeness::Complete),
        ),
        ("at most 250 a page", (Server { largest: 250, ..good(600) }, 8, Completeness::Complete)),
        ("at most 25 a page", (Server { largest: 25, ..good(48) }, 9, Completeness::Complete)),
        ("each page twice", (Server { repeats: 2, ..good(2_500) }, 6, Completeness::Complete)),
        (
            "counts ten too many",
            (Server { count: Some(2_510), ..good(2_500) }, 9, Completeness::Differs { total: 2_510 }),
        ),
    ]);
    for (what, (server, requests, verdict)) in costs {
        let read = read(&server, in_order);
        assert_eq!(read.seen.len() as u64, server.records, "{what}: {:?}", read.sizes);
        assert_eq!((read.requests, read.verdict), (requests, Some(verdict)), "{what}: {:?}", read.sizes);
    }
}

#[test]
fn a_page_that_fails_for_now_is_asked_for_again() {
    let mut sweep = Sweep::new(None, 10);
    let ask = SweepPage { number: 1, size: 10 };
    assert_eq!(sweep.step(), SweepStep::Ask(vec![ask]));
    assert_eq!(sweep.step(), SweepStep::Ask(Vec::new()));
    assert_eq!(sweep.failed(ask, &error(RequestErrorKind::Busy, 503, "")), Remedy::None);
    assert_eq!(sweep.step(), SweepStep::Ask(vec![ask]));
    assert_eq!(sweep.failed(ask, &error(RequestErrorKind::Refused, 400, "sort is not allowed")), Remedy::None);
}

#[test]
fn late_answers_of_a_size_that_was_given_up_change_nothing() {
    let mut sweep = Sweep::new(None, 10);
    let (first, second, third) =
        (SweepPage { number: 1, size: 10 }, SweepPage { number: 2, size: 10 }, SweepPage { number: 3, size: 10 });
    assert_eq!(sweep.step(), SweepStep::Ask(vec![first]));
    let facts = |ids: std::ops::Range<u64>| PageFacts { ids: ids.collect(), total: Some(30), ..PageFacts::default() };
    assert_eq!(sweep.page(first, &facts(0..10)).len(), 10);
    assert_eq!(sweep.step(), SweepStep::Ask(vec![second, third]));
    assert_eq!(sweep.failed(third, &error(RequestErrorKind::TooLarge, 200, "")), Remedy::Smaller(5));
    assert!(sweep.page(second, &facts(10..20)).is_empty());
    assert_eq!(sweep.step(), SweepStep::Ask(vec![SweepPage { number: 1, size: 5 }]));
    // What was handed out before is not handed out again.
    assert!(sweep.page(SweepPage { number: 1, size: 5 }, &facts(0..5)).is_empty());
}

#[test]
fn long_records_on_the_first_page_make_the_others_smaller() {
    let pages_after = |bytes: usize| {
        let mut sweep = Sweep::new(Some(10), 1_000);
        let first = SweepPage { number: 1, size: 10 };
        assert_eq!(sweep.step(), SweepStep::Ask(vec![first]));
        let facts = PageFacts { ids: (0..10).collect(), total: Some(5_000), bytes, ..PageFacts::default() };
        sweep.page(first, &facts);
        let SweepStep::Ask(asks) = sweep.step() else { panic!("the list has not ended") };
        asks[0].size
    };
    for (bytes, size) in [(0, 1_000), (15_000, 1_000), (1_000_000, 83), (100_000_000, 50)] {
        assert_eq!(pages_after(bytes), size, "{bytes} bytes for 10 records");
    }
}

#[test]
fn a_record_that_moves_between_pages_is_found_in_another_round() {
    let mut sweep = Sweep::new(None, 2);
    let mut records: Vec<u64> = (1..=6).collect();
    let mut removed = false;
    let mut seen = BTreeSet::new();
    let verdict = loop {
        match sweep.step() {
            SweepStep::Done(verdict) => break verdict,
            SweepStep::Ask(asks) => {
                for ask in asks {
                    let start = (ask.number as usize - 1) * 2;
                    let ids = records.iter().copied().skip(start).take(2).collect();
                    let facts = PageFacts { ids, total: Some(records.len() as u64), ..PageFacts::default() };
                    seen.extend(sweep.page(ask, &facts));
                    if !std::mem::replace(&mut removed, true) {
                        records.remove(0);
                    }
                }
            }
        }
    };
    assert_eq!(verdict, Completeness::Complete);
    assert!((2..=6).all(|id| seen.contains(&id) && sweep.saw(id)) && !sweep.saw(1));
}
