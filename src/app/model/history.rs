//! What this session changed, so that it can be shown, undone and redone.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::answer::Tag;
use crate::domain::query::{Collection, HeldRecord};
use crate::domain::record::{FieldId, Record as _, Registration, Value, ValueKind};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryAction {
    /// `enabled` was switched.
    Toggle,
    /// Fields were edited.
    Edit,
    /// The record was made.
    Create,
    /// The record was deleted.
    Delete,
}

/// What taking an entry back, or doing it again, does to the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UndoKind {
    /// Changes it.
    Change,
    /// Re-creates it, with another id.
    Make,
    /// Deletes it.
    Delete,
}

/// Where an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryState {
    /// Done.
    Done,
    /// Undone again.
    Undone,
}

/// Field, before, after; shared by the entries of a change of many.
pub type Changes = Arc<Vec<(FieldId, Value, Value)>>;

/// One change that the server confirmed.
#[derive(Debug, Clone)]
pub struct HistoryEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// Which record.
    pub id: u64,
    /// Its name before, where the change gave it another one.
    pub renamed: Option<Box<str>>,
    /// What was done.
    pub action: HistoryAction,
    /// Field, before, after.
    pub changes: Changes,
    /// The record as the server said it was afterwards, with its tag: base of the undo's check.
    pub after: (PastRecord, Option<Tag>),
    /// Whether it stands.
    pub standing: EntryState,
    /// What was done to many at once, this among them: they are undone together.
    pub group: Option<u64>,
}

/// A record as it was once: whole, or as the list had it, which costs a few bytes.
#[derive(Debug, Clone)]
pub enum PastRecord {
    /// All of it.
    Whole(Box<Registration>),
    /// A row of the list that says just the same. It has no secrets.
    Row(HeldRecord),
}

impl PastRecord {
    /// The record.
    pub fn record(&self) -> Registration {
        match self {
            Self::Whole(record) => (**record).clone(),
            // A row that is held stays where it is.
            Self::Row(held) => held.row().map_or_else(|| Registration::new(0), |row| Registration::from_record(&row)),
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Whole(record) => record.name(),
            Self::Row(held) => held.name(),
        }
    }

    /// Whether a row of the list says the same, but for a password, which no row has.
    fn is_said_by(&self, row: &HeldRecord) -> bool {
        let Self::Whole(record) = self else { return false };
        let mut record = (**record).clone();
        record.withhold_secrets();
        row.is(&record)
    }

    fn withhold_secrets(&mut self) {
        if let Self::Whole(record) = self {
            record.withhold_secrets();
        }
    }
}

/// The session's changes, oldest first.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// When the session began.
    pub began: Option<DateTime<Utc>>,
    entries: Vec<HistoryEntry>,
    /// Places of entries that keep their record whole and may keep it as a row of the list.
    whole: Vec<usize>,
    /// How entries took effect on the nodes, by their places.
    effects: BTreeMap<usize, String>,
}

impl History {
    /// Makes room for so many more entries, so that it need not be made piece by piece.
    pub(in crate::app) fn expect(&mut self, more: usize) {
        self.entries.reserve_exact(more);
    }

    /// Notes a change, or that the entry at this place was undone or done again by it.
    pub(in crate::app) fn done(&mut self, of: Option<usize>, mut entry: HistoryEntry) {
        if let Some(index) = of {
            return self.turn(index, &entry.after.0.record(), entry.after.1);
        }
        if let Some(last) = self.entries.last().filter(|last| last.changes == entry.changes) {
            entry.changes = Arc::clone(&last.changes);
        }
        self.whole.push(self.entries.len());
        self.entries.push(entry);
    }

    /// The list has taken in what was written: entries share its rows where those say the same. A password is kept
    /// only where undoing needs it.
    pub(in crate::app) fn share(&mut self, list: &Collection) {
        for index in std::mem::take(&mut self.whole) {
            let Some(entry) = self.entries.get_mut(index).filter(|entry| !entry.needs_password()) else { continue };
            if let Some(held) = list.hold(entry.id).filter(|held| entry.after.0.is_said_by(held)) {
                entry.after.0 = PastRecord::Row(held);
            }
        }
    }

