//! The table `[profile.NAME.live]`: the source of the live state of registrations.

use std::collections::BTreeMap;
use std::time::Duration;

use super::secret_source::{Said, said, said_once};
use super::value::{self, Base, Raw};
use super::words::LiveSource;
use super::{ConfigMistake, Origin, SecretSource, Setting, SignInMethod, Sourced};

/// Nodes are not asked oftener than this.
pub const SHORTEST_EVERY: Duration = Duration::from_secs(5);
const LONGEST_EVERY: Duration = Duration::from_secs(24 * 3600);
const SHORTEST_TIMEOUT: Duration = Duration::from_millis(50);
const LONGEST_TIMEOUT: Duration = Duration::from_secs(600);

/// What a file says about it; `None`: nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LiveLayer {
    source: Said<LiveSource>,
    every: Said<Duration>,
    timeout: Said<Duration>,
    endpoints: Said<BTreeMap<String, String>>,
    url: Said<String>,
    command: Said<String>,
    username: Said<String>,
    password: Said<SecretSource>,
    token: Said<SecretSource>,
}

/// What holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveSettings {
    /// Source of the live state; `None`: none.
    pub source: Said<LiveSource>,
    /// How often.
    pub every: Sourced<Duration>,
    /// Longest wait for one node.
    pub timeout: Sourced<Duration>,
    /// Addresses of nodes, by name, in place of what the API says.
    pub endpoints: Said<BTreeMap<String, String>>,
    /// Address of the Prometheus server.
    pub url: Said<String>,
    /// The command.
    pub command: Said<String>,
    /// User for the Prometheus server.
    pub username: Said<String>,
    /// How the Prometheus server knows us.
    pub sign_in: SignInMethod,
}

impl LiveLayer {
    /// Takes in one setting; others than those of this table are none of its business.
    pub(super) fn take(
        &mut self,
        setting: Setting,
        raw: Raw<'_>,
        origin: Origin,
        base: &Base,
    ) -> Result<(), ConfigMistake> {
        match setting {
            Setting::LiveSource => self.source = said(value::word(raw), setting, origin)?,
            Setting::LiveEvery => self.every = said(value::span(raw, SHORTEST_EVERY, LONGEST_EVERY), setting, origin)?,
            Setting::LiveTimeout => {
                self.timeout = said(value::span(raw, SHORTEST_TIMEOUT, LONGEST_TIMEOUT), setting, origin)?;
            }
            Setting::LiveEndpoints => self.endpoints = said(value::endpoints(raw), setting, origin)?,
            Setting::LiveUrl => self.url = said(value::address(raw), setting, origin)?,
            Setting::LiveCommand => self.command = said(value::text(raw), setting, origin)?,
            Setting::LiveUsername => self.username = said(value::text(raw), setting, origin)?,
            Setting::LivePassword | Setting::LivePasswordFile | Setting::LivePasswordCommand => {
                said_once(&mut self.password, setting, raw, base, origin)?;
            }
            Setting::LiveToken | Setting::LiveTokenFile | Setting::LiveTokenCommand => {
                said_once(&mut self.token, setting, raw, base, origin)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// This layer, with what it does not say filled in from a lower one.
    pub(super) fn over(self, lower: Self) -> Self {
        Self {
            source: self.source.or(lower.source),
            every: self.every.or(lower.every),
            timeout: self.timeout.or(lower.timeout),
            endpoints: self.endpoints.or(lower.endpoints),
            url: self.url.or(lower.url),
            command: self.command.or(lower.command),
            username: self.username.or(lower.username),
            password: self.password.or(lower.password),
            token: self.token.or(lower.token),
        }
    }

    /// Of the embedded server: its nodes are asked.
    pub(super) fn of_demo() -> Self {
        Self {
            source: Some(Sourced::new(LiveSource::Nodes, Origin::Demo)),
            every: Some(Sourced::new(SHORTEST_EVERY, Origin::Demo)),
            ..Self::default()
        }
    }

    /// Where it begins to say something, if it does.
    pub(super) fn place(&self) -> Option<&Origin> {
        self.source.as_ref().map(|source| &source.origin)
    }

    /// Fills in what no one said.
    pub(super) fn with_defaults(self) -> LiveSettings {
        LiveSettings {
            source: self.source,
            every: self.every.unwrap_or(Sourced::default(Duration::from_secs(15))),
            timeout: self.timeout.unwrap_or(Sourced::default(Duration::from_secs(3))),
            endpoints: self.endpoints,
            url: self.url,
            command: self.command,
            sign_in: match self.token {
                Some(token) => SignInMethod::Token(token),
                None => SignInMethod::Password { username: self.username.clone(), password: self.password },
            },
            username: self.username,
        }
    }
}
