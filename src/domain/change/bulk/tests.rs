use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use crate::domain::change::bulk::*;

const fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn failed() -> RecordOutcome {
    RecordOutcome::Failed("refused".to_owned())
}

fn state<'a, K: Ord + Clone>(bulk: &'a Bulk<K>, key: &K) -> Option<&'a ItemState> {
    bulk.items().iter().find(|item| item.key == *key).map(|item| &item.state)
}

/// Plays a bulk to the point where nothing is under way, each record ending as given.
fn play(bulk: &mut Bulk<u64>, fate: impl Fn(u64) -> RecordOutcome) -> Vec<u64> {
    let mut sent = Vec::new();
    let mut running: Vec<u64> = Vec::new();
    loop {
        running.extend(bulk.begin(at(0)));
        if running.is_empty() {
            return sent;
        }
        let key = running.remove(0);
        sent.push(key);
        bulk.end(&key, fate(key), at(0));
    }
}

#[test]
fn four_records_are_under_way_and_the_next_follows_an_end() {
    let mut bulk = Bulk::new(1..=6);
    assert_eq!(bulk.begin(at(0)), [1, 2, 3, 4]);
    assert_eq!(bulk.begin(at(0)), Vec::<u64>::new());
    bulk.end(&3, RecordOutcome::Done, at(1));
    assert_eq!(bulk.begin(at(1)), [5]);
    assert_eq!(bulk.counts(), BulkCounts { waiting: 1, running: 4, done: 1, ..BulkCounts::default() });
    assert_eq!(state(&bulk, &3), Some(&ItemState::Ended(RecordOutcome::Done)));
    assert_eq!(state(&bulk, &7), None);
}

#[test]
fn a_server_that_wants_to_be_left_alone_is_and_the_record_has_another_turn() {
    let mut bulk = Bulk::new(1..=6);
    assert_eq!(bulk.begin(at(0)), [1, 2, 3, 4]);
    assert_eq!(bulk.held_until(at(0)), None);
    assert_eq!(bulk.later(&2, at(5), at(1)), Later::At(at(6)));
    assert_eq!(bulk.later(&3, at(2), at(2)), Later::At(at(6)), "the longest wish counts");
    bulk.end(&1, RecordOutcome::Done, at(2));
    assert_eq!((bulk.begin(at(5)), bulk.held_until(at(5))), (vec![], Some(at(6))));
    assert_eq!(bulk.begin(at(6)), [2, 3, 5]);
    assert_eq!(bulk.held_until(at(6)), None);
    assert_eq!(bulk.later(&2, at(1), at(6)), Later::At(at(7)));
    assert_eq!(bulk.begin(at(7)), [2]);
    assert_eq!(bulk.later(&2, at(1), at(7)), Later::Never, "three turns");
    bulk.end(&2, RecordOutcome::Failed("busy".to_owned()), at(7));
    assert_eq!((bulk.phase(), bulk.begin(at(9))), (Phase::Paused, vec![]));
}

#[test]
fn a_wait_that_is_too_long_needs_a_word() {
    let mut bulk = Bulk::new(1..=6);
    bulk.begin(at(0));
    assert_eq!(bulk.later(&2, at(61), at(0)), Later::Never);
    assert_eq!((state(&bulk, &2), bulk.phase()), (Some(&ItemState::Running), Phase::Paused));
    let mut bulk = Bulk::new(1..=6);
    bulk.begin(at(0));
    bulk.cancel(at(0));
    assert_eq!(bulk.later(&2, at(6), at(0)), Later::At(at(6)));
    assert_eq!((state(&bulk, &2), bulk.held_until(at(0))), (Some(&ItemState::Ended(RecordOutcome::NotSent)), None));
}

#[test]
fn a_record_that_is_named_twice_is_written_once() {
    let mut bulk = Bulk::new([7, 9, 7]);
    assert_eq!(play(&mut bulk, |_| RecordOutcome::Done), [7, 9]);
    assert_eq!(bulk.phase(), Phase::Finished);
}

#[test]
fn three_failures_in_a_row_pause_and_a_word_goes_on() {
    let mut bulk = Bulk::new(1..=9).at_once(1);
    assert_eq!(play(&mut bulk, |_| failed()), [1, 2, 3]);
    assert_eq!(bulk.phase(), Phase::Paused);
    assert_eq!(bulk.counts().waiting, 6);
    bulk.go_on();
    assert_eq!(play(&mut bulk, |_| failed()), [4, 5, 6]);
}

#[test]
fn failures_between_good_ends_and_conflicts_do_not_pause() {
    let mut bulk = Bulk::new(1..=9).at_once(1);
    let fate = |key| match key % 3 {
        0 => RecordOutcome::Conflict("changed".to_owned()),
        _ => failed(),
    };
    assert_eq!(play(&mut bulk, fate).len(), 9);
    assert_eq!(bulk.phase(), Phase::Finished);
    assert_eq!(bulk.counts(), BulkCounts { conflicts: 3, failed: 6, ..BulkCounts::default() });
}

