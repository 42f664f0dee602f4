//! Whether two values of one field say the same. Not plain equality: `null` and `""` are the same to people,
//! and what a server did not send is neither the same nor different.

use crate::domain::record::value::ValueRef;

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// They say the same.
    Same,
    /// The values differ.
    Different,
    /// One of them is not known well enough.
    Unclear,
}

/// Whether a value says what is there: false for what a document left out, for relationships of which only the
/// link is known, for secrets that were kept back, and for what a list keeps in part only.
#[must_use]
pub const fn is_told(value: ValueRef<'_>) -> bool {
    match value {
        ValueRef::Missing | ValueRef::Linked(_) | ValueRef::Withheld | ValueRef::Cut(_) => false,
        ValueRef::Null
        | ValueRef::Text(_)
        | ValueRef::Secret(_)
        | ValueRef::Flag(_)
        | ValueRef::Number(_)
        | ValueRef::Texts(_)
        | ValueRef::Reference(_)
        | ValueRef::Odd(_) => true,
    }
}

/// Compares two values of one field: relationships by id, lists entry by entry, secrets by their text.
///
/// Two withheld secrets count as the same, as nothing else is known of them; a withheld one and a text do not
/// contain. A `related` link is the same text whatever it leads to, so two links show nothing either.
#[must_use]
pub fn likeness(left: ValueRef<'_>, right: ValueRef<'_>) -> Likeness {
    match (left, right) {
        (ValueRef::Missing, ValueRef::Missing) | (ValueRef::Withheld, ValueRef::Withheld) => Likeness::Same,
        (ValueRef::Missing | ValueRef::Linked(_) | ValueRef::Cut(_), _)
        | (_, ValueRef::Missing | ValueRef::Linked(_) | ValueRef::Cut(_)) => Likeness::Unclear,
        (ValueRef::Withheld, other) | (other, ValueRef::Withheld) => {
            if other.is_unset() {
                Likeness::Different
            } else {
                Likeness::Unclear
            }
        }
        (left, right) if left == right || (left.is_unset() && right.is_unset()) => Likeness::Same,
        _ => Likeness::Different,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::value::{Secret, Texts};

    #[test]
    fn null_and_nothing_are_the_same_to_people() {
        assert_eq!(likeness(ValueRef::Null, ValueRef::Text("")), Likeness::Same);
        assert_eq!(likeness(ValueRef::Null, ValueRef::Texts(Texts::Slice(&[]))), Likeness::Same);
        assert_eq!(likeness(ValueRef::Null, ValueRef::Flag(false)), Likeness::Different);
        assert_eq!(likeness(ValueRef::Null, ValueRef::Number(0)), Likeness::Different);
        assert_eq!(likeness(ValueRef::Text(" "), ValueRef::Null), Likeness::Different);
    }

    #[test]
    fn what_was_not_told_is_neither_the_same_nor_different() {
        assert_eq!(likeness(ValueRef::Missing, ValueRef::Null), Likeness::Unclear);
        assert_eq!(likeness(ValueRef::Linked("/a"), ValueRef::Linked("/a")), Likeness::Unclear);
        let secret = Secret::new("x");
        assert_eq!(likeness(ValueRef::Withheld, ValueRef::Secret(&secret)), Likeness::Unclear);
        assert_eq!(likeness(ValueRef::Withheld, ValueRef::Null), Likeness::Different);
        assert_eq!(likeness(ValueRef::Withheld, ValueRef::Withheld), Likeness::Same);
    }

    #[test]
    fn lists_are_compared_in_order() {
        let ab = ["a".to_owned(), "b".to_owned()];
        assert_eq!(
            likeness(ValueRef::Texts(Texts::Slice(&ab)), ValueRef::Texts(Texts::Packed("a\0b\0"))),
            Likeness::Same
        );
        assert_eq!(
            likeness(ValueRef::Texts(Texts::Slice(&ab)), ValueRef::Texts(Texts::Packed("b\0a\0"))),
            Likeness::Different
        );
    }
}
