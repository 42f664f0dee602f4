//! What a change of many records is to do, record by record, and how far it came: lines that outlive whoever does
//! it. Holds no secret. Knows of no file.

mod damage;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::change::bulk::RecordOutcome;
use crate::domain::change::journal::{Action, Author, Change, Ending, JournalLine, JournaledKind};
use crate::domain::record::{FieldId, Value};

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

/// What is to be done to many records, before it is written as lines: what they have in common is kept once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPlan {
    /// When it was planned.
    pub time: DateTime<Utc>,
    /// The author of the plan.
    pub author: Author,
    /// What is done.
    pub action: Action,
    /// Each record with its name and what changes of it.
    pub records: Vec<(u64, String, Arc<Vec<Change>>)>,
    /// Records that are under way already.
    pub begun: Vec<u64>,
}

impl NewPlan {
    /// Its lines, one after the other: all of them at once take much memory.
    pub fn lines(&self) -> impl Iterator<Item = PlanLine> {
        let planned = self.records.iter().map(|(id, name, changes)| {
            PlanLine::Planned(JournalLine {
                time: self.time,
                author: self.author.clone(),
                action: self.action,
                id: Some(*id),
                name: name.clone(),
                changes: changes.to_vec(),
                ending: Ending::NotApplied,
                request_id: None,
                write: None,
                live: None,
            })
        });
        planned.chain(self.begun.iter().copied().map(PlanLine::Begun))
    }
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

impl From<&RecordOutcome> for Mark {
    fn from(fate: &RecordOutcome) -> Self {
        match fate {
            RecordOutcome::Done => Self::Done,
            RecordOutcome::AlreadySo => Self::AlreadySo,
            RecordOutcome::Conflict(_) | RecordOutcome::Failed(_) => Self::NotDone,
            RecordOutcome::Unknown(_) => Self::Unknown,
            RecordOutcome::NotSent => Self::NotSent,
        }
    }
}

pub use damage::PlanDamage;

/// What is left of a plan whose end no one saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfinishedPlan {
    /// Name of its file.
    pub name: String,
    /// What was planned, and how far it came.
    pub records: Vec<(JournalLine, Mark)>,
    /// Lines that cannot be read.
    pub damaged: Vec<PlanDamage>,
}

impl UnfinishedPlan {
    /// What the lines of a plan come to. `None` where nothing was planned.
    pub fn of(name: String, lines: impl IntoIterator<Item = PlanLine>) -> Option<Self> {
        Self::with(name, lines.into_iter().map(Ok))
    }

    /// Reads the file of a plan, damaged lines too. `None` where nothing was planned.
    pub fn read(name: String, file: &[u8]) -> Option<Self> {
        Self::with(name, damage::lines(file))
    }

    fn with(name: String, lines: impl Iterator<Item = Result<PlanLine, PlanDamage>>) -> Option<Self> {
        let mut left = Self { name, records: Vec::new(), damaged: Vec::new() };
        let mut places: BTreeMap<u64, usize> = BTreeMap::new();
        for line in lines {
            match line {
                Ok(PlanLine::Planned(line)) => {
                    if let Some(id) = line.id {
                        places.insert(id, left.records.len());
                        left.records.push((line, Mark::NotSent));
                    }
                }
                // Until its end is recorded.
                Ok(PlanLine::Begun(id)) => left.mark(places.get(&id), Mark::Unknown),
                Ok(PlanLine::Ended(id, ended)) => left.mark(places.get(&id), ended),
                Err(damage) => {
                    // Whether it was sent, or how it ended, was in that line.
                    let place = damage.id.and_then(|id| places.get(&id));
                    if !damage.is_planned {
                        left.mark(place, Mark::Unknown);
                    }
                    left.damaged.push(damage);
                }
            }
        }
        // A line of which not even the record is known may have said of any that it was sent.
        if left.damaged.iter().any(|damage| !damage.is_planned && damage.id.is_none()) {
            let unsent = left.records.iter_mut().filter(|(_, mark)| *mark == Mark::NotSent);
            unsent.for_each(|(_, mark)| *mark = Mark::Unknown);
        }
        (!left.records.is_empty() || !left.damaged.is_empty()).then_some(left)
    }

    fn mark(&mut self, place: Option<&usize>, mark: Mark) {
        if let Some((_, known)) = place.and_then(|place| self.records.get_mut(*place)) {
            *known = mark;
        }
    }

    /// What is damaged, in a sentence; `None` where nothing is.
    pub fn damage(&self) -> Option<String> {
        if self.damaged.is_empty() {
            return None;
        }
        let named: Vec<String> = self.damaged.iter().filter_map(PlanDamage::display_name).collect();
        let unnamed = self.damaged.len() - named.len();
        let mut about = named;
        if unnamed > 0 {
            about.push(format!("{unnamed} of which the registration cannot be read"));
        }
        let lines = if self.damaged.len() == 1 { "line is" } else { "lines are" };
        let (count, name) = (self.damaged.len(), &self.name);
        Some(format!("{count} {lines} damaged in its plan bulk/{name}: {}; check by hand", about.join(", ")))
    }

    /// What it was.
    pub fn action(&self) -> Option<Action> {
        self.records.first().map(|(line, _)| line.action)
    }

