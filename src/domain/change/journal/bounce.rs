//! Bounces that began and did not end. A bounce has two lines of [`Action::Bounce`]: one that switches off, and,
//! at least a poll of the nodes later, one that switches on. While there is only the first, the record is off, and
//! no one may know why.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::domain::change::journal::{Action, Ending, JournalLine, JournaledKind};
use crate::domain::record::{FieldId, Value};

/// A record that was switched off to be switched on again, and was not as far as the journal shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// The record.
    pub id: u64,
    /// Its name then. The server's, hence hostile until sanitised.
    pub name: String,
    /// When it was switched off: not before a node poll later should it be switched on.
    pub since: DateTime<Utc>,
    /// The process that did it, which may still be waiting.
    pub pid: u32,
    /// Whether it was certainly switched off.
    pub ending: Ending,
}

/// The unfinished bounces of some lines, the last line first, as a journal hands them out.
///
/// Whatever is known to have happened to the switch of a record later ends its bounce, and so does the end of the
/// record: who switched it off by hand wants it off.
pub fn unfinished<'a>(lines: impl IntoIterator<Item = &'a JournalLine>) -> Vec<Unfinished> {
    let mut finished: BTreeSet<u64> = BTreeSet::new();
    let mut reported = BTreeSet::new();
    let mut found = Vec::new();
    for line in lines {
        let Some(id) = line.id else { continue };
        if line.write.as_ref().is_some_and(|write| !reported.insert(write)) {
            // The line after sending says more than this one before it.
            continue;
        }
        let ended = match line.ending {
            Ending::Applied | Ending::AppliedUnseen => true,
            Ending::Gone => {
                finished.insert(id);
                continue;
            }
            // Perhaps off: someone should look.
            Ending::Unknown | Ending::Sent => line.action == Action::Bounce,
            Ending::Refused | Ending::Conflict | Ending::NotApplied => false,
        };
        let switch = line.changes.iter().find(|change| change.field == FieldId::Enabled);
        let off = switch.is_some_and(|change| change.after == Value::Flag(false));
        if line.action == Action::Bounce && line.ending == Ending::NotApplied && off {
            // Read back: what was unknown before did not begin.
            finished.insert(id);
        }
        if !ended {
            continue;
        }
        if line.action == Action::Bounce && matches!(line.ending, Ending::Unknown | Ending::Sent) && !off {
            // Perhaps on again. The line before says what there is to finish.
            continue;
        }
        if (switch.is_some() || line.course() == JournaledKind::Ended)
            && finished.insert(id)
            && line.action == Action::Bounce
            && off
        {
            found.push(Unfinished {
                id,
                name: line.name.clone(),
                since: line.time,
                pid: line.author.pid,
                ending: line.ending,
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;
    use crate::domain::change::journal::{Author, Change};
    use crate::domain::record::Registration;

    /// A line about the switch of a record; the first part is the second it ended in.
    fn line(second: u32, id: u64, action: Action, on: bool, ending: Ending) -> JournalLine {
        let time = Utc.timestamp_opt(i64::from(second), 0).unwrap();
        let author = Author { profile: "eu".to_owned(), user: None, pid: second };
        let mut record = Registration::new(id);
        record.set(FieldId::Name, Value::Text("betatel-1".to_owned()));
        let change = Change::new(FieldId::Enabled, Value::Flag(!on).as_ref(), Value::Flag(on).as_ref());
        JournalLine::of_changes(time, author, action, &record, vec![change], ending)
    }

    const NONE: [u64; 0] = [];

    fn ids(lines: &[JournalLine]) -> Vec<u64> {
        unfinished(lines.iter().rev()).iter().map(|bounce| bounce.id).collect()
    }

    use Action::{Bounce, Delete, Edit, Toggle};
    use Ending::{Applied, AppliedUnseen, Gone, NotApplied, Refused, Sent, Unknown};

    #[test]
    fn a_record_that_was_only_switched_off_is_unfinished() {
        let off = line(5, 16, Bounce, false, Applied);
        let found = unfinished([&off]);
        assert_eq!((found[0].id, found[0].pid, found[0].since), (16, 5, off.time));
        assert_eq!(found[0].name, "betatel-1");
        assert_eq!(ids(&[line(1, 16, Bounce, false, AppliedUnseen)]), [16]);
        assert_eq!(ids(&[line(1, 16, Bounce, false, Unknown)]), [16]);
    }

    #[test]
    fn a_first_half_that_was_read_back_as_not_applied_did_not_begin() {
        assert_eq!(ids(&[line(1, 16, Bounce, false, Unknown), line(2, 16, Bounce, false, NotApplied)]), NONE);
        assert_eq!(ids(&[line(1, 16, Bounce, false, Applied), line(2, 16, Bounce, true, NotApplied)]), [16]);
    }

    #[test]
    fn what_did_not_begin_is_not_unfinished() {
        assert_eq!(ids(&[line(1, 16, Bounce, false, Refused), line(2, 17, Bounce, false, NotApplied)]), NONE);
        assert_eq!(ids(&[line(1, 16, Toggle, false, Applied)]), NONE);
    }

    #[test]
    fn switching_on_finishes_it_whoever_does_it() {
        let off = || line(1, 16, Bounce, false, Applied);
        assert_eq!(ids(&[off(), line(2, 16, Bounce, true, Applied)]), NONE);
        assert_eq!(ids(&[off(), line(2, 16, Toggle, true, AppliedUnseen)]), NONE);
        assert_eq!(ids(&[off(), line(2, 16, Edit, true, Applied)]), NONE);
        assert_eq!(ids(&[off(), line(2, 16, Toggle, false, Applied)]), NONE, "off by hand is meant");
        assert_eq!(ids(&[off(), line(2, 16, Bounce, true, Gone)]), NONE);
        assert_eq!(ids(&[off(), line(2, 16, Delete, true, Applied)]), NONE);
    }

    #[test]
    fn what_failed_to_switch_on_is_still_unfinished() {
        let off = || line(1, 16, Bounce, false, Applied);
        assert_eq!(ids(&[off(), line(2, 16, Bounce, true, Refused)]), [16]);
        assert_eq!(ids(&[off(), line(2, 16, Bounce, true, Unknown)]), [16]);
        assert_eq!(ids(&[off(), line(2, 17, Bounce, true, Applied)]), [16], "that was another one");
    }

    #[test]
    fn an_intent_counts_until_its_result_is_told() {
        use crate::domain::change::journal::WriteId;
        let write = |number| Some(WriteId::new(1, DateTime::UNIX_EPOCH, number));
        let off = |ending| line(1, 16, Bounce, false, ending).of_write(write(1));
        let on = |ending| line(2, 16, Bounce, true, ending).of_write(write(2));
        assert_eq!(ids(&[off(Sent)]), [16], "killed while it was sent");
        assert_eq!(ids(&[off(Sent), off(Refused)]), NONE);
        assert_eq!(ids(&[off(Sent), off(NotApplied)]), NONE);
        assert_eq!(ids(&[off(Sent), off(Applied)]), [16]);
        assert_eq!(ids(&[off(Sent), off(Applied), on(Sent)]), [16], "killed while it was sent");
        assert_eq!(ids(&[off(Sent), off(Applied), on(Sent), on(Unknown)]), [16]);
        assert_eq!(ids(&[off(Sent), off(Applied), on(Sent), on(Applied)]), NONE);
    }

    #[test]
    fn a_second_bounce_counts_alone() {
        let lines = [
            line(1, 16, Bounce, false, Applied),
            line(2, 16, Bounce, true, Applied),
            line(3, 16, Bounce, false, Applied),
        ];
        assert_eq!(unfinished(lines.iter().rev())[0].pid, 3);
        assert_eq!(ids(&lines[..2]), NONE);
    }
}
