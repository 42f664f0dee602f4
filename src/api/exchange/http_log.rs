//! The last exchanges, for people to look at. What is secret is taken out before anything is kept: tokens and
//! cookies in headers, passwords in bodies, and both wherever a server sends them back.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::header::HeaderMap;

use tracing::{Level, event};

use crate::api::error::{Error, RequestSubject};
use crate::api::exchange::{HttpAnswer, HttpRequest, wall_clock};
use crate::api::pretty;
use crate::domain::http_exchange::{Came, HttpExchange, KEPT};
use crate::domain::record::Secret;
use crate::domain::redactor::Redactor;

/// Headers whose values are secrets.
const SECRET_HEADERS: &[&str] =
    &["authorization", "proxy-authorization", "cookie", "set-cookie", "www-authenticate", "proxy-authenticate"];

/// Headers of an answer that are kept, and bytes of each.
const HEADERS: (usize, usize) = (40, 300);

/// How much of a header is looked through beyond what is kept.
const LONGEST_SECRET: usize = 16 << 10;

/// Bytes of a body that are kept.
const BODY: usize = 16 << 10;

/// Bytes of a complaint that are kept.
const COMPLAINT: usize = 4 << 10;

/// The last exchanges, the oldest first.
#[derive(Debug, Default)]
pub(in crate::api) struct RecentExchanges(Mutex<LoggedExchanges>);

#[derive(Debug, Default)]
struct LoggedExchanges {
    exchanges: VecDeque<Arc<HttpExchange>>,
    /// Every token, password and other secret that was sent or received.
    secrets: Redactor,
}

impl LoggedExchanges {
    /// Remembers a secret, and takes it out of what was kept before it was known.
    fn remember(&mut self, secret: &Secret) {
        if self.secrets.remember(secret) {
            for exchange in &mut self.exchanges {
                let cleaned = cleaned(&self.secrets, exchange);
                if cleaned != **exchange {
                    *exchange = Arc::new(cleaned);
                }
            }
        }
    }
}

impl RecentExchanges {
    fn log(&self) -> MutexGuard<'_, LoggedExchanges> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is kept now.
    pub(in crate::api) fn all(&self) -> Vec<Arc<HttpExchange>> {
        self.log().exchanges.iter().cloned().collect()
    }

    /// The secrets that are known, for whatever else quotes the server.
    pub(in crate::api) fn secrets(&self) -> Redactor {
        self.log().secrets.clone()
    }

    /// Remembers a secret that may be quoted, sent or not.
    pub(in crate::api) fn keep_secret(&self, secret: &Secret) {
        self.log().remember(secret);
    }

    /// Forgets the secrets. What was kept is without them already.
    pub(in crate::api) fn forget_secrets(&self) {
        self.log().secrets.forget();
    }

    /// Keeps an exchange that ended.
    pub(in crate::api) fn keep(
        &self,
        request: &HttpRequest,
        token: Option<&Secret>,
        id: &str,
        took: Duration,
        result: &Result<HttpAnswer, Error>,
    ) {
        let mut found = Vec::new();
        if let Some(body) = request.body.as_ref().and_then(|body| serde_json::from_str(body.expose()).ok()) {
            passwords(&body, &mut found);
        }
        let had_password = !found.is_empty();
        let signs_in = matches!(request.asked.subject, RequestSubject::SignIn(_));
        let outcome = match result {
            Ok(answer) => Came::Answer {
                status: answer.status,
                headers: answer.headers.clone(),
                bytes: answer.body.len(),
                complaint: match (answer.status >= 400 && !answer.body.is_empty(), had_password) {
                    (false, _) => None,
                    // It may be sent back in any disguise.
                    (true, true) => Some("(not recorded: the request contained a password)".to_owned()),
                    (true, false) => Some(beginning(&answer.body)),
                },
            },
            Err(error) => Came::Failure(error.to_string()),
        };
        let took_by = i64::try_from(took.as_millis()).unwrap_or_default();
        let exchange = HttpExchange {
            at: wall_clock() - chrono::TimeDelta::milliseconds(took_by),
            method: request.asked.verb.as_str(),
            url: request.url.to_string(),
            target: target(request),
            sent: sent_headers(request, token, id),
            sent_bytes: request.body.as_ref().map_or(0, |body| body.expose().len()),
            body: request.body.as_ref().map(|body| {
                if signs_in {
                    "(user name and password: not recorded)".to_owned()
                } else {
                    pretty::document(body.expose())
                }
            }),
            request_id: id.to_owned(),
            took,
            outcome,
        };
        let mut log = self.log();
        for secret in &found {
            log.remember(secret);
        }
        if let Some(token) = token {
            log.remember(token);
        }
        if let Ok(answer) = result
            && signs_in
            && answer.status < 300
        {
            let mut given = Vec::new();
            if let Ok(body) = serde_json::from_slice(&answer.body) {
                texts(&body, &mut given);
            }
            for secret in &given {
                log.remember(secret);
            }
        }
        // A secret must not survive by being cut in two: what is looked through is longer than what is kept.
        let exchange = shortened(cleaned(&log.secrets, &exchange));
        // The log gets what the inspector shows, by the same redactor.
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let (method, url, id) = (exchange.method, exchange.url.as_str(), exchange.request_id.as_str());
        match &exchange.outcome {
            Came::Answer { status, bytes, .. } => {
                event!(target: "sipreg::http", Level::DEBUG, method, url, status, bytes, id, ms);
            }
            Came::Failure(error) => event!(target: "sipreg::http", Level::WARN, method, url, error, id, ms),
        }
        if log.exchanges.len() >= KEPT {
            log.exchanges.pop_front();
        }
        log.exchanges.push_back(Arc::new(exchange));
    }
}

