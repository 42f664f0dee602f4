//! Records as they are before many of them are changed, part by part as they come. Where a part says what the list says,
//! the list's own rows are held in its place: a hundred thousand records are not to be in memory twice.

use crate::domain::answer::Page;
use crate::domain::query::{Collection, HeldRecord};
use crate::domain::record::Record as _;

use crate::app::store::Store;

/// A part of the records.
#[derive(Debug, Clone)]
pub(super) struct Looked {
    /// The request that brought it.
    sent: Option<u64>,
    /// Records that were looked at.
    rows: Vec<HeldRecord>,
    /// The page itself, where it says something new.
    news: Option<Page>,
}

impl Looked {
    /// What a request brought.
    pub(super) fn of(sent: Option<u64>, page: Page, list: &Collection) -> Self {
        let rows = held(&page);
        let known: Option<Vec<HeldRecord>> = rows.iter().map(|row| row.shared_with(list)).collect();
        match known {
            Some(rows) => Self { sent, rows, news: None },
            None => Self { sent, rows, news: Some(page) },
        }
    }

    /// Whether it has this record, and that is older than a write of ours.
    pub(super) fn overtaken(&self, store: &Store, id: u64) -> Option<bool> {
        let has = self.rows.iter().any(|row| row.row().is_some_and(|row| row.id() == id));
        has.then(|| store.is_outdated(id, self.sent) && !store.writes.is_sending(id))
    }

    /// The records, and the page where it says something new: with what we wrote meanwhile, in both.
    pub(super) fn up_to_date(self, store: &Store) -> (Vec<HeldRecord>, Option<Page>) {
        let Self { sent, rows, news } = self;
        match news {
            Some(page) => {
                let page = store.up_to_date(&page, sent).unwrap_or(page);
                (held(&page), Some(page))
            }
            None => (rows.into_iter().map(|row| newer(row, sent, store)).collect(), None),
        }
    }
}

fn newer(row: HeldRecord, sent: Option<u64>, store: &Store) -> HeldRecord {
    let outdated = row.row().map(|row| row.id()).filter(|id| store.is_outdated(*id, sent));
    outdated.and_then(|id| store.records.hold(id)).unwrap_or(row)
}

fn held(page: &Page) -> Vec<HeldRecord> {
    (0..page.segment.len()).map(|row| HeldRecord::of(&page.segment, row)).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::query::Segment;
    use crate::domain::record::{FieldId, Registration, Value};

    fn page(ids: &[u64], name: &str) -> Page {
        let named = |id: &u64| {
            let mut record = Registration::new(*id);
            record.set(FieldId::Name, Value::Text(format!("{name}{id}")));
            record
        };
        let records: Vec<Registration> = ids.iter().map(named).collect();
        Page { segment: Arc::new(Segment::of(&records)), ..Page::default() }
    }

    #[test]
    fn a_part_that_says_what_the_list_says_is_not_kept() {
        let mut list = Collection::default();
        list.absorb(page(&[1, 2, 3], "a").segment);
        let same = Looked::of(None, page(&[1, 3], "a"), &list);
        assert!(same.news.is_none() && same.rows.len() == 2);
        for other in [page(&[1, 3], "b"), page(&[1, 4], "a")] {
            let looked = Looked::of(None, other, &list);
            assert!(looked.news.is_some() && looked.rows.len() == 2);
        }
    }
}
