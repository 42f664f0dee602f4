//! One registration, member by member, into whatever keeps it: a packed page, or a single record with all
//! that sipreg does not know of it.

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess};
use serde_json::value::RawValue;

use crate::api::decode::{Stop, linkage, set_attribute, target};
use crate::api::document::{
    DataMember, Lenient, Malformed, MemberKey, Members, Resources, lenient_id, member, members, plain, read, string,
    text_of_body,
};
use crate::domain::record::{FieldId, Registration, Secret, Target, Value, ValueRef};

/// JSON:API type of a registration.
pub(super) const TYPE: &str = "registrations";

/// What a resource object said of itself.
pub(super) enum ResourceIdentity {
    /// A registration with this id.
    Known(u64),
    /// Something that cannot be used, and why.
    Unknown(String),
}

/// Keeps what is read.
pub(super) trait Sink {
    /// A record begins.
    fn begin(&mut self);

    /// A field of it.
    fn set(&mut self, field: FieldId, value: ValueRef<'_>);

    /// A secret that is not empty.
    fn secret(&mut self, field: FieldId, text: &str);

    /// Whether members that sipreg does not know are wanted.
    fn wants_unknown(&self) -> bool {
        false
    }

    /// A member that sipreg does not know.
    fn unknown(&mut self, _name: String, _json: &str) {}

    /// The record ends.
    fn end(&mut self, identity: ResourceIdentity);

    /// Something that is no resource object.
    fn stray(&mut self);

    /// Whether no one waits for the document any more.
    fn is_stopped(&self) -> bool {
        false
    }
}

/// Reads resource objects into a sink.
pub(super) struct Records<'s, S> {
    sink: &'s mut S,
    scratch: String,
}

impl<'s, S: Sink> Records<'s, S> {
    pub(super) const fn new(sink: &'s mut S) -> Self {
        Self { sink, scratch: String::new() }
    }
}

impl<S: Sink> Resources for Records<'_, S> {
    fn resource<'de, D: Deserializer<'de>>(&mut self, from: D) -> Result<(), D::Error> {
        if self.sink.is_stopped() {
            return Err(serde::de::Error::custom(Stop::REASON));
        }
        Lenient(One(self)).deserialize(from)
    }

    fn object<'de, A: MapAccess<'de>>(&mut self, mut map: A) -> Result<(), A::Error> {
        enum Name {
            Id,
            Type,
            Attributes,
            Relationships,
            Other,
        }
        self.sink.begin();
        let (mut id, mut kind): (Option<&'de str>, Option<&'de str>) = (None, None);
        let name = |name: &str| match name {
            "id" => Name::Id,
            "type" => Name::Type,
            "attributes" => Name::Attributes,
            "relationships" => Name::Relationships,
            _ => Name::Other,
        };
        while let Some(name) = map.next_key_seed(MemberKey(name))? {
            match name {
                Name::Id => id = Some(map.next_value::<&RawValue>()?.get()),
                Name::Type => kind = Some(map.next_value::<&RawValue>()?.get()),
                Name::Attributes => map.next_value_seed(Lenient(Attributes(self)))?,
                Name::Relationships => map.next_value_seed(Lenient(Relationships(self.sink)))?,
                Name::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        self.sink.end(identity(id, kind));
        Ok(())
    }
}

/// Letters of what is no id or type that are kept of it.
const QUOTED: usize = 4_000;

fn identity(id: Option<&str>, kind: Option<&str>) -> ResourceIdentity {
    // Longer than what is shown of it: a secret in it is to be whole until it is masked.
    let short = |json: &str| plain(json).chars().take(QUOTED).collect::<String>();
    match (kind.and_then(string).as_deref(), id.and_then(lenient_id), id) {
        (Some(TYPE), Some(id), _) => ResourceIdentity::Known(id),
        (Some(TYPE), None, Some(id)) => ResourceIdentity::Unknown(format!("its id is \"{}\"", short(id))),
        (Some(TYPE), None, None) => ResourceIdentity::Unknown("it has no id".to_owned()),
        _ => ResourceIdentity::Unknown(match kind {
            Some(kind) => format!("its type is \"{}\", not \"{TYPE}\"", short(kind)),
            None => "it has no type".to_owned(),
        }),
    }
}

struct One<'r, 's, S>(&'r mut Records<'s, S>);

impl<'de, S: Sink> Members<'de> for One<'_, '_, S> {
    type Value = ();

    fn members<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.0.object(map)
    }

    fn other(self) {
        self.0.sink.stray();
    }
}

