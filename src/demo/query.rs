//! Query strings and forms as the server's framework reads them: brackets make trees, broken encoding is
//! refused, and pagination links repeat what they understood in one canonical form.

use std::borrow::Cow;

use percent_encoding::{percent_decode_str, utf8_percent_encode};

use crate::domain::text::RESERVED;

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Param {
    /// A name without `=`.
    Absent,
    /// A text, decoded.
    Text(String),
    /// `name[key]=…`, in the order of first use.
    Map(Params),
    /// `name[]=…`.
    List(Vec<Self>),
}

/// Named parameters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Params(pub(super) Vec<(String, Param)>);

/// The text is no query: broken percent-encoding, broken UTF-8, or one name used in two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MalformedQuery;

impl Params {
    /// Reads a query string or a form.
    pub(super) fn parse(text: &str) -> Result<Self, MalformedQuery> {
        let mut params = Self::default();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = match pair.split_once('=') {
                Some((name, value)) => (decode(name)?, Param::Text(decode(value)?)),
                None => (decode(pair)?, Param::Absent),
            };
            let (head, keys) = split_name(&name);
            if !head.is_empty() {
                params.insert(head, &keys, value)?;
            }
        }
        Ok(params)
    }

    /// The parameter with this name.
    pub(super) fn get(&self, name: &str) -> Option<&Param> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The text of this parameter.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Param::Text(text) => Some(text),
            Param::Absent | Param::Map(_) | Param::List(_) => None,
        }
    }

    fn insert(&mut self, name: &str, keys: &[&str], value: Param) -> Result<(), MalformedQuery> {
        let known = self.0.iter_mut().find(|(known, _)| known == name).map(|(_, value)| value);
        match (keys, known) {
            ([], Some(Param::Map(_) | Param::List(_))) => Err(MalformedQuery),
            ([], Some(known)) => {
                *known = value;
                Ok(())
            }
            ([], None) => {
                self.0.push((name.to_owned(), value));
                Ok(())
            }
            ([""], Some(Param::List(list))) => {
                list.push(value);
                Ok(())
            }
            ([""], None) => {
                self.0.push((name.to_owned(), Param::List(vec![value])));
                Ok(())
            }
            ([key, rest @ ..], Some(Param::Map(map))) if !key.is_empty() => map.insert(key, rest, value),
            ([key, rest @ ..], None) if !key.is_empty() => {
                let mut map = Self::default();
                map.insert(key, rest, value)?;
                self.0.push((name.to_owned(), Param::Map(map)));
                Ok(())
            }
            _ => Err(MalformedQuery),
        }
    }

    /// The canonical query of these parameters: sorted, brackets and commas encoded.
    pub(super) fn to_query(&self) -> String {
        let mut parts = Vec::new();
        for (name, value) in &self.0 {
            value.append_query(&escape(name), &mut parts);
        }
        parts.sort_unstable();
        parts.join("&")
    }
}

impl Param {
    fn append_query(&self, name: &str, parts: &mut Vec<String>) {
        match self {
            Self::Absent => parts.push(format!("{name}=")),
            Self::Text(text) => parts.push(format!("{name}={}", escape(text))),
            Self::Map(map) => {
                for (key, value) in &map.0 {
                    value.append_query(&format!("{name}%5B{}%5D", escape(key)), parts);
                }
            }
            Self::List(list) => {
                for value in list {
                    value.append_query(&format!("{name}%5B%5D"), parts);
                }
            }
        }
    }
}

/// `page[size]` is the name `page` and the key `size`.
fn split_name(name: &str) -> (&str, Vec<&str>) {
    let Some((head, mut rest)) = name.split_once('[') else {
        return (name, Vec::new());
    };
    let mut keys = Vec::new();
    loop {
        let (key, after) = rest.split_once(']').unwrap_or((rest, ""));
        keys.push(key);
        match after.strip_prefix('[') {
            Some(next) => rest = next,
            None => return (head, keys),
        }
    }
}

/// Decodes `%XX` and `+`.
fn decode(text: &str) -> Result<String, MalformedQuery> {
    decode_part(&text.replace('+', " "))
}

/// Decodes `%XX`.
pub(super) fn decode_part(text: &str) -> Result<String, MalformedQuery> {
    let is_byte =
        |rest: &str| rest.as_bytes().first_chunk::<2>().is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
    if !text.split('%').skip(1).all(is_byte) {
        return Err(MalformedQuery);
    }
    percent_decode_str(text).decode_utf8().map(Cow::into_owned).map_err(|_broken| MalformedQuery)
}

/// Percent-encodes as forms do: a space becomes `+`.
fn escape(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).map(|part| if part == "%20" { "+" } else { part }).collect()
}

/// The comma-separated texts of a parameter: double quotes may stand around each, doubled inside. `None` where
/// a quote is not closed.
pub(super) fn comma_separated(text: &str) -> Option<Vec<String>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let mut items = Vec::new();
    let mut rest = text;
    loop {
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut item = String::new();
            let mut after = quoted;
            loop {
                let (part, tail) = after.split_once('"')?;
                item.push_str(part);
                after = tail;
                let Some(more) = tail.strip_prefix('"') else { break };
                item.push('"');
                after = more;
            }
            items.push(item);
            match after.strip_prefix(',') {
                Some(next) => rest = next,
                None => return after.is_empty().then_some(items),
            }
        } else {
            let (item, next) = match rest.split_once(',') {
                Some((item, next)) => (item, Some(next)),
                None => (rest, None),
            };
            if item.contains('"') {
                return None;
            }
            items.push(item.to_owned());
            match next {
                Some(next) => rest = next,
                None => return Some(items),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_and_encoded_brackets_are_the_same_parameter() {
        let raw = Params::parse("page[number]=2&page[size]=5").unwrap();
        assert_eq!(raw, Params::parse("page%5Bnumber%5D=2&page%5Bsize%5D=5").unwrap());
        assert_eq!(raw.to_query(), "page%5Bnumber%5D=2&page%5Bsize%5D=5");
    }

    #[test]
    fn canonical_queries_are_sorted_and_encoded() {
        let params = Params::parse("sort=&filter[name]=Frankfurt%20FRA1&fields[pops]=name,id").unwrap();
        assert_eq!(params.to_query(), "fields%5Bpops%5D=name%2Cid&filter%5Bname%5D=Frankfurt+FRA1&sort=");
    }

    #[test]
    fn broken_encoding_and_mixed_use_are_refused() {
        for query in ["a=%zz", "a=%f", "a=%ff", "page=2&page[size]=3"] {
            assert_eq!(Params::parse(query), Err(MalformedQuery), "{query}");
        }
    }

    #[test]
    fn quotes_in_lists_must_be_closed() {
        assert_eq!(comma_separated("a, b").unwrap(), ["a", " b"]);
        assert_eq!(comma_separated("\"a,\"\"b\",c").unwrap(), ["a,\"b", "c"]);
        assert_eq!(comma_separated("\"name"), None);
    }
}
