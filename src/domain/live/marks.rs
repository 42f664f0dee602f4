//! From the picture of all nodes to what lists show and filters ask.

use std::collections::BTreeSet;
use std::time::Duration;

use super::picture::Picture;
use super::summary::{LiveSummary, RecentChange};
use super::words;
use crate::domain::query::Collection;
use crate::domain::record::{FieldId, LiveMark, LiveMarks, Record, Targets};

/// One registration's.
pub fn mark(
    record: &impl Record,
    targets: &Targets,
    picture: &Picture,
    recent: RecentChange,
    now: Duration,
) -> LiveMark {
    let summary = LiveSummary::of(record, targets, picture, recent);
    LiveMark {
        id: record.id(),
        word: summary.overall.word(),
        rank: summary.overall as u8,
        failing: summary.overall.is_failing(),
        drift: summary.drift,
        settled: record.enabled().is_some_and(|enabled| summary.is_settled(enabled)),
        code: summary.code,
        left: summary.left,
        cell: words::cell(&summary, record.number(FieldId::MaxAttempts), now, targets).into(),
        json: None,
    }
}

/// Every registration's. `recent` are those that were changed so lately that nodes may not have polled since.
pub fn marks(
    records: &Collection,
    targets: &Targets,
    picture: &Picture,
    recent: &BTreeSet<u64>,
    now: Duration,
) -> LiveMarks {
    let marks = records.iter().map(|row| {
        let recent = if recent.contains(&row.id()) { RecentChange::Changed } else { RecentChange::Quiet };
        mark(&row, targets, picture, recent, now)
    });
    LiveMarks::of(marks.collect())
}

#[cfg(test)]
mod tests {
    use crate::domain::live::summary::Overall;
    use crate::domain::record::LIVE_WORDS;

    #[test]
    fn every_state_has_its_word_in_filters() {
        for overall in Overall::ALL {
            assert!(LIVE_WORDS.contains(&overall.word()), "{overall:?}");
        }
    }
}
