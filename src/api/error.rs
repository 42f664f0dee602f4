//! The error of a request, and what is true now. Its sentences may quote the server and are hostile
//! until sanitised; they never hold a password or a token.

mod failure;
mod wording;

use crate::domain::redactor::Redactor;
use crate::domain::request_error::{Effectiveness, ErrorObject, RequestError, RequestErrorKind};
use crate::domain::secret_error::SecretError;
pub(in crate::api) use wording::PROXY_USER;

pub use failure::{
    AnswerStage, AnsweredBefore, Failure, Refusal, RequestFacts, RequestSubject, TokenEnd, TokenSource, Verb,
};

/// Letters that a message quotes of a page's title, and of what is wrong with an answer.
const TITLE: usize = 100;
const REASON: usize = 300;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Report {
    /// The request for whose sake this one was made, and which was not sent.
    sake: Option<RequestFacts>,
    asked: RequestFacts,
    request_id: Option<String>,
    failure: Failure,
    /// The proxy that it was sent through.
    proxy: Option<String>,
}

/// A request that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", wording::message(.0.sake.as_ref(), &.0.asked, &.0.failure, .0.proxy.as_deref()))]
pub struct Error(Box<Report>);

impl Error {
    pub(crate) fn new(asked: &RequestFacts, request_id: Option<&str>, failure: Failure) -> Self {
        let request_id = request_id.map(str::to_owned);
        Self(Box::new(Report { sake: None, asked: asked.clone(), request_id, failure, proxy: None }))
    }

    /// The same, said of a request that could not be sent because this one failed.
    pub(crate) fn instead_of(mut self, sake: &RequestFacts) -> Self {
        self.0.sake = Some(sake.clone());
        self
    }

    /// The same, with the name of the proxy in between: it may be the one that failed.
    pub(crate) fn through(mut self, proxy: Option<&str>) -> Self {
        self.0.proxy = proxy.map(str::to_owned);
        self
    }

    /// The same without secrets: a server may quote what it was sent, and so may whatever stands in between.
    pub(crate) fn hiding(mut self, secrets: &Redactor) -> Self {
        let mask = |text: &mut String| *text = secrets.clean(text);
        match &mut self.0.failure {
            Failure::Status { refusal: Refusal::Errors(errors), .. } => {
                for error in errors {
                    [&mut error.title, &mut error.detail, &mut error.code].into_iter().for_each(mask);
                    error.pointer.iter_mut().for_each(mask);
                }
            }
            Failure::Status { refusal: Refusal::Html(Some(text)), .. } => *text = secrets.shortened(text, TITLE),
            Failure::Unreadable { reason: text, .. } => *text = secrets.shortened(text, REASON),
            Failure::NoSecret(SecretError::NoneGiven(text) | SecretError::Cancelled(text))
            | Failure::SignInRefused { detail: text }
            | Failure::Unreachable { reason: text, .. }
            | Failure::Certificate { reason: text, .. }
            | Failure::Redirected { to: text, .. }
            | Failure::Unsendable { reason: text } => mask(text),
            Failure::Status { refusal: Refusal::Html(None) | Refusal::Empty | Refusal::Other, .. }
            | Failure::Cut { .. }
            | Failure::TimedOut { .. }
            | Failure::Wandering { .. }
            | Failure::Link(_)
            | Failure::NoSecret(SecretError::Refused)
            | Failure::SignInNeeded
            | Failure::TokenRefused(_)
            | Failure::TooLarge { .. } => {}
        }
        self
    }

    /// What was asked.
    pub const fn asked(&self) -> &RequestFacts {
        &self.0.asked
    }

    /// How it failed.
    pub const fn failure(&self) -> &Failure {
        &self.0.failure
    }

    /// HTTP status, where there was an answer.
    pub const fn status(&self) -> Option<u16> {
        match &self.0.failure {
            Failure::Redirected { status, .. }
            | Failure::Wandering { status }
            | Failure::Status { status, .. }
            | Failure::TooLarge { status, .. }
            | Failure::Cut { stage: AnswerStage::WithinAnswer(status) } => Some(*status),
            Failure::Unreadable { status, .. } => *status,
            Failure::SignInRefused { .. } | Failure::TokenRefused(_) => Some(401),
            _ => None,
        }
    }