    /// Whether it deletes its records, which undoing their creation does, too.
    pub fn deletes(&self) -> bool {
        self.records.first().is_some_and(|(line, _)| line.course() == JournaledKind::Ended)
    }

    /// How many records ended so.
    pub fn count(&self, mark: Mark) -> usize {
        self.records.iter().filter(|(_, known)| *known == mark).count()
    }

    /// Whether nothing is left to finish.
    pub fn is_complete(&self) -> bool {
        self.damaged.is_empty() && self.records.iter().all(|(_, mark)| matches!(mark, Mark::Done | Mark::AlreadySo))
    }

    /// What is left to do: the values wanted, by record. Secrets are not known here, so a record with one is left
    /// out.
    pub fn to_finish(&self) -> BTreeMap<u64, Vec<(FieldId, Value)>> {
        let left = |mark: Mark| !matches!(mark, Mark::Done | Mark::AlreadySo);
        self.values(left, Change::after)
    }

    /// What brings the former values back of all that was done, or perhaps was.
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
    use crate::domain::record::{Registration, Secret};

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
        let left = UnfinishedPlan::of("x".to_owned(), lines).unwrap();
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
        let left = UnfinishedPlan::of("x".to_owned(), [line]).unwrap();
        assert!(left.to_finish().is_empty());
        assert_eq!(left.left(), [1]);
    }

    /// A file of three records: the first done, the second sent.
    fn file() -> Vec<String> {
        let mut lines: Vec<PlanLine> = (1..=3).map(off).collect();
        lines.extend([PlanLine::Begun(1), PlanLine::Ended(1, Mark::Done), PlanLine::Begun(2)]);
        lines.iter().map(|line| serde_json::to_string(line).unwrap()).collect()
    }

    fn read(lines: &[String]) -> UnfinishedPlan {
        UnfinishedPlan::read("x".to_owned(), (lines.join("\n") + "\n").as_bytes()).unwrap()
    }

    #[test]
    fn a_damaged_line_is_counted_and_named_wherever_it_is_damaged() {
        let whole = read(&file());
        assert_eq!((whole.left(), whole.damage()), (vec![2, 3], None));
        for index in 0..file().len() {
            for cut in 1..file()[index].len() {
                let mut lines = file();
                lines[index].truncate(cut);
                let left = read(&lines);
                assert_eq!(left.damaged.len(), 1, "{lines:?}");
                assert!(left.damage().is_some() && !left.is_complete());
                // What may have been sent is never reported as not sent; what is not known to be done is never done.
                let mark = |id| left.records.iter().find(|(line, _)| line.id == Some(id)).map(|(_, mark)| *mark);
                assert!(matches!(mark(2), None | Some(Mark::Unknown)), "{lines:?}: {left:?}");
                assert_eq!(mark(1).is_none_or(|mark| mark == Mark::Done), index != 4, "{lines:?}");
            }
        }
        let mut lines = file();
        lines[1] = lines[1].replace("\"result\"", "\"re");
        let reported = read(&lines).damage().unwrap();
        assert!(reported.starts_with("1 line is damaged in its plan bulk/x: 2"), "{reported}");
        lines[2] = "\u{0}\u{0}\u{0}".to_owned();
        let reported = read(&lines).damage().unwrap();
        assert!(reported.starts_with("2 lines are damaged") && reported.contains("1 of which"), "{reported}");
    }

    #[test]
    fn a_damaged_line_is_called_by_id_and_name_and_no_count_is_told_of_none() {
        let mut lines = file();
        lines[0] = "{\"planned\":{\"id\":7,\"name\":\"acme\",#".to_owned();
        lines[1] = "{\"planned\":{\"name\":\"globex\",#".to_owned();
        let left = read(&lines);
        assert_eq!(left.damage().unwrap(), "2 lines are damaged in its plan bulk/x: 7 acme, globex; check by hand");
        assert_eq!((left.action(), left.deletes()), (Some(Action::Toggle), false));
    }

    #[test]
    fn each_fate_has_a_mark_of_its_own() {
        for (fate, mark) in [
            (RecordOutcome::Done, Mark::Done),
            (RecordOutcome::AlreadySo, Mark::AlreadySo),
            (RecordOutcome::Conflict(String::new()), Mark::NotDone),
            (RecordOutcome::Failed(String::new()), Mark::NotDone),
            (RecordOutcome::Unknown(String::new()), Mark::Unknown),
            (RecordOutcome::NotSent, Mark::NotSent),
        ] {
            assert_eq!(Mark::from(&fate), mark);
        }
    }

    #[test]
    fn a_plan_that_is_damaged_from_end_to_end_is_told_too() {
        let left = UnfinishedPlan::read("x".to_owned(), b"\xff\xfe\n\n{}\n").unwrap();
        assert_eq!((left.records.len(), left.damaged.len()), (0, 2));
    }

    #[test]
    fn a_last_line_cut_short_was_about_to_be_written() {
        let text = file().join("\n") + "\n{\"begun\":";
        let left = UnfinishedPlan::read("x".to_owned(), text.as_bytes()).unwrap();
        assert_eq!((left.left(), left.damage()), (vec![2, 3], None));
    }

    #[test]
    fn no_plan_is_left_of_nothing() {
        assert_eq!(UnfinishedPlan::of("x".to_owned(), [PlanLine::Begun(1)]), None);
        assert_eq!(UnfinishedPlan::read("x".to_owned(), b""), None);
    }
}
