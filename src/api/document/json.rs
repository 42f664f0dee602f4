//! Small tools to read JSON of any shape: members of an object with their text, and a visitor that takes
//! whatever stands in place of an object without an error.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::domain::answer::NextPage;

/// The members of a JSON object with the JSON of each; `None` where it is no object.
pub(in crate::api) fn members(json: &str) -> Option<Vec<(String, &str)>> {
    struct All;
    impl<'de> Members<'de> for All {
        type Value = Option<Vec<(String, &'de str)>>;

        fn members<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut all = Vec::new();
            while let Some(name) = map.next_key::<String>()? {
                all.push((name, map.next_value::<&RawValue>()?.get()));
            }
            Ok(Some(all))
        }

        fn other(self) -> Self::Value {
            None
        }
    }
    Lenient(All).deserialize(&mut serde_json::Deserializer::from_str(json)).ok()?
}

/// The elements of a JSON array; `None` where it is none.
pub(in crate::api) fn elements(json: &str) -> Option<Vec<&str>> {
    let elements: Vec<&RawValue> = serde_json::from_str(json).ok()?;
    Some(elements.into_iter().map(RawValue::get).collect())
}

/// The member of this name; of several the last, as parsers do.
pub(in crate::api) fn member<'a>(members: &[(String, &'a str)], name: &str) -> Option<&'a str> {
    members.iter().rev().find(|(known, _)| known == name).map(|(_, json)| *json)
}

/// A JSON string's text; `None` where it is no string, or one that no text can be (a lone surrogate).
pub(in crate::api) fn string(json: &str) -> Option<Cow<'_, str>> {
    let inner = json.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') { serde_json::from_str(json).ok().map(Cow::Owned) } else { Some(Cow::Borrowed(inner)) }
}

/// A string's text, or the JSON itself of anything else but null.
pub(in crate::api) fn plain(json: &str) -> String {
    match string(json) {
        Some(text) => text.into_owned(),
        None if json == "null" => String::new(),
        None => json.to_owned(),
    }
}

/// An id: a string of digits, or a number.
pub(in crate::api) fn id(json: &str) -> Option<u64> {
    let text = string(json)?;
    digits(&text)
}

/// An id as JSON:API has it, or as a number as it should not be.
pub(in crate::api) fn lenient_id(json: &str) -> Option<u64> {
    digits(json).or_else(|| id(json))
}

fn digits(text: &str) -> Option<u64> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// `meta.total-count`.
pub(in crate::api) fn total(meta: &str) -> Option<u64> {
    lenient_id(member(&members(meta)?, "total-count")?)
}

/// Whether `links` of a list name a next page.
pub(in crate::api) fn next_page(links: &str) -> NextPage {
    let Some(links) = members(links) else { return NextPage::Unknown };
    match member(&links, "next") {
        Some("null" | "\"\"") => NextPage::Last,
        Some(_) => NextPage::Follows,
        // Other links of pages, and none to a next one.
        None if ["first", "last", "prev"].iter().any(|name| member(&links, name).is_some()) => NextPage::Last,
        None => NextPage::Unknown,
    }
}

/// Reads an object member by member. What stands in place of an object is given up without an error, so
/// that one value of a wrong type does not take a page of good records with it.
pub(in crate::api) trait Members<'de>: Sized {
    /// What is made of it.
    type Value;

    /// From an object.
    fn members<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error>;

    /// From anything else.
    fn other(self) -> Self::Value;
}

/// Feeds [`Members`] from whatever is there.
pub(in crate::api) struct Lenient<M>(pub M);

impl<'de, M: Members<'de>> DeserializeSeed<'de> for Lenient<M> {
    type Value = M::Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, M: Members<'de>> Visitor<'de> for Lenient<M> {
    type Value = M::Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("anything")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        self.0.members(map)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(self.0.other())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(self.0.other())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(self.0.other())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(self.0.other())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(self.0.other())
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(self.0.other())
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(self.0.other())
    }
}

/// Turns a member's name into something without keeping it.
pub(in crate::api) struct MemberKey<F>(pub F);

impl<'de, T, F: FnOnce(&str) -> T> DeserializeSeed<'de> for MemberKey<F> {
    type Value = T;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<T, D::Error> {
        from.deserialize_str(self)
    }
}

impl<T, F: FnOnce(&str) -> T> Visitor<'_> for MemberKey<F> {
    type Value = T;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<T, E> {
        Ok((self.0)(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_digits() {
        assert_eq!(lenient_id("\"7\""), Some(7));
        assert_eq!(lenient_id("7"), Some(7));
        for odd in ["\"+7\"", "-7", "7.0", "\"\"", "null", "\"99999999999999999999\"", "1e3", "\"7 \""] {
            assert_eq!(lenient_id(odd), None, "{odd}");
        }
    }
}