    /// Error objects of a JSON:API answer.
    pub fn errors(&self) -> &[ErrorObject] {
        match &self.0.failure {
            Failure::Status { refusal: Refusal::Errors(errors), .. } => errors,
            _ => &[],
        }
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> RequestErrorKind {
        match &self.0.failure {
            Failure::Unreachable { .. } => RequestErrorKind::Unreachable,
            Failure::Certificate { .. } => RequestErrorKind::Certificate,
            Failure::Cut { .. } => RequestErrorKind::Cut,
            Failure::TimedOut { .. } => RequestErrorKind::TimedOut,
            Failure::Redirected { .. } | Failure::Link(_) => RequestErrorKind::ForeignOrigin,
            Failure::Wandering { .. } => RequestErrorKind::Refused,
            Failure::SignInNeeded => RequestErrorKind::SignInNeeded,
            Failure::NoSecret(_) => RequestErrorKind::SignInFailed,
            Failure::SignInRefused { .. } => RequestErrorKind::SignInRefused,
            Failure::TokenRefused(_) => RequestErrorKind::TokenRefused,
            Failure::Status { status, refusal, known, .. } => self.kind_of(*status, refusal, *known),
            Failure::Unreadable { .. } => RequestErrorKind::Unreadable,
            Failure::TooLarge { .. } => RequestErrorKind::TooLarge,
            Failure::Unsendable { .. } => RequestErrorKind::Unsendable,
        }
    }

    fn kind_of(&self, status: u16, refusal: &Refusal, known: AnsweredBefore) -> RequestErrorKind {
        match status {
            401 => RequestErrorKind::SignInNeeded,
            403 => RequestErrorKind::Forbidden,
            // The API words its own 404; a page comes from whatever stands at a wrong address, or from a
            // proxy that replaces error pages.
            404 if self.0.asked.subject.may_be_missing() && matches!(refusal, Refusal::Errors(_)) => {
                RequestErrorKind::NoSuchRecord
            }
            // The address is right, so this is not the API's word on the record.
            404 if self.0.asked.subject.may_be_missing() && known == AnsweredBefore::Yes => {
                RequestErrorKind::Unreadable
            }
            404 => RequestErrorKind::NoSuchApi,
            409 => RequestErrorKind::Conflict,
            412 => RequestErrorKind::Precondition,
            422 => RequestErrorKind::Invalid,
            429 | 503 => RequestErrorKind::Busy,
            500.. => RequestErrorKind::ServerError,
            _ => RequestErrorKind::Refused,
        }
    }

    /// Whether a write may have happened all the same. Only the API's own "no" (a JSON:API document with a 4xx)
    /// means that it did not, and what certainly was not passed on: a 401, which comes before everything else, and
    /// a 429. A page, a redirect or a document that is not about the record says nothing; with no answer, or that
    /// of a proxy which got none, the server may be at it still.
    pub const fn effect(&self) -> Effectiveness {
        if !self.0.asked.is_write() {
            return Effectiveness::NotApplied;
        }
        match &self.0.failure {
            Failure::Cut { stage: AnswerStage::BeforeAnswer }
            | Failure::TimedOut { .. }
            | Failure::Unreadable { status: None | Some(202), .. }
            | Failure::Status { status: 502 | 504 | 520..=599, .. } => Effectiveness::Pending,
            Failure::Status { refusal: Refusal::Errors(_), status: 400..=499, .. }
            | Failure::Status { status: 401 | 429, .. }
            | Failure::Unreachable { .. }
            | Failure::Certificate { .. }
            | Failure::Link(_)
            | Failure::SignInNeeded
            | Failure::NoSecret(_)
            | Failure::SignInRefused { .. }
            | Failure::TokenRefused(_)
            | Failure::Unsendable { .. } => Effectiveness::NotApplied,
            _ => Effectiveness::Unknown,
        }
    }

    /// The same as data of the domain.
    pub fn error(&self) -> RequestError {
        RequestError {
            kind: self.kind(),
            status: self.status(),
            request_id: self.0.request_id.clone(),
            message: self.to_string(),
            errors: self.errors().to_vec(),
            effect: self.effect(),
            retry_after: match &self.0.failure {
                Failure::Status { retry_after, .. } => *retry_after,
                _ => None,
            },
        }
    }
}

impl From<Error> for RequestError {
    fn from(error: Error) -> Self {
        error.error()
    }
}

#[cfg(test)]
mod tests;
