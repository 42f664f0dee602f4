//! The value of one field, owned ([`Value`]) or lent by whatever holds the record ([`ValueRef`]).

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// What stands in place of a secret.
pub const MASK: &str = "********";

/// A password: never printed by `Debug`, wiped from memory when dropped.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes the text into custody.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The text itself. For the wire, and for a screen whose user asked.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Environment variables that may hold a password or a token. Programs that we start have no business with them.
pub const SECRET_VARIABLES: [&str; 2] = ["SIPREG_PASSWORD", "SIPREG_TOKEN"];

/// A secret shorter than this is part of many innocent words.
const TELLING: usize = 4;

impl Secret {
    /// A text of someone else, such as a server that quotes what it refuses, with this secret masked in it.
    pub fn masked_in(&self, text: &str) -> String {
        let secret = self.expose();
        if secret.is_empty() || !text.contains(secret) {
            return text.to_owned();
        }
        if secret.chars().count() >= TELLING {
            return text.replace(secret, MASK);
        }
        let mut masked = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(secret) {
            masked.push_str(before);
            let joins = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            let alone = !joins(masked.chars().next_back()) && !joins(after.chars().next());
            masked.push_str(if alone { MASK } else { secret });
            rest = after;
        }
        masked.push_str(rest);
        masked
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(********)")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

/// What a record says in one field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Value {
    /// The document had no such member.
    #[default]
    Missing,
    /// `null`, or for a relationship: linked to nothing.
    Null,
    /// A text.
    Text(String),
    /// A secret that is set, without its text: lists do not keep it.
    Withheld,
    /// A secret with its text.
    Secret(Secret),
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A list of texts.
    Texts(Vec<String>),
    /// A relationship with the id of its target.
    Reference(u64),
    /// A relationship whose target is not known yet, with its `related` link as the server wrote it.
    Linked(String),
    /// A value of a type that the field does not have, as JSON text: shown, never sent back.
    Odd(String),
    /// The beginning of a value that is longer than a list keeps: shown, never compared, checked or sent.
    Cut(String),
}

/// A list of texts, lent.
#[derive(Debug, Clone, Copy)]
pub enum Texts<'a> {
    /// As a slice of strings.
    Slice(&'a [String]),
    /// In one string, each text ended by a NUL, which the database behind the API cannot store.
    Packed(&'a str),
}

impl<'a> Texts<'a> {
    /// Each text in order.
    pub fn iter(self) -> impl Iterator<Item = &'a str> {
        let (slice, packed): (&'a [String], &'a str) = match self {
            Self::Slice(slice) => (slice, ""),
            Self::Packed(packed) => (&[], packed),
        };
        slice.iter().map(String::as_str).chain(packed.split_terminator('\0'))
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.iter().next().is_none()
    }
}

impl PartialEq for Texts<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

/// What a record says in one field, lent; the variants are those of [`Value`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ValueRef<'a> {
    /// See [`Value::Missing`].
    Missing,
    /// See [`Value::Null`].
    Null,
    /// See [`Value::Text`].
    Text(&'a str),
    /// See [`Value::Withheld`].
    Withheld,
    /// See [`Value::Secret`].
    Secret(&'a Secret),
    /// See [`Value::Flag`].
    Flag(bool),
    /// See [`Value::Number`].
    Number(i64),
    /// See [`Value::Texts`].
    Texts(Texts<'a>),
    /// See [`Value::Reference`].
    Reference(u64),
    /// See [`Value::Linked`].
    Linked(&'a str),
    /// See [`Value::Odd`].
    Odd(&'a str),
    /// See [`Value::Cut`].
    Cut(&'a str),
}

impl Value {
    /// Drops the text of a secret; that it is set stays known. Returns whether there was one.
    pub fn withhold(&mut self) -> bool {
        let secret = matches!(self, Self::Secret(_));
        if secret {
            *self = Self::Withheld;
        }
        secret
    }

    /// The same value, lent.
    pub fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Missing => ValueRef::Missing,
            Self::Null => ValueRef::Null,
            Self::Text(text) => ValueRef::Text(text),
            Self::Withheld => ValueRef::Withheld,
            Self::Secret(secret) => ValueRef::Secret(secret),
            Self::Flag(flag) => ValueRef::Flag(*flag),
            Self::Number(number) => ValueRef::Number(*number),
            Self::Texts(texts) => ValueRef::Texts(Texts::Slice(texts)),
            Self::Reference(id) => ValueRef::Reference(*id),
            Self::Linked(link) => ValueRef::Linked(link),
            Self::Odd(json) => ValueRef::Odd(json),
            Self::Cut(text) => ValueRef::Cut(text),
        }
    }
}

impl ValueRef<'_> {
    /// The same value, owned.
    pub fn to_value(self) -> Value {
        match self {
            Self::Missing => Value::Missing,
            Self::Null => Value::Null,
            Self::Text(text) => Value::Text(text.to_owned()),
            Self::Withheld => Value::Withheld,
            Self::Secret(secret) => Value::Secret(secret.clone()),
            Self::Flag(flag) => Value::Flag(flag),
            Self::Number(number) => Value::Number(number),
            Self::Texts(texts) => Value::Texts(texts.iter().map(str::to_owned).collect()),
            Self::Reference(id) => Value::Reference(id),
            Self::Linked(link) => Value::Linked(link.to_owned()),
            Self::Odd(json) => Value::Odd(json.to_owned()),
            Self::Cut(text) => Value::Cut(text.to_owned()),
        }
    }

    /// Whether the field counts as not set: absent, `null`, empty text or empty list. The web form writes
    /// `""` where the API writes `null`; people see no difference.
    pub fn is_unset(self) -> bool {
        match self {
            Self::Missing | Self::Null => true,
            Self::Text(text) => text.is_empty(),
            Self::Secret(secret) => secret.expose().is_empty(),
            Self::Texts(texts) => texts.is_empty(),
            _ => false,
        }
    }

    /// The first letter of a text, or of any in a list, that is so.
    pub fn find(self, is: impl Fn(char) -> bool) -> Option<char> {
        match self {
            Self::Text(text) => text.chars().find(|c| is(*c)),
            Self::Secret(secret) => secret.expose().chars().find(|c| is(*c)),
            // Where a list is packed it has NULs between its entries: they are none of its.
            Self::Texts(texts) => texts.iter().flat_map(str::chars).find(|c| is(*c)),
            _ => None,
        }
    }
}

/// Yes or no as someone typed it.
pub fn flag_of(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "yes" | "y" | "true" | "on" | "1" => Some(true),
        "no" | "n" | "false" | "off" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print_itself() {
        let value = Value::Secret(Secret::new("hunter2"));
        assert!(!format!("{value:?}").contains("hunter2"));
    }

    #[test]
    fn a_secret_that_somebody_quotes_is_masked() {
        let masked = |secret: &str, text: &str| Secret::new(secret).masked_in(text);
        assert_eq!(masked("hunter2", "hunter2 is too short, hunter2!"), "******** is too short, ********!");
        assert_eq!(masked("1", "value '1' is not one of 10 or 1"), "value '********' is not one of 10 or ********");
        assert_eq!(masked("", "unchanged"), "unchanged");
    }

    #[test]
    fn null_and_empty_text_are_both_unset() {
        assert!(ValueRef::Null.is_unset());
        assert!(ValueRef::Text("").is_unset());
        assert!(!ValueRef::Text(" ").is_unset());
        assert!(ValueRef::Texts(Texts::Packed("")).is_unset());
        assert!(!ValueRef::Texts(Texts::Packed("\0")).is_unset());
    }

    #[test]
    fn packed_and_sliced_lists_compare_equal() {
        let slice = ["a".to_owned(), String::new()];
        assert_eq!(Texts::Slice(&slice), Texts::Packed("a\0\0"));
    }
}
