//! From bytes to records, in one pass and without a tree of values in between: each attribute goes from the
//! text straight into its field as the table says. What has the wrong type becomes `Value::Odd`, what has
//! no identity is skipped and said; only a text that is no JSON:API document is an error.

mod aside;
mod record;
mod target;

use std::collections::HashSet;
use std::sync::Arc;

pub use aside::Stop;
pub(super) use aside::aside;
pub use record::single;
pub use target::{target, targets};

use crate::api::document::{
    DataMember, Malformed, lenient_id, member, members, next_page, read, string, text_of_body, total,
};
use crate::domain::answer::{NextPage, Page, PageFacts, Tag};
use crate::domain::query::SegmentBuilder;
use crate::domain::record::{FieldId, Relation, Secret, Target, Texts, ValueKind, ValueRef};
use record::{Records, ResourceIdentity, Sink};

/// Makes one page of the documents that it is given.
#[derive(Debug, Default)]
pub struct PageReader {
    builder: SegmentBuilder,
    /// Ids of all documents.
    seen: HashSet<u64>,
    /// What the document under way says.
    here: PageFacts,
    ids_here: HashSet<u64>,
    entries: usize,
    skipped: Vec<String>,
    linked: bool,
    targets: Vec<Target>,
    targets_seen: HashSet<(Relation, u64)>,
    total: Option<u64>,
    last: NextPage,
    /// Bytes of the last document.
    bytes: usize,
    stop: Stop,
    /// Where passwords are wanted, which lists do not keep: those that were read, by id.
    passwords: Option<Vec<(u64, Secret)>>,
    /// That of the record under way.
    password: Option<Secret>,
}

/// About so many bytes of a document are one byte of values.
const TEXT_PART: usize = 6;

/// Pops, nodes and transports that are taken from one page: far more than its records can refer to.
const MOST_TARGETS: usize = 10_000;

impl PageReader {
    /// A reader that keeps the passwords beside the page.
    pub fn with_passwords() -> Self {
        Self { passwords: Some(Vec::new()), ..Self::default() }
    }

    /// A reader with room for so many records, that come in so many bytes.
    pub fn expecting(records: u32, bytes: usize) -> Self {
        let mut reader = Self::default();
        // Names, links and what is not kept are most of a document.
        reader.builder.reserve(records as usize, bytes / TEXT_PART);
        reader
    }

    /// The passwords that were read, if they were to be kept.
    pub fn take_passwords(&mut self) -> Vec<(u64, Secret)> {
        self.passwords.take().unwrap_or_default()
    }

    /// Gives up at the next record once this is asked to.
    pub(super) fn stopped_by(&mut self, stop: Stop) {
        self.stop = stop;
    }

    /// Takes in a document with a list of registrations. A record that another document held is not taken again.
    /// Returns what the document says of the list.
    ///
    /// # Errors
    /// The body is no such document; records read before the fault was found stay.
    pub fn absorb(&mut self, body: &[u8]) -> Result<PageFacts, Malformed> {
        self.here = PageFacts::default();
        self.ids_here.clear();
        let text = text_of_body(body)?;
        let envelope = read(text, &mut Records::new(self))?;
        match envelope.data {
            Some(DataMember::List) => {}
            Some(DataMember::One) => return Err(Malformed::new("`data` is an object where a list was due")),
            Some(DataMember::Null | DataMember::Scalar) | None => {
                return Err(Malformed::new("`data` is not a list of registrations"));
            }
        }
        let mut here = std::mem::take(&mut self.here);
        here.total = envelope.meta.and_then(total);
        here.next = envelope.links.map(next_page).unwrap_or_default();
        self.total = here.total.or(self.total);
        for target in envelope.included.map(|json| target::included(json, &self.stop)).unwrap_or_default() {
            if self.targets.len() < MOST_TARGETS && self.targets_seen.insert((target.relation, target.id)) {
                self.targets.push(target);
            }
        }
        self.stop.check()?;
        self.last = here.next;
        here.bytes = body.len();
        self.bytes = here.bytes;
        Ok(here)
    }

