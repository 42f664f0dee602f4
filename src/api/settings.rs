//! What a client needs to know: where the server is, how to sign in, and what it may use. Made from the
//! configuration by others; holds secrets only in types that do not print themselves.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use chrono_tz::Tz;

use crate::api::address::Endpoint;
use crate::api::proxy::ProxyChoice;
use crate::domain::record::Secret;
use crate::domain::secret_error::SecretError;

/// A secret on its way: from a command, a file, a prompt.
pub type PendingSecret = Pin<Box<dyn Future<Output = Result<Secret, SecretError>> + Send>>;

/// A way to get a secret each time that one is needed.
#[derive(Clone)]
pub struct SecretPrompt {
    name: Arc<str>,
    way: Arc<dyn Fn() -> PendingSecret + Send + Sync>,
}

impl SecretPrompt {
    /// Wraps the way: used once for each sign-in, never twice at a time. `name` is what people read.
    pub fn new<F, R>(name: impl Into<Arc<str>>, way: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<Secret, SecretError>> + Send + 'static,
    {
        Self { name: name.into(), way: Arc::new(move || Box::pin(way())) }
    }

    pub(crate) fn ask(&self) -> PendingSecret {
        (self.way)()
    }

    pub(crate) fn name(&self) -> Arc<str> {
        Arc::clone(&self.name)
    }
}

impl fmt::Debug for SecretPrompt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Ask(..)")
    }
}

/// Where a secret comes from.
#[derive(Debug, Clone)]
pub enum SecretFrom {
    /// It is at hand.
    Given(Secret),
    /// It is asked for at each sign-in.
    Asked(SecretPrompt),
}

/// How to sign in.
#[derive(Debug, Clone, Default)]
pub enum Credentials {
    /// Not at all, until [`Client::supply`](crate::api::Client::supply).
    #[default]
    None,
    /// With user and password, at the server.
    Password {
        /// The user's name.
        user: String,
        /// The password.
        password: SecretFrom,
    },
    /// With a token made elsewhere. One that is given cannot be renewed; one that is asked for can.
    Token(SecretFrom),
}

impl Credentials {
    /// Whose they are, where they say so.
    pub fn user(&self) -> Option<&str> {
        match self {
            Self::Password { user, .. } => Some(user),
            Self::None | Self::Token(_) => None,
        }
    }
}

/// How a record's pop, node and transport protocol become known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Labels {
    /// With the record, through `include`, as long as the server does not refuse it.
    #[default]
    Include,
    /// By following the record's links.
    Links,
}

/// Whether writes name the tag that they are based on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precondition {
    /// `If-Match` goes along.
    #[default]
    Send,
    /// Requests carry no `If-Match`.
    Omit,
}

/// Everything that a [`Client`](crate::api::Client) is made from.
#[derive(Debug, Clone)]
pub struct ClientSettings {
    /// Where the server is.
    pub endpoint: Endpoint,
    /// How to sign in.
    pub credentials: Credentials,
    /// How to sign in once everything was forgotten: a way that asks someone or something, if there is one.
    pub again: Credentials,
    /// A token from an earlier run, used until it ends.
    pub token: Option<Secret>,
    /// Time for a whole exchange.
    pub timeout: Duration,
    /// Time for the connection alone, encryption included.
    pub connect_timeout: Duration,
    /// Certificates to trust besides the system's, as PEM.
    pub ca_pem: Option<Vec<u8>>,
    /// Which proxy is used.
    pub proxy: ProxyChoice,
    /// Time zone to name to the server.
    pub timezone: Option<Tz>,
    /// How labels are found.
    pub labels: Labels,
    /// Whether `If-Match` is sent.
    pub precondition: Precondition,
    /// Largest answer that is read, in bytes after decompression.
    pub max_body: u64,
}

impl ClientSettings {
    /// Settings with the defaults: 30 s for an exchange, 5 s of them for the connection, 64 MiB for an answer.
    pub const fn new(endpoint: Endpoint, credentials: Credentials) -> Self {
        Self {
            endpoint,
            credentials,
            again: Credentials::None,
            token: None,
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(5),
            ca_pem: None,
            proxy: ProxyChoice::Environment,
            timezone: None,
            labels: Labels::Include,
            precondition: Precondition::Send,
            max_body: 64 << 20,
        }
    }
}
