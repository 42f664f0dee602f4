//! The last exchanges, for people to look at. What is secret is taken out before anything is kept: tokens and
//! cookies in headers, passwords in bodies, and both wherever a server sends them back.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::HeaderMap;

use crate::api::error::{Error, Subject};
use crate::api::exchange::{Answer, Request, wall_clock};
use crate::api::pretty;
use crate::domain::http_exchange::{Came, Exchanged, KEPT};
use crate::domain::record::value::Secret;

/// Headers whose values are secrets.
const SECRET_HEADERS: &[&str] =
    &["authorization", "proxy-authorization", "cookie", "set-cookie", "www-authenticate", "proxy-authenticate"];

/// Headers of an answer that are kept, and bytes of each.
const HEADERS: (usize, usize) = (40, 300);

/// Bytes of a body that are kept.
const BODY: usize = 16 << 10;

/// Bytes of a complaint that are kept.
const COMPLAINT: usize = 4 << 10;

/// The last exchanges, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Recent(Mutex<VecDeque<Arc<Exchanged>>>);

impl Recent {
    /// What is kept now.
    pub(super) fn all(&self) -> Vec<Arc<Exchanged>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Keeps an exchange that ended.
    pub(super) fn keep(
        &self,
        request: &Request,
        token: Option<&Secret>,
        id: &str,
        took: Duration,
        result: &Result<Answer, Error>,
    ) {
        let mut found = Vec::new();
        if let Some(body) = request.body.as_ref().and_then(|body| serde_json::from_str(body.expose()).ok()) {
            passwords(&body, &mut found);
        }
        let had_password = !found.is_empty();
        let secrets = secrets(found, token);
        let outcome = match result {
            Ok(answer) => Came::Answer {
                status: answer.status,
                headers: answer.headers.iter().map(|(name, value)| (name.clone(), without(&secrets, value))).collect(),
                bytes: answer.body.len(),
                complaint: match (answer.status >= 400 && !answer.body.is_empty(), had_password) {
                    (false, _) => None,
                    // It may be sent back in any disguise.
                    (true, true) => Some("(not kept: the request held a password)".to_owned()),
                    (true, false) => Some(complaint(&secrets, &answer.body)),
                },
            },
            Err(error) => Came::Failure(without(&secrets, &error.to_string())),
        };
        let took_by = i64::try_from(took.as_millis()).unwrap_or_default();
        let exchanged = Exchanged {
            at: wall_clock() - chrono::TimeDelta::milliseconds(took_by),
            method: request.asked.verb.as_str(),
            url: request.url.to_string(),
            target: target(request),
            sent: sent_headers(request, token, id),
            sent_bytes: request.body.as_ref().map_or(0, |body| body.expose().len()),
            body: request.body.as_ref().map(|body| match request.asked.subject {
                Subject::SignIn(_) => "(user name and password: not kept)".to_owned(),
                _ => cut(&without(&secrets, &pretty::document(body.expose())), BODY),
            }),
            request_id: id.to_owned(),
            took,
            outcome,
        };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.pop_front();
        }
        kept.push_back(Arc::new(exchanged));
    }
}

fn target(request: &Request) -> String {
    let path = request.url.path();
    request.url.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"))
}

/// Headers of an answer, as far as they are kept.
pub(super) fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let (most, longest) = HEADERS;
    headers
        .iter()
        .take(most)
        .map(|(name, value)| {
            let masked = SECRET_HEADERS.contains(&name.as_str());
            let text = if masked { pretty::MASK.into() } else { String::from_utf8_lossy(value.as_bytes()) };
            (name.to_string(), cut(&text, longest))
        })
        .collect()
}

fn sent_headers(request: &Request, token: Option<&Secret>, id: &str) -> Vec<(String, String)> {
    let media = "application/vnd.api+json";
    let mut sent = vec![("accept", media.to_owned())];
    if request.body.is_some() {
        sent.push(("content-type", media.to_owned()));
    }
    if token.is_some() {
        sent.push(("authorization", pretty::MASK.to_owned()));
    }
    for (name, tag) in [("if-none-match", &request.known), ("if-match", &request.expected)] {
        sent.extend(tag.as_ref().map(|tag| (name, tag.as_str().to_owned())));
    }
    sent.push(("x-request-id", id.to_owned()));
    sent.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Everything in a request that must not be read anywhere else, as it is and as JSON writes it.
fn secrets(mut found: Vec<String>, token: Option<&Secret>) -> Vec<String> {
    found.extend(token.map(|token| token.expose().to_owned()));
    let escaped = |text: &String| serde_json::Value::from(text.as_str()).to_string().trim_matches('"').to_owned();
    let escaped: Vec<String> = found.iter().map(escaped).collect();
    found.extend(escaped);
    found.retain(|text| !text.is_empty());
    // The longest first: a secret may be a part of another one.
    found.sort_by_key(|text| std::cmp::Reverse(text.len()));
    found.dedup();
    found
}

fn passwords(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(members) => {
            for (name, value) in members {
                match value.as_str() {
                    Some(text) if name.contains("password") => found.push(text.to_owned()),
                    _ => passwords(value, found),
                }
            }
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| passwords(value, found)),
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => {}
    }
}

fn without(secrets: &[String], text: &str) -> String {
    secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, pretty::MASK))
}

fn complaint(secrets: &[String], body: &[u8]) -> String {
    // A secret must not survive by being cut in two: what is looked through is longer than what is kept.
    let read = body.get(..body.len().min(4 * COMPLAINT)).unwrap_or_default();
    let text = without(secrets, &String::from_utf8_lossy(read));
    let text = if text.trim_start().starts_with(['{', '[']) { pretty::document(&text) } else { text };
    cut(&text, COMPLAINT)
}

fn cut(text: &str, longest: usize) -> String {
    if text.len() <= longest {
        return text.to_owned();
    }
    let end = (0..=longest).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    format!("{}…", text.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_a_server_sends_back_is_masked_raw_and_escaped() {
        let token = Secret::new("tok.en");
        let secrets = secrets(vec!["hu\"nter".to_owned()], Some(&token));
        let complaint = complaint(&secrets, br#"{"detail":"bad hu\"nter","x":"hu"} tok.en"#);
        assert!(!complaint.contains("nter") && !complaint.contains("tok.en"), "{complaint}");
        assert_eq!(without(&secrets, "was hu\"nter!"), "was ********!");
    }

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(cut("aüb", 2), "a…");
        assert_eq!(cut("aüb", 4), "aüb");
    }
}
