//! The error of a request, as data: what kind, what is true now, and whether trying again can help.

use std::time::Duration;

/// Kinds of failure: in each the user, or the program, has to do something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestErrorKind {
    /// No connection: refused, no such host, no route.
    Unreachable,
    /// The connection broke before or within the answer.
    Cut,
    /// No answer in the configured time.
    TimedOut,
    /// The server's certificate was refused.
    Certificate,
    /// A redirect or link pointed to another origin; nothing was sent there.
    ForeignOrigin,
    /// 401 and no way to sign in without asking.
    SignInNeeded,
    /// What is configured did not sign in: its command failed, or its token was refused before.
    SignInFailed,
    /// The server refused user and password, or the address they come from.
    SignInRefused,
    /// A fresh token was refused.
    TokenRefused,
    /// 403.
    Forbidden,
    /// 404 of the one record.
    NoSuchRecord,
    /// 404 of a path that every such server has: wrong URL.
    NoSuchApi,
    /// 409.
    Conflict,
    /// 412.
    Precondition,
    /// 422, with field errors.
    Invalid,
    /// Another 4xx.
    Refused,
    /// 429 or 503.
    Busy,
    /// 500, 502, 504 and other 5xx.
    ServerError,
    /// The answer was not what was asked for: no JSON:API, another type or id.
    Unreadable,
    /// The answer was larger than what is read.
    TooLarge,
    /// The request could not be made at all.
    Unsendable,
}

/// What is known about whether a request took effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effectiveness {
    /// It did not: never sent, or refused by the API itself.
    NotApplied,
    /// Something came that is no answer of the API about the record: what the record shows now decides.
    Unknown,
    /// It was sent, and no one answered: the server may still do it, so that a record as it was before proves
    /// nothing.
    Pending,
}

/// One JSON:API error object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErrorObject {
    /// `title`.
    pub title: String,
    /// `detail`.
    pub detail: String,
    /// `code`.
    pub code: String,
    /// `source.pointer`, such as `/data/attributes/name`.
    pub pointer: Option<String>,
}

/// A request that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestError {
    /// What kind of failure.
    pub kind: RequestErrorKind,
    /// HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// Our `X-Request-Id`, to find it in the server's log.
    pub request_id: Option<String>,
    /// A sentence that says what happened. May quote the server: hostile until sanitised.
    pub message: String,
    /// Error objects of a JSON:API answer, in order.
    pub errors: Vec<ErrorObject>,
    /// Whether a write may have happened all the same.
    pub effect: Effectiveness,
    /// `Retry-After`, where the server sent it.
    pub retry_after: Option<Duration>,
}

impl RequestError {
    /// Something answered, but not what was asked for, in this sentence; a write may have happened.
    pub const fn unanswered(message: String) -> Self {
        Self {
            kind: RequestErrorKind::Unreadable,
            status: None,
            request_id: None,
            message,
            errors: Vec::new(),
            effect: Effectiveness::Unknown,
            retry_after: None,
        }
    }

    /// No request that could be sent, for the reason in this sentence.
    pub fn unsendable(message: String) -> Self {
        Self { kind: RequestErrorKind::Unsendable, effect: Effectiveness::NotApplied, ..Self::unanswered(message) }
    }

    /// One of this kind and status that says nothing else, and that no write outlived.
    #[cfg(test)]
    pub fn of_kind(kind: RequestErrorKind, status: Option<u16>) -> Self {
        Self { kind, status, ..Self::unsendable(String::new()) }
    }

    /// Whether signing in would help.
    pub const fn asks_to_sign_in(&self) -> bool {
        matches!(
            self.kind,
            RequestErrorKind::SignInNeeded | RequestErrorKind::SignInFailed | RequestErrorKind::SignInRefused
        )
    }

    /// Whether a read may be tried again by itself.
    pub const fn is_passing(&self) -> bool {
        match self.kind {
            RequestErrorKind::Unreachable
            | RequestErrorKind::Cut
            | RequestErrorKind::TimedOut
            | RequestErrorKind::Busy => true,
            RequestErrorKind::ServerError => matches!(self.status, Some(502 | 504)),
            _ => false,
        }
    }

    /// How long to wait before a read is tried again: 1, 2, 4 .. 30 s, lengthened by up to a quarter so that
    /// many consoles do not come back at once, or what the server asked for (at most five minutes).
    /// `attempt` counts failures so far from 1; `jitter` is between 0 and 1. `None`: do not.
    pub fn retry_in(&self, attempt: u32, jitter: f64) -> Option<Duration> {
        if !self.is_passing() {
            return None;
        }
        if let Some(asked) = self.retry_after {
            return Some(asked.min(Duration::from_secs(300)));
        }
        let base = Duration::from_secs(1_u64 << attempt.saturating_sub(1).min(5)).min(Duration::from_secs(30));
        Some(base.mul_f64(1.0 + jitter.clamp(0.0, 1.0) / 4.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_half_a_minute() {
        let cut = RequestError::of_kind(RequestErrorKind::Cut, None);
        let waits: Vec<u64> = (1..8).map(|n| cut.retry_in(n, 0.0).unwrap().as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(cut.retry_in(1, 1.0).unwrap(), Duration::from_millis(1_250));
    }

    #[test]
    fn the_servers_word_on_waiting_counts() {
        let mut busy = RequestError::of_kind(RequestErrorKind::Busy, Some(503));
        busy.retry_after = Some(Duration::from_secs(7));
        assert_eq!(busy.retry_in(1, 0.5).unwrap().as_secs(), 7);
        busy.retry_after = Some(Duration::from_secs(86_400));
        assert_eq!(busy.retry_in(1, 0.5).unwrap().as_secs(), 300);
    }

    #[test]
    fn what_will_not_pass_is_not_tried_again() {
        assert_eq!(RequestError::of_kind(RequestErrorKind::SignInRefused, Some(401)).retry_in(1, 0.0), None);
        assert_eq!(RequestError::of_kind(RequestErrorKind::ServerError, Some(500)).retry_in(1, 0.0), None);
        assert!(RequestError::of_kind(RequestErrorKind::ServerError, Some(502)).retry_in(1, 0.0).is_some());
    }
}
