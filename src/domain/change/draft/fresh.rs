//! Records that are not on the server yet: what the server fills in for what a request leaves out.

use crate::domain::record::{FieldId, Record, Registration, Value, ValueRef, is_stated};

/// What the server puts where a new record says nothing, as observed on the wire. [`Value::Missing`]: nothing, it
/// refuses the record.
pub const fn server_default(field: FieldId) -> Value {
    match field {
        FieldId::Name | FieldId::Domain | FieldId::Username | FieldId::Contact => Value::Missing,
        FieldId::Enabled => Value::Flag(true),
        FieldId::ForceExpire => Value::Flag(false),
        // UDP, wherever the switch was set up from its own seeds.
        FieldId::TransportProtocol => Value::Reference(1),
        FieldId::SipSchemaId => Value::Number(1),
        FieldId::RetryDelay => Value::Number(5),
        FieldId::RouteSet => Value::Texts(Vec::new()),
        _ => Value::Null,
    }
}

/// Whether saying this of a new record says no more than leaving the field out.
pub(super) fn says_nothing(field: FieldId, value: &Value) -> bool {
    value.as_ref().is_unset() && matches!(server_default(field), Value::Missing | Value::Null | Value::Texts(_))
}

/// A new record as the server will make it.
pub fn completed(record: &impl Record) -> Registration {
    let mut whole = Registration::from_record(record);
    for field in FieldId::all() {
        if *whole.get(field) == Value::Missing {
            whole.set(field, server_default(field));
        }
    }
    whole
}

/// The same values for a record that is to be made: what was not sent, and what only a link names, is left out.
/// Answers with the draft and the fields that were sent but cannot be carried over.
pub fn carried_over(
    from: &impl Record,
    id: u64,
    resolve: impl Fn(ValueRef<'_>) -> Option<u64>,
) -> (crate::domain::change::draft::Draft, Vec<FieldId>) {
    let mut draft = crate::domain::change::draft::Draft::new(Registration::new(id), None);
    let mut left = Vec::new();
    for field in FieldId::all() {
        let value = match from.value(field) {
            linked @ ValueRef::Linked(_) => resolve(linked).map_or(Value::Missing, Value::Reference),
            value => value.to_value(),
        };
        if !is_stated(value.as_ref()) || matches!(value, Value::Odd(_)) {
            left.push(field);
        }
        draft.set(field, value);
    }
    (draft, left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change::draft::{Draft, fresh_id};
    use crate::domain::record::Secret;

    #[test]
    fn a_new_record_sends_nothing_for_a_field_that_was_cleared_again() {
        let mut draft = Draft::new(Registration::new(fresh_id(1, 1)), None);
        draft.set(FieldId::Name, Value::Text("a".into()));
        draft.set(FieldId::Name, Value::Text(String::new()));
        draft.set(FieldId::Pop, Value::Null);
        draft.set(FieldId::RouteSet, Value::Texts(Vec::new()));
        assert!(draft.is_empty());
        // Where the server has a value of its own, nothing is something.
        draft.set(FieldId::RetryDelay, Value::Null);
        assert!(draft.is_changed(FieldId::RetryDelay));
        assert_eq!(completed(&draft).enabled(), Some(true));
    }

    #[test]
    fn a_copy_carries_everything_that_was_told() {
        let mut record = Registration::new(7);
        for field in FieldId::all().filter(|field| matches!(server_default(*field), Value::Null | Value::Texts(_))) {
            record.set(field, Value::Null);
        }
        record.set(FieldId::Name, Value::Text("a".into()));
        record.set(FieldId::AuthPassword, Value::Secret(Secret::new("s")));
        record.set(FieldId::Pop, Value::Linked("/pops/3".into()));
        record.set(FieldId::Node, Value::Linked("/nodes/4".into()));
        record.set(FieldId::Expire, Value::Odd("{}".into()));
        let known = |value: ValueRef<'_>| (value == ValueRef::Linked("/pops/3")).then_some(3);
        let (draft, left) = carried_over(&record, fresh_id(1, 1), known);
        assert_eq!(draft.changes().get(&FieldId::Pop), Some(&Value::Reference(3)));
        assert_eq!(draft.changes().get(&FieldId::AuthPassword), Some(&Value::Secret(Secret::new("s"))));
        assert!(!draft.is_changed(FieldId::AuthUser));
        assert!(left.contains(&FieldId::Node) && left.contains(&FieldId::Expire), "{left:?}");
        assert!(!left.contains(&FieldId::Pop) && !left.contains(&FieldId::AuthUser));
    }
}
