//! What can be asked, and the ways in which that fails, as data. The sentences are made in `wording`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::api::address::LinkError;
use crate::domain::record::Relation;
use crate::domain::request_error::ErrorObject;
use crate::domain::secret_error::SecretError;

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
pub enum RequestSubject {
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

impl RequestSubject {
    /// Whether it may be missing on a server that is the right one.
    pub(super) const fn may_be_missing(&self) -> bool {
        match self {
            Self::Registration(_) | Self::Target(..) | Self::Related(_) => true,
            Self::SignIn(_) | Self::Registrations | Self::NewRegistration | Self::Targets(_) => false,
        }
    }
}

impl fmt::Display for RequestSubject {
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
pub struct RequestFacts {
    /// What it does.
    pub verb: Verb,
    /// What it is about.
    pub subject: RequestSubject,
}

impl RequestFacts {
    /// Whether something on the server may be different afterwards.
    pub const fn is_write(&self) -> bool {
        match self.verb {
            Verb::Get => false,
            Verb::Patch | Verb::Delete => true,
            Verb::Post => !matches!(self.subject, RequestSubject::SignIn(_)),
        }
    }
}

impl fmt::Display for RequestFacts {
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
    Other,
}

/// Whether the API has answered properly before on this client: a page in place of an answer then means
/// something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnsweredBefore {
    Yes,
    /// Not yet.
    NotYet,
}

/// Where a token came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenSource {
    /// The server, for user and password.
    SignIn,
    /// A command or file of this name.
    Asked {
        /// The setting, and where it stands.
        name: Arc<str>,
        /// Whether it had ended by its own word.
        end: TokenEnd,
    },
}

/// What a token says of its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenEnd {
    Past,
    /// It is still to come.
    Ahead,
    /// Nothing.
    Unknown,
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
        stage: AnswerStage,
    },
    /// No complete answer in time.
    TimedOut {
        /// The time that was given.
        limit: Duration,
    },
    /// A redirect that is not followed to another origin.
    Redirected {
        status: u16,
        /// Scheme, host and port that it named.
        to: String,
    },
    /// A redirect of a write, one without a target, or one too many.
    Wandering { status: u16 },
    /// A link that leads out of the API.
    Link(LinkError),
    /// Nothing available to sign in with.
    SignInNeeded,
    /// The way to get a password or a token failed, or a given token no longer works.
    NoSecret(SecretError),
    /// User and password were refused.
    SignInRefused {
        /// What the server said.
        detail: String,
    },
    /// A token just made was refused.
    TokenRefused(TokenSource),
    /// A status that says no.
    Status {
        status: u16,
        /// The body.
        refusal: Refusal,
        /// `Retry-After`.
        retry_after: Option<Duration>,
        /// Whether the API had answered before.
        known: AnsweredBefore,
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
pub enum AnswerStage {
    /// Nothing of it.
    BeforeAnswer,
    /// Its head, with this status.
    WithinAnswer(u16),
}
