//! What one source (a profile, the environment, the command line) says about each setting. Layers are laid
//! over each other; each value keeps its origin.

use std::path::PathBuf;
use std::time::Duration;

use chrono_tz::Tz;

use super::live::LiveLayer;
use super::secret_source::{Said, said, said_once};
use super::value::{self, Base, Raw};
use super::words::{
    AccessSetting, BadgeColorSetting, ColorSetting, CursorSetting, LabelsSetting, OutputFormat, ThemeSetting,
};
use super::{ConfigMistake, Origin, SecretSource, Setting};
use crate::domain::rules::RuleSet;
use crate::domain::text::Characters;

/// What one source says; `None`: nothing about this setting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layer {
    /// See [`Setting::Url`].
    pub url: Said<String>,
    /// See [`Setting::Badge`].
    pub badge: Said<String>,
    /// See [`Setting::AllowPlaintext`].
    pub allow_plaintext: Said<bool>,
    /// See [`Setting::BadgeColor`].
    pub badge_color: Said<BadgeColorSetting>,
    /// See [`Setting::Username`].
    pub username: Said<String>,
    /// Any one of [`Setting::Password`], [`Setting::PasswordFile`], [`Setting::PasswordCommand`].
    pub password: Said<SecretSource>,
    /// Any one of [`Setting::Token`], [`Setting::TokenFile`], [`Setting::TokenCommand`].
    pub token: Said<SecretSource>,
    /// See [`Setting::Access`].
    pub access: Said<AccessSetting>,
    /// See [`Setting::Labels`].
    pub labels: Said<LabelsSetting>,
    /// See [`Setting::IfMatch`].
    pub if_match: Said<bool>,
    /// See [`Setting::Timezone`].
    pub timezone: Said<Tz>,
    /// See [`Setting::Timeout`].
    pub timeout: Said<Duration>,
    /// See [`Setting::ConnectTimeout`].
    pub connect_timeout: Said<Duration>,
    /// See [`Setting::CaFile`].
    pub ca_file: Said<PathBuf>,
    /// See [`Setting::Proxy`].
    pub proxy: Said<String>,
    /// See [`Setting::NodePoll`].
    pub node_poll: Said<Duration>,
    /// See [`Setting::Watch`].
    pub watch: Said<Duration>,
    /// The table `[profile.NAME.live]`.
    pub live: Box<LiveLayer>,
    /// See [`Setting::Ignore`].
    pub ignored: Said<RuleSet>,
    /// See [`Setting::Theme`].
    pub theme: Said<ThemeSetting>,
    /// See [`Setting::Cursor`].
    pub cursor: Said<CursorSetting>,
    /// See [`Setting::Ascii`].
    pub characters: Said<Characters>,
    /// See [`Setting::Mouse`].
    pub mouse: Said<bool>,
    /// See [`Setting::Bell`].
    pub bell: Said<bool>,
    /// See [`Setting::Color`].
    pub color: Said<ColorSetting>,
    /// See [`Setting::EscapeDelay`].
    pub escape_delay: Said<Duration>,
    /// See [`Setting::JournalSize`].
    pub journal_size: Said<u64>,
    /// See [`Setting::JournalAge`].
    pub journal_age: Said<u64>,
    /// See [`Setting::LockAfter`].
    pub lock_after: Said<Duration>,
    /// See [`Setting::Tips`].
    pub tips: Said<bool>,
    /// See [`Setting::Output`].
    pub output: Said<OutputFormat>,
}

const SHORTEST_TIMEOUT: Duration = Duration::from_millis(50);
const LONGEST_TIMEOUT: Duration = Duration::from_secs(600);
const SHORTEST_POLL: Duration = Duration::from_millis(100);
const LONGEST_POLL: Duration = Duration::from_secs(24 * 3600);

/// What splits a key on its way rarely splits it by less.
const SHORTEST_ESCAPE: Duration = Duration::from_millis(50);
const LONGEST_ESCAPE: Duration = Duration::from_secs(2);

/// As short as `:watch` takes it.
const SHORTEST_WATCH: Duration = Duration::from_secs(5);
const LONGEST_WATCH: Duration = Duration::from_secs(24 * 3600);

const SHORTEST_LOCK: Duration = Duration::from_secs(1);
const LONGEST_LOCK: Duration = Duration::from_secs(24 * 3600);