    /// The page, with the tag that came with it.
    pub fn finish(self, tag: Option<Tag>) -> Page {
        Page {
            segment: Arc::new(self.builder.finish()),
            targets: self.targets,
            total: self.total,
            next: self.last,
            bytes: self.bytes,
            tag,
            skipped: self.skipped,
            linked: self.linked,
        }
    }
}

impl Sink for PageReader {
    fn begin(&mut self) {
        self.entries += 1;
        self.password = None;
        self.builder.begin(0);
    }

    fn set(&mut self, field: FieldId, value: ValueRef<'_>) {
        self.linked |= matches!(value, ValueRef::Linked(_));
        self.builder.set(field, value);
    }

    fn secret(&mut self, field: FieldId, text: &str) {
        if self.passwords.is_some() {
            self.password = Some(Secret::new(text));
        }
        self.builder.set(field, ValueRef::Withheld);
    }

    fn end(&mut self, identity: ResourceIdentity) {
        let error = match identity {
            ResourceIdentity::Known(id) if self.ids_here.insert(id) => {
                self.here.ids.push(id);
                if !self.seen.insert(id) {
                    return self.builder.abandon();
                }
                self.builder.set_id(id);
                if let (Some(kept), Some(password)) = (&mut self.passwords, self.password.take()) {
                    kept.push((id, password));
                }
                return;
            }
            ResourceIdentity::Known(id) => format!("id {id} is there twice"),
            ResourceIdentity::Unknown(reason) => reason,
        };
        self.builder.abandon();
        self.here.skipped += 1;
        self.skipped.push(format!("entry {} of the page was skipped: {error}", self.entries));
    }

    fn is_stopped(&self) -> bool {
        self.stop.is_asked()
    }

    fn stray(&mut self) {
        self.entries += 1;
        self.here.skipped += 1;
        self.skipped.push(format!("entry {} of the page was skipped: it is not a resource object", self.entries));
    }
}

/// Reads an attribute's JSON into its field, as the table says.
fn set_attribute(sink: &mut impl Sink, field: FieldId, json: &str, scratch: &mut String) {
    if json == "null" {
        return sink.set(field, ValueRef::Null);
    }
    let value = match field.field().kind {
        ValueKind::Text => return set_text(sink, field, json),
        ValueKind::Secret => return set_secret(sink, field, json),
        ValueKind::Flag => match json {
            "true" => ValueRef::Flag(true),
            "false" => ValueRef::Flag(false),
            _ => ValueRef::Odd(json),
        },
        ValueKind::Number { .. } | ValueKind::Choice(_) => json.parse().map_or(ValueRef::Odd(json), ValueRef::Number),
        ValueKind::Texts => {
            if pack(json, scratch) {
                ValueRef::Texts(Texts::Packed(scratch))
            } else {
                ValueRef::Odd(json)
            }
        }
        ValueKind::Reference(_) => ValueRef::Odd(json),
    };
    sink.set(field, value);
}

fn set_text(sink: &mut impl Sink, field: FieldId, json: &str) {
    match crate::api::document::string(json) {
        Some(text) => sink.set(field, ValueRef::Text(&text)),
        None => sink.set(field, ValueRef::Odd(json)),
    }
}

fn set_secret(sink: &mut impl Sink, field: FieldId, json: &str) {
    match crate::api::document::string(json) {
        Some(text) if text.is_empty() => sink.set(field, ValueRef::Text("")),
        Some(text) => sink.secret(field, &text),
        // Whatever stands here may be the password all the same.
        None => sink.set(field, ValueRef::Withheld),
    }
}

/// Packs a list of texts, each ended by a NUL; says whether it was one.
fn pack(json: &str, scratch: &mut String) -> bool {
    scratch.clear();
    let Some(elements) = crate::api::document::elements(json) else { return false };
    for element in elements {
        let Some(text) = crate::api::document::string(element) else { return false };
        scratch.extend(text.chars().map(|c| if c == '\0' { char::REPLACEMENT_CHARACTER } else { c }));
        scratch.push('\0');
    }
    true
}

