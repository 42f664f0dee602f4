//! What differs between two readings of one record, in a form that may be kept: no secrets, no endless texts.

use crate::domain::record::{Equality, FieldId, Record, Value, ValueKind, ValueRef, equality};

/// Characters of a text that are kept.
const LONGEST: usize = 400;

/// Entries of a list that are kept.
const MOST: usize = 20;

/// A field with its value before and after. Secrets stand as [`Value::Withheld`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldDiff {
    /// Which field.
    pub field: FieldId,
    pub before: Value,
    pub after: Value,
}

/// The fields that are known to differ. What either reading does not contain is no difference.
pub fn changes(before: &impl Record, after: &impl Record) -> impl Iterator<Item = FieldDiff> {
    FieldId::all().filter_map(|field| {
        let (old, new) = (before.value(field), after.value(field));
        (equality(old, new) == Equality::Different).then(|| FieldDiff {
            field,
            before: kept(field, old),
            after: kept(field, new),
        })
    })
}

fn kept(field: FieldId, value: ValueRef<'_>) -> Value {
    // Whatever its type: what stands in the place of a password may be one.
    if field.field().kind == ValueKind::Secret {
        return if value.is_unset() { Value::Null } else { Value::Withheld };
    }
    match value.to_value() {
        Value::Text(text) => Value::Text(cut(text)),
        Value::Odd(text) => Value::Odd(cut(text)),
        Value::Linked(text) => Value::Linked(cut(text)),
        Value::Cut(text) => Value::Cut(cut(text)),
        Value::Texts(texts) => Value::Texts(texts.into_iter().take(MOST).map(cut).collect()),
        Value::Secret(_) => Value::Withheld,
        reported @ (Value::Missing
        | Value::Null
        | Value::Withheld
        | Value::Flag(_)
        | Value::Number(_)
        | Value::Reference(_)) => reported,
    }
}

fn cut(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text,
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}