/// A name of the table, or one that is not in it; the name itself is kept only where it is wanted.
enum Name {
    Known(FieldId),
    Unknown(Option<String>),
}

struct Attributes<'r, 's, S>(&'r mut Records<'s, S>);

impl<'de, S: Sink> Members<'de> for Attributes<'_, '_, S> {
    type Value = ();

    fn members<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let wanted = self.0.sink.wants_unknown();
        let name = |name: &str| match FieldId::by_name(name).filter(|field| field.relation().is_none()) {
            Some(field) => Name::Known(field),
            None => Name::Unknown(wanted.then(|| name.to_owned())),
        };
        while let Some(name) = map.next_key_seed(MemberKey(name))? {
            match name {
                Name::Known(field) => {
                    set_attribute(self.0.sink, field, map.next_value::<&RawValue>()?.get(), &mut self.0.scratch);
                }
                Name::Unknown(Some(name)) => self.0.sink.unknown(name, map.next_value::<&RawValue>()?.get()),
                Name::Unknown(None) => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }

    fn other(self) {}
}

struct Relationships<'s, S>(&'s mut S);

impl<'de, S: Sink> Members<'de> for Relationships<'_, S> {
    type Value = ();

    fn members<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let wanted = self.0.wants_unknown();
        let name = |name: &str| match FieldId::by_name(name).filter(|field| field.relation().is_some()) {
            Some(field) => Name::Known(field),
            None => Name::Unknown(wanted.then(|| name.to_owned())),
        };
        while let Some(name) = map.next_key_seed(MemberKey(name))? {
            match name {
                Name::Known(field) => map.next_value_seed(Lenient(Relationship { field, sink: self.0 }))?,
                Name::Unknown(Some(name)) => self.0.unknown(name, map.next_value::<&RawValue>()?.get()),
                Name::Unknown(None) => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }

    fn other(self) {}
}

struct Relationship<'s, S> {
    field: FieldId,
    sink: &'s mut S,
}

impl<'de, S: Sink> Members<'de> for Relationship<'_, S> {
    type Value = ();

    fn members<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        enum Name {
            Links,
            Data,
            Other,
        }
        let (mut data, mut related): (Option<&'de str>, Option<&'de str>) = (None, None);
        let name = |name: &str| match name {
            "links" => Name::Links,
            "data" => Name::Data,
            _ => Name::Other,
        };
        while let Some(name) = map.next_key_seed(MemberKey(name))? {
            match name {
                Name::Links => related = map.next_value_seed(Lenient(RelatedLink))?,
                Name::Data => data = Some(map.next_value::<&RawValue>()?.get()),
                Name::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        match (data, related.and_then(link)) {
            (Some("null"), _) => self.sink.set(self.field, ValueRef::Null),
            (Some(data), _) => match self.field.relation().and_then(|relation| linkage(relation, data)) {
                Some(id) => self.sink.set(self.field, ValueRef::Reference(id)),
                None => self.sink.set(self.field, ValueRef::Odd(data)),
            },
            (None, Some(link)) => self.sink.set(self.field, ValueRef::Linked(&link)),
            (None, None) => {}
        }
        Ok(())
    }

    fn other(self) {}
}

/// The JSON of `related` among links.
struct RelatedLink;

impl<'de> Members<'de> for RelatedLink {
    type Value = Option<&'de str>;