#[test]
fn a_pause_while_others_are_under_way_waits_for_them() {
    let mut bulk = Bulk::new(1..=9);
    bulk.begin(at(0));
    for key in 1..=3 {
        bulk.end(&key, failed(), at(0));
    }
    assert_eq!((bulk.phase(), bulk.begin(at(0)).len()), (Phase::Paused, 0));
    bulk.end(&4, RecordOutcome::Done, at(0));
    assert_eq!(bulk.phase(), Phase::Paused, "a good end does not take the pause back");
}

#[test]
fn failures_with_nothing_left_to_begin_end_the_whole() {
    let mut bulk = Bulk::new(1..=3);
    play(&mut bulk, |_| failed());
    assert_eq!(bulk.phase(), Phase::Finished);
}

#[test]
fn cancelling_lets_what_is_under_way_end_and_begins_nothing_more() {
    let mut bulk = Bulk::new(1..=9);
    bulk.begin(at(0));
    bulk.cancel(at(1));
    assert_eq!((bulk.phase(), bulk.begin(at(1)).len()), (Phase::Stopping, 0));
    for key in 1..=4 {
        bulk.end(&key, RecordOutcome::Done, at(2));
    }
    assert_eq!(bulk.phase(), Phase::Finished);
    assert_eq!(bulk.counts(), BulkCounts { done: 4, not_sent: 5, ..BulkCounts::default() });
}

#[test]
fn cancelling_in_a_pause_ends_it() {
    let mut bulk = Bulk::new(1..=9).at_once(1);
    play(&mut bulk, |_| failed());
    bulk.cancel(at(1));
    assert_eq!(bulk.phase(), Phase::Finished);
}

#[test]
fn what_failed_and_what_was_not_begun_can_have_another_turn() {
    let mut bulk = Bulk::new(1..=6).at_once(1);
    play(&mut bulk, |_| failed());
    assert_eq!(bulk.again(Restart::Failed), 0, "not while others wait");
    bulk.cancel(at(1));
    assert_eq!(bulk.again(Restart::Failed), 3);
    assert_eq!(play(&mut bulk, |_| RecordOutcome::Done), [1, 2, 3]);
    assert_eq!(bulk.again(Restart::Failed), 0);
    assert_eq!(bulk.again(Restart::NotSent), 3);
    assert_eq!(play(&mut bulk, |_| RecordOutcome::AlreadySo), [4, 5, 6]);
    assert_eq!(bulk.counts(), BulkCounts { done: 3, already_so: 3, ..BulkCounts::default() });
}

#[test]
fn what_is_unknown_is_never_sent_again_by_itself() {
    let mut bulk = Bulk::new([1]);
    play(&mut bulk, |_| RecordOutcome::Unknown("no answer".to_owned()));
    assert_eq!((bulk.again(Restart::Failed), bulk.again(Restart::NotSent)), (0, 0));
}

#[test]
fn an_answer_that_comes_twice_changes_nothing() {
    let mut bulk = Bulk::new([1, 2]);
    bulk.begin(at(0));
    bulk.end(&1, RecordOutcome::Done, at(0));
    let before = bulk.clone();
    bulk.end(&1, failed(), at(0));
    bulk.end(&3, failed(), at(0));
    assert_eq!(bulk, before);
}

#[test]
fn nothing_to_do_is_over_at_once() {
    let mut bulk = Bulk::<u64>::new([]);
    assert_eq!((bulk.phase(), bulk.begin(at(0)).len()), (Phase::Finished, 0));
    bulk.cancel(at(0));
    assert_eq!(bulk.phase(), Phase::Finished);
}

#[test]
fn time_left_follows_the_pace_and_a_pause_does_not_count() {
    let mut bulk = Bulk::new(1..=9).at_once(1);
    assert_eq!(bulk.time_left(at(10)), None);
    for key in 1..=3 {
        let now = at(10 + 2 * key);
        bulk.begin(at(10 + 2 * (key - 1)));
        bulk.end(&key, failed(), now);
    }
    assert_eq!(bulk.time_left(at(16)), Some(at(12)));
    assert_eq!(bulk.time_left(at(1_000)), Some(at(12)), "in the pause");
    assert_eq!(bulk.pace().rate(at(1_000)), Some(0.5));
    bulk.go_on();
    bulk.begin(at(2_000));
    bulk.end(&4, RecordOutcome::Done, at(2_002));
    assert_eq!(bulk.time_left(at(2_002)), Some(at(10)));
}

/// What may happen to a bulk.
#[derive(Debug, Clone)]
enum Step {
    Begin,
    /// One of those under way ends.
    End(usize, RecordOutcome),
    /// A result is accepted for any record, under way or not.
    Stray(u64, RecordOutcome),
    GoOn,
    Cancel,
    Again(Restart),
}

