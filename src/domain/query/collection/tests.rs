use super::*;
use crate::domain::record::{FieldId, Record, Value};

fn page(ids: &[u64], name: &str) -> Arc<Segment> {
    let records: Vec<Registration> = ids
        .iter()
        .map(|id| {
            let mut record = Registration::new(*id);
            record.set(FieldId::Name, Value::Text(format!("{name}{id}")));
            record
        })
        .collect();
    Arc::new(Segment::of(&records))
}

fn names(collection: &Collection) -> Vec<String> {
    collection.iter().map(|row| row.name().to_owned()).collect()
}

#[test]
fn pages_in_any_order_give_id_order_and_the_newest_word_counts() {
    let mut all = Collection::default();
    all.absorb(page(&[5, 6], "a"));
    all.absorb(page(&[1, 9], "b"));
    all.absorb(page(&[6, 2], "c"));
    assert_eq!(names(&all), ["b1", "c2", "a5", "c6", "b9"]);
    assert_eq!(all.position(6), Some(3));
    assert_eq!(all.position_near(7), 4);
}

#[test]
fn a_duplicate_id_within_a_page_keeps_its_last_row() {
    let mut all = Collection::default();
    let mut first = Registration::new(3);
    first.set(FieldId::Name, Value::Text("old".into()));
    let mut second = first.clone();
    second.set(FieldId::Name, Value::Text("new".into()));
    all.absorb(Arc::new(Segment::of([&first, &second])));
    assert_eq!(names(&all), ["new"]);
}

#[test]
fn memory_has_a_bound_and_what_was_there_stays_up_to_date() {
    let long = "x".repeat(5_000);
    let mut all = Collection::within(Limits { value: 1_000, total: 10_000 });
    assert_eq!(all.absorb(page(&[1, 2, 3], &long)), Absorbed::All);
    assert_eq!((all.len(), all.cut()), (3, 3));
    assert!(all.size() < 6_000, "{}", all.size());
    let mut next = 4;
    while all.absorb(page(&[next], &long)) == Absorbed::All {
        next += 1;
        assert!(next < 20, "it never ends");
    }
    let held = all.len();
    assert!(all.size() <= 10_000 && held > 4, "{} for {held}", all.size());
    assert_eq!(all.absorb(page(&[2, next], &"b".repeat(900))), Absorbed::Known);
    assert_eq!((all.len(), all.get(2).unwrap().name().len()), (held, 901));
    assert_eq!(all.cut(), held - 1);
}

#[test]
fn a_page_that_says_nothing_new_takes_no_memory() {
    let mut all = Collection::default();
    all.absorb(page(&[1, 2, 3], "a"));
    let (held, revision) = (all.hold(2).unwrap(), all.revision());
    all.absorb(page(&[2, 3], "a"));
    assert!(all.revision() > revision && Arc::ptr_eq(&all.hold(2).unwrap().segment, &held.segment));
    all.absorb(page(&[2, 3, 4], "a"));
    assert_eq!(names(&all), ["a1", "a2", "a3", "a4"]);
    let shared = held.shared_with(&all).unwrap();
    assert!(Arc::ptr_eq(&shared.segment, &all.hold(2).unwrap().segment));
    assert!(shared.shared_with(&all).is_none(), "it is the list's own");
    all.absorb(page(&[2], "b"));
    assert!(shared.shared_with(&all).is_none(), "the list says something else");
}

#[test]
fn what_is_forgotten_frees_the_pages_that_nothing_else_uses() {
    let mut all = Collection::default();
    all.absorb(page(&[1, 2, 3], "a"));
    all.absorb(page(&[1, 3, 4], "b"));
    all.forget(&BTreeSet::from([2]));
    assert_eq!(names(&all), ["b1", "b3", "b4"]);
    assert_eq!(all.segments.len(), 1);
}

#[test]
fn a_revision_vouches_for_records_that_did_not_change_since() {
    let mut all = Collection::default();
    all.absorb(page(&[1, 2, 3], "a"));
    let read = all.revision();
    assert!(all.is_as_at(read, &[1, 2, 3]));
    all.absorb(page(&[2], "a"));
    assert!(all.is_as_at(read, &[1, 2, 3]), "the same once more");
    all.absorb(page(&[2], "b"));
    assert!(!all.is_as_at(read, &[1, 2, 3]) && all.is_as_at(read, &[1, 3]));
    assert!(all.is_as_at(all.revision(), &[1, 2, 3]));
    all.absorb(page(&[2], "a"));
    assert!(!all.is_as_at(read, &[2]), "back to what it was, but nobody read that then");
    let read = all.revision();
    all.touch(3);
    assert!(!all.is_as_at(read, &[3]));
    all.remove(1);
    assert!(!all.is_as_at(all.revision(), &[1]), "what is not held");
}

#[test]
fn rows_that_are_not_in_use_any_more_are_not_kept_for_long() {
    let (pages, size) = (40_u64, 500);
    let mut all = Collection::default();
    for number in 0..pages {
        let ids: Vec<u64> = (number * size..(number + 1) * size).collect();
        all.absorb(page(&ids, "a"));
    }
    // Nine of ten records of each page are replaced: no page is free, and each is nearly so.
    let replaced: Vec<u64> = (0..pages * size).filter(|id| id % 10 > 0).collect();
    let mut most = 0;
    for ids in replaced.chunks(100) {
        all.absorb(page(ids, "b"));
        most = most.max(all.segments.iter().map(|segment| segment.len()).sum::<usize>());
    }
    assert!(most < 20_000 + 4_096 + 2 * 500, "{most} rows for 20000 records");
    assert!((1..=10).contains(&all.packed()), "{}", all.packed());
    let name = |id: u64| if id.is_multiple_of(10) { format!("a{id}") } else { format!("b{id}") };
    assert!(names(&all).into_iter().eq((0..pages * size).map(name)));
}

#[test]
fn thousands_of_single_changes_do_not_pile_up_segments() {
    let mut all = Collection::default();
    let ids: Vec<u64> = (0..2_000).collect();
    all.absorb(page(&ids, "a"));
    for id in 0..1_500 {
        all.absorb(page(&[id], "b"));
    }
    assert!(all.segments.len() < 300 && all.packed() > 0, "{}", all.segments.len());
    assert_eq!(all.get(7).unwrap().name(), "b7");
    assert_eq!(all.get(1_700).unwrap().name(), "a1700");
    assert_eq!(all.len(), 2_000);
}
