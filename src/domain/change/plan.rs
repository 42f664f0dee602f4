//! What a change of many records is to do, record by record, and how far it came: lines that outlive whoever does
//! it. Holds no secret. Knows of no file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::change::bulk::Fate;
use crate::domain::change::journal::{Action, Change, JournalLine};
use crate::domain::record::field::FieldId;
use crate::domain::record::value::Value;

/// One line. All that is planned stands first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlanLine {
    /// This is to be done to a record.
    Planned(JournalLine),
    /// It is about to be sent.
    Begun(u64),
    /// It came to an end.
    Ended(u64, Mark),
}

/// How a record ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// The server has it.
    Done,
    /// It was so before.
    AlreadySo,
    /// It was not changed.
    NotDone,
    /// Whether it was changed is not known.
    Unknown,
    /// It was never sent.
    NotSent,
}

impl From<&Fate> for Mark {
    fn from(fate: &Fate) -> Self {
        match fate {
            Fate::Done => Self::Done,
            Fate::AlreadySo => Self::AlreadySo,
            Fate::Conflict(_) | Fate::Failed(_) => Self::NotDone,
            Fate::Unknown(_) => Self::Unknown,
            Fate::NotSent => Self::NotSent,
        }
    }
}

/// What is left of a plan whose end nobody saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// What it is called where it is kept.
    pub name: String,
    /// What was planned, and how far it came.
    pub records: Vec<(JournalLine, Mark)>,
}

impl Leftover {
    /// Reads the lines of a plan. `None` where nothing was planned.
    #[must_use]
    pub fn of(name: String, lines: impl IntoIterator<Item = PlanLine>) -> Option<Self> {
        let mut records: Vec<(JournalLine, Mark)> = Vec::new();
        let mut places: BTreeMap<u64, usize> = BTreeMap::new();
        let mark = |records: &mut Vec<(JournalLine, Mark)>, place: Option<&usize>, mark: Mark| {
            if let Some((_, known)) = place.and_then(|place| records.get_mut(*place)) {
                *known = mark;
            }
        };
        for line in lines {
            match line {
                PlanLine::Planned(line) => {
                    if let Some(id) = line.id {
                        places.insert(id, records.len());
                        records.push((line, Mark::NotSent));
                    }
                }
                // Until its end is told.
                PlanLine::Begun(id) => mark(&mut records, places.get(&id), Mark::Unknown),
                PlanLine::Ended(id, ended) => mark(&mut records, places.get(&id), ended),
            }
        }
        (!records.is_empty()).then_some(Self { name, records })
    }

    /// What it was.
    #[must_use]
    pub fn action(&self) -> Option<Action> {
        self.records.first().map(|(line, _)| line.action)
    }

    /// How many records ended so.
    #[must_use]
    pub fn count(&self, mark: Mark) -> usize {
        self.records.iter().filter(|(_, known)| *known == mark).count()
    }

    /// Whether nothing is left to finish.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.records.iter().all(|(_, mark)| matches!(mark, Mark::Done | Mark::AlreadySo))
    }

    /// What is left to do: the values wanted, by record. Secrets are not known here, so a record with one is left
    /// out.
    #[must_use]
    pub fn to_finish(&self) -> BTreeMap<u64, Vec<(FieldId, Value)>> {
        let left = |mark: Mark| !matches!(mark, Mark::Done | Mark::AlreadySo);
        self.values(left, Change::after)
    }

    /// What brings the former values back of all that was done, or perhaps was.
    #[must_use]
    pub fn to_undo(&self) -> BTreeMap<u64, Vec<(FieldId, Value)>> {
        self.values(|mark| matches!(mark, Mark::Done | Mark::Unknown), Change::before)
    }

    fn values(
        &self,
        wanted: impl Fn(Mark) -> bool,
        value: impl Fn(&Change) -> &Value,
    ) -> BTreeMap<u64, Vec<(FieldId, Value)>> {
        let known = |value: &Value| !matches!(value, Value::Withheld | Value::Missing | Value::Odd(_));
        let records = self.records.iter().filter(|(_, mark)| wanted(*mark));
        let values = records.filter_map(|(line, _)| {
            let values: Vec<_> = line.changes.iter().map(|change| (change.field(), value(change).clone())).collect();
            let all_known = values.iter().all(|(_, value)| known(value));
            line.id.filter(|_| all_known).map(|id| (id, values))
        });
        values.collect()
    }

    /// The records that are left to do.
    #[must_use]
    pub fn left(&self) -> Vec<u64> {
        let left = self.records.iter().filter(|(_, mark)| !matches!(mark, Mark::Done | Mark::AlreadySo));
        left.filter_map(|(line, _)| line.id).collect()
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::domain::change::journal::{Author, Ending};
    use crate::domain::record::registration::Registration;
    use crate::domain::record::value::Secret;

    fn planned(id: u64, field: FieldId, before: &Value, after: &Value) -> PlanLine {
        let author = Author { profile: "eu".to_owned(), user: None, pid: 7 };
        let change = Change::new(field, before.as_ref(), after.as_ref());
        let record = Registration::new(id);
        let (time, ending) = (DateTime::UNIX_EPOCH, Ending::NotApplied);
        PlanLine::Planned(JournalLine::of_changes(time, author, Action::Toggle, &record, vec![change], ending))
    }

    fn off(id: u64) -> PlanLine {
        planned(id, FieldId::Enabled, &Value::Flag(true), &Value::Flag(false))
    }

    #[test]
    fn every_record_is_told_apart_by_how_far_it_came() {
        use PlanLine::{Begun, Ended};
        let mut lines: Vec<PlanLine> = (1..=5).map(off).collect();
        lines.extend([Begun(1), Begun(2), Begun(3), Ended(1, Mark::Done), Begun(4), Ended(3, Mark::AlreadySo)]);
        lines.extend([Ended(4, Mark::NotDone)]);
        // As it is written, and read again.
        let lines = lines.iter().map(|line| serde_json::to_string(line).unwrap());
        let lines = lines.map(|line| serde_json::from_str(&line).unwrap());
        let left = Leftover::of("x".to_owned(), lines).unwrap();
        let marks: Vec<Mark> = left.records.iter().map(|(_, mark)| *mark).collect();
        assert_eq!(marks, [Mark::Done, Mark::Unknown, Mark::AlreadySo, Mark::NotDone, Mark::NotSent]);
        assert_eq!(left.left(), [2, 4, 5]);
        assert_eq!(left.to_finish().into_keys().collect::<Vec<_>>(), [2, 4, 5]);
        assert_eq!(left.to_undo().into_keys().collect::<Vec<_>>(), [1, 2], "what was so before was not ours");
        assert_eq!(left.to_undo()[&1], [(FieldId::Enabled, Value::Flag(true))]);
        assert!(!left.is_complete());
    }

    #[test]
    fn a_password_is_not_in_a_plan_and_cannot_be_sent_from_one() {
        let secret = Value::Secret(Secret::new("hunter2"));
        let line = planned(1, FieldId::AuthPassword, &Value::Null, &secret);
        assert!(!serde_json::to_string(&line).unwrap().contains("hunter2"));
        let left = Leftover::of("x".to_owned(), [line]).unwrap();
        assert!(left.to_finish().is_empty());
        assert_eq!(left.left(), [1]);
    }

    #[test]
    fn no_plan_is_left_of_nothing() {
        assert_eq!(Leftover::of("x".to_owned(), [PlanLine::Begun(1)]), None);
    }
}
