//! What went wrong with a request, and what is true now. Its sentences may quote the server and are hostile
//! until sanitised; they never hold a password or a token.

mod wording;

use std::fmt;
use std::time::Duration;

use super::address::LinkError;
use crate::domain::relation::Relation;
use crate::domain::trouble::{Effectiveness, ErrorObject, Trouble, TroubleKind};

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Reads.
    Get,
    /// Changes one record.
    Patch,
    /// Creates a record, or signs in.
    Post,
    /// Deletes one record.
    Delete,
}

impl Verb {
    /// The method's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Patch => "PATCH",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// What a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Signing in, as this user where a name is known.
    SignIn(Option<String>),
    /// The list of registrations, or a part of it.
    Registrations,
    /// One registration.
    Registration(u64),
    /// A registration that is to be created.
    NewRegistration,
    /// The list of pops, nodes or transport protocols.
    Targets(Relation),
    /// One of them, by its id.
    Target(Relation, u64),
    /// The one behind a record's link.
    Related(Relation),
}

impl Subject {
    /// Whether it may be missing on a server that is the right one.
    const fn may_be_missing(&self) -> bool {
        match self {
            Self::Registration(_) | Self::Target(..) | Self::Related(_) => true,
            Self::SignIn(_) | Self::Registrations | Self::NewRegistration | Self::Targets(_) => false,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignIn(Some(user)) => write!(out, "sign-in as {user}"),
            Self::SignIn(None) => out.write_str("sign-in"),
            Self::Registrations => out.write_str("registrations"),
            Self::Registration(id) => write!(out, "registration {id}"),
            Self::NewRegistration => out.write_str("a new registration"),
            Self::Targets(relation) => write!(out, "{}", relation.resource_type()),
            Self::Target(relation, id) => write!(out, "{} {id}", relation.noun()),
            Self::Related(relation) => write!(out, "the {} behind a link", relation.noun()),
        }
    }
}

/// What was asked, for sentences and for the rules that depend on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What it does.
    pub verb: Verb,
    /// What it is about.
    pub subject: Subject,
}

impl Asked {
    /// Whether something on the server may be different afterwards.
    #[must_use]
    pub const fn is_write(&self) -> bool {
        match self.verb {
            Verb::Get => false,
            Verb::Patch | Verb::Delete => true,
            Verb::Post => !matches!(self.subject, Subject::SignIn(_)),
        }
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.verb.as_str(), self.subject)
    }
}

/// What the body of a refusal was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// JSON:API error objects, at least one.
    Errors(Vec<ErrorObject>),
    /// A page for a browser, with its title.
    Html(Option<String>),
    /// Nothing at all.
    Empty,
    /// Something else.
    Other,
}

/// Whether the API has answered properly before on this client: a page in place of an answer then means
/// something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It has.
    Yes,
    /// Not yet.
    NotYet,
}

/// Ways to fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// No connection.
    Unreachable {
        /// Scheme, host and port.
        origin: String,
        /// What the system said.
        reason: String,
    },
    /// The certificate was refused.
    Certificate {
        /// Scheme, host and port.
        origin: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The connection broke.
    Cut {
        /// What came of the answer.
        stage: Stage,
    },
    /// No complete answer in time.
    TimedOut {
        /// The time that was given.
        limit: Duration,
    },
    /// A redirect that is not followed to another origin.
    Redirected {
        /// Its status.
        status: u16,
        /// Scheme, host and port that it named.
        to: String,
    },
    /// A redirect of a write, one without a target, or one too many.
    Wandering {
        /// Its status.
        status: u16,
    },
    /// A link that leads out of the API.
    Link(LinkError),
    /// Nothing at hand to sign in with, or a given token that no longer works.
    SignInNeeded,
    /// The way to get a password or a token failed.
    NoSecret {
        /// What it said.
        reason: String,
    },
    /// User and password were refused.
    SignInRefused {
        /// What the server said.
        detail: String,
    },
    /// A token just made was refused.
    TokenRefused,
    /// A status that says no.
    Status {
        /// It.
        status: u16,
        /// The body.
        refusal: Refusal,
        /// `Retry-After`.
        retry_after: Option<Duration>,
        /// Whether the API had answered before.
        known: Known,
    },
    /// An answer that is not what was asked for.
    Unreadable {
        /// Its status; `None` where it was not even HTTP.
        status: Option<u16>,
        /// What is wrong with it.
        reason: String,
    },
    /// An answer over the cap.
    TooLarge {
        /// Its status.
        status: u16,
        /// The cap in bytes.
        limit: u64,
    },
    /// The request could not be made.
    Unsendable {
        /// Why.
        reason: String,
    },
}

