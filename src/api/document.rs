//! The JSON:API envelope and the small tools to read it: members of an object, error objects, what an
//! answer is that is no JSON. Trusts nothing: every shape that JSON can have is expected everywhere.

mod json;

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use thiserror::Error;

use crate::api::error::Refusal;
use crate::domain::request_error::ErrorObject;
pub(super) use json::{
    Lenient, MemberKey, Members, elements, lenient_id, member, members, next_page, plain, string, total,
};

/// A body that is not the document that was due; the sentence says what it is instead.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct Malformed(pub String);

impl Malformed {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

/// The body as text.
///
/// # Errors
/// It is empty, a page for a browser, or no UTF-8.
pub(super) fn text_of_body(body: &[u8]) -> Result<&str, Malformed> {
    let text = std::str::from_utf8(body)
        .map_err(|error| Malformed::new(format!("it is not UTF-8 (byte {})", error.valid_up_to())))?;
    match refusal_shape(text) {
        Some(Refusal::Empty) => Err(Malformed::new("it is empty")),
        Some(Refusal::Html(Some(title))) => Err(Malformed::new(format!("it is an HTML page titled \"{title}\""))),
        Some(Refusal::Html(None)) => Err(Malformed::new("it is an HTML page")),
        Some(Refusal::Errors(_) | Refusal::Other) | None => Ok(text),
    }
}

/// The parser's word on a text that is no JSON.
#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
pub(super) fn no_json(error: serde_json::Error) -> Malformed {
    Malformed::new(format!("it is not the JSON that was due ({error})"))
}

/// Empty or HTML, or neither.
fn refusal_shape(text: &str) -> Option<Refusal> {
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if text.is_empty() {
        return Some(Refusal::Empty);
    }
    text.starts_with('<').then(|| Refusal::Html(title(text)))
}

/// The title of an HTML page. Not shortened: half a secret in it would not be recognised any more.
fn title(page: &str) -> Option<String> {
    let head: String = page.chars().take(4_000).collect();
    let lower = head.to_ascii_lowercase();
    let start = lower.find("<title>")? + "<title>".len();
    let end = start + lower.get(start..)?.find('<')?;
    let words = head.get(start..end)?.split_whitespace().collect::<Vec<_>>().join(" ");
    (!words.is_empty()).then_some(words)
}

/// What a refusal said.
pub(super) fn refusal(body: &[u8]) -> Refusal {
    let Ok(text) = std::str::from_utf8(body) else { return Refusal::Other };
    if let Some(shape) = refusal_shape(text) {
        return shape;
    }
    let errors: Vec<ErrorObject> = members(text)
        .and_then(|top| elements(member(&top, "errors")?))
        .unwrap_or_default()
        .into_iter()
        .take(100)
        .filter_map(error_object)
        .collect();
    if errors.is_empty() { Refusal::Other } else { Refusal::Errors(errors) }
}

fn error_object(json: &str) -> Option<ErrorObject> {
    let object = members(json)?;
    let word = |name| member(&object, name).map(plain).unwrap_or_default();
    let source = member(&object, "source").and_then(members).unwrap_or_default();
    let pointer = member(&source, "pointer").and_then(string).map(Cow::into_owned);
    Some(ErrorObject { title: word("title"), detail: word("detail"), code: word("code"), pointer })
}

/// Whether a refusal is about `include`: code 112 of this server, or the parameter by name as JSON:API has it.
pub(super) fn refuses_include(body: &[u8]) -> bool {
    let about_include = |json: &str| {
        let object = members(json)?;
        let code = member(&object, "code").map(plain).unwrap_or_default();
        let source = member(&object, "source").and_then(members).unwrap_or_default();
        let parameter = member(&source, "parameter").and_then(string);
        Some(code == "112" || parameter.as_deref() == Some("include"))
    };
    let errors = || elements(member(&members(std::str::from_utf8(body).ok()?)?, "errors")?);
    errors().unwrap_or_default().into_iter().any(|error| about_include(error) == Some(true))
}

/// What stood under `data`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DataMember {
    /// A list.
    List,
    /// One object.
    One,
    /// `null`.
    Null,
    /// A text, a number, yes or no.
    Scalar,
}

/// The envelope around the primary data.
#[derive(Debug, Default)]
pub(super) struct Envelope<'de> {
    /// What `data` was; `None` without one.
    pub data: Option<DataMember>,
    /// The JSON of `included`.
    pub included: Option<&'de str>,
    /// The JSON of `meta`.
    pub meta: Option<&'de str>,
    /// The JSON of `links`.
    pub links: Option<&'de str>,
    /// Whether there was `errors`.
    pub errors: bool,
}

/// Takes in the resource objects under `data`, one by one.
pub(super) trait Resources {
    /// One of them, in a list or alone.
    fn resource<'de, D: serde::Deserializer<'de>>(&mut self, from: D) -> Result<(), D::Error>;

    /// One of them, member by member.
    fn object<'de, A: MapAccess<'de>>(&mut self, map: A) -> Result<(), A::Error>;
}

