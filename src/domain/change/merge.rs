//! Three-way merge of an edit with what someone else saved meanwhile, field by field: nothing that either
//! side changed is dropped unseen, and only what both changed differently needs a decision. Also compares the
//! server's answer to a write with what was wanted.

mod answer;

use std::collections::BTreeSet;

pub use answer::{Cause, Difference, LateResult, compare, read_back};

use crate::domain::answer::Tag;
use crate::domain::change::draft::Draft;
use crate::domain::record::{Equality, FieldId, Record, Registration, Value, equality, is_stated};

/// What became of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldMerge {
    /// No one changed it, as far as is known.
    Untouched,
    /// They changed it, we did not: theirs stays.
    Theirs,
    /// We changed it, they did not: ours is sent.
    Mine,
    /// Both made the same change: there is nothing left to send.
    Same,
    /// Both changed it differently, or it is not known whether they did: someone must decide.
    Conflict,
}

impl FieldMerge {
    /// Why the result is what it is, in a few words.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Untouched => "unchanged",
            Self::Theirs => "theirs, you did not change it",
            Self::Mine => "mine, they did not change it",
            Self::Same => "same change on both sides",
            Self::Conflict => "changed by both",
        }
    }
}

/// A decision about a conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Our value; the only way to overwrite theirs.
    Mine,
    /// Their value.
    Theirs,
    /// Another value, typed by the user.
    Typed(Value),
}

/// One of the two sides, for deciding all open conflicts at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeSide {
    /// Ours.
    Mine,
    /// Theirs.
    Theirs,
}

/// One field of a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeRow {
    /// Which field.
    pub field: FieldId,
    /// What became of it.
    pub fate: FieldMerge,
    /// The value that we began with.
    pub base: Value,
    /// The value on the server now; the base's where the server did not send it.
    pub theirs: Value,
    /// The value that we want; the base's where we changed nothing.
    pub mine: Value,
    /// The decision, of a conflict.
    pub choice: Option<Decision>,
}

impl MergeRow {
    /// The value after the merge; `None` for a conflict that no one decided yet.
    pub const fn result(&self) -> Option<&Value> {
        match (self.fate, &self.choice) {
            (FieldMerge::Mine, _) | (FieldMerge::Conflict, Some(Decision::Mine)) => Some(&self.mine),
            (FieldMerge::Untouched | FieldMerge::Theirs | FieldMerge::Same, _)
            | (FieldMerge::Conflict, Some(Decision::Theirs)) => Some(&self.theirs),
            (FieldMerge::Conflict, Some(Decision::Typed(value))) => Some(value),
            (FieldMerge::Conflict, None) => None,
        }
    }

    const fn is_open(&self) -> bool {
        self.result().is_none()
    }
}

/// An edit beside what the server has now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    theirs: Registration,
    tag: Option<Tag>,
    rows: Vec<MergeRow>,
    lost: BTreeSet<FieldId>,
}

/// Lays an edit beside the record as the server has it now, read with this entity tag.
///
/// What the server did not send (an attribute left out, a relationship as a link only, a secret kept back)
/// counts as unchanged. Where our base was not sent but theirs is, a change of ours is a conflict: no one can
/// know what it would overwrite.
pub fn merge(draft: &Draft, theirs: &Registration, tag: Option<Tag>) -> Merge {
    let mut now = theirs.clone();
    let rows = FieldId::all()
        .map(|field| {
            let base = draft.base().get(field);
            if !is_stated(theirs.value(field)) {
                now.set(field, base.clone());
            }
            let mine = draft.changes().get(&field);
            let fate = fate(base, now.get(field), mine);
            MergeRow {
                field,
                fate,
                base: base.clone(),
                theirs: now.get(field).clone(),
                mine: mine.unwrap_or(base).clone(),
                choice: None,
            }
        })
        .collect();
    Merge { theirs: now, tag, rows, lost: draft.lost().collect() }
}