    /// The list has packed its records again: entries follow, so that no record is in memory twice.
    pub(in crate::app) fn follow_packed(&mut self, list: &Collection) {
        for entry in &mut self.entries {
            if let PastRecord::Row(held) = &mut entry.after.0
                && let Some(shared) = held.shared_with(list)
            {
                *held = shared;
            }
        }
    }

    /// Drops the text of every secret: a change of one can be shown, but not undone any more.
    pub fn withhold_secrets(&mut self) {
        for entry in &mut self.entries {
            entry.after.0.withhold_secrets();
            for (_, before, after) in Arc::make_mut(&mut entry.changes) {
                before.withhold();
                after.withhold();
            }
        }
    }

    /// All of them.
    pub fn entries(&self) -> &[HistoryEntry] {
        &self.entries
    }

    /// What `u` would undo: the newest that stands.
    pub fn undoable(&self) -> Option<usize> {
        self.entries.iter().rposition(|entry| entry.standing == EntryState::Done)
    }

    /// What `U` would do again: the oldest of those undone last.
    pub fn redoable(&self) -> Option<usize> {
        let after_last_done = self.undoable().map_or(0, |index| index + 1);
        (after_last_done < self.entries.len()).then_some(after_last_done)
    }

    /// The entries of a group that stand so, by record.
    pub fn of_group(&self, group: u64, standing: EntryState) -> BTreeMap<u64, usize> {
        let entries = self.entries.iter().enumerate();
        let of_group = entries.filter(|(_, entry)| entry.group == Some(group) && entry.standing == standing);
        of_group.map(|(index, entry)| (entry.id, index)).collect()
    }

    /// Whether something of a group can be undone.
    pub fn has_group(&self, group: u64) -> bool {
        self.entries.iter().any(|entry| entry.group == Some(group) && entry.standing == EntryState::Done)
    }

    /// Nodes show the newest change of a record, or do not in time.
    pub fn took_effect(&mut self, id: u64, how: &str) {
        if let Some(index) = self.entries.iter().rposition(|entry| entry.id == id) {
            self.effects.insert(index, how.to_owned());
        }
    }

    /// How an entry took effect on the nodes, where that is known.
    pub fn effect(&self, index: usize) -> Option<&str> {
        self.effects.get(&index).map(String::as_str)
    }

    /// One of them.
    pub fn get(&self, index: usize) -> Option<&HistoryEntry> {
        self.entries.get(index)
    }

    /// An entry was undone or done again: the record has, or had, these values.
    pub(in crate::app) fn turn(&mut self, index: usize, values: &Registration, tag: Option<Tag>) {
        self.effects.remove(&index);
        let Some(entry) = self.entries.get_mut(index) else { return };
        entry.standing = match entry.standing {
            EntryState::Done => EntryState::Undone,
            EntryState::Undone => EntryState::Done,
        };
        entry.id = values.id();
        entry.after = (PastRecord::Whole(Box::new(values.clone())), tag);
        self.whole.push(index);
    }
}

impl HistoryEntry {
    /// An edit after which a record is like this.
    pub(in crate::app) fn of(at: DateTime<Utc>, after: (Registration, Option<Tag>), group: Option<u64>) -> Self {
        let id = after.0.id();
        let after = (PastRecord::Whole(Box::new(after.0)), after.1);
        Self {
            at,
            id,
            renamed: None,
            action: HistoryAction::Edit,
            changes: Changes::default(),
            after,
            standing: EntryState::Done,
            group,
        }
    }

    /// Name of the record when it was changed; the server's: hostile until sanitised.
    pub fn name(&self) -> &str {
        self.renamed.as_deref().unwrap_or_else(|| self.after.0.name())
    }

    /// What it was, in a few words: `disabled`, `changed expire, retry-delay`.
    pub fn what(&self) -> String {
        let [what, _] = self.words();
        what
    }

    /// The opposite, as a question asks it: `enable`, `restore expire of`.
    pub fn opposite(&self) -> String {
        let [_, opposite] = self.words();
        opposite
    }