/// How far an answer had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Nothing of it.
    BeforeAnswer,
    /// Its head, with this status.
    WithinAnswer(u16),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Report {
    /// The request for whose sake this one was made, and which was not sent.
    sake: Option<Asked>,
    asked: Asked,
    request_id: Option<String>,
    failure: Failure,
}

/// A request that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", wording::message(.0.sake.as_ref(), &.0.asked, &.0.failure))]
pub struct Error(Box<Report>);

impl Error {
    pub(crate) fn new(asked: &Asked, request_id: Option<&str>, failure: Failure) -> Self {
        let request_id = request_id.map(str::to_owned);
        Self(Box::new(Report { sake: None, asked: asked.clone(), request_id, failure }))
    }

    /// The same, said of a request that could not be sent because this one failed.
    pub(crate) fn instead_of(mut self, sake: &Asked) -> Self {
        self.0.sake = Some(sake.clone());
        self
    }

    /// What was asked.
    #[must_use]
    pub const fn asked(&self) -> &Asked {
        &self.0.asked
    }

    /// How it failed.
    #[must_use]
    pub const fn failure(&self) -> &Failure {
        &self.0.failure
    }

    /// HTTP status, where there was an answer.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        match &self.0.failure {
            Failure::Redirected { status, .. }
            | Failure::Wandering { status }
            | Failure::Status { status, .. }
            | Failure::TooLarge { status, .. }
            | Failure::Cut { stage: Stage::WithinAnswer(status) } => Some(*status),
            Failure::Unreadable { status, .. } => *status,
            Failure::SignInRefused { .. } | Failure::TokenRefused => Some(401),
            Failure::Unreachable { .. }
            | Failure::Certificate { .. }
            | Failure::Cut { stage: Stage::BeforeAnswer }
            | Failure::TimedOut { .. }
            | Failure::Link(_)
            | Failure::SignInNeeded
            | Failure::NoSecret { .. }
            | Failure::Unsendable { .. } => None,
        }
    }

    /// Error objects of a JSON:API answer.
    #[must_use]
    pub fn errors(&self) -> &[ErrorObject] {
        match &self.0.failure {
            Failure::Status { refusal: Refusal::Errors(errors), .. } => errors,
            _ => &[],
        }
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> TroubleKind {
        match &self.0.failure {
            Failure::Unreachable { .. } => TroubleKind::Unreachable,
            Failure::Certificate { .. } => TroubleKind::Certificate,
            Failure::Cut { .. } => TroubleKind::Cut,
            Failure::TimedOut { .. } => TroubleKind::TimedOut,
            Failure::Redirected { .. } | Failure::Link(_) => TroubleKind::ForeignOrigin,
            Failure::Wandering { .. } => TroubleKind::Refused,
            Failure::SignInNeeded | Failure::NoSecret { .. } => TroubleKind::SignInNeeded,
            Failure::SignInRefused { .. } => TroubleKind::SignInRefused,
            Failure::TokenRefused => TroubleKind::TokenRefused,
            Failure::Status { status, refusal, known, .. } => self.kind_of(*status, refusal, *known),
            Failure::Unreadable { .. } | Failure::TooLarge { .. } => TroubleKind::Unreadable,
            Failure::Unsendable { .. } => TroubleKind::Unsendable,
        }
    }

    fn kind_of(&self, status: u16, refusal: &Refusal, known: Known) -> TroubleKind {
        match status {
            401 => TroubleKind::SignInNeeded,
            403 => TroubleKind::Forbidden,
            // The API words its own 404; a page comes from whatever stands at a wrong address, or from a
            // proxy that replaces error pages.
            404 if self.0.asked.subject.may_be_missing()
                && (matches!(refusal, Refusal::Errors(_)) || known == Known::Yes) =>
            {
                TroubleKind::NoSuchRecord
            }
            404 => TroubleKind::NoSuchApi,
            409 => TroubleKind::Conflict,
            412 => TroubleKind::Precondition,
            422 => TroubleKind::Invalid,
            429 | 503 => TroubleKind::Busy,
            500.. => TroubleKind::ServerError,
            _ => TroubleKind::Refused,
        }
    }

    /// Whether a write may have happened all the same. An answer of the server's own that says no (4xx)
    /// means that it did not; a 5xx may come from a proxy while the server works on.
    #[must_use]
    pub const fn effect(&self) -> Effectiveness {
        if !self.0.asked.is_write() {
            return Effectiveness::NotApplied;
        }
        match &self.0.failure {
            Failure::Cut { .. } | Failure::TimedOut { .. } | Failure::Unreadable { .. } | Failure::TooLarge { .. } => {
                Effectiveness::Unknown
            }
            Failure::Status { status, .. } if *status >= 500 => Effectiveness::Unknown,
            Failure::Unreachable { .. }
            | Failure::Certificate { .. }
            | Failure::Redirected { .. }
            | Failure::Wandering { .. }
            | Failure::Link(_)
            | Failure::SignInNeeded
            | Failure::NoSecret { .. }
            | Failure::SignInRefused { .. }
            | Failure::TokenRefused
            | Failure::Status { .. }
            | Failure::Unsendable { .. } => Effectiveness::NotApplied,
        }
    }

    /// The same as data of the domain.
    #[must_use]
    pub fn trouble(&self) -> Trouble {
        Trouble {
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

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        error.trouble()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(verb: Verb, subject: Subject, status: u16, refusal: Refusal) -> Error {
        let failure = Failure::Status { status, refusal, retry_after: None, known: Known::NotYet };
        Error::new(&Asked { verb, subject }, Some("r-1"), failure)
    }

    #[test]
    fn a_page_for_browsers_at_the_list_means_a_wrong_url() {
        let error = status(Verb::Get, Subject::Registrations, 404, Refusal::Html(None));
        assert_eq!(error.kind(), TroubleKind::NoSuchApi);
        assert!(error.to_string().contains("`url`"), "{error}");
    }

    #[test]
    fn a_missing_record_is_not_a_wrong_url() {
        let object = ErrorObject { title: "Record not found".into(), ..ErrorObject::default() };
        let error = status(Verb::Get, Subject::Registration(16), 404, Refusal::Errors(vec![object]));
        assert_eq!(error.kind(), TroubleKind::NoSuchRecord);
        assert!(error.to_string().starts_with("GET registration 16: "), "{error}");
    }

    #[test]
    fn only_a_write_without_a_clear_no_may_have_happened() {
        let effect =
            |verb, failure| Error::new(&Asked { verb, subject: Subject::Registration(1) }, None, failure).effect();
        let late = Failure::TimedOut { limit: Duration::from_secs(30) };
        assert_eq!(effect(Verb::Patch, late.clone()), Effectiveness::Unknown);
        assert_eq!(effect(Verb::Get, late), Effectiveness::NotApplied);
        assert_eq!(effect(Verb::Patch, Failure::TokenRefused), Effectiveness::NotApplied);
        assert_eq!(
            status(Verb::Patch, Subject::Registration(1), 422, Refusal::Empty).effect(),
            Effectiveness::NotApplied
        );
        assert_eq!(status(Verb::Patch, Subject::Registration(1), 502, Refusal::Empty).effect(), Effectiveness::Unknown);
    }

    #[test]
    fn what_bad_input_gives_is_worded_as_such() {
        let error = status(Verb::Patch, Subject::Registration(1), 500, Refusal::Empty);
        assert!(error.to_string().contains("possibly invalid input"), "{error}");
        let error = status(Verb::Get, Subject::Registration(1), 500, Refusal::Empty);
        assert!(!error.to_string().contains("invalid input"), "{error}");
    }
}
