//! How a value reads: in a cell of a list, and in full. Texts come out as the server sent them; whoever
//! prints them makes them visible first.

use std::borrow::Cow;

use crate::domain::record::field::{FieldId, ValueKind};
use crate::domain::record::relation::{Resolved, Targets};
use crate::domain::record::value::{MASK, ValueRef};

/// Short form, for a cell of a list: empty where the value is not set and no default says something.
pub fn cell<'a>(field: FieldId, value: ValueRef<'a>, targets: &'a Targets) -> Cow<'a, str> {
    let row = field.field();
    match value {
        _ if matches!(row.kind, ValueKind::Reference(_)) => reference(field, value, targets),
        ValueRef::Missing | ValueRef::Null => Cow::Borrowed(""),
        ValueRef::Number(number) => {
            row.kind.meaning(number).map_or_else(|| Cow::Owned(number.to_string()), Cow::Borrowed)
        }
        _ => plain(value),
    }
}

/// Full form, for the detail: says in words what is not set, and adds units.
pub fn full<'a>(field: FieldId, value: ValueRef<'a>, targets: &'a Targets) -> Cow<'a, str> {
    let row = field.field();
    match (row.kind, value) {
        (_, ValueRef::Missing) => Cow::Borrowed("(not sent by the server)"),
        (ValueKind::Reference(relation), ValueRef::Reference(id)) => match targets.name(relation, id) {
            Some(name) => Cow::Owned(format!("{name}  (id {id})")),
            None => Cow::Owned(format!("id {id}")),
        },
        (ValueKind::Reference(_), _) => reference(field, value, targets),
        (_, value) if value.is_unset() => Cow::Owned(format!("({})", row.unset)),
        (ValueKind::Number { unit, .. }, ValueRef::Number(number)) => Cow::Owned(format!("{number} {unit}")),
        (ValueKind::Choice(_), ValueRef::Number(number)) => {
            Cow::Owned(format!("{}  ({number})", row.kind.meaning(number).unwrap_or("unknown")))
        }
        (_, value) => plain(value),
    }
}

fn reference<'a>(field: FieldId, value: ValueRef<'a>, targets: &'a Targets) -> Cow<'a, str> {
    let Some(relation) = field.relation() else { return Cow::Borrowed("") };
    match targets.resolve(value) {
        Resolved::Nothing => Cow::Borrowed(field.field().unset),
        Resolved::Target(id) => match targets.name(relation, id) {
            Some(name) => Cow::Borrowed(name),
            None => Cow::Owned(format!("#{id}")),
        },
        Resolved::Unknown => Cow::Borrowed("?"),
    }
}

fn plain(value: ValueRef<'_>) -> Cow<'_, str> {
    match value {
        ValueRef::Missing | ValueRef::Null => Cow::Borrowed(""),
        ValueRef::Text(text) | ValueRef::Odd(text) | ValueRef::Linked(text) | ValueRef::Cut(text) => {
            Cow::Borrowed(text)
        }
        ValueRef::Secret(secret) if secret.expose().is_empty() => Cow::Borrowed(""),
        ValueRef::Withheld | ValueRef::Secret(_) => Cow::Borrowed(MASK),
        ValueRef::Flag(true) => Cow::Borrowed("yes"),
        ValueRef::Flag(false) => Cow::Borrowed("no"),
        ValueRef::Number(number) => Cow::Owned(number.to_string()),
        ValueRef::Reference(id) => Cow::Owned(format!("#{id}")),
        ValueRef::Texts(texts) => Cow::Owned(texts.iter().collect::<Vec<_>>().join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::value::Secret;

    #[test]
    fn a_secret_is_masked_and_an_absent_one_says_so() {
        let targets = Targets::default();
        let secret = Secret::new("hunter2");
        assert_eq!(full(FieldId::AuthPassword, ValueRef::Secret(&secret), &targets), MASK);
        assert_eq!(full(FieldId::AuthPassword, ValueRef::Null, &targets), "(not set)");
    }

    #[test]
    fn numbers_carry_their_unit_and_absence_its_meaning() {
        let targets = Targets::default();
        assert_eq!(full(FieldId::Expire, ValueRef::Number(60), &targets), "60 s");
        assert_eq!(full(FieldId::Expire, ValueRef::Null, &targets), "(node default)");
        assert_eq!(full(FieldId::SipSchemaId, ValueRef::Number(2), &targets), "sips  (2)");
        assert_eq!(full(FieldId::MaxAttempts, ValueRef::Missing, &targets), "(not sent by the server)");
    }

    #[test]
    fn a_reference_shows_its_name_any_or_that_it_is_not_known_yet() {
        let targets = Targets::default();
        assert_eq!(cell(FieldId::Pop, ValueRef::Null, &targets), "any");
        assert_eq!(cell(FieldId::Pop, ValueRef::Reference(3), &targets), "#3");
        assert_eq!(cell(FieldId::Pop, ValueRef::Linked("/x"), &targets), "?");
    }
}