fn fates() -> impl Strategy<Value = RecordOutcome> {
    prop_oneof![
        3 => Just(RecordOutcome::Done),
        1 => Just(RecordOutcome::AlreadySo),
        1 => Just(RecordOutcome::Conflict("c".to_owned())),
        3 => Just(failed()),
        1 => Just(RecordOutcome::Unknown("u".to_owned())),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => Just(Step::Begin),
        8 => (any::<usize>(), fates()).prop_map(|(which, fate)| Step::End(which, fate)),
        1 => (0_u64..20, fates()).prop_map(|(key, fate)| Step::Stray(key, fate)),
        2 => Just(Step::GoOn),
        1 => Just(Step::Cancel),
        1 => prop_oneof![Just(Restart::Failed), Just(Restart::NotSent)].prop_map(Step::Again),
    ];
    proptest::collection::vec(step, 0..80)
}

proptest! {
    #[test]
    fn whatever_happens_no_record_is_written_twice_and_each_ends_once(
        keys in proptest::collection::vec(0_u64..20, 0..20),
        at_once in 1_usize..6,
        steps in steps(),
    ) {
        let distinct: BTreeSet<u64> = keys.iter().copied().collect();
        let mut bulk = Bulk::new(keys).at_once(at_once);
        let mut running: Vec<u64> = Vec::new();
        // Turns that a record had, and those that it was given.
        let mut turns: BTreeMap<u64, usize> = BTreeMap::new();
        let mut given: BTreeMap<u64, usize> = distinct.iter().map(|key| (*key, 1)).collect();
        let mut finish = false;
        let mut steps = steps.into_iter();
        let mut clock = 0;
        loop {
            clock += 1;
            let now = at(clock);
            let step = steps.next().unwrap_or_else(|| {
                if !finish {
                    finish = true;
                    Step::GoOn
                } else if bulk.phase() == Phase::Paused {
                    Step::GoOn
                } else if running.is_empty() {
                    Step::Begin
                } else {
                    Step::End(0, RecordOutcome::Done)
                }
            });
            match step {
                Step::Begin => {
                    let begun = bulk.begin(now);
                    let nothing = begun.is_empty() && running.is_empty();
                    for key in begun {
                        prop_assert!(!running.contains(&key), "{key} is under way twice");
                        *turns.entry(key).or_default() += 1;
                        prop_assert!(turns[&key] <= given[&key], "{key} had a turn that nobody gave it");
                        running.push(key);
                    }
                    if finish && nothing && bulk.phase() != Phase::Paused {
                        break;
                    }
                }
                Step::End(which, fate) => {
                    if !running.is_empty() {
                        let key = running.remove(which % running.len());
                        bulk.end(&key, fate.clone(), now);
                        prop_assert_eq!(state(&bulk, &key), Some(&ItemState::Ended(fate)));
                    }
                }
                Step::Stray(key, fate) => {
                    if !running.contains(&key) {
                        let before = bulk.clone();
                        bulk.end(&key, fate, now);
                        prop_assert_eq!(&bulk, &before);
                    }
                }
                Step::GoOn => bulk.go_on(),
                Step::Cancel => bulk.cancel(now),
                Step::Again(which) => {
                    let before = bulk.clone();
                    let count = bulk.again(which);
                    let waiting: Vec<u64> = bulk.items().iter().zip(before.items())
                        .filter(|(after, before)| after.state != before.state).map(|(after, _)| after.key).collect();
                    prop_assert_eq!(waiting.len(), count);
                    for key in waiting {
                        *given.get_mut(&key).unwrap() += 1;
                    }
                }
            }
            let counts = bulk.counts();
            prop_assert!(running.len() <= at_once);
            prop_assert_eq!(counts.running, running.len());
            prop_assert_eq!(counts.total(), distinct.len());
        }
        prop_assert_eq!(bulk.phase(), Phase::Finished);
        prop_assert!(bulk.items().iter().all(|item| matches!(item.state, ItemState::Ended(_))));
        for item in bulk.items() {
            let had = turns.get(&item.key).copied().unwrap_or_default();
            prop_assert!(had > 0 || item.state == ItemState::Ended(RecordOutcome::NotSent));
        }
    }
}

#[test]
fn what_was_put_back_waits_and_is_begun_again_after_the_pause() {
    let mut bulk: Bulk<u64> = Bulk::new(1..=6).at_once(2);
    assert_eq!(bulk.begin(Duration::ZERO), [1, 2]);
    bulk.pause();
    bulk.put_back(&1, Duration::ZERO);
    bulk.end(&2, RecordOutcome::Done, Duration::ZERO);
    assert_eq!(bulk.phase(), Phase::Paused);
    assert!(bulk.begin(Duration::ZERO).is_empty());
    bulk.go_on();
    assert_eq!(bulk.begin(Duration::ZERO), [1, 3]);
    bulk.cancel(Duration::ZERO);
    bulk.put_back(&1, Duration::ZERO);
    bulk.end(&3, RecordOutcome::Done, Duration::ZERO);
    assert_eq!((bulk.phase(), bulk.counts().not_sent), (Phase::Finished, 4));
}
