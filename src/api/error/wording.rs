//! The sentence for each failure: what happened, what it means, and which setting fixes it.

use crate::domain::request_error::ErrorObject;

use crate::api::address::API_PATH;
use crate::api::error::{
    AnswerStage, AnsweredBefore, Failure, Refusal, RequestFacts, RequestSubject, TokenEnd, TokenSource, Verb,
};

/// What to do where a proxy wants to know who asks.
pub(in crate::api) const PROXY_USER: &str = "write them into its address: http://USER:PASSWORD@HOST:PORT";

/// The whole message: what was asked, what was not sent for it, and what happened.
pub(super) fn message(
    sake: Option<&RequestFacts>,
    asked: &RequestFacts,
    failure: &Failure,
    proxy: Option<&str>,
) -> String {
    let what = match &asked.subject {
        RequestSubject::SignIn(_) => asked.subject.to_string(),
        _ => asked.to_string(),
    };
    let mut sentence = sentence(asked, failure);
    if let Some(proxy) = proxy.filter(|_| may_be_of_a_proxy(failure)) {
        sentence.push_str("; it went through ");
        sentence.push_str(proxy);
    }
    match sake {
        Some(sake) => format!("{sake}: not sent; {what}: {sentence}"),
        None => format!("{what}: {sentence}"),
    }
}

/// Whether a proxy in between may have failed so, and not the server. Where it could not even be connected to, the
/// failure itself names it.
const fn may_be_of_a_proxy(failure: &Failure) -> bool {
    match failure {
        Failure::Cut { .. } | Failure::TimedOut { .. } | Failure::Unreadable { .. } => true,
        Failure::Status { status, .. } => matches!(status, 403 | 407 | 502 | 503 | 504),
        _ => false,
    }
}

/// What follows "GET registration 16: ".
fn sentence(asked: &RequestFacts, failure: &Failure) -> String {
    match failure {
        Failure::Unreachable { origin, reason } => format!("no connection to {origin}: {reason}"),
        Failure::Certificate { origin, reason } => format!(
            "the certificate of {origin} is not trusted: {reason}. Nothing was sent. For a private authority set \
             `ca_file`"
        ),
        Failure::Cut { stage: AnswerStage::BeforeAnswer } => "the connection closed before an answer came".to_owned(),
        Failure::Cut { stage: AnswerStage::WithinAnswer(status) } => {
            format!("the connection broke within the answer ({status})")
        }
        Failure::TimedOut { limit } => format!("no complete answer within {} s", limit.as_secs_f64()),
        Failure::Redirected { status, to } => format!(
            "the server redirects ({status}) to {to}, which is not the configured server. Nothing was sent there; \
             check the `url` setting"
        ),
        Failure::Wandering { status } => format!("the server redirects ({status}) where no redirect is followed"),
        Failure::Link(error) => error.to_string(),
        Failure::SignInNeeded => "not signed in".to_owned(),
        Failure::NoSecret(why) => format!("not signed in: {why}"),
        Failure::SignInRefused { detail } => format!("the server refused: {detail}"),
        Failure::TokenRefused(TokenSource::SignIn) => {
            "the server refuses a new token: client address not allowed, user removed, or clocks differ".to_owned()
        }
        Failure::TokenRefused(TokenSource::Asked { name, end: TokenEnd::Past }) => {
            format!("the token from {name} has expired; renew it")
        }
        Failure::TokenRefused(TokenSource::Asked { name, end: TokenEnd::Unknown }) => {
            format!("the server refuses the token from {name}: it may have expired; renew it")
        }
        Failure::TokenRefused(TokenSource::Asked { name, end: TokenEnd::Ahead }) => format!(
            "the server refuses the token from {name}, which has not expired: client address not allowed, user \
             removed, or clocks differ"
        ),
        Failure::Status { status, refusal, known, retry_after } => {
            let sentence = status_sentence(asked, *status, refusal, *known);
            match retry_after.filter(|wait| matches!(status, 429 | 503) && wait.as_secs() > 0) {
                Some(wait) => format!("{sentence}; the server asks to wait {} s", wait.as_secs()),
                None => sentence,
            }
        }
        Failure::Unreadable { status: Some(status), reason } => {
            format!("the answer ({status}) cannot be used: {reason}")
        }
        Failure::Unreadable { status: None, reason } => format!("the answer cannot be used: {reason}"),
        Failure::TooLarge { limit, .. } => format!("the answer is larger than {} and was ignored", size(*limit)),
        Failure::Unsendable { reason } => format!("not sent: {reason}"),
    }
}

fn status_sentence(asked: &RequestFacts, status: u16, refusal: &Refusal, known: AnsweredBefore) -> String {
    let said = said(refusal);
    match status {
        400 => format!("bad request (400): {said}"),
        401 => format!("not signed in (401): {said}"),
        403 => format!("not allowed (403): {said}; a proxy in front of the server may refuse this address or path"),
        404 if matches!(refusal, Refusal::Errors(_)) && asked.subject.may_be_missing() => "not found (404)".to_owned(),
        404 if asked.subject.may_be_missing() && known == AnsweredBefore::Yes => {
            format!("not an answer of the API (404): {said}")
        }
        404 => format!(
            "no such API on the server (404): {said}; check the `url` setting: it is the origin, or everything up to \
             and including {API_PATH}"
        ),
        407 => format!("the proxy wants a user name and password (407): {said}; {PROXY_USER}"),
        406 => {
            format!(
                "the server did not accept the request for JSON:API (406): {said}; a proxy may have changed the \
                     Accept header"
            )
        }
        409 => format!("conflict with data on the server (409): {said}"),
        412 => format!("changed since it was loaded (412): {said}"),
        413 => format!("request too large for the server or a proxy (413): {said}"),
        415 => format!(
            "the server does not accept JSON:API (415): {said}; a proxy may have changed the Content-Type header"
        ),
        422 => format!("the server refused the values (422): {said}"),
        429 => format!("too many requests (429): {said}"),
        500 if matches!(asked.verb, Verb::Patch | Verb::Post | Verb::Delete)
            && !matches!(asked.subject, RequestSubject::SignIn(_)) =>
        {
            format!("the server refused (500), possibly invalid input: {said}")
        }
        500 => format!("the server failed (500): {said}"),
        502 | 504 => format!("the proxy could not reach the server ({status}): {said}"),
        503 => format!("the server is unavailable (503): {said}"),
        _ => format!("the server answered {status}: {said}"),
    }
}

/// What the body says, in a few words.
fn said(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Errors(errors) => {
            let mut text = errors.iter().take(3).map(object).collect::<Vec<_>>().join("; ");
            if errors.len() > 3 {
                text.push_str("; and ");
                text.push_str(&(errors.len() - 3).to_string());
                text.push_str(" more");
            }
            text
        }
        Refusal::Html(Some(title)) => format!("an HTML page titled \"{title}\""),
        Refusal::Html(None) => "an HTML page".to_owned(),
        Refusal::Empty => "no explanation".to_owned(),
        Refusal::Other => "no readable explanation".to_owned(),
    }
}

fn object(error: &ErrorObject) -> String {
    let text = if error.detail.is_empty() { &error.title } else { &error.detail };
    let text = if text.is_empty() { &error.code } else { text };
    text.chars().take(300).collect()
}

fn size(bytes: u64) -> String {
    if bytes.is_multiple_of(1 << 20) { format!("{} MiB", bytes >> 20) } else { format!("{bytes} bytes") }
}
