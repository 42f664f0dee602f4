//! One registration as a node, or a line of a command, writes it. Every member is optional, and one of another type
//! than it should be counts as not said: older nodes leave members out and write booleans for 0 and 1.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::domain::live::loaded::{self, LOADED, LOADED_COUNT, LoadedShape, TextsBuilder};
use crate::domain::live::node_list::{Initiator, LiveState, NodeRow};
use crate::domain::record::FieldId;

use super::answer::AnswerFault;

/// A value of one member.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum Scalar<'a> {
    Text(Cow<'a, str>),
    Number(i64),
    Flag(bool),
    #[default]
    Nothing,
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Number(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Scalar<'de>, E> {
        Ok(i64::try_from(number).map_or(Scalar::Nothing, Scalar::Number))
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "casts of floats saturate, and fractions of seconds do not count"
    )]
    fn visit_f64<E>(self, number: f64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Number(number as i64))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Flag(flag))
    }

    fn visit_unit<E>(self) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Scalar<'de>, A::Error> {
        // A list of texts, as a route set might be written.
        let mut texts = Vec::new();
        while let Some(item) = items.next_element::<Scalar<'de>>()? {
            texts.extend(item.text().map(Cow::into_owned));
        }
        Ok(Scalar::Text(Cow::Owned(texts.join(","))))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Scalar<'de>, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nothing)
    }
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

impl<'a> Scalar<'a> {
    fn number(&self) -> Option<i64> {
        match self {
            Self::Text(text) => text.trim().parse().ok(),
            Self::Number(number) => Some(*number),
            Self::Flag(flag) => Some(i64::from(*flag)),
            Self::Nothing => None,
        }
    }

    fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(number) => Some(Cow::Owned(number.to_string())),
            Self::Flag(_) | Self::Nothing => None,
        }
    }

    fn positive(&self) -> Option<u64> {
        self.number().and_then(|number| u64::try_from(number).ok())
    }

    /// In the form in which nodes and API are compared.
    fn loaded(self, shape: LoadedShape) -> Option<Cow<'a, str>> {
        match shape {
            // A node that has no text sends null where another sends an empty one.
            LoadedShape::Text => Some(self.text().unwrap_or_default()),
            LoadedShape::List => Some(Cow::Owned(loaded::joined(self.text().unwrap_or_default().split(',')))),
            LoadedShape::Number => self.number().map(|number| Cow::Owned(number.to_string())),
            LoadedShape::ZeroIsUnset => self.number().map(|number| match number {
                0 => Cow::Borrowed(""),
                number => Cow::Owned(number.to_string()),
            }),
            LoadedShape::Flag => self.number().map(|number| Cow::Borrowed(if number == 0 { "0" } else { "1" })),
        }
    }
}

/// Everything that is read of an entry.
#[derive(Debug, Default)]
struct Members<'a> {
    id: Scalar<'a>,
    node_id: Scalar<'a>,
    node: Scalar<'a>,
    /// Of a line of a command: why a node reported nothing.
    error: Scalar<'a>,
    state: Scalar<'a>,
    state_code: Scalar<'a>,
    left: Scalar<'a>,
    attempt: Scalar<'a>,
    asked_at: Scalar<'a>,
    registered_at: Scalar<'a>,
    code: Scalar<'a>,
    reason: Scalar<'a>,
    initiator: Scalar<'a>,
    postponed: Scalar<'a>,
    /// Port of the registrar, which a node distinguishes from its domain.
    port: Scalar<'a>,
    loaded: [Option<Scalar<'a>>; LOADED_COUNT],
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = Members::default();
        while let Some(Scalar::Text(key)) = map.next_key::<Scalar<'de>>()? {
            let value = map.next_value()?;
            match key.as_ref() {
                "id" => members.id = value,
                "node_id" => members.node_id = value,
                "node" => members.node = value,
                "error" => members.error = value,
                "state" => members.state = value,
                "state_code" => members.state_code = value,
                "expires_left" => members.left = value,
                "attempt" => members.attempt = value,
                "last_request_time" => members.asked_at = value,
                "last_succ_reg_time" => members.registered_at = value,
                "last_error_code" => members.code = value,
                "last_error_reason" => members.reason = value,
                "last_error_initiator" => members.initiator = value,
                "postpone_timeout_msec" => members.postponed = value,
                "port" => members.port = value,
                key => {
                    let known = LOADED.iter().position(|loaded| loaded.member == key);
                    if let Some(slot) = known.and_then(|at| members.loaded.get_mut(at)) {
                        *slot = Some(value);
                    }
                }
            }
        }
        Ok(members)
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

