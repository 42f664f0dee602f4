//! Any bytes as an answer: records or a sentence, never a panic; no record twice, and no text longer than what came.

use std::collections::HashSet;

use sipreg::api::decode::{PageReader, single, target, targets};
use sipreg::domain::answer::Page;
use sipreg::domain::record::{Record as _, Relation};

/// The body of an answer.
pub fn check(data: &[u8]) {
    let mut reader = PageReader::default();
    if let Err(malformed) = reader.absorb(data) {
        assert!(!malformed.0.is_empty());
    } else {
        page(&reader.finish(None), data);
    }
    // The same again: a page may come as several documents.
    let mut twice = PageReader::default();
    if twice.absorb(data).is_ok() && twice.absorb(data).is_ok() {
        page(&twice.finish(None), data);
    }
    if let Ok((registration, _)) = single(data) {
        assert!(registration.name().len() <= data.len());
    }
    for relation in Relation::ALL {
        let _ = target(data, relation);
        if let Ok((targets, _)) = targets(data, relation) {
            assert!(targets.iter().all(|target| target.relation == relation));
        }
    }
}

fn page(page: &Page, data: &[u8]) {
    let ids: Vec<u64> = page.segment.iter().map(|row| row.id()).collect();
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "{ids:?}");
    for row in page.segment.iter() {
        assert!(row.name().len() <= data.len());
    }
    for skipped in &page.skipped {
        assert!(!skipped.is_empty());
    }
}