/// Reads a whole document, handing its resource objects over as they come.
///
/// # Errors
/// The text is no JSON:API document.
pub(super) fn read<'de, R: Resources>(text: &'de str, resources: &mut R) -> Result<Envelope<'de>, Malformed> {
    let mut parser = serde_json::Deserializer::from_str(text);
    let envelope = Lenient(Top(resources)).deserialize(&mut parser).map_err(no_json)?;
    parser.end().map_err(no_json)?;
    let envelope = envelope.ok_or_else(|| Malformed::new("it is JSON, but not a JSON:API document"))?;
    match envelope.data {
        Some(_) => Ok(envelope),
        None if envelope.errors => Err(Malformed::new("it holds errors in spite of its status")),
        None => Err(Malformed::new("it is JSON without a `data` member")),
    }
}

struct Top<'r, R>(&'r mut R);

impl<'de, R: Resources> Members<'de> for Top<'_, R> {
    type Value = Option<Envelope<'de>>;

    fn members<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        #[derive(Clone, Copy)]
        enum Name {
            Data,
            Included,
            Meta,
            Links,
            Errors,
            Other,
        }
        let mut envelope = Envelope::default();
        let name = |name: &str| match name {
            "data" => Name::Data,
            "included" => Name::Included,
            "meta" => Name::Meta,
            "links" => Name::Links,
            "errors" => Name::Errors,
            _ => Name::Other,
        };
        while let Some(name) = map.next_key_seed(MemberKey(name))? {
            match name {
                Name::Data => envelope.data = Some(map.next_value_seed(Data(self.0))?),
                Name::Included => envelope.included = Some(map.next_value::<&RawValue>()?.get()),
                Name::Meta => envelope.meta = Some(map.next_value::<&RawValue>()?.get()),
                Name::Links => envelope.links = Some(map.next_value::<&RawValue>()?.get()),
                Name::Errors => {
                    map.next_value::<IgnoredAny>()?;
                    envelope.errors = true;
                }
                Name::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(Some(envelope))
    }

    fn other(self) -> Self::Value {
        None
    }
}

struct Data<'r, R>(&'r mut R);

impl<'de, R: Resources> DeserializeSeed<'de> for Data<'_, R> {
    type Value = DataMember;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<DataMember, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, R: Resources> Visitor<'de> for Data<'_, R> {
    type Value = DataMember;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("anything")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<DataMember, A::Error> {
        while seq.next_element_seed(Element(self.0))?.is_some() {}
        Ok(DataMember::List)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<DataMember, A::Error> {
        self.0.object(map)?;
        Ok(DataMember::One)
    }

    fn visit_unit<E>(self) -> Result<DataMember, E> {
        Ok(DataMember::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<DataMember, E> {
        Ok(DataMember::Scalar)
    }

    fn visit_i64<E>(self, _: i64) -> Result<DataMember, E> {
        Ok(DataMember::Scalar)
    }

    fn visit_u64<E>(self, _: u64) -> Result<DataMember, E> {
        Ok(DataMember::Scalar)
    }

    fn visit_f64<E>(self, _: f64) -> Result<DataMember, E> {
        Ok(DataMember::Scalar)
    }

    fn visit_str<E>(self, _: &str) -> Result<DataMember, E> {
        Ok(DataMember::Scalar)
    }
}

struct Element<'r, R>(&'r mut R);

impl<'de, R: Resources> DeserializeSeed<'de> for Element<'_, R> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        self.0.resource(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_objects_are_read_in_order_with_their_pointers() {
        let body = br#"{"errors":[{"title":"is invalid","detail":"contact - is invalid","code":"100",
            "source":{"pointer":"/data/attributes/contact"},"status":"422"},{"code":112},7,{"title":null}]}"#;
        let Refusal::Errors(errors) = refusal(body) else { panic!("errors") };
        assert_eq!(errors[0].pointer.as_deref(), Some("/data/attributes/contact"));
        assert_eq!(errors[0].detail, "contact - is invalid");
        assert_eq!(errors[1].code, "112");
        assert_eq!(errors.len(), 3);
        assert!(refuses_include(body));
    }

    #[test]
    fn pages_for_browsers_and_nothing_at_all_are_known_as_such() {
        assert_eq!(refusal(b""), Refusal::Empty);
        assert_eq!(refusal(b" \r\n"), Refusal::Empty);
        assert_eq!(
            refusal(b"<!DOCTYPE html><html><head><TITLE>502 Bad\n Gateway</TITLE>"),
            Refusal::Html(Some("502 Bad Gateway".into()))
        );
        assert_eq!(refusal(b"<html>\xff"), Refusal::Other);
        assert_eq!(refusal(b"<html>"), Refusal::Html(None));
        assert_eq!(refusal(br#"{"status":404,"error":"Not Found"}"#), Refusal::Other);
        assert_eq!(refusal(br#"{"errors":[]}"#), Refusal::Other);
    }
}
