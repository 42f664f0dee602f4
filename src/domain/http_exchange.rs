//! One HTTP exchange as it may be shown: whoever records it has taken out every secret before.

use std::fmt::Write as _;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::formats::json;

/// How many are kept.
pub const KEPT: usize = 50;

/// What stands for the token in a command to copy.
const TOKEN: &str = "$TOKEN";

/// A request, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpExchange {
    /// When it was sent.
    pub at: DateTime<Utc>,
    /// Method.
    pub method: &'static str,
    /// The whole address.
    pub url: String,
    /// Path and query of it.
    pub target: String,
    /// Headers as sent, what is secret in them masked.
    pub sent: Vec<(String, String)>,
    /// Bytes of the body sent.
    pub sent_bytes: usize,
    /// The body sent, passwords masked; `None` where there was none.
    pub body: Option<String>,
    /// Our `X-Request-Id`.
    pub request_id: String,
    /// From sending to the last byte, or to the failure.
    pub took: Duration,
    /// What came back.
    pub outcome: Came,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// An answer.
    Answer {
        /// HTTP status of the answer.
        status: u16,
        /// Its headers, what is secret in them masked.
        headers: Vec<(String, String)>,
        /// Bytes of its body.
        bytes: usize,
        /// The beginning of its body where it says no; other bodies are not kept.
        complaint: Option<String>,
    },
    /// None; why.
    Failure(String),
}

impl HttpExchange {
    /// Status, or that there was none.
    pub fn status(&self) -> String {
        match &self.outcome {
            Came::Answer { status, .. } => status.to_string(),
            Came::Failure(_) => "---".to_owned(),
        }
    }

    /// A curl command that sends the same, with the token and every password left to who runs it.
    pub fn curl(&self) -> String {
        let mut text = String::from("curl");
        if self.method != "GET" {
            let _ = write!(text, " -X {}", self.method);
        }
        let _ = write!(text, " {}", quoted(&self.url));
        for (name, value) in &self.sent {
            // Each run has a name of its own in the server's log.
            if name == "x-request-id" {
                continue;
            }
            if name == "authorization" {
                let _ = write!(text, " -H \"Authorization: {TOKEN}\"");
            } else {
                let _ = write!(text, " -H {}", quoted(&format!("{name}: {value}")));
            }
        }
        if let Some(body) = &self.body {
            let compact: String = body.lines().map(str::trim_start).map(json::escaped).collect();
            let _ = write!(text, " -d {}", quoted(&compact));
        }
        text
    }
}

/// One word of a shell, whatever is in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_to_copy_has_no_token_and_survives_quotes() {
        let exchange = HttpExchange {
            at: DateTime::UNIX_EPOCH,
            method: "PATCH",
            url: "http://a/b?c=d'e".to_owned(),
            target: "/b?c=d'e".to_owned(),
            sent: vec![
                ("accept".to_owned(), "application/vnd.api+json".to_owned()),
                ("authorization".to_owned(), "********".to_owned()),
                ("x-request-id".to_owned(), "sipreg-1".to_owned()),
            ],
            sent_bytes: 9,
            body: Some("{\n  \"a\": \"b'c\"\n}".to_owned()),
            request_id: "sipreg-1".to_owned(),
            took: Duration::from_millis(3),
            outcome: Came::Failure("timed out".to_owned()),
        };
        assert_eq!(
            exchange.curl(),
            r#"curl -X PATCH 'http://a/b?c=d'\''e' -H 'accept: application/vnd.api+json' -H "Authorization: $TOKEN" -d '{"a": "b'\''c"}'"#
        );
    }
}
