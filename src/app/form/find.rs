//! How the form's cursor gets to a field without stepping over the others: by its first letter, by typing a part of
//! its name, and from one text to the next while typing.

use crate::domain::record::{EDIT_ORDER, FIELD_COUNT, FieldId, ValueKind};

use crate::app::widget::LineEditor;

/// A field being looked for by name.
#[derive(Debug, Clone, Default)]
pub struct FieldFinder {
    /// What was typed.
    pub line: LineEditor,
    /// Where the cursor was before.
    pub(in crate::app) from: usize,
}

impl FieldFinder {
    /// Whether something was typed that is in no field's name.
    pub fn finds_nothing(&self) -> bool {
        matches(self.line.text()).is_empty()
    }
}

/// Places of the fields whose name has this text, those that begin with it first.
pub(in crate::app) fn matches(text: &str) -> Vec<usize> {
    let wanted = text.trim().to_lowercase();
    let mut ranked: Vec<(u8, usize)> = EDIT_ORDER
        .iter()
        .enumerate()
        .filter_map(|(place, field)| rank(*field, &wanted).map(|rank| (rank, place)))
        .collect();
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, place)| place).collect()
}

fn rank(field: FieldId, wanted: &str) -> Option<u8> {
    let caption = field.caption().to_lowercase();
    let name = field.field().name;
    let begins = |text: &str| text.split([' ', '-']).any(|word| word.starts_with(wanted));
    match () {
        () if caption.starts_with(wanted) || name.starts_with(wanted) => Some(0),
        () if begins(&caption) || begins(name) => Some(1),
        () if caption.contains(wanted) || name.contains(wanted) => Some(2),
        () => None,
    }
}

/// The next item of a circle of fields from a place that fits; the place itself comes last.
pub(in crate::app) fn around(from: usize, step: FindDirection, fits: impl Fn(FieldId) -> bool) -> Option<usize> {
    (1..=FIELD_COUNT)
        .map(|count| match step {
            FindDirection::On => (from + count) % FIELD_COUNT,
            FindDirection::Back => (from + FIELD_COUNT - count) % FIELD_COUNT,
        })
        .find(|place| EDIT_ORDER.get(*place).is_some_and(|field| fits(*field)))
}

/// Which way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum FindDirection {
    On,
    Back,
}

pub(in crate::app) const fn is_typed(kind: ValueKind) -> bool {
    match kind {
        ValueKind::Text | ValueKind::Secret | ValueKind::Number { .. } | ValueKind::Texts => true,
        ValueKind::Flag | ValueKind::Choice(_) | ValueKind::Reference(_) => false,
    }
}