    fn words(&self) -> [String; 2] {
        let words = match (self.action, self.changes.as_slice()) {
            (HistoryAction::Toggle, [(_, _, Value::Flag(true))]) => ["enabled", "disable"],
            (HistoryAction::Toggle, _) => ["disabled", "enable"],
            (HistoryAction::Create, _) => ["created", "delete"],
            (HistoryAction::Delete, _) => ["deleted", "re-create"],
            (HistoryAction::Edit, changes) => {
                let names: Vec<_> = changes.iter().map(|(field, ..)| field.field().label).collect();
                let names = names.join(", ");
                return [format!("changed {names}"), format!("restore {names} of")];
            }
        };
        words.map(str::to_owned)
    }

    /// What happens to the record next with this entry.
    pub const fn course(&self) -> UndoKind {
        match (self.action, self.standing) {
            (HistoryAction::Toggle | HistoryAction::Edit, _) => UndoKind::Change,
            (HistoryAction::Create, EntryState::Done) | (HistoryAction::Delete, EntryState::Undone) => UndoKind::Delete,
            (HistoryAction::Create, EntryState::Undone) | (HistoryAction::Delete, EntryState::Done) => UndoKind::Make,
        }
    }

    /// Whether undoing or redoing it may send the password that the record had.
    fn needs_password(&self) -> bool {
        let is_plain = |(field, _, _): &(FieldId, Value, Value)| !matches!(field.field().kind, ValueKind::Secret);
        !matches!(self.action, HistoryAction::Toggle | HistoryAction::Edit) || !self.changes.iter().all(is_plain)
    }

    /// Whether what it took away is known: a secret that was not read cannot be put back.
    pub fn is_reversible(&self) -> bool {
        self.changes.iter().all(|(_, before, after)| {
            !matches!(before, Value::Withheld | Value::Missing) && !matches!(after, Value::Withheld)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::query::Segment;
    use crate::domain::record::Secret;

    fn record(id: u64) -> Registration {
        let mut record = Registration::new(id);
        record.set(FieldId::Name, Value::Text(format!("acme-{id}")));
        record.set(FieldId::Enabled, Value::Flag(false));
        record
    }

    #[test]
    fn entries_keep_their_record_as_a_row_of_the_list_where_that_says_all_of_it() {
        let mut history = History::default();
        let (mut secret, mut other) = (record(2), record(3));
        secret.set(FieldId::AuthPassword, Value::Secret(Secret::new("x")));
        other.set(FieldId::Expire, Value::Number(60));
        for record in [record(1), secret.clone(), other.clone()] {
            history.done(None, HistoryEntry::of(DateTime::UNIX_EPOCH, (record, None), None));
        }
        let deletion = HistoryEntry::of(DateTime::UNIX_EPOCH, (secret.clone(), None), None);
        history.done(None, HistoryEntry { action: HistoryAction::Delete, ..deletion.clone() });
        let typed = |text: &str| Value::Secret(Secret::new(text));
        let change = Arc::new(vec![(FieldId::AuthPassword, typed("w"), typed("x"))]);
        history.done(None, HistoryEntry { changes: change, ..deletion });
        let mut list = Collection::default();
        list.absorb(Arc::new(Segment::of(&[record(1), secret.clone(), record(3)])));
        history.share(&list);
        let kept: Vec<bool> =
            history.entries().iter().map(|entry| matches!(entry.after.0, PastRecord::Row(_))).collect();
        assert_eq!(kept, [true, true, false, false, false], "a password is kept where undoing needs it");
        // The list goes on; what an entry has stays.
        list.absorb(Arc::new(Segment::of(&[other.clone(), Registration::new(1)])));
        let records: Vec<Registration> = history.entries().iter().map(|entry| entry.after.0.record()).collect();
        let mut withheld = secret.clone();
        withheld.withhold_secrets();
        assert_eq!(records, [record(1), withheld, other, secret.clone(), secret]);
        history.turn(0, &record(1), None);
        assert!(matches!(history.entries()[0].after.0, PastRecord::Whole(_)));
        list.absorb(Arc::new(Segment::of(&[record(1)])));
        history.share(&list);
        assert!(matches!(history.entries()[0].after.0, PastRecord::Row(_)), "an undone one as well");
    }
}