/// The id in a to-one linkage of the right type.
fn linkage(relation: Relation, json: &str) -> Option<u64> {
    let members = members(json)?;
    let kind = string(member(&members, "type")?)?;
    if kind != relation.resource_type() {
        return None;
    }
    lenient_id(member(&members, "id")?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::record::{Record, Relation};

    fn page(body: &str) -> Result<Page, Malformed> {
        let mut reader = PageReader::default();
        reader.absorb(body.as_bytes())?;
        Ok(reader.finish(None))
    }

    fn of_entries(entries: &str) -> Page {
        page(&format!(r#"{{"data":[{entries}],"meta":{{"total-count":5}}}}"#)).unwrap()
    }

    #[test]
    fn a_page_is_read_field_by_field() {
        let page = page(
            r#"{"data":[{"id":"8","type":"registrations","links":{"self":"http://h/x"},
                "attributes":{"auth-password":"s3cr3t","auth-user":"","contact":"sip:\u00fcx@y","enabled":true,
                "expire":3600,"max-attempts":null,"name":"Acme \"1\"","route-set":["sip:a","sip:\tb"],"sip-schema-id":2,
                "new-thing":{"a":[1]}},
                "relationships":{"transport-protocol":{"links":{"related":"l"},"data":{"type":"transport-protocols","id":"3"}},
                "pop":{"links":{"related":"http://h/pop"},"data":null},"node":{"links":{"related":"http://h/node"}},
                "owner":{"data":null}}}],
                "included":[{"id":"3","type":"transport-protocols","attributes":{"name":"TLS"}},
                {"id":"5","type":"nodes","attributes":{"name":"n5","rpc-endpoint":"10.2.0.5:7080"},
                 "relationships":{"pop":{"data":{"type":"pops","id":"2"}}}},{"id":"9","type":"gateways"},7],
                "meta":{"total-count":120},"links":{"first":"x"},"jsonapi":{"version":"1.0"}}"#
                ,
        )
        .unwrap();
        assert_eq!(page.total, Some(120));
        assert!(page.linked);
        assert!(page.skipped.is_empty());
        let row = page.segment.row(0).unwrap();
        assert_eq!(row.id(), 8);
        assert_eq!(row.get(FieldId::AuthPassword), ValueRef::Withheld);
        assert_eq!(row.get(FieldId::AuthUser), ValueRef::Text(""));
        assert_eq!(row.get(FieldId::Contact), ValueRef::Text("sip:\u{fc}x@y"));
        assert_eq!(row.get(FieldId::Name), ValueRef::Text("Acme \"1\""));
        assert_eq!(row.get(FieldId::Expire), ValueRef::Number(3_600));
        assert_eq!(row.get(FieldId::MaxAttempts), ValueRef::Null);
        assert_eq!(row.get(FieldId::Domain), ValueRef::Missing);
        assert_eq!(row.get(FieldId::RouteSet), ValueRef::Texts(Texts::Packed("sip:a\0sip:\tb\0")));
        assert_eq!(row.get(FieldId::TransportProtocol), ValueRef::Reference(3));
        assert_eq!(row.get(FieldId::Pop), ValueRef::Null);
        assert_eq!(row.get(FieldId::Node), ValueRef::Linked("http://h/node"));
        assert_eq!(page.targets.len(), 2);
        assert_eq!(page.targets[1].relation, Relation::Node);
        assert_eq!(page.targets[1].pop, Some(2));
        assert_eq!(page.targets[1].attributes, [("rpc-endpoint".to_owned(), "10.2.0.5:7080".to_owned())]);
    }

    #[test]
    fn a_record_that_an_earlier_document_held_is_no_second_one_and_no_mistake() {
        let of = |ids: &[u64]| {
            let entry = |id: &u64| {
                format!(r#"{{"id":"{id}","type":"registrations","attributes":{{"auth-password":"p{id}"}}}}"#)
            };
            format!(
                r#"{{"data":[{}],"meta":{{"total-count":3}}}}"#,
                ids.iter().map(entry).collect::<Vec<_>>().join(",")
            )
        };
        let mut reader = PageReader::with_passwords();
        assert_eq!(reader.absorb(of(&[1, 2]).as_bytes()).unwrap().ids, [1, 2]);
        let second = reader.absorb(of(&[2, 3]).as_bytes()).unwrap();
        assert_eq!((second.ids.as_slice(), second.skipped), (&[2, 3][..], 0));
        let passwords: Vec<(u64, String)> =
            reader.take_passwords().into_iter().map(|(id, secret)| (id, secret.expose().to_owned())).collect();
        assert_eq!(passwords, [1, 2, 3].map(|id| (id, format!("p{id}"))));
        let page = reader.finish(None);
        assert_eq!(page.segment.iter().map(|row| row.id()).collect::<Vec<_>>(), [1, 2, 3]);
        assert!(page.skipped.is_empty(), "{:?}", page.skipped);
    }

    #[test]
    fn what_has_no_identity_is_left_out_and_said() {
        let page = of_entries(
            r#"{"id":"1","type":"registrations"},{"id":"1","type":"registrations"},{"type":"registrations"},
               {"id":"abc","type":"registrations"},{"id":"2","type":"gateways"},7,null,[1],{"id":"3"},
               {"id":4,"type":"registrations"},{"attributes":{"name":"late"},"type":"registrations","id":"6"}"#,
        );
        let ids: Vec<u64> = page.segment.iter().map(|row| row.id()).collect();
        assert_eq!(ids, [1, 4, 6]);
        assert_eq!(page.segment.row(2).unwrap().name(), "late");
        assert_eq!(page.skipped.len(), 8);
        assert!(page.skipped[0].contains("entry 2") && page.skipped[0].contains("twice"), "{}", page.skipped[0]);
        assert!(page.skipped[2].contains("abc"), "{}", page.skipped[2]);
        assert!(page.skipped[3].contains("gateways"), "{}", page.skipped[3]);
    }

    #[test]
    fn values_of_a_wrong_type_are_shown_as_they_are() {
        let page = of_entries(
            r#"{"id":"1","type":"registrations","attributes":{"name":7,"enabled":"yes","expire":99999999999999999999,
               "retry-delay":2.5,"route-set":"sip:a","max-attempts":[1e999],"domain":{"a": 1},"auth-password":{"x":"y"},
               "contact":"\ud800"},"relationships":{"pop":{"data":[1]},"node":{"data":{"type":"pops","id":"1"}},
               "transport-protocol":7}},
               {"id":"2","type":"registrations","attributes":7,"relationships":[]}"#,
        );
        let row = page.segment.row(0).unwrap();
        assert_eq!(row.get(FieldId::Name), ValueRef::Odd("7"));
        assert_eq!(row.get(FieldId::Enabled), ValueRef::Odd("\"yes\""));
        assert_eq!(row.get(FieldId::Expire), ValueRef::Odd("99999999999999999999"));
        assert_eq!(row.get(FieldId::RetryDelay), ValueRef::Odd("2.5"));
        assert_eq!(row.get(FieldId::RouteSet), ValueRef::Odd("\"sip:a\""));
        assert_eq!(row.get(FieldId::MaxAttempts), ValueRef::Odd("[1e999]"));
        assert_eq!(row.get(FieldId::Domain), ValueRef::Odd("{\"a\": 1}"));
        assert_eq!(row.get(FieldId::AuthPassword), ValueRef::Withheld);
        assert_eq!(row.get(FieldId::Contact), ValueRef::Odd("\"\\ud800\""));
        assert_eq!(row.get(FieldId::Pop), ValueRef::Odd("[1]"));
        assert_eq!(row.get(FieldId::Node), ValueRef::Odd("{\"type\":\"pops\",\"id\":\"1\"}"));
        assert_eq!(row.get(FieldId::TransportProtocol), ValueRef::Missing);
        assert_eq!(page.segment.row(1).unwrap().get(FieldId::Name), ValueRef::Missing);
    }

    #[test]
    fn what_is_no_list_of_registrations_is_said() {
        for (body, word) in [
            ("", "empty"),
            ("<html><title>Sign in</title>", "Sign in"),
            ("{}", "`data`"),
            ("[]", "not a JSON:API"),
            ("7", "not a JSON:API"),
            ("{\"data\":{}}", "object where a list"),
            ("{\"data\":null}", "not a list"),
            ("{\"data\":\"x\"}", "not a list"),
            ("{\"data\":[]", "JSON"),
            ("{\"data\":[]} x", "JSON"),
            ("{\"errors\":[]}", "errors"),
            ("{\"data\":[{\"id\":\"1\"", "JSON"),
        ] {
            let reported = page(body).unwrap_err().to_string();
            assert!(reported.contains(word), "{body}: {reported}");
        }
        let mut reader = PageReader::default();
        assert!(reader.absorb(b"{\"data\":[\"\xff\"]}").unwrap_err().to_string().contains("UTF-8"));
    }

    #[test]
    fn deep_nesting_is_read_past() {
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        let page =
            of_entries(&format!(r#"{{"id":"1","type":"registrations","x":{deep},"attributes":{{"y":{deep}}}}}"#));
        assert_eq!(page.segment.len(), 1);
        let deep = format!("{}1{}", "{\"a\":".repeat(100), "}".repeat(100));
        let page = of_entries(&format!(r#"{{"id":"1","type":"registrations","attributes":{{"name":{deep}}}}}"#));
        assert_eq!(page.segment.row(0).unwrap().get(FieldId::Name), ValueRef::Odd(&deep));
    }

    fn any_json() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("null".to_owned()),
            Just("true".to_owned()),
            Just("1e400".to_owned()),
            Just("\"\\ud800\"".to_owned()),
            "-?[0-9]{1,30}",
            "\"[a-z\u{202e}0-9 ]{0,8}\"",
            Just("\"registrations\"".to_owned()),
            Just("\"7\"".to_owned()),
        ];
        leaf.prop_recursive(6, 60, 6, |inner| {
            let name = prop_oneof![
                proptest::sample::select(vec![
                    "data",
                    "id",
                    "type",
                    "attributes",
                    "relationships",
                    "links",
                    "related",
                    "included",
                    "meta",
                    "name",
                    "enabled",
                    "expire",
                    "route-set",
                    "auth-password",
                    "pop",
                    "node",
                    "total-count",
                    "errors",
                ])
                .prop_map(str::to_owned),
                "[a-z]{0,3}",
            ];
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(|all| format!("[{}]", all.join(","))),
                proptest::collection::vec((name, inner), 0..6).prop_map(|all| {
                    let all: Vec<String> = all.into_iter().map(|(name, json)| format!("\"{name}\":{json}")).collect();
                    format!("{{{}}}", all.join(","))
                }),
            ]
        })
    }

    fn read_everything(bytes: &[u8]) {
        let mut reader = PageReader::default();
        drop(reader.absorb(bytes));
        drop(reader.finish(None));
        drop(single(bytes));
        drop(target(bytes, Relation::Node));
        drop(targets(bytes, Relation::Pop));
        drop(crate::api::document::refusal(bytes));
        let _: bool = crate::api::document::refuses_include(bytes);
        drop(crate::api::pretty::document(&String::from_utf8_lossy(bytes)));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            read_everything(&bytes);
        }

        #[test]
        fn no_json_makes_it_panic(json in any_json(), cut in any::<proptest::sample::Index>()) {
            read_everything(json.as_bytes());
            read_everything(format!("{{\"data\":{json}}}").as_bytes());
            read_everything(format!("{{\"data\":[{json}],\"included\":[{json}],\"meta\":{json}}}").as_bytes());
            read_everything(json.as_bytes().get(..cut.index(json.len())).unwrap_or_default());
        }
    }
}