/// An exchange without the secrets that are known by now, whatever part of it they stand in.
fn cleaned(secrets: &Redactor, exchange: &HttpExchange) -> HttpExchange {
    let headers = |headers: &[(String, String)]| {
        headers.iter().map(|(name, value)| (secrets.clean(name), secrets.clean(value))).collect()
    };
    HttpExchange {
        url: secrets.clean(&exchange.url),
        target: secrets.clean(&exchange.target),
        sent: headers(&exchange.sent),
        body: exchange.body.as_deref().map(|body| secrets.clean(body)),
        outcome: match &exchange.outcome {
            Came::Answer { status, headers: came, bytes, complaint } => Came::Answer {
                status: *status,
                headers: headers(came),
                bytes: *bytes,
                complaint: complaint.as_deref().map(|complaint| secrets.clean(complaint)),
            },
            Came::Failure(why) => Came::Failure(secrets.clean(why)),
        },
        ..exchange.clone()
    }
}

/// The same in the length that is kept.
fn shortened(mut exchange: HttpExchange) -> HttpExchange {
    let (_, longest) = HEADERS;
    exchange.body = exchange.body.map(|body| cut(&body, BODY));
    if let Came::Answer { headers, complaint, .. } = &mut exchange.outcome {
        for (_, value) in headers {
            *value = cut(value, longest);
        }
        *complaint = complaint.take().map(|complaint| {
            let is_json = complaint.trim_start().starts_with(['{', '[']);
            cut(&if is_json { pretty::document(&complaint) } else { complaint }, COMPLAINT)
        });
    }
    exchange
}

fn target(request: &HttpRequest) -> String {
    let path = request.url.path();
    request.url.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"))
}

/// Headers of an answer, as far as they are kept.
pub(in crate::api) fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let (most, longest) = HEADERS;
    // Longer than what is kept: a secret in it is whole.
    let longest = longest + LONGEST_SECRET;
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

fn sent_headers(request: &HttpRequest, token: Option<&Secret>, id: &str) -> Vec<(String, String)> {
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

fn passwords(value: &serde_json::Value, found: &mut Vec<Secret>) {
    match value {
        serde_json::Value::Object(members) => {
            for (name, value) in members {
                match value.as_str() {
                    Some(text) if name.contains("password") => found.push(Secret::new(text)),
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

/// Shortest text in the answer to a sign-in that is taken for a token.
const SHORTEST_TOKEN: usize = 16;

/// The texts in the answer to a sign-in: the token, and whatever else it may give away.
fn texts(value: &serde_json::Value, found: &mut Vec<Secret>) {
    match value {
        serde_json::Value::Object(members) => members.values().for_each(|value| texts(value, found)),
        serde_json::Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
        serde_json::Value::String(text) if text.len() >= SHORTEST_TOKEN && !text.contains(char::is_whitespace) => {
            found.push(Secret::new(text.as_str()));
        }
        serde_json::Value::String(_)
        | serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_) => {}
    }
}

/// The beginning of a body, longer than what is kept of it.
fn beginning(body: &[u8]) -> String {
    String::from_utf8_lossy(body.get(..body.len().min(4 * COMPLAINT)).unwrap_or_default()).into_owned()
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
    fn texts_are_cut_between_characters() {
        assert_eq!(cut("aüb", 2), "a…");
        assert_eq!(cut("aüb", 4), "aüb");
    }
}