/// An entry, and which node it says it is from.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeEntry {
    /// The registration. `None`: it has no id that can be one.
    pub row: Option<NodeRow>,
    /// `node_id`.
    pub node_id: Option<u64>,
    /// `node`: its name.
    pub node: Option<String>,
    /// Why the node reported nothing, as a command may write.
    pub error: Option<String>,
}

/// Reads one entry; its texts go to `texts`.
///
/// # Errors
/// It is no JSON object.
pub fn entry(bytes: &[u8], texts: &mut TextsBuilder) -> Result<NodeEntry, AnswerFault> {
    let members: Members<'_> = serde_json::from_slice(bytes).map_err(|error| AnswerFault::Json(error.to_string()))?;
    let row = members.id.positive();
    let node_id = members.node_id.positive();
    let text = |scalar: &Scalar<'_>| scalar.clone().text().map(Cow::into_owned).filter(|text| !text.is_empty());
    let (node, error) = (text(&members.node), text(&members.error));
    Ok(NodeEntry { row: row.map(|id| members.row(id, texts)), node_id, node, error })
}

impl Members<'_> {
    fn row(self, id: u64, texts: &mut TextsBuilder) -> NodeRow {
        let state = match (self.state_code.number(), &self.state) {
            (Some(code), _) => LiveState::of_code(code),
            (None, Scalar::Text(name)) => LiveState::of_name(name),
            (None, _) => LiveState::Unclear,
        };
        let mut row = NodeRow::new(id, state);
        // Where the node waits, only how long counts.
        if state == LiveState::Postponed {
            row.set_postponed(self.postponed.number());
        } else {
            row.set_left(self.left.number());
        }
        row.set_attempt(self.attempt.number());
        row.set_times(self.asked_at.number(), self.registered_at.number());
        row.code = self.code.number().and_then(|code| u16::try_from(code).ok()).unwrap_or_default();
        row.reason =
            self.reason.text().filter(|reason| !reason.is_empty()).and_then(|reason| texts.add_reason(&reason));
        row.set_initiator(match self.initiator.text().as_deref() {
            Some("local") => Initiator::Local,
            Some("remote") => Initiator::Remote,
            Some(_) | None => Initiator::Unsaid,
        });
        if self.loaded.iter().any(Option::is_some) {
            let port = self.port.positive().filter(|port| *port > 0);
            let mut values: [Option<Cow<'_, str>>; LOADED_COUNT] = std::array::from_fn(|_| None);
            for ((value, scalar), loaded) in values.iter_mut().zip(self.loaded).zip(LOADED) {
                *value = scalar.and_then(|scalar| scalar.loaded(loaded.shape));
                if let (FieldId::Domain, Some(port), Some(host)) = (loaded.field, port, value.as_mut())
                    && !host.is_empty()
                {
                    let _ = write!(host.to_mut(), ":{port}");
                }
            }
            row.loaded = texts.add(&loaded::pack(&values));
        }
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::live::loaded::unpack;

    const DOCUMENTED: &str = r#"{"attempt":11,"auth_user":"hj","contact":"sip:4487989@192.0.2.3","display_name":"hj","domain":"192.0.2.4","event_sink":"","expires":0,"expires_interval":0,"expires_left":0,"force_reregister":false,"handle":"8-0DD51BD4","id":"8","last_error_code":408,"last_error_initiator":"remote","last_error_reason":"Timeout","last_reply_contacts":"","last_request_contact":"sip:4487989@192.0.2.3","last_request_time":1566646401,"last_succ_reg_time":0,"max_attempts":0,"node_id":8,"pop_id":4,"postpone_timeout_msec":0,"proxy":"","proxy_transport_protocol_id":1,"retry_delay":5,"state":"RegisterPending","state_code":0,"transport_protocol_id":1,"user":"test"}"#;

    #[test]
    fn the_published_answer_of_an_older_node_is_read() {
        let mut texts = TextsBuilder::default();
        let entry = entry(DOCUMENTED.as_bytes(), &mut texts).unwrap();
        let row = entry.row.unwrap();
        let texts = texts.finish();
        assert_eq!((row.id, row.state, row.code), (8, LiveState::Pending, 408));
        assert_eq!((row.initiator(), texts.reason(row.reason.unwrap())), (Initiator::Remote, "Timeout"));
        assert_eq!((row.attempt(), row.asked_at(), row.registered_at()), (Some(11), Some(1_566_646_401), None));
        assert_eq!(entry.node_id, Some(8));
        let loaded: Vec<Option<&str>> = unpack(texts.get(row.loaded.unwrap())).collect();
        let expected = [
            Some("192.0.2.4"),
            Some("test"),
            Some("hj"),
            Some("hj"),
            Some("sip:4487989@192.0.2.3"),
            None,
            None,
            None,
            Some("1"),
            Some(""),
            Some("0"),
            Some("5"),
            Some(""),
        ];
        assert_eq!(loaded, expected);
    }

    #[test]
    fn members_of_another_type_count_as_not_said() {
        let mut texts = TextsBuilder::default();
        let odd = br#"{"id":7,"state_code":true,"last_error_code":"403","expires_left":{"x":1},"attempt":[1],"route_set":["a","b"],"user":null,"last_request_time":1e99,"expires_interval":null,"node":5}"#;
        let row = entry(odd, &mut texts).unwrap().row.unwrap();
        assert_eq!((row.state, row.code, row.left(), row.attempt()), (LiveState::Active, 403, None, Some(1)));
        assert_eq!(row.asked_at(), None);
        let texts = texts.finish();
        let loaded: Vec<Option<&str>> = unpack(texts.get(row.loaded.unwrap())).collect();
        assert_eq!((loaded[1], loaded[5], loaded[9]), (Some(""), Some("a,b"), None));
    }

    #[test]
    fn the_port_of_the_registrar_belongs_to_its_domain() {
        let mut texts = TextsBuilder::default();
        let mut domain = |text: &str| {
            let row = entry(text.as_bytes(), &mut texts).unwrap().row.unwrap();
            let known = texts.finish();
            unpack(known.get(row.loaded.unwrap())).next().unwrap().map(str::to_owned)
        };
        assert_eq!(domain(r#"{"id":1,"domain":"a.example","port":5070}"#).as_deref(), Some("a.example:5070"));
        assert_eq!(domain(r#"{"id":1,"port":"5070","domain":"[::1]"}"#).as_deref(), Some("[::1]:5070"));
        assert_eq!(domain(r#"{"id":1,"domain":"a.example","port":0}"#).as_deref(), Some("a.example"));
        assert_eq!(domain(r#"{"id":1,"domain":"","port":5070}"#).as_deref(), Some(""));
        assert_eq!(domain(r#"{"id":1,"user":"x","port":5070}"#), None);
    }

    #[test]
    fn without_an_id_there_is_no_registration() {
        let read = |text: &str| entry(text.as_bytes(), &mut TextsBuilder::default());
        assert_eq!(read(r#"{"state_code":1}"#).unwrap().row, None);
        assert_eq!(read(r#"{"id":"-3"}"#).unwrap().row, None);
        assert_eq!(read(r#"{"id":"x"}"#).unwrap().row, None);
        assert!(read("[]").is_err() && read("{").is_err());
        let only_id = read(r#"{"id":"3"}"#).unwrap().row.unwrap();
        assert_eq!((only_id.state, only_id.loaded), (LiveState::Unclear, None));
    }
}
