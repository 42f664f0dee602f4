//! Whether two values of one field say the same. Not plain equality: `null` and `""` are the same to people,
//! and what a server did not send is neither the same nor different.

use crate::domain::record::value::ValueRef;

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Equality {
    /// They say the same.
    Same,
    /// The values differ.
    Different,
    /// One of them is not known well enough.
    Unknown,
}

/// Whether a value says what is there: false for what a document left out, for relationships of which only the
/// link is known, for secrets that were kept back, and for what a list keeps in part only.
pub const fn is_stated(value: ValueRef<'_>) -> bool {
    !matches!(value, ValueRef::Missing | ValueRef::Linked(_) | ValueRef::Withheld | ValueRef::Cut(_))
}

/// Compares two values of one field: relationships by id, lists entry by entry, secrets by their text.
///
/// Two withheld secrets count as the same, as nothing else is known of them; a withheld one and a text do not
/// contain. A `related` link is the same text whatever it leads to, so two links show nothing either.
pub fn equality(left: ValueRef<'_>, right: ValueRef<'_>) -> Equality {
    match (left, right) {
        (ValueRef::Missing, ValueRef::Missing) | (ValueRef::Withheld, ValueRef::Withheld) => Equality::Same,
        (ValueRef::Missing | ValueRef::Linked(_) | ValueRef::Cut(_), _)
        | (_, ValueRef::Missing | ValueRef::Linked(_) | ValueRef::Cut(_)) => Equality::Unknown,
        (ValueRef::Withheld, other) | (other, ValueRef::Withheld) => {
            if other.is_unset() {
                Equality::Different
            } else {
                Equality::Unknown
            }
        }
        (left, right) if left == right || (left.is_unset() && right.is_unset()) => Equality::Same,
        _ => Equality::Different,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::value::{Secret, Texts};

    #[test]
    fn null_and_nothing_are_the_same_to_people() {
        assert_eq!(equality(ValueRef::Null, ValueRef::Text("")), Equality::Same);
        assert_eq!(equality(ValueRef::Null, ValueRef::Texts(Texts::Slice(&[]))), Equality::Same);
        assert_eq!(equality(ValueRef::Null, ValueRef::Flag(false)), Equality::Different);
        assert_eq!(equality(ValueRef::Null, ValueRef::Number(0)), Equality::Different);
        assert_eq!(equality(ValueRef::Text(" "), ValueRef::Null), Equality::Different);
    }

    #[test]
    fn what_was_not_told_is_neither_the_same_nor_different() {
        assert_eq!(equality(ValueRef::Missing, ValueRef::Null), Equality::Unknown);
        assert_eq!(equality(ValueRef::Linked("/a"), ValueRef::Linked("/a")), Equality::Unknown);
        let secret = Secret::new("x");
        assert_eq!(equality(ValueRef::Withheld, ValueRef::Secret(&secret)), Equality::Unknown);
        assert_eq!(equality(ValueRef::Withheld, ValueRef::Null), Equality::Different);
        assert_eq!(equality(ValueRef::Withheld, ValueRef::Withheld), Equality::Same);
    }

    #[test]
    fn lists_are_compared_in_order() {
        let ab = ["a".to_owned(), "b".to_owned()];
        assert_eq!(
            equality(ValueRef::Texts(Texts::Slice(&ab)), ValueRef::Texts(Texts::Packed("a\0b\0"))),
            Equality::Same
        );
        assert_eq!(
            equality(ValueRef::Texts(Texts::Slice(&ab)), ValueRef::Texts(Texts::Packed("b\0a\0"))),
            Equality::Different
        );
    }
}