impl Layer {
    /// Takes in one setting.
    ///
    /// # Errors
    /// A value that the setting does not have, or a second way to come by the same secret.
    pub fn take(&mut self, setting: Setting, raw: Raw<'_>, origin: Origin, base: &Base) -> Result<(), ConfigMistake> {
        let timeout = |raw| value::span(raw, SHORTEST_TIMEOUT, LONGEST_TIMEOUT);
        match setting {
            Setting::Url => self.url = said(value::url(raw), setting, origin)?,
            Setting::Badge => self.badge = said(value::text(raw), setting, origin)?,
            Setting::AllowPlaintext => self.allow_plaintext = said(value::flag(raw), setting, origin)?,
            Setting::BadgeColor => self.badge_color = said(value::word(raw), setting, origin)?,
            Setting::Username => self.username = said(value::text(raw), setting, origin)?,
            Setting::Password | Setting::PasswordFile | Setting::PasswordCommand => {
                said_once(&mut self.password, setting, raw, base, origin)?;
            }
            Setting::Token | Setting::TokenFile | Setting::TokenCommand => {
                said_once(&mut self.token, setting, raw, base, origin)?;
            }
            Setting::Access => self.access = said(value::word(raw), setting, origin)?,
            Setting::Labels => self.labels = said(value::word(raw), setting, origin)?,
            Setting::IfMatch => self.if_match = said(value::word(raw), setting, origin)?,
            Setting::Timezone => self.timezone = said(value::zone(raw), setting, origin)?,
            Setting::Timeout => self.timeout = said(timeout(raw), setting, origin)?,
            Setting::ConnectTimeout => self.connect_timeout = said(timeout(raw), setting, origin)?,
            Setting::CaFile => self.ca_file = said(value::path(raw, base), setting, origin)?,
            Setting::Proxy => self.proxy = said(value::proxy(raw), setting, origin)?,
            Setting::NodePoll => self.node_poll = said(value::span(raw, SHORTEST_POLL, LONGEST_POLL), setting, origin)?,
            Setting::Watch => self.watch = said(value::span(raw, SHORTEST_WATCH, LONGEST_WATCH), setting, origin)?,
            Setting::Ignore => self.ignored = said(value::rules(raw), setting, origin)?,
            Setting::Theme => self.theme = said(value::word(raw), setting, origin)?,
            Setting::Cursor => self.cursor = said(value::word(raw), setting, origin)?,
            Setting::Ascii => self.characters = said(value::word(raw), setting, origin)?,
            Setting::Mouse => self.mouse = said(value::word(raw), setting, origin)?,
            Setting::Bell => self.bell = said(value::word(raw), setting, origin)?,
            Setting::Color => self.color = said(value::word(raw), setting, origin)?,
            Setting::EscapeDelay => {
                self.escape_delay = said(value::span(raw, SHORTEST_ESCAPE, LONGEST_ESCAPE), setting, origin)?;
            }
            Setting::JournalSize => self.journal_size = said(value::whole(raw, 1, 1_000), setting, origin)?,
            Setting::JournalAge => self.journal_age = said(value::whole(raw, 1, 3_650), setting, origin)?,
            Setting::LockAfter => {
                self.lock_after = said(value::span(raw, SHORTEST_LOCK, LONGEST_LOCK), setting, origin)?;
            }
            Setting::Tips => self.tips = said(value::flag(raw), setting, origin)?,
            Setting::Output => self.output = said(value::word(raw), setting, origin)?,
            Setting::LiveSource
            | Setting::LiveEvery
            | Setting::LiveTimeout
            | Setting::LiveEndpoints
            | Setting::LiveUrl
            | Setting::LiveCommand
            | Setting::LiveUsername
            | Setting::LivePassword
            | Setting::LivePasswordFile
            | Setting::LivePasswordCommand
            | Setting::LiveToken
            | Setting::LiveTokenFile
            | Setting::LiveTokenCommand => self.live.take(setting, raw, origin, base)?,
        }
        Ok(())
    }

    /// Forgets the ways to sign in, and what was allowed for the server they are for.
    pub fn leave_secrets(&mut self) {
        (self.password, self.token, self.allow_plaintext, self.badge) = (None, None, None, None);
        *self.live = LiveLayer::default();
    }

    /// This layer, with what it does not say filled in from a lower one.
    #[must_use]
    pub fn over(self, lower: Self) -> Self {
        Self {
            url: self.url.or(lower.url),
            badge: self.badge.or(lower.badge),
            allow_plaintext: self.allow_plaintext.or(lower.allow_plaintext),
            badge_color: self.badge_color.or(lower.badge_color),
            username: self.username.or(lower.username),
            password: self.password.or(lower.password),
            token: self.token.or(lower.token),
            access: self.access.or(lower.access),
            labels: self.labels.or(lower.labels),
            if_match: self.if_match.or(lower.if_match),
            timezone: self.timezone.or(lower.timezone),
            timeout: self.timeout.or(lower.timeout),
            connect_timeout: self.connect_timeout.or(lower.connect_timeout),
            ca_file: self.ca_file.or(lower.ca_file),
            proxy: self.proxy.or(lower.proxy),
            node_poll: self.node_poll.or(lower.node_poll),
            watch: self.watch.or(lower.watch),
            live: Box::new(self.live.over(*lower.live)),
            ignored: self.ignored.or(lower.ignored),
            theme: self.theme.or(lower.theme),
            cursor: self.cursor.or(lower.cursor),
            characters: self.characters.or(lower.characters),
            mouse: self.mouse.or(lower.mouse),
            bell: self.bell.or(lower.bell),
            color: self.color.or(lower.color),
            escape_delay: self.escape_delay.or(lower.escape_delay),
            journal_size: self.journal_size.or(lower.journal_size),
            journal_age: self.journal_age.or(lower.journal_age),
            lock_after: self.lock_after.or(lower.lock_after),
            tips: self.tips.or(lower.tips),
            output: self.output.or(lower.output),
        }
    }
}
