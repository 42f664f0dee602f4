//! JSON-RPC as nodes speak it: what is asked, and what the document around an answer says.

use serde::Deserialize;
use serde_json::Value;

use crate::domain::live::round::Unreachable;

/// What is asked. There is no way to send any other method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// All registrations of the node.
    Registrations,
    /// How many there are.
    Count,
}

/// Every method that sipreg can send. All of them only read.
pub const METHODS: [&str; 2] = ["yeti.show.registrations", "yeti.show.registrations.count"];

impl Method {
    const fn name(self) -> &'static str {
        let [registrations, count] = METHODS;
        match self {
            Self::Registrations => registrations,
            Self::Count => count,
        }
    }

    /// The request with this number.
    pub fn request(self, number: u64) -> String {
        format!(r#"{{"jsonrpc":"2.0","method":"{}","params":[],"id":"{number}"}}"#, self.name())
    }
}

#[derive(Debug, Deserialize)]
struct Envelope {
    #[serde(default)]
    id: Value,
    result: Option<Value>,
    error: Option<Value>,
}

/// Longest text of a node that is kept of an error.
const LONGEST: usize = 200;

/// Reads what stands around the registrations. Returns the `result` that is left.
///
/// # Errors
/// It is none, an answer to another question, or the node refused.
pub fn envelope(bytes: &[u8], number: u64) -> Result<Value, Unreachable> {
    let garbage = |why: String| Unreachable::Garbage(why);
    let envelope: Envelope = serde_json::from_slice(bytes).map_err(|error| garbage(error.to_string()))?;
    if let Some(error) = envelope.error.filter(|error| !error.is_null()) {
        let code = error.get("code").and_then(Value::as_i64).unwrap_or_default();
        let message = error.get("message").and_then(Value::as_str).unwrap_or("no reason given");
        return Err(Unreachable::Refusal { code, message: message.chars().take(LONGEST).collect() });
    }
    let id = match &envelope.id {
        Value::String(id) => id.clone(),
        other => other.to_string(),
    };
    if id != number.to_string() {
        let id: String = id.chars().take(20).collect();
        return Err(garbage(format!("it answers another question (id {id}, not {number})")));
    }
    envelope.result.ok_or_else(|| garbage("it has no result".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_reading_methods_can_be_sent() {
        assert_eq!(
            Method::Registrations.request(1),
            r#"{"jsonrpc":"2.0","method":"yeti.show.registrations","params":[],"id":"1"}"#
        );
        for method in METHODS {
            assert!(method.starts_with("yeti.show."), "{method}");
        }
    }

    #[test]
    fn answers_to_other_questions_and_refusals_are_told_apart() {
        assert_eq!(envelope(br#"{"id":"1","result":5}"#, 1).unwrap(), 5);
        assert_eq!(envelope(br#"{"id":1,"result":[]}"#, 1).unwrap(), Value::Array(Vec::new()));
        let wrong = envelope(br#"{"id":"2","result":[]}"#, 1).unwrap_err().to_string();
        assert!(wrong.contains("id 2, not 1"), "{wrong}");
        let refused = envelope(br#"{"id":"1","error":{"code":-32601,"message":"no such method"}}"#, 1).unwrap_err();
        assert_eq!(refused.to_string(), "the node refused: no such method (-32601)");
        for garbage in ["", "5", "[]", "{}", r#"{"id":"1"}"#, r#"{"id":"1","result":null}"#] {
            assert!(envelope(garbage.as_bytes(), 1).is_err(), "{garbage}");
        }
    }
}