    fn members<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut related = None;
        while let Some(is_related) = map.next_key_seed(MemberKey(|name: &str| name == "related"))? {
            if is_related {
                related = Some(map.next_value::<&RawValue>()?.get());
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(related)
    }

    fn other(self) -> Self::Value {
        None
    }
}

/// A link as JSON:API allows it: a text, or an object with `href`.
fn link(json: &str) -> Option<std::borrow::Cow<'_, str>> {
    string(json).or_else(|| string(member(&members(json)?, "href")?))
}

/// One record, with all that the document holds beside it.
#[derive(Debug, Default)]
struct Single {
    registration: Registration,
    error: Option<String>,
}

impl Sink for Single {
    fn begin(&mut self) {
        *self = Self::default();
    }

    fn set(&mut self, field: FieldId, value: ValueRef<'_>) {
        self.registration.set(field, value.to_value());
    }

    fn secret(&mut self, field: FieldId, text: &str) {
        self.registration.set(field, Value::Secret(Secret::new(text)));
    }

    fn wants_unknown(&self) -> bool {
        true
    }

    fn unknown(&mut self, name: String, json: &str) {
        self.registration.unknown.push((name, json.to_owned()));
    }

    fn end(&mut self, identity: ResourceIdentity) {
        match identity {
            ResourceIdentity::Known(id) => {
                let mut whole = Registration::new(id);
                for field in FieldId::all() {
                    whole.set(field, self.registration.get(field).clone());
                }
                whole.unknown = std::mem::take(&mut self.registration.unknown);
                self.registration = whole;
            }
            ResourceIdentity::Unknown(reason) => self.error = Some(reason),
        }
    }

    fn stray(&mut self) {
        self.error = Some("it is not a resource object".to_owned());
    }
}

/// Reads a document with one registration, and what came with it.
///
/// # Errors
/// The body is no such document.
pub fn single(body: &[u8]) -> Result<(Registration, Vec<Target>), Malformed> {
    let text = text_of_body(body)?;
    let mut sink = Single::default();
    let envelope = read(text, &mut Records::new(&mut sink))?;
    match envelope.data {
        Some(DataMember::One) => {}
        Some(DataMember::List) => return Err(Malformed::new("`data` is a list where one registration was due")),
        Some(DataMember::Null | DataMember::Scalar) | None => {
            return Err(Malformed::new("`data` is not a registration"));
        }
    }
    if let Some(error) = sink.error {
        return Err(Malformed(format!("`data` is not a registration: {error}")));
    }
    Ok((sink.registration, envelope.included.map(|json| target::included(json, &Stop::default())).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_record_keeps_its_password_and_what_is_not_known() {
        let (registration, _) = single(
            br#"{"data":{"attributes":{"auth-password":"p","x-new":[1, 2],"name":"n","pop":9},
                "relationships":{"owner":{"data": null},"pop":{"data":null}},"id":"7","type":"registrations"}}"#,
        )
        .unwrap();
        assert_eq!(registration.get(FieldId::AuthPassword), &Value::Secret(Secret::new("p")));
        assert_eq!(registration.get(FieldId::Pop), &Value::Null);
        let unknown: Vec<(&str, &str)> =
            registration.unknown.iter().map(|(name, json)| (name.as_str(), json.as_str())).collect();
        assert_eq!(unknown, [("x-new", "[1, 2]"), ("pop", "9"), ("owner", "{\"data\": null}")]);
        assert_eq!(crate::domain::record::Record::id(&registration), 7);
    }

    #[test]
    fn what_is_no_single_record_is_said() {
        for (body, word) in [
            ("{\"data\":[]}", "a list where"),
            ("{\"data\":null}", "not a registration"),
            ("{\"data\":{\"id\":\"1\",\"type\":\"pops\"}}", "pops"),
            ("{\"data\":{\"type\":\"registrations\"}}", "no id"),
        ] {
            let reported = single(body.as_bytes()).unwrap_err().to_string();
            assert!(reported.contains(word), "{body}: {reported}");
        }
    }
}
