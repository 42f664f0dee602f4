//! Records that others create and delete while a list of several pages is read.

use super::*;

/// Reads a list that others change after each request, as long as there are such changes. Returns what the last round
/// saw, what was there all the time, and how it ended.
fn read_meanwhile(
    size: u32,
    records: u64,
    counts: bool,
    meanwhile: &[Meanwhile],
    mut order: impl FnMut(usize) -> usize,
) -> (Sweep, BTreeSet<u64>, Completeness) {
    let mut list: Vec<u64> = (1..=records).collect();
    let mut always: BTreeSet<u64> = list.iter().copied().collect();
    let (mut made, mut sweep) = (records, Sweep::new(None, size));
    let (mut open, mut meanwhile): (Vec<SweepPage>, _) = (Vec::new(), meanwhile.iter());
    loop {
        match sweep.step() {
            SweepStep::Done(verdict) => return (sweep, always, verdict),
            SweepStep::Ask(asks) => open.extend(asks),
        }
        let ask = open.remove(order(open.len()) % open.len());
        let start = (ask.number as usize - 1) * ask.size as usize;
        let ids = list.iter().copied().skip(start).take(ask.size as usize).collect();
        let total = counts.then_some(list.len() as u64);
        sweep.page(ask, &PageFacts { ids, total, ..PageFacts::default() });
        let (deleted, creates) = meanwhile.next().copied().unwrap_or_default();
        if let Some(place) = deleted.filter(|_| !list.is_empty()) {
            let gone = list.remove(place % list.len());
            always.remove(&gone);
        }
        if creates {
            made += 1;
            list.push(made);
        }
    }
}

#[test]
fn one_deleted_and_one_created_between_two_pages_hide_no_third() {
    for (counts, meanwhile) in [
        (true, vec![(Some(0), true)]),
        (true, vec![(None, false), (Some(3), true)]),
        (true, vec![(Some(0), false), (None, true)]),
        (false, vec![(Some(0), false)]),
        (false, vec![(None, false), (Some(7), true)]),
        (false, vec![(Some(0), false), (Some(0), false), (Some(0), false), (Some(0), false)]),
    ] {
        let (sweep, always, verdict) = read_meanwhile(5, 14, counts, &meanwhile, in_order);
        assert_eq!(verdict, Completeness::Complete, "{meanwhile:?}");
        assert_eq!(always.iter().filter(|id| !sweep.saw(**id)).count(), 0, "{meanwhile:?}");
    }
}

#[test]
fn a_list_that_never_holds_still_is_not_called_complete() {
    let meanwhile = [(Some(0), true); 99];
    let (_, _, verdict) = read_meanwhile(5, 14, true, &meanwhile, in_order);
    assert_eq!(verdict, Completeness::Moved);
    assert!(verdict.sentence(14).is_some());
}

#[test]
fn rows_that_a_server_does_not_show_alone_are_not_looked_for() {
    let odd: [(&str, Result<Vec<u64>, RequestError>); 4] = [
        ("ignores the size", Ok((1..=5).collect())),
        ("shows nothing there", Ok(Vec::new())),
        ("refuses it", Err(error(RequestErrorKind::Refused, 400, "size is too small"))),
        ("shows the row", Ok(vec![5])),
    ];
    for (what, answer) in odd {
        let mut sweep = Sweep::new(None, 5).one_at_a_time();
        let page = |number, ids: std::ops::RangeInclusive<u64>| {
            (SweepPage { number, size: 5 }, PageFacts { ids: ids.collect(), total: Some(8), ..PageFacts::default() })
        };
        for (ask, facts) in [page(1, 1..=5), page(2, 6..=8)] {
            assert_eq!(sweep.step(), SweepStep::Ask(vec![ask]));
            assert!(!sweep.is_check(ask));
            sweep.page(ask, &facts);
        }
        let check = SweepPage { number: 5, size: 1 };
        assert_eq!(sweep.step(), SweepStep::Ask(vec![check]), "{what}");
        assert!(sweep.is_check(check));
        match answer {
            Ok(ids) => {
                let facts = PageFacts { ids, total: Some(8), ..PageFacts::default() };
                assert!(sweep.page(check, &facts).is_empty(), "its record was handed out before");
            }
            Err(error) => assert_eq!(sweep.failed(check, &error), Remedy::Ended),
        }
        assert_eq!(sweep.step(), SweepStep::Done(Completeness::Complete), "{what}");
        assert_eq!(sweep.seen(), 8);
    }
}

#[test]
fn a_list_with_the_records_of_before_needs_no_check() {
    for (second_is_as_before, wanted) in [
        (true, SweepStep::Done(Completeness::Complete)),
        (false, SweepStep::Ask(vec![SweepPage { number: 2, size: 1 }])),
    ] {
        let mut sweep = Sweep::new(None, 2).one_at_a_time();
        let (first, second) = (SweepPage { number: 1, size: 2 }, SweepPage { number: 2, size: 2 });
        let facts = |ids: &[u64]| PageFacts { ids: ids.to_vec(), total: Some(3), ..PageFacts::default() };
        assert_eq!(sweep.step(), SweepStep::Ask(vec![first]));
        sweep.page_as_before(first, &facts(&[1, 2]));
        assert_eq!(sweep.step(), SweepStep::Ask(vec![second]));
        if second_is_as_before {
            sweep.page_as_before(second, &facts(&[3]));
        } else {
            sweep.page(second, &facts(&[3]));
        }
        assert_eq!(sweep.step(), wanted);
    }
}

#[test]
fn a_row_that_cannot_be_looked_for_now_is_looked_for_again() {
    let mut sweep = Sweep::new(None, 1);
    let facts = |id| PageFacts { ids: vec![id], total: Some(2), ..PageFacts::default() };
    let first = SweepPage { number: 1, size: 1 };
    assert_eq!(sweep.step(), SweepStep::Ask(vec![first]));
    sweep.page(first, &facts(1));
    let second = SweepPage { number: 2, size: 1 };
    assert_eq!(sweep.step(), SweepStep::Ask(vec![second]));
    sweep.page(second, &facts(2));
    assert_eq!(sweep.step(), SweepStep::Ask(vec![first]));
    assert_eq!(sweep.failed(first, &error(RequestErrorKind::Busy, 503, "")), Remedy::None);
    assert_eq!(sweep.step(), SweepStep::Ask(vec![first]));
    // The list has become too short for that row: the pages did not fit, and are read again.
    sweep.page(first, &PageFacts { total: Some(0), ..PageFacts::default() });
    assert_eq!(sweep.step(), SweepStep::Ask(vec![first]));
    assert!(!sweep.is_check(first));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_was_there_all_the_time_is_seen_whatever_others_do_meanwhile(
        size in 1_u32..7,
        records in 0_u64..40,
        counts in any::<bool>(),
        meanwhile in proptest::collection::vec((proptest::option::weighted(0.3, any::<usize>()), prop::bool::weighted(0.3)), 0..30),
        order in proptest::collection::vec(0_usize..2, 1..40),
    ) {
        let mut turns = order.iter().cycle();
        let (sweep, always, verdict) =
            read_meanwhile(size, records, counts, &meanwhile, |_| turns.next().copied().unwrap_or_default());
        if verdict == Completeness::Complete {
            let hidden: Vec<u64> = always.into_iter().filter(|id| !sweep.saw(*id)).collect();
            prop_assert!(hidden.is_empty(), "taken for deleted: {hidden:?}");
        }
    }
}