fn fate(base: &Value, theirs: &Value, mine: Option<&Value>) -> FieldMerge {
    let moved = if base == theirs { Equality::Same } else { equality(base.as_ref(), theirs.as_ref()) };
    let agreed = mine.map(|mine| equality(mine.as_ref(), theirs.as_ref()));
    match (moved, agreed) {
        (Equality::Same | Equality::Unknown, None) => FieldMerge::Untouched,
        (Equality::Different, None) => FieldMerge::Theirs,
        (_, Some(Equality::Same)) => FieldMerge::Same,
        (Equality::Same, Some(Equality::Different | Equality::Unknown)) => FieldMerge::Mine,
        (Equality::Different | Equality::Unknown, Some(Equality::Different | Equality::Unknown)) => {
            FieldMerge::Conflict
        }
    }
}

/// The draft over a record that has the values of its base. A draft that clashes with the record is given back
/// as it is.
pub fn rebased(draft: &Draft, now: &Registration, tag: Option<Tag>) -> Draft {
    merge(draft, now, tag).resolved().unwrap_or_else(|_open| draft.clone())
}

impl Merge {
    /// Every field, in table order.
    pub fn rows(&self) -> &[MergeRow] {
        &self.rows
    }

    /// The fields of one fate.
    pub fn fields(&self, fate: FieldMerge) -> impl Iterator<Item = FieldId> {
        self.rows.iter().filter(move |row| row.fate == fate).map(|row| row.field)
    }

    /// Conflicts that no one decided yet.
    pub fn open(&self) -> Vec<FieldId> {
        self.rows.iter().filter(|row| row.is_open()).map(|row| row.field).collect()
    }

    /// Whether the server's record differs from our base in no field as far as is known.
    pub fn is_unmoved(&self) -> bool {
        self.rows.iter().all(|row| matches!(row.fate, FieldMerge::Untouched | FieldMerge::Mine))
    }

    /// Drops the text of every secret. Returns whether the merge is still one that can be gone on with: not if a
    /// secret was typed for it.
    pub fn withhold_secrets(&mut self) -> bool {
        self.theirs.withhold_secrets();
        let mut goes_on = true;
        for row in &mut self.rows {
            let ours = matches!(row.fate, FieldMerge::Mine | FieldMerge::Conflict);
            let secret = row.base.withhold() | row.theirs.withhold() | row.mine.withhold();
            let typed = match &mut row.choice {
                Some(Decision::Typed(value)) => value.withhold(),
                Some(Decision::Mine | Decision::Theirs) | None => false,
            };
            goes_on &= !(ours && (secret || typed));
        }
        goes_on
    }

    /// Decides a conflict, or decides it again. Fields without a conflict have nothing to decide and stay as
    /// they are.
    pub fn resolve(&mut self, field: FieldId, choice: Decision) {
        self.decide(field, Some(choice));
    }

    /// Opens a decided conflict again.
    pub fn reopen(&mut self, field: FieldId) {
        self.decide(field, None);
    }

    fn decide(&mut self, field: FieldId, choice: Option<Decision>) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.field == field && row.fate == FieldMerge::Conflict) {
            row.choice = choice;
        }
    }

    /// Decides all conflicts, decided ones as well, for one side.
    pub fn resolve_all(&mut self, side: MergeSide) {
        for row in &mut self.rows {
            if row.fate == FieldMerge::Conflict {
                row.choice = Some(match side {
                    MergeSide::Mine => Decision::Mine,
                    MergeSide::Theirs => Decision::Theirs,
                });
            }
        }
    }

    /// The edit over the server's record: what is left of our changes after the merge.
    ///
    /// # Errors
    /// The fields whose conflicts are open.
    pub fn resolved(&self) -> Result<Draft, Vec<FieldId>> {
        let open = self.open();
        if !open.is_empty() {
            return Err(open);
        }
        let changes = self.rows.iter().filter_map(|row| {
            let wanted = match row.fate {
                FieldMerge::Mine | FieldMerge::Conflict => row.result()?,
                FieldMerge::Untouched | FieldMerge::Theirs | FieldMerge::Same => return None,
            };
            Some((row.field, wanted.clone()))
        });
        Ok(Draft::over(self.theirs.clone(), self.tag.clone(), changes, self.lost.clone()))
    }
}

#[cfg(test)]
mod tests;
