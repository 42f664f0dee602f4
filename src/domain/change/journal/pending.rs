//! Writes of which the journal has the intent and no result: the program ended while they were under way. Each write
//! has two lines with one [`WriteId`]: [`Ending::Sent`] before it is sent, and how it ended after that.
//!
//! Who starts next reads such a record back and adds the missing line, with the same id.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::change::journal::{Ending, JournalLine};

/// What distinguishes one write from all others, in this program and in others that write the same journal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WriteId(String);

impl WriteId {
    /// The id of the write with this number in this process, begun at this time.
    pub fn new(pid: u32, begun: DateTime<Utc>, number: u64) -> Self {
        Self(format!("{pid}-{}-{number}", begun.timestamp_micros()))
    }
}

/// A write without a result in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// The last line about it: the intent ([`Ending::Sent`]), or that its end was not known ([`Ending::Unknown`]).
    /// Its `id` is `None` for a record that was to be created, which is looked for by `name`. `author.pid` is the
    /// process, which may be at it still.
    pub line: JournalLine,
}

/// The writes without a known end among some lines, the last line first, as a journal hands them out.
pub fn pending<'a>(lines: impl IntoIterator<Item = &'a JournalLine>) -> Vec<Pending> {
    let mut reported: BTreeSet<&WriteId> = BTreeSet::new();
    let last = lines.into_iter().filter(|line| line.write.as_ref().is_some_and(|write| reported.insert(write)));
    let open = last.filter(|line| matches!(line.ending, Ending::Sent | Ending::Unknown));
    open.map(|line| Pending { line: line.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change::journal::{Action, Author, Change};
    use crate::domain::record::{FieldId, Registration, Value};

    fn line(number: u64, id: u64, ending: Ending) -> JournalLine {
        let author = Author { profile: "eu".to_owned(), user: None, pid: 7 };
        let change = Change::new(FieldId::Enabled, Value::Flag(true).as_ref(), Value::Flag(false).as_ref());
        let (time, record) = (DateTime::UNIX_EPOCH, Registration::new(id));
        JournalLine::of_changes(time, author, Action::Toggle, &record, vec![change], ending)
            .of_write(Some(WriteId::new(7, time, number)))
    }

    fn open(lines: &[JournalLine]) -> Vec<(Option<u64>, Ending)> {
        pending(lines.iter().rev()).into_iter().map(|pending| (pending.line.id, pending.line.ending)).collect()
    }

    #[test]
    fn an_intent_without_a_result_is_pending() {
        assert_eq!(open(&[line(1, 16, Ending::Sent)]), [(Some(16), Ending::Sent)]);
        assert_eq!(open(&[line(1, 16, Ending::Sent), line(2, 16, Ending::Applied)]), [(Some(16), Ending::Sent)]);
    }

    #[test]
    fn a_result_ends_it_whatever_it_is_but_unknown() {
        for ending in [
            Ending::Applied,
            Ending::AppliedUnseen,
            Ending::Refused,
            Ending::Conflict,
            Ending::Gone,
            Ending::NotApplied,
        ] {
            assert_eq!(open(&[line(1, 16, Ending::Sent), line(1, 16, ending)]), [], "{ending:?}");
        }
        let unknown = [line(1, 16, Ending::Sent), line(1, 16, Ending::Unknown)];
        assert_eq!(open(&unknown), [(Some(16), Ending::Unknown)], "told once, with what is known");
    }

    #[test]
    fn lines_of_older_versions_are_no_intents() {
        assert_eq!(open(&[line(1, 16, Ending::Unknown).of_write(None)]), []);
    }

    #[test]
    fn what_was_found_out_later_settles_it() {
        let sent = line(1, 0, Ending::Sent);
        let found = pending([&JournalLine { id: None, ..sent.clone() }]).remove(0);
        let finished = JournalLine { id: Some(31), ending: Ending::AppliedUnseen, ..found.line };
        assert_eq!((finished.id, finished.ending, &finished.write), (Some(31), Ending::AppliedUnseen, &sent.write));
        assert_eq!(open(&[sent, finished]), []);
    }

    #[test]
    fn an_intent_is_read_as_it_was_written() {
        let text = serde_json::to_string(&line(3, 16, Ending::Sent)).unwrap();
        assert!(text.contains(r#""result":"sent""#) && text.contains(r#""write":"7-0-3""#), "{text}");
        assert_eq!(serde_json::from_str::<JournalLine>(&text).unwrap(), line(3, 16, Ending::Sent));
    }
}
