//! The order of rows of which one takes a name that another one gives away. Names are unique at every moment, so the
//! one that gives goes first; where they give to each other in a circle, one goes by a temporary name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::domain::change::apply::names::NameIndex;
use crate::domain::change::apply::{PlannedRow, RowStep};
use crate::domain::change::draft::Draft;
use crate::domain::query::Collection;
use crate::domain::record::{FieldId, Record as _, Value};

/// One write of an ordered plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The row, by its place in the plan.
    pub row: usize,
    /// The move, by its place among the moves, that has to be done before.
    pub after: Option<usize>,
    /// The write.
    pub draft: Box<Draft>,
    /// The name that is only taken for a while.
    pub temporary: bool,
}

/// The moves of rows that have to wait for each other, in an order in which they work. Rows that are not among them
/// may go at any time.
pub(super) fn moves(planned: &[PlannedRow], names: &NameIndex<'_>) -> Vec<Move> {
    let wanted = planned.iter().enumerate().filter_map(|(row, planned)| match &planned.step {
        RowStep::Change(draft) => Some((row, &**draft, Standing::Known)),
        RowStep::Create(draft) => Some((row, &**draft, Standing::New)),
        RowStep::Unchanged(_) => None,
    });
    ordered(wanted, names)
}

/// Whether a draft is of a record that the server has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Known,
    New,
}

/// As [`moves`], of writes that no file asked for. `records` has those that are written.
pub fn moves_of<'d>(drafts: impl Iterator<Item = (usize, &'d Draft, Standing)>, records: &Collection) -> Vec<Move> {
    ordered(drafts, &NameIndex::of(records))
}

fn ordered<'d>(drafts: impl Iterator<Item = (usize, &'d Draft, Standing)>, names: &NameIndex<'_>) -> Vec<Move> {
    let mut by_id: HashMap<u64, usize> = HashMap::new();
    let mut wanted: Vec<(usize, &Draft)> = Vec::new();
    for (row, draft, standing) in drafts {
        match standing {
            Standing::Known if draft.is_changed(FieldId::Name) => {
                by_id.insert(draft.id(), row);
                wanted.push((row, draft));
            }
            Standing::New => wanted.push((row, draft)),
            Standing::Known => {}
        }
    }
    // Of a row the one that has the name that it wants.
    let giver = |row: &usize, draft: &Draft| {
        names.holder(draft.name()).and_then(|id| by_id.get(&id)).copied().filter(|giver| giver != row)
    };
    let before: BTreeMap<usize, usize> =
        wanted.iter().filter_map(|(row, draft)| Some((*row, giver(row, draft)?))).collect();
    let drafts: HashMap<usize, &Draft> = wanted.into_iter().collect();
    let mut moves: Vec<Move> = Vec::new();
    let mut placed: BTreeMap<usize, usize> = BTreeMap::new();
    for start in before.keys() {
        // Down to a row that waits for no one, or that is placed, or that was passed already: a circle.
        let (mut chain, mut passed) = (Vec::new(), BTreeSet::new());
        let mut at = *start;
        let circle = loop {
            if placed.contains_key(&at) {
                break None;
            }
            if !passed.insert(at) {
                break Some(at);
            }
            chain.push(at);
            match before.get(&at) {
                Some(giver) => at = *giver,
                None => break None,
            }
        };
        let aside = circle.and_then(|row| Some((row, *drafts.get(&row)?)));
        if let Some((row, draft)) = aside {
            moves.push(Move { row, after: None, draft: Box::new(set_aside(draft, names)), temporary: true });
        }
        let first = moves.len().checked_sub(1).filter(|_| aside.is_some());
        while let Some(row) = chain.pop() {
            let Some(draft) = drafts.get(&row).copied() else { continue };
            let giver = before.get(&row);
            let after = match (giver, aside) {
                // It takes the name of the one that was set aside.
                (Some(giver), Some((set_aside, _))) if *giver == set_aside => first,
                (Some(giver), _) => placed.get(giver).copied(),
                (None, _) => None,
            };
            let draft = match aside {
                Some((set_aside, _)) if set_aside == row => back(draft, names),
                Some(_) | None => draft.clone(),
            };
            placed.insert(row, moves.len());
            moves.push(Move { row, after, draft: Box::new(draft), temporary: false });
        }
    }
    moves
}

/// A name that no record has, for a while.
fn temporary_name(draft: &Draft, names: &NameIndex<'_>) -> String {
    let mut name = format!("{}~{}", draft.base().name(), draft.id());
    while names.holder(&name).is_some() {
        name.push('~');
    }
    name
}

fn set_aside(draft: &Draft, names: &NameIndex<'_>) -> Draft {
    let mut aside = Draft::new(draft.base().clone(), None);
    aside.set(FieldId::Name, Value::Text(temporary_name(draft, names)));
    aside
}

/// The same changes of the record under its temporary name.
fn back(draft: &Draft, names: &NameIndex<'_>) -> Draft {
    let mut base = draft.base().clone();
    base.set(FieldId::Name, Value::Text(temporary_name(draft, names)));
    draft.clone().with_base(base)
}
